/* SPDX-License-Identifier: MIT */
/* The groups of a party in the order in which a proposal asks them: its own by priority and code, each followed by those above it. */
#include "base/error.h"
#include "codec/walk.h"
#include "model/group.h"
#include <stdlib.h>
#include <string.h>

/* --- one group --- */

static int damaged(void) { return crmi_error_set(CRM_E_CORRUPT, 0, "a stored group is damaged"); }

/* False where the value is none of a group's. */
static bool take_value(const crmi_txn *txn, const crmi_value *value, crmi_group *out) {
    size_t count;
    switch (value->number) {
    case CRMI_FIELD_NUMBER(CRM_GROUP_CODE):
        if (value->type != CRMI_VALUE_TEXT || value->size > sizeof out->code) return false;
        memcpy(out->code, value->bytes, out->code_size = value->size);
        return true;
    case CRMI_FIELD_NUMBER(CRM_GROUP_PRIORITY):
        out->ranked = value->type == CRMI_VALUE_INT;
        out->priority = value->integer;
        return true;
    case CRMI_FIELD_NUMBER(CRM_GROUP_OPT_OUT): out->opt_out = value->integer != 0; return true;
    case CRMI_FIELD_NUMBER(CRM_GROUP_ARCHIVED): out->archived = value->integer != 0; return true;
    case CRMI_FIELD_NUMBER(CRM_GROUP_ANCESTORS):
        count = value->type == CRMI_VALUE_BYTES ? crmi_group_above(txn, value->bytes, value->size, out->above) : SIZE_MAX;
        out->above_count = (uint32_t)count;
        return count != SIZE_MAX;
    default: return true;
    }
}

int crmi_group_open(const crmi_txn *txn, const crmi_stored *stored, crmi_group *out) {
    crmi_walk walk;
    crmi_value value;
    memset(out, 0, sizeof *out);
    out->id = stored->id;
    int rc = stored->kind == CRM_KIND_GROUP ? crmi_walk_begin(&walk, stored->body.data, stored->body.size) : CRM_E_CORRUPT;
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value))
        if (!take_value(txn, &value, out)) return damaged();
    return rc < 0 ? damaged() : CRM_OK;
}

typedef struct group_read {
    const crmi_txn *txn;
    crmi_group *out;
} group_read;

static int take_one(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    group_read *group = data;
    return crmi_group_open(group->txn, stored, group->out);
}

int crmi_group_read(crmi_txn *txn, crmi_packed id, crmi_group *out) { return crmi_store_read(txn, id, take_one, &(group_read){txn, out}); }

int crmi_group_compare(const crmi_group *a, const crmi_group *b) {
    if (a->ranked != b->ranked) return a->ranked ? -1 : 1;
    if (a->ranked && a->priority != b->priority) return a->priority < b->priority ? -1 : 1;
    uint32_t shorter = a->code_size < b->code_size ? a->code_size : b->code_size;
    int order = memcmp(a->code, b->code, shorter);
    return order ? order : (a->code_size > b->code_size) - (a->code_size < b->code_size);
}

static int by_order(const void *a, const void *b) { return crmi_group_compare(a, b); }

/* --- groups by their ids --- */

typedef struct group_set {
    const crmi_txn *txn;
    bool archived; /* archived ones are groups as others are */
    const crmi_group_also *also;
    crmi_group *groups;
    size_t count;
} group_set;

static int by_id(const void *a, const void *b) {
    const crmi_packed *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Sorts ids and takes away those that are there twice; how many are left. */
static size_t once(crmi_packed *ids, size_t count) {
    size_t kept = 0;
    if (count) qsort(ids, count, sizeof *ids, by_id);
    for (size_t i = 0; i < count; i++)
        if (!i || ids[i] != ids[kept - 1]) ids[kept++] = ids[i];
    return kept;
}

static bool is_also(const crmi_group_also *also, const crmi_stored *stored) { return also && stored->kind == also->kind; }

/* All records of a kind in the file of a party or a group. */
static crmi_want whole_kind(crmi_packed owner, uint32_t kind) {
    uint32_t root = crmi_id_root(owner);
    return (crmi_want){crmi_id_pack(root, kind, 0), crmi_id_pack(root, kind + 1, 0), 0};
}

static int take_group(void *data, size_t read, const crmi_stored *stored) {
    group_set *set = data;
    if (is_also(set->also, stored)) return set->also->fn(set->also->data, read, stored);
    crmi_group *group = &set->groups[set->count++];
    int rc = crmi_group_open(set->txn, stored, group);
    group->archived &= !set->archived;
    return rc;
}

/* Reads groups in one round trip; ids are sorted. */
static int read_groups(crmi_txn *txn, const crmi_packed *ids, size_t count, group_set *out) {
    if (!count) return CRM_OK;
    crmi_want *wants = calloc(count * 2, sizeof *wants);
    out->groups = malloc(count * sizeof *out->groups);
    int rc = wants && out->groups ? CRM_OK : crmi_error_nomem();
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        wants[i].from = ids[i];
        if (out->also) wants[count + i] = whole_kind(ids[i], out->also->kind);
    }
    if (rc == CRM_OK) rc = crmi_store_read_many(txn, wants, out->also ? count * 2 : count, take_group, out);
    free(wants);
    return rc;
}

