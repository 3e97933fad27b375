/* SPDX-License-Identifier: MIT */
/* The write transaction. LMDB waits for its writer mutex without a bound, and for ever where the thread has it already; so two locks stand
 * before it that can be waited for with a bound: one between the threads of the process, one between processes (crm.lock). LMDB's mutex
 * belongs to its thread: only that thread may use the transaction, and a thread that ends aborts what it left open. */
#include "base/clock.h"
#include "base/error.h"
#include "engine/lmdb_types.h"
#include "engine/lock.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#define READER_CHECK_COMMITS 256
#define MANY_PAGES 4096 /* that a commit left behind */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t own_key; /* the thread's write transactions, of whatever stores */
static int start_error;

/* Frees one whose LMDB part has ended. */
static void writer_free(crmi_lmdb_txn *txn) {
    crmi_lmdb *engine = txn->engine;
    pthread_mutex_lock(&engine->mutex);
    engine->txns--;
    bool last = engine->txns == 0 && atomic_load(&engine->entry.refs) == 0;
    pthread_mutex_unlock(&engine->mutex);
    free(txn);
    if (last) crmi_lmdb_reap(engine);
}

/* Takes the transaction out of the thread's list. */
static void disown(const crmi_lmdb_txn *txn) {
    crmi_lmdb_txn *first = pthread_getspecific(own_key), **at = &first;
    while (*at && *at != txn) at = &(*at)->next;
    if (*at) *at = txn->next;
    (void)pthread_setspecific(own_key, first);
}

/* The in-process lock to whoever is next; ran: the transaction was inside the gate and leaves it. */
static void process_lock_release(crmi_lmdb *engine, bool ran) {
    pthread_mutex_lock(&engine->mutex);
    if (ran) engine->active--;
    engine->writing = false;
    engine->writer_txn = NULL;
    pthread_cond_broadcast(&engine->changed);
    pthread_mutex_unlock(&engine->mutex);
}

/* Both locks; the file's first, since the process has it only once. */
static void locks_release(crmi_lmdb *engine, bool ran) {
    crmi_lock_release(engine->entry.lock_fd, CRMI_LOCK_WRITE);
    process_lock_release(engine, ran);
}

static void close_cursors(crmi_lmdb_txn *txn) {
    for (int i = 0; i < CRMI_TABLES; i++) {
        if (txn->cursors[i]) mdb_cursor_close(txn->cursors[i]);
        txn->cursors[i] = NULL;
    }
}

/* In its own thread: aborts LMDB's transaction and gives the locks back. */
static void writer_stop(crmi_lmdb_txn *txn) {
    close_cursors(txn);
    mdb_txn_abort(txn->txn);
    txn->txn = NULL;
    disown(txn);
    locks_release(txn->engine, true);
}

/* The thread ends. The transaction itself stays for whoever holds it, who is told that it has ended. */
static void thread_ended(void *first) {
    for (crmi_lmdb_txn *txn = first, *next; txn; txn = next) {
        next = txn->next;
        if (txn->forks != crmi_registry_forks) continue;
        crmi_lmdb *engine = txn->engine;
        writer_stop(txn);
        pthread_mutex_lock(&engine->mutex);
        atomic_store(&txn->ended, true);
        bool abandoned = txn->abandoned;
        pthread_mutex_unlock(&engine->mutex);
        if (abandoned) writer_free(txn);
    }
}

static void start(void) { start_error = pthread_key_create(&own_key, thread_ended); }

int crmi_lmdb_writer_start(void) {
    pthread_once(&once, start);
    return start_error == 0 ? CRM_OK : crmi_error_nomem();
}

/* Another thread threw away this thread's transaction: now it can be ended. */
static void reclaim(crmi_lmdb *engine) {
    pthread_mutex_lock(&engine->mutex);
    crmi_lmdb_txn *txn = engine->writing && pthread_equal(engine->writer, pthread_self()) ? engine->writer_txn : NULL;
    bool abandoned = txn && txn->abandoned;
    pthread_mutex_unlock(&engine->mutex);
    if (!abandoned) return;
    writer_stop(txn);
    writer_free(txn);
}

static int process_lock_take(crmi_lmdb *engine, uint32_t wait_ms) {
    struct timespec deadline = crmi_lmdb_deadline(wait_ms);
    int late = 0;
    reclaim(engine);
    pthread_mutex_lock(&engine->mutex);
    bool own = engine->writing && pthread_equal(engine->writer, pthread_self());
    while (engine->writing && !own && late == 0) late = pthread_cond_timedwait(&engine->changed, &engine->mutex, &deadline);
    bool taken = !engine->writing;
    if (taken) {
        engine->writing = true;
        engine->writer = pthread_self();
    }
    pthread_mutex_unlock(&engine->mutex);
    if (taken) return CRM_OK;
    if (own) return crmi_error_set(CRM_E_INVALID, 0, "this thread has a write transaction already"); /* to wait would be for ever */
    return crmi_error_set(CRM_E_BUSY, 0, "another thread writes; the wait ran out");
}

