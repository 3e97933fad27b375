/* SPDX-License-Identifier: MIT */
/**
 * @file xlsx.h
 * Excel workbooks (.xlsx, .xlsm and their templates) read row by row (libcrm-io). Memory does not grow with the workbook.
 *
 * A cell has two texts: what Excel shows, which is what it writes when it saves as CSV ("12.05.2024", "1.23457E+11", " $5.00 "), and its
 * value without the number format: digits without exponent or separators, an ISO 8601 date. docs/xlsx.md has the rules.
 */
#ifndef LIBCRM_XLSX_H
#define LIBCRM_XLSX_H
#include <libcrm/csv.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct crm_xlsx crm_xlsx; /**< an open workbook, and the place in it that is being read */

/** Who sees a sheet in Excel. */
enum crm_xlsx_visibility {
    CRM_XLSX_VISIBLE = 0,
    CRM_XLSX_HIDDEN = 1,     /**< a user can show it */
    CRM_XLSX_VERY_HIDDEN = 2 /**< a macro can show it */
};
/** What a cell is. */
enum crm_xlsx_type {
    CRM_XLSX_TEXT = 1,
    CRM_XLSX_NUMBER = 2,
    CRM_XLSX_DATE = 3,    /**< a number that is shown as date or time of day */
    CRM_XLSX_BOOLEAN = 4, /**< "TRUE" or "FALSE" */
    CRM_XLSX_ERROR = 5    /**< "#N/A" ... */
};

/**
 * Whether a file's first bytes, 64 say, are those of a workbook, or of what is often taken for one: an old or encrypted one, HTML.
 * crm_xlsx_open() reads such a file or says what it is; others are for crm_csv_open(). @return 1 or 0.
 * @errors those of any call. @threads any. @since 1.0
 */
CRM_API int crm_xlsx_begins(const void *bytes, size_t size);
/**
 * Opens a workbook and reads the list of its sheets. The file must not change until the workbook is closed.
 * @param path UTF-8, NUL-ended.
 * @errors CRM_E_NOTFOUND no such file; CRM_E_FORMAT no workbook, an old one (.xls, .xlsb), an encrypted or a damaged one: the text says
 *         which; CRM_E_TOO_BIG over a limit of docs/limits.md; CRM_E_IO.
 * @owner the caller: crm_xlsx_close(). @threads any. @since 1.0
 */
CRM_API int crm_xlsx_open(const char *path, crm_xlsx **out);
/** The same from memory, which must stay until the workbook is closed. @errors as crm_xlsx_open(). @threads any. @since 1.0 */
CRM_API int crm_xlsx_open_bytes(const void *bytes, size_t size, crm_xlsx **out);
/** Closes it. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_xlsx_close(crm_xlsx *workbook);

/** How many sheets of cells there are, hidden ones too, in their order in Excel; charts are none. @threads one at a time. @since 1.0 */
CRM_API size_t crm_xlsx_sheet_count(const crm_xlsx *workbook);
/** Name of a sheet by position, or NULL. @lifetime until the workbook is closed. @threads one at a time. @since 1.0 */
CRM_API const char *crm_xlsx_sheet_name(const crm_xlsx *workbook, size_t sheet);
/** Who sees a sheet: a crm_xlsx_visibility. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_xlsx_sheet_visibility(const crm_xlsx *workbook, size_t sheet);
/**
 * Goes before the first row of a sheet, by position; also a second time.
 * @errors CRM_E_NOTFOUND no such sheet; CRM_E_FORMAT the sheet, its styles or the shared texts are damaged; CRM_E_TOO_BIG; CRM_E_IO.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_xlsx_choose(crm_xlsx *workbook, size_t sheet);
/**
 * Reads the next row that has a cell with something in it.
 * @return CRM_ROW, or CRM_OK behind the last. A damaged file may be found out at its very end: store nothing before.
 * @errors The text names sheet and cell, crm_error_row() is the row. CRM_E_INVALID no sheet is chosen; CRM_E_FORMAT; CRM_E_TOO_BIG;
 * CRM_E_IO. After an error the sheet has to be chosen again.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_xlsx_next(crm_xlsx *workbook);

/** Number of the row, counted from 1 as Excel does; 0 before the first. @threads one at a time. @since 1.0 */
CRM_API uint64_t crm_xlsx_row(const crm_xlsx *workbook);
/** How many cells of the row have something in them. They are told by position here, from left to right. @threads one at a time. @since 1.0
 */
