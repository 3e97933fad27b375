/* SPDX-License-Identifier: MIT */
/* The size of the map, and the gate that keeps transactions away while it is moved: LMDB moves it under a running read transaction without
 * a word, and the process dies of it later. */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include "engine/lock.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#define MAP_STEP UINT64_C(65536)
#define MAP_RESERVED (sizeof(size_t) > 4 ? UINT64_C(1) << 36 : UINT64_C(1) << 30)
/* A begin lets somebody who wants to move the map go first this long: for ever would hang a thread that holds a transaction already. */
#define YIELD_MS 100

static uint64_t down(uint64_t bytes) { return bytes < MAP_STEP ? MAP_STEP : bytes / MAP_STEP * MAP_STEP; }

uint64_t crmi_lmdb_file_limit(uint64_t bytes) {
    struct rlimit files;
    if (getrlimit(RLIMIT_FSIZE, &files) == 0 && files.rlim_cur != RLIM_INFINITY && files.rlim_cur < bytes) bytes = files.rlim_cur;
    return bytes < SIZE_MAX ? bytes : SIZE_MAX;
}

uint64_t crmi_lmdb_map_limit(const crmi_lmdb *engine) { return down(crmi_lmdb_file_limit(engine->options.max_bytes)); }

uint64_t crmi_lmdb_map_start(const crmi_lmdb *engine) {
    uint64_t limit = crmi_lmdb_map_limit(engine), start = MAP_RESERVED;
    const char *text = getenv("CRM_MAP_SIZE");
    if (text && *text >= '0' && *text <= '9') start = strtoull(text, NULL, 10);
    return down(start < limit ? start : limit);
}

struct timespec crmi_lmdb_deadline(uint32_t wait_ms) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += wait_ms / 1000;
    at.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_nsec -= 1000000000;
        at.tv_sec++;
    }
    return at;
}

static void wait_while_moving(crmi_lmdb *engine) {
    struct timespec deadline = crmi_lmdb_deadline(YIELD_MS);
    while (engine->moving)
        if (pthread_cond_timedwait(&engine->changed, &engine->mutex, &deadline) != 0) return;
}

static int refused(bool bad, bool damaged) {
    if (bad) return crmi_lmdb_status(damaged ? MDB_CORRUPTED : MDB_PANIC);
    return crmi_error_set(CRM_E_BUSY, 0, "a first import fills the store: nobody else gets at it before that has ended");
}

int crmi_lmdb_enter(crmi_lmdb *engine, bool bulk, crmi_lmdb_txn **pooled, uint32_t *maps) {
    pthread_mutex_lock(&engine->mutex);
    if (engine->moving) wait_while_moving(engine);
    bool bad = engine->bad, damaged = engine->damaged, open = !bad && engine->bulk == bulk;
    if (open) {
        engine->active++;
        engine->txns++;
        *maps = engine->maps;
        if (pooled && engine->pool) {
            *pooled = engine->pool;
            engine->pool = engine->pool->next;
            engine->pooled--;
        }
    }
    pthread_mutex_unlock(&engine->mutex);
    return open ? CRM_OK : refused(bad, damaged);
}

bool crmi_lmdb_leave(crmi_lmdb *engine, crmi_lmdb_txn *back) {
    pthread_mutex_lock(&engine->mutex);
    if (back) {
        if (engine->pooled == engine->pool_max) {
            pthread_mutex_unlock(&engine->mutex);
            return false;
        }
        back->next = engine->pool;
        engine->pool = back;
        engine->pooled++;
    }
    engine->active--;
    engine->txns--;
    if (engine->active <= 1 && engine->moving) pthread_cond_broadcast(&engine->changed);
    bool last = engine->txns == 0 && atomic_load(&engine->entry.refs) == 0;
    pthread_mutex_unlock(&engine->mutex);
    if (last) crmi_lmdb_reap(engine);
    return true;
}

void crmi_lmdb_set_bad(crmi_lmdb *engine) {
    pthread_mutex_lock(&engine->mutex);
    engine->bad = true;
    pthread_mutex_unlock(&engine->mutex);
}

/* Not in the gate: the environment may be opened anew meanwhile. */
void crmi_lmdb_drop_dead(crmi_lmdb *engine) {
    int dead;
    pthread_mutex_lock(&engine->mutex);
    if (engine->env) (void)mdb_reader_check(engine->env, &dead);
    pthread_mutex_unlock(&engine->mutex);
}

void crmi_lmdb_set_damaged(crmi_lmdb *engine) {
    pthread_mutex_lock(&engine->mutex);
    engine->bad = engine->damaged = true;
    pthread_mutex_unlock(&engine->mutex);
}

