/* SPDX-License-Identifier: MIT */
/* Definitions that change while others read: rules, policies, custom fields and the store's own terms, from other threads and from another
 * process. Each transaction writes its number everywhere, so that a proposal shows whether all that it was made of is of one snapshot. A
 * plain program, so that it runs under ThreadSanitizer too: it ends with 0, or says what went wrong. Its argument: milliseconds a scene. */
#include <ftw.h>
#include <libcrm/crm.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SPARE_FIELDS 5 /* every so many transactions define a field and delete the one before */

static char folder[64];
static crm_db *store;
static atomic_int failures, looked;
static atomic_bool over;

#define CHECK(condition) check(__LINE__, condition)

static bool check(int line, bool good) {
    if (good) return true;
    fprintf(stderr, "definitions.c:%d: error %d %s\n", line, crm_error_status(), crm_error_text());
    atomic_fetch_add(&failures, 1);
    return false;
}

static crm_db *open_store(void) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE, .wait_ms = 20000};
    crm_db *db;
    CHECK(crm_db_open(folder, &options, &db) == CRM_OK);
    return db;
}

/* --- what is written --- */

static int set(crm_record *rec, crm_field field, const char *text) { return crm_record_set_text(rec, field, text, CRM_NTS); }

/* Stores a record with two texts, of an owner or 0, and frees it. */
static int add(crm_txn *txn, uint32_t kind, crm_id owner, crm_field field, const char *text, crm_field second, const char *more,
               crm_id *id) {
    crm_record *rec;
    int rc = crm_record_new(kind, &rec);
    if (rc == CRM_OK && owner) rc = crm_record_set_id(rec, kind * 1000 + 1, owner);
    if (rc == CRM_OK) rc = set(rec, field, text);
    if (rc == CRM_OK) rc = set(rec, second, more);
    if (rc == CRM_OK && kind == CRM_KIND_RULE && *more == 'c') rc = set(rec, CRM_RULE_TARGET, "quote.customer_reference");
    if (rc == CRM_OK && kind == CRM_KIND_RULE && *more != 'c') rc = set(rec, CRM_RULE_TARGET, "quote.tax_zone");
    if (rc == CRM_OK && kind == CRM_KIND_CUSTOM_FIELD) rc = set(rec, CRM_CUSTOM_FIELD_TYPE, "text");
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, id, NULL);
    crm_record_free(rec);
    return rc;
}

static crm_id ids[5]; /* party, store's terms, group's terms, rule, group */
enum { PARTY, STORE, OF_GROUP, RULE, GROUP };

