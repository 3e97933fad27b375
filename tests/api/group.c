/* SPDX-License-Identifier: MIT */
/* Groups: their codes and their tree. */
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

/* Whether the record names the groups above it, nearest first, by the ids that the host knows. */
static int names_above(crm_id id, const crm_id *above, size_t count) {
    size_t size = 0;
    crm_record *rec = test_get(txn, id);
    const unsigned char *bytes = crm_record_bytes(rec, CRM_GROUP_ANCESTORS, &size);
    int same = size == 8 * count;
    for (size_t i = 0; same && i < count; i++) {
        crm_id named = 0;
        for (size_t j = 0; j < 8; j++) named = named << 8 | bytes[i * 8 + j];
        same = named == above[i];
    }
    crm_record_free(rec);
    return same;
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
        cr_expect(names_above(groups[i], above, count), "group %d", i);
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
