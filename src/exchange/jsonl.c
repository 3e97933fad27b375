/* SPDX-License-Identifier: MIT */
/* JSON Lines into rows of a crm_sync: all lines are read for the names of their members, which are the columns, and again for the rows. */
#include "exchange/headings.h"
#include "exchange/lines.h"
#include "exchange/refuse.h"
#include "schema/limits.h"
#include <jansson.h>
#include <libcrm/jsonl.h>
#include <libcrm/status.h>
#include <libcrm/sync.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_ROOM = 32 };

typedef struct reading {
    crm_sync *sync;
    crmi_lines lines;
    json_t *columns; /* position by name */
    const char **cells;
    size_t *lens;
    char (*numbers)[NUMBER_ROOM];
    bool strict; /* members without a name are refused */
} reading;

/* --- lines --- */

static bool is_blank(const crmi_lines *lines) { return crmi_headings_is_blank(lines->line, lines->size); }

/* CRM_ROW and the object of the next line that is not blank; CRM_OK behind the last. */
static int next_object(crmi_lines *lines, json_t **out) {
    static const char mark[] = "\xef\xbb\xbf";
    int rc;
    do {
        rc = crmi_lines_next(lines);
        if (rc == CRM_ROW && lines->total > CRMI_LIMIT_CSV_FILE_BYTES)
            return crmi_exchange_refuse_path(CRM_E_TOO_BIG, lines->path, "over 1 GiB");
    } while (rc == CRM_ROW && is_blank(lines));
    if (rc != CRM_ROW) return rc;
    json_error_t error;
    size_t skip = lines->number == 1 && lines->size >= 3 && memcmp(lines->line, mark, 3) == 0 ? 3 : 0;
    *out = json_loadb(lines->line + skip, lines->size - skip, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(*out)) return CRM_ROW;
    json_decref(*out);
    return crmi_exchange_refuse(CRM_E_FORMAT, lines->number, "the line is no JSON object");
}

/* --- columns --- */

static int note_columns(reading *work, json_t *object) {
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) {
        if (json_object_get(work->columns, name)) continue;
        if (json_object_size(work->columns) == CRMI_LIMIT_SYNC_COLUMNS)
            return crmi_exchange_refuse(CRM_E_TOO_BIG, work->lines.number, "over %d columns", (int)CRMI_LIMIT_SYNC_COLUMNS);
        if (json_object_set_new(work->columns, name, json_integer(0)) != 0) return crmi_exchange_nomem();
    }
    return CRM_OK;
}

static int find_columns(reading *work) {
    json_t *object;
    int rc;
    bool any = false;
    while ((rc = next_object(&work->lines, &object)) == CRM_ROW) {
        any = true;
        rc = note_columns(work, object);
        json_decref(object);
        if (rc < 0) return rc;
    }
    if (rc < 0 || !any || json_object_size(work->columns)) return rc; /* a sheet that holds nothing has no lines */
    return crmi_exchange_refuse(CRM_E_FORMAT, 0, "there is no line that has a column");
}

static int add_columns(reading *work) {
    crmi_headings headings = {.count = 0};
    const char *name;
    json_t *value;
    json_int_t position = 0;
    int rc = CRM_OK;
    json_object_foreach(work->columns, name, value) {
        json_integer_set(value, position++);
        if (rc == CRM_OK) rc = crmi_headings_add(&headings, work->sync, name, strlen(name));
    }
    if (rc == CRM_OK) rc = crmi_headings_end(&headings, work->sync, "");
    work->strict = headings.strict;
    return rc;
}

/* --- rows --- */

/* An amount with three decimals could as well be thousands: it gets a fourth one. */
static void write_real(double value, char out[NUMBER_ROOM]) {
    int size = snprintf(out, NUMBER_ROOM, "%.15g", value);
    const char *point = strchr(out, '.');
    if (point && out + size - point == 4 && size + 1 < NUMBER_ROOM) strcpy(out + size, "0");
}

