/* SPDX-License-Identifier: MIT */
/* What differs from the store once all rows of a company are merged, written in the order of its references. */
#include "base/error.h"
#include "index/index.h"
#include "model/record.h"
#include "sync/file.h"
#include <libcrm/error.h>
#include <string.h>

/* A row's record that names others comes behind them. */
static const uint32_t order[] = {CRM_KIND_PARTY,          CRM_KIND_ADDRESS, CRM_KIND_CONTACT, CRM_KIND_ROLE, CRM_KIND_IDENTIFIER,
                                 CRM_KIND_QUOTE_DEFAULTS, CRM_KIND_USAGE,   CRM_KIND_CHANNEL, CRM_KIND_BANK, CRM_KIND_MEMBERSHIP};

static int set_reference(const crmi_sync_file *file, crm_record *rec, crm_field field, uint32_t number) {
    return number ? crm_record_set_id(rec, field, crmi_sync_file_entry(file, number)->rec->id) : CRM_OK;
}

/* The ids that are known only now. */
static int complete(const crmi_sync_file *file, crmi_sync_entry *entry) {
    const crmi_kind *kind = crmi_schema_kind(entry->rec->kind);
    int rc = CRM_OK;
    if (entry->fresh && kind->owner) entry->rec->owner = crmi_sync_file_entry(file, file->party)->rec->id;
    if (rc == CRM_OK && entry->fresh && crmi_sync_target_field(kind->number))
        rc = set_reference(file, entry->rec, crmi_sync_target_field(kind->number), entry->target);
    if (rc == CRM_OK) rc = set_reference(file, entry->rec, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, entry->site);
    return rc == CRM_OK ? set_reference(file, entry->rec, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, entry->contact) : rc;
}

/* --- unique values that the file itself has twice --- */

static bool is_new_value(const crmi_sync_entry *entry, const crmi_entry *value) {
    const crmi_entry *old = entry->before ? crmi_object_find(entry->before, value->number) : NULL;
    return !old || old->size != value->size || memcmp(old->text, value->text, value->size) != 0;
}

/* What only the store can tell: identifiers, the numbers of further roles, and what the host has defined. */
static bool may_clash(const crmi_sync_file *file, const crmi_sync_entry *entry) {
    const crm_record *rec = entry->rec;
    if (entry->fresh && rec->kind == CRM_KIND_IDENTIFIER) return true;
    if (entry->fresh && rec->kind == CRM_KIND_ROLE && entry != crmi_sync_file_entry(file, file->role)) return true;
    for (uint32_t i = rec->count; i-- > 0 && rec->entries[i].number >= CRMI_CUSTOM_FIRST;) {
        const crmi_field *field = crmi_object_field(rec, rec->entries[i].number);
        if (field && field->flags & CRM_FIELD_UNIQUE && is_new_value(entry, &rec->entries[i])) return true;
    }
    return false;
}

int crmi_sync_written(const crmi_sync_file *file, crmi_packed id, crm_field field) {
    const crm_sync *sync = file->sync;
    uint32_t cursor = 0, row;
    char where[CRMI_SYNC_WHERE_SIZE];
    if (!crmi_sync_map_next(file->written, &id, sizeof id, &cursor, &row)) return CRM_OK;
    crmi_sync_where(sync, &sync->parts[sync->rows[row - 1].part], 0, where);
    return crmi_error_set(CRM_E_AMBIGUOUS, field, "%srow %llu says that it is another's", where,
                          (unsigned long long)sync->rows[row - 1].number);
}

/* The store refused a record, since another has one of its values: AMBIGUOUS where that has it by a row. */
static int explain_taken(const crmi_sync_file *file, const crm_record *rec) {
    int rc = CRM_OK;
    const crmi_field *field = crmi_txn_field(file->txn, crmi_error_last()->field, &rc);
    const crmi_entry *value = field && field->flags & CRM_FIELD_UNIQUE ? crmi_object_find(rec, field->number) : NULL;
    const crmi_entry *scope = value && field->scope ? crmi_object_find(rec, field->scope) : NULL;
    const crmi_error taken = *crmi_error_last();
    crmi_packed id;
    if (rc == CRM_OK && !value) return CRM_E_EXISTS;
    if (rc == CRM_OK)
        rc = crmi_index_find(file->txn, field, scope ? scope->text : "", scope ? scope->size : 0, value->text, value->size, &id);
    if (rc == CRM_OK) rc = crmi_sync_written(file, id, field->field);
    if (rc == CRM_OK) crmi_error_restore(&taken);
    return rc == CRM_OK ? CRM_E_EXISTS : rc;
}

