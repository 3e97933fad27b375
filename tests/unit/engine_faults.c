/* SPDX-License-Identifier: MIT */
/* Writing fails: LMDB's writes and syncs go through the functions below, which fail on request. Whatever a commit then says must be what
 * the store holds. */
#include "engine_support.h"
#include <dlfcn.h>
#include <errno.h>
#include <lmdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>

enum { NONE, HEAD, PAGES, SYNC, FOLDER };

static bool armed;
static bool behind_head;                /* once the next head is written */
static int calls;                       /* since it was armed */
static int fail_call, fail_last, error; /* calls from fail_call to fail_last fail; 0: none */
static int kind_of_last;                /* of the call that failed */
static bool failed_head;                /* one of them was the head's */

static int notes; /* syncs of crm.lock */

static atomic_bool watched;         /* the next check of LMDB's readers takes its time */
static _Atomic(MDB_env *) checking; /* where it is at it */
static atomic_int checks, closed_in_use;
static _Thread_local bool headless; /* this thread can't write its next head */

static bool fails(int kind) {
    if (headless && kind == HEAD) {
        headless = false;
        errno = EIO;
        return true;
    }
    if (!armed) return false;
    if (behind_head) {
        behind_head = kind != HEAD;
        return false;
    }
    calls++;
    if (fail_call == 0 || calls < fail_call || calls > fail_last) return false;
    kind_of_last = kind;
    failed_head |= kind == HEAD;
    errno = error;
    return true;
}

/* LMDB's library is to find them. */
#pragma GCC visibility push(default)
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    return fails(size < 4096 ? HEAD : PAGES) ? -1 : syscall(SYS_pwrite64, fd, bytes, size, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) { return pwrite(fd, bytes, size, offset); }

ssize_t writev(int fd, const struct iovec *parts, int count) { return fails(PAGES) ? -1 : syscall(SYS_writev, fd, parts, count); }

int fdatasync(int fd) {
    char link[32], path[300];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    path[size < 0 ? 0 : size] = 0;
    notes += strstr(path, "crm.lock") != NULL;
    return fails(SYNC) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd) { return fails(FOLDER) ? -1 : (int)syscall(SYS_fsync, fd); }

int mdb_reader_check(MDB_env *env, int *dead) {
    static int (*real)(MDB_env * env, int *dead);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "mdb_reader_check");
    if (!atomic_exchange(&watched, false)) return real(env, dead);
    atomic_fetch_add(&checks, 1);
    atomic_store(&checking, env);
    for (int i = 0; i < 200 && atomic_load(&checking); i++) rest(2);
    if (!atomic_exchange(&checking, NULL)) return 0; /* there is nothing to be looked at any more */
    return real(env, dead);
}

void mdb_env_close(MDB_env *env) {
    static void (*real)(MDB_env * env);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "mdb_env_close");
    if (atomic_load(&checking) == env) {
        atomic_fetch_add(&closed_in_use, 1);
        atomic_store(&checking, NULL);
    }
    real(env);
}
#pragma GCC visibility pop

/* A commit that writes scattered pages, so that LMDB needs several calls. */
static int change(crmi_engine *engine, const char *value) {
    static char big[9000];
    crmi_etxn *txn;
    int status = crmi_engine_begin(engine, true, 0, &txn);
    if (status != CRM_OK) return status;
    status = crmi_engine_put(txn, CRMI_TABLE_FILE, text("a"), text(value));
    if (status == CRM_OK) status = crmi_engine_put(txn, CRMI_TABLE_INDEX, text("b"), (crmi_slice){big, sizeof big});
    if (status == CRM_OK) return crmi_engine_commit(txn);
    crmi_engine_abort(txn);
    return status;
}

static int count_calls(crmi_engine *engine) {
    armed = true;
    calls = 0;
    fail_call = 0;
    cr_assert_eq(change(engine, "1"), CRM_OK);
    armed = false;
    return calls + 3; /* a later one may need some more */
}

static int change_with_failure(crmi_engine *engine, int call, int last, int code) {
    armed = true;
    calls = 0;
    fail_call = call;
    fail_last = last;
    error = code;
    int status = change(engine, "2");
    armed = false;
    return status;
}

static void check_value(crmi_engine *engine, const char *wanted, const char *or_this, const char *when) {
    char got[64] = "";
    cr_expect_eq(store_get(engine, "a", got), CRM_OK, "%s: %s", when, crm_error_text());
    cr_expect(strcmp(got, wanted) == 0 || strcmp(got, or_this) == 0, "%s: the store holds '%s', not '%s' or '%s'", when, got, wanted,
              or_this);
}

/* The environment has been given up: nothing works until it is opened anew, which then has one state or the other. */
static crmi_engine *check_given_up(crmi_engine *engine, const folder *at, const char *when) {
    crmi_etxn *txn;
    char got[64];
    cr_expect_eq(crmi_engine_begin(engine, false, 0, &txn), CRM_E_IO, "%s: a begin after it", when);
    cr_expect_eq(crmi_engine_begin(engine, true, 0, &txn), CRM_E_IO, "%s: a write after it", when);
    cr_expect_eq(crmi_engine_grow(engine), CRM_E_IO, "%s: grow after it", when);
    cr_expect_eq(store_get(engine, "a", got), CRM_E_IO);
    crmi_engine_close(engine);
    engine = store_open(at, 0, 0);
    check_value(engine, "1", "2", when);
    return engine;
}

