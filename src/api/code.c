/* SPDX-License-Identifier: MIT */
/* crm_code_*, crm_setting_*: stored codes and settings by name. */
#include "api/api.h"
#include "model/rules.h"
#include <libcrm/code.h>
#include <libcrm/record.h>

int crm_code_find(crm_txn *txn, const char *domain, const char *code, size_t len, crm_id *out) {
    return crm_record_find(txn, CRM_CODE_CODE, domain, CRM_NTS, code, len, out);
}

int crm_code_list(crm_txn *txn, const char *domain, uint32_t limit, const char *token, crm_iter **out) {
    size_t size;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    int rc = crmi_api_text("domain", domain, CRM_NTS, &size);
    return rc == CRM_OK ? crmi_api_list_unique(txn, CRM_CODE_CODE, domain, size, limit, token, out) : rc;
}

int crm_setting_get(crm_txn *txn, const char *name, crm_record **out) {
    crm_id id;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    int rc = crm_record_find(txn, CRM_SETTING_NAME, NULL, 0, name, CRM_NTS, &id);
    return rc == CRM_OK ? crm_record_get(txn, id, out) : rc;
}

static int change_setting(crm_txn *txn, const char *name, const char *value, size_t size) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_SETTING, &status);
    if (!open) return status;
    status = value ? crmi_setting_write(open, name, value, size) : crmi_setting_clear(open, name);
    crmi_api_leave(txn);
    return status;
}

int crm_setting_set(crm_txn *txn, const char *name, const char *value, size_t len) {
    size_t name_size, size;
    int rc = crmi_api_text("name", name, CRM_NTS, &name_size);
    if (rc == CRM_OK) rc = crmi_api_text("value", value, len, &size);
    return rc == CRM_OK ? change_setting(txn, name, value, size) : rc;
}

int crm_setting_clear(crm_txn *txn, const char *name) {
    size_t size;
    int rc = crmi_api_text("name", name, CRM_NTS, &size);
    return rc == CRM_OK ? change_setting(txn, name, NULL, 0) : rc;
}
