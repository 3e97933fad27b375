/* SPDX-License-Identifier: MIT */
/* Making a store's file, new or as a copy: in a folder of its own inside of the store's folder, from where it is moved to its place once it
 * is whole and on the disk. What an attempt before has left there is removed. */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include "engine/lmdb_walk.h"
#include "engine/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char place[] = ".crm-new";

static int sync_folder(int folder) {
    int error;
    do error = fsync(folder) == 0 ? 0 : errno;
    while (error == EINTR);
    return error;
}

/* The names of new files are on the disk only when their folder is. */
static int sync_folders(int folder) {
    int parent = openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = sync_folder(folder);
    if (error == 0 && parent >= 0) error = sync_folder(parent);
    if (parent >= 0) close(parent);
    return error;
}

static void clear(int folder, int inner) {
    (void)unlinkat(inner, "data.mdb", 0);
    (void)unlinkat(inner, "lock.mdb", 0);
    (void)unlinkat(folder, place, AT_REMOVEDIR);
}

/* What comes there. */
typedef struct making {
    crmi_lmdb *engine;
    const char *path; /* of the store's folder */
    int folder;
    int (*fill)(const struct making *to, int inner, const char *path); /* makes data.mdb in the inner folder and has it on the disk */
    crmi_check_fn check;
} making;

static int fill(const making *to, int inner) {
    size_t size = strlen(to->path) + sizeof place + 1;
    char *path = malloc(size);
    if (!path) return crmi_error_nomem();
    (void)snprintf(path, size, "%s/%s", to->path, place);
    int status = to->fill(to, inner, path);
    free(path);
    return status;
}

static int bring(const making *to) {
    int folder = to->folder;
    if (mkdirat(folder, place, 0700) != 0 && errno != EEXIST) return crmi_lmdb_status(errno);
    int inner = openat(folder, place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0) return crmi_lmdb_status(errno);
    if (flock(inner, LOCK_EX | LOCK_NB) != 0) {
        close(inner);
        return crmi_error_set(CRM_E_BUSY, 0, "another process makes a store there");
    }
    (void)unlinkat(inner, "data.mdb", 0);
    (void)unlinkat(inner, "lock.mdb", 0);
    int status = fill(to, inner);
    if (status == CRM_OK && renameat(inner, "data.mdb", folder, "data.mdb") != 0) status = crmi_lmdb_status(errno);
    if (status == CRM_OK) status = crmi_lmdb_status(sync_folders(folder));
    clear(folder, inner);
    close(inner);
    return status;
}

/* All tables, and nothing in them. */
static int fill_new(const making *to, int inner, const char *path) {
    crmi_lmdb *engine = to->engine;
    MDB_txn *txn;
    int code = crmi_lmdb_lock_allocate(inner, 1); /* nobody reads */
    if (code == 0) code = crmi_lmdb_env_start(engine, path);
    if (code != 0) return crmi_lmdb_status(code);
    code = mdb_txn_begin(engine->env, NULL, 0, &txn);
    if (code == MDB_SUCCESS) code = crmi_lmdb_tables_in(engine, txn, MDB_CREATE);
    if (code == MDB_SUCCESS) code = mdb_env_sync(engine->env, 1); /* a relaxed one too */
    crmi_lmdb_env_close(engine);
    return crmi_lmdb_status(code);
}

int crmi_lmdb_make(crmi_lmdb *engine, int folder) { return bring(&(making){engine, engine->path, folder, fill_new, NULL}); }

/* What the store is at this moment, without its free pages. LMDB copies damage as it is: every page of the copy is read again, and every
 * row. */
static int fill_copy(const making *to, int inner, const char *path) {
    int fd = openat(inner, "data.mdb", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return crmi_lmdb_status(errno);
    int code = mdb_env_copyfd2(to->engine->env, fd, MDB_CP_COMPACT);
    if (code == MDB_SUCCESS && fsync(fd) != 0) code = errno;
    int status = code == MDB_SUCCESS ? crmi_lmdb_check(fd, true, false) : crmi_lmdb_status(code);
    close(fd);
    return status == CRM_OK && to->check ? crmi_lmdb_rows(path, to->check) : status;
}

/* A folder for a copy: there, or made here; no store may be in it. */
static int open_target(const char *path, int *out) {
    struct stat data;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return crmi_lmdb_status(errno);
    *out = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*out < 0) return crmi_lmdb_status(errno);
    if (fstatat(*out, "data.mdb", &data, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT) return CRM_OK;
    close(*out);
    return crmi_error_set(CRM_E_EXISTS, 0, "the folder for the copy has a store already");
}

int crmi_lmdb_copy(crmi_engine *base, const char *path, crmi_check_fn check) {
    crmi_lmdb *engine = (crmi_lmdb *)base;
    uint32_t maps;
    int folder;
    if (engine->forks != crmi_registry_forks) return crmi_lmdb_forked();
    int status = crmi_lmdb_whole(engine);
    if (status == CRM_OK) status = crmi_lmdb_enter(engine, NULL, &maps); /* the map stays where it is */
    if (status != CRM_OK) return status;
    status = open_target(path, &folder);
    if (status == CRM_OK) {
        status = bring(&(making){engine, path, folder, fill_copy, check});
        close(folder);
    }
    crmi_lmdb_leave(engine, NULL);
    return status;
}

/* The open byte is held, and nobody else has the store open. */
static int compact_alone(crmi_lmdb *engine, crmi_check_fn check) {
    int folder = open(engine->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return crmi_lmdb_status(errno);
    int status = bring(&(making){engine, engine->path, folder, fill_copy, check});
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
