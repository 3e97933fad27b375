/* SPDX-License-Identifier: MIT */
/* Rows of table changes: see changes_table.h. */
#include "store/changes_table.h"
#include "base/clock.h"
#include "base/error.h"
#include "codec/crc32c.h"
#include "codec/key.h"
#include "store/db.h"

#define NUMBER_MASK ((UINT64_C(1) << 56) - 1)

int crmi_changes_damaged(void) { return crmi_error_set(CRM_E_CORRUPT, 0, "the record of changes is damaged"); }

/* --- keys --- */

crmi_slice crmi_changes_key_make(crmi_changes_key *key, uint32_t what, uint64_t number, uint64_t second) {
    crmi_key_put64(key->bytes, (uint64_t)what << 56 | number);
    crmi_key_put64(key->bytes + 8, second);
    return (crmi_slice){key->bytes, sizeof key->bytes};
}

uint64_t crmi_changes_key_number(crmi_slice key) { return crmi_key_get64(key.data) & NUMBER_MASK; }
uint64_t crmi_changes_key_second(crmi_slice key) { return crmi_key_get64((const uint8_t *)key.data + 8); }

int crmi_changes_range(crmi_txn *txn, uint32_t what, crmi_changes_span span, uint32_t flags, size_t limit, crmi_row_fn fn, void *data) {
    crmi_changes_key from, until;
    crmi_read read = {CRMI_TABLE_CHANGES, CRMI_READ_RANGE | flags, crmi_changes_key_make(&from, what, span.from, span.from_second),
                      crmi_changes_key_make(&until, what, span.until, span.until_second), limit};
    return crmi_engine_range(txn->engine, &read, fn, data);
}

int crmi_changes_delete_range(crmi_txn *txn, uint32_t what, crmi_changes_span span) {
    crmi_changes_key from, until;
    return crmi_engine_del_range(txn->engine, CRMI_TABLE_CHANGES, crmi_changes_key_make(&from, what, span.from, span.from_second),
                                 crmi_changes_key_make(&until, what, span.until, span.until_second));
}

int crmi_changes_delete(crmi_txn *txn, uint32_t what, uint64_t number, uint64_t second) {
    crmi_changes_key key;
    return crmi_engine_del(txn->engine, CRMI_TABLE_CHANGES, crmi_changes_key_make(&key, what, number, second));
}

/* --- rows --- */

void crmi_changes_add64(crmi_buffer *row, uint64_t number) {
    uint8_t bytes[8];
    crmi_key_put64(bytes, number);
    crmi_buffer_append(row, bytes, sizeof bytes);
}

void crmi_changes_add32(crmi_buffer *row, uint32_t number) {
    uint8_t bytes[4];
    crmi_key_put32(bytes, number);
    crmi_buffer_append(row, bytes, sizeof bytes);
}

/* A row that failed stays so: who puts it in the end is told. */
void crmi_changes_begin(crmi_buffer *row) {
    if (row->failed) return;
    crmi_buffer_clear(row);
    crmi_changes_add32(row, 0);
}

static uint32_t sum_of(crmi_slice key, const uint8_t *row, size_t size) {
    return crmi_crc32c(crmi_crc32c(0, key.data, key.size), row + CRMI_CHANGES_SUM, size - CRMI_CHANGES_SUM);
}

int crmi_changes_put(crmi_txn *txn, uint32_t what, uint64_t number, uint64_t second, crmi_buffer *row) {
    crmi_changes_key bytes;
    crmi_slice key = crmi_changes_key_make(&bytes, what, number, second);
    if (row->failed) return crmi_error_nomem();
    crmi_key_put32(row->data, sum_of(key, row->data, row->size));
    return crmi_engine_put(txn->engine, CRMI_TABLE_CHANGES, key, (crmi_slice){row->data, row->size});
}

bool crmi_changes_sound(crmi_slice key, crmi_slice value, size_t least) {
    return key.size == CRMI_CHANGES_KEY && value.size >= least && crmi_key_get32(value.data) == sum_of(key, value.data, value.size);
}

/* --- entries --- */

int crmi_changes_next_entry(const uint8_t **at, const uint8_t *end, uint32_t *root, crmi_change *out) {
    int rc = crmi_id_list_next(at, end, root, &out->id, &out->action);
    return rc < 0 ? crmi_changes_damaged() : rc;
}

/* --- state --- */

static int take_state(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    const uint8_t *bytes = value.data;
    if (value.size != CRMI_CHANGES_STATE_SIZE || !crmi_changes_sound(key, value, CRMI_CHANGES_STATE_SIZE)) return crmi_changes_damaged();
    *(crmi_changes_state *)data =
        (crmi_changes_state){crmi_key_get64(bytes + CRMI_CHANGES_SUM), crmi_key_get32(bytes + CRMI_CHANGES_SUM + 8), true};
    return CRM_OK;
}

int crmi_changes_read_state(crmi_txn *txn, crmi_changes_state *out) {
    crmi_changes_key key;
    *out = (crmi_changes_state){0, 1, false};
    int rc = crmi_engine_get(txn->engine, CRMI_TABLE_CHANGES, crmi_changes_key_make(&key, CRMI_CHANGES_STATE, 0, 0), take_state, out);
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

int crmi_changes_write_state(crmi_txn *txn, const crmi_changes_state *state) {
    crmi_buffer row = {0};
    crmi_changes_begin(&row);
    crmi_changes_add64(&row, state->floor);
    crmi_changes_add32(&row, state->epoch);
    int rc = crmi_changes_put(txn, CRMI_CHANGES_STATE, 0, 0, &row);
    crmi_buffer_free(&row);
    return rc;
}

int64_t crmi_changes_before(const crmi_txn *txn, uint32_t days) { return crmi_db_now(txn->db) - (int64_t)days * CRMI_US_A_DAY; }
