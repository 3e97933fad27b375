/* SPDX-License-Identifier: MIT */
/* Inside of the reader of workbooks. */
#ifndef CRMI_EXCHANGE_XLSX_H
#define CRMI_EXCHANGE_XLSX_H
#include "exchange/xlsx_format.h"
#include "exchange/xml.h"
#include <libcrm/xlsx.h>

/* --- texts, plain or rich: <t>, and <r><t> for each run --- */

typedef struct crmi_rich {
    int depth;     /* of <si> or <is> */
    int phonetic;  /* depth of <rPh> that we are in, or 0: how a text is read out is none of it */
    bool inside;   /* of <t> */
    bool preserve; /* its white space */
    size_t from;   /* where its text begins */
} crmi_rich;

void crmi_rich_begin(crmi_rich *rich, int depth);
void crmi_rich_start(crmi_rich *rich, int depth, const char *name, const char **attributes, const crmi_bytes *out);
void crmi_rich_text(crmi_rich *rich, const char *text, size_t size, crmi_bytes *out);
void crmi_rich_end(crmi_rich *rich, int depth, const char *name, crmi_bytes *out);
/* Takes _xHHHH_ for the character, from a place to the end of out. False where the text is longer than a cell may be. */
bool crmi_xlsx_unescape(crmi_bytes *out, size_t from);

/* --- shared texts --- */

/* Read once, in their order; in memory, or in a file without a name where they are many. */
typedef struct crmi_strings {
    crmi_bytes memory;
    int file; /* -1: none */
    const char *at;
    size_t size, mapped;
    uint32_t *places; /* of every sixteenth */
    size_t count, capacity;
} crmi_strings;

int crmi_strings_read(crmi_strings *strings, crmi_zip *zip, const crmi_zip_part *part);
/* A text by its number, NUL-ended; or NULL. */
const char *crmi_strings_get(const crmi_strings *strings, uint64_t index, size_t *size);
void crmi_strings_free(crmi_strings *strings);

/* --- styles: which number format a cell's style has --- */

typedef struct crmi_styles {
    crmi_format *formats;
    unsigned *ids; /* of formats */
    size_t format_count, format_capacity;
    uint16_t *styles; /* index of the format */
    size_t style_count, style_capacity;
} crmi_styles;

/* part NULL: a workbook without styles. */
int crmi_styles_read(crmi_styles *styles, crmi_zip *zip, const crmi_zip_part *part);
/* Never NULL: General where there is no such style. */
const crmi_format *crmi_styles_get(const crmi_styles *styles, uint64_t style);
void crmi_styles_free(crmi_styles *styles);

/* --- parts: what the workbook is made of --- */

typedef struct crmi_xlsx_sheet {
    char *name;
    bool cells;                /* it is one of cells */
    const crmi_zip_part *part; /* NULL: the archive has not got it */
    uint32_t visibility;
} crmi_xlsx_sheet;

typedef struct crmi_xlsx_book {
    crmi_xlsx_sheet *sheets;
    size_t count, capacity;
    const crmi_zip_part *strings, *styles; /* or NULL */
    bool since_1904;
} crmi_xlsx_book;

int crmi_xlsx_book_read(crmi_xlsx_book *book, crmi_zip *zip);
void crmi_xlsx_book_free(crmi_xlsx_book *book);
/* Says why a file that is no zip archive is none: encrypted, an old workbook ... CRM_OK where it may be one. */
int crmi_xlsx_check_kind(crmi_zip *zip);

/* --- a sheet --- */

typedef struct crmi_xlsx_cell {
    const char *shared;                        /* its text, where that is a shared one */
    size_t text, text_size, value, value_size; /* else places in the row's bytes */
    uint32_t column, type;
    bool decorated; /* what is shown is not the shared text */
} crmi_xlsx_cell;

typedef struct crmi_xlsx_reading {
    crmi_xml xml;
    const char *sheet; /* its name */
    const crmi_strings *strings;
    const crmi_styles *styles;
    bool since_1904;
    uint64_t row; /* number of the row that is read */
    crmi_xlsx_cell *cells;
    size_t count, capacity;
    crmi_bytes bytes;
    /* the cell that is read */
    uint32_t column;
    char kind; /* first letter of its type: s shared, i inline, b, e, d, n; t for "str", a formula's text */
    uint64_t style;
    char inside; /* v, i (of <is>) or 0 */
    bool in_data, in_row, in_cell, has_value;
    bool misplaced; /* its reference says another row */
    size_t from;    /* where its bytes begin */
    uint64_t made;  /* bytes of the rows before */
    crmi_rich rich;
} crmi_xlsx_reading;

/* Begins a sheet. reading is zero, or was ended. */
int crmi_xlsx_sheet_begin(crmi_xlsx_reading *reading, crmi_zip *zip, const crmi_xlsx_sheet *sheet, const crmi_strings *strings,
                          const crmi_styles *styles, bool since_1904);
/* CRM_ROW, CRM_OK, errors. */
int crmi_xlsx_sheet_next(crmi_xlsx_reading *reading);
void crmi_xlsx_sheet_end(crmi_xlsx_reading *reading);
/* "B7". out has 16 bytes. */
void crmi_xlsx_name(uint32_t column, uint64_t row, char *out);
#endif
