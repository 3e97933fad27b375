/* SPDX-License-Identifier: MIT */
/* Archiving and restoring. An address or contact that is archived is nobody's default any more: preferences that name it, and the default
 * marks of its usages, go in the same transaction. Those of an address that has moved stay: they mean its successor. */
#include "base/error.h"
#include "model/rules.h"
#include <stdlib.h>
#include <string.h>

/* The field "archived" of a kind; NULL where it has none. */
static const crmi_field *archived_field(uint32_t kind) {
    const crmi_kind *known = crmi_schema_kind(kind);
    for (uint32_t i = 0; i < known->fields; i++)
        if (strcmp(known->first[i].name, "archived") == 0) return &known->first[i];
    return NULL;
}

static int put_archived(crmi_txn *txn, crm_record *rec, bool archived) {
    const crmi_field *field = archived_field(rec->kind);
    if (!field) return crmi_error_set(CRM_E_TYPE, 0, "a %s is not archived", crm_kind_name(rec->kind));
    if (crmi_object_integer(rec, field->field, 0) == archived) return CRM_OK;
    int rc = CRM_OK;
    if (archived)
        rc = crmi_object_set_integer(rec, field->number, 1);
    else
        crmi_object_clear(rec, field->number);
    return rc == CRM_OK ? crmi_model_put(txn, rec, NULL, NULL) : rc;
}

int crmi_model_archive(crmi_txn *txn, crmi_packed id, uint64_t revision, bool archived) {
    crm_record *rec;
    int rc = crmi_txn_check(txn, true);
    if (rc == CRM_OK) rc = crmi_model_open(txn, id, revision, &rec);
    if (rc < 0) return rc;
    rc = put_archived(txn, rec, archived);
    crm_record_free(rec);
    return rc;
}

/* --- defaults that are lost --- */

typedef struct default_search {
    const crmi_putting *put;
    crm_record **records; /* without what they lose */
    size_t count;
} default_search;

static bool names(const default_search *search, const crm_record *rec, crm_field field) {
    const crmi_entry *entry = crmi_object_find(rec, CRMI_FIELD_NUMBER(field));
    return entry && crmi_store_packed(search->put->txn, (crm_id)entry->integer) == search->put->id;
}

/* Takes away what makes the record a default; false where nothing does. */
static bool clear_defaults(const default_search *search, crm_record *rec) {
    static const crm_field preferences[] = {CRM_QUOTE_DEFAULTS_PREFERRED_SITE, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT};
    bool cleared = false;
    if (rec->kind == CRM_KIND_USAGE) {
        cleared = names(search, rec, CRM_USAGE_TARGET) && crmi_object_integer(rec, CRM_USAGE_IS_DEFAULT, 0);
        if (cleared) crmi_object_clear(rec, CRMI_FIELD_NUMBER(CRM_USAGE_IS_DEFAULT));
        return cleared;
    }
    for (size_t i = 0; i < sizeof preferences / sizeof *preferences; i++) {
        if (!names(search, rec, preferences[i])) continue;
        crmi_object_clear(rec, CRMI_FIELD_NUMBER(preferences[i]));
        cleared = true;
    }
    return cleared;
}

static int take_default(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    default_search *search = data;
    crm_record *rec;
    int rc = crmi_object_decode(search->put->txn, stored->id, stored->body, &rec);
    if (rc < 0) return rc;
    if (!clear_defaults(search, rec)) {
        crm_record_free(rec);
        return CRM_OK;
    }
    crm_record **records = realloc(search->records, (search->count + 1) * sizeof *records);
    if (!records) {
        crm_record_free(rec);
        return crmi_error_nomem();
    }
    search->records = records;
    records[search->count++] = rec;
    return CRM_OK;
}

int crmi_archive_after(const crmi_putting *put) {
    if (!put->old) return CRM_OK;
    const crmi_field *field = archived_field(put->rec->kind);
    if (crmi_object_integer(put->old, field->field, 0) || !crmi_object_integer(put->rec, field->field, 0)) return CRM_OK;
    if (put->rec->kind == CRM_KIND_ADDRESS && crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_ADDRESS_SUCCESSOR))) return CRM_OK;
    crmi_want wants[] = {{crmi_id_pack(put->root, CRM_KIND_QUOTE_DEFAULTS, 0), crmi_id_pack(put->root, CRM_KIND_QUOTE_DEFAULTS + 1, 0), 0},
                         {crmi_id_pack(put->root, CRM_KIND_USAGE, 0), crmi_id_pack(put->root, CRM_KIND_USAGE + 1, 0), 0}};
    default_search search = {.put = put};
    int rc = crmi_store_read_many(put->txn, wants, 2, take_default, &search);
    for (size_t i = 0; rc == CRM_OK && i < search.count; i++) rc = crmi_model_put(put->txn, search.records[i], NULL, NULL);
    for (size_t i = 0; i < search.count; i++) crm_record_free(search.records[i]);
    free(search.records);
    return rc;
}
