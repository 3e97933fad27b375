/* SPDX-License-Identifier: MIT */
/* Rows that are refused: which error, at which row, column and field; that nothing is stored, or with permission all but the bad rows. */
#include "support/rows.h"

enum { FLAT = CRM_ROWS_FLAT, CUSTOMER = CRM_ROWS_CUSTOMER, SITE = CRM_ROWS_SITE, CONTACT = CRM_ROWS_CONTACT };

/* In the store before: customers 1 (sites 1, 2 at one address; contacts of one name) and 2 with a DUNS number; two customers of one name.
 */
static void fill(crm_db *db) {
    rows_apply(db, "a", CUSTOMER, "Kundennummer|Firma|DUNS\n1|A|\n2|B|99\n3|Zwilling|\n4|zwilling|", NULL, NULL);
    rows_apply(db, "b", SITE, "Kundennummer|Standortnummer|Straße\n1|1|Weg 1\n1|2|Weg 1", NULL, NULL);
    rows_apply(db, "c", CONTACT,
               "Kundennummer|External ID|Name|E-Mail\n1|P1|Ada|ada@a.example\n1|P2|Eve|\n1|P3|Max|max@a.example\n1|P4|Mo|max@a.example",
               NULL, NULL);
    rows_apply(db, "d", CONTACT, "Kundennummer|External ID|Name\n1|P2|ada", NULL, NULL);
}

