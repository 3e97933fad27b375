/* SPDX-License-Identifier: MIT */
/* Workbooks made here: what cells may look like, how numbers are shown, what is refused and how the message names the place. */
#include "support/workbook.h"
#include <criterion/criterion.h>
#include <libcrm/error.h>
#include <libcrm/io.h>
#include <libcrm/status.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char letters[] = "?TNDBE"; /* by crm_xlsx_type */

/* All cells of the first sheet as "A1 T=text|value", the value where it is another one; or the error. */
static const char *read_book(workbook *book) {
    static char out[8192];
    size_t used = 0;
    crm_xlsx *open;
    out[0] = '\0';
    int rc = crm_xlsx_open_bytes(book->bytes, book->size, &open);
    if (rc == CRM_OK) rc = crm_xlsx_choose(open, 0);
    while (rc == CRM_OK && (rc = crm_xlsx_next(open)) == CRM_ROW) {
        for (size_t i = 0; i < crm_xlsx_cell_count(open); i++) {
            size_t size, value_size;
            const char *shown = crm_xlsx_cell_text(open, i, &size), *value = crm_xlsx_cell_value(open, i, &value_size);
            cr_assert(strlen(shown) == size && strlen(value) == value_size);
            used += (size_t)snprintf(out + used, sizeof out - used, "%s%s %c=%s", used ? "; " : "", crm_xlsx_cell_name(open, i),
                                     letters[crm_xlsx_cell_type(open, i)], shown);
            if (strcmp(shown, value) != 0) used += (size_t)snprintf(out + used, sizeof out - used, "|%s", value);
        }
        rc = CRM_OK;
        if (used > sizeof out - 2000) break;
    }
    if (rc < 0) snprintf(out + used, sizeof out - used, "%s%s: %s", used ? "; " : "", crm_status_name(rc), crm_error_text());
    crm_xlsx_close(open);
    workbook_free(book);
    return out;
}

static const char *read_rows(const workbook_text *text) {
    workbook book = workbook_make(text);
    return read_book(&book);
}

typedef struct sample {
    const char *rows, *wanted;
} sample;

static void check(const sample *cases, size_t count, const workbook_text *frame) {
    for (size_t i = 0; i < count; i++) {
        workbook_text text = *frame;
        text.rows = cases[i].rows;
        const char *got = read_rows(&text);
        cr_expect_str_eq(got, cases[i].wanted, "%s\n got %s\nwant %s", cases[i].rows, got, cases[i].wanted);
    }
}
#define CHECK(cases, ...) check(cases, sizeof cases / sizeof *cases, &(workbook_text){__VA_ARGS__})

#define STRINGS                                                                                                                            \
    "<si><t>Ulm</t></si><si><t> a </t></si><si><t xml:space='preserve'> a </t></si><si><r><t>Mül</t></r><r><rPr/><t>ler </t></r></si>"    \
    "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh><phoneticPr fontId='1'/></si><si><t>a_x000D_b_x005F_x0041_ "          \
    "_xD83C__xDF63_</t></si>"                                                                                                              \
    "<si><t>_x0000_ _xD83C_ _x12_ _xZZZZ_</t></si><si/><si><t>x&amp;y&#10;z</t></si>"

