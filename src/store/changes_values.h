/* SPDX-License-Identifier: MIT */
/* What the feed and the values of tracked fields have of each other. */
#ifndef CRMI_STORE_CHANGES_VALUES_H
#define CRMI_STORE_CHANGES_VALUES_H
#include "store/changes.h"

int crmi_changes_tracking(crmi_txn *txn, const crmi_tracking **out); /* borrowed until it is forgotten */
const crmi_tracking *crmi_changes_known(const crmi_txn *txn);        /* NULL: not asked for yet */
void crmi_changes_forget_tracking(crmi_txn *txn);
int crmi_changes_note_valued(crmi_txn *txn, crmi_packed id);
/* Drops what is older than a time of the records in a chunk of what got values. */
int crmi_changes_drop_values(crmi_txn *txn, uint64_t commit, uint64_t chunk, int64_t before);
/* One row of values. CRM_E_CORRUPT. */
int crmi_changes_open_value(crmi_slice key, crmi_slice value, crmi_changed_value *out);
#endif
