/* SPDX-License-Identifier: MIT */
/* Makes the index of a store anew, whatever format it had. */
#include "model/reindex.h"
#include "index/rebuild.h"
#include "model/transact.h"
#include <libcrm/types.h>

static int rebuild(crmi_txn *txn, void *data) {
    (void)data;
    int rc = crmi_index_rebuild(txn, 0);
    return rc == CRM_OK ? crmi_txn_index_made(txn) : rc;
}

int crmi_reindex(const char *path, const crm_db_options *options) {
    crmi_db *db;
    int rc = crmi_db_open_any(path, options, &db);
    if (rc < 0) return rc;
    rc = crmi_model_transact(db, CRM_ACTOR_SYSTEM, rebuild, NULL);
    crmi_db_release(db);
    return rc;
}