CRM_API size_t crm_xlsx_cell_count(const crm_xlsx *workbook);
/** Column of a cell, counted from 1 (A), or 0. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_xlsx_cell_column(const crm_xlsx *workbook, size_t cell);
/** Coordinates of a cell ("B7"), or NULL. @lifetime until the next call of this function. @threads one at a time. @since 1.0 */
CRM_API const char *crm_xlsx_cell_name(crm_xlsx *workbook, size_t cell);
/** Type of a cell: a crm_xlsx_type, or 0. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_xlsx_cell_type(const crm_xlsx *workbook, size_t cell);
/**
 * What Excel shows, NUL-ended, or NULL. @param size its bytes, or NULL. @lifetime until the next row. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_xlsx_cell_text(const crm_xlsx *workbook, size_t cell, size_t *size);
/**
 * The value without the number format, NUL-ended, or NULL: 15 digits of a number; of a date "2024-05-12", "2024-05-12T08:30:00" or
 * "08:30:00"; of all others the same as crm_xlsx_cell_text(). @param size its bytes, or NULL. @lifetime until the next row.
 * @threads one at a time. @since 1.0
 */
CRM_API const char *crm_xlsx_cell_value(const crm_xlsx *workbook, size_t cell, size_t *size);

/* --- whole workbooks into rows --- */

enum crm_xlsx_flag {
    CRM_XLSX_SKIP_UNKNOWN_SHEETS = 1 << 0, /**< leave out, and list, sheets whose name tells no shape; without it they are refused */
    CRM_XLSX_HIDDEN_SHEETS = 1 << 1        /**< read hidden sheets too; without it they are left out and listed: crm_sync_ignored() */
};
/** A sheet that is to be read. */
typedef struct crm_xlsx_choice {
    const char *name; /**< as in Excel, without regard to case */
    uint32_t rows;    /**< a crm_rows, or 0: as the name tells */
    uint32_t header;  /**< number of the row with the headings, or 0: as the options say */
} crm_xlsx_choice;
/** Called when a sheet has begun, before its columns: for crm_sync_map(). Other than CRM_OK ends the reading, with that status. */
typedef int (*crm_xlsx_sheet_fn)(crm_sync *sync, void *data);
/** How a workbook becomes rows: set size, leave the rest 0 for the defaults. Grows at its end only. */
typedef struct crm_xlsx_options {
    uint64_t size;                 /**< bytes that the caller's struct has */
    uint32_t flags;                /**< crm_xlsx_flag bits */
    uint32_t choice_count;         /**< 0: all visible sheets that have something in them */
    const crm_xlsx_choice *choice; /**< the sheets to read, in this order */
    crm_xlsx_sheet_fn begin;       /**< or NULL */
    void *data;                    /**< for begin */
    const char *mapping;           /**< path of a mapping file (mapping.h) that tells shapes and columns of the sheets it has; or NULL */
    uint32_t header;               /**< number of the row with the headings, or 0: it is found */
    uint32_t reserved;             /**< 0 */
} crm_xlsx_options;

/**
 * Which rows the name of a sheet tells of, in English or German: "Customers", "Standorte 2024", "contacts (1)" ...
 * @return a crm_rows, or 0. @threads any. @since 1.0
 */
CRM_API uint32_t crm_xlsx_rows(const char *sheet);
/**
 * Reads a workbook: each sheet becomes one of sync (crm_sync_add_sheet()), with the shape that its name tells. A sheet alone has the shape
 * that sync was made with, unless that is flat and the name tells of other rows than customers. The headings are in the first row that is
 * not blank, but for titles above. docs/xlsx.md says what a cell is taken for.
 * @param options may be NULL.
 * @errors crm_error_row() is the row, and the text names the sheet. CRM_E_NOTFOUND no such file; no sheet of a name that was chosen, or one
 *         whose name tells nothing; headings that nothing recognises; a mapping file that is not there, or has none of the sheets;
 * CRM_E_FORMAT no workbook, a damaged one, one without rows, a sheet without headings, a cell in a column without one
 * (CRM_SYNC_IGNORE_UNKNOWN leaves it out), a formula's error in a column that is read; CRM_E_INVALID the options; CRM_E_TOO_BIG; CRM_E_IO;
 * those of crm_sync_add_sheet(), crm_sync_add_column() and crm_sync_add_row(). Rows before the failure stay in sync.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_xlsx_read_file(crm_sync *sync, const char *path, const crm_xlsx_options *options);
/** The same from memory. @errors as crm_xlsx_read_file(). @threads one at a time. @since 1.0 */
CRM_API int crm_xlsx_read_bytes(crm_sync *sync, const void *bytes, size_t size, const crm_xlsx_options *options);
/**
 * Reads a folder of CSV files, such as crm_export_customers() writes, as if each were a sheet of a workbook, called as the file without
 * ".csv". Other files are left out.
 * @param csv, options may be NULL.
 * @errors CRM_E_NOTFOUND no such folder; CRM_E_FORMAT no CSV file is in it; CRM_E_INVALID path is NULL; those of crm_xlsx_read_file() and
 *         crm_csv_read_file(): crm_error_row() is the line, and the text names the file. Rows before the failure stay in sync.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_csv_read_folder(crm_sync *sync, const char *path, const crm_csv_options *csv, const crm_xlsx_options *options);

#ifdef __cplusplus
}
#endif
#endif
