/* SPDX-License-Identifier: MIT */
/* Fields that the host defines in rows of imports: their columns and values, and rows whose fields are of another store. */
#include "support/custom.h"
#include "support/errors.h"
#include <stdio.h>
#include <string.h>

TestSuite(sync_custom_field, .init = begin, .fini = end);

static void describe(crm_field field, const char *german, const char *french, const char *synonym) {
    crm_record *rec;
    cr_assert_eq(crm_custom_field_get(txn, field, &rec), CRM_OK);
    cr_assert_eq(crm_record_set_label(rec, CRM_CUSTOM_FIELD_LABEL, "de", german, CRM_NTS), CRM_OK);
    cr_assert_eq(crm_record_set_label(rec, CRM_CUSTOM_FIELD_LABEL, "fr", french, CRM_NTS), CRM_OK);
    cr_assert_eq(crm_record_add_item(rec, CRM_CUSTOM_FIELD_SYNONYMS, synonym, CRM_NTS), CRM_OK);
    cr_assert_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
}

Test(sync_custom_field, columns) {
    crm_field field = define("party", "machine_count", "int", 0);
    describe(field, "Anzahl der Maschinen", "nombre de machines", "Maschinenzahl|Stk");
    define("address", "route", "text", 0);
    define("contact", "born", "date", 0);
    define("contact", "seen", "time", 0);
    define("usage", "far", "text", 0);
    define("party", "photo", "bytes", 0);
    static const struct {
        uint32_t rows;
        const char *heading, *target; /* NULL: not recognised */
    } cases[] = {
        {CRM_ROWS_FLAT, "party.machine_count", "party.machine_count"},
        {CRM_ROWS_FLAT, "machine_count", "party.machine_count"},
        {CRM_ROWS_FLAT, "Machine count", "party.machine_count"},
        {CRM_ROWS_FLAT, "ANZAHL DER MASCHINEN", "party.machine_count"},
        {CRM_ROWS_CUSTOMER, "Nombre de machines", "party.machine_count"},
        {CRM_ROWS_FLAT, "Maschinenzahl Stk.", "party.machine_count"},
        {CRM_ROWS_SITE, "machine_count", NULL},
        {CRM_ROWS_SITE, "route", "address.route"},
        {CRM_ROWS_CONTACT, "born", "contact.born"},
        {CRM_ROWS_CONTACT, "seen", "contact.seen"},
        {CRM_ROWS_FLAT, "photo", NULL},
        {CRM_ROWS_FLAT, "far", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_sync *sync;
        cr_assert_eq(crm_sync_new_in(txn, "erp", cases[i].rows, &sync), CRM_OK, "%s", crm_error_text());
        int rc = crm_sync_add_column(sync, cases[i].heading, CRM_NTS);
        cr_expect_eq(rc, cases[i].target ? CRM_OK : CRM_E_NOTFOUND, "%s: %d", cases[i].heading, rc);
        if (rc == CRM_OK) cr_expect_str_eq(crm_sync_target(sync, 0), cases[i].target, "%s", cases[i].heading);
        crm_sync_free(sync);
        cr_assert_eq(crm_sync_new("erp", cases[i].rows, &sync), CRM_OK);
        cr_expect_eq(crm_sync_add_column(sync, cases[i].heading, CRM_NTS), CRM_E_NOTFOUND, "without a store: %s", cases[i].heading);
        crm_sync_free(sync);
    }
}

static crm_sync *rows(const char *const (*cells)[5], size_t count) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new_in(txn, "erp", CRM_ROWS_FLAT, &sync), CRM_OK);
    cr_assert_eq(crm_sync_map(sync, "Farbe", "party.colour"), CRM_OK, "%s", crm_error_text());
    for (size_t i = 0; i < 5; i++) cr_assert_eq(crm_sync_add_column(sync, cells[0][i], CRM_NTS), CRM_OK, "%s", crm_error_text());
    for (size_t i = 1; i < count; i++) cr_assert_eq(crm_sync_add_row(sync, 0, cells[i], NULL, 5), CRM_OK, "%s", crm_error_text());
    return sync;
}

