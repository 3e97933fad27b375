/* SPDX-License-Identifier: MIT */
/* Policies by kind of record: what a row does to what is stored, and to what is not. */
#include "support/rows.h"

static uint32_t word(const char *text) {
    static const char *const words[] = {"", "merge", "replace", "skip", "equal", "fail", "create"};
    for (uint32_t i = 1; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i], text)) return i;
    cr_assert_fail("%s", text);
    return 0;
}

/* "all=replace/create contact=skip/fail" */
static void set_policies(crm_sync *sync, const char *text) {
    char copy[300], *save = NULL;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *at = strtok_r(copy, " ", &save); at; at = strtok_r(NULL, " ", &save)) {
        char *equals = strchr(at, '='), *slash = strchr(at, '/');
        *equals = *slash = '\0';
        uint32_t kind = strcmp(at, "all") ? crm_kind_find(at) : 0;
        cr_assert_eq(crm_sync_set_policy(sync, kind, word(equals + 1), word(slash + 1)), CRM_OK, "%s: %s", text, crm_error_text());
    }
}

/* In the store before each case; good rows are skipped to, bad ones listed. What is in the end, and that the same again changes nothing. */
static const char before[] =
    "# Customers customer\nKundennummer|Firma|Suchbegriff|Sprache|Telefon|DUNS|Preisliste|Währung|Straße|Hausnummer|Ort\n"
    "1|A|alpha|de|111|9|P|EUR|Weg|1|Ulm\n2|B|beta|en||||||\n"
    "# Sites site\nKundennummer|Standortnummer|Standort|Ort|Lieferadresse|Rechnungsadresse|Adresse gültig ab\n"
    "1|1|Werk|Bonn|ja|ja|\n1|2|Lager|Rom|default||\n1|3|Neubau|Hof|||2099-01-01\n2|1|Zwei|Paris|||\n"
    "# Contacts contact\nKundennummer|Name|Funktion|E-Mail\n1|Ada|CTO|ada@a.example\n1|Eve|CEO|\n2|Max||";

#define A_PARTY "party name=A short_name=alpha language=de; role number=1; "
#define A_TERMS "quote_defaults price_list=P currency=EUR; "
#define A_USAGES                                                                                                                           \
    "usage target=address1 purpose=main; usage target=address2 purpose=delivery; usage target=address2 purpose=billing; "                  \
    "usage target=address3 purpose=delivery is_default=yes; identifier scheme=duns value=9; "
#define A_MAIN "address street=Weg house_number=1 town=Ulm; "
#define A_SITES                                                                                                                            \
    "address site_number=1 site_name=Werk town=Bonn; address site_number=2 site_name=Lager town=Rom; "                                     \
    "address site_number=3 site_name=Neubau town=Hof valid_from=47117; "
#define A_CONTACTS "contact name=Ada function=CTO; contact name=Eve function=CEO; "
#define A_CHANNELS "channel type=phone value=111; channel target=contact1 type=mail value=ada@a.example"
#define A A_PARTY A_TERMS A_USAGES A_MAIN A_SITES A_CONTACTS A_CHANNELS
#define B " + party name=B short_name=beta language=en; role number=2; address site_number=1 site_name=Zwei town=Paris; contact name=Max"

