/* SPDX-License-Identifier: MIT */
/* Tables as CSV (RFC 4180, UTF-8 with a byte order mark, which Excel needs) and as JSON Lines; those of workbooks are in table_xlsx.c. */
#include "exchange/table.h"
#include "exchange/escape.h"
#include "exchange/refuse.h"
#include <errno.h>
#include <jansson.h>
#include <libcrm/error.h>
#include <libcrm/export.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int refuse(int status, const char *text) { return crm_error_report(status, 0, 0, text); }

int crmi_tables_begin(crmi_tables *tables, const char *path) {
    tables->folder = crmi_place_is_folder(path);
    tables->path = strdup(path);
    if (!tables->path) return crmi_exchange_nomem();
    if (tables->format == CRM_EXPORT_XLSX) return crmi_workbook_begin(tables);
    if (tables->folder && mkdir(path, 0700) != 0 && errno != EEXIST) return crmi_exchange_refuse_errno(path);
    return CRM_OK;
}

/* --- cells --- */

static void write_csv_cell(const crmi_tables *tables, FILE *file, const crmi_cell *cell) {
    const char *text = cell->text ? cell->text : "";
    size_t size = cell->text ? cell->size : 0;
    const char special[] = {'"', '\r', '\n', ',', ';', '\t', tables->delimiter};
    bool escape = !tables->raw && crmi_escape_needed(text, size, false), quote = size && (text[0] == ' ' || text[size - 1] == ' ');
    for (size_t i = 0; !quote && i < size; i++) quote = memchr(special, text[i], sizeof special) != NULL;
    if (quote) putc('"', file);
    if (escape) putc('\'', file);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"') putc('"', file);
        putc(text[i], file);
    }
    if (quote) putc('"', file);
}

static void write_csv(const crmi_tables *tables, FILE *file, const crmi_cell *cells, size_t count, size_t columns) {
    static const crmi_cell empty;
    for (size_t i = 0; i < columns; i++) {
        if (i) putc(tables->delimiter, file);
        /* one empty cell alone would be a blank line */
        if (columns == 1 && (count == 0 || !cells[0].size))
            fputs("\"\"", file);
        else
            write_csv_cell(tables, file, i < count ? &cells[i] : &empty);
    }
    fputs("\r\n", file);
}

static int write_json(const crmi_table *table, const crmi_cell *cells, size_t count) {
    json_t *object = json_object();
    bool good = object != NULL;
    for (size_t i = 0; good && i < count; i++)
        if (cells[i].text)
            good = json_object_setn_new(object, table->headings[i].text, table->headings[i].size,
                                        json_stringn(cells[i].text, cells[i].size)) == 0;
    char *text = good ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!text) return crmi_exchange_nomem();
    fputs(text, table->place.file);
    putc('\n', table->place.file);
    free(text);
    return CRM_OK;
}

static int check_written(const crmi_table *table) {
    return ferror(table->place.file) ? crmi_exchange_refuse_errno(table->place.path) : CRM_OK;
}

/* --- tables --- */

static void free_headings(crmi_table *table) {
    for (size_t i = 0; table->headings && i < table->columns; i++) free((char *)(uintptr_t)table->headings[i].text);
    free(table->headings);
}

static int keep_headings(crmi_table *table, const crmi_cell *headings, size_t count) {
    table->headings = calloc(count ? count : 1, sizeof *table->headings);
    for (size_t i = 0; table->headings && i < count; i++) {
        char *copy = malloc(headings[i].size + 1);
        if (!copy) return crmi_exchange_nomem();
        memcpy(copy, headings[i].text, headings[i].size);
        copy[headings[i].size] = '\0';
        table->headings[i] = (crmi_cell){copy, headings[i].size};
    }
    return table->headings ? CRM_OK : crmi_exchange_nomem();
}

static bool is_name(const char *name) {
    size_t size = strlen(name);
    return size && size <= 31 && !strpbrk(name, "[]:*?/\\\"<>|") && name[0] != '\'' && name[size - 1] != '\'' && name[0] != '.' &&
           crmi_escape_utf8(name, size) && !memchr(name, '\n', size);
}

