/* SPDX-License-Identifier: MIT */
/* Copies of a store beside its writer, and a store that is made smaller in its place. */
#include "engine_support.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { KEYS = 300 };

static off_t size_of(const folder *at) {
    struct stat data;
    char path[160];
    snprintf(path, sizeof path, "%s/data.mdb", at->path);
    return stat(path, &data) == 0 ? data.st_size : -1;
}

/* All keys have the same number as their value: a commit is seen whole or not at all. */
static void write_round(crmi_engine *engine, uint32_t round) {
    static char value[900];
    crmi_etxn *txn = txn_begin(engine, true);
    snprintf(value, sizeof value, "%u", round);
    for (int i = 0; i < KEYS; i++) {
        char key[16];
        snprintf(key, sizeof key, "%05d", i);
        cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_FILE, text(key), (crmi_slice){value, 1 + (round * 7 + (uint32_t)i) % 890}), CRM_OK);
    }
    cr_assert_eq(crmi_engine_put(txn, CRMI_TABLE_META, text("round"), (crmi_slice){&round, sizeof round}), CRM_OK);
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
}

typedef struct sums {
    uint32_t round, rows;
    size_t bytes;
} sums;

static int add_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key;
    sums *all = data;
    all->rows++;
    all->bytes += value.size;
    return CRM_OK;
}

static int take_round(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key;
    memcpy(&((sums *)data)->round, value.data, sizeof(uint32_t));
    return CRM_OK;
}

/* What a store has; whether that is one whole round. */
static bool is_whole(const folder *at, uint32_t *round) {
    sums all = {0};
    size_t bytes = 0;
    crmi_engine_options options = {.check = true};
    crmi_engine *engine;
    cr_assert_eq(crmi_engine_open(at->path, &options, &engine), CRM_OK, "%s", crm_error_text());
    crmi_etxn *txn = txn_begin(engine, false);
    crmi_read range = {CRMI_TABLE_FILE, CRMI_READ_RANGE, {NULL, 0}, {NULL, 0}, 0};
    cr_assert_eq(crmi_engine_get(txn, CRMI_TABLE_META, text("round"), take_round, &all), CRM_OK);
    cr_assert_eq(crmi_engine_range(txn, &range, add_row, &all), CRM_OK);
    crmi_engine_abort(txn);
    crmi_engine_close(engine);
    for (uint32_t i = 0; i < KEYS; i++) bytes += 1 + (all.round * 7 + i) % 890;
    *round = all.round;
    return all.rows == KEYS && all.bytes == bytes;
}

typedef struct writer {
    crmi_engine *engine;
    atomic_bool stop;
    atomic_uint rounds;
} writer;

static void *write_on(void *data) {
    writer *w = data;
    while (!atomic_load(&w->stop)) write_round(w->engine, atomic_fetch_add(&w->rounds, 1) + 1);
    return NULL;
}

/* Each copy is one commit, whole, and small. */
Test(engine_copy, beside_a_writer) {
    folder at = folder_new();
    pthread_t thread;
    writer w = {.engine = store_open(&at, 0, 5000)};
    write_round(w.engine, 0);
    cr_assert_eq(pthread_create(&thread, NULL, write_on, &w), 0);
    uint32_t last = 0;
    for (int i = 0; i < 25; i++) {
        folder to = folder_new();
        uint32_t round = 0, before = atomic_load(&w.rounds);
        cr_assert_eq(crmi_engine_copy(w.engine, to.path, NULL), CRM_OK, "%s", crm_error_text());
        cr_expect(is_whole(&to, &round), "copy %d", i);
        cr_expect(round >= last && round + 1 >= before, "%u after %u, begun at %u", round, last, before);
        cr_expect(size_of(&to) < size_of(&at));
        last = round;
        folder_remove(&to);
    }
    atomic_store(&w.stop, true);
    pthread_join(thread, NULL);
    crmi_engine_close(w.engine);
    folder_remove(&at);
}

static folder looked_at;
static int looks, inherited;

static int look_at_files(uint32_t table, crmi_slice key, crmi_slice value) {
    (void)table, (void)key, (void)value;
    looks += folder_open_files(&looked_at, &inherited) > 0;
    return CRM_OK;
}

