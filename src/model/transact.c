/* SPDX-License-Identifier: MIT */
/* The retry loop of crm_transact() and of imports. */
#include "model/transact.h"
#include "base/error.h"
#include "model/access.h"
#include <libcrm/txn.h>
#include <time.h>

static int once(crmi_db *db, crm_id actor, int (*fn)(crmi_txn *, void *), void *data) {
    crmi_txn *txn;
    int rc = crmi_access_begin(db, CRM_TXN_WRITE, actor, &txn);
    if (rc < 0) return rc;
    rc = fn(txn, data);
    if (rc == CRM_OK)
        rc = crmi_txn_commit(txn);
    else
        crmi_txn_abort(txn);
    crmi_txn_free(txn);
    return rc;
}

/* A short sleep that grows with the tries: 0.2 ms to 12.8 ms. */
static void back_off(int tries) {
    struct timespec pause = {0, 200000L << (tries < 6 ? tries : 6)};
    nanosleep(&pause, NULL);
}

int crmi_model_transact(crmi_db *db, crm_id actor, int (*fn)(crmi_txn *txn, void *data), void *data) {
    int rc = CRM_OK;
    for (int tries = 0; tries < CRMI_LIMIT_TRANSACT_TRIES; tries++) {
        rc = once(db, actor, fn, data);
        if (rc == CRM_E_FULL) {
            rc = crmi_db_grow(db);
            if (rc == CRM_E_FULL) return crmi_error_set(rc, 0, "the volume, or the store's upper bound, is full");
            if (rc < 0) return rc;
        } else if (rc == CRM_E_CONFLICT) {
            back_off(tries);
        } else {
            break;
        }
    }
    return rc == CRM_ROW ? CRM_OK : rc;
}
