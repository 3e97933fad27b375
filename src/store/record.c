/* SPDX-License-Identifier: MIT */
/* Records in table file. A value is: format (2 bits) and kind (6) in one byte, CRC-32C of key, this byte and the body (4 bytes,
 * little-endian), then the body. The checksum is bound to the key, so that a value under a wrong key is found out. */
#include "base/error.h"
#include "codec/crc32c.h"
#include "codec/key.h"
#include "codec/pack.h"
#include "codec/walk.h"
#include "store/changes.h"
#include "store/db.h"
#include "store/definitions_fields.h"
#include "store/gate.h"
#include "store/undo.h"
#include <stdlib.h>
#include <string.h>

#define FORMAT 1
#define HEADER 5
#define KEY_SIZE 8
#define FEW 16       /* reads of one call that need no allocation */
#define STUB_HOPS 16 /* stubs followed at most */

static uint32_t checksum(const uint8_t *key, const uint8_t *header, const void *body, size_t size) {
    return crmi_crc32c(crmi_crc32c(crmi_crc32c(0, key, KEY_SIZE), header, 1), body, size);
}

static int damaged(const char *what) {
    crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: %s", what);
    return CRM_E_CORRUPT;
}

int crmi_stored_open(crmi_slice key, crmi_slice value, crmi_stored *out) {
    const uint8_t *bytes = value.data;
    if (key.size != KEY_SIZE) return damaged("its key");
    if (value.size <= HEADER) return damaged("its length");
    if (bytes[0] >> 6 != FORMAT) return damaged("its format");
    uint32_t sum = (uint32_t)bytes[1] | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3] << 16 | (uint32_t)bytes[4] << 24;
    if (sum != checksum(key.data, bytes, bytes + HEADER, value.size - HEADER)) return damaged("its checksum");
    out->id = crmi_key_get64(key.data);
    out->kind = bytes[0] & 63;
    out->body = (crmi_slice){bytes + HEADER, value.size - HEADER};
    if (out->kind == CRMI_KIND_STUB) return CRM_OK;
    if (out->kind != crmi_id_kind(out->id)) return damaged("its kind");
    if (crmi_schema_kind(out->kind)) return CRM_OK;
    crmi_error_set(CRM_E_VERSION, 0, "a stored record is of a kind that this version does not know");
    return CRM_E_VERSION;
}

crmi_packed crmi_stored_target(const crmi_stored *stored) {
    crmi_value value;
    if (crmi_walk_find(stored->body.data, stored->body.size, 1, &value) != CRM_ROW || value.type != CRMI_VALUE_INT) return 0;
    return (crmi_packed)value.integer;
}

typedef struct read_call {
    crmi_txn *txn;
    const crmi_want *wants;
    size_t count;
    crmi_stored_fn fn;
    void *data;
    crmi_packed *moved; /* a want: where its stub leads */
    bool any_moved, with_counter;
} read_call;

static int take_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    read_call *reading = data;
    crmi_stored stored;
    if (reading->with_counter && read == 0) return crmi_definitions_take_counter(reading->txn, key, value);
    if (reading->with_counter) {
        reading->txn->definitions_asked = true; /* it came before, or there is none */
        read--;
    }
    int rc = crmi_stored_open(key, value, &stored);
    if (rc < 0 || !crmi_gate_sees(reading->txn, stored.id)) return rc;
    if (stored.kind != CRMI_KIND_STUB) return reading->fn(reading->data, read, &stored);
    if (reading->wants[read].until == 0) {
        reading->moved[read] = crmi_stored_target(&stored);
        reading->any_moved |= reading->moved[read] != 0;
    }
    return CRM_OK;
}

typedef struct stub_hop {
    crmi_stored_fn fn;
    void *data;
    size_t read;
    crmi_packed next;
    bool found;
} stub_hop;

static int take_hop(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    stub_hop *hop = data;
    crmi_stored stored;
    int rc = crmi_stored_open(key, value, &stored);
    if (rc < 0) return rc;
    hop->next = 0;
    if (stored.kind == CRMI_KIND_STUB)
        hop->next = crmi_stored_target(&stored);
    else {
        hop->found = true;
        rc = hop->fn(hop->data, hop->read, &stored);
    }
    return rc;
}

static int take_body(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_stored stored;
    int rc = crmi_stored_open(key, value, &stored);
    if (rc == CRM_OK && stored.kind != CRMI_KIND_STUB) crmi_buffer_append(data, stored.body.data, stored.body.size);
    return rc;
}

