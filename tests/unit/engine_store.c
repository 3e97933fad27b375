/* SPDX-License-Identifier: MIT */
/* The LMDB engine as a store: opening, the registry, limits of keys, callbacks, and what the files look like. */
#include "engine/lmdb_walk.h"
#include "engine_support.h"
#include <lmdb.h>
#include <sys/stat.h>

Test(engine_store, opening) {
    folder at = folder_new();
    crmi_engine *engine = (crmi_engine *)&at, *again;
    crmi_engine_options options = {.wait_ms = 200}, create = {.create = true, .wait_ms = 200};
    cr_expect_eq(crmi_engine_open(at.path, &options, &engine), CRM_E_NOTFOUND, "no folder");
    cr_expect_null(engine, "the output of a failure");
    cr_assert_eq(mkdir(at.path, 0755), 0);
    cr_expect_eq(crmi_engine_open(at.path, &options, &engine), CRM_E_NOTFOUND, "an empty folder");
    cr_expect_eq(rmdir(at.path), 0, "a failed open left something in the folder");

    mode_t mask = umask(0);
    cr_assert_eq(crmi_engine_open(at.path, &create, &engine), CRM_OK, "%s", crm_error_text());
    umask(mask);
    struct stat info;
    char path[160];
    cr_expect(stat(at.path, &info) == 0 && (info.st_mode & 0777) == 0700, "folder's mode %o", info.st_mode);
    static const char *const names[] = {"data.mdb", "lock.mdb", "crm.lock"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", at.path, names[i]);
        cr_expect(stat(path, &info) == 0 && (info.st_mode & 0777) == 0600, "%s: mode %o", names[i], info.st_mode);
        if (i == 1) cr_expect_geq((uint64_t)info.st_blocks * 512, (uint64_t)info.st_size, "lock.mdb has holes");
    }

    cr_expect_eq(crmi_engine_open(at.path, &options, &again), CRM_OK, "a second handle");
    cr_expect_eq(again, engine, "the second handle is another engine");
    snprintf(path, sizeof path, "%s/../store/.", at.path);
    cr_expect_eq(crmi_engine_open(path, &options, &again), CRM_OK, "by another path");
    cr_expect_eq(again, engine, "another path, another engine");
    crmi_engine_close(again);
    crmi_engine_close(again);
    cr_expect_eq(store_put(engine, "k", text("v")), CRM_OK, "closed with the first of three handles");
    crmi_engine_options others[] = {{.max_bytes = 1 << 20}, {.max_readers = 200}, {.read_only = true}};
    for (size_t i = 0; i < 3; i++) cr_expect_eq(crmi_engine_open(at.path, &others[i], &again), CRM_E_BUSY, "other options, %zu", i);
    crmi_engine_close(engine);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(crmi_engine_open(at.path, &others[i], &again), CRM_OK, "other options once it is closed, %zu: %s", i,
                     crm_error_text());
        crmi_engine_close(again);
    }
    folder_remove(&at);
}

/* A handle goes before its last snapshot: the store is open until that ends. */
Test(engine_store, closed_before_its_snapshots) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0), *other;
    crmi_engine_options same = {0}, others = {.max_readers = 200};
    char got[64];
    cr_expect_eq(store_put(engine, "k", text("v")), CRM_OK);
    crmi_etxn *first = txn_begin(engine, false), *second = txn_begin(engine, false);
    crmi_engine_close(engine);
    cr_expect_eq(crmi_engine_get(first, CRMI_TABLE_FILE, text("k"), copy_text, got), CRM_OK);
    cr_expect_eq(crmi_engine_open(at.path, &others, &other), CRM_E_BUSY, "closed under its snapshots");
    crmi_engine_abort(first);
    cr_expect_eq(crmi_engine_open(at.path, &others, &other), CRM_E_BUSY, "closed under a snapshot");
    cr_assert_eq(crmi_engine_open(at.path, &same, &other), CRM_OK, "the same again: %s", crm_error_text());
    crmi_engine_close(other);
    crmi_engine_abort(second);
    cr_expect_eq(folder_open_files(&at, NULL), 0, "still open after all have gone");
    cr_assert_eq(crmi_engine_open(at.path, &others, &other), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(other);
    folder_remove(&at);
}

