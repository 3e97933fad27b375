/* SPDX-License-Identifier: MIT */
/* The process's open stores. A fork's child must not touch what it inherits: it closes its copies of crm.lock, so that the parent's locks
 * end with the parent, and starts with an empty list. What was in the list stays in memory, reachable and unused. */
#include "engine/registry.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

uint32_t crmi_registry_forks;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int start_error;
static pthread_mutex_t registry_mutex = PTHREAD_MUTEX_INITIALIZER; /* may be held for as long as an open waits */
static pthread_mutex_t list_mutex = PTHREAD_MUTEX_INITIALIZER;     /* held shortly, and over a fork */
static crmi_registered *entries;
static crmi_registered *forgotten;

static void before_fork(void) { pthread_mutex_lock(&list_mutex); }

static void after_fork_parent(void) { pthread_mutex_unlock(&list_mutex); }

static void after_fork_child(void) {
    crmi_registry_forks++;
    while (entries) {
        crmi_registered *entry = entries;
        entries = entry->next;
        if (entry->lock_fd >= 0) close(entry->lock_fd);
        entry->lock_fd = -1;
        entry->next = forgotten;
        forgotten = entry;
    }
    pthread_mutex_init(&registry_mutex, NULL); /* its holder may be a thread that the child does not have */
    pthread_mutex_unlock(&list_mutex);
}

static void start(void) { start_error = pthread_atfork(before_fork, after_fork_parent, after_fork_child); }

int crmi_registry_start(void) {
    pthread_once(&once, start);
    return start_error == 0 ? CRM_OK : crmi_error_nomem();
}

void crmi_registry_lock(void) { pthread_mutex_lock(&registry_mutex); }

void crmi_registry_unlock(void) { pthread_mutex_unlock(&registry_mutex); }

crmi_registered *crmi_registry_find(dev_t device, ino_t inode) {
    crmi_registered *entry = entries;
    while (entry && (entry->device != device || entry->inode != inode)) entry = entry->next;
    return entry;
}

bool crmi_registry_has(const crmi_registered *entry) {
    const crmi_registered *at = entries;
    while (at && at != entry) at = at->next;
    return at != NULL;
}

int crmi_registry_add(crmi_registered *entry, int folder, bool read_only) {
    pthread_mutex_lock(&list_mutex);
    entry->lock_fd = openat(folder, "crm.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int error = entry->lock_fd < 0 ? errno : 0;
    if (error == EROFS && read_only) {
        entry->fixed = true;
        entry->lock_fd = openat(folder, "crm.lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        error = entry->lock_fd < 0 && errno != ENOENT ? errno : 0;
    }
    if (error == 0) {
        entry->next = entries;
        entries = entry;
    }
    pthread_mutex_unlock(&list_mutex);
    return error;
}

void crmi_registry_remove(crmi_registered *entry) {
    pthread_mutex_lock(&list_mutex);
    crmi_registered **at = &entries;
    while (*at && *at != entry) at = &(*at)->next;
    if (*at) *at = entry->next;
    if (entry->lock_fd >= 0) close(entry->lock_fd);
    entry->lock_fd = -1;
    pthread_mutex_unlock(&list_mutex);
}
