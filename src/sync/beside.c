/* SPDX-License-Identifier: MIT */
/* Companies are merged by a thread of their own while those before them are written. It has no transaction, so it does what needs nothing
 * of the store: new companies, mostly. Where one needs the store, or has a row that is refused, what was merged is thrown away, and the
 * thread of the transaction does it. What it says in warnings is passed on with the company, so nothing depends on which of the threads was
 * faster. */
#include "base/error.h"
#include "base/handle.h"
#include "base/thread.h"
#include "model/record.h"
#include "sync/file.h"
#include <stdatomic.h>
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
    crmi_producer thread;
    atomic_bool full; /* no more warnings are kept */
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

static bool merge_chunk(void *data, size_t chunk) {
    crmi_sync_beside *beside = data;
    size_t first = chunk * TOGETHER;
    bool full = atomic_load(&beside->full);
    for (size_t i = first; i < first + TOGETHER && i < beside->count; i++) {
        slot *to = &beside->slots[i % (CHUNKS * TOGETHER)];
        to->merged = merge(to, beside->groups[i], full);
    }
    return first < beside->count;
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
    int rc = make_columns(beside);
    for (size_t i = 0; rc == CRM_OK && i < CHUNKS * TOGETHER; i++) make_slot(beside, like, &beside->slots[i]);
    if (rc < 0) {
        free_all(beside);
        return rc;
    }
    crmi_producer_begin(&beside->thread, CHUNKS, merge_chunk, beside);
    *out = beside;
    return CRM_OK;
}

/* What the thread wrote is in the other processor's cache: it is on its way while the company before is written. */
static void fetch(const crmi_sync_file *file) {
    for (size_t i = 0; i < file->count; i++) crmi_object_fetch(file->entries[i].rec);
}

static void fetch_next(const crmi_sync_beside *beside, size_t index) {
    if (++index % TOGETHER && index < beside->count) fetch(&beside->slots[index % (CHUNKS * TOGETHER)].file);
}

int crmi_sync_beside_take(crmi_sync_beside *beside, size_t index, crmi_txn *txn, crmi_sync_file **out) {
    slot *from = &beside->slots[index % (CHUNKS * TOGETHER)];
    *out = NULL;
    if (beside->forks != crmi_handle_forks()) return crmi_error_set(CRM_E_FORKED, 0, "the rows were applied before a fork");
    atomic_store(&beside->full, beside->sync->warning_count >= CRMI_LIMIT_SYNC_ERRORS);
    if (index % TOGETHER == 0) (void)crmi_producer_take(&beside->thread, index / TOGETHER);
    fetch_next(beside, index);
    if (!from->merged) return CRM_OK;
    int rc = crmi_sync_warnings_move(beside->sync, &from->sync);
    from->file.txn = txn;
    *out = &from->file;
    return rc;
}

/* In a forked child the thread is not there. */
void crmi_sync_beside_end(crmi_sync_beside *beside) {
    if (!beside || beside->forks != crmi_handle_forks()) return;
    crmi_producer_end(&beside->thread);
    free_all(beside);
}
