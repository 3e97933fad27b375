/* SPDX-License-Identifier: MIT */
/* What crm_address_list(), crm_contact_list() and their choose functions share: kind says of which the call is. */
#ifndef CRMI_API_CANDIDATES_H
#define CRMI_API_CANDIDATES_H
#include <libcrm/types.h>

int crmi_api_candidates_list(crm_txn *txn, uint32_t kind, crm_id party, const char *purpose, int64_t as_of, uint32_t limit,
                             const char *token, crm_iter **out);
int crmi_api_candidates_choose(crm_txn *txn, uint32_t kind, crm_id party, const char *purpose, int64_t as_of, crm_id *out);
#endif
