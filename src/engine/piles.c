/* SPDX-License-Identifier: MIT */
/* Several piles: see piles.h. */
#include "engine/piles.h"
#include "base/error.h"
#include "engine/order.h"
#include <string.h>

#define TOGETHER 16               /* piles of a size that are merged */
#define LARGE ((size_t)256 << 20) /* bytes that are too many for it */
#define EXPECTED 32               /* piles as large as the first that the filter of all is made for ... */
#define ENOUGH ((size_t)1 << 24)  /* ... but for no more stems than these, and twice those of the first: 24 MB */
#define SETTLED 48                /* piles that may be there when a transaction begins: the rest is for what it puts */

/* --- reading them as one --- */

static int order_of(const crmi_kept *a, const crmi_kept *b) { return crmi_key_order(crmi_kept_key(a), crmi_kept_key(b)); }

/* Of the same keys, the one of the newest pile. */
static bool is_first(const crmi_merge *merge, const struct crmi_merge_item *a, const struct crmi_merge_item *b) {
    int order = order_of(a->kept, b->kept);
    if (order == 0) return a->pile > b->pile;
    return merge->reverse ? order > 0 : order < 0;
}

/* From the place at down to where it belongs. */
static void sink(crmi_merge *merge, size_t at) {
    struct crmi_merge_item item = merge->items[at];
    for (size_t child; (child = 2 * at + 1) < merge->count; at = child) {
        if (child + 1 < merge->count && is_first(merge, &merge->items[child + 1], &merge->items[child])) child++;
        if (!is_first(merge, &merge->items[child], &item)) break;
        merge->items[at] = merge->items[child];
    }
    merge->items[at] = item;
}

static void set_kept(const crmi_merge *merge, struct crmi_merge_item *item) {
    item->kept = crmi_pile_at(merge->piles->list[item->pile], merge->reverse ? item->end - 1 : item->at);
}

/* Whether until is where all keys that begin with from end. */
static bool is_beginning(crmi_slice from, crmi_slice until) {
    const uint8_t *a = from.data, *b = until.data;
    return from.size && from.size == until.size && memcmp(a, b, from.size - 1) == 0 && b[from.size - 1] == a[from.size - 1] + 1;
}

void crmi_merge_begin(crmi_merge *merge, const crmi_piles *piles, size_t first, crmi_slice from, crmi_slice until, bool reverse) {
    uint32_t stem = 0;
    bool filtered = is_beginning(from, until) && crmi_pile_stem(from, &stem);
    merge->piles = piles;
    merge->reverse = reverse;
    merge->count = 0;
    if (filtered && !crmi_filter_may_have(&piles->filter, stem)) return;
    for (size_t i = first; i < piles->count; i++) {
        const crmi_pile *pile = piles->list[i];
        struct crmi_merge_item *item = &merge->items[merge->count];
        if (filtered && !crmi_filter_may_have(&pile->filter, stem)) continue;
        item->pile = i;
        item->at = from.size ? crmi_pile_find(pile, from) : 0;
        item->end = until.size ? crmi_pile_find(pile, until) : pile->count;
        if (item->at >= item->end) continue;
        set_kept(merge, item);
        merge->count++;
    }
    for (size_t i = merge->count / 2; i-- > 0;) sink(merge, i);
}

static void step(crmi_merge *merge) {
    struct crmi_merge_item *top = &merge->items[0];
    if (merge->reverse)
        top->end--;
    else
        top->at++;
    if (top->at < top->end)
        set_kept(merge, top);
    else
        *top = merge->items[--merge->count];
    if (merge->count) sink(merge, 0);
}

const crmi_kept *crmi_merge_next(crmi_merge *merge) {
    if (!merge->count) return NULL;
    const crmi_kept *next = merge->items[0].kept;
    do step(merge);
    while (merge->count && order_of(merge->items[0].kept, next) == 0);
    return next;
}

/* --- looking up --- */

const crmi_kept *crmi_piles_get(const crmi_piles *piles, crmi_slice key) {
    uint32_t stem;
    bool filtered = crmi_pile_stem(key, &stem);
    if (filtered && !crmi_filter_may_have(&piles->filter, stem)) return NULL;
    for (size_t i = piles->count; i-- > 0;) {
        const crmi_pile *pile = piles->list[i];
        if (filtered && !crmi_filter_may_have(&pile->filter, stem)) continue;
        size_t at = crmi_pile_find(pile, key);
        const crmi_kept *kept = at < pile->count ? crmi_pile_at(pile, at) : NULL;
        if (kept && kept->key_size == key.size && memcmp(kept->bytes, key.data, key.size) == 0) return kept->dropped ? NULL : kept;
    }
    return NULL;
}

