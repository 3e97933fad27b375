/* SPDX-License-Identifier: MIT */
/* The LMDB engine, and gathering transactions over it, against a model: random work on tables and on sorted arrays, compared call by call.
 */
#include "engine_support.h"

enum { KEYS = 600, TABLES = 3, KEY_SIZE = 12 };

typedef struct pair {
    uint8_t key[KEY_SIZE];
    size_t key_size;
    uint32_t seed; /* of the value */
    size_t size;
} pair;

typedef struct model {
    pair pairs[TABLES][KEYS];
    size_t counts[TABLES];
} model;

static uint32_t state;
static uint8_t bytes[6000];

static uint32_t draw(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

static crmi_slice value_of(uint32_t seed, size_t size) {
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)(seed * 31 + i * 7);
    return (crmi_slice){bytes, size};
}

/* Those of table file have eight bytes, as they always do. */
static crmi_slice draw_key(uint8_t *out, uint32_t table) {
    static const uint8_t letters[] = {0, 1, 'a', 'b', 'z', 255};
    size_t size = 1 + draw(KEY_SIZE - 1);
    if (table == CRMI_TABLE_FILE) {
        memset(out, 0, 8);
        for (size_t i = 3; i < 8; i++) out[i] = draw(2) ? letters[draw(sizeof letters)] : 0;
        return (crmi_slice){out, 8};
    }
    if (draw(2)) size = 1 + draw(3);
    for (size_t i = 0; i < size; i++) out[i] = letters[draw(sizeof letters)];
    return (crmi_slice){out, size};
}

static int compare(const pair *has, crmi_slice key) {
    size_t size = has->key_size < key.size ? has->key_size : key.size;
    int order = size ? memcmp(has->key, key.data, size) : 0;
    return order ? order : (has->key_size > key.size) - (has->key_size < key.size);
}

/* The first pair at or after key. */
static size_t model_at(const model *all, uint32_t table, crmi_slice key) {
    size_t at = 0;
    while (at < all->counts[table] && compare(&all->pairs[table][at], key) < 0) at++;
    return at;
}

static bool model_has(const model *all, uint32_t table, crmi_slice key, size_t *at) {
    *at = model_at(all, table, key);
    return *at < all->counts[table] && compare(&all->pairs[table][*at], key) == 0;
}

static void model_del(model *all, uint32_t table, size_t from, size_t until) {
    pair *pairs = all->pairs[table];
    memmove(pairs + from, pairs + until, (all->counts[table] - until) * sizeof *pairs);
    all->counts[table] -= until - from;
}

static void model_put(model *all, uint32_t table, crmi_slice key, uint32_t seed, size_t size) {
    pair *pairs = all->pairs[table];
    size_t at;
    if (!model_has(all, table, key, &at)) {
        memmove(pairs + at + 1, pairs + at, (all->counts[table] - at) * sizeof *pairs);
        all->counts[table]++;
        memcpy(pairs[at].key, key.data, key.size);
        pairs[at].key_size = key.size;
    }
    pairs[at].seed = seed;
    pairs[at].size = size;
}

/* What the engine is expected to give, in order. */
typedef struct expectation {
    const pair *pairs[4 * KEYS];
    size_t reads[4 * KEYS];
    bool keys[4 * KEYS];
    size_t count, seen;
} expectation;

static int expect_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    expectation *wanted = data;
    cr_assert_lt(wanted->seen, wanted->count, "more rows than expected");
    const pair *row = wanted->pairs[wanted->seen];
    cr_assert_eq(read, wanted->reads[wanted->seen], "row of another read");
    cr_assert(compare(row, key) == 0, "another key");
    if (wanted->keys[wanted->seen]) {
        cr_assert_eq(value.size, 0, "a value where only keys were wanted");
    } else {
        cr_assert_eq(value.size, row->size, "value of %zu bytes, not %zu", value.size, row->size);
        cr_assert(row->size == 0 || memcmp(value.data, value_of(row->seed, row->size).data, row->size) == 0, "another value");
    }
    wanted->seen++;
    return CRM_OK;
}

static void expect(expectation *wanted, const pair *row, size_t read, uint32_t flags) {
    wanted->pairs[wanted->count] = row;
    wanted->reads[wanted->count] = read;
    wanted->keys[wanted->count++] = flags & CRMI_READ_KEYS;
}

static void expect_read(const model *all, const crmi_read *read, size_t number, expectation *wanted) {
    const pair *pairs = all->pairs[read->table];
    size_t from = model_at(all, read->table, read->from), until = all->counts[read->table], at;
    if (!(read->flags & CRMI_READ_RANGE)) {
        if (model_has(all, read->table, read->from, &at)) expect(wanted, &pairs[at], number, read->flags);
        return;
    }
    if (read->until.size) until = model_at(all, read->table, read->until);
    size_t left = read->limit ? read->limit : KEYS;
    if (read->flags & CRMI_READ_REVERSE)
        for (size_t i = until; i > from && left; i--, left--) expect(wanted, &pairs[i - 1], number, read->flags);
    else
        for (size_t i = from; i < until && left; i++, left--) expect(wanted, &pairs[i], number, read->flags);
}

