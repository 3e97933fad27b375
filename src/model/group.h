/* SPDX-License-Identifier: MIT */
/* Groups as lists and proposals need them: read from what is stored, put in order, followed upwards. */
#ifndef CRMI_MODEL_GROUP_H
#define CRMI_MODEL_GROUP_H
#include "index/index.h"

typedef struct crmi_group {
    crmi_packed id;
    bool archived, opt_out, ranked; /* ranked: it has a priority */
    int64_t priority;
    uint32_t code_size, above_count;
    char code[CRMI_LIMIT_CODE_BYTES];
    crmi_packed above[CRMI_LIMIT_GROUP_DEPTH]; /* nearest first */
} crmi_group;

/* Opens a stored group; CRM_E_CORRUPT. The same read first; CRM_E_NOTFOUND. */
int crmi_group_open(const crmi_txn *txn, const crmi_stored *stored, crmi_group *out);
int crmi_group_read(crmi_txn *txn, crmi_packed id, crmi_group *out);
/* The order in which a proposal asks groups: priority, those without one last, then code. */
int crmi_group_compare(const crmi_group *a, const crmi_group *b);
/* What a value of CRM_GROUP_ANCESTORS names, nearest first, into out; how many. SIZE_MAX: the value is damaged. */
size_t crmi_group_above(const crmi_txn *txn, const void *bytes, size_t size, crmi_packed out[CRMI_LIMIT_GROUP_DEPTH]);

/* From a public id to the group or party as it is now; CRM_E_NOTFOUND. */
int crmi_group_resolve(crmi_txn *txn, crm_id id, crmi_packed *out);
int crmi_party_resolve(crmi_txn *txn, crm_id id, crmi_packed *out);

/* Records of a kind that a party and its groups own, read in the same round trips as these: fn gets them, also those of groups that give
 * nothing, all of one owner together. */
typedef struct crmi_group_also {
    uint32_t kind;
    crmi_stored_fn fn;
    void *data;
} crmi_group_also;

/* What a party is in on a day: see crm_party_groups(); with archived ones also these, and what is above them. *out is to be freed by the
 * caller. At most three round trips. also may be NULL. */
int crmi_group_of_party(crmi_txn *txn, crmi_packed party, int64_t day, bool archived, const crmi_group_also *also, crmi_group **out,
                        size_t *count);

/* Whether a stored membership is valid on a day, and whose it is in; CRM_E_CORRUPT. */
int crmi_membership_open(const crmi_stored *stored, int64_t day, bool *valid, crmi_packed *group);
/* A page of a group's members: its range; then those of a day, ids of parties that are not archived. */
void crmi_membership_range(crmi_page *page, crmi_packed group);
int crmi_membership_page(crmi_txn *txn, int64_t day, crmi_page *page);
/* See crm_group_add() and crm_group_remove(). */
int crmi_membership_add(crmi_txn *txn, crmi_packed group, crmi_packed party, int64_t from, int64_t until, crmi_packed *out);
int crmi_membership_end(crmi_txn *txn, crmi_packed group, crmi_packed party, int64_t day);
#endif
