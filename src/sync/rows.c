/* SPDX-License-Identifier: MIT */
/* The rows in memory: columns with their targets, and for each row its cells that are not empty. */
#include "base/error.h"
#include "base/random.h"
#include "base/utf8.h"
#include "sync/sync.h"
#include <stdlib.h>
#include <string.h>

int crmi_sync_grow(void **items, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) return CRM_OK;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    if (wanted > SIZE_MAX / size) return crmi_error_nomem();
    void *grown = realloc(*items, wanted * size);
    if (!grown) return crmi_error_nomem();
    *items = grown;
    *capacity = wanted;
    return CRM_OK;
}

enum { BESIDE = 256 }; /* companies of an apply that are worth a thread of their own */

int crmi_sync_new(const char *source, uint32_t shape, crmi_definitions *definitions, crm_sync **out) {
    crm_sync *sync = calloc(1, sizeof *sync);
    if (!sync) return crmi_error_nomem();
    sync->definitions = definitions;
    if (definitions) crmi_definitions_retain(definitions);
    strcpy(sync->role, CRM_ROLE_CUSTOMER);
    crmi_sync_set_policy(sync, 0, CRM_SYNC_MERGE, CRM_SYNC_CREATE);
    sync->source = strdup(source);
    int rc = sync->source ? crmi_sync_add_part(sync, "", shape) : crmi_error_nomem();
    if (rc == CRM_OK) rc = crmi_random_bytes(sync->secret, sizeof sync->secret);
    sync->long_texts.secret = sync->secret;
    sync->beside = BESIDE;
    if (rc < 0)
        crmi_sync_free(sync);
    else
        *out = sync;
    return rc;
}

void crmi_sync_forget_rows(crm_sync *sync) {
    crmi_sync_errors_cut(sync, 0);
    sync->warning_kept = sync->warning_count;
    for (size_t i = 0; i < sync->part_count; i++) sync->parts[i].first_row = sync->parts[i].row_count = 0;
    sync->row_count = sync->cell_count = sync->bytes = 0;
    crmi_buffer_clear(&sync->texts);
    crmi_sync_map_clear(&sync->long_texts);
}

void crmi_sync_free_rows(crm_sync *sync) {
    crmi_sync_errors_cut(sync, 0);
    sync->warning_kept = 0;
    crmi_sync_warnings_cut(sync);
    free(sync->rows);
    free(sync->cells);
    free(sync->errors);
    free(sync->warnings);
    crmi_buffer_free(&sync->texts);
    crmi_sync_map_free(&sync->long_texts);
}

void crmi_sync_free(crm_sync *sync) {
    if (!sync) return;
    crmi_sync_ahead_free(sync);
    crmi_sync_free_rows(sync);
    crmi_sync_job_free(&sync->job);
    for (size_t i = 0; i < sync->mapping_count; i++) free(sync->mappings[i].heading);
    for (size_t i = 0; i < sync->column_count; i++) free(sync->columns[i].heading);
    for (size_t i = 0; i < sync->part_count; i++) free(sync->parts[i].name);
    crmi_definitions_release(sync->definitions);
    free(sync->source);
    free(sync->parts);
    free(sync->mappings);
    free(sync->columns);
    crmi_buffer_free(&sync->left_out);
    free(sync);
}

/* --- sheets --- */

static bool is_untouched(const crm_sync *sync) { return sync->part_count == 1 && !sync->column_count && !sync->mapping_count; }

static int check_part(const crm_sync *sync, const char *name) {
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    for (size_t i = 0; i < sync->part_count; i++)
        if (*name && strcmp(sync->parts[i].name, name) == 0)
            return crmi_error_set(CRM_E_EXISTS, 0, "there is a sheet \"%s\" already", crmi_sync_quote(name, strlen(name), quoted));
    if (sync->part_count >= CRMI_LIMIT_SYNC_SHEETS) return crmi_error_set(CRM_E_TOO_BIG, 0, "over %d sheets", (int)CRMI_LIMIT_SYNC_SHEETS);
    return CRM_OK;
}

