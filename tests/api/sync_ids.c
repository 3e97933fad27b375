/* SPDX-License-Identifier: MIT */
/* Ids in rows: records that the store has, rows that nothing else tells apart, and what they may not name. */
#include "support/rows.h"

enum { TEXT = 2000 };
static crm_db *db;

static void apply(const char *what, const char *text, const char *counts, const char *wanted) {
    crm_sync *sync = rows_make(0, text);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s: %s", what, crm_error_text());
    cr_expect_str_eq(rows_counts(sync), counts, "%s: got %s", what, rows_counts(sync));
    if (wanted) cr_expect_str_eq(rows_store(db), wanted, "%s: got\n%s", what, rows_store(db));
    crm_sync_free(sync);
}

Test(sync_ids, rows_that_nothing_else_tells_apart) {
    db = rows_open();
    apply("of a file of their own",
          "# C customer\nFirma|ID\nA|a\nA|b\n# S site\nparty.id|Straße|ID\na|Weg|1\na|Weg|2\nb|Weg|3\n# K "
          "contact\nparty.id|Name|ID\na|Ada|x\n"
          "a|Ada|y\n# T channel\nparty.id|contact.id|Typ|Wert|ID\na|x|phone|1|5\na|x|phone|1|6\n# U usage\nparty.id|address.id|Zweck|ID\n"
          "b|3|visit|1\n# Q quote_defaults\nparty.id|Bevorzugter Standort|Bevorzugter Ansprechpartner|ID\na|2|y|1",
          "11 created",
          "party name=A; role number=10000; quote_defaults preferred_site=address2 preferred_contact=contact2; address street=Weg; address "
          "street=Weg; contact name=Ada; contact name=Ada; channel target=contact1 type=phone value=1; channel target=contact1 type=phone "
          "value=1 + party name=A; role number=10001; usage target=address1 purpose=visit; address street=Weg");
    rows_close(db);
}

Test(sync_ids, one_takes_what_is_stored) {
    db = rows_open();
    apply("before", "# S flat\nKundennummer|Firma|Straße\n1|A|Weg", "1 created", NULL);
    apply("the other is new", "# S site\nKundennummer|Straße|ID\n1|Weg|8\n1|Weg|9", "1 created, 1 unchanged",
          "party name=A; role number=1; usage target=address1 purpose=main; address street=Weg; address street=Weg");
    rows_close(db);
}

/* The first record of a kind of the customer with a number. */
static unsigned long long id_of(const char *number, uint32_t kind) {
    crm_txn *txn;
    crm_id party, id = 0;
    crm_file *file;
    cr_assert_eq(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn), CRM_OK);
    cr_assert_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &party), CRM_OK);
    cr_assert_eq(crm_file_get(txn, party, &file), CRM_OK);
    for (size_t i = 0; i < crm_file_count(file) && !id; i++)
        if (crm_record_kind(crm_file_record(file, i)) == kind) id = crm_record_key(crm_file_record(file, i));
    crm_file_free(file);
    crm_txn_free(txn);
    return id;
}

static const char before[] =
    "# C customer\nKundennummer|Firma\n1|A\n2|B\n# S site\nKundennummer|Straße\n1|Weg\n2|Weg\n# K contact\nKundennummer|Name\n"
    "1|Ada\n1|Eve\n# T channel\nKundennummer|Ansprechpartner|Typ|Wert\n1|Ada|phone|1";

Test(sync_ids, stored_records) {
    char text[TEXT];
    db = rows_open();
    apply("before", before, "7 created", NULL);
    snprintf(
        text, sizeof text,
        "# C customer\nKundennummer|Firma|ID\n7|Neu|%llu\n# S site\nKundennummer|Straße|ID\n7|Allee|%llu\n# K contact\nparty.id|Name|ID\n"
        "%llu|Ida|%llu\n# T channel\nKundennummer|contact.id|Typ|Wert|ID\n7|%llu|phone|2|%llu",
        id_of("1", CRM_KIND_PARTY), id_of("1", CRM_KIND_ADDRESS), id_of("1", CRM_KIND_PARTY), id_of("1", CRM_KIND_CONTACT),
        id_of("1", CRM_KIND_CONTACT), id_of("1", CRM_KIND_CHANNEL));
    rows_apply(db, "all but the id may change", 0, text, "4 updated",
               "party name=B; role number=2; address street=Weg + party name=Neu; role number=7; address street=Allee; contact name=Ida; "
               "contact name=Eve; channel target=contact1 type=phone value=2");
    rows_close(db);
}

