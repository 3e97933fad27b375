/* SPDX-License-Identifier: MIT */
/* What reading and setting the fields of records share. */
#ifndef CRMI_API_RECORD_FIELDS_H
#define CRMI_API_RECORD_FIELDS_H
#include "store/object.h"

/* The field's descriptor; of a custom one what its number tells, in space. NULL where rec is NULL (CRM_E_INVALID) or the field not of its
 * kind (CRM_E_TYPE): the error and *status are set. */
const crmi_field *crmi_api_field(const crm_record *rec, crm_field field, crmi_field *space, int *status);
/* Sets the error for a field that is of another type than the call. */
int crmi_api_wrong_type(const crmi_field *field);
static inline bool crmi_api_is_owner(const crmi_field *field) { return (field->flags & CRM_FIELD_KEY) != 0; }
#endif
