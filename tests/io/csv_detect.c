/* SPDX-License-Identifier: MIT */
/* What is found out about a CSV file: delimiter, quote, encoding, the line with the headings; and what options say instead. */
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BYTES(text) text, sizeof(text) - 1
#define OPTIONS(...)                                                                                                                       \
    { .size = sizeof(crm_csv_options), __VA_ARGS__ }

/* Rows as "a|b / c|d". */
static const char *rows_of(crm_csv *csv) {
    static char out[4000];
    size_t used = 0;
    int rc;
    *out = '\0';
    while ((rc = crm_csv_next(csv)) == CRM_ROW) {
        used += (size_t)snprintf(out + used, sizeof out - used, "%s", used ? " / " : "");
        for (size_t i = 0; i < crm_csv_cell_count(csv); i++)
            used += (size_t)snprintf(out + used, sizeof out - used, "%s%s", i ? "|" : "", crm_csv_cell_text(csv, i, NULL));
        cr_assert(used < sizeof out);
    }
    if (rc < 0) snprintf(out, sizeof out, "%s %llu: %s", crm_status_name(rc), (unsigned long long)crm_error_row(), crm_error_text());
    return out;
}

static const char *read_as(const char *bytes, size_t size, const crm_csv_options *options, crm_csv_format *format) {
    static char refused[300];
    crm_csv *csv;
    if (crm_csv_open_bytes(bytes, size, options, &csv) != CRM_OK) {
        snprintf(refused, sizeof refused, "%s %llu: %s", crm_status_name(crm_error_status()), (unsigned long long)crm_error_row(),
                 crm_error_text());
        return refused;
    }
    format->size = sizeof *format;
    cr_assert(crm_csv_detect(csv, format) == CRM_OK);
    cr_expect(*format->delimiter_reason && *format->quote_reason && *format->encoding_reason && *format->header_reason);
    cr_expect(format->delimiter_confidence <= 100 && format->encoding_confidence <= 100 && format->quote_confidence <= 100 &&
              format->header_confidence <= 100);
    const char *rows = rows_of(csv);
    crm_csv_close(csv);
    return rows;
}

/* --- delimiter, quote, headings --- */

