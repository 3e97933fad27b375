/* SPDX-License-Identifier: MIT */
/* The first round of a proposal (see quote.h): party, terms, usages and memberships. Values stay where the body's copy has them; usages and
 * memberships that are not valid on the day, and purposes that no quote asks for, are dropped here. */
#include "base/error.h"
#include "model/quote.h"
#include <libcrm/codes.h>
#include <string.h>

#define BUCKETS_MIN 16

int crmi_quote_damaged(const char *what) { return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: %s", what); }

/* Copies a record and opens it by number. */
int crmi_quote_open(crmi_quote_memory *memory, const crmi_stored *stored, crmi_quote_source **out) {
    const crmi_kind *kind = crmi_schema_kind(stored->kind);
    if (!kind || !kind->fields) return crmi_quote_damaged("its kind");
    uint32_t numbers = kind->first[kind->fields - 1].number;
    crmi_quote_source *source = crmi_quote_take(memory, sizeof *source + (numbers + 1) * sizeof *source->slots + stored->body.size);
    if (!source) return CRM_E_NOMEM;
    uint8_t *body = (uint8_t *)&source->slots[numbers + 1];
    memset(source, 0, (size_t)(body - (uint8_t *)source));
    memcpy(body, stored->body.data, stored->body.size);
    source->id = stored->id;
    source->kind = stored->kind;
    source->numbers = numbers;
    source->body = (crmi_slice){body, stored->body.size};
    crmi_walk walk;
    crmi_value value;
    int rc = crmi_walk_begin(&walk, body, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value))
        if (value.number <= numbers)
            source->slots[value.number] =
                (crmi_quote_slot){value.bytes, value.size, (uint16_t)value.type, value.type != CRMI_VALUE_NIL, value.integer};
    if (rc < 0) return crmi_quote_damaged("its body");
    source->revision = (uint64_t)source->slots[0].integer;
    *out = source;
    return CRM_OK;
}

static bool text_is(const crmi_value *value, const char *text) {
    return value->type == CRMI_VALUE_TEXT && value->size == strlen(text) && !memcmp(value->bytes, text, value->size);
}

static uint32_t purpose_of(const crmi_value *value) {
    if (text_is(value, CRM_PURPOSE_DELIVERY)) return CRMI_PURPOSE_DELIVERY;
    if (text_is(value, CRM_PURPOSE_BILLING)) return CRMI_PURPOSE_BILLING;
    if (text_is(value, CRM_PURPOSE_MAIN)) return CRMI_PURPOSE_MAIN;
    return text_is(value, CRM_PURPOSE_QUOTE) ? CRMI_PURPOSE_QUOTE : CRMI_PURPOSE_NONE;
}

static int take_usage(crmi_quote_work *work, const crmi_stored *stored) {
    crmi_quote_usage usage = {.id = stored->id};
    int64_t from = INT64_MIN, until = INT64_MAX;
    crmi_walk walk;
    crmi_value value;
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) switch (value.number) {
        case 0: usage.revision = (uint64_t)value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_TARGET): usage.target = (crmi_packed)value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_PURPOSE): usage.purpose = purpose_of(&value); break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_IS_DEFAULT): usage.is_default = value.integer != 0; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_VALID_FROM): from = value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_VALID_UNTIL): until = value.integer; break;
        }
    if (rc < 0) return crmi_quote_damaged("its body");
    if (usage.purpose == CRMI_PURPOSE_NONE || work->date < from || work->date >= until) return CRM_OK;
    crmi_quote_usage *kept = crmi_quote_take(&work->quote->memory, sizeof *kept);
    if (!kept) return CRM_E_NOMEM;
    *kept = usage;
    *work->usages_end = kept;
    work->usages_end = &kept->next;
    work->usage_count++;
    return CRM_OK;
}

static int take_membership(crmi_quote_work *work, const crmi_stored *stored) {
    int64_t from = INT64_MIN, until = INT64_MAX;
    crmi_packed group = 0;
    crmi_walk walk;
    crmi_value value;
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) switch (value.number) {
        case CRMI_FIELD_NUMBER(CRM_MEMBERSHIP_GROUP): group = (crmi_packed)value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_MEMBERSHIP_VALID_FROM): from = value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_MEMBERSHIP_VALID_UNTIL): until = value.integer; break;
        }
    if (rc < 0) return crmi_quote_damaged("its body");
    return work->date < from || work->date >= until ? CRM_OK : crmi_quote_add_group(work, group, true);
}

