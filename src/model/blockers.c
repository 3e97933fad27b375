/* SPDX-License-Identifier: MIT */
/* Who names a record. A party, group or user is named from other files, through the index of each field that can: its own file goes with
 * it, but users who are bound to a party keep it. An address or contact is named in its own file only, which is read as far as it has such
 * fields. What an address that has moved is used for, and its terms, mean its successor too, and so they keep the address. */
#include "model/blockers.h"
#include "base/error.h"
#include "codec/walk.h"
#include "model/custom_field.h"
#include "model/user.h"
#include <stdlib.h>
#include <string.h>

/* --- the schema's fields --- */

/* Whether a field can name records of a kind. */
static bool can_name(const crmi_field *field, uint32_t target) { return field->type == CRM_TYPE_ID && field->targets >> target & 1; }

/* The field behind this one (NULL: the first) in a kind that can name records of another; NULL behind the last. */
static const crmi_field *next_in(const crmi_kind *kind, const crmi_field *field, uint32_t target) {
    if (kind->placement == CRMI_COMPUTED) return NULL;
    for (field = field ? field + 1 : kind->first; field < kind->first + kind->fields; field++)
        if (can_name(field, target)) return field;
    return NULL;
}

/* --- taking notes --- */

/* The blocker of a field, a new one where there is none yet; NULL out of memory. */
static crmi_blocker *blocker_of(crmi_blockers *out, const crmi_field *field) {
    for (size_t i = 0; i < out->count; i++)
        if (out->list[i].field == field) return &out->list[i];
    crmi_blocker *list = realloc(out->list, (out->count + 1) * sizeof *list);
    if (!list) return NULL;
    out->list = list;
    list[out->count] = (crmi_blocker){.field = field};
    return &list[out->count++];
}

int crmi_blockers_add(crmi_blockers *out, const crmi_field *field, size_t most, crmi_packed id) {
    crmi_blocker *blocker = blocker_of(out, field);
    if (!blocker) return crmi_error_nomem();
    if (blocker->count == most) {
        blocker->more = true;
        return CRM_OK;
    }
    if (blocker->count < CRMI_BLOCKER_SAMPLES) blocker->samples[blocker->count] = id;
    blocker->count++;
    return CRM_OK;
}

static int add_going(crmi_blockers *out, crmi_packed id) {
    if (out->going_count == out->going_capacity) {
        size_t capacity = out->going_capacity ? out->going_capacity * 2 : 16;
        crmi_packed *going = realloc(out->going, capacity * sizeof *going);
        if (!going) return crmi_error_nomem();
        out->going = going;
        out->going_capacity = capacity;
    }
    out->going[out->going_count++] = id;
    return CRM_OK;
}

/* --- inside a file --- */

typedef struct file_search {
    crmi_packed id;
    size_t most;
    crmi_blockers *out;
    bool moved; /* an address that has a successor */
} file_search;

static int names(const crmi_stored *stored, const crmi_field *field, crmi_packed id, bool *out) {
    crmi_value value;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, field->number, &value);
    if (rc < 0) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its body");
    *out = rc == CRM_ROW && value.type == CRMI_VALUE_INT && (crmi_packed)value.integer == id;
    return CRM_OK;
}

/* Whether a record that is about another one goes with it, and does not keep it. */
static bool goes(const file_search *search, uint32_t kind) {
    return !search->moved || (kind != CRM_KIND_USAGE && kind != CRM_KIND_QUOTE_DEFAULTS);
}

/* Looks at the fields that make a record go with the one they name (dependent), or at those that keep it. */
static int look_at(const file_search *search, const crmi_stored *stored, bool dependent, bool *found) {
    const crmi_kind *kind = crmi_schema_kind(stored->kind);
    *found = false;
    for (const crmi_field *field = NULL; (field = next_in(kind, field, crmi_id_kind(search->id)));) {
        bool named;
        if (!(field->flags & CRM_FIELD_DEPENDENT) == dependent) continue;
        int rc = names(stored, field, search->id, &named);
        if (rc == CRM_OK && named && !(dependent && goes(search, stored->kind)))
            rc = crmi_blockers_add(search->out, field, search->most, stored->id);
        if (rc < 0) return rc;
        *found |= named;
    }
    return CRM_OK;
}