static const struct refusal {
    uint32_t shape;
    const char *text, *errors;
} refusals[] = {
    /* cells */
    {FLAT, "Kundennummer|Firma|Land\n5|C|Narnia", "1.3 CODE address.country"},
    {CUSTOMER, "Kundennummer|Firma|Währung\n5|C|Taler", "1.3 CODE quote_defaults.currency"},
    {CUSTOMER, "Kundennummer|Firma|Sprache\n5|C|Elbisch", "1.3 CODE party.language"},
    {CUSTOMER, "Kundennummer|Firma|Steuerfrei\n5|C|vielleicht\n6|D|default", "1.3 FORMAT party.tax_exempt; 2.3 FORMAT party.tax_exempt"},
    {FLAT, "Kundennummer|Firma|Ort|Lieferadresse\n5|C|Ulm|2", "1.4 FORMAT usage.purpose"},
    {CUSTOMER, "Kundennummer|Firma|Guthaben\n5|C|1.234", "1.3 AMBIGUOUS party.credit_balance"},
    {CUSTOMER,
     "Kundennummer|Firma|Guthaben\n5|C|x\n5|C|1,2,3\n5|C|12.34.567\n5|C|1.2345,6\n5|C|-\n5|C|1.234.56,7\n5|C|1,\n5|C|1,234.567.890",
     "1.3 FORMAT party.credit_balance; 2.3 FORMAT party.credit_balance; 3.3 FORMAT party.credit_balance; 4.3 FORMAT party.credit_balance; "
     "5.3 FORMAT party.credit_balance; 6.3 FORMAT party.credit_balance; 7.3 FORMAT party.credit_balance; 8.3 FORMAT party.credit_balance"},
    {CUSTOMER, "Kundennummer|Firma|Guthaben\n5|C|922337203685477,5808\n5|C|-922337203685477,5809\n5|C|1,23456\n5|C|99999999999999999999999",
     "1.3 RANGE party.credit_balance; 2.3 RANGE party.credit_balance; 3.3 RANGE party.credit_balance; 4.3 RANGE party.credit_balance"},
    {CUSTOMER, "Kundennummer|Firma|address.latitude\n5|C|9223372036854775808\n5|C|1.5\n5|C|-\n5|C|+",
     "1.3 RANGE address.latitude; 2.3 FORMAT address.latitude; "
     "3.3 FORMAT address.latitude; 4.3 FORMAT address.latitude"},
    {CUSTOMER,
     "Kundennummer|Firma|Rolle gültig ab\n5|C|29.02.2023\n5|C|2024-13-01\n5|C|1.1.24\n5|C|2024-1-1\n5|C|2024-01-01 "
     "\n5|C|01/02/2024\n5|C|0000-01-01\n5|C|1.1.20245",
     "1.3 RANGE role.valid_from; 2.3 RANGE role.valid_from; 3.3 FORMAT role.valid_from; 4.3 FORMAT role.valid_from; 6.3 FORMAT "
     "role.valid_from; "
     "7.3 RANGE role.valid_from; 8.3 FORMAT role.valid_from"},
    {CUSTOMER, "Kundennummer|Firma|Rolle gültig ab|Rolle gültig bis\n5|C|2024-01-02|2024-01-01\n5|C|2024-01-02|2024-01-02",
     "1.4 RANGE role.valid_until"},
    {SITE, "Kundennummer|Standortnummer|gültig ab|gültig bis\n1|1|2024-02-01|\n1|1||2024-01-01", "2.4 RANGE address.valid_until"},
    {CUSTOMER, "Kundennummer|Firma|Land|Steuerfrei\n5|C|Narnia|vielleicht", "1.3 CODE address.country; 1.4 FORMAT party.tax_exempt"},
    /* what is missing */
    {FLAT, "Kundennummer|Firma|Ort\n||Ulm", "1.0 REQUIRED party.name"},
    {FLAT, "Kundennummer|Firma|Ort\n5||Ulm", "1.0 REQUIRED party.name"},
    {FLAT, "Kundennummer|Firma|Anrede|Funktion\n5|C|Herr|CTO", "1.4 REQUIRED contact.name"},
    {FLAT, "Kundennummer|Firma|Titel|contact.usage.quote\n5|C|Dr.|ja", "1.4 REQUIRED contact.name"},
    {CONTACT, "Kundennummer|Anrede\n1|Herr", "1.2 REQUIRED contact.name"},
    {FLAT, "Kundennummer|Firma|E-Mail Ansprechpartner\n1||nobody@a.example", "1.3 REQUIRED contact.name"},
    {FLAT, "Kundennummer|Firma|Lieferadresse\n5|C|ja", "1.3 REQUIRED usage.target"},
    {FLAT, "Kundennummer|Firma|Bevorzugter Ansprechpartner\n5|C|ja", "1.3 REQUIRED contact.name"},
    {FLAT, "Kundennummer|Straße\n1|#CLEAR", "1.2 REQUIRED usage.target"},
    {FLAT, "Kundennummer|Funktion\n1|#CLEAR", "1.2 REQUIRED contact.name"},
    {SITE, "Kundennummer|Straße\n1|#CLEAR", "1.2 REQUIRED usage.target"},
    {SITE, "Kundennummer|Ort\n|Ulm", "1.0 REQUIRED role.number"},
    {SITE, "Kundennummer|Ort\n5|Ulm\n01|Ulm", "1.1 NOTFOUND role.number; 2.1 NOTFOUND role.number"},
    {CONTACT, "Kundennummer|Name\n5|Ada", "1.1 NOTFOUND role.number"},
    /* what is taken, or not clear */
    {CUSTOMER, "Kundennummer|Firma|DUNS\n1|A|99", "1.3 AMBIGUOUS identifier.value"},
    {CUSTOMER, "Kundennummer|Firma|DUNS\n5|C|99", "1.1 EXISTS role.number"},
    {CUSTOMER, "Kundennummer|Firma|DUNS\n5|C|77\n6|D|77", "2.1 AMBIGUOUS role.number"},
    {CUSTOMER, "External ID|Kundennummer|Firma\nK|5|C\nK|1|C", "2.2 AMBIGUOUS role.number"},
    {CONTACT, "Kundennummer|External ID|Name\n2|P1|Ada", "1.2 EXISTS identifier.value"},
    {FLAT, "Firma|Ort\nZWILLING|Ulm", "1.1 AMBIGUOUS party.name"},
    {FLAT, "Kundennummer|Firma\n5|C\n6|c\n|C", "3.2 AMBIGUOUS party.name"},
    {SITE, "Kundennummer|Straße|PLZ\n1|Weg 1|1", "1.0 AMBIGUOUS address.street"},
    {CONTACT, "Kundennummer|Name\n1|ADA", "1.0 AMBIGUOUS contact.name"},
    {CONTACT, "Kundennummer|E-Mail\n1|max@a.example", "1.0 AMBIGUOUS contact.name"},
    {CUSTOMER, "Kundennummer|Firma|USt-IdNr.\n5|C|X1\n6|D|x 1\n|C|X1", "3.3 AMBIGUOUS party.vat_id"},
    {CUSTOMER, "GLN|Firma|USt-IdNr.\n5|C|\n6|D|Z9\n7|D|\n|D|", "4.2 AMBIGUOUS party.name"},
    /* lines of one company that contradict each other */
    {FLAT, "Kundennummer|Firma\n30|A\n30|B", "2.2 AMBIGUOUS party.name"},
    {FLAT, "Kundennummer|Firma\n30|Bäcker\n30|Backer", "2.2 AMBIGUOUS party.name"},
    {FLAT, "Firma|Guthaben|Steuerfrei\nC|1|ja\nC||\nC|1,5|nein", "3.2 AMBIGUOUS party.credit_balance; 3.3 AMBIGUOUS party.tax_exempt"},
    {CUSTOMER, "External ID|Kundennummer|Firma\nK|5|C\nK|6|C", "2.2 AMBIGUOUS role.number"},
    {CUSTOMER, "Kundennummer|Firma|USt-IdNr.\n5|C|DE1\n5|C|DE2", "2.3 AMBIGUOUS party.vat_id"},
    {CUSTOMER, "Kundennummer|Firma|Rolle gültig bis\n5|C|2030-01-01\n5|C|31.12.9999", "2.3 AMBIGUOUS role.valid_until"},
    {CUSTOMER, "Kundennummer|Firma|Preisliste|Vertriebsbereich\n5|C|P|\n5|C|Q|Nord\n5|C|p|", "3.3 AMBIGUOUS quote_defaults.price_list"},
    {CUSTOMER, "Kundennummer|Firma|Ort\n5|C|Ulm\n5|C|Bonn", "2.3 AMBIGUOUS address.town"},
    {FLAT, "Kundennummer|Firma|Ort|Bundesland\n5|C|Ulm|BW\n5|C|Ulm|BY", "2.4 AMBIGUOUS address.region"},
    {FLAT, "Kundennummer|Firma|Ort|Empfänger 1|Empfänger 2\n5|C|Ulm|x|y\n5|C|Ulm|x|", "2.4 AMBIGUOUS address.recipient"},
    {FLAT, "Kundennummer|Firma|Ort|Lieferadresse\n5|C|Ulm|ja\n5|C|Ulm|default\n5|C|Ulm|nein", "3.4 AMBIGUOUS usage.purpose"},
    {FLAT, "Kundennummer|Firma|Ort|Bevorzugter Standort\n5|C|Ulm|ja\n5|C|Bonn|nein\n5|C|Hof|ja\n5|C|Ulm|nein",
     "3.4 AMBIGUOUS quote_defaults.preferred_site; 4.4 AMBIGUOUS quote_defaults.preferred_site"},
    {SITE, "Kundennummer|Standortnummer|Straße|Hausnummer\n1|9|Weg 5|\n1|9|Weg|5\n1|9|Weg|6",
     "3.3 AMBIGUOUS address.street; 3.4 AMBIGUOUS address.house_number"},
    {SITE, "Kundennummer|Standortnummer|Straße|Versandart\n1|9|Weg 5|A\n1|9|Gasse|B",
     "2.3 AMBIGUOUS address.street; 2.4 AMBIGUOUS quote_defaults.shipping_method"},
    {CONTACT, "Kundennummer|Name|E-Mail|Funktion\n1|Tim|tim@a.example|CTO\n1|Tim|tim@a.example|CEO\n1|TIM||CFO",
     "2.4 AMBIGUOUS contact.function; 3.4 AMBIGUOUS contact.function"},
    {CUSTOMER, "Kundennummer|Firma|Bemerkung\n5|C|x\n5|C|#CLEAR", "2.3 AMBIGUOUS party.note"},
    /* what can't be cleared */
    {FLAT,
     "Kundennummer|Firma|Ort|Telefon|Empfänger|Lieferadresse|DUNS|Ansprechpartner|Adressart\n"
     "#CLEAR|#CLEAR|Ulm|#CLEAR|#CLEAR|#CLEAR|#CLEAR|#CLEAR|#CLEAR",
     "1.1 REQUIRED role.number; 1.2 REQUIRED party.name; 1.4 FORMAT channel.value; 1.5 FORMAT address.recipient; 1.6 FORMAT usage.purpose; "
     "1.7 FORMAT identifier.value; 1.8 REQUIRED contact.name; 1.9 FORMAT usage.purpose"},
    {SITE, "Kundennummer|Standortnummer|Vertriebsbereich\n1|#CLEAR|#CLEAR",
     "1.2 REQUIRED address.site_number; 1.3 REQUIRED quote_defaults.sales_area"},
    {FLAT, "Kundennummer|Firma|Adresszusatz\n5|C|#CLEAR", "1.3 REQUIRED usage.target"},
    /* all rows are looked at */
    {FLAT, "Kundennummer|Firma|Land\n5|C|Narnia\n6||DE\n7|E|DE\n8|F|Gondor",
     "1.3 CODE address.country; 2.0 REQUIRED party.name; 4.3 CODE address.country"},
};

