/* SPDX-License-Identifier: MIT */
/* The whole index made anew from the stored records. */
#ifndef CRMI_INDEX_REBUILD_H
#define CRMI_INDEX_REBUILD_H
#include "index/index.h"

/* In one write transaction, whatever the index had before. The entries are put in the order of their keys, and pages keep some room.
 * Of two records with a value that should be one's alone one has the entry.
 * memory: about how many bytes of entries are held at once; 0: 192 MB. With less the records are read more often. */
int crmi_index_rebuild(crmi_txn *txn, size_t memory);
#endif
