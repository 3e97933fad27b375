/* SPDX-License-Identifier: MIT */
/* What a customer's own user can tell from the time that a call takes: ids and numbers of others' records against such as are not there.
 * The calls of all classes are mixed at random, each timed alone; the slowest hundredth of all together is left out, and each class is
 * compared with the foreign ones by Welch's t, as dudect does (Reparaz, Balasch, Verbauwhede 2017). A second class of foreign ones, drawn
 * in the same way, says how far the machine's noise goes. */
#include "api/api.h"
#include "bench.h"
#include <libcrm/crm.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUNS 3
#define POOL 1024                          /* subjects of a class */
#define FASTEST 99                         /* percent of the samples that count */
#define LIMIT 16384                        /* nanoseconds; longer calls are in the last place */
#define WARM_UP 20000                      /* calls before the first that counts */
#define NOT_A_CUSTOMER (UINT32_C(1) << 24) /* roots from here on are nobody's */
#define SHARP 4.5

enum { FOREIGN, AGAIN, NOT_THERE, DELETED, RANDOM, CLASSES };
static const char *const class_names[CLASSES] = {"foreign", "foreign", "never", "deleted", "random"};

enum { RECORD, PARTY, NUMBER };
typedef struct subject {
    crm_id record, party; /* the record lies in the party's file */
    crm_id user;
    char number[16], name[16]; /* the party's, the user's */
} subject;

static subject pools[CLASSES][POOL];
static uint64_t counts[CLASSES][LIMIT];
static crm_txn *txn;

static void check(int rc, const char *what) {
    if (rc < 0) bench_fail(what, crm_error_text());
}

/* --- what is timed --- */

static crm_record *got_record;
static crm_file *got_file;
static crm_quote *got_quote;
static crm_iter *got_list;
static crm_id got_id;

static int get(const subject *of) { return crm_record_get(txn, of->record, &got_record); }
static int get_user(const subject *of) { return crm_record_get(txn, of->user, &got_record); }
static int find_user(const subject *of) { return crm_user_find(txn, of->name, CRM_NTS, &got_id); }
static int get_file(const subject *of) { return crm_file_get(txn, of->party, &got_file); }
static int get_file_of_record(const subject *of) { return crm_file_get(txn, of->record, &got_file); }
static int resolve(const subject *of) { return crm_quote_resolve(txn, of->party, CRM_TODAY, NULL, &got_quote); }
static int resolve_of_record(const subject *of) { return crm_quote_resolve(txn, of->record, CRM_TODAY, NULL, &got_quote); }
static int may_read(const subject *of) { return crm_access_check(txn, of->record, CRM_RIGHT_READ); }
static int may_write(const subject *of) { return crm_access_check(txn, of->record, CRM_RIGHT_WRITE); }
static int may_quote(const subject *of) { return crm_access_check(txn, of->party, CRM_RIGHT_QUOTE); }
static int may_see_quotes(const subject *of) { return crm_access_check(txn, of->record, CRM_RIGHT_SEE_QUOTES); }
static int search(const subject *of) { return crm_record_search_id(txn, CRM_PARTY_REFERRER, of->record, 0, NULL, &got_list); }
static int find_party(const subject *of) { return crm_party_find(txn, CRM_ROLE_CUSTOMER, of->number, CRM_NTS, &got_id); }
static int get_party(const subject *of) { return crm_party_get(txn, CRM_ROLE_CUSTOMER, of->number, CRM_NTS, &got_record); }
static int list(const subject *of) { return crm_record_list(txn, of->party, CRM_KIND_ADDRESS, 0, NULL, &got_list); }
static int list_of_record(const subject *of) { return crm_record_list(txn, of->record, CRM_KIND_ADDRESS, 0, NULL, &got_list); }

static const struct {
    const char *name;
    int (*call)(const subject *of);
} timed[] = {{"record_get", get},
             {"record_get.user", get_user},
             {"user_find", find_user},
             {"file_get", get_file},
             {"file_get.record", get_file_of_record},
             {"quote_resolve", resolve},
             {"quote_resolve.record", resolve_of_record},
             {"access_check.read", may_read},
             {"access_check.write", may_write},
             {"access_check.quote", may_quote},
             {"access_check.see_quotes", may_see_quotes},
             {"record_search_id", search},
             {"record_list", list},
             {"record_list.record", list_of_record},
             {"party_find", find_party},
             {"party_get", get_party}};

