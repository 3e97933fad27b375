/* SPDX-License-Identifier: MIT */
/* Threads: the writer lock inside a process, write transactions that belong to their thread, threads that end inside one, snapshots that
 * many threads take at once. */
#include "engine_support.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static int count_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    ++*(int *)data;
    return CRM_OK;
}

typedef struct job {
    crmi_engine *engine;
    crmi_etxn *txn;
    uint32_t wait_ms;
    int status, got[6];
    int64_t took;
} job;

static void run(void *(*work)(void *), job *data) {
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, work, data), 0);
    pthread_join(thread, NULL);
}

static void *try_to_write(void *data) {
    job *to = data;
    int64_t start = milliseconds();
    to->status = crmi_engine_begin(to->engine, true, to->wait_ms, &to->txn);
    to->took = milliseconds() - start;
    if (to->status == CRM_OK) crmi_engine_abort(to->txn);
    return NULL;
}

Test(engine_threads, one_writer) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    crmi_etxn *txn = txn_begin(engine, true), *second = NULL;
    int64_t start = milliseconds();
    cr_expect_eq(crmi_engine_begin(engine, true, 3000, &second), CRM_E_INVALID, "a second writer in the thread");
    cr_expect_lt(milliseconds() - start, 500, "it waited for itself");
    cr_expect_null(second);

    job waiting = {.engine = engine, .wait_ms = 150};
    run(try_to_write, &waiting);
    cr_expect_eq(waiting.status, CRM_E_BUSY, "a second writer in another thread");
    cr_expect(waiting.took >= 140 && waiting.took < 1000, "waited %d ms of 150", (int)waiting.took);
    waiting.wait_ms = 0;
    run(try_to_write, &waiting);
    cr_expect(waiting.status == CRM_E_BUSY && waiting.took < 100, "no wait was allowed: %d ms", (int)waiting.took);

    pthread_t thread;
    waiting.wait_ms = 5000;
    cr_assert_eq(pthread_create(&thread, NULL, try_to_write, &waiting), 0);
    rest(60);
    cr_expect_eq(crmi_engine_commit(txn), CRM_OK);
    pthread_join(thread, NULL);
    cr_expect(waiting.status == CRM_OK && waiting.took >= 30 && waiting.took < 2000, "after %d ms: %d", (int)waiting.took, waiting.status);
    crmi_engine_close(engine);
    folder_remove(&at);
}

static void *use_foreign(void *data) {
    job *to = data;
    int rows = 0;
    crmi_read read = {1, CRMI_READ_RANGE, {NULL, 0}, {NULL, 0}, 0};
    to->got[0] = crmi_engine_put(to->txn, 1, text("b"), text("2"));
    to->got[1] = crmi_engine_get(to->txn, 1, text("a"), count_row, &rows);
    to->got[2] = crmi_engine_range(to->txn, &read, count_row, &rows);
    to->got[3] = crmi_engine_del(to->txn, 1, text("a"));
    to->got[4] = crmi_engine_del_range(to->txn, 1, text("a"), text(""));
    to->got[5] = crmi_engine_commit(to->txn);
    return NULL;
}

static void *abort_foreign(void *data) {
    crmi_engine_abort(((job *)data)->txn);
    return NULL;
}

Test(engine_threads, belongs_to_its_thread) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    char got[64];
    job to = {.engine = engine, .txn = txn_begin(engine, true)};
    cr_expect_eq(crmi_engine_put(to.txn, CRMI_TABLE_FILE, text("a"), text("1")), CRM_OK);
    run(use_foreign, &to);
    for (int i = 0; i < 6; i++) cr_expect_eq(to.got[i], CRM_E_THREAD, "call %d of another thread: %d", i, to.got[i]);
    cr_expect_eq(crmi_engine_commit(to.txn), CRM_OK, "its own thread goes on");
    cr_expect(store_get(engine, "a", got) == CRM_OK && strcmp(got, "1") == 0, "what it wrote");

    to.txn = txn_begin(engine, true);
    cr_expect_eq(crmi_engine_put(to.txn, CRMI_TABLE_FILE, text("a"), text("2")), CRM_OK);
    run(abort_foreign, &to);
    cr_expect_eq(store_put(engine, "b", text("3")), CRM_OK, "the thread may write again after another one threw its transaction away");
    cr_expect(store_get(engine, "a", got) == CRM_OK && strcmp(got, "1") == 0, "an aborted write was stored");
    crmi_engine_close(engine);
    folder_remove(&at);
}

static void *end_inside(void *data) {
    job *to = data;
    to->status = crmi_engine_begin(to->engine, true, 1000, &to->txn);
    to->got[0] = crmi_engine_put(to->txn, CRMI_TABLE_FILE, text("lost"), text("1"));
    return NULL;
}

static void *end_after_abort(void *data) {
    job *to = data;
    end_inside(data);
    run(abort_foreign, to);
    return NULL;
}

