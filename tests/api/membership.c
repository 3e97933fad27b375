/* SPDX-License-Identifier: MIT */
/* Memberships: once at a time, adding and ending them, the members of a group. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(membership, .init = begin, .fini = end, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NONE CRM_NO_DATE

/* What was refused has changed nothing. */
static char *before;
static void note(void) { before = test_dump_txn(txn); }
static void check_same(const char *what) {
    char *now = test_dump_txn(txn);
    cr_expect_str_eq(now, before, "%s: something was stored", what);
    free(now);
    free(before);
}

Test(membership, once_at_a_time) {
    static const struct time_case {
        int group;
        int64_t from, until;
        int status;
    } cases[] = {
        {0, 100, 200, CRM_OK},
        {0, 200, 300, CRM_OK},
        {0, 299, 400, CRM_E_EXISTS},
        {0, 50, 101, CRM_E_EXISTS},
        {0, 50, 100, CRM_OK},
        {0, NONE, 51, CRM_E_EXISTS},
        {0, NONE, 50, CRM_OK},
        {0, NONE, NONE, CRM_E_EXISTS},
        {0, 300, NONE, CRM_OK},
        {0, 5000, 5001, CRM_E_EXISTS},
        {1, NONE, NONE, CRM_OK},
        {2, 200, 200, CRM_E_RANGE},
        {2, 201, 200, CRM_E_RANGE},
        {2, 200, INT64_C(9999999), CRM_E_RANGE},
        {2, CRM_TODAY, NONE, CRM_E_RANGE},
        {2, 200, 201, CRM_OK},
    };
    crm_id groups[] = {test_group(txn, "A", 0), test_group(txn, "B", 0), test_group(txn, "C", 0)}, party = test_party(txn, "x"), id;
    for (size_t i = 0; i < COUNT(cases); i++) {
        id = 7;
        int rc = crm_group_add(txn, groups[cases[i].group], party, cases[i].from, cases[i].until, &id);
        cr_expect_eq(rc, cases[i].status, "%zu: %d %s", i, rc, crm_error_text());
        cr_expect_eq(rc < 0, id == 7, "%zu: the id", i);
    }
    cr_expect_eq(crm_group_add(txn, groups[0], test_party(txn, "y"), 100, 200, NULL), CRM_OK, "another party");
    crm_record *rec = test_get(txn, id);
    cr_expect(crm_record_kind(rec) == CRM_KIND_MEMBERSHIP && crm_record_id(rec, CRM_MEMBERSHIP_GROUP) == groups[2]);
    cr_expect(crm_record_id(rec, CRM_MEMBERSHIP_PARTY) == party && crm_record_date(rec, CRM_MEMBERSHIP_VALID_FROM, 0) == 200);
    cr_assert_eq(crm_record_set_id(rec, CRM_MEMBERSHIP_GROUP, groups[0]), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_E_EXISTS, "into a group where it is already");
    cr_expect_eq(crm_error_field(), CRM_MEMBERSHIP_GROUP);
}

Test(membership, add_refused) {
    crm_id group = test_group(txn, "A", 0), old = test_group(txn, "old", 0), party = test_party(txn, "x"), gone = test_party(txn, "y");
    crm_id town = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm"), membership;
    cr_assert_eq(crm_group_add(txn, old, party, 1, 2, &membership), CRM_OK);
    cr_assert_eq(crm_record_archive(txn, old, 0), CRM_OK);
    cr_assert_eq(crm_record_delete(txn, gone, 0), CRM_OK);
    const struct add_case {
        crm_id group, party;
        int status;
    } cases[] = {
        {old, party, CRM_E_ARCHIVED},  {0, party, CRM_E_NOTFOUND},     {group, 0, CRM_E_NOTFOUND},    {party, party, CRM_E_NOTFOUND},
        {group, gone, CRM_E_NOTFOUND}, {group, group, CRM_E_NOTFOUND}, {4711, party, CRM_E_NOTFOUND}, {group, town, CRM_E_NOTFOUND},
    };
    note();
    for (size_t i = 0; i < COUNT(cases); i++) {
        int rc = crm_group_add(txn, cases[i].group, cases[i].party, NONE, NONE, NULL);
        cr_expect_eq(rc, cases[i].status, "%zu: %d %s", i, rc, crm_error_text());
        if (cases[i].status != CRM_E_NOTFOUND) continue;
        cr_expect_eq(crm_group_remove(txn, cases[i].group, cases[i].party, CRM_TODAY), CRM_E_NOTFOUND, "%zu", i);
    }
    check_same("refused");
    crm_record *rec = test_get(txn, membership);
    cr_assert_eq(crm_record_set_date(rec, CRM_MEMBERSHIP_VALID_UNTIL, 3), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "what is in an archived group already can change");
}