static const struct policy_case {
    const char *what, *policies, *text, *counts, *errors, *wanted;
} cases[] = {
    {"nothing to say", "all=merge/create", before, "9 unchanged", "", A B},
    {"the same with every policy: equal", "all=equal/fail", before, "9 unchanged", "", A B},
    {"the same with every policy: skip", "all=skip/fail", before, "9 unchanged", "", A B},
    {"the same with every policy: replace", "all=replace/fail", before, "9 unchanged", "", A B},
    {"merge: an empty cell keeps", "all=merge/create", "# C customer\nKundennummer|Suchbegriff|Sprache|Telefon\n1||fr|", "1 updated", "",
     "party name=A short_name=alpha language=fr; role number=1; " A_TERMS A_USAGES A_MAIN A_SITES A_CONTACTS A_CHANNELS B},
    {"merge: a day that is cleared is none", "all=merge/create",
     "# S site\nKundennummer|Standortnummer|Adresse gültig ab|Adresse gültig bis\n1|3|#CLEAR|2024-12-31", "1 updated", "",
     A_PARTY A_TERMS A_USAGES A_MAIN "address site_number=1 site_name=Werk town=Bonn; address site_number=2 site_name=Lager town=Rom; "
                                     "address site_number=3 site_name=Neubau town=Hof valid_until=20089; " A_CONTACTS A_CHANNELS B},
    {"merge: #CLEAR takes away", "all=merge/create", "# C customer\nKundennummer|Suchbegriff\n1|#CLEAR", "1 updated", "",
     "party name=A language=de; role number=1; " A_TERMS A_USAGES A_MAIN A_SITES A_CONTACTS A_CHANNELS B},
    {"replace: an empty cell takes away, without a column a value stays, channels and identifiers too", "all=replace/create",
     "# C customer\nKundennummer|Firma|Suchbegriff|Telefon|DUNS|Währung\n1||||| ", "1 updated", "",
     "party name=A language=de; role number=1; quote_defaults price_list=P; " A_USAGES A_MAIN A_SITES A_CONTACTS A_CHANNELS B},
    {"replace: #CLEAR too", "all=replace/create", "# C customer\nKundennummer|Suchbegriff\n1|#CLEAR", "1 updated", "",
     "party name=A language=de; role number=1; " A_TERMS A_USAGES A_MAIN A_SITES A_CONTACTS A_CHANNELS B},
    {"replace: another line of the company has the value, before or behind", "all=replace/create",
     "# F flat\nKundennummer|Suchbegriff|Sprache\n1||de\n1|alpha|", "2 unchanged", "", A B},
    {"replace: the parts of an address, a house number with its street, usages", "all=merge/create address=replace/create",
     "# C customer\nKundennummer|Suchbegriff|Ort|Straße\n1||Ulm|", "1 updated", "",
     A_PARTY A_TERMS A_USAGES "address town=Ulm; " A_SITES A_CONTACTS A_CHANNELS B},
    {"replace: a street and its house number in one or two columns", "address=replace/create",
     "# C customer\nKundennummer|Ort|Straße|Hausnummer\n1|Ulm|Weg 1|", "1 unchanged", "", A B},
    {"replace: another street takes the house number along", "address=replace/create",
     "# C customer\nKundennummer|Ort|Straße|Hausnummer\n1|Ulm|Gasse|", "1 updated", "",
     A_PARTY A_TERMS A_USAGES "address street=Gasse town=Ulm; " A_SITES A_CONTACTS A_CHANNELS B},
    {"replace: usages of sites, and the sites that are missing end, but for those to come", "address=replace/create",
     "# S site\nKundennummer|Standortnummer|Lieferadresse|Rechnungsadresse\n1|1|ja|", "1 updated", "",
     A_PARTY A_TERMS "usage target=address1 purpose=main; usage target=address2 purpose=delivery; usage target=address3 purpose=delivery "
                     "is_default=yes; identifier scheme=duns value=9; address street=Weg house_number=1 town=Ulm; "
                     "address site_number=1 site_name=Werk town=Bonn; address site_number=2 site_name=Lager town=Rom valid_until=20000; "
                     "address site_number=3 site_name=Neubau town=Hof valid_from=47117; " A_CONTACTS A_CHANNELS B},
    {"replace: the main address stays, unless the rows have another one", "address=replace/create",
     "# S site\nKundennummer|Standortnummer|usage.main\n1|1|ja", "1 updated", "",
     A_PARTY A_TERMS "usage target=address1 purpose=main; usage target=address2 purpose=delivery; usage target=address2 purpose=billing; "
                     "usage target=address3 purpose=delivery is_default=yes; usage target=address2 purpose=main; "
                     "identifier scheme=duns value=9; address street=Weg house_number=1 town=Ulm valid_until=20000; "
                     "address site_number=1 site_name=Werk town=Bonn; address site_number=2 site_name=Lager town=Rom valid_until=20000; "
                     "address site_number=3 site_name=Neubau town=Hof valid_from=47117; " A_CONTACTS A_CHANNELS B},
    {"replace: contacts that are missing end, of companies that have one in the file", "contact=replace/create",
     "# C customer\nKundennummer|Suchbegriff\n2|beta\n# K contact\nKundennummer|Name|Funktion\n1|Eve|", "1 updated, 1 unchanged", "",
     A_PARTY A_TERMS A_USAGES A_MAIN A_SITES "contact name=Ada function=CTO valid_until=20000; contact name=Eve; " A_CHANNELS B},
    {"replace: in flat rows both end, the main address of a customer's row is one that is there", "all=replace/create",
     "# F flat\nKundennummer|Ort|Straße|Ansprechpartner\n1|Bonn||Ada\n# C customer\nKundennummer|Ort|Straße|Hausnummer\n1|Ulm|Weg|1",
     "1 updated, 1 unchanged", "",
     A_PARTY A_TERMS A_USAGES A_MAIN "address site_number=1 site_name=Werk town=Bonn; address site_number=2 site_name=Lager town=Rom "
                                     "valid_until=20000; address site_number=3 site_name=Neubau town=Hof valid_from=47117; "
                                     "contact name=Ada function=CTO; contact name=Eve function=CEO valid_until=20000; " A_CHANNELS B},
    {"replace: a refused row keeps its company from an end", "all=replace/create",
     "# S site\nKundennummer|Standortnummer|Land\n1|1|\n1|2|Narnia", "1 unchanged, 1 failed", "S 2.3 CODE address.country", A B},
    {"replace: a refused row of one company, by its number or the source's key, keeps that one alone", "address=replace/create",
     "# S site\nKundennummer|Standortnummer|Land\n1|1|\n1|2|Narnia\n2|9|", "1 created, 1 unchanged, 1 failed", "S 2.3 CODE address.country",
     A " + party name=B short_name=beta language=en; role number=2; address site_number=1 site_name=Zwei town=Paris valid_until=20000; "
       "address site_number=9; contact name=Max"},
    {"replace: a refused contact keeps the contacts", "contact=replace/create",
     "# K contact\nKundennummer|Name|Sprache\n1|Eve|\n1|Ada|Klingon\n2|Mo|", "1 created, 1 unchanged, 1 failed",
     "K 2.3 CODE contact.language",
     A " + party name=B short_name=beta language=en; role number=2; address site_number=1 site_name=Zwei town=Paris; contact name=Max "
       "valid_until=20000; contact name=Mo"},
    {"replace: a house number goes with the street that another line has", "address=replace/create",
     "# C customer\nKundennummer|Ort|Straße|Hausnummer\n1|Ulm|Weg 1|\n1|Ulm||", "2 unchanged", "", A B},
    {"replace: another line has the house number, none the street", "address=replace/create",
     "# C customer\nKundennummer|Ort|Straße|Hausnummer\n1|Ulm||\n1|Ulm||7", "2 updated", "",
     A_PARTY A_TERMS A_USAGES "address house_number=7 town=Ulm; " A_SITES A_CONTACTS A_CHANNELS B},
    {"replace: a house number without its street", "address=replace/create", "# C customer\nKundennummer|Ort|Straße|Hausnummer\n1|Ulm||7",
     "1 updated", "", A_PARTY A_TERMS A_USAGES "address house_number=7 town=Ulm; " A_SITES A_CONTACTS A_CHANNELS B},
    {"replace: what a row only names stays as it is", "all=replace/create",
     "# T channel\nKundennummer|Standortnummer|Standort|Typ|Wert\n1|2||phone|1", "1 created", "",
     A_PARTY A_TERMS A_USAGES A_MAIN A_SITES A_CONTACTS "channel type=phone value=111; channel target=contact1 type=mail "
                                                        "value=ada@a.example; channel target=address3 type=phone value=1" B},
    {"replace: a refused row of nobody keeps all", "all=replace/create", "# S site\nKundennummer|Standortnummer|Land\n1|1|\n|2|",
     "1 unchanged, 1 failed", "S 2.0 REQUIRED role.number", A B},
    {"replace: one found out while merging", "all=replace/create",
     "# S site\nKundennummer|Standortnummer|gültig ab|gültig bis\n1|1||\n1|2|2024-01-02|2024-01-01", "1 unchanged, 1 failed",
     "S 2.4 RANGE address.valid_until", A B},
    {"skip: what is there stays, what is new is stored", "all=skip/create",
     "# C customer\nKundennummer|Firma|Suchbegriff|Telefon|Währung|Ort\n1|AA|x|222|USD|Berlin\n# S "
     "site\nKundennummer|Standortnummer|Ort\n1|1|Berlin\n1|9|Köln\n"
     "# K contact\nKundennummer|Name|Funktion|Telefon\n2|Max|CIO|3\n2|Mo||4",
     "2 created, 3 unchanged", "",
     A_PARTY A_TERMS A_USAGES A_MAIN A_SITES "address site_number=9 town=Köln; " A_CONTACTS A_CHANNELS B
                                             "; contact name=Mo; channel target=contact2 type=phone value=4"},
    {"skip: a kind alone", "contact=skip/create", "# F flat\nKundennummer|Suchbegriff|Ansprechpartner|Funktion\n2|x|Max|CIO", "1 updated",
     "", A " + party name=B short_name=x language=en; role number=2; address site_number=1 site_name=Zwei town=Paris; contact name=Max"},
    {"equal: what differs, and what is not there", "all=equal/create",
     "# C customer\nKundennummer|Firma|Suchbegriff|Telefon|DUNS|Währung|Ort\n1|A|x|111|9|USD|Ulm\n2|B|beta|5|77|EUR|", "2 in conflict",
     "C 1.3 EXISTS party.short_name; C 1.6 EXISTS quote_defaults.currency; C 2.4 EXISTS channel.value; C 2.5 EXISTS identifier.value; "
     "C 2.6 EXISTS quote_defaults.currency",
     A B},
    {"equal: #CLEAR says that there is nothing", "all=equal/create",
     "# C customer\nKundennummer|Suchbegriff|Kategorie\n1|#CLEAR|\n2||#CLEAR", "1 unchanged, 1 in conflict",
     "C 1.2 EXISTS party.short_name", A B},
    {"equal: terms of a site are the site's", "address=equal/create", "# S site\nKundennummer|Standortnummer|Ort|Versandart\n1|1|Bonn|X",
     "1 in conflict", "S 1.4 EXISTS quote_defaults.shipping_method", A B},
    {"equal: sites, and the new one is stored", "all=equal/create",
     "# S site\nKundennummer|Standortnummer|Ort|Lieferadresse|Rechnungsadresse|Zweck|Bevorzugter Standort|Versandart\n"
     "1|1|Bonn|default|nein||ja|X\n1|2|Rom|ja||Besuch||\n2|1|Paris|nein|nein||nein|\n2|7|Köln|ja|||ja|",
     "1 created, 1 unchanged, 2 in conflict",
     "S 1.4 EXISTS usage.purpose; S 1.5 EXISTS usage.purpose; S 1.7 EXISTS quote_defaults.preferred_site; S 1.8 EXISTS "
     "quote_defaults.shipping_method; S 2.6 EXISTS usage.purpose",
     A " + party name=B short_name=beta language=en; role number=2; quote_defaults preferred_site=address2; usage target=address2 "
       "purpose=delivery; address site_number=1 site_name=Zwei town=Paris; address site_number=7 town=Köln; contact name=Max"},
    {"fail: what is stored is refused, lines of one new record merge", "all=fail/create",
     "# C customer\nKundennummer|Firma\n1|A\n3|C\n# S site\nKundennummer|Standortnummer|Ort\n2|1|\n2|2|Hof\n2|2|hof\n# K "
     "contact\nKundennummer|Name\n2|Max\n2|Mo",
     "3 created, 1 updated, 3 in conflict", "C 1.0 EXISTS party.name; S 1.0 EXISTS address.party; K 1.0 EXISTS contact.party",
     A " + party name=B short_name=beta language=en; role number=2; address site_number=1 site_name=Zwei town=Paris; address site_number=2 "
       "town=hof; contact name=Max; contact name=Mo + party name=C; role number=3"},
    {"fail: #CLEAR is for what exists", "party=fail/create", "# C customer\nKundennummer|Suchbegriff\n1|#CLEAR", "1 failed",
     "C 1.2 FORMAT party.short_name", A B},
    {"nothing new, but what belongs to what is there", "all=merge/fail",
     "# C customer\nKundennummer|Firma|Telefon|Währung|Ort\n2|B|5|EUR|\n3|C|||\n1|A|||Hof\n# S "
     "site\nKundennummer|Standortnummer|Ort\n2|1|Nizza\n2|9|Köln\n# K contact\nKundennummer|Name|Telefon\n2|Max|6\n2|Mo|",
     "4 updated, 3 failed", "C 2.0 NOTFOUND party.name; S 2.0 NOTFOUND address.party; K 2.0 NOTFOUND contact.party",
     A_PARTY A_TERMS A_USAGES "address street=Weg house_number=1 town=Hof; " A_SITES A_CONTACTS A_CHANNELS
                              " + party name=B short_name=beta language=en; role number=2; quote_defaults currency=EUR; address "
                              "site_number=1 site_name=Zwei town=Nizza; contact name=Max; channel type=phone value=5; channel "
                              "target=contact1 type=phone value=6"},
    {"nothing new: a customer's address that he has not got", "address=merge/fail", "# C customer\nKundennummer|Ort\n2|Hof", "1 failed",
     "C 1.0 NOTFOUND address.party", A B},
};

