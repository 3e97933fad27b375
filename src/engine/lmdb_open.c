/* SPDX-License-Identifier: MIT */
/* Opening and closing a store: one environment a process and folder, whatever number of handles. */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include "engine/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_BYTES (UINT64_C(1) << 36)
#define DEFAULT_READERS 1022
#define DEFAULT_WAIT_MS 5000

static crmi_lmdb *engine_of(crmi_registered *entry) { return (crmi_lmdb *)((char *)entry - offsetof(crmi_lmdb, entry)); }

static crmi_engine_options with_defaults(const crmi_engine_options *options) {
    crmi_engine_options all = *options;
    if (all.max_bytes == 0) all.max_bytes = DEFAULT_BYTES;
    if (all.max_readers == 0) all.max_readers = DEFAULT_READERS;
    if (all.wait_ms == 0) all.wait_ms = DEFAULT_WAIT_MS;
    return all;
}

/* Memory shared over a network, or by a file system in user space, may not be shared: LMDB would damage the store. */
static int check_volume(int folder) {
    struct statfs volume;
    if (fstatfs(folder, &volume) != 0) return crmi_lmdb_status(errno);
    switch ((unsigned long)volume.f_type & 0xffffffffUL) {
    case 0x6969:     /* NFS */
    case 0x517b:     /* SMB */
    case 0xfe534d42: /* SMB 2 */
    case 0xff534d42: /* CIFS */
    case 0x564c:     /* NCP */
    case 0x5346414f: /* AFS */
    case 0x65735546: /* FUSE */
        return crmi_error_set(CRM_E_IO, 0, "the folder lies on a volume over a network or of FUSE, where a store is not safe");
    default: return CRM_OK;
    }
}

/* Remembers which files the store has. */
static int note_files(crmi_lmdb *engine) {
    static const char *const names[] = {"data.mdb", "lock.mdb", "crm.lock"};
    size_t size = strlen(engine->path) + 16;
    for (int i = 0; i < (engine->entry.fixed ? 1 : 3); i++) {
        crmi_lmdb_file *file = &engine->files[i];
        struct stat info;
        file->path = malloc(size);
        if (!file->path) return crmi_error_nomem();
        (void)snprintf(file->path, size, "%s/%s", engine->path, names[i]);
        if (stat(file->path, &info) != 0) return crmi_lmdb_status(errno);
        file->device = info.st_dev;
        file->inode = info.st_ino;
    }
    return CRM_OK;
}

int crmi_lmdb_check_files(const crmi_lmdb *engine) {
    for (int i = 0; i < 3; i++) {
        const crmi_lmdb_file *file = &engine->files[i];
        struct stat info;
        if (stat(file->path, &info) != 0 || info.st_dev != file->device || info.st_ino != file->inode)
            return crmi_error_set(CRM_E_IO, 0, "the store was moved, removed or replaced while it was open");
    }
    return CRM_OK;
}

static crmi_lmdb *engine_new(const char *path, const crmi_engine_options *options) {
    crmi_lmdb *engine = calloc(1, sizeof *engine);
    if (!engine) return NULL;
    engine->path = realpath(path, NULL);
    if (!engine->path) {
        free(engine);
        return NULL;
    }
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&engine->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&engine->mutex, NULL);
    pthread_mutex_init(&engine->look, NULL);
    engine->base.ops = &crmi_lmdb_ops;
    engine->options = *options;
    engine->forks = crmi_registry_forks;
    engine->pool_max = options->max_readers / 8 > 16 ? 16 : options->max_readers / 8;
    return engine;
}

static void engine_free(crmi_lmdb *engine) {
    pthread_cond_destroy(&engine->changed);
    pthread_mutex_destroy(&engine->mutex);
    pthread_mutex_destroy(&engine->look);
    for (int i = 0; i < 3; i++) free(engine->files[i].path);
    free(engine->path);
    free(engine);
}

