/* SPDX-License-Identifier: MIT */
/* A sheet, row by row: worksheet > sheetData > row > c > v or is. The parser pauses at the end of each row that has something in it. */
#include "exchange/refuse.h"
#include "exchange/xlsx.h"
#include "schema/limits.h"
#include <libcrm/error.h>
#include <libcrm/status.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_DEPTH = 3, CELL_DEPTH = 4, VALUE_DEPTH = 5 };

void crmi_xlsx_name(uint32_t column, uint64_t row, char *out) {
    char letters[8];
    int count = 0;
    for (; column > 0 && count < 7; column = (column - 1) / 26) letters[count++] = (char)('A' + (column - 1) % 26);
    while (count > 0) *out++ = letters[--count];
    snprintf(out, 9, "%u", (unsigned)row % 100000000u);
}

static int refuse_cell(const crmi_xlsx_reading *reading, int status, const char *reason) {
    char name[16];
    crmi_xlsx_name(reading->column, reading->row, name);
    return crmi_exchange_refuse(status, reading->row, "sheet \"%s\", cell %s: %s", reading->sheet, name, reason);
}

static int refuse_row(const crmi_xlsx_reading *reading, int status, const char *reason) {
    return crmi_exchange_refuse(status, reading->row, "sheet \"%s\", row %llu: %s", reading->sheet, (unsigned long long)reading->row,
                                reason);
}

/* --- where --- */

static bool take_digits(const char *at, uint64_t *out) {
    *out = 0;
    if (!*at) return false;
    for (; *at; at++) {
        if (*at < '0' || *at > '9' || *out > CRMI_LIMIT_XLSX_ROWS) return false;
        *out = *out * 10 + (uint64_t)(*at - '0');
    }
    return true;
}

/* "B7" into 2 and 7. */
static bool take_reference(const char *text, uint32_t *column, uint64_t *row) {
    *column = 0;
    for (; (*text >= 'A' && *text <= 'Z') || (*text >= 'a' && *text <= 'z'); text++) {
        *column = *column * 26 + (uint32_t)((*text | 32) - 'a' + 1);
        if (*column > 100000) return false;
    }
    return *column > 0 && take_digits(text, row);
}

/* A row without a number is the next one. */
static int begin_row(crmi_xlsx_reading *reading, const char **attributes) {
    const char *number = crmi_xml_attribute(attributes, "r");
    uint64_t last = reading->row;
    reading->count = reading->bytes.size = 0;
    reading->column = 0;
    reading->row++;
    if (number && !take_digits(number, &reading->row)) {
        reading->row = last;
        return refuse_row(reading, CRM_E_FORMAT, "the number of the row behind it is none");
    }
    if (reading->row > CRMI_LIMIT_XLSX_ROWS) return refuse_row(reading, CRM_E_TOO_BIG, "Excel has 1,048,576 rows");
    if (reading->row <= last) return refuse_row(reading, CRM_E_FORMAT, "it comes behind a later one");
    return CRM_OK;
}

/* A cell without a reference is the next one. */
static int begin_cell(crmi_xlsx_reading *reading, const char **attributes) {
    const char *reference = NULL, *type = "n", *style = NULL;
    uint32_t last = reading->column;
    uint64_t row = reading->row;
    for (; *attributes; attributes += 2) {
        if (strcmp(attributes[0], "r") == 0) reference = attributes[1];
        if (strcmp(attributes[0], "t") == 0) type = attributes[1];
        if (strcmp(attributes[0], "s") == 0) style = attributes[1];
    }
    reading->column++;
    reading->has_value = false;
    if (reference && !take_reference(reference, &reading->column, &row)) {
        reading->column = last + 1;
        return refuse_cell(reading, CRM_E_FORMAT, "its reference is none");
    }
    if (reading->column > CRMI_LIMIT_XLSX_COLUMNS) return refuse_cell(reading, CRM_E_TOO_BIG, "Excel has 16,384 columns");
    reading->misplaced = row != reading->row;
    if (reading->column <= last) return refuse_cell(reading, CRM_E_FORMAT, "it comes behind a later one");
    reading->kind = strcmp(type, "str") == 0 ? 't' : *type;
    reading->style = style ? strtoull(style, NULL, 10) : 0;
    return CRM_OK;
}

