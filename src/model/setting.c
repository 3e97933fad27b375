/* SPDX-License-Identifier: MIT */
/* Settings of the store: any name with a text; the names that the library knows take fitting values only. */
#include "base/error.h"
#include "model/rules.h"
#include "store/changes.h"
#include <libcrm/codes.h>
#include <stdlib.h>
#include <string.h>

static bool digits(const char *text, size_t most) { return *text && strlen(text) <= most && strspn(text, "0123456789") == strlen(text); }

/* The code table of a custom field; NULL: none has this one, or *status is an error. */
static const crmi_domain *host_domain(crmi_txn *txn, const char *name, int *status) {
    crmi_definitions *definitions;
    *status = crmi_txn_definitions(txn, &definitions);
    for (size_t i = 0; *status == CRM_OK && i < definitions->field_count; i++) {
        const crmi_domain *domain = definitions->fields[i].host_domain;
        if (domain && strcmp(domain->name, name) == 0) return domain;
    }
    return NULL;
}

static const char *refused_domain(crmi_txn *txn, const char *domain, const char *value, int *status) {
    const crmi_domain *known = crmi_schema_domain_find(domain);
    if (!known) known = host_domain(txn, domain, status);
    if (!known) return "of no code domain that there is";
    if (known->closed) return "of a domain that is always closed";
    return strcmp(value, "0") == 0 || strcmp(value, "1") == 0 ? NULL : "0 or 1";
}

/* name: ROLE.next, ROLE.width or ROLE.prefix. */
static const char *refused_number(const char *name, const char *value) {
    const crmi_domain *roles = crmi_schema_domain_find(CRM_DOMAIN_ROLE);
    const char *dot = strchr(name, '.');
    if (!dot || !crmi_schema_code(roles, name, (size_t)(dot - name))) return "of no role that there is";
    if (strcmp(dot, ".next") == 0) return digits(value, 18) ? NULL : "a whole number of at most 18 digits";
    if (strcmp(dot, ".width") == 0)
        return digits(value, 2) && (value[1] == 0 || strcmp(value, "18") <= 0) ? NULL : "a number of digits from 0 to 18";
    if (strcmp(dot, ".prefix") == 0) return strlen(value) <= 32 ? NULL : "at most 32 bytes";
    return "no part of a number range: next, width and prefix are";
}

/* A list of fields names such as there are, the host's own too. */
static const char *refused_fields(crmi_txn *txn, const char *value, int *status) {
    crmi_definitions *definitions;
    crm_field field;
    const char *end = value + strlen(value);
    *status = crmi_txn_definitions(txn, &definitions);
    if (*status < 0) return NULL;
    int rc;
    do rc = crmi_changes_next_field(definitions, &value, end, &field);
    while (rc == CRM_ROW);
    return rc == CRM_OK ? NULL : "a list of stored fields (party.name, bank.iban)";
}

static const char *refused_changes(crmi_txn *txn, const char *name, const char *value, int *status) {
    if (strcmp(name, "fields") == 0) return refused_fields(txn, value, status);
    if (strcmp(name, "keep_days") && strcmp(name, "values_days")) return "of no name that the library knows";
    return digits(value, 5) && strtol(value, NULL, 10) <= CRMI_CHANGES_MAX_DAYS ? NULL : "a number of days up to 36500";
}

/* What a known setting must be, or why there is none of this name; NULL where the value will do. "number.", "code.", "option.",
 * "changes.", "directory." and "identifier." are the library's. */
static const char *refused(crmi_txn *txn, const char *name, const char *value, int *status) {
    if (strncmp(name, "code.closed.", 12) == 0) return refused_domain(txn, name + 12, value, status);
    if (strcmp(name, "option.default") == 0) return strcmp(value, "allow") && strcmp(value, "deny") ? "allow or deny" : NULL;
    if (strcmp(name, CRMI_COLLATION_SETTING) == 0)
        return strcmp(value, CRMI_COLLATION_FIRST) && strcmp(value, CRMI_COLLATION_SECOND) ? "din5007-1 or din5007-2" : NULL;
    if (strcmp(name, "identifier.check") == 0) return strcmp(value, "accept") && strcmp(value, "refuse") ? "accept or refuse" : NULL;
    if (strncmp(name, "changes.", 8) == 0) return refused_changes(txn, name + 8, value, status);
    if (strncmp(name, "identifier.", 11) == 0 || strncmp(name, "directory.", 10) == 0 || strncmp(name, "code.", 5) == 0 ||
        strncmp(name, "option.", 7) == 0)
        return "of no name that the library knows";
    return strncmp(name, "number.", 7) == 0 ? refused_number(name + 7, value) : NULL;
}

int crmi_setting_check(const crmi_putting *put) {
    const crmi_entry *name = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_SETTING_NAME)),
                     *value = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_SETTING_VALUE));
    int status = CRM_OK;
    const char *wanted = refused(put->txn, name->text, value ? value->text : "", &status);
    if (status < 0) return status;
    const char *shown = name->size <= 100 ? name->text : "this"; /* a cut could divide a character */
    return wanted ? crmi_error_set(CRM_E_RANGE, CRM_SETTING_VALUE, "setting %s is %s", shown, wanted) : CRM_OK;
}

static int find(crmi_txn *txn, const char *name, crm_record **out) {
    crmi_packed id;
    *out = NULL;
    int rc = crmi_index_find(txn, crmi_schema_field(CRM_SETTING_NAME), NULL, 0, name, strlen(name), &id);
    return rc == CRM_OK ? crmi_store_get(txn, id, out) : rc;
}

int crmi_setting_read(crmi_txn *txn, const char *name, char *out, size_t cap) {
    crm_record *rec;
    *out = 0;
    int rc = find(txn, name, &rec);
    if (rc == CRM_E_NOTFOUND) return CRM_OK;
    if (rc < 0) return rc;
    const crmi_entry *value = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_SETTING_VALUE));
    if (value && value->size < cap) memcpy(out, value->text, value->size + 1);
    crm_record_free(rec);
    return CRM_OK;
}

int crmi_setting_write(crmi_txn *txn, const char *name, const char *value, size_t size) {
    crm_record *rec;
    int rc = find(txn, name, &rec);
    if (rc == CRM_E_NOTFOUND) {
        rc = crm_record_new(CRM_KIND_SETTING, &rec);
        if (rc == CRM_OK) rc = crmi_object_set_text(rec, CRMI_FIELD_NUMBER(CRM_SETTING_NAME), name, strlen(name));
    }
    if (rc == CRM_OK) rc = crmi_object_set_text(rec, CRMI_FIELD_NUMBER(CRM_SETTING_VALUE), value, size);
    if (rc == CRM_OK) rc = crmi_model_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

int crmi_setting_clear(crmi_txn *txn, const char *name) {
    crmi_packed id;
    int rc = crmi_index_find(txn, crmi_schema_field(CRM_SETTING_NAME), NULL, 0, name, strlen(name), &id);
    if (rc == CRM_E_NOTFOUND) return CRM_OK;
    return rc == CRM_OK ? crmi_model_delete(txn, id, 0) : rc;
}
