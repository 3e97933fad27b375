/* SPDX-License-Identifier: MIT */
/* The collection csv-encodings: texts whose folder is named by their encoding. Those in an encoding that is read must be read exactly, as
 * iconv has them; all others are refused, or listed here. */
#include "support/data.h"
#include <criterion/criterion.h>
#include <dirent.h>
#include <iconv.h>
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *folder, *name;
    uint32_t encoding; /* a crm_csv_encoding; 0: refused */
} encodings[] = {
    {"ascii", "ASCII", CRM_CSV_UTF8},
    {"utf-8", "UTF-8", CRM_CSV_UTF8},
    {"utf-8-sig", "UTF-8", CRM_CSV_UTF8},
    {"UTF-16LE", "UTF-16LE", CRM_CSV_UTF16LE},
    {"UTF-16BE", "UTF-16BE", CRM_CSV_UTF16BE},
    {"windows-1252", "CP1252", CRM_CSV_WINDOWS_1252},
    {"iso-8859-1", "ISO-8859-1", CRM_CSV_WINDOWS_1252},
    {"UTF-32BE", "UTF-32BE", 0},
    {"UTF-32LE", "UTF-32LE", 0},
    {"MacRoman", "MACINTOSH", 0},
    {"iso-8859-2-croatian", "ISO-8859-2", 0},
    {"iso-8859-2-czech", "ISO-8859-2", 0},
    {"iso-8859-2-hungarian", "ISO-8859-2", 0},
    {"iso-8859-2-polish", "ISO-8859-2", 0},
    {"iso-8859-2-slovak", "ISO-8859-2", 0},
    {"iso-8859-2-slovene", "ISO-8859-2", 0},
    {"iso-8859-9-turkish", "ISO-8859-9", 0},
    {"windows-1250-croatian", "CP1250", 0},
    {"windows-1250-czech", "CP1250", 0},
    {"windows-1250-hungarian", "CP1250", 0},
    {"windows-1250-polish", "CP1250", 0},
    {"windows-1250-romanian", "CP1250", 0},
    {"windows-1250-slovak", "CP1250", 0},
    {"windows-1250-slovene", "CP1250", 0},
    {"windows-1251-bulgarian", "CP1251", 0},
    {"windows-1251-russian", "CP1251", 0},
    {"windows-1254-turkish", "CP1254", 0},
    {"windows-1255-hebrew", "CP1255", 0},
};
enum { ENCODINGS = sizeof encodings / sizeof *encodings };

/* Taken for Windows-1252, with a confidence of 80 at most: nothing in them tells that they are not. exact: they read the same in both. */
static const struct {
    const char *file;
    bool exact;
    const char *reason;
} taken[] = {
    {"MacRoman/ioreg_output.txt", false, "one byte of 748,505 is not ASCII: an apostrophe, which becomes a letter"},
    {"iso-8859-2-hungarian/ugyanmar.blogspot.com.xml", true, "it has no letter with a double acute"},
    {"windows-1250-hungarian/torokorszag.blogspot.com.xml", true, "it has no letter with a double acute"},
};

/* Its place in the list, or -1. */
static int listed(const char *file) {
    for (int i = 0; i < (int)(sizeof taken / sizeof *taken); i++)
        if (!strcmp(taken[i].file, file)) return i;
    return -1;
}

/* Converted, NUL-ended, or NULL where a character can't be. */
static char *convert(const char *from, const char *to, const char *text, size_t size, size_t *out_size) {
    size_t room = size * 4 + 16, left = room - 4;
    char *out = calloc(1, room), *at = out, *in = (char *)(uintptr_t)text;
    iconv_t with = iconv_open(to, from);
    cr_assert(out && with != (iconv_t)-1, "iconv does not know %s", from);
    bool good = iconv(with, &in, &size, &at, &left) == 0;
    iconv_close(with);
    *out_size = (size_t)(at - out);
    if (good) return out;
    free(out);
    return NULL;
}

/* The rows of a text that is read without quotes are its lines that are not blank. */
static void compare_lines(const char *file, crm_csv *csv, const char *wanted) {
    static char line[1 << 20];
    int rc;
    if (!strncmp(wanted, "\xef\xbb\xbf", 3)) wanted += 3;
    while ((rc = crm_csv_next(csv)) == CRM_ROW) {
        size_t used = 0, size;
        for (size_t i = 0; i < crm_csv_cell_count(csv); i++) {
            const char *cell = crm_csv_cell_text(csv, i, &size);
            used += (size_t)snprintf(line + used, sizeof line - used, "%s%s", i ? "\t" : "", cell);
        }
        wanted += strspn(wanted, "\r\n");
        size = strcspn(wanted, "\r\n");
        cr_assert(size == used && !memcmp(line, wanted, size), "%s line %llu: \"%s\", wanted \"%.*s\"", file,
                  (unsigned long long)crm_csv_row(csv), line, (int)size, wanted);
        wanted += size;
    }
    cr_expect(rc == CRM_OK && wanted[strspn(wanted, "\r\n")] == '\0', "%s ends early: %s", file, crm_error_text());
}

