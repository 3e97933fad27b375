/* SPDX-License-Identifier: MIT */
/* Workbooks of many programs: each is read whole or refused for a reason, and openpyxl reads the same cells. Differences are listed with
 * their reasons by file and by how many they are; where that number changes, the test fails. Workbooks of two collections, most of them,
 * are read only with CRM_TEST_WHOLE=1. */
#include "support/chance.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <ftw.h>
#include <libcrm/error.h>
#include <libcrm/io.h>
#include <libcrm/status.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Refused, though the ending is .xlsx or .xlsm. */
static const struct refusal {
    const char *file, *reason;
} refusals[] = {
    {"xlsx-calamine/issue252.xlsx", "the XML is damaged"}, /* its relationships are garbled and have a wrong checksum */
    {"xlsx-calamine/pass_protected.xlsx", "encrypted"},    {"xlsx-roo/type_openoffice.xlsx", "OpenDocument"},
    {"xlsx-roo/type_openoffice.xlsm", "OpenDocument"},     {"xlsx-roo/type_excel.xlsx", "old workbook"},
    {"xlsx-roo/type_excel.xlsm", "old workbook"},
};

/* Cells that openpyxl has otherwise. */
static struct difference {
    const char *file;
    int count;
    const char *why;
    int met;
} differences[] = {
    {"xlsx-calamine/whitespace_trim.xlsx", 6, "white space around a text without xml:space is XML's", 0},
    {"xlsx-calamine/issue_174.xlsx", 1, "the same", 0},
    {"xlsx-calamine/encoded_entities.xlsx", 1, "the same", 0},
    {"xlsx-sheetjs/LONumbers.xlsx", 25, "formats in capital letters (H, DDDD, A/P) are dates, too: so Excel shows them", 0},
    {"xlsx-sheetjs/LONumbers-2010.xlsx", 25, "the same", 0},
    {"xlsx-sheetjs/LONumbers-2011.xlsx", 25, "the same", 0},
    {"xlsx-readxl/files/tests/testthat/sheets/dates-leap-year-1900-xlsx.xlsx", 2, "Excel's calendar has a February 29th 1900", 0},
    {"xlsx-readxl/files/tests/testthat/sheets/new_line_errors.xlsx", 1,
     "openpyxl takes _x005F_ away and what is left is an escape to the script", 0},
    {"xlsx-libxlsxwriter/optimize06.xlsx", 1, "_x0000_ is no character: U+FFFD", 0},
    {"xlsx-libxlsxwriter/shared_strings01.xlsx", 1, "the same", 0},
    {"xlsx-libxlsxwriter/date_1904_02.xlsx", 1, "day 0 is the first of 1904, no time", 0},
};

static const char *const folders[] = {"xlsx-calamine", "xlsx-readxl", "xlsx-roo", "xlsx2csv", "xlsx-sheetjs", "xlsx-libxlsxwriter"};
#define FOLDERS (sizeof folders / sizeof *folders)

static bool whole(void) { return chance_number("CRM_TEST_WHOLE", 0) != 0; }

static bool is_read(const char *file) {
    for (size_t i = FOLDERS - 2; i < FOLDERS; i++)
        if (strncmp(file, folders[i], strlen(folders[i])) == 0) return whole();
    return true;
}

static char data[4096];
static FILE *cells;
static size_t opened, refused;

static bool ends(const char *text, const char *ending) {
    size_t size = strlen(text), length = strlen(ending);
    return size >= length && strcasecmp(text + size - length, ending) == 0;
}

static void write_escaped(const char *text) {
    for (; *text; text++) {
        const char *found = strchr("\\\n\r\t", *text);
        if (found)
            fprintf(cells, "\\%c", "\\nrt"[found - "\\\n\r\t"]);
        else
            fputc(*text, cells);
    }
}

static int write_sheet(crm_xlsx *book, size_t sheet) {
    int rc = crm_xlsx_choose(book, sheet);
    fprintf(cells, "S\t%s\n", crm_xlsx_sheet_name(book, sheet));
    while (rc == CRM_OK && (rc = crm_xlsx_next(book)) == CRM_ROW) {
        for (size_t i = 0; i < crm_xlsx_cell_count(book); i++) {
            cr_assert(crm_xlsx_cell_text(book, i, NULL));
            fprintf(cells, "C\t%s\t%u\t", crm_xlsx_cell_name(book, i), crm_xlsx_cell_type(book, i));
            write_escaped(crm_xlsx_cell_value(book, i, NULL));
            fputc('\n', cells);
        }
        rc = CRM_OK;
    }
    return rc;
}

