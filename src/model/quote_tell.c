/* SPDX-License-Identifier: MIT */
/* Values of a proposal as text, and the records of computed kinds that tell about it. */
#include "model/quote_tell.h"
#include "base/error.h"
#include "base/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- values --- */

bool crmi_quote_is_set(const crmi_quote_cell *cell) { return cell->level != CRM_LEVEL_UNSET; }

crmi_entry crmi_quote_entry(const crmi_quote_cell *cell) {
    return (crmi_entry){.type = cell->type,
                        .items = cell->items,
                        .size = cell->size,
                        .integer = cell->type == CRM_TYPE_ID ? (int64_t)cell->id : cell->integer,
                        .text = cell->text};
}

/* All but text goes through JSON, without the quotes: nothing in a date, a time or an amount is escaped. */
void crmi_quote_value_text(const crmi_field *field, const crmi_quote_cell *cell, crmi_buffer *out) {
    if (!crmi_quote_is_set(cell)) return;
    if (cell->type == CRM_TYPE_TEXT) {
        crmi_buffer_append(out, cell->text, cell->size);
        return;
    }
    crmi_buffer json = {0};
    crmi_entry entry = crmi_quote_entry(cell);
    crmi_object_json_value(field, &entry, &json);
    size_t quote = json.size > 1 && json.data[0] == '"' ? 1 : 0;
    if (json.failed)
        out->failed = true;
    else
        crmi_buffer_append(out, json.data + quote, json.size - 2 * quote);
    crmi_buffer_free(&json);
}

const char *crmi_quote_path(const crm_quote *quote, crm_field field, char out[CRMI_QUOTE_PATH]) {
    bool custom = crmi_field_is_custom(field);
    const crmi_field *known = custom ? crmi_definitions_field(quote->definitions, field) : crmi_schema_field(field);
    if (!known) return NULL;
    snprintf(out, CRMI_QUOTE_PATH, "%s.%s", crmi_schema_kind(known->kind)->name, known->name);
    return out;
}

/* --- lists of records --- */

crmi_quote_making crmi_quote_make(uint32_t kind) {
    crm_record *record = crmi_object_new(kind);
    return (crmi_quote_making){record, record ? CRM_OK : CRM_E_NOMEM};
}

static void make_text(crmi_quote_making *making, crm_field field, const void *text, size_t size) {
    if (making->rc == CRM_OK) making->rc = crmi_object_set_text(making->record, CRMI_FIELD_NUMBER(field), text, size);
}

void crmi_quote_make_text(crmi_quote_making *making, crm_field field, const char *text) { make_text(making, field, text, strlen(text)); }

void crmi_quote_make_bytes(crmi_quote_making *making, crm_field field, crmi_buffer *text) {
    if (text->failed)
        making->rc = crmi_error_nomem();
    else
        make_text(making, field, text->data, text->size);
    crmi_buffer_free(text);
}

void crmi_quote_make_integer(crmi_quote_making *making, crm_field field, uint64_t value) {
    if (making->rc == CRM_OK && value) making->rc = crmi_object_set_integer(making->record, CRMI_FIELD_NUMBER(field), (int64_t)value);
}

int crmi_quote_list_add(crmi_quote_list *list, crmi_quote_making *making) {
    crm_record **records = making->rc == CRM_OK ? realloc(list->records, (list->count + 1) * sizeof(crm_record *)) : NULL;
    if (!records) {
        crmi_object_free(making->record);
        return making->rc == CRM_OK ? crmi_error_nomem() : making->rc;
    }
    list->records = records;
    list->records[list->count++] = making->record;
    return CRM_OK;
}

void crmi_quote_list_free(crmi_quote_list *list) {
    for (size_t i = 0; i < list->count; i++) crmi_object_free(list->records[i]);
    free(list->records);
    *list = (crmi_quote_list){0};
}
