/* SPDX-License-Identifier: MIT */
/* Tables as sheets of a workbook, by libxlsxwriter in its mode of constant memory: rows go to temporary files beside the workbook's place.
 * Every cell is a text, so that numbers keep their zeros and nothing is a formula. The library tells little of writes that fail: the
 * files are asked before it reads them again, and the workbook is read before it gets its name. */
#include "exchange/escape.h"
#include "exchange/refuse.h"
#include "exchange/table.h"
#include "schema/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <libcrm/error.h>
#include <libcrm/xlsx.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { ROWS = 1048576, COLUMNS = 16384, CELL_CHARS = 32767 }; /* what Excel takes */

typedef struct book {
    lxw_workbook *workbook;
    lxw_format *bold;
    char *folder; /* of temporary files */
    char *text;   /* of a cell, with escapes */
    size_t capacity;
} book;

static int refuse(int status, const char *text) { return crm_error_report(status, 0, 0, text); }

static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
}

int crmi_workbook_begin(crmi_tables *tables) {
    struct stat info;
    if (tables->folder) return refuse(CRM_E_INVALID, "a workbook is a file, and the path is a folder");
    if (stat(tables->path, &info) == 0 && !S_ISREG(info.st_mode)) return refuse(CRM_E_INVALID, "a workbook is written to a file alone");
    int rc = crmi_place_begin(&tables->place, tables->path);
    if (rc < 0) return rc;
    book *made = tables->workbook = calloc(1, sizeof *made);
    if (!made) return crmi_exchange_nomem();
    made->folder = folder_of(tables->path);
    if (!made->folder) return crmi_exchange_nomem();
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = made->folder, .use_zip64 = LXW_TRUE};
    made->workbook = workbook_new_opt(tables->place.temporary, &options);
    if (!made->workbook) return crmi_exchange_nomem();
    made->bold = workbook_add_format(made->workbook);
    if (!made->bold) return crmi_exchange_nomem();
    format_set_bold(made->bold);
    return CRM_OK;
}

int crmi_workbook_add(crmi_tables *tables, crmi_table *table) {
    const book *made = tables->workbook;
    if (table->columns > COLUMNS) return refuse(CRM_E_TOO_BIG, "a sheet has at most 16,384 columns");
    lxw_worksheet *sheet = workbook_add_worksheet(made->workbook, table->name);
    if (!sheet || !sheet->optimize_tmpfile) return crmi_exchange_refuse_errno(tables->path);
    worksheet_freeze_panes(sheet, 1, 0);
    table->sheet = sheet;
    return CRM_OK;
}

/* --- texts of cells --- */

static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/* What would be taken for an escape: _xHHHH_. */
static bool is_escape(const char *text, size_t left) {
    return left >= 7 && text[0] == '_' && text[1] == 'x' && is_hex(text[2]) && is_hex(text[3]) && is_hex(text[4]) && is_hex(text[5]) &&
           text[6] == '_';
}

/* What XML can't hold is _xHHHH_: control characters, a line end's CR, U+FFFE and U+FFFF. How many bytes of text it is; 0: as it is. */
static size_t escape(const char *text, size_t left, char out[8]) {
    unsigned char c = (unsigned char)text[0];
    unsigned code = c;
    size_t width = 0;
    if ((c < ' ' && c != '\t' && c != '\n') || is_escape(text, left)) width = 1;
    if (left >= 3 && memcmp(text, "\xef\xbf", 2) == 0 && (unsigned char)text[2] >= 0xbe) {
        width = 3;
        code = 0xff00u + 0x40u + (unsigned char)text[2];
    }
    if (width) snprintf(out, 8, "_x%04X_", code & 0xffffu);
    return width;
}

/* The text as the file has it, NUL-ended. Units are counted as Excel does, two for what lies above U+FFFF. */
static int make_text(book *made, const crmi_cell *cell, bool apostrophe, size_t *out_size) {
    size_t size = 0, units = 0;
    if (cell->size * 7 + 2 > made->capacity) {
        char *grown = realloc(made->text, cell->size * 7 + 2);
        if (!grown) return crmi_exchange_nomem();
        made->text = grown;
        made->capacity = cell->size * 7 + 2;
    }
    if (apostrophe) made->text[size++] = '\'';
    for (size_t i = 0; i < cell->size;) {
        char escaped[8];
        size_t width = escape(cell->text + i, cell->size - i, escaped);
        if (width) {
            memcpy(made->text + size, escaped, 7);
            size += 7;
        } else {
            made->text[size++] = cell->text[i];
        }
        i += width ? width : 1;
    }
    made->text[size] = '\0';
    for (size_t i = 0; i < size; i++)
        units += ((unsigned char)made->text[i] & 0xc0) != 0x80 ? ((unsigned char)made->text[i] >= 0xf0 ? 2u : 1u) : 0u;
    *out_size = size;
    return units > CELL_CHARS ? refuse(CRM_E_TOO_BIG, "a cell of a workbook has at most 32,767 characters") : CRM_OK;
}

