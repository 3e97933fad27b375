/* SPDX-License-Identifier: MIT */
/* Allocations of the library that fail when the test says so: the linker puts these functions in the place of the usual ones (see
 * cmake/tests.cmake). One file of a program includes this. */
#ifndef CRM_TESTS_SUPPORT_ALLOCATIONS_H
#define CRM_TESTS_SUPPORT_ALLOCATIONS_H
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* While armed, the one that is left at 1 fails; for_good: and all that follow. failed: one has. live: blocks that are not freed yet. */
static bool armed, for_good, failed;
static long left, live;

static bool fails(void) {
    if (!armed || (left > 0 && --left > 0) || (failed && !for_good)) return false;
    failed = true;
    errno = ENOMEM;
    return true;
}

static void *counted(void *block) {
    live += block != NULL;
    return block;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
char *__real_realpath(const char *path, char *out);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);
char *__wrap_realpath(const char *path, char *out);
void __wrap_free(void *block);

void *__wrap_malloc(size_t size) { return fails() ? NULL : counted(__real_malloc(size)); }
void *__wrap_calloc(size_t count, size_t size) { return fails() ? NULL : counted(__real_calloc(count, size)); }
char *__wrap_strdup(const char *text) { return fails() ? NULL : counted(__real_strdup(text)); }
char *__wrap_strndup(const char *text, size_t size) { return fails() ? NULL : counted(__real_strndup(text, size)); }
char *__wrap_realpath(const char *path, char *out) { return fails() ? NULL : counted(__real_realpath(path, out)); }

void *__wrap_realloc(void *old, size_t size) {
    if (fails()) return NULL;
    void *block = __real_realloc(old, size);
    return old ? block : counted(block);
}

void __wrap_free(void *block) {
    live -= block != NULL;
    __real_free(block);
}
#endif