static void read_some(crmi_etxn *txn, const model *all) {
    static expectation wanted;
    uint8_t keys[6][KEY_SIZE];
    crmi_read reads[3];
    size_t count = 1 + draw(3);
    wanted.count = wanted.seen = 0;
    for (size_t i = 0; i < count; i++) {
        crmi_read *read = &reads[i];
        uint32_t table = draw(TABLES);
        *read = (crmi_read){table, draw(8), draw_key(keys[2 * i], table), draw_key(keys[2 * i + 1], table), draw(3) ? 0 : draw(9)};
        if ((read->flags & CRMI_READ_RANGE) && draw(5) == 0) read->from.size = 0;
        if (draw(5) == 0) read->until.size = 0;
        expect_read(all, read, i, &wanted);
    }
    bool range = count == 1 && (reads[0].flags & CRMI_READ_RANGE);
    int status = range ? crmi_engine_range(txn, reads, expect_row, &wanted) : crmi_engine_get_many(txn, reads, count, expect_row, &wanted);
    cr_assert_eq(status, CRM_OK, "read: %d", status);
    cr_assert_eq(wanted.seen, wanted.count, "%zu rows of %zu", wanted.seen, wanted.count);
}

static void get_one(crmi_etxn *txn, const model *all) {
    static expectation wanted;
    uint8_t key_bytes[KEY_SIZE];
    uint32_t table = draw(TABLES);
    crmi_slice key = draw_key(key_bytes, table);
    size_t at;
    wanted.count = wanted.seen = 0;
    bool has = model_has(all, table, key, &at);
    if (has) expect(&wanted, &all->pairs[table][at], 0, 0);
    int status = crmi_engine_get(txn, table, key, expect_row, &wanted);
    cr_assert_eq(status, has ? CRM_OK : CRM_E_NOTFOUND, "get: %d", status);
    cr_assert_eq(wanted.seen, wanted.count, "the callback did not run");
}

static void write_one(crmi_etxn *txn, model *all) {
    static const size_t sizes[] = {0, 1, 40, 300, 1999, 2050, 5900};
    uint8_t key_bytes[KEY_SIZE], other_bytes[KEY_SIZE];
    uint32_t table = draw(TABLES), what = draw(20), seed = draw(1000);
    crmi_slice key = draw_key(key_bytes, table), other = draw_key(other_bytes, table);
    size_t at;
    if (what < 12 && all->counts[table] < KEYS) {
        size_t size = sizes[draw(sizeof sizes / sizeof *sizes)];
        cr_assert_eq(crmi_engine_put(txn, table, key, value_of(seed, size)), CRM_OK, "put");
        model_put(all, table, key, seed, size);
    } else if (what < 19) {
        bool has = model_has(all, table, key, &at);
        int status = crmi_engine_del(txn, table, key);
        cr_assert_eq(status, has ? CRM_OK : CRM_E_NOTFOUND, "del: %d", status);
        if (has) model_del(all, table, at, at + 1);
    } else {
        if (draw(20) == 0) other.size = 0;
        cr_assert_eq(crmi_engine_del_range(txn, table, key, other), CRM_OK, "del_range");
        size_t until = other.size ? model_at(all, table, other) : all->counts[table];
        at = model_at(all, table, key);
        if (at < until) model_del(all, table, at, until);
    }
}

/* A write transaction of random length; what it did is forgotten in one case of four. */
static void write_some(crmi_engine *engine, model *all, crmi_etxn *reader, const model *seen) {
    static model before;
    before = *all;
    crmi_etxn *txn = txn_begin(engine, true);
    if (draw(2)) cr_assert_eq(crmi_engine_gather(&txn), CRM_OK);
    for (uint32_t left = 1 + draw(120); left; left--) {
        if (draw(4)) write_one(txn, all);
        if (draw(4) == 0) get_one(txn, all);
        if (draw(8) == 0) read_some(txn, all);
        if (draw(8) == 0) read_some(reader, seen);
    }
    if (draw(4)) {
        cr_assert_eq(crmi_engine_commit(txn), CRM_OK, "commit: %s", crm_error_text());
    } else {
        crmi_engine_abort(txn);
        *all = before;
    }
}

Test(engine_model, random_work) {
    static model all, seen;
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    const char *given = getenv("CRM_TEST_SEED");
    state = given ? (uint32_t)strtoul(given, NULL, 10) : (uint32_t)time(NULL) * 2654435761U;
    state = state ? state : 1;
    printf("engine_model: CRM_TEST_SEED=%u\n", state);
    for (int round = 0; round < 150; round++) {
        seen = all;
        crmi_etxn *reader = txn_begin(engine, false);
        for (uint32_t left = draw(4); left; left--) write_some(engine, &all, reader, &seen);
        for (int i = 0; i < 10; i++) {
            read_some(reader, &seen);
            get_one(reader, &seen);
        }
        crmi_engine_abort(reader);
        if (draw(20) == 0) {
            crmi_engine_close(engine);
            engine = store_open(&at, 0, 0);
        }
    }
    crmi_engine_close(engine);
    folder_remove(&at);
}
