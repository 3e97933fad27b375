/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: whose transaction it is. */
#include "support/actors.h"
#include "support/errors.h"
#include "support/writing.h"
#include <stdlib.h>

TestSuite(errors_actor, .init = begin, .fini = end, .timeout = 60);

static int begin_as(crm_id actor) {
    crm_txn *out;
    int rc = crm_txn_begin(db, 0, actor, &out);
    crm_txn_free(out);
    return rc;
}

static int store_nothing(crm_txn *in, void *data) { return (void)in, (void)data, CRM_COMMIT; }

Test(errors_actor, begins) {
    crm_id bound = actor_bound(txn, "a", test_party(txn, "x"), NULL), unbound = actor_bound(txn, "b", 0, NULL);
    crm_sync *sync;
    const char *cells[] = {"A"};
    test_commit(txn);
    txn = NULL;
    REFUSES(CRM_E_NOTFOUND, crm_txn_begin, begin_as(TEST_NO_ID));
    REFUSES(CRM_E_NO_BINDING, crm_txn_begin, begin_as(unbound));
    REFUSES(CRM_E_NO_BINDING, crm_transact, crm_transact(db, unbound, store_nothing, NULL));
    cr_expect_eq(crm_transact(db, bound, store_nothing, NULL), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    cr_assert_eq(crm_sync_add_column(sync, "Firma", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 1), CRM_OK);
    REFUSES(CRM_E_DENIED, crm_sync_apply, crm_sync_apply(sync, db, bound));
    crm_sync_free(sync);
    txn = test_read(db);
}

static int search(crm_txn *in, crm_field field) {
    crm_iter *iter;
    int rc =
        field & 0x80000000 ? crm_record_search_int(in, field, 1, 0, NULL, &iter) : crm_record_search(in, field, "x", 1, 0, NULL, &iter);
    if (rc == CRM_OK) crm_iter_free(iter);
    return rc;
}

static int list_names(crm_txn *in) {
    crm_iter *iter;
    int rc = crm_party_list(in, NULL, "x", 1, 0, 0, NULL, &iter);
    if (rc == CRM_OK) crm_iter_free(iter);
    return rc;
}

static int query_names(crm_txn *in, bool counts) {
    const crm_directory_query query = {.size = sizeof query, .prefix = "x"};
    crm_iter *iter;
    uint64_t count;
    if (counts) return crm_directory_count(in, &query, &count, NULL);
    int rc = crm_directory_list(in, &query, 0, NULL, &iter);
    if (rc == CRM_OK) crm_iter_free(iter);
    return rc;
}

Test(errors_actor, denied) {
    crm_id party = test_party(txn, "x"), user = actor_staff(txn, "s", "*", NULL, 0), id;
    crm_id customer = actor_bound(txn, "c", party, NULL);
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "size",
                                  CRM_CUSTOM_FIELD_TYPE, "int", 0);
    crm_field size;
    cr_assert_eq(crm_record_set_bool(rec, CRM_CUSTOM_FIELD_INDEXED, 1), CRM_OK);
    cr_assert_eq(crm_record_set_bool(rec, CRM_CUSTOM_FIELD_PRICE, 1), CRM_OK);
    test_put(txn, rec);
    cr_assert_eq(crm_custom_field_find(txn, "party.size", &size), CRM_OK);
    test_commit(txn);
    txn = actor_write(db, user);
    rec = test_get(txn, party);
    REFUSES(CRM_E_DENIED, crm_record_put, crm_record_put(txn, rec, NULL, NULL));
    REFUSES(CRM_E_DENIED, crm_record_delete, crm_record_delete(txn, party, 0));
    REFUSES(CRM_E_DENIED, crm_record_archive, crm_record_archive(txn, party, 0));
    REFUSES(CRM_E_DENIED, crm_record_restore, crm_record_restore(txn, party, 0));
    REFUSES(CRM_E_DENIED, crm_record_find, crm_record_find(txn, CRM_USER_NAME, NULL, 0, "s", 1, &id));
    REFUSES(CRM_E_DENIED, crm_record_search, search(txn, CRM_PARTY_NAME));
    REFUSES(CRM_E_DENIED, crm_record_search_int, search(txn, size));
    REFUSES(CRM_E_DENIED, crm_party_list, list_names(txn));
    REFUSES(CRM_E_DENIED, crm_directory_list, query_names(txn, false));
    REFUSES(CRM_E_DENIED, crm_directory_count, query_names(txn, true));
    crm_record_free(rec);
    crm_txn_free(txn);
    txn = actor_write(db, customer);
    REFUSES(CRM_E_DENIED, crm_txn_sequence, crm_txn_sequence(txn) ? CRM_OK : crm_error_status());
}
