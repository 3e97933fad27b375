/* SPDX-License-Identifier: MIT */
/* First loads: what their transactions read is what plain ones would read, whatever was put, deleted, committed or aborted before, and the
 * table that is published at the end is the one that plain ones make. Nobody else gets at the store meanwhile. */
#include "codec/key.h"
#include "engine/piles.h"
#include "engine_support.h"
#include <sys/resource.h>

static uint32_t state;

static uint32_t draw(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

static const crmi_slice meta_key = {"published", 9}, meta_value = {"yes", 3};

static crmi_engine *begin_bulk(crmi_engine *engine) {
    crmi_engine *load;
    int status = crmi_engine_bulk(engine, &load);
    cr_assert_eq(status, CRM_OK, "bulk: %d %s", status, crm_error_text());
    return load;
}

/* As indexes have them: a field, texts that end with zero, and where there is no value what the entry leads to. Now and then anything. */
static crmi_slice draw_key(uint8_t out[64], bool *valued) {
    static const char *const fields[] = {"\x16\x03\xea", "\x16\x07\xd3", "\x15\x01\x14", "\x17\x01\x02"};
    uint32_t field = draw(4);
    size_t size = 3;
    memcpy(out, fields[field], size);
    *valued = field == 1;
    if (draw(40) == 0) {
        for (uint32_t i = draw(20); i-- > 0;) out[size++] = (uint8_t)draw(3);
        return (crmi_slice){out, size};
    }
    if (field == 3 && draw(3)) { /* a hash */
        memcpy(out + size, "\1abcdefg", 8);
        out[size + 8] = (uint8_t)draw(9);
        size += 9;
    }
    for (int texts = size > 3; texts < 1 + (field != 0); texts++) {
        out[size++] = 2;
        for (uint32_t i = draw(3) + (uint32_t)texts; i-- > 0;) out[size++] = (uint8_t)("abc"[draw(3)]);
        out[size++] = 0;
    }
    for (int i = 0; i < 7 && !*valued; i++) out[size++] = (uint8_t)(i < 4 ? 0 : draw(6));
    return (crmi_slice){out, size};
}

typedef struct seen {
    uint64_t sum;
    size_t rows;
} seen;

static int see(void *data, size_t read, crmi_slice key, crmi_slice value) {
    seen *all = data;
    const uint8_t *bytes[] = {key.data, value.data};
    size_t sizes[] = {key.size, value.size};
    all->rows++;
    for (int i = 0; i < 2; i++) {
        for (size_t at = 0; at < sizes[i]; at++) all->sum = (all->sum ^ bytes[i][at]) * UINT64_C(0x100000001b3);
        all->sum = (all->sum ^ (0x100 + read)) * UINT64_C(0x100000001b3);
    }
    return CRM_OK;
}

static crmi_read draw_read(uint8_t bytes[2][64]) {
    bool valued;
    crmi_read read = {.table = CRMI_TABLE_INDEX, .flags = draw(2) ? CRMI_READ_KEYS : 0, .limit = draw(3)};
    read.from = draw_key(bytes[0], &valued);
    if (draw(4) == 0) return read;
    read.flags |= CRMI_READ_RANGE | (draw(2) ? CRMI_READ_REVERSE : 0);
    if (draw(3)) { /* all that begin alike, mostly with a text's end */
        crmi_key until;
        bool hash = bytes[0][3] == 1 && read.from.size > 12 && draw(2);
        read.from.size = hash ? 12 : draw(5) && !valued && read.from.size > 10 ? read.from.size - 7 : 1 + draw((uint32_t)read.from.size);
        until.size = read.from.size;
        memcpy(until.bytes, bytes[0], until.size);
        crmi_key_after(&until);
        memcpy(bytes[1], until.bytes, until.size);
        read.until = (crmi_slice){bytes[1], until.size};
    } else {
        read.until = draw_key(bytes[1], &valued);
        if (draw(5) == 0) read.until.size = 0;
        if (draw(5) == 0) read.from.size = 0;
    }
    return read;
}

static void expect_same_reads(crmi_etxn *const txns[2], int count) {
    for (int i = 0; i < count; i++) {
        uint8_t bytes[2][2][64];
        crmi_read reads[2] = {draw_read(bytes[0]), draw_read(bytes[1])};
        seen found[2] = {{0}, {0}};
        for (int t = 0; t < 2; t++) {
            cr_assert_eq(crmi_engine_get_many(txns[t], reads, 2, see, &found[t]), CRM_OK, "%s", crm_error_text());
            int status = crmi_engine_get(txns[t], CRMI_TABLE_INDEX, reads[0].from.size ? reads[0].from : text("x"), see, &found[t]);
            cr_assert(status == CRM_OK || status == CRM_E_NOTFOUND, "%d", status);
            if (reads[1].flags & CRMI_READ_RANGE) cr_assert_eq(crmi_engine_range(txns[t], &reads[1], see, &found[t]), CRM_OK);
        }
        cr_assert(found[0].rows == found[1].rows && found[0].sum == found[1].sum, "%zu rows, %zu in the load", found[0].rows,
                  found[1].rows);
    }
}

static int write_one(crmi_etxn *txn, uint32_t what, crmi_slice key, crmi_slice value, crmi_slice until) {
    if (what == 0) return crmi_engine_del_range(txn, CRMI_TABLE_INDEX, key, until);
    if (what < 12) return crmi_engine_del(txn, CRMI_TABLE_INDEX, key);
    return crmi_engine_put(txn, CRMI_TABLE_INDEX, key, value);
}

static void write_some(crmi_etxn *const txns[2], int count) {
    uint8_t bytes[64], other[64];
    for (int i = 0; i < count; i++) {
        bool valued, unused;
        crmi_slice key = draw_key(bytes, &valued), until = draw_key(other, &unused), value = {"values", valued ? 1 + draw(6) : 0};
        uint32_t what = draw(60);
        if (what == 0 && draw(8)) what = 1;
        int plain = write_one(txns[0], what, key, value, until), load = write_one(txns[1], what, key, value, until);
        cr_assert_eq(plain, load, "%u: %d, %d in the load", what, plain, load);
        if (draw(30) == 0) expect_same_reads(txns, 1);
    }
}

static seen table_of(crmi_engine *engine, uint32_t table) {
    seen all = {0};
    crmi_etxn *txn = txn_begin(engine, false);
    cr_assert_eq(crmi_engine_range(txn, &(crmi_read){.table = table}, see, &all), CRM_OK);
    crmi_engine_abort(txn);
    return all;
}

static void one_transaction(crmi_engine *const engines[2]) {
    crmi_etxn *txns[2] = {txn_begin(engines[0], true), txn_begin(engines[1], true)};
    bool committed = draw(5);
    if (draw(3)) cr_assert_eq(crmi_engine_gather(&txns[1]), CRM_OK);
    if (draw(2)) cr_assert_eq(crmi_engine_put(txns[1], CRMI_TABLE_FILE, text("a"), text("1")), CRM_OK);
    write_some(txns, draw(4) ? 3 + (int)draw(100) : 1500);
    expect_same_reads(txns, 10);
    for (int t = 0; t < 2; t++)
        if (committed)
            cr_assert_eq(crmi_engine_commit(txns[t]), CRM_OK, "%s", crm_error_text());
        else
            crmi_engine_abort(txns[t]);
    txns[0] = txn_begin(engines[0], false);
    txns[1] = txn_begin(engines[1], false);
    expect_same_reads(txns, 10);
    for (int t = 0; t < 2; t++) crmi_engine_abort(txns[t]);
}

Test(engine_bulk, as_plain_transactions) {
    for (uint32_t seed = 1; seed <= 6; seed++) {
        folder at[2] = {folder_new(), folder_new()};
        crmi_engine *plain = store_open(&at[0], 0, 0), *engine = store_open(&at[1], 0, 0);
        crmi_etxn *txns[2] = {txn_begin(plain, true), txn_begin(engine, true)};
        state = seed * 2654435761u;
        write_some(txns, 200); /* what is there already */
        for (int t = 0; t < 2; t++) cr_assert_eq(crmi_engine_commit(txns[t]), CRM_OK);
        crmi_engine *load = begin_bulk(engine), *both[2] = {plain, load};
        for (int i = 0; i < 25; i++) one_transaction(both);
        cr_assert_eq(crmi_engine_bulk_end(load, meta_key, meta_value), CRM_OK, "%s", crm_error_text());
        crmi_engine_close(load);
        seen wanted = table_of(plain, CRMI_TABLE_INDEX), got = table_of(engine, CRMI_TABLE_INDEX);
        cr_expect(wanted.rows == got.rows && wanted.sum == got.sum, "seed %u: %zu entries, %zu loaded", seed, wanted.rows, got.rows);
        cr_expect_eq(table_of(engine, CRMI_TABLE_META).rows, 1u);
        crmi_engine_close(plain);
        crmi_engine_close(engine);
        for (int t = 0; t < 2; t++) folder_remove(&at[t]);
    }
}

static void put_entries(crmi_etxn *txn, uint32_t from, uint32_t until, const char *value) {
    uint8_t key[8];
    for (uint32_t i = from; i < until; i++) {
        crmi_key_put64(key, UINT64_C(0x1603ea0200000000) | i);
        cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_INDEX, (crmi_slice){key, 8}, text(value)), CRM_OK, "%s", crm_error_text());
    }
}