static void check(crm_db *db, const struct policy_case *one) {
    crm_sync *sync = rows_make(0, one->text);
    set_policies(sync, one->policies);
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s: %s", one->what, crm_error_text());
    cr_expect_str_eq(rows_counts(sync), one->counts, "%s: got %s", one->what, rows_counts(sync));
    cr_expect_str_eq(rows_errors(sync), one->errors, "%s: got %s", one->what, rows_errors(sync));
    cr_expect_str_eq(rows_store(db), one->wanted, "%s: got\n%s\nwanted\n%s", one->what, rows_store(db), one->wanted);
    uint64_t sequence = rows_sequence(db), failed = crm_sync_count(sync, CRM_SYNC_FAILED);
    cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s: %s", one->what, crm_error_text());
    cr_expect(crm_sync_count(sync, CRM_SYNC_CREATED) + crm_sync_count(sync, CRM_SYNC_UPDATED) == 0, "%s: the second run: %s", one->what,
              rows_counts(sync));
    if (!strstr(one->policies, "=fail")) cr_expect_eq(crm_sync_count(sync, CRM_SYNC_FAILED), failed, "%s", one->what);
    cr_expect_eq(rows_sequence(db), sequence, "%s: the second run wrote", one->what);
    crm_sync_free(sync);
}

