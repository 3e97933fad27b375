/* SPDX-License-Identifier: MIT */
/* A CSV file that is open: what is told and what is found out about it, and its rows one by one. */
#include "exchange/csv.h"
#include "exchange/refuse.h"
#include <libcrm/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- options --- */

static int invalid(const char *text) { return crmi_exchange_refuse(CRM_E_INVALID, 0, "%s", text); }

static bool is_delimiter(uint32_t character) { return character == ',' || character == ';' || character == '\t' || character == '|'; }

/* The caller's struct, shorter or longer than ours: an unknown tail must be zero. */
static int take_options(const crm_csv_options *given, crm_csv_options *out) {
    *out = (crm_csv_options){.size = sizeof *out};
    if (!given) return CRM_OK;
    if (given->size < sizeof *out || given->size > 4096) return invalid("options->size is not that of the struct");
    for (uint64_t i = sizeof *out; i < given->size; i++)
        if (((const char *)given)[i]) return invalid("an option that this version does not know");
    *out = *given;
    if (out->encoding > CRM_CSV_ISO_8859_15) return invalid("there is no such encoding");
    if (out->delimiter && !is_delimiter(out->delimiter)) return invalid("a delimiter is comma, semicolon, tab or pipe");
    if (out->quote && out->quote != '"' && out->quote != '\'' && out->quote != CRM_CSV_NO_QUOTE)
        return invalid("a quote is double, single or none");
    return CRM_OK;
}

/* --- encoding --- */

static int refuse_encoding(const char *reason) { return crmi_exchange_refuse(CRM_E_UTF8, 0, "%s", reason); }

/* True as long as more bytes matter. */
typedef bool (*take_bytes)(crmi_csv_scan *scan, const char *bytes, size_t size);

/* Text that is UTF-8 to its end, as most is, needs no closer look. */
static bool take_utf8(crmi_csv_scan *scan, const char *bytes, size_t size) { return crmi_csv_utf8_more(&scan->utf8, bytes, size); }

static bool take_all(crmi_csv_scan *scan, const char *bytes, size_t size) {
    crmi_csv_scan_bytes(scan, bytes, size);
    return !crmi_csv_scan_settled(scan);
}

/* All bytes of a file that can be read twice; of another one the first block. That is in raw before and after. *whole: nothing is left. */
static int scan_file(crmi_csv_reader *reader, take_bytes take, crmi_csv_scan *scan, bool *whole) {
    int rc = CRM_OK;
    bool more = take(scan, reader->raw, reader->raw_size);
    *whole = reader->raw_size < CRMI_CSV_BLOCK;
    if (*whole || !more || !crmi_csv_input_rewind(&reader->input)) return CRM_OK;
    *scan = (crmi_csv_scan){0};
    while (more && (rc = crmi_csv_first_block(reader)) == CRM_OK && reader->raw_size) more = take(scan, reader->raw, reader->raw_size);
    *whole = more;
    crmi_csv_input_rewind(&reader->input);
    return rc == CRM_OK ? crmi_csv_first_block(reader) : rc;
}

static int scan_all(crmi_csv_reader *reader, crmi_csv_guess *guess) {
    crmi_csv_scan scan = {0}, first = {0};
    bool whole;
    crmi_csv_scan_bytes(&first, reader->raw, reader->raw_size < sizeof first.first ? reader->raw_size : sizeof first.first);
    int rc = scan_file(reader, take_utf8, &scan, &whole);
    if (rc == CRM_OK && !scan.utf8.bad && !(whole && scan.utf8.open)) {
        first.utf8 = scan.utf8;
        crmi_csv_scan_judge(&first, whole, guess);
        return CRM_OK;
    }
    scan = (crmi_csv_scan){0};
    if (rc == CRM_OK) rc = scan_file(reader, take_all, &scan, &whole);
    if (rc == CRM_OK) crmi_csv_scan_judge(&scan, whole, guess);
    return rc;
}