/* A program that the host executes meanwhile gets nothing of it. */
Test(engine_copy, not_inherited) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 1000);
    cr_assert_eq(store_put(engine, "a", text("1")), CRM_OK);
    looked_at = folder_new();
    cr_expect_eq(crmi_engine_copy(engine, looked_at.path, look_at_files), CRM_OK, "%s", crm_error_text());
    cr_expect(looks == 1 && inherited == 0, "%d of %d", inherited, looks);
    crmi_engine_close(engine);
    folder_remove(&at);
    folder_remove(&looked_at);
}

/* A process that was killed leaves a part of a copy: whoever opens the store for writing next removes it, where nobody is at it. */
Test(engine_copy, left_behind) {
    folder at = folder_new();
    char path[160], file[180];
    crmi_engine_options reading = {.read_only = true};
    crmi_engine *engine;
    crmi_engine_close(store_open(&at, 0, 1000));
    snprintf(path, sizeof path, "%s/.crm-new", at.path);
    snprintf(file, sizeof file, "%s/data.mdb", path);
    cr_assert_eq(mkdir(path, 0700), 0);
    int inner = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), left = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert(inner >= 0 && left >= 0 && flock(inner, LOCK_EX) == 0);
    crmi_engine_close(store_open(&at, 0, 1000));
    cr_expect_eq(access(file, F_OK), 0, "somebody is at it");
    close(left);
    close(inner);
    cr_assert_eq(crmi_engine_open(at.path, &reading, &engine), CRM_OK);
    crmi_engine_close(engine);
    cr_expect_eq(access(file, F_OK), 0, "who reads changes nothing");
    crmi_engine_close(store_open(&at, 0, 1000));
    cr_expect_neq(access(path, F_OK), 0);
    folder_remove(&at);
}