static uint64_t nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* All of them fail but lists, which are empty. */
static void let_go(const char *name) {
    if (got_record || got_file || got_quote) bench_fail(name, "a call found what it must not find");
    crm_iter_free(got_list);
    got_list = NULL;
}

static void sample(size_t function, size_t total) {
    static uint64_t dice;
    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < total + WARM_UP; i++) {
        uint64_t drawn = bench_roll(&dice);
        size_t class = (size_t)((drawn >> 32) % CLASSES);
        subject of = pools[class][drawn % POOL];
        uint64_t begin = nanoseconds();
        timed[function].call(&of);
        uint64_t took = nanoseconds() - begin;
        let_go(timed[function].name);
        if (i >= WARM_UP) counts[class][took < LIMIT ? took : LIMIT - 1]++;
    }
}

/* --- what comes of it --- */

static size_t threshold(size_t total) {
    uint64_t below = 0;
    size_t at = 0;
    for (; at < LIMIT - 1; at++) {
        for (size_t i = 0; i < CLASSES; i++) below += counts[i][at];
        if (below * 100 >= total * FASTEST) break;
    }
    return at;
}

typedef struct moments {
    double n, mean, error; /* the mean's, squared */
} moments;

static moments moments_of(const uint64_t count[LIMIT], size_t slowest) {
    moments out = {0, 0, 0};
    double squares = 0;
    for (size_t i = 0; i <= slowest; i++) {
        out.n += (double)count[i];
        out.mean += (double)count[i] * (double)i;
    }
    out.mean /= out.n;
    for (size_t i = 0; i <= slowest; i++) squares += (double)count[i] * ((double)i - out.mean) * ((double)i - out.mean);
    out.error = squares / (out.n - 1) / out.n;
    return out;
}

static double report(int run, size_t function, size_t total) {
    size_t slowest = threshold(total);
    double worst = 0;
    moments foreign = moments_of(counts[FOREIGN], slowest);
    for (size_t i = AGAIN; i < CLASSES; i++) {
        moments other = moments_of(counts[i], slowest);
        double error = sqrt(foreign.error + other.error), t = (foreign.mean - other.mean) / error;
        printf("TIMING %s run=%d foreign=%.2fns %s=%.2fns n=%.0f,%.0f sees=%.2fns t=%.2f\n", timed[function].name, run, foreign.mean,
               class_names[i], other.mean, foreign.n, other.n, SHARP * error, t);
        if (i != AGAIN && fabs(t) > worst) worst = fabs(t);
    }
    fflush(stdout);
    return worst;
}

/* --- subjects --- */

static crm_id find(crm_txn *in, uint64_t index, char number[16]) {
    crm_id id = 0;
    snprintf(number, 16, "%llu", (unsigned long long)(100000 + index));
    crm_party_find(in, CRM_ROLE_CUSTOMER, number, CRM_NTS, &id);
    return id;
}

/* A random customer that is still there, and a random record of his file, the party itself for one of two. */
static void draw(crm_txn *in, uint64_t customers, uint64_t *dice, subject *out) {
    crm_file *file;
    do out->party = find(in, 2 + bench_roll(dice) % (customers - 2), out->number);
    while (!out->party);
    check(crm_file_get(in, out->party, &file), "file");
    uint64_t drawn = bench_roll(dice);
    out->record = drawn & 1 ? out->party : crm_record_key(crm_file_record(file, (drawn >> 1) % crm_file_count(file)));
    crm_file_free(file);
}

/* A user's id that nobody has. */
static crm_id nobody(crmi_txn *in, uint64_t drawn) {
    return crmi_store_public(in, crmi_id_pack(0, CRM_KIND_USER, CRMI_LOCAL_MAX / 2 + (uint32_t)(drawn % (CRMI_LOCAL_MAX / 2))));
}

static crm_id with_root(crmi_txn *in, crm_id id, uint32_t root) {
    crmi_packed packed = crmi_store_packed(in, id);
    return crmi_store_public(in, crmi_id_pack(root, crmi_id_kind(packed), crmi_id_local(packed)));
}

typedef struct making {
    uint64_t customers, dice;
    crm_id user;
} making;

/* Customers to whom users are bound can't be deleted: others are. */
static int delete_some(crm_txn *in, void *data) {
    making *made = data;
    for (size_t i = 0, tries = 0; i < POOL; tries++) {
        if (tries == 100 * POOL) bench_fail("timing", "users are bound to nearly all customers: it takes more of them, 20,000 after actor");
        draw(in, made->customers, &made->dice, &pools[DELETED][i]);
        int rc = crm_record_delete(in, pools[DELETED][i].party, 0);
        if (rc != CRM_E_IN_USE) check(rc, "delete");
        i += rc == CRM_OK;
    }
    return CRM_COMMIT;
}

