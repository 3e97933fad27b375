/* SPDX-License-Identifier: MIT */
/* The directory by town, postal code, country and group: what fits and what does not, pages of many and of few against a look at every
 * party, numbers that are counted and estimated, and what actors are told. */
#include "support/actors.h"
#include "support/writing.h"
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(directory, .init = begin, .fini = end);

#define QUERY(...) (&(crm_directory_query){.size = sizeof(crm_directory_query), __VA_ARGS__})

static crm_id address(crm_id party, const char *town, const char *postal_code, const char *country) {
    crm_record *rec = test_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, town, CRM_ADDRESS_POSTAL_CODE, postal_code, 0);
    if (country) cr_assert_eq(crm_record_set_text(rec, CRM_ADDRESS_COUNTRY, country, CRM_NTS), CRM_OK);
    return test_put(txn, rec);
}

static void set_date(crm_id id, crm_field field, int64_t day) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_date(rec, field, day), CRM_OK);
    test_put(txn, rec);
}

/* The names of all pages, divided by '|'; checks that the number is theirs. */
static const char *names(crm_txn *in, const crm_directory_query *query, uint32_t limit) {
    static char text[4096];
    char token[1024] = "";
    uint64_t count = 0, counted;
    int exact;
    *text = '\0';
    do {
        crm_iter *iter;
        crm_id id;
        cr_assert_eq(crm_directory_list(in, query, limit, token, &iter), CRM_OK, "%s", crm_error_text());
        for (; crm_iter_next(iter, &id) == CRM_ROW; count++) {
            crm_record *rec = test_get(in, id);
            const char *name = crm_record_text(rec, CRM_PARTY_NAME);
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? "|" : "", name ? name : "?");
            crm_record_free(rec);
        }
        snprintf(token, sizeof token, "%s", crm_iter_token(iter) ? crm_iter_token(iter) : "");
        crm_iter_free(iter);
    } while (*token);
    cr_assert_eq(crm_directory_count(in, query, &counted, &exact), CRM_OK);
    cr_expect(exact && counted == count, "%d, %d of %d", exact, (int)counted, (int)count);
    return text;
}