Test(sync_custom_field, values) {
    static const char *const good[][5] = {{"Firma", "Farbe", "Rang", "Seit", "Umsatz"},
                                          {"A", "rot", "1", "31.01.2026", "1.234,50"},
                                          {"A", "rot", "", "", ""},
                                          {"B", "", "-2", "", ""}};
    static const char *const bad[][5] = {{"Firma", "Farbe", "Rang", "Seit", "Umsatz"},
                                         {"C", "", "x", "", ""},
                                         {"C", "", "", "31.02.2026", ""},
                                         {"A", "rot", "1", "", ""},
                                         {"A", "blau", "1", "", ""},
                                         {"D", "taken", "", "", ""},
                                         {"E", "grau", "", "", ""},
                                         {"F", "grau", "", "", ""}};
    crm_field colour = define("party", "colour", "text", UNIQUE), rank = define("party", "rang", "int", 0);
    crm_field since = define("party", "seit", "date", 0), sales = define("party", "umsatz", "amount", INDEXED);
    party_with("T", colour, "taken");
    go_on();
    crm_sync *sync = rows(good, 4);
    crm_txn_free(txn);
    crm_plan *plan;
    cr_assert_eq(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &plan), CRM_OK, "%s", crm_error_text());
    cr_expect(strstr(crm_plan_explain(plan, NULL), "B1 party.colour: - -> rot\n"), "%s", crm_plan_explain(plan, NULL));
    crm_plan_free(plan);
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_count(sync, CRM_SYNC_UNCHANGED), 3u, "the second time nothing differs");
    crm_sync_free(sync);
    txn = test_write(db);
    crm_id id;
    cr_assert_eq(crm_record_find(txn, colour, NULL, 0, "rot", CRM_NTS, &id), CRM_OK, "%s", crm_error_text());
    crm_record *rec = test_get(txn, id);
    cr_expect(crm_record_int(rec, rank, 0) == 1 && crm_record_date(rec, since, 0) == 20484 && crm_record_amount(rec, sales, 0) == 12345000,
              "%s", crm_record_json(rec, NULL));
    crm_record_free(rec);
    cr_expect_eq(found_int(sales, 12345000), 1u);
    sync = rows(bad, 8);
    crm_txn_free(txn);
    txn = NULL;
    cr_assert_eq(crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS), CRM_OK);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect(crm_sync_count(sync, CRM_SYNC_FAILED) == 2 && crm_sync_count(sync, CRM_SYNC_CONFLICT) == 3, "%s", crm_error_text());
    crm_field fields[] = {rank, since, colour, colour, colour};
    int statuses[] = {CRM_E_FORMAT, CRM_E_RANGE, CRM_E_AMBIGUOUS, CRM_E_EXISTS, CRM_E_AMBIGUOUS};
    for (size_t i = 0; i < 5; i++) {
        cr_expect_eq(crm_sync_error_field(sync, i), fields[i], "error %zu: %s", i, crm_sync_error_text(sync, i));
        cr_expect_eq(crm_sync_error_status(sync, i), statuses[i], "error %zu: %s", i, crm_sync_error_text(sync, i));
    }
    crm_sync_free(sync);
    txn = test_write(db);
}

Test(sync_custom_field, times) {
    static const char *const cells[] = {"2026-01-31T12:00:00Z", "2026-01-31", "31.01.2026", "2026-01-31T25:00:00Z", "soon"};
    static const int statuses[] = {CRM_OK, CRM_OK, CRM_OK, CRM_E_FORMAT, CRM_E_FORMAT};
    crm_field seen = define("party", "seen", "time", INDEXED);
    go_on();
    for (size_t i = 0; i < 5; i++) {
        crm_sync *sync;
        cr_assert_eq(crm_sync_new_in(txn, "erp", CRM_ROWS_FLAT, &sync), CRM_OK);
        crm_txn_free(txn);
        txn = NULL;
        cr_assert_eq(crm_sync_add_column(sync, "Firma", CRM_NTS), CRM_OK);
        cr_assert_eq(crm_sync_add_column(sync, "seen", CRM_NTS), CRM_OK);
        cr_assert_eq(crm_sync_add_row(sync, 0, (const char *const[]){"A", cells[i]}, NULL, 2), CRM_OK);
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), statuses[i], "%s: %s", cells[i], crm_error_text());
        crm_sync_free(sync);
        txn = test_write(db);
        int64_t day = INT64_C(20484) * 86400000000;
        cr_expect_eq(found_int(seen, i ? day : day + INT64_C(43200000000)), 1u, "%s", cells[i]);
    }
}

/* Rows whose columns another store defined, or one that has gone. */
Test(sync_custom_field, of_another_store) {
    static const char *const cells[][5] = {{"Firma", "Farbe", "PLZ", "Ort", "Land"}, {"A", "rot", "", "", ""}};
    crm_field field = define("party", "colour", "text", 0);
    go_on();
    crm_sync *sync = rows(cells, 2);
    cr_assert_eq(crm_record_delete(txn, definition_of(field), 0), CRM_OK);
    test_commit(txn);
    REFUSES(CRM_E_NOTFOUND, crm_sync_apply, crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM));
    cr_expect_eq(crm_error_field(), field);
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    char other[4200];
    crm_db *second;
    snprintf(other, sizeof other, "%s/other", test_folder);
    cr_assert_eq(crm_db_open(other, &options, &second), CRM_OK, "%s", crm_error_text());
    txn = test_write(second);
    cr_expect_eq(define("party", "size", "text", 0), field, "the same number");
    test_commit(txn);
    cr_expect_eq(crm_sync_apply(sync, second, CRM_ACTOR_SYSTEM), CRM_E_NOTFOUND, "%s", crm_error_text());
    crm_sync_free(sync);
    crm_db_close(second);
    txn = test_write(db);
}
