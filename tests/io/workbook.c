/* SPDX-License-Identifier: MIT */
/* Workbooks into rows: which sheets are read and as what, where the headings are, what a cell is taken for. */
#include "support/workbook.h"
#include "support/rows.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- workbooks with several sheets --- */

typedef struct sheet {
    const char *name, *rows; /* rows: lines, cells divided by '|'; a cell that begins with < is XML */
    const char *state;       /* NULL: visible */
} sheet;

#define STYLES                                                                                                                             \
    "<styleSheet xmlns='" WORKBOOK_MAIN "'><numFmts count='4'><numFmt numFmtId='164' formatCode='00000'/>"                                 \
    "<numFmt numFmtId='165' formatCode='#,##0.00 &quot;EUR&quot;'/><numFmt numFmtId='166' formatCode='000-0000'/></numFmts>"               \
    "<cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='14'/><xf numFmtId='166'/><xf "                       \
    "numFmtId='9'/></cellXfs></styleSheet>"

static void write_rows(FILE *out, const char *rows) {
    unsigned number = 0;
    for (const char *line = rows; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n')) {
        size_t size = strcspn(line, "\n"), column = 0;
        fprintf(out, "<row r='%u'>", ++number);
        for (const char *at = line; at <= line + size; at++, column++) {
            size_t width = strcspn(at, "|\n");
            int shown = (int)width;
            if (*at == '<')
                fprintf(out, "<c r='%c%u'%.*s</c>", (char)('A' + column), number, shown - 1, at + 1);
            else if (width)
                fprintf(out, "<c r='%c%u' t='inlineStr'><is><t>%.*s</t></is></c>", (char)('A' + column), number, shown, at);
            at += width;
        }
        fputs("</row>", out);
    }
}

static workbook make(const sheet *sheets, size_t count) {
    workbook book = {0};
    char *list, *relations, *text, part[40];
    size_t size;
    FILE *to_list = open_memstream(&list, &size), *to_relations = open_memstream(&relations, &size);
    fputs("<workbook xmlns='" WORKBOOK_MAIN "' xmlns:r='" WORKBOOK_RELATIONS "'><sheets>", to_list);
    fputs("<Relationships><Relationship Id='s' Type='" WORKBOOK_RELATIONS "/styles' Target='styles.xml'/>", to_relations);
    for (size_t i = 0; i < count; i++) {
        const char *state = sheets[i].state ? sheets[i].state : "visible";
        fprintf(to_list, "<sheet name='%s' sheetId='%zu' state='%s' r:id='r%zu'/>", sheets[i].name, i + 1, state, i);
        fprintf(to_relations, "<Relationship Id='r%zu' Type='" WORKBOOK_RELATIONS "/worksheet' Target='%zu.xml'/>", i, i);
        FILE *to_sheet = open_memstream(&text, &size);
        fputs("<worksheet xmlns='" WORKBOOK_MAIN "'><sheetData>", to_sheet);
        write_rows(to_sheet, sheets[i].rows);
        fputs("</sheetData></worksheet>", to_sheet);
        fclose(to_sheet);
        snprintf(part, sizeof part, "xl/%zu.xml", i);
        workbook_add(&book, part, text);
        free(text);
    }
    fputs("</sheets></workbook>", to_list);
    fputs("</Relationships>", to_relations);
    fclose(to_list);
    fclose(to_relations);
    workbook_add(&book, "[Content_Types].xml",
                 "<Types><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
                 "<Override PartName='/xl/workbook.xml' "
                 "ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>");
    workbook_add(&book, "_rels/.rels",
                 "<Relationships><Relationship Id='r' Type='" WORKBOOK_RELATIONS
                 "/officeDocument' Target='xl/workbook.xml'/></Relationships>");
    workbook_add(&book, "xl/_rels/workbook.xml.rels", relations);
    workbook_add(&book, "xl/workbook.xml", list);
    workbook_add(&book, "xl/styles.xml", STYLES);
    workbook_end(&book);
    free(list);
    free(relations);
    return book;
}

static crm_sync *begin_rows(uint32_t rows) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("book", rows, &sync), CRM_OK);
    return sync;
}

