/* SPDX-License-Identifier: MIT */
/* A job's batches of a thread of their own: the same as without, told in the host's thread, and ended whatever the host does meanwhile. */
#include "support/rows.h"
#include "sync/sync.h"
#include <pthread.h>
#include <sys/wait.h>

enum { BATCH = 1000, ROWS = 3500 };

static crm_sync *job(crm_db *db, uint32_t flags, bool ahead) {
    static const char *const headings[] = {"Kundennummer", "Firma", "Land", "Ort", "USt-IdNr."};
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_FLAT, &sync), CRM_OK);
    crm_sync_set_flags(sync, flags);
    cr_assert_eq(crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "sum", BATCH), CRM_OK, "%s", crm_error_text());
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) cr_assert_eq(crm_sync_add_column(sync, headings[i], CRM_NTS), CRM_OK);
    if (!ahead) sync->job.large = sync->beside = UINT32_MAX;
    return sync;
}

/* Every seventh row has a bad cell where it may; every fifth is of the company of a row long before it, in this batch or another. */
static int add(crm_sync *sync, int i, bool bad) {
    char number[16], name[16], town[16], vat[16];
    int company = i % 5 || i < 500 ? i : i - 500;
    snprintf(number, sizeof number, "%d", company);
    snprintf(name, sizeof name, "F%d", company % 11 ? company : 11);
    snprintf(town, sizeof town, "Ort %d", i % 3);
    snprintf(vat, sizeof vat, "DE %d", company);
    const char *cells[] = {number, name, bad && i % 7 == 3 ? "Nirgends" : "DE", town, company % 4 ? NULL : vat};
    return crm_sync_add_row(sync, 0, cells, NULL, 5);
}

static void add_all(crm_sync *sync, int from, int until, bool bad) {
    for (int i = from; i < until; i++) cr_assert_eq(add(sync, i, bad), CRM_OK, "row %d: %s", i, crm_error_text());
}

static uint64_t sum_of(const char *text, uint64_t sum) {
    for (; *text; text++) sum = (sum ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return sum;
}

/* All files of the store, in any order. */
static uint64_t store_sum(crm_db *db) {
    static char text[ROWS_TEXT];
    crm_txn *txn;
    crm_iter *iter;
    crm_id id;
    uint64_t sum = 0;
    cr_assert_eq(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn), CRM_OK);
    cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, 0, 10000, NULL, &iter), CRM_OK);
    while (crm_iter_next(iter, &id) == CRM_ROW) {
        crm_file *file;
        text[0] = '\0';
        cr_assert_eq(crm_file_get(txn, id, &file), CRM_OK);
        rows_say_file(text, file);
        sum += sum_of(text, 1);
        crm_file_free(file);
    }
    crm_iter_free(iter);
    crm_txn_free(txn);
    return sum;
}

/* What is said of the rows. */
static uint64_t said_sum(const crm_sync *sync) {
    char text[400];
    uint64_t sum = 1;
    for (uint32_t action = 0; action <= CRM_SYNC_CONFLICT; action++) sum = sum * 31 + crm_sync_count(sync, action);
    for (size_t i = 0; i < crm_sync_error_count(sync); i++) {
        snprintf(text, sizeof text, "%llu %zu %d %s", (unsigned long long)crm_sync_error_row(sync, i), crm_sync_error_column(sync, i),
                 crm_sync_error_status(sync, i), crm_sync_error_text(sync, i));
        sum = sum_of(text, sum);
    }
    for (size_t i = 0; i < crm_sync_warning_count(sync); i++) {
        snprintf(text, sizeof text, "%llu %s", (unsigned long long)crm_sync_warning_row(sync, i), crm_sync_warning_text(sync, i));
        sum = sum_of(text, sum);
    }
    return sum;
}

static uint64_t rows_done(crm_db *db, crm_id run) {
    crm_txn *txn;
    crm_record *rec;
    cr_assert_eq(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn), CRM_OK);
    cr_assert_eq(crm_record_get(txn, run, &rec), CRM_OK, "%s", crm_error_text());
    int64_t done = crm_record_int(rec, CRM_IMPORT_RUN_DONE, 0);
    crm_record_free(rec);
    crm_txn_free(txn);
    return (uint64_t)done;
}

/* asked: what became of the rows is asked for between them. */
enum { ASKED, SAID, STORE, SEQUENCE, DONE, RESULTS };

static void run(bool ahead, bool asked, uint64_t out[RESULTS]) {
    crm_db *db = rows_open();
    crm_sync *sync = job(db, CRM_SYNC_SKIP_BAD_ROWS, ahead);
    out[ASKED] = 0;
    for (int i = 0; i < ROWS; i += 50) {
        add_all(sync, i, i + 50, true);
        if (asked) out[ASKED] = out[ASKED] * 31 + said_sum(sync);
    }
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    out[SAID] = said_sum(sync);
    out[STORE] = store_sum(db);
    out[SEQUENCE] = rows_sequence(db);
    out[DONE] = rows_done(db, crm_sync_run(sync));
    cr_expect(!ahead == !sync->job.ahead && crm_sync_warning_count(sync) > 100 && crm_sync_error_count(sync) == ROWS / 7);
    crm_sync_free(sync);
    rows_close(db);
}

