/* SPDX-License-Identifier: MIT */
/* The index made anew is the one that the writes made, byte for byte, however little memory it has. CRM_TEST_STORES tells how many stores,
 * CRM_TEST_SEED the first seed. */
#include "index/rebuild.h"
#include "base/buffer.h"
#include "support/chance_store.h"

static void begin(void) {
    chance_in_memory();
    test_begin();
    chance_store_begin();
}

TestSuite(rebuild, .init = begin, .fini = test_end);

static int take_entry(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    uint64_t sizes[2] = {key.size, value.size};
    crmi_buffer_append(data, sizes, sizeof sizes);
    crmi_buffer_append(data, key.data, key.size);
    if (value.size) crmi_buffer_append(data, value.data, value.size);
    return CRM_OK;
}

static crmi_buffer all_entries(crmi_txn *txn) {
    crmi_buffer out = {0};
    crmi_read all = {CRMI_TABLE_INDEX, CRMI_READ_RANGE, {NULL, 0}, {NULL, 0}, 0};
    cr_assert_eq(crmi_engine_range(crmi_txn_engine(txn), &all, take_entry, &out), CRM_OK);
    cr_assert(!out.failed);
    return out;
}

static crmi_db *open_inside(void) {
    crm_db_options options = test_options();
    crmi_db *db;
    options.flags = 0;
    cr_assert_eq(crmi_db_open(test_folder, &options, &db), CRM_OK, "%s", crm_error_text());
    return db;
}

static crmi_txn *write_inside(crmi_db *db) {
    crmi_txn *txn;
    cr_assert_eq(crmi_txn_begin(db, CRM_TXN_WRITE, &txn), CRM_OK, "%s", crm_error_text());
    return txn;
}

static void expect_rebuilt(crmi_db *db, size_t memory, uint64_t seed) {
    crmi_txn *txn = write_inside(db);
    crmi_buffer before = all_entries(txn);
    cr_assert_eq(crmi_index_rebuild(txn, memory), CRM_OK, "%s", crm_error_text());
    crmi_buffer after = all_entries(txn);
    cr_expect(before.size == after.size && memcmp(before.data, after.data, after.size) == 0,
              "seed %lu, memory %zu: %zu bytes of entries, %zu anew", (unsigned long)seed, memory, before.size, after.size);
    crmi_buffer_free(&before);
    crmi_buffer_free(&after);
    cr_assert_eq(crmi_txn_commit(txn), CRM_OK, "%s", crm_error_text());
    crmi_txn_free(txn);
}

Test(rebuild, same_as_written) {
    static const size_t memories[] = {0, 1, (size_t)5 << 20};
    uint64_t count = chance_number("CRM_TEST_STORES", 40), from = chance_number("CRM_TEST_SEED", 1);
    for (uint64_t i = 0; i < count; i++) {
        crm_db *filled = test_open();
        chance_begin(from + i);
        chance_fill(filled);
        crm_db_close(filled);
        crmi_db *db = open_inside();
        expect_rebuilt(db, memories[i % 3], from + i);
        crmi_db_release(db);
        test_end();
        begin();
    }
}

/* Many entries: pages are appended with room, and one index alone is more than memory holds. */
Test(rebuild, many) {
    crm_db *filled = test_open();
    crm_sync *sync;
    char number[16], name[32], town[16];
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_FLAT, &sync), CRM_OK);
    static const char *const headings[] = {"Kundennummer", "Firma", "Ort", "Ansprechpartner"};
    for (size_t i = 0; i < 4; i++) cr_assert_eq(crm_sync_add_column(sync, headings[i], CRM_NTS), CRM_OK);
    for (uint32_t i = 0; i < 20000; i++) {
        const char *cells[] = {number, name, town, i % 3 ? "Ada" : "Eva"};
        snprintf(number, sizeof number, "%u", i * 7919 % 20000);
        snprintf(name, sizeof name, "Firma %u", i * 31 % 7000);
        snprintf(town, sizeof town, "Ort%u", i % 100);
        cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 4), CRM_OK);
    }
    cr_assert_eq(crm_sync_apply(sync, filled, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    crm_db_close(filled);
    crmi_db *db = open_inside();
    expect_rebuilt(db, 0, 0);
    expect_rebuilt(db, 1, 0);
    expect_rebuilt(db, (size_t)3 << 20, 0);
    crmi_db_release(db);
}

/* What is noted of the directory's order is lost or wrong, as in a store that is put together anew: the settings tell it. */
Test(rebuild, collation_of_the_settings) {
    crm_db *made = test_open();
    crm_txn *put = test_write(made);
    cr_assert_eq(crm_setting_set(put, "directory.collation", "din5007-2", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_setting_set(put, "directory", "din5007-1", CRM_NTS), CRM_OK);
    test_party(put, "Goldmann");
    test_party(put, "Götz");
    test_commit(put);
    crm_db_close(made);
    crmi_db *db = open_inside();
    crmi_txn *txn = write_inside(db);
    crmi_buffer before = all_entries(txn);
    cr_assert_eq(crmi_txn_set_collation(txn, CRMI_DIN5007_1), CRM_OK);
    cr_assert_eq(crmi_index_rebuild(txn, 0), CRM_OK, "%s", crm_error_text());
    crmi_buffer after = all_entries(txn);
    crmi_collation noted;
    cr_expect(before.size == after.size && memcmp(before.data, after.data, after.size) == 0);
    cr_expect(crmi_txn_collation(txn, &noted) == CRM_OK && noted == CRMI_DIN5007_2);
    crmi_buffer_free(&before);
    crmi_buffer_free(&after);
    crmi_txn_free(txn);
    crmi_db_release(db);
}
