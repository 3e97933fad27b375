/* SPDX-License-Identifier: MIT */
/* A job's first load of a store: what it stores is what batches into a filled store would, index and all; whatever ends it, what was
 * committed is found, at the latest when the store is opened again. */
#include "support/loading.h"
#include <sys/wait.h>
#include <unistd.h>

TestSuite(first_load, .init = test_begin, .fini = test_end);

static void expect_busy(crm_db *db) {
    crm_txn *txn;
    crm_db *second;
    crm_db_options options = test_options();
    char *copy = test_folder_new();
    for (uint32_t flags = 0; flags <= CRM_TXN_WRITE; flags += CRM_TXN_WRITE)
        test_refused("a transaction", crm_txn_begin(db, flags, CRM_ACTOR_SYSTEM, &txn), CRM_E_BUSY);
    cr_expect(strstr(crm_error_text(), "first import"), "%s", crm_error_text());
    test_refused("another handle", crm_db_open(test_folder, &options, &second), CRM_E_BUSY);
    test_refused("a copy", crm_db_backup(db, copy), CRM_E_BUSY);
    test_folder_remove(copy);
    free(copy);
}

/* --- tests --- */

Test(first_load, as_into_a_filled_store) {
    static const int counts[] = {21, 150, 600};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        threads = i == 2;
        crm_db *db = test_open();
        put_before(db);
        cr_assert_eq(load(db, counts[i], BATCH), CRM_OK, "%s", crm_error_text());
        expect_store(db, counts[i], BATCH);
        test_end();
        test_begin();
    }
}

/* Others are kept away from the first batch on, to the end. A job that is given up is published as far as it came, and goes on from there.
 */
Test(first_load, given_up) {
    for (int i = 0; i < 2; i++) {
        threads = i;
        crm_db *db = test_open();
        put_before(db);
        crm_sync *sync = rows(db, BATCH);
        add(sync, 0, BATCH);
        crm_txn_free(test_read(db));
        add(sync, BATCH, 3 * BATCH + 5);
        expect_busy(db);
        crm_sync_free(sync);
        crm_txn_free(test_read(db));
        sync = rows(db, BATCH);
        add(sync, 0, 100);
        crm_txn_free(test_read(db));
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
        crm_sync_free(sync);
        expect_store(db, 100, BATCH);
        test_end();
        test_begin();
    }
}

static int stop(void *data, uint64_t done, uint64_t total) {
    (void)done;
    return total > *(uint64_t *)data;
}

/* The host has enough, in a batch or at the end; the handle is closed before. */
Test(first_load, cancelled) {
    for (int last = 0; last < 2; last++) {
        uint64_t limit = last ? 2 * BATCH + 10 : 2 * BATCH;
        crm_db *db = test_open();
        put_before(db);
        crm_sync *sync = rows(db, BATCH);
        crm_sync_set_progress(sync, stop, &limit);
        int rc = add(sync, 0, 3 * BATCH + (last ? -5 : 5));
        if (last) {
            cr_expect_eq(rc, CRM_OK);
            expect_busy(db);
            rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
        }
        test_refused("the job", rc, CRM_E_ABORTED);
        crm_txn_free(test_read(db));
        crm_sync_free(sync);
        expect_store(db, 2 * BATCH, BATCH);
        test_end();
        test_begin();
    }
    crm_db *db = test_open();
    put_before(db);
    crm_sync *sync = rows(db, BATCH);
    add(sync, 0, 2 * BATCH + 1);
    crm_db_close(db);
    crm_sync_free(sync);
    expect_store(test_open(), 2 * BATCH, BATCH);
}

/* A process that is gone in the middle. */
static void die_loading(int count) {
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        crm_db *db = test_open();
        crm_sync *sync = rows(db, BATCH);
        add(sync, 0, count);
        _exit(0);
    }
    int state = 1;
    cr_assert(waitpid(child, &state, 0) == child && state == 0);
}

Test(first_load, killed) {
    crm_db *db;
    crm_db_options options = test_options(), reading = test_options();
    options.flags = 0;
    reading.flags = CRM_DB_READ_ONLY;
    for (int way = 0; way < 3; way++) {
        db = test_open();
        put_before(db);
        crm_db_close(db);
        die_loading(3 * BATCH + 1);
        test_refused("reading", crm_db_open(test_folder, &reading, &db), CRM_E_VERSION);
        cr_expect(strstr(crm_error_text(), "reindex"), "%s", crm_error_text());
        test_refused("made smaller", crm_db_compact(test_folder, &options), CRM_E_VERSION);
        if (way == 1) cr_assert_eq(crm_reindex(test_folder, &options), CRM_OK, "%s", crm_error_text());
        if (way == 1) cr_assert_eq(crm_db_open(test_folder, &reading, &db), CRM_OK, "%s", crm_error_text());
        if (way != 1) db = test_open();
        if (way == 2) cr_assert_eq(load(db, 4 * BATCH, BATCH), CRM_OK, "it goes on: %s", crm_error_text());
        expect_store(db, (way == 2 ? 4 : 3) * BATCH, BATCH);
        test_end();
        test_begin();
    }
}

/* Salvage makes a whole store of it. */
Test(first_load, killed_and_salvaged) {
    crm_db *db = test_open();
    put_before(db);
    crm_db_close(db);
    die_loading(2 * BATCH + 1);
    char *from = test_folder, to[300];
    uint64_t records, old, left;
    snprintf(to, sizeof to, "%s/whole", from);
    cr_assert_eq(crm_salvage(from, to, NULL, NULL, &records, &old, &left), CRM_OK, "%s", crm_error_text());
    test_folder = to;
    expect_store(test_open(), 2 * BATCH, BATCH);
    test_folder = from;
}

/* Where somebody reads, or the store has parties, batches are seen at once. */
Test(first_load, has_parties) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    test_party(txn, "Vorher");
    test_commit(txn);
    crm_sync *sync = rows(db, BATCH);
    add(sync, 0, 2 * BATCH + 1);
    crm_txn_free(test_read(db));
    crm_sync_free(sync);
    test_sound(db, 0);
    crm_db_close(db);
}

Test(first_load, is_not_one) {
    crm_db *db = test_open();
    crm_txn *reader = test_read(db);
    crm_sync *sync = rows(db, BATCH);
    add(sync, 0, 2 * BATCH + 1);
    crm_txn_free(test_read(db));
    crm_txn_free(reader);
    add(sync, 2 * BATCH + 1, 4 * BATCH + 1);
    crm_txn_free(test_read(db));
    crm_sync_free(sync);
    test_sound(db, 0);
    crm_db_close(db);
}

/* A batch of which nothing is stored publishes nothing. */
Test(first_load, nothing_stored) {
    crm_db *db = test_open();
    uint64_t sequence = test_sequence(db);
    crm_sync *sync = rows(db, 1);
    const char *bad[] = {"", "", "", "", "", ""};
    cr_assert_eq(crm_sync_add_row(sync, 0, bad, NULL, 6), CRM_OK);
    cr_assert_eq(crm_sync_add_row(sync, 0, bad, NULL, 6), CRM_OK);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    cr_expect_eq(test_sequence(db), sequence);
    crm_db_close(db);
}