/* More piles than are kept apart, more than memory has room for, and several commits: each key has its latest value. */
Test(engine_bulk, large) {
    enum { ROUNDS = 150, EACH = 1500 };
    static char long_value[300];
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0), *load = begin_bulk(engine);
    memset(long_value, 'x', sizeof long_value - 1);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        crmi_etxn *txn = txn_begin(load, true);
        put_entries(txn, round * EACH, (round + 1) * EACH, long_value);
        put_entries(txn, round * EACH / 2, round * EACH / 2 + 10, "newer");
        cr_assert_eq(crmi_engine_commit(txn), CRM_OK, "%s", crm_error_text());
    }
    cr_assert_eq(crmi_engine_bulk_end(load, meta_key, meta_value), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(load);
    crmi_etxn *txn = txn_begin(engine, false);
    for (uint32_t i = 0; i < ROUNDS * EACH; i += 7) {
        uint8_t key[8];
        char value[64] = "";
        crmi_key_put64(key, UINT64_C(0x1603ea0200000000) | i);
        cr_assert_eq(crmi_engine_get(txn, CRMI_TABLE_INDEX, (crmi_slice){key, 8}, copy_text, value), CRM_OK);
        bool newer = i < ROUNDS * EACH / 2 && i % (EACH / 2) < 10;
        cr_expect_eq(value[0], newer ? 'n' : 'x', "entry %u", i);
    }
    crmi_engine_abort(txn);
    cr_expect_eq(table_of(engine, CRMI_TABLE_INDEX).rows, (size_t)ROUNDS * EACH);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Piles of which no two that follow each other are of a size are as few in the end. */
Test(engine_bulk, of_two_sizes) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0), *load = begin_bulk(engine);
    uint32_t count = 0;
    for (uint32_t round = 0; round < 200; round++) {
        crmi_etxn *txn = txn_begin(load, true);
        uint32_t more = round % 2 ? 4000 : 5;
        put_entries(txn, count, count + more, "value");
        cr_assert_eq(crmi_engine_commit(txn), CRM_OK, "%s", crm_error_text());
        count += more;
    }
    cr_assert_eq(crmi_engine_bulk_end(load, meta_key, meta_value), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(load);
    cr_expect_eq(table_of(engine, CRMI_TABLE_INDEX).rows, (size_t)count);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Piles that are all of keys that are gone come to nothing. */
Test(engine_bulk, of_nothing) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0), *load = begin_bulk(engine);
    for (int round = 0; round < 80; round++) {
        crmi_etxn *txn = txn_begin(load, true);
        int status = round % 2 ? crmi_engine_del(txn, CRMI_TABLE_INDEX, text("a key"))
                               : crmi_engine_put(txn, CRMI_TABLE_INDEX, text("a key"), text("1"));
        cr_assert_eq(status, CRM_OK, "round %d", round);
        cr_assert_eq(crmi_engine_commit(txn), CRM_OK, "%s", crm_error_text());
    }
    cr_assert_eq(crmi_engine_bulk_end(load, meta_key, meta_value), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(load);
    cr_expect_eq(table_of(engine, CRMI_TABLE_INDEX).rows, 0u);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Pages of the published table have room left. */
Test(engine_bulk, slack) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0), *load = begin_bulk(engine);
    crmi_etxn *txn = txn_begin(load, true);
    put_entries(txn, 0, 40000, "v");
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
    cr_assert_eq(crmi_engine_bulk_end(load, meta_key, meta_value), CRM_OK);
    crmi_engine_close(load);
    crmi_engine_close(engine);
    char path[200];
    snprintf(path, sizeof path, "%s/data.mdb", at.path);
    FILE *file = fopen(path, "rb");
    cr_assert(file && fseek(file, 0, SEEK_END) == 0);
    long pages = ftell(file) / 4096, most = 40000 / (4080 / 20) * 100 / 85;
    cr_expect(pages >= 40000 / (4080 / 20) * 100 / 92 && pages <= most + 12, "%ld pages", pages);
    fclose(file);
    folder_remove(&at);
}

