/* SPDX-License-Identifier: MIT */
/* Quote defaults: one record for a party (or the store itself), a scope and a sales area. */
#include "base/error.h"
#include "model/rules.h"
#include <string.h>

typedef struct twin_search {
    const crmi_putting *put;
    bool found;
} twin_search;

static const char *area_of(const crm_record *rec) {
    const crmi_entry *area = crmi_object_find(rec, CRM_QUOTE_DEFAULTS_SALES_AREA % 1000);
    return area ? area->text : "";
}

static int64_t scope_of(const crm_record *rec) {
    const crmi_entry *scope = crmi_object_find(rec, CRM_QUOTE_DEFAULTS_SCOPE % 1000);
    return scope ? scope->integer : 0;
}

static int look(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    twin_search *twin = data;
    crm_record *other;
    if (stored->id == twin->put->id) return CRM_OK;
    int rc = crmi_object_decode(twin->put->txn, stored->id, stored->body, &other);
    if (rc < 0) return rc;
    if (scope_of(other) == scope_of(twin->put->rec) && strcmp(area_of(other), area_of(twin->put->rec)) == 0) twin->found = true;
    crm_record_free(other);
    return CRM_OK;
}

int crmi_quote_defaults_check(const crmi_putting *put) {
    twin_search twin = {put, false};
    crmi_want want = {crmi_id_pack(put->root, CRM_KIND_QUOTE_DEFAULTS, 0), crmi_id_pack(put->root, CRM_KIND_QUOTE_DEFAULTS + 1, 0), 0};
    if (put->root == 0 && scope_of(put->rec))
        return crmi_error_set(CRM_E_INVALID, CRM_QUOTE_DEFAULTS_SCOPE, "the store's own defaults have no scope");
    int rc = crmi_store_read_many(put->txn, &want, 1, look, &twin);
    if (rc == CRM_OK && twin.found)
        rc = crmi_error_set(CRM_E_EXISTS, CRM_QUOTE_DEFAULTS_SCOPE, "quote defaults for this party, scope and sales area exist already");
    return rc;
}
