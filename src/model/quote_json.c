/* SPDX-License-Identifier: MIT */
/* A proposal as one JSON object: every field with its value and where it comes from, in the order of their numbers, unset ones too. A
 * member that has nothing to say (no source, no reason, no flag) is left out of its field. */
#include "base/error.h"
#include "base/json.h"
#include "model/quote.h"
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
uint32_t crmi_quote_level_find(const char *name) {
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(levels[i].name, name) == 0) return levels[i].number;
    return 0;
}

const char *crmi_quote_reason_name(uint32_t reason) { return name_of(reasons, sizeof reasons / sizeof *reasons, reason); }

static void write_text(crmi_buffer *out, const char *text) { crmi_json_text(out, text, strlen(text)); }

static void write_flags(crmi_buffer *out, uint32_t set) {
    crmi_json_key(out, "flags");
    crmi_json_open(out, '[');
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (set & flags[i].number) write_text(out, flags[i].name);
    crmi_json_close(out, ']');
}

static void write_source(crmi_buffer *out, const crmi_quote_cell *cell) {
    crmi_json_key(out, "source");
    crmi_json_int(out, (int64_t)cell->source);
    if (cell->source_field) {
        const crmi_field *field = crmi_schema_field(cell->source_field);
        char path[128] = "";
        strncat(path, crmi_schema_kind(field->kind)->name, 60);
        strcat(path, ".");
        strncat(path, field->name, 60);
        crmi_json_key(out, "source_field");
        write_text(out, path);
    }
    crmi_json_key(out, "revision");
    crmi_json_int(out, (int64_t)cell->revision);
}

static void write_cell(crmi_buffer *out, const crmi_quote_cell *cell) {
    crmi_json_open(out, '{');
    crmi_json_key(out, "value");
    if (cell->level == CRM_LEVEL_UNSET)
        crmi_json_null(out);
    else if (cell->text)
        crmi_json_text(out, cell->text, cell->size);
    else
        crmi_json_int(out, (int64_t)cell->id);
    crmi_json_key(out, "level");
    write_text(out, crmi_quote_level_name(cell->level));
    if (cell->source) write_source(out, cell);
    if (cell->reason) {
        crmi_json_key(out, "reason");
        write_text(out, crmi_quote_reason_name(cell->reason));
    }
    if (cell->flags) write_flags(out, cell->flags);
    if (cell->count) {
        crmi_json_key(out, "candidates");
        crmi_json_open(out, '[');
        for (uint32_t i = 0; i < cell->count; i++) crmi_json_int(out, (int64_t)cell->candidates[i]);
        crmi_json_close(out, ']');
    }
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

int crmi_quote_write_json(crm_quote *quote) {
    crmi_buffer *out = &quote->json;
    crmi_buffer_clear(out);
    crmi_json_open(out, '{');
    crmi_json_key(out, "date");
    crmi_json_date(out, quote->date);
    write_flags(out, quote->flags);
    crmi_json_key(out, "block_reason");
    if (quote->block_reason)
        write_text(out, quote->block_reason);
    else
        crmi_json_null(out);
    crmi_json_key(out, "fields");
    crmi_json_open(out, '{');
    for (uint32_t number = 1; number <= CRMI_QUOTE_LAST; number++) {
        crmi_json_key(out, crmi_schema_number(CRM_KIND_QUOTE, number)->name);
        write_cell(out, &quote->cells[number]);
    }
    crmi_json_close(out, '}');
    crmi_json_key(out, "addresses");
    crmi_json_open(out, '{');
    write_address(out, "ship_to", quote->addresses[CRMI_QUOTE_SHIP], quote->lines[CRMI_QUOTE_SHIP]);
    write_address(out, "bill_to", quote->addresses[CRMI_QUOTE_BILL], quote->lines[CRMI_QUOTE_BILL]);
    crmi_json_close(out, '}');
    crmi_json_close(out, '}');
    return crmi_buffer_string(out) ? CRM_OK : crmi_error_nomem();
}
