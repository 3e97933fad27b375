/* SPDX-License-Identifier: MIT */
/* A synthetic nonce, as SIV has it: the tag is keyed BLAKE2b over list and place, and the nonce under which XChaCha20 hides the place. So
 * the same place gives the same token, and nothing random is needed. Both keys come from the store's secret by BLAKE2b. */
#include "store/token.h"
#include <sodium.h>
#include <string.h>

void crmi_token_key_make(crmi_token_key *key, const uint8_t secret[16]) {
    static const unsigned char use[] = "libcrm continuation tokens";
    _Static_assert(sizeof key->cipher == crypto_stream_xchacha20_KEYBYTES, "the second half is the cipher's key");
    _Static_assert(sizeof *key <= crypto_generichash_BYTES_MAX, "one hash fills both keys");
    crypto_generichash((unsigned char *)key, sizeof *key, use, sizeof use, secret, 16);
}

/* The list's size goes first, so that no end of a list is the beginning of a place. */
static void make_tag(const crmi_token_key *key, crmi_slice list, const uint8_t *place, size_t size, uint8_t tag[CRMI_TOKEN_TAG]) {
    crypto_generichash_state state;
    const uint8_t list_size[4] = {(uint8_t)list.size, (uint8_t)(list.size >> 8), (uint8_t)(list.size >> 16), (uint8_t)(list.size >> 24)};
    crypto_generichash_init(&state, key->tag, sizeof key->tag, CRMI_TOKEN_TAG);
    crypto_generichash_update(&state, list_size, sizeof list_size);
    crypto_generichash_update(&state, list.data, list.size);
    crypto_generichash_update(&state, place, size);
    crypto_generichash_final(&state, tag, CRMI_TOKEN_TAG);
}

static void apply_cipher(const crmi_token_key *key, const uint8_t tag[CRMI_TOKEN_TAG], const uint8_t *in, size_t size, uint8_t *out) {
    uint8_t nonce[crypto_stream_xchacha20_NONCEBYTES] = {0};
    memcpy(nonce, tag, CRMI_TOKEN_TAG);
    crypto_stream_xchacha20_xor(out, in, size, nonce, key->cipher);
}

size_t crmi_token_seal(const crmi_token_key *key, crmi_slice list, crmi_slice place, uint8_t out[CRMI_TOKEN_MAX]) {
    uint8_t *text = out + CRMI_TOKEN_TAG;
    size_t size;
    memcpy(text, place.data, place.size);
    sodium_pad(&size, text, place.size, CRMI_TOKEN_STEP, CRMI_TOKEN_MAX - CRMI_TOKEN_TAG);
    make_tag(key, list, text, size, out);
    apply_cipher(key, out, text, size, text);
    return CRMI_TOKEN_TAG + size;
}

bool crmi_token_open(const crmi_token_key *key, crmi_slice list, crmi_slice token, uint8_t place[CRMI_TOKEN_MAX], size_t *size) {
    uint8_t tag[CRMI_TOKEN_TAG];
    const uint8_t *bytes = token.data;
    if (token.size <= CRMI_TOKEN_TAG || token.size > CRMI_TOKEN_MAX) return false;
    size_t padded = token.size - CRMI_TOKEN_TAG;
    apply_cipher(key, bytes, bytes + CRMI_TOKEN_TAG, padded, place);
    make_tag(key, list, place, padded, tag);
    return sodium_memcmp(tag, bytes, CRMI_TOKEN_TAG) == 0 && sodium_unpad(size, place, padded, CRMI_TOKEN_STEP) == 0;
}
