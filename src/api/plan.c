/* SPDX-License-Identifier: MIT */
/* crm_sync_plan(), crm_plan_*: what an import would do. */
#include "sync/plan.h"
#include "api/api.h"
#include "model/access.h"
#include <libcrm/plan.h>
#include <string.h>

static int is_null(const char *name) { return crmi_error_set(CRM_E_INVALID, 0, "%s is NULL", name); }

static int keep_planned(crm_plan *plan) {
    for (size_t i = 0; i < plan->sync->row_count; i++) plan->lines[i].planned = plan->lines[i].digest;
    return CRM_OK;
}

static int make(crm_sync *sync, crmi_db *db, crm_id actor, crm_plan **out) {
    crm_sync *copy = NULL;
    crm_plan *plan = NULL;
    if (sync->job.batch) return crmi_error_set(CRM_E_INVALID, 0, "a job has no plan");
    int rc = crmi_plan_copy_rows(sync, &copy);
    if (rc == CRM_OK) rc = crmi_plan_new(copy, crmi_db_uuid(db), &plan);
    if (rc < 0) crmi_sync_free(copy);
    if (rc < 0) return rc;
    copy->progress = sync->progress;
    copy->progress_data = sync->progress_data;
    rc = crmi_sync_watch(plan, db, actor, true);
    copy->progress = NULL; /* who is told may be gone when the plan is applied */
    if (rc == CRM_OK) rc = keep_planned(plan);
    if (rc == CRM_OK)
        *out = plan;
    else
        crmi_plan_free(plan);
    return rc;
}

int crm_sync_plan(crm_sync *sync, crm_db *db, crm_id actor, crm_plan **out) {
    const crmi_error before = *crmi_error_last();
    int status;
    if (!out) return is_null("out");
    *out = NULL;
    if (!sync) return is_null("sync");
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return status;
    status = make(sync, open, actor, out);
    crmi_handle_unpin(db);
    if (status == CRM_OK) crmi_error_restore(&before);
    return status;
}

void crm_plan_free(crm_plan *plan) { crmi_plan_free(plan); }

uint64_t crm_plan_count(const crm_plan *plan, const char *sheet, uint32_t action) {
    return plan ? crmi_plan_count(plan, sheet, action) : 0;
}

size_t crm_plan_row_count(const crm_plan *plan) { return plan ? plan->sync->row_count : 0; }

int crm_plan_row(const crm_plan *plan, size_t row, crm_record **out) {
    if (!out) return is_null("out");
    *out = NULL;
    return plan ? crmi_plan_row(plan, row, out) : is_null("plan");
}

static const crmi_sync_part *part_of(const crm_plan *plan, size_t row) {
    return plan && row < plan->sync->row_count ? &plan->sync->parts[plan->sync->rows[row].part] : NULL;
}

size_t crm_plan_cell_count(const crm_plan *plan, size_t row) {
    const crmi_sync_part *part = part_of(plan, row);
    return part ? part->column_count : 0;
}

const char *crm_plan_heading(const crm_plan *plan, size_t row, size_t column) {
    const crmi_sync_part *part = part_of(plan, row);
    return part && column < part->column_count ? plan->sync->columns[part->first_column + column].heading : NULL;
}

const char *crm_plan_cell(const crm_plan *plan, size_t row, size_t column) {
    const crmi_sync_part *part = part_of(plan, row);
    if (!part || column >= part->column_count) return NULL;
    const crmi_sync_row *line = &plan->sync->rows[row];
    for (uint32_t i = 0; i < line->count; i++) {
        const crmi_sync_cell *cell = &plan->sync->cells[line->first + i];
        if (cell->column == part->first_column + column) return (const char *)plan->sync->texts.data + cell->at;
    }
    return "";
}

size_t crm_plan_change_count(const crm_plan *plan) { return plan ? plan->changes.count : 0; }

int crm_plan_change(const crm_plan *plan, size_t change, crm_record **out) {
    if (!out) return is_null("out");
    *out = NULL;
    return plan ? crmi_plan_change_record(plan, change, out) : is_null("plan");
}

static const void *told(crm_plan *plan, int (*tell)(crm_plan *), size_t *size) {
    if (!plan) {
        is_null("plan");
        return NULL;
    }
    if (tell(plan) < 0) return NULL;
    if (size) *size = plan->out.size;
    return plan->out.data;
}

const char *crm_plan_json(crm_plan *plan, size_t *out_len) { return told(plan, crmi_plan_json, out_len); }
const char *crm_plan_explain(crm_plan *plan, size_t *out_len) { return told(plan, crmi_plan_explain, out_len); }
const void *crm_plan_save(crm_plan *plan, size_t *out_size) { return told(plan, crmi_plan_save, out_size); }

static int load(crmi_txn *txn, const void *bytes, size_t size, crm_plan **out) {
    crmi_definitions *definitions;
    int rc = crmi_access_import(txn);
    if (rc == CRM_OK) rc = crmi_txn_definitions(txn, &definitions);
    return rc == CRM_OK ? crmi_plan_load(bytes, size, crmi_db_uuid(crmi_txn_db(txn)), definitions, out) : rc;
}

int crm_plan_load(crm_txn *txn, const void *bytes, size_t size, crm_plan **out) {
    int status;
    if (!out) return is_null("out");
    *out = NULL;
    if (!bytes) return is_null("bytes");
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    const crmi_error before = *crmi_error_last();
    status = load(open, bytes, size, out);
    crmi_api_leave(txn);
    if (status == CRM_OK) crmi_error_restore(&before);
    return status;
}

int crm_plan_set_progress(crm_plan *plan, crm_sync_progress_fn fn, void *data) {
    return plan ? crm_sync_set_progress(plan->sync, fn, data) : is_null("plan");
}

int crm_plan_apply(crm_plan *plan, crm_db *db, crm_id actor, crm_id *out_run) {
    const crmi_error before = *crmi_error_last();
    int status;
    if (out_run) *out_run = 0;
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return status;
    if (!plan) {
        crmi_handle_unpin(db);
        return is_null("plan");
    }
    status = strcmp(crmi_db_uuid(open), plan->uuid) == 0 ? crmi_sync_watch(plan, open, actor, false)
                                                         : crmi_error_set(CRM_E_INVALID, 0, "the plan is of another store");
    crmi_handle_unpin(db);
    if (status == CRM_OK && out_run) *out_run = plan->sync->run;
    if (status == CRM_OK) crmi_error_restore(&before);
    return status;
}
