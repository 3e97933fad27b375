/* SPDX-License-Identifier: MIT */
/* Saved proposals with a right checksum and wrong bytes: each is refused, or tells something without touching what is not its own, can be
 * saved again, and does no harm to the store when its address is stored over the one that it was read from. */
#include "model/quote_saved.h"
#include "api/api.h"
#include "support/scene.h"

enum { LOADS = 6000 };

static const char records[] =
    "p party order_lock=1;g1 group code=A;m1 membership group=g1;f1 custom_field record_kind=quote name=tags type=texts;"
    "f2 custom_field record_kind=address name=since type=date;t1 quote_defaults owner=g1 price_list=G plant=P;"
    "t2 quote_defaults plant=Q;r1 rule code=R1 target=quote.tax_zone value=T;a1 address town=Bonn country=DE;"
    "u1 usage target=a1 purpose=main;c1 contact";

static struct scene scene;

static void begin(void) {
    scene_begin(&scene, records);
    crm_txn_free(scene.data.txn);
    cr_assert(crm_txn_begin(scene.db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &scene.data.txn) == CRM_OK);
}

static void end(void) { scene_end(&scene); }

TestSuite(quote_saved, .init = begin, .fini = end, .timeout = 60);

static uint32_t state = 1;

static uint32_t below(uint32_t count) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % count;
}

/* The address gets a value of a field that this version does not know: the number 7. */
static void put_unknown(crm_record *address) {
    int status;
    crmi_txn *txn = crmi_api_enter(scene.data.txn, true, &status);
    cr_assert(txn && crmi_object_set_bytes(address, CRMI_NUMBER_MAX, 0, 0, "\7", 1) == CRM_OK);
    cr_assert(crmi_store_put(txn, crmi_store_packed(txn, crm_record_key(address)), address, 2) == CRM_OK);
    crmi_api_leave(scene.data.txn);
}

/* A proposal that was computed again, with a value of the host's and addresses that have one too. */
static uint8_t *save(size_t *size) {
    crm_txn *txn = scene.data.txn;
    crm_record *address, *given;
    crm_field since, tags;
    crm_quote *old, *quote;
    cr_assert(crm_custom_field_find(txn, "address.since", &since) == CRM_OK && crm_custom_field_find(txn, "quote.tags", &tags) == CRM_OK);
    cr_assert(crm_record_get(txn, scene_id(&scene.data, "a1"), &address) == CRM_OK);
    cr_assert(crm_record_set_date(address, since, SCENE_DAY) == CRM_OK);
    put_unknown(address);
    cr_assert(crm_record_new(CRM_KIND_QUOTE, &given) == CRM_OK && crm_record_set_text(given, CRM_QUOTE_PLANT, "X", CRM_NTS) == CRM_OK);
    cr_assert(crm_record_add_item(given, tags, "a", CRM_NTS) == CRM_OK && crm_record_add_item(given, tags, "b", CRM_NTS) == CRM_OK);
    cr_assert(crm_quote_resolve(txn, scene_id(&scene.data, "p"), CRM_TODAY, NULL, &old) >= 0, "%s", crm_error_text());
    cr_assert(crm_quote_reresolve(txn, old, 0, CRM_TODAY, given, NULL, 0, &quote) >= 0, "%s", crm_error_text());
    const void *bytes = crm_quote_save(quote, size);
    uint8_t *copy = malloc(*size);
    cr_assert(bytes && copy);
    memcpy(copy, bytes, *size);
    crm_quote_free(old);
    crm_quote_free(quote);
    crm_record_free(given);
    crm_record_free(address);
    return copy;
}

static void seal(uint8_t *bytes, size_t size) {
    uint32_t sum = crmi_saved_checksum(bytes, size);
    for (int i = 0; i < 4; i++) bytes[CRMI_SAVED_AT_CHECKSUM + i] = (uint8_t)(sum >> (24 - 8 * i));
}

