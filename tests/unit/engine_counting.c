/* SPDX-License-Identifier: MIT */
/* The counting engine: trips, poisoned copies, failures on request. */
#include "engine_support.h"

static int count_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    ++*(int *)data;
    return CRM_OK;
}

Test(engine_counting, trips) {
    folder at = folder_new();
    crmi_counting_enable(true);
    crmi_engine *engine = store_open(&at, 0, 0);
    crmi_counting_reset();
    int rows = 0;
    crmi_etxn *txn = txn_begin(engine, true);
    cr_expect_eq(crmi_engine_put(txn, 1, text("a"), text("1")), CRM_OK);
    cr_expect_eq(crmi_engine_put(txn, 1, text("b"), text("2")), CRM_OK);
    cr_expect_eq(crmi_engine_del(txn, 1, text("b")), CRM_OK);
    cr_expect_eq(crmi_engine_put(txn, 1, text("b"), text("2")), CRM_OK);
    cr_expect_eq(crmi_engine_del_range(txn, 1, text("x"), text("")), CRM_OK);
    cr_expect_eq(crmi_counting_trips(), 0, "a write is no trip");
    cr_expect_eq(crmi_engine_commit(txn), CRM_OK);
    cr_expect_eq(crmi_counting_trips(), 1, "a commit is one");
    crmi_read reads[] = {
        {1, 0, text("a"), {NULL, 0}, 0}, {1, CRMI_READ_RANGE, text("a"), {NULL, 0}, 0}, {1, 0, text("none"), {NULL, 0}, 0}};
    txn = txn_begin(engine, false);
    cr_expect_eq(crmi_engine_get(txn, 1, text("a"), count_row, &rows), CRM_OK);
    cr_expect_eq(crmi_engine_get(txn, 1, text("none"), count_row, &rows), CRM_E_NOTFOUND);
    cr_expect_eq(crmi_counting_trips(), 3, "each get is one");
    cr_expect_eq(crmi_engine_get_many(txn, reads, 3, count_row, &rows), CRM_OK);
    cr_expect_eq(crmi_counting_trips(), 4, "several reads together are one");
    cr_expect_eq(crmi_engine_range(txn, &reads[1], count_row, &rows), CRM_OK);
    cr_expect_eq(crmi_counting_trips(), 5, "a range is one");
    cr_expect_eq(rows, 1 + 3 + 2);
    crmi_engine_abort(txn);
    cr_expect_eq(crmi_counting_trips(), 5, "an abort is none");
    crmi_counting_reset();
    cr_expect_eq(crmi_counting_trips(), 0);
    crmi_engine_close(engine);

    crmi_counting_enable(false);
    engine = store_open(&at, 0, 0);
    char got[64];
    cr_expect_eq(store_get(engine, "a", got), CRM_OK);
    cr_expect_eq(crmi_counting_trips(), 0, "counted while it was off");
    crmi_engine_close(engine);
    folder_remove(&at);
}

typedef struct kept {
    const uint8_t *key, *value;
    int status;
} kept;

static int keep_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    kept *to = data;
    (void)read;
    to->key = key.data;
    to->value = value.data;
    cr_expect(key.size == 3 && memcmp(key.data, "key", 3) == 0 && value.size == 5 && memcmp(value.data, "value", 5) == 0, "another row");
    return to->status;
}

/* free() is replaced to look at the bytes just before they go: nobody may look after that. Not under the address sanitizer, which has its
 * own and sees for itself. */
#if !defined(__SANITIZE_ADDRESS__)
extern void __libc_free(void *);
static const uint8_t *watched;
static size_t watched_size;
static bool poisoned;

void free(void *memory) {
    if (memory && memory == watched) {
        poisoned = true;
        for (size_t i = 0; i < watched_size; i++) poisoned &= watched[i] == 0xDD;
        watched = NULL;
    }
    __libc_free(memory);
}

static int watch_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)data, (void)read, (void)key;
    watched = value.data;
    watched_size = value.size;
    return CRM_OK;
}

static void check_poison(crmi_etxn *txn) {
    cr_expect_eq(crmi_engine_get(txn, CRMI_TABLE_FILE, text("key"), watch_row, NULL), CRM_OK);
    cr_expect(poisoned && !watched, "the copy was given back unpoisoned");
}
#else
static void check_poison(crmi_etxn *txn) { (void)txn; }
#endif

