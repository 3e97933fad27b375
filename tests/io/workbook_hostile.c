/* SPDX-License-Identifier: MIT */
/* Small workbooks that would be large imports: refused while they are read, before anything is applied. One that only looks large is read.
 */
#include "support/measured.h"
#include "support/workbook.h"
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT "<c t='inlineStr'><is><t>%s</t></is></c>"

static FILE *out;
static char *rows;
static size_t size;

static void begin_rows(void) {
    cr_assert(out = open_memstream(&rows, &size));
    fprintf(out, "<row>" TEXT TEXT "</row>", "Kundennummer", "Firma");
}

static int read_rows(void *data) {
    const workbook *book = data;
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("x", CRM_ROWS_CUSTOMER, &sync), CRM_OK, "%s", crm_error_text());
    int rc = crm_xlsx_read_bytes(sync, book->bytes, book->size, NULL);
    crm_sync_free(sync);
    return rc;
}

/* Reads what has been written; strings: shared texts or NULL. */
static void reads(const char *what, const char *strings, int status, uint64_t row, const char *reason) {
    fclose(out);
    workbook book = workbook_make(&(workbook_text){.rows = rows, .strings = strings});
    measured took = measure(read_rows, &book);
    cr_expect(took.status == status && took.row == row && strstr(took.text, reason), "%s: %d, row %llu: %s", what, took.status,
              (unsigned long long)took.row, took.text);
    measured_expect(&took, what);
    workbook_free(&book);
    free(rows);
}

Test(workbook_hostile, columns) {
    cr_assert(out = open_memstream(&rows, &size));
    fputs("<row>", out);
    for (int i = 0; i < 513; i++) fprintf(out, "<c t='inlineStr'><is><t>Telefon %d</t></is></c>", i);
    fputs("</row><row><c><v>1</v></c></row>", out);
    reads("513 columns", NULL, CRM_E_TOO_BIG, 0, "over 512 columns");
}

Test(workbook_hostile, rows) {
    begin_rows();
    for (int i = 0; i < 100001; i++) fprintf(out, "<row><c><v>%d</v></c></row>", i);
    reads("100,001 rows", NULL, CRM_E_TOO_BIG, 100002, "over 100000 rows");
}

/* Two cells that are as far from each other as can be take no room between them. */
Test(workbook_hostile, sparse) {
    begin_rows();
    fputs("<row r='1048576'><c r='A1048576'><v>1</v></c></row>", out);
    reads("the last row of all", NULL, CRM_OK, 0, "none");
    begin_rows();
    fputs("<row r='1048576'><c r='A1048576'><v>1</v></c><c r='XFD1048576'><v>1</v></c></row>", out);
    reads("the last cell of all", NULL, CRM_E_FORMAT, 1048576, "sheet \"Kunden\", cell XFD1048576: its column has no heading");
}

/* A shared text is stored once in the file, and in memory for each cell that has it. */
Test(workbook_hostile, shared_text) {
    char *text = malloc(40000);
    cr_assert(text);
    memset(text, 'x', 32767);
    memcpy(text, "<si><t>", 7);
    strcpy(text + 32760, "</t></si>");
    begin_rows();
    for (int i = 0; i < 90000; i++) fputs("<row><c t='s'><v>0</v></c><c t='s'><v>0</v></c></row>", out);
    reads("180,000 times 32 KB", text, CRM_E_TOO_BIG, 8187, "the cells have over 512 MiB");
    free(text);
}
