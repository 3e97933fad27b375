/* SPDX-License-Identifier: MIT */
/* Records that an actor puts himself. Staff keeps what it does not see, and sets none of it. A bound user changes what his roles let him
 * change, in his own files; it is judged by his own record and by what he sees. */
#include "base/error.h"
#include "model/access.h"
#include "model/record.h"
#include "store/definitions.h"
#include <string.h>

static crm_field number_of(const crm_record *rec, const crmi_entry *entry) {
    bool custom = entry->number >= CRMI_CUSTOM_FIRST;
    return custom ? crmi_custom_field(rec->kind, entry->number, entry->type) : rec->kind * 1000 + entry->number;
}

static int deny(const crm_record *rec, const crmi_entry *entry) {
    const crmi_field *field = crmi_object_field(rec, entry->number);
    return crmi_error_set(CRM_E_DENIED, number_of(rec, entry), "the actor may not change %s.%s", crm_kind_name(rec->kind),
                          field ? field->name : "this field");
}

/* --- staff --- */

/* The first field from *at on that he does not see; NULL behind the last. The store's custom fields are asked for, not those that the
 * record knows. */
static int next_hidden(crmi_txn *txn, const crm_record *rec, uint32_t *at, const crmi_entry **out) {
    uint32_t hidden = crmi_gate_bound(txn)->hidden;
    crmi_definitions *definitions;
    int rc = crmi_object_has_custom(rec) ? crmi_txn_definitions(txn, &definitions) : CRM_OK;
    for (*out = NULL; rc == CRM_OK && !*out && *at < rec->count; ++*at) {
        uint32_t number = rec->entries[*at].number;
        const crmi_field *field =
            number < CRMI_CUSTOM_FIRST ? crmi_schema_number(rec->kind, number) : crmi_definitions_number(definitions, rec->kind, number);
        if (field && field->flags & hidden) *out = &rec->entries[*at];
    }
    return rc;
}

int crmi_access_fields(crmi_txn *txn, const crm_record *rec) {
    const crmi_actor *actor = crmi_gate_bound(txn);
    const crmi_entry *entry;
    uint32_t at = 0;
    if (!actor || !actor->hidden || !rec) return CRM_OK;
    int rc = next_hidden(txn, rec, &at, &entry);
    return rc == CRM_OK && entry ? deny(rec, entry) : rc;
}

static int keep_hidden(crmi_txn *txn, const crm_record *old, crm_record *rec) {
    const crmi_entry *entry;
    uint32_t at = 0;
    int rc = next_hidden(txn, old, &at, &entry);
    while (rc == CRM_OK && entry) {
        rc = crmi_object_set_entry(rec, entry);
        if (rc == CRM_OK) rc = next_hidden(txn, old, &at, &entry);
    }
    return rc;
}

/* The stored record as the gate lets it be read; NULL where there is none: crmi_model_put() says so. */
static int read_old(crmi_txn *txn, const crm_record *rec, crm_record **out) {
    crmi_packed id = crmi_store_packed(txn, rec->id);
    *out = NULL;
    if (!id || crmi_id_kind(id) != rec->kind) return CRM_OK;
    int rc = crmi_store_get(txn, id, out);
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

static int put_kept(crmi_txn *txn, const crm_record *rec, crmi_packed *id, uint64_t *revision) {
    crm_record *old, *copy = NULL;
    int rc = read_old(txn, rec, &old);
    if (rc == CRM_OK) rc = crm_record_copy(rec, &copy);
    if (rc == CRM_OK && old) rc = keep_hidden(txn, old, copy);
    if (rc == CRM_OK) rc = crmi_model_put(txn, copy, id, revision);
    crm_record_free(copy);
    crm_record_free(old);
    return rc;
}

static int put_staff(crmi_txn *txn, const crmi_actor *actor, const crm_record *rec, crmi_packed *id, uint64_t *revision) {
    int rc = crmi_access_add(txn, rec);
    if (rc == CRM_OK) rc = crmi_access_fields(txn, rec);
    if (rc < 0) return rc;
    return actor->hidden && rec->id ? put_kept(txn, rec, id, revision) : crmi_model_put(txn, rec, id, revision);
}

/* --- bound users --- */

static bool may_change(const crmi_actor *actor, crm_field field) {
    size_t low = 0, high = actor->field_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (actor->fields[middle] == field) return true;
        if (actor->fields[middle] < field)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool may_change_kind(const crmi_actor *actor, uint32_t kind) {
    for (size_t i = 0; i < actor->field_count; i++)
        if (crmi_field_kind_of(actor->fields[i]) == kind) return true;
    return false;
}

static bool equal(const crmi_entry *a, const crmi_entry *b) {
    if (a->type != b->type || a->integer != b->integer || a->size != b->size) return false;
    return a->size == 0 || memcmp(a->text, b->text, a->size) == 0;
}

/* The first field, in the order of their numbers, that differs and is none of his. */
static int check_changes(const crmi_actor *actor, const crm_record *old, const crm_record *rec) {
    uint32_t i = 0, k = 0, old_count = old ? old->count : 0;
    while (i < rec->count || k < old_count) {
        const crmi_entry *now = i < rec->count ? &rec->entries[i] : NULL, *before = k < old_count ? &old->entries[k] : NULL;
        bool here = now && (!before || now->number <= before->number), there = before && (!now || before->number <= now->number);
        i += here;
        k += there;
        if (here && there && equal(now, before)) continue;
        const crm_record *of = here ? rec : old;
        const crmi_entry *entry = here ? now : before;
        if (!may_change(actor, number_of(of, entry))) return deny(of, entry);
    }
    return CRM_OK;
}

static int put_bound(crmi_txn *txn, const crmi_actor *actor, const crm_record *rec, crmi_packed *id, uint64_t *revision) {
    crm_record *old = NULL;
    bool new_place = !rec->id && (rec->kind == CRM_KIND_PARTY || (rec->kind == CRM_KIND_QUOTE_DEFAULTS && !rec->owner));
    if (new_place || !may_change_kind(actor, rec->kind)) return crmi_error_set(CRM_E_DENIED, 0, "the actor may not change the store");
    int rc = rec->id ? read_old(txn, rec, &old) : CRM_OK;
    if (rc == CRM_OK && (old || !rec->id)) rc = check_changes(actor, old, rec);
    crm_record_free(old);
    return rc == CRM_OK ? crmi_model_put(txn, rec, id, revision) : rc;
}

int crmi_access_put(crmi_txn *txn, const crm_record *rec, crmi_packed *id, uint64_t *revision) {
    const crmi_actor *actor = crmi_gate_bound(txn);
    if (!actor) return crmi_model_put(txn, rec, id, revision);
    return actor->staff ? put_staff(txn, actor, rec, id, revision) : put_bound(txn, actor, rec, id, revision);
}
