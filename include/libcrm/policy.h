/* SPDX-License-Identifier: MIT */
/**
 * @file policy.h
 * Quote policies: at which levels, and in which order, a proposal looks for the value of a field. Every field has a built-in policy
 * (docs/quote.md); a stored one, a record of CRM_KIND_POLICY, takes its place.
 */
#ifndef LIBCRM_POLICY_H
#define LIBCRM_POLICY_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * The policy of a quote field as it holds: a record of CRM_KIND_POLICY, which has an id where it is stored and none where it is built in.
 * @param field a field of CRM_KIND_QUOTE that is looked for at levels (CRM_QUOTE_PRICE_LIST ...).
 * @errors CRM_E_TYPE another field. @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_policy_get(crm_txn *txn, crm_field field, crm_record **out);
/**
 * Sets the policy of a quote field. It begins with CRM_LEVEL_LOCK (left out, it comes first all the same) and CRM_LEVEL_EXPLICIT; what
 * follows are levels at which the field can be found, each once, in the order that is wanted.
 * @param levels count numbers of enum crm_quote_level. @errors CRM_E_TYPE the field; CRM_E_RANGE a level that the field does not have,
 * twice, or not at its place. @threads creator only. @since 1.0
 */
CRM_API int crm_policy_set(crm_txn *txn, crm_field field, const uint32_t *levels, size_t count);
/** Goes back to the built-in policy of a field. @errors CRM_E_TYPE the field. @threads creator only. @since 1.0 */
CRM_API int crm_policy_clear(crm_txn *txn, crm_field field);

#ifdef __cplusplus
}
#endif
#endif