/* Reads it into a new crm_sync, which the caller frees. */
static int read_into(const sheet *sheets, size_t count, uint32_t rows, const crm_xlsx_options *options, crm_sync **out) {
    workbook book = make(sheets, count);
    *out = begin_rows(rows);
    int rc = crm_xlsx_read_bytes(*out, book.bytes, book.size, options);
    workbook_free(&book);
    return rc;
}

static void refuses(int status, const char *reason, const sheet *sheets, size_t count, const crm_xlsx_options *options) {
    crm_sync *sync;
    int rc = read_into(sheets, count, CRM_ROWS_FLAT, options, &sync);
    cr_expect_eq(rc, status, "%s: %s", crm_status_name(rc), rc < 0 ? crm_error_text() : reason);
    if (rc < 0) cr_expect(strstr(crm_error_text(), reason), "\"%s\" is not in \"%s\"", reason, crm_error_text());
    crm_sync_free(sync);
}

/* --- tests --- */

static const sheet three[] = {
    {"Contacts", "Customer number|Contact|E-mail\n10002|Ada Berg|ada@zoll.example\n10001|Max Falk|max@alpha.example", NULL},
    {"Kunden 2024", "Kundennummer|Firma|PLZ|Ort|Land\n10001|Alpha GmbH|<  s='1'><v>1067</v>|Dresden|DE\n10002|Zoll AG|8001|Zürich|CH",
     NULL},
    {"Standorte (1)", "Liste der Standorte\n\nKundennummer|Standort|PLZ|Ort|Land\n10001|Werk 2|01796|Pirna|DE", NULL},
    {"Notes", "anything", "hidden"},
    {"empty", "", NULL},
};

Test(workbook, sheets_of_one_run) {
    crm_sync *sync;
    cr_assert_eq(read_into(three, 5, CRM_ROWS_FLAT, NULL, &sync), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_sheet_count(sync), 3);
    const uint32_t shapes[] = {CRM_ROWS_CONTACT, CRM_ROWS_CUSTOMER, CRM_ROWS_SITE};
    for (size_t i = 0; i < 3; i++) {
        cr_expect_str_eq(crm_sync_sheet_name(sync, i), three[i].name);
        cr_expect_eq(crm_sync_sheet_shape(sync, i), shapes[i]);
    }
    crm_db *db = rows_open();
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_count(sync, CRM_SYNC_CREATED), 5);
    const char *wanted = "party name=Alpha GmbH; role number=10001; usage target=address1 purpose=main; "
                         "address postal_code=01067 town=Dresden country=DE; address site_name=Werk 2 postal_code=01796 town=Pirna "
                         "country=DE; contact name=Max Falk; channel target=contact1 type=mail value=max@alpha.example + "
                         "party name=Zoll AG; role number=10002; usage target=address1 purpose=main; "
                         "address postal_code=8001 town=Zürich country=CH; contact name=Ada Berg; "
                         "channel target=contact1 type=mail value=ada@zoll.example";
    cr_expect_str_eq(rows_store(db), wanted, "got %s", rows_store(db));
    crm_sync_free(sync);
    rows_close(db);
}

Test(workbook, coordinates_of_errors) {
    const sheet sheets[] = {{"Customers", "Customer number||Company|Country\n1||Alpha|DE\n\n2||Beta|Narnia", NULL},
                            {"Sites", "Customer number|Town\n7|Bonn", NULL}};
    crm_sync *sync;
    crm_db *db = rows_open();
    cr_assert_eq(read_into(sheets, 2, CRM_ROWS_FLAT, NULL, &sync), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_CODE);
    cr_expect_str_eq(rows_errors(sync), "Customers 4.4 CODE address.country; Sites 2.1 NOTFOUND role.number", "got %s", rows_errors(sync));
    crm_sync_free(sync);
    rows_close(db);
}

