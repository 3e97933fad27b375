/* SPDX-License-Identifier: MIT */
/* Reading and writing of a write transaction, through LMDB; tables that it has not changed are read as the commit before has them, without
 * LMDB's calls. Nothing is allocated on the way: cursors are kept with their transaction, one a table. */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include <string.h>

static MDB_val to_val(crmi_slice slice) { return (MDB_val){slice.size, (void *)(uintptr_t)slice.data}; }

static crmi_slice to_slice(const MDB_val *val) { return (crmi_slice){val->mv_data, val->mv_size}; }

/* A call failed: the transaction can only be ended. */
static int fail(crmi_lmdb_txn *txn, int code) {
    if (code == MDB_PANIC) crmi_lmdb_set_bad(txn->engine);
    crmi_lmdb_note_full(txn->engine, code);
    txn->failed = crmi_lmdb_status(code);
    return txn->failed;
}

/* LMDB stumbled over a page. */
static int caught(crmi_lmdb_txn *txn) {
    crmi_lmdb_set_damaged(txn->engine);
    return fail(txn, MDB_CORRUPTED);
}

int crmi_lmdb_refuse(const crmi_lmdb_txn *txn) {
    if (txn->forks != crmi_registry_forks) return crmi_lmdb_forked();
    int status = txn->write ? crmi_lmdb_writer_check(txn) : CRM_OK;
    if (status == CRM_OK && txn->failed != CRM_OK)
        status = crmi_error_set(txn->failed, 0, "an earlier call of the transaction failed: it can only be ended");
    return status;
}

/* Cursors that stand in a table would have to be moved by every change of it: they are closed before it. */
static int check_write(crmi_lmdb_txn *txn, uint32_t table) {
    int status = crmi_lmdb_refuse(txn);
    if (status != CRM_OK) return status;
    if (!txn->write) return crmi_error_set(CRM_E_READ_ONLY, 0, "the transaction is for reading only");
    if (txn->depth > 0) return crmi_error_set(CRM_E_INVALID, 0, "a callback of a read may not write");
    if (txn->cursors[table]) mdb_cursor_close(txn->cursors[table]);
    txn->cursors[table] = NULL;
    txn->changed |= 1U << table;
    txn->wrote = true;
    return CRM_OK;
}

static bool is_unchanged(const crmi_lmdb_txn *txn, uint32_t table) { return !(txn->changed >> table & 1); }

static inline int row(crmi_lmdb_txn *txn, crmi_row_fn fn, void *data, size_t read, crmi_slice key, crmi_slice value) {
    txn->depth++;
    int status = fn(data, read, key, value);
    txn->depth--;
    return status;
}

static int get(crmi_etxn *base, uint32_t table, crmi_slice key, crmi_row_fn fn, void *data) {
    crmi_lmdb_txn *txn = (crmi_lmdb_txn *)base;
    int status = crmi_lmdb_refuse(txn);
    if (status != CRM_OK) return status;
    if (is_unchanged(txn, table)) return crmi_lmdb_get(base, table, key, fn, data);
    MDB_val k = to_val(key), v;
    int code = mdb_get(txn->txn, txn->engine->tables[table], &k, &v);
    if (code == MDB_SUCCESS) return row(txn, fn, data, 0, key, to_slice(&v));
    return code == MDB_NOTFOUND ? CRM_E_NOTFOUND : fail(txn, code);
}

/* The table's cursor; one for this call alone where a callback reads inside a reading of the same table. */
static int cursor_take(crmi_lmdb_txn *txn, uint32_t table, MDB_cursor **out) {
    uint32_t bit = 1U << table;
    MDB_dbi dbi = txn->engine->tables[table];
    if (txn->busy & bit) return mdb_cursor_open(txn->txn, dbi, out);
    int code = txn->cursors[table] ? MDB_SUCCESS : mdb_cursor_open(txn->txn, dbi, &txn->cursors[table]);
    if (code != MDB_SUCCESS) return code;
    txn->busy |= bit;
    *out = txn->cursors[table];
    return MDB_SUCCESS;
}