static int fill(crm_txn *txn, void *data) {
    crm_id id;
    (void)data;
    int rc = add(txn, CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "0", &ids[PARTY]);
    if (rc == CRM_OK) rc = add(txn, CRM_KIND_GROUP, 0, CRM_GROUP_CODE, "G", CRM_GROUP_NAME, "0", &ids[GROUP]);
    if (rc == CRM_OK) rc = crm_group_add(txn, ids[GROUP], ids[PARTY], CRM_NO_DATE, CRM_NO_DATE, &id);
    if (rc == CRM_OK)
        rc = add(txn, CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "0", CRM_QUOTE_DEFAULTS_PAYMENT_TERMS, "even", &ids[STORE]);
    if (rc == CRM_OK)
        rc = add(txn, CRM_KIND_QUOTE_DEFAULTS, ids[GROUP], CRM_QUOTE_DEFAULTS_DELIVERY_TIMES, "0", CRM_QUOTE_DEFAULTS_PAYMENT_TERMS, "odd",
                 &ids[OF_GROUP]);
    if (rc == CRM_OK) rc = add(txn, CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "colour", &id);
    if (rc == CRM_OK) rc = add(txn, CRM_KIND_RULE, 0, CRM_RULE_CODE, "R1", CRM_RULE_VALUE, "0", &ids[RULE]);
    if (rc == CRM_OK) rc = add(txn, CRM_KIND_RULE, 0, CRM_RULE_CODE, "R2", CRM_RULE_SOURCE, "customer.colour", &id);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int change(crm_txn *txn, crm_id id, crm_field field, const char *text) {
    crm_record *rec;
    int rc = crm_record_get(txn, id, &rec);
    if (rc == CRM_OK) rc = set(rec, field, text);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

/* A field of the number's own; the one before it goes. */
static int renew_field(crm_txn *txn, int number) {
    char name[32];
    crm_field field;
    crm_id id;
    crm_record *definition = NULL;
    snprintf(name, sizeof name, "party.f%d", number - SPARE_FIELDS);
    int rc = crm_custom_field_find(txn, name, &field);
    if (rc == CRM_OK) rc = crm_custom_field_get(txn, field, &definition);
    if (rc == CRM_OK) rc = crm_record_delete(txn, crm_record_key(definition), 0);
    crm_record_free(definition);
    if (rc < 0 && rc != CRM_E_NOTFOUND) return rc;
    snprintf(name, sizeof name, "f%d", number);
    return add(txn, CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, name, &id);
}

static int number_of(crm_txn *txn) {
    crm_record *rec;
    int number = crm_record_get(txn, ids[PARTY], &rec) == CRM_OK ? atoi(crm_record_text(rec, CRM_PARTY_NAME)) : -1;
    crm_record_free(rec);
    return number;
}

static int count_up(crm_txn *txn, void *data) {
    static const uint32_t odd[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_GROUP, CRM_LEVEL_GLOBAL}, even[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_GLOBAL};
    char text[16];
    crm_field colour;
    int number = number_of(txn) + 1, rc;
    (void)data;
    snprintf(text, sizeof text, "%d", number);
    rc = crm_custom_field_find(txn, "party.colour", &colour);
    if (rc == CRM_OK) rc = change(txn, ids[PARTY], CRM_PARTY_NAME, text);
    if (rc == CRM_OK) rc = change(txn, ids[PARTY], colour, text);
    if (rc == CRM_OK) rc = change(txn, ids[STORE], CRM_QUOTE_DEFAULTS_PLANT, text);
    if (rc == CRM_OK) rc = change(txn, ids[OF_GROUP], CRM_QUOTE_DEFAULTS_DELIVERY_TIMES, text);
    if (rc == CRM_OK) rc = change(txn, ids[RULE], CRM_RULE_VALUE, text);
    if (rc == CRM_OK) rc = crm_policy_set(txn, CRM_QUOTE_PAYMENT_TERMS, number % 2 ? odd : even, number % 2 ? 3 : 2);
    if (rc == CRM_OK && number % SPARE_FIELDS == 0 && number < 3000) rc = renew_field(txn, number);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

/* --- what is seen --- */

static bool same(const crm_record *values, crm_field field, const char *text) {
    const char *value = crm_record_text(values, field);
    return value && strcmp(value, text) == 0;
}

/* All that can be asked of a proposal that several threads look at at once. */
static void look_at(const crm_quote *quote, const char *text) {
    const crm_record *values = crm_quote_record(quote);
    CHECK(same(values, CRM_QUOTE_PLANT, text) && same(values, CRM_QUOTE_DELIVERY_TIMES, text));
    CHECK(same(values, CRM_QUOTE_TAX_ZONE, text) && same(values, CRM_QUOTE_CUSTOMER_REFERENCE, text));
    CHECK(same(values, CRM_QUOTE_PAYMENT_TERMS, atoi(text) % 2 ? "odd" : "even"));
    CHECK(crm_quote_level(quote, CRM_QUOTE_TAX_ZONE) == CRM_LEVEL_RULE && crm_quote_source(quote, CRM_QUOTE_PLANT) == ids[STORE]);
    for (size_t i = 0; i < crm_record_count(values); i++) CHECK(crm_record_field_name(values, crm_record_field(values, i)));
    crm_record *given;
    CHECK(crm_quote_given(quote, &given) == CRM_OK);
    crm_record_free(given);
}

static crm_quote *resolve(crm_txn *txn, char text[16]) {
    crm_quote *quote = NULL, *again = NULL;
    crm_record *rec;
    crm_field colour;
    if (!CHECK(crm_record_get(txn, ids[PARTY], &rec) == CRM_OK)) return NULL;
    snprintf(text, 16, "%s", crm_record_text(rec, CRM_PARTY_NAME));
    CHECK(crm_custom_field_find(txn, "party.colour", &colour) == CRM_OK && crm_record_field_find(rec, "colour") == colour);
    CHECK(same(rec, colour, text));
    crm_record_free(rec);
    if (!CHECK(crm_quote_resolve(txn, ids[PARTY], CRM_TODAY, NULL, &again) == CRM_OK)) return NULL;
    CHECK(crm_quote_reresolve(txn, again, 0, CRM_TODAY, NULL, NULL, 0, &quote) == CRM_OK && crm_quote_change_count(quote) == 0);
    crm_quote_free(again);
    return quote;
}

static void *reader(void *db) {
    char text[16] = "";
    while (!atomic_load(&over)) {
        crm_txn *txn;
        if (!CHECK(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK)) break;
        crm_quote *quote = resolve(txn, text);
        crm_txn_free(txn);
        if (!quote) break;
        look_at(quote, text);
        CHECK(crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL) && crm_quote_explain(quote, CRM_QUOTE_FORMAT_JSON, NULL));
        crm_quote_free(quote);
        atomic_fetch_add(&looked, 1);
    }
    return NULL;
}

static void *writer(void *db) {
    while (!atomic_load(&over)) CHECK(crm_transact(db, CRM_ACTOR_SYSTEM, count_up, NULL) == CRM_OK);
    return NULL;
}

/* --- a proposal that several threads look at --- */

static const crm_quote *shared;
static char shared_text[16];
static pthread_barrier_t turn;

static void *looker(void *data) {
    (void)data;
    for (;;) {
        pthread_barrier_wait(&turn);
        if (!shared) return NULL;
        for (int i = 0; i < 5; i++) look_at(shared, shared_text);
        pthread_barrier_wait(&turn);
    }
}

/* Each is looked at after the store and the definitions it was made of may be gone. */
static void *giver(void *data) {
    (void)data;
    while (!atomic_load(&over)) {
        crm_txn *txn;
        crm_db *db = open_store();
        if (!CHECK(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK)) break;
        crm_db_close(db);
        crm_quote *quote = resolve(txn, shared_text);
        crm_txn_free(txn);
        shared = quote;
        pthread_barrier_wait(&turn);
        pthread_barrier_wait(&turn);
        crm_quote_free(quote);
    }
    shared = NULL;
    pthread_barrier_wait(&turn);
    return NULL;
}

/* --- scenes --- */

typedef void *(*work)(void *db);

static void scene(const char *name, unsigned ms, const work works[4]) {
    pthread_t threads[4];
    atomic_store(&over, false);
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, works[i], store);
    usleep(ms * 1000);
    atomic_store(&over, true);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    crm_txn *txn;
    CHECK(crm_txn_begin(store, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    printf("%s: %d written, %d looked at\n", name, number_of(txn), atomic_load(&looked));
    crm_txn_free(txn);
}

/* Another process writes, and is killed somewhere. */
static void foreign_writer(unsigned ms) {
    crm_db_close(store);
    fflush(stdout); /* or the child has it too */
    pid_t child = fork();
    if (child == 0) {
        crm_db *db = open_store();
        writer(db);
        _exit(1);
    }
    store = open_store();
    pthread_t threads[2];
    atomic_store(&over, false);
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, reader, store);
    usleep(ms * 1000);
    kill(child, SIGKILL);
    CHECK(waitpid(child, NULL, 0) == child);
    usleep(ms * 200);
    atomic_store(&over, true);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    CHECK(crm_transact(store, CRM_ACTOR_SYSTEM, count_up, NULL) == CRM_OK);
    printf("a process that is killed: %d looked at\n", atomic_load(&looked));
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info, (void)type, (void)at;
    return remove(path);
}

int main(int argc, char **argv) {
    unsigned ms = argc > 1 ? (unsigned)atoi(argv[1]) : 200;
    snprintf(folder, sizeof folder, "/tmp/libcrm-definitions-XXXXXX");
    if (!mkdtemp(folder)) return 1;
    store = open_store();
    CHECK(crm_transact(store, CRM_ACTOR_SYSTEM, fill, NULL) == CRM_OK && crm_transact(store, CRM_ACTOR_SYSTEM, count_up, NULL) == CRM_OK);
    scene("readers and a writer", ms, (const work[]){reader, reader, reader, writer});
    pthread_barrier_init(&turn, NULL, 3);
    scene("a proposal that is shared", ms, (const work[]){giver, looker, looker, writer});
    pthread_barrier_destroy(&turn);
    foreign_writer(ms);
    crm_db_close(store);
    CHECK(atomic_load(&looked) > 0);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    return atomic_load(&failures) != 0;
}
