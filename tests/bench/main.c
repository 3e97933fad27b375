/* SPDX-License-Identifier: MIT */
/* crm_bench FOLDER CUSTOMERS SAMPLES ROWS ROUNDS NAMES [WORK ...]: loads both sides with the same customers, then runs each work on both,
 * in turns, on the same sequence of customers. A figure is the median of five rounds (of imports: ROUNDS); the ratio is above 1 where
 * libcrm is better, but for sizes and the feed, where it says how many times as much. The works feed, maintain, actor and timing are of
 * libcrm alone. */
#include "bench.h"
#include "import.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    GET,
    QUOTE,
    FILES,
    OPTION,
    DIRECTORY,
    CREATE,
    SIZE,
    MAINTAIN,
    ACTOR,
    TIMING,
    CSV,
    IMPORT,
    FEED,
    XLSX,
    WORKS
}; /* get to timing are of the loaded customers; timing deletes some */
static const char *const works[WORKS] = {"get",      "quote", "file",   "options", "directory", "create", "size",
                                         "maintain", "actor", "timing", "csv",     "import",    "feed",   "xlsx"};
#define ROUNDS 5
#define BATCH 20000
#define READS 20000 /* customers that a round of a reading work asks for */
#define CREATES 200 /* customers that a round of create stores */

static const side *const sides[2] = {&bench_crm, &bench_sqlite};
static char folders[2][512];
static uint64_t customers, created;
static size_t reads = READS, creates = CREATES;

/* Customers of a round: numbers, and the ids that each side gave them. */
typedef struct sample_set {
    char numbers[READS][16];
    const char *pointers[READS];
    uint64_t ids[2][READS];
} sample_set;

static void draw(sample_set *sample, uint64_t seed) {
    for (size_t i = 0; i < reads; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        snprintf(sample->numbers[i], sizeof sample->numbers[i], "%llu", (unsigned long long)(100000 + (seed >> 24) % customers));
        sample->pointers[i] = sample->numbers[i];
    }
}

/* Processor time, here and below: a read waits for nothing but memory. */
static double time_reads(const side *on, uint64_t (*read)(const char *), const sample_set *sample, const uint64_t *ids, uint64_t *out) {
    uint64_t total = 0;
    double begin = bench_cpu();
    for (size_t i = 0; i < reads; i++) {
        on->use(ids[i]);
        total += read(sample->numbers[i]);
    }
    double seconds = bench_cpu() - begin;
    *out = total;
    return seconds / (double)reads;
}

static void run_read(const char *work, size_t which) {
    static sample_set sample;
    double times[2][ROUNDS], raw[ROUNDS];
    uint64_t sums[2];
    for (int round = 0; round < ROUNDS; round++) {
        draw(&sample, (uint64_t)round * 7919 + 1);
        for (int i = 0; i < 2; i++) {
            sides[i]->begin();
            for (size_t j = 0; j < reads; j++) sample.ids[i][j] = sides[i]->find(sample.numbers[j]);
            uint64_t (*const calls[])(const char *) = {sides[i]->get, sides[i]->quote, sides[i]->file};
            times[i][round] = time_reads(sides[i], calls[which], &sample, sample.ids[i], &sums[i]);
            sides[i]->end();
        }
        if (which == QUOTE && sums[0] != sums[1]) bench_fail("quote", "the two sides do not propose the same");
        if (which == GET) raw[round] = bench_raw_get(folders[0], sample.pointers, reads);
    }
    bench_report(work, times[0], times[1], ROUNDS, "us", 1e6, LESS_IS_BETTER);
    if (which == GET) {
        double two = bench_median(raw, ROUNDS) * 1e-9, crm = bench_median(times[0], ROUNDS);
        printf("RAW get two_mdb_get=%.2fus libcrm_to_raw=%.2f\n", two * 1e6, crm / two);
    }
}

/* OPTIONS of the first customer; both sides must allow the same. */
static void run_options(void) {
    static option_code codes[OPTIONS];
    static const char *pointers[OPTIONS];
    static uint8_t answers[2][OPTIONS];
    double times[2][ROUNDS];
    for (int i = 0; i < OPTIONS; i++) {
        bench_option(i, &codes[i]);
        pointers[i] = codes[i].text;
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 2; i++) {
            sides[i]->begin();
            sides[i]->use(sides[i]->find("100000"));
            double begin = bench_cpu();
            sides[i]->options(pointers, answers[i]);
            times[i][round] = bench_cpu() - begin;
            sides[i]->end();
        }
        if (memcmp(answers[0], answers[1], OPTIONS) != 0) bench_fail("options", "the two sides do not allow the same");
    }
    bench_report("options", times[0], times[1], ROUNDS, "ms", 1e3, LESS_IS_BETTER);
}

/* One on each side after the other: the disk's moods are of both. */
static void run_create(void) {
    double rates[2][ROUNDS];
    customer made;
    for (int round = 0; round < ROUNDS; round++) {
        double seconds[2] = {0};
        for (uint64_t j = 0; j < creates * 2; j++) {
            bench_generate(customers + created + j / 2, &made);
            double begin = bench_now();
            sides[j % 2]->create(&made);
            seconds[j % 2] += bench_now() - begin;
        }
        for (int i = 0; i < 2; i++) rates[i][round] = (double)creates / seconds[i];
        created += creates;
    }
    bench_report("create", rates[0], rates[1], ROUNDS, "/s", 1, MORE_IS_BETTER);
}

