/* SPDX-License-Identifier: MIT */
/* Opening and closing a store: its identity, the keys of its public ids and tokens, its clock. Three records in table meta: "store",
 * written once, "index", written when the index is made, and "state", written by every commit (see txn.c). */
#include "store/db.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "base/utf8.h"
#include "codec/crc32c.h"
#include "codec/key.h"
#include "store/changes_table.h"
#include "store/definitions.h"
#include "store/undo.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define STORE_FORMAT 6
#define MAX_READERS 65536 /* a slot has 64 bytes in the lock file */

/* The record "store": format 8, three sets of features 8 each, uuid 16, secret 16, checksum 4. A library that does not know a feature may
 * ignore it, where it is of the first set; only read the store, where it is of the second; do nothing with it, where it is of the third.
 * This version knows none. */
enum { OPTIONAL_AT = 8, WRITING_AT = 16, REQUIRED_AT = 24, IDENTITY_AT = 32, STORE_SIZE = IDENTITY_AT + CRMI_IDENTITY_SIZE + 4 };

static const crmi_slice store_key = {"store", 5};

static uint32_t meta_sum(crmi_slice key, const uint8_t *value, size_t size) {
    return crmi_crc32c(crmi_crc32c(0, key.data, key.size), value, size);
}

void crmi_meta_seal(crmi_slice key, uint8_t *value, size_t size) {
    uint32_t sum = meta_sum(key, value, size);
    for (int i = 0; i < 4; i++) value[size + (size_t)i] = (uint8_t)(sum >> (8 * i));
}

bool crmi_meta_sound(crmi_slice key, crmi_slice value, size_t size) {
    if (value.size != size + 4) return false;
    const uint8_t *bytes = value.data;
    uint32_t sum = 0;
    for (int i = 0; i < 4; i++) sum |= (uint32_t)bytes[size + (size_t)i] << (8 * i);
    return sum == meta_sum(key, bytes, size);
}

static void take_identity(crmi_db *db, const uint8_t uuid[16], const uint8_t secret[16]) {
    sodium_bin2hex(db->uuid, sizeof db->uuid, uuid, 16);
    crmi_id_key_make(&db->key, secret);
    crmi_token_key_make(&db->token_key, secret);
    static const unsigned char use[] = "libcrm index";
    crypto_generichash(db->index_secret, sizeof db->index_secret, use, sizeof use, secret, 16);
}

static int damaged(void) { return crmi_error_set(CRM_E_CORRUPT, 0, "the store's identity record is damaged"); }

static int read_store(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    if (!crmi_meta_sound(key, value, STORE_SIZE - 4)) return damaged();
    memcpy(data, (const uint8_t *)value.data + IDENTITY_AT, CRMI_IDENTITY_SIZE);
    return CRM_OK;
}

bool crmi_identity_read(crmi_slice key, crmi_slice value, uint8_t out[CRMI_IDENTITY_SIZE]) {
    bool it = key.size == store_key.size && memcmp(key.data, store_key.data, key.size) == 0;
    if (!it || !crmi_meta_sound(key, value, STORE_SIZE - 4) || crmi_key_get64(value.data) != STORE_FORMAT) return false;
    memcpy(out, (const uint8_t *)value.data + IDENTITY_AT, CRMI_IDENTITY_SIZE);
    return true;
}

int crmi_txn_identity(crmi_txn *txn, uint8_t out[CRMI_IDENTITY_SIZE]) {
    return crmi_engine_get(txn->engine, CRMI_TABLE_META, store_key, read_store, out);
}

