/* SPDX-License-Identifier: MIT */
/* A first load: see bulk.h, and crmi_engine_bulk(). */
#include "engine/bulk.h"
#include "base/error.h"
#include "base/thread.h"
#include "engine/piles.h"
#include <stdlib.h>
#include <string.h>

#define COMMIT ((size_t)64 << 20) /* bytes of one commit */

typedef struct bulk {
    crmi_engine base;
    crmi_engine *inner;
    crmi_piles piles;
    size_t settled;        /* piles of transactions that were committed */
    crmi_pile_maker maker; /* the latest entries */
    uint32_t wait_ms;
    bool running;     /* a transaction */
    bool stored;      /* something was committed, and the table does not have it */
    bool volume_full; /* the latest CRM_E_FULL came from a pile */
    int failed;       /* of the transaction's piles, the first failure: entries are missing from then on */
    char folder[];
} bulk;

typedef struct bulk_txn {
    crmi_etxn base;
    crmi_etxn *inner;
    bulk *load;
} bulk_txn;

static const crmi_engine_ops ops;

static bulk *load_of(crmi_etxn *txn) { return ((bulk_txn *)txn)->load; }
static crmi_etxn *inner_of(crmi_etxn *txn) { return ((bulk_txn *)txn)->inner; }

static int noted(bulk *load, int rc) {
    if (rc == CRM_E_FULL) load->volume_full = true;
    if (rc < 0) load->failed = rc;
    return rc;
}

static int refused(const bulk *load) {
    return crmi_error_set(load->failed, 0, "an earlier call of the transaction failed: it can only be ended");
}

/* --- writing --- */

/* The latest entries become a pile: they are to be read, or the next one comes before them. */
static int settle(bulk *load) {
    return load->failed ? refused(load) : noted(load, crmi_piles_add(&load->piles, &load->maker, load->settled));
}

static int add(bulk *load, crmi_slice key, crmi_slice value, bool dropped) {
    int rc = load->failed ? refused(load) : crmi_pile_is_behind(&load->maker, key) ? CRM_OK : settle(load);
    return rc == CRM_OK ? noted(load, crmi_pile_add(&load->maker, key, value, dropped)) : rc;
}

static int put(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_slice value) {
    return table == CRMI_TABLE_INDEX ? add(load_of(txn), key, value, false) : crmi_engine_put(inner_of(txn), table, key, value);
}

static int put_sorted(crmi_etxn *txn, uint32_t table, const crmi_pair *pairs, size_t count, bool append) {
    int rc = CRM_OK;
    if (table != CRMI_TABLE_INDEX) return crmi_engine_put_sorted(inner_of(txn), table, pairs, count, append);
    for (size_t i = 0; rc == CRM_OK && i < count; i++) rc = add(load_of(txn), pairs[i].key, pairs[i].value, false);
    return rc;
}

static int del(crmi_etxn *txn, uint32_t table, crmi_slice key) {
    bulk *load = load_of(txn);
    if (table != CRMI_TABLE_INDEX) return crmi_engine_del(inner_of(txn), table, key);
    int rc = settle(load);
    if (rc == CRM_OK && !crmi_piles_get(&load->piles, key)) return CRM_E_NOTFOUND;
    return rc == CRM_OK ? add(load, key, (crmi_slice){"", 0}, true) : rc;
}

static int del_range(crmi_etxn *txn, uint32_t table, crmi_slice from, crmi_slice until) {
    bulk *load = load_of(txn);
    crmi_merge merge;
    const crmi_kept *kept;
    if (table != CRMI_TABLE_INDEX) return crmi_engine_del_range(inner_of(txn), table, from, until);
    int rc = settle(load);
    crmi_merge_begin(&merge, &load->piles, 0, from, until, false);
    while (rc == CRM_OK && (kept = crmi_merge_next(&merge)) != NULL)
        if (!kept->dropped) rc = add(load, crmi_kept_key(kept), (crmi_slice){"", 0}, true);
    return rc;
}

/* --- reading --- */

static int get(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_row_fn fn, void *data) {
    bulk *load = load_of(txn);
    if (table != CRMI_TABLE_INDEX) return crmi_engine_get(inner_of(txn), table, key, fn, data);
    int rc = settle(load);
    const crmi_kept *kept = rc == CRM_OK ? crmi_piles_get(&load->piles, key) : NULL;
    if (kept) return fn(data, 0, crmi_kept_key(kept), crmi_kept_value(kept));
    return rc == CRM_OK ? CRM_E_NOTFOUND : rc;
}

typedef struct numbered {
    crmi_row_fn fn;
    void *data;
    size_t number;
} numbered;

