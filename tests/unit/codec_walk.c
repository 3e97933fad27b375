/* SPDX-License-Identifier: MIT */
/* The MessagePack reader: every form of every type, hostile bytes, and msgpack-c's unpacker as its judge. */
#include "base/buffer.h"
#include "codec/pack.h"
#include "codec/walk.h"
#include "codec/words.h"
#include "support/data.h"
#include <criterion/criterion.h>
#include <libcrm/status.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

/* A body {0: 7, 1: value} in memory of just its size, so that a read behind it is found. */
typedef struct body {
    uint8_t *bytes;
    size_t size;
} body;

static body body_of(const void *bytes, size_t size) {
    body b = {malloc(size ? size : 1), size};
    cr_assert(b.bytes);
    memcpy(b.bytes, bytes, size);
    return b;
}

static body body_with(const void *value, size_t size) {
    body b = {malloc(size + 4), size + 4};
    cr_assert(b.bytes);
    memcpy(b.bytes, "\x82\x00\x07\x01", 4);
    memcpy(b.bytes + 4, value, size);
    return b;
}

/* Walks to the end and looks into lists; the status of the last step. */
static int walk_all(const body *b) {
    crmi_walk walk;
    crmi_value value;
    int status = crmi_walk_begin(&walk, b->bytes, b->size);
    if (status != CRM_OK) return status;
    while ((status = crmi_walk_next(&walk, &value)) == CRM_ROW) {
        const uint8_t *at = value.bytes;
        const char *text;
        uint32_t size;
        if (value.type == CRMI_VALUE_ARRAY || value.type == CRMI_VALUE_MAP)
            while (crmi_walk_item(&at, value.bytes + value.size, &text, &size) == CRM_ROW) {
            }
    }
    return status;
}

static bool equal_bytes(const crmi_value *value, uint32_t type, const char *bytes, uint32_t size) {
    return value->type == type && value->size == size && (size == 0 || memcmp(value->bytes, bytes, size) == 0);
}

static bool is_word(const crmi_value *value, uint8_t byte) {
    size_t size;
    const char *word = crmi_word_at(byte, &size);
    return value->raw_size == 1 && equal_bytes(value, CRMI_VALUE_TEXT, word, (uint32_t)size);
}

static bool equal_value(const crmi_value *value, const msgpack_object *object) {
    switch (object->type) {
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        if (*value->raw >= CRMI_WORD_FIRST) return is_word(value, (uint8_t)object->via.i64);
        /* fall through */
    case MSGPACK_OBJECT_POSITIVE_INTEGER: return value->type == CRMI_VALUE_INT && value->integer == object->via.i64;
    case MSGPACK_OBJECT_BOOLEAN: return value->type == CRMI_VALUE_BOOL && (value->integer == 1) == object->via.boolean;
    case MSGPACK_OBJECT_NIL: return value->type == CRMI_VALUE_NIL;
    case MSGPACK_OBJECT_STR: return equal_bytes(value, CRMI_VALUE_TEXT, object->via.str.ptr, object->via.str.size);
    case MSGPACK_OBJECT_BIN: return equal_bytes(value, CRMI_VALUE_BYTES, object->via.bin.ptr, object->via.bin.size);
    case MSGPACK_OBJECT_ARRAY: return value->type == CRMI_VALUE_ARRAY && value->integer == object->via.array.size;
    case MSGPACK_OBJECT_MAP: return value->type == CRMI_VALUE_MAP && value->integer == object->via.map.size;
    default: return value->type == CRMI_VALUE_OTHER;
    }
}

/* Whether msgpack-c reads the same pairs from a body that was found good. */
static bool same_as_unpacked(const body *b) {
    msgpack_unpacked result;
    msgpack_unpacked_init(&result);
    size_t offset = 0;
    bool same = msgpack_unpack_next(&result, (const char *)b->bytes, b->size, &offset) == MSGPACK_UNPACK_SUCCESS && offset == b->size &&
                result.data.type == MSGPACK_OBJECT_MAP;
    crmi_walk walk;
    crmi_value value;
    uint32_t pair = 0;
    const msgpack_object *text = NULL; /* what nil says once more */
    same = same && crmi_walk_begin(&walk, b->bytes, b->size) == CRM_OK && walk.left == result.data.via.map.size;
    if (same && (walk.left == 0 || result.data.via.map.ptr->key.via.u64 != 0))
        same = crmi_walk_next(&walk, &value) == CRM_ROW && value.number == 0 && value.type == CRMI_VALUE_INT && value.integer == 1;
    while (same && crmi_walk_next(&walk, &value) == CRM_ROW) {
        const msgpack_object_kv *kv = &result.data.via.map.ptr[pair++];
        const msgpack_object *object = kv->val.type == MSGPACK_OBJECT_NIL && text ? text : &kv->val;
        same = kv->key.via.u64 == value.number && equal_value(&value, object);
        text = value.type == CRMI_VALUE_TEXT ? object : NULL;
    }
    same = same && pair == result.data.via.map.size;
    msgpack_unpacked_destroy(&result);
    return same;
}

