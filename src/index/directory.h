/* SPDX-License-Identifier: MIT */
/* The directory: parties by role and name, the archived ones apart. Also what the files of this layer share. */
#ifndef CRMI_INDEX_DIRECTORY_H
#define CRMI_INDEX_DIRECTORY_H
#include "index/index.h"

#define CRMI_DIRECTORY 1 /* what its keys begin with, below every field's number */

/* Notes the collation that the stored settings tell: before the index is made anew. */
int crmi_directory_collate(crmi_txn *txn);
/* Follows a change of a party's name or archiving, of a role, or of the setting that tells the collation. */
int crmi_directory_update(crmi_txn *txn, crmi_packed id, const crm_record *old, const crm_record *rec);

/* Sets a page to the parties whose name is equal to this one in the first part of its collation key, the archived ones behind. */
int crmi_directory_name(crmi_txn *txn, crmi_page *page, const char *name, size_t size);

/* All entries of a party; none where it is not there, or not seen. */
int crmi_directory_keys(crmi_txn *txn, uint32_t root, int (*fn)(void *data, const crmi_key *key, crmi_packed id), void *data);

/* Whether a field has entries. The name of a party is found through the directory alone. */
bool crmi_index_has(const crmi_field *field);
/* The key of a record's entry for a field; size 0 where the record has no value there. */
int crmi_index_entry_key(crmi_txn *txn, const crmi_field *field, crmi_packed id, const crm_record *rec, crmi_key *out);
/* The same of a stored record, which is not decoded for it. */
int crmi_index_stored_key(const crmi_txn *txn, const crmi_field *field, const crmi_stored *stored, crmi_key *out);
void crmi_index_key_begin(crmi_key *key, crm_field field);                   /* the key with its first part */
void crmi_index_add_role(crmi_key *key, const char *role, size_t size);      /* "": all parties */
int crmi_index_read_role(const uint8_t **at, const uint8_t *end, bool *any); /* any: not "" */
void crmi_index_add_id(crmi_key *key, crmi_packed id);                       /* the target */
crmi_packed crmi_index_key_id(crmi_slice key);                               /* of a plain key; 0: it is none */
int crmi_index_put(crmi_txn *txn, const crmi_key *key);
int crmi_index_del(crmi_txn *txn, const crmi_key *key);
#endif
