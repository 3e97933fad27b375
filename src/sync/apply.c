/* SPDX-License-Identifier: MIT */
/* Applying rows: all cells first, then one transaction. It is run again without a row that the store itself refused, so that nothing of the
 * row is left; where bad rows may not be skipped, every row is still looked at, and nothing is stored. */
#include "base/error.h"
#include "model/access.h"
#include "model/rules.h"
#include "model/transact.h"
#include "sync/file.h"
#include "sync/plan.h"
#include "sync/run.h"
#include <libcrm/error.h>
#include <stdlib.h>
#include <string.h>

typedef struct applying {
    crm_sync *sync;
    crm_plan *plan; /* that watches; NULL: none */
    bool planning;  /* nothing is stored in the end */
    size_t kept;    /* errors that stay when the transaction is run again */
    bool again;     /* a row was found out while writing */
    bool changed;
    bool storing;        /* the transaction was to be committed */
    uint64_t done, told; /* rows: of groups that were applied; when the host was told last */
} applying;

/* Bad rows are left out. */
static bool skips(const applying *run) { return run->planning || run->sync->flags & CRM_SYNC_SKIP_BAD_ROWS; }
/* It goes on without them, if only to tell what would become of the others. */
static bool goes_on(const applying *run) { return run->plan || skips(run); }

static void begin(applying *run) {
    crm_sync *sync = run->sync;
    if (run->plan) crmi_plan_begin(run->plan, run->planning);
    crmi_sync_errors_cut(sync, run->kept);
    crmi_sync_warnings_cut(sync);
    run->again = run->changed = run->storing = false;
    run->done = run->told = 0;
    for (size_t i = 0; i < sync->column_count; i++) sync->columns[i].good_code = NULL;
    for (size_t i = 0; i < sync->row_count; i++) {
        sync->rows[i].failed = sync->rows[i].bad;
        sync->rows[i].action = CRM_SYNC_UNCHANGED;
    }
}

/* Rows that are in conflict with the store: by all of their errors. */
static void mark_refused(crm_sync *sync) {
    for (size_t i = 0; i < sync->row_count; i++)
        if (sync->rows[i].failed) sync->rows[i].action = CRM_SYNC_CONFLICT;
    for (size_t i = 0; i < sync->error_count; i++) {
        const crmi_sync_error *error = &sync->errors[i];
        bool conflict = error->status == CRM_E_EXISTS || error->status == CRM_E_AMBIGUOUS || error->status == CRM_E_STALE;
        if (error->own || !conflict) sync->rows[error->row].action = CRM_SYNC_FAILED;
    }
}

static bool any_failed(const crm_sync *sync) {
    for (size_t i = 0; i < sync->row_count; i++)
        if (sync->rows[i].failed) return true;
    return false;
}

/* The store refused a record of this row: the row is bad for good. What else was found in this run, the next will find again. */
static int condemn(void *data, size_t row) {
    applying *run = data;
    const crmi_error last = *crmi_error_last();
    bool taken = last.status == CRM_E_EXISTS || last.status == CRM_E_AMBIGUOUS;
    if (taken && run->again) return CRM_OK; /* it may be there by a row that goes: the next run tells */
    if (goes_on(run)) crmi_sync_errors_cut(run->sync, run->kept);
    run->sync->rows[row].bad = 1;
    int rc = crmi_sync_refuse(run->sync, row, crmi_sync_cell_of(run->sync, &run->sync->rows[row], last.field), last.status, last.field,
                              "%s", last.text);
    run->kept = run->sync->error_count;
    run->again = true;
    return rc < 0 ? rc : CRM_OK;
}

/* Rows that changed something which later rows changed back. */
static void mark_unchanged(crm_sync *sync, const crmi_sync_group *group) {
    for (uint32_t i = group->first; i; i = sync->rows[i - 1].next)
        if (sync->rows[i - 1].action == CRM_SYNC_UPDATED) sync->rows[i - 1].action = CRM_SYNC_UNCHANGED;
}

/* Rows that do something else than they were planned to do: they are refused, all of them before the transaction is run again. It has to be
 * known what the store itself refuses: what such a row would have done, others may do. */
