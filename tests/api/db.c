/* SPDX-License-Identifier: MIT */
/* Opening and closing stores: options, folders, handles. */
#include "support/store.h"
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(db, .init = test_begin, .fini = test_end);

/* --- options --- */

/* Options as another version of the caller has them: the struct, then bytes that this one does not know. */
typedef struct other_options {
    crm_db_options known;
    unsigned char tail[64];
} other_options;

static int open_size(uint64_t size, size_t tail_at) {
    crm_db *db;
    other_options options = {.known = test_options()};
    options.known.size = size;
    if (tail_at < sizeof options.tail) options.tail[tail_at] = 1;
    int rc = crm_db_open(test_folder, &options.known, &db);
    cr_expect((rc == CRM_OK) == (db != NULL) && (rc == CRM_OK || crm_error_status() == rc));
    crm_db_close(db);
    return rc;
}

Test(db, option_sizes) {
    const uint64_t whole = sizeof(crm_db_options);
    const size_t none = SIZE_MAX;
    cr_expect_eq(open_size(whole, none), CRM_OK);
    cr_expect_eq(open_size(whole, 0), CRM_OK, "what lies behind the caller's struct is not looked at");
    cr_expect_eq(open_size(whole + 64, none), CRM_OK, "a newer caller who asks for nothing new");
    for (size_t at = 0; at < 64; at++) cr_expect_eq(open_size(whole + 64, at), CRM_E_INVALID, "byte %zu of the tail", at);
    cr_expect_eq(open_size(whole + 64, 63), CRM_E_INVALID);
    cr_expect_eq(open_size(whole + 63, 63), CRM_OK);
    static const uint64_t bad[] = {0, 1, 8, sizeof(crm_db_options) - 5, 4097, UINT64_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(open_size(bad[i], none), CRM_E_INVALID, "size %llu", (unsigned long long)bad[i]);
}

static int open_with(crm_db_options options, crm_db **out) { return crm_db_open(test_folder, &options, out); }

Test(db, option_values) {
    static const int64_t year_1 = INT64_C(-719162) * 86400 * 1000000, year_9999 = INT64_C(2932897) * 86400 * 1000000 - 1;
    struct value_case {
        const char *what;
        crm_db_options options;
        int status;
    } cases[] = {
        {"an unknown flag", {.flags = CRM_DB_CREATE | CRM_DB_RELAXED << 1}, CRM_E_INVALID},
        {"the highest flag", {.flags = CRM_DB_CREATE | 1u << 31}, CRM_E_INVALID},
        {"both flags", {.flags = CRM_DB_CREATE | CRM_DB_READ_ONLY}, CRM_E_INVALID},
        {"back, but not writing", {.flags = CRM_DB_PREVIOUS | CRM_DB_READ_ONLY}, CRM_E_INVALID},
        {"the other flags", {.flags = CRM_DB_CREATE | CRM_DB_CHECK | CRM_DB_PREVIOUS | CRM_DB_FORCE}, CRM_OK},
        {"relaxed", {.flags = CRM_DB_CREATE | CRM_DB_RELAXED}, CRM_OK},
        {"a day west", {.flags = CRM_DB_CREATE, .utc_offset = -1440}, CRM_OK},
        {"a day east", {.flags = CRM_DB_CREATE, .utc_offset = 1440}, CRM_OK},
        {"more than a day", {.flags = CRM_DB_CREATE, .utc_offset = 1441}, CRM_E_RANGE},
        {"more than a day west", {.flags = CRM_DB_CREATE, .utc_offset = -1441}, CRM_E_RANGE},
        {"no offset at all", {.flags = CRM_DB_CREATE, .utc_offset = INT32_MIN}, CRM_E_RANGE},
        {"year 1", {.flags = CRM_DB_CREATE, .fixed_time = year_1, .utc_offset = -1440}, CRM_OK},
        {"year 0", {.flags = CRM_DB_CREATE, .fixed_time = year_1 - 1}, CRM_E_RANGE},
        {"year 9999", {.flags = CRM_DB_CREATE, .fixed_time = year_9999, .utc_offset = 1440}, CRM_OK},
        {"year 10000", {.flags = CRM_DB_CREATE, .fixed_time = year_9999 + 1}, CRM_E_RANGE},
        {"no year", {.flags = CRM_DB_CREATE, .fixed_time = INT64_MAX, .utc_offset = 1440}, CRM_E_RANGE},
        {"no year", {.flags = CRM_DB_CREATE, .fixed_time = INT64_MIN, .utc_offset = -1440}, CRM_E_RANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_db *db;
        cases[i].options.size = sizeof(crm_db_options);
        int rc = open_with(cases[i].options, &db);
        cr_expect_eq(rc, cases[i].status, "%s: %d %s", cases[i].what, rc, crm_error_text());
        crm_db_today(db);
        crm_db_close(db);
    }
}

/* --- folders --- */

static int open_at(const char *path, uint32_t flags) {
    crm_db *db = (crm_db *)&db;
    crm_db_options options = test_options();
    options.flags = flags;
    int rc = crm_db_open(path, &options, &db);
    cr_expect((rc == CRM_OK) == (db != NULL), "%s", path);
    crm_db_close(db);
    return rc;
}

static bool is_empty(const char *folder) { return rmdir(folder) == 0 && mkdir(folder, 0700) == 0; }

Test(db, folders) {
    char path[256], file[256];
    snprintf(path, sizeof path, "%s/größe ß", test_folder);
    cr_expect_eq(open_at(path, 0), CRM_E_NOTFOUND, "no folder");
    cr_expect_eq(open_at(path, CRM_DB_READ_ONLY), CRM_E_NOTFOUND);
    cr_expect(access(path, F_OK) != 0, "nothing was made");
    cr_assert_eq(mkdir(path, 0700), 0);
    cr_expect_eq(open_at(path, 0), CRM_E_NOTFOUND, "no store in the folder");
    cr_expect_eq(open_at(path, CRM_DB_READ_ONLY), CRM_E_NOTFOUND);
    cr_expect(is_empty(path), "nothing was made");
    cr_expect_eq(rmdir(path), 0);
    cr_expect_eq(open_at(path, CRM_DB_CREATE), CRM_OK, "makes the folder");
    cr_expect_eq(open_at(path, CRM_DB_CREATE), CRM_OK, "and opens what is there");
    cr_expect_eq(open_at(path, 0), CRM_OK);
    cr_expect_eq(open_at(path, CRM_DB_READ_ONLY), CRM_OK);
    snprintf(file, sizeof file, "%s/missing/store", test_folder);
    cr_expect_eq(open_at(file, CRM_DB_CREATE), CRM_E_NOTFOUND, "only the last folder is made");
    snprintf(file, sizeof file, "%s/file", test_folder);
    fclose(fopen(file, "w"));
    cr_expect_eq(open_at(file, CRM_DB_CREATE), CRM_E_INVALID, "a file is no folder");
    snprintf(file, sizeof file, "%s/bad\xff", test_folder);
    cr_expect_eq(open_at(file, CRM_DB_CREATE), CRM_E_UTF8);
    cr_expect(access(file, F_OK) != 0, "nothing was made");
    cr_expect_eq(open_at("", CRM_DB_CREATE), CRM_E_INVALID);
    cr_expect_eq(crm_db_open(NULL, NULL, NULL), CRM_E_INVALID);
    crm_db *db = (crm_db *)&db;
    cr_expect_eq(crm_db_open(NULL, NULL, &db), CRM_E_INVALID);
    cr_expect_null(db);
}

/* Whatever a data file holds, opening it ends with an error. */
Test(db, strange_files) {
    static const struct content_case {
        size_t size;
        int byte;
    } cases[] = {{0, 0}, {1, 'x'}, {4096, 0}, {8192, 0}, {8192, 0xff}, {65536, 'M'}};
    char path[256];
    snprintf(path, sizeof path, "%s/data.mdb", test_folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *file = fopen(path, "w");
        for (size_t j = 0; j < cases[i].size; j++) fputc(cases[i].byte, file);
        fclose(file);
        int rc = open_at(test_folder, 0);
        cr_expect(rc == CRM_E_CORRUPT || rc == CRM_E_VERSION || rc == CRM_E_IO, "%zu bytes of %d: %d", cases[i].size, cases[i].byte, rc);
    }
}

static void spoil(off_t at) {
    char path[256];
    uint8_t byte;
    snprintf(path, sizeof path, "%s/data.mdb", test_folder);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    cr_assert(fd >= 0 && pread(fd, &byte, 1, at) == 1);
    byte ^= 0x20;
    cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

/* The page that the latest commit ended with is the first or the second one of the file. */
static off_t latest_page(void) {
    char path[256];
    uint64_t commit[2];
    snprintf(path, sizeof path, "%s/data.mdb", test_folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    for (int i = 0; i < 2; i++) cr_assert_eq(pread(fd, &commit[i], 8, i * 4096 + 144), 8);
    close(fd);
    return commit[1] > commit[0] ? 4096 : 0;
}

/* A damaged latest commit: told, and given up where that is asked for. */
Test(db, previous) {
    crm_db *db = test_open();
    crm_id id[2];
    for (int i = 0; i < 2; i++) {
        crm_txn *txn = test_write(db);
        id[i] = test_party(txn, "x");
        test_commit(txn);
    }
    crm_db_close(db);
    spoil(latest_page() + 10);
    cr_expect_eq(open_at(test_folder, 0), CRM_E_CORRUPT);
    cr_expect(strstr(crm_error_text(), "the commit before is sound"), "%s", crm_error_text());
    cr_expect_eq(open_at(test_folder, CRM_DB_READ_ONLY), CRM_E_CORRUPT);
    crm_db_options options = test_options();
    options.flags = CRM_DB_PREVIOUS;
    cr_assert_eq(open_with(options, &db), CRM_OK, "%s", crm_error_text());
    crm_txn *txn = test_read(db);
    for (int i = 0; i < 2; i++) {
        crm_record *rec;
        cr_expect_eq(crm_record_get(txn, id[i], &rec), i ? CRM_E_NOTFOUND : CRM_OK);
        crm_record_free(rec);
    }
    crm_txn_free(txn);
    crm_db_close(db);
    cr_expect_eq(open_at(test_folder, CRM_DB_CHECK), CRM_OK, "%s", crm_error_text());
}

/* --- copies --- */

static bool file_has(const char *folder, const char *text) {
    char path[400], command[600];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    snprintf(command, sizeof command, "grep -qaF '%s' '%s'", text, path);
    return system(command) == 0;
}

/* A backup is the store, with its ids and its identity, and without what was deleted; it is as well when it was compacted. */
Test(db, backup) {
    char path[256], uuid[33];
    crm_db *db = test_open(), *copy;
    crm_txn *txn = test_write(db);
    crm_id kept = test_party(txn, "Kept"), gone = test_party(txn, "Gone GmbH, once in Ulm");
    test_commit(txn);
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, gone, 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    snprintf(path, sizeof path, "%s/backup", test_folder);
    cr_assert_eq(crm_db_backup(db, path), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_db_backup(db, path), CRM_E_EXISTS);
    snprintf(uuid, sizeof uuid, "%s", crm_db_uuid(db));
    crm_db_close(db);
    cr_expect(file_has(test_folder, "Gone GmbH"), "or the test shows nothing");
    cr_expect_not(file_has(path, "Gone GmbH"));
    crm_db_options options = test_options();
    options.flags = 0;
    cr_assert_eq(crm_db_compact(test_folder, &options), CRM_OK, "%s", crm_error_text());
    cr_expect_not(file_has(test_folder, "Gone GmbH"));
    const char *const stores[] = {path, test_folder};
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(crm_db_open(stores[i], &options, &copy), CRM_OK, "%s", crm_error_text());
        cr_expect_str_eq(crm_db_uuid(copy), uuid);
        txn = test_write(copy);
        crm_record *rec = test_get(txn, kept), *none;
        cr_expect_str_eq(crm_record_text(rec, CRM_PARTY_NAME), "Kept");
        crm_record_free(rec);
        cr_expect_eq(crm_record_get(txn, gone, &none), CRM_E_NOTFOUND);
        test_party(txn, "New");
        test_commit(txn);
        crm_db_close(copy);
    }
}

/* --- handles --- */

Test(db, read_only) {
    crm_db_options options = test_options();
    crm_db *db = test_open(), *other;
    crm_txn *txn = test_write(db);
    crm_id id = test_party(txn, "x");
    test_commit(txn);
    options.flags = CRM_DB_READ_ONLY;
    cr_expect_eq(open_with(options, &other), CRM_E_BUSY, "open for writing already");
    crm_db_close(db);
    cr_assert_eq(open_with(options, &db), CRM_OK);
    cr_expect_eq(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn), CRM_E_READ_ONLY);
    cr_expect_null(txn);
    txn = test_read(db);
    crm_record *rec = test_get(txn, id);
    cr_expect_eq(crm_record_put(txn, rec, NULL, NULL), CRM_E_READ_ONLY);
    crm_record_free(rec);
    crm_txn_free(txn);
    crm_db_close(db);
}

Test(db, closed) {
    crm_db *db = test_open(), *kept = db;
    crm_txn *txn;
    cr_expect_eq(strlen(crm_db_uuid(db)), 32);
    crm_db_close(NULL);
    crm_db_close(db);
    crm_db_close(kept);
    cr_expect_null(crm_db_uuid(kept));
    cr_expect_eq(crm_error_status(), CRM_E_ENDED);
    cr_expect_eq(crm_db_today(kept), 0);
    cr_expect_eq(crm_txn_begin(kept, 0, CRM_ACTOR_SYSTEM, &txn), CRM_E_ENDED);
    cr_expect_null(txn);
    db = test_open(); /* may have the same place: the old handle stays closed */
    crm_db_close(kept);
    cr_expect_null(crm_db_uuid(kept));
    cr_expect_not_null(crm_db_uuid(db));
    crm_db_close(db);
}

/* Store, transactions and iterators end in any order; what is detached stays. */
Test(db, any_order) {
    static const char *const orders[] = {"dwri", "iwrd", "rwid", "dirw", "wdri", "ridw"};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        crm_db *db = test_open();
        crm_txn *write = test_write(db), *read = test_read(db);
        crm_iter *iter;
        crm_id id;
        test_party(write, "x");
        cr_assert_eq(crm_party_list(write, NULL, NULL, 0, 0, 0, NULL, &iter), CRM_OK);
        bool read_ended = false, write_ended = false;
        for (const char *at = orders[i]; *at; at++) {
            if (*at == 'd') crm_db_close(db);
            if (*at == 'w') crm_txn_free(write), write_ended = true;
            if (*at == 'r') crm_txn_free(read), read_ended = true;
            if (*at == 'i') crm_iter_free(iter);
            if (!read_ended) cr_expect_eq(crm_record_find(read, CRM_SETTING_NAME, NULL, 0, "x", 1, &id), CRM_E_NOTFOUND, "%s", orders[i]);
            if (!write_ended) test_party(write, "y");
        }
        cr_expect_eq(crm_iter_next(iter, &id), CRM_E_ENDED);
        cr_expect_eq(crm_txn_commit(write), CRM_E_ENDED);
    }
    crm_db *db = test_open();
    cr_expect_eq(test_sequence(db), 0, "nothing was committed");
    crm_db_close(db);
}

Test(db, shared) {
    crm_db *one = test_open(), *two = test_open(), *other;
    char uuid[33];
    strcpy(uuid, crm_db_uuid(one));
    cr_expect_str_eq(crm_db_uuid(two), uuid);
    crm_txn *txn = test_write(one), *second;
    test_party(txn, "x");
    cr_expect_eq(crm_txn_begin(two, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &second), CRM_E_INVALID, "one writer for both");
    test_commit(txn);
    cr_expect_eq(test_sequence(two), 1);
    crm_db_options options = test_options();
    options.max_bytes = 1 << 26;
    cr_expect_eq(open_with(options, &other), CRM_E_BUSY);
    options = test_options();
    options.max_readers = 7;
    cr_expect_eq(open_with(options, &other), CRM_E_BUSY);
    options = test_options();
    options.fixed_time = 1; /* of the handle alone */
    options.wait_ms = 1;
    cr_assert_eq(open_with(options, &other), CRM_OK);
    cr_expect_eq(crm_db_today(other), 0);
    cr_expect_eq(crm_db_today(one), TEST_DAY);
    crm_db_close(one);
    cr_expect_eq(test_sequence(two), 1, "the other handle goes on");
    crm_db_close(two);
    crm_db_close(other);
    one = test_open();
    cr_expect_str_eq(crm_db_uuid(one), uuid, "the store's own");
    crm_db_close(one);
    char *here = test_folder;
    test_folder = test_folder_new();
    two = test_open();
    cr_expect_str_neq(crm_db_uuid(two), uuid, "another store's is another");
    crm_db_close(two);
    test_folder_remove(test_folder);
    free(test_folder);
    test_folder = here;
}

Test(db, today) {
    static const int64_t day = INT64_C(86400000000), minute = 60000000;
    static const struct today_case {
        int64_t time;
        int32_t offset;
        int64_t today;
    } cases[] = {
        {20000 * day, 0, 20000},
        {20000 * day - 1, 0, 19999},
        {20001 * day - 1, 0, 20000},
        {20000 * day, -1, 19999},
        {20000 * day + minute, -1, 20000},
        {20000 * day + minute - 1, -1, 19999},
        {20001 * day - minute, 1, 20001},
        {20001 * day - minute - 1, 1, 20000},
        {20000 * day, 1440, 20001},
        {20000 * day, -1440, 19999},
        {-1, 0, -1},
        {-day, 0, -1},
        {-day - 1, 0, -2},
        {1, -1, -1},
        {-minute, 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_db *db;
        crm_db_options options = test_options();
        options.fixed_time = cases[i].time;
        options.utc_offset = cases[i].offset;
        cr_assert_eq(open_with(options, &db), CRM_OK);
        cr_expect_eq(crm_db_today(db), cases[i].today, "%zu: %lld", i, (long long)crm_db_today(db));
        crm_db_close(db);
    }
}

/* --- a full volume --- */

static int fill_up(crm_db *db, int parties) {
    char note[4001];
    memset(note, 'x', 4000);
    note[4000] = 0;
    crm_txn *txn = test_write(db);
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < parties; i++)
        rc = test_try(txn, test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "x", CRM_PARTY_NOTE, note, 0));
    if (rc == CRM_OK) rc = crm_txn_commit(txn);
    crm_txn_free(txn);
    return rc;
}