/* Another format may have another size; its checksum is the last four bytes all the same. */
static int read_identity(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_db *db = data;
    const uint8_t *bytes = value.data;
    if (value.size < 12 || !crmi_meta_sound(key, value, value.size - 4)) return damaged();
    if (crmi_key_get64(bytes) != STORE_FORMAT)
        return crmi_error_set(CRM_E_VERSION, 0, "the store was written by a version of the library with another format");
    if (value.size != STORE_SIZE) return damaged();
    if (crmi_key_get64(bytes + REQUIRED_AT) != 0)
        return crmi_error_set(CRM_E_VERSION, 0, "the store has features of a newer version of the library");
    if (crmi_key_get64(bytes + WRITING_AT) != 0 && !(db->options.flags & CRM_DB_READ_ONLY))
        return crmi_error_set(CRM_E_VERSION, 0, "the store has features of a newer version of the library: this one can only read it");
    take_identity(db, bytes + IDENTITY_AT, bytes + IDENTITY_AT + 16);
    return CRM_OK;
}

/* The record "index": format 8, checksum 4. */
const crmi_slice crmi_index_key = {"index", 5};

static int read_index(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    if (!crmi_meta_sound(key, value, CRMI_INDEX_SIZE - 4))
        return crmi_error_set(CRM_E_CORRUPT, 0, "the store's record of its index is damaged");
    *(uint64_t *)data = crmi_key_get64(value.data);
    return CRM_OK;
}

int crmi_index_format(crmi_etxn *txn, uint64_t *out) {
    *out = 0;
    int rc = crmi_engine_get(txn, CRMI_TABLE_META, crmi_index_key, read_index, out);
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

static int check_index(crmi_db *db, crmi_etxn *txn) {
    uint64_t format = CRMI_INDEX_FORMAT;
    int rc = db->may == CRMI_INDEX_ANY ? CRM_OK : crmi_index_format(txn, &format);
    if (rc < 0 || format == CRMI_INDEX_FORMAT) return rc;
    db->unfinished = format == CRMI_INDEX_UNFINISHED;
    if (db->unfinished && db->may == CRMI_INDEX_UNFINISHED_TOO && !(db->options.flags & CRM_DB_READ_ONLY)) return CRM_OK;
    return crmi_error_set(
        CRM_E_VERSION, 0,
        db->unfinished
            ? "the store's first import was interrupted, and its index is not made yet: open it for writing, or make it with crmdb reindex"
            : "the store's index was written by another version of the library: make it anew with crmdb reindex");
}

void crmi_index_write(uint64_t format, uint8_t out[CRMI_INDEX_SIZE]) {
    crmi_key_put64(out, format);
    crmi_meta_seal(crmi_index_key, out, CRMI_INDEX_SIZE - 4);
}

int crmi_index_note(crmi_etxn *txn, uint64_t format) {
    uint8_t value[CRMI_INDEX_SIZE];
    crmi_index_write(format, value);
    return crmi_engine_put(txn, CRMI_TABLE_META, crmi_index_key, (crmi_slice){value, sizeof value});
}

int crmi_txn_index_made(crmi_txn *txn) { return crmi_index_note(txn->engine, CRMI_INDEX_FORMAT); }

int crmi_txn_unfinished(crmi_txn *txn, bool *out) {
    uint64_t format;
    int rc = crmi_index_format(txn->engine, &format);
    *out = rc == CRM_OK && format == CRMI_INDEX_UNFINISHED;
    return rc;
}

static int write_identity(crmi_db *db, crmi_etxn *txn) {
    uint8_t value[STORE_SIZE] = {0}, state[CRMI_STATE_SIZE];
    crmi_key_put64(value, STORE_FORMAT);
    int rc = CRM_OK;
    if (db->given)
        memcpy(value + IDENTITY_AT, db->given, CRMI_IDENTITY_SIZE);
    else
        rc = crmi_random_bytes(value + IDENTITY_AT, CRMI_IDENTITY_SIZE);
    if (rc < 0) return crmi_error_set(rc, 0, "no random bytes from the system");
    crmi_meta_seal(store_key, value, STORE_SIZE - 4);
    take_identity(db, value + IDENTITY_AT, value + IDENTITY_AT + 16);
    rc = crmi_engine_put(txn, CRMI_TABLE_META, store_key, (crmi_slice){value, sizeof value});
    crmi_state_write(&(crmi_state){.next_root = 1}, state);
    if (rc == CRM_OK) rc = crmi_engine_put(txn, CRMI_TABLE_META, crmi_state_key, (crmi_slice){state, sizeof state});
    return rc == CRM_OK ? crmi_index_note(txn, CRMI_INDEX_FORMAT) : rc;
}

static int any_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)data, (void)read, (void)key, (void)value;
    return CRM_ROW;
}