/* --- what --- */

static int on_start(void *user, int depth, const char *name, const char **attributes) {
    crmi_xlsx_reading *reading = user;
    if (depth == 2) {
        reading->in_data = strcmp(name, "sheetData") == 0;
        return CRM_OK;
    }
    if (!reading->in_data || depth < ROW_DEPTH) return CRM_OK;
    if (depth == ROW_DEPTH) return (reading->in_row = strcmp(name, "row") == 0) ? begin_row(reading, attributes) : CRM_OK;
    if (!reading->in_row) return CRM_OK;
    if (depth == CELL_DEPTH) return (reading->in_cell = strcmp(name, "c") == 0) ? begin_cell(reading, attributes) : CRM_OK;
    if (!reading->in_cell) return CRM_OK;
    if (reading->inside == 'i') crmi_rich_start(&reading->rich, depth, name, attributes, &reading->bytes);
    if (depth != VALUE_DEPTH) return CRM_OK;
    reading->inside = strcmp(name, "v") == 0 ? 'v' : strcmp(name, "is") == 0 ? 'i' : 0;
    if (reading->inside == 'v' && reading->kind == 'i') reading->inside = 0; /* its text is in <is> */
    if (!reading->inside) return CRM_OK;
    crmi_rich_begin(&reading->rich, depth);
    reading->from = reading->bytes.size;
    return CRM_OK;
}

static int on_text(void *user, int depth, const char *text, size_t size) {
    crmi_xlsx_reading *reading = user;
    if (!reading->inside || depth < VALUE_DEPTH) return CRM_OK;
    if (reading->inside == 'i')
        crmi_rich_text(&reading->rich, text, size, &reading->bytes);
    else if (depth == VALUE_DEPTH)
        crmi_bytes_add(&reading->bytes, text, size);
    if (reading->bytes.size - reading->from > 8 * CRMI_LIMIT_XLSX_CELL_CHARS)
        return refuse_cell(reading, CRM_E_TOO_BIG, "a text of over 32,767 characters");
    return CRM_OK;
}

static crmi_xlsx_cell *add_cell(crmi_xlsx_reading *reading, uint32_t type) {
    if (reading->count == reading->capacity) {
        size_t capacity = reading->capacity ? reading->capacity * 2 : 64;
        crmi_xlsx_cell *grown = realloc(reading->cells, capacity * sizeof *grown);
        if (!grown) return NULL;
        reading->cells = grown;
        reading->capacity = capacity;
    }
    crmi_xlsx_cell *cell = &reading->cells[reading->count++];
    *cell = (crmi_xlsx_cell){.column = reading->column, .type = type};
    return cell;
}

/* The bytes from there on become a text of the cell, NUL-ended. */
static void close_text(crmi_xlsx_reading *reading, size_t from, size_t *at, size_t *size) {
    *at = from;
    *size = reading->bytes.size - from;
    crmi_bytes_add_char(&reading->bytes, '\0');
}

/* The text from reading->from on, shown by the cell's format where that says something about texts. */
static int finish_text(crmi_xlsx_reading *reading) {
    crmi_bytes *bytes = &reading->bytes;
    if (!crmi_xlsx_unescape(bytes, reading->from)) return refuse_cell(reading, CRM_E_TOO_BIG, "a text of over 32,767 characters");
    if (bytes->size == reading->from) return CRM_OK;
    crmi_xlsx_cell *cell = add_cell(reading, CRM_XLSX_TEXT);
    if (!cell) return crmi_exchange_nomem();
    close_text(reading, reading->from, &cell->value, &cell->value_size);
    cell->text = cell->value;
    cell->text_size = cell->value_size;
    return CRM_OK;
}

