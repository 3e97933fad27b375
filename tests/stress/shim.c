/* SPDX-License-Identifier: MIT */
/* See shim.h. The dynamic linker takes the program's functions before those of the C library. */
#include "stress/shim.h"
#include "stress/stress.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* --- faults --- */

static bool armed;
static uint64_t calls, first, last;
static enum shim_fault fault;
static const char *struck;

void shim_arm(uint64_t call, uint64_t times, enum shim_fault what) {
    calls = 0;
    first = call;
    last = times > UINT64_MAX - call ? UINT64_MAX : call + times - 1;
    fault = what;
    struck = NULL;
    armed = true;
}

uint64_t shim_disarm(void) {
    armed = false;
    return calls;
}

const char *shim_struck(void) { return struck; }

enum { CAN_BE_SHORT = 1, CAN_BE_INTERRUPTED = 2, CAN_BE_LATE = 4 };
enum verdict { PASS, FAIL, HALF, LATE };

static enum verdict judge(const char *name, unsigned can) {
    static const int errors[SHIM_FAULTS] = {EIO, ENOSPC, 0, EINTR, EIO, EIO};
    if (!armed) return PASS;
    calls++;
    bool behind = fault == SHIM_LATE_TWICE && first && calls > last && calls == last + 1;
    if (!first || calls < first || (calls > last && !behind)) return PASS;
    if ((fault == SHIM_SHORT && !(can & CAN_BE_SHORT)) || (fault == SHIM_EINTR && !(can & CAN_BE_INTERRUPTED)) ||
        (fault >= SHIM_LATE && !behind && !(can & CAN_BE_LATE)))
        return PASS;
    if (!struck) struck = name;
    errno = errors[fault];
    if (fault == SHIM_SHORT) return HALF;
    return fault >= SHIM_LATE && !behind ? LATE : FAIL;
}

static long late(long result) {
    if (result >= 0) errno = EIO;
    return -1;
}

/* --- the journal --- */

static bool noting;
static char root[STRESS_PATH];
static shim_event *events;
static size_t event_count, event_room;

static shim_event *note(enum shim_event_kind kind) {
    if (event_count == event_room) {
        event_room = event_room ? 2 * event_room : 1024;
        events = realloc(events, event_room * sizeof *events);
        stress_need(events != NULL, "memory for the journal");
    }
    events[event_count] = (shim_event){.kind = kind};
    return &events[event_count++];
}

static ino_t inode_of(int fd) {
    struct stat info;
    return fstat(fd, &info) == 0 ? info.st_ino : 0;
}

/* The file's name inside the root; false: it is outside. */
static bool name_of(int fd, char out[256]) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    size_t skip = strlen(root);
    if (size < 0) return false;
    path[size] = '\0';
    return strncmp(path, root, skip) == 0 && snprintf(out, 256, "%s", path + skip) < 256;
}

static void note_write(int fd, const void *bytes, ssize_t size, off_t offset) {
    char name[256];
    if (!noting || size <= 0 || !name_of(fd, name) || !strstr(name, "data.mdb")) return;
    shim_event *event = note(SHIM_WRITE);
    event->inode = inode_of(fd);
    event->offset = offset;
    event->size = (size_t)size;
    event->durable = fcntl(fd, F_GETFL) & O_DSYNC;
    event->bytes = malloc((size_t)size);
    stress_need(event->bytes != NULL, "memory for the journal");
    memcpy(event->bytes, bytes, (size_t)size);
}

static void note_sync(int fd) {
    struct stat info;
    if (!noting || fstat(fd, &info) != 0) return;
    shim_event *event = note(S_ISDIR(info.st_mode) ? SHIM_SYNC_FOLDER : SHIM_SYNC);
    event->inode = info.st_ino;
}

static void note_size(int fd, off_t size) {
    char name[256];
    if (!noting || !name_of(fd, name) || !strstr(name, "data.mdb")) return;
    shim_event *event = note(SHIM_SIZE);
    event->inode = inode_of(fd);
    event->offset = size;
}

static void note_created(int fd) {
    char name[256];
    if (!noting || fd < 0 || !name_of(fd, name)) return;
    shim_event *event = note(SHIM_CREATE);
    event->inode = inode_of(fd);
    memcpy(event->name, name, sizeof name);
}

/* A name in an open folder, as it is below the root; false: it is outside. */
static bool name_in(int folder, const char *path, char out[256]) {
    char place[256] = "";
    size_t skip = strlen(root);
    if (*path == '/') return strncmp(path, root, skip) == 0 && snprintf(out, 256, "%s", path + skip) < 256;
    return name_of(folder, place) && snprintf(out, 256, "%.120s/%.120s", place, path) < 256;
}

static void note_rename(int from_folder, const char *from, int to_folder, const char *to) {
    char name[256], other[256];
    if (!noting || !name_in(from_folder, from, name) || !name_in(to_folder, to, other)) return;
    shim_event *event = note(SHIM_RENAME);
    memcpy(event->name, name, sizeof name);
    memcpy(event->other, other, sizeof other);
}

void shim_journal_begin(const char *folder) {
    snprintf(root, sizeof root, "%s", folder);
    noting = true;
}

