/* SPDX-License-Identifier: MIT */
/* Records in memory and their stored form: round trips, what is kept that is not understood, and hostile bodies. */
#include "store/object.h"
#include "codec/pack.h"
#include "codec/walk.h"
#include "store/db.h"
#include "store/definitions.h"
#include "support/json.h"
#include <criterion/criterion.h>
#include <libcrm/error.h>
#include <stdlib.h>
#include <string.h>

static crmi_id_key key;
static crmi_db store; /* of which the records need the key only */
static crmi_definitions none = {.references = 1};
static crmi_txn reading = {.db = &store, .definitions = &none};

static void make_key(void) {
    static const uint8_t secret[16] = "a fixed secret..";
    crmi_id_key_make(&key, secret);
    store.key = key;
}

static crmi_slice slice_of(const crmi_buffer *buffer) { return (crmi_slice){buffer->data, buffer->size}; }

static crm_record *new_record(uint32_t kind) {
    crm_record *rec = NULL;
    cr_assert_eq(crm_record_new(kind, &rec), CRM_OK);
    return rec;
}

/* A text of up to 60 letters, some of two bytes, in out; its size. */
static size_t random_text(char *out) {
    size_t size = 0, letters = (size_t)rand() % 30;
    while (letters-- > 0) {
        bool wide = rand() % 4 == 0;
        if (wide) out[size++] = (char)0xc3;
        out[size++] = (char)(wide ? 0x80 + rand() % 64 : 0x20 + rand() % 90);
    }
    out[size] = '\0';
    return size;
}

static int64_t random_integer(void) {
    int64_t value = (int64_t)(((uint64_t)rand() << 33 ^ (uint64_t)rand() << 11 ^ (uint64_t)rand()) >> (1 + rand() % 62));
    return rand() % 2 ? value : -value;
}

static int set_random(crm_record *rec, const crmi_field *field) {
    char text[64];
    size_t size = random_text(text);
    int status = CRM_OK;
    switch (field->type) {
    case CRM_TYPE_TEXT: return crmi_object_set_text(rec, field->number, text, size);
    case CRM_TYPE_BOOL: return crmi_object_set_integer(rec, field->number, rand() % 2);
    case CRM_TYPE_ID: return crmi_object_set_integer(rec, field->number, (int64_t)crmi_id_public(&key, (crmi_packed)rand() + 1));
    case CRM_TYPE_BYTES: return crmi_object_set_bytes(rec, field->number, CRM_TYPE_BYTES, 0, text, size);
    case CRM_TYPE_TEXTS:
        for (int i = 0; i < 3 && status == CRM_OK; i++) status = crm_record_add_item(rec, field->field, text, random_text(text));
        return status;
    case CRM_TYPE_LABEL:
        status = crm_record_set_label(rec, field->field, "en", text, size);
        return status == CRM_OK ? crm_record_set_label(rec, field->field, "de", text, size) : status;
    default: return crmi_object_set_integer(rec, field->number, random_integer());
    }
}

/* A record of a kind with each field set with a probability of chance in ten, in any order. */
static crm_record *random_record(const crmi_kind *kind, int chance) {
    crm_record *rec = new_record(kind->number);
    uint32_t start = (uint32_t)rand() % kind->fields, step = rand() % 2 ? 1 : kind->fields - 1;
    for (uint32_t i = 0, at = start; i < kind->fields; i++, at = (at + step) % kind->fields)
        if (rand() % 10 < chance && !(kind->first[at].flags & CRM_FIELD_KEY))
            cr_assert_eq(set_random(rec, &kind->first[at]), CRM_OK, "%s: %s", kind->first[at].name, crm_error_text());
    return rec;
}

static bool equal_entries(const crm_record *a, const crm_record *b) {
    bool equal = a->kind == b->kind && a->count == b->count;
    for (uint32_t i = 0; equal && i < a->count; i++) {
        const crmi_entry *x = &a->entries[i], *y = &b->entries[i];
        equal = x->number == y->number && x->type == y->type && x->items == y->items && x->size == y->size && x->integer == y->integer &&
                (x->text == NULL) == (y->text == NULL) && (!x->text || memcmp(x->text, y->text, x->size) == 0);
        if (equal && x->type == CRM_TYPE_TEXT) equal = y->text[y->size] == '\0';
        if (equal && i > 0) equal = x->number > a->entries[i - 1].number;
    }
    return equal;
}