Test(workbook, cells) {
    static const struct {
        const char *cell, *text;
    } cells[] = {
        {"< s='1'><v>42</v>", "00042"},                    /* 00000 */
        {"< s='4'><v>5551234</v>", "555-1234"},            /* 000-0000 */
        {"< s='0'><v>4012345000009</v>", "4012345000009"}, /* General shows 4.01235E+12 */
        {"< s='2'><v>1234.5</v>", "1234.5"},               /* shown as 1,234.50 EUR */
        {"<><v>1.234</v>", "1.234"},                       /* in a text */
        {"< s='3'><v>45000</v>", "2023-03-15"},
        {"< s='5'><v>0.075</v>", "8%"},
        {"< t='b'><v>1</v>", "TRUE"},
        {"< t='str'><f>A1</f><v>00017</v>", "00017"},
        {"'=1+1", "=1+1"}, /* as an export writes it */
    };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        char rows[300], wanted[200];
        crm_sync *sync;
        crm_db *db = rows_open();
        snprintf(rows, sizeof rows, "party.name|party.short_name\nAlpha|%s", cells[i].cell);
        cr_assert_eq(read_into(&(sheet){"x", rows, NULL}, 1, CRM_ROWS_CUSTOMER, NULL, &sync), CRM_OK, "%s", crm_error_text());
        cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s: %s", cells[i].cell, crm_error_text());
        snprintf(wanted, sizeof wanted, " short_name=%s;", cells[i].text);
        cr_expect(strstr(rows_store(db), wanted), "%s: %s", cells[i].cell, rows_store(db));
        crm_sync_free(sync);
        rows_close(db);
    }
}

