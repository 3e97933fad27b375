/* SPDX-License-Identifier: MIT */
/* Jobs: more rows than one transaction takes. A batch is applied when the row behind it is added, then its rows are forgotten; all batches
 * are one run. A job that was interrupted goes on behind the rows that its run has. */
#include "base/error.h"
#include "base/handle.h"
#include "model/access.h"
#include "sync/run.h"
#include <stdlib.h>
#include <string.h>

/* --- the first load of a store --- */

/* Before the first batch that has one behind it; later ones, and a job that goes on, find records there. */
static int begin_load(crmi_sync_job *job) {
    int rc;
    if (job->run || job->load) return CRM_OK;
    crmi_db *db = crmi_handle_pin(job->db, CRMI_HANDLE_DB, 0, &rc);
    if (!db) return rc;
    rc = crmi_db_bulk(db, &job->load);
    crmi_handle_unpin(job->db);
    return rc < 0 ? rc : CRM_OK;
}

/* What was stored is published, whatever became of the job: rc. Closing the store has done so; a forked child leaves it alone. */
static int end_load(crmi_sync_job *job, int rc) {
    const crmi_error before = *crmi_error_last();
    int ended;
    if (!job->load) return rc;
    job->load = NULL;
    crmi_db *db = crmi_handle_pin(job->db, CRMI_HANDLE_DB, 0, &ended);
    if (db) {
        ended = crmi_db_bulk_end(db);
        crmi_handle_unpin(job->db);
    }
    if (rc == CRM_OK && ended < 0) return ended;
    crmi_error_restore(&before);
    return rc;
}

void crmi_sync_job_free(crmi_sync_job *job) {
    const crmi_error before = *crmi_error_last();
    (void)end_load(job, CRM_OK);
    crmi_error_restore(&before);
    for (size_t i = 0; i < job->error_count; i++) free(job->errors[i].text);
    free(job->errors);
    free(job->fingerprint);
}

/* --- beginning --- */

enum { LARGE = 1000 };

static int check(const crm_sync *sync, const char *fingerprint, uint32_t rows) {
    if (sync->job.batch) return crmi_error_set(CRM_E_INVALID, 0, "it is a job already");
    if (sync->row_count) return crmi_error_set(CRM_E_INVALID, 0, "there are rows already");
    if (!*fingerprint) return crmi_error_set(CRM_E_INVALID, 0, "fingerprint is empty");
    if (strlen(fingerprint) > CRMI_LIMIT_KEY_TEXT_BYTES)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "fingerprint is over %d bytes", (int)CRMI_LIMIT_KEY_TEXT_BYTES);
    return rows > CRMI_LIMIT_SYNC_ROWS ? crmi_error_set(CRM_E_TOO_BIG, 0, "a batch has over %d rows", (int)CRMI_LIMIT_SYNC_ROWS) : CRM_OK;
}

static int find_run(crm_sync *sync, crmi_db *db, crm_id actor, const char *fingerprint) {
    crmi_txn *txn;
    int rc = crmi_access_begin(db, 0, actor, &txn);
    if (rc < 0) return rc;
    rc = crmi_access_import(txn);
    if (rc == CRM_OK) rc = crmi_sync_run_find(txn, sync->source, fingerprint, &sync->job.run, &sync->job.skip);
    crmi_txn_free(txn);
    return rc;
}

int crmi_sync_job_begin(crm_sync *sync, crm_db *token, crmi_db *db, crm_id actor, const char *fingerprint, uint32_t rows) {
    crmi_sync_job *job = &sync->job;
    int rc = check(sync, fingerprint, rows);
    if (rc == CRM_OK) rc = find_run(sync, db, actor, fingerprint);
    if (rc < 0) return rc;
    job->fingerprint = strdup(fingerprint);
    if (!job->fingerprint) return crmi_error_nomem();
    job->db = token;
    job->actor = actor;
    job->large = LARGE;
    job->batch = rows ? rows : CRMI_LIMIT_SYNC_ROWS;
    return CRM_OK;
}

/* --- batches --- */

