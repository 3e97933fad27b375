/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: libcrm-io. */
#include "support/errors.h"
#include "support/workbook.h"
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static crm_sync *rows;

static void begin(void) {
    test_begin();
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &rows), CRM_OK);
}

static void end(void) {
    crm_sync_free(rows);
    test_end();
}

TestSuite(errors, .init = begin, .fini = end);

static int read_file(const char *text, const crm_csv_options *options) {
    char path[4096];
    snprintf(path, sizeof path, "%s/rows.csv", test_folder);
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
    return crm_csv_read_file(rows, path, options);
}

static int read_to_end(crm_csv *csv) {
    int rc;
    while ((rc = crm_csv_next(csv)) == CRM_ROW) continue;
    return rc;
}

/* What is left of a reader at its end is closed by the next one. */
static crm_csv *reader;
static int open_text(const char *text, const crm_csv_options *options) {
    crm_csv_close(reader);
    return crm_csv_open_bytes(text, strlen(text), options, &reader);
}

static int next_in(const char *text, const crm_csv_options *options) {
    cr_assert_eq(open_text(text, options), CRM_OK);
    return read_to_end(reader);
}

static int feed_in(const char *text) {
    cr_assert_eq(open_text(text, NULL), CRM_OK);
    return crm_csv_feed(reader, rows, 10);
}

Test(errors, csv_reader) {
    crm_csv_options strange = {.size = sizeof strange, .quote = '`'}, strict = {.size = sizeof strict, .encoding = CRM_CSV_UTF8};
    crm_csv_options first = {.size = sizeof first, .header_row = 1};
    crm_csv_format format = {.size = sizeof format}, small = {.size = 8};
    char path[4096], *huge = malloc(1100000);
    crm_csv *csv;
    memset(huge, 'x', 1099999);
    huge[1099999] = 0;
    snprintf(path, sizeof path, "%s/rows.csv", test_folder);
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs("Firma\n", file) >= 0 && fclose(file) == 0);
    KEEPS(crm_csv_open, crm_csv_open(path, NULL, &csv));
    crm_csv_close(csv);
    cr_assert(truncate(path, (off_t)(1 << 30) + 1) == 0);
    REFUSES(CRM_E_TOO_BIG, crm_csv_open, crm_csv_open(path, NULL, &csv));
    REFUSES(CRM_E_NOTFOUND, crm_csv_open, crm_csv_open("/none", NULL, &csv));
    REFUSES(CRM_E_INVALID, crm_csv_open, crm_csv_open(path, &strange, &csv));
    cr_assert(truncate(path, 0) == 0 && (file = fopen(path, "w")) && fputs("a\x81\n", file) >= 0 && fclose(file) == 0);
    REFUSES(CRM_E_UTF8, crm_csv_open, crm_csv_open(path, NULL, &csv));
    cr_assert((file = fopen(path, "w")) && fputs("sep=;\na\n", file) >= 0 && fclose(file) == 0);
    REFUSES(CRM_E_FORMAT, crm_csv_open, crm_csv_open(path, &first, &csv));
    KEEPS(crm_csv_open_bytes, open_text("Firma\nA\n", NULL));
    KEEPS(crm_csv_detect, crm_csv_detect(reader, &format));
    REFUSES(CRM_E_INVALID, crm_csv_detect, crm_csv_detect(reader, &small));
    KEEPS(crm_csv_next, read_to_end(reader));
    REFUSES(CRM_E_FORMAT, crm_csv_next, next_in("a\n\"b", NULL));
    REFUSES(CRM_E_UTF8, crm_csv_next, next_in("a\n\xff\n", &strict));
    REFUSES(CRM_E_TOO_BIG, crm_csv_next, next_in(huge, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_csv_feed, feed_in("Hut\n"));
    REFUSES(CRM_E_FORMAT, crm_csv_feed, feed_in("\n"));
    REFUSES(CRM_E_INVALID, crm_csv_feed, crm_csv_feed(reader, NULL, 1));
    KEEPS(crm_csv_feed, feed_in("Kundennummer\n10001\n"));
    crm_csv_close(reader);
    free(huge);
}

