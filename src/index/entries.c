/* SPDX-License-Identifier: MIT */
/* Entries of stored records, one after the other: see entries.h. */
#include "index/entries.h"
#include "base/error.h"
#include "index/directory.h"
#include "store/definitions.h"

typedef struct listing {
    crmi_txn *txn;
    const crmi_stored *stored;
    crmi_entry_fn fn;
    void *data;
} listing;

static int tell_plain(void *data, const crmi_key *key, crmi_packed id) {
    (void)id;
    const listing *list = data;
    return list->fn(list->data, (crmi_slice){key->bytes, key->size}, (crmi_slice){"", 0});
}

static int tell_unique(const listing *list, const crmi_field *field, const crmi_key *key) {
    crmi_buffer value = {0};
    crmi_slice body = field->flags & CRMI_FIELD_CARRIED ? list->stored->body : (crmi_slice){"", 0};
    int rc = crmi_index_unique_value((crmi_slice){key->bytes, key->size}, list->stored->id, body, &value);
    if (rc == CRM_OK) rc = list->fn(list->data, (crmi_slice){key->bytes, key->size}, (crmi_slice){value.data, value.size});
    crmi_buffer_free(&value);
    return rc;
}

static int tell_fields(listing *list, const crmi_field *fields, size_t count) {
    crmi_key key;
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        if (!crmi_index_has(&fields[i])) continue;
        rc = crmi_index_stored_key(list->txn, &fields[i], list->stored, &key);
        if (rc < 0 || !key.size) continue;
        rc = fields[i].flags & CRM_FIELD_UNIQUE ? tell_unique(list, &fields[i], &key) : tell_plain(list, &key, list->stored->id);
    }
    return rc;
}

int crmi_index_entries(crmi_txn *txn, const crmi_stored *stored, crmi_entry_fn fn, void *data) {
    const crmi_kind *kind = crmi_schema_kind(stored->kind);
    listing list = {txn, stored, fn, data};
    crmi_definitions *definitions;
    size_t count = 0;
    const crmi_field *custom = NULL;
    int rc = kind ? tell_fields(&list, kind->first, kind->fields) : CRM_OK;
    if (rc == CRM_OK && kind) rc = crmi_txn_definitions(txn, &definitions);
    if (rc == CRM_OK && kind) custom = crmi_definitions_of_kind(definitions, stored->kind, &count);
    if (rc == CRM_OK) rc = tell_fields(&list, custom, count);
    return rc == CRM_OK && stored->kind == CRM_KIND_PARTY ? crmi_directory_keys(txn, crmi_id_root(stored->id), tell_plain, &list) : rc;
}

int crmi_index_entry_of(crmi_txn *txn, crmi_slice key, crmi_slice value, crmi_packed *id, crm_field *out) {
    const uint8_t *at = key.data;
    int64_t number;
    int status = crmi_key_read_int(&at, at + key.size, &number);
    if (status != CRM_OK || number < CRMI_DIRECTORY || number > UINT32_MAX) return CRM_E_CORRUPT;
    *out = number == CRMI_DIRECTORY ? CRM_PARTY_NAME : (crm_field)number;
    const crmi_field *field = crmi_txn_field(txn, *out, &status);
    if (status < 0) return status;
    if (!field) return crmi_field_is_custom(*out) ? CRM_OK : CRM_E_CORRUPT;
    if (number != CRMI_DIRECTORY && !crmi_index_has(field)) return CRM_E_CORRUPT;
    *id = field->flags & CRM_FIELD_UNIQUE ? crmi_index_unique_id(key, value) : crmi_index_key_id(key);
    return *id ? CRM_ROW : CRM_E_CORRUPT;
}
