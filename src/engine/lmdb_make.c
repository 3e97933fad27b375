/* SPDX-License-Identifier: MIT */
/* Making a store's file, new or as a copy: in a folder of its own inside of the store's folder, from where it is moved to its place once it
 * is whole and on the disk. What an attempt before has left there is removed, when the store is opened at the latest: it may have what is
 * deleted since. */
#include "base/error.h"
#include "engine/lmdb_types.h"
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

static int fill(const crmi_lmdb_making *to, int inner) {
    size_t size = strlen(to->path) + sizeof place + 1;
    char *path = malloc(size);
    if (!path) return crmi_error_nomem();
    (void)snprintf(path, size, "%s/%s", to->path, place);
    int status = to->fill(to, inner, path);
    free(path);
    return status;
}

void crmi_lmdb_sweep(int folder) {
    int inner = openat(folder, place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0) return;
    if (flock(inner, LOCK_EX | LOCK_NB) == 0) clear(folder, inner); /* else somebody is at it */
    close(inner);
}

static int check_free(int folder) {
    struct stat data;
    if (fstatat(folder, "data.mdb", &data, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT ? CRM_OK : crmi_lmdb_status(errno);
    return crmi_error_set(CRM_E_EXISTS, 0, "the folder for the copy has a store already");
}

static int move(const crmi_lmdb_making *to, int inner) {
    if (renameat(inner, "data.mdb", to->folder, "data.mdb") != 0) return crmi_lmdb_status(errno);
    int status = crmi_lmdb_status(sync_folders(to->folder));
    if (status != CRM_OK && !to->replaces) (void)unlinkat(to->folder, "data.mdb", 0);
    return status;
}

int crmi_lmdb_bring(const crmi_lmdb_making *to) {
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
    int status = to->replaces ? CRM_OK : check_free(folder);
    if (status == CRM_OK) status = fill(to, inner);
    if (status == CRM_OK) status = move(to, inner);
    clear(folder, inner);
    close(inner);
    return status;
}

/* All tables, and nothing in them. */
static int fill_new(const crmi_lmdb_making *to, int inner, const char *path) {
    crmi_lmdb *engine = to->engine;
    MDB_txn *txn;
    bool used;
    int code = crmi_lmdb_lock_allocate(inner, 1, &used); /* nobody reads */
    if (code == 0) code = crmi_lmdb_env_start(engine, path);
    if (code != 0) return crmi_lmdb_status(code);
    code = mdb_txn_begin(engine->env, NULL, 0, &txn);
    if (code == MDB_SUCCESS) code = crmi_lmdb_tables_in(engine, txn, MDB_CREATE);
    if (code == MDB_SUCCESS) code = mdb_env_sync(engine->env, 1); /* a relaxed one too */
    crmi_lmdb_env_close(engine);
    return crmi_lmdb_status(code);
}

int crmi_lmdb_make(crmi_lmdb *engine, int folder) {
    return crmi_lmdb_bring(&(crmi_lmdb_making){engine, engine->path, folder, fill_new, NULL, true});
}
