/* SPDX-License-Identifier: MIT */
/* The groups of a party in the order in which they are asked, the same in a list and in a proposal, and who gets no information. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(group_order, .init = begin, .fini = end, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NONE CRM_NO_DATE

static void move(crm_id group, crm_id parent) {
    crm_record *rec = test_get(txn, group);
    cr_assert_eq(crm_record_set_id(rec, CRM_GROUP_PARENT, parent), CRM_OK);
    test_put(txn, rec);
}

typedef struct named_group {
    char code[8], parent[8];
    crm_id id;
} named_group;

static crm_id named(const named_group *groups, size_t count, const char *code) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(groups[i].code, code) == 0) return groups[i].id;
    cr_assert(!*code, "no group %s", code);
    return 0;
}

/* A group from "code[:priority][>parent][!]", "!": gets no information. */
static named_group make_group(const char *word) {
    named_group group = {.code = ""};
    size_t size = strcspn(word, ":>!");
    const char *priority = strchr(word, ':'), *parent = strchr(word, '>');
    memcpy(group.code, word, size);
    if (parent) memcpy(group.parent, parent + 1, strcspn(parent + 1, "!"));
    crm_record *rec = test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, group.code, CRM_GROUP_NAME, "x", 0);
    if (priority) cr_assert_eq(crm_record_set_int(rec, CRM_GROUP_PRIORITY, atoll(priority + 1)), CRM_OK);
    if (strchr(word, '!')) cr_assert_eq(crm_record_set_bool(rec, CRM_GROUP_OPT_OUT, 1), CRM_OK);
    group.id = test_put(txn, rec);
    return group;
}

static size_t make_groups(const char *list, named_group *groups) {
    char text[200];
    size_t count = 0;
    snprintf(text, sizeof text, "%s", list);
    for (char *save, *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) groups[count++] = make_group(word);
    for (size_t i = 0; i < count; i++) move(groups[i].id, named(groups, count, groups[i].parent));
    return count;
}

static const char *code_in(const named_group *groups, size_t count, crm_id id) {
    for (size_t i = 0; i < count; i++)
        if (groups[i].id == id) return groups[i].code;
    return id ? "?" : "";
}

static void say_groups(const named_group *groups, size_t count, crm_id party, char *out) {
    crm_iter *iter;
    crm_id id;
    *out = 0;
    cr_assert_eq(crm_party_groups(txn, party, CRM_TODAY, &iter), CRM_OK, "%s", crm_error_text());
    while (crm_iter_next(iter, &id) == CRM_ROW) sprintf(out + strlen(out), "%s%s", *out ? " " : "", code_in(groups, count, id));
    cr_expect_null(crm_iter_token(iter));
    crm_iter_free(iter);
}

static void each_word(const char *list, const named_group *groups, size_t count, crm_id party) {
    char text[200];
    snprintf(text, sizeof text, "%s", list);
    for (char *save, *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        crm_id id = named(groups, count, word);
        int rc = party ? crm_group_add(txn, id, party, NONE, NONE, NULL) : crm_record_archive(txn, id, 0);
        cr_assert_eq(rc, CRM_OK, "%s: %s", word, crm_error_text());
    }
}

