/* SPDX-License-Identifier: MIT */
/* Sealed places: what is sealed opens again with the same key and list, and with no other; nothing of the place shows. */
#include "store/token.h"
#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

static crmi_token_key key_of(uint8_t seed) {
    uint8_t secret[16];
    crmi_token_key key;
    cr_assert_geq(sodium_init(), 0);
    memset(secret, seed, sizeof secret);
    crmi_token_key_make(&key, secret);
    return key;
}

static crmi_slice slice(const void *data, size_t size) { return (crmi_slice){data, size}; }

static bool opens(const crmi_token_key *key, const char *list, size_t list_size, const uint8_t *token, size_t size) {
    uint8_t place[CRMI_TOKEN_MAX];
    size_t place_size;
    return crmi_token_open(key, slice(list, list_size), slice(token, size), place, &place_size);
}

/* Computed by other programs: tokens that callers keep stay good. */
Test(token, known_answer) {
    static const char tag_key[] = "10f6b28d5ba39ea64aa442208495d9cc49371b65e45c62d32a4c2fe0409e81a0";
    static const char cipher_key[] = "f2e024c59b7ea5f12168dcc124b88c9a14e10e527e28e7fe3a8f12be35bfc3ce";
    static const char sealed[] = "cee5ab8ff5745abb49ee476397bb6cfbfca2f087d1fb590c1e65c4065cf465c320b6adc1c539b37cb7c7c9443d88e788";
    uint8_t secret[16], out[CRMI_TOKEN_MAX];
    char text[200];
    crmi_token_key key;
    for (uint8_t i = 0; i < sizeof secret; i++) secret[i] = i;
    cr_assert_geq(sodium_init(), 0);
    crmi_token_key_make(&key, secret);
    cr_expect_str_eq(sodium_bin2hex(text, sizeof text, key.tag, sizeof key.tag), tag_key);
    cr_expect_str_eq(sodium_bin2hex(text, sizeof text, key.cipher, sizeof key.cipher), cipher_key);
    size_t size = crmi_token_seal(&key, slice("list", 4), slice("Müller, Köln, 123", 19), out);
    cr_expect_str_eq(sodium_bin2hex(text, sizeof text, out, size), sealed);
}

Test(token, every_size) {
    uint8_t in[CRMI_TOKEN_PLACE], token[CRMI_TOKEN_MAX], again[CRMI_TOKEN_MAX], out[CRMI_TOKEN_MAX];
    crmi_token_key key = key_of(1);
    for (size_t i = 0; i < sizeof in; i++) in[i] = (uint8_t)(i * 7);
    for (size_t size = 0; size <= sizeof in; size++) {
        size_t sealed = crmi_token_seal(&key, slice("list", 4), slice(in, size), token), got = 0;
        cr_expect_eq(sealed, CRMI_TOKEN_TAG + (size / 16 + 1) * 16, "%zu bytes: %zu", size, sealed);
        cr_expect(crmi_token_open(&key, slice("list", 4), slice(token, sealed), out, &got), "%zu bytes", size);
        cr_expect(got == size && memcmp(out, in, size) == 0, "%zu bytes come back", size);
        cr_expect_eq(crmi_token_seal(&key, slice("list", 4), slice(in, size), again), sealed);
        cr_expect_eq(memcmp(token, again, sealed), 0, "%zu bytes: the same again", size);
    }
}

Test(token, changed) {
    static const char place[] = "0123456789abcdef0123";
    uint8_t token[CRMI_TOKEN_MAX + 1] = {0};
    crmi_token_key key = key_of(1), other = key_of(2);
    size_t size = crmi_token_seal(&key, slice("list", 4), slice(place, sizeof place), token);
    cr_assert(opens(&key, "list", 4, token, size));
    cr_expect_not(opens(&other, "list", 4, token, size), "another store");
    for (size_t bit = 0; bit < size * 8; bit++) {
        token[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_expect_not(opens(&key, "list", 4, token, size), "bit %zu", bit);
        token[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t cut = 0; cut <= sizeof token; cut++) cr_expect_eq(opens(&key, "list", 4, token, cut), cut == size, "%zu bytes", cut);
    for (int bit = 0; bit < 32; bit++) {
        char list[4] = "list";
        list[bit / 8] ^= (char)(1 << bit % 8);
        cr_expect_not(opens(&key, list, 4, token, size), "bit %d of the list", bit);
    }
    cr_expect_not(opens(&key, "lis", 3, token, size), "a shorter list");
    cr_expect_not(opens(&key, "list", 5, token, size), "a longer list");
    crmi_token_key half = key;
    half.cipher[31] ^= 1;
    cr_expect_not(opens(&half, "list", 4, token, size), "another cipher key");
    half = key;
    half.tag[0] ^= 1;
    cr_expect_not(opens(&half, "list", 4, token, size), "another tag key");
}

/* List and place can't be cut elsewhere: "ab" and "c" is not "a" and "bc". */
Test(token, boundary) {
    uint8_t one[CRMI_TOKEN_MAX], two[CRMI_TOKEN_MAX];
    crmi_token_key key = key_of(1);
    crmi_token_seal(&key, slice("ab", 2), slice("c", 1), one);
    crmi_token_seal(&key, slice("a", 1), slice("bc", 2), two);
    cr_expect_neq(memcmp(one, two, CRMI_TOKEN_TAG), 0);
}

/* Neighbours in a list, in another list and of another store share no more bits than strangers. */
Test(token, nothing_shows) {
    enum { COUNT = 2000, SIZE = 48 };
    uint8_t token[CRMI_TOKEN_MAX], next[CRMI_TOKEN_MAX];
    crmi_token_key key = key_of(1), other = key_of(2);
    static const char *const what[] = {"the next place", "another list", "another store", "the place itself"};
    for (int with = 0; with < 4; with++) {
        long changed = 0;
        for (uint32_t i = 0; i < COUNT; i++) {
            uint8_t place[31] = {0};
            for (int j = 0; j < 4; j++) place[30 - j] = (uint8_t)(i >> 8 * j);
            cr_assert_eq(crmi_token_seal(&key, slice("list", 4), slice(place, sizeof place), token), SIZE);
            if (with == 0) place[0] ^= 1;
            crmi_token_seal(with == 2 ? &other : &key, slice(with == 1 ? "lisu" : "list", 4), slice(place, sizeof place), next);
            if (with == 3) memcpy(next + CRMI_TOKEN_TAG, place, sizeof place);
            for (int j = with == 3 ? CRMI_TOKEN_TAG : 0; j < (with == 3 ? SIZE - 1 : SIZE); j++)
                changed += __builtin_popcount(token[j] ^ next[j]);
        }
        long bits = COUNT * (with == 3 ? 31 : SIZE) * 8L;
        cr_expect(changed > bits * 49 / 100 && changed < bits * 51 / 100, "%s: %ld of %ld bits", what[with], changed, bits);
    }
}
