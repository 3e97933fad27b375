/* SPDX-License-Identifier: MIT */
/* The counting engine, for tests of what lies above: it counts round trips, hands out copies that are poisoned when the callback has
 * returned, and fails a call on request. One switch and one set of counters for the process. */
#include "base/error.h"
#include "engine/ops.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define POISON 0xDD

typedef struct counting {
    crmi_engine base;
    crmi_engine *inner;
} counting;

typedef struct counting_txn {
    crmi_etxn base;
    crmi_etxn *inner;
} counting_txn;

typedef struct copier {
    crmi_row_fn fn;
    void *data;
} copier;

static atomic_bool enabled;
static _Atomic uint64_t trips;
static _Atomic uint64_t fail_after; /* calls until the failure; 0: none to come */
static _Atomic int fail_status;
static _Atomic uint64_t conflicts; /* walks that are yet to fail so */
static const crmi_engine_ops counting_ops;

void crmi_counting_enable(bool on) { atomic_store(&enabled, on); }

uint64_t crmi_counting_trips(void) { return atomic_load(&trips); }

void crmi_counting_reset(void) { atomic_store(&trips, 0); }

void crmi_counting_fail(uint64_t nth, int status) {
    atomic_store(&fail_status, status);
    atomic_store(&fail_after, status == CRM_OK ? 0 : nth);
}

void crmi_counting_conflicts(uint64_t walks) { atomic_store(&conflicts, walks); }

/* Whether this call is the one that is to fail, and as what. */
static int requested(void) {
    uint64_t left = atomic_load(&fail_after);
    while (left != 0 && !atomic_compare_exchange_weak(&fail_after, &left, left - 1)) {
    }
    return left == 1 ? crmi_error_set(atomic_load(&fail_status), 0, "a failure on request") : CRM_OK;
}

static int trip(void) {
    atomic_fetch_add(&trips, 1);
    return requested();
}

static void *copy(crmi_slice slice) {
    void *bytes = malloc(slice.size ? slice.size : 1);
    if (bytes && slice.size) memcpy(bytes, slice.data, slice.size);
    return bytes;
}

static void poison(void *bytes, size_t size) {
    if (bytes) memset(bytes, POISON, size);
    __asm__ volatile("" : : "r"(bytes) : "memory"); /* the compiler knows that nobody may look */
    free(bytes);
}

static int copy_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    const copier *to = data;
    void *key_bytes = copy(key), *value_bytes = copy(value);
    int status = CRM_E_NOMEM;
    if (key_bytes && value_bytes)
        status = to->fn(to->data, read, (crmi_slice){key_bytes, key.size}, (crmi_slice){value_bytes, value.size});
    else
        crmi_error_nomem();
    poison(key_bytes, key.size);
    poison(value_bytes, value.size);
    return status;
}

static crmi_engine *inner(crmi_engine *engine) { return ((counting *)engine)->inner; }

static crmi_etxn *inner_txn(crmi_etxn *txn) { return ((counting_txn *)txn)->inner; }

int crmi_counting_wrap(crmi_engine **engine) {
    if (!atomic_load(&enabled)) return CRM_OK;
    counting *wrapper = malloc(sizeof *wrapper);
    if (!wrapper) {
        crmi_engine_close(*engine);
        *engine = NULL;
        return crmi_error_nomem();
    }
    wrapper->base.ops = &counting_ops;
    wrapper->inner = *engine;
    *engine = &wrapper->base;
    return CRM_OK;
}

static void close_counting(crmi_engine *engine) {
    crmi_engine_close(inner(engine));
    free(engine);
}

static int begin(crmi_engine *engine, bool write, uint32_t wait_ms, crmi_etxn **out) {
    int status = requested();
    if (status != CRM_OK) return status;
    counting_txn *txn = malloc(sizeof *txn);
    if (!txn) return crmi_error_nomem();
    txn->base.ops = &counting_ops;
    status = crmi_engine_begin(inner(engine), write, wait_ms, &txn->inner);
    if (status == CRM_OK)
        *out = &txn->base;
    else
        free(txn);
    return status;
}

