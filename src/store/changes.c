/* SPDX-License-Identifier: MIT */
/* The feed as a transaction writes it: each record that it writes is noted, and at the commit all of them go into chunks. */
#include "store/changes.h"
#include "base/clock.h"
#include "base/error.h"
#include "codec/key.h"
#include "store/changes_table.h"
#include "store/changes_values.h"
#include "store/db.h"
#include "store/gate.h"
#include <stdlib.h>

/* Entries: id << 2 | action. Those of the store's own records lie apart: number ranges are raised again and again between the others,
 * which mostly come in the order of their ids. */
typedef struct entry_list {
    uint64_t *entries;
    size_t count, capacity;
} entry_list;

struct crmi_changes {
    entry_list own, roots;
    entry_list valued;
    crmi_definitions *definitions; /* that what is tracked comes from; NULL: to be asked for */
};

static int add(entry_list *list, uint64_t entry) {
    if (list->count && list->entries[list->count - 1] == entry) return CRM_OK;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 16;
        uint64_t *entries = realloc(list->entries, capacity * sizeof *entries);
        if (!entries) return crmi_error_nomem();
        list->entries = entries;
        list->capacity = capacity;
    }
    list->entries[list->count++] = entry;
    return CRM_OK;
}

static int begin(crmi_txn *txn) {
    if (!txn->changes) txn->changes = calloc(1, sizeof *txn->changes);
    return txn->changes ? CRM_OK : crmi_error_nomem();
}

int crmi_changes_note(crmi_txn *txn, crmi_packed id, uint32_t action) {
    int rc = begin(txn);
    return rc == CRM_OK ? add(crmi_id_root(id) ? &txn->changes->roots : &txn->changes->own, id << 2 | action) : rc;
}

int crmi_changes_note_valued(crmi_txn *txn, crmi_packed id) { return add(&txn->changes->valued, id << 2 | CRMI_CHANGE_UPDATED); }

void crmi_changes_free(crmi_changes *changes) {
    if (!changes) return;
    free(changes->own.entries);
    free(changes->roots.entries);
    free(changes->valued.entries);
    crmi_definitions_release(changes->definitions);
    free(changes);
}

int crmi_changes_tracking(crmi_txn *txn, const crmi_tracking **out) {
    int rc = begin(txn);
    if (rc == CRM_OK && !txn->changes->definitions) {
        rc = crmi_txn_definitions(txn, &txn->changes->definitions);
        if (rc == CRM_OK) crmi_definitions_retain(txn->changes->definitions);
    }
    if (rc == CRM_OK) *out = &txn->changes->definitions->tracking;
    return rc;
}

const crmi_tracking *crmi_changes_known(const crmi_txn *txn) {
    return txn->changes->definitions ? &txn->changes->definitions->tracking : NULL;
}

void crmi_changes_forget_tracking(crmi_txn *txn) {
    crmi_definitions_release(txn->changes->definitions);
    txn->changes->definitions = NULL;
}

/* --- in order --- */

