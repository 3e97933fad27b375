/* SPDX-License-Identifier: MIT */
/* The engine calls: arguments checked once for all engines, then handed to the engine at hand. */
#include "engine/engine.h"
#include "base/error.h"
#include "engine/ops.h"

static int check_table(uint32_t table) {
    return table < CRMI_TABLES ? CRM_OK : crmi_error_set(CRM_E_INVALID, 0, "there is no table %u", (unsigned)table);
}

static int check_key(uint32_t table, crmi_slice key) {
    if (table < CRMI_TABLES && key.size != 0 && key.size <= CRMI_KEY_MAX) return CRM_OK;
    if (table >= CRMI_TABLES) return check_table(table);
    if (key.size == 0) return crmi_error_set(CRM_E_INVALID, 0, "a key is empty");
    return crmi_error_set(CRM_E_TOO_BIG, 0, "a key has more than %d bytes", CRMI_KEY_MAX);
}

static int check_pair(uint32_t table, crmi_slice key, crmi_slice value) {
    int status = check_key(table, key);
    if (status != CRM_OK || value.size <= UINT32_MAX) return status;
    return crmi_error_set(CRM_E_TOO_BIG, 0, "a value has more than 4,294,967,295 bytes");
}

int crmi_engine_open(const char *path, const crmi_engine_options *options, crmi_engine **out) {
    *out = NULL;
    int status = crmi_lmdb_open(path, options, out);
    return status == CRM_OK ? crmi_counting_wrap(out) : status;
}

void crmi_engine_close(crmi_engine *engine) {
    if (engine) engine->ops->close(engine);
}

/* Closing knows a fork by itself and then leaves the store alone. */
void crmi_engine_forget(crmi_engine *engine) { crmi_engine_close(engine); }

int crmi_engine_begin(crmi_engine *engine, bool write, uint32_t wait_ms, crmi_etxn **out) {
    *out = NULL;
    return engine->ops->begin(engine, write, wait_ms, out);
}

int crmi_engine_grow(crmi_engine *engine) { return engine->ops->grow(engine); }

int crmi_engine_copy(crmi_engine *engine, const char *path, crmi_check_fn check) { return engine->ops->copy(engine, path, check); }

int crmi_engine_compact(crmi_engine *engine, crmi_check_fn check) { return engine->ops->compact(engine, check); }

int crmi_engine_bulk(crmi_engine *engine, crmi_engine **out) { return engine->ops->bulk(engine, out); }

int crmi_engine_get(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_row_fn fn, void *data) {
    int status = check_key(table, key);
    return status == CRM_OK ? txn->ops->get(txn, table, key, fn, data) : status;
}

int crmi_engine_get_many(crmi_etxn *txn, const crmi_read *reads, size_t count, crmi_row_fn fn, void *data) {
    for (size_t i = 0; i < count; i++) {
        bool range = reads[i].flags & CRMI_READ_RANGE;
        int status = range ? check_table(reads[i].table) : check_key(reads[i].table, reads[i].from);
        if (status != CRM_OK) return status;
    }
    return txn->ops->get_many(txn, reads, count, fn, data);
}

int crmi_engine_range(crmi_etxn *txn, const crmi_read *read, crmi_row_fn fn, void *data) {
    int status = check_table(read->table);
    return status == CRM_OK ? txn->ops->range(txn, read, fn, data) : status;
}

int crmi_engine_put(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_slice value) {
    int status = check_pair(table, key, value);
    return status == CRM_OK ? txn->ops->put(txn, table, key, value) : status;
}

int crmi_engine_put_sorted(crmi_etxn *txn, uint32_t table, const crmi_pair *pairs, size_t count, bool append) {
    int status = CRM_OK;
    for (size_t i = 0; i < count && status == CRM_OK; i++) status = check_pair(table, pairs[i].key, pairs[i].value);
    return status == CRM_OK ? txn->ops->put_sorted(txn, table, pairs, count, append) : status;
}

int crmi_engine_del(crmi_etxn *txn, uint32_t table, crmi_slice key) {
    int status = check_key(table, key);
    return status == CRM_OK ? txn->ops->del(txn, table, key) : status;
}

int crmi_engine_del_range(crmi_etxn *txn, uint32_t table, crmi_slice from, crmi_slice until) {
    int status = check_table(table);
    return status == CRM_OK ? txn->ops->del_range(txn, table, from, until) : status;
}

int crmi_engine_walk(crmi_etxn *txn) { return txn->ops->walk(txn); }

int crmi_engine_commit(crmi_etxn *txn) { return txn->ops->commit(txn); }

void crmi_engine_abort(crmi_etxn *txn) {
    if (txn) txn->ops->abort(txn);
}
