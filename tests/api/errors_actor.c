/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: whose transaction it is. */
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

static crm_id add_user(const char *name, const char *type, crm_id party) {
    crm_id user = test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, name, CRM_USER_TYPE, type, 0));
    if (party) cr_assert_eq(crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    return user;
}

Test(errors_actor, begins) {
    crm_id bound = add_user("a", CRM_USER_TYPE_BOUND, test_party(txn, "x")), unbound = add_user("b", CRM_USER_TYPE_BOUND, 0);
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
