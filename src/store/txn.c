/* SPDX-License-Identifier: MIT */
/* Transactions of the store: an engine transaction, the actor, the commit sequence and the lease of party numbers. */
#include "base/error.h"
#include "codec/key.h"
#include "store/changes.h"
#include "store/db.h"
#include "store/definitions_fields.h"
#include "store/gate.h"
#include "store/undo.h"
#include <libcrm/txn.h>
#include <stdlib.h>
#include <string.h>

const crmi_slice crmi_state_key = {"state", 5};

void crmi_state_write(const crmi_state *state, uint8_t out[CRMI_STATE_SIZE]) {
    crmi_key_put64(out, state->sequence);
    crmi_key_put64(out + 8, state->next_root);
    crmi_meta_seal(crmi_state_key, out, CRMI_STATE_SIZE - 4);
}

bool crmi_state_read(crmi_slice key, crmi_slice value, crmi_state *out) {
    bool it = key.size == crmi_state_key.size && memcmp(key.data, crmi_state_key.data, key.size) == 0;
    if (!it || !crmi_meta_sound(key, value, CRMI_STATE_SIZE - 4)) return false;
    *out = (crmi_state){crmi_key_get64(value.data), crmi_key_get64((const uint8_t *)value.data + 8)};
    return true;
}

static int take_state(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_state *state = data;
    return crmi_state_read(key, value, state) ? CRM_OK : crmi_error_set(CRM_E_CORRUPT, 0, "the store's state record is damaged");
}

static int read_state(crmi_txn *txn) {
    if (txn->state_read) return CRM_OK;
    int rc = crmi_engine_get(txn->engine, CRMI_TABLE_META, crmi_state_key, take_state, &txn->state);
    if (rc == CRM_E_NOTFOUND) rc = crmi_error_set(CRM_E_CORRUPT, 0, "the store's state record is missing");
    txn->state_read = rc == CRM_OK;
    return rc;
}

/* The lease goes with the write transaction and comes back at its end: as it is after a commit, as it was after an abort. Where the next
 * writer was faster and has leased a block of his own, the larger rest is kept; numbers may have gaps. */
static void take_lease(crmi_txn *txn) {
    pthread_mutex_lock(&txn->db->lease_lock);
    txn->lease = txn->begun = txn->db->lease;
    txn->db->lease = (crmi_lease){.block = txn->begun.block};
    pthread_mutex_unlock(&txn->db->lease_lock);
}

static void give_lease(crmi_db *db, crmi_lease lease) {
    pthread_mutex_lock(&db->lease_lock);
    if (lease.end - lease.next > db->lease.end - db->lease.next) db->lease = lease;
    pthread_mutex_unlock(&db->lease_lock);
}

static int check_begin(const crmi_db *db, uint32_t flags) {
    if (flags & ~(uint32_t)CRM_TXN_WRITE) return crmi_error_set(CRM_E_INVALID, 0, "flags has an unknown bit");
    if (flags & CRM_TXN_WRITE && db->options.flags & CRM_DB_READ_ONLY)
        return crmi_error_set(CRM_E_READ_ONLY, 0, "the store was opened read-only");
    return CRM_OK;
}

int crmi_txn_begin(crmi_db *db, uint32_t flags, crmi_txn **out) {
    *out = NULL;
    int rc = check_begin(db, flags);
    if (rc == CRM_OK) rc = crmi_db_settle(db);
    if (rc < 0) return rc;
    crmi_txn *txn = calloc(1, sizeof *txn);
    if (!txn) return crmi_error_nomem();
    txn->write = flags & CRM_TXN_WRITE;
    txn->thread = pthread_self();
    txn->db = db;
    crmi_db_retain(db);
    rc = crmi_engine_begin(db->engine, txn->write, db->options.wait_ms, &txn->engine);
    if (rc == CRM_OK && txn->write) {
        take_lease(txn);
        rc = read_state(txn);
    }
    if (rc < 0) {
        crmi_txn_free(txn);
        return rc;
    }
    *out = txn;
    return CRM_OK;
}

static void forget(crmi_txn *txn) {
    if (txn->write) give_lease(txn->db, txn->begun);
    crmi_etxn *engine = txn->engine;
    txn->engine = NULL;
    crmi_engine_abort(engine);
}

int crmi_txn_commit(crmi_txn *txn) {
    int rc = crmi_txn_check(txn, false);
    if (rc < 0) return rc;
    if (!txn->changed || txn->failed) {
        rc = txn->failed;
        forget(txn);
        return rc < 0 ? crmi_error_set(rc, 0, "a write of this transaction failed half way; nothing was stored") : CRM_OK;
    }
    uint8_t state[CRMI_STATE_SIZE];
    txn->state.sequence++;
    crmi_state_write(&txn->state, state);
    rc = crmi_engine_put(txn->engine, CRMI_TABLE_META, crmi_state_key, (crmi_slice){state, sizeof state});
    if (rc == CRM_OK) rc = crmi_definitions_write_counter(txn);
    if (rc == CRM_OK) rc = crmi_changes_write(txn);
    if (rc == CRM_OK && txn->db->bulk) rc = crmi_index_note(txn->engine, CRMI_INDEX_UNFINISHED);
    if (rc < 0) {
        forget(txn);
        return rc;
    }
    crmi_etxn *engine = txn->engine;
    txn->engine = NULL;
    rc = crmi_engine_commit(engine);
    if (rc == CRM_OK) give_lease(txn->db, txn->lease);
    return rc;
}

void crmi_txn_abort(crmi_txn *txn) {
    if (txn->engine) forget(txn);
}

