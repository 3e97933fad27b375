/* SPDX-License-Identifier: MIT */
/* Roles: number ranges, and each role once at a time. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(role, .init = begin, .fini = end);

static crm_id find(const char *role, const char *number) {
    crm_id id = 0;
    int rc = crm_party_find(txn, role, number, CRM_NTS, &id);
    cr_expect(rc == CRM_OK || (rc == CRM_E_NOTFOUND && id == 0), "%s %s: %d", role, number, rc);
    return id;
}

static void check_number(crm_id role, const char *number) {
    crm_record *rec = test_get(txn, role);
    const char *has = crm_record_text(rec, CRM_ROLE_NUMBER);
    cr_expect((!has && !number) || (has && number && strcmp(has, number) == 0), "number %s, not %s", has ? has : "none", number);
    crm_record_free(rec);
}

static crm_id numbered(const char *role) { return test_role(txn, test_party(txn, "x"), role, NULL); }

static void set(const char *name, const char *value) {
    int rc = value ? crm_setting_set(txn, name, value, CRM_NTS) : crm_setting_clear(txn, name);
    cr_assert_eq(rc, CRM_OK, "%s = %s: %d %s", name, value ? value : "none", rc, crm_error_text());
}

Test(role, number_ranges) {
    check_number(numbered(CRM_ROLE_CUSTOMER), "10000");
    check_number(numbered(CRM_ROLE_CUSTOMER), "10001");
    check_number(numbered(CRM_ROLE_SUPPLIER), "70000");
    check_number(numbered(CRM_ROLE_PROSPECT), NULL);
    test_role(txn, test_party(txn, "x"), CRM_ROLE_CUSTOMER, "10003");
    test_role(txn, test_party(txn, "x"), CRM_ROLE_PROSPECT, "10002");
    check_number(numbered(CRM_ROLE_CUSTOMER), "10002");
    check_number(numbered(CRM_ROLE_CUSTOMER), "10004");
    set("number.customer.prefix", "K-");
    set("number.customer.width", "8");
    check_number(numbered(CRM_ROLE_CUSTOMER), "K-00010005");
    set("number.customer.next", "7");
    set("number.customer.width", NULL);
    check_number(numbered(CRM_ROLE_CUSTOMER), "K-7");
    set("number.customer.prefix", NULL);
    set("number.prospect.next", "0");
    check_number(numbered(CRM_ROLE_PROSPECT), "0");
    check_number(numbered(CRM_ROLE_PROSPECT), "1");
    set("number.supplier.next", "123456789012345678");
    set("number.supplier.width", "18");
    set("number.supplier.prefix", "12345678901234567890123456789012");
    check_number(numbered(CRM_ROLE_SUPPLIER), "12345678901234567890123456789012123456789012345678");
    set("number.customer.next", "999999999999999998");
    check_number(numbered(CRM_ROLE_CUSTOMER), "999999999999999998");
    crm_id party = test_party(txn, "x");
    char *before = test_dump_txn(txn);
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_ROLE, party, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, 0)), CRM_E_EXISTS, "the range ends");
    cr_expect_eq(crm_error_field(), CRM_ROLE_NUMBER);
    char *after = test_dump_txn(txn);
    cr_expect_str_eq(after, before);
    free(before);
    free(after);
}

/* A refused role takes no number, and a stored one keeps its own. */
Test(role, numbers_kept) {
    crm_id party = test_party(txn, "x"), role = test_role(txn, party, CRM_ROLE_CUSTOMER, NULL);
    char *before = test_dump_txn(txn);
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_ROLE, party, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, 0)), CRM_E_EXISTS);
    cr_expect_eq(crm_error_field(), CRM_ROLE_ROLE);
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_ROLE, party, CRM_ROLE_ROLE, CRM_ROLE_SUPPLIER, CRM_ROLE_PROSPECT_KIND, "?", 0)),
                 CRM_E_CODE);
    char *after = test_dump_txn(txn);
    cr_expect_str_eq(after, before, "no number was taken");
    free(before);
    free(after);
    crm_record *rec = test_get(txn, role);
    cr_assert_eq(crm_record_set_date(rec, CRM_ROLE_VALID_UNTIL, TEST_DAY), CRM_OK);
    test_put(txn, rec);
    check_number(role, "10000");
    check_number(numbered(CRM_ROLE_CUSTOMER), "10001");
    rec = test_get(txn, role);
    cr_assert_eq(crm_record_clear(rec, CRM_ROLE_NUMBER), CRM_OK);
    test_put(txn, rec);
    check_number(role, NULL);
    cr_expect_eq(find(CRM_ROLE_CUSTOMER, "10000"), 0);
    for (int i = 0; i < 2; i++) { /* an empty number is none, and nobody's */
        crm_id none = test_role(txn, test_party(txn, "x"), CRM_ROLE_CUSTOMER, "");
        check_number(none, "");
    }
}

static int try_role(crm_id party, const char *role, int64_t from, int64_t until) {
    crm_record *rec = test_record(CRM_KIND_ROLE, party, CRM_ROLE_ROLE, role, 0);
    if (from) cr_assert_eq(crm_record_set_date(rec, CRM_ROLE_VALID_FROM, from), CRM_OK);
    if (until) cr_assert_eq(crm_record_set_date(rec, CRM_ROLE_VALID_UNTIL, until), CRM_OK);
    return test_try(txn, rec);
}

Test(role, once_at_a_time) {
    static const struct time_case {
        const char *role;
        int64_t from, until;
        int status;
    } cases[] = {
        {"customer", 100, 200, CRM_OK},       {"customer", 200, 300, CRM_OK},
        {"customer", 299, 400, CRM_E_EXISTS}, {"customer", 50, 101, CRM_E_EXISTS},
        {"customer", 50, 100, CRM_OK},        {"customer", 0, 51, CRM_E_EXISTS},
        {"customer", 0, 50, CRM_OK},          {"customer", 0, 0, CRM_E_EXISTS},
        {"customer", 300, 0, CRM_OK},         {"customer", 5000, 5001, CRM_E_EXISTS},
        {"supplier", 0, 0, CRM_OK},           {"agent", 200, 200, CRM_E_RANGE},
        {"agent", 201, 200, CRM_E_RANGE},     {"agent", 200, 201, CRM_OK},
    };
    crm_id party = test_party(txn, "x");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int rc = try_role(party, cases[i].role, cases[i].from, cases[i].until);
        cr_expect_eq(rc, cases[i].status, "%zu: %d", i, rc);
    }
}
