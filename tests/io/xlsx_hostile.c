/* SPDX-License-Identifier: MIT */
/* Workbooks that were made to harm (by xlsx_attacks.py): each is refused for its reason, within a second and 64 MiB; and those that only
 * look odd are read. */
#include "support/measured.h"
#include "support/store.h"
#include "support/workbook.h"
#include <criterion/criterion.h>
#include <libcrm/error.h>
#include <libcrm/io.h>
#include <libcrm/status.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

TestSuite(xlsx_hostile, .init = test_begin, .fini = test_end);

/* Reads all of all sheets. */
static int read_all(crm_xlsx *book, size_t *cells) {
    int rc = CRM_OK;
    for (size_t sheet = 0; rc == CRM_OK && sheet < crm_xlsx_sheet_count(book); sheet++) {
        rc = crm_xlsx_choose(book, sheet);
        while (rc == CRM_OK && (rc = crm_xlsx_next(book)) == CRM_ROW) {
            for (size_t i = 0; i < crm_xlsx_cell_count(book); i++, ++*cells)
                cr_assert(crm_xlsx_cell_text(book, i, NULL) && crm_xlsx_cell_value(book, i, NULL) && crm_xlsx_cell_name(book, i));
            rc = CRM_OK;
        }
    }
    return rc;
}

typedef struct opening {
    char path[4200];
    size_t *cells; /* shared with the child */
} opening;

static int read_path(void *data) {
    const opening *open = data;
    crm_xlsx *book;
    *open->cells = 0;
    int rc = crm_xlsx_open(open->path, &book);
    if (rc < 0) return rc;
    rc = read_all(book, open->cells);
    crm_xlsx_close(book);
    return rc;
}

static void make_attacks(void) {
    const char *source = getenv("CRM_SOURCE");
    char command[4096];
    snprintf(command, sizeof command, "/usr/bin/python3 '%s/tests/io/xlsx_attacks.py' '%s'", source ? source : ".", test_folder);
    cr_assert(system(command) == 0, "%s", command);
}

