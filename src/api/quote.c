/* SPDX-License-Identifier: MIT */
/* crm_quote_*: computing a proposal, and reading it. */
#include "model/quote.h"
#include "api/api.h"
#include "model/access.h"
#include <string.h>

int crm_quote_resolve(crm_txn *txn, crm_id customer, int64_t as_of, const crm_record *given, crm_quote **out) {
    int status;
    crmi_packed id;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    if (as_of == CRM_TODAY) as_of = crmi_db_today(crmi_txn_db(open));
    status = crmi_access_quotes(open);
    if (status == CRM_OK) status = crmi_access_customer(open, customer, &id);
    if (status == CRM_OK) status = crmi_quote_resolve(open, id, as_of, given, out);
    crmi_api_leave(txn);
    return status;
}

void crm_quote_free(crm_quote *quote) { crmi_quote_free(quote); }

static bool is_quote(const crm_quote *quote) {
    if (!quote) crmi_error_set(CRM_E_INVALID, 0, "quote is NULL");
    return quote;
}

/* The cell of a field; an empty one and the error where it is none of a quote. */
static const crmi_quote_cell no_cell;
static const crmi_quote_cell *cell_of(const crm_quote *quote, crm_field field) {
    if (!is_quote(quote)) return &no_cell;
    const crmi_quote_cell *cell = crmi_quote_cell_of(quote, field);
    if (cell) return cell;
    crmi_error_set(CRM_E_TYPE, field, "field %u is not a field of a quote", field);
    return &no_cell;
}

const crm_record *crm_quote_record(const crm_quote *quote) { return is_quote(quote) ? quote->values : NULL; }
int64_t crm_quote_date(const crm_quote *quote) { return is_quote(quote) ? quote->date : 0; }

uint32_t crm_quote_level(const crm_quote *quote, crm_field field) { return cell_of(quote, field)->level; }
uint32_t crm_quote_reason(const crm_quote *quote, crm_field field) { return cell_of(quote, field)->reason; }
crm_id crm_quote_source(const crm_quote *quote, crm_field field) { return cell_of(quote, field)->source; }
uint64_t crm_quote_source_revision(const crm_quote *quote, crm_field field) { return cell_of(quote, field)->revision; }
crm_id crm_quote_rule(const crm_quote *quote, crm_field field) { return cell_of(quote, field)->rule; }
crm_field crm_quote_source_field(const crm_quote *quote, crm_field field) { return cell_of(quote, field)->source_field; }

uint32_t crm_quote_flags(const crm_quote *quote, crm_field field) {
    if (field) {
        const crmi_quote_cell *cell = cell_of(quote, field);
        return cell == &no_cell ? 0 : crmi_quote_flags_of(cell);
    }
    return is_quote(quote) ? quote->flags : 0;
}

size_t crm_quote_candidate_count(const crm_quote *quote, crm_field field) { return cell_of(quote, field)->count; }

crm_id crm_quote_candidate(const crm_quote *quote, crm_field field, size_t index) {
    const crmi_quote_cell *cell = cell_of(quote, field);
    return index < cell->count ? cell->candidates[index] : 0;
}

const char *crm_quote_block_reason(const crm_quote *quote) { return is_quote(quote) ? quote->block_reason : NULL; }

/* Which of the two addresses; CRMI_QUOTE_ADDRESSES and the error where the field is none of them. */
static uint32_t address_of(const crm_quote *quote, crm_field field) {
    if (!is_quote(quote)) return CRMI_QUOTE_ADDRESSES;
    if (field == CRM_QUOTE_SHIP_TO) return CRMI_QUOTE_SHIP;
    if (field == CRM_QUOTE_BILL_TO) return CRMI_QUOTE_BILL;
    crmi_error_set(CRM_E_TYPE, field, "field %u is not an address of a quote", field);
    return CRMI_QUOTE_ADDRESSES;
}

const crm_record *crm_quote_address(const crm_quote *quote, crm_field field) {
    uint32_t which = address_of(quote, field);
    return which < CRMI_QUOTE_ADDRESSES ? quote->addresses[which] : NULL;
}

const char *crm_quote_address_text(const crm_quote *quote, crm_field field) {
    uint32_t which = address_of(quote, field);
    return which < CRMI_QUOTE_ADDRESSES ? quote->lines[which] : NULL;
}

const char *crm_quote_json(crm_quote *quote, size_t *out_len) {
    if (!is_quote(quote) || crmi_quote_write_json(quote) < 0) return NULL;
    if (out_len) *out_len = quote->json.size;
    return (const char *)quote->json.data;
}

uint32_t crm_quote_level_find(const char *name) { return name ? crmi_quote_level_find(name, strlen(name)) : CRM_LEVEL_UNSET; }
const char *crm_quote_level_name(uint32_t level) { return crmi_quote_level_name(level); }
const char *crm_quote_reason_name(uint32_t reason) { return crmi_quote_reason_name(reason); }
