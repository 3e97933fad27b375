/* SPDX-License-Identifier: MIT */
/* A proposal as one JSON object: every field with its value and where it comes from, in the order of their numbers, unset ones too, the
 * host's own behind. A member that has nothing to say (no source, no reason, no flag) is left out of its field. */
#include "base/error.h"
#include "base/json.h"
#include "model/quote_tell.h"
#include <string.h>

typedef struct named {
    uint32_t number;
    const char *name;
} named;

static const named levels[] = {
    {CRM_LEVEL_UNSET, "unset"},           {CRM_LEVEL_LOCK, "lock"},   {CRM_LEVEL_EXPLICIT, "explicit"},   {CRM_LEVEL_RULE, "rule"},
    {CRM_LEVEL_PRICE_LIST, "price_list"}, {CRM_LEVEL_SITE, "site"},   {CRM_LEVEL_CONTACT, "contact"},     {CRM_LEVEL_CUSTOMER, "customer"},
    {CRM_LEVEL_PAYER, "payer"},           {CRM_LEVEL_GROUP, "group"}, {CRM_LEVEL_HIERARCHY, "hierarchy"}, {CRM_LEVEL_COUNTRY, "country"},
    {CRM_LEVEL_GLOBAL, "global"},
};
static const named reasons[] = {
    {CRM_REASON_NONE, "none"},
    {CRM_REASON_EXPLICIT, "explicit"},
    {CRM_REASON_PREFERRED, "preferred"},
    {CRM_REASON_CONTACT_PREFERRED, "contact_preferred"},
    {CRM_REASON_SITE_PREFERRED, "site_preferred"},
    {CRM_REASON_DEFAULT, "default"},
    {CRM_REASON_ONLY_PURPOSE, "only_purpose"},
    {CRM_REASON_ONLY, "only"},
    {CRM_REASON_MAIN, "main"},
    {CRM_REASON_BILL_TO, "bill_to"},
};
static const named flags[] = {
    {CRM_QUOTE_FLAG_AMBIGUOUS, "AMBIGUOUS"}, {CRM_QUOTE_FLAG_REDIRECTED, "REDIRECTED"},           {CRM_QUOTE_FLAG_BLOCKED, "BLOCKED"},
    {CRM_QUOTE_FLAG_CONFLICT, "CONFLICT"},   {CRM_QUOTE_FLAG_DELIVERY_LOCKED, "DELIVERY_LOCKED"},
};

static const char *name_of(const named *list, size_t count, uint32_t number) {
    for (size_t i = 0; i < count; i++)
        if (list[i].number == number) return list[i].name;
    return NULL;
}

const char *crmi_quote_level_name(uint32_t level) { return name_of(levels, sizeof levels / sizeof *levels, level); }
const char *crmi_quote_reason_name(uint32_t reason) { return name_of(reasons, sizeof reasons / sizeof *reasons, reason); }
const char *crmi_quote_flag_name(uint32_t flag) { return name_of(flags, sizeof flags / sizeof *flags, flag); }

static void write_text(crmi_buffer *out, const char *text) { crmi_json_text(out, text, strlen(text)); }

static void write_member(crmi_buffer *out, const char *name, const char *text) {
    crmi_json_key(out, name);
    write_text(out, text);
}

static void write_number(crmi_buffer *out, const char *name, uint64_t number) {
    crmi_json_key(out, name);
    crmi_json_int(out, (int64_t)number);
}

static void write_flags(crmi_buffer *out, uint32_t set) {
    crmi_json_key(out, "flags");
    crmi_json_open(out, '[');
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (set & flags[i].number) write_text(out, flags[i].name);
    crmi_json_close(out, ']');
}

static void write_source(const crm_quote *quote, const crmi_quote_cell *cell, crmi_buffer *out) {
    char space[CRMI_QUOTE_PATH];
    const char *path = crmi_quote_path(quote, cell->source_field, space);
    write_number(out, "source", cell->source);
    if (path) write_member(out, "source_field", path);
    write_number(out, "revision", cell->revision);
}

/* Members of a loser or a change are texts and numbers. */
static void write_entry(const crm_record *record, crm_field field, const char *name, crmi_buffer *out) {
    const crmi_entry *entry = crmi_object_find(record, CRMI_FIELD_NUMBER(field));
    if (!entry) return;
    crmi_json_key(out, name);
    crmi_object_json_value(crmi_schema_field(field), entry, out);
}