static int by_entry(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* What is nearly in order is brought there with a few steps an entry; false where it takes more. */
static bool insert_all(entry_list *list) {
    size_t steps = list->count * 16;
    for (size_t i = 1; i < list->count; i++) {
        uint64_t entry = list->entries[i];
        size_t at = i;
        while (at && list->entries[at - 1] > entry && steps) {
            list->entries[at] = list->entries[at - 1];
            at--;
            steps--;
        }
        list->entries[at] = entry;
        if (!steps) return false;
    }
    return true;
}

static int take_kind(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_stored stored;
    int rc = crmi_stored_open(key, value, &stored);
    *(bool *)data = rc == CRM_OK && stored.kind != CRMI_KIND_STUB;
    return rc;
}

/* A record that was deleted, and more, in one transaction: what is left of it decides. */
static int decide(crmi_txn *txn, crmi_packed id, uint32_t *action) {
    uint8_t key[8];
    bool there = false;
    crmi_key_put64(key, id);
    int rc = crmi_engine_get(txn->engine, CRMI_TABLE_FILE, (crmi_slice){key, sizeof key}, take_kind, &there);
    *action = there ? CRMI_CHANGE_UPDATED : CRMI_CHANGE_DELETED;
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

/* Each record once. */
static int settle(crmi_txn *txn, entry_list *list) {
    size_t kept = 0;
    if (!insert_all(list)) qsort(list->entries, list->count, sizeof *list->entries, by_entry);
    for (size_t i = 0, next; i < list->count; i = next) {
        crmi_packed id = list->entries[i] >> 2;
        uint32_t action = list->entries[i] & 3, seen = 0;
        for (next = i; next < list->count && list->entries[next] >> 2 == id; next++) seen |= 1u << (list->entries[next] & 3);
        if (seen & 1u << CRMI_CHANGE_DELETED && seen != 1u << CRMI_CHANGE_DELETED) {
            int rc = decide(txn, id, &action);
            if (rc < 0) return rc;
        }
        list->entries[kept++] = id << 2 | action;
    }
    list->count = kept;
    return CRM_OK;
}

/* --- chunks --- */

typedef struct chunks {
    crmi_txn *txn;
    uint32_t what, root;
    uint64_t count;
    crmi_buffer row;
} chunks;

static int flush(chunks *to) {
    if (to->row.size <= CRMI_CHANGES_HEAD && !to->row.failed) return CRM_OK;
    return crmi_changes_put(to->txn, to->what, to->txn->state.sequence, to->count++, &to->row);
}

static int add_entries(chunks *to, const entry_list *list) {
    const crmi_actor *actor = crmi_gate_bound(to->txn);
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < list->count; i++) {
        if (to->row.size > CRMI_CHANGES_CHUNK - CRMI_ID_LIST_ENTRY) {
            rc = flush(to);
            to->row.size = 0;
        }
        if (!to->row.size) {
            crmi_changes_begin(&to->row);
            crmi_changes_add64(&to->row, (uint64_t)crmi_db_now(to->txn->db));
            crmi_changes_add64(&to->row, actor ? actor->user : 0);
            to->root = 0;
        }
        crmi_id_list_add(&to->row, &to->root, list->entries[i] >> 2, list->entries[i] & 3);
    }
    return rc;
}

/* Of entries that ascend over both lists. */
static int write_chunks(crmi_txn *txn, uint32_t what, const entry_list *first, const entry_list *second, uint64_t *count) {
    chunks to = {.txn = txn, .what = what};
    int rc = add_entries(&to, first);
    if (rc == CRM_OK && second) rc = add_entries(&to, second);
    if (rc == CRM_OK) rc = flush(&to);
    crmi_buffer_free(&to.row);
    *count = to.count;
    return rc;
}

/* --- the oldest --- */

#define PRUNED 16 /* chunks that a commit drops at most */
typedef struct oldest {
    int64_t before;
    size_t count;
    uint64_t places[PRUNED][2];
} oldest;

static int take_old(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    oldest *old = data;
    if (!crmi_changes_sound(key, value, CRMI_CHANGES_HEAD)) return crmi_changes_damaged();
    if ((int64_t)crmi_key_get64((const uint8_t *)value.data + CRMI_CHANGES_SUM) >= old->before) return CRM_ROW; /* and so are all others */
    old->places[old->count][0] = crmi_changes_key_number(key);
    old->places[old->count++][1] = crmi_changes_key_second(key);
    return CRM_OK;
}

/* Drops chunks that are older than so many days, more of them than a commit adds. *last: the latest commit that lost any. */
static int prune(crmi_txn *txn, uint32_t what, uint32_t days, uint64_t added, uint64_t *last) {
    oldest old = {.before = crmi_changes_before(txn, days)};
    size_t limit = added < PRUNED / 2 ? 2 + (size_t)added : PRUNED;
    int rc = crmi_changes_range(txn, what, (crmi_changes_span){0, 0, CRMI_CHANGES_ALL, 0}, 0, limit, take_old, &old);
    if (rc == CRM_ROW) rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < old.count; i++) {
        *last = old.places[i][0];
        if (what == CRMI_CHANGES_VALUED) rc = crmi_changes_drop_values(txn, old.places[i][0], old.places[i][1], old.before);
        if (rc == CRM_OK) rc = crmi_changes_delete(txn, what, old.places[i][0], old.places[i][1]);
    }
    return rc;
}

