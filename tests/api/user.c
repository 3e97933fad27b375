/* SPDX-License-Identifier: MIT */
/* Users by name, who they are bound to, what keeps a bound party, and passwords as a host meets them. The rules of passwords at small cost
 * are in tests/unit/password.c. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(user, .init = begin, .fini = end, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NONE CRM_NO_DATE

static crm_id user(const char *name) {
    return test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, name, CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0));
}

Test(user, by_name) {
    char longest[402] = {0};
    crm_id zoe = user("zoe"), anna = user("anna"), found = 0;
    crm_iter *iter;
    test_ids ids = {0};
    cr_assert_eq(crm_user_find(txn, "zoe", 3, &found), CRM_OK);
    cr_expect_eq(found, zoe);
    cr_expect_eq(crm_user_find(txn, "zo", CRM_NTS, &found), CRM_E_NOTFOUND);
    cr_assert_eq(crm_user_list(txn, 0, NULL, &iter), CRM_OK);
    free(test_page(iter, &ids));
    cr_expect(ids.count == 2 && ids.id[0] == anna && ids.id[1] == zoe, "in the order of names");
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "anna", CRM_USER_TYPE, "staff", 0)), CRM_E_EXISTS);
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "x", CRM_USER_TYPE, "king", 0)), CRM_E_CODE);
    memset(longest, 'x', 401);
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, longest, CRM_USER_TYPE, "staff", 0)), CRM_E_TOO_BIG);
    cr_expect_eq(crm_error_field(), CRM_USER_NAME);
    longest[400] = 0;
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, longest, CRM_USER_TYPE, "staff", 0)), CRM_OK);
}

Test(user, bound_once_at_a_time) {
    static const struct time_case {
        int user;
        int64_t from, until;
        int status;
    } cases[] = {
        {0, 100, 200, CRM_OK},          {0, 200, 300, CRM_OK},   {0, 299, 400, CRM_E_EXISTS},
        {0, NONE, NONE, CRM_E_EXISTS},  {1, NONE, NONE, CRM_OK}, {0, 400, 400, CRM_E_RANGE},
        {0, 400, 9999999, CRM_E_RANGE}, {0, NONE, 100, CRM_OK},  {0, 300, NONE, CRM_OK},
    };
    crm_id users[] = {user("a"), user("b")}, party = test_party(txn, "x"), id = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int rc = crm_user_bind(txn, users[cases[i].user], party, cases[i].from, cases[i].until, &id);
        cr_expect_eq(rc, cases[i].status, "%zu: %d %s", i, rc, crm_error_text());
    }
    crm_record *rec = test_get(txn, id);
    cr_expect(crm_record_id(rec, CRM_BINDING_USER) == users[0] && crm_record_id(rec, CRM_BINDING_PARTY) == party);
    crm_record_free(rec);
    cr_expect_eq(crm_user_bind(txn, users[0], test_party(txn, "y"), NONE, NONE, NULL), CRM_OK, "another party");
    cr_expect_eq(crm_user_bind(txn, party, party, NONE, NONE, NULL), CRM_E_NOTFOUND);
    cr_expect_eq(crm_user_bind(txn, users[0], users[0], NONE, NONE, NULL), CRM_E_NOTFOUND);
}

Test(user, unbind) {
    crm_id one = user("a"), other = user("b"), party = test_party(txn, "x"), past, now, later, his;
    cr_assert_eq(crm_user_bind(txn, one, party, NONE, 100, &past), CRM_OK);
    cr_assert_eq(crm_user_bind(txn, one, party, 100, TEST_DAY + 10, &now), CRM_OK);
    cr_assert_eq(crm_user_bind(txn, one, party, TEST_DAY + 10, NONE, &later), CRM_OK);
    cr_assert_eq(crm_user_bind(txn, other, party, NONE, NONE, &his), CRM_OK);
    cr_assert_eq(crm_user_unbind(txn, one, party, CRM_TODAY), CRM_OK);
    crm_record *rec = test_get(txn, now);
    cr_expect_eq(crm_record_date(rec, CRM_BINDING_VALID_UNTIL, 0), TEST_DAY);
    crm_record_free(rec);
    rec = test_get(txn, past);
    cr_expect_eq(crm_record_date(rec, CRM_BINDING_VALID_UNTIL, 0), 100);
    crm_record_free(rec);
    cr_expect_eq(crm_record_get(txn, later, &rec), CRM_E_NOTFOUND, "it would have begun later");
    rec = test_get(txn, his);
    cr_expect_not(crm_record_has(rec, CRM_BINDING_VALID_UNTIL), "another user's");
    crm_record_free(rec);
    cr_expect_eq(crm_user_unbind(txn, one, party, CRM_TODAY), CRM_E_NOTFOUND);
    cr_expect_str_eq(crm_error_text(), "the user is not bound to the party on that day or later");
}

/* Which party may be archived and deleted, by the last day of a binding. */
Test(user, keeps_a_party) {
    static const struct keep_case {
        int64_t from, until;
        int keeps;
    } cases[] = {
        {NONE, NONE, 1}, {NONE, TEST_DAY, 0}, {NONE, TEST_DAY + 1, 1}, {TEST_DAY + 10, NONE, 1}, {100, 200, 0},
    };
    crm_id one = user("a");
    for (size_t i = 0; i < COUNT(cases); i++) {
        crm_id party = test_party(txn, "x"), binding;
        crm_blockers *blockers;
        cr_assert_eq(crm_user_bind(txn, one, party, cases[i].from, cases[i].until, &binding), CRM_OK);
        cr_assert_eq(crm_record_blockers(txn, party, &blockers), CRM_OK);
        cr_expect_eq(crm_blockers_count(blockers), (size_t)cases[i].keeps, "%zu", i);
        if (cases[i].keeps) {
            cr_expect_str_eq(crm_record_text(crm_blockers_record(blockers, 0), CRM_BLOCKER_FIELD), "binding.party");
            cr_expect_eq(crm_blockers_sample(blockers, 0, 0), binding);
        }
        crm_blockers_free(blockers);
        cr_expect_eq(crm_record_archive(txn, party, 0), cases[i].keeps ? CRM_E_IN_USE : CRM_OK, "%zu", i);
        cr_expect_eq(crm_record_delete(txn, party, 0), cases[i].keeps ? CRM_E_IN_USE : CRM_OK, "%zu", i);
        if (cases[i].keeps) cr_expect_eq(crm_error_field(), CRM_BINDING_PARTY);
    }
}

