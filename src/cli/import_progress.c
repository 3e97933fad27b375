/* SPDX-License-Identifier: MIT */
/* How far an import is: a line on a terminal, with the rate and the time that is left. Ctrl-C ends it at a safe point: nothing of its
 * transaction is stored. */
#include "cli/import.h"
#include <inttypes.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted; /* a signal handler has nothing else */

static void interrupt(int number) {
    (void)number;
    interrupted = 1;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void cli_import_watch(import_watch *watch, uint64_t about) {
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND}; /* a second Ctrl-C ends the program */
    *watch = (import_watch){.shown = isatty(STDERR_FILENO), .began = now(), .told = now(), .about = about};
    interrupted = 0;
    sigaction(SIGINT, &action, &watch->before);
}

static void show(import_watch *watch, uint64_t done, uint64_t total) {
    double time = now(), rate = ((double)done - (double)watch->first) / (time - watch->began + 1e-9);
    bool about = watch->about > total;
    if (about) total = watch->about;
    if (time - watch->told < 0.2 || rate <= 0) return;
    watch->told = time;
    watch->line = true;
    fprintf(stderr, "\r\033[K%" PRIu64 " of %s%" PRIu64 " rows, %.0f rows/s, %.0f s left", done, about ? "about " : "", total, rate,
            (double)(total - done) / rate);
    fflush(stderr);
}

int cli_import_told(void *data, uint64_t done, uint64_t total) {
    import_watch *watch = data;
    if (!watch->first) watch->first = done - 1, watch->began = now(); /* of a job that goes on, most was done before */
    if (watch->shown) show(watch, done, total);
    return interrupted;
}

void cli_import_watched(const import_watch *watch) {
    sigaction(SIGINT, &watch->before, NULL);
    if (watch->line) fputs("\r\033[K", stderr);
}

int cli_import_apply(cli_run *cli, crm_sync *sync, crm_plan **plan) {
    import_watch watch;
    cli_import_watch(&watch, 0);
    crm_sync_set_progress(sync, cli_import_told, &watch);
    int status = plan ? crm_sync_plan(sync, cli->db, cli->actor, plan) : crm_sync_apply(sync, cli->db, cli->actor);
    crm_sync_set_progress(sync, NULL, NULL);
    cli_import_watched(&watch);
    return status;
}
