/* SPDX-License-Identifier: MIT */
/* crm_access_*: what the actor of a transaction may do. */
#include "api/api.h"
#include "model/access_explain.h"
#include <libcrm/access.h>
#include <stdlib.h>

static int check_right(uint32_t right) {
    if (right >= CRM_RIGHT_READ && right <= CRM_RIGHT_SEE_QUOTES) return CRM_OK;
    return crmi_error_set(CRM_E_INVALID, 0, "right is none of crm_right");
}

int crm_access_check(crm_txn *txn, crm_id id, uint32_t right) {
    int status;
    int rc = check_right(right);
    if (rc < 0) return rc;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    rc = crmi_access_decide(open, id, right);
    crmi_api_leave(txn);
    return rc;
}

int crm_access_list(crm_txn *txn, uint32_t right, uint32_t limit, const char *token, crm_iter **out) {
    int status;
    crmi_page page = {0};
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    int rc = check_right(right);
    if (rc < 0) return rc;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    rc = crmi_access_range(open, &page, right);
    if (rc == CRM_OK) rc = crmi_api_page_begin(open, &page, limit, token);
    if (rc == CRM_OK) rc = crmi_access_page(open, right, &page);
    if (rc == CRM_OK) rc = crmi_api_page_end(txn, open, &page, out);
    free(page.ids);
    crmi_api_leave(txn);
    return rc;
}

int crm_access_explain(crm_txn *txn, crm_id user, crm_id id, uint32_t right, crm_record **out) {
    int status;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    int rc = check_right(right);
    if (rc < 0) return rc;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    rc = crmi_access_explain(open, user, id, right, out);
    crmi_api_leave(txn);
    return rc;
}
