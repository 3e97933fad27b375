/* SPDX-License-Identifier: MIT */
/* Rows to companies. A row names its company by the source's own key, its number, other identifiers, its VAT id, in this order; a flat or
 * customer row that has no key, number or identifier and no known VAT id by its name. Three passes: rows with a key, number or identifier,
 * rows with a VAT id, rows with a name alone, so that a line joins the others of its company wherever it stands in the file. */
#include "sync/match.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

/* --- groups and their keys --- */

static int new_group(crmi_sync_matcher *m, uint32_t root, uint32_t *out) {
    int rc = crmi_sync_grow((void **)&m->groups, m->count, &m->capacity, sizeof *m->groups);
    if (rc < 0) return rc;
    m->groups[m->count++] = (crmi_sync_group){.root = root};
    *out = (uint32_t)m->count;
    return CRM_OK;
}

static int make_key(crmi_sync_matcher *m, char letter, const char *first, const void *value, size_t size) {
    crmi_buffer_clear(&m->key);
    crmi_buffer_byte(&m->key, (uint8_t)letter);
    crmi_buffer_append(&m->key, first, strlen(first) + 1);
    crmi_buffer_append(&m->key, value, size);
    return m->key.failed ? crmi_error_nomem() : CRM_OK;
}

/* The group that has the key; 0 none. */
static uint32_t lookup(const crmi_sync_matcher *m) {
    uint32_t cursor = 0, value = 0;
    return crmi_sync_map_next(&m->map, m->key.data, m->key.size, &cursor, &value) ? value : 0;
}

static int remember(crmi_sync_matcher *m, uint32_t group) {
    uint64_t hash = crmi_sync_map_hash(&m->map, m->key.data, m->key.size);
    uint32_t cursor = 0, known;
    if (crmi_sync_map_next_hashed(&m->map, hash, m->key.data, m->key.size, &cursor, &known)) return CRM_OK;
    return crmi_sync_map_add_hashed(&m->map, hash, m->key.data, m->key.size, group);
}

int crmi_sync_match_root(crmi_sync_matcher *m, uint32_t root, uint32_t *out) {
    int rc = make_key(m, 'r', "", &root, sizeof root);
    *out = rc == CRM_OK ? lookup(m) : 0;
    return rc;
}

int crmi_sync_match_make_root(crmi_sync_matcher *m, uint32_t root, uint32_t *out) {
    int rc = crmi_sync_match_root(m, root, out);
    if (rc < 0 || *out) return rc;
    rc = new_group(m, root, out);
    return rc < 0 ? rc : crmi_sync_map_add(&m->map, m->key.data, m->key.size, *out);
}

static void join(crmi_sync_matcher *m, uint32_t group, size_t index) {
    crmi_sync_group *to = &m->groups[group - 1];
    if (to->last)
        m->sync->rows[to->last - 1].next = (uint32_t)index + 1;
    else
        to->first = (uint32_t)index + 1;
    to->last = (uint32_t)index + 1;
}

/* --- what identifies a company --- */

static bool is_number(const crmi_sync_target *target) { return target->number; }
static bool is_id(const crmi_sync_target *target) { return target->use == CRMI_USE_ID && target->object == CRM_KIND_PARTY; }
static bool is_identifier(const crmi_sync_target *target) { return target->use == CRMI_USE_IDENTIFIER && target->object == CRM_KIND_PARTY; }

/* What a cell names a company by, in the order in which that is looked at; RANKS: it does not. */
enum { ID, OWN_KEY, NUMBER, OTHERS, RANKS };

static int rank_of(const crm_sync *sync, const crmi_sync_target *target) {
    if (is_number(target)) return NUMBER;
    if (is_id(target)) return ID;
    if (!is_identifier(target)) return RANKS;
    return strcmp(target->code, sync->source) == 0 ? OWN_KEY : OTHERS;
}

/* The cell is a number, an identifier or the id of a company. */
static bool is_key(const crmi_sync_matcher *m, const crmi_sync_cell *cell) { return m->ranks[cell->column] != RANKS; }

