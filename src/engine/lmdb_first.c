/* SPDX-License-Identifier: MIT */
/* The first process that opens a store, and the last one that closes it. crm.lock's text says whether a process that may write has the
 * store open, whether every page has been read since, and which file that was. Where it still says so and nobody has, that process did not
 * close it; where the file is another one, it was put back from a copy: then every page is read, as it is in a small store. Of others the
 * leaves are left out, which readers look at one by one. LMDB does not: before it follows them, to write or to copy, every page is read.
 * Beside a process that writes a walk over the latest commit would tell of damage where there is none: then it is over that of a snapshot.
 */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include "engine/lmdb_walk.h"
#include "engine/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOTE_SIZE = 64, SNAPSHOTS = 100 };
#define SMALL (UINT64_C(128) << 20) /* bytes that are read whole in no time */

static const char *const notes[] = {"closed", "open", "whole"};
enum note { CLOSED, OPEN, WHOLE };

static void write_note(char out[NOTE_SIZE], enum note what, ino_t file) {
    memset(out, ' ', NOTE_SIZE - 1);
    int size = snprintf(out, NOTE_SIZE, "libcrm 1 %s %llu", notes[what], (unsigned long long)file);
    if (size < NOTE_SIZE) out[size] = ' ';
    out[NOTE_SIZE - 1] = '\n';
}

/* Whether it says that of this file. */
static bool has_note(const crmi_lmdb *engine, enum note what, ino_t file) {
    char note[NOTE_SIZE], expected[NOTE_SIZE];
    write_note(expected, what, file);
    return pread(engine->entry.lock_fd, note, sizeof note, 0) == NOTE_SIZE && memcmp(note, expected, sizeof note) == 0;
}

static int put_note(const crmi_lmdb *engine, enum note what, ino_t file) {
    char note[NOTE_SIZE];
    ssize_t put;
    write_note(note, what, file);
    do put = pwrite(engine->entry.lock_fd, note, sizeof note, 0);
    while (put < 0 && errno == EINTR);
    return put == NOTE_SIZE ? 0 : put < 0 ? errno : ENOSPC;
}

static int look(crmi_lmdb *engine, int folder, const struct stat *data) {
    const crmi_engine_options *options = &engine->options;
    bool clean = has_note(engine, CLOSED, data->st_ino);
    bool full = options->check || options->previous || (uint64_t)data->st_size <= SMALL || !clean;
    int fd = openat(folder, "data.mdb", (options->previous ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return crmi_lmdb_status(errno);
    int status = crmi_lmdb_check(fd, full, options->previous);
    close(fd);
    engine->whole = full;
    return status;
}

int crmi_lmdb_first(crmi_lmdb *engine, int folder) {
    struct stat data;
    bool others = false;
    int status = engine->entry.fixed ? CRM_OK : crmi_lock_others(engine->entry.lock_fd, CRMI_LOCK_PID, &others);
    if (status == CRM_OK && fstatat(folder, "data.mdb", &data, 0) != 0) status = crmi_lmdb_status(errno);
    if (status == CRM_OK && !others) status = look(engine, folder, &data);
    if (status != CRM_OK || engine->options.read_only) return status;
    if (!others) crmi_lmdb_sweep(folder);
    if (others && has_note(engine, WHOLE, data.st_ino)) engine->whole = true;
    if (others && (engine->whole || has_note(engine, OPEN, data.st_ino))) return CRM_OK; /* whoever wrote it has it on the disk */
    int error = put_note(engine, engine->whole ? WHOLE : OPEN, data.st_ino);
    if (error == 0 && fdatasync(engine->entry.lock_fd) != 0) error = errno;
    return crmi_lmdb_status(error);
}

static int look_whole(crmi_lmdb *engine) {
    crmi_etxn *txn;
    int status = CRM_E_CONFLICT;
    for (int i = 0; i < SNAPSHOTS && status == CRM_E_CONFLICT; i++) {
        status = crmi_lmdb_begin(&engine->base, false, 0, &txn);
        if (status != CRM_OK) return status;
        status = crmi_lmdb_look(txn);
        crmi_lmdb_abort(txn);
    }
    if (status == CRM_E_CONFLICT) return crmi_error_set(CRM_E_BUSY, 0, "the store changes too fast to look at one commit of it");
    if (status != CRM_OK) return status;
    engine->whole = true;
    if (!engine->options.read_only) (void)put_note(engine, WHOLE, engine->files[0].inode); /* else the next process reads them again */
    return CRM_OK;
}

int crmi_lmdb_whole(crmi_lmdb *engine) {
    if (engine->whole) return CRM_OK;
    if (engine->forks != crmi_registry_forks) return crmi_lmdb_forked();
    pthread_mutex_lock(&engine->look);
    int status = engine->whole ? CRM_OK : look_whole(engine);
    pthread_mutex_unlock(&engine->look);
    return status;
}

void crmi_lmdb_last(crmi_lmdb *engine) {
    bool others;
    if (engine->options.read_only || engine->bad || crmi_lock_others(engine->entry.lock_fd, CRMI_LOCK_PID, &others) != CRM_OK || others)
        return;
    (void)put_note(engine, CLOSED, engine->files[0].inode); /* where it fails, the next opening reads more than it need */
}
