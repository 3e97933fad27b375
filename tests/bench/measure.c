/* SPDX-License-Identifier: MIT */
/* Time, memory and processes of the bench, and the lines that tell of them. */
#include "bench.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_ROUNDS 64
#define MOST_CHILDREN 2
#define LOOK_MS 10 /* how often a process's memory is looked at */

void bench_fail(const char *what, const char *why) {
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

double bench_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double bench_cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, size_t count) {
    qsort(values, count, sizeof *values, by_value);
    return (values[count / 2] + values[(count - 1) / 2]) / 2;
}

static double median_of(const double *values, size_t count) {
    double sorted[MOST_ROUNDS];
    memcpy(sorted, values, count * sizeof *values);
    return bench_median(sorted, count);
}

void bench_report_as(const char *work, const char *const names[2], const double *a, const double *b, size_t rounds, const char *unit,
                     double scale, int better) {
    double ratios[MOST_ROUNDS], first = median_of(a, rounds), second = median_of(b, rounds);
    for (size_t i = 0; i < rounds; i++) ratios[i] = better == MORE_IS_BETTER ? a[i] / b[i] : b[i] / a[i];
    bench_median(ratios, rounds);
    int digits = *unit == '/' ? 0 : 2;
    printf("BENCH %s %s=%.*f%s %s=%.*f%s ratio=%.2f low=%.2f high=%.2f\n", work, names[0], digits, first * scale, unit, names[1], digits,
           second * scale, unit, better == MORE_IS_BETTER ? first / second : second / first, ratios[0], ratios[rounds - 1]);
    fflush(stdout);
}

void bench_report(const char *work, const double *crm, const double *sqlite, size_t rounds, const char *unit, double scale, int better) {
    static const char *const names[2] = {"libcrm", "sqlite"};
    bench_report_as(work, names, crm, sqlite, rounds, unit, scale, better);
}

/* --- processes --- */

running bench_start(void (*work)(void *data, outcome *out), void *data) {
    int ends[2];
    outcome out = {0};
    fflush(stdout);
    if (pipe(ends) != 0) bench_fail("process", "no pipe");
    running of = {fork(), ends[0]};
    if (of.pid < 0) bench_fail("process", "no fork");
    if (of.pid == 0) {
        work(data, &out);
        fflush(stdout);
        _exit(write(ends[1], &out, sizeof out) == sizeof out ? 0 : 1);
    }
    close(ends[1]);
    return of;
}

/* What is neither a file's nor a map's. */
static void note_memory(pid_t pid, outcome *out) {
    char text[200];
    long kb;
    snprintf(text, sizeof text, "/proc/%ld/status", (long)pid);
    FILE *status = fopen(text, "r");
    while (status && fgets(text, sizeof text, status))
        if (sscanf(text, "RssAnon: %ld", &kb) == 1 && kb > out->memory_kb) out->memory_kb = kb;
    if (status) fclose(status);
}

static void finish(const running *of, outcome *out, const char *what) {
    long kb = out->memory_kb;
    int status;
    ssize_t got = read(of->from, out, sizeof *out);
    close(of->from);
    if (waitpid(of->pid, &status, 0) != of->pid || status != 0 || got != sizeof *out) bench_fail(what, "its process failed");
    out->memory_kb = kb;
}

void bench_wait_all(const running *all, outcome *out, size_t count, const char *what) {
    struct pollfd ends[MOST_CHILDREN];
    size_t left = count;
    for (size_t i = 0; i < count; i++) {
        out[i].memory_kb = 0;
        ends[i] = (struct pollfd){.fd = all[i].from, .events = POLLIN};
    }
    while (left) {
        if (poll(ends, (nfds_t)count, LOOK_MS) < 0) bench_fail(what, "no poll");
        for (size_t i = 0; i < count; i++) {
            if (ends[i].fd < 0) continue;
            note_memory(all[i].pid, &out[i]);
            if (!ends[i].revents) continue;
            finish(&all[i], &out[i], what);
            ends[i].fd = -1;
            left--;
        }
    }
}

outcome bench_run(void (*work)(void *data, outcome *out), void *data, const char *what) {
    running one = bench_start(work, data);
    outcome out;
    bench_wait_all(&one, &out, 1, what);
    return out;
}

void bench_step_begin(outcome *out, int step) {
    out->seconds[step] = -bench_now();
    out->cpu[step] = -bench_cpu();
}

void bench_step_end(outcome *out, int step) {
    out->seconds[step] += bench_now();
    out->cpu[step] += bench_cpu();
}