void crmi_lmdb_note_full(crmi_lmdb *engine, int code) {
    if (code != MDB_MAP_FULL && code != ENOSPC && code != EDQUOT && code != EFBIG) return;
    pthread_mutex_lock(&engine->mutex);
    engine->volume_full = code != MDB_MAP_FULL;
    pthread_mutex_unlock(&engine->mutex);
}

/* With the mutex held: CRM_OK when no transaction runs but the caller's own ones and, as long as the mutex is held, none can start. */
static int move_begin(crmi_lmdb *engine, size_t own) {
    struct timespec deadline = crmi_lmdb_deadline(engine->options.wait_ms);
    int late = 0;
    while (engine->moving && late == 0) late = pthread_cond_timedwait(&engine->changed, &engine->mutex, &deadline);
    if (engine->moving) return crmi_lmdb_status(MDB_MAP_RESIZED);
    engine->moving = true;
    while (engine->active > own && late == 0) late = pthread_cond_timedwait(&engine->changed, &engine->mutex, &deadline);
    if (engine->active == own) return CRM_OK;
    engine->moving = false;
    pthread_cond_broadcast(&engine->changed);
    return crmi_error_set(CRM_E_BUSY, 0, "the store must grow, and transactions of this process are open");
}

/* LMDB gives up the old map before it makes the new one: see first that there is room for it. */
static int move_try(const crmi_lmdb *engine, uint64_t size) {
    int fd;
    int code = mdb_env_get_fd(engine->env, &fd);
    if (code != MDB_SUCCESS) return code;
    void *probe = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
    if (probe == MAP_FAILED) return errno;
    munmap(probe, (size_t)size);
    return MDB_SUCCESS;
}

/* size 0: the size that the store has by its head. */
static int move_end(crmi_lmdb *engine, uint64_t size) {
    int code = size ? move_try(engine, size) : MDB_SUCCESS;
    if (code == MDB_SUCCESS) {
        code = mdb_env_set_mapsize(engine->env, (size_t)size);
        if (code != MDB_SUCCESS) engine->bad = true; /* there is no map any more */
        engine->maps++;
    }
    engine->moving = false;
    pthread_cond_broadcast(&engine->changed);
    return crmi_lmdb_status(code);
}

static void move_cancel(crmi_lmdb *engine) {
    engine->moving = false;
    pthread_cond_broadcast(&engine->changed);
}

int crmi_lmdb_adopt(crmi_lmdb *engine, uint32_t maps) {
    pthread_mutex_lock(&engine->mutex);
    int status = CRM_OK;
    if (engine->maps == maps) {
        status = move_begin(engine, 0);
        if (status == CRM_OK && engine->maps == maps)
            status = move_end(engine, 0);
        else if (status == CRM_OK)
            move_cancel(engine); /* another thread was faster */
    }
    pthread_mutex_unlock(&engine->mutex);
    return status;
}

int crmi_lmdb_renew(crmi_lmdb *engine) {
    int fd = engine->entry.lock_fd, status = crmi_lock_take(fd, CRMI_LOCK_OPEN, engine->options.wait_ms);
    if (status != CRM_OK) return status;
    pthread_mutex_lock(&engine->mutex);
    status = move_begin(engine, 1);
    if (status == CRM_OK) {
        status = crmi_lmdb_env_again(engine);
        engine->bad = status != CRM_OK;
        engine->maps++;
        move_cancel(engine);
    }
    pthread_mutex_unlock(&engine->mutex);
    crmi_lock_release(fd, CRMI_LOCK_OPEN);
    return status;
}

/* The next size, or 0 at the bound. */
static uint64_t next_size(const crmi_lmdb *engine) {
    MDB_envinfo info;
    uint64_t limit = crmi_lmdb_map_limit(engine);
    if (mdb_env_info(engine->env, &info) != MDB_SUCCESS || info.me_mapsize >= limit) return 0;
    return info.me_mapsize <= limit / 2 ? down(2 * info.me_mapsize) : limit;
}

static int grow_locked(crmi_lmdb *engine) {
    if (engine->bad) return crmi_lmdb_status(MDB_PANIC);
    if (engine->volume_full) {
        engine->volume_full = false;
        return crmi_lmdb_status(ENOSPC);
    }
    int status = move_begin(engine, 0);
    if (status != CRM_OK) return status;
    uint64_t size = next_size(engine);
    if (size) return move_end(engine, size);
    move_cancel(engine);
    return crmi_lmdb_status(MDB_MAP_FULL);
}

int crmi_lmdb_grow(crmi_engine *base) {
    crmi_lmdb *engine = (crmi_lmdb *)base;
    if (engine->forks != crmi_registry_forks) return crmi_lmdb_forked();
    pthread_mutex_lock(&engine->mutex);
    int status = grow_locked(engine);
    pthread_mutex_unlock(&engine->mutex);
    return status;
}
