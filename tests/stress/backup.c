/* SPDX-License-Identifier: MIT */
/* A store is copied beside a process that writes to it without a pause. Each copy opens, is sound, and holds one state of the store, one
 * that was there while it was made. Where the copying process is killed, where the volume has no room, and where what is copied is damaged,
 * there is no copy under the name. */
#include "stress/history.h"
#include <fcntl.h>
#include <libcrm/maintain.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COPIES, KILLED, KILLED_WHOLE, NO_ROOM, DAMAGED };

static char store[STRESS_PATH], copy[STRESS_PATH];
static _Atomic uint64_t *done; /* by the process that writes */
static uint64_t seed_of_store;

static _Noreturn void write_on(void) {
    crm_db *db;
    history h = {.seed = seed_of_store};
    int party[4];
    bool remove[4];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (stress_open(store, 0, &db) < 0) _exit(3);
    while (h.done < *done) history_next(&h, party, remove);
    while (history_commit(db, &h) == CRM_OK) *done = h.done;
    fprintf(stderr, "backup: the writer: %s\n", crm_error_text());
    _exit(4);
}

static pid_t start(void) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) write_on();
    stress_need(child > 0, "a process");
    return child;
}

static void end(pid_t writer) {
    int status;
    kill(writer, SIGKILL);
    stress_need(waitpid(writer, &status, 0) == writer, "the writer to end");
    CHECK(WIFSIGNALED(status), "the writer ended with %x", (unsigned)status);
}

/* Where the writer was. What it had just committed when it was killed is seen when the next one has begun. */
static void settle(crm_db *db) {
    crm_txn *txn;
    stress_need(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "the writer's place");
    crm_txn_free(txn);
    int64_t state = history_check(db, seed_of_store);
    CHECK(state == (int64_t)*done || state == (int64_t)*done + 1, "told of %llu, %lld are there", (unsigned long long)*done,
          (long long)state);
    if (state > 0) *done = (uint64_t)state;
}

static bool there(const char *name) {
    char path[STRESS_PATH + 16];
    snprintf(path, sizeof path, "%s/%s", copy, name);
    return access(path, F_OK) == 0;
}

/* A copy that is whole: which state it holds. */
static int64_t look(const char *what) {
    crm_db *db = NULL;
    crm_damages *damages = NULL;
    int rc = stress_open(copy, CRM_DB_CHECK, &db);
    if (!CHECK(rc == CRM_OK, "%s: %d %s", what, rc, crm_error_text())) return -1;
    rc = crm_verify(db, 0, 1, NULL, NULL, &damages);
    CHECK(rc == CRM_OK && crm_damages_count(damages) == 0, "%s: it is not sound: %d %s", what, rc,
          rc < 0 ? crm_error_text() : crm_record_text(crm_damages_record(damages, 0), CRM_DAMAGE_REASON));
    crm_damages_free(damages);
    int64_t state = history_check(db, seed_of_store);
    CHECK(state >= 0, "%s: it is not what the store was after any transaction", what);
    crm_db_close(db);
    return state;
}

static void copy_whole(crm_db *db) {
    int64_t before = (int64_t)*done;
    int rc = crm_db_backup(db, copy);
    int64_t after = (int64_t)*done + 1;
    if (!CHECK(rc == CRM_OK, "copying: %d %s", rc, crm_error_text())) return;
    int64_t state = look("a copy");
    CHECK(state >= before && state <= after, "it is of commit %lld, and not of %lld to %lld", (long long)state, (long long)before,
          (long long)after);
    CHECK(!there(".crm-new"), "the place where it was made is left");
    stress_count[COPIES]++;
}

/* The copying process is killed: nothing, or all of it; and the next one gets it done. */
static void copy_killed(crm_db *db) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        crm_db *own;
        (void)(stress_open(store, 0, &own) == CRM_OK && crm_db_backup(own, copy));
        pause();
    }
    usleep((useconds_t)stress_draw(12000));
    kill(child, SIGKILL);
    stress_need(waitpid(child, NULL, 0) == child, "the copying process to end");
    stress_count[KILLED]++;
    if (there("data.mdb")) {
        stress_count[KILLED_WHOLE]++;
        look("what a killed process left");
        stress_drop(copy);
    }
    copy_whole(db);
}

