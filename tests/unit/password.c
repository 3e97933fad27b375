/* SPDX-License-Identifier: MIT */
/* The rules of passwords, with verifiers that cost little: whose they are, failed checks and the wait, must_change, made anew at another
 * cost. */
#include "api/api.h"
#include "model/user.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

TestSuite(password, .init = test_begin, .fini = test_end, .timeout = 60);

#define MINUTE INT64_C(60000000)

static const crmi_password_cost cheap = {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};
static const crmi_password_cost dearer = {crypto_pwhash_OPSLIMIT_MIN + 1, crypto_pwhash_MEMLIMIT_MIN};
static crm_db *db;
static crm_txn *txn;
static crmi_txn *open;

/* A write transaction in a store whose time is TEST_NOW and so much more. */
static void start(int64_t later) {
    crm_db_options options = test_options();
    char path[4096];
    options.fixed_time = TEST_NOW + later;
    snprintf(path, sizeof path, "%s/store", test_folder);
    cr_assert_eq(crm_db_open(path, &options, &db), CRM_OK, "%s", crm_error_text());
    int status;
    txn = test_write(db);
    open = crmi_api_enter(txn, true, &status);
    cr_assert_not_null(open);
}

static void finish(void) {
    crmi_api_leave(txn);
    test_commit(txn);
    crm_db_close(db);
}

static void go_on(int64_t later) {
    finish();
    start(later);
}

static crm_id add_user(void) {
    return test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "A", CRM_USER_TYPE, CRM_USER_TYPE_STAFF, 0));
}

static int set(crm_id user, const char *password, bool must_change) {
    return crmi_user_password_set(open, crmi_store_packed(open, user), password, strlen(password), must_change, &cheap);
}

static int check(crm_id user, const char *password) {
    return crmi_user_password_check(open, crmi_store_packed(open, user), password, strlen(password), &cheap);
}

static void fail_times(crm_id user, int times) {
    for (int i = 0; i < times; i++) cr_expect_eq(check(user, "wrong"), CRM_E_DENIED, "%d", i);
}

static crm_record *credential(crm_id user) {
    crm_iter *iter;
    test_ids ids = {0};
    cr_assert_eq(crm_record_search_id(txn, CRM_CREDENTIAL_USER, user, 0, NULL, &iter), CRM_OK);
    free(test_page(iter, &ids));
    cr_assert_eq(ids.count, 1, "one credential");
    return test_get(txn, ids.id[0]);
}

static uint64_t revision_of(crm_id user) {
    crm_record *rec = credential(user);
    uint64_t revision = crm_record_revision(rec);
    crm_record_free(rec);
    return revision;
}

static int64_t failures_of(crm_id user) {
    crm_record *rec = credential(user);
    int64_t failures = crm_record_int(rec, CRM_CREDENTIAL_FAILURES, 0);
    cr_expect_eq(crm_record_has(rec, CRM_CREDENTIAL_FAILED_AT), failures > 0);
    crm_record_free(rec);
    return failures;
}

static void change_user(crm_id user, crm_field field, int64_t value) {
    crm_record *rec = test_get(txn, user);
    if (value == CRM_NO_DATE)
        cr_assert_eq(crm_record_clear(rec, field), CRM_OK);
    else if (crm_field_type(field) == CRM_TYPE_BOOL)
        cr_assert_eq(crm_record_set_bool(rec, field, (int)value), CRM_OK);
    else
        cr_assert_eq(crm_record_set_date(rec, field, value), CRM_OK);
    test_put(txn, rec);
}

Test(password, one_takes_the_place_of_another) {
    start(0);
    crm_id user = add_user();
    cr_expect_eq(check(user, "one"), CRM_E_DENIED, "he has none");
    cr_assert_eq(set(user, "one", true), CRM_OK);
    crm_record *rec = test_get(txn, user);
    cr_expect(crm_record_bool(rec, CRM_USER_MUST_CHANGE, 0) && crm_record_time(rec, CRM_USER_PASSWORD_AT, 0) == TEST_NOW);
    crm_record_free(rec);
    cr_expect_eq(check(user, "one"), CRM_OK);
    go_on(5);
    cr_assert_eq(set(user, "two", false), CRM_OK);
    rec = test_get(txn, user);
    cr_expect(!crm_record_has(rec, CRM_USER_MUST_CHANGE) && crm_record_time(rec, CRM_USER_PASSWORD_AT, 0) == TEST_NOW + 5);
    crm_record_free(rec);
    cr_expect_eq(check(user, "one"), CRM_E_DENIED);
    cr_expect_eq(check(user, "two"), CRM_OK);
    finish();
}

