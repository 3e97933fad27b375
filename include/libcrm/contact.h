/* SPDX-License-Identifier: MIT */
/**
 * @file contact.h
 * Contacts by what they are for. A contact is a candidate for a purpose on a day where a usage says so that is valid on it, and the contact
 * is valid and not archived.
 */
#ifndef LIBCRM_CONTACT_H
#define LIBCRM_CONTACT_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * The contacts of a party that are offered for a purpose on a day: the defaults first, then in the order in which they were added.
 * @param purpose "quote", "dunning" ... (CRM_PURPOSE_QUOTE). @param as_of in days since 1970-01-01, or CRM_TODAY.
 * @param limit, token see iter.h.
 * @errors CRM_E_NOTFOUND no such party; CRM_E_RANGE the day; CRM_E_INVALID the token; CRM_E_TOO_BIG the limit. @owner the caller.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_contact_list(crm_txn *txn, crm_id party, const char *purpose, int64_t as_of, uint32_t limit, const char *token,
                             crm_iter **out);
/**
 * The contact to propose for a purpose: the only default, else the only candidate, else the main contact.
 * @param[out] out the contact, or 0. @return CRM_OK, or CRM_CHOOSE where several are of equal standing (out is 0).
 * @errors CRM_E_NOTFOUND no such party, or no contact for the purpose; CRM_E_RANGE the day. @threads one at a time. @since 1.0
 */
CRM_API int crm_contact_choose(crm_txn *txn, crm_id party, const char *purpose, int64_t as_of, crm_id *out);

#ifdef __cplusplus
}
#endif
#endif
