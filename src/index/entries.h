/* SPDX-License-Identifier: MIT */
/* All index entries that stored records have, made from what is stored: to check the index, and to make it anew. */
#ifndef CRMI_INDEX_ENTRIES_H
#define CRMI_INDEX_ENTRIES_H
#include "index/index.h"

/* A value other than CRM_OK ends the listing and is returned. */
typedef int (*crmi_entry_fn)(void *data, crmi_slice key, crmi_slice value);

/* Every entry of a checked record: of its fields, and of a party those of the directory. CRM_E_CORRUPT where its body, or that of a role
 * beside it, is damaged. */
int crmi_index_entries(crmi_txn *txn, const crmi_stored *stored, crmi_entry_fn fn, void *data);
/* What an entry is of: its record, and its field (the directory's: the name of a party). CRM_ROW; CRM_OK where it is of a field that the
 * store no longer has: nobody reads it; CRM_E_CORRUPT where it is no entry. */
int crmi_index_entry_of(crmi_txn *txn, crmi_slice key, crmi_slice value, crmi_packed *id, crm_field *field);
#endif
