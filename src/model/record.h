/* SPDX-License-Identifier: MIT */
/* The rules that hold for every kind of record when it is stored or deleted: required fields, codes, references, number ranges, derived
 * values. */
#ifndef CRMI_MODEL_RECORD_H
#define CRMI_MODEL_RECORD_H
#include "index/index.h"

/* Stores a record (public ids inside) with all its rules; see crm_record_put(). */
int crmi_model_put(crmi_txn *txn, const crm_record *rec, crmi_packed *out_id, uint64_t *out_revision);
int crmi_model_delete(crmi_txn *txn, crmi_packed id, uint64_t revision);
/* CRM_OK where the code is good in the field's domain now; CRM_E_CODE with the field. */
int crmi_model_code_check(crmi_txn *txn, const crmi_field *field, const char *code, size_t size);
#endif
