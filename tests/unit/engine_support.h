/* SPDX-License-Identifier: MIT */
/* What the engine's tests share: folders, stores, keys, and child processes. */
#ifndef CRM_TESTS_ENGINE_SUPPORT_H
#define CRM_TESTS_ENGINE_SUPPORT_H
#include "engine/engine.h"
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <libcrm/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct folder {
    char path[128];
} folder;

/* A path where there is nothing yet, in a new folder. */
static inline folder folder_new(void) {
    folder made;
    const char *base = getenv("TMPDIR");
    snprintf(made.path, sizeof made.path, "%.80s/crm-engine-XXXXXX", base && *base ? base : "/tmp");
    cr_assert(mkdtemp(made.path), "no folder can be made in %s", made.path);
    strcat(made.path, "/store");
    return made;
}

static inline void folder_remove(const folder *made) {
    static const char *const names[] = {"data.mdb", "lock.mdb", "crm.lock"};
    char path[400];
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", made->path, names[i]);
        unlink(path);
    }
    rmdir(made->path);
    snprintf(path, sizeof path, "%.*s", (int)(strlen(made->path) - strlen("/store")), made->path);
    rmdir(path);
}

/* How many files in it this process has open; inherited: how many of them an executed program would get. */
static inline int folder_open_files(const folder *made, int *inherited) {
    int count = 0;
    DIR *fds = opendir("/proc/self/fd");
    cr_assert(fds, "/proc");
    for (struct dirent *entry; (entry = readdir(fds));) {
        char target[256];
        ssize_t size = readlinkat(dirfd(fds), entry->d_name, target, sizeof target - 1);
        if (size <= 0) continue;
        target[size] = 0;
        if (strncmp(target, made->path, strlen(made->path)) != 0) continue;
        count++;
        if (inherited) *inherited += !(fcntl(atoi(entry->d_name), F_GETFD) & FD_CLOEXEC);
    }
    closedir(fds);
    return count;
}

static inline crmi_slice text(const char *chars) { return (crmi_slice){chars, strlen(chars)}; }

static inline crmi_engine *store_open(const folder *at, uint64_t max_bytes, uint32_t wait_ms) {
    crmi_engine_options options = {.max_bytes = max_bytes, .wait_ms = wait_ms, .create = true};
    crmi_engine *engine;
    int status = crmi_engine_open(at->path, &options, &engine);
    cr_assert_eq(status, CRM_OK, "open: %d %s", status, crm_error_text());
    return engine;
}

static inline crmi_etxn *txn_begin(crmi_engine *engine, bool write) {
    crmi_etxn *txn = NULL;
    int status = crmi_engine_begin(engine, write, 2000, &txn);
    cr_assert_eq(status, CRM_OK, "begin: %d %s", status, crm_error_text());
    return txn;
}

/* One key in a transaction of its own; the first failure's status. */
static inline int store_put(crmi_engine *engine, const char *key, crmi_slice value) {
    crmi_etxn *txn;
    int status = crmi_engine_begin(engine, true, 2000, &txn);
    if (status != CRM_OK) return status;
    status = crmi_engine_put(txn, CRMI_TABLE_FILE, text(key), value);
    if (status == CRM_OK) return crmi_engine_commit(txn);
    crmi_engine_abort(txn);
    return status;
}

static inline int copy_text(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key;
    snprintf(data, 64, "%.*s", (int)(value.size < 63 ? value.size : 63), (const char *)value.data);
    return CRM_OK;
}

/* The value's first 63 bytes into out. */
static inline int store_get(crmi_engine *engine, const char *key, char out[64]) {
    crmi_etxn *txn;
    int status = crmi_engine_begin(engine, false, 0, &txn);
    if (status != CRM_OK) return status;
    status = crmi_engine_get(txn, CRMI_TABLE_FILE, text(key), copy_text, out);
    crmi_engine_abort(txn);
    return status;
}

static inline int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void rest(long ms) { nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL); }

/* A child process that runs work and ends with what that returns; forked before its parent opens anything, it works with a store of its
 * own. */
typedef struct child {
    pid_t pid;
    int to, from; /* pipes */
} child;

static inline child child_start(int (*work)(const char *path, int from_parent, int to_parent), const char *path) {
    int to[2], from[2];
    cr_assert(pipe(to) == 0 && pipe(from) == 0, "no pipe");
    child made = {fork(), to[1], from[0]};
    cr_assert(made.pid >= 0, "no fork");
    if (made.pid == 0) {
        close(to[1]);
        close(from[0]);
        _exit(work(path, to[0], from[1]));
    }
    close(to[0]);
    close(from[1]);
    return made;
}

static inline char child_hear(const child *from) {
    char said = 0;
    return read(from->from, &said, 1) == 1 ? said : '-';
}

static inline void child_tell(const child *to) { cr_assert_eq(write(to->to, "g", 1), 1, "the child is gone"); }

/* The exit code; 1000 + the signal where one ended it. */
static inline int child_end(const child *made) {
    int state = 0;
    waitpid(made->pid, &state, 0);
    close(made->to);
    close(made->from);
    return WIFEXITED(state) ? WEXITSTATUS(state) : 1000 + WTERMSIG(state);
}

/* In the child. */
static inline void say(int to, char what) { (void)!write(to, &what, 1); }
static inline void listen_for(int from) {
    char heard;
    (void)!read(from, &heard, 1);
}
#endif
