/* SPDX-License-Identifier: MIT */
/* What the change feed costs: the same import, and customers stored one at a time, with the feed and without it (changes.keep_days 0), in
 * turns. Processor time decides, since what a feed adds is less than the disk's moods. */
#include "bench.h"
#include "import.h"
#include <libcrm/crm.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define ROUNDS 9
enum { WITH, WITHOUT, WAYS };
static const char *const names[WAYS] = {"with", "without"};

typedef struct feed_job {
    char folder[WAYS][600];
    int way; /* of an import */
    const bench_files *files;
    uint64_t customers, creates;
} feed_job;

static void open_way(const feed_job *job, int way) {
    bench_crm_use_store(way);
    bench_crm.open(job->folder[way], BENCH_NEW);
    if (way == WITHOUT) bench_crm_set("changes.keep_days", "0");
}

static void import_way(void *data, outcome *out) {
    const feed_job *job = data;
    open_way(job, job->way);
    bench_import_crm(bench_crm_db(), job->files, out, 0);
    bench_crm.close();
}

static void make_folder(const char *folder) {
    if (mkdir(folder, 0700) != 0) bench_fail("folder", folder);
}

static void report(const char *work, double cpu[WAYS][ROUNDS], double seconds[WAYS][ROUNDS]) {
    char wall[40];
    snprintf(wall, sizeof wall, "%s_wall", work);
    bench_report_as(work, names, cpu[WITH], cpu[WITHOUT], ROUNDS, "us", 1e6,
                    MORE_IS_BETTER); /* the ratio: how many times as much with it */
    bench_report_as(wall, names, seconds[WITH], seconds[WITHOUT], ROUNDS, "us", 1e6, MORE_IS_BETTER);
}

static void run_imports(feed_job *job) {
    double cpu[WAYS][ROUNDS], seconds[WAYS][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        for (job->way = WITH; job->way < WAYS; job->way++) {
            make_folder(job->folder[job->way]);
            outcome took = bench_run(import_way, job, "feed");
            cpu[job->way][round] = took.cpu[0] / (double)job->customers;
            seconds[job->way][round] = took.seconds[0] / (double)job->customers;
            bench_remove_store(job->folder[job->way]);
        }
    }
    report("feed_csv", cpu, seconds);
}

/* Each customer in both stores, one after the other: whatever else the machine does, it does to both. */
static void create_round(const feed_job *job, uint64_t from, double cpu[WAYS], double seconds[WAYS]) {
    customer made;
    for (uint64_t i = 0; i < job->creates * WAYS; i++) {
        int way = (int)(i % WAYS);
        bench_generate(from + i / WAYS, &made);
        bench_crm_use_store(way);
        double began = bench_now(), used = bench_cpu();
        bench_crm.create(&made);
        cpu[way] += (bench_cpu() - used) / (double)job->creates;
        seconds[way] += (bench_now() - began) / (double)job->creates;
    }
}

/* Both stores are open at once, and have customers. */
static void run_creates(void *data, outcome *out) {
    const feed_job *job = data;
    double cpu[WAYS][ROUNDS], seconds[WAYS][ROUNDS];
    (void)out;
    for (int way = WITH; way < WAYS; way++) {
        open_way(job, way);
        bench_import_crm(bench_crm_db(), job->files, out, 0);
    }
    for (uint64_t round = 0; round < ROUNDS; round++) {
        double spent[WAYS] = {0}, waited[WAYS] = {0};
        create_round(job, job->customers + round * job->creates, spent, waited);
        for (int way = WITH; way < WAYS; way++) cpu[way][round] = spent[way], seconds[way][round] = waited[way];
    }
    for (int way = WITH; way < WAYS; way++) {
        bench_crm_use_store(way);
        bench_crm.close();
    }
    report("feed_create", cpu, seconds);
}

void bench_feed(const char *folder, uint64_t customers) {
    feed_job job = {.customers = customers, .creates = customers < 1000 ? 2 : 200};
    bench_files files = bench_files_write(folder, "feed", 0, customers);
    job.files = &files;
    for (int way = WITH; way < WAYS; way++) snprintf(job.folder[way], sizeof *job.folder, "%s/feed-%s", folder, names[way]);
    run_imports(&job);
    for (int way = WITH; way < WAYS; way++) make_folder(job.folder[way]);
    bench_run(run_creates, &job, "feed");
    for (int way = WITH; way < WAYS; way++) bench_remove_store(job.folder[way]);
    bench_files_remove(&files);
}