static int expected_status(int code) { return code == ENOSPC || code == EDQUOT ? CRM_E_FULL : code == EINTR ? CRM_E_CONFLICT : CRM_E_IO; }

/* Where the head failed, the environment was opened anew to see what became of it; only where that failed too, nobody knows. */
static crmi_engine *check_failed(crmi_engine *engine, const folder *at, int status, int code, const char *when, int *unknown) {
    *unknown += status == CRM_E_COMMIT_UNKNOWN;
    if (status == CRM_E_COMMIT_UNKNOWN) return check_given_up(engine, at, when);
    cr_expect(status == CRM_OK || status == expected_status(code), "%s: %d %s", when, status, crm_error_text());
    check_value(engine, status == CRM_OK ? "2" : "1", status == CRM_OK ? "2" : "1", when);
    cr_expect_eq(change(engine, "3"), CRM_OK, "%s: and then: %s", when, crm_error_text());
    return engine;
}

/* Each call of a commit fails in turn, once, twice, three times. */
Test(engine_faults, every_call_of_a_commit) {
    static const int codes[] = {EIO, ENOSPC, EDQUOT, EINTR};
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    char when[80];
    int heads = 0, unknown = 0, total = count_calls(engine);
    cr_assert_geq(total, 3, "%d calls in a commit: LMDB goes around them", total);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        for (int call = 1; call <= total; call++) {
            for (int last = call; last < call + 3; last++) {
                cr_assert_eq(change(engine, "1"), CRM_OK);
                kind_of_last = NONE;
                failed_head = false;
                int status = change_with_failure(engine, call, last, codes[i]);
                snprintf(when, sizeof when, "error %d at calls %d to %d of %d (kind %d)", codes[i], call, last, total, kind_of_last);
                if (kind_of_last == NONE) continue; /* fewer calls this time */
                heads += failed_head;
                if (status == CRM_OK && codes[i] != EINTR) cr_expect(false, "%s: and it was done", when); /* LMDB tries a write again */
                engine = check_failed(engine, &at, status, codes[i], when, &unknown);
            }
        }
    }
    cr_expect_geq(heads, 6, "the head's write failed %d times", heads);
    cr_expect(unknown > 0 && unknown <= heads, "%d of %d were not found out", unknown, heads);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* A commit that leaves many pages behind, which is followed by an empty one. */
static int change_much(crmi_engine *engine) {
    static char value[900];
    char key[16];
    crmi_etxn *txn;
    int status = crmi_engine_begin(engine, true, 0, &txn);
    cr_assert_eq(status, CRM_OK, "%s", crm_error_text());
    for (int i = 0; status == CRM_OK && i < 20000; i++) {
        snprintf(key, sizeof key, "m%06d", i);
        status = crmi_engine_put(txn, CRMI_TABLE_FILE, text(key), (crmi_slice){value, sizeof value});
    }
    cr_assert_eq(status, CRM_OK, "%s", crm_error_text());
    return crmi_engine_commit(txn);
}

/* What fails in it is nobody's failure: the commit before it was done. */
Test(engine_faults, the_empty_commit) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    cr_assert_eq(change_much(engine), CRM_OK);
    error = EIO;
    fail_last = 100;
    for (int first = 0, total = 1; first <= total; first++) {
        armed = behind_head = true;
        calls = 0;
        fail_call = first;
        cr_expect_eq(change_much(engine), CRM_OK, "call %d of %d: %s", first, total, crm_error_text());
        armed = false;
        if (!first) total = calls;
        cr_expect_geq(total, 3, "%d calls", total);
        cr_expect_eq(change(engine, "1"), CRM_OK, "call %d of %d: and then: %s", first, total, crm_error_text());
    }
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Creation fails at each of its calls: nothing stays that a later creation would stumble over. */
Test(engine_faults, every_call_of_a_creation) {
    crmi_engine_options options = {.create = true, .wait_ms = 200};
    for (int call = 1; call < 12; call++) {
        folder at = folder_new();
        crmi_engine *engine;
        char got[64];
        armed = true;
        calls = 0;
        fail_call = call;
        fail_last = call;
        error = ENOSPC;
        int status = crmi_engine_open(at.path, &options, &engine);
        armed = false;
        cr_expect(status == CRM_OK ? calls < call : status == CRM_E_FULL, "failure at call %d of %d: %d %s", call, calls, status,
                  crm_error_text());
        if (status == CRM_OK) {
            crmi_engine_close(engine);
            folder_remove(&at);
            cr_expect_gt(call, 3, "a creation of %d calls", call - 1);
            return;
        }
        engine = store_open(&at, 0, 0);
        cr_expect_eq(store_put(engine, "a", text("1")), CRM_OK);
        cr_expect_eq(store_get(engine, "a", got), CRM_OK);
        crmi_engine_close(engine);
        folder_remove(&at);
    }
    cr_expect(false, "a creation of more than 11 calls");
}