/* Memberships as "from-until", "." for none, in their order. */
static void say_memberships(crm_id party, char *out, size_t cap) {
    crm_iter *iter;
    test_ids *ids = calloc(1, sizeof *ids);
    size_t size = 0;
    *out = 0;
    cr_assert_eq(crm_record_list(txn, party, CRM_KIND_MEMBERSHIP, 0, NULL, &iter), CRM_OK);
    free(test_page(iter, ids));
    for (size_t i = 0; i < ids->count; i++) {
        crm_record *rec = test_get(txn, ids->id[i]);
        int64_t from = crm_record_date(rec, CRM_MEMBERSHIP_VALID_FROM, -1), until = crm_record_date(rec, CRM_MEMBERSHIP_VALID_UNTIL, -1);
        size += (size_t)snprintf(out + size, cap - size, "%s%.0lld-%.0lld", i ? " " : "", from < 0 ? 0 : (long long)from,
                                 until < 0 ? 0 : (long long)until);
        crm_record_free(rec);
    }
    free(ids);
}

Test(membership, remove) {
    static const struct remove_case {
        const char *before; /* "from-until", nothing for no bound */
        int64_t day;
        int status;
        const char *after;
    } cases[] = {
        {"-", 100, CRM_OK, "-100"},
        {"-", CRM_TODAY, CRM_OK, "-20000"},
        {"100-200", 150, CRM_OK, "100-150"},
        {"100-200", 199, CRM_OK, "100-199"},
        {"100-200", 200, CRM_E_NOTFOUND, "100-200"},
        {"100-200", 300, CRM_E_NOTFOUND, "100-200"},
        {"100-200", 100, CRM_OK, ""},
        {"100-200", 50, CRM_OK, ""},
        {"100-200 300-400 500-", 350, CRM_OK, "100-200 300-350"},
        {"100-200 300-400 500-", 250, CRM_OK, "100-200"},
        {"", 100, CRM_E_NOTFOUND, ""},
        {"-", CRM_NO_DATE, CRM_E_RANGE, "-"},
        {"-", -9999999, CRM_E_RANGE, "-"},
    };
    crm_id group = test_group(txn, "A", 0), other = test_group(txn, "B", 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[200];
        crm_id party = test_party(txn, "x");
        snprintf(text, sizeof text, "%s", cases[i].before);
        for (char *save, *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
            int64_t from = *word == '-' ? NONE : atoi(word), until = atoi(strchr(word, '-') + 1);
            cr_assert_eq(crm_group_add(txn, group, party, from, until ? until : NONE, NULL), CRM_OK, "%s", crm_error_text());
        }
        int rc = crm_group_remove(txn, group, party, cases[i].day);
        cr_expect_eq(rc, cases[i].status, "%zu: %d %s", i, rc, crm_error_text());
        say_memberships(party, text, sizeof text);
        cr_expect_str_eq(text, cases[i].after, "%zu: %s", i, text);
        cr_assert_eq(crm_group_add(txn, other, party, NONE, NONE, NULL), CRM_OK);
        cr_expect_eq(crm_group_remove(txn, group, party, CRM_NO_DATE - 1), CRM_E_RANGE);
        cr_expect_eq(crm_group_remove(txn, group, party, 2932896), *text && strrchr(text, '-')[1] == 0 ? CRM_OK : CRM_E_NOTFOUND, "%zu", i);
    }
}

static size_t members(crm_id group, int64_t day, uint32_t limit, test_ids *out) {
    char *token = NULL;
    size_t pages = 0;
    out->count = 0;
    do {
        crm_iter *iter;
        size_t count = out->count;
        cr_assert_eq(crm_group_members(txn, group, day, limit, token, &iter), CRM_OK, "%s", crm_error_text());
        free(token);
        token = test_page(iter, out);
        cr_expect_leq(out->count - count, limit, "a page of %zu", out->count - count);
        pages++;
    } while (token);
    return pages;
}

