/* SPDX-License-Identifier: MIT */
/* What users write: staff the kinds that its roles name, bound users the fields that theirs do, in their own files. */
#include "support/actors.h"
#include <stdio.h>

TestSuite(access_write, .init = test_begin, .fini = test_end, .timeout = 120);

#define NONE CRM_NO_DATE
#define EVERYTHING (ACTOR_PERSONAL | ACTOR_PRICES | ACTOR_ADMINISTERS)

static int set_text(crm_txn *txn, crm_id id, crm_field field, const char *text) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_text(rec, field, text, CRM_NTS), CRM_OK, "%s", crm_error_text());
    return test_try(txn, rec);
}

static char *text_of(crm_txn *txn, crm_id id, crm_field field) {
    crm_record *rec = test_get(txn, id);
    const char *text = crm_record_text(rec, field);
    char *copy = strdup(text ? text : "-");
    crm_record_free(rec);
    return copy;
}

static void expect_text(crm_db *db, crm_id id, crm_field field, const char *text) {
    crm_txn *txn = test_read(db);
    char *now = text_of(txn, id, field);
    cr_expect_str_eq(now, text);
    free(now);
    crm_txn_free(txn);
}

/* --- staff: every call that writes, by the kind that it writes --- */

typedef struct scene {
    crm_db *db;
    crm_id party, group, address, contact, user, bound, setting, own_terms;
} scene;

static scene make_scene(void) {
    scene s = {.db = test_open()};
    crm_txn *txn = test_write(s.db);
    s.party = test_party(txn, "P");
    test_role(txn, s.party, CRM_ROLE_PROSPECT, "1");
    s.group = test_group(txn, "G", 0);
    s.address = test_child(txn, CRM_KIND_ADDRESS, s.party, CRM_ADDRESS_SITE_NAME, "A");
    s.contact = test_child(txn, CRM_KIND_CONTACT, s.party, CRM_CONTACT_NAME, "C");
    s.user = actor_user(txn, "u", CRM_USER_TYPE_BOUND);
    s.bound = actor_bound(txn, "b", s.party, NULL);
    s.setting = test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "a.b", CRM_SETTING_VALUE, "1", 0));
    s.own_terms = test_child(txn, CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "7");
    test_commit(txn);
    return s;
}

static int put_party(crm_txn *txn, const scene *s) {
    return (void)s, test_try(txn, test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "N", 0));
}
static int put_contact(crm_txn *txn, const scene *s) {
    return test_try(txn, test_record(CRM_KIND_CONTACT, s->party, CRM_CONTACT_NAME, "D", 0));
}
static int put_terms(crm_txn *txn, const scene *s) {
    return test_try(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, s->party, CRM_QUOTE_DEFAULTS_PLANT, "1", 0));
}
static int put_own_terms(crm_txn *txn, const scene *s) {
    return (void)s, test_try(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_SALES_AREA, "N", 0));
}
static int put_user(crm_txn *txn, const scene *s) {
    return (void)s, test_try(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "n", CRM_USER_TYPE, CRM_USER_TYPE_STAFF, 0));
}
static int put_role(crm_txn *txn, const scene *s) { return (void)s, test_try(txn, actor_role_record("r", "*", NULL, NULL, 0)); }
static int put_code(crm_txn *txn, const scene *s) {
    return (void)s, test_try(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "9", 0));
}
static int put_option(crm_txn *txn, const scene *s) {
    return test_try(txn, test_record(CRM_KIND_OPTION_RULE, s->party, CRM_OPTION_RULE_CODE, "V8", 0));
}
static int delete_contact(crm_txn *txn, const scene *s) { return crm_record_delete(txn, s->contact, 0); }
static int delete_setting(crm_txn *txn, const scene *s) { return crm_record_delete(txn, s->setting, 0); }
static int delete_own_terms(crm_txn *txn, const scene *s) { return crm_record_delete(txn, s->own_terms, 0); }
static int archive_contact(crm_txn *txn, const scene *s) { return crm_record_archive(txn, s->contact, 0); }
static int restore_group(crm_txn *txn, const scene *s) { return crm_record_restore(txn, s->group, 0); }
static int group_add(crm_txn *txn, const scene *s) { return crm_group_add(txn, s->group, s->party, NONE, NONE, NULL); }
static int group_remove(crm_txn *txn, const scene *s) {
    int rc = crm_group_remove(txn, s->group, s->party, CRM_TODAY);
    return rc == CRM_E_NOTFOUND && strstr(crm_error_text(), "no member") ? CRM_OK : rc;
}
static int convert(crm_txn *txn, const scene *s) { return crm_party_convert(txn, s->party, NULL, 0, NULL); }
static int move(crm_txn *txn, const scene *s) {
    crm_record *to = test_record(CRM_KIND_ADDRESS, 0, 0);
    int rc = crm_address_move(txn, s->address, TEST_DAY, to, NULL);
    crm_record_free(to);
    return rc;
}
static int set_setting(crm_txn *txn, const scene *s) { return (void)s, crm_setting_set(txn, "c.d", "1", CRM_NTS); }
static int clear_setting(crm_txn *txn, const scene *s) { return (void)s, crm_setting_clear(txn, "a.b"); }
static int set_policy(crm_txn *txn, const scene *s) {
    const uint32_t levels[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_CUSTOMER};
    return (void)s, crm_policy_set(txn, CRM_QUOTE_PLANT, levels, 2);
}
static int clear_policy(crm_txn *txn, const scene *s) {
    int rc = crm_policy_clear(txn, CRM_QUOTE_PLANT);
    return (void)s, rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}
