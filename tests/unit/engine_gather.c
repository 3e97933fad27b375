/* SPDX-License-Identifier: MIT */
/* Gathering transactions: what they store is what plain ones store, in the order of keys, and with fewer calls. */
#include "codec/key.h"
#include "engine/sorted.h"
#include "engine_support.h"
#include <sys/stat.h>

enum { MANY = 12000 };

static uint32_t state;

static uint32_t draw(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

/* Keys that have much in common, end in zeros, or are the beginning of another. */
static crmi_slice draw_entry(uint8_t out[64]) {
    static const char *const starts[] = {"one", "two", "twoandtwentylettersalike", "six\0\0\0\0\0\0\0\0\0\0\0\0"};
    static const uint8_t sizes[] = {3, 3, 24, 15};
    uint32_t start = draw(4);
    size_t size = sizes[start], more = draw(14);
    memcpy(out, starts[start], size);
    for (size_t i = 0; i < more; i++) out[size++] = (uint8_t)(draw(3) ? draw(3) : draw(256));
    return (crmi_slice){out, size};
}

/* Records of ascending roots, those of a root in any order; some are written again, or deleted. */
static void write_records(crmi_etxn *txn) {
    uint8_t key[8];
    for (uint64_t i = 0; i < MANY; i++) {
        crmi_key_put64(key, (100 + i / 7) << 24 | draw(12) << 18);
        cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_FILE, (crmi_slice){key, 8}, (crmi_slice){"record", 2 + draw(5)}), CRM_OK);
        if (draw(50)) continue;
        crmi_key_put64(key, (100 + draw((uint32_t)i / 7 + 1)) << 24 | draw(12) << 18);
        int status = crmi_engine_del(txn, CRMI_TABLE_FILE, (crmi_slice){key, 8});
        cr_assert(status == CRM_OK || status == CRM_E_NOTFOUND);
    }
}

static void write_all(crmi_etxn *txn, uint32_t seed, size_t entries) {
    uint8_t key[64];
    state = seed;
    for (size_t i = 0; i < entries; i++) {
        crmi_slice entry = draw_entry(key);
        bool valued = ((const uint8_t *)entry.data)[0] == 'o';
        cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_INDEX, entry, (crmi_slice){"value", valued ? 1 + draw(5) : 0}), CRM_OK);
    }
    write_records(txn);
}

typedef struct comparing {
    crmi_etxn *other;
    uint32_t table;
    size_t rows;
} comparing;

static int same_value(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key;
    const crmi_slice *wanted = data;
    return value.size == wanted->size && (!value.size || memcmp(value.data, wanted->data, value.size) == 0) ? CRM_OK : CRM_E_INVALID;
}

static int is_there(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    comparing *with = data;
    with->rows++;
    return crmi_engine_get(with->other, with->table, key, same_value, &value);
}

static size_t rows_in(crmi_etxn *txn, crmi_etxn *other, uint32_t table) {
    comparing with = {other, table, 0};
    crmi_read all = {table, CRMI_READ_RANGE, {NULL, 0}, {NULL, 0}, 0};
    cr_assert_eq(crmi_engine_range(txn, &all, is_there, &with), CRM_OK, "table %u: another row", (unsigned)table);
    return with.rows;
}

static void expect_same(crmi_engine *one, crmi_engine *two) {
    crmi_etxn *a = txn_begin(one, false), *b = txn_begin(two, false);
    for (uint32_t table = CRMI_TABLE_FILE; table <= CRMI_TABLE_INDEX; table++) {
        size_t rows = rows_in(a, b, table);
        cr_expect_eq(rows, rows_in(b, a, table), "table %u", (unsigned)table);
        cr_expect_gt(rows, 3000u, "table %u has only %zu rows", (unsigned)table, rows);
    }
    crmi_engine_abort(a);
    crmi_engine_abort(b);
}

