/* SPDX-License-Identifier: MIT */
/* Making the index anew: see rebuild.h. Indexes are made in the order in which they lie in the table, as many at once as memory holds: a
 * reading of all records keeps the entries of the first ones, and gives up those of the last where there are too many. A single index that
 * is too large comes in pieces. */
#include "index/rebuild.h"
#include "base/error.h"
#include "engine/sorted.h"
#include "index/directory.h"
#include "index/entries.h"
#include "store/db.h"
#include <stdlib.h>
#include <string.h>

enum { PARTS = 256, PREFIX = 3 };
#define MEMORY ((size_t)192 << 20)

/* Entries that begin alike: an index. */
typedef struct part {
    uint32_t prefix;
    crmi_keep keep;
    crmi_sorted sorted;
} part;

typedef struct rebuilding {
    crmi_txn *txn;
    size_t memory;
    uint32_t first, end; /* prefixes of the indexes that are made now: first <= prefix < end */
    crmi_packed at;      /* the record that is looked at */
    bool piece;          /* the end of its records is not reached */
    bool append;         /* the table has nothing of them or behind them: no index came in pieces yet */
    part *parts[PARTS];  /* by prefix */
    size_t count;
} rebuilding;

static void drop_part(part *dropped) {
    crmi_keep_free(&dropped->keep);
    crmi_sorted_free(&dropped->sorted);
    free(dropped);
}

static void drop_parts(rebuilding *all) {
    while (all->count) drop_part(all->parts[--all->count]);
}

static size_t bytes_of(const rebuilding *all) {
    size_t bytes = 0;
    for (size_t i = 0; i < all->count; i++)
        bytes += all->parts[i]->keep.bytes + all->parts[i]->sorted.capacity * sizeof *all->parts[i]->sorted.items;
    return bytes;
}

/* The last index waits for the next reading. */
static void give_up_last(rebuilding *all) {
    part *last = all->parts[--all->count];
    all->end = last->prefix;
    drop_part(last);
}

/* The part of a prefix; NULL without memory. */
static part *find_part(rebuilding *all, uint32_t prefix) {
    size_t at = all->count;
    while (at > 0 && all->parts[at - 1]->prefix > prefix) at--;
    if (at > 0 && all->parts[at - 1]->prefix == prefix) return all->parts[at - 1];
    part *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    made->prefix = prefix;
    memmove(all->parts + at + 1, all->parts + at, (all->count - at) * sizeof(part *));
    all->parts[at] = made;
    all->count++;
    return made;
}

static int keep(void *data, crmi_slice key, crmi_slice value) {
    rebuilding *all = data;
    const uint8_t *bytes = key.data;
    uint32_t prefix = key.size < PREFIX ? 0 : (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
    if (all->count == PARTS) give_up_last(all);
    if (prefix < all->first || prefix >= all->end) return CRM_OK;
    part *to = find_part(all, prefix);
    crmi_kept *kept = to ? crmi_keep_add(&to->keep, key, value) : NULL;
    return kept ? crmi_sorted_add(&to->sorted, kept) : crmi_error_nomem();
}

/* CRM_ROW where what is kept must be put before the record is looked at. */
static int take(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    rebuilding *all = data;
    while (all->count > 1 && bytes_of(all) > all->memory) give_up_last(all);
    all->at = stored->id;
    all->piece = bytes_of(all) > all->memory;
    if (all->piece) return CRM_ROW;
    return stored->kind == CRMI_KIND_STUB ? CRM_OK : crmi_index_entries(all->txn, stored, keep, all);
}

/* Two records may have a value that should be one's alone: the first one's entry stays. */
static int put_parts(rebuilding *all) {
    crmi_sorted *each[PARTS];
    for (size_t i = 0; i < all->count; i++) each[i] = &all->parts[i]->sorted;
    int rc = crmi_sorted_put(each, all->count, false, crmi_txn_engine(all->txn), CRMI_TABLE_INDEX, all->append);
    drop_parts(all);
    return rc;
}

/* The indexes from first on, as many as can be. */
static int make(rebuilding *all) {
    int rc;
    all->at = 0;
    do {
        all->piece = false;
        rc = crmi_store_scan(all->txn, all->at, 0, 0, take, all);
        if (rc == CRM_ROW) rc = CRM_OK;
        if (rc == CRM_OK && all->piece) all->append = false;
        if (rc == CRM_OK) rc = put_parts(all);
    } while (rc == CRM_OK && all->piece);
    return rc;
}

int crmi_index_rebuild(crmi_txn *txn, size_t memory) {
    rebuilding all = {.txn = txn, .memory = memory ? memory : MEMORY, .append = true};
    int rc = crmi_directory_collate(txn);
    if (rc == CRM_OK) rc = crmi_engine_del_range(crmi_txn_engine(txn), CRMI_TABLE_INDEX, (crmi_slice){NULL, 0}, (crmi_slice){NULL, 0});
    for (all.end = UINT32_MAX; rc == CRM_OK && all.first != UINT32_MAX; all.first = all.end, all.end = UINT32_MAX) rc = make(&all);
    drop_parts(&all);
    txn->changed = true;
    if (rc < 0) crmi_txn_fail(txn, rc);
    return rc;
}
