/* SPDX-License-Identifier: MIT */
/* Several sheets in one run: rows that refer to rows of other sheets, wherever these stand, and a customer's bad row that takes the rows of
 * his sites and contacts with it. */
#include "support/rows.h"

Test(sync_sheets, rows_of_other_sheets) {
    static const struct {
        const char *what, *text, *counts, *wanted;
    } cases[] = {
        {"sheets in any order, new customers",
         "# Contacts contact\nKundennummer|Name|E-Mail\n1|Ada|ada@a.example\n2|Eve|\n# Sites "
         "site\nKundennummer|Standortnummer|Ort\n1|7|Ulm\n"
         "1|8|Bonn\n# Customers customer\nKundennummer|Firma|Ort\n1|A|Rom\n2|B|",
         "6 created",
         "party name=A; role number=1; usage target=address1 purpose=main; address town=Rom; address site_number=7 town=Ulm; "
         "address site_number=8 town=Bonn; contact name=Ada; channel target=contact1 type=mail value=ada@a.example + "
         "party name=B; role number=2; contact name=Eve"},
        {"by the source's own key, and by another identifier",
         "# Customers customer\nExternal ID|Firma|DUNS\nK1|A|99\n# Sites site\nparty.identifier.key|Ort\nK1|Ulm\n# Contacts "
         "contact\nparty.identifier.duns|Name\n99|Ada",
         "3 created",
         "party name=A; role number=10000; identifier scheme=test value=K1; identifier scheme=duns "
         "value=99; address town=Ulm; contact name=Ada"},
        {"two sheets of one shape",
         "# North customer\nKundennummer|Firma\n1|A\n# South customer\nFirma|Kundennummer\nB|2\n# Sites "
         "site\nKundennummer|Ort\n1|Ulm\n2|Bonn",
         "4 created", "party name=A; role number=1; address town=Ulm + party name=B; role number=2; address town=Bonn"},
        {"the main address of one sheet is a site of another",
         "# Customers customer\nKundennummer|Firma|Straße|Ort\n1|A|Weg 1|Ulm\n# Sites "
         "site\nKundennummer|Standortnummer|Straße|Lieferadresse\n"
         "1|7|Weg 1|ja",
         "1 created, 1 updated",
         "party name=A; role number=1; usage target=address1 purpose=main; usage target=address1 purpose=delivery; "
         "address site_number=7 street=Weg 1 town=Ulm"},
    };
    crm_db *db = rows_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rows_apply(db, cases[i].what, 0, cases[i].text, cases[i].counts, cases[i].wanted);
        rows_empty(db);
    }
    rows_close(db);
}

Test(sync_sheets, what_one_row_says_another_may_not_deny) {
    crm_db *db = rows_open();
    rows_refuse(db, "a street", 0,
                "# Customers customer\nKundennummer|Firma|Straße|Ort|Standortnummer\n1|A|Weg 1|Ulm|7\n# Sites "
                "site\nKundennummer|Standortnummer|Ort|Hauptadresse\n1|7|Bonn|nein",
                "Sites 1.3 AMBIGUOUS address.town");
    rows_refuse(db, "a usage", 0,
                "# Customers customer\nKundennummer|Firma|Ort|Standortnummer|Lieferadresse\n1|A|Ulm|7|ja\n# Sites "
                "site\nKundennummer|Standortnummer|Lieferadresse|Ort\n1|7|nein|Ulm",
                "Sites 1.3 AMBIGUOUS usage.purpose");
    rows_refuse(db, "an identifier of two companies", 0,
                "# C customer\nKundennummer|Firma\n1|A\n2|B\n# I identifier\nKundennummer|Kennungsart|Kennung\n1|duns|9\n2|duns|9",
                "I 2.3 AMBIGUOUS identifier.value");
    rows_close(db);
}

/* In the store: customers 1 (key K, with a VAT id) and 2. */
static void fill(crm_db *db) {
    rows_apply(db, "fill", CRM_ROWS_CUSTOMER, "Kundennummer|External ID|Firma|USt-IdNr.\n1|K|A|DE136695976\n2||B|", NULL, NULL);
}

