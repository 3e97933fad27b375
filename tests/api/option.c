/* SPDX-License-Identifier: MIT */
/* Options: which rules can be stored, and which of them decides - by cases, and against a search through all rules. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(option, .init = begin, .fini = end, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NONE CRM_NO_DATE
#define TEXT64 "0123456789012345678901234567890123456789012345678901234567890123"

/* A rule, not stored; deny: 1. */
static crm_record *rule(crm_id owner, const char *code, int deny, int64_t from, int64_t until) {
    crm_record *rec;
    cr_assert_eq(crm_record_new(CRM_KIND_OPTION_RULE, &rec), CRM_OK);
    cr_assert_eq(crm_record_set_id(rec, CRM_OPTION_RULE_OWNER, owner), CRM_OK);
    cr_assert_eq(crm_record_set_text(rec, CRM_OPTION_RULE_CODE, code, CRM_NTS), CRM_OK);
    if (deny) cr_assert_eq(crm_record_set_bool(rec, CRM_OPTION_RULE_DENY, 1), CRM_OK);
    if (from != NONE) cr_assert_eq(crm_record_set_date(rec, CRM_OPTION_RULE_VALID_FROM, from), CRM_OK);
    if (until != NONE) cr_assert_eq(crm_record_set_date(rec, CRM_OPTION_RULE_VALID_UNTIL, until), CRM_OK);
    return rec;
}

static crm_id allow(crm_id owner, const char *code) { return test_put(txn, rule(owner, code, 0, NONE, NONE)); }
static crm_id deny(crm_id owner, const char *code) { return test_put(txn, rule(owner, code, 1, NONE, NONE)); }