int crmi_store_body(crmi_txn *txn, crmi_packed id, crmi_buffer *out) {
    uint8_t key[KEY_SIZE];
    crmi_key_put64(key, id);
    int rc = crmi_engine_get(txn->engine, CRMI_TABLE_FILE, (crmi_slice){key, KEY_SIZE}, take_body, out);
    if (rc == CRM_E_NOTFOUND) rc = CRM_OK;
    return rc == CRM_OK && out->failed ? crmi_error_nomem() : rc;
}

/* Reads one record, over any stubs. CRM_E_NOTFOUND without an error text: the caller knows what it asked for. */
static int follow(crmi_txn *txn, crmi_packed id, size_t read, crmi_stored_fn fn, void *data) {
    stub_hop hop = {.fn = fn, .data = data, .read = read, .next = id};
    for (int i = 0; i < STUB_HOPS && hop.next && crmi_gate_sees(txn, hop.next); i++) {
        uint8_t key[KEY_SIZE];
        crmi_key_put64(key, hop.next);
        int rc = crmi_engine_get(txn->engine, CRMI_TABLE_FILE, (crmi_slice){key, KEY_SIZE}, take_hop, &hop);
        if (rc != CRM_OK || hop.found) return rc;
    }
    return CRM_E_NOTFOUND;
}

int crmi_store_read(crmi_txn *txn, crmi_packed id, crmi_stored_fn fn, void *data) {
    int rc = id ? follow(txn, id, 0, fn, data) : CRM_E_NOTFOUND;
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, 0, "no such record") : rc;
}

/* What the actor does not see becomes a read of key 0, where nothing is, whatever was asked for.
 * reads has room for one more than keys: the counter of the definitions, where it is asked for. It goes first, so that it is known already
 * when fn gets records with custom fields. */
static int read_many(read_call *reading, crmi_read *reads, uint8_t (*keys)[2][KEY_SIZE]) {
    crmi_txn *txn = reading->txn;
    size_t count = reading->count, counters = reading->with_counter;
    if (counters) crmi_definitions_counter_read(txn, reads++);
    for (size_t i = 0; i < count; i++) {
        const crmi_want *want = &reading->wants[i];
        bool seen = want->until ? crmi_gate_sees_range(txn, want->from, want->until) : crmi_gate_sees(txn, want->from);
        crmi_key_put64(keys[i][0], seen ? want->from : 0);
        crmi_key_put64(keys[i][1], want->until);
        reads[i] = (crmi_read){.table = CRMI_TABLE_FILE, .from = {keys[i][0], KEY_SIZE}, .limit = want->limit};
        if (seen && want->until) {
            reads[i].flags = CRMI_READ_RANGE;
            reads[i].until = (crmi_slice){keys[i][1], KEY_SIZE};
        }
        reading->moved[i] = 0;
    }
    int rc = crmi_engine_get_many(txn->engine, reads - counters, count + counters, take_row, reading);
    if (rc == CRM_OK && counters) txn->definitions_asked = true;
    for (size_t i = 0; rc == CRM_OK && reading->any_moved && i < count; i++) {
        if (!reading->moved[i]) continue;
        rc = follow(txn, reading->moved[i], i, reading->fn, reading->data);
        if (rc == CRM_E_NOTFOUND) rc = CRM_OK;
    }
    return rc;
}

static int read_all(read_call *reading) {
    size_t count = reading->count;
    if (count <= FEW) {
        crmi_read reads[FEW + 1];
        uint8_t keys[FEW][2][KEY_SIZE];
        crmi_packed moved[FEW];
        reading->moved = moved;
        return read_many(reading, reads, keys);
    }
    crmi_read *reads = calloc(count + 1, sizeof *reads);
    uint8_t(*keys)[2][KEY_SIZE] = calloc(count, sizeof *keys);
    reading->moved = calloc(count, sizeof *reading->moved);
    int rc = reads && keys && reading->moved ? read_many(reading, reads, keys) : crmi_error_nomem();
    free(reads);
    free(keys);
    free(reading->moved);
    return rc;
}

int crmi_store_read_many(crmi_txn *txn, const crmi_want *wants, size_t count, crmi_stored_fn fn, void *data) {
    return read_all(&(read_call){.txn = txn, .wants = wants, .count = count, .fn = fn, .data = data});
}

int crmi_store_read_head(crmi_txn *txn, const crmi_want *wants, size_t count, crmi_stored_fn fn, void *data) {
    bool unknown = !txn->definitions && !txn->definitions_asked && !txn->definitions_written;
    return read_all(&(read_call){.txn = txn, .wants = wants, .count = count, .fn = fn, .data = data, .with_counter = unknown});
}

typedef struct scan_call {
    crmi_stored_fn fn;
    void *data;
} scan_call;