/* What a record was found by when the rows began finds it still: a later row contradicts, and makes no second record. */
Test(sync_ids, what_changes_by_its_id_is_found_as_it_was) {
    static const struct {
        const char *what, *rows;
        uint32_t kind;
        const char *outcome;
    } cases[] = {
        {"a site", "# S site\nKundennummer|Standortnummer|Straße|ID\n1|S2|Weg|%llu\n1|S1||", CRM_KIND_ADDRESS,
         "1 updated, 1 in conflict; S 2.2 AMBIGUOUS address.site_number: party name=A; role number=1; address site_number=S2 street=Weg; "
         "contact name=Ada; channel target=contact1 type=phone value=1"},
        {"a contact", "# K contact\nKundennummer|Name|ID\n1|Ida|%llu\n1|Ada|", CRM_KIND_CONTACT,
         "1 updated, 1 in conflict; K 2.2 AMBIGUOUS contact.name: party name=A; role number=1; address site_number=S1 street=Weg; contact "
         "name=Ida; channel target=contact1 type=phone value=1"},
        {"a channel", "# T channel\nKundennummer|Ansprechpartner|Typ|Wert|ID\n1|Ada|phone|2|%llu\n1|Ada|phone|1|", CRM_KIND_CHANNEL,
         "2 unchanged; : party name=A; role number=1; address site_number=S1 street=Weg; contact name=Ada; channel target=contact1 "
         "type=phone value=1"},
        {"a site that is found where it is now", "# S site\nKundennummer|Standortnummer|Straße|ID\n1|S1|Allee|%llu\n1||Allee|",
         CRM_KIND_ADDRESS,
         "1 updated, 1 unchanged; : party name=A; role number=1; address site_number=S1 street=Allee; contact name=Ada; channel "
         "target=contact1 type=phone value=1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TEXT], got[TEXT];
        db = rows_open();
        apply("before",
              "# C customer\nKundennummer|Firma\n1|A\n# S site\nKundennummer|Standortnummer|Straße\n1|S1|Weg\n# K contact\n"
              "Kundennummer|Name\n1|Ada\n# T channel\nKundennummer|Ansprechpartner|Typ|Wert\n1|Ada|phone|1",
              "4 created", NULL);
        snprintf(text, sizeof text, cases[i].rows, id_of("1", cases[i].kind)); /* NOLINT */
        crm_sync *sync = rows_make(0, text);
        crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s: %s", cases[i].what, crm_error_text());
        snprintf(got, sizeof got, "%s; %s: %s", rows_counts(sync), rows_errors(sync), rows_store(db));
        cr_expect_str_eq(got, cases[i].outcome, "%s: got\n%s", cases[i].what, got);
        crm_sync_free(sync);
        rows_close(db);
    }
}

Test(sync_ids, what_they_may_not_name) {
    char text[TEXT];
    db = rows_open();
    apply("before", before, "7 created", NULL);
    const unsigned long long party = id_of("1", CRM_KIND_PARTY), site = id_of("1", CRM_KIND_ADDRESS),
                             channel = id_of("1", CRM_KIND_CHANNEL);
    const struct {
        const char *what, *rows;
        unsigned long long id;
        const char *errors;
    } cases[] = {
        {"a customer by the id of a site", "# C customer\nFirma|ID\nA|%llu", site, "1/2 EXISTS"},
        {"a site by that of a customer", "# S site\nKundennummer|Straße|ID\n1|Weg|%llu", party, "1/3 EXISTS"},
        {"a site of another customer", "# S site\nKundennummer|Straße|ID\n2|Weg|%llu", site, "1/3 EXISTS"},
        {"whose it is, by number and by id", "# S site\nKundennummer|party.id|Straße\n2|%llu|Weg", party, "1/1 AMBIGUOUS"},
        {"a customer whom nobody knows", "# S site\nparty.id|Straße\n%llu|Weg", 77, "1/1 NOTFOUND"},
        {"a channel that is another contact's", "# T channel\nKundennummer|Ansprechpartner|Typ|Wert|ID\n1|Eve|phone|1|%llu", channel,
         "1/5 EXISTS"},
        {"a channel of another customer's site", "# T channel\nKundennummer|address.id|Typ|Wert\n2|%llu|phone|1", site, "1/2 EXISTS"},
        {"a preferred contact that is a site", "# Q quote_defaults\nKundennummer|Bevorzugter Ansprechpartner\n1|%llu", site, "1/2 EXISTS"},
        {"one number, two ids", "# C customer\nKundennummer|Firma|ID\n9|C|x\n9|C|%llu", 78, "2/3 AMBIGUOUS"},
        {"no id takes itself away", "# C customer\nKundennummer|Firma|ID\n9|C|%llu\n9|C|#CLEAR", 78, "2/3 FORMAT"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, cases[i].rows, cases[i].id); /* NOLINT */
        crm_sync *sync = rows_make(0, text);
        cr_expect_lt(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", cases[i].what);
        char got[100];
        snprintf(got, sizeof got, "%llu/%zu %s", (unsigned long long)crm_sync_error_row(sync, 0), crm_sync_error_column(sync, 0),
                 crm_status_name(crm_sync_error_status(sync, 0)) + strlen("CRM_E_"));
        cr_expect_str_eq(got, cases[i].errors, "%s: got %s: %s", cases[i].what, got, crm_error_text());
        crm_sync_free(sync);
    }
    rows_close(db);
}
