/* SPDX-License-Identifier: MIT */
/* The quote proposal from end to end: check what is given, read, choose, take the values, finish. */
#include "model/quote.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/db.h"
#include "store/gate.h"
#include <stdlib.h>
#include <string.h>

/* Stage 1 over what is known, until nothing more is asked for. */
static int read_rounds(crmi_quote_work *work) {
    for (;;) {
        int rc = work->chosen ? CRM_OK : crmi_quote_choose(work);
        if (rc == CRM_OK) rc = crmi_quote_find_places(work);
        if (rc < 0 || !crmi_quote_asks(work)) return rc;
        rc = crmi_quote_read_round(work);
        if (rc < 0) return rc;
    }
}

int crmi_quote_take_host_fields(crm_quote *quote) {
    quote->host_fields = crmi_definitions_of_kind(quote->definitions, CRM_KIND_QUOTE, &quote->host_count);
    if (!quote->host_count) return CRM_OK;
    quote->host_cells = crmi_quote_take_cleared(&quote->memory, quote->host_count * sizeof *quote->host_cells);
    return quote->host_cells ? CRM_OK : CRM_E_NOMEM;
}

static int resolve(crmi_quote_work *work) {
    int rc = crmi_quote_read_lock(work);
    if (rc == CRM_OK) rc = crmi_quote_check_given(work);
    if (rc == CRM_OK) rc = crmi_quote_read_head(work);
    if (rc < 0) return rc;
    if (crmi_quote_integer_of(work->party, CRM_PARTY_ARCHIVED, 0))
        return crmi_error_set(CRM_E_ARCHIVED, CRM_QUOTE_CUSTOMER, "the customer is archived");
    rc = crmi_quote_take_host_fields(work->quote);
    if (rc == CRM_OK) rc = crmi_quote_check_given_host(work);
    if (rc == CRM_OK) rc = read_rounds(work);
    if (rc == CRM_OK) rc = crmi_quote_check_given_codes(work);
    if (rc == CRM_OK) rc = crmi_quote_values(work);
    return rc == CRM_OK ? crmi_quote_finish(work) : rc;
}

/* Who may have proposals as staff has them whole: what of the store he may read besides does not change them. */
static int resolve_whole(crmi_quote_work *work) {
    const crmi_actor *actor = crmi_gate_actor(work->txn);
    if (!actor || !actor->staff) return resolve(work);
    crmi_gate_lift(work->txn);
    int rc = resolve(work);
    crmi_gate_drop(work->txn);
    return rc;
}

crm_quote *crmi_quote_new(crmi_txn *txn) {
    crmi_quote_memory memory = {0};
    crm_quote *quote = crmi_quote_take_cleared(&memory, sizeof *quote);
    if (!quote) return NULL;
    quote->memory = memory;
    quote->key = *crmi_db_key(crmi_txn_db(txn));
    memcpy(quote->store, crmi_db_uuid(crmi_txn_db(txn)), sizeof quote->store);
    return quote;
}

/* The work lies in the quote's memory too. */
static crm_quote *new_quote(crmi_txn *txn, int64_t date, const crm_record *given) {
    crm_quote *quote = crmi_quote_new(txn);
    if (!quote) return NULL;
    quote->date = date;
    quote->work = crmi_quote_take_cleared(&quote->memory, sizeof *quote->work);
    if (given) quote->given = crmi_object_copy(given);
    if (quote->work && (quote->given || !given)) return quote;
    crmi_quote_free(quote);
    return NULL;
}

int crmi_quote_resolve(crmi_txn *txn, crmi_packed customer, int64_t date, const crm_record *given, crm_quote **out) {
    *out = NULL;
    if (date < CRMI_DAY_MIN || date > CRMI_DAY_MAX) return crmi_error_set(CRM_E_RANGE, 0, "the day is not in the years 1 to 9999");
    crm_quote *quote = new_quote(txn, date, given);
    if (!quote) return CRM_E_NOMEM;
    crmi_quote_work *work = quote->work;
    work->txn = txn;
    work->quote = quote;
    work->given = quote->given;
    work->date = date;
    quote->asked = customer;
    int rc = resolve_whole(work);
    work->txn = NULL; /* may be over when the proposal is asked again */
    if (rc < 0)
        crmi_quote_free(quote);
    else
        *out = quote;
    return rc;
}

/* --- fields by place --- */

size_t crmi_quote_places(const crm_quote *quote) { return CRMI_QUOTE_LAST + quote->host_count; }

const crmi_field *crmi_quote_field_at(const crm_quote *quote, size_t place) {
    return place <= CRMI_QUOTE_LAST ? crmi_schema_number(CRM_KIND_QUOTE, (uint32_t)place)
                                    : &quote->host_fields[place - CRMI_QUOTE_LAST - 1];
}

crmi_quote_cell *crmi_quote_cell_at(const crm_quote *quote, size_t place) {
    crm_quote *own = (crm_quote *)(uintptr_t)quote;
    return place <= CRMI_QUOTE_LAST ? &own->cells[place] : &own->host_cells[place - CRMI_QUOTE_LAST - 1];
}

/* 0: none of a quote. */
static size_t place_of(const crm_quote *quote, crm_field field) {
    if (field / 1000 == CRM_KIND_QUOTE && CRMI_FIELD_NUMBER(field) <= CRMI_QUOTE_LAST) return CRMI_FIELD_NUMBER(field);
    for (size_t i = 0; i < quote->host_count; i++)
        if (quote->host_fields[i].field == field) return CRMI_QUOTE_LAST + 1 + i;
    return 0;
}

crmi_quote_cell *crmi_quote_cell_of(const crm_quote *quote, crm_field field) {
    size_t place = place_of(quote, field);
    return place ? crmi_quote_cell_at(quote, place) : NULL;
}

const crmi_field *crmi_quote_field(const crm_quote *quote, crm_field field) {
    size_t place = place_of(quote, field);
    return place ? crmi_quote_field_at(quote, place) : NULL;
}

/* --- the end --- */

void crmi_quote_free(crm_quote *quote) {
    if (!quote) return;
    crmi_quote_memory memory = quote->memory;
    crmi_object_free(quote->values);
    bool same = quote->addresses[CRMI_QUOTE_SHIP] == quote->addresses[CRMI_QUOTE_BILL];
    crmi_object_free(quote->addresses[CRMI_QUOTE_SHIP]);
    if (!same) crmi_object_free(quote->addresses[CRMI_QUOTE_BILL]);
    crmi_quote_free_lists(quote);
    crmi_buffer_free(&quote->json);
    crmi_buffer_free(&quote->explained);
    crmi_buffer_free(&quote->saved);
    crmi_object_free(quote->given);
    crmi_definitions_release(quote->definitions);
    crmi_quote_release(&memory);
}
