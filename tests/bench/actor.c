/* SPDX-License-Identifier: MIT */
/* What the gate costs: a customer's own users and the system read the same customers, in turns. A request is a transaction in which a user
 * makes CALLS calls; its begin is a figure of its own. A figure is the median of ROUNDS rounds, the ratio that of the rounds' ratios: above
 * 1 a bound user pays more. */
#include "bench.h"
#include "engine/engine.h"
#include <libcrm/crm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 21
#define CALLS 5
#define MOST_USERS 1000
#define FEWEST 1000   /* customers that the store has to have */
#define SITES 5000    /* addresses of the one with a long file */
#define PAGE 100      /* rows of its lists */
#define TOWN "Wismar" /* where these addresses are: no customer of the generator is there */
#define CODE "00001"  /* of one of them */

/* Users who are bound to as many customers each. */
typedef struct user_crowd {
    size_t users, parties;
    bool measured; /* quotes and files too */
} user_crowd;

static const user_crowd crowds[] = {{MOST_USERS, 1, true}, {200, 20, true}, {40, 100, false}, {20, 300, false}};

typedef struct call {
    uint64_t user, party;
    char number[16];
} call;

/* Calls of one user follow each other. */
typedef struct call_list {
    call *calls;
    size_t count;
} call_list;

static void check(int rc, const char *what) {
    if (rc < 0) bench_fail(what, crm_error_text());
}

/* --- users --- */

static crm_id put_user(crm_txn *txn, const char *name) {
    crm_record *rec;
    crm_id id;
    check(crm_record_new(CRM_KIND_USER, &rec), "user");
    check(crm_record_set_text(rec, CRM_USER_NAME, name, CRM_NTS), "user");
    check(crm_record_set_text(rec, CRM_USER_TYPE, CRM_USER_TYPE_BOUND, CRM_NTS), "user");
    check(crm_record_put(txn, rec, &id, NULL), "user");
    crm_record_free(rec);
    return id;
}

static crm_id find(crm_txn *txn, uint64_t index, char number[16]) {
    crm_id id;
    snprintf(number, 16, "%llu", (unsigned long long)(100000 + index));
    check(crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &id), "find");
    return id;
}

typedef struct making {
    const user_crowd *crowd;
    uint64_t customers;
    call_list *out;
} making;

/* Each user's customers follow each other from a random one on; he calls for some of them. */
static int put_crowd(crm_txn *txn, void *data) {
    making *made = data;
    const user_crowd *crowd = made->crowd;
    uint64_t dice = crowd->parties;
    made->out->count = 0;
    for (size_t i = 0; i < crowd->users; i++) {
        char name[32];
        snprintf(name, sizeof name, "user-%zu-%zu", crowd->parties, i);
        crm_id user = put_user(txn, name);
        uint64_t first = bench_roll(&dice) % (made->customers - crowd->parties);
        for (size_t j = 0; j < crowd->parties; j++)
            check(crm_user_bind(txn, user, find(txn, first + j, name), CRM_NO_DATE, CRM_NO_DATE, NULL), "bind");
        for (size_t j = 0; j < CALLS; j++) {
            call *one = &made->out->calls[made->out->count++];
            one->user = user;
            one->party = find(txn, first + bench_roll(&dice) % crowd->parties, one->number);
        }
    }
    return CRM_COMMIT;
}

/* --- get, quote, file --- */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The mean without the slowest twentieth: a request that another process got in between of says nothing. */
static double mean_of(double *requests, size_t count) {
    double total = 0;
    size_t kept = count - count / 20;
    qsort(requests, count, sizeof *requests, by_value);
    for (size_t i = 0; i < kept; i++) total += requests[i];
    return total / (double)kept;
}

