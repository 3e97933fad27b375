/* SPDX-License-Identifier: MIT */
/* Addresses as lines: a row for each country's order and for each part that may be there or not. */
#include "model/address_format.h"
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <stdio.h>
#include <string.h>

typedef struct row {
    const char *what;
    const char *fields; /* name=value, divided by ';'; a recipient is added to the list */
    const char *lines;
    bool delivery;
} row;

static const row rows[] = {
    {"Germany", "street=Hauptstr.;house_number=5;postal_code=10115;town=Berlin;country=DE",
     "Muster GmbH\nHauptstr. 5\n10115 Berlin\nGERMANY", false},
    {"Austria", "street=Ring;house_number=3/12;postal_code=1010;town=Wien;country=AT", "Muster GmbH\nRing 3/12\n1010 Wien\nAUSTRIA", false},
    {"Switzerland", "street=Bahnhofstrasse;house_number=1;postal_code=8001;town=Zürich;country=CH",
     "Muster GmbH\nBahnhofstrasse 1\n8001 Zürich\nSWITZERLAND", false},
    {"France: number first, town in capitals", "street=rue de Rivoli;house_number=5;postal_code=75001;town=Châlons;country=FR",
     "Muster GmbH\n5 rue de Rivoli\n75001 CHÂLONS\nFRANCE", false},
    {"Great Britain: town and postcode on lines of their own",
     "street=High Street;house_number=10;town=Newport Pagnell;postal_code=mk16 8ab;country=GB",
     "Muster GmbH\n10 High Street\nNEWPORT PAGNELL\nMK16 8AB\nUNITED KINGDOM", false},
    {"Great Britain: locality above the town",
     "street=Mill Lane;house_number=2;district=Little Linford;town=Milton Keynes;postal_code=MK19 7EB;country=GB",
     "Muster GmbH\n2 Mill Lane\nLittle Linford\nMILTON KEYNES\nMK19 7EB\nUNITED KINGDOM", false},
    {"United States", "street=Congress Ave;house_number=100;town=Austin;region=TX;postal_code=78701;addition=Suite 4;country=US",
     "Muster GmbH\nSuite 4\n100 Congress Ave\nAustin TX 78701\nUNITED STATES", false},
    {"another country", "street=Via Roma;house_number=7;postal_code=20121;town=Milano;region=MI;country=IT",
     "Muster GmbH\nVia Roma 7\n20121 Milano\nMI\nITALY", false},
    {"no country", "street=Weg;house_number=1;postal_code=1;town=Ort", "Muster GmbH\nWeg 1\n1 Ort", false},
    {"an unknown country as it stands", "town=Ort;country=zz", "Muster GmbH\nOrt\nZZ", false},
    {"nothing at all", "", "Muster GmbH", false},
    {"no house number", "street=Am Hof;town=Wien;country=AT", "Muster GmbH\nAm Hof\nWien\nAUSTRIA", false},
    {"house number alone", "house_number=12;town=Dorf;country=CH", "Muster GmbH\n12\nDorf\nSWITZERLAND", false},
    {"postal code alone", "postal_code=78701;country=US", "Muster GmbH\n78701\nUNITED STATES", false},
    {"own recipient lines in place of the party", "recipient=Werk Nord;recipient=Tor 3;town=Kiel;country=DE",
     "Werk Nord\nTor 3\nKiel\nGERMANY", false},
    {"site, c/o, district, addition",
     "site_name=Lager;care_of=Spedition X;district=Altstadt;street=Kai;house_number=1;addition=Halle "
     "2;postal_code=20457;town=Hamburg;country=DE",
     "Muster GmbH\nLager\nc/o Spedition X\nAltstadt\nKai 1\nHalle 2\n20457 Hamburg\nGERMANY", false},
    {"c/o that says so itself", "care_of=C/O Meier;town=Ulm;country=DE", "Muster GmbH\nC/O Meier\nUlm\nGERMANY", false},
    {"a site named like the company", "site_name=Muster GmbH;town=Ulm;country=DE", "Muster GmbH\nUlm\nGERMANY", false},
    {"a site whose name only begins like the company", "site_name=Muster;town=Ulm;country=DE", "Muster GmbH\nMuster\nUlm\nGERMANY", false},
    {"blanks and line ends in a value", "street=  Lange \n Zeile ;house_number= 4\t;postal_code= ;town=Ulm;country=DE",
     "Muster GmbH\nLange Zeile 4\nUlm\nGERMANY", false},
    {"empty texts", "street=;house_number=;site_name=;town=Ulm;country=DE", "Muster GmbH\nUlm\nGERMANY", false},
    {"letters: a PO box with its own code takes the street's place",
     "street=Hauptstr.;house_number=5;district=Mitte;po_box=12 34;po_box_postal_code=10001;postal_code=10115;town=Berlin;country=DE",
     "Muster GmbH\nPostfach 12 34\n10001 Berlin\nGERMANY", false},
    {"goods: the street, although there is a PO box",
     "street=Hauptstr.;house_number=5;po_box=12 34;po_box_postal_code=10001;postal_code=10115;town=Berlin;country=DE",
     "Muster GmbH\nHauptstr. 5\n10115 Berlin\nGERMANY", true},
    {"goods to a PO box where there is no street", "po_box=77;po_box_postal_code=10001;town=Berlin;country=DE",
     "Muster GmbH\nPostfach 77\n10001 Berlin\nGERMANY", true},
    {"a PO box without its own code stands under the street",
     "street=Bahnhofstrasse;house_number=1;po_box=55;postal_code=8001;town=Zürich;country=CH",
     "Muster GmbH\nBahnhofstrasse 1\nPostfach 55\n8001 Zürich\nSWITZERLAND", false},
    {"a PO box's code without a box means nothing", "street=Weg;po_box_postal_code=1;postal_code=2;town=Ulm;country=DE",
     "Muster GmbH\nWeg\n2 Ulm\nGERMANY", false},
    {"PO box in France", "po_box=123;po_box_postal_code=75002;town=Paris;country=FR", "Muster GmbH\nBP 123\n75002 PARIS\nFRANCE", false},
    {"PO box in Great Britain", "po_box=8;postal_code=N1 1AA;town=London;country=GB",
     "Muster GmbH\nPO Box 8\nLONDON\nN1 1AA\nUNITED KINGDOM", false},
    {"PO box in the United States", "po_box=99;town=Austin;region=TX;postal_code=78701;country=US",
     "Muster GmbH\nPO Box 99\nAustin TX 78701\nUNITED STATES", false},
    {"a PO box that brings its own word", "po_box=CS 1001;town=Lyon;postal_code=69001;country=FR",
     "Muster GmbH\nCS 1001\n69001 LYON\nFRANCE", false},
};

