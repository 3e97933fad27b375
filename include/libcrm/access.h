/* SPDX-License-Identifier: MIT */
/**
 * @file access.h
 * What the actor of a transaction may do: asked for one record, as a list of parties, and explained.
 *
 * Reading calls need no such question: what an actor may not see is not there for him. These are for the host's own tables, keyed by party
 * (its quotes, its orders), and for administrators who wonder why somebody sees something, or does not.
 *
 * A staff user has the rights of his access roles: records of CRM_KIND_ACCESS_ROLE (kinds that are read and written, personal data, price
 * terms, administration), given by records of CRM_KIND_USER_ROLE. A bound user has the parties that he is bound to; his roles say which
 * fields there he may change.
 */
#ifndef LIBCRM_ACCESS_H
#define LIBCRM_ACCESS_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/** What may be done with a record. */
enum crm_right {
    CRM_RIGHT_READ = 1,      /**< read it */
    CRM_RIGHT_WRITE = 2,     /**< change it, or some of its fields */
    CRM_RIGHT_QUOTE = 3,     /**< make proposals for it, a party */
    CRM_RIGHT_SEE_QUOTES = 4 /**< see its quotes, a party's: those that the host keeps */
};

/**
 * Whether the actor of the transaction has a right to a record. It tells of rights alone: a proposal for an archived party, or a change
 * that breaks a rule, is refused all the same.
 * @param id of any record; of a party for CRM_RIGHT_QUOTE and CRM_RIGHT_SEE_QUOTES. @param right a crm_right.
 * @errors CRM_E_NOTFOUND there is no such record, or the actor does not see it: which one is not told; CRM_E_DENIED he sees it and has
 *         not the right, or his roles give him no proposals and quotes at all; CRM_E_LOCKED his proposals and quotes are those of the
 *         customers that he is bound to: said alike of other parties and of none; CRM_E_INVALID the right; CRM_E_TYPE quotes of what is
 *         no party.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_access_check(crm_txn *txn, crm_id id, uint32_t right);
/**
 * The parties that the actor of the transaction has a right to, in the order of their names, archived ones left out.
 * @param right a crm_right. @param limit, token see iter.h.
 * @errors CRM_E_INVALID the right, or the token; CRM_E_TOO_BIG the limit. @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_access_list(crm_txn *txn, uint32_t right, uint32_t limit, const char *token, crm_iter **out);
/**
 * Why a user has a right to a record, or has not: a record of CRM_KIND_ACCESS. It is the decision of a transaction that began now.
 * @param user CRM_ACTOR_SYSTEM or a user; 0: the actor of the transaction. Others than himself are explained to administrators and the
 *             system.
 * @param id, right as crm_access_check(). @param[out] out NULL on failure.
 * @errors CRM_E_NOTFOUND no such user, or the actor does not see him; CRM_E_INVALID the right. What crm_access_check() would say is no
 * error here: it is the answer. @owner the caller, with crm_record_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_access_explain(crm_txn *txn, crm_id user, crm_id id, uint32_t right, crm_record **out);

#ifdef __cplusplus
}
#endif
#endif
