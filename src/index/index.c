/* SPDX-License-Identifier: MIT */
/* Index entries of records, brought up to date with every change. Their form is in key.c. */
#include "index/index.h"
#include "base/error.h"
#include "codec/walk.h"
#include "index/directory.h"
#include "index/own.h"
#include "store/definitions.h"
#include "store/gate.h"
#include <string.h>

int crmi_index_put(crmi_txn *txn, const crmi_key *key) {
    return crmi_engine_put(crmi_txn_engine(txn), CRMI_TABLE_INDEX, (crmi_slice){key->bytes, key->size}, (crmi_slice){"", 0});
}

int crmi_index_del(crmi_txn *txn, const crmi_key *key) {
    int rc = crmi_engine_del(crmi_txn_engine(txn), CRMI_TABLE_INDEX, (crmi_slice){key->bytes, key->size});
    return rc == CRM_E_NOTFOUND ? crmi_error_set(CRM_E_CORRUPT, 0, "an index entry is missing") : rc;
}

/* The revision that rec gets is one more than it had: see crmi_model_put(). */
static int put_unique(crmi_txn *txn, const crmi_key *entry, const crmi_field *field, crmi_packed id, const crm_record *old,
                      const crm_record *rec) {
    crmi_slice key = {entry->bytes, entry->size};
    uint8_t room[64];
    crmi_buffer value = crmi_buffer_in(room, sizeof room), body = {0};
    int rc = CRM_OK;
    if (field->flags & CRMI_FIELD_CARRIED)
        rc = crmi_object_encode(crmi_db_key(crmi_txn_db(txn)), rec, (old ? old : rec)->revision + 1, &body);
    if (rc == CRM_OK) rc = crmi_index_unique_value(key, id, (crmi_slice){body.data, body.size}, &value);
    if (rc == CRM_OK) rc = crmi_engine_put(crmi_txn_engine(txn), CRMI_TABLE_INDEX, key, (crmi_slice){value.data, value.size});
    crmi_buffer_free(&body);
    crmi_buffer_free(&value);
    return rc;
}

static int damaged(void) { return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its body"); }

/* The key of a value; text, or integer as it is stored. */
static int entry_key(const crmi_txn *txn, const crmi_field *field, crmi_packed id, const char *scope, size_t scope_size, const char *text,
                     size_t size, int64_t integer, crmi_key *out) {
    if (field->flags & CRM_FIELD_UNIQUE) {
        if (size) crmi_index_unique_key(field, scope, scope_size, text, size, out);
        return CRM_OK;
    }
    int rc = CRM_OK;
    crmi_index_key_begin(out, field->field);
    if (field->type == CRM_TYPE_TEXT)
        rc = crmi_index_add_text(txn, out, field, text, size);
    else
        crmi_key_int(out, integer);
    if (rc == CRM_OK) crmi_index_add_id(out, id);
    return rc;
}

int crmi_index_entry_key(crmi_txn *txn, const crmi_field *field, crmi_packed id, const crm_record *rec, crmi_key *out) {
    out->size = 0;
    const crmi_entry *entry = rec ? crmi_object_find(rec, field->number) : NULL;
    if (!entry || entry->type != field->type) return CRM_OK;
    const crmi_entry *scope = field->scope ? crmi_object_find(rec, field->scope) : NULL;
    int64_t integer = field->type == CRM_TYPE_ID ? (int64_t)crmi_store_packed(txn, (crm_id)entry->integer) : entry->integer;
    return entry_key(txn, field, id, scope ? scope->text : "", scope ? scope->size : 0, entry->text, entry->size, integer, out);
}

int crmi_index_stored_key(const crmi_txn *txn, const crmi_field *field, const crmi_stored *stored, crmi_key *out) {
    crmi_value value, scope = {0};
    out->size = 0;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, field->number, &value);
    if (rc != CRM_ROW || value.type != crmi_object_stored_as(field->type)) return rc < 0 ? damaged() : CRM_OK;
    rc = field->scope ? crmi_walk_find(stored->body.data, stored->body.size, field->scope, &scope) : CRM_OK;
    if (rc < 0) return damaged();
    return entry_key(txn, field, stored->id, (const char *)scope.bytes, scope.size, (const char *)value.bytes, value.size, value.integer,
                     out);
}

static bool same(const crmi_key *a, const crmi_key *b) { return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0; }

static int take_id(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_packed *id = data;
    *id = crmi_index_unique_id(key, value);
    return *id ? CRM_OK : CRM_E_CORRUPT;
}

static int find_key(crmi_txn *txn, const crmi_key *key, crmi_packed *out) {
    *out = 0;
    return crmi_engine_get(crmi_txn_engine(txn), CRMI_TABLE_INDEX, (crmi_slice){key->bytes, key->size}, take_id, out);
}

/* Refuses a value that another record has. */
static int check_unique(crmi_txn *txn, const crmi_field *field, crmi_packed id, const crm_record *rec) {
    crmi_key key;
    crmi_packed holder;
    int rc = crmi_index_entry_key(txn, field, id, rec, &key);
    if (rc < 0 || !key.size) return rc;
    rc = find_key(txn, &key, &holder);
    if (rc == CRM_E_NOTFOUND || (rc == CRM_OK && holder == id)) return CRM_OK;
    if (rc < 0) return rc;
    const crmi_entry *value = crmi_object_find(rec, field->number);
    bool whole = value->size <= 100; /* a cut could divide a character */
    return crmi_error_set(CRM_E_EXISTS, field->field, "%s%s%s exists already", field->name, whole ? " " : "", whole ? value->text : "");
}

