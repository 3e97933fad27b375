/* SPDX-License-Identifier: MIT */
/* Plans told: as records, as JSON, as text for people. */
#include "base/error.h"
#include "base/json.h"
#include "sync/plan.h"
#include <inttypes.h>
#include <libcrm/error.h>
#include <stdio.h>
#include <string.h>

enum { PLACE = 200 };
static const char *const actions[] = {
    "", CRM_IMPORT_CREATED, CRM_IMPORT_UPDATED, CRM_IMPORT_UNCHANGED, CRM_IMPORT_FAILED, CRM_IMPORT_CONFLICT};

static const crmi_sync_part *part_of(const crm_plan *plan, size_t row) { return &plan->sync->parts[plan->sync->rows[row].part]; }

/* Where a cell is, as spreadsheets say it: Customers!B5; without a column its row alone. */
static const char *place_of(const crm_plan *plan, size_t row, size_t column, char out[PLACE]) {
    const char *sheet = part_of(plan, row)->name;
    char quoted[CRMI_SYNC_QUOTE_SIZE], letters[8] = "";
    size_t at = sizeof letters - 1;
    for (; column; column = (column - 1) / 26) letters[--at] = (char)('A' + (column - 1) % 26);
    snprintf(out, PLACE, "%s%s%s%" PRIu64, crmi_sync_quote(sheet, strlen(sheet), quoted), *sheet ? "!" : "", letters + at,
             plan->sync->rows[row].number);
    return out;
}

static const char *path_of(const crm_plan *plan, const crmi_plan_change *change, char out[PLACE]) {
    const crmi_field *field = crmi_schema_field(change->field);
    if (!field && plan->sync->definitions) field = crmi_definitions_field(plan->sync->definitions, change->field);
    snprintf(out, PLACE, "%s.%s", crm_kind_name(change->kind), field ? field->name : "?");
    return out;
}

/* What is said about a row: errors or warnings, both lists sorted by row. */
typedef struct said {
    const crmi_sync_error *at, *end; /* of the row; the list's */
    size_t row;
} said;

static said find(const crmi_sync_error *list, size_t count, size_t row) {
    size_t from = 0, until = count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (list[middle].row < row)
            from = middle + 1;
        else
            until = middle;
    }
    return list ? (said){list + from, list + count, row} : (said){0};
}

static said errors_of(const crm_plan *plan, size_t row) { return find(plan->sync->errors, plan->sync->error_count, row); }
static said warnings_of(const crm_plan *plan, size_t row) { return find(plan->sync->warnings, plan->sync->warning_count, row); }

/* The next one, NULL behind the last. */
static const crmi_sync_error *next(said *list) { return list->at < list->end && list->at->row == list->row ? list->at++ : NULL; }
static const char *first_text(said list) {
    const crmi_sync_error *first = next(&list);
    return first ? first->text : NULL;
}

static size_t first_change(const crm_plan *plan, size_t row) {
    size_t from = 0, until = plan->change_count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (plan->changes[middle].row < row)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

uint64_t crmi_plan_count(const crm_plan *plan, const char *sheet, uint32_t action) {
    const crm_sync *sync = plan->sync;
    uint64_t count = 0;
    for (size_t i = 0; i < sync->part_count; i++) {
        const crmi_sync_part *part = &sync->parts[i];
        if (sheet && strcmp(part->name, sheet) != 0) continue;
        for (size_t j = 0; j < part->row_count; j++) count += sync->rows[part->first_row + j].action == action;
    }
    return count;
}

/* --- records --- */

static int set_text(crm_record *rec, crm_field field, const char *text) {
    return text ? crmi_object_set_text(rec, CRMI_FIELD_NUMBER(field), text, strlen(text)) : CRM_OK;
}

static int set_number(crm_record *rec, crm_field field, uint64_t value) {
    return value ? crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(field), (int64_t)value) : CRM_OK;
}

static const char *or_none(const char *text) { return *text ? text : NULL; }

static int fill_row(const crm_plan *plan, size_t row, crm_record *rec) {
    const crmi_plan_line *line = &plan->lines[row];
    int rc = set_number(rec, CRM_PLAN_ROW_NUMBER, plan->sync->rows[row].number);
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_ROW_SHEET, or_none(part_of(plan, row)->name));
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_ROW_ACTION, actions[plan->sync->rows[row].action]);
    if (rc == CRM_OK && line->kind) rc = set_text(rec, CRM_PLAN_ROW_KIND, crm_kind_name(line->kind));
    if (rc == CRM_OK) rc = set_number(rec, CRM_PLAN_ROW_RECORD, line->record);
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_ROW_ERROR, first_text(errors_of(plan, row)));
    return rc == CRM_OK ? set_text(rec, CRM_PLAN_ROW_WARNING, first_text(warnings_of(plan, row))) : rc;
}

