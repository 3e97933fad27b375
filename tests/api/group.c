/* SPDX-License-Identifier: MIT */
/* Groups: their tree, who is in them and when, and the order in which they are asked. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(group, .init = begin, .fini = end, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof *(array))

static crm_record *changed(crm_id id, crm_field field, crm_id to) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_id(rec, field, to), CRM_OK);
    return rec;
}

static int move(crm_id group, crm_id parent) { return test_try(txn, changed(group, CRM_GROUP_PARENT, parent)); }

static uint64_t revision_of(crm_id id) {
    crm_record *rec = test_get(txn, id);
    uint64_t revision = crm_record_revision(rec);
    crm_record_free(rec);
    return revision;
}

/* How many groups the record says are above it. */
static size_t depth_of(crm_id id) {
    size_t size = 0;
    crm_record *rec = test_get(txn, id);
    crm_record_bytes(rec, CRM_GROUP_ANCESTORS, &size);
    crm_record_free(rec);
    return size / 8;
}

/* What was refused has changed nothing. */
static char *before;
static void note(void) { before = test_dump_txn(txn); }
static void check_same(const char *what) {
    char *now = test_dump_txn(txn);
    cr_expect_str_eq(now, before, "%s: something was stored", what);
    free(now);
    free(before);
}

/* --- codes --- */

Test(group, codes) {
    static const char *const codes[] = {"b", "", "B", "ä", "a b", "AA"};
    static const char *const sorted[] = {"AA", "B", "a b", "b", "ä"};
    char long_code[66];
    for (size_t i = 0; i < COUNT(codes); i++) {
        int rc = test_try(txn, test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, codes[i], CRM_GROUP_NAME, "x", 0));
        cr_expect_eq(rc, *codes[i] ? CRM_OK : CRM_E_REQUIRED, "%s: %d", codes[i], rc);
    }
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, "B", CRM_GROUP_NAME, "x", 0)), CRM_E_EXISTS);
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, "x", 0)), CRM_E_REQUIRED, "a name");
    memset(long_code, 'x', sizeof long_code);
    long_code[65] = 0;
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, long_code, CRM_GROUP_NAME, "x", 0)), CRM_E_TOO_BIG);
    cr_expect_eq(crm_error_field(), CRM_GROUP_CODE);
    long_code[64] = 0;
    crm_id longest = test_group(txn, long_code, 0), id;
    cr_expect_eq(crm_group_find(txn, long_code, CRM_NTS, &id), CRM_OK);
    cr_expect_eq(id, longest);
    cr_expect_eq(crm_record_delete(txn, longest, 0), CRM_OK);
    cr_expect_eq(crm_group_find(txn, long_code, CRM_NTS, &id), CRM_E_NOTFOUND);
    char *token = NULL;
    test_ids ids = {.count = 0};
    do {
        crm_iter *iter;
        cr_assert_eq(crm_group_list(txn, 2, token, &iter), CRM_OK);
        free(token);
        token = test_page(iter, &ids);
    } while (token);
    cr_assert_eq(ids.count, COUNT(sorted));
    for (size_t i = 0; i < ids.count; i++) {
        crm_record *rec = test_get(txn, ids.id[i]);
        cr_expect_str_eq(crm_record_text(rec, CRM_GROUP_CODE), sorted[i]);
        crm_record_free(rec);
    }
}

/* --- the tree --- */

