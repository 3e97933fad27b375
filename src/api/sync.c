/* SPDX-License-Identifier: MIT */
/* Rows into the store: arguments checked, then src/sync. */
#include "sync/sync.h"
#include "api/api.h"
#include <string.h>

static int is_null(const char *name) { return crmi_error_set(CRM_E_INVALID, 0, "%s is NULL", name); }

/* Recognising and matching ask for what may not be there: a call that succeeds leaves the thread's error as it was. */
static int end(int status, const crmi_error *before) {
    if (status >= 0) crmi_error_restore(before);
    return status;
}

static int check_shape(uint32_t rows) {
    if (rows >= CRM_ROWS_FLAT && rows <= CRMI_SYNC_SHAPES) return CRM_OK;
    return crmi_error_set(CRM_E_INVALID, 0, "there are no rows of shape %u", (unsigned)rows);
}

static int check_new(const char *source, uint32_t rows) {
    size_t size;
    int rc = crmi_api_text("source", source, CRM_NTS, &size);
    if (rc < 0) return rc;
    if (size == 0) return crmi_error_set(CRM_E_INVALID, 0, "source is empty");
    return check_shape(rows);
}

int crm_sync_new(const char *source, uint32_t rows, crm_sync **out) {
    if (!out) return is_null("out");
    *out = NULL;
    int rc = check_new(source, rows);
    return rc == CRM_OK ? crmi_sync_new(source, rows, NULL, out) : rc;
}

int crm_sync_new_in(crm_txn *txn, const char *source, uint32_t rows, crm_sync **out) {
    int status;
    crmi_definitions *definitions;
    if (!out) return is_null("out");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = check_new(source, rows);
    if (status == CRM_OK) status = crmi_txn_definitions(open, &definitions);
    if (status == CRM_OK) status = crmi_sync_new(source, rows, definitions, out);
    crmi_api_leave(txn);
    return status;
}

void crm_sync_free(crm_sync *sync) { crmi_sync_free(sync); }

/* --- sheets --- */

int crm_sync_add_sheet(crm_sync *sync, const char *name, uint32_t rows) {
    size_t size;
    if (!sync) return is_null("sync");
    int rc = crmi_api_text("name", name, CRM_NTS, &size);
    if (rc == CRM_OK && size == 0) rc = crmi_error_set(CRM_E_INVALID, 0, "name is empty");
    if (rc == CRM_OK) rc = check_shape(rows);
    return rc == CRM_OK ? crmi_sync_add_part(sync, name, rows) : rc;
}

size_t crm_sync_sheet_count(const crm_sync *sync) { return sync ? sync->part_count : 0; }

const char *crm_sync_sheet_name(const crm_sync *sync, size_t sheet) {
    return sync && sheet < sync->part_count ? sync->parts[sheet].name : NULL;
}

uint32_t crm_sync_sheet_shape(const crm_sync *sync, size_t sheet) {
    return sync && sheet < sync->part_count ? sync->parts[sheet].shape : 0;
}

static const crmi_sync_column *column_at(const crm_sync *sync, size_t sheet, size_t column) {
    if (!sync || sheet >= sync->part_count || column >= sync->parts[sheet].column_count) return NULL;
    return &sync->columns[sync->parts[sheet].first_column + column];
}

const char *crm_sync_sheet_target(const crm_sync *sync, size_t sheet, size_t column) {
    const crmi_sync_column *found = column_at(sync, sheet, column);
    return found ? found->target.path : NULL;
}

const char *crm_sync_sheet_heading(const crm_sync *sync, size_t sheet, size_t column) {
    const crmi_sync_column *found = column_at(sync, sheet, column);
    return found ? found->heading : NULL;
}

/* --- what is set before the rows --- */

int crm_sync_set_policy(crm_sync *sync, uint32_t kind, uint32_t if_exists, uint32_t if_not_exists) {
    if (!sync) return is_null("sync");
    if (crmi_sync_set_policy(sync, kind, if_exists, if_not_exists)) return CRM_OK;
    return crmi_error_set(CRM_E_INVALID, 0, "there is no policy %u, %u for kind %u", (unsigned)if_exists, (unsigned)if_not_exists,
                          (unsigned)kind);
}

