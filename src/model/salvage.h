/* SPDX-License-Identifier: MIT */
/* A new store of what is left of a damaged one: see libcrm/maintain.h. */
#ifndef CRMI_MODEL_SALVAGE_H
#define CRMI_MODEL_SALVAGE_H
#include <libcrm/maintain.h>

typedef struct crmi_salvaged {
    uint64_t records; /* in the new store */
    uint64_t old;     /* of them from pages that may be out of date */
    uint64_t left;    /* sound ones that were left out: what they belong to, or must name, is lost */
} crmi_salvaged;

int crmi_salvage_store(const char *from, const char *to, crm_maintain_progress_fn fn, void *data, crmi_salvaged *out);
#endif
