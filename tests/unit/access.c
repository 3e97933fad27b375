/* SPDX-License-Identifier: MIT */
/* Who can be an actor, and what the gate lets him see. */
#include "model/access.h"
#include "api/api.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(access, .init = test_begin, .fini = test_end);

static crmi_txn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

static crm_id add_user(crm_txn *txn, const char *name, const char *type) {
    return test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, name, CRM_USER_TYPE, type, 0));
}

static crm_id bind(crm_txn *txn, crm_id user, crm_id party, int64_t from, int64_t until) {
    crm_record *rec = test_record(CRM_KIND_BINDING, party, 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_BINDING_USER, user), CRM_OK);
    if (from != CRM_NO_DATE) cr_assert_eq(crm_record_set_date(rec, CRM_BINDING_VALID_FROM, from), CRM_OK);
    if (until != CRM_NO_DATE) cr_assert_eq(crm_record_set_date(rec, CRM_BINDING_VALID_UNTIL, until), CRM_OK);
    return test_put(txn, rec);
}

/* What beginning a transaction as an actor gives, and how many of the parties he sees then. */
static int enter(crm_db *db, crm_id actor, const crm_id *parties, size_t count, size_t *seen) {
    crm_txn *txn;
    int rc = crm_txn_begin(db, 0, actor, &txn);
    *seen = 0;
    if (txn) cr_expect_eq(crm_txn_actor(txn), actor);
    for (size_t i = 0; i < count && rc == CRM_OK; i++) {
        crm_record *rec;
        *seen += crm_record_get(txn, parties[i], &rec) == CRM_OK;
        crm_record_free(rec);
    }
    crm_txn_free(txn);
    return rc;
}

static void change_user(crm_db *db, crm_id user, crm_field field, int64_t value) {
    crm_txn *txn = test_write(db);
    crm_record *rec = test_get(txn, user);
    if (field == CRM_USER_DISABLED)
        cr_assert_eq(crm_record_set_bool(rec, field, value != 0), CRM_OK);
    else
        cr_assert_eq(crm_record_set_date(rec, field, value), CRM_OK);
    cr_assert_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
}

Test(access, who_can_be_an_actor) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "a"), user = add_user(txn, "u", CRM_USER_TYPE_BOUND), staff = add_user(txn, "s", CRM_USER_TYPE_STAFF);
    crm_id unbound = add_user(txn, "n", CRM_USER_TYPE_BOUND);
    bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE);
    bind(txn, staff, party, CRM_NO_DATE, CRM_NO_DATE);
    test_commit(txn);
    size_t seen;
    const crm_id nobody[] = {party, user + 1, UINT64_MAX - 1};
    for (size_t i = 0; i < sizeof nobody / sizeof *nobody; i++) {
        cr_expect_eq(enter(db, nobody[i], NULL, 0, &seen), CRM_E_NOTFOUND, "%zu", i);
        cr_expect_str_eq(crm_error_text(), "no such actor", "%zu", i);
    }
    cr_expect_eq(enter(db, unbound, NULL, 0, &seen), CRM_E_NO_BINDING);
    cr_expect_eq(enter(db, staff, NULL, 0, &seen), CRM_E_NO_BINDING, "no role");
    cr_expect_eq(crm_status_class_of(CRM_E_NO_BINDING), CRM_CLASS_DENIED);
    cr_expect_eq(enter(db, user, &party, 1, &seen), CRM_OK);
    const struct {
        crm_field field;
        int64_t bad, good;
    } changes[] = {
        {CRM_USER_DISABLED, 1, 0}, {CRM_USER_VALID_FROM, TEST_DAY + 1, TEST_DAY}, {CRM_USER_VALID_UNTIL, TEST_DAY, TEST_DAY + 1}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        if (changes[i].field == CRM_USER_VALID_UNTIL) change_user(db, user, CRM_USER_VALID_FROM, TEST_DAY - 9);
        change_user(db, user, changes[i].field, changes[i].bad);
        cr_expect_eq(enter(db, user, NULL, 0, &seen), CRM_E_NOTFOUND, "%zu", i);
        cr_expect_str_eq(crm_error_text(), "no such actor", "%zu", i);
        change_user(db, user, changes[i].field, changes[i].good);
        cr_expect_eq(enter(db, user, NULL, 0, &seen), CRM_OK, "%zu", i);
    }
    crm_db_close(db);
}

