/* SPDX-License-Identifier: MIT */
/* Transactions: snapshots, one writer, threads, forks. */
#include "support/store.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

TestSuite(txn, .init = test_begin, .fini = test_end);

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static crm_id committed_party(crm_db *db, const char *name) {
    crm_txn *txn = test_write(db);
    crm_id id = test_party(txn, name);
    test_commit(txn);
    return id;
}

static int rename_party(crm_txn *txn, crm_id id, const char *name) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NAME, name, CRM_NTS), CRM_OK);
    return test_try(txn, rec);
}

static bool is_named(crm_txn *txn, crm_id id, const char *name) {
    crm_record *rec = test_get(txn, id);
    bool same = strcmp(crm_record_text(rec, CRM_PARTY_NAME), name) == 0;
    crm_record_free(rec);
    return same;
}

Test(txn, snapshots) {
    crm_db *db = test_open();
    crm_id id = committed_party(db, "old");
    crm_txn *before = test_read(db), *write = test_write(db);
    cr_expect_eq(rename_party(write, id, "new"), CRM_OK);
    cr_expect(is_named(write, id, "new"), "a writer sees its own work");
    cr_expect(is_named(before, id, "old"), "others don't");
    crm_txn *during = test_read(db);
    test_commit(write);
    crm_txn *after = test_read(db);
    cr_expect(is_named(before, id, "old") && is_named(during, id, "old") && is_named(after, id, "new"));
    cr_expect(crm_txn_sequence(before) == 1 && crm_txn_sequence(during) == 1 && crm_txn_sequence(after) == 2);
    crm_record *rec;
    crm_id second = committed_party(db, "second");
    cr_expect_eq(crm_record_get(after, second, &rec), CRM_E_NOTFOUND);
    write = test_write(db);
    cr_assert_eq(crm_record_delete(write, id, 0), CRM_OK);
    cr_expect_eq(crm_record_get(write, id, &rec), CRM_E_NOTFOUND);
    test_commit(write);
    cr_expect(is_named(before, id, "old") && is_named(after, id, "new"), "deleted later");
    cr_expect_eq(crm_txn_commit(before), CRM_OK, "ends a snapshot");
    cr_expect_eq(crm_txn_commit(before), CRM_E_ENDED);
    cr_expect_eq(crm_record_get(before, id, &rec), CRM_E_ENDED);
    crm_txn_abort(after);
    crm_txn_abort(after);
    cr_expect_eq(crm_txn_sequence(after), 0);
    cr_expect_eq(crm_error_status(), CRM_E_ENDED);
    crm_txn_free(before);
    crm_txn_free(before);
    crm_txn_free(during);
    crm_txn_free(after);
    crm_db_close(db);
}

Test(txn, sequence) {
    crm_db *db = test_open();
    crm_id id = committed_party(db, "x");
    cr_expect_eq(test_sequence(db), 1);
    crm_txn *txn = test_write(db);
    cr_expect_eq(crm_txn_sequence(txn), 1);
    test_commit(txn); /* nothing done */
    txn = test_write(db);
    test_put(txn, test_get(txn, id)); /* nothing changed */
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_PARTY, 0, 0)), CRM_E_REQUIRED);
    test_commit(txn);
    txn = test_write(db);
    test_party(txn, "y");
    crm_txn_abort(txn);
    cr_expect_eq(crm_txn_commit(txn), CRM_E_ENDED);
    crm_txn_free(txn);
    cr_expect_eq(test_sequence(db), 1);
    txn = test_write(db);
    test_party(txn, "y");
    test_party(txn, "z");
    test_commit(txn);
    cr_expect_eq(test_sequence(db), 2);
    crm_db_close(db);
}

