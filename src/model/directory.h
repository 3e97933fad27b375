/* SPDX-License-Identifier: MIT */
/* Who is in the directory, by more than role and name: see libcrm/directory.h. */
#ifndef CRMI_MODEL_DIRECTORY_H
#define CRMI_MODEL_DIRECTORY_H
#include "index/index.h"

/* What has to hold besides what a page's range says; texts are "" and the group 0 where nothing is asked. */
typedef struct crmi_directory {
    const char *postal_from, *postal_until, *country;
    crmi_buffer town; /* folded */
    crmi_packed group;
    int64_t day;
} crmi_directory;

/* A page of those that the actor sees; its range is that of the directory. With fewer rows than its limit, and more, where it was too much
 * to look at. */
int crmi_directory_page(crmi_txn *txn, const crmi_directory *asked, crmi_page *page);
/* How many there are; exact: they were counted. page has the range alone. */
int crmi_directory_count(crmi_txn *txn, const crmi_directory *asked, crmi_page *page, uint64_t *out, bool *exact);
#endif
