/* SPDX-License-Identifier: MIT */
/* Threads on one store: readers beside writers, handles that come and go, handles that several threads use and end at once. A plain
 * program, so that it runs under ThreadSanitizer too: it ends with 0, or says what went wrong. Its argument: milliseconds a scene. */
#include <ftw.h>
#include <libcrm/crm.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARTIES 20
#define HELD 4

static char folder[64];
static crm_db *store;
static atomic_int failures;
static atomic_bool over;
static atomic_int written, looked;

/* Checks that a call gave one of the statuses; the statuses end with END. */
#define END 1000
#define GIVES(call, ...) gives(__LINE__, call, (const int[]){__VA_ARGS__, END})
#define CHECK(condition) gives(__LINE__, !(condition), (const int[]){0, END})

static int gives(int line, int rc, const int *good) {
    for (int i = 0; good[i] != END; i++)
        if (rc == good[i]) return rc;
    fprintf(stderr, "threads.c:%d: %d, error %d %s\n", line, rc, crm_error_status(), crm_error_text());
    atomic_fetch_add(&failures, 1);
    return rc;
}

static crm_db *open_store(void) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE, .wait_ms = 20000};
    crm_db *db;
    GIVES(crm_db_open(folder, &options, &db), CRM_OK);
    return db;
}

/* --- what is written: every name, town and contact is the same number, one more with each transaction --- */

static int add(crm_txn *txn, uint32_t kind, crm_id party, crm_field field, const char *text, crm_id *id) {
    crm_record *rec;
    int rc = crm_record_new(kind, &rec);
    if (rc == CRM_OK && party) rc = crm_record_set_id(rec, kind * 1000 + 1, party);
    if (rc == CRM_OK && kind == CRM_KIND_PARTY) rc = crm_record_set_text(rec, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_NTS);
    if (rc == CRM_OK && kind == CRM_KIND_ROLE) rc = crm_record_set_text(rec, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, field, text, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, id, NULL);
    crm_record_free(rec);
    return rc;
}

static int fill(crm_txn *txn, void *data) {
    (void)data;
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < PARTIES; i++) {
        char number[16];
        crm_id party, id;
        snprintf(number, sizeof number, "%d", i);
        rc = add(txn, CRM_KIND_PARTY, 0, CRM_PARTY_NAME, "0", &party);
        if (rc == CRM_OK) rc = add(txn, CRM_KIND_ROLE, party, CRM_ROLE_NUMBER, number, &id);
        if (rc == CRM_OK) rc = add(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "0", &id);
        if (rc == CRM_OK) rc = add(txn, CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "0", &id);
    }
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static crm_field counter(const crm_record *rec) {
    switch (crm_record_kind(rec)) {
    case CRM_KIND_PARTY: return CRM_PARTY_NAME;
    case CRM_KIND_ADDRESS: return CRM_ADDRESS_TOWN;
    case CRM_KIND_CONTACT: return CRM_CONTACT_NAME;
    default: return 0;
    }
}

