/* SPDX-License-Identifier: MIT */
/* A proposal explained. As text: a line for each field with its value, level and origin, below it what is special and what was not taken,
 * then the addresses, the contact and what changed. */
#include "base/error.h"
#include "model/quote_tell.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Where columns begin; what is longer moves the rest of its line. */
enum { COLUMN_VALUE = 21, COLUMN_LEVEL = 45, COLUMN_ORIGIN = 75 };

/* --- pieces of a line --- */

typedef struct writer {
    const crm_quote *quote;
    crmi_buffer *out;
    size_t column; /* characters of the line so far */
} writer;

/* A value stays in its line: control characters become blanks. */
static void put(writer *to, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)text[i];
        crmi_buffer_byte(to->out, byte < 0x20 || byte == 0x7f ? ' ' : byte);
        to->column += (byte & 0xc0) != 0x80;
    }
}

static void put_text(writer *to, const char *text) { put(to, text, strlen(text)); }

static void put_number(writer *to, uint64_t number) {
    char text[24];
    put(to, text, (size_t)snprintf(text, sizeof text, "%" PRIu64, number));
}

/* Two blanks at least lie between columns. */
static void go_to(writer *to, size_t column) {
    put_text(to, "  ");
    while (to->column < column) put_text(to, " ");
}

static void end_line(writer *to) {
    crmi_buffer_byte(to->out, '\n');
    to->column = 0;
}

static void put_label(writer *to, const char *label) {
    put_text(to, "  ");
    put_text(to, label);
    go_to(to, COLUMN_VALUE);
}

/* --- where a value comes from --- */

static void put_name(writer *to, const char *what, crmi_slice name) {
    put_text(to, what);
    put_text(to, " \"");
    put(to, name.data, name.size);
    put_text(to, "\"");
}

static void put_part(writer *to, const char *what, crmi_slice part) {
    if (!part.data) return;
    put_text(to, what);
    put(to, part.data, part.size);
}

/* A level with the name of the group or rule, and what the terms are for: "country AT, region Tirol", "global, area NORD". */
static void put_level(writer *to, const char *level, crm_id source, crm_id rule) {
    crmi_quote_name name = crmi_quote_name_of(to->quote, level, source, rule);
    if (name.name.data)
        put_name(to, level, name.name);
    else
        put_text(to, level);
    put_part(to, " ", name.country);
    put_part(to, ", region ", name.region);
    put_part(to, ", area ", name.area);
}

/* "quote_defaults.price_list of 123, revision 1"; path NULL: the record itself is meant. */
static void put_origin(writer *to, crm_id source, uint64_t revision, const char *path) {
    if (!source) return;
    const crmi_kind *kind = crmi_schema_kind(crmi_id_kind(crmi_id_internal(&to->quote->key, source)));
    put_text(to, path ? path : kind ? kind->name : "record");
    put_text(to, path ? " of " : " ");
    put_number(to, source);
    put_text(to, ", revision ");
    put_number(to, revision);
}

static void put_value(writer *to, const char *text, size_t size) {
    if (size)
        put(to, text, size);
    else
        put_text(to, "(none)");
}

/* --- a field --- */

static void write_candidates(writer *to, const crmi_quote_cell *cell) {
    put_text(to, "one of");
    for (uint32_t i = 0; i < cell->count; i++) {
        put_text(to, i ? ", " : " ");
        put_number(to, cell->candidates[i]);
    }
}

/* Level and reason; where nothing was taken, why. */
static void write_level(writer *to, const crmi_quote_cell *cell) {
    if (cell->count)
        put_text(to, crmi_quote_flag_name(CRM_QUOTE_FLAG_AMBIGUOUS));
    else if (!crmi_quote_is_set(cell))
        put_text(to, "UNSET");
    else
        put_level(to, crmi_quote_level_name(cell->level), cell->source, cell->rule);
    if (cell->reason && cell->reason != CRM_REASON_EXPLICIT) {
        put_text(to, ", ");
        put_text(to, crmi_quote_reason_name(cell->reason));
    }
}

