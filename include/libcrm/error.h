/* SPDX-License-Identifier: MIT */
/**
 * @file error.h
 * What went wrong: the detail of this thread's latest failed call.
 *
 * A call that fails returns a negative status and sets the detail; a call that succeeds leaves it untouched. The detail lives in a
 * fixed buffer of the thread, so that it is there when memory is not. Texts are English UTF-8.
 *
 * What any call may return. The comment of a function names after @errors what is special about it, and not what holds for all:
 * - CRM_E_INVALID: a handle, record, text or place for a result is NULL, where the comment doesn't say that it may be. CRM_E_ENDED: the
 *   handle, or its transaction, has ended. CRM_E_FORKED: it is from before a fork. CRM_E_THREAD: another thread is in it, or it is a write
 *   transaction of another thread.
 * - CRM_E_UTF8: a text is not UTF-8 without U+0000. CRM_E_TOO_BIG: it has over 4,096 bytes.
 * - CRM_E_NOMEM. And from a call that reaches the store: CRM_E_IO; CRM_E_CORRUPT; CRM_E_VERSION for a record that only a newer version
 *   knows; from one that writes also CRM_E_READ_ONLY in a read transaction, CRM_E_FULL, and CRM_E_TOO_BIG where the transaction changes
 *   more than the engine holds. After a write that failed half way the transaction can only be ended; its commit has the same status.
 *
 * A call without a status (a text, a number) gives its "nothing" instead and sets the detail: NULL, 0 or the fallback. Of plain memory that
 * is NULL (a record, a file, rows, a plan) it may give its nothing alone.
 */
#ifndef LIBCRM_ERROR_H
#define LIBCRM_ERROR_H
#include <libcrm/status.h>
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/** Status of this thread's latest failed call; CRM_OK before the first. @threads any. @since 1.0 */
CRM_API int crm_error_status(void);
/** Text about this thread's latest failed call, never NULL. @lifetime until the thread's next failure. @threads any. @since 1.0 */
CRM_API const char *crm_error_text(void);
/** Field that the failure is about, or 0. @threads any. @since 1.0 */
CRM_API crm_field crm_error_field(void);
/** Row of the input that the failure is about, counted from 1 as the source counts them, or 0. @threads any. @since 1.0 */
CRM_API uint64_t crm_error_row(void);

/**
 * Sets this thread's detail: for libraries built on libcrm and for callbacks of the host, so that their failures read like ours.
 * @param status what crm_error_status() gives: below 0. @param field, row 0 for none. @param text UTF-8, copied; NULL: the status's own
 * sentence.
 * @return status, so that a function can end with it. @errors CRM_E_INVALID status is no error's; CRM_E_UTF8. @threads any. @since 1.0
 */
CRM_API int crm_error_report(int status, crm_field field, uint64_t row, const char *text);

/** Name of a status ("CRM_E_STALE"), or NULL for a number that is none. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_status_name(int status);
/** One English sentence about a status, or NULL for a number that is none. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_status_text(int status);
/** Class of a status: a crm_status_class, or -1 for a number that is none. Decide by it whether to try again. @threads any. @since 1.0 */
CRM_API int crm_status_class_of(int status);

#ifdef __cplusplus
}
#endif
#endif
