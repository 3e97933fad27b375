/* SPDX-License-Identifier: MIT */
/**
 * @file directory.h
 * The directory of parties: who is listed, by role, name, town, postal code, country and group, in the order of names; and how many.
 *
 * Names are in German order: by DIN 5007-1, where an umlaut is its letter, or in a store whose setting "directory.collation" is
 * "din5007-2", where it is its letter and an e, as telephone books have it. Blank before letters, letters before digits; names that are
 * equal in this by their accents, then by capitals, then in the order in which they were created. Another value of that setting has all
 * index entries made anew in the transaction that stores it: some seconds for 100,000 customers.
 *
 * Each page is a bounded piece of work, however deep it lies and however few parties there are that fit: it looks at 8,192 parties at most.
 * So a page may have fewer ids than its limit, or none, and still continue: the list ends where there is no token.
 */
#ifndef LIBCRM_DIRECTORY_H
#define LIBCRM_DIRECTORY_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

enum crm_directory_flag {
    CRM_DIRECTORY_ARCHIVED = 1 << 0 /**< the archived parties instead of the others */
};

/**
 * Who is asked for: all that is said has to hold. Set size and zero the rest; grows at its end. Town, postal code and country are those of
 * one address of the party, one that is not archived and valid on the day.
 */
typedef struct crm_directory_query {
    uint64_t size;            /**< bytes that the caller's struct has */
    uint64_t flags;           /**< crm_directory_flag bits */
    const char *role;         /**< a role code, whatever the role's dates; NULL = in any role or none */
    const char *prefix;       /**< how the name begins, without regard to case and accents; NULL or "" = any */
    const char *town;         /**< the whole name, without regard to case and accents; NULL or "" = any */
    const char *postal_from;  /**< the first postal code, compared byte by byte; NULL or "" = any */
    const char *postal_until; /**< the last one, and all that begin so: "80" to "81" takes 81999; NULL or "" = any */
    const char *country;      /**< a country code; NULL or "" = any. Addresses without a country are in none */
    crm_id group;             /**< a group that the party itself is a member of on the day; 0 = any */
    int64_t day;              /**< in days since 1970-01-01; 0 or CRM_TODAY = today by the store's clock */
} crm_directory_query;

/**
 * The parties that a query asks for, in the order of their names.
 * @param query NULL for all that are not archived. @param limit, token see iter.h; a page may have fewer ids than its limit and still
 * continue.
 * @errors CRM_E_INVALID size or an unknown flag or member of the query, or a strange token; CRM_E_CODE no such role or country;
 *         CRM_E_NOTFOUND no such group; CRM_E_RANGE the day; CRM_E_UTF8 a text; CRM_E_TOO_BIG limit, or a text of over 4,096 bytes;
 *         CRM_E_DENIED a prefix, where the actor does not see names.
 * @owner the caller, with crm_iter_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_directory_list(crm_txn *txn, const crm_directory_query *query, uint32_t limit, const char *token, crm_iter **out);
/**
 * How many parties a query asks for, in a bounded time: counted where there are few, else estimated from 4,096 parties spread over the
 * store. Where a tenth of all fit, the estimate is mostly within 5 percent; of those that hardly any fits, within 20.
 * @param[out] out the number. @param[out] out_exact 1 where it was counted, 0 where it is estimated; may be NULL.
 * @errors as crm_directory_list(). @threads one at a time. @since 1.0
 */
CRM_API int crm_directory_count(crm_txn *txn, const crm_directory_query *query, uint64_t *out, int *out_exact);

#ifdef __cplusplus
}
#endif
#endif