static void cursor_give(crmi_lmdb_txn *txn, uint32_t table, MDB_cursor *cursor) {
    if (cursor == txn->cursors[table])
        txn->busy &= ~(1U << table);
    else
        mdb_cursor_close(cursor);
}

/* To the first row of the range in its direction, if there is one; else anywhere outside of it. */
static int seek(MDB_cursor *cursor, const crmi_read *read, MDB_val *key, MDB_val *value) {
    bool reverse = read->flags & CRMI_READ_REVERSE;
    crmi_slice start = reverse ? read->until : read->from;
    if (start.size == 0) return mdb_cursor_get(cursor, key, value, reverse ? MDB_LAST : MDB_FIRST);
    *key = to_val(start);
    if (!reverse) return mdb_cursor_get(cursor, key, value, MDB_SET_RANGE);
    int code = mdb_cursor_get(cursor, key, NULL, MDB_SET_RANGE);
    if (code == MDB_NOTFOUND) return mdb_cursor_get(cursor, key, value, MDB_LAST);
    return code == MDB_SUCCESS ? mdb_cursor_get(cursor, key, value, MDB_PREV) : code;
}

static bool inside(const crmi_read *read, const MDB_val *key) {
    if (read->flags & CRMI_READ_REVERSE) return crmi_key_order(to_slice(key), read->from) >= 0;
    return read->until.size == 0 || crmi_key_order(to_slice(key), read->until) < 0;
}

static int read_range(crmi_lmdb_txn *txn, MDB_cursor *cursor, const crmi_read *read, size_t number, crmi_row_fn fn, void *data) {
    MDB_val key, value = {0, ""};
    MDB_val *wanted = read->flags & CRMI_READ_KEYS ? NULL : &value;
    size_t left = read->limit ? read->limit : SIZE_MAX;
    int code = seek(cursor, read, &key, wanted);
    while (code == MDB_SUCCESS && inside(read, &key)) {
        int status = row(txn, fn, data, number, to_slice(&key), to_slice(&value));
        if (status != CRM_OK || --left == 0) return status;
        code = mdb_cursor_get(cursor, &key, wanted, read->flags & CRMI_READ_REVERSE ? MDB_PREV : MDB_NEXT);
    }
    return code == MDB_SUCCESS || code == MDB_NOTFOUND ? CRM_OK : fail(txn, code);
}

/* Without a cursor for a single key: a cursor is faster where keys lie together, and slower where they don't. */
static int read_key(crmi_lmdb_txn *txn, MDB_cursor *cursor, const crmi_read *read, size_t number, crmi_row_fn fn, void *data) {
    MDB_val key = to_val(read->from), value;
    int code = cursor ? mdb_cursor_get(cursor, &key, &value, MDB_SET) : mdb_get(txn->txn, txn->engine->tables[read->table], &key, &value);
    if (code != MDB_SUCCESS) return code == MDB_NOTFOUND ? CRM_OK : fail(txn, code);
    return row(txn, fn, data, number, read->from, read->flags & CRMI_READ_KEYS ? (crmi_slice){"", 0} : to_slice(&value));
}

static int read_one(crmi_lmdb_txn *txn, const crmi_read *read, size_t number, crmi_row_fn fn, void *data) {
    MDB_cursor *cursor;
    int code = cursor_take(txn, read->table, &cursor);
    if (code != MDB_SUCCESS) return fail(txn, code);
    int status =
        read->flags & CRMI_READ_RANGE ? read_range(txn, cursor, read, number, fn, data) : read_key(txn, cursor, read, number, fn, data);
    cursor_give(txn, read->table, cursor);
    return status;
}

static int get_many(crmi_etxn *base, const crmi_read *reads, size_t count, crmi_row_fn fn, void *data) {
    crmi_lmdb_txn *txn = (crmi_lmdb_txn *)base;
    crmi_lmdb_reading r;
    crmi_lmdb_read_begin(&r, &txn->snapshot);
    int status = crmi_lmdb_refuse(txn);
    for (size_t i = 0; i < count && status == CRM_OK; i++) {
        if (is_unchanged(txn, reads[i].table))
            status = crmi_lmdb_read_one(txn, &r, &reads[i], i, fn, data);
        else if (count == 1 && !(reads->flags & CRMI_READ_RANGE))
            status = read_key(txn, NULL, reads, 0, fn, data);
        else
            status = read_one(txn, &reads[i], i, fn, data);
    }
    return status;
}

