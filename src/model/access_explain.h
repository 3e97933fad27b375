/* SPDX-License-Identifier: MIT */
/* What the actor of a transaction may do with a record: one decision, for those who ask, who list, and who want to know why. */
#ifndef CRMI_MODEL_ACCESS_EXPLAIN_H
#define CRMI_MODEL_ACCESS_EXPLAIN_H
#include "index/index.h"
#include "store/gate.h"

/* As crm_access_check(): CRM_OK, CRM_E_NOTFOUND, CRM_E_DENIED, CRM_E_LOCKED, CRM_E_TYPE; right is one. */
int crmi_access_decide(crmi_txn *txn, crm_id asked, uint32_t right);

/* A page of the parties that the actor has a right to: its range is set here, its limit, place and room before by the caller, who calls
 * crmi_access_range() for that. */
int crmi_access_range(crmi_txn *txn, crmi_page *page, uint32_t right);
int crmi_access_page(crmi_txn *txn, uint32_t right, crmi_page *page);

/* As crm_access_explain(). */
int crmi_access_explain(crmi_txn *txn, crm_id user, crm_id asked, uint32_t right, crm_record **out);
#endif
