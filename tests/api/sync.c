/* SPDX-License-Identifier: MIT */
/* Rows that are good: what the store holds afterwards, how often what happened, and that the same rows again change nothing. */
#include "support/rows.h"

enum { FLAT = CRM_ROWS_FLAT, CUSTOMER = CRM_ROWS_CUSTOMER, SITE = CRM_ROWS_SITE, CONTACT = CRM_ROWS_CONTACT };

/* One or more imports into an empty store; what is there after the last. */
struct step {
    uint32_t shape;
    const char *text, *counts, *wanted; /* NULL: not looked at */
};
struct story {
    const char *what;
    struct step steps[6];
};

static void check(const struct story *stories, size_t count) {
    crm_db *db = rows_open();
    for (size_t i = 0; i < count; i++) {
        for (const struct step *step = stories[i].steps; step < stories[i].steps + 6 && step->text; step++)
            rows_apply(db, stories[i].what, step->shape, step->text, step->counts, step->wanted);
        rows_empty(db);
    }
    rows_close(db);
}
#define CHECK(stories) check(stories, sizeof(stories) / sizeof *(stories))

Test(sync, flat_rows) {
    static const struct story stories[] = {
        {"a company, an address and a contact on one line",
         {{FLAT,
           "Kundennummer|Firma|Straße|Hausnummer|PLZ|Ort|Land|Telefon|Anrede|Vorname|Nachname|Funktion|E-Mail "
           "Ansprechpartner|Preisliste|Währung\n"
           "007|Muster GmbH|Hauptstr.|1a|01067|Dresden|Deutschland|0351 1234|Frau|Ada|Lovelace|Einkauf|ada@muster.example|A|Euro",
           "1 created",
           "party name=Muster GmbH; role number=007; quote_defaults price_list=A currency=EUR; usage target=address1 purpose=main; "
           "address street=Hauptstr. house_number=1a postal_code=01067 town=Dresden country=DE; "
           "contact name=Ada Lovelace salutation=ms first_name=Ada last_name=Lovelace function=Einkauf; "
           "channel type=phone value=0351 1234; channel target=contact1 type=mail value=ada@muster.example"}}},
        {"lines of one company merge, wherever they stand",
         {{FLAT, "Kundennummer|Firma|Ort|Ansprechpartner\n1|A|Ulm|Ada\n2|B|Bonn|\n1|A|Köln|Eve\n1|||Max", "4 created",
           "party name=A; role number=1; usage target=address1 purpose=main; address town=Ulm; address town=Köln; contact name=Ada; "
           "contact name=Eve; "
           "contact name=Max + party name=B; role number=2; usage target=address1 purpose=main; address town=Bonn"}}},
        {"without numbers by the name, and numbers are given",
         {{FLAT, "Firma|Ort\nÄpfel AG|Ulm\nB|Bonn\näpfel  ag|Köln", "3 created",
           "party name=äpfel  ag; role number=10000; usage target=address1 purpose=main; address town=Ulm; address town=Köln + "
           "party name=B; role number=10001; usage target=address1 purpose=main; address town=Bonn"},
          {FLAT, "Firma|Telefon\nB|1", "1 updated", NULL},
          {FLAT, "Firma|Telefon\nC|2", "1 created", NULL}}},
        {"a line without a number joins the one of its name, before or behind it",
         {{FLAT, "Kundennummer|Firma|Ansprechpartner\n|A|Ada\n5|A|\n|a|Eve", "3 created",
           "party name=a; role number=5; contact name=Ada; contact name=Eve"}}},
        {"a company's name may come from any of its lines",
         {{FLAT, "Kundennummer|Firma|Ort\n1||Ulm\n1|A|Bonn\n1||Hof", "3 created",
           "party name=A; role number=1; usage target=address1 purpose=main; address town=Ulm; address town=Bonn; address town=Hof"}}},
        {"a contact has a name of its own, or its parts",
         {{FLAT, "Kundennummer|Firma|Ansprechpartner|Vorname|Nachname\n1|A|Dr. Ada L.|Ada|Lovelace\n1|A||Eve|\n1|A||Ada|Lovelace",
           "3 created",
           "party name=A; role number=1; contact name=Dr. Ada L. first_name=Ada last_name=Lovelace; contact name=Eve first_name=Eve; "
           "contact name=Ada Lovelace first_name=Ada last_name=Lovelace"}}},
        {"a person",
         {{FLAT, "Kundennummer|party.type|Partnervorname|Partnernachname\n1|Person|Ada|Lovelace", "1 created",
           "party type=person name=Ada Lovelace first_name=Ada last_name=Lovelace; role number=1"}}},
        {"usage columns decide which address is the main one",
         {{FLAT,
           "Kundennummer|Firma|Ort|Hauptadresse|Lieferadresse|Rechnungsadresse\n1|A|Ulm|nein|ja|\n1|A|Bonn|ja||default\n1|A|Köln||standard|"
           "nein",
           "3 created",
           "party name=A; role number=1; usage target=address1 purpose=delivery; usage target=address2 purpose=main; usage target=address2 "
           "purpose=billing "
           "is_default=yes; usage target=address3 purpose=delivery is_default=yes; address town=Ulm; address town=Bonn; address "
           "town=Köln"}}},
        {"other usage columns leave the first address the main one",
         {{FLAT, "Kundennummer|Firma|Ort|Lieferadresse\n1|A|Ulm|ja", NULL,
           "party name=A; role number=1; usage target=address1 purpose=main; usage target=address1 purpose=delivery; address town=Ulm"},
          {FLAT, "Kundennummer|Ort|Lieferadresse\n1|Ulm|nein", "1 updated",
           "party name=A; role number=1; usage target=address1 purpose=main; address town=Ulm"},
          {FLAT, "Kundennummer|Ort|Adressart\n1|Ulm|Lieferadresse, RE; Unser Lager", "1 updated",
           "party name=A; role number=1; usage target=address1 purpose=main; usage target=address1 purpose=delivery; usage target=address1 "
           "purpose=billing; "
           "usage target=address1 purpose=Unser Lager; address town=Ulm"}}},
        {"a salutation, title or language alone is no contact",
         {{FLAT, "Kundennummer|Firma|Anrede|Titel|contact.language|Ansprechpartner\n1|A|Firma|||\n1|A|Herr|Dr.|de|\n1|A|Frau|||Ada",
           "2 created, 1 unchanged", "party name=A; role number=1; contact name=Ada salutation=ms"}}},
        {"names that differ in accents are two contacts where their mail addresses differ",
         {{FLAT,
           "Kundennummer|Firma|Ansprechpartner|E-Mail Ansprechpartner\n1|A|Eva Müller|a@a.example\n1|A|Eva Muller|b@a.example\n"
           "1|A|eva  müller|c@a.example\n1|A|Max Böll|\n1|A|Max Boll|d@a.example",
           "3 created, 2 updated",
           "party name=A; role number=1; contact name=eva  müller; contact name=Eva Muller; contact name=Max Boll; channel target=contact1 "
           "type=mail value=a@a.example; channel target=contact2 type=mail value=b@a.example; channel target=contact1 type=mail "
           "value=c@a.example; channel target=contact3 type=mail value=d@a.example"},
          {FLAT, "Kundennummer|Ansprechpartner|Funktion\n1|EVA MÜLLER|CEO\n1|EVA MULLER|CTO", "2 updated", NULL}}},
        {"channels of company, site and contact, in several columns",
         {{FLAT,
           "Kundennummer|Firma|Ort|Ansprechpartner|Telefon|Telefon 2|Fax|Web|Telefon Standort|Mobil "
           "Ansprechpartner\n1|A|Ulm|Ada|1|2|3|a.example|4|5",
           NULL,
           "party name=A; role number=1; usage target=address1 purpose=main; address town=Ulm; contact name=Ada; channel type=phone "
           "value=1; "
           "channel type=phone value=2; channel type=fax value=3; channel type=web value=a.example; channel target=address1 type=phone "
           "value=4; "
           "channel target=contact1 type=mobile value=5"}}},
        {"recipients in the order of their columns",
         {{FLAT, "Kundennummer|Firma|Ort|Empfänger 1|Empfänger 2|recipient 3\n1|A|Ulm|A GmbH||Tor 3", NULL,
           "party name=A; role number=1; usage target=address1 purpose=main; address recipient=A GmbH/Tor 3 town=Ulm"},
          {FLAT, "Kundennummer|Ort|Empfänger 1\n1|Ulm|B", "1 updated",
           "party name=A; role number=1; usage target=address1 purpose=main; address recipient=B town=Ulm"}}},
        {"the preferred site and contact",
         {{FLAT,
           "Kundennummer|Firma|Ort|Ansprechpartner|Bevorzugter Standort|Bevorzugter "
           "Ansprechpartner\n1|A|Ulm|Ada|nein|nein\n1|A|Bonn|Eve|ja|x",
           NULL,
           "party name=A; role number=1; quote_defaults preferred_site=address2 preferred_contact=contact2; usage target=address1 "
           "purpose=main; "
           "address town=Ulm; address town=Bonn; contact name=Ada; contact name=Eve"},
          {FLAT, "Kundennummer|Ort|Bevorzugter Standort\n1|Ulm|ja", "1 updated", NULL},
          {FLAT, "Kundennummer|Ort|Bevorzugter Standort\n1|Ulm|nein", "1 updated",
           "party name=A; role number=1; quote_defaults preferred_contact=contact2; usage target=address1 purpose=main; address town=Ulm; "
           "address town=Bonn; "
           "contact name=Ada; contact name=Eve"}}},
        {"lines that say the same in other words end with the last, and are no change the next time",
         {{FLAT,
           "Kundennummer|Firma|Telefon|USt-IdNr.|Straße|Hausnummer|Ort|Ansprechpartner\n1|Müller  AG|12-34|DE 1|Haupt-Straße|5 "
           "a|Köln|Jörg\n1|MÜLLER AG|1234|DE1|Hauptstr. 5A||KOLN|JORG\n1|MU\xcc\x88ller ag||||||",
           "1 created, 2 updated",
           "party name=MU\xcc\x88ller ag vat_id=DE1; role number=1; usage target=address1 purpose=main; address street=Haupt-Straße "
           "house_number=5 a town=KOLN; contact name=JORG; channel type=phone value=12-34"}}},
        {"an empty line says nothing", {{FLAT, "Kundennummer|Firma\n1|A\n| ", "1 created, 1 unchanged", "party name=A; role number=1"}}},
    };
    CHECK(stories);
}