static int check_planned(applying *run) {
    int rc = CRM_OK;
    crmi_plan_sort(run->plan);
    for (size_t i = 0; rc >= 0 && i < run->sync->row_count; i++) {
        if (run->sync->rows[i].failed || !crmi_plan_is_stale(run->plan, i)) continue;
        rc = crmi_plan_stale(run->plan, i);
        if (rc == CRM_E_STALE) rc = condemn(run, i);
    }
    return rc < 0 ? rc : CRM_OK;
}

/* merged: by the thread beside; NULL: it is to be loaded and merged here. */
static int apply_group(applying *run, crmi_sync_file *merged, crmi_sync_file *own, const crmi_sync_group *group, bool *failed) {
    crmi_sync_file *file = merged ? merged : own;
    size_t errors = run->sync->error_count;
    bool changed = false;
    int rc = merged ? CRM_OK : crmi_sync_file_load(file, group);
    if (rc == CRM_OK && !merged) rc = crmi_sync_merge(file, group);
    if (rc == CRM_OK && run->plan) rc = crmi_plan_take(run->plan, file, group);
    *failed |= run->sync->error_count > errors;
    if (rc == CRMI_SYNC_REFUSED) return CRM_OK;
    if (rc < 0 || (*failed && !goes_on(run))) return rc;
    rc = crmi_sync_write(file, condemn, run, &changed);
    if (rc != CRM_OK) return rc < 0 ? rc : CRM_OK;
    if (!changed) mark_unchanged(run->sync, group);
    run->changed |= changed;
    return CRM_OK;
}

/* Tells the host how far it is. CRM_E_ABORTED where he has enough. */
static int tell(applying *run, const crmi_sync_group *group) {
    enum { ROWS_BETWEEN = 256 };
    const crm_sync *sync = run->sync;
    if (!sync->progress) return CRM_OK;
    for (uint32_t i = group->first; i; i = sync->rows[i - 1].next) run->done++;
    if (run->done - run->told < ROWS_BETWEEN && run->done < sync->row_count) return CRM_OK;
    run->told = run->done;
    uint64_t before = sync->job.batch ? sync->job.seen - sync->row_count : 0;
    return sync->progress(sync->progress_data, before + run->done, before + sync->row_count) ? crmi_error_set(CRM_E_ABORTED, 0, "cancelled")
                                                                                             : CRM_OK;
}

/* Companies in the order of the rows; where the role has a range of numbers, who may get one of it comes behind those that the rows give.
 */
static int in_order(const applying *run, crmi_txn *txn, const crmi_sync_group *groups, size_t *count, const crmi_sync_group ***out) {
    bool ranged;
    size_t placed = 0;
    int rc = crmi_role_has_range(txn, run->sync->role, &ranged);
    const crmi_sync_group **list = rc == CRM_OK ? malloc((*count + 1) * sizeof(crmi_sync_group *)) : NULL;
    if (!list) return rc < 0 ? rc : crmi_error_nomem();
    for (size_t pass = 0; pass < 1 + (size_t)ranged; pass++)
        for (size_t i = 0; i < *count; i++)
            if (groups[i].first && (!ranged || !groups[i].number == (pass == 1))) list[placed++] = &groups[i];
    *out = list;
    *count = placed;
    return CRM_OK;
}

static int apply_all(applying *run, crmi_sync_file *file, const crmi_sync_group *const *groups, size_t count, bool *failed) {
    crmi_sync_beside *beside = NULL;
    crmi_sync_file *merged = NULL;
    int rc = crmi_sync_number_begin(file);
    if (rc == CRM_OK && !run->plan) rc = crmi_sync_beside_begin(file, groups, count, &beside);
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        rc = beside ? crmi_sync_beside_take(beside, i, file->txn, &merged) : CRM_OK;
        if (rc == CRM_OK) rc = apply_group(run, merged, file, groups[i], failed);
        if (rc == CRM_OK) rc = tell(run, groups[i]);
    }
    crmi_sync_beside_end(beside);
    return rc;
}

