/* SPDX-License-Identifier: MIT */
/* The errors of the rows: which row, column and field, and why. */
#include "base/error.h"
#include "sync/sync.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void crmi_sync_where(const crm_sync *sync, const crmi_sync_part *part, size_t column, char out[CRMI_SYNC_WHERE_SIZE]) {
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    size_t size = 0;
    out[0] = '\0';
    if (*part->name)
        size = (size_t)snprintf(out, CRMI_SYNC_WHERE_SIZE, "sheet \"%s\": ", crmi_sync_quote(part->name, strlen(part->name), quoted));
    if (!column) return;
    const char *heading = sync->columns[part->first_column + column - 1].heading;
    snprintf(out + size, CRMI_SYNC_WHERE_SIZE - size, "column %zu \"%s\": ", column, crmi_sync_quote(heading, strlen(heading), quoted));
}

static size_t column_of(const crm_sync *sync, size_t row, const crmi_sync_cell *cell) {
    return cell ? cell->column - sync->parts[sync->rows[row].part].first_column + 1 : 0;
}

/* Adds what is said about a row to a list, with a copy of its text. */
static int add(const crm_sync *sync, crmi_sync_error **list, size_t *count, size_t *capacity, const crmi_sync_cell *cell,
               const crmi_sync_error *said) {
    int rc = crmi_sync_grow((void **)list, *count, capacity, sizeof **list);
    if (rc < 0) return rc;
    char *copy = strdup(said->text);
    if (!copy) return crmi_error_nomem();
    crmi_sync_error *added = &(*list)[(*count)++];
    *added = *said;
    added->column = column_of(sync, said->row, cell);
    added->number = sync->rows[said->row].number;
    added->part = sync->rows[said->row].part;
    added->text = copy;
    return CRM_OK;
}

static int note(crm_sync *sync, size_t row, const crmi_sync_cell *cell, int status, crm_field field, char *reason) {
    crmi_sync_error error = {.row = row, .field = field, .status = status, .text = reason};
    sync->rows[row].failed = 1;
    if (sync->rows[row].errors >= CRMI_SYNC_ROW_ERRORS) return CRMI_SYNC_REFUSED;
    int rc = add(sync, &sync->errors, &sync->error_count, &sync->error_capacity, cell, &error);
    if (rc < 0) return rc;
    sync->rows[row].errors++;
    return CRMI_SYNC_REFUSED;
}

int crmi_sync_refuse_last(crm_sync *sync, size_t row, const crmi_sync_cell *cell) {
    crmi_error last = *crmi_error_last();
    return note(sync, row, cell, last.status, last.field, last.text);
}

int crmi_sync_refuse(crm_sync *sync, size_t row, const crmi_sync_cell *cell, int status, crm_field field, const char *format, ...) {
    char reason[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return note(sync, row, cell, status, field, reason);
}

int crmi_sync_refuse_child(crm_sync *sync, size_t row, const crmi_sync_cell *cell, size_t parent) {
    const char *name = sync->parts[sync->rows[parent].part].name;
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    return crmi_sync_refuse(sync, row, cell, CRM_E_NOTFOUND, CRM_ROLE_NUMBER, "the row of its %s was refused: row %llu%s%s", sync->role,
                            (unsigned long long)sync->rows[parent].number, *name ? " of sheet " : "",
                            crmi_sync_quote(name, strlen(name), quoted));
}

int crmi_sync_warn(crm_sync *sync, size_t row, const crmi_sync_cell *cell, const char *format, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (sync->warning_count >= CRMI_LIMIT_SYNC_ERRORS) return CRM_OK;
    return add(sync, &sync->warnings, &sync->warning_count, &sync->warning_capacity, cell, &(crmi_sync_error){.row = row, .text = text});
}

void crmi_sync_warnings_cut(crm_sync *sync) {
    while (sync->warning_count > sync->warning_kept) free(sync->warnings[--sync->warning_count].text);
}

int crmi_sync_warnings_move(crm_sync *to, crm_sync *from) {
    int rc = CRM_OK;
    for (size_t i = from->warning_kept; rc == CRM_OK && i < from->warning_count && to->warning_count < CRMI_LIMIT_SYNC_ERRORS; i++) {
        rc = crmi_sync_grow((void **)&to->warnings, to->warning_count, &to->warning_capacity, sizeof *to->warnings);
        if (rc < 0) break;
        to->warnings[to->warning_count++] = from->warnings[i];
        from->warnings[i].text = NULL;
    }
    crmi_sync_warnings_cut(from);
    return rc;
}

void crmi_sync_errors_cut(crm_sync *sync, size_t count) {
    while (sync->error_count > count) {
        crmi_sync_error *error = &sync->errors[--sync->error_count];
        sync->rows[error->row].errors--;
        free(error->text);
    }
}

static int compare(const void *a, const void *b) {
    const crmi_sync_error *x = a, *y = b;
    if (x->row != y->row) return x->row < y->row ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

void crmi_sync_errors_sort(crm_sync *sync) {
    size_t warnings = sync->warning_count - sync->warning_kept;
    if (sync->error_count) qsort(sync->errors, sync->error_count, sizeof *sync->errors, compare);
    if (warnings) qsort(sync->warnings + sync->warning_kept, warnings, sizeof *sync->warnings, compare);
}