Test(db, full_volume) {
    bool own = unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0; /* it ends with this process */
    if (!own || mount("tmpfs", test_folder, "tmpfs", 0, "size=2m") != 0) {
        fprintf(stderr, "skipped: no small volume can be mounted here (%s)\n", strerror(errno));
        return;
    }
    crm_db *db = test_open();
    int rc = CRM_OK, commits = 0;
    while ((rc = fill_up(db, 10)) == CRM_OK && commits < 1000) commits++;
    cr_expect_eq(rc, CRM_E_FULL, "%d: %s", rc, crm_error_text());
    cr_expect(commits > 5 && commits < 100, "%d commits", commits);
    cr_expect_eq(test_sequence(db), (uint64_t)commits, "what was refused is not there");
    cr_expect_eq(fill_up(db, 1000), CRM_E_FULL, "and once more, in the middle of a transaction");
    char *before = test_dump(db);
    crm_db_close(db);
    db = test_open();
    char *after = test_dump(db);
    cr_expect_str_eq(after, before, "all that was stored is there after opening it again");
    free(before);
    free(after);

    crm_txn *txn = test_read(db);
    crm_iter *iter;
    static test_ids ids;
    cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, 0, 1000, NULL, &iter), CRM_OK);
    cr_expect_null(test_page(iter, &ids));
    crm_txn_free(txn);
    cr_assert_eq(ids.count, (size_t)commits * 10);
    for (size_t i = 0; i < ids.count / 2; i++) {
        txn = test_write(db);
        rc = crm_record_delete(txn, ids.id[i], 0);
        cr_assert_eq(rc, CRM_OK, "deleting %zu: %s", i, crm_error_text());
        test_commit(txn);
    }
    cr_expect_eq(fill_up(db, 10), CRM_OK, "there is room again: %s", crm_error_text());
    crm_db_close(db);
    umount(test_folder);
}

/* The upper bound of the options: the same, without a full volume. */
Test(db, full_bound) {
    crm_db_options options = test_options();
    crm_db *db;
    options.max_bytes = 1 << 20;
    cr_assert_eq(open_with(options, &db), CRM_OK);
    int rc = CRM_OK;
    for (int i = 0; i < 1000 && rc == CRM_OK; i++) rc = fill_up(db, 5);
    cr_expect_eq(rc, CRM_E_FULL);
    uint64_t sequence = test_sequence(db);
    char *before = test_dump(db);
    cr_expect_eq(fill_up(db, 100), CRM_E_FULL);
    char *after = test_dump(db);
    cr_expect_str_eq(before, after);
    cr_expect_eq(test_sequence(db), sequence);
    free(before);
    free(after);
    crm_db_close(db);
}