Test(directory, what_fits) {
    crm_id a = test_party(txn, "Äpfel"), b = test_party(txn, "Birnen"), c = test_party(txn, "Citronen"), d = test_party(txn, "Datteln");
    crm_id group = test_group(txn, "G", 0), other = test_group(txn, "H", 0), member;
    test_role(txn, a, CRM_ROLE_CUSTOMER, NULL);
    test_role(txn, b, CRM_ROLE_CUSTOMER, NULL);
    test_role(txn, c, CRM_ROLE_SUPPLIER, NULL);
    address(a, "München", "80331", "DE");
    address(a, "Wien", "1010", "AT");
    crm_id moved = address(b, "MUNCHEN", "81999", "DE"), old = address(c, "München", "80999", "DE");
    address(d, "Ulm", "89073", NULL);
    set_date(moved, CRM_ADDRESS_VALID_UNTIL, TEST_DAY + 10);
    cr_assert_eq(crm_record_archive(txn, old, 0), CRM_OK);
    cr_assert_eq(crm_group_add(txn, group, b, TEST_DAY, TEST_DAY + 5, NULL), CRM_OK);
    cr_assert_eq(crm_group_add(txn, group, d, CRM_NO_DATE, CRM_NO_DATE, &member), CRM_OK);
    cr_assert_eq(crm_group_add(txn, other, a, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    const struct {
        const crm_directory_query *query;
        const char *names;
    } cases[] = {
        {NULL, "Äpfel|Birnen|Citronen|Datteln"},
        {QUERY(.role = CRM_ROLE_CUSTOMER), "Äpfel|Birnen"},
        {QUERY(.prefix = "b"), "Birnen"},
        {QUERY(.town = "munchen"), "Äpfel|Birnen"},
        {QUERY(.town = " München "), "Äpfel|Birnen"},
        {QUERY(.town = "münch"), ""},
        {QUERY(.town = "munchen", .day = TEST_DAY + 10), "Äpfel"},
        {QUERY(.town = "munchen", .role = CRM_ROLE_CUSTOMER, .prefix = "B"), "Birnen"},
        {QUERY(.town = "München", .country = "AT"), ""}, /* of one address */
        {QUERY(.country = "AT"), "Äpfel"},
        {QUERY(.country = "DE"), "Äpfel|Birnen"},
        {QUERY(.postal_from = "80331", .postal_until = "80331"), "Äpfel"},
        {QUERY(.postal_from = "80332", .postal_until = "81"), "Birnen"},
        {QUERY(.postal_from = "8"), "Äpfel|Birnen|Datteln"},
        {QUERY(.postal_until = "1"), "Äpfel"},
        {QUERY(.postal_until = "100"), ""},
        {QUERY(.postal_from = "803311"), "Birnen|Datteln"},
        {QUERY(.postal_from = "10", .postal_until = "11", .country = "DE"), ""},
        {QUERY(.group = group), "Birnen|Datteln"},
        {QUERY(.group = group, .day = TEST_DAY + 5), "Datteln"},
        {QUERY(.group = group, .day = TEST_DAY - 1), "Datteln"},
        {QUERY(.group = other), "Äpfel"},
        {QUERY(.group = group, .town = "München"), "Birnen"},
        {QUERY(.group = group, .country = "DE", .role = CRM_ROLE_SUPPLIER), ""},
        {QUERY(.flags = CRM_DIRECTORY_ARCHIVED), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (uint32_t limit = 1; limit < 3; limit++)
            cr_expect_str_eq(names(txn, cases[i].query, limit), cases[i].names, "%zu: %s", i, names(txn, cases[i].query, limit));
    cr_assert_eq(crm_record_archive(txn, a, 0), CRM_OK);
    cr_expect_str_eq(names(txn, QUERY(.town = "munchen"), 0), "Birnen");
    cr_expect_str_eq(names(txn, QUERY(.town = "munchen", .flags = CRM_DIRECTORY_ARCHIVED), 0), "Äpfel");
    cr_expect_str_eq(names(txn, QUERY(.country = "AT", .flags = CRM_DIRECTORY_ARCHIVED), 0), "Äpfel");
}

/* A token is of the list alone that it continues: of the same query on the same day. */
Test(directory, tokens) {
    char token[1024];
    crm_iter *iter;
    crm_id group = test_group(txn, "G", 0);
    for (int i = 0; i < 3; i++) {
        crm_id party = test_party(txn, "Same");
        address(party, "Ulm", "89073", "DE");
        cr_assert_eq(crm_group_add(txn, group, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    }
    cr_assert_eq(crm_directory_list(txn, QUERY(.town = "Ulm"), 1, NULL, &iter), CRM_OK);
    snprintf(token, sizeof token, "%s", crm_iter_token(iter));
    crm_iter_free(iter);
    const crm_directory_query *const others[] = {NULL,
                                                 QUERY(.town = "Ulm", .day = TEST_DAY),
                                                 QUERY(.town = "Bonn"),
                                                 QUERY(.town = "Ulm", .country = "DE"),
                                                 QUERY(.town = "Ulm", .postal_from = "8"),
                                                 QUERY(.town = "Ulm", .postal_until = "9"),
                                                 QUERY(.town = "Ulm", .group = group),
                                                 QUERY(.town = "Ulm", .prefix = "S"),
                                                 QUERY(.town = "Ulm", .flags = CRM_DIRECTORY_ARCHIVED)};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect_eq(crm_directory_list(txn, others[i], 1, token, &iter), CRM_E_INVALID, "%zu", i);
    cr_expect_eq(crm_directory_list(txn, QUERY(.town = "Ulm"), 7, token, &iter), CRM_OK);
    crm_iter_free(iter);
}

/* --- many --- */

enum { PARTIES = 9500 };

static const char *town_of(int i) { return i % 20 == 0 ? "Little" : i % 2 ? "Big" : "Other"; }
static const char *country_of(int i) { return i == 9001 || i == 17 ? "LI" : i % 3 ? "DE" : "AT"; }
static bool in_group(int i) { return i % 7 == 0; }
static int place_of(int i) { return i * 7919 % PARTIES; } /* in the order of names, another than that of numbers */

static int put_many(crm_txn *in, void *data) {
    const crm_id *group = data;
    char name[32], code[16];
    txn = in;
    for (int i = 0; i < PARTIES; i++) {
        snprintf(name, sizeof name, "N%05d", place_of(i));
        snprintf(code, sizeof code, "%05d", i);
        crm_id party = test_party(in, name);
        address(party, town_of(i), code, country_of(i));
        if (in_group(i)) cr_assert_eq(crm_group_add(in, *group, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    }
    return CRM_COMMIT;
}

typedef bool (*fits_fn)(int i);
static bool fits_big(int i) { return strcmp(town_of(i), "Big") == 0; }
static bool fits_little(int i) { return strcmp(town_of(i), "Little") == 0; }
static bool fits_country(int i) { return strcmp(country_of(i), "LI") == 0; }
static bool fits_austria(int i) { return strcmp(country_of(i), "AT") == 0; }
static bool fits_group(int i) { return in_group(i); }
static bool fits_both(int i) { return fits_big(i) && in_group(i) && fits_austria(i); }
static bool fits_codes(int i) { return i >= 100 && i < 9400; }
static bool fits_few_codes(int i) { return i >= 100 && i < 200 && fits_big(i); }

/* All pages hold just those that fit, in the order of their names; how many pages there were. */
static size_t expect_many(const crm_directory_query *query, fits_fn fits, uint32_t limit) {
    static bool wanted[PARTIES];
    char token[1024] = "";
    size_t pages = 0;
    int at = 0;
    uint64_t count, all = 0;
    for (int i = 0; i < PARTIES; i++) all += wanted[place_of(i)] = fits(i);
    do {
        crm_iter *iter;
        crm_id id;
        cr_assert_eq(crm_directory_list(txn, query, limit, token, &iter), CRM_OK, "%s", crm_error_text());
        for (uint32_t rows = 0; crm_iter_next(iter, &id) == CRM_ROW; rows++, at++) {
            crm_record *rec = test_get(txn, id);
            while (at < PARTIES && !wanted[at]) at++;
            cr_assert_lt(rows, limit);
            cr_assert_eq(atoi(crm_record_text(rec, CRM_PARTY_NAME) + 1), at);
            crm_record_free(rec);
        }
        snprintf(token, sizeof token, "%s", crm_iter_token(iter) ? crm_iter_token(iter) : "");
        crm_iter_free(iter);
        cr_assert_lt(++pages, 200u);
    } while (*token);
    while (at < PARTIES && !wanted[at]) at++;
    cr_assert_eq(at, PARTIES, "the list ended before %d", at);
    int exact;
    cr_assert_eq(crm_directory_count(txn, query, &count, &exact), CRM_OK);
    cr_expect(exact ? count == all : count * 10 > all * 8 && count * 10 < all * 12 + 20, "%d: %d of %d", exact, (int)count, (int)all);
    return pages;
}

static bool fits_all(int i) { return i >= 0; }

Test(directory, many, .timeout = 60) {
    crm_id group = test_group(txn, "G", 0);
    uint64_t count;
    int exact;
    test_commit(txn);
    cr_assert_eq(crm_transact(db, CRM_ACTOR_SYSTEM, put_many, &group), CRM_OK, "%s", crm_error_text());
    txn = test_read(db);
    cr_expect_eq(expect_many(NULL, fits_all, 9000), 2u);
    cr_assert_eq(crm_directory_count(txn, NULL, &count, &exact), CRM_OK);
    cr_expect(!exact && count > PARTIES * 0.98 && count < PARTIES * 1.02, "%d", (int)count);
    expect_many(QUERY(.town = "big"), fits_big, 100);      /* more than few */
    expect_many(QUERY(.town = "little"), fits_little, 10); /* few */
    expect_many(QUERY(.country = "AT"), fits_austria, 64);
    cr_expect_eq(expect_many(QUERY(.country = "LI"), fits_country, 10), 2u, "a page looks at 8,192");
    expect_many(QUERY(.group = group), fits_group, 100);
    expect_many(QUERY(.group = group, .country = "AT", .town = "BIG"), fits_both, 50);
    expect_many(QUERY(.postal_from = "00100", .postal_until = "09399"), fits_codes, 1000);
    expect_many(QUERY(.postal_from = "00100", .postal_until = "00199", .town = "Big"), fits_few_codes, 7);
}

/* --- actors --- */

Test(directory, actors) {
    crm_id own = test_party(txn, "Own"), foreign = test_party(txn, "Foreign"), group = test_group(txn, "G", 0);
    address(own, "Ulm", "89073", "DE");
    address(foreign, "Ulm", "89073", "DE");
    cr_assert_eq(crm_group_add(txn, group, own, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    crm_id bound = actor_bound(txn, "bound", own, NULL), all = actor_staff(txn, "all", "*", NULL, 0),
           names_only = actor_staff(txn, "names", "party", NULL, 0), no_parties = actor_staff(txn, "none", "address", NULL, 0);
    uint64_t count;
    test_commit(txn);
    txn = test_as(db, bound);
    cr_expect_str_eq(names(txn, NULL, 0), "Own");
    cr_expect_str_eq(names(txn, QUERY(.town = "ulm", .country = "DE"), 0), "Own");
    cr_expect_str_eq(names(txn, QUERY(.town = "Bonn"), 0), "");
    cr_expect_str_eq(names(txn, QUERY(.prefix = "F"), 0), "");
    cr_expect_eq(crm_directory_count(txn, QUERY(.group = group), &count, NULL), CRM_E_NOTFOUND, "groups are not there for him");
    crm_txn_free(txn);
    txn = test_as(db, all); /* without personal data */
    cr_expect_str_eq(names(txn, QUERY(.town = "ulm"), 0), "?|?");
    cr_expect_str_eq(names(txn, QUERY(.group = group), 0), "?");
    crm_txn_free(txn);
    txn = test_as(db, names_only);
    cr_expect_str_eq(names(txn, NULL, 0), "?|?");
    cr_expect_str_eq(names(txn, QUERY(.town = "ulm"), 0), "");
    crm_txn_free(txn);
    txn = test_as(db, no_parties);
    cr_expect_str_eq(names(txn, NULL, 0), "");
    cr_expect_str_eq(names(txn, QUERY(.town = "ulm"), 0), "");
}