/* 1.234 is no thousands where Excel says that it is a number. */
Test(workbook, amounts) {
    const sheet amounts = {"x", "party.name|party.loyalty_discount\nAlpha|<><v>1.234</v>\nBeta|< s='2'><v>1234</v>", NULL};
    crm_sync *sync;
    crm_db *db = rows_open();
    cr_assert_eq(read_into(&amounts, 1, CRM_ROWS_CUSTOMER, NULL, &sync), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect(strstr(rows_store(db), "loyalty_discount=12340;"), "%s", rows_store(db));
    cr_expect(strstr(rows_store(db), "loyalty_discount=12340000;"), "%s", rows_store(db));
    crm_sync_free(sync);
    rows_close(db);
}

Test(workbook, names_of_sheets) {
    static const struct {
        const char *name;
        uint32_t rows;
    } names[] = {{"Customers", CRM_ROWS_CUSTOMER},
                 {"KUNDEN", CRM_ROWS_CUSTOMER},
                 {"Kunden 2024", CRM_ROWS_CUSTOMER},
                 {"sites (2)", CRM_ROWS_SITE},
                 {"Standorte", CRM_ROWS_SITE},
                 {"Ansprechpartner", CRM_ROWS_CONTACT},
                 {"Contacts", CRM_ROWS_CONTACT},
                 {"Geschäftspartner", CRM_ROWS_CUSTOMER},
                 {"Tabelle1", 0},
                 {"", 0},
                 {"Kundenkontakte", 0}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_expect_eq(crm_xlsx_rows(names[i].name), names[i].rows, "%s", names[i].name);
    cr_expect_eq(crm_xlsx_rows(NULL), 0);
}

/* What one sheet alone is, and what is chosen. */
Test(workbook, shapes) {
    static const struct {
        const char *name, *headings;
        uint32_t made, told, got;
    } cases[] = {
        {"Tabelle1", "Firma|Ansprechpartner", CRM_ROWS_FLAT, 0, CRM_ROWS_FLAT},
        {"Kunden", "Firma|Ansprechpartner", CRM_ROWS_FLAT, 0, CRM_ROWS_FLAT},
        {"Standorte", "Kundennummer|Ort", CRM_ROWS_FLAT, 0, CRM_ROWS_SITE},
        {"Standorte", "Kundennummer|Ansprechpartner", CRM_ROWS_CONTACT, 0, CRM_ROWS_CONTACT},
        {"Standorte", "Kundennummer|Ansprechpartner", CRM_ROWS_FLAT, CRM_ROWS_CONTACT, CRM_ROWS_CONTACT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_sync *sync;
        crm_xlsx_choice choice = {.name = cases[i].name, .rows = cases[i].told};
        crm_xlsx_options options = {.size = sizeof options, .choice = &choice, .choice_count = cases[i].told ? 1 : 0};
        int rc = read_into(&(sheet){cases[i].name, cases[i].headings, NULL}, 1, cases[i].made, &options, &sync);
        cr_expect_eq(rc, CRM_OK, "%zu: %s", i, crm_error_text());
        cr_expect_eq(crm_sync_sheet_shape(sync, 0), cases[i].got, "%zu", i);
        crm_sync_free(sync);
    }
}

static int map_nick(crm_sync *sync, void *data) {
    ++*(int *)data;
    return crm_sync_map(sync, "Nick", "ignore");
}
static int refuse_sheet(crm_sync *sync, void *data) {
    (void)sync, (void)data;
    return crm_error_report(CRM_E_ABORTED, 0, 0, "not this one");
}

Test(workbook, options) {
    const sheet sheets[] = {{"Kunden", "Firma|Nick\nAlpha|A", NULL}, {"Umsatz", "Jahr|Betrag\n2024|1", NULL}};
    crm_sync *sync;
    int sheets_begun = 0;
    crm_xlsx_options options = {.size = sizeof options, .flags = CRM_XLSX_SKIP_UNKNOWN_SHEETS, .begin = map_nick, .data = &sheets_begun};
    cr_expect_eq(read_into(sheets, 2, CRM_ROWS_FLAT, &options, &sync), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(sheets_begun, 1);
    cr_expect_eq(crm_sync_sheet_count(sync), 1);
    cr_expect_str_eq(crm_sync_sheet_target(sync, 0, 1), "ignore");
    cr_expect_str_eq(crm_sync_ignored(sync, 0), "Umsatz (sheet)");
    crm_sync_free(sync);
    crm_xlsx_choice choice = {.name = "kunden", .rows = CRM_ROWS_CUSTOMER, .header = 1};
    options = (crm_xlsx_options){.size = sizeof options, .choice = &choice, .choice_count = 1, .begin = map_nick, .data = &sheets_begun};
    cr_expect_eq(read_into(sheets, 2, CRM_ROWS_FLAT, &options, &sync), CRM_OK, "a chosen sheet: %s", crm_error_text());
    crm_sync_free(sync);
}

Test(workbook, hidden_sheets_are_listed) {
    const sheet sheets[] = {{"Kunden", "Firma\nAlpha", NULL}, {"Alt", "Firma\nBeta", "hidden"}, {"Standorte", "x", "veryHidden"}};
    crm_sync *sync;
    cr_expect_eq(read_into(sheets, 3, CRM_ROWS_FLAT, NULL, &sync), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_sheet_count(sync), 1);
    cr_expect_eq(crm_sync_ignored_count(sync), 2);
    cr_expect_str_eq(crm_sync_ignored(sync, 0), "Alt (hidden sheet)");
    crm_sync_free(sync);
}

/* The row of the headings, of all sheets that have none of their own. */
Test(workbook, row_of_the_headings) {
    const sheet sheets[] = {{"Kunden", "Eins|Zwei\nFirma|Ort\nAlpha|Ulm", NULL}, {"Kontakte", "a|b\nKundennummer|Mail\nname|x", NULL}};
    crm_xlsx_choice choice[] = {{.name = "Kunden"}, {.name = "Kontakte", .header = 3}};
    crm_xlsx_options options = {.size = sizeof options, .header = 2};
    crm_sync *sync;
    cr_expect_eq(read_into(sheets, 2, CRM_ROWS_FLAT, &options, &sync), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(crm_sync_sheet_heading(sync, 1, 0), "Kundennummer");
    crm_sync_free(sync);
    options.choice = choice;
    options.choice_count = 2;
    cr_expect_eq(read_into(sheets, 2, CRM_ROWS_FLAT, &options, &sync), CRM_E_NOTFOUND);
    cr_expect_str_eq(crm_sync_sheet_heading(sync, 0, 0), "Firma");
    cr_expect_str_eq(crm_sync_sheet_heading(sync, 1, 0), "name");
    crm_sync_free(sync);
}

static void write_mapping(const char *path, const char *sheets) {
    FILE *file = fopen(path, "w");
    cr_assert(file);
    fprintf(file, "{\"format\":\"libcrm mapping\",\"version\":1,\"sheets\":[%s]}", sheets);
    fclose(file);
}

/* A mapping file tells what its sheets are; others are as their names tell. */
Test(workbook, mapping_files) {
    const sheet one = {"Tabelle9", "Nr|Name\n1|Alpha", NULL};
    const sheet two[] = {{"Tabelle1", "Nr|Name\n1|Alpha", NULL}, {"Kontakte", "Kundennummer|Ansprechpartner\n1|Ida", NULL}};
    char *folder = test_folder_new(), path[600];
    crm_xlsx_options options = {.size = sizeof options, .mapping = path};
    crm_sync *sync;
    uint32_t rows;
    snprintf(path, sizeof path, "%s/map.json", folder);
    write_mapping(path, "{\"name\":\"tabelle1\",\"rows\":\"flat\",\"columns\":{\"Nr\":\"role.number\",\"Name\":\"party.name\"}}");
    cr_expect(crm_mapping_rows(path, "Tabelle1", &rows) == CRM_OK && rows == CRM_ROWS_FLAT);
    cr_expect(crm_mapping_rows(path, NULL, &rows) == CRM_OK && rows == CRM_ROWS_FLAT);
    cr_expect(crm_mapping_rows(path, "Kontakte", &rows) == CRM_OK && rows == 0);
    cr_expect_eq(read_into(two, 2, CRM_ROWS_FLAT, &options, &sync), CRM_OK, "%s", crm_error_text());
    cr_expect(crm_sync_sheet_shape(sync, 0) == CRM_ROWS_FLAT && crm_sync_sheet_shape(sync, 1) == CRM_ROWS_CONTACT);
    crm_sync_free(sync);
    cr_expect_eq(read_into(&one, 1, CRM_ROWS_SITE, &options, &sync), CRM_OK, "a sheet alone: %s", crm_error_text());
    cr_expect_eq(crm_sync_sheet_shape(sync, 0), CRM_ROWS_FLAT);
    crm_sync_free(sync);
    refuses(CRM_E_NOTFOUND, "the mapping file has no sheet of these", (sheet[]){two[1], {"Kunden", "Firma\nx", NULL}}, 2, &options);
    snprintf(path, sizeof path, "%s/none.json", folder);
    refuses(CRM_E_NOTFOUND, "none.json", two, 2, &options);
    test_folder_remove(folder);
    free(folder);
}

Test(workbook, table_of_something_else) {
    crm_sync *sync = begin_rows(CRM_ROWS_FLAT);
    cr_expect_eq(crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN), CRM_OK);
    cr_expect_eq(crm_csv_read(sync, "Jahr;Umsatz\n2024;1\n", 19, NULL), CRM_E_NOTFOUND);
    cr_expect_str_eq(crm_error_text(), "no column is recognised");
    crm_sync_free(sync);
}

Test(workbook, what_begins_as_one) {
    static const struct {
        const char *bytes;
        size_t size;
        int is;
    } cases[] = {{"PK\3\4", 4, 1},
                 {"PK\3", 3, 0},
                 {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, 1},
                 {"\x09\x08\x10\0", 4, 1},
                 {"\x09\0\x41\0", 4, 0}, /* a tab in UTF-16 */
                 {"\xef\xbb\xbf \r\n<!DOCTYPE html>", 20, 1},
                 {"<?xml", 5, 1},
                 {"< 5;x", 5, 0},
                 {"<", 1, 0},
                 {"Firma;Ort", 9, 0},
                 {"", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(crm_xlsx_begins(cases[i].bytes, cases[i].size), cases[i].is, "%zu", i);
    cr_expect_eq(crm_xlsx_begins(NULL, 0), 0);
}

static int ignore_unknown(crm_sync *sync, void *data) {
    (void)data;
    return crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN);
}
static int map_blank(crm_sync *sync, void *data) {
    (void)data;
    return crm_sync_map(sync, "", "ignore");
}

/* What stands where no heading is must not be lost unseen. */
Test(workbook, cells_without_heading) {
    const sheet between = {"Kunden", "Firma||Ort\nAlpha||Ulm|\nBeta|< t='e'><v>#N/A</v>|Ulm", NULL};
    const sheet behind = {"Kunden", "Firma|Ort\nAlpha|Ulm| \nBeta|Ulm||aside", NULL},
                blank = {"Kunden", "Firma||Ort\nAlpha| |Ulm|  ", NULL};
    const crm_xlsx_options ignoring = {.size = sizeof ignoring, .begin = ignore_unknown},
                           mapped = {.size = sizeof mapped, .begin = map_blank};
    refuses(CRM_E_FORMAT, "sheet \"Kunden\", cell B3: its column has no heading", &between, 1, NULL);
    refuses(CRM_E_FORMAT, "sheet \"Kunden\", cell D3: its column has no heading", &behind, 1, NULL);
    refuses(CRM_OK, "", &blank, 1, NULL);
    refuses(CRM_OK, "", &between, 1, &ignoring);
    refuses(CRM_OK, "", &behind, 1, &ignoring);
    refuses(CRM_OK, "", &between, 1, &mapped);
}

Test(workbook, refusals) {
    const sheet unknown[] = {{"Kunden", "Firma\nAlpha", NULL}, {"Umsatz", "Jahr\n2024", NULL}};
    const sheet hidden = {"Kunden", "Firma\nAlpha", "veryHidden"}, empty = {"Kunden", "", NULL};
    const sheet headings = {"Kunden", "\nFirma|Kringel|Kuller\nAlpha", NULL},
                error = {"Kunden", "Firma|Ort\nAlpha|< t='e'><v>#N/A</v>", NULL};
    crm_xlsx_choice choice = {.name = "Other"};
    crm_xlsx_options options = {.size = sizeof options, .choice = &choice, .choice_count = 1};
    refuses(CRM_E_NOTFOUND, "the name of sheet \"Umsatz\" does not tell", unknown, 2, NULL);
    refuses(CRM_E_NOTFOUND, "no sheet \"Other\"", unknown, 2, &options);
    refuses(CRM_E_FORMAT, "no sheet has rows to read", &hidden, 1, NULL);
    refuses(CRM_E_FORMAT, "no sheet has rows to read", &empty, 1, NULL);
    refuses(CRM_E_NOTFOUND, "columns \"Kringel\", \"Kuller\" are not recognised (sheet \"Kunden\", row 2)", &headings, 1, NULL);
    refuses(CRM_E_FORMAT, "sheet \"Kunden\", cell B2: #N/A", &error, 1, NULL);
    refuses(CRM_E_ABORTED, "not this one", unknown, 1, &(crm_xlsx_options){.size = sizeof options, .begin = refuse_sheet});
    choice = (crm_xlsx_choice){.name = "Kunden", .header = 9};
    refuses(CRM_E_FORMAT, "no row that names the columns", unknown, 1, &options);
    choice = (crm_xlsx_choice){.name = "Kunden"};
    refuses(CRM_E_FORMAT, "nothing is in sheet", &empty, 1, &options);
    refuses(CRM_E_INVALID, "has no name", unknown, 1,
            &(crm_xlsx_options){.size = sizeof options, .choice = &(crm_xlsx_choice){0}, .choice_count = 1});
    refuses(CRM_E_INVALID, "choice is NULL", unknown, 1, &(crm_xlsx_options){.size = sizeof options, .choice_count = 1});
    refuses(CRM_E_INVALID, "reserved", unknown, 1, &(crm_xlsx_options){.size = sizeof options, .reserved = 1});
    refuses(CRM_E_INVALID, "unknown flags", unknown, 1, &(crm_xlsx_options){.size = sizeof options, .flags = 4});
    refuses(CRM_E_INVALID, "size is not that", unknown, 1, &(crm_xlsx_options){.size = 8});
    crm_sync *sync = begin_rows(CRM_ROWS_FLAT);
    cr_expect_eq(crm_xlsx_read_file(sync, "/nowhere.xlsx", NULL), CRM_E_NOTFOUND);
    cr_expect_eq(crm_xlsx_read_file(sync, NULL, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_xlsx_read_file(NULL, "x", NULL), CRM_E_INVALID);
    cr_expect_eq(crm_xlsx_read_bytes(NULL, "", 0, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_xlsx_read_bytes(sync, NULL, 1, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_xlsx_read_bytes(sync, "Firma", 5, NULL), CRM_E_FORMAT);
    crm_sync_free(sync);
}
