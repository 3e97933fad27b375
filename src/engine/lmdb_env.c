/* SPDX-License-Identifier: MIT */
/* The LMDB environment of a store: made, opened and closed while crm.lock's open byte is held, by whoever is in lmdb_open.c. */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include "engine/lmdb_walk.h"
#include "engine/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* LMDB's layout of lock.mdb: a head, then one line of 64 bytes a reader. Generous, so that LMDB never needs more. */
static off_t lock_size(uint32_t readers) {
    off_t size = ((off_t)readers * 64 + 512 + 4095) / 4096 * 4096;
    return size < 8192 ? 8192 : size;
}

/* Gives lock.mdb its blocks on the volume. LMDB leaves them to the page fault, which on a full volume kills the process. Nobody but this
 * process's LMDB may open the file later: a close would drop the locks of its readers. */
int crmi_lmdb_lock_allocate(int folder, uint32_t readers, bool *used) {
    int fd = openat(folder, "lock.mdb", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return errno;
    struct flock users = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1}; /* LMDB holds byte 0 as long as it is open */
    struct stat info;
    int error = fcntl(fd, F_OFD_GETLK, &users) == 0 && fstat(fd, &info) == 0 ? 0 : errno;
    if (error == 0) {
        *used = users.l_type != F_UNLCK; /* then its size is settled */
        off_t size = *used || info.st_size > lock_size(readers) ? info.st_size : lock_size(readers);
        do error = size == 0 || fallocate(fd, 0, 0, size) == 0 ? 0 : errno;
        while (error == EINTR);
        if (error == EOPNOTSUPP) error = *used ? 0 : posix_fallocate(fd, 0, size);
    }
    close(fd);
    return error;
}

static int env_try(crmi_lmdb *engine, const char *path, uint64_t size) {
    const crmi_engine_options *options = &engine->options;
    unsigned flags = MDB_NOTLS | (options->read_only ? MDB_RDONLY : 0U) | (options->relaxed ? MDB_NOMETASYNC : 0U) |
                     (engine->entry.fixed ? MDB_NOLOCK : 0U);
    int code = mdb_env_create(&engine->env);
    if (code != MDB_SUCCESS) return code;
    code = mdb_env_set_assert(engine->env, crmi_lmdb_net_caught);
    if (code == MDB_SUCCESS) code = mdb_env_set_mapsize(engine->env, (size_t)size);
    if (code == MDB_SUCCESS) code = mdb_env_set_maxreaders(engine->env, engine->options.max_readers);
    if (code == MDB_SUCCESS) code = mdb_env_set_maxdbs(engine->env, CRMI_TABLES);
    if (code == MDB_SUCCESS) code = mdb_env_open(engine->env, path, flags, 0600);
    if (code == MDB_SUCCESS) return code;
    mdb_env_close(engine->env);
    engine->env = NULL;
    return code;
}

/* Less address space where there is not enough of it (a limit of the process, or a debugger's). */
int crmi_lmdb_env_start(crmi_lmdb *engine, const char *path) {
    uint64_t size = crmi_lmdb_map_start(engine);
    for (int again = 0;;) {
        int code = env_try(engine, path, size);
        if ((code == ENOMEM || code == EINVAL) && size >= 2 * UINT64_C(1048576))
            size /= 2;
        else if ((code != EAGAIN && code != EINTR) || ++again > 10)
            return code;
    }
}

int crmi_lmdb_keep_from_children(MDB_env *env) {
    int fd, code = mdb_env_get_fd(env, &fd);
    if (code != MDB_SUCCESS) return code;
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? MDB_SUCCESS : errno;
}

static int table_in(crmi_lmdb *engine, MDB_txn *txn, unsigned flags, int table) {
    unsigned kind = 0;
    int code = mdb_dbi_open(txn, crmi_lmdb_table_names[table], flags, &engine->tables[table]);
    if (code == MDB_SUCCESS) code = mdb_dbi_flags(txn, engine->tables[table], &kind);
    if (code == MDB_SUCCESS && kind != 0) code = MDB_INCOMPATIBLE;
    return code == MDB_SUCCESS ? mdb_set_compare(txn, engine->tables[table], crmi_lmdb_compare) : code;
}

int crmi_lmdb_tables_in(crmi_lmdb *engine, MDB_txn *txn, unsigned flags) {
    int code = MDB_SUCCESS;
    for (int i = 0; i < CRMI_TABLES && code == MDB_SUCCESS; i++) code = table_in(engine, txn, flags, i);
    if (code == MDB_SUCCESS) return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return code;
}