int crm_sync_set_role(crm_sync *sync, const char *role) {
    size_t size;
    if (!sync) return is_null("sync");
    int rc = crmi_api_text("role", role, CRM_NTS, &size);
    if (rc < 0) return rc;
    if (!crmi_schema_code(crmi_schema_domain(CRMI_DOMAIN_ROLE), role, size) || size >= sizeof sync->role)
        return crmi_error_set(CRM_E_CODE, CRM_ROLE_ROLE, "there is no role \"%.64s\"", role);
    memcpy(sync->role, role, size + 1);
    return CRM_OK;
}

static const crmi_sync_policy *policy_of(const crm_sync *sync, uint32_t kind) {
    static const crmi_sync_policy none;
    return sync && kind < sizeof sync->policies / sizeof *sync->policies ? &sync->policies[kind] : &none;
}

uint32_t crm_sync_if_exists(const crm_sync *sync, uint32_t kind) { return policy_of(sync, kind)->if_exists; }
uint32_t crm_sync_if_not_exists(const crm_sync *sync, uint32_t kind) { return policy_of(sync, kind)->if_not_exists; }

const char *crm_sync_role(const crm_sync *sync) { return sync ? sync->role : NULL; }
const char *crm_sync_source(const crm_sync *sync) { return sync ? sync->source : NULL; }

int crm_sync_set_flags(crm_sync *sync, uint32_t flags) {
    if (!sync) return is_null("sync");
    if (flags & ~(uint32_t)CRMI_SYNC_FLAGS) return crmi_error_set(CRM_E_INVALID, 0, "unknown flags 0x%x", (unsigned)flags);
    sync->flags = flags;
    return CRM_OK;
}

uint32_t crm_sync_flags(const crm_sync *sync) { return sync ? sync->flags : 0; }

int crm_sync_set_progress(crm_sync *sync, crm_sync_progress_fn fn, void *data) {
    if (!sync) return is_null("sync");
    sync->progress = fn;
    sync->progress_data = data;
    return CRM_OK;
}

int crm_sync_map(crm_sync *sync, const char *heading, const char *target) {
    const crmi_error before = *crmi_error_last();
    size_t size;
    if (!sync) return is_null("sync");
    int rc = crmi_api_text("heading", heading, CRM_NTS, &size);
    if (rc == CRM_OK) rc = crmi_api_text("target", target, CRM_NTS, &size);
    return end(rc == CRM_OK ? crmi_sync_map_heading(sync, heading, target) : rc, &before);
}

int crm_sync_add_column(crm_sync *sync, const char *heading, size_t len) {
    const crmi_error before = *crmi_error_last();
    size_t size;
    if (!sync) return is_null("sync");
    int rc = crmi_api_text("heading", heading, len, &size);
    return end(rc == CRM_OK ? crmi_sync_add_column(sync, heading, size) : rc, &before);
}

const char *crm_sync_target(const crm_sync *sync, size_t column) {
    return sync ? crm_sync_sheet_target(sync, sync->part_count - 1, column) : NULL;
}

const char *crm_sync_heading(const crm_sync *sync, size_t column) {
    return sync ? crm_sync_sheet_heading(sync, sync->part_count - 1, column) : NULL;
}

int crm_sync_has_heading(const crm_sync *sync, const char *heading) {
    size_t size;
    if (!sync) return is_null("sync");
    int rc = crmi_api_text("heading", heading, CRM_NTS, &size);
    return rc == CRM_OK ? crmi_sync_has_heading(sync, heading) : rc;
}

int crm_sync_ignore(crm_sync *sync, const char *what) {
    if (!sync || !what) return is_null(sync ? "what" : "sync");
    if (!crmi_utf8_check(what, strlen(what))) return crmi_error_set(CRM_E_UTF8, 0, "what is not UTF-8");
    crmi_buffer_append(&sync->left_out, what, strlen(what) + 1);
    return sync->left_out.failed ? crmi_error_nomem() : CRM_OK;
}

const char *crm_sync_ignored(const crm_sync *sync, size_t index) {
    for (size_t i = 0; sync && i < sync->column_count; i++)
        if (sync->columns[i].unknown && index-- == 0) return sync->columns[i].heading;
    for (size_t at = 0; sync && at < sync->left_out.size; at += strlen((const char *)sync->left_out.data + at) + 1)
        if (index-- == 0) return (const char *)sync->left_out.data + at;
    return NULL;
}