/* --- alone with the store --- */

static int other_process(const char *path, int from_parent, int to_parent) {
    crmi_engine_options options = {.wait_ms = 50};
    crmi_engine *engine;
    listen_for(from_parent);
    int status = crmi_engine_open(path, &options, &engine);
    say(to_parent, status == CRM_E_BUSY && strstr(crm_error_text(), "first import") ? 'b' : 'o');
    if (status == CRM_OK) crmi_engine_close(engine);
    listen_for(from_parent);
    status = crmi_engine_open(path, &options, &engine);
    say(to_parent, status == CRM_OK ? 'o' : 'x');
    listen_for(from_parent);
    if (status == CRM_OK) crmi_engine_close(engine);
    return 0;
}

Test(engine_bulk, alone) {
    folder at = folder_new(), copy = folder_new();
    crmi_engine *engine, *load, *second;
    crmi_etxn *txn, *other;
    child process = child_start(other_process, at.path);
    engine = store_open(&at, 0, 0);
    txn = txn_begin(engine, false);
    cr_expect_eq(crmi_engine_bulk(engine, &load), CRM_ROW, "a transaction runs");
    crmi_engine_abort(txn);
    load = begin_bulk(engine);
    second = store_open(&at, 0, 0);
    cr_expect_eq(crmi_engine_bulk(second, &second), CRM_ROW, "one is going on");
    crmi_engine_close(second);
    for (int write = 0; write < 2; write++) {
        cr_expect_eq(crmi_engine_begin(engine, write, 50, &txn), CRM_E_BUSY);
        cr_expect(strstr(crm_error_text(), "first import"), "%s", crm_error_text());
    }
    cr_expect_eq(crmi_engine_copy(engine, copy.path, NULL), CRM_E_BUSY);
    folder_remove(&copy);
    txn = txn_begin(load, true);
    cr_expect_eq(crmi_engine_begin(load, true, 50, &other), CRM_E_BUSY, "one at a time");
    crmi_engine_abort(txn);
    child_tell(&process);
    cr_expect_eq(child_hear(&process), 'b', "another process may not open it");
    cr_expect_eq(crmi_engine_bulk_end(load, meta_key, meta_value), CRM_OK, "nothing was stored");
    crmi_engine_close(load);
    cr_expect_eq(table_of(engine, CRMI_TABLE_META).rows, 0u);
    child_tell(&process);
    cr_expect_eq(child_hear(&process), 'o', "it is over");
    cr_expect_eq(crmi_engine_bulk(engine, &load), CRM_ROW, "another process has it open");
    txn = txn_begin(engine, true);
    crmi_engine_abort(txn);
    child_tell(&process);
    cr_expect_eq(child_end(&process), 0);
    crmi_engine_close(begin_bulk(engine));
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Of a large store that was closed, pages are read before they are written: that too comes before nobody else gets at it. */
Test(engine_bulk, large_file) {
    folder at = folder_new();
    char path[200];
    snprintf(path, sizeof path, "%s/data.mdb", at.path);
    crmi_engine_close(store_open(&at, 0, 0));
    cr_assert_eq(truncate(path, 130 << 20), 0);
    crmi_engine *engine = store_open(&at, 0, 0), *load = begin_bulk(engine);
    crmi_etxn *txn = txn_begin(load, true);
    put_entries(txn, 0, 10, "v");
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
    cr_assert_eq(crmi_engine_bulk_end(load, meta_key, meta_value), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(load);
    cr_expect_eq(table_of(engine, CRMI_TABLE_INDEX).rows, 10u);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* What was stored without an index is not read by anybody. */
Test(engine_bulk, given_up) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0), *load = begin_bulk(engine);
    crmi_etxn *txn = txn_begin(load, true);
    cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_FILE, text("a"), text("1")), CRM_OK);
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
    crmi_engine_close(load);
    cr_expect_eq(crmi_engine_begin(engine, false, 0, &txn), CRM_E_IO);
    cr_expect_eq(crmi_engine_begin(engine, true, 0, &txn), CRM_E_IO);
    crmi_engine_close(engine);
    engine = store_open(&at, 0, 0);
    cr_expect_eq(table_of(engine, CRMI_TABLE_FILE).rows, 1u);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* --- failures --- */

