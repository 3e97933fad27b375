/* SPDX-License-Identifier: MIT */
/* Order-keeping keys: tuples by FoundationDB's type codes, compared as bytes. Also the eight big-endian bytes of a packed id. */
#ifndef CRMI_CODEC_KEY_H
#define CRMI_CODEC_KEY_H
#include <stddef.h>
#include <stdint.h>

#define CRMI_KEY_MAX 511
#define CRMI_KEY_TEXT 400u /* bytes of a text before it is cut */

/* A key that would be longer than CRMI_KEY_MAX has the size CRMI_KEY_MAX + 1 from then on, which the engine refuses as too big. */
typedef struct crmi_key {
    uint8_t bytes[CRMI_KEY_MAX + 1];
    size_t size;
} crmi_key;

void crmi_key_begin(crmi_key *key);
void crmi_key_int(crmi_key *key, int64_t value);                  /* 0x0c-0x1c */
void crmi_key_text(crmi_key *key, const char *text, size_t size); /* 0x02 .. 0x00; over 400 bytes: cut, then an 8-byte hash */
void crmi_key_text_prefix(crmi_key *key, const char *text,
                          size_t size); /* 0x02 and the text without its end: where a prefix range begins */
/* The first key behind every key that begins with this one (last byte below 0xff raised); size 0 where there is none. */
void crmi_key_after(crmi_key *key);
/* Reads an int or text back; moves *at. CRM_OK or CRM_E_CORRUPT (no error detail is set). Text goes unescaped to out (cap bytes, its size
 * to *size). */
int crmi_key_read_int(const uint8_t **at, const uint8_t *end, int64_t *value);
int crmi_key_read_text(const uint8_t **at, const uint8_t *end, char *out, size_t cap, size_t *size);

void crmi_key_put64(uint8_t out[8], uint64_t value);
uint64_t crmi_key_get64(const uint8_t in[8]);
#endif
