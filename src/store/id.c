/* SPDX-License-Identifier: MIT */
/* A Feistel network over 52 bits, two halves of 26. The round keys come from the store's secret by BLAKE2b; the round function is a keyed
 * multiply-and-fold. It hides order and count from whoever holds a few ids; rights never rest on it. */
#include "store/id.h"
#include <sodium.h>
#include <string.h>

#define HALF_BITS 26
#define HALF_MASK UINT32_C(0x3ffffff)
#define ROUNDS ((int)(sizeof((crmi_id_key *)0)->round / sizeof((crmi_id_key *)0)->round[0]))

void crmi_id_key_make(crmi_id_key *key, const uint8_t secret[16]) {
    static const unsigned char use[] = "libcrm public ids";
    _Static_assert(sizeof key->round <= crypto_generichash_BYTES_MAX, "one hash fills the round keys");
    crypto_generichash((unsigned char *)key->round, sizeof key->round, use, sizeof use, secret, 16);
}

static uint32_t mix(uint32_t half, uint64_t round) {
    return (uint32_t)((((uint64_t)half ^ round) * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - HALF_BITS));
}

static uint64_t forward(const crmi_id_key *key, uint64_t value) {
    uint32_t left = (uint32_t)(value >> HALF_BITS) & HALF_MASK, right = (uint32_t)value & HALF_MASK;
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t next = left ^ mix(right, key->round[i]);
        left = right;
        right = next;
    }
    return (uint64_t)left << HALF_BITS | right;
}

static uint64_t backward(const crmi_id_key *key, uint64_t value) {
    uint32_t left = (uint32_t)(value >> HALF_BITS) & HALF_MASK, right = (uint32_t)value & HALF_MASK;
    for (int i = ROUNDS - 1; i >= 0; i--) {
        uint32_t previous = right ^ mix(left, key->round[i]);
        right = left;
        left = previous;
    }
    return (uint64_t)left << HALF_BITS | right;
}

/* 0 must stay 0: the one value that would become 0 takes the place that 0 would have had. */
crm_id crmi_id_public(const crmi_id_key *key, crmi_packed id) {
    if (id == 0) return 0;
    uint64_t out = forward(key, id);
    return out ? out : forward(key, 0);
}

crmi_packed crmi_id_internal(const crmi_id_key *key, crm_id id) {
    if (id == 0 || id >> (2 * HALF_BITS)) return 0;
    uint64_t out = backward(key, id);
    return out ? out : backward(key, 0);
}
