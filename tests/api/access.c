/* SPDX-License-Identifier: MIT */
/* What an actor may do: asked, listed, explained; that the three agree with each other and with what the calls say. */
#include "support/store.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(access, .init = test_begin, .fini = test_end, .timeout = 120);

#define NONE CRM_NO_DATE
#define SYSTEM CRM_ACTOR_SYSTEM
enum { READ = CRM_RIGHT_READ, WRITE = CRM_RIGHT_WRITE, QUOTE = CRM_RIGHT_QUOTE, SEE = CRM_RIGHT_SEE_QUOTES };

static crm_id add_user(crm_txn *txn, const char *name, const char *type) {
    return test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, name, CRM_USER_TYPE, type, 0));
}

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
    static const struct {
        char letter;
        crm_field field;
    } flags[] = {{'p', CRM_ACCESS_ROLE_PERSONAL}, {'m', CRM_ACCESS_ROLE_PRICES}, {'a', CRM_ACCESS_ROLE_ADMINISTRATION}};
    crm_record *rec = test_record(CRM_KIND_ACCESS_ROLE, 0, CRM_ACCESS_ROLE_CODE, code, 0);
    if (read) cr_assert_eq(crm_record_add_item(rec, CRM_ACCESS_ROLE_READ, read, CRM_NTS), CRM_OK);
    if (write) cr_assert_eq(crm_record_add_item(rec, CRM_ACCESS_ROLE_WRITE, write, CRM_NTS), CRM_OK);
    if (field) cr_assert_eq(crm_record_add_item(rec, CRM_ACCESS_ROLE_FIELDS, field, CRM_NTS), CRM_OK);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (strchr(letters, flags[i].letter)) cr_assert_eq(crm_record_set_bool(rec, flags[i].field, 1), CRM_OK);
    crm_id role = test_put(txn, rec);
    rec = test_record(CRM_KIND_USER_ROLE, 0, 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_USER, user), CRM_OK);
    cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_ROLE, role), CRM_OK);
    test_put(txn, rec);
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
    s.user = add_user(txn, "bound", CRM_USER_TYPE_BOUND);
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
    bind(txn, add_user(txn, "other", CRM_USER_TYPE_BOUND), s.party[THEIRS], NONE);
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
    crm_id u = add_user(txn, "staff", CRM_USER_TYPE_STAFF), own = add_user(txn, "own", CRM_USER_TYPE_STAFF), binding;
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
        users[i] = add_user(txn, name, CRM_USER_TYPE_STAFF);
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
    const crm_id foreign[] = {s.party[THEIRS], s.contact[THEIRS], s.party[OLD], s.binding[MINE], s.group, s.contact[THEIRS] ^ 1};
    for (uint32_t right = READ; right <= SEE; right++) {
        char *absent = narrow(txn, 0, 4711, right), text[300];
        cr_expect_eq(crm_access_check(txn, 4711, right), right >= QUOTE ? CRM_E_LOCKED : CRM_E_NOTFOUND);
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
    crm_id other = add_user(txn, "other", CRM_USER_TYPE_BOUND);
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
    crm_id boss = add_user(txn, "boss", CRM_USER_TYPE_STAFF), clerk = add_user(txn, "clerk", CRM_USER_TYPE_STAFF);
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
    crm_id boss = add_user(txn, "boss", CRM_USER_TYPE_STAFF);
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
    crm_id only = add_user(txn, "only", CRM_USER_TYPE_BOUND);
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
    crm_id staff = add_user(txn, "staff", CRM_USER_TYPE_STAFF), limited = add_user(txn, "limited", CRM_USER_TYPE_STAFF);
    crm_id unbound = add_user(txn, "unbound", CRM_USER_TYPE_BOUND);
    crm_id past = add_user(txn, "past", CRM_USER_TYPE_BOUND), off = add_user(txn, "off", CRM_USER_TYPE_BOUND);
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

/* --- that all agree --- */

#define MANY 40
#define USERS 24
#define QUESTIONS 6000

typedef struct world {
    crm_db *db;
    crm_id users[USERS], ids[400], parties[MANY];
    size_t count;
    uint64_t seed;
} world;

static uint64_t draw(world *w, uint64_t below) {
    w->seed ^= w->seed << 13;
    w->seed ^= w->seed >> 7;
    w->seed ^= w->seed << 17;
    return w->seed % below;
}

static crm_id keep(world *w, crm_id id) { return w->ids[w->count++] = id; }

static void add_roles(world *w, crm_txn *txn, crm_id user, int number, bool staff) {
    static const char *const kinds[] = {"*", "party", "contact", "quote", "group", "address", NULL};
    static const char *const fields[] = {"party.note", "contact.department", NULL};
    static const char *const letters[] = {"", "p", "m", "pm", "pma"};
    for (uint64_t i = 0; i < 1 + draw(w, 3); i++) {
        char code[20];
        const char *write = kinds[draw(w, 7)];
        snprintf(code, sizeof code, "%d.%d", number, (int)i);
        if (write && strcmp(write, "quote") == 0) write = NULL;
        add_role(txn, user, code, kinds[draw(w, 7)], write, staff ? NULL : fields[draw(w, 3)], letters[draw(w, 5)]);
    }
}

static void add_users(world *w, crm_txn *txn) {
    w->users[0] = SYSTEM;
    for (int i = 1; i < USERS; i++) {
        char name[10];
        bool staff = i % 3 != 0;
        snprintf(name, sizeof name, "u%d", i);
        crm_id user = w->users[i] = keep(w, add_user(txn, name, staff ? CRM_USER_TYPE_STAFF : CRM_USER_TYPE_BOUND));
        if (staff && draw(w, 3) == 0) set_flag(txn, user, CRM_USER_RESTRICTED);
        if (staff && draw(w, 3) == 0) set_flag(txn, user, CRM_USER_NO_FOREIGN_QUOTES);
        if (staff || draw(w, 2)) add_roles(w, txn, user, i, staff);
        for (uint64_t k = 0; k < 4; k++) {
            crm_id binding;
            if (crm_user_bind(txn, user, w->parties[draw(w, MANY / 2) * 2], NONE, NONE, &binding) == CRM_OK) keep(w, binding);
        }
    }
}

static world make_world(void) {
    world w = {.db = test_open(), .seed = 88172645463325252u};
    crm_txn *txn = test_write(w.db);
    for (int i = 0; i < MANY; i++) {
        char name[20];
        snprintf(name, sizeof name, "%c party %d", 'a' + i * 7 % 26, i);
        w.parties[i] = keep(&w, test_party(txn, name));
        keep(&w, test_child(txn, CRM_KIND_CONTACT, w.parties[i], CRM_CONTACT_NAME, name));
        if (i % 4 == 0) keep(&w, test_child(txn, CRM_KIND_QUOTE_DEFAULTS, w.parties[i], CRM_QUOTE_DEFAULTS_PLANT, "7"));
    }
    keep(&w, test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, "A", 0)));
    keep(&w, test_group(txn, "G", 0));
    keep(&w, test_child(txn, CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "9"));
    add_users(&w, txn);
    for (int i = 1; i < MANY; i += 10) cr_assert_eq(crm_record_archive(txn, w.parties[i], 0), CRM_OK, "%s", crm_error_text());
    for (uint64_t i = 0; i < 12; i++) keep(&w, w.ids[i * 5] ^ (i + 1) << 20);
    keep(&w, 0);
    test_commit(txn);
    return w;
}