Test(sync, customer_site_and_contact_rows) {
    static const struct story stories[] = {
        {"a customer and his main address, moved later",
         {{CUSTOMER, "Kundennummer|Firma|Straße|Ort|Telefon|Preisliste\n1|A|Alte Gasse 1|Ulm|7|P", "1 created",
           "party name=A; role number=1; quote_defaults price_list=P; usage target=address1 purpose=main; address street=Alte Gasse 1 "
           "town=Ulm; channel type=phone value=7"},
          {CUSTOMER, "Kundennummer|Straße|Ort\n1|Neue Gasse 2|Bonn", "1 updated",
           "party name=A; role number=1; quote_defaults price_list=P; usage target=address1 purpose=main; address street=Neue Gasse 2 "
           "town=Bonn; channel type=phone value=7"},
          {CUSTOMER, "Kundennummer|Lieferadresse\n1|ja", "1 updated", NULL}}},
        {"sites: by their number, else by the address as people write it",
         {{CUSTOMER, "Kundennummer|Firma\n1|A", "1 created", NULL},
          {SITE,
           "Kundennummer|Standortnummer|Standort|Straße|Hausnummer|PLZ|Ort|Telefon|Lieferadresse|Bevorzugter Standort|Versandart\n"
           "1|1|Werk|Haupt-Straße|5 a|01067|Dresden|9|ja|ja|Spedition\n1|2|Lager|Weg|1|01067|Dresden||||",
           "2 created",
           "party name=A; role number=1; quote_defaults scope=address1 shipping_method=Spedition; quote_defaults preferred_site=address1; "
           "usage target=address1 purpose=delivery; address site_number=1 site_name=Werk street=Haupt-Straße house_number=5 a "
           "postal_code=01067 town=Dresden; "
           "address site_number=2 site_name=Lager street=Weg house_number=1 postal_code=01067 town=Dresden; channel target=address1 "
           "type=phone value=9"},
          {SITE, "Kundennummer|Straße|PLZ|Ort|Land|Telefon\n1|HAUPTSTR. 5a|01067||DE|9\n1|Weg 1|||AT|", "2 updated", NULL},
          {SITE, "Kundennummer|Standortnummer|Ort\n1|2|Freital", "1 updated",
           "party name=A; role number=1; quote_defaults scope=address1 shipping_method=Spedition; quote_defaults preferred_site=address1; "
           "usage target=address1 purpose=delivery; address site_number=1 site_name=Werk street=Haupt-Straße house_number=5 a "
           "postal_code=01067 town=Dresden country=DE; "
           "address site_number=2 site_name=Lager street=Weg house_number=1 postal_code=01067 town=Freital country=AT; channel "
           "target=address1 type=phone value=9"}}},
        {"a site of another town, or number, is another site",
         {{CUSTOMER, "Kundennummer|Firma\n1|A", NULL, NULL},
          {SITE,
           "Kundennummer|Standortnummer|Straße|Ort\n1||Weg 1|Ulm\n1||Weg 1|Bonn\n1|7|Weg 1|Ulm\n1|8|Weg 1|Ulm\n1||Weg 11|Ulm\n1||Weg 1 "
           "1|Ulm",
           "6 created",
           "party name=A; role number=1; address street=Weg 1 town=Ulm; address street=Weg 1 town=Bonn; address site_number=7 street=Weg 1 "
           "town=Ulm; "
           "address site_number=8 street=Weg 1 town=Ulm; address street=Weg 11 town=Ulm; address street=Weg 1 1 town=Ulm"}}},
        {"a site number for an address that had none; a new street takes the old house number away",
         {{FLAT, "Kundennummer|Firma|Straße|Hausnummer|Ort\n1|A|Weg|1|Ulm", NULL, NULL},
          {SITE, "Kundennummer|Standortnummer|Straße|Ort\n1|7|Weg 1|Ulm", "1 updated",
           "party name=A; role number=1; usage target=address1 purpose=main; address site_number=7 street=Weg house_number=1 town=Ulm"},
          {SITE, "Kundennummer|Standortnummer|Straße\n1|7|Gasse 2", "1 updated",
           "party name=A; role number=1; usage target=address1 purpose=main; address site_number=7 street=Gasse 2 town=Ulm"}}},
        {"contacts: by mail and name, mail, name",
         {{CUSTOMER, "Kundennummer|Firma\n1|A", NULL, NULL},
          {CONTACT,
           "Kundennummer|Name|E-Mail|Telefon|Zweck|Bevorzugter "
           "Ansprechpartner\n1|Ada|ada@a.example|1|Angebot|ja\n1|Eve|info@a.example|||\n1|Max|info@a.example|||",
           "3 created",
           "party name=A; role number=1; quote_defaults preferred_contact=contact1; usage target=contact1 purpose=quote; contact name=Ada; "
           "contact name=Eve; contact name=Max; "
           "channel target=contact1 type=mail value=ada@a.example; channel target=contact1 type=phone value=1; "
           "channel target=contact2 type=mail value=info@a.example; channel target=contact3 type=mail value=info@a.example"},
          {CONTACT, "Kundennummer|Name|E-Mail|Funktion\n1|Ada Lovelace|ADA@a.example|CTO\n1|MAX|max@a.example|\n1|Eve|ada@a.example|",
           "3 updated", NULL},
          {CONTACT, "Kundennummer|E-Mail|Abteilung\n1|max@a.example|IT", "1 updated",
           "party name=A; role number=1; quote_defaults preferred_contact=contact1; usage target=contact1 purpose=quote; contact name=Ada "
           "Lovelace function=CTO; contact name=Eve; "
           "contact name=MAX department=IT; channel target=contact1 type=mail value=ada@a.example; channel target=contact1 type=phone "
           "value=1; "
           "channel target=contact2 type=mail value=info@a.example; channel target=contact3 type=mail value=info@a.example; "
           "channel target=contact3 type=mail value=max@a.example; channel target=contact2 type=mail value=ada@a.example"}}},
        {"keys of the source's own, for all three",
         {{CUSTOMER, "External ID|Kundennummer|Firma|DUNS\nK1|1|A|99", NULL,
           "party name=A; role number=1; identifier scheme=test value=K1; identifier scheme=duns value=99"},
          {CUSTOMER, "External ID|Kundennummer|Firma\nK1|2|B", "1 updated",
           "party name=B; role number=2; identifier scheme=test value=K1; identifier scheme=duns value=99"},
          {SITE, "Kundennummer|External ID|Ort|PLZ\n2|S1|Ulm|\n2|S1||1", "1 created, 1 updated", NULL},
          {SITE, "Kundennummer|External ID|Ort\n2|S1|Bonn", "1 updated", NULL},
          {CONTACT, "Kundennummer|External ID|Name\n2|P1|Ada\n2|P1|", "1 created, 1 unchanged", NULL},
          {CONTACT, "Kundennummer|External ID|Name\n2|P1|Eve", "1 updated",
           "party name=B; role number=2; identifier scheme=test value=K1; identifier scheme=duns value=99; identifier scheme=test value=S1 "
           "target=address1; "
           "identifier scheme=test value=P1 target=contact1; address postal_code=1 town=Bonn; contact name=Eve"}}},
        {"an identifier finds the company that has no number in the role",
         {{CUSTOMER, "Firma|GLN\nA|4012345000009", "1 created",
           "party name=A; role number=10000; identifier scheme=gln value=4012345000009"},
          {CUSTOMER, "Firma|GLN\nB|4012345000009", "1 updated",
           "party name=B; role number=10000; identifier scheme=gln value=4012345000009"}}},
        {"terms of a sales area beside those of all",
         {{CUSTOMER, "Kundennummer|Firma|Vertriebsbereich|Preisliste\n1|A||P\n1|A|Nord|N\n1|A|Süd|", "1 created, 1 updated, 1 unchanged",
           "party name=A; role number=1; quote_defaults price_list=P; quote_defaults sales_area=Nord price_list=N"}}},
    };
    CHECK(stories);
}

