/* SPDX-License-Identifier: MIT */
/* Rows to companies. A row names its company by the source's own key, its number, other identifiers, in this order; a flat or customer row
 * that has none of these by its name. Two passes: rows with a key or number come first, so that a line without joins them wherever it
 * stands in the file. A name that is merely similar never matches. */
#include "base/error.h"
#include "base/utf8.h"
#include "index/index.h"
#include "sync/sync.h"
#include <stdlib.h>
#include <string.h>

enum { SAME_NAMES = 1000 }; /* parties of one name that are looked at */

typedef struct matcher {
    crm_sync *sync;
    crmi_txn *txn;
    crmi_sync_group *groups;
    size_t count, capacity;
    crmi_sync_map map; /* letter and value, to the group */
    crmi_buffer key, name;
} matcher;

/* --- groups and their keys --- */

static int new_group(matcher *m, uint32_t root, uint32_t *out) {
    int rc = crmi_sync_grow((void **)&m->groups, m->count, &m->capacity, sizeof *m->groups);
    if (rc < 0) return rc;
    m->groups[m->count++] = (crmi_sync_group){.root = root};
    *out = (uint32_t)m->count;
    return CRM_OK;
}

static int make_key(matcher *m, char letter, const char *first, const void *value, size_t size) {
    crmi_buffer_clear(&m->key);
    crmi_buffer_byte(&m->key, (uint8_t)letter);
    crmi_buffer_append(&m->key, first, strlen(first) + 1);
    crmi_buffer_append(&m->key, value, size);
    return m->key.failed ? crmi_error_nomem() : CRM_OK;
}

/* The group that has the key; 0 none. */
static uint32_t lookup(const matcher *m) {
    uint32_t cursor = 0, value = 0;
    return crmi_sync_map_next(&m->map, m->key.data, m->key.size, &cursor, &value) ? value : 0;
}

static int remember(matcher *m, uint32_t group) { return lookup(m) ? CRM_OK : crmi_sync_map_add(&m->map, m->key.data, m->key.size, group); }

/* The group of a stored party, made where it is the first row's. */
static int group_of_root(matcher *m, uint32_t root, uint32_t *out) {
    int rc = make_key(m, 'r', "", &root, sizeof root);
    if (rc < 0) return rc;
    *out = lookup(m);
    if (*out) return CRM_OK;
    rc = new_group(m, root, out);
    return rc < 0 ? rc : crmi_sync_map_add(&m->map, m->key.data, m->key.size, *out);
}

static void join(matcher *m, uint32_t group, size_t index) {
    crmi_sync_group *to = &m->groups[group - 1];
    if (to->last)
        m->sync->rows[to->last - 1].next = (uint32_t)index + 1;
    else
        to->first = (uint32_t)index + 1;
    to->last = (uint32_t)index + 1;
}

/* --- what identifies a company --- */

static bool is_number(const crmi_sync_target *target) { return target->use == CRMI_USE_FIELD && target->field->field == CRM_ROLE_NUMBER; }
static bool is_identifier(const crmi_sync_target *target) { return target->use == CRMI_USE_IDENTIFIER && target->object == CRM_KIND_PARTY; }

static int cell_key(matcher *m, const crmi_sync_cell *cell) {
    const crmi_sync_target *target = crmi_sync_target_of(m->sync, cell);
    return is_number(target) ? make_key(m, 'n', "", cell->text, strlen(cell->text))
                             : make_key(m, 'k', target->code, cell->text, strlen(cell->text));
}

/* The group that a cell names, in the file or in the store; 0 none. */
static int find_cell(matcher *m, const crmi_sync_cell *cell, uint32_t *group) {
    const crmi_sync_target *target = crmi_sync_target_of(m->sync, cell);
    const crmi_field *field = crmi_schema_field(is_number(target) ? CRM_ROLE_NUMBER : CRM_IDENTIFIER_VALUE);
    const char *scope = is_number(target) ? m->sync->role : target->code;
    crmi_packed id;
    *group = 0;
    int rc = cell_key(m, cell);
    if (rc < 0) return rc;
    *group = lookup(m);
    if (*group) return CRM_OK;
    rc = crmi_index_find(m->txn, field, scope, strlen(scope), cell->text, strlen(cell->text), &id);
    if (rc == CRM_E_NOTFOUND) return CRM_OK;
    return rc < 0 ? rc : group_of_root(m, crmi_id_root(id), group);
}