static const struct attack {
    const char *name;
    int status;
    const char *reason; /* a part of the text */
} attacks[] = {
    {"good", CRM_OK, ""},
    {"streamed", CRM_OK, ""},
    {"utf16", CRM_OK, ""},
    {"prefixed", CRM_OK, ""},
    {"longest", CRM_OK, ""},
    {"many_texts", CRM_OK, ""},
    {"bomb", CRM_E_TOO_BIG, "packed to less than a two-hundredth"},
    {"strings_bomb", CRM_E_TOO_BIG, "packed to less than a two-hundredth"},
    {"bomb_beside", CRM_E_TOO_BIG, "xl/worksheet.xml: packed to less than a two-hundredth"},
    {"small_bombs", CRM_E_TOO_BIG, "the file is packed to less than a two-hundredth"},
    {"promised_together", CRM_E_TOO_BIG, "over 2 GiB in all"},
    {"promised", CRM_E_TOO_BIG, "over the limit of 1073741824 bytes"},
    {"promised_packed", CRM_E_FORMAT, "cut off"},
    {"shorter", CRM_E_FORMAT, "damaged"},
    {"longer", CRM_E_FORMAT, "wrong size"},
    {"checksum", CRM_E_FORMAT, "wrong checksum"},
    {"encrypted", CRM_E_FORMAT, "encrypted"},
    {"method", CRM_E_FORMAT, "damaged"},
    {"place", CRM_E_FORMAT, "not where its directory says"},
    {"overlap", CRM_E_FORMAT, "overlap"},
    {"twice", CRM_E_FORMAT, "two parts have one name"},
    {"up", CRM_E_FORMAT, "leads out of the archive"},
    {"absolute", CRM_E_FORMAT, "leads out of the archive"},
    {"long_name", CRM_E_FORMAT, "name is too long"},
    {"many_read", CRM_OK, ""},
    {"many", CRM_E_TOO_BIG, "10,000 parts"},
    {"half", CRM_E_FORMAT, "cut off"},
    {"end", CRM_E_FORMAT, "cut off"},
    {"laughs", CRM_E_FORMAT, "document type"},
    {"strings_laughs", CRM_E_FORMAT, "document type"},
    {"book_laughs", CRM_E_FORMAT, "document type"},
    {"outside", CRM_E_FORMAT, "document type"},
    {"deep", CRM_E_TOO_BIG, "64 levels"},
    {"deep_book", CRM_E_TOO_BIG, "64 levels"},
    {"attributes", CRM_E_TOO_BIG, "64 attributes"},
    {"names", CRM_OK, ""},
    {"element_name", CRM_E_TOO_BIG, "a name of over 256 bytes"},
    {"prefixed_name", CRM_E_TOO_BIG, "a name of over 256 bytes"},
    {"attribute_name", CRM_E_TOO_BIG, "a name of over 256 bytes"},
    {"long_tag", CRM_E_TOO_BIG, "a tag of over 1 MiB"},
    {"long_comment", CRM_E_TOO_BIG, "a tag of over 1 MiB"},
    {"open_tag", CRM_E_TOO_BIG, "a tag of over 1 MiB"},
    {"broken", CRM_E_FORMAT, "mismatched tag"},
    {"cut_xml", CRM_E_FORMAT, "the XML is damaged"},
    {"nonsense", CRM_E_FORMAT, "the XML is damaged"},
    {"text", CRM_E_TOO_BIG, "cell A1: a text of over 32,767"},
    {"huge_text", CRM_E_TOO_BIG, "cell A1: a text of over 32,767"},
    {"shared_text", CRM_E_TOO_BIG, "shared text 1 has over 32,767"},
    {"huge_shared_text", CRM_E_TOO_BIG, "shared text 1 has over 32,767"},
    {"row", CRM_E_TOO_BIG, "row 1: over 8 MiB"},
    {"columns", CRM_E_TOO_BIG, "cell XFE1: Excel has 16,384 columns"},
    {"rows", CRM_E_TOO_BIG, "row 1048577: Excel has 1,048,576 rows"},
    {"all_rows", CRM_OK, ""},
    {"decorated", CRM_E_TOO_BIG, "the sheet's texts have over 1 GiB"},
    {"most_styles", CRM_OK, ""},
    {"styles", CRM_E_TOO_BIG, "65,536 formats"},
    {"formats", CRM_E_TOO_BIG, "4,096 number formats"},
    {"format", CRM_E_TOO_BIG, "1,024 bytes"},
    {"sheets", CRM_E_TOO_BIG, "10,000 sheets"},
    {"one_part", CRM_E_FORMAT, "two sheets have one part"},
    {"one_part_twice", CRM_E_FORMAT, "two sheets have one part"},
    {"relations", CRM_OK, ""},
    {"sheet_name", CRM_E_TOO_BIG, "255 bytes"},
    {"no_types", CRM_E_FORMAT, "no content types"},
    {"no_rels", CRM_E_FORMAT, "no relationships"},
    {"no_sheet", CRM_E_FORMAT, "has not got its part"},
    {"word", CRM_E_FORMAT, "no workbook, but"},
    {"binary", CRM_E_FORMAT, ".xlsb"},
    {"opendocument", CRM_E_FORMAT, "OpenDocument"},
    {"password", CRM_E_FORMAT, "encrypted"},
    {"old", CRM_E_FORMAT, "old workbook (.xls)"},
    {"other", CRM_E_FORMAT, "another program"},
    {"html", CRM_E_FORMAT, "HTML"},
    {"csv", CRM_E_FORMAT, "no directory of a zip archive"},
    {"empty", CRM_E_FORMAT, "empty"},
};

#define ATTACKS (sizeof attacks / sizeof *attacks)

static void expect_read(opening *open, const struct attack *attack) {
    measured took = measure(read_path, open);
    cr_assert_eq(took.status, attack->status, "%s: %d %s", attack->name, took.status, took.text);
    if (attack->status < 0)
        cr_assert(strstr(took.text, attack->reason), "%s: %s, not %s", attack->name, took.text, attack->reason);
    else
        cr_assert_eq(*open->cells, 1, "%s: %zu cells", attack->name, *open->cells);
    measured_expect(&took, attack->name);
}

/* A store that crmdb has made, and what it then is, byte by byte. */
typedef struct prey {
    char path[4100];
    char *bytes;
    size_t size;
    long kb; /* that crmdb itself takes */
} prey;

static char *read_store(size_t *size) {
    char path[4200];
    snprintf(path, sizeof path, "%s/store/data.mdb", test_folder);
    FILE *file = fopen(path, "rbe");
    cr_assert(file && fseek(file, 0, SEEK_END) == 0);
    *size = (size_t)ftell(file);
    char *bytes = malloc(*size);
    rewind(file);
    cr_assert(bytes && fread(bytes, 1, *size, file) == *size);
    fclose(file);
    return bytes;
}

static void make_prey(prey *store) {
    snprintf(store->path, sizeof store->path, "%s/store", test_folder);
    measured base = measure_program((char *const[]){getenv("CRMDB"), "init", "--db", store->path, NULL});
    cr_assert_eq(base.status, 0, "%s", base.text);
    store->bytes = read_store(&store->size);
    store->kb = base.kb;
}

