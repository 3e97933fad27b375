/* SPDX-License-Identifier: MIT */
/* crm_custom_field_*, crm_record_new_in(): the host's own fields as a store defines them. */
#include "api/api.h"
#include "store/definitions.h"
#include <libcrm/custom_field.h>
#include <libcrm/record.h>

/* The transaction behind a token with its definitions, borrowed until it is left; NULL and the status. */
static crmi_txn *enter(crm_txn *txn, crmi_definitions **definitions, int *status) {
    crmi_txn *open = crmi_api_enter(txn, 0, status);
    if (!open) return NULL;
    *status = crmi_txn_definitions(open, definitions);
    if (*status == CRM_OK) return open;
    crmi_api_leave(txn);
    return NULL;
}

int crm_custom_field_find(crm_txn *txn, const char *path, crm_field *out) {
    int status;
    size_t size;
    crmi_definitions *definitions;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = 0;
    status = crmi_api_text("path", path, CRM_NTS, &size);
    if (status < 0) return status;
    crmi_txn *open = enter(txn, &definitions, &status);
    if (!open) return status;
    const crmi_field *custom = crmi_definitions_path(definitions, path);
    *out = custom ? custom->field : crm_field_find(path);
    crmi_api_leave(txn);
    return *out ? CRM_OK : crmi_error_set(CRM_E_NOTFOUND, 0, "there is no field \"%.100s\"", path);
}

int crm_custom_field_get(crm_txn *txn, crm_field field, crm_record **out) {
    int status;
    crmi_definitions *definitions;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = enter(txn, &definitions, &status);
    if (!open) return status;
    const crmi_field *known = crmi_definitions_field(definitions, field);
    if (known)
        status = crmi_store_get(open, crmi_id_pack(0, CRM_KIND_CUSTOM_FIELD, known->number - (CRMI_CUSTOM_FIRST - 1)), out);
    else
        status = crmi_error_set(CRM_E_NOTFOUND, field, "there is no such custom field");
    crmi_api_leave(txn);
    return status;
}

int crm_custom_field_next(crm_txn *txn, uint32_t kind, crm_field field, crm_field *out) {
    int status;
    size_t count, at = 0;
    crmi_definitions *definitions;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = 0;
    if (!crmi_schema_kind(kind)) return crmi_error_set(CRM_E_INVALID, 0, "there is no kind %u", (unsigned)kind);
    if (!enter(txn, &definitions, &status)) return status;
    const crmi_field *fields = crmi_definitions_of_kind(definitions, kind, &count);
    while (at < count && field && fields[at].number <= crmi_field_number_of(field)) at++;
    if (at < count) *out = fields[at].field;
    crmi_api_leave(txn);
    return CRM_OK;
}

int crm_record_new_in(crm_txn *txn, uint32_t kind, crm_record **out) {
    int status;
    crmi_definitions *definitions;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    if (!enter(txn, &definitions, &status)) return status;
    status = crm_record_new(kind, out);
    if (status == CRM_OK) {
        crmi_definitions_retain(definitions);
        (*out)->definitions = definitions;
    }
    crmi_api_leave(txn);
    return status;
}
