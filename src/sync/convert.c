/* SPDX-License-Identifier: MIT */
/* The first pass: every cell becomes a value of its column's target, and every cell that can't is noted. No store is needed for it. */
#include "base/error.h"
#include "sync/sync.h"
#include <string.h>

static const char clear[] = "#CLEAR"; /* the field's value is taken away */

/* What says which record a row is about stays, and what is required. */
bool crmi_sync_may_be_none(const crmi_field *field) {
    return !(field->flags & CRM_FIELD_REQUIRED) && field->field != CRM_ROLE_NUMBER && field->field != CRM_ADDRESS_SITE_NUMBER &&
           field->field != CRM_QUOTE_DEFAULTS_SALES_AREA;
}

static int convert_clear(const crm_sync *sync, const crmi_sync_row *row, const crmi_sync_target *target, crmi_sync_cell *cell) {
    crm_field field = target->field->field;
    if (crmi_sync_policy_of(sync, row, target->object)->if_exists == CRM_SYNC_FAIL)
        return crmi_error_set(CRM_E_FORMAT, field, "%s is for records that exist, and these may not", clear);
    if (target->use != CRMI_USE_FIELD || target->field->type == CRM_TYPE_TEXTS)
        return crmi_error_set(CRM_E_FORMAT, field, "%s is for fields, not for %s", clear, target->path);
    if (!crmi_sync_may_be_none(target->field)) return crmi_error_set(CRM_E_REQUIRED, field, "it can't be cleared");
    cell->text = "";
    cell->integer = 0;
    cell->none = true;
    return CRM_OK;
}

static int convert_cell(const crm_sync *sync, const crmi_sync_row *row, crmi_sync_cell *cell) {
    const crmi_sync_target *target = crmi_sync_target_of(sync, cell);
    cell->text = (const char *)sync->texts.data + cell->at;
    cell->none = false;
    return !cell->literal && strcmp(cell->text, clear) == 0 ? convert_clear(sync, row, target, cell) : crmi_sync_value(target, cell);
}

static int convert_row(crm_sync *sync, size_t index) {
    crmi_sync_row *row = &sync->rows[index];
    for (uint32_t i = 0; i < row->count; i++) {
        crmi_sync_cell *cell = &sync->cells[row->first + i];
        int rc = convert_cell(sync, row, cell);
        if (rc == CRM_E_NOMEM) return rc;
        if (rc < 0) rc = crmi_sync_refuse_last(sync, index, cell);
        if (rc < 0) return rc;
    }
    row->bad = row->failed;
    return CRM_OK;
}

int crmi_sync_convert(crm_sync *sync) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < sync->row_count; i++) rc = convert_row(sync, i);
    return rc;
}