static const struct {
    const char *bytes;
    size_t size;
    uint32_t type;
    int64_t integer;
} values[] = {
    {"\x00", 1, CRMI_VALUE_INT, 0},
    {"\x7f", 1, CRMI_VALUE_INT, 127},
    {"\xd0\xff", 2, CRMI_VALUE_INT, -1},
    {"\xd0\xe0", 2, CRMI_VALUE_INT, -32},
    {"\xcc\xff", 2, CRMI_VALUE_INT, 255},
    {"\xcd\xff\xff", 3, CRMI_VALUE_INT, 65535},
    {"\xce\xff\xff\xff\xff", 5, CRMI_VALUE_INT, 4294967295},
    {"\xcf\x00\x00\x00\x00\x00\x00\x00\x05", 9, CRMI_VALUE_INT, 5},
    {"\xcf\x7f\xff\xff\xff\xff\xff\xff\xff", 9, CRMI_VALUE_INT, INT64_MAX},
    {"\xd0\x80", 2, CRMI_VALUE_INT, -128},
    {"\xd0\x7f", 2, CRMI_VALUE_INT, 127},
    {"\xd1\x80\x00", 3, CRMI_VALUE_INT, -32768},
    {"\xd2\x80\x00\x00\x00", 5, CRMI_VALUE_INT, -2147483648},
    {"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", 9, CRMI_VALUE_INT, INT64_MIN},
    {"\xc0", 1, CRMI_VALUE_NIL, 0},
    {"\xc2", 1, CRMI_VALUE_BOOL, 0},
    {"\xc3", 1, CRMI_VALUE_BOOL, 1},
    {"\xca\x3f\x80\x00\x00", 5, CRMI_VALUE_OTHER, 0},
    {"\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00", 9, CRMI_VALUE_OTHER, 0},
    {"\xa3"
     "abc",
     4, CRMI_VALUE_TEXT, 0},
    {"\xd9\x03"
     "abc",
     5, CRMI_VALUE_TEXT, 0},
    {"\xda\x00\x03"
     "abc",
     6, CRMI_VALUE_TEXT, 0},
    {"\xdb\x00\x00\x00\x03"
     "abc",
     8, CRMI_VALUE_TEXT, 0},
    {"\xc4\x02\x00\xff", 4, CRMI_VALUE_BYTES, 0},
    {"\xc5\x00\x02\x00\xff", 5, CRMI_VALUE_BYTES, 0},
    {"\xc6\x00\x00\x00\x02\x00\xff", 7, CRMI_VALUE_BYTES, 0},
    {"\xd4\x01\x02", 3, CRMI_VALUE_OTHER, 0},
    {"\xd8\x01\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 18, CRMI_VALUE_OTHER, 0},
    {"\xc7\x03\x01\x02\x03\x04", 6, CRMI_VALUE_OTHER, 0},
    {"\xc8\x00\x03\x01\x02\x03\x04", 7, CRMI_VALUE_OTHER, 0},
    {"\xc9\x00\x00\x00\x03\x01\x02\x03\x04", 9, CRMI_VALUE_OTHER, 0},
    {"\x92\xa1\x61\xa1\x62", 5, CRMI_VALUE_ARRAY, 2},
    {"\xdc\x00\x02\xa1\x61\xa1\x62", 7, CRMI_VALUE_ARRAY, 2},
    {"\xdd\x00\x00\x00\x02\xa1\x61\xa1\x62", 9, CRMI_VALUE_ARRAY, 2},
    {"\x81\xa2\x64\x65\xa1\x62", 6, CRMI_VALUE_MAP, 1},
    {"\xde\x00\x01\xa2\x64\x65\xa1\x62", 8, CRMI_VALUE_MAP, 1},
    {"\xdf\x00\x00\x00\x01\xa2\x64\x65\xa1\x62", 10, CRMI_VALUE_MAP, 1},
    {"\x90", 1, CRMI_VALUE_ARRAY, 0},
    {"\x80", 1, CRMI_VALUE_MAP, 0},
    {"\x91\x91\x90", 3, CRMI_VALUE_ARRAY, 1},
};

Test(codec_walk, every_form) {
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        body b = body_with(values[i].bytes, values[i].size);
        crmi_walk walk;
        crmi_value value = {0};
        cr_expect_eq(crmi_walk_begin(&walk, b.bytes, b.size), CRM_OK);
        cr_expect_eq(crmi_walk_next(&walk, &value), CRM_ROW, "value %zu", i);
        cr_expect_eq(crmi_walk_next(&walk, &value), CRM_ROW, "value %zu", i);
        cr_expect(value.number == 1 && value.type == values[i].type, "value %zu is of type %u", i, value.type);
        cr_expect(value.raw == b.bytes + 4 && value.raw_size == values[i].size, "value %zu has %u bytes", i, value.raw_size);
        if (value.type == CRMI_VALUE_INT || value.type == CRMI_VALUE_BOOL || value.type == CRMI_VALUE_ARRAY || value.type == CRMI_VALUE_MAP)
            cr_expect_eq(value.integer, values[i].integer, "value %zu is %ld", i, (long)value.integer);
        if (value.type == CRMI_VALUE_TEXT) cr_expect(value.size == 3 && memcmp(value.bytes, "abc", 3) == 0, "value %zu", i);
        if (value.type == CRMI_VALUE_BYTES) cr_expect(value.size == 2 && memcmp(value.bytes, "\x00\xff", 2) == 0, "value %zu", i);
        cr_expect_eq(crmi_walk_next(&walk, &value), CRM_OK);
        cr_expect_eq(crmi_walk_check(b.bytes, b.size), CRM_OK, "value %zu", i);
        cr_expect(same_as_unpacked(&b), "msgpack-c reads value %zu otherwise", i);
        for (size_t size = 0; size < b.size; size++) {
            body part = body_of(b.bytes, size);
            if (walk_all(&part) != CRM_E_CORRUPT || crmi_walk_check(part.bytes, part.size) != CRM_E_CORRUPT)
                cr_expect_fail("%zu bytes of value %zu are taken", size, i);
            free(part.bytes);
        }
        free(b.bytes);
    }
}

