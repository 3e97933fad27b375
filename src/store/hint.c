/* SPDX-License-Identifier: MIT */
/* Hints lie in buckets of one cache line, by the key's checksum: a record's id with some bits more of the checksum. In a full bucket one
 * makes way for another; where that happens often the table begins anew, larger and empty, up to a largest one. Tables that were outgrown
 * stay until the store is closed, since somebody may be reading them: together they are a third of the last. */
#include "store/hint.h"
#include "codec/crc32c.h"
#include <stdatomic.h>
#include <stdlib.h>

enum { LEVELS = 7, FIRST_BUCKETS = 64, BUCKET = 8, LINE = BUCKET * sizeof(uint64_t) }; /* 4 KiB to 16 MiB: two million hints */
enum { ID_BITS = 52 };

typedef _Atomic uint64_t hint; /* the checksum's first bits and the packed id; 0: none */

struct crmi_hints {
    atomic_uint level;              /* of the table in use */
    atomic_uint lost;               /* how many made way in it, more or less */
    _Atomic(void *) tables[LEVELS]; /* each has a line to spare */
};

typedef struct place {
    hint *bucket;
    uint64_t mark;
    uint32_t turn; /* which of a bucket makes way */
} place;

crmi_hints *crmi_hints_new(void) { return calloc(1, sizeof(crmi_hints)); }

void crmi_hints_free(crmi_hints *hints) {
    for (int i = 0; hints && i < LEVELS; i++) free(atomic_load(&hints->tables[i]));
    free(hints);
}

static size_t buckets_of(uint32_t level) { return (size_t)FIRST_BUCKETS << (2 * level); }

/* Its first whole line. */
static hint *table_of(crmi_hints *hints, uint32_t level) {
    uint8_t *made = atomic_load_explicit(&hints->tables[level], memory_order_acquire);
    return made ? (hint *)(made + LINE - (uintptr_t)made % LINE) : NULL;
}

static bool look(crmi_hints *hints, crmi_slice key, place *out) {
    uint64_t sum = crmi_crc32c(0, key.data, key.size) * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t level = atomic_load_explicit(&hints->level, memory_order_acquire);
    hint *table = table_of(hints, level);
    if (!table) return false;
    size_t bucket = (sum >> 20) & (buckets_of(level) - 1);
    *out = (place){table + bucket * BUCKET, sum >> ID_BITS, (uint32_t)(sum >> 40) % BUCKET};
    return true;
}

crmi_packed crmi_hints_find(crmi_hints *hints, crmi_slice key) {
    place at;
    if (!look(hints, key, &at)) return 0;
    for (int i = 0; i < BUCKET; i++) {
        uint64_t found = atomic_load_explicit(&at.bucket[i], memory_order_relaxed);
        if (found && found >> ID_BITS == at.mark) return found & ((UINT64_C(1) << ID_BITS) - 1);
    }
    return 0;
}

/* The table of a level, made by whoever is first. */
static bool make(crmi_hints *hints, uint32_t level) {
    void *none = NULL, *made = calloc(buckets_of(level) + 1, LINE);
    if (!made) return false;
    if (!atomic_compare_exchange_strong(&hints->tables[level], &none, made)) free(made);
    return true;
}

/* Whether there is another table now. */
static bool grow(crmi_hints *hints) {
    uint32_t level = atomic_load(&hints->level);
    if (!table_of(hints, level)) return make(hints, level);
    if (atomic_fetch_add(&hints->lost, 1) < buckets_of(level) / 2) return false;
    if (level + 1 == LEVELS || !make(hints, level + 1)) return false;
    atomic_compare_exchange_strong(&hints->level, &level, level + 1);
    atomic_store(&hints->lost, 0);
    return true;
}

/* Into the place of one for the same mark, or into an empty one. */
static bool put(const place *at, uint64_t value) {
    int to = BUCKET;
    for (int i = BUCKET - 1; i >= 0; i--) {
        uint64_t found = atomic_load_explicit(&at->bucket[i], memory_order_relaxed);
        if (found == value) return true;
        if (!found || found >> ID_BITS == at->mark) to = i;
    }
    if (to < BUCKET) atomic_store_explicit(&at->bucket[to], value, memory_order_relaxed);
    return to < BUCKET;
}

void crmi_hints_note(crmi_hints *hints, crmi_slice key, crmi_packed id) {
    place at;
    bool there;
    do {
        there = look(hints, key, &at);
        if (there && put(&at, at.mark << ID_BITS | id)) return;
    } while (grow(hints));
    if (there) atomic_store_explicit(&at.bucket[at.turn], at.mark << ID_BITS | id, memory_order_relaxed);
}
