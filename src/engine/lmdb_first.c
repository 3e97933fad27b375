/* SPDX-License-Identifier: MIT */
/* The first process that opens a store, and the last one that closes it. crm.lock's text says whether a process that wrote has the store
 * open, and which file that was. Where it still says so and nobody has, that process did not close it; where the file is another one, it
 * was put back from a copy: then every page is read, as it is in a small store. Beside a process that writes a walk would tell of damage
 * where there is none. */
#include "engine/lmdb_types.h"
#include "engine/lmdb_walk.h"
#include "engine/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOTE_SIZE = 64 };
#define SMALL (UINT64_C(128) << 20) /* bytes that are read whole in no time */

static void write_note(char out[NOTE_SIZE], bool open, ino_t file) {
    memset(out, ' ', NOTE_SIZE - 1);
    int size = snprintf(out, NOTE_SIZE, "libcrm 1 %s %llu", open ? "open" : "closed", (unsigned long long)file);
    if (size < NOTE_SIZE) out[size] = ' ';
    out[NOTE_SIZE - 1] = '\n';
}

/* Whether the store was closed, and this file is it. */
static bool is_clean(const crmi_lmdb *engine, ino_t file) {
    char note[NOTE_SIZE], clean[NOTE_SIZE];
    write_note(clean, false, file);
    return pread(engine->entry.lock_fd, note, sizeof note, 0) == NOTE_SIZE && memcmp(note, clean, sizeof note) == 0;
}

static int put_note(const crmi_lmdb *engine, bool open, ino_t file) {
    char note[NOTE_SIZE];
    ssize_t put;
    write_note(note, open, file);
    do put = pwrite(engine->entry.lock_fd, note, sizeof note, 0);
    while (put < 0 && errno == EINTR);
    return put == NOTE_SIZE ? 0 : put < 0 ? errno : ENOSPC;
}

static int look(crmi_lmdb *engine, int folder, const struct stat *data) {
    bool full = engine->options.check || (uint64_t)data->st_size <= SMALL || !is_clean(engine, data->st_ino);
    int fd = openat(folder, "data.mdb", (engine->options.previous ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return crmi_lmdb_status(errno);
    int status = crmi_lmdb_check(fd, full, engine->options.previous);
    close(fd);
    return status;
}

int crmi_lmdb_first(crmi_lmdb *engine, int folder) {
    struct stat data;
    bool others;
    int status = crmi_lock_others(engine->entry.lock_fd, CRMI_LOCK_PID, &others);
    if (status == CRM_OK && fstatat(folder, "data.mdb", &data, 0) != 0) status = crmi_lmdb_status(errno);
    if (status == CRM_OK && !others) status = look(engine, folder, &data);
    if (status != CRM_OK || engine->options.read_only) return status;
    int error = put_note(engine, true, data.st_ino);
    if (error == 0 && !others && fdatasync(engine->entry.lock_fd) != 0) error = errno;
    return crmi_lmdb_status(error);
}

void crmi_lmdb_last(crmi_lmdb *engine) {
    bool others;
    if (engine->options.read_only || engine->bad || crmi_lock_others(engine->entry.lock_fd, CRMI_LOCK_PID, &others) != CRM_OK || others)
        return;
    (void)put_note(engine, false, engine->files[0].inode); /* where it fails, the next opening reads more than it need */
}
