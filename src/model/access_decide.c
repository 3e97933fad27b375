/* SPDX-License-Identifier: MIT */
/* Whether the actor of a transaction has a right to a record, and to which parties. What a bound actor is told is decided by ids alone; of
 * his own files the record itself is looked for then. */
#include "base/error.h"
#include "index/own.h"
#include "model/access.h"
#include "model/access_explain.h"
#include "schema/schema.h"
#include <libcrm/access.h>

#define NOBODY UINT64_MAX /* no record has this id; 0 stands for an actor's only customer elsewhere */

/* --- one record --- */

static int check_quotes(const crmi_txn *txn, crm_id asked, uint32_t right) {
    crmi_packed customer;
    int rc = crmi_access_quotes(txn);
    if (rc < 0) return rc;
    if (right == CRM_RIGHT_SEE_QUOTES) return crmi_access_made(txn, asked);
    return crmi_access_customer(txn, asked ? asked : NOBODY, &customer);
}

/* Whether he may change a record that he sees, or some of its fields. */
static bool writes(const crmi_actor *actor, crmi_packed id) {
    uint32_t kind = crmi_id_kind(id);
    if (!actor) return true;
    if (actor->staff) return actor->writes >> kind & 1; /* what he sees: not the store's own terms without administration */
    for (size_t i = 0; i < actor->field_count; i++)
        if (crmi_id_root(id) && crmi_field_kind_of(actor->fields[i]) == kind) return true;
    return false;
}

static bool is_quotes(uint32_t right) { return right == CRM_RIGHT_QUOTE || right == CRM_RIGHT_SEE_QUOTES; }

/* Who may have proposals has them of every party, be it one that he may not read. */
static int find_customer(crmi_txn *txn, crmi_packed *id) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    bool whole = actor && actor->staff && crmi_id_kind(*id) == CRM_KIND_PARTY;
    if (whole) crmi_gate_lift(txn);
    int rc = crmi_store_resolve(txn, id);
    if (whole) crmi_gate_drop(txn);
    return rc;
}

int crmi_access_decide(crmi_txn *txn, crm_id asked, uint32_t right) {
    crmi_packed id = crmi_store_packed(txn, asked);
    bool quotes = is_quotes(right);
    int rc = quotes ? check_quotes(txn, asked, right) : CRM_OK;
    if (rc < 0) return rc;
    rc = quotes ? find_customer(txn, &id) : crmi_store_resolve(txn, &id);
    if (rc == CRM_E_NOTFOUND) return crmi_error_set(rc, 0, "no such record");
    if (rc < 0) return rc;
    if (quotes && crmi_id_kind(id) != CRM_KIND_PARTY) return crmi_error_set(CRM_E_TYPE, 0, "quotes are of parties");
    if (right != CRM_RIGHT_WRITE || writes(crmi_gate_actor(txn), id)) return CRM_OK;
    return crmi_error_set(CRM_E_DENIED, 0, "the actor may not change the record");
}

/* --- all parties --- */

typedef enum party_set { NO_PARTIES, OWN_PARTIES, ALL_PARTIES } party_set;

/* Of quotes. */
static party_set customers_of(const crmi_txn *txn, uint32_t right) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    if (!crmi_access_has_quotes(txn)) return NO_PARTIES;
    return (right == CRM_RIGHT_QUOTE ? actor->restricted : actor->no_foreign_quotes) ? OWN_PARTIES : ALL_PARTIES;
}

static party_set parties_of(const crmi_txn *txn, uint32_t right) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    const crmi_packed any = crmi_id_pack(1, CRM_KIND_PARTY, 0); /* all parties are alike in this */
    if (!actor) return ALL_PARTIES;
    if (right == CRM_RIGHT_WRITE && !writes(actor, any)) return NO_PARTIES;
    if (!actor->staff) return OWN_PARTIES;
    if (is_quotes(right)) return customers_of(txn, right);
    return crmi_gate_sees(txn, any) ? ALL_PARTIES : NO_PARTIES;
}

int crmi_access_range(crmi_txn *txn, crmi_page *page, uint32_t right) {
    page->right = right;
    return crmi_index_directory_range(txn, page, NULL, "", 0, false);
}

/* What is told is who: that is no more than whom he may ask for. */
static int all_parties(crmi_txn *txn, crmi_page *page) {
    crmi_gate_lift(txn);
    int rc = crmi_index_page(txn, page);
    crmi_gate_drop(txn);
    return rc;
}

int crmi_access_page(crmi_txn *txn, uint32_t right, crmi_page *page) {
    party_set set = parties_of(txn, right);
    if (set == ALL_PARTIES) return all_parties(txn, page);
    if (set == OWN_PARTIES) return crmi_own_parties(txn, page);
    page->count = 0;
    page->more = false;
    return CRM_OK;
}