static int fill_change(const crm_plan *plan, const crmi_plan_change *change, crm_record *rec) {
    char text[PLACE];
    int rc = set_number(rec, CRM_PLAN_CHANGE_ROW, plan->sync->rows[change->row].number);
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_CHANGE_SHEET, or_none(part_of(plan, change->row)->name));
    if (rc == CRM_OK && change->column) rc = set_text(rec, CRM_PLAN_CHANGE_CELL, place_of(plan, change->row, change->column, text));
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_CHANGE_KIND, crm_kind_name(change->kind));
    if (rc == CRM_OK) rc = set_number(rec, CRM_PLAN_CHANGE_RECORD, change->record);
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_CHANGE_FIELD, path_of(plan, change, text));
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_CHANGE_OLD_VALUE, crmi_plan_text(plan, change->old_at));
    return rc == CRM_OK ? set_text(rec, CRM_PLAN_CHANGE_NEW_VALUE, crmi_plan_text(plan, change->now_at)) : rc;
}

int crmi_plan_row(const crm_plan *plan, size_t row, crm_record **out) {
    if (row >= plan->sync->row_count) return crmi_error_set(CRM_E_NOTFOUND, 0, "the plan has no such row");
    *out = crmi_object_new(CRM_KIND_PLAN_ROW);
    int rc = *out ? fill_row(plan, row, *out) : crmi_error_nomem();
    if (rc == CRM_OK) return rc;
    crm_record_free(*out);
    *out = NULL;
    return rc;
}

int crmi_plan_change_record(const crm_plan *plan, size_t change, crm_record **out) {
    if (change >= plan->change_count) return crmi_error_set(CRM_E_NOTFOUND, 0, "the plan has no such change");
    *out = crmi_object_new(CRM_KIND_PLAN_CHANGE);
    int rc = *out ? fill_change(plan, &plan->changes[change], *out) : crmi_error_nomem();
    if (rc == CRM_OK) return rc;
    crm_record_free(*out);
    *out = NULL;
    return rc;
}

/* --- JSON --- */

static void member(crmi_buffer *out, const char *name, const char *text) {
    if (!text) return;
    crmi_json_key(out, name);
    crmi_json_text(out, text, strlen(text));
}

static void json_said(const crm_plan *plan, const char *name, said list, crmi_buffer *out) {
    char place[PLACE];
    crmi_json_key(out, name);
    crmi_json_open(out, '[');
    for (const crmi_sync_error *one; (one = next(&list));) {
        crmi_json_open(out, '{');
        member(out, "cell", place_of(plan, one->row, one->column, place));
        if (one->status < 0) {
            crmi_json_key(out, "field");
            crmi_json_int(out, one->field);
            member(out, "status", crm_status_name(one->status));
        }
        member(out, "text", one->text);
        crmi_json_close(out, '}');
    }
    crmi_json_close(out, ']');
}

static void json_change(const crm_plan *plan, const crmi_plan_change *change, crmi_buffer *out) {
    char text[PLACE];
    crmi_json_open(out, '{');
    if (change->column) member(out, "cell", place_of(plan, change->row, change->column, text));
    crmi_json_key(out, "record");
    crmi_json_int(out, (int64_t)change->record);
    member(out, "field", path_of(plan, change, text));
    member(out, "old", crmi_plan_text(plan, change->old_at));
    member(out, "new", crmi_plan_text(plan, change->now_at));
    crmi_json_close(out, '}');
}

static void json_row(const crm_plan *plan, size_t row, crmi_buffer *out) {
    crmi_json_open(out, '{');
    crmi_json_key(out, "number");
    crmi_json_int(out, (int64_t)plan->sync->rows[row].number);
    member(out, "sheet", or_none(part_of(plan, row)->name));
    member(out, "action", actions[plan->sync->rows[row].action]);
    if (plan->lines[row].kind) member(out, "kind", crm_kind_name(plan->lines[row].kind));
    crmi_json_key(out, "record");
    crmi_json_int(out, (int64_t)plan->lines[row].record);
    json_said(plan, "errors", errors_of(plan, row), out);
    json_said(plan, "warnings", warnings_of(plan, row), out);
    crmi_json_key(out, "changes");
    crmi_json_open(out, '[');
    for (size_t i = first_change(plan, row); i < plan->change_count && plan->changes[i].row == row; i++)
        json_change(plan, &plan->changes[i], out);
    crmi_json_close(out, ']');
    crmi_json_close(out, '}');
}

