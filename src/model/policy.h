/* SPDX-License-Identifier: MIT */
/* Policies: at which levels, and in which order, a proposal looks for the value of a field (see libcrm/policy.h). */
#ifndef CRMI_MODEL_POLICY_H
#define CRMI_MODEL_POLICY_H
#include "model/quote.h"

#define CRMI_POLICY_LINES 32 /* that one policy has at most */

/* The lines of a quote field's policy (by the field's number, which may have none) go to lines, which has room for CRMI_POLICY_LINES of
 * them: of the stored record, or where it is NULL of the built-in policy. CRM_E_CORRUPT where this version can't know the record. */
int crmi_policy_lines(uint32_t number, const crmi_stored *policy, crmi_quote_line *lines, size_t *count);
uint32_t crmi_policy_number(const crmi_stored *policy); /* of the quote field that it is for; 0: none that has levels */

int crmi_policy_get(crmi_txn *txn, crm_field field, crm_record **out); /* see libcrm/policy.h */
int crmi_policy_set(crmi_txn *txn, crm_field field, const uint32_t *levels, size_t count);
int crmi_policy_clear(crmi_txn *txn, crm_field field);
#endif
