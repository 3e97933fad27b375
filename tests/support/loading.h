/* SPDX-License-Identifier: MIT */
/* First loads of a store by a job, and whether the store is then what batches into a filled one make of it. One file of a program includes
 * this. */
#ifndef CRM_TESTS_SUPPORT_LOADING_H
#define CRM_TESTS_SUPPORT_LOADING_H
#include "base/buffer.h"
#include "index/rebuild.h"
#include "support/errors.h"
#include "support/store.h"
#include "sync/sync.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 20 };

static bool threads; /* batches have a thread of their own */

/* --- rows --- */

static crm_sync *rows(crm_db *db, uint32_t batch) {
    static const char *const headings[] = {"Kundennummer", "Firma", "USt-IdNr.", "Ort", "Ansprechpartner", "E-Mail"};
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_FLAT, &sync), CRM_OK);
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    if (batch) cr_assert_eq(crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "sum", batch), CRM_OK, "%s", crm_error_text());
    if (threads) sync->job.large = 1;
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) cr_assert_eq(crm_sync_add_column(sync, headings[i], CRM_NTS), CRM_OK);
    return sync;
}

/* Some customers have several rows, in other batches too; some rows have no number, but a VAT id or a name that others have. */
static int add(crm_sync *sync, int from, int until) {
    int rc = CRM_OK;
    for (int i = from; rc >= 0 && i < until; i++) {
        int customer = i % 3 ? i : i / 3;
        char cells[6][32];
        const char *texts[6];
        snprintf(cells[0], sizeof *cells, i % 10 == 7 ? "" : "%d", 1000 + customer);
        snprintf(cells[1], sizeof *cells, i % 31 == 5 ? "" : "Firma %d", customer % 90);
        snprintf(cells[2], sizeof *cells, i % 10 == 7 && i % 4 ? "ATU%08d" : "", customer);
        snprintf(cells[3], sizeof *cells, "Ort %d", customer % 5);
        snprintf(cells[4], sizeof *cells, "Ada %d", i % 7);
        snprintf(cells[5], sizeof *cells, "a%d@b.example", i);
        for (int c = 0; c < 6; c++) texts[c] = cells[c];
        rc = crm_sync_add_row(sync, 0, texts, NULL, 6);
    }
    return rc;
}

static int load(crm_db *db, int count, uint32_t batch) {
    crm_sync *sync = rows(db, batch);
    int rc = add(sync, 0, count);
    if (rc == CRM_OK) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    crm_sync_free(sync);
    return rc;
}

static void put_before(crm_db *db) {
    crm_txn *txn = test_write(db);
    cr_assert_eq(crm_setting_set(txn, "directory.collation", "din5007-2", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_setting_set(txn, "host.a", "1", CRM_NTS), CRM_OK);
    test_commit(txn);
}

/* --- what the store holds --- */

static int take_entry(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    uint64_t sizes[2] = {key.size, value.size};
    crmi_buffer_append(data, sizes, sizeof sizes);
    crmi_buffer_append(data, key.data, key.size);
    if (value.size) crmi_buffer_append(data, value.data, value.size);
    return CRM_OK;
}

static void expect_index(void) {
    crm_db_options options = test_options();
    crmi_buffer entries[2] = {{0}, {0}};
    crmi_db *db;
    crmi_txn *txn;
    options.flags = 0;
    cr_assert_eq(crmi_db_open(test_folder, &options, &db), CRM_OK, "%s", crm_error_text());
    cr_expect_not(crmi_db_unfinished(db));
    cr_assert_eq(crmi_txn_begin(db, CRM_TXN_WRITE, &txn), CRM_OK, "%s", crm_error_text());
    for (int i = 0; i < 2; i++) {
        if (i == 1) cr_assert_eq(crmi_index_rebuild(txn, 0), CRM_OK);
        cr_assert_eq(crmi_engine_range(crmi_txn_engine(txn), &(crmi_read){.table = CRMI_TABLE_INDEX}, take_entry, &entries[i]), CRM_OK);
    }
    cr_expect(entries[0].size && entries[0].size == entries[1].size && memcmp(entries[0].data, entries[1].data, entries[0].size) == 0,
              "%zu bytes of entries, %zu made anew", entries[0].size, entries[1].size);
    for (int i = 0; i < 2; i++) crmi_buffer_free(&entries[i]);
    crmi_txn_free(txn);
    crmi_db_release(db);
}

/* Ids are of each store its own. */
static char *without_ids(char *text) {
    char *to = text;
    for (char *from = text; *from;) {
        size_t digits = strspn(from, "0123456789");
        if (digits > 7) {
            *to++ = '#';
            from += digits;
        } else {
            memmove(to, from, digits ? digits : 1);
            to += digits ? digits : 1;
            from += digits ? digits : 1;
        }
    }
    *to = 0;
    return text;
}

/* The same rows into a store that has a party, which goes then. */
static char *wanted(int count, uint32_t batch) {
    char *folder = test_folder, *text;
    test_folder = test_folder_new();
    crm_db *db = test_open();
    put_before(db);
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "Vorher");
    test_commit(txn);
    cr_assert_eq(load(db, count, batch), CRM_OK, "%s", crm_error_text());
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, party, 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    text = without_ids(test_dump(db));
    crm_db_close(db);
    test_end();
    test_folder = folder;
    return text;
}

/* And closes it. */
static void expect_store(crm_db *db, int count, uint32_t batch) {
    char *want = wanted(count, batch), *got = without_ids(test_dump(db));
    size_t at = 0;
    while (want[at] && want[at] == got[at]) at++;
    cr_expect_str_eq(got + at, want + at, "\n%.300s\n%.300s", got + (at < 100 ? 0 : at - 100), want + (at < 100 ? 0 : at - 100));
    free(want);
    free(got);
    test_sound(db, 0);
    crm_db_close(db);
    expect_index();
}
#endif