/* Below the rules, which keep a party as long as users are bound to it. */
static void archive(crm_txn *txn, crm_id party) {
    crmi_txn *open = inside(txn);
    crm_record *rec = test_get(txn, party);
    cr_assert_eq(crm_record_set_bool(rec, CRM_PARTY_ARCHIVED, 1), CRM_OK);
    cr_assert_eq(crmi_store_put(open, crmi_store_packed(open, party), rec, crm_record_revision(rec) + 1), CRM_OK);
    crm_record_free(rec);
}

Test(access, which_parties) {
    enum { PARTIES = 300 };
    static crm_id parties[PARTIES], ids[PARTIES];
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id user = add_user(txn, "u", CRM_USER_TYPE_BOUND);
    const struct {
        int64_t from, until;
        bool valid;
    } times[] = {{CRM_NO_DATE, CRM_NO_DATE, true}, {TEST_DAY, CRM_NO_DATE, true},     {TEST_DAY + 1, CRM_NO_DATE, false},
                 {CRM_NO_DATE, TEST_DAY, false},   {CRM_NO_DATE, TEST_DAY + 1, true}, {TEST_DAY - 5, TEST_DAY - 1, false}};
    size_t valid = 0, seen;
    for (size_t i = 0; i < PARTIES; i++) {
        char name[20];
        snprintf(name, sizeof name, "p%03zu", i);
        parties[i] = test_party(txn, name);
        if (i % 7 == 6) continue;
        ids[i] = bind(txn, user, parties[i], times[i % 7].from, times[i % 7].until);
        valid += times[i % 7].valid;
    }
    test_commit(txn);
    cr_expect_eq(enter(db, user, parties, PARTIES, &seen), CRM_OK);
    cr_expect_eq(seen, valid);

    txn = test_write(db); /* both hold from the next transaction on */
    crm_txn *before = test_as(db, user);
    archive(txn, parties[0]);
    cr_assert_eq(crm_record_delete(txn, ids[1], 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    cr_expect_eq(enter(db, user, parties, PARTIES, &seen), CRM_OK);
    cr_expect_eq(seen, valid - 2);
    cr_expect_eq(enter(db, user, parties, 2, &seen), CRM_OK);
    cr_expect_eq(seen, 0);
    for (int i = 0; i < 2; i++) crm_record_free(test_get(before, parties[i]));
    crm_txn_free(before);

    txn = test_write(db);
    for (size_t i = 1; i < PARTIES; i++)
        if (i > 1 && ids[i]) cr_assert_eq(crm_record_delete(txn, ids[i], 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    cr_expect_eq(enter(db, user, parties, 0, &seen), CRM_E_NO_BINDING, "his only party is archived");
    crm_db_close(db);
}

/* By ids alone: nothing has to be stored. */
Test(access, what_the_gate_lets_through) {
    crm_db *db = test_open();
    crm_txn *txn = test_read(db);
    crmi_txn *open = inside(txn);
    const crmi_packed user = crmi_id_pack(0, CRM_KIND_USER, 5), foreign = crmi_id_pack(4, CRM_KIND_PARTY, 0);
    cr_expect(crmi_gate_sees(open, foreign) && crmi_gate_sees_range(open, 0, UINT64_MAX) && !crmi_gate_actor(open), "the system");
    crmi_actor *actor = calloc(1, sizeof *actor + 3 * sizeof *actor->roots);
    *actor = (crmi_actor){.user = user, .root_count = 3};
    memcpy(actor->roots, (uint32_t[]){3, 5, 9}, 3 * sizeof *actor->roots);
    crmi_gate_bind(open, actor);
    const struct {
        uint32_t root, kind, local;
        bool one, range; /* the record; all of its kind */
    } cases[] = {{3, CRM_KIND_PARTY, 0, true, true},
                 {5, CRM_KIND_CONTACT, 7, true, true},
                 {9, CRM_KIND_QUOTE_DEFAULTS, 1, true, true},
                 {3, CRM_KIND_BINDING, 1, false, false},
                 {2, CRM_KIND_PARTY, 0, false, false},
                 {4, CRM_KIND_CONTACT, 1, false, false},
                 {10, CRM_KIND_PARTY, 0, false, false},
                 {3 | CRMI_ROOT_GROUP, CRM_KIND_GROUP, 0, false, false},
                 {0, CRM_KIND_CODE, 1, true, true},
                 {0, CRM_KIND_CUSTOM_FIELD, 1, true, true},
                 {0, CRM_KIND_USER, 5, true, false},
                 {0, CRM_KIND_USER, 6, false, false},
                 {0, CRM_KIND_SETTING, 1, false, false},
                 {0, CRM_KIND_POLICY, 1, false, false},
                 {0, CRM_KIND_RULE, 1, false, false},
                 {0, CRM_KIND_CREDENTIAL, 1, false, false},
                 {0, CRM_KIND_QUOTE_DEFAULTS, 1, false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crmi_packed first = crmi_id_pack(cases[i].root, cases[i].kind, 0), id = first + cases[i].local;
        cr_expect_eq(crmi_gate_sees(open, id), cases[i].one, "%zu", i);
        cr_expect_eq(crmi_gate_sees_range(open, first, first + CRMI_LOCAL_MAX + 1), cases[i].range, "%zu", i);
        cr_expect_not(crmi_gate_sees_range(open, first, first), "%zu", i);
        cr_expect_not(crmi_gate_sees_range(open, first, crmi_id_pack(cases[i].root + 1, 1, 1)), "into the next file: %zu", i);
        crmi_gate_lift(open);
        cr_expect(crmi_gate_sees(open, id) && crmi_gate_sees_range(open, first, first + 9), "%zu", i);
        crmi_gate_drop(open);
    }
    cr_expect_not(crmi_gate_sees_range(open, crmi_id_pack(0, CRM_KIND_CODE, 0), crmi_id_pack(0, CRM_KIND_CODE + 2, 0)));
    cr_expect(crmi_gate_sees_range(open, crmi_id_pack(9, 0, 0), crmi_id_pack(10, 0, 0)), "a whole file");
    crm_txn_free(txn);
    crm_db_close(db);
}

/* The names of a list, page by page. */
static void names(crm_txn *txn, const char *role, uint32_t limit, char *out, size_t size) {
    char *token = NULL;
    *out = 0;
    do {
        test_ids ids = {.count = 0};
        crm_iter *iter;
        cr_assert_eq(crm_party_list(txn, role, "", 0, 0, limit, token, &iter), CRM_OK, "%s", crm_error_text());
        free(token);
        token = test_page(iter, &ids);
        for (size_t i = 0; i < ids.count; i++) {
            crm_record *rec = test_get(txn, ids.id[i]);
            strncat(out, crm_record_text(rec, CRM_PARTY_NAME), size - strlen(out) - 1);
            crm_record_free(rec);
        }
    } while (token);
}

Test(access, lists_and_writes) {
    static const char *const all[] = {"g", "b", "e", "a", "d", "c", "f"};
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id user = add_user(txn, "u", CRM_USER_TYPE_BOUND), first = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        crm_id party = test_party(txn, all[i]);
        test_role(txn, party, i % 3 ? CRM_ROLE_CUSTOMER : CRM_ROLE_SUPPLIER, all[i]);
        if (i % 4 == 1) continue;
        bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE);
        if (!first) first = party;
    }
    test_commit(txn);
    cr_assert_eq(crm_txn_begin(db, CRM_TXN_WRITE, user, &txn), CRM_OK, "%s", crm_error_text());
    for (uint32_t limit = 0; limit < 4; limit++) {
        char text[20];
        names(txn, NULL, limit, text, sizeof text);
        cr_expect_str_eq(text, "adefg", "%u", limit);
        names(txn, CRM_ROLE_CUSTOMER, limit, text, sizeof text);
        cr_expect_str_eq(text, "de", "%u", limit);
    }
    crm_record *rec = test_get(txn, first);
    cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NAME, "new", CRM_NTS), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_E_DENIED, "his own record");
    cr_expect_eq(crm_record_delete(txn, first, 0), CRM_E_DENIED);
    cr_expect_eq(crm_record_archive(txn, UINT64_MAX, 0), CRM_E_DENIED, "said before anything is looked for");
    cr_expect_eq(crm_setting_set(txn, "a.b", "1", CRM_NTS), CRM_E_DENIED);
    cr_expect(crm_txn_sequence(txn) == 0 && crm_error_status() == CRM_E_DENIED);
    crm_txn_free(txn);
    crm_db_close(db);
}

/* Settings, groups and the store's own terms are not seen, and have their say all the same. */
Test(access, what_decides_for_every_actor) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "a"), user = add_user(txn, "u", CRM_USER_TYPE_BOUND), top = test_group(txn, "T", 0);
    crm_id group = test_group(txn, "G", top), member;
    bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE);
    cr_assert_eq(crm_group_add(txn, group, party, CRM_NO_DATE, CRM_NO_DATE, &member), CRM_OK, "%s", crm_error_text());
    test_child(txn, CRM_KIND_QUOTE_DEFAULTS, top, CRM_QUOTE_DEFAULTS_PAYMENT_TERMS, "30");
    test_child(txn, CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "7");
    test_put(txn, test_record(CRM_KIND_RULE, 0, CRM_RULE_CODE, "R", CRM_RULE_TARGET, "quote.price_list", CRM_RULE_VALUE, "L", 0));
    crm_id of_group = test_child(txn, CRM_KIND_OPTION_RULE, top, CRM_OPTION_RULE_CODE, "V8");
    crm_id own = test_child(txn, CRM_KIND_OPTION_RULE, party, CRM_OPTION_RULE_CODE, "V4");
    cr_assert_eq(crm_setting_set(txn, "option.default", "deny", CRM_NTS), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    crm_db_close(db);
    db = test_open();
    char *texts[2];
    for (int bound = 1; bound >= 0; bound--) { /* he is the first to read what all share */
        crm_quote *quote;
        int allowed[2];
        const char *codes[] = {"V8", "V4"};
        uint8_t answers[2];
        crm_id rules[2];
        txn = test_as(db, bound ? user : CRM_ACTOR_SYSTEM);
        cr_assert_geq(crm_quote_resolve(txn, party, CRM_TODAY, NULL, &quote), CRM_OK, "%s", crm_error_text());
        cr_expect_str_eq(crm_record_text(crm_quote_record(quote), CRM_QUOTE_PAYMENT_TERMS), "30");
        cr_expect_str_eq(crm_record_text(crm_quote_record(quote), CRM_QUOTE_PLANT), "7");
        cr_expect_str_eq(crm_record_text(crm_quote_record(quote), CRM_QUOTE_PRICE_LIST), "L");
        texts[bound] = strdup(crm_quote_json(quote, NULL));
        crm_quote_free(quote);
        cr_assert_eq(crm_option_allowed(txn, party, CRM_TODAY, "V8", CRM_NTS, &allowed[0]), CRM_OK);
        cr_assert_eq(crm_option_allowed(txn, party, CRM_TODAY, "V6", CRM_NTS, &allowed[1]), CRM_OK);
        cr_expect(allowed[0] && !allowed[1], "%d", bound);
        cr_assert_eq(crm_option_check(txn, party, CRM_TODAY, codes, 2, answers, rules), CRM_OK);
        cr_expect(answers[0] && answers[1] && rules[0] == (bound ? 0 : of_group) && rules[1] == own, "the rules, %d", bound);
        crm_txn_free(txn);
    }
    cr_expect_str_eq(texts[0], texts[1]);
    for (int i = 0; i < 2; i++) free(texts[i]);
    crm_db_close(db);
}