static int pass(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    const numbered *to = data;
    return to->fn(to->data, to->number, key, value);
}

static int read_one(crmi_etxn *txn, const crmi_read *read, size_t number, crmi_row_fn fn, void *data) {
    bulk *load = load_of(txn);
    numbered to = {fn, data, number};
    if (read->table != CRMI_TABLE_INDEX) return crmi_engine_get_many(inner_of(txn), read, 1, pass, &to);
    int rc = settle(load);
    if (rc < 0 || read->flags & CRMI_READ_RANGE) return rc < 0 ? rc : crmi_piles_range(&load->piles, read, number, fn, data);
    const crmi_kept *kept = crmi_piles_get(&load->piles, read->from);
    bool keys = read->flags & CRMI_READ_KEYS;
    return kept ? fn(data, number, crmi_kept_key(kept), keys ? (crmi_slice){"", 0} : crmi_kept_value(kept)) : CRM_OK;
}

static int get_many(crmi_etxn *txn, const crmi_read *reads, size_t count, crmi_row_fn fn, void *data) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) rc = read_one(txn, &reads[i], i, fn, data);
    return rc;
}

static int range(crmi_etxn *txn, const crmi_read *read, crmi_row_fn fn, void *data) {
    crmi_read as_range = *read;
    as_range.flags |= CRMI_READ_RANGE;
    return read_one(txn, &as_range, 0, fn, data);
}

/* --- transactions --- */

static int walk(crmi_etxn *txn) { return crmi_engine_walk(inner_of(txn)); }

static void forget(bulk *load) {
    crmi_pile_clear(&load->maker);
    crmi_piles_cut(&load->piles, load->settled);
}

static int begin(crmi_engine *base, bool write, uint32_t wait_ms, crmi_etxn **out) {
    bulk *load = (bulk *)base;
    if (load->running) return crmi_error_set(CRM_E_BUSY, 0, "another transaction of the load is open");
    bulk_txn *txn = malloc(sizeof *txn);
    if (!txn) return crmi_error_nomem();
    *txn = (bulk_txn){{&ops}, NULL, load};
    load->failed = CRM_OK;
    int rc = write ? noted(load, crmi_piles_tidy(&load->piles, load->folder, 0)) : CRM_OK;
    load->settled = load->piles.count;
    if (rc == CRM_OK) rc = crmi_engine_begin(load->inner, write, wait_ms, &txn->inner);
    load->running = rc == CRM_OK;
    if (rc == CRM_OK)
        *out = &txn->base;
    else
        free(txn);
    return rc;
}

/* The piles are made before the commit, so that what was committed can be read. */
static int commit(crmi_etxn *base) {
    bulk_txn *txn = (bulk_txn *)base;
    bulk *load = txn->load;
    int rc = settle(load);
    if (rc == CRM_OK)
        rc = crmi_engine_commit(txn->inner);
    else
        crmi_engine_abort(txn->inner);
    if (rc == CRM_E_THREAD) return rc;
    if (rc != CRM_OK) forget(load);
    load->settled = load->piles.count;
    load->stored |= rc == CRM_OK;
    load->running = false;
    free(txn);
    return rc;
}

static void abort_bulk(crmi_etxn *base) {
    bulk_txn *txn = (bulk_txn *)base;
    crmi_engine_abort(txn->inner);
    forget(txn->load);
    txn->load->running = false;
    free(txn);
}

static int grow(crmi_engine *base) {
    bulk *load = (bulk *)base;
    if (!load->volume_full) return crmi_engine_grow(load->inner);
    load->volume_full = false;
    return crmi_error_set(CRM_E_FULL, 0, "the volume is full");
}

/* --- the end --- */

enum { TOGETHER = 16384 }; /* pairs of one put, which begins with a page that it fills whole */
enum { AHEAD = 3 };        /* of these are merged before they are put */

typedef struct publishing {
    bulk *load;
    crmi_etxn *txn; /* NULL: it was ended */
    size_t bytes;   /* since the latest commit */
    crmi_merge merge;
    struct publishing_pairs {
        crmi_pair list[TOGETHER];
        size_t count, bytes;
    } pairs[AHEAD];
} publishing;

/* The entries of all piles, in the order of their keys; a thread merges them while those before them are put. */
static bool merge_pairs(void *data, size_t step) {
    publishing *from = data;
    struct publishing_pairs *to = &from->pairs[step % AHEAD];
    const crmi_kept *kept;
    to->count = to->bytes = 0;
    while (to->count < TOGETHER && (kept = crmi_merge_next(&from->merge)) != NULL) {
        if (kept->dropped) continue;
        to->list[to->count++] = (crmi_pair){crmi_kept_key(kept), crmi_kept_value(kept)};
        to->bytes += (size_t)kept->key_size + kept->value_size;
    }
    return to->count > 0;
}