int crmi_piles_range(const crmi_piles *piles, const crmi_read *read, size_t number, crmi_row_fn fn, void *data) {
    crmi_merge merge;
    size_t left = read->limit ? read->limit : SIZE_MAX;
    const crmi_kept *kept;
    int rc = CRM_OK;
    crmi_merge_begin(&merge, piles, 0, read->from, read->until, read->flags & CRMI_READ_REVERSE);
    while (rc == CRM_OK && left && (kept = crmi_merge_next(&merge)) != NULL) {
        if (kept->dropped) continue;
        left--;
        rc = fn(data, number, crmi_kept_key(kept), read->flags & CRMI_READ_KEYS ? (crmi_slice){"", 0} : crmi_kept_value(kept));
    }
    return rc;
}

/* --- taking in, merging --- */

void crmi_piles_cut(crmi_piles *piles, size_t count) {
    while (piles->count > count) crmi_pile_free(piles->list[--piles->count]);
}

void crmi_piles_free(crmi_piles *piles) {
    crmi_piles_cut(piles, 0);
    crmi_filter_free(&piles->filter);
}

static size_t expected(size_t stems) {
    size_t enough = stems * 2 > ENOUGH ? stems * 2 : ENOUGH;
    return stems * EXPECTED < enough ? stems * EXPECTED : enough;
}

static size_t stems_of(const crmi_piles *piles) {
    size_t stems = 0;
    for (size_t i = 0; i < piles->count; i++) stems += piles->list[i]->stems;
    return stems;
}

/* Of a pile that is made. before: stems that are in the filter. */
static int note_stems(crmi_filter *filter, size_t before, const crmi_pile_maker *maker) {
    size_t stems = before + maker->stem_count;
    int rc = crmi_filter_widen(filter, filter->words ? stems : expected(stems));
    if (rc == CRM_OK && filter->words) crmi_filter_add(filter, maker->stems, maker->stem_count);
    return rc;
}

/* Under the oldest pile, nothing is left to be gone. */
static int collect(const crmi_piles *piles, size_t first, crmi_pile_maker *maker) {
    crmi_merge merge;
    const crmi_kept *kept;
    int rc = CRM_OK;
    crmi_merge_begin(&merge, piles, first, (crmi_slice){NULL, 0}, (crmi_slice){NULL, 0}, false);
    while (rc == CRM_OK && (kept = crmi_merge_next(&merge)) != NULL)
        if (first || !kept->dropped) rc = crmi_pile_add(maker, crmi_kept_key(kept), crmi_kept_value(kept), kept->dropped);
    return rc;
}

static int merge_from(crmi_piles *piles, size_t first, const char *folder) {
    crmi_pile_maker maker = {.folder = folder};
    crmi_pile *merged = NULL;
    crmi_filter all = {0}; /* where the merged one is all that there is */
    int rc = collect(piles, first, &maker);
    if (rc == CRM_OK && first == 0) rc = note_stems(&all, 0, &maker);
    if (rc == CRM_OK && maker.count) rc = crmi_pile_make(&maker, &merged);
    crmi_pile_clear(&maker);
    if (rc < 0) {
        crmi_filter_free(&all);
        return rc;
    }
    crmi_piles_cut(piles, first);
    if (merged) piles->list[piles->count++] = merged;
    if (first) return CRM_OK;
    crmi_filter_free(&piles->filter);
    piles->filter = all;
    return CRM_OK;
}

/* By powers of 16 of its bytes, from 64 KiB on. */
static unsigned class_of(const crmi_pile *pile) {
    unsigned class = 0;
    while (pile->size >> (16 + 4 * class)) class ++;
    return class;
}

/* The first of those that are to be merged; the last one: none are. */
static size_t first_of(const crmi_piles *piles, size_t keep) {
    size_t last = piles->count - 1, first = last, bytes = piles->list[last]->size;
    while (first > keep && class_of(piles->list[first - 1]) == class_of(piles->list[last])) bytes += piles->list[--first]->size;
    if (last - first + 1 >= TOGETHER && bytes <= LARGE) return first;
    if (keep) return piles->count < CRMI_PILES ? last : keep;
    return piles->count < SETTLED ? last : SETTLED / 2;
}

int crmi_piles_add(crmi_piles *piles, crmi_pile_maker *maker, size_t keep) {
    if (!maker->count) return CRM_OK;
    int rc = note_stems(&piles->filter, stems_of(piles), maker);
    if (rc == CRM_OK) rc = crmi_pile_make(maker, &piles->list[piles->count]);
    if (rc < 0) return rc;
    piles->count++;
    return crmi_piles_tidy(piles, maker->folder, keep);
}

int crmi_piles_tidy(crmi_piles *piles, const char *folder, size_t keep) {
    size_t first = piles->count > keep ? first_of(piles, keep) : 0;
    return piles->count > keep && first + 1 < piles->count ? merge_from(piles, first, folder) : CRM_OK;
}
