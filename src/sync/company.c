/* SPDX-License-Identifier: MIT */
/* Which company a row means that no key, number or identifier tells: by its VAT id, then by its name. Names are equal but for case and
 * white space; one that is merely similar never matches. A company with another number or VAT id than the row's is never the one. */
#include "base/error.h"
#include "base/utf8.h"
#include "sync/file.h"
#include "sync/match.h"
#include <string.h>

enum { SAME_VALUES = 1000 }; /* stored parties of one name or VAT id that are looked at */
enum { REMEMBERED = 2 };     /* groups of one key: enough to know that there are several */

/* The keys of groups. The second of each pair holds those that a row with a VAT id, or a number, of its own may still mean. */
enum { BY_NAME = 'p', BY_NAME_FREE = 'o', BY_VAT = 'v', BY_VAT_FREE = 'w' };

static const char *number_of(const crmi_sync_matcher *m, const crmi_sync_row *row) {
    return crmi_sync_cell_text(m->sync, row, CRM_ROLE_NUMBER);
}
static const char *vat_of(const crmi_sync_matcher *m, const crmi_sync_row *row) {
    return crmi_sync_cell_text(m->sync, row, CRM_PARTY_VAT_ID);
}

/* --- what the store knows of a party --- */

typedef struct known {
    crmi_txn *txn;
    const char *role_code; /* the role that the rows are about */
    crm_record *party, *role;
} known;

static int take_known(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    known *out = data;
    crm_record *rec;
    int rc = crmi_object_decode(out->txn, stored->id, stored->body, &rec);
    if (rc < 0) return rc;
    bool is_role = rec->kind == CRM_KIND_ROLE && strcmp(crmi_sync_text_of(rec, CRM_ROLE_ROLE), out->role_code) == 0;
    crm_record **place = rec->kind == CRM_KIND_PARTY ? &out->party : is_role ? &out->role : NULL;
    if (place && (!*place || !*crmi_sync_text_of(*place, CRM_ROLE_NUMBER))) {
        crm_record *old = *place;
        *place = rec;
        rec = old;
    }
    crm_record_free(rec);
    return CRM_OK;
}

static int read_known(const crmi_sync_matcher *m, uint32_t root, known *out) {
    *out = (known){.txn = m->txn, .role_code = m->sync->role};
    crmi_want want = {crmi_id_pack(root, 0, 0), crmi_id_pack(root, CRM_KIND_ROLE + 1, 0), 0};
    return crmi_store_read_many(m->txn, &want, 1, take_known, out);
}

static void free_known(known *out) {
    crm_record_free(out->party);
    crm_record_free(out->role);
}

static const char *known_text(const crm_record *rec, crm_field field) { return rec ? crmi_sync_text_of(rec, field) : ""; }

/* --- what speaks against a company --- */

static int differs(const crmi_sync_matcher *m, const crmi_sync_row *row, const char *number, const char *vat, bool *out) {
    const char *own_number = number_of(m, row), *own_vat = vat_of(m, row);
    *out = *own_number && *number && strcmp(own_number, number) != 0;
    if (*out || !*own_vat || !*vat) return CRM_OK;
    bool same;
    int rc = crmi_sync_equal(crmi_sync_compact, own_vat, vat, &same);
    *out = !same;
    return rc;
}

/* What its rows say of a company goes before what is stored. */
static int group_differs(const crmi_sync_matcher *m, const crmi_sync_row *row, const crmi_sync_group *group, bool *out) {
    const char *number = group->number ? group->number : "", *vat = group->vat ? group->vat : "";
    const crmi_sync_cell *id = crmi_sync_id_cell(m->sync, row, CRM_KIND_PARTY);
    *out = id && group->id && strcmp(id->text, group->id) != 0;
    if (*out) return CRM_OK;
    bool asks = (*number_of(m, row) && !*number) || (*vat_of(m, row) && !*vat);
    known stored = {0};
    int rc = group->root && asks ? read_known(m, group->root, &stored) : CRM_OK;
    if (!*number) number = known_text(stored.role, CRM_ROLE_NUMBER);
    if (!*vat) vat = known_text(stored.party, CRM_PARTY_VAT_ID);
    if (rc == CRM_OK) rc = differs(m, row, number, vat, out);
    free_known(&stored);
    return rc;
}

/* --- candidates --- */

typedef struct choice {
    crmi_sync_matcher *m;
    const crmi_sync_row *row;
    const char *name; /* folded by case: stored parties must have it, and the role; NULL: they need not */
    size_t name_size;
    uint32_t group, root; /* the latest candidate: one of the two */
    size_t count;
} choice;

