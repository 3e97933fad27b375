/* SPDX-License-Identifier: MIT */
/* A table of slots in chunks that are never given back, so that any number can be looked up without a lock. A slot's state is one atomic
 * word: how many calls pin it, whether one thread does so alone, whether its token is alive, type and generation. Pinning and unpinning
 * are one compare-and-swap each. Slots are used again oldest first, so that a generation comes back after billions of handles only. */
#include "base/handle.h"
#include "base/error.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

_Static_assert(sizeof(void *) == 8, "tokens need 64-bit pointers");

#define CHUNK_SLOTS 256u
#define CHUNKS 4096u
#define SLOTS (CHUNK_SLOTS * CHUNKS)

/* A token: bit 0 set, slot in 1-20, generation in 21-44, bit 45 set: odd, and inside no range that systems map memory to. */
#define TOKEN_FIXED (UINT64_C(1) << 45 | 1)
#define TOKEN_SLOT_SHIFT 1
#define TOKEN_GENERATION_SHIFT 21
#define GENERATION_MASK UINT64_C(0xffffff)

/* A state: pins in 0-23, then flags, type in 28-31, generation in 32-55. */
#define STATE_PINS UINT64_C(0xffffff)
#define STATE_ALONE (UINT64_C(1) << 24)
#define STATE_ALIVE (UINT64_C(1) << 25)
#define STATE_TYPE_SHIFT 28
#define STATE_GENERATION_SHIFT 32

typedef struct slot {
    _Atomic uint64_t state;
    _Atomic uintptr_t owner; /* thread of an exclusive pin; 0 without one */
    void *object;
    crmi_handle_destroy destroy;
    atomic_uint forks; /* crmi_handle_forks() when the token was made */
    uint32_t next;     /* in the list of free slots */
} slot;

#define NO_SLOT UINT32_MAX

static slot *_Atomic chunks[CHUNKS];
static atomic_uint fork_count;
static pthread_mutex_t free_lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static uint32_t chunk_count, free_first = NO_SLOT, free_last = NO_SLOT;

static void lock_free_list(void) { pthread_mutex_lock(&free_lock); }
static void unlock_free_list(void) { pthread_mutex_unlock(&free_lock); }
static void count_fork(void) {
    atomic_fetch_add(&fork_count, 1);
    unlock_free_list();
}

__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(lock_free_list, unlock_free_list, count_fork); }

uint32_t crmi_handle_forks(void) { return atomic_load_explicit(&fork_count, memory_order_relaxed); }

/* An address that no other living thread has. */
static uintptr_t this_thread(void) {
    static _Thread_local char mark;
    return (uintptr_t)&mark;
}

static slot *slot_at(uint32_t number) {
    slot *chunk = atomic_load_explicit(&chunks[number / CHUNK_SLOTS], memory_order_acquire);
    return chunk ? &chunk[number % CHUNK_SLOTS] : NULL;
}

/* The slot that a token names, and the bits that its state has while the token is alive; NULL where it can't be a token. */
static slot *slot_of(const void *token, uint64_t *alive) {
    uint64_t bits = (uint64_t)(uintptr_t)token;
    if ((bits & TOKEN_FIXED) != TOKEN_FIXED || bits >> 46) return NULL;
    *alive = (bits >> TOKEN_GENERATION_SHIFT & GENERATION_MASK) << STATE_GENERATION_SHIFT | STATE_ALIVE;
    return slot_at((uint32_t)(bits >> TOKEN_SLOT_SHIFT) & (SLOTS - 1));
}

/* Whether a state is that of a living token of a type. */
static int is_alive(uint64_t state, uint64_t alive, uint32_t type) {
    return (state & ~(STATE_PINS | STATE_ALONE)) == (alive | (uint64_t)type << STATE_TYPE_SHIFT);
}

static int is_forked(const slot *s) { return atomic_load_explicit(&s->forks, memory_order_relaxed) != crmi_handle_forks(); }

static void put_free(uint32_t number) {
    slot *s = slot_at(number);
    s->next = NO_SLOT;
    if (free_last == NO_SLOT)
        free_first = number;
    else
        slot_at(free_last)->next = number;
    free_last = number;
}

static void add_chunk(void) {
    if (chunk_count == CHUNKS) return;
    slot *chunk = calloc(CHUNK_SLOTS, sizeof *chunk);
    if (!chunk) return;
    atomic_store_explicit(&chunks[chunk_count], chunk, memory_order_release);
    for (uint32_t i = 0; i < CHUNK_SLOTS; i++) put_free(chunk_count * CHUNK_SLOTS + i);
    chunk_count++;
}

static uint32_t take_free(void) {
    lock_free_list();
    if (free_first == NO_SLOT) add_chunk();
    uint32_t number = free_first;
    if (number != NO_SLOT) {
        free_first = slot_at(number)->next;
        if (free_first == NO_SLOT) free_last = NO_SLOT;
    }
    unlock_free_list();
    return number;
}

