/* SPDX-License-Identifier: MIT */
/**
 * @file party.h
 * Parties: customers, prospects, suppliers, employees, agents - found by number, listed by name, read with their whole file.
 */
#ifndef LIBCRM_PARTY_H
#define LIBCRM_PARTY_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

enum crm_party_list_flag {
    CRM_PARTY_LIST_ARCHIVED = 1 << 0 /**< the archived parties instead of the others */
};

/**
 * The party that has a number in a role: the customer 10001.
 * @param role a role code (CRM_ROLE_CUSTOMER ...). @param number the number; CRM_NTS as its length.
 * @errors CRM_E_NOTFOUND no such number, or role. @threads one at a time. @since 1.0
 */
CRM_API int crm_party_find(crm_txn *txn, const char *role, const char *number, size_t len, crm_id *out);
/**
 * The same, read: crm_party_find() and crm_record_get() in one call, the shortest way from a number to its customer.
 * @param[out] out  the party; NULL on failure.
 * @errors as crm_party_find(). @owner the caller, with crm_record_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_party_get(crm_txn *txn, const char *role, const char *number, size_t len, crm_record **out);
/**
 * The directory: parties in a role in German order of their names (by DIN 5007-1, or 5007-2 where the setting "directory.collation" says
 * so: see docs/data-model.md), or all parties. A role counts whatever its dates: a customer whose role has ended is still listed.
 * @param role   a role code, or NULL for the parties in any role or none.
 * @param prefix how the name begins, without regard to case and accents; NULL or "" for all. @param prefix_len bytes, or CRM_NTS.
 * @param flags  crm_party_list_flag bits. @param limit, token see iter.h.
 * @errors CRM_E_CODE no such role; CRM_E_INVALID an unknown flag or a strange token; CRM_E_TOO_BIG limit; CRM_E_DENIED a prefix, where
 *         the actor does not see names.
 * @owner the caller, with crm_iter_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_party_list(crm_txn *txn, const char *role, const char *prefix, size_t prefix_len, uint32_t flags, uint32_t limit,
                           const char *token, crm_iter **out);

/**
 * The whole file of a party in one call: the party first, then its roles, quote defaults, usages, memberships, identifiers, addresses,
 * contacts, channels.
 * @errors CRM_E_NOTFOUND no such party, be it another record's id; CRM_E_TOO_BIG over 100,000 records.
 * @owner the caller, with crm_file_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_file_get(crm_txn *txn, crm_id party, crm_file **out);
/** How many records the file has. @threads one at a time. @since 1.0 */
CRM_API size_t crm_file_count(const crm_file *file);
/** One record of the file, by position, or NULL beyond the last. @lifetime until file is freed. @threads one at a time. @since 1.0 */
CRM_API const crm_record *crm_file_record(const crm_file *file, size_t index);
/**
 * The file as one JSON object: "party" and an array for each kind ("roles", "addresses" ...), empty where there is none; records as
 * crm_record_json() gives them.
 * @return NULL on failure. @lifetime until file is freed. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_file_json(crm_file *file, size_t *out_len);
/** Frees a file with its records. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_file_free(crm_file *file);

enum crm_convert_flag {
    CRM_CONVERT_KEEP_PROSPECT = 1 << 0 /**< the party stays a prospect too */
};
/**
 * Makes a prospect a customer: the same record gets the role of a customer with a number of that role's own range, and the roles of a
 * prospect are deleted. A party that is a customer already is left as it is.
 * @param role  a record of CRM_KIND_ROLE with what else the role is to say (number, CRM_ROLE_CONVERTED_BY, CRM_ROLE_SOURCE_DOCUMENT,
 *              validity), or NULL; its party and role are set by the call. @param flags crm_convert_flag bits.
 * @param[out] out_role  the customer's role; may be NULL.
 * @errors CRM_E_NOTFOUND no such party; CRM_E_INVALID it is neither prospect nor customer, an unknown flag, or role is a stored record;
 *         CRM_E_ARCHIVED; CRM_E_TYPE role is of another kind; CRM_E_EXISTS the number is taken; those of crm_record_put().
 * @threads creator only. @since 1.0
 */
CRM_API int crm_party_convert(crm_txn *txn, crm_id party, const crm_record *role, uint32_t flags, crm_id *out_role);

/**
 * The party that has an identifier: a DUNS number, a GLN, a host's own key.
 * @param scheme a scheme code (CRM_SCHEME_DUNS ...) or the host's name of its own keys.
 * @errors CRM_E_NOTFOUND no such identifier, or scheme. @threads one at a time. @since 1.0
 */
CRM_API int crm_identifier_find(crm_txn *txn, const char *scheme, const char *value, size_t len, crm_id *out_party);
/**
 * Checks whether a number can be right: its form and its check digits. Nothing is known of whether it was ever given out.
 *
 * "iban" (ISO 13616-1), "bic" (ISO 9362), "vat_id" (with the country's letters: the European Union, CH, GB, XI, NO, AD, BR, RS, RU),
 * "de_account" (bank code and account number), "fr_rib" (bank, branch, account and key), "sepa_creditor" (EPC262-08), CRM_SCHEME_GLN (GS1),
 * CRM_SCHEME_LEI (ISO 17442), CRM_SCHEME_DUNS, CRM_SCHEME_EORI, CRM_SCHEME_LEITWEG_ID. Blanks and punctuation between its parts do not
 * count.
 * @param[out] out the compact form, letters in capitals and digits, NUL-ended; cap bytes, 48 are enough; may be NULL where cap is 0.
 * @errors CRM_E_FORMAT it is none of the form, and crm_error_text() tells the form; CRM_E_CHECK_DIGIT the form is right and the check
 * digits are wrong; CRM_E_NOTFOUND there is no check for the scheme; CRM_E_TOO_BIG cap. @threads any. @since 1.0
 */
CRM_API int crm_identifier_check(const char *scheme, const char *text, size_t len, char *out, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