static int range(crmi_etxn *base, const crmi_read *read, crmi_row_fn fn, void *data) {
    crmi_read as_range = *read;
    as_range.flags |= CRMI_READ_RANGE;
    return get_many(base, &as_range, 1, fn, data);
}

/* For puts and deletions: not by mdb_put() and mdb_del(), whose cursors lie on the stack. Where an assertion ends the call, the
 * transaction's end would go through what is left of them. */
static int cursor_for_writing(crmi_lmdb_txn *txn, uint32_t table, MDB_cursor **out) {
    int status = check_write(txn, table);
    if (status != CRM_OK) return status;
    int code = mdb_cursor_open(txn->txn, txn->engine->tables[table], out);
    return code == MDB_SUCCESS ? CRM_OK : fail(txn, code);
}

/* An empty value has an address, too. */
static MDB_val to_value(crmi_slice value) { return to_val(value.size ? value : (crmi_slice){"", 0}); }

static int put(crmi_etxn *base, uint32_t table, crmi_slice key, crmi_slice value) {
    crmi_lmdb_txn *txn = (crmi_lmdb_txn *)base;
    MDB_cursor *cursor;
    int status = cursor_for_writing(txn, table, &cursor);
    if (status != CRM_OK) return status;
    MDB_val k = to_val(key), v = to_value(value);
    int code = mdb_cursor_put(cursor, &k, &v, 0);
    mdb_cursor_close(cursor);
    return code == MDB_SUCCESS ? CRM_OK : fail(txn, code);
}

/* Whether a key comes behind all that the table has. */
static bool is_behind(MDB_cursor *cursor, crmi_slice key) {
    MDB_val wanted = to_val(key), last;
    int code = mdb_cursor_get(cursor, &last, NULL, MDB_LAST);
    return code == MDB_NOTFOUND || (code == MDB_SUCCESS && mdb_cmp(mdb_cursor_txn(cursor), mdb_cursor_dbi(cursor), &wanted, &last) > 0);
}

/* Behind the last key LMDB is told so: it begins a page then, and leaves the one before as full as it is. */
static int put_all(MDB_cursor *cursor, const crmi_pair *pairs, size_t count) {
    unsigned flags = count && is_behind(cursor, pairs[0].key) ? MDB_APPEND : 0;
    int code = MDB_SUCCESS;
    for (size_t i = 0; i < count && code == MDB_SUCCESS; i++) {
        MDB_val key = to_val(pairs[i].key), value = to_value(pairs[i].value);
        code = mdb_cursor_put(cursor, &key, &value, flags);
        if (code == MDB_KEYEXIST) code = mdb_cursor_put(cursor, &key, &value, 0); /* twice */
    }
    return code;
}

/* With a cursor: it stands where the next key comes in. */
static int put_sorted(crmi_etxn *base, uint32_t table, const crmi_pair *pairs, size_t count, bool append) {
    crmi_lmdb_txn *txn = (crmi_lmdb_txn *)base;
    MDB_cursor *cursor;
    int status = cursor_for_writing(txn, table, &cursor);
    if (status != CRM_OK) return status;
    txn->sorted += count;
    int code = append ? crmi_lmdb_append(cursor, pairs, count) : put_all(cursor, pairs, count);
    mdb_cursor_close(cursor);
    return code == MDB_SUCCESS ? CRM_OK : fail(txn, code);
}

static int del(crmi_etxn *base, uint32_t table, crmi_slice key) {
    crmi_lmdb_txn *txn = (crmi_lmdb_txn *)base;
    MDB_cursor *cursor;
    int status = cursor_for_writing(txn, table, &cursor);
    if (status != CRM_OK) return status;
    MDB_val k = to_val(key);
    int code = mdb_cursor_get(cursor, &k, NULL, MDB_SET);
    if (code == MDB_SUCCESS) code = mdb_cursor_del(cursor, 0);
    mdb_cursor_close(cursor);
    if (code == MDB_NOTFOUND) return CRM_E_NOTFOUND;
    return code == MDB_SUCCESS ? CRM_OK : fail(txn, code);
}