static int begin_file(crmi_tables *tables, crmi_table *table) {
    if (!tables->folder)
        return tables->count ? refuse(CRM_E_INVALID, "a file holds one table: name a folder, or make a workbook")
                             : crmi_place_begin(&table->place, tables->path);
    char *path = NULL;
    const char *end = tables->format == CRM_EXPORT_CSV ? "csv" : "jsonl";
    if (asprintf(&path, "%s/%s.%s", tables->path, table->name, end) < 0) return crmi_exchange_nomem();
    int rc = crmi_place_begin(&table->place, path);
    free(path);
    return rc;
}

static int begin_table(crmi_tables *tables, crmi_table *table, const crmi_cell *headings, size_t count) {
    int rc = table->name ? CRM_OK : crmi_exchange_nomem();
    if (rc == CRM_OK && tables->format == CRM_EXPORT_XLSX) rc = crmi_workbook_add(tables, table);
    if (rc == CRM_OK && tables->format != CRM_EXPORT_XLSX) rc = begin_file(tables, table);
    if (rc == CRM_OK && tables->format == CRM_EXPORT_JSON_LINES) rc = keep_headings(table, headings, count);
    if (rc == CRM_OK && tables->format == CRM_EXPORT_CSV) fputs("\xef\xbb\xbf", table->place.file);
    return rc;
}

int crmi_tables_add(crmi_tables *tables, const char *name, const crmi_cell *headings, size_t count, size_t *out) {
    if (!is_name(name)) return refuse(CRM_E_INVALID, "a table's name has 1 to 31 characters, and none of []:*?/\\\"<>|");
    for (size_t i = 0; i < tables->count; i++)
        if (strcasecmp(tables->tables[i].name, name) == 0) return refuse(CRM_E_EXISTS, "there is a table of this name already");
    crmi_table *grown = realloc(tables->tables, (tables->count + 1) * sizeof *grown);
    if (!grown) return crmi_exchange_nomem();
    tables->tables = grown;
    crmi_table *table = &grown[tables->count];
    *table = (crmi_table){.name = strdup(name), .columns = count};
    int rc = begin_table(tables, table, headings, count);
    if (rc < 0) {
        crmi_place_end(&table->place);
        free_headings(table);
        free(table->name);
        return rc;
    }
    *out = tables->count++;
    return tables->format == CRM_EXPORT_JSON_LINES ? CRM_OK : crmi_tables_row(tables, *out, headings, count);
}

int crmi_tables_row(crmi_tables *tables, size_t index, const crmi_cell *cells, size_t count) {
    crmi_table *table = &tables->tables[index];
    int rc = CRM_OK;
    if (tables->format == CRM_EXPORT_XLSX) rc = crmi_workbook_row(tables, table, cells, count);
    if (tables->format == CRM_EXPORT_CSV) write_csv(tables, table->place.file, cells, count, table->columns);
    if (tables->format == CRM_EXPORT_JSON_LINES) rc = write_json(table, cells, count);
    table->rows++;
    return rc == CRM_OK && table->place.file ? check_written(table) : rc;
}

int crmi_tables_line(crmi_tables *tables, size_t index, const char *json, size_t size) {
    const crmi_table *table = &tables->tables[index];
    fwrite(json, 1, size, table->place.file);
    putc('\n', table->place.file);
    return check_written(table);
}

/* All files are on the disk before the first gets its name. */
int crmi_tables_finish(crmi_tables *tables) {
    int rc = CRM_OK;
    if (tables->format == CRM_EXPORT_XLSX) return crmi_workbook_finish(tables);
    for (size_t i = 0; rc == CRM_OK && i < tables->count; i++) rc = crmi_place_flush(&tables->tables[i].place);
    for (size_t i = 0; rc == CRM_OK && i < tables->count; i++) rc = crmi_place_finish(&tables->tables[i].place);
    return rc;
}

void crmi_tables_end(crmi_tables *tables) {
    if (tables->format == CRM_EXPORT_XLSX) crmi_workbook_end(tables);
    for (size_t i = 0; i < tables->count; i++) {
        crmi_place_end(&tables->tables[i].place);
        free_headings(&tables->tables[i]);
        free(tables->tables[i].name);
    }
    free(tables->tables);
    free(tables->path);
}