Test(sync_policy, by_kind) {
    crm_db *db = rows_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rows_apply(db, "before", 0, before, NULL, A B);
        check(db, &cases[i]);
        rows_empty(db);
    }
    rows_close(db);
}

/* Who gets a number of the range does not take the one that a later row gives. */
Test(sync_policy, numbers_of_rows_before_those_of_ranges) {
    static const char *const files[] = {"# C customer\nKundennummer|Firma\n|A\n500|B",
                                        "# C customer\nID|Kundennummer|Firma\na||A\nb|500|B"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        crm_db *db = rows_open();
        crm_txn *txn;
        cr_assert_eq(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn), CRM_OK);
        cr_assert_eq(crm_setting_set(txn, "number.customer.next", "500", CRM_NTS), CRM_OK);
        cr_assert_eq(crm_txn_commit(txn), CRM_OK);
        crm_txn_free(txn);
        rows_apply(db, "numbers", 0, files[i], "2 created", "party name=A; role number=501 + party name=B; role number=500");
        rows_close(db);
    }
}

/* Sites and contacts that ended since a file had them not, in a later file. */
Test(sync_policy, who_is_back_begins_again) {
    static const char ended[] = "# S site\nKundennummer|Standortnummer\n1|1\n# P contact\nKundennummer|Name\n1|Ada";
    static const struct {
        const char *policies, *text, *counts;
        bool begins;
    } files[] = {
        {"all=replace/create", "# S site\nKundennummer|Standortnummer\n1|1\n1|2\n# P contact\nKundennummer|Name\n1|Ada\n1|Eve",
         "2 updated, 2 unchanged", true},
        {"all=replace/create",
         "# S site\nKundennummer|Standortnummer|Adresse gültig bis\n1|1|\n1|2|\n# P contact\nKundennummer|Name\n1|Ada\n1|Eve",
         "2 updated, 2 unchanged", true},
        {"all=replace/create",
         "# S site\nKundennummer|Standortnummer|Adresse gültig bis\n1|1|\n1|2|2024-10-03\n# P contact\nKundennummer|Name|Ansprechpartner "
         "gültig bis\n1|Ada|\n1|Eve|2024-10-03",
         "4 unchanged", false},
        {"all=merge/create", "# S site\nKundennummer|Standortnummer\n1|1\n1|2\n# P contact\nKundennummer|Name\n1|Ada\n1|Eve", "4 unchanged",
         false},
        {"all=replace/create", "# T channel\nKundennummer|Standortnummer|Typ|Wert\n1|2|phone|1", "1 created", false},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        crm_db *db = rows_open();
        rows_apply(db, "before", 0, before, NULL, A B);
        crm_sync *sync = rows_make(0, ended);
        set_policies(sync, "all=replace/create");
        cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
        crm_sync_free(sync);
        cr_assert(strstr(rows_store(db), "town=Rom valid_until=20000") && strstr(rows_store(db), "function=CEO valid_until=20000"), "%s",
                  rows_store(db));
        sync = rows_make(0, files[i].text);
        set_policies(sync, files[i].policies);
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%zu: %s", i, crm_error_text());
        cr_expect_str_eq(rows_counts(sync), files[i].counts, "%zu: %s", i, rows_counts(sync));
        crm_sync_free(sync);
        cr_expect_eq(!strstr(rows_store(db), "town=Rom valid_until=20000") && !strstr(rows_store(db), "function=CEO valid_until=20000"),
                     files[i].begins, "%zu: %s", i, rows_store(db));
        rows_close(db);
    }
}