static int apply_groups(applying *run, crmi_txn *txn, const crmi_sync_group *groups, size_t count) {
    const crmi_sync_group **list = NULL;
    crmi_sync_map written = {.secret = run->sync->secret};
    crmi_sync_file file = {.sync = run->sync,
                           .txn = txn,
                           .map = {.secret = run->sync->secret},
                           .names = {.secret = run->sync->secret},
                           .said = {.secret = run->sync->secret},
                           .written = &written};
    bool failed = any_failed(run->sync);
    file.today = crmi_db_today(crmi_txn_db(txn));
    int rc = in_order(run, txn, groups, &count, &list);
    if (rc == CRM_OK) rc = apply_all(run, &file, list, count, &failed);
    crmi_sync_file_free(&file);
    crmi_sync_map_free(&written);
    free(list);
    if (rc == CRM_OK && run->plan && !run->planning) rc = check_planned(run);
    if (rc != CRM_OK) return rc;
    run->storing = run->changed && !run->planning && !run->again && (!failed || skips(run));
    if (!run->storing) return CRM_ROW; /* end without a commit */
    mark_refused(run->sync);
    return crmi_sync_run_end(run->sync, txn);
}

/* The store's custom fields may be others than those that the columns were recognised by. */
static int check_columns(const crm_sync *sync, crmi_txn *txn) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < sync->column_count; i++) {
        const crmi_field *field = sync->columns[i].target.field;
        if (!field || !crmi_field_is_custom(field->field)) continue;
        const crmi_field *now = crmi_txn_field(txn, field->field, &rc);
        if (rc == CRM_OK && (!now || strcmp(now->name, field->name) != 0))
            rc = crmi_error_set(CRM_E_NOTFOUND, field->field, "the store has no field %s", sync->columns[i].target.path);
    }
    return rc;
}

static int apply_once(crmi_txn *txn, void *data) {
    applying *run = data;
    crmi_sync_group *groups = NULL;
    size_t count = 0;
    begin(run);
    int rc = crmi_access_import(txn);
    if (rc == CRM_OK) rc = crmi_txn_gather(txn);
    if (rc == CRM_OK) rc = check_columns(run->sync, txn);
    if (rc == CRM_OK && !run->planning) rc = crmi_sync_run_begin(run->sync, txn);
    if (rc == CRM_OK) rc = crmi_sync_match(run->sync, txn, &groups, &count);
    if (rc == CRM_OK) rc = apply_groups(run, txn, groups, count);
    free(groups);
    return rc;
}

static void reset(crm_sync *sync) {
    crmi_sync_errors_cut(sync, 0);
    if (!sync->job.batch) sync->warning_kept = 0;
    crmi_sync_warnings_cut(sync);
    memset(sync->counts, 0, sizeof sync->counts);
    sync->run = 0;
    for (size_t i = 0; i < sync->row_count; i++) sync->rows[i].bad = sync->rows[i].failed = sync->rows[i].errors = 0;
}

/* Without permission to skip, the good rows had no outcome: nothing is stored. */
static void count(const applying *run) {
    crm_sync *sync = run->sync;
    bool stored = skips(run) || !any_failed(sync);
    mark_refused(sync);
    for (size_t i = 0; i < sync->row_count; i++)
        if (stored || sync->rows[i].failed) sync->counts[sync->rows[i].action]++;
}

static int outcome(const applying *run) {
    crm_sync *sync = run->sync;
    crmi_sync_errors_sort(sync);
    count(run);
    if (run->plan) crmi_plan_end(run->plan);
    if (sync->error_count == 0 || skips(run)) return CRM_OK;
    const crmi_sync_error *first = &sync->errors[0];
    char where[CRMI_SYNC_WHERE_SIZE];
    crmi_sync_where(sync, &sync->parts[first->part], first->column, where);
    return crmi_error_set_row(first->status, first->field, first->number, "%s%s", where, first->text);
}

static int run_rows(applying *run, crmi_db *db, crm_id actor) {
    crm_sync *sync = run->sync;
    reset(sync);
    int rc = crmi_sync_convert(sync);
    run->kept = sync->error_count;
    for (size_t i = 0; i < run->kept; i++) sync->errors[i].own = true;
    do {
        if (rc == CRM_OK) rc = crmi_model_transact(db, actor, apply_once, run);
    } while (rc == CRM_OK && run->again && goes_on(run));
    if (rc < 0) {
        reset(sync);
        return rc;
    }
    rc = outcome(run);
    if (rc == CRM_OK && !run->planning) crmi_sync_run_done(sync, run->storing);
    return rc;
}

int crmi_sync_apply(crm_sync *sync, crmi_db *db, crm_id actor) { return run_rows(&(applying){.sync = sync}, db, actor); }

int crmi_sync_watch(crm_plan *plan, crmi_db *db, crm_id actor, bool planning) {
    return run_rows(&(applying){.sync = plan->sync, .plan = plan, .planning = planning}, db, actor);
}
