/* SPDX-License-Identifier: MIT */
/* Rights in a store that no call would have left so, and keys that no call asks for: nobody is let in by them, nobody is shown more. */
#include "api/api.h"
#include "codec/crc32c.h"
#include "codec/key.h"
#include "index/own.h"
#include "model/access.h"
#include "model/access_explain.h"
#include "model/access_role.h"
#include "store/definitions.h"
#include "support/actors.h"
#include <libcrm/access.h>
#include <libcrm/group.h>
#include <libcrm/option.h>
#include <stdio.h>

static crm_db *db;
static crm_txn *txn; /* of the system, never committed by a test */
static crmi_txn *open;
static crm_id mine, other, contact, user, staff, staff_given, role, given, binding;
static crm_field colour;

static void begin_again(void) {
    int status;
    crm_txn_free(txn);
    txn = test_write(db);
    open = crmi_api_enter(txn, CRM_KIND_PARTY, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
}

static void begin(void) {
    test_begin();
    crmi_counting_enable(true);
    db = test_open();
    txn = test_write(db);
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "contact", CRM_CUSTOM_FIELD_NAME, "colour",
                                  CRM_CUSTOM_FIELD_TYPE, "text", 0);
    cr_assert_eq(crm_record_set_bool(rec, CRM_CUSTOM_FIELD_INDEXED, 1), CRM_OK);
    test_put(txn, rec);
    cr_assert_eq(crm_custom_field_find(txn, "contact.colour", &colour), CRM_OK);
    mine = test_party(txn, "mine");
    other = test_party(txn, "other");
    contact = test_put(txn, test_record(CRM_KIND_CONTACT, mine, CRM_CONTACT_NAME, "x", colour, "red", 0));
    user = actor_user(txn, "bound", CRM_USER_TYPE_BOUND);
    role = test_put(txn, actor_role_record("own", "contact", "contact", "contact.colour,contact.note", 0));
    given = actor_give(txn, user, role);
    cr_assert_eq(crm_user_bind(txn, user, mine, CRM_NO_DATE, CRM_NO_DATE, &binding), CRM_OK, "%s", crm_error_text());
    staff = actor_user(txn, "staff", CRM_USER_TYPE_STAFF);
    staff_given = actor_give(txn, staff, role);
    test_commit(txn);
    txn = NULL;
    begin_again();
}

static void end(void) {
    crm_txn_free(txn);
    crm_db_close(db);
    test_end();
}

TestSuite(access_odd, .init = begin, .fini = end, .timeout = 60);

/* --- loading an actor --- */

static int load(crm_id who, crmi_actor **actor) {
    int rc = crmi_access_load(open, who, actor);
    cr_expect_eq(*actor == NULL, rc < 0);
    return rc;
}

/* The status of loading a user. */
static int loads(crm_id who) {
    crmi_actor *actor;
    int rc = load(who, &actor);
    free(actor);
    return rc;
}

static void store(crm_id id, const crm_record *rec) {
    cr_assert_eq(crmi_store_put(open, crmi_store_packed(open, id), rec, crm_record_revision(rec) + 1), CRM_OK, "%s", crm_error_text());
}

/* Stores a record with a number, a text, or nothing in a field, below all rules. */
static void rewrite(crm_id id, crm_field field, int64_t number, const char *text) {
    crm_record *rec = test_get(txn, id);
    crmi_object_clear(rec, CRMI_FIELD_NUMBER(field));
    if (text) cr_assert_eq(crmi_object_set_text(rec, CRMI_FIELD_NUMBER(field), text, strlen(text)), CRM_OK);
    if (!text && number >= 0) cr_assert_eq(crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(field), number), CRM_OK);
    store(id, rec);
    crm_record_free(rec);
}

Test(access_odd, what_no_call_stores) {
    const struct {
        crm_id id;
        crm_field field;
        int64_t number; /* -1: none */
        const char *text;
        int bound, staff;
    } cases[] = {{user, CRM_USER_TYPE, -1, NULL, CRM_E_NOTFOUND, CRM_OK},
                 {user, CRM_USER_TYPE, -1, "robot", CRM_E_NOTFOUND, CRM_OK},
                 {staff, CRM_USER_TYPE, -1, "robot", CRM_OK, CRM_E_NOTFOUND},
                 {binding, CRM_BINDING_USER, (int64_t)staff, NULL, CRM_E_NO_BINDING, CRM_OK},
                 {binding, CRM_BINDING_USER, -1, NULL, CRM_E_NO_BINDING, CRM_OK},
                 {mine, CRM_PARTY_ARCHIVED, 0, NULL, CRM_OK, CRM_OK},
                 {mine, CRM_PARTY_ARCHIVED, 1, NULL, CRM_E_NO_BINDING, CRM_OK},
                 {user, CRM_USER_DISABLED, -1, "yes", CRM_E_CORRUPT, CRM_OK}, /* what is of another type limits nothing: he is not let in */
                 {user, CRM_USER_VALID_UNTIL, -1, "2000-01-01", CRM_E_CORRUPT, CRM_OK},
                 {staff, CRM_USER_RESTRICTED, -1, "yes", CRM_OK, CRM_E_CORRUPT},
                 {user, CRM_KIND_USER * 1000 + 200, -1, "of a later version", CRM_OK, CRM_OK},
                 {binding, CRM_BINDING_VALID_UNTIL, -1, "2000-01-01", CRM_E_CORRUPT, CRM_OK},
                 {mine, CRM_PARTY_ARCHIVED, -1, "yes", CRM_E_NO_BINDING, CRM_OK},
                 {role, CRM_ACCESS_ROLE_PERSONAL, -1, "yes", CRM_OK, CRM_OK},
                 {role, CRM_ACCESS_ROLE_FIELDS, -1, "contact.note", CRM_OK, CRM_OK}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rewrite(cases[i].id, cases[i].field, cases[i].number, cases[i].text);
        cr_expect_eq(loads(user), cases[i].bound, "%zu: %s", i, crm_error_text());
        cr_expect_eq(loads(staff), cases[i].staff, "%zu: %s", i, crm_error_text());
        begin_again();
    }
    crm_id absent = crmi_store_public(open, crmi_id_pack(0, CRM_KIND_USER, 99));
    cr_expect_eq(loads(absent), CRM_E_NOTFOUND);
    cr_expect_str_eq(crm_error_text(), "no such actor");
    crm_txn *none = NULL;
    cr_expect_eq(crm_txn_begin(db, 0, 0, &none), CRM_E_INVALID);
    cr_expect_null(none);
}

