/* SPDX-License-Identifier: MIT */
/* Tokens: whatever is done with them in whatever order is answered, and every object is destroyed once. */
#include "base/error.h"
#include "base/handle.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static void count_destroy(void *object) { atomic_fetch_add((atomic_int *)object, 1); }

/* The status of pinning, unpinned again. */
static int try_pin(const void *token, uint32_t type, int exclusive) {
    int status;
    if (crmi_handle_pin(token, type, exclusive, &status)) crmi_handle_unpin(token);
    return status;
}

Test(base_handle, life) {
    atomic_int destroyed = 0;
    int status;
    void *token = crmi_handle_new(CRMI_HANDLE_DB, &destroyed, count_destroy);
    cr_assert(token);
    cr_expect((uintptr_t)token % 2 == 1 && (uintptr_t)token < UINT64_C(1) << 47, "token %p", token);
    cr_expect_eq(crmi_handle_pin(token, CRMI_HANDLE_DB, 0, &status), &destroyed);
    cr_expect_eq(status, CRM_OK);
    crmi_handle_unpin(token);
    cr_expect_eq(try_pin(token, CRMI_HANDLE_TXN, 0), CRM_E_ENDED, "another type");
    cr_expect_eq(crmi_handle_free(token, CRMI_HANDLE_TXN), CRM_E_ENDED, "freed as another type");
    cr_expect_eq(destroyed, 0);
    cr_expect_eq(crmi_handle_free(token, CRMI_HANDLE_DB), CRM_OK);
    cr_expect_eq(destroyed, 1);
    cr_expect_eq(crmi_handle_free(token, CRMI_HANDLE_DB), CRM_E_ENDED, "freed twice");
    cr_expect_eq(try_pin(token, CRMI_HANDLE_DB, 0), CRM_E_ENDED, "pinned after its end");
    cr_expect_eq(crmi_error_last()->status, CRM_E_ENDED);
    cr_expect_eq(destroyed, 1);
}

Test(base_handle, no_tokens) {
    static const uintptr_t values[] = {
        1, 2, 7, 0x200000000001, 0x200000000003, 0x3fffffffffff, 0x7fffffffffff, UINTPTR_MAX, UINTPTR_MAX - 1};
    int local = 0;
    void *token = crmi_handle_new(CRMI_HANDLE_DB, &local, NULL);
    cr_expect_eq(try_pin(NULL, CRMI_HANDLE_DB, 0), CRM_E_INVALID);
    cr_expect_eq(crmi_handle_free(NULL, CRMI_HANDLE_DB), CRM_E_ENDED);
    cr_expect_eq(try_pin(&local, CRMI_HANDLE_DB, 0), CRM_E_ENDED);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const void *garbage = (const void *)values[i];
        if (garbage == token) continue;
        cr_expect_eq(try_pin(garbage, CRMI_HANDLE_DB, 0), CRM_E_ENDED, "%p is taken for a token", garbage);
        cr_expect_eq(crmi_handle_free(garbage, CRMI_HANDLE_DB), CRM_E_ENDED, "%p is taken for a token", garbage);
    }
    cr_expect_eq(crmi_handle_free(token, CRMI_HANDLE_DB), CRM_OK);
}

Test(base_handle, slots_are_used_again) {
    enum { COUNT = 3000 };
    static void *tokens[COUNT];
    atomic_int destroyed = 0;
    int wrong = 0;
    for (int i = 0; i < COUNT; i++) {
        tokens[i] = crmi_handle_new(CRMI_HANDLE_ITER, &destroyed, count_destroy);
        if (i % 3) crmi_handle_free(tokens[i], CRMI_HANDLE_ITER);
    }
    for (int i = 0; i < COUNT; i++) wrong += try_pin(tokens[i], CRMI_HANDLE_ITER, 0) != (i % 3 ? CRM_E_ENDED : CRM_OK);
    cr_expect_eq(wrong, 0, "%d tokens in a wrong state", wrong);
    for (int i = 0; i < COUNT; i++) crmi_handle_free(tokens[i], CRMI_HANDLE_ITER);
    cr_expect_eq(destroyed, COUNT);
}

