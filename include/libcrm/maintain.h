/* SPDX-License-Identifier: MIT */
/**
 * @file maintain.h
 * Looking after a store: whether everything in it holds together, its index made anew, what is left of a damaged one.
 */
#ifndef LIBCRM_MAINTAIN_H
#define LIBCRM_MAINTAIN_H
#include <libcrm/db.h>
#ifdef __cplusplus
extern "C" {
#endif

enum crm_verify_flag {
    CRM_VERIFY_PAGES = 1 /**< the pages of the file alone, and nothing that lies in them */
};

/** Told now and then how many records and entries were looked at. A return other than 0 ends the call: CRM_E_ABORTED. */
typedef int (*crm_maintain_progress_fn)(void *data, uint64_t done);

/**
 * Looks at everything in a store, beside whoever reads and writes it: every page of the file, every record with its checksum and its
 * fields, what records name and belong to, every index entry against its record and every record against its entries, groups, validity, the
 * counters, and what import runs wrote over. It does not stop at what is wrong, but for a damaged page: what lies in such a file is not
 * read on. It takes memory for one party's file and the list of damages, and does not change the store.
 * @param flags crm_verify_flag. @param limit damages that are listed, further ones are counted alone; 0: 1,000. @param fn may be NULL.
 * @param out the damages; where crm_damages_count() is 0 the store is sound.
 * @errors CRM_E_INVALID an unknown flag; CRM_E_ABORTED by fn; CRM_E_BUSY commits follow each other too closely to look at one of them.
 * @owner the caller, with crm_damages_free(). @threads any. @since 1.0
 */
CRM_API int crm_verify(crm_db *db, uint32_t flags, size_t limit, crm_maintain_progress_fn fn, void *data, crm_damages **out);
/** How many there are, those too that are not listed. @threads one at a time. @since 1.0 */
CRM_API uint64_t crm_damages_count(const crm_damages *damages);
/**
 * One that is listed, a record of CRM_KIND_DAMAGE: where it is (pages, meta, file, index, undo, changes), and as far as it can be told the
 * kind, the record and the field; and what is wrong, in English. NULL beyond the last. @lifetime until damages is freed. @threads one at a
 * time.
 * @since 1.0
 */
CRM_API const crm_record *crm_damages_record(const crm_damages *damages, size_t index);
/** Frees the list. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_damages_free(crm_damages *damages);

/**
 * Makes the whole index of a store anew from its records, in one transaction, as far as others have it open beside it: where crm_verify()
 * finds damage in the index, or where opening says that the index is of another version of the library (CRM_E_VERSION).
 * @param options as crm_db_open() takes them, without CRM_DB_CREATE and CRM_DB_READ_ONLY; may be NULL.
 * @errors CRM_E_NOTFOUND there is no store; CRM_E_INVALID one of these flags; others as crm_db_open(); CRM_E_CORRUPT a record is damaged:
 * nothing was changed. @threads any.
 * @since 1.0
 */
CRM_API int crm_reindex(const char *path, const crm_db_options *options);
/**
 * Makes a new store of what is left of a damaged one that is not opened any more: every record that is sound, the newest of each, wherever
 * in the file it lies. Ids, revisions and the store's identity stay; the index is made anew. Records whose party is lost, or that must name
 * what is lost, are left out; other references to what is lost are taken away. What imports wrote over is not carried over. The damaged
 * store is only read; no process may have it open.
 * @param to not there yet, or an empty folder. @param out_records how many records the new store has; @param out_old how many of them lay
 * in pages that may be out of date, so that changes, or a deletion, may be missing; @param out_left how many sound ones were left out. Each
 *        may be NULL.
 * @errors CRM_E_NOTFOUND there is no store; CRM_E_EXISTS there is something at to; CRM_E_BUSY it is open; CRM_E_CORRUPT not even who the
 *         store is can be told; CRM_E_ABORTED by fn. @threads any. @since 1.0
 */
CRM_API int crm_salvage(const char *from, const char *to, crm_maintain_progress_fn fn, void *data, uint64_t *out_records, uint64_t *out_old,
                        uint64_t *out_left);

#ifdef __cplusplus
}
#endif
#endif