Test(sync_errors, refused_rows) {
    crm_db *db = rows_open();
    fill(db);
    char before[ROWS_TEXT];
    strcpy(before, rows_store(db));
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        rows_refuse(db, refusals[i].text, refusals[i].shape, refusals[i].text, refusals[i].errors);
        cr_expect_str_eq(rows_store(db), before, "%s", refusals[i].text);
    }
    rows_close(db);
}

/* Each of them beside a good row that may be stored: exactly that one is. */
Test(sync_errors, bad_rows_leave_nothing) {
    crm_db *db = rows_open();
    static char text[ROWS_TEXT], before[ROWS_TEXT];
    fill(db);
    strcpy(before, rows_store(db));
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        crm_sync *sync = rows_make(refusals[i].shape, refusals[i].text);
        uint64_t sequence = rows_sequence(db);
        crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
        snprintf(text, sizeof text, "%s", refusals[i].text);
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
        cr_expect_str_eq(rows_errors(sync), refusals[i].errors, "%s: %s", refusals[i].text, rows_errors(sync));
        cr_expect(crm_sync_count(sync, CRM_SYNC_FAILED) + crm_sync_count(sync, CRM_SYNC_CONFLICT) > 0);
        if (crm_sync_count(sync, CRM_SYNC_CREATED) + crm_sync_count(sync, CRM_SYNC_UPDATED) == 0) {
            cr_expect_str_eq(rows_store(db), before, "%s", refusals[i].text);
            cr_expect_eq(rows_sequence(db), sequence, "%s", refusals[i].text);
        } else {
            cr_expect(strlen(rows_store(db)) > strlen(before), "%s", refusals[i].text);
            rows_empty(db);
            fill(db);
        }
        crm_sync_free(sync);
    }
    rows_close(db);
}