Test(base_handle, freed_while_pinned) {
    for (int exclusive = 0; exclusive < 2; exclusive++) {
        atomic_int destroyed = 0;
        int status;
        void *token = crmi_handle_new(CRMI_HANDLE_TXN, &destroyed, count_destroy);
        crmi_handle_pin(token, CRMI_HANDLE_TXN, exclusive, &status);
        crmi_handle_pin(token, CRMI_HANDLE_TXN, exclusive, &status);
        cr_expect_eq(status, CRM_OK, "a second pin of the same thread");
        cr_expect_eq(crmi_handle_free(token, CRMI_HANDLE_TXN), CRM_OK);
        cr_expect_eq(try_pin(token, CRMI_HANDLE_TXN, exclusive), CRM_E_ENDED);
        cr_expect_eq(crmi_handle_free(token, CRMI_HANDLE_TXN), CRM_E_ENDED);
        crmi_handle_unpin(token);
        cr_expect_eq(destroyed, 0, "destroyed under a pin");
        crmi_handle_unpin(token);
        cr_expect_eq(destroyed, 1, "left after the last pin");
    }
}

typedef struct answers {
    void *token;
    bool free;
    int plain, exclusive, freed;
} answers;

static void *ask(void *data) {
    answers *a = data;
    a->plain = try_pin(a->token, CRMI_HANDLE_TXN, 0);
    a->exclusive = try_pin(a->token, CRMI_HANDLE_TXN, 1);
    a->freed = a->free ? crmi_handle_free(a->token, CRMI_HANDLE_TXN) : 1;
    return NULL;
}

/* What another thread is told about a token. */
static answers ask_elsewhere(void *token, bool free) {
    answers a = {.token = token, .free = free};
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, ask, &a), 0);
    pthread_join(thread, NULL);
    return a;
}

Test(base_handle, exclusive_pins) {
    atomic_int destroyed = 0;
    int status;
    void *token = crmi_handle_new(CRMI_HANDLE_TXN, &destroyed, count_destroy);
    crmi_handle_pin(token, CRMI_HANDLE_TXN, 1, &status);
    answers a = ask_elsewhere(token, false);
    cr_expect_eq(a.plain, CRM_E_THREAD);
    cr_expect_eq(a.exclusive, CRM_E_THREAD);
    cr_expect_eq(try_pin(token, CRMI_HANDLE_TXN, 1), CRM_OK, "again in a callback");
    cr_expect_eq(try_pin(token, CRMI_HANDLE_TXN, 0), CRM_OK, "again in a callback");
    cr_expect_eq(ask_elsewhere(token, false).exclusive, CRM_E_THREAD, "an inner unpin must not open it");
    cr_expect_eq(ask_elsewhere(token, true).freed, CRM_OK, "freed under another's exclusive pin");
    cr_expect_eq(try_pin(token, CRMI_HANDLE_TXN, 1), CRM_E_ENDED);
    cr_expect_eq(destroyed, 0, "it goes with the last pin");
    crmi_handle_unpin(token);
    cr_expect_eq(destroyed, 1);

    destroyed = 0;
    token = crmi_handle_new(CRMI_HANDLE_TXN, &destroyed, count_destroy);
    crmi_handle_pin(token, CRMI_HANDLE_TXN, 0, &status);
    a = ask_elsewhere(token, true);
    cr_expect_eq(a.plain, CRM_OK);
    cr_expect_eq(a.exclusive, CRM_E_THREAD);
    cr_expect_eq(a.freed, CRM_OK);
    cr_expect_eq(destroyed, 0);
    crmi_handle_unpin(token);
    cr_expect_eq(destroyed, 1);

    token = crmi_handle_new(CRMI_HANDLE_TXN, &destroyed, count_destroy);
    cr_expect_eq(try_pin(token, CRMI_HANDLE_TXN, 1), CRM_OK);
    cr_expect_eq(ask_elsewhere(token, true).exclusive, CRM_OK, "one thread after the other");
    cr_expect_eq(destroyed, 2);
}

