/* SPDX-License-Identifier: MIT */
/* Who works with the store: from a user's record and his bindings to what the gate lets him see. */
#ifndef CRMI_MODEL_ACCESS_H
#define CRMI_MODEL_ACCESS_H
#include "store/gate.h"

/* Begins a transaction in the name of an actor: the system, or a user as crmi_access_bind(). */
int crmi_access_begin(crmi_db *db, uint32_t flags, crm_id actor, crmi_txn **out);
crm_id crmi_access_actor(const crmi_txn *txn); /* as it was given */

/* A call begins: it reads (0), writes records of a kind, or writes what it tells when it knows (CRMI_WRITES), by one of the next four. The
 * gate of staff that may write is lifted until the next call begins, so that nothing of the store's integrity depends on who writes.
 * CRM_E_DENIED. */
#define CRMI_WRITES 255
int crmi_access_enter(crmi_txn *txn, uint32_t writes);
int crmi_access_write(crmi_txn *txn, uint32_t kind);
int crmi_access_change(crmi_txn *txn, crmi_packed id);     /* a stored record; CRM_E_NOTFOUND where he does not see it */
int crmi_access_add(crmi_txn *txn, const crm_record *rec); /* a record, new or not, that has its owner */
/* Puts a record as crmi_model_put(): staff keeps what it does not see, bound users change what they may. */
int crmi_access_put(crmi_txn *txn, const crm_record *rec, crmi_packed *id, uint64_t *revision);

/* CRM_E_DENIED where a record that is given (NULL: none) has fields that the actor does not see. */
int crmi_access_fields(crmi_txn *txn, const crm_record *rec);
int crmi_access_import(const crmi_txn *txn); /* CRM_E_DENIED for an actor who may not import: he may do everything, or he is the system */
bool crmi_access_everything(const crmi_actor *actor);

/* Binds a transaction of the system to a user: from now on it sees what he sees today. CRM_E_NOTFOUND where there is no such user, or he is
 * disabled or not valid today; CRM_E_NO_BINDING where no party that is not archived is his today (restricted staff too), or staff has no
 * access role. */
int crmi_access_bind(crmi_txn *txn, crm_id actor);
/* The same without binding it: what a transaction of the user would have that began now. To be freed by free(). */
int crmi_access_load(crmi_txn *txn, crm_id user, crmi_actor **out);

/* --- access_quote.c: whose proposals he has --- */

/* Whether he has any: staff has them that may read quotes, personal data and price terms. The second sets CRM_E_DENIED. */
bool crmi_access_has_quotes(const crmi_txn *txn);
int crmi_access_quotes(const crmi_txn *txn);

/* The customer of a proposal, from the public id that is asked for. Bound users and restricted staff have their own ones alone: 0 is the
 * only one that such an actor has, any other is CRM_E_LOCKED, be it there or not. */
int crmi_access_customer(const crmi_txn *txn, crm_id asked, crmi_packed *out);

/* Whether he may see quotes that were made for a customer: CRM_E_LOCKED where he may not. */
int crmi_access_made(const crmi_txn *txn, crm_id customer);
#endif