Test(txn, arguments) {
    crm_db *db = test_open();
    crm_txn *txn = (crm_txn *)&txn;
    static const struct begin_case {
        uint32_t flags;
        crm_id actor;
        int status;
    } cases[] = {
        {0, 0, CRM_E_INVALID},
        {CRM_TXN_WRITE, 0, CRM_E_INVALID},
        {2, CRM_ACTOR_SYSTEM, CRM_E_INVALID},
        {0, 2, CRM_E_NOTFOUND},
        {CRM_TXN_WRITE, 1234567, CRM_E_NOTFOUND},
        {0, UINT64_MAX, CRM_E_NOTFOUND},
        {UINT32_MAX, CRM_ACTOR_SYSTEM, CRM_E_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        txn = (crm_txn *)&txn;
        cr_expect_eq(crm_txn_begin(db, cases[i].flags, cases[i].actor, &txn), cases[i].status, "%zu", i);
        cr_expect_null(txn);
    }
    txn = test_write(db); /* nothing of that keeps the writer's lock */
    crm_id id = test_party(txn, "x");
    crm_record *rec = test_get(txn, id);
    crm_txn *read = test_read(db), *second;
    int64_t start = milliseconds();
    cr_expect_eq(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &second), CRM_E_INVALID);
    cr_expect(milliseconds() - start < 100, "this thread writes already: no use to wait");
    cr_expect_eq(crm_record_put(read, rec, NULL, NULL), CRM_E_READ_ONLY);
    cr_expect_eq(crm_record_delete(read, id, 0), CRM_E_READ_ONLY);
    cr_expect_eq(crm_setting_set(read, "x", "y", CRM_NTS), CRM_E_READ_ONLY);
    crm_record_free(rec);
    crm_txn_free(read);
    crm_txn_free(txn);
    cr_expect_eq(test_sequence(db), 0, "freed without a commit");
    crm_db_close(db);
}

/* --- threads --- */

typedef struct in_thread {
    crm_db *db;
    crm_txn *txn;
    crm_id id;
    crm_record *rec;
    int status[8];
    int64_t waited;
} in_thread;

static void run_thread(void *(*fn)(void *), in_thread *data) {
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, fn, data), 0);
    pthread_join(thread, NULL);
}

static void *begin_write(void *arg) {
    in_thread *t = arg;
    int64_t start = milliseconds();
    t->status[0] = crm_txn_begin(t->db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &t->txn);
    t->waited = milliseconds() - start;
    if (t->status[0] == CRM_OK) t->id = test_party(t->txn, "of the thread");
    return NULL; /* ends inside its transaction, where it got one */
}

Test(txn, writer_waits) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    in_thread t = {.db = db};
    run_thread(begin_write, &t);
    cr_expect_eq(t.status[0], CRM_E_BUSY);
    cr_expect(t.waited >= 190 && t.waited < 1500, "wait_ms is 200: %lld ms", (long long)t.waited);
    cr_expect_null(t.txn);
    test_party(txn, "x");
    test_commit(txn);
    crm_db_close(db);
}

Test(txn, thread_ends) {
    crm_db *db = test_open();
    in_thread t = {.db = db};
    crm_record *rec;
    run_thread(begin_write, &t);
    cr_assert_eq(t.status[0], CRM_OK);
    int rc = crm_record_get(t.txn, t.id, &rec);
    cr_expect(rc == CRM_E_THREAD || rc == CRM_E_ENDED, "%d", rc);
    rc = crm_txn_commit(t.txn);
    cr_expect(rc == CRM_E_THREAD || rc == CRM_E_ENDED, "%d", rc);
    crm_txn *txn = test_write(db); /* the lock is free */
    cr_expect_eq(crm_txn_sequence(txn), 0, "and nothing was stored");
    test_party(txn, "x");
    crm_txn_free(t.txn);
    crm_txn_free(t.txn);
    test_commit(txn);
    cr_expect_eq(test_sequence(db), 1);
    crm_db_close(db);
}