Test(sync_errors, skipped_rows) {
    crm_db *db = rows_open();
    crm_sync *sync =
        rows_make(FLAT, "Kundennummer|Firma|Ort|Land|Ansprechpartner\n1|A|Ulm|Narnia|Ada\n1|A|Bonn|DE|Eve\n2||Köln||\n3|C|Hof||\n|C|Rom||");
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(rows_counts(sync), "3 created, 2 failed");
    cr_expect_str_eq(rows_errors(sync), "1.4 CODE address.country; 3.0 REQUIRED party.name");
    cr_expect_str_eq(rows_store(db),
                     "party name=A; role number=1; usage target=address1 purpose=main; address town=Bonn country=DE; contact name=Eve + "
                     "party name=C; role number=3; usage target=address1 purpose=main; address town=Hof; address town=Rom",
                     "%s", rows_store(db));
    uint64_t sequence = rows_sequence(db);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(rows_counts(sync), "3 unchanged, 2 failed");
    cr_expect_eq(rows_sequence(db), sequence);
    cr_expect_str_eq(crm_sync_error_text(sync, 0), "no such country: \"Narnia\"");
    crm_sync_free(sync);
    rows_close(db);
}

/* Whatever the order of the lines: a bad one takes nothing from the others. */
Test(sync_errors, the_order_of_lines) {
    static const char *const lines[] = {"1||Ulm|DE|", "1|A|Bonn|DE|", "1|A|Hof|Narnia|"};
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    crm_db *db = rows_open();
    for (size_t i = 0; i < 6; i++) {
        char text[200];
        snprintf(text, sizeof text, "Kundennummer|Firma|Ort|Land|DUNS\n%s\n%s\n%s", lines[orders[i][0]], lines[orders[i][1]],
                 lines[orders[i][2]]);
        crm_sync *sync = rows_make(FLAT, text);
        crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
        cr_expect_str_eq(rows_counts(sync), "2 created, 1 failed", "%s: %s, %s", text, rows_counts(sync), rows_errors(sync));
        cr_expect(strstr(rows_store(db), "name=A;") && strstr(rows_store(db), "Ulm") && strstr(rows_store(db), "Bonn"), "%s", text);
        rows_empty(db);
        crm_sync_free(sync);
    }
    rows_apply(db, "of another company", CUSTOMER, "Kundennummer|Firma|DUNS\n2|B|99", NULL, NULL);
    crm_sync *sync = rows_make(FLAT, "External ID|Kundennummer|Firma|Ort|DUNS\nK|1||Ulm|\nK|1||Bonn|\nK|1|A||99");
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(rows_counts(sync), "2 failed, 1 in conflict", "the only line with the name is bad: %s", rows_errors(sync));
    cr_expect_str_eq(rows_store(db), "party name=B; role number=2; identifier scheme=duns value=99", "%s", rows_store(db));
    crm_sync_free(sync);
    rows_close(db);
}