static int finish_shared(crmi_xlsx_reading *reading) {
    const char *number = reading->bytes.at + reading->from;
    size_t digits = reading->bytes.size - reading->from, size = 0;
    uint64_t index = 0;
    for (size_t i = 0; i < digits && i < 12; i++)
        index = number[i] >= '0' && number[i] <= '9' ? index * 10 + (uint64_t)(number[i] - '0') : UINT32_MAX;
    const char *text = digits > 0 && digits < 12 ? crmi_strings_get(reading->strings, index, &size) : NULL;
    reading->bytes.size = reading->from;
    if (!text) return refuse_cell(reading, CRM_E_FORMAT, "there is no such shared text");
    if (size == 0) return CRM_OK;
    crmi_xlsx_cell *cell = add_cell(reading, CRM_XLSX_TEXT);
    if (!cell) return crmi_exchange_nomem();
    cell->shared = text;
    cell->text_size = cell->value_size = size;
    return CRM_OK;
}

/* A text whose format adds something to it, such as (@). */
static void decorate(crmi_xlsx_reading *reading, crmi_xlsx_cell *cell) {
    const crmi_format *format = crmi_styles_get(reading->styles, reading->style);
    crmi_bytes shown = {0};
    const char *text = cell->shared ? cell->shared : reading->bytes.at + cell->value;
    size_t from = reading->bytes.size;
    if (format->general || !crmi_format_text(format, text, cell->value_size, &shown)) return;
    if (shown.status < 0) reading->bytes.status = shown.status;
    crmi_bytes_add(&reading->bytes, shown.at, shown.size);
    crmi_bytes_free(&shown);
    close_text(reading, from, &cell->text, &cell->text_size);
    cell->decorated = true;
}

/* The format shows a date, and the number is one. */
static bool is_date(const crmi_format *format, const crmi_decimal *number, bool since_1904) {
    bool own_sign;
    crmi_moment moment;
    const crmi_section *section = format->general ? NULL : crmi_format_section(format, number, &own_sign);
    if (!section || section->kind != CRMI_SECTION_DATE) return false;
    double serial = crmi_decimal_double(number);
    if (section->elapsed && serial >= 1) return false; /* a duration, not a time of day */
    return crmi_moment_from(serial, since_1904, 3, &moment);
}

static int finish_number(crmi_xlsx_reading *reading, const crmi_decimal *number) {
    const crmi_format *format = crmi_styles_get(reading->styles, reading->style);
    crmi_bytes *bytes = &reading->bytes;
    bytes->size = reading->from;
    bool date = is_date(format, number, reading->since_1904);
    crmi_xlsx_cell *cell = add_cell(reading, date ? CRM_XLSX_DATE : CRM_XLSX_NUMBER);
    if (!cell) return crmi_exchange_nomem();
    if (date)
        crmi_moment_iso(crmi_decimal_double(number), reading->since_1904, bytes);
    else
        crmi_decimal_plain(number, bytes);
    close_text(reading, reading->from, &cell->value, &cell->value_size);
    size_t shown = bytes->size;
    crmi_format_number(format, number, reading->since_1904, bytes);
    close_text(reading, shown, &cell->text, &cell->text_size);
    return CRM_OK;
}

static int finish_plain(crmi_xlsx_reading *reading, uint32_t type, const char *text) {
    crmi_bytes *bytes = &reading->bytes;
    if (text) {
        bytes->size = reading->from;
        crmi_bytes_add(bytes, text, strlen(text));
    }
    crmi_xlsx_cell *cell = add_cell(reading, type);
    if (!cell) return crmi_exchange_nomem();
    close_text(reading, reading->from, &cell->value, &cell->value_size);
    cell->text = cell->value;
    cell->text_size = cell->value_size;
    return CRM_OK;
}

static int finish_boolean(crmi_xlsx_reading *reading, const char *value, size_t size) {
    if ((size == 1 && *value == '1') || (size == 4 && memcmp(value, "true", 4) == 0))
        return finish_plain(reading, CRM_XLSX_BOOLEAN, "TRUE");
    if ((size == 1 && *value == '0') || (size == 5 && memcmp(value, "false", 5) == 0))
        return finish_plain(reading, CRM_XLSX_BOOLEAN, "FALSE");
    return refuse_cell(reading, CRM_E_FORMAT, "neither true nor false");
}