static int take_any(void *data, size_t read, crmi_slice key, crmi_slice value) {
    const scan_call *scan = data;
    crmi_stored stored;
    int rc = crmi_stored_open(key, value, &stored);
    return rc == CRM_OK ? scan->fn(scan->data, read, &stored) : rc;
}

int crmi_store_scan(crmi_txn *txn, crmi_packed from, crmi_packed until, size_t limit, crmi_stored_fn fn, void *data) {
    uint8_t first[KEY_SIZE], end[KEY_SIZE];
    crmi_key_put64(first, from);
    crmi_key_put64(end, until);
    crmi_read read = {CRMI_TABLE_FILE, CRMI_READ_RANGE, {first, KEY_SIZE}, {end, until ? KEY_SIZE : 0}, limit};
    return crmi_engine_range(txn->engine, &read, take_any, &(scan_call){fn, data});
}

static int take_id(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    *(crmi_packed *)data = stored->id;
    return CRM_OK;
}

/* Who writes a file asks for its root again and again. */
int crmi_store_resolve(crmi_txn *txn, crmi_packed *id) {
    crmi_packed asked = *id;
    if (asked && (asked == txn->owner || crmi_memo_has(txn->memo, asked)) && crmi_gate_sees(txn, asked)) return CRM_OK;
    int rc = asked ? follow(txn, asked, 0, take_id, id) : CRM_E_NOTFOUND;
    if (rc == CRM_OK && txn->write && *id == asked && !crmi_id_local(asked)) txn->owner = asked;
    return rc;
}

typedef struct get_call {
    crmi_txn *txn;
    crm_record **out;
} get_call;

static int take_record(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    get_call *getting = data;
    return crmi_object_decode(getting->txn, stored->id, stored->body, getting->out);
}

int crmi_store_get(crmi_txn *txn, crmi_packed id, crm_record **out) {
    *out = NULL;
    return crmi_store_read(txn, id, take_record, &(get_call){txn, out});
}

/* Writes header and body under an id. */
static int put_value(crmi_txn *txn, crmi_packed id, uint32_t kind, crmi_buffer *value) {
    if (value->failed) return crmi_error_nomem();
    uint8_t key[KEY_SIZE];
    crmi_key_put64(key, id);
    value->data[0] = (uint8_t)(FORMAT << 6 | kind);
    uint32_t sum = checksum(key, value->data, value->data + HEADER, value->size - HEADER);
    for (int i = 0; i < 4; i++) value->data[1 + i] = (uint8_t)(sum >> (8 * i));
    int rc = crmi_engine_put(txn->engine, CRMI_TABLE_FILE, (crmi_slice){key, KEY_SIZE}, (crmi_slice){value->data, value->size});
    if (rc == CRM_OK) txn->changed = true;
    return rc;
}

static int put_stub(crmi_txn *txn, crmi_packed id, crmi_packed target) {
    crmi_buffer value = {0};
    crmi_buffer_append(&value, "\0\0\0\0", HEADER);
    crmi_pack_map(&value, target ? 1 : 0);
    if (target) {
        crmi_pack_number(&value, 1);
        crmi_pack_int(&value, (int64_t)target);
    }
    txn->owner = 0;
    crmi_memo_forget(txn->memo);
    int rc = put_value(txn, id, CRMI_KIND_STUB, &value);
    crmi_buffer_free(&value);
    return rc;
}

int crmi_store_forward(crmi_txn *txn, crmi_packed from, crmi_packed to) {
    int rc = crmi_changes_note(txn, from, CRMI_CHANGE_MOVED);
    return rc == CRM_OK ? put_stub(txn, from, to) : rc;
}

typedef struct last_row {
    crmi_packed id;
    bool deleted; /* a stub that leads nowhere */
} last_row;

static int take_last(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    last_row *last = data;
    crmi_stored stored;
    int rc = crmi_stored_open(key, value, &stored);
    if (rc != CRM_OK) return rc;
    *last = (last_row){stored.id, stored.kind == CRMI_KIND_STUB && crmi_stored_target(&stored) == 0};
    return CRM_OK;
}

/* What has the highest local number that a kind has given out at a root, stubs included; id 0 for nothing. */
static int find_last(crmi_txn *txn, uint32_t root, uint32_t kind, last_row *last) {
    uint8_t from[KEY_SIZE], until[KEY_SIZE];
    *last = (last_row){0, false};
    crmi_key_put64(from, crmi_id_pack(root, kind, 0));
    crmi_key_put64(until, crmi_id_pack(root, kind, 0) + CRMI_LOCAL_MAX + 1);
    crmi_read read = {CRMI_TABLE_FILE, CRMI_READ_RANGE | CRMI_READ_REVERSE, {from, KEY_SIZE}, {until, KEY_SIZE}, 1};
    return crmi_engine_range(txn->engine, &read, take_last, last);
}

