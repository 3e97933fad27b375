/* SPDX-License-Identifier: MIT */
/* Rows about channels, identifiers, memberships, bank accounts, terms, usages and roles, each naming its customer, and bank columns in
 * other rows. */
#include "support/rows.h"

/* --- in the store before: a customer with a site and a contact, another one, and groups --- */

static int add_groups(crm_txn *txn, void *data) {
    (void)data;
    for (int i = 0; i < 3; i++) {
        crm_record *group;
        const char *code = i == 0 ? "G1" : i == 1 ? "G2" : "OLD";
        cr_assert(crm_record_new(CRM_KIND_GROUP, &group) == CRM_OK && crm_record_set_text(group, CRM_GROUP_CODE, code, CRM_NTS) == CRM_OK &&
                  crm_record_set_text(group, CRM_GROUP_NAME, code, CRM_NTS) == CRM_OK);
        if (i == 2) cr_assert_eq(crm_record_set_bool(group, CRM_GROUP_ARCHIVED, 1), CRM_OK);
        cr_assert(crm_record_put(txn, group, NULL, NULL) == CRM_OK, "%s", crm_error_text());
        crm_record_free(group);
    }
    return CRM_COMMIT;
}

static const char before[] =
    "# C customer\nKundennummer|External ID|Firma\n1|K|A\n2||B\n# S site\nKundennummer|Standortnummer|Straße|Ort\n1|7|Weg 1|Ulm\n"
    "# K contact\nKundennummer|External ID|Name\n1|P|Ada\n1||Eve";
#define A "party name=A; role number=1; "
#define SITE "address site_number=7 street=Weg 1 town=Ulm; "
#define KEYS "identifier scheme=test value=K; identifier scheme=test value=P target=contact1; "
#define CONTACTS "contact name=Ada; contact name=Eve"
#define B " + party name=B; role number=2"

static crm_db *open_filled(void) {
    crm_db *db = rows_open();
    cr_assert_eq(crm_transact(db, CRM_ACTOR_SYSTEM, add_groups, NULL), CRM_OK);
    return db;
}