Test(access, proposals_for_his_own_customers) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id parties[3] = {test_party(txn, "a"), test_party(txn, "b"), test_party(txn, "c")};
    crm_id users[2] = {add_user(txn, "u", CRM_USER_TYPE_BOUND), add_user(txn, "v", CRM_USER_TYPE_BOUND)};
    crm_id contact = test_child(txn, CRM_KIND_CONTACT, parties[0], CRM_CONTACT_NAME, "x"), binding = 0;
    bind(txn, users[0], parties[0], CRM_NO_DATE, CRM_NO_DATE);
    for (int i = 0; i < 2; i++) binding = bind(txn, users[1], parties[i], CRM_NO_DATE, CRM_NO_DATE);
    crm_quote *old, *quote;
    cr_assert_geq(crm_quote_resolve(txn, parties[2], CRM_TODAY, NULL, &old), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    for (int user = 0; user < 2; user++) {
        const crm_id asked[] = {parties[0], 0, parties[1], parties[2], contact, binding, users[user], 1, UINT64_MAX};
        txn = test_as(db, users[user]);
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
            bool own = i == 0 || (i == 1 && !user) || (i == 2 && user);
            int rc = crm_quote_resolve(txn, asked[i], CRM_TODAY, NULL, &quote);
            cr_expect(own ? rc >= 0 : rc == CRM_E_LOCKED && crm_error_field() == CRM_QUOTE_CUSTOMER, "%d, %zu: %d", user, i, rc);
            if (own) cr_expect_eq(crm_record_id(crm_quote_record(quote), CRM_QUOTE_CUSTOMER), i == 1 ? parties[0] : asked[i], "%zu", i);
            crm_quote_free(quote);
        }
        cr_expect_eq(crm_quote_reresolve(txn, old, 0, CRM_TODAY, NULL, NULL, 0, &quote), CRM_E_LOCKED);
        cr_expect_eq(crm_quote_reresolve(txn, old, parties[0], CRM_TODAY, NULL, NULL, 0, &quote), CRM_E_LOCKED, "the old one is not his");
        crm_txn_free(txn);
    }
    crm_quote_free(old);
    crm_db_close(db);
}
