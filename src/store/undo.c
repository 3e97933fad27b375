/* SPDX-License-Identifier: MIT */
/* Notes of what an import wrote over: see undo.h. */
#include "store/undo.h"
#include "base/error.h"
#include "codec/crc32c.h"
#include "codec/key.h"
#include "store/db.h"
#include <stdlib.h>
#include <string.h>

enum {
    KEY_SIZE = 16,
    CHUNK = 8 * 4096 - 16, /* what the engine has in eight pages */
    SUM_SIZE = 4,
    DELETED_HEAD = 4,  /* bytes */
    CHANGED_HEAD = 12, /* revision, bytes */
    MEANING_SIZE = 16,
    RECENT = 64
};

struct crmi_undo {
    crmi_packed run;
    uint32_t batch, sequence;
    uint32_t root; /* of the latest entry in the chunk */
    crmi_buffer chunk;
    struct {
        crmi_packed id;
        size_t at;    /* of the revision, in chunk */
    } recent[RECENT]; /* records that changed: one that changes again needs no second note in the chunk */
};

static int damaged(void) { return crmi_error_set(CRM_E_CORRUPT, 0, "what a run wrote over is damaged"); }

static crmi_slice make_key(uint8_t out[KEY_SIZE], crmi_packed run, uint32_t batch, uint32_t sequence) {
    crmi_key_put64(out, run);
    crmi_key_put32(out + 8, batch);
    crmi_key_put32(out + 12, sequence);
    return (crmi_slice){out, KEY_SIZE};
}

static uint32_t sum_of(crmi_slice key, const void *bytes, size_t size) {
    return crmi_crc32c(crmi_crc32c(0, key.data, key.size), bytes, size);
}

/* --- noting --- */

int crmi_undo_begin(crmi_txn *txn, crmi_packed run, uint32_t batch) {
    txn->undo = calloc(1, sizeof *txn->undo);
    if (!txn->undo) return crmi_error_nomem();
    txn->undo->run = run;
    txn->undo->batch = batch;
    return CRM_OK;
}

void crmi_undo_free(crmi_undo *undo) {
    if (undo) crmi_buffer_free(&undo->chunk);
    free(undo);
}

static int flush(crmi_txn *txn) {
    crmi_undo *undo = txn->undo;
    uint8_t bytes[KEY_SIZE];
    if (undo->chunk.failed) return crmi_error_nomem();
    if (undo->chunk.size == 0) return CRM_OK;
    crmi_slice key = make_key(bytes, undo->run, undo->batch, undo->sequence++);
    crmi_key_put32(undo->chunk.data, sum_of(key, undo->chunk.data + SUM_SIZE, undo->chunk.size - SUM_SIZE));
    int rc = crmi_engine_put(txn->engine, CRMI_TABLE_UNDO, key, (crmi_slice){undo->chunk.data, undo->chunk.size});
    crmi_buffer_clear(&undo->chunk);
    memset(undo->recent, 0, sizeof undo->recent);
    return rc;
}

int crmi_undo_end(crmi_txn *txn) {
    int rc = flush(txn);
    crmi_undo_free(txn->undo);
    txn->undo = NULL;
    return rc;
}

/* Room for an entry of so many bytes in the chunk. */
static int make_room(crmi_txn *txn, size_t size) {
    crmi_undo *undo = txn->undo;
    int rc = undo->chunk.size && undo->chunk.size + size > CHUNK ? flush(txn) : CRM_OK;
    if (rc < 0 || undo->chunk.size) return rc;
    crmi_buffer_append(&undo->chunk, "\0\0\0", SUM_SIZE);
    undo->root = 0;
    return CRM_OK;
}

static void add_number(crmi_buffer *out, uint64_t number) {
    uint8_t bytes[8];
    crmi_key_put64(bytes, number);
    crmi_buffer_append(out, bytes, sizeof bytes);
}

static int note_created(crmi_txn *txn, crmi_packed id) {
    int rc = make_room(txn, CRMI_ID_LIST_ENTRY);
    if (rc == CRM_OK) crmi_id_list_add(&txn->undo->chunk, &txn->undo->root, id, CRMI_UNDO_CREATED);
    return rc == CRM_OK && txn->undo->chunk.failed ? crmi_error_nomem() : rc;
}