Test(engine_counting, copies) {
    folder at = folder_new();
    crmi_counting_enable(true);
    crmi_engine *engine = store_open(&at, 0, 0);
    crmi_counting_enable(false);
    cr_assert_eq(store_put(engine, "key", text("value")), CRM_OK);
    crmi_engine *direct;
    crmi_engine_options options = {0};
    cr_assert_eq(crmi_engine_open(at.path, &options, &direct), CRM_OK, "both over the same store: %s", crm_error_text());
    crmi_etxn *counted = txn_begin(engine, false), *plain = txn_begin(direct, false);
    kept first = {.status = CRM_OK}, second = {.status = 5};
    cr_expect_eq(crmi_engine_get(plain, CRMI_TABLE_FILE, text("key"), keep_row, &first), CRM_OK);
    cr_expect_eq(crmi_engine_get(counted, CRMI_TABLE_FILE, text("key"), keep_row, &second), 5, "the callback's value");
    cr_expect_neq((void *)first.value, (void *)second.value, "not a copy");
    cr_expect_arr_eq(first.value, "value", 5, "the store itself was poisoned");
    check_poison(counted);
    crmi_engine_abort(counted);
    crmi_engine_abort(plain);
    crmi_engine_close(direct);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* One call of each kind; what the nth of them says. */
static int all_calls(crmi_engine *engine, int nth) {
    int said[9], rows = 0;
    crmi_etxn *txn = NULL;
    crmi_read range = {1, CRMI_READ_RANGE, {NULL, 0}, {NULL, 0}, 0};
    said[0] = crmi_engine_begin(engine, true, 0, &txn);
    if (!txn) return said[0];
    said[1] = crmi_engine_put(txn, 1, text("a"), text("1"));
    said[2] = crmi_engine_del(txn, 1, text("a"));
    said[3] = crmi_engine_del_range(txn, 1, text("a"), text("b"));
    said[4] = crmi_engine_get(txn, 1, text("stays"), count_row, &rows);
    said[5] = crmi_engine_get_many(txn, &range, 1, count_row, &rows);
    said[6] = crmi_engine_range(txn, &range, count_row, &rows);
    said[7] = crmi_engine_commit(txn);
    said[8] = crmi_engine_grow(engine);
    for (int i = 0; i < 9; i++)
        if (i != nth && i != 2)
            cr_expect_eq(said[i], i == 8 ? CRM_E_FULL : CRM_OK, "call %d of a run where %d was to fail: %d", i, nth, said[i]);
    return said[nth];
}

Test(engine_counting, failures_on_request) {
    folder at = folder_new();
    char got[64];
    crmi_counting_enable(true);
    crmi_engine *engine = store_open(&at, 1 << 20, 200);
    crmi_counting_enable(false);
    cr_assert_eq(store_put(engine, "stays", text("1")), CRM_OK);
    for (int nth = 0; nth < 9; nth++) {
        crmi_counting_fail((uint64_t)nth + 1, CRM_E_CONFLICT);
        cr_expect_eq(all_calls(engine, nth), CRM_E_CONFLICT, "call %d", nth);
        cr_expect_eq(crm_error_status(), nth == 8 || nth == 0 ? CRM_E_CONFLICT : CRM_E_FULL, "the error of call %d", nth);
    }
    crmi_counting_fail(1, CRM_E_IO);
    crmi_counting_fail(0, CRM_OK);
    cr_expect_eq(store_put(engine, "k", text("old")), CRM_OK, "switched off");
    crmi_counting_fail(3, CRM_E_IO);
    cr_expect_eq(store_put(engine, "k", text("new")), CRM_E_IO, "at the commit");
    cr_expect(store_get(engine, "k", got) == CRM_OK && strcmp(got, "old") == 0, "a failed commit was done: %s", got);
    crmi_counting_fail(3, CRM_E_COMMIT_UNKNOWN);
    cr_expect_eq(store_put(engine, "k", text("new")), CRM_E_COMMIT_UNKNOWN);
    cr_expect(store_get(engine, "k", got) == CRM_OK && strcmp(got, "new") == 0, "the unknown commit is one that was done: %s", got);
    crmi_engine_close(engine);
    folder_remove(&at);
}