static void write_file(const folder *at, const char *content, size_t size) {
    char path[160];
    snprintf(path, sizeof path, "%s/data.mdb", at->path);
    mkdir(at->path, 0700);
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(content, 1, size, file) == size, "data.mdb");
    fclose(file);
}

static void make_tables(const folder *at, const char *const *names, size_t count, unsigned flags) {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    mkdir(at->path, 0700);
    cr_assert(mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, 4) == 0 && mdb_env_open(env, at->path, 0, 0600) == 0, "lmdb");
    cr_assert_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
    for (size_t i = 0; i < count; i++) cr_assert_eq(mdb_dbi_open(txn, names[i], MDB_CREATE | flags, &dbi), 0);
    cr_assert_eq(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

Test(engine_store, damaged_stores) {
    static const char *const tables[] = {"meta", "file", "index"};
    static char zeros[16384];
    for (int i = 0; i < 7; i++) {
        folder at = folder_new();
        crmi_engine_options options = {.wait_ms = 200, .create = i == 6};
        crmi_engine *engine;
        const char *what = "";
        switch (i) {
        case 0: what = "an empty file", write_file(&at, "", 0); break;
        case 1: what = "a text", write_file(&at, "no store\n", 9); break;
        case 2: what = "zeros", write_file(&at, zeros, sizeof zeros); break;
        case 3: what = "a missing table", make_tables(&at, tables, 2, 0); break;
        case 4: what = "a table with duplicates", make_tables(&at, tables, 3, MDB_DUPSORT); break;
        case 5: what = "no tables", make_tables(&at, tables, 0, 0); break;
        default: what = "a missing table, create", make_tables(&at, tables + 1, 2, 0); break;
        }
        cr_expect_eq(crmi_engine_open(at.path, &options, &engine), CRM_E_CORRUPT, "%s: %s", what, crm_error_text());
        cr_expect_null(strstr(crm_error_text(), "MDB"), "%s: %s", what, crm_error_text());
        folder_remove(&at);
    }
    folder at = folder_new();
    crmi_engine *engine;
    crmi_engine_options options = {.create = true};
    cr_expect_eq(crmi_engine_open(at.path, &options, &engine), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(engine);
    char file[160];
    snprintf(file, sizeof file, "%s/data.mdb", at.path);
    cr_expect_eq(crmi_engine_open(file, &options, &engine), CRM_E_INVALID, "a file as the folder");
    folder_remove(&at);
}

Test(engine_store, read_only) {
    folder at = folder_new();
    crmi_engine *engine;
    crmi_engine_options options = {.read_only = true, .create = true};
    char got[64];
    crmi_etxn *txn;
    cr_expect_eq(crmi_engine_open(at.path, &options, &engine), CRM_E_NOTFOUND, "read-only creates nothing");
    crmi_engine *writer = store_open(&at, 0, 0);
    cr_expect_eq(store_put(writer, "k", text("value")), CRM_OK);
    crmi_engine_close(writer);
    cr_assert_eq(crmi_engine_open(at.path, &options, &engine), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(store_get(engine, "k", got), CRM_OK);
    cr_expect_str_eq(got, "value");
    cr_expect_eq(crmi_engine_begin(engine, true, 0, &txn), CRM_E_READ_ONLY);
    crmi_engine_close(engine);
    writer = store_open(&at, 0, 0);
    txn = txn_begin(writer, false);
    cr_expect_eq(crmi_engine_put(txn, 0, text("k"), text("v")), CRM_E_READ_ONLY);
    cr_expect_eq(crmi_engine_del(txn, 0, text("k")), CRM_E_READ_ONLY);
    cr_expect_eq(crmi_engine_del_range(txn, 0, text("k"), text("")), CRM_E_READ_ONLY);
    cr_expect_eq(crmi_engine_commit(txn), CRM_OK, "the end of a snapshot");
    crmi_engine_close(writer);
    folder_remove(&at);
}

Test(engine_store, not_for_children) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    int inherited = 0, count = folder_open_files(&at, &inherited);
    cr_expect(count >= 4 && inherited == 0, "of %d open files %d would stay open in an executed program", count, inherited);
    crmi_engine_close(engine);
    folder_remove(&at);
}

static int count_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    ++*(int *)data;
    return CRM_OK;
}

Test(engine_store, keys_and_values) {
    static char long_key[600], big[70000];
    static const struct {
        uint32_t table;
        size_t size;
        int status;
    } cases[] = {{1, 0, CRM_E_INVALID}, {1, 1, CRM_OK},        {1, 511, CRM_OK},      {1, 512, CRM_E_TOO_BIG},
                 {4, 5, CRM_OK},        {5, 5, CRM_E_INVALID}, {99, 5, CRM_E_INVALID}};
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    crmi_etxn *txn = txn_begin(engine, true);
    memset(long_key, 'k', sizeof long_key);
    int rows = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crmi_slice key = {long_key, cases[i].size};
        crmi_read read = {cases[i].table, 0, key, {NULL, 0}, 0};
        cr_expect_eq(crmi_engine_put(txn, cases[i].table, key, (crmi_slice){big, sizeof big}), cases[i].status, "put %zu", i);
        cr_expect_eq(crmi_engine_get(txn, cases[i].table, key, count_row, &rows), cases[i].status, "get %zu", i);
        cr_expect_eq(crmi_engine_get_many(txn, &read, 1, count_row, &rows), cases[i].status, "get_many %zu", i);
        cr_expect_eq(crmi_engine_del(txn, cases[i].table, key), cases[i].status, "del %zu", i);
    }
    cr_expect_eq(rows, 6);
    cr_expect_eq(crmi_engine_put(txn, 1, text("empty"), (crmi_slice){NULL, 0}), CRM_OK, "a value of no bytes");
    cr_expect_eq(crmi_engine_put(txn, 1, (crmi_slice){long_key, 511}, text("")), CRM_OK);
    crmi_read after = {1, CRMI_READ_RANGE, {long_key, 512}, {NULL, 0}, 0},
              upto = {1, CRMI_READ_RANGE | CRMI_READ_REVERSE, {NULL, 0}, {long_key, 600}, 0};
    rows = 0;
    cr_expect(crmi_engine_range(txn, &after, count_row, &rows) == CRM_OK && rows == 0, "a range after the longest key: %d", rows);
    cr_expect(crmi_engine_range(txn, &upto, count_row, &rows) == CRM_OK && rows == 2, "a range with a bound longer than keys: %d", rows);
    cr_expect_eq(crmi_engine_commit(txn), CRM_OK);
    crmi_engine_close(engine);
    folder_remove(&at);
}