/* Where the identity is missing: CRM_E_NOTFOUND, without an error, as long as there is nothing, as where the process that made the store
 * was killed before its first commit. */
static int expect_empty(crmi_etxn *txn) {
    for (uint32_t table = 0; table < CRMI_TABLES; table++) {
        int rc = crmi_engine_range(txn, &(crmi_read){.table = table, .limit = 1}, any_row, NULL);
        if (rc == CRM_ROW) return crmi_error_set(CRM_E_CORRUPT, 0, "the folder's data file holds no store, or its identity is lost");
        if (rc < 0) return rc;
    }
    return CRM_E_NOTFOUND;
}

/* The identity, read or, in an empty store, made. Two processes may come here at once: the writer looks again. */
static int identify(crmi_db *db, bool write) {
    crmi_etxn *txn;
    int rc = crmi_engine_begin(db->engine, write, db->options.wait_ms, &txn);
    if (rc < 0) return rc;
    rc = crmi_engine_get(txn, CRMI_TABLE_META, store_key, read_identity, db);
    if (rc == CRM_OK)
        rc = check_index(db, txn);
    else if (rc == CRM_E_NOTFOUND)
        rc = expect_empty(txn);
    if (rc == CRM_E_NOTFOUND && write) {
        rc = write_identity(db, txn);
        if (rc == CRM_OK) return crmi_engine_commit(txn);
    }
    crmi_engine_abort(txn);
    return rc;
}

static int open_engine(crmi_db *db, const char *path) {
    crmi_engine_options options = {.max_bytes = db->options.max_bytes,
                                   .max_readers = db->options.max_readers,
                                   .wait_ms = db->options.wait_ms,
                                   .create = db->options.flags & CRM_DB_CREATE,
                                   .read_only = db->options.flags & CRM_DB_READ_ONLY,
                                   .check = db->options.flags & CRM_DB_CHECK,
                                   .previous = db->options.flags & CRM_DB_PREVIOUS,
                                   .force = db->options.flags & CRM_DB_FORCE,
                                   .relaxed = db->options.flags & CRM_DB_RELAXED};
    int rc = crmi_engine_open(path, &options, &db->engine);
    if (rc < 0) return rc;
    rc = identify(db, false);
    if (rc == CRM_E_NOTFOUND && options.create) rc = identify(db, true);
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, 0, "there is no store: making it was interrupted") : rc;
}

