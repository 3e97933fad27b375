/* SPDX-License-Identifier: MIT */
/* Imports and exports. */
#include "stress/operations.h"
#include "support/plans.h"
#include <string.h>

/* A customer that is there, and a new one. */
static const char rows[] =
    "role.number;party.name;address.town;contact.name;quote_defaults.price_list\n1;P1 AG;Hof;Ida;B\n8;New;Bonn;Udo;A\n";
static const char job_rows[] = "role.number;party.name;address.town\n1;P1 AG;Hof\n8;New;Bonn\n9;Newer;Rom\n10;Newest;Rom\n11;Last;Ulm\n";

int stress_op_import_rows(crm_db **db) { return stress_import(*db, rows, 0); }
int stress_op_import_job(crm_db **db) { return stress_import(*db, job_rows, 2); }

static int import_file(crm_db *db, const char *name, int (*read)(crm_sync *sync, const char *path)) {
    char path[STRESS_PATH];
    crm_sync *sync;
    int rc = crm_sync_new("test", CRM_ROWS_CUSTOMER, &sync);
    if (rc == CRM_OK) rc = read(sync, stress_place(name, path));
    if (rc == CRM_OK) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    crm_sync_free(sync);
    return rc;
}

static int read_workbook(crm_sync *sync, const char *path) { return crm_xlsx_read_file(sync, path, NULL); }
int stress_op_import_workbook(crm_db **db) { return import_file(*db, "rows.xlsx", read_workbook); }
int stress_op_import_json_lines(crm_db **db) { return import_file(*db, "rows.jsonl", crm_jsonl_read_file); }

int stress_op_plan(crm_db **db) {
    crm_sync *sync;
    crm_plan *made = NULL, *loaded = NULL;
    int rc = crm_sync_new("test", CRM_ROWS_FLAT, &sync);
    if (rc == CRM_OK) rc = crm_csv_read(sync, rows, strlen(rows), NULL);
    if (rc == CRM_OK) rc = crm_sync_plan(sync, *db, CRM_ACTOR_SYSTEM, &made);
    if (rc == CRM_OK && !crm_plan_json(made, NULL)) rc = crm_error_status();
    if (rc == CRM_OK) rc = plan_again(*db, made, &loaded);
    if (rc == CRM_OK) rc = crm_plan_apply(loaded, *db, CRM_ACTOR_SYSTEM, NULL);
    crm_plan_free(loaded);
    crm_plan_free(made);
    crm_sync_free(sync);
    return rc;
}

int stress_op_revert(crm_db **db) {
    crm_txn *txn;
    crm_id run;
    int rc = crm_txn_begin(*db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc < 0) return rc;
    rc = stress_first(txn, 0, CRM_KIND_IMPORT_RUN, &run);
    crm_txn_free(txn);
    return rc == CRM_OK ? crm_run_revert(*db, CRM_ACTOR_SYSTEM, run) : rc;
}

int stress_op_mapping(crm_db **db) {
    crm_sync *sync = NULL, *again = NULL;
    (void)db;
    int rc = crm_sync_new("test", CRM_ROWS_FLAT, &sync);
    if (rc == CRM_OK) rc = crm_sync_map(sync, "Name", "party.name");
    if (rc == CRM_OK) rc = crm_sync_add_column(sync, "Name", CRM_NTS);
    if (rc == CRM_OK) rc = crm_mapping_save_file(sync, NULL, stress_aside);
    if (rc == CRM_OK) rc = crm_sync_new("test", CRM_ROWS_FLAT, &again);
    if (rc == CRM_OK) rc = crm_mapping_load_file(again, stress_aside);
    crm_sync_free(sync);
    crm_sync_free(again);
    return rc;
}

static int export(crm_db *db, uint32_t format, const char *end) {
    char path[STRESS_PATH + 8];
    crm_txn *txn;
    crm_export *out = NULL;
    crm_export_options options = {.size = sizeof options, .format = format};
    strcat(strcpy(path, stress_aside), end);
    int rc = crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc < 0) return rc;
    rc = crm_export_new(path, &options, &out);
    if (rc == CRM_OK) rc = crm_export_customers(out, txn);
    if (rc == CRM_OK) rc = crm_export_finish(out);
    crm_export_free(out);
    crm_txn_free(txn);
    return rc;
}

int stress_op_export_csv(crm_db **db) { return export(*db, CRM_EXPORT_CSV, "/"); }
int stress_op_export_json_lines(crm_db **db) { return export(*db, CRM_EXPORT_JSON_LINES, "/"); }
int stress_op_export_workbook(crm_db **db) { return export(*db, CRM_EXPORT_XLSX, ""); }

int stress_op_export_dump(crm_db **db) {
    crm_txn *txn;
    int rc = crm_txn_begin(*db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc < 0) return rc;
    rc = crm_export_dump(txn, stress_aside);
    crm_txn_free(txn);
    return rc;
}
