/* SPDX-License-Identifier: MIT */
/* Entries of unique values: a damaged one is found out by every way that goes through it, and never leads to another record. */
#include "api/api.h"
#include "index/index.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(index_values, .init = test_begin, .fini = test_end);

static crmi_etxn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return crmi_txn_engine(open);
}

typedef struct entry {
    crmi_key key;
    uint8_t bytes[256];
    size_t size;
} entry;

static int take(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key;
    entry *out = data;
    cr_assert_leq(value.size, sizeof out->bytes);
    memcpy(out->bytes, value.data, value.size);
    out->size = value.size;
    return CRM_OK;
}

static entry read_entry(crm_txn *txn, crm_field field, const char *scope, const char *value) {
    entry out;
    crmi_index_unique_key(crmi_schema_field(field), scope, strlen(scope), value, strlen(value), &out.key);
    cr_assert_eq(crmi_engine_get(inside(txn), CRMI_TABLE_INDEX, (crmi_slice){out.key.bytes, out.key.size}, take, &out), CRM_OK);
    return out;
}

static void write_entry(crm_txn *txn, const crmi_key *key, const uint8_t *bytes, size_t size) {
    cr_assert_eq(crmi_engine_put(inside(txn), CRMI_TABLE_INDEX, (crmi_slice){key->bytes, key->size}, (crmi_slice){bytes, size}), CRM_OK);
}

typedef struct scene {
    crm_txn *txn;
    crm_id party, bare; /* bare has no role */
} scene;

static int find(const scene *s) {
    crm_id id;
    return crm_party_find(s->txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &id);
}

static int get(const scene *s) {
    crm_record *rec;
    int rc = crm_party_get(s->txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &rec);
    crm_record_free(rec);
    return rc;
}

static int store_again(const scene *s) {
    return test_try(s->txn, test_record(CRM_KIND_ROLE, s->bare, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, CRM_ROLE_NUMBER, "1", 0));
}

static int find_code(const scene *s) {
    crm_id id;
    return crm_code_find(s->txn, "price_list", "A", CRM_NTS, &id);
}

static int list_codes(const scene *s) {
    crm_iter *iter;
    int rc = crm_code_list(s->txn, "price_list", 0, NULL, &iter);
    crm_iter_free(iter);
    return rc;
}

static int resolve(const scene *s) {
    crm_quote *quote;
    int rc = crm_quote_resolve(s->txn, s->party, CRM_TODAY, NULL, &quote);
    crm_quote_free(quote);
    return rc;
}

typedef int (*way)(const scene *s);

static void check(const scene *s, const char *what, size_t at, const way *ways) {
    for (size_t i = 0; ways[i]; i++) cr_expect_eq(ways[i](s), CRM_E_CORRUPT, "%s %zu, way %zu: %s", what, at, i, crm_error_text());
}

/* Every bit, every shorter or longer value, and the value of another key. */
static void damage(const scene *s, const entry *good, const entry *other, const way *ways) {
    entry bad = *good;
    for (size_t bit = 0; bit < good->size * 8; bit++) {
        bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        write_entry(s->txn, &good->key, bad.bytes, bad.size);
        check(s, "bit", bit, ways);
        bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t size = 1; size <= good->size + 1; size++) {
        if (size == good->size) continue;
        write_entry(s->txn, &good->key, bad.bytes, size);
        check(s, "size", size, ways);
    }
    write_entry(s->txn, &good->key, other->bytes, other->size);
    check(s, "another's", 0, ways);
    write_entry(s->txn, &good->key, good->bytes, good->size);
    for (size_t i = 0; ways[i]; i++) cr_expect_neq(ways[i](s), CRM_E_CORRUPT, "way %zu: %s", i, crm_error_text());
}

Test(index_values, damage) {
    crm_db *db = test_open();
    scene s = {.txn = test_write(db)};
    crm_id other = test_party(s.txn, "other");
    s.party = test_party(s.txn, "x");
    s.bare = test_party(s.txn, "bare");
    test_role(s.txn, s.party, CRM_ROLE_CUSTOMER, "1");
    test_role(s.txn, other, CRM_ROLE_CUSTOMER, "2");
    for (int i = 0; i < 2; i++)
        test_put(s.txn,
                 test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, i ? "B" : "A", CRM_CODE_CURRENCY, "EUR", 0));
    test_child(s.txn, CRM_KIND_QUOTE_DEFAULTS, s.party, CRM_QUOTE_DEFAULTS_PRICE_LIST, "A");

    entry one = read_entry(s.txn, CRM_ROLE_NUMBER, CRM_ROLE_CUSTOMER, "1"),
          two = read_entry(s.txn, CRM_ROLE_NUMBER, CRM_ROLE_CUSTOMER, "2");
    damage(&s, &one, &two, (const way[]){find, get, store_again, NULL});
    entry a = read_entry(s.txn, CRM_CODE_CODE, "price_list", "A"), b = read_entry(s.txn, CRM_CODE_CODE, "price_list", "B");
    damage(&s, &a, &b, (const way[]){find_code, list_codes, resolve, NULL});
    crm_txn_free(s.txn);
    crm_db_close(db);
}
