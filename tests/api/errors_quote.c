/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: proposals, and rows into the store. */
#include "support/errors.h"
#include "support/saved.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static crm_db *db;
static crm_txn *txn;
static crm_id party, address, foreign, archived;

static void begin(void) {
    test_begin();
    db = test_open();
    txn = test_write(db);
    party = test_party(txn, "Beispiel AG");
    address = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    foreign = test_child(txn, CRM_KIND_ADDRESS, test_party(txn, "Andere GmbH"), CRM_ADDRESS_TOWN, "Ulm");
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "organisation", CRM_PARTY_NAME, "Alt KG", 0);
    cr_assert_eq(crm_record_set_bool(rec, CRM_PARTY_ARCHIVED, 1), CRM_OK);
    archived = test_put(txn, rec);
}

static void end(void) {
    crm_txn_free(txn);
    crm_db_close(db);
    test_end();
}

TestSuite(errors, .init = begin, .fini = end);

/* --- quotes --- */

static int resolve(crm_id customer, int64_t day, crm_record *given) {
    crm_quote *quote;
    int rc = crm_quote_resolve(txn, customer, day, given, &quote);
    crm_quote_free(quote);
    crm_record_free(given);
    return rc;
}

static crm_record *given_id(crm_field field, crm_id id) {
    crm_record *given = test_record(CRM_KIND_QUOTE, 0, 0);
    cr_assert_eq(crm_record_set_id(given, field, id), CRM_OK);
    return given;
}

Test(errors, quote) {
    crm_record *taler = test_record(CRM_KIND_QUOTE, 0, CRM_QUOTE_CURRENCY, "Taler", 0);
    REFUSES(CRM_E_NOTFOUND, crm_quote_resolve, resolve(address, CRM_TODAY, NULL));
    REFUSES(CRM_E_ARCHIVED, crm_quote_resolve, resolve(archived, CRM_TODAY, NULL));
    REFUSES(CRM_E_NOT_RELATED, crm_quote_resolve, resolve(party, CRM_TODAY, given_id(CRM_QUOTE_SHIP_TO, foreign)));
    REFUSES(CRM_E_TYPE, crm_quote_resolve, resolve(party, CRM_TODAY, test_get(txn, party)));
    REFUSES(CRM_E_INVALID, crm_quote_resolve, resolve(party, CRM_TODAY, given_id(CRM_QUOTE_CUSTOMER, archived)));
    REFUSES(CRM_E_CODE, crm_quote_resolve, resolve(party, CRM_TODAY, taler));
    REFUSES(CRM_E_RANGE, crm_quote_resolve, resolve(party, INT64_MAX, NULL));
    char text[66];
    memset(text, 'x', 65);
    text[65] = '\0';
    crm_record *plant = test_record(CRM_KIND_QUOTE, 0, CRM_QUOTE_PLANT, text, 0);
    REFUSES(CRM_E_TOO_BIG, crm_quote_resolve, resolve(party, CRM_TODAY, plant));
    text[64] = '\0';
    plant = test_record(CRM_KIND_QUOTE, 0, CRM_QUOTE_PLANT, text, 0);
    KEEPS(crm_quote_resolve, resolve(party, CRM_TODAY, plant));
    KEEPS(crm_quote_resolve, resolve(party, TEST_DAY, NULL));
    KEEPS(crm_quote_resolve, resolve(party, CRM_TODAY, given_id(CRM_QUOTE_SHIP_TO, address)));
    crm_txn_abort(txn);
    REFUSES(CRM_E_ENDED, crm_quote_resolve, resolve(party, CRM_TODAY, NULL));
}

