/* SPDX-License-Identifier: MIT */
/* A proposal from bytes; quote_saved.h says how they lie. They may be anybody's: each value is bounded before it is used, no list is longer
 * than the bytes that are left can hold, and what comes out keeps to the rules by which other files read a proposal. */
#include "base/clock.h"
#include "base/error.h"
#include "base/utf8.h"
#include "codec/key.h"
#include "codec/pack.h"
#include "codec/walk.h"
#include "model/access.h"
#include "model/quote_saved.h"
#include <stdlib.h>
#include <string.h>

#define ID_LIMIT (UINT64_C(1) << 52)
#define CELL_FLAGS                                                                                                                         \
    (CRM_QUOTE_FLAG_AMBIGUOUS | CRM_QUOTE_FLAG_REDIRECTED | CRM_QUOTE_FLAG_BLOCKED | CRM_QUOTE_FLAG_CONFLICT |                             \
     CRM_QUOTE_FLAG_DELIVERY_LOCKED)
enum { LEAST_ENTRY = 3, LEAST_TOLD = 16, LEAST_FIELD = 3, LEAST_NAME = 5 }; /* bytes of one of them */

/* The first failure stays; what is taken after it is empty. */
typedef struct reader {
    const uint8_t *at, *end;
    crm_quote *quote;
    int rc;
} reader;

/* --- pieces --- */

static void damaged(reader *from) {
    if (from->rc == CRM_OK) from->rc = crmi_error_set(CRM_E_FORMAT, 0, "the saved proposal is damaged");
}

static crmi_value take(reader *from, uint32_t type) {
    crmi_value value = {0};
    if (from->rc == CRM_OK && crmi_walk_value(&from->at, from->end, &value) == CRM_ROW && value.type == type) return value;
    damaged(from);
    return (crmi_value){0};
}

static bool take_nil(reader *from) {
    bool nil = from->rc == CRM_OK && from->at < from->end && *from->at == 0xc0;
    from->at += nil;
    return nil;
}

static int64_t take_integer(reader *from) { return take(from, CRMI_VALUE_INT).integer; }

static uint64_t take_number(reader *from, uint64_t most) {
    int64_t number = take_integer(from);
    if (number >= 0 && (uint64_t)number <= most) return (uint64_t)number;
    damaged(from);
    return 0;
}

static uint32_t take_small(reader *from, uint32_t most) { return (uint32_t)take_number(from, most); }
static crm_id take_id(reader *from) { return take_number(from, ID_LIMIT - 1); }
static uint64_t take_revision(reader *from) { return take_number(from, INT64_MAX); }

/* How many items follow; each has at least so many bytes. */
static uint32_t take_count(reader *from, size_t most, size_t least) {
    uint64_t count = (uint64_t)take(from, CRMI_VALUE_ARRAY).integer;
    if (count <= most && count <= (size_t)(from->end - from->at) / least) return (uint32_t)count;
    damaged(from);
    return 0;
}

static void *take_memory(reader *from, size_t size) {
    void *memory = from->rc == CRM_OK ? crmi_quote_take_cleared(&from->quote->memory, size) : NULL;
    if (!memory && from->rc == CRM_OK) from->rc = CRM_E_NOMEM;
    return memory;
}

/* A copy, ended by a NUL. */
static const char *keep(reader *from, const void *bytes, uint32_t size) {
    char *copy = take_memory(from, (size_t)size + 1);
    if (copy && size) memcpy(copy, bytes, size);
    return copy;
}

/* data NULL where there is none. */
static crmi_slice take_text(reader *from) {
    if (take_nil(from)) return (crmi_slice){NULL, 0};
    crmi_value text = take(from, CRMI_VALUE_TEXT);
    if (from->rc == CRM_OK && !crmi_utf8_check((const char *)text.bytes, text.size)) damaged(from);
    return (crmi_slice){keep(from, text.bytes, text.size), text.size};
}

/* A text that has to be there. */
static const char *take_name(reader *from) {
    crmi_slice name = take_text(from);
    if (!name.size) damaged(from);
    return name.data;
}

/* --- values and records --- */

/* Texts that lie one after the other, each ended by a NUL. */
static bool is_list(const crmi_entry *value, uint32_t texts) {
    const char *at = value->text, *end = at + value->size;
    for (; at < end && texts; texts--) {
        size_t size = strnlen(at, (size_t)(end - at));
        if (at + size == end || !crmi_utf8_check(at, size)) return false;
        at += size + 1;
    }
    return at == end && !texts;
}

