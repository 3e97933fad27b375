/* SPDX-License-Identifier: MIT */
/* Companies are merged by a thread of their own while those before them are written. It has no transaction, so it does what needs nothing
 * of the store: new companies, mostly. Where one needs the store, or has a row that is refused, what was merged is thrown away, and the
 * thread of the transaction does it. What it says in warnings is passed on with the company, so nothing depends on which of the threads was
 * faster. */
#include "base/error.h"
#include "base/handle.h"
#include "model/record.h"
#include "sync/file.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { TOGETHER = 32, CHUNKS = 4 }; /* companies that are handed over at once; how many of these there are */

typedef struct slot {
    crm_sync sync; /* the rows of the one that is applied, and what is said of this company */
    crmi_sync_file file;
    bool merged;
} slot;

struct crmi_sync_beside {
    slot slots[CHUNKS * TOGETHER];
    crm_sync *sync;
    crmi_sync_column *columns; /* a copy: what is noted in them is the thread's */
    const crmi_sync_group *const *groups;
    size_t count;
    uint32_t forks;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t told;
    size_t made, taken; /* chunks */
    bool full;          /* no more warnings are kept */
    bool stopped;
};

int crmi_sync_store(const crmi_sync_file *file) {
    return file->txn ? CRM_OK : crmi_error_set(CRM_E_THREAD, 0, "it is to be looked for in the store");
}

/* --- the thread --- */

static void forget_said(crm_sync *sync) {
    for (size_t i = 0; i < sync->error_count; i++) sync->rows[sync->errors[i].row].failed = 0;
    crmi_sync_errors_cut(sync, 0);
    crmi_sync_warnings_cut(sync);
}

static bool merge(slot *to, const crmi_sync_group *group, bool full) {
    to->file.txn = NULL;
    to->sync.warning_count = to->sync.warning_kept = full ? CRMI_LIMIT_SYNC_ERRORS : 0;
    int rc = group->first && !group->root ? crmi_sync_file_load(&to->file, group) : CRM_ROW;
    if (rc == CRM_OK) rc = crmi_sync_merge(&to->file, group);
    if (rc == CRM_OK && to->sync.error_count == 0) {
        for (size_t i = 0; i < to->file.count; i++) crmi_model_prepare(to->file.entries[i].rec);
        return true;
    }
    forget_said(&to->sync);
    return false;
}

/* False: nobody wants it any more. */
static bool wait_for_room(crmi_sync_beside *beside, bool *full) {
    pthread_mutex_lock(&beside->lock);
    while (!beside->stopped && beside->made - beside->taken == CHUNKS) pthread_cond_wait(&beside->told, &beside->lock);
    bool wanted = !beside->stopped;
    *full = beside->full;
    pthread_mutex_unlock(&beside->lock);
    return wanted;
}

static void *work(void *data) {
    crmi_sync_beside *beside = data;
    bool full;
    for (size_t i = 0; i < beside->count && wait_for_room(beside, &full);) {
        for (size_t end = i + TOGETHER; i < end && i < beside->count; i++) {
            slot *to = &beside->slots[i % (CHUNKS * TOGETHER)];
            to->merged = merge(to, beside->groups[i], full);
        }
        pthread_mutex_lock(&beside->lock);
        beside->made++;
        pthread_cond_broadcast(&beside->told);
        pthread_mutex_unlock(&beside->lock);
    }
    return NULL;
}

/* --- the thread of the transaction --- */

static void free_all(crmi_sync_beside *beside) {
    for (size_t i = 0; i < CHUNKS * TOGETHER; i++) {
        slot *each = &beside->slots[i];
        forget_said(&each->sync);
        free(each->sync.errors);
        free(each->sync.warnings);
        crmi_sync_file_free(&each->file);
    }
    pthread_mutex_destroy(&beside->lock);
    pthread_cond_destroy(&beside->told);
    free(beside->columns);
    free(beside);
}

static int make_columns(crmi_sync_beside *beside) {
    size_t size = beside->sync->column_count * sizeof *beside->columns;
    beside->columns = malloc(size + 1);
    if (!beside->columns) return crmi_error_nomem();
    if (size) memcpy(beside->columns, beside->sync->columns, size);
    return CRM_OK;
}

static void make_slot(const crmi_sync_beside *beside, const crmi_sync_file *like, slot *out) {
    out->sync = *beside->sync;
    out->sync.columns = beside->columns;
    out->sync.errors = out->sync.warnings = NULL;
    out->sync.error_count = out->sync.error_capacity = 0;
    out->sync.warning_count = out->sync.warning_capacity = out->sync.warning_kept = 0;
    out->file = (crmi_sync_file){.sync = &out->sync,
                                 .map = {.secret = beside->sync->secret},
                                 .names = {.secret = beside->sync->secret},
                                 .said = {.secret = beside->sync->secret},
                                 .written = like->written,
                                 .today = like->today,
                                 .numbers = like->numbers};
}

int crmi_sync_beside_begin(const crmi_sync_file *like, const crmi_sync_group *const *groups, size_t count, crmi_sync_beside **out) {
    *out = NULL;
    if (count < like->sync->beside) return CRM_OK;
    crmi_sync_beside *beside = calloc(1, sizeof *beside);
    if (!beside) return crmi_error_nomem();
    beside->sync = like->sync;
    beside->groups = groups;
    beside->count = count;
    beside->forks = crmi_handle_forks();
    pthread_mutex_init(&beside->lock, NULL);
    pthread_cond_init(&beside->told, NULL);
    int rc = make_columns(beside);
    for (size_t i = 0; rc == CRM_OK && i < CHUNKS * TOGETHER; i++) make_slot(beside, like, &beside->slots[i]);
    if (rc == CRM_OK && crmi_sync_thread(&beside->thread, work, beside))
        *out = beside;
    else
        free_all(beside);
    return rc;
}

/* The chunk's companies are there; those of the chunk before are the thread's again. */
static void wait_for_chunk(crmi_sync_beside *beside, size_t chunk) {
    pthread_mutex_lock(&beside->lock);
    beside->taken = chunk;
    beside->full = beside->sync->warning_count >= CRMI_LIMIT_SYNC_ERRORS;
    pthread_cond_broadcast(&beside->told);
    while (beside->made <= chunk) pthread_cond_wait(&beside->told, &beside->lock);
    pthread_mutex_unlock(&beside->lock);
}

int crmi_sync_beside_take(crmi_sync_beside *beside, size_t index, crmi_txn *txn, crmi_sync_file **out) {
    slot *from = &beside->slots[index % (CHUNKS * TOGETHER)];
    *out = NULL;
    if (beside->forks != crmi_handle_forks()) return crmi_error_set(CRM_E_FORKED, 0, "the rows were applied before a fork");
    if (index % TOGETHER == 0) wait_for_chunk(beside, index / TOGETHER);
    if (!from->merged) return CRM_OK;
    int rc = crmi_sync_warnings_move(beside->sync, &from->sync);
    from->file.txn = txn;
    *out = &from->file;
    return rc;
}

/* In a forked child the thread is not there. */
void crmi_sync_beside_end(crmi_sync_beside *beside) {
    if (!beside || beside->forks != crmi_handle_forks()) return;
    pthread_mutex_lock(&beside->lock);
    beside->stopped = true;
    pthread_cond_broadcast(&beside->told);
    pthread_mutex_unlock(&beside->lock);
    pthread_join(beside->thread, NULL);
    free_all(beside);
}