static int bind_user(crm_txn *txn, const scene *s) { return crm_user_bind(txn, s->user, s->party, NONE, NONE, NULL); }
static int unbind_user(crm_txn *txn, const scene *s) { return crm_user_unbind(txn, s->bound, s->party, CRM_TODAY); }
static int set_password(crm_txn *txn, const scene *s) { return crm_user_verifier_set(txn, s->user, "x", 1); }
static int check_password(crm_txn *txn, const scene *s) {
    return crm_user_password_check(txn, s->user, "x", CRM_NTS) == CRM_E_DENIED ? 0 : -1;
}

static const struct write {
    int (*call)(crm_txn *txn, const scene *s);
    const char *kind; /* NULL: administration */
} writes[] = {{put_party, "party"},     {put_contact, "contact"},  {put_terms, "quote_defaults"},
              {put_own_terms, NULL},    {put_user, NULL},          {put_role, NULL},
              {put_code, NULL},         {put_option, NULL},        {delete_contact, "contact"},
              {delete_setting, NULL},   {delete_own_terms, NULL},  {archive_contact, "contact"},
              {restore_group, "group"}, {group_add, "membership"}, {group_remove, "membership"},
              {convert, "role"},        {move, "address"},         {set_setting, NULL},
              {clear_setting, NULL},    {set_policy, NULL},        {clear_policy, NULL},
              {bind_user, NULL},        {unbind_user, NULL},       {set_password, NULL}};
#define WRITES (sizeof writes / sizeof *writes)