/* Options of an older or newer caller: what it does not have is 0, what this library does not know must be. */
static int take_options(const crm_db_options *given, crm_db_options *out) {
    memset(out, 0, sizeof *out);
    if (given) {
        const size_t first = offsetof(crm_db_options, utc_offset) + sizeof given->utc_offset;
        if (given->size < first || given->size > 4096)
            return crmi_error_set(CRM_E_INVALID, 0, "options.size is not that of a crm_db_options");
        memcpy(out, given, given->size < sizeof *out ? (size_t)given->size : sizeof *out);
        for (size_t i = sizeof *out; i < given->size; i++)
            if (((const unsigned char *)given)[i])
                return crmi_error_set(CRM_E_INVALID, 0, "options has members that this version does not know");
    }
    const uint32_t known = CRM_DB_CREATE | CRM_DB_READ_ONLY | CRM_DB_CHECK | CRM_DB_PREVIOUS | CRM_DB_FORCE | CRM_DB_RELAXED;
    if (out->flags & ~known) return crmi_error_set(CRM_E_INVALID, 0, "options.flags has an unknown bit");
    if (out->flags & CRM_DB_READ_ONLY && out->flags & (CRM_DB_CREATE | CRM_DB_PREVIOUS))
        return crmi_error_set(CRM_E_INVALID, 0, "CRM_DB_READ_ONLY excludes CRM_DB_CREATE and CRM_DB_PREVIOUS");
    if (out->utc_offset < -1440 || out->utc_offset > 1440)
        return crmi_error_set(CRM_E_RANGE, 0, "options.utc_offset is outside -1,440 to 1,440 minutes");
    int64_t day = crmi_clock_day_of(out->fixed_time);
    if (day < CRMI_DAY_MIN || day > CRMI_DAY_MAX) return crmi_error_set(CRM_E_RANGE, 0, "options.fixed_time is not in the years 1 to 9999");
    if (out->max_readers > MAX_READERS) return crmi_error_set(CRM_E_RANGE, 0, "options.max_readers is over %d", MAX_READERS);
    if (!out->max_readers) out->max_readers = CRMI_LIMIT_READERS;
    if (!out->wait_ms) out->wait_ms = CRMI_LIMIT_WRITER_WAIT_MS;
    if (!out->max_bytes) out->max_bytes = (uint64_t)CRMI_LIMIT_MAP_GIB << 30;
    return CRM_OK;
}

crmi_db *crmi_db_new(void) {
    crmi_db *db = calloc(1, sizeof *db);
    if (!db) return NULL;
    atomic_init(&db->references, 1);
    pthread_mutex_init(&db->lease_lock, NULL);
    pthread_mutex_init(&db->work_lock, NULL);
    pthread_cond_init(&db->work_over, NULL);
    pthread_mutex_init(&db->load_lock, NULL);
    pthread_mutex_init(&db->definitions_lock, NULL);
    return db;
}

static int check_path(const char *path) {
    if (!path || !*path) return crmi_error_set(CRM_E_INVALID, 0, "path is empty");
    return crmi_utf8_check(path, strlen(path)) ? CRM_OK : crmi_error_set(CRM_E_UTF8, 0, "path is not UTF-8");
}

/* given: the identity of a store that is made; NULL: a new one. may: what the index may be. */
static int open_db(const char *path, const crm_db_options *options, const uint8_t *given, int may, crmi_db **out) {
    *out = NULL;
    int checked = check_path(path);
    if (checked < 0) return checked;
    crmi_db *db = crmi_db_new();
    if (!db) return crmi_error_nomem();
    int rc = sodium_init() < 0 ? crmi_error_set(CRM_E_IO, 0, "libsodium did not start") : take_options(options, &db->options);
    db->given = given;
    db->may = may;
    if (given) db->options.flags |= CRM_DB_CREATE;
    if (rc == CRM_OK && may == CRMI_INDEX_ANY && db->options.flags & (CRM_DB_CREATE | CRM_DB_READ_ONLY))
        rc = crmi_error_set(CRM_E_INVALID, 0, "an index is made anew in a store that is there, and is written");
    if (rc == CRM_OK) rc = open_engine(db, path);
    db->given = NULL;
    if (rc < 0) {
        crmi_db_release(db);
        return rc;
    }
    *out = db;
    return CRM_OK;
}

int crmi_db_open(const char *path, const crm_db_options *options, crmi_db **out) {
    return open_db(path, options, NULL, CRMI_INDEX_UNFINISHED_TOO, out);
}

int crmi_db_open_any(const char *path, const crm_db_options *options, crmi_db **out) {
    return open_db(path, options, NULL, CRMI_INDEX_ANY, out);
}

bool crmi_db_unfinished(const crmi_db *db) { return db->unfinished; }

int crmi_db_make(const char *path, const uint8_t identity[CRMI_IDENTITY_SIZE], crmi_db **out) {
    return open_db(path, NULL, identity, CRMI_INDEX_WHOLE, out);
}

