/* SPDX-License-Identifier: MIT */
/* Four processes of four threads each move what eight settings hold from one to the other; their sum stays what it was in every snapshot,
 * every transaction that was told of counts, and no wait is longer than its bound. A round is a second. */
#include "stress/stress.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 4, THREADS = 4, ACCOUNTS = 8, START = 1000, WAIT_MS = 400 };

typedef struct shared {
    _Atomic uint64_t writes[PROCESSES * THREADS], reads, busy, bad, longest_ms, late_ms;
} shared;

static char store[STRESS_PATH];
static shared *all;
static double until;
static crm_db *db;

static int64_t get(crm_txn *txn, const char *name) {
    crm_record *rec = NULL;
    int64_t value = crm_setting_get(txn, name, &rec) == CRM_OK ? strtoll(crm_record_text(rec, CRM_SETTING_VALUE), NULL, 10) : -1;
    crm_record_free(rec);
    return value;
}

static int set(crm_txn *txn, const char *name, int64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return crm_setting_set(txn, name, text, CRM_NTS);
}

static const char *account(int number, char name[24]) {
    snprintf(name, 24, "multi.account.%d", number);
    return name;
}

static int64_t sum(crm_txn *txn) {
    int64_t value = 0;
    char name[24];
    for (int i = 0; i < ACCOUNTS; i++) value += get(txn, account(i, name));
    return value;
}

typedef struct worker {
    int number;
    uint64_t state, count;
} worker;

static int draw(worker *w, int below) {
    w->state = w->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((w->state >> 33) % (uint64_t)below);
}

static int transfer(crm_txn *txn, worker *w) {
    char name[24];
    int from = draw(w, ACCOUNTS), to = draw(w, ACCOUNTS), amount = draw(w, 9), rc;
    if ((rc = set(txn, account(from, name), get(txn, account(from, name)) - amount)) < 0) return rc;
    if ((rc = set(txn, account(to, name), get(txn, account(to, name)) + amount)) < 0) return rc;
    snprintf(name, sizeof name, "multi.worker.%d", w->number);
    return set(txn, name, (int64_t)w->count + 1);
}

static void raise_to(_Atomic uint64_t *most, double ms) {
    uint64_t now = (uint64_t)ms, before = *most;
    while (now > before && !atomic_compare_exchange_weak(most, &before, now)) continue;
}

static void write_once(worker *w) {
    crm_txn *txn;
    double began = stress_ms();
    int rc = crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn);
    raise_to(&all->longest_ms, stress_ms() - began);
    if (rc == CRM_E_BUSY) all->busy++;
    if (rc < 0) {
        all->bad += rc != CRM_E_BUSY;
        return;
    }
    rc = transfer(txn, w);
    if (rc >= 0) rc = crm_txn_commit(txn);
    crm_txn_free(txn);
    if (rc < 0) fprintf(stderr, "multi: %d %s\n", rc, crm_error_text());
    all->bad += rc < 0;
    w->count += rc >= 0;
    all->writes[w->number] = w->count;
}

static void read_once(void) {
    crm_txn *txn;
    if (crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) < 0) {
        all->bad++;
        return;
    }
    all->bad += sum(txn) != ACCOUNTS * START;
    all->reads++;
    crm_txn_free(txn);
}

static void *work(void *data) {
    worker *w = data;
    while (stress_ms() < until) draw(w, 3) ? read_once() : write_once(w);
    return NULL;
}

/* How late the machine wakes somebody who sleeps for two milliseconds: by so much a wait may be longer than its bound. */
static void *sleep_often(void *data) {
    for (double began = stress_ms(); began < until; began = stress_ms()) {
        usleep(2000);
        raise_to(&all->late_ms, stress_ms() - began);
    }
    return data;
}

/* The first to write reads all pages before; that is no wait for others. */
static int read_whole(void) {
    crm_txn *txn;
    int rc;
    while ((rc = crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn)) == CRM_E_BUSY && stress_ms() < until) continue;
    if (rc == CRM_OK) crm_txn_free(txn);
    return rc == CRM_E_BUSY ? CRM_OK : rc;
}

static int run_process(int process) {
    pthread_t threads[THREADS], sleeper;
    worker workers[THREADS];
    crm_db_options options = {.size = sizeof options, .wait_ms = WAIT_MS};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (crm_db_open(store, &options, &db) < 0) return 3;
    if (read_whole() < 0) return 5;
    for (int i = 0; i < THREADS; i++) {
        int number = process * THREADS + i;
        workers[i] = (worker){number, stress_draw(UINT64_C(1) << 31) + (uint64_t)number, all->writes[number]};
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) return 4;
    }
    if (pthread_create(&sleeper, NULL, sleep_often, NULL) != 0) return 4;
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    pthread_join(sleeper, NULL);
    crm_db_close(db);
    return 0;
}

static int fill(crm_txn *txn, void *data) {
    char name[24];
    int rc = CRM_OK;
    (void)data;
    for (int i = 0; rc == CRM_OK && i < ACCOUNTS; i++) rc = set(txn, account(i, name), START);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static void check(void) {
    crm_txn *txn;
    char name[24];
    stress_need(stress_open(store, 0, &db) == CRM_OK && crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "a snapshot");
    CHECK(sum(txn) == ACCOUNTS * START, "the sum is %lld", (long long)sum(txn));
    for (int i = 0; i < PROCESSES * THREADS; i++) {
        snprintf(name, sizeof name, "multi.worker.%d", i);
        int64_t there = get(txn, name), told = (int64_t)all->writes[i];
        CHECK(there == told || (told == 0 && there == -1), "worker %d: %lld told of, %lld there", i, (long long)told, (long long)there);
    }
    crm_txn_free(txn);
    crm_db_close(db);
}

static void run(void) {
    pid_t children[PROCESSES];
    int status;
    fflush(stdout);
    until = stress_ms() + 1000;
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) _exit(run_process(i));
    }
    for (int i = 0; i < PROCESSES; i++)
        CHECK(waitpid(children[i], &status, 0) == children[i] && status == 0, "a process ended with %x", (unsigned)status);
    check();
    CHECK(all->bad == 0, "%llu snapshots or calls were wrong", (unsigned long long)all->bad);
    CHECK(all->longest_ms <= WAIT_MS + 100 + all->late_ms, "a wait of %llu ms", (unsigned long long)all->longest_ms);
}

int main(int argc, char **argv) {
    uint64_t round;
    stress_begin(argc, argv, "multi", 8, 600);
    stress_place("store", store);
    all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    stress_need(all != MAP_FAILED && stress_open(store, CRM_DB_CREATE, &db) == CRM_OK, "a store");
    stress_need(crm_transact(db, CRM_ACTOR_SYSTEM, fill, NULL) == CRM_OK, "accounts");
    crm_db_close(db);
    while (stress_round(&round)) run();
    uint64_t writes = 0;
    for (int i = 0; i < PROCESSES * THREADS; i++) writes += all->writes[i];
    printf("multi: %d processes of %d threads, %llu s: %llu commits, %llu snapshots, %llu waits ran out, the longest took %llu ms of %d, "
           "the machine "
           "was late by %llu ms\n",
           PROCESSES, THREADS, (unsigned long long)round, (unsigned long long)writes, (unsigned long long)all->reads,
           (unsigned long long)all->busy, (unsigned long long)all->longest_ms, WAIT_MS, (unsigned long long)all->late_ms);
    return stress_end();
}
