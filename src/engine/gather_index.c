/* SPDX-License-Identifier: MIT */
/* Entries of table index that are kept until the commit, by index. What is kept goes before what the table has: a key is looked for here
 * first, and deleted in both. */
#include "base/error.h"
#include "engine/gather.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define MOST ((size_t)256 << 20) /* bytes that are kept */
#define PREFIX 3

static uint32_t prefix_of(crmi_slice key) {
    const uint8_t *bytes = key.data;
    uint32_t prefix = 0;
    for (size_t i = 0; i < PREFIX; i++) prefix = prefix << 8 | (i < key.size ? bytes[i] : 0);
    return prefix;
}

/* Nothing, which is the table's end, behind the last. */
static crmi_slice prefix_key(uint32_t prefix, uint8_t out[PREFIX]) {
    for (int i = 0; i < PREFIX; i++) out[i] = (uint8_t)(prefix >> (16 - 8 * i));
    return (crmi_slice){out, prefix >> 8 * PREFIX ? 0 : PREFIX};
}

static int see_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    *(bool *)data = false;
    return CRM_OK;
}

static int add_range(crmi_gather *gather, size_t at, uint32_t prefix) {
    crmi_gather_index *index = &gather->index;
    uint8_t from[PREFIX], until[PREFIX];
    crmi_read read = {CRMI_TABLE_INDEX, CRMI_READ_RANGE | CRMI_READ_KEYS, prefix_key(prefix, from), prefix_key(prefix + 1, until), 1};
    crmi_gather_range *range = calloc(1, sizeof *range);
    if (!range) return crmi_error_nomem();
    range->prefix = prefix;
    range->empty = true;
    int rc = crmi_engine_range(gather->inner, &read, see_row, &range->empty);
    if (rc < 0) {
        free(range);
        return rc;
    }
    memmove(index->ranges + at + 1, index->ranges + at, (index->count - at) * sizeof(crmi_gather_range *));
    index->ranges[at] = range;
    index->count++;
    return CRM_OK;
}

/* The range of a key; *out NULL where there is no room for one more, or the key is too short to have one. */
static int find_range(crmi_gather *gather, crmi_slice key, crmi_gather_range **out) {
    crmi_gather_index *index = &gather->index;
    uint32_t prefix = prefix_of(key);
    size_t at = 0;
    while (at < index->count && index->ranges[at]->prefix < prefix) at++;
    bool known = at < index->count && index->ranges[at]->prefix == prefix;
    *out = NULL;
    if (key.size < PREFIX || (!known && index->count == CRMI_GATHER_RANGES)) return CRM_OK;
    int rc = known ? CRM_OK : add_range(gather, at, prefix);
    if (rc == CRM_OK) *out = index->ranges[at];
    return rc;
}

/* --- valued entries --- */

static uint64_t hash_of(const crmi_gather_index *index, crmi_slice key) {
    uint8_t out[crypto_shorthash_BYTES];
    uint64_t hash;
    crypto_shorthash(out, key.data, key.size, index->secret);
    memcpy(&hash, out, sizeof hash);
    return hash;
}

/* The slot of a key, or the free one where it would be; dropped entries keep theirs. */
static crmi_gather_slot *find_slot(const crmi_gather_index *index, uint64_t hash, crmi_slice key) {
    size_t at = hash & (index->slot_count - 1);
    for (;; at = (at + 1) & (index->slot_count - 1)) {
        crmi_gather_slot *slot = &index->slots[at];
        if (!slot->kept) return slot;
        bool same = slot->hash == hash && slot->kept->key_size == key.size && memcmp(slot->kept->bytes, key.data, key.size) == 0;
        if (same) return slot;
    }
}

/* Half of the slots stay free. */
static int make_room(crmi_gather_index *index) {
    if (index->used * 2 < index->slot_count) return CRM_OK;
    crmi_gather_index old = *index;
    index->slot_count = old.slot_count ? old.slot_count * 2 : 1024;
    index->slots = calloc(index->slot_count, sizeof *index->slots);
    if (!index->slots) {
        *index = old;
        return crmi_error_nomem();
    }
    if (!old.slot_count) randombytes_buf(index->secret, sizeof index->secret);
    for (size_t i = 0; i < old.slot_count; i++)
        if (old.slots[i].kept) *find_slot(index, old.slots[i].hash, crmi_kept_key(old.slots[i].kept)) = old.slots[i];
    free(old.slots);
    return CRM_OK;
}

static crmi_kept *look_up(const crmi_gather_index *index, crmi_slice key) {
    crmi_kept *kept = index->used ? find_slot(index, hash_of(index, key), key)->kept : NULL;
    return kept && !kept->dropped ? kept : NULL;
}

/* What was kept under the key before is dropped. */
static int note(crmi_gather_index *index, crmi_kept *kept) {
    int rc = make_room(index);
    if (rc < 0) return rc;
    uint64_t hash = hash_of(index, crmi_kept_key(kept));
    crmi_gather_slot *slot = find_slot(index, hash, crmi_kept_key(kept));
    if (slot->kept)
        slot->kept->dropped = true;
    else
        index->used++;
    *slot = (crmi_gather_slot){hash, kept};
    return CRM_OK;
}

