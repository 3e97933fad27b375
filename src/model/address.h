/* SPDX-License-Identifier: MIT */
/* Addresses that move. */
#ifndef CRMI_MODEL_ADDRESS_H
#define CRMI_MODEL_ADDRESS_H
#include "store/store.h"

/* See crm_address_move(); day is a day, not CRM_TODAY. */
int crmi_address_move(crmi_txn *txn, crmi_packed address, int64_t day, const crm_record *to, crmi_packed *out);
/* CRM_OK; CRM_E_CYCLE where the moves from an address on lead to id. */
int crmi_address_check_moves(crmi_txn *txn, crmi_packed from, crmi_packed id);
#endif
