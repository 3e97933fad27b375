/* SPDX-License-Identifier: MIT */
/* Delimiter, quote and the line with the headings, from the shapes that the first rows have when they are read this way or that. */
#include "exchange/csv.h"
#include "exchange/headings.h"
#include <stdio.h>
#include <string.h>

enum { ROWS = 200 };

/* A row, read with some delimiter and quote. */
typedef struct shape {
    uint64_t line;
    size_t width, filled; /* cells; those with something in them */
    size_t quoted;        /* cells in quotes */
    bool number, broken;  /* a cell is a number; a quote is not closed, or has text behind */
} shape;

/* How the text reads in one way. */
typedef struct reading {
    char delimiter, quote;
    size_t count, width;  /* rows with something in them; the cells that most of them have */
    size_t even;          /* so many of them */
    size_t quoted, wrong; /* cells in quotes; rows that are broken */
    shape shapes[ROWS];
} reading;

typedef struct cursor {
    const char *at, *end;
    char delimiter, quote;
    uint64_t line;
} cursor;

static bool is_number(const char *text, size_t size) {
    bool digit = false;
    for (size_t i = 0; i < size; i++) {
        if (!memchr("0123456789.,+- ", text[i], 15)) return false;
        digit |= text[i] >= '0' && text[i] <= '9';
    }
    return digit;
}

static bool at_line_end(const cursor *c) { return c->at < c->end && (*c->at == '\n' || *c->at == '\r'); }

static void skip_line_end(cursor *c) {
    char first = *c->at++;
    if (first == '\r' && c->at < c->end && *c->at == '\n') c->at++;
    c->line++;
}

/* Behind the opening quote, to behind the closing one. */
static void skip_quoted(cursor *c, shape *out) {
    out->quoted++;
    for (;;) {
        if (c->at == c->end) {
            out->broken = true;
            return;
        }
        if (at_line_end(c))
            skip_line_end(c);
        else if (*c->at++ == c->quote) {
            if (c->at == c->end || *c->at != c->quote) break;
            c->at++;
        }
    }
}

static void skip_cell(cursor *c, shape *out) {
    const char *start = c->at;
    bool quoted = c->quote && c->at < c->end && *c->at == c->quote;
    if (quoted) {
        c->at++;
        skip_quoted(c, out);
    }
    const char *plain = c->at;
    while (c->at < c->end && *c->at != c->delimiter && !at_line_end(c)) c->at++;
    if (quoted && c->at > plain) out->broken = true;
    out->width++;
    out->filled += quoted ? plain - start > 2 : !crmi_headings_is_blank(start, (size_t)(c->at - start));
    out->number |= !quoted && is_number(start, (size_t)(c->at - start));
}

/* False where there is no more of it, or where the row goes on behind the text. */
static bool next_shape(cursor *c, bool whole, shape *out) {
    if (c->at == c->end) return false;
    *out = (shape){.line = c->line};
    skip_cell(c, out);
    while (c->at < c->end && !at_line_end(c)) {
        c->at++;
        skip_cell(c, out);
    }
    if (c->at == c->end) return whole;
    skip_line_end(c);
    return true;
}

/* The width above 1 that most rows have; 1 where none has one. */
static void find_width(reading *read) {
    read->width = 1;
    for (size_t i = 0; i < read->count; i++) {
        size_t width = read->shapes[i].width, even = 0;
        if (width < 2) continue;
        for (size_t j = 0; j < read->count; j++) even += read->shapes[j].width == width;
        if (even < read->even || (even == read->even && width <= read->width)) continue;
        read->even = even;
        read->width = width;
    }
}

/* A text that is cut within its first row is taken as it is. */
static void read_shapes(cursor c, bool whole, reading *out) {
    cursor begin = c;
    out->count = out->even = out->quoted = out->wrong = 0;
    out->delimiter = c.delimiter;
    out->quote = c.quote;
    shape got, empty = {.width = 0};
    while (out->count < ROWS && next_shape(&c, whole, &got)) {
        out->quoted += got.quoted;
        out->wrong += got.broken;
        if (got.filled > 0) out->shapes[out->count++] = got;
        if (got.filled == 0 && got.width > 1 && empty.width == 0) empty = got;
    }
    if (out->count == 0 && empty.width > 0) out->shapes[out->count++] = empty; /* nothing but delimiters */
    if (out->count == 0 && !whole) read_shapes(begin, true, out);
    find_width(out);
}

