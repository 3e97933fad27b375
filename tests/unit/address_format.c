/* SPDX-License-Identifier: MIT */
/* Addresses as lines: a row for each country's order, for each form of a postal code, and for each part that may be there or not. */
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
     "Muster GmbH\nSuite 4\n100 Congress Ave\nAUSTIN TX 78701\nUNITED STATES", false},
    {"Italy: the province's sign, but not the name of a region",
     "street=Via Roma;house_number=7;postal_code=20121;town=Milano;region=MI;country=IT", "Muster GmbH\nVia Roma 7\n20121 MILANO MI\nITALY",
     false},
    {"Italy with a region", "street=Via Roma;house_number=7;postal_code=20121;town=Milano;region=Lombardia;country=IT",
     "Muster GmbH\nVia Roma 7\n20121 MILANO\nITALY", false},
    {"Spain: a comma before the number, and none without", "street=Calle Mayor;house_number=3;postal_code=28013;town=Madrid;country=ES",
     "Muster GmbH\nCalle Mayor, 3\n28013 MADRID\nSPAIN", false},
    {"Spain without a number", "street=Calle Mayor;town=León;country=ES", "Muster GmbH\nCalle Mayor\nLEÓN\nSPAIN", false},
    {"Spain without a street", "house_number=3;town=León;country=ES", "Muster GmbH\n3\nLEÓN\nSPAIN", false},
    {"Brazil without a state", "street=Rua A;house_number=1;town=Salvador;postal_code=40301110;country=BR",
     "Muster GmbH\nRua A, 1\nSALVADOR\n40301-110\nBRAZIL", false},
    {"Hungary: the town above the street, the code below", "street=Honvéd utca;house_number=13-15;town=Győr;postal_code=9021;country=HU",
     "Muster GmbH\nGYŐR\nHonvéd utca 13-15\n9021\nHUNGARY", false},
    {"Ireland: a county named like the town", "town=Kilkenny;region=Kilkenny;country=IE", "Muster GmbH\nKilkenny\nIRELAND", false},
    {"another country", "street=Lenina;house_number=7;postal_code=220030;town=Minsk;region=Minskaja;country=BY",
     "Muster GmbH\nLenina 7\n220030 Minsk\nMinskaja\nBELARUS", false},
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
     "Muster GmbH\nPO Box 99\nAUSTIN TX 78701\nUNITED STATES", false},
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