/* Seconds a call. */
static double time_calls(const call_list *list, uint64_t (*read)(const char *), bool bound, uint64_t *sum) {
    static double requests[MOST_USERS];
    *sum = 0;
    for (size_t i = 0; i < list->count; i += CALLS) {
        bench_crm_begin_as(bound ? list->calls[i].user : CRM_ACTOR_SYSTEM);
        double begin = bench_now();
        for (size_t j = i; j < i + CALLS; j++) {
            bench_crm.use(list->calls[j].party);
            *sum += read(list->calls[j].number);
        }
        requests[i / CALLS] = bench_now() - begin;
        bench_crm.end();
    }
    return mean_of(requests, list->count / CALLS) / CALLS;
}

static void report(const char *work, const user_crowd *crowd, double times[2][ROUNDS]) {
    char suffix[32] = "";
    double ratios[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) ratios[i] = times[1][i] / times[0][i];
    if (crowd && crowd->parties > 1) snprintf(suffix, sizeof suffix, "_of_%zu", crowd->parties);
    double system = bench_median(times[0], ROUNDS), bound = bench_median(times[1], ROUNDS);
    printf("BENCH actor_%s%s bound=%.2fus system=%.2fus ratio=%.2f\n", work, suffix, bound * 1e6, system * 1e6,
           bench_median(ratios, ROUNDS));
    fflush(stdout);
}

static void run_calls(const char *work, const user_crowd *crowd, const call_list *list, uint64_t (*read)(const char *)) {
    double times[2][ROUNDS];
    uint64_t sums[2];
    for (size_t round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 2; i++) times[i][round] = time_calls(list, read, i, &sums[i]);
        if (sums[0] != sums[1]) bench_fail(work, "a bound user does not get the same as the system");
    }
    report(work, crowd, times);
}

/* --- begin --- */

static double time_begin(const call_list *list, bool bound) {
    static double requests[MOST_USERS];
    for (size_t i = 0; i < list->count; i += CALLS) {
        double begin = bench_now();
        bench_crm_begin_as(bound ? list->calls[i].user : CRM_ACTOR_SYSTEM);
        bench_crm.end();
        requests[i / CALLS] = bench_now() - begin;
    }
    return mean_of(requests, list->count / CALLS);
}

static void run_begin(const user_crowd *crowd, const call_list *list) {
    double times[2][ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++)
        for (int i = 0; i < 2; i++) times[i][round] = time_begin(list, i);
    report("begin", crowd, times);
}

static void run_crowd(const user_crowd *crowd, uint64_t customers) {
    call_list list = {.calls = calloc(crowd->users * CALLS, sizeof *list.calls)};
    if (!list.calls) bench_fail("actor", "no memory");
    check(crm_transact(bench_crm_db(), CRM_ACTOR_SYSTEM, put_crowd, &(making){crowd, customers, &list}), "users");
    run_calls("get", crowd, &list, bench_crm.get);
    if (crowd->measured) run_calls("file", crowd, &list, bench_crm.file);
    if (crowd->measured) run_calls("quote", crowd, &list, bench_crm.quote);
    run_begin(crowd, &list);
    free(list.calls);
}

/* --- lists of a long file --- */

typedef struct long_file {
    crm_id user, party;
} long_file;

static int put_long(crm_txn *txn, void *data) {
    long_file *out = data;
    char number[16];
    crm_record *rec;
    out->party = find(txn, 1, number);
    out->user = put_user(txn, "user-long");
    check(crm_user_bind(txn, out->user, out->party, CRM_NO_DATE, CRM_NO_DATE, NULL), "bind");
    for (int i = 0; i < SITES; i++) {
        check(crm_record_new(CRM_KIND_ADDRESS, &rec), "address");
        check(crm_record_set_id(rec, CRM_ADDRESS_PARTY, out->party), "address");
        check(crm_record_set_text(rec, CRM_ADDRESS_TOWN, TOWN, CRM_NTS), "address");
        check(crm_record_set_text(rec, CRM_ADDRESS_STREET, "Hafenstraße", CRM_NTS), "address");
        check(crm_record_set_text(rec, CRM_ADDRESS_POSTAL_CODE, i == SITES / 2 ? CODE : "23966", CRM_NTS), "address");
        check(crm_record_put(txn, rec, NULL, NULL), "address");
        crm_record_free(rec);
    }
    return CRM_COMMIT;
}

