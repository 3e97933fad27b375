/* SPDX-License-Identifier: MIT */
/* Workbooks into rows, sheet by sheet. */
#include "exchange/workbook.h"
#include "exchange/reading.h"
#include "exchange/refuse.h"
#include <libcrm/status.h>
#include <libcrm/sync.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

static bool is_wanted(const crmi_reading *reading, const crm_xlsx *workbook, size_t sheet) {
    return (reading->options.flags & CRM_XLSX_HIDDEN_SHEETS) || crm_xlsx_sheet_visibility(workbook, sheet) == CRM_XLSX_VISIBLE;
}

static int list_hidden(const crmi_reading *reading, const char *name) {
    char text[300];
    snprintf(text, sizeof text, "%s (hidden sheet)", name);
    return crm_sync_ignore(reading->sync, text);
}

/* header: that was told, or was found. */
static int read_sheet(crmi_reading *reading, crm_xlsx *workbook, size_t sheet, uint32_t rows, uint64_t header) {
    int rc = crmi_reading_sheet(reading, crm_xlsx_sheet_name(workbook, sheet), rows);
    if (rc == CRM_ROW) return CRM_OK;
    return rc == CRM_OK ? crmi_workbook_rows(reading->sync, workbook, sheet, header) : rc;
}

/* The sheets that have something in them. */
static int read_all(crmi_reading *reading, crm_xlsx *workbook) {
    size_t count = crm_xlsx_sheet_count(workbook), filled = 0;
    uint64_t *headers = calloc(count + 1, sizeof *headers);
    int rc = headers ? CRM_OK : crmi_exchange_nomem();
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        if (is_wanted(reading, workbook, i)) rc = crmi_workbook_header(workbook, i, &headers[i]);
        filled += headers[i] != 0;
    }
    reading->alone = filled == 1;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        if (!is_wanted(reading, workbook, i)) rc = list_hidden(reading, crm_xlsx_sheet_name(workbook, i));
        if (headers[i]) rc = read_sheet(reading, workbook, i, 0, reading->options.header ? reading->options.header : headers[i]);
    }
    free(headers);
    return rc;
}

static int find_sheet(const crm_xlsx *workbook, const char *name, size_t *out) {
    for (*out = 0; *out < crm_xlsx_sheet_count(workbook); ++*out)
        if (strcasecmp(crm_xlsx_sheet_name(workbook, *out), name) == 0) return CRM_OK;
    return crmi_exchange_refuse(CRM_E_NOTFOUND, 0, "the workbook has no sheet \"%.120s\"", name);
}

static int read_choice(crmi_reading *reading, crm_xlsx *workbook, const crm_xlsx_choice *choice) {
    size_t sheet;
    uint64_t header = choice->header ? choice->header : reading->options.header;
    int rc = find_sheet(workbook, choice->name, &sheet);
    if (rc == CRM_OK && !header) rc = crmi_workbook_header(workbook, sheet, &header);
    if (rc == CRM_OK && !header) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "nothing is in sheet \"%.120s\"", choice->name);
    return rc == CRM_OK ? read_sheet(reading, workbook, sheet, choice->rows, header) : rc;
}

static int read_opened(crmi_reading *reading, crm_xlsx *workbook, int rc) {
    const crm_xlsx_options *options = &reading->options;
    if (rc < 0) return rc;
    reading->alone = options->choice_count == 1;
    if (!options->choice_count) rc = read_all(reading, workbook);
    for (uint32_t i = 0; rc == CRM_OK && i < options->choice_count; i++) rc = read_choice(reading, workbook, &options->choice[i]);
    crm_xlsx_close(workbook);
    return rc == CRM_OK ? crmi_reading_end(reading) : rc;
}

int crm_xlsx_read_file(crm_sync *sync, const char *path, const crm_xlsx_options *options) {
    crmi_reading reading;
    crm_xlsx *workbook;
    if (!path) return crmi_exchange_refuse(CRM_E_INVALID, 0, "path is NULL");
    int rc = crmi_reading_begin(&reading, sync, options, "sheet");
    if (rc < 0) return rc;
    rc = crm_xlsx_open(path, &workbook);
    return read_opened(&reading, workbook, rc);
}

int crm_xlsx_read_bytes(crm_sync *sync, const void *bytes, size_t size, const crm_xlsx_options *options) {
    crmi_reading reading;
    crm_xlsx *workbook;
    if (!bytes && size) return crmi_exchange_refuse(CRM_E_INVALID, 0, "bytes is NULL");
    int rc = crmi_reading_begin(&reading, sync, options, "sheet");
    if (rc < 0) return rc;
    rc = crm_xlsx_open_bytes(bytes, size, &workbook);
    return read_opened(&reading, workbook, rc);
}
