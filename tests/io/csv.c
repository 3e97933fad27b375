/* SPDX-License-Identifier: MIT */
/* CSV files: quotes, line ends, delimiters, encodings, and what is refused. Columns a, b and c are a company's number, name and note. */
#include "support/rows.h"
#include <libcrm/io.h>

static crm_sync *new_sync(void) {
    crm_sync *sync;
    cr_assert(crm_sync_new("test", CRM_ROWS_CUSTOMER, &sync) == CRM_OK);
    cr_assert(crm_sync_map(sync, "a", "role.number") == CRM_OK && crm_sync_map(sync, "b", "party.name") == CRM_OK &&
              crm_sync_map(sync, "c", "party.note") == CRM_OK);
    return sync;
}

static crm_csv_options options(uint32_t delimiter, uint32_t encoding) {
    return (crm_csv_options){.size = sizeof(crm_csv_options), .delimiter = delimiter, .encoding = encoding};
}

/* A C string with its NUL bytes. */
#define BYTES(text) text, sizeof(text) - 1

Test(csv, good_files) {
    static const struct {
        const char *bytes;
        size_t size;
        uint32_t delimiter, encoding;
        const char *wanted;
    } cases[] = {
        {BYTES("a,b,c\n1,A,x\n2,B,y\n"), 0, 0, "party name=A note=x; role number=1 + party name=B note=y; role number=2"},
        {BYTES("a,b,c\n1,A,x\n2,B,y"), 0, 0, "party name=A note=x; role number=1 + party name=B note=y; role number=2"},
        {BYTES("a,b,c\r\n1,A,x\r\n2,B,y\r\n"), 0, 0, "party name=A note=x; role number=1 + party name=B note=y; role number=2"},
        {BYTES("a,b,c\r1,A,x\r2,B,y\r"), 0, 0, "party name=A note=x; role number=1 + party name=B note=y; role number=2"},
        {BYTES("a;b;c\n1;A,A;x\n"), 0, 0, "party name=A,A note=x; role number=1"},
        {BYTES("a\tb\tc\n1\tA;A\tx\n"), 0, 0, "party name=A;A note=x; role number=1"},
        {BYTES("a;\"b\";\"c\"\n1;A;x\n"), 0, 0, "party name=A note=x; role number=1"},
        {BYTES("\n\r\n a ; b ;c\n\n1;A;x\n\n\n"), 0, 0, "party name=A note=x; role number=1"},
        {BYTES("a;b\n1;A\n"), ';', 0, "party name=A; role number=1"},
        {BYTES("sep=;\r\na;b\r\n1;A,B,C\r\n"), 0, 0, "party name=A,B,C; role number=1"},
        {BYTES("\xef\xbb\xbfSEP=,\na,b\n1,A;B;C\n"), 0, 0, "party name=A;B;C; role number=1"},
        {BYTES("sep=\t\ra\tb\r1\tA\r"), 0, 0, "party name=A; role number=1"},
        {BYTES("sep=,\na;b\n1;A\n"), ';', 0, "party name=A; role number=1"},
        {BYTES("\xef\xbb\xbf"
               "a,b\n1,\xc3\x84\n"),
         0, 0, "party name=\xc3\x84; role number=1"},
        {BYTES("\xef\xbb\xbf\"a\",b\n1,A\n"), 0, 0, "party name=A; role number=1"},
        {BYTES("a,b,c\n\"1\",\"A \"\"B\"\", C\",\"x\ny\r\nz\"\n"), 0, 0, "party name=A \"B\", C note=x\ny\r\nz; role number=1"},
        {BYTES("a,b,c\n001,A\"B\",\"\"\"\"\n"), 0, 0, "party name=A\"B\" note=\"; role number=001"},
        {BYTES("a,b,c\n1,A\n"), 0, 0, "party name=A; role number=1"},
        {BYTES("a,b,\xc2\xa0 \n1,A,\xc2\xa0\n"), 0, 0, "party name=A; role number=1"},
        {BYTES("a,,b,\n1, ,A,\n"), 0, 0, "party name=A; role number=1"},
        {BYTES("a,b,c\n,,\n1,A,\n"), 0, 0, "party name=A; role number=1"},
        {BYTES("a,b\n'+1,'=A\n"), 0, 0, "party name==A; role number=+1"}, /* apostrophes as an export writes them */
        {BYTES("a,b\n1,'t Zand\n"), 0, 0, "party name='t Zand; role number=1"},
        {BYTES("a,b,c\n1,\"' -A\",\"'\n=1\"\n"), 0, 0, "party name=-A note==1; role number=1"},
        {BYTES("a,b\n1,\x80 \xc4\xdf\xff\x99\n"), 0, CRM_CSV_WINDOWS_1252, "party name=€ Äßÿ™; role number=1"},
    };
    crm_db *db = rows_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_sync *sync = new_sync();
        crm_csv_options given = options(cases[i].delimiter, cases[i].encoding);
        int rc = crm_csv_read(sync, cases[i].bytes, cases[i].size, &given);
        cr_expect(rc == CRM_OK, "%zu %s: %s", i, cases[i].bytes, crm_error_text());
        cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%zu: %s", i, crm_error_text());
        cr_expect_str_eq(rows_store(db), cases[i].wanted, "%zu: got %s", i, rows_store(db));
        rows_empty(db);
        crm_sync_free(sync);
    }
    rows_close(db);
}

