/* SPDX-License-Identifier: MIT */
/* How far an import is: a line on a terminal, with the rate and the time that is left. Ctrl-C ends it at once, with nothing stored. */
#include "cli/import.h"
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted; /* a signal handler has nothing else */

static void interrupt(int number) {
    (void)number;
    interrupted = 1;
}

typedef struct progress {
    bool shown;
    double began, told; /* seconds */
} progress;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void show(progress *line, uint64_t done, uint64_t total) {
    double time = now(), rate = (double)done / (time - line->began + 1e-9);
    if (time - line->told < 0.2) return;
    line->told = time;
    fprintf(stderr, "\r\033[K%" PRIu64 " of %" PRIu64 " rows, %.0f rows/s, %.0f s left", done, total, rate, (double)(total - done) / rate);
    fflush(stderr);
}

static int tell(void *data, uint64_t done, uint64_t total) {
    progress *line = data;
    if (line->shown) show(line, done, total);
    return interrupted;
}

int cli_import_apply(cli_run *cli, crm_sync *sync, crm_plan **plan) {
    progress line = {.shown = isatty(STDERR_FILENO), .began = now(), .told = now()};
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND}, before; /* a second Ctrl-C ends the program */
    interrupted = 0;
    sigaction(SIGINT, &action, &before);
    crm_sync_set_progress(sync, tell, &line);
    int status = plan ? crm_sync_plan(sync, cli->db, cli->actor, plan) : crm_sync_apply(sync, cli->db, cli->actor);
    crm_sync_set_progress(sync, NULL, NULL);
    sigaction(SIGINT, &before, NULL);
    if (line.shown && line.told > line.began) fputs("\r\033[K", stderr);
    return status;
}
