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

/* --- access_quote.c: whose proposals he has --- */

/* Whether he has any: CRM_E_DENIED for staff who may not read quotes, personal data and price terms. */
int crmi_access_quotes(const crmi_txn *txn);

/* The customer of a proposal, from the public id that is asked for. Bound users and restricted staff have their own ones alone: 0 is the
 * only one that such an actor has, any other is CRM_E_LOCKED, be it there or not. */
int crmi_access_customer(const crmi_txn *txn, crm_id asked, crmi_packed *out);

/* Whether he may see quotes that were made for a customer: CRM_E_LOCKED where he may not. */
int crmi_access_made(const crmi_txn *txn, crm_id customer);
#endif
