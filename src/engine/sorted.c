/* SPDX-License-Identifier: MIT */
/* Sorting pairs by their keys, eight bytes at a time: by radix where there are many, and where these eight bytes are the same by the next
 * ones. No input makes it slow. */
#include "engine/sorted.h"
#include "base/error.h"
#include "base/thread.h"
#include "engine/ops.h"
#include "engine/order.h"
#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)1 << 20)
#define ALIGN 8
#define FEW 24        /* that are sorted by insertion */
#define TOGETHER 1024 /* pairs of one put */
#define MANY 32768    /* items that are sorted by a thread of their own, while those before them are put */
#define AHEAD 16      /* items that the processor is told of before they are read: they lie anywhere */

/* --- keeping --- */

struct crmi_keep_block {
    struct crmi_keep_block *before;
    size_t size;
    uint8_t bytes[];
};

static bool add_block(crmi_keep *keep, size_t size) {
    if (size < BLOCK) size = BLOCK;
    struct crmi_keep_block *block = malloc(sizeof *block + size);
    if (!block) return false;
    block->before = keep->block;
    block->size = keep->left = size;
    keep->block = block;
    keep->bytes += size;
    return true;
}

crmi_kept *crmi_keep_add(crmi_keep *keep, crmi_slice key, crmi_slice value) {
    size_t size = (sizeof(crmi_kept) + key.size + value.size + ALIGN - 1) / ALIGN * ALIGN;
    if (size > keep->left && !add_block(keep, size)) {
        crmi_error_nomem();
        return NULL;
    }
    crmi_kept *kept = (crmi_kept *)(void *)(keep->block->bytes + keep->block->size - keep->left);
    keep->left -= size;
    *kept = (crmi_kept){.value_size = (uint32_t)value.size, .key_size = (uint16_t)key.size};
    memcpy(kept->bytes, key.data, key.size);
    if (value.size) memcpy(kept->bytes + key.size, value.data, value.size);
    return kept;
}

void crmi_keep_free(crmi_keep *keep) {
    while (keep->block) {
        struct crmi_keep_block *block = keep->block;
        keep->block = block->before;
        free(block);
    }
    *keep = (crmi_keep){0};
}

/* --- sorting --- */

int crmi_sorted_add(crmi_sorted *sorted, crmi_kept *kept) {
    if (sorted->count == sorted->capacity) {
        size_t capacity = sorted->capacity ? sorted->capacity * 2 : 64;
        crmi_sorted_item *items = realloc(sorted->items, capacity * sizeof *items);
        if (!items) return crmi_error_nomem();
        sorted->items = items;
        sorted->capacity = capacity;
    }
    sorted->items[sorted->count++] = (crmi_sorted_item){0, kept};
    return CRM_OK;
}

/* Eight bytes from depth on, as a number; zeros behind the key's end. */
static uint64_t head_of(const crmi_kept *kept, size_t depth) {
    uint8_t bytes[CRMI_KEY_WORD] = {0};
    if (depth + CRMI_KEY_WORD <= kept->key_size) return crmi_key_get64(kept->bytes + depth);
    if (depth < kept->key_size) memcpy(bytes, kept->bytes + depth, kept->key_size - depth);
    return crmi_key_get64(bytes);
}

static bool is_before(const crmi_sorted_item *a, const crmi_sorted_item *b, size_t depth) {
    if (a->head != b->head) return a->head < b->head;
    size_t size = a->kept->key_size < b->kept->key_size ? a->kept->key_size : b->kept->key_size;
    int order = size > depth ? memcmp(a->kept->bytes + depth, b->kept->bytes + depth, size - depth) : 0;
    return order ? order < 0 : a->kept->key_size < b->kept->key_size;
}

static void insert_all(crmi_sorted_item *items, size_t count, size_t depth) {
    for (size_t i = 1; i < count; i++) {
        crmi_sorted_item item = items[i];
        size_t at = i;
        for (; at > 0 && is_before(&item, &items[at - 1], depth); at--) items[at] = items[at - 1];
        items[at] = item;
    }
}

