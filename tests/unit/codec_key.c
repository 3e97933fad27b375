/* SPDX-License-Identifier: MIT */
/* Keys: known bytes, order over random tuples, and the way back. */
#include "base/utf8.h"
#include "codec/key.h"
#include "schema/limits.h"
#include <criterion/criterion.h>
#include <libcrm/status.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(CRMI_KEY_MAX == CRMI_LIMIT_KEY_BYTES, "the documented limit");
_Static_assert(CRMI_KEY_TEXT == CRMI_LIMIT_KEY_TEXT_BYTES, "the documented limit");

static bool is(const crmi_key *key, const char *bytes, size_t size) { return key->size == size && memcmp(key->bytes, bytes, size) == 0; }

/* The examples of FoundationDB's tuple layer, and the ends of the integers; targets where they get longer. */
Test(codec_key, known_bytes) {
    static const struct {
        int64_t value;
        const char *bytes;
        size_t size;
    } cases[] = {
        {0, "\x14", 1},
        {1, "\x15\x01", 2},
        {255, "\x15\xff", 2},
        {256, "\x16\x01\x00", 3},
        {-1, "\x13\xfe", 2},
        {-255, "\x13\x00", 2},
        {-256, "\x12\xfe\xff", 3},
        {-5551212, "\x11\xab\x4b\x93", 4},
        {INT64_MAX, "\x1c\x7f\xff\xff\xff\xff\xff\xff\xff", 9},
        {INT64_MIN, "\x0c\x7f\xff\xff\xff\xff\xff\xff\xff", 9},
        {INT64_MIN + 1, "\x0c\x80\x00\x00\x00\x00\x00\x00\x00", 9},
    };
    crmi_key key;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        crmi_key_begin(&key);
        crmi_key_int(&key, cases[i].value);
        cr_expect(is(&key, cases[i].bytes, cases[i].size), "%ld", (long)cases[i].value);
        const uint8_t *at = key.bytes;
        int64_t back = 7;
        cr_expect_eq(crmi_key_read_int(&at, key.bytes + key.size, &back), CRM_OK);
        cr_expect(back == cases[i].value && at == key.bytes + key.size, "%ld read as %ld", (long)cases[i].value, (long)back);
    }
    crmi_key_begin(&key);
    crmi_key_text(&key, "F\xc3\x98O\0bar", 8);
    cr_expect(is(&key, "\x46\xc3\x98\x4f\x00\xff\x62\x61\x72\x00", 10));
    crmi_key_begin(&key);
    crmi_key_text_prefix(&key, "ab", 2);
    cr_expect(is(&key, "ab", 2));
}

Test(codec_key, targets) {
    static const struct {
        uint32_t root, local;
        const char *bytes;
        size_t size;
    } cases[] = {{0, 0, "\x00\x02", 2},
                 {127, 15, "\x7f\x7a", 2},
                 {128, 16, "\x80\x80\x80\x84", 4},
                 {16383, 2047, "\xbf\xff\xbf\xfc", 4},
                 {16384, 2048, "\xc0\x40\x00\xc0\x40\x06", 6},
                 {1000000, 1, "\xcf\x42\x40\x0c", 4},
                 {(1U << 21) - 1, 0, "\xdf\xff\xff\x04", 4},
                 {1U << 21, 0, "\xe0\x20\x00\x00\x05", 5},
                 {(1U << 28) - 1, (1U << 18) - 1, "\xef\xff\xff\xff\xdf\xff\xff", 7}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        crmi_key key;
        crmi_key_begin(&key);
        crmi_key_target(&key, cases[i].root, cases[i].local);
        cr_expect(is(&key, cases[i].bytes, cases[i].size), "%zu", i);
        cr_expect_eq(crmi_key_target_size(key.bytes, key.size), key.size, "%zu", i);
        const uint8_t *at = key.bytes, *end = at + key.size;
        uint32_t root, local;
        cr_expect_eq(crmi_key_read_target(&at, end, &root, &local), CRM_OK, "%zu", i);
        cr_expect(at == end && root == cases[i].root && local == cases[i].local, "%zu", i);
        for (at = key.bytes; end-- > key.bytes; at = key.bytes)
            cr_expect_eq(crmi_key_read_target(&at, end, &root, &local), CRM_E_CORRUPT, "%zu, cut", i);
    }
    crmi_key last, end;
    crmi_key_begin(&last);
    crmi_key_target(&last, (1U << 28) - 1, (1U << 18) - 1);
    crmi_key_begin(&end);
    crmi_key_target(&end, 1U << 28, 0);
    cr_expect_gt(memcmp(end.bytes, last.bytes, end.size), 0, "the end of all targets");
}