/* Some bytes become others, are taken out, or come from elsewhere; the block has just the size that is left. */
static uint8_t *spoil(const uint8_t *good, size_t *size) {
    static const uint8_t marks[] = {0x00, 0x7f, 0x80, 0x90, 0xa0, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xcb, 0xcf, 0xd3, 0xd9, 0xdd, 0xdf, 0xff};
    uint8_t *bad = malloc(*size);
    cr_assert(bad);
    memcpy(bad, good, *size);
    for (uint32_t i = 1 + below(3); i > 0; i--) {
        uint32_t room = (uint32_t)*size - CRMI_SAVED_HEAD - 32, at = CRMI_SAVED_HEAD + below(room), count = 1 + below(8);
        switch (below(5)) {
        case 0: bad[at] ^= (uint8_t)(1u << below(8)); break;
        case 1: bad[at] = (uint8_t)below(256); break;
        case 2: bad[at] = marks[below(sizeof marks)]; break;
        case 3: memmove(bad + at, bad + CRMI_SAVED_HEAD + below(room), count); break;
        default: memmove(bad + at, bad + at + count, *size - at - count); *size -= count;
        }
    }
    seal(bad, *size);
    return bad;
}

/* The address is changed and stored, and must be there afterwards. */
static void put_address(const crm_record *address) {
    crm_record *copy;
    if (!address) return;
    cr_assert(crm_record_copy(address, &copy) == CRM_OK && crm_record_set_text(copy, CRM_ADDRESS_TOWN, "x", 1) == CRM_OK);
    int rc = crm_record_put(scene.data.txn, copy, NULL, NULL);
    crm_record_free(copy);
    if (rc < 0) return;
    rc = crm_record_get(scene.data.txn, crm_record_key(address), &copy);
    cr_assert(rc == CRM_OK, "%d %s", rc, crm_error_text());
    crm_record_free(copy);
}

static void use(crm_quote *quote) {
    crm_quote *again;
    size_t size;
    cr_expect(crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL) && crm_quote_explain(quote, CRM_QUOTE_FORMAT_JSON, NULL));
    cr_expect(crm_quote_json(quote, NULL) && crm_record_json(crm_quote_record(quote), NULL));
    put_address(crm_quote_address(quote, CRM_QUOTE_BILL_TO));
    if (crm_quote_reresolve(scene.data.txn, quote, 0, CRM_TODAY, NULL, NULL, 0, &again) >= 0)
        cr_expect(crm_quote_explain(again, CRM_QUOTE_FORMAT_JSON, NULL));
    crm_quote_free(again);
    const void *bytes = crm_quote_save(quote, &size);
    cr_assert(bytes);
    cr_expect(crm_quote_load(scene.data.txn, bytes, size, &again) == CRM_OK, "%s", crm_error_text());
    crm_quote_free(again);
}

Test(quote_saved, spoiled) {
    size_t whole, loaded = 0;
    uint8_t *good = save(&whole);
    cr_assert(crm_txn_commit(scene.data.txn) == CRM_OK);
    for (int i = 0; i < LOADS; i++) {
        crm_quote *quote;
        size_t size = whole;
        uint8_t *bad = spoil(good, &size);
        crm_txn_free(scene.data.txn);
        cr_assert(crm_txn_begin(scene.db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &scene.data.txn) == CRM_OK);
        int rc = crm_quote_load(scene.data.txn, bad, size, &quote);
        free(bad);
        if (rc >= 0)
            use(quote);
        else
            cr_assert(!quote && (rc == CRM_E_FORMAT || rc == CRM_E_VERSION || rc == CRM_E_INVALID), "%d %s", rc, crm_error_text());
        loaded += rc >= 0;
        crm_quote_free(quote);
    }
    free(good);
    cr_expect(loaded > LOADS / 50 && loaded < LOADS / 2, "%zu of them were loaded", loaded);
}

/* What this version does not know goes back into the store as it is, so it has to be one whole value. */
Test(quote_saved, unknown_value) {
    static const uint8_t entry[] = {CRMI_NUMBER_MAX, 0, 0, 0, 0xc4, 1, 7}, bad[] = {0xa1, 0xc1, 0x91, 0x81, 0xcc};
    size_t size;
    crm_quote *quote;
    uint8_t *bytes = save(&size), *value = memmem(bytes, size, entry, sizeof entry);
    cr_assert(value);
    value += sizeof entry - 1;
    for (size_t i = 0; i < sizeof bad; i++) {
        *value = bad[i];
        seal(bytes, size);
        cr_expect(crm_quote_load(scene.data.txn, bytes, size, &quote) == CRM_E_FORMAT, "%x", bad[i]);
        crm_quote_free(quote);
    }
    *value = 8;
    seal(bytes, size);
    cr_assert(crm_quote_load(scene.data.txn, bytes, size, &quote) == CRM_OK, "%s", crm_error_text());
    put_address(crm_quote_address(quote, CRM_QUOTE_SHIP_TO));
    crm_quote_free(quote);
    free(bytes);
}
