/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: what an actor may do. */
#include "support/errors.h"
#include "support/writing.h"

TestSuite(errors_access, .init = begin, .fini = end, .timeout = 60);

static int lists(uint32_t right, uint32_t limit, const char *token) {
    crm_iter *iter;
    int rc = crm_access_list(txn, right, limit, token, &iter);
    if (rc == CRM_OK) crm_iter_free(iter);
    return rc;
}

static int explains(crm_id user, crm_id id, uint32_t right) {
    crm_record *rec;
    int rc = crm_access_explain(txn, user, id, right, &rec);
    crm_record_free(rec);
    return rc;
}

Test(errors_access, of_the_system) {
    crm_id party = test_party(txn, "x"), contact = test_child(txn, CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "y");
    REFUSES(CRM_E_NOTFOUND, crm_access_check, crm_access_check(txn, TEST_NO_ID, CRM_RIGHT_READ));
    REFUSES(CRM_E_INVALID, crm_access_check, crm_access_check(txn, party, 0));
    REFUSES(CRM_E_INVALID, crm_access_check, crm_access_check(txn, party, CRM_RIGHT_SEE_QUOTES + 1));
    REFUSES(CRM_E_TYPE, crm_access_check, crm_access_check(txn, contact, CRM_RIGHT_QUOTE));
    REFUSES(CRM_E_TYPE, crm_access_check, crm_access_check(txn, contact, CRM_RIGHT_SEE_QUOTES));
    KEEPS(crm_access_check, crm_access_check(txn, party, CRM_RIGHT_QUOTE));
    REFUSES(CRM_E_INVALID, crm_access_list, lists(0, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_access_list, lists(CRM_RIGHT_SEE_QUOTES + 1, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_access_list, lists(CRM_RIGHT_READ, 0, "x"));
    REFUSES(CRM_E_TOO_BIG, crm_access_list, lists(CRM_RIGHT_READ, 10001, NULL));
    KEEPS(crm_access_list, lists(CRM_RIGHT_READ, 1, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_access_explain, explains(TEST_NO_ID, party, CRM_RIGHT_READ));
    REFUSES(CRM_E_NOTFOUND, crm_access_explain, explains(party, party, CRM_RIGHT_READ));
    REFUSES(CRM_E_INVALID, crm_access_explain, explains(0, party, 0));
    REFUSES(CRM_E_INVALID, crm_access_explain, explains(0, party, CRM_RIGHT_SEE_QUOTES + 1));
    KEEPS(crm_access_explain, explains(0, party, CRM_RIGHT_READ));
    KEEPS(crm_access_explain, explains(CRM_ACTOR_SYSTEM, TEST_NO_ID, CRM_RIGHT_READ));
}

Test(errors_access, of_a_bound_user) {
    crm_id party = test_party(txn, "x"), other = test_party(txn, "y");
    crm_id user = test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "A", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0));
    cr_assert_eq(crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    test_commit(txn);
    txn = test_as(db, user);
    REFUSES(CRM_E_NOTFOUND, crm_access_check, crm_access_check(txn, other, CRM_RIGHT_READ));
    REFUSES(CRM_E_DENIED, crm_access_check, crm_access_check(txn, party, CRM_RIGHT_WRITE));
    REFUSES(CRM_E_LOCKED, crm_access_check, crm_access_check(txn, other, CRM_RIGHT_QUOTE));
    REFUSES(CRM_E_LOCKED, crm_access_check, crm_access_check(txn, other, CRM_RIGHT_SEE_QUOTES));
    REFUSES(CRM_E_LOCKED, crm_access_check, crm_access_check(txn, TEST_NO_ID, CRM_RIGHT_SEE_QUOTES));
    KEEPS(crm_access_check, crm_access_check(txn, party, CRM_RIGHT_SEE_QUOTES));
    KEEPS(crm_access_list, lists(CRM_RIGHT_WRITE, 0, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_access_explain, explains(CRM_ACTOR_SYSTEM, party, CRM_RIGHT_READ));
    KEEPS(crm_access_explain, explains(user, other, CRM_RIGHT_QUOTE));
}
