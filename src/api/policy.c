/* SPDX-License-Identifier: MIT */
/* crm_policy_*: the levels at which proposals look for the value of a field. */
#include "model/policy.h"
#include "api/api.h"
#include <libcrm/policy.h>

int crm_policy_get(crm_txn *txn, crm_field field, crm_record **out) {
    int status;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = crmi_policy_get(open, field, out);
    crmi_api_leave(txn);
    return status;
}

int crm_policy_set(crm_txn *txn, crm_field field, const uint32_t *levels, size_t count) {
    int status;
    if (!levels) return crmi_error_set(CRM_E_INVALID, 0, "levels is NULL");
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_POLICY, &status);
    if (!open) return status;
    status = crmi_policy_set(open, field, levels, count);
    crmi_api_leave(txn);
    return status;
}

int crm_policy_clear(crm_txn *txn, crm_field field) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_POLICY, &status);
    if (!open) return status;
    status = crmi_policy_clear(open, field);
    crmi_api_leave(txn);
    return status;
}
