/* SPDX-License-Identifier: MIT */
/* The feed of changes and the values of tracked fields, as a host follows them. */
#include "support/actors.h"
#include <stdio.h>

TestSuite(change, .init = test_begin, .fini = test_end, .timeout = 60);

static crm_db *open_at(int64_t days) {
    crm_db_options options = test_options();
    crm_db *db;
    options.fixed_time = TEST_NOW + days * INT64_C(86400000000);
    cr_assert_eq(crm_db_open(test_folder, &options, &db), CRM_OK, "%s", crm_error_text());
    return db;
}

static void set(crm_txn *txn, const char *name, const char *value) {
    crm_id id;
    crm_record *rec;
    if (crm_record_find(txn, CRM_SETTING_NAME, NULL, 0, name, CRM_NTS, &id) == CRM_OK)
        rec = test_get(txn, id);
    else
        rec = test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, name, 0);
    cr_assert_eq(crm_record_set_text(rec, CRM_SETTING_VALUE, value, CRM_NTS), CRM_OK);
    test_put(txn, rec);
}

static void change(crm_txn *txn, crm_id id, crm_field field, const char *text) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_text(rec, field, text, CRM_NTS), CRM_OK);
    test_put(txn, rec);
}

static char *now(crm_db *db, crm_id actor) {
    crm_txn *txn = test_as(db, actor);
    crm_changes *list;
    cr_assert_eq(crm_change_now(txn, &list), CRM_OK, "%s", crm_error_text());
    char *token = strdup(crm_changes_token(list));
    cr_expect_eq(crm_changes_count(list), 0);
    crm_changes_free(list);
    crm_txn_free(txn);
    return token;
}

/* What changed as text, "action kind" and a mark for the first of ids, page by page; the token goes on behind. A status where it fails. */
static int follow(crm_db *db, crm_id actor, uint32_t kind, uint32_t limit, char **token, char *out, size_t cap) {
    crm_txn *txn = test_as(db, actor);
    uint32_t more = 1;
    *out = 0;
    while (more) {
        crm_changes *list;
        int rc = crm_change_list(txn, kind, *token, limit, &list);
        if (rc < 0) {
            crm_txn_free(txn);
            return rc;
        }
        for (size_t i = 0; i < crm_changes_count(list); i++) {
            const crm_record *rec = crm_changes_record(list, i);
            size_t size = strlen(out);
            snprintf(out + size, cap - size, "%s%s %s", size ? ", " : "", crm_record_text(rec, CRM_CHANGE_ACTION),
                     crm_record_text(rec, CRM_CHANGE_KIND));
        }
        free(*token);
        *token = strdup(crm_changes_token(list));
        more = crm_changes_more(list);
        crm_changes_free(list);
    }
    crm_txn_free(txn);
    return CRM_OK;
}

#define FOLLOWS(actor, kind, limit, token, expected)                                                                                       \
    do {                                                                                                                                   \
        char text[4096];                                                                                                                   \
        int rc = follow(db, actor, kind, limit, token, text, sizeof text);                                                                 \
        cr_expect_eq(rc, CRM_OK, "%d %s", rc, crm_error_text());                                                                           \
        cr_expect_str_eq(text, expected);                                                                                                  \
    } while (0)
#define STALE(actor, token)                                                                                                                \
    do {                                                                                                                                   \
        char text[4096];                                                                                                                   \
        int rc = follow(db, actor, 0, 0, token, text, sizeof text);                                                                        \
        cr_expect_eq(rc, CRM_E_STALE, "%d %s", rc, text);                                                                                  \
    } while (0)

