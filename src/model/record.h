/* SPDX-License-Identifier: MIT */
/* The rules that hold for every kind of record when it is stored or deleted: required fields, codes, references, number ranges, derived
 * values. */
#ifndef CRMI_MODEL_RECORD_H
#define CRMI_MODEL_RECORD_H
#include "index/index.h"

/* Stores a record (public ids inside) with all its rules; see crm_record_put(). */
int crmi_model_put(crmi_txn *txn, const crm_record *rec, crmi_packed *out_id, uint64_t *out_revision);
/* The same of a record that is nobody's but the caller's: what is derived is set in it, also where it is refused. */
int crmi_model_put_own(crmi_txn *txn, crm_record *rec, crmi_packed *out_id, uint64_t *out_revision);
/* What a record must be whatever else is stored: required fields, sizes of codes, an end behind the beginning. */
int crmi_model_check_alone(const crm_record *rec);
/* Does now what storing a record does without asking the store: its normalised value, what it must be, codes that are built in. As long as
 * nothing but ids and times is set in it then, putting it does not do that again. It may be another thread's. What is refused, or has no
 * target yet, is left for putting it, which tells. */
void crmi_model_prepare(crm_record *rec);
bool crmi_model_is_place(uint32_t kind, crmi_packed id); /* whether a stored record of a kind can have such an id */
int crmi_model_delete(crmi_txn *txn, crmi_packed id, uint64_t revision);
/* These three take back what was written, for who has made sure that it may be. A record with its file, without asking who names it; a
 * record as it was (its revision is a new one), whatever is stored under its id now: CRM_E_EXISTS where another has a unique value of it by
 * now; and what else a record that was put back has to keep to, once all are. */
int crmi_model_remove(crmi_txn *txn, crmi_packed id);
int crmi_model_put_back(crmi_txn *txn, const crm_record *rec, uint64_t *out_revision);
int crmi_model_check_back(crmi_txn *txn, crmi_packed id);
/* The record of exactly this id, for a change. CRM_E_NOTFOUND also where it was moved; CRM_E_STALE where revision is not 0 nor the stored
 * one. */
int crmi_model_open(crmi_txn *txn, crmi_packed id, uint64_t revision, crm_record **out);
/* See crm_record_archive() and crm_record_restore(). */
int crmi_model_archive(crmi_txn *txn, crmi_packed id, uint64_t revision, bool archived);
/* CRM_OK where the code is good in the field's domain now; CRM_E_CODE with the field. */
int crmi_model_code_check(crmi_txn *txn, const crmi_field *field, const char *code, size_t size);
/* The same as far as it can be told without the store: CRM_ROW where the code has to be stored, should the setting close its domain. */
int crmi_model_code_look(const crmi_field *field, const char *code, size_t size);
int crmi_model_code_unknown(const crmi_field *field, const char *code, size_t size); /* sets and returns CRM_E_CODE */
#define CRMI_CLOSING_SETTING 96
const char *crmi_model_closing_setting(const crmi_domain *domain, char name[CRMI_CLOSING_SETTING]);
#endif