Test(sync_sheets, a_bad_customer_takes_his_sites_and_contacts_along) {
    static const char sites[] = "# Sites site\nKundennummer|Ort\n1|Ulm\n2|Bonn\n5|Rom\n# Contacts "
                                "contact\nparty.identifier.key|Name\nK|Ada\n# Customers customer\n";
    static const struct {
        const char *customers, *errors, *counts;
    } cases[] = {
        {"Kundennummer|Firma|Land|External ID\n1|A|Narnia|K\n2|B|DE|\n5|E||",
         "Sites 1.1 NOTFOUND role.number; Contacts 1.1 NOTFOUND role.number; Customers 1.3 CODE address.country",
         "3 created, 1 updated, 3 failed"},
        {"Kundennummer|Firma|Land|DUNS\n1|A|DE|9\n2|B|DE|9\n5|E|DE|",
         "Sites 2.1 NOTFOUND role.number; Customers 2.4 AMBIGUOUS identifier.value", "4 created, 1 updated, 1 failed, 1 in conflict"},
        {"Kundennummer|Firma|Rolle gültig ab|Rolle gültig bis\n1|A|2024-01-02|2024-01-01\n5|E|2024-01-02|",
         "Sites 1.1 NOTFOUND role.number; Contacts 1.0 NOTFOUND role.number; Customers 1.4 RANGE role.valid_until", NULL},
        {"Firma|Land\nB|Narnia", /* known by the name alone */
         "Sites 2.1 NOTFOUND role.number; Sites 3.1 NOTFOUND role.number; Customers 1.2 CODE address.country", "2 created, 3 failed"},
        {"Firma|USt-IdNr.|Land\nA|DE136695976|Narnia", /* or by the VAT id */
         "Sites 1.1 NOTFOUND role.number; Sites 3.1 NOTFOUND role.number; Contacts 1.1 NOTFOUND role.number; Customers 1.3 CODE "
         "address.country",
         "1 created, 4 failed"},
        {"Kundennummer|Land\n1|Narnia", /* the contact names him by a key that only the store knows */
         "Sites 1.1 NOTFOUND role.number; Sites 3.1 NOTFOUND role.number; Contacts 1.1 NOTFOUND role.number; Customers 1.2 CODE "
         "address.country",
         "1 created, 4 failed"},
        {"Kundennummer|Firma|party.archived\n1||x\n2|B|\n5||\n", "Sites 3.1 NOTFOUND role.number; Customers 3.0 REQUIRED party.name", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_db *db = rows_open();
        char text[1000];
        snprintf(text, sizeof text, "%s%s", sites, cases[i].customers);
        fill(db);
        rows_refuse(db, text, 0, text, cases[i].errors);
        crm_sync *sync = rows_make(0, text);
        crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
        cr_expect_str_eq(rows_errors(sync), cases[i].errors, "%s: %s", text, rows_errors(sync));
        if (cases[i].counts) cr_expect_str_eq(rows_counts(sync), cases[i].counts, "%s: %s", text, rows_counts(sync));
        uint64_t sequence = rows_sequence(db);
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
        cr_expect_eq(rows_sequence(db), sequence, "%s: the second run wrote", text);
        crm_sync_free(sync);
        rows_close(db);
    }
}

/* What only the store finds out, while it is written, takes them along too. */
Test(sync_sheets, a_customer_whom_the_store_refuses) {
    crm_db *db = rows_open();
    crm_sync *sync = rows_make(0, "# Customers customer\nKundennummer|Firma|address.latitude\n1|A|999999999999\n2|B|\n# Sites "
                                  "site\nKundennummer|Ort\n1|Ulm\n2|Bonn");
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(rows_store(db), "party name=B; role number=2; address town=Bonn", "%s", rows_store(db));
    cr_expect_str_eq(rows_counts(sync), "2 created, 2 failed", "%s", rows_counts(sync));
    cr_expect_str_eq(crm_sync_error_text(sync, 1), "the row of its customer was refused: row 1 of sheet Customers");
    crm_sync_free(sync);
    rows_close(db);
}

Test(sync_sheets, what_sheets_know) {
    crm_db *db = rows_open();
    crm_sync *sync = rows_make(0, "# Customers customer\nKundennummer|Firma\n1|A\n# Sites site\nKundennummer|Land|Ort\n1|Narnia|Ulm");
    cr_expect_eq(crm_sync_sheet_count(sync), 2u);
    cr_expect_str_eq(crm_sync_sheet_name(sync, 0), "Customers");
    cr_expect_str_eq(crm_sync_sheet_name(sync, 1), "Sites");
    cr_expect(!crm_sync_sheet_name(sync, 2));
    cr_expect_eq(crm_sync_sheet_shape(sync, 1), (uint32_t)CRM_ROWS_SITE);
    cr_expect_eq(crm_sync_sheet_shape(sync, 2), 0u);
    cr_expect_str_eq(crm_sync_sheet_target(sync, 0, 1), "party.name");
    cr_expect_str_eq(crm_sync_sheet_heading(sync, 1, 1), "Land");
    cr_expect(!crm_sync_sheet_heading(sync, 0, 2) && !crm_sync_sheet_target(sync, 2, 0));
    cr_expect_str_eq(crm_sync_target(sync, 1), "address.country", "of the latest sheet");
    cr_expect_str_eq(crm_sync_heading(sync, 2), "Ort");
    cr_expect_eq(crm_sync_has_heading(sync, "firma"), 1, "of any sheet");
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_CODE);
    cr_expect_str_eq(crm_error_text(), "sheet \"Sites\": column 2 \"Land\": no such country: \"Narnia\"");
    cr_expect_eq(crm_sync_error_sheet(sync, 0), 1u);
    cr_expect_eq(crm_sync_error_column(sync, 0), 2u);
    crm_sync_free(sync);
    rows_close(db);
}