static int count_record(crm_txn *txn, const crm_record *old) {
    char text[16];
    crm_record *rec;
    if (!counter(old)) return CRM_OK;
    snprintf(text, sizeof text, "%d", atoi(crm_record_text(old, counter(old))) + 1);
    int rc = crm_record_copy(old, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, counter(rec), text, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

static int count_up(crm_txn *txn, void *data) {
    (void)data;
    for (int i = 0; i < PARTIES; i++) {
        char number[16];
        crm_id party;
        crm_file *file;
        snprintf(number, sizeof number, "%d", i);
        int rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &party);
        if (rc == CRM_OK) rc = crm_file_get(txn, party, &file);
        if (rc < 0) return rc;
        for (size_t j = 0; rc == CRM_OK && j < crm_file_count(file); j++) rc = count_record(txn, crm_file_record(file, j));
        crm_file_free(file);
        if (rc < 0) return rc;
    }
    return CRM_COMMIT;
}

static void look_at_file(crm_txn *txn, crm_id party, char text[16]) {
    crm_file *file;
    crm_quote *quote;
    if (GIVES(crm_file_get(txn, party, &file), CRM_OK) < 0) return;
    for (size_t i = 0; i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        if (!counter(rec)) continue;
        if (!*text) snprintf(text, 16, "%s", crm_record_text(rec, counter(rec)));
        CHECK(strcmp(crm_record_text(rec, counter(rec)), text) == 0);
    }
    CHECK(crm_file_json(file, NULL) != NULL);
    crm_file_free(file);
    if (GIVES(crm_quote_resolve(txn, party, CRM_TODAY, NULL, &quote), CRM_OK, CRM_CHOOSE) >= 0) CHECK(crm_quote_json(quote, NULL) != NULL);
    crm_quote_free(quote);
}

/* A snapshot shows one number everywhere, and the index agrees. */
static void look(crm_txn *txn) {
    char text[16] = "";
    crm_iter *iter;
    crm_id ids[PARTIES + 1];
    size_t count = 0;
    if (GIVES(crm_party_list(txn, CRM_ROLE_CUSTOMER, NULL, 0, 0, 0, NULL, &iter), CRM_OK) < 0) return;
    GIVES(crm_iter_next_many(iter, ids, PARTIES + 1, &count), CRM_ROW);
    crm_iter_free(iter);
    CHECK(count == PARTIES);
    for (size_t i = 0; i < count; i++) look_at_file(txn, ids[i], text);
    if (GIVES(crm_record_search(txn, CRM_ADDRESS_TOWN, text, CRM_NTS, 0, NULL, &iter), CRM_OK) < 0) return;
    GIVES(crm_iter_next_many(iter, ids, PARTIES + 1, &count), CRM_ROW);
    crm_iter_free(iter);
    CHECK(count == PARTIES);
    atomic_fetch_add(&looked, 1);
}

/* --- threads --- */

static void *reader(void *seed) {
    crm_txn *txn;
    (void)seed;
    while (!atomic_load(&over) && GIVES(crm_txn_begin(store, 0, CRM_ACTOR_SYSTEM, &txn), CRM_OK) == CRM_OK) {
        look(txn);
        crm_txn_free(txn);
    }
    return NULL;
}

static void *writer(void *seed) {
    (void)seed;
    while (!atomic_load(&over) && GIVES(crm_transact(store, CRM_ACTOR_SYSTEM, count_up, NULL), CRM_OK) == CRM_OK)
        atomic_fetch_add(&written, 1);
    return NULL;
}

/* Opens, closes before it reads, and ends everything twice. */
static void *opener(void *seed) {
    crm_txn *txn;
    (void)seed;
    while (!atomic_load(&over)) {
        crm_db *db = open_store();
        if (GIVES(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn), CRM_OK) < 0) break;
        crm_db_close(db);
        look(txn);
        GIVES(crm_txn_commit(txn), CRM_OK);
        GIVES(crm_txn_commit(txn), CRM_E_ENDED);
        crm_txn_free(txn);
        crm_txn_free(txn);
        crm_db_close(db);
    }
    return NULL;
}

static _Atomic(crm_db *) dbs[HELD];
static _Atomic(crm_txn *) txns[HELD];
static _Atomic(crm_iter *) iters[HELD];

static void new_txn(crm_db *db, unsigned place) {
    crm_txn *txn;
    if (GIVES(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn), CRM_OK, CRM_E_ENDED) == CRM_OK)
        crm_txn_free(atomic_exchange(&txns[place], txn));
}

static void new_iter(crm_txn *txn, unsigned place) {
    crm_iter *iter;
    if (GIVES(crm_party_list(txn, NULL, NULL, 0, 0, 5, NULL, &iter), CRM_OK, CRM_E_ENDED, CRM_E_THREAD) == CRM_OK)
        crm_iter_free(atomic_exchange(&iters[place], iter));
}

/* Uses and ends what another thread uses and ends: any answer that says so, and no crash. */
static void juggle(unsigned what, unsigned place) {
    crm_db *db = atomic_load(&dbs[place]);
    crm_txn *txn = atomic_load(&txns[place]);
    crm_iter *iter = atomic_load(&iters[place]);
    crm_id id;
    switch (what) {
    case 0: crm_db_close(atomic_exchange(&dbs[place], open_store())); break;
    case 1: crm_db_close(db); break;
    case 2: new_txn(store, place); break;
    case 3:
        if (db) new_txn(db, place);
        break;
    case 4: crm_txn_free(txn); break;
    case 5:
        if (txn) GIVES(crm_txn_commit(txn), CRM_OK, CRM_E_ENDED, CRM_E_THREAD);
        break;
    case 6:
        if (txn) GIVES(crm_party_find(txn, CRM_ROLE_CUSTOMER, "7", CRM_NTS, &id), CRM_OK, CRM_E_ENDED, CRM_E_THREAD);
        break;
    case 7:
        if (txn) new_iter(txn, place);
        break;
    case 8:
        if (iter) GIVES(crm_iter_next(iter, &id), CRM_OK, CRM_ROW, CRM_E_ENDED, CRM_E_THREAD);
        break;
    default: crm_iter_free(iter); break;
    }
}

