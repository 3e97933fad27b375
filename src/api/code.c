/* SPDX-License-Identifier: MIT */
/* crm_code_*, crm_setting_*: stored codes and settings by name. */
#include "api/api.h"
#include "model/record.h"
#include <libcrm/code.h>
#include <libcrm/record.h>
#include <string.h>

int crm_code_find(crm_txn *txn, const char *domain, const char *code, size_t len, crm_id *out) {
    return crm_record_find(txn, CRM_CODE_CODE, domain, CRM_NTS, code, len, out);
}

int crm_code_list(crm_txn *txn, const char *domain, uint32_t limit, const char *token, crm_iter **out) {
    int status;
    size_t size;
    crmi_page page = {0};
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    int rc = crmi_api_text("domain", domain, CRM_NTS, &size);
    if (rc < 0) return rc;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    if (!open) return status;
    crmi_index_scope_range(&page, crmi_schema_field(CRM_CODE_CODE), domain, size);
    rc = crmi_api_list(txn, open, &page, limit, token, out);
    crmi_api_leave(txn);
    return rc;
}

int crm_setting_get(crm_txn *txn, const char *name, crm_record **out) {
    crm_id id;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    int rc = crm_record_find(txn, CRM_SETTING_NAME, NULL, 0, name, CRM_NTS, &id);
    return rc == CRM_OK ? crm_record_get(txn, id, out) : rc;
}

static int put_setting(crm_txn *txn, crm_record *rec, const char *name, const char *value, size_t len) {
    int rc = crm_record_set_text(rec, CRM_SETTING_NAME, name, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_SETTING_VALUE, value, len);
    return rc == CRM_OK ? crm_record_put(txn, rec, NULL, NULL) : rc;
}

int crm_setting_set(crm_txn *txn, const char *name, const char *value, size_t len) {
    crm_record *rec = NULL;
    int rc = crm_setting_get(txn, name, &rec);
    if (rc == CRM_E_NOTFOUND) {
        if (!value) return CRM_OK;
        rc = crm_record_new(CRM_KIND_SETTING, &rec);
    }
    if (rc == CRM_OK)
        rc = value ? put_setting(txn, rec, name, value, len) : crm_record_delete(txn, crm_record_key(rec), crm_record_revision(rec));
    crm_record_free(rec);
    return rc;
}