Test(engine_copy, refused) {
    folder at = folder_new(), to = folder_new();
    crmi_engine *engine = store_open(&at, 0, 1000);
    write_round(engine, 1);
    cr_expect_eq(crmi_engine_copy(engine, at.path, NULL), CRM_E_EXISTS, "into itself");
    cr_expect_eq(crmi_engine_copy(engine, to.path, NULL), CRM_OK);
    cr_expect_eq(crmi_engine_copy(engine, to.path, NULL), CRM_E_EXISTS, "there is one");
    char path[200], file[200];
    snprintf(path, sizeof path, "%s/none/none", to.path);
    cr_expect_eq(crmi_engine_copy(engine, path, NULL), CRM_E_NOTFOUND, "no folder to make it in");
    snprintf(file, sizeof file, "%s/data.mdb", to.path);
    cr_expect_eq(crmi_engine_copy(engine, file, NULL), CRM_E_INVALID, "a file");
    snprintf(path, sizeof path, "%s/.crm-new", to.path);
    unlink(file);
    cr_assert_eq(mkdir(path, 0700), 0);
    int inner = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert(inner >= 0 && flock(inner, LOCK_EX) == 0);
    cr_expect_eq(crmi_engine_copy(engine, to.path, NULL), CRM_E_BUSY, "somebody is at it");
    close(inner);
    cr_expect_eq(crmi_engine_copy(engine, to.path, NULL), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(engine);
    folder_remove(&at);
    folder_remove(&to);
}

/* The last rows fill a commit of the copy. */
Test(engine_copy, last_commit) {
    static char big[60000];
    folder at = folder_new(), to = folder_new();
    crmi_engine *engine = store_open(&at, 0, 1000);
    crmi_etxn *txn = txn_begin(engine, true);
    for (int i = 0; i < 300; i++) {
        char key[16];
        snprintf(key, sizeof key, "%03d", i);
        cr_assert_eq(crmi_engine_put(txn, CRMI_TABLES - 1, text(key), (crmi_slice){big, sizeof big}), CRM_OK, "%s", crm_error_text());
    }
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
    cr_expect_eq(crmi_engine_copy(engine, to.path, NULL), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crmi_engine_compact(engine, NULL), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(engine);
    folder_remove(&at);
    folder_remove(&to);
}

Test(engine_copy, compact) {
    folder at = folder_new();
    uint32_t round = 0;
    crmi_engine *engine = store_open(&at, 0, 1000), *second = store_open(&at, 0, 1000);
    crmi_etxn *txn = txn_begin(engine, false), *other;
    for (uint32_t i = 0; i < 40; i++) write_round(engine, i);
    cr_expect_eq(crmi_engine_compact(engine, NULL), CRM_E_BUSY, "a second handle, and a snapshot");
    crmi_engine_close(second);
    cr_expect_eq(crmi_engine_compact(engine, NULL), CRM_E_BUSY, "a snapshot");
    crmi_engine_abort(txn);
    off_t before = size_of(&at);
    cr_expect_eq(crmi_engine_compact(engine, NULL), CRM_OK, "%s", crm_error_text());
    cr_expect(size_of(&at) < before / 2, "%lld of %lld", (long long)size_of(&at), (long long)before);
    cr_expect_eq(crmi_engine_begin(engine, false, 0, &other), CRM_E_IO, "it can only be closed");
    crmi_engine_close(engine);
    cr_expect(is_whole(&at, &round) && round == 39);
    engine = store_open(&at, 0, 1000);
    write_round(engine, 40);
    crmi_engine_close(engine);
    cr_expect(is_whole(&at, &round) && round == 40);
    folder_remove(&at);
}

/* Another process has it open. */
Test(engine_copy, compact_elsewhere) {
    folder at = folder_new();
    int ready[2], done[2];
    char byte = 0;
    crmi_engine *engine = store_open(&at, 0, 1000);
    write_round(engine, 1);
    crmi_engine_close(engine);
    cr_assert(pipe(ready) == 0 && pipe(done) == 0);
    pid_t other = fork();
    if (other == 0) {
        close(done[1]); /* a test that fails ends this process, too */
        engine = store_open(&at, 0, 1000);
        bool went = write(ready[1], "r", 1) == 1 && read(done[0], &byte, 1) == 1;
        crmi_engine_close(engine);
        _exit(!went);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    engine = store_open(&at, 0, 1000);
    cr_assert_eq(crmi_engine_compact(engine, NULL), CRM_E_BUSY);
    cr_expect(strstr(crm_error_text(), "elsewhere"));
    write_round(engine, 2);
    cr_assert_eq(write(done[1], "d", 1), 1);
    waitpid(other, NULL, 0);
    cr_expect_eq(crmi_engine_compact(engine, NULL), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(engine);
    uint32_t round = 0;
    cr_expect(is_whole(&at, &round) && round == 2);
    folder_remove(&at);
}

static int copy_with_limit(const char *path, int from_parent, int to_parent) {
    static const rlim_t limits[] = {4096, 8192, 12288, 65536, 77777};
    crmi_engine_options reading = {.read_only = true};
    char target[200], file[220];
    crmi_engine *engine;
    listen_for(from_parent);
    snprintf(target, sizeof target, "%s.copy", path);
    snprintf(file, sizeof file, "%s/data.mdb", target);
    int wrong = crmi_engine_open(path, &reading, &engine) != CRM_OK;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit limit = {limits[i], RLIM_INFINITY};
        wrong += setrlimit(RLIMIT_FSIZE, &limit) != 0;
        wrong += crmi_engine_copy(engine, target, NULL) != CRM_E_FULL || access(file, F_OK) == 0;
        wrong += !strstr(crm_error_text(), "file size limit");
    }
    crmi_engine_close(engine);
    rmdir(target);
    say(to_parent, '.');
    return wrong;
}

/* What the process may not write past, where a signal would end it, a copy does not get to. */
Test(engine_copy, file_size_limit) {
    folder at = folder_new();
    child process = child_start(copy_with_limit, at.path);
    crmi_engine *engine = store_open(&at, 0, 1000);
    for (uint32_t i = 0; i < 3; i++) write_round(engine, i);
    crmi_engine_close(engine);
    child_tell(&process);
    cr_expect_eq(child_hear(&process), '.');
    cr_expect_eq(child_end(&process), 0);
    folder_remove(&at);
}
