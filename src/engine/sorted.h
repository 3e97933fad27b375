/* SPDX-License-Identifier: MIT */
/* Pairs of keys and values in memory, which are put into a table in the order of their keys: pages are then touched once, one after the
 * other. */
#ifndef CRMI_ENGINE_SORTED_H
#define CRMI_ENGINE_SORTED_H
#include "engine/engine.h"

/* A copy of a key and its value. */
typedef struct crmi_kept {
    uint32_t value_size;
    uint16_t key_size;
    bool dropped;    /* it is not to be put */
    uint8_t bytes[]; /* key, value */
} crmi_kept;

static inline crmi_slice crmi_kept_key(const crmi_kept *kept) { return (crmi_slice){kept->bytes, kept->key_size}; }
static inline crmi_slice crmi_kept_value(const crmi_kept *kept) { return (crmi_slice){kept->bytes + kept->key_size, kept->value_size}; }

/* Where copies lie, one behind the other. All zero: empty. */
typedef struct crmi_keep {
    struct crmi_keep_block *block; /* the latest, which names the one before it */
    size_t left;                   /* bytes of it */
    size_t bytes;                  /* of all blocks */
} crmi_keep;

crmi_kept *crmi_keep_add(crmi_keep *keep, crmi_slice key, crmi_slice value); /* NULL: no memory, which is the error */
void crmi_keep_free(crmi_keep *keep);

/* Pairs to be sorted. All zero: none. */
typedef struct crmi_sorted_item {
    uint64_t head; /* eight bytes of the key, while it is sorted */
    crmi_kept *kept;
} crmi_sorted_item;
typedef struct crmi_sorted {
    crmi_sorted_item *items;
    size_t count, capacity;
} crmi_sorted;

int crmi_sorted_add(crmi_sorted *sorted, crmi_kept *kept); /* CRM_OK, CRM_E_NOMEM */
/* Sorts each and puts it, one after the other, but what is dropped. twins: a key may be there twice, and the last one counts; else the
 * first.
 */
int crmi_sorted_put(crmi_sorted *const *all, size_t count, bool twins, crmi_etxn *txn, uint32_t table, bool append);
void crmi_sorted_free(crmi_sorted *sorted);
#endif
