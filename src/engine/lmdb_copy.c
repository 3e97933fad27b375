/* SPDX-License-Identifier: MIT */
/* Copies of a store: elsewhere beside whoever writes, and in its own place. All rows of one snapshot are written anew, in order: LMDB's own
 * copy takes pages as they are, and with them what was deleted, as keys that part pages, and between the entries. */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include "engine/lmdb_walk.h"
#include "engine/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAIRS = 4096, COMMIT_BYTES = 16 << 20 };

typedef struct copying {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi tables[CRMI_TABLES];
    uint32_t table;
    bool limited;        /* the process may not write a file as large as may be needed */
    size_t bytes, count; /* since the last commit; of pairs */
    crmi_pair pairs[PAIRS];
} copying;

/* --- the new file --- */

static int status_of(const copying *to, int code) { return crmi_lmdb_status(code == MDB_MAP_FULL && to->limited ? EFBIG : code); }

static int begin_tables(copying *to) {
    int code = mdb_txn_begin(to->env, NULL, 0, &to->txn);
    for (uint32_t i = 0; code == MDB_SUCCESS && i < CRMI_TABLES; i++)
        code = mdb_dbi_open(to->txn, crmi_lmdb_table_names[i], MDB_CREATE, &to->tables[i]);
    return code;
}

/* Nobody else knows of it: it has to be on the disk only when it is whole. */
static int begin_file(copying *to, const crmi_lmdb *from, const char *path) {
    MDB_envinfo info;
    MDB_stat stat;
    int code = mdb_env_info(from->env, &info);
    if (code == MDB_SUCCESS) code = mdb_env_stat(from->env, &stat);
    if (code == MDB_SUCCESS) code = mdb_env_create(&to->env);
    if (code != MDB_SUCCESS) return code;
    uint64_t used = (info.me_last_pgno + 1) * (uint64_t)stat.ms_psize, wanted = used + used / 2 + 2 * (uint64_t)COMMIT_BYTES;
    uint64_t size = crmi_lmdb_file_limit(wanted);
    to->limited = size < wanted;
    if (size < 2 * (uint64_t)stat.ms_psize) return EFBIG; /* LMDB begins with as much */
    code = mdb_env_set_mapsize(to->env, (size_t)size);
    if (code == MDB_SUCCESS) code = mdb_env_set_maxdbs(to->env, CRMI_TABLES);
    if (code == MDB_SUCCESS) code = mdb_env_open(to->env, path, MDB_NOLOCK | MDB_NOSYNC, 0600);
    if (code == MDB_SUCCESS) code = crmi_lmdb_keep_from_children(to->env);
    return code == MDB_SUCCESS ? begin_tables(to) : code;
}

static int commit(copying *to) {
    int code = mdb_txn_commit(to->txn);
    to->txn = NULL;
    to->bytes = 0;
    return crmi_lmdb_meaning(to->env, code);
}

static int end_file(copying *to, int code) {
    if (code == MDB_SUCCESS && to->txn) code = commit(to);
    if (code == MDB_SUCCESS) code = crmi_lmdb_meaning(to->env, mdb_env_sync(to->env, 1));
    if (to->txn) mdb_txn_abort(to->txn);
    if (to->env) mdb_env_close(to->env);
    return code;
}

/* --- rows --- */

static int write_pairs(copying *to) {
    MDB_cursor *cursor;
    size_t count = to->count;
    to->count = 0;
    int code = to->txn ? MDB_SUCCESS : mdb_txn_begin(to->env, NULL, 0, &to->txn);
    if (code == MDB_SUCCESS) code = mdb_cursor_open(to->txn, to->tables[to->table], &cursor);
    if (code != MDB_SUCCESS) return code;
    code = crmi_lmdb_append(cursor, to->pairs, count);
    mdb_cursor_close(cursor);
    return code == MDB_SUCCESS && to->bytes >= COMMIT_BYTES ? commit(to) : code;
}

/* What the snapshot has stays where it is as long as that is open. */
static int take_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    copying *to = data;
    (void)read;
    to->pairs[to->count++] = (crmi_pair){key, value};
    to->bytes += key.size + value.size;
    return to->count < PAIRS ? CRM_OK : status_of(to, write_pairs(to));
}

static int copy_rows(copying *to, crmi_etxn *txn) {
    int status = CRM_OK;
    for (to->table = 0; status == CRM_OK && to->table < CRMI_TABLES; to->table++) {
        crmi_read all = {.table = to->table, .flags = CRMI_READ_RANGE};
        status = txn->ops->range(txn, &all, take_row, to);
        if (status == CRM_OK) status = status_of(to, write_pairs(to));
    }
    return status;
}

static int write_file(crmi_lmdb *from, crmi_etxn *txn, const char *path) {
    copying *to = calloc(1, sizeof *to);
    if (!to) return crmi_error_nomem();
    int code = begin_file(to, from, path), status = code == MDB_SUCCESS ? copy_rows(to, txn) : status_of(to, code);
    code = end_file(to, status == CRM_OK ? MDB_SUCCESS : MDB_BAD_TXN);
    if (status == CRM_OK) status = status_of(to, code);
    free(to);
    return status;
}