typedef struct visit {
    crmi_etxn *txn;
    int rows, inner_rows, write_status;
} visit;

static int visit_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    visit *at = data;
    (void)read, (void)value;
    crmi_read all = {CRMI_TABLE_FILE, CRMI_READ_RANGE, {NULL, 0}, {NULL, 0}, 0};
    at->write_status = crmi_engine_put(at->txn, CRMI_TABLE_FILE, key, text("new"));
    if (crmi_engine_range(at->txn, &all, count_row, &at->inner_rows) != CRM_OK) return -1;
    if (crmi_engine_get(at->txn, CRMI_TABLE_FILE, key, count_row, &at->inner_rows) != CRM_OK) return -1;
    return ++at->rows == 3 ? 77 : CRM_OK;
}

/* A callback reads the same table while it is read, ends the reading with a value of its own, and may not write. */
Test(engine_store, callbacks) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    crmi_etxn *txn = txn_begin(engine, true);
    const char *const keys[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < 4; i++) cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_FILE, text(keys[i]), text(keys[i])), CRM_OK);
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
    for (int write = 0; write < 2; write++) {
        visit to = {.txn = txn = txn_begin(engine, write)};
        crmi_read all = {CRMI_TABLE_FILE, CRMI_READ_RANGE, text("a"), text("z"), 0};
        cr_expect_eq(crmi_engine_range(txn, &all, visit_row, &to), 77, "the callback's value");
        cr_expect(to.rows == 3 && to.inner_rows == 15, "%d rows, %d rows inside", to.rows, to.inner_rows);
        cr_expect_eq(to.write_status, write ? CRM_E_INVALID : CRM_E_READ_ONLY, "a write inside: %d", to.write_status);
        cr_expect_eq(crmi_engine_commit(txn), CRM_OK, "nothing failed");
    }
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Writing into a store whose files were moved away would be writing into nothing. */
Test(engine_store, replaced_under_it) {
    static const char *const names[] = {"data.mdb", "lock.mdb", "crm.lock", ""};
    for (size_t i = 0; i < 4; i++) {
        folder at = folder_new();
        crmi_engine *engine = store_open(&at, 0, 0);
        char path[160], away[170], got[64];
        cr_expect_eq(store_put(engine, "k", text("v")), CRM_OK);
        snprintf(path, sizeof path, "%s/%s", at.path, names[i]);
        if (!*names[i]) path[strlen(path) - 1] = 0;
        snprintf(away, sizeof away, "%s.away", path);
        cr_assert_eq(rename(path, away), 0);
        cr_expect_eq(store_put(engine, "k", text("w")), CRM_E_IO, "%s: written all the same", names[i]);
        cr_expect_eq(store_get(engine, "k", got), CRM_OK, "%s: the snapshot is still there", names[i]);
        cr_assert_eq(rename(away, path), 0);
        cr_expect_eq(store_put(engine, "k", text("w")), CRM_OK, "%s: back in its place: %s", names[i], crm_error_text());
        crmi_engine_close(engine);
        folder_remove(&at);
    }
}