Test(sync, a_channel_in_two_columns) {
    crm_db *db = rows_open();
    crm_sync *sync = rows_make(CRM_ROWS_FLAT, "Firma|channel.phone|channel.phone|channel.fax\nA|+49 30 1|0049 30 1|+49 30 1");
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(rows_store(db), "party name=A; role number=10000; channel type=phone value=+49 30 1; channel type=fax value=+49 30 1");
    crm_sync_free(sync);
    rows_close(db);
}

Test(sync, values) {
    static const struct story stories[] = {
        {"texts are trimmed, and inside kept",
         {{CUSTOMER, "Kundennummer|Firma|Bemerkung\n 1 |\xc2\xa0 A \t B \xc2\xa0|\xe2\x80\xafx\xef\xbb\xbf", NULL,
           "party name=A \t B note=x; role number=1"}}},
        {"yes and no",
         {{CUSTOMER,
           "Kundennummer|Firma|Steuerfrei|Auftragssperre|Liefersperre|Mahnsperre|Inaktiv\n1|A|JA|nein|X|0|True\n2|B|wahr|Falsch|yes|No|1",
           NULL,
           "party name=A tax_exempt=yes inactive=yes order_lock=no delivery_lock=yes dunning_lock=no; role number=1 + "
           "party name=B tax_exempt=yes inactive=yes order_lock=no delivery_lock=yes dunning_lock=no; role number=2"}}},
        {"dates: the last valid day is in, 31.12.9999 is none",
         {{CUSTOMER,
           "Kundennummer|Firma|Rolle gültig ab|Rolle gültig bis\n1|A|1970-01-01|1970-01-31\n2|B|1.2.1970|31.12.9999\n3|C||31.01.1970", NULL,
           "party name=A; role number=1 valid_from=0 valid_until=31 + party name=B; role number=2 valid_from=31 + party name=C; role "
           "number=3 valid_until=31"},
          {CUSTOMER, "Kundennummer|Rolle gültig bis\n1|9999-12-31\n2|9999-12-30", "2 updated",
           "party name=A; role number=1 valid_from=0 + party name=B; role number=2 valid_from=31 valid_until=2932896 + party name=C; role "
           "number=3 valid_until=31"}}},
        {"amounts with comma or point",
         {{CUSTOMER,
           "Kundennummer|Firma|Guthaben\n1|A|1.234,50\n2|B|1,234.50\n3|C|19.99\n4|D|19,9\n5|E|-0,0001\n6|F|1234\n7|G|1.234.567\n8|H|1'234,"
           "5\n9|I|0,125\n91|J|12345.678\n"
           "92|K|922337203685477,5807\n93|L|-922337203685477.5808\n94|M|2,50000\n95|N|.5\n96|O|+7",
           NULL,
           "party name=A credit_balance=12345000; role number=1 + party name=B credit_balance=12345000; role number=2 + party name=C "
           "credit_balance=199900; role number=3 + "
           "party name=D credit_balance=199000; role number=4 + party name=E credit_balance=-1; role number=5 + party name=F "
           "credit_balance=12340000; role number=6 + "
           "party name=G credit_balance=12345670000; role number=7 + party name=H credit_balance=12345000; role number=8 + party name=I "
           "credit_balance=1250; role number=9 + "
           "party name=J credit_balance=123456780; role number=91 + party name=K credit_balance=9223372036854775807; role number=92 + "
           "party name=L credit_balance=-9223372036854775808; role number=93 + party name=M credit_balance=25000; role number=94 + party "
           "name=N credit_balance=5000; role number=95 + "
           "party name=O credit_balance=70000; role number=96"}}},
        {"whole numbers",
         {{CUSTOMER, "Kundennummer|Firma|Latitude (1e-7 degrees)\n1|A|-900000000\n2|B|+510000000", NULL,
           "party name=A; role number=1; usage target=address1 purpose=main; address latitude=-900000000 + "
           "party name=B; role number=2; usage target=address1 purpose=main; address latitude=510000000"}}},
        {"codes by their labels, and any text where any is good",
         {{FLAT,
           "Kundennummer|Firma|Sprache|Land|Währung|Zahlungsart|Zahlungsbedingungen|Anrede|Nachname\n1|A|Deutsch|germany|EUR|SEPA-"
           "Lastschrift|30 Tage netto|Herrn|X\n"
           "2|B|en|Österreich|Schweizer Franken|Barter|30 Tage netto|Frau Prof.|Y",
           NULL,
           "party name=A language=de; role number=1; quote_defaults currency=EUR payment_terms=30 Tage netto "
           "payment_method=sepa_direct_debit; "
           "usage target=address1 purpose=main; address country=DE; contact name=X salutation=mr last_name=X + "
           "party name=B language=en; role number=2; quote_defaults currency=CHF payment_terms=30 Tage netto payment_method=Barter; "
           "usage target=address1 purpose=main; address country=AT; contact name=Y salutation=Frau Prof. last_name=Y"}}},
    };
    CHECK(stories);
}