/* Both lines, the column and the field are named. */
Test(sync_errors, texts) {
    crm_db *db = rows_open();
    crm_sync *sync = rows_make(CUSTOMER, "Kundennummer|Firma|Land\n5|C|DE\n5|D|Narnia");
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_CODE);
    cr_expect_str_eq(crm_error_text(), "column 3 \"Land\": no such country: \"Narnia\"");
    cr_expect_str_eq(crm_sync_error_text(sync, 0), "no such country: \"Narnia\"");
    crm_sync_free(sync);
    sync = rows_make(CUSTOMER, "Kundennummer|Firma\n5|C\n5|D");
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_AMBIGUOUS);
    cr_expect_str_eq(crm_error_text(), "column 2 \"Firma\": \"D\" contradicts \"C\" in row 1");
    cr_expect(crm_error_row() == 2 && crm_error_field() == CRM_PARTY_NAME);
    cr_expect_str_eq(crm_sync_heading(sync, crm_sync_error_column(sync, 0) - 1), "Firma");
    crm_sync_free(sync);
    static const struct {
        uint32_t shape;
        const char *rows, *text;
    } which[] = {
        {CUSTOMER, "Kundennummer|DUNS\n1|99", "the row names two companies: \"1\" (role.number) is one, \"99\" (identifier.duns) another"},
        {CUSTOMER, "Kundennummer|DUNS\n5|99", "the company has the number \"2\""},
        {SITE, "Kundennummer|Ort\n|Ulm",
         "the row does not say whose it is: it needs the customer's number (role.number), or a key of his (party.identifier.key, "
         "party.identifier.duns ...); a name does not do"},
    };
    fill(db);
    for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
        sync = rows_make(which[i].shape, which[i].rows);
        cr_expect_lt(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), 0);
        cr_expect_str_eq(crm_sync_error_text(sync, 0), which[i].text, "%s", crm_sync_error_text(sync, 0));
        crm_sync_free(sync);
    }
    rows_close(db);
}

