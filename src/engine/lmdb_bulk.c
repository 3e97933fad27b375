/* SPDX-License-Identifier: MIT */
/* The gate of a first load: the store belongs to it alone, in this process and among all. What is given to bulk.c is the same engine behind
 * the gate. */
#include "base/error.h"
#include "engine/bulk.h"
#include "engine/lmdb_types.h"
#include "engine/lock.h"
#include <stdlib.h>

typedef struct behind {
    crmi_engine base;
    crmi_lmdb *engine;
} behind;

static crmi_lmdb *engine_of(crmi_engine *base) { return ((behind *)base)->engine; }

/* No transaction runs, and from now on none begins. */
static bool shut(crmi_lmdb *engine) {
    pthread_mutex_lock(&engine->mutex);
    bool free = engine->txns == 0 && !engine->moving && !engine->bad && !engine->bulk && !engine->options.read_only;
    engine->bulk |= free;
    pthread_mutex_unlock(&engine->mutex);
    return free;
}

static void open_again(crmi_lmdb *engine) {
    pthread_mutex_lock(&engine->mutex);
    engine->bulk = false;
    pthread_mutex_unlock(&engine->mutex);
}

/* CRM_ROW where another process has the store open; from now on none opens it. */
static int keep_others(const crmi_lmdb *engine) {
    int fd = engine->entry.lock_fd, status = crmi_lock_take(fd, CRMI_LOCK_OPEN, engine->options.wait_ms);
    bool others = false;
    if (status != CRM_OK) return status == CRM_E_BUSY ? CRM_ROW : status;
    status = crmi_lock_others(fd, CRMI_LOCK_PID, &others);
    if (status == CRM_OK) status = others ? CRM_ROW : crmi_lock_take(fd, CRMI_LOCK_BULK, 0);
    crmi_lock_release(fd, CRMI_LOCK_OPEN);
    return status == CRM_E_BUSY ? CRM_ROW : status;
}

static int begin(crmi_engine *base, bool write, uint32_t wait_ms, crmi_etxn **out) {
    return crmi_lmdb_begin_as(engine_of(base), true, write, wait_ms, out);
}

static int grow(crmi_engine *base) { return crmi_lmdb_grow(&engine_of(base)->base); }

static void forsake(crmi_engine *base) {
    if (engine_of(base)->forks == crmi_registry_forks) crmi_lmdb_set_bad(engine_of(base));
}

static void close_behind(crmi_engine *base) {
    crmi_lmdb *engine = engine_of(base);
    if (engine->forks == crmi_registry_forks) {
        crmi_lock_release(engine->entry.lock_fd, CRMI_LOCK_BULK);
        open_again(engine);
        crmi_lmdb_close(&engine->base);
    }
    free(base);
}

static const crmi_engine_ops ops = {.close = close_behind, .begin = begin, .grow = grow, .forsake = forsake};

int crmi_lmdb_bulk(crmi_engine *base, crmi_engine **out) {
    crmi_lmdb *engine = (crmi_lmdb *)base;
    if (engine->forks != crmi_registry_forks) return crmi_lmdb_forked();
    int status = crmi_lmdb_whole(engine); /* which needs a snapshot: later there is none */
    if (status != CRM_OK) return status;
    if (!shut(engine)) return CRM_ROW;
    behind *gate = malloc(sizeof *gate);
    status = gate ? keep_others(engine) : crmi_error_nomem();
    if (status != CRM_OK) {
        open_again(engine);
        free(gate);
        return status;
    }
    *gate = (behind){{&ops}, engine};
    atomic_fetch_add(&engine->entry.refs, 1);
    crmi_engine *inner = &gate->base;
    status = crmi_counting_wrap(&inner);
    return status == CRM_OK ? crmi_bulk_begin(inner, engine->path, engine->options.wait_ms, out) : status;
}