Test(csv, refused_files) {
    static const struct {
        const char *bytes;
        size_t size;
        uint32_t encoding;
        int status;
        uint64_t row;
    } cases[] = {
        {BYTES(""), 0, CRM_E_FORMAT, 0},
        {BYTES("\n\n"), 0, CRM_E_FORMAT, 0},
        {BYTES(";;\n"), 0, CRM_E_FORMAT, 1},
        {BYTES("a,b\n1,A\n2,\"B"), 0, CRM_E_FORMAT, 3},
        {BYTES("a,b\n1,\"A\nA\"\n2,\"B\"C\n"), 0, CRM_E_FORMAT, 4},
        {BYTES("a,b\n1,\"A\" \n"), 0, CRM_E_FORMAT, 2},
        {BYTES("a,b\r\n1,A\r\n\r\n2,B,C\r\n"), 0, CRM_E_FORMAT, 4},
        {BYTES("a,b\n1,A,\n"), 0, CRM_E_FORMAT, 2},
        {BYTES("a,,b\n1,,A\n2,lost,B\n"), 0, CRM_E_FORMAT, 3},
        {BYTES("a,b\r1,A\r2,\xc4\r"), CRM_CSV_UTF8, CRM_E_UTF8, 3},
        {BYTES("a,b\n1,A\0B\n"), 0, CRM_E_UTF8, 2},
        {BYTES("a,b\n1,\xed\xa0\x80\n"), CRM_CSV_UTF8, CRM_E_UTF8, 2},
        {BYTES("\xfe\xff\0a\0,\0b"), CRM_CSV_WINDOWS_1252, CRM_E_UTF8, 0},
        {BYTES("sep=:\na:b\n1:A\n"), 0, CRM_E_NOTFOUND, 0},
        {BYTES("sep=;"), 0, CRM_E_FORMAT, 0},
        {BYTES("a,b\n1,\"\n\n\"\n2,\x81\n"), CRM_CSV_WINDOWS_1252, CRM_E_UTF8, 5},
        {BYTES("a,b\n1,\x8d\n"), CRM_CSV_WINDOWS_1252, CRM_E_UTF8, 2},
        {BYTES("a,b\n1,\x8f\n"), CRM_CSV_WINDOWS_1252, CRM_E_UTF8, 2},
        {BYTES("a,b\n1,\x90\n"), CRM_CSV_WINDOWS_1252, CRM_E_UTF8, 2},
        {BYTES("a,b\n1,\x9d\n"), CRM_CSV_WINDOWS_1252, CRM_E_UTF8, 2},
        {BYTES("a,b,Lieblingsfarbe\n1,A,rot\n"), 0, CRM_E_NOTFOUND, 0},
        {BYTES("a,b,b\n1,A,B\n"), 0, CRM_E_EXISTS, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_sync *sync = new_sync();
        crm_csv_options given = options(0, cases[i].encoding);
        int rc = crm_csv_read(sync, cases[i].bytes, cases[i].size, &given);
        cr_expect(rc == cases[i].status, "%zu %s: %d %s", i, cases[i].bytes, rc, crm_error_text());
        cr_expect(crm_error_status() == rc && crm_error_row() == cases[i].row && *crm_error_text(), "%zu %s: row %llu, %s", i,
                  cases[i].bytes, (unsigned long long)crm_error_row(), crm_error_text());
        crm_sync_free(sync);
    }
}

static int read_text(crm_sync *sync, const char *text) { return crm_csv_read(sync, text, strlen(text), NULL); }

/* What stands where no heading is is left out only where the caller says so. */
Test(csv, cells_without_heading) {
    crm_sync *sync = new_sync();
    cr_expect_eq(read_text(sync, "a,,b\n1,lost,A\n"), CRM_E_FORMAT);
    cr_expect_str_eq(crm_error_text(), "column 2 has no heading");
    crm_sync_free(sync);
    sync = new_sync();
    cr_assert_eq(crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN), CRM_OK);
    cr_expect_eq(crm_sync_flags(sync), CRM_SYNC_IGNORE_UNKNOWN);
    cr_expect_eq(read_text(sync, "a,,b\n1,lost,A\n"), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    sync = new_sync();
    cr_assert_eq(crm_sync_map(sync, "", "ignore"), CRM_OK);
    cr_expect_eq(read_text(sync, "a,,b\n1,lost,A\n"), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
}

/* Messages name what they are about once, and columns as the file counts them. */
Test(csv, texts) {
    crm_sync *sync = new_sync();
    cr_expect_eq(read_text(sync, "a,Hut,b,Schuh\n1,2,3,4\n"), CRM_E_NOTFOUND);
    cr_expect_str_eq(crm_error_text(), "columns \"Hut\", \"Schuh\" are not recognised");
    crm_sync_free(sync);
    sync = new_sync();
    cr_expect_eq(read_text(sync, "a,Hut\n"), CRM_E_NOTFOUND);
    cr_expect_str_eq(crm_error_text(), "column \"Hut\" is not recognised");
    crm_sync_free(sync);
    sync = new_sync();
    char many[2000] = "a";
    for (int i = 0; i < 40; i++) snprintf(many + strlen(many), sizeof many - strlen(many), ",Lieblingsf\xc3\xa4rbung%02d", i);
    cr_expect_eq(read_text(sync, many), CRM_E_NOTFOUND);
    cr_expect(strstr(crm_error_text(), "\"Lieblingsfärbung00\", ") && strstr(crm_error_text(), " more are not recognised"), "%s",
              crm_error_text());
    crm_sync_free(sync);
    for (int shift = 0; shift < 2; shift++) { /* a long heading is cut between characters */
        char text[300] = "a,x";
        sync = new_sync();
        if (shift) text[2] = '\0';
        for (int i = 0; i < 60; i++) strcat(text, "\xc3\xa4");
        cr_expect_eq(read_text(sync, text), CRM_E_NOTFOUND, "%s", crm_error_text());
        cr_expect(strstr(crm_error_text(), "ä...\" is not recognised"), "%s", crm_error_text());
        crm_sync_free(sync);
    }
    sync = new_sync();
    crm_csv_options strict = options(0, CRM_CSV_UTF8);
    cr_expect_eq(crm_csv_read(sync, ",a,,b\n,1,,\xff\n", 13, &strict), CRM_E_UTF8);
    cr_expect_str_eq(crm_error_text(), "column 4 \"b\": not UTF-8");
    crm_sync_free(sync);
    sync = new_sync();
    cr_expect_eq(read_text(sync, "a,b\n1,\"A\n"), CRM_E_FORMAT);
    cr_expect_str_eq(crm_error_text(), "a quote that does not close");
    crm_sync_free(sync);
}

Test(csv, unknown_columns_left_out) {
    crm_db *db = rows_open();
    crm_sync *sync = new_sync();
    cr_assert_eq(crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN), CRM_OK);
    cr_expect_eq(read_text(sync, "a,Hut,b,,Schuh\n1,2,A,4,5\n"), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_ignored_count(sync), 2u);
    cr_expect_str_eq(crm_sync_ignored(sync, 1), "Schuh");
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(rows_store(db), "party name=A; role number=1");
    crm_sync_free(sync);
    rows_close(db);
}

/* Rows are numbered by the line that they begin in. */
Test(csv, row_numbers) {
    crm_db *db = rows_open();
    crm_sync *sync = new_sync();
    static const char text[] = "a,b,c\n1,A,\"x\r\n\r\ny\"\n\n,,only a note\n2,B,\n,,\"z\nz\"\n";
    cr_expect_eq(crm_csv_read(sync, text, sizeof text - 1, NULL), CRM_OK);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_REQUIRED);
    cr_expect_str_eq(rows_errors(sync), "6.0 REQUIRED party.name; 8.0 REQUIRED party.name", "%s", rows_errors(sync));
    crm_sync_free(sync);
    rows_close(db);
}