Test(codec_walk, items) {
    static const uint8_t list[] = {0xa2, 'd', 'e', 0xa0, 0xd9, 1, 'x'};
    const uint8_t *at = list, *end = list + sizeof list;
    const char *text;
    uint32_t size;
    cr_expect(crmi_walk_item(&at, end, &text, &size) == CRM_ROW && size == 2 && memcmp(text, "de", 2) == 0);
    cr_expect(crmi_walk_item(&at, end, &text, &size) == CRM_ROW && size == 0);
    cr_expect(crmi_walk_item(&at, end, &text, &size) == CRM_ROW && size == 1 && *text == 'x');
    cr_expect_eq(crmi_walk_item(&at, end, &text, &size), CRM_OK);
    at = list;
    cr_expect_eq(crmi_walk_item(&at, list + 2, &text, &size), CRM_E_CORRUPT);
    at = (const uint8_t *)"\x01";
    cr_expect_eq(crmi_walk_item(&at, at + 1, &text, &size), CRM_E_CORRUPT, "a number for a text");
}

Test(codec_walk, refused) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *why;
    } cases[] = {
        {"", 0, "nothing"},
        {"\x90", 1, "an array"},
        {"\xc0", 1, "nil"},
        {"\x81\x01", 2, "a pair without its value"},
        {"\x80\x00", 2, "a byte too many"},
        {"\x82\x01\x00\x01\x00", 5, "a number twice"},
        {"\x82\x02\x00\x01\x00", 5, "descending numbers"},
        {"\x82\x00\x00\x00\x00", 5, "number 0 twice"},
        {"\x81\xff\x00", 3, "a negative number"},
        {"\x81\xa1\x61\x00", 4, "a text for a number"},
        {"\x81\xcf\xff\xff\xff\xff\xff\xff\xff\xff\x00", 11, "a number beyond all bounds"},
        {"\x81\xce\xff\xff\xff\xff\x00", 7, "the number that has none behind it"},
        {"\x81\x01\xcf\x80\x00\x00\x00\x00\x00\x00\x00", 11, "an integer beyond INT64_MAX"},
        {"\x81\x01\xc1", 3, "the byte that is never used"},
        {"\xdd\x10\x00\x00\x00", 5, "an array of 268 million"},
        {"\xdf\x10\x00\x00\x00", 5, "a map of 268 million"},
        {"\x81\x01\xdd\x10\x00\x00\x00", 7, "an array of 268 million inside"},
        {"\x81\x01\xdf\x10\x00\x00\x00", 7, "a map of 268 million inside"},
        {"\x81\x01\x91\xdd\xff\xff\xff\xff", 8, "an array of 4 billion in an array"},
        {"\x81\x01\xdb\xff\xff\xff\xff", 7, "a text of 4 GB"},
        {"\x81\x01\xc6\xff\xff\xff\xff", 7, "bytes of 4 GB"},
        {"\x81\x01\xc9\xff\xff\xff\xff", 7, "an extension of 4 GB"},
        {"\x81\x01\x91\x91\x91\x90", 6, "too many levels"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        body b = body_of(cases[i].bytes, cases[i].size);
        cr_expect_eq(walk_all(&b), CRM_E_CORRUPT, "%s is walked", cases[i].why);
        cr_expect_eq(crmi_walk_check(b.bytes, b.size), CRM_E_CORRUPT, "%s is found good", cases[i].why);
        free(b.bytes);
    }
    cr_expect_eq(crmi_walk_check("\x81\x01\xa1\xff", 4), CRM_E_CORRUPT, "a text that is not UTF-8");
    cr_expect_eq(crmi_walk_check("\x81\x01\xa1\x00", 4), CRM_E_CORRUPT, "a text with U+0000");
    cr_expect_eq(crmi_walk_check("\x81\x01\x91\xa1\xff", 5), CRM_E_CORRUPT, "a text in a list that is not UTF-8");
    uint8_t *deep = malloc(CRMI_WALK_BYTES + 1);
    memset(deep, 0x91, CRMI_WALK_BYTES + 1);
    memcpy(deep, "\x81\x01", 2);
    cr_expect_eq(crmi_walk_check(deep, CRMI_WALK_BYTES), CRM_E_CORRUPT, "65,534 levels");
    memset(deep, 0, CRMI_WALK_BYTES + 1);
    memcpy(deep, "\x81\x01\xc5\xff\xfa", 5);
    cr_expect_eq(crmi_walk_check(deep, 65535), CRM_OK);
    memcpy(deep, "\x81\x01\xc5\xff\xfc", 5);
    cr_expect_eq(crmi_walk_check(deep, CRMI_WALK_BYTES + 1), CRM_E_CORRUPT, "more bytes than a record has");
    free(deep);
}

