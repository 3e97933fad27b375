/* SPDX-License-Identifier: MIT */
/* The bounded MessagePack reader. A header is read by its first byte; sizes and counts are compared with the bytes that are left before
 * anything is done with them, and levels are counted down, so that hostile bytes cost no more time than they have length. */
#include "codec/walk.h"
#include "base/utf8.h"
#include "codec/words.h"
#include <libcrm/status.h>
#include <string.h>

/* A big-endian number of 1, 2, 4 or 8 bytes. */
static uint64_t big_endian(const uint8_t *at, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value = value << 8 | at[i];
    return value;
}

/* A number whose first byte says 1 << power bytes; sign: it has one. */
static bool read_int(crmi_value *out, const uint8_t *at, size_t left, unsigned power, bool sign) {
    size_t size = (size_t)1 << power;
    if (size >= left) return false;
    uint64_t value = big_endian(at + 1, size);
    if (sign && size < 8 && value >> (size * 8 - 1)) value |= UINT64_MAX << size * 8;
    if (!sign && value > INT64_MAX) return false;
    out->type = CRMI_VALUE_INT;
    out->integer = (int64_t)value;
    out->raw_size = (uint32_t)(1 + size);
    return true;
}

/* Content of size bytes behind a header. */
static bool read_content(crmi_value *out, const uint8_t *at, size_t left, uint32_t type, size_t header, uint64_t size) {
    if (header > left || size > left - header) return false;
    out->type = type;
    out->bytes = at + header;
    out->size = (uint32_t)size;
    out->raw_size = (uint32_t)(header + size);
    return true;
}

/* The same where the header ends in a length of length_size bytes. extra: bytes that are not counted in it (the type of an extension). */
static bool read_sized(crmi_value *out, const uint8_t *at, size_t left, uint32_t type, size_t length_size, size_t extra) {
    if (1 + length_size > left) return false;
    return read_content(out, at, left, type, 1 + length_size, big_endian(at + 1, length_size) + extra);
}

/* The header of an array or map; every item needs a byte at least. raw_size is the header's; what follows is read by skip_items(). */
static bool read_items(crmi_value *out, const uint8_t *at, size_t left, uint32_t type, size_t header, uint64_t items) {
    if (header > left || items > (left - header) / (type == CRMI_VALUE_MAP ? 2 : 1)) return false;
    out->type = type;
    out->integer = (int64_t)items;
    out->bytes = at + header;
    out->raw_size = (uint32_t)header;
    return true;
}

static bool read_sized_items(crmi_value *out, const uint8_t *at, size_t left, uint32_t type, size_t length_size) {
    if (1 + length_size > left) return false;
    return read_items(out, at, left, type, 1 + length_size, big_endian(at + 1, length_size));
}

static bool read_plain(crmi_value *out, uint32_t type, int64_t integer) {
    out->type = type;
    out->integer = integer;
    out->raw_size = 1;
    return true;
}

/* First bytes 0xc0-0xdf. */
static bool read_marked(crmi_value *out, const uint8_t *at, size_t left) {
    switch (*at) {
    case 0xc0: return read_plain(out, CRMI_VALUE_NIL, 0);
    case 0xc2: return read_plain(out, CRMI_VALUE_BOOL, 0);
    case 0xc3: return read_plain(out, CRMI_VALUE_BOOL, 1);
    case 0xc4: return read_sized(out, at, left, CRMI_VALUE_BYTES, 1, 0);
    case 0xc5: return read_sized(out, at, left, CRMI_VALUE_BYTES, 2, 0);
    case 0xc6: return read_sized(out, at, left, CRMI_VALUE_BYTES, 4, 0);
    case 0xc7: return read_sized(out, at, left, CRMI_VALUE_OTHER, 1, 1); /* extensions */
    case 0xc8: return read_sized(out, at, left, CRMI_VALUE_OTHER, 2, 1);
    case 0xc9: return read_sized(out, at, left, CRMI_VALUE_OTHER, 4, 1);
    case 0xca: return read_content(out, at, left, CRMI_VALUE_OTHER, 1, 4); /* floating point */
    case 0xcb: return read_content(out, at, left, CRMI_VALUE_OTHER, 1, 8);
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf: return read_int(out, at, left, *at & 3u, false);
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3: return read_int(out, at, left, *at & 3u, true);
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8: return read_content(out, at, left, CRMI_VALUE_OTHER, 1, 1 + (UINT64_C(1) << (*at - 0xd4))); /* extensions of fixed size */
    case 0xd9: return read_sized(out, at, left, CRMI_VALUE_TEXT, 1, 0);
    case 0xda: return read_sized(out, at, left, CRMI_VALUE_TEXT, 2, 0);
    case 0xdb: return read_sized(out, at, left, CRMI_VALUE_TEXT, 4, 0);
    case 0xdc: return read_sized_items(out, at, left, CRMI_VALUE_ARRAY, 2);
    case 0xdd: return read_sized_items(out, at, left, CRMI_VALUE_ARRAY, 4);
    case 0xde: return read_sized_items(out, at, left, CRMI_VALUE_MAP, 2);
    case 0xdf: return read_sized_items(out, at, left, CRMI_VALUE_MAP, 4);
    default: return false; /* 0xc1 is never used */
    }
}

/* The value at `at`; of arrays and maps the header only. */
static inline bool read_header(crmi_value *out, const uint8_t *at, size_t left) {
    if (left == 0) return false;
    uint8_t first = *at;
    out->raw = at;
    if (first < 0x80) return read_plain(out, CRMI_VALUE_INT, first);
    if (first >= 0xa0 && first < 0xc0) return read_content(out, at, left, CRMI_VALUE_TEXT, 1, first & 0x1f);
    if (first < 0x90) return read_items(out, at, left, CRMI_VALUE_MAP, 1, first & 0x0f);
    if (first < 0xa0) return read_items(out, at, left, CRMI_VALUE_ARRAY, 1, first & 0x0f);
    if (first >= 0xe0) return read_plain(out, CRMI_VALUE_INT, (int8_t)first);
    return read_marked(out, at, left);
}

