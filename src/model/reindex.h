/* SPDX-License-Identifier: MIT */
/* The index of a store made anew: see libcrm/maintain.h. */
#ifndef CRMI_MODEL_REINDEX_H
#define CRMI_MODEL_REINDEX_H
#include "store/store.h"

int crmi_reindex(const char *path, const crm_db_options *options);
#endif
