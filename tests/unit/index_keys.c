/* SPDX-License-Identifier: MIT */
/* The form of index entries: known bytes, what is hashed, and that those of one value lie together in the order of their records. */
#include "api/api.h"
#include "index/directory.h"
#include "support/chance.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(index_keys, .init = test_begin, .fini = test_end);

static crmi_txn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

static crmi_slice slice(const crmi_key *key) { return (crmi_slice){key->bytes, key->size}; }

/* A plain key without its target. */
static crmi_key plain(const crmi_txn *txn, crm_field field, const char *text) {
    crmi_key key;
    crmi_index_key_begin(&key, field);
    cr_assert_eq(crmi_index_add_text(txn, &key, crmi_schema_field(field), text, strlen(text)), CRM_OK);
    return key;
}

static void expect(const char *what, const crmi_key *key, const char *bytes, size_t size) {
    cr_expect(key->size == size && memcmp(key->bytes, bytes, size) == 0, "%s: %zu bytes", what, key->size);
}

Test(index_keys, plain) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    const crmi_txn *in = inside(txn);
    crmi_key town = plain(in, CRM_ADDRESS_TOWN, "Münster"), code = plain(in, CRM_ADDRESS_POSTAL_CODE, "12345-6789"),
             none = plain(in, CRM_ADDRESS_TOWN, ""), longer = plain(in, CRM_ADDRESS_TOWN, "Iserlohn-"),
             same = plain(in, CRM_ADDRESS_TOWN, "ISERLOHN-"), other = plain(in, CRM_ADDRESS_TOWN, "Iserlohn+"),
             odd = plain(in, CRM_ADDRESS_SITE_NUMBER, "\1"), vat = plain(in, CRM_PARTY_VAT_ID, "de 12-3456");
    expect("a town", &town, "\x16\x42\x74munster\0", 11);
    expect("whatever is asked for by ranges is whole", &code,
           "\x16\x42\x73"
           "12345-6789\0",
           14);
    expect("nothing", &none, "\x16\x42\x74\0", 4);
    expect("compact", &vat,
           "\x16\x03\xf2"
           "DE123456\0",
           12);
    cr_expect(longer.size == 12 && longer.bytes[3] == 1, "nine bytes are hashed");
    expect("a hash is of the folded text", &same, (const char *)longer.bytes, longer.size);
    cr_expect_neq(memcmp(longer.bytes, other.bytes, longer.size), 0);
    cr_expect_eq(odd.size, 12u, "what begins like a hash is one");
    crm_txn_free(txn);
    crm_db_close(db);
}

/* Without the secret nobody can look for two values with the same entry. */
Test(index_keys, hash_is_of_the_store) {
    crmi_key keys[2];
    for (int i = 0; i < 2; i++) {
        crm_db *db = test_open();
        crm_txn *txn = test_write(db);
        keys[i] = plain(inside(txn), CRM_CHANNEL_NORMALISED, "office@example.com");
        crm_txn_free(txn);
        crm_db_close(db);
        test_end();
        test_begin();
    }
    cr_expect_eq(keys[0].size, keys[1].size);
    cr_expect_neq(memcmp(keys[0].bytes, keys[1].bytes, keys[0].size), 0);
}