Test(change, commits) {
    crm_db *db = test_open();
    char *start = NULL, *token = now(db, CRM_ACTOR_SYSTEM);
    crm_txn *txn = test_write(db);
    crm_id a = test_party(txn, "A");
    test_role(txn, a, CRM_ROLE_CUSTOMER, NULL);
    change(txn, a, CRM_PARTY_NOTE, "x"); /* created once all the same */
    test_commit(txn);
    txn = test_write(db);
    change(txn, a, CRM_PARTY_NOTE, "y");
    crm_id b = test_party(txn, "B");
    cr_assert_eq(crm_record_delete(txn, b, 0), CRM_OK);
    test_commit(txn);
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, a, 0), CRM_OK);
    test_commit(txn);
    txn = test_write(db); /* nothing is noted of what is not committed */
    test_party(txn, "C");
    crm_txn_free(txn);
    const char *all = "created setting, created party, created role, updated party, deleted party, deleted party, deleted role";
    for (uint32_t limit = 1; limit <= 8; limit++) {
        char *again = strdup(token);
        FOLLOWS(CRM_ACTOR_SYSTEM, 0, limit, &again, all);
        FOLLOWS(CRM_ACTOR_SYSTEM, 0, limit, &again, "");
        free(again);
    }
    FOLLOWS(CRM_ACTOR_SYSTEM, 0, 0, &start, all);
    crm_db_close(db);
    db = test_open(); /* a token is good in the next process too */
    FOLLOWS(CRM_ACTOR_SYSTEM, CRM_KIND_ROLE, 1, &token, "created role, deleted role");
    free(start);
    free(token);
    crm_db_close(db);
}

Test(change, records) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id staff = actor_staff(txn, "staff", "party", "party", ACTOR_PERSONAL), a = test_party(txn, "A");
    test_commit(txn);
    char *token = now(db, CRM_ACTOR_SYSTEM);
    txn = actor_write(db, staff);
    change(txn, a, CRM_PARTY_NAME, "B");
    test_commit(txn);
    txn = test_read(db);
    crm_changes *list;
    cr_assert_eq(crm_change_list(txn, 0, token, 0, &list), CRM_OK);
    cr_assert_eq(crm_changes_count(list), 1);
    const crm_record *rec = crm_changes_record(list, 0);
    cr_expect_eq(crm_record_id(rec, CRM_CHANGE_RECORD), a);
    cr_expect_eq(crm_record_id(rec, CRM_CHANGE_BY), staff);
    cr_expect_eq(crm_record_int(rec, CRM_CHANGE_COMMIT, 0), (int64_t)crm_txn_sequence(txn));
    cr_expect_eq(crm_record_time(rec, CRM_CHANGE_AT, 0), TEST_NOW);
    crm_record_free((crm_record *)(uintptr_t)rec); /* it stays the list's */
    cr_expect_eq(crm_record_id(rec, CRM_CHANGE_RECORD), a);
    crm_changes_free(list);
    crm_txn_free(txn);
    free(token);
    crm_db_close(db);
}

/* Staff is told of the kinds that it reads; a token ends with the rights that it was made under. */
Test(change, staff) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id staff = actor_staff(txn, "staff", "party", NULL, 0);
    test_commit(txn);
    char *token = now(db, staff), *system = now(db, CRM_ACTOR_SYSTEM);
    txn = test_write(db);
    crm_id a = test_party(txn, "A");
    test_child(txn, CRM_KIND_CONTACT, a, CRM_CONTACT_LAST_NAME, "K");
    test_commit(txn);
    FOLLOWS(staff, 0, 0, &token, "created party");
    FOLLOWS(staff, CRM_KIND_CONTACT, 0, &token, "");
    char said[100];
    cr_expect_eq(follow(db, staff, 0, 0, &system, said, sizeof said), CRM_E_INVALID, "a token is its actor's own");
    txn = test_write(db);
    actor_give(txn, staff, test_put(txn, actor_role_record("more", "contact", NULL, NULL, 0)));
    test_commit(txn);
    STALE(staff, &token);
    free(token);
    free(system);
    crm_db_close(db);
}

