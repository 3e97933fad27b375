/* SPDX-License-Identifier: MIT */
/* Numbers that can't be right (VAT ids, GLNs, identifiers that have a check): refused at their cell where the setting identifier.check says
 * so, as the model would refuse the record in the end; else stored with a warning. */
#include "base/error.h"
#include "model/identifier.h"
#include "model/rules.h"
#include "sync/file.h"
#include <libcrm/error.h>
#include <string.h>

enum { UNKNOWN, ACCEPTED, REFUSED };

const char *crmi_sync_number_scheme(const crm_sync *sync, const crmi_sync_row *row, const crmi_sync_cell *cell) {
    const crmi_sync_target *target = crmi_sync_target_of(sync, cell);
    if (cell->none || crmi_sync_only_names(crmi_sync_shape_of(sync, row), target->object)) return NULL;
    if (target->use == CRMI_USE_IDENTIFIER) return crmi_number_scheme(CRM_IDENTIFIER_VALUE, target->code);
    if (target->use != CRMI_USE_FIELD) return NULL;
    bool identifier = target->field->field == CRM_IDENTIFIER_VALUE;
    return crmi_number_scheme(target->field->field, identifier ? crmi_sync_cell_text(sync, row, CRM_IDENTIFIER_SCHEME) : NULL);
}

int crmi_sync_number_begin(crmi_sync_file *file) {
    bool refused;
    if (file->numbers != UNKNOWN) return CRM_OK;
    int rc = crmi_number_refused(file->txn, &refused);
    if (rc == CRM_OK) file->numbers = refused ? REFUSED : ACCEPTED;
    return rc;
}

int crmi_sync_number_check(crmi_sync_file *file, uint32_t row, const crmi_sync_cell *cell, const char *scheme, const char *now) {
    bool full = file->sync->warning_count >= CRMI_LIMIT_SYNC_ERRORS;
    int rc = full ? crmi_sync_number_begin(file) : CRM_OK;
    if (rc < 0 || (full && file->numbers == ACCEPTED)) return rc; /* nothing would be said of it */
    rc = crmi_identifier_check(scheme, cell->text, strlen(cell->text), NULL);
    if (rc == CRM_OK || crm_status_class_of(rc) != CRM_CLASS_DATA) return rc;
    const crmi_error found = *crmi_error_last();
    int status = crmi_sync_number_begin(file);
    if (status < 0) return status;
    if (file->numbers == ACCEPTED) return crmi_sync_warn(file->sync, row, cell, "%s", found.text);
    if (strcmp(now, cell->text) == 0) return CRM_OK; /* it is stored already */
    return crmi_sync_refuse(file->sync, row, cell, found.status, crmi_sync_target_of(file->sync, cell)->field->field, "%s", found.text);
}