/* The first one takes the place of the rows without a sheet, where there is nothing of these. */
int crmi_sync_add_part(crm_sync *sync, const char *name, uint32_t shape) {
    bool first = sync->part_count && is_untouched(sync);
    int rc = first ? CRM_OK : check_part(sync, name);
    if (rc < 0) return rc;
    char *copy = strdup(name);
    crmi_sync_part *grown = copy ? realloc(sync->parts, (sync->part_count + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(copy);
        return crmi_error_nomem();
    }
    sync->parts = grown;
    if (first) free(grown[--sync->part_count].name);
    grown[sync->part_count++] = (crmi_sync_part){.name = copy,
                                                 .shape = shape,
                                                 .first_column = sync->column_count,
                                                 .first_row = sync->row_count,
                                                 .first_mapping = sync->mapping_count};
    return CRM_OK;
}

/* --- columns --- */

/* A heading as mappings know it, in memory of its own; NULL out of memory. */
static char *folded_heading(const char *heading, size_t size) {
    crmi_buffer folded = {0};
    int rc = crmi_utf8_fold(heading, size, &folded);
    const char *text = rc == CRM_OK ? crmi_buffer_string(&folded) : NULL;
    char *copy = text ? strdup(text) : NULL;
    crmi_buffer_free(&folded);
    if (!copy) crmi_error_nomem();
    return copy;
}

static const crmi_sync_mapping *find_mapping(const crm_sync *sync, const char *folded) {
    for (size_t i = crmi_sync_last_part(sync)->first_mapping; i < sync->mapping_count; i++)
        if (strcmp(sync->mappings[i].heading, folded) == 0) return &sync->mappings[i];
    return NULL;
}

static int add_mapping(crm_sync *sync, char *folded, const crmi_sync_target *target) {
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    if (find_mapping(sync, folded))
        return crmi_error_set(CRM_E_EXISTS, 0, "column \"%s\" is mapped already", crmi_sync_quote(folded, strlen(folded), quoted));
    if (sync->mapping_count - crmi_sync_last_part(sync)->first_mapping >= CRMI_LIMIT_SYNC_COLUMNS)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "over %d columns are mapped", (int)CRMI_LIMIT_SYNC_COLUMNS);
    crmi_sync_mapping *grown = realloc(sync->mappings, (sync->mapping_count + 1) * sizeof *grown);
    if (!grown) return crmi_error_nomem();
    sync->mappings = grown;
    grown[sync->mapping_count++] = (crmi_sync_mapping){folded, *target};
    return CRM_OK;
}

int crmi_sync_map_heading(crm_sync *sync, const char *heading, const char *target) {
    crmi_sync_target parsed;
    int rc = crmi_sync_target_parse(sync, target, &parsed);
    if (rc < 0) return rc;
    char *folded = folded_heading(heading, strlen(heading));
    rc = folded ? add_mapping(sync, folded, &parsed) : CRM_E_NOMEM;
    if (rc < 0) free(folded);
    return rc;
}

int crmi_sync_has_heading(const crm_sync *sync, const char *heading) {
    size_t size = strlen(heading);
    crmi_sync_trim(&heading, &size);
    char *wanted = folded_heading(heading, size);
    int found = wanted ? 0 : CRM_E_NOMEM;
    for (size_t i = 0; found == 0 && i < sync->column_count; i++) {
        char *other = folded_heading(sync->columns[i].heading, strlen(sync->columns[i].heading));
        found = other ? strcmp(wanted, other) == 0 : CRM_E_NOMEM;
        free(other);
    }
    free(wanted);
    return found;
}

static int find_target(const crm_sync *sync, const char *heading, size_t size, crmi_sync_target *out) {
    char *folded = folded_heading(heading, size);
    if (!folded) return CRM_E_NOMEM;
    const crmi_sync_mapping *mapping = find_mapping(sync, folded);
    free(folded);
    if (!mapping) return crmi_sync_recognise(sync, heading, size, out);
    *out = mapping->target;
    return CRM_OK;
}

