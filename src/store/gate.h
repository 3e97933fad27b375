/* SPDX-License-Identifier: MIT */
/* What the actor of a transaction sees. The system sees everything. A bound actor sees the files of his own parties without what tells of
 * users, the codes and the host's own fields, and his own user record; groups, settings and terms of the store are not there for him. It is
 * decided by the id alone, before the store is asked: what he does not see is looked for nowhere. */
#ifndef CRMI_STORE_GATE_H
#define CRMI_STORE_GATE_H
#include "store/store.h"

typedef struct crmi_actor {
    crmi_packed user;
    size_t root_count;
    uint32_t roots[]; /* of his parties, ascending */
} crmi_actor;

/* Binds a transaction for good; it frees the actor (one allocation) at its end. */
void crmi_gate_bind(crmi_txn *txn, crmi_actor *actor);
/* The actor of a transaction that is bound and whose gate is not lifted; NULL: everything is seen. */
const crmi_actor *crmi_gate_actor(const crmi_txn *txn);

bool crmi_gate_sees(const crmi_txn *txn, crmi_packed id);
/* Whether a range of ids may be read: in one of his files, or of one kind of the store's own records. Its rows are asked for one by one. */
bool crmi_gate_sees_range(const crmi_txn *txn, crmi_packed from, crmi_packed until);

/* Around reads of the library itself, of what all actors share: as many drops as lifts. */
void crmi_gate_lift(crmi_txn *txn);
void crmi_gate_drop(crmi_txn *txn);
#endif