Test(errors, proposal) {
    crm_quote *quote;
    cr_assert(crm_quote_resolve(txn, party, CRM_TODAY, NULL, &quote) >= 0);
    FAILS(CRM_E_TYPE, crm_quote_level, crm_quote_level(quote, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_quote_reason, crm_quote_reason(quote, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_quote_source, crm_quote_source(quote, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_quote_source_revision, crm_quote_source_revision(quote, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_quote_source_field, crm_quote_source_field(quote, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_quote_rule, crm_quote_rule(quote, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_quote_flags, crm_quote_flags(quote, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_quote_candidate_count, crm_quote_candidate_count(quote, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_quote_candidate, crm_quote_candidate(quote, CRM_PARTY_NAME, 0));
    FAILS(CRM_E_TYPE, crm_quote_address, crm_quote_address(quote, CRM_QUOTE_CONTACT));
    FAILS(CRM_E_TYPE, crm_quote_address_text, crm_quote_address_text(quote, CRM_QUOTE_CONTACT));
    KEEPS(crm_quote_level, crm_quote_level(quote, CRM_QUOTE_PLANT));
    KEEPS(crm_quote_reason, crm_quote_reason(quote, CRM_QUOTE_PLANT));
    KEEPS(crm_quote_source, crm_quote_source(quote, CRM_QUOTE_PLANT));
    KEEPS(crm_quote_source_revision, crm_quote_source_revision(quote, CRM_QUOTE_PLANT));
    KEEPS(crm_quote_source_field, crm_quote_source_field(quote, CRM_QUOTE_PLANT));
    KEEPS(crm_quote_rule, crm_quote_rule(quote, CRM_QUOTE_PLANT));
    KEEPS(crm_quote_flags, crm_quote_flags(quote, 0));
    KEEPS(crm_quote_candidate_count, crm_quote_candidate_count(quote, CRM_QUOTE_SHIP_TO));
    KEEPS(crm_quote_candidate, crm_quote_candidate(quote, CRM_QUOTE_SHIP_TO, 1));
    KEEPS(crm_quote_address, crm_quote_address(quote, CRM_QUOTE_SHIP_TO));
    KEEPS(crm_quote_address_text, crm_quote_address_text(quote, CRM_QUOTE_BILL_TO));
    KEEPS(crm_quote_json, crm_quote_json(quote, NULL));
    crm_quote_free(quote);
}

static int get_policy(crm_field field) {
    crm_record *policy;
    int rc = crm_policy_get(txn, field, &policy);
    crm_record_free(policy);
    return rc;
}

Test(errors, policy) {
    const uint32_t levels[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_SITE};
    REFUSES(CRM_E_TYPE, crm_policy_get, get_policy(CRM_QUOTE_CUSTOMER));
    REFUSES(CRM_E_TYPE, crm_policy_set, crm_policy_set(txn, CRM_PARTY_NAME, levels, 2));
    REFUSES(CRM_E_RANGE, crm_policy_set, crm_policy_set(txn, CRM_QUOTE_SALUTATION, levels, 2));
    REFUSES(CRM_E_TYPE, crm_policy_clear, crm_policy_clear(txn, CRM_QUOTE_SHIP_TO));
    KEEPS(crm_policy_get, get_policy(CRM_QUOTE_PLANT));
    KEEPS(crm_policy_clear, crm_policy_clear(txn, CRM_QUOTE_PLANT));
    KEEPS(crm_policy_set, crm_policy_set(txn, CRM_QUOTE_PLANT, levels, 2));
    KEEPS(crm_policy_set, crm_policy_set(txn, CRM_QUOTE_PLANT, levels, 1));
    KEEPS(crm_policy_get, get_policy(CRM_QUOTE_PLANT));
    KEEPS(crm_policy_clear, crm_policy_clear(txn, CRM_QUOTE_PLANT));
}

static int again(const crm_quote *old, crm_record *changes, const crm_field *released, size_t count) {
    crm_quote *quote;
    int rc = crm_quote_reresolve(txn, old, 0, CRM_TODAY, changes, released, count, &quote);
    crm_quote_free(quote);
    crm_record_free(changes);
    return rc;
}

static int given_of(const crm_quote *quote) {
    crm_record *given;
    int rc = crm_quote_given(quote, &given);
    crm_record_free(given);
    return rc;
}

/* A proposal of a store that is gone. */
static crm_quote *foreign_quote(void) {
    crm_db *other;
    crm_txn *write;
    crm_quote *quote;
    char *path = test_folder_new();
    crm_db_options options = test_options();
    cr_assert_eq(crm_db_open(path, &options, &other), CRM_OK);
    write = test_write(other);
    cr_assert(crm_quote_resolve(write, test_party(write, "Andere AG"), CRM_TODAY, NULL, &quote) >= 0);
    crm_txn_free(write);
    crm_db_close(other);
    test_folder_remove(path);
    free(path);
    return quote;
}

Test(errors, proposal_again) {
    crm_quote *quote, *other = foreign_quote();
    crm_field released[] = {CRM_QUOTE_PLANT, CRM_PARTY_NAME};
    cr_assert(crm_quote_resolve(txn, party, CRM_TODAY, NULL, &quote) >= 0);
    REFUSES(CRM_E_TYPE, crm_quote_reresolve, again(quote, NULL, released, 2));
    REFUSES(CRM_E_TYPE, crm_quote_reresolve, again(quote, test_get(txn, party), NULL, 0));
    REFUSES(CRM_E_TYPE, crm_quote_reresolve, again(quote, test_record(CRM_KIND_PARTY, 0, 0), NULL, 0));
    REFUSES(CRM_E_INVALID, crm_quote_reresolve, again(other, NULL, NULL, 0));
    REFUSES(CRM_E_INVALID, crm_quote_reresolve, again(NULL, NULL, NULL, 0));
    REFUSES(CRM_E_INVALID, crm_quote_reresolve, again(quote, NULL, NULL, 1));
    KEEPS(crm_quote_reresolve, again(quote, NULL, released, 1));
    KEEPS(crm_quote_given, given_of(quote));
    FAILS(CRM_E_TYPE, crm_quote_loser_count, crm_quote_loser_count(quote, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_quote_loser, crm_quote_loser(quote, CRM_PARTY_NAME, 0));
    FAILS(CRM_E_INVALID, crm_quote_explain, crm_quote_explain(quote, 0, NULL));
    FAILS(CRM_E_INVALID, crm_quote_explain, crm_quote_explain(quote, 3, NULL));
    KEEPS(crm_quote_loser_count, crm_quote_loser_count(quote, CRM_QUOTE_PLANT));
    KEEPS(crm_quote_loser, crm_quote_loser(quote, CRM_QUOTE_PLANT, 0));
    KEEPS(crm_quote_explain, crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL));
    crm_quote_free(quote);
    crm_quote_free(other);
}

static int load(const void *bytes, size_t size) {
    crm_quote *quote;
    int rc = crm_quote_load(txn, bytes, size, &quote);
    crm_quote_free(quote);
    return rc;
}

Test(errors, proposal_saved) {
    crm_quote *quote, *other = foreign_quote();
    size_t size, foreign_size;
    unsigned char copy[4096];
    cr_assert(crm_quote_resolve(txn, party, CRM_TODAY, NULL, &quote) >= 0);
    const void *bytes = crm_quote_save(quote, &size), *foreign_bytes = crm_quote_save(other, &foreign_size);
    cr_assert(bytes && foreign_bytes && size <= sizeof copy);
    memcpy(copy, bytes, size);
    REFUSES(CRM_E_INVALID, crm_quote_load, load(NULL, size));
    REFUSES(CRM_E_INVALID, crm_quote_load, load(foreign_bytes, foreign_size));
    REFUSES(CRM_E_FORMAT, crm_quote_load, load("{}", 2));
    REFUSES(CRM_E_FORMAT, crm_quote_load, load(copy, size - 1));
    copy[7]++; /* the lowest byte of the version */
    REFUSES(CRM_E_FORMAT, crm_quote_load, load(copy, size));
    saved_seal(copy, size);
    REFUSES(CRM_E_VERSION, crm_quote_load, load(copy, size));
    KEEPS(crm_quote_save, crm_quote_save(quote, NULL));
    KEEPS(crm_quote_load, load(crm_quote_save(quote, NULL), size));
    crm_quote_free(quote);
    crm_quote_free(other);
}

/* --- rows --- */

static int new_rows(const char *source, uint32_t rows) {
    crm_sync *sync;
    int rc = crm_sync_new(source, rows, &sync);
    crm_sync_free(sync);
    return rc;
}

Test(errors, sync_set) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    REFUSES(CRM_E_INVALID, crm_sync_new, new_rows("erp", 12));
    REFUSES(CRM_E_INVALID, crm_sync_new, new_rows("", CRM_ROWS_FLAT));
    REFUSES(CRM_E_UTF8, crm_sync_new, new_rows("\xff", CRM_ROWS_FLAT));
    REFUSES(CRM_E_INVALID, crm_sync_set_flags, crm_sync_set_flags(sync, 1u << 31));
    REFUSES(CRM_E_CODE, crm_sync_set_role, crm_sync_set_role(sync, "friend"));
    REFUSES(CRM_E_INVALID, crm_sync_set_role, crm_sync_set_role(sync, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_sync_map, crm_sync_map(sync, "a", "party.hat"));
    REFUSES(CRM_E_TYPE, crm_sync_map, crm_sync_map(sync, "a", "party.created_at"));
    KEEPS(crm_sync_new, new_rows("erp", CRM_ROWS_FLAT));
    KEEPS(crm_sync_set_flags, crm_sync_set_flags(sync, 0));
    KEEPS(crm_sync_set_role, crm_sync_set_role(sync, CRM_ROLE_SUPPLIER));
    REFUSES(CRM_E_INVALID, crm_sync_ignore, crm_sync_ignore(sync, NULL));
    KEEPS(crm_sync_ignore, crm_sync_ignore(sync, "Alt (sheet)"));
    KEEPS(crm_sync_map, crm_sync_map(sync, "a", "ignore"));
    REFUSES(CRM_E_EXISTS, crm_sync_map, crm_sync_map(sync, "A", "ignore"));
    for (int i = 1; i < 512; i++) {
        char heading[8];
        snprintf(heading, sizeof heading, "h%d", i);
        cr_assert_eq(crm_sync_map(sync, heading, "ignore"), CRM_OK);
    }
    REFUSES(CRM_E_TOO_BIG, crm_sync_map, crm_sync_map(sync, "last", "ignore"));
    crm_sync_free(sync);
}

Test(errors, sync_rows) {
    crm_sync *sync;
    static char huge[32770];
    const char *cells[] = {"20001", "Neu AG", "mehr"}, *bad[] = {"\xff"}, *big[] = {huge};
    memset(huge, 'x', sizeof huge - 1);
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    REFUSES(CRM_E_NOTFOUND, crm_sync_add_column, crm_sync_add_column(sync, "Hut", CRM_NTS));
    REFUSES(CRM_E_NOTFOUND, crm_sync_add_column, crm_sync_add_column(sync, "party.created_at", CRM_NTS));
    REFUSES(CRM_E_UTF8, crm_sync_add_column, crm_sync_add_column(sync, "\xff", CRM_NTS));
    KEEPS(crm_sync_add_column, crm_sync_add_column(sync, "Kundennummer", CRM_NTS));
    KEEPS(crm_sync_add_column, crm_sync_add_column(sync, "Firma", CRM_NTS));
    REFUSES(CRM_E_EXISTS, crm_sync_add_column, crm_sync_add_column(sync, "party.name", CRM_NTS));
    REFUSES(CRM_E_INVALID, crm_sync_add_row, crm_sync_add_row(sync, 0, cells, NULL, 3));
    REFUSES(CRM_E_UTF8, crm_sync_add_row, crm_sync_add_row(sync, 0, bad, NULL, 1));
    REFUSES(CRM_E_TOO_BIG, crm_sync_add_row, crm_sync_add_row(sync, 0, big, NULL, 1));
    KEEPS(crm_sync_add_row, crm_sync_add_row(sync, 0, cells, NULL, 2));
    REFUSES(CRM_E_INVALID, crm_sync_add_column, crm_sync_add_column(sync, "Ort", CRM_NTS)); /* behind a row */
    KEEPS(crm_sync_has_heading, crm_sync_has_heading(sync, "firma"));
    REFUSES(CRM_E_INVALID, crm_sync_apply, crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM)); /* this thread writes */
    test_commit(txn);
    txn = NULL;
    KEEPS(crm_sync_apply, crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM));
    crm_sync_free(sync);
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    for (int i = 0; i < 512; i++) cr_assert_eq(crm_sync_add_column(sync, "ignore", CRM_NTS), CRM_OK, "%d %s", i, crm_error_text());
    REFUSES(CRM_E_TOO_BIG, crm_sync_add_column, crm_sync_add_column(sync, "ignore", CRM_NTS));
    crm_sync_free(sync);
}

/* --- actors --- */

Test(errors, quote_of_an_actor) {
    crm_quote *own, *other, *out = NULL;
    crm_id foreigner = test_party(txn, "Fremde GmbH"), user, binding;
    crm_record *rec = test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "u", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, CRM_USER_CURRENCY, "EUR", 0);
    user = test_put(txn, rec);
    cr_assert_eq(crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, &binding), CRM_OK);
    crm_id staff = test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "s", CRM_USER_TYPE, CRM_USER_TYPE_STAFF, 0));
    rec = test_record(CRM_KIND_USER_ROLE, 0, 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_USER, staff), CRM_OK);
    cr_assert_eq(
        crm_record_set_id(rec, CRM_USER_ROLE_ROLE, test_put(txn, test_record(CRM_KIND_ACCESS_ROLE, 0, CRM_ACCESS_ROLE_CODE, "R", 0))),
        CRM_OK);
    test_put(txn, rec);
    cr_assert_geq(crm_quote_resolve(txn, party, CRM_TODAY, NULL, &own), CRM_OK);
    cr_assert_geq(crm_quote_resolve(txn, foreigner, CRM_TODAY, NULL, &other), CRM_OK);
    test_commit(txn);
    txn = test_as(db, user);
    size_t size;
    const void *bytes = crm_quote_save(other, &size);
    REFUSES(CRM_E_LOCKED, crm_quote_resolve, resolve(foreigner, CRM_TODAY, NULL));
    REFUSES(CRM_E_LOCKED, crm_quote_resolve, resolve(TEST_NO_ID, CRM_TODAY, NULL));
    REFUSES(CRM_E_LOCKED, crm_quote_resolve, resolve(party, CRM_TODAY, test_record(CRM_KIND_QUOTE, 0, CRM_QUOTE_CURRENCY, "USD", 0)));
    REFUSES(CRM_E_LOCKED, crm_quote_reresolve, crm_quote_reresolve(txn, other, party, CRM_TODAY, NULL, NULL, 0, &out));
    REFUSES(CRM_E_LOCKED, crm_quote_load, load(bytes, size));
    bytes = crm_quote_save(own, &size);
    KEEPS(crm_quote_resolve, resolve(0, CRM_TODAY, NULL));
    KEEPS(crm_quote_load, load(bytes, size));
    crm_txn_free(txn);
    txn = test_as(db, staff);
    REFUSES(CRM_E_DENIED, crm_quote_resolve, resolve(party, CRM_TODAY, NULL));
    REFUSES(CRM_E_DENIED, crm_quote_reresolve, crm_quote_reresolve(txn, own, 0, CRM_TODAY, NULL, NULL, 0, &out));
    REFUSES(CRM_E_DENIED, crm_quote_load, load(bytes, size));
    crm_quote_free(own);
    crm_quote_free(other);
}