Test(access_write, kinds) {
    static const struct {
        const char *write;
        unsigned flags;
    } roles[] = {{NULL, ACTOR_PERSONAL},
                 {"party", ACTOR_PERSONAL},
                 {"contact", ACTOR_PERSONAL},
                 {"role,address", ACTOR_PERSONAL},
                 {"membership,group,quote_defaults", ACTOR_PERSONAL},
                 {"*", ACTOR_PERSONAL},
                 {NULL, ACTOR_PERSONAL | ACTOR_ADMINISTERS},
                 {"*", EVERYTHING}};
    enum { ROLES = sizeof roles / sizeof *roles };
    scene s = make_scene();
    crm_id users[ROLES];
    crm_txn *txn = test_write(s.db);
    for (size_t i = 0; i < ROLES; i++) {
        char name[8];
        snprintf(name, sizeof name, "s%zu", i);
        users[i] = actor_staff(txn, name, "*", roles[i].write, roles[i].flags);
    }
    test_commit(txn);
    for (size_t i = 0; i < ROLES; i++)
        for (size_t k = 0; k < WRITES; k++) {
            const char *kind = writes[k].kind;
            bool may = kind ? roles[i].write && (strstr(roles[i].write, kind) || strcmp(roles[i].write, "*") == 0)
                            : (roles[i].flags & ACTOR_ADMINISTERS) != 0;
            bool unseen = !may && (writes[k].call == delete_setting || writes[k].call == delete_own_terms);
            txn = actor_write(s.db, users[i]);
            int rc = writes[k].call(txn, &s);
            cr_expect_eq(rc, may ? CRM_OK : unseen ? CRM_E_NOTFOUND : CRM_E_DENIED, "%zu, %zu: %d %s", i, k, rc, crm_error_text());
            crm_txn_free(txn);
        }
    txn = actor_write(s.db, users[ROLES - 1]);
    cr_expect_eq(check_password(txn, &s), CRM_OK);
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_QUOTE, 0, 0)), CRM_E_TYPE, "what is computed is stored by nobody");
    crm_txn_free(txn);
    txn = actor_write(s.db, users[0]);
    cr_expect_eq(crm_record_delete(txn, users[0], 0), CRM_E_DENIED, "himself he sees");
    cr_expect_eq(crm_record_delete(txn, UINT64_MAX, 0), CRM_E_NOTFOUND);
    crm_txn_free(txn);
    crm_db_close(s.db);
}

/* Rules that read what he does not see hold all the same: the gate is lifted for his writes, and closed again behind them. */
Test(access_write, rules_hold) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "P"), other = test_party(txn, "Q"), contact;
    test_role(txn, party, CRM_ROLE_CUSTOMER, "1");
    cr_assert_eq(crm_setting_set(txn, "code.closed.plant", "1", CRM_NTS), CRM_OK);
    crm_id user = actor_staff(txn, "s", NULL, "contact,quote_defaults", ACTOR_PERSONAL), taker = actor_staff(txn, "t", NULL, "role", 0);
    crm_id clerk = actor_staff(txn, "c", "party", "address", 0);
    test_commit(txn);
    txn = actor_write(db, user);
    crm_record *rec;
    contact = test_child(txn, CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "C");
    cr_expect_eq(crm_record_get(txn, party, &rec), CRM_E_NOTFOUND, "closed behind the write");
    rec = test_record(CRM_KIND_CONTACT, other, CRM_CONTACT_NAME, "D", 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_CONTACT_PERSON, party), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "names what he does not see: %s", crm_error_text());
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_PLANT, "9", 0)), CRM_E_CODE);
    cr_expect_eq(crm_record_delete(txn, contact, 0), CRM_OK, "%s", crm_error_text());
    crm_txn_free(txn);
    txn = actor_write(db, taker);
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_ROLE, other, CRM_ROLE_ROLE, "customer", CRM_ROLE_NUMBER, "1", 0)), CRM_E_EXISTS);
    crm_txn_free(txn);
    txn = actor_write(db, clerk); /* what he does not see he sets by no call */
    crm_record *to = test_record(CRM_KIND_ADDRESS, 0, CRM_ADDRESS_STREET, "S", 0);
    cr_expect_eq(crm_address_move(txn, UINT64_MAX, TEST_DAY, to, NULL), CRM_E_DENIED);
    cr_expect_eq(crm_error_field(), CRM_ADDRESS_STREET);
    crm_record_free(to);
    crm_txn_free(txn);
    crm_db_close(db);
}

