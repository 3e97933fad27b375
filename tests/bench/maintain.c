/* SPDX-License-Identifier: MIT */
/* Looking after the loaded store: each piece of work in a process of its own, on files that are in memory. */
#include "bench.h"
#include "import.h"
#include <libcrm/crm.h>
#include <stdio.h>

#define OPENINGS 3

typedef struct tending {
    const char *folder, *copy;
    uint32_t flags;
    crm_db *db;
} tending;

static void check(int rc, const char *what) {
    if (rc < 0) bench_fail(what, crm_error_text());
}

static void open_store(tending *job) {
    crm_db_options options = {.size = sizeof options, .flags = job->flags};
    check(crm_db_open(job->folder, &options, &job->db), "open");
}

static void open_it(void *data, outcome *out) {
    tending *job = data;
    bench_step_begin(out, 0);
    open_store(job);
    bench_step_end(out, 0);
    crm_db_close(job->db);
}

static void verify_it(void *data, outcome *out) {
    tending *job = data;
    crm_damages *damages;
    open_store(job);
    bench_step_begin(out, 0);
    check(crm_verify(job->db, 0, 0, NULL, NULL, &damages), "verify");
    bench_step_end(out, 0);
    if (crm_damages_count(damages)) bench_fail("verify", crm_record_text(crm_damages_record(damages, 0), CRM_DAMAGE_REASON));
    crm_damages_free(damages);
    crm_db_close(job->db);
}

static void back_it_up(void *data, outcome *out) {
    tending *job = data;
    open_store(job);
    bench_step_begin(out, 0);
    check(crm_db_backup(job->db, job->copy), "backup");
    bench_step_end(out, 0);
    crm_db_close(job->db);
}

static void reindex_copy(void *data, outcome *out) {
    const tending *job = data;
    bench_step_begin(out, 0);
    check(crm_reindex(job->copy, NULL), "reindex");
    bench_step_end(out, 0);
}

static void tend(tending *job, const char *what, void (*work)(void *data, outcome *out), size_t rounds) {
    double seconds[OPENINGS];
    long kb = 0;
    for (size_t i = 0; i < rounds; i++) {
        outcome took = bench_run(work, job, what);
        seconds[i] = took.seconds[0];
        if (took.memory_kb > kb) kb = took.memory_kb;
    }
    printf("MAINTAIN %s libcrm=%.3fs memory=%ldMB\n", what, bench_median(seconds, rounds), kb / 1024);
    fflush(stdout);
}

void bench_maintain(const char *folder, const char *copy) {
    tending job = {.folder = folder, .copy = copy};
    tend(&job, "open_quick", open_it, OPENINGS);
    job.flags = CRM_DB_CHECK;
    tend(&job, "open_full", open_it, OPENINGS);
    job.flags = 0;
    tend(&job, "verify", verify_it, 1);
    tend(&job, "backup", back_it_up, 1);
    tend(&job, "reindex", reindex_copy, 1);
    bench_remove_store(copy);
}
