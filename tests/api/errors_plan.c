/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: plans of imports. */
#include "support/errors.h"
#include "support/saved.h"
#include "support/writing.h"
#include <stdlib.h>
#include <string.h>

TestSuite(errors_plan, .init = begin, .fini = end, .timeout = 60);

static crm_sync *rows(const char *first, const char *second) {
    const char *cells[] = {"7", second};
    crm_sync *sync;
    crm_txn *snapshot = test_read(db);
    cr_assert_eq(crm_sync_new_in(snapshot, "erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    crm_txn_free(snapshot);
    cr_assert_eq(crm_sync_add_column(sync, "Kundennummer", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_sync_add_column(sync, first, CRM_NTS), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 2), CRM_OK);
    return sync;
}

static int plans(crm_sync *sync, crm_id actor) {
    crm_plan *plan;
    int rc = crm_sync_plan(sync, db, actor, &plan);
    crm_plan_free(plan);
    return rc;
}

static crm_plan *make(const char *name) {
    crm_plan *plan;
    crm_sync *sync = rows("Firma", name);
    cr_assert_eq(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &plan), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    return plan;
}

static int load(const void *bytes, size_t size) {
    crm_plan *plan;
    int rc = crm_plan_load(txn, bytes, size, &plan);
    crm_plan_free(plan);
    return rc;
}

/* The bytes of a plan with a custom field in it. */
static char *custom_plan(crm_sync *sync, size_t *size) {
    crm_plan *plan;
    cr_assert_eq(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &plan), CRM_OK, "%s", crm_error_text());
    const void *saved = crm_plan_save(plan, size);
    char *bytes = malloc(*size);
    memcpy(bytes, saved, *size);
    crm_plan_free(plan);
    return bytes;
}

static int stop_at_once(void *data, uint64_t done, uint64_t total) { return (void)data, done > 0 && total > 0; }

Test(errors_plan, plans) {
    crm_id field = test_put(txn, test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME,
                                             "colour", CRM_CUSTOM_FIELD_TYPE, "text", 0));
    crm_record *rec;
    size_t size;
    test_commit(txn);
    crm_sync *sync = rows("party.colour", "red"), *job = rows("Firma", "A"), *empty;
    char *bytes = custom_plan(sync, &size);
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, field, 0), CRM_OK, "%s", crm_error_text());
    REFUSES(CRM_E_INVALID, crm_sync_plan, plans(sync, CRM_ACTOR_SYSTEM)); /* this thread writes */
    test_commit(txn);
    REFUSES(CRM_E_NOTFOUND, crm_sync_plan, plans(sync, CRM_ACTOR_SYSTEM));
    KEEPS(crm_sync_plan, plans(job, CRM_ACTOR_SYSTEM));
    crm_sync_set_progress(job, stop_at_once, NULL);
    REFUSES(CRM_E_ABORTED, crm_sync_plan, plans(job, CRM_ACTOR_SYSTEM));
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &empty), CRM_OK);
    cr_assert_eq(crm_sync_job(empty, db, CRM_ACTOR_SYSTEM, "x", 0), CRM_OK);
    REFUSES(CRM_E_INVALID, crm_sync_plan, plans(empty, CRM_ACTOR_SYSTEM));
    txn = test_read(db);
    REFUSES(CRM_E_NOTFOUND, crm_plan_load, load(bytes, size));
    REFUSES(CRM_E_FORMAT, crm_plan_load, load(bytes, size - 1));
    crm_txn_free(txn);
    crm_plan *plan = make("A");
    KEEPS(crm_plan_row, crm_plan_row(plan, 0, &rec));
    crm_record_free(rec);
    KEEPS(crm_plan_change, crm_plan_change(plan, 0, &rec));
    crm_record_free(rec);
    REFUSES(CRM_E_NOTFOUND, crm_plan_row, crm_plan_row(plan, 1, &rec));
    REFUSES(CRM_E_NOTFOUND, crm_plan_change, crm_plan_change(plan, 99, &rec));
    crm_plan_free(plan);
    crm_sync_free(sync);
    crm_sync_free(job);
    crm_sync_free(empty);
    free(bytes);
    txn = test_write(db);
}

Test(errors_plan, applying) {
    test_commit(txn);
    crm_plan *first = make("A"), *second = make("B");
    REFUSES(CRM_E_INVALID, crm_plan_set_progress, crm_plan_set_progress(NULL, stop_at_once, NULL));
    KEEPS(crm_plan_set_progress, crm_plan_set_progress(first, stop_at_once, NULL));
    REFUSES(CRM_E_ABORTED, crm_plan_apply, crm_plan_apply(first, db, CRM_ACTOR_SYSTEM, NULL));
    crm_plan_set_progress(first, NULL, NULL);
    KEEPS(crm_plan_apply, crm_plan_apply(first, db, CRM_ACTOR_SYSTEM, NULL));
    REFUSES(CRM_E_STALE, crm_plan_apply, crm_plan_apply(second, db, CRM_ACTOR_SYSTEM, NULL));
    char *folder = test_folder_new();
    crm_db_options options = test_options();
    crm_db *other;
    cr_assert_eq(crm_db_open(folder, &options, &other), CRM_OK, "%s", crm_error_text());
    REFUSES(CRM_E_INVALID, crm_plan_apply, crm_plan_apply(first, other, CRM_ACTOR_SYSTEM, NULL));
    size_t size;
    const void *bytes = crm_plan_save(first, &size);
    txn = test_read(other);
    REFUSES(CRM_E_INVALID, crm_plan_load, load(bytes, size));
    crm_txn_free(txn);
    crm_db_close(other);
    test_folder_remove(folder);
    free(folder);
    txn = test_read(db);
    KEEPS(crm_plan_load, load(bytes, size));
    unsigned char *copy = malloc(size);
    memcpy(copy, bytes, size);
    copy[7]++; /* the lowest byte of the version */
    saved_seal(copy, size);
    REFUSES(CRM_E_VERSION, crm_plan_load, load(copy, size));
    free(copy);
    crm_plan_free(first);
    crm_plan_free(second);
}

Test(errors_plan, of_a_bound_user) {
    crm_id party = test_party(txn, "x");
    crm_id user = test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "A", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0));
    cr_assert_eq(crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    test_commit(txn);
    crm_sync *sync = rows("Firma", "A");
    REFUSES(CRM_E_DENIED, crm_sync_plan, plans(sync, user));
    txn = test_as(db, user);
    REFUSES(CRM_E_DENIED, crm_plan_load, load("CRMP", 4));
    crm_sync_free(sync);
}