/* A record that is too big is found out only when it is written: the row still leaves nothing. */
Test(sync_errors, refused_by_the_store) {
    static char line[4001];
    crm_db *db = rows_open();
    crm_sync *sync;
    const char *cells[34] = {"1", "A", "Ulm", "Ada"};
    memset(line, 'x', 4000);
    cr_assert(crm_sync_new("test", FLAT, &sync) == CRM_OK);
    cr_assert(rows_add(sync, "Kundennummer|Firma|Ort|Ansprechpartner") == CRM_OK);
    for (int i = 4; i < 24; i++) {
        char heading[32];
        snprintf(heading, sizeof heading, "Empfänger %d", i);
        cr_assert(crm_sync_add_column(sync, heading, CRM_NTS) == CRM_OK);
    }
    cr_assert(crm_sync_add_row(sync, 0, cells, NULL, 4) == CRM_OK);
    for (int i = 4; i < 24; i++) cells[i] = line;
    cells[2] = "Bonn";
    cells[3] = "Eve";
    cr_assert(crm_sync_add_row(sync, 0, cells, NULL, 24) == CRM_OK);
    cells[0] = "2";
    cells[1] = "B";
    cr_assert(crm_sync_add_row(sync, 0, cells, NULL, 24) == CRM_OK);
    cells[0] = "3";
    cr_assert(crm_sync_add_row(sync, 0, cells, NULL, 4) == CRM_OK);
    uint64_t sequence = rows_sequence(db);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_TOO_BIG);
    cr_expect(crm_error_row() == 2 && rows_sequence(db) == sequence, "row %llu", (unsigned long long)crm_error_row());
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(rows_counts(sync), "2 created, 2 failed");
    cr_expect_str_eq(rows_errors(sync), "2.0 TOO_BIG; 3.0 TOO_BIG", "%s", rows_errors(sync));
    cr_expect_str_eq(rows_store(db),
                     "party name=A; role number=1; usage target=address1 purpose=main; address town=Ulm; contact name=Ada + "
                     "party name=B; role number=3; usage target=address1 purpose=main; address town=Bonn; contact name=Eve",
                     "%s", rows_store(db));
    crm_sync_free(sync);
    rows_close(db);
}

/* A column that was mapped to the wrong field: all of its rows are refused by the store, at once and not one by one. */
Test(sync_errors, many_refused_by_the_store, .timeout = 30) {
    enum { ROWS = 3000 };
    crm_db *db = rows_open();
    crm_sync *sync = rows_make(CRM_ROWS_SITE, "Kundennummer|Standortnummer|address.latitude");
    rows_apply(db, "before", CRM_ROWS_FLAT, "Kundennummer|Firma\n0|A\n1|B\n2|C", NULL, NULL);
    for (int i = 0; i < ROWS; i++) {
        char customer[12], site[12];
        snprintf(customer, sizeof customer, "%d", i % 3);
        snprintf(site, sizeof site, "%d", i);
        const char *cells[] = {customer, site, i % 10 ? "999999999999" : "1"};
        cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 3), CRM_OK);
    }
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_count(sync, CRM_SYNC_CREATED), ROWS / 10u);
    cr_expect_eq(crm_sync_count(sync, CRM_SYNC_FAILED), ROWS - ROWS / 10u);
    cr_expect_eq(crm_sync_error_status(sync, 0), CRM_E_RANGE);
    crm_sync_free(sync);
    rows_close(db);
}

