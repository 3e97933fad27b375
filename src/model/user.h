/* SPDX-License-Identifier: MIT */
/* Users: who is bound to a party, and their passwords. */
#ifndef CRMI_MODEL_USER_H
#define CRMI_MODEL_USER_H
#include "model/blockers.h"
#include "store/store.h"

/* What an Argon2id verifier costs to make, and so to guess: passes over so much memory. */
typedef struct crmi_password_cost {
    unsigned long long passes;
    size_t memory; /* bytes */
} crmi_password_cost;
extern const crmi_password_cost crmi_password_cost_usual;

/* From a public id to the user; CRM_E_NOTFOUND. */
int crmi_user_resolve(crmi_txn *txn, crm_id id, crmi_packed *out);

/* See crm_user_bind() and crm_user_unbind(). */
int crmi_user_bind(crmi_txn *txn, crmi_packed user, crmi_packed party, int64_t from, int64_t until, crmi_packed *out);
int crmi_user_unbind(crmi_txn *txn, crmi_packed user, crmi_packed party, int64_t day);
/* Bindings to a party that are valid today or later: CRM_E_IN_USE where there are any; as what keeps it. */
int crmi_binding_none(crmi_txn *txn, uint32_t root);
int crmi_binding_blockers(crmi_txn *txn, crmi_packed party, size_t most, crmi_blockers *out);

/* See crm_user_password_set() and the functions behind it; sizes are checked. Of a check user is 0 for one that does not exist. */
int crmi_user_password_set(crmi_txn *txn, crmi_packed user, const char *password, size_t size, bool must_change,
                           const crmi_password_cost *cost);
int crmi_user_password_check(crmi_txn *txn, crmi_packed user, const char *password, size_t size, const crmi_password_cost *cost);
int crmi_user_verifier_set(crmi_txn *txn, crmi_packed user, const void *verifier, size_t size);
int crmi_user_verifier_get(crmi_txn *txn, crmi_packed user, void *out, size_t cap, size_t *out_size);
#endif
