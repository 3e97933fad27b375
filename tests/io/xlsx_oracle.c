/* SPDX-License-Identifier: MIT */
/* Every cell of the workbooks that Excel itself has saved as CSV, against that CSV. Differences are listed with their reasons; one that is
 * gone fails, too. Three things are none:
 * - the code page: Excel for Mac writes Mac OS Roman or Windows-1252, and "_" or "?" for what that has not got;
 * - line breaks in a cell, which it writes as CR;
 * - the corner: a CSV begins at the first cell that is used. */
#include "support/csv.h"
#include "support/data.h"
#include <criterion/criterion.h>
#include <libcrm/error.h>
#include <libcrm/io.h>
#include <libcrm/status.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct difference {
    const char *file;
    int sheet;
    const char *cell, *why;
} differences[] = {
    /* Excel calculates anew what the file has another result of. */
    {"formula_stress_test.xlsx", 1, "B6", "=NOW()"},
    {"formula_stress_test.xlsx", 1, "B7", "=TODAY()"},
    {"formula_stress_test.xlsx", 4, "B3", "=INFO(\"release\")"},
    {"formula_stress_test.xlsx", 7, "B46", "=RAND()"},
    {"formula_stress_test.xlsx", 7, "B47", "=RANDBETWEEN()"},
    {"comments_stress_test.xlsx", 2, "B1", "a macro's function that was not there when Excel wrote the CSV"},
    {"comments_stress_test.xlsx", 2, "B2", "the same"},
    {"comments_stress_test.xlsx", 2, "B3", "the same"},
    {"LONumbers.xlsx", 0, "C38", "the file has an empty text as the formula's result"},
    {"LONumbers.xlsx", 0, "D38", "the same"},
    {"LONumbers.xlsx", 0, "E38", "the same"},
    {"LONumbers.xlsx", 0, "F38", "the same"},
    {"LONumbers.xlsx", 0, "G38", "the same"},
    {"LONumbers.xlsx", 0, "H38", "the same"},
    {"LONumbers.xlsx", 0, "I38", "the same"},
    {"LONumbers.xlsx", 0, "J38", "the same"},
    /* The CSV is empty, the sheet is not: Excel could not choose sheets while some were hidden. */
    {"hidden_sheets.xlsx", 0, "A1", "the CSV is empty"},
    {"hidden_sheets.xlsx", 1, "A1", "the CSV is empty"},
    {"hidden_sheets.xlsx", 2, "A1", "the CSV is empty"},
    /* An OpenDocument with another ending: Excel opens it, this reader says what it is. */
    {"type_openoffice.xlsx", 0, "", "no workbook"},
};
enum { DIFFERENCES = sizeof differences / sizeof *differences, CELL_BYTES = 200000 };

static bool met[DIFFERENCES];

/* --- code pages: bytes from 0x80 on --- */

static const unsigned short mac[128] = {
    0xc4,   0xc5,   0xc7,   0xc9,   0xd1,   0xd6,   0xdc,   0xe1,   0xe0,   0xe2,   0xe4,   0xe3,   0xe5,   0xe7,   0xe9,   0xe8,
    0xea,   0xeb,   0xed,   0xec,   0xee,   0xef,   0xf1,   0xf3,   0xf2,   0xf4,   0xf6,   0xf5,   0xfa,   0xf9,   0xfb,   0xfc,
    0x2020, 0xb0,   0xa2,   0xa3,   0xa7,   0x2022, 0xb6,   0xdf,   0xae,   0xa9,   0x2122, 0xb4,   0xa8,   0x2260, 0xc6,   0xd8,
    0x221e, 0xb1,   0x2264, 0x2265, 0xa5,   0xb5,   0x2202, 0x2211, 0x220f, 0x3c0,  0x222b, 0xaa,   0xba,   0x3a9,  0xe6,   0xf8,
    0xbf,   0xa1,   0xac,   0x221a, 0x192,  0x2248, 0x2206, 0xab,   0xbb,   0x2026, 0xa0,   0xc0,   0xc3,   0xd5,   0x152,  0x153,
    0x2013, 0x2014, 0x201c, 0x201d, 0x2018, 0x2019, 0xf7,   0x25ca, 0xff,   0x178,  0x2044, 0x20ac, 0x2039, 0x203a, 0xfb01, 0xfb02,
    0x2021, 0xb7,   0x201a, 0x201e, 0x2030, 0xc2,   0xca,   0xc1,   0xcb,   0xc8,   0xcd,   0xce,   0xcf,   0xcc,   0xd3,   0xd4,
    0xf8ff, 0xd2,   0xda,   0xdb,   0xd9,   0x131,  0x2c6,  0x2dc,  0xaf,   0x2d8,  0x2d9,  0x2da,  0xb8,   0x2dd,  0x2db,  0x2c7};