static void *use_foreign(void *arg) {
    in_thread *t = arg;
    crm_record *rec;
    crm_file *file;
    crm_iter *iter;
    t->status[0] = crm_record_get(t->txn, t->id, &rec);
    t->status[1] = crm_record_put(t->txn, t->rec, NULL, NULL);
    t->status[2] = crm_record_delete(t->txn, t->id, 0);
    t->status[3] = crm_file_get(t->txn, t->id, &file);
    t->status[4] = crm_party_list(t->txn, NULL, NULL, 0, 0, 0, NULL, &iter);
    t->status[5] = crm_setting_set(t->txn, "a", "b", CRM_NTS);
    t->status[6] = crm_txn_commit(t->txn);
    t->status[7] = crm_txn_sequence(t->txn) ? CRM_OK : crm_error_status();
    return NULL;
}

static void *use_snapshot(void *arg) {
    in_thread *t = arg;
    t->status[0] = crm_record_get(t->txn, t->id, &t->rec);
    t->status[1] = crm_txn_commit(t->txn);
    return NULL;
}

Test(txn, foreign_threads) {
    crm_db *db = test_open();
    in_thread t = {.db = db, .txn = test_write(db)};
    t.id = test_party(t.txn, "x");
    t.rec = test_get(t.txn, t.id);
    run_thread(use_foreign, &t);
    for (int i = 0; i < 8; i++) cr_expect_eq(t.status[i], CRM_E_THREAD, "%d: %d", i, t.status[i]);
    crm_record_free(t.rec);
    test_commit(t.txn);
    in_thread moved = {.txn = test_read(db), .id = t.id};
    run_thread(use_snapshot, &moved);
    cr_expect(moved.status[0] == CRM_OK && moved.status[1] == CRM_OK, "a snapshot may move");
    cr_expect_str_eq(crm_record_text(moved.rec, CRM_PARTY_NAME), "x", "what it read outlives its thread");
    crm_record_free(moved.rec);
    crm_txn_free(moved.txn);
    crm_db_close(db);
}

/* --- fork --- */

static int child(crm_db *db, crm_txn *read, crm_txn *write, crm_iter *iter, crm_id id) {
    crm_txn *txn;
    crm_record *rec;
    crm_iter *list;
    crm_db *again;
    crm_db_options options = test_options();
    int failed = 0;
    failed |= (crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) != CRM_E_FORKED) << 0;
    failed |= (crm_record_get(read, id, &rec) != CRM_E_FORKED) << 1;
    failed |= (crm_setting_set(write, "child", "x", CRM_NTS) != CRM_E_FORKED) << 2;
    failed |= (crm_txn_commit(write) != CRM_E_FORKED) << 3;
    failed |= (crm_iter_next(iter, &id) != CRM_E_FORKED) << 4;
    failed |= (crm_db_uuid(db) != NULL || crm_error_status() != CRM_E_FORKED) << 5;
    failed |= (crm_party_list(read, NULL, NULL, 0, 0, 0, NULL, &list) != CRM_E_FORKED) << 6;
    crm_iter_free(iter);
    crm_txn_abort(write);
    crm_txn_free(write);
    crm_txn_free(read);
    crm_db_close(db);
    failed |= (crm_db_open(test_folder, &options, &again) != CRM_OK) << 7;
    crm_txn *own = test_read(again);
    if (crm_record_get(own, id, &rec) == CRM_OK) crm_record_free(rec);
    crm_txn_free(own);
    crm_db_close(again);
    return failed;
}

Test(txn, fork) {
    crm_db *db = test_open();
    crm_id id = committed_party(db, "x"), first;
    crm_txn *read = test_read(db), *write = test_write(db);
    crm_iter *iter;
    test_party(write, "y");
    cr_assert_eq(crm_party_list(read, NULL, NULL, 0, 0, 0, NULL, &iter), CRM_OK);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) _exit(child(db, read, write, iter, id));
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child: %x", status);
    cr_expect_eq(crm_iter_next(iter, &first), CRM_ROW, "the parent goes on");
    cr_expect(is_named(read, id, "x"));
    test_party(write, "z");
    test_commit(write);
    cr_expect_eq(test_sequence(db), 2);
    crm_iter_free(iter);
    crm_txn_free(read);
    crm_db_close(db);
}