static int finish_value(crmi_xlsx_reading *reading) {
    size_t size = reading->bytes.size - reading->from;
    crmi_decimal number;
    if (reading->kind == 't' || reading->kind == 'i') return finish_text(reading);
    if (size == 0) return CRM_OK;
    const char *value = reading->bytes.at + reading->from;
    switch (reading->kind) {
    case 's': return finish_shared(reading);
    case 'b': return finish_boolean(reading, value, size);
    case 'e': return finish_plain(reading, CRM_XLSX_ERROR, NULL);
    case 'd':
        if (!crmi_moment_parse(value, size, reading->since_1904, &number)) return refuse_cell(reading, CRM_E_FORMAT, "no date");
        return finish_number(reading, &number);
    case 'n':
        if (!crmi_decimal_parse(&number, value, size)) return refuse_cell(reading, CRM_E_FORMAT, "no number");
        return finish_number(reading, &number);
    default: return refuse_cell(reading, CRM_E_FORMAT, "there is no such type of cell");
    }
}

static int end_value(crmi_xlsx_reading *reading) {
    size_t count = reading->count;
    reading->inside = 0;
    if (reading->bytes.status < 0) return CRM_OK; /* told at the end of the row */
    if (reading->has_value) {                     /* one is enough: <v> and <is> in one cell */
        reading->bytes.size = reading->from;
        return CRM_OK;
    }
    int rc = finish_value(reading);
    if (rc == CRM_OK && reading->count > count && reading->misplaced)
        return refuse_cell(reading, CRM_E_FORMAT, "its reference is one of another row");
    if (rc < 0 || reading->count == count) return rc;
    reading->has_value = true;
    crmi_xlsx_cell *cell = &reading->cells[count];
    if (cell->type == CRM_XLSX_TEXT) decorate(reading, cell);
    return CRM_OK;
}

static int on_end(void *user, int depth, const char *name) {
    crmi_xlsx_reading *reading = user;
    if (!reading->in_data) return CRM_OK;
    if (reading->inside == 'i') crmi_rich_end(&reading->rich, depth, name, &reading->bytes);
    if (depth == VALUE_DEPTH && reading->inside) return end_value(reading);
    if (depth == CELL_DEPTH) reading->in_cell = false;
    if (depth == ROW_DEPTH && reading->in_row) {
        reading->in_row = false;
        if (reading->bytes.status == CRM_E_NOMEM) return crmi_exchange_nomem();
        if (reading->bytes.status < 0) return refuse_row(reading, CRM_E_TOO_BIG, "over 8 MiB");
        reading->made += reading->bytes.size;
        if (reading->made > CRMI_LIMIT_XLSX_TEXT_BYTES) return refuse_row(reading, CRM_E_TOO_BIG, "the sheet's texts have over 1 GiB");
        return reading->count ? CRM_ROW : CRM_OK;
    }
    return CRM_OK;
}

/* --- reading --- */

int crmi_xlsx_sheet_begin(crmi_xlsx_reading *reading, crmi_zip *zip, const crmi_xlsx_sheet *sheet, const crmi_strings *strings,
                          const crmi_styles *styles, bool since_1904) {
    static const crmi_xml_calls calls = {on_start, on_end, on_text};
    *reading = (crmi_xlsx_reading){.sheet = sheet->name, .strings = strings, .styles = styles, .since_1904 = since_1904};
    reading->bytes.limit = CRMI_LIMIT_XLSX_ROW_BYTES;
    if (!sheet->part) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "sheet \"%s\": the file has not got its part", sheet->name);
    return crmi_xml_begin(&reading->xml, zip, sheet->part, CRMI_LIMIT_XLSX_SHEET_BYTES, &calls, reading);
}

int crmi_xlsx_sheet_next(crmi_xlsx_reading *reading) {
    int rc = crmi_xml_run(&reading->xml);
    if (rc != CRM_ROW) reading->count = 0;
    return rc;
}

void crmi_xlsx_sheet_end(crmi_xlsx_reading *reading) {
    crmi_xml_end(&reading->xml);
    crmi_bytes_free(&reading->bytes);
    free(reading->cells);
    *reading = (crmi_xlsx_reading){0};
}