static int find_encoding(crm_csv *csv, uint32_t told) {
    crmi_csv_reader *reader = &csv->reader;
    crmi_csv_guess guess = {.encoding = told, .confidence = 100, .reason = "told"};
    const char *name;
    size_t mark;
    uint32_t marked = crmi_csv_mark(reader->raw, reader->raw_size, &mark, &name);
    if (told && name && marked != told)
        return crmi_exchange_refuse(CRM_E_UTF8, 0, "it begins with the byte order mark of %s, and is not %s", name,
                                    crmi_csv_encoding_name(told));
    int rc = told ? CRM_OK : scan_all(reader, &guess);
    if (rc < 0) return rc;
    if (!guess.encoding) return refuse_encoding(guess.reason);
    reader->raw_at = marked ? mark : 0;
    reader->encoding = csv->format.encoding = guess.encoding;
    csv->format.encoding_confidence = guess.confidence;
    memcpy(csv->reasons[3], guess.reason, CRMI_CSV_REASON);
    reader->decoded = guess.encoding == CRM_CSV_UTF8 ? NULL : malloc((size_t)CRMI_CSV_BLOCK * 3);
    if (guess.encoding != CRM_CSV_UTF8 && !reader->decoded) return crmi_exchange_nomem();
    crmi_csv_decode_block(reader);
    return CRM_OK;
}

/* --- delimiter, quote, headings --- */

/* A first line "sep=;", which Excel writes and reads, tells the delimiter and is no line of the table. 0 where there is none. */
static char take_sep_line(crmi_csv_reader *reader) {
    const char *at = reader->at;
    if (reader->end - at < 5 || strncasecmp(at, "sep=", 4) != 0 || !is_delimiter((uint8_t)at[4])) return 0;
    if (at + 5 < reader->end && at[5] != '\r' && at[5] != '\n') return 0;
    reader->at += 5;
    return at[4];
}

static int skip_to(crmi_csv_reader *reader, uint64_t line) {
    int rc = 1;
    while (reader->line < line && rc > 0) rc = crmi_csv_skip_line(reader);
    return rc < 0 ? rc : CRM_OK;
}

static int find_dialect(crm_csv *csv, const crm_csv_options *options) {
    crmi_csv_reader *reader = &csv->reader;
    crm_csv_options told = *options;
    bool chosen = told.header_row != 0 && told.header_row != CRM_CSV_NO_HEADER;
    char sep = take_sep_line(reader);
    int rc = sep && reader->at < reader->end ? crmi_csv_skip_line_end(reader) : CRM_OK;
    if (rc == CRM_OK && chosen && told.header_row < reader->line)
        rc = crmi_exchange_refuse(CRM_E_FORMAT, 1, "the first line tells the delimiter and has no headings");
    if (rc == CRM_OK && chosen) rc = skip_to(reader, told.header_row);
    if (rc == CRM_OK && reader->at == reader->end) rc = crmi_csv_fill(reader);
    if (rc < 0) return rc;
    if (!told.delimiter && sep) told.delimiter = (uint8_t)sep;
    bool whole = reader->raw_size < CRMI_CSV_BLOCK && !reader->broken;
    crmi_csv_find_dialect(reader->at, (size_t)(reader->end - reader->at), whole, reader->line, &told, &csv->format, csv->reasons,
                          &csv->width);
    if (!options->delimiter && sep) snprintf(csv->reasons[0], CRMI_CSV_REASON, "the first line tells it");
    reader->delimiter = (char)csv->format.delimiter;
    reader->quote = csv->format.quote == CRM_CSV_NO_QUOTE ? 0 : (char)csv->format.quote;
    return csv->format.header_row == CRM_CSV_NO_HEADER ? CRM_OK : skip_to(reader, csv->format.header_row);
}

/* --- open and closed --- */

static int begin(crm_csv *csv, const crm_csv_options *options) {
    crm_csv_format *format = &csv->format;
    csv->reader.line = 1;
    csv->reader.raw = malloc(CRMI_CSV_BLOCK);
    if (!csv->reader.raw) return crmi_exchange_nomem();
    int rc = crmi_csv_first_block(&csv->reader);
    if (rc == CRM_OK) rc = find_encoding(csv, options->encoding);
    if (rc == CRM_OK) rc = find_dialect(csv, options);
    format->size = sizeof *format;
    format->delimiter_reason = csv->reasons[0];
    format->quote_reason = csv->reasons[1];
    format->header_reason = csv->reasons[2];
    format->encoding_reason = csv->reasons[3];
    return rc;
}