static int try_group(choice *from, uint32_t group) {
    bool other;
    if (from->group == group) return CRM_OK;
    int rc = group_differs(from->m, from->row, &from->m->groups[group - 1], &other);
    if (rc < 0 || other) return rc;
    from->group = group;
    from->root = 0;
    from->count++;
    return CRM_OK;
}

static int has_name(const choice *from, const known *stored, bool *out) {
    const char *name = known_text(stored->party, CRM_PARTY_NAME);
    crmi_buffer folded = {0};
    int rc = from->name ? crmi_utf8_fold_case(name, strlen(name), &folded) : CRM_OK;
    *out = !from->name || (stored->role && folded.size == from->name_size && memcmp(folded.data, from->name, folded.size) == 0);
    crmi_buffer_free(&folded);
    return rc;
}

static int try_root(choice *from, uint32_t root) {
    known stored;
    uint32_t group;
    bool named = false, other = true;
    int rc = read_known(from->m, root, &stored);
    if (rc == CRM_OK) rc = has_name(from, &stored, &named);
    if (rc == CRM_OK) rc = crmi_sync_match_root(from->m, root, &group);
    if (rc == CRM_OK && named && group)
        rc = try_group(from, group);
    else if (rc == CRM_OK && named && from->root != root)
        rc = differs(from->m, from->row, known_text(stored.role, CRM_ROLE_NUMBER), known_text(stored.party, CRM_PARTY_VAT_ID), &other);
    if (rc == CRM_OK && !other) {
        from->root = root;
        from->group = 0;
        from->count++;
    }
    free_known(&stored);
    return rc;
}

/* The groups under the key in m->key. */
static int try_groups(choice *from) {
    const crmi_sync_matcher *m = from->m;
    uint32_t cursor = 0, group;
    int rc = CRM_OK;
    while (rc == CRM_OK && crmi_sync_map_next(&m->map, m->key.data, m->key.size, &cursor, &group)) rc = try_group(from, group);
    return rc;
}

/* The stored parties with a value in an indexed field. */
static int try_stored(choice *from, crm_field field, const char *value, size_t size) {
    crmi_packed ids[SAME_VALUES];
    size_t count;
    int rc = crmi_index_list(from->m->txn, crmi_schema_field(field), value, size, SAME_VALUES, ids, &count);
    for (size_t i = 0; rc == CRM_OK && i < count && from->count < 2; i++) rc = try_root(from, crmi_id_root(ids[i]));
    if (rc == CRM_OK && count == SAME_VALUES) from->count = 2; /* there may be more */
    return rc;
}

static int choose(choice *from, size_t index, crm_field field, const char *reason, uint32_t *group) {
    crm_sync *sync = from->m->sync;
    *group = from->count == 1 ? from->group : 0;
    if (from->count > 1)
        return crmi_sync_refuse(sync, index, crmi_sync_cell_of(sync, from->row, field), CRM_E_AMBIGUOUS, field, "%s", reason);
    return from->root ? crmi_sync_match_make_root(from->m, from->root, group) : CRM_OK;
}

/* --- VAT ids --- */

static int vat_key(crmi_sync_matcher *m, uint8_t letter, const char *vat) {
    crmi_buffer_clear(&m->key);
    crmi_buffer_byte(&m->key, letter);
    crmi_index_compact(vat, strlen(vat), &m->key);
    return m->key.failed ? crmi_error_nomem() : CRM_OK;
}

/* A stored company of another name is nobody that a VAT id may rename: sister companies may share one, and one may be a slip of the pen. */
static int refuse_other_name(const choice *from, size_t index, const known *stored) {
    crm_sync *sync = from->m->sync;
    const char *name = known_text(stored->party, CRM_PARTY_NAME), *number = known_text(stored->role, CRM_ROLE_NUMBER);
    const crmi_sync_cell *cell = crmi_sync_cell_of(sync, from->row, CRM_PARTY_VAT_ID);
    char theirs[CRMI_SYNC_QUOTE_SIZE], ours[CRMI_SYNC_QUOTE_SIZE], its[CRMI_SYNC_QUOTE_SIZE];
    return crmi_sync_refuse(sync, index, cell, CRM_E_AMBIGUOUS, CRM_PARTY_VAT_ID,
                            "%s %s with this VAT ID is \"%s\", not \"%s\"; a row that gives the number may rename it", sync->role,
                            *number ? crmi_sync_quote(number, strlen(number), its) : "without a number",
                            crmi_sync_quote(name, strlen(name), theirs),
                            crmi_sync_quote((const char *)from->m->name.data, from->m->name.size, ours));
}