Test(codec_walk, find) {
    static const uint8_t bytes[] = {0x84, 0x00, 0x07, 0x02, 0xa1, 'b', 0x05, 0xc3, 0x7f, 0xcd, 1, 0};
    crmi_value value;
    cr_expect(crmi_walk_find(bytes, sizeof bytes, 0, &value) == CRM_ROW && value.integer == 7);
    cr_expect(crmi_walk_find(bytes, sizeof bytes, 2, &value) == CRM_ROW && value.type == CRMI_VALUE_TEXT && *value.bytes == 'b');
    cr_expect(crmi_walk_find(bytes, sizeof bytes, 127, &value) == CRM_ROW && value.integer == 256);
    cr_expect_eq(crmi_walk_find(bytes, sizeof bytes, 1, &value), CRM_OK);
    cr_expect_eq(crmi_walk_find(bytes, sizeof bytes, 6, &value), CRM_OK);
    cr_expect_eq(crmi_walk_find(bytes, sizeof bytes, 128, &value), CRM_OK);
    cr_expect_eq(crmi_walk_find(bytes, sizeof bytes - 1, 127, &value), CRM_E_CORRUPT);
    cr_expect_eq(crmi_walk_find(bytes, sizeof bytes - 1, 2, &value), CRM_ROW, "does not look behind");
    cr_expect_eq(crmi_walk_find("\x80", 1, 1, &value), CRM_OK);
}