Test(xlsx, cells) {
    static const sample cases[] = {
        {"<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>0</v></c></row>", "A1 T=Ulm; C1 T=Ulm"},
        {"<row><c t='s'><v>1</v></c><c t='s'><v>2</v></c><c t='s'><v>3</v></c></row>", "A1 T=a; B1 T= a ; C1 T=Müller "},
        {"<row r='7'><c r='B7' t='s'><v>4</v></c></row>", "B7 T=東京"},
        {"<row><c t='s'><v>5</v></c></row>", "A1 T=a\rb_x0041_ 🍣"},
        {"<row><c t='s'><v>6</v></c></row>", "A1 T=\xef\xbf\xbd \xef\xbf\xbd _x12_ _xZZZZ_"},
        {"<row><c t='s'><v>7</v></c><c t='s'><v>8</v></c></row>", "B1 T=x&y\nz"},
        {"<row><c t='inlineStr'><is><t>00042</t></is></c><c t='inlineStr'><is><r><t>a</t></r><r><t> b</t></r></is></c></row>",
         "A1 T=00042; B1 T=a b"},
        {"<row><c t='str'><f>\"a\"&amp;1</f><v>a1</v></c><c t='str'><f>\"\"</f><v></v></c></row>", "A1 T=a1"},
        {"<row><c><f>1+1</f><v>2</v></c><c><f>1+1</f></c><c t='n'><v> 3 </v></c></row>", "A1 N=2; C1 N=3"},
        {"<row><c t='b'><v>1</v></c><c t='b'><v>0</v></c><c t='e'><v>#DIV/0!</v></c></row>", "A1 B=TRUE; B1 B=FALSE; C1 E=#DIV/0!"},
        {"<row r='2'/><row r='4'><c r='AB4'><v>1</v></c></row><row><c><v>2</v></c></row>", "AB4 N=1; A5 N=2"},
        {"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>", "XFD1048576 N=1"},
        {"<x:row xmlns:x='" WORKBOOK_MAIN "' r='3'><x:c r='A3'><x:v>5</x:v></x:c></x:row>", "A3 N=5"},
        {"<row><c t='s'><v><![CDATA[0]]></v></c><!-- none --><c t='d'><v>2024-02-29</v></c></row>", "A1 T=Ulm; B1 N=45351"},
        {"<row><c t='b'><v>true</v></c><c t='b'><v>false</v></c></row><row r='2'><c r='ab2'><v>1</v></c></row>",
         "A1 B=TRUE; B1 B=FALSE; AB2 N=1"},
        {"<row><c><v>1</v><is><t>x</t></is></c><c t='inlineStr'><is><t>y</t></is><v>2</v></c></row>", "A1 N=1; B1 T=y"},
        {"<row><c t='inlineStr'><is><rPh><t>x</t></rPh><t>y</t></is></c></row>", "A1 T=y"},
        {"", ""},
    };
    CHECK(cases, .strings = STRINGS);
}

Test(xlsx, refused) {
    static const sample cases[] = {
        {"<row><c t='s'><v>9</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: there is no such shared text"},
        {"<row><c t='s'><v>-1</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: there is no such shared text"},
        {"<row r='7'><c r='B7'><v>abc</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell B7: no number"},
        {"<row r='7'><c r='B7'><v>1e400</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell B7: no number"},
        {"<row><c t='b'><v>2</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: neither true nor false"},
        {"<row><c t='d'><v>2024-02-30</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: no date"},
        {"<row><c t='q'><v>2</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: there is no such type of cell"},
        {"<row r='1'><c r='A2'><v>2</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: its reference is one of another row"},
        {"<row><c t='b'><v>falsy</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: neither true nor false"},
        {"<row><c t='b'><v>TRUE</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: neither true nor false"},
        {"<row r='1'><c r='A1x'><v>2</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: its reference is none"},
        {"<row r='1'><c r='AAAAAA1'><v>2</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: its reference is none"},
        {"<row r='1'><c r='A'><v>2</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: its reference is none"},
        {"<row r='1'><c r='7'><v>2</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: its reference is none"},
        {"<row r='1'><c r='B1'/><c r='A1'><v>2</v></c></row>", "CRM_E_FORMAT: sheet \"Kunden\", cell A1: it comes behind a later one"},
        {"<row r='2'><c r='A2'><v>2</v></c></row><row r='1'/>",
         "A2 N=2; CRM_E_FORMAT: sheet \"Kunden\", row 1: it comes behind a later one"},
        {"<row r='1048577'/>", "CRM_E_TOO_BIG: sheet \"Kunden\", row 1048577: Excel has 1,048,576 rows"},
        {"<row r='1'><c r='XFE1'><v>2</v></c></row>", "CRM_E_TOO_BIG: sheet \"Kunden\", cell XFE1: Excel has 16,384 columns"},
        {"<row r='x'/>", "CRM_E_FORMAT: sheet \"Kunden\", row 0: the number of the row behind it is none"},
    };
    CHECK(cases, .strings = STRINGS);
}

