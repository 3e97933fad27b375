/* SPDX-License-Identifier: MIT */
/* Addresses that move. */
#ifndef CRMI_MODEL_ADDRESS_H
#define CRMI_MODEL_ADDRESS_H
#include "store/store.h"

/* See crm_address_move(); day is a day, not CRM_TODAY. */
int crmi_address_move(crmi_txn *txn, crmi_packed address, int64_t day, const crm_record *to, crmi_packed *out);
/* Whether id may move to an address (0: a new one): CRM_E_CYCLE where the moves from there on lead to id, CRM_E_TOO_BIG where those that
 * end at id and those from there on are over the limit. */
int crmi_address_check_moves(crmi_txn *txn, crmi_packed from, crmi_packed id);
#endif