/* revision 0: it is deleted. */
static int note_before(crmi_txn *txn, crmi_packed id, uint64_t revision) {
    crmi_undo *undo = txn->undo;
    crmi_buffer body = {0}, *out = &undo->chunk;
    uint8_t size[4];
    int rc = crmi_store_body(txn, id, &body);
    if (rc == CRM_OK && body.size) rc = make_room(txn, CRMI_ID_LIST_ENTRY + CHANGED_HEAD + body.size);
    if (rc == CRM_OK && body.size) {
        crmi_id_list_add(out, &undo->root, id, revision ? CRMI_UNDO_CHANGED : CRMI_UNDO_DELETED);
        undo->recent[id % RECENT].id = revision ? id : 0;
        undo->recent[id % RECENT].at = out->size;
        if (revision) add_number(out, revision);
        crmi_key_put32(size, (uint32_t)body.size);
        crmi_buffer_append(out, size, sizeof size);
        crmi_buffer_append(out, body.data, body.size);
        if (out->failed) rc = crmi_error_nomem();
    }
    crmi_buffer_free(&body);
    return rc;
}

int crmi_undo_note_put(crmi_txn *txn, crmi_packed id, uint64_t revision) {
    crmi_undo *undo = txn->undo;
    if (revision == 1) return note_created(txn, id);
    if (undo->recent[id % RECENT].id != id) return note_before(txn, id, revision);
    crmi_key_put64(undo->chunk.data + undo->recent[id % RECENT].at, revision);
    return CRM_OK;
}

int crmi_undo_note_delete(crmi_txn *txn, crmi_packed id) { return note_before(txn, id, 0); }

/* --- reading --- */

static int take_key(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)value;
    uint8_t *last = data;
    if (key.size != KEY_SIZE) return damaged();
    memcpy(last, key.data, KEY_SIZE);
    return CRM_OK;
}

int crmi_undo_last(crmi_txn *txn, crmi_packed run, uint32_t *batch, uint32_t *chunks) {
    uint8_t from[KEY_SIZE], until[KEY_SIZE], last[KEY_SIZE] = {0};
    crmi_read read = {CRMI_TABLE_UNDO, CRMI_READ_RANGE | CRMI_READ_REVERSE | CRMI_READ_KEYS, make_key(from, run, 0, 0),
                      make_key(until, run + 1, 0, 0), 1};
    int rc = crmi_engine_range(txn->engine, &read, take_key, last);
    if (rc < 0 || crmi_key_get64(last) != run) return rc;
    *batch = crmi_key_get32(last + 8);
    *chunks = crmi_key_get32(last + 12) + 1;
    return CRM_ROW;
}

static int take_chunk(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    const uint8_t *bytes = value.data;
    if (value.size <= SUM_SIZE || crmi_key_get32(bytes) != sum_of(key, bytes + SUM_SIZE, value.size - SUM_SIZE)) return damaged();
    crmi_buffer_append(data, bytes + SUM_SIZE, value.size - SUM_SIZE);
    return CRM_OK;
}

int crmi_undo_chunk(crmi_txn *txn, crmi_packed run, uint32_t batch, uint32_t sequence, crmi_buffer *out) {
    uint8_t key[KEY_SIZE];
    crmi_buffer_clear(out);
    int rc = crmi_engine_get(txn->engine, CRMI_TABLE_UNDO, make_key(key, run, batch, sequence), take_chunk, out);
    if (rc == CRM_E_NOTFOUND) rc = damaged();
    return rc == CRM_OK && out->failed ? crmi_error_nomem() : rc;
}

int crmi_undo_open(crmi_slice key, crmi_slice value, crmi_undo_place *out) {
    const uint8_t *name = key.data, *bytes = value.data;
    *out = (crmi_undo_place){0};
    if (key.size != KEY_SIZE || value.size <= SUM_SIZE) return damaged();
    *out = (crmi_undo_place){crmi_key_get64(name), crmi_key_get32(name + 8), crmi_key_get32(name + 12)};
    size_t size = value.size - SUM_SIZE, sum_at = out->run ? 0 : size, at = out->run ? SUM_SIZE : 0;
    if (!out->run && size != MEANING_SIZE) return damaged();
    return crmi_key_get32(bytes + sum_at) == sum_of(key, bytes + at, size) ? CRM_OK : damaged();
}