/* A pile that has no room: the transaction is not stored, and those before it are published. */
Test(engine_bulk, no_room) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, UINT64_C(1) << 30, 0), *load = begin_bulk(engine);
    struct rlimit before, little;
    crmi_etxn *txn = txn_begin(load, true);
    uint8_t key[8];
    put_entries(txn, 0, 100, "v");
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
    getrlimit(RLIMIT_FSIZE, &before);
    little = before;
    little.rlim_cur = 1 << 20;
    setrlimit(RLIMIT_FSIZE, &little);
    txn = txn_begin(load, true);
    int status = CRM_OK;
    for (uint32_t i = 0; status == CRM_OK && i < 100000; i++) {
        crmi_key_put64(key, UINT64_C(0x1603ea0200000000) | (1000 + i));
        status = crmi_engine_put(txn, CRMI_TABLE_INDEX, (crmi_slice){key, 8}, text("value"));
    }
    cr_expect_eq(status, CRM_E_FULL);
    cr_expect_eq(crmi_engine_put(txn, CRMI_TABLE_INDEX, text("zz"), text("1")), CRM_E_FULL, "it can only be ended");
    cr_expect_eq(crmi_engine_get(txn, CRMI_TABLE_INDEX, text("zz"), copy_text, (char[64]){0}), CRM_E_FULL);
    cr_expect_eq(crmi_engine_commit(txn), CRM_E_FULL, "%s", crm_error_text());
    cr_expect_eq(crmi_engine_grow(load), CRM_E_FULL, "a larger map is of no use");
    setrlimit(RLIMIT_FSIZE, &before);
    cr_assert_eq(crmi_engine_bulk_end(load, meta_key, meta_value), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(load);
    cr_expect_eq(table_of(engine, CRMI_TABLE_INDEX).rows, 100u);
    crmi_engine_close(engine);
    folder_remove(&at);
}