Test(group_order, order) {
    static const struct order_case {
        const char *groups, *in, *archived, *order, *opt_out;
    } cases[] = {
        {"A", "", "", "", ""},
        {"A B C", "C A B", "", "A B C", ""},
        {"A:2 B:1 C", "A B C", "", "B A C", ""},
        {"AA A", "AA A", "", "A AA", ""},
        {"A B:9223372036854775807 C:-9223372036854775808 D:0", "A B C D", "", "C D B A", ""},
        {"B:1 A:1 a:1 AA:1", "a B AA A", "", "A AA B a", ""},
        {"A:1>P P>Q Q B:2", "A B", "", "A P Q B", ""},
        {"A:2>P P B:1>P", "A B", "", "B P A", ""},
        {"A:1>P P:3 B:2", "A B P", "", "A P B", ""},
        {"P:1 A:2>P", "A P", "", "P A", ""},
        {"A:1>P P>Q Q B:2>Q", "A B", "P", "A B Q", ""},
        {"A:1>P P B:2", "A B", "A", "B", ""},
        {"A:1>P P B:2", "A B P", "A", "B P", ""},
        {"A>P P>Q Q", "A", "Q", "A P", ""},
        {"A>P P>Q Q", "A", "A P Q", "", ""},
        {"A! B", "A B", "", "A B", "A"},
        {"A>P P>Q Q! B!", "A B", "", "A P Q B", "Q"},
        {"A>P P>Q Q!", "A", "P", "A", "Q"},
        {"A>P P>Q Q!", "A", "A P Q", "", "Q"},
        {"A:2>P P! B! C:1", "A B C", "A B", "C", "P"},
        {"A! B", "A B", "A", "B", "A"},
        {"A! B>A", "", "", "", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        named_group groups[8];
        char got[200];
        crm_id party = test_party(txn, "x"), opt_out = 7;
        size_t count = make_groups(cases[i].groups, groups);
        each_word(cases[i].in, groups, count, party);
        each_word(cases[i].archived, groups, count, 0);
        say_groups(groups, count, party, got);
        cr_expect_str_eq(got, cases[i].order, "%s, in %s, archived %s: %s", cases[i].groups, cases[i].in, cases[i].archived, got);
        cr_expect_eq(crm_party_opt_out(txn, party, CRM_TODAY, &opt_out), CRM_OK);
        cr_expect_str_eq(code_in(groups, count, opt_out), cases[i].opt_out, "%s: %s", cases[i].groups, code_in(groups, count, opt_out));
        crm_txn_free(txn);
        txn = test_write(db);
    }
}

Test(group_order, of_a_day) {
    crm_id a = test_group(txn, "A", 0), b = test_group(txn, "B", 0), party = test_party(txn, "x");
    cr_assert_eq(crm_group_add(txn, a, party, 100, 200, NULL), CRM_OK);
    cr_assert_eq(crm_group_add(txn, b, party, 199, NONE, NULL), CRM_OK);
    static const struct day_case {
        int64_t day;
        const char *order;
    } cases[] = {{99, ""}, {100, "A"}, {199, "A B"}, {200, "B"}, {CRM_TODAY, "B"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        crm_iter *iter;
        crm_id id;
        char got[8] = "";
        cr_assert_eq(crm_party_groups(txn, party, cases[i].day, &iter), CRM_OK);
        while (crm_iter_next(iter, &id) == CRM_ROW) sprintf(got + strlen(got), "%s%s", *got ? " " : "", id == a ? "A" : "B");
        crm_iter_free(iter);
        cr_expect_str_eq(got, cases[i].order, "%zu: %s", i, got);
    }
}

Test(group_order, thousand) {
    crm_id party = test_party(txn, "x"), top = test_group(txn, "top", 0), id, first = 0;
    crm_iter *iter;
    char code[16];
    static test_ids ids;
    for (int i = 0; i < 1001; i++) {
        snprintf(code, sizeof code, "%04d", i);
        id = test_group(txn, code, i < 2 ? top : 0);
        if (!first) first = id;
        cr_assert_eq(crm_group_add(txn, id, party, NONE, NONE, NULL), CRM_OK);
        if (i != 998 && i != 999) continue;
        int rc = crm_party_groups(txn, party, CRM_TODAY, &iter);
        cr_expect_eq(rc, i == 998 ? CRM_OK : CRM_E_TOO_BIG, "%d groups and one above: %d", i + 1, rc);
        if (rc == CRM_OK) free(test_page(iter, &ids));
    }
    cr_expect(ids.count == 1000 && ids.id[0] == first && ids.id[1] == top);
    cr_expect_eq(crm_party_groups(txn, party, CRM_TODAY, &iter), CRM_E_TOO_BIG);
    cr_expect_eq(crm_party_opt_out(txn, party, CRM_TODAY, &id), CRM_E_TOO_BIG);
}

/* --- the same as in a proposal --- */

#define FOREST 12

static uint32_t random_state = 1;
static uint32_t random_below(uint32_t limit) {
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % limit;
}

/* Groups with parents, some with a priority, some archived, some with terms of their own: the price list is the group's code. */
static void random_groups(crm_id groups[FOREST], crm_id terms[FOREST], crm_id party) {
    for (uint32_t i = 0; i < FOREST; i++) {
        char code[2] = {(char)('a' + (i * 7) % FOREST), 0};
        crm_record *rec = test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, code, CRM_GROUP_NAME, "x", 0);
        if (i && random_below(3)) cr_assert_eq(crm_record_set_id(rec, CRM_GROUP_PARENT, groups[random_below(i)]), CRM_OK);
        if (random_below(2)) cr_assert_eq(crm_record_set_int(rec, CRM_GROUP_PRIORITY, random_below(3)), CRM_OK);
        groups[i] = test_put(txn, rec);
        terms[i] = random_below(4) ? 0 : test_child(txn, CRM_KIND_QUOTE_DEFAULTS, groups[i], CRM_QUOTE_DEFAULTS_PRICE_LIST, code);
        if (random_below(2)) cr_assert_eq(crm_group_add(txn, groups[i], party, NONE, NONE, NULL), CRM_OK);
    }
    for (uint32_t i = 0; i < FOREST; i++)
        if (!random_below(4)) cr_assert_eq(crm_record_archive(txn, groups[i], 0), CRM_OK);
}

/* The terms of the first group in the list that has any; 0: none. */
static crm_id first_terms(const crm_id groups[FOREST], const crm_id terms[FOREST], crm_id party) {
    crm_iter *iter;
    crm_id id, found = 0;
    cr_assert_eq(crm_party_groups(txn, party, CRM_TODAY, &iter), CRM_OK);
    while (crm_iter_next(iter, &id) == CRM_ROW)
        for (int i = 0; i < FOREST; i++)
            if (groups[i] == id && !found) found = terms[i];
    crm_iter_free(iter);
    return found;
}

Test(group_order, of_a_proposal) {
    int set = 0;
    for (int round = 0; round < 200; round++) {
        crm_id groups[FOREST], terms[FOREST], party = test_party(txn, "x");
        crm_quote *quote;
        random_groups(groups, terms, party);
        crm_id wanted = first_terms(groups, terms, party);
        cr_assert_geq(crm_quote_resolve(txn, party, CRM_TODAY, NULL, &quote), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_quote_source(quote, CRM_QUOTE_PRICE_LIST), wanted, "round %d: %s", round, crm_quote_json(quote, NULL));
        set += wanted != 0;
        crm_quote_free(quote);
        crm_txn_free(txn);
        txn = test_write(db);
    }
    cr_expect(set > 50 && set < 190, "%d", set);
}
