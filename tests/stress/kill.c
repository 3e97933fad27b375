/* SPDX-License-Identifier: MIT */
/* A process that commits one transaction after the other is killed at a random moment, in half of the rounds beside another process that
 * has the store open. No commit that it was told of is lost, at most one that it was not told of is there, all else is as it was; and the
 * other process gets at the writer's locks at once. Every so often the opening after it is killed too. */
#include "stress/history.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMITS, LOST, UNTOLD, BESIDE, RECOVERY_US, SLOW };

static char store[STRESS_PATH];
static uint64_t base_seed;

static _Noreturn void write_on(int out, uint64_t done) {
    crm_db *db;
    history h = {.seed = base_seed};
    int party[4];
    bool remove[4];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (stress_open(store, 0, &db) < 0) _exit(3);
    while (h.done < done) history_next(&h, party, remove);
    for (;;) {
        if (history_commit(db, &h) < 0) {
            fprintf(stderr, "%s\n", crm_error_text());
            _exit(4);
        }
        if (write(out, &h.done, sizeof h.done) != sizeof h.done) _exit(5);
    }
}

static int set(crm_txn *txn, void *data) {
    (void)data;
    int rc = crm_setting_set(txn, "stress.beside", "1", CRM_NTS);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

/* Reads on, and when told to, takes the writer's place: how long it took, in microseconds. */
static _Noreturn void live_beside(int in, int out) {
    crm_db *db;
    char byte;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (stress_open(store, 0, &db) < 0 || !stress_state(db) || write(out, "r", 1) != 1) _exit(3);
    while (read(in, &byte, 1) == 1) {
        double began = stress_ms();
        crm_txn *txn;
        int rc = crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn);
        uint64_t took = (uint64_t)((stress_ms() - began) * 1000);
        if (rc == CRM_OK) crm_txn_free(txn);
        if (rc < 0 || crm_transact(db, CRM_ACTOR_SYSTEM, set, NULL) < 0) _exit(6);
        if (write(out, &took, sizeof took) != sizeof took) _exit(5);
    }
    crm_db_close(db);
    _exit(0);
}

typedef struct process {
    pid_t pid;
    int in, out; /* what it writes, what it reads */
} process;

static process start(bool beside, uint64_t done) {
    int told[2], asked[2];
    stress_need(pipe(told) == 0 && pipe(asked) == 0, "pipes");
    fflush(stdout);
    process p = {fork(), told[0], asked[1]};
    stress_need(p.pid >= 0, "a process");
    if (p.pid == 0) {
        close(told[0]);
        close(asked[1]);
        if (beside) live_beside(asked[0], told[1]);
        write_on(told[1], done);
    }
    close(told[1]);
    close(asked[0]);
    return p;
}

static void end(process *p, int wanted_signal) {
    int status;
    close(p->out);
    stress_need(waitpid(p->pid, &status, 0) == p->pid, "a process to end");
    close(p->in);
    CHECK(wanted_signal ? WIFSIGNALED(status) && WTERMSIG(status) == wanted_signal : WIFEXITED(status) && WEXITSTATUS(status) == 0,
          "a process ended with %x", (unsigned)status);
}

/* The latest commit that the writer was told of. */
static uint64_t read_told(const process *p, uint64_t told) {
    uint64_t value;
    while (read(p->in, &value, sizeof value) == sizeof value) told = value;
    return told;
}

static void ask_beside(const process *p) {
    uint64_t took = 0;
    CHECK(write(p->out, "x", 1) == 1 && read(p->in, &took, sizeof took) == sizeof took, "the process beside does not answer");
    if (took > stress_count[RECOVERY_US]) stress_count[RECOVERY_US] = took;
    stress_count[SLOW] += took >= 10000;
    stress_count[BESIDE]++;
}

static uint64_t look(uint64_t told) {
    crm_db *db = NULL;
    int rc = stress_open(store, 0, &db);
    CHECK(rc == CRM_OK, "open: %d %s", rc, crm_error_text());
    stress_need(rc == CRM_OK, "the store");
    int64_t there = history_check(db, base_seed);
    crm_db_close(db);
    CHECK(there >= 0, "the store is not what it was after any transaction");
    CHECK(there >= (int64_t)told && there <= (int64_t)told + 1, "told of %llu, %lld are there", (unsigned long long)told, (long long)there);
    stress_count[LOST] += there < (int64_t)told;
    stress_count[UNTOLD] += there > (int64_t)told;
    return there < 0 ? told : (uint64_t)there;
}

/* The opening that finds what the killed one left is killed as well. */
static void kill_opening(void) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        crm_db *db;
        (void)stress_open(store, 0, &db);
        pause();
    }
    usleep((useconds_t)stress_draw(1500));
    kill(child, SIGKILL);
    stress_need(waitpid(child, NULL, 0) == child, "the opening process to end");
}

static uint64_t kill_one(uint64_t done) {
    bool beside = stress_draw(2);
    process other = {0};
    char byte;
    if (beside) {
        other = start(true, 0);
        CHECK(read(other.in, &byte, 1) == 1, "no process beside");
    }
    process writer = start(false, done);
    uint64_t first = done;
    if (stress_draw(8) != 0) stress_need(read(writer.in, &first, sizeof first) == sizeof first, "a first commit");
    usleep((useconds_t)stress_draw(stress_draw(2) ? 2000 : 20000));
    kill(writer.pid, SIGKILL);
    if (beside) ask_beside(&other);
    uint64_t told = read_told(&writer, first);
    end(&writer, SIGKILL);
    if (beside) end(&other, 0);
    if (stress_draw(5) == 0) kill_opening();
    stress_count[COMMITS] += told - done;
    return look(told);
}

static void make(void) {
    crm_db *db;
    stress_drop(store);
    stress_need(stress_open(store, CRM_DB_CREATE, &db) == CRM_OK, "a store");
    crm_db_close(db);
}

/* A hundred kills a store. */
int main(int argc, char **argv) {
    uint64_t round, done = 0;
    stress_begin(argc, argv, "kill", 120, 2000);
    stress_place("store", store);
    while (stress_round(&round)) {
        if (done == 0 || round % 100 == 0) {
            base_seed = round;
            make();
            done = 0;
        }
        done = kill_one(done);
    }
    printf(
        "kill: %llu kills, %llu beside another process, %llu commits told of, %llu lost, %llu there and not told of; locks back after at "
        "most %llu us, %llu times 10 ms or more\n",
        (unsigned long long)round, (unsigned long long)stress_count[BESIDE], (unsigned long long)stress_count[COMMITS],
        (unsigned long long)stress_count[LOST], (unsigned long long)stress_count[UNTOLD], (unsigned long long)stress_count[RECOVERY_US],
        (unsigned long long)stress_count[SLOW]);
    return stress_end();
}
