/* SPDX-License-Identifier: MIT */
/* crm_party_*, crm_identifier_*: parties by number, identifier and name; numbers that can be right; prospects that become customers. */
#include "api/api.h"
#include "model/access.h"
#include "model/convert.h"
#include "model/group.h"
#include "model/identifier.h"
#include <libcrm/codes.h>
#include <libcrm/party.h>
#include <libcrm/record.h>
#include <string.h>

static int check_value(crm_field field, const char *scope, size_t *scope_size, const char *value, size_t len, size_t *size) {
    int rc = crmi_api_text(field == CRM_ROLE_NUMBER ? "role" : "scheme", scope, CRM_NTS, scope_size);
    if (rc == CRM_OK) rc = crmi_api_text(field == CRM_ROLE_NUMBER ? "number" : "value", value, len, size);
    if (rc == CRM_OK && *scope_size > CRMI_LIMIT_CODE_BYTES) rc = crmi_error_set(CRM_E_NOTFOUND, field, "no record has this value");
    return rc;
}

/* The party whose role or identifier has a unique value: its file holds that record. */
static int find_party(crmi_txn *txn, crm_field field, const char *scope, const char *value, size_t len, crmi_packed *out) {
    size_t scope_size, size;
    int rc = check_value(field, scope, &scope_size, value, len, &size);
    if (rc == CRM_OK) rc = crmi_index_find(txn, crmi_schema_field(field), scope, scope_size, value, size, out);
    if (rc == CRM_OK) *out = crmi_id_pack(crmi_id_root(*out), CRM_KIND_PARTY, 0);
    if (rc == CRM_OK && !crmi_gate_sees(txn, *out)) rc = CRM_E_NOTFOUND;
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, field, "no party has this %s", crm_field_name(field)) : rc;
}

static int find_owner(crm_txn *txn, crm_field field, const char *scope, const char *value, size_t len, crm_id *out) {
    int status;
    crmi_packed id;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = find_party(open, field, scope, value, len, &id);
    if (status == CRM_OK) *out = crmi_store_public(open, id);
    crmi_api_leave(txn);
    return status;
}

int crm_party_get(crm_txn *txn, const char *role, const char *number, size_t len, crm_record **out) {
    int status;
    crmi_packed id;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = find_party(open, CRM_ROLE_NUMBER, role, number, len, &id);
    if (status == CRM_OK) status = crmi_store_get(open, id, out);
    crmi_api_leave(txn);
    return status;
}

int crm_party_find(crm_txn *txn, const char *role, const char *number, size_t len, crm_id *out) {
    return find_owner(txn, CRM_ROLE_NUMBER, role, number, len, out);
}

int crm_identifier_find(crm_txn *txn, const char *scheme, const char *value, size_t len, crm_id *out_party) {
    return find_owner(txn, CRM_IDENTIFIER_VALUE, scheme, value, len, out_party);
}

int crm_identifier_check(const char *scheme, const char *text, size_t len, char *out, size_t cap) {
    char compact[CRMI_IDENTIFIER_SIZE];
    size_t size;
    if (!out && cap) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    if (out && cap) *out = '\0';
    int rc = crmi_api_text("scheme", scheme, CRM_NTS, &size);
    if (rc == CRM_OK) rc = crmi_api_text("text", text, len, &size);
    if (rc == CRM_OK) rc = crmi_identifier_check(scheme, text, size, compact);
    if (rc < 0 || !cap) return rc;
    if (strlen(compact) >= cap) return crmi_error_set(CRM_E_TOO_BIG, 0, "cap is %zu, and %zu bytes are needed", cap, strlen(compact) + 1);
    strcpy(out, compact);
    return CRM_OK;
}

static int check_list(const char *role, const char **prefix, size_t len, size_t *size, uint32_t flags) {
    const crmi_domain *roles = crmi_schema_domain_find(CRM_DOMAIN_ROLE);
    if (flags & ~(uint32_t)CRM_PARTY_LIST_ARCHIVED) return crmi_error_set(CRM_E_INVALID, 0, "flags has an unknown bit");
    int rc = role ? crmi_api_text("role", role, CRM_NTS, size) : CRM_OK;
    if (rc < 0) return rc;
    if (role && !crmi_schema_code(roles, role, *size)) return crmi_error_set(CRM_E_CODE, CRM_ROLE_ROLE, "there is no such role");
    *size = 0;
    if (*prefix) return crmi_api_text("prefix", *prefix, len, size);
    *prefix = "";
    return CRM_OK;
}

int crm_party_list(crm_txn *txn, const char *role, const char *prefix, size_t prefix_len, uint32_t flags, uint32_t limit, const char *token,
                   crm_iter **out) {
    int status;
    size_t size;
    crmi_page page = {0};
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    int rc = check_list(role, &prefix, prefix_len, &size, flags);
    if (rc < 0) return rc;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    rc = crmi_index_directory_range(open, &page, role, prefix, size, flags & CRM_PARTY_LIST_ARCHIVED);
    if (rc == CRM_OK) rc = crmi_api_list(txn, open, &page, limit, token, out);
    crmi_api_leave(txn);
    return rc;
}

static int check_role(const crm_record *role, uint32_t flags) {
    if (flags & ~(uint32_t)CRM_CONVERT_KEEP_PROSPECT) return crmi_error_set(CRM_E_INVALID, 0, "flags has an unknown bit");
    if (role && role->kind != CRM_KIND_ROLE) return crmi_error_set(CRM_E_TYPE, 0, "role is a record of another kind");
    if (role && role->id) return crmi_error_set(CRM_E_INVALID, 0, "role is a stored record, not a new one");
    return CRM_OK;
}

int crm_party_convert(crm_txn *txn, crm_id party, const crm_record *role, uint32_t flags, crm_id *out_role) {
    int status;
    crmi_packed id, made;
    int rc = check_role(role, flags);
    if (rc < 0) return rc;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_ROLE, &status);
    if (!open) return status;
    rc = crmi_access_fields(open, role);
    if (rc == CRM_OK) rc = crmi_party_resolve(open, party, &id);
    if (rc == CRM_OK) rc = crmi_model_convert(open, id, role, flags, &made);
    if (rc == CRM_OK && out_role) *out_role = crmi_store_public(open, made);
    crmi_api_leave(txn);
    return rc;
}