static const unsigned short windows[32] = {0x20ac, 0,      0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
                                           0x2039, 0x152,  0,      0x17d,  0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
                                           0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0,      0x17e,  0x178};

enum page { MAC, WINDOWS, UTF8 };

/* The byte of a character, or -1. */
static int byte_of(unsigned code, enum page page) {
    if (code < 0x80) return (int)code;
    for (int i = 0; page == MAC && i < 128; i++)
        if (mac[i] == code) return i + 128;
    if (page == MAC) return -1;
    for (int i = 0; i < 32; i++)
        if (windows[i] == code) return i + 128;
    return code >= 0xa0 && code < 0x100 ? (int)code : -1;
}

static unsigned next_code(const unsigned char **at) {
    unsigned code = *(*at)++;
    int more = code >= 0xf0 ? 3 : code >= 0xe0 ? 2 : code >= 0xc0 ? 1 : 0;
    if (more) code &= 0x3fu >> more;
    for (; more > 0; more--) code = code << 6 | (*(*at)++ & 0x3fu);
    return code;
}

static bool same(const char *ours, const char *theirs, enum page page) {
    const unsigned char *at = (const unsigned char *)ours, *other = (const unsigned char *)theirs;
    if (page == UTF8) return strcmp(ours, theirs) == 0;
    while (*at) {
        unsigned code = next_code(&at);
        int byte = byte_of(code == '\n' ? '\r' : code, page);
        for (int i = 0; i < (code > 0xffff ? 2 : 1); i++, other++)
            if (byte >= 0 ? *other != byte : *other != '_' && *other != '?') return false;
    }
    return !*other;
}

/* --- cells of both sides --- */

typedef struct cell {
    unsigned row, column;
    char *text;
} cell;

typedef struct cells {
    cell *all;
    size_t count, capacity;
} cells;

static void add_cell(cells *to, unsigned row, unsigned column, const char *text) {
    if (!*text) return;
    if (to->count == to->capacity) {
        to->capacity = to->capacity ? to->capacity * 2 : 256;
        to->all = realloc(to->all, to->capacity * sizeof *to->all);
        cr_assert(to->all);
    }
    to->all[to->count++] = (cell){row, column, strdup(text)};
}

static void free_cells(cells *all) {
    for (size_t i = 0; i < all->count; i++) free(all->all[i].text);
    free(all->all);
    *all = (cells){0};
}

static void read_csv(cells *to, const char *text, size_t size) {
    static char out[CELL_BYTES];
    unsigned row = 1, column = 1;
    bool ended;
    for (const char *at = text; csv_cell(&at, text + size, out, sizeof out, &ended);) {
        add_cell(to, row, column, out);
        row += ended;
        column = ended ? 1 : column + 1;
    }
}

static void read_sheet(cells *to, crm_xlsx *book, size_t sheet, const char *path) {
    int rc;
    cr_assert_eq(crm_xlsx_choose(book, sheet), CRM_OK, "%s: %s", path, crm_error_text());
    while ((rc = crm_xlsx_next(book)) == CRM_ROW)
        for (size_t i = 0; i < crm_xlsx_cell_count(book); i++)
            add_cell(to, (unsigned)crm_xlsx_row(book), crm_xlsx_cell_column(book, i), crm_xlsx_cell_text(book, i, NULL));
    cr_expect_eq(rc, CRM_OK, "%s: %s", path, crm_error_text());
}

static void corner_of(const cells *all, unsigned *row, unsigned *column) {
    *row = *column = 1u << 30;
    for (size_t i = 0; i < all->count; i++) {
        if (all->all[i].row < *row) *row = all->all[i].row;
        if (all->all[i].column < *column) *column = all->all[i].column;
    }
}

/* Moves theirs to where ours begin. */
static void align(const cells *ours, cells *theirs) {
    unsigned row, column, their_row, their_column;
    if (!ours->count || !theirs->count) return;
    corner_of(ours, &row, &column);
    corner_of(theirs, &their_row, &their_column);
    for (size_t i = 0; i < theirs->count; i++) {
        theirs->all[i].row += row - their_row;
        theirs->all[i].column += column - their_column;
    }
}

/* --- comparing --- */

typedef struct pair {
    char file[200], name[200], csv[200]; /* name: without the folder */
    int sheet;
    enum page page;
} pair;

static void name_cell(unsigned row, unsigned column, char out[24]) {
    if (column > 26)
        snprintf(out, 24, "%c%c%u", 'A' + (column - 1) / 26 - 1, 'A' + (column - 1) % 26, row);
    else
        snprintf(out, 24, "%c%u", 'A' + column - 1, row);
}

static bool is_listed(const pair *of, const char *place) {
    for (size_t i = 0; i < DIFFERENCES; i++)
        if (!strcmp(differences[i].file, of->name) && differences[i].sheet == of->sheet && !strcmp(differences[i].cell, place))
            return met[i] = true;
    return false;
}

