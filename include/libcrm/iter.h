/* SPDX-License-Identifier: MIT */
/**
 * @file iter.h
 * Results of a list or search: ids in order, one page of them, with a token that continues behind it.
 *
 * A list takes a limit (0 = 100; over 10,000 is CRM_E_TOO_BIG) and a continuation token (NULL or "" = from the start). A token is text of
 * at most 704 characters and holds for the same list of the same store with the same arguments, but for the limit, and for the same actor
 * (else it is CRM_E_INVALID); it stays good over transactions, processes and changes of the store. It is sealed with the store's secret:
 * nobody can make one, and it tells nothing of the names and numbers in it.
 */
#ifndef LIBCRM_ITER_H
#define LIBCRM_ITER_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * The next result.
 * @return CRM_ROW and an id in out, or CRM_OK behind the page's last (out is then untouched).
 * @errors CRM_E_ENDED the transaction is over. @threads one at a time. @since 1.0
 */
CRM_API int crm_iter_next(crm_iter *iter, crm_id *out);
/**
 * Up to count of the next results in one call, for bindings.
 * @param[out] out an array of count ids. @param[out] out_count how many it got; 0 behind the last.
 * @return CRM_ROW where it got any, else CRM_OK. @errors as crm_iter_next(); CRM_E_INVALID count is 0. @threads one at a time. @since 1.0
 */
CRM_API int crm_iter_next_many(crm_iter *iter, crm_id *out, size_t count, size_t *out_count);
/**
 * The token that continues behind this page, or NULL where the list ends with it.
 * @lifetime until iter is freed. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_iter_token(crm_iter *iter);
/** Frees the handle, before or after its transaction's end. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_iter_free(crm_iter *iter);

#ifdef __cplusplus
}
#endif
#endif
