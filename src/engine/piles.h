/* SPDX-License-Identifier: MIT */
/* Several piles, the oldest first: looked up one by one, read as one, and merged where they get many. */
#ifndef CRMI_ENGINE_PILES_H
#define CRMI_ENGINE_PILES_H
#include "engine/pile.h"

#define CRMI_PILES 64

typedef struct crmi_piles {
    crmi_pile *list[CRMI_PILES];
    size_t count;
    crmi_filter filter; /* of what the keys of all piles begin with; it may have more */
} crmi_piles;

const crmi_kept *crmi_piles_get(const crmi_piles *piles, crmi_slice key); /* NULL: there is none, or it is gone */
int crmi_piles_range(const crmi_piles *piles, const crmi_read *read, size_t number, crmi_row_fn fn, void *data);
/* Takes in what was made. */
int crmi_piles_add(crmi_piles *piles, crmi_pile_maker *maker, size_t keep);
/* Makes one of the latest piles, behind the first keep, where many of them are of a size, or all are too many. keep: those of transactions
 * before; 0: none runs. */
int crmi_piles_tidy(crmi_piles *piles, const char *folder, size_t keep);
void crmi_piles_cut(crmi_piles *piles, size_t count); /* drops all behind the first count */
void crmi_piles_free(crmi_piles *piles);

/* Reading them as one: the first entry of each, the next one on top of a heap. */
typedef struct crmi_merge {
    const crmi_piles *piles;
    bool reverse;
    size_t count;
    struct crmi_merge_item {
        const crmi_kept *kept;
        size_t pile, at, end; /* entries left: at to end */
    } items[CRMI_PILES];
} crmi_merge;

/* Of the piles from first on, the keys from <= k < until (until empty: to the end). */
void crmi_merge_begin(crmi_merge *merge, const crmi_piles *piles, size_t first, crmi_slice from, crmi_slice until, bool reverse);
const crmi_kept *crmi_merge_next(crmi_merge *merge); /* the newest one of each key, those that are gone too; NULL: no more */
#endif
