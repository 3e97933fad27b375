/* SPDX-License-Identifier: MIT */
/* crm_contact_*: contacts by what they are for. */
#include "api/candidates.h"
#include <libcrm/contact.h>
#include <libcrm/fields.h>

int crm_contact_list(crm_txn *txn, crm_id party, const char *purpose, int64_t as_of, uint32_t limit, const char *token, crm_iter **out) {
    return crmi_api_candidates_list(txn, CRM_KIND_CONTACT, party, purpose, as_of, limit, token, out);
}

int crm_contact_choose(crm_txn *txn, crm_id party, const char *purpose, int64_t as_of, crm_id *out) {
    return crmi_api_candidates_choose(txn, CRM_KIND_CONTACT, party, purpose, as_of, out);
}
