/* SPDX-License-Identifier: MIT */
/* A folder beside the place of a store, and into it: see place.h. */
#include "model/place.h"
#include "base/error.h"
#include "base/random.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse_errno(const char *what) {
    char reason[80];
    return crmi_error_set(CRM_E_IO, 0, "%s: %s", what, strerror_r(errno, reason, sizeof reason));
}

/* Nothing, or a folder with nothing in it. */
static int check_place(const char *path) {
    DIR *folder = opendir(path);
    if (!folder && errno == ENOENT) return CRM_OK;
    if (!folder)
        return errno == ENOTDIR ? crmi_error_set(CRM_E_EXISTS, 0, "there is a file already") : refuse_errno("the place of the store");
    size_t entries = 0;
    while (readdir(folder)) entries++;
    closedir(folder);
    return entries > 2 ? crmi_error_set(CRM_E_EXISTS, 0, "there is something in the folder already") : CRM_OK; /* "." and ".." */
}

static int name_work(crmi_store_place *place, const char *path) {
    uint8_t bytes[6];
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/') size--;
    place->path = strndup(path, size);
    place->work = malloc(size + sizeof ".loading-0123456789ab");
    if (!place->path || !place->work) return crmi_error_nomem();
    if (crmi_random_bytes(bytes, sizeof bytes) < 0) return crmi_error_set(CRM_E_IO, 0, "no random bytes from the system");
    sprintf(place->work, "%s.loading-%02x%02x%02x%02x%02x%02x", place->path, bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
    return CRM_OK;
}

static void remove_work(const char *path) {
    DIR *folder = opendir(path);
    if (!folder) return;
    for (const struct dirent *entry; (entry = readdir(folder));) (void)unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    (void)rmdir(path);
}

/* The folder above is told to the disk too. */
static void sync_above(const char *path) {
    const char *slash = strrchr(path, '/');
    char *above = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    int folder = above ? open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (folder >= 0) {
        (void)fsync(folder);
        close(folder);
    }
    free(above);
}

/* A folder takes the place of none, or of an empty one. */
int crmi_store_place_move(crmi_store_place *place) {
    if (rename(place->work, place->path) != 0) {
        bool taken = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
        return taken ? crmi_error_set(CRM_E_EXISTS, 0, "there is something in the place of the store by now") : refuse_errno("the store");
    }
    sync_above(place->path);
    free(place->work);
    place->work = NULL;
    return CRM_OK;
}

int crmi_store_place_begin(crmi_store_place *place, const char *path) {
    int rc = check_place(path);
    return rc == CRM_OK ? name_work(place, path) : rc;
}

void crmi_store_place_end(crmi_store_place *place) {
    if (place->work) remove_work(place->work);
    free(place->path);
    free(place->work);
}
