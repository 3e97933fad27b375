/* SPDX-License-Identifier: MIT */
/* Reads files of the collection of test data. */
#include "support/data.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s can't be opened", path);
    char *text = NULL;
    size_t capacity = 0;
    *size = 0;
    do {
        capacity += 1u << 16;
        text = realloc(text, capacity + 1);
        cr_assert(text, "no memory");
        *size += fread(text + *size, 1, capacity - *size, file);
    } while (*size == capacity);
    fclose(file);
    text[*size] = '\0';
    return text;
}

char *test_data_read(const char *path, size_t *size) {
    const char *folder = getenv("CRM_TEST_DATA"), *ci = getenv("CI");
    if (!folder || !*folder) {
        cr_assert(!ci || strcmp(ci, "true") != 0, "CRM_TEST_DATA is not set");
        fprintf(stderr, "skipped: no CRM_TEST_DATA\n");
        return NULL;
    }
    char whole[4096];
    snprintf(whole, sizeof whole, "%s/%s", folder, path);
    return read_file(whole, size);
}