/* What a creation that was killed has left is in nobody's way, and goes. */
Test(engine_store, unfinished_creation) {
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    folder at = folder_new();
    char path[200];
    cr_assert_eq(mkdir(at.path, 0700), 0);
    snprintf(path, sizeof path, "%s/.crm-new", at.path);
    cr_assert_eq(mkdir(path, 0700), 0);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/.crm-new/%s", at.path, names[i]);
        int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        cr_assert(fd >= 0 && write(fd, "half", 4) == 4);
        close(fd);
    }
    crmi_engine *engine = store_open(&at, 0, 0);
    crmi_engine_close(engine);
    snprintf(path, sizeof path, "%s/.crm-new", at.path);
    cr_expect_eq(access(path, F_OK), -1);
    folder_remove(&at);
}

/* --- what the first process looks at --- */

static void change_note(const folder *at, const char *from, const char *to) {
    char path[160], note[64] = "";
    snprintf(path, sizeof path, "%s/crm.lock", at->path);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    cr_assert(fd >= 0 && read(fd, note, sizeof note) == sizeof note);
    cr_assert_eq(strncmp(note, from, strlen(from)), 0, "%.64s", note);
    cr_assert_eq(pwrite(fd, to, strlen(to), 0), (ssize_t)strlen(to));
    close(fd);
}

static void swap_places(uint8_t *page) {
    for (int i = 16; i < 18; i++) {
        uint8_t kept = page[i];
        page[i] = page[i + 2];
        page[i + 2] = kept;
    }
}

enum spoil { ANOTHERS, OUT_OF_ORDER, ONE_FEWER };

/* A store over the size of small ones, with a leaf that only reading all pages shows to be wrong. */
static void spoil_leaf(const folder *at, enum spoil how) {
    char path[160];
    uint8_t head[32];
    crmi_engine *engine = store_open(at, 0, 0);
    for (int i = 0; i < 60; i++) {
        char key[16];
        snprintf(key, sizeof key, "%08d", i);
        cr_assert_eq(store_put(engine, key, text(key)), CRM_OK);
    }
    crmi_engine_close(engine);
    snprintf(path, sizeof path, "%s/data.mdb", at->path);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    cr_assert_eq(ftruncate(fd, 129 << 20), 0);
    for (off_t page = 2;; page++) {
        cr_assert_eq(pread(fd, head, sizeof head, page * 4096), (ssize_t)sizeof head);
        uint8_t good[sizeof head];
        memcpy(good, head, sizeof head);
        if (how == OUT_OF_ORDER) swap_places(head);
        if (how == ANOTHERS) head[0] ^= 64;
        if (how == ONE_FEWER) head[12] = (uint8_t)(head[12] - 2);
        cr_assert_eq(pwrite(fd, head, sizeof head, page * 4096), (ssize_t)sizeof head);
        if (crmi_lmdb_check(fd, false, false) == CRM_OK && crmi_lmdb_check(fd, true, false) == CRM_E_CORRUPT) break;
        cr_assert_eq(pwrite(fd, good, sizeof good, page * 4096), (ssize_t)sizeof good);
    }
    close(fd);
}

