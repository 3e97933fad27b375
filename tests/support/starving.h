/* SPDX-License-Identifier: MIT */
/* Out of memory: each allocation of each operation fails, alone and with all that follow. The operation says so or is not hurt by it,
 * stores all or nothing, loses no memory, and works when it is done again. Only the library's own allocations are counted. One file of a
 * program includes this. */
#ifndef CRM_TESTS_SUPPORT_STARVING_H
#define CRM_TESTS_SUPPORT_STARVING_H
#include "support/allocations.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <libcrm/io.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* --- the store that each begins with --- */

static crm_db *db;
static char long_text[2001];

static int reopen(void) {
    crm_db_options options = test_options();
    crm_db_close(db);
    return crm_db_open(test_folder, &options, &db);
}

static int put(crm_txn *txn, uint32_t kind, crm_id party, crm_field field, const char *text, crm_field second, const char *more,
               crm_id *id) {
    crm_record *rec;
    int rc = crm_record_new(kind, &rec);
    if (rc == CRM_OK && party) rc = crm_record_set_id(rec, kind * 1000 + 1, party);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, field, text, CRM_NTS);
    if (rc == CRM_OK && second) rc = crm_record_set_text(rec, second, more, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, id, NULL);
    crm_record_free(rec);
    return rc;
}

static int add_party(crm_txn *txn, const char *name, const char *number) {
    crm_id party, id;
    int rc = put(txn, CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, name, &party);
    if (rc == CRM_OK) rc = put(txn, CRM_KIND_ROLE, party, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, number ? CRM_ROLE_NUMBER : 0, number, &id);
    if (rc == CRM_OK) rc = put(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm", CRM_ADDRESS_STREET, long_text, &id);
    if (rc == CRM_OK) rc = put(txn, CRM_KIND_CONTACT, party, CRM_CONTACT_FIRST_NAME, "Eva", CRM_CONTACT_LAST_NAME, "Müller", &id);
    if (rc == CRM_OK) rc = put(txn, CRM_KIND_CHANNEL, party, CRM_CHANNEL_TYPE, CRM_CHANNEL_MAIL, CRM_CHANNEL_VALUE, "A@b.example", &id);
    if (rc == CRM_OK) rc = put(txn, CRM_KIND_IDENTIFIER, party, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, name, &id);
    if (rc == CRM_OK)
        rc = put(txn, CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_PRICE_LIST, "A", CRM_QUOTE_DEFAULTS_SALES_AREA, "N", &id);
    return rc;
}

static crm_id import_run; /* of what each store begins with */

static int make_import(const char *csv, crm_sync **out) {
    int rc = crm_sync_new("test", CRM_ROWS_FLAT, out);
    if (rc == CRM_OK) rc = crm_csv_read(*out, csv, strlen(csv), NULL);
    return rc;
}

/* Two rows that change something. */
static int import(const char *csv) {
    crm_sync *sync = NULL;
    int rc = make_import(csv, &sync);
    if (rc == CRM_OK) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    if (rc == CRM_OK && crm_sync_count(sync, CRM_SYNC_CREATED) + crm_sync_count(sync, CRM_SYNC_UPDATED) != 2) rc = CRM_E_CORRUPT;
    if (rc == CRM_OK) import_run = crm_sync_run(sync);
    crm_sync_free(sync);
    return rc;
}

/* --- what is read of it --- */

/* The file, its proposal and their JSON. */
static int look_at(crm_txn *txn) {
    crm_id party;
    crm_file *file = NULL;
    crm_quote *quote = NULL;
    int rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &party);
    if (rc == CRM_OK) rc = crm_file_get(txn, party, &file);
    if (rc == CRM_OK && !crm_file_json(file, NULL)) rc = crm_error_status();
    if (rc == CRM_OK && !crm_record_json(crm_file_record(file, 0), NULL)) rc = crm_error_status();
    if (rc == CRM_OK) rc = crm_quote_resolve(txn, party, CRM_TODAY, NULL, &quote);
    if (rc >= 0 && !crm_quote_json(quote, NULL)) rc = crm_error_status();
    crm_quote_free(quote);
    crm_file_free(file);
    return rc < 0 ? rc : CRM_OK;
}

