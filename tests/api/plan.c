/* SPDX-License-Identifier: MIT */
/* Plans: that they say what an apply does, at once or later, also when they were saved in between. */
#include "support/rows.h"
#include "support/saved.h"
#include "support/store.h"

TestSuite(plan, .init = test_begin, .fini = test_end, .timeout = 120);

static const char base[] =
    "Kundennummer|Firma|Straße|PLZ|Ort|Ansprechpartner|E-Mail Ansprechpartner|DUNS\n1|A|Weg 1|1|Ulm|Ada|a@b.example|9\n"
    "2|B|Weg 2|2|Bonn|||8";

static void apply(crm_db *db, const char *text) {
    crm_sync *sync = rows_make(CRM_ROWS_FLAT, text);
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
}

static crm_plan *make(crm_db *db, const char *text, uint32_t flags) {
    crm_sync *sync = rows_make(CRM_ROWS_FLAT, text);
    crm_plan *plan;
    crm_sync_set_flags(sync, flags);
    cr_assert_eq(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &plan), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    return plan;
}

static crm_plan *load(crm_db *db, const void *bytes, size_t size, int wanted) {
    crm_txn *txn = test_read(db);
    crm_plan *plan;
    int rc = crm_plan_load(txn, bytes, size, &plan);
    cr_expect_eq(rc, wanted, "%d %s", rc, crm_error_text());
    crm_txn_free(txn);
    return plan;
}

/* The outcome of all rows: "created updated ...". */
static const char *outcomes(const crm_plan *plan) {
    static char out[ROWS_TEXT];
    out[0] = '\0';
    for (size_t i = 0; i < crm_plan_row_count(plan); i++) {
        crm_record *row;
        cr_assert_eq(crm_plan_row(plan, i, &row), CRM_OK, "%s", crm_error_text());
        rows_say(out, "%s%s", i ? " " : "", crm_record_text(row, CRM_PLAN_ROW_ACTION));
        crm_record_free(row);
    }
    return out;
}

Test(plan, what_it_says) {
    crm_db *db = rows_open();
    apply(db, base);
    char *before = test_dump(db);
    uint64_t sequence = rows_sequence(db);
    crm_plan *plan = make(db, "Kundennummer|Firma|Bemerkung|Land|DUNS\n1|AA|||\n2|B|||8\n3|C||Nirgends|\n4|D|||9\n5|E|||", 0);
    cr_expect_str_eq(outcomes(plan), "updated unchanged failed conflict created", "%s", crm_plan_json(plan, NULL));
    cr_expect_eq(crm_plan_count(plan, NULL, CRM_SYNC_UPDATED), 1u);
    cr_expect_eq(crm_plan_count(plan, NULL, CRM_SYNC_CONFLICT), 1u);
    crm_record *change;
    cr_assert_eq(crm_plan_change(plan, 0, &change), CRM_OK);
    cr_expect_str_eq(crm_record_text(change, CRM_PLAN_CHANGE_FIELD), "party.name", "%s", crm_record_json(change, NULL));
    cr_expect_str_eq(crm_record_text(change, CRM_PLAN_CHANGE_CELL), "B1");
    cr_expect_str_eq(crm_record_text(change, CRM_PLAN_CHANGE_OLD_VALUE), "A");
    cr_expect_str_eq(crm_record_text(change, CRM_PLAN_CHANGE_NEW_VALUE), "AA");
    cr_expect(crm_record_id(change, CRM_PLAN_CHANGE_RECORD) != 0);
    crm_record_free(change);
    cr_expect_eq(crm_plan_cell_count(plan, 0), 5u);
    cr_expect_str_eq(crm_plan_heading(plan, 0, 1), "Firma");
    cr_expect_str_eq(crm_plan_cell(plan, 0, 1), "AA");
    cr_expect_str_eq(crm_plan_cell(plan, 4, 3), "");
    const char *text = crm_plan_explain(plan, NULL);
    cr_assert(text && strstr(text, "1 created, 1 updated, 1 unchanged, 1 failed, 1 conflict\n"), "%s", text);
    cr_expect(strstr(text, "  B1 party.name: A -> AA\n"), "%s", text);
    cr_expect_eq(crm_plan_row(plan, 5, &change), CRM_E_NOTFOUND);
    cr_expect_eq(crm_plan_change(plan, crm_plan_change_count(plan), &change), CRM_E_NOTFOUND);
    crm_plan_free(plan);
    char *after = test_dump(db);
    cr_expect_str_eq(after, before);
    cr_expect_eq(rows_sequence(db), sequence);
    free(before);
    free(after);
    rows_close(db);
}

