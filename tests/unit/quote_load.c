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
    "a1 address town=A country=DE region=BY;u1 usage target=a1 purpose=delivery;a2 address town=B;u2 usage target=a2 purpose=billing;c1 "  \
    "contact;c2 contact;"                                                                                                                  \
    "g1 group code=G1 name=Gold;m1 membership group=g1;dg quote_defaults owner=g1 price_list=GOLD plant=G;"                                \
    "w global price_list=STANDARD plant=W;wd global country=DE region=BY sales_area=N tax_zone=Y;r1 rule code=R1 target=quote.plant "      \
    "value=W2;r2 rule code=R2 target=quote.machine value=M"

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
    cr_assert(crm_record_set_text(given, CRM_QUOTE_SALES_AREA, "N", CRM_NTS) == CRM_OK);
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

/* --- the form stays --- */

/* A proposal as version 1.0 has saved it: of a party with an address, in a group, with a rule, computed again with a given tax zone. */
static const char first_form[] =
    "43524d51000000010f826e17d920366336303866626339396663663961346363306630333032633166613633393291ce8100f2b0a76d616368696e65cf000537"
    "9a7ab3ee68cd4e20c0a64d7573746572c0001514010007cf0005379a7ab3ee68000000000090903c080007cf000755fefe045d88cf000591b758e4807601cd0f"
    "a2000090903c080007cf000755fefe045d88cf000591b758e4807601cd0fa2000090903c090007cf0005379a7ab3ee68cf0005379a7ab3ee68010000009090c0"
    "90c090c090c090c090c090c090c090c090500000010000c40147cf00057c32bff22f2501cd0bc4000090919701010000c405706c616e7402010000c4056c6174"
    "657203010000c406676c6f62616c04010000c401570507cf000bafd9a2e04abe06020107010000c41471756f74655f64656661756c74732e706c616e74140000"
    "010000c4015400000000009090c090c090c090c090c090c090190000010000c4014d000000cf0000617ad5c5e6fb01909092cf0000617ad5c5e6fba25231c0c0"
    "c0cf00057c32bff22f25a4476f6c64c0c0c0cf000755fefe045d88cf0005379a7ab3ee6801910c010000c403556c6daa4d75737465720a556c6dc3aa4d757374"
    "65720a556c6d910f010000c40154919501010000c4087461785f7a6f6e6502010000c405676976656e04010000c405756e73657407010000c4015408010000c4"
    "086578706c69636974";

/* It is of another store: this one's uuid takes the place of that one's. */
static size_t unpack_first_form(void) {
    size_t size = strlen(first_form) / 2;
    free(bytes);
    bytes = malloc(size);
    for (size_t i = 0; i < size; i++) {
        unsigned value;
        cr_assert(sscanf(first_form + 2 * i, "%2x", &value) == 1);
        bytes[i] = (unsigned char)value;
    }
    cr_assert_eq(crmi_saved_checksum(bytes, size),
                 (uint32_t)bytes[8] << 24 | (uint32_t)bytes[9] << 16 | (uint32_t)bytes[10] << 8 | bytes[11]);
    memcpy(bytes + CRMI_SAVED_HEAD, saved + CRMI_SAVED_HEAD, 34);
    return size;
}

Test(quote_load, first_form) {
    crm_quote *quote;
    crm_record *given;
    size_t size = unpack_first_form();
    cr_assert(load(size, &quote) == CRM_OK, "%s", crm_error_text());
    const crm_record *values = crm_quote_record(quote), *loser = crm_quote_loser(quote, CRM_QUOTE_PLANT, 0);
    const crm_record *change = crm_quote_change(quote, 0);
    cr_expect(crm_quote_date(quote) == SCENE_DAY && crm_record_id(values, CRM_QUOTE_SHIP_TO) == 2064878508727688);
    cr_expect_str_eq(crm_record_text(values, CRM_QUOTE_PLANT), "G");
    cr_expect(crm_quote_level(quote, CRM_QUOTE_PLANT) == CRM_LEVEL_GROUP && crm_quote_source(quote, CRM_QUOTE_PLANT) == 1543932294082341);
    cr_expect(loser && !strcmp(crm_record_text(loser, CRM_QUOTE_LOSER_VALUE), "W"));
    cr_expect(change && !strcmp(crm_record_text(change, CRM_QUOTE_CHANGE_FIELD), "tax_zone") && crm_quote_change_count(quote) == 1);
    cr_expect_str_eq(crm_quote_address_text(quote, CRM_QUOTE_BILL_TO), "Muster\nUlm");
    cr_assert_eq(crm_quote_given(quote, &given), CRM_OK);
    cr_expect_str_eq(crm_record_text(given, CRM_QUOTE_TAX_ZONE), "T");
    const char *text = crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL);
    cr_expect(strstr(text, "group \"Gold\"") && strstr(text, "rule \"R1\"") && strstr(text, "\nmachine "), "%s", text);
    crm_record_free(given);
    crm_quote_free(quote);
}