static int take_cell(reading *work, size_t column, const json_t *value) {
    char *number = work->numbers[column];
    work->cells[column] = number;
    switch (json_typeof(value)) {
    case JSON_STRING: work->cells[column] = json_string_value(value); break;
    case JSON_INTEGER: snprintf(number, NUMBER_ROOM, "%" JSON_INTEGER_FORMAT, json_integer_value(value)); break;
    case JSON_REAL: write_real(json_real_value(value), number); break;
    case JSON_TRUE: work->cells[column] = "yes"; break;
    case JSON_FALSE: work->cells[column] = "no"; break;
    default: work->cells[column] = NULL;
    }
    work->lens[column] = work->cells[column] ? strlen(work->cells[column]) : 0;
    const char *target = crm_sync_target(work->sync, column), *heading = crm_sync_heading(work->sync, column);
    bool nested = json_is_object(value) || json_is_array(value);
    if (work->strict && !*heading && (nested || !crmi_headings_is_blank(work->cells[column], work->lens[column])))
        return crmi_exchange_refuse(CRM_E_FORMAT, work->lines.number, "the member \"\" has no heading");
    if (!nested || !target || strcmp(target, "ignore") == 0) return CRM_OK;
    return crmi_exchange_refuse(CRM_E_FORMAT, work->lines.number, "\"%s\" is a list or an object", heading);
}

static int add_row(reading *work, json_t *object) {
    size_t count = json_object_size(work->columns);
    const char *name;
    json_t *value;
    memset(work->cells, 0, count * sizeof *work->cells);
    json_object_foreach(object, name, value) {
        int rc = take_cell(work, (size_t)json_integer_value(json_object_get(work->columns, name)), value);
        if (rc < 0) return rc;
    }
    return crm_sync_add_row(work->sync, work->lines.number, work->cells, work->lens, count);
}

static int add_rows(reading *work) {
    size_t count = json_object_size(work->columns);
    work->cells = calloc(count, sizeof *work->cells);
    work->lens = calloc(count, sizeof *work->lens);
    work->numbers = calloc(count, sizeof *work->numbers);
    int rc = work->cells && work->lens && work->numbers ? CRM_OK : crmi_exchange_nomem();
    json_t *object;
    while (rc == CRM_OK && (rc = next_object(&work->lines, &object)) == CRM_ROW) {
        rc = add_row(work, object);
        json_decref(object);
    }
    return rc;
}

/* --- files --- */

static int again(crmi_lines *lines) {
    lines->number = lines->total = 0;
    return fseek(lines->file, 0, SEEK_SET) == 0 ? CRM_OK : crmi_exchange_refuse_errno(lines->path);
}

static int read_all(crm_sync *sync, const char *path, const void *bytes, size_t size) {
    reading work = {.sync = sync, .columns = json_object()};
    int rc = work.columns ? crmi_lines_open(&work.lines, path, bytes, size) : crmi_exchange_nomem();
    if (rc == CRM_OK) rc = find_columns(&work);
    bool any = json_object_size(work.columns);
    if (rc == CRM_OK && any) rc = add_columns(&work);
    if (rc == CRM_OK && any) rc = again(&work.lines);
    if (rc == CRM_OK && any) rc = add_rows(&work);
    crmi_lines_close(&work.lines);
    json_decref(work.columns);
    free(work.cells);
    free(work.lens);
    free(work.numbers);
    return rc;
}

int crm_jsonl_read_file(crm_sync *sync, const char *path) {
    if (!sync || !path) return crmi_exchange_refuse(CRM_E_INVALID, 0, sync ? "path is NULL" : "sync is NULL");
    return read_all(sync, path, NULL, 0);
}

int crm_jsonl_read(crm_sync *sync, const void *bytes, size_t size) {
    if (!sync || (!bytes && size)) return crmi_exchange_refuse(CRM_E_INVALID, 0, sync ? "bytes is NULL" : "sync is NULL");
    if (size > CRMI_LIMIT_CSV_FILE_BYTES) return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "over 1 GiB");
    return read_all(sync, "", size ? bytes : "\n", size ? size : 1);
}