static int locks_take(crmi_lmdb *engine, uint32_t wait_ms) {
    int64_t deadline = crmi_clock_monotonic() + (int64_t)wait_ms;
    int status = process_lock_take(engine, wait_ms);
    if (status != CRM_OK) return status;
    int64_t rest = deadline - crmi_clock_monotonic();
    status = crmi_lock_take(engine->entry.lock_fd, CRMI_LOCK_WRITE, rest > 0 ? (uint32_t)rest : 0);
    if (status == CRM_OK) {
        status = crmi_lmdb_check_files(engine);
        if (status != CRM_OK) locks_release(engine, false);
        return status;
    }
    process_lock_release(engine, false);
    return status == CRM_E_BUSY ? crmi_error_set(CRM_E_BUSY, 0, "another process writes; the wait ran out") : status;
}

/* With the locks: LMDB's transaction. In the gate where it succeeds. */
static int writer_run(crmi_lmdb *engine, bool bulk, crmi_lmdb_txn *txn) {
    for (int tries = 0;; tries++) {
        uint32_t maps;
        int status = crmi_lmdb_enter(engine, bulk, NULL, &maps);
        if (status != CRM_OK) return status;
        int code = mdb_txn_begin(engine->env, NULL, 0, &txn->txn);
        if (code == MDB_SUCCESS) {
            crmi_lmdb_reserve(txn);
            txn->changed = crmi_lmdb_snapshot_load(&txn->snapshot, txn->txn, mdb_txn_id(txn->txn) - 1, maps) ? 0 : UINT32_MAX;
            return CRM_OK;
        }
        crmi_lmdb_leave(engine, NULL);
        status = crmi_lmdb_recover(engine, code, maps, tries);
        if (status != CRM_OK) return status;
    }
}

static crmi_lmdb_txn *writer_new(crmi_lmdb *engine) {
    crmi_lmdb_txn *txn = calloc(1, sizeof *txn);
    if (!txn) return NULL;
    txn->base.ops = &crmi_lmdb_ops;
    txn->engine = engine;
    txn->forks = engine->forks;
    txn->write = true;
    txn->thread = pthread_self();
    txn->next = pthread_getspecific(own_key);
    if (pthread_setspecific(own_key, txn) == 0) return txn;
    free(txn);
    return NULL;
}

int crmi_lmdb_writer_begin(crmi_lmdb *engine, bool bulk, uint32_t wait_ms, crmi_lmdb_txn **out) {
    if (engine->options.read_only) return crmi_error_set(CRM_E_READ_ONLY, 0, "the store is open for reading only");
    int status = crmi_lmdb_whole(engine); /* nobody waits for it: it looks at a snapshot */
    if (status == CRM_OK) status = locks_take(engine, wait_ms);
    if (status != CRM_OK) return status;
    crmi_lmdb_txn *txn = writer_new(engine);
    status = txn ? writer_run(engine, bulk, txn) : crmi_error_nomem();
    if (status == CRM_OK) {
        pthread_mutex_lock(&engine->mutex);
        engine->writer_txn = txn;
        pthread_mutex_unlock(&engine->mutex);
        *out = txn;
        return CRM_OK;
    }
    if (txn) disown(txn);
    free(txn);
    locks_release(engine, false);
    return status;
}

int crmi_lmdb_writer_check(const crmi_lmdb_txn *txn) {
    if (atomic_load(&txn->ended)) return crmi_error_set(CRM_E_ENDED, 0, "the transaction's thread has ended");
    if (pthread_equal(txn->thread, pthread_self())) return CRM_OK;
    return crmi_error_set(CRM_E_THREAD, 0, "the write transaction belongs to another thread");
}

/* LMDB says EIO where the system wrote only a part of what it was given: on a full volume that is what ENOSPC is otherwise. */
int crmi_lmdb_meaning(MDB_env *env, int code) {
    struct statvfs volume;
    int fd;
    if (code != EIO || mdb_env_get_fd(env, &fd) != MDB_SUCCESS || fstatvfs(fd, &volume) != 0) return code;
    return (uint64_t)volume.f_bavail * volume.f_frsize < 65536 ? ENOSPC : EIO;
}

/* Commits a transaction that changes nothing, so that the disk has what the commit before it left, and nothing else that once was on its
 * way there. *number: which commit it is. */
static int seal(crmi_lmdb *engine, size_t *number) {
    MDB_txn *txn;
    MDB_val key = {1, "~"}, value = {1, "~"};
    int code = mdb_txn_begin(engine->env, NULL, 0, &txn);
    if (code != MDB_SUCCESS) return code;
    *number = mdb_txn_id(txn);
    code = mdb_put(txn, engine->tables[CRMI_TABLE_META], &key, &value, 0);
    if (code == MDB_SUCCESS) code = mdb_del(txn, engine->tables[CRMI_TABLE_META], &key, NULL);
    if (code == MDB_SUCCESS) return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return code;
}