/* Warnings and counts by sheet, also of a plan that was saved. */
Test(plan, warnings_and_sheets) {
    static const char text[] = "# C customer\nKundennummer|Firma|DUNS\n1|A|9\n2|Müller|\n3|Müller|12\n4|D|\n"
                               "# S site\nKundennummer|Standortnummer|GLN|Ort\n1|1|5|Ulm\n9|1||Ulm";
    crm_db *db = rows_open();
    apply(db, base);
    crm_sync *sync = rows_make(0, text);
    crm_plan *made;
    cr_assert_eq(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &made), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    size_t size;
    const void *bytes = crm_plan_save(made, &size);
    crm_plan *plan = load(db, bytes, size, CRM_OK);
    cr_assert(plan);
    crm_plan_free(made);
    static const char *const warnings[] = {"C1: a D-U-N-S number is made of 9 digits",
                                           NULL,
                                           "B3: the company of row 2 is called so too; C3: a D-U-N-S number is made of 9 digits",
                                           NULL,
                                           "C1: a GLN is made of 13 digits",
                                           NULL};
    for (size_t i = 0; i < 6; i++) {
        crm_record *row;
        cr_assert_eq(crm_plan_row(plan, i, &row), CRM_OK);
        const char *warning = crm_record_text(row, CRM_PLAN_ROW_WARNING);
        cr_expect(warnings[i] ? warning && !strcmp(warning, warnings[i]) : !warning, "%zu: %s", i, warning);
        crm_record_free(row);
    }
    cr_expect_eq(crm_plan_count(plan, NULL, CRM_SYNC_CREATED), 3u);
    cr_expect_eq(crm_plan_count(plan, "C", CRM_SYNC_CREATED), 2u);
    cr_expect_eq(crm_plan_count(plan, "S", CRM_SYNC_CREATED), 1u);
    cr_expect_eq(crm_plan_count(plan, "S", CRM_SYNC_FAILED), 1u);
    cr_expect_eq(crm_plan_count(plan, "C", CRM_SYNC_FAILED) + crm_plan_count(plan, "", CRM_SYNC_FAILED), 0u);
    cr_expect_eq(crm_plan_count(plan, "C", 0) + crm_plan_count(plan, "C", 6), 0u);
    const char *json = crm_plan_json(plan, NULL);
    cr_expect(strstr(json, "{\"name\":\"S\",\"counts\":{\"created\":1,\"updated\":0,\"unchanged\":0,\"failed\":1,\"conflict\":0}}"), "%s",
              json);
    cr_expect(strstr(json, "\"warnings\":[{\"cell\":\"S!C1\",\"text\":\"a GLN is made of 13 digits\"}]"), "%s", json);
    const char *told = crm_plan_explain(plan, NULL);
    cr_expect(strstr(told, "\nC: 2 created, 1 updated, 1 unchanged, 0 failed, 0 conflict\n"), "%s", told);
    cr_expect(strstr(told, "\n  C!C1: warning: a D-U-N-S number is made of 9 digits\n"), "%s", told);
    crm_plan_free(plan);
    rows_close(db);
}

/* --- plan and apply agree --- */

static uint64_t random_state;
static unsigned draw(unsigned below) {
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % below;
}