Test(sync_policy, archived_ones_do_not_end) {
    crm_db *db = rows_open();
    rows_apply(db, "before", 0, before, NULL, A B);
    rows_apply(db, "archived", 0,
               "# S site\nKundennummer|Standortnummer|Adresse archiviert\n1|1|ja\n# K contact\nKundennummer|Name|Ansprechpartner "
               "archiviert\n1|Eve|ja",
               "2 updated", NULL);
    crm_sync *sync = rows_make(0, "# S site\nKundennummer|Standortnummer\n1|2\n# K contact\nKundennummer|Name\n1|Ada");
    set_policies(sync, "all=replace/create");
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    const char *got = rows_store(db);
    cr_expect(strstr(got, "town=Ulm; ") && strstr(got, "town=Bonn archived=yes") &&
                  strstr(got, "contact name=Eve function=CEO archived=yes"),
              "%s", got);
    crm_sync_free(sync);
    rows_close(db);
}

Test(sync_policy, reasons) {
    crm_db *db = rows_open();
    rows_apply(db, "before", 0, before, NULL, NULL);
    static const char *const reasons[][3] = {
        {"party=fail/create", "# C customer\nKundennummer\n1", "sheet \"C\": the company exists"},
        {"party=merge/fail", "# C customer\nKundennummer|Firma\n5|E", "sheet \"C\": there is no such company"},
        {"party=equal/create", "# C customer\nKundennummer|Firma\n1|B", "sheet \"C\": column 2 \"Firma\": another value is stored"},
        {"party=equal/create", "# C customer\nKundennummer|Telefon\n1|5", "sheet \"C\": column 2 \"Telefon\": it is not stored"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        crm_sync *sync = rows_make(0, reasons[i][1]);
        set_policies(sync, reasons[i][0]);
        cr_expect_lt(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), 0);
        cr_expect_str_eq(crm_error_text(), reasons[i][2], "%s", crm_error_text());
        crm_sync_free(sync);
    }
    rows_close(db);
}

