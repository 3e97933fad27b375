/* SPDX-License-Identifier: MIT */
/* Settings of the store: any name with a text; the names that the library knows take fitting values only. */
#include "base/error.h"
#include "model/rules.h"
#include <string.h>

static bool ends_with(const char *text, const char *end) {
    size_t size = strlen(text), tail = strlen(end);
    return size > tail && strcmp(text + size - tail, end) == 0;
}

static bool digits(const char *text, size_t most) { return *text && strlen(text) <= most && strspn(text, "0123456789") == strlen(text); }

/* What a known setting must be, in words, or NULL where the value will do. */
static const char *refused(const char *name, const char *value) {
    if (strncmp(name, "code.closed.", 12) == 0) return strcmp(value, "0") == 0 || strcmp(value, "1") == 0 ? NULL : "0 or 1";
    if (strncmp(name, "number.", 7) != 0) return NULL;
    if (ends_with(name, ".next")) return digits(value, 18) ? NULL : "a whole number of at most 18 digits";
    if (ends_with(name, ".width"))
        return digits(value, 2) && (value[1] == 0 || strcmp(value, "18") <= 0) ? NULL : "a number of digits from 0 to 18";
    if (ends_with(name, ".prefix")) return strlen(value) <= 32 ? NULL : "at most 32 bytes";
    return NULL;
}

int crmi_setting_check(const crmi_putting *put) {
    const crmi_entry *name = crmi_object_find(put->rec, CRM_SETTING_NAME % 1000),
                     *value = crmi_object_find(put->rec, CRM_SETTING_VALUE % 1000);
    const char *wanted = refused(name->text, value ? value->text : "");
    return wanted ? crmi_error_set(CRM_E_RANGE, CRM_SETTING_VALUE, "this setting is %s", wanted) : CRM_OK;
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
    const crmi_entry *value = crmi_object_find(rec, CRM_SETTING_VALUE % 1000);
    if (value && value->size < cap) memcpy(out, value->text, value->size + 1);
    crm_record_free(rec);
    return CRM_OK;
}

int crmi_setting_write(crmi_txn *txn, const char *name, const char *value, size_t size) {
    crm_record *rec;
    int rc = find(txn, name, &rec);
    if (rc == CRM_E_NOTFOUND) {
        rc = crm_record_new(CRM_KIND_SETTING, &rec);
        if (rc == CRM_OK) rc = crmi_object_set_text(rec, CRM_SETTING_NAME % 1000, name, strlen(name));
    }
    if (rc == CRM_OK) rc = crmi_object_set_text(rec, CRM_SETTING_VALUE % 1000, value, size);
    if (rc == CRM_OK) rc = crmi_model_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}
