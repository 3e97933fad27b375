/* SPDX-License-Identifier: MIT */
/* Addresses and contacts by purpose: arguments into a query, and the keys that such a list's tokens are made of. */
#include "api/candidates.h"
#include "api/api.h"
#include "model/group.h"
#include "model/usage.h"
#include <libcrm/record.h>
#include <stdlib.h>

/* The party as he is now, and the day. */
static int make_query(crmi_txn *txn, crm_id party, int64_t as_of, crmi_usage_query *query) {
    crmi_packed id = 0;
    query->date = as_of;
    int rc = crmi_api_day(txn, &query->date);
    if (rc == CRM_OK) rc = crmi_party_resolve(txn, party, &id);
    query->root = crmi_id_root(id);
    return rc;
}

/* What the tokens of one list have in common: no key of the store, but all that the caller asked for. */
static void make_range(crmi_page *page, const crmi_usage_query *query, int64_t as_of) {
    crmi_key_begin(&page->from);
    crmi_key_int(&page->from, query->kind);
    crmi_key_int(&page->from, query->root);
    crmi_key_text(&page->from, query->purpose, query->purpose_size);
    crmi_key_int(&page->from, as_of);
}

static int list(crm_txn *token, crmi_txn *txn, const crmi_usage_query *query, int64_t as_of, uint32_t limit, const char *continuation,
                crm_iter **out) {
    crmi_page page = {0};
    make_range(&page, query, as_of);
    int rc = crmi_api_page_begin(txn, &page, limit, continuation);
    if (rc == CRM_OK) rc = crmi_usage_list(txn, query, &page);
    if (rc == CRM_OK) rc = crmi_api_page_end(token, txn, &page, out);
    free(page.ids);
    return rc;
}

int crmi_api_candidates_list(crm_txn *txn, uint32_t kind, crm_id party, const char *purpose, int64_t as_of, uint32_t limit,
                             const char *token, crm_iter **out) {
    int status;
    crmi_usage_query query = {.kind = kind, .purpose = purpose};
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    status = crmi_api_text("purpose", purpose, CRM_NTS, &query.purpose_size);
    if (status < 0) return status;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = make_query(open, party, as_of, &query);
    if (status == CRM_OK) status = list(txn, open, &query, as_of, limit, token, out);
    crmi_api_leave(txn);
    return status;
}

int crmi_api_candidates_choose(crm_txn *txn, uint32_t kind, crm_id party, const char *purpose, int64_t as_of, crm_id *out) {
    int status;
    crmi_packed id = 0;
    crmi_usage_query query = {.kind = kind, .purpose = purpose};
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    status = crmi_api_text("purpose", purpose, CRM_NTS, &query.purpose_size);
    if (status < 0) return status;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = make_query(open, party, as_of, &query);
    if (status == CRM_OK) {
        status = crmi_usage_choose(open, &query, &id);
        if (status == CRM_E_NOTFOUND) crmi_error_set(status, 0, "no %s for this purpose", crm_kind_name(kind));
    }
    if (status >= 0) *out = crmi_store_public(open, id);
    crmi_api_leave(txn);
    return status;
}
