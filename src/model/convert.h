/* SPDX-License-Identifier: MIT */
/* From prospect to customer. */
#ifndef CRMI_MODEL_CONVERT_H
#define CRMI_MODEL_CONVERT_H
#include "store/store.h"

/* See crm_party_convert(); given and flags are checked. */
int crmi_model_convert(crmi_txn *txn, crmi_packed party, const crm_record *given, uint32_t flags, crmi_packed *out);
#endif