static int tables_read(crmi_lmdb *engine) {
    for (int tries = 0;; tries++) {
        MDB_txn *txn;
        int dead, code = mdb_txn_begin(engine->env, NULL, MDB_RDONLY, &txn);
        if (code == MDB_SUCCESS) return crmi_lmdb_tables_in(engine, txn, 0);
        if (code == MDB_MAP_RESIZED && tries < 8) code = mdb_env_set_mapsize(engine->env, 0); /* no transaction runs yet */
        if (code == MDB_READERS_FULL && tries < 8) code = mdb_reader_check(engine->env, &dead);
        if (code != MDB_SUCCESS) return code;
    }
}

/* What this process may not write past kills it (SIGXFSZ). The file may be longer than what is used of it. */
static bool past_limit(const crmi_lmdb *engine, int folder, const struct stat *data) {
    uint64_t limit = crmi_lmdb_map_limit(engine), used = 0;
    if (engine->options.read_only || (uint64_t)data->st_size <= limit || engine->options.max_bytes <= limit) return false;
    int fd = openat(folder, "data.mdb", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    for (int i = 0; i < 2 && fd >= 0; i++) {
        crmi_lmdb_meta meta;
        if (crmi_lmdb_meta_read(fd, i, &meta) != CRM_OK || (meta.last_page + 1) * meta.page_size <= used) continue;
        used = (meta.last_page + 1) * meta.page_size;
    }
    if (fd >= 0) close(fd);
    return used > limit;
}

static int env_finish(crmi_lmdb *engine) {
    int dead, code = crmi_lmdb_keep_from_children(engine->env);
    if (code == MDB_SUCCESS) code = tables_read(engine);
    if (code == MDB_SUCCESS) code = mdb_reader_check(engine->env, &dead);
    return code == MDB_NOTFOUND ? crmi_error_set(CRM_E_CORRUPT, 0, "the store is damaged: a table is missing") : crmi_lmdb_status(code);
}

/* LMDB's locks are the process's: it loses them where it closes any descriptor of lock.mdb. The next one to open the store would take
 * itself for the first, and set up anew what the other uses. Our own locks tell that there is another. */
static int take_lock_file(const crmi_lmdb *engine, int folder, bool make) {
    bool used = false, others = false;
    if (engine->entry.fixed) return CRM_OK;
    int status = crmi_lmdb_status(crmi_lmdb_lock_allocate(folder, engine->options.max_readers, &used));
    if (status == CRM_OK && (!used || make)) status = crmi_lock_others(engine->entry.lock_fd, CRMI_LOCK_PID, &others);
    if (!others) return status;
    if (make) return crmi_error_set(CRM_E_BUSY, 0, "a process has the store open whose file was removed: it must close it");
    return crmi_error_set(
        CRM_E_BUSY, 0, "a process that has the store open has lost its locks on lock.mdb, which it closed itself: it must close the store");
}

int crmi_lmdb_env_open(crmi_lmdb *engine, int folder) {
    struct stat data;
    bool create = engine->options.create && !engine->options.read_only, missing = fstatat(folder, "data.mdb", &data, 0) != 0;
    if (missing && (errno != ENOENT || !create)) return crmi_lmdb_status(errno);
    if (!missing && data.st_size == 0 && !create) return crmi_error_set(CRM_E_CORRUPT, 0, "the store is damaged: its file is empty");
    if (!missing && past_limit(engine, folder, &data)) return crmi_lmdb_status(EFBIG);
    bool make = missing || data.st_size == 0;
    int status = take_lock_file(engine, folder, make);
    if (status == CRM_OK && make) status = crmi_lmdb_make(engine, folder);
    if (status == CRM_OK) status = crmi_lmdb_first(engine, folder);
    if (status == CRM_OK) status = crmi_lmdb_status(crmi_lmdb_env_start(engine, engine->path));
    if (status == CRM_OK) status = env_finish(engine);
    if (status == CRM_OK) return status;
    crmi_lmdb_env_close(engine);
    if (make) { /* who is told of a failure looks for no store */
        (void)unlinkat(folder, "data.mdb", 0);
        (void)unlinkat(folder, "lock.mdb", 0);
    }
    return status;
}

void crmi_lmdb_env_close(crmi_lmdb *engine) {
    while (engine->pool) {
        crmi_lmdb_txn *txn = engine->pool;
        engine->pool = txn->next;
        crmi_lmdb_txn_discard(txn);
    }
    if (engine->env) mdb_env_close(engine->env);
    engine->env = NULL;
}

int crmi_lmdb_env_again(crmi_lmdb *engine) {
    crmi_lmdb_env_close(engine);
    int status = crmi_lmdb_status(crmi_lmdb_env_start(engine, engine->path));
    if (status == CRM_OK) status = env_finish(engine);
    if (status != CRM_OK) crmi_lmdb_env_close(engine);
    return status;
}
