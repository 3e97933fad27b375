/* SPDX-License-Identifier: MIT */
/* crm_txn_*, crm_transact(): tokens of transactions. A call pins its transaction alone: a second thread in it at the same time gets
 * CRM_E_THREAD. */
#include "api/api.h"
#include "base/clock.h"
#include "model/access.h"
#include "model/transact.h"
#include <libcrm/error.h>
#include <libcrm/txn.h>

static void destroy(void *txn) { crmi_txn_free(txn); }

crmi_txn *crmi_api_enter(crm_txn *txn, uint32_t writes, int *status) {
    crmi_txn *open = crmi_handle_pin(txn, CRMI_HANDLE_TXN, 1, status);
    if (!open) return NULL;
    *status = crmi_txn_check(open, writes != 0);
    if (*status == CRM_OK) *status = crmi_access_enter(open, writes);
    if (*status == CRM_OK) return open;
    crmi_handle_unpin(txn);
    return NULL;
}

void crmi_api_leave(crm_txn *txn) { crmi_handle_unpin(txn); }

int crmi_api_day(const crmi_txn *txn, int64_t *day) {
    if (*day == CRM_TODAY) *day = crmi_db_today(crmi_txn_db(txn));
    if (*day >= CRMI_DAY_MIN && *day <= CRMI_DAY_MAX) return CRM_OK;
    return crmi_error_set(CRM_E_RANGE, 0, "the day is not in the years 1 to 9999");
}

int crmi_api_txn_token(crmi_txn *txn, crm_txn **out) {
    *out = crmi_handle_new(CRMI_HANDLE_TXN, txn, destroy);
    if (*out) return CRM_OK;
    crmi_txn_free(txn);
    return crmi_error_nomem();
}

int crm_txn_begin(crm_db *db, uint32_t flags, crm_id actor, crm_txn **out) {
    int status;
    crmi_txn *txn;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return status;
    status = crmi_access_begin(open, flags, actor, &txn);
    crmi_handle_unpin(db);
    return status < 0 ? status : crmi_api_txn_token(txn, out);
}

int crm_txn_commit(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = crmi_txn_lent(open)
                 ? crmi_error_set(CRM_E_INVALID, 0, "the callback of crm_transact() returns CRM_COMMIT to have its work stored")
                 : crmi_txn_commit(open);
    crmi_api_leave(txn);
    return status;
}

void crm_txn_abort(crm_txn *txn) {
    int status;
    if (!txn) return;
    crmi_txn *open = crmi_handle_pin(txn, CRMI_HANDLE_TXN, 1, &status);
    if (!open) return;
    crmi_txn_abort(open);
    crmi_handle_unpin(txn);
}

void crm_txn_free(crm_txn *txn) {
    if (txn) crmi_handle_free(txn, CRMI_HANDLE_TXN);
}

uint64_t crm_txn_sequence(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return 0;
    uint64_t sequence = crmi_txn_sequence(open);
    crmi_api_leave(txn);
    return sequence;
}

crm_id crm_txn_actor(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return 0;
    crm_id actor = crmi_access_actor(open);
    crmi_api_leave(txn);
    return actor;
}

typedef struct transact_call {
    crm_transact_fn fn;
    void *data;
} transact_call;

/* The caller's function gets a token of its own, which ends with the function: a kept one is found out. The transaction is the loop's. */
static int run(crmi_txn *txn, void *data) {
    transact_call *call = data;
    crm_txn *token = crmi_handle_new(CRMI_HANDLE_TXN, txn, NULL);
    if (!token) return crmi_error_nomem();
    crmi_txn_lend(txn, true);
    int rc = call->fn(token, call->data);
    crmi_txn_lend(txn, false);
    crmi_handle_free(token, CRMI_HANDLE_TXN);
    int over = crmi_txn_check(txn, true);
    if (rc == CRM_COMMIT) return over;
    if (rc >= 0 || !crm_status_name(rc))
        return crmi_error_set(CRM_E_ABORTED, 0, "the callback returned %d, not CRM_COMMIT; nothing was stored", rc);
    return crm_error_status() == rc ? rc : crmi_error_set(rc, 0, "the callback returned %s", crm_status_name(rc));
}

int crm_transact(crm_db *db, crm_id actor, crm_transact_fn fn, void *data) {
    int status;
    if (!fn) return crmi_error_set(CRM_E_INVALID, 0, "fn is NULL");
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return status;
    status = crmi_model_transact(open, actor, run, &(transact_call){fn, data});
    crmi_handle_unpin(db);
    return status;
}