Test(csv, arguments) {
    crm_sync *sync = new_sync();
    static const crm_csv_options bad[] = {{.size = 0},
                                          {.size = 16},
                                          {.size = UINT64_MAX},
                                          {.size = sizeof *bad, .delimiter = ':'},
                                          {.size = sizeof *bad, .encoding = CRM_CSV_ISO_8859_15 + 1},
                                          {.size = sizeof *bad, .quote = '`'}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_expect_eq(crm_csv_read(sync, "a\n", 2, &bad[i]), CRM_E_INVALID, "%zu", i);
    struct {
        crm_csv_options ours;
        uint64_t later;
    } longer = {{.size = sizeof longer}, 1};
    cr_expect_eq(crm_csv_read(sync, "a\n", 2, &longer.ours), CRM_E_INVALID, "an option of a later version");
    longer.later = 0;
    cr_expect_eq(crm_csv_read(sync, "a\n", 2, &longer.ours), CRM_OK);
    cr_expect_eq(crm_csv_read(NULL, "a\n", 2, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_csv_read(sync, NULL, 2, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_csv_read_file(sync, NULL, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_csv_read_file(NULL, "x", NULL), CRM_E_INVALID);
    cr_expect_eq(crm_csv_read_file(sync, "/nonexistent/customers.csv", NULL), CRM_E_NOTFOUND);
    cr_expect(strstr(crm_error_text(), "/nonexistent/customers.csv"), "%s", crm_error_text());
    cr_expect_eq(crm_csv_read_file(sync, "/", NULL), CRM_E_IO, "a folder is no file");
    crm_sync_free(sync);
}

Test(csv, limits) {
    static char big[1100000];
    crm_sync *sync = new_sync();
    memset(big, 'x', sizeof big);
    memcpy(big, "a,b\n1,", 6);
    cr_expect_eq(crm_csv_read(sync, big, sizeof big, NULL), CRM_E_TOO_BIG);
    cr_expect_str_eq(crm_error_text(), "the row is over the limit of 1,048,576 bytes");
    cr_expect_eq(crm_error_row(), 2u);
    crm_sync_free(sync);
    sync = new_sync();
    cr_expect_eq(crm_csv_read(sync, big, 40000, NULL), CRM_E_TOO_BIG, "one cell");
    cr_expect_eq(crm_error_row(), 2u);
    crm_sync_free(sync);
    sync = new_sync();
    cr_expect_eq(crm_csv_read(sync, big, 6 + 32768, NULL), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
}

/* Every byte from 0x80 on; below, Windows-1252 is ASCII. */
Test(csv, windows_1252) {
    static const char *const upper[] = {"€",  NULL, "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", NULL, "Ž", NULL,
                                        NULL, "‘",  "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", NULL, "ž", "Ÿ"};
    crm_db *db = rows_open();
    for (unsigned byte = 0x80; byte <= 0xff; byte++) {
        char text[16], wanted[64], letter[3] = {(char)(0xc0 | byte >> 6), (char)(0x80 | (byte & 0x3f)), 0};
        const char *expected = byte < 0xa0 ? upper[byte - 0x80] : letter;
        int size = snprintf(text, sizeof text, "a,b\n1,<%c>\n", (int)byte);
        crm_sync *sync = new_sync();
        crm_csv_options given = options(0, CRM_CSV_WINDOWS_1252);
        int rc = crm_csv_read(sync, text, (size_t)size, &given);
        cr_expect_eq(rc, expected ? CRM_OK : CRM_E_UTF8, "%02x", byte);
        if (expected) {
            snprintf(wanted, sizeof wanted, "party name=<%s>; role number=1", expected);
            cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
            cr_expect_str_eq(rows_store(db), wanted, "%02x: %s", byte, rows_store(db));
        }
        crm_sync_free(sync);
    }
    rows_close(db);
}