static crm_id put_user(crm_txn *in, const char *name) {
    crm_record *rec;
    crm_id id;
    check(crm_record_new(CRM_KIND_USER, &rec), "user");
    check(crm_record_set_text(rec, CRM_USER_NAME, name, CRM_NTS), "user");
    check(crm_record_set_text(rec, CRM_USER_TYPE, CRM_USER_TYPE_BOUND, CRM_NTS), "user");
    check(crm_record_put(in, rec, &id, NULL), "user");
    crm_record_free(rec);
    return id;
}

/* The actor, and the users of all classes that are there, or have been. */
static int put_users(crm_txn *in, void *data) {
    making *made = data;
    char number[16];
    made->user = put_user(in, "timing-500000");
    check(crm_user_bind(in, made->user, find(in, 0, number), CRM_NO_DATE, CRM_NO_DATE, NULL), "bind");
    for (size_t class = 0; class < CLASSES; class ++) {
        for (size_t i = 0; i < POOL; i++) {
            subject *one = &pools[class][i];
            unsigned digits = (unsigned)(bench_roll(&made->dice) % 1000 * 1000 + class * 100 + i % 100);
            snprintf(one->name, sizeof one->name, "timing-%06u", digits);
            if (class == NOT_THERE || class == RANDOM) continue;
            if (crm_user_find(in, one->name, CRM_NTS, &one->user) != CRM_OK) one->user = put_user(in, one->name);
        }
    }
    return CRM_COMMIT;
}

static int delete_users(crm_txn *in, void *data) {
    (void)data;
    for (size_t i = 0; i < POOL; i++) {
        int rc = crm_record_delete(in, pools[DELETED][i].user, 0);
        if (rc != CRM_E_NOTFOUND) check(rc, "delete"); /* drawn twice */
    }
    return CRM_COMMIT;
}

/* What is not there is as what is: of the same kinds, with numbers as long. */
static void draw_others(crm_txn *in, making *made) {
    for (size_t i = 0; i < POOL; i++) {
        uint32_t root = NOT_A_CUSTOMER + (uint32_t)bench_roll(&made->dice) % NOT_A_CUSTOMER;
        subject *never = &pools[NOT_THERE][i], *random = &pools[RANDOM][i];
        draw(in, made->customers, &made->dice, &pools[FOREIGN][i]);
        draw(in, made->customers, &made->dice, &pools[AGAIN][i]);
        draw(in, made->customers, &made->dice, never);
        never->record = with_root(bench_crm_inside(in), never->record, root);
        never->party = with_root(bench_crm_inside(in), never->party, root);
        snprintf(never->number, sizeof never->number, "%llu",
                 (unsigned long long)(100000 + 2 * made->customers + bench_roll(&made->dice) % made->customers));
        never->user = nobody(bench_crm_inside(in), bench_roll(&made->dice));
        random->user = bench_roll(&made->dice) >> 12;
        random->record = bench_roll(&made->dice) >> 12;
        random->party = bench_roll(&made->dice) >> 12;
        snprintf(random->number, sizeof random->number, "%06llu", (unsigned long long)(bench_roll(&made->dice) % 1000000));
    }
}

void bench_timing(uint64_t customers, size_t samples) {
    making made = {.customers = customers, .dice = 1};
    double worst = 0;
    if (customers < 4 * POOL) bench_fail("timing", "needs 4,096 customers");
    check(crm_transact(bench_crm_db(), CRM_ACTOR_SYSTEM, put_users, &made), "users");
    check(crm_transact(bench_crm_db(), CRM_ACTOR_SYSTEM, delete_users, NULL), "delete");
    check(crm_transact(bench_crm_db(), CRM_ACTOR_SYSTEM, delete_some, &made), "delete");
    bench_crm.begin();
    draw_others(bench_crm_snapshot(), &made);
    bench_crm.end();
    bench_crm_begin_as(made.user);
    txn = bench_crm_snapshot();
    for (int run = 1; run <= RUNS; run++) {
        for (size_t i = 0; i < sizeof timed / sizeof *timed; i++) {
            sample(i, samples * CLASSES);
            double t = report(run, i, samples * CLASSES);
            if (t > worst) worst = t;
        }
    }
    bench_crm.end();
    printf("TIMING worst=%.2f limit=%.1f\n", worst, SHARP);
}
