/* SPDX-License-Identifier: MIT */
/* The index of a store made anew: see libcrm/maintain.h. */
#ifndef CRMI_MODEL_REINDEX_H
#define CRMI_MODEL_REINDEX_H
#include "store/store.h"

/* Opens a store; where its first load was interrupted, the index is made first. */
int crmi_open(const char *path, const crm_db_options *options, crmi_db **out);
int crmi_reindex(const char *path, const crm_db_options *options);
#endif