static void write_origin(writer *to, const crmi_quote_cell *cell) {
    char space[CRMI_QUOTE_PATH];
    if (cell->count || cell->source || cell->rule) go_to(to, COLUMN_ORIGIN);
    if (cell->count)
        write_candidates(to, cell);
    else
        put_origin(to, cell->source, cell->revision, crmi_quote_path(to->quote, cell->source_field, space));
    if (!cell->rule) return;
    put_text(to, cell->source ? "; rule " : "rule ");
    put_number(to, cell->rule);
    put_text(to, ", revision ");
    put_number(to, cell->rule_revision);
}

static const char *meaning_of(const crm_quote *quote, uint32_t flag) {
    switch (flag) {
    case CRM_QUOTE_FLAG_REDIRECTED: return "another record took the place of the one that was asked for";
    case CRM_QUOTE_FLAG_BLOCKED:
        return quote->block_reason && *quote->block_reason ? quote->block_reason : "the customer has an order lock";
    case CRM_QUOTE_FLAG_CONFLICT: return "the price list has another currency than what is fixed, given or the customer's";
    default: return "the customer has a delivery lock";
    }
}

static void write_flags(writer *to, const crmi_quote_cell *cell) {
    for (uint32_t flag = CRM_QUOTE_FLAG_REDIRECTED; flag <= CRM_QUOTE_FLAG_DELIVERY_LOCKED; flag <<= 1) {
        if (!(cell->flags & flag) || !crmi_quote_flag_name(flag)) continue;
        put_label(to, crmi_quote_flag_name(flag));
        put_text(to, meaning_of(to->quote, flag));
        end_line(to);
    }
}

static const char *text_of(const crm_record *record, crm_field field) {
    const crmi_entry *entry = crmi_object_find(record, CRMI_FIELD_NUMBER(field));
    return entry ? entry->text : NULL;
}

static uint64_t number_of(const crm_record *record, crm_field field) {
    const crmi_entry *entry = crmi_object_find(record, CRMI_FIELD_NUMBER(field));
    return entry ? (uint64_t)entry->integer : 0;
}

static void write_loser(writer *to, const crm_record *loser) {
    const char *value = text_of(loser, CRM_QUOTE_LOSER_VALUE);
    crm_id source = number_of(loser, CRM_QUOTE_LOSER_SOURCE);
    put_label(to, "not taken");
    put_value(to, value, strlen(value));
    go_to(to, COLUMN_LEVEL);
    put_level(to, text_of(loser, CRM_QUOTE_LOSER_LEVEL), source, number_of(loser, CRM_QUOTE_LOSER_RULE));
    go_to(to, COLUMN_ORIGIN);
    put_text(to, text_of(loser, CRM_QUOTE_LOSER_WHY));
    if (source) put_text(to, "; ");
    put_origin(to, source, number_of(loser, CRM_QUOTE_LOSER_SOURCE_REVISION), text_of(loser, CRM_QUOTE_LOSER_SOURCE_FIELD));
    end_line(to);
}

static void write_field(writer *to, size_t place) {
    const crmi_quote_cell *cell = crmi_quote_cell_at(to->quote, place);
    const crmi_field *field = crmi_quote_field_at(to->quote, place);
    const crmi_quote_list *losers = &to->quote->losers[place];
    crmi_buffer value = {0};
    crmi_quote_value_text(field, cell, &value);
    put_text(to, field->name);
    go_to(to, COLUMN_VALUE);
    if (crmi_quote_is_set(cell))
        put_value(to, (const char *)value.data, value.size);
    else
        put_text(to, "-");
    if (value.failed) to->out->failed = true;
    crmi_buffer_free(&value);
    go_to(to, COLUMN_LEVEL);
    write_level(to, cell);
    write_origin(to, cell);
    end_line(to);
    write_flags(to, cell);
    for (size_t i = 0; i < losers->count; i++) write_loser(to, losers->records[i]);
}

/* --- the rest --- */

