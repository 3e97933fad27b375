/* SPDX-License-Identifier: MIT */
/* A Bloom filter of 32-bit hashes: four bits of one word for each, so that asking it touches one line of memory. What was put into it is
 * always found; of what was not, two in a hundred are as long as it has no more than it was made for, and some more each time it is
 * widened. */
#ifndef CRMI_ENGINE_FILTER_H
#define CRMI_ENGINE_FILTER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero: nothing was made, and it may have anything. */
typedef struct crmi_filter {
    uint64_t *words;
    size_t count, room; /* words; hashes that it was made for */
} crmi_filter;

int crmi_filter_widen(crmi_filter *filter, size_t room); /* until it has room (0: as it is); what it has stays. CRM_OK, CRM_E_NOMEM */
void crmi_filter_add(crmi_filter *filter, const uint32_t *hashes, size_t count);
void crmi_filter_free(crmi_filter *filter); /* all zero then */

static inline uint64_t crmi_filter_bits(uint32_t hash) {
    uint64_t mixed = hash * UINT64_C(0x9e3779b97f4a7c15), bits = 0;
    for (int i = 0; i < 4; i++) bits |= UINT64_C(1) << (mixed >> (58 - 6 * i) & 63);
    return bits;
}

static inline uint64_t *crmi_filter_word(const crmi_filter *filter, uint32_t hash) {
    return &filter->words[hash * (uint64_t)filter->count >> 32];
}

static inline bool crmi_filter_may_have(const crmi_filter *filter, uint32_t hash) {
    uint64_t bits = crmi_filter_bits(hash);
    return !filter->words || (*crmi_filter_word(filter, hash) & bits) == bits;
}
#endif