/* Takes one cell into account. */
static int consider(matcher *m, size_t index, const crmi_sync_cell *cell, uint32_t *group) {
    uint32_t found;
    int rc = find_cell(m, cell, &found);
    if (rc < 0 || !found) return rc;
    if (*group && *group != found) {
        const crmi_field *field = crmi_sync_target_of(m->sync, cell)->field;
        return crmi_sync_refuse(m->sync, index, cell, CRM_E_AMBIGUOUS, field->field, "the row names two companies");
    }
    if (!*group) m->sync->rows[index].by_key = strcmp(crmi_sync_target_of(m->sync, cell)->code, m->sync->source) == 0;
    *group = found;
    return CRM_OK;
}

enum { OWN_KEY, NUMBER, OTHERS, RANKS };

static bool has_rank(const crm_sync *sync, const crmi_sync_target *target, int rank) {
    if (is_number(target)) return rank == NUMBER;
    return is_identifier(target) && rank == (strcmp(target->code, sync->source) == 0 ? OWN_KEY : OTHERS);
}

/* Runs over the cells that identify the row's company. *any: there is one. */
static int identify(matcher *m, size_t index, uint32_t *group, bool *any) {
    const crmi_sync_row *row = &m->sync->rows[index];
    *group = 0;
    *any = false;
    for (int rank = OWN_KEY; rank < RANKS; rank++) {
        for (uint32_t i = 0; i < row->count; i++) {
            const crmi_sync_cell *cell = &m->sync->cells[row->first + i];
            if (!has_rank(m->sync, crmi_sync_target_of(m->sync, cell), rank)) continue;
            *any = true;
            int rc = consider(m, index, cell, group);
            if (rc != CRM_OK) return rc;
        }
    }
    return CRM_OK;
}

static int name_key(matcher *m, const crmi_sync_row *row) {
    int rc = crmi_sync_row_name(m->sync, row, CRM_KIND_PARTY, &m->name);
    if (rc < 0) return rc;
    crmi_buffer_clear(&m->key);
    crmi_buffer_byte(&m->key, 'p');
    if (crmi_utf8_fold((const char *)m->name.data, m->name.size, &m->key) < 0 || m->key.failed) return crmi_error_nomem();
    return CRM_OK;
}

/* The group of a name in the file, 0 none; two: CRM_E_AMBIGUOUS. */
static int find_name(const matcher *m, uint32_t *group) {
    uint32_t cursor = 0, value;
    *group = 0;
    while (crmi_sync_map_next(&m->map, m->key.data, m->key.size, &cursor, &value)) {
        if (*group && *group != value) return CRM_E_AMBIGUOUS;
        *group = value;
    }
    return CRM_OK;
}

/* Notes the group under its row's name: at most two groups a name, which is enough to know that there are several. */
static int remember_name(matcher *m, const crmi_sync_row *row, uint32_t group) {
    uint32_t known;
    int rc = name_key(m, row);
    if (rc < 0 || m->name.size == 0) return rc;
    if (find_name(m, &known) < 0 || known == group) return CRM_OK;
    return crmi_sync_map_add(&m->map, m->key.data, m->key.size, group);
}

static int remember_cells(matcher *m, const crmi_sync_row *row, uint32_t group) {
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < row->count; i++) {
        const crmi_sync_cell *cell = &m->sync->cells[row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(m->sync, cell);
        if (!is_number(target) && !is_identifier(target)) continue;
        rc = cell_key(m, cell);
        if (rc == CRM_OK) rc = remember(m, group);
    }
    return rc == CRM_OK ? remember_name(m, row, group) : rc;
}

/* --- names in the store --- */

typedef struct role_search {
    const crmi_id_key *key;
    const char *role;
    bool found;
} role_search;

static int look_for_role(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    role_search *search = data;
    crm_record *rec;
    int rc = crmi_object_decode(search->key, stored->id, stored->body, &rec);
    if (rc < 0) return rc;
    const char *role = crm_record_text(rec, CRM_ROLE_ROLE);
    if (role && strcmp(role, search->role) == 0) search->found = true;
    crm_record_free(rec);
    return CRM_OK;
}

static int has_role(const matcher *m, uint32_t root, bool *out) {
    role_search search = {crmi_db_key(crmi_txn_db(m->txn)), m->sync->role, false};
    crmi_want want = {crmi_id_pack(root, CRM_KIND_ROLE, 0), crmi_id_pack(root, CRM_KIND_ROLE + 1, 0), 0};
    int rc = crmi_store_read_many(m->txn, &want, 1, look_for_role, &search);
    *out = search.found;
    return rc;
}