static size_t fields_of(crm_id who) {
    crmi_actor *actor;
    cr_assert_eq(load(who, &actor), CRM_OK, "%s", crm_error_text());
    size_t count = actor->field_count;
    free(actor);
    return count;
}

/* A user's link to a role that is none, or leads to what is no role. */
Test(access_odd, roles_that_are_none) {
    cr_expect_eq(fields_of(user), 2);
    rewrite(role, CRM_ACCESS_ROLE_FIELDS, -1, "contact.note");
    cr_expect_eq(fields_of(user), 0, "a text is no list");
    begin_again();
    const int64_t links[] = {-1, (int64_t)contact, (int64_t)staff};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        crm_record *rec;
        rewrite(given, CRM_USER_ROLE_ROLE, links[i], NULL);
        cr_expect_eq(fields_of(user), 0, "%zu", i);
        cr_expect_eq(crm_access_explain(txn, user, contact, CRM_RIGHT_READ, &rec), CRM_OK, "%zu: %s", i, crm_error_text());
        cr_expect_eq(crm_record_id(rec, CRM_ACCESS_BINDING), binding);
        crm_record_free(rec);
        begin_again();
    }
    crm_record *rec; /* the first link leads to a contact, whose fields mean something else there */
    crm_id more = test_put(txn, actor_role_record("more", "contact", NULL, NULL, 0));
    actor_give(txn, staff, more);
    rewrite(staff_given, CRM_USER_ROLE_ROLE, (int64_t)contact, NULL);
    cr_assert_eq(crm_access_explain(txn, staff, contact, CRM_RIGHT_READ, &rec), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_record_id(rec, CRM_ACCESS_ROLE), more, "%s", crm_record_json(rec, NULL));
    crm_record_free(rec);
}

