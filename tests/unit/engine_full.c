/* SPDX-License-Identifier: MIT */
/* Full stores: the map's bound and its growth, within the process and across processes; a full volume; the process's file size limit. */
#include "engine_support.h"
#include <errno.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

static char filler[100000];

/* One row a commit until it does not work any more: how often it did. */
static int fill(crmi_engine *engine, int from, size_t size, int *status) {
    int count = 0;
    char key[32];
    do {
        snprintf(key, sizeof key, "k%06d", from + count++);
        *status = store_put(engine, key, (crmi_slice){filler, size});
    } while (*status == CRM_OK && count < 5000);
    return *status == CRM_OK ? count : count - 1;
}

static int count_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    ++*(int *)data;
    return CRM_OK;
}

static int count(crmi_engine *engine) {
    int rows = 0;
    crmi_read all = {CRMI_TABLE_FILE, CRMI_READ_RANGE, {NULL, 0}, {NULL, 0}, 0};
    crmi_etxn *txn = txn_begin(engine, false);
    cr_expect_eq(crmi_engine_range(txn, &all, count_row, &rows), CRM_OK);
    crmi_engine_abort(txn);
    return rows;
}

Test(engine_full, growth) {
    folder at = folder_new();
    setenv("CRM_MAP_SIZE", "262144", 1);
    crmi_engine *engine = store_open(&at, 1 << 20, 200);
    int status, total = 0, grown = 0, rows = 0;
    for (;; grown++) {
        total += fill(engine, total, 3000, &status);
        cr_assert_eq(status, CRM_E_FULL, "%d %s", status, crm_error_text());
        status = crmi_engine_grow(engine);
        if (status != CRM_OK) break;
    }
    cr_expect(status == CRM_E_FULL && grown == 2, "256 KiB to 1 MiB in %d steps, then %d", grown, status);
    cr_expect(total > 50 && count(engine) == total, "%d rows of %d", count(engine), total);

    crmi_etxn *txn = txn_begin(engine, true);
    status = CRM_OK;
    for (int i = 0; i < 100 && status == CRM_OK; i++) {
        char key[32];
        snprintf(key, sizeof key, "m%d", i);
        status = crmi_engine_put(txn, CRMI_TABLE_FILE, text(key), (crmi_slice){filler, 9000});
    }
    cr_expect_eq(status, CRM_E_FULL);
    cr_expect_eq(crmi_engine_put(txn, CRMI_TABLE_FILE, text("z"), text("z")), CRM_E_FULL, "a transaction goes on after a failure");
    cr_expect_eq(crmi_engine_get(txn, CRMI_TABLE_FILE, text("k000000"), count_row, &rows), CRM_E_FULL, "even a read");
    cr_expect_eq(crmi_engine_commit(txn), CRM_E_FULL, "the commit of half a transaction");
    cr_expect_eq(count(engine), total, "half a transaction was stored");
    txn = txn_begin(engine, true);
    cr_expect_eq(crmi_engine_del_range(txn, CRMI_TABLE_FILE, text("k000010"), text("")), CRM_OK, "deleting in a full store");
    cr_expect_eq(crmi_engine_commit(txn), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(count(engine), 10);
    crmi_engine_close(engine);
    folder_remove(&at);
}

Test(engine_full, growth_waits_for_transactions) {
    folder at = folder_new();
    setenv("CRM_MAP_SIZE", "262144", 1);
    crmi_engine *engine = store_open(&at, 1 << 20, 150);
    for (int write = 0; write < 2; write++) {
        crmi_etxn *txn = txn_begin(engine, write);
        int64_t start = milliseconds();
        cr_expect_eq(crmi_engine_grow(engine), CRM_E_BUSY, "with a transaction open");
        int64_t took = milliseconds() - start;
        cr_expect(took >= 140 && took < 1000, "%d ms of 150", (int)took);
        crmi_engine_abort(txn);
    }
    cr_expect_eq(crmi_engine_grow(engine), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* The child fills the store to its bound of 4 MiB. */
static int grow_in_child(const char *path, int from, int to) {
    crmi_engine_options options = {.max_bytes = 4 << 20, .wait_ms = 1000};
    crmi_engine *engine;
    listen_for(from);
    if (crmi_engine_open(path, &options, &engine) != CRM_OK) return 1;
    int status, total = 0, grown = 0;
    do {
        total += fill(engine, total, 3000, &status);
        grown++;
    } while (status == CRM_E_FULL && crmi_engine_grow(engine) == CRM_OK);
    crmi_engine_close(engine);
    say(to, 'd');
    listen_for(from);
    return status == CRM_E_FULL && grown > 3 && total > 100 ? 0 : 2;
}

Test(engine_full, growth_by_another_process) {
    folder at = folder_new();
    char got[64];
    setenv("CRM_MAP_SIZE", "262144", 1);
    child other = child_start(grow_in_child, at.path);
    crmi_engine *engine = store_open(&at, 8 << 20, 150);
    cr_expect_eq(store_put(engine, "a", text("1")), CRM_OK);
    crmi_etxn *old = txn_begin(engine, false), *txn;
    child_tell(&other);
    cr_expect_eq(child_hear(&other), 'd');
    cr_expect_eq(crmi_engine_begin(engine, false, 0, &txn), CRM_E_BUSY, "the map was moved under a snapshot");
    cr_expect_eq(crmi_engine_begin(engine, true, 0, &txn), CRM_E_BUSY, "the map was moved under a snapshot, to write");
    cr_expect_eq(crmi_engine_get(old, CRMI_TABLE_FILE, text("a"), copy_text, got), CRM_OK, "the old snapshot");
    crmi_engine_abort(old);
    cr_expect_eq(store_get(engine, "k000099", got), CRM_OK, "what the other process wrote: %s", crm_error_text());
    int rows = count(engine), status;
    int more = fill(engine, 8000, 3000, &status);
    cr_expect(status == CRM_E_FULL && more < 1024, "%d rows into the 4 MiB that it took over, then %d", more, status);
    cr_expect_eq(crmi_engine_grow(engine), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(store_put(engine, "b", text("2")), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(count(engine), rows + more + 1);
    child_tell(&other);
    cr_expect_eq(child_end(&other), 0, "the child");
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* A volume of 2 MiB over the folder's parent; false, loudly, where that can't be had. */
static bool volume_new(folder *at) {
    *at = folder_new();
    char parent[160];
    snprintf(parent, sizeof parent, "%.*s", (int)(strlen(at->path) - strlen("/store")), at->path);
    if (mount("tmpfs", parent, "tmpfs", 0, "size=2m,mode=0700") == 0) return true;
    fprintf(stderr, "skipped: no small volume can be mounted (%s)\n", strerror(errno));
    folder_remove(at);
    return false;
}

static void volume_remove(const folder *at) {
    char path[160];
    snprintf(path, sizeof path, "%.*s", (int)(strlen(at->path) - strlen("/store")), at->path);
    cr_expect_eq(umount(path), 0, "a file of the store is still open: %s", strerror(errno));
    rmdir(path);
}

/* Takes what is left of the volume; leave bytes stay free. */
static void volume_fill(const folder *at, size_t leave, char path[160]) {
    struct statvfs volume;
    snprintf(path, 160, "%.*s/ballast", (int)(strlen(at->path) - strlen("/store")), at->path);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    cr_assert(fd >= 0 && fstatvfs(fd, &volume) == 0);
    size_t size = volume.f_bavail * volume.f_frsize;
    if (size > leave) cr_assert_eq(posix_fallocate(fd, 0, (off_t)(size - leave)), 0);
    close(fd);
}

Test(engine_full, volume_full_before_open) {
    folder at;
    char ballast[160], got[64];
    crmi_engine *engine;
    crmi_engine_options options = {.create = true, .wait_ms = 200};
    if (!volume_new(&at)) cr_skip_test("no small volume");
    for (size_t leave = 0; leave <= 90000; leave += 4096) { /* some of it, but not enough */
        volume_fill(&at, leave, ballast);
        int status = crmi_engine_open(at.path, &options, &engine);
        if (status == CRM_OK) crmi_engine_close(engine);
        cr_expect(status == CRM_E_FULL || (status == CRM_OK && leave > 60000), "%zu bytes left: %d %s", leave, status, crm_error_text());
        unlink(ballast);
        char data[160];
        snprintf(data, sizeof data, "%s/data.mdb", at.path);
        cr_expect((access(data, F_OK) == 0) == (status == CRM_OK), "%zu bytes left: half a store stayed", leave);
        folder_remove(&at);
        rmdir(at.path);
    }
    engine = store_open(&at, 0, 0);
    cr_expect_eq(store_put(engine, "a", text("1")), CRM_OK);
    crmi_engine_close(engine);
    volume_fill(&at, 0, ballast);
    cr_assert_eq(crmi_engine_open(at.path, &options, &engine), CRM_OK, "a store on a full volume: %s", crm_error_text());
    cr_expect(store_get(engine, "a", got) == CRM_OK && strcmp(got, "1") == 0);
    crmi_engine_close(engine);
    char lock[160];
    snprintf(lock, sizeof lock, "%s/lock.mdb", at.path);
    cr_assert_eq(truncate(lock, 0), 0);
    unlink(ballast);
    volume_fill(&at, 0, ballast);
    cr_expect_eq(crmi_engine_open(at.path, &options, &engine), CRM_E_FULL, "no room for the lock file: %s", crm_error_text());
    unlink(ballast);
    folder_remove(&at);
    volume_remove(&at);
}

Test(engine_full, volume_full_while_writing) {
    folder at;
    char ballast[160];
    int status;
    if (!volume_new(&at)) cr_skip_test("no small volume");
    setenv("CRM_MAP_SIZE", "16777216", 1); /* so that it is not the bound that keeps the map from growing */
    crmi_engine *engine = store_open(&at, 0, 0);
    int total = fill(engine, 0, 5000, &status);
    cr_expect(status == CRM_E_FULL && total > 100, "%d rows, then %d %s", total, status, crm_error_text());
    cr_expect_eq(crmi_engine_grow(engine), CRM_E_FULL, "a bigger map does not help");
    cr_expect_eq(count(engine), total, "rows after a failed commit");
    volume_fill(&at, 0, ballast);
    cr_expect_eq(store_put(engine, "small", text("1")), CRM_E_FULL, "what is kept for deletions is used up");
    cr_expect_eq(crmi_engine_commit(txn_begin(engine, true)), CRM_OK, "a commit of nothing");
    for (int i = total; i-- > 10;) { /* one by one, without any room */
        char key[32];
        snprintf(key, sizeof key, "k%06d", i);
        crmi_etxn *txn = txn_begin(engine, true);
        cr_assert_eq(crmi_engine_del(txn, CRMI_TABLE_FILE, text(key)), CRM_OK);
        status = crmi_engine_commit(txn);
        cr_assert_eq(status, CRM_OK, "deleting %d: %s", i, crm_error_text());
    }
    cr_expect_eq(store_put(engine, "k999999", text("1")), CRM_OK, "what was deleted is room: %s", crm_error_text());
    crmi_engine_close(engine);
    engine = store_open(&at, 0, 0);
    cr_expect_eq(count(engine), 11, "after opening it again");
    crmi_engine_close(engine);
    unlink(ballast);
    folder_remove(&at);
    volume_remove(&at);
}

Test(engine_full, file_size_limit) {
    folder at = folder_new();
    struct rlimit limit = {1 << 20, RLIM_INFINITY};
    int status;
    crmi_engine *engine = store_open(&at, 0, 0);
    cr_expect_eq(fill(engine, 0, 100, &status), 5000);
    crmi_engine_close(engine);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    engine = store_open(&at, 0, 0);
    int total = fill(engine, 5000, 9000, &status); /* past the limit a signal would end the process */
    cr_expect(status == CRM_E_FULL && total > 5, "%d rows, then %d %s", total, status, crm_error_text());
    cr_expect_eq(crmi_engine_grow(engine), CRM_E_FULL);
    crmi_engine_close(engine);
    limit.rlim_cur = 100000;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    crmi_engine_options writing = {0}, reading = {.read_only = true};
    cr_expect_eq(crmi_engine_open(at.path, &writing, &engine), CRM_E_FULL, "a store past the limit");
    cr_assert_eq(crmi_engine_open(at.path, &reading, &engine), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(count(engine), 5000 + total);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Less address space than the map would like. */
Test(engine_full, address_space) {
    folder at = folder_new();
#if !defined(__SANITIZE_ADDRESS__)
    struct rlimit limit = {1 << 30, 1 << 30};
    cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
#endif
    crmi_engine *engine = store_open(&at, 0, 0);
    cr_expect_eq(store_put(engine, "a", text("1")), CRM_OK);
    crmi_engine_close(engine);
    folder_remove(&at);
}
