/* SPDX-License-Identifier: MIT */
/* Exports: options, tables of the host's own, lists with chosen fields, and the end of it all. */
#include "exchange/export.h"
#include "exchange/escape.h"
#include "exchange/refuse.h"
#include "schema/limits.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static int refuse(int status, const char *text) { return crm_error_report(status, 0, 0, text); }
static int is_null(const char *name) {
    char text[80];
    snprintf(text, sizeof text, "%s is NULL", name);
    return refuse(CRM_E_INVALID, text);
}

/* --- options --- */

static int take_text(const char *given, const char *usual, const char *name, char out[CRMI_CODE_SIZE]) {
    if (!given) given = usual;
    size_t size = strnlen(given, CRMI_CODE_SIZE);
    if (size > 0 && size <= 64 && crmi_escape_utf8(given, size)) {
        memcpy(out, given, size + 1);
        return CRM_OK;
    }
    char text[80];
    snprintf(text, sizeof text, "options->%s is no code of 1 to 64 bytes", name);
    return refuse(CRM_E_INVALID, text);
}

static int check_options(const crm_export_options *given) {
    const uint32_t flags = CRM_EXPORT_ALL_COLUMNS | CRM_EXPORT_ARCHIVED | CRM_EXPORT_RAW;
    if (given->format < CRM_EXPORT_XLSX || given->format > CRM_EXPORT_JSON_LINES) return refuse(CRM_E_INVALID, "there is no such format");
    if (given->flags & ~flags) return refuse(CRM_E_INVALID, "options->flags has an unknown bit");
    if (given->sheets >> CRMI_SHEETS) return refuse(CRM_E_INVALID, "options->sheets has an unknown bit");
    if (given->delimiter && given->delimiter != ',' && given->delimiter != ';' && given->delimiter != '\t')
        return refuse(CRM_E_INVALID, "a delimiter is comma, semicolon or tab");
    return CRM_OK;
}

static int take_options(const crm_export_options *given, crm_export *out) {
    if (given->size < sizeof *given || given->size > 4096) return refuse(CRM_E_INVALID, "options->size is not that of the struct");
    for (uint64_t i = sizeof *given; i < given->size; i++)
        if (((const char *)given)[i]) return refuse(CRM_E_INVALID, "an option that this version does not know");
    int rc = check_options(given);
    char language[CRMI_CODE_SIZE];
    if (rc == CRM_OK) rc = take_text(given->language, "en", "language", language);
    if (rc == CRM_OK) rc = take_text(given->role, CRM_ROLE_CUSTOMER, "role", out->role);
    if (rc == CRM_OK) rc = take_text(given->source, "export", "source", out->source);
    if (rc < 0) return rc;
    out->german = strcmp(language, "de") == 0;
    if (!out->german && strcmp(language, "en") != 0) return refuse(CRM_E_INVALID, "options->language is \"en\" or \"de\"");
    out->options = *given;
    out->options.language = out->options.role = out->options.source = NULL;
    out->whole = given->format == CRM_EXPORT_JSON_LINES && !given->sheets;
    if (!out->options.sheets) out->options.sheets = (1u << CRMI_SHEETS) - 1;
    out->tables.format = given->format;
    out->tables.raw = given->flags & CRM_EXPORT_RAW;
    out->tables.delimiter = given->delimiter ? (char)given->delimiter : out->german ? ';' : ',';
    return CRM_OK;
}

int crm_export_new(const char *path, const crm_export_options *options, crm_export **out) {
    if (!out) return is_null("out");
    *out = NULL;
    if (!path || !options) return is_null(path ? "options" : "path");
    if (!*path) return refuse(CRM_E_INVALID, "path is empty");
    if (!crmi_escape_utf8(path, strlen(path))) return refuse(CRM_E_UTF8, "path is not UTF-8");
    crm_export *made = calloc(1, sizeof *made);
    if (!made) return crmi_exchange_nomem();
    int rc = take_options(options, made);
    if (rc == CRM_OK) rc = crmi_tables_begin(&made->tables, path);
    if (rc == CRM_OK)
        *out = made;
    else
        crm_export_free(made);
    return rc;
}

void crm_export_free(crm_export *exporting) {
    if (!exporting) return;
    crmi_tables_end(&exporting->tables);
    crmi_text_free(&exporting->text);
    free(exporting->cells);
    free(exporting->ends);
    free(exporting->fields);
    free(exporting);
}

/* --- a row --- */

