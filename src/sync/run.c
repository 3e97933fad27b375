/* SPDX-License-Identifier: MIT */
/* The receipt of an apply. It is put first, since what the run writes over is noted under its id, and gets its counts at the end; where
 * nothing changed, the transaction is aborted, and there is none. */
#include "sync/run.h"
#include "base/error.h"
#include "model/access.h"
#include "model/record.h"
#include "model/transact.h"
#include "store/undo.h"
#include "sync/plan.h"
#include <libcrm/error.h>
#include <sodium.h>
#include <string.h>

static int set_number(crm_record *rec, crm_field field, uint64_t value) {
    return crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(field), (int64_t)value);
}

static int set_text(crm_record *rec, crm_field field, const char *text) {
    return crmi_object_set_text(rec, CRMI_FIELD_NUMBER(field), text, strlen(text));
}

int crmi_run_open(crmi_txn *txn, crmi_packed run, crm_record **out) {
    *out = NULL;
    if (!run || crmi_id_kind(run) != CRM_KIND_IMPORT_RUN) return crmi_error_set(CRM_E_NOTFOUND, 0, "no such run");
    return crmi_model_open(txn, run, 0, out);
}

/* --- beginning --- */

static int new_run(const crm_sync *sync, crmi_txn *txn, crmi_packed *out) {
    crm_record *rec = crmi_object_new(CRM_KIND_IMPORT_RUN);
    crm_id actor = crmi_access_actor(txn);
    if (!rec) return crmi_error_nomem();
    int rc = set_text(rec, CRM_IMPORT_RUN_SOURCE, sync->source);
    if (rc == CRM_OK) rc = set_number(rec, CRM_IMPORT_RUN_AT, (uint64_t)crmi_db_now(crmi_txn_db(txn)));
    if (rc == CRM_OK && actor != CRM_ACTOR_SYSTEM) rc = set_number(rec, CRM_IMPORT_RUN_USER, actor);
    if (rc == CRM_OK && sync->job.fingerprint) rc = set_text(rec, CRM_IMPORT_RUN_FINGERPRINT, sync->job.fingerprint);
    if (rc == CRM_OK) rc = crmi_model_put(txn, rec, out, NULL);
    crm_record_free(rec);
    return rc;
}

static int old_run(const crm_sync *sync, crmi_txn *txn, crmi_packed *out) {
    crm_record *rec;
    *out = crmi_store_packed(txn, sync->job.run);
    int rc = crmi_run_open(txn, *out, &rec);
    crm_record_free(rec);
    return rc;
}

int crmi_sync_run_begin(crm_sync *sync, crmi_txn *txn) {
    crmi_packed run;
    uint32_t batch = 0, chunks;
    int rc = sync->job.run ? old_run(sync, txn, &run) : new_run(sync, txn, &run);
    if (rc == CRM_OK) rc = crmi_undo_last(txn, run, &batch, &chunks);
    if (rc < 0) return rc;
    sync->pending_run = crmi_store_public(txn, run);
    return crmi_undo_begin(txn, run, rc == CRM_ROW ? batch + 1 : 0);
}

/* --- ending --- */

static int add_number(crm_record *rec, crm_field field, uint64_t more) {
    return set_number(rec, field, (uint64_t)crmi_object_integer(rec, field, 0) + more);
}

/* Of columns and rows, where it is no job: that has one of the host's. */
static int set_fingerprint(const crm_sync *sync, crm_record *rec) {
    unsigned char sum[crypto_generichash_BYTES_MIN];
    char text[2 * sizeof sum + 1];
    crmi_buffer bytes = {0};
    crmi_plan_pack_sheets(sync, &bytes);
    if (!bytes.failed) crypto_generichash(sum, sizeof sum, bytes.data, bytes.size, NULL, 0);
    int rc = bytes.failed ? crmi_error_nomem() : CRM_OK;
    crmi_buffer_free(&bytes);
    return rc == CRM_OK ? set_text(rec, CRM_IMPORT_RUN_FINGERPRINT, sodium_bin2hex(text, sizeof text, sum, sizeof sum)) : rc;
}