static crm_field add_field(crm_txn *txn, const char *name, crm_field flag) {
    crm_field field;
    char path[40];
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, name,
                                  CRM_CUSTOM_FIELD_TYPE, "text", 0);
    if (flag) cr_assert_eq(crm_record_set_bool(rec, flag, 1), CRM_OK);
    test_put(txn, rec);
    snprintf(path, sizeof path, "party.%s", name);
    cr_assert_eq(crm_custom_field_find(txn, path, &field), CRM_OK);
    return field;
}

/* Putting a record keeps what its writer does not see; he sets none of it. */
Test(access_write, hidden_fields) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_field hobby = add_field(txn, "hobby", CRM_CUSTOM_FIELD_PERSONAL), bonus = add_field(txn, "bonus", CRM_CUSTOM_FIELD_PRICE);
    const crm_field fields[] = {CRM_PARTY_NAME, CRM_PARTY_NOTE, CRM_PARTY_CREDIT_CURRENCY, hobby, bonus};
    static const char *const values[] = {"P", "n", "EUR", "chess", "7"};
    enum { FIELDS = sizeof fields / sizeof *fields };
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_CATEGORY, "A", 0);
    for (int i = 0; i < FIELDS; i++) cr_assert_eq(crm_record_set_text(rec, fields[i], values[i], CRM_NTS), CRM_OK);
    crm_id party = test_put(txn, rec), users[4];
    for (unsigned i = 0; i < 4; i++) users[i] = actor_staff(txn, values[i], "*", "*", i);
    test_commit(txn);
    for (unsigned i = 0; i < 4; i++) {
        txn = actor_write(db, users[i]);
        cr_expect_eq(set_text(txn, party, CRM_PARTY_CATEGORY, values[i]), CRM_OK, "%u: %s", i, crm_error_text());
        test_commit(txn);
        for (int k = 0; k < FIELDS; k++) expect_text(db, party, fields[k], values[k]);
        expect_text(db, party, CRM_PARTY_CATEGORY, values[i]);
        txn = actor_write(db, users[i]);
        for (int k = 0; k < FIELDS; k++) {
            bool price = fields[k] == CRM_PARTY_CREDIT_CURRENCY || fields[k] == bonus;
            bool may = i & (price ? ACTOR_PRICES : ACTOR_PERSONAL);
            cr_expect_eq(set_text(txn, party, fields[k], k == 2 ? "CHF" : "x"), may ? CRM_OK : CRM_E_DENIED, "%u, %d", i, k);
            if (!may) cr_expect_eq(crm_error_field(), fields[k], "%u, %d", i, k);
        }
        rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "N", 0);
        cr_expect_eq(test_try(txn, rec), i & ACTOR_PERSONAL ? CRM_OK : CRM_E_DENIED, "%u", i);
        crm_txn_free(txn);
    }
    crm_db_close(db);
}

/* --- imports --- */

static int import(crm_db *db, crm_id actor) {
    crm_sync *sync;
    const char *cells[] = {"A"};
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    cr_assert_eq(crm_sync_add_column(sync, "Firma", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 1), CRM_OK);
    int rc = crm_sync_apply(sync, db, actor);
    crm_sync_free(sync);
    return rc;
}