static void set_field(crm_record *address, const char *name, const char *value) {
    char path[64];
    snprintf(path, sizeof path, "address.%s", name);
    crm_field field = crm_field_find(path);
    int rc = field == CRM_ADDRESS_RECIPIENT ? crm_record_add_item(address, field, value, CRM_NTS)
                                            : crm_record_set_text(address, field, value, CRM_NTS);
    cr_assert(field && rc == CRM_OK, "%s=%s: %s", name, value, crm_error_text());
}

static crm_record *make_address(const char *fields) {
    crm_record *address;
    char copy[512], *save = NULL;
    snprintf(copy, sizeof copy, "%s", fields);
    cr_assert(crm_record_new(CRM_KIND_ADDRESS, &address) == CRM_OK);
    for (char *pair = strtok_r(copy, ";", &save); pair; pair = strtok_r(NULL, ";", &save)) {
        char *value = strchr(pair, '=');
        *value = '\0';
        set_field(address, pair, value + 1);
    }
    return address;
}

#define SLICE(text)                                                                                                                        \
    { text, sizeof(text) - 1 }

static void check(const char *what, const char *fields, const crmi_letter *letter, const char *wanted) {
    crm_record *address = make_address(fields);
    crmi_buffer out = {0};
    crmi_address_format(address, letter, &out);
    const char *lines = crmi_buffer_string(&out);
    cr_expect(lines && strcmp(lines, wanted) == 0, "%s: got\n%s\nwanted\n%s", what, lines ? lines : "(no memory)", wanted);
    crmi_buffer_free(&out);
    crm_record_free(address);
}

Test(address_format, rows) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        crmi_letter letter = {.delivery = rows[i].delivery, .name = SLICE("Muster GmbH")};
        check(rows[i].what, rows[i].fields, &letter, rows[i].lines);
    }
}

Test(address_format, party) {
    crmi_letter both = {.name = SLICE("Muster GmbH"), .addition = SLICE("Abt. Einkauf")}, none = {0};
    check("name and addition", "town=Ulm;country=DE", &both, "Muster GmbH\nAbt. Einkauf\nUlm\nGERMANY");
    check("nobody", "town=Ulm;country=DE", &none, "Ulm\nGERMANY");
    check("nobody and nothing", "", &none, "");
}

/* The country's line is for letters that leave the sender's. */
Test(address_format, sender_country) {
    crmi_letter german = {.name = SLICE("A"), .sender_country = SLICE("DE")}, wrong = {.name = SLICE("A"), .sender_country = SLICE("D")};
    crmi_letter nobody = {.sender_country = SLICE("DE")};
    check("inside", "postal_code=89073;town=Ulm;country=DE", &german, "A\n89073 Ulm");
    check("abroad", "postal_code=1010;town=Wien;country=AT", &german, "A\n1010 Wien\nAUSTRIA");
    check("no country", "town=Ulm", &german, "A\nUlm");
    check("inside, the country is all there is", "country=DE", &nobody, "");
    check("inside, in Great Britain", "town=Leeds;postal_code=LS1;country=GB",
          &(crmi_letter){.name = SLICE("A"), .sender_country = SLICE("GB")}, "A\nLEEDS\nLS1");
    check("only the beginning of the code", "town=Ulm;country=DE", &wrong, "A\nUlm\nGERMANY");
}

/* What a layout leaves out. */
Test(address_format, left_out) {
    static const char *const lines[][2] = {{"DE", "A\nX\nS\n1 T\nGERMANY"},         {"AT", "A\nX\nS\n1 T\nAUSTRIA"},
                                           {"CH", "A\nS\n1 T\nSWITZERLAND"},        {"FR", "A\nS\nX\n1 T\nFRANCE"},
                                           {"GB", "A\nS\nX\nT\n1\nUNITED KINGDOM"}, {"US", "A\nS\nT R 1\nUNITED STATES"},
                                           {"IT", "A\nS\nX\n1 T\nR\nITALY"}};
    crmi_letter letter = {.name = SLICE("A")};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char fields[80];
        snprintf(fields, sizeof fields, "street=S;district=X;postal_code=1;town=T;region=R;country=%s", lines[i][0]);
        check(lines[i][0], fields, &letter, lines[i][1]);
    }
}

/* Lines are appended: what is in the buffer already stays, and is no line before the first. */
Test(address_format, appends) {
    crmi_letter letter = {.name = SLICE("Ulm")};
    crm_record *address = make_address("town=Bonn;country=DE");
    crmi_buffer out = {0};
    crmi_buffer_text(&out, "Ulm\n");
    crmi_address_format(address, &letter, &out);
    cr_expect_str_eq(crmi_buffer_string(&out), "Ulm\nUlm\nBonn\nGERMANY");
    crmi_buffer_free(&out);
    crm_record_free(address);
}
