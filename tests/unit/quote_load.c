/* SPDX-License-Identifier: MIT */
/* Saved proposals that are anybody's bytes, with a checksum that is right: loading them ends, says no or gives a proposal that can be asked
 * and computed again, and takes no more memory than the bytes warrant. */
#include "codec/crc32c.h"
#include "codec/pack.h"
#include "model/quote_saved.h"
#include "support/scene.h"
#include <malloc.h>

#define WHOLE                                                                                                                              \
    "p party name=Muster order_lock=1 lock_reason=overdue;f1 custom_field record_kind=quote name=machine type=text;"                       \
    "f2 custom_field record_kind=quote name=words type=texts;f3 custom_field record_kind=quote name=until type=date;"                      \
    "a1 address town=A;u1 usage target=a1 purpose=delivery;a2 address town=B;u2 usage target=a2 purpose=billing;c1 contact;c2 contact;"    \
    "g1 group code=G1 name=Gold;m1 membership group=g1;dg quote_defaults owner=g1 price_list=GOLD plant=G;"                                \
    "w global price_list=STANDARD plant=W;r1 rule code=R1 target=quote.plant value=W2;r2 rule code=R2 target=quote.machine value=M"

static struct scene scene;
static unsigned char *saved, *bytes; /* the good ones; a copy with as much room again */
static size_t saved_size;

static void keep_proposal(crm_quote *quote) {
    const void *good = crm_quote_save(quote, &saved_size);
    cr_assert(good);
    saved = malloc(saved_size);
    bytes = malloc(2 * saved_size);
    memcpy(saved, good, saved_size);
}

/* One that was computed again: with losers, names, changes and what was given. */
static void begin(void) {
    crm_quote *first, *second;
    crm_field words;
    crm_record *given;
    scene_begin(&scene, WHOLE);
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), CRM_TODAY, NULL, &first) >= 0);
    cr_assert(crm_custom_field_find(scene.data.txn, "quote.words", &words) == CRM_OK);
    cr_assert(crm_record_new(CRM_KIND_QUOTE, &given) == CRM_OK && crm_record_add_item(given, words, "one", CRM_NTS) == CRM_OK);
    cr_assert(crm_record_set_text(given, CRM_QUOTE_PRICE_LIST, "A", CRM_NTS) == CRM_OK);
    cr_assert(crm_quote_reresolve(scene.data.txn, first, 0, CRM_TODAY, given, NULL, 0, &second) >= 0, "%s", crm_error_text());
    keep_proposal(second);
    crm_record_free(given);
    crm_quote_free(first);
    crm_quote_free(second);
}

static void end(void) {
    free(saved);
    free(bytes);
    scene_end(&scene);
}

TestSuite(quote_load, .init = begin, .fini = end);

static int load(size_t size, crm_quote **out) {
    uint32_t checksum = crmi_saved_checksum(bytes, size);
    for (int i = 0; i < 4; i++) bytes[CRMI_SAVED_AT_CHECKSUM + i] = (unsigned char)(checksum >> (24 - 8 * i));
    return crm_quote_load(scene.data.txn, bytes, size, out);
}

/* All that reads a proposal. */
static void ask(crm_quote *quote) {
    crm_quote *again;
    cr_assert(crm_quote_json(quote, NULL) && crm_quote_save(quote, NULL));
    for (uint32_t format = CRM_QUOTE_FORMAT_TEXT; format <= CRM_QUOTE_FORMAT_JSON; format++)
        cr_assert(crm_quote_explain(quote, format, NULL));
    if (crm_quote_reresolve(scene.data.txn, quote, 0, CRM_TODAY, NULL, NULL, 0, &again) >= 0)
        cr_assert(crm_quote_explain(again, CRM_QUOTE_FORMAT_TEXT, NULL));
    crm_quote_free(again);
}

/* --- any bytes --- */

static uint64_t state = 88172645463325252u;

static size_t any(size_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % below);
}

/* Behind the store's name at times: nothing else would be reached often. */
static size_t alter(size_t size) {
    static const unsigned char marks[] = {0xc0, 0xc3, 0xc4, 0xc6, 0xcf, 0xd3, 0xd9, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0x00, 0x7f, 0x80, 0x9f};
    size_t at = CRMI_SAVED_HEAD + 34 + any(size - CRMI_SAVED_HEAD - 34), count = 1 + any(4);
    switch (any(6)) {
    case 0: bytes[at] ^= (unsigned char)(1u << any(8)); break;
    case 1: bytes[at] = marks[any(sizeof marks)]; break;
    case 2: bytes[at] = (unsigned char)any(256); break;
    case 3: return at;
    case 4: /* bytes go */
        if (count > size - at) count = size - at;
        memmove(bytes + at, bytes + at + count, size - at - count);
        return size - count;
    default: /* bytes come, from elsewhere */
        memmove(bytes + at + count, bytes + at, size - at);
        for (size_t i = 0; i < count; i++) bytes[at + i] = saved[any(saved_size)];
        return size + count;
    }
    return size;
}

Test(quote_load, any_bytes, .timeout = 60) {
    size_t taken = 0, refused = 0;
    for (size_t round = 0; round < 100000; round++) {
        crm_quote *quote;
        size_t size = saved_size;
        memcpy(bytes, saved, saved_size);
        for (size_t times = 1 + any(3); times && size > CRMI_SAVED_HEAD + 40; times--) size = alter(size);
        int rc = load(size, &quote);
        cr_assert(rc == CRM_OK || rc == CRM_E_FORMAT || rc == CRM_E_INVALID || rc == CRM_E_VERSION, "round %zu: %d", round, rc);
        cr_assert((rc == CRM_OK) == (quote != NULL));
        rc == CRM_OK ? taken++ : refused++;
        if (quote && taken % 16 == 0) ask(quote);
        crm_quote_free(quote);
    }
    cr_expect(taken > 1000 && refused > 50000, "%zu were taken, %zu refused", taken, refused);
}