Test(access_write, imports) {
    static const struct {
        const char *read, *write;
        unsigned flags;
        bool may;
    } roles[] = {{"*", "*", EVERYTHING, true},
                 {NULL, "*", EVERYTHING, false},
                 {"*", "party,role,address", EVERYTHING, false},
                 {"*", "*", ACTOR_PERSONAL | ACTOR_PRICES, false},
                 {"*", "*", ACTOR_PERSONAL | ACTOR_ADMINISTERS, false},
                 {"*", "*", ACTOR_PRICES | ACTOR_ADMINISTERS, false}};
    enum { ROLES = sizeof roles / sizeof *roles };
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id users[ROLES], bound = actor_bound(txn, "b", test_party(txn, "P"), "party.name");
    for (size_t i = 0; i < ROLES; i++) {
        char name[8];
        snprintf(name, sizeof name, "s%zu", i);
        users[i] = actor_staff(txn, name, roles[i].read, roles[i].write, roles[i].flags);
    }
    test_commit(txn);
    for (size_t i = 0; i < ROLES; i++)
        cr_expect_eq(import(db, users[i]), roles[i].may ? CRM_OK : CRM_E_DENIED, "%zu: %s", i, crm_error_text());
    cr_expect_eq(import(db, bound), CRM_E_DENIED);
    cr_expect_eq(import(db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_db_close(db);
}

/* --- bound users --- */

Test(access_write, bound_users_call_nothing_else) {
    scene s = make_scene();
    crm_txn *txn = test_write(s.db);
    crm_id user = actor_bound(txn, "w", s.party, "party.note,address.street");
    test_commit(txn);
    for (size_t k = 0; k < WRITES; k++) {
        const scene nowhere = {.party = UINT64_MAX, .group = UINT64_MAX, .address = UINT64_MAX, .contact = UINT64_MAX, .user = UINT64_MAX};
        txn = actor_write(s.db, user);
        cr_expect_eq(writes[k].call(txn, &s), CRM_E_DENIED, "%zu: %s", k, crm_error_text());
        cr_expect_eq(writes[k].call(txn, &nowhere), CRM_E_DENIED, "said before anything is looked for, %zu: %s", k, crm_error_text());
        crm_txn_free(txn);
    }
    txn = actor_write(s.db, user);
    cr_expect_eq(crm_user_password_check(txn, s.user, "x", CRM_NTS), CRM_E_DENIED);
    cr_expect_str_eq(crm_error_text(), "the actor may not change the store");
    crm_txn_free(txn);
    crm_db_close(s.db);
}

typedef struct change {
    crm_id id;
    crm_field field;
    const char *text;
    int status;
    crm_field named;
} change;

Test(access_write, fields_of_bound_users) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_field shape = add_field(txn, "shape", 0), secret = add_field(txn, "secret", 0);
    crm_id own = test_party(txn, "P"), foreign = test_party(txn, "Q");
    crm_id address = test_put(txn, test_record(CRM_KIND_ADDRESS, own, CRM_ADDRESS_TOWN, "Ulm", CRM_ADDRESS_COUNTRY, "DE", 0));
    crm_id contact = test_child(txn, CRM_KIND_CONTACT, own, CRM_CONTACT_NAME, "C");
    crm_id channel = test_put(txn, test_record(CRM_KIND_CHANNEL, own, CRM_CHANNEL_TYPE, "mail", CRM_CHANNEL_VALUE, "a@c", 0));
    crm_id theirs = test_child(txn, CRM_KIND_ADDRESS, foreign, CRM_ADDRESS_TOWN, "Bonn");
    crm_id code = test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "7", 0));
    crm_id user = actor_bound(txn, "u", own, "party.note,party.shape,address.town,address.street,contact.person,quote_defaults.plant");
    cr_assert_eq(crm_setting_set(txn, "code.closed.plant", "1", CRM_NTS), CRM_OK);
    test_commit(txn);
    const change changes[] = {{own, CRM_PARTY_NOTE, "n", CRM_OK, 0},
                              {own, shape, "round", CRM_OK, 0},
                              {own, secret, "x", CRM_E_DENIED, secret},
                              {own, CRM_PARTY_NAME, "N", CRM_E_DENIED, CRM_PARTY_NAME},
                              {own, CRM_PARTY_LOCK_REASON, "N", CRM_E_DENIED, CRM_PARTY_LOCK_REASON},
                              {address, CRM_ADDRESS_TOWN, "Rom", CRM_OK, 0},
                              {address, CRM_ADDRESS_COUNTRY, "AT", CRM_E_DENIED, CRM_ADDRESS_COUNTRY},
                              {contact, CRM_CONTACT_NAME, "D", CRM_E_DENIED, CRM_CONTACT_NAME},
                              {channel, CRM_CHANNEL_VALUE, "a@b", CRM_E_DENIED, 0},
                              {code, CRM_CODE_CODE, "8", CRM_E_DENIED, 0},
                              {user, CRM_USER_NAME, "v", CRM_E_DENIED, 0}};
    txn = actor_write(db, user);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        cr_expect_eq(set_text(txn, changes[i].id, changes[i].field, changes[i].text), changes[i].status, "%zu: %s", i, crm_error_text());
        if (changes[i].status < 0) cr_expect_eq(crm_error_field(), changes[i].named, "%zu", i);
    }
    crm_record *rec = test_get(txn, own); /* the first that he may not, in the order of their numbers; clearing is a change */
    for (int i = 0; i < 2; i++) crm_record_set_text(rec, i ? CRM_PARTY_NAME_ADDITION : CRM_PARTY_MET_AT, "x", CRM_NTS);
    crm_record_clear(rec, CRM_PARTY_NAME);
    cr_expect_eq(test_try(txn, rec), CRM_E_DENIED);
    cr_expect_eq(crm_error_field(), CRM_PARTY_NAME);
    rec = test_get(txn, address); /* the last that it has */
    crm_record_clear(rec, CRM_ADDRESS_COUNTRY);
    cr_expect_eq(test_try(txn, rec), CRM_E_DENIED);
    cr_expect_eq(crm_error_field(), CRM_ADDRESS_COUNTRY);
    rec = test_get(txn, own);
    crm_record_clear(rec, CRM_PARTY_NOTE);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    expect_text(db, own, shape, "round");
    expect_text(db, address, CRM_ADDRESS_TOWN, "Rom");

    const struct {
        crm_record *rec;
        int status;
        crm_field named;
    } news[] = {
        {test_record(CRM_KIND_ADDRESS, own, CRM_ADDRESS_TOWN, "A", CRM_ADDRESS_STREET, "S", 0), CRM_OK, 0},
        {test_record(CRM_KIND_ADDRESS, own, CRM_ADDRESS_TOWN, "A", CRM_ADDRESS_POSTAL_CODE, "1", 0), CRM_E_DENIED, CRM_ADDRESS_POSTAL_CODE},
        {test_record(CRM_KIND_ADDRESS, foreign, CRM_ADDRESS_TOWN, "A", 0), CRM_E_NOTFOUND, CRM_ADDRESS_PARTY},
        {test_record(CRM_KIND_ADDRESS, UINT64_MAX, CRM_ADDRESS_TOWN, "A", 0), CRM_E_NOTFOUND, CRM_ADDRESS_PARTY},
        {test_record(CRM_KIND_ADDRESS, 0, CRM_ADDRESS_TOWN, "A", 0), CRM_E_REQUIRED, CRM_ADDRESS_PARTY},
        {test_record(CRM_KIND_QUOTE_DEFAULTS, own, CRM_QUOTE_DEFAULTS_PLANT, "7", 0), CRM_OK, 0},
        {test_record(CRM_KIND_QUOTE_DEFAULTS, own, CRM_QUOTE_DEFAULTS_PLANT, "9", 0), CRM_E_CODE, CRM_QUOTE_DEFAULTS_PLANT},
        {test_record(CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "7", 0), CRM_E_DENIED, 0},
        {test_record(CRM_KIND_QUOTE_DEFAULTS, 0, 0), CRM_E_DENIED, 0},
        {test_record(CRM_KIND_PARTY, 0, CRM_PARTY_NOTE, "x", 0), CRM_E_DENIED, 0},
        {test_record(CRM_KIND_CHANNEL, own, 0), CRM_E_DENIED, 0},
        {test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "a", 0), CRM_E_DENIED, 0}};
    txn = actor_write(db, user);
    for (size_t i = 0; i < sizeof news / sizeof *news; i++) {
        cr_expect_eq(test_try(txn, news[i].rec), news[i].status, "%zu: %s", i, crm_error_text());
        if (news[i].status < 0) cr_expect_eq(crm_error_field(), news[i].named, "%zu", i);
    }
    const crm_id persons[] = {own, foreign, UINT64_MAX};
    for (int i = 0; i < 3; i++) { /* what it names is his own */
        rec = test_get(txn, contact);
        cr_assert_eq(crm_record_set_id(rec, CRM_CONTACT_PERSON, persons[i]), CRM_OK);
        cr_expect_eq(test_try(txn, rec), i ? CRM_E_NOTFOUND : CRM_OK, "%d: %s", i, crm_error_text());
    }
    crm_txn_free(txn);
    txn = test_write(db); /* a record that he knows from somewhere else */
    rec = test_get(txn, theirs);
    cr_assert_eq(crm_record_set_text(rec, CRM_ADDRESS_TOWN, "B", CRM_NTS), CRM_OK);
    crm_txn_free(txn);
    txn = actor_write(db, user);
    cr_expect_eq(crm_record_put(txn, rec, NULL, NULL), CRM_E_NOTFOUND);
    cr_expect_str_eq(crm_error_text(), "no such record");
    crm_record_free(rec);
    crm_txn_free(txn);
    crm_db_close(db);
}

