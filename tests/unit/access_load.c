/* SPDX-License-Identifier: MIT */
/* What is loaded of a user when a transaction begins, and what the gate lets staff see. */
#include "api/api.h"
#include "model/access.h"
#include "support/actors.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(access_load, .init = test_begin, .fini = test_end);

static crmi_txn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

/* Beginning costs a handful of round trips, be there one binding and no role or as many as are read at once. */
Test(access_load, round_trips) {
    crmi_counting_enable(true);
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "P"), users[4] = {actor_bound(txn, "a", party, NULL), actor_bound(txn, "b", party, "party.note"),
                                                     actor_staff(txn, "c", "party", NULL, 0), actor_staff(txn, "d", "*", "*", 7)};
    for (int i = 0; i < 60; i++) {
        char name[8];
        snprintf(name, sizeof name, "p%d", i);
        for (int k = 1; k < 3; k++)
            cr_assert_eq(crm_user_bind(txn, users[k], test_party(txn, name), CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
        actor_give(txn, users[3], test_put(txn, actor_role_record(name, "party", NULL, "party.note", 0)));
    }
    test_commit(txn);
    static const uint64_t most[] = {5, 5, 4,
                                    4}; /* his record, bindings (not of staff without limits), roles, what they say, where they lead */
    for (int i = 0; i < 4; i++) {
        crmi_counting_reset();
        txn = test_as(db, users[i]);
        cr_expect_eq(crmi_counting_trips(), most[i], "%d: %llu", i, (unsigned long long)crmi_counting_trips());
        crm_txn_free(txn);
    }
    crm_db_close(db);
    crmi_counting_enable(false);
}

/* Staff by kind, wherever the record lies; and what a role gives that this version does not know. */
Test(access_load, what_staff_sees) {
    crm_db *db = test_open();
    crm_txn *txn = test_read(db);
    crmi_txn *open = inside(txn);
    crmi_actor *actor = calloc(1, sizeof *actor);
    *actor = (crmi_actor){.user = crmi_id_pack(0, CRM_KIND_USER, 5),
                          .staff = true,
                          .reads = UINT64_C(1) << CRM_KIND_PARTY | UINT64_C(1) << CRM_KIND_QUOTE_DEFAULTS};
    crmi_gate_bind(open, actor);
    const struct {
        uint32_t root, kind, local;
        bool plain, administers;
    } cases[] = {{3, CRM_KIND_PARTY, 0, true, true},          {3 | CRMI_ROOT_GROUP, CRM_KIND_QUOTE_DEFAULTS, 1, true, true},
                 {3, CRM_KIND_QUOTE_DEFAULTS, 1, true, true}, {0, CRM_KIND_QUOTE_DEFAULTS, 1, false, true},
                 {3, CRM_KIND_CONTACT, 1, false, false},      {0, CRM_KIND_USER, 5, true, true},
                 {0, CRM_KIND_USER, 6, false, false},         {3 | CRMI_ROOT_GROUP, CRM_KIND_GROUP, 0, false, false}};
    for (int administers = 0; administers < 2; administers++) {
        actor->administers = administers;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            crmi_packed id = crmi_id_pack(cases[i].root, cases[i].kind, cases[i].local);
            bool sees = administers ? cases[i].administers : cases[i].plain;
            crmi_packed first = crmi_id_pack(cases[i].root, cases[i].kind, 0), behind = first + CRMI_LOCAL_MAX + 1;
            cr_expect_eq(crmi_gate_sees(open, id), sees, "%d, %zu", administers, i);
            cr_expect_eq(crmi_gate_sees_range(open, first, behind), sees || cases[i].kind == CRM_KIND_USER, "%d, %zu", administers, i);
            cr_expect(crmi_gate_sees_range(open, crmi_id_pack(cases[i].root, 0, 0), behind), "a file: %zu", i);
            cr_expect(crmi_gate_sees_range(open, first, crmi_id_pack(cases[i].root + 1, cases[i].kind, 1)), "files: %zu", i);
            cr_expect_not(crmi_gate_sees_range(open, first, first), "%zu", i);
        }
    }
    actor->hidden = CRM_FIELD_PRICE;
    cr_expect_eq(crmi_gate_hides(open), CRM_FIELD_PRICE);
    crmi_gate_lift(open);
    cr_expect_eq(crmi_gate_hides(open), 0);
    crmi_gate_begin(open);
    cr_expect_eq(crmi_gate_hides(open), CRM_FIELD_PRICE, "down when a call begins");
    crm_txn_free(txn);
    crm_db_close(db);
}

/* Fields of references are seen by all who see the record: looking for who names another one is never denied. */
Test(access_load, references_are_not_hidden) {
    for (uint32_t kind = 1; kind <= CRMI_KIND_MAX; kind++) {
        const crmi_kind *known = crmi_schema_kind(kind);
        for (uint32_t i = 0; known && i < known->fields; i++)
            cr_expect(known->first[i].type != CRM_TYPE_ID || !(known->first[i].flags & (CRM_FIELD_PERSONAL | CRM_FIELD_PRICE)), "%s.%s",
                      known->name, known->first[i].name);
    }
}

/* A role that says more than this version would store gives what it knows, and nothing else. */
Test(access_load, roles_of_another_version) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crmi_txn *open = inside(txn);
    crm_id party = test_party(txn, "P"), contact = test_child(txn, CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "C");
    crm_id user = actor_staff(txn, "s", "party", NULL, 0), customer = actor_bound(txn, "b", party, "party.note"), setting, id;
    crm_id own = test_put(txn, test_record(CRM_KIND_IDENTIFIER, party, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "7", 0));
    cr_assert_eq(crm_setting_set(txn, "a.b", "1", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_record_find(txn, CRM_SETTING_NAME, NULL, 0, "a.b", CRM_NTS, &setting), CRM_OK);
    static const char *const codes[] = {"s", "b"};
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(crm_record_find(txn, CRM_ACCESS_ROLE_CODE, NULL, 0, codes[i], CRM_NTS, &id), CRM_OK);
        crm_record *rec = test_get(txn, id);
        actor_names(rec, i ? CRM_ACCESS_ROLE_FIELDS : CRM_ACCESS_ROLE_READ,
                    i ? "party.order_lock,party.later,identifier.scheme" : "setting,later,*");
        cr_assert_eq(crmi_store_put(open, crmi_store_packed(open, id), rec, crm_record_revision(rec) + 1), CRM_OK);
        crm_record_free(rec);
    }
    test_commit(txn);
    txn = test_as(db, user);
    crm_record *rec;
    crm_record_free(test_get(txn, party));
    cr_expect_eq(crm_record_get(txn, contact, &rec), CRM_E_NOTFOUND);
    cr_expect_eq(crm_record_get(txn, setting, &rec), CRM_E_NOTFOUND);
    crm_txn_free(txn);
    txn = actor_write(db, customer);
    rec = test_get(txn, party);
    cr_assert_eq(crm_record_set_bool(rec, CRM_PARTY_ORDER_LOCK, 1), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_E_DENIED);
    cr_expect_eq(crm_error_field(), CRM_PARTY_ORDER_LOCK);
    rec = test_get(txn, own);
    cr_assert_eq(crm_record_set_text(rec, CRM_IDENTIFIER_SCHEME, "gln", CRM_NTS), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_E_DENIED);
    crm_txn_free(txn);
    crm_db_close(db);
}
