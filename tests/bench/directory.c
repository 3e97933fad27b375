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

static crm_id ids[PAGE * 100]; /* of the latest page */

static size_t read_page(const crm_directory_query *query, uint32_t limit, char *token) {
    crm_iter *iter;
    size_t count;
    check(crm_directory_list(bench_crm_snapshot(), query, limit, token, &iter), "directory");
    check(crm_iter_next_many(iter, ids, limit, &count), "next");
    snprintf(token, 1024, "%s", crm_iter_token(iter) ? crm_iter_token(iter) : "");
    crm_iter_free(iter);
    return count;
}

/* Where a page begins: a token, and how many rows are before it. */
typedef struct place {
    char token[1024];
    uint64_t before;
} place;

/* The first page, the one in the middle, the last whole one. */
static void find_places(const crm_directory_query *query, uint64_t rows, place places[PLACES]) {
    place at = {.before = 0};
    for (int i = 0; i < PLACES; i++) places[i] = at;
    while (at.before + PAGE < rows) {
        uint32_t step = at.before + PAGE * 20 < rows ? PAGE * 10 : PAGE;
        size_t count = read_page(query, step, at.token);
        if (!*at.token) break;
        at.before += count;
        if (at.before <= rows / 2) places[MIDDLE] = at;
        if (at.before + PAGE <= rows) places[LAST] = at;
    }
}

static double time_page(const crm_directory_query *query, const place *from) {
    double times[ROUNDS];
    char token[1024];
    for (int i = 0; i < ROUNDS; i++) {
        strcpy(token, from->token);
        double begin = bench_now();
        read_page(query, PAGE, token);
        times[i] = bench_now() - begin;
    }
    return bench_median(times, ROUNDS);
}

static double time_sqlite(uint64_t before, int64_t *parties) {
    double times[ROUNDS];
    bench_sqlite_directory_begin(before);
    for (int i = 0; i < ROUNDS; i++) {
        double begin = bench_now();
        bench_sqlite_directory_page(PAGE, parties);
        times[i] = bench_now() - begin;
    }
    return bench_median(times, ROUNDS);
}

/* Both pages have the same customers in the same order. */
static void compare(const int64_t *parties, size_t count) {
    for (size_t i = 0; i < count; i++) {
        crm_record *rec;
        check(crm_record_get(bench_crm_snapshot(), ids[i], &rec), "party");
        const char *name = crm_record_text(rec, CRM_PARTY_NAME);
        if (!name || strcmp(name, bench_sqlite_party_name(parties[i])) != 0) bench_fail("directory", "the two sides have other pages");
        crm_record_free(rec);
    }
}

static void run_places(const crm_directory_query *query, uint64_t customers) {
    place places[PLACES];
    double times[2][ROUNDS / 6];
    find_places(query, customers, places);
    for (int i = 0; i < PLACES; i++) {
        char work[32];
        int64_t parties[PAGE];
        for (int round = 0; round < ROUNDS / 6; round++) {
            times[0][round] = time_page(query, &places[i]);
            times[1][round] = time_sqlite(places[i].before, parties);
        }
        compare(parties, customers < PAGE ? (size_t)customers : PAGE);
        snprintf(work, sizeof work, "directory_%s", place_names[i]);
        bench_report(work, times[0], times[1], ROUNDS / 6, "us", 1e6, LESS_IS_BETTER);
    }
}

static uint64_t count_all(const crm_directory_query *query) {
    char token[1024] = "";
    uint64_t all = 0;
    do all += read_page(query, PAGE * 100, token);
    while (*token);
    return all;
}

static void run_filter(const char *name, const crm_directory_query *query) {
    place places[PLACES];
    double times[ROUNDS];
    uint64_t all = count_all(query), count = 0;
    int exact = 0;
    find_places(query, all, places);
    printf("DIRECTORY %s rows=%llu", name, (unsigned long long)all);
    for (int i = 0; i < PLACES; i++) printf(" %s=%.0fus", place_names[i], time_page(query, &places[i]) * 1e6);
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
    char code[16];
    bench_crm.begin();
    bench_sqlite.begin();
    run_places(&all, customers);
    bench_sqlite.end();
    run_filter("role", &all);
    query.town = bench_town();
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
    query.town = bench_town();
    run_filter("group+town", &query);
    bench_crm.end();
}