static bool wants[WORKS], loads; /* loads: a work of the loaded customers */
static int side_count = 1;       /* SQLite is there where something is compared with it */

static void load_side(void *data, outcome *out) {
    int which = *(int *)data;
    const side *on = sides[which];
    bench_step_begin(out, 0);
    on->open(folders[which], BENCH_LOAD);
    for (uint64_t from = 0; from < customers; from += BATCH) on->load(from, from + BATCH < customers ? from + BATCH : customers);
    on->close();
    bench_step_end(out, 0);
}

/* Both at once: nothing is measured but memory. */
static void load(void) {
    static int which[2] = {0, 1};
    running children[2];
    outcome took[2] = {0};
    for (int i = 0; i < side_count; i++) children[i] = bench_start(load_side, &which[i]);
    bench_wait_all(children, took, (size_t)side_count, "load");
    for (int i = 0; i < side_count; i++)
        printf("# %s: %llu customers loaded in %.1f s\n", sides[i]->name, (unsigned long long)customers, took[i].seconds[0]);
    if (side_count == 2) printf("MEMORY load libcrm=%ldMB sqlite=%ldMB\n", took[0].memory_kb / 1024, took[1].memory_kb / 1024);
    fflush(stdout);
}

/* Every customer once on each side, so that no round pays for a page's first touch. */
static void warm_up(void) {
    char number[16];
    for (int i = 0; i < side_count; i++) {
        sides[i]->begin();
        for (uint64_t j = 0; j < customers; j++) {
            snprintf(number, sizeof number, "%llu", (unsigned long long)(100000 + j));
            sides[i]->use(sides[i]->find(number));
            sides[i]->file(number);
        }
        sides[i]->end();
    }
}

static void choose(int count, char **names) {
    for (int i = 0; i < count; i++) {
        size_t work = 0;
        while (work < WORKS && strcmp(names[i], works[work]) != 0) work++;
        if (work == WORKS) bench_fail("no such work", names[i]);
        wants[work] = true;
    }
    for (size_t i = 0; i < WORKS; i++) {
        wants[i] |= count == 0;
        if (wants[i] && i <= SIZE) side_count = 2;
        loads |= wants[i] && i <= TIMING;
    }
}

static void run_imports(const char *folder, uint64_t rows, size_t rounds) {
    int imports = (wants[CSV] ? IMPORT_CSV : 0) | (wants[IMPORT] ? IMPORT_FIRST : 0) | (wants[SIZE] ? IMPORT_SIZE : 0);
    if (imports) bench_import(folder, rows, rounds, imports);
    if (wants[FEED]) bench_feed(folder, rows / 20 ? rows / 20 : 1);
    if (wants[XLSX]) bench_workbook(folder, rows);
}

/* What needs the files closed. */
static void look_at_files(const char *folder) {
    char copy[600];
    snprintf(copy, sizeof copy, "%s/copy", folder);
    if (wants[SIZE]) {
        file_size crm = bench_crm_size(folders[0]), sqlite = bench_sqlite_size(folders[1]);
        bench_size("load", &crm, &sqlite);
    }
    if (wants[MAINTAIN]) bench_maintain(folders[0], copy);
}

static void run_loaded(const char *folder, size_t samples) {
    for (int i = 0; i < side_count; i++) sides[i]->open(folders[i], BENCH_THERE);
    warm_up();
    for (size_t i = GET; i <= FILES; i++)
        if (wants[i]) run_read(works[i], i);
    if (wants[OPTION]) run_options();
    if (wants[DIRECTORY]) bench_directory(customers);
    if (wants[CREATE]) run_create();
    if (wants[ACTOR]) bench_actor(folder, customers);
    if (wants[TIMING]) bench_timing(customers, samples);
    for (int i = 0; i < side_count; i++) sides[i]->close();
}

int main(int argc, char **argv) {
    if (argc < 7) bench_fail("usage", "crm_bench FOLDER CUSTOMERS SAMPLES ROWS ROUNDS NAMES [WORK ...]");
    customers = strtoull(argv[2], NULL, 10);
    size_t samples = strtoull(argv[3], NULL, 10), rounds = strtoull(argv[5], NULL, 10);
    uint64_t rows = strtoull(argv[4], NULL, 10);
    if (!customers || !samples || !rows || !rounds) bench_fail("usage", "CUSTOMERS, SAMPLES, ROWS and ROUNDS are numbers above 0");
    if (customers < 1000) reads = (size_t)customers, creates = 2;
    bench_names(argv[6]);
    choose(argc - 7, argv + 7);
    run_imports(argv[1], rows, rounds);
    if (!loads) return 0;
    for (int i = 0; i < 2; i++) {
        snprintf(folders[i], sizeof folders[i], "%s/%s", argv[1], sides[i]->name);
        if (mkdir(folders[i], 0700) != 0) bench_fail("folder", folders[i]);
    }
    load();
    look_at_files(argv[1]);
    run_loaded(argv[1], samples);
    for (int i = 0; i < 2; i++) bench_remove_store(folders[i]);
    return 0;
}