/* Every layout, with all parts there: what is printed, where, and in which capitals; and what is left out. */
static const struct country {
    const char *country, *code, *lines;
} countries[] = {
    {"", "00 1-a", "Aa\nStreet 1\nDd\nPO Box 7\n00 1-a Town\nRr"},
    {"AD", "500", "Aa\nStreet 1\nDd\nPO Box 7\nAD500 TOWN\nANDORRA"},
    {"AR", "c1070aam", "Aa\nStreet 1\nDd\nCasilla de correo 7\nC1070AAM TOWN\nRr\nARGENTINA"},
    {"AT", "1010", "Dd\nStreet 1\nAa\nPostfach 7\n1010 Town\nAUSTRIA"},
    {"AU", "2060", "Aa\n1 Street\nPO Box 7\nTOWN RR 2060\nAUSTRALIA"},
    {"BA", "71000", "Aa\nStreet 1\nDd\nPO Box 7\n71000 Town\nBOSNIA AND HERZEGOVINA"},
    {"BE", "1000", "Aa\nStreet 1\nPostbus 7\n1000 Town\nBELGIUM"},
    {"BG", "1000", "Aa\nStreet 1\nDd\nPO Box 7\n1000 Town\nBULGARIA"},
    {"BL", "97133", "Aa\n1 Street\nDd\nBP 7\n97133 TOWN\nSAINT BARTHÉLEMY"},
    {"BR", "40301110", "Aa\nStreet, 1\nDd\nCaixa Postal 7\nTOWN-RR\n40301-110\nBRAZIL"},
    {"CA", "h3z2y7", "Aa\n1 Street\nPO Box 7\nTOWN RR H3Z 2Y7\nCANADA"},
    {"CH", "8001", "Aa\nStreet 1\nPostfach 7\n8001 Town\nSWITZERLAND"},
    {"CL", "8340457", "Aa\nStreet 1\nDd\nCasilla 7\n8340457 Town\nRr\nCHILE"},
    {"CY", "2008", "Aa\nStreet 1\nDd\nPO Box 7\n2008 Town\nCYPRUS"},
    {"CZ", "10000", "Aa\nStreet 1\nDd\nP. O. Box 7\n100 00 Town\nCZECHIA"},
    {"DE", "10115", "Dd\nStreet 1\nAa\nPostfach 7\n10115 Town\nGERMANY"},
    {"DK", "8660", "Aa\nStreet 1\nDd\nPostboks 7\n8660 Town\nDENMARK"},
    {"DZ", "16027", "Aa\n1 Street\nDd\nBP 7\n16027 Town\nALGERIA"},
    {"EE", "69501", "Aa\nStreet 1\nDd\nPO Box 7\n69501 Town\nESTONIA"},
    {"ES", "28013", "Aa\nStreet, 1\nDd\nApartado de Correos 7\n28013 TOWN\nSPAIN"},
    {"FI", "00550", "Aa\nStreet 1\nPL 7\n00550 TOWN\nFINLAND"},
    {"FR", "33380", "Aa\n1 Street\nDd\nBP 7\n33380 TOWN\nFRANCE"},
    {"GB", "ec1y8sy", "Aa\n1 Street\nPO Box 7\nDd\nTOWN\nEC1Y 8SY\nUNITED KINGDOM"},
    {"GF", "97300", "Aa\n1 Street\nDd\nBP 7\n97300 TOWN\nFRENCH GUIANA"},
    {"GG", "gy11aa", "Aa\n1 Street\nPO Box 7\nDd\nTOWN\nGY1 1AA\nGUERNSEY"},
    {"GL", "3900", "Aa\nStreet 1\nDd\nPostboks 7\n3900 Town\nGREENLAND"},
    {"GP", "97100", "Aa\n1 Street\nDd\nBP 7\n97100 TOWN\nGUADELOUPE"},
    {"GR", "15124", "Aa\nStreet 1\nDd\nPO Box 7\n151 24 Town\nGREECE"},
    {"GU", "96910", "Aa\n1 Street\nPO Box 7\nTOWN RR 96910\nGUAM"},
    {"HR", "10000", "Aa\nStreet 1\nDd\np. p. 7\n10000 Town\nCROATIA"},
    {"HU", "1037", "Aa\nTOWN\nStreet 1\nPf. 7\n1037\nHUNGARY"},
    {"IE", "d02-x285", "Aa\n1 Street\nPO Box 7\nDd\nTown\nRr\nD02 X285\nIRELAND"},
    {"IL", "9614303", "Aa\n1 Street\nDd\nPO Box 7\nTown 9614303\nISRAEL"},
    {"IM", "im21aa", "Aa\n1 Street\nPO Box 7\nDd\nTOWN\nIM2 1AA\nISLE OF MAN"},
    {"IN", "110034", "Aa\n1 Street\nPO Box 7\nDd\nTown 110034\nRr\nINDIA"},
    {"IS", "320", "Aa\nStreet 1\nPósthólf 7\n320 Town\nICELAND"},
    {"IT", "00144", "Aa\nStreet 1\nDd\nCasella postale 7\n00144 TOWN RR\nITALY"},
    {"JE", "je11aa", "Aa\n1 Street\nPO Box 7\nDd\nTOWN\nJE1 1AA\nJERSEY"},
    {"LI", "9490", "Aa\nStreet 1\nPostfach 7\n9490 Town\nLIECHTENSTEIN"},
    {"LT", "04340", "Aa\nStreet 1\nDd\na. d. 7\nLT-04340 Town\nLITHUANIA"},
    {"LU", "4750", "Aa\n1 Street\nBP 7\n4750 Town\nLUXEMBOURG"},
    {"LV", "1073", "Aa\nStreet 1\nDd\na/k 7\nTown, LV-1073\nLATVIA"},
    {"MA", "53000", "Aa\n1 Street\nDd\nBP 7\n53000 Town\nMOROCCO"},
    {"MC", "98000", "Aa\n1 Street\nBP 7\n98000 TOWN\nMONACO"},
    {"MD", "2012", "Aa\nStreet 1\nDd\nPO Box 7\nMD-2012 Town\nMOLDOVA"},
    {"ME", "81257", "Aa\nStreet 1\nDd\nPO Box 7\n81257 Town\nMONTENEGRO"},
    {"MF", "97150", "Aa\n1 Street\nDd\nBP 7\n97150 TOWN\nSAINT MARTIN (FRENCH PART)"},
    {"MK", "1314", "Aa\nStreet 1\nDd\nPO Box 7\n1314 Town\nNORTH MACEDONIA"},
    {"MQ", "97220", "Aa\n1 Street\nDd\nBP 7\n97220 TOWN\nMARTINIQUE"},
    {"MT", "vlt1117", "Aa\n1 Street\nPO Box 7\nTOWN VLT 1117\nMALTA"},
    {"MX", "02860", "Aa\nStreet 1\nDd\nApartado postal 7\n02860 TOWN, RR\nMEXICO"},
    {"MY", "43000", "Aa\n1 Street\nDd\nPO Box 7\n43000 TOWN\nRR\nMALAYSIA"},
    {"NC", "98814", "Aa\n1 Street\nDd\nBP 7\n98814 TOWN\nNEW CALEDONIA"},
    {"NL", "1017cd", "Aa\nStreet 1\nPostbus 7\n1017 CD TOWN\nNETHERLANDS"},
    {"NO", "0107", "Aa\nStreet 1\nPostboks 7\n0107 TOWN\nNORWAY"},
    {"NZ", "6001", "Aa\n1 Street\nPO Box 7\nDd\nTown 6001\nNEW ZEALAND"},
    {"PF", "98709", "Aa\n1 Street\nDd\nBP 7\n98709 TOWN\nFRENCH POLYNESIA"},
    {"PL", "00950", "Aa\nStreet 1\nDd\nskr. poczt. 7\n00-950 Town\nPOLAND"},
    {"PM", "97500", "Aa\n1 Street\nDd\nBP 7\n97500 TOWN\nSAINT PIERRE AND MIQUELON"},
    {"PR", "00930", "Aa\n1 Street\nPO Box 7\nTOWN RR 00930\nPUERTO RICO"},
    {"PT", "1250096", "Aa\nStreet 1\nDd\nApartado 7\n1250-096 TOWN\nPORTUGAL"},
    {"RE", "97400", "Aa\n1 Street\nDd\nBP 7\n97400 TOWN\nRÉUNION"},
    {"RO", "060274", "Aa\nStreet 1\nDd\nCP 7\n060274 TOWN\nROMANIA"},
    {"RS", "11000", "Aa\nStreet 1\nDd\nPO Box 7\n11000 Town\nSERBIA"},
    {"SE", "11455", "Aa\nStreet 1\nBox 7\n114 55 TOWN\nSWEDEN"},
    {"SG", "546080", "Aa\n1 Street\nPO Box 7\nTOWN 546080\nSINGAPORE"},
    {"SI", "4000", "Aa\nStreet 1\nDd\np. p. 7\n4000 Town\nSLOVENIA"},
    {"SK", "01001", "Aa\nStreet 1\nDd\nP. O. Box 7\n010 01 Town\nSLOVAKIA"},
    {"SM", "47890", "Aa\nStreet 1\nDd\nCasella postale 7\n47890 Town\nSAN MARINO"},
    {"TN", "1002", "Aa\n1 Street\nDd\nBP 7\n1002 Town\nTUNISIA"},
    {"TR", "06101", "Dd\nAa\nStreet 1\nPK 7\n06101 Town/Rr\nTÜRKIYE"},
    {"US", "221621010", "Aa\n1 Street\nPO Box 7\nTOWN RR 22162-1010\nUNITED STATES"},
    {"VA", "00120", "Aa\nStreet 1\nCasella postale 7\n00120 Town\nHOLY SEE"},
    {"VI", "008021222", "Aa\n1 Street\nPO Box 7\nTOWN RR 00802-1222\nUNITED STATES VIRGIN ISLANDS"},
    {"WF", "98600", "Aa\n1 Street\nDd\nBP 7\n98600 TOWN\nWALLIS AND FUTUNA"},
    {"YT", "97600", "Aa\n1 Street\nDd\nBP 7\n97600 TOWN\nMAYOTTE"},
    {"ZA", "0083", "Aa\n1 Street\nPO Box 7\nDd\nTown\n0083\nSOUTH AFRICA"},
};
#define COUNTRIES (sizeof countries / sizeof *countries)

