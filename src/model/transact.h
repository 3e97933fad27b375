/* SPDX-License-Identifier: MIT */
/* A write transaction that is run again where another writer was faster or the file had to grow. */
#ifndef CRMI_MODEL_TRANSACT_H
#define CRMI_MODEL_TRANSACT_H
#include "store/store.h"

/* fn returns CRM_OK to have its work stored, CRM_ROW to end without storing anything and without an error, or an error. */
int crmi_model_transact(crmi_db *db, crm_id actor, int (*fn)(crmi_txn *txn, void *data), void *data);
#endif