/* 1 or 0, and the rule; both calls say the same. */
static int ask(crm_id customer, int64_t day, const char *code, crm_id *by) {
    uint8_t many = 7;
    int one = 7;
    *by = 7;
    cr_assert_eq(crm_option_allowed(txn, customer, day, code, CRM_NTS, &one), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_option_check(txn, customer, day, &code, 1, &many, by), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(one, many, "%s: %d alone, %d among many", code, one, many);
    return one;
}

static void expect(crm_id customer, const char *code, int allowed, crm_id by) {
    crm_id found;
    int answer = ask(customer, CRM_TODAY, code, &found);
    cr_expect(answer == allowed && found == by, "%s: %d by %llu, not %llu", code, answer, (unsigned long long)found,
              (unsigned long long)by);
}

Test(option, stored) {
    crm_id party = test_party(txn, "x"), group = test_group(txn, "A", 0),
           address = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    const struct rule_case {
        crm_id owner;
        const char *code;
        int deny;
        int64_t from, until;
        int status;
    } cases[] = {
        {party, "V8", 0, 100, 200, CRM_OK},
        {party, "V8", 0, 200, 300, CRM_OK},
        {party, "V8", 0, 299, NONE, CRM_E_EXISTS},
        {party, "V8", 1, 150, 160, CRM_E_EXISTS},
        {party, "V8", 1, NONE, 101, CRM_E_EXISTS},
        {party, "V8*", 1, 150, 160, CRM_OK},
        {party, "v8", 1, NONE, NONE, CRM_OK},
        {party, "V88", 1, NONE, NONE, CRM_OK},
        {group, "V8", 1, NONE, NONE, CRM_OK},
        {group, "V8", 0, NONE, NONE, CRM_E_EXISTS},
        {party, "*", 1, NONE, NONE, CRM_OK},
        {party, "**", 1, NONE, NONE, CRM_E_INVALID},
        {party, "*A", 1, NONE, NONE, CRM_E_INVALID},
        {party, "A*B*", 1, NONE, NONE, CRM_E_INVALID},
        {party, "", 1, NONE, NONE, CRM_E_REQUIRED},
        {party, " ", 1, NONE, NONE, CRM_E_REQUIRED},
        {party, TEXT64, 1, NONE, NONE, CRM_OK},
        {party, TEXT64 "*", 1, NONE, NONE, CRM_E_TOO_BIG},
        {party, "T", 1, 200, 200, CRM_E_RANGE},
        {0, "T", 1, NONE, NONE, CRM_E_REQUIRED},
        {address, "T", 1, NONE, NONE, CRM_E_NOTFOUND},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct rule_case *c = &cases[i];
        int rc = test_try(txn, rule(c->owner, c->code, c->deny, c->from, c->until));
        cr_expect_eq(rc, c->status, "%zu %s: %d %s", i, c->code, rc, crm_error_text());
        if (rc == CRM_E_EXISTS || rc == CRM_E_TOO_BIG || rc == CRM_E_INVALID)
            cr_expect_eq(crm_error_field(), CRM_OPTION_RULE_CODE, "%zu", i);
    }
    static const char *const settings[][2] = {{"option.default", "maybe"}, {"option.default", ""}, {"option.other", "deny"}};
    for (size_t i = 0; i < COUNT(settings); i++)
        cr_expect_eq(crm_setting_set(txn, settings[i][0], settings[i][1], CRM_NTS), CRM_E_RANGE, "%s=%s", settings[i][0], settings[i][1]);
    cr_expect_eq(crm_setting_set(txn, "option.default", "allow", CRM_NTS), CRM_OK);
}

Test(option, longest_decides) {
    crm_id party = test_party(txn, "x"), all = deny(party, "*"), engines = allow(party, "ENGINE-*"), v8 = deny(party, "ENGINE-V8"),
           v = deny(party, "ENGINE-V*"), v8_long = allow(party, "ENGINE-V8*"), umlaut = allow(party, "Ü*"), full = allow(party, TEXT64);
    expect(party, "ENGINE", 0, all);
    expect(party, "ENGINE-", 1, engines);
    expect(party, "ENGINE-R4", 1, engines);
    expect(party, "ENGINE-V", 0, v);
    expect(party, "ENGINE-V6", 0, v);
    expect(party, "ENGINE-V8", 0, v8);
    expect(party, "ENGINE-V8-TURBO", 1, v8_long);
    expect(party, "ENGINE-V9", 0, v);
    expect(party, "ENGINE-W", 1, engines);
    expect(party, "ENGINE.", 0, all);
    expect(party, "engine-v8", 0, all);
    expect(party, "A", 0, all);
    expect(party, "ZZ", 0, all);
    expect(party, "ENGINE-V8*", 1, v8_long);
    expect(party, "Übermaß", 1, umlaut);
    expect(party, TEXT64, 1, full);
    expect(party, "0123", 0, all);
    expect(test_party(txn, "another"), "ENGINE-V8", 1, 0);
}

Test(option, groups) {
    crm_id party = test_party(txn, "x"), top = test_group(txn, "TOP", 0), group = test_group(txn, "A", top),
           other = test_group(txn, "B", 0);
    cr_assert_eq(crm_group_add(txn, group, party, NONE, NONE, NULL), CRM_OK);
    cr_assert_eq(crm_group_add(txn, other, party, NONE, TEST_DAY, NULL), CRM_OK);
    crm_id above = deny(top, "ENGINE-*"), same[3], by;
    crm_id expired = allow(other, "ENGINE-V8");
    expect(party, "ENGINE-V8", 0, above);
    cr_expect(ask(party, TEST_DAY - 1, "ENGINE-V8", &by) == 1 && by == expired, "of a group that he was in");
    crm_id own = allow(party, "ENGINE-*");
    expect(party, "ENGINE-V8", 0, above); /* as long: the one that denies */
    crm_id longer = allow(party, "ENGINE-V*");
    expect(party, "ENGINE-V8", 1, longer);
    same[0] = deny(top, "T"), same[1] = deny(group, "T"), same[2] = deny(party, "T");
    for (size_t i = 3; i-- > 0;) {
        expect(party, "T", 0, same[i]);
        cr_assert_eq(crm_record_delete(txn, same[i], 0), CRM_OK);
    }
    expect(party, "T", 1, 0);
    cr_assert_eq(crm_record_archive(txn, top, 0), CRM_OK);
    expect(party, "ENGINE-R4", 1, own);
    crm_id of_group = deny(group, "SEAT");
    expect(party, "SEAT", 0, of_group);
    cr_assert_eq(crm_record_restore(txn, top, 0), CRM_OK);
    cr_assert_eq(crm_record_archive(txn, group, 0), CRM_OK);
    expect(party, "SEAT", 1, 0);
    expect(party, "ENGINE-R4", 1, own); /* nor does it lead to what is above it */
}

Test(option, terms_that_block_inheritance) {
    crm_id party = test_party(txn, "x"), top = test_group(txn, "TOP", 0), group = test_group(txn, "A", top), above = deny(top, "V8");
    crm_id owners[] = {party, group};
    cr_assert_eq(crm_group_add(txn, group, party, NONE, NONE, NULL), CRM_OK);
    for (size_t i = 0; i < COUNT(owners); i++) {
        crm_record *terms;
        cr_assert_eq(crm_record_new(CRM_KIND_QUOTE_DEFAULTS, &terms), CRM_OK);
        cr_assert_eq(crm_record_set_id(terms, CRM_QUOTE_DEFAULTS_OWNER, owners[i]), CRM_OK);
        cr_assert_eq(crm_record_set_bool(terms, CRM_QUOTE_DEFAULTS_BLOCKS_INHERITANCE, 1), CRM_OK);
        test_put(txn, terms);
    }
    expect(party, "V8", 0, above);
}

Test(option, days) {
    crm_id party = test_party(txn, "x"), by, first = test_put(txn, rule(party, "V8", 1, 100, 200));
    test_put(txn, rule(party, "V8", 0, 200, NONE));
    static const struct day_case {
        int64_t day;
        int allowed;
        bool first;
    } cases[] = {{99, 1, false}, {100, 0, true}, {199, 0, true}, {200, 1, false}, {CRM_TODAY, 1, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect_eq(ask(party, cases[i].day, "V8", &by), cases[i].allowed, "%zu", i);
        cr_expect_eq(by == first, cases[i].first, "%zu", i);
    }
}

Test(option, default_setting) {
    crm_id party = test_party(txn, "x"), own = allow(party, "V8");
    static const char *const values[] = {NULL, "deny", "allow"};
    for (size_t i = 0; i < COUNT(values); i++) {
        if (values[i]) cr_assert_eq(crm_setting_set(txn, "option.default", values[i], CRM_NTS), CRM_OK, "%s", crm_error_text());
        expect(party, "V6", i != 1, 0);
        expect(party, "V8", 1, own);
    }
}

Test(option, many) {
    crm_id party = test_party(txn, "x"), by[5] = {7, 7, 7, 7, 7}, v8 = deny(party, "V8");
    uint8_t out[5] = {7, 7, 7, 7, 7};
    const char *codes[] = {"V8", "V6", "V8", "V", "V88"};
    cr_expect_eq(crm_option_check(txn, party, CRM_TODAY, codes, 5, out, NULL), CRM_OK);
    cr_expect_eq(memcmp(out, "\0\1\0\1\1", 5), 0);
    cr_expect_eq(crm_option_check(txn, party, CRM_TODAY, codes, 3, out, by), CRM_OK);
    cr_expect(by[0] == v8 && by[1] == 0 && by[2] == v8 && by[3] == 7);
    cr_expect_eq(crm_option_check(txn, party, CRM_TODAY, NULL, 0, NULL, NULL), CRM_OK, "none at all");
    cr_expect_eq(crm_option_check(txn, party, CRM_TODAY, NULL, 1, out, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_option_check(txn, party, CRM_TODAY, codes, 1, NULL, NULL), CRM_E_INVALID);
    static const struct bad_case {
        const char *code;
        int status;
    } bad[] = {{"", CRM_E_INVALID}, {NULL, CRM_E_INVALID}, {"\xff", CRM_E_UTF8}, {TEXT64 "x", CRM_E_TOO_BIG}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        int one = 7;
        memset(out, 7, sizeof out);
        codes[3] = bad[i].code;
        cr_expect_eq(crm_option_check(txn, party, CRM_TODAY, codes, 5, out, by), bad[i].status, "%zu", i);
        cr_expect_eq(crm_error_row(), 4, "%zu: row %llu", i, (unsigned long long)crm_error_row());
        cr_expect_eq(memcmp(out, "\7\7\7\7\7", 5), 0, "%zu: answered", i);
        cr_expect_eq(crm_option_allowed(txn, party, CRM_TODAY, bad[i].code, CRM_NTS, &one), bad[i].status, "%zu", i);
        cr_expect_eq(one, 7);
    }
    const char **most = malloc(100001 * sizeof *most);
    uint8_t *answers = malloc(100001);
    for (size_t i = 0; i < 100001; i++) most[i] = i % 2 ? "V8" : "V6";
    cr_expect_eq(crm_option_check(txn, party, CRM_TODAY, most, 100001, answers, NULL), CRM_E_TOO_BIG);
    cr_expect_eq(crm_option_check(txn, party, CRM_TODAY, most, 100000, answers, NULL), CRM_OK);
    cr_expect(answers[0] == 1 && answers[99999] == 0);
    free(most);
    free(answers);
}

Test(option, of_a_group_are_listed_and_go_with_it) {
    crm_id group = test_group(txn, "A", 0), ids[] = {deny(group, "A"), allow(group, "B")};
    test_ids *found = calloc(1, sizeof *found);
    crm_iter *iter;
    crm_record *rec = NULL;
    cr_assert_eq(crm_record_list(txn, group, CRM_KIND_OPTION_RULE, 0, NULL, &iter), CRM_OK);
    free(test_page(iter, found));
    cr_expect(found->count == 2 && found->id[0] == ids[0] && found->id[1] == ids[1], "%zu", found->count);
    cr_expect_eq(crm_record_delete(txn, group, 0), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_record_get(txn, ids[0], &rec), CRM_E_NOTFOUND);
    free(found);
}

/* --- against a search through all rules --- */

#define OWNERS 4
#define RULES 120

static uint32_t seed = 1;
static uint32_t draw(uint32_t below) {
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % below;
}

static struct drawn {
    size_t owner;
    char code[12];
    bool deny;
    crm_id id;
} rules[RULES];

static void draw_code(char out[12], bool star) {
    size_t size = draw(5);
    for (size_t i = 0; i < size; i++) out[i] = (char)('A' + draw(2));
    if (star || !size) out[size++] = star ? '*' : 'A';
    out[size] = '\0';
}

static bool fits(const char *rule_code, const char *code, size_t *length) {
    size_t size = strlen(rule_code);
    bool whole = rule_code[size - 1] != '*';
    *length = whole ? 1000 : size - 1;
    return whole ? !strcmp(rule_code, code) : !strncmp(rule_code, code, size - 1);
}

/* owners: in the order in which they are named. */
static const struct drawn *search(size_t count, const char *code) {
    const struct drawn *best = NULL;
    size_t best_length = 0;
    for (size_t owner = 0; owner < OWNERS; owner++)
        for (size_t i = 0; i < count; i++) {
            size_t length;
            if (rules[i].owner != owner || !fits(rules[i].code, code, &length)) continue;
            if (best && (length < best_length || (length == best_length && !(rules[i].deny && !best->deny)))) continue;
            best = &rules[i];
            best_length = length;
        }
    return best;
}

Test(option, as_a_search_finds) {
    crm_id party = test_party(txn, "x"), top = test_group(txn, "TOP", 0), below = test_group(txn, "A", top),
           other = test_group(txn, "B", 0);
    crm_id owners[OWNERS] = {party, below, top, other};
    size_t count = 0, named = 0;
    cr_assert_eq(crm_group_add(txn, below, party, NONE, NONE, NULL), CRM_OK);
    cr_assert_eq(crm_group_add(txn, other, party, NONE, NONE, NULL), CRM_OK);
    cr_assert_eq(crm_group_add(txn, top, party, NONE, NONE, NULL), CRM_OK); /* by two ways */
    for (size_t i = 0; i < RULES; i++) {
        struct drawn *made = &rules[count];
        made->owner = draw(OWNERS);
        made->deny = draw(2);
        draw_code(made->code, draw(2));
        crm_record *rec = rule(owners[made->owner], made->code, made->deny, NONE, NONE);
        int rc = crm_record_put(txn, rec, &made->id, NULL);
        crm_record_free(rec);
        cr_assert(rc == CRM_OK || rc == CRM_E_EXISTS, "%s", crm_error_text());
        count += rc == CRM_OK;
        for (size_t k = 0; k < 20; k++) {
            char code[12];
            crm_id by;
            draw_code(code, false);
            const struct drawn *right = search(count, code);
            int answer = ask(party, CRM_TODAY, code, &by);
            cr_expect(answer == (!right || !right->deny) && by == (right ? right->id : 0), "%zu rules, %s: %d", count, code, answer);
            named += by != 0;
        }
    }
    cr_expect(count > 60 && named > 1500, "%zu rules, %zu answers", count, named);
}
