/* SPDX-License-Identifier: MIT */
/* Several processes: the writer lock between them, processes that are killed, forks, and a second copy of the library in one process. */
#include "engine_support.h"
#include <signal.h>
#include <sys/stat.h>

static crmi_engine *open_here(const char *path) {
    crmi_engine_options options = {.max_readers = 126, .wait_ms = 2000, .create = true};
    crmi_engine *engine = NULL;
    return crmi_engine_open(path, &options, &engine) == CRM_OK ? engine : NULL;
}

/* Sits in a write transaction until it is told to commit. */
static int write_in_child(const char *path, int from, int to) {
    crmi_engine *engine = open_here(path);
    crmi_etxn *txn;
    if (!engine || crmi_engine_begin(engine, true, 20000, &txn) != CRM_OK) return 1;
    if (crmi_engine_put(txn, CRMI_TABLE_FILE, text("child"), text("1")) != CRM_OK) return 2;
    say(to, 'w');
    listen_for(from);
    if (crmi_engine_commit(txn) != CRM_OK) return 3;
    crmi_engine_close(engine);
    return 0;
}

static int write_later(const char *path, int from, int to) {
    listen_for(from);
    return write_in_child(path, from, to);
}

/* The first child writes, the second waits for it, this process does not wait so long. */
Test(engine_processes, one_writer) {
    folder at = folder_new();
    child first = child_start(write_in_child, at.path), second = child_start(write_later, at.path);
    crmi_engine *engine = NULL;
    crmi_etxn *txn;
    char got[64];
    cr_assert_eq(child_hear(&first), 'w');
    child_tell(&second);
    cr_assert_not_null(engine = open_here(at.path), "%s", crm_error_text());
    int64_t start = milliseconds();
    cr_expect_eq(crmi_engine_begin(engine, true, 200, &txn), CRM_E_BUSY, "two writers");
    int64_t took = milliseconds() - start;
    cr_expect(took >= 190 && took < 1000, "%d ms of 200", (int)took);
    cr_expect_eq(store_get(engine, "child", got), CRM_E_NOTFOUND, "readers don't wait");
    child_tell(&first);
    cr_expect_eq(child_end(&first), 0);
    cr_expect_eq(store_get(engine, "child", got), CRM_OK);
    cr_assert_eq(child_hear(&second), 'w');

    kill(second.pid, SIGKILL);
    cr_expect_eq(child_end(&second), 1000 + SIGKILL);
    start = milliseconds();
    cr_expect_eq(store_put(engine, "parent", text("2")), CRM_OK, "after a killed writer: %s", crm_error_text());
    cr_expect_lt(milliseconds() - start, 1000);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Takes every snapshot that it can get, and waits to be killed. */
static int read_in_child(const char *path, int from, int to) {
    crmi_engine *engine = open_here(path);
    crmi_etxn *txn;
    int count = 0;
    if (!engine) return 1;
    while (count < 1000 && crmi_engine_begin(engine, false, 0, &txn) == CRM_OK) count++;
    say(to, count > 100 && count < 1000 ? 'f' : 'x');
    listen_for(from);
    return 0;
}

Test(engine_processes, readers_of_killed_processes) {
    folder at = folder_new();
    child reader = child_start(read_in_child, at.path);
    cr_assert_eq(child_hear(&reader), 'f');
    crmi_engine *engine = open_here(at.path);
    cr_expect_null(engine, "no reader slot was left, and yet it opened");
    cr_expect_eq(crm_error_status(), CRM_E_BUSY, "%s", crm_error_text());
    kill(reader.pid, SIGKILL);
    child_end(&reader);
    cr_assert_not_null(engine = open_here(at.path), "a dead process's slots are given back: %s", crm_error_text());
    crmi_engine_close(engine);

    reader = child_start(read_in_child, at.path);
    cr_assert_eq(child_hear(&reader), 'f');
    kill(reader.pid, SIGKILL);
    child_end(&reader);
    cr_assert_not_null(engine = open_here(at.path));
    crmi_etxn *txns[200];
    int count = 0;
    while (count < 126 && crmi_engine_begin(engine, false, 0, &txns[count]) == CRM_OK) count++;
    cr_expect_eq(count, 126, "%d snapshots: %s", count, crm_error_text());
    while (count) crmi_engine_abort(txns[--count]);
    crmi_engine_close(engine);
    folder_remove(&at);
}

static int read_later(const char *path, int from, int to) {
    listen_for(from);
    return read_in_child(path, from, to);
}

static int open_later(const char *path, int from, int to) {
    (void)to;
    listen_for(from);
    crmi_engine *engine = open_here(path);
    if (!engine) return 1;
    crmi_engine_close(engine);
    return 0;
}

/* Readers are killed while other processes have the store open: those must find the slots by themselves, and so must one that opens it. */
Test(engine_processes, readers_full_is_not_for_ever) {
    folder at = folder_new();
    child reader = child_start(read_later, at.path), again = child_start(read_later, at.path), opener = child_start(open_later, at.path);
    crmi_engine *engine = open_here(at.path);
    crmi_etxn *txn;
    cr_assert_not_null(engine, "%s", crm_error_text());
    child_tell(&reader);
    cr_assert_eq(child_hear(&reader), 'f');
    cr_expect_eq(crmi_engine_begin(engine, false, 0, &txn), CRM_E_BUSY, "no slot was left");
    kill(reader.pid, SIGKILL);
    child_end(&reader);
    cr_assert_eq(crmi_engine_begin(engine, false, 0, &txn), CRM_OK, "%s", crm_error_text());
    crmi_engine_abort(txn);
    child_tell(&again);
    cr_assert_eq(child_hear(&again), 'f');
    kill(again.pid, SIGKILL);
    child_end(&again);
    child_tell(&opener);
    cr_expect_eq(child_end(&opener), 0, "a process that opens the store finds no slot");
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* The table of readers has the size that the first process gave it: a later one that asks for more must not enlarge it under the first. */
Test(engine_processes, more_readers_later) {
    folder at = folder_new();
    char path[160], got[64];
    struct stat before, after;
    crmi_engine *engine;
    crmi_engine_options options = {.max_readers = 1000, .wait_ms = 2000};
    child writer = child_start(write_in_child, at.path);
    cr_assert_eq(child_hear(&writer), 'w');
    snprintf(path, sizeof path, "%s/lock.mdb", at.path);
    cr_assert_eq(stat(path, &before), 0);
    cr_assert_eq(crmi_engine_open(at.path, &options, &engine), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(stat(path, &after), 0);
    cr_expect_eq(after.st_size, before.st_size, "from %d bytes to %d", (int)before.st_size, (int)after.st_size);
    child_tell(&writer);
    cr_expect_eq(child_end(&writer), 0);
    cr_expect_eq(store_get(engine, "child", got), CRM_OK);
    crmi_engine_close(engine);
    folder_remove(&at);
}

static int nothing(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)data, (void)read, (void)key, (void)value;
    return CRM_OK;
}

/* What a fork's child may do with what it inherits: nothing but give it back. Returns the number of the check that failed. */
static int inherited(crmi_engine *engine, crmi_etxn *writer, crmi_etxn *reader, const char *path) {
    crmi_etxn *txn;
    crmi_engine *own;
    crmi_read all = {CRMI_TABLE_FILE, CRMI_READ_RANGE, {NULL, 0}, {NULL, 0}, 0};
    char got[64];
    if (crmi_engine_begin(engine, false, 0, &txn) != CRM_E_FORKED) return 1;
    if (crmi_engine_begin(engine, true, 0, &txn) != CRM_E_FORKED) return 2;
    if (crmi_engine_grow(engine) != CRM_E_FORKED) return 3;
    if (crmi_engine_get(reader, CRMI_TABLE_FILE, text("a"), nothing, NULL) != CRM_E_FORKED) return 4;
    if (crmi_engine_range(reader, &all, nothing, NULL) != CRM_E_FORKED) return 5;
    if (crmi_engine_put(writer, CRMI_TABLE_FILE, text("a"), text("child")) != CRM_E_FORKED) return 6;
    if (crmi_engine_del(writer, CRMI_TABLE_FILE, text("a")) != CRM_E_FORKED) return 7;
    if (crmi_engine_commit(writer) != CRM_E_FORKED) return 8;
    crmi_engine_abort(reader);
    crmi_engine_close(engine);
    own = open_here(path); /* its own: sees what is committed, and waits for the parent's writer like anybody */
    if (!own || own == engine) return 9;
    if (store_get(own, "a", got) != CRM_OK || strcmp(got, "1") != 0) return 10;
    if (crmi_engine_begin(own, true, 50, &txn) != CRM_E_BUSY) return 11;
    crmi_engine_close(own);
    return 0;
}

static void in_a_child(crmi_engine *engine, crmi_etxn *writer, crmi_etxn *reader, const char *path) {
    int state;
    pid_t pid = fork();
    if (pid == 0) _exit(inherited(engine, writer, reader, path));
    cr_assert(waitpid(pid, &state, 0) == pid);
    cr_expect(WIFEXITED(state) && WEXITSTATUS(state) == 0, "check %d of the child failed (%x)", WEXITSTATUS(state), (unsigned)state);
}

Test(engine_processes, fork_with_transactions_open) {
    folder at = folder_new();
    char got[64];
    crmi_engine *engine = open_here(at.path);
    cr_assert_eq(store_put(engine, "a", text("1")), CRM_OK);
    cr_assert_eq(store_get(engine, "a", got), CRM_OK, "something for the pool");
    crmi_etxn *reader = txn_begin(engine, false), *writer = txn_begin(engine, true);
    cr_assert_eq(crmi_engine_put(writer, CRMI_TABLE_FILE, text("a"), text("parent")), CRM_OK);
    for (int i = 0; i < 2; i++) in_a_child(engine, writer, reader, at.path);
    cr_expect(crmi_engine_get(reader, CRMI_TABLE_FILE, text("a"), copy_text, got) == CRM_OK && strcmp(got, "1") == 0,
              "the parent's snapshot");
    crmi_engine_abort(reader);
    cr_expect_eq(crmi_engine_commit(writer), CRM_OK, "the parent's write: %s", crm_error_text());
    cr_expect(store_get(engine, "a", got) == CRM_OK && strcmp(got, "parent") == 0, "what the parent wrote");
    crmi_engine_close(engine);
    cr_assert_not_null(engine = open_here(at.path), "closed and opened again after forks: %s", crm_error_text());
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* No transaction is open but what waits in the pool: a child that closes the store must not take its parent's reader slot away. */
Test(engine_processes, fork_and_close) {
    folder at = folder_new();
    char got[64];
    int state;
    crmi_engine *engine = open_here(at.path);
    cr_assert_eq(store_put(engine, "a", text("1")), CRM_OK);
    cr_assert_eq(store_get(engine, "a", got), CRM_OK, "something for the pool");
    pid_t pid = fork();
    if (pid == 0) {
        crmi_engine_forget(engine);
        crmi_engine_close(engine);
        _exit(0);
    }
    waitpid(pid, &state, 0);
    cr_expect(WIFEXITED(state) && WEXITSTATUS(state) == 0);
    cr_expect_eq(store_get(engine, "a", got), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(store_put(engine, "a", text("2")), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Forks while it writes, and is killed: its child lives on and must not keep the writer lock. */
static int write_and_fork(const char *path, int from, int to) {
    crmi_engine *engine = open_here(path);
    crmi_etxn *txn;
    if (!engine || crmi_engine_begin(engine, true, 1000, &txn) != CRM_OK) return 1;
    if (fork() == 0) {
        say(to, 'w');
        listen_for(from);
        _exit(0);
    }
    for (;;) pause();
}

Test(engine_processes, child_keeps_no_lock) {
    folder at = folder_new();
    child writer = child_start(write_and_fork, at.path);
    cr_assert_eq(child_hear(&writer), 'w');
    kill(writer.pid, SIGKILL);
    waitpid(writer.pid, NULL, 0);
    crmi_engine *engine = open_here(at.path);
    cr_assert_not_null(engine, "%s", crm_error_text());
    cr_expect_eq(store_put(engine, "a", text("1")), CRM_OK, "the writer's child keeps its lock: %s", crm_error_text());
    crmi_engine_close(engine);
    close(writer.to);
    close(writer.from);
    folder_remove(&at);
}

static int lock_pid_byte(int fd, short type) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = 4096 + getpid(), .l_len = 1};
    return fcntl(fd, F_OFD_SETLK, &lock);
}

/* What a second copy of the library would meet, and what it would do to the first. */
Test(engine_processes, second_copy_of_the_library) {
    folder at = folder_new();
    char path[160];
    crmi_engine *engine = open_here(at.path);
    cr_assert_not_null(engine, "%s", crm_error_text());
    snprintf(path, sizeof path, "%s/crm.lock", at.path);
    int copy = open(path, O_RDWR | O_CLOEXEC);
    cr_assert_geq(copy, 0);
    cr_expect_eq(lock_pid_byte(copy, F_WRLCK), -1, "a second copy would be let in");
    crmi_engine_close(engine);
    cr_expect_eq(lock_pid_byte(copy, F_WRLCK), 0, "still locked after the close");
    cr_expect_null(open_here(at.path), "opened beside another copy");
    cr_expect_eq(crm_error_status(), CRM_E_BUSY, "%s", crm_error_text());
    lock_pid_byte(copy, F_UNLCK);
    cr_assert_not_null(engine = open_here(at.path), "%s", crm_error_text());
    crmi_engine_close(engine);
    close(copy);
    folder_remove(&at);
}

/* Opens, writes and closes, again and again, as others do. */
static int open_and_write(const char *path, int from, int to) {
    (void)from, (void)to;
    for (int i = 0; i < 40; i++) {
        char key[32];
        crmi_engine *engine = open_here(path);
        if (!engine) return 1;
        snprintf(key, sizeof key, "%d-%d", (int)getpid(), i);
        if (store_put(engine, key, text("1")) != CRM_OK) return 2;
        crmi_engine_close(engine);
    }
    return 0;
}

static int count_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    ++*(int *)data;
    return CRM_OK;
}

Test(engine_processes, opened_and_closed_by_many) {
    folder at = folder_new();
    child children[4];
    for (int i = 0; i < 4; i++) children[i] = child_start(open_and_write, at.path);
    for (int i = 0; i < 4; i++) cr_expect_eq(child_end(&children[i]), 0, "child %d", i);
    crmi_engine *engine = open_here(at.path);
    crmi_etxn *txn = txn_begin(engine, false);
    crmi_read all = {CRMI_TABLE_FILE, CRMI_READ_RANGE, {NULL, 0}, {NULL, 0}, 0};
    int rows = 0;
    cr_expect_eq(crmi_engine_range(txn, &all, count_row, &rows), CRM_OK);
    cr_expect_eq(rows, 160, "rows were lost");
    crmi_engine_abort(txn);
    crmi_engine_close(engine);
    folder_remove(&at);
}

static int open_beside(const char *path, int from, int to) {
    (void)from, (void)to;
    crmi_engine_options options = {.max_readers = 126, .wait_ms = 100};
    crmi_engine *engine;
    int status = crmi_engine_open(path, &options, &engine);
    if (status == CRM_E_BUSY && strstr(crm_error_text(), "lock.mdb")) return 7;
    if (status != CRM_OK) return 1;
    status = store_put(engine, "child", text("1"));
    crmi_engine_close(engine);
    return status == CRM_OK ? 0 : 2;
}

/* A host that closes lock.mdb itself takes LMDB's locks from the process. Nobody else comes in then, who would set up anew what it uses. */
Test(engine_processes, lost_locks) {
    folder at = folder_new();
    crmi_engine *engine = open_here(at.path);
    char path[160], got[64];
    cr_assert_eq(store_put(engine, "k", text("1")), CRM_OK);
    child other = child_start(open_beside, at.path);
    cr_expect_eq(child_end(&other), 0, "beside this process");
    crmi_etxn *reader = txn_begin(engine, false);
    snprintf(path, sizeof path, "%s/lock.mdb", at.path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    cr_assert(fd >= 0 && close(fd) == 0);
    other = child_start(open_beside, at.path);
    cr_expect_eq(child_end(&other), 7, "with lost locks");
    cr_expect_eq(crmi_engine_get(reader, CRMI_TABLE_FILE, text("k"), copy_text, got), CRM_OK);
    crmi_engine_abort(reader);
    cr_expect_eq(store_put(engine, "k", text("2")), CRM_OK, "this process goes on: %s", crm_error_text());
    crmi_engine_close(engine);
    other = child_start(open_beside, at.path);
    cr_expect_eq(child_end(&other), 0, "after this process");
    folder_remove(&at);
}

static int hold_open(const char *path, int from, int to) {
    crmi_engine *engine = open_here(path);
    say(to, engine ? 'o' : 'x');
    listen_for(from);
    crmi_engine_close(engine);
    return 0;
}

/* Whose file was removed while it was open: a new one would have to do with its locks. */
Test(engine_processes, removed_and_made_anew) {
    folder at = folder_new();
    char path[160];
    child other = child_start(hold_open, at.path);
    crmi_engine_options options = {.max_readers = 126, .wait_ms = 2000, .create = true};
    crmi_engine *engine;
    cr_assert_eq(child_hear(&other), 'o');
    snprintf(path, sizeof path, "%s/data.mdb", at.path);
    cr_assert_eq(unlink(path), 0);
    cr_expect_eq(crmi_engine_open(at.path, &options, &engine), CRM_E_BUSY);
    cr_expect(strstr(crm_error_text(), "removed"), "%s", crm_error_text());
    cr_expect_neq(access(path, F_OK), 0);
    child_tell(&other);
    cr_expect_eq(child_end(&other), 0);
    cr_assert_not_null(engine = open_here(at.path), "%s", crm_error_text());
    cr_expect_eq(store_put(engine, "a", text("1")), CRM_OK, "%s", crm_error_text());
    crmi_engine_close(engine);
    folder_remove(&at);
}
