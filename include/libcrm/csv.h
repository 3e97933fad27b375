/* SPDX-License-Identifier: MIT */
/**
 * @file csv.h
 * CSV into rows (libcrm-io): RFC 4180. Delimiter, quote, encoding and the line with the headings are found out, or told. Files are read in
 * blocks: memory does not grow with them. docs/sync.md has the rules.
 */
#ifndef LIBCRM_CSV_H
#define LIBCRM_CSV_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct crm_csv crm_csv; /**< an open file, and the place in it that is being read */

enum crm_csv_encoding {
    CRM_CSV_DETECT = 0,       /**< found out from the whole file; of what can't be read twice, such as a pipe, from its first 64 KiB */
    CRM_CSV_UTF8 = 1,         /**< with or without byte order mark */
    CRM_CSV_UTF16LE = 2,      /**< with or without byte order mark; Excel's "Unicode text" */
    CRM_CSV_UTF16BE = 3,      /**< with or without byte order mark */
    CRM_CSV_WINDOWS_1252 = 4, /**< what Excel for Windows writes in Western Europe; ISO 8859-1 is a part of it */
    CRM_CSV_ISO_8859_15 = 5   /**< Latin-9 */
};

#define CRM_CSV_NO_QUOTE 4294967295  /**< a quote is a character like others */
#define CRM_CSV_NO_HEADER 4294967295 /**< no line names the columns: they are called A, B, C ... Z, AA */

/** What is told about a file: set size, leave the rest 0 to have it found out. A told encoding is strict. Grows at its end only. */
typedef struct crm_csv_options {
    uint64_t size;       /**< bytes that the caller's struct has */
    uint32_t delimiter;  /**< ',' ';' '\t' or '|'; 0 = what a first line "sep=;" tells, else the one that divides the lines most evenly */
    uint32_t encoding;   /**< a crm_csv_encoding */
    uint32_t quote;      /**< '"', '\'' or CRM_CSV_NO_QUOTE */
    uint32_t header_row; /**< number of the line with the headings, counted from 1 (lines above are left out), or CRM_CSV_NO_HEADER */
} crm_csv_options;

/** How a file is read, and how sure that is: output of crm_csv_detect(). Set size. Grows at its end only. */
typedef struct crm_csv_format {
    uint64_t size;       /**< bytes that the caller's struct has */
    uint32_t delimiter;  /**< as in the options */
    uint32_t encoding;   /**< a crm_csv_encoding, never 0 */
    uint32_t quote;      /**< as in the options */
    uint32_t header_row; /**< as in the options; 0 where nothing is there to be a heading */
    uint32_t delimiter_confidence, encoding_confidence, quote_confidence, header_confidence; /**< percent; 100 is told or certain */
    const char *delimiter_reason, *encoding_reason, *quote_reason, *header_reason;           /**< in English; until the file is closed */
} crm_csv_format;

/**
 * Opens a file and finds out how to read it.
 * @param path UTF-8, NUL-ended. @param options may be NULL.
 * @errors CRM_E_NOTFOUND no such file; CRM_E_INVALID the options; CRM_E_UTF8 an encoding that is none of crm_csv_encoding, or not the told
 *         one: the text says why; CRM_E_FORMAT the told line can't have headings; CRM_E_TOO_BIG over 1 GiB; CRM_E_IO.
 * @owner the caller: crm_csv_close(). @threads any. @since 1.0
 */
CRM_API int crm_csv_open(const char *path, const crm_csv_options *options, crm_csv **out);
/** The same from memory, which must stay until it is closed. @errors as crm_csv_open(). @owner the caller. @threads any. @since 1.0 */
CRM_API int crm_csv_open_bytes(const void *bytes, size_t size, const crm_csv_options *options, crm_csv **out);
/** Closes it. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_csv_close(crm_csv *csv);
/**
 * How the file is read: what was found out, and what was told. @lifetime the reasons, until csv is closed.
 * @errors CRM_E_INVALID out->size is not that of the struct. @threads one at a time. @since 1.0
 */
CRM_API int crm_csv_detect(const crm_csv *csv, crm_csv_format *out);
/**
 * Reads the next row that is not blank, beginning with the headings.
 * @return CRM_ROW, or CRM_OK behind the last.
 * @errors crm_error_row() is the line. CRM_E_FORMAT a quote that does not close, text behind a closing quote; CRM_E_UTF8 bytes that mean
 *         nothing in the encoding, a NUL; CRM_E_TOO_BIG a row over 1 MiB, a file over 1 GiB; CRM_E_IO. The file can't be read on then.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_csv_next(crm_csv *csv);
/** Line of the file that the row begins in, counted from 1; 0 before the first. @threads one at a time. @since 1.0 */
CRM_API uint64_t crm_csv_row(const crm_csv *csv);
/** How many cells the row has. @threads one at a time. @since 1.0 */
CRM_API size_t crm_csv_cell_count(const crm_csv *csv);
/**
 * A cell by position: UTF-8, NUL-ended, or NULL. @param size its bytes, or NULL. @lifetime until the next row. @threads one at a time.
 * @since 1.0
 */
CRM_API const char *crm_csv_cell_text(const crm_csv *csv, size_t cell, size_t *size);
/**
 * Gives rows to sync, after the headings where it has no columns yet; so that a file of any length goes into several.
 * @param rows how many at most.
 * @return CRM_ROW where there may be more, or CRM_OK at the end of the file.
 * @errors crm_error_row() is the line. CRM_E_NOTFOUND headings that nothing recognises (crm_error_text() names them); CRM_E_FORMAT no line
 *         with headings, a row with more cells than columns, a cell in a column without a heading (CRM_SYNC_IGNORE_UNKNOWN leaves it
 *         out); CRM_E_INVALID; those of crm_csv_next(), crm_sync_add_column() and
 *         crm_sync_add_row(). Rows before the failure stay in sync.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_csv_feed(crm_csv *csv, crm_sync *sync, uint64_t rows);

/**
 * Opens a file, gives all of it to sync and closes it.
 * @errors those of crm_csv_open() and crm_csv_feed(): CRM_E_NOTFOUND, CRM_E_FORMAT, CRM_E_INVALID, CRM_E_UTF8, CRM_E_TOO_BIG, CRM_E_IO.
 *         Rows before the failure stay in sync.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_csv_read_file(crm_sync *sync, const char *path, const crm_csv_options *options);
/** The same from memory. @param bytes, size the whole text. @errors as crm_csv_read_file(). @threads one at a time. @since 1.0 */
CRM_API int crm_csv_read(crm_sync *sync, const void *bytes, size_t size, const crm_csv_options *options);

#ifdef __cplusplus
}
#endif
#endif
