/* SPDX-License-Identifier: MIT */
/**
 * @file mapping.h
 * Mapping files (libcrm-io): which column of a file is what, once recognised or told, for the next file of its kind. JSON that can be
 * edited; docs/export.md has its form.
 */
#ifndef LIBCRM_MAPPING_H
#define LIBCRM_MAPPING_H
#include <libcrm/csv.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * Takes columns, role and policy of a mapping file for the rows to come; before columns are added.
 * @errors crm_error_row() is the line of what is no JSON. CRM_E_NOTFOUND no such file, or a target that is none; CRM_E_FORMAT no mapping
 *         file; CRM_E_VERSION one of a later version; CRM_E_INVALID it is for rows of another shape, or a policy is none; CRM_E_TYPE,
 * CRM_E_EXISTS as crm_sync_map(); CRM_E_CODE no such role; CRM_E_TOO_BIG over 1 MiB.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_mapping_load_file(crm_sync *sync, const char *path);
/**
 * Takes what a mapping file says of CSV, delimiter and encoding, where the options leave it open (0). It may say nothing of them.
 * @errors CRM_E_NOTFOUND, CRM_E_FORMAT, CRM_E_VERSION and CRM_E_TOO_BIG as crm_mapping_load_file(); CRM_E_INVALID options is NULL, or
 *         options->size is not that of the struct. @threads one at a time. @since 1.0
 */
CRM_API int crm_mapping_csv(const char *path, crm_csv_options *options);
/**
 * Which shape of rows a mapping file tells for a sheet. @param sheet its name, or NULL: the file's only one.
 * @param[out] out a crm_rows; 0: it has no such sheet.
 * @errors CRM_E_INVALID path or out is NULL; else as crm_mapping_load_file(). @threads any. @since 1.0
 */
CRM_API int crm_mapping_rows(const char *path, const char *sheet, uint32_t *out);
/**
 * The name of the source that a mapping file's rows come from, to be told when they are read: it is there where a source was told, rather
 * than the name of a file (CRM_SYNC_NO_KEYS).
 * @param[out] out the name with its end; "" where there is none, and on failure. @param cap room in out.
 * @errors CRM_E_INVALID path or out is NULL, or cap is 0; CRM_E_TOO_BIG no room for it; CRM_E_FORMAT it is no text; else as
 *         crm_mapping_load_file(). @threads any. @since 1.0
 */
CRM_API int crm_mapping_source(const char *path, char *out, size_t cap);
/**
 * Writes what the columns of sync were recognised as, or mapped to.
 * @param csv the file that they are of, whose delimiter and encoding are written too; NULL: none.
 * @errors CRM_E_INVALID sync has no columns; CRM_E_NOTFOUND no such folder. @threads one at a time. @since 1.0
 */
CRM_API int crm_mapping_save_file(const crm_sync *sync, const crm_csv *csv, const char *path);

#ifdef __cplusplus
}
#endif
#endif
