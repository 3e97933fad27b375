/* SPDX-License-Identifier: MIT */
/* Stores made by chance of every kind of record that the model takes, with what is archived, deleted, moved and converted: a dump of what a
 * dump makes is the same, byte for byte. CRM_TEST_STORES tells how many, CRM_TEST_SEED the first seed. */
#include "support/chance_store.h"
#include <criterion/criterion.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void begin(void) {
    chance_in_memory();
    test_begin();
    chance_store_begin();
}

TestSuite(dump_identity, .init = begin, .fini = test_end);

static char *path_of(const char *name) {
    static char path[600];
    snprintf(path, sizeof path, "%s.%s", test_folder, name);
    return path;
}

static void dump_to(crm_db *db, const char *name) {
    crm_txn *txn = test_read(db);
    cr_assert_eq(crm_export_dump(txn, path_of(name)), CRM_OK, "%s", crm_error_text());
    crm_txn_free(txn);
}

static char *read_whole(const char *name, size_t *size) {
    FILE *file = fopen(path_of(name), "rb");
    char *bytes = calloc(1, 1 << 22);
    cr_assert(file && bytes);
    *size = fread(bytes, 1, (1 << 22) - 1, file);
    fclose(file);
    unlink(path_of(name));
    return bytes;
}

static void there_and_back(uint64_t first) {
    size_t a, b;
    crm_db_options options = test_options();
    crm_db *db = test_open(), *copy;
    chance_begin(first);
    chance_fill(db);
    test_sound(db, first);
    dump_to(db, "first");
    crm_db_close(db);
    char *store = strdup(path_of("copy"));
    cr_assert_eq(crm_import_dump(path_of("first"), store), CRM_OK, "seed %lu: line %lu: %s %s", (unsigned long)first,
                 (unsigned long)crm_error_row(), crm_field_name(crm_error_field()), crm_error_text());
    options.flags = 0;
    cr_assert_eq(crm_db_open(store, &options, &copy), CRM_OK, "%s", crm_error_text());
    test_sound(copy, first);
    dump_to(copy, "second");
    crm_db_close(copy);
    char *before = read_whole("first", &a), *after = read_whole("second", &b);
    cr_expect(a == b && memcmp(before, after, a) == 0, "seed %lu: %zu bytes, %zu again", (unsigned long)first, a, b);
    free(before);
    free(after);
    test_folder_remove(store);
    free(store);
}

Test(dump_identity, all_kinds) {
    uint64_t count = chance_number("CRM_TEST_STORES", 150), from = chance_number("CRM_TEST_SEED", 1);
    for (uint64_t i = 0; i < count; i++) {
        there_and_back(from + i);
        test_end();
        begin();
    }
    size_t kinds = 0;
    for (uint32_t kind = 1; kind < KINDS; kind++) kinds += stored[kind] != 0;
    cr_expect(kinds >= 20 || count < 100, "only %zu kinds were stored", kinds);
}