int crmi_store_new_local(crmi_txn *txn, uint32_t root, uint32_t kind, uint32_t *local) {
    last_row last = {0, false};
    bool known = crmi_memo_knows(txn->memo, root);
    int rc = known ? CRM_OK : find_last(txn, root, kind, &last);
    if (rc < 0) return rc;
    if (known) last.id = crmi_id_pack(root, kind, txn->memo->locals[kind]);
    if (crmi_id_local(last.id) == CRMI_LOCAL_MAX)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "the party has %d records of this kind, the most there can be", (int)CRMI_LIMIT_LOCALS);
    *local = crmi_id_local(last.id) + 1;
    txn->spent = last.deleted ? last.id : 0;
    return CRM_OK;
}

static int delete_key(crmi_txn *txn, crmi_packed id) {
    uint8_t key[KEY_SIZE];
    crmi_key_put64(key, id);
    txn->owner = 0;
    crmi_memo_forget(txn->memo);
    int rc = crmi_engine_del(txn->engine, CRMI_TABLE_FILE, (crmi_slice){key, KEY_SIZE});
    if (rc == CRM_OK) txn->changed = true;
    return rc;
}

static int check_size(const crmi_buffer *value) {
    if (value->size <= CRMI_LIMIT_RECORD_BYTES) return CRM_OK;
    return crmi_error_set(CRM_E_TOO_BIG, 0, "the record has %zu bytes, over the limit of %d", value->size, (int)CRMI_LIMIT_RECORD_BYTES);
}

/* What is said of a write, before it is done: afterwards only the engine can refuse it, and that ends the transaction. */
static int note(crmi_txn *txn, crmi_packed id, const crm_record *rec, uint64_t revision, crmi_slice body) {
    uint32_t action = !rec ? CRMI_CHANGE_DELETED : revision == 1 ? CRMI_CHANGE_CREATED : CRMI_CHANGE_UPDATED;
    int rc = crmi_changes_note(txn, id, action);
    return rc == CRM_OK ? crmi_changes_values(txn, id, revision, body) : rc;
}

int crmi_store_put(crmi_txn *txn, crmi_packed id, const crm_record *rec, uint64_t revision) {
    crmi_buffer *value = &txn->value;
    crmi_buffer_clear(value);
    crmi_buffer_append(value, "\0\0\0\0", HEADER);
    int rc = txn->undo ? crmi_undo_note_put(txn, id, revision) : CRM_OK;
    if (rc == CRM_OK) rc = crmi_object_encode(&txn->db->key, rec, revision, value);
    if (rc == CRM_OK) rc = check_size(value);
    if (rc == CRM_OK) rc = note(txn, id, rec, revision, (crmi_slice){value->data + HEADER, value->size - HEADER});
    if (rc == CRM_OK) rc = put_value(txn, id, rec->kind, value);
    if (rc == CRM_OK) crmi_memo_put(txn->memo, id);
    if (rc == CRM_OK) crmi_changes_touch(txn, id, rec);
    if (rc == CRM_OK && crmi_is_definition(id)) crmi_definitions_touch(txn);
    if (rc < 0 || txn->spent == 0 || id != txn->spent + 1) return rc;
    rc = delete_key(txn, txn->spent); /* the new record keeps the count from now on */
    txn->spent = 0;
    if (rc < 0) crmi_txn_fail(txn, rc);
    return rc;
}

int crmi_store_delete(crmi_txn *txn, crmi_packed id) {
    last_row last;
    int rc = find_last(txn, crmi_id_root(id), crmi_id_kind(id), &last);
    if (rc == CRM_OK && txn->undo) rc = crmi_undo_note_delete(txn, id);
    if (rc == CRM_OK) rc = note(txn, id, NULL, 0, (crmi_slice){NULL, 0});
    if (rc < 0) return rc;
    if (crmi_is_definition(id)) crmi_definitions_touch(txn);
    rc = crmi_id_local(id) && id == last.id ? put_stub(txn, id, 0) : delete_key(txn, id);
    if (rc == CRM_OK) crmi_changes_touch(txn, id, NULL);
    return rc == CRM_OK && !crmi_id_local(id) ? crmi_changes_erase(txn, crmi_id_root(id)) : rc;
}

crm_id crmi_store_public(const crmi_txn *txn, crmi_packed id) {
    return txn->memo ? crmi_memo_public(txn->memo, &txn->db->key, id) : crmi_id_public(&txn->db->key, id);
}
crmi_packed crmi_store_packed(const crmi_txn *txn, crm_id id) {
    return txn->memo ? crmi_memo_internal(txn->memo, &txn->db->key, id) : crmi_id_internal(&txn->db->key, id);
}