/* A party that became another one takes its bindings with it: what is left of them leads nowhere. */
Test(access_odd, a_party_that_is_another) {
    cr_assert_eq(crmi_store_forward(open, crmi_store_packed(open, mine), crmi_store_packed(open, other)), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(loads(user), CRM_E_NO_BINDING);
}

/* A body that is none, with a right checksum. */
static void damage(crm_id id) {
    crmi_packed packed = crmi_store_packed(open, id);
    uint8_t key[8], value[6] = {(uint8_t)(1 << 6 | crmi_id_kind(packed)), 0, 0, 0, 0, 0xc1};
    crmi_key_put64(key, packed);
    uint32_t sum = crmi_crc32c(crmi_crc32c(crmi_crc32c(0, key, 8), value, 1), value + 5, 1);
    for (int i = 0; i < 4; i++) value[1 + i] = (uint8_t)(sum >> 8 * i);
    cr_assert_eq(crmi_engine_put(crmi_txn_engine(open), CRMI_TABLE_FILE, (crmi_slice){key, 8}, (crmi_slice){value, 6}), CRM_OK);
}

Test(access_odd, damaged) {
    const struct {
        crm_id id;
        int bound, staff;
    } cases[] = {{user, CRM_E_CORRUPT, CRM_OK},  {staff, CRM_OK, CRM_E_CORRUPT},       {binding, CRM_E_CORRUPT, CRM_OK},
                 {given, CRM_E_CORRUPT, CRM_OK}, {role, CRM_E_CORRUPT, CRM_E_CORRUPT}, {mine, CRM_E_CORRUPT, CRM_OK},
                 {contact, CRM_OK, CRM_OK}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        damage(cases[i].id);
        cr_expect_eq(loads(user), cases[i].bound, "%zu: %s", i, crm_error_text());
        cr_expect_eq(loads(staff), cases[i].staff, "%zu: %s", i, crm_error_text());
        begin_again();
    }
}

/* A binding of another user in his file is not read: neither its damage nor the time that it takes tells him of it. */
Test(access_odd, bindings_of_others) {
    crm_id bound_too = actor_user(txn, "also", CRM_USER_TYPE_BOUND), theirs, clerk = actor_staff(txn, "clerk", "*", NULL, 0);
    crm_file *file;
    cr_assert_eq(crm_user_bind(txn, bound_too, mine, CRM_NO_DATE, CRM_NO_DATE, &theirs), CRM_OK, "%s", crm_error_text());
    test_child(txn, CRM_KIND_OPTION_RULE, mine, CRM_OPTION_RULE_CODE, "V8");
    uint8_t key[8];
    crmi_key_put64(key, crmi_store_packed(open, theirs));
    cr_assert_eq(crmi_engine_put(crmi_txn_engine(open), CRMI_TABLE_FILE, (crmi_slice){key, 8}, (crmi_slice){"\1", 1}), CRM_OK);
    cr_expect_eq(crm_file_get(txn, mine, &file), CRM_E_CORRUPT, "the system reads it");
    test_commit(txn);
    const crm_id actors[] = {user, clerk};
    for (int i = 0; i < 2; i++) {
        txn = test_as(db, actors[i]);
        cr_assert_eq(crm_file_get(txn, mine, &file), CRM_OK, "%d: %s", i, crm_error_text());
        cr_expect_eq(crm_file_count(file), i ? 2 : 3, "%d: %s", i, crm_file_json(file, NULL));
        crm_file_free(file);
        crm_iter *iter;
        cr_assert_eq(crm_record_list(txn, mine, CRM_KIND_BINDING, 0, NULL, &iter), CRM_OK, "%d: %s", i, crm_error_text());
        test_ids ids = {.count = 0};
        cr_expect_null(test_page(iter, &ids));
        cr_expect_eq(ids.count, 0);
        int rc = crm_record_search_id(txn, CRM_BINDING_USER, actors[i], 0, NULL, &iter);
        cr_assert_eq(rc, CRM_OK, "%d: %s", i, crm_error_text());
        cr_expect_null(test_page(iter, &ids));
        cr_expect_eq(ids.count, 0);
        crm_txn_free(txn);
    }
    txn = NULL;
}

/* --- the gate --- */

Test(access_odd, an_actor_without_parties) {
    crmi_actor nobody = {.user = 1};
    for (uint32_t root = 0; root < 4; root++) cr_expect_not(crmi_gate_has_root(&nobody, root));
}

/* By ids alone: a range of one kind that staff does not read is not read, its rows are judged in all others. */
Test(access_odd, ranges_of_staff) {
    const struct {
        uint32_t root, kind, last_root, last_kind; /* the last one is the first of its kind there, or (last_kind 0) all of the kind */
        bool seen;
    } cases[] = {{3, CRM_KIND_CONTACT, 3, 0, true},
                 {3, CRM_KIND_ADDRESS, 3, 0, false},
                 {3, CRM_KIND_ADDRESS, 4, CRM_KIND_ADDRESS, true},
                 {3, CRM_KIND_ADDRESS, 3, CRM_KIND_CHANNEL, true},
                 {3, CRM_KIND_ADDRESS, 3, CRM_KIND_ADDRESS, false},
                 {0, CRM_KIND_USER, 0, 0, true},
                 {0, CRM_KIND_SETTING, 0, 0, false},
                 {0, CRM_KIND_QUOTE_DEFAULTS, 0, 0, false},
                 {4, CRM_KIND_QUOTE_DEFAULTS, 4, 0, true}};
    crmi_actor clerk = {.user = crmi_id_pack(0, CRM_KIND_USER, 7), .staff = true};
    clerk.reads = UINT64_C(1) << CRM_KIND_CONTACT | UINT64_C(1) << CRM_KIND_QUOTE_DEFAULTS;
    crmi_gate_swap(open, &clerk);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crmi_packed from = crmi_id_pack(cases[i].root, cases[i].kind, 0);
        crmi_packed until = cases[i].last_kind ? crmi_id_pack(cases[i].last_root, cases[i].last_kind, 1) : from + CRMI_LOCAL_MAX + 1;
        cr_expect_eq(crmi_gate_sees_range(open, from, until), cases[i].seen, "%zu", i);
        cr_expect_not(crmi_gate_sees_range(open, from, from), "%zu", i);
    }
    crmi_gate_swap(open, NULL);
}

/* The gate stands as it stood, whatever was decided. */
Test(access_odd, decisions_leave_the_gate) {
    const crm_id ids[] = {mine, other, contact, UINT64_MAX};
    crm_id seller = actor_staff(txn, "seller", "quote", NULL, ACTOR_PERSONAL | ACTOR_PRICES);
    const crm_id who[] = {user, staff, seller};
    for (size_t w = 0; w < 3; w++) {
        crmi_actor *actor;
        cr_assert_eq(load(who[w], &actor), CRM_OK, "%s", crm_error_text());
        crmi_actor *before = crmi_gate_swap(open, actor);
        for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
            for (uint32_t right = CRM_RIGHT_READ; right <= CRM_RIGHT_SEE_QUOTES; right++) {
                int rc = crmi_access_decide(open, ids[i], right);
                cr_expect_eq(crmi_gate_actor(open), actor, "%zu, %zu, %u", w, i, right);
                if (who[w] == seller && right >= CRM_RIGHT_QUOTE && i < 2) cr_expect_eq(rc, CRM_OK, "%zu: %s", i, crm_error_text());
            }
        crmi_gate_swap(open, before);
        free(actor);
    }
}