static int cell_key(crmi_sync_matcher *m, const crmi_sync_cell *cell) {
    const crmi_sync_target *target = crmi_sync_target_of(m->sync, cell);
    return make_key(m, is_number(target) ? 'n' : is_id(target) ? 'i' : 'k', target->code, cell->text, strlen(cell->text));
}

/* Of what is stored: the root that a cell names; 0 none. */
static int find_stored(const crmi_sync_matcher *m, const crmi_sync_cell *cell, crmi_packed *id) {
    const crmi_sync_target *target = crmi_sync_target_of(m->sync, cell);
    const crmi_field *field = crmi_schema_field(is_number(target) ? CRM_ROLE_NUMBER : CRM_IDENTIFIER_VALUE);
    const char *scope = is_number(target) ? m->sync->role : target->code;
    if (is_id(target)) return crmi_sync_stored_id(m->txn, CRM_KIND_PARTY, cell->text, id);
    int rc = crmi_index_find(m->txn, field, scope, strlen(scope), cell->text, strlen(cell->text), id);
    if (rc == CRM_E_NOTFOUND) *id = 0;
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

/* The group that a cell names, in the file or in the store; 0 none. */
static int find_cell(crmi_sync_matcher *m, const crmi_sync_cell *cell, uint32_t *group) {
    crmi_packed id;
    *group = 0;
    int rc = cell_key(m, cell);
    if (rc < 0) return rc;
    *group = lookup(m);
    if (*group) return CRM_OK;
    rc = find_stored(m, cell, &id);
    return rc < 0 || !id ? rc : crmi_sync_match_make_root(m, crmi_id_root(id), group);
}

/* Takes one cell into account. */
static int consider(crmi_sync_matcher *m, size_t index, const crmi_sync_cell *cell, uint32_t *group, const crmi_sync_cell **by) {
    uint32_t found;
    char first[CRMI_SYNC_QUOTE_SIZE], second[CRMI_SYNC_QUOTE_SIZE];
    int rc = find_cell(m, cell, &found);
    if (rc == CRM_E_EXISTS) return crmi_sync_refuse_last(m->sync, index, cell);
    if (rc < 0 || !found) return rc;
    if (*group && *group != found)
        return crmi_sync_refuse(m->sync, index, cell, CRM_E_AMBIGUOUS, crmi_sync_target_of(m->sync, cell)->field->field,
                                "the row names two companies: \"%s\" (%s) is one, \"%s\" (%s) another",
                                crmi_sync_quote((*by)->text, strlen((*by)->text), first), crmi_sync_target_of(m->sync, *by)->path,
                                crmi_sync_quote(cell->text, strlen(cell->text), second), crmi_sync_target_of(m->sync, cell)->path);
    if (!*group) {
        const crmi_sync_target *target = crmi_sync_target_of(m->sync, cell);
        m->sync->rows[index].by_key = is_id(target) || strcmp(target->code, m->sync->source) == 0;
        *by = cell;
    }
    *group = found;
    return CRM_OK;
}

/* Rows with different ids are of different companies. */
static int check_id(crmi_sync_matcher *m, size_t index, uint32_t group) {
    const crmi_sync_cell *cell = crmi_sync_id_cell(m->sync, &m->sync->rows[index], CRM_KIND_PARTY);
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    const char *id = group ? m->groups[group - 1].id : NULL;
    if (!cell || !id || strcmp(id, cell->text) == 0) return CRM_OK;
    return crmi_sync_refuse(m->sync, index, cell, CRM_E_AMBIGUOUS, 0, "another row says that the company's id is \"%s\"",
                            crmi_sync_quote(id, strlen(id), quoted));
}

/* Runs over the cells that identify the row's company. *any: there is one that does, an id that is known nowhere does not. */
static int identify(crmi_sync_matcher *m, size_t index, uint32_t *group, bool *any) {
    const crmi_sync_row *row = &m->sync->rows[index];
    const crmi_sync_cell *by = NULL; /* the cell that named the group */
    *group = 0;
    *any = false;
    for (int rank = ID; rank < RANKS; rank++) {
        for (uint32_t i = 0; m->any >> rank & 1 && i < row->count; i++) {
            const crmi_sync_cell *cell = &m->sync->cells[row->first + i];
            if (m->ranks[cell->column] != rank) continue;
            int rc = consider(m, index, cell, group, &by);
            if (rc != CRM_OK) return rc;
            *any |= rank != ID || *group;
        }
    }
    return check_id(m, index, *group);
}

static int remember_keys(crmi_sync_matcher *m, const crmi_sync_row *row, uint32_t group) {
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < row->count; i++) {
        if (!is_key(m, &m->sync->cells[row->first + i])) continue;
        rc = cell_key(m, &m->sync->cells[row->first + i]);
        if (rc == CRM_OK) rc = remember(m, group);
    }
    return rc;
}