/* Names are equal but for case, white space and how Unicode composes them; nothing else makes two companies one. */
/* Whom a row of the company names is nobody else, and each company has rows of its own. */
Test(sync, contacts_by_mail) {
    static const struct story stories[] = {
        {"a new name for a mail address",
         {{FLAT, "Kundennummer|Firma|Ansprechpartner|contact.channel.mail\n1|A|Ada|a@a.example\n2|B|Bob|b@b.example", "2 created", NULL},
          {FLAT, "Kundennummer|Ansprechpartner|contact.channel.mail\n1|Eve|a@a.example\n1|Kim|k@a.example\n2|Bob|\n2|Max|b@b.example",
           "2 created, 1 updated, 1 unchanged",
           "party name=A; role number=1; contact name=Eve; contact name=Kim; channel target=contact1 type=mail value=a@a.example; channel "
           "target=contact2 type=mail value=k@a.example + party name=B; role number=2; contact name=Bob; contact name=Max; channel "
           "target=contact1 type=mail value=b@b.example; channel target=contact2 type=mail value=b@b.example"}}},
    };
    CHECK(stories);
}

Test(sync, companies_by_name) {
    static const struct story stories[] = {
        {"accents tell names apart, in the file and in the store",
         {{FLAT, "Firma|Ort\nBäcker AG|Ulm\nBacker AG|Bonn\nBÄCKER  ag|", "2 created, 1 updated",
           "party name=Backer AG; role number=10001; usage target=address1 purpose=main; address town=Bonn + "
           "party name=BÄCKER  ag; role number=10000; usage target=address1 purpose=main; address town=Ulm"},
          {FLAT,
           "Firma|Telefon\nbacker ag|1\nBa\xcc\x88"
           "cker AG|2\nBåcker AG|3",
           "1 created, 2 updated",
           "party name=backer ag; role number=10001; usage target=address1 purpose=main; address town=Bonn; channel type=phone value=1 + "
           "party name=Ba\xcc\x88"
           "cker AG; role number=10000; usage target=address1 purpose=main; address town=Ulm; channel type=phone value=2 + "
           "party name=Båcker AG; role number=10002; channel type=phone value=3"}}},
        {"names that share a fold only: Straße is STRASSE, Łódź is not Lodz",
         {{FLAT, "Firma|Ort\nStraße AG|Ulm\nSTRASSE AG|\nŁódź|\nLodz|\nŁÓDŹ|", "3 created, 2 updated", NULL}}},
        {"a company of the name with another VAT id is another company",
         {{CUSTOMER, "Firma|USt-IdNr.\nM|DE1", "1 created", NULL}, {CUSTOMER, "Firma|USt-IdNr.\nM|DE2\nM|DE3", "2 created", NULL}}},
    };
    CHECK(stories);
}