static const char *const layout_countries[] = {
#define CRM_ADDRESS_LAYOUT(country, box, code, lines) country,
#include "model/address_layout.def"
#undef CRM_ADDRESS_LAYOUT
};

Test(address_format, every_layout) {
    cr_assert_eq(sizeof layout_countries / sizeof *layout_countries, COUNTRIES, "a row for each layout");
    for (size_t i = 0; i < COUNTRIES; i++) {
        char fields[160];
        const char *country = countries[i].country;
        cr_expect_str_eq(country, layout_countries[i], "layouts sorted by country, and as the rows are");
        cr_expect(i == 0 || strcmp(layout_countries[i - 1], country) < 0, "%s: layouts are sorted", country);
        snprintf(fields, sizeof fields,
                 "street=Street;house_number=1;district=Dd;addition=Aa;po_box=7;postal_code=%s;town=Town;region=Rr%s%s", countries[i].code,
                 *country ? ";country=" : "", country);
        check(country, fields, &(crmi_letter){.delivery = false}, countries[i].lines);
    }
}

/* What is stored of a postal code, and what is printed. */
Test(address_format, postal_codes) {
    static const char *const codes[][3] = {
        {"NL", "1017 cd", "1017 CD"},
        {"NL", "1017-CD", "1017 CD"},
        {"NL", "1017", "1017"},
        {"NL", "1017 CDE", "1017 CDE"},
        {"NL", "1017/CD", "1017/CD"},
        {"PL", "33-106", "33-106"},
        {"PL", " 33 106 ", "33-106"},
        {"SE", "114 55", "114 55"},
        {"SE", "SE-114 55", "SE-114 55"},
        {"SE", "1145é", "1145é"},
        {"GB", "W1A 0AX", "W1A 0AX"},
        {"GB", "E10", "E10"},
        {"GB", "E1 0", "E1 0"},
        {"GB", "N19AG", "N1 9AG"},
        {"LV", "LV-1073", "LV-1073"},
        {"LV", "lv1073", "LV-1073"},
        {"LV", "LV-107", "LV-107"},
        {"LV", "LV", "LV"},
        {"LT", "LT-04340", "LT-04340"},
        {"US", "78701", "78701"},
        {"US", "78701-1234", "78701-1234"},
        {"US", "787011234", "78701-1234"},
        {"DE", "1 0-1", "1 0-1"},
        {"CZ", "12345678901234567", "12345678901234567"},
        {"GB", "1234567890123456", "1234567890123 456"},
        {"IE", "D02/X285", "D02/X285"},
        {"PT", "- -", "- -"},
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char fields[80], wanted[80];
        crmi_letter letter = {.sender_country = {codes[i][0], 2}};
        snprintf(fields, sizeof fields, "postal_code=%s;country=%s", codes[i][1], codes[i][0]);
        snprintf(wanted, sizeof wanted, "%s", codes[i][2]);
        check(codes[i][1], fields, &letter, wanted);
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