void shim_journal_mark(uint64_t mark) { note(SHIM_MARK)->mark = mark; }

const shim_event *shim_journal_end(size_t *count) {
    noting = false;
    *count = event_count;
    return events;
}

void shim_journal_free(void) {
    for (size_t i = 0; i < event_count; i++) free(events[i].bytes);
    free(events);
    events = NULL;
    event_count = event_room = 0;
}

/* --- the calls --- */

#define ANY (CAN_BE_SHORT | CAN_BE_INTERRUPTED | CAN_BE_LATE)
#pragma GCC visibility push(default)

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    enum verdict verdict = judge("pwrite", ANY);
    if (verdict == FAIL) return -1;
    if (verdict == HALF) size = (size + 1) / 2;
    ssize_t done = syscall(SYS_pwrite64, fd, bytes, size, offset);
    note_write(fd, bytes, done, offset);
    return verdict == LATE ? late(done) : done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) { return pwrite(fd, bytes, size, offset); }

/* Parts are written at a place one by one, which is what they come to. */
static ssize_t write_parts(int fd, const struct iovec *parts, int count, off_t offset, bool half) {
    size_t all = 0;
    ssize_t done = 0;
    for (int i = 0; i < count; i++) all += parts[i].iov_len;
    if (half) all = (all + 1) / 2;
    for (int i = 0; i < count && (size_t)done < all; i++) {
        size_t size = parts[i].iov_len < all - (size_t)done ? parts[i].iov_len : all - (size_t)done;
        ssize_t wrote = syscall(SYS_pwrite64, fd, parts[i].iov_base, size, offset + done);
        if (wrote < 0) return done ? done : wrote;
        note_write(fd, parts[i].iov_base, wrote, offset + done);
        done += wrote;
        if ((size_t)wrote < size) break;
    }
    return done;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    enum verdict verdict = judge("pwritev", ANY);
    if (verdict == FAIL) return -1;
    ssize_t done = write_parts(fd, parts, count, offset, verdict == HALF);
    return verdict == LATE ? late(done) : done;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) { return pwritev(fd, parts, count, offset); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    enum verdict verdict = judge("writev", ANY);
    if (verdict == FAIL) return -1;
    off_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t done = offset < 0 ? syscall(SYS_writev, fd, parts, count) : write_parts(fd, parts, count, offset, verdict == HALF);
    if (offset >= 0 && done > 0) (void)lseek(fd, done, SEEK_CUR);
    return verdict == LATE ? late(done) : done;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    enum verdict verdict = judge("write", ANY);
    if (verdict == FAIL) return -1;
    if (verdict == HALF) size = (size + 1) / 2;
    off_t offset = noting ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = syscall(SYS_write, fd, bytes, size);
    if (offset >= 0) note_write(fd, bytes, done, offset);
    return verdict == LATE ? late(done) : done;
}

/* Nothing here has to outlast the machine: a sync only counts. */
static int synced(const char *name, int fd) {
    enum verdict verdict = judge(name, CAN_BE_INTERRUPTED | CAN_BE_LATE);
    if (verdict == FAIL) return -1;
    note_sync(fd);
    return verdict == LATE ? -1 : 0;
}

int fdatasync(int fd) { return synced("fdatasync", fd); }
int fsync(int fd) { return synced("fsync", fd); }

int ftruncate(int fd, off_t size) {
    enum verdict verdict = judge("ftruncate", CAN_BE_INTERRUPTED | CAN_BE_LATE);
    if (verdict == FAIL) return -1;
    int done = (int)syscall(SYS_ftruncate, fd, size);
    if (done == 0) note_size(fd, size);
    return verdict == LATE ? (int)late(done) : done;
}

int ftruncate64(int fd, off_t size) { return ftruncate(fd, size); }

int fallocate(int fd, int mode, off_t offset, off_t size) {
    if (judge("fallocate", CAN_BE_INTERRUPTED) == FAIL) return -1;
    return (int)syscall(SYS_fallocate, fd, mode, offset, size);
}

int posix_fallocate(int fd, off_t offset, off_t size) {
    if (judge("posix_fallocate", CAN_BE_INTERRUPTED) == FAIL) return errno;
    return syscall(SYS_fallocate, fd, 0, offset, size) == 0 ? 0 : errno;
}

int openat(int folder, const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, int) : 0;
    va_end(arguments);
    if (judge("open", CAN_BE_INTERRUPTED) == FAIL) return -1;
    struct stat info;
    bool fresh = noting && (flags & O_CREAT) && fstatat(folder, path, &info, 0) != 0;
    int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (fresh) note_created(fd);
    return fd;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, int) : 0;
    va_end(arguments);
    return openat(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, int) : 0;
    va_end(arguments);
    return openat(AT_FDCWD, path, flags, mode);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    if (fd >= 0 && judge("mmap", 0) == FAIL) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset); // NOLINT: the system's pointer
}

void *mmap64(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return mmap(at, size, protection, flags, fd, offset);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    if (judge("rename", 0) == FAIL) return -1;
    int done = (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    if (done == 0) note_rename(from_folder, from, to_folder, to);
    return done;
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) { return renameat2(from_folder, from, to_folder, to, 0); }
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }
#pragma GCC visibility pop
