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

static const char *path_of(const crm_plan *plan, crm_field number, char out[PLACE]) {
    const crmi_field *field = crmi_schema_field(number);
    if (!field && plan->sync->definitions) field = crmi_definitions_field(plan->sync->definitions, number);
    snprintf(out, PLACE, "%s%s%s", field ? crm_kind_name(field->kind) : "?", field ? "." : "", field ? field->name : "");
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
static bool is_empty(said list) { return !next(&list); }

/* The first change of a row, or of a later one. */
static size_t first_change(const crmi_plan_changes *all, size_t row) {
    size_t from = 0, until = all->count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (all->list[middle].row < row)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

/* One of a row; NULL: it has no more. */
static const crmi_plan_change *change_at(const crmi_plan_changes *all, size_t at, size_t row) {
    return at < all->count && all->list[at].row == row ? &all->list[at] : NULL;
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

/* All that is said, each behind its cell. */
static int set_said(const crm_plan *plan, crm_record *rec, crm_field field, said list) {
    char place[PLACE];
    crmi_buffer all = {0};
    for (const crmi_sync_error *one; (one = next(&list));) {
        const char *cell = strrchr(place_of(plan, one->row, one->column, place), '!');
        if (all.size) crmi_buffer_text(&all, "; ");
        if (one->column) crmi_buffer_text(&all, cell ? cell + 1 : place);
        crmi_buffer_text(&all, one->column ? ": " : "");
        crmi_buffer_text(&all, one->text);
    }
    int rc = all.size ? set_text(rec, field, crmi_buffer_string(&all)) : CRM_OK;
    if (all.failed) rc = crmi_error_nomem();
    crmi_buffer_free(&all);
    return rc;
}

static int fill_row(const crm_plan *plan, size_t row, crm_record *rec) {
    const crmi_plan_line *line = &plan->lines[row];
    int rc = set_number(rec, CRM_PLAN_ROW_NUMBER, plan->sync->rows[row].number);
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_ROW_SHEET, or_none(part_of(plan, row)->name));
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_ROW_ACTION, actions[plan->sync->rows[row].action]);
    if (rc == CRM_OK && line->kind) rc = set_text(rec, CRM_PLAN_ROW_KIND, crm_kind_name(line->kind));
    if (rc == CRM_OK) rc = set_number(rec, CRM_PLAN_ROW_RECORD, line->record);
    if (rc == CRM_OK) rc = set_said(plan, rec, CRM_PLAN_ROW_ERROR, errors_of(plan, row));
    return rc == CRM_OK ? set_said(plan, rec, CRM_PLAN_ROW_WARNING, warnings_of(plan, row)) : rc;
}

static int fill_change(const crm_plan *plan, const crmi_plan_change *change, crm_record *rec) {
    char text[PLACE];
    int rc = set_number(rec, CRM_PLAN_CHANGE_ROW, plan->sync->rows[change->row].number);
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_CHANGE_SHEET, or_none(part_of(plan, change->row)->name));
    if (rc == CRM_OK && change->column) rc = set_text(rec, CRM_PLAN_CHANGE_CELL, place_of(plan, change->row, change->column, text));
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_CHANGE_KIND, crm_kind_name(change->kind));
    if (rc == CRM_OK) rc = set_number(rec, CRM_PLAN_CHANGE_RECORD, change->record);
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_CHANGE_FIELD, path_of(plan, change->field, text));
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_CHANGE_OLD_VALUE, crmi_plan_text(&plan->changes, change->old_at));
    if (rc == CRM_OK) rc = set_text(rec, CRM_PLAN_CHANGE_NEW_VALUE, crmi_plan_text(&plan->changes, change->now_at));
    return rc == CRM_OK ? set_text(rec, CRM_PLAN_CHANGE_NAME, crmi_plan_text(&plan->changes, change->name_at)) : rc;
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
    if (change >= plan->changes.count) return crmi_error_set(CRM_E_NOTFOUND, 0, "the plan has no such change");
    *out = crmi_object_new(CRM_KIND_PLAN_CHANGE);
    int rc = *out ? fill_change(plan, &plan->changes.list[change], *out) : crmi_error_nomem();
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
        if (one->column) member(out, "cell", place_of(plan, one->row, one->column, place));
        if (one->field) member(out, "field", path_of(plan, one->field, place));
        if (one->status < 0) member(out, "status", crm_status_name(one->status));
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
    member(out, "field", path_of(plan, change->field, text));
    member(out, "name", crmi_plan_text(&plan->changes, change->name_at));
    member(out, "old", crmi_plan_text(&plan->changes, change->old_at));
    member(out, "new", crmi_plan_text(&plan->changes, change->now_at));
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
    const crmi_plan_change *change;
    for (size_t i = first_change(&plan->changes, row); (change = change_at(&plan->changes, i, row)); i++) json_change(plan, change, out);
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