/* What one record gives up another one gets, whichever was stored first. */
Test(sync_shapes, what_changes_hands) {
    static const char *const cases[][2] = {
        {"# B bank\nKundennummer|IBAN|Standardkonto\n1|FR1420041010050500013M02606|ja\n1|DE89370400440532013000|nein",
         "# B bank\nKundennummer|IBAN|Standardkonto\n1|FR1420041010050500013M02606|nein\n1|DE89370400440532013000|ja"},
        {"# B bank\nKundennummer|IBAN|Standardkonto\n1|FR1420041010050500013M02606|nein\n1|DE89370400440532013000|ja",
         "# B bank\nKundennummer|IBAN|Standardkonto\n1|FR1420041010050500013M02606|ja\n1|DE89370400440532013000|nein"},
        {"# M membership\nKundennummer|Gruppe|Gültig ab|Gültig bis\n1|G1|2021-01-01|2021-12-31\n1|G1|2020-01-01|2020-12-31",
         "# M membership\nKundennummer|Gruppe|Gültig ab|Gültig bis\n1|G1|2020-01-01|2020-06-30\n1|G1|2020-07-01|2021-12-31"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_db *db = open_filled();
        rows_apply(db, "before", 0, before, NULL, NULL);
        rows_apply(db, cases[i][0], 0, cases[i][0], "2 created", NULL);
        rows_apply(db, cases[i][1], 0, cases[i][1], "2 updated", NULL);
        rows_close(db);
    }
}

Test(sync_shapes, good_rows) {
    static const struct {
        const char *what, *text, *counts, *wanted;
    } cases[] = {
        {"channels of a customer, a site and a contact, by number or key",
         "# T channel\nKundennummer|Kundenschlüssel|Typ|Wert|Zweck|Opt-out|Standortnummer|Straße|Ansprechpartner|contact.identifier.key\n"
         "1||Telefon|0351 1|Rechnung|nein||||\n|K|mail|a@a.example|||7|||\n1||mail|b@a.example||ja||||P\n1||fax|2||||weg "
         "1||\n1||fax|3|||||EVE|",
         "5 created",
         A KEYS SITE CONTACTS "; channel type=phone purpose=billing value=0351 1 opt_out=no; channel target=address1 type=mail "
                              "value=a@a.example; channel target=contact1 type=mail value=b@a.example opt_out=yes; "
                              "channel target=address1 type=fax value=2; channel target=contact2 type=fax value=3" B},
        {"a channel that is there changes, lines of one channel merge",
         "# C customer\nKundennummer|Telefon\n1|0351 1\n# T channel\nKundennummer|Typ|Wert|Zweck\n1|phone|03511|billing\n1|phone|0351-1|",
         "3 updated", NULL},
        {"identifiers of a customer, a site and a contact",
         "# I "
         "identifier\nKundennummer|Kennungsart|Kennung|Standortnummer|Ansprechpartner\n1|duns|123456789||\n1|gln|4012345000009|7|\n2|erp|X|"
         "|\n1|erp|Y||Eve",
         "4 created",
         A "identifier scheme=test value=K; identifier scheme=test value=P target=contact1; identifier scheme=duns value=123456789; "
           "identifier scheme=gln value=4012345000009 target=address1; identifier scheme=erp value=Y target=contact2; " SITE CONTACTS B
           "; identifier scheme=erp value=X"},
        {"memberships, one after the other in a group",
         "# M membership\nKundennummer|Gruppe|Gültig ab|Gültig bis\n1|G1|2020-01-01|2020-12-31\n1|G1|2022-01-01|\n1|G2||\n2|G2||2019-12-31",
         "4 created",
         A "membership group= valid_from=18262 valid_until=18628; membership group= valid_from=18993; membership group=; " KEYS SITE
             CONTACTS B "; membership group= valid_until=18262"},
        {"a membership is the one that begins on that day",
         "# M membership\nKundennummer|Gruppe|Gültig ab|Gültig bis\n1|G1|2020-01-01|2020-12-31\n1|G1|2022-01-01|\n"
         "# N membership\nKundennummer|Gruppe|Gültig ab\n1|G1|2020-01-01",
         "2 created, 1 unchanged", NULL},
        {"a membership ends, another begins on another day", "# M membership\nKundennummer|Gruppe|Gültig ab|Gültig bis\n1|G1|2020-01-01|\n",
         "1 created", NULL},
        {"bank accounts: by IBAN however it is written, by account number and bank code",
         "# B bank\nKundennummer|IBAN|BIC|Kontoinhaber|Bank|Kontonummer|BLZ|Land|Standard\n1|DE89 3704 0044 0532 0130 00|COBADEFFXXX|A "
         "GmbH||||DE|ja\n"
         "2||||Sparkasse|532013000|37040044|DE|\n2|FR14 2004 1010 0505 0001 3M02 606|||||||\n",
         "3 created",
         A KEYS SITE CONTACTS "; bank holder=A GmbH iban=DE89 3704 0044 0532 0130 00 bic=COBADEFFXXX country=DE is_default=yes" B
                              "; bank bank_name=Sparkasse country=DE bank_code=37040044 account_number=532013000; bank iban=FR14 2004 1010 "
                              "0505 0001 3M02 606"},
        {"in customer rows", "# C customer\nKundennummer|IBAN|Kontoinhaber\n1|IBAN DE89370400440532013000|Ada\n2||",
         "1 updated, 1 unchanged", A KEYS SITE CONTACTS "; bank holder=Ada iban=IBAN DE89370400440532013000" B},
        {"in flat rows, lines of one account merge, and an IBAN comes to an account without one",
         "# F flat\nKundennummer|Kontonummer|BLZ|Bank|Ansprechpartner|Kontoinhaber\n1|0532013000|37040044||Ada|\n1|0532013000|370 400 "
         "44|Bank|Eve|\n"
         "# B bank\nKundennummer|IBAN|Kontonummer|BLZ\n1|DE89370400440532013000|0532013000|37040044",
         "3 updated",
         A KEYS SITE CONTACTS "; bank bank_name=Bank iban=DE89370400440532013000 bank_code=37040044 account_number=0532013000" B},
        {"a mandate",
         "# B bank\nKundennummer|IBAN|SEPA|Mandatsreferenz|Mandatsdatum|Erste Lastschrift "
         "am\n1|DE89370400440532013000|ja|M-1|1.2.2024|2024-02-10",
         "1 created",
         A KEYS SITE CONTACTS "; bank iban=DE89370400440532013000 sepa=yes mandate_reference=M-1 mandate_at=19754 first_debit_at=19763" B},
        {"terms of a customer by sales area, of a site, of a contact, and whom he prefers",
         "# Q quote_defaults\nKundennummer|Vertriebsbereich|Preisliste|Sprache|Standortnummer|Ansprechpartner|Bevorzugter "
         "Standort|Bevorzugter Ansprechpartner\n"
         "1||P|de||||\n1|N|Q|||||\n1||R||7|||\n1||S|||Eve||\n2|N|T|||||\n1|W||||| 7|P\n1|X|||||7|EVE",
         "7 created",
         A "quote_defaults price_list=P language=de; quote_defaults sales_area=N price_list=Q; quote_defaults scope=address1 price_list=R; "
           "quote_defaults scope=contact2 price_list=S; quote_defaults sales_area=W preferred_site=address1 preferred_contact=contact1; "
           "quote_defaults sales_area=X preferred_site=address1 preferred_contact=contact2; " KEYS SITE CONTACTS
           " + party name=B; role number=2; quote_defaults sales_area=N price_list=T"},
        {"terms of nothing but a sales area", "# Q quote_defaults\nKundennummer|Vertriebsbereich|Preisliste\n2|N|\n1|N|#CLEAR",
         "1 created, 1 unchanged", A KEYS SITE CONTACTS B "; quote_defaults sales_area=N"},
        {"usages of a site and a contact, one after the other, and a purpose of the host's own",
         "# U usage\nKundennummer|Standortnummer|Ansprechpartner|Zweck|Standard|Gültig ab|Gültig bis\n"
         "1|7||Lieferung|ja||2024-01-31\n1|7||delivery||2024-02-01|\n1||Eve|own|yes||\n1|7||delivery|nein|2024-02-01|31.12.9999",
         "3 created, 1 updated",
         A "usage target=address1 purpose=delivery is_default=yes valid_until=19754; usage target=address1 purpose=delivery is_default=no "
           "valid_from=19754; usage target=contact2 purpose=own is_default=yes; " KEYS SITE CONTACTS B},
        {"a usage that is in force, where no column tells when it begins",
         "# U usage\nKundennummer|Standortnummer|Zweck|Gültig ab|Gültig bis\n1|7|order||2024-01-31\n1|7|order|2024-02-01|\n"
         "# V usage\nKundennummer|Standortnummer|Zweck|Standard\n1|7|order|ja",
         NULL,
         A "usage target=address1 purpose=order valid_until=19754; usage target=address1 purpose=order is_default=yes "
           "valid_from=19754; " KEYS SITE CONTACTS B},
        {"further roles of a customer: by their number, else by the day that they begin",
         "# R role\nKundennummer|Kundenschlüssel|Rolle|Nummer|Gültig ab|Gültig "
         "bis\n1||Lieferant|70|2020-01-01|\n|K|supplier|70||2026-01-31\n"
         "2||prospect||2020-01-01|2020-12-31\n2||prospect||2021-01-01|\n2||prospect|5|2021-01-01|",
         NULL,
         "party name=A; role number=1; role role=supplier number=70 valid_from=18262 valid_until=20485; " KEYS SITE CONTACTS
         " + party name=B; role number=2; role role=prospect valid_from=18262 valid_until=18628; role role=prospect number=5 "
         "valid_from=18628"},
        {"texts as they are: blanks, markers, the label of a code",
         "# C customer\nKundennummer|Bemerkung|Kategorie|Suchbegriff|Sprache\n1|#TEXT: x |#TEXT:#CLEAR|#TEXT:#TEXT:|#TEXT:de\n"
         "# T channel\nKundennummer|Typ|Wert|Zweck\n1|web|a|#TEXT:Rechnung",
         NULL,
         "party name=A short_name=#TEXT: language=de category=#CLEAR note= x ; role number=1; " KEYS SITE CONTACTS
         "; channel type=web purpose=Rechnung value=a" B},
        {"all of it for a new customer, in one run",
         "# Q quote_defaults\nKundennummer|Preisliste\n9|P\n# B bank\nKundennummer|IBAN\n9|DE89370400440532013000\n# M "
         "membership\nKundennummer|Gruppe\n9|G1\n# I identifier\nKundennummer|Art|Wert\n9|duns|5\n# T "
         "channel\nKundennummer|Art|Wert|Standortnummer\n9|web|c.example|1\n# "
         "S site\nKundennummer|Standortnummer\n9|1\n# C customer\nKundennummer|Firma\n9|C",
         "7 created",
         A KEYS SITE CONTACTS B " + party name=C; role number=9; quote_defaults price_list=P; membership group=; identifier scheme=duns "
                                "value=5; address site_number=1; channel target=address1 type=web value=c.example; bank "
                                "iban=DE89370400440532013000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_db *db = open_filled();
        rows_apply(db, "before", 0, before, NULL, NULL);
        rows_apply(db, cases[i].what, 0, cases[i].text, cases[i].counts, cases[i].wanted);
        rows_close(db);
    }
}

Test(sync_shapes, refused_rows) {
    static const struct {
        const char *text, *errors;
    } cases[] = {
        {"# T channel\nKundennummer|Typ|Wert\n|phone|1\n5|phone|1\n1||1\n1|phone|\n1|smoke|1",
         "T 1.0 REQUIRED role.number; T 2.1 NOTFOUND role.number; T 3.0 REQUIRED channel.type; T 4.0 REQUIRED channel.value; T 5.2 CODE "
         "channel.type"},
        {"# T channel\nKundenschlüssel|Typ|Wert\nX|phone|1", "T 1.1 NOTFOUND identifier.value"},
        {"# T channel\nKundennummer|Typ|Wert|Standortnummer|Ansprechpartner\n1|phone|1|8|\n1|phone|1||Max\n1|phone|1|7|Ada",
         "T 1.4 NOTFOUND address.site_number; T 2.5 NOTFOUND contact.name; T 3.5 AMBIGUOUS contact.name"},
        {"# T channel\nKundennummer|Typ|Wert|Opt-out\n1|phone|1|ja\n1|phone|1|nein", "T 2.4 AMBIGUOUS channel.opt_out"},
        {"# I identifier\nKundennummer|Art|Wert\n1||1\n1|duns|\n2|test|K", "I 1.0 REQUIRED identifier.scheme; I 2.0 REQUIRED "
                                                                           "identifier.value; I 3.3 EXISTS identifier.value"},
        {"# I identifier\nKundennummer|Art|Wert|Standortnummer\n1|test|P|\n1|duns|5|\n1|duns|5|7",
         "I 1.3 EXISTS identifier.value; I 3.3 AMBIGUOUS identifier.value"},
        {"# M membership\nKundennummer|Gruppe|Gültig ab|Gültig bis\n1||2020-01-01|\n1|G9||\n1|OLD||\n1|G1|2020-01-02|2020-01-01",
         "M 1.0 REQUIRED membership.group; M 2.2 NOTFOUND membership.group; M 3.2 ARCHIVED membership.group; M 4.4 RANGE "
         "membership.valid_until"},
        {"# M membership\nKundennummer|Gruppe|Gültig ab|Gültig "
         "bis\n1|G1|2020-01-01|2021-12-31\n1|G1|2022-01-01|\n1|G1|2020-01-01|2023-01-01",
         "M 3.2 AMBIGUOUS membership.group"},
        {"# B bank\nKundennummer|IBAN|BIC|Kontonummer|BLZ|Land|Kontoinhaber\n1|DE88370400440532013000|||||\n1|XX00|||||\n"
         "1|DE89370400440532013000|COBA||||\n1|||||DE|Ada\n1|||1||DE|\n1|||x|37040044|DE|\n1|||05000013M02|20041|FR|",
         "B 1.2 CHECK_DIGIT bank.iban; B 2.2 FORMAT bank.iban; B 3.3 FORMAT bank.bic; B 4.6 REQUIRED bank.iban; B 5.4 REQUIRED "
         "bank.bank_code; "
         "B 6.4 FORMAT bank.account_number; B 7.4 REQUIRED bank.branch_code"},
        {"# B bank\nKundennummer|IBAN|SEPA|Mandatsreferenz|Mandatsdatum|Erste Lastschrift am\n1|DE89370400440532013000|ja|||\n"
         "2|DE89370400440532013000|ja|M|2024-02-01|2024-01-01",
         "B 1.2 REQUIRED bank.mandate_reference; B 2.6 RANGE bank.first_debit_at"},
        {"# F flat\nKundennummer|Firma|IBAN|Bank\n5|E|DE88370400440532013000|\n6|F||Sparkasse",
         "F 1.3 CHECK_DIGIT bank.iban; F 2.4 REQUIRED "
         "bank.iban"},
        {"# F flat\nKundennummer|IBAN|Kontoinhaber\n1|DE89370400440532013000|Ada\n1|DE89 3704 0044 0532 0130 00|Eve",
         "F 2.3 AMBIGUOUS bank.holder"},
        {"# Q quote_defaults\nKundennummer|Preisliste|Standortnummer|Bevorzugter Standort|Bevorzugter "
         "Ansprechpartner\n1|P|8||\n1|||8|\n1||||Max",
         "Q 1.3 NOTFOUND address.site_number; Q 2.4 NOTFOUND quote_defaults.preferred_site; Q 3.5 NOTFOUND "
         "quote_defaults.preferred_contact"},
        {"# F flat\nKundennummer|External ID\n2|K", "F 1.1 AMBIGUOUS role.number"},
        {"# F flat\nExternal ID|Kundennummer\nK|2", "F 1.2 AMBIGUOUS role.number"},
        {"# Q quote_defaults\nKundennummer|Preisliste\n1|P\n1|Q", "Q 2.2 AMBIGUOUS quote_defaults.price_list"},
        {"# U usage\nKundennummer|Standortnummer|Zweck|Standard|Gültig ab|Gültig "
         "bis\n1||order|||\n1|7||ja||\n1|7|order||2024-02-01|2024-01-01\n"
         "1|7|order|ja||\n1|7|order|nein||\n1|9|order|||",
         "U 1.0 REQUIRED usage.target; U 2.0 REQUIRED usage.purpose; U 3.6 RANGE usage.valid_until; U 5.4 AMBIGUOUS usage.is_default; "
         "U 6.2 NOTFOUND address.site_number"},
        {"# R role\nKundennummer|Rolle|Nummer|Gültig ab|Gültig "
         "bis\n1||5||\n9|supplier|5||\n1|supplier|5|2024-02-01|2024-01-01\n|supplier|||",
         "R 1.0 REQUIRED role.role; R 2.1 NOTFOUND role.number; R 3.5 RANGE role.valid_until; R 4.0 REQUIRED role.number"},
        {"# R role\nKundennummer|Rolle|Nummer\n2|customer|1", "R 1.2 EXISTS role.role"},
        {"# R role\nKundennummer|Rolle|Nummer\n1|supplier|5\n2|supplier|5", "R 2.3 AMBIGUOUS role.number"},
    };
    crm_db *db = open_filled();
    rows_apply(db, "before", 0, before, NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) rows_refuse(db, cases[i].text, 0, cases[i].text, cases[i].errors);
    rows_close(db);
}

/* A German account is stored by its IBAN, or by its two numbers, and a row has the other; an export may have both as two. */
Test(sync_shapes, german_accounts) {
    static const char iban[] = "Kundennummer|IBAN\n1|DE89370400440532013000\n2|DE89370400440532013000";
    static const char parts[] = "Kundennummer|Kontonummer|BLZ|Land\n1|532013000|370 400 44|DE\n2|0532013000|37040044|";
    static const char both[] = "Kundennummer|IBAN|Kontonummer|BLZ\n1|DE89370400440532013000||\n1||532013000|37040044\n1||532013000|";
    static const char *const cases[][2] = {{iban, parts}, {parts, iban}};
    for (size_t i = 0; i < 2; i++) {
        crm_db *db = open_filled();
        rows_apply(db, "before", 0, before, NULL, NULL);
        rows_apply(db, cases[i][0], CRM_ROWS_BANK, cases[i][0], "2 created", NULL);
        rows_apply(db, cases[i][1], CRM_ROWS_BANK, cases[i][1], "2 updated",
                   A KEYS SITE CONTACTS "; bank iban=DE89370400440532013000 country=DE bank_code=370 400 44 account_number=532013000" B
                                        "; bank iban=DE89370400440532013000 bank_code=37040044 account_number=0532013000");
        rows_apply(db, cases[i][0], CRM_ROWS_BANK, cases[i][0], "2 unchanged", NULL);
        rows_close(db);
    }
    crm_db *db = open_filled();
    rows_apply(db, "before", 0, before, NULL, NULL);
    rows_apply(db, both, CRM_ROWS_BANK, both, "3 created", NULL);
    rows_apply(db, "another bank", CRM_ROWS_BANK, "Kundennummer|Kontonummer|BLZ\n1|532013000|12030000", "1 created", NULL);
    rows_close(db);
}

/* Whichever was stored first. */
Test(sync_shapes, membership_of_a_time) {
    crm_db *db = open_filled();
    rows_apply(db, "before", 0, before, NULL, NULL);
    rows_apply(db, "four", CRM_ROWS_MEMBERSHIP,
               "Kundennummer|Gruppe|Gültig ab|Gültig bis\n1|G1|2024-01-01|2024-12-31\n1|G1|2020-01-01|2020-12-31\n"
               "1|G1|2026-01-01|2026-12-31\n1|G1|2022-01-01|2022-12-31",
               "4 created", NULL);
    rows_refuse(db, "it would not end before the next one", CRM_ROWS_MEMBERSHIP,
                "Kundennummer|Gruppe|Gültig ab|Gültig bis\n1|G1|2022-01-01|#CLEAR", "1.2 EXISTS membership.group");
    rows_refuse(db, "it would begin within the one before", CRM_ROWS_MEMBERSHIP,
                "Kundennummer|Gruppe|Gültig ab|Gültig bis\n1|G1|2021-12-31|2024-02-01", "1.2 EXISTS membership.group");
    rows_apply(db, "the latest one that it meets", CRM_ROWS_MEMBERSHIP, "Kundennummer|Gruppe|Gültig bis\n1|G1|2023-06-30", "1 updated",
               A "membership group= valid_from=19723 valid_until=20089; membership group= valid_from=18262 valid_until=18628; "
                 "membership group= valid_from=20454 valid_until=20819; membership group= valid_from=18993 valid_until=19539; " KEYS SITE
                     CONTACTS B);
    rows_close(db);
}

static const char *outcome(crm_db *db, uint32_t if_exists, uint32_t if_not_exists, const char *text) {
    static char out[ROWS_TEXT];
    crm_sync *sync = rows_make(0, text);
    cr_assert_eq(crm_sync_set_policy(sync, 0, if_exists, if_not_exists), CRM_OK);
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    snprintf(out, sizeof out, "%s; %s", rows_counts(sync), rows_errors(sync));
    crm_sync_free(sync);
    return out;
}

/* Each kind's own rows under each policy: what is stored already, what is stored otherwise, and what is not. */
Test(sync_shapes, policies) {
    static const struct {
        const char *headings, *same, *other, *missing, *differs, *absent; /* the last two: the errors */
    } cases[] = {
        {"# T channel\nKundennummer|Typ|Wert|Opt-out|Standortnummer\n", "1|phone|1|nein|7", "1|phone|1|ja|7", "1|phone|2||7",
         "T 1.4 EXISTS channel.opt_out", "channel.party"},
        {"# I identifier\nKundennummer|Art|Wert|Ansprechpartner\n", "1|duns|123456789|Ada", NULL, "1|duns|987654321|Ada", NULL,
         "identifier.party"},
        {"# M membership\nKundennummer|Gruppe|Gültig ab|Gültig bis\n", "1|G1|2020-01-01|2020-12-31", "1|G1|2020-01-01|2020-11-30", "1|G2||",
         "M 1.4 EXISTS membership.valid_until", "membership.party"},
        {"# B bank\nKundennummer|IBAN|Kontoinhaber\n", "1|DE89370400440532013000|Ada", "1|DE89370400440532013000|Eve",
         "1|FR1420041010050500013M02606|Ada", "B 1.3 EXISTS bank.holder", "bank.party"},
        {"# Q quote_defaults\nKundennummer|Vertriebsbereich|Preisliste|Bevorzugter Standort|Bevorzugter Ansprechpartner\n", "1|N|P|7|Ada",
         "1|N|P|7|Eve", "1|W|P|7|Ada", "Q 1.5 EXISTS quote_defaults.preferred_contact", "quote_defaults.owner"},
    };
    crm_db *db = open_filled();
    rows_apply(db, "before", 0, before, NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[600], other[600], missing[600], wanted[200];
        snprintf(text, sizeof text, "%s%s", cases[i].headings, cases[i].same);
        snprintf(other, sizeof other, "%s%s", cases[i].headings, cases[i].other ? cases[i].other : "");
        snprintf(missing, sizeof missing, "%s%s", cases[i].headings, cases[i].missing);
        rows_apply(db, text, 0, text, "1 created", NULL);
        char *stored = strdup(rows_store(db));
        cr_expect_str_eq(outcome(db, CRM_SYNC_ASSERT_EQUAL, CRM_SYNC_FAIL, text), "1 unchanged; ", "%s: %s", text,
                         outcome(db, CRM_SYNC_ASSERT_EQUAL, CRM_SYNC_FAIL, text));
        cr_expect_str_eq(outcome(db, CRM_SYNC_SKIP, CRM_SYNC_FAIL, text), "1 unchanged; ");
        snprintf(wanted, sizeof wanted, "1 in conflict; %.1s 1.0 EXISTS %s", text + 2, cases[i].absent);
        cr_expect_str_eq(outcome(db, CRM_SYNC_FAIL, CRM_SYNC_CREATE, text), wanted, "%s", text);
        snprintf(wanted, sizeof wanted, "1 failed; %.1s 1.0 NOTFOUND %s", text + 2, cases[i].absent);
        cr_expect_str_eq(outcome(db, CRM_SYNC_MERGE, CRM_SYNC_FAIL, missing), wanted, "%s", missing);
        if (cases[i].other) {
            snprintf(wanted, sizeof wanted, "1 in conflict; %s", cases[i].differs);
            const char *got = outcome(db, CRM_SYNC_ASSERT_EQUAL, CRM_SYNC_CREATE, other);
            cr_expect_str_eq(got, wanted, "%s: %s", other, got);
            cr_expect_str_eq(outcome(db, CRM_SYNC_SKIP, CRM_SYNC_CREATE, other), "1 unchanged; ", "%s", other);
        }
        cr_expect_str_eq(rows_store(db), stored, "%s: got\n%s\nwanted\n%s", text, rows_store(db), stored);
        free(stored);
    }
    /* whom terms prefer goes where a row has nobody */
    cr_expect_str_eq(outcome(db, CRM_SYNC_REPLACE, CRM_SYNC_CREATE,
                             "# Q quote_defaults\nKundennummer|Vertriebsbereich|Preisliste|Bevorzugter Standort|Bevorzugter "
                             "Ansprechpartner\n1|N|P||Ada"),
                     "1 updated; ");
    cr_expect(!strstr(rows_store(db), "preferred_site") && strstr(rows_store(db), "preferred_contact"), "%s", rows_store(db));
    rows_close(db);
}