static void write_head(writer *to) {
    crmi_buffer date = {0};
    crmi_quote_cell day = {.level = CRM_LEVEL_EXPLICIT, .type = CRM_TYPE_DATE, .integer = to->quote->date};
    crmi_quote_value_text(crmi_schema_field(CRM_USAGE_VALID_FROM), &day, &date);
    put_text(to, "Proposal");
    if (to->quote->customer_name.data) put_name(to, " for", to->quote->customer_name);
    put_text(to, " on ");
    put(to, (const char *)date.data, date.size);
    if (date.failed) to->out->failed = true;
    crmi_buffer_free(&date);
    for (uint32_t flag = 1; flag <= CRM_QUOTE_FLAG_DELIVERY_LOCKED; flag <<= 1) {
        if (!(to->quote->flags & flag) || !crmi_quote_flag_name(flag)) continue;
        put_text(to, ", ");
        put_text(to, crmi_quote_flag_name(flag));
    }
    end_line(to);
    end_line(to);
}

/* "ship_to: address 123, revision 1" behind an empty line. */
static void write_heading(writer *to, const char *name, crm_id id, uint64_t revision) {
    end_line(to);
    put_text(to, name);
    put_text(to, ": ");
    put_origin(to, id, revision, NULL);
    end_line(to);
}

static void write_address(writer *to, const char *name, uint32_t which) {
    const crm_record *address = to->quote->addresses[which];
    if (!address) return;
    write_heading(to, name, address->id, address->revision);
    for (const char *at = to->quote->lines[which]; *at;) {
        size_t size = strcspn(at, "\n");
        put_text(to, "  ");
        put(to, at, size);
        end_line(to);
        at += size + (at[size] == '\n');
    }
}

static void write_contact(writer *to) {
    const crm_quote *quote = to->quote;
    if (!quote->contact_name.data) return;
    write_heading(to, "contact", quote->cells[CRMI_FIELD_NUMBER(CRM_QUOTE_CONTACT)].id, quote->contact_revision);
    put_text(to, "  ");
    put(to, quote->contact_name.data, quote->contact_name.size);
    end_line(to);
}

/* One side of a change: its value, level and origin are fields one behind the other. */
static void write_side(writer *to, const char *label, const crm_record *change, crm_field value) {
    const char *text = text_of(change, value);
    crm_id source = number_of(change, value + 2);
    put_label(to, label);
    if (text)
        put_value(to, text, strlen(text));
    else
        put_text(to, "-");
    go_to(to, COLUMN_LEVEL);
    put_level(to, text_of(change, value + 1), source, 0);
    if (source) go_to(to, COLUMN_ORIGIN);
    put_origin(to, source, number_of(change, value + 3), NULL);
    end_line(to);
}

static void write_changes(writer *to) {
    const crmi_quote_list *changes = &to->quote->changes;
    if (!changes->made) return;
    end_line(to);
    put_text(to, changes->count ? "Changes" : "No changes");
    end_line(to);
    for (size_t i = 0; i < changes->count; i++) {
        const crm_record *change = changes->records[i];
        put_text(to, text_of(change, CRM_QUOTE_CHANGE_FIELD));
        go_to(to, COLUMN_VALUE);
        put_text(to, text_of(change, CRM_QUOTE_CHANGE_WHY));
        end_line(to);
        write_side(to, "before", change, CRM_QUOTE_CHANGE_OLD_VALUE);
        write_side(to, "now", change, CRM_QUOTE_CHANGE_NEW_VALUE);
    }
}

static void write_text(const crm_quote *quote, crmi_buffer *out) {
    writer to = {.quote = quote, .out = out};
    write_head(&to);
    for (size_t place = 1; place <= crmi_quote_places(quote); place++) write_field(&to, place);
    write_address(&to, "ship_to", CRMI_QUOTE_SHIP);
    write_address(&to, "bill_to", CRMI_QUOTE_BILL);
    write_contact(&to);
    write_changes(&to);
}

int crmi_quote_write_explanation(crm_quote *quote, uint32_t format) {
    if (format != CRM_QUOTE_FORMAT_TEXT && format != CRM_QUOTE_FORMAT_JSON)
        return crmi_error_set(CRM_E_INVALID, 0, "format %u is none of crm_quote_format", (unsigned)format);
    int rc = crmi_quote_all_losers(quote);
    if (rc < 0) return rc;
    crmi_buffer_clear(&quote->explained);
    if (format == CRM_QUOTE_FORMAT_JSON)
        crmi_quote_json(quote, true, &quote->explained);
    else
        write_text(quote, &quote->explained);
    return crmi_buffer_string(&quote->explained) ? CRM_OK : crmi_error_nomem();
}
