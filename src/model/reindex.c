/* SPDX-License-Identifier: MIT */
/* Makes the index of a store anew: whatever format it had, or where its first load was interrupted. */
#include "model/reindex.h"
#include "index/rebuild.h"
#include "model/transact.h"
#include <libcrm/types.h>

static int rebuild(crmi_txn *txn, void *data) {
    (void)data;
    int rc = crmi_index_rebuild(txn, 0);
    return rc == CRM_OK ? crmi_txn_index_made(txn) : rc;
}

/* Another process, or thread, may have been faster. */
static int finish(crmi_txn *txn, void *data) {
    bool unfinished;
    int rc = crmi_txn_unfinished(txn, &unfinished);
    return rc == CRM_OK && unfinished ? rebuild(txn, data) : rc;
}

int crmi_reindex(const char *path, const crm_db_options *options) {
    crmi_db *db;
    int rc = crmi_db_open_any(path, options, &db);
    if (rc < 0) return rc;
    rc = crmi_model_transact(db, CRM_ACTOR_SYSTEM, rebuild, NULL);
    crmi_db_release(db);
    return rc;
}

int crmi_open(const char *path, const crm_db_options *options, crmi_db **out) {
    int rc = crmi_db_open(path, options, out);
    if (rc < 0 || !crmi_db_unfinished(*out)) return rc;
    rc = crmi_model_transact(*out, CRM_ACTOR_SYSTEM, finish, NULL);
    if (rc == CRM_OK) return rc;
    crmi_db_release(*out);
    *out = NULL;
    return rc;
}
