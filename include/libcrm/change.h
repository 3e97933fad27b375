/* SPDX-License-Identifier: MIT */
/**
 * @file change.h
 * What changed: a feed for caches, search indexes and other systems of the host; and old and new values of fields that are tracked.
 *
 * Every commit notes which records it created, updated, deleted or moved. A follower keeps a token: it takes one (crm_change_now()), reads
 * what it wants to know, and then asks again and again what changed since, keeping the token of each page beside what it made of it.
 * Changes come in the order of their commits, a record once a commit; what is in a record now is read by its id. A deleted record
 * comes with its id alone. An id that moved leads to another record.
 *
 * Everybody is told of the records that he sees. A bound user's feed is made of his own parties' files, the codes and the host's own
 * fields alone, it begins with a token, and it tells days instead of times, and neither commits nor users. A token holds for one actor. It
 * stays good over transactions and processes, for as long as what follows it is kept, and the actor sees what he saw then; otherwise it is
 * CRM_E_STALE: read everything again.
 *
 * Settings of the store: changes.keep_days, for how long changes are kept (90; 0: none are); changes.fields, the fields that are tracked,
 * such as "party.name, bank.iban"; the host's own have a flag for it (CRM_CUSTOM_FIELD_TRACKED); changes.values_days, for how long their
 * values are kept (730; 0: none are). The values of a party go with it when it is deleted.
 */
#ifndef LIBCRM_CHANGE_H
#define LIBCRM_CHANGE_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * What changed since a token.
 * @param kind a crm_kind; 0: all. @param since a token of this actor; NULL: all that is kept (a bound user's feed is then empty).
 * @param limit how many at most; 0: 100.
 * @errors CRM_E_STALE what follows the token is not kept any more, or the actor sees something else now, or the store keeps no changes;
 * CRM_E_INVALID the kind, or since is no token of this actor; CRM_E_TOO_BIG limit is over 10,000.
 * @owner the caller, with crm_changes_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_change_list(crm_txn *txn, uint32_t kind, const char *since, uint32_t limit, crm_changes **out);
/**
 * An empty list whose token says: from here on. Take it before reading what is to be followed, in the same transaction.
 * @errors CRM_E_STALE the store keeps no changes. @owner the caller, with crm_changes_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_change_now(crm_txn *txn, crm_changes **out);
/**
 * Old and new values of a record's tracked fields, the latest first; of a deleted record too, as long as its party is there. Fields that
 * the actor does not see are left out.
 * @param field one of them; 0: all. @param token continues behind a page of the same list; NULL: from the start.
 * @param limit how many at most; 0: 100.
 * @errors CRM_E_NOTFOUND the id is none that the actor could see; CRM_E_TYPE the field is none of its kind; CRM_E_INVALID the token;
 * CRM_E_TOO_BIG limit is over 10,000. @owner the caller, with crm_changes_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_change_values(crm_txn *txn, crm_id record, crm_field field, uint32_t limit, const char *token, crm_changes **out);
/** How many changes the list has. @threads one at a time. @since 1.0 */
CRM_API size_t crm_changes_count(const crm_changes *changes);
/**
 * One of them, a record of CRM_KIND_CHANGE: the record, its kind, what happened to it, the commit, when, who (absent: the system); of a
 * value the field, and what it was before and after (absent: none). NULL beyond the last. @lifetime until changes is freed.
 * @threads one at a time. @since 1.0
 */
CRM_API const crm_record *crm_changes_record(const crm_changes *changes, size_t index);
/**
 * The token that continues behind the list: of crm_change_list() and crm_change_now() always one; of values NULL where the list ends.
 * @lifetime until changes is freed. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_changes_token(const crm_changes *changes);
/** 1 where there is more already, be it only some that the actor does not see. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_changes_more(const crm_changes *changes);
/** Frees the list. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_changes_free(crm_changes *changes);

#ifdef __cplusplus
}
#endif
#endif
