/* SPDX-License-Identifier: MIT */
/* A proposal as bytes; quote_saved.h says how they lie. Everything is written as it would be asked for, so that a loaded one needs nothing
 * of what was read for it. */
#include "base/error.h"
#include "codec/crc32c.h"
#include "codec/key.h"
#include "codec/pack.h"
#include "model/quote_saved.h"
#include <stdlib.h>
#include <string.h>

uint32_t crmi_saved_checksum(const uint8_t *bytes, size_t size) {
    uint32_t version = crmi_crc32c(0, bytes + CRMI_SAVED_AT_VERSION, CRMI_SAVED_AT_CHECKSUM - CRMI_SAVED_AT_VERSION);
    return crmi_crc32c(version, bytes + CRMI_SAVED_HEAD, size - CRMI_SAVED_HEAD);
}

bool crmi_saved_has_bytes(uint32_t type) {
    return type == 0 || type == CRM_TYPE_TEXT || type == CRM_TYPE_BYTES || type == CRM_TYPE_TEXTS || type == CRM_TYPE_LABEL;
}

/* --- pieces --- */

static void put_number(crmi_buffer *out, uint64_t number) { crmi_pack_int(out, (int64_t)number); }

static void put_nil(crmi_buffer *out) { crmi_buffer_byte(out, 0xc0); }

/* data NULL: none */
static void put_slice(crmi_buffer *out, crmi_slice text) {
    if (text.data)
        crmi_pack_text(out, text.data, text.size);
    else
        put_nil(out);
}

static void put_text(crmi_buffer *out, const char *text) { put_slice(out, (crmi_slice){text, text ? strlen(text) : 0}); }

static void put_value(crmi_buffer *out, const crmi_entry *value) {
    put_number(out, value->type);
    crmi_pack_int(out, value->integer);
    if (!crmi_saved_has_bytes(value->type)) return;
    put_number(out, value->items);
    crmi_pack_bytes(out, value->text, value->size);
}

static void put_entries(crmi_buffer *out, const crm_record *record) {
    crmi_pack_array(out, record->count);
    for (uint32_t i = 0; i < record->count; i++) {
        put_number(out, record->entries[i].number);
        put_value(out, &record->entries[i]);
    }
}

static void put_list(crmi_buffer *out, const crmi_quote_list *list) {
    crmi_pack_array(out, (uint32_t)list->count);
    for (size_t i = 0; i < list->count; i++) put_entries(out, list->records[i]);
}

/* --- the host's fields --- */

static bool has_field(const crm_record *record, const crmi_field *field) {
    return record && record->kind == field->kind && crmi_object_find(record, field->number);
}

/* Whether the proposal names a field: it is a quote's, an address has it, or a value was read from it. */
static bool is_named(const crm_quote *quote, const crmi_field *field) {
    if (field->kind == CRM_KIND_QUOTE) return true;
    for (uint32_t i = 0; i < CRMI_QUOTE_ADDRESSES; i++)
        if (has_field(quote->addresses[i], field)) return true;
    for (size_t place = 1; place <= crmi_quote_places(quote); place++)
        if (crmi_quote_cell_at(quote, place)->source_field == field->field) return true;
    return false;
}

static void put_fields(crmi_buffer *out, const crm_quote *quote) {
    const crmi_definitions *definitions = quote->definitions;
    uint32_t count = 0;
    for (size_t i = 0; i < definitions->field_count; i++) count += is_named(quote, &definitions->fields[i]);
    crmi_pack_array(out, count);
    for (size_t i = 0; i < definitions->field_count; i++) {
        if (!is_named(quote, &definitions->fields[i])) continue;
        put_number(out, definitions->fields[i].field);
        put_text(out, definitions->fields[i].name);
    }
}

/* --- cells --- */

static bool is_empty(const crmi_quote_cell *cell) {
    return cell->level == CRM_LEVEL_UNSET && !cell->reason && !cell->flags && !cell->type && !cell->source && !cell->rule && !cell->count;
}

static void put_cell(crmi_buffer *out, const crmi_quote_cell *cell) {
    crmi_entry value = crmi_quote_entry(cell);
    if (is_empty(cell)) {
        put_nil(out);
        return;
    }
    put_number(out, cell->level);
    put_number(out, cell->reason);
    put_number(out, cell->flags);
    put_value(out, &value);
    put_number(out, cell->source);
    put_number(out, cell->revision);
    put_number(out, cell->source_field);
    put_number(out, cell->rule);
    put_number(out, cell->rule_revision);
    crmi_pack_array(out, cell->count);
    for (uint32_t i = 0; i < cell->count; i++) put_number(out, cell->candidates[i]);
}

static void put_cells(crmi_buffer *out, const crm_quote *quote) {
    put_number(out, CRMI_QUOTE_LAST);
    for (size_t place = 1; place <= crmi_quote_places(quote); place++) {
        put_cell(out, crmi_quote_cell_at(quote, place));
        put_list(out, &quote->losers[place]);
    }
}

/* --- names --- */

typedef struct naming {
    const crm_quote *quote;
    crmi_buffer names; /* of crmi_quote_name */
} naming;

