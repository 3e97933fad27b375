/* SPDX-License-Identifier: MIT */
/* Rows of a sheet into a crm_sync: the row with the headings is found, the others follow with the numbers that they have in Excel. */
#include "exchange/escape.h"
#include "exchange/headings.h"
#include "exchange/refuse.h"
#include "exchange/workbook.h"
#include <libcrm/fields.h>
#include <libcrm/schema.h>
#include <libcrm/status.h>
#include <libcrm/sync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKED_AT = 50, NUMBER_ROOM = 40 };

typedef struct feeding {
    crm_sync *sync;
    crm_xlsx *workbook;
    const char *sheet;
    size_t width; /* columns: up to the last heading */
    const char **cells;
    size_t *lens;
    char (*numbers)[NUMBER_ROOM]; /* of amounts that are written anew */
    bool strict;                  /* cells without a heading are refused */
} feeding;

/* --- the row with the headings --- */

typedef struct first_rows {
    uint64_t numbers[LOOKED_AT];
    size_t filled[LOOKED_AT], count, width;
} first_rows;

static int read_first(crm_xlsx *workbook, size_t sheet, first_rows *first) {
    int rc = crm_xlsx_choose(workbook, sheet);
    while (rc == CRM_OK && first->count < LOOKED_AT && (rc = crm_xlsx_next(workbook)) == CRM_ROW) {
        size_t filled = 0;
        for (size_t i = 0; i < crm_xlsx_cell_count(workbook); i++) {
            size_t size;
            const char *text = crm_xlsx_cell_text(workbook, i, &size);
            filled += !crmi_headings_is_blank(text, size);
        }
        rc = CRM_OK;
        if (!filled) continue;
        if (filled > first->width) first->width = filled;
        first->numbers[first->count] = crm_xlsx_row(workbook);
        first->filled[first->count++] = filled;
    }
    return rc;
}

static bool is_title(const first_rows *first, size_t index) {
    if (!crmi_headings_is_title(first->filled[index], first->width)) return false;
    for (size_t i = index + 1; i < first->count; i++)
        if (first->filled[i] > first->filled[index]) return true;
    return false;
}

int crmi_workbook_header(crm_xlsx *workbook, size_t sheet, uint64_t *out) {
    first_rows first = {.count = 0};
    size_t index = 0;
    int rc = read_first(workbook, sheet, &first);
    while (index < first.count && is_title(&first, index)) index++;
    *out = first.count ? first.numbers[index] : 0;
    return rc;
}

/* --- cells --- */

/* Whether a number's format keeps what belongs to it: zeros in front (00042), or the parts of a telephone number. */
static bool keeps_more(const char *text, size_t size, const char *value, size_t value_size) {
    size_t digits = 0, zeros = 0;
    bool parts = false;
    for (size_t i = 0; i < value_size; i++)
        if (value[i] < '0' || value[i] > '9') return false; /* a fraction or a negative number */
    for (size_t i = 0; i < size; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (!digit && !strchr("-/()+ ", text[i])) return false;
        if (digit && text[i] == '0' && digits == zeros) zeros++;
        digits += digit;
        parts |= !digit && text[i] != ' ';
    }
    return parts || (zeros > 0 && digits > value_size);
}

/* An amount with three decimals could as well be thousands: it gets a fourth one. */
static const char *write_amount(feeding *feed, size_t column, const char *value, size_t *size) {
    const char *target = crm_sync_target(feed->sync, column), *point = memchr(value, '.', *size);
    crm_field field = target ? crm_field_find(target) : 0;
    if (!point || (size_t)(value + *size - point) != 4 || *size + 2 > NUMBER_ROOM) return value;
    if (field && crm_field_type(field) != CRM_TYPE_AMOUNT) return value;
    *size = (size_t)snprintf(feed->numbers[column], NUMBER_ROOM, "%.*s0", (int)*size, value);
    return feed->numbers[column];
}

static const char *number_of(feeding *feed, size_t cell, size_t column, size_t *size) {
    size_t value_size;
    const char *text = crm_xlsx_cell_text(feed->workbook, cell, size), *value = crm_xlsx_cell_value(feed->workbook, cell, &value_size);
    bool percent = *size && memchr(text, '%', *size);
    if (percent || keeps_more(text, *size, value, value_size)) return text;
    *size = value_size;
    return write_amount(feed, column, value, size);
}

/* Without the apostrophe that an export has put in front. */
static const char *text_of(const crm_xlsx *workbook, size_t cell, size_t *size) {
    const char *text = crm_xlsx_cell_text(workbook, cell, size);
    size_t skip = text ? crmi_escape_skip(text, *size) : 0;
    *size -= skip;
    return text ? text + skip : NULL;
}