enum { LIST, SEARCH, SEARCH_ONE };

static int begin_page(int list, const long_file *file, const char *token, crm_iter **out) {
    crm_txn *txn = bench_crm_snapshot();
    if (list == LIST) return crm_record_list(txn, file->party, CRM_KIND_ADDRESS, PAGE, token, out);
    crm_field field = list == SEARCH ? CRM_ADDRESS_TOWN : CRM_ADDRESS_POSTAL_CODE;
    return crm_record_search(txn, field, list == SEARCH ? TOWN : CODE, CRM_NTS, PAGE, token, out);
}

/* All pages, each by the token of the one before; seconds a page. */
static double time_pages(int list, const long_file *file, bool bound, uint64_t *rows) {
    crm_iter *iter = NULL;
    crm_id ids[PAGE];
    size_t count, pages = 0;
    bench_crm_begin_as(bound ? file->user : CRM_ACTOR_SYSTEM);
    double begin = bench_now();
    *rows = 0;
    do {
        crm_iter *next;
        check(begin_page(list, file, iter ? crm_iter_token(iter) : NULL, &next), "page");
        crm_iter_free(iter);
        iter = next;
        check(crm_iter_next_many(iter, ids, PAGE, &count), "rows");
        *rows += count;
        pages++;
    } while (crm_iter_token(iter));
    crm_iter_free(iter);
    double seconds = bench_now() - begin;
    bench_crm.end();
    return seconds / (double)pages;
}

static void run_lists(void) {
    static const char *const names[] = {"list_page", "search_page", "search_one"};
    long_file file;
    double times[2][ROUNDS];
    uint64_t rows[2];
    check(crm_transact(bench_crm_db(), CRM_ACTOR_SYSTEM, put_long, &file), "a long file");
    for (int list = LIST; list <= SEARCH_ONE; list++) {
        for (size_t round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 2; i++) times[i][round] = time_pages(list, &file, i, &rows[i]);
            if (rows[0] != rows[1]) bench_fail(names[list], "a bound user does not get the same as the system");
        }
        report(names[list], NULL, times);
    }
}

/* --- round trips --- */

static int put_small(crm_txn *txn, void *data) {
    crm_record *rec;
    crm_id party;
    *(crm_id *)data = put_user(txn, "user");
    check(crm_record_new(CRM_KIND_PARTY, &rec), "party");
    check(crm_record_set_text(rec, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_NTS), "party");
    check(crm_record_set_text(rec, CRM_PARTY_NAME, "A", CRM_NTS), "party");
    check(crm_record_put(txn, rec, &party, NULL), "party");
    crm_record_free(rec);
    check(crm_user_bind(txn, *(crm_id *)data, party, CRM_NO_DATE, CRM_NO_DATE, NULL), "bind");
    return CRM_COMMIT;
}

/* In a store of its own: the counting engine is slow, and is asked for when a store is opened. */
static void count_trips(const char *folder) {
    char path[600];
    crm_db *db;
    crm_txn *txn;
    crm_id user;
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    snprintf(path, sizeof path, "%s/trips", folder);
    crmi_counting_enable(true);
    check(crm_db_open(path, &options, &db), "open");
    check(crm_transact(db, CRM_ACTOR_SYSTEM, put_small, &user), "user");
    for (int i = 0; i < 2; i++) {
        crmi_counting_reset();
        check(crm_txn_begin(db, 0, i ? user : CRM_ACTOR_SYSTEM, &txn), "begin");
        printf("TRIPS actor_begin %s=%llu\n", i ? "bound" : "system", (unsigned long long)crmi_counting_trips());
        crm_txn_free(txn);
    }
    crm_db_close(db);
    crmi_counting_enable(false);
}

void bench_actor(const char *folder, uint64_t customers) {
    if (customers < FEWEST) bench_fail("actor", "needs 1,000 customers");
    count_trips(folder);
    for (size_t i = 0; i < sizeof crowds / sizeof *crowds; i++) run_crowd(&crowds[i], customers);
    run_lists();
}