/* What a child sees; 0 where all is right, else the number of the check that failed. */
static int in_child(void *token, void *ended, atomic_int *destroyed, uint32_t forks) {
    if (crmi_handle_forks() != forks + 1) return 1;
    if (try_pin(token, CRMI_HANDLE_DB, 0) != CRM_E_FORKED) return 2;
    if (crmi_error_last()->status != CRM_E_FORKED) return 3;
    if (try_pin(ended, CRMI_HANDLE_DB, 0) != CRM_E_ENDED) return 4;
    if (crmi_handle_free(token, CRMI_HANDLE_DB) != CRM_E_FORKED) return 5;
    if (crmi_handle_free(token, CRMI_HANDLE_DB) != CRM_E_ENDED) return 6;
    crmi_handle_unpin(token);
    if (*destroyed != 1) return 7;
    void *own = crmi_handle_new(CRMI_HANDLE_DB, destroyed, count_destroy);
    if (!own || try_pin(own, CRMI_HANDLE_DB, 1) != CRM_OK) return 8;
    if (crmi_handle_free(own, CRMI_HANDLE_DB) != CRM_OK || *destroyed != 2) return 9;
    return 0;
}

Test(base_handle, fork) {
    atomic_int destroyed = 0;
    int status;
    void *token = crmi_handle_new(CRMI_HANDLE_DB, &destroyed, count_destroy);
    void *ended = crmi_handle_new(CRMI_HANDLE_DB, &destroyed, count_destroy);
    crmi_handle_free(ended, CRMI_HANDLE_DB);
    crmi_handle_pin(token, CRMI_HANDLE_DB, 0, &status);
    uint32_t forks = crmi_handle_forks();
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) _exit(in_child(token, ended, &destroyed, forks));
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "check %d in the child", WEXITSTATUS(status));
    cr_expect_eq(crmi_handle_forks(), forks);
    crmi_handle_unpin(token);
    cr_expect_eq(crmi_handle_free(token, CRMI_HANDLE_DB), CRM_OK);
    cr_expect_eq(destroyed, 2);
}

enum { ROUNDS = 20000 };
static void *_Atomic shared_token;

static void *use_shared(void *data) {
    int *wrong = data;
    for (int i = 0; i < ROUNDS; i++) {
        int status;
        void *token = shared_token;
        void *object = crmi_handle_pin(token, CRMI_HANDLE_DB, 0, &status);
        if (!object) {
            *wrong += status != CRM_E_ENDED;
            continue;
        }
        *wrong += *(atomic_int *)object != 0; /* destroyed under the pin */
        crmi_handle_unpin(token);
    }
    return NULL;
}

static void mark_destroy(void *object) { atomic_fetch_add((atomic_int *)object, 1); }

Test(base_handle, threads) {
    static atomic_int objects[ROUNDS];
    pthread_t users[2];
    int wrong[2] = {0}, twice = 0;
    shared_token = crmi_handle_new(CRMI_HANDLE_DB, &objects[0], mark_destroy);
    for (int i = 0; i < 2; i++) cr_assert_eq(pthread_create(&users[i], NULL, use_shared, &wrong[i]), 0);
    for (int i = 1; i < ROUNDS; i++) {
        void *old = shared_token;
        shared_token = crmi_handle_new(CRMI_HANDLE_DB, &objects[i], mark_destroy);
        crmi_handle_free(old, CRMI_HANDLE_DB);
    }
    for (int i = 0; i < 2; i++) pthread_join(users[i], NULL);
    crmi_handle_free(shared_token, CRMI_HANDLE_DB);
    for (int i = 0; i < ROUNDS; i++) twice += objects[i] != 1;
    cr_expect_eq(wrong[0] + wrong[1], 0, "%d pins of something destroyed", wrong[0] + wrong[1]);
    cr_expect_eq(twice, 0, "%d objects not destroyed just once", twice);
}