static void pack_random(crmi_buffer *out, int depth) {
    char bytes[300];
    size_t size = (size_t)rand() % (rand() % 8 ? 40 : sizeof bytes);
    for (size_t i = 0; i < size; i++) bytes[i] = (char)('a' + rand() % 26);
    int64_t integer = (int64_t)(((uint64_t)rand() << 33 ^ (uint64_t)rand() << 11 ^ (uint64_t)rand()) >> (1 + rand() % 62));
    uint32_t items = (uint32_t)rand() % 4;
    switch (rand() % (depth ? 10 : 8)) {
    case 0: crmi_pack_int(out, integer); break;
    case 1: crmi_pack_int(out, -integer); break;
    case 2: crmi_pack_bool(out, rand() % 2); break;
    case 3: crmi_pack_bytes(out, bytes, size); break;
    case 4: crmi_pack_raw(out, "\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00", 9); break;
    case 8:
        crmi_pack_array(out, items);
        while (items-- > 0) pack_random(out, depth - 1);
        break;
    case 9:
        crmi_pack_map(out, items);
        for (items *= 2; items-- > 0;) pack_random(out, depth - 1);
        break;
    case 5: crmi_pack_nil(out); break;
    default: crmi_pack_text(out, bytes, size);
    }
}

static body random_body(void) {
    crmi_buffer out = {0};
    uint32_t pairs = (uint32_t)rand() % 30, number = 0;
    crmi_pack_map(&out, pairs);
    for (uint32_t i = 0; i < pairs; i++) {
        number += 1 + (uint32_t)rand() % (rand() % 10 ? 3 : 300);
        crmi_pack_number(&out, number);
        pack_random(&out, 2);
    }
    body b = body_of(out.data, out.size);
    crmi_buffer_free(&out);
    return b;
}

Test(codec_walk, against_msgpack) {
    int refused = 0, different = 0, taken = 0;
    srand(7);
    for (int i = 0; i < 400; i++) {
        body b = random_body();
        refused += crmi_walk_check(b.bytes, b.size) != CRM_OK;
        different += !same_as_unpacked(&b);
        for (int flip = 0; flip < 100 && b.size; flip++) { /* what is taken in spite of damage has to mean the same to both */
            size_t at = (size_t)rand() % b.size;
            uint8_t before = b.bytes[at];
            b.bytes[at] = (uint8_t)rand();
            walk_all(&b);
            if (crmi_walk_check(b.bytes, b.size) == CRM_OK) {
                taken++;
                different += !same_as_unpacked(&b);
            }
            b.bytes[at] = before;
        }
        free(b.bytes);
    }
    cr_expect_eq(refused, 0, "%d good bodies refused", refused);
    cr_expect_eq(different, 0, "%d bodies read otherwise by msgpack-c", different);
    cr_expect(taken > 1000, "only %d damaged bodies taken", taken);
}

Test(codec_walk, random_bytes) {
    uint8_t bytes[64];
    srand(11);
    for (int i = 0; i < 200000; i++) {
        size_t size = (size_t)rand() % sizeof bytes;
        for (size_t at = 0; at < size; at++) bytes[at] = (uint8_t)(rand() >> 8);
        bytes[0] = (uint8_t)(0x80 | (bytes[0] & 15));
        body b = body_of(bytes, size);
        walk_all(&b);
        crmi_walk_check(b.bytes, b.size);
        free(b.bytes);
    }
}

/* What a body leaves out: number 0 where it is 1, and a text that is the one before it. */
Test(codec_walk, left_out) {
    static const char twice[] = "\x84\x02\xa2hi\x05\xc0\x06\xc0\x07\x03";
    static const uint32_t numbers[] = {2, 5, 6};
    crmi_walk walk;
    crmi_value value;
    cr_assert_eq(crmi_walk_begin(&walk, twice, sizeof twice - 1), CRM_OK);
    cr_expect(crmi_walk_next(&walk, &value) == CRM_ROW && value.number == 0 && value.type == CRMI_VALUE_INT && value.integer == 1);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(crmi_walk_next(&walk, &value), CRM_ROW);
        cr_expect(value.number == numbers[i] && equal_bytes(&value, CRMI_VALUE_TEXT, "hi", 2), "%d", i);
        cr_expect(value.raw == (const uint8_t *)twice + 2 && value.raw_size == 3, "%d", i);
    }
    cr_expect(crmi_walk_next(&walk, &value) == CRM_ROW && value.number == 7 && value.integer == 3);
    cr_expect_eq(crmi_walk_next(&walk, &value), CRM_OK);
    cr_expect(crmi_walk_find(twice, sizeof twice - 1, 6, &value) == CRM_ROW && equal_bytes(&value, CRMI_VALUE_TEXT, "hi", 2));
    cr_expect(crmi_walk_find(twice, sizeof twice - 1, 0, &value) == CRM_ROW && value.integer == 1);
    cr_expect(crmi_walk_find("\x80", 1, 0, &value) == CRM_ROW && value.integer == 1, "a body without anything");
    cr_expect(crmi_walk_find("\x82\x01\x05\x02\xc0", 5, 2, &value) == CRM_ROW && value.type == CRMI_VALUE_NIL, "no text before it");
    cr_expect(crmi_walk_find("\x83\x01\xa1x\x02\x05\x03\xc0", 8, 3, &value) == CRM_ROW && value.type == CRMI_VALUE_NIL, "but before that");
    cr_expect_eq(crmi_walk_check("\x82\x01\x05\x00\x01", 5), CRM_E_CORRUPT, "number 0 behind another");
}

