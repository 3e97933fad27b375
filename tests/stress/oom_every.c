/* SPDX-License-Identifier: MIT */
/* Each allocation of an operation fails in turn, alone and with all that follow: those of libcrm, libcrm-io, LMDB, MessagePack,
 * and of the other libraries that they use but those that end the process or don't tell (see below). The operation says CRM_E_NOMEM, or is
 * not hurt by it; all or nothing is stored, no memory is lost, and the operation works when it is done again with the same handle. A round
 * is one operation, alone or for good; the gate takes every fourth, and of their allocations the first 30 and some of the rest, as the
 * large size does of those that allocate much. */
#include "stress/stress.h"
#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

/* --- allocations --- */

static _Thread_local bool armed;
static bool for_good, struck;
static long left, live;

/* jansson 2.14 ends the process by an assertion where the memory for a number or a word is missing; libxlsxwriter 1.1 goes on without;
 * minizip takes it for a damaged archive. */
typedef struct code {
    uintptr_t from, until;
} code;
static code spared[4], libc;
static size_t spared_count;

static int spare(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size, (void)data;
    static const char *const names[] = {"libjansson", "libxlsxwriter", "libminizip", "libz."};
    code *at = strstr(info->dlpi_name, "/libc.so") ? &libc : NULL;
    for (int i = 0; i < 4; i++)
        if (strstr(info->dlpi_name, names[i])) at = &spared[spared_count++];
    for (int i = 0; at && i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
            at->from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            at->until = at->from + info->dlpi_phdr[i].p_memsz;
        }
    return 0;
}

static bool is_in(const code *at, const void *address) { return (uintptr_t)address >= at->from && (uintptr_t)address < at->until; }

/* Who has the C library allocate: the first that is not in it. */
static const void *caller_of_libc(void) {
    void *frames[24];
    int count, at = 0;
    armed = false;
    count = backtrace(frames, 24);
    armed = true;
    while (at < count && !is_in(&libc, frames[at])) at++;
    while (at < count && is_in(&libc, frames[at])) at++;
    return at < count ? frames[at] : NULL;
}

static bool is_spared(const void *caller) {
    for (size_t i = 0; i < spared_count; i++)
        if (is_in(&spared[i], caller)) return true;
    return false;
}

static bool fails(const void *caller) {
    if (!armed || is_spared(caller) || (left > 0 && --left > 0) || (struck && !for_good)) return false;
    if (is_in(&libc, caller) && is_spared(caller_of_libc())) return false;
    struck = true;
    errno = ENOMEM;
    return true;
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static void *counted(void *block) {
    live += block != NULL;
    return block;
}

#pragma GCC visibility push(default)
void *malloc(size_t size) { return fails(__builtin_return_address(0)) ? NULL : counted(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return fails(__builtin_return_address(0)) ? NULL : counted(__libc_calloc(count, size)); }

void *realloc(void *old, size_t size) {
    if (fails(__builtin_return_address(0))) return NULL;
    void *block = __libc_realloc(old, size);
    return old ? block : counted(block);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    if (fails(__builtin_return_address(0))) return ENOMEM;
    *out = counted(__libc_memalign(alignment, size));
    return *out ? 0 : ENOMEM;
}

void *memalign(size_t alignment, size_t size) {
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_memalign(alignment, size));
}
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

void free(void *block) {
    live -= block != NULL;
    __libc_free(block);
}
#pragma GCC visibility pop

/* --- operations --- */

enum { ALLOCATIONS, REFUSED };

static uint64_t before, after, names;

static void check(const stress_operation *op, int rc, long allocation) {
    uint64_t now = stress_hash(stress_store);
    CHECK(rc == CRM_OK || (rc == CRM_E_NOMEM && stress_clean_error(rc)), "%s %ld: %d %s", op->name, allocation, rc, crm_error_text());
    if (rc == CRM_OK && !(op->flags & STRESS_STEPS))
        CHECK(now == after, "%s %ld: it is told as done, and is not", op->name, allocation);
    else
        CHECK(now == before || (now && op->flags & STRESS_STEPS), "%s %ld: something was stored", op->name, allocation);
}

/* With an allocation that fails, and then without; false: there are fewer. */
static bool strike(const stress_operation *op, long allocation) {
    long blocks = live;
    crm_db *db;
    stress_begin_with(op, &db);
    left = allocation;
    struck = false;
    armed = true;
    int rc = stress_do(op, &db);
    armed = false;
    if (struck) {
        stress_count[ALLOCATIONS]++;
        stress_count[REFUSED] += rc < 0;
        check(op, rc, allocation);
    }
    if (rc < 0) {
        if (!db) stress_ready(op, &db);
        int again = stress_do(op, &db);
        CHECK(again == CRM_OK || (again == CRM_E_EXISTS && op->flags & STRESS_STEPS), "%s %ld: done again: %d %s", op->name, allocation,
              again, crm_error_text());
    }
    crm_db_close(db);
    CHECK(op->flags & STRESS_STEPS ? stress_names(stress_store) == names : stress_hash(stress_store) == after,
          "%s %ld: another store in the end", op->name, allocation);
    CHECK(live == blocks, "%s %ld: %ld blocks lost", op->name, allocation, live - blocks);
    return struck;
}

/* The first runs also warm up what libraries keep for good. */
static void rehearse(const stress_operation *op) {
    before = stress_hash(stress_base(op));
    for (int i = 0; i < 2; i++) {
        crm_db *db;
        stress_begin_with(op, &db);
        int rc = stress_do(op, &db);
        CHECK(rc == CRM_OK, "%s: %d %s", op->name, rc, crm_error_text());
        crm_db_close(db);
        after = stress_hash(stress_store);
        names = stress_names(stress_store);
    }
}

/* To the one that fails next. */
static long step_behind(const stress_operation *op, long allocation) {
    if (allocation < 30) return 1;
    if (op->flags & STRESS_MANY) return 1 + allocation / (stress_long ? 50 : 5);
    return stress_long ? 1 : 1 + (long)stress_draw(40);
}

int main(int argc, char **argv) {
    uint64_t round, step = 4, most = 2 * stress_operation_count;
    stress_begin(argc, argv, "oom_every", (most + step - 1) / step, most);
    char path[STRESS_PATH];
    stress_bases(stress_place("base", path));
    dl_iterate_phdr(spare, NULL);
    (void)caller_of_libc(); /* the first takes memory for good */
    armed = false;
    CHECK(spared_count == 4 && libc.from, "%zu of 4 libraries to spare", spared_count);
    while (stress_round(&round)) {
        uint64_t number = stress_long ? round : (round * step + round * step / most) % most;
        for_good = number % 2;
        const stress_operation *op = &stress_operations[number / 2];
        rehearse(op);
        for (long allocation = 1; strike(op, allocation);) allocation += step_behind(op, allocation);
    }
    printf("oom_every: %llu allocations failed, %llu of them told\n", (unsigned long long)stress_count[ALLOCATIONS],
           (unsigned long long)stress_count[REFUSED]);
    return stress_end();
}
