/* SPDX-License-Identifier: MIT */
/* Pages of the directory at its beginning, in its middle and at its end, against SQLite with an index (role, name) and a place to go on
 * from; and of libcrm alone pages by town, postal code, country and group, and numbers. */
#include "bench.h"
#include <libcrm/crm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 100
#define ROUNDS 31
enum { BEGINNING, MIDDLE, LAST, PLACES };
static const char *const place_names[PLACES] = {"begin", "middle", "end"};

static void check(int rc, const char *what) {
    if (rc < 0) bench_fail(what, crm_error_text());
}

static size_t read_page(const crm_directory_query *query, uint32_t limit, char *token) {
    crm_iter *iter;
    crm_id ids[PAGE * 100];
    size_t count;
    check(crm_directory_list(bench_crm_snapshot(), query, limit, token, &iter), "directory");
    check(crm_iter_next_many(iter, ids, limit, &count), "next");
    snprintf(token, 1024, "%s", crm_iter_token(iter) ? crm_iter_token(iter) : "");
    crm_iter_free(iter);
    return count;
}

/* Where the pages at the three places begin: as many rows are before them. */
static void find_places(const crm_directory_query *query, uint64_t rows, char tokens[PLACES][1024]) {
    char token[1024] = "", before[1024] = "";
    uint64_t at = 0;
    *tokens[BEGINNING] = *tokens[MIDDLE] = '\0';
    while (1) {
        size_t count = read_page(query, PAGE * 10, token);
        if (at < rows / 2) strcpy(tokens[MIDDLE], before);
        at += count;
        if (!*token) break;
        strcpy(before, token);
    }
    strcpy(tokens[LAST], before);
}

static double time_page(const crm_directory_query *query, const char *from) {
    double times[ROUNDS];
    char token[1024];
    for (int i = 0; i < ROUNDS; i++) {
        strcpy(token, from);
        double begin = bench_now();
        read_page(query, PAGE, token);
        times[i] = bench_now() - begin;
    }
    return bench_median(times, ROUNDS);
}

static double time_sqlite(uint64_t before) {
    double times[ROUNDS];
    bench_sqlite_directory_begin(before);
    for (int i = 0; i < ROUNDS; i++) {
        double begin = bench_now();
        bench_sqlite_directory_page(PAGE);
        times[i] = bench_now() - begin;
    }
    return bench_median(times, ROUNDS);
}

static uint64_t count_all(const crm_directory_query *query) {
    char token[1024] = "";
    uint64_t all = 0;
    do all += read_page(query, PAGE * 100, token);
    while (*token);
    return all;
}

static void run_filter(const char *name, const crm_directory_query *query) {
    char tokens[PLACES][1024];
    double times[ROUNDS];
    uint64_t all = count_all(query), count = 0;
    int exact = 0;
    find_places(query, all, tokens);
    printf("DIRECTORY %s rows=%llu", name, (unsigned long long)all);
    for (int i = 0; i < PLACES; i++) printf(" %s=%.0fus", place_names[i], time_page(query, tokens[i]) * 1e6);
    for (int i = 0; i < ROUNDS; i++) {
        double begin = bench_now();
        check(crm_directory_count(bench_crm_snapshot(), query, &count, &exact), "count");
        times[i] = bench_now() - begin;
    }
    printf(" count=%.0fus %s=%llu\n", bench_median(times, ROUNDS) * 1e6, exact ? "exact" : "estimate", (unsigned long long)count);
    fflush(stdout);
}

void bench_directory(uint64_t customers) {
    const crm_directory_query all = {.size = sizeof all, .role = CRM_ROLE_CUSTOMER};
    crm_directory_query query = all;
    char tokens[PLACES][1024], code[16];
    bench_crm.begin();
    bench_sqlite.begin();
    find_places(&all, customers, tokens);
    for (int i = 0; i < PLACES; i++) {
        double crm = time_page(&all, tokens[i]), sqlite = time_sqlite(i == 0 ? 0 : i == 1 ? customers / 2 : customers - PAGE);
        printf("BENCH directory_%s libcrm=%.2fus sqlite=%.2fus ratio=%.2f\n", place_names[i], crm * 1e6, sqlite * 1e6, sqlite / crm);
    }
    bench_sqlite.end();
    run_filter("role", &all);
    query.town = "Celle";
    run_filter("town", &query);
    query.country = "DE";
    query.prefix = "B";
    run_filter("town+country+prefix", &query);
    query = all;
    query.country = "AT";
    run_filter("country", &query);
    query = all;
    query.postal_from = query.postal_until = "80331";
    run_filter("postal_code", &query);
    query.postal_from = "80000";
    query.postal_until = "89999";
    run_filter("postal_range", &query);
    query = all;
    group first;
    bench_group(0, &first);
    snprintf(code, sizeof code, "%s", first.code);
    check(crm_group_find(bench_crm_snapshot(), code, CRM_NTS, &query.group), "group");
    run_filter("group", &query);
    query.town = "Celle";
    run_filter("group+town", &query);
    bench_crm.end();
}