Test(password, who_is_denied) {
    static const struct denied_case {
        crm_field field;
        int64_t value;
        int status;
    } cases[] = {
        {CRM_USER_DISABLED, 1, CRM_E_DENIED},
        {CRM_USER_DISABLED, 0, CRM_OK},
        {CRM_USER_VALID_FROM, TEST_DAY + 1, CRM_E_DENIED},
        {CRM_USER_VALID_FROM, TEST_DAY, CRM_OK},
        {CRM_USER_VALID_UNTIL, TEST_DAY + 1, CRM_OK},
        {CRM_USER_VALID_FROM, CRM_NO_DATE, CRM_OK},
        {CRM_USER_VALID_UNTIL, TEST_DAY, CRM_E_DENIED},
    };
    start(0);
    crm_id user = add_user();
    cr_assert_eq(set(user, "one", false), CRM_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        change_user(user, cases[i].field, cases[i].value);
        cr_expect_eq(check(user, "one"), cases[i].status, "%zu", i);
        cr_expect_eq(failures_of(user), cases[i].status == CRM_OK ? 0 : 1, "%zu: a check that is denied is counted", i);
        if (cases[i].status == CRM_OK) continue;
        cr_expect_str_eq(crm_error_text(), "the password is not the user's", "which one is not told");
    }
    cr_expect_eq(crmi_user_password_check(open, 0, "one", 3, &cheap), CRM_E_DENIED, "nobody");
    finish();
}

/* Five in a row, then a minute's wait since the last; a good one forgets them. */
Test(password, failures_and_wait) {
    start(0);
    crm_id user = add_user();
    cr_assert_eq(set(user, "one", false), CRM_OK);
    fail_times(user, 4);
    cr_expect_eq(check(user, "one"), CRM_OK);
    cr_expect_eq(failures_of(user), 0);
    fail_times(user, 5);
    cr_expect_eq(failures_of(user), 5);
    cr_expect_eq(check(user, "one"), CRM_E_BUSY, "also with the right one");
    cr_expect_eq(check(user, "wrong"), CRM_E_BUSY);
    go_on(MINUTE - 1);
    uint64_t before = revision_of(user);
    cr_expect_eq(check(user, "one"), CRM_E_BUSY);
    cr_expect_eq(revision_of(user), before, "one that was not made does not make the wait longer");
    go_on(MINUTE);
    cr_expect_eq(check(user, "wrong"), CRM_E_DENIED);
    cr_expect_eq(check(user, "one"), CRM_E_BUSY, "the next minute");
    cr_expect_eq(failures_of(user), 5);
    go_on(2 * MINUTE);
    cr_expect_eq(check(user, "one"), CRM_OK);
    cr_expect_eq(failures_of(user), 0);
    fail_times(user, 5);
    go_on(-MINUTE);
    cr_expect_eq(check(user, "one"), CRM_OK, "a clock that was put right does not lock him out");
    fail_times(user, 5);
    cr_assert_eq(set(user, "two", false), CRM_OK);
    cr_expect_eq(check(user, "two"), CRM_OK, "a new password forgets them");
    finish();
}

Test(password, made_anew_at_another_cost) {
    char before[256] = "", after[256] = "";
    size_t size;
    start(0);
    crm_id user = add_user();
    crmi_packed id = crmi_store_packed(open, user);
    cr_assert_eq(set(user, "one", false), CRM_OK);
    cr_assert_eq(crm_user_verifier_get(txn, user, before, sizeof before - 1, &size), CRM_OK);
    uint64_t revision = revision_of(user);
    cr_expect_eq(check(user, "one"), CRM_OK);
    cr_expect_eq(revision_of(user), revision, "nothing to write");
    cr_expect_eq(crmi_user_password_check(open, id, "wrong", 5, &dearer), CRM_E_DENIED);
    cr_assert_eq(crm_user_verifier_get(txn, user, after, sizeof after - 1, &size), CRM_OK);
    cr_expect_str_eq(after, before, "not for a wrong password");
    cr_expect_eq(crmi_user_password_check(open, id, "one", 3, &dearer), CRM_OK);
    memset(after, 0, sizeof after);
    cr_assert_eq(crm_user_verifier_get(txn, user, after, sizeof after - 1, &size), CRM_OK);
    cr_expect_eq(crypto_pwhash_str_needs_rehash(after, dearer.passes, dearer.memory), 0, "%s", after);
    cr_expect_eq(crmi_user_password_check(open, id, "one", 3, &dearer), CRM_OK);
    finish();
}

/* A verifier of the host's is not checked, be it one that libsodium could. */
Test(password, host_made) {
    char verifier[crypto_pwhash_STRBYTES];
    start(0);
    crm_id user = add_user();
    cr_assert_eq(crypto_pwhash_str(verifier, "one", 3, cheap.passes, cheap.memory), 0);
    cr_assert_eq(crm_user_verifier_set(txn, user, verifier, strlen(verifier)), CRM_OK);
    cr_expect_eq(check(user, "one"), CRM_E_DENIED);
    cr_assert_eq(set(user, "one", false), CRM_OK);
    cr_expect_eq(check(user, "one"), CRM_OK);
    finish();
}