static void json_counts(const crm_plan *plan, const char *sheet, crmi_buffer *out) {
    crmi_json_key(out, "counts");
    crmi_json_open(out, '{');
    for (uint32_t i = CRM_SYNC_CREATED; i <= CRM_SYNC_CONFLICT; i++) {
        crmi_json_key(out, actions[i]);
        crmi_json_int(out, (int64_t)crmi_plan_count(plan, sheet, i));
    }
    crmi_json_close(out, '}');
}

static void json_sheets(const crm_plan *plan, crmi_buffer *out) {
    crmi_json_key(out, "sheets");
    crmi_json_open(out, '[');
    for (size_t i = 0; i < plan->sync->part_count; i++) {
        crmi_json_open(out, '{');
        member(out, "name", plan->sync->parts[i].name);
        json_counts(plan, plan->sync->parts[i].name, out);
        crmi_json_close(out, '}');
    }
    crmi_json_close(out, ']');
}

int crmi_plan_json(crm_plan *plan) {
    crmi_buffer *out = &plan->out;
    crmi_buffer_clear(out);
    crmi_json_open(out, '{');
    member(out, "source", plan->sync->source);
    json_counts(plan, NULL, out);
    json_sheets(plan, out);
    crmi_json_key(out, "rows");
    crmi_json_open(out, '[');
    for (size_t i = 0; i < plan->sync->row_count; i++) json_row(plan, i, out);
    crmi_json_close(out, ']');
    crmi_json_close(out, '}');
    return crmi_buffer_string(out) ? CRM_OK : crmi_error_nomem();
}

/* --- text --- */

static void say_value(crmi_buffer *out, const char *text) {
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    crmi_buffer_text(out, text ? crmi_sync_quote(text, strlen(text), quoted) : "-");
}

static void say_change(const crm_plan *plan, const crmi_plan_change *change, crmi_buffer *out) {
    char text[PLACE];
    crmi_buffer_text(out, "  ");
    if (change->column) {
        crmi_buffer_text(out, place_of(plan, change->row, change->column, text));
        crmi_buffer_byte(out, ' ');
    }
    crmi_buffer_text(out, path_of(plan, change, text));
    crmi_buffer_text(out, ": ");
    say_value(out, crmi_plan_text(plan, change->old_at));
    crmi_buffer_text(out, " -> ");
    say_value(out, crmi_plan_text(plan, change->now_at));
    crmi_buffer_byte(out, '\n');
}

static void say_said(const crm_plan *plan, const char *word, said list, crmi_buffer *out) {
    char place[PLACE];
    for (const crmi_sync_error *one; (one = next(&list));) {
        crmi_buffer_text(out, "  ");
        crmi_buffer_text(out, place_of(plan, one->row, one->column, place));
        crmi_buffer_text(out, word);
        crmi_buffer_text(out, one->text);
        crmi_buffer_byte(out, '\n');
    }
}

static void say_row(const crm_plan *plan, size_t row, crmi_buffer *out) {
    char text[PLACE];
    crmi_buffer_text(out, place_of(plan, row, 0, text));
    crmi_buffer_text(out, ": ");
    crmi_buffer_text(out, actions[plan->sync->rows[row].action]);
    crmi_buffer_byte(out, '\n');
    say_said(plan, ": ", errors_of(plan, row), out);
    say_said(plan, ": warning: ", warnings_of(plan, row), out);
    for (size_t i = first_change(plan, row); i < plan->change_count && plan->changes[i].row == row; i++)
        say_change(plan, &plan->changes[i], out);
}

static void say_counts(const crm_plan *plan, const char *sheet, crmi_buffer *out) {
    char text[PLACE];
    for (uint32_t i = CRM_SYNC_CREATED; i <= CRM_SYNC_CONFLICT; i++) {
        snprintf(text, sizeof text, "%s%" PRIu64 " %s", i > CRM_SYNC_CREATED ? ", " : "", crmi_plan_count(plan, sheet, i), actions[i]);
        crmi_buffer_text(out, text);
    }
    crmi_buffer_byte(out, '\n');
}

int crmi_plan_explain(crm_plan *plan) {
    crmi_buffer *out = &plan->out;
    const crm_sync *sync = plan->sync;
    crmi_buffer_clear(out);
    say_counts(plan, NULL, out);
    for (size_t i = 0; sync->part_count > 1 && i < sync->part_count; i++) {
        say_value(out, sync->parts[i].name);
        crmi_buffer_text(out, ": ");
        say_counts(plan, sync->parts[i].name, out);
    }
    for (size_t i = 0; i < sync->row_count; i++)
        if (sync->rows[i].action != CRM_SYNC_UNCHANGED || first_text(warnings_of(plan, i))) say_row(plan, i, out);
    return crmi_buffer_string(out) ? CRM_OK : crmi_error_nomem();
}