int crmi_row_begin(crm_export *exporting, size_t columns) {
    if (columns > exporting->cell_capacity) {
        crmi_cell *cells = realloc(exporting->cells, columns * sizeof *cells);
        if (cells) exporting->cells = cells;
        size_t *ends = realloc(exporting->ends, columns * sizeof *ends);
        if (ends) exporting->ends = ends;
        if (!cells || !ends) return crmi_exchange_nomem();
        exporting->cell_capacity = columns;
    }
    exporting->text.size = 0;
    return CRM_OK;
}

void crmi_row_cell(crm_export *exporting, size_t column) { exporting->ends[column] = exporting->text.size; }

int crmi_row_end(crm_export *exporting, size_t table, size_t columns) {
    size_t start = 0;
    if (exporting->text.failed) return crmi_exchange_nomem();
    for (size_t i = 0; i < columns; i++) {
        size_t end = exporting->ends[i];
        exporting->cells[i] = (crmi_cell){end > start ? exporting->text.at + start : NULL, end - start};
        start = end;
    }
    return crmi_tables_row(&exporting->tables, table, exporting->cells, columns);
}

/* --- tables of the host's --- */

static int begin_call(crm_export *exporting) {
    if (!exporting) return is_null("exporting");
    if (exporting->finished) return refuse(CRM_E_ENDED, "the export is finished");
    return exporting->failed ? refuse(CRM_E_INVALID, "an error came before") : CRM_OK;
}

/* After an error of writing nothing goes on. */
static int end_call(crm_export *exporting, int rc) {
    exporting->failed |= rc < 0;
    return rc;
}

/* Texts of the caller's to cells; room is grown. */
static int take_cells(crm_export *exporting, const char *const *texts, const size_t *lens, size_t count) {
    int rc = crmi_row_begin(exporting, count ? count : 1);
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        size_t size = !texts[i] ? 0 : lens ? lens[i] : strlen(texts[i]);
        if (texts[i] && !crmi_escape_utf8(texts[i], size)) return refuse(CRM_E_UTF8, "a cell is not UTF-8 without U+0000");
        exporting->cells[i] = (crmi_cell){texts[i], size};
    }
    return rc;
}

static int add_table(crm_export *exporting, const char *name, const char *const *headings, size_t count) {
    size_t table;
    if (!count) return refuse(CRM_E_INVALID, "a table has a column at least");
    if (count > CRMI_LIMIT_XLSX_COLUMNS) return refuse(CRM_E_TOO_BIG, "over 16,384 columns");
    for (size_t i = 0; i < count; i++)
        if (!headings[i]) return is_null("a heading");
    int rc = take_cells(exporting, headings, NULL, count);
    return rc == CRM_OK ? crmi_tables_add(&exporting->tables, name, exporting->cells, count, &table) : rc;
}

int crm_export_table(crm_export *exporting, const char *name, const char *const *headings, size_t count) {
    int rc = begin_call(exporting);
    if (rc < 0) return rc;
    if (!name || !headings) return is_null(name ? "headings" : "name");
    exporting->latest = NULL;
    return add_table(exporting, name, headings, count);
}

int crm_export_row(crm_export *exporting, const char *const *cells, const size_t *lens, size_t count) {
    int rc = begin_call(exporting);
    if (rc < 0) return rc;
    if (count && !cells) return is_null("cells");
    size_t tables = exporting->tables.count;
    if (!tables) return refuse(CRM_E_INVALID, "there is no table to add a row to");
    if (count > exporting->tables.tables[tables - 1].columns) return refuse(CRM_E_INVALID, "more cells than the table has columns");
    rc = take_cells(exporting, cells, lens, count);
    return rc == CRM_OK ? end_call(exporting, crmi_tables_row(&exporting->tables, tables - 1, exporting->cells, count)) : rc;
}

/* --- lists --- */

static int list_heading(const crm_export *exporting, crm_txn *txn, crm_field field, char out[CRMI_PATH_SIZE]) {
    const char *label = crm_field_label(field, exporting->german ? "de" : "en");
    crm_record *custom = NULL;
    if (label) {
        snprintf(out, CRMI_PATH_SIZE, "%s", label);
        return CRM_OK;
    }
    int rc = crm_custom_field_get(txn, field, &custom);
    if (rc < 0) return rc;
    label = crm_record_label(custom, CRM_CUSTOM_FIELD_LABEL, exporting->german ? "de" : "en");
    if (!label) label = crm_record_text(custom, CRM_CUSTOM_FIELD_NAME);
    snprintf(out, CRMI_PATH_SIZE, "%s", label ? label : "");
    while (!crmi_escape_utf8(out, strlen(out))) out[strlen(out) - 1] = '\0'; /* not in the middle of a character */
    crm_record_free(custom);
    return CRM_OK;
}