/* The snapshot comes first: as long as it is there, the environment is not opened anew. */
static int write_copy(crmi_lmdb *from, const char *path) {
    crmi_etxn *txn;
    int status = crmi_lmdb_begin(&from->base, false, from->options.wait_ms, &txn);
    if (status != CRM_OK) return status;
    status = write_file(from, txn, path);
    crmi_lmdb_abort(txn);
    return status;
}

/* --- looking at it --- */

static int check_table(MDB_txn *txn, uint32_t table, crmi_check_fn check) {
    MDB_dbi dbi;
    MDB_cursor *cursor;
    MDB_val key, value;
    int status = CRM_OK, code = mdb_dbi_open(txn, crmi_lmdb_table_names[table], 0, &dbi);
    if (code == MDB_SUCCESS) code = mdb_cursor_open(txn, dbi, &cursor);
    if (code != MDB_SUCCESS) return crmi_lmdb_status(code);
    while (status == CRM_OK && (code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == MDB_SUCCESS)
        status = check(table, (crmi_slice){key.mv_data, key.mv_size}, (crmi_slice){value.mv_data, value.mv_size});
    mdb_cursor_close(cursor);
    return status == CRM_OK && code != MDB_NOTFOUND ? crmi_lmdb_status(code) : status;
}

static int check_rows(const char *path, crmi_check_fn check) {
    MDB_env *env;
    MDB_txn *txn = NULL;
    int code = mdb_env_create(&env);
    if (code != MDB_SUCCESS) return crmi_lmdb_status(code);
    code = mdb_env_set_mapsize(env, 1); /* as much as it has */
    if (code == MDB_SUCCESS) code = mdb_env_set_maxdbs(env, CRMI_TABLES);
    if (code == MDB_SUCCESS) code = mdb_env_open(env, path, MDB_RDONLY | MDB_NOLOCK, 0600);
    if (code == MDB_SUCCESS) code = crmi_lmdb_keep_from_children(env);
    if (code == MDB_SUCCESS) code = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
    int status = crmi_lmdb_status(code);
    for (uint32_t i = 0; status == CRM_OK && i < CRMI_TABLES; i++) status = check_table(txn, i, check);
    if (txn) mdb_txn_abort(txn);
    mdb_env_close(env);
    return status;
}

static int check_pages(int inner) {
    int fd = openat(inner, "data.mdb", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return crmi_lmdb_status(errno);
    int status = crmi_lmdb_check(fd, true, false);
    close(fd);
    return status;
}

static int fill_copy(const crmi_lmdb_making *to, int inner, const char *path) {
    int status = write_copy(to->engine, path);
    if (status == CRM_OK) status = check_pages(inner);
    return status == CRM_OK && to->check ? check_rows(path, to->check) : status;
}

/* --- where it goes --- */

/* A folder for a copy: there, or made here. */
static int open_target(const char *path, int *out) {
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return crmi_lmdb_status(errno);
    *out = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *out >= 0 ? CRM_OK : crmi_lmdb_status(errno);
}

int crmi_lmdb_copy(crmi_engine *base, const char *path, crmi_check_fn check) {
    crmi_lmdb *engine = (crmi_lmdb *)base;
    int folder;
    if (engine->forks != crmi_registry_forks) return crmi_lmdb_forked();
    int status = crmi_lmdb_whole(engine); /* reading rows alone does not tell of those that are missing */
    if (status == CRM_OK) status = open_target(path, &folder);
    if (status != CRM_OK) return status;
    status = crmi_lmdb_bring(&(crmi_lmdb_making){engine, path, folder, fill_copy, check, false});
    close(folder);
    return status;
}

/* The open byte is held, and nobody else has the store open. */
static int compact_alone(crmi_lmdb *engine, crmi_check_fn check) {
    int folder = open(engine->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return crmi_lmdb_status(errno);
    int status = crmi_lmdb_bring(&(crmi_lmdb_making){engine, engine->path, folder, fill_copy, check, true});
    struct stat data;
    if (status == CRM_OK) {
        crmi_lmdb_set_bad(engine); /* its map is of the file before */
        if (fstatat(folder, "data.mdb", &data, 0) == 0) engine->files[0].inode = data.st_ino;
    }
    close(folder);
    return status;
}

int crmi_lmdb_compact(crmi_engine *base, crmi_check_fn check) {
    crmi_lmdb *engine = (crmi_lmdb *)base;
    bool others = false;
    int status = crmi_lmdb_whole(engine);
    if (status != CRM_OK) return status;
    crmi_registry_lock();
    pthread_mutex_lock(&engine->mutex);
    bool used = engine->txns > 0 || atomic_load(&engine->entry.refs) > 1;
    pthread_mutex_unlock(&engine->mutex);
    status = used ? CRM_E_BUSY : crmi_lock_take(engine->entry.lock_fd, CRMI_LOCK_OPEN, engine->options.wait_ms);
    if (status == CRM_OK) {
        status = crmi_lock_others(engine->entry.lock_fd, CRMI_LOCK_PID, &others);
        if (status == CRM_OK) status = others ? CRM_E_BUSY : compact_alone(engine, check);
        crmi_lock_release(engine->entry.lock_fd, CRMI_LOCK_OPEN);
    }
    crmi_registry_unlock();
    return status == CRM_E_BUSY ? crmi_error_set(CRM_E_BUSY, 0, "the store is open elsewhere") : status;
}
