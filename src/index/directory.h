/* SPDX-License-Identifier: MIT */
/* The directory: parties by role and folded name, the archived ones apart. Also what the files of this layer share. */
#ifndef CRMI_INDEX_DIRECTORY_H
#define CRMI_INDEX_DIRECTORY_H
#include "index/index.h"

/* Follows a change of a party's name or archiving, or of a role. */
int crmi_directory_update(crmi_txn *txn, crmi_packed id, const crm_record *old, const crm_record *rec);

/* Sets a page to the parties with exactly this folded name, the archived ones behind. */
int crmi_directory_name(crmi_page *page, const char *name, size_t size);

void crmi_index_add_id(crmi_key *key, crmi_packed id);
crmi_packed crmi_index_key_id(crmi_slice key);
int crmi_index_put(crmi_txn *txn, const crmi_key *key);
int crmi_index_del(crmi_txn *txn, const crmi_key *key);
#endif