/* --- into the table --- */

/* Ranges that have something. */
static int settle(crmi_gather *gather, crmi_gather_range *const *ranges, size_t count) {
    crmi_sorted *each[CRMI_GATHER_RANGES];
    for (size_t i = 0; i < count; i++) each[i] = &ranges[i]->sorted;
    int rc = crmi_sorted_put(each, count, true, gather->inner, CRMI_TABLE_INDEX, false);
    if (rc < 0) gather->failed = rc;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; ranges[i]->valued && j < each[i]->count; j++) each[i]->items[j].kept->dropped = true;
        crmi_sorted_free(each[i]);
        ranges[i]->empty = false;
    }
    return rc;
}

static int settle_one(crmi_gather *gather, crmi_gather_range *range) { return range->sorted.count ? settle(gather, &range, 1) : CRM_OK; }

/* Those with a prefix from first to last. */
static int settle_all(crmi_gather *gather, uint32_t first, uint32_t last) {
    crmi_gather_range *ranges[CRMI_GATHER_RANGES];
    size_t count = 0;
    for (size_t i = 0; i < gather->index.count; i++) {
        crmi_gather_range *range = gather->index.ranges[i];
        if (range->prefix >= first && range->prefix <= last && range->sorted.count) ranges[count++] = range;
    }
    return count ? settle(gather, ranges, count) : CRM_OK;
}

/* Ranges that nothing was asked of may hold anything. */
int crmi_gather_index_settle(crmi_gather *gather, crmi_slice from, crmi_slice until, bool *empty) {
    uint32_t first = prefix_of(from), last = until.size ? prefix_of(until) : UINT32_MAX;
    crmi_gather_range *only;
    int rc = CRM_OK;
    *empty = false;
    if (first == last) {
        rc = find_range(gather, from, &only);
        *empty = rc == CRM_OK && only && only->empty && only->sorted.count == 0;
    }
    return rc == CRM_OK ? settle_all(gather, first, last) : rc;
}

static void forget(crmi_gather_index *index) {
    free(index->slots);
    crmi_keep_free(&index->keep);
    index->slots = NULL;
    index->slot_count = index->used = 0;
}

int crmi_gather_index_flush(crmi_gather *gather) {
    int rc = settle_all(gather, 0, UINT32_MAX);
    if (rc == CRM_OK) forget(&gather->index);
    return rc;
}

void crmi_gather_index_free(crmi_gather *gather) {
    for (size_t i = 0; i < gather->index.count; i++) {
        crmi_sorted_free(&gather->index.ranges[i]->sorted);
        free(gather->index.ranges[i]);
    }
    forget(&gather->index);
}

/* --- the calls --- */

int crmi_gather_index_get(crmi_gather *gather, crmi_slice key, crmi_row_fn fn, void *data) {
    crmi_gather_range *range;
    int rc = find_range(gather, key, &range);
    if (rc < 0) return rc;
    crmi_kept *kept = range && range->valued ? look_up(&gather->index, key) : NULL;
    if (kept) return fn(data, 0, crmi_kept_key(kept), crmi_kept_value(kept));
    if (range && !range->valued) rc = settle_one(gather, range);
    if (rc == CRM_OK && range && range->empty) return CRM_E_NOTFOUND;
    return rc == CRM_OK ? crmi_engine_get(gather->inner, CRMI_TABLE_INDEX, key, fn, data) : rc;
}

int crmi_gather_index_put(crmi_gather *gather, crmi_slice key, crmi_slice value) {
    crmi_gather_index *index = &gather->index;
    crmi_gather_range *range;
    int rc = index->keep.bytes > MOST ? crmi_gather_index_flush(gather) : CRM_OK;
    if (rc == CRM_OK) rc = find_range(gather, key, &range);
    if (rc == CRM_OK && !range) return crmi_engine_put(gather->inner, CRMI_TABLE_INDEX, key, value);
    if (rc == CRM_OK && range->valued != (value.size > 0)) rc = settle_one(gather, range);
    if (rc < 0) return rc;
    range->valued = value.size > 0;
    crmi_kept *kept = crmi_keep_add(&index->keep, key, value);
    rc = kept ? crmi_sorted_add(&range->sorted, kept) : CRM_E_NOMEM;
    return rc == CRM_OK && range->valued ? note(index, kept) : rc;
}

int crmi_gather_index_del(crmi_gather *gather, crmi_slice key) {
    crmi_gather_range *range;
    int rc = find_range(gather, key, &range);
    if (rc < 0) return rc;
    crmi_kept *kept = range && range->valued ? look_up(&gather->index, key) : NULL;
    if (kept) kept->dropped = true;
    if (range && !range->valued) rc = settle_one(gather, range);
    if (rc == CRM_OK && !(range && range->empty))
        rc = crmi_engine_del(gather->inner, CRMI_TABLE_INDEX, key);
    else if (rc == CRM_OK)
        rc = CRM_E_NOTFOUND;
    return rc == CRM_E_NOTFOUND && kept ? CRM_OK : rc;
}