static bool lists(crm_txn *txn, uint32_t right, crm_id id) {
    test_ids ids = {.count = 0};
    crm_iter *iter;
    cr_assert_eq(crm_access_list(txn, right, 0, NULL, &iter), CRM_OK, "%s", crm_error_text());
    cr_assert_null(test_page(iter, &ids));
    for (size_t i = 0; i < ids.count; i++)
        if (ids.id[i] == id) return true;
    return false;
}

/* What the call itself says, where there is one that changes nothing: a read, and a proposal of a party that may be proposed for. */
static int call(crm_txn *txn, crm_id id, uint32_t right) {
    crm_record *rec = NULL;
    crm_quote *quote = NULL;
    int rc = right == READ ? crm_record_get(txn, id, &rec) : crm_quote_resolve(txn, id, CRM_TODAY, NULL, &quote);
    crm_record_free(rec);
    if (rc >= 0 && right == QUOTE) crm_quote_free(quote);
    return rc < 0 ? rc : CRM_OK;
}

static bool is_party(const world *w, crm_id id, bool *archived) {
    for (int i = 0; i < MANY; i++) {
        *archived = i % 10 == 1;
        if (w->parties[i] == id) return true;
    }
    return false;
}

static void expect_agreement(world *w, crm_txn *system, crm_txn *txn, crm_id user, crm_id id, uint32_t right) {
    crm_record *rec;
    bool archived, party = is_party(w, id, &archived);
    int rc = crm_access_check(txn, id, right);
    crm_txn *asked[] = {system, txn};
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(crm_access_explain(asked[i], i ? 0 : user, id, right, &rec), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_record_bool(rec, CRM_ACCESS_ALLOWED, -1), rc == CRM_OK, "%d: %d %s", i, rc, crm_record_json(rec, NULL));
        crm_record_free(rec);
    }
    if (right == READ) cr_expect_eq(call(txn, id, right), rc);
    if (right == QUOTE && party && !archived) {
        int said = call(txn, id, right);
        cr_expect_eq(said, rc, "%d, the call %d: %s", rc, said, crm_error_text());
    }
    if (party && !archived) cr_expect_eq(lists(txn, right, id), rc == CRM_OK, "%d, right %u", rc, right);
    if (archived || !party) cr_expect_not(lists(txn, right, id));
}

Test(access, all_agree) {
    static const int statuses[] = {CRM_OK, CRM_E_NOTFOUND, CRM_E_DENIED, CRM_E_LOCKED, CRM_E_TYPE};
    world w = make_world();
    crm_txn *system = test_read(w.db);
    size_t seen[5] = {0}, entered = 0;
    for (size_t i = 0; i < USERS; i++) {
        crm_txn *txn;
        if (crm_txn_begin(w.db, 0, w.users[i], &txn) != CRM_OK) continue;
        entered++;
        for (int k = 0; k < QUESTIONS / USERS; k++) {
            crm_id id = draw(&w, 3) ? w.ids[draw(&w, w.count)] : w.parties[draw(&w, MANY)];
            uint32_t right = (uint32_t)(1 + draw(&w, 4));
            expect_agreement(&w, system, txn, w.users[i], id, right);
            for (size_t n = 0; n < 5; n++) seen[n] += crm_access_check(txn, id, right) == statuses[n];
        }
        crm_txn_free(txn);
    }
    for (size_t n = 0; n < 5; n++) cr_expect(seen[n] > 20, "status %d came up %zu times", statuses[n], seen[n]);
    cr_expect(entered > USERS * 2 / 3, "%zu", entered);
    crm_txn_free(system);
    crm_db_close(w.db);
}