/* Rows of few values, so that they meet each other and the store. */
static void random_rows(char *out) {
    static const char *const towns[] = {"", "Ulm", "Bonn", "Hof"}, *const lands[] = {"", "DE", "AT", "Nirgends"};
    static const char *const people[] = {"", "Ada", "Eva", "#CLEAR"}, *const mails[] = {"", "a@b.example", "e@b.example"};
    out[0] = '\0';
    rows_say(out,
             "Kundennummer|Firma|Straße|Ort|Land|Ansprechpartner|E-Mail Ansprechpartner|DUNS|Preisliste|Bevorzugter Standort|Lieferung");
    for (unsigned rows = 1 + draw(12); rows > 0; rows--) {
        rows_say(out, "\n%u|%c|", 1 + draw(5), 'A' + draw(5));
        if (draw(2)) rows_say(out, "Weg %u", draw(3));
        rows_say(out, "|%s|%s|%s|%s|", towns[draw(4)], lands[draw(8) ? draw(3) : 3], people[draw(12) ? draw(3) : 3], mails[draw(3)]);
        if (draw(4) == 0) rows_say(out, "%u", draw(4));
        rows_say(out, "|%s|%s|%s", draw(3) ? "" : "P", draw(4) ? "" : "ja", draw(3) ? "" : draw(2) ? "ja" : "nein");
    }
}

Test(plan, agrees_with_apply) {
    for (unsigned seed = 1; seed <= 60; seed++) {
        crm_db *db = rows_open();
        char text[ROWS_TEXT];
        random_state = seed;
        for (int round = 0; round < 3; round++) {
            random_rows(text);
            crm_plan *plan = make(db, text, CRM_SYNC_SKIP_BAD_ROWS);
            char *planned = strdup(outcomes(plan)), *told = strdup(crm_plan_json(plan, NULL));
            size_t size;
            const void *bytes = crm_plan_save(plan, &size);
            crm_plan *other = load(db, bytes, size, CRM_OK);
            cr_assert(other);
            cr_expect_str_eq(crm_plan_json(other, NULL), told, "seed %u: saved and loaded", seed);
            cr_expect_eq(crm_plan_apply(other, db, CRM_ACTOR_SYSTEM, NULL), CRM_OK, "seed %u: %s", seed, crm_error_text());
            cr_expect_str_eq(outcomes(other), planned, "seed %u: %s\nplanned %s\napplied %s", seed, text, planned, outcomes(other));
            uint64_t sequence = rows_sequence(db);
            crm_id run = 7;
            cr_expect_eq(crm_plan_apply(plan, db, CRM_ACTOR_SYSTEM, &run), CRM_OK, "seed %u: again: %s", seed, crm_error_text());
            cr_expect(run == 0 && rows_sequence(db) == sequence, "seed %u: applied again it changes nothing\n%s\n%s", seed, text,
                      crm_plan_explain(plan, NULL));
            crm_plan_free(plan);
            crm_plan_free(other);
            free(planned);
            free(told);
        }
        rows_close(db);
    }
}

/* Rows that only the store finds fault with, in both ways: the plan's reason is the apply's. */
Test(plan, rows_that_the_store_refuses) {
    static const char text[] = "# B bank\nKundennummer|bank.iban|bank.is_default\n1|DE89370400440532013000|ja\n"
                               "1|DE02120300000000202051|ja\n2|DE02120300000000202051|ja";
    for (uint32_t flags = 0; flags <= CRM_SYNC_SKIP_BAD_ROWS; flags++) {
        crm_db *db = rows_open();
        crm_sync *sync = rows_make(0, text);
        crm_plan *plan;
        apply(db, base);
        crm_sync_set_flags(sync, flags);
        cr_assert_eq(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &plan), CRM_OK, "%s", crm_error_text());
        char *planned = strdup(crm_plan_json(plan, NULL));
        cr_expect_eq(crm_plan_count(plan, NULL, CRM_SYNC_FAILED) + crm_plan_count(plan, NULL, CRM_SYNC_CONFLICT), 1u, "%s", planned);
        int rc = crm_plan_apply(plan, db, CRM_ACTOR_SYSTEM, NULL);
        cr_expect(flags ? rc == CRM_OK : rc < 0 && rc != CRM_E_STALE, "%d %s", rc, crm_error_text());
        cr_expect_str_eq(crm_plan_json(plan, NULL), planned);
        free(planned);
        crm_plan_free(plan);
        crm_sync_free(sync);
        rows_close(db);
    }
}