/* Another process loads the store for the first time: what is there has no index yet. */
static int check_bulk(int fd) {
    int status = crmi_lock_take(fd, CRMI_LOCK_BULK, 0);
    if (status == CRM_E_BUSY) return crmi_error_set(CRM_E_BUSY, 0, "a first import of another process fills the store");
    if (status == CRM_OK) crmi_lock_release(fd, CRMI_LOCK_BULK);
    return status;
}

/* Behind the open byte: LMDB, and the process's own byte, so that a second copy of the library in it is found out. */
static int open_alone(crmi_lmdb *engine, int folder) {
    int64_t own = CRMI_LOCK_PID + (int64_t)getpid();
    int status = crmi_lock_take(engine->entry.lock_fd, own, 0);
    if (status == CRM_E_BUSY) return crmi_error_set(CRM_E_BUSY, 0, "another copy of the library in this process has the store open");
    if (status != CRM_OK) return status;
    status = crmi_lmdb_env_open(engine, folder);
    if (status == CRM_OK && (status = note_files(engine)) != CRM_OK) crmi_lmdb_env_close(engine);
    if (status != CRM_OK) crmi_lock_release(engine->entry.lock_fd, own);
    return status;
}

static int open_locked(crmi_lmdb *engine, int folder) {
    int fd = engine->entry.lock_fd, status = crmi_lock_take(fd, CRMI_LOCK_OPEN, engine->options.wait_ms);
    if (status == CRM_E_BUSY) return crmi_error_set(CRM_E_BUSY, 0, "another process opens or closes the store; the wait ran out");
    if (status != CRM_OK) return status;
    status = check_bulk(fd);
    if (status == CRM_OK) status = open_alone(engine, folder);
    crmi_lock_release(fd, CRMI_LOCK_OPEN);
    return status;
}

/* On a read-only volume, where no lock file can be made. Nobody writes it there; who writes through another mount of it would write over
 * what is read. */
static int open_fixed(crmi_lmdb *engine, int folder) {
    bool others = false;
    int status = engine->entry.lock_fd < 0 ? CRM_OK : crmi_lock_others(engine->entry.lock_fd, CRMI_LOCK_PID, &others);
    if (status != CRM_OK) return status;
    if (others) return crmi_error_set(CRM_E_BUSY, 0, "the volume is mounted read-only here, and a process has the store open elsewhere");
    status = crmi_lmdb_env_open(engine, folder);
    if (status == CRM_OK && (status = note_files(engine)) != CRM_OK) crmi_lmdb_env_close(engine);
    return status;
}

static int open_new(const char *path, int folder, const struct stat *place, const crmi_engine_options *options, crmi_engine **out) {
    struct stat data;
    int status = options->force ? CRM_OK : check_volume(folder);
    if (status != CRM_OK) return status;
    bool create = options->create && !options->read_only;
    if (!create && fstatat(folder, "data.mdb", &data, 0) != 0) return crmi_lmdb_status(errno); /* leave no crm.lock in a strange folder */
    crmi_lmdb *engine = engine_new(path, options);
    if (!engine) return crmi_lmdb_status(errno);
    engine->entry.device = place->st_dev;
    engine->entry.inode = place->st_ino;
    atomic_store(&engine->entry.refs, 1);
    status = crmi_lmdb_status(crmi_registry_add(&engine->entry, folder, options->read_only));
    if (status == CRM_OK) {
        status = engine->entry.fixed ? open_fixed(engine, folder) : open_locked(engine, folder);
        if (status != CRM_OK) crmi_registry_remove(&engine->entry);
    }
    if (status == CRM_OK)
        *out = &engine->base;
    else
        engine_free(engine);
    return status;
}