static bool is_list(const crmi_value *value) { return value->type == CRMI_VALUE_ARRAY || value->type == CRMI_VALUE_MAP; }

/* Reads what an array or map holds, levels being left below it, and completes its sizes. texts: check their UTF-8. */
static bool skip_items(crmi_value *list, const uint8_t *end, unsigned levels, bool texts) {
    if (levels == 0) return false;
    const uint8_t *at = list->bytes;
    int64_t items = list->type == CRMI_VALUE_MAP ? list->integer * 2 : list->integer;
    for (; items > 0; items--) {
        crmi_value item;
        if (!read_header(&item, at, (size_t)(end - at))) return false;
        if (is_list(&item) && !skip_items(&item, end, levels - 1, texts)) return false;
        if (texts && item.type == CRMI_VALUE_TEXT && !crmi_utf8_check((const char *)item.bytes, item.size)) return false;
        at += item.raw_size;
    }
    list->size = (uint32_t)(at - list->bytes);
    list->raw_size = (uint32_t)(at - list->raw);
    return true;
}

int crmi_walk_begin(crmi_walk *walk, const void *body, size_t size) {
    crmi_value map;
    if (size > CRMI_WALK_BYTES || !read_header(&map, body, size)) return CRM_E_CORRUPT;
    if (map.type != CRMI_VALUE_MAP || map.integer > CRMI_WALK_PAIRS) return CRM_E_CORRUPT;
    *walk = (crmi_walk){.at = map.bytes, .end = (const uint8_t *)body + size, .left = (uint32_t)map.integer};
    return CRM_OK;
}

/* Number 0, where the body leaves it out. */
static bool leaves_out(const crmi_walk *walk) { return walk->lowest == 0 && (walk->left == 0 || walk->at == walk->end || *walk->at != 0); }

static int give_first(crmi_walk *walk, crmi_value *out) {
    static const uint8_t one = 1;
    (void)read_header(out, &one, sizeof one);
    out->number = 0;
    walk->lowest = 1;
    return CRM_ROW;
}

/* A value of a pair, where it stands for another one. */
static void expand(crmi_walk *walk, crmi_value *out) {
    size_t size;
    if (out->type == CRMI_VALUE_NIL && walk->text) (void)read_header(out, walk->text, (size_t)(walk->end - walk->text));
    if (*out->raw >= CRMI_WORD_FIRST) {
        out->type = CRMI_VALUE_TEXT;
        out->bytes = (const uint8_t *)crmi_word_at(*out->raw, &size);
        out->size = (uint32_t)size;
    }
    walk->text = out->type == CRMI_VALUE_TEXT ? out->raw : NULL;
}

static int next_value(crmi_walk *walk, crmi_value *out, bool texts) {
    if (leaves_out(walk)) return give_first(walk, out);
    if (walk->left == 0) return walk->at == walk->end ? CRM_OK : CRM_E_CORRUPT;
    crmi_value key;
    if (!read_header(&key, walk->at, (size_t)(walk->end - walk->at))) return CRM_E_CORRUPT;
    if (key.type != CRMI_VALUE_INT || key.integer < walk->lowest || key.integer >= UINT32_MAX) return CRM_E_CORRUPT;
    walk->at += key.raw_size;
    if (!read_header(out, walk->at, (size_t)(walk->end - walk->at))) return CRM_E_CORRUPT;
    if (is_list(out) && !skip_items(out, walk->end, CRMI_WALK_DEPTH - 1, texts)) return CRM_E_CORRUPT;
    walk->at += out->raw_size;
    walk->left--;
    expand(walk, out);
    out->number = (uint32_t)key.integer;
    walk->lowest = out->number + 1;
    return CRM_ROW;
}

int crmi_walk_next(crmi_walk *walk, crmi_value *out) { return next_value(walk, out, false); }

int crmi_walk_find(const void *body, size_t size, uint32_t number, crmi_value *out) {
    crmi_walk walk;
    int status = crmi_walk_begin(&walk, body, size);
    if (status != CRM_OK) return status;
    while (walk.left > 0 || walk.lowest == 0) {
        status = next_value(&walk, out, false);
        if (status != CRM_ROW || out->number == number) return status;
        if (out->number > number) return CRM_OK;
    }
    return CRM_OK;
}

int crmi_walk_check(const void *body, size_t size) {
    crmi_walk walk;
    crmi_value value;
    int status = crmi_walk_begin(&walk, body, size);
    if (status != CRM_OK) return status;
    while ((status = next_value(&walk, &value, true)) == CRM_ROW)
        if (value.type == CRMI_VALUE_TEXT && !crmi_utf8_check((const char *)value.bytes, value.size)) return CRM_E_CORRUPT;
    return status;
}

int crmi_walk_value(const uint8_t **at, const uint8_t *end, crmi_value *out) {
    if (*at == end) return CRM_OK;
    if (!read_header(out, *at, (size_t)(end - *at))) return CRM_E_CORRUPT;
    *at += out->raw_size;
    return CRM_ROW;
}

int crmi_walk_item(const uint8_t **at, const uint8_t *end, const char **text, uint32_t *size) {
    crmi_value value;
    int rc = crmi_walk_value(at, end, &value);
    if (rc != CRM_ROW) return rc;
    if (value.type != CRMI_VALUE_TEXT) return CRM_E_CORRUPT;
    *text = (const char *)value.bytes;
    *size = value.size;
    return CRM_ROW;
}
