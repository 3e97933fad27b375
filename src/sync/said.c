/* SPDX-License-Identifier: MIT */
/* What the rows of a company have said of each of its records: two rows that contradict each other in one value are not merged, the later
 * one is refused. What differs only as matching allows it (case and white space, in sites and contacts accents too, the ways to write a
 * street) is no contradiction, and an empty cell says nothing. */
#include "base/error.h"
#include "base/utf8.h"
#include "sync/file.h"
#include <stdlib.h>
#include <string.h>

static bool is_exact(const crmi_field *field) { return crmi_schema_domain_of(field) || field->flags & CRM_FIELD_UNIQUE; }

static int same_text(const crmi_field *field, const char *a, const char *b, bool *same) {
    *same = strcmp(a, b) == 0;
    if (*same || is_exact(field)) return CRM_OK;
    if (field->flags & CRM_FIELD_COMPACT) return crmi_sync_equal(crmi_sync_compact, a, b, same);
    switch (field->field) {
    case CRM_ADDRESS_STREET:
    case CRM_ADDRESS_HOUSE_NUMBER:
    case CRM_ADDRESS_PO_BOX: return crmi_sync_equal(crmi_sync_normal_street, a, b, same);
    case CRM_BANK_BANK_CODE:
    case CRM_BANK_ACCOUNT_NUMBER: return crmi_sync_equal(crmi_sync_compact, a, b, same);
    case CRM_CHANNEL_VALUE: *same = true; return CRM_OK; /* the channel was found by it */
    default: break;
    }
    bool loose = field->kind == CRM_KIND_ADDRESS || field->kind == CRM_KIND_CONTACT;
    return crmi_sync_equal(loose ? crmi_utf8_fold : crmi_utf8_fold_case, a, b, same);
}

/* Street and house number of two rows together: "Weg 1" is "Weg" and "1". */
static int same_street(const crm_sync *sync, const crmi_sync_row *a, const crmi_sync_row *b, bool *same) {
    crmi_buffer texts[2] = {{0}};
    const crmi_sync_row *rows[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        crmi_buffer_text(&texts[i], crmi_sync_cell_text(sync, rows[i], CRM_ADDRESS_STREET));
        crmi_buffer_byte(&texts[i], ' ');
        crmi_buffer_text(&texts[i], crmi_sync_cell_text(sync, rows[i], CRM_ADDRESS_HOUSE_NUMBER));
    }
    const char *first = crmi_buffer_string(&texts[0]), *second = crmi_buffer_string(&texts[1]);
    int rc = first && second ? crmi_sync_equal(crmi_sync_normal_street, first, second, same) : crmi_error_nomem();
    crmi_buffer_free(&texts[0]);
    crmi_buffer_free(&texts[1]);
    return rc;
}

/* The cells of a list: the next one with this field behind cell, in its row; NULL. */
static const crmi_sync_cell *next_item(const crm_sync *sync, const crmi_sync_row *row, const crmi_field *field,
                                       const crmi_sync_cell *cell) {
    const crmi_sync_cell *end = &sync->cells[row->first] + row->count;
    for (cell = cell ? cell + 1 : &sync->cells[row->first]; cell < end; cell++) {
        const crmi_sync_target *target = crmi_sync_target_of(sync, cell);
        if (target->use == CRMI_USE_FIELD && target->field == field) return cell;
    }
    return NULL;
}

static int same_list(const crm_sync *sync, const crmi_sync_row *a, const crmi_sync_row *b, const crmi_field *field, bool *same) {
    const crmi_sync_cell *x = next_item(sync, a, field, NULL), *y = next_item(sync, b, field, NULL);
    int rc = CRM_OK;
    *same = true;
    while (rc == CRM_OK && *same && x && y) {
        rc = same_text(field, x->text, y->text, same);
        x = next_item(sync, a, field, x);
        y = next_item(sync, b, field, y);
    }
    if (x || y) *same = false;
    return rc;
}

static int same_field(const crm_sync *sync, const crmi_sync_row *a, const crmi_sync_row *b, const crmi_field *field, bool *same) {
    const crmi_sync_cell *x = crmi_sync_cell_of(sync, a, field->field), *y = crmi_sync_cell_of(sync, b, field->field);
    *same = true;
    if (!x || !y) return CRM_OK;
    if (field->type == CRM_TYPE_TEXTS) return same_list(sync, a, b, field, same);
    *same = x->none == y->none;
    if (x->none || y->none) return CRM_OK;
    *same = x->integer == y->integer;
    if (field->type != CRM_TYPE_TEXT) return CRM_OK;
    int rc = same_text(field, x->text, y->text, same);
    return rc == CRM_OK && !*same && field->field == CRM_ADDRESS_STREET ? same_street(sync, a, b, same) : rc;
}

