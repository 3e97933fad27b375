/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: users, bindings and passwords. */
#include "support/errors.h"
#include "support/writing.h"
#include <stdlib.h>
#include <string.h>

TestSuite(errors_user, .init = begin, .fini = end, .timeout = 60);

#define NONE CRM_NO_DATE
#define NO_DAY INT64_C(9999999)

static int lists(uint32_t limit, const char *token) {
    crm_iter *iter;
    int rc = crm_user_list(txn, limit, token, &iter);
    if (rc == CRM_OK) crm_iter_free(iter);
    return rc;
}

static crm_id add_user(void) {
    return test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "A", CRM_USER_TYPE, CRM_USER_TYPE_STAFF, 0));
}

static int put_archived(crm_id party) {
    crm_record *rec = test_get(txn, party);
    cr_assert_eq(crm_record_set_bool(rec, CRM_PARTY_ARCHIVED, 1), CRM_OK);
    return test_try(txn, rec);
}

Test(errors_user, bindings) {
    crm_id user = add_user(), party = test_party(txn, "x"), old = test_party(txn, "y"), id;
    cr_assert_eq(crm_record_archive(txn, old, 0), CRM_OK);
    REFUSES(CRM_E_NOTFOUND, crm_user_find, crm_user_find(txn, "B", 1, &id));
    REFUSES(CRM_E_INVALID, crm_user_list, lists(0, "x"));
    REFUSES(CRM_E_TOO_BIG, crm_user_list, lists(10001, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_user_bind, crm_user_bind(txn, TEST_NO_ID, party, NONE, NONE, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_user_bind, crm_user_bind(txn, user, TEST_NO_ID, NONE, NONE, NULL));
    REFUSES(CRM_E_ARCHIVED, crm_user_bind, crm_user_bind(txn, user, old, NONE, NONE, NULL));
    REFUSES(CRM_E_RANGE, crm_user_bind, crm_user_bind(txn, user, party, 2, 2, NULL));
    REFUSES(CRM_E_RANGE, crm_user_bind, crm_user_bind(txn, user, party, NO_DAY, NONE, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_user_unbind, crm_user_unbind(txn, user, party, CRM_TODAY));
    REFUSES(CRM_E_NOTFOUND, crm_user_unbind, crm_user_unbind(txn, TEST_NO_ID, party, CRM_TODAY));
    REFUSES(CRM_E_NOTFOUND, crm_user_unbind, crm_user_unbind(txn, user, TEST_NO_ID, CRM_TODAY));
    KEEPS(crm_user_find, crm_user_find(txn, "A", 1, &id));
    KEEPS(crm_user_list, lists(1, NULL));
    KEEPS(crm_user_bind, crm_user_bind(txn, user, party, NONE, NONE, &id));
    REFUSES(CRM_E_EXISTS, crm_user_bind, crm_user_bind(txn, user, party, 1, 2, NULL));
    REFUSES(CRM_E_IN_USE, crm_record_archive, crm_record_archive(txn, party, 0));
    REFUSES(CRM_E_IN_USE, crm_record_put, put_archived(party));
    REFUSES(CRM_E_RANGE, crm_user_unbind, crm_user_unbind(txn, user, party, NO_DAY));
    KEEPS(crm_user_unbind, crm_user_unbind(txn, user, party, CRM_TODAY));
}

static crm_id credential_of(crm_id user) {
    crm_iter *iter;
    test_ids ids = {0};
    cr_assert_eq(crm_record_search_id(txn, CRM_CREDENTIAL_USER, user, 0, NULL, &iter), CRM_OK);
    free(test_page(iter, &ids));
    return ids.id[0];
}

Test(errors_user, passwords) {
    char big[1025], out[2];
    size_t size;
    crm_id user = add_user();
    memset(big, 'x', sizeof big);
    REFUSES(CRM_E_NOTFOUND, crm_user_verifier_get, crm_user_verifier_get(txn, TEST_NO_ID, out, 2, &size));
    REFUSES(CRM_E_NOTFOUND, crm_user_verifier_get, crm_user_verifier_get(txn, user, out, 2, &size));
    REFUSES(CRM_E_NOTFOUND, crm_user_verifier_set, crm_user_verifier_set(txn, TEST_NO_ID, "xyz", 3));
    REFUSES(CRM_E_INVALID, crm_user_verifier_set, crm_user_verifier_set(txn, user, "", 0));
    REFUSES(CRM_E_TOO_BIG, crm_user_verifier_set, crm_user_verifier_set(txn, user, big, sizeof big));
    KEEPS(crm_user_verifier_set, crm_user_verifier_set(txn, user, "xyz", 3));
    REFUSES(CRM_E_TOO_BIG, crm_user_verifier_get, crm_user_verifier_get(txn, user, out, 2, &size));
    KEEPS(crm_user_verifier_set, crm_user_verifier_set(txn, user, "xy", 2));
    KEEPS(crm_user_verifier_get, crm_user_verifier_get(txn, user, out, 2, &size));
    REFUSES(CRM_E_TYPE, crm_record_delete, crm_record_delete(txn, credential_of(user), 0));
    REFUSES(CRM_E_NOTFOUND, crm_user_password_set, crm_user_password_set(txn, TEST_NO_ID, "x", 1, 0));
    REFUSES(CRM_E_INVALID, crm_user_password_set, crm_user_password_set(txn, user, "", CRM_NTS, 0));
    REFUSES(CRM_E_TOO_BIG, crm_user_password_set, crm_user_password_set(txn, user, big, sizeof big, 0));
    KEEPS(crm_user_password_set, crm_user_password_set(txn, user, big, sizeof big - 1, 0));
    REFUSES(CRM_E_TOO_BIG, crm_user_password_check, crm_user_password_check(txn, user, big, sizeof big));
    KEEPS(crm_user_password_check, crm_user_password_check(txn, user, big, sizeof big - 1));
    for (int i = 0; i < 5; i++) REFUSES(CRM_E_DENIED, crm_user_password_check, crm_user_password_check(txn, user, "x", 1));
    REFUSES(CRM_E_BUSY, crm_user_password_check, crm_user_password_check(txn, user, big, sizeof big - 1));
}