/* A record that goes with the other one keeps nothing. */
static int look(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    const file_search *search = data;
    bool found;
    if (stored->id == search->id) return CRM_OK;
    int rc = look_at(search, stored, true, &found);
    if (rc == CRM_OK && found && goes(search, stored->kind)) return add_going(search->out, stored->id);
    return rc == CRM_OK ? look_at(search, stored, false, &found) : rc;
}

static int read_moved(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_value successor;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_ADDRESS_SUCCESSOR), &successor);
    if (rc < 0) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its body");
    *(bool *)data = rc == CRM_ROW;
    return CRM_OK;
}

static int search_file(crmi_txn *txn, crmi_packed id, size_t most, crmi_blockers *out) {
    crmi_want wants[CRMI_KIND_MAX];
    size_t count = 0;
    file_search search = {id, most, out, false};
    crmi_want self = {id, 0, 0};
    int rc = crmi_id_kind(id) == CRM_KIND_ADDRESS ? crmi_store_read_many(txn, &self, 1, read_moved, &search.moved) : CRM_OK;
    if (rc < 0) return rc;
    for (uint32_t i = 1; i < CRMI_KIND_MAX; i++) {
        const crmi_kind *kind = crmi_schema_kind(i);
        if (kind && next_in(kind, NULL, crmi_id_kind(id)))
            wants[count++] = (crmi_want){crmi_id_pack(crmi_id_root(id), i, 0), crmi_id_pack(crmi_id_root(id), i + 1, 0), 0};
    }
    return count ? crmi_store_read_many(txn, wants, count, look, &search) : CRM_OK;
}

/* --- from other files --- */

/* Of the store itself nothing goes with a record but what is about it: all of that. */
static int search_going(crmi_txn *txn, const crmi_field *field, crmi_packed id, crmi_packed *ids, size_t most, crmi_blockers *out) {
    crmi_page page = {.ids = ids, .limit = most};
    int rc;
    crmi_index_id_range(&page, field, id);
    do {
        rc = crmi_index_page(txn, &page);
        for (size_t i = 0; rc == CRM_OK && i < page.count; i++) rc = add_going(out, ids[i]);
    } while (rc == CRM_OK && page.more);
    return rc;
}

static int search_index(crmi_txn *txn, const crmi_field *field, crmi_packed id, crmi_packed *ids, size_t most, crmi_blockers *out) {
    crmi_page page = {.ids = ids, .limit = most};
    uint32_t root = crmi_id_root(id);
    if (!root && field->flags & CRM_FIELD_DEPENDENT) return search_going(txn, field, id, ids, most, out);
    if (root)
        crmi_index_named_range(&page, field, id, root);
    else
        crmi_index_id_range(&page, field, id);
    int rc = crmi_index_page(txn, &page);
    if (rc < 0 || !page.count) return rc;
    crmi_blocker *blocker = blocker_of(out, field);
    if (!blocker) return crmi_error_nomem();
    blocker->count = page.count;
    blocker->more = page.more;
    memcpy(blocker->samples, ids, (page.count < CRMI_BLOCKER_SAMPLES ? page.count : CRMI_BLOCKER_SAMPLES) * sizeof *ids);
    return CRM_OK;
}

static int search_indexes(crmi_txn *txn, crmi_packed id, size_t most, crmi_blockers *out) {
    crmi_packed *ids = malloc(most * sizeof *ids);
    int rc = ids ? CRM_OK : crmi_error_nomem();
    for (uint32_t i = 1; rc == CRM_OK && i < CRMI_KIND_MAX; i++) {
        const crmi_kind *kind = crmi_schema_kind(i);
        for (const crmi_field *field = NULL; rc == CRM_OK && kind && (field = next_in(kind, field, crmi_id_kind(id)));)
            rc = search_index(txn, field, id, ids, most, out);
    }
    free(ids);
    return rc;
}

int crmi_blockers_find(crmi_txn *txn, crmi_packed id, size_t most, crmi_blockers *out) {
    *out = (crmi_blockers){0};
    if (crmi_id_kind(id) == CRM_KIND_CUSTOM_FIELD) return crmi_custom_field_blockers(txn, id, most, out);
    bool own_file = crmi_schema_kind(crmi_id_kind(id))->placement == CRMI_CHILD;
    int rc = own_file ? search_file(txn, id, most, out) : search_indexes(txn, id, most, out);
    return rc == CRM_OK && crmi_id_kind(id) == CRM_KIND_PARTY ? crmi_binding_blockers(txn, id, most, out) : rc;
}

void crmi_blockers_free(crmi_blockers *blockers) {
    free(blockers->list);
    free(blockers->going);
}
