/* SPDX-License-Identifier: MIT */
/* The collection csv-spectrum: every cell as its JSON has it. */
#include "support/data.h"
#include "support/json.h"
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 8 };

/* Cells whose JSON says something else than the file: they are not of one original. */
static const struct {
    const char *file, *column, *text;
} differences[] = {
    {"location_coordinates", "Contact Phone Number", "2095257564"}, /* the JSON has 1234567890 */
};

static const char *difference(const char *file, const char *column) {
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
        if (!strcmp(differences[i].file, file) && !strcmp(differences[i].column, column)) return differences[i].text;
    return NULL;
}

/* The files named ..._crlf lie in the collection with LF: as they are meant, with CRLF. */
static char *with_crlf(char *text, size_t *size) {
    char *out = malloc(*size * 2 + 1), *to = out;
    cr_assert(out);
    for (const char *at = text; *at; at++) {
        if (*at == '\n' && (at == text || at[-1] != '\r')) *to++ = '\r';
        *to++ = *at;
    }
    *to = '\0';
    *size = (size_t)(to - out);
    free(text);
    return out;
}

/* A file with one row is an object in the collection, others are lists. */
static char *expected_cell(const char *name, const char *json, unsigned row, const char *column) {
    char path[128];
    const char *other = difference(name, column);
    if (other) return strdup(other);
    snprintf(path, sizeof path, *json == '[' ? "%2$u.%1$s" : "%1$s", column, row);
    return test_json_get(json, path);
}

static void compare_row(const crm_csv *csv, const char *name, const char *json, unsigned row, char headings[][64], size_t columns) {
    cr_expect(crm_csv_cell_count(csv) == columns, "%s row %u", name, row);
    for (size_t i = 0; i < columns; i++) {
        size_t size;
        const char *got = crm_csv_cell_text(csv, i, &size);
        char *wanted = expected_cell(name, json, row, headings[i]);
        cr_expect(wanted && got && !strcmp(wanted, got) && strlen(got) == size, "%s row %u %s: got \"%s\", wanted \"%s\"", name, row,
                  headings[i], got, wanted);
        free(wanted);
    }
}

static void compare_rows(crm_csv *csv, const char *name, const char *json) {
    char headings[COLUMNS][64], path[16];
    unsigned rows = 0;
    int rc = crm_csv_next(csv);
    size_t columns = crm_csv_cell_count(csv);
    cr_assert(rc == CRM_ROW && columns > 0 && columns <= COLUMNS, "%s", name);
    for (size_t i = 0; i < columns; i++) snprintf(headings[i], sizeof headings[i], "%s", crm_csv_cell_text(csv, i, NULL));
    for (; (rc = crm_csv_next(csv)) == CRM_ROW; rows++) compare_row(csv, name, json, rows, headings, columns);
    snprintf(path, sizeof path, "%u", rows);
    char *behind = *json == '[' ? test_json_get(json, path) : NULL;
    cr_expect(rc == CRM_OK && rows > 0 && !behind, "%s: %u rows, %s", name, rows, crm_error_text());
    free(behind);
}

static void compare_file(const char *name) {
    char path[100];
    size_t size, json_size;
    crm_csv *reader;
    snprintf(path, sizeof path, "csv-spectrum/csvs/%s.csv", name);
    char *csv = test_data_read(path, &size);
    snprintf(path, sizeof path, "csv-spectrum/json/%s.json", name);
    char *json = csv ? test_data_read(path, &json_size) : NULL;
    if (csv && json) {
        if (strstr(name, "_crlf")) csv = with_crlf(csv, &size);
        cr_assert(crm_csv_open_bytes(csv, size, NULL, &reader) == CRM_OK, "%s: %s", name, crm_error_text());
        compare_rows(reader, name, json);
        crm_csv_close(reader);
    }
    free(csv);
    free(json);
}

Test(csv_spectrum, whole) {
    static const char *const names[] = {"comma_in_quotes",      "empty",    "empty_crlf",    "escaped_quotes",      "json",
                                        "location_coordinates", "newlines", "newlines_crlf", "quotes_and_newlines", "simple",
                                        "simple_crlf",          "utf8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) compare_file(names[i]);
}