static int compare(const crmi_key *a, const crmi_key *b) {
    size_t common = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->bytes, b->bytes, common);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

static int sign(int order) { return (order > 0) - (order < 0); }

typedef struct tuple {
    int64_t first;
    char text[12];
    size_t size;
    int64_t number;
    uint32_t root, local;
} tuple;

static int64_t random_int(void) {
    static const int64_t ends[] = {0, 1, -1, 127, 128, 255, 256, -255, -256, 65535, 65536, INT64_MAX, INT64_MIN};
    if (rand() % 3 == 0) return ends[(size_t)rand() % (sizeof ends / sizeof ends[0])];
    int64_t value = ((int64_t)rand() << 32 ^ rand()) >> rand() % 60;
    return rand() % 2 ? value : -value;
}

static tuple random_tuple(void) {
    static const char letters[] = {'a', 'b', 0, 1, (char)0xff, (char)0xc3};
    tuple t = {.first = rand() % 4 ? random_int() % 3 : random_int(), .size = (size_t)rand() % 5, .number = random_int()};
    t.root = (uint32_t)rand() >> (4 + rand() % 27) & 0xfffffff;
    t.local = (uint32_t)rand() >> (14 + rand() % 17) & 0x3ffff;
    for (size_t i = 0; i < t.size; i++) t.text[i] = letters[(size_t)rand() % sizeof letters];
    return t;
}

static int compare_tuples(const tuple *a, const tuple *b) {
    if (a->first != b->first) return a->first < b->first ? -1 : 1;
    int order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
    if (order) return order;
    if (a->size != b->size) return a->size < b->size ? -1 : 1;
    if (a->number != b->number) return a->number < b->number ? -1 : 1;
    if (a->root != b->root) return a->root < b->root ? -1 : 1;
    return (a->local > b->local) - (a->local < b->local);
}

static void put_tuple(crmi_key *key, const tuple *t) {
    crmi_key_begin(key);
    crmi_key_int(key, t->first);
    crmi_key_text(key, t->text, t->size);
    crmi_key_int(key, t->number);
    crmi_key_target(key, t->root, t->local);
}

/* From its ends: what lies between needs to be known. */
static bool reads_back(const crmi_key *key, const tuple *t) {
    const uint8_t *at = key->bytes, *end = at + key->size, *target = end - crmi_key_target_size(key->bytes, key->size);
    int64_t first = 0;
    uint32_t root = 0, local = 0;
    return crmi_key_read_int(&at, end, &first) == CRM_OK && first == t->first && target > at &&
           crmi_key_read_target(&target, end, &root, &local) == CRM_OK && target == end && root == t->root && local == t->local;
}

Test(codec_key, order_of_tuples) {
    int wrong = 0, unread = 0;
    srand(20260131);
    for (int i = 0; i < 200000; i++) {
        tuple a = random_tuple(), b = random_tuple();
        crmi_key x, y;
        put_tuple(&x, &a);
        put_tuple(&y, &b);
        wrong += sign(compare(&x, &y)) != sign(compare_tuples(&a, &b));
        unread += !reads_back(&x, &a);
    }
    cr_expect_eq(wrong, 0, "%d pairs sort differently", wrong);
    cr_expect_eq(unread, 0, "%d tuples are not read back", unread);
}