/* Which addresses were the main ones when the rows began decides on those that end: not a usage whose end a row gives or takes away. */
Test(sync_policy, usages_as_they_were_decide) {
    static const char sites[] = "# C customer\nKundennummer|Firma\n1|A\n# S site\nKundennummer|Standortnummer\n1|1\n1|2\n1|3\n# U "
                                "usage\nKundennummer|Standortnummer|Zweck|Gültig ab|Gültig bis\n1|1|main||%s\n1|3|main||";
    static const struct {
        const char *until, *now, *wanted;
    } ends[] = {
        {"", "2020-01-01",
         "party name=A; role number=1; usage target=address1 purpose=main valid_until=18263; usage target=address3 purpose=main; address "
         "site_number=1; address site_number=2 valid_until=20000; address site_number=3 valid_until=20000; address site_number=9"},
        {"2020-01-01", "",
         "party name=A; role number=1; usage target=address1 purpose=main; usage target=address3 purpose=main; address site_number=1; "
         "address site_number=2 valid_until=20000; address site_number=3; address site_number=9"},
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char text[600];
        crm_db *db = rows_open();
        snprintf(text, sizeof text, sites, ends[i].until);
        rows_apply(db, "before", 0, text, "6 created", NULL);
        snprintf(text, sizeof text,
                 "# S site\nKundennummer|Standortnummer\n1|9\n# U usage\nKundennummer|Standortnummer|Zweck|Gültig ab|Gültig bis\n"
                 "1|1|main||%s",
                 ends[i].now);
        crm_sync *sync = rows_make(0, text);
        set_policies(sync, "all=replace/create");
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
        cr_expect_str_eq(rows_store(db), ends[i].wanted, "%zu: %s", i, rows_store(db));
        crm_sync_free(sync);
        rows_close(db);
    }
}
