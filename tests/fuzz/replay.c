/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over files, or over all files of folders: what takes the place of libFuzzer where that is not there. */
#include "fuzz/fuzz.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static size_t replayed;

static void replay_file(const char *path) {
    struct stat info;
    FILE *file = fopen(path, "rbe");
    fuzz_expect(file && fstat(fileno(file), &info) == 0, path);
    uint8_t *data = malloc((size_t)info.st_size + 1); /* of its size, so that reading behind it is seen */
    size_t size = data ? fread(data, 1, (size_t)info.st_size, file) : 0;
    fuzz_expect(data && size == (size_t)info.st_size, path);
    fclose(file);
    data = realloc(data, size ? size : 1);
    printf("%s\n", path);
    fflush(stdout);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    replayed++;
}

static void replay(const char *path) {
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) replay_file(path);
    for (int i = 0; i < count; i++) {
        char below[4096];
        snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') replay(below);
        free(entries[i]);
    }
    if (count >= 0) free(entries);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) replay(argv[i]);
    printf("%zu inputs\n", replayed);
    return replayed ? 0 : 1;
}
