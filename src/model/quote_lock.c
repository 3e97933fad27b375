/* SPDX-License-Identifier: MIT */
/* What is fixed for the actor: price list and currency of his user's record. It comes before all other levels, and what is given may not
 * differ from it. */
#include "base/error.h"
#include "model/quote.h"
#include "store/gate.h"
#include <string.h>

int crmi_quote_read_lock(crmi_quote_work *work) {
    const crmi_actor *actor = crmi_gate_bound(work->txn);
    if (!actor) return CRM_OK;
    crmi_stored user = {.id = actor->user, .kind = CRM_KIND_USER, .body = actor->body};
    return crmi_quote_open(&work->quote->memory, &user, &work->lock);
}

const crmi_quote_slot *crmi_quote_locked(const crmi_quote_work *work, crm_field field) {
    if (!work->lock) return NULL;
    switch (field) {
    case CRM_QUOTE_PRICE_LIST: return crmi_quote_text_of(work->lock, CRM_USER_PRICE_LIST);
    case CRM_QUOTE_CURRENCY: return crmi_quote_text_of(work->lock, CRM_USER_CURRENCY);
    default: return NULL;
    }
}

int crmi_quote_check_lock(const crmi_quote_work *work, const crmi_field *field, const crmi_entry *entry) {
    const crmi_quote_slot *lock = crmi_quote_locked(work, field->field);
    if (!lock) return CRM_OK;
    if (entry->size == lock->size && (lock->size == 0 || memcmp(entry->text, lock->bytes, lock->size) == 0)) return CRM_ROW;
    return crmi_error_set(CRM_E_LOCKED, field->field, "%s is fixed for the actor", field->name);
}
