/* SPDX-License-Identifier: MIT */
/* Operations on whole stores, and first loads. */
#include "stress/operations.h"
#include <stdio.h>
#include <string.h>

int stress_op_store_open(crm_db **db) {
    crm_db_close(*db);
    *db = NULL;
    return stress_open(stress_store, 0, db);
}

int stress_op_store_create(crm_db **db) {
    (void)db;
    crm_db *made;
    int rc = stress_open(stress_aside, CRM_DB_CREATE, &made);
    if (rc == CRM_OK) crm_db_close(made);
    return rc;
}

int stress_op_store_load(crm_db **db) {
    char path[STRESS_PATH];
    (void)db;
    return crm_import_dump(stress_place("dump.jsonl", path), stress_aside);
}

int stress_op_store_verify(crm_db **db) {
    crm_damages *damages;
    int rc = crm_verify(*db, 0, 0, NULL, NULL, &damages);
    if (rc < 0) return rc;
    bool sound = crm_damages_count(damages) == 0;
    crm_damages_free(damages);
    return sound ? CRM_OK : crm_error_report(CRM_E_CORRUPT, 0, 0, "the store is damaged");
}

int stress_op_store_backup(crm_db **db) { return crm_db_backup(*db, stress_aside); }

static const crm_db_options options = {.size = sizeof options, .fixed_time = STRESS_NOW, .wait_ms = 20000};

int stress_op_store_compact(crm_db **db) {
    (void)db;
    return crm_db_compact(stress_store, &options);
}

int stress_op_store_reindex(crm_db **db) {
    (void)db;
    return crm_reindex(stress_store, &options);
}

int stress_op_store_salvage(crm_db **db) {
    (void)db;
    return crm_salvage(stress_store, stress_aside, NULL, NULL, NULL, NULL, NULL);
}

/* --- first loads --- */

/* rows of so many words that no other row has, in three batches. */
static int add_rows(crm_sync *sync, int rows, int words) {
    static const char *const headings[] = {"role.number", "party.name", "address.town", "contact.name"};
    char cells[4][400];
    const char *texts[4] = {cells[0], cells[1], cells[2], cells[3]};
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < 4; i++) rc = crm_sync_add_column(sync, headings[i], CRM_NTS);
    for (int row = 1; rc == CRM_OK && row <= rows; row++) {
        snprintf(cells[0], sizeof *cells, "%d", row);
        for (int i = 1; i < 4; i++) {
            size_t size = (size_t)snprintf(cells[i], sizeof *cells, "Name %d", row % 7);
            for (int word = 0; word < words; word++)
                size += (size_t)snprintf(cells[i] + size, sizeof *cells - size, " %c%d", 'a' + i, row * 100 + word);
        }
        rc = crm_sync_add_row(sync, 0, texts, NULL, 4);
    }
    return rc;
}

static int begin_load(crm_db *db, int rows, crm_sync **out) {
    int rc = crm_sync_new("test", CRM_ROWS_FLAT, out);
    return rc == CRM_OK ? crm_sync_job(*out, db, CRM_ACTOR_SYSTEM, "all", (uint32_t)rows / 3) : rc;
}

static int load(crm_db *db, int rows, int words) {
    crm_sync *sync = NULL;
    int rc = begin_load(db, rows, &sync);
    if (rc == CRM_OK) rc = add_rows(sync, rows, words);
    if (rc == CRM_OK) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    crm_sync_free(sync);
    return rc;
}

enum { ROWS = 12, MANY_ROWS = 600 };

int stress_op_first_load(crm_db **db) { return load(*db, ROWS, 0); }
int stress_op_first_load_filed(crm_db **db) { return load(*db, MANY_ROWS, 40); } /* what is kept beside the store does not fit in memory */

int stress_op_half_load_open(crm_db **db) {
    if (*db) crm_db_close(*db);
    *db = NULL;
    return stress_open(stress_store, 0, db);
}

int stress_op_half_load_reindex(crm_db **db) { return stress_op_store_reindex(db); }

int stress_op_half_load_go_on(crm_db **db) {
    int rc = stress_op_half_load_open(db);
    return rc == CRM_OK ? load(*db, ROWS, 0) : rc;
}

/* Two of three batches. */
void stress_half_load(const char *empty, const char *half) {
    crm_db *db;
    crm_sync *sync;
    stress_copy(empty, stress_store);
    stress_need(stress_open(stress_store, 0, &db) == CRM_OK && begin_load(db, ROWS, &sync) == CRM_OK, "a job");
    stress_need(add_rows(sync, ROWS, 0) == CRM_OK, "rows");
    stress_copy(stress_store, half);
    crm_sync_free(sync);
    crm_db_close(db);
}
