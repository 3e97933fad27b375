/* SPDX-License-Identifier: MIT */
/* REPLACE: a stored record has what the rows say of it and no more, as far as there are columns for it. An empty cell takes a value away
 * where no other row of the company has one, and sites and contacts that no row is about end. Both are known once all rows are merged. */
#include "base/error.h"
#include "sync/file.h"

/* --- empty cells --- */

static bool may_go(const crmi_sync_target *target) {
    if (target->use == CRMI_USE_USAGE || target->use == CRMI_USE_NAMES) return target->object != CRM_KIND_MEMBERSHIP;
    return target->use == CRMI_USE_FIELD && crmi_sync_may_be_none(target->field);
}

static int note_blank(crmi_sync_file *file, const crmi_sync_said *said, const crmi_sync_target *target) {
    const crm_sync *sync = file->sync;
    uint32_t entry;
    if (!may_go(target) || crmi_sync_only_names(crmi_sync_shape_of(sync, &sync->rows[said->row]), target->object) ||
        crmi_sync_policy_of(sync, &sync->rows[said->row], target->object)->if_exists != CRM_SYNC_REPLACE)
        return CRM_OK;
    int rc = crmi_sync_said_entry(file, said, target, &entry);
    if (rc < 0 || !entry || crmi_sync_file_entry(file, entry)->fresh) return rc;
    rc = crmi_sync_grow((void **)&file->blanks, file->blank_count, &file->blank_capacity, sizeof *file->blanks);
    if (rc == CRM_OK) file->blanks[file->blank_count++] = (crmi_sync_blank){entry, said->row, target};
    return rc;
}

int crmi_sync_replace_note(crmi_sync_file *file, const crmi_sync_said *said) {
    const crm_sync *sync = file->sync;
    const crmi_sync_row *row = &sync->rows[said->row];
    const crmi_sync_part *part = &sync->parts[row->part];
    uint32_t next = 0; /* cell of the row: they are in the order of the columns */
    int rc = CRM_OK;
    for (size_t i = part->first_column; rc == CRM_OK && i < part->first_column + part->column_count; i++) {
        bool empty = next >= row->count || sync->cells[row->first + next].column != i;
        if (empty && sync->columns[i].target.use != CRMI_USE_IGNORE) rc = note_blank(file, said, &sync->columns[i].target);
        if (!empty) next++;
    }
    return rc;
}

static int take_usage(crmi_sync_file *file, const crmi_sync_blank *blank, bool *changed) {
    uint32_t usage;
    int rc = crmi_sync_find_usage(file, blank->entry, blank->target->code, &usage);
    if (rc < 0 || !usage) return rc;
    crmi_sync_file_entry(file, usage)->removed = true;
    crmi_sync_file_entry(file, usage)->row = blank->row;
    *changed = true;
    return CRM_OK;
}

/* Whether a row has another part of the address that an empty cell is of. */
static bool has_part(const crmi_sync_file *file, const crmi_sync_blank *blank, crm_field field) {
    return crmi_sync_said_by(file->sync, crmi_sync_file_entry(file, blank->entry), CRMI_FIELD_NUMBER(field)) ||
           crmi_sync_cell_of(file->sync, &file->sync->rows[blank->row], field);
}

/* A street takes along the house number that no row has. */
static int take_field(crmi_sync_file *file, const crmi_sync_blank *blank, bool *changed) {
    crmi_sync_entry *entry = crmi_sync_file_entry(file, blank->entry);
    crm_field field = blank->target->field->field;
    int rc = crmi_sync_unset(entry, blank->row, field, changed);
    bool street = field == CRM_ADDRESS_STREET && !has_part(file, blank, CRM_ADDRESS_HOUSE_NUMBER);
    return rc == CRM_OK && street ? crmi_sync_unset(entry, blank->row, CRM_ADDRESS_HOUSE_NUMBER, changed) : rc;
}

static void mark(crmi_sync_file *file, uint32_t row, bool changed) {
    crmi_sync_row *at = &file->sync->rows[row];
    if (changed && at->action == CRM_SYNC_UNCHANGED) at->action = CRM_SYNC_UPDATED;
}

/* A house number that goes with a street which a row has: what was said of the street decided on it. */
static bool goes_with_street(const crmi_sync_file *file, const crmi_sync_blank *blank) {
    return blank->target->field->field == CRM_ADDRESS_HOUSE_NUMBER && has_part(file, blank, CRM_ADDRESS_STREET);
}

