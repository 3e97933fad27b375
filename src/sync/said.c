/* SPDX-License-Identifier: MIT */
/* What the rows of a company have said of each of its records: two rows that contradict each other in one value are not merged, the later
 * one is refused. What differs only as matching allows it (case and white space, in sites and contacts accents too, the ways to write a
 * street) is no contradiction, and an empty cell says nothing. */
#include "base/error.h"
#include "base/utf8.h"
#include "sync/file.h"
#include "sync/match.h"
#include <string.h>

static bool is_exact(const crmi_field *field) { return field->domain || field->flags & CRM_FIELD_UNIQUE; }

static int same_text(const crmi_field *field, const char *a, const char *b, bool *same) {
    *same = strcmp(a, b) == 0;
    if (*same || is_exact(field)) return CRM_OK;
    if (field->field == CRM_PARTY_VAT_ID) *same = crmi_sync_same_vat(a, b);
    if (*same) return CRM_OK;
    switch (field->field) {
    case CRM_ADDRESS_STREET:
    case CRM_ADDRESS_HOUSE_NUMBER:
    case CRM_ADDRESS_PO_BOX: return crmi_sync_equal(crmi_sync_normal_street, a, b, same);
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

/* --- what was said, by entry and field or purpose --- */

/* True where something was said; by which row. */
static int recall(crmi_sync_file *file, uint32_t entry, const char *what, uint32_t *row, bool *found) {
    uint32_t cursor = 0;
    int rc = crmi_sync_key_text(file, CRMI_KEY_SAID, entry, what, "");
    *found = rc == CRM_OK && crmi_sync_map_next(&file->said, file->key.data, file->key.size, &cursor, row);
    return rc;
}

static int note(crmi_sync_file *file, uint32_t entry, const char *what, uint32_t row) {
    uint32_t known;
    bool found;
    int rc = recall(file, entry, what, &known, &found);
    return rc < 0 || found ? rc : crmi_sync_map_add(&file->said, file->key.data, file->key.size, row);
}

static int contradicts(crmi_sync_file *file, uint32_t row, const crmi_sync_cell *cell, uint32_t other, const crmi_sync_cell *said) {
    char quoted[CRMI_SYNC_QUOTE_SIZE], second[CRMI_SYNC_QUOTE_SIZE];
    const char *texts = (const char *)file->sync->texts.data;
    return crmi_sync_refuse(file->sync, row, cell, CRM_E_AMBIGUOUS, crmi_sync_target_of(file->sync, cell)->field->field,
                            "\"%s\" contradicts \"%s\" in row %llu", crmi_sync_quote(texts + cell->at, cell->size, quoted),
                            crmi_sync_quote(texts + said->at, said->size, second), (unsigned long long)file->sync->rows[other].number);
}

/* The entry that a cell's value is of, as far as the row's objects are known; 0: none yet. */
static int entry_of(crmi_sync_file *file, const crmi_sync_said *said, const crmi_sync_target *target, uint32_t *out) {
    const crmi_sync_row *row = &file->sync->rows[said->row];
    uint32_t shape = file->sync->shape;
    *out = 0;
    switch (target->object) {
    case CRM_KIND_PARTY: *out = file->party; break;
    case CRM_KIND_ROLE: *out = file->role; break;
    case CRM_KIND_ADDRESS: *out = said->address; break;
    case CRM_KIND_CONTACT: *out = said->contact; break;
    default: break;
    }
    if (target->object != CRM_KIND_QUOTE_DEFAULTS || target->use != CRMI_USE_FIELD) return CRM_OK;
    uint32_t scope = shape == CRM_ROWS_SITE ? said->address : shape == CRM_ROWS_CONTACT ? said->contact : 0;
    if (!scope && (shape == CRM_ROWS_SITE || shape == CRM_ROWS_CONTACT)) return CRM_OK;
    return crmi_sync_find_defaults(file, scope, crmi_sync_cell_text(file->sync, row, CRM_QUOTE_DEFAULTS_SALES_AREA), out);
}

static bool is_key(const crmi_sync_target *target) { return target->field->field == CRM_QUOTE_DEFAULTS_SALES_AREA; }

/* The site or contact that a cell of a preferred one speaks of. */
static uint32_t preferred_entry(const crmi_sync_said *said, const crmi_sync_target *target) {
    return target->field->field == CRM_QUOTE_DEFAULTS_PREFERRED_SITE ? said->address : said->contact;
}

/* The cell with the same target in another row. */
static const crmi_sync_cell *cell_like(const crm_sync *sync, const crmi_sync_row *row, const crmi_sync_target *target) {
    for (uint32_t i = 0; i < row->count; i++)
        if (crmi_sync_target_of(sync, &sync->cells[row->first + i]) == target) return &sync->cells[row->first + i];
    return NULL;
}

static int check_field(crmi_sync_file *file, const crmi_sync_said *said, const crmi_sync_cell *cell, const crmi_sync_target *target) {
    const crm_sync *sync = file->sync;
    uint32_t entry, other;
    bool found = false, same = true;
    if (cell != crmi_sync_cell_of(sync, &sync->rows[said->row], target->field->field)) return CRM_OK; /* a list is looked at once */
    int rc = entry_of(file, said, target, &entry);
    if (rc == CRM_OK && entry) rc = recall(file, entry, target->path, &other, &found);
    if (rc == CRM_OK && found) rc = same_field(sync, &sync->rows[said->row], &sync->rows[other], target->field, &same);
    if (rc < 0 || same) return rc;
    return contradicts(file, said->row, cell, other, crmi_sync_cell_of(sync, &sync->rows[other], target->field->field));
}

/* Yes or no of one site or contact; of a preferred one also yes of two. */
static int check_yes(crmi_sync_file *file, const crmi_sync_said *said, const crmi_sync_cell *cell, const crmi_sync_target *target) {
    const crm_sync *sync = file->sync;
    bool preferred = target->use == CRMI_USE_PREFERRED, found = false, same = true;
    uint32_t entry = preferred ? preferred_entry(said, target) : 0, other = 0;
    int rc = preferred ? CRM_OK : entry_of(file, said, target, &entry);
    if (rc == CRM_OK && entry) rc = recall(file, entry, target->path, &other, &found);
    if (found) same = !cell_like(sync, &sync->rows[other], target)->integer == !cell->integer;
    if (rc == CRM_OK && !found && preferred && cell->integer) {
        rc = recall(file, 0, target->path, &other, &found);
        same = !found;
    }
    if (rc < 0 || same) return rc;
    return contradicts(file, said->row, cell, other, cell_like(sync, &sync->rows[other], target));
}

int crmi_sync_said_check(crmi_sync_file *file, const crmi_sync_said *said) {
    const crmi_sync_row *row = &file->sync->rows[said->row];
    int rc = CRM_OK;
    bool refused = false;
    for (uint32_t i = 0; file->several && rc >= 0 && i < row->count; i++) {
        const crmi_sync_cell *cell = &file->sync->cells[row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(file->sync, cell);
        if (target->use == CRMI_USE_FIELD && !is_key(target)) rc = check_field(file, said, cell, target);
        if (target->use == CRMI_USE_USAGE || target->use == CRMI_USE_PREFERRED) rc = check_yes(file, said, cell, target);
        refused |= rc == CRMI_SYNC_REFUSED;
    }
    return rc < 0 ? rc : refused ? CRMI_SYNC_REFUSED : CRM_OK;
}

static int note_cell(crmi_sync_file *file, const crmi_sync_said *said, const crmi_sync_cell *cell) {
    const crmi_sync_target *target = crmi_sync_target_of(file->sync, cell);
    bool preferred = target->use == CRMI_USE_PREFERRED;
    uint32_t entry = preferred ? preferred_entry(said, target) : 0;
    if (target->use != CRMI_USE_FIELD && target->use != CRMI_USE_USAGE && !preferred) return CRM_OK;
    int rc = preferred ? CRM_OK : entry_of(file, said, target, &entry);
    if (rc == CRM_OK && entry) rc = note(file, entry, target->path, said->row);
    return rc == CRM_OK && preferred && cell->integer ? note(file, 0, target->path, said->row) : rc;
}

int crmi_sync_said_note(crmi_sync_file *file, const crmi_sync_said *said) {
    const crmi_sync_row *row = &file->sync->rows[said->row];
    int rc = CRM_OK;
    for (uint32_t i = 0; file->several && rc == CRM_OK && i < row->count; i++)
        rc = note_cell(file, said, &file->sync->cells[row->first + i]);
    return rc;
}