Test(errors, csv) {
    crm_csv_options strange = {.size = sizeof strange, .delimiter = ':'}, strict = {.size = sizeof strict, .encoding = CRM_CSV_UTF8};
    char *huge = malloc(1100000);
    memset(huge, 'x', 1099999);
    huge[1099999] = 0;
    memcpy(huge, "Firma\n", 6);
    REFUSES(CRM_E_NOTFOUND, crm_csv_read_file, crm_csv_read_file(rows, "/none", NULL));
    REFUSES(CRM_E_NOTFOUND, crm_csv_read_file, read_file("Hut\n", NULL));
    REFUSES(CRM_E_FORMAT, crm_csv_read_file, read_file("\n", NULL));
    REFUSES(CRM_E_INVALID, crm_csv_read_file, read_file("Hut\n", &strange));
    REFUSES(CRM_E_UTF8, crm_csv_read_file, read_file("\xff\n", &strict));
    REFUSES(CRM_E_TOO_BIG, crm_csv_read_file, read_file(huge, NULL));
    KEEPS(crm_csv_read_file, read_file("Kundennummer\n10001\n", NULL));
    crm_sync_free(rows);
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &rows), CRM_OK);
    KEEPS(crm_csv_read, crm_csv_read(rows, "Ort\nUlm\n", 8, NULL));
    free(huge);
}

/* Opens it through a file, and frees it. */
static int open_made(workbook made, crm_xlsx **out) {
    char path[4096];
    snprintf(path, sizeof path, "%s/rows.xlsx", test_folder);
    FILE *file = fopen(path, "w");
    cr_assert(file && fwrite(made.bytes, 1, made.size, file) == made.size && fclose(file) == 0);
    workbook_free(&made);
    return crm_xlsx_open(path, out);
}

static int open_rows(const char *text, crm_xlsx **out) { return open_made(workbook_make(&(workbook_text){.rows = text}), out); }

static int next_of(const char *text) {
    crm_xlsx *book;
    cr_assert(open_rows(text, &book) == CRM_OK && crm_xlsx_choose(book, 0) == CRM_OK);
    int rc = crm_xlsx_next(book);
    crm_xlsx_close(book);
    return rc;
}

static int choose_of(const char *styles) {
    workbook made = workbook_make(&(workbook_text){.rows = "", .styles = styles});
    crm_xlsx *book;
    cr_assert_eq(crm_xlsx_open_bytes(made.bytes, made.size, &book), CRM_OK);
    int rc = crm_xlsx_choose(book, 0);
    crm_xlsx_close(book);
    workbook_free(&made);
    return rc;
}

static int open_parts(size_t count) {
    workbook made = {0};
    crm_xlsx *book;
    char name[24];
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "x%zu", i);
        workbook_add(&made, name, "");
    }
    workbook_end(&made);
    return open_made(made, &book);
}

