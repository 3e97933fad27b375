/* SPDX-License-Identifier: MIT */
/* crm_bench FOLDER CUSTOMERS SAMPLES ROWS [WORK ...]: loads both sides with the same customers, then runs each work on both, in turns, on
 * the same sequence of customers. A figure is the median of five rounds; the ratio is above 1 where libcrm is better. The works actor and
 * timing are of libcrm alone. */
#include "bench.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
    GET,
    QUOTE,
    FILES,
    OPTION,
    DIRECTORY,
    CREATE,
    CSV,
    XLSX,
    ACTOR,
    TIMING,
    WORKS
}; /* in the order in which they run: timing deletes customers */
#define ROUNDS 5
#define BATCH 2000
#define READS 20000 /* customers that a round of a reading work asks for */
#define CREATES 200 /* customers that a round of create stores */

static const side *const sides[2] = {&bench_crm, &bench_sqlite};
static char folders[2][512];
static uint64_t customers, created;

void bench_fail(const char *what, const char *why) {
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

double bench_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, size_t count) {
    qsort(values, count, sizeof *values, by_value);
    return values[count / 2];
}

static double median(double *values) { return bench_median(values, ROUNDS); }

/* Customers of a round: numbers, and the ids that each side gave them. */
typedef struct sample_set {
    char numbers[READS][16];
    const char *pointers[READS];
    uint64_t ids[2][READS];
} sample_set;

static void draw(sample_set *sample, uint64_t seed) {
    for (size_t i = 0; i < READS; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        snprintf(sample->numbers[i], sizeof sample->numbers[i], "%llu", (unsigned long long)(100000 + (seed >> 24) % customers));
        sample->pointers[i] = sample->numbers[i];
    }
}

static double time_reads(const side *on, uint64_t (*read)(const char *), const sample_set *sample, const uint64_t *ids, uint64_t *out) {
    uint64_t total = 0;
    double begin = bench_now();
    for (size_t i = 0; i < READS; i++) {
        on->use(ids[i]);
        total += read(sample->numbers[i]);
    }
    double seconds = bench_now() - begin;
    *out = total;
    return seconds / READS;
}

static void report(const char *work, double crm, double sqlite, const char *unit, double scale, bool more_is_better) {
    double ratio = more_is_better ? crm / sqlite : sqlite / crm;
    printf("BENCH %s libcrm=%.2f%s sqlite=%.2f%s ratio=%.2f\n", work, crm * scale, unit, sqlite * scale, unit, ratio);
    fflush(stdout);
}

static void run_read(const char *work, size_t which) {
    static sample_set sample;
    double times[2][ROUNDS], raw[ROUNDS];
    uint64_t sums[2];
    for (int round = 0; round < ROUNDS; round++) {
        draw(&sample, (uint64_t)round * 7919 + 1);
        for (int i = 0; i < 2; i++) {
            sides[i]->begin();
            for (size_t j = 0; j < READS; j++) sample.ids[i][j] = sides[i]->find(sample.numbers[j]);
            uint64_t (*const reads[])(const char *) = {sides[i]->get, sides[i]->quote, sides[i]->file};
            times[i][round] = time_reads(sides[i], reads[which], &sample, sample.ids[i], &sums[i]);
            sides[i]->end();
        }
        if (which == QUOTE && sums[0] != sums[1]) bench_fail("quote", "the two sides do not propose the same");
        if (which == GET) raw[round] = bench_raw_get(folders[0], sample.pointers, READS);
    }
    double crm = median(times[0]);
    report(work, crm, median(times[1]), "us", 1e6, false);
    if (which == GET) {
        double two = median(raw) * 1e-9;
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
            double begin = bench_now();
            sides[i]->options(pointers, answers[i]);
            times[i][round] = bench_now() - begin;
            sides[i]->end();
        }
        if (memcmp(answers[0], answers[1], OPTIONS) != 0) bench_fail("options", "the two sides do not allow the same");
    }
    report("options", median(times[0]), median(times[1]), "ms", 1e3, false);
}

static void run_create(void) {
    double rates[2][ROUNDS];
    customer made;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 2; i++) {
            double begin = bench_now();
            for (uint64_t j = 0; j < CREATES; j++) {
                bench_generate(customers + created + j, &made);
                sides[i]->create(&made);
            }
            rates[i][round] = CREATES / (bench_now() - begin);
        }
        created += CREATES;
    }
    report("create", median(rates[0]), median(rates[1]), "/s", 1, true);
}

static const char *const works[WORKS] = {"get", "quote", "file", "options", "directory", "create", "csv", "xlsx", "actor", "timing"};
static bool wants[WORKS], loads; /* loads: a work besides csv and xlsx, which need none of these customers */
static int side_count = 1;       /* SQLite is there where something is compared with it */

static void load(void) {
    for (int i = 0; i < side_count; i++) {
        double begin = bench_now();
        sides[i]->open(folders[i]);
        for (uint64_t from = 0; from < customers; from += BATCH) sides[i]->load(from, from + BATCH < customers ? from + BATCH : customers);
        printf("# %s: %llu customers loaded in %.1f s\n", sides[i]->name, (unsigned long long)customers, bench_now() - begin);
        fflush(stdout);
    }
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
        if (wants[i] && i <= CREATE) side_count = 2;
        loads |= wants[i] && i != CSV && i != XLSX;
    }
}

int main(int argc, char **argv) {
    if (argc < 5) bench_fail("usage", "crm_bench FOLDER CUSTOMERS SAMPLES ROWS [WORK ...]");
    customers = strtoull(argv[2], NULL, 10);
    size_t samples = strtoull(argv[3], NULL, 10);
    uint64_t rows = strtoull(argv[4], NULL, 10);
    if (!customers || !samples || !rows) bench_fail("usage", "CUSTOMERS, SAMPLES and ROWS are numbers above 0");
    choose(argc - 5, argv + 5);
    /* Before this process grows: */
    if (wants[CSV]) bench_import(argv[1], rows);
    if (wants[XLSX]) bench_workbook(argv[1], rows);
    if (!loads) return 0;
    for (int i = 0; i < 2; i++) {
        snprintf(folders[i], sizeof folders[i], "%s/%s", argv[1], sides[i]->name);
        if (mkdir(folders[i], 0700) != 0) bench_fail("folder", folders[i]);
    }
    load();
    warm_up();
    for (size_t i = GET; i <= FILES; i++)
        if (wants[i]) run_read(works[i], i);
    if (wants[OPTION]) run_options();
    if (wants[DIRECTORY]) bench_directory(customers);
    if (wants[CREATE]) run_create();
    if (wants[ACTOR]) bench_actor(argv[1], customers);
    if (wants[TIMING]) bench_timing(customers, samples);
    for (int i = 0; i < side_count; i++) sides[i]->close();
    return 0;
}