/* A style for each of these, from 1 on. */
static const char *const codes[] = {"0.00",
                                    "#,##0.00",
                                    "0%",
                                    "0.00E+00",
                                    "# ?/?",
                                    "00000",
                                    "yyyy-mm-dd",
                                    "dd.mm.yyyy hh:mm",
                                    "h:mm AM/PM",
                                    "[h]:mm:ss",
                                    "mm:ss.0",
                                    "#,##0.00 [$€-407]",
                                    "@",
                                    "\"Nr. \"0",
                                    "0,",
                                    "[<0]-0.0;0",
                                    "000\\-00\\-00",
                                    "General\" km\"",
                                    "(@)",
                                    "0;(0);\"none\"",
                                    "dddd, d. mmmm yyyy"};

static char *make_styles(void) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fputs("<numFmts>", out);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        fprintf(out, "<numFmt numFmtId='%zu' formatCode='", 164 + i);
        for (const char *at = codes[i]; *at; at++) *at == '<' ? fputs("&lt;", out) : fputc(*at, out);
        fputs("'/>", out);
    }
    fputs("</numFmts><cellStyleXfs><xf numFmtId='9'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>", out);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) fprintf(out, "<xf numFmtId='%zu'/>", 164 + i);
    fputs("<xf numFmtId='14'/></cellXfs>", out);
    fclose(out);
    return text;
}

Test(xlsx, number_formats) {
    static const struct {
        int style;
        const char *number, *wanted;
    } cases[] = {
        {0, "1", "N=1"},
        {0, "-0.5", "N=-0.5"},
        {0, "0.1", "N=0.1"},
        {0, "0.30000000000000004", "N=0.3"},
        {0, "12345678901", "N=12345678901"},
        {0, "4012345000009", "N=4.01235E+12|4012345000009"},
        {0, "1234567890.5", "N=1234567891|1234567890.5"},
        {0, "0.00001", "N=0.00001"},
        {0, "0.000012345", "N=0.000012345"},
        {0, "0.0000123456", "N=1.23456E-05|0.0000123456"},
        {0, "1E+100", "N=1E+100"},
        {0, "123456789.123456", "N=123456789.1|123456789.123456"},
        {0, "99999999999.9", "N=1E+11|99999999999.9"},
        {1, "2.345", "N=2.35|2.345"},
        {1, "1.005", "N=1.01|1.005"},
        {1, "-0.001", "N=-0.00|-0.001"},
        {2, "1234567.891", "N=1,234,567.89|1234567.891"},
        {2, "999.999", "N=1,000.00|999.999"},
        {3, "0.075", "N=8%|0.075"},
        {4, "12345", "N=1.23E+04|12345"},
        {4, "9.999", "N=1.00E+01|9.999"},
        {5, "2.25", "N=2 1/4|2.25"},
        {5, "3", "N=3    |3"},
        {6, "42", "N=00042|42"},
        {7, "45000", "D=2023-03-15"},
        {7, "60", "D=1900-02-29"},
        {7, "-1",
         "N=###############################################################################################################"
         "######################################################################################################################"
         "##########################|-1"},
        {8, "45000.75", "D=15.03.2023 18:00|2023-03-15T18:00:00"},
        {9, "0.5", "D=12:00 PM|12:00:00"},
        {9, "0", "D=12:00 AM|00:00:00"},
        {10, "1.5", "N=36:00:00|1.5"},
        {10, "-1.2", "N=-28:48:00|-1.2"},
        {11, "0.0007", "D=01:00.5|00:01:00.480"},
        {12, "1234.5", "N=1,234.50 €|1234.5"},
        {13, "42", "N=42"},
        {14, "7", "N=Nr. 7|7"},
        {15, "12345", "N=12|12345"},
        {16, "-2", "N=-2.0|-2"},
        {16, "2", "N=2"},
        {17, "1234567", "N=123-45-67|1234567"},
        {18, "-1.5", "N=-1.5 km|-1.5"},
        {20, "-3", "N=(3)|-3"},
        {20, "0", "N=none|0"},
        {21, "45000", "D=Wednesday, 15. March 2023|2023-03-15"},
        {22, "45000", "D=3/15/23|2023-03-15"},
        {99, "45000", "N=45000"},
    };
    char *styles = make_styles();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char row[200];
        snprintf(row, sizeof row, "<row><c s='%d'><v>%s</v></c></row>", cases[i].style, cases[i].number);
        const char *got = read_rows(&(workbook_text){.rows = row, .styles = styles});
        cr_expect_str_eq(got + 3, cases[i].wanted, "style %d of %s: %s, not %s", cases[i].style, cases[i].number, got + 3, cases[i].wanted);
    }
    static const sample texts[] = {
        {"<row><c s='19' t='inlineStr'><is><t>x</t></is></c><c s='13' t='str'><v>007</v></c><c s='19' t='s'><v>0</v></c></row>",
         "A1 T=(x)|x; B1 T=007; C1 T=(Ulm)|Ulm"}};
    CHECK(texts, .styles = styles, .strings = STRINGS);
    static const sample of_1904[] = {{"<row><c s='7'><v>0</v></c><c s='7'><v>43538</v></c><c s='7' t='d'><v>2023-03-15</v></c></row>",
                                      "A1 D=1904-01-01; B1 D=2023-03-15; C1 D=2023-03-15"}};
    CHECK(of_1904, .styles = styles, .properties = "<workbookPr date1904='1'/>");
    free(styles);
}