static int begin_list(crm_export *exporting, crm_txn *txn, const char *name, const crm_field *fields, size_t count) {
    char(*headings)[CRMI_PATH_SIZE] = calloc(count, sizeof *headings);
    const char **texts = calloc(count, sizeof *texts);
    crm_field *kept = realloc(exporting->fields, count * sizeof *kept);
    if (kept) exporting->fields = kept;
    int rc = headings && texts && kept ? CRM_OK : crmi_exchange_nomem();
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        kept[i] = fields[i];
        texts[i] = headings[i];
        rc = list_heading(exporting, txn, fields[i], headings[i]);
    }
    if (rc == CRM_OK) rc = add_table(exporting, name, texts, count);
    if (rc == CRM_OK) {
        exporting->latest = kept;
        exporting->field_count = count;
    }
    free(headings);
    free(texts);
    return rc;
}

/* The chosen members of the record's own JSON. */
static int write_object(crm_export *exporting, size_t table, const crm_record *rec) {
    size_t size;
    const char *text = crm_record_json(rec, &size);
    json_t *whole = text ? json_loadb(text, size, 0, NULL) : NULL, *part = json_object();
    static const char *const always[] = {"kind", "id", "revision"};
    bool good = whole && part;
    for (size_t i = 0; good && i < 3; i++) good = json_object_set(part, always[i], json_object_get(whole, always[i])) == 0;
    for (size_t i = 0; good && i < exporting->field_count; i++) {
        crm_field field = exporting->fields[i];
        const char *name = crm_field_kind(field) == crm_record_kind(rec) ? crm_record_field_name(rec, field) : NULL;
        json_t *value = name ? json_object_get(whole, name) : NULL;
        if (value) good = json_object_set(part, name, value) == 0;
    }
    char *line = good ? json_dumps(part, JSON_COMPACT) : NULL;
    json_decref(whole);
    json_decref(part);
    int rc = line ? crmi_tables_line(&exporting->tables, table, line, strlen(line)) : crmi_exchange_nomem();
    free(line);
    return rc;
}

static int write_record(crm_export *exporting, const crm_record *rec) {
    size_t table = exporting->tables.count - 1, count = exporting->field_count;
    if (exporting->options.format == CRM_EXPORT_JSON_LINES) return write_object(exporting, table, rec);
    int rc = crmi_row_begin(exporting, count);
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        crmi_value_write(rec, exporting->fields[i], exporting->german, &exporting->text);
        crmi_row_cell(exporting, i);
    }
    return rc == CRM_OK ? crmi_row_end(exporting, table, count) : rc;
}

static int write_list(crm_export *exporting, crm_txn *txn, crm_iter *list) {
    crm_id id;
    int rc;
    while ((rc = crm_iter_next(list, &id)) == CRM_ROW) {
        crm_record *rec;
        rc = crm_record_get(txn, id, &rec);
        if (rc == CRM_OK) rc = write_record(exporting, rec);
        crm_record_free(rec);
        if (rc < 0) return rc;
    }
    return rc;
}

int crm_export_list(crm_export *exporting, crm_txn *txn, const char *name, const crm_field *fields, size_t count, crm_iter *list) {
    int rc = begin_call(exporting);
    if (rc < 0) return rc;
    if (!name || (count && !fields)) return is_null(name ? "fields" : "name");
    if (!count) return refuse(CRM_E_INVALID, "a list has a field at least");
    if (count > CRMI_LIMIT_XLSX_COLUMNS) return refuse(CRM_E_TOO_BIG, "over 16,384 columns");
    const crmi_tables *tables = &exporting->tables;
    bool goes_on = exporting->latest && strcmp(tables->tables[tables->count - 1].name, name) == 0;
    if (goes_on && (count != exporting->field_count || memcmp(fields, exporting->fields, count * sizeof *fields) != 0))
        return refuse(CRM_E_INVALID, "the table goes on with other fields than it began with");
    if (!goes_on) rc = begin_list(exporting, txn, name, fields, count);
    return end_call(exporting, rc == CRM_OK ? write_list(exporting, txn, list) : rc);
}

/* --- the end --- */

int crm_export_finish(crm_export *exporting) {
    int rc = begin_call(exporting);
    if (rc < 0) return rc;
    if (!exporting->tables.count) return refuse(CRM_E_INVALID, "there is nothing to export");
    rc = crmi_tables_finish(&exporting->tables);
    exporting->finished = rc == CRM_OK;
    return end_call(exporting, rc);
}
