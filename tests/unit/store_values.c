/* SPDX-License-Identifier: MIT */
/* Stored values: damage is found wherever it lies, and records that were moved are found through what they left behind. */
#include "api/api.h"
#include "codec/crc32c.h"
#include "codec/key.h"
#include "store/db.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(store_values, .init = test_begin, .fini = test_end);

static crmi_txn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

typedef struct stored_value {
    uint8_t bytes[512];
    size_t size;
} stored_value;

static int copy_value(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key;
    stored_value *out = data;
    cr_assert_leq(value.size, sizeof out->bytes);
    memcpy(out->bytes, value.data, value.size);
    out->size = value.size;
    return CRM_OK;
}

static stored_value read_value(crm_txn *txn, crmi_packed id) {
    uint8_t key[8];
    stored_value value;
    crmi_key_put64(key, id);
    cr_assert_eq(crmi_engine_get(crmi_txn_engine(inside(txn)), CRMI_TABLE_FILE, (crmi_slice){key, 8}, copy_value, &value), CRM_OK);
    return value;
}

static void write_value(crm_txn *txn, crmi_packed id, const uint8_t *bytes, size_t size) {
    uint8_t key[8];
    crmi_key_put64(key, id);
    cr_assert_eq(crmi_engine_put(crmi_txn_engine(inside(txn)), CRMI_TABLE_FILE, (crmi_slice){key, 8}, (crmi_slice){bytes, size}), CRM_OK);
}

/* What reading the record says, by its id, with its file and, as long as bodies are not looked at, in a list; the same each time. */
static int read_all(crm_txn *txn, crm_id id, crm_id party, bool body) {
    crm_record *rec;
    crm_file *file;
    crm_iter *iter;
    int get = crm_record_get(txn, id, &rec), whole = crm_file_get(txn, party, &file);
    int list = crm_record_list(txn, party, CRM_KIND_ADDRESS, 0, NULL, &iter);
    cr_expect_eq(get, whole, "get %d, file %d", get, whole);
    cr_expect(get == list || body, "get %d, list %d", get, list);
    if (get == CRM_OK) crm_record_free(rec);
    if (whole == CRM_OK) crm_file_free(file);
    crm_iter_free(iter);
    return get;
}

Test(store_values, damage) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "x"), other = test_party(txn, "y");
    crm_id id = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    crmi_packed at = crmi_store_packed(inside(txn), id);
    stored_value good = read_value(txn, at), bad = good;
    cr_assert_eq(read_all(txn, id, party, false), CRM_OK);
    for (size_t bit = 0; bit < good.size * 8; bit++) {
        bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        write_value(txn, at, bad.bytes, bad.size);
        cr_expect_eq(read_all(txn, id, party, false), CRM_E_CORRUPT, "bit %zu", bit);
        bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t size = 0; size < good.size; size++) {
        write_value(txn, at, good.bytes, size);
        cr_expect_eq(read_all(txn, id, party, false), CRM_E_CORRUPT, "cut to %zu bytes", size);
    }
    bad.bytes[good.size] = 0;
    write_value(txn, at, bad.bytes, good.size + 1);
    cr_expect_eq(read_all(txn, id, party, false), CRM_E_CORRUPT, "a byte more");
    write_value(txn, at, good.bytes, good.size);
    cr_expect_eq(read_all(txn, id, party, false), CRM_OK, "as it was");

    crmi_packed elsewhere = crmi_id_pack(crmi_id_root(crmi_store_packed(inside(txn), other)), CRM_KIND_ADDRESS, 1);
    write_value(txn, elsewhere, good.bytes, good.size);
    cr_expect_eq(read_all(txn, crmi_store_public(inside(txn), elsewhere), other, false), CRM_E_CORRUPT, "under another key");
    crm_txn_free(txn);
    crm_db_close(db);
}

