/* SPDX-License-Identifier: MIT */
/* The first pass: every cell becomes a value of its column's target, and every cell that can't is noted. No store is needed for it. */
#include "base/error.h"
#include "sync/sync.h"

static int convert_row(crm_sync *sync, size_t index) {
    crmi_sync_row *row = &sync->rows[index];
    for (uint32_t i = 0; i < row->count; i++) {
        crmi_sync_cell *cell = &sync->cells[row->first + i];
        cell->text = (const char *)sync->texts.data + cell->at;
        cell->none = false;
        int rc = crmi_sync_value(crmi_sync_target_of(sync, cell), cell);
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
