/* SPDX-License-Identifier: MIT */
/* The gate of actors: see gate.h. */
#include "store/gate.h"
#include "store/db.h"
#include <stdlib.h>

void crmi_gate_bind(crmi_txn *txn, crmi_actor *actor) {
    free(txn->actor);
    txn->actor = actor;
}

crmi_actor *crmi_gate_swap(crmi_txn *txn, crmi_actor *actor) {
    crmi_actor *before = txn->actor;
    txn->actor = actor;
    return before;
}

const crmi_actor *crmi_gate_actor(const crmi_txn *txn) { return txn->lifted ? NULL : txn->actor; }

const crmi_actor *crmi_gate_bound(const crmi_txn *txn) { return txn->actor; }

uint32_t crmi_gate_hides(const crmi_txn *txn) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    return actor ? actor->hidden : 0;
}

void crmi_gate_begin(crmi_txn *txn) { txn->lifted = 0; }
void crmi_gate_lift(crmi_txn *txn) { txn->lifted++; }
void crmi_gate_drop(crmi_txn *txn) { txn->lifted--; }

/* Without branches on the root: how long it takes is the same for every id. */
bool crmi_gate_has_root(const crmi_actor *actor, uint32_t root) {
    const uint32_t *from = actor->roots;
    size_t left = actor->root_count;
    while (left > 1) {
        size_t half = left / 2;
        from += half & (0 - (size_t)(from[half] <= root));
        left -= half;
    }
    return left && *from == root;
}

/* Kinds of the store's own records that everybody sees. */
static bool is_shared(uint32_t kind) { return (kind == CRM_KIND_CODE) | (kind == CRM_KIND_CUSTOM_FIELD); }

static bool staff_sees(const crmi_actor *actor, crmi_packed id) {
    uint32_t kind = crmi_id_kind(id);
    if (id == actor->user) return true;
    if (kind == CRM_KIND_QUOTE_DEFAULTS && !crmi_id_root(id)) return actor->administers;
    return actor->reads >> kind & 1;
}

/* Rows are judged one by one: what is all of a kind that it does not see is not read at all. */
static bool staff_sees_range(const crmi_actor *actor, crmi_packed from, crmi_packed until) {
    uint32_t kind = crmi_id_kind(from);
    bool mixed = crmi_id_root(from) != crmi_id_root(until - 1) || kind != crmi_id_kind(until - 1) || kind == CRM_KIND_USER;
    return until > from && (mixed || staff_sees(actor, from));
}

static bool bound_sees(const crmi_actor *actor, crmi_packed id) {
    uint32_t root = crmi_id_root(id), kind = crmi_id_kind(id);
    bool shared = (root == 0) & (is_shared(kind) | (id == actor->user)); /* no root is 0 */
    return shared | ((kind != CRM_KIND_BINDING) & crmi_gate_has_root(actor, root));
}

/* In his own files who else is bound is not read, be it only to be left out. */
static bool bound_sees_range(const crmi_actor *actor, crmi_packed from, crmi_packed until) {
    uint32_t root = crmi_id_root(from), kind = crmi_id_kind(from);
    if (until <= from || crmi_id_root(until - 1) != root) return false;
    if (!root) return is_shared(kind) && crmi_id_kind(until - 1) == kind;
    return kind != CRM_KIND_BINDING && crmi_gate_has_root(actor, root);
}

crmi_packed crmi_gate_asked(const crmi_txn *txn, crm_id id) {
    crmi_packed packed = crmi_store_packed(txn, id);
    return packed & (0 - (crmi_packed)crmi_gate_sees(txn, packed));
}

bool crmi_gate_sees(const crmi_txn *txn, crmi_packed id) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    if (!actor) return true;
    return actor->staff ? staff_sees(actor, id) : bound_sees(actor, id);
}

bool crmi_gate_sees_range(const crmi_txn *txn, crmi_packed from, crmi_packed until) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    if (!actor) return true;
    return actor->staff ? staff_sees_range(actor, from, until) : bound_sees_range(actor, from, until);
}
