/* SPDX-License-Identifier: MIT */
/* From prospect to customer: the same party, another role. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(convert, .init = begin, .fini = end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The party's roles as "customer 10000 100-200", divided by ", ". */
static void say_roles(crm_id party, char *out) {
    crm_file *file;
    *out = 0;
    cr_assert_eq(crm_file_get(txn, party, &file), CRM_OK);
    for (size_t i = 0; i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        if (crm_record_kind(rec) != CRM_KIND_ROLE) continue;
        const char *number = crm_record_text(rec, CRM_ROLE_NUMBER);
        int64_t from = crm_record_date(rec, CRM_ROLE_VALID_FROM, 0), until = crm_record_date(rec, CRM_ROLE_VALID_UNTIL, 0);
        out += sprintf(out, "%s%s %s %.0lld-%.0lld", i > 1 ? ", " : "", crm_record_text(rec, CRM_ROLE_ROLE), number ? number : "",
                       (long long)from, (long long)until);
    }
    crm_file_free(file);
}

/* Roles from "customer 5-10,prospect -". */
static crm_id party_with(const char *roles) {
    char text[200];
    crm_id party = test_party(txn, "x");
    snprintf(text, sizeof text, "%s", roles);
    for (char *save, *word = strtok_r(text, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
        char *time = strchr(word, ' ');
        *time++ = 0;
        int64_t from = atoi(*time == '-' ? "0" : time), until = atoi(strchr(time, '-') + 1);
        crm_record *rec = test_record(CRM_KIND_ROLE, party, CRM_ROLE_ROLE, word, CRM_ROLE_NUMBER, "", 0);
        if (from) cr_assert_eq(crm_record_set_date(rec, CRM_ROLE_VALID_FROM, from), CRM_OK);
        if (until) cr_assert_eq(crm_record_set_date(rec, CRM_ROLE_VALID_UNTIL, until), CRM_OK);
        test_put(txn, rec);
    }
    return party;
}

/* Today is 20000. */
Test(convert, roles) {
    static const struct role_case {
        const char *before;
        uint32_t flags;
        int status;
        const char *after;
    } cases[] = {
        {"prospect -", 0, CRM_OK, "customer 10000 -"},
        {"prospect -", CRM_CONVERT_KEEP_PROSPECT, CRM_OK, "prospect  -, customer 10000 -"},
        {"prospect 20000-20001", 0, CRM_OK, "customer 10000 -"},
        {"prospect 100-200,supplier -,prospect 19000-", 0, CRM_OK, "supplier  -, customer 10000 -"},
        {"prospect -,customer -", 0, CRM_OK, "prospect  -, customer  -"},
        {"customer -", 0, CRM_OK, "customer  -"},
        {"customer 20000-20001", 0, CRM_OK, "customer  20000-20001"},
        {"customer 100-20000,prospect -", 0, CRM_OK, "customer  100-20000, customer 10000 20000-"},
        {"customer 100-150,customer 200-300,prospect -", 0, CRM_OK, "customer  100-150, customer  200-300, customer 10000 20000-"},
        {"customer 20001-,prospect -", 0, CRM_OK, "customer  20001-, customer 10000 -20001"},
        {"customer 30000-,customer -9,customer 20005-20009,prospect -", 0, CRM_OK,
         "customer  30000-, customer  -9, customer  20005-20009, customer 10000 20000-20005"},
        {"", 0, CRM_E_INVALID, ""},
        {"supplier -", 0, CRM_E_INVALID, "supplier  -"},
        {"customer 100-20000", 0, CRM_E_INVALID, "customer  100-20000"},
        {"prospect -20000", 0, CRM_E_INVALID, "prospect  -20000"},
        {"prospect 20001-", 0, CRM_E_INVALID, "prospect  20001-"},
        {"prospect -", 2, CRM_E_INVALID, "prospect  -"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char got[300];
        crm_id party = party_with(cases[i].before), role = 7;
        int rc = crm_party_convert(txn, party, NULL, cases[i].flags, &role);
        cr_expect_eq(rc, cases[i].status, "%s: %d %s", cases[i].before, rc, crm_error_text());
        cr_expect_eq(rc < 0, role == 7, "%s: the role", cases[i].before);
        say_roles(party, got);
        cr_expect_str_eq(got, cases[i].after, "%s: %s", cases[i].before, got);
        crm_txn_free(txn);
        txn = test_write(db);
    }
}

Test(convert, again) {
    crm_id party = party_with("prospect -"), first, second;
    cr_assert_eq(crm_party_convert(txn, party, NULL, 0, &first), CRM_OK);
    crm_record *rec = test_get(txn, first);
    cr_expect_eq(crm_record_time(rec, CRM_ROLE_CONVERTED_AT, 0), TEST_NOW);
    crm_record_free(rec);
    char *before = test_dump_txn(txn), *after;
    cr_expect_eq(crm_party_convert(txn, party, NULL, 0, &second), CRM_OK);
    cr_expect_eq(second, first);
    rec = test_record(CRM_KIND_ROLE, 0, CRM_ROLE_NUMBER, "4711", 0);
    cr_expect_eq(crm_party_convert(txn, party, rec, CRM_CONVERT_KEEP_PROSPECT, NULL), CRM_OK, "whatever is asked for");
    cr_assert_eq(crm_record_archive(txn, party, 0), CRM_OK);
    cr_expect_eq(crm_party_convert(txn, party, NULL, 0, NULL), CRM_OK, "an archived customer is one already");
    cr_assert_eq(crm_record_restore(txn, party, 0), CRM_OK);
    after = test_dump_txn(txn);
    cr_expect_eq(strlen(after), strlen(before), "but for the revision:\n%s\n%s", before, after);
    crm_record_free(rec);
    free(before);
    free(after);
}

Test(convert, given) {
    crm_id party = party_with("prospect -"), employee = test_party(txn, "y"), id;
    crm_record *role =
        test_record(CRM_KIND_ROLE, employee, CRM_ROLE_ROLE, "agent", CRM_ROLE_NUMBER, "K7", CRM_ROLE_SOURCE_DOCUMENT, "Q1", 0);
    cr_assert_eq(crm_record_set_id(role, CRM_ROLE_CONVERTED_BY, employee), CRM_OK);
    cr_assert_eq(crm_record_set_date(role, CRM_ROLE_VALID_FROM, 19000), CRM_OK);
    cr_assert_eq(crm_party_convert(txn, party, role, 0, &id), CRM_OK, "%s", crm_error_text());
    crm_record *rec = test_get(txn, id);
    cr_expect(crm_record_id(rec, CRM_ROLE_PARTY) == party && !strcmp(crm_record_text(rec, CRM_ROLE_ROLE), "customer"));
    cr_expect(!strcmp(crm_record_text(rec, CRM_ROLE_NUMBER), "K7") && !strcmp(crm_record_text(rec, CRM_ROLE_SOURCE_DOCUMENT), "Q1"));
    cr_expect(crm_record_id(rec, CRM_ROLE_CONVERTED_BY) == employee && crm_record_date(rec, CRM_ROLE_VALID_FROM, 0) == 19000);
    cr_expect(!strcmp(crm_record_text(role, CRM_ROLE_ROLE), "agent") && crm_record_id(role, CRM_ROLE_PARTY) == employee,
              "the caller's stays");
    crm_record_free(rec);
    crm_record_free(role);
}

/* What is refused leaves the prospect as it was. */
Test(convert, refused) {
    crm_id party = party_with("prospect -"), archived = party_with("prospect -"), address;
    crm_id customer = test_role(txn, test_party(txn, "x"), CRM_ROLE_CUSTOMER, "1"), past = party_with("customer 100-200,prospect -");
    address = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    cr_assert_eq(crm_record_archive(txn, archived, 0), CRM_OK);
    crm_record *overlap = test_record(CRM_KIND_ROLE, 0, 0), *by = test_record(CRM_KIND_ROLE, 0, 0);
    cr_assert_eq(crm_record_set_date(overlap, CRM_ROLE_VALID_FROM, 150), CRM_OK);
    cr_assert_eq(crm_record_set_id(by, CRM_ROLE_CONVERTED_BY, 4711), CRM_OK);
    struct refused_case {
        const char *what;
        crm_id party;
        crm_record *role;
        int status;
    } cases[] = {
        {"a number that is taken", party, test_record(CRM_KIND_ROLE, 0, CRM_ROLE_NUMBER, "1", 0), CRM_E_EXISTS},
        {"an unknown code", party, test_record(CRM_KIND_ROLE, 0, CRM_ROLE_PROSPECT_KIND, "?", 0), CRM_E_CODE},
        {"nobody's conversion", party, by, CRM_E_NOTFOUND},
        {"a stored role", party, test_get(txn, customer), CRM_E_INVALID},
        {"another kind", party, test_record(CRM_KIND_USAGE, 0, 0), CRM_E_TYPE},
        {"over an older role", past, overlap, CRM_E_EXISTS},
        {"archived", archived, NULL, CRM_E_ARCHIVED},
        {"no party", address, NULL, CRM_E_NOTFOUND},
        {"nothing", 0, NULL, CRM_E_NOTFOUND},
    };
    char *before = test_dump_txn(txn);
    for (size_t i = 0; i < COUNT(cases); i++) {
        crm_id out = 7;
        int rc = crm_party_convert(txn, cases[i].party, cases[i].role, 0, &out);
        cr_expect_eq(rc, cases[i].status, "%s: %d %s", cases[i].what, rc, crm_error_text());
        cr_expect_eq(out, 7, "%s", cases[i].what);
        char *after = test_dump_txn(txn);
        cr_expect_str_eq(after, before, "%s", cases[i].what);
        free(after);
        crm_record_free(cases[i].role);
    }
    free(before);
}

/* Prospects and customers are listed apart. */
Test(convert, directory) {
    crm_id party = party_with("prospect -"), found;
    static const char *const roles[] = {CRM_ROLE_PROSPECT, CRM_ROLE_CUSTOMER};
    for (int converted = 0; converted < 2; converted++) {
        if (converted) cr_assert_eq(crm_party_convert(txn, party, NULL, 0, NULL), CRM_OK);
        for (int i = 0; i < 2; i++) {
            crm_iter *iter;
            cr_assert_eq(crm_party_list(txn, roles[i], NULL, 0, 0, 0, NULL, &iter), CRM_OK);
            cr_expect_eq(crm_iter_next(iter, &found), i == converted ? CRM_ROW : CRM_OK, "%s, converted %d", roles[i], converted);
            crm_iter_free(iter);
        }
    }
    cr_expect(crm_party_find(txn, CRM_ROLE_CUSTOMER, "10000", CRM_NTS, &found) == CRM_OK && found == party);
}