/* The second run of the same rows changes nothing: which of two that contradict each other is refused does not hang on what is stored. */
Test(sync_errors, contradictions_stay_refused) {
    static const char *const cases[][4] = {
        {"Kundennummer|Firma|Ort|Lieferadresse\n4|E||ja\n4|A|Ulm|", "1 created, 1 in conflict", "1.2 AMBIGUOUS party.name",
         "party name=A; role number=4; usage target=address1 purpose=main; address town=Ulm"},
        {"Kundennummer|Firma|Straße|Ort\n4|A|#CLEAR|\n4|A|Weg 1|Ulm", "1 created, 1 in conflict", "1.3 AMBIGUOUS address.street",
         "party name=A; role number=4; usage target=address1 purpose=main; address street=Weg 1 town=Ulm"},
        {"Kundennummer|Firma|Ort|Lieferadresse\n4|A||ja\n4|A|Ulm|", "1 created, 1 updated", "",
         "party name=A; role number=4; usage target=address1 purpose=main; usage target=address1 purpose=delivery; address town=Ulm"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_db *db = rows_open();
        for (int run = 0; run < 2; run++) {
            crm_sync *sync = rows_make(CUSTOMER, cases[i][0]);
            crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
            cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
            if (run == 0) cr_expect_str_eq(rows_counts(sync), cases[i][1], "%s: %s", cases[i][0], rows_counts(sync));
            cr_expect(!run || !crm_sync_run(sync), "%s: the second run wrote", cases[i][0]);
            cr_expect_str_eq(rows_errors(sync), cases[i][2], "%s: %s", cases[i][0], rows_errors(sync));
            cr_expect_str_eq(rows_store(db), cases[i][3], "%s: %s", cases[i][0], rows_store(db));
            crm_sync_free(sync);
        }
        rows_close(db);
    }
}

Test(sync_errors, texts_too_long) {
    static char big[4098];
    crm_db *db = rows_open();
    const char *cells[] = {"1", big, big};
    size_t lens[] = {1, 4097, 65};
    memset(big, 'x', 4097);
    crm_sync *sync = rows_make(CUSTOMER, "Kundennummer|Firma|Preisliste");
    cr_assert(crm_sync_add_row(sync, 0, cells, lens, 3) == CRM_OK);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_TOO_BIG);
    cr_expect_str_eq(rows_errors(sync), "1.2 TOO_BIG party.name; 1.3 TOO_BIG quote_defaults.price_list");
    crm_sync_free(sync);
    sync = rows_make(CUSTOMER, "Kundennummer|Firma|Preisliste");
    lens[1]--, lens[2]--;
    cr_assert(crm_sync_add_row(sync, 0, cells, lens, 3) == CRM_OK);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    rows_close(db);
}

static int close_domain(crm_txn *txn, void *data) {
    crm_record *code;
    (void)data;
    cr_assert(crm_setting_set(txn, "code.closed.price_list", "1", 1) == CRM_OK &&
              crm_setting_set(txn, "code.closed.purpose", "1", 1) == CRM_OK);
    cr_assert(crm_record_new(CRM_KIND_CODE, &code) == CRM_OK);
    cr_assert(crm_record_set_text(code, CRM_CODE_DOMAIN, "price_list", CRM_NTS) == CRM_OK &&
              crm_record_set_text(code, CRM_CODE_CODE, "P", 1) == CRM_OK);
    cr_assert(crm_record_put(txn, code, NULL, NULL) == CRM_OK);
    crm_record_free(code);
    return CRM_COMMIT;
}

Test(sync_errors, domains_that_the_store_has_closed) {
    crm_db *db = rows_open();
    cr_assert(crm_transact(db, CRM_ACTOR_SYSTEM, close_domain, NULL) == CRM_OK);
    rows_apply(db, "a stored code", CUSTOMER, "Kundennummer|Firma|Preisliste\n1|A|P\n2|B|P", "2 created", NULL);
    rows_refuse(db, "no stored code", CUSTOMER, "Kundennummer|Firma|Preisliste\n3|C|P\n4|D|Q\n5|E|P", "2.3 CODE quote_defaults.price_list");
    rows_refuse(db, "no purpose", FLAT, "Kundennummer|Firma|Ort|Adressart\n3|C|Ulm|Lieferadresse, Lager", "1.4 CODE usage.purpose");
    rows_close(db);
}