static int check_target(const crm_sync *sync, const char *heading, size_t size, const crmi_sync_target *target) {
    char first[CRMI_SYNC_QUOTE_SIZE], second[CRMI_SYNC_QUOTE_SIZE];
    if ((sync->flags & CRM_SYNC_NO_KEYS) && target->use == CRMI_USE_IDENTIFIER && strcmp(target->code, sync->source) == 0)
        return crmi_error_set(CRM_E_INVALID, CRM_IDENTIFIER_VALUE,
                              "column \"%s\" has the keys of another system: name that as the source, the same each time",
                              crmi_sync_quote(heading, size, first));
    if (crmi_sync_target_repeats(target)) return CRM_OK;
    for (size_t i = crmi_sync_last_part(sync)->first_column; i < sync->column_count; i++) {
        const crmi_sync_column *other = &sync->columns[i];
        if (strcmp(other->target.path, target->path) != 0) continue;
        crmi_sync_quote(other->heading, strlen(other->heading), first);
        return crmi_error_set(CRM_E_EXISTS, target->field->field, "columns \"%s\" and \"%s\" are both %s", first,
                              crmi_sync_quote(heading, size, second), target->path);
    }
    return CRM_OK;
}

/* Whether one before it is of the same channel. */
static bool is_again(const crm_sync *sync, const crmi_sync_part *part, const crmi_sync_target *target) {
    for (size_t i = part->first_column; target->use == CRMI_USE_CHANNEL && i < sync->column_count; i++) {
        const crmi_sync_target *other = &sync->columns[i].target;
        if (other->use == target->use && other->object == target->object && strcmp(other->code, target->code) == 0) return true;
    }
    return false;
}

static int append_column(crm_sync *sync, const char *heading, size_t size, const crmi_sync_target *target, bool unknown) {
    crmi_sync_part *part = crmi_sync_last_part(sync);
    int rc = check_target(sync, heading, size, target);
    if (rc < 0) return rc;
    crmi_sync_column *grown = realloc(sync->columns, (sync->column_count + 1) * sizeof *grown);
    if (!grown) return crmi_error_nomem();
    sync->columns = grown;
    char *copy = strndup(heading, size);
    if (!copy) return crmi_error_nomem();
    part->column_count++;
    part->uses |= UINT32_C(1) << target->use;
    if (target->use == CRMI_USE_FIELD || target->use == CRMI_USE_NAMES) part->fields |= crmi_sync_field_bit(target->field->field);
    grown[sync->column_count++] =
        (crmi_sync_column){.heading = copy, .target = *target, .unknown = unknown, .again = is_again(sync, part, target)};
    if (target->field && target->field->number >= sync->numbers) sync->numbers = target->field->number + 1;
    return CRM_OK;
}

int crmi_sync_add_column(crm_sync *sync, const char *heading, size_t size) {
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    crmi_sync_target target;
    crmi_sync_part *part = crmi_sync_last_part(sync);
    if (part->row_count) return crmi_error_set(CRM_E_INVALID, 0, "columns come before rows");
    if (part->column_count >= CRMI_LIMIT_SYNC_COLUMNS)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "over %d columns", (int)CRMI_LIMIT_SYNC_COLUMNS);
    crmi_sync_trim(&heading, &size);
    int rc = find_target(sync, heading, size, &target);
    bool unknown = rc == CRM_E_NOTFOUND;
    if (unknown && !(sync->flags & CRM_SYNC_IGNORE_UNKNOWN))
        return crmi_error_set(rc, 0, "column \"%s\" is not recognised", crmi_sync_quote(heading, size, quoted));
    if (unknown) rc = crmi_sync_target_parse(sync, "ignore", &target);
    return rc == CRM_OK ? append_column(sync, heading, size, &target, unknown) : rc;
}

int crmi_sync_add_column_as(crm_sync *sync, const char *heading, size_t size, const char *path, bool unknown) {
    crmi_sync_target target;
    int rc = crmi_sync_target_parse(sync, path, &target);
    return rc == CRM_OK ? append_column(sync, heading, size, &target, unknown) : rc;
}

bool crmi_sync_has_column(const crm_sync *sync, const crmi_sync_row *row, uint32_t use, uint32_t object, const char *code) {
    const crmi_sync_part *part = &sync->parts[row->part];
    for (size_t i = 0; i < part->column_count; i++) {
        const crmi_sync_target *target = &sync->columns[part->first_column + i].target;
        if (target->use == use && target->object == object && strcmp(target->code, code) == 0) return true;
    }
    return false;
}