/* The one that divides most rows alike, in which most cells; then semicolon, comma, tab, pipe. */
static void choose_delimiter(cursor c, bool whole, uint32_t told, reading *best, uint32_t *confidence) {
    static const char candidates[] = ";,\t|";
    uint64_t share = 0, second = 0;
    reading next;
    c.delimiter = told ? (char)told : ',';
    read_shapes(c, whole, best);
    if (best->width > 1) share = best->even * 1000 / best->count;
    for (size_t i = 0; !told && i < 4; i++) {
        c.delimiter = candidates[i];
        if (c.delimiter == ',') continue;
        read_shapes(c, whole, &next);
        uint64_t other = next.width > 1 ? next.even * 1000 / next.count : 0;
        bool better = other > share || (other == share && other > 0 && (next.width > best->width || (next.width == best->width && i == 0)));
        if (!better) {
            second = other > second ? other : second;
            continue;
        }
        second = share > second ? share : second;
        share = other;
        *best = next;
    }
    *confidence = (uint32_t)(share / 10 > 50 ? share / 10 : 50);
    if (second >= share || best->count < 2) *confidence = *confidence * 3 / 4;
    if (share == 0) *confidence = 50;
    if (*confidence > 99) *confidence = 99;
}

/* Single quotes where nothing is in double ones, and all that begins with one ends with one: apostrophes begin cells too. */
static bool is_single(cursor c, bool whole, uint32_t told, const reading *plain, reading *single, uint32_t *confidence) {
    if (plain->quoted > 0) return false;
    c.quote = '\'';
    choose_delimiter(c, whole, told, single, confidence);
    return single->quoted >= 2 && single->wrong == 0;
}

/* A title stands above a table: one cell in a line, or few of many, where the lines below have more. */
static bool is_title(const reading *read, size_t index) {
    const shape *row = &read->shapes[index];
    if (read->width < 2 || index + 1 >= read->count || (row->filled > 1 && row->filled * 3 >= read->width)) return false;
    for (size_t i = index + 1; i < read->count; i++)
        if (read->shapes[i].filled > row->filled && read->shapes[i].width == read->width) return true;
    return false;
}

static void find_header(const reading *read, crm_csv_format *out, char *reason) {
    size_t index = 0;
    while (index < read->count && is_title(read, index)) index++;
    if (index == read->count) {
        snprintf(reason, CRMI_CSV_REASON, "nothing is in any line");
        return;
    }
    const shape *row = &read->shapes[index];
    out->header_row = row->line > UINT32_MAX - 1 ? 0 : (uint32_t)row->line;
    out->header_confidence = index ? 75 : 90;
    snprintf(reason, CRMI_CSV_REASON, index ? "the first line with more than a title" : "the first line that is not blank");
    if (row->number || row->filled < row->width) out->header_confidence = 50;
    if (row->number) snprintf(reason + strlen(reason), CRMI_CSV_REASON - strlen(reason), "; it has numbers, which headings seldom are");
}

static void find_quote(const reading *read, crm_csv_format *out, char *reason) {
    out->quote = (uint32_t)read->quote;
    out->quote_confidence = read->quoted == 0 ? 50 : read->wrong ? 60 : 99;
    if (read->quoted)
        snprintf(reason, CRMI_CSV_REASON, "%zu cells are in quotes", read->quoted);
    else
        snprintf(reason, CRMI_CSV_REASON, "no cell is in quotes");
}

void crmi_csv_find_dialect(const char *text, size_t size, bool whole, uint64_t line, const crm_csv_options *told, crm_csv_format *out,
                           char (*reasons)[CRMI_CSV_REASON], size_t *width) {
    cursor c = {.at = text, .end = size ? text + size : text, .line = line};
    static const char told_text[] = "told";
    reading read, single;
    uint32_t confidence;
    c.quote = told->quote == CRM_CSV_NO_QUOTE ? 0 : told->quote ? (char)told->quote : '"';
    choose_delimiter(c, whole, told->delimiter, &read, &out->delimiter_confidence);
    if (!told->quote && is_single(c, whole, told->delimiter, &read, &single, &confidence)) {
        read = single;
        out->delimiter_confidence = confidence;
    }
    out->delimiter = (uint32_t)read.delimiter;
    if (read.width > 1)
        snprintf(reasons[0], CRMI_CSV_REASON, "it divides %zu of the first %zu rows into %zu cells", read.even, read.count, read.width);
    else
        snprintf(reasons[0], CRMI_CSV_REASON, "nothing divides the first %zu rows", read.count);
    find_quote(&read, out, reasons[1]);
    find_header(&read, out, reasons[2]);
    *width = 1;
    for (size_t i = 0; i < read.count; i++) *width = read.shapes[i].width > *width ? read.shapes[i].width : *width;
    if (told->delimiter) {
        out->delimiter_confidence = 100;
        snprintf(reasons[0], CRMI_CSV_REASON, told_text);
    }
    if (told->quote) {
        out->quote = told->quote;
        out->quote_confidence = 100;
        snprintf(reasons[1], CRMI_CSV_REASON, told_text);
    }
    if (told->header_row) {
        out->header_row = told->header_row;
        out->header_confidence = 100;
        snprintf(reasons[2], CRMI_CSV_REASON, told_text);
    }
}
