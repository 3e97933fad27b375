/* SPDX-License-Identifier: MIT */
/* Access roles as records: what they can say, and who has them. */
#include "support/actors.h"
#include <stdio.h>

TestSuite(access_role, .init = test_begin, .fini = test_end, .timeout = 120);

Test(access_role, what_roles_can_say) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    test_put(txn, test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "shape",
                              CRM_CUSTOM_FIELD_TYPE, "text", 0));
    crm_record *unique = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "mark",
                                     CRM_CUSTOM_FIELD_TYPE, "text", 0);
    cr_assert_eq(crm_record_set_bool(unique, CRM_CUSTOM_FIELD_UNIQUE, 1), CRM_OK);
    test_put(txn, unique);
    static const struct {
        const char *read, *write, *fields;
        crm_field refused;
        const char *named;
    } cases[] = {
        {"*", "*", NULL, 0, NULL},
        {"party,quote,option_rule", "party,group,membership", NULL, 0, NULL},
        {"party,*", NULL, NULL, CRM_ACCESS_ROLE_READ, "*"},
        {"party,parties,x", NULL, NULL, CRM_ACCESS_ROLE_READ, "parties"},
        {"user", NULL, NULL, CRM_ACCESS_ROLE_READ, "user"},
        {"binding", NULL, NULL, CRM_ACCESS_ROLE_READ, "binding"},
        {"credential", NULL, NULL, CRM_ACCESS_ROLE_READ, "credential"},
        {"access_role", NULL, NULL, CRM_ACCESS_ROLE_READ, "access_role"},
        {"user_role", NULL, NULL, CRM_ACCESS_ROLE_READ, "user_role"},
        {"setting", NULL, NULL, CRM_ACCESS_ROLE_READ, "setting"},
        {"custom_field", NULL, NULL, CRM_ACCESS_ROLE_READ, "custom_field"},
        {"policy", NULL, NULL, CRM_ACCESS_ROLE_READ, "policy"},
        {"rule", NULL, NULL, CRM_ACCESS_ROLE_READ, "rule"},
        {"code", NULL, NULL, CRM_ACCESS_ROLE_READ, "code"},
        {"blocker", NULL, NULL, CRM_ACCESS_ROLE_READ, "blocker"},
        {NULL, "quote", NULL, CRM_ACCESS_ROLE_WRITE, "quote"},
        {NULL, "option_rule", NULL, CRM_ACCESS_ROLE_WRITE, "option_rule"},
        {NULL, "party,Party", NULL, CRM_ACCESS_ROLE_WRITE, "Party"},
        {NULL, NULL,
         "party.name,party.note,party.shape,address.street,contact.person,channel.value,usage.target,quote_defaults.delivery_times,"
         "identifier.target",
         0, NULL},
        {NULL, NULL, "party.nothing", CRM_ACCESS_ROLE_FIELDS, "party.nothing"},
        {NULL, NULL, "party", CRM_ACCESS_ROLE_FIELDS, "party"},
        {NULL, NULL, "party.mark", CRM_ACCESS_ROLE_FIELDS, "party.mark"},
        {NULL, NULL, "party.type", CRM_ACCESS_ROLE_FIELDS, "party.type"},
        {NULL, NULL, "party.archived", CRM_ACCESS_ROLE_FIELDS, "party.archived"},
        {NULL, NULL, "address.archived", CRM_ACCESS_ROLE_FIELDS, "address.archived"},
        {NULL, NULL, "party.created_at", CRM_ACCESS_ROLE_FIELDS, "party.created_at"},
        {NULL, NULL, "party.order_lock", CRM_ACCESS_ROLE_FIELDS, "party.order_lock"},
        {NULL, NULL, "party.delivery_lock", CRM_ACCESS_ROLE_FIELDS, "party.delivery_lock"},
        {NULL, NULL, "party.dunning_lock", CRM_ACCESS_ROLE_FIELDS, "party.dunning_lock"},
        {NULL, NULL, "party.lock_reason", CRM_ACCESS_ROLE_FIELDS, "party.lock_reason"},
        {NULL, NULL, "contact.party", CRM_ACCESS_ROLE_FIELDS, "contact.party"},
        {NULL, NULL, "identifier.value", CRM_ACCESS_ROLE_FIELDS, "identifier.value"},
        {NULL, NULL, "role.number", CRM_ACCESS_ROLE_FIELDS, "role.number"},
        {NULL, NULL, "role.source_document", CRM_ACCESS_ROLE_FIELDS, "role.source_document"},
        {NULL, NULL, "membership.valid_until", CRM_ACCESS_ROLE_FIELDS, "membership.valid_until"},
        {NULL, NULL, "binding.valid_until", CRM_ACCESS_ROLE_FIELDS, "binding.valid_until"},
        {NULL, NULL, "option_rule.deny", CRM_ACCESS_ROLE_FIELDS, "option_rule.deny"},
        {NULL, NULL, "group.priority", CRM_ACCESS_ROLE_FIELDS, "group.priority"},
        {NULL, NULL, "user.price_list", CRM_ACCESS_ROLE_FIELDS, "user.price_list"},
        {NULL, NULL, "setting.value", CRM_ACCESS_ROLE_FIELDS, "setting.value"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char code[8];
        snprintf(code, sizeof code, "r%zu", i);
        int rc = test_try(txn, actor_role_record(code, cases[i].read, cases[i].write, cases[i].fields, 0));
        cr_expect_eq(rc, cases[i].refused ? CRM_E_INVALID : CRM_OK, "%zu: %d %s", i, rc, crm_error_text());
        if (rc == CRM_OK) continue;
        cr_expect_eq(crm_error_field(), cases[i].refused, "%zu", i);
        cr_expect(strstr(crm_error_text(), cases[i].named), "%zu: %s", i, crm_error_text());
    }
    crm_txn_free(txn);
    crm_db_close(db);
}