/* --- the commit --- */

static const crmi_changes_span everything = {0, 0, CRMI_CHANGES_ALL, 0};

static int write_logs(crmi_txn *txn, bool on) {
    int rc = crmi_changes_write_own(txn, txn->changes->own.entries, txn->changes->own.count, on);
    return rc == CRM_OK ? crmi_changes_write_own(txn, txn->changes->roots.entries, txn->changes->roots.count, on) : rc;
}

/* All but that there are logs. */
static int drop_feed(crmi_txn *txn) {
    int rc = crmi_changes_delete_range(txn, CRMI_CHANGES_FEED, everything);
    return rc == CRM_OK ? crmi_changes_delete_range(txn, CRMI_CHANGES_OWN, everything) : rc;
}

static int switch_off(crmi_txn *txn, crmi_changes_state *state) {
    if (state->stored && state->floor == CRMI_CHANGES_OFF) return CRM_OK;
    int rc = drop_feed(txn);
    *state = (crmi_changes_state){CRMI_CHANGES_OFF, state->epoch + 1, true};
    return rc == CRM_OK ? crmi_changes_write_state(txn, state) : rc;
}

static int write_feed(crmi_txn *txn, const crmi_tracking *tracking) {
    crmi_changes *changes = txn->changes;
    crmi_changes_state state;
    uint64_t added, last = 0;
    int rc = crmi_changes_read_state(txn, &state);
    if (rc == CRM_OK) rc = write_logs(txn, tracking->keep_days != 0);
    if (rc == CRM_OK && !tracking->keep_days) return switch_off(txn, &state);
    if (rc == CRM_OK) rc = write_chunks(txn, CRMI_CHANGES_FEED, &changes->own, &changes->roots, &added);
    if (rc == CRM_OK) rc = prune(txn, CRMI_CHANGES_FEED, tracking->keep_days, added, &last);
    if (rc < 0 || (state.stored && state.floor != CRMI_CHANGES_OFF && !last)) return rc;
    state.floor = last ? last : txn->state.sequence - 1;
    return crmi_changes_write_state(txn, &state);
}

static int write_valued(crmi_txn *txn, const crmi_tracking *tracking) {
    uint64_t added, last;
    int rc = settle(txn, &txn->changes->valued);
    if (rc == CRM_OK) rc = write_chunks(txn, CRMI_CHANGES_VALUED, &txn->changes->valued, NULL, &added);
    return rc == CRM_OK ? prune(txn, CRMI_CHANGES_VALUED, tracking->values_days, added, &last) : rc;
}

int crmi_changes_write(crmi_txn *txn) {
    const crmi_tracking *tracking;
    crmi_changes *changes = txn->changes;
    if (!changes) return CRM_OK;
    int rc = crmi_changes_tracking(txn, &tracking);
    if (rc == CRM_OK) rc = settle(txn, &changes->own);
    if (rc == CRM_OK) rc = settle(txn, &changes->roots);
    if (rc == CRM_OK && changes->own.count + changes->roots.count) rc = write_feed(txn, tracking);
    return rc == CRM_OK ? write_valued(txn, tracking) : rc;
}

int crmi_changes_restart(crmi_txn *txn) {
    uint64_t sequence = txn->state.sequence + 1; /* of its commit */
    crmi_changes_state state = {sequence, (uint32_t)sequence | UINT32_C(1) << 31, true};
    int rc = drop_feed(txn);
    if (rc == CRM_OK) rc = crmi_changes_delete_range(txn, CRMI_CHANGES_VALUE, everything);
    if (rc == CRM_OK) rc = crmi_changes_delete_range(txn, CRMI_CHANGES_VALUED, everything);
    crmi_changes_free(txn->changes);
    txn->changes = NULL;
    return rc == CRM_OK ? crmi_changes_write_state(txn, &state) : rc;
}