/* What an import says of its own: of the first row, the headings; or of what does not begin as a workbook does, and is read as CSV. */
static const char *refused_before(const char *name) {
    static const char *const reasons[][2] = {{"longest", "longer than any text"},
                                             {"decorated", "longer than any text"},
                                             {"prefixed", "not UTF-8"},
                                             {"csv", "no column is recognised"}};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reasons[i][0], name) == 0) return reasons[i][1];
    return NULL;
}

/* The same through an import by crmdb: the store stays as it is. */
static void expect_import(prey *store, char *path, const struct attack *attack) {
    const char *other = refused_before(attack->name), *reason = other ? other : attack->reason;
    measured took = measure_program((char *const[]){getenv("CRMDB"), "import", "--ignore-unknown", "--db", store->path, path, NULL});
    if (attack->status < 0 || other)
        cr_assert((took.status == 1 || took.status == 3) && strstr(took.text, reason), "%s: %d, %s, not %s", attack->name, took.status,
                  took.text, reason);
    else
        cr_assert_eq(took.status, 0, "%s: %d, %s", attack->name, took.status, took.text);
    took.kb -= store->kb;
    measured_expect(&took, attack->name);
    size_t size;
    char *now = read_store(&size);
    cr_assert(size == store->size && memcmp(store->bytes, now, size) == 0, "%s: the store has changed", attack->name);
    free(now);
}

Test(xlsx_hostile, each_attack) {
    static prey store;
    opening open = {.cells = mmap(NULL, sizeof *open.cells, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)};
    cr_assert(open.cells != MAP_FAILED && getenv("CRMDB"), "CRMDB names the program");
    make_prey(&store);
    make_attacks();
    for (size_t i = 0; i < 2 * ATTACKS; i++) {
        const struct attack *attack = &attacks[i % ATTACKS];
        snprintf(open.path, sizeof open.path, "%s/%s.xlsx", test_folder, attack->name);
        if (i < ATTACKS)
            expect_read(&open, attack);
        else
            expect_import(&store, open.path, attack);
    }
    free(store.bytes);
}

/* Bytes of a workbook changed at random, also in number formats: whatever comes, it ends with a status. */
Test(xlsx_hostile, changed_bytes) {
    static const char rows[] = "<row r='1'><c r='A1' s='1'><v>45000.5</v></c><c r='B1' t='s' s='2'><v>0</v></c><c r='C1' t='b'><v>1</v></c>"
                               "<c r='D1' s='3'><v>-12345.678</v></c><c r='E1' t='inlineStr' s='4'><is><t>a_x000D_</t></is></c>"
                               "<c r='F1' t='d' s='5'><v>2024-02-29T12:30:00</v></c><c r='G1' s='6'><v>0.3</v></c></row>";
    static const char styles[] =
        "<numFmts><numFmt numFmtId='164' formatCode='[$-409]dd/mm/yyyy\\ hh:mm:ss.00 AM/PM'/><numFmt numFmtId='165' formatCode='\"x\"* "
        "@_)'/>"
        "<numFmt numFmtId='166' formatCode='[&lt;0]#,##0.0?,;[=1]0%;0.0E+0;@'/><numFmt numFmtId='167' formatCode='[h]:[mm]:ss'/>"
        "<numFmt numFmtId='168' formatCode='# ?\?/12'/></numFmts><cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='165'/>"
        "<xf numFmtId='166'/><xf numFmtId='165'/><xf numFmtId='167'/><xf numFmtId='168'/></cellXfs>";
    static const char bytes[] = "0#?.,%E+-[]<>=;\"\\*_@/ymdhsAMP&'x 19\x80\xff";
    uint32_t seed = 20240301;
    workbook book = workbook_make(&(workbook_text){.rows = rows, .strings = "<si><t>Ulm</t></si>", .styles = styles});
    char *changed = malloc(book.size);
    size_t cells = 0, read = 0;
    cr_assert(changed);
    for (int round = 0; round < 20000; round++) {
        crm_xlsx *open;
        memcpy(changed, book.bytes, book.size);
        for (int i = 0; i <= round % 4; i++) {
            seed = seed * 1664525u + 1013904223u;
            size_t at = seed / 7 % book.size;
            seed = seed * 1664525u + 1013904223u;
            changed[at] = bytes[seed / 11 % (sizeof bytes - 1)];
        }
        if (crm_xlsx_open_bytes(changed, book.size, &open) < 0) continue;
        read_all(open, &cells);
        read++;
        crm_xlsx_close(open);
    }
    cr_expect(read > 1000 && cells > 1000, "%zu opened, %zu cells", read, cells);
    free(changed);
    workbook_free(&book);
}