/* Nothing may be written past a size that the copy has: a signal would end the process. */
static void copy_short(crm_db *db) {
    struct rlimit limit, small;
    stress_need(getrlimit(RLIMIT_FSIZE, &limit) == 0, "the limit of a file");
    small = (struct rlimit){4096 * (1 + stress_draw(5)), limit.rlim_max};
    stress_need(setrlimit(RLIMIT_FSIZE, &small) == 0, "a lower limit");
    int rc = crm_db_backup(db, copy);
    stress_need(setrlimit(RLIMIT_FSIZE, &limit) == 0, "the limit");
    CHECK(rc == CRM_E_FULL, "with no room: %d %s", rc, crm_error_text());
    CHECK(!there("data.mdb") && !there(".crm-new"), "with no room: something is left");
    stress_count[NO_ROOM]++;
}

/* A letter of a record's text, in a copy that is a store by itself. */
static bool change_letter(const char *folder) {
    static unsigned char bytes[1 << 23];
    static const char known[] = "b.example";
    char path[STRESS_PATH + 16];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    ssize_t size = read(fd, bytes, sizeof bytes);
    stress_need(fd >= 0 && size > 0, path);
    size_t from = (size_t)stress_draw((uint64_t)size);
    unsigned char *at = memmem(bytes + from, (size_t)size - from, known, sizeof known - 1);
    if (!at) at = memmem(bytes, (size_t)size, known, sizeof known - 1);
    bool written = at && pwrite(fd, "c", 1, at - bytes) == 1;
    close(fd);
    return written;
}

/* A record; or its index entry: that has no checksum, but where its key is out of order now, the store is not even opened. */
static void copy_damaged(void) {
    char second[STRESS_PATH];
    crm_db *db = NULL;
    stress_place("second", second);
    stress_drop(second);
    stress_need(rename(copy, second) == 0, "the copy as a store");
    if (!change_letter(second)) return; /* the copy was made when there was nobody yet */
    int rc = stress_open(second, 0, &db);
    stress_count[DAMAGED] += rc == CRM_E_CORRUPT;
    if (rc == CRM_E_CORRUPT) return;
    uint64_t readable = stress_state(db);
    rc = crm_db_backup(db, copy);
    CHECK(readable ? rc == CRM_OK : rc == CRM_E_CORRUPT, "records %s: %d %s", readable ? "sound" : "damaged", rc, crm_error_text());
    CHECK(there("data.mdb") == (rc == CRM_OK), "what is left of the copy of a damaged store");
    stress_count[DAMAGED] += rc == CRM_E_CORRUPT;
    crm_db_close(db);
}

static void make(uint64_t round) {
    crm_db *db;
    seed_of_store = round;
    *done = 0;
    stress_drop(store);
    stress_need(stress_open(store, CRM_DB_CREATE, &db) == CRM_OK, "a store");
    crm_db_close(db);
}

/* Twenty copies a store. */
int main(int argc, char **argv) {
    uint64_t round;
    crm_db *db = NULL;
    stress_begin(argc, argv, "backup", 60, 1000);
    stress_place("store", store);
    stress_place("copy", copy);
    done = mmap(NULL, sizeof *done, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    stress_need(done != MAP_FAILED, "memory");
    while (stress_round(&round)) {
        if (!db || round % 20 == 0) {
            crm_db_close(db);
            make(round);
            stress_need(stress_open(store, 0, &db) == CRM_OK, "the store");
        }
        pid_t writer = start();
        usleep((useconds_t)stress_draw(5000));
        stress_drop(copy);
        if (round % 3 == 0)
            copy_killed(db);
        else
            copy_whole(db);
        end(writer);
        settle(db);
        if (round % 4 == 1 && *done > 20) copy_damaged();
        stress_drop(copy);
        if (round % 4 == 2 && *done > 20) copy_short(db);
    }
    crm_db_close(db);
    printf(
        "backup: %llu copies beside a writer, each one state of the store; %llu copying processes killed, %llu of them had done it; %llu "
        "times no room; %llu damaged stores refused\n",
        (unsigned long long)stress_count[COPIES], (unsigned long long)stress_count[KILLED], (unsigned long long)stress_count[KILLED_WHOLE],
        (unsigned long long)stress_count[NO_ROOM], (unsigned long long)stress_count[DAMAGED]);
    return stress_end();
}
