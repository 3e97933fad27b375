/* SPDX-License-Identifier: MIT */
/* Whose proposals an actor has: it is decided by ids alone, so that nobody learns whether there is a customer that is not his. */
#include "base/error.h"
#include "model/access.h"
#include "store/db.h"

bool crmi_access_has_quotes(const crmi_txn *txn) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    return !actor || !actor->staff || (!actor->hidden && actor->reads >> CRM_KIND_QUOTE & 1);
}

int crmi_access_quotes(const crmi_txn *txn) {
    if (crmi_access_has_quotes(txn)) return CRM_OK;
    return crmi_error_set(CRM_E_DENIED, 0, "the actor's roles do not let him read quotes, personal data and price terms");
}

/* A party that he is bound to. What is not in his files becomes 0 first: no branch depends on it. */
static bool is_own(const crmi_actor *actor, crmi_packed id) {
    crmi_packed his = id & (0 - (crmi_packed)crmi_gate_has_root(actor, crmi_id_root(id)));
    return his == crmi_id_pack(crmi_id_root(his), CRM_KIND_PARTY, 0);
}

static int locked(void) {
    return crmi_error_set(CRM_E_LOCKED, CRM_QUOTE_CUSTOMER, "the actor has proposals for customers of his own alone");
}

int crmi_access_customer(const crmi_txn *txn, crm_id asked, crmi_packed *out) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    *out = crmi_store_packed(txn, asked);
    if (!actor || !actor->restricted) return CRM_OK;
    if (!asked && actor->root_count == 1) *out = crmi_id_pack(actor->roots[0], CRM_KIND_PARTY, 0);
    return is_own(actor, *out) ? CRM_OK : locked();
}

int crmi_access_made(const crmi_txn *txn, crm_id customer) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    if (!actor || !actor->no_foreign_quotes) return CRM_OK;
    return is_own(actor, crmi_store_packed(txn, customer)) ? CRM_OK : locked();
}