static crm_csv_options plain(uint32_t encoding) {
    return (crm_csv_options){.size = sizeof(crm_csv_options),
                             .delimiter = '\t',
                             .encoding = encoding,
                             .quote = CRM_CSV_NO_QUOTE,
                             .header_row = CRM_CSV_NO_HEADER};
}

static void read_exactly(const char *file, const char *bytes, size_t size, const char *wanted, uint32_t told, uint32_t found) {
    crm_csv_options options = plain(told);
    crm_csv_format format = {.size = sizeof format};
    crm_csv *csv;
    cr_assert(crm_csv_open_bytes(bytes, size, &options, &csv) == CRM_OK, "%s: %s", file, crm_error_text());
    cr_assert(crm_csv_detect(csv, &format) == CRM_OK);
    cr_expect(format.encoding == found, "%s: %u (%s)", file, format.encoding, format.encoding_reason);
    compare_lines(file, csv, wanted);
    crm_csv_close(csv);
}

/* The text in the encodings that can hold it, with and without mark. */
static void read_converted(const char *file, const char *text) {
    static const struct {
        const char *name;
        uint32_t encoding;
    } others[] = {{"UTF-8", CRM_CSV_UTF8},
                  {"UTF-16LE", CRM_CSV_UTF16LE},
                  {"UTF-16BE", CRM_CSV_UTF16BE},
                  {"CP1252", CRM_CSV_WINDOWS_1252},
                  {"ISO-8859-15", CRM_CSV_ISO_8859_15}};
    if (!strncmp(text, "\xef\xbb\xbf", 3)) text += 3;
    for (size_t i = 0; i < 5; i++) {
        size_t size, marked_size;
        char *marked = malloc(strlen(text) + 4), name[700];
        cr_assert(marked);
        sprintf(marked, "\xef\xbb\xbf%s", text);
        char *bytes = convert("UTF-8", others[i].name, text, strlen(text), &size);
        char *with_mark = i < 3 ? convert("UTF-8", others[i].name, marked, strlen(marked), &marked_size) : NULL;
        snprintf(name, sizeof name, "%s as %s", file, others[i].name);
        if (bytes) read_exactly(name, bytes, size, text, others[i].encoding, others[i].encoding);
        if (with_mark) read_exactly(name, with_mark, marked_size, text, 0, others[i].encoding);
        if (bytes && i < 3 && i > 0) read_exactly(name, bytes, size, text, 0, others[i].encoding);
        free(bytes);
        free(with_mark);
        free(marked);
    }
}

static void refuse_or_list(const char *file, const char *bytes, size_t size, const char *name) {
    crm_csv_options options = plain(0);
    crm_csv_format format = {.size = sizeof format};
    crm_csv *csv;
    int rc = crm_csv_open_bytes(bytes, size, &options, &csv);
    if (rc == CRM_OK) cr_assert(crm_csv_detect(csv, &format) == CRM_OK);
    int at = listed(file);
    if (at >= 0) {
        cr_expect(rc == CRM_OK && format.encoding == CRM_CSV_WINDOWS_1252 && format.encoding_confidence <= 80, "%s is listed: %s", file,
                  rc == CRM_OK ? format.encoding_reason : crm_error_text());
        char *wanted = convert(name, "UTF-8", bytes, size, &size);
        if (taken[at].exact) compare_lines(file, csv, wanted);
        free(wanted);
    } else
        cr_expect(rc == CRM_E_UTF8 && strlen(crm_error_text()) > 20, "%s: %s", file,
                  rc == CRM_OK ? format.encoding_reason : crm_error_text());
    crm_csv_close(csv);
}

static void check_file(const char *folder, const char *file, const char *name, uint32_t encoding) {
    size_t size, wanted_size;
    char path[600], *bytes;
    snprintf(path, sizeof path, "csv-encodings/%s/%s", folder, file);
    bytes = test_data_read(path, &size);
    cr_assert(bytes);
    if (encoding) {
        char *wanted = convert(name, "UTF-8", bytes, size, &wanted_size);
        cr_assert(wanted, "%s is not %s", path, name);
        bool ascii = !strcmp(folder, "ascii");
        read_exactly(path, bytes, size, wanted, 0, ascii ? CRM_CSV_UTF8 : encoding);
        read_converted(path, wanted);
        free(wanted);
    } else
        refuse_or_list(path + strlen("csv-encodings/"), bytes, size, name);
    free(bytes);
}

Test(csv_encodings, whole) {
    const char *data = getenv("CRM_TEST_DATA");
    size_t files = 0;
    for (size_t i = 0; i < ENCODINGS; i++) {
        char folder[400];
        snprintf(folder, sizeof folder, "%.300s/csv-encodings/%s", data ? data : "", encodings[i].folder);
        DIR *list = data ? opendir(folder) : NULL;
        if (!list) { /* says what is missing */
            free(test_data_read(folder, &files));
            return;
        }
        for (struct dirent *entry; (entry = readdir(list));)
            if (*entry->d_name != '.') {
                check_file(encodings[i].folder, entry->d_name, encodings[i].name, encodings[i].encoding);
                files++;
            }
        closedir(list);
    }
    cr_expect(files >= 120, "%zu files", files);
}
