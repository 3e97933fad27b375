/* SPDX-License-Identifier: MIT */
/* The end of a proposal: what stage 1 chose becomes cells, the cells become a record, and the chosen addresses are copied by value, because
 * what is changed later must not change a quote. */
#include "base/error.h"
#include "model/address_format.h"
#include "model/quote.h"
#include <stdlib.h>
#include <string.h>

static crmi_quote_cell *cell_of(crmi_quote_work *work, crm_field field) { return &work->quote->cells[CRMI_FIELD_NUMBER(field)]; }

static int compare_ids(const void *a, const void *b) {
    crm_id x = *(const crm_id *)a, y = *(const crm_id *)b;
    return (x > y) - (x < y);
}

void crmi_quote_list_candidates(crmi_quote_cell *cell, crm_id *ids, size_t count) {
    qsort(ids, count, sizeof *ids, compare_ids);
    cell->candidates = ids;
    cell->count = (uint32_t)(count < CRMI_LIMIT_QUOTE_CANDIDATES ? count : CRMI_LIMIT_QUOTE_CANDIDATES);
    cell->flags |= CRM_QUOTE_FLAG_AMBIGUOUS;
}

static crm_id public_id(const crmi_quote_work *work, crmi_quote_object *object) {
    if (object->source && object->source->public_id) return object->source->public_id;
    crm_id id = crmi_id_public(&work->quote->key, object->id);
    if (object->source) object->source->public_id = id;
    return id;
}

static int set_choice(crmi_quote_work *work, crm_field field, const crmi_quote_choice *choice) {
    crmi_quote_cell *cell = cell_of(work, field);
    if (choice->count > 1) {
        crm_id *ids = crmi_quote_take(&work->quote->memory, choice->count * sizeof *ids);
        if (!ids) return CRM_E_NOMEM;
        size_t count = 0;
        for (const crmi_quote_candidate *at = choice->candidates; at; at = at->next) ids[count++] = public_id(work, at->object);
        crmi_quote_list_candidates(cell, ids, count);
        return CRM_OK;
    }
    if (!choice->object) return CRM_OK;
    if (choice->level == CRM_LEVEL_EXPLICIT && choice->moves) cell->flags |= CRM_QUOTE_FLAG_REDIRECTED;
    cell->type = CRM_TYPE_ID;
    cell->level = choice->level;
    cell->reason = choice->reason;
    cell->id = public_id(work, choice->object);
    cell->source = crmi_id_public(&work->quote->key, choice->source);
    cell->revision = choice->revision;
    cell->source_field = choice->source_field;
    return CRM_OK;
}

/* The customer himself, and the payer: the bill-to party, which is the customer as long as there are no relations. */
static int set_parties(crmi_quote_work *work) {
    const crmi_quote_source *party = work->party;
    crmi_quote_cell *customer = cell_of(work, CRM_QUOTE_CUSTOMER), *payer = cell_of(work, CRM_QUOTE_PAYER);
    crm_id id = crmi_id_public(&work->quote->key, party->id);
    customer->type = payer->type = CRM_TYPE_ID;
    customer->id = payer->id = id;
    customer->level = payer->level = CRM_LEVEL_EXPLICIT;
    customer->reason = payer->reason = CRM_REASON_EXPLICIT;
    if (party->id != work->quote->asked) customer->flags |= CRM_QUOTE_FLAG_REDIRECTED;
    if (crmi_quote_integer_of(party, CRM_PARTY_DELIVERY_LOCK, 0)) cell_of(work, CRM_QUOTE_SHIP_TO)->flags |= CRM_QUOTE_FLAG_DELIVERY_LOCKED;
    if (crmi_quote_integer_of(party, CRM_PARTY_ORDER_LOCK, 0)) {
        const crmi_quote_slot *reason = crmi_quote_text_of(party, CRM_PARTY_LOCK_REASON);
        uint32_t size = reason ? reason->size : 0;
        char *text = crmi_quote_take_cleared(&work->quote->memory, (size_t)size + 1);
        if (!text) return CRM_E_NOMEM;
        if (size) memcpy(text, reason->bytes, size);
        work->quote->block_reason = text;
        customer->flags |= CRM_QUOTE_FLAG_BLOCKED;
    }
    const crmi_entry *given = crmi_quote_given(work, CRM_QUOTE_PAYER);
    if (given) {
        bool himself = (crm_id)given->integer == id || crmi_store_packed(work->txn, (crm_id)given->integer) == work->quote->asked;
        return himself ? CRM_OK : crmi_error_set(CRM_E_NOT_RELATED, CRM_QUOTE_PAYER, "payer is not the customer's");
    }
    payer->level = CRM_LEVEL_CUSTOMER;
    payer->reason = CRM_REASON_BILL_TO;
    payer->source = id;
    payer->revision = party->revision;
    return CRM_OK;
}

static void add_entry(crm_record *record, uint32_t number, const crmi_quote_cell *cell) {
    if (cell->level == CRM_LEVEL_UNSET) return;
    crmi_entry *entry = &record->entries[record->count++];
    entry->number = number;
    entry->type = cell->type;
    entry->items = cell->items;
    entry->size = cell->size;
    entry->text = cell->text;
    entry->integer = cell->type == CRM_TYPE_ID ? (int64_t)cell->id : cell->integer;
}

