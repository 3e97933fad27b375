/* SPDX-License-Identifier: MIT */
/* What an actor may do: asked, listed, explained. */
#include "support/actors.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(access, .init = test_begin, .fini = test_end, .timeout = 120);

#define NONE CRM_NO_DATE
#define SYSTEM CRM_ACTOR_SYSTEM
enum { READ = CRM_RIGHT_READ, WRITE = CRM_RIGHT_WRITE, QUOTE = CRM_RIGHT_QUOTE, SEE = CRM_RIGHT_SEE_QUOTES };

static crm_id bind(crm_txn *txn, crm_id user, crm_id party, int64_t until) {
    crm_id id;
    cr_assert_eq(crm_user_bind(txn, user, party, NONE, until, &id), CRM_OK, "%s", crm_error_text());
    return id;
}

static void set_flag(crm_txn *txn, crm_id id, crm_field field) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_bool(rec, field, 1), CRM_OK);
    cr_assert_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
}

/* letters: p personal data, m prices, a administration. */
static crm_id add_role(crm_txn *txn, crm_id user, const char *code, const char *read, const char *write, const char *field,
                       const char *letters) {
    unsigned flags = (strchr(letters, 'p') ? ACTOR_PERSONAL : 0) | (strchr(letters, 'm') ? ACTOR_PRICES : 0) |
                     (strchr(letters, 'a') ? ACTOR_ADMINISTERS : 0);
    crm_id role = test_put(txn, actor_role_record(code, read, write, field, flags));
    actor_give(txn, user, role);
    return role;
}

/* --- one scene for all --- */

enum { MINE, ALSO, THEIRS, OLD, PARTIES };

typedef struct scene {
    crm_db *db;
    crm_id party[PARTIES], contact[PARTIES], binding[PARTIES];
    crm_id user, code, group;
} scene;

static scene make_scene(void) {
    static const char *const names[PARTIES] = {"mine", "also", "theirs", "old"};
    scene s = {.db = test_open()};
    crm_txn *txn = test_write(s.db);
    s.user = actor_user(txn, "bound", CRM_USER_TYPE_BOUND);
    for (int i = 0; i < PARTIES; i++) {
        s.party[i] = test_party(txn, names[i]);
        s.contact[i] = test_child(txn, CRM_KIND_CONTACT, s.party[i], CRM_CONTACT_NAME, names[i]);
        if (i != THEIRS) s.binding[i] = bind(txn, s.user, s.party[i], i == OLD ? TEST_DAY : NONE);
    }
    cr_assert_eq(crm_record_archive(txn, s.party[OLD], 0), CRM_OK, "%s", crm_error_text());
    s.code = test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, "A", 0));
    s.group = test_group(txn, "G", 0);
    test_commit(txn);
    return s;
}

static const char *reason_of(const crm_record *rec) { return crm_record_text(rec, CRM_ACCESS_REASON); }

/* One row: what check says, and what explain tells the system. */
typedef struct row {
    crm_id user, id;
    uint32_t right;
    int status;
    const char *reason;
    crm_id binding, role;
} row;

static void expect_row(crm_db *db, const row *r, size_t number) {
    crm_txn *txn = test_as(db, r->user), *system = test_read(db);
    crm_record *rec;
    cr_expect_eq(crm_access_check(txn, r->id, r->right), r->status, "%zu: %s", number, crm_error_text());
    cr_assert_eq(crm_access_explain(system, r->user, r->id, r->right, &rec), CRM_OK, "%zu: %s", number, crm_error_text());
    cr_expect_eq(crm_record_bool(rec, CRM_ACCESS_ALLOWED, -1), r->status == CRM_OK, "%zu", number);
    cr_expect_str_eq(reason_of(rec), r->reason, "%zu", number);
    cr_expect_eq(crm_record_id(rec, CRM_ACCESS_BINDING), r->binding, "%zu: %s", number, crm_record_json(rec, NULL));
    cr_expect_eq(crm_record_id(rec, CRM_ACCESS_ROLE), r->role, "%zu: %s", number, crm_record_json(rec, NULL));
    cr_expect(crm_record_id(rec, CRM_ACCESS_USER) == r->user && crm_record_id(rec, CRM_ACCESS_RECORD) == r->id, "%zu", number);
    crm_record_free(rec);
    crm_txn_free(txn);
    crm_txn_free(system);
}