Test(access_role, giving_roles) {
    enum { ROLES = 150 };
    static crm_id given[ROLES];
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id user = actor_user(txn, "u", CRM_USER_TYPE_STAFF), other = actor_user(txn, "v", CRM_USER_TYPE_STAFF), role = 0, kept;
    crm_record *rec;
    for (int i = 0; i < ROLES; i++) {
        char code[8];
        snprintf(code, sizeof code, "r%d", i);
        role = test_put(txn, actor_role_record(code, i == ROLES - 1 ? "party" : "group", NULL, NULL, 0));
        given[i] = actor_give(txn, user, role);
    }
    kept = actor_give(txn, other, role);
    rec = test_record(CRM_KIND_USER_ROLE, 0, 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_USER, user), CRM_OK);
    cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_ROLE, role), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_E_EXISTS, "once");
    cr_expect_eq(crm_error_field(), CRM_USER_ROLE_ROLE);
    rec = test_get(txn, given[0]);
    cr_assert_eq(crm_record_set_id(rec, CRM_USER_ROLE_USER, other), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "another user's: %s", crm_error_text());
    cr_expect_eq(crm_record_delete(txn, role, 0), CRM_E_IN_USE, "users have it");
    crm_id party = test_party(txn, "P");
    test_commit(txn);
    txn = test_as(db, user);
    crm_record_free(test_get(txn, party)); /* by the last of many */
    crm_txn_free(txn);
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, user, 0), CRM_OK, "%s", crm_error_text());
    for (int i = 1; i < ROLES; i++) cr_expect_eq(crm_record_get(txn, given[i], &rec), CRM_E_NOTFOUND, "%d went with him", i);
    for (int i = 0; i < 2; i++) crm_record_free(test_get(txn, i ? kept : given[0]));
    cr_expect_eq(crm_record_delete(txn, role, 0), CRM_E_IN_USE, "one has it yet");
    cr_assert_eq(crm_record_delete(txn, kept, 0), CRM_OK);
    cr_expect_eq(crm_record_delete(txn, role, 0), CRM_OK, "%s", crm_error_text());
    crm_txn_free(txn);
    crm_db_close(db);
}
