/* SPDX-License-Identifier: MIT */
/* In whose name a transaction runs, and which calls that write he may make. */
#include "model/access.h"
#include "base/error.h"

int crmi_access_bind(crmi_txn *txn, crm_id actor) {
    crmi_actor *loaded;
    int rc = crmi_access_load(txn, actor, &loaded);
    if (rc == CRM_OK) crmi_gate_bind(txn, loaded);
    return rc;
}

int crmi_access_begin(crmi_db *db, uint32_t flags, crm_id actor, crmi_txn **out) {
    *out = NULL;
    if (!actor) return crmi_error_set(CRM_E_INVALID, 0, "actor is 0: say in whose name, or CRM_ACTOR_SYSTEM");
    int rc = crmi_txn_begin(db, flags, out);
    if (rc == CRM_OK && actor != CRM_ACTOR_SYSTEM) rc = crmi_access_bind(*out, actor);
    if (rc == CRM_OK || !*out) return rc;
    crmi_txn_free(*out);
    *out = NULL;
    return rc;
}

crm_id crmi_access_actor(const crmi_txn *txn) {
    const crmi_actor *actor = crmi_gate_bound(txn);
    return actor ? crmi_store_public(txn, actor->user) : CRM_ACTOR_SYSTEM;
}

/* --- rights --- */

static int denied(void) { return crmi_error_set(CRM_E_DENIED, 0, "the actor may not change the store"); }

static int write_kind(crmi_txn *txn, uint32_t kind, bool own_terms) {
    const crmi_actor *actor = crmi_gate_bound(txn);
    const crmi_kind *known = crmi_schema_kind(kind);
    if (!actor) return CRM_OK;
    if (!actor->staff) return denied();
    bool stored = known && known->placement != CRMI_COMPUTED; /* others are refused as what they are */
    bool may = own_terms ? actor->administers : actor->writes >> (kind & CRMI_KIND_MAX) & 1;
    if (stored && !may) return crmi_error_set(CRM_E_DENIED, 0, "the actor's roles do not let him write %s", known->name);
    crmi_gate_lift(txn);
    return CRM_OK;
}

int crmi_access_write(crmi_txn *txn, uint32_t kind) { return write_kind(txn, kind, false); }

int crmi_access_change(crmi_txn *txn, crmi_packed id) {
    const crmi_actor *actor = crmi_gate_bound(txn);
    uint32_t kind = crmi_id_kind(id);
    if (!actor) return CRM_OK;
    if (!actor->staff) return denied();
    if (!crmi_gate_sees(txn, id)) return crmi_error_set(CRM_E_NOTFOUND, 0, "no such record");
    return write_kind(txn, kind, kind == CRM_KIND_QUOTE_DEFAULTS && !crmi_id_root(id));
}

int crmi_access_add(crmi_txn *txn, const crm_record *rec) {
    return write_kind(txn, rec->kind, rec->kind == CRM_KIND_QUOTE_DEFAULTS && !rec->owner);
}

int crmi_access_enter(crmi_txn *txn, uint32_t writes) {
    crmi_gate_begin(txn);
    return writes && writes != CRMI_WRITES ? crmi_access_write(txn, writes) : CRM_OK;
}

int crmi_access_import(const crmi_txn *txn) {
    const crmi_actor *actor = crmi_gate_bound(txn);
    return !actor || crmi_access_everything(actor) ? CRM_OK : crmi_error_set(CRM_E_DENIED, 0, "the actor may not import");
}
