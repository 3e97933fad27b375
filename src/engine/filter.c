/* SPDX-License-Identifier: MIT */
/* Filters: see filter.h. */
#include "engine/filter.h"
#include "base/error.h"
#include <stdlib.h>

#define BITS 12  /* for each hash */
#define AHEAD 16 /* words that are on their way into the cache */

/* The place of a hash among twice as many words is one of the two that its word's takes: both get what it has. */
static int twice(crmi_filter *filter) {
    uint64_t *words = calloc(filter->count * 2, sizeof *words);
    if (!words) return crmi_error_nomem();
    for (size_t i = 0; i < filter->count * 2; i++) words[i] = filter->words[i / 2];
    free(filter->words);
    *filter = (crmi_filter){words, filter->count * 2, filter->room * 2};
    return CRM_OK;
}

static int make(crmi_filter *filter, size_t room) {
    size_t count = room * BITS / 64 + 1;
    uint64_t *words = calloc(count, sizeof *words);
    if (!words) return crmi_error_nomem();
    *filter = (crmi_filter){words, count, room};
    return CRM_OK;
}

int crmi_filter_widen(crmi_filter *filter, size_t room) {
    if (!room) return CRM_OK;
    int rc = filter->words ? CRM_OK : make(filter, room);
    while (rc == CRM_OK && filter->room < room) rc = twice(filter);
    return rc;
}

void crmi_filter_add(crmi_filter *filter, const uint32_t *hashes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (count - i > AHEAD) __builtin_prefetch(crmi_filter_word(filter, hashes[i + AHEAD]), 1);
        *crmi_filter_word(filter, hashes[i]) |= crmi_filter_bits(hashes[i]);
    }
}

void crmi_filter_free(crmi_filter *filter) {
    free(filter->words);
    *filter = (crmi_filter){NULL, 0, 0};
}
