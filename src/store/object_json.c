/* SPDX-License-Identifier: MIT */
/* A record as JSON members: kind, id, revision, then the fields in ascending order, the owner among them, custom ones last. */
#include "base/json.h"
#include "store/object.h"
#include <stdio.h>
#include <string.h>

static void write_base64(const char *bytes, size_t size, crmi_buffer *out) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *at = (const uint8_t *)bytes;
    crmi_json_text(out, "", 0);
    if (out->size > 0) out->size--; /* opens the text again */
    for (size_t left = size; left > 0;) {
        size_t taken = left < 3 ? left : 3;
        uint32_t bits = (uint32_t)at[0] << 16 | (taken > 1 ? (uint32_t)at[1] << 8 : 0) | (taken > 2 ? at[2] : 0u);
        for (size_t i = 0; i < 4; i++) crmi_buffer_byte(out, (uint8_t)(i <= taken ? digits[bits >> (18 - 6 * i) & 63] : '='));
        at += taken;
        left -= taken;
    }
    crmi_buffer_byte(out, '"');
}

static void write_texts(const crmi_entry *entry, crmi_buffer *out) {
    const char *at = entry->text;
    crmi_json_open(out, '[');
    for (uint32_t i = 0; i < entry->items; i++) {
        crmi_json_text(out, at, strlen(at));
        at += strlen(at) + 1;
    }
    crmi_json_close(out, ']');
}

static void write_label(const crmi_entry *entry, crmi_buffer *out) {
    const char *at = entry->text;
    crmi_json_open(out, '{');
    for (uint32_t i = 0; i < entry->items; i++) {
        const char *text = at + strlen(at) + 1;
        crmi_json_key(out, at);
        crmi_json_text(out, text, strlen(text));
        at = text + strlen(text) + 1;
    }
    crmi_json_close(out, '}');
}

/* An exclusive end is shown as the last day that is in. */
static void write_date(const crmi_field *field, int64_t days, crmi_buffer *out) {
    bool until = strcmp(field->name, "valid_until") == 0 && days > INT64_MIN;
    crmi_json_date(out, until ? days - 1 : days);
}

void crmi_object_json_value(const crmi_field *field, const crmi_entry *entry, crmi_buffer *out) {
    switch (entry->type) {
    case CRM_TYPE_TEXT: crmi_json_text(out, entry->text, entry->size); break;
    case CRM_TYPE_BOOL: crmi_json_bool(out, entry->integer != 0); break;
    case CRM_TYPE_DATE: write_date(field, entry->integer, out); break;
    case CRM_TYPE_TIME: crmi_json_time(out, entry->integer); break;
    case CRM_TYPE_AMOUNT: crmi_json_amount(out, entry->integer); break;
    case CRM_TYPE_BYTES: write_base64(entry->text, entry->size, out); break;
    case CRM_TYPE_TEXTS: write_texts(entry, out); break;
    case CRM_TYPE_LABEL: write_label(entry, out); break;
    default: crmi_json_int(out, entry->integer);
    }
}

/* A custom field whose name the record does not know has its number for a name. */
static void write_custom(const crm_record *rec, const crmi_entry *entry, crmi_buffer *out) {
    char name[16];
    const crmi_field *known = crmi_object_field(rec, entry->number);
    crmi_field unknown = {.name = name};
    snprintf(name, sizeof name, "%u", (unsigned)crmi_custom_field(rec->kind, entry->number, entry->type));
    crmi_json_key(out, known ? known->name : name);
    crmi_object_json_value(known ? known : &unknown, entry, out);
}

void crmi_object_json(const crm_record *rec, crmi_buffer *out) {
    const crmi_kind *kind = crmi_schema_kind(rec->kind);
    const char *name = kind ? kind->name : "unknown";
    crmi_json_key(out, "kind");
    crmi_json_text(out, name, strlen(name));
    crmi_json_key(out, "id");
    crmi_json_int(out, (int64_t)rec->id);
    crmi_json_key(out, "revision");
    crmi_json_int(out, (int64_t)rec->revision);
    for (uint32_t i = 0; kind && i < kind->fields; i++) {
        const crmi_field *field = &kind->first[i];
        const crmi_entry *entry = crmi_object_find(rec, field->number);
        crmi_entry owner = {.number = field->number, .type = CRM_TYPE_ID, .integer = (int64_t)rec->owner};
        if (field->flags & CRM_FIELD_KEY) entry = rec->owner ? &owner : NULL;
        if (!entry || entry->type == 0) continue;
        crmi_json_key(out, field->name);
        crmi_object_json_value(field, entry, out);
    }
    for (uint32_t i = 0; i < rec->count; i++)
        if (rec->entries[i].number >= CRMI_CUSTOM_FIRST && rec->entries[i].type != 0) write_custom(rec, &rec->entries[i], out);
}
