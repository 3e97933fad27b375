/* SPDX-License-Identifier: MIT */
/* Quote defaults: one record for an owner (a party, a group or the store itself), a scope, a sales area, and of the store itself a country
 * and region. */
#include "base/error.h"
#include "model/rules.h"
#include <string.h>

typedef struct twin_search {
    const crmi_putting *put;
    bool found;
} twin_search;

static const char *text_of(const crm_record *rec, crm_field field) {
    const crmi_entry *entry = crmi_object_find(rec, CRMI_FIELD_NUMBER(field));
    return entry ? entry->text : "";
}

static int64_t scope_of(const crm_record *rec) {
    const crmi_entry *scope = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_QUOTE_DEFAULTS_SCOPE));
    return scope ? scope->integer : 0;
}

/* What tells the records of one owner apart. */
static bool is_twin(const crm_record *a, const crm_record *b) {
    static const crm_field fields[] = {CRM_QUOTE_DEFAULTS_SALES_AREA, CRM_QUOTE_DEFAULTS_COUNTRY, CRM_QUOTE_DEFAULTS_REGION};
    bool same = scope_of(a) == scope_of(b);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) same = same && strcmp(text_of(a, fields[i]), text_of(b, fields[i])) == 0;
    return same;
}

static int look(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    twin_search *twin = data;
    crm_record *other;
    if (stored->id == twin->put->id) return CRM_OK;
    int rc = crmi_object_decode(twin->put->txn, stored->id, stored->body, &other);
    if (rc < 0) return rc;
    twin->found |= is_twin(other, twin->put->rec);
    crm_record_free(other);
    return CRM_OK;
}

static bool has(const crm_record *rec, crm_field field) { return crmi_object_find(rec, CRMI_FIELD_NUMBER(field)) != NULL; }

/* Sites and contacts are a party's, countries and the sender the store's; nothing lies above the store that could be blocked. */
int crmi_quote_defaults_prepare(crmi_putting *put) {
    const crm_record *rec = put->rec;
    bool country = *text_of(rec, CRM_QUOTE_DEFAULTS_COUNTRY), region = *text_of(rec, CRM_QUOTE_DEFAULTS_REGION);
    bool partys = put->root && !(put->root & CRMI_ROOT_GROUP);
    if (scope_of(rec) && !partys)
        return crmi_error_set(CRM_E_INVALID, CRM_QUOTE_DEFAULTS_SCOPE, "only a party's quote defaults can have a scope");
    if (country && put->root)
        return crmi_error_set(CRM_E_INVALID, CRM_QUOTE_DEFAULTS_COUNTRY, "only the store's own quote defaults can be for a country");
    if (region && !country)
        return crmi_error_set(CRM_E_INVALID, CRM_QUOTE_DEFAULTS_REGION, "only the quote defaults of a country can be for a region");
    if (has(rec, CRM_QUOTE_DEFAULTS_SENDER_COUNTRY) && (put->root || country))
        return crmi_error_set(CRM_E_INVALID, CRM_QUOTE_DEFAULTS_SENDER_COUNTRY,
                              "only the store's own quote defaults, for no country, can say the sender's country");
    if (has(rec, CRM_QUOTE_DEFAULTS_BLOCKS_INHERITANCE) && !put->root)
        return crmi_error_set(CRM_E_INVALID, CRM_QUOTE_DEFAULTS_BLOCKS_INHERITANCE,
                              "only quote defaults of a party or a group can block inheritance");
    return CRM_OK;
}

int crmi_quote_defaults_check(const crmi_putting *put) {
    twin_search twin = {put, false};
    crmi_want want = {crmi_id_pack(put->root, CRM_KIND_QUOTE_DEFAULTS, 0), crmi_id_pack(put->root, CRM_KIND_QUOTE_DEFAULTS + 1, 0), 0};
    int rc = crmi_store_read_many(put->txn, &want, 1, look, &twin);
    if (rc == CRM_OK && twin.found)
        rc = crmi_error_set(CRM_E_EXISTS, CRM_QUOTE_DEFAULTS_SCOPE,
                            "quote defaults for this owner, scope, sales area, country and region exist already");
    return rc;
}
