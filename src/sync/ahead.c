/* SPDX-License-Identifier: MIT */
/* A job's batch is applied by a thread of its own while the host adds the rows of the next one. There is one such thread at most: it is
 * begun when a batch is handed over, and joined when the next one is, when the job ends, and before anybody asks what became of the rows.
 * The batch is a copy of the sync that has taken its rows; what both threads use lies behind a lock. Where no thread can be begun, the
 * batch is applied in the host's. */
#include "base/error.h"
#include "base/handle.h"
#include "base/thread.h"
#include "sync/sync.h"
#include <stdlib.h>
#include <string.h>

enum state {
    NONE,
    RUNNING, /* the thread is to be joined */
    OVER,    /* the host has not been told its status yet */
    FAILED   /* he has; the batch is still to be applied */
};

struct crmi_sync_ahead {
    crm_sync batch;
    enum state state;
    uint32_t forks; /* crmi_handle_forks() when the thread was begun */
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t told;
    bool begun, over, cancelled, news; /* news: done has not been passed on */
    uint64_t done, total;
    int status;
    crmi_error error;
};

/* In a forked child the thread is not there, and what it was at is left alone. */
static bool is_forked(const crmi_sync_ahead *ahead) { return ahead->state == RUNNING && ahead->forks != crmi_handle_forks(); }

/* --- rows, to the batch and back --- */

/* An array takes the place of an older copy. */
static int copy_array(void **to, const void *from, size_t count, size_t size) {
    void *copy = realloc(*to, count * size + 1);
    if (!copy) return crmi_error_nomem();
    if (count) memcpy(copy, from, count * size);
    *to = copy;
    return CRM_OK;
}

/* The memory that the batch before had takes the rows that come. */
static int take_rows(crm_sync *sync, crmi_sync_ahead *ahead) {
    crm_sync *batch = &ahead->batch;
    int rc = copy_array((void **)&batch->columns, sync->columns, sync->column_count, sizeof *sync->columns);
    if (rc == CRM_OK) rc = copy_array((void **)&batch->parts, sync->parts, sync->part_count, sizeof *sync->parts);
    if (rc < 0) return rc;
    const crm_sync before = *batch;
    *batch = *sync;
    batch->columns = before.columns;
    batch->parts = before.parts;
    sync->rows = before.rows;
    sync->row_capacity = before.row_capacity;
    sync->cells = before.cells;
    sync->cell_capacity = before.cell_capacity;
    sync->texts = before.texts;
    sync->long_texts = before.long_texts;
    sync->long_texts.secret = sync->secret;
    sync->errors = before.errors;
    sync->error_capacity = before.error_capacity;
    sync->error_count = 0;
    sync->warnings = NULL;
    sync->warning_count = sync->warning_capacity = sync->warning_kept = 0;
    crmi_sync_forget_rows(sync);
    return CRM_OK;
}

/* It was applied: what became of it is the job's. */
static int give_back(crm_sync *sync, crm_sync *batch) {
    sync->job.run = batch->job.run;
    memcpy(sync->job.waiting, batch->job.waiting, sizeof sync->job.waiting);
    memcpy(sync->counts, batch->counts, sizeof sync->counts);
    sync->run = batch->run;
    sync->warnings = batch->warnings;
    sync->warning_count = batch->warning_count;
    sync->warning_capacity = batch->warning_capacity;
    batch->warnings = NULL;
    batch->warning_count = batch->warning_capacity = 0;
    int rc = crmi_sync_job_keep(sync, batch);
    crmi_sync_forget_rows(batch);
    return rc;
}

/* --- the thread --- */

static int note(void *data, uint64_t done, uint64_t total) {
    crmi_sync_ahead *ahead = data;
    pthread_mutex_lock(&ahead->lock);
    ahead->done = done;
    ahead->total = total;
    ahead->news = true;
    int cancelled = ahead->cancelled;
    pthread_cond_signal(&ahead->told);
    pthread_mutex_unlock(&ahead->lock);
    return cancelled;
}

static void tell_begun(crmi_sync_ahead *ahead) {
    pthread_mutex_lock(&ahead->lock);
    ahead->begun = true;
    pthread_cond_signal(&ahead->told);
    pthread_mutex_unlock(&ahead->lock);
}

/* begun: the host waits to be told that the store can't be closed under it any more; NULL: he applies it himself. */
static int apply(crm_sync *batch, crmi_sync_ahead *begun) {
    int status;
    crmi_db *db = crmi_handle_pin(batch->job.db, CRMI_HANDLE_DB, 0, &status);
    if (!db) return status;
    if (begun) {
        crmi_db_work(db, true);
        crmi_handle_unpin(batch->job.db);
        tell_begun(begun);
    }
    status = crmi_sync_apply(batch, batch->job.load ? batch->job.load : db, batch->job.actor);
    if (begun)
        crmi_db_work(db, false);
    else
        crmi_handle_unpin(batch->job.db);
    return status;
}