/* --- rows --- */

static int refuse_cell(const crm_sync *sync, uint64_t number, size_t column, int status, const char *reason) {
    const crmi_field *field = sync->columns[column].target.field;
    const crmi_sync_part *part = crmi_sync_last_part(sync);
    char where[CRMI_SYNC_WHERE_SIZE];
    crmi_sync_where(sync, part, column - part->first_column + 1, where);
    return crmi_error_set_row(status, field ? field->field : 0, number, "%s%s", where, reason);
}

enum { LITERAL = sizeof CRMI_SYNC_LITERAL - 1 };

bool crmi_sync_is_literal(const char *text, size_t size) { return size >= LITERAL && memcmp(text, CRMI_SYNC_LITERAL, LITERAL) == 0; }

/* A long text is kept once, and found by its hash: one of a small workbook may stand in every cell. *at is its place. */
static int place_text(crm_sync *sync, const char *text, size_t size, size_t *at) {
    enum { LONG = 64 };
    uint64_t hash = size < LONG ? 0 : crmi_sync_map_hash(&sync->long_texts, text, size);
    uint32_t cursor = 0, index;
    while (size >= LONG && crmi_sync_map_next(&sync->long_texts, &hash, sizeof hash, &cursor, &index)) {
        if (index >= sync->cell_count) continue; /* of a row that was refused */
        const crmi_sync_cell *other = &sync->cells[index];
        size_t before = other->literal ? LITERAL : 0;
        if (other->size + before != size) continue;
        *at = other->at - before;
        if (memcmp(sync->texts.data + *at, text, size) == 0) return CRM_OK;
    }
    *at = sync->texts.size;
    crmi_buffer_append(&sync->texts, text, size);
    crmi_buffer_byte(&sync->texts, 0);
    if (sync->texts.failed) return crmi_error_nomem();
    return size < LONG ? CRM_OK : crmi_sync_map_add(&sync->long_texts, &hash, sizeof hash, (uint32_t)sync->cell_count);
}

int crmi_sync_append_cell(crm_sync *sync, uint32_t column, const char *text, size_t size) {
    size_t at;
    int rc = crmi_sync_grow((void **)&sync->cells, sync->cell_count, &sync->cell_capacity, sizeof *sync->cells);
    if (rc == CRM_OK) rc = place_text(sync, text, size, &at);
    if (rc < 0) return rc;
    sync->bytes += size + sizeof *sync->cells;
    size_t before = crmi_sync_is_literal(text, size) ? LITERAL : 0;
    sync->cells[sync->cell_count++] =
        (crmi_sync_cell){.column = column, .size = (uint32_t)(size - before), .at = at + before, .literal = before > 0};
    return CRM_OK;
}

int crmi_sync_append_row(crm_sync *sync, uint64_t number, size_t first) {
    crmi_sync_part *part = crmi_sync_last_part(sync);
    int rc = crmi_sync_grow((void **)&sync->rows, sync->row_count, &sync->row_capacity, sizeof *sync->rows);
    if (rc < 0) return rc;
    sync->rows[sync->row_count++] = (crmi_sync_row){
        .number = number, .first = first, .count = (uint32_t)(sync->cell_count - first), .part = (uint32_t)(sync->part_count - 1)};
    part->row_count++;
    part->last_number = number;
    return CRM_OK;
}

static int add_cell(crm_sync *sync, uint64_t number, size_t column, const char *text, size_t size) {
    const crmi_field *field = sync->columns[column].target.field;
    if (!crmi_utf8_check(text, size)) return refuse_cell(sync, number, column, CRM_E_UTF8, "not UTF-8");
    if (size > CRMI_LIMIT_SYNC_CELL_BYTES) return refuse_cell(sync, number, column, CRM_E_TOO_BIG, "over 32,768 bytes");
    if (!crmi_sync_is_literal(text, size)) crmi_sync_trim(&text, &size);
    if (size == 0 || !field) return CRM_OK;
    if (sync->bytes + size + sizeof *sync->cells > CRMI_LIMIT_SYNC_BYTES)
        return refuse_cell(sync, number, column, CRM_E_TOO_BIG, "the cells have over 512 MiB");
    return crmi_sync_append_cell(sync, (uint32_t)column, text, size);
}

