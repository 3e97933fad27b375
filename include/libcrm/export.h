/* SPDX-License-Identifier: MIT */
/**
 * @file export.h
 * Out of the store (libcrm-io): the customer sheets that an import takes back, lists with chosen fields, tables of the host's own texts,
 * and whole stores. As Excel workbook, CSV or JSON Lines.
 *
 * Who exports gets what he sees: an export is made of the reading calls of its transaction. Files are written under a temporary name and
 * get their own when all is on the disk; what fails leaves nothing behind, and what was there stays. Texts stay texts: numbers keep their
 * zeros, and what a spreadsheet would take for a formula gets an apostrophe in front that the import takes off. docs/export.md has the
 * rules.
 */
#ifndef LIBCRM_EXPORT_H
#define LIBCRM_EXPORT_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct crm_export crm_export; /**< files that are being written */

enum crm_export_format {
    CRM_EXPORT_XLSX = 1,      /**< one workbook; a table is a sheet */
    CRM_EXPORT_CSV = 2,       /**< UTF-8; in a folder a file a table, else one table */
    CRM_EXPORT_JSON_LINES = 3 /**< an object a line; files as CSV */
};
enum crm_export_flag {
    CRM_EXPORT_ALL_COLUMNS = 1 << 0, /**< customer sheets: columns without a value too, and sheets without a row */
    CRM_EXPORT_ARCHIVED = 1 << 1,    /**< customer sheets: archived customers too */
    CRM_EXPORT_RAW = 1 << 2          /**< no apostrophes: for programs; a spreadsheet may take a cell for a formula */
};
/** The customer sheets, in the order in which an import takes them; one file each as CSV. */
enum crm_export_sheet {
    CRM_EXPORT_CUSTOMERS = 1 << 0,
    CRM_EXPORT_SITES = 1 << 1,
    CRM_EXPORT_CONTACTS = 1 << 2,
    CRM_EXPORT_CHANNELS = 1 << 3,
    CRM_EXPORT_IDENTIFIERS = 1 << 4,
    CRM_EXPORT_MEMBERSHIPS = 1 << 5,
    CRM_EXPORT_BANK = 1 << 6,
    CRM_EXPORT_QUOTE_DEFAULTS = 1 << 7,
    CRM_EXPORT_USAGES = 1 << 8, /**< without it sites and contacts have a column for each purpose */
    CRM_EXPORT_ROLES = 1 << 9   /**< the roles beside options.role */
};

/** How to export: set size and format, leave the rest 0 for the defaults. Grows at its end only. */
typedef struct crm_export_options {
    uint64_t size;        /**< bytes that the caller's struct has */
    uint32_t format;      /**< a crm_export_format */
    uint32_t flags;       /**< crm_export_flag bits */
    uint32_t sheets;      /**< crm_export_sheet bits; 0 = all */
    uint32_t delimiter;   /**< of CSV: ',' ';' or '\t'; 0 = ',', in German ';' */
    const char *language; /**< of headings, names of sheets, yes and no: "en" or "de"; NULL = "en" */
    const char *role;     /**< customer sheets: of the parties; NULL = CRM_ROLE_CUSTOMER */
    const char *source; /**< customer sheets: the scheme of keys that name customers without a number, beside their ids; NULL = "export" */
} crm_export_options;

/**
 * Begins an export.
 * @param path UTF-8, NUL-ended: a file. Of CSV and JSON Lines also a folder: one that is there, or with a '/' at its end one that is made.
 * What is no file, as a pipe, is written as it comes.
 * @errors CRM_E_INVALID the options, or a workbook that would be a folder or a pipe; CRM_E_NOTFOUND no such folder. @owner the caller, with
 * crm_export_free(). @threads any. @since 1.0
 */
CRM_API int crm_export_new(const char *path, const crm_export_options *options, crm_export **out);
/**
 * Adds the customer sheets of all customers that the transaction's actor sees, in the order of their names: columns that have a value
 * somewhere, with headings that the import recognises, and the ids of the records. As JSON Lines one table, whole files as
 * crm_file_json() gives them, unless sheets are chosen.
 * @errors CRM_E_EXISTS they were added before; CRM_E_INVALID several sheets and no folder; CRM_E_CODE no such role; CRM_E_TOO_BIG a
 *         sheet over Excel's 1,048,576 rows. Nothing can be added after an error.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_export_customers(crm_export *exporting, crm_txn *txn);
/**
 * Adds records of a list with chosen fields: what is left of the iterator's page. Called again with the name of the latest table it goes on
 * there, for the next page.
 * @param name the table's: at most 31 characters without []:*?/\"<>|.
 * @param fields, count the columns; 0 where a record is not of a field's kind, or has no value, leaves the cell empty.
 * @errors CRM_E_INVALID the name, or no fields; CRM_E_NOTFOUND a field that is none; CRM_E_EXISTS an earlier table has the name;
 *         CRM_E_TOO_BIG. Nothing can be added after an error.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_export_list(crm_export *exporting, crm_txn *txn, const char *name, const crm_field *fields, size_t count, crm_iter *list);
/**
 * Begins a table of the host's own texts: the rows of a plan that failed with the reason beside them, say.
 * @param headings, count NUL-ended texts. @errors CRM_E_INVALID the name (see crm_export_list()), no columns; CRM_E_EXISTS an earlier
 *         table has the name; CRM_E_UTF8; CRM_E_TOO_BIG. @threads one at a time. @since 1.0
 */
CRM_API int crm_export_table(crm_export *exporting, const char *name, const char *const *headings, size_t count);
/**
 * Adds a row to the latest table.
 * @param cells, lens count texts and their bytes (lens NULL: all NUL-ended); a NULL cell is empty.
 * @errors CRM_E_INVALID more cells than columns, or no table; CRM_E_UTF8; CRM_E_TOO_BIG. @threads one at a time. @since 1.0
 */
CRM_API int crm_export_row(crm_export *exporting, const char *const *cells, const size_t *lens, size_t count);
/** Ends the files and gives them their names. @errors CRM_E_INVALID nothing was added, or an error came before. @threads one at a time.
 * @since 1.0 */
CRM_API int crm_export_finish(crm_export *exporting);
/** Frees it, and removes what was not finished. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_export_free(crm_export *exporting);

/**
 * Writes a whole store as JSON Lines, one record a line, so that crm_import_dump() makes the same store of it: ids, revisions, custom
 * fields, settings, users, bindings, credentials. It holds the store's secret and the verifiers of passwords; the file is readable by its
 * owner alone.
 * @errors CRM_E_DENIED the actor may not do everything; CRM_E_NOTFOUND no such folder; CRM_E_VERSION a later version of the library
 *         wrote something. @threads one at a time. @since 1.0
 */
CRM_API int crm_export_dump(crm_txn *txn, const char *path);
/**
 * Makes a store of what crm_export_dump() wrote, all or nothing. Memory does not grow with the file.
 * @param path the file. @param store the folder of the store: not there yet, or empty.
 * @errors crm_error_row() is the line. CRM_E_NOTFOUND no such file; CRM_E_EXISTS there is something in the place of the store;
 *         CRM_E_VERSION a later version wrote it; CRM_E_FORMAT no dump, a damaged or a cut one; CRM_E_TOO_BIG a line over 1 MiB; those
 *         of crm_load_put(). @threads any. @since 1.0
 */
CRM_API int crm_import_dump(const char *path, const char *store);

#ifdef __cplusplus
}
#endif
#endif