/* A byte for a word, and an integer that would have the same one. */
Test(codec_walk, words) {
    crmi_value value;
    for (unsigned byte = CRMI_WORD_FIRST; byte <= 0xff; byte++) {
        uint8_t bytes[] = {0x82, 1, (uint8_t)byte, 2, 0xc0};
        crmi_buffer integer = {0};
        size_t size;
        const char *word = crmi_word_at((uint8_t)byte, &size);
        cr_expect_eq(crmi_word_find(word, size), (int)byte, "%s", word);
        cr_expect(crmi_word_find(word, size - 1) < 0 && word[size] == 0, "%s", word);
        for (uint32_t number = 1; number <= 2; number++)
            cr_expect(crmi_walk_find(bytes, sizeof bytes, number, &value) == CRM_ROW && is_word(&value, (uint8_t)byte), "%s", word);
        cr_expect_eq(crmi_walk_check(bytes, sizeof bytes), CRM_OK);
        crmi_pack_map(&integer, 1);
        crmi_pack_number(&integer, 1);
        crmi_pack_value_int(&integer, (int8_t)byte);
        cr_expect(crmi_walk_find(integer.data, integer.size, 1, &value) == CRM_ROW && value.type == CRMI_VALUE_INT);
        cr_expect_eq(value.integer, (int8_t)byte);
        crmi_buffer_free(&integer);
    }
    cr_expect(crmi_word_find("", 0) < 0 && crmi_word_find("Organisation", 12) < 0 && crmi_word_find("thirteenbytes", 13) < 0);
}

/* One example of the suite: hex bytes divided by '-', to a body with that value. */
static body suite_body(const char *hex, const char *end) {
    uint8_t bytes[600];
    size_t size = 0;
    for (; hex < end && size < sizeof bytes; hex += 3) bytes[size++] = (uint8_t)strtoul(hex, NULL, 16);
    return body_with(bytes, size);
}

/* The public collection of MessagePack examples: all forms of a value, each read as msgpack-c reads it. */
Test(codec_walk, suite) {
    size_t size;
    char *json = test_data_read("msgpack/dist/msgpack-test-suite.json", &size);
    if (!json) return;
    int read = 0, beyond = 0;
    for (const char *list = json; (list = strstr(list, "\"msgpack\": [")) != NULL; list++) {
        const char *close = strchr(list, ']');
        for (const char *at = strchr(list + 12, '"'); at && at < close; at = strchr(at, '"')) {
            const char *end = strchr(++at, '"');
            body b = suite_body(at, end);
            crmi_walk walk;
            crmi_value value;
            bool big = b.bytes[4] == 0xcf && b.bytes[5] >= 0x80; /* above INT64_MAX: not ours */
            int expected = big ? CRM_E_CORRUPT : CRM_OK;
            cr_expect_eq(crmi_walk_check(b.bytes, b.size), expected, "%.*s", (int)(end - at), at);
            cr_expect(crmi_walk_begin(&walk, b.bytes, b.size) == CRM_OK && crmi_walk_next(&walk, &value) == CRM_ROW);
            cr_expect_eq(crmi_walk_next(&walk, &value) == CRM_ROW, !big);
            if (!big) cr_expect(same_as_unpacked(&b), "msgpack-c reads %.*s otherwise", (int)(end - at), at);
            read++;
            beyond += big;
            free(b.bytes);
            at = end + 1;
        }
    }
    cr_expect(read > 150 && beyond > 0, "%d examples, %d of them beyond our integers", read, beyond);
    free(json);
}
