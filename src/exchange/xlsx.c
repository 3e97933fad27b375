/* SPDX-License-Identifier: MIT */
/* Workbooks: the handle, and what is asked of the row that has been read. */
#include "exchange/xlsx.h"
#include "exchange/refuse.h"
#include <libcrm/error.h>
#include <libcrm/status.h>
#include <stdlib.h>
#include <string.h>

struct crm_xlsx {
    crmi_zip zip;
    crmi_xlsx_book book;
    crmi_strings strings;
    crmi_styles styles;
    bool loaded;  /* strings and styles */
    bool reading; /* a sheet is chosen */
    crmi_xlsx_reading sheet;
    char name[16];
};

static int refuse_argument(const char *reason) { return crm_error_report(CRM_E_INVALID, 0, 0, reason); }

/* --- opening --- */

static int open_book(crm_xlsx *workbook) {
    int rc = crmi_xlsx_check_kind(&workbook->zip);
    if (rc == CRM_OK) rc = crmi_zip_list(&workbook->zip);
    return rc == CRM_OK ? crmi_xlsx_book_read(&workbook->book, &workbook->zip) : rc;
}

static int finish_open(crm_xlsx *workbook, int rc, crm_xlsx **out) {
    if (rc == CRM_OK) rc = open_book(workbook);
    if (rc == CRM_OK)
        *out = workbook;
    else
        crm_xlsx_close(workbook);
    return rc;
}

static crm_xlsx *new_workbook(void) {
    crm_xlsx *workbook = calloc(1, sizeof *workbook);
    if (workbook) workbook->zip.source.file = workbook->strings.file = -1;
    return workbook;
}

int crm_xlsx_open(const char *path, crm_xlsx **out) {
    if (out) *out = NULL;
    if (!path || !out) return refuse_argument(path ? "out is NULL" : "path is NULL");
    crm_xlsx *workbook = new_workbook();
    if (!workbook) return crmi_exchange_nomem();
    return finish_open(workbook, crmi_zip_open_file(&workbook->zip, path), out);
}

int crm_xlsx_open_bytes(const void *bytes, size_t size, crm_xlsx **out) {
    if (out) *out = NULL;
    if (!out || (!bytes && size)) return refuse_argument(out ? "bytes is NULL" : "out is NULL");
    crm_xlsx *workbook = new_workbook();
    if (!workbook) return crmi_exchange_nomem();
    return finish_open(workbook, crmi_zip_open_bytes(&workbook->zip, bytes, size), out);
}

void crm_xlsx_close(crm_xlsx *workbook) {
    if (!workbook) return;
    crmi_xlsx_sheet_end(&workbook->sheet);
    crmi_strings_free(&workbook->strings);
    crmi_styles_free(&workbook->styles);
    crmi_xlsx_book_free(&workbook->book);
    crmi_zip_close(&workbook->zip);
    free(workbook);
}

/* --- sheets --- */

static const crmi_xlsx_sheet *sheet_at(const crm_xlsx *workbook, size_t index) {
    if (workbook && index < workbook->book.count) return &workbook->book.sheets[index];
    if (workbook)
        crm_error_report(CRM_E_NOTFOUND, 0, 0, "the workbook has no such sheet");
    else
        refuse_argument("workbook is NULL");
    return NULL;
}

size_t crm_xlsx_sheet_count(const crm_xlsx *workbook) {
    if (!workbook) refuse_argument("workbook is NULL");
    return workbook ? workbook->book.count : 0;
}

const char *crm_xlsx_sheet_name(const crm_xlsx *workbook, size_t sheet) {
    const crmi_xlsx_sheet *found = sheet_at(workbook, sheet);
    return found ? found->name : NULL;
}

uint32_t crm_xlsx_sheet_visibility(const crm_xlsx *workbook, size_t sheet) {
    const crmi_xlsx_sheet *found = sheet_at(workbook, sheet);
    return found ? found->visibility : 0;
}

/* What all sheets share is read when the first of them is. */
static int load_shared(crm_xlsx *workbook) {
    if (workbook->loaded) return CRM_OK;
    const crmi_xlsx_book *book = &workbook->book;
    crmi_strings_free(&workbook->strings);
    crmi_styles_free(&workbook->styles);
    int rc = book->strings ? crmi_strings_read(&workbook->strings, &workbook->zip, book->strings) : CRM_OK;
    if (rc == CRM_OK) rc = crmi_styles_read(&workbook->styles, &workbook->zip, book->styles);
    workbook->loaded = rc == CRM_OK;
    return rc;
}

int crm_xlsx_choose(crm_xlsx *workbook, size_t sheet) {
    const crmi_xlsx_sheet *found = sheet_at(workbook, sheet);
    if (!found) return workbook ? CRM_E_NOTFOUND : CRM_E_INVALID;
    crmi_xlsx_sheet_end(&workbook->sheet);
    workbook->reading = false;
    int rc = load_shared(workbook);
    if (rc == CRM_OK)
        rc = crmi_xlsx_sheet_begin(&workbook->sheet, &workbook->zip, found, &workbook->strings, &workbook->styles,
                                   workbook->book.since_1904);
    workbook->reading = rc == CRM_OK;
    return rc;
}

int crm_xlsx_next(crm_xlsx *workbook) {
    if (!workbook || !workbook->reading) return refuse_argument(workbook ? "no sheet is chosen" : "workbook is NULL");
    int rc = crmi_xlsx_sheet_next(&workbook->sheet);
    if (rc < 0) workbook->reading = false;
    return rc;
}

/* --- the row --- */

static const crmi_xlsx_cell *cell_at(const crm_xlsx *workbook, size_t index) {
    if (workbook && index < workbook->sheet.count) return &workbook->sheet.cells[index];
    refuse_argument(workbook ? "the row has no such cell" : "workbook is NULL");
    return NULL;
}

uint64_t crm_xlsx_row(const crm_xlsx *workbook) {
    if (!workbook) refuse_argument("workbook is NULL");
    return workbook ? workbook->sheet.row : 0;
}

size_t crm_xlsx_cell_count(const crm_xlsx *workbook) {
    if (!workbook) refuse_argument("workbook is NULL");
    return workbook ? workbook->sheet.count : 0;
}

uint32_t crm_xlsx_cell_column(const crm_xlsx *workbook, size_t cell) {
    const crmi_xlsx_cell *found = cell_at(workbook, cell);
    return found ? found->column : 0;
}

const char *crm_xlsx_cell_name(crm_xlsx *workbook, size_t cell) {
    const crmi_xlsx_cell *found = cell_at(workbook, cell);
    if (!found) return NULL;
    crmi_xlsx_name(found->column, workbook->sheet.row, workbook->name);
    return workbook->name;
}

uint32_t crm_xlsx_cell_type(const crm_xlsx *workbook, size_t cell) {
    const crmi_xlsx_cell *found = cell_at(workbook, cell);
    return found ? found->type : 0;
}

const char *crm_xlsx_cell_text(const crm_xlsx *workbook, size_t cell, size_t *size) {
    const crmi_xlsx_cell *found = cell_at(workbook, cell);
    if (!found) return NULL;
    if (size) *size = found->text_size;
    return found->shared && !found->decorated ? found->shared : workbook->sheet.bytes.at + found->text;
}

const char *crm_xlsx_cell_value(const crm_xlsx *workbook, size_t cell, size_t *size) {
    const crmi_xlsx_cell *found = cell_at(workbook, cell);
    if (!found) return NULL;
    if (size) *size = found->value_size;
    return found->shared ? found->shared : workbook->sheet.bytes.at + found->value;
}