/* Every row but those of the index has a checksum. What a newer version wrote is kept. */
static int check_row(uint32_t table, crmi_slice key, crmi_slice value) {
    crmi_stored stored;
    crmi_undo_place place;
    int rc = table == CRMI_TABLE_FILE ? crmi_stored_open(key, value, &stored) : CRM_OK;
    if (rc == CRM_E_VERSION) rc = CRM_OK;
    if (table == CRMI_TABLE_UNDO) rc = crmi_undo_open(key, value, &place);
    if (table == CRMI_TABLE_CHANGES && !crmi_changes_sound(key, value, CRMI_CHANGES_SUM)) rc = crmi_changes_damaged();
    if (table == CRMI_TABLE_META && (value.size <= 4 || !crmi_meta_sound(key, value, value.size - 4)))
        rc = crmi_error_set(CRM_E_CORRUPT, 0, "a record of the store itself is damaged");
    return rc;
}

int crmi_db_backup(crmi_db *db, const char *path) {
    int rc = check_path(path);
    if (rc == CRM_OK) rc = crmi_db_settle(db);
    return rc == CRM_OK ? crmi_engine_copy(db->engine, path, check_row) : rc;
}

int crmi_db_compact(const char *path, const crm_db_options *options) {
    crmi_db *db;
    if (options && options->flags & (CRM_DB_READ_ONLY | CRM_DB_CREATE))
        return crmi_error_set(CRM_E_INVALID, 0, "what is made smaller is there, and is written");
    int rc = open_db(path, options, NULL, CRMI_INDEX_WHOLE, &db);
    if (rc < 0) return rc;
    rc = crmi_engine_compact(db->engine, check_row);
    crmi_db_release(db);
    return rc;
}

void crmi_db_retain(crmi_db *db) { atomic_fetch_add(&db->references, 1); }

static void destroy(crmi_db *db) {
    crmi_db_bulk_close(db);
    if (db->engine) crmi_engine_close(db->engine);
    crmi_definitions_release(db->definitions);
    pthread_mutex_destroy(&db->definitions_lock);
    pthread_mutex_destroy(&db->lease_lock);
    pthread_mutex_destroy(&db->work_lock);
    pthread_cond_destroy(&db->work_over);
    pthread_mutex_destroy(&db->load_lock);
    free(db);
}

void crmi_db_release(crmi_db *db) {
    if (db && atomic_fetch_sub(&db->references, 1) == 1) destroy(db);
}

/* Who waits for the end of the work finds its reference gone too: what closing does it does in his thread. */
void crmi_db_work(crmi_db *db, bool begins) {
    bool last = false;
    pthread_mutex_lock(&db->work_lock);
    db->at_work += begins ? 1 : -1u;
    if (begins)
        crmi_db_retain(db);
    else
        last = atomic_fetch_sub(&db->references, 1) == 1;
    pthread_cond_broadcast(&db->work_over);
    pthread_mutex_unlock(&db->work_lock);
    if (last) destroy(db);
}

void crmi_db_wait(crmi_db *db) {
    pthread_mutex_lock(&db->work_lock);
    while (db->at_work) pthread_cond_wait(&db->work_over, &db->work_lock);
    pthread_mutex_unlock(&db->work_lock);
}

const char *crmi_db_uuid(const crmi_db *db) { return db->uuid; }
const crmi_id_key *crmi_db_key(const crmi_db *db) { return &db->key; }
const uint8_t *crmi_db_index_secret(const crmi_db *db) { return db->index_secret; }
const crmi_token_key *crmi_db_token_key(const crmi_db *db) { return &db->token_key; }
int crmi_db_grow(crmi_db *db) { return atomic_load(&db->load_left) ? CRM_E_FULL : crmi_engine_grow(db->engine); }
int64_t crmi_db_now(const crmi_db *db) { return db->options.fixed_time ? db->options.fixed_time : crmi_clock_now(); }

int64_t crmi_db_today(const crmi_db *db) { return crmi_clock_day_of(crmi_db_now(db) + (int64_t)db->options.utc_offset * 60 * 1000000); }