/* The batch's errors join those of the batches before. */
static int keep_errors(crmi_sync_job *job, crm_sync *batch) {
    for (size_t i = 0; i < batch->error_count && job->error_count < CRMI_LIMIT_SYNC_ERRORS; i++) {
        int rc = crmi_sync_grow((void **)&job->errors, job->error_count, &job->error_capacity, sizeof *job->errors);
        if (rc < 0) return rc;
        job->errors[job->error_count++] = batch->errors[i];
        batch->errors[i].text = NULL;
    }
    return CRM_OK;
}

int crmi_sync_job_keep(crm_sync *sync, crm_sync *batch) {
    int rc = keep_errors(&sync->job, batch);
    if (rc < 0) return rc;
    sync->warning_kept = sync->warning_count;
    for (int i = 0; i <= CRM_SYNC_CONFLICT; i++) sync->job.counts[i] += batch->counts[i];
    memset(sync->counts, 0, sizeof sync->counts);
    return CRM_OK;
}

/* REPLACE takes away what no row of a company says: all of them must be there. */
static int check_policies(const crm_sync *sync, bool all) {
    if (all) return CRM_OK;
    for (size_t i = 0; i < sizeof sync->policies / sizeof *sync->policies; i++)
        if (sync->policies[i].if_exists == CRM_SYNC_REPLACE)
            return crmi_error_set(CRM_E_INVALID, 0, "rows that replace what is stored must fit in one batch of a job");
    return CRM_OK;
}

static int apply_batch(crm_sync *sync) {
    int status;
    crmi_db *db = crmi_handle_pin(sync->job.db, CRMI_HANDLE_DB, 0, &status);
    if (!db) return status;
    status = crmi_sync_apply(sync, sync->job.load ? sync->job.load : db, sync->job.actor);
    crmi_handle_unpin(sync->job.db);
    if (status == CRM_OK) status = crmi_sync_job_keep(sync, sync);
    if (status == CRM_OK) crmi_sync_forget_rows(sync);
    return status;
}

static int hand_over(crm_sync *sync) {
    int rc = crmi_sync_ahead_end(sync);
    if (rc == CRM_OK) rc = check_policies(sync, false); /* there is a row behind it */
    if (rc == CRM_OK) rc = begin_load(&sync->job);
    if (rc < 0) return rc;
    return sync->row_count < sync->job.large ? apply_batch(sync) : crmi_sync_ahead_begin(sync);
}

int crmi_sync_job_step(crm_sync *sync, uint64_t number) {
    crmi_sync_job *job = &sync->job;
    if (job->seen >= CRMI_LIMIT_SYNC_JOB_ROWS)
        return crmi_error_set_row(CRM_E_TOO_BIG, 0, number, "over %d rows", (int)CRMI_LIMIT_SYNC_JOB_ROWS);
    int rc = sync->row_count >= job->batch ? hand_over(sync) : CRM_OK;
    if (rc < 0) return end_load(job, rc);
    job->stored = false;
    if (job->seen++ >= job->skip) return CRM_OK;
    crmi_sync_part *part = crmi_sync_last_part(sync);
    part->last_number = number ? number : part->last_number + 1;
    return CRM_ROW;
}

static int apply_last(crm_sync *sync, crmi_db *db, crm_id actor) {
    crmi_sync_job *job = &sync->job;
    crmi_db *to = job->load ? job->load : db;
    job->last = true;
    int rc = check_policies(sync, job->seen == sync->row_count);
    if (rc == CRM_OK) rc = crmi_sync_apply(sync, to, actor);
    if (rc == CRM_OK && !sync->run && job->run) rc = crmi_sync_run_finish(sync, to, actor);
    job->last = false;
    return rc;
}

int crmi_sync_job_end(crm_sync *sync, crmi_db *db, crm_id actor) {
    crmi_sync_job *job = &sync->job;
    int rc = crmi_sync_ahead_end(sync);
    if (rc < 0) return end_load(job, rc);
    rc = job->stored ? crmi_db_settle(db) : apply_last(sync, db, actor);
    job->stored = job->stored || rc == CRM_OK;
    rc = end_load(job, rc);
    if (rc == CRM_OK) { /* applied again, it would be another run */
        sync->run = job->run;
        job->run = 0;
        job->stored = false;
        memset(job->waiting, 0, sizeof job->waiting);
    }
    return rc;
}
