/* SPDX-License-Identifier: MIT */
/* Keys whose bytes sort as their values do. Integers: a code that says sign and length, then as few big-endian bytes as will do, those of
 * negative ones complemented. Texts: the bytes, 0x00 written as 0x00 0xff, closed by 0x00. */
#include "codec/key.h"
#include <libcrm/status.h>
#include <string.h>

#define CODE_TEXT 0x02
#define CODE_ZERO 0x14 /* plus the number of bytes of a positive integer, minus that of a negative one */

void crmi_key_begin(crmi_key *key) { key->size = 0; }

static void put(crmi_key *key, uint8_t byte) {
    if (key->size < CRMI_KEY_MAX)
        key->bytes[key->size++] = byte;
    else
        key->size = CRMI_KEY_MAX + 1;
}

void crmi_key_int(crmi_key *key, int64_t value) {
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    unsigned size = 0;
    while (size < 8 && magnitude >> size * 8) size++;
    put(key, (uint8_t)(value < 0 ? CODE_ZERO - size : CODE_ZERO + size));
    for (unsigned i = size; i-- > 0;) {
        uint8_t byte = (uint8_t)(magnitude >> i * 8);
        put(key, value < 0 ? (uint8_t)~byte : byte);
    }
}

static void put_escaped(crmi_key *key, const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    if (key->size + size <= CRMI_KEY_MAX && (size == 0 || !memchr(at, 0, size))) {
        if (size) memcpy(key->bytes + key->size, at, size);
        key->size += size;
        return;
    }
    for (size_t i = 0; i < size; i++) {
        put(key, at[i]);
        if (at[i] == 0) put(key, 0xff);
    }
}

/* Bytes of a text that go into a key: at most CRMI_KEY_TEXT, whole characters. */
static size_t cut(const char *text, size_t size) {
    if (size <= CRMI_KEY_TEXT) return size;
    size = CRMI_KEY_TEXT;
    while (size > 0 && ((uint8_t)text[size] & 0xc0) == 0x80) size--;
    return size;
}

/* FNV-1a; stored, so it never changes. */
static uint64_t hash(const char *text, size_t size) {
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++) value = (value ^ (uint8_t)text[i]) * UINT64_C(0x100000001b3);
    return value;
}

void crmi_key_text(crmi_key *key, const char *text, size_t size) {
    size_t part = cut(text, size);
    crmi_key_text_prefix(key, text, size);
    if (part < size) {
        uint8_t rest[8];
        crmi_key_put64(rest, hash(text, size));
        put_escaped(key, rest, sizeof rest);
    }
    put(key, 0);
}

void crmi_key_text_prefix(crmi_key *key, const char *text, size_t size) {
    put(key, CODE_TEXT);
    put_escaped(key, text, cut(text, size));
}

void crmi_key_after(crmi_key *key) {
    while (key->size > 0 && key->bytes[key->size - 1] == 0xff) key->size--;
    if (key->size > 0) key->bytes[key->size - 1]++;
}

int crmi_key_read_int(const uint8_t **at, const uint8_t *end, int64_t *value) {
    if (*at == end || **at < CODE_ZERO - 8 || **at > CODE_ZERO + 8) return CRM_E_CORRUPT;
    int code = **at - CODE_ZERO;
    size_t size = (size_t)(code < 0 ? -code : code);
    uint8_t flip = code < 0 ? 0xff : 0;
    if ((size_t)(end - *at) <= size) return CRM_E_CORRUPT;
    const uint8_t *bytes = *at + 1;
    if (size > 0 && (bytes[0] ^ flip) == 0) return CRM_E_CORRUPT; /* a byte too many */
    uint64_t magnitude = 0;
    for (size_t i = 0; i < size; i++) magnitude = magnitude << 8 | (uint8_t)(bytes[i] ^ flip);
    if (magnitude > (uint64_t)INT64_MAX + (code < 0)) return CRM_E_CORRUPT;
    *value = code < 0 ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    *at = bytes + size;
    return CRM_OK;
}

int crmi_key_read_text(const uint8_t **at, const uint8_t *end, char *out, size_t cap, size_t *size) {
    const uint8_t *from = *at;
    if (from == end || *from != CODE_TEXT) return CRM_E_CORRUPT;
    size_t done = 0;
    for (from++; from < end; from++) {
        if (*from == 0 && (from + 1 == end || from[1] != 0xff)) {
            *at = from + 1;
            *size = done;
            return CRM_OK;
        }
        if (done == cap) return CRM_E_CORRUPT;
        out[done++] = (char)*from;
        if (*from == 0) from++;
    }
    return CRM_E_CORRUPT;
}

void crmi_key_put64(uint8_t out[8], uint64_t value) {
    for (int i = 0; i < 8; i++) out[i] = (uint8_t)(value >> (56 - 8 * i));
}

uint64_t crmi_key_get64(const uint8_t in[8]) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | in[i];
    return value;
}