static int replace_entry(crmi_txn *txn, const crmi_field *field, crmi_packed id, const crm_record *old, const crm_record *rec) {
    crmi_key before, after;
    int rc = crmi_index_entry_key(txn, field, id, old, &before);
    if (rc == CRM_OK) rc = crmi_index_entry_key(txn, field, id, rec, &after);
    bool kept = rc == CRM_OK && same(&before, &after);
    if (rc < 0 || (kept && !(field->flags & CRMI_FIELD_CARRIED && after.size))) return rc;
    if (before.size && !kept) rc = crmi_index_del(txn, &before);
    if (rc < 0 || !after.size) return rc;
    return field->flags & CRM_FIELD_UNIQUE ? put_unique(txn, &after, field, id, old, rec) : crmi_index_put(txn, &after);
}

bool crmi_index_has(const crmi_field *field) {
    return field->flags & (CRM_FIELD_UNIQUE | CRM_FIELD_INDEXED) && field->field != CRM_PARTY_NAME;
}

/* The custom fields of a kind, where one of its records has any. */
static int custom_fields(crmi_txn *txn, const crm_record *old, const crm_record *rec, const crmi_field **out, size_t *count) {
    crmi_definitions *definitions;
    *count = 0;
    if (!(old && crmi_object_has_custom(old)) && !(rec && crmi_object_has_custom(rec))) return CRM_OK;
    int rc = crmi_txn_definitions(txn, &definitions);
    if (rc == CRM_OK) *out = crmi_definitions_of_kind(definitions, rec ? rec->kind : old->kind, count);
    return rc;
}

static int check_fields(crmi_txn *txn, const crmi_field *fields, size_t count, crmi_packed id, const crm_record *rec) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < count; i++)
        if (fields[i].flags & CRM_FIELD_UNIQUE) rc = check_unique(txn, &fields[i], id, rec);
    return rc;
}

/* The built-in fields that either record has a value of, and that may have an entry: bits by number. */
static uint64_t indexed_fields(const crm_record *old, const crm_record *rec) {
    uint64_t there = 0;
    for (uint32_t i = 0; old && i < old->count && old->entries[i].number < 64; i++) there |= UINT64_C(1) << old->entries[i].number;
    for (uint32_t i = 0; rec && i < rec->count && rec->entries[i].number < 64; i++) there |= UINT64_C(1) << rec->entries[i].number;
    return there & crmi_schema_kind(rec ? rec->kind : old->kind)->indexed;
}

int crmi_index_check(crmi_txn *txn, crmi_packed id, const crm_record *rec) {
    const crmi_field *custom;
    size_t count;
    int rc = CRM_OK;
    for (uint64_t left = indexed_fields(NULL, rec); rc == CRM_OK && left; left &= left - 1)
        rc = check_fields(txn, crmi_schema_number(rec->kind, (uint32_t)__builtin_ctzll(left)), 1, id, rec);
    if (rc == CRM_OK) rc = custom_fields(txn, NULL, rec, &custom, &count);
    return rc == CRM_OK ? check_fields(txn, custom, count, id, rec) : rc;
}

static int update_fields(crmi_txn *txn, const crmi_field *fields, size_t count, crmi_packed id, const crm_record *old,
                         const crm_record *rec) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < count; i++)
        if (crmi_index_has(&fields[i])) rc = replace_entry(txn, &fields[i], id, old, rec);
    return rc;
}

int crmi_index_update(crmi_txn *txn, crmi_packed id, const crm_record *old, const crm_record *rec) {
    uint32_t kind = rec ? rec->kind : old->kind;
    const crmi_field *custom;
    size_t count;
    int rc = custom_fields(txn, old, rec, &custom, &count);
    for (uint64_t left = indexed_fields(old, rec); rc == CRM_OK && left; left &= left - 1)
        rc = update_fields(txn, crmi_schema_number(kind, (uint32_t)__builtin_ctzll(left)), 1, id, old, rec);
    if (rc == CRM_OK) rc = update_fields(txn, custom, count, id, old, rec);
    if (rc == CRM_OK) rc = crmi_directory_update(txn, id, old, rec);
    if (rc < 0) crmi_txn_fail(txn, rc);
    return rc;
}

int crmi_index_find(crmi_txn *txn, const crmi_field *field, const char *scope, size_t scope_size, const char *value, size_t size,
                    crmi_packed *out) {
    crmi_key key;
    crmi_index_unique_key(field, scope, scope_size, value, size, &key);
    bool shared;
    int rc = crmi_own_shared_value(txn, field, &shared);
    if (rc < 0) return rc;
    rc = shared ? find_key(txn, &key, out) : crmi_own_find(txn, field, &key, out);
    return rc == CRM_OK && !crmi_gate_sees(txn, *out) ? CRM_E_NOTFOUND : rc;
}
