/* SPDX-License-Identifier: MIT */
/* What a row says of one record, set in it where it differs. What a row says nothing of stays. */
#include "base/error.h"
#include "sync/file.h"
#include <string.h>

int crmi_sync_assign_text(crmi_sync_entry *entry, uint32_t row, crm_field field, const char *text, size_t size, bool *changed) {
    const crmi_entry *old = crmi_object_find(entry->rec, crmi_field_number_of(field));
    if (old && old->size == size && memcmp(old->text, text, size) == 0) return CRM_OK;
    int rc = crmi_sync_file_touch(entry, row);
    if (rc == CRM_OK) rc = crmi_object_set_text(entry->rec, crmi_field_number_of(field), text, size); /* a cell's: it is UTF-8, and fits */
    *changed = true;
    return rc;
}

static int set_integer(crm_record *rec, const crmi_field *field, const crmi_sync_cell *cell) {
    switch (field->type) {
    case CRM_TYPE_BOOL: return crm_record_set_bool(rec, field->field, cell->integer != 0);
    case CRM_TYPE_DATE: return crm_record_set_date(rec, field->field, cell->integer);
    case CRM_TYPE_TIME: return crm_record_set_time(rec, field->field, cell->integer);
    case CRM_TYPE_AMOUNT: return crm_record_set_amount(rec, field->field, cell->integer);
    default: return crm_record_set_int(rec, field->field, cell->integer);
    }
}

static int assign_integer(crmi_sync_entry *entry, uint32_t row, const crmi_field *field, const crmi_sync_cell *cell, bool *changed) {
    const crmi_entry *old = crmi_object_find(entry->rec, field->number);
    if (old && old->integer == cell->integer) return CRM_OK;
    int rc = crmi_sync_file_touch(entry, row);
    if (rc == CRM_OK) rc = set_integer(entry->rec, field, cell);
    *changed = true;
    return rc;
}

int crmi_sync_unset(crmi_sync_entry *entry, uint32_t row, crm_field field, bool *changed) {
    if (!crmi_object_find(entry->rec, crmi_field_number_of(field))) return CRM_OK;
    int rc = crmi_sync_file_touch(entry, row);
    *changed = true;
    return rc == CRM_OK ? crm_record_clear(entry->rec, field) : rc;
}

/* A house number is nothing without its street. */
static int assign_none(crmi_sync_file *file, const crmi_sync_row *row, crm_field field, crmi_sync_entry *entry, bool *changed) {
    uint32_t index = (uint32_t)(row - file->sync->rows);
    int rc = crmi_sync_unset(entry, index, field, changed);
    if (rc < 0 || field != CRM_ADDRESS_STREET || crmi_sync_cell_of(file->sync, row, CRM_ADDRESS_HOUSE_NUMBER)) return rc;
    return crmi_sync_unset(entry, index, CRM_ADDRESS_HOUSE_NUMBER, changed);
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

/* --- streets --- */

static int reads_the_same(const char *street, const char *house, const crmi_sync_cell *cell, bool *same) {
    crmi_buffer stored = {0};
    crmi_buffer_text(&stored, street);
    crmi_buffer_byte(&stored, ' ');
    crmi_buffer_text(&stored, house);
    const char *text = crmi_buffer_string(&stored);
    int rc = text ? crmi_sync_equal(crmi_sync_normal_street, text, cell->text, same) : crmi_error_nomem();
    crmi_buffer_free(&stored);
    return rc;
}

/* A street in a row without a house number, where the stored one has a house number of its own: the same, if it reads the same with the
 * number behind; else another street, to which the old number does not belong. */
static int assign_street(crmi_sync_file *file, const crmi_sync_row *row, crmi_sync_entry *entry, const crmi_sync_cell *cell,
                         bool *changed) {
    uint32_t index = (uint32_t)(row - file->sync->rows);
    crmi_sync_place place;
    bool same = false;
    int rc = CRM_OK;
    crmi_sync_place_of(entry->rec, &place);
    if (*place.house && !crmi_sync_cell_of(file->sync, row, CRM_ADDRESS_HOUSE_NUMBER)) {
        rc = reads_the_same(place.street, place.house, cell, &same);
        if (rc < 0 || same || strcmp(place.street, cell->text) == 0) return rc;
        rc = crmi_sync_file_touch(entry, index);
        if (rc == CRM_OK) rc = crm_record_clear(entry->rec, CRM_ADDRESS_HOUSE_NUMBER);
    }
    return rc == CRM_OK ? crmi_sync_assign_text(entry, index, CRM_ADDRESS_STREET, cell->text, strlen(cell->text), changed) : rc;
}

static int assign_text(crmi_sync_file *file, const crmi_sync_row *row, const crmi_field *field, crmi_sync_entry *entry,
                       const crmi_sync_cell *cell, bool *changed) {
    if (field->field == CRM_ADDRESS_STREET) return assign_street(file, row, entry, cell, changed);
    return crmi_sync_assign_text(entry, (uint32_t)(row - file->sync->rows), field->field, cell->text, strlen(cell->text), changed);
}

int crmi_sync_assign_cell(crmi_sync_file *file, const crmi_sync_row *row, const crmi_sync_cell *cell, crmi_sync_entry *entry,
                          bool *changed) {
    const crmi_field *field = crmi_sync_target_of(file->sync, cell)->field;
    if (cell->none) return assign_none(file, row, field->field, entry, changed);
    switch (field->type) {
    case CRM_TYPE_TEXT: return assign_text(file, row, field, entry, cell, changed);
    case CRM_TYPE_TEXTS: return assign_list(file, row, field, entry, changed);
    default: return assign_integer(entry, (uint32_t)(row - file->sync->rows), field, cell, changed);
    }
}

int crmi_sync_assign(crmi_sync_file *file, const crmi_sync_row *row, uint32_t kind, crmi_sync_entry *entry, bool *changed) {
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < row->count; i++) {
        const crmi_sync_cell *cell = &file->sync->cells[row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(file->sync, cell);
        if (target->use == CRMI_USE_FIELD && target->field->kind == kind) rc = crmi_sync_assign_cell(file, row, cell, entry, changed);
    }
    return rc;
}