Test(engine_threads, thread_ends_inside) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    for (int i = 0; i < 4; i++) {
        job to = {.engine = engine};
        char got[64];
        int rows = 0;
        crmi_read read = {1, 0, text("lost"), {NULL, 0}, 0};
        run(i == 3 ? end_after_abort : end_inside, &to);
        cr_assert(to.status == CRM_OK && to.got[0] == CRM_OK);
        if (i < 3) {
            cr_expect_eq(crmi_engine_put(to.txn, 1, text("x"), text("y")), CRM_E_ENDED, "put");
            cr_expect_eq(crmi_engine_get(to.txn, 1, text("x"), count_row, &rows), CRM_E_ENDED, "get");
            cr_expect_eq(crmi_engine_get_many(to.txn, &read, 1, count_row, &rows), CRM_E_ENDED, "get_many");
        }
        cr_expect_eq(store_put(engine, "next", text("1")), CRM_OK, "the next writer: %s", crm_error_text());
        if (i == 0) cr_expect_eq(crmi_engine_commit(to.txn), CRM_E_ENDED, "commit");
        if (i == 1) crmi_engine_abort(to.txn);
        if (i == 2) { /* the handle goes first, the transaction last: and then the store is closed for other options */
            crmi_engine_options others = {.max_readers = 300};
            crmi_engine *other;
            cr_expect_eq(crmi_engine_grow(engine), CRM_E_FULL, "a dead thread's transaction is none that runs");
            crmi_engine_close(engine);
            cr_expect_eq(crmi_engine_open(at.path, &others, &other), CRM_E_BUSY, "closed under a transaction");
            crmi_engine_abort(to.txn);
            cr_expect_eq(folder_open_files(&at, NULL), 0, "still open after its last transaction");
            cr_assert_eq(crmi_engine_open(at.path, &others, &other), CRM_OK, "%s", crm_error_text());
            crmi_engine_close(other);
            engine = store_open(&at, 0, 0);
        }
        cr_expect_eq(store_get(engine, "lost", got), CRM_E_NOTFOUND, "a lost transaction was stored");
    }
    crmi_engine_close(engine);
    crmi_engine_options others = {.max_readers = 300};
    cr_assert_eq(crmi_engine_open(at.path, &others, &engine), CRM_OK, "a transaction was never freed: %s", crm_error_text());
    crmi_engine_close(engine);
    folder_remove(&at);
}

enum { READERS = 4, COUNTERS = 40, ROUNDS = 120 };

typedef struct traffic {
    crmi_engine *engine;
    atomic_bool stop;
    _Atomic unsigned snapshots, different, failed, outside;
} traffic;

typedef struct sight {
    uint32_t first;
    int rows;
    bool different;
} sight;

static int same_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    sight *to = data;
    uint32_t number;
    (void)read, (void)key;
    memcpy(&number, value.data, sizeof number);
    if (to->rows++ == 0) to->first = number;
    to->different |= number != to->first;
    return CRM_OK;
}

static void *look(void *data) {
    traffic *all = data;
    uint32_t latest = 0;
    while (!atomic_load(&all->stop)) {
        crmi_etxn *txn;
        sight to = {0};
        crmi_read read = {CRMI_TABLE_INDEX, CRMI_READ_RANGE, text("c"), text("d"), 0};
        if (crmi_engine_begin(all->engine, false, 1000, &txn) != CRM_OK) {
            atomic_fetch_add(&all->failed, 1);
            continue;
        }
        if (crmi_engine_range(txn, &read, same_row, &to) != CRM_OK) atomic_fetch_add(&all->failed, 1);
        crmi_engine_abort(txn);
        if (to.different || to.rows != COUNTERS) atomic_fetch_add(&all->different, 1);
        if (to.first < latest) atomic_fetch_add(&all->outside, 1);
        latest = to.first;
        atomic_fetch_add(&all->snapshots, 1);
    }
    return NULL;
}

/* Every counter and something to fill the map with. */
static int count_up(crmi_engine *engine, uint32_t number) {
    static char filler[3000];
    crmi_etxn *txn;
    char key[32];
    int status = crmi_engine_begin(engine, true, 2000, &txn);
    if (status != CRM_OK) return status;
    for (int i = 0; i < COUNTERS && status == CRM_OK; i++) {
        snprintf(key, sizeof key, "c%02d", i);
        status = crmi_engine_put(txn, CRMI_TABLE_INDEX, text(key), (crmi_slice){&number, sizeof number});
    }
    for (uint32_t i = 0; i < 8 && status == CRM_OK; i++) {
        snprintf(key, sizeof key, "f%u-%u", number, i);
        status = crmi_engine_put(txn, CRMI_TABLE_FILE, text(key), (crmi_slice){filler, sizeof filler});
    }
    if (status == CRM_OK) return crmi_engine_commit(txn);
    crmi_engine_abort(txn);
    return status;
}

/* Snapshots in four threads, while the store grows from 256 KiB under them. */
Test(engine_threads, snapshots_while_it_grows) {
    folder at = folder_new();
    setenv("CRM_MAP_SIZE", "262144", 1);
    traffic all = {.engine = store_open(&at, 64 << 20, 3000)};
    pthread_t threads[READERS];
    int grown = 0;
    cr_assert_eq(count_up(all.engine, 1), CRM_OK);
    for (int i = 0; i < READERS; i++) cr_assert_eq(pthread_create(&threads[i], NULL, look, &all), 0);
    for (uint32_t number = 2; number < ROUNDS; number++) {
        while (all.snapshots < number && !all.failed) sched_yield(); /* both get on */
        int status = count_up(all.engine, number);
        while (status == CRM_E_FULL) {
            int growth = crmi_engine_grow(all.engine);
            cr_assert_eq(growth, CRM_OK, "grow: %d %s", growth, crm_error_text());
            grown++;
            status = count_up(all.engine, number);
        }
        cr_assert_eq(status, CRM_OK, "round %u: %d %s", number, status, crm_error_text());
    }
    atomic_store(&all.stop, true);
    for (int i = 0; i < READERS; i++) pthread_join(threads[i], NULL);
    cr_expect_geq(grown, 4, "grew %d times", grown);
    cr_expect_gt(all.snapshots, 100, "%u snapshots", all.snapshots);
    cr_expect(all.different == 0 && all.outside == 0 && all.failed == 0, "of %u snapshots %u mixed, %u went back in time, %u failed",
              all.snapshots, all.different, all.outside, all.failed);
    crmi_engine_close(all.engine);
    folder_remove(&at);
}