Test(csv_detect, dialects) {
    static const struct {
        const char *text;
        char delimiter, quote;
        uint32_t header;
        const char *rows;
    } cases[] = {
        {"a,b\n1,2\n", ',', '"', 1, "a|b / 1|2"},
        {"a;b\n1;2\n", ';', '"', 1, "a|b / 1|2"},
        {"a\tb\n1\t2\n", '\t', '"', 1, "a|b / 1|2"},
        {"a|b\n1|2\n", '|', '"', 1, "a|b / 1|2"},
        {"a\n1\n2\n", ',', '"', 1, "a / 1 / 2"},
        {"a", ',', '"', 1, "a"},
        {"", ',', '"', 0, ""},
        {"\n\n", ',', '"', 0, ""},
        /* decimal commas, and names with commas, divide nothing */
        {"Nr;Preis\n1;1,50\n2;2,50\n", ';', '"', 1, "Nr|Preis / 1|1,50 / 2|2,50"},
        {"Nr;Name\n1;Meier, Eva\n2;Abt, Jo\n", ';', '"', 1, "Nr|Name / 1|Meier, Eva / 2|Abt, Jo"},
        {"Nr,Name,Ort\n1,A;B;C;D,x\n", ',', '"', 1, "Nr|Name|Ort / 1|A;B;C;D|x"},
        {"a;b,c\n1;2,3\n", ';', '"', 1, "a|b,c / 1|2,3"},
        {"a,b;c;d\n1,2;3;4\n", ';', '"', 1, "a,b|c|d / 1,2|3|4"},
        {"a;b;c\n1;2\n3;4;5\n", ';', '"', 1, "a|b|c / 1|2 / 3|4|5"},
        /* the line sep= tells, and is no row */
        {"sep=|\na|b\n1|2;3\n", '|', '"', 2, "a|b / 1|2;3"},
        {"sep=;\r\na;b\r\n1;2,3\r\n", ';', '"', 2, "a|b / 1|2,3"},
        {"\xef\xbb\xbfSEP=\t\na\tb\n", '\t', '"', 2, "a|b"},
        {"sep=:\na\n", ',', '"', 1, "sep=: / a"},
        {"sep=;\ra;b\r1;2\r", ';', '"', 2, "a|b / 1|2"},
        {"sep=|x|y\na|b|c\n", '|', '"', 1, "sep=|x|y / a|b|c"},
        {"sep=;", ';', '"', 0, ""},
        {"sap=;x\na;b\n", ';', '"', 1, "sap=|x / a|b"},
        /* quotes */
        {"'a','b'\n'1','x, ''y'''\n", ',', '\'', 1, "a|b / 1|x, 'y'"},
        {"'a';b\n'1\n2';c\n", ';', '\'', 1, "a|b / 1\n2|c"},
        {"Nr,Ort\n1,'s-Hertogenbosch\n2,'s-Gravenhage\n", ',', '"', 1, "Nr|Ort / 1|'s-Hertogenbosch / 2|'s-Gravenhage"},
        {"Nr,Ort\n1,'s-H\n2,'s-G\n3,'s-X\n4,'s-Y\n", ',', '"', 1, "Nr|Ort / 1|'s-H / 2|'s-G / 3|'s-X / 4|'s-Y"},
        {"Nr,Ort\n1,'t Zand\n", ',', '"', 1, "Nr|Ort / 1|'t Zand"},
        {"\"a\",'b'\n\"1\",'x'\n", ',', '"', 1, "a|'b' / 1|'x'"},
        /* titles above, blank lines, lines of delimiters */
        {"\n \nA;B\n1;2\n", ';', '"', 3, "A|B / 1|2"},
        {";;\r\n;;\r\na;b;c\r\n1;2;3\r\n", ';', '"', 3, "a|b|c / 1|2|3"},
        {"Kundenliste, Stand Mai\n\nNr;Name;Ort\n1;A;B\n2;C;D\n", ';', '"', 3, "Nr|Name|Ort / 1|A|B / 2|C|D"},
        {"Kunden;;;;\nNr;Name;Ort;PLZ;Land\n1;A;B;3;DE\n", ';', '"', 2, "Nr|Name|Ort|PLZ|Land / 1|A|B|3|DE"},
        {"Kunden,,,Mai,,,\n,,,,,,\nNr,Name,c,d,e,f,g\n1,A,,,,,\n", ',', '"', 3, "Nr|Name|c|d|e|f|g / 1|A|||||"},
        {"a,,b,\n1,x,2,\n", ',', '"', 1, "a||b| / 1|x|2|"},
        {"only\none,two\n", ',', '"', 2, "one|two"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_csv_format format = {0};
        const char *got = read_as(cases[i].text, strlen(cases[i].text), NULL, &format);
        cr_expect_str_eq(got, cases[i].rows, "%zu %s: %s", i, cases[i].text, got);
        cr_expect(format.delimiter == (uint8_t)cases[i].delimiter && format.quote == (uint8_t)cases[i].quote &&
                      format.header_row == cases[i].header && format.encoding == CRM_CSV_UTF8,
                  "%zu %s: delimiter %c (%s), quote %c (%s), header %u (%s)", i, cases[i].text, (int)format.delimiter,
                  format.delimiter_reason, (int)format.quote, format.quote_reason, format.header_row, format.header_reason);
    }
}

/* Of a hundred: delimiter, quote, headings, encoding. */
Test(csv_detect, how_sure) {
    static const struct {
        const char *bytes;
        size_t size;
        uint32_t sure[4];
        const char *reasons[4]; /* how they begin */
    } cases[] = {
        {BYTES("a;b\n1;2\n"),
         {99, 50, 90, 100},
         {"it divides 2 of the first 2 rows into 2 cells", "no cell", "the first line that is not", "ASCII"}},
        {BYTES("a;b\n1;2\n3\n4;5\n"), {75, 50, 90, 100}, {"it divides 3 of the first 4 rows into 2 cells", "", "", ""}},
        {BYTES("a;b,c\n1;2,3\n"), {75, 50, 90, 100}, {"it divides 2", "", "", ""}},
        {BYTES("a;b\n"), {75, 50, 90, 100}, {"it divides 1", "", "", ""}},
        {BYTES("a\nb\n"), {50, 50, 90, 100}, {"nothing divides the first 2 rows", "", "", ""}},
        {BYTES("\"a\";b\n1;2\n"), {99, 99, 90, 100}, {"", "1 cells are in quotes", "", ""}},
        {BYTES("\"a\" x;b\n1;2\n"), {99, 60, 90, 100}, {"", "1 cells are in quotes", "", ""}},
        {BYTES("1;2\n3;4\n"), {99, 50, 50, 100}, {"", "", "the first line that is not blank; it has numbers", ""}},
        {BYTES("a;\n3;4\n"), {99, 50, 50, 100}, {"", "", "the first line with more than a title; it has", ""}},
        {BYTES("a;;c\n3;4;5\n"), {99, 50, 50, 100}, {"", "", "the first line that is not blank", ""}},
        {BYTES("Title\n\na;b\n3;4\n"), {66, 50, 75, 100}, {"", "", "the first line with more than a title", ""}},
        {BYTES("sep=;\na;b\n3;4\n"), {100, 50, 90, 100}, {"the first line tells it", "", "", ""}},
        {BYTES("\n"), {50, 50, 0, 100}, {"", "", "nothing is in any line", ""}},
        {BYTES("K\xc3\xb6ln\n"), {50, 50, 90, 90}, {"", "", "", "strictly UTF-8, with 1 characters"}},
        {BYTES("K\xc3\xb6ln \xc3\xb6\xc3\xb6\n"), {50, 50, 90, 99}, {"", "", "", "strictly UTF-8, with 3 characters"}},
        {BYTES("K\xf6ln\n"), {50, 50, 90, 80}, {"", "", "", "no UTF-8; ISO-8859-15 would"}},
        {BYTES("K\xf6ln \x80\n"), {50, 50, 90, 90}, {"", "", "", "no UTF-8; 1 bytes are signs"}},
        {BYTES("K\xf6ln \xa4\n"), {50, 50, 90, 75}, {"", "", "", "no UTF-8; 1 bytes are euro"}},
        {BYTES("K\xf6ln 1\xbd \xa4 \xa4\n"), {50, 50, 90, 50}, {"", "", "", "no UTF-8; 2 bytes are euro"}},
        {BYTES("\xef\xbb\xbfx\n"), {50, 50, 90, 100}, {"", "", "", "it begins with the byte order mark of UTF-8"}},
        {BYTES("x\0\n\0"), {50, 50, 90, 95}, {"", "", "", "2 characters have a zero on the side where UTF-16LE has it"}},
        {BYTES("x\0yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n"), {50, 50, 90, 10}, {"", "", "", "there are bytes 0 in it"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_csv *csv;
        crm_csv_format format = {.size = sizeof format};
        cr_assert_eq(crm_csv_open_bytes(cases[i].bytes, cases[i].size, NULL, &csv), CRM_OK, "%zu: %s", i, crm_error_text());
        cr_assert_eq(crm_csv_detect(csv, &format), CRM_OK);
        const uint32_t sure[] = {format.delimiter_confidence, format.quote_confidence, format.header_confidence,
                                 format.encoding_confidence};
        const char *reasons[] = {format.delimiter_reason, format.quote_reason, format.header_reason, format.encoding_reason};
        for (size_t j = 0; j < 4; j++)
            cr_expect(sure[j] == cases[i].sure[j] && !strncmp(reasons[j], cases[i].reasons[j], strlen(cases[i].reasons[j])),
                      "%zu.%zu: %u (%s), not %u", i, j, sure[j], reasons[j], cases[i].sure[j]);
        crm_csv_close(csv);
    }
}

Test(csv_detect, options_win) {
    static const struct {
        const char *text;
        crm_csv_options options;
        const char *rows;
    } cases[] = {
        {"a;b,c\n1;2,3\n", OPTIONS(.delimiter = ','), "a;b|c / 1;2|3"},
        {"sep=;\na;b,c\n", OPTIONS(.delimiter = ','), "a;b|c"},
        {"'a',\"b\"\n", OPTIONS(.quote = '\''), "a|\"b\""},
        {"'a','b'\n'1','2'\n", OPTIONS(.quote = '"'), "'a'|'b' / '1'|'2'"},
        {"\"a\",b\n5\" pipe,\"x\n", OPTIONS(.quote = CRM_CSV_NO_QUOTE), "\"a\"|b / 5\" pipe|\"x"},
        {"x;y\nTitle \"a\n\nA,B\n1,2\n", OPTIONS(.header_row = 4), "A|B / 1|2"},
        {"sep=;\na;b\n", OPTIONS(.header_row = 2), "a|b"},
        {"sep=;\na;b\n", OPTIONS(.header_row = 1), "CRM_E_FORMAT 1: the first line tells the delimiter and has no headings"},
        {"a\n\nb\n", OPTIONS(.header_row = 2), "CRM_E_FORMAT 2: the line names no column"},
        {"a\nb\n", OPTIONS(.header_row = 9), ""},
        {"Title\na;b\n", OPTIONS(.header_row = CRM_CSV_NO_HEADER), "Title / a|b"},
        {"a\xc3\xa4\n", OPTIONS(.encoding = CRM_CSV_WINDOWS_1252), "a\xc3\x83\xc2\xa4"},
        {"\xa4\n", OPTIONS(.encoding = CRM_CSV_WINDOWS_1252), "\xc2\xa4"},
        {"\xa4\n", OPTIONS(.encoding = CRM_CSV_ISO_8859_15), "\xe2\x82\xac"},
        {"a\n\x80\n", OPTIONS(.encoding = CRM_CSV_ISO_8859_15), "CRM_E_UTF8 2: a control character of ISO-8859-15"},
        {"a\nb\x81\n", OPTIONS(.encoding = CRM_CSV_WINDOWS_1252), "CRM_E_UTF8 2: a byte that means nothing in Windows-1252"},
        {"a,b\n1,\xe4\n", OPTIONS(.encoding = CRM_CSV_UTF8), "CRM_E_UTF8 2: column 2: not UTF-8, or a byte 0"},
        {"a\n\xe0\x9f\xbf\n", OPTIONS(.encoding = CRM_CSV_UTF8), "CRM_E_UTF8 2: column 1: not UTF-8, or a byte 0"},
        {"a\n\xed\xa0\x80\n", OPTIONS(.encoding = CRM_CSV_UTF8), "CRM_E_UTF8 2: column 1: not UTF-8, or a byte 0"},
        {"a\n\xf0\x8f\xbf\xbf\n", OPTIONS(.encoding = CRM_CSV_UTF8), "CRM_E_UTF8 2: column 1: not UTF-8, or a byte 0"},
        {"a\n\xf4\x90\x80\x80\n", OPTIONS(.encoding = CRM_CSV_UTF8), "CRM_E_UTF8 2: column 1: not UTF-8, or a byte 0"},
        {"a\n\xed\x9f\xbf\xf4\x8f\xbf\xbf\n", OPTIONS(.encoding = CRM_CSV_UTF8), "a / \xed\x9f\xbf\xf4\x8f\xbf\xbf"},
        {"a\nabc", OPTIONS(.encoding = CRM_CSV_UTF16LE), "CRM_E_UTF8 1: half of a character at the end"},
        {"\xef\xbb\xbf"
         "a\n",
         OPTIONS(.encoding = CRM_CSV_WINDOWS_1252), "CRM_E_UTF8 0: it begins with the byte order mark of UTF-8, and is not Windows-1252"},
        {"\xff\xfe"
         "a\n",
         OPTIONS(.encoding = CRM_CSV_UTF16BE), "CRM_E_UTF8 0: it begins with the byte order mark of UTF-16LE, and is not UTF-16BE"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_csv_format format = {0};
        const char *got = read_as(cases[i].text, strlen(cases[i].text), &cases[i].options, &format);
        cr_expect_str_eq(got, cases[i].rows, "%zu %s: %s", i, cases[i].text, got);
        if (cases[i].options.delimiter) cr_expect(format.delimiter_confidence == 100);
        if (cases[i].options.quote && format.size) cr_expect(format.quote == cases[i].options.quote && format.quote_confidence == 100);
    }
}

/* --- encodings --- */

/* A text of ASCII and Latin letters in an encoding; returns its size. */
static size_t encode(const char *utf8, uint32_t encoding, bool mark, char *out) {
    char *to = out;
    bool little = encoding == CRM_CSV_UTF16LE, wide = little || encoding == CRM_CSV_UTF16BE;
    if (mark && encoding == CRM_CSV_UTF8) to += sprintf(to, "\xef\xbb\xbf");
    if (mark && wide) to += sprintf(to, little ? "\xff\xfe" : "\xfe\xff");
    for (const unsigned char *at = (const unsigned char *)utf8; *at; at++) {
        unsigned code = *at < 0x80 ? *at : (at[0] & 0x1fu) << 6 | (at[1] & 0x3fu);
        if (*at >= 0x80 && encoding != CRM_CSV_UTF8) at++;
        if (wide && !little) *to++ = (char)(code >> 8);
        *to++ = (char)(encoding == CRM_CSV_UTF8 ? *at : code & 0xff);
        if (wide && little) *to++ = (char)(code >> 8);
    }
    return (size_t)(to - out);
}

Test(csv_detect, encodings) {
    static const uint32_t encodings[] = {CRM_CSV_UTF8, CRM_CSV_UTF16LE, CRM_CSV_UTF16BE, CRM_CSV_WINDOWS_1252, CRM_CSV_ISO_8859_15};
    static const char text[] = "Nr;Stra\xc3\x9f"
                               "e;Gr\xc3\xb6\xc3\x9f"
                               "e\r\n1;M\xc3\xbchlgasse;1\xc3\xa9\r\n";
    static const char rows[] = "Nr|Stra\xc3\x9f"
                               "e|Gr\xc3\xb6\xc3\x9f"
                               "e / 1|M\xc3\xbchlgasse|1\xc3\xa9";
    char bytes[400];
    for (size_t i = 0; i < 10; i++) {
        uint32_t encoding = encodings[i / 2];
        size_t size = encode(text, encoding, i % 2, bytes);
        for (int told = 0; told < 2; told++) {
            crm_csv_options options = OPTIONS(.encoding = told ? encoding : 0);
            crm_csv_format format = {0};
            const char *got = read_as(bytes, size, &options, &format);
            cr_expect_str_eq(got, rows, "%zu: %s (%s)", i, got, format.encoding_reason);
            cr_expect(format.encoding == encoding || encoding == CRM_CSV_ISO_8859_15, "%zu: %u", i, format.encoding);
            cr_expect(format.encoding_confidence == 100 || !told);
        }
    }
}

/* Bytes that decide between the two, and those that are in neither. */
Test(csv_detect, by_bytes) {
    static const struct {
        const char *bytes;
        size_t size;
        uint32_t encoding;
        const char *rows; /* or the beginning of the refusal */
    } cases[] = {
        {BYTES("Preis\n5 \x80\n"), CRM_CSV_WINDOWS_1252, "Preis / 5 \xe2\x82\xac"},
        {BYTES("Preis\n5 \xa4\n"), CRM_CSV_ISO_8859_15, "Preis / 5 \xe2\x82\xac"},
        {BYTES("Ort\nc\xbdur\n"), CRM_CSV_ISO_8859_15, "Ort / c\xc5\x93ur"},
        {BYTES("Ort\n\xa6koda\n"), CRM_CSV_ISO_8859_15, "Ort / \xc5\xa0koda"},
        {BYTES("Breite\n1\xbd m\n"), CRM_CSV_WINDOWS_1252, "Breite / 1\xc2\xbd m"},
        {BYTES("Text\ngeht\xb4s\n"), CRM_CSV_WINDOWS_1252, "Text / geht\xc2\xb4s"},
        {BYTES("Text\n\x84so\x93\n"), CRM_CSV_WINDOWS_1252, "Text / \xe2\x80\x9eso\xe2\x80\x9c"},
        {BYTES("Ort\nK\xf6ln\n"), CRM_CSV_WINDOWS_1252, "Ort / K\xc3\xb6ln"},
        {BYTES("Ort\nK\xc3\xb6ln\n"), CRM_CSV_UTF8, "Ort / K\xc3\xb6ln"},
        {BYTES("Ort\nK\xc3\xb6ln\xc3"), CRM_CSV_WINDOWS_1252, "Ort / K\xc3\x83\xc2\xb6ln\xc3\x83"}, /* cut within a character */
        {BYTES("a\nb\x81\n"), 0, "CRM_E_UTF8 0: 1 bytes mean nothing in Windows-1252 and ISO-8859-15"},
        {BYTES("Ort\n\xc3\x81\xc3"), 0, "CRM_E_UTF8 0: 1 bytes mean nothing in Windows-1252 and ISO-8859-15"},
        {BYTES("\xcf\xf0\xe8\xe2\xe5\xf2;\xcc\xe8\xf0\n\xcc\xee\xf1\xea\xe2\xe0;1\n"), 0, "CRM_E_UTF8 0: neither UTF-8 nor of Western"},
        {BYTES("\xff\xfe\0\0a\0\0\0"), 0, "CRM_E_UTF8 0: the file is in UTF-32LE; save it as \"CSV UTF-8\""},
        {BYTES("\0\0\xfe\xff\0\0\0a"), 0, "CRM_E_UTF8 0: the file is in UTF-32BE; save it as \"CSV UTF-8\""},
        {BYTES("a\0\0\0,\0\0\0b\0\0\0\n\0\0\0"), 0, "CRM_E_UTF8 0: the file is in UTF-32; save it as \"CSV UTF-8\""},
        {BYTES("\xff\xfe"), CRM_CSV_UTF16LE, ""},
        {BYTES("\xff\xfe"
               "a\0\n\0\x3d\xd8\x00\xde\n\0"),
         CRM_CSV_UTF16LE, "a / \xf0\x9f\x98\x80"},
        {BYTES("\xff\xfe"
               "a\0\n\0\x3d\xd8\n\0"),
         CRM_CSV_UTF16LE, "CRM_E_UTF8 2: half of a pair in UTF-16"},
        {BYTES("\xff\xfe"
               "a\0\n\0\0\xde\n\0"),
         CRM_CSV_UTF16LE, "CRM_E_UTF8 2: half of a pair in UTF-16"},
        {BYTES("\xff\xfe"
               "a\0\n\0b"),
         CRM_CSV_UTF16LE, "CRM_E_UTF8 2: half of a character at the end"},
        {BYTES("a,b\n1,x\0y\n"), CRM_CSV_UTF8, "CRM_E_UTF8 2: column 2: not UTF-8, or a byte 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_csv_format format = {0};
        const char *got = read_as(cases[i].bytes, cases[i].size, NULL, &format);
        bool refused = !strncmp(cases[i].rows, "CRM_E", 5);
        cr_expect(refused ? strncmp(got, cases[i].rows, strlen(cases[i].rows)) == 0 : strcmp(got, cases[i].rows) == 0, "%zu: %s (%s)", i,
                  got, format.encoding_reason);
        cr_expect(format.encoding == cases[i].encoding, "%zu: %u (%s)", i, format.encoding, format.encoding_reason);
    }
}

/* --- files and pipes, longer than a block --- */

static char path[300];

static void write_file(const char *text, size_t size) {
    const char *base = getenv("TMPDIR");
    snprintf(path, sizeof path, "%.200s/crm-csv-%d.csv", base && *base ? base : "/tmp", (int)getpid());
    FILE *file = fopen(path, "w");
    cr_assert(file && fwrite(text, 1, size, file) == size && fclose(file) == 0);
}

/* Rows of every length over the ends of blocks, in each encoding: line ends, quotes and pairs of bytes are cut there. */
Test(csv_detect, blocks) {
    static char text[300000], bytes[700000];
    static const uint32_t encodings[] = {CRM_CSV_UTF8, CRM_CSV_UTF16LE, CRM_CSV_WINDOWS_1252};
    for (size_t shift = 0; shift < 8; shift++) {
        size_t used = (size_t)sprintf(text, "Nr;%.*s\r\n", (int)shift + 1, "xxxxxxxx"), rows = 0;
        for (; used < 150000; rows++) used += (size_t)sprintf(text + used, "%zu;\"\xc3\xa4\"\"\r\n\xc3\xbc\"\r\n", rows);
        for (size_t i = 0; i < 3; i++) {
            crm_csv *csv;
            size_t size = encode(text, encodings[i], false, bytes), row = 0;
            write_file(bytes, size);
            cr_assert(crm_csv_open(path, NULL, &csv) == CRM_OK, "%s", crm_error_text());
            cr_assert(crm_csv_next(csv) == CRM_ROW && crm_csv_row(csv) == 1);
            for (; crm_csv_next(csv) == CRM_ROW; row++) {
                cr_assert(crm_csv_row(csv) == 2 + row * 2 && crm_csv_cell_count(csv) == 2, "%zu", row);
                cr_assert((size_t)atoll(crm_csv_cell_text(csv, 0, NULL)) == row);
                cr_assert_str_eq(crm_csv_cell_text(csv, 1, NULL), "\xc3\xa4\"\r\n\xc3\xbc");
            }
            cr_expect(row == rows && crm_error_status() == CRM_OK, "%zu of %zu: %s", row, rows, crm_error_text());
            crm_csv_close(csv);
        }
    }
    unlink(path);
}

/* Characters of two units over the ends of blocks. */
Test(csv_detect, pairs_over_blocks) {
    enum { PAIRS = 40000 };
    static char bytes[PAIRS * 4 + 100];
    for (int shift = 0; shift < 2; shift++) {
        char *to = bytes;
        memcpy(to,
               "\xff\xfe"
               "a\0\n\0x\0",
               8);
        to += shift ? 8 : 6;
        for (int i = 0; i < PAIRS; i++, to += 4) memcpy(to, i % 1000 == 999 ? "\n\0\n\0" : "\x3d\xd8\x00\xde", 4);
        crm_csv *csv;
        crm_csv_options options = OPTIONS(.encoding = CRM_CSV_UTF16LE);
        cr_assert_eq(crm_csv_open_bytes(bytes, (size_t)(to - bytes), &options, &csv), CRM_OK, "%s", crm_error_text());
        cr_assert_eq(crm_csv_next(csv), CRM_ROW);
        for (size_t i = 0; i < PAIRS / 1000; i++) {
            size_t size;
            cr_assert_eq(crm_csv_next(csv), CRM_ROW, "%zu: %s", i, crm_error_text());
            const char *text = crm_csv_cell_text(csv, 0, &size);
            cr_assert_eq(size, 999 * 4 + (i == 0 && shift));
            for (size_t at = i == 0 && shift; at < size; at += 4) cr_assert(memcmp(text + at, "\xf0\x9f\x98\x80", 4) == 0, "%zu", at);
        }
        cr_expect_eq(crm_csv_next(csv), CRM_OK);
        crm_csv_close(csv);
    }
}

/* The first byte that is not ASCII may come late; a pipe tells by its first block. */
Test(csv_detect, late_letter) {
    static char text[200000];
    memset(text, 'x', sizeof text);
    for (size_t i = 99; i < sizeof text; i += 100) text[i] = '\n';
    text[sizeof text - 5] = '\xe4';
    write_file(text, sizeof text);
    for (int piped = 0; piped < 2; piped++) {
        char name[400];
        crm_csv *csv;
        crm_csv_format format = {.size = sizeof format};
        FILE *pipe = NULL;
        snprintf(name, sizeof name, "cat %s", path);
        if (piped) cr_assert((pipe = popen(name, "r")));
        if (piped) snprintf(name, sizeof name, "/dev/fd/%d", fileno(pipe));
        cr_assert(crm_csv_open(piped ? name : path, NULL, &csv) == CRM_OK, "%s", crm_error_text());
        cr_assert(crm_csv_detect(csv, &format) == CRM_OK);
        cr_expect_eq(format.encoding, piped ? CRM_CSV_UTF8 : CRM_CSV_WINDOWS_1252, "%s", format.encoding_reason);
        int rc, rows = 0;
        while ((rc = crm_csv_next(csv)) == CRM_ROW) rows++;
        cr_expect(rc == (piped ? CRM_E_UTF8 : CRM_OK) && rows == (piped ? 1999 : 2000), "%d after %d rows: %s", rc, rows, crm_error_text());
        crm_csv_close(csv);
        if (pipe) pclose(pipe);
    }
    unlink(path);
}

/* --- calls --- */

Test(csv_detect, calls) {
    crm_csv *csv = (crm_csv *)1;
    crm_csv_format format = {.size = 8};
    size_t size = 9;
    cr_expect(crm_csv_open(NULL, NULL, &csv) == CRM_E_INVALID && !csv);
    cr_expect(crm_csv_open("/nonexistent/a.csv", NULL, &csv) == CRM_E_NOTFOUND && !csv);
    cr_expect(crm_csv_open_bytes(NULL, 1, NULL, &csv) == CRM_E_INVALID && crm_csv_open_bytes("", 0, NULL, NULL) == CRM_E_INVALID);
    cr_assert(crm_csv_open_bytes("a,b\n1,\"2\n", 9, NULL, &csv) == CRM_OK);
    cr_expect(crm_csv_row(csv) == 0 && crm_csv_cell_count(csv) == 0 && !crm_csv_cell_text(csv, 0, &size) && size == 0);
    cr_expect(crm_csv_detect(csv, &format) == CRM_E_INVALID && crm_csv_detect(csv, NULL) == CRM_E_INVALID &&
              crm_csv_detect(NULL, &format) == CRM_E_INVALID);
    cr_expect(crm_csv_next(csv) == CRM_ROW && crm_csv_cell_count(csv) == 2 && !crm_csv_cell_text(csv, 2, NULL));
    cr_expect(crm_csv_next(csv) == CRM_E_FORMAT && !crm_csv_cell_text(csv, 0, NULL));
    cr_expect(crm_csv_next(csv) == CRM_E_FORMAT && crm_error_row() == 2, "an error stays");
    crm_csv_close(csv);
    crm_csv_close(NULL);
    cr_expect(crm_csv_next(NULL) == CRM_E_INVALID && crm_csv_feed(NULL, NULL, 1) == CRM_E_INVALID);
}

static crm_sync *new_sync(uint32_t flags) {
    crm_sync *sync;
    cr_assert(crm_sync_new("test", CRM_ROWS_CUSTOMER, &sync) == CRM_OK && crm_sync_set_flags(sync, flags) == CRM_OK);
    return sync;
}

/* A file in parts: each sync gets the headings. */
Test(csv_detect, feed_in_parts) {
    static const char text[] = "Firma;Ort\nA;Ulm\n\nB;Bonn\nC;Trier\n";
    crm_csv *csv;
    cr_assert(crm_csv_open_bytes(text, sizeof text - 1, NULL, &csv) == CRM_OK);
    for (int part = 0; part < 2; part++) {
        crm_sync *sync = new_sync(0);
        cr_expect_eq(crm_csv_feed(csv, sync, 2), part == 0 ? CRM_ROW : CRM_OK, "%s", crm_error_text());
        cr_expect_str_eq(crm_sync_target(sync, 1), "address.town");
        cr_expect_eq(crm_csv_row(csv), part == 0 ? 4u : 6u);
        crm_sync_free(sync);
    }
    crm_csv_close(csv);
}

/* Without headings columns are letters, which mappings name. */
Test(csv_detect, no_header) {
    crm_csv_options options = OPTIONS(.header_row = CRM_CSV_NO_HEADER);
    crm_sync *sync = new_sync(0);
    cr_assert(crm_sync_map(sync, "A", "party.name") == CRM_OK && crm_sync_map(sync, "C", "address.town") == CRM_OK);
    cr_expect_eq(crm_csv_read(sync, "A AG;x;Ulm\n", 11, &options), CRM_E_NOTFOUND);
    cr_expect_str_eq(crm_error_text(), "column \"B\" is not recognised");
    crm_sync_free(sync);
    sync = new_sync(CRM_SYNC_IGNORE_UNKNOWN);
    cr_assert(crm_sync_map(sync, "A", "party.name") == CRM_OK && crm_sync_map(sync, "C", "address.town") == CRM_OK);
    cr_expect_eq(crm_csv_read(sync, "A AG\nB AG;x;Ulm\n", 16, &options), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(crm_sync_heading(sync, 2), "C");
    crm_sync_free(sync);
    char wide[200];
    memset(wide, ';', sizeof wide);
    wide[0] = 'x';
    wide[103] = '\n';
    sync = new_sync(CRM_SYNC_IGNORE_UNKNOWN);
    cr_expect_eq(crm_csv_read(sync, wide, 104, &options), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(crm_sync_heading(sync, 25), "Z");
    cr_expect_str_eq(crm_sync_heading(sync, 26), "AA");
    cr_expect_str_eq(crm_sync_heading(sync, 102), "CY");
    crm_sync_free(sync);
}

Test(csv_detect, title_is_named) {
    static const char text[] = "Firma;\nHut;Schuh\n1;2\n";
    crm_sync *sync = new_sync(0);
    cr_expect_eq(crm_csv_read(sync, text, sizeof text - 1, NULL), CRM_E_NOTFOUND);
    cr_expect_str_eq(crm_error_text(), "columns \"Hut\", \"Schuh\" are not recognised (line 2 is taken for the headings)");
    crm_sync_free(sync);
}