static void expect_refusal(const char *path, int rc) {
    const char *file = path + strlen(data) + 1;
    refused++;
    cr_expect(rc == CRM_E_FORMAT, "%s: %d %s", file, rc, crm_error_text());
    if (!ends(path, ".xlsx") && !ends(path, ".xlsm")) return;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (strcmp(refusals[i].file, file) == 0 && strstr(crm_error_text(), refusals[i].reason)) return;
    cr_expect(false, "%s is refused: %s", file, crm_error_text());
}

static int visit(const char *path, const struct stat *info, int type, struct FTW *place) {
    crm_xlsx *book;
    (void)info, (void)place;
    bool old = ends(path, ".xls") || ends(path, ".xlsb") || ends(path, ".ods");
    if (type != FTW_F || !(old || ends(path, ".xlsx") || ends(path, ".xlsm"))) return 0;
    int rc = crm_xlsx_open(path, &book);
    if (rc < 0) {
        expect_refusal(path, rc);
        return 0;
    }
    cr_expect(!old, "%s is no workbook of today", path);
    fprintf(cells, "F\t%s\n", path);
    for (size_t sheet = 0; rc == CRM_OK && sheet < crm_xlsx_sheet_count(book); sheet++) rc = write_sheet(book, sheet);
    cr_expect_eq(rc, CRM_OK, "%s: %s", path, crm_error_text());
    opened++;
    crm_xlsx_close(book);
    return 0;
}

static void take_difference(const char *line) {
    const char *file = line + strlen(data) + 1;
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++) {
        size_t size = strlen(differences[i].file);
        if (strncmp(differences[i].file, file, size) != 0 || file[size] != '\t') continue;
        differences[i].met++;
        return;
    }
    cr_expect(false, "openpyxl differs: %s", line);
}

static void compare_with_openpyxl(const char *path) {
    const char *source = getenv("CRM_SOURCE");
    char command[4400], line[2000];
    unsigned long workbooks = 0, count = 0;
    snprintf(command, sizeof command, "/usr/bin/python3 '%s/tests/io/xlsx_openpyxl.py' '%s' 2>/dev/null", source ? source : ".", path);
    FILE *out = popen(command, "r");
    cr_assert(out);
    while (fgets(line, sizeof line, out)) {
        if (strncmp(line, data, strlen(data)) == 0)
            take_difference(line);
        else
            cr_assert(sscanf(line, "%lu\t%lu", &workbooks, &count) == 2, "%s", line);
    }
    cr_assert(pclose(out) == 0, "%s", command);
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
        if (is_read(differences[i].file))
            cr_expect_eq(differences[i].met, differences[i].count, "%s: %d differences, listed are %d: %s", differences[i].file,
                         differences[i].met, differences[i].count, differences[i].why);
    fprintf(stderr, "%zu workbooks read, %zu refused; %lu cells of %lu compared with openpyxl\n", opened, refused, count, workbooks);
    cr_expect(whole() ? count > 150000 && workbooks > 900 : count > 20000 && workbooks > 150, "%lu cells of %lu workbooks", count,
              workbooks);
}

TestSuite(xlsx_corpus, .init = test_begin, .fini = test_end);

Test(xlsx_corpus, read_or_refused, .timeout = 300) {
    const char *given = getenv("CRM_TEST_DATA"), *ci = getenv("CI");
    char path[4300], folder[4300];
    if (!given || !*given) {
        cr_assert(!ci || strcmp(ci, "true") != 0, "CRM_TEST_DATA is not set");
        fprintf(stderr, "skipped: no CRM_TEST_DATA\n");
        return;
    }
    snprintf(data, sizeof data, "%s", given);
    snprintf(path, sizeof path, "%s/cells.tsv", test_folder);
    cr_assert(cells = fopen(path, "w"));
    for (size_t i = 0; i < (whole() ? FOLDERS : FOLDERS - 2); i++) {
        snprintf(folder, sizeof folder, "%s/%s", data, folders[i]);
        cr_assert_eq(nftw(folder, visit, 16, FTW_PHYS), 0, "%s", folder);
    }
    cr_assert(fclose(cells) == 0);
    cr_expect(opened > (whole() ? 1000 : 180) && refused > 50, "%zu read, %zu refused", opened, refused);
    compare_with_openpyxl(path);
}