/* As strict workbooks have them; the day before 1 March 1900 is one that never was. */
Test(xlsx, dates_of_strict_workbooks) {
    static const struct {
        const char *date, *wanted, *since_1904;
    } cases[] = {
        {"2024-02-29", "45351", "43889"},
        {"1900-01-01", "1", ""},
        {"1900-02-28", "59", ""},
        {"1900-03-01", "61", ""},
        {"1903-12-31", "1461", ""},
        {"1904-01-01", "1462", "0"},
        {"9999-12-31", "2958465", "2957003"},
        {"2024-02-29T12:00", "45351.5", "43889.5"},
        {"2024-02-29 06:00:00", "45351.25", "43889.25"},
        {"2024-02-29T18:00:00.000Z", "45351.75", "43889.75"},
        {"23:59:59.999", "0.999999988", "0.999999988"},
        {"00:00:01", "0.000011574", "0.000011574"},
        {"T12:00", "0.5", "0.5"},
        {"1899-12-31", "", ""},
        {"2024-00-10", "", ""},
        {"2024-13-10", "", ""},
        {"2024-02-30", "", ""},
        {"2023-02-29", "", ""},
        {"2024-02-00", "", ""},
        {"2024-02.10", "", ""},
        {"2024-2-10", "", ""},
        {"2024-02-1x", "", ""},
        {"2024-02-10T", "", ""},
        {"2024-02-10x12:00", "", ""},
        {"24:00", "", ""},
        {"12:60", "", ""},
        {"12:00:60", "", ""},
        {"12-00", "", ""},
        {"1:00", "", ""},
        {"12:0", "", ""},
        {"12:00:00x", "", ""},
        {"12", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int since_1904 = 0; since_1904 < 2; since_1904++) {
            const char *wanted = since_1904 ? cases[i].since_1904 : cases[i].wanted;
            char row[200], whole[200];
            snprintf(row, sizeof row, "<row><c t='d'><v>%s</v></c></row>", cases[i].date);
            snprintf(whole, sizeof whole, *wanted ? "|%s" : "CRM_E_FORMAT: sheet \"Kunden\", cell A1: no date", wanted);
            const char *got = read_rows(&(workbook_text){.rows = row, .properties = since_1904 ? "<workbookPr date1904='on'/>" : NULL});
            const char *value = strchr(got, '|');
            cr_expect(*wanted ? strcmp(value ? value + 1 : strchr(got, '=') + 1, wanted) == 0 : strcmp(got, whole) == 0, "%s (%d): got %s",
                      cases[i].date, since_1904, got);
        }
    }
}

