/* SPDX-License-Identifier: MIT */
/* Small workbooks made in memory: a zip archive of parts that are not packed, and the parts that every workbook needs. */
#ifndef CRM_TESTS_SUPPORT_WORKBOOK_H
#define CRM_TESTS_SUPPORT_WORKBOOK_H
#include <stddef.h>
#include <stdint.h>

typedef struct workbook {
    char *bytes;
    size_t size, capacity;
    char *directory; /* of the archive, so far */
    size_t directory_size, directory_capacity, count;
} workbook;

/* Parts in any order; workbook_end() closes the archive, workbook_free() frees it. */
void workbook_add(workbook *book, const char *name, const char *text);
void workbook_end(workbook *book);
void workbook_free(workbook *book);

/* What stands inside of <sheetData>, <sst>, <styleSheet> and of <workbook> before its sheets; NULL: none of it. Makes a whole workbook
 * with one sheet "Kunden". */
typedef struct workbook_text {
    const char *rows, *strings, *styles, *properties;
} workbook_text;
workbook workbook_make(const workbook_text *text);
/* The parts but for the sheet, the shared texts and the styles. */
void workbook_add_frame(workbook *book, const char *properties);

#define WORKBOOK_MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define WORKBOOK_RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#endif