/* Encodes, decodes from memory of just the size, and compares; the second encoding has the same bytes. */
static bool round_trip(const crm_record *rec, crmi_packed id) {
    crmi_buffer first = {0}, second = {0};
    crm_record *back = NULL;
    bool good = crmi_object_encode(&key, rec, 7, &first) == CRM_OK && crmi_walk_check(first.data, first.size) == CRM_OK;
    uint8_t *exact = malloc(first.size);
    cr_assert(exact);
    memcpy(exact, first.data, first.size);
    good = good && crmi_object_decode(&reading, id, (crmi_slice){exact, first.size}, &back) == CRM_OK;
    free(exact); /* the record is detached */
    good = good && equal_entries(rec, back) && back->revision == 7 && crmi_id_internal(&key, back->id) == id;
    good = good && crmi_object_encode(&key, back, 7, &second) == CRM_OK;
    good = good && first.size == second.size && memcmp(first.data, second.data, first.size) == 0;
    crmi_buffer_free(&first);
    crmi_buffer_free(&second);
    crm_record_free(back);
    return good;
}

Test(object, round_trips, .init = make_key) {
    int wrong = 0, copies = 0;
    srand(42);
    for (uint32_t number = 0; number <= CRMI_KIND_MAX; number++) {
        const crmi_kind *kind = crmi_schema_kind(number);
        for (int i = 0; kind && i < 200; i++) {
            crm_record *rec = random_record(kind, i % 11), *copy = NULL;
            wrong += !round_trip(rec, crmi_id_pack(1 + (uint32_t)rand() % 1000, number, (uint32_t)rand() % 1000));
            cr_assert_eq(crm_record_copy(rec, &copy), CRM_OK);
            copies += !equal_entries(rec, copy);
            cr_assert(test_json_valid(crm_record_json(rec, NULL)), "%s", crm_record_json(rec, NULL));
            crm_record_free(rec);
            copies += copy->count && copy->entries[0].text && strlen(copy->entries[0].text) > copy->entries[0].size;
            crm_record_free(copy);
        }
    }
    cr_expect_eq(wrong, 0, "%d records come back changed", wrong);
    cr_expect_eq(copies, 0, "%d copies differ", copies);
}

/* A code has one byte, and belongs to no record. */
Test(object, words, .init = make_key) {
    crm_record *rec = new_record(CRM_KIND_CHANNEL), *back, *copy;
    crmi_buffer out = {0};
    cr_assert_eq(crm_record_set_text(rec, CRM_CHANNEL_TYPE, CRM_CHANNEL_MAIL, CRM_NTS), CRM_OK);
    cr_assert_eq(crmi_object_encode(&key, rec, 1, &out), CRM_OK);
    cr_expect_eq(out.size, 3u, "%zu bytes", out.size);
    cr_assert_eq(crmi_object_decode(&reading, crmi_id_pack(1, CRM_KIND_CHANNEL, 1), slice_of(&out), &back), CRM_OK);
    cr_assert_eq(crm_record_copy(back, &copy), CRM_OK);
    cr_expect(equal_entries(rec, back) && equal_entries(rec, copy));
    cr_assert_eq(crm_record_set_text(back, CRM_CHANNEL_TYPE, CRM_CHANNEL_PHONE, CRM_NTS), CRM_OK);
    cr_expect_str_eq(crm_record_text(copy, CRM_CHANNEL_TYPE), CRM_CHANNEL_MAIL);
    crm_record_free(copy);
    crm_record_free(back);
    crm_record_free(rec);
    crmi_buffer_free(&out);
}