/* Looks for the range's first key anew after each deletion: what a cursor stands on after one is LMDB's affair. */
static int del_range(crmi_etxn *base, uint32_t table, crmi_slice from, crmi_slice until) {
    crmi_lmdb_txn *txn = (crmi_lmdb_txn *)base;
    int status = check_write(txn, table);
    if (status != CRM_OK) return status;
    crmi_read read = {table, CRMI_READ_RANGE | CRMI_READ_KEYS, from, until, 0};
    MDB_cursor *cursor;
    int code = from.size || until.size ? MDB_SUCCESS : mdb_drop(txn->txn, txn->engine->tables[table], 0);
    if (code == MDB_SUCCESS) code = mdb_cursor_open(txn->txn, txn->engine->tables[table], &cursor);
    if (code != MDB_SUCCESS) return fail(txn, code);
    MDB_val key;
    while ((code = seek(cursor, &read, &key, NULL)) == MDB_SUCCESS && inside(&read, &key)) {
        code = mdb_cursor_del(cursor, 0);
        if (code != MDB_SUCCESS) break;
    }
    mdb_cursor_close(cursor);
    return code == MDB_SUCCESS || code == MDB_NOTFOUND ? CRM_OK : fail(txn, code);
}

/* The same in the net. */
#define IN_NET(name, parameters, ...)                                                                                                      \
    static int name##_in_net parameters {                                                                                                  \
        int status;                                                                                                                        \
        CRMI_LMDB_NET(status, name(__VA_ARGS__), caught((crmi_lmdb_txn *)txn));                                                            \
        return status;                                                                                                                     \
    }
IN_NET(get, (crmi_etxn * txn, uint32_t table, crmi_slice key, crmi_row_fn fn, void *data), txn, table, key, fn, data)
IN_NET(get_many, (crmi_etxn * txn, const crmi_read *reads, size_t count, crmi_row_fn fn, void *data), txn, reads, count, fn, data)
IN_NET(range, (crmi_etxn * txn, const crmi_read *read, crmi_row_fn fn, void *data), txn, read, fn, data)
IN_NET(put, (crmi_etxn * txn, uint32_t table, crmi_slice key, crmi_slice value), txn, table, key, value)
IN_NET(put_sorted, (crmi_etxn * txn, uint32_t table, const crmi_pair *pairs, size_t count, bool append), txn, table, pairs, count, append)
IN_NET(del, (crmi_etxn * txn, uint32_t table, crmi_slice key), txn, table, key)
IN_NET(del_range, (crmi_etxn * txn, uint32_t table, crmi_slice from, crmi_slice until), txn, table, from, until)

const crmi_engine_ops crmi_lmdb_ops = {.close = crmi_lmdb_close,
                                       .begin = crmi_lmdb_begin,
                                       .grow = crmi_lmdb_grow,
                                       .copy = crmi_lmdb_copy,
                                       .compact = crmi_lmdb_compact,
                                       .bulk = crmi_lmdb_bulk,
                                       .get = get_in_net,
                                       .get_many = get_many_in_net,
                                       .range = range_in_net,
                                       .put = put_in_net,
                                       .put_sorted = put_sorted_in_net,
                                       .del = del_in_net,
                                       .del_range = del_range_in_net,
                                       .walk = crmi_lmdb_look,
                                       .commit = crmi_lmdb_commit,
                                       .abort = crmi_lmdb_abort};

/* What writes, refuses a read transaction. */
const crmi_engine_ops crmi_lmdb_read_ops = {.get = crmi_lmdb_get,
                                            .get_many = crmi_lmdb_get_many,
                                            .range = crmi_lmdb_range,
                                            .put = put_in_net,
                                            .put_sorted = put_sorted_in_net,
                                            .del = del_in_net,
                                            .del_range = del_range_in_net,
                                            .walk = crmi_lmdb_look,
                                            .commit = crmi_lmdb_commit,
                                            .abort = crmi_lmdb_abort};