/* A value of any body, with a right header. */
static void write_body(crm_txn *txn, crmi_packed id, uint8_t kind, const void *body, size_t size) {
    uint8_t value[512] = {(uint8_t)(1 << 6 | kind)}, key[8];
    crmi_key_put64(key, id);
    memcpy(value + 5, body, size);
    uint32_t sum = crmi_crc32c(crmi_crc32c(crmi_crc32c(0, key, 8), value, 1), body, size);
    for (int i = 0; i < 4; i++) value[1 + i] = (uint8_t)(sum >> (8 * i));
    write_value(txn, id, value, size + 5);
}

Test(store_values, bodies) {
    static const struct body_case {
        const char *what, *body;
        size_t size;
        uint8_t kind;
        int status;
    } cases[] = {
        {"nothing but a revision", "\x81\0\1", 3, CRM_KIND_ADDRESS, CRM_OK},
        {"a field of the future", "\x82\0\1\x7f\xa1x", 6, CRM_KIND_ADDRESS, CRM_OK},
        {"a field of another type", "\x82\0\1\x0c\x05", 5, CRM_KIND_ADDRESS, CRM_OK},
        {"no map", "\xc0", 1, CRM_KIND_ADDRESS, CRM_E_CORRUPT},
        {"the first revision, which need not be there", "\x80", 1, CRM_KIND_ADDRESS, CRM_OK},
        {"a text as revision", "\x81\0\xa1x", 4, CRM_KIND_ADDRESS, CRM_E_CORRUPT},
        {"pairs missing", "\x85\0\1", 3, CRM_KIND_ADDRESS, CRM_E_CORRUPT},
        {"bytes behind", "\x81\0\1\1", 4, CRM_KIND_ADDRESS, CRM_E_CORRUPT},
        {"a text beyond the end", "\x82\0\1\x0c\xa9x", 6, CRM_KIND_ADDRESS, CRM_E_CORRUPT},
        {"no UTF-8", "\x82\0\1\x0c\xa1\xff", 6, CRM_KIND_ADDRESS, CRM_E_CORRUPT},
        {"numbers that descend", "\x83\0\1\x0c\xa1x\x0b\xa1x", 9, CRM_KIND_ADDRESS, CRM_E_CORRUPT},
        {"another kind than its key", "\x81\0\1", 3, CRM_KIND_CONTACT, CRM_E_CORRUPT},
    };
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "x"), id = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    crmi_packed at = crmi_store_packed(inside(txn), id);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_body(txn, at, cases[i].kind, cases[i].body, cases[i].size);
        int rc = read_all(txn, id, party, true);
        cr_expect_eq(rc, cases[i].status, "%s: %d", cases[i].what, rc);
    }
    uint32_t random = 1;
    for (int round = 0; round < 3000; round++) { /* whatever it holds, reading ends */
        uint8_t body[64] = {0x81, 0, 1};
        for (int i = round % 3; i < 64; i++) body[i] = (uint8_t)((random = random * 1664525 + 1013904223) >> 24);
        write_body(txn, at, CRM_KIND_ADDRESS, body, (size_t)(round % 64) + 1);
        read_all(txn, id, party, true);
    }
    write_body(txn, at, CRM_KIND_ADDRESS, "\x81\0\1", 3);
    crmi_packed unknown = crmi_id_pack(crmi_id_root(at), 30, 1);
    write_body(txn, unknown, 30, "\x81\0\1", 3);
    crm_file *file;
    cr_expect_eq(crm_file_get(txn, party, &file), CRM_E_VERSION, "a kind of the future");
    cr_expect_eq(crm_record_delete(txn, party, 0), CRM_E_VERSION);
    crm_txn_free(txn);
    crm_db_close(db);
}

/* --- records of table meta --- */

/* Writes a meta record. */
static void put_meta(const char *name, const uint8_t *bytes, size_t size) {
    crmi_engine *engine;
    crmi_etxn *txn;
    crmi_engine_options options = {.wait_ms = 1000, .max_bytes = UINT64_C(1) << 36, .max_readers = CRMI_LIMIT_READERS};
    cr_assert_eq(crmi_engine_open(test_folder, &options, &engine), CRM_OK);
    cr_assert_eq(crmi_engine_begin(engine, true, 1000, &txn), CRM_OK);
    cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_META, (crmi_slice){name, strlen(name)}, (crmi_slice){bytes, size}), CRM_OK);
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
    crmi_engine_close(engine);
}