/* What most records have is left out of the body. */
Test(object, left_out, .init = make_key) {
    crm_record *rec = new_record(CRM_KIND_CHANNEL), *back;
    crmi_buffer whole = {0}, out = {0};
    cr_assert_eq(crm_record_set_text(rec, CRM_CHANNEL_VALUE, "office@example.org", CRM_NTS), CRM_OK);
    cr_assert_eq(crmi_object_encode(&key, rec, 1, &whole), CRM_OK);
    cr_expect_eq(whole.size, 1 + 1 + 1 + 18u, "%zu bytes", whole.size);
    cr_assert_eq(crmi_object_set_text(rec, CRMI_FIELD_NUMBER(CRM_CHANNEL_NORMALISED), "office@example.org", 18), CRM_OK);
    cr_assert_eq(crmi_object_encode(&key, rec, 1, &out), CRM_OK);
    cr_expect_eq(out.size, whole.size + 2, "%zu bytes", out.size);
    cr_assert_eq(crmi_object_decode(&reading, crmi_id_pack(1, CRM_KIND_CHANNEL, 1), slice_of(&out), &back), CRM_OK);
    cr_expect(back->revision == 1 && equal_entries(rec, back));
    cr_assert_eq(crm_record_set_text(back, CRM_CHANNEL_VALUE, "home", CRM_NTS), CRM_OK);
    cr_expect_str_eq(crm_record_text(back, CRM_CHANNEL_NORMALISED), "office@example.org", "it is a text of its own");
    crm_record_free(back);
    crm_record_free(rec);
    crmi_buffer_free(&whole);
    crmi_buffer_free(&out);
}

Test(object, identity, .init = make_key) {
    crm_record *rec = new_record(CRM_KIND_ADDRESS), *back;
    crmi_buffer out = {0};
    cr_assert_eq(crm_record_set_text(rec, CRM_ADDRESS_TOWN, "Ulm", CRM_NTS), CRM_OK);
    cr_assert_eq(crmi_object_encode(&key, rec, 3, &out), CRM_OK);
    cr_assert_eq(crmi_object_decode(&reading, crmi_id_pack(5, CRM_KIND_ADDRESS, 9), slice_of(&out), &back), CRM_OK);
    cr_expect_eq(crm_record_id(back, CRM_ADDRESS_PARTY), crmi_id_public(&key, crmi_id_pack(5, CRM_KIND_PARTY, 0)),
                 "the owner is the file's party");
    cr_expect_eq(crm_record_key(back), crmi_id_public(&key, crmi_id_pack(5, CRM_KIND_ADDRESS, 9)));
    cr_expect_eq(crm_record_count(back), 2u, "owner and town");
    crm_record_free(back);
    cr_assert_eq(crmi_object_decode(&reading, crmi_id_pack(0, CRM_KIND_QUOTE_DEFAULTS, 9), slice_of(&out), &back), CRM_OK);
    cr_expect_eq(crm_record_id(back, CRM_QUOTE_DEFAULTS_OWNER), 0u, "the store's own records have no owner");
    crm_record_free(back);
    cr_assert_eq(crmi_object_decode(&reading, crmi_id_pack(5, CRM_KIND_PARTY, 0), slice_of(&out), &back), CRM_OK);
    cr_expect_eq(back->owner, 0u, "a party has no owner");
    crm_record_free(back);
    cr_assert_eq(crmi_object_decode(&reading, crmi_id_pack(5, 50, 1), slice_of(&out), &back), CRM_OK, "a kind of a later version");
    cr_expect(crm_record_kind(back) == 50 && crm_record_count(back) == 0 && test_json_valid(crm_record_json(back, NULL)));
    crm_record_free(back);
    crm_record_free(rec);
    crmi_buffer_free(&out);
}

