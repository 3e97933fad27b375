/* SPDX-License-Identifier: MIT */
/* Headings and targets: what is recognised in which rows, what may be mapped, what is refused. */
#include "support/rows.h"

enum { FLAT = CRM_ROWS_FLAT, CUSTOMER = CRM_ROWS_CUSTOMER, SITE = CRM_ROWS_SITE, CONTACT = CRM_ROWS_CONTACT };

Test(sync_columns, headings) {
    static const struct {
        uint32_t shape;
        const char *heading, *target; /* NULL: not recognised */
    } cases[] = {
        {FLAT, "Kundennummer", "role.number"},
        {FLAT, "Kunden-Nr.", "role.number"},
        {FLAT, " customer no ", "role.number"},
        {FLAT, "supplier_id", "role.number"},
        {FLAT, "Firma", "party.name"},
        {FLAT, "FIRMA", "party.name"},
        {FLAT, "Company name", "party.name"},
        {FLAT, "company_name", "party.name"},
        {FLAT, "Name", "party.name"},
        {SITE, "Name", "address.site_name"},
        {CONTACT, "Name", "contact.name"},
        {SITE, "Firma", NULL},
        {CONTACT, "Straße", NULL},
        {FLAT, "USt-IdNr.", "party.vat_id"},
        {FLAT, "UStIdNr", "party.vat_id"},
        {SITE, "USt-IdNr.", "address.vat_id"},
        {FLAT, "Straße", "address.street"},
        {FLAT, "Strasse", "address.street"},
        {FLAT, "STRASSE", "address.street"},
        {FLAT, "Hausnummer", "address.house_number"},
        {FLAT, "PLZ", "address.postal_code"},
        {FLAT, "postal code", "address.postal_code"},
        {FLAT, "Ort", "address.town"},
        {FLAT, "Land", "address.country"},
        {FLAT, "Laendercode", "address.country"},
        {FLAT, "Ländercode", "address.country"},
        {FLAT, "Sprache", "party.language"},
        {CONTACT, "Sprache", "contact.language"},
        {FLAT, "Anrede", "contact.salutation"},
        {FLAT, "Vorname", "contact.first_name"},
        {FLAT, "Vorname Ansprechpartner", "contact.first_name"},
        {FLAT, "Funktion des Ansprechpartners", "contact.function"},
        {FLAT, "contact_title", "contact.function"},
        {FLAT, "Ansprechpartner", "contact.name"},
        {CUSTOMER, "Ansprechpartner", NULL},
        {FLAT, "Telefon", "channel.phone"},
        {FLAT, "Tel.", "channel.phone"},
        {FLAT, "phone number", "channel.phone"},
        {FLAT, "Telefon 2", "channel.phone"},
        {FLAT, "Handy", "channel.mobile"},
        {FLAT, "Mobil", "channel.mobile"},
        {FLAT, "Fax", "channel.fax"},
        {FLAT, "Telefax", "channel.fax"},
        {FLAT, "E-Mail", "channel.mail"},
        {FLAT, "email", "channel.mail"},
        {FLAT, "Mail", "channel.mail"},
        {FLAT, "Web", "channel.web"},
        {FLAT, "Website", "channel.web"},
        {FLAT, "Homepage", "channel.web"},
        {FLAT, "Internet", "channel.web"},
        {FLAT, "Telefon Ansprechpartner", "contact.channel.phone"},
        {FLAT, "Telefon (Ansprechpartner)", "contact.channel.phone"},
        {FLAT, "E-Mail Ansprechpartner", "contact.channel.mail"},
        {FLAT, "contact email", "contact.channel.mail"},
        {FLAT, "Telefon Standort", "address.channel.phone"},
        {FLAT, "Telefon Firma", "channel.phone"},
        {CONTACT, "Telefon", "channel.phone"},
        {CONTACT, "Telefon Ansprechpartner", "channel.phone"},
        {FLAT, "Lieferadresse", "usage.delivery"},
        {FLAT, "delivery address", "usage.delivery"},
        {FLAT, "Rechnungsadresse", "usage.billing"},
        {SITE, "billing address", "usage.billing"},
        {SITE, "Hauptadresse", "usage.main"},
        {CONTACT, "Angebote", "usage.quote"},
        {FLAT, "Adressart", "usage.purpose"},
        {CONTACT, "Zweck", "usage.purpose"},
        {FLAT, "DUNS", "identifier.duns"},
        {FLAT, "D-U-N-S-Nummer", "identifier.duns"},
        {FLAT, "GLN", "identifier.gln"},
        {CUSTOMER, "GLN", "identifier.gln"},
        {SITE, "GLN", "address.gln"},
        {FLAT, "External ID", "identifier.test"},
        {SITE, "Standortnummer", "address.site_number"},
        {FLAT, "Empfänger", "address.recipient"},
        {FLAT, "Empfänger 1", "address.recipient"},
        {FLAT, "recipient 3", "address.recipient"},
        {FLAT, "Preisliste", "quote_defaults.price_list"},
        {CUSTOMER, "Währung", "quote_defaults.currency"},
        {FLAT, "Waehrung", "quote_defaults.currency"},
        {FLAT, "Zahlungsbedingungen", "quote_defaults.payment_terms"},
        {SITE, "Bevorzugter Standort", "quote_defaults.preferred_site"},
        {CONTACT, "preferred contact", "quote_defaults.preferred_contact"},
        {CUSTOMER, "Bevorzugter Standort", NULL},
        {CONTACT, "valid until", "contact.valid_until"},
        {SITE, "gültig bis", "address.valid_until"},
        {FLAT, "address.street", "address.street"},
        {FLAT, "contact.channel.mail", "contact.channel.mail"},
        {FLAT, "ignore", "ignore"},
        {FLAT, "price_list", "quote_defaults.price_list"},
        {FLAT, "special_wishes", "party.special_wishes"},
        {FLAT, "Landkz", "address.country"},
        {FLAT, "LKZ", "address.country"},
        {SITE, "Länderschlüssel", "address.country"},
        {FLAT, "Firma2", "party.name_addition"},
        {FLAT, "Name 2", "party.name_addition"},
        {FLAT, "Firmenname 2", "party.name_addition"},
        {FLAT, "Sperrkennzeichen", "party.order_lock"},
        {FLAT, "Kd.-Nr.", "role.number"},
        {FLAT, "Debitoren-Nr.", "role.number"},
        {FLAT, "Straße/Hausnr.", "address.street"},
        {FLAT, "Straße 2", "address.addition"},
        {FLAT, "Umsatzsteuer-Ident-Nr.", "party.vat_id"},
        {FLAT, "Telefax-Nr. Ansprechpartner", "contact.channel.fax"},
        {FLAT, "Mobilfunk 2", "channel.mobile"},
        {FLAT, "Firma 7", NULL},
        {FLAT, "Lieblingsfarbe", NULL},
        {FLAT, "", NULL},
        {FLAT, "???", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_sync *sync;
        cr_assert(crm_sync_new("test", cases[i].shape, &sync) == CRM_OK);
        int rc = crm_sync_add_column(sync, cases[i].heading, CRM_NTS);
        const char *target = crm_sync_target(sync, 0);
        if (cases[i].target) {
            cr_expect(rc == CRM_OK, "%s in rows %u: %s", cases[i].heading, cases[i].shape, crm_error_text());
            cr_expect(target && !strcmp(target, cases[i].target), "%s in rows %u: %s", cases[i].heading, cases[i].shape,
                      target ? target : "-");
        } else {
            cr_expect(rc == CRM_E_NOTFOUND && !target, "%s in rows %u: %s", cases[i].heading, cases[i].shape, target ? target : "-");
        }
        crm_sync_free(sync);
    }
}

/* Every field that some rows can hold is found by both of its labels, in the rows whose own it is. */
Test(sync_columns, every_label) {
    static const struct {
        uint32_t kind, shape;
    } kinds[] = {{CRM_KIND_PARTY, FLAT},          {CRM_KIND_ADDRESS, FLAT}, {CRM_KIND_CONTACT, FLAT},
                 {CRM_KIND_QUOTE_DEFAULTS, FLAT}, {CRM_KIND_ADDRESS, SITE}, {CRM_KIND_CONTACT, CONTACT}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t found = 0;
        for (crm_field field = 0; (field = crm_field_next(kinds[i].kind, field));) {
            char path[100];
            crm_sync *sync;
            snprintf(path, sizeof path, "%s.%s", crm_kind_name(kinds[i].kind), crm_field_name(field));
            cr_assert(crm_sync_new("test", kinds[i].shape, &sync) == CRM_OK);
            if (crm_sync_map(sync, "x", path) == CRM_OK && field != CRM_ADDRESS_GLN) {
                cr_expect(crm_sync_add_column(sync, crm_field_label(field, "de"), CRM_NTS) == CRM_OK, "%s: %s", path, crm_error_text());
                cr_expect(crm_sync_target(sync, 0) && !strcmp(crm_sync_target(sync, 0), path), "%s is found as %s",
                          crm_field_label(field, "de"), crm_sync_target(sync, 0));
                crm_sync_free(sync);
                cr_assert(crm_sync_new("test", kinds[i].shape, &sync) == CRM_OK);
                cr_expect(crm_sync_add_column(sync, crm_field_label(field, "en"), CRM_NTS) == CRM_OK, "%s: %s", path, crm_error_text());
                cr_expect(crm_sync_target(sync, 0) && !strcmp(crm_sync_target(sync, 0), path), "%s is found as %s",
                          crm_field_label(field, "en"), crm_sync_target(sync, 0));
                found++;
            }
            crm_sync_free(sync);
        }
        cr_expect(found >= 10, "kind %u has %zu columns", kinds[i].kind, found);
    }
}

Test(sync_columns, mappings) {
    static const struct {
        uint32_t shape;
        const char *target;
        int status;
        const char *path; /* as it is told again */
    } cases[] = {
        {FLAT, "party.name", CRM_OK, "party.name"},
        {FLAT, "ignore", CRM_OK, "ignore"},
        {FLAT, "party.channel.phone", CRM_OK, "channel.phone"},
        {SITE, "address.channel.phone", CRM_OK, "channel.phone"},
        {CONTACT, "contact.usage.quote", CRM_OK, "usage.quote"},
        {FLAT, "contact.usage.quote", CRM_OK, "contact.usage.quote"},
        {FLAT, "usage.purpose", CRM_OK, "usage.purpose"},
        {FLAT, "identifier.key", CRM_OK, "identifier.test"},
        {FLAT, "identifier.our_erp", CRM_OK, "identifier.our_erp"},
        {FLAT, "contact.identifier.key", CRM_OK, "contact.identifier.test"},
        {FLAT, "quote_defaults.preferred_site", CRM_OK, "quote_defaults.preferred_site"},
        {FLAT, "party.nothing", CRM_E_NOTFOUND, NULL},
        {FLAT, "nothing", CRM_E_NOTFOUND, NULL},
        {FLAT, "", CRM_E_NOTFOUND, NULL},
        {FLAT, "channel.pigeon", CRM_E_NOTFOUND, NULL},
        {FLAT, "channel.", CRM_E_NOTFOUND, NULL},
        {FLAT, "usage.nothing", CRM_E_NOTFOUND, NULL},
        {FLAT, "party.usage.delivery", CRM_E_TYPE, NULL},
        {FLAT, "party.created_at", CRM_E_TYPE, NULL},
        {FLAT, "party.referrer", CRM_E_TYPE, NULL},
        {FLAT, "role.role", CRM_E_TYPE, NULL},
        {FLAT, "quote_defaults.sender_country", CRM_E_TYPE, NULL},
        {FLAT, "address.party", CRM_E_TYPE, NULL},
        {FLAT, "code.code", CRM_E_TYPE, NULL},
        {FLAT, "quote.price_list", CRM_E_TYPE, NULL},
        {CUSTOMER, "contact.name", CRM_E_TYPE, NULL},
        {CUSTOMER, "contact.channel.phone", CRM_E_TYPE, NULL},
        {SITE, "party.name", CRM_E_TYPE, NULL},
        {SITE, "party.channel.phone", CRM_E_TYPE, NULL},
        {SITE, "role.valid_from", CRM_E_TYPE, NULL},
        {CUSTOMER, "quote_defaults.preferred_site", CRM_E_TYPE, NULL},
        {CONTACT, "quote_defaults.preferred_site", CRM_E_TYPE, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_sync *sync;
        cr_assert(crm_sync_new("test", cases[i].shape, &sync) == CRM_OK);
        int rc = crm_sync_map(sync, "Lieblingsfarbe", cases[i].target);
        cr_expect(rc == cases[i].status, "%s: %d, %s", cases[i].target, rc, crm_error_text());
        rc = crm_sync_add_column(sync, " LIEBLINGSFARBE ", CRM_NTS);
        cr_expect(rc == (cases[i].path ? CRM_OK : CRM_E_NOTFOUND), "%s", cases[i].target);
        if (cases[i].path) cr_expect_str_eq(crm_sync_target(sync, 0), cases[i].path);
        crm_sync_free(sync);
    }
}

Test(sync_columns, a_mapping_wins_and_stands_once) {
    crm_sync *sync;
    cr_assert(crm_sync_new("test", FLAT, &sync) == CRM_OK);
    cr_expect_eq(crm_sync_map(sync, "Firma", "party.name_addition"), CRM_OK);
    cr_expect_eq(crm_sync_map(sync, "firma", "party.name"), CRM_E_EXISTS);
    cr_expect_eq(crm_sync_map(sync, "", "ignore"), CRM_OK);
    cr_expect_eq(crm_sync_add_column(sync, "Firma", CRM_NTS), CRM_OK);
    cr_expect_eq(crm_sync_add_column(sync, "", CRM_NTS), CRM_OK);
    cr_expect_eq(crm_sync_add_column(sync, "Name", CRM_NTS), CRM_OK);
    cr_expect_eq(crm_sync_add_column(sync, "Company", CRM_NTS), CRM_E_EXISTS, "two columns with one target");
    cr_expect(strstr(crm_error_text(), "Company") && strstr(crm_error_text(), "Name") && crm_error_field() == CRM_PARTY_NAME, "%s",
              crm_error_text());
    cr_expect_eq(crm_sync_add_column(sync, "Telefon", CRM_NTS), CRM_OK);
    cr_expect_eq(crm_sync_add_column(sync, "Phone", CRM_NTS), CRM_OK, "channels may have several columns");
    cr_expect_eq(crm_sync_add_column(sync, "Lieblingsfarbe", CRM_NTS), CRM_E_NOTFOUND);
    cr_expect(strstr(crm_error_text(), "Lieblingsfarbe"), "%s", crm_error_text());
    static const char *const targets[] = {"party.name_addition", "ignore", "party.name", "channel.phone", "channel.phone"};
    for (size_t i = 0; i < 5; i++) cr_expect_str_eq(crm_sync_target(sync, i), targets[i]);
    cr_expect_null(crm_sync_target(sync, 5));
    crm_sync_free(sync);
}

/* With permission what nothing recognises is left out, and listed. */
Test(sync_columns, unknown_headings) {
    crm_db *db = rows_open();
    crm_sync *sync;
    cr_assert(crm_sync_new("test", FLAT, &sync) == CRM_OK);
    cr_expect_eq(crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN), CRM_OK);
    cr_expect_eq(crm_sync_map(sync, "Betreuer", "ignore"), CRM_OK);
    cr_assert(rows_add(sync, "Firma| Lieblingsfarbe |Betreuer|???|Ort\nA|rot|Ada|!|Ulm") == CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_ignore(sync, "Alt (sheet)"), CRM_OK);
    cr_expect_eq(crm_sync_ignored_count(sync), 3u);
    cr_expect_str_eq(crm_sync_ignored(sync, 0), "Lieblingsfarbe");
    cr_expect_str_eq(crm_sync_ignored(sync, 1), "???");
    cr_expect_str_eq(crm_sync_ignored(sync, 2), "Alt (sheet)");
    cr_expect_null(crm_sync_ignored(sync, 3));
    cr_expect_null(crm_sync_ignored(NULL, 0));
    cr_expect_eq(crm_sync_ignored_count(NULL), 0u);
    cr_expect_str_eq(crm_sync_heading(sync, 1), "Lieblingsfarbe");
    cr_expect_str_eq(crm_sync_target(sync, 1), "ignore");
    cr_expect(!crm_sync_heading(sync, 5) && !crm_sync_heading(NULL, 0));
    cr_expect_eq(crm_sync_has_heading(sync, " BETREUER"), 1);
    cr_expect_eq(crm_sync_has_heading(sync, "Betreuer "), 1);
    cr_expect_eq(crm_sync_has_heading(sync, "Betreue"), 0);
    cr_expect_eq(crm_sync_has_heading(sync, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_sync_has_heading(NULL, "x"), CRM_E_INVALID);
    cr_expect_eq(crm_sync_add_column(sync, "Telefon", CRM_NTS), CRM_E_INVALID, "there are rows already");
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(rows_store(db), "party name=A; role number=10000; usage target=address1 purpose=main; address town=Ulm");
    crm_sync_free(sync);
    rows_close(db);
}

/* Keys are of a system that has a name: a file's name may be another one next time. */
Test(sync_columns, keys_without_a_source) {
    static const char *const keys[] = {"Externe ID", "identifier.key", "Customer key", "address.identifier.key"};
    for (size_t i = 0; i < 4; i++) {
        crm_sync *sync;
        cr_assert_eq(crm_sync_new("kerr.csv", i == 2 ? CRM_ROWS_SITE : FLAT, &sync), CRM_OK);
        cr_expect_eq(crm_sync_set_flags(sync, CRM_SYNC_NO_KEYS | CRM_SYNC_IGNORE_UNKNOWN), CRM_OK);
        cr_expect_eq(crm_sync_add_column(sync, keys[i], CRM_NTS), CRM_E_INVALID, "%s", keys[i]);
        cr_expect(strstr(crm_error_text(), "has the keys of another system"), "%s", crm_error_text());
        cr_expect_eq(crm_sync_add_column(sync, "D-U-N-S", CRM_NTS), CRM_OK, "no key of the source: %s", crm_error_text());
        cr_expect_eq(crm_sync_set_flags(sync, 0), CRM_OK);
        cr_expect_eq(crm_sync_add_column(sync, keys[i], CRM_NTS), CRM_OK, "%s", crm_error_text());
        crm_sync_free(sync);
    }
}

Test(sync_columns, arguments) {
    crm_sync *sync = (crm_sync *)&rows_folder;
    const char *cells[] = {"a", "b"};
    cr_expect_eq(crm_sync_new(NULL, FLAT, &sync), CRM_E_INVALID);
    cr_expect_null(sync);
    cr_expect_eq(crm_sync_new("", FLAT, &sync), CRM_E_INVALID);
    cr_expect_eq(crm_sync_new("x", 0, &sync), CRM_E_INVALID);
    cr_expect_eq(crm_sync_new("x", 12, &sync), CRM_E_INVALID);
    cr_expect_eq(crm_sync_new("\xff", FLAT, &sync), CRM_E_UTF8);
    cr_expect_eq(crm_sync_new("x", FLAT, NULL), CRM_E_INVALID);
    cr_assert_eq(crm_sync_new("x", FLAT, &sync), CRM_OK);
    cr_expect_eq(crm_sync_set_policy(sync, 0, 7, CRM_SYNC_CREATE), CRM_E_INVALID);
    cr_expect_eq(crm_sync_set_flags(sync, 8), CRM_E_INVALID);
    cr_expect_eq(crm_sync_set_role(sync, "kunde"), CRM_E_CODE);
    cr_expect_eq(crm_sync_set_role(sync, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_sync_set_role(sync, CRM_ROLE_SUPPLIER), CRM_OK);
    cr_expect_eq(crm_sync_add_column(sync, "\xff", 1), CRM_E_UTF8);
    cr_expect_eq(crm_sync_add_column(sync, "Firma und mehr", 5), CRM_OK);
    cr_expect_eq(crm_sync_add_row(sync, 7, cells, NULL, 2), CRM_E_INVALID, "more cells than columns");
    cr_expect_eq(crm_error_row(), 7u);
    cr_expect_eq(crm_sync_add_row(sync, 7, (const char *const[]){"a\xff"}, NULL, 1), CRM_E_UTF8);
    cr_expect(crm_error_row() == 7 && crm_error_field() == CRM_PARTY_NAME && strstr(crm_error_text(), "Firma"), "%s", crm_error_text());
    cr_expect_eq(crm_sync_add_row(sync, 0, cells, NULL, 0), CRM_OK);
    cr_expect_eq(crm_sync_apply(sync, NULL, CRM_ACTOR_SYSTEM), CRM_E_INVALID);
    cr_expect_eq(crm_sync_count(sync, 99), 0u);
    cr_expect(crm_sync_error_text(sync, 0) == NULL && crm_sync_error_row(sync, 0) == 0 && crm_sync_error_status(sync, 0) == CRM_OK);
    crm_sync_free(sync);
    crm_sync_free(NULL);
    cr_expect_eq(crm_sync_apply(NULL, NULL, CRM_ACTOR_SYSTEM), CRM_E_INVALID);
    cr_expect_eq(crm_sync_count(NULL, CRM_SYNC_CREATED), 0u);
}

Test(sync_columns, limits) {
    static char big[32770];
    crm_sync *sync;
    const char *cell = big;
    size_t size = 32769;
    char heading[40];
    memset(big, 'x', sizeof big - 1);
    cr_assert_eq(crm_sync_new("x", FLAT, &sync), CRM_OK);
    for (int i = 0; i < 512; i++) {
        snprintf(heading, sizeof heading, "Telefon %d", i);
        cr_assert_eq(crm_sync_add_column(sync, heading, CRM_NTS), CRM_OK);
    }
    cr_expect_eq(crm_sync_add_column(sync, "Telefon 999", CRM_NTS), CRM_E_TOO_BIG);
    cr_expect_eq(crm_sync_add_row(sync, 0, &cell, &size, 1), CRM_E_TOO_BIG);
    size = 32768;
    cr_expect_eq(crm_sync_add_row(sync, 0, &cell, &size, 1), CRM_OK);
    for (int i = 1; i < 100000; i++) cr_assert_eq(crm_sync_add_row(sync, 0, NULL, NULL, 0), CRM_OK);
    cr_expect_eq(crm_sync_add_row(sync, 0, NULL, NULL, 0), CRM_E_TOO_BIG);
    cr_expect_eq(crm_error_row(), 100001u);
    crm_sync_free(sync);
}

/* A call that succeeds leaves the thread's error as it was, though it looked for much that is not there. */
Test(sync_columns, success_leaves_the_error) {
    crm_db *db = rows_open();
    crm_sync *sync;
    cr_assert(crm_sync_new("test", FLAT, &sync) == CRM_OK);
    cr_expect_eq(crm_error_report(CRM_E_STALE, CRM_PARTY_NAME, 42, "mine"), CRM_E_STALE);
    cr_expect_eq(crm_sync_map(sync, "Lieblingsfarbe", "ignore"), CRM_OK);
    cr_expect_eq(rows_add(sync, "Kundennummer|Firma|Lieblingsfarbe|E-Mail Ansprechpartner|Ansprechpartner\n1|A|rot|a@b.example|Ada"),
                 CRM_OK);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect(crm_error_status() == CRM_E_STALE && crm_error_row() == 42 && !strcmp(crm_error_text(), "mine"), "%s", crm_error_text());
    cr_expect_str_eq(rows_counts(sync), "1 created");
    crm_sync_free(sync);
    rows_close(db);
}

Test(sync_columns, reports) {
    cr_expect_eq(crm_error_report(CRM_E_FORMAT, CRM_PARTY_NAME, 42, "mine"), CRM_E_FORMAT);
    cr_expect(crm_error_status() == CRM_E_FORMAT && crm_error_field() == CRM_PARTY_NAME && crm_error_row() == 42 &&
              !strcmp(crm_error_text(), "mine"));
    cr_expect_eq(crm_error_report(CRM_E_FULL, 0, 0, NULL), CRM_E_FULL);
    cr_expect_str_eq(crm_error_text(), crm_status_text(CRM_E_FULL));
    cr_expect_eq(crm_error_report(CRM_OK, 0, 0, "x"), CRM_E_INVALID);
    cr_expect_eq(crm_error_report(-9999, 0, 0, "x"), CRM_E_INVALID);
    cr_expect_eq(crm_error_report(CRM_E_FULL, 0, 0, "\xff"), CRM_E_UTF8);
}