static bool is_sound(const crmi_entry *value) {
    switch (value->type) {
    case CRM_TYPE_TEXT: return crmi_utf8_check(value->text, value->size);
    case CRM_TYPE_TEXTS: return is_list(value, value->items);
    case CRM_TYPE_LABEL: return is_list(value, value->items * 2u);
    case CRM_TYPE_ID: return value->integer > 0 && (uint64_t)value->integer < ID_LIMIT;
    default: return true;
    }
}

/* One value as a stored body has it: there it goes again when the record is stored. */
static bool is_raw(reader *from, const crmi_entry *value) {
    crmi_buffer body = {0};
    crmi_walk walk;
    crmi_value read;
    crmi_pack_map(&body, 1);
    crmi_pack_number(&body, 0);
    crmi_pack_raw(&body, value->text, value->size);
    if (body.failed) from->rc = crmi_error_nomem();
    bool raw = !body.failed && crmi_walk_begin(&walk, body.data, body.size) == CRM_OK && crmi_walk_next(&walk, &read) == CRM_ROW &&
               crmi_walk_next(&walk, &read) == CRM_OK;
    crmi_buffer_free(&body);
    return raw;
}

static void take_value(reader *from, crmi_entry *out) {
    out->type = (uint8_t)take_small(from, CRM_TYPE_LABEL);
    out->integer = take_integer(from);
    if (!crmi_saved_has_bytes(out->type)) return;
    out->items = (uint16_t)take_small(from, UINT16_MAX);
    crmi_value bytes = take(from, CRMI_VALUE_BYTES);
    out->text = keep(from, bytes.bytes, bytes.size);
    out->size = out->text ? bytes.size : 0;
}

/* The first field of the host's makes a record know their names. */
static const crmi_field *field_of(const reader *from, crm_record *record, uint32_t number) {
    if (number >= CRMI_CUSTOM_FIRST && !record->definitions) {
        record->definitions = from->quote->definitions;
        crmi_definitions_retain(record->definitions);
    }
    return crmi_object_field(record, number);
}

/* raw: values may be of no type. */
static void take_entry(reader *from, crm_record *record, bool raw) {
    crmi_entry entry = {.number = take_small(from, CRMI_CUSTOM_LAST)};
    uint32_t last = record->count ? record->entries[record->count - 1].number : 0;
    take_value(from, &entry);
    if (from->rc < 0) return;
    const crmi_field *field = field_of(from, record, entry.number);
    bool typed = entry.type && field && field->type == entry.type && is_sound(&entry);
    if (entry.number > last && (typed || (raw && !entry.type && is_raw(from, &entry))))
        record->entries[record->count++] = entry;
    else
        damaged(from);
}

/* It lies in the proposal's memory; NULL on failure. */
static crm_record *take_record(reader *from, uint32_t kind, bool raw) {
    uint32_t count = take_count(from, CRMI_LIMIT_RECORD_FIELDS, LEAST_ENTRY);
    crm_record *record = take_memory(from, sizeof *record + count * sizeof *record->entries);
    if (!record) return NULL;
    record->kind = kind;
    record->capacity = count;
    record->embedded = true;
    record->entries = (crmi_entry *)(record + 1);
    for (uint32_t i = 0; i < count && from->rc == CRM_OK; i++) take_entry(from, record, raw);
    if (from->rc == CRM_OK) return record;
    crmi_object_free(record);
    return NULL;
}

/* Losers or changes. The first four of what each of them tells have to be there: wanted, bit 1 << number. */
static void take_list(reader *from, uint32_t kind, uint32_t wanted, crmi_quote_list *list) {
    uint32_t count = take_count(from, UINT32_MAX, LEAST_TOLD);
    list->made = true;
    if (!count) return;
    list->records = malloc(count * sizeof(crm_record *));
    if (!list->records) from->rc = crmi_error_nomem();
    while (from->rc == CRM_OK && list->count < count) {
        uint32_t told = 0;
        crm_record *record = take_record(from, kind, false);
        if (!record) return;
        for (uint32_t i = 0; i < record->count; i++) told |= 1u << record->entries[i].number % 32;
        list->records[list->count++] = record;
        if ((told & wanted) != wanted) damaged(from);
    }
}

#define BIT(field) (1u << CRMI_FIELD_NUMBER(field))
#define LOSER_TELLS (BIT(CRM_QUOTE_LOSER_FIELD) | BIT(CRM_QUOTE_LOSER_WHY) | BIT(CRM_QUOTE_LOSER_LEVEL) | BIT(CRM_QUOTE_LOSER_VALUE))
#define CHANGE_TELLS                                                                                                                       \
    (BIT(CRM_QUOTE_CHANGE_FIELD) | BIT(CRM_QUOTE_CHANGE_WHY) | BIT(CRM_QUOTE_CHANGE_OLD_LEVEL) | BIT(CRM_QUOTE_CHANGE_NEW_LEVEL))

