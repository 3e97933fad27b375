/* SPDX-License-Identifier: MIT */
/* The fingerprint of a file whose import is a job: the same file, read in the same way, goes on where it was interrupted. */
#include "cli/import.h"
#include <inttypes.h>
#include <string.h>

/* FNV-1a, 64 bits: nobody gains by a file that collides with his own. */
static void take(uint64_t *sum, const char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) *sum = (*sum ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
}

static void take_bytes(uint64_t *sum, const char *bytes, size_t size, uint64_t *lines) {
    take(sum, bytes, size);
    for (const char *at = bytes; lines && (at = memchr(at, '\n', size - (size_t)(at - bytes))); at++) ++*lines;
}

static bool take_file(uint64_t *sum, const char *path, uint64_t *lines) {
    char block[65536];
    FILE *file = fopen(path, "rbe");
    if (!file) return false;
    for (size_t size; (size = fread(block, 1, sizeof block, file)) > 0;) take_bytes(sum, block, size, lines);
    bool good = !ferror(file);
    fclose(file);
    return good;
}

bool cli_import_fingerprint(const import_job *work, const import_file *file, char out[CLI_IMPORT_FINGERPRINT], uint64_t *lines) {
    static const char *const options[] = {"rows",           "role",      "map",      "policy", "sheet",
                                          "ignore-unknown", "delimiter", "encoding", "quote",  "header-row"};
    const char *mapping = cli_args_get(work->args, "mapping"), *text;
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        take(&sum, options[i], strlen(options[i]));
        for (size_t position = 0; (text = cli_args_next(work->args, options[i], &position));) take(&sum, text, strlen(text) + 1);
    }
    bool good = !mapping || take_file(&sum, mapping, NULL);
    if (file->bytes)
        take_bytes(&sum, file->bytes, file->size, lines);
    else
        good = good && take_file(&sum, file->path, lines);
    snprintf(out, CLI_IMPORT_FINGERPRINT, "fnv1a-%016" PRIx64, sum);
    return good;
}