/* Which cell says what: channels by type and value, identifiers by scheme, usages by purpose; nobody's where the library says it. */
Test(plan, cells_of_changes) {
    static const char *const wanted[] = {"C1 channel.type: - -> phone\n",
                                         "C1 channel.value: - -> 5\n",
                                         "D1 channel.type: - -> fax\n",
                                         "E1 identifier.scheme: - -> duns\n",
                                         "E1 identifier.value: - -> 123456789\n",
                                         "F1 identifier.scheme: - -> gln\n",
                                         "G1 usage.purpose: - -> delivery\n",
                                         "H1 usage.purpose: - -> billing\n",
                                         "I1 quote_defaults.preferred_site: - -> new\n",
                                         "J1 role.valid_from: - -> 2024-01-31\n",
                                         "K1 address.recipient: - -> Ada, Eve\n"};
    crm_db *db = rows_open();
    apply(db, base);
    crm_plan *plan = make(db,
                          "Kundennummer|Ort|Telefon|Fax|DUNS|GLN|Lieferadresse|Rechnungsadresse|Bevorzugter Standort|Rolle gültig "
                          "ab|address.recipient|Empfänger\n2|Bonn|5|5|123456789|4012345000009|ja|ja|ja|2024-01-31|Ada|Eve",
                          0);
    const char *told = crm_plan_explain(plan, NULL);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) cr_expect(strstr(told, wanted[i]), "%s in\n%s", wanted[i], told);
    crm_plan_free(plan);
    plan = make(db, "Kundennummer|Treuerabatt\n1|1.234", 0);
    cr_expect_str_eq(outcomes(plan), "failed", "what is the cell's own fault is no conflict with the store: %s", outcomes(plan));
    crm_plan_free(plan);
    rows_close(db);
}

/* What goes with a site or contact that is archived is planned too. */
Test(plan, archiving_takes_defaults_away) {
    crm_db *db = rows_open();
    apply(db,
          "Kundennummer|Firma|Ort|Lieferung|Bevorzugter Standort|Ansprechpartner|Bevorzugter Ansprechpartner\n1|A|Ulm|default|ja|Ada|ja");
    crm_plan *plan = make(db, "Kundennummer|Ort|Adresse archiviert|Ansprechpartner|Ansprechpartner archiviert\n1|Ulm|ja|Ada|ja", 0);
    static const char *const wanted[] = {"address.archived", "contact.archived", "usage.is_default", "quote_defaults.preferred_site",
                                         "quote_defaults.preferred_contact"};
    const char *told = crm_plan_explain(plan, NULL);
    for (size_t i = 0; i < 5; i++) cr_expect(strstr(told, wanted[i]), "%s in %s", wanted[i], told);
    cr_expect_eq(crm_plan_change_count(plan), 5u, "%s", told);
    cr_expect_eq(crm_plan_apply(plan, db, CRM_ACTOR_SYSTEM, NULL), CRM_OK, "%s", crm_error_text());
    const char *got = rows_store(db);
    cr_expect(!strstr(got, "is_default") && !strstr(got, "preferred"), "%s", got);
    crm_plan_free(plan);
    rows_close(db);
}

/* Who is the preferred one is said by the rows of a site and of a contact, of one record. */
Test(plan, each_change_has_its_cell) {
    crm_db *db = rows_open();
    crm_plan *plan = make(db,
                          "# C customer\nKundennummer|Firma\n1|A\n# S site\nKundennummer|Ort|Bevorzugter Standort\n1|Ulm|ja\n1|Bonn|\n"
                          "# P contact\nKundennummer|Name|Bevorzugter Ansprechpartner\n1|Eva|\n1|Ada|ja",
                          0);
    const char *told = crm_plan_explain(plan, NULL);
    cr_expect(strstr(told, "  S!C1 quote_defaults.preferred_site: - -> new\n"), "%s", told);
    cr_expect(strstr(told, "  P!C2 quote_defaults.preferred_contact: - -> new\n"), "%s", told);
    crm_plan_free(plan);
    rows_close(db);
}

