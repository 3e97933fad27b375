/* SPDX-License-Identifier: MIT */
/* Storing a record: find its place, derive what is derived, check required fields, codes, references and validity, then write index entries
 * and value. Everything is checked before the first write. */
#include "model/record.h"
#include "base/error.h"
#include "base/utf8.h"
#include "codec/key.h"
#include "model/rules.h"
#include "model/user.h"
#include "store/definitions.h"
#include "store/gate.h"
#include <stdlib.h>
#include <string.h>

static const crmi_field *field_of(const crm_record *rec, const crmi_entry *entry) { return crmi_object_field(rec, entry->number); }

static bool equal(const crmi_entry *a, const crmi_entry *b) {
    if (!a || !b || a->type != b->type || a->integer != b->integer || a->size != b->size) return false;
    return a->size == 0 || memcmp(a->text, b->text, a->size) == 0;
}

/* --- codes --- */

const char *crmi_model_closing_setting(const crmi_domain *domain, char name[CRMI_CLOSING_SETTING]) {
    strcpy(name, "code.closed.");
    return strncat(name, domain->name, CRMI_CLOSING_SETTING - strlen(name) - 1);
}

int crmi_model_code_unknown(const crmi_field *field, const char *code, size_t size) {
    return crmi_error_set(CRM_E_CODE, field->field, "no such %s: \"%.*s\"", crmi_schema_domain_of(field)->name, (int)size, code);
}

int crmi_model_code_look(const crmi_field *field, const char *code, size_t size) {
    const crmi_domain *domain = crmi_schema_domain_of(field);
    if (!domain || size == 0) return CRM_OK; /* no code at all, or an explicit none */
    if (size > CRMI_LIMIT_CODE_BYTES)
        return crmi_error_set(CRM_E_TOO_BIG, field->field, "%s has %zu bytes, over the limit of %d for a code", field->name, size,
                              (int)CRMI_LIMIT_CODE_BYTES);
    if (crmi_schema_code(domain, code, size)) return CRM_OK;
    return domain->closed ? crmi_model_code_unknown(field, code, size) : CRM_ROW;
}

int crmi_model_code_check(crmi_txn *txn, const crmi_field *field, const char *code, size_t size) {
    char name[CRMI_CLOSING_SETTING], value[8];
    crmi_packed id;
    int rc = crmi_model_code_look(field, code, size);
    if (rc != CRM_ROW) return rc;
    const crmi_domain *domain = crmi_schema_domain_of(field);
    crmi_gate_lift(txn); /* it holds for every actor */
    rc = crmi_setting_read(txn, crmi_model_closing_setting(domain, name), value, sizeof value);
    crmi_gate_drop(txn);
    if (rc < 0 || strcmp(value, "1") != 0) return rc;
    rc = crmi_index_find(txn, crmi_schema_field(CRM_CODE_CODE), domain->name, strlen(domain->name), code, size, &id);
    return rc == CRM_E_NOTFOUND ? crmi_model_code_unknown(field, code, size) : rc;
}

/* --- references --- */

/* Brings an id to that of the record where it leads, should that have been moved. */
static int resolve(const crmi_putting *put, const crmi_field *field, crmi_packed *id) {
    int rc = crmi_store_resolve(put->txn, id);
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, field->field, "%s names a record that is not there", field->name) : rc;
}

static int check_reference(const crmi_putting *put, const crmi_field *field, crmi_entry *entry) {
    crmi_packed named = crmi_store_packed(put->txn, (crm_id)entry->integer), target = named;
    uint32_t kind = crmi_id_kind(target);
    if (!target || !(field->targets >> kind & 1))
        return crmi_error_set(CRM_E_NOTFOUND, field->field, "%s names no record of a fitting kind", field->name);
    int rc = resolve(put, field, &target);
    if (rc < 0) return rc;
    if (crmi_schema_kind(kind)->placement == CRMI_CHILD && crmi_id_root(target) != put->root)
        return crmi_error_set(CRM_E_NOT_RELATED, field->field, "%s names a record of another party", field->name);
    if (target != named) entry->integer = (int64_t)crmi_store_public(put->txn, target);
    return CRM_OK;
}

/* --- every field --- */

