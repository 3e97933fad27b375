/* SPDX-License-Identifier: MIT */
/* Records in plain memory: making them, reading their fields. Every accessor finds the field's entry through one function that compares
 * kind and type. */
#include "api/record_fields.h"
#include "base/error.h"
#include "base/json.h"
#include "store/definitions.h"
#include <string.h>

int crm_record_new(uint32_t kind, crm_record **out) {
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    if (!crmi_schema_kind(kind)) return crmi_error_set(CRM_E_INVALID, 0, "there is no kind %u", (unsigned)kind);
    *out = crmi_object_new(kind);
    return *out ? CRM_OK : CRM_E_NOMEM;
}

int crm_record_copy(const crm_record *rec, crm_record **out) {
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    if (!rec) return crmi_error_set(CRM_E_INVALID, 0, "the record is NULL");
    *out = crmi_object_copy(rec);
    return *out ? CRM_OK : CRM_E_NOMEM;
}

void crm_record_free(crm_record *rec) { crmi_object_free(rec); }

uint32_t crm_record_kind(const crm_record *rec) { return rec ? rec->kind : 0; }

crm_id crm_record_key(const crm_record *rec) { return rec ? rec->id : 0; }

uint64_t crm_record_revision(const crm_record *rec) { return rec ? rec->revision : 0; }

const crmi_field *crmi_api_field(const crm_record *rec, crm_field field, crmi_field *space, int *status) {
    const crmi_field *found = NULL;
    if (!crmi_field_is_custom(field))
        found = crmi_schema_field(field);
    else if (crmi_schema_custom(field, space))
        found = space;
    if (rec && found && found->kind == rec->kind) return found;
    if (!rec)
        *status = crmi_error_set(CRM_E_INVALID, field, "the record is NULL");
    else if (!found)
        *status = crmi_error_set(CRM_E_TYPE, field, "there is no field %u", (unsigned)field);
    else
        *status = crmi_error_set(CRM_E_TYPE, field, "field %u (%s) is not of kind %u", (unsigned)field, found->name, (unsigned)rec->kind);
    return NULL;
}

int crmi_api_wrong_type(const crmi_field *field) {
    return crmi_error_set(CRM_E_TYPE, field->field, "field %u (%s) is of another type", (unsigned)field->field, field->name);
}

static const crmi_entry *entry_of(const crm_record *rec, const crmi_field *field) {
    const crmi_entry *entry = crmi_object_find(rec, field->number);
    return entry && entry->type == field->type ? entry : NULL;
}

/* The entry of a field of a type; NULL where it has no value, or with the thread's error. */
static const crmi_entry *typed_entry(const crm_record *rec, crm_field field, uint32_t type) {
    int status;
    crmi_field space;
    uint32_t number = rec ? field - rec->kind * 1000 : 0;
    const crmi_entry *entry = number - 1 < CRMI_NUMBER_MAX ? crmi_object_find(rec, number) : NULL;
    if (entry && entry->type == type) return entry;
    const crmi_field *found = crmi_api_field(rec, field, &space, &status);
    if (!found) return NULL;
    if (found->type == type) return entry_of(rec, found);
    crmi_api_wrong_type(found);
    return NULL;
}

int crm_record_has(const crm_record *rec, crm_field field) {
    int status;
    crmi_field space;
    const crmi_field *found = crmi_api_field(rec, field, &space, &status);
    if (!found) return 0;
    return crmi_api_is_owner(found) ? rec->owner != 0 : entry_of(rec, found) != NULL;
}

/* The number of the owner's field where the record has an owner, else 0. */
static uint32_t owner_number(const crm_record *rec) {
    const crmi_kind *kind = crmi_schema_kind(rec->kind);
    return kind && rec->owner ? kind->owner : 0;
}

size_t crm_record_count(const crm_record *rec) {
    if (!rec) return 0;
    size_t count = owner_number(rec) != 0;
    for (uint32_t i = 0; i < rec->count; i++) count += rec->entries[i].type != 0;
    return count;
}

static crm_field number_of(const crm_record *rec, const crmi_entry *entry) {
    bool custom = entry->number >= CRMI_CUSTOM_FIRST;
    return custom ? crmi_custom_field(rec->kind, entry->number, entry->type) : rec->kind * 1000 + entry->number;
}

crm_field crm_record_field(const crm_record *rec, size_t index) {
    if (!rec) return 0;
    uint32_t owner = owner_number(rec);
    for (uint32_t i = 0; i < rec->count; i++) {
        uint32_t number = rec->entries[i].number;
        if (owner && owner < number) {
            if (index-- == 0) return rec->kind * 1000 + owner;
            owner = 0;
        }
        if (rec->entries[i].type != 0 && index-- == 0) return number_of(rec, &rec->entries[i]);
    }
    return owner && index == 0 ? rec->kind * 1000 + owner : 0;
}

