/* SPDX-License-Identifier: MIT */
/* Continuation tokens: a place in a list, sealed with the store's secret. Whoever holds one learns nothing of the place but how long it is,
 * in steps of 16 bytes, and can make no other: it opens only in the store and for the list that it was made for. */
#ifndef CRMI_STORE_TOKEN_H
#define CRMI_STORE_TOKEN_H
#include "engine/engine.h"
#include <stdbool.h>
#include <stdint.h>

#define CRMI_TOKEN_PLACE 511 /* bytes of a place */
#define CRMI_TOKEN_TAG 16
#define CRMI_TOKEN_STEP 16
#define CRMI_TOKEN_MAX (CRMI_TOKEN_TAG + (CRMI_TOKEN_PLACE / CRMI_TOKEN_STEP + 1) * CRMI_TOKEN_STEP)

typedef struct crmi_token_key {
    uint8_t tag[32], cipher[32];
} crmi_token_key;

void crmi_token_key_make(crmi_token_key *key, const uint8_t secret[16]);
/* The same list and place give the same token. list: whatever tells it from others; place: at most CRMI_TOKEN_PLACE bytes. The token's
 * size. */
size_t crmi_token_seal(const crmi_token_key *key, crmi_slice list, crmi_slice place, uint8_t out[CRMI_TOKEN_MAX]);
/* false: not made with this key for this list; place is then worth nothing. */
bool crmi_token_open(const crmi_token_key *key, crmi_slice list, crmi_slice token, uint8_t place[CRMI_TOKEN_MAX], size_t *size);
#endif