static int open_path(crm_csv *csv, const char *path) {
    csv->path = strdup(path);
    return csv->path ? crmi_csv_input_open(&csv->reader.input, csv->path) : crmi_exchange_nomem();
}

static int open_any(const char *path, const void *bytes, size_t size, const crm_csv_options *options, crm_csv **out) {
    crm_csv_options told;
    int rc = take_options(options, &told);
    if (rc < 0) return rc;
    crm_csv *csv = calloc(1, sizeof *csv);
    if (!csv) return crmi_exchange_nomem();
    crmi_csv_input_memory(&csv->reader.input, bytes, size);
    if (path) rc = open_path(csv, path);
    if (rc == CRM_OK) rc = begin(csv, &told);
    if (rc < 0)
        crm_csv_close(csv);
    else
        *out = csv;
    return rc < 0 ? rc : CRM_OK;
}

int crm_csv_open(const char *path, const crm_csv_options *options, crm_csv **out) {
    if (out) *out = NULL;
    if (!path || !out) return invalid(path ? "out is NULL" : "path is NULL");
    return open_any(path, NULL, 0, options, out);
}

int crm_csv_open_bytes(const void *bytes, size_t size, const crm_csv_options *options, crm_csv **out) {
    if (out) *out = NULL;
    if ((!bytes && size) || !out) return invalid(out ? "bytes is NULL" : "out is NULL");
    if (size > CRMI_LIMIT_CSV_FILE_BYTES) return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "over 1 GiB");
    return open_any(NULL, bytes, size, options, out);
}

void crm_csv_close(crm_csv *csv) {
    if (!csv) return;
    crmi_csv_end(&csv->reader);
    free(csv->headings.text);
    free(csv->headings.starts);
    free(csv->path);
    free(csv);
}

int crm_csv_detect(const crm_csv *csv, crm_csv_format *out) {
    if (!csv || !out) return invalid(csv ? "out is NULL" : "csv is NULL");
    uint64_t size = out->size;
    if (size < sizeof *out || size > 4096) return invalid("out->size is not that of the struct");
    memset(out, 0, size);
    *out = csv->format;
    out->size = size;
    return CRM_OK;
}

/* --- rows --- */

/* The line that is told to have the headings must have them. */
static int check_first(const crm_csv *csv) {
    uint32_t line = csv->format.header_row;
    if (line == 0 || line == CRM_CSV_NO_HEADER || csv->reader.row.line == line) return CRM_ROW;
    return crmi_exchange_refuse(CRM_E_FORMAT, line, "the line names no column");
}

int crmi_csv_next_row(crm_csv *csv) {
    if (csv->failed) return crmi_exchange_refuse(csv->failed, csv->reader.row.line, "an error before this ended the file");
    int rc;
    do rc = crmi_csv_next(&csv->reader);
    while (rc == CRM_ROW && csv->reader.row.blank);
    if (rc == CRM_ROW && !csv->begun) rc = check_first(csv);
    csv->begun = true;
    if (rc < 0) csv->failed = rc;
    return rc;
}

int crm_csv_next(crm_csv *csv) {
    if (!csv) return invalid("csv is NULL");
    int rc = crmi_csv_next_row(csv);
    const crmi_csv_row *row = &csv->reader.row;
    for (size_t i = 0; rc == CRM_ROW && i < row->count; i++)
        if (!crmi_csv_is_utf8(crmi_csv_cell(row, i), crmi_csv_cell_size(row, i)))
            rc = csv->failed = crmi_exchange_refuse(CRM_E_UTF8, row->line, "column %zu: not UTF-8, or a byte 0", i + 1);
    return rc;
}

uint64_t crm_csv_row(const crm_csv *csv) { return csv && csv->begun ? csv->reader.row.line : 0; }

size_t crm_csv_cell_count(const crm_csv *csv) { return csv ? csv->reader.row.count : 0; }

const char *crm_csv_cell_text(const crm_csv *csv, size_t cell, size_t *size) {
    bool there = csv && cell < csv->reader.row.count && !csv->failed;
    if (size) *size = there ? crmi_csv_cell_size(&csv->reader.row, cell) : 0;
    return there ? crmi_csv_cell(&csv->reader.row, cell) : NULL;
}
