/* SPDX-License-Identifier: MIT */
/* CSV by RFC 4180, one row at a time: cells in quotes may hold delimiters, line ends and doubled quotes; a line ends by CRLF, LF or CR. A
 * quote inside of a cell that does not begin with one is a character like others. Only a block of the file is in memory, and the row. */
#include "exchange/csv.h"
#include "exchange/refuse.h"
#include <libcrm/error.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const crmi_csv_reader *reader, int status, const char *reason) {
    return crmi_exchange_refuse(status, reader->row.line, "%s", reason);
}

void crmi_csv_end(crmi_csv_reader *reader) {
    crmi_csv_input_close(&reader->input);
    free(reader->raw);
    free(reader->decoded);
    free(reader->row.text);
    free(reader->row.starts);
    *reader = (crmi_csv_reader){.input = {.file = -1}};
}

/* --- text, block by block --- */

/* More bytes behind those that could not be decoded yet. */
static int read_raw(crmi_csv_reader *reader) {
    size_t kept = reader->raw_size - reader->raw_at, got;
    memmove(reader->raw, reader->raw + reader->raw_at, kept);
    reader->raw_at = 0;
    int rc = crmi_csv_input_read(&reader->input, reader->raw + kept, CRMI_CSV_BLOCK - kept, &got);
    reader->raw_size = kept + got;
    reader->ended = got == 0;
    return rc;
}

int crmi_csv_first_block(crmi_csv_reader *reader) {
    reader->raw_at = reader->raw_size = 0;
    return read_raw(reader);
}

void crmi_csv_decode_block(crmi_csv_reader *reader) {
    size_t size = reader->raw_size - reader->raw_at, used = size;
    reader->at = reader->raw + reader->raw_at;
    if (reader->encoding == CRM_CSV_UTF8) {
        reader->end = reader->at + size;
    } else {
        reader->end = reader->decoded + crmi_csv_decode(reader->encoding, reader->at, size, reader->decoded, &used, &reader->broken);
        reader->at = reader->decoded;
    }
    reader->raw_at += used;
}

int crmi_csv_fill(crmi_csv_reader *reader) {
    while (reader->at == reader->end) {
        if (reader->broken) return refuse(reader, CRM_E_UTF8, reader->broken);
        if (reader->ended && reader->raw_at == reader->raw_size) return 0;
        if (reader->ended) return refuse(reader, CRM_E_UTF8, "half of a character at the end");
        int rc = read_raw(reader);
        if (rc < 0) return rc;
        crmi_csv_decode_block(reader);
    }
    return 1;
}

/* The next character without taking it, -1 at the end of the text; below that the error. */
enum { END = -1, FAILED = -2 };
static int peek(crmi_csv_reader *reader, int *failed) {
    if (reader->at < reader->end) return (unsigned char)*reader->at;
    int rc = crmi_csv_fill(reader);
    if (rc < 0) *failed = rc;
    return rc < 0 ? FAILED : rc == 0 ? END : (unsigned char)*reader->at;
}

int crmi_csv_skip_line_end(crmi_csv_reader *reader) {
    int failed = CRM_OK;
    char first = *reader->at++;
    if (first == '\r' && peek(reader, &failed) == '\n') reader->at++;
    reader->line++;
    return failed;
}

int crmi_csv_skip_line(crmi_csv_reader *reader) {
    int failed = CRM_OK, next;
    reader->row.line = reader->line;
    while ((next = peek(reader, &failed)) >= 0 && next != '\n' && next != '\r') {
        const char *at = reader->at;
        while (at < reader->end && *at != '\n' && *at != '\r') at++;
        reader->at = at;
    }
    if (next < 0) return failed;
    int rc = crmi_csv_skip_line_end(reader);
    return rc < 0 ? rc : 1;
}

/* --- the row in memory --- */