Test(errors, xlsx) {
    crm_xlsx *book;
    size_t size;
    char code[1100];
    int length = snprintf(code, sizeof code, "<numFmts><numFmt numFmtId='164' formatCode='%01030d'/></numFmts>", 0);
    cr_assert(length > 1030);
    REFUSES(CRM_E_NOTFOUND, crm_xlsx_open, crm_xlsx_open("/none", &book));
    REFUSES(CRM_E_FORMAT, crm_xlsx_open, open_parts(1));
    REFUSES(CRM_E_TOO_BIG, crm_xlsx_open, open_parts(10001));
    KEEPS(crm_xlsx_open, open_rows("<row r='3'><c r='B3'><v>5</v></c></row>", &book));
    REFUSES(CRM_E_INVALID, crm_xlsx_next, crm_xlsx_next(book));
    REFUSES(CRM_E_NOTFOUND, crm_xlsx_choose, crm_xlsx_choose(book, 1));
    FAILS(CRM_E_NOTFOUND, crm_xlsx_sheet_name, crm_xlsx_sheet_name(book, 1));
    FAILS(CRM_E_NOTFOUND, crm_xlsx_sheet_visibility, crm_xlsx_sheet_visibility(book, 1));
    REFUSES(CRM_E_FORMAT, crm_xlsx_choose, choose_of("<numFmts>"));
    REFUSES(CRM_E_TOO_BIG, crm_xlsx_choose, choose_of(code));
    REFUSES(CRM_E_FORMAT, crm_xlsx_next, next_of("<row><c><v>x</v></c></row>"));
    REFUSES(CRM_E_TOO_BIG, crm_xlsx_next, next_of("<row r='1048577'/>"));
    cr_expect_eq(crm_error_row(), 1048577);
    KEEPS(crm_xlsx_choose, crm_xlsx_choose(book, 0));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_text, crm_xlsx_cell_text(book, 0, &size));
    KEEPS(crm_xlsx_next, crm_xlsx_next(book));
    KEEPS(crm_xlsx_row, crm_xlsx_row(book));
    KEEPS(crm_xlsx_cell_count, crm_xlsx_cell_count(book));
    KEEPS(crm_xlsx_cell_column, crm_xlsx_cell_column(book, 0));
    KEEPS(crm_xlsx_cell_type, crm_xlsx_cell_type(book, 0));
    KEEPS(crm_xlsx_cell_name, crm_xlsx_cell_name(book, 0));
    KEEPS(crm_xlsx_cell_text, crm_xlsx_cell_text(book, 0, &size));
    KEEPS(crm_xlsx_cell_value, crm_xlsx_cell_value(book, 0, NULL));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_column, crm_xlsx_cell_column(book, 1));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_type, crm_xlsx_cell_type(book, 1));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_name, crm_xlsx_cell_name(book, 1));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_value, crm_xlsx_cell_value(book, 1, NULL));
    crm_xlsx_close(book);
    workbook made = workbook_make(&(workbook_text){.rows = ""});
    KEEPS(crm_xlsx_open_bytes, crm_xlsx_open_bytes(made.bytes, made.size, &book));
    crm_xlsx_close(book);
    workbook_free(&made);
}

static int read_workbook(const char *text, bool file) {
    char path[4096];
    workbook made = workbook_make(&(workbook_text){.rows = text});
    crm_sync *sync;
    crm_xlsx *book;
    cr_assert_eq(crm_sync_new("book", CRM_ROWS_FLAT, &sync), CRM_OK);
    snprintf(path, sizeof path, "%s/rows.xlsx", test_folder);
    if (file && open_made(made, &book) == CRM_OK) crm_xlsx_close(book);
    int rc = file ? crm_xlsx_read_file(sync, path, NULL) : crm_xlsx_read_bytes(sync, made.bytes, made.size, NULL);
    if (!file) workbook_free(&made);
    crm_sync_free(sync);
    return rc;
}

Test(errors, xlsx_rows) {
    REFUSES(CRM_E_NOTFOUND, crm_xlsx_read_file, crm_xlsx_read_file(rows, "/none", NULL));
    REFUSES(CRM_E_NOTFOUND, crm_xlsx_read_file, read_workbook("<row><c t='str'><v>Hut</v></c></row>", true));
    REFUSES(CRM_E_FORMAT, crm_xlsx_read_file, read_workbook("", true));
    REFUSES(CRM_E_INVALID, crm_xlsx_read_file, crm_xlsx_read_file(NULL, "/none", NULL));
    REFUSES(CRM_E_TOO_BIG, crm_xlsx_read_file, read_workbook("<row r='1048577'/>", true));
    KEEPS(crm_xlsx_read_file, read_workbook("<row><c t='str'><v>Firma</v></c><c r='C1' t='str'><v>Ort</v></c></row>", true));
    KEEPS(crm_xlsx_read_bytes, read_workbook("<row><c t='str'><v>Firma</v></c></row>", false));
    KEEPS(crm_xlsx_rows, crm_xlsx_rows("Hut"));
    KEEPS(crm_xlsx_begins, crm_xlsx_begins("PK", 2));
    cr_assert_eq(read_file("Kundennummer\n10001\n", NULL), CRM_OK);
    crm_sync_free(rows);
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &rows), CRM_OK);
    KEEPS(crm_csv_read_folder, crm_csv_read_folder(rows, test_folder, NULL, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_csv_read_folder, crm_csv_read_folder(rows, "/none", NULL, NULL));
    REFUSES(CRM_E_FORMAT, crm_csv_read_folder, crm_csv_read_folder(rows, "/proc/self/fd", NULL, NULL));
    REFUSES(CRM_E_INVALID, crm_csv_read_folder, crm_csv_read_folder(rows, NULL, NULL, NULL));
    REFUSES(CRM_E_INVALID, crm_csv_read_folder, crm_csv_read_folder(NULL, "/", NULL, NULL));
}

