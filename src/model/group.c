/* SPDX-License-Identifier: MIT */
/* Groups: a tree by their parents. Each group knows all groups above it, derived when it is stored, so that whoever reads a group knows
 * what to read next. When a group gets another parent, all groups below it are stored again with what is above them then. */
#include "model/group.h"
#include "base/error.h"
#include "model/rules.h"
#include "store/gate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ABOVE_SIZE 8 /* bytes of one public id, big-endian: the value leaves the library with the record */

static crmi_packed parent_of(const crmi_txn *txn, const crm_record *rec) {
    const crmi_entry *parent = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_GROUP_PARENT));
    return parent ? crmi_store_packed(txn, (crm_id)parent->integer) : 0;
}

static const char *code_of(const crm_record *rec) {
    const crmi_entry *code = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_GROUP_CODE));
    return code ? code->text : "";
}

size_t crmi_group_above(const crmi_txn *txn, const void *bytes, size_t size, crmi_packed out[CRMI_LIMIT_GROUP_DEPTH]) {
    size_t count = size / ABOVE_SIZE;
    if (size % ABOVE_SIZE || count > CRMI_LIMIT_GROUP_DEPTH) return SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        out[i] = crmi_store_packed(txn, crmi_key_get64((const uint8_t *)bytes + i * ABOVE_SIZE));
        if (crmi_id_kind(out[i]) != CRM_KIND_GROUP) return SIZE_MAX;
    }
    return count;
}

static int set_above(const crmi_txn *txn, crm_record *rec, const crmi_packed *above, size_t count) {
    uint8_t bytes[CRMI_LIMIT_GROUP_DEPTH * ABOVE_SIZE];
    for (size_t i = 0; i < count; i++) crmi_key_put64(bytes + i * ABOVE_SIZE, crmi_store_public(txn, above[i]));
    if (count) return crmi_object_set_bytes(rec, CRMI_FIELD_NUMBER(CRM_GROUP_ANCESTORS), CRM_TYPE_BYTES, 0, bytes, count * ABOVE_SIZE);
    crmi_object_clear(rec, CRMI_FIELD_NUMBER(CRM_GROUP_ANCESTORS));
    return CRM_OK;
}

int crmi_group_resolve(crmi_txn *txn, crm_id id, crmi_packed *out) {
    *out = crmi_gate_asked(txn, id);
    int rc = crmi_id_kind(*out) == CRM_KIND_GROUP ? crmi_store_resolve(txn, out) : CRM_E_NOTFOUND;
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, 0, "no such group") : rc;
}

/* --- above --- */

/* Refuses with the way from the group to itself, each followed by its parent. */
static int refuse_cycle(const crmi_putting *put, const crmi_packed *above) {
    char path[(CRMI_LIMIT_GROUP_DEPTH + 2) * (CRMI_LIMIT_CODE_BYTES + 4)];
    size_t size = (size_t)snprintf(path, sizeof path, "%.*s", (int)CRMI_LIMIT_CODE_BYTES, code_of(put->rec));
    for (bool more = true; more; above++) {
        crmi_group group;
        int rc = crmi_group_read(put->txn, *above, &group);
        if (rc < 0) return rc;
        more = *above != put->id;
        const char *code = more ? group.code : code_of(put->rec);
        int length = more ? (int)group.code_size : (int)CRMI_LIMIT_CODE_BYTES;
        size += (size_t)snprintf(path + size, sizeof path - size, " > %.*s", length, code);
    }
    return crmi_error_set(CRM_E_CYCLE, CRM_GROUP_PARENT, "a group would lie above itself: %s", path);
}

/* What is above a group with this parent, which may be no group at all: check_reference() says so. */
static int read_above(const crmi_putting *put, crmi_packed parent, crmi_packed *above, size_t *count) {
    crmi_group group;
    if (crmi_id_kind(parent) != CRM_KIND_GROUP) return CRM_OK;
    int rc = crmi_group_read(put->txn, parent, &group);
    if (rc < 0) return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
    above[0] = group.id;
    memcpy(above + 1, group.above, group.above_count * sizeof *above);
    *count = group.above_count + 1;
    for (size_t i = 0; put->id && i < *count; i++)
        if (above[i] == put->id) return refuse_cycle(put, above);
    if (group.archived) return crmi_error_set(CRM_E_ARCHIVED, CRM_GROUP_PARENT, "group %.*s is archived", (int)group.code_size, group.code);
    if (*count > CRMI_LIMIT_GROUP_DEPTH)
        return crmi_error_set(CRM_E_TOO_BIG, CRM_GROUP_PARENT, "over %d groups lie above it", (int)CRMI_LIMIT_GROUP_DEPTH);
    return CRM_OK;
}

