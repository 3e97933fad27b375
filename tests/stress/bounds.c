/* SPDX-License-Identifier: MIT */
/* Every limit of src/schema/limits.def: with it all works, with one more the call is refused with CRM_E_TOO_BIG, an error that names the
 * limit and the field, and nothing is stored. A limit that no case is about fails the program; a case elsewhere has to stand there. */
#include "stress/bounds.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct limit {
    const char *name;
    int64_t value;
} limit;
static const limit limits[] = {
#define CRM_LIMIT(name, value, meaning) {#name, value},
#include "schema/limits.def"
#undef CRM_LIMIT
};
enum { CASES, ELSEWHERE, LIMITS = sizeof limits / sizeof *limits, SLACK = 512 };

crm_db *bounds_db;
crm_id bounds_party;
static char store[STRESS_PATH];
static bool met[LIMITS];

typedef struct asked {
    const bound *of;
    size_t count;
    bool keep;
} asked;

static int inside(crm_txn *txn, void *data) {
    const asked *a = data;
    int rc = a->of->call(txn, a->count);
    return rc < 0 ? rc : a->keep ? CRM_COMMIT : CRM_E_ABORTED;
}

static int call(const bound *of, size_t count, bool keep) {
    asked a = {of, count, keep};
    if (of->flags & BOUND_OWN) return of->call(NULL, count);
    int rc = crm_transact(bounds_db, CRM_ACTOR_SYSTEM, inside, &a);
    return rc == CRM_E_ABORTED ? CRM_OK : rc;
}

/* The number, alone or in groups of three digits. */
static bool names_it(const char *text, int64_t value) {
    char plain[32], grouped[48];
    size_t out = 0;
    int size = snprintf(plain, sizeof plain, "%lld", (long long)value);
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0) grouped[out++] = ',';
        grouped[out++] = plain[i];
    }
    grouped[out] = '\0';
    return strstr(text, plain) || strstr(text, grouped);
}

static void check_beyond(const bound *of, int64_t value, size_t count) {
    uint64_t before = stress_state(bounds_db);
    crm_error_report(CRM_E_UNSUPPORTED, 0, 0, NULL);
    int rc = call(of, count, true);
    const char *text = crm_error_text();
    CHECK(rc == CRM_E_TOO_BIG && stress_clean_error(rc), "%s: %zu: %d %s", of->name, count, rc, text);
    CHECK(crm_error_field() == of->field, "%s: the error is about field %d: %s", of->name, (int)crm_error_field(), text);
    CHECK(of->says ? strstr(text, of->says) != NULL : names_it(text, value), "%s: the error does not name it: %s", of->name, text);
    CHECK(stress_state(bounds_db) == before, "%s: something was stored", of->name);
}

/* The most that works, between low, which does, and high, which does not. */
static size_t look_for(const bound *of, size_t low, size_t high) {
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (call(of, middle, false) == CRM_OK)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void check_limit(const bound *of, const limit *is) {
    size_t most = (size_t)is->value;
    if (of->flags & BOUND_LARGEST) {
        most = look_for(of, (size_t)is->value - SLACK, (size_t)is->value + 1);
        CHECK(most > (size_t)is->value - SLACK, "%s: only %zu work", of->name, most);
    }
    if (!(of->flags & BOUND_EXACT)) check_beyond(of, is->value, most + 1);
    if (of->flags & BOUND_BEYOND) return;
    int rc = call(of, most, !(of->flags & BOUND_READS));
    CHECK(rc == CRM_OK, "%s: %zu: %d %s", of->name, most, rc, crm_error_text());
    stress_count[CASES]++;
}

/* The test in the other file has to stand there. */
static void check_elsewhere(const bound *of) {
    static char text[1 << 20];
    char path[400];
    snprintf(path, sizeof path, "%s/%s", BOUNDS_SOURCE, of->file);
    FILE *in = fopen(path, "rb");
    size_t size = in ? fread(text, 1, sizeof text - 1, in) : 0;
    text[size] = '\0';
    if (in) fclose(in);
    CHECK(strstr(text, of->says), "%s: %s does not have \"%s\"", of->name, of->file, of->says);
    stress_count[ELSEWHERE]++;
}

static void open_store(void) {
    crm_txn *txn;
    stress_make(store);
    stress_need(stress_open(store, 0, &bounds_db) == CRM_OK && crm_txn_begin(bounds_db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "the store");
    stress_need(stress_customer(txn, "1", &bounds_party) == CRM_OK, "a customer");
    crm_txn_free(txn);
}

/* Each in a store of its own. */
static void check_case(const bound *of) {
    size_t at = 0;
    while (at < LIMITS && strcmp(limits[at].name, of->name) != 0) at++;
    if (!CHECK(at < LIMITS, "%s is no limit", of->name)) return;
    met[at] = true;
    if (!of->call) {
        check_elsewhere(of);
        return;
    }
    stress_drop(store);
    open_store();
    check_limit(of, &limits[at]);
    crm_db_close(bounds_db);
}

int main(int argc, char **argv) {
    uint64_t round;
    stress_begin(argc, argv, "bounds", 1, 1);
    stress_place("store", store);
    while (stress_round(&round)) {
        for (const bound *of = bounds_of_store; of->name; of++) check_case(of);
        for (const bound *of = bounds_of_files; of->name; of++) check_case(of);
        for (size_t i = 0; i < LIMITS; i++) CHECK(met[i], "no case is about %s", limits[i].name);
    }
    printf("bounds: %d limits, %llu cases at and beyond them, %llu more in other tests\n", (int)LIMITS,
           (unsigned long long)stress_count[CASES], (unsigned long long)stress_count[ELSEWHERE]);
    return stress_end();
}