/* What opening says, and beginning a transaction: the write one, where the store was not opened read-only. */
static int open_with(uint32_t flags) {
    crm_db *db;
    crm_txn *token = NULL;
    crm_db_options store = test_options();
    store.flags = flags;
    int rc = crm_db_open(test_folder, &store, &db);
    if (rc == CRM_OK) rc = crm_txn_begin(db, flags ? 0 : CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &token);
    crm_txn_free(token);
    crm_db_close(db);
    return rc;
}

static int with_meta(const char *name, const uint8_t *bytes, size_t size) {
    put_meta(name, bytes, size);
    return open_with(0);
}

static stored_value read_meta(const char *name) {
    stored_value value;
    crm_db *db = test_open();
    crm_txn *txn = test_read(db);
    crmi_slice key = {name, strlen(name)};
    cr_assert_eq(crmi_engine_get(crmi_txn_engine(inside(txn)), CRMI_TABLE_META, key, copy_value, &value), CRM_OK);
    crm_txn_free(txn);
    crm_db_close(db);
    return value;
}

Test(store_values, meta) {
    static const char *const names[] = {"store", "state"};
    for (size_t i = 0; i < 2; i++) {
        stored_value good = read_meta(names[i]), bad = good;
        for (size_t bit = 0; bit < good.size * 8; bit += 7) {
            bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            cr_expect_eq(with_meta(names[i], bad.bytes, bad.size), CRM_E_CORRUPT, "%s, bit %zu", names[i], bit);
            bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        cr_expect_eq(with_meta(names[i], good.bytes, 0), CRM_E_CORRUPT);
        cr_expect_eq(with_meta(names[i], good.bytes, good.size - 1), CRM_E_CORRUPT);
        cr_expect_eq(with_meta(names[i], good.bytes, good.size), CRM_OK, "as it was");
    }
}

/* Features that this version does not know, by the set that they are in; another format. */
Test(store_values, features) {
    static const struct {
        size_t at;
        int write, read;
    } cases[] = {{0, CRM_E_VERSION, CRM_E_VERSION},
                 {7, CRM_E_VERSION, CRM_E_VERSION},
                 {8, CRM_OK, CRM_OK},
                 {15, CRM_OK, CRM_OK},
                 {16, CRM_E_VERSION, CRM_OK},
                 {23, CRM_E_VERSION, CRM_OK},
                 {24, CRM_E_VERSION, CRM_E_VERSION},
                 {31, CRM_E_VERSION, CRM_E_VERSION}};
    crmi_slice key = {"store", 5};
    stored_value store = read_meta("store");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        stored_value other = store;
        other.bytes[cases[i].at]++;
        crmi_meta_seal(key, other.bytes, other.size - 4);
        put_meta("store", other.bytes, other.size);
        cr_expect_eq(open_with(0), cases[i].write, "byte %zu", cases[i].at);
        cr_expect_eq(open_with(CRM_DB_READ_ONLY), cases[i].read, "byte %zu, to read", cases[i].at);
    }
    uint8_t first[52] = {[7] = 1}; /* format 1 was shorter */
    crmi_meta_seal(key, first, sizeof first - 4);
    cr_expect_eq(with_meta("store", first, sizeof first), CRM_E_VERSION);
    cr_expect_eq(with_meta("store", store.bytes, store.size), CRM_OK, "as it was");
}

/* --- records that were moved --- */

typedef struct moved_store {
    crm_db *db;
    crm_txn *txn;
    crm_id party[24];
    crmi_packed at[24];
} moved_store;

static moved_store parties(void) {
    moved_store out = {.db = test_open()};
    out.txn = test_write(out.db);
    for (int i = 0; i < 24; i++) {
        out.party[i] = test_party(out.txn, "x");
        out.at[i] = crmi_store_packed(inside(out.txn), out.party[i]);
    }
    return out;
}

static void forward(moved_store *m, int from, int to) { cr_assert_eq(crmi_store_forward(inside(m->txn), m->at[from], m->at[to]), CRM_OK); }