/* --- parts, in their order --- */

static void take_store(reader *from) {
    const char *store = take_name(from);
    if (from->rc == CRM_OK && strcmp(store, from->quote->store) != 0)
        from->rc = crmi_error_set(CRM_E_INVALID, 0, "the saved proposal is of another store");
}

static bool is_before(const crmi_field *a, const crmi_field *b) { return a->kind != b->kind ? a->kind < b->kind : a->number < b->number; }

static void take_fields(reader *from) {
    uint32_t count = take_count(from, CRMI_LIMIT_CUSTOM_FIELDS, LEAST_FIELD);
    crmi_field *fields = take_memory(from, (count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < count && from->rc == CRM_OK; i++) {
        bool known = crmi_schema_custom(take_small(from, UINT32_MAX), &fields[i]);
        fields[i].name = take_name(from);
        if (!known || (i && !is_before(&fields[i - 1], &fields[i]))) damaged(from);
    }
    if (from->rc == CRM_OK) from->rc = crmi_definitions_of_fields(fields, count, &from->quote->definitions);
    if (from->rc == CRM_OK) from->rc = crmi_quote_take_host_fields(from->quote);
}

static void take_head(reader *from) {
    crm_quote *quote = from->quote;
    quote->asked = crmi_id_internal(&quote->key, take_id(from));
    quote->date = take_integer(from);
    if (quote->date < CRMI_DAY_MIN || quote->date > CRMI_DAY_MAX) damaged(from);
    quote->block_reason = take_text(from).data;
    quote->customer_name = take_text(from);
    quote->contact_name = take_text(from);
    quote->contact_revision = take_revision(from);
}

static void take_candidates(reader *from, crmi_quote_cell *cell) {
    uint32_t count = take_count(from, CRMI_LIMIT_QUOTE_CANDIDATES, 1);
    crm_id *ids = take_memory(from, count * sizeof *ids);
    for (uint32_t i = 0; i < count && from->rc == CRM_OK; i++) ids[i] = take_id(from);
    cell->candidates = ids;
    cell->count = from->rc == CRM_OK ? count : 0;
}

/* A value is there where a level has found one, and is of the field's type then. */
static void take_cell_value(reader *from, const crmi_field *field, crmi_quote_cell *cell) {
    crmi_entry value = {0};
    take_value(from, &value);
    bool set = crmi_quote_is_set(cell);
    if (from->rc == CRM_OK && (set ? value.type != field->type || !is_sound(&value) : value.type || value.size)) damaged(from);
    if (from->rc < 0) return;
    cell->type = value.type;
    cell->items = value.items;
    cell->size = value.size;
    cell->text = value.text;
    cell->id = value.type == CRM_TYPE_ID ? (crm_id)value.integer : 0;
    cell->integer = value.type == CRM_TYPE_ID ? 0 : value.integer;
}

static void take_cell(reader *from, const crmi_field *field, crmi_quote_cell *cell) {
    if (take_nil(from)) return;
    cell->level = take_small(from, UINT32_MAX);
    cell->reason = take_small(from, UINT32_MAX);
    cell->flags = take_small(from, UINT32_MAX);
    if (!crmi_quote_level_name(cell->level) || !crmi_quote_reason_name(cell->reason) || cell->flags & ~(uint32_t)CELL_FLAGS) damaged(from);
    take_cell_value(from, field, cell);
    cell->source = take_id(from);
    cell->revision = take_revision(from);
    cell->source_field = take_small(from, UINT32_MAX);
    cell->rule = take_id(from);
    cell->rule_revision = take_revision(from);
    take_candidates(from, cell);
}

/* Fields that were added since are unset. */
static void take_cells(reader *from) {
    crm_quote *quote = from->quote;
    uint32_t built_in = take_small(from, CRMI_NUMBER_MAX);
    if (from->rc == CRM_OK && built_in > CRMI_QUOTE_LAST)
        from->rc = crmi_error_set(CRM_E_VERSION, 0, "the saved proposal has fields that this library does not know");
    size_t places = from->rc == CRM_OK ? crmi_quote_places(quote) : 0;
    if (places) quote->losers = calloc(places + 1, sizeof *quote->losers);
    if (places && !quote->losers) from->rc = crmi_error_nomem();
    for (size_t place = 1; place <= places && from->rc == CRM_OK; place++) {
        if (place > built_in && place <= CRMI_QUOTE_LAST) {
            quote->losers[place].made = true;
            continue;
        }
        take_cell(from, crmi_quote_field_at(quote, place), crmi_quote_cell_at(quote, place));
        take_list(from, CRM_KIND_QUOTE_LOSER, LOSER_TELLS, &quote->losers[place]);
    }
}

static void take_names(reader *from) {
    uint32_t count = take_count(from, UINT32_MAX, LEAST_NAME);
    crmi_quote_name *names = take_memory(from, count * sizeof *names);
    for (uint32_t i = 0; i < count && from->rc == CRM_OK; i++) {
        names[i].id = take_id(from);
        names[i].name = take_text(from);
        names[i].country = take_text(from);
        names[i].region = take_text(from);
        names[i].area = take_text(from);
        if (!crmi_quote_is_named(&names[i]) || (i && names[i].id <= names[i - 1].id)) damaged(from);
    }
    from->quote->names = names;
    from->quote->name_count = from->rc == CRM_OK ? count : 0;
}

/* The bill-to may be the ship-to, as true. */
static bool take_same(reader *from, uint32_t which) {
    bool same = from->rc == CRM_OK && which == CRMI_QUOTE_BILL && from->at < from->end && *from->at == 0xc3;
    from->at += same;
    if (same && !from->quote->addresses[CRMI_QUOTE_SHIP]) damaged(from);
    return same;
}

static void take_address(reader *from, uint32_t which) {
    crm_record **out = &from->quote->addresses[which];
    if (take_nil(from)) return;
    if (take_same(from, which)) {
        *out = from->quote->addresses[CRMI_QUOTE_SHIP];
    } else {
        crm_id id = take_id(from), owner = take_id(from);
        uint64_t revision = take_revision(from);
        crm_record *address = take_record(from, CRM_KIND_ADDRESS, true);
        if (!address) return;
        address->id = id;
        address->owner = owner;
        address->revision = revision;
        *out = address;
    }
    from->quote->lines[which] = take_text(from).data;
    if (!from->quote->lines[which]) damaged(from);
}

static void take_body(reader *from) {
    crm_quote *quote = from->quote;
    take_store(from);
    take_fields(from);
    take_head(from);
    take_cells(from);
    take_names(from);
    take_address(from, CRMI_QUOTE_SHIP);
    take_address(from, CRMI_QUOTE_BILL);
    if (!take_nil(from)) quote->given = take_record(from, CRM_KIND_QUOTE, false);
    if (!take_nil(from)) take_list(from, CRM_KIND_QUOTE_CHANGE, CHANGE_TELLS, &quote->changes);
    if (from->at != from->end) damaged(from);
    if (from->rc == CRM_OK) from->rc = crmi_quote_sum_up(quote);
}

/* --- the whole --- */

static int check_head(const uint8_t *bytes, size_t size) {
    if (size < CRMI_SAVED_HEAD || size > UINT32_MAX || memcmp(bytes, CRMI_SAVED_MAGIC, CRMI_SAVED_AT_VERSION) != 0)
        return crmi_error_set(CRM_E_FORMAT, 0, "this is no saved proposal");
    if (crmi_key_get32(bytes + CRMI_SAVED_AT_CHECKSUM) != crmi_saved_checksum(bytes, size))
        return crmi_error_set(CRM_E_FORMAT, 0, "the saved proposal is cut or damaged");
    if (crmi_key_get32(bytes + CRMI_SAVED_AT_VERSION) > CRMI_SAVED_VERSION)
        return crmi_error_set(CRM_E_VERSION, 0, "the proposal was saved by a later version of the library");
    return CRM_OK;
}

int crmi_quote_load(crmi_txn *txn, const void *bytes, size_t size, crm_quote **out) {
    reader from = {.rc = check_head(bytes, size)};
    if (from.rc < 0) return from.rc;
    from.quote = crmi_quote_new(txn);
    if (!from.quote) return CRM_E_NOMEM;
    from.at = (const uint8_t *)bytes + CRMI_SAVED_HEAD;
    from.end = (const uint8_t *)bytes + size;
    take_body(&from);
    if (from.rc == CRM_OK) from.rc = crmi_access_made(txn, from.quote->cells[CRMI_FIELD_NUMBER(CRM_QUOTE_CUSTOMER)].id);
    if (from.rc == CRM_OK)
        *out = from.quote;
    else
        crmi_quote_free(from.quote);
    return from.rc;
}
