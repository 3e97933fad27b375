/* SPDX-License-Identifier: MIT */
/* What a gathering transaction (gather.c) keeps: entries of table index (gather_index.c), and new records of table file (gather_tail.c). */
#ifndef CRMI_ENGINE_GATHER_H
#define CRMI_ENGINE_GATHER_H
#include "engine/ops.h"
#include "engine/sorted.h"

#define CRMI_GATHER_RANGES 64

/* Entries that begin alike: an index. They are looked up by key only where they have values; a key that has none is never asked for. */
typedef struct crmi_gather_range {
    uint32_t prefix; /* first three bytes of its keys */
    bool empty;      /* the table has nothing of it */
    bool valued;
    crmi_sorted sorted;
} crmi_gather_range;

typedef struct crmi_gather_slot {
    uint64_t hash;
    crmi_kept *kept; /* NULL: free */
} crmi_gather_slot;

typedef struct crmi_gather_index {
    crmi_gather_range *ranges[CRMI_GATHER_RANGES]; /* by prefix */
    size_t count;
    crmi_keep keep;
    uint8_t secret[16];
    crmi_gather_slot *slots; /* of valued entries, by key */
    size_t slot_count, used;
} crmi_gather_index;

/* Records between two keys of the table, with nothing between them there. */
#define CRMI_GATHER_TAIL 2048
typedef struct crmi_gather_tail {
    uint64_t low, high; /* both not in it; 0: there is none yet */
    size_t count;
    uint64_t keys[CRMI_GATHER_TAIL]; /* ascending */
    crmi_kept *kept[CRMI_GATHER_TAIL];
    crmi_keep keep;
} crmi_gather_tail;

typedef struct crmi_gather {
    crmi_etxn base;
    crmi_etxn *inner;
    int failed; /* to put what was kept, for a read say: the commit will not do without */
    crmi_gather_index index;
    crmi_gather_tail tail;
} crmi_gather;

int crmi_gather_index_get(crmi_gather *gather, crmi_slice key, crmi_row_fn fn, void *data);
int crmi_gather_index_put(crmi_gather *gather, crmi_slice key, crmi_slice value);
int crmi_gather_index_del(crmi_gather *gather, crmi_slice key);
/* Puts what is gathered of a range into the table. *empty: nothing of it is there. */
int crmi_gather_index_settle(crmi_gather *gather, crmi_slice from, crmi_slice until, bool *empty);
int crmi_gather_index_flush(crmi_gather *gather);
void crmi_gather_index_free(crmi_gather *gather);

bool crmi_gather_tail_has(const crmi_gather *gather, crmi_slice key); /* whether it would lie there */
int crmi_gather_tail_get(crmi_gather *gather, crmi_slice key, crmi_row_fn fn, void *data);
int crmi_gather_tail_put(crmi_gather *gather, crmi_slice key, crmi_slice value);
int crmi_gather_tail_del(crmi_gather *gather, crmi_slice key);
int crmi_gather_tail_range(crmi_gather *gather, const crmi_read *read, size_t number, crmi_row_fn fn, void *data);
int crmi_gather_tail_flush(crmi_gather *gather);
void crmi_gather_tail_free(crmi_gather *gather);
#endif
