/* SPDX-License-Identifier: MIT */
/* Texts in cells. A spreadsheet takes a CSV cell that begins with one of = + - @, a tab or a line end, also behind blanks, for a formula:
 * it gets an apostrophe in front. A text that has such an apostrophe of its own gets one more, in CSV and in workbooks alike, so that
 * whoever reads a cell takes one away and has the text as it was. */
#ifndef CRMI_EXCHANGE_ESCAPE_H
#define CRMI_EXCHANGE_ESCAPE_H
#include <stdbool.h>
#include <stddef.h>

/* Whether a cell of CSV, or of a workbook whose cells are texts already, needs an apostrophe in front. */
bool crmi_escape_needed(const char *text, size_t size, bool workbook);
/* How many bytes in front are not the text's own: 0 or 1. */
/* A text of a customer sheet that stands behind "#TEXT:", since the import would take it for something else: blanks around it, "",
 * "#CLEAR",
 * "#TEXT:". */
bool crmi_escape_literal(const char *text, size_t size);
size_t crmi_escape_skip(const char *text, size_t size);
/* UTF-8 without U+0000. */
bool crmi_escape_utf8(const char *text, size_t size);
#endif
