/* SPDX-License-Identifier: MIT */
/**
 * @file plan.h
 * Plans of imports: what an apply would do, row by row and field by field, without doing it. A plan is made by the same run as an apply,
 * which is then undone, so that it meets the same refusals. It is plain memory and owns its rows, the crm_sync may go: it can be read,
 * saved, loaded again, and applied later to the store that it was made for, where rows whose outcome would be another by then are refused.
 * Rows and changes are in the order in which the rows were added; positions count from 0. One thread uses a plan at a time.
 */
#ifndef LIBCRM_PLAN_H
#define LIBCRM_PLAN_H
#include <libcrm/sync.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * Plans the rows of sync, all of them as if bad rows were skipped; sync stays as it is, and so does the store. It takes as long as an
 * apply, other writers wait meanwhile, and who is told of an apply (crm_sync_set_progress()) is told of this.
 * @errors CRM_E_INVALID a job's rows; CRM_E_NOTFOUND a column's custom field is none of this store; CRM_E_DENIED the actor may not import;
 * CRM_E_ABORTED see crm_sync_set_progress(); the errors of crm_transact(). @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_plan(crm_sync *sync, crm_db *db, crm_id actor, crm_plan **out);
/** Frees it. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_plan_free(crm_plan *plan);
/** How many rows of a sheet have an outcome (a crm_sync_action). @param sheet its name; NULL: of all. @threads one at a time. @since 1.0 */
CRM_API uint64_t crm_plan_count(const crm_plan *plan, const char *sheet, uint32_t action);
/** How many rows there are. @threads one at a time. @since 1.0 */
CRM_API size_t crm_plan_row_count(const crm_plan *plan);
/**
 * A row by position: a record of CRM_KIND_PLAN_ROW, with its errors and warnings, each behind its cell; crm_plan_json() has them one by
 * one. Of a new record the id is missing.
 * @errors CRM_E_NOTFOUND there is no such row. @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_plan_row(const crm_plan *plan, size_t row, crm_record **out);
/** How many cells a row has: the columns of its sheet. @threads one at a time. @since 1.0 */
CRM_API size_t crm_plan_cell_count(const crm_plan *plan, size_t row);
/** Heading of a row's column, both by position, or NULL. @lifetime until plan is freed. @threads one at a time. @since 1.0 */
CRM_API const char *crm_plan_heading(const crm_plan *plan, size_t row, size_t column);
/** Text of a row's cell, both by position, "" where it is empty or its column is left out, or NULL. @lifetime until plan is freed.
 * @threads one at a time. @since 1.0 */
CRM_API const char *crm_plan_cell(const crm_plan *plan, size_t row, size_t column);
/** How many fields would change. @threads one at a time. @since 1.0 */
CRM_API size_t crm_plan_change_count(const crm_plan *plan);
/**
 * A change by position, those of a row together: a record of CRM_KIND_PLAN_CHANGE. What the library itself derives (numbers of ranges,
 * normalised values) is not among them.
 * @errors CRM_E_NOTFOUND there is no such change. @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_plan_change(const crm_plan *plan, size_t change, crm_record **out);
/** The whole plan as JSON, or NULL. @lifetime until the next call with plan. @threads one at a time. @since 1.0 */
CRM_API const char *crm_plan_json(crm_plan *plan, size_t *out_len);
/** The plan as text for people: the counts, then each row that changes something or is refused. Or NULL. @lifetime until the next call with
 * plan. @threads one at a time. @since 1.0 */
CRM_API const char *crm_plan_explain(crm_plan *plan, size_t *out_len);
/** The plan as bytes, for crm_plan_load(), or NULL: out of memory, or over 4 GiB. They hold the rows' data: keep them as you keep the file.
 * @lifetime until the next call with plan.
 * @threads one at a time. @since 1.0 */
CRM_API const void *crm_plan_save(crm_plan *plan, size_t *out_size);
/**
 * A plan from the bytes of crm_plan_save(), whoever has had them.
 * @errors CRM_E_FORMAT damaged, or no saved plan; CRM_E_VERSION of a later version; CRM_E_INVALID of another store; CRM_E_NOTFOUND a
 * column's custom field is not there any more; CRM_E_DENIED the actor may not import.
 * @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_plan_load(crm_txn *txn, const void *bytes, size_t size, crm_plan **out);
/** As crm_sync_set_progress(), of crm_plan_apply(). @errors CRM_E_INVALID without plan. @threads one at a time. @since 1.0 */
CRM_API int crm_plan_set_progress(crm_plan *plan, crm_sync_progress_fn fn, void *data);
/**
 * Applies a plan: its rows run again, in one transaction. A row that would now do something else than planned, or change a record that was
 * changed since, is refused with CRM_E_STALE, unless there is nothing left to do for it. Afterwards the plan's rows say what became of
 * them, or would have where nothing was stored. Without CRM_SYNC_SKIP_BAD_ROWS, set before planning, one row that is refused stores
 * nothing.
 * @param[out] out_run the run (see run.h), 0 where nothing changed; may be NULL.
 * @errors CRM_E_STALE; CRM_E_INVALID of another store; CRM_E_ABORTED see crm_plan_set_progress(); those of crm_sync_apply(). @threads one
 * at a time. @since 1.0
 */
CRM_API int crm_plan_apply(crm_plan *plan, crm_db *db, crm_id actor, crm_id *out_run);

#ifdef __cplusplus
}
#endif
#endif
