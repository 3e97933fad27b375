/* SPDX-License-Identifier: MIT */
/**
 * @file blockers.h
 * What stands against deleting a record: the records that name it and would not go with it.
 */
#ifndef LIBCRM_BLOCKERS_H
#define LIBCRM_BLOCKERS_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * What crm_record_delete() would refuse a deletion for; an empty list where it would be done.
 * @errors CRM_E_NOTFOUND. @owner the caller, with crm_blockers_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_record_blockers(crm_txn *txn, crm_id id, crm_blockers **out);
/** How many fields of other records name the record. @threads one at a time. @since 1.0 */
CRM_API size_t crm_blockers_count(const crm_blockers *blockers);
/**
 * One of them, a record of CRM_KIND_BLOCKER: the field's path, how many records, and whether there are more than were counted (10,000).
 * NULL beyond the last. @lifetime until blockers is freed. @threads one at a time. @since 1.0
 */
CRM_API const crm_record *crm_blockers_record(const crm_blockers *blockers, size_t index);
/** One of the first ten records that name it by that field, or 0 beyond. @threads one at a time. @since 1.0 */
CRM_API crm_id crm_blockers_sample(const crm_blockers *blockers, size_t index, size_t sample);
/**
 * All as one JSON array: field, count, more, samples.
 * @return NULL on failure. @errors CRM_E_NOMEM. @lifetime until blockers is freed. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_blockers_json(crm_blockers *blockers, size_t *out_len);
/** Frees the list. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_blockers_free(crm_blockers *blockers);

#ifdef __cplusplus
}
#endif
#endif