Test(sync_errors, create_only) {
    static const struct {
        uint32_t shape;
        const char *text, *counts, *errors;
    } cases[] = {
        {CUSTOMER, "Kundennummer|Firma\n1|A\n5|E", "1 created, 1 in conflict", "1.0 EXISTS party.name"},
        {FLAT, "Kundennummer|Firma|Ort\n6|F|Ulm\n6|F|Bonn\n2|B|Rom", "2 created, 1 in conflict", "3.0 EXISTS party.name"},
        {SITE, "Kundennummer|Standortnummer\n1|1\n1|9\n1|9", "1 created, 1 unchanged, 1 in conflict", "1.0 EXISTS address.party"},
        {CONTACT, "Kundennummer|Name\n1|Eva\n1|Mo", "1 created, 1 in conflict", "2.0 EXISTS contact.party"},
    };
    crm_db *db = rows_open();
    fill(db);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_sync *sync = rows_make(cases[i].shape, cases[i].text);
        crm_sync_set_policy(sync, 0, CRM_SYNC_FAIL, CRM_SYNC_CREATE);
        crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
        cr_expect_str_eq(rows_counts(sync), cases[i].counts, "%s: %s", cases[i].text, rows_counts(sync));
        cr_expect_str_eq(rows_errors(sync), cases[i].errors, "%s: %s", cases[i].text, rows_errors(sync));
        crm_sync_free(sync);
    }
    rows_close(db);
}

/* Two companies that share a VAT id: only a key or a number renames the one that is stored. */
Test(sync_errors, vat_id_of_another_company) {
    crm_db *db = rows_open();
    rows_apply(db, "a company", CUSTOMER, "Firma|USt-IdNr.|Ort\nAlpha Holding GmbH|DE111111111|Bonn\nBe\xcc\x81ta|DE2|Bonn", "2 created",
               NULL);
    static const char *const cases[][2] = {
        {"Firma|USt-IdNr.|Ort\nBeta Logistik GmbH|DE111111111|Ulm", "1.2 AMBIGUOUS party.vat_id"},
        {"Firma|USt-IdNr.|Ort\nBeta Logistik GmbH|de 111 111 111|Ulm", "1.2 AMBIGUOUS party.vat_id"},
        {"Firma|USt-IdNr.\n|DE111111111\nBeta|DE111111111", "2.2 AMBIGUOUS party.vat_id"},
        {"Firma|USt-IdNr.\nBeta|DE111111111\nBeta|DE111111111", "1.2 AMBIGUOUS party.vat_id; 2.2 AMBIGUOUS party.vat_id"},
        {"GLN|Firma|USt-IdNr.\n77|Beta|DE111111111", "1.3 AMBIGUOUS party.vat_id"},
        {"Firma|USt-IdNr.\nalpha  HOLDING gmbh|DE111111111\nBeta|DE111111111", "2.1 AMBIGUOUS party.name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) rows_refuse(db, cases[i][0], CUSTOMER, cases[i][0], cases[i][1]);
    crm_sync *sync = rows_make(CUSTOMER, cases[0][0]);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_AMBIGUOUS);
    cr_expect_str_eq(crm_sync_error_text(sync, 0), "customer 10000 with this VAT ID is \"Alpha Holding GmbH\", not \"Beta Logistik GmbH\"; "
                                                   "a row that gives the number may rename it");
    crm_sync_free(sync);
    rows_apply(db, "another composition, case and white space", CUSTOMER,
               "Firma|USt-IdNr.|Ort\nalpha  holding GMBH|DE 111111111|Bonn\nBÉTA|DE2|Bonn", "2 updated", NULL);
    rows_apply(db, "with the number", CUSTOMER, "Kundennummer|Firma|USt-IdNr.\n10000|Beta Logistik GmbH|DE111111111", "1 updated", NULL);
    rows_close(db);
}

/* The store itself says no: no row is to blame. */
Test(sync_errors, of_the_store) {
    crm_db *db = rows_open(), *other;
    crm_txn *txn;
    crm_sync *sync = rows_make(CUSTOMER, "Kundennummer|Firma|Land\n1|A|DE");
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_READ_ONLY};
    cr_expect_eq(crm_sync_apply(sync, db, 0), CRM_E_INVALID);
    cr_expect_eq(crm_sync_error_count(sync), 0u);
    cr_assert(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_INVALID, "this thread writes already");
    crm_txn_free(txn);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(rows_counts(sync), "1 created");
    crm_db_close(db);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_ENDED);
    cr_assert(crm_db_open(rows_folder, &options, &other) == CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_apply(sync, other, CRM_ACTOR_SYSTEM), CRM_E_READ_ONLY);
    crm_sync_free(sync);
    rows_close(other);
}
