/* SPDX-License-Identifier: MIT */
/* What a read transaction reads, and a write transaction in tables that it has not changed, without LMDB's calls: see lmdb_read.h. */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include <string.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)

static inline int check(const crmi_lmdb_txn *txn) {
    if (LIKELY(txn->forks == crmi_registry_forks && txn->failed == CRM_OK)) return CRM_OK;
    return crmi_lmdb_refuse(txn);
}

static inline int row(crmi_lmdb_txn *txn, crmi_row_fn fn, void *data, size_t read, crmi_slice key, crmi_slice value) {
    txn->depth++;
    int status = fn(data, read, key, value);
    txn->depth--;
    return status;
}

/* The end of what there is is none of the transaction. */
static int end(crmi_lmdb_txn *txn, int status) {
    if (status == CRM_E_NOTFOUND) return CRM_OK;
    txn->failed = status;
    return status;
}

int crmi_lmdb_get(crmi_etxn *base, uint32_t table, crmi_slice key, crmi_row_fn fn, void *data) {
    crmi_lmdb_txn *txn = (crmi_lmdb_txn *)base;
    crmi_lmdb_reading r;
    crmi_slice value;
    int status = check(txn);
    if (status != CRM_OK) return status;
    crmi_lmdb_read_begin(&r, &txn->snapshot);
    status = crmi_lmdb_read_key(&r, table, key, &value);
    if (status == CRM_OK) return row(txn, fn, data, 0, key, value);
    return status == CRM_E_NOTFOUND ? status : end(txn, status);
}

static bool inside(const crmi_read *read, crmi_slice key) {
    if (read->flags & CRMI_READ_REVERSE) return crmi_key_order(key, read->from) >= 0;
    return read->until.size == 0 || crmi_key_order(key, read->until) < 0;
}

/* Keys that do not ascend would have a caller, who goes on behind the last one that he got, go round in a circle. */
static bool follows(const crmi_read *read, crmi_slice key, crmi_slice last) {
    if (!last.size) return true;
    return read->flags & CRMI_READ_REVERSE ? crmi_key_order(key, last) < 0 : crmi_key_order(key, last) > 0;
}

static int read_range(crmi_lmdb_txn *txn, crmi_lmdb_reading *r, const crmi_read *read, size_t number, crmi_row_fn fn, void *data) {
    bool reverse = read->flags & CRMI_READ_REVERSE;
    crmi_slice key, value = {"", 0}, last = {NULL, 0};
    size_t left = read->limit ? read->limit : SIZE_MAX;
    int status = reverse ? crmi_lmdb_read_below(r, read->table, read->until) : crmi_lmdb_read_from(r, read->table, read->from);
    while (status == CRM_OK) {
        status = crmi_lmdb_read_here(r, &key, read->flags & CRMI_READ_KEYS ? NULL : &value);
        if (status != CRM_OK) break;
        if (!inside(read, key)) return CRM_OK;
        if (!follows(read, key, last)) return end(txn, crmi_error_set(CRM_E_CORRUPT, 0, "the store is damaged: keys are not in order"));
        status = row(txn, fn, data, number, key, value);
        if (status != CRM_OK || --left == 0) return status;
        last = key;
        status = reverse ? crmi_lmdb_read_previous(r) : crmi_lmdb_read_next(r);
    }
    return end(txn, status);
}

int crmi_lmdb_read_one(crmi_lmdb_txn *txn, crmi_lmdb_reading *r, const crmi_read *read, size_t number, crmi_row_fn fn, void *data) {
    crmi_slice value;
    if (read->flags & CRMI_READ_RANGE) return read_range(txn, r, read, number, fn, data);
    int status = crmi_lmdb_read_key(r, read->table, read->from, &value);
    if (status != CRM_OK) return end(txn, status);
    return row(txn, fn, data, number, read->from, read->flags & CRMI_READ_KEYS ? (crmi_slice){"", 0} : value);
}

int crmi_lmdb_get_many(crmi_etxn *base, const crmi_read *reads, size_t count, crmi_row_fn fn, void *data) {
    crmi_lmdb_txn *txn = (crmi_lmdb_txn *)base;
    crmi_lmdb_reading r;
    int status = check(txn);
    crmi_lmdb_read_begin(&r, &txn->snapshot);
    for (size_t i = 0; i < count && status == CRM_OK; i++) status = crmi_lmdb_read_one(txn, &r, &reads[i], i, fn, data);
    return status;
}

int crmi_lmdb_range(crmi_etxn *txn, const crmi_read *read, crmi_row_fn fn, void *data) {
    crmi_read as_range = *read;
    as_range.flags |= CRMI_READ_RANGE;
    return crmi_lmdb_get_many(txn, &as_range, 1, fn, data);
}