Test(user, archived_party) {
    crm_id one = user("a"), party = test_party(txn, "x"), binding;
    cr_assert_eq(crm_user_bind(txn, one, party, NONE, 100, &binding), CRM_OK);
    cr_assert_eq(crm_record_archive(txn, party, 0), CRM_OK);
    cr_expect_eq(crm_user_bind(txn, one, party, 100, NONE, NULL), CRM_E_ARCHIVED);
    cr_expect_eq(crm_error_field(), CRM_BINDING_PARTY);
    cr_expect_eq(crm_user_bind(txn, one, party, 100, 200, NULL), CRM_E_ARCHIVED, "also for a time that is over");
    crm_record *rec = test_get(txn, binding);
    cr_assert_eq(crm_record_set_date(rec, CRM_BINDING_VALID_UNTIL, 90), CRM_OK);
    cr_expect_eq(crm_record_put(txn, rec, NULL, NULL), CRM_OK, "it is over earlier");
    crm_record_free(rec);
    rec = test_get(txn, binding);
    cr_assert_eq(crm_record_set_date(rec, CRM_BINDING_VALID_UNTIL, TEST_DAY), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "it is over today");
    rec = test_get(txn, binding);
    cr_assert_eq(crm_record_clear(rec, CRM_BINDING_VALID_UNTIL), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_E_ARCHIVED, "it goes on");
    rec = test_get(txn, party);
    cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NOTE, "x", 1), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "an archived party changes otherwise");
    cr_assert_eq(crm_record_restore(txn, party, 0), CRM_OK);
    cr_expect_eq(crm_user_bind(txn, one, party, TEST_DAY, NONE, NULL), CRM_OK);
}

/* A user who is bound, be it in the past, stays; his credential goes with him. */
Test(user, deleted) {
    crm_id one = user("a"), party = test_party(txn, "x"), binding;
    crm_blockers *blockers;
    size_t size;
    cr_assert_eq(crm_user_bind(txn, one, party, NONE, 100, &binding), CRM_OK);
    cr_assert_eq(crm_user_verifier_set(txn, one, "v", 1), CRM_OK);
    cr_assert_eq(crm_record_blockers(txn, one, &blockers), CRM_OK);
    cr_assert_eq(crm_blockers_count(blockers), 1, "the credential does not keep him");
    cr_expect_str_eq(crm_record_text(crm_blockers_record(blockers, 0), CRM_BLOCKER_FIELD), "binding.user");
    crm_blockers_free(blockers);
    cr_expect_eq(crm_record_delete(txn, one, 0), CRM_E_IN_USE);
    cr_expect_eq(crm_error_field(), CRM_BINDING_USER);
    cr_expect_eq(crm_user_verifier_get(txn, one, NULL, 0, &size), CRM_E_TOO_BIG, "nothing was half done");
    cr_assert_eq(crm_record_delete(txn, binding, 0), CRM_OK);
    cr_assert_eq(crm_record_delete(txn, one, 0), CRM_OK);
    test_ids ids = {0};
    crm_iter *iter;
    int rc = crm_record_search_id(txn, CRM_CREDENTIAL_USER, one, 0, NULL, &iter);
    cr_expect_eq(rc, CRM_E_NOTFOUND, "no such user");
    if (rc == CRM_OK) free(test_page(iter, &ids));
    cr_expect_eq(crm_user_verifier_get(txn, user("a"), NULL, 0, &size), CRM_E_NOTFOUND, "a new user of that name has none");
}