int crmi_undo_next(crmi_undo_reading *from, crmi_undo_entry *out) {
    *out = (crmi_undo_entry){.revision = 1};
    int rc = crmi_id_list_next(&from->at, from->end, &from->root, &out->id, &out->what);
    if (rc == CRM_OK) return CRM_OK;
    if (rc < 0 || out->what > CRMI_UNDO_DELETED || !out->id) return damaged();
    if (out->what == CRMI_UNDO_CREATED) return CRM_ROW;
    size_t left = (size_t)(from->end - from->at), head = out->what == CRMI_UNDO_CHANGED ? CHANGED_HEAD : DELETED_HEAD;
    if (left < head) return damaged();
    out->revision = out->what == CRMI_UNDO_CHANGED ? crmi_key_get64(from->at) : 0;
    out->body = (crmi_slice){from->at + head, crmi_key_get32(from->at + head - 4)};
    if (out->body.size == 0 || out->body.size > left - head) return damaged();
    from->at += head + out->body.size;
    return CRM_ROW;
}

/* --- dropping --- */

static int delete_range(crmi_txn *txn, crmi_slice from, crmi_slice until) {
    int rc = crmi_engine_del_range(txn->engine, CRMI_TABLE_UNDO, from, until);
    if (rc == CRM_OK) txn->changed = true;
    return rc;
}

/* Without any run's notes, no revision needs to mean another. */
static int tidy(crmi_txn *txn) {
    uint8_t from[KEY_SIZE], start[KEY_SIZE] = {0}, first[KEY_SIZE] = {0};
    crmi_slice runs = make_key(from, 1, 0, 0);
    crmi_read read = {CRMI_TABLE_UNDO, CRMI_READ_RANGE | CRMI_READ_KEYS, runs, {NULL, 0}, 1};
    int rc = crmi_engine_range(txn->engine, &read, take_key, first);
    return rc == CRM_OK && crmi_key_get64(first) == 0 ? delete_range(txn, (crmi_slice){start, KEY_SIZE}, runs) : rc;
}

int crmi_undo_drop_batch(crmi_txn *txn, crmi_packed run, uint32_t batch) {
    uint8_t from[KEY_SIZE], until[KEY_SIZE];
    int rc = delete_range(txn, make_key(from, run, batch, 0), make_key(until, run, batch + 1, 0));
    return rc == CRM_OK ? tidy(txn) : rc;
}

int crmi_undo_drop(crmi_txn *txn, crmi_packed run) {
    uint8_t from[KEY_SIZE], until[KEY_SIZE];
    int rc = delete_range(txn, make_key(from, run, 0, 0), make_key(until, run + 1, 0, 0));
    return rc == CRM_OK ? tidy(txn) : rc;
}

/* --- what revisions mean --- */

typedef struct meaning {
    uint64_t revision, means;
} meaning;

static int take_meaning(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    const uint8_t *bytes = value.data;
    if (value.size != MEANING_SIZE + SUM_SIZE || crmi_key_get32(bytes + MEANING_SIZE) != sum_of(key, bytes, MEANING_SIZE)) return damaged();
    *(meaning *)data = (meaning){crmi_key_get64(bytes), crmi_key_get64(bytes + 8)};
    return CRM_OK;
}

static crmi_slice meaning_key(uint8_t out[KEY_SIZE], crmi_packed id) {
    crmi_key_put64(out, 0);
    crmi_key_put64(out + 8, id);
    return (crmi_slice){out, KEY_SIZE};
}

int crmi_undo_meaning(crmi_txn *txn, crmi_packed id, uint64_t revision, uint64_t *out) {
    uint8_t key[KEY_SIZE];
    meaning found = {0};
    int rc = crmi_engine_get(txn->engine, CRMI_TABLE_UNDO, meaning_key(key, id), take_meaning, &found);
    *out = found.revision == revision && revision ? found.means : revision;
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

int crmi_undo_mean(crmi_txn *txn, crmi_packed id, uint64_t revision, uint64_t means) {
    uint8_t bytes[KEY_SIZE], value[MEANING_SIZE + SUM_SIZE];
    crmi_slice key = meaning_key(bytes, id);
    crmi_key_put64(value, revision);
    crmi_key_put64(value + 8, means);
    crmi_key_put32(value + MEANING_SIZE, sum_of(key, value, MEANING_SIZE));
    return crmi_engine_put(txn->engine, CRMI_TABLE_UNDO, key, (crmi_slice){value, sizeof value});
}