/* A site that ends since the rows don't have it stands under a row of another one: it is named. */
Test(plan, names_of_records) {
    crm_db *db = rows_open();
    crm_plan *plan;
    crm_record *change;
    rows_apply(db, "before", 0,
               "# C customer\nKundennummer|Firma\n1|A\n# S site\nKundennummer|Standortnummer|Standort|Ort\n1|1|Werk|Ulm\n1|2|Lager|Bonn",
               NULL, NULL);
    crm_sync *sync = rows_make(0, "# S site\nKundennummer|Standortnummer|Standort\n1|1|Werk I");
    crm_sync_set_policy(sync, CRM_KIND_ADDRESS, CRM_SYNC_REPLACE, CRM_SYNC_CREATE);
    cr_assert_eq(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &plan), CRM_OK, "%s", crm_error_text());
    size_t size;
    const void *bytes = crm_plan_save(plan, &size);
    crm_plan *same = load(db, bytes, size, CRM_OK);
    cr_assert(same);
    const char *told = crm_plan_explain(same, NULL);
    cr_expect(strstr(told, "\n  S!C1 address.site_name: Werk -> Werk I\n  address.valid_until of 2, Lager: - -> 2024-10-03\n"), "%s", told);
    const char *json = crm_plan_json(same, NULL);
    cr_expect(strstr(json, "\"field\":\"address.valid_until\",\"name\":\"2, Lager\",\"new\":\"2024-10-03\"}"), "%s", json);
    cr_assert_eq(crm_plan_change(same, 0, &change), CRM_OK);
    cr_expect_str_eq(crm_record_text(change, CRM_PLAN_CHANGE_NAME), "1, Werk");
    crm_record_free(change);
    crm_plan_free(same);
    crm_plan_free(plan);
    crm_sync_free(sync);
    rows_close(db);
}

/* All errors of a row, with their cells, and fields by their names. */
Test(plan, errors_of_a_row) {
    crm_db *db = rows_open();
    apply(db, base);
    crm_record *row;
    crm_plan *plan = make(db, "Kundennummer|Firma|Land|Sprache\n5|E|Narnia|Klingonisch\n6|||", 0);
    cr_assert_eq(crm_plan_row(plan, 0, &row), CRM_OK);
    cr_expect_str_eq(crm_record_text(row, CRM_PLAN_ROW_ERROR), "C1: no such country: \"Narnia\"; D1: no such language: \"Klingonisch\"");
    crm_record_free(row);
    cr_assert_eq(crm_plan_row(plan, 1, &row), CRM_OK);
    cr_expect_str_eq(crm_record_text(row, CRM_PLAN_ROW_ERROR), "a new company needs a name");
    crm_record_free(row);
    const char *json = crm_plan_json(plan, NULL);
    cr_expect(strstr(json, "{\"cell\":\"D1\",\"field\":\"party.language\",\"status\":\"CRM_E_CODE\","), "%s", json);
    cr_expect(strstr(json, "\"errors\":[{\"field\":\"party.name\",\"status\":\"CRM_E_REQUIRED\","), "%s", json);
    crm_plan_free(plan);
    rows_close(db);
}

