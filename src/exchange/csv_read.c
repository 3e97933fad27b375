/* SPDX-License-Identifier: MIT */
/* CSV by RFC 4180, one row at a time: cells in quotes may hold delimiters, line ends and doubled quotes; a line ends by CRLF, LF or CR. A
 * quote inside of a cell that does not begin with one is a character like others. */
#include "exchange/csv.h"
#include <libcrm/error.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char mark[] = "\xef\xbb\xbf";

/* Over one line end, CRLF as one. */
static void skip_line_end(crmi_csv_reader *reader) {
    char first = *reader->at++;
    if (first == '\r' && reader->at < reader->end && *reader->at == '\n') reader->at++;
    reader->line++;
}

/* --- the beginning --- */

/* How often each candidate stands in the first line that has something in it, outside quotes; the semicolon wins a tie, then the comma. */
static char find_delimiter(const char *at, const char *end) {
    size_t counts[3] = {0};
    static const char candidates[] = ";,\t";
    bool quoted = false;
    while (at < end && (*at == '\n' || *at == '\r')) at++;
    for (; at < end && (quoted || (*at != '\n' && *at != '\r')); at++) {
        const char *found = *at ? strchr(candidates, *at) : NULL;
        if (*at == '"') quoted = !quoted;
        if (found && !quoted) counts[found - candidates]++;
    }
    size_t best = 0;
    for (size_t i = 1; i < 3; i++)
        if (counts[i] > counts[best]) best = i;
    return counts[best] ? candidates[best] : ',';
}

/* A first line "sep=;", which Excel writes and reads, tells the delimiter and is no line of the table. 0 where there is none. */
static char take_told(crmi_csv_reader *reader) {
    const char *at = reader->at;
    if (reader->end - at < 5 || strncasecmp(at, "sep=", 4) != 0 || !memchr(";,\t", at[4], 3)) return 0;
    if (at + 5 < reader->end && at[5] != '\r' && at[5] != '\n') return 0;
    reader->at += 5;
    if (reader->at < reader->end) skip_line_end(reader);
    return at[4];
}

void crmi_csv_begin(crmi_csv_reader *reader, const void *bytes, size_t size, const crm_csv_options *options) {
    *reader = (crmi_csv_reader){.at = bytes, .encoding = options->encoding, .line = 1};
    reader->end = size ? reader->at + size : reader->at;
    if (reader->encoding == CRM_CSV_UTF8 && size >= 3 && memcmp(reader->at, mark, 3) == 0) reader->at += 3;
    char told = take_told(reader);
    if (options->delimiter)
        reader->delimiter = (char)options->delimiter;
    else
        reader->delimiter = told ? told : find_delimiter(reader->at, reader->end);
}

void crmi_csv_end(crmi_csv_reader *reader) {
    free(reader->row.text);
    free(reader->row.starts);
    reader->row = (crmi_csv_row){0};
}

/* --- the row in memory --- */

static int nomem(void) { return crm_error_report(CRM_E_NOMEM, 0, 0, NULL); }

static int refuse(const crmi_csv_reader *reader, int status, const char *reason) {
    return crm_error_report(status, 0, reader->row.line, reason);
}

/* The limit holds for the row as it is kept, with a byte more for each cell. */
static int append(crmi_csv_reader *reader, const char *bytes, size_t size) {
    crmi_csv_row *row = &reader->row;
    if (size == 0) return CRM_OK;
    if (size > CRMI_LIMIT_CSV_ROW_BYTES - row->size) return refuse(reader, CRM_E_TOO_BIG, "the row is over the limit of 1,048,576 bytes");
    if (row->size + size > row->capacity) {
        size_t capacity = row->capacity ? row->capacity : 4096;
        while (capacity < row->size + size) capacity *= 2;
        char *grown = realloc(row->text, capacity);
        if (!grown) return nomem();
        row->text = grown;
        row->capacity = capacity;
    }
    memcpy(row->text + row->size, bytes, size);
    row->size += size;
    return CRM_OK;
}

static int begin_cell(crmi_csv_reader *reader) {
    crmi_csv_row *row = &reader->row;
    if (row->count == row->cells_capacity) {
        size_t capacity = row->cells_capacity ? row->cells_capacity * 2 : 64;
        size_t *grown = realloc(row->starts, capacity * sizeof *grown);
        if (!grown) return nomem();
        row->starts = grown;
        row->cells_capacity = capacity;
    }
    row->starts[row->count++] = row->size;
    return CRM_OK;
}

static int append_1252(crmi_csv_reader *reader, const char *bytes, size_t size) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < size; i++) {
        char utf8[3];
        size_t width = crmi_exchange_decode_1252((uint8_t)bytes[i], utf8);
        rc = width ? append(reader, utf8, width) : refuse(reader, CRM_E_UTF8, "a byte that means nothing in Windows-1252");
    }
    return rc;
}

static int append_text(crmi_csv_reader *reader, const char *bytes, size_t size) {
    return reader->encoding == CRM_CSV_WINDOWS_1252 ? append_1252(reader, bytes, size) : append(reader, bytes, size);
}

/* --- cells and rows --- */

static bool at_line_end(const crmi_csv_reader *reader) { return reader->at < reader->end && (*reader->at == '\n' || *reader->at == '\r'); }

/* Counts the line ends inside of quotes. */
static void count_lines(crmi_csv_reader *reader, const char *from, const char *to) {
    for (; from < to; from++)
        if (*from == '\n' || (*from == '\r' && !(from + 1 < reader->end && from[1] == '\n'))) reader->line++;
}

/* Behind the opening quote. */
static int read_quoted(crmi_csv_reader *reader) {
    for (;;) {
        const char *quote = memchr(reader->at, '"', (size_t)(reader->end - reader->at));
        if (!quote) return refuse(reader, CRM_E_FORMAT, "a quote that does not close");
        count_lines(reader, reader->at, quote);
        int rc = append_text(reader, reader->at, (size_t)(quote - reader->at));
        if (rc < 0) return rc;
        reader->at = quote + 1;
        if (reader->at == reader->end || *reader->at != '"') break;
        rc = append(reader, "\"", 1); /* a doubled one */
        if (rc < 0) return rc;
        reader->at++;
    }
    if (reader->at == reader->end || *reader->at == reader->delimiter || at_line_end(reader)) return CRM_OK;
    return refuse(reader, CRM_E_FORMAT, "text behind a closing quote");
}

static int read_plain(crmi_csv_reader *reader) {
    const char *start = reader->at;
    while (reader->at < reader->end && *reader->at != reader->delimiter && !at_line_end(reader)) reader->at++;
    return append_text(reader, start, (size_t)(reader->at - start));
}

static int read_cell(crmi_csv_reader *reader) {
    bool quoted = reader->at < reader->end && *reader->at == '"';
    int rc = begin_cell(reader);
    if (quoted) reader->at++;
    if (rc == CRM_OK) rc = quoted ? read_quoted(reader) : read_plain(reader);
    return rc == CRM_OK ? append(reader, "", 1) : rc;
}

int crmi_csv_next(crmi_csv_reader *reader) {
    crmi_csv_row *row = &reader->row;
    if (reader->at >= reader->end) return CRM_OK;
    row->size = row->count = 0;
    row->line = reader->line;
    row->blank = at_line_end(reader);
    for (;;) {
        int rc = read_cell(reader);
        if (rc < 0) return rc;
        if (reader->at == reader->end || *reader->at != reader->delimiter) break;
        reader->at++;
    }
    if (at_line_end(reader)) skip_line_end(reader);
    return CRM_ROW;
}