static int list(crm_txn *txn) {
    crm_iter *page[3] = {NULL};
    int rc = crm_party_list(txn, CRM_ROLE_CUSTOMER, "P", CRM_NTS, 0, 1, NULL, &page[0]);
    if (rc == CRM_OK) rc = crm_party_list(txn, CRM_ROLE_CUSTOMER, "P", CRM_NTS, 0, 1, crm_iter_token(page[0]), &page[1]);
    if (rc == CRM_OK) rc = crm_record_search(txn, CRM_ADDRESS_TOWN, "ulm", CRM_NTS, 0, NULL, &page[2]);
    for (int i = 0; i < 3; i++) crm_iter_free(page[i]);
    return rc;
}

static int op_read(void) {
    crm_txn *txn;
    int rc = crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc == CRM_OK) rc = look_at(txn);
    if (rc == CRM_OK) rc = list(txn);
    crm_txn_free(txn);
    return rc;
}

/* --- each allocation --- */

static void fresh_store(void) {
    db = NULL;
    test_begin();
    cr_assert_eq(reopen(), CRM_OK, "%s", crm_error_text());
    crm_txn *txn = test_write(db);
    cr_assert_eq(crm_setting_set(txn, "changes.fields", "party.name", CRM_NTS), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(add_party(txn, "P1", "1"), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(add_party(txn, "P2", "2"), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    cr_assert_eq(import("role.number;party.name;address.town\n2;P2 AG;Jena\n3;P3;Rom\n"), CRM_OK, "%s", crm_error_text());
}

static void drop_store(void) {
    crm_db_close(db);
    test_end();
}

typedef struct operation {
    const char *name;
    int (*run)(void);
} operation;

/* The dump was not allocated by the library, but is freed as if it were. A store keeps what it reads of its definitions: it has done so
 * before and after each run. */
static char *dump(void) {
    op_read();
    char *text = test_dump(db);
    live++;
    return text;
}

static int run_failing(const operation *op, long allocation) {
    crm_error_report(CRM_E_UNSUPPORTED, 0, 0, NULL);
    failed = false;
    left = allocation;
    armed = true;
    int rc = op->run();
    armed = false;
    cr_expect(rc == CRM_OK || (rc == CRM_E_NOMEM && crm_error_status() == rc), "%s %ld: %d, error %d %s", op->name, allocation, rc,
              crm_error_status(), crm_error_text());
    if (!db) cr_assert_eq(reopen(), CRM_OK, "%s", crm_error_text());
    return rc;
}

/* Opened anew, a store keeps nothing that it has read before: each run reads it again, and memory can be compared. */
static long blocks_when_cold(void) {
    cr_assert_eq(reopen(), CRM_OK, "%s", crm_error_text());
    return live;
}

/* A failed run leaves all as it was: the store, the memory, and the handle for the next run. */
static int run_once(const operation *op, long allocation) {
    char *before = dump();
    uint64_t sequence = test_sequence(db);
    long blocks = blocks_when_cold();
    int rc = run_failing(op, allocation);
    long lost = blocks_when_cold() - blocks;
    char *after = dump();
    if (rc < 0) {
        cr_expect(strcmp(before, after) == 0 && test_sequence(db) == sequence, "%s %ld: something was stored", op->name, allocation);
        cr_expect_eq(lost, 0, "%s %ld: %ld blocks lost", op->name, allocation, lost);
    }
    free(after);
    free(before);
    return rc;
}

/* One store for all runs that fail; one that is not hurt by the failure changes it. */
static void run_each(const operation *op) {
    fresh_store();
    long i = 0;
    do {
        cr_assert_lt(++i, 5000, "%s: no end", op->name);
        if (run_once(op, i) == CRM_OK && failed) {
            drop_store();
            fresh_store();
        }
    } while (failed);
    cr_expect_gt(i, 3, "%s: only %ld allocations", op->name, i);
    drop_store();
}

static void run_all(const operation *operations, size_t count) {
    memset(long_text, 'x', sizeof long_text - 1);
    for (size_t i = 0; i < count; i++) {
        for_good = false;
        run_each(&operations[i]);
        for_good = true;
        run_each(&operations[i]);
    }
}
#endif