static int contradicts(crmi_sync_file *file, uint32_t row, const crmi_sync_cell *cell, uint32_t other, const crmi_sync_cell *said) {
    char quoted[CRMI_SYNC_QUOTE_SIZE], second[CRMI_SYNC_QUOTE_SIZE];
    const char *texts = (const char *)file->sync->texts.data;
    return crmi_sync_refuse(file->sync, row, cell, CRM_E_AMBIGUOUS, crmi_sync_target_of(file->sync, cell)->field->field,
                            "\"%s\" contradicts \"%s\" in row %llu", crmi_sync_quote(texts + cell->at, cell->size, quoted),
                            crmi_sync_quote(texts + said->at, said->size, second), (unsigned long long)file->sync->rows[other].number);
}

/* --- one row --- */

/* A row, and what it is about as far as that is known: before it is merged, what it brings anew is 0. */
typedef struct saying {
    crmi_sync_file *file;
    const crmi_sync_said *said;
    const crmi_sync_row *row;
    uint32_t defaults; /* entry of its terms */
    bool looked;       /* for them */
} saying;

static int find_defaults(saying *s, uint32_t *out) {
    uint32_t shape = crmi_sync_shape_of(s->file->sync, s->row);
    bool scoped = shape == CRM_ROWS_SITE || shape == CRM_ROWS_CONTACT;
    uint32_t scope = crmi_sync_scope(shape, s->said->address, s->said->contact);
    const char *area = crmi_sync_cell_text(s->file->sync, s->row, CRM_QUOTE_DEFAULTS_SALES_AREA);
    int rc = s->looked || (scoped && !scope) ? CRM_OK : crmi_sync_find_defaults(s->file, scope, area, &s->defaults);
    s->looked = true;
    *out = s->defaults;
    return rc;
}

/* The record that a cell speaks of: of a preferred one, the site or contact; 0: not there yet. */
static int entry_of(saying *s, const crmi_sync_target *target, uint32_t *out) {
    uint32_t object = target->object;
    if (target->use == CRMI_USE_PREFERRED)
        object = target->field->field == CRM_QUOTE_DEFAULTS_PREFERRED_SITE ? CRM_KIND_ADDRESS : CRM_KIND_CONTACT;
    *out = 0;
    switch (object) {
    case CRM_KIND_PARTY: *out = s->file->party; return CRM_OK;
    case CRM_KIND_ROLE: *out = crmi_sync_shape_of(s->file->sync, s->row) == CRM_ROWS_ROLE ? s->said->record : s->file->role; return CRM_OK;
    case CRM_KIND_ADDRESS: *out = s->said->address; return CRM_OK;
    case CRM_KIND_CONTACT: *out = s->said->contact; return CRM_OK;
    case CRM_KIND_QUOTE_DEFAULTS:
        if (crmi_sync_shape_of(s->file->sync, s->row) != CRM_ROWS_QUOTE_DEFAULTS) return find_defaults(s, out);
        *out = s->said->record;
        return CRM_OK;
    default: *out = s->said->record; return CRM_OK;
    }
}

int crmi_sync_said_entry(crmi_sync_file *file, const crmi_sync_said *said, const crmi_sync_target *target, uint32_t *out) {
    saying s = {.file = file, .said = said, .row = &file->sync->rows[said->row]};
    return entry_of(&s, target, out);
}

/* --- fields --- */

static int check_field(saying *s, const crmi_sync_cell *cell, const crmi_field *field) {
    const crm_sync *sync = s->file->sync;
    uint32_t number;
    bool same;
    if (field->type == CRM_TYPE_TEXTS && cell != crmi_sync_cell_of(sync, s->row, field->field))
        return CRM_OK; /* a list is looked at once */
    int rc = entry_of(s, crmi_sync_target_of(sync, cell), &number);
    const crmi_sync_entry *entry = crmi_sync_file_entry(s->file, number);
    uint32_t other = entry && entry->said ? entry->said[field->number] : 0;
    if (rc < 0 || !other) return rc;
    rc = same_field(sync, s->row, &sync->rows[other - 1], field, &same);
    if (rc < 0 || same) return rc;
    return contradicts(s->file, s->said->row, cell, other - 1, crmi_sync_cell_of(sync, &sync->rows[other - 1], field->field));
}

static int note_field(saying *s, const crmi_sync_target *target) {
    uint32_t number;
    int rc = entry_of(s, target, &number);
    crmi_sync_entry *entry = crmi_sync_file_entry(s->file, number);
    if (rc < 0 || !entry) return rc;
    if (!entry->said) entry->said = calloc(s->file->sync->numbers, sizeof *entry->said);
    if (!entry->said) return crmi_error_nomem();
    if (!entry->said[target->field->number]) entry->said[target->field->number] = s->said->row + 1;
    return CRM_OK;
}

/* --- yes and no: usages and preferred ones, by the record and the target; who is the preferred one, by the target alone --- */

