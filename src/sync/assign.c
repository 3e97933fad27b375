/* SPDX-License-Identifier: MIT */
/* What a row says of one record, set in it where it differs. What a row says nothing of stays. */
#include "base/error.h"
#include "sync/file.h"
#include <string.h>

int crmi_sync_assign_text(crmi_sync_entry *entry, uint32_t row, crm_field field, const char *text, size_t size, bool *changed) {
    const crmi_entry *old = crmi_object_find(entry->rec, field % 1000);
    if (old && old->size == size && memcmp(old->text, text, size) == 0) return CRM_OK;
    int rc = crmi_sync_file_touch(entry, row);
    if (rc == CRM_OK) rc = crm_record_set_text(entry->rec, field, text, size);
    *changed = true;
    return rc;
}

int crmi_sync_assign_id(crmi_sync_entry *entry, uint32_t row, crm_field field, crm_id id, bool *changed) {
    const crmi_entry *old = crmi_object_find(entry->rec, field % 1000);
    if ((old ? (crm_id)old->integer : 0) == id) return CRM_OK;
    int rc = crmi_sync_file_touch(entry, row);
    if (rc == CRM_OK) rc = crm_record_set_id(entry->rec, field, id);
    *changed = true;
    return rc;
}

static int set_integer(crm_record *rec, const crmi_field *field, const crmi_sync_cell *cell) {
    switch (field->type) {
    case CRM_TYPE_BOOL: return crm_record_set_bool(rec, field->field, cell->integer != 0);
    case CRM_TYPE_DATE: return cell->none ? crm_record_clear(rec, field->field) : crm_record_set_date(rec, field->field, cell->integer);
    case CRM_TYPE_AMOUNT: return crm_record_set_amount(rec, field->field, cell->integer);
    default: return crm_record_set_int(rec, field->field, cell->integer);
    }
}

static int assign_integer(crmi_sync_entry *entry, uint32_t row, const crmi_field *field, const crmi_sync_cell *cell, bool *changed) {
    const crmi_entry *old = crmi_object_find(entry->rec, field->number);
    if (cell->none ? !old : old && old->integer == cell->integer) return CRM_OK;
    int rc = crmi_sync_file_touch(entry, row);
    if (rc == CRM_OK) rc = set_integer(entry->rec, field, cell);
    *changed = true;
    return rc;
}

/* --- lists: the cells of all columns with this target, in their order --- */

static bool is_item(const crmi_sync_file *file, const crmi_sync_cell *cell, const crmi_field *field) {
    const crmi_sync_target *target = crmi_sync_target_of(file->sync, cell);
    return target->use == CRMI_USE_FIELD && target->field == field;
}

static bool same_list(const crmi_sync_file *file, const crmi_sync_row *row, const crmi_field *field, const crmi_entry *old) {
    if (!old) return false;
    const char *at = old->text;
    size_t items = 0;
    for (uint32_t i = 0; i < row->count; i++) {
        const crmi_sync_cell *cell = &file->sync->cells[row->first + i];
        if (!is_item(file, cell, field)) continue;
        if (items++ >= old->items || strcmp(at, cell->text) != 0) return false;
        at += strlen(at) + 1;
    }
    return items == old->items;
}

static int assign_list(crmi_sync_file *file, const crmi_sync_row *row, const crmi_field *field, crmi_sync_entry *entry, bool *changed) {
    uint32_t index = (uint32_t)(row - file->sync->rows);
    if (same_list(file, row, field, crmi_object_find(entry->rec, field->number))) return CRM_OK;
    int rc = crmi_sync_file_touch(entry, index);
    if (rc == CRM_OK) rc = crm_record_clear(entry->rec, field->field);
    for (uint32_t i = 0; rc == CRM_OK && i < row->count; i++) {
        const crmi_sync_cell *cell = &file->sync->cells[row->first + i];
        if (is_item(file, cell, field)) rc = crm_record_add_item(entry->rec, field->field, cell->text, strlen(cell->text));
    }
    *changed = true;
    return rc;
}

int crmi_sync_assign(crmi_sync_file *file, const crmi_sync_row *row, uint32_t kind, crmi_sync_entry *entry, bool *changed) {
    uint32_t index = (uint32_t)(row - file->sync->rows);
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < row->count; i++) {
        const crmi_sync_cell *cell = &file->sync->cells[row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(file->sync, cell);
        if (target->use != CRMI_USE_FIELD || target->field->kind != kind) continue;
        switch (target->field->type) {
        case CRM_TYPE_TEXT: rc = crmi_sync_assign_text(entry, index, target->field->field, cell->text, strlen(cell->text), changed); break;
        case CRM_TYPE_TEXTS: rc = assign_list(file, row, target->field, entry, changed); break;
        default: rc = assign_integer(entry, index, target->field, cell, changed); break;
        }
    }
    return rc;
}
