/* SPDX-License-Identifier: MIT */
/**
 * @file types.h
 * The types and constants that every other header uses.
 *
 * Threads, in the comments of all headers: `any` - from any thread at any time; `one at a time` - from any thread, but never from
 * two at once for the same handle; `creator only` - only from the thread that made the handle.
 */
#ifndef LIBCRM_TYPES_H
#define LIBCRM_TYPES_H
#include <stddef.h>
#include <stdint.h>

#ifndef CRM_API
#define CRM_API __attribute__((visibility("default")))
#endif

/** As a length: the text ends at its NUL byte. */
#define CRM_NTS ((size_t)-1)
/** As a date: today by the store's clock and its offset from UTC. */
#define CRM_TODAY (-INT64_C(9223372036854775807) - 1)
/** As a date: none, the validity has no bound on this side. */
#define CRM_NO_DATE INT64_C(9223372036854775807)

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t crm_id;    /**< identity of a stored record, below 2^52; 0 = none */
typedef uint32_t crm_field; /**< field number, kind * 1000 + n; bit 31: defined by the host; 0 = none */

typedef struct crm_db crm_db;             /**< open store; share it between threads freely */
typedef struct crm_txn crm_txn;           /**< a read snapshot, or the one write transaction */
typedef struct crm_iter crm_iter;         /**< one page of results, in order; ends with its transaction */
typedef struct crm_record crm_record;     /**< detached copy of a record; outlives everything */
typedef struct crm_file crm_file;         /**< detached copy of a whole customer file */
typedef struct crm_quote crm_quote;       /**< a computed proposal: values, sources, candidates */
typedef struct crm_sync crm_sync;         /**< rows on their way into a store */
typedef struct crm_plan crm_plan;         /**< what an import would do, row by row */
typedef struct crm_blockers crm_blockers; /**< what stands against a deletion */
typedef struct crm_changes crm_changes;   /**< what changed */
typedef struct crm_damages crm_damages;   /**< what is wrong in a store */

/** Names for the reader: one record type, told apart at run time by its kind. */
typedef crm_record crm_party, crm_customer, crm_role, crm_address, crm_usage, crm_contact, crm_channel, crm_identifier, crm_code,
    crm_quote_defaults, crm_setting, crm_group, crm_membership, crm_custom_field, crm_policy, crm_rule, crm_user, crm_binding,
    crm_option_rule, crm_access_role, crm_user_role, crm_bank;

/** In whose name a transaction runs. 0 is CRM_E_INVALID, so that nobody gets all rights by forgetting. */
enum crm_actor {
    CRM_ACTOR_SYSTEM = 1 /**< the actor without limits */
};

#ifdef __cplusplus
}
#endif
#endif