/* The company that was found is in the store, and no row before this one named it: then its stored name must be the row's. */
static int check_stored_name(const choice *from, size_t index) {
    crmi_sync_matcher *m = from->m;
    const crmi_sync_group *group = from->group ? &m->groups[from->group - 1] : NULL;
    uint32_t root = group ? group->root : from->root;
    if (from->count != 1 || !root || (group && group->named)) return CRM_OK;
    bool same;
    known stored = {0};
    int rc = crmi_sync_row_name(m->sync, from->row, CRM_KIND_PARTY, &m->name);
    if (rc < 0 || m->name.size == 0) return rc;
    rc = read_known(m, root, &stored);
    if (rc == CRM_OK)
        rc = crmi_sync_equal(crmi_utf8_fold_case, (const char *)m->name.data, known_text(stored.party, CRM_PARTY_NAME), &same);
    if (rc == CRM_OK && !same) rc = refuse_other_name(from, index, &stored);
    free_known(&stored);
    return rc;
}

int crmi_sync_company_by_vat(crmi_sync_matcher *m, size_t index, uint32_t *group) {
    choice from = {.m = m, .row = &m->sync->rows[index]};
    const char *vat = vat_of(m, from.row);
    *group = 0;
    if (!*vat) return CRM_OK;
    bool numbered = *number_of(m, from.row), none = numbered && !m->free;
    int rc = none ? CRM_OK : vat_key(m, numbered ? BY_VAT_FREE : BY_VAT, vat);
    if (rc == CRM_OK && !none) rc = try_groups(&from);
    if (rc == CRM_OK) rc = try_stored(&from, CRM_PARTY_VAT_ID, vat, strlen(vat));
    if (rc == CRM_OK) rc = check_stored_name(&from, index);
    return rc == CRM_OK ? choose(&from, index, CRM_PARTY_VAT_ID, "several companies have this VAT ID; give a number", group) : rc;
}

/* --- names --- */

static int name_key(crmi_sync_matcher *m, const crmi_sync_row *row, uint8_t letter) {
    int rc = crmi_sync_row_name(m->sync, row, CRM_KIND_PARTY, &m->name);
    if (rc < 0) return rc;
    crmi_buffer_clear(&m->key);
    crmi_buffer_byte(&m->key, letter);
    rc = crmi_utf8_fold_case((const char *)m->name.data, m->name.size, &m->key);
    return rc < 0 || m->key.failed ? crmi_error_nomem() : CRM_OK;
}

static int try_stored_name(choice *from) {
    const crmi_sync_matcher *m = from->m;
    crmi_buffer folded = {0};
    crmi_buffer_append(&folded, m->key.data + 1, m->key.size - 1);
    from->name = crmi_buffer_string(&folded);
    from->name_size = folded.size;
    int rc = from->name ? try_stored(from, CRM_PARTY_NAME, (const char *)m->name.data, m->name.size) : crmi_error_nomem();
    crmi_buffer_free(&folded);
    return rc;
}

int crmi_sync_company_by_name(crmi_sync_matcher *m, size_t index, uint32_t *group) {
    choice from = {.m = m, .row = &m->sync->rows[index]};
    const crmi_sync_cell *cell = crmi_sync_cell_of(m->sync, from.row, CRM_PARTY_NAME);
    int rc = name_key(m, from.row, *vat_of(m, from.row) ? BY_NAME_FREE : BY_NAME);
    *group = 0;
    if (rc == CRM_OK && m->name.size == 0)
        return crmi_sync_refuse(m->sync, index, cell, CRM_E_REQUIRED, CRM_PARTY_NAME, "neither a number nor a name of the company");
    if (rc == CRM_OK) rc = try_groups(&from);
    if (rc == CRM_OK && from.count == 0) rc = try_stored_name(&from);
    return rc == CRM_OK ? choose(&from, index, CRM_PARTY_NAME, "several companies have this name; give a number", group) : rc;
}

/* --- new companies that are called as others are --- */

/* Any of the stored parties; 0: none. */
static int find_called(const crmi_sync_matcher *m, const char *name, size_t size, crmi_packed *id) {
    size_t count;
    *id = 0;
    return crmi_index_list(m->txn, crmi_schema_field(CRM_PARTY_NAME), name, size, 1, id, &count);
}

static int warn_stored(crmi_sync_matcher *m, size_t index, const crmi_sync_cell *cell, crmi_packed id) {
    known stored = {0};
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    int rc = read_known(m, crmi_id_root(id), &stored);
    const char *number = known_text(stored.role, CRM_ROLE_NUMBER);
    if (rc == CRM_OK)
        rc = crmi_sync_warn(m->sync, index, cell, "a stored company is called so too%s%s", *number ? ": number " : "",
                            crmi_sync_quote(number, strlen(number), quoted));
    free_known(&stored);
    return rc;
}

