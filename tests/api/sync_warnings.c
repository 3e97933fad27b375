/* SPDX-License-Identifier: MIT */
/* What is stored and may be a slip: numbers that can't be right, and companies that are called as others are. */
#include "support/rows.h"

/* "C 1.3 the text", divided by "; ". */
static const char *warnings(const crm_sync *sync) {
    static char out[ROWS_TEXT];
    out[0] = '\0';
    for (size_t i = 0; i < crm_sync_warning_count(sync); i++)
        rows_say(out, "%s%s %llu.%zu %s", i ? "; " : "", crm_sync_sheet_name(sync, crm_sync_warning_sheet(sync, i)),
                 (unsigned long long)crm_sync_warning_row(sync, i), crm_sync_warning_column(sync, i), crm_sync_warning_text(sync, i));
    return out;
}

Test(sync_warnings, of_rows) {
    static const struct {
        const char *text, *warnings;
    } cases[] = {
        {"# C customer\nKundennummer|Firma|USt-IdNr.|DUNS|GLN\n1|A|DE136695976|123456789|4012345000009", ""},
        {"# S site\nKundennummer|Standortnummer|GLN|USt-IdNr.\n1|1|4012345000008|DE1\n# C "
         "customer\nKundennummer|Firma|USt-IdNr.|DUNS\n1|A|DE136695977|12\n2|B|#CLEAR|",
         "S 1.3 the check digits of the GLN are wrong; S 1.4 a VAT ID of DE has not this form; C 1.3 the check digits of the VAT ID are "
         "wrong; "
         "C 1.4 a D-U-N-S number is made of 9 digits"},
        {"# C customer\nKundennummer|Firma\n1|A\n# I identifier\nKundennummer|Art|Wert\n1|lei|5\n1|erp|5",
         "I 1.3 an LEI is made of 18 letters "
         "and digits and 2 check digits"},
        {"# C customer\nKundennummer|Firma\n1|Müller AG\n2|Muster\n3|MÜLLER  ag\n3|\n4|Müller AG",
         "C 3.2 the company of row 1 is called so too; "
         "C 5.2 the company of row 3 is called so too"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_db *db = rows_open();
        crm_sync *sync = rows_make(0, cases[i].text);
        cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s: %s", cases[i].text, crm_error_text());
        cr_expect_str_eq(warnings(sync), cases[i].warnings, "%s: got %s", cases[i].text, warnings(sync));
        uint64_t sequence = rows_sequence(db);
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
        cr_expect_eq(rows_sequence(db), sequence, "%s: the second run wrote", cases[i].text);
        crm_sync_free(sync);
        rows_close(db);
    }
}

Test(sync_warnings, stored_companies_of_the_name) {
    crm_db *db = rows_open();
    rows_apply(db, "a company", CRM_ROWS_CUSTOMER, "Kundennummer|Firma\n1|Bäcker AG\n2|Other", NULL, NULL);
    crm_sync *sync = rows_make(0, "# C customer\nKundennummer|Firma\n7|BACKER  ag\n1|Bäcker AG\n2|Bäcker AG");
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(warnings(sync), "C 1.2 a stored company is called so too: number 1", "%s", warnings(sync));
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_eq(crm_sync_warning_count(sync), 0u, "nothing is new any more");
    cr_expect(!crm_sync_warning_text(sync, 0) && !crm_sync_warning_row(sync, 0) && !crm_sync_warning_column(sync, 0));
    crm_sync_free(sync);
    rows_close(db);
}

Test(sync_warnings, names_of_several_cells_and_rows) {
    crm_db *db = rows_open();
    rows_apply(db, "companies", CRM_ROWS_CUSTOMER, "Kundennummer|Firma\n1|Ada Lovelace\n2|Other", NULL, NULL);
    crm_sync *sync =
        rows_make(0, "# C customer\nKundennummer|Firma|Partnervorname|Partnernachname\n8||Ada|Lovelace\n9|Other||\n9|Anders||");
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(warnings(sync), "C 1.0 a stored company is called so too: number 1; C 2.2 a stored company is called so too: number 2",
                     "%s", warnings(sync));
    crm_sync_free(sync);
    rows_close(db);
}

static int refuse_numbers(crm_txn *txn, void *data) {
    (void)data;
    return crm_setting_set(txn, "identifier.check", "refuse", CRM_NTS) == CRM_OK ? CRM_COMMIT : CRM_E_INVALID;
}

/* Where the store refuses such numbers they are errors of their cells; what is stored already may stay. */
Test(sync_warnings, a_store_that_refuses) {
    static const char rows[] = "# C customer\nKundennummer|Firma|USt-IdNr.|DUNS\n1|A|DE1|12";
    crm_db *db = rows_open();
    rows_apply(db, "before", 0, rows, "1 created", NULL);
    cr_assert_eq(crm_transact(db, CRM_ACTOR_SYSTEM, refuse_numbers, NULL), CRM_OK);
    rows_apply(db, "the same again", 0, rows, "1 unchanged", NULL);
    rows_refuse(db, "others", 0, "# C customer\nKundennummer|Firma|USt-IdNr.|DUNS\n1|A|DE2|13\n2|B|DE136695977|",
                "C 1.3 FORMAT party.vat_id; "
                "C 1.4 FORMAT identifier.value; C 2.3 CHECK_DIGIT party.vat_id");
    rows_refuse(db, "sites", 0, "# S site\nKundennummer|GLN|Ort\n1|4012345000008|Ulm", "S 1.2 CHECK_DIGIT address.gln");
    rows_close(db);
}
