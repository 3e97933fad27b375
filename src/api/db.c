/* SPDX-License-Identifier: MIT */
/* crm_db_*: tokens of open stores. */
#include "api/api.h"
#include "model/reindex.h"
#include <libcrm/db.h>

static void destroy(void *db) { crmi_db_release(db); }

int crm_db_open(const char *path, const crm_db_options *options, crm_db **out) {
    crmi_db *db;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    int rc = crmi_open(path, options, &db);
    if (rc < 0) return rc;
    *out = crmi_handle_new(CRMI_HANDLE_DB, db, destroy);
    if (*out) return CRM_OK;
    crmi_db_release(db);
    return crmi_error_nomem();
}

void crm_db_close(crm_db *db) {
    const crmi_error before = *crmi_error_last();
    int status;
    crmi_db *open = db ? crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status) : NULL;
    if (open) {
        crmi_db_wait(open);
        crmi_handle_unpin(db);
    }
    if (db) crmi_handle_free(db, CRMI_HANDLE_DB);
    crmi_error_restore(&before);
}

const char *crm_db_uuid(crm_db *db) {
    int status;
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return NULL;
    const char *uuid = crmi_db_uuid(open);
    crmi_handle_unpin(db);
    return uuid;
}

int64_t crm_db_today(crm_db *db) {
    int status;
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return 0;
    int64_t today = crmi_db_today(open);
    crmi_handle_unpin(db);
    return today;
}

int crm_db_backup(crm_db *db, const char *path) {
    int status;
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return status;
    status = crmi_db_backup(open, path);
    crmi_handle_unpin(db);
    return status;
}

int crm_db_compact(const char *path, const crm_db_options *options) { return crmi_db_compact(path, options); }
