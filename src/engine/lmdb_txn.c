/* SPDX-License-Identifier: MIT */
/* Read transactions: reused from a small pool, since a renewed one costs neither an allocation nor the mutex of the reader table. And the
 * calls that begin and end transactions of both kinds. */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include <errno.h>
#include <stdlib.h>

#define LATEST_TRIES 1000 /* a writer that is held up between page and number keeps readers waiting no longer */

static crmi_lmdb_txn *reader_new(crmi_lmdb *engine) {
    crmi_lmdb_txn *txn = calloc(1, sizeof *txn);
    if (!txn) return NULL;
    txn->base.ops = &crmi_lmdb_read_ops;
    txn->engine = engine;
    txn->forks = engine->forks;
    return txn;
}

void crmi_lmdb_txn_discard(crmi_lmdb_txn *txn) {
    if (txn->txn) mdb_txn_abort(txn->txn);
    free(txn);
}

/* LMDB's part would write into the parent's reader table: keep it all as it is, and reachable. */
void crmi_lmdb_txn_forget(crmi_lmdb_txn *txn) {
    txn->next = atomic_load(&txn->engine->forgotten);
    while (!atomic_compare_exchange_weak(&txn->engine->forgotten, &txn->next, txn)) {
    }
}

int crmi_lmdb_recover(crmi_lmdb *engine, int code, uint32_t maps, int tries) {
    if (code == MDB_MAP_RESIZED && tries < 8) return crmi_lmdb_adopt(engine, maps);
    if (code == MDB_READERS_FULL && tries < 2) {
        crmi_lmdb_drop_dead(engine);
        return CRM_OK;
    }
    if (code == MDB_PANIC) crmi_lmdb_set_bad(engine);
    return crmi_lmdb_status(code);
}

/* LMDB takes the number of the latest commit first and copies that commit's meta page then. Two commits in between write over the page: the
 * snapshot would be of a later commit than its number says, or of half a page. As long as the number is still the latest, it was not so. */
static bool is_latest(crmi_lmdb *engine, MDB_txn *txn) {
    MDB_envinfo info;
    return mdb_env_info(engine->env, &info) == MDB_SUCCESS && info.me_last_txnid == mdb_txn_id(txn);
}

/* One try, inside the gate. */
static int reader_start(crmi_lmdb *engine, crmi_lmdb_txn **txn, uint32_t maps) {
    bool known = *txn != NULL;
    if (!known) *txn = reader_new(engine);
    if (!*txn) return ENOMEM;
    int code = known ? mdb_txn_renew((*txn)->txn) : mdb_txn_begin(engine->env, NULL, MDB_RDONLY, &(*txn)->txn);
    for (int tries = 0; code == MDB_SUCCESS; tries++) {
        bool loaded = crmi_lmdb_snapshot_load(&(*txn)->snapshot, (*txn)->txn, mdb_txn_id((*txn)->txn), maps);
        bool latest = is_latest(engine, (*txn)->txn);
        if (loaded && (latest || tries >= LATEST_TRIES)) break;
        if (latest || tries >= LATEST_TRIES) return latest ? MDB_CORRUPTED : EAGAIN;
        mdb_txn_reset((*txn)->txn);
        code = mdb_txn_renew((*txn)->txn);
    }
    return code;
}

static int reader_begin(crmi_lmdb *engine, bool bulk, crmi_lmdb_txn **out) {
    for (int tries = 0;; tries++) {
        *out = NULL;
        uint32_t maps;
        int status = crmi_lmdb_enter(engine, bulk, out, &maps);
        if (status != CRM_OK) return status;
        int code = reader_start(engine, out, maps);
        if (code == MDB_SUCCESS) return CRM_OK;
        if (*out) {
            if (code == MDB_BAD_RSLOT) (*out)->txn = NULL; /* its slot is another's by now */
            crmi_lmdb_txn_discard(*out);
        }
        crmi_lmdb_leave(engine, NULL);
        status = crmi_lmdb_recover(engine, code, maps, tries);
        if (status != CRM_OK) return status;
    }
}

static void reader_end(crmi_lmdb_txn *txn) {
    crmi_lmdb *engine = txn->engine;
    if (txn->failed == CRM_OK && txn->depth == 0) {
        mdb_txn_reset(txn->txn);
        if (crmi_lmdb_leave(engine, txn)) return;
    }
    crmi_lmdb_txn_discard(txn);
    crmi_lmdb_leave(engine, NULL);
}

int crmi_lmdb_begin_as(crmi_lmdb *engine, bool bulk, bool write, uint32_t wait_ms, crmi_etxn **out) {
    if (engine->forks != crmi_registry_forks) return crmi_lmdb_forked();
    crmi_lmdb_txn *txn = NULL;
    int status = write ? crmi_lmdb_writer_begin(engine, bulk, wait_ms, &txn) : reader_begin(engine, bulk, &txn);
    if (status == CRM_OK) *out = &txn->base;
    return status;
}

int crmi_lmdb_begin(crmi_engine *engine, bool write, uint32_t wait_ms, crmi_etxn **out) {
    return crmi_lmdb_begin_as((crmi_lmdb *)engine, false, write, wait_ms, out);
}

int crmi_lmdb_commit(crmi_etxn *base) {
    crmi_lmdb_txn *txn = (crmi_lmdb_txn *)base;
    if (txn->forks != crmi_registry_forks) {
        crmi_lmdb_txn_forget(txn);
        return crmi_lmdb_forked();
    }
    if (txn->write) return crmi_lmdb_writer_commit(txn);
    reader_end(txn);
    return CRM_OK;
}

void crmi_lmdb_abort(crmi_etxn *base) {
    crmi_lmdb_txn *txn = (crmi_lmdb_txn *)base;
    if (txn->forks != crmi_registry_forks)
        crmi_lmdb_txn_forget(txn);
    else if (txn->write)
        crmi_lmdb_writer_abort(txn);
    else
        reader_end(txn);
}