/* --- the passes --- */

static int place(crmi_sync_matcher *m, size_t index, uint32_t group) {
    int rc = group ? CRM_OK : new_group(m, 0, &group);
    if (rc == CRM_OK) rc = remember_keys(m, &m->sync->rows[index], group);
    if (rc == CRM_OK) rc = crmi_sync_company_remember(m, &m->sync->rows[index], group);
    if (rc == CRM_OK) join(m, group, index);
    return rc;
}

enum { NOW, BY_VAT, BY_NAME }; /* the pass that a row is matched in */

/* In the later passes: by the VAT id, else by the name. */
static int match_later(crmi_sync_matcher *m, size_t index) {
    uint32_t group;
    int rc = crmi_sync_company_by_vat(m, index, &group);
    if (rc == CRM_OK && !group) rc = crmi_sync_company_by_name(m, index, &group);
    return rc == CRM_OK ? place(m, index, group) : rc;
}

static int match_company(crmi_sync_matcher *m, size_t index, uint8_t *pass) {
    uint32_t group;
    bool any;
    int rc = identify(m, index, &group, &any);
    if (rc == CRM_OK && !any && crmi_sync_id_cell(m->sync, &m->sync->rows[index], CRM_KIND_PARTY)) return match_later(m, index);
    *pass = any || rc != CRM_OK ? NOW : *crmi_sync_cell_text(m->sync, &m->sync->rows[index], CRM_PARTY_VAT_ID) ? BY_VAT : BY_NAME;
    if (rc == CRM_OK && any && !group) rc = crmi_sync_company_by_vat(m, index, &group);
    return rc == CRM_OK && any ? place(m, index, group) : rc;
}

/* --- rows that name their customer: sites, contacts ... --- */

/* The number before keys. */
static const crmi_sync_cell *first_naming(const crmi_sync_matcher *m, const crmi_sync_row *row) {
    static const int ranks[RANKS] = {NUMBER, OWN_KEY, OTHERS, ID};
    const crmi_sync_cell *cells = &m->sync->cells[row->first];
    for (size_t rank = 0; rank < RANKS; rank++)
        for (uint32_t i = 0; i < row->count; i++)
            if (m->ranks[cells[i].column] == ranks[rank]) return &cells[i];
    return NULL;
}

static int refuse_stranger(const crmi_sync_matcher *m, size_t index) {
    const crmi_sync_cell *cell = first_naming(m, &m->sync->rows[index]);
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    const crmi_sync_target *target = crmi_sync_target_of(m->sync, cell);
    crmi_sync_quote(cell->text, strlen(cell->text), quoted);
    if (is_number(target))
        return crmi_sync_refuse(m->sync, index, cell, CRM_E_NOTFOUND, CRM_ROLE_NUMBER, "no %s has the number \"%s\"", m->sync->role,
                                quoted);
    if (is_id(target)) return crmi_sync_refuse(m->sync, index, cell, CRM_E_NOTFOUND, 0, "no company has the id \"%s\"", quoted);
    return crmi_sync_refuse(m->sync, index, cell, CRM_E_NOTFOUND, CRM_IDENTIFIER_VALUE, "no company has the %s \"%s\"", target->code,
                            quoted);
}

/* A customer's row that was refused takes the rows that name him with it: his group is marked, and made for that where nobody else is of
 * it. He is found as in a good row; what else is wrong with the row is not said. */
