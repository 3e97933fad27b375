/* SPDX-License-Identifier: MIT */
#include "base/thread.h"
#include <signal.h>

bool crmi_thread_begin(pthread_t *out, void *(*fn)(void *data), void *data) {
    static const int faults[] = {SIGBUS, SIGSEGV, SIGFPE, SIGILL}; /* of the thread itself: the host may have a handler */
    sigset_t all, before;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&all, faults[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool begun = pthread_create(out, NULL, fn, data) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return begun;
}

/* False: nobody wants it any more. */
static bool wait_for_room(crmi_producer *of) {
    pthread_mutex_lock(&of->lock);
    while (!of->stopped && of->made - of->taken == of->room) pthread_cond_wait(&of->told, &of->lock);
    bool wanted = !of->stopped;
    pthread_mutex_unlock(&of->lock);
    return wanted;
}

static void *work(void *data) {
    crmi_producer *of = data;
    for (bool more = true; more && wait_for_room(of);) {
        more = of->make(of->data, of->made);
        pthread_mutex_lock(&of->lock);
        of->made += more;
        of->over = !more;
        pthread_cond_broadcast(&of->told);
        pthread_mutex_unlock(&of->lock);
    }
    return NULL;
}

void crmi_producer_begin(crmi_producer *of, size_t room, bool (*make)(void *data, size_t step), void *data) {
    *of = (crmi_producer){.make = make, .data = data, .room = room};
    pthread_mutex_init(&of->lock, NULL);
    pthread_cond_init(&of->told, NULL);
    of->threaded = room && crmi_thread_begin(&of->thread, work, of);
}

bool crmi_producer_take(crmi_producer *of, size_t step) {
    if (!of->threaded) return of->make(of->data, step);
    pthread_mutex_lock(&of->lock);
    of->taken = step;
    pthread_cond_broadcast(&of->told);
    while (!of->over && of->made <= step) pthread_cond_wait(&of->told, &of->lock);
    bool there = of->made > step;
    pthread_mutex_unlock(&of->lock);
    return there;
}

void crmi_producer_end(crmi_producer *of) {
    pthread_mutex_lock(&of->lock);
    of->stopped = true;
    pthread_cond_broadcast(&of->told);
    pthread_mutex_unlock(&of->lock);
    if (of->threaded) pthread_join(of->thread, NULL);
    pthread_mutex_destroy(&of->lock);
    pthread_cond_destroy(&of->told);
}