/* The limit holds for the row as it is kept, with a byte more for each cell. */
static int append(crmi_csv_reader *reader, const char *bytes, size_t size) {
    crmi_csv_row *row = &reader->row;
    if (size == 0) return CRM_OK;
    if (size > CRMI_LIMIT_CSV_ROW_BYTES - row->size) return refuse(reader, CRM_E_TOO_BIG, "the row is over the limit of 1,048,576 bytes");
    if (row->size + size > row->capacity) {
        size_t capacity = row->capacity ? row->capacity : 4096;
        while (capacity < row->size + size) capacity *= 2;
        char *grown = realloc(row->text, capacity);
        if (!grown) return crmi_exchange_nomem();
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
        if (!grown) return crmi_exchange_nomem();
        row->starts = grown;
        row->cells_capacity = capacity;
    }
    row->starts[row->count++] = row->size;
    return CRM_OK;
}

const char *crmi_csv_cell(const crmi_csv_row *row, size_t index) { return row->text + row->starts[index]; }

size_t crmi_csv_cell_size(const crmi_csv_row *row, size_t index) {
    size_t end = index + 1 < row->count ? row->starts[index + 1] : row->size;
    return end - row->starts[index] - 1;
}

/* --- cells and rows --- */

/* Counts the line ends inside of quotes; *before is the character before them. */
static void count_lines(crmi_csv_reader *reader, const char *from, const char *to, char *before) {
    for (; from < to; *before = *from++) reader->line += *from == '\r' || (*from == '\n' && *before != '\r');
}

/* What is in quotes up to the next one, over blocks. */
static int read_to_quote(crmi_csv_reader *reader, char *before) {
    for (;;) {
        int failed = CRM_OK, next = peek(reader, &failed);
        if (next == FAILED) return failed;
        if (next == END) return refuse(reader, CRM_E_FORMAT, "a quote that does not close");
        const char *from = reader->at, *quote = memchr(from, reader->quote, (size_t)(reader->end - from));
        reader->at = quote ? quote : reader->end;
        count_lines(reader, from, reader->at, before);
        int rc = append(reader, from, (size_t)(reader->at - from));
        if (rc < 0 || quote) return rc;
    }
}

/* Behind the opening quote. */
static int read_quoted(crmi_csv_reader *reader) {
    char before = reader->quote;
    int failed = CRM_OK, next;
    for (;;) {
        int rc = read_to_quote(reader, &before);
        if (rc < 0) return rc;
        reader->at++;
        before = reader->quote;
        next = peek(reader, &failed);
        if (next != reader->quote) break;
        rc = append(reader, &reader->quote, 1); /* a doubled one */
        if (rc < 0) return rc;
        reader->at++;
    }
    if (next < 0 || next == (unsigned char)reader->delimiter || next == '\n' || next == '\r') return failed;
    return refuse(reader, CRM_E_FORMAT, "text behind a closing quote");
}

static int read_plain(crmi_csv_reader *reader) {
    int failed = CRM_OK;
    while (peek(reader, &failed) >= 0) {
        const char *from = reader->at, *at = from, *end = reader->end;
        char delimiter = reader->delimiter;
        while (at < end && *at != delimiter && *at != '\n' && *at != '\r') at++;
        reader->at = at;
        int rc = append(reader, from, (size_t)(at - from));
        if (rc < 0 || at < end) return rc;
    }
    return failed;
}

static int read_cell(crmi_csv_reader *reader) {
    int failed = CRM_OK;
    bool quoted = reader->quote && peek(reader, &failed) == reader->quote;
    int rc = failed < 0 ? failed : begin_cell(reader);
    if (quoted) reader->at++;
    if (rc == CRM_OK) rc = quoted ? read_quoted(reader) : read_plain(reader);
    return rc == CRM_OK ? append(reader, "", 1) : rc;
}

int crmi_csv_next(crmi_csv_reader *reader) {
    crmi_csv_row *row = &reader->row;
    int failed = CRM_OK, next;
    row->size = row->count = 0;
    row->line = reader->line;
    next = peek(reader, &failed);
    if (next < 0) return failed;
    row->blank = next == '\n' || next == '\r';
    for (;;) {
        int rc = read_cell(reader);
        if (rc < 0) return rc;
        next = peek(reader, &failed);
        if (next != (unsigned char)reader->delimiter) break;
        reader->at++;
    }
    if (next >= 0) failed = crmi_csv_skip_line_end(reader);
    return failed < 0 ? failed : CRM_ROW;
}
