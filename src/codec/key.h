/* SPDX-License-Identifier: MIT */
/* Order-keeping keys, compared as bytes: integers, texts, and last the target of an index entry. Also big-endian numbers of fixed size. */
#ifndef CRMI_CODEC_KEY_H
#define CRMI_CODEC_KEY_H
#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CRMI_KEY_MAX 511
#define CRMI_KEY_TEXT 400u /* bytes of a text before it is cut */

/* A key that would be longer than CRMI_KEY_MAX has the size CRMI_KEY_MAX + 1 from then on, which the engine refuses as too big. */
typedef struct crmi_key {
    uint8_t bytes[CRMI_KEY_MAX + 1];
    size_t size;
} crmi_key;

void crmi_key_begin(crmi_key *key);
void crmi_key_bytes(crmi_key *key, const void *bytes, size_t size);      /* as they are */
void crmi_key_int(crmi_key *key, int64_t value);                         /* 0x0c-0x1c, FoundationDB's codes */
void crmi_key_text(crmi_key *key, const char *text, size_t size);        /* .. 0x00; over 400 bytes: cut, then an 8-byte hash */
void crmi_key_text_prefix(crmi_key *key, const char *text, size_t size); /* the text without its end: where a prefix range begins */
/* The record that an entry of an index leads to: 2 to 7 bytes, 4 for most. They sort by root, then by local; the lowest three bits of the
 * last byte are how many there are, so that a target is found from either end of it. A plain entry's key ends with one; the kind is the
 * field's. root is at most 2^28 (one more than there is: an end of a range), local below 2^18. */
void crmi_key_target(crmi_key *key, uint32_t root, uint32_t local);
/* Bytes of the target that a key ends with, if it ends with one. */
static inline size_t crmi_key_target_size(const uint8_t *key, size_t size) { return size ? key[size - 1] & 7u : 0; }
/* The first key behind every key that begins with this one (last byte below 0xff raised); size 0 where there is none. */
void crmi_key_after(crmi_key *key);
/* Read back; move *at. CRM_OK or CRM_E_CORRUPT (no error detail is set). */
int crmi_key_read_int(const uint8_t **at, const uint8_t *end, int64_t *value);
int crmi_key_read_target(const uint8_t **at, const uint8_t *end, uint32_t *root, uint32_t *local);

/* The highest byte first. */
void crmi_key_put32(uint8_t out[4], uint32_t value);
uint32_t crmi_key_get32(const uint8_t in[4]);
void crmi_key_put64(uint8_t out[8], uint64_t value);
static inline uint64_t crmi_key_get64(const uint8_t in[8]) {
    uint64_t value;
    memcpy(&value, in, sizeof value);
    return be64toh(value);
}
#endif
