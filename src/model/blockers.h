/* SPDX-License-Identifier: MIT */
/* What the deletion of a record meets: fields of other records that name it. Which fields can is told by the schema alone. */
#ifndef CRMI_MODEL_BLOCKERS_H
#define CRMI_MODEL_BLOCKERS_H
#include "index/index.h"

#define CRMI_BLOCKER_SAMPLES 10
#define CRMI_BLOCKER_MOST 10000 /* records of one field that are counted */

/* A field that keeps the record, as it would name nothing afterwards. */
typedef struct crmi_blocker {
    const crmi_field *field;
    size_t count; /* records; of the first of them the ids are in samples */
    bool more;
    crmi_packed samples[CRMI_BLOCKER_SAMPLES];
} crmi_blocker;

typedef struct crmi_blockers {
    crmi_blocker *list;
    size_t count;
    crmi_packed *going; /* records that are about the record (CRM_FIELD_DEPENDENT): they go with it */
    size_t going_count, going_capacity;
} crmi_blockers;

/* All fields that name a record that is there; of each at most most records are counted. out is to be freed, whatever this returns. */
int crmi_blockers_find(crmi_txn *txn, crmi_packed id, size_t most, crmi_blockers *out);
/* Notes a record that names it by a field; behind most of them only that there are more. */
int crmi_blockers_add(crmi_blockers *out, const crmi_field *field, size_t most, crmi_packed id);
void crmi_blockers_free(crmi_blockers *blockers);
#endif
