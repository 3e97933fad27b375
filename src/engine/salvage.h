/* SPDX-License-Identifier: MIT */
/* Rows of a damaged store's file, read page by page without LMDB: what the latest commit names as far as its pages are sound; and of the
 * ranges that are lost with the others, whatever lies in pages that it does not name. */
#ifndef CRMI_ENGINE_SALVAGE_H
#define CRMI_ENGINE_SALVAGE_H
#include "engine/engine.h"

/* What a row's page is: one that the commit names; one that it does not name, and that is not free either: the way to it is lost; one that
 * is free, or of which it can't be told: what lies there may have been changed or deleted since. */
enum crmi_salvage_page { CRMI_SALVAGE_OLD = 1, CRMI_SALVAGE_LOST = 2, CRMI_SALVAGE_NAMED = 3 };

/* Gets a row of table file or meta, or of whatever else looks like one: who gets it knows by its checksum. at: where crmi_salvage_value()
 * finds the value again. CRM_ROW where it is a record, CRM_OK where it is not; anything else ends the reading and is returned. */
typedef int (*crmi_salvage_fn)(void *data, int page, uint64_t at, crmi_slice key, crmi_slice value);

typedef struct crmi_salvage crmi_salvage;

/* path: of the store's folder, which no process may have open. CRM_E_NOTFOUND, CRM_E_BUSY, CRM_E_IO, CRM_E_NOMEM. */
int crmi_salvage_open(const char *path, crmi_salvage **out);
void crmi_salvage_close(crmi_salvage *salvage);
/* age tells how new a commit is by a row of its table meta; 0: the row tells nothing. */
int crmi_salvage_rows(crmi_salvage *salvage, uint64_t (*age)(crmi_slice key, crmi_slice value), crmi_salvage_fn fn, void *data);
int crmi_salvage_value(crmi_salvage *salvage, uint64_t at, void *out, size_t size);
#endif