static void *work(void *data) {
    crmi_sync_ahead *ahead = data;
    int status = apply(&ahead->batch, ahead);
    pthread_mutex_lock(&ahead->lock);
    ahead->status = status;
    ahead->error = *crmi_error_last();
    ahead->over = true;
    pthread_cond_signal(&ahead->told);
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

static bool begin_thread(crmi_sync_ahead *ahead) {
    ahead->begun = ahead->over = ahead->cancelled = ahead->news = false;
    ahead->batch.progress = note;
    ahead->batch.progress_data = ahead;
    bool begun = crmi_thread_begin(&ahead->thread, work, ahead);
    pthread_mutex_lock(&ahead->lock);
    while (begun && !ahead->begun && !ahead->over) pthread_cond_wait(&ahead->told, &ahead->lock);
    pthread_mutex_unlock(&ahead->lock);
    return begun;
}

/* Passes on how far it is, until it is over. */
static void join(const crm_sync *sync, crmi_sync_ahead *ahead) {
    pthread_mutex_lock(&ahead->lock);
    while (ahead->news || !ahead->over) {
        uint64_t done = ahead->done, total = ahead->total;
        if (!ahead->news) {
            pthread_cond_wait(&ahead->told, &ahead->lock);
            continue;
        }
        ahead->news = false;
        pthread_mutex_unlock(&ahead->lock);
        bool cancelled = sync->progress && sync->progress(sync->progress_data, done, total);
        pthread_mutex_lock(&ahead->lock);
        ahead->cancelled |= cancelled;
    }
    pthread_mutex_unlock(&ahead->lock);
    pthread_join(ahead->thread, NULL);
    ahead->state = OVER;
}

/* --- the host --- */

static int make(crm_sync *sync) {
    crmi_sync_ahead *ahead = sync->job.ahead ? sync->job.ahead : calloc(1, sizeof *ahead);
    if (!ahead) return crmi_error_nomem();
    if (!sync->job.ahead) {
        pthread_mutex_init(&ahead->lock, NULL);
        pthread_cond_init(&ahead->told, NULL);
    }
    sync->job.ahead = ahead;
    return CRM_OK;
}

int crmi_sync_ahead_begin(crm_sync *sync) {
    int rc = make(sync);
    crmi_sync_ahead *ahead = sync->job.ahead;
    if (rc == CRM_OK) rc = take_rows(sync, ahead);
    if (rc < 0) return rc;
    ahead->forks = crmi_handle_forks();
    ahead->state = begin_thread(ahead) ? RUNNING : FAILED;
    return ahead->state == RUNNING ? CRM_OK : crmi_sync_ahead_end(sync);
}

/* A status that he has been told already is asked for again: the batch is applied once more, here. */
static int status_of(crm_sync *sync, crmi_sync_ahead *ahead) {
    if (ahead->state == RUNNING) join(sync, ahead);
    if (ahead->state == FAILED) {
        ahead->batch.progress = sync->progress;
        ahead->batch.progress_data = sync->progress_data;
        ahead->batch.job.load = sync->job.load; /* it ended with the failure */
        return apply(&ahead->batch, NULL);
    }
    if (ahead->status < 0) crmi_error_restore(&ahead->error);
    ahead->state = FAILED;
    return ahead->status;
}

int crmi_sync_ahead_end(crm_sync *sync) {
    crmi_sync_ahead *ahead = sync->job.ahead;
    if (!ahead || ahead->state == NONE) return CRM_OK;
    if (is_forked(ahead)) return crmi_error_set(CRM_E_FORKED, 0, "the rows were added before a fork");
    bool late = ahead->state != FAILED; /* who cancels when it is over already cancels what comes */
    int rc = status_of(sync, ahead);
    if (rc < 0) return rc;
    ahead->state = NONE;
    rc = give_back(sync, &ahead->batch);
    return rc == CRM_OK && late && ahead->cancelled ? crmi_error_set(CRM_E_ABORTED, 0, "cancelled") : rc;
}

const crm_sync *crmi_sync_told(const crm_sync *sync) {
    crmi_sync_ahead *ahead = sync->job.ahead;
    if (!ahead || ahead->state == NONE || is_forked(ahead)) return sync;
    if (ahead->state == RUNNING) join(sync, ahead);
    return &ahead->batch;
}

void crmi_sync_ahead_free(crm_sync *sync) {
    crmi_sync_ahead *ahead = sync->job.ahead;
    if (!ahead || is_forked(ahead)) return;
    if (ahead->state == RUNNING) join(sync, ahead);
    crm_sync *batch = &ahead->batch;
    crmi_sync_free_rows(batch);
    free(batch->columns);
    free(batch->parts);
    pthread_mutex_destroy(&ahead->lock);
    pthread_cond_destroy(&ahead->told);
    free(ahead);
}