Test(sync_ahead, the_same_as_without) {
    for (int asked = 0; asked < 2; asked++) {
        uint64_t with[RESULTS], without[RESULTS];
        run(true, asked, with);
        run(false, asked, without);
        for (int i = 0; i < RESULTS; i++) cr_expect_eq(with[i], without[i], "%d, asked %d", i, asked);
        cr_expect_eq(with[DONE], ROWS, "all of it is one run");
    }
}

Test(sync_ahead, a_batch_that_fails) {
    crm_db *db = rows_open();
    crm_sync *sync = job(db, 0, true);
    uint64_t empty = rows_sequence(db);
    add_all(sync, 0, 2, false);
    cr_assert_eq(add(sync, 3, true), CRM_OK); /* the third row is bad, and tells where */
    add_all(sync, 3, 2 * BATCH, false);
    for (int again = 0; again < 2; again++) {
        cr_expect_eq(add(sync, 5000, false), CRM_E_CODE, "%s", crm_error_text());
        cr_expect(crm_error_row() == 3 && crm_error_field() == CRM_ADDRESS_COUNTRY && strstr(crm_error_text(), "Nirgends"), "%s",
                  crm_error_text());
        cr_expect(crm_sync_error_count(sync) == 1 && crm_sync_error_row(sync, 0) == 3, "%zu errors", crm_sync_error_count(sync));
    }
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_CODE);
    cr_expect_eq(rows_sequence(db), empty, "nothing is stored");
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS); /* of what comes */
    cr_expect_eq(add(sync, 5000, false), CRM_E_CODE, "%s", crm_error_text());
    crm_sync_free(sync);
    rows_close(db);
}

/* --- progress --- */

typedef struct progress {
    pthread_t host;
    uint64_t done, stop;
} progress;

static int note(void *data, uint64_t done, uint64_t total) {
    progress *seen = data;
    cr_expect(pthread_equal(pthread_self(), seen->host), "in the host's thread");
    cr_expect(done >= seen->done && done <= total);
    seen->done = done;
    return seen->stop && done >= seen->stop;
}

Test(sync_ahead, told_and_stopped) {
    crm_db *db = rows_open();
    progress seen = {.host = pthread_self(), .stop = BATCH + 1};
    crm_sync *sync = job(db, 0, true);
    crm_sync_set_progress(sync, note, &seen);
    add_all(sync, 0, 2 * BATCH + 1, false);
    cr_expect_eq(seen.done, BATCH, "the first batch");
    add_all(sync, 2 * BATCH + 1, 3 * BATCH, false);
    cr_expect_eq(add(sync, 3 * BATCH, false), CRM_E_ABORTED);
    cr_expect_str_eq(crm_error_text(), "cancelled");
    cr_expect(seen.done > BATCH && seen.done <= 2 * BATCH, "%llu", (unsigned long long)seen.done);
    seen = (progress){.host = pthread_self()};
    add_all(sync, 3 * BATCH, 3 * BATCH + 10, false);
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(seen.done, 3 * BATCH + 10);
    cr_expect_eq(crm_sync_count(sync, CRM_SYNC_CREATED) + crm_sync_count(sync, CRM_SYNC_UPDATED) + crm_sync_count(sync, CRM_SYNC_UNCHANGED),
                 3 * BATCH + 10);
    crm_sync_free(sync);
    rows_close(db);
}

/* A store with a party: a job shares it. */
static crm_db *open_filled(void) {
    crm_db *db = rows_open();
    crm_sync *sync;
    const char *cell = "Vorher";
    cr_assert(crm_sync_new("erp", CRM_ROWS_FLAT, &sync) == CRM_OK && crm_sync_add_column(sync, "Firma", CRM_NTS) == CRM_OK);
    cr_assert(crm_sync_add_row(sync, 0, &cell, NULL, 1) == CRM_OK && crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK);
    crm_sync_free(sync);
    return db;
}

/* Two lines a company: every seventh one's contradict each other, every eleventh company is stored already. */
static void run_beside(uint32_t beside, uint64_t out[RESULTS]) {
    crm_db *db = open_filled();
    crm_sync *sync = job(db, CRM_SYNC_SKIP_BAD_ROWS, false);
    sync->beside = beside;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 400; i++) {
            char number[16], name[16];
            snprintf(number, sizeof number, "%d", 10000 + i);
            snprintf(name, sizeof name, "F%d%s", i, round && i % 7 == 3 ? "x" : "");
            const char *cells[] = {i % 11 ? number : NULL, i % 11 ? name : "Vorher", "DE", round ? "Aden" : "Bonn", i % 3 ? NULL : "DE 1"};
            cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 5), CRM_OK, "row %d: %s", i, crm_error_text());
        }
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect(crm_sync_warning_count(sync) > 100 && crm_sync_error_count(sync) > 40, "%zu warnings, %zu errors",
              crm_sync_warning_count(sync), crm_sync_error_count(sync));
    out[SAID] = said_sum(sync);
    out[STORE] = store_sum(db);
    crm_sync_free(sync);
    rows_close(db);
}