Test(object, decode_at, .init = make_key) {
    crm_record *rec = random_record(crmi_schema_kind(CRM_KIND_ADDRESS), 10), *a, *b;
    crmi_buffer out = {0};
    cr_assert_eq(crmi_object_encode(&key, rec, 1, &out), CRM_OK);
    size_t entries = 0, space = crmi_object_space(slice_of(&out), &entries);
    cr_expect(space % 8 == 0 && entries == rec->count);
    char *both = malloc(2 * space);
    cr_assert(both);
    cr_expect_eq(crmi_object_decode_at(&reading, crmi_id_pack(1, CRM_KIND_ADDRESS, 1), slice_of(&out), both, space, &a), CRM_OK);
    cr_expect_eq(crmi_object_decode_at(&reading, crmi_id_pack(1, CRM_KIND_ADDRESS, 2), slice_of(&out), both + space, space, &b), CRM_OK);
    cr_expect((void *)a == both && (void *)b == both + space && equal_entries(a, b) && equal_entries(a, rec));
    crm_record_free(a); /* does nothing: the file owns it */
    cr_expect(equal_entries(a, rec));
    cr_expect_eq(crmi_object_decode_at(&reading, crmi_id_pack(1, CRM_KIND_ADDRESS, 1), slice_of(&out), both, space - 16, &a),
                 CRM_E_CORRUPT);
    cr_expect_eq(crmi_object_space((crmi_slice){"\xdf\x10\x00\x00\x00", 5}, &entries), 0u);
    free(both);
    crm_record_free(rec);
    crmi_buffer_free(&out);
}

/* {0: 4, 2: 17 (a text by the schema), 3: "x", 120: {1: [2.0]}, 121: 2.0} */
static const uint8_t foreign[] = {0x85, 0x00, 0x04, 0x02, 0x11, 0x03, 0xa1, 'x',  0x78, 0x81, 0x01, 0x91,
                                  0xca, 0x40, 0x00, 0x00, 0x00, 0x79, 0xca, 0x40, 0x00, 0x00, 0x00};

Test(object, unknown_values_stay, .init = make_key) {
    crm_record *rec, *copy;
    crmi_buffer out = {0};
    cr_assert_eq(crmi_object_decode(&reading, crmi_id_pack(1, CRM_KIND_PARTY, 0), (crmi_slice){foreign, sizeof foreign}, &rec), CRM_OK);
    cr_expect_eq(crm_record_count(rec), 1u, "what is not understood is no field");
    cr_expect_eq(crm_record_field(rec, 0), (crm_field)CRM_PARTY_NAME_ADDITION);
    cr_expect(!crm_record_has(rec, CRM_PARTY_NAME) && !crm_record_text(rec, CRM_PARTY_NAME));
    cr_expect_eq(crmi_object_encode(&key, rec, 4, &out), CRM_OK);
    cr_expect(out.size == sizeof foreign && memcmp(out.data, foreign, out.size) == 0, "not written back as it was");
    cr_expect_eq(crm_record_copy(rec, &copy), CRM_OK);
    crmi_buffer_clear(&out);
    cr_expect_eq(crmi_object_encode(&key, copy, 4, &out), CRM_OK);
    cr_expect(out.size == sizeof foreign && memcmp(out.data, foreign, out.size) == 0, "a copy loses it");

    cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_TITLE, "Dr.", CRM_NTS), CRM_OK);
    cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_NAME, "new", CRM_NTS), CRM_OK);
    cr_expect_eq(crm_record_clear(rec, CRM_PARTY_NAME_ADDITION), CRM_OK);
    crmi_buffer_clear(&out);
    cr_expect_eq(crmi_object_encode(&key, rec, 5, &out), CRM_OK);
    cr_expect(out.size > 15 && memcmp(out.data + out.size - 15, foreign + sizeof foreign - 15, 15) == 0, "lost by a change");
    crmi_value value;
    cr_expect(crmi_walk_find(out.data, out.size, 2, &value) == CRM_ROW && value.type == CRMI_VALUE_TEXT && value.size == 3);
    crm_record_free(rec);
    crm_record_free(copy);
    crmi_buffer_free(&out);
}