/* The stored party with exactly the name in m->name, but for case and accents, and the role; 0 none; CRM_E_AMBIGUOUS. */
static int find_stored_name(const matcher *m, uint32_t *root) {
    crmi_packed ids[SAME_NAMES];
    size_t count;
    int rc = crmi_index_list(m->txn, crmi_schema_field(CRM_PARTY_NAME), (const char *)m->name.data, m->name.size, SAME_NAMES, ids, &count);
    *root = 0;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        bool found = false;
        rc = has_role(m, crmi_id_root(ids[i]), &found);
        if (found && *root) return CRM_E_AMBIGUOUS;
        if (found) *root = crmi_id_root(ids[i]);
    }
    return rc == CRM_OK && count == SAME_NAMES ? CRM_E_AMBIGUOUS : rc;
}

/* --- the passes --- */

static int place(matcher *m, size_t index, uint32_t group) {
    int rc = group ? CRM_OK : new_group(m, 0, &group);
    if (rc == CRM_OK) rc = remember_cells(m, &m->sync->rows[index], group);
    if (rc == CRM_OK) join(m, group, index);
    return rc;
}

static int match_by_name(matcher *m, size_t index) {
    const crmi_sync_cell *cell = crmi_sync_cell_of(m->sync, &m->sync->rows[index], CRM_PARTY_NAME);
    uint32_t group = 0, root = 0;
    int rc = name_key(m, &m->sync->rows[index]);
    if (rc < 0) return rc;
    if (m->name.size == 0)
        return crmi_sync_refuse(m->sync, index, cell, CRM_E_REQUIRED, CRM_PARTY_NAME, "neither a number nor a name of the company");
    rc = find_name(m, &group);
    if (rc == CRM_OK && !group) rc = find_stored_name(m, &root);
    if (rc == CRM_E_AMBIGUOUS)
        return crmi_sync_refuse(m->sync, index, cell, rc, CRM_PARTY_NAME, "several companies have this name; give a number");
    if (rc == CRM_OK && root) rc = group_of_root(m, root, &group);
    return rc == CRM_OK ? place(m, index, group) : rc;
}

/* The lines without a number or identifier wait for the second pass: *later. */
static int match_company(matcher *m, size_t index, bool *later) {
    uint32_t group;
    bool any;
    int rc = identify(m, index, &group, &any);
    *later = !any;
    return rc == CRM_OK && any ? place(m, index, group) : rc;
}

/* A site or contact names its customer by number. */
static int match_child(matcher *m, size_t index) {
    const crmi_sync_cell *cell = crmi_sync_cell_of(m->sync, &m->sync->rows[index], CRM_ROLE_NUMBER);
    uint32_t group;
    if (!cell)
        return crmi_sync_refuse(m->sync, index, NULL, CRM_E_REQUIRED, CRM_ROLE_NUMBER, "the number of the %s is missing", m->sync->role);
    int rc = find_cell(m, cell, &group);
    if (rc < 0) return rc;
    if (!group) {
        char quoted[CRMI_SYNC_QUOTE_SIZE];
        return crmi_sync_refuse(m->sync, index, cell, CRM_E_NOTFOUND, CRM_ROLE_NUMBER, "no %s has the number \"%s\"", m->sync->role,
                                crmi_sync_quote(cell->text, strlen(cell->text), quoted));
    }
    rc = cell_key(m, cell);
    if (rc == CRM_OK) rc = remember(m, group);
    if (rc == CRM_OK) join(m, group, index);
    return rc;
}

static int match_all(matcher *m, uint8_t *later) {
    bool children = m->sync->shape == CRM_ROWS_SITE || m->sync->shape == CRM_ROWS_CONTACT;
    int rc = CRM_OK;
    for (size_t i = 0; rc >= 0 && i < m->sync->row_count; i++) {
        crmi_sync_row *row = &m->sync->rows[i];
        bool wait = false;
        row->next = 0;
        row->by_key = false;
        if (!row->failed && row->count) rc = children ? match_child(m, i) : match_company(m, i, &wait);
        later[i] = wait;
    }
    for (size_t i = 0; rc >= 0 && i < m->sync->row_count; i++)
        if (later[i]) rc = match_by_name(m, i);
    return rc < 0 ? rc : CRM_OK;
}

int crmi_sync_match(crm_sync *sync, crmi_txn *txn, crmi_sync_group **out, size_t *out_count) {
    matcher m = {.sync = sync, .txn = txn, .map = {.secret = sync->secret}};
    uint8_t *later = malloc(sync->row_count + 1);
    int rc = later ? match_all(&m, later) : crmi_error_nomem();
    free(later);
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