void *crmi_handle_new(uint32_t type, void *object, crmi_handle_destroy destroy) {
    uint32_t number = take_free();
    if (number == NO_SLOT) {
        crmi_error_nomem();
        return NULL;
    }
    slot *s = slot_at(number);
    uint64_t generation = (atomic_load_explicit(&s->state, memory_order_relaxed) >> STATE_GENERATION_SHIFT) + 1;
    generation &= GENERATION_MASK;
    s->object = object;
    s->destroy = destroy;
    atomic_store_explicit(&s->forks, crmi_handle_forks(), memory_order_relaxed);
    uint64_t state = generation << STATE_GENERATION_SHIFT | (uint64_t)type << STATE_TYPE_SHIFT | STATE_ALIVE;
    atomic_store_explicit(&s->state, state, memory_order_release);
    uint64_t token = TOKEN_FIXED | generation << TOKEN_GENERATION_SHIFT | (uint64_t)number << TOKEN_SLOT_SHIFT;
    return (void *)(uintptr_t)token;
}

/* The state with one pin more, or 0 where another thread is in the way. The owner may change while it is read, but it is this thread only
 * where this thread wrote it and still pins the slot. */
static uint64_t with_pin(const slot *s, uint64_t state, int exclusive) {
    if ((state & STATE_PINS) == 0) return (state + 1) | (exclusive ? STATE_ALONE : 0);
    if (state & STATE_ALONE) return atomic_load_explicit(&s->owner, memory_order_relaxed) == this_thread() ? state + 1 : 0;
    return exclusive || (state & STATE_PINS) == STATE_PINS ? 0 : state + 1;
}

static int fail_pin(int status) {
    if (status == CRM_E_INVALID) return crmi_error_set(status, 0, "the handle is NULL");
    if (status == CRM_E_FORKED) return crmi_error_set(status, 0, "the handle was opened before a fork");
    if (status == CRM_E_THREAD) return crmi_error_set(status, 0, "the handle is in use by another thread");
    return crmi_error_set(status, 0, "the handle has ended, or is none of this kind");
}

/* Pins the slot, or says why not. */
static int pin_slot(slot *s, uint64_t alive, uint32_t type, int exclusive) {
    uint64_t state = atomic_load_explicit(&s->state, memory_order_acquire);
    uint64_t pinned;
    do {
        if (!is_alive(state, alive, type)) return CRM_E_ENDED;
        if (is_forked(s)) return CRM_E_FORKED;
        pinned = with_pin(s, state, exclusive);
        if (!pinned) return CRM_E_THREAD;
    } while (!atomic_compare_exchange_weak_explicit(&s->state, &state, pinned, memory_order_acquire, memory_order_acquire));
    if ((pinned & STATE_ALONE) && !(state & STATE_ALONE)) atomic_store_explicit(&s->owner, this_thread(), memory_order_relaxed);
    return CRM_OK;
}

void *crmi_handle_pin(const void *token, uint32_t type, int exclusive, int *status) {
    uint64_t alive;
    slot *s = slot_of(token, &alive);
    *status = token == NULL ? CRM_E_INVALID : s == NULL ? CRM_E_ENDED : pin_slot(s, alive, type, exclusive);
    if (*status == CRM_OK) return s->object;
    fail_pin(*status);
    return NULL;
}

/* Destroys the object of a token that has ended and is pinned no more, and gives the slot back. */
static void retire(slot *s, const void *token) {
    void *object = s->object;
    s->object = NULL;
    if (s->destroy) s->destroy(object);
    uint32_t number = (uint32_t)((uint64_t)(uintptr_t)token >> TOKEN_SLOT_SHIFT) & (SLOTS - 1);
    lock_free_list();
    put_free(number);
    unlock_free_list();
}

void crmi_handle_unpin(const void *token) {
    uint64_t alive;
    slot *s = slot_of(token, &alive);
    if (!s || is_forked(s)) return; /* a callback forked: the child leaves the slot as it is */
    uint64_t state = atomic_load_explicit(&s->state, memory_order_relaxed);
    uint64_t unpinned;
    do {
        unpinned = state - 1;
        if ((unpinned & STATE_PINS) == 0 && (state & STATE_ALONE)) {
            unpinned &= ~STATE_ALONE;
            atomic_store_explicit(&s->owner, 0, memory_order_relaxed);
        }
    } while (!atomic_compare_exchange_weak_explicit(&s->state, &state, unpinned, memory_order_acq_rel, memory_order_relaxed));
    if ((unpinned & (STATE_PINS | STATE_ALIVE)) == 0) retire(s, token);
}

int crmi_handle_free(const void *token, uint32_t type) {
    uint64_t alive;
    slot *s = slot_of(token, &alive);
    if (!s) return CRM_E_ENDED;
    uint64_t state = atomic_load_explicit(&s->state, memory_order_acquire);
    do {
        if (!is_alive(state, alive, type)) return CRM_E_ENDED;
        if (is_forked(s)) break;
    } while (!atomic_compare_exchange_weak_explicit(&s->state, &state, state & ~STATE_ALIVE, memory_order_acq_rel, memory_order_acquire));
    if (is_forked(s)) {
        atomic_fetch_and(&s->state, ~STATE_ALIVE); /* the slot is not used again: calls of threads that are gone may pin it */
        return CRM_E_FORKED;
    }
    if ((state & STATE_PINS) == 0) retire(s, token);
    return CRM_OK;
}