Test(codec_key, long_texts) {
    char text[1200];
    crmi_key a, b;
    for (size_t shift = 0; shift < 4; shift++) { /* a character lies across the cut */
        memset(text, 'x', shift);
        for (size_t at = shift; at + 4 <= sizeof text; at += 4) memcpy(text + at, "\xf0\x9f\x98\x80", 4);
        crmi_key_begin(&a);
        crmi_key_text(&a, text, 1000 + shift);
        cr_expect(a.size <= 400 + 16 + 1, "%zu bytes", a.size);
        crmi_key_begin(&b);
        crmi_key_text_prefix(&b, text, 1000 + shift);
        cr_expect(crmi_utf8_check((char *)b.bytes, b.size), "cut inside a character");
        cr_expect(memcmp(a.bytes, b.bytes, b.size) == 0, "the prefix does not begin the key");
        crmi_key_begin(&b);
        crmi_key_text(&b, text, 1004 + shift);
        cr_expect(compare(&a, &b) != 0, "texts that differ behind the cut have one key");
    }
    memset(text, 'x', sizeof text);
    crmi_key_begin(&a);
    crmi_key_text(&a, text, 400);
    cr_expect_eq(a.size, 401u, "400 bytes stay whole");
    crmi_key_begin(&b);
    crmi_key_text(&b, text, 401);
    cr_expect(compare(&a, &b) < 0, "the shorter text sorts first");
    for (int i = 0; i < 3; i++) crmi_key_text(&a, text, 400);
    cr_expect_eq(a.size, (size_t)CRMI_KEY_MAX + 1, "a key beyond the limit has to be refused by its size");
}

Test(codec_key, after) {
    static const char *const cases[][2] = {{"a", "b"},   {"ab", "ac"}, {"a\xff", "b"},      {"a\xff\xff", "b"},
                                           {"\xff", ""}, {"", ""},     {"\xfe\xff", "\xff"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        crmi_key key = {.size = strlen(cases[i][0])};
        memcpy(key.bytes, cases[i][0], key.size);
        crmi_key_after(&key);
        cr_expect(is(&key, cases[i][1], strlen(cases[i][1])), "case %zu", i);
    }
}

Test(codec_key, damaged) {
    static const struct {
        const char *bytes;
        size_t size;
    } ints[] = {{"", 0},
                {"\x0b\x01", 2},
                {"\x1d\x01", 2},
                {"\x15", 1},
                {"\x1c\x7f\xff", 3},
                {"\x15\x00", 2},
                {"\x16\x00\xff", 3},
                {"\x13\xff", 2},
                {"\x1c\x80\x00\x00\x00\x00\x00\x00\x00", 9},
                {"\x0c\x7f\xff\xff\xff\xff\xff\xff\xfe", 9}},
      targets[] = {{"", 0},
                   {"\x01", 1},
                   {"\xf0\x00\x00\x00\x05", 5},
                   {"\x01\xe0\x00\x00\x05", 5},
                   {"\x80\x01\x03", 3}, /* a byte too many, of the first */
                   {"\x01\x80\x03", 3}, /* and of the second */
                   {"\x01\x03", 2},     /* another number of bytes */
                   {"\x01\xc0\x00\x04", 4}};
    int64_t value = 99;
    for (size_t i = 0; i < sizeof ints / sizeof ints[0]; i++) {
        const uint8_t *at = (const uint8_t *)ints[i].bytes;
        cr_expect_eq(crmi_key_read_int(&at, at + ints[i].size, &value), CRM_E_CORRUPT, "integer %zu", i);
    }
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        const uint8_t *at = (const uint8_t *)targets[i].bytes;
        uint32_t root, local;
        cr_expect_eq(crmi_key_read_target(&at, at + targets[i].size, &root, &local), CRM_E_CORRUPT, "target %zu", i);
    }
    cr_expect_eq(value, 99, "a result is touched");
}

Test(codec_key, fixed_size) {
    uint8_t bytes[8];
    crmi_key_put32(bytes, UINT32_C(0x01fe03fc));
    cr_expect_arr_eq(bytes, "\1\xfe\3\xfc", 4);
    cr_expect_eq(crmi_key_get32(bytes), UINT32_C(0x01fe03fc));
    crmi_key_put64(bytes, UINT64_C(0x0102030405060708));
    cr_expect_arr_eq(bytes, "\1\2\3\4\5\6\7\10", 8);
    cr_expect_eq(crmi_key_get64(bytes), UINT64_C(0x0102030405060708));
    crmi_key_put64(bytes, UINT64_MAX);
    cr_expect_eq(crmi_key_get64(bytes), UINT64_MAX);
}