static void *juggler(void *seed) {
    unsigned random = (unsigned)(uintptr_t)seed;
    while (!atomic_load(&over)) {
        unsigned number = (unsigned)rand_r(&random);
        juggle(number / 16 % 10, number / 1024 % HELD);
    }
    return NULL;
}

static void drop_all(void) {
    for (int i = 0; i < HELD; i++) {
        crm_iter_free(iters[i]);
        crm_txn_free(txns[i]);
        crm_db_close(dbs[i]);
    }
}

/* --- a write transaction that another thread ends --- */

static pthread_barrier_t turn;

static void *holder(void *place) {
    crm_txn **txn = place, *next;
    crm_id id;
    GIVES(crm_txn_begin(store, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, txn), CRM_OK);
    GIVES(add(*txn, CRM_KIND_PARTY, 0, CRM_PARTY_NAME, "lost", &id), CRM_OK);
    pthread_barrier_wait(&turn); /* the other thread tries, and frees it */
    pthread_barrier_wait(&turn);
    GIVES(crm_party_find(*txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &id), CRM_E_ENDED);
    GIVES(crm_txn_begin(store, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &next), CRM_OK);
    *txn = next; /* ends with the thread */
    return NULL;
}

static void foreign_ends(void) {
    pthread_t thread;
    crm_txn *txn;
    crm_id id;
    pthread_barrier_init(&turn, NULL, 2);
    pthread_create(&thread, NULL, holder, &txn);
    pthread_barrier_wait(&turn);
    GIVES(crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &id), CRM_E_THREAD);
    GIVES(crm_txn_commit(txn), CRM_E_THREAD);
    crm_txn_free(txn);
    pthread_barrier_wait(&turn);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&turn);
    GIVES(crm_txn_commit(txn), CRM_E_THREAD, CRM_E_ENDED);
    crm_txn_free(txn);
    GIVES(crm_txn_begin(store, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn), CRM_OK);
    crm_txn_free(txn);
}

/* --- scenes --- */

typedef void *(*work)(void *seed);

static void scene(const char *name, unsigned ms, const work works[4]) {
    pthread_t threads[4];
    atomic_store(&over, false);
    for (uintptr_t i = 0; i < 4; i++) pthread_create(&threads[i], NULL, works[i], (void *)(i + 1));
    usleep(ms * 1000);
    atomic_store(&over, true);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    printf("%s: %d written, %d looked at\n", name, atomic_load(&written), atomic_load(&looked));
}

/* Nothing that was acknowledged is lost, and nothing else is there. */
static void check_end(void) {
    crm_txn *txn;
    crm_record *rec;
    GIVES(crm_txn_begin(store, 0, CRM_ACTOR_SYSTEM, &txn), CRM_OK);
    look(txn);
    GIVES(crm_party_get(txn, CRM_ROLE_CUSTOMER, "3", CRM_NTS, &rec), CRM_OK);
    CHECK(atoi(crm_record_text(rec, CRM_PARTY_NAME)) == atomic_load(&written));
    CHECK(crm_txn_sequence(txn) == (uint64_t)atomic_load(&written) + 1);
    crm_record_free(rec);
    crm_txn_free(txn);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info, (void)type, (void)at;
    return remove(path);
}

int main(int argc, char **argv) {
    unsigned ms = argc > 1 ? (unsigned)atoi(argv[1]) : 300;
    snprintf(folder, sizeof folder, "/tmp/libcrm-threads-XXXXXX");
    if (!mkdtemp(folder)) return 1;
    store = open_store();
    GIVES(crm_transact(store, CRM_ACTOR_SYSTEM, fill, NULL), CRM_OK);
    scene("readers and writers", ms, (const work[]){reader, reader, writer, writer});
    scene("handles that come and go", ms, (const work[]){opener, opener, reader, writer});
    scene("handles that are shared", ms, (const work[]){juggler, juggler, juggler, writer});
    drop_all();
    foreign_ends();
    check_end();
    crm_db_close(store);
    crm_db_close(store);
    scene("a store that opens and closes", ms, (const work[]){opener, opener, opener, opener});
    CHECK(atomic_load(&written) > 0 && atomic_load(&looked) > 0);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    return atomic_load(&failures) != 0;
}
