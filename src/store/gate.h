/* SPDX-License-Identifier: MIT */
/* What the actor of a transaction sees. The system sees everything. A bound actor sees the files of his own parties without what tells of
 * users, the codes and the host's own fields, and his own user record; groups, settings and terms of the store are not there for him. Staff
 * sees the kinds that its roles name, in all files, and the store's own terms where it administers. It is decided by the id alone, before
 * the store is asked: what he does not see is looked for nowhere.
 *
 * The rule for whoever reads: records come through store/record.c, and index entries through index/, which ask here. Records are decoded
 * by crmi_object_decode(), which leaves out the fields that staff does not see. Who reads a body or an entry by other means, hands on
 * nothing but ids that the gate has let pass, or asks crmi_gate_sees() and crmi_gate_hides() himself. */
#ifndef CRMI_STORE_GATE_H
#define CRMI_STORE_GATE_H
#include "store/store.h"

/* One allocation: what it points to lies behind the roots. */
typedef struct crmi_actor {
    crmi_packed user;
    crmi_slice body; /* of the user's record, a copy: what is fixed for his proposals */
    uint64_t revision;
    bool staff;             /* the roots are then those that he is bound to, not all that he sees */
    bool restricted;        /* proposals for the roots alone; every bound user's are */
    bool no_foreign_quotes; /* quotes of the roots alone; every bound user's are */
    bool administers;
    uint32_t hidden;         /* staff: CRM_FIELD_PERSONAL, CRM_FIELD_PRICE where he does not see such fields */
    uint64_t reads, writes;  /* staff: 1 << kind */
    const crm_field *fields; /* that a bound user may change, ascending */
    size_t field_count;
    size_t root_count;
    uint32_t roots[]; /* of the parties that he is bound to, ascending */
} crmi_actor;

/* Binds a transaction for good; it frees the actor (one allocation) at its end. */
void crmi_gate_bind(crmi_txn *txn, crmi_actor *actor);
/* Puts another actor (NULL: the system) in the place of a transaction's for a while, and gives that one back. */
crmi_actor *crmi_gate_swap(crmi_txn *txn, crmi_actor *actor);
/* The actor of a transaction that is bound and whose gate is not lifted; NULL: everything is seen. */
const crmi_actor *crmi_gate_actor(const crmi_txn *txn);
const crmi_actor *crmi_gate_bound(const crmi_txn *txn); /* the actor also while the gate is lifted */

bool crmi_gate_has_root(const crmi_actor *actor, uint32_t root); /* of a party that he is bound to */
bool crmi_gate_sees(const crmi_txn *txn, crmi_packed id);
/* The packed id that a caller names, 0 where the actor does not see it: what follows does not know it from one that is none, nor does it
 * take another time. */
crmi_packed crmi_gate_asked(const crmi_txn *txn, crm_id id);
/* Whether a range of ids may be read: in one of his files, or of one kind of the store's own records. Its rows are asked for one by one. */
bool crmi_gate_sees_range(const crmi_txn *txn, crmi_packed from, crmi_packed until);

/* Fields that he does not see: CRM_FIELD_PERSONAL, CRM_FIELD_PRICE. */
uint32_t crmi_gate_hides(const crmi_txn *txn);

/* A call of the public interface begins: the gate is down, whatever the one before did. */
void crmi_gate_begin(crmi_txn *txn);
/* Around reads of the library itself, of what all actors share: as many drops as lifts. */
void crmi_gate_lift(crmi_txn *txn);
void crmi_gate_drop(crmi_txn *txn);
#endif
