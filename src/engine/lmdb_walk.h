/* SPDX-License-Identifier: MIT */
/* The pages of a store's file, read without LMDB: it trusts what it maps, and a damaged page kills the process or gives wrong answers. The
 * layout is that of LMDB 0.9. A walk is for a file that nobody writes, or for the commit that a read transaction keeps. */
#ifndef CRMI_ENGINE_LMDB_WALK_H
#define CRMI_ENGINE_LMDB_WALK_H
#include "engine/lmdb_page.h"

/* One of the two pages at the beginning of the file that a commit ends with. */
typedef struct crmi_lmdb_meta {
    uint32_t page_size;
    uint64_t last_page, txn;
    crmi_lmdb_tree free, main;
} crmi_lmdb_meta;

crmi_lmdb_meta crmi_lmdb_meta_at(const uint8_t *page); /* whatever its bytes say */
/* which: 0 or 1. CRM_OK, CRM_E_CORRUPT, CRM_E_IO. */
int crmi_lmdb_meta_read(int fd, int which, crmi_lmdb_meta *out);

/* Every page that a commit names: number, kind, bounds, order of keys, nothing used twice, the list of free pages. Without full the leaves
 * of the tables are only counted. CRM_OK; CRM_E_CORRUPT names the page and what is wrong; CRM_E_IO, CRM_E_NOMEM. */
int crmi_lmdb_walk(int fd, const crmi_lmdb_meta *meta, bool full);

/* Walks the latest commit. Where it is damaged and the commit before is sound: with previous, that one takes its place, else the error
 * says so. fd has to be writable for previous. */
int crmi_lmdb_check(int fd, bool full, bool previous);
#endif
