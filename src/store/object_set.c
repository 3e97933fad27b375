/* SPDX-License-Identifier: MIT */
/* Changing a record in memory. A new value gets memory of its own first and takes its place then, so that a failure changes nothing. */
#include "base/error.h"
#include "store/object.h"
#include <stdlib.h>
#include <string.h>

/* The first entry whose number is not below. */
static uint32_t place_of(const crm_record *rec, uint32_t number) {
    uint32_t place = 0;
    while (place < rec->count && rec->entries[place].number < number) place++;
    return place;
}

crmi_entry *crmi_object_find(const crm_record *rec, uint32_t number) {
    uint32_t place = place_of(rec, number);
    return place < rec->count && rec->entries[place].number == number ? &rec->entries[place] : NULL;
}

int64_t crmi_object_integer(const crm_record *rec, crm_field field, int64_t fallback) {
    const crmi_entry *entry = rec ? crmi_object_find(rec, crmi_field_number_of(field)) : NULL;
    return entry ? entry->integer : fallback;
}

static void free_text(const crmi_entry *entry) {
    if (entry->owned) free((void *)(uintptr_t)entry->text);
}

static bool grow(crm_record *rec) {
    uint32_t capacity = rec->capacity * 2;
    crmi_entry *entries = realloc(rec->entries_owned ? rec->entries : NULL, capacity * sizeof *entries);
    if (!entries) return false;
    if (!rec->entries_owned) memcpy(entries, rec->entries, rec->count * sizeof *entries);
    rec->entries = entries;
    rec->entries_owned = true;
    rec->capacity = capacity;
    return true;
}

/* Where an entry of the number comes, mostly behind all others; the text of the one that was there is freed. NULL without memory. */
static crmi_entry *make_place(crm_record *rec, uint32_t number, uint8_t type) {
    bool last = !rec->count || rec->entries[rec->count - 1].number < number;
    uint32_t place = last ? rec->count : place_of(rec, number);
    if (!last && rec->entries[place].number == number) {
        free_text(&rec->entries[place]);
    } else {
        if (rec->count == rec->capacity && !grow(rec)) return NULL;
        if (!last) memmove(&rec->entries[place + 1], &rec->entries[place], (rec->count - place) * sizeof *rec->entries);
        rec->count++;
    }
    rec->prepared &= type == CRM_TYPE_ID || type == CRM_TYPE_TIME;
    return &rec->entries[place];
}

int crmi_object_set_bytes(crm_record *rec, uint32_t number, uint8_t type, uint16_t items, const void *bytes, size_t size) {
    bool fits = size < rec->room_left;
    char *copy = fits ? rec->room : malloc(size + 1);
    if (!copy) return crmi_error_nomem();
    if (size > 0) memcpy(copy, bytes, size);
    copy[size] = '\0';
    crmi_entry *place = make_place(rec, number, type); /* behind the copy: bytes may be those that are there */
    if (!place) {
        if (!fits) free(copy);
        return crmi_error_nomem();
    }
    if (fits) {
        rec->room += size + 1;
        rec->room_left -= size + 1;
    }
    *place = (crmi_entry){.number = number, .type = type, .owned = !fits, .items = items, .size = (uint32_t)size, .text = copy};
    return CRM_OK;
}

int crmi_object_set_text(crm_record *rec, uint32_t number, const char *text, size_t size) {
    return crmi_object_set_bytes(rec, number, CRM_TYPE_TEXT, 0, text, size);
}

int crmi_object_set_typed(crm_record *rec, uint32_t number, uint32_t type, int64_t value) {
    crmi_entry *place = make_place(rec, number, (uint8_t)type);
    if (!place) return crmi_error_nomem();
    *place = (crmi_entry){.number = number, .type = (uint8_t)type, .integer = value};
    return CRM_OK;
}

int crmi_object_set_entry(crm_record *rec, const crmi_entry *entry) {
    if (entry->text) return crmi_object_set_bytes(rec, entry->number, entry->type, entry->items, entry->text, entry->size);
    return crmi_object_set_typed(rec, entry->number, entry->type, entry->integer);
}

int crmi_object_set_integer(crm_record *rec, uint32_t number, int64_t value) {
    const crmi_field *field = crmi_schema_number(rec->kind, number);
    if (!field) return crmi_error_set(CRM_E_TYPE, 0, "kind %u has no field %u", (unsigned)rec->kind, (unsigned)number);
    if (field->flags & CRM_FIELD_KEY) {
        rec->owner = (crm_id)value;
        return CRM_OK;
    }
    if (field->type == CRM_TYPE_ID && value == 0) {
        crmi_object_clear(rec, number);
        return CRM_OK;
    }
    return crmi_object_set_typed(rec, number, field->type, value);
}

void crmi_object_clear(crm_record *rec, uint32_t number) {
    crmi_entry *entry = crmi_object_find(rec, number);
    if (!entry) return;
    rec->prepared = false;
    free_text(entry);
    size_t behind = rec->count - (size_t)(entry - rec->entries) - 1;
    memmove(entry, entry + 1, behind * sizeof *entry);
    rec->count--;
}