/* What a cell says: see docs/xlsx.md. */
static const char *cell_of(feeding *feed, size_t cell, size_t column, size_t *size) {
    switch (crm_xlsx_cell_type(feed->workbook, cell)) {
    case CRM_XLSX_NUMBER: return number_of(feed, cell, column, size);
    case CRM_XLSX_TEXT: return text_of(feed->workbook, cell, size);
    default: return crm_xlsx_cell_value(feed->workbook, cell, size);
    }
}

/* --- rows --- */

static int refuse_cell(const feeding *feed, size_t cell, const char *what, const char *reason) {
    return crmi_exchange_refuse(CRM_E_FORMAT, crm_xlsx_row(feed->workbook), "sheet \"%.120s\", cell %s: %s%s", feed->sheet,
                                crm_xlsx_cell_name(feed->workbook, cell), what, reason);
}

/* What is left out: CRM_OK unless it would be lost without anybody's word. */
static int pass_over(const feeding *feed, size_t cell, const char *heading) {
    size_t size;
    const char *text = crm_xlsx_cell_text(feed->workbook, cell, &size);
    if (!feed->strict || (heading && *heading) || crmi_headings_is_blank(text, size)) return CRM_OK;
    return refuse_cell(feed, cell, "its column has no heading", "");
}

static bool is_ignored(const feeding *feed, size_t column) {
    return column >= feed->width || strcmp(crm_sync_target(feed->sync, column), "ignore") == 0;
}

static int add_row(feeding *feed) {
    int rc = CRM_OK;
    memset(feed->cells, 0, feed->width * sizeof *feed->cells);
    for (size_t i = 0; rc == CRM_OK && i < crm_xlsx_cell_count(feed->workbook); i++) {
        size_t column = crm_xlsx_cell_column(feed->workbook, i) - 1;
        if (is_ignored(feed, column)) {
            rc = pass_over(feed, i, crm_sync_heading(feed->sync, column));
        } else if (crm_xlsx_cell_type(feed->workbook, i) == CRM_XLSX_ERROR) {
            rc = refuse_cell(feed, i, crm_xlsx_cell_value(feed->workbook, i, NULL), " is the error of a formula");
        } else {
            feed->cells[column] = cell_of(feed, i, column, &feed->lens[column]);
        }
    }
    if (rc < 0) return rc;
    return crm_sync_add_row(feed->sync, crm_xlsx_row(feed->workbook), feed->cells, feed->lens, feed->width);
}

static int make_room(feeding *feed) {
    feed->cells = calloc(feed->width, sizeof *feed->cells);
    feed->lens = calloc(feed->width, sizeof *feed->lens);
    feed->numbers = calloc(feed->width, sizeof *feed->numbers);
    return feed->cells && feed->lens && feed->numbers ? CRM_OK : crmi_exchange_nomem();
}

static int add_columns(feeding *feed) {
    crmi_headings headings = {.count = 0};
    char behind[240] = "";
    size_t cells = crm_xlsx_cell_count(feed->workbook), column = 0;
    int rc = CRM_OK;
    feed->width = cells ? crm_xlsx_cell_column(feed->workbook, cells - 1) : 0;
    for (size_t i = 0; rc == CRM_OK && i < cells; i++) {
        size_t size;
        const char *text = crm_xlsx_cell_text(feed->workbook, i, &size);
        for (; rc == CRM_OK && column + 1 < crm_xlsx_cell_column(feed->workbook, i); column++)
            rc = crmi_headings_add(&headings, feed->sync, "", 0);
        if (rc == CRM_OK) rc = crmi_headings_add(&headings, feed->sync, text, size);
        column++;
    }
    snprintf(behind, sizeof behind, " (sheet \"%.120s\", row %llu)", feed->sheet, (unsigned long long)crm_xlsx_row(feed->workbook));
    if (rc == CRM_OK) rc = crmi_headings_end(&headings, feed->sync, behind);
    feed->strict = headings.strict;
    return rc == CRM_OK ? make_room(feed) : rc;
}

int crmi_workbook_rows(crm_sync *sync, crm_xlsx *workbook, size_t sheet, uint64_t header) {
    feeding feed = {.sync = sync, .workbook = workbook, .sheet = crm_xlsx_sheet_name(workbook, sheet)};
    int rc = crm_xlsx_choose(workbook, sheet);
    while (rc == CRM_OK && (rc = crm_xlsx_next(workbook)) == CRM_ROW) {
        rc = CRM_OK;
        if (crm_xlsx_row(workbook) < header) continue;
        rc = feed.width ? add_row(&feed) : add_columns(&feed);
    }
    if (rc == CRM_OK && !feed.width)
        rc = crmi_exchange_refuse(CRM_E_FORMAT, 0, "sheet \"%.120s\": there is no row that names the columns", feed.sheet);
    free(feed.cells);
    free(feed.lens);
    free(feed.numbers);
    return rc;
}