/* --- which calls --- */

Test(access_odd, writing_calls) {
    crm_id boss = actor_staff(txn, "boss", "*", NULL, ACTOR_PERSONAL | ACTOR_PRICES | ACTOR_ADMINISTERS);
    crm_id terms = actor_staff(txn, "terms", NULL, "quote_defaults", ACTOR_PERSONAL | ACTOR_PRICES);
    crmi_packed of_store = crmi_store_packed(open, test_child(txn, CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "1"));
    crmi_packed his = crmi_store_packed(open, test_child(txn, CRM_KIND_QUOTE_DEFAULTS, mine, CRM_QUOTE_DEFAULTS_PLANT, "1"));
    const struct {
        crm_id who;
        int store, his, computed, unknown;
    } cases[] = {{boss, CRM_OK, CRM_E_DENIED, CRM_OK, CRM_OK}, {terms, CRM_E_NOTFOUND, CRM_OK, CRM_OK, CRM_OK}};
    for (size_t i = 0; i < 2; i++) {
        crmi_actor *actor;
        cr_assert_eq(load(cases[i].who, &actor), CRM_OK, "%s", crm_error_text());
        crmi_actor *before = crmi_gate_swap(open, actor);
        crmi_gate_begin(open);
        cr_expect_eq(crmi_access_change(open, of_store), cases[i].store, "%zu: %s", i, crm_error_text());
        crmi_gate_begin(open);
        cr_expect_eq(crmi_access_change(open, his), cases[i].his, "%zu: %s", i, crm_error_text());
        crmi_gate_begin(open);
        cr_expect_eq(crmi_access_write(open, CRM_KIND_QUOTE), cases[i].computed, "%zu", i);
        crmi_gate_begin(open);
        cr_expect_eq(crmi_access_write(open, CRMI_KIND_MAX), cases[i].unknown, "%zu: a kind that is none", i);
        crmi_gate_begin(open);
        crmi_gate_swap(open, before);
        free(actor);
    }
}

/* --- putting --- */

/* A transaction of an actor's, with everything so far stored. */
static crm_txn *write_as(crm_id who) {
    test_commit(txn);
    txn = NULL;
    return actor_write(db, who);
}

/* The status of putting a copy of the contact that differs in one field: a text (NULL: none), or another type. */
static int try_text(crm_txn *as, crm_field field, const char *text) {
    crm_record *rec = test_get(as, contact);
    cr_assert_eq(text ? crm_record_set_text(rec, field, text, CRM_NTS) : crm_record_clear(rec, field), CRM_OK, "%s", crm_error_text());
    return test_try(as, rec);
}

Test(access_odd, what_a_bound_user_changes) {
    rewrite(contact, CRM_CONTACT_FIRST_NAME, -1, "Eva");
    rewrite(contact, CRM_CONTACT_ARCHIVED, 0, NULL);
    crm_txn *as = write_as(user);
    cr_expect_eq(try_text(as, colour, "tan"), CRM_OK, "as long as it was: %s", crm_error_text());
    cr_expect_eq(try_text(as, colour, "tan"), CRM_OK);
    crm_record *rec = test_get(as, contact); /* its number, and another type */
    cr_assert_eq(crmi_object_set_typed(rec, crmi_field_number_of(colour), CRM_TYPE_INT, 1), CRM_OK);
    cr_expect_eq(test_try(as, rec), CRM_E_DENIED);
    cr_expect_eq(crm_error_field(), crmi_custom_field(CRM_KIND_CONTACT, crmi_field_number_of(colour), CRM_TYPE_INT));
    cr_expect_eq(try_text(as, colour, NULL), CRM_OK, "the last one goes: %s", crm_error_text());
    cr_expect_eq(try_text(as, CRM_CONTACT_NOTE, "x"), CRM_OK);
    cr_expect_eq(try_text(as, CRM_CONTACT_NOTE, NULL), CRM_OK);
    cr_expect_eq(try_text(as, CRM_CONTACT_FIRST_NAME, "Ada"), CRM_E_DENIED, "as long as it was");
    cr_expect_eq(crm_error_field(), CRM_CONTACT_FIRST_NAME);
    cr_expect_eq(try_text(as, CRM_CONTACT_FIRST_NAME, "Adam"), CRM_E_DENIED);
    cr_expect_eq(try_text(as, CRM_CONTACT_FIRST_NAME, NULL), CRM_E_DENIED);
    cr_expect_eq(try_text(as, CRM_CONTACT_TITLE, "Dr."), CRM_E_DENIED);
    cr_expect_eq(crm_access_check(as, contact, CRM_RIGHT_WRITE), CRM_OK);
    cr_expect_eq(crm_access_check(as, mine, CRM_RIGHT_WRITE), CRM_E_DENIED, "none of its fields");
    rec = test_get(as, contact);
    cr_assert_eq(crm_record_set_bool(rec, CRM_CONTACT_ARCHIVED, 1), CRM_OK);
    cr_expect_eq(test_try(as, rec), CRM_E_DENIED, "another number");
    cr_assert_eq(crm_record_new(CRM_KIND_CONTACT, &rec), CRM_OK); /* knows no custom fields */
    cr_assert_eq(crm_record_set_id(rec, CRM_CONTACT_PARTY, mine), CRM_OK);
    cr_assert_eq(crmi_object_set_typed(rec, CRMI_CUSTOM_FIRST + 9, CRM_TYPE_INT, 1), CRM_OK);
    cr_expect_eq(test_try(as, rec), CRM_E_DENIED);
    cr_expect_str_eq(crm_error_text(), "the actor may not change contact.this field");
    crm_txn_free(as);
}

