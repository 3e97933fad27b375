/* SPDX-License-Identifier: MIT */
/* Users with their access roles and bindings. Lists are names divided by commas; NULL for none. */
#ifndef CRM_TESTS_SUPPORT_ACTORS_H
#define CRM_TESTS_SUPPORT_ACTORS_H
#include "support/store.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { ACTOR_PERSONAL = 1, ACTOR_PRICES = 2, ACTOR_ADMINISTERS = 4 };

static inline void actor_names(crm_record *rec, crm_field field, const char *list) {
    char *copy = list ? strdup(list) : NULL, *rest = NULL;
    for (char *name = copy ? strtok_r(copy, ",", &rest) : NULL; name; name = strtok_r(NULL, ",", &rest))
        cr_assert_eq(crm_record_add_item(rec, field, name, CRM_NTS), CRM_OK, "%s", crm_error_text());
    free(copy);
}

static inline crm_record *actor_role_record(const char *code, const char *read, const char *write, const char *fields, unsigned flags) {
    crm_record *rec = test_record(CRM_KIND_ACCESS_ROLE, 0, CRM_ACCESS_ROLE_CODE, code, 0);
    actor_names(rec, CRM_ACCESS_ROLE_READ, read);
    actor_names(rec, CRM_ACCESS_ROLE_WRITE, write);
    actor_names(rec, CRM_ACCESS_ROLE_FIELDS, fields);
    if (flags & ACTOR_PERSONAL) cr_assert_eq(crm_record_set_bool(rec, CRM_ACCESS_ROLE_PERSONAL, 1), CRM_OK);
    if (flags & ACTOR_PRICES) cr_assert_eq(crm_record_set_bool(rec, CRM_ACCESS_ROLE_PRICES, 1), CRM_OK);
    if (flags & ACTOR_ADMINISTERS) cr_assert_eq(crm_record_set_bool(rec, CRM_ACCESS_ROLE_ADMINISTRATION, 1), CRM_OK);
    return rec;
}

static inline crm_id actor_user(crm_txn *txn, const char *name, const char *type) {
    return test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, name, CRM_USER_TYPE, type, 0));
}

static inline crm_id actor_give(crm_txn *txn, crm_id user, crm_id role) {
    crm_record *rec = test_record(CRM_KIND_USER_ROLE, 0, 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_USER, user), CRM_OK);
    cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_ROLE, role), CRM_OK);
    return test_put(txn, rec);
}

/* A staff user with a role of his own, named like him. */
static inline crm_id actor_staff(crm_txn *txn, const char *name, const char *read, const char *write, unsigned flags) {
    crm_id user = actor_user(txn, name, CRM_USER_TYPE_STAFF);
    actor_give(txn, user, test_put(txn, actor_role_record(name, read, write, NULL, flags)));
    return user;
}

/* A user bound to a party (0: to none), who may change fields there. */
static inline crm_id actor_bound(crm_txn *txn, const char *name, crm_id party, const char *fields) {
    crm_id user = actor_user(txn, name, CRM_USER_TYPE_BOUND);
    if (fields) actor_give(txn, user, test_put(txn, actor_role_record(name, NULL, NULL, fields, 0)));
    if (party) cr_assert_eq(crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK, "%s", crm_error_text());
    return user;
}

static inline crm_txn *actor_write(crm_db *db, crm_id actor) {
    crm_txn *txn;
    int rc = crm_txn_begin(db, CRM_TXN_WRITE, actor, &txn);
    cr_assert_eq(rc, CRM_OK, "begin: %d %s", rc, crm_error_text());
    return txn;
}
#endif