Test(group, parents) {
    crm_id a = test_group(txn, "A", 0), b = test_group(txn, "B", a), c = test_group(txn, "C", b), d = test_group(txn, "D", 0);
    crm_id party = test_party(txn, "x");
    const struct move_case {
        const char *what;
        crm_id group, parent;
        int status;
        const char *path;
    } cases[] = {
        {"under itself", a, a, CRM_E_CYCLE, "A > A"},
        {"under its child", a, b, CRM_E_CYCLE, "A > B > A"},
        {"under its child's child", a, c, CRM_E_CYCLE, "A > C > B > A"},
        {"under a party", a, party, CRM_E_NOTFOUND, ""},
        {"under nothing that is there", a, 4711, CRM_E_NOTFOUND, ""},
        {"to another tree", b, d, CRM_OK, NULL},
        {"what was above it", a, c, CRM_OK, NULL},
        {"and round", d, a, CRM_E_CYCLE, "D > A > C > B > D"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        note();
        int rc = move(cases[i].group, cases[i].parent);
        cr_expect_eq(rc, cases[i].status, "%s: %d %s", cases[i].what, rc, crm_error_text());
        if (rc < 0) {
            cr_expect_eq(crm_error_field(), CRM_GROUP_PARENT, "%s", cases[i].what);
            cr_expect(strstr(crm_error_text(), cases[i].path), "%s: %s", cases[i].what, crm_error_text());
            check_same(cases[i].what);
        } else {
            free(before);
        }
    }
    cr_expect(depth_of(d) == 0 && depth_of(b) == 1 && depth_of(c) == 2 && depth_of(a) == 3, "D over B over C over A");
}

/* What is above a group is never older than the groups above it. */
Test(group, revisions) {
    crm_id a = test_group(txn, "A", 0), b = test_group(txn, "B", a), c = test_group(txn, "C", b), d = test_group(txn, "D", 0);
    cr_expect_eq(move(b, d), CRM_OK);
    cr_expect_eq(revision_of(b), 2);
    cr_expect_eq(revision_of(c), 2, "a group below");
    cr_expect_eq(move(b, d), CRM_OK);
    cr_expect_eq(revision_of(b), 2, "where it is already");
    crm_record *rec = test_get(txn, b);
    cr_assert_eq(crm_record_set_text(rec, CRM_GROUP_NAME, "other", CRM_NTS), CRM_OK);
    test_put(txn, rec);
    cr_expect_eq(revision_of(c), 2, "another name says nothing to those below");
    rec = test_get(txn, b);
    cr_expect_eq(crm_record_clear(rec, CRM_GROUP_ANCESTORS), CRM_E_TYPE, "the library's own");
    cr_expect_eq(crm_record_set_bytes(rec, CRM_GROUP_ANCESTORS, "x", 1), CRM_E_TYPE);
    crm_record_free(rec);
    cr_expect_eq(move(b, 0), CRM_OK);
    cr_expect(depth_of(b) == 0 && depth_of(c) == 1 && revision_of(c) == 3 && revision_of(d) == 1);
}

Test(group, archived_parent) {
    crm_id a = test_group(txn, "A", 0), b = test_group(txn, "B", a), c = test_group(txn, "C", 0), x = test_group(txn, "X", c);
    cr_assert_eq(crm_record_archive(txn, a, 0), CRM_OK);
    note();
    crm_record *rec = test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, "D", CRM_GROUP_NAME, "D", 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_GROUP_PARENT, a), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_E_ARCHIVED, "a new group");
    cr_expect_eq(crm_error_field(), CRM_GROUP_PARENT);
    cr_expect_eq(move(c, a), CRM_E_ARCHIVED, "one that is there");
    check_same("archived");
    rec = test_get(txn, b);
    cr_assert_eq(crm_record_set_int(rec, CRM_GROUP_PRIORITY, 3), CRM_OK);
    test_put(txn, rec);
    cr_expect_eq(depth_of(b), 1, "one that has it keeps it");
    cr_assert_eq(crm_record_restore(txn, a, 0), CRM_OK);
    cr_expect_eq(move(c, a), CRM_OK);
    cr_expect_eq(depth_of(x), 2);
}

#define DEPTH 16

Test(group, depth) {
    crm_id line[DEPTH + 1], parent = 0, top = test_group(txn, "top", 0);
    char code[16];
    for (int i = 0; i <= DEPTH; i++) {
        snprintf(code, sizeof code, "L%d", i);
        parent = line[i] = test_group(txn, code, parent);
    }
    cr_expect_eq(depth_of(line[DEPTH]), DEPTH);
    crm_record *rec = test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, "deeper", CRM_GROUP_NAME, "x", 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_GROUP_PARENT, line[DEPTH]), CRM_OK);
    note();
    cr_expect_eq(test_try(txn, rec), CRM_E_TOO_BIG);
    cr_expect_eq(crm_error_field(), CRM_GROUP_PARENT);
    cr_expect_eq(move(line[0], top), CRM_E_TOO_BIG, "the last of those below would be too deep");
    cr_expect_eq(move(line[0], line[DEPTH]), CRM_E_CYCLE, "the longest cycle");
    cr_expect(strstr(crm_error_text(), "L0 > L16 > L15 > ") && strstr(crm_error_text(), " > L1 > L0"), "%s", crm_error_text());
    check_same("too deep");
    cr_expect_eq(move(line[1], top), CRM_OK);
    cr_expect_eq(depth_of(line[DEPTH]), DEPTH);
}