static int add_cells(crm_sync *sync, uint64_t number, const char *const *cells, const size_t *lens, size_t count) {
    int rc = CRM_OK;
    size_t first = crmi_sync_last_part(sync)->first_column;
    for (size_t i = 0; rc == CRM_OK && i < count; i++)
        if (cells[i]) rc = add_cell(sync, number, first + i, cells[i], crmi_utf8_size(cells[i], lens ? lens[i] : CRM_NTS));
    return rc;
}

int crmi_sync_add_row(crm_sync *sync, uint64_t number, const char *const *cells, const size_t *lens, size_t count) {
    crmi_sync_part *part = crmi_sync_last_part(sync);
    if (number == 0) number = part->last_number + 1;
    if (count > part->column_count)
        return crmi_error_set_row(CRM_E_INVALID, 0, number, "%zu cells for %zu columns", count, part->column_count);
    if (sync->row_count >= CRMI_LIMIT_SYNC_ROWS)
        return crmi_error_set_row(CRM_E_TOO_BIG, 0, number, "over %d rows", (int)CRMI_LIMIT_SYNC_ROWS);
    int rc = crmi_sync_grow((void **)&sync->rows, sync->row_count, &sync->row_capacity, sizeof *sync->rows);
    size_t first = sync->cell_count, texts = sync->texts.size, bytes = sync->bytes;
    if (rc == CRM_OK) rc = add_cells(sync, number, cells, lens, count);
    if (rc < 0) {
        sync->cell_count = first;
        sync->texts.size = texts;
        sync->bytes = bytes;
        sync->texts.failed = false;
        return rc;
    }
    return crmi_sync_append_row(sync, number, first);
}

crmi_sync_cell *crmi_sync_cell_of(const crm_sync *sync, const crmi_sync_row *row, crm_field field) {
    if (!(sync->parts[row->part].fields & crmi_sync_field_bit(field))) return NULL;
    for (uint32_t i = 0; i < row->count; i++) {
        crmi_sync_cell *cell = &sync->cells[row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(sync, cell);
        if ((target->use == CRMI_USE_FIELD || target->use == CRMI_USE_NAMES) && target->field->field == field) return cell;
    }
    return NULL;
}

const crmi_sync_cell *crmi_sync_id_cell(const crm_sync *sync, const crmi_sync_row *row, uint32_t kind) {
    if (!crmi_sync_may_have(sync, row, CRMI_USE_ID)) return NULL;
    for (uint32_t i = 0; i < row->count; i++) {
        const crmi_sync_cell *cell = &sync->cells[row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(sync, cell);
        if (target->use == CRMI_USE_ID && target->object == kind) return cell;
    }
    return NULL;
}

const char *crmi_sync_cell_text(const crm_sync *sync, const crmi_sync_row *row, crm_field field) {
    const crmi_sync_cell *cell = crmi_sync_cell_of(sync, row, field);
    return cell ? cell->text : "";
}

static void append_cell(const crmi_sync_cell *cell, crmi_buffer *out) {
    if (!cell || !*cell->text) return;
    if (out->size) crmi_buffer_byte(out, ' ');
    crmi_buffer_text(out, cell->text);
}

int crmi_sync_row_name(const crm_sync *sync, const crmi_sync_row *row, uint32_t kind, crmi_buffer *out) {
    bool party = kind == CRM_KIND_PARTY;
    crmi_buffer_clear(out);
    append_cell(crmi_sync_cell_of(sync, row, party ? CRM_PARTY_NAME : CRM_CONTACT_NAME), out);
    if (out->size == 0) {
        append_cell(crmi_sync_cell_of(sync, row, party ? CRM_PARTY_FIRST_NAME : CRM_CONTACT_FIRST_NAME), out);
        append_cell(crmi_sync_cell_of(sync, row, party ? CRM_PARTY_LAST_NAME : CRM_CONTACT_LAST_NAME), out);
    }
    return crmi_buffer_string(out) ? CRM_OK : crmi_error_nomem();
}