static int warn_of_row(crmi_sync_matcher *m, size_t index, const crmi_sync_cell *cell, uint32_t group) {
    uint32_t cursor = 0, other;
    int rc = name_key(m, &m->sync->rows[index], BY_NAME);
    while (rc == CRM_OK && crmi_sync_map_next(&m->map, m->key.data, m->key.size, &cursor, &other)) {
        if (m->groups[other - 1].first >= m->groups[group - 1].first) continue;
        const crmi_sync_row *row = &m->sync->rows[m->groups[other - 1].first - 1];
        return crmi_sync_warn(m->sync, index, cell, "the company of row %llu is called so too", (unsigned long long)row->number);
    }
    return rc;
}

/* Of whom none is called as in the rows the store alone is asked, before his row is looked at. */
int crmi_sync_company_warn(crmi_sync_matcher *m, uint32_t group) {
    const crmi_sync_group *of = &m->groups[group - 1];
    crmi_packed same = 0;
    if (m->sync->warning_count >= CRMI_LIMIT_SYNC_ERRORS) return CRM_OK; /* there are no more */
    int rc = of->called ? find_called(m, of->called, strlen(of->called), &same) : CRM_OK;
    if (rc < 0 || (of->called && !same && !of->alike)) return rc;
    for (uint32_t i = of->first; i; i = m->sync->rows[i - 1].next) {
        const crmi_sync_row *row = &m->sync->rows[i - 1];
        rc = crmi_sync_row_name(m->sync, row, CRM_KIND_PARTY, &m->name);
        if (rc < 0) return rc;
        if (m->name.size == 0) continue;
        const crmi_sync_cell *cell = crmi_sync_cell_of(m->sync, row, CRM_PARTY_NAME);
        if (!of->called) rc = find_called(m, (const char *)m->name.data, m->name.size, &same);
        if (rc == CRM_OK && same) return warn_stored(m, i - 1, cell, same);
        return rc == CRM_OK && of->alike ? warn_of_row(m, i - 1, cell, group) : rc;
    }
    return CRM_OK;
}

/* --- what is noted of a group --- */

/* Under the key in m->key. */
static int remember(crmi_sync_matcher *m, uint32_t group) {
    uint64_t hash = crmi_sync_map_hash(&m->map, m->key.data, m->key.size);
    uint32_t cursor = 0, other;
    int count = 0;
    while (crmi_sync_map_next_hashed(&m->map, hash, m->key.data, m->key.size, &cursor, &other)) {
        if (other == group) return CRM_OK;
        m->groups[group - 1].alike = m->groups[other - 1].alike = true;
        if (++count == REMEMBERED) return CRM_OK;
    }
    return crmi_sync_map_add_hashed(&m->map, hash, m->key.data, m->key.size, group);
}

/* A VAT id that an earlier row of the group had is noted already. */
static int remember_vat(crmi_sync_matcher *m, crmi_sync_group *to, const char *vat, uint32_t group) {
    if (!*vat || (to->vat && strcmp(to->vat, vat) == 0)) return CRM_OK;
    if (!to->vat) to->vat = vat;
    int rc = vat_key(m, BY_VAT, vat);
    if (rc == CRM_OK) rc = remember(m, group);
    if (rc < 0 || to->number) return rc;
    m->key.data[0] = BY_VAT_FREE;
    m->free = true;
    return remember(m, group);
}

int crmi_sync_company_remember(crmi_sync_matcher *m, const crmi_sync_row *row, uint32_t group) {
    crmi_sync_group *to = &m->groups[group - 1];
    const crmi_sync_cell *id = crmi_sync_id_cell(m->sync, row, CRM_KIND_PARTY);
    if (!to->number && *number_of(m, row)) to->number = number_of(m, row);
    if (!to->id && id) to->id = id->text;
    int rc = remember_vat(m, to, vat_of(m, row), group);
    if (rc == CRM_OK) rc = name_key(m, row, BY_NAME);
    if (rc < 0 || m->name.size == 0) return rc;
    const char *name = crmi_sync_cell_text(m->sync, row, CRM_PARTY_NAME);
    if (!to->named) to->called = *name ? name : NULL;
    to->named = true;
    rc = remember(m, group);
    if (rc < 0 || to->vat) return rc;
    m->key.data[0] = BY_NAME_FREE;
    return remember(m, group);
}