static void add_name(naming *to, const char *level, crm_id source, crm_id rule) {
    crmi_quote_name name = crmi_quote_name_of(to->quote, level, source, rule);
    if (crmi_quote_is_named(&name)) crmi_buffer_append(&to->names, &name, sizeof name);
}

static const crmi_entry *entry_of(const crm_record *record, crm_field field) { return crmi_object_find(record, CRMI_FIELD_NUMBER(field)); }

/* Of a loser or a change; rule 0: none is told there. */
static void add_told(naming *to, const crm_record *record, crm_field level, crm_field source, crm_field rule) {
    const crmi_entry *level_entry = entry_of(record, level), *source_entry = entry_of(record, source);
    const crmi_entry *rule_entry = rule ? entry_of(record, rule) : NULL;
    add_name(to, level_entry->text, source_entry ? (crm_id)source_entry->integer : 0, rule_entry ? (crm_id)rule_entry->integer : 0);
}

static void add_names(naming *to) {
    const crm_quote *quote = to->quote;
    for (size_t place = 1; place <= crmi_quote_places(quote); place++) {
        const crmi_quote_cell *cell = crmi_quote_cell_at(quote, place);
        const crmi_quote_list *losers = &quote->losers[place];
        add_name(to, crmi_quote_level_name(cell->level), cell->source, cell->rule);
        for (size_t i = 0; i < losers->count; i++)
            add_told(to, losers->records[i], CRM_QUOTE_LOSER_LEVEL, CRM_QUOTE_LOSER_SOURCE, CRM_QUOTE_LOSER_RULE);
    }
    for (size_t i = 0; i < quote->changes.count; i++) {
        add_told(to, quote->changes.records[i], CRM_QUOTE_CHANGE_OLD_LEVEL, CRM_QUOTE_CHANGE_OLD_SOURCE, 0);
        add_told(to, quote->changes.records[i], CRM_QUOTE_CHANGE_NEW_LEVEL, CRM_QUOTE_CHANGE_NEW_SOURCE, 0);
    }
}

static int by_id(const void *a, const void *b) {
    const crmi_quote_name *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static void put_names(crmi_buffer *out, const crm_quote *quote) {
    naming to = {.quote = quote};
    add_names(&to);
    crmi_quote_name *names = (crmi_quote_name *)(void *)to.names.data;
    size_t count = to.names.size / sizeof *names, kept = 0;
    if (count) qsort(names, count, sizeof *names, by_id);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || names[i].id != names[i - 1].id) names[kept++] = names[i];
    crmi_pack_array(out, (uint32_t)kept);
    for (size_t i = 0; i < kept; i++) {
        put_number(out, names[i].id);
        put_slice(out, names[i].name);
        put_slice(out, names[i].country);
        put_slice(out, names[i].region);
        put_slice(out, names[i].area);
    }
    if (to.names.failed) out->failed = true;
    crmi_buffer_free(&to.names);
}

/* --- the whole --- */

static void put_address(crmi_buffer *out, const crm_quote *quote, uint32_t which) {
    const crm_record *address = quote->addresses[which];
    if (!address) {
        put_nil(out);
        return;
    }
    if (which == CRMI_QUOTE_BILL && address == quote->addresses[CRMI_QUOTE_SHIP]) {
        crmi_pack_bool(out, true);
    } else {
        put_number(out, address->id);
        put_number(out, address->owner);
        put_number(out, address->revision);
        put_entries(out, address);
    }
    put_text(out, quote->lines[which]);
}

static void put_body(crmi_buffer *out, const crm_quote *quote) {
    put_text(out, quote->store);
    put_fields(out, quote);
    put_number(out, crmi_id_public(&quote->key, quote->asked));
    crmi_pack_int(out, quote->date);
    put_text(out, quote->block_reason);
    put_slice(out, quote->customer_name);
    put_slice(out, quote->contact_name);
    put_number(out, quote->contact_revision);
    put_cells(out, quote);
    put_names(out, quote);
    put_address(out, quote, CRMI_QUOTE_SHIP);
    put_address(out, quote, CRMI_QUOTE_BILL);
    if (quote->given)
        put_entries(out, quote->given);
    else
        put_nil(out);
    if (quote->changes.made)
        put_list(out, &quote->changes);
    else
        put_nil(out);
}

int crmi_quote_save(crm_quote *quote) {
    crmi_buffer *out = &quote->saved;
    uint8_t head[CRMI_SAVED_HEAD] = CRMI_SAVED_MAGIC;
    int rc = crmi_quote_all_losers(quote);
    if (rc < 0) return rc;
    crmi_buffer_clear(out);
    crmi_key_put32(head + CRMI_SAVED_AT_VERSION, CRMI_SAVED_VERSION);
    crmi_buffer_append(out, head, sizeof head);
    put_body(out, quote);
    if (out->failed) return crmi_error_nomem();
    crmi_key_put32(out->data + CRMI_SAVED_AT_CHECKSUM, crmi_saved_checksum(out->data, out->size));
    return CRM_OK;
}