/* A record that is not the row's own is named, where no cell tells which it is. */
static void say_field(const crm_plan *plan, const crmi_plan_changes *of, const crmi_plan_change *change, crmi_buffer *out) {
    char text[PLACE];
    bool other = !change->column && change->record && change->record != plan->lines[change->row].record;
    crmi_buffer_text(out, path_of(plan, change->field, text));
    if (other && change->name_at != CRMI_PLAN_NONE) {
        crmi_buffer_text(out, " of ");
        say_value(out, crmi_plan_text(of, change->name_at));
    }
    crmi_buffer_text(out, ": ");
    say_value(out, crmi_plan_text(of, change->old_at));
    crmi_buffer_text(out, " -> ");
    say_value(out, crmi_plan_text(of, change->now_at));
}

static void say_change(const crm_plan *plan, const crmi_plan_change *change, crmi_buffer *out) {
    char text[PLACE];
    crmi_buffer_text(out, "  ");
    if (change->column) {
        crmi_buffer_text(out, place_of(plan, change->row, change->column, text));
        crmi_buffer_byte(out, ' ');
    }
    say_field(plan, &plan->changes, change, out);
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
    const crmi_plan_change *change;
    for (size_t i = first_change(&plan->changes, row); (change = change_at(&plan->changes, i, row)); i++) say_change(plan, change, out);
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
        if (sync->rows[i].action != CRM_SYNC_UNCHANGED || !is_empty(warnings_of(plan, i))) say_row(plan, i, out);
    return crmi_buffer_string(out) ? CRM_OK : crmi_error_nomem();
}

/* --- rows that do not what was planned --- */

static bool same_text(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

static bool same_field(const crmi_plan_change *a, const crmi_plan_change *b) { return a->field == b->field && a->record == b->record; }

static bool same_change(const crm_plan *plan, const crmi_plan_change *was, const crmi_plan_change *is) {
    return was && is && same_field(was, is) &&
           same_text(crmi_plan_text(&plan->planned, was->old_at), crmi_plan_text(&plan->changes, is->old_at)) &&
           same_text(crmi_plan_text(&plan->planned, was->now_at), crmi_plan_text(&plan->changes, is->now_at));
}

static void say_or_nothing(const crm_plan *plan, const crmi_plan_changes *of, const crmi_plan_change *change, crmi_buffer *out) {
    if (change)
        say_field(plan, of, change, out);
    else
        crmi_buffer_text(out, "nothing");
}

/* Whether a planned change, or one of the same field, comes among those of the row from a position on. */
static bool comes(const crm_plan *plan, const crmi_plan_change *was, size_t from) {
    const crmi_plan_change *is;
    while ((is = change_at(&plan->changes, from++, was->row)))
        if (same_field(was, is)) return true;
    return false;
}

/* Where all changes are the planned ones, a record has another revision. */
int crmi_plan_stale(crm_plan *plan, size_t row) {
    crmi_buffer *out = &plan->out;
    const crmi_plan_change *was, *is;
    size_t i = first_change(&plan->planned, row), j = first_change(&plan->changes, row);
    while (same_change(plan, was = change_at(&plan->planned, i, row), is = change_at(&plan->changes, j, row))) i++, j++;
    if (was && is && !same_field(was, is)) *(comes(plan, was, j) ? &was : &is) = NULL;
    crmi_buffer_clear(out);
    if (was || is) {
        crmi_buffer_text(out, "planned ");
        say_or_nothing(plan, &plan->planned, was, out);
        crmi_buffer_text(out, "; now ");
        say_or_nothing(plan, &plan->changes, is, out);
    } else {
        crmi_buffer_text(out, "a record that it changes was changed otherwise");
    }
    const char *text = crmi_buffer_string(out);
    if (!text) return crmi_error_nomem();
    return crmi_error_set(CRM_E_STALE, is ? is->field : was ? was->field : 0, "the store has moved on since the plan: %s", text);
}