static int note_bad(crmi_sync_matcher *m, size_t index) {
    size_t errors = m->sync->error_count;
    uint32_t group;
    bool any;
    int rc = identify(m, index, &group, &any);
    if (rc == CRM_OK && !group) rc = crmi_sync_company_by_vat(m, index, &group);
    if (rc == CRM_OK && !group && !any) rc = crmi_sync_company_by_name(m, index, &group);
    crmi_sync_errors_cut(m->sync, errors);
    if (rc >= 0 && !group && (any || crmi_sync_id_cell(m->sync, &m->sync->rows[index], CRM_KIND_PARTY))) rc = new_group(m, 0, &group);
    if (rc < 0 || !group) return rc;
    if (!m->groups[group - 1].bad) m->groups[group - 1].bad = (uint32_t)index + 1;
    return remember_keys(m, &m->sync->rows[index], group);
}

static int match_child(crmi_sync_matcher *m, size_t index) {
    uint32_t group = 0;
    bool any;
    int rc = identify(m, index, &group, &any);
    if (rc != CRM_OK) return rc;
    if (!any && !first_naming(m, &m->sync->rows[index]))
        return crmi_sync_refuse(m->sync, index, NULL, CRM_E_REQUIRED, CRM_ROLE_NUMBER,
                                "the row does not say whose it is: it needs the %s's number (%s), or a key of his (party.identifier.key, "
                                "party.identifier.duns ...); a name does not do",
                                m->sync->role,
                                crmi_sync_shape_of(m->sync, &m->sync->rows[index]) == CRM_ROWS_ROLE ? "party.number" : "role.number");
    if (!group) return refuse_stranger(m, index);
    const crmi_sync_row *row = &m->sync->rows[index];
    if (m->groups[group - 1].bad) return crmi_sync_refuse_child(m->sync, index, first_naming(m, row), m->groups[group - 1].bad - 1);
    for (uint32_t i = 0; rc == CRM_OK && i < row->count; i++) {
        const crmi_sync_cell *cell = &m->sync->cells[row->first + i];
        if (!is_number(crmi_sync_target_of(m->sync, cell))) continue;
        rc = cell_key(m, cell);
        if (rc == CRM_OK) rc = remember(m, group);
    }
    if (rc == CRM_OK) join(m, group, index);
    return rc;
}

/* --- all rows --- */

/* Shapes in the order in which their rows may refer to each other. */
static const uint32_t order[] = {CRM_ROWS_FLAT,           CRM_ROWS_CUSTOMER,   CRM_ROWS_SITE,       CRM_ROWS_CONTACT,
                                 CRM_ROWS_CHANNEL,        CRM_ROWS_IDENTIFIER, CRM_ROWS_MEMBERSHIP, CRM_ROWS_BANK,
                                 CRM_ROWS_QUOTE_DEFAULTS, CRM_ROWS_USAGE,      CRM_ROWS_ROLE};
enum { SHAPES = sizeof order / sizeof *order, COMPANIES = 2 };

typedef int (*row_fn)(crmi_sync_matcher *m, size_t index, uint8_t *passes);

static int each_row(crmi_sync_matcher *m, uint32_t shape, row_fn fn, uint8_t *passes) {
    int rc = CRM_OK;
    for (size_t i = 0; rc >= 0 && i < m->sync->part_count; i++) {
        const crmi_sync_part *part = &m->sync->parts[i];
        for (size_t j = 0; part->shape == shape && rc >= 0 && j < part->row_count; j++)
            if (m->sync->rows[part->first_row + j].count) rc = fn(m, part->first_row + j, passes);
    }
    return rc < 0 ? rc : CRM_OK;
}