/* Behind key, number and identifiers, before the name. */
Test(sync, companies_by_vat_id) {
    static const struct story stories[] = {
        {"one company has it: in the store, however it is written",
         {{CUSTOMER, "Kundennummer|Firma|USt-IdNr.\n5|A|DE 123.456", "1 created", NULL},
          {CUSTOMER, "Firma|USt-IdNr.|Bemerkung\na|DE 123.456|x", "1 updated", "party name=a vat_id=DE 123.456 note=x; role number=5"},
          {CUSTOMER, "Kundennummer|USt-IdNr.\n5|DE123456", "1 updated", NULL},
          {CUSTOMER, "Firma|USt-IdNr.|Bemerkung\nA|de 123 456|y", "1 updated", "party name=A vat_id=de 123 456 note=y; role number=5"}}},
        {"in the file, before or behind the line with the number",
         {{FLAT, "Kundennummer|Firma|USt-IdNr.|Ansprechpartner\n|A|DE1|Ada\n5|A|DE 1|Eve\n|a|de1|Max\n|A||Kim", "4 created",
           "party name=A vat_id=de1; role number=5; contact name=Eve; contact name=Ada; contact name=Max; contact name=Kim"}}},
        {"a company with another number is not the one, neither stored nor in the file",
         {{CUSTOMER, "Kundennummer|Firma|USt-IdNr.\n5|A|DE1", "1 created", NULL},
          {CUSTOMER, "Kundennummer|Firma|USt-IdNr.\n6|A|DE1\n7|A|DE1", "2 created",
           "party name=A vat_id=DE1; role number=5 + party name=A vat_id=DE1; role number=6 + party name=A vat_id=DE1; role number=7"}}},
        {"the number and an identifier go before it",
         {{CUSTOMER, "Kundennummer|Firma|USt-IdNr.|GLN\n5|A|DE1|\n6|B|DE2|77", "2 created", NULL},
          {CUSTOMER, "Kundennummer|USt-IdNr.|GLN|Bemerkung\n6|DE2||x\n||77|X\n5|DE1||y", "3 updated", NULL}}},
        {"what is stored with blanks is found by a row without, and the other way round",
         {{FLAT, "Kundennummer|Firma|USt-IdNr.|Steuernummer|Ort|address.gln\n5|A|DE 123 456 789|12/345|Ulm|40 12\n6|B|DE5||Bonn|",
           "2 created", NULL},
          {FLAT, "USt-IdNr.|Steuernummer|Ort\nDE123456789|12/345|Ulm\nde 5||Bonn", "2 updated", NULL},
          {FLAT, "Firma|USt-IdNr.|Steuernummer|address.gln\nA|DE123456789|12 345|4012\nA|DE123456789|12345|40-12", "2 updated", NULL}}},
        {"the number renames a company, and then another line may have the new name",
         {{CUSTOMER, "Kundennummer|Firma|USt-IdNr.\n5|A|DE1", "1 created", NULL},
          {CUSTOMER, "Kundennummer|Firma|USt-IdNr.|Bemerkung\n|B|DE1|x\n5|B||", "2 updated",
           "party name=B vat_id=DE1 note=x; role number=5"}}},
        {"a line without a name",
         {{CUSTOMER, "Kundennummer|Firma|USt-IdNr.\n5|A|DE1", "1 created", NULL},
          {CUSTOMER, "USt-IdNr.|Bemerkung\nDE1|x", "1 updated", "party name=A vat_id=DE1 note=x; role number=5"}}},
        {"a GLN that is not known, and a VAT id that is",
         {{CUSTOMER, "Kundennummer|Firma|USt-IdNr.\n5|A|DE1", "1 created", NULL},
          {CUSTOMER, "Firma|USt-IdNr.|GLN\nA|DE1|77", "1 updated",
           "party name=A vat_id=DE1; role number=5; identifier scheme=gln value=77"}}},
        {"a line with an identifier alone, and one behind it that has the number",
         {{FLAT, "GLN|Kundennummer|Firma|USt-IdNr.|Ansprechpartner\n77||A|DE1|Ada\n|5|A|DE 1|Eve", "2 created",
           "party name=A vat_id=DE 1; role number=5; identifier scheme=gln value=77; contact name=Ada; contact name=Eve"}}},
        {"lines that have no VAT id join those of the name",
         {{FLAT, "Firma|USt-IdNr.|Ansprechpartner\nA||Ada\nA|DE1|Eve", "2 created",
           "party name=A vat_id=DE1; role number=10000; contact name=Eve; contact name=Ada"}}},
    };
    CHECK(stories);
}

