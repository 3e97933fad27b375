/* SPDX-License-Identifier: MIT */
/* Who works with the store: from a user's record and his bindings to what the gate lets him see. */
#ifndef CRMI_MODEL_ACCESS_H
#define CRMI_MODEL_ACCESS_H
#include "store/gate.h"

/* Begins a transaction in the name of an actor: the system, or a user as crmi_access_bind(). */
int crmi_access_begin(crmi_db *db, uint32_t flags, crm_id actor, crmi_txn **out);
crm_id crmi_access_actor(const crmi_txn *txn); /* as it was given */
int crmi_access_write(const crmi_txn *txn);    /* CRM_E_DENIED for an actor who changes nothing */
/* CRM_E_DENIED for an actor who may not import. */
int crmi_access_import(const crmi_txn *txn);

/* Binds a transaction of the system to a user: from now on it sees what he sees today. CRM_E_NOTFOUND where there is no such user, or he is
 * disabled, not valid today or nobody's own; CRM_E_NO_BINDING where no party that is not archived is his today. */
int crmi_access_bind(crmi_txn *txn, crm_id actor);
/* The same without binding it: what a transaction of the user would have that began now. To be freed by free(). */
int crmi_access_load(crmi_txn *txn, crm_id user, crmi_actor **out);

/* The customer of a proposal, from the public id that is asked for. A bound actor has his own ones alone: 0 is the only one that he has,
 * any other is CRM_E_LOCKED, be it there or not. */
int crmi_access_customer(const crmi_txn *txn, crm_id asked, crmi_packed *out);
#endif