void crmi_txn_free(crmi_txn *txn) {
    crmi_txn_abort(txn);
    crmi_definitions_release(txn->definitions);
    free(txn->actor);
    crmi_changes_free(txn->changes);
    crmi_undo_free(txn->undo);
    crmi_buffer_free(&txn->value);
    free(txn->named);
    free(txn->memo);
    crmi_db_release(txn->db);
    free(txn);
}

int crmi_txn_check(crmi_txn *txn, bool write) {
    if (!txn->engine) return crmi_error_set(CRM_E_ENDED, 0, "the transaction is over");
    if (txn->write && !pthread_equal(txn->thread, pthread_self()))
        return crmi_error_set(CRM_E_THREAD, 0, "a write transaction belongs to the thread that began it");
    if (write && !txn->write) return crmi_error_set(CRM_E_READ_ONLY, 0, "the transaction is a read snapshot");
    if (write && txn->failed) return crmi_error_set(txn->failed, 0, "a write of this transaction failed half way; abort it");
    return CRM_OK;
}

/* --- the directory's collation: a number and a checksum, once a store has had another than the first --- */

enum { COLLATION_SIZE = 12 };
static const crmi_slice collation_key = {"collation", 9};

static int take_collation(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    uint64_t number = crmi_meta_sound(key, value, COLLATION_SIZE - 4) ? crmi_key_get64(value.data) : 0;
    if (number != CRMI_DIN5007_1 && number != CRMI_DIN5007_2)
        return crmi_error_set(CRM_E_CORRUPT, 0, "the record of the directory's collation is damaged");
    *(crmi_collation *)data = (crmi_collation)number;
    return CRM_OK;
}

int crmi_txn_collation(crmi_txn *txn, crmi_collation *out) {
    crmi_collation found = CRMI_DIN5007_1;
    int rc = txn->collation ? CRM_OK : crmi_engine_get(txn->engine, CRMI_TABLE_META, collation_key, take_collation, &found);
    if (rc < 0 && rc != CRM_E_NOTFOUND) return rc;
    if (!txn->collation) txn->collation = found;
    *out = txn->collation;
    return CRM_OK;
}

int crmi_txn_set_collation(crmi_txn *txn, crmi_collation collation) {
    uint8_t value[COLLATION_SIZE];
    crmi_key_put64(value, collation);
    crmi_meta_seal(collation_key, value, COLLATION_SIZE - 4);
    txn->collation = collation;
    return crmi_engine_put(txn->engine, CRMI_TABLE_META, collation_key, (crmi_slice){value, sizeof value});
}

crmi_named *crmi_txn_named(crmi_txn *txn) {
    if (!txn->named) txn->named = calloc(1, sizeof *txn->named);
    if (!txn->named) crmi_error_nomem();
    return txn->named;
}

uint64_t crmi_txn_sequence(crmi_txn *txn) {
    bool denied = txn->actor && !txn->actor->staff;
    if (denied) crmi_error_set(CRM_E_DENIED, 0, "the actor does not see how often the store has changed");
    return !denied && read_state(txn) == CRM_OK ? txn->state.sequence : 0;
}
int crmi_txn_state(crmi_txn *txn, uint64_t *sequence, uint64_t *next_root) {
    int rc = read_state(txn);
    *sequence = txn->state.sequence;
    *next_root = txn->state.next_root;
    return rc;
}

/* The definitions' counter gets the same sequence: none that follows can be one that was there. */
int crmi_txn_restore(crmi_txn *txn, uint64_t sequence, uint64_t next_root) {
    txn->state = (crmi_state){sequence - 1, next_root};
    txn->changed = true;
    crmi_definitions_touch(txn);
    return crmi_changes_restart(txn);
}

int crmi_txn_gather(crmi_txn *txn) {
    txn->memo = calloc(1, sizeof *txn->memo);
    return txn->memo ? crmi_engine_gather(&txn->engine) : crmi_error_nomem();
}

void crmi_txn_lend(crmi_txn *txn, bool lent) { txn->lent = lent; }
bool crmi_txn_lent(const crmi_txn *txn) { return txn->lent; }
crmi_db *crmi_txn_db(const crmi_txn *txn) { return txn->db; }
crmi_etxn *crmi_txn_engine(const crmi_txn *txn) { return txn->engine; }
void crmi_txn_fail(crmi_txn *txn, int status) { txn->failed = status; }

static int lease_more(crmi_txn *txn) {
    crmi_lease *lease = &txn->lease;
    uint32_t block = lease->block ? lease->block * 2 : 16;
    if (block > 4096) block = 4096;
    if (txn->state.next_root > CRMI_LIMIT_ROOTS) return crmi_error_set(CRM_E_TOO_BIG, 0, "the store has no party numbers left");
    uint64_t left = (uint64_t)CRMI_LIMIT_ROOTS + 1 - txn->state.next_root;
    if (block > left) block = (uint32_t)left;
    *lease = (crmi_lease){(uint32_t)txn->state.next_root, (uint32_t)txn->state.next_root + block, block};
    txn->state.next_root += block;
    return CRM_OK;
}

int crmi_store_new_root(crmi_txn *txn, uint32_t kind, uint32_t *root) {
    crmi_lease *lease = &txn->lease;
    if (lease->next == lease->end) {
        int rc = lease_more(txn);
        if (rc < 0) return rc;
    }
    *root = lease->next++ | (kind == CRM_KIND_GROUP ? CRMI_ROOT_GROUP : 0);
    crmi_memo_made(txn->memo, *root);
    return CRM_OK;
}
