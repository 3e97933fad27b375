/* SPDX-License-Identifier: MIT */
/* crm_run_*: taking imports back. */
#include "sync/run.h"
#include "api/api.h"
#include "model/access.h"
#include "store/gate.h"
#include "store/undo.h"
#include <libcrm/run.h>
#include <stdlib.h>
#include <string.h>

int crm_run_revert(crm_db *db, crm_id actor, crm_id run) {
    const crmi_error before = *crmi_error_last();
    int status;
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return status;
    status = crmi_run_revert(open, actor, run);
    crmi_handle_unpin(db);
    if (status == CRM_OK) crmi_error_restore(&before); /* it asks for what may not be there */
    return status;
}

static size_t key_size(const crmi_page *page) { return page->from.size; }

/* The page's ids out of all, ascending; the place of a page is its last id behind what the list's keys share. */
static int cut(crmi_page *page, const crmi_packed *ids, size_t count) {
    uint8_t bytes[8];
    crmi_packed after = 0;
    if (page->after_size && page->after_size != key_size(page) + sizeof bytes)
        return crmi_error_set(CRM_E_INVALID, 0, "token is none of this list");
    if (page->after_size) after = crmi_key_get64(page->after + key_size(page));
    for (size_t i = 0; i < count; i++) {
        if (ids[i] <= after) continue;
        page->more = page->count == page->limit;
        if (page->more) break;
        page->ids[page->count++] = ids[i];
    }
    if (!page->more) return CRM_OK;
    crmi_key_put64(bytes, page->ids[page->count - 1]);
    memcpy(page->after, page->from.bytes, key_size(page));
    memcpy(page->after + key_size(page), bytes, sizeof bytes);
    page->after_size = key_size(page) + sizeof bytes;
    return CRM_OK;
}

static int list_blockers(crm_txn *token, crmi_txn *txn, crm_id run, uint32_t limit, const char *continuation, crm_iter **out) {
    crmi_page page = {0};
    crmi_packed *ids = NULL;
    size_t count = 0;
    crmi_key_begin(&page.from);
    crmi_key_int(&page.from, CRM_IMPORT_RUN_REVERTED_AT);
    crmi_key_int(&page.from, (int64_t)run);
    int rc = crmi_access_import(txn);
    if (rc == CRM_OK) rc = crmi_api_page_begin(txn, &page, limit, continuation);
    if (rc == CRM_OK) rc = crmi_run_blockers(txn, crmi_gate_asked(txn, run), &ids, &count);
    if (rc == CRM_OK) rc = cut(&page, ids, count);
    if (rc == CRM_OK) rc = crmi_api_page_end(token, txn, &page, out);
    free(page.ids);
    free(ids);
    return rc;
}

int crm_run_blockers(crm_txn *txn, crm_id run, uint32_t limit, const char *token, crm_iter **out) {
    const crmi_error before = *crmi_error_last();
    int status;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = list_blockers(txn, open, run, limit, token, out);
    crmi_api_leave(txn);
    if (status == CRM_OK) crmi_error_restore(&before);
    return status;
}

int crm_run_forget(crm_txn *txn, crm_id run) {
    int status;
    crm_record *rec = NULL;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_IMPORT_RUN, &status);
    if (!open) return status;
    status = crmi_access_import(open);
    if (status == CRM_OK) status = crmi_run_open(open, crmi_gate_asked(open, run), &rec);
    if (status == CRM_OK) status = crmi_undo_drop(open, crmi_store_packed(open, run));
    crm_record_free(rec);
    crmi_api_leave(txn);
    return status;
}