/* Staff that does not see all fields puts a record that is gone, is of another kind, or has a field that nobody knows. */
Test(access_odd, what_staff_puts) {
    rewrite(contact, CRM_CONTACT_NOTE, -1, "x");
    crm_txn *as = write_as(staff);
    crm_record *rec = test_get(as, contact), *gone = test_get(as, contact), *forged = test_get(as, contact);
    cr_assert_eq(crmi_object_set_text(rec, CRMI_NUMBER_MAX, "later", 5), CRM_OK);
    cr_expect_eq(test_try(as, rec), CRM_OK, "of a later version: %s", crm_error_text());
    forged->id = mine;
    cr_expect_eq(test_try(as, forged), CRM_E_NOTFOUND);
    forged = test_get(as, contact);
    forged->id = UINT64_MAX;
    cr_expect_eq(test_try(as, forged), CRM_E_NOTFOUND);
    cr_assert_eq(crm_record_delete(as, contact, 0), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(test_try(as, gone), CRM_E_NOTFOUND);
    crm_txn_free(as);
}

/* --- roles --- */

static int take_rights(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    return crmi_access_rights_add(open, stored, data);
}

/* There is room for all the fields that are noted. */
static void expect_room(crm_id id, size_t count) {
    crmi_access_rights rights = {0};
    cr_assert_eq(crmi_store_read(open, crmi_store_packed(open, id), take_rights, &rights), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(rights.field_count, count);
    cr_expect_geq(rights.field_capacity, count);
    crmi_access_rights_free(&rights);
}

Test(access_odd, roles_as_records) {
    char list[2000] = "", long_name[200], text[1000];
    const char *two[] = {"contact.note,contact.nothing,contact.none", "contact.note,contact.none,contact.nothing"};
    for (int i = 0; i < 2; i++) {
        crm_record *rec = actor_role_record("bad", NULL, NULL, two[i], 0);
        cr_expect_eq(test_try(txn, rec), CRM_E_INVALID);
        snprintf(text, sizeof text, "access_role.fields: contact.%s is no field that bound users can change", i ? "none" : "nothing");
        cr_expect_str_eq(crm_error_text(), text);
    }
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    cr_expect_eq(test_try(txn, actor_role_record("bad", NULL, NULL, long_name, 0)), CRM_E_INVALID);
    cr_expect_str_eq(crm_error_text(), "access_role.fields: is no field that bound users can change");
    for (int i = 0; i < 40; i++) strcat(list, i ? ",contact.note" : "contact.note");
    crm_id many = actor_user(txn, "many", CRM_USER_TYPE_BOUND);
    crm_id long_role = test_put(txn, actor_role_record("long", NULL, NULL, list, 0)), link = actor_give(txn, many, long_role);
    cr_assert_eq(crm_user_bind(txn, many, mine, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    cr_expect_eq(fields_of(many), 40);
    expect_room(role, 2);
    expect_room(long_role, 40);
    crm_record *rec = test_get(txn, link);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "it is no twin of itself: %s", crm_error_text());
    rec = test_get(txn, link);
    cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_ROLE, role), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
}

/* More roles than are read at once: the last one decides. */
Test(access_odd, many_roles) {
    enum { MANY = 70 };
    crm_id many = actor_user(txn, "many", CRM_USER_TYPE_STAFF), last = 0, first = 0;
    for (int i = 0; i < MANY; i++) {
        char code[20];
        snprintf(code, sizeof code, "r%d", i);
        last = test_put(txn, actor_role_record(code, i < MANY - 1 ? "role" : "contact", NULL, NULL, 0));
        actor_give(txn, many, last);
        if (!i) first = last;
    }
    crm_record *rec;
    for (int i = 0; i < 2; i++) {
        rec = test_record(CRM_KIND_USER_ROLE, 0, 0);
        cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_USER, many), CRM_OK);
        cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_ROLE, i ? first : last), CRM_OK);
        cr_expect_eq(test_try(txn, rec), CRM_E_EXISTS, "%d", i);
    }
    cr_assert_eq(crm_access_explain(txn, many, contact, CRM_RIGHT_READ, &rec), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_record_id(rec, CRM_ACCESS_ROLE), last, "%s", crm_record_json(rec, NULL));
    crm_record_free(rec);
}

/* --- options --- */

