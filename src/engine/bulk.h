/* SPDX-License-Identifier: MIT */
/* A first load: an engine over a store's engine whose transactions put entries of table index into piles (piles.h); the table gets them
 * once, at the end. All else goes straight through. */
#ifndef CRMI_ENGINE_BULK_H
#define CRMI_ENGINE_BULK_H
#include "engine/ops.h"

/* inner: the store's, for this load alone; it is closed with the load, and where this fails. What the table has already is taken over.
 * folder: for temporary files. */
int crmi_bulk_begin(crmi_engine *inner, const char *folder, uint32_t wait_ms, crmi_engine **out);
#endif
