/* SPDX-License-Identifier: MIT */
/* Keys whose bytes sort as their values do. Integers: a code that says sign and length, then as few big-endian bytes as will do, those of
 * negative ones complemented. Texts: the bytes, 0x00 written as 0x00 0xff, closed by 0x00. What comes behind a text begins below 0xff. A
 * target: two numbers whose leading ones say how many bytes follow the first (root 7, 14, 21 or 28 bits, local 4, 11 or 18), and the number
 * of bytes of both. */
#include "codec/key.h"
#include <endian.h>
#include <libcrm/status.h>
#include <stdbool.h>
#include <string.h>

#define CODE_ZERO 0x14 /* plus the number of bytes of a positive integer, minus that of a negative one */

void crmi_key_begin(crmi_key *key) { key->size = 0; }

static void put(crmi_key *key, uint8_t byte) {
    if (key->size < CRMI_KEY_MAX)
        key->bytes[key->size++] = byte;
    else
        key->size = CRMI_KEY_MAX + 1;
}

void crmi_key_bytes(crmi_key *key, const void *bytes, size_t size) {
    bool fits = key->size + size <= CRMI_KEY_MAX;
    if (fits && size) memcpy(key->bytes + key->size, bytes, size);
    key->size = fits ? key->size + size : CRMI_KEY_MAX + 1;
}

/* The lowest bytes of a number, from 1 to 8. */
static void put_number(crmi_key *key, uint64_t number, unsigned size) {
    uint8_t bytes[8];
    crmi_key_put64(bytes, number << (64 - 8 * size));
    if (key->size + sizeof bytes > CRMI_KEY_MAX) {
        crmi_key_bytes(key, bytes, size);
        return;
    }
    memcpy(key->bytes + key->size, bytes, sizeof bytes); /* of one size: that takes no call */
    key->size += size;
}

void crmi_key_int(crmi_key *key, int64_t value) {
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    unsigned size = magnitude ? (71 - (unsigned)__builtin_clzll(magnitude)) / 8 : 0;
    put(key, (uint8_t)(value < 0 ? CODE_ZERO - size : CODE_ZERO + size));
    if (size) put_number(key, value < 0 ? ~magnitude : magnitude, size);
}

static void put_escaped(crmi_key *key, const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    if (key->size + size <= CRMI_KEY_MAX && (size == 0 || !memccpy(key->bytes + key->size, at, 0, size))) {
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

void crmi_key_text_prefix(crmi_key *key, const char *text, size_t size) { put_escaped(key, text, cut(text, size)); }

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

/* A number that has count - 1 leading ones and a zero in so many bytes. */
static uint32_t counted(uint32_t number, unsigned count) { return ((1U << (count - 1)) - 1) << (7 * count + 1) | number; }

void crmi_key_target(crmi_key *key, uint32_t root, uint32_t local) {
    unsigned first = root >> 7 == 0 ? 1 : root >> 14 == 0 ? 2 : root >> 21 == 0 ? 3 : 4;
    unsigned second = local >> 4 == 0 ? 1 : local >> 11 == 0 ? 2 : 3;
    put_number(key, (uint64_t)counted(root, first) << 8 * second | counted(local << 3 | (first + second), second), first + second);
}

/* CRM_E_CORRUPT where the bytes end before, or there are more than most. */
static int read_counted(const uint8_t **at, const uint8_t *end, unsigned most, uint32_t *out) {
    unsigned count = 1;
    if (*at == end) return CRM_E_CORRUPT;
    while (count <= most && **at & (0x100U >> count)) count++;
    if (count > most || (size_t)(end - *at) < count) return CRM_E_CORRUPT;
    uint32_t bits = 0;
    for (unsigned i = 0; i < count; i++) bits = bits << 8 | *(*at)++;
    *out = bits & ~(UINT32_MAX << (7 * count));
    return CRM_OK;
}

/* Each target has one form. */
int crmi_key_read_target(const uint8_t **at, const uint8_t *end, uint32_t *root, uint32_t *local) {
    const uint8_t *from = *at;
    crmi_key same;
    int rc = read_counted(at, end, 4, root);
    if (rc == CRM_OK) rc = read_counted(at, end, 3, local);
    if (rc < 0) return rc;
    *local >>= 3;
    crmi_key_begin(&same);
    crmi_key_target(&same, *root, *local);
    return same.size == (size_t)(*at - from) && memcmp(same.bytes, from, same.size) == 0 ? CRM_OK : CRM_E_CORRUPT;
}

void crmi_key_put32(uint8_t out[4], uint32_t value) {
    value = htobe32(value);
    memcpy(out, &value, sizeof value);
}

uint32_t crmi_key_get32(const uint8_t in[4]) {
    uint32_t value;
    memcpy(&value, in, sizeof value);
    return be32toh(value);
}

void crmi_key_put64(uint8_t out[8], uint64_t value) {
    value = htobe64(value);
    memcpy(out, &value, sizeof value);
}
