/* SPDX-License-Identifier: MIT */
/* Threads of the library's own. They end before the call that began them does, but for those of jobs. */
#ifndef CRMI_BASE_THREAD_H
#define CRMI_BASE_THREAD_H
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* Begins one that takes no signals: they are for the host's. False: the system has none to give. */
bool crmi_thread_begin(pthread_t *out, void *(*fn)(void *data), void *data);

/* A thread that makes, step by step, what the caller takes one step after the other: at most room steps ahead of him, counted with the one
 * that he has. Without a thread, and where room is 0, each step is made when it is taken. What a step fails with is left where it makes
 * things: errors of one thread are not the other's. */
typedef struct crmi_producer {
    bool (*make)(void *data, size_t step); /* false: there is no such step, nor one behind it */
    void *data;
    size_t room;
    bool threaded;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t told;
    size_t made, taken;
    bool over;    /* all are made */
    bool stopped; /* nobody wants more */
} crmi_producer;

void crmi_producer_begin(crmi_producer *of, size_t room, bool (*make)(void *data, size_t step), void *data);
/* Step 0, 1, ...: it is made, and stays until the next one is asked for. False: there is none. */
bool crmi_producer_take(crmi_producer *of, size_t step);
void crmi_producer_end(crmi_producer *of);
#endif