static int put(crmi_sync_file *file, crmi_sync_entry *entry, bool *changed) {
    crmi_packed id;
    int rc = complete(file, entry);
    if (rc < 0) return rc;
    if (!entry->fresh && crmi_sync_same(entry->before, entry->rec)) return CRM_OK;
    rc = crmi_model_put_own(file->txn, entry->rec, &id, &entry->rec->revision);
    if (rc < 0) return rc;
    entry->rec->id = crmi_store_public(file->txn, id);
    *changed = true;
    return may_clash(file, entry) ? crmi_sync_map_add(file->written, &id, sizeof id, entry->row + 1) : CRM_OK;
}

static int write_entry(crmi_sync_file *file, crmi_sync_entry *entry, bool *changed) {
    int rc = CRM_OK;
    if (entry->written || (entry->removed && entry->fresh)) return CRM_OK;
    if (entry->removed) {
        *changed = true;
        rc = crmi_model_delete(file->txn, crmi_store_packed(file->txn, entry->rec->id), 0);
    } else if (entry->fresh || entry->before) {
        rc = put(file, entry, changed);
    }
    entry->written = rc == CRM_OK;
    return rc;
}

/* A stored address or contact that is archived comes last: defaults that it takes away are in records that the rows may change too. */
static bool comes_last(const crmi_sync_entry *entry) {
    crm_field field = 0;
    if (entry->rec->kind == CRM_KIND_ADDRESS) field = CRM_ADDRESS_ARCHIVED;
    if (entry->rec->kind == CRM_KIND_CONTACT) field = CRM_CONTACT_ARCHIVED;
    const crmi_entry *archived = field && !entry->fresh && !entry->removed ? crmi_object_find(entry->rec, CRMI_FIELD_NUMBER(field)) : NULL;
    return archived && archived->integer;
}

/* Entries of a kind; 0: those that come last. What another one has still (the mark of the default account, a time, a site number) may be
 * what that one gives up: who is refused for it waits for the next round, as long as each round writes something. Records of one kind do
 * not hang on each other: all that are refused are told. */
static int write_kind(crmi_sync_file *file, uint32_t kind, crmi_sync_refuser refuse, void *data, bool *changed) {
    size_t waiting = file->count + 1, before;
    int rc = CRM_OK;
    bool refused = false;
    do {
        before = waiting;
        waiting = 0;
        for (size_t i = 0; rc == CRM_OK && i < file->count; i++) {
            crmi_sync_entry *entry = &file->entries[i];
            if ((kind && entry->rec->kind != kind) || comes_last(entry) != !kind) continue;
            rc = write_entry(file, entry, changed);
            if (rc == CRM_E_EXISTS && ++waiting < before) rc = CRM_OK;
            if (rc == CRM_E_EXISTS) rc = explain_taken(file, entry->rec);
            if (rc == CRM_OK || crm_status_class_of(rc) != CRM_CLASS_DATA) continue;
            rc = refuse(data, entry->row);
            refused = true;
            if (rc == CRM_OK && crmi_txn_check(file->txn, true) < 0) return CRM_ROW;
        }
    } while (rc == CRM_OK && waiting && !refused);
    return rc == CRM_OK && refused ? CRM_ROW : rc;
}

int crmi_sync_write(crmi_sync_file *file, crmi_sync_refuser refuse, void *data, bool *changed) {
    int rc = CRM_OK;
    uint64_t kinds = 0; /* that there are */
    for (size_t i = 0; i < file->count; i++) kinds |= UINT64_C(1) << file->entries[i].rec->kind;
    for (size_t i = 0; rc == CRM_OK && i < sizeof order / sizeof *order; i++)
        if (kinds >> order[i] & 1) rc = write_kind(file, order[i], refuse, data, changed);
    return rc == CRM_OK ? write_kind(file, 0, refuse, data, changed) : rc;
}
