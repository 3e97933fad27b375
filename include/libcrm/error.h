/* SPDX-License-Identifier: MIT */
/**
 * @file error.h
 * What went wrong: the detail of this thread's latest failed call.
 *
 * A call that fails returns a negative status and sets the detail; a call that succeeds leaves it untouched. The detail lives in a
 * fixed buffer of the thread, so that it is there when memory is not. Texts are English UTF-8.
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
