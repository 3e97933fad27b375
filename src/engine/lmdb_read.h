/* SPDX-License-Identifier: MIT */
/* Reading of a commit's tables without LMDB, which trusts what it maps: each page and each entry is looked at before it is used, so that
 * damage is CRM_E_CORRUPT, whatever it is. Pages are those of LMDB's map, and stay as they are for as long as its read transaction runs. */
#ifndef CRMI_ENGINE_LMDB_READ_H
#define CRMI_ENGINE_LMDB_READ_H
#include "engine/lmdb_page.h"

extern const char *const crmi_lmdb_table_names[CRMI_TABLES];

/* Where a commit's tables are. */
typedef struct crmi_lmdb_snapshot {
    const uint8_t *map; /* NULL: not known yet */
    uint32_t page_size;
    uint32_t maps;       /* which map it is */
    uint64_t commit;     /* 0: where its tables are is not known yet */
    uint64_t file_pages; /* that the file had when it was looked */
    uint64_t pages;      /* numbers below may be read */
    struct {
        uint64_t root;
        uint32_t depth;
    } tables[CRMI_TABLES];
} crmi_lmdb_snapshot;

/* A way from a table's root to one of its leaves. */
typedef struct crmi_lmdb_place {
    const uint8_t *page;
    uint32_t at, nodes;
} crmi_lmdb_place;

typedef struct crmi_lmdb_reading {
    const crmi_lmdb_snapshot *from;
    uint32_t table;
    uint32_t depth; /* 0: it leads nowhere yet */
    crmi_lmdb_place way[CRMI_TREE_DEPTH_MAX];
} crmi_lmdb_reading;

/* Its way is left as it is: it is long, and not looked at before it leads somewhere. */
static inline void crmi_lmdb_read_begin(crmi_lmdb_reading *r, const crmi_lmdb_snapshot *from) {
    r->from = from;
    r->depth = 0;
}
/* CRM_OK, CRM_E_NOTFOUND (without an error), CRM_E_CORRUPT. */
int crmi_lmdb_read_key(crmi_lmdb_reading *r, uint32_t table, crmi_slice key, crmi_slice *value);
/* The first key from one on, or the last one below it (key empty: of all); then its neighbours. */
int crmi_lmdb_read_from(crmi_lmdb_reading *r, uint32_t table, crmi_slice key);
int crmi_lmdb_read_below(crmi_lmdb_reading *r, uint32_t table, crmi_slice key);
int crmi_lmdb_read_next(crmi_lmdb_reading *r);
int crmi_lmdb_read_previous(crmi_lmdb_reading *r);
/* Where it stands. value: NULL where it is not wanted. */
int crmi_lmdb_read_here(const crmi_lmdb_reading *r, crmi_slice *key, crmi_slice *value);
#endif