/* #CLEAR takes a value away, and an empty cell does not. */
Test(sync, cleared_values) {
    static const struct story stories[] = {
        {"of every type",
         {{FLAT,
           "Kundennummer|Firma|USt-IdNr.|Steuerfrei|Guthaben|Rolle gültig bis|Preisliste|Währung|Ort|Straße|Hausnummer|Adresszusatz|"
           "Ansprechpartner|Funktion|address.latitude\n1|A|DE1|ja|5|2030-01-31|P|EUR|Ulm|Weg|1|Hof|Ada|CTO|7",
           "1 created", NULL},
          {FLAT,
           "Kundennummer|Firma|USt-IdNr.|Steuerfrei|Guthaben|Rolle gültig bis|Preisliste|Währung|Ort|Straße|Hausnummer|Adresszusatz|"
           "Ansprechpartner|Funktion|address.latitude\n1||#CLEAR|#CLEAR|#CLEAR|#CLEAR| #CLEAR ||Ulm|Weg|1|#CLEAR|Ada|#CLEAR|#CLEAR",
           "1 updated",
           "party name=A; role number=1; quote_defaults currency=EUR; usage target=address1 purpose=main; address street=Weg "
           "house_number=1 "
           "town=Ulm; contact name=Ada"}}},
        {"a street goes with its house number; the other spelling is text",
         {{CUSTOMER, "Kundennummer|Firma|Straße|Hausnummer|Ort|Bemerkung\n1|A|Weg|1|Ulm|#clear", "1 created", NULL},
          {CUSTOMER, "Kundennummer|Straße\n1|#CLEAR", "1 updated",
           "party name=A note=#clear; role number=1; usage target=address1 purpose=main; address town=Ulm"}}},
        {"what is not there stays so",
         {{CUSTOMER, "Kundennummer|Firma|Straße|Preisliste|Bemerkung\n1|A|#CLEAR|#CLEAR|#CLEAR", "1 created",
           "party name=A; role number=1"},
          {CUSTOMER, "Kundennummer|Straße|Preisliste|Bemerkung\n1|#CLEAR|#CLEAR|#CLEAR", "1 unchanged", "party name=A; role number=1"}}},
    };
    CHECK(stories);
}

