/* SPDX-License-Identifier: MIT */
/* A store is opened again and again beside a process that writes without a pause, and every page of it is read there: none of these
 * openings and walks tells of damage, and each sees a state that the store had. */
#include "stress/history.h"
#include <libcrm/maintain.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPENS, WALKS, BUSY };

static char store[STRESS_PATH];

static _Noreturn void write_on(int told) {
    crm_db *db;
    history h = {.seed = 1};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (stress_open(store, CRM_DB_CREATE, &db) < 0 || history_commit(db, &h) < 0 || write(told, "x", 1) != 1) _exit(3);
    while (history_commit(db, &h) == CRM_OK) continue;
    _exit(4);
}

/* Another process closes the store for good now and then, so that the next opening here is the first beside the writer. */
static void open_once(uint64_t round) {
    crm_db *db = NULL;
    crm_damages *damages = NULL;
    int rc = stress_open(store, round % 3 ? 0 : CRM_DB_READ_ONLY, &db);
    if (!CHECK(rc == CRM_OK, "open: %d %s", rc, crm_error_text())) return;
    stress_count[OPENS]++;
    if (round % 10 == 0) CHECK(history_check(db, 1) > 0, "not what it was after any transaction");
    rc = crm_verify(db, CRM_VERIFY_PAGES, 1, NULL, NULL, &damages);
    CHECK(rc == CRM_OK || rc == CRM_E_BUSY, "walk: %d %s", rc, crm_error_text());
    CHECK(rc != CRM_OK || crm_damages_count(damages) == 0, "a false alarm: %s", crm_record_json(crm_damages_record(damages, 0), NULL));
    stress_count[rc == CRM_OK ? WALKS : BUSY]++;
    crm_damages_free(damages);
    crm_db_close(db);
}

int main(int argc, char **argv) {
    int told[2], status;
    char byte;
    uint64_t round;
    stress_begin(argc, argv, "walk_live", 1000, 10000);
    stress_place("store", store);
    stress_need(pipe(told) == 0, "a pipe");
    pid_t writer = fork();
    if (writer == 0) write_on(told[1]);
    stress_need(writer > 0 && read(told[0], &byte, 1) == 1, "a writer");
    while (stress_round(&round)) open_once(round);
    CHECK(waitpid(writer, &status, WNOHANG) == 0, "the writer has ended");
    kill(writer, SIGKILL);
    (void)waitpid(writer, &status, 0);
    printf("walk_live: %llu openings beside a writer, %llu walks over all pages, %llu that commits left no time for\n",
           (unsigned long long)stress_count[OPENS], (unsigned long long)stress_count[WALKS], (unsigned long long)stress_count[BUSY]);
    return stress_end();
}