/* What others do moves nothing that a bound user is told, not even his token. */
Test(change, bound) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id a = test_party(txn, "A"), other = test_party(txn, "Other"), user = actor_bound(txn, "u", a, NULL);
    test_commit(txn);
    char *none = NULL, *token = now(db, user);
    FOLLOWS(user, 0, 0, &none, "");
    cr_expect_str_eq(none, token, "without a token he begins now");
    for (int i = 0; i < 5; i++) {
        txn = test_write(db);
        change(txn, other, CRM_PARTY_NOTE, i % 2 ? "x" : "y");
        cr_assert_eq(crm_user_bind(txn,
                                   actor_bound(txn,
                                               i % 2   ? "v1"
                                               : i % 3 ? "v2"
                                               : i     ? "v3"
                                                       : "v4",
                                               0, NULL),
                                   a, CRM_NO_DATE, CRM_NO_DATE, NULL),
                     CRM_OK);
        test_commit(txn);
        if (i == 2) break;
    }
    char *same = now(db, user);
    cr_expect_str_eq(same, token);
    txn = test_write(db);
    change(txn, a, CRM_PARTY_NOTE, "mine");
    crm_id contact = test_child(txn, CRM_KIND_CONTACT, a, CRM_CONTACT_LAST_NAME, "K");
    test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "P", 0));
    test_commit(txn);
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, contact, 0), CRM_OK);
    change(txn, other, CRM_PARTY_NOTE, "z");
    test_commit(txn);
    for (uint32_t limit = 1; limit < 6; limit++) {
        char *again = strdup(token);
        FOLLOWS(user, 0, limit, &again, "created code, updated party, created contact, deleted contact");
        FOLLOWS(user, 0, limit, &again, "");
        free(again);
    }
    crm_changes *list;
    txn = test_as(db, user);
    cr_assert_eq(crm_change_list(txn, CRM_KIND_PARTY, token, 0, &list), CRM_OK);
    const crm_record *rec = crm_changes_record(list, 0);
    cr_expect_eq(crm_record_id(rec, CRM_CHANGE_RECORD), a);
    cr_expect_eq(crm_record_time(rec, CRM_CHANGE_AT, 0), TEST_DAY * INT64_C(86400000000), "days alone");
    cr_expect(!crm_record_has(rec, CRM_CHANGE_COMMIT) && !crm_record_has(rec, CRM_CHANGE_BY));
    crm_changes_free(list);
    crm_txn_free(txn);
    txn = test_write(db); /* with another party he sees something else */
    cr_assert_eq(crm_user_bind(txn, user, other, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    test_commit(txn);
    STALE(user, &token);
    free(none);
    free(same);
    free(token);
    crm_db_close(db);
}

/* Of two parties, in the order of the commits. */
Test(change, bound_twice) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id a = test_party(txn, "A"), b = test_party(txn, "B"), user = actor_bound(txn, "u", b, NULL);
    cr_assert_eq(crm_user_bind(txn, user, a, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    test_commit(txn);
    char *token = now(db, user);
    const crm_id order[] = {b, a, a, b, a};
    for (size_t i = 0; i < 5; i++) {
        txn = test_write(db);
        test_child(txn, i % 2 ? CRM_KIND_CONTACT : CRM_KIND_ADDRESS, order[i], i % 2 ? CRM_CONTACT_LAST_NAME : CRM_ADDRESS_TOWN, "K");
        test_commit(txn);
    }
    for (uint32_t limit = 1; limit < 7; limit++) {
        char *again = strdup(token);
        FOLLOWS(user, 0, limit, &again, "created address, created contact, created address, created contact, created address");
        free(again);
    }
    free(token);
    crm_db_close(db);
}

Test(change, kept_for_a_time) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id a = test_party(txn, "A"), user = actor_bound(txn, "u", a, NULL);
    set(txn, "changes.keep_days", "10");
    test_commit(txn);
    char *token = now(db, CRM_ACTOR_SYSTEM), *own = now(db, user), *idle;
    txn = test_write(db);
    change(txn, a, CRM_PARTY_NOTE, "x");
    test_commit(txn);
    idle = now(db, user);
    crm_db_close(db);
    db = open_at(9);
    FOLLOWS(user, 0, 0, &idle, "");
    crm_db_close(db);
    db = open_at(11);
    STALE(user, &own);
    FOLLOWS(user, 0, 0, &idle, "");
    for (int i = 0; i < 3; i++) { /* commits drop what is too old, a few chunks each */
        txn = test_write(db);
        test_party(txn, "B");
        test_commit(txn);
    }
    STALE(CRM_ACTOR_SYSTEM, &token);
    char *start = NULL;
    FOLLOWS(CRM_ACTOR_SYSTEM, 0, 0, &start, "created party, created party, created party");
    txn = test_write(db);
    set(txn, "changes.keep_days", "0");
    test_commit(txn);
    STALE(CRM_ACTOR_SYSTEM, &start);
    STALE(user, &idle);
    txn = test_write(db);
    set(txn, "changes.keep_days", "5");
    test_commit(txn);
    STALE(CRM_ACTOR_SYSTEM, &start);
    STALE(user, &idle);
    free(idle);
    idle = now(db, user);
    txn = test_write(db);
    change(txn, a, CRM_PARTY_NOTE, "again");
    test_commit(txn);
    FOLLOWS(user, 0, 0, &idle, "updated party");
    free(start);
    free(token);
    free(own);
    free(idle);
    crm_db_close(db);
}

/* --- values --- */

/* "field old>new by, ..." of a record, the latest first. */
static char *history(crm_db *db, crm_id actor, crm_id record, crm_field field, uint32_t limit) {
    static char out[4096];
    crm_txn *txn = test_as(db, actor);
    char *token = NULL;
    *out = 0;
    do {
        crm_changes *list;
        int rc = crm_change_values(txn, record, field, limit, token, &list);
        cr_assert_eq(rc, CRM_OK, "%d %s", rc, crm_error_text());
        free(token);
        token = crm_changes_token(list) ? strdup(crm_changes_token(list)) : NULL;
        for (size_t i = 0; i < crm_changes_count(list); i++) {
            const crm_record *rec = crm_changes_record(list, i);
            const char *old = crm_record_text(rec, CRM_CHANGE_OLD_VALUE), *new = crm_record_text(rec, CRM_CHANGE_NEW_VALUE);
            size_t size = strlen(out);
            snprintf(out + size, sizeof out - size, "%s%s %s>%s", size ? ", " : "", crm_record_text(rec, CRM_CHANGE_FIELD), old ? old : "",
                     new ? new : "");
        }
        crm_changes_free(list);
    } while (token);
    crm_txn_free(txn);
    return out;
}

Test(change, values) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id before = test_party(txn, "Before");
    set(txn, "changes.fields", "party.note, party.loyalty_discount bank.iban");
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "since",
                                  CRM_CUSTOM_FIELD_TYPE, CRM_FIELD_TYPE_DATE, 0);
    cr_assert_eq(crm_record_set_bool(rec, CRM_CUSTOM_FIELD_TRACKED, 1), CRM_OK);
    test_put(txn, rec);
    crm_field since;
    cr_assert_eq(crm_custom_field_find(txn, "party.since", &since), CRM_OK);
    crm_id a = test_party(txn, "A"), user = actor_bound(txn, "u", a, NULL), plain = actor_staff(txn, "s", "party", NULL, 0);
    change(txn, a, CRM_PARTY_NOTE, "one");
    test_commit(txn);
    txn = test_write(db);
    rec = test_get(txn, a);
    cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NOTE, "two", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_record_set_amount(rec, CRM_PARTY_LOYALTY_DISCOUNT, 25000), CRM_OK);
    cr_assert_eq(crm_record_set_date(rec, since, TEST_DAY), CRM_OK);
    cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_MET_AT, "not tracked", CRM_NTS), CRM_OK);
    test_put(txn, rec);
    test_commit(txn);
    txn = test_write(db);
    rec = test_get(txn, a);
    crm_record_clear(rec, CRM_PARTY_NOTE);
    test_put(txn, rec);
    crm_id bank = test_put(txn, test_record(CRM_KIND_BANK, a, CRM_BANK_IBAN, "DE89370400440532013000", 0));
    test_commit(txn);
    const char *all = "party.note two>, party.since >2024-10-04, party.note one>two, party.loyalty_discount >2.5, party.note >one";
    for (uint32_t limit = 0; limit < 7; limit++) cr_expect_str_eq(history(db, CRM_ACTOR_SYSTEM, a, 0, limit), all);
    cr_expect_str_eq(history(db, CRM_ACTOR_SYSTEM, a, CRM_PARTY_NOTE, 1), "party.note two>, party.note one>two, party.note >one");
    cr_expect_str_eq(history(db, CRM_ACTOR_SYSTEM, before, 0, 0), "");
    cr_expect_str_eq(history(db, user, a, since, 0), "party.since >2024-10-04");
    cr_expect_str_eq(history(db, plain, a, 0, 0), "party.since >2024-10-04", "neither personal data nor price terms");
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, bank, 0), CRM_OK);
    test_commit(txn);
    cr_expect_str_eq(history(db, CRM_ACTOR_SYSTEM, bank, 0, 0), "bank.iban DE89370400440532013000>, bank.iban >DE89370400440532013000",
                     "of a deleted record too");
    txn = test_write(db);
    set(txn, "changes.fields", "");
    change(txn, a, CRM_PARTY_NOTE, "three");
    test_commit(txn);
    cr_expect_str_eq(history(db, CRM_ACTOR_SYSTEM, a, 0, 0), all, "no longer tracked");
    txn = test_write(db);
    cr_assert_eq(crm_user_unbind(txn, user, a, CRM_TODAY), CRM_OK);
    cr_assert_eq(crm_record_delete(txn, a, 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    cr_expect_str_eq(history(db, CRM_ACTOR_SYSTEM, a, 0, 0), "", "with the party they go");
    cr_expect_str_eq(history(db, CRM_ACTOR_SYSTEM, bank, 0, 0), "");
    crm_db_close(db);
}

Test(change, values_kept_for_a_time) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    set(txn, "changes.fields", "party.name");
    set(txn, "changes.values_days", "10");
    crm_id a = test_party(txn, "A");
    test_commit(txn);
    crm_db_close(db);
    db = open_at(6);
    txn = test_write(db);
    change(txn, a, CRM_PARTY_NAME, "B");
    test_commit(txn);
    cr_expect_str_eq(history(db, CRM_ACTOR_SYSTEM, a, 0, 0), "party.name A>B, party.name >A");
    crm_db_close(db);
    db = open_at(11);
    cr_expect_str_eq(history(db, CRM_ACTOR_SYSTEM, a, 0, 0), "party.name A>B");
    txn = test_write(db);
    test_party(txn, "C");
    test_commit(txn);
    cr_expect_str_eq(history(db, CRM_ACTOR_SYSTEM, a, 0, 0), "party.name A>B");
    crm_db_close(db);
}

Test(change, settings) {
    static const struct {
        const char *name, *value;
        int status;
    } cases[] = {{"changes.keep_days", "36500", CRM_OK},         {"changes.keep_days", "36501", CRM_E_RANGE},
                 {"changes.keep_days", "", CRM_E_RANGE},         {"changes.values_days", "x", CRM_E_RANGE},
                 {"changes.fields", "party.name", CRM_OK},       {"changes.fields", " party.name,bank.iban ,", CRM_OK},
                 {"changes.fields", "party.nme", CRM_E_RANGE},   {"changes.fields", "party", CRM_E_RANGE},
                 {"changes.fields", "quote.plant", CRM_E_RANGE}, {"changes.fields", "credential.hash", CRM_E_RANGE},
                 {"changes.fields", "bank.party", CRM_E_RANGE},  {"changes.else", "1", CRM_E_RANGE}};
    crm_db *db = test_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_txn *txn = test_write(db);
        int rc = test_try(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, cases[i].name, CRM_SETTING_VALUE, cases[i].value, 0));
        cr_expect_eq(rc, cases[i].status, "%zu: %d %s", i, rc, crm_error_text());
        crm_txn_free(txn);
    }
    crm_db_close(db);
}