/* Other roles: numbers of their own, and the same company may have several. */
Test(sync, roles) {
    crm_db *db = rows_open();
    crm_sync *sync = rows_make(CUSTOMER, "DUNS|Firma|Kundennummer\n9|A|1");
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    crm_sync_free(sync);
    static const char *const wanted = "party name=A; role number=1; role role=supplier number=1; identifier scheme=duns value=9 + party "
                                      "name=B; role role=supplier number=70000";
    sync = rows_make(CUSTOMER, "DUNS|Firma|Lieferantennummer\n9|A|1\n|B|");
    cr_expect_eq(crm_sync_set_role(sync, CRM_ROLE_SUPPLIER), CRM_OK);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(rows_counts(sync), "1 created, 1 updated");
    cr_expect_str_eq(rows_store(db), wanted, "%s", rows_store(db));
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(rows_counts(sync), "2 unchanged");
    crm_sync_free(sync);
    sync = rows_make(CUSTOMER, "Firma\nB");
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_str_eq(rows_counts(sync), "1 created", "a supplier of the name is another company than a customer of the name");
    crm_sync_free(sync);
    rows_close(db);
}

/* What others changed in the meantime stays, where the rows don't speak of it. */
Test(sync, what_the_rows_do_not_say_stays) {
    crm_db *db = rows_open();
    crm_txn *txn;
    crm_id id;
    crm_record *rec;
    rows_apply(db, "first", FLAT, "Kundennummer|Firma|Straße|Ort\n1|A|Weg 1|Ulm", "1 created", NULL);
    cr_assert(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    cr_assert(crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &id) == CRM_OK);
    cr_assert(crm_record_get(txn, id, &rec) == CRM_OK && crm_record_set_text(rec, CRM_PARTY_NOTE, "by hand", CRM_NTS) == CRM_OK);
    cr_assert(crm_record_put(txn, rec, NULL, NULL) == CRM_OK && crm_txn_commit(txn) == CRM_OK);
    crm_record_free(rec);
    crm_txn_free(txn);
    rows_apply(db, "again", FLAT, "Kundennummer|Firma|Straße|Ort|Telefon\n1|A|WEG 1||1", "1 updated",
               "party name=A note=by hand; role number=1; usage target=address1 purpose=main; address street=WEG 1 town=Ulm; channel "
               "type=phone value=1");
    rows_close(db);
}

/* Many lines of many companies, and of one: no step looks at all the others. */
Test(sync, many_rows, .timeout = 100) {
    crm_db *db = rows_open();
    for (int one = 0; one < 2; one++) {
        char number[16], site[16], mail[40];
        crm_sync *sync = rows_make(FLAT, "Kundennummer|Firma|Standortnummer|E-Mail Ansprechpartner|Ansprechpartner");
        for (int i = 0; i < 20000; i++) {
            const char *row[] = {number, "Name", site, mail, mail};
            snprintf(number, sizeof number, "%d", one ? 1000000 : i / 2);
            snprintf(site, sizeof site, "%d", i);
            snprintf(mail, sizeof mail, "p%d@a.example", i);
            cr_assert(crm_sync_add_row(sync, 0, row, NULL, 5) == CRM_OK);
        }
        cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_sync_count(sync, CRM_SYNC_CREATED), 20000u);
        cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_sync_count(sync, CRM_SYNC_UNCHANGED), 20000u);
        crm_sync_free(sync);
    }
    rows_close(db);
}
