/* SPDX-License-Identifier: MIT */
/* The gathering transaction: see crmi_engine_gather(). A call that concerns neither table index nor table file goes straight through. */
#include "engine/gather.h"
#include "base/error.h"
#include <stdlib.h>

static int get(crmi_etxn *base, uint32_t table, crmi_slice key, crmi_row_fn fn, void *data) {
    crmi_gather *gather = (crmi_gather *)base;
    if (table == CRMI_TABLE_INDEX) return crmi_gather_index_get(gather, key, fn, data);
    if (table == CRMI_TABLE_FILE && crmi_gather_tail_has(gather, key)) return crmi_gather_tail_get(gather, key, fn, data);
    return crmi_engine_get(gather->inner, table, key, fn, data);
}

typedef struct numbered {
    crmi_row_fn fn;
    void *data;
    size_t number;
    bool called;
} numbered;

static int pass(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    numbered *to = data;
    to->called = true;
    return to->fn(to->data, to->number, key, value);
}

static int read_range(crmi_gather *gather, const crmi_read *read, numbered *to) {
    bool empty = false;
    if (read->table == CRMI_TABLE_FILE) return crmi_gather_tail_range(gather, read, to->number, to->fn, to->data);
    int rc = read->table == CRMI_TABLE_INDEX ? crmi_gather_index_settle(gather, read->from, read->until, &empty) : CRM_OK;
    return rc < 0 || empty ? rc : crmi_engine_range(gather->inner, read, pass, to);
}

static int pass_key(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)value;
    return pass(data, read, key, (crmi_slice){"", 0});
}

static int get_many(crmi_etxn *base, const crmi_read *reads, size_t count, crmi_row_fn fn, void *data) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        numbered to = {fn, data, i, false};
        if (reads[i].flags & CRMI_READ_RANGE)
            rc = read_range((crmi_gather *)base, &reads[i], &to);
        else
            rc = get(base, reads[i].table, reads[i].from, reads[i].flags & CRMI_READ_KEYS ? pass_key : pass, &to);
        if (rc == CRM_E_NOTFOUND && !to.called) rc = CRM_OK;
    }
    return rc;
}

static int range(crmi_etxn *base, const crmi_read *read, crmi_row_fn fn, void *data) {
    numbered to = {fn, data, 0, false};
    return read_range((crmi_gather *)base, read, &to);
}

static int put(crmi_etxn *base, uint32_t table, crmi_slice key, crmi_slice value) {
    crmi_gather *gather = (crmi_gather *)base;
    if (table == CRMI_TABLE_INDEX) return crmi_gather_index_put(gather, key, value);
    if (table == CRMI_TABLE_FILE) return crmi_gather_tail_put(gather, key, value);
    return crmi_engine_put(gather->inner, table, key, value);
}

static int put_sorted(crmi_etxn *base, uint32_t table, const crmi_pair *pairs, size_t count, bool append) {
    (void)append;
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) rc = put(base, table, pairs[i].key, pairs[i].value);
    return rc;
}

static int del(crmi_etxn *base, uint32_t table, crmi_slice key) {
    crmi_gather *gather = (crmi_gather *)base;
    if (table == CRMI_TABLE_INDEX) return crmi_gather_index_del(gather, key);
    if (table == CRMI_TABLE_FILE && crmi_gather_tail_has(gather, key)) return crmi_gather_tail_del(gather, key);
    return crmi_engine_del(gather->inner, table, key);
}

static int flush(crmi_gather *gather) {
    int rc = gather->failed;
    if (rc < 0) return crmi_error_set(rc, 0, "an earlier call of the transaction failed: it can only be ended");
    rc = crmi_gather_tail_flush(gather);
    return rc == CRM_OK ? crmi_gather_index_flush(gather) : rc;
}

static int del_range(crmi_etxn *base, uint32_t table, crmi_slice from, crmi_slice until) {
    crmi_gather *gather = (crmi_gather *)base;
    int rc = table == CRMI_TABLE_INDEX || table == CRMI_TABLE_FILE ? flush(gather) : CRM_OK;
    return rc == CRM_OK ? crmi_engine_del_range(gather->inner, table, from, until) : rc;
}

static void drop(crmi_gather *gather) {
    crmi_gather_index_free(gather);
    crmi_gather_tail_free(gather);
    free(gather);
}

static int commit(crmi_etxn *base) {
    crmi_gather *gather = (crmi_gather *)base;
    int rc = flush(gather);
    if (rc == CRM_E_THREAD) return rc;
    if (rc == CRM_OK)
        rc = crmi_engine_commit(gather->inner);
    else
        crmi_engine_abort(gather->inner);
    if (rc != CRM_E_THREAD) drop(gather);
    return rc;
}

static void abort_gather(crmi_etxn *base) {
    crmi_gather *gather = (crmi_gather *)base;
    crmi_engine_abort(gather->inner);
    drop(gather);
}

static const crmi_engine_ops ops = {.get = get,
                                    .get_many = get_many,
                                    .range = range,
                                    .put = put,
                                    .put_sorted = put_sorted,
                                    .del = del,
                                    .del_range = del_range,
                                    .commit = commit,
                                    .abort = abort_gather};

int crmi_engine_gather(crmi_etxn **txn) {
    crmi_gather *gather = calloc(1, sizeof *gather);
    if (!gather) return crmi_error_nomem();
    gather->base.ops = &ops;
    gather->inner = *txn;
    *txn = &gather->base;
    return CRM_OK;
}