/* The store has moved on: what is applied is what was planned, or nothing. */
Test(plan, stale_rows) {
    static const struct {
        const char *planned, *between, *outcome;
        int status;
        const char *text;
    } cases[] = {
        {"Kundennummer|Firma\n1|AA\n2|BB", "Kundennummer|Firma\n1|X", "conflict updated", CRM_E_STALE,
         "column 2 \"Firma\": the store has moved on since the plan: planned party.name: A -> AA; now party.name: X -> AA"},
        {"Kundennummer|Firma\n1|AA\n2|BB", "Kundennummer|Firma\n1|AA", "unchanged updated", CRM_OK, NULL},
        {"Kundennummer|Firma\n1|AA", "Kundennummer|Firma|Bemerkung\n1|A|by hand", "conflict", CRM_E_STALE,
         "the store has moved on since the plan: a record that it changes was changed otherwise"},
        {"Kundennummer|Firma\n3|C\n1|AA", "Kundennummer|Firma\n3|Other", "conflict updated", CRM_E_STALE, NULL},
        {"Kundennummer|Firma|Bemerkung\n1|AA|N", "Kundennummer|Firma\n1|AA", "conflict", CRM_E_STALE,
         "column 2 \"Firma\": the store has moved on since the plan: planned party.name: A -> AA; now nothing"},
        {"Kundennummer|Firma|Ort\n1|A|Hof\n1|A|Jena", "Kundennummer|Firma|Ansprechpartner\n1|A|Udo", "created created", CRM_OK, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_db *db = rows_open();
        apply(db, base);
        crm_plan *strict = make(db, cases[i].planned, 0), *skipping = make(db, cases[i].planned, CRM_SYNC_SKIP_BAD_ROWS);
        apply(db, cases[i].between);
        char *before = test_dump(db);
        if (cases[i].status < 0) {
            crm_id run = 7;
            cr_expect_eq(crm_plan_apply(strict, db, CRM_ACTOR_SYSTEM, &run), cases[i].status, "%s: %s", cases[i].planned, crm_error_text());
            cr_expect(run == 0 && crm_error_row() > 0);
            cr_expect(!cases[i].text || !strcmp(crm_error_text(), cases[i].text), "%s: %s", cases[i].planned, crm_error_text());
            char *after = test_dump(db);
            cr_expect_str_eq(after, before, "%s", cases[i].planned);
            free(after);
        }
        cr_expect_eq(crm_plan_apply(skipping, db, CRM_ACTOR_SYSTEM, NULL), CRM_OK, "%s", crm_error_text());
        cr_expect_str_eq(outcomes(skipping), cases[i].outcome, "%s: %s", cases[i].planned, crm_plan_explain(skipping, NULL));
        free(before);
        crm_plan_free(strict);
        crm_plan_free(skipping);
        rows_close(db);
    }
}

/* --- bytes of anybody's --- */

Test(plan, hostile_bytes) {
    crm_db *db = rows_open();
    apply(db, base);
    crm_plan *plan = make(db, "Kundennummer|Firma|Land\n1|AA|DE\n3|C|Nirgends\n4|D|AT", CRM_SYNC_SKIP_BAD_ROWS);
    size_t size;
    const void *saved = crm_plan_save(plan, &size);
    char *bytes = malloc(size + 1);
    memcpy(bytes, saved, size);
    bytes[size] = 0;
    for (size_t cut = 0; cut < size; cut++) cr_expect_null(load(db, bytes, cut, CRM_E_FORMAT), "cut at %zu", cut);
    cr_expect_null(load(db, bytes, size + 1, CRM_E_FORMAT));
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)(bytes[i] ^ (1 << i % 8));
        cr_expect_null(load(db, bytes, size, CRM_E_FORMAT), "flipped at %zu", i);
        bytes[i] = (char)(bytes[i] ^ (1 << i % 8));
    }
    crm_txn *txn = test_read(db);
    size_t read = 0;
    for (size_t i = 12; i < size; i++) { /* sealed anew: it is refused, or a plan that can be told and applied */
        static const unsigned char flips[] = {1, 0x80, 0xff};
        for (size_t j = 0; j < sizeof flips; j++) {
            crm_plan *other = NULL;
            bytes[i] = (char)(bytes[i] ^ (char)flips[j]);
            saved_seal((unsigned char *)bytes, size);
            if (crm_plan_load(txn, bytes, size, &other) == CRM_OK) {
                cr_expect(crm_plan_json(other, NULL) && crm_plan_explain(other, NULL) && outcomes(other));
                (void)crm_plan_apply(other, db, CRM_ACTOR_SYSTEM, NULL);
                read++;
            }
            crm_plan_free(other);
            bytes[i] = (char)(bytes[i] ^ (char)flips[j]);
        }
    }
    saved_seal((unsigned char *)bytes, size);
    crm_txn_free(txn);
    cr_expect(read > 10, "%zu", read);
    crm_plan *same = load(db, bytes, size, CRM_OK);
    cr_assert(same);
    crm_plan_free(same);
    crm_plan_free(plan);
    rows_close(db);
    db = rows_open();
    cr_expect_null(load(db, bytes, size, CRM_E_INVALID), "of another store");
    free(bytes);
    rows_close(db);
}