size_t crm_sync_ignored_count(const crm_sync *sync) {
    size_t count = 0;
    while (crm_sync_ignored(sync, count)) count++;
    return count;
}

int crm_sync_add_row(crm_sync *sync, uint64_t number, const char *const *cells, const size_t *lens, size_t count) {
    const crmi_error before = *crmi_error_last();
    if (!sync) return is_null("sync");
    if (count && !cells) return is_null("cells");
    int rc = sync->job.batch ? crmi_sync_job_step(sync, number) : CRM_OK;
    if (rc == CRM_OK) rc = crmi_sync_add_row(sync, number, cells, lens, count);
    return rc < 0 ? rc : end(CRM_OK, &before);
}

int crm_sync_apply(crm_sync *sync, crm_db *db, crm_id actor) {
    const crmi_error before = *crmi_error_last();
    int status;
    if (!sync) return is_null("sync");
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return status;
    status = sync->job.batch ? crmi_sync_job_end(sync, open, actor) : crmi_sync_apply(sync, open, actor);
    crmi_handle_unpin(db);
    return end(status, &before);
}

int crm_sync_job(crm_sync *sync, crm_db *db, crm_id actor, const char *fingerprint, uint32_t rows) {
    const crmi_error before = *crmi_error_last();
    size_t size;
    int status;
    if (!sync) return is_null("sync");
    int rc = crmi_api_text("fingerprint", fingerprint, CRM_NTS, &size);
    if (rc < 0) return rc;
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return status;
    status = crmi_sync_job_begin(sync, db, open, actor, fingerprint, rows);
    crmi_handle_unpin(db);
    return end(status, &before);
}

crm_id crm_sync_run(const crm_sync *sync) { return sync ? crmi_sync_told(sync)->run : 0; }

uint64_t crm_sync_count(const crm_sync *sync, uint32_t action) {
    return sync && action <= CRM_SYNC_CONFLICT ? crmi_sync_told(sync)->counts[action] + sync->job.counts[action] : 0;
}

/* --- errors --- */

static const crmi_sync_error none; /* where there is no such error or warning */

/* A job's earlier batches come first. */
static const crmi_sync_error *error_at(const crm_sync *sync, size_t index) {
    if (!sync) return &none;
    const crm_sync *told = crmi_sync_told(sync);
    if (index < sync->job.error_count) return &sync->job.errors[index];
    index -= sync->job.error_count;
    return index < told->error_count ? &told->errors[index] : &none;
}

size_t crm_sync_error_count(const crm_sync *sync) {
    size_t count = sync ? sync->job.error_count + crmi_sync_told(sync)->error_count : 0;
    return sync && sync->job.batch && count > CRMI_LIMIT_SYNC_ERRORS ? CRMI_LIMIT_SYNC_ERRORS : count;
}
uint64_t crm_sync_error_row(const crm_sync *sync, size_t index) { return error_at(sync, index)->number; }
size_t crm_sync_error_sheet(const crm_sync *sync, size_t index) { return error_at(sync, index)->part; }
size_t crm_sync_error_column(const crm_sync *sync, size_t index) { return error_at(sync, index)->column; }
crm_field crm_sync_error_field(const crm_sync *sync, size_t index) { return error_at(sync, index)->field; }
int crm_sync_error_status(const crm_sync *sync, size_t index) { return error_at(sync, index)->status; }
const char *crm_sync_error_text(const crm_sync *sync, size_t index) { return error_at(sync, index)->text; }

/* --- warnings --- */

static const crmi_sync_error *warning_at(const crm_sync *sync, size_t index) {
    const crm_sync *told = sync ? crmi_sync_told(sync) : NULL;
    return told && index < told->warning_count ? &told->warnings[index] : &none;
}

size_t crm_sync_warning_count(const crm_sync *sync) { return sync ? crmi_sync_told(sync)->warning_count : 0; }
size_t crm_sync_warning_sheet(const crm_sync *sync, size_t index) { return warning_at(sync, index)->part; }
uint64_t crm_sync_warning_row(const crm_sync *sync, size_t index) { return warning_at(sync, index)->number; }
size_t crm_sync_warning_column(const crm_sync *sync, size_t index) { return warning_at(sync, index)->column; }
const char *crm_sync_warning_text(const crm_sync *sync, size_t index) { return warning_at(sync, index)->text; }