crm_field crm_record_field_find(const crm_record *rec, const char *name) {
    const crmi_kind *kind = rec ? crmi_schema_kind(rec->kind) : NULL;
    size_t count = 0;
    const crmi_field *custom = kind && rec->definitions ? crmi_definitions_of_kind(rec->definitions, rec->kind, &count) : NULL;
    for (uint32_t i = 0; kind && name && i < kind->fields; i++)
        if (strcmp(kind->first[i].name, name) == 0) return kind->first[i].field;
    for (size_t i = 0; name && i < count; i++)
        if (strcmp(custom[i].name, name) == 0) return custom[i].field;
    return 0;
}

const char *crm_record_field_name(const crm_record *rec, crm_field field) {
    if (!rec || crmi_field_kind_of(field) != rec->kind) return NULL;
    if (!crmi_field_is_custom(field)) return crm_field_name(field);
    const crmi_field *known = rec->definitions ? crmi_definitions_field(rec->definitions, field) : NULL;
    return known ? known->name : NULL;
}

const char *crm_record_text(const crm_record *rec, crm_field field) {
    const crmi_entry *entry = typed_entry(rec, field, CRM_TYPE_TEXT);
    return entry ? entry->text : NULL;
}

static int64_t integer_of(const crm_record *rec, crm_field field, uint32_t type, int64_t fallback) {
    const crmi_entry *entry = typed_entry(rec, field, type);
    return entry ? entry->integer : fallback;
}

int64_t crm_record_int(const crm_record *rec, crm_field field, int64_t fallback) { return integer_of(rec, field, CRM_TYPE_INT, fallback); }

int crm_record_bool(const crm_record *rec, crm_field field, int fallback) {
    const crmi_entry *entry = typed_entry(rec, field, CRM_TYPE_BOOL);
    return entry ? entry->integer != 0 : fallback;
}

int64_t crm_record_date(const crm_record *rec, crm_field field, int64_t fallback) {
    return integer_of(rec, field, CRM_TYPE_DATE, fallback);
}

int64_t crm_record_time(const crm_record *rec, crm_field field, int64_t fallback) {
    return integer_of(rec, field, CRM_TYPE_TIME, fallback);
}

int64_t crm_record_amount(const crm_record *rec, crm_field field, int64_t fallback) {
    return integer_of(rec, field, CRM_TYPE_AMOUNT, fallback);
}

crm_id crm_record_id(const crm_record *rec, crm_field field) {
    const crmi_field *found = crmi_schema_field(field);
    if (rec && found && crmi_api_is_owner(found) && found->kind == rec->kind) return rec->owner;
    return (crm_id)integer_of(rec, field, CRM_TYPE_ID, 0);
}

const void *crm_record_bytes(const crm_record *rec, crm_field field, size_t *out_size) {
    const crmi_entry *entry = typed_entry(rec, field, CRM_TYPE_BYTES);
    if (out_size) *out_size = entry ? entry->size : 0;
    return entry ? entry->text : NULL;
}

size_t crm_record_item_count(const crm_record *rec, crm_field field) {
    uint32_t type = crm_field_type(field) == CRM_TYPE_LABEL ? CRM_TYPE_LABEL : CRM_TYPE_TEXTS;
    const crmi_entry *entry = typed_entry(rec, field, type);
    return entry ? entry->items : 0;
}

/* The text at a position among texts that lie one after the other. */
static const char *text_at(const crmi_entry *entry, size_t position) {
    const char *at = entry->text;
    while (position-- > 0) at += strlen(at) + 1;
    return at;
}

const char *crm_record_item(const crm_record *rec, crm_field field, size_t index) {
    const crmi_entry *entry = typed_entry(rec, field, CRM_TYPE_TEXTS);
    return entry && index < entry->items ? text_at(entry, index) : NULL;
}

const char *crm_record_label_language(const crm_record *rec, crm_field field, size_t index) {
    const crmi_entry *entry = typed_entry(rec, field, CRM_TYPE_LABEL);
    return entry && index < entry->items ? text_at(entry, index * 2) : NULL;
}

const char *crm_record_label(const crm_record *rec, crm_field field, const char *language) {
    if (!language) {
        crmi_error_set(CRM_E_INVALID, field, "the language is NULL");
        return NULL;
    }
    const crmi_entry *entry = typed_entry(rec, field, CRM_TYPE_LABEL);
    if (!entry) return NULL;
    const char *at = entry->text;
    for (uint32_t i = 0; i < entry->items; i++) {
        const char *text = at + strlen(at) + 1;
        if (strcmp(at, language) == 0) return text;
        at = text + strlen(text) + 1;
    }
    return NULL;
}

/* The text is kept with the record, which is otherwise as it was: a const record keeps it too. */
const char *crm_record_json(const crm_record *rec, size_t *out_len) {
    if (!rec) {
        crmi_error_set(CRM_E_INVALID, 0, "the record is NULL");
        return NULL;
    }
    crmi_buffer *json = &((crm_record *)(uintptr_t)rec)->json;
    crmi_buffer_clear(json);
    crmi_json_open(json, '{');
    crmi_object_json(rec, json);
    crmi_json_close(json, '}');
    const char *text = crmi_buffer_string(json);
    if (!text)
        crmi_error_nomem();
    else if (out_len)
        *out_len = json->size;
    return text;
}