/* Into empty stores, and once more over what is there; in the end so many that a thread of its own sorts them. */
Test(engine_gather, many) {
    folder at[2] = {folder_new(), folder_new()};
    crmi_engine *engines[2] = {store_open(&at[0], 0, 0), store_open(&at[1], 0, 0)};
    for (uint32_t seed = 1; seed <= 3; seed++) {
        for (int i = 0; i < 2; i++) {
            crmi_etxn *txn = txn_begin(engines[i], true);
            if (i == 1) cr_assert_eq(crmi_engine_gather(&txn), CRM_OK);
            write_all(txn, seed * 7919, seed < 3 ? MANY : 6 * MANY);
            cr_assert_eq(crmi_engine_commit(txn), CRM_OK, "%s", crm_error_text());
        }
        expect_same(engines[0], engines[1]);
    }
    for (int i = 0; i < 2; i++) {
        crmi_engine_close(engines[i]);
        folder_remove(&at[i]);
    }
}

static int see(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key;
    *(size_t *)data = value.size;
    return CRM_OK;
}

static size_t size_under(crmi_etxn *txn, const char *key) {
    size_t size = 0;
    int status = crmi_engine_get(txn, CRMI_TABLE_INDEX, text(key), see, &size);
    cr_assert(status == CRM_OK || status == CRM_E_NOTFOUND);
    return size;
}

/* Entries that are put again, deleted, and put before a range is read. */
Test(engine_gather, entries) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    crmi_etxn *txn = txn_begin(engine, true);
    crmi_read range = {CRMI_TABLE_INDEX, CRMI_READ_RANGE, text("abca"), text("abcc"), 0};
    size_t last = 0;
    cr_assert_eq(crmi_engine_gather(&txn), CRM_OK);
    cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_INDEX, text("abca"), text("one")), CRM_OK);
    cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_INDEX, text("abcb"), text("one")), CRM_OK);
    cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_INDEX, text("abcb"), text("other")), CRM_OK);
    cr_expect(size_under(txn, "abca") == 3 && size_under(txn, "abcb") == 5, "as they were put last");
    cr_assert_eq(crmi_engine_del(txn, CRMI_TABLE_INDEX, text("abcb")), CRM_OK);
    cr_expect_eq(size_under(txn, "abcb"), 0u);
    cr_assert_eq(crmi_engine_range(txn, &range, see, &last), CRM_OK);
    cr_expect_eq(last, 3u, "the range is of one entry");
    cr_expect_eq(size_under(txn, "abca"), 3u, "put, and found");
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
    txn = txn_begin(engine, false);
    cr_expect(size_under(txn, "abca") == 3 && size_under(txn, "abcb") == 0);
    crmi_engine_abort(txn);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Of two entries of a key the first one stays, or the last one counts. */
Test(engine_gather, twins) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    for (int twins = 0; twins < 2; twins++) {
        crmi_etxn *txn = txn_begin(engine, true);
        crmi_keep keep = {0};
        crmi_sorted two = {0}, *all = &two;
        cr_assert_eq(crmi_sorted_add(&two, crmi_keep_add(&keep, text("key"), text("first"))), CRM_OK);
        cr_assert_eq(crmi_sorted_add(&two, crmi_keep_add(&keep, text("key"), text("second"))), CRM_OK);
        cr_expect_eq(crmi_sorted_put(&all, 1, twins, txn, CRMI_TABLE_INDEX, false), CRM_OK);
        cr_expect_eq(size_under(txn, "key"), twins ? 6u : 5u);
        crmi_sorted_free(&two);
        crmi_keep_free(&keep);
        crmi_engine_abort(txn);
    }
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Of an index that is empty in the store, and of new records, nothing is asked of the engine below. */
Test(engine_gather, trips) {
    crmi_counting_enable(true);
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    crmi_etxn *txn = txn_begin(engine, true);
    size_t size = 0;
    uint8_t root[8], next[8];
    crmi_key_put64(root, 5 << 24);
    crmi_key_put64(next, 6 << 24);
    cr_assert_eq(crmi_engine_gather(&txn), CRM_OK);
    cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_INDEX, text("abcd"), text("four")), CRM_OK);
    cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_FILE, (crmi_slice){root, 8}, text("a root")), CRM_OK);
    crmi_counting_reset();
    cr_expect_eq(crmi_engine_get(txn, CRMI_TABLE_INDEX, text("abcd"), see, &size), CRM_OK);
    cr_expect_eq(size, 4u);
    cr_expect_eq(crmi_engine_get(txn, CRMI_TABLE_INDEX, text("abce"), see, &size), CRM_E_NOTFOUND);
    cr_expect_eq(crmi_engine_del(txn, CRMI_TABLE_INDEX, text("abcd")), CRM_OK);
    cr_expect_eq(crmi_engine_get(txn, CRMI_TABLE_INDEX, text("abcd"), see, &size), CRM_E_NOTFOUND);
    crmi_read range = {CRMI_TABLE_FILE, CRMI_READ_RANGE | CRMI_READ_REVERSE, {root, 8}, {next, 8}, 1};
    cr_expect_eq(crmi_engine_range(txn, &range, see, &size), CRM_OK);
    cr_expect_eq(size, 6u);
    cr_expect_eq(crmi_engine_get(txn, CRMI_TABLE_FILE, (crmi_slice){next, 8}, see, &size), CRM_E_NOTFOUND);
    cr_expect_eq(crmi_counting_trips(), 0u, "%u round trips", (unsigned)crmi_counting_trips());
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
    txn = txn_begin(engine, false);
    cr_expect_eq(crmi_engine_get(txn, CRMI_TABLE_INDEX, text("abcd"), see, &size), CRM_E_NOTFOUND, "it was deleted");
    cr_expect_eq(crmi_engine_get(txn, CRMI_TABLE_FILE, (crmi_slice){root, 8}, see, &size), CRM_OK);
    crmi_engine_abort(txn);
    crmi_engine_close(engine);
    folder_remove(&at);
    crmi_counting_enable(false);
}

