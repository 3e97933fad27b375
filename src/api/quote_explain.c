/* SPDX-License-Identifier: MIT */
/* crm_quote_*: what a proposal won against, what changed, the whole explained; computing it again; keeping it. */
#include "api/api.h"
#include "model/access.h"
#include "model/quote_tell.h"

static bool is_quote(const crm_quote *quote) {
    if (!quote) crmi_error_set(CRM_E_INVALID, 0, "quote is NULL");
    return quote;
}

int crm_quote_reresolve(crm_txn *txn, const crm_quote *old, crm_id customer, int64_t as_of, const crm_record *changes,
                        const crm_field *released, size_t count, crm_quote **out) {
    int status;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    if (!old) return crmi_error_set(CRM_E_INVALID, 0, "old is NULL");
    if (count && !released) return crmi_error_set(CRM_E_INVALID, 0, "released is NULL");
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    if (as_of == CRM_TODAY) as_of = crmi_db_today(crmi_txn_db(open));
    status = crmi_access_quotes(open);
    if (status == CRM_OK) status = crmi_quote_reresolve(open, old, customer, as_of, changes, released, count, out);
    crmi_api_leave(txn);
    return status;
}

/* NULL and the error where the field is none of a quote, or memory is out. */
static const crmi_quote_list *losers_of(crm_quote *quote, crm_field field) {
    const crmi_quote_list *list;
    if (!is_quote(quote)) return NULL;
    for (size_t place = 1; place <= crmi_quote_places(quote); place++)
        if (crmi_quote_field_at(quote, place)->field == field) return crmi_quote_losers(quote, place, &list) < 0 ? NULL : list;
    crmi_error_set(CRM_E_TYPE, field, "field %u is not a field of a quote", field);
    return NULL;
}

size_t crm_quote_loser_count(crm_quote *quote, crm_field field) {
    const crmi_quote_list *list = losers_of(quote, field);
    return list ? list->count : 0;
}

const crm_record *crm_quote_loser(crm_quote *quote, crm_field field, size_t index) {
    const crmi_quote_list *list = losers_of(quote, field);
    return list && index < list->count ? list->records[index] : NULL;
}

size_t crm_quote_change_count(const crm_quote *quote) { return is_quote(quote) ? quote->changes.count : 0; }

const crm_record *crm_quote_change(const crm_quote *quote, size_t index) {
    return is_quote(quote) && index < quote->changes.count ? quote->changes.records[index] : NULL;
}

int crm_quote_given(const crm_quote *quote, crm_record **out) {
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    if (!is_quote(quote)) return CRM_E_INVALID;
    crm_record *given = quote->given ? crmi_object_copy(quote->given) : crmi_object_new(CRM_KIND_QUOTE);
    if (!given) return CRM_E_NOMEM;
    if (!given->definitions && quote->definitions) { /* so that it knows the host's fields by name */
        crmi_definitions_retain(quote->definitions);
        given->definitions = quote->definitions;
    }
    *out = given;
    return CRM_OK;
}

const char *crm_quote_explain(crm_quote *quote, uint32_t format, size_t *out_len) {
    if (!is_quote(quote) || crmi_quote_write_explanation(quote, format) < 0) return NULL;
    if (out_len) *out_len = quote->explained.size;
    return (const char *)quote->explained.data;
}

const void *crm_quote_save(crm_quote *quote, size_t *out_size) {
    if (!is_quote(quote) || crmi_quote_save(quote) < 0) return NULL;
    if (out_size) *out_size = quote->saved.size;
    return quote->saved.data;
}

int crm_quote_load(crm_txn *txn, const void *bytes, size_t size, crm_quote **out) {
    int status;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    if (!bytes) return crmi_error_set(CRM_E_INVALID, 0, "bytes is NULL");
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = crmi_access_quotes(open);
    if (status == CRM_OK) status = crmi_quote_load(open, bytes, size, out);
    crmi_api_leave(txn);
    return status;
}