/* As many groups below as may be, and one more. */
Test(group, many_below) {
    enum { MOST = 10000 };
    crm_id root = test_group(txn, "root", 0), other = test_group(txn, "other", 0), middle = test_group(txn, "middle", root);
    char code[16];
    for (int i = 1; i < MOST; i++) {
        snprintf(code, sizeof code, "G%d", i);
        test_group(txn, code, i % 2 ? root : middle);
    }
    cr_expect_eq(move(root, other), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(depth_of(middle), 2);
    crm_id last = test_group(txn, "last", middle);
    cr_expect_eq(depth_of(last), 3);
    cr_expect_eq(move(root, 0), CRM_E_TOO_BIG);
    cr_expect(crm_error_field() == CRM_GROUP_PARENT && depth_of(root) == 1 && depth_of(last) == 3 && revision_of(last) == 1);
    cr_expect_eq(move(middle, 0), CRM_OK, "a part of them");
    cr_expect_eq(depth_of(last), 1);
}

/* --- a forest that is changed at random --- */

#define FOREST 24

static uint32_t random_state;
static uint32_t random_below(uint32_t limit) {
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % limit;
}

/* A group in the middle that knows all above it, told by parents alone: only then may another one move under it. */
static size_t walk(const crm_id *groups, const int *parents, int from, crm_id *out) {
    size_t count = 0;
    for (int at = parents[from]; at >= 0 && count <= FOREST; at = parents[at]) out[count++] = groups[at];
    return count;
}

static bool lies_above(const int *parents, int group, int other) {
    for (int at = other; at >= 0; at = parents[at])
        if (at == group) return true;
    return false;
}

static int height(const int *parents, int group) {
    int most = 0;
    for (int i = 0; i < FOREST; i++) {
        int steps = 0, at = i;
        while (at >= 0 && at != group) at = parents[at], steps++;
        if (at == group && steps > most) most = steps;
    }
    return most;
}

static int expected(const crm_id *groups, const int *parents, int group, int parent) {
    crm_id above[FOREST + 1];
    if (parent < 0 || parent == parents[group]) return CRM_OK;
    if (lies_above(parents, group, parent)) return CRM_E_CYCLE;
    size_t depth = walk(groups, parents, parent, above) + 1;
    return depth + (size_t)height(parents, group) > DEPTH ? CRM_E_TOO_BIG : CRM_OK;
}

/* A member of one group alone is told all above it, nearest first. */
static void check_forest(const crm_id *groups, const crm_id *members, const int *parents) {
    for (int i = 0; i < FOREST; i++) {
        crm_iter *iter;
        crm_id above[FOREST + 1];
        test_ids *got = calloc(1, sizeof *got);
        size_t count = walk(groups, parents, i, above);
        cr_assert_eq(crm_party_groups(txn, members[i], CRM_TODAY, &iter), CRM_OK, "%s", crm_error_text());
        free(test_page(iter, got));
        cr_expect_eq(got->count, count + 1, "group %d: %zu", i, got->count);
        cr_expect(got->id[0] == groups[i] && !memcmp(got->id + 1, above, count * sizeof *above), "group %d", i);
        cr_expect_eq(depth_of(groups[i]), count);
        free(got);
    }
}

Test(group, random_forest) {
    for (uint32_t seed = 1; seed <= 6; seed++) {
        crm_id groups[FOREST], members[FOREST];
        int parents[FOREST], refused = 0;
        random_state = seed;
        for (int i = 0; i < FOREST; i++) {
            char code[16];
            snprintf(code, sizeof code, "%u-%d", seed, i);
            parents[i] = seed % 2 ? -1 : i % 17 - 1; /* without any parents, or in a line that is as long as can be */
            groups[i] = test_group(txn, code, parents[i] < 0 ? 0 : groups[parents[i]]);
            members[i] = test_party(txn, code);
            cr_assert_eq(crm_group_add(txn, groups[i], members[i], CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
        }
        for (int step = 0; step < 200; step++) {
            int group = (int)random_below(FOREST), parent = (int)random_below(FOREST + 2) - 2;
            int wanted = expected(groups, parents, group, parent), rc = move(groups[group], parent < 0 ? 0 : groups[parent]);
            cr_assert_eq(rc, wanted, "seed %u step %d: %d under %d: %d, not %d: %s", seed, step, group, parent, rc, wanted,
                         crm_error_text());
            if (rc == CRM_OK) parents[group] = parent < 0 ? -1 : parent;
            refused += rc < 0;
            if (step % 20 == 0) check_forest(groups, members, parents);
        }
        check_forest(groups, members, parents);
        cr_expect_gt(refused, 10, "seed %u", seed);
    }
}

/* --- members --- */

#define NONE CRM_NO_DATE

Test(group, once_at_a_time) {
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

Test(group, add_refused) {
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

Test(group, remove) {
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

Test(group, members) {
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

/* --- in order --- */

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
    for (size_t i = 0; i < count; i++) cr_assert_eq(move(groups[i].id, named(groups, count, groups[i].parent)), CRM_OK);
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

Test(group, order) {
    static const struct order_case {
        const char *groups, *in, *archived, *order, *opt_out;
    } cases[] = {
        {"A", "", "", "", ""},
        {"A B C", "C A B", "", "A B C", ""},
        {"A:2 B:1 C", "A B C", "", "B A C", ""},
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
        {"A>P P>Q Q!", "A", "P", "A", ""},
        {"A! B", "A B", "A", "B", ""},
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

Test(group, order_of_a_day) {
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

Test(group, thousand) {
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

/* --- what belongs to groups and members --- */

Test(group, defaults_and_files) {
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