/* A handle, a text or a place for a result that is NULL. */
Test(errors, xlsx_without) {
    crm_xlsx *book = NULL;
    REFUSES(CRM_E_INVALID, crm_xlsx_open, crm_xlsx_open(NULL, &book));
    REFUSES(CRM_E_INVALID, crm_xlsx_open, crm_xlsx_open("/none", NULL));
    REFUSES(CRM_E_INVALID, crm_xlsx_open_bytes, crm_xlsx_open_bytes(NULL, 1, &book));
    REFUSES(CRM_E_INVALID, crm_xlsx_open_bytes, crm_xlsx_open_bytes("", 0, NULL));
    REFUSES(CRM_E_INVALID, crm_xlsx_choose, crm_xlsx_choose(NULL, 0));
    REFUSES(CRM_E_INVALID, crm_xlsx_next, crm_xlsx_next(NULL));
    FAILS(CRM_E_INVALID, crm_xlsx_sheet_count, crm_xlsx_sheet_count(NULL));
    FAILS(CRM_E_INVALID, crm_xlsx_sheet_name, crm_xlsx_sheet_name(NULL, 0));
    FAILS(CRM_E_INVALID, crm_xlsx_sheet_visibility, crm_xlsx_sheet_visibility(NULL, 0));
    FAILS(CRM_E_INVALID, crm_xlsx_row, crm_xlsx_row(NULL));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_count, crm_xlsx_cell_count(NULL));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_column, crm_xlsx_cell_column(NULL, 0));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_name, crm_xlsx_cell_name(NULL, 0));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_type, crm_xlsx_cell_type(NULL, 0));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_text, crm_xlsx_cell_text(NULL, 0, NULL));
    FAILS(CRM_E_INVALID, crm_xlsx_cell_value, crm_xlsx_cell_value(NULL, 0, NULL));
    crm_xlsx_close(NULL);
}

static int read_lines(const char *text) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    int rc = crm_jsonl_read(sync, text, strlen(text));
    crm_sync_free(sync);
    return rc;
}

Test(errors, jsonl) {
    char wide[20000] = "{\"c\":0", *at = wide + strlen(wide);
    for (int i = 0; i < 512; i++) at += sprintf(at, ",\"c%d\":0", i);
    strcpy(at, "}");
    REFUSES(CRM_E_NOTFOUND, crm_jsonl_read_file, crm_jsonl_read_file(rows, "/none"));
    REFUSES(CRM_E_NOTFOUND, crm_jsonl_read_file, read_lines("{\"Hut\":1}"));
    REFUSES(CRM_E_FORMAT, crm_jsonl_read_file, read_lines("{}"));
    REFUSES(CRM_E_FORMAT, crm_jsonl_read_file, read_lines("{\"Firma\":[]}"));
    REFUSES(CRM_E_INVALID, crm_jsonl_read_file, crm_jsonl_read_file(rows, NULL));
    REFUSES(CRM_E_INVALID, crm_jsonl_read_file, crm_jsonl_read_file(NULL, "/none"));
    REFUSES(CRM_E_INVALID, crm_jsonl_read, crm_jsonl_read(NULL, "", 0));
    REFUSES(CRM_E_INVALID, crm_jsonl_read, crm_jsonl_read(rows, NULL, 1));
    REFUSES(CRM_E_TOO_BIG, crm_jsonl_read_file, read_lines(wide));
    REFUSES(CRM_E_IO, crm_jsonl_read_file, crm_jsonl_read_file(rows, "/"));
    char path[4096];
    snprintf(path, sizeof path, "%s/rows.jsonl", test_folder);
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs("{\"Firma\":\"A\"}", file) >= 0 && fclose(file) == 0);
    KEEPS(crm_jsonl_read_file, crm_jsonl_read_file(rows, path));
    KEEPS(crm_jsonl_read, read_lines("{\"Firma\":\"A\"}"));
}