/* A rule whose decision or days are of another type does not come to allow: nothing is answered, be it his own or a group's. */
Test(access_odd, option_rules_of_another_type) {
    static const crm_field fields[] = {CRM_OPTION_RULE_DENY, CRM_OPTION_RULE_VALID_FROM, CRM_OPTION_RULE_VALID_UNTIL};
    crm_id group = test_group(txn, "G", 0), member;
    cr_assert_eq(crm_group_add(txn, group, mine, CRM_NO_DATE, CRM_NO_DATE, &member), CRM_OK, "%s", crm_error_text());
    for (size_t i = 0; i < 2 * sizeof fields / sizeof *fields; i++) {
        crm_record *rec = test_record(CRM_KIND_OPTION_RULE, i % 2 ? group : mine, CRM_OPTION_RULE_CODE, "V8", 0);
        cr_assert_eq(crm_record_set_bool(rec, CRM_OPTION_RULE_DENY, 1), CRM_OK);
        crm_id rule = test_put(txn, rec);
        int allowed = -1;
        cr_expect_eq(crm_option_allowed(txn, mine, CRM_TODAY, "V8", CRM_NTS, &allowed), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(allowed, 0, "%zu", i);
        rewrite(rule, fields[i / 2], -1, "yes");
        cr_expect_eq(crm_option_allowed(txn, mine, CRM_TODAY, "V8", CRM_NTS, &allowed), CRM_E_CORRUPT, "%zu", i);
        cr_expect_str_eq(crm_error_text(), "a stored option rule is damaged");
        cr_assert_eq(crm_record_delete(txn, rule, 0), CRM_OK, "%s", crm_error_text());
    }
}

/* --- reasons --- */

static void expect_reason(crm_id who, crm_id id, uint32_t right, const char *reason, crm_id binds, crm_id gives) {
    crm_record *rec;
    cr_assert_eq(crm_access_explain(txn, who, id, right, &rec), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(crm_record_text(rec, CRM_ACCESS_REASON), reason);
    cr_expect_eq(crm_record_id(rec, CRM_ACCESS_BINDING), binds, "%s", crm_record_json(rec, NULL));
    cr_expect_eq(crm_record_id(rec, CRM_ACCESS_ROLE), gives, "%s", crm_record_json(rec, NULL));
    crm_record_free(rec);
}

Test(access_odd, reasons) {
    static const crm_field limits[] = {CRM_USER_RESTRICTED, CRM_USER_NO_FOREIGN_QUOTES};
    for (int i = 0; i < 2; i++) {
        crm_id who = actor_user(txn, i ? "b" : "a", CRM_USER_TYPE_STAFF), bound;
        crm_id all = test_put(txn, actor_role_record(i ? "b" : "a", "*", NULL, NULL, ACTOR_PERSONAL | ACTOR_PRICES));
        actor_give(txn, who, all);
        rewrite(who, limits[i], 1, NULL);
        cr_assert_eq(crm_user_bind(txn, who, mine, CRM_NO_DATE, CRM_NO_DATE, &bound), CRM_OK);
        const char *limited = CRM_ACCESS_REASON_BOUND, *free_of = CRM_ACCESS_REASON_ROLE;
        expect_reason(who, mine, CRM_RIGHT_QUOTE, i ? free_of : limited, i ? 0 : bound, all);
        expect_reason(who, mine, CRM_RIGHT_SEE_QUOTES, i ? limited : free_of, i ? bound : 0, all);
    }
    crm_iter *iter;
    crm_id definition, today, later;
    cr_assert_eq(crm_record_list(txn, 0, CRM_KIND_CUSTOM_FIELD, 1, NULL, &iter), CRM_OK);
    cr_assert_eq(crm_iter_next(iter, &definition), CRM_ROW);
    crm_iter_free(iter);
    expect_reason(user, definition, CRM_RIGHT_READ, CRM_ACCESS_REASON_SHARED, 0, 0);
    cr_assert_eq(crm_user_bind(txn, user, other, CRM_NO_DATE, TEST_DAY + 1, &today), CRM_OK);
    cr_assert_eq(crm_user_bind(txn, user, other, TEST_DAY + 1, CRM_NO_DATE, &later), CRM_OK);
    expect_reason(user, other, CRM_RIGHT_READ, CRM_ACCESS_REASON_BOUND, today, 0);
}

/* The store's own terms are for administrators, those of customers for who reads such records. */
Test(access_odd, reasons_of_terms) {
    crm_id who = actor_user(txn, "two", CRM_USER_TYPE_STAFF);
    crm_id reader = test_put(txn, actor_role_record("reader", "quote_defaults", NULL, NULL, 0));
    crm_id boss = test_put(txn, actor_role_record("boss", "role", NULL, NULL, ACTOR_ADMINISTERS));
    crm_id of_store = test_child(txn, CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "1");
    crm_id his = test_child(txn, CRM_KIND_QUOTE_DEFAULTS, mine, CRM_QUOTE_DEFAULTS_PLANT, "1");
    actor_give(txn, who, boss);
    expect_reason(who, of_store, CRM_RIGHT_READ, CRM_ACCESS_REASON_ROLE, 0, boss);
    actor_give(txn, who, reader);
    expect_reason(who, his, CRM_RIGHT_READ, CRM_ACCESS_REASON_ROLE, 0, reader);
    crm_id second = actor_user(txn, "second", CRM_USER_TYPE_STAFF);
    actor_give(txn, second, reader);
    actor_give(txn, second, boss);
    expect_reason(second, of_store, CRM_RIGHT_READ, CRM_ACCESS_REASON_ROLE, 0, boss);
    expect_reason(second, his, CRM_RIGHT_READ, CRM_ACCESS_REASON_ROLE, 0, reader);
}

/* --- indexes --- */

static crmi_packed found[64];

/* A page as an actor has it; how many it holds. */
static int page_of(crm_id who, crmi_page *page) {
    crmi_actor *actor;
    cr_assert_eq(load(who, &actor), CRM_OK, "%s", crm_error_text());
    crmi_actor *before = crmi_gate_swap(open, actor);
    page->ids = found;
    if (!page->limit) page->limit = 64;
    int rc = crmi_own_page(open, page);
    crmi_gate_swap(open, before);
    free(actor);
    return rc < 0 ? rc : (int)page->count;
}

static crmi_page scope_of(const char *name) {
    crmi_page page = {0};
    crmi_index_scope_range(&page, crmi_schema_field(CRM_ROLE_NUMBER), name, strlen(name));
    return page;
}

static bool is_shared(crm_id who, crm_field field) {
    crmi_actor *actor;
    bool shared;
    int status;
    cr_assert_eq(load(who, &actor), CRM_OK, "%s", crm_error_text());
    crmi_actor *before = crmi_gate_swap(open, actor);
    cr_assert_eq(crmi_own_shared_value(open, crmi_txn_field(open, field, &status), &shared), CRM_OK, "%s", crm_error_text());
    crmi_gate_swap(open, before);
    free(actor);
    return shared;
}

Test(access_odd, whose_entries) {
    crm_id boss = actor_staff(txn, "boss", "role", NULL, ACTOR_PERSONAL | ACTOR_PRICES | ACTOR_ADMINISTERS);
    crm_id terms = actor_staff(txn, "terms", "quote_defaults", NULL, ACTOR_PERSONAL | ACTOR_PRICES);
    crm_id none = actor_staff(txn, "none", "role", NULL, ACTOR_PERSONAL | ACTOR_PRICES);
    const crm_field list = CRM_QUOTE_DEFAULTS_PRICE_LIST, town = CRM_ADDRESS_TOWN;
    cr_expect(is_shared(boss, list) && is_shared(terms, list) && !is_shared(none, list));
    cr_expect(!is_shared(boss, town) && !is_shared(none, town) && is_shared(staff, colour));
    cr_expect(is_shared(user, CRM_CODE_CODE) && is_shared(user, CRM_CUSTOM_FIELD_NAME) && !is_shared(user, colour));
}

/* Keys that no list has. */
Test(access_odd, keys) {
    crmi_page page = {0}, cut = {0};
    bool shared;
    crmi_actor *actor;
    cr_expect_eq(page_of(user, &page), CRM_E_INVALID, "no number");
    cr_assert_eq(load(user, &actor), CRM_OK);
    crmi_gate_swap(open, actor);
    cr_expect_eq(crmi_own_shared(open, &page.from, &shared), CRM_E_INVALID);
    crmi_gate_swap(open, NULL);
    free(actor);
    crmi_index_id_range(&page, crmi_schema_field(CRM_CONTACT_NOTE), 1);
    cr_expect_eq(page_of(user, &page), 0, "a field that has no index");
    const crmi_field unknown = {.field = CRM_KIND_CONTACT * 1000 + CRMI_NUMBER_MAX, .kind = CRM_KIND_CONTACT};
    crmi_index_id_range(&page, &unknown, 1);
    cr_expect_eq(page_of(user, &page), CRM_E_NOTFOUND, "a field that is none");
    cr_assert_eq(crmi_index_directory_range(open, &page, NULL, "", 0, false), CRM_OK);
    cr_expect_eq(page_of(user, &page), 1);
    cr_expect_eq(page_of(staff, &page), 0, "staff has no directory of its own");
    for (cut = page, page.limit = 0; cut.from.size; cut.from.size--) {
        int rc = page_of(user, &cut);
        page.limit += rc == CRM_E_INVALID;
        cr_expect(rc == CRM_E_INVALID || rc == 0 || rc == 1, "%zu: %d", cut.from.size, rc);
    }
    cr_expect_geq(page.limit, 3, "without its role, without what is archived, without its number");
}

/* Two numbers in the order of their texts, not of their parties; roles of another kind, without a number, and damaged ones. */
Test(access_odd, unique_values) {
    crmi_page page = scope_of(CRM_ROLE_CUSTOMER);
    cr_assert_eq(crm_user_bind(txn, user, other, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    crm_id late = test_role(txn, mine, CRM_ROLE_CUSTOMER, "2"), early = test_role(txn, other, CRM_ROLE_CUSTOMER, "1");
    crm_id supplier = test_role(txn, mine, CRM_ROLE_SUPPLIER, "1"), id;
    cr_expect_eq(page_of(user, &page), 2);
    cr_expect(found[0] == crmi_store_packed(open, early) && found[1] == crmi_store_packed(open, late));
    rewrite(late, CRM_ROLE_NUMBER, -1, NULL);
    page = scope_of(CRM_ROLE_CUSTOMER);
    cr_expect_eq(page_of(user, &page), 1);
    damage(supplier);
    page = scope_of(CRM_ROLE_CUSTOMER);
    cr_expect_eq(page_of(user, &page), CRM_E_CORRUPT);
    cr_assert_eq(crm_txn_commit(txn), CRM_OK);
    crm_txn *as = test_as(db, user);
    cr_expect_eq(crm_party_find(as, CRM_ROLE_CUSTOMER, "2", CRM_NTS, &id), CRM_E_CORRUPT);
    crm_txn_free(as);
}

/* A range is compared byte by byte, the shorter key first; what lies behind its end does not count. */
Test(access_odd, ranges) {
    crm_id id = test_role(txn, mine, CRM_ROLE_CUSTOMER, "1");
    crmi_page page = scope_of(CRM_ROLE_CUSTOMER), plain = page;
    crmi_index_unique_key(crmi_schema_field(CRM_ROLE_NUMBER), CRM_ROLE_CUSTOMER, strlen(CRM_ROLE_CUSTOMER), "1", 1, &page.from);
    cr_expect_eq(page_of(user, &page), 1);
    cr_expect_eq(found[0], crmi_store_packed(open, id));
    crmi_key exact = page.from;
    page = plain;
    page.from = exact;
    page.from.bytes[page.from.size++] = 0;
    cr_expect_eq(page_of(user, &page), 0, "it begins behind the key");
    page = plain;
    memset(page.from.bytes + page.from.size, 0xff, sizeof page.from.bytes - page.from.size);
    cr_expect_eq(page_of(user, &page), 1, "bytes behind the end");
    page = plain;
    page.until = exact;
    cr_expect_eq(page_of(user, &page), 0, "it ends before the key");
    page = scope_of(CRM_ROLE_SUPPLIER);
    cr_expect_eq(page_of(user, &page), 0);
    page.also = plain.from;
    page.also_until = plain.until;
    cr_expect_eq(page_of(user, &page), 1, "in the second range");
}

static void search(crm_id who, int status, size_t count) {
    crm_iter *iter;
    test_ids ids = {.count = 0};
    crm_txn *as = test_as(db, who);
    int rc = crm_record_search(as, colour, "red", CRM_NTS, 0, NULL, &iter);
    cr_expect_eq(rc, status, "%d %s", rc, rc < 0 ? crm_error_text() : "");
    if (rc == CRM_OK) cr_expect_null(test_page(iter, &ids));
    cr_expect_eq(ids.count, count);
    crm_txn_free(as);
}

/* Contacts with another value or none; one that is damaged; and more files than are read at once. */
Test(access_odd, values) {
    enum { MANY = 40 };
    test_put(txn, test_record(CRM_KIND_CONTACT, mine, CRM_CONTACT_NAME, "y", colour, "blue", 0));
    crm_id plain = test_child(txn, CRM_KIND_CONTACT, mine, CRM_CONTACT_NAME, "z");
    test_commit(txn);
    txn = NULL;
    search(user, CRM_OK, 1);
    begin_again();
    for (int i = 0; i < MANY; i++)
        cr_assert_eq(crm_user_bind(txn, user, test_party(txn, "more"), CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    txn = NULL;
    crm_txn *as = test_as(db, user);
    crm_iter *iter;
    test_ids ids = {.count = 0};
    crmi_counting_reset();
    cr_assert_eq(crm_record_search(as, colour, "red", CRM_NTS, 0, NULL, &iter), CRM_OK);
    cr_expect_eq(crmi_counting_trips(), (MANY + 1) / 16 + 1, "16 files at once");
    crm_iter_free(iter);
    cr_assert_eq(crm_access_list(as, CRM_RIGHT_READ, 0, NULL, &iter), CRM_OK);
    test_page(iter, &ids);
    cr_expect_eq(ids.count, MANY + 1);
    crm_txn_free(as);
    begin_again();
    damage(plain);
    test_party(txn, "a change that is counted");
    test_commit(txn);
    txn = NULL;
    search(user, CRM_E_CORRUPT, 0);
}

/* --- definitions that can't be read --- */

Test(access_odd, definitions_that_fail) {
    crm_record *rec = test_get(txn, contact);
    crmi_page page = {.ids = found, .limit = 1};
    const crmi_entry *before = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_CONTACT_NAME));
    const crmi_field field = {.field = colour, .kind = CRM_KIND_CONTACT};
    crmi_index_id_range(&page, &field, 1);
    for (int i = 0; i < 2; i++) {
        crmi_actor bound = {.user = 1}, clerk = {.user = 1, .staff = true, .hidden = CRM_FIELD_PRICE};
        crm_txn_free(txn);
        txn = NULL;
        crm_db_close(db);
        db = test_open();
        begin_again();
        crmi_gate_swap(open, i ? &clerk : &bound);
        crmi_counting_fail(1, CRM_E_IO);
        cr_expect_eq(i ? crmi_access_fields(open, rec) : crmi_own_page(open, &page), CRM_E_IO);
        crmi_counting_fail(0, CRM_OK);
        if (i) cr_expect(crmi_access_fields(open, rec) == CRM_OK && crmi_access_fields(open, NULL) == CRM_OK && before);
        crmi_gate_swap(open, NULL);
    }
    crm_record_free(rec);
}
