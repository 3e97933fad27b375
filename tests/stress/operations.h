/* SPDX-License-Identifier: MIT */
/* Short ways for the operations of operations*.c. */
#ifndef CRM_TESTS_STRESS_OPERATIONS_H
#define CRM_TESTS_STRESS_OPERATIONS_H
#include "stress/stress.h"

/* Stores a record of pairs of field and text, ended by 0; owner 0: none. out may be NULL. */
int stress_put(crm_txn *txn, uint32_t kind, crm_id owner, crm_id *out, ...);
int stress_customer(crm_txn *txn, const char *number, crm_id *out); /* finds one */
int stress_first(crm_txn *txn, crm_id owner, uint32_t kind, crm_id *out);
int stress_use(crm_txn *txn, crm_id party, crm_id target); /* for deliveries */
int stress_iter(int rc, crm_iter *iter);                   /* reads all of the page and frees it; rc from making it */
int stress_add_party(crm_txn *txn, const char *name, const char *number);
int stress_add_group(crm_txn *txn, const char *code, crm_id parent, crm_id *out);
int stress_import(crm_db *db, const char *csv, uint32_t batch);
void stress_half_load(const char *empty, const char *half); /* copies an empty store, and makes half a first load of it */

#define WRITE(name) int stress_op_##name(crm_txn *txn);
#define READ(name) int stress_op_##name(crm_txn *txn);
#define RUN(name, flags) int stress_op_##name(crm_db **db);
#include "stress/operations.def"
#undef WRITE
#undef READ
#undef RUN
#endif
