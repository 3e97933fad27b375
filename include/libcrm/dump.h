/* SPDX-License-Identifier: MIT */
/**
 * @file dump.h
 * A whole store, record by record, out of one store and into a new one: ids, revisions, what the library has set, and where records that
 * were moved lead. For those who write a format of their own; crm_export_dump() and crm_import_dump() (export.h) are JSON Lines.
 *
 * What is read contains the store's secret and the verifiers of passwords: keep it as you keep the store.
 */
#ifndef LIBCRM_DUMP_H
#define LIBCRM_DUMP_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct crm_dump crm_dump; /**< a place among the records of a snapshot */
typedef struct crm_load crm_load; /**< a store that is being made, at a temporary place */

/**
 * Goes before the first record of a store. The transaction must live as long as the dump is read.
 * @errors CRM_E_DENIED the actor may not do everything. @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_dump_begin(crm_txn *txn, crm_dump **out);
/**
 * What the new store has to be told first: who the store is, its secret, how often it has changed. Its content is the library's.
 * @return 48 bytes, or NULL. @lifetime until dump is freed. @threads one at a time. @since 1.0
 */
CRM_API const void *crm_dump_identity(const crm_dump *dump, size_t *out_size);
/**
 * The next record: definitions of custom fields first, then the store's own records, then file by file.
 * @param[out] out the record, or NULL for one that is no longer there: its id is in out_id then, and in out_to the id that took its
 *             place, or 0 where it was deleted and its number is not to be given again.
 * @return CRM_ROW, or CRM_OK behind the last.
 * @errors CRM_E_VERSION a record has something that a later version of the library wrote. @owner the caller, with crm_record_free().
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_dump_next(crm_dump *dump, crm_record **out, crm_id *out_id, crm_id *out_to);
/** Frees it, before or after the transaction's end. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_dump_free(crm_dump *dump);

/**
 * Begins a store that becomes one with crm_load_finish() alone.
 * @param path the folder of the store: not there yet, or empty. @param identity, size what crm_dump_identity() gave.
 * @errors CRM_E_EXISTS there is something; CRM_E_FORMAT the identity is none. @owner the caller, with crm_load_free(). @threads one at a
 *         time. @since 1.0
 */
CRM_API int crm_load_begin(const char *path, const void *identity, size_t size, crm_load **out);
/**
 * A record with the identity that it had, all of whose fields can be set, those too that the library sets.
 * @errors CRM_E_FORMAT the kind is none that is stored, the id is none of the kind, or the revision is 0. @owner the caller, with
 *         crm_record_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_load_record(crm_load *load, uint32_t kind, crm_id id, uint64_t revision, crm_record **out);
/**
 * Adds a record, in the order of crm_dump_next(). It is checked by itself: what it names need not be there yet, but in the end.
 * @errors crm_error_row() is the place of the record that is wrong among all that were added, from 1: it may be one before. CRM_E_FORMAT
 *         it does not come from crm_load_record(), is out of order, its owner is none or not there; CRM_E_REQUIRED; CRM_E_CODE;
 *         CRM_E_RANGE; CRM_E_EXISTS a unique value is taken; CRM_E_NOTFOUND a reference to no record of a fitting kind, or
 *         at the end one that is not there; CRM_E_NOT_RELATED a reference to another party's; CRM_E_TOO_BIG. Nothing can be added then.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_load_put(crm_load *load, const crm_record *rec);
/** Adds a record that is no longer there. @param to what took its place, or 0. @errors as crm_load_put(). @threads one at a time.
 * @since 1.0 */
CRM_API int crm_load_stub(crm_load *load, crm_id id, crm_id to);
/**
 * Ends the store and puts it in its place, all or nothing.
 * @errors as crm_load_put(); CRM_E_EXISTS there is something by now. @threads one at a time. @since 1.0
 */
CRM_API int crm_load_finish(crm_load *load);
/** Frees it, and removes a store that was not finished. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_load_free(crm_load *load);

#ifdef __cplusplus
}
#endif
#endif