Test(index_keys, roles) {
    static const struct {
        const char *role, *bytes;
        size_t size;
        bool any;
    } cases[] = {{"", "\1", 1, false},
                 {CRM_ROLE_CUSTOMER, "\3", 1, true},
                 {CRM_ROLE_SUPPLIER, "\4", 1, true},
                 {CRM_ROLE_PROSPECT, "\5", 1, true},
                 {CRM_ROLE_EMPLOYEE, "\6", 1, true},
                 {CRM_ROLE_AGENT, "\7", 1, true},
                 {"partner", "\2partner\0", 9, true}};
    crmi_key key;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crmi_key_begin(&key);
        crmi_index_add_role(&key, cases[i].role, strlen(cases[i].role));
        expect(cases[i].role, &key, cases[i].bytes, cases[i].size);
        const uint8_t *at = key.bytes;
        bool any;
        cr_expect_eq(crmi_index_read_role(&at, key.bytes + key.size, &any), CRM_OK);
        cr_expect(at == key.bytes + key.size && any == cases[i].any, "%s", cases[i].role);
        at = key.bytes;
        cr_expect_eq(crmi_index_read_role(&at, key.bytes + key.size - 1, &any), CRM_E_CORRUPT, "%s, cut", cases[i].role);
    }
    crmi_index_unique_key(crmi_schema_field(CRM_ROLE_NUMBER), CRM_ROLE_CUSTOMER, strlen(CRM_ROLE_CUSTOMER), "4711", 4, &key);
    expect("a number", &key,
           "\x16\x07\xd3\3"
           "4711\0",
           9);
}

Test(index_keys, unique) {
    crmi_key key;
    crmi_buffer value = {0};
    crmi_stored stored;
    const crmi_packed id = crmi_id_pack(70000, CRM_KIND_ROLE, 3);
    crmi_index_unique_key(crmi_schema_field(CRM_ROLE_NUMBER), CRM_ROLE_CUSTOMER, strlen(CRM_ROLE_CUSTOMER), "1", 1, &key);
    cr_assert_eq(crmi_index_unique_value(slice(&key), id, (crmi_slice){"body", 4}, &value), CRM_OK);
    cr_expect_eq(value.size, 4u + 4 + 4, "a target, a checksum, the body");
    cr_assert_eq(crmi_index_unique_open(slice(&key), (crmi_slice){value.data, value.size}, &stored), CRM_OK);
    cr_expect(stored.id == id && stored.kind == CRM_KIND_ROLE && stored.body.size == 4 && memcmp(stored.body.data, "body", 4) == 0);
    key.bytes[4]++;
    cr_expect_eq(crmi_index_unique_id(slice(&key), (crmi_slice){value.data, value.size}), 0u, "of another value");
    crmi_buffer_free(&value);
}

static int compare(const crmi_key *a, const crmi_key *b) {
    int order = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

static crmi_packed draw_id(void) {
    uint32_t root = chance(4) ? chance(1U << (1 + chance(28))) : CRMI_ROOT_GROUP | chance(20);
    return crmi_id_pack(root & CRMI_ROOT_MAX, CRM_KIND_ADDRESS, chance(1U << (1 + chance(18))));
}

/* Keys of one value sort as the ids do, lead back to them, and have no other value's between them. */
Test(index_keys, order) {
    static const char *const towns[] = {"", "a", "ab", "abcdefgh", "abcdefghi", "abcdefghj", "zz", "\xce\xb2", "b\x7f"};
    const size_t count = sizeof towns / sizeof *towns;
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    chance_begin(26);
    for (int round = 0; round < 50000; round++) {
        const char *town = towns[chance((uint32_t)count)], *other = towns[chance((uint32_t)count)];
        crmi_packed ids[2] = {draw_id(), draw_id()};
        crmi_key keys[3], start = plain(inside(txn), CRM_ADDRESS_TOWN, town), end = start;
        crmi_key_after(&end);
        for (int i = 0; i < 3; i++) {
            keys[i] = plain(inside(txn), CRM_ADDRESS_TOWN, i < 2 ? town : other);
            crmi_index_add_id(&keys[i], ids[i % 2]);
            cr_assert_eq(crmi_index_key_id(slice(&keys[i])), ids[i % 2]);
        }
        int order = compare(&keys[0], &keys[1]);
        cr_assert_eq((order > 0) - (order < 0), (ids[0] > ids[1]) - (ids[0] < ids[1]), "%lx %lx", (long)ids[0], (long)ids[1]);
        bool inside_range = compare(&keys[2], &start) > 0 && compare(&keys[2], &end) < 0;
        cr_assert_eq(inside_range, strcmp(town, other) == 0, "\"%s\" \"%s\"", town, other);
    }
    crm_txn_free(txn);
    crm_db_close(db);
}