/* What the rows of this batch, and of batches before it that changed nothing, came to. */
static int add_counts(const crm_sync *sync, crm_record *rec) {
    static const crm_field fields[] = {[CRM_SYNC_CREATED] = CRM_IMPORT_RUN_CREATED,
                                       [CRM_SYNC_UPDATED] = CRM_IMPORT_RUN_UPDATED,
                                       [CRM_SYNC_UNCHANGED] = CRM_IMPORT_RUN_UNCHANGED,
                                       [CRM_SYNC_FAILED] = CRM_IMPORT_RUN_FAILED,
                                       [CRM_SYNC_CONFLICT] = CRM_IMPORT_RUN_CONFLICTS};
    uint64_t rows = 0;
    int rc = CRM_OK;
    for (uint32_t action = CRM_SYNC_CREATED; rc == CRM_OK && action <= CRM_SYNC_CONFLICT; action++) {
        uint64_t count = sync->job.waiting[action];
        for (size_t i = 0; i < sync->row_count; i++) count += sync->rows[i].action == action;
        rows += count;
        rc = add_number(rec, fields[action], count);
    }
    if (rc == CRM_OK) rc = add_number(rec, CRM_IMPORT_RUN_ROWS, rows);
    if (rc == CRM_OK) rc = add_number(rec, CRM_IMPORT_RUN_DONE, rows);
    if (rc == CRM_OK && !sync->job.batch) rc = set_fingerprint(sync, rec);
    if (rc < 0 || (sync->job.batch && !sync->job.last)) return rc;
    return set_number(rec, CRM_IMPORT_RUN_TOTAL, (uint64_t)crmi_object_integer(rec, CRM_IMPORT_RUN_ROWS, 0));
}

static int write_counts(const crm_sync *sync, crmi_txn *txn, crm_id run) {
    crm_record *rec;
    int rc = crmi_run_open(txn, crmi_store_packed(txn, run), &rec);
    if (rc == CRM_OK) rc = add_counts(sync, rec);
    if (rc == CRM_OK) rc = crmi_model_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

int crmi_sync_run_end(crm_sync *sync, crmi_txn *txn) {
    int rc = crmi_undo_end(txn);
    return rc == CRM_OK ? write_counts(sync, txn, sync->pending_run) : rc;
}

void crmi_sync_run_done(crm_sync *sync, bool changed) {
    if (changed) {
        sync->run = sync->pending_run;
        if (sync->job.batch) sync->job.run = sync->run;
        memset(sync->job.waiting, 0, sizeof sync->job.waiting);
    } else if (sync->job.batch) {
        for (size_t i = 0; i < sync->row_count; i++) sync->job.waiting[sync->rows[i].action]++;
    }
}

/* --- jobs --- */

static int finish(crmi_txn *txn, void *data) {
    crm_sync *sync = data;
    return write_counts(sync, txn, sync->job.run);
}

/* The rows themselves were counted as those of a batch that changed nothing. */
int crmi_sync_run_finish(crm_sync *sync, crmi_db *db, crm_id actor) {
    size_t rows = sync->row_count;
    sync->row_count = 0;
    int rc = crmi_model_transact(db, actor, finish, sync);
    sync->row_count = rows;
    if (rc == CRM_OK) memset(sync->job.waiting, 0, sizeof sync->job.waiting);
    return rc;
}

static bool is_unfinished(const crm_record *rec, const char *source) {
    const crmi_entry *from = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_IMPORT_RUN_SOURCE));
    return from && strcmp(from->text, source) == 0 && !crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_IMPORT_RUN_TOTAL)) &&
           !crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_IMPORT_RUN_REVERTED_AT));
}

/* The latest one is taken last. */
static int take_unfinished(crmi_txn *txn, crmi_packed id, const char *source, crm_id *run, uint64_t *rows) {
    crm_record *rec;
    int rc = crmi_run_open(txn, id, &rec);
    if (rc == CRM_OK && is_unfinished(rec, source)) {
        *run = rec->id;
        *rows = (uint64_t)crmi_object_integer(rec, CRM_IMPORT_RUN_DONE, 0);
    }
    crm_record_free(rec);
    return rc;
}

int crmi_sync_run_find(crmi_txn *txn, const char *source, const char *fingerprint, crm_id *run, uint64_t *rows) {
    enum { AT_ONCE = 64 };
    crmi_packed found[AT_ONCE];
    crmi_page page = {.ids = found, .limit = AT_ONCE, .more = true};
    int rc = crmi_index_value_range(txn, &page, crmi_schema_field(CRM_IMPORT_RUN_FINGERPRINT), fingerprint, strlen(fingerprint));
    *run = 0;
    while (rc == CRM_OK && page.more) {
        rc = crmi_index_page(txn, &page);
        for (size_t i = 0; rc == CRM_OK && i < page.count; i++) rc = take_unfinished(txn, found[i], source, run, rows);
    }
    return rc;
}