static int check_entry(const crmi_putting *put, crmi_entry *entry) {
    const crmi_field *field = field_of(put->rec, entry);
    if (put->old && equal(entry, crmi_object_find(put->old, entry->number))) return CRM_OK;
    if (entry->number >= CRMI_CUSTOM_FIRST && (!field || field->type != entry->type))
        return crmi_error_set(CRM_E_TYPE, crmi_custom_field(put->rec->kind, entry->number, entry->type),
                              "the store has no custom field %u of this type", (unsigned)entry->number);
    if (!field) return CRM_OK;
    if (field->type == CRM_TYPE_ID) return check_reference(put, field, entry);
    if (crmi_schema_domain_of(field)) return crmi_model_code_check(put->txn, field, entry->text, entry->size);
    return crmi_number_check(put, field, entry);
}

static bool is_blank(const char *text) {
    while (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n') text++;
    return !*text;
}

static int check_required(const crm_record *rec) {
    const crmi_kind *kind = crmi_schema_kind(rec->kind);
    for (uint64_t left = kind->required; left; left &= left - 1) {
        uint32_t number = (uint32_t)__builtin_ctzll(left);
        const crmi_entry *entry = crmi_object_find(rec, number);
        if (entry && (entry->type != CRM_TYPE_TEXT || !is_blank(entry->text))) continue;
        const crmi_field *field = crmi_schema_number(rec->kind, number);
        return crmi_error_set(CRM_E_REQUIRED, field->field, "%s.%s is required", kind->name, field->name);
    }
    return CRM_OK;
}

/* Codes themselves, and what a value is unique in, are short. */
static int check_code_sizes(const crm_record *rec) {
    uint64_t left = crmi_schema_kind(rec->kind)->scopes;
    if (rec->kind == CRM_KIND_CODE) left |= UINT64_C(1) << CRMI_FIELD_NUMBER(CRM_CODE_CODE);
    for (; left; left &= left - 1) {
        const crmi_entry *entry = crmi_object_find(rec, (uint32_t)__builtin_ctzll(left));
        if (!entry || entry->size <= CRMI_LIMIT_CODE_BYTES) continue;
        const crmi_field *field = field_of(rec, entry);
        return crmi_error_set(CRM_E_TOO_BIG, field->field, "%s has %u bytes, over the limit of %d", field->name, entry->size,
                              (int)CRMI_LIMIT_CODE_BYTES);
    }
    return CRM_OK;
}

/* from < until, where a kind has both. */
static int check_validity(const crm_record *rec) {
    const crmi_entry *from = NULL, *until = NULL;
    for (uint32_t i = 0; i < rec->count; i++) {
        const crmi_field *field = rec->entries[i].type == CRM_TYPE_DATE ? field_of(rec, &rec->entries[i]) : NULL;
        if (!field || field->type != CRM_TYPE_DATE) continue;
        if (strcmp(field->name, "valid_from") == 0) from = &rec->entries[i];
        if (strcmp(field->name, "valid_until") == 0) until = &rec->entries[i];
    }
    if (!from || !until || from->integer < until->integer) return CRM_OK;
    return crmi_error_set(CRM_E_RANGE, field_of(rec, until)->field, "valid_until is not after valid_from");
}

int crmi_model_check_alone(const crm_record *rec) {
    int rc = check_required(rec);
    if (rc == CRM_OK) rc = check_code_sizes(rec);
    return rc == CRM_OK ? check_validity(rec) : rc;
}

bool crmi_model_is_place(uint32_t number, crmi_packed id) {
    const crmi_kind *kind = crmi_schema_kind(number);
    uint32_t root = crmi_id_root(id), local = crmi_id_local(id);
    bool of_group = (root & CRMI_ROOT_GROUP) != 0;
    if (!kind || crmi_id_kind(id) != number || kind->placement == CRMI_COMPUTED) return false;
    if (kind->placement == CRMI_ROOT) return !local && (root & ~CRMI_ROOT_GROUP) && of_group == (number == CRM_KIND_GROUP);
    if (kind->placement == CRMI_STORE) return !root && local;
    const crmi_field *owner = crmi_schema_number(number, kind->owner);
    if (!root) return local && !(owner->flags & CRM_FIELD_REQUIRED);
    return local && (root & ~CRMI_ROOT_GROUP) && owner->targets >> (of_group ? CRM_KIND_GROUP : CRM_KIND_PARTY) & 1;
}

/* The copy knows the custom fields that there are now. */
static int know_custom(const crmi_putting *put) {
    crmi_definitions *definitions;
    if (!crmi_object_has_custom(put->rec)) return CRM_OK;
    int rc = crmi_txn_definitions(put->txn, &definitions);
    if (rc < 0) return rc;
    crmi_definitions_retain(definitions);
    crmi_definitions_release(put->rec->definitions);
    put->rec->definitions = definitions;
    return CRM_OK;
}

static int check_noun(const crmi_putting *put) {
    switch (put->rec->kind) {
    case CRM_KIND_PARTY: return crmi_party_check(put);
    case CRM_KIND_ADDRESS: return crmi_address_check(put);
    case CRM_KIND_CODE: return crmi_code_check(put);
    case CRM_KIND_ROLE: return crmi_role_check(put);
    case CRM_KIND_GROUP: return crmi_group_check(put);
    case CRM_KIND_MEMBERSHIP: return crmi_membership_check(put);
    case CRM_KIND_QUOTE_DEFAULTS: return crmi_quote_defaults_check(put);
    case CRM_KIND_SETTING: return crmi_setting_check(put);
    case CRM_KIND_POLICY: return crmi_policy_check(put);
    case CRM_KIND_CUSTOM_FIELD: return crmi_custom_field_check(put);
    case CRM_KIND_OPTION_RULE: return crmi_option_rule_check(put);
    case CRM_KIND_RULE: return crmi_rule_check(put);
    case CRM_KIND_USER: return crmi_user_check(put);
    case CRM_KIND_ACCESS_ROLE: return crmi_access_role_check(put);
    case CRM_KIND_USER_ROLE: return crmi_user_role_check(put);
    case CRM_KIND_BANK: return crmi_bank_check(put);
    case CRM_KIND_BINDING: return crmi_binding_check(put);
    default: return CRM_OK;
    }
}

/* Whether a text was looked at when its record was prepared; numbers that have check digits are judged where a setting wants it. */
static bool is_prepared(const crm_record *rec, const crmi_entry *entry) {
    return rec->prepared && entry->type == CRM_TYPE_TEXT && !crmi_number_scheme(rec->kind * 1000 + entry->number, CRM_SCHEME_GLN);
}

static int check_all(const crmi_putting *put) {
    int rc = know_custom(put);
    if (rc == CRM_OK && !put->rec->prepared) rc = crmi_model_check_alone(put->rec);
    for (uint32_t i = 0; rc == CRM_OK && i < put->rec->count; i++)
        if (!is_prepared(put->rec, &put->rec->entries[i])) rc = check_entry(put, &put->rec->entries[i]);
    return rc == CRM_OK ? check_noun(put) : rc;
}

void crmi_model_prepare(crm_record *rec) {
    int rc = CRM_OK;
    for (uint64_t left = crmi_schema_kind(rec->kind)->required; left; left &= left - 1)
        if (!crmi_object_find(rec, (uint32_t)__builtin_ctzll(left))) return;
    if (crmi_object_has_custom(rec)) return;
    if (rec->kind == CRM_KIND_CHANNEL) rc = crmi_channel_prepare(rec);
    if (rc == CRM_OK) rc = crmi_model_check_alone(rec);
    for (uint32_t i = 0; rc == CRM_OK && i < rec->count; i++) {
        const crmi_entry *entry = &rec->entries[i];
        const crmi_field *field = field_of(rec, entry);
        if (field && entry->type == CRM_TYPE_TEXT) rc = crmi_model_code_look(field, entry->text, entry->size);
    }
    rec->prepared = rc == CRM_OK;
}

/* --- place --- */

static int find_owner(crmi_putting *put, const crmi_kind *kind) {
    const crmi_field *owner = crmi_schema_number(kind->number, kind->owner);
    if (!put->rec->owner) {
        if (!(owner->flags & CRM_FIELD_REQUIRED)) return CRM_OK; /* of the store itself */
        return crmi_error_set(CRM_E_REQUIRED, owner->field, "%s.%s is required", kind->name, owner->name);
    }
    crmi_packed named = crmi_store_packed(put->txn, put->rec->owner), id = named;
    if (!id || !(owner->targets >> crmi_id_kind(id) & 1) || crmi_id_local(id))
        return crmi_error_set(CRM_E_NOTFOUND, owner->field, "%s names no record that can own one: %llu", owner->name,
                              (unsigned long long)put->rec->owner);
    int rc = resolve(put, owner, &id);
    if (rc < 0) return rc;
    put->root = crmi_id_root(id);
    if (id != named) put->rec->owner = crmi_store_public(put->txn, id);
    return CRM_OK;
}

static int find_old(crmi_putting *put, crm_record **old) {
    put->id = crmi_store_packed(put->txn, put->rec->id);
    if (!put->id || crmi_id_kind(put->id) != put->rec->kind) return crmi_error_set(CRM_E_NOTFOUND, 0, "no such record");
    int rc = crmi_store_get(put->txn, put->id, old);
    if (rc < 0) return rc;
    put->old = *old;
    put->root = crmi_id_root(put->id);
    if ((*old)->revision != put->rec->revision || (*old)->id != put->rec->id)
        return crmi_error_set(CRM_E_STALE, 0, "the record is at revision %llu, not %llu", (unsigned long long)(*old)->revision,
                              (unsigned long long)put->rec->revision);
    if ((*old)->owner != put->rec->owner) {
        const crmi_kind *kind = crmi_schema_kind(put->rec->kind);
        return crmi_error_set(CRM_E_INVALID, crmi_schema_number(kind->number, kind->owner)->field, "a stored record keeps its party");
    }
    return CRM_OK;
}

static int find_place(crmi_putting *put, const crmi_kind *kind, crm_record **old) {
    if (put->rec->id) return find_old(put, old);
    return kind->owner ? find_owner(put, kind) : CRM_OK;
}

static int new_id(crmi_putting *put, const crmi_kind *kind) {
    uint32_t local = 0;
    int rc = kind->placement == CRMI_ROOT ? crmi_store_new_root(put->txn, kind->number, &put->root)
                                          : crmi_store_new_local(put->txn, put->root, kind->number, &local);
    put->id = crmi_id_pack(put->root, kind->number, local);
    return rc;
}

/* --- putting --- */

static int prepare(crmi_putting *put) {
    switch (put->rec->kind) {
    case CRM_KIND_PARTY: return crmi_party_prepare(put);
    case CRM_KIND_CONTACT: return crmi_contact_prepare(put);
    case CRM_KIND_ROLE: return crmi_role_prepare(put);
    case CRM_KIND_GROUP: return crmi_group_prepare(put);
    case CRM_KIND_CHANNEL: return put->rec->prepared ? CRM_OK : crmi_channel_prepare(put->rec);
    case CRM_KIND_QUOTE_DEFAULTS: return crmi_quote_defaults_prepare(put);
    default: return CRM_OK;
    }
}

static bool unchanged(const crm_record *old, const crm_record *rec) {
    if (!old || old->count != rec->count) return false;
    for (uint32_t i = 0; i < rec->count; i++)
        if (old->entries[i].number != rec->entries[i].number || !equal(&old->entries[i], &rec->entries[i])) return false;
    return true;
}

static int after(const crmi_putting *put) {
    switch (put->rec->kind) {
    case CRM_KIND_ROLE: return crmi_role_after(put);
    case CRM_KIND_GROUP: return crmi_group_after(put);
    case CRM_KIND_ADDRESS:
    case CRM_KIND_CONTACT: return crmi_archive_after(put);
    default: return CRM_OK;
    }
}

/* The value goes first: where that is refused, nothing is written yet. */
static int write_record(crmi_putting *put, const crmi_kind *kind, uint64_t *revision) {
    int rc = put->old ? CRM_OK : new_id(put, kind);
    *revision = put->old ? put->old->revision + 1 : 1;
    if (rc == CRM_OK && kind->number == CRM_KIND_CUSTOM_FIELD) rc = crmi_custom_field_number(put);
    if (rc == CRM_OK) rc = crmi_store_put(put->txn, put->id, put->rec, *revision);
    if (rc < 0) return rc;
    rc = crmi_index_update(put->txn, put->id, put->old, put->rec);
    if (rc == CRM_OK) rc = after(put);
    if (rc < 0) crmi_txn_fail(put->txn, rc);
    return rc;
}

static int put_checked(crmi_putting *put, const crmi_kind *kind, crm_record **old, uint64_t *revision) {
    int rc = find_place(put, kind, old);
    if (rc == CRM_OK) rc = prepare(put);
    if (rc == CRM_OK && unchanged(put->old, put->rec)) {
        *revision = put->old->revision;
        return CRM_OK;
    }
    if (rc == CRM_OK) rc = check_all(put);
    if (rc == CRM_OK) rc = crmi_index_check(put->txn, put->id, put->rec);
    return rc == CRM_OK ? write_record(put, kind, revision) : rc;
}

int crmi_model_put_own(crmi_txn *txn, crm_record *rec, crmi_packed *out_id, uint64_t *out_revision) {
    const crmi_kind *kind = crmi_schema_kind(rec->kind);
    int rc = crmi_txn_check(txn, true);
    if (rc < 0) return rc;
    if (!kind || kind->placement == CRMI_COMPUTED) return crmi_error_set(CRM_E_TYPE, 0, "records of this kind are computed, not stored");
    if (rec->restored) return crmi_error_set(CRM_E_INVALID, 0, "the record is one of a store that is loaded");
    crmi_putting put = {.txn = txn, .rec = rec};
    crm_record *old = NULL;
    uint64_t revision = 0;
    rc = put_checked(&put, kind, &old, &revision);
    crm_record_free(old);
    free(put.below);
    if (rc < 0) return rc;
    if (out_id) *out_id = put.id;
    if (out_revision) *out_revision = revision;
    return CRM_OK;
}

int crmi_model_put(crmi_txn *txn, const crm_record *rec, crmi_packed *out_id, uint64_t *out_revision) {
    crm_record *copy;
    int rc = crm_record_copy(rec, &copy);
    if (rc == CRM_OK) rc = crmi_model_put_own(txn, copy, out_id, out_revision);
    crm_record_free(copy);
    return rc;
}

/* --- putting back --- */

static int write_back(crmi_txn *txn, crmi_packed id, const crm_record *now, const crm_record *rec, uint64_t revision) {
    int rc = crmi_index_check(txn, id, rec);
    if (rc == CRM_OK) rc = crmi_store_put(txn, id, rec, revision);
    if (rc < 0) return rc;
    rc = crmi_index_update(txn, id, now, rec);
    if (rc < 0) crmi_txn_fail(txn, rc);
    return rc;
}

int crmi_model_put_back(crmi_txn *txn, const crm_record *rec, uint64_t *out_revision) {
    crmi_packed id = crmi_store_packed(txn, rec->id);
    crm_record *now = NULL;
    int rc = crmi_store_get(txn, id, &now);
    if (rc < 0 && rc != CRM_E_NOTFOUND) return rc;
    *out_revision = (now ? now->revision : rec->revision) + 1;
    rc = now && now->id != rec->id ? crmi_error_set(CRM_E_STALE, 0, "the record has moved since")
                                   : write_back(txn, id, now, rec, *out_revision);
    crm_record_free(now);
    return rc;
}

static int check_back(const crmi_putting *put) {
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < put->rec->count; i++) {
        const crmi_field *field = field_of(put->rec, &put->rec->entries[i]);
        if (field && field->type == CRM_TYPE_ID) rc = check_reference(put, field, &put->rec->entries[i]);
    }
    if (rc < 0) return rc;
    switch (put->rec->kind) { /* of these, others in the file may say the same by now, or what forbids it */
    case CRM_KIND_ROLE:
    case CRM_KIND_BANK:
    case CRM_KIND_QUOTE_DEFAULTS: return check_noun(put);
    case CRM_KIND_MEMBERSHIP: return crmi_period_check(put, CRM_MEMBERSHIP_GROUP, CRM_MEMBERSHIP_VALID_FROM, CRM_MEMBERSHIP_VALID_UNTIL);
    case CRM_KIND_PARTY: return crmi_object_integer(put->rec, CRM_PARTY_ARCHIVED, 0) ? crmi_binding_none(put->txn, put->root) : CRM_OK;
    default: return CRM_OK;
    }
}

int crmi_model_check_back(crmi_txn *txn, crmi_packed id) {
    crmi_putting put = {.txn = txn, .id = id, .root = crmi_id_root(id)};
    int rc = crmi_store_get(txn, id, &put.rec);
    if (rc == CRM_OK) rc = check_back(&put);
    crm_record_free(put.rec);
    free(put.below);
    return rc;
}
