/* SPDX-License-Identifier: MIT */
/* Rows to companies: what match.c (groups, keys, the passes) and company.c (VAT ids and names) share. */
#ifndef CRMI_SYNC_MATCH_H
#define CRMI_SYNC_MATCH_H
#include "index/index.h"
#include "sync/sync.h"

typedef struct crmi_sync_matcher {
    crm_sync *sync;
    crmi_txn *txn;
    crmi_sync_group *groups;
    size_t count, capacity;
    crmi_sync_map map; /* letter and value, to the group */
    uint8_t *ranks;    /* of columns: what their cells name a company by; see match.c */
    unsigned any;      /* a bit for each rank that a column has */
    bool free;         /* a VAT id is noted of a group without a number */
    crmi_buffer key, name;
} crmi_sync_matcher;

/* match.c. The group of a stored party: 0 where it has none yet; made where it has none. */
int crmi_sync_match_root(crmi_sync_matcher *m, uint32_t root, uint32_t *out);
int crmi_sync_match_make_root(crmi_sync_matcher *m, uint32_t root, uint32_t *out);

/* company.c: the group that a row means by its VAT id, and by its name; 0: none. CRM_OK, CRMI_SYNC_REFUSED where there are several. */
int crmi_sync_company_by_vat(crmi_sync_matcher *m, size_t index, uint32_t *group);
int crmi_sync_company_by_name(crmi_sync_matcher *m, size_t index, uint32_t *group);
/* Warns of a new company that is called as another one of the store or of the rows is. */
int crmi_sync_company_warn(crmi_sync_matcher *m, uint32_t group);
/* Notes the group under the name, VAT id and number of one of its rows. */
int crmi_sync_company_remember(crmi_sync_matcher *m, const crmi_sync_row *row, uint32_t group);
#endif
