/* SPDX-License-Identifier: MIT */
/**
 * @file option.h
 * Which options of a configurable product a customer may have.
 *
 * An option rule is a record of CRM_KIND_OPTION_RULE of a party or a group: it allows or denies one option by its code ("ENGINE-V8"), or
 * all whose codes begin so ("ENGINE-*", "*" alone for all). Of all rules of the customer and of his groups, those above them included, that
 * are valid on the day and fit an option, the longest decides: a whole code before any beginning, then the longer beginning. Of two that
 * are as long the one that denies decides. What no rule fits is allowed, unless the setting "option.default" is "deny".
 * Of several that say the same his own is named as the one that decided, then those of his groups in the order of crm_party_groups(). An
 * archived group gives nothing and leads to nothing. Terms that block inheritance do not matter here: they are about terms.
 *
 * Codes are compared byte by byte: "v8" is not "V8". Storing a rule: CRM_E_INVALID "*" elsewhere than at the end; CRM_E_TOO_BIG the code
 * has over 64 bytes; CRM_E_EXISTS the owner has a rule with this code at that time already, whatever it says.
 */
#ifndef LIBCRM_OPTION_H
#define LIBCRM_OPTION_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whether a customer may have an option.
 * @param as_of in days since 1970-01-01, or CRM_TODAY. @param code the option's code, 1 to 64 bytes. @param[out] out 1 or 0.
 * @errors CRM_E_NOTFOUND no such party; CRM_E_RANGE the day; CRM_E_INVALID the code is empty; CRM_E_UTF8; CRM_E_TOO_BIG it is longer, or
 *         the party is in over 1,000 groups. @threads one at a time. @since 1.0
 */
CRM_API int crm_option_allowed(crm_txn *txn, crm_id customer, int64_t as_of, const char *code, size_t len, int *out);
/**
 * The same for many options at once.
 * @param codes count codes, NUL-ended; at most 100,000. @param[out] out count bytes: 1 or 0 for each.
 * @param[out] out_rules count ids: the rule that decided, 0 where none did or the actor does not see it; may be NULL.
 * @errors as crm_option_allowed(), crm_error_row() counts the codes from 1; CRM_E_TOO_BIG over 100,000 codes. Nothing is answered then.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_option_check(crm_txn *txn, crm_id customer, int64_t as_of, const char *const *codes, size_t count, uint8_t *out,
                             crm_id *out_rules);

#ifdef __cplusplus
}
#endif
#endif