static int order(const cell *one, const cell *other) {
    if (one->row != other->row) return one->row < other->row ? -1 : 1;
    return one->column < other->column ? -1 : one->column > other->column;
}

/* How many differ; with told, each must be listed. */
static size_t compare(const pair *of, const cells *ours, const cells *theirs, bool told) {
    size_t differ = 0, i = 0, j = 0;
    while (i < ours->count || j < theirs->count) {
        int side = i == ours->count ? 1 : j == theirs->count ? -1 : order(&ours->all[i], &theirs->all[j]);
        const cell *our = side <= 0 ? &ours->all[i++] : NULL, *their = side >= 0 ? &theirs->all[j++] : NULL;
        if (our && their && same(our->text, their->text, of->page)) continue;
        char place[24];
        name_cell((our ? our : their)->row, (our ? our : their)->column, place);
        differ++;
        if (told)
            cr_expect(is_listed(of, place), "%s sheet %d %s: \"%.60s\", Excel shows \"%.60s\"", of->file, of->sheet, place,
                      our ? our->text : "", their ? their->text : "");
    }
    return differ;
}

/* The code page is the one that fits best. */
static void choose_page(pair *of, const char *csv, const cells *ours, const cells *theirs) {
    of->page = UTF8;
    if (strncmp(csv, "\xef\xbb\xbf", 3) == 0) return;
    of->page = WINDOWS;
    size_t others = compare(of, ours, theirs, false);
    of->page = MAC;
    if (compare(of, ours, theirs, false) > others) of->page = WINDOWS;
}

static size_t all_cells, all_differ;

static void check_pair(pair *of) {
    size_t size;
    cells ours = {0}, theirs = {0};
    char path[4400];
    crm_xlsx *book;
    snprintf(path, sizeof path, "%s/%s", getenv("CRM_TEST_DATA"), of->file);
    if (crm_xlsx_open(path, &book) < 0) {
        cr_expect(is_listed(of, ""), "%s: %s", of->file, crm_error_text());
        all_differ++;
        return;
    }
    /* Excel counts sheets of charts, which have no cells: this one's first is one. */
    size_t sheet = (size_t)of->sheet - (strcmp(of->name, "chart_sheet.xlsx") == 0);
    char *csv = test_data_read(of->csv, &size);
    bool marked = strncmp(csv, "\xef\xbb\xbf", 3) == 0;
    read_csv(&theirs, csv + 3 * marked, size - 3 * marked);
    read_sheet(&ours, book, sheet, of->file);
    align(&ours, &theirs);
    choose_page(of, csv, &ours, &theirs);
    all_differ += compare(of, &ours, &theirs, true);
    all_cells += theirs.count;
    crm_xlsx_close(book);
    free_cells(&ours);
    free_cells(&theirs);
    free(csv);
}

static bool is_there(const char *path) {
    char whole[4400];
    snprintf(whole, sizeof whole, "%s/%s", getenv("CRM_TEST_DATA"), path);
    FILE *file = fopen(whole, "rb");
    if (file) fclose(file);
    return file;
}

/* xlsx, sheet_no, excel_csv, csv_bytes, excel, split */
static bool next_pair(const char **at, const char *end, pair *out) {
    char words[6][200];
    bool ended = false;
    for (int i = 0; !ended && i < 6; i++)
        if (!csv_cell(at, end, words[i], sizeof words[i], &ended)) return false;
    const char *slash = strrchr(words[0], '/');
    snprintf(out->file, sizeof out->file, "%s", words[0]);
    snprintf(out->name, sizeof out->name, "%s", slash ? slash + 1 : words[0]);
    snprintf(out->csv, sizeof out->csv, "%s", words[2]);
    out->sheet = atoi(words[1]);
    return true;
}

Test(xlsx_oracle, every_cell_as_excel_shows_it) {
    size_t size, sheets = 0, unmet = 0;
    pair of;
    char *list = test_data_read("xlsx-sheetjs/oracle_pairs.csv", &size);
    if (!list) return;
    const char *at = list;
    next_pair(&at, list + size, &of); /* the headings */
    while (next_pair(&at, list + size, &of)) {
        if (!is_there(of.file) || !is_there(of.csv)) continue;
        check_pair(&of);
        sheets++;
    }
    for (size_t i = 0; i < DIFFERENCES; i++) {
        cr_expect(met[i], "%s sheet %d %s agrees now: %s", differences[i].file, differences[i].sheet, differences[i].cell,
                  differences[i].why);
        unmet += !met[i];
    }
    fprintf(stderr, "%zu sheets, %zu cells: %zu listed differences\n", sheets, all_cells, all_differ);
    cr_expect_eq(all_differ, DIFFERENCES - unmet);
    cr_expect_eq(sheets, 122);
    cr_expect(all_cells > 70000);
    free(list);
}