/* Those above the groups of a set, each once. */
static int read_above(crmi_txn *txn, const group_set *set, group_set *out) {
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++) count += set->groups[i].above_count;
    crmi_packed *ids = malloc((count + 1) * sizeof *ids);
    if (!ids) return crmi_error_nomem();
    count = 0;
    for (size_t i = 0; i < set->count; i++) {
        const crmi_group *group = &set->groups[i];
        if (!group->archived) memcpy(ids + count, group->above, group->above_count * sizeof *ids);
        if (!group->archived) count += group->above_count;
    }
    int rc = read_groups(txn, ids, once(ids, count), out);
    free(ids);
    return rc;
}

static const crmi_group *group_of(const group_set *set, crmi_packed id) {
    for (size_t low = 0, high = set->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        const crmi_group *group = &set->groups[middle];
        if (group->id == id) return group;
        if (group->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* --- a party's groups --- */

typedef struct membership_list {
    int64_t day;
    const crmi_group_also *also;
    crmi_packed ids[CRMI_LIMIT_GROUP_MEMBERSHIPS];
    size_t count;
} membership_list;

static int too_many(void) { return crmi_error_set(CRM_E_TOO_BIG, 0, "the party is in over %d groups", (int)CRMI_LIMIT_GROUP_MEMBERSHIPS); }

static int take_membership(void *data, size_t read, const crmi_stored *stored) {
    membership_list *list = data;
    if (is_also(list->also, stored)) return list->also->fn(list->also->data, read, stored);
    crmi_packed group;
    bool valid;
    int rc = crmi_membership_open(stored, list->day, &valid, &group);
    if (rc < 0 || !valid) return rc;
    if (list->count == CRMI_LIMIT_GROUP_MEMBERSHIPS) return too_many();
    list->ids[list->count++] = group;
    return CRM_OK;
}

/* Puts a group behind those that are there, unless it is one of them. */
static int add(const crmi_group *group, crmi_group *out, size_t *count) {
    for (size_t i = 0; i < *count; i++)
        if (out[i].id == group->id) return CRM_OK;
    if (*count == CRMI_LIMIT_GROUP_MEMBERSHIPS) return too_many();
    out[(*count)++] = *group;
    return CRM_OK;
}

/* The same with those above it, up to one that is archived. */
static int add_line(const crmi_group *own, const group_set *above, crmi_group *out, size_t *count) {
    const crmi_group *group = own;
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && group && !group->archived; i++) {
        rc = add(group, out, count);
        group = i < own->above_count ? group_of(above, own->above[i]) : NULL;
    }
    return rc;
}

/* Puts a party's own groups in order, each followed by those above it. */
static int put_in_order(group_set *own, const group_set *above, crmi_group **out, size_t *count) {
    size_t most = own->count + above->count;
    *out = malloc((most + 1) * sizeof **out);
    if (!*out) return crmi_error_nomem();
    if (own->count) qsort(own->groups, own->count, sizeof *own->groups, by_order);
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < own->count; i++) rc = add_line(&own->groups[i], above, *out, count);
    return rc;
}

int crmi_group_of_party(crmi_txn *txn, crmi_packed party, int64_t day, bool archived, const crmi_group_also *also, crmi_group **out,
                        size_t *count) {
    membership_list list = {.day = day, .also = also};
    group_set own = {.txn = txn, .archived = archived, .also = also}, above = own;
    crmi_want wants[] = {whole_kind(party, CRM_KIND_MEMBERSHIP), whole_kind(party, also ? also->kind : 0)};
    *out = NULL;
    *count = 0;
    int rc = crmi_store_read_many(txn, wants, also ? 2 : 1, take_membership, &list);
    if (rc == CRM_OK) rc = read_groups(txn, list.ids, once(list.ids, list.count), &own);
    if (rc == CRM_OK) rc = read_above(txn, &own, &above);
    if (rc == CRM_OK) rc = put_in_order(&own, &above, out, count);
    free(own.groups);
    free(above.groups);
    return rc;
}