static void check_leads(moved_store *m, int from, int to) {
    crm_record *rec;
    crm_file *file;
    cr_assert_eq(crm_record_get(m->txn, m->party[from], &rec), CRM_OK);
    cr_expect_eq(crm_record_key(rec), m->party[to]);
    crm_record_free(rec);
    cr_assert_eq(crm_file_get(m->txn, m->party[from], &file), CRM_OK);
    cr_expect_eq(crm_record_key(crm_file_record(file, 0)), m->party[to]);
    crm_file_free(file);
}

static void check_lost(moved_store *m, int from) {
    crm_record *rec;
    crm_file *file;
    crm_iter *iter;
    crm_id id = m->party[from];
    cr_expect_eq(crm_record_get(m->txn, id, &rec), CRM_E_NOTFOUND);
    cr_expect_eq(crm_file_get(m->txn, id, &file), CRM_E_NOTFOUND);
    cr_expect_eq(crm_record_list(m->txn, id, CRM_KIND_ADDRESS, 0, NULL, &iter), CRM_E_NOTFOUND);
    cr_expect_eq(crm_record_delete(m->txn, id, 0), CRM_E_NOTFOUND);
    cr_expect_eq(test_try(m->txn, test_record(CRM_KIND_ADDRESS, id, CRM_ADDRESS_TOWN, "Ulm", 0)), CRM_E_NOTFOUND);
    cr_expect_eq(crm_error_field(), CRM_ADDRESS_PARTY);
}

Test(store_values, moved) {
    moved_store m = parties();
    crm_record *before = test_get(m.txn, m.party[0]);
    forward(&m, 0, 1);
    check_leads(&m, 0, 1);
    cr_expect_eq(crm_record_delete(m.txn, m.party[0], 0), CRM_E_NOTFOUND, "by its own id only");
    cr_expect_eq(crm_record_put(m.txn, before, NULL, NULL), CRM_E_STALE, "read before the move");
    crm_record_free(before);
    forward(&m, 1, 2);
    check_leads(&m, 0, 2);
    check_leads(&m, 1, 2);

    crm_id address = test_child(m.txn, CRM_KIND_ADDRESS, m.party[0], CRM_ADDRESS_TOWN, "Ulm");
    crm_record *rec = test_get(m.txn, address);
    cr_expect_eq(crm_record_id(rec, CRM_ADDRESS_PARTY), m.party[2], "what is added goes where the stub leads");
    crm_record_free(rec);
    rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "x", 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_PARTY_REFERRER, m.party[0]), CRM_OK);
    rec = test_get(m.txn, test_put(m.txn, rec));
    cr_expect_eq(crm_record_id(rec, CRM_PARTY_REFERRER), m.party[2], "a reference is to what is there");
    crm_record_free(rec);
    cr_expect_eq(crm_record_delete(m.txn, m.party[2], 0), CRM_E_IN_USE);
    crm_iter *iter;
    static test_ids ids;
    cr_assert_eq(crm_record_list(m.txn, m.party[0], CRM_KIND_ADDRESS, 0, NULL, &iter), CRM_OK);
    cr_expect_null(test_page(iter, &ids));
    cr_expect(ids.count == 1 && ids.id[0] == address);
    crm_txn_free(m.txn);
    crm_db_close(m.db);
}

Test(store_values, circles) {
    moved_store m = parties();
    forward(&m, 0, 0);
    check_lost(&m, 0);
    forward(&m, 1, 2);
    forward(&m, 2, 3);
    forward(&m, 3, 1);
    for (int i = 1; i <= 3; i++) check_lost(&m, i);
    for (int i = 4; i < 23; i++) forward(&m, i, i + 1);
    check_lost(&m, 4); /* over more stubs than anybody follows */
    check_leads(&m, 15, 23);
    cr_assert_eq(crm_record_delete(m.txn, m.party[23], 0), CRM_OK);
    check_lost(&m, 15);
    crm_txn_free(m.txn);
    crm_db_close(m.db);
}
