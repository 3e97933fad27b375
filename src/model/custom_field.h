/* SPDX-License-Identifier: MIT */
/* Definitions of the host's own fields; the rules for storing them are in rules.h. */
#ifndef CRMI_MODEL_CUSTOM_FIELD_H
#define CRMI_MODEL_CUSTOM_FIELD_H
#include "model/blockers.h"

/* What keeps a definition from being deleted: records that its index names, rules (by CRM_RULE_CODE). */
int crmi_custom_field_blockers(crmi_txn *txn, crmi_packed id, size_t most, crmi_blockers *out);
#endif
