/* SPDX-License-Identifier: MIT */
/* What access roles say: kinds that staff reads and writes, fields that bound users change. */
#ifndef CRMI_MODEL_ACCESS_ROLE_H
#define CRMI_MODEL_ACCESS_ROLE_H
#include "model/access.h"

/* Of some roles together. */
typedef struct crmi_access_rights {
    size_t count; /* of roles */
    uint64_t reads, writes;
    uint32_t shown; /* CRM_FIELD_PERSONAL, CRM_FIELD_PRICE */
    bool administers;
    crm_field *fields;
    size_t field_count, field_capacity;
} crmi_access_rights;

/* Adds what a stored role gives. What this version does not know, or would not store, gives nothing. */
int crmi_access_rights_add(crmi_txn *txn, const crmi_stored *role, crmi_access_rights *rights);
void crmi_access_rights_free(crmi_access_rights *rights);
#endif