/* An identifier in another scheme could be one that others have: their values would be told one by one. */
Test(access_write, unique_values_of_others) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    cr_expect_eq(test_try(txn, actor_role_record("r", NULL, NULL, "identifier.scheme", 0)), CRM_E_INVALID);
    cr_expect_eq(crm_error_field(), CRM_ACCESS_ROLE_FIELDS);
    cr_expect_eq(test_try(txn, actor_role_record("r", NULL, NULL, "identifier.target", 0)), CRM_OK, "%s", crm_error_text());
    crm_txn_free(txn);
    crm_db_close(db);
}

/* Where a token goes on in the list of all lies between names that he does not see: renaming his own party would tell them. */
Test(access_write, tokens_of_others) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    static const char *const names[] = {"Alder", "Birch", "Cedar"};
    crm_id party[3], user[2];
    for (int i = 0; i < 3; i++) party[i] = test_party(txn, names[i]);
    for (int i = 0; i < 2; i++) user[i] = actor_bound(txn, names[i], party[i], "party.name");
    for (int i = 1; i < 3; i++) cr_assert_eq(crm_user_bind(txn, user[i - 1], party[2], NONE, NONE, NULL), CRM_OK);
    test_commit(txn);
    const crm_id actors[] = {CRM_ACTOR_SYSTEM, user[0], user[1]};
    char *tokens[3];
    crm_iter *iter;
    test_ids ids = {.count = 0};
    for (int i = 0; i < 3; i++) {
        txn = test_as(db, actors[i]);
        cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, 0, 1, NULL, &iter), CRM_OK);
        tokens[i] = test_page(iter, &ids);
        cr_assert(tokens[i]);
        crm_txn_free(txn);
    }
    for (int i = 0; i < 3; i++) {
        txn = actor_write(db, actors[i]);
        for (int k = 0; k < 3; k++) {
            int rc = crm_party_list(txn, NULL, NULL, 0, 0, 1, tokens[k], &iter);
            cr_expect_eq(rc, i == k ? CRM_OK : CRM_E_INVALID, "%d, %d: %d", i, k, rc);
            crm_iter_free(iter);
        }
        crm_txn_free(txn);
    }
    for (int i = 0; i < 3; i++) free(tokens[i]);
    crm_db_close(db);
}

/* Who writes memberships may put a party into a group that he does not see: what the group is called is not told. */
Test(access_write, errors_tell_no_names) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "P"), group = test_group(txn, "SECRET", 0), user = actor_staff(txn, "s", "party", "membership", 0);
    cr_assert_eq(crm_record_archive(txn, group, 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    txn = actor_write(db, user);
    cr_expect_eq(crm_group_add(txn, group, party, NONE, NONE, NULL), CRM_E_ARCHIVED);
    cr_expect_str_eq(crm_error_text(), "the group is archived");
    crm_txn_free(txn);
    crm_db_close(db);
}
