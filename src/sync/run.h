/* SPDX-License-Identifier: MIT */
/* Runs of imports: the receipt of an apply (run.c), and taking it back (revert.c). */
#ifndef CRMI_SYNC_RUN_H
#define CRMI_SYNC_RUN_H
#include "index/index.h"
#include "sync/sync.h"

/* --- run.c: in the transaction of an apply --- */

/* The run's record is there, and what follows is noted. A job's later batches go on with the run of the first. */
int crmi_sync_run_begin(crm_sync *sync, crmi_txn *txn);
/* The counts of this batch go into the record. */
int crmi_sync_run_end(crm_sync *sync, crmi_txn *txn);
/* The transaction was committed (changed), or nothing changed. */
void crmi_sync_run_done(crm_sync *sync, bool changed);
/* A job's end, where its last batch changed nothing. */
int crmi_sync_run_finish(crm_sync *sync, crmi_db *db, crm_id actor);
/* An unfinished job of this source and fingerprint: its run, and how many of its rows are done; 0: none. */
int crmi_sync_run_find(crmi_txn *txn, const char *source, const char *fingerprint, crm_id *run, uint64_t *rows);

/* --- revert.c --- */

int crmi_run_revert(crmi_db *db, crm_id actor, crm_id run);
/* All that stands against it, ascending; to be freed. */
int crmi_run_blockers(crmi_txn *txn, crmi_packed run, crmi_packed **out, size_t *count);
int crmi_run_open(crmi_txn *txn, crmi_packed run, crm_record **out); /* CRM_E_NOTFOUND */
#endif