size_t crmi_quote_area_of(const crmi_quote_work *work, const crmi_quote_source *source) {
    const crmi_quote_slot *area = crmi_quote_text_of(source, CRM_QUOTE_DEFAULTS_SALES_AREA);
    if (!area || area->size == 0) return CRMI_AREA_ALL;
    const crmi_entry *given = crmi_quote_given(work, CRM_QUOTE_SALES_AREA);
    return given && given->size == area->size && !memcmp(given->text, area->bytes, area->size) ? CRMI_AREA_GIVEN : CRMI_AREAS;
}

/* Terms of other sales areas are passed over. */
static int take_defaults(crmi_quote_work *work, const crmi_stored *stored) {
    crmi_quote_source *source;
    int rc = crmi_quote_open(&work->quote->memory, stored, &source);
    if (rc < 0) return rc;
    size_t area = crmi_quote_area_of(work, source);
    if (area == CRMI_AREAS) return CRM_OK;
    crmi_quote_terms *terms = crmi_quote_integer_of(source, CRM_QUOTE_DEFAULTS_SCOPE, 0) ? &work->scoped : &work->own;
    source->next = terms->of[area];
    terms->of[area] = source;
    return CRM_OK;
}

static int take_head(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_quote_work *work = data;
    switch (stored->kind) {
    case CRM_KIND_PARTY: return crmi_quote_open(&work->quote->memory, stored, &work->party);
    case CRM_KIND_QUOTE_DEFAULTS: return take_defaults(work, stored);
    case CRM_KIND_USAGE: return take_usage(work, stored);
    case CRM_KIND_MEMBERSHIP: return take_membership(work, stored);
    default: return CRM_OK;
    }
}

static crmi_want head_of(uint32_t root) {
    return (crmi_want){crmi_id_pack(root, CRM_KIND_PARTY, 0), crmi_id_pack(root, CRM_KIND_MEMBERSHIP + 1, 0), 0};
}

/* The store's own definitions come with the first reading of a transaction. */
static int read_file_head(crmi_quote_work *work) {
    crmi_want want = head_of(work->root);
    int rc = crmi_store_read_head(work->txn, &want, 1, take_head, work);
    if (rc == CRM_OK) rc = crmi_txn_definitions(work->txn, &work->quote->definitions);
    if (rc < 0) {
        work->quote->definitions = NULL;
        return rc;
    }
    crmi_definitions_retain(work->quote->definitions);
    return crmi_quote_book_of(work->txn, work->quote->definitions, &work->book);
}

static int take_survivor(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    *(crmi_packed *)data = stored->id;
    return CRM_OK;
}

static int no_customer(void) { return crmi_error_set(CRM_E_NOTFOUND, CRM_QUOTE_CUSTOMER, "no such customer"); }

/* The file of the party that took this one's place; what the old file still had is forgotten. */
static int read_survivor(crmi_quote_work *work) {
    crmi_packed survivor = 0;
    int rc = crmi_store_read(work->txn, work->quote->asked, take_survivor, &survivor);
    if (rc == CRM_E_NOTFOUND || (rc == CRM_OK && crmi_id_kind(survivor) != CRM_KIND_PARTY)) return no_customer();
    if (rc < 0) return rc;
    work->root = crmi_id_root(survivor);
    work->own = work->scoped = (crmi_quote_terms){{NULL}};
    work->usages = NULL;
    work->usages_end = &work->usages;
    work->groups = NULL;
    work->groups_known = work->groups_wanted = 0;
    work->usage_count = 0;
    crmi_want want = head_of(work->root);
    rc = crmi_store_read_many(work->txn, &want, 1, take_head, work);
    return rc == CRM_OK && !work->party ? no_customer() : rc;
}

/* The range leaves a merged party's stub out, so a file without a party is read again by key: that follows the stub. */
int crmi_quote_read_head(crmi_quote_work *work) {
    if (crmi_id_kind(work->quote->asked) != CRM_KIND_PARTY || crmi_id_root(work->quote->asked) == 0) return no_customer();
    work->root = crmi_id_root(work->quote->asked);
    work->usages_end = &work->usages;
    int rc = read_file_head(work);
    if (rc == CRM_OK && work->party && work->party->id != work->quote->asked) return no_customer();
    if (rc == CRM_OK && !work->party) rc = read_survivor(work);
    if (rc < 0) return rc;
    uint32_t buckets = BUCKETS_MIN;
    while (buckets < work->usage_count) buckets *= 2;
    work->buckets = crmi_quote_take_cleared(&work->quote->memory, buckets * sizeof(crmi_quote_object *));
    work->bucket_mask = buckets - 1;
    return work->buckets ? CRM_OK : CRM_E_NOMEM;
}