/* 1904 however the file says it. */
Test(xlsx, since_1904) {
    static const struct {
        const char *said, *wanted;
    } cases[] = {{"1", "D=1/1/04|1904-01-01"}, {"true", "D=1/1/04|1904-01-01"}, {"on", "D=1/1/04|1904-01-01"},
                 {"0", "D=1/0/00|00:00:00"},   {"false", "D=1/0/00|00:00:00"},  {"", "D=1/0/00|00:00:00"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char properties[60];
        snprintf(properties, sizeof properties, "<workbookPr date1904='%s'/>", cases[i].said);
        const char *got = read_rows(&(workbook_text){
            .rows = "<row><c s='0'><v>0</v></c></row>", .styles = "<cellXfs><xf numFmtId='14'/></cellXfs>", .properties = properties});
        cr_expect_str_eq(got + 3, cases[i].wanted, "%s: %s", cases[i].said, got);
    }
}

/* One style for each case, by its own code. */
Test(xlsx, dates_as_shown) {
    static const struct {
        const char *code, *number, *wanted;
    } cases[] = {
        {"bbbb", "45000", "2566"},
        {"bb", "45000", "66"},
        {"yy m d", "36526", "00 1 1"},
        {"mmm mmmmm ddd", "45000", "Mar M Wed"},
        {"[mm]:ss", "1.5", "2160:00"},
        {"[ss]", "0.25", "21600"},
        {"mm:ss", "45000.5007", "01:00"},
        {"h A/P", "0.75", "6 P"},
        {"h a/p", "0.25", "6 a"},
        {"hh am/pm", "0.5", "12 PM"},
        {"h:mm", "45000.999999", "0:00"},
        {"yyyy-mm-dd hh:mm", "45000.999999", "2023-03-16 00:00"},
        {"yyyy-mm-dd", "45000.999999", "2023-03-15"},
        {"s.00", "0.00001", "0.86"},
        {"yyyy-mm-dd", "1", "1900-01-01"},
        {"yyyy-mm-dd", "59", "1900-02-28"},
        {"yyyy-mm-dd", "61", "1900-03-01"},
        {"dddd", "1", "Sunday"},
        {"yyyy-mm-dd", "2958465", "9999-12-31"},
        {"yyyy", "2958466", "###"},
        {"h:mm", "2958465.999999", "###"},
        {"[h]:mm", "-0.5", "-12:00"},
        {"h:mm", "-0.5", "###"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char row[80], styles[200];
        snprintf(row, sizeof row, "<row><c s='0'><v>%s</v></c></row>", cases[i].number);
        snprintf(styles, sizeof styles,
                 "<numFmts><numFmt numFmtId='164' formatCode='%s'/></numFmts><cellXfs><xf numFmtId='164'/></cellXfs>", cases[i].code);
        const char *got = read_rows(&(workbook_text){.rows = row, .styles = styles});
        size_t size = strcspn(got + 5, "|");
        bool hashes = *cases[i].wanted == '#';
        cr_expect(hashes ? strncmp(got + 5, "###", 3) == 0 : size == strlen(cases[i].wanted) && !strncmp(got + 5, cases[i].wanted, size),
                  "%s of %s: %s", cases[i].code, cases[i].number, got);
    }
}

Test(xlsx, merged_cells_have_their_value_in_the_corner) {
    static const sample cases[] = {
        {"<row r='1'><c r='A1'><v>1</v></c><c r='B1'/></row></sheetData><mergeCells><mergeCell ref='A1:B2'/></mergeCells><sheetData>",
         "A1 N=1"}};
    CHECK(cases, 0);
}

Test(xlsx, strict_and_unusual_parts) {
    workbook book = {0};
    crm_xlsx *open;
    workbook_add(&book, "[Content_Types].xml",
                 "<Types><Default Extension='XML' ContentType='x'/><Override PartName='/odd%20place/Book.xml' "
                 "ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/></Types>");
    workbook_add(&book, "_rels/.rels",
                 "<p:Relationships xmlns:p='x'><p:Relationship Id='a' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/"
                 "officeDocument' Target='/odd%20place/book.xml'/></p:Relationships>");
    workbook_add(&book, "odd place\\book.xml",
                 "<workbook xmlns='http://purl.oclc.org/ooxml/spreadsheetml/main' xmlns:k='http://purl.oclc.org/ooxml/officeDocument/"
                 "relationships'><sheets><sheet name='A &amp; B' k:id='x1'/><sheet name='Diagramm' k:id='x2'/>"
                 "<sheet name='versteckt' state='hidden' k:id='x3'/><sheet name='tief' state='veryHidden' k:id='x4'/></sheets></workbook>");
    workbook_add(&book, "odd place/_rels/book.xml.rels",
                 "<Relationships><Relationship Id='x1' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet' "
                 "Target='../SHEETS/./1.xml'/><Relationship Id='x2' Type='" WORKBOOK_RELATIONS "/chartsheet' Target='c.xml'/>"
                 "<Relationship Id='x3' Type='" WORKBOOK_RELATIONS
                 "/worksheet' Target='../sheets/2.xml'/><Relationship Id='x4' Type='" WORKBOOK_RELATIONS
                 "/worksheet' Target='none.xml'/></Relationships>");
    workbook_add(&book, "sheets/1.xml", "<worksheet><sheetData><row><c><v>5</v></c></row></sheetData></worksheet>");
    workbook_add(&book, "sheets/2.xml", "<worksheet/>");
    workbook_end(&book);
    cr_assert_eq(crm_xlsx_open_bytes(book.bytes, book.size, &open), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_xlsx_sheet_count(open), 3);
    cr_expect_str_eq(crm_xlsx_sheet_name(open, 0), "A & B");
    cr_expect_eq(crm_xlsx_sheet_visibility(open, 0), CRM_XLSX_VISIBLE);
    cr_expect_eq(crm_xlsx_sheet_visibility(open, 1), CRM_XLSX_HIDDEN);
    cr_expect_eq(crm_xlsx_sheet_visibility(open, 2), CRM_XLSX_VERY_HIDDEN);
    for (size_t again = 0; again < 2; again++) {
        cr_expect_eq(crm_xlsx_choose(open, 0), CRM_OK);
        cr_expect_eq(crm_xlsx_row(open), 0);
        cr_expect_eq(crm_xlsx_next(open), CRM_ROW);
        cr_expect_eq(crm_xlsx_row(open), 1);
        cr_expect_eq(crm_xlsx_cell_column(open, 0), 1);
        cr_expect_eq(crm_xlsx_next(open), CRM_OK);
        cr_expect_eq(crm_xlsx_next(open), CRM_OK);
        cr_expect_eq(crm_xlsx_cell_count(open), 0);
    }
    cr_expect_eq(crm_xlsx_choose(open, 2), CRM_E_FORMAT);
    crm_xlsx_close(open);
    workbook_free(&book);
}

static const char types[] = "<Types><Default Extension='xml' "
                            "ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>";
#define RELATION(id, type, more) "<Relationship Id='" id "' Type='" WORKBOOK_RELATIONS "/" type "' " more "/>"
#define RELATIONS(text) "<Relationships>" text "</Relationships>"
#define BOOK(text) "<workbook xmlns:r='" WORKBOOK_RELATIONS "'><sheets>" text "</sheets></workbook>"

/* Which part is which: relationships that lead elsewhere, content types by the ending of a name. */
Test(xlsx, parts) {
    static const struct {
        const char *what, *types, *top, *book, *relations, *wanted;
    } cases[] = {
        {"by the ending of its name", types, RELATION("1", "officeDocument", "Target='b.xml'"), BOOK("<sheet name='S' r:id='1'/>"),
         RELATION("1", "worksheet", "Target='s.xml'"), "A1 N=5"},
        {"of another ending", "<Types><Default Extension='png' ContentType='x.sheet.main+xml'/></Types>",
         RELATION("1", "officeDocument", "Target='b.xml'"), BOOK("<sheet name='S' r:id='1'/>"),
         RELATION("1", "worksheet", "Target='s.xml'"), "CRM_E_FORMAT: the file is no workbook, but \"of no content type\""},
        {"its own type comes first",
         "<Types><Default Extension='xml' ContentType='spreadsheetml.main+xml'/><Override PartName='/b.xml' ContentType='text'/></Types>",
         RELATION("1", "officeDocument", "Target='b.xml'"), BOOK("<sheet name='S' r:id='1'/>"),
         RELATION("1", "worksheet", "Target='s.xml'"), "CRM_E_FORMAT: the file is no workbook, but \"text\""},
        {"a type of something that is no part", "<Types><Other PartName='/b.xml' ContentType='spreadsheetml.main+xml'/></Types>",
         RELATION("1", "officeDocument", "Target='b.xml'"), BOOK("<sheet name='S' r:id='1'/>"),
         RELATION("1", "worksheet", "Target='s.xml'"), "CRM_E_FORMAT: the file is no workbook, but \"of no content type\""},
        {"the first main part", types, RELATION("1", "officeDocument", "Target='b.xml'") RELATION("2", "officeDocument", "Target='s.xml'"),
         BOOK("<sheet name='S' r:id='1'/>"), RELATION("1", "worksheet", "Target='s.xml'"), "A1 N=5"},
        {"one that lies elsewhere", types, RELATION("1", "officeDocument", "Target='b.xml' TargetMode='External'"),
         BOOK("<sheet name='S' r:id='1'/>"), "", "CRM_E_FORMAT: the file is no workbook: it has no main part"},
        {"one that says that it lies here", types, RELATION("1", "officeDocument", "Target='b.xml' TargetMode='Internal'"),
         BOOK("<sheet name='S' r:id='1'/>"), RELATION("1", "worksheet", "Target='s.xml'"), "A1 N=5"},
        {"out of the archive", types, RELATION("1", "officeDocument", "Target='../b.xml'"), BOOK("<sheet name='S' r:id='1'/>"), "",
         "CRM_E_FORMAT: the file is no workbook: it has no main part"},
        {"paths with dots and codes", types, RELATION("1", "officeDocument", "Target='./x/../%62.xm%6c'"),
         BOOK("<sheet name='S' r:id='1'/>"), RELATION("1", "worksheet", "Target='\\s.xml'"), "A1 N=5"},
        {"of another family", types, "<Relationship Id='1' Type='http://x/officeDocument' Target='b.xml'/>",
         BOOK("<sheet name='S' r:id='1'/>"), "", "CRM_E_FORMAT: the file is no workbook: it has no main part"},
        {"a sheet that no relationship has is left out", types, RELATION("1", "officeDocument", "Target='b.xml'"),
         BOOK("<sheet name='S' r:id='2'/>"), RELATION("1", "worksheet", "Target='s.xml'"),
         "CRM_E_NOTFOUND: the workbook has no such sheet"},
        {"a sheet without a name", types, RELATION("1", "officeDocument", "Target='b.xml'"), BOOK("<sheet r:id='1'/>"),
         RELATION("1", "worksheet", "Target='s.xml'"), "CRM_E_FORMAT: the workbook is damaged: a sheet without name or part"},
        {"a sheet without a part", types, RELATION("1", "officeDocument", "Target='b.xml'"), BOOK("<sheet name='S'/>"),
         RELATION("1", "worksheet", "Target='s.xml'"), "CRM_E_FORMAT: the workbook is damaged: a sheet without name or part"},
        {"two sheets of one relationship", types, RELATION("1", "officeDocument", "Target='b.xml'"),
         BOOK("<sheet name='S' r:id='1'/><sheet name='T' r:id='1'/>"), RELATION("1", "worksheet", "Target='s.xml'"),
         "CRM_E_FORMAT: the workbook is damaged: two sheets have one part"},
        {"two sheets of one part", types, RELATION("1", "officeDocument", "Target='b.xml'"),
         BOOK("<sheet name='S' r:id='1'/><sheet name='T' r:id='2'/>"),
         RELATION("1", "worksheet", "Target='s.xml'") RELATION("2", "worksheet", "Target='s.xml'"),
         "CRM_E_FORMAT: the workbook is damaged: two sheets have one part"},
        {"two sheets that have none", types, RELATION("1", "officeDocument", "Target='b.xml'"),
         BOOK("<sheet name='S' r:id='1'/><sheet name='T' r:id='2'/>"),
         RELATION("1", "worksheet", "Target='x.xml'") RELATION("2", "worksheet", "Target='x.xml'"),
         "CRM_E_FORMAT: sheet \"S\": the file has not got its part"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        workbook book = {0};
        char top[400], relations[400];
        snprintf(top, sizeof top, RELATIONS("%s"), cases[i].top);
        snprintf(relations, sizeof relations, RELATIONS("%s"), cases[i].relations);
        workbook_add(&book, "[Content_Types].xml", cases[i].types);
        workbook_add(&book, "_rels/.rels", top);
        workbook_add(&book, "b.xml", cases[i].book);
        workbook_add(&book, "_rels/b.xml.rels", relations);
        workbook_add(&book, "s.xml", "<worksheet><sheetData><row><c><v>5</v></c></row></sheetData></worksheet>");
        workbook_end(&book);
        const char *got = read_book(&book);
        cr_expect_str_eq(got, cases[i].wanted, "%s\n got %s\nwant %s", cases[i].what, got, cases[i].wanted);
    }
}

/* As many shared texts as go to a temporary file; each is the right one. */
Test(xlsx, many_shared_texts) {
    enum { COUNT = 200000 };
    char *strings = NULL, *rows = NULL;
    size_t size;
    FILE *out = open_memstream(&strings, &size);
    for (int i = 0; i < COUNT; i++) fprintf(out, "<si><t>shared text number %d of them</t></si>", i);
    fclose(out);
    out = open_memstream(&rows, &size);
    for (int i = COUNT; i > 0; i -= 997) fprintf(out, "<row><c t='s'><v>%d</v></c></row>", i - 1);
    fclose(out);
    workbook book = workbook_make(&(workbook_text){.rows = rows, .strings = strings});
    crm_xlsx *open;
    cr_assert_eq(crm_xlsx_open_bytes(book.bytes, book.size, &open), CRM_OK);
    cr_assert_eq(crm_xlsx_choose(open, 0), CRM_OK, "%s", crm_error_text());
    for (int i = COUNT; i > 0; i -= 997) {
        char wanted[60];
        snprintf(wanted, sizeof wanted, "shared text number %d of them", i - 1);
        cr_assert_eq(crm_xlsx_next(open), CRM_ROW);
        cr_assert_str_eq(crm_xlsx_cell_text(open, 0, NULL), wanted);
    }
    cr_expect_eq(crm_xlsx_next(open), CRM_OK);
    crm_xlsx_close(open);
    workbook_free(&book);
    free(strings);
    free(rows);
}