static int take_blank(crmi_sync_file *file, const crmi_sync_blank *blank) {
    bool said, changed = false;
    if (goes_with_street(file, blank)) return CRM_OK;
    int rc = crmi_sync_said_any(file, blank->entry, blank->target, &said);
    if (rc < 0 || said) return rc;
    rc = blank->target->use == CRMI_USE_USAGE ? take_usage(file, blank, &changed) : take_field(file, blank, &changed);
    mark(file, blank->row, changed);
    return rc;
}

/* --- sites and contacts that are missing --- */

static bool is_current(const crmi_sync_file *file, const crmi_sync_entry *entry, crm_field from, crm_field until, crm_field archived) {
    return crmi_object_integer(entry->rec, from, INT64_MIN) < file->today &&
           crmi_object_integer(entry->rec, until, INT64_MAX) > file->today && !crmi_object_integer(entry->rec, archived, 0);
}

static int is_main(crmi_sync_file *file, uint32_t address, bool *out) {
    uint32_t usage;
    int rc = crmi_sync_find_usage(file, address, CRM_PURPOSE_MAIN, &usage);
    *out = rc == CRM_OK && usage;
    return rc;
}

/* Whether a row is about the main address: a file of delivery sites alone says nothing of it. */
static int has_main(crmi_sync_file *file, bool *out) {
    int rc = CRM_OK;
    *out = false;
    for (uint32_t i = 1; rc == CRM_OK && !*out && i <= file->count; i++) {
        const crmi_sync_entry *entry = crmi_sync_file_entry(file, i);
        if (entry->rec->kind == CRM_KIND_ADDRESS && entry->spoken) rc = is_main(file, i, out);
    }
    return rc;
}

/* Those that have not begun yet stay, and so does the main address that no row is about, nor another one. */
static int end_missing(crmi_sync_file *file, uint32_t number, bool main_is_there) {
    bool stays = false;
    crmi_sync_entry *entry = crmi_sync_file_entry(file, number);
    bool site = entry->rec->kind == CRM_KIND_ADDRESS;
    uint32_t row = site ? file->sites : entry->rec->kind == CRM_KIND_CONTACT ? file->contacts : 0;
    crm_field from = site ? CRM_ADDRESS_VALID_FROM : CRM_CONTACT_VALID_FROM,
              until = site ? CRM_ADDRESS_VALID_UNTIL : CRM_CONTACT_VALID_UNTIL;
    if (!row || entry->fresh || entry->spoken) return CRM_OK;
    if (!is_current(file, entry, from, until, site ? CRM_ADDRESS_ARCHIVED : CRM_CONTACT_ARCHIVED)) return CRM_OK;
    int rc = site && !main_is_there ? is_main(file, number, &stays) : CRM_OK;
    if (rc < 0 || stays) return rc;
    rc = crmi_sync_file_touch(entry, row - 1);
    if (rc == CRM_OK) rc = crm_record_set_date(entry->rec, until, file->today);
    mark(file, row - 1, true);
    return rc;
}

static bool any_failed(const crmi_sync_file *file, const crmi_sync_group *group) {
    for (uint32_t i = group->first; i; i = file->sync->rows[i - 1].next)
        if (file->sync->rows[i - 1].failed) return true;
    return group->incomplete;
}

/* One that had ended and that the rows have again begins again, unless they say when it ends. */
static int begin_again(crmi_sync_file *file, crmi_sync_entry *entry) {
    bool site = entry->rec->kind == CRM_KIND_ADDRESS, changed = false;
    crm_field until = site ? CRM_ADDRESS_VALID_UNTIL : CRM_CONTACT_VALID_UNTIL;
    if (!entry->back || crmi_sync_said_by(file->sync, entry, CRMI_FIELD_NUMBER(until))) return CRM_OK;
    if (crmi_object_integer(entry->rec, until, INT64_MAX) > file->today) return CRM_OK;
    int rc = crmi_sync_unset(entry, entry->back - 1, until, &changed);
    mark(file, entry->back - 1, changed);
    return rc;
}

int crmi_sync_replace(crmi_sync_file *file, const crmi_sync_group *group) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < file->count; i++) rc = begin_again(file, &file->entries[i]);
    for (size_t i = 0; rc == CRM_OK && i < file->blank_count; i++) rc = take_blank(file, &file->blanks[i]);
    bool main_is_there, ends = (file->sites || file->contacts) && !any_failed(file, group);
    if (rc == CRM_OK && ends) rc = has_main(file, &main_is_there);
    for (uint32_t i = 1; ends && rc == CRM_OK && i <= file->count; i++) rc = end_missing(file, i, main_is_there);
    return rc;
}
