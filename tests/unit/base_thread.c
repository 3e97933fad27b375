/* SPDX-License-Identifier: MIT */
/* Threads that make what their caller takes. */
#include "base/thread.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>

enum { ROOM = 3, STEPS = 5000 };

typedef struct making {
    uint64_t made[ROOM];
    atomic_size_t begun, taken;
    size_t steps, most; /* that were begun and are neither taken nor to be taken next */
    pthread_t thread;
    bool quiet; /* signals can't reach the thread */
} making;

static bool make(void *data, size_t step) {
    making *to = data;
    sigset_t blocked;
    if (step == to->steps) return false;
    size_t ahead = step - atomic_load(&to->taken);
    if (ahead > to->most) to->most = ahead;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    to->quiet = sigismember(&blocked, SIGTERM) == 1;
    to->thread = pthread_self();
    to->made[step % ROOM] = step * step;
    atomic_store(&to->begun, step + 1);
    return true;
}

static void take_all(making *from, size_t room) {
    crmi_producer producer;
    size_t wrong = 0, taken = 0;
    crmi_producer_begin(&producer, room, make, from);
    for (; crmi_producer_take(&producer, taken); taken++) {
        wrong += from->made[taken % ROOM] != taken * taken;
        atomic_store(&from->taken, taken + 1);
    }
    cr_expect(!crmi_producer_take(&producer, taken), "it is over, and stays so");
    crmi_producer_end(&producer);
    cr_expect_eq(wrong, 0u);
    cr_expect_eq(taken, from->steps);
}

Test(base_thread, each_step_in_turn) {
    making beside = {.steps = STEPS}, none = {.steps = 0}, alone = {.steps = 20};
    take_all(&beside, ROOM);
    cr_expect(beside.quiet && !pthread_equal(beside.thread, pthread_self()), "a thread of its own, without signals");
    cr_expect_lt(beside.most, (size_t)ROOM, "a step was made where one lay that is not taken");
    take_all(&none, ROOM);
    take_all(&alone, 0);
    cr_expect(pthread_equal(alone.thread, pthread_self()), "without room, each is made when it is taken");
}

/* The thread waits for room, is at work, or has not begun. */
Test(base_thread, given_up) {
    for (size_t takes = 0; takes < 40; takes++) {
        making from = {.steps = STEPS};
        crmi_producer producer;
        size_t most = (takes ? takes - 1 : 0) + ROOM;
        crmi_producer_begin(&producer, ROOM, make, &from);
        for (size_t i = 0; i < takes; i++) cr_expect(crmi_producer_take(&producer, i));
        while (takes % 2 && atomic_load(&from.begun) < most) sched_yield();
        crmi_producer_end(&producer);
        cr_expect_leq(atomic_load(&from.begun), most);
    }
}