static int next_commit(publishing *to) {
    crmi_etxn *txn = to->txn;
    to->txn = NULL;
    to->bytes = 0;
    int rc = crmi_engine_commit(txn);
    return rc == CRM_OK ? crmi_engine_begin(to->load->inner, true, to->load->wait_ms, &to->txn) : rc;
}

static int put_pairs(publishing *to, const struct publishing_pairs *pairs) {
    int rc = crmi_engine_put_sorted(to->txn, CRMI_TABLE_INDEX, pairs->list, pairs->count, true);
    to->bytes += pairs->bytes;
    return rc == CRM_OK && to->bytes > COMMIT ? next_commit(to) : rc;
}

static int put_all(publishing *to) {
    const crmi_slice all = {NULL, 0};
    crmi_producer merging;
    int rc = crmi_engine_del_range(to->txn, CRMI_TABLE_INDEX, all, all);
    if (rc < 0) return rc;
    crmi_merge_begin(&to->merge, &to->load->piles, 0, all, all, false);
    crmi_producer_begin(&merging, AHEAD, merge_pairs, to);
    for (size_t i = 0; rc == CRM_OK && crmi_producer_take(&merging, i); i++) rc = put_pairs(to, &to->pairs[i % AHEAD]);
    crmi_producer_end(&merging);
    return rc;
}

static int publish(publishing *to, crmi_slice key, crmi_slice value) {
    to->bytes = 0;
    int rc = crmi_engine_begin(to->load->inner, true, to->load->wait_ms, &to->txn);
    if (rc == CRM_OK) rc = put_all(to);
    if (rc == CRM_OK) rc = crmi_engine_put(to->txn, CRMI_TABLE_META, key, value);
    if (rc == CRM_OK) return crmi_engine_commit(to->txn);
    crmi_engine_abort(to->txn);
    return rc;
}

int crmi_engine_bulk_end(crmi_engine *base, crmi_slice key, crmi_slice value) {
    bulk *load = (bulk *)base;
    int rc;
    if (!load->stored) return CRM_OK;
    publishing *to = malloc(sizeof *to);
    if (!to) return crmi_error_nomem();
    to->load = load;
    do rc = publish(to, key, value);
    while (rc == CRM_E_FULL && crmi_engine_grow(load->inner) == CRM_OK);
    free(to);
    load->stored = rc != CRM_OK;
    return rc;
}

/* What was stored has no index: nobody may read it before it has. */
static void close_bulk(crmi_engine *base) {
    bulk *load = (bulk *)base;
    if (load->stored) load->inner->ops->forsake(load->inner);
    crmi_pile_clear(&load->maker);
    crmi_piles_free(&load->piles);
    crmi_engine_close(load->inner);
    free(load);
}

static int take_over(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    return crmi_pile_add(data, key, value, false);
}

static const crmi_engine_ops ops = {.close = close_bulk,
                                    .begin = begin,
                                    .grow = grow,
                                    .get = get,
                                    .get_many = get_many,
                                    .range = range,
                                    .put = put,
                                    .put_sorted = put_sorted,
                                    .del = del,
                                    .del_range = del_range,
                                    .walk = walk,
                                    .commit = commit,
                                    .abort = abort_bulk};

static int read_table(bulk *load) {
    crmi_etxn *txn;
    int rc = crmi_engine_begin(load->inner, false, load->wait_ms, &txn);
    if (rc < 0) return rc;
    rc = crmi_engine_range(txn, &(crmi_read){.table = CRMI_TABLE_INDEX}, take_over, &load->maker);
    crmi_engine_abort(txn);
    return rc == CRM_OK ? crmi_piles_add(&load->piles, &load->maker, 0) : rc;
}

int crmi_bulk_begin(crmi_engine *inner, const char *folder, uint32_t wait_ms, crmi_engine **out) {
    bulk *load = calloc(1, sizeof *load + strlen(folder) + 1);
    if (!load) {
        crmi_engine_close(inner);
        return crmi_error_nomem();
    }
    load->base.ops = &ops;
    load->inner = inner;
    load->wait_ms = wait_ms;
    strcpy(load->folder, folder);
    load->maker.folder = load->folder;
    int rc = read_table(load);
    if (rc == CRM_OK)
        *out = &load->base;
    else
        close_bulk(&load->base);
    return rc;
}
