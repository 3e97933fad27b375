/* SPDX-License-Identifier: MIT */
/* Indexes, driven by the flags of fields.def: unique values, plain values, and the directory (role, name). All lie in one table, keyed by the
 * field's number first. */
#ifndef CRMI_INDEX_INDEX_H
#define CRMI_INDEX_INDEX_H
#include "codec/key.h"
#include "store/store.h"

/* Brings the entries of a record from old (NULL: new) to rec (NULL: deleted). CRM_E_EXISTS with the field where a unique value is taken: nothing is then written. */
int crmi_index_update(crmi_txn *txn, crmi_packed id, const crm_record *old, const crm_record *rec);
/* Record with a unique value; CRM_E_NOTFOUND. One round trip. */
int crmi_index_find(crmi_txn *txn, const crmi_field *field, const char *scope, size_t scope_size, const char *value, size_t size, crmi_packed *out);
/* The key of a unique value, and the id in its entry: for reads that go together with others in one round trip (table CRMI_TABLE_INDEX). */
void crmi_index_unique_key(const crmi_field *field, const char *scope, size_t scope_size, const char *value, size_t size, crmi_key *out);
crmi_packed crmi_index_unique_id(crmi_slice value);
#endif
