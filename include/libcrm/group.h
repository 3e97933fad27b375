/* SPDX-License-Identifier: MIT */
/**
 * @file group.h
 * Groups of customers: a hierarchy with quote defaults of its own, memberships with validity, and the coding of who gets no information.
 *
 * A group is a record of CRM_KIND_GROUP, a membership one of CRM_KIND_MEMBERSHIP in the party's file; both are stored, changed and deleted
 * as any record. A member of a group is a member of every group above it. Where groups say different things to a proposal, the order is:
 * priority (1 before 2, without one last), then code; each group is followed by those above it. An archived group gives nothing and leads
 * to nothing in a proposal; who gets no information by it still gets none. Quote defaults of a group have it as their owner.
 */
#ifndef LIBCRM_GROUP_H
#define LIBCRM_GROUP_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/** The group that has a code. @errors CRM_E_NOTFOUND. @threads one at a time. @since 1.0 */
CRM_API int crm_group_find(crm_txn *txn, const char *code, size_t len, crm_id *out);
/**
 * All groups, in the order of their codes.
 * @param limit, token see iter.h. @errors CRM_E_INVALID the token; CRM_E_TOO_BIG the limit. @owner the caller. @threads one at a time.
 * @since 1.0
 */
CRM_API int crm_group_list(crm_txn *txn, uint32_t limit, const char *token, crm_iter **out);
/**
 * Makes a party a member of a group.
 * @param from, until days since 1970-01-01, the second one being the first that is out; CRM_NO_DATE for no bound.
 * @param[out] out the membership; may be NULL.
 * @errors CRM_E_NOTFOUND no such group or party; CRM_E_EXISTS a member already at that time; CRM_E_ARCHIVED the group; CRM_E_RANGE until is
 *         not after from, or a day is not in the years 1 to 9999.
 * @threads creator only. @since 1.0
 */
CRM_API int crm_group_add(crm_txn *txn, crm_id group, crm_id party, int64_t from, int64_t until, crm_id *out);
/**
 * Ends a party's membership in a group with a day: that day it is no member any more. A membership that would begin later is deleted.
 * @param day in days since 1970-01-01, or CRM_TODAY. @errors CRM_E_NOTFOUND no such group or party, or no membership on that day or later;
 *         CRM_E_RANGE the day. @threads creator only. @since 1.0
 */
CRM_API int crm_group_remove(crm_txn *txn, crm_id group, crm_id party, int64_t day);
/**
 * The parties that are members of a group itself on a day, in the order in which they were created; archived ones are left out.
 * @param as_of in days since 1970-01-01, or CRM_TODAY. @param limit, token see iter.h; a page may have fewer ids than its limit and still
 * continue.
 * @errors CRM_E_NOTFOUND no such group; CRM_E_RANGE the day; CRM_E_INVALID the token; CRM_E_TOO_BIG the limit. @owner the caller.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_group_members(crm_txn *txn, crm_id group, int64_t as_of, uint32_t limit, const char *token, crm_iter **out);
/**
 * The groups of a party on a day with those above them, in the order in which a proposal asks them; archived ones are left out.
 * @param as_of in days since 1970-01-01, or CRM_TODAY. @errors CRM_E_NOTFOUND no such party; CRM_E_RANGE the day; CRM_E_TOO_BIG over 1,000
 * groups. @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_party_groups(crm_txn *txn, crm_id party, int64_t as_of, crm_iter **out);
/**
 * Whether a party gets no information on a day: it is a member of a group with CRM_GROUP_OPT_OUT, or of a group below one. Groups that are
 * archived count here as all others do, so that archiving one lets no information out again; ending the membership does.
 * @param[out] out_group the first such group, or 0. @errors as crm_party_groups(). @threads one at a time. @since 1.0
 */
CRM_API int crm_party_opt_out(crm_txn *txn, crm_id party, int64_t as_of, crm_id *out_group);

#ifdef __cplusplus
}
#endif
#endif
