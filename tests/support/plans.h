/* SPDX-License-Identifier: MIT */
/* A plan that is saved and loaded. */
#ifndef CRM_TESTS_SUPPORT_PLANS_H
#define CRM_TESTS_SUPPORT_PLANS_H
#include <libcrm/crm.h>

static inline int plan_again(crm_db *db, crm_plan *made, crm_plan **out) {
    crm_txn *txn = NULL;
    size_t size;
    const void *bytes = crm_plan_save(made, &size);
    int rc = bytes ? crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) : crm_error_status();
    if (rc == CRM_OK) rc = crm_plan_load(txn, bytes, size, out);
    crm_txn_free(txn);
    return rc;
}
#endif
