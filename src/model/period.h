/* SPDX-License-Identifier: MIT */
/* Records of a party that name another record for a time: memberships, bindings. */
#ifndef CRMI_MODEL_PERIOD_H
#define CRMI_MODEL_PERIOD_H
#include "store/store.h"

/* A kind and its fields: whose file it is in, what it names, for how long. */
typedef struct crmi_period {
    uint32_t kind;
    crm_field party, named, from, until;
} crmi_period;

/* Stores one; no date: CRM_NO_DATE. */
int crmi_period_add(crmi_txn *txn, const crmi_period *period, crmi_packed party, crmi_packed named, int64_t from, int64_t until,
                    crmi_packed *out);
/* Ends with a day those that last to it or longer; one that would begin then is deleted. CRM_E_NOTFOUND without an error text: there is
 * none. */
int crmi_period_end(crmi_txn *txn, const crmi_period *period, crmi_packed party, crmi_packed named, int64_t day);
#endif
