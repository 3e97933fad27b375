/* SPDX-License-Identifier: MIT */
/**
 * @file run.h
 * Runs of imports: what an apply stored can be taken back.
 *
 * Every apply that changes something stores a record of CRM_KIND_IMPORT_RUN, the receipt: whence the rows came, when, who applied them, how
 * many had which outcome, and a fingerprint: the same columns and rows have the same one; of a job it is the one that it was told. Beside
 * it lies what the run wrote over. List the receipts by crm_record_list() with that kind; deleting one deletes what lies beside it. Only
 * who may import may take a run back.
 */
#ifndef LIBCRM_RUN_H
#define LIBCRM_RUN_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * Takes a run back: deletes what it created and puts back what it changed or deleted, in one transaction of its own, and sets reverted_at.
 * What was put back has a new revision. A number range goes back too, unless it has gone on since. Of a job each batch is a transaction,
 * the latest first, and reverted_at comes with the first of them, so that an unfinished job does not go on; a call that was
 * interrupted, or refused at an earlier batch, goes on where it stopped. All of it is back when crm_run_blockers() is CRM_E_EXISTS.
 * @errors CRM_E_NOTFOUND no such run, or what it wrote over was forgotten; CRM_E_EXISTS it was taken back already; CRM_E_STALE a record was
 *         changed since, by a later run too (take that one back first), or one that the run created is used by now: crm_run_blockers() has
 *         all of them, and nothing is changed (of a job: in this batch and those before it); CRM_E_DENIED the actor may not import; the
 *         errors of crm_transact().
 * @threads any. @since 1.0
 */
CRM_API int crm_run_revert(crm_db *db, crm_id actor, crm_id run);
/**
 * The records that stand against taking a run back: changed or deleted since, or using what the run created; of a job those of its latest
 * batch that is not taken back. What a record that is to be put back collides with by a unique value that another got since shows in
 * crm_run_revert() alone.
 * @param limit, token see iter.h.
 * @errors CRM_E_NOTFOUND no such run, or forgotten; CRM_E_EXISTS taken back already; CRM_E_DENIED the actor may not import; CRM_E_INVALID
 * the token; CRM_E_TOO_BIG the limit.
 * @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_run_blockers(crm_txn *txn, crm_id run, uint32_t limit, const char *token, crm_iter **out);
/**
 * Forgets what a run wrote over, which saves room; the receipt stays. It can't be taken back any more.
 * @errors CRM_E_NOTFOUND no such run; CRM_E_DENIED the actor may not import. @threads creator only. @since 1.0
 */
CRM_API int crm_run_forget(crm_txn *txn, crm_id run);

#ifdef __cplusplus
}
#endif
#endif