/* The row that said something; 0 none. */
static int recall(crmi_sync_file *file, uint32_t entry, const crmi_sync_target *what, uint32_t *out) {
    uint32_t cursor = 0, row;
    int rc = crmi_sync_key_text(file, CRMI_KEY_SAID, entry, what->field->name, what->code);
    *out = rc == CRM_OK && crmi_sync_map_next(&file->said, file->key.data, file->key.size, &cursor, &row) ? row : 0;
    return rc;
}

static int note(crmi_sync_file *file, uint32_t entry, const crmi_sync_target *what, uint32_t row) {
    uint32_t known;
    int rc = recall(file, entry, what, &known);
    return rc < 0 || known ? rc : crmi_sync_map_add(&file->said, file->key.data, file->key.size, row + 1);
}

/* Paths differ by the shape of rows. */
static bool same_target(const crmi_sync_target *a, const crmi_sync_target *b) {
    return a->use == b->use && a->object == b->object && a->field == b->field && strcmp(a->code, b->code) == 0;
}

/* The row's cell with this target. */
static const crmi_sync_cell *cell_like(const crm_sync *sync, const crmi_sync_row *row, const crmi_sync_target *target) {
    for (uint32_t i = 0; i < row->count; i++)
        if (same_target(crmi_sync_target_of(sync, &sync->cells[row->first + i]), target)) return &sync->cells[row->first + i];
    return NULL;
}

static int check_yes(saying *s, const crmi_sync_cell *cell, const crmi_sync_target *target) {
    const crm_sync *sync = s->file->sync;
    uint32_t entry, other = 0;
    int rc = entry_of(s, target, &entry);
    if (rc == CRM_OK && entry) rc = recall(s->file, entry, target, &other);
    bool same = !other || !cell_like(sync, &sync->rows[other - 1], target)->integer == !cell->integer;
    if (rc == CRM_OK && !other && target->use == CRMI_USE_PREFERRED && cell->integer) {
        rc = recall(s->file, 0, target, &other);
        same = !other;
    }
    if (rc < 0 || same) return rc;
    return contradicts(s->file, s->said->row, cell, other - 1, cell_like(sync, &sync->rows[other - 1], target));
}

static int note_yes(saying *s, const crmi_sync_cell *cell, const crmi_sync_target *target) {
    uint32_t entry;
    int rc = entry_of(s, target, &entry);
    if (rc == CRM_OK && entry) rc = note(s->file, entry, target, s->said->row);
    bool preferred = target->use == CRMI_USE_PREFERRED && cell->integer;
    return rc == CRM_OK && preferred ? note(s->file, 0, target, s->said->row) : rc;
}

int crmi_sync_said_any(crmi_sync_file *file, uint32_t entry, const crmi_sync_target *target, bool *out) {
    const uint32_t *said = crmi_sync_file_entry(file, entry)->said;
    bool field = target->use == CRMI_USE_FIELD || target->use == CRMI_USE_NAMES;
    uint32_t row = 0;
    int rc = field ? CRM_OK : recall(file, entry, target, &row);
    *out = field ? said && said[target->field->number] : row != 0;
    return rc;
}

/* --- rows --- */

/* The sales area says whose terms the others are. */
static bool is_value(uint32_t shape, const crmi_sync_target *target) {
    if (crmi_sync_only_names(shape, target->object) && target->object != CRM_KIND_ROLE) return false;
    return (target->use == CRMI_USE_FIELD || target->use == CRMI_USE_NAMES) && target->field->field != CRM_QUOTE_DEFAULTS_SALES_AREA;
}
static bool is_yes(const crmi_sync_target *target) { return target->use == CRMI_USE_USAGE || target->use == CRMI_USE_PREFERRED; }

int crmi_sync_said_check(crmi_sync_file *file, const crmi_sync_said *said) {
    saying s = {.file = file, .said = said, .row = &file->sync->rows[said->row]};
    uint32_t shape = crmi_sync_shape_of(file->sync, s.row);
    int rc = CRM_OK;
    bool refused = false;
    for (uint32_t i = 0; file->several && rc >= 0 && i < s.row->count; i++) {
        const crmi_sync_cell *cell = &file->sync->cells[s.row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(file->sync, cell);
        rc = is_value(shape, target) ? check_field(&s, cell, target->field) : is_yes(target) ? check_yes(&s, cell, target) : CRM_OK;
        refused |= rc == CRMI_SYNC_REFUSED;
    }
    return rc < 0 ? rc : refused ? CRMI_SYNC_REFUSED : CRM_OK;
}

int crmi_sync_said_note(crmi_sync_file *file, const crmi_sync_said *said) {
    saying s = {.file = file, .said = said, .row = &file->sync->rows[said->row]};
    uint32_t shape = crmi_sync_shape_of(file->sync, s.row);
    int rc = CRM_OK;
    for (uint32_t i = 0; file->several && rc == CRM_OK && i < s.row->count; i++) {
        const crmi_sync_cell *cell = &file->sync->cells[s.row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(file->sync, cell);
        rc = is_value(shape, target) ? note_field(&s, target) : is_yes(target) ? note_yes(&s, cell, target) : CRM_OK;
    }
    return rc;
}