/* Whether a commit left many pages behind: LMDB lists them under its number. */
static bool freed_many(MDB_env *env, size_t number) {
    const MDB_dbi list = 0;
    MDB_txn *txn;
    MDB_cursor *cursor;
    MDB_val key, value;
    bool many = false;
    if (mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) != MDB_SUCCESS) return false;
    if (mdb_cursor_open(txn, list, &cursor) == MDB_SUCCESS) {
        bool found = mdb_cursor_get(cursor, &key, &value, MDB_LAST) == MDB_SUCCESS;
        found = found && key.mv_size == sizeof number && value.mv_size >= sizeof number;
        many = found && crmi_get64(key.mv_data) == number && crmi_get64(value.mv_data) >= MANY_PAGES;
        mdb_cursor_close(cursor);
    }
    mdb_txn_abort(txn);
    return many;
}

static bool is_given_up(MDB_env *env) {
    MDB_txn *probe; /* needs neither a reader slot nor a wait: this thread still holds the writer lock */
    int state = mdb_txn_begin(env, NULL, 0, &probe);
    if (state == MDB_SUCCESS) mdb_txn_abort(probe);
    return state == MDB_PANIC;
}

/* LMDB writes over what a commit left behind in the next but one. A large one is followed by one that changes nothing, so that a large one
 * behind it has that room: two in turns would make the file as long as both together. */
static void give_room(crmi_lmdb *engine, size_t number) {
    size_t next;
    if (!freed_many(engine->env, number) || seal(engine, &next) == MDB_SUCCESS || !is_given_up(engine->env)) return;
    crmi_lmdb_set_bad(engine);
    (void)crmi_lmdb_renew(engine);
}

/* LMDB could not write the head, and gives the environment up: the new head may or may not have got to the disk. Opened anew, it takes one
 * or the other, and the next commit, made at once, is counted from there. This thread holds the writer locks: nobody's commit comes
 * between.
 */
static int head_failed(crmi_lmdb *engine, int code, size_t number) {
    size_t next = 0;
    crmi_lmdb_set_bad(engine);
    if (crmi_lmdb_renew(engine) == CRM_OK) {
        if (seal(engine, &next) == MDB_SUCCESS) return next > number ? CRM_OK : crmi_lmdb_status(code == MDB_PANIC ? EIO : code);
        crmi_lmdb_set_bad(engine);
    }
    return crmi_error_set(CRM_E_COMMIT_UNKNOWN, 0, "the store's head could not be written: the commit may or may not have been done");
}

/* What a failed commit means. */
static int commit_failed(crmi_lmdb *engine, int code, size_t number) {
    code = crmi_lmdb_meaning(engine->env, code);
    crmi_lmdb_note_full(engine, code);
    return is_given_up(engine->env) || code == MDB_PANIC ? head_failed(engine, code, number) : crmi_lmdb_status(code);
}

/* LMDB stumbled over a page before it wrote anything. */
static int commit_caught(crmi_lmdb_txn *txn) {
    crmi_lmdb_set_damaged(txn->engine);
    mdb_txn_abort(txn->txn);
    return MDB_CORRUPTED;
}

int crmi_lmdb_writer_commit(crmi_lmdb_txn *txn) {
    crmi_lmdb *engine = txn->engine;
    int status = crmi_lmdb_writer_check(txn);
    if (status == CRM_E_THREAD) return status;
    if (status == CRM_OK && txn->failed != CRM_OK) {
        status = crmi_error_set(txn->failed, 0, "nothing was stored: a call of the transaction had failed");
        writer_stop(txn);
    } else if (status == CRM_OK && !crmi_lmdb_has_room(txn)) {
        crmi_lmdb_note_full(engine, ENOSPC);
        status = crmi_lmdb_status(ENOSPC);
        writer_stop(txn);
    } else if (status == CRM_OK) {
        close_cursors(txn);
        size_t number = mdb_txn_id(txn->txn);
        crmi_lmdb_writeback back;
        int code;
        crmi_lmdb_writeback_begin(txn, &back);
        CRMI_LMDB_NET(code, mdb_txn_commit(txn->txn), commit_caught(txn));
        crmi_lmdb_writeback_end(&back);
        status = code == MDB_SUCCESS ? CRM_OK : commit_failed(engine, code, number);
        if (code == MDB_SUCCESS) give_room(engine, number);
        disown(txn);
        locks_release(engine, true);
        if (status == CRM_OK && (atomic_fetch_add(&engine->commits, 1) + 1) % READER_CHECK_COMMITS == 0) crmi_lmdb_drop_dead(engine);
    }
    writer_free(txn);
    return status;
}

void crmi_lmdb_writer_abort(crmi_lmdb_txn *txn) {
    crmi_lmdb *engine = txn->engine;
    pthread_mutex_lock(&engine->mutex);
    bool ended = atomic_load(&txn->ended), own = !ended && pthread_equal(txn->thread, pthread_self());
    if (!ended && !own) txn->abandoned = true;
    pthread_mutex_unlock(&engine->mutex);
    if (own) writer_stop(txn);
    if (ended || own) writer_free(txn);
}
