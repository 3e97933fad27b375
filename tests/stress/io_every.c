/* SPDX-License-Identifier: MIT */
/* Each call of an operation that changes files fails in turn: with an error, done in part, interrupted, done and then reported as failed,
 * the same with the next call failing too; once, twice, from then on. What the store holds then is what the operation said, and the
 * operation works when it is done again. A round is one operation; the gate takes some of its faults. */
#include "stress/shim.h"
#include "stress/stress.h"
#include <stdio.h>
#include <sys/stat.h>

enum { CALLS, ERRORS, UNKNOWN, REOPENED, WITHOUT };
static const char *const fault_names[] = {"EIO", "ENOSPC", "short", "EINTR", "late", "late and the next"};
static const uint64_t times[] = {1, 2, UINT64_MAX};

static uint64_t before, after, names, copied; /* but the first, of a run without a fault; copied: the store that it made aside */

/* How many calls the operation makes, and what the store is then. */
static uint64_t rehearse(const stress_operation *op) {
    crm_db *db;
    stress_begin_with(op, &db);
    before = stress_hash(stress_base(op));
    shim_arm(0, 0, SHIM_EIO);
    int rc = stress_do(op, &db);
    uint64_t calls = shim_disarm();
    CHECK(rc == CRM_OK, "%s: %d %s", op->name, rc, crm_error_text());
    crm_db_close(db);
    after = stress_hash(stress_store);
    copied = op->flags & STRESS_COPY ? stress_hash(stress_aside) : 1;
    names = stress_names(stress_store);
    CHECK(after && names && copied, "%s: no store", op->name);
    return calls;
}

static crm_db *reopen(crm_db *db, const char *when) {
    crm_db_close(db);
    db = NULL;
    int rc = stress_open(stress_store, 0, &db);
    CHECK(rc == CRM_OK, "%s: open: %d %s", when, rc, crm_error_text());
    stress_need(rc == CRM_OK, "a store after a fault");
    stress_count[REOPENED]++;
    return db;
}

/* A copy is whole, or not there. */
static void check_copy(const stress_operation *op, int rc, const char *when) {
    struct stat data;
    char path[STRESS_PATH + 16];
    snprintf(path, sizeof path, "%s/data.mdb", stress_aside);
    bool there = stat(path, &data) == 0;
    if (op->flags & STRESS_COPY) CHECK(there == (rc == CRM_OK), "%s: a copy is %sthere", when, there ? "" : "not ");
    if (there && op->flags & STRESS_COPY) CHECK(stress_hash(stress_aside) == copied, "%s: the copy is something else", when);
}

/* What the store holds, and whether the handle can be gone on with. */
static void check(const stress_operation *op, crm_db *db, int rc, const char *when) {
    CHECK(stress_clean_error(rc), "%s: %d %s", when, rc, crm_error_text());
    uint64_t seen = db ? stress_state(db) : 1;
    if (!db || !seen) db = reopen(db, when);
    crm_db_close(db);
    uint64_t now = stress_hash(stress_store);
    bool unchanged = now == before, done = now == after;
    check_copy(op, rc, when);
    if (rc == CRM_OK && op->flags & STRESS_STEPS)
        CHECK(stress_names(stress_store) == names, "%s: it is told as done, and is not", when);
    else if (rc == CRM_OK || (op->flags & STRESS_HALF && !(op->flags & STRESS_STEPS)))
        CHECK(done, "%s: it is told as done, and is not", when);
    else if (rc == CRM_E_COMMIT_UNKNOWN || (op->flags & STRESS_STEPS))
        CHECK(now != 0, "%s: the store can't be read", when);
    else
        CHECK(unchanged, "%s: told as not done (%d %s), and %s", when, rc, crm_error_text(), done ? "is" : "something else is");
    if (rc == CRM_E_COMMIT_UNKNOWN) CHECK(unchanged || done || (op->flags & STRESS_STEPS), "%s: something between", when);
}

/* Done again without a fault. */
static void repeat(const stress_operation *op, const char *when) {
    crm_db *db;
    if (before != after && !(op->flags & STRESS_STEPS) && stress_hash(stress_store) == after) return; /* it was done */
    stress_ready(op, &db);
    int rc = stress_do(op, &db);
    if (rc == CRM_E_EXISTS && (op->flags & STRESS_STEPS)) rc = CRM_OK; /* taken back already */
    CHECK(rc == CRM_OK, "%s: done again: %d %s", when, rc, crm_error_text());
    crm_db_close(db);
    CHECK(op->flags & STRESS_STEPS ? stress_names(stress_store) == names : stress_hash(stress_store) == after,
          "%s: done again, it is another store", when);
    check_copy(op, rc, when);
}

/* A system that interrupts every call for ever would stop any program: a hundred times is long enough. */
static void strike(const stress_operation *op, uint64_t call, enum shim_fault fault, uint64_t often) {
    char when[200];
    crm_db *db;
    stress_begin_with(op, &db);
    shim_arm(call, fault == SHIM_EINTR && often > 100 ? 100 : often, fault);
    int rc = stress_do(op, &db);
    (void)shim_disarm();
    const char *struck = shim_struck();
    if (!struck) {
        stress_count[WITHOUT]++;
        crm_db_close(db);
        return;
    }
    snprintf(when, sizeof when, "%s, call %llu (%s): %s, %s", op->name, (unsigned long long)call, struck, fault_names[fault],
             often == 1   ? "once"
             : often == 2 ? "twice"
                          : "for good");
    stress_count[CALLS]++;
    stress_count[ERRORS] += rc < 0;
    stress_count[UNKNOWN] += rc == CRM_E_COMMIT_UNKNOWN;
    check(op, db, rc, when);
    if (rc == CRM_OK) stress_drop(stress_aside);
    repeat(op, when);
}

/* For the gate: every third fault, of a large operation every twelfth. */
static bool is_drawn(const stress_operation *op) { return stress_draw(op->flags & STRESS_MANY ? 12 : 3) == 0; }

int main(int argc, char **argv) {
    enum { KINDS = SHIM_FAULTS * 3 };
    uint64_t round;
    stress_begin(argc, argv, "io_every", stress_operation_count, stress_operation_count);
    char path[STRESS_PATH];
    stress_bases(stress_place("base", path));
    while (stress_round(&round)) {
        const stress_operation *op = &stress_operations[round];
        uint64_t calls = rehearse(op);
        for (int kind = 0; kind < KINDS; kind++)
            for (uint64_t call = 1; call <= calls; call++)
                if (stress_long || is_drawn(op)) strike(op, call, (enum shim_fault)(kind / 3), times[kind % 3]);
    }
    CHECK(stress_count[UNKNOWN] * 10 < stress_count[CALLS], "%llu not found out", (unsigned long long)stress_count[UNKNOWN]);
    printf("io_every: %llu faults, %llu of them told as errors, %llu of these as unknown, %llu stores opened anew\n",
           (unsigned long long)stress_count[CALLS], (unsigned long long)stress_count[ERRORS], (unsigned long long)stress_count[UNKNOWN],
           (unsigned long long)stress_count[REOPENED]);
    return stress_end();
}
