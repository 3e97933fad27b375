/* SPDX-License-Identifier: MIT */
/**
 * @file jsonl.h
 * JSON Lines into rows (libcrm-io): a flat object a line, as crm_export_customers() writes chosen sheets, crm_export_table() its tables,
 * and data frames their rows. Members are columns, by their names; what an object does not have is an empty cell. docs/sync.md has the
 * rules.
 */
#ifndef LIBCRM_JSONL_H
#define LIBCRM_JSONL_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * Gives all rows of a file to sync. It is read twice, for the columns first; a line at a time is in memory.
 * @param path UTF-8, NUL-ended: a file that can be read twice.
 * @errors crm_error_row() is the line. CRM_E_NOTFOUND no such file, or names that nothing recognises (crm_error_text() names them);
 *         CRM_E_FORMAT a line that is no JSON object, a member that is a list or an object and not left out, a member without a name
 *         (CRM_SYNC_IGNORE_UNKNOWN leaves it out), no lines; CRM_E_INVALID;
 *         CRM_E_TOO_BIG a line over 1 MiB, a file over 1 GiB, over 512 columns; CRM_E_IO; those of crm_sync_add_column() and
 *         crm_sync_add_row(). Rows before the failure stay in sync.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_jsonl_read_file(crm_sync *sync, const char *path);
/** The same from memory. @errors as crm_jsonl_read_file(). @threads one at a time. @since 1.0 */
CRM_API int crm_jsonl_read(crm_sync *sync, const void *bytes, size_t size);

#ifdef __cplusplus
}
#endif
#endif