Test(sync_ahead, merged_beside) {
    uint64_t with[RESULTS], without[RESULTS];
    run_beside(1, with);
    run_beside(UINT32_MAX, without);
    cr_expect(with[SAID] == without[SAID] && with[STORE] == without[STORE]);
}

Test(sync_ahead, stopped_too_late) {
    crm_db *db = open_filled();
    progress seen = {.host = pthread_self(), .stop = 1};
    crm_sync *sync = job(db, 0, true);
    uint64_t before = rows_sequence(db);
    add_all(sync, 0, BATCH + 1, false);
    while (rows_sequence(db) == before) usleep(1000); /* the batch is stored */
    crm_sync_set_progress(sync, note, &seen);
    add_all(sync, BATCH + 1, 2 * BATCH, false);
    cr_expect_eq(add(sync, 2 * BATCH, false), CRM_E_ABORTED);
    cr_expect_eq(seen.done, BATCH);
    seen = (progress){.host = pthread_self()};
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect(seen.done == 2 * BATCH && rows_sequence(db) == before + 2, "each batch once");
    crm_sync_free(sync);
    rows_close(db);
}

/* --- the host does something else --- */

static size_t stored(crm_db *db) {
    crm_txn *txn;
    crm_iter *iter;
    crm_id id;
    size_t count = 0;
    cr_assert_eq(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn), CRM_OK);
    cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, 0, 10000, NULL, &iter), CRM_OK);
    while (crm_iter_next(iter, &id) == CRM_ROW) count++;
    crm_iter_free(iter);
    crm_txn_free(txn);
    return count;
}

Test(sync_ahead, freed) {
    crm_db *db = rows_open();
    crm_sync *sync = job(db, 0, true);
    add_all(sync, 0, BATCH + 1, false);
    crm_sync_free(sync);
    cr_expect_eq(stored(db), 900u, "the batch that was handed over"); /* 100 rows are of companies before them */
    rows_close(db);
}

Test(sync_ahead, closed) {
    crm_db *db = open_filled(), *again;
    crm_db_options options = {.size = sizeof options};
    crm_sync *sync = job(db, 0, true);
    add_all(sync, 0, BATCH + 1, false);
    crm_db_close(db);
    cr_assert_eq(crm_db_open(rows_folder, &options, &again), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(stored(again), 901u, "closing waits for it");
    add_all(sync, BATCH + 1, 2 * BATCH, false);
    cr_expect_eq(add(sync, 2 * BATCH, false), CRM_OK, "the next batch is handed over");
    add_all(sync, 2 * BATCH + 1, 3 * BATCH, false);
    cr_expect_eq(add(sync, 3 * BATCH, false), CRM_E_ENDED, "%s", crm_error_text());
    crm_sync_free(sync);
    cr_expect_eq(stored(again), 901u);
    rows_close(again);
}

/* A policy that the job's rows can't have is told when the batch before is done, and with it the first load. */
Test(sync_ahead, replaced) {
    crm_db *db = rows_open();
    crm_sync *sync = job(db, 0, true);
    add_all(sync, 0, BATCH + 1, false);
    sync->job.batch = 1; /* it is still at it */
    cr_assert_eq(crm_sync_set_policy(sync, CRM_KIND_ADDRESS, CRM_SYNC_REPLACE, CRM_SYNC_CREATE), CRM_OK);
    cr_expect_eq(add(sync, BATCH + 1, false), CRM_E_INVALID, "%s", crm_error_text());
    cr_expect_eq(stored(db), 900u, "the batch before");
    cr_assert_eq(crm_sync_set_policy(sync, CRM_KIND_ADDRESS, CRM_SYNC_MERGE, CRM_SYNC_CREATE), CRM_OK);
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(rows_done(db, crm_sync_run(sync)), BATCH + 1);
    crm_sync_free(sync);
    rows_close(db);
}

Test(sync_ahead, forked) {
    crm_db *db = rows_open();
    crm_sync *sync = job(db, 0, true);
    int status;
    add_all(sync, 0, BATCH + 1, false);
    pid_t child = fork();
    if (child == 0) {
        bool forked = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_E_FORKED;
        for (int i = BATCH + 1; i < 2 * BATCH; i++) add(sync, i, false);
        forked = forked && add(sync, 2 * BATCH, false) == CRM_E_FORKED && crm_sync_error_count(sync) == 0;
        crm_sync_free(sync);
        crm_db_close(db);
        _exit(forked ? 0 : 1);
    }
    cr_assert(waitpid(child, &status, 0) == child && status == 0, "%d", status);
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(stored(db), 901u);
    crm_sync_free(sync);
    rows_close(db);
}
