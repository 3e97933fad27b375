/* SPDX-License-Identifier: MIT */
/* Indexes as an actor has them. A bound actor's are made of his own records, by what makes the entries of all: the shared ranges are not
 * touched, so that neither what a page holds nor how long it takes depends on records that he does not see. Staff reads the shared ranges
 * of the kinds that it reads; others are empty but for its own user record. */
#ifndef CRMI_INDEX_OWN_H
#define CRMI_INDEX_OWN_H
#include "index/index.h"

/* Whether entries of a range that begins with this key are his to read as they are: the system's all, a bound actor's of codes and custom
 * fields, staff's of kinds that it reads. A negative status where the key is none or the store could not be read; CRM_E_DENIED where staff
 * looks for a value that it does not see. */
int crmi_own_shared(crmi_txn *txn, const crmi_key *key, bool *out);
int crmi_own_shared_value(const crmi_txn *txn, const crmi_field *field, bool *out); /* the same of one value's */
int crmi_own_page(crmi_txn *txn, crmi_page *page);                                  /* see crmi_index_page() */
/* The same of the directory, for the parties that an actor is bound to, whatever else he sees. */
int crmi_own_parties(crmi_txn *txn, crmi_page *page);
/* The same of the directory for some parties, whose entries are read, put in order and left out where the page does not want them. */
int crmi_own_some(crmi_txn *txn, const uint32_t *roots, size_t count, crmi_page *page);
/* Of a unique value; CRM_E_NOTFOUND without a text. */
int crmi_own_find(crmi_txn *txn, const crmi_field *field, const crmi_key *key, crmi_packed *out);
#endif
