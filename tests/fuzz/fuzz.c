/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share. */
#include "fuzz/fuzz.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static char folder[64];
static crm_db *store;

void fuzz_expect(int holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "%s: %d %s\n", what, crm_error_status(), crm_error_text());
    abort();
}

const char *fuzz_file(const uint8_t *data, size_t size) {
    static char path[40];
    static int file = -1;
    if (file >= 0) close(file);
    file = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_expect(file >= 0 && (size == 0 || write(file, data, size) == (ssize_t)size), "a file in memory");
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return path;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info, (void)type, (void)at;
    return remove(path);
}

static void clean_up(void) {
    crm_db_close(store);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_folder(void) {
    if (*folder) return folder;
    snprintf(folder, sizeof folder, "%s/libcrm-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    fuzz_expect(mkdtemp(folder) != NULL, "a temporary folder");
    atexit(clean_up);
    return folder;
}

crm_db *fuzz_store(void) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    char path[80];
    if (store) return store;
    snprintf(path, sizeof path, "%s/store", fuzz_folder());
    fuzz_expect(crm_db_open(path, &options, &store) == CRM_OK, "a store");
    return store;
}