static int all_rows(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)data, (void)read, (void)key, (void)value;
    return CRM_OK;
}

/* Keys that are not in order are no answer to a range, whichever way it goes. */
Test(engine_store, range_out_of_order) {
    folder at = folder_new();
    crmi_engine_options options = {.wait_ms = 0};
    crmi_engine *engine;
    spoil_leaf(&at, OUT_OF_ORDER);
    cr_assert_eq(crmi_engine_open(at.path, &options, &engine), CRM_OK);
    for (uint32_t reverse = 0; reverse < 2; reverse++) {
        int rc = CRM_OK;
        for (uint32_t table = 0; table < CRMI_TABLES && rc == CRM_OK; table++) {
            crmi_etxn *txn = txn_begin(engine, false);
            crmi_read all = {.table = table, .flags = reverse ? CRMI_READ_REVERSE : 0};
            rc = crmi_engine_range(txn, &all, all_rows, NULL);
            crmi_engine_abort(txn);
        }
        cr_expect_eq(rc, CRM_E_CORRUPT, "%d", rc);
    }
    crmi_engine_close(engine);
    folder_remove(&at);
}

static int open_status(const folder *at, bool check) {
    crmi_engine_options options = {.check = check};
    crmi_engine *engine;
    int status = crmi_engine_open(at->path, &options, &engine);
    if (status == CRM_OK) crmi_engine_close(engine);
    return status;
}