/* Mappings, columns and numbers of rows belong to a sheet. */
Test(sync_sheets, each_for_itself) {
    static const char *const cells[] = {"1", "A"};
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("test", CRM_ROWS_SITE, &sync), CRM_OK);
    cr_expect_eq(crm_sync_map(sync, "x", "party.name"), CRM_E_TYPE);
    cr_expect_eq(crm_sync_add_sheet(sync, "Customers", CRM_ROWS_CUSTOMER), CRM_OK);
    cr_expect_eq(crm_sync_sheet_count(sync), 1u, "in the place of what was begun");
    cr_expect_eq(crm_sync_map(sync, "x", "party.name"), CRM_OK);
    cr_expect(crm_sync_add_column(sync, "Kundennummer", CRM_NTS) == CRM_OK && crm_sync_add_column(sync, "X", CRM_NTS) == CRM_OK);
    cr_expect_eq(crm_sync_add_row(sync, 5, cells, NULL, 2), CRM_OK);
    cr_expect_eq(crm_sync_add_sheet(sync, "Customers", CRM_ROWS_SITE), CRM_E_EXISTS);
    cr_expect_eq(crm_sync_add_sheet(sync, "", CRM_ROWS_SITE), CRM_E_INVALID);
    cr_expect_eq(crm_sync_add_sheet(sync, "Sites", 99), CRM_E_INVALID);
    cr_expect_eq(crm_sync_add_sheet(sync, "Sites", CRM_ROWS_SITE), CRM_OK);
    cr_expect_eq(crm_sync_add_column(sync, "X", CRM_NTS), CRM_E_NOTFOUND);
    cr_expect_eq(crm_sync_map(sync, "X", "address.town"), CRM_OK);
    cr_expect(crm_sync_add_column(sync, "X", CRM_NTS) == CRM_OK && crm_sync_add_column(sync, "Kundennummer", CRM_NTS) == CRM_OK);
    const char *const site[] = {"\xff", "1", "A"};
    cr_expect_eq(crm_sync_add_row(sync, 0, site, NULL, 2), CRM_E_UTF8);
    cr_expect_str_eq(crm_error_text(), "sheet \"Sites\": column 1 \"X\": not UTF-8");
    cr_expect_eq(crm_error_row(), 1u);
    cr_expect_eq(crm_sync_add_row(sync, 0, site, NULL, 3), CRM_E_INVALID);
    crm_sync_free(sync);
}

Test(sync_sheets, at_most_64) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("test", CRM_ROWS_SITE, &sync), CRM_OK);
    for (int i = 0; i < 64; i++) {
        char name[8];
        snprintf(name, sizeof name, "%d", i);
        cr_expect_eq(crm_sync_add_sheet(sync, name, CRM_ROWS_SITE), CRM_OK);
        cr_expect_eq(crm_sync_add_column(sync, "Ort", CRM_NTS), CRM_OK);
    }
    cr_expect_eq(crm_sync_add_sheet(sync, "one more", CRM_ROWS_SITE), CRM_E_TOO_BIG);
    crm_sync_free(sync);
}