int crmi_quote_sum_up(crm_quote *quote) {
    size_t places = crmi_quote_places(quote);
    crm_record *record = crmi_quote_take_cleared(&quote->memory, sizeof *record + places * sizeof *record->entries);
    if (!record) return CRM_E_NOMEM;
    record->kind = CRM_KIND_QUOTE;
    record->capacity = (uint32_t)places;
    record->embedded = true;
    record->entries = (crmi_entry *)(record + 1);
    for (uint32_t number = 1; number <= CRMI_QUOTE_LAST; number++) add_entry(record, number, &quote->cells[number]);
    for (size_t i = 0; i < quote->host_count; i++) add_entry(record, quote->host_fields[i].number, &quote->host_cells[i]);
    if (quote->host_count) {
        record->definitions = quote->definitions;
        crmi_definitions_retain(record->definitions);
    }
    quote->values = record;
    for (size_t place = 1; place <= places; place++) quote->flags |= crmi_quote_cell_at(quote, place)->flags;
    return CRM_OK;
}

static int copy_address(crmi_quote_work *work, const crmi_quote_source *source, crm_record **out) {
    size_t entries, space = crmi_object_space(source->body, &entries);
    void *at = crmi_quote_take(&work->quote->memory, space);
    if (!at) return CRM_E_NOMEM;
    int rc = crmi_object_decode_at(work->txn, source->id, source->body, at, space, out);
    if (rc == CRM_OK) (*out)->embedded = true;
    return rc;
}

static crmi_slice text_of(const crmi_quote_source *source, crm_field field) {
    const crmi_quote_slot *slot = crmi_quote_text_of(source, field);
    return slot ? (crmi_slice){slot->bytes, slot->size} : (crmi_slice){NULL, 0};
}

/* Where letters are sent from, by the store's own terms; empty where they don't say. */
static crmi_slice sender_country(const crmi_quote_work *work) {
    const crmi_quote_places_of *global = &work->places[CRMI_LEVEL_SLOT(CRM_LEVEL_GLOBAL)];
    for (size_t i = 0; i < global->count; i++)
        if (crmi_quote_slot_of(global->places[i].list, CRM_QUOTE_DEFAULTS_SENDER_COUNTRY))
            return text_of(global->places[i].list, CRM_QUOTE_DEFAULTS_SENDER_COUNTRY);
    return (crmi_slice){NULL, 0};
}

static int format_address(crmi_quote_work *work, uint32_t which, crmi_buffer *buffer) {
    crmi_letter letter = {.delivery = which == CRMI_QUOTE_SHIP,
                          .name = text_of(work->party, CRM_PARTY_NAME),
                          .addition = text_of(work->party, CRM_PARTY_NAME_ADDITION),
                          .sender_country = sender_country(work)};
    crmi_buffer_clear(buffer);
    crmi_address_format(work->quote->addresses[which], &letter, buffer);
    if (buffer->failed) return crmi_error_nomem();
    char *lines = crmi_quote_take(&work->quote->memory, buffer->size + 1);
    if (!lines) return CRM_E_NOMEM;
    if (buffer->size) memcpy(lines, buffer->data, buffer->size);
    lines[buffer->size] = '\0';
    work->quote->lines[which] = lines;
    return CRM_OK;
}

static int set_addresses(crmi_quote_work *work) {
    const crmi_quote_choice *choices[CRMI_QUOTE_ADDRESSES] = {[CRMI_QUOTE_SHIP] = &work->ship_to, [CRMI_QUOTE_BILL] = &work->bill_to};
    crmi_buffer buffer = {0};
    int rc = CRM_OK;
    for (uint32_t i = 0; i < CRMI_QUOTE_ADDRESSES && rc == CRM_OK; i++) {
        if (!choices[i]->object) continue;
        if (i == CRMI_QUOTE_BILL && choices[i]->object == work->ship_to.object)
            work->quote->addresses[i] = work->quote->addresses[CRMI_QUOTE_SHIP];
        else
            rc = copy_address(work, choices[i]->object->source, &work->quote->addresses[i]);
        if (rc == CRM_OK) rc = format_address(work, i, &buffer);
    }
    crmi_buffer_free(&buffer);
    return rc;
}

/* What the explanation tells besides. */
static void take_names(crmi_quote_work *work) {
    const crmi_quote_object *contact = work->contact_choice.object;
    work->quote->customer_name = text_of(work->party, CRM_PARTY_NAME);
    if (!contact || !contact->source) return;
    work->quote->contact_name = text_of(contact->source, CRM_CONTACT_NAME);
    work->quote->contact_revision = contact->source->revision;
}

int crmi_quote_finish(crmi_quote_work *work) {
    int rc = set_parties(work);
    if (rc == CRM_OK) rc = set_choice(work, CRM_QUOTE_SHIP_TO, &work->ship_to);
    if (rc == CRM_OK) rc = set_choice(work, CRM_QUOTE_BILL_TO, &work->bill_to);
    if (rc == CRM_OK) rc = set_choice(work, CRM_QUOTE_CONTACT, &work->contact_choice);
    if (rc == CRM_OK) rc = crmi_quote_apply_rules(work);
    if (rc == CRM_OK) rc = crmi_quote_follow_price_list(work);
    if (rc == CRM_OK) rc = crmi_quote_sum_up(work->quote);
    if (rc == CRM_OK) rc = set_addresses(work);
    if (rc < 0) return rc;
    take_names(work);
    return work->quote->flags & CRM_QUOTE_FLAG_AMBIGUOUS ? CRM_CHOOSE : CRM_OK;
}
