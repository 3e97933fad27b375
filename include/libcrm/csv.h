/* SPDX-License-Identifier: MIT */
/**
 * @file csv.h
 * CSV into rows (libcrm-io): RFC 4180, divided by comma, semicolon or tab, in UTF-8 or Windows-1252.
 */
#ifndef LIBCRM_CSV_H
#define LIBCRM_CSV_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

enum crm_csv_encoding {
    CRM_CSV_UTF8 = 0,        /**< with or without byte order mark */
    CRM_CSV_WINDOWS_1252 = 1 /**< what Excel for Windows writes in Western Europe */
};

/** Input of crm_csv_read_file() and crm_csv_read(): set size, leave the rest 0 for the defaults. Grows at its end only. */
typedef struct crm_csv_options {
    uint64_t size;      /**< bytes that the caller's struct has */
    uint32_t delimiter; /**< ',' ';' or '\t'; 0 = what a first line "sep=;" tells, else the one that the first line has most of */
    uint32_t encoding;  /**< a crm_csv_encoding */
} crm_csv_options;

/**
 * Reads a CSV file: its first line that is not blank as columns, the others as rows, into sync.
 * @param path UTF-8, NUL-ended. @param options may be NULL.
 * @errors crm_error_row() is the line. CRM_E_NOTFOUND no such file, or headings that nothing recognises (crm_error_text() names them);
 *         CRM_E_FORMAT no line with headings, a quote that does not close, text behind a closing quote, a row with more cells than columns;
 *         CRM_E_INVALID the options; CRM_E_UTF8, UTF-16 too; CRM_E_TOO_BIG a row over 1 MiB, a file over 1 GiB; CRM_E_IO; those of
 *         crm_sync_add_column() and crm_sync_add_row(). Rows before the failure stay in sync.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_csv_read_file(crm_sync *sync, const char *path, const crm_csv_options *options);
/** The same from memory. @param bytes, size the whole text. @errors as crm_csv_read_file(). @threads one at a time. @since 1.0 */
CRM_API int crm_csv_read(crm_sync *sync, const void *bytes, size_t size, const crm_csv_options *options);

#ifdef __cplusplus
}
#endif
#endif