/* Lists that hold something else than texts, ids that can't be, and the owner where it has no place: raw. */
Test(object, unexpected_values, .init = make_key) {
    static const struct {
        uint32_t kind;
        const char *bytes;
        size_t size;
    } cases[] = {
        {CRM_KIND_ADDRESS, "\x82\x00\x02\x04\x92\xa1\x61\x05", 8},
        {CRM_KIND_ADDRESS, "\x82\x00\x02\x04\xa1\x61", 6},
        {CRM_KIND_ADDRESS, "\x82\x00\x02\x01\x05", 5},
        {CRM_KIND_CODE, "\x82\x00\x02\x03\x81\xa2\x64\x65\xc0", 9},
        {CRM_KIND_PARTY, "\x82\x00\x02\x15\x00", 5},
        {CRM_KIND_PARTY, "\x82\x00\x02\x15\xff", 5},
        {CRM_KIND_PARTY, "\x82\x00\x02\x15\xcf\x00\x10\x00\x00\x00\x00\x00\x00", 13},
        {CRM_KIND_PARTY, "\x82\x00\x02\x0c\x01", 5},
        {CRM_KIND_PARTY, "\x82\x00\x02\x10\xca\x00\x00\x00\x00", 9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        crm_record *rec;
        crmi_buffer out = {0};
        crmi_slice body = {cases[i].bytes, cases[i].size};
        cr_assert_eq(crmi_object_decode(&reading, crmi_id_pack(0, cases[i].kind, 1), body, &rec), CRM_OK, "case %zu", i);
        cr_expect_eq(crm_record_count(rec), 0u, "case %zu", i);
        cr_expect_eq(crmi_object_encode(&key, rec, 2, &out), CRM_OK);
        cr_expect(out.size == body.size && memcmp(out.data, body.data, body.size) == 0, "case %zu", i);
        crm_record_free(rec);
        crmi_buffer_free(&out);
    }
}

/* Does with a record whatever can be done with it. */
static void use(crm_record *rec) {
    crm_record *copy = NULL;
    crmi_buffer out = {0};
    size_t bytes = 0;
    for (size_t i = 0; i < crm_record_count(rec); i++) {
        crm_field field = crm_record_field(rec, i);
        cr_assert(crm_record_has(rec, field), "field %u is counted and not there", field);
        const char *text = crm_record_text(rec, field);
        bytes += text ? strlen(text) : 0;
        bytes += (size_t)crm_record_int(rec, field, 0) + (size_t)crm_record_id(rec, field);
        for (size_t item = 0; item < crm_record_item_count(rec, field); item++) {
            const char *line = crm_record_item(rec, field, item), *language = crm_record_label_language(rec, field, item);
            bytes += line ? strlen(line) : 0;
            bytes += language ? strlen(language) + strlen(crm_record_label(rec, field, language)) : 0;
        }
    }
    cr_assert(test_json_valid(crm_record_json(rec, NULL)), "%s", crm_record_json(rec, NULL));
    cr_assert(crmi_object_encode(&key, rec, bytes >> 32, &out) == CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crmi_object_decode(&reading, crmi_id_pack(77, rec->kind, 1), slice_of(&out), &copy), CRM_OK,
                 "writes what it does not read");
    cr_assert(equal_entries(rec, copy));
    crm_record_free(copy);
    cr_assert_eq(crm_record_copy(rec, &copy), CRM_OK);
    cr_assert(equal_entries(rec, copy));
    crm_record_free(copy);
    crmi_buffer_free(&out);
}

/* Decodes from memory of just the size. */
static bool try_body(uint32_t kind, const uint8_t *bytes, size_t size) {
    uint8_t *exact = malloc(size ? size : 1);
    crm_record *rec = NULL;
    cr_assert(exact);
    memcpy(exact, bytes, size);
    int status = crmi_object_decode(&reading, crmi_id_pack(77, kind, 1), (crmi_slice){exact, size}, &rec);
    free(exact);
    cr_assert(status == CRM_OK ? rec != NULL : status == CRM_E_CORRUPT && rec == NULL, "status %d", status);
    if (rec) use(rec);
    crm_record_free(rec);
    return status == CRM_OK;
}

Test(object, hostile_bodies, .init = make_key, .timeout = 60) {
    int cut_taken = 0, flips_taken = 0;
    srand(5);
    for (uint32_t number = 1; number <= CRM_KIND_CODE; number++) {
        const crmi_kind *kind = crmi_schema_kind(number);
        if (!kind) continue;
        crm_record *rec = random_record(kind, 6);
        crmi_buffer out = {0};
        cr_assert_eq(crmi_object_encode(&key, rec, 300, &out), CRM_OK);
        cr_assert(try_body(number, out.data, out.size));
        for (size_t size = 0; size < out.size; size++) cut_taken += try_body(number, out.data, size);
        for (size_t bit = 0; bit < out.size * 8; bit++) {
            out.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            flips_taken += try_body(number, out.data, out.size);
            out.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        crm_record_free(rec);
        crmi_buffer_free(&out);
    }
    cr_expect_eq(cut_taken, 0, "%d cut bodies taken", cut_taken);
    cr_expect(flips_taken > 100, "%d damaged bodies taken: the test looks at little", flips_taken);
}

Test(object, refused_bodies, .init = make_key) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *why;
    } cases[] = {
        {"", 0, "nothing"},
        {"\x81\x00\xa1\x61", 4, "a text for the revision"},
        {"\x81\x00\xff", 3, "a negative revision"},
        {"\xdd\x10\x00\x00\x00", 5, "an array of 268 million"},
        {"\xdf\x10\x00\x00\x00", 5, "a map of 268 million"},
        {"\x82\x00\x01\x02\xdd\x10\x00\x00\x00", 9, "an array of 268 million inside"},
        {"\x82\x00\x01\x02\xa1\x00", 6, "U+0000 in a text"},
        {"\x82\x00\x01\x02\xa1\xff", 6, "a text that is not UTF-8"},
        {"\x81\x00\x01\x00", 4, "a byte too many"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        crm_record *rec = (crm_record *)&key;
        crmi_slice body = {cases[i].bytes, cases[i].size};
        cr_expect_eq(crmi_object_decode(&reading, crmi_id_pack(1, CRM_KIND_PARTY, 0), body, &rec), CRM_E_CORRUPT, "%s", cases[i].why);
        cr_expect(rec == NULL && crm_error_status() == CRM_E_CORRUPT, "%s", cases[i].why);
    }
}

Test(object, limits, .init = make_key) {
    char text[CRMI_LIMIT_TEXT_BYTES];
    crm_record *rec = new_record(CRM_KIND_ADDRESS);
    crmi_buffer out = {0};
    memset(text, 'x', sizeof text);
    for (int i = 0; i < 15; i++) cr_assert_eq(crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, text, sizeof text), CRM_OK);
    cr_expect_eq(crmi_object_encode(&key, rec, 1, &out), CRM_OK);
    cr_assert_eq(crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, text, sizeof text), CRM_OK);
    crmi_buffer_clear(&out);
    cr_expect_eq(crmi_object_encode(&key, rec, 1, &out), CRM_E_TOO_BIG, "16 texts of 4,096 bytes");
    crm_record_free(rec);
    crmi_buffer_free(&out);
}