static int load_once(folder *at, uint64_t fail) {
    crmi_engine *engine = store_open(at, 0, 0), *load;
    crmi_etxn *txn;
    crmi_counting_fail(fail, CRM_E_IO);
    int status = crmi_engine_bulk(engine, &load);
    if (status == CRM_OK) {
        status = crmi_engine_begin(load, true, 0, &txn);
        if (status == CRM_OK) {
            status = crmi_engine_put(txn, CRMI_TABLE_FILE, text("a"), text("1"));
            for (int i = 0; status == CRM_OK && i < 3; i++)
                status = crmi_engine_put(txn, CRMI_TABLE_INDEX, text(i == 1 ? "key" : "other"), text("1"));
            if (status == CRM_OK)
                status = crmi_engine_commit(txn);
            else
                crmi_engine_abort(txn);
        }
        if (status == CRM_OK) status = crmi_engine_bulk_end(load, meta_key, meta_value);
        crmi_engine_close(load);
    }
    crmi_counting_fail(0, CRM_OK);
    crmi_engine_close(engine);
    return status;
}

/* Each call below the load fails in turn: it is published whole, or not at all. */
Test(engine_bulk, each_call_fails) {
    crmi_counting_enable(true);
    int status = CRM_E_IO, failed = 0;
    for (uint64_t fail = 1; status != CRM_OK && fail < 40; fail++) {
        folder at = folder_new();
        status = load_once(&at, fail);
        failed += status == CRM_E_IO;
        crmi_engine *engine = store_open(&at, 0, 0);
        bool published = table_of(engine, CRMI_TABLE_META).rows == 1;
        cr_expect_eq(published, status == CRM_OK, "call %d", (int)fail);
        if (published) cr_expect_eq(table_of(engine, CRMI_TABLE_INDEX).rows, 2u);
        crmi_engine_close(engine);
        folder_remove(&at);
    }
    cr_expect_eq(status, CRM_OK);
    cr_expect_gt(failed, 9);
    crmi_counting_enable(false);
}
