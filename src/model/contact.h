/* SPDX-License-Identifier: MIT */
/* Names of people. */
#ifndef CRMI_MODEL_CONTACT_H
#define CRMI_MODEL_CONTACT_H
#include "store/object.h"

/* Sets a name that is absent, or that old's parts made, to "first last", as far as there are such. CRM_OK, CRM_E_NOMEM, CRM_E_TOO_BIG. */
int crmi_contact_compose(crm_record *rec, const crm_record *old, crm_field name, crm_field first, crm_field last);
#endif