Test(object, internal_setters, .init = make_key) {
    crm_record *rec = new_record(CRM_KIND_PARTY);
    cr_expect_eq(crmi_object_set_integer(rec, CRM_PARTY_CREATED_AT % 1000, 5), CRM_OK, "the library sets what callers may not");
    cr_expect_eq(crm_record_time(rec, CRM_PARTY_CREATED_AT, 0), 5);
    cr_expect_eq(crmi_object_set_integer(rec, 99, 5), CRM_E_TYPE);
    cr_expect_eq(crmi_object_set_integer(rec, CRM_PARTY_REFERRER % 1000, 5), CRM_OK);
    cr_expect_eq(crmi_object_set_integer(rec, CRM_PARTY_REFERRER % 1000, 0), CRM_OK);
    cr_expect(!crm_record_has(rec, CRM_PARTY_REFERRER), "id 0 is no value");
    cr_expect(crmi_object_find(rec, CRM_PARTY_CREATED_AT % 1000) && !crmi_object_find(rec, 1) && !crmi_object_find(rec, 99));
    static const char *const base64[] = {"", "AA==", "AP8=", "AP9h", "AP9hYg=="};
    for (size_t size = 0; size < 5; size++) {
        cr_expect_eq(crmi_object_set_bytes(rec, CRM_PARTY_NOTE % 1000, CRM_TYPE_BYTES, 0,
                                           "\x00\xff"
                                           "ab",
                                           size),
                     CRM_OK);
        cr_expect(test_json_is(crm_record_json(rec, NULL), "note", base64[size]));
    }
    crm_record_free(rec);
}