static int company_row(crmi_sync_matcher *m, size_t index, uint8_t *passes) {
    return m->sync->rows[index].failed ? CRM_OK : match_company(m, index, &passes[index]);
}
static int by_vat_row(crmi_sync_matcher *m, size_t index, uint8_t *passes) {
    return passes[index] == BY_VAT ? match_later(m, index) : CRM_OK;
}
static int by_name_row(crmi_sync_matcher *m, size_t index, uint8_t *passes) {
    return passes[index] == BY_NAME ? match_later(m, index) : CRM_OK;
}
static int bad_row(crmi_sync_matcher *m, size_t index, uint8_t *passes) {
    (void)passes;
    return m->sync->part_count > 1 && m->sync->rows[index].failed ? note_bad(m, index) : CRM_OK;
}
/* The group that a refused row would have joined, as far as a number or key tells; all of them where none does. */
static int mark_incomplete(crmi_sync_matcher *m, const crmi_sync_row *row) {
    bool any = false;
    for (uint32_t i = 0; i < row->count; i++) {
        uint32_t group;
        if (!is_key(m, &m->sync->cells[row->first + i])) continue;
        int rc = find_cell(m, &m->sync->cells[row->first + i], &group);
        if (rc < 0 && rc != CRM_E_EXISTS) return rc;
        if (group) m->groups[group - 1].incomplete = true;
        any = true;
    }
    for (size_t i = 0; !any && i < m->count; i++) m->groups[i].incomplete = true;
    return CRM_OK;
}

static int mark_all_incomplete(crmi_sync_matcher *m) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < m->sync->row_count; i++)
        if (m->sync->rows[i].failed) rc = mark_incomplete(m, &m->sync->rows[i]);
    return rc;
}

static int child_row(crmi_sync_matcher *m, size_t index, uint8_t *passes) {
    (void)passes;
    return m->sync->rows[index].failed ? CRM_OK : match_child(m, index);
}

enum { AHEAD = 8 }; /* companies whose names are on their way into the cache */

static int match_all(crmi_sync_matcher *m, uint8_t *passes) {
    static const row_fn rounds[] = {company_row, by_vat_row, by_name_row, bad_row};
    int rc = CRM_OK;
    memset(passes, NOW, m->sync->row_count + 1);
    for (size_t i = 0; i < m->sync->row_count; i++) {
        m->sync->rows[i].next = 0;
        m->sync->rows[i].by_key = false;
    }
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++)
        for (size_t j = 0; rc == CRM_OK && j < COMPANIES; j++) rc = each_row(m, order[j], rounds[i], passes);
    for (size_t j = COMPANIES; rc == CRM_OK && j < SHAPES; j++) rc = each_row(m, order[j], child_row, passes);
    for (uint32_t i = 1; rc == CRM_OK && i <= m->count; i++) {
        if (m->count - i > AHEAD) __builtin_prefetch(m->groups[i - 1 + AHEAD].called);
        if (!m->groups[i - 1].root && m->groups[i - 1].first) rc = crmi_sync_company_warn(m, i);
    }
    return rc == CRM_OK && crmi_sync_replaces(m->sync) ? mark_all_incomplete(m) : rc;
}

static int rank_columns(crmi_sync_matcher *m) {
    m->ranks = malloc(m->sync->column_count + 1);
    if (!m->ranks) return crmi_error_nomem();
    for (size_t i = 0; i < m->sync->column_count; i++) {
        m->ranks[i] = (uint8_t)rank_of(m->sync, &m->sync->columns[i].target);
        m->any |= 1u << m->ranks[i];
    }
    return CRM_OK;
}

enum { KEYS = 3 }; /* of a row, mostly */

int crmi_sync_match(crm_sync *sync, crmi_txn *txn, crmi_sync_group **out, size_t *out_count) {
    crmi_sync_matcher m = {.sync = sync, .txn = txn, .map = {.secret = sync->secret}};
    uint8_t *passes = malloc(sync->row_count + 1);
    int rc = passes ? crmi_sync_map_expect(&m.map, sync->row_count * KEYS) : crmi_error_nomem();
    if (rc == CRM_OK) rc = rank_columns(&m);
    if (rc == CRM_OK) rc = match_all(&m, passes);
    free(passes);
    free(m.ranks);
    crmi_sync_map_free(&m.map);
    crmi_buffer_free(&m.key);
    crmi_buffer_free(&m.name);
    if (rc < 0) {
        free(m.groups);
        return rc;
    }
    *out = m.groups;
    *out_count = m.count;
    return CRM_OK;
}
