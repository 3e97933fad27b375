/* SPDX-License-Identifier: MIT */
/* What a host may do to a store that it has open: fork, run another program, open it twice, open or remove its files, put another folder in
 * its place. Each has its error, nothing hangs, and the store is what it was. */
#include "stress/history.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char store[STRESS_PATH];
static history now;

static crm_db *open_store(void) {
    crm_db *db;
    stress_need(stress_open(store, CRM_DB_CREATE, &db) == CRM_OK, "open");
    return db;
}

static int run_apart(int (*fn)(crm_db *db, crm_txn *txn), crm_db *db, crm_txn *txn) {
    int status = -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(10);
        _exit(fn(db, txn));
    }
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

/* The child has the parent's handles: none of them works, and to end them hurts nobody. Its own opening works. */
static int in_child(crm_db *db, crm_txn *txn) {
    crm_txn *other;
    crm_db *own;
    crm_id id;
    if (crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &other) != CRM_E_FORKED) return 1;
    if (crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &id) != CRM_E_FORKED) return 2;
    if (crm_txn_commit(txn) != CRM_E_FORKED) return 3;
    crm_txn_free(txn);
    crm_db_close(db);
    if (stress_open(store, 0, &own) != CRM_OK) return 4;
    if (history_check(own, now.seed) != (int64_t)now.done) return 5;
    crm_db_close(own);
    return 0;
}

static void forks(void) {
    crm_db *db = open_store();
    crm_txn *txn;
    for (uint32_t flags = 0; flags <= CRM_TXN_WRITE; flags += CRM_TXN_WRITE) {
        stress_need(crm_txn_begin(db, flags, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "begin");
        CHECK(run_apart(in_child, db, txn) == 0, "a child with a transaction of kind %u", flags);
        CHECK(crm_txn_commit(txn) == CRM_OK, "the parent's own: %s", crm_error_text());
        crm_txn_free(txn);
    }
    CHECK(history_commit(db, &now) == CRM_OK, "behind a fork: %s", crm_error_text());
    CHECK(history_check(db, now.seed) == (int64_t)now.done, "behind a fork");
    crm_db_close(db);
}

/* No file of the store stays open in a program that the process becomes. */
static int list_files(crm_db *db, crm_txn *txn) {
    char command[STRESS_PATH + 60];
    (void)db, (void)txn;
    snprintf(command, sizeof command, "! ls -l /proc/self/fd | grep -q '%s'", store);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    return 98;
}

static void execs(void) {
    crm_db *db = open_store();
    CHECK(run_apart(list_files, db, NULL) == 0, "a program has files of the store open");
    crm_db_close(db);
}

/* Two handles, one closed: a second process does not get between. */
static int write_beside(crm_db *db, crm_txn *txn) {
    crm_db *own;
    crm_txn *other;
    crm_db_options options = {.size = sizeof options, .wait_ms = 100};
    (void)db, (void)txn;
    if (crm_db_open(store, &options, &own) != CRM_OK) return 1;
    return crm_txn_begin(own, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &other) == CRM_E_BUSY ? 0 : 2;
}

static void twice(void) {
    crm_db *first = open_store(), *second = open_store();
    crm_txn *txn;
    crm_db_close(second);
    stress_need(crm_txn_begin(first, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "begin");
    CHECK(run_apart(write_beside, NULL, NULL) == 0, "two processes write at once");
    crm_txn_free(txn);
    CHECK(history_commit(first, &now) == CRM_OK, "with the handle that is left: %s", crm_error_text());
    crm_db_close(first);
}

/* A host that copies the files opens and closes them: it has lost LMDB's locks by that, and goes on alone. */
static void files_opened(void) {
    static const char *const names[] = {"data.mdb", "lock.mdb", "crm.lock"};
    crm_db *db = open_store();
    crm_txn *txn;
    stress_need(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "begin");
    for (int i = 0; i < 3; i++) {
        char path[STRESS_PATH + 16];
        snprintf(path, sizeof path, "%s/%s", store, names[i]);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        CHECK(fd >= 0 && close(fd) == 0, "%s", path);
    }
    crm_txn_free(txn);
    CHECK(history_commit(db, &now) == CRM_OK, "after it: %s", crm_error_text());
    crm_db_close(db);
}

static void gone(const char *what) {
    char path[STRESS_PATH + 16], kept[STRESS_PATH + 16];
    crm_db *db = open_store();
    snprintf(path, sizeof path, "%s%s", store, what);
    snprintf(kept, sizeof kept, "%s.kept", store);
    stress_need(rename(path, kept) == 0, path);
    history before = now;
    int rc = history_commit(db, &now);
    CHECK(rc == CRM_E_IO && stress_clean_error(rc), "without %s: %d %s", *what ? what : "its folder", rc, crm_error_text());
    now = before;
    crm_db_close(db);
    stress_drop(path);
    stress_need(rename(kept, path) == 0, path);
}

int main(int argc, char **argv) {
    uint64_t round;
    stress_begin(argc, argv, "fork_close_exec", 5, 200);
    stress_place("store", store);
    while (stress_round(&round)) {
        now = (history){.seed = round};
        stress_drop(store);
        crm_db *db = open_store();
        for (int i = 0; i < 5; i++) CHECK(history_commit(db, &now) == CRM_OK, "%s", crm_error_text());
        crm_db_close(db);
        forks();
        execs();
        twice();
        files_opened();
        gone("/lock.mdb");
        gone("/data.mdb");
        gone("/crm.lock");
        gone("");
        db = open_store();
        CHECK(history_check(db, now.seed) == (int64_t)now.done, "the store is not what it was");
        crm_db_close(db);
    }
    printf("fork_close_exec: %llu rounds of 9 things that hosts do\n", (unsigned long long)round);
    return stress_end();
}