static crm_id credential_of(crm_id one) {
    crm_iter *iter;
    test_ids ids = {0};
    cr_assert_eq(crm_record_search_id(txn, CRM_CREDENTIAL_USER, one, 0, NULL, &iter), CRM_OK);
    free(test_page(iter, &ids));
    return ids.count == 1 ? ids.id[0] : 0;
}

Test(user, credential_is_not_written_otherwise) {
    crm_id one = user("a"), credential;
    crm_record *rec = test_record(CRM_KIND_CREDENTIAL, 0, 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_CREDENTIAL_USER, one), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_E_TYPE);
    cr_expect_eq(credential_of(one), 0);
    cr_assert_eq(crm_user_verifier_set(txn, one, "v", 1), CRM_OK);
    credential = credential_of(one);
    cr_assert(credential);
    cr_expect_eq(test_try(txn, test_get(txn, credential)), CRM_E_TYPE);
    cr_expect_eq(crm_record_delete(txn, credential, 0), CRM_E_TYPE);
    cr_expect_eq(credential_of(one), credential);
}

Test(user, verifier) {
    crm_id one = user("a");
    char out[8];
    size_t size = 7;
    cr_assert_eq(crm_user_verifier_set(txn, one, "a\0b", 3), CRM_OK);
    cr_expect_eq(crm_user_verifier_get(txn, one, out, 2, &size), CRM_E_TOO_BIG);
    cr_expect_eq(size, 3);
    cr_expect_eq(crm_user_verifier_get(txn, one, out, 3, &size), CRM_OK);
    cr_expect_eq(memcmp(out, "a\0b", 3), 0);
    crm_record *rec = test_get(txn, one);
    cr_expect_eq(crm_record_time(rec, CRM_USER_PASSWORD_AT, 0), TEST_NOW);
    crm_record_free(rec);
    cr_assert_eq(crm_user_verifier_set(txn, one, NULL, 0), CRM_OK);
    cr_expect_eq(crm_user_verifier_get(txn, one, out, sizeof out, &size), CRM_E_NOTFOUND);
    rec = test_get(txn, one);
    cr_expect_not(crm_record_has(rec, CRM_USER_PASSWORD_AT));
    crm_record_free(rec);
    cr_expect_eq(crm_user_verifier_set(txn, one, NULL, 0), CRM_OK, "he has none already");
}

/* With the cost that hosts have; a password may have any bytes. */
Test(user, password) {
    static const char secret[] = "p\0\xff x";
    char verifier[256] = "";
    size_t size;
    crm_id one = user("a");
    cr_assert_eq(crm_user_password_set(txn, one, secret, sizeof secret - 1, 0), CRM_OK);
    cr_assert_eq(crm_user_verifier_get(txn, one, verifier, sizeof verifier - 1, &size), CRM_OK);
    cr_expect_eq(strncmp(verifier, "$argon2id$v=19$m=65536,t=2,p=1$", 31), 0, "%s", verifier);
    cr_expect_eq(crm_user_password_check(txn, one, secret, sizeof secret - 1), CRM_OK);
    cr_expect_eq(crm_user_password_check(txn, one, secret, 1), CRM_E_DENIED);
    cr_expect_eq(crm_user_password_check(txn, 4711, secret, sizeof secret - 1), CRM_E_DENIED, "nobody");
    cr_expect_eq(crm_user_password_check(txn, one, NULL, 0), CRM_E_INVALID);
    cr_expect_eq(crm_user_verifier_set(txn, one, verifier, size), CRM_OK);
    cr_expect_eq(crm_user_password_check(txn, one, secret, sizeof secret - 1), CRM_E_DENIED, "the host checks it");
}
