/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: jobs and runs of imports. */
#include "support/errors.h"
#include "support/writing.h"

TestSuite(errors_run, .init = begin, .fini = end, .timeout = 60);

static crm_sync *rows(void) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    cr_assert_eq(crm_sync_add_column(sync, "Kundennummer", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_sync_add_column(sync, "Firma", CRM_NTS), CRM_OK);
    return sync;
}

static int blockers(crm_id run, uint32_t limit, const char *token) {
    crm_iter *iter;
    int rc = crm_run_blockers(txn, run, limit, token, &iter);
    if (rc == CRM_OK) crm_iter_free(iter);
    return rc;
}

/* A run that created a customer, and whether he was changed since. */
static crm_id run_of(const char *name) {
    const char *cells[] = {"7", name};
    crm_sync *sync = rows();
    cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 2), CRM_OK);
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_id run = crm_sync_run(sync);
    crm_sync_free(sync);
    return run;
}

Test(errors_run, jobs) {
    static char name[500];
    const char *cells[] = {"1", "A"};
    memset(name, 'x', sizeof name - 1);
    crm_sync *sync = rows();
    REFUSES(CRM_E_INVALID, crm_sync_job, crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "", 0));
    REFUSES(CRM_E_TOO_BIG, crm_sync_job, crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, name, 0));
    REFUSES(CRM_E_TOO_BIG, crm_sync_job, crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "x", 100001));
    KEEPS(crm_sync_job, crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "x", 1));
    REFUSES(CRM_E_INVALID, crm_sync_job, crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "x", 1));
    KEEPS(crm_sync_add_row, crm_sync_add_row(sync, 0, cells, NULL, 2));
    test_commit(txn);
    KEEPS(crm_sync_add_row, crm_sync_add_row(sync, 0, cells, NULL, 2));
    crm_sync_free(sync);
    sync = rows();
    cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 2), CRM_OK);
    REFUSES(CRM_E_INVALID, crm_sync_job, crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "x", 0));
    crm_sync_free(sync);
    txn = test_write(db);
}

Test(errors_run, runs) {
    crm_id party = test_party(txn, "x");
    REFUSES(CRM_E_NOTFOUND, crm_run_blockers, blockers(party, 0, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_run_forget, crm_run_forget(txn, TEST_NO_ID));
    test_commit(txn);
    crm_id run = run_of("A"), second = run_of("B");
    REFUSES(CRM_E_NOTFOUND, crm_run_revert, crm_run_revert(db, CRM_ACTOR_SYSTEM, party));
    REFUSES(CRM_E_STALE, crm_run_revert, crm_run_revert(db, CRM_ACTOR_SYSTEM, run));
    txn = test_read(db);
    KEEPS(crm_run_blockers, blockers(run, 1, NULL));
    REFUSES(CRM_E_INVALID, crm_run_blockers, blockers(run, 1, "x"));
    REFUSES(CRM_E_TOO_BIG, crm_run_blockers, blockers(run, 10001, NULL));
    crm_txn_free(txn);
    KEEPS(crm_run_revert, crm_run_revert(db, CRM_ACTOR_SYSTEM, second));
    REFUSES(CRM_E_EXISTS, crm_run_revert, crm_run_revert(db, CRM_ACTOR_SYSTEM, second));
    txn = test_write(db);
    REFUSES(CRM_E_EXISTS, crm_run_blockers, blockers(second, 0, NULL));
    KEEPS(crm_run_forget, crm_run_forget(txn, run));
    REFUSES(CRM_E_NOTFOUND, crm_run_blockers, blockers(run, 0, NULL));
}

Test(errors_run, of_a_bound_user) {
    crm_id party = test_party(txn, "x");
    crm_id user = test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "A", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0));
    cr_assert_eq(crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    test_commit(txn);
    crm_id run = run_of("A");
    crm_sync *sync = rows();
    REFUSES(CRM_E_DENIED, crm_sync_job, crm_sync_job(sync, db, user, "x", 0));
    REFUSES(CRM_E_DENIED, crm_run_revert, crm_run_revert(db, user, run));
    crm_sync_free(sync);
    cr_assert_eq(crm_txn_begin(db, CRM_TXN_WRITE, user, &txn), CRM_OK);
    REFUSES(CRM_E_DENIED, crm_run_blockers, blockers(run, 0, NULL));
    REFUSES(CRM_E_DENIED, crm_run_forget, crm_run_forget(txn, run));
}