/* All of it where it is asked for, was not closed, or is another file than the one that was closed; else what leads to other pages. */
Test(engine_store, first_look) {
    folder at = folder_new();
    char path[160];
    spoil_leaf(&at, ANOTHERS);
    cr_expect_eq(open_status(&at, false), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(open_status(&at, true), CRM_E_CORRUPT);
    cr_expect_eq(open_status(&at, false), CRM_OK, "%s", crm_error_text());
    change_note(&at, "libcrm 1 closed ", "libcrm 1 open ");
    cr_expect_eq(open_status(&at, false), CRM_E_CORRUPT);
    cr_expect_eq(open_status(&at, false), CRM_E_CORRUPT, "nobody has closed it since");
    snprintf(path, sizeof path, "%s/crm.lock", at.path);
    cr_assert_eq(unlink(path), 0);
    cr_expect_eq(open_status(&at, false), CRM_E_CORRUPT, "without its note");
    folder_remove(&at);
}

/* What was not read at the opening: it can be read as far as it is sound, and nothing follows it into another page or copies it. */
static void use_damaged(enum spoil how) {
    folder at = folder_new(), copy = folder_new();
    crmi_engine_options options = {.wait_ms = 0};
    crmi_engine *engine;
    crmi_etxn *txn;
    spoil_leaf(&at, how);
    cr_assert_eq(crmi_engine_open(at.path, &options, &engine), CRM_OK);
    for (int again = 0; again < 2; again++) {
        cr_expect_eq(crmi_engine_begin(engine, true, 0, &txn), CRM_E_CORRUPT, "%s", crm_error_text());
        cr_expect_not_null(strstr(crm_error_text(), ": page "), "%s", crm_error_text());
    }
    cr_expect_eq(crmi_engine_copy(engine, copy.path, NULL), CRM_E_CORRUPT, "%s", crm_error_text());
    cr_expect_eq(crmi_engine_compact(engine, NULL), CRM_E_CORRUPT, "%s", crm_error_text());
    txn = txn_begin(engine, false);
    cr_expect_eq(crmi_engine_walk(txn), CRM_E_CORRUPT);
    crmi_engine_abort(txn);
    crmi_engine_close(engine);
    options.previous = true;
    cr_expect_eq(crmi_engine_open(at.path, &options, &engine), CRM_OK, "the commit before: %s", crm_error_text());
    cr_expect_eq(store_put(engine, "k", text("v")), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(engine);
    folder_remove(&copy);
    folder_remove(&at);
}

Test(engine_store, damage_that_was_not_looked_at) {
    for (enum spoil how = ANOTHERS; how <= ONE_FEWER; how++) use_damaged(how);
}

/* All pages are read before the first write, and that is noted for other processes. */
Test(engine_store, pages_are_read_once) {
    folder at = folder_new();
    char path[160];
    crmi_engine *engine = store_open(&at, 0, 0);
    cr_assert_eq(store_put(engine, "k", text("v")), CRM_OK);
    crmi_engine_close(engine);
    snprintf(path, sizeof path, "%s/data.mdb", at.path);
    cr_assert_eq(truncate(path, 129 << 20), 0);
    engine = store_open(&at, 0, 0);
    change_note(&at, "libcrm 1 open ", "libcrm 1 open ");
    cr_assert_eq(store_put(engine, "k", text("w")), CRM_OK);
    change_note(&at, "libcrm 1 whole ", "libcrm 1 whole ");
    crmi_engine_close(engine);
    change_note(&at, "libcrm 1 closed ", "libcrm 1 closed ");
    folder_remove(&at);
}

/* A small store is read whole each time. */
Test(engine_store, first_look_at_a_small_one) {
    folder at = folder_new();
    char path[160];
    spoil_leaf(&at, ANOTHERS);
    snprintf(path, sizeof path, "%s/data.mdb", at.path);
    cr_assert_eq(truncate(path, 1 << 20), 0);
    change_note(&at, "libcrm 1 closed ", "libcrm 1 closed ");
    cr_expect_eq(open_status(&at, false), CRM_E_CORRUPT);
    folder_remove(&at);
}

/* --- what is damaged while the store is open --- */

/* Branches that lead to one page alone: LMDB asserts that there are none. */
static void spoil_branches(const folder *at) {
    char path[160];
    uint8_t head[16];
    int found = 0;
    snprintf(path, sizeof path, "%s/data.mdb", at->path);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    cr_assert(fd >= 0);
    for (off_t page = 2; pread(fd, head, sizeof head, page * 4096) == sizeof head; page++) {
        if (head[10] != 1 || head[11] != 0) continue;
        head[12] = 18;
        head[13] = 0;
        cr_assert_eq(pwrite(fd, head, sizeof head, page * 4096), (ssize_t)sizeof head);
        found++;
    }
    close(fd);
    cr_assert(found > 0);
}

/* LMDB's assertion ends the call; then the store can only be closed. */
Test(engine_store, assertion) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    crmi_etxn *txn;
    for (int i = 0; i < 400; i++) {
        char key[32];
        snprintf(key, sizeof key, "%08d-%08d", i, i);
        cr_assert_eq(store_put(engine, key, text(key)), CRM_OK);
    }
    spoil_branches(&at);
    txn = txn_begin(engine, true);
    cr_expect_eq(crmi_engine_put(txn, CRMI_TABLE_FILE, text("k"), text("v")), CRM_E_CORRUPT, "%s", crm_error_text());
    cr_expect_eq(crmi_engine_put(txn, CRMI_TABLE_FILE, text("l"), text("v")), CRM_E_CORRUPT, "the transaction can only be ended");
    cr_expect_eq(crmi_engine_commit(txn), CRM_E_CORRUPT);
    for (int write = 0; write < 2; write++) cr_expect_eq(crmi_engine_begin(engine, write, 0, &txn), CRM_E_CORRUPT, "%s", crm_error_text());
    crmi_engine_close(engine);
    cr_expect_eq(open_status(&at, false), CRM_E_CORRUPT);
    folder_remove(&at);
}