/* Stable, by all of head; the bytes that all have are passed over. other: as many items. */
static void radix(crmi_sorted_item *items, crmi_sorted_item *other, size_t count) {
    uint64_t differ = 0;
    crmi_sorted_item *from = items, *to = other;
    for (size_t i = 1; i < count; i++) differ |= items[i].head ^ items[0].head;
    for (int shift = 0; shift < 64; shift += 8) {
        size_t starts[256] = {0}, start = 0;
        if (!(differ >> shift & 0xff)) continue;
        for (size_t i = 0; i < count; i++) starts[from[i].head >> shift & 0xff]++;
        for (int i = 0; i < 256; i++) {
            size_t here = starts[i];
            starts[i] = start;
            start += here;
        }
        for (size_t i = 0; i < count; i++) to[starts[from[i].head >> shift & 0xff]++] = from[i];
        crmi_sorted_item *swap = from;
        from = to;
        to = swap;
    }
    if (from != items) memcpy(items, from, count * sizeof *items);
}

/* Items whose keys are the same up to depth. */
static void sort(crmi_sorted_item *items, crmi_sorted_item *other, size_t count, size_t depth) {
    for (size_t i = 0; i < count; i++) items[i].head = head_of(items[i].kept, depth);
    if (count < FEW || depth > CRMI_KEY_MAX) {
        insert_all(items, count, depth);
        return;
    }
    radix(items, other, count);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && items[end].head == items[i].head; end++) {
        }
        if (end - i > 1) sort(items + i, other, end - i, depth + sizeof items->head);
    }
}

/* Those of the same key come behind each other: all but the first are left out. */
static void drop_twins(crmi_sorted *sorted) {
    size_t kept = 0;
    for (size_t i = 0; i < sorted->count; i++) {
        const crmi_kept *now = sorted->items[i].kept, *last = kept ? sorted->items[kept - 1].kept : NULL;
        if (!last || now->key_size != last->key_size || memcmp(now->bytes, last->bytes, now->key_size) != 0)
            sorted->items[kept++] = sorted->items[i];
    }
    sorted->count = kept;
}

/* --- into the table --- */

static int put(const crmi_sorted *sorted, crmi_etxn *txn, uint32_t table, bool append) {
    crmi_pair pairs[TOGETHER];
    size_t count = 0;
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < sorted->count; i++) {
        const crmi_kept *kept = sorted->items[i].kept;
        if (i + AHEAD < sorted->count) __builtin_prefetch(sorted->items[i + AHEAD].kept);
        if (!kept->dropped) pairs[count++] = (crmi_pair){crmi_kept_key(kept), crmi_kept_value(kept)};
        if (count < TOGETHER && i + 1 < sorted->count) continue;
        rc = crmi_engine_put_sorted(txn, table, pairs, count, append);
        count = 0;
    }
    return rc;
}

typedef struct sorting {
    crmi_sorted *const *all;
    size_t count;
    crmi_sorted_item *other; /* as many as the most of one */
    bool twins;
} sorting;

static bool sort_next(void *data, size_t step) {
    const sorting *of = data;
    if (step == of->count) return false;
    crmi_sorted *sorted = of->all[step];
    sort(sorted->items, of->other, sorted->count, 0);
    if (!of->twins) drop_twins(sorted);
    return true;
}

int crmi_sorted_put(crmi_sorted *const *all, size_t count, bool twins, crmi_etxn *txn, uint32_t table, bool append) {
    sorting of = {all, count, NULL, twins};
    crmi_producer producer;
    size_t most = 0, sum = 0;
    int rc = CRM_OK;
    for (size_t i = 0; i < count; i++) {
        if (all[i]->count > most) most = all[i]->count;
        sum += all[i]->count;
    }
    of.other = malloc(most * sizeof *of.other + 1);
    if (!of.other) return crmi_error_nomem();
    crmi_producer_begin(&producer, sum < MANY ? 0 : count + 1, sort_next, &of);
    for (size_t i = 0; rc == CRM_OK && crmi_producer_take(&producer, i); i++) rc = put(all[i], txn, table, append);
    crmi_producer_end(&producer);
    free(of.other);
    return rc;
}

void crmi_sorted_free(crmi_sorted *sorted) {
    free(sorted->items);
    *sorted = (crmi_sorted){0};
}