static void ignore(int number) { (void)number; }

/* A host that lives by signals, one a millisecond, and has system calls interrupted by them. */
Test(engine_faults, signals) {
    folder at = folder_new();
    struct sigaction action = {.sa_handler = ignore};
    struct itimerval every = {{0, 1000}, {0, 1000}};
    cr_assert(sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &every, NULL) == 0);
    for (int i = 0; i < 60; i++) {
        crmi_engine *engine = store_open(&at, 0, 0);
        char key[32], got[64];
        int status;
        snprintf(key, sizeof key, "%d", i);
        do status = store_put(engine, key, text("1"));
        while (status == CRM_E_CONFLICT);
        cr_expect_eq(status, CRM_OK, "round %d: %d %s", i, status, crm_error_text());
        cr_expect_eq(store_get(engine, key, got), CRM_OK, "round %d: %s", i, crm_error_text());
        crmi_engine_close(engine);
        if (i % 10 == 9) folder_remove(&at);
        if (i % 10 == 9) at = folder_new();
    }
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    folder_remove(&at);
}

static void *fail_beside(void *engine) {
    for (int i = 0; i < 20000 && !atomic_load(&checking); i++) rest(1);
    headless = true;
    cr_expect_eq(change(engine, "2"), CRM_E_IO, "%s", crm_error_text());
    return NULL;
}

/* A commit looks for readers that are gone now and then, while another thread's opens the environment anew. */
Test(engine_faults, opened_anew_beside_a_check) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    pthread_t thread;
    for (int i = 0; i < 255; i++) cr_assert_eq(change(engine, "1"), CRM_OK);
    cr_assert_eq(pthread_create(&thread, NULL, fail_beside, engine), 0);
    atomic_store(&watched, true);
    cr_expect_eq(change(engine, "1"), CRM_OK);
    pthread_join(thread, NULL);
    cr_expect_eq(atomic_load(&checks), 1);
    cr_expect_eq(atomic_load(&closed_in_use), 0);
    check_value(engine, "1", "1", "afterwards");
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* Each call that a copy writes with fails in turn: there is a whole copy, or none. */
Test(engine_faults, every_call_of_a_copy) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    char target[160], data[180];
    int status = CRM_E_IO, folders = 0;
    cr_assert_eq(change(engine, "1"), CRM_OK);
    snprintf(target, sizeof target, "%s.copy", at.path);
    snprintf(data, sizeof data, "%s/data.mdb", target);
    for (fail_call = fail_last = 1; status != CRM_OK && fail_call < 100; fail_last = ++fail_call) {
        calls = 0;
        error = EIO;
        kind_of_last = NONE;
        armed = true;
        status = crmi_engine_copy(engine, target, NULL);
        armed = false;
        folders += kind_of_last == FOLDER;
        cr_expect_eq(status, kind_of_last == NONE ? CRM_OK : CRM_E_IO, "call %d: %d %s", fail_call, status, crm_error_text());
        cr_expect_eq(access(data, F_OK) == 0, status == CRM_OK, "call %d", fail_call);
        unlink(data);
    }
    cr_expect_eq(status, CRM_OK);
    cr_expect_eq(folders, 2);
    rmdir(target);
    crmi_engine_close(engine);
    folder_remove(&at);
}

static int read_until_told(const char *path, int from_parent, int to_parent) {
    crmi_engine_options options = {.read_only = true};
    crmi_engine *engine;
    listen_for(from_parent);
    if (crmi_engine_open(path, &options, &engine) != CRM_OK) return 1;
    say(to_parent, 'o');
    listen_for(from_parent);
    crmi_engine_close(engine);
    return 0;
}

static int write_beside(const char *path, int from_parent, int to_parent) {
    crmi_engine_options options = {.wait_ms = 2000};
    crmi_engine *engine;
    listen_for(from_parent);
    notes = 0;
    if (crmi_engine_open(path, &options, &engine) != CRM_OK) return 100;
    say(to_parent, 'o');
    crmi_engine_close(engine);
    return notes;
}

/* The first process that may write has its note on the disk before it does, whoever reads the store already. */
Test(engine_faults, the_note_is_on_the_disk) {
    folder at = folder_new();
    child reader = child_start(read_until_told, at.path), writer = child_start(write_beside, at.path);
    crmi_engine_close(store_open(&at, 0, 0));
    child_tell(&reader);
    cr_assert_eq(child_hear(&reader), 'o');
    notes = 0;
    crmi_engine *engine = store_open(&at, 0, 0);
    cr_expect_eq(notes, 1, "beside a reader: %d", notes);
    child_tell(&writer);
    cr_assert_eq(child_hear(&writer), 'o');
    cr_expect_eq(child_end(&writer), 0, "beside one that has noted it");
    crmi_engine_close(engine);
    child_tell(&reader);
    cr_expect_eq(child_end(&reader), 0);
    folder_remove(&at);
}