/* Members that a field has too are called the same. */
static void write_loser(const crm_record *loser, crmi_buffer *out) {
    crmi_json_open(out, '{');
    write_entry(loser, CRM_QUOTE_LOSER_VALUE, "value", out);
    write_entry(loser, CRM_QUOTE_LOSER_LEVEL, "level", out);
    write_entry(loser, CRM_QUOTE_LOSER_SOURCE, "source", out);
    write_entry(loser, CRM_QUOTE_LOSER_SOURCE_FIELD, "source_field", out);
    write_entry(loser, CRM_QUOTE_LOSER_SOURCE_REVISION, "revision", out);
    write_entry(loser, CRM_QUOTE_LOSER_RULE, "rule", out);
    write_entry(loser, CRM_QUOTE_LOSER_WHY, "why", out);
    crmi_json_close(out, '}');
}

static void write_change(const crm_record *change, crmi_buffer *out) {
    crmi_json_open(out, '{');
    for (uint32_t i = 0; i < change->count; i++) {
        const crmi_field *field = crmi_schema_number(change->kind, change->entries[i].number);
        write_entry(change, field->field, field->name, out);
    }
    crmi_json_close(out, '}');
}

static void write_list(const char *name, const crmi_quote_list *list, void (*write)(const crm_record *, crmi_buffer *), crmi_buffer *out) {
    crmi_json_key(out, name);
    crmi_json_open(out, '[');
    for (size_t i = 0; i < list->count; i++) write(list->records[i], out);
    crmi_json_close(out, ']');
}

static void write_candidates(const crmi_quote_cell *cell, crmi_buffer *out) {
    crmi_json_key(out, "candidates");
    crmi_json_open(out, '[');
    for (uint32_t i = 0; i < cell->count; i++) crmi_json_int(out, (int64_t)cell->candidates[i]);
    crmi_json_close(out, ']');
}

static void write_cell(const crm_quote *quote, size_t place, bool whole, crmi_buffer *out) {
    const crmi_field *field = crmi_quote_field_at(quote, place);
    const crmi_quote_cell *cell = crmi_quote_cell_at(quote, place);
    crmi_entry value = crmi_quote_entry(cell);
    crmi_json_key(out, field->name);
    crmi_json_open(out, '{');
    crmi_json_key(out, "value");
    if (crmi_quote_is_set(cell))
        crmi_object_json_value(field, &value, out);
    else
        crmi_json_null(out);
    write_member(out, "level", crmi_quote_level_name(cell->level));
    if (cell->source) write_source(quote, cell, out);
    if (cell->rule) write_number(out, "rule", cell->rule);
    if (cell->reason) write_member(out, "reason", crmi_quote_reason_name(cell->reason));
    if (cell->flags) write_flags(out, cell->flags);
    if (cell->count) write_candidates(cell, out);
    if (whole) write_list("losers", &quote->losers[place], write_loser, out);
    crmi_json_close(out, '}');
}

/* The lines, then the members of the record. */
static void write_address(crmi_buffer *out, const char *name, const crm_record *address, const char *lines) {
    if (!address) return;
    crmi_json_key(out, name);
    crmi_json_open(out, '{');
    crmi_json_key(out, "lines");
    crmi_json_open(out, '[');
    for (const char *at = lines; *at;) {
        size_t size = strcspn(at, "\n");
        crmi_json_text(out, at, size);
        at += size + (at[size] == '\n');
    }
    crmi_json_close(out, ']');
    crmi_object_json(address, out);
    crmi_json_close(out, '}');
}

static void write_head(const crm_quote *quote, crmi_buffer *out) {
    crmi_json_key(out, "date");
    crmi_json_date(out, quote->date);
    write_flags(out, quote->flags);
    crmi_json_key(out, "block_reason");
    if (quote->block_reason)
        write_text(out, quote->block_reason);
    else
        crmi_json_null(out);
}

void crmi_quote_json(const crm_quote *quote, bool whole, crmi_buffer *out) {
    crmi_json_open(out, '{');
    write_head(quote, out);
    crmi_json_key(out, "fields");
    crmi_json_open(out, '{');
    for (size_t place = 1; place <= crmi_quote_places(quote); place++) write_cell(quote, place, whole, out);
    crmi_json_close(out, '}');
    crmi_json_key(out, "addresses");
    crmi_json_open(out, '{');
    write_address(out, "ship_to", quote->addresses[CRMI_QUOTE_SHIP], quote->lines[CRMI_QUOTE_SHIP]);
    write_address(out, "bill_to", quote->addresses[CRMI_QUOTE_BILL], quote->lines[CRMI_QUOTE_BILL]);
    crmi_json_close(out, '}');
    if (whole) write_list("changes", &quote->changes, write_change, out);
    crmi_json_close(out, '}');
}

int crmi_quote_write_json(crm_quote *quote) {
    crmi_buffer_clear(&quote->json);
    crmi_quote_json(quote, false, &quote->json);
    return crmi_buffer_string(&quote->json) ? CRM_OK : crmi_error_nomem();
}