/* --- below --- */

static int read_children(crmi_txn *txn, crmi_packed parent, crmi_packed *ids, size_t *count) {
    crmi_page page = {.ids = ids + *count, .limit = CRMI_LIMIT_GROUP_DESCENDANTS + 1 - *count};
    crmi_index_id_range(&page, crmi_schema_field(CRM_GROUP_PARENT), parent);
    int rc = crmi_index_page(txn, &page);
    *count += page.count;
    if (rc == CRM_OK && *count > CRMI_LIMIT_GROUP_DESCENDANTS)
        rc = crmi_error_set(CRM_E_TOO_BIG, CRM_GROUP_PARENT, "over %d groups lie below it", (int)CRMI_LIMIT_GROUP_DESCENDANTS);
    return rc;
}

/* Collects all groups below, level by level; above is how many will lie above the group itself. */
static int find_below(crmi_putting *put, size_t above) {
    put->below = malloc((CRMI_LIMIT_GROUP_DESCENDANTS + 1) * sizeof *put->below);
    if (!put->below) return crmi_error_nomem();
    int rc = read_children(put->txn, put->id, put->below, &put->below_count);
    for (size_t at = 0, end; rc == CRM_OK && at < put->below_count;) {
        if (++above > CRMI_LIMIT_GROUP_DEPTH)
            return crmi_error_set(CRM_E_TOO_BIG, CRM_GROUP_PARENT, "over %d groups would lie above one below it",
                                  (int)CRMI_LIMIT_GROUP_DEPTH);
        for (end = put->below_count; rc == CRM_OK && at < end; at++)
            rc = read_children(put->txn, put->below[at], put->below, &put->below_count);
    }
    return rc;
}

/* --- storing --- */

int crmi_group_prepare(crmi_putting *put) {
    crmi_packed above[CRMI_LIMIT_GROUP_DEPTH + 1], parent = parent_of(put->txn, put->rec);
    size_t count = 0;
    if (put->old && parent == parent_of(put->txn, put->old)) return CRM_OK;
    int rc = parent ? read_above(put, parent, above, &count) : CRM_OK;
    if (rc == CRM_OK && put->old) rc = find_below(put, count);
    return rc == CRM_OK ? set_above(put->txn, put->rec, above, count) : rc;
}

int crmi_group_check(const crmi_putting *put) {
    const crmi_entry *code = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_GROUP_CODE));
    if (code->size <= CRMI_LIMIT_CODE_BYTES) return CRM_OK;
    return crmi_error_set(CRM_E_TOO_BIG, CRM_GROUP_CODE, "code has %u bytes, over the limit of %d", code->size, (int)CRMI_LIMIT_CODE_BYTES);
}

/* Stores a group below again: up to the one that was moved its ancestors stay, behind it come those of that one. */
static int rewrite(const crmi_putting *put, crmi_packed id, const crmi_packed *ours, size_t our_count) {
    crmi_packed above[CRMI_LIMIT_GROUP_DEPTH];
    size_t at = 0;
    crm_record *rec;
    int rc = crmi_store_get(put->txn, id, &rec);
    if (rc < 0) return rc;
    const crmi_entry *bytes = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_GROUP_ANCESTORS));
    size_t count = bytes ? crmi_group_above(put->txn, bytes->text, bytes->size, above) : 0;
    while (at < count && count != SIZE_MAX && above[at] != put->id) at++;
    if (at >= count || at + 1 + our_count > CRMI_LIMIT_GROUP_DEPTH)
        rc = crmi_error_set(CRM_E_CORRUPT, 0, "a stored group is damaged: what is above it");
    if (rc == CRM_OK) {
        memcpy(above + at + 1, ours, our_count * sizeof *ours);
        rc = set_above(put->txn, rec, above, at + 1 + our_count);
    }
    if (rc == CRM_OK) rc = crmi_model_put(put->txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

int crmi_group_after(const crmi_putting *put) {
    crmi_packed above[CRMI_LIMIT_GROUP_DEPTH];
    const crmi_entry *bytes = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_GROUP_ANCESTORS));
    size_t count = bytes ? crmi_group_above(put->txn, bytes->text, bytes->size, above) : 0;
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < put->below_count; i++) rc = rewrite(put, put->below[i], above, count);
    return rc;
}