/* Closes LMDB; false where another process keeps the open byte, or a transaction still runs. */
static bool close_now(crmi_lmdb *engine) {
    pthread_mutex_lock(&engine->mutex);
    bool used = engine->txns > 0;
    pthread_mutex_unlock(&engine->mutex);
    int fd = engine->entry.lock_fd;
    bool fixed = engine->entry.fixed;
    if (used || (!fixed && crmi_lock_take(fd, CRMI_LOCK_OPEN, engine->options.wait_ms) == CRM_E_BUSY)) return false;
    crmi_lmdb_env_close(engine);
    if (!fixed) {
        crmi_lmdb_last(engine);
        crmi_lock_release(fd, CRMI_LOCK_PID + (int64_t)getpid());
        crmi_lock_release(fd, CRMI_LOCK_OPEN);
    }
    crmi_registry_remove(&engine->entry);
    engine_free(engine);
    return true;
}

void crmi_lmdb_reap(crmi_lmdb *engine) {
    crmi_registry_lock();
    if (crmi_registry_has(&engine->entry) && atomic_load(&engine->entry.refs) == 0) (void)close_now(engine);
    crmi_registry_unlock();
}

void crmi_lmdb_close(crmi_engine *base) {
    crmi_lmdb *engine = (crmi_lmdb *)base;
    if (engine->forks != crmi_registry_forks) return; /* what the child inherited is not its own to close */
    crmi_registry_lock();
    if (atomic_fetch_sub(&engine->entry.refs, 1) == 1) (void)close_now(engine); /* else the last transaction or the next open does it */
    crmi_registry_unlock();
}

/* One more handle on a store that is open, or CRM_E_NOTFOUND where none is. */
static int open_again(const struct stat *place, const crmi_engine_options *options, crmi_engine **out) {
    crmi_registered *entry = crmi_registry_find(place->st_dev, place->st_ino);
    if (!entry) return CRM_E_NOTFOUND;
    crmi_lmdb *engine = engine_of(entry);
    const crmi_engine_options *has = &engine->options;
    bool same = has->max_bytes == options->max_bytes && has->max_readers == options->max_readers && has->read_only == options->read_only &&
                has->relaxed == options->relaxed;
    pthread_mutex_lock(&engine->mutex);
    bool bad = engine->bad;
    pthread_mutex_unlock(&engine->mutex);
    if (atomic_load(&entry->refs) == 0 && (bad || !same) && close_now(engine)) return CRM_E_NOTFOUND;
    if (!same) return crmi_error_set(CRM_E_BUSY, 0, "this process has the store open with other options");
    atomic_fetch_add(&entry->refs, 1);
    *out = &engine->base;
    return CRM_OK;
}

static int open_folder(const char *path, bool create, int *folder) {
    if (create && mkdir(path, 0700) != 0 && errno != EEXIST) return crmi_lmdb_status(errno);
    *folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *folder >= 0 ? CRM_OK : crmi_lmdb_status(errno);
}

int crmi_lmdb_open(const char *path, const crmi_engine_options *options, crmi_engine **out) {
    int folder = -1, major, minor;
    struct stat place;
    crmi_engine_options all = with_defaults(options);
    (void)mdb_version(&major, &minor, NULL);
    if (major != MDB_VERSION_MAJOR || minor != MDB_VERSION_MINOR)
        return crmi_error_set(CRM_E_VERSION, 0, "the library was built for LMDB %d.%d", MDB_VERSION_MAJOR, MDB_VERSION_MINOR);
    int status = crmi_registry_start();
    if (status == CRM_OK) status = crmi_lmdb_writer_start();
    if (status == CRM_OK) status = open_folder(path, all.create && !all.read_only, &folder);
    if (status != CRM_OK) return status;
    if (fstat(folder, &place) == 0) {
        crmi_registry_lock();
        status = open_again(&place, &all, out);
        if (status == CRM_E_NOTFOUND) status = open_new(path, folder, &place, &all, out);
        crmi_registry_unlock();
    } else {
        status = crmi_lmdb_status(errno);
    }
    close(folder);
    return status;
}