/* --- every value replaced by another --- */

/* The values of the sequence one by one, each replaced by values of all types, small and huge. */
Test(quote_load, any_value, .timeout = 60) {
    static const struct {
        unsigned char bytes[10];
        size_t size;
    } others[] = {{{0xc0}, 1},
                  {{0xc3}, 1},
                  {{0x00}, 1},
                  {{0x01}, 1},
                  {{0xff}, 1},
                  {{0xcf, 0x7f, 255, 255, 255, 255, 255, 255, 255}, 9},
                  {{0xd3, 0x80}, 9},
                  {{0xa0}, 1},
                  {{0xa1, 0xff}, 2},
                  {{0xa1, 0}, 2},
                  {{0xa1, 'x'}, 2},
                  {{0xc4, 0}, 2},
                  {{0xc4, 1, 0}, 3},
                  {{0x90}, 1},
                  {{0x9f}, 1},
                  {{0xdc, 0x02, 0}, 3},
                  {{0xdd, 255, 255, 255, 255}, 5},
                  {{0x80}, 1}};
    size_t taken = 0, values = 0;
    for (const uint8_t *at = saved + CRMI_SAVED_HEAD, *next = at; at < saved + saved_size; at = next, values++) {
        crmi_value value;
        cr_assert(crmi_walk_value(&next, saved + saved_size, &value) == CRM_ROW, "MessagePack all the way");
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            crm_quote *quote;
            size_t before = (size_t)(at - saved), behind = saved_size - (size_t)(next - saved);
            memcpy(bytes, saved, before);
            memcpy(bytes + before, others[i].bytes, others[i].size);
            memcpy(bytes + before + others[i].size, next, behind);
            if (load(before + others[i].size + behind, &quote) == CRM_OK) {
                taken++;
                ask(quote);
            }
            crm_quote_free(quote);
        }
    }
    cr_expect(values > 300 && taken > 300, "%zu values, %zu proposals", values, taken);
}

/* --- forms that are refused for one reason --- */

/* Fields that this library has not: the number of built-in ones is one more. */
Test(quote_load, later_fields) {
    size_t found = 0;
    for (size_t at = CRMI_SAVED_HEAD; at < saved_size; at++) {
        crm_quote *quote;
        memcpy(bytes, saved, saved_size);
        if (bytes[at] != CRMI_QUOTE_LAST) continue;
        bytes[at]++;
        found += load(saved_size, &quote) == CRM_E_VERSION;
        crm_quote_free(quote);
    }
    cr_expect_eq(found, 1);
}

/* The smallest bytes that make the most of memory: losers that tell nothing. */
static void pack_losers(crmi_buffer *out, uint32_t count) {
    crmi_pack_array(out, count);
    for (uint32_t i = 0; i < count; i++) {
        crmi_pack_array(out, 4);
        for (uint32_t number = 1; number <= 4; number++) {
            for (uint32_t part = 0; part < 4; part++) crmi_pack_int(out, part == 0 ? number : part == 1 ? CRM_TYPE_TEXT : 0);
            crmi_pack_bytes(out, "", 0);
        }
    }
}

static void pack_nil(crmi_buffer *out, int times) {
    while (times--) crmi_buffer_byte(out, 0xc0);
}

/* A proposal without values; count losers of its first field, or the promise of as many. */
static void pack_proposal(crmi_buffer *out, uint32_t count, bool promised) {
    crmi_pack_raw(out, saved, CRMI_SAVED_HEAD + 34); /* with the store's uuid */
    crmi_pack_array(out, 0);
    crmi_pack_int(out, 1);
    crmi_pack_int(out, SCENE_DAY);
    pack_nil(out, 3);
    crmi_pack_int(out, 0);
    crmi_pack_int(out, 1);
    pack_nil(out, 1);
    if (promised)
        crmi_pack_array(out, count);
    else
        pack_losers(out, count);
    crmi_pack_array(out, 0);
    pack_nil(out, 4);
    cr_assert(!out->failed);
}

static size_t in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

Test(quote_load, memory) {
    crmi_buffer out = {0};
    crm_quote *quote;
    pack_proposal(&out, 20000, false);
    free(bytes);
    bytes = out.data;
    size_t before = in_use();
    cr_assert(load(out.size, &quote) == CRM_OK, "%s", crm_error_text());
    size_t grown = in_use() - before;
    cr_expect(crm_quote_loser_count(quote, CRM_QUOTE_CUSTOMER) == 20000 && crm_quote_loser_count(quote, CRM_QUOTE_SALES_AREA) == 0);
    cr_expect(grown < 16 * out.size, "%zu bytes for %zu", grown, out.size);
    ask(quote);
    crm_quote_free(quote);
}

/* Lists must not be believed before their items are there. */
Test(quote_load, promises) {
    static const uint32_t counts[] = {1, 100, 0xffff, 0x10000, 0x7fffffff, UINT32_MAX};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        crmi_buffer out = {0};
        crm_quote *quote;
        pack_proposal(&out, counts[i], true);
        free(bytes);
        bytes = out.data;
        cr_expect_eq(load(out.size, &quote), CRM_E_FORMAT, "%u", counts[i]);
        crm_quote_free(quote);
    }
}