int crmi_workbook_row(crmi_tables *tables, crmi_table *table, const crmi_cell *cells, size_t count) {
    book *made = tables->workbook;
    lxw_worksheet *sheet = table->sheet;
    bool full = false;
    if (table->rows >= ROWS) return refuse(CRM_E_TOO_BIG, "a sheet has at most 1,048,576 rows");
    errno = 0; /* a write that fails in the middle of the row tells why */
    for (size_t i = 0; i < count; i++) {
        size_t size;
        if (!cells[i].text || !cells[i].size) continue;
        int rc = make_text(made, &cells[i], !tables->raw && crmi_escape_needed(cells[i].text, cells[i].size, true), &size);
        if (rc < 0) return rc;
        lxw_error error = worksheet_write_string(sheet, (lxw_row_t)table->rows, (lxw_col_t)i, made->text, table->rows ? NULL : made->bold);
        full = true;
        if (error) return error == LXW_ERROR_MEMORY_MALLOC_FAILED ? crmi_exchange_nomem() : refuse(CRM_E_TOO_BIG, lxw_strerror(error));
    }
    table->full += full;
    return sheet->optimize_tmpfile && ferror(sheet->optimize_tmpfile) ? crmi_exchange_refuse_errno(tables->path) : CRM_OK;
}

/* --- the end --- */

/* Whether all rows were written: the library does not ask. */
static int check_sheets(const crmi_tables *tables) {
    for (size_t i = 0; i < tables->count; i++) {
        const lxw_worksheet *sheet = tables->tables[i].sheet;
        errno = 0;
        if (sheet->optimize_tmpfile && (fflush(sheet->optimize_tmpfile) != 0 || ferror(sheet->optimize_tmpfile)))
            return crmi_exchange_refuse_errno(tables->path);
    }
    return CRM_OK;
}

static int close_workbook(crmi_tables *tables) {
    book *made = tables->workbook;
    lxw_workbook *workbook = made->workbook;
    made->workbook = NULL; /* closing frees it, whatever it gives */
    errno = 0;
    lxw_error error = workbook_close(workbook);
    if (!error) return CRM_OK;
    if (error == LXW_ERROR_MEMORY_MALLOC_FAILED) return crmi_exchange_nomem();
    return errno ? crmi_exchange_refuse_errno(tables->path) : refuse(CRM_E_IO, lxw_strerror(error));
}

static int count_rows(crm_xlsx *workbook, size_t sheet, uint64_t *rows) {
    int rc = crm_xlsx_choose(workbook, sheet);
    while (rc >= 0 && (rc = crm_xlsx_next(workbook)) == CRM_ROW) ++*rows;
    return rc;
}

/* Whether the workbook has all rows: the library copies them once more, and does not ask there either. */
static int check_workbook(const crmi_tables *tables) {
    crm_xlsx *workbook = NULL;
    int rc = crm_xlsx_open(tables->place.temporary, &workbook);
    for (size_t i = 0; rc == CRM_OK && i < tables->count; i++) {
        uint64_t rows = 0;
        rc = count_rows(workbook, i, &rows);
        if (rc == CRM_OK && rows != tables->tables[i].full) rc = CRM_E_FORMAT;
    }
    crm_xlsx_close(workbook);
    return rc == CRM_E_FORMAT ? refuse(CRM_E_IO, "the workbook was not written whole: is the disk full?") : rc;
}

int crmi_workbook_finish(crmi_tables *tables) {
    int rc = check_sheets(tables);
    if (rc == CRM_OK) rc = close_workbook(tables);
    if (rc == CRM_OK) rc = check_workbook(tables);
    if (rc == CRM_OK) rc = crmi_place_flush(&tables->place);
    return rc == CRM_OK ? crmi_place_finish(&tables->place) : rc;
}

/* A workbook that was not finished: the library leaves the files of its sheets open. */
static void drop_workbook(const crmi_tables *tables, lxw_workbook *workbook) {
    for (size_t i = 0; i < tables->count; i++) {
        lxw_worksheet *sheet = tables->tables[i].sheet;
        if (sheet && sheet->optimize_tmpfile) fclose(sheet->optimize_tmpfile);
        if (sheet) sheet->optimize_tmpfile = NULL;
    }
    lxw_workbook_free(workbook);
}

void crmi_workbook_end(crmi_tables *tables) {
    book *made = tables->workbook;
    if (made) {
        if (made->workbook) drop_workbook(tables, made->workbook);
        free(made->folder);
        free(made->text);
    }
    free(made);
    crmi_place_end(&tables->place);
}