static void put_numbers(crmi_etxn *txn, uint64_t from, uint64_t count, size_t size) {
    static const char record[900] = "record";
    uint8_t key[8];
    for (uint64_t i = 0; i < count; i++) {
        crmi_key_put64(key, from + i);
        cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_FILE, (crmi_slice){key, 8}, (crmi_slice){record, size}), CRM_OK);
    }
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK, "%s", crm_error_text());
}

static long bytes_of(const folder *at) {
    struct stat file;
    char path[4200];
    snprintf(path, sizeof path, "%s/data.mdb", at->path);
    cr_assert_eq(stat(path, &file), 0);
    return (long)file.st_size;
}

/* Pages of new records are full, also where a few others lie behind them. */
Test(engine_gather, full_pages) {
    enum { BEHIND = 600, PAIR = 8 + 50 + 10 };
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    put_numbers(txn_begin(engine, true), (uint64_t)1 << 50, BEHIND, 50);
    crmi_etxn *txn = txn_begin(engine, true);
    cr_assert_eq(crmi_engine_gather(&txn), CRM_OK);
    put_numbers(txn, 1, MANY, 50);
    txn = txn_begin(engine, false);
    cr_expect_eq(rows_in(txn, txn, CRMI_TABLE_FILE), (size_t)(MANY + BEHIND));
    crmi_engine_abort(txn);
    cr_expect_lt(bytes_of(&at), (MANY + BEHIND) * PAIR * 5 / 4, "%ld bytes", bytes_of(&at));
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* A page of four is left with four when the fifth comes. */
Test(engine_gather, pages_of_large_records) {
    enum { COUNT = 4000 };
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    crmi_etxn *txn = txn_begin(engine, true);
    cr_assert_eq(crmi_engine_gather(&txn), CRM_OK);
    put_numbers(txn, 1, COUNT, 900);
    cr_expect_lt(bytes_of(&at), COUNT * 4096L / 4 * 11 / 10, "%ld bytes", bytes_of(&at));
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* What a large commit left behind is room for the next one. */
Test(engine_gather, room_of_the_commit_before) {
    enum { COUNT = 20000 }; /* 5,000 pages */
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    for (int i = 0; i < 3; i++) put_numbers(txn_begin(engine, true), 1, COUNT, 900);
    cr_expect_lt(bytes_of(&at), COUNT * 4096L / 3 * 5 / 2, "%ld bytes", bytes_of(&at));
    crmi_engine_close(engine);
    folder_remove(&at);
}