Test(access, the_system) {
    scene s = make_scene();
    const row rows[] = {{SYSTEM, s.party[OLD], READ, CRM_OK, CRM_ACCESS_REASON_SYSTEM, 0, 0},
                        {SYSTEM, s.contact[MINE], WRITE, CRM_OK, CRM_ACCESS_REASON_SYSTEM, 0, 0},
                        {SYSTEM, s.party[MINE], QUOTE, CRM_OK, CRM_ACCESS_REASON_SYSTEM, 0, 0},
                        {SYSTEM, s.party[MINE], SEE, CRM_OK, CRM_ACCESS_REASON_SYSTEM, 0, 0},
                        {SYSTEM, s.contact[MINE], QUOTE, CRM_E_TYPE, CRM_ACCESS_REASON_NO_PARTY, 0, 0},
                        {SYSTEM, 0, READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_THERE, 0, 0},
                        {SYSTEM, 4711, QUOTE, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_THERE, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect_row(s.db, &rows[i], i);
    crm_db_close(s.db);
}

Test(access, a_bound_user) {
    scene s = make_scene();
    crm_id u = s.user, mine = s.binding[MINE];
    const row rows[] = {{u, s.party[MINE], READ, CRM_OK, CRM_ACCESS_REASON_BOUND, mine, 0},
                        {u, s.contact[ALSO], READ, CRM_OK, CRM_ACCESS_REASON_BOUND, s.binding[ALSO], 0},
                        {u, s.party[MINE], QUOTE, CRM_OK, CRM_ACCESS_REASON_BOUND, mine, 0},
                        {u, s.party[MINE], SEE, CRM_OK, CRM_ACCESS_REASON_BOUND, mine, 0},
                        {u, u, READ, CRM_OK, CRM_ACCESS_REASON_OWN, 0, 0},
                        {u, s.code, READ, CRM_OK, CRM_ACCESS_REASON_SHARED, 0, 0},
                        {u, s.party[MINE], WRITE, CRM_E_DENIED, CRM_ACCESS_REASON_NO_ROLE, 0, 0},
                        {u, s.code, WRITE, CRM_E_DENIED, CRM_ACCESS_REASON_NO_ROLE, 0, 0},
                        {u, u, WRITE, CRM_E_DENIED, CRM_ACCESS_REASON_NO_ROLE, 0, 0},
                        {u, s.party[THEIRS], READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_BOUND, 0, 0},
                        {u, s.contact[THEIRS], WRITE, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_BOUND, 0, 0},
                        {u, s.party[THEIRS], QUOTE, CRM_E_LOCKED, CRM_ACCESS_REASON_NOT_BOUND, 0, 0},
                        {u, s.party[OLD], READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_ARCHIVED, s.binding[OLD], 0},
                        {u, s.party[OLD], SEE, CRM_E_LOCKED, CRM_ACCESS_REASON_ARCHIVED, s.binding[OLD], 0},
                        {u, s.contact[MINE], QUOTE, CRM_E_LOCKED, CRM_ACCESS_REASON_NO_PARTY, 0, 0},
                        {u, mine, READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_FOR_BOUND, 0, 0},
                        {u, s.group, READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_FOR_BOUND, 0, 0},
                        {u, s.group, SEE, CRM_E_LOCKED, CRM_ACCESS_REASON_NO_PARTY, 0, 0},
                        {u, 4711, READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_THERE, 0, 0},
                        {u, 4711, SEE, CRM_E_LOCKED, CRM_ACCESS_REASON_NOT_THERE, 0, 0},
                        {u, 0, QUOTE, CRM_E_LOCKED, CRM_ACCESS_REASON_NOT_THERE, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect_row(s.db, &rows[i], i);
    crm_db_close(s.db);
}

/* A binding that is over is named where nothing else is; one of today goes first. */
Test(access, bindings_of_other_days) {
    scene s = make_scene();
    crm_txn *txn = test_write(s.db);
    crm_id over = bind(txn, s.user, s.party[THEIRS], TEST_DAY), of_today, later;
    cr_assert_eq(crm_user_unbind(txn, s.user, s.party[MINE], TEST_DAY), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_user_bind(txn, s.user, s.party[MINE], TEST_DAY, TEST_DAY + 1, &of_today), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_user_bind(txn, s.user, s.party[MINE], TEST_DAY + 1, NONE, &later), CRM_OK, "%s", crm_error_text());
    bind(txn, actor_user(txn, "other", CRM_USER_TYPE_BOUND), s.party[THEIRS], NONE);
    test_commit(txn);
    const row rows[] = {{s.user, s.party[THEIRS], READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_BOUND, over, 0},
                        {s.user, s.party[MINE], READ, CRM_OK, CRM_ACCESS_REASON_BOUND, of_today, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect_row(s.db, &rows[i], i);
    crm_db_close(s.db);
}

Test(access, a_bound_user_who_writes) {
    scene s = make_scene();
    crm_txn *txn = test_write(s.db);
    crm_id u = s.user;
    add_role(txn, u, "parties", NULL, NULL, "party.note", "");
    crm_id role = add_role(txn, u, "people", NULL, NULL, "contact.department", "");
    test_commit(txn);
    const row rows[] = {{u, s.contact[MINE], WRITE, CRM_OK, CRM_ACCESS_REASON_ROLE, s.binding[MINE], role},
                        {u, s.contact[THEIRS], WRITE, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_BOUND, 0, 0},
                        {u, u, WRITE, CRM_E_DENIED, CRM_ACCESS_REASON_NO_ROLE, 0, 0},
                        {u, s.contact[MINE], READ, CRM_OK, CRM_ACCESS_REASON_BOUND, s.binding[MINE], 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect_row(s.db, &rows[i], i);
    crm_db_close(s.db);
}

Test(access, staff) {
    scene s = make_scene();
    crm_txn *txn = test_write(s.db);
    crm_id u = actor_user(txn, "staff", CRM_USER_TYPE_STAFF), own = actor_user(txn, "own", CRM_USER_TYPE_STAFF), binding;
    add_role(txn, u, "contacts", "contact", NULL, NULL, "");
    crm_id reads = add_role(txn, u, "reader", "party", "address", NULL, "p"), quotes = add_role(txn, u, "quoter", "quote", NULL, NULL, "m");
    set_flag(txn, own, CRM_USER_RESTRICTED);
    set_flag(txn, own, CRM_USER_NO_FOREIGN_QUOTES);
    crm_id all = add_role(txn, own, "all", "*", "party", NULL, "pma");
    binding = bind(txn, own, s.party[MINE], NONE);
    crm_id old = bind(txn, own, s.party[ALSO], TEST_DAY);
    test_commit(txn);
    const row rows[] = {{u, s.party[OLD], READ, CRM_OK, CRM_ACCESS_REASON_ROLE, 0, reads},
                        {u, s.party[MINE], WRITE, CRM_E_DENIED, CRM_ACCESS_REASON_NO_ROLE, 0, 0},
                        {u, s.party[MINE], QUOTE, CRM_OK, CRM_ACCESS_REASON_ROLE, 0, quotes},
                        {u, s.party[THEIRS], SEE, CRM_OK, CRM_ACCESS_REASON_ROLE, 0, quotes},
                        {u, s.contact[MINE], QUOTE, CRM_E_TYPE, CRM_ACCESS_REASON_NO_PARTY, 0, 0},
                        {u, s.group, READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NO_ROLE, 0, 0},
                        {u, s.group, QUOTE, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NO_PARTY, 0, 0},
                        {u, s.code, READ, CRM_OK, CRM_ACCESS_REASON_SHARED, 0, 0},
                        {u, s.code, WRITE, CRM_E_DENIED, CRM_ACCESS_REASON_NO_ROLE, 0, 0},
                        {u, u, READ, CRM_OK, CRM_ACCESS_REASON_OWN, 0, 0},
                        {u, own, READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NO_ROLE, 0, 0},
                        {u, 4711, READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_THERE, 0, 0},
                        {own, s.party[THEIRS], WRITE, CRM_OK, CRM_ACCESS_REASON_ROLE, 0, all},
                        {own, s.code, WRITE, CRM_OK, CRM_ACCESS_REASON_ROLE, 0, all},
                        {own, s.party[MINE], QUOTE, CRM_OK, CRM_ACCESS_REASON_BOUND, binding, all},
                        {own, s.party[MINE], SEE, CRM_OK, CRM_ACCESS_REASON_BOUND, binding, all},
                        {own, s.party[ALSO], QUOTE, CRM_E_LOCKED, CRM_ACCESS_REASON_NOT_BOUND, old, 0},
                        {own, s.party[OLD], SEE, CRM_E_LOCKED, CRM_ACCESS_REASON_NOT_BOUND, 0, 0},
                        {own, s.contact[MINE], QUOTE, CRM_E_LOCKED, CRM_ACCESS_REASON_NO_PARTY, 0, 0},
                        {own, 4711, QUOTE, CRM_E_LOCKED, CRM_ACCESS_REASON_NOT_THERE, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect_row(s.db, &rows[i], i);
    crm_db_close(s.db);
}

/* Each of the three that proposals need. */
Test(access, staff_without_proposals) {
    static const char *const roles[][2] = {{"party", "pm"}, {"*", "p"}, {"*", "m"}};
    scene s = make_scene();
    crm_txn *txn = test_write(s.db);
    crm_id users[3];
    for (int i = 0; i < 3; i++) {
        char name[2] = {(char)('a' + i), 0};
        users[i] = actor_user(txn, name, CRM_USER_TYPE_STAFF);
        add_role(txn, users[i], name, roles[i][0], NULL, NULL, roles[i][1]);
    }
    test_commit(txn);
    for (int i = 0; i < 3; i++)
        for (uint32_t right = QUOTE; right <= SEE; right++) {
            const row rows[] = {{users[i], s.party[MINE], right, CRM_E_DENIED, CRM_ACCESS_REASON_NO_ROLE, 0, 0},
                                {users[i], 4711, right, CRM_E_DENIED, CRM_ACCESS_REASON_NO_ROLE, 0, 0}};
            for (size_t k = 0; k < 2; k++) expect_row(s.db, &rows[k], k);
        }
    crm_db_close(s.db);
}

/* --- what a bound user is told about himself --- */

/* The JSON of an explanation that he asks for, without the record's own id. */
static char *narrow(crm_txn *txn, crm_id user, crm_id id, uint32_t right) {
    crm_record *rec;
    char number[32];
    cr_assert_eq(crm_access_explain(txn, user, id, right, &rec), CRM_OK, "%s", crm_error_text());
    cr_expect(!crm_record_id(rec, CRM_ACCESS_BINDING) && !crm_record_id(rec, CRM_ACCESS_ROLE), "%s", crm_record_json(rec, NULL));
    char *text = strdup(crm_record_json(rec, NULL));
    snprintf(number, sizeof number, "%llu", (unsigned long long)id);
    char *at = strstr(text, number);
    cr_assert(at, "%s", text);
    memmove(at, at + strlen(number), strlen(at + strlen(number)) + 1);
    crm_record_free(rec);
    return text;
}

Test(access, foreign_is_absent) {
    scene s = make_scene();
    crm_txn *txn = test_as(s.db, s.user);
    const crm_id none = UINT64_C(471100471100); /* in no other number of the JSON */
    const crm_id foreign[] = {s.party[THEIRS], s.contact[THEIRS], s.party[OLD], s.binding[MINE], s.group, s.contact[THEIRS] ^ 1};
    for (uint32_t right = READ; right <= SEE; right++) {
        char *absent = narrow(txn, 0, none, right), text[300];
        cr_expect_eq(crm_access_check(txn, none, right), right >= QUOTE ? CRM_E_LOCKED : CRM_E_NOTFOUND);
        snprintf(text, sizeof text, "%s", crm_error_text());
        for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
            char *other = narrow(txn, i % 2 ? s.user : 0, foreign[i], right);
            cr_expect_str_eq(other, absent, "%zu", i);
            free(other);
            cr_expect_eq(crm_access_check(txn, foreign[i], right), right >= QUOTE ? CRM_E_LOCKED : CRM_E_NOTFOUND);
            cr_expect_str_eq(crm_error_text(), text, "%zu", i);
        }
        free(absent);
    }
    crm_txn_free(txn);
    crm_db_close(s.db);
}

Test(access, others_are_not_explained) {
    scene s = make_scene();
    crm_txn *txn = test_write(s.db);
    crm_id other = actor_user(txn, "other", CRM_USER_TYPE_BOUND);
    bind(txn, other, s.party[MINE], NONE);
    test_commit(txn);
    txn = test_as(s.db, s.user);
    const crm_id users[] = {other, SYSTEM, 4711, s.party[MINE]};
    for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
        crm_record *rec = (crm_record *)txn;
        cr_expect_eq(crm_access_explain(txn, users[i], s.party[MINE], READ, &rec), CRM_E_NOTFOUND, "%zu", i);
        cr_expect_null(rec);
        cr_expect_str_eq(crm_error_text(), "no such user", "%zu", i);
    }
    const struct {
        crm_id id;
        uint32_t right;
        const char *reason;
    } rows[] = {{s.party[MINE], READ, CRM_ACCESS_REASON_BOUND},     {s.user, READ, CRM_ACCESS_REASON_OWN},
                {s.code, READ, CRM_ACCESS_REASON_SHARED},           {s.party[MINE], WRITE, CRM_ACCESS_REASON_NO_ROLE},
                {s.group, READ, CRM_ACCESS_REASON_NOT_THERE},       {s.party[THEIRS], SEE, CRM_ACCESS_REASON_NOT_BOUND},
                {s.contact[MINE], SEE, CRM_ACCESS_REASON_NOT_BOUND}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        crm_record *rec;
        cr_assert_eq(crm_access_explain(txn, 0, rows[i].id, rows[i].right, &rec), CRM_OK, "%s", crm_error_text());
        cr_expect_str_eq(reason_of(rec), rows[i].reason, "%zu", i);
        cr_expect(!crm_record_id(rec, CRM_ACCESS_BINDING) && crm_record_id(rec, CRM_ACCESS_USER) == s.user, "%zu", i);
        crm_record_free(rec);
    }
    crm_txn_free(txn);
    crm_db_close(s.db);
}

/* An administrator is told what the system is told, and so is he about himself; other staff only about itself, and no binding nor role. */
Test(access, administrators) {
    scene s = make_scene();
    crm_txn *txn = test_write(s.db);
    crm_record *rec;
    crm_id boss = actor_user(txn, "boss", CRM_USER_TYPE_STAFF), clerk = actor_user(txn, "clerk", CRM_USER_TYPE_STAFF);
    crm_id role = add_role(txn, boss, "boss", "party", NULL, NULL, "a");
    add_role(txn, clerk, "clerk", "party", NULL, NULL, "");
    test_commit(txn);
    txn = test_as(s.db, boss);
    const row rows[] = {
        {s.user, s.party[MINE], READ, CRM_OK, CRM_ACCESS_REASON_BOUND, s.binding[MINE], 0},
        {s.user, s.party[OLD], READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_ARCHIVED, s.binding[OLD], 0},
        {s.user, s.contact[THEIRS], READ, CRM_E_NOTFOUND, CRM_ACCESS_REASON_NOT_THERE, 0, 0}, /* to him: he sees no contacts */
        {boss, s.party[OLD], READ, CRM_OK, CRM_ACCESS_REASON_ROLE, 0, role},
        {0, clerk, WRITE, CRM_OK, CRM_ACCESS_REASON_ROLE, 0, role},
        {SYSTEM, clerk, WRITE, CRM_OK, CRM_ACCESS_REASON_SYSTEM, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(crm_access_explain(txn, rows[i].user, rows[i].id, rows[i].right, &rec), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_record_bool(rec, CRM_ACCESS_ALLOWED, -1), rows[i].status == CRM_OK, "%zu", i);
        cr_expect_str_eq(reason_of(rec), rows[i].reason, "%zu", i);
        cr_expect(crm_record_id(rec, CRM_ACCESS_BINDING) == rows[i].binding && crm_record_id(rec, CRM_ACCESS_ROLE) == rows[i].role, "%zu",
                  i);
        crm_record_free(rec);
    }
    crm_txn_free(txn);
    txn = test_as(s.db, clerk);
    cr_expect_eq(crm_access_explain(txn, boss, s.party[MINE], READ, &rec), CRM_E_NOTFOUND);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(crm_access_explain(txn, i ? clerk : 0, s.party[MINE], READ, &rec), CRM_OK);
        cr_expect(strcmp(reason_of(rec), CRM_ACCESS_REASON_ROLE) == 0 && !crm_record_id(rec, CRM_ACCESS_ROLE));
        crm_record_free(rec);
    }
    crm_txn_free(txn);
    crm_db_close(s.db);
}

/* It is the decision of a transaction that began now. */
Test(access, rights_that_are_new) {
    scene s = make_scene();
    crm_record *rec;
    crm_txn *txn = test_write(s.db);
    crm_id boss = actor_user(txn, "boss", CRM_USER_TYPE_STAFF);
    add_role(txn, boss, "boss", NULL, NULL, NULL, "a");
    test_commit(txn);
    cr_assert_eq(crm_txn_begin(s.db, CRM_TXN_WRITE, boss, &txn), CRM_OK, "%s", crm_error_text());
    crm_id role = add_role(txn, boss, "reader", "party", NULL, NULL, "");
    cr_expect_eq(crm_access_check(txn, s.party[MINE], READ), CRM_E_NOTFOUND);
    cr_assert_eq(crm_access_explain(txn, 0, s.party[MINE], READ, &rec), CRM_OK, "%s", crm_error_text());
    cr_expect(crm_record_bool(rec, CRM_ACCESS_ALLOWED, 0) == 1 && crm_record_id(rec, CRM_ACCESS_ROLE) == role);
    crm_record_free(rec);
    crm_txn_free(txn);
    crm_db_close(s.db);
}

/* 0 stands for his only customer where a proposal is made, and for nobody here. */
Test(access, an_only_customer) {
    scene s = make_scene();
    crm_txn *txn = test_write(s.db);
    crm_id only = actor_user(txn, "only", CRM_USER_TYPE_BOUND);
    bind(txn, only, s.party[MINE], NONE);
    test_commit(txn);
    txn = test_as(s.db, only);
    for (uint32_t right = QUOTE; right <= SEE; right++) {
        cr_expect_eq(crm_access_check(txn, 0, right), CRM_E_LOCKED, "%u", right);
        cr_expect_eq(crm_access_check(txn, s.party[MINE], right), CRM_OK, "%u", right);
    }
    crm_txn_free(txn);
    crm_db_close(s.db);
}

/* --- who could not begin --- */

Test(access, users_who_cannot_begin) {
    scene s = make_scene();
    crm_txn *txn = test_write(s.db);
    crm_record *rec;
    crm_id staff = actor_user(txn, "staff", CRM_USER_TYPE_STAFF), limited = actor_user(txn, "limited", CRM_USER_TYPE_STAFF);
    crm_id unbound = actor_user(txn, "unbound", CRM_USER_TYPE_BOUND);
    crm_id past = actor_user(txn, "past", CRM_USER_TYPE_BOUND), off = actor_user(txn, "off", CRM_USER_TYPE_BOUND);
    bind(txn, past, s.party[MINE], NONE);
    bind(txn, off, s.party[MINE], NONE);
    rec = test_get(txn, past);
    cr_assert_eq(crm_record_set_date(rec, CRM_USER_VALID_UNTIL, TEST_DAY), CRM_OK);
    cr_assert_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
    set_flag(txn, off, CRM_USER_DISABLED);
    set_flag(txn, limited, CRM_USER_RESTRICTED);
    add_role(txn, limited, "all", "*", NULL, NULL, "pm");
    const struct {
        crm_id user;
        const char *reason;
    } rows[] = {{staff, CRM_ACCESS_REASON_NO_ROLE},
                {limited, CRM_ACCESS_REASON_NO_BINDING},
                {unbound, CRM_ACCESS_REASON_NO_BINDING},
                {past, CRM_ACCESS_REASON_NOT_VALID},
                {off, CRM_ACCESS_REASON_DISABLED}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) /* as the transaction stands now */
        for (uint32_t right = READ; right <= SEE; right++) {
            crm_error_report(CRM_E_UNSUPPORTED, 0, 0, NULL);
            cr_assert_eq(crm_access_explain(txn, rows[i].user, s.party[MINE], right, &rec), CRM_OK, "%s", crm_error_text());
            cr_expect_eq(crm_error_status(), CRM_E_UNSUPPORTED, "no failure is left behind");
            cr_expect_eq(crm_record_bool(rec, CRM_ACCESS_ALLOWED, -1), 0);
            cr_expect_str_eq(reason_of(rec), rows[i].reason, "%zu", i);
            crm_record_free(rec);
        }
    crm_txn_free(txn);
    crm_db_close(s.db);
}

/* --- lists --- */

/* The names that a list has, page by page. */
static void names(crm_txn *txn, uint32_t right, uint32_t limit, char *out, size_t size) {
    char *token = NULL;
    *out = 0;
    do {
        test_ids ids = {.count = 0};
        crm_iter *iter;
        cr_assert_eq(crm_access_list(txn, right, limit, token, &iter), CRM_OK, "%s", crm_error_text());
        free(token);
        token = test_page(iter, &ids);
        for (size_t i = 0; i < ids.count; i++) {
            crm_record *rec = test_get(txn, ids.id[i]);
            strncat(out, crm_record_text(rec, CRM_PARTY_NAME), size - strlen(out) - 1);
            strncat(out, " ", size - strlen(out) - 1);
            crm_record_free(rec);
        }
    } while (token);
}

Test(access, lists) {
    scene s = make_scene();
    const crm_id actors[] = {SYSTEM, s.user};
    static const char *const expected[2] = {"also mine theirs ", "also mine "};
    for (int i = 0; i < 2; i++) {
        crm_txn *txn = test_as(s.db, actors[i]);
        for (uint32_t limit = 0; limit < 4; limit++)
            for (uint32_t right = READ; right <= SEE; right++) {
                char text[60];
                names(txn, right, limit, text, sizeof text);
                cr_expect_str_eq(text, i && right == WRITE ? "" : expected[i], "%d, %u, %u", i, limit, right);
            }
        crm_txn_free(txn);
    }
    crm_db_close(s.db);
}

Test(access, a_token_is_for_one_right) {
    scene s = make_scene();
    crm_txn *txn = test_as(s.db, s.user);
    crm_iter *iter, *other;
    test_ids ids = {.count = 0};
    cr_assert_eq(crm_access_list(txn, READ, 1, NULL, &iter), CRM_OK);
    char *token = test_page(iter, &ids);
    cr_assert(token);
    cr_expect_eq(crm_access_list(txn, QUOTE, 1, token, &other), CRM_E_INVALID);
    cr_expect_eq(crm_access_list(txn, WRITE, 1, token, &other), CRM_E_INVALID, "also where there is nothing to list");
    cr_expect_eq(crm_party_list(txn, NULL, NULL, 0, 0, 1, token, &other), CRM_E_INVALID);
    cr_assert_eq(crm_access_list(txn, READ, 1, token, &other), CRM_OK);
    free(token);
    cr_expect_null(test_page(other, &ids));
    cr_expect(ids.count == 2 && ids.id[0] == s.party[ALSO] && ids.id[1] == s.party[MINE]);
    crm_txn_free(txn);
    crm_db_close(s.db);
}