Test(membership, members) {
    crm_id group = test_group(txn, "A", 0), below = test_group(txn, "B", group), party[30];
    static test_ids ids;
    for (int i = 0; i < 30; i++) {
        party[i] = test_party(txn, "x");
        cr_assert_eq(crm_group_add(txn, group, party[i], 100 + i, 200 + i, NULL), CRM_OK);
        cr_assert_eq(crm_group_add(txn, group, party[i], 500, NONE, NULL), CRM_OK);
    }
    cr_assert_eq(crm_group_add(txn, below, test_party(txn, "y"), NONE, NONE, NULL), CRM_OK);
    static const struct day_case {
        int64_t day;
        size_t first, count;
    } cases[] = {{99, 0, 0}, {100, 0, 1}, {110, 0, 11}, {199, 0, 30}, {200, 1, 29}, {228, 29, 1}, {229, 0, 0}, {CRM_TODAY, 0, 30}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (uint32_t limit = 1; limit <= 64; limit = limit * 3 + 1) {
            size_t pages = members(group, cases[i].day, limit, &ids);
            cr_expect_eq(ids.count, cases[i].count, "day %d, limit %u: %zu", (int)cases[i].day, limit, ids.count);
            cr_expect(!ids.count || !memcmp(ids.id, party + cases[i].first, ids.count * sizeof *party), "day %d", (int)cases[i].day);
            cr_expect_eq(pages, (60 + limit - 1) / limit, "limit %u: %zu pages", limit, pages);
        }
    }
    cr_assert_eq(crm_record_archive(txn, group, 0), CRM_OK);
    members(group, CRM_TODAY, 100, &ids);
    cr_expect_eq(ids.count, 30, "an archived group still knows them");
    crm_iter *iter;
    cr_assert_eq(crm_group_members(txn, group, 199, 10, NULL, &iter), CRM_OK);
    char *token = test_page(iter, &ids);
    cr_expect_eq(crm_group_members(txn, below, 199, 10, token, &iter), CRM_E_INVALID, "a token of another group");
    free(token);
    cr_assert_eq(crm_record_delete(txn, party[0], 0), CRM_OK, "%s", crm_error_text());
    members(group, 199, 100, &ids);
    cr_expect_eq(ids.count, 29, "a deleted party is no member");
}

Test(membership, archived_members) {
    crm_id group = test_group(txn, "A", 0), parties[5];
    test_ids ids;
    for (size_t i = 0; i < COUNT(parties); i++) {
        parties[i] = test_party(txn, "x");
        cr_assert_eq(crm_group_add(txn, group, parties[i], NONE, NONE, NULL), CRM_OK);
    }
    for (size_t i = 0; i < COUNT(parties); i += 2) cr_assert_eq(crm_record_archive(txn, parties[i], 0), CRM_OK);
    for (uint32_t limit = 1; limit <= 6; limit++) {
        size_t pages = members(group, CRM_TODAY, limit, &ids);
        cr_expect(ids.count == 2 && ids.id[0] == parties[1] && ids.id[1] == parties[3], "limit %u: %zu", limit, ids.count);
        cr_expect_eq(pages, (COUNT(parties) + limit - 1) / limit, "limit %u: %zu pages", limit, pages);
    }
    cr_assert_eq(crm_record_restore(txn, parties[0], 0), CRM_OK);
    members(group, CRM_TODAY, 100, &ids);
    cr_expect(ids.count == 3 && ids.id[0] == parties[0]);
}

Test(membership, defaults_and_files) {
    crm_id group = test_group(txn, "A", 0), other = test_group(txn, "B", 0), party = test_party(txn, "x"), membership;
    crm_id defaults = test_child(txn, CRM_KIND_QUOTE_DEFAULTS, group, CRM_QUOTE_DEFAULTS_PRICE_LIST, "P1");
    test_child(txn, CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_PRICE_LIST, "P2");
    cr_assert_eq(crm_group_add(txn, group, party, NONE, NONE, &membership), CRM_OK);
    crm_iter *iter;
    static test_ids ids;
    cr_assert_eq(crm_record_list(txn, group, CRM_KIND_QUOTE_DEFAULTS, 0, NULL, &iter), CRM_OK);
    free(test_page(iter, &ids));
    cr_expect(ids.count == 1 && ids.id[0] == defaults);
    ids.count = 0;
    cr_assert_eq(crm_record_list(txn, other, CRM_KIND_QUOTE_DEFAULTS, 0, NULL, &iter), CRM_OK);
    free(test_page(iter, &ids));
    cr_expect_eq(ids.count, 0);
    cr_expect_eq(crm_record_list(txn, group, CRM_KIND_ROLE, 0, NULL, &iter), CRM_E_NOTFOUND, "groups have no roles");
    cr_expect_eq(crm_record_list(txn, defaults, CRM_KIND_QUOTE_DEFAULTS, 0, NULL, &iter), CRM_E_NOTFOUND);
    crm_record *rec = test_get(txn, defaults);
    cr_expect_eq(crm_record_id(rec, CRM_QUOTE_DEFAULTS_OWNER), group);
    crm_record_free(rec);
    crm_file *file;
    cr_assert_eq(crm_file_get(txn, party, &file), CRM_OK);
    cr_assert_eq(crm_file_count(file), 3);
    cr_expect_eq(crm_record_key(crm_file_record(file, 2)), membership);
    cr_expect(strstr(crm_file_json(file, NULL), "\"memberships\":[{"), "%s", crm_file_json(file, NULL));
    crm_file_free(file);
    cr_expect_eq(crm_file_get(txn, group, &file), CRM_E_NOTFOUND);
}