static int grow(crmi_engine *engine) {
    int status = requested();
    return status == CRM_OK ? crmi_engine_grow(inner(engine)) : status;
}

static int get(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_row_fn fn, void *data) {
    copier to = {fn, data};
    int status = trip();
    return status == CRM_OK ? crmi_engine_get(inner_txn(txn), table, key, copy_row, &to) : status;
}

static int get_many(crmi_etxn *txn, const crmi_read *reads, size_t count, crmi_row_fn fn, void *data) {
    copier to = {fn, data};
    int status = trip();
    return status == CRM_OK ? crmi_engine_get_many(inner_txn(txn), reads, count, copy_row, &to) : status;
}

static int range(crmi_etxn *txn, const crmi_read *read, crmi_row_fn fn, void *data) {
    copier to = {fn, data};
    int status = trip();
    return status == CRM_OK ? crmi_engine_range(inner_txn(txn), read, copy_row, &to) : status;
}

static int put(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_slice value) {
    int status = requested();
    return status == CRM_OK ? crmi_engine_put(inner_txn(txn), table, key, value) : status;
}

static int put_sorted(crmi_etxn *txn, uint32_t table, const crmi_pair *pairs, size_t count, bool append) {
    int status = requested();
    return status == CRM_OK ? crmi_engine_put_sorted(inner_txn(txn), table, pairs, count, append) : status;
}

static int del(crmi_etxn *txn, uint32_t table, crmi_slice key) {
    int status = requested();
    return status == CRM_OK ? crmi_engine_del(inner_txn(txn), table, key) : status;
}

static int del_range(crmi_etxn *txn, uint32_t table, crmi_slice from, crmi_slice until) {
    int status = requested();
    return status == CRM_OK ? crmi_engine_del_range(inner_txn(txn), table, from, until) : status;
}

static int commit(crmi_etxn *txn) {
    int asked = trip(), status = CRM_OK;
    if (asked == CRM_OK || asked == CRM_E_COMMIT_UNKNOWN)
        status = crmi_engine_commit(inner_txn(txn));
    else
        crmi_engine_abort(inner_txn(txn));
    if (status == CRM_E_THREAD) return status;
    free(txn);
    return asked == CRM_OK ? status : asked;
}

static void abort_counting(crmi_etxn *txn) {
    crmi_engine_abort(inner_txn(txn));
    free(txn);
}

static int walk(crmi_etxn *txn) {
    int status = trip();
    if (status != CRM_OK) return status;
    if (atomic_load(&conflicts) == 0) return crmi_engine_walk(inner_txn(txn));
    atomic_fetch_sub(&conflicts, 1);
    return crmi_error_set(CRM_E_CONFLICT, 0, "a conflict on request");
}

static int copy_store(crmi_engine *engine, const char *path, crmi_check_fn check) {
    int status = requested();
    return status == CRM_OK ? crmi_engine_copy(((counting *)engine)->inner, path, check) : status;
}

static int compact(crmi_engine *engine, crmi_check_fn check) {
    int status = requested();
    return status == CRM_OK ? crmi_engine_compact(((counting *)engine)->inner, check) : status;
}

/* What the load works on counts, see crmi_lmdb_bulk(). */
static int bulk(crmi_engine *engine, crmi_engine **out) {
    int status = requested();
    return status == CRM_OK ? crmi_engine_bulk(inner(engine), out) : status;
}

static void forsake(crmi_engine *engine) { inner(engine)->ops->forsake(inner(engine)); }

static const crmi_engine_ops counting_ops = {.close = close_counting,
                                             .begin = begin,
                                             .grow = grow,
                                             .copy = copy_store,
                                             .compact = compact,
                                             .bulk = bulk,
                                             .forsake = forsake,
                                             .get = get,
                                             .get_many = get_many,
                                             .range = range,
                                             .put = put,
                                             .put_sorted = put_sorted,
                                             .del = del,
                                             .del_range = del_range,
                                             .walk = walk,
                                             .commit = commit,
                                             .abort = abort_counting};
