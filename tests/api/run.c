/* SPDX-License-Identifier: MIT */
/* Runs: what an apply leaves behind, and that taking it back leaves the store as it was. */
#include "support/rows.h"
#include "support/store.h"

TestSuite(run, .init = test_begin, .fini = test_end, .timeout = 60);

/* The store as one text, without revisions: what was put back has a new one. */
static char *state(crm_db *db) {
    char *text = test_dump(db), *to = text;
    for (const char *at = text; *at;) {
        if (strncmp(at, "\"revision\":", 11) == 0) at += 11 + strspn(at + 11, "0123456789");
        *to++ = *at++;
    }
    *to = '\0';
    return text;
}

static crm_id apply(crm_db *db, uint32_t shape, const char *text) {
    crm_sync *sync = rows_make(shape, text);
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s: %s", text, crm_error_text());
    crm_id run = crm_sync_run(sync);
    crm_sync_free(sync);
    return run;
}

static crm_record *receipt(crm_db *db, crm_id run) {
    crm_txn *txn = test_read(db);
    crm_record *rec;
    cr_assert_eq(crm_record_get(txn, run, &rec), CRM_OK, "%s", crm_error_text());
    crm_txn_free(txn);
    return rec;
}

static size_t blockers(crm_db *db, crm_id run, crm_id *first) {
    crm_txn *txn = test_read(db);
    crm_iter *iter;
    crm_id ids[100];
    size_t count = 0;
    cr_assert_eq(crm_run_blockers(txn, run, 100, NULL, &iter), CRM_OK, "%s", crm_error_text());
    crm_iter_next_many(iter, ids, 100, &count);
    if (count && first) *first = ids[0];
    crm_iter_free(iter);
    crm_txn_free(txn);
    return count;
}

static const char base[] = "Kundennummer|Firma|Straße|PLZ|Ort|Ansprechpartner|E-Mail Ansprechpartner|Preisliste|DUNS\n"
                           "1|A|Weg 1|1|Ulm|Ada|a@b.example|P|9\n1|A|Weg 2|2|Bonn|Eva||P|\n2|B|Weg 3|3|Hof||||7";

/* What is applied over the base, of which shape. */
static const struct {
    uint32_t shape;
    const char *rows;
} changes[] = {
    {CRM_ROWS_FLAT, "Kundennummer|Firma|Ort\n3|C|Rom\n4|D|Ulm"},
    {CRM_ROWS_FLAT, "Firma|Ort\nNeu|Rom\nNeuer|Ulm"}, /* numbers from the range */
    {CRM_ROWS_FLAT, "Kundennummer|Firma|Straße|PLZ|Ort\n1|AA|Weg 1|1|Ulm an der Donau\n2|B|Weg 9|9|Hof"},
    {CRM_ROWS_FLAT, "Kundennummer|Firma|Ansprechpartner|Telefon Ansprechpartner|Preisliste\n1|A|Ada|1 2|Q\n2|BB|Udo|3|Q"},
    {CRM_ROWS_CUSTOMER, "Kundennummer|Firma|Straße\n1|A|Neue Straße 5\n2|B|#CLEAR"},
    {CRM_ROWS_CUSTOMER, "Kundennummer|Firma|usage.main|Lieferung\n1|A|ja|ja\n2|B|nein|ja"}, /* deletes a usage */
    {CRM_ROWS_SITE, "Kundennummer|Standort|Straße|PLZ|Ort|Bevorzugter Standort|Telefon\n1|S|Weg 7|7|Köln|ja|55\n2|T|Weg 8|8|Jena|ja|"},
    {CRM_ROWS_SITE, "Kundennummer|Straße|PLZ|Ort|Adresse archiviert|Preisliste\n1|Weg 2|2|Bonn|ja|\n1|Weg 1|1|Ulm||Z"},
    {CRM_ROWS_CONTACT, "Kundennummer|Ansprechpartner|E-Mail|Bevorzugter Ansprechpartner\n1|Ada|new@b.example|ja\n1|Ida||"},
    {CRM_ROWS_CONTACT, "Kundennummer|Ansprechpartner|Ansprechpartner archiviert\n1|Ada|ja"},
};

Test(run, taking_back_leaves_all_as_it_was) {
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        crm_db *db = rows_open();
        cr_assert(apply(db, CRM_ROWS_FLAT, base));
        char *before = state(db);
        crm_id run = apply(db, changes[i].shape, changes[i].rows);
        cr_assert(run, "%s", changes[i].rows);
        char *between = state(db);
        cr_expect(strcmp(before, between) != 0, "%s", changes[i].rows);
        cr_expect_eq(blockers(db, run, NULL), 0u, "%s", changes[i].rows);
        cr_assert_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_OK, "%s: %s", changes[i].rows, crm_error_text());
        char *after = state(db);
        cr_expect_str_eq(after, before, "%s: got\n%s\nwanted\n%s", changes[i].rows, after, before);
        cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_E_EXISTS);
        cr_expect_eq(apply(db, changes[i].shape, changes[i].rows) != 0, true, "applied again it changes the same");
        free(before);
        free(between);
        free(after);
        rows_close(db);
    }
}

/* One after the other, and back in the opposite order: each run sees what it left, though what was put back has new revisions. */
Test(run, a_pile_of_runs) {
    enum { RUNS = sizeof changes / sizeof *changes };
    crm_db *db = rows_open();
    char *states[RUNS + 1];
    crm_id runs[RUNS];
    states[0] = state(db);
    cr_assert((runs[0] = apply(db, CRM_ROWS_FLAT, base)));
    for (size_t i = 1; i < RUNS; i++) {
        states[i] = state(db);
        cr_assert((runs[i] = apply(db, changes[i].shape, changes[i].rows)), "%s", changes[i].rows);
    }
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, runs[0]), CRM_E_STALE);
    for (size_t i = RUNS; i-- > 0;) {
        cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, runs[i]), CRM_OK, "%zu: %s", i, crm_error_text());
        char *after = state(db);
        cr_expect_str_eq(after, states[i], "%zu: got\n%s\nwanted\n%s", i, after, states[i]);
        free(after);
        free(states[i]);
    }
    rows_close(db);
}

Test(run, receipt) {
    crm_db *db = rows_open();
    crm_sync *sync = rows_make(CRM_ROWS_FLAT, "Kundennummer|Firma|Land\n1|A|DE\n2|B|Nirgends\n1|A|DE\n|X|\n3|X|DE");
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_record *rec = receipt(db, crm_sync_run(sync));
    cr_expect_str_eq(crm_record_text(rec, CRM_IMPORT_RUN_SOURCE), "test");
    cr_expect_eq(crm_record_time(rec, CRM_IMPORT_RUN_AT, 0), ROWS_TODAY * INT64_C(86400000000));
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_ROWS, 0), 5);
    cr_expect_eq((uint64_t)crm_record_int(rec, CRM_IMPORT_RUN_CREATED, 0), crm_sync_count(sync, CRM_SYNC_CREATED));
    cr_expect_eq((uint64_t)crm_record_int(rec, CRM_IMPORT_RUN_UNCHANGED, 0), crm_sync_count(sync, CRM_SYNC_UNCHANGED));
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_FAILED, 0), 1);
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_TOTAL, 0), 5);
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_DONE, 0), 5);
    crm_record_free(rec);
    uint64_t sequence = rows_sequence(db);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_eq(crm_sync_run(sync), 0u, "nothing changed: no run");
    cr_expect_eq(rows_sequence(db), sequence);
    crm_sync_free(sync);
    rows_close(db);
}

/* The fingerprint names the rows: in any store, planned or not; other rows have another. */
Test(run, fingerprints) {
    static const char *const rows[] = {"Kundennummer|Firma|Suchbegriff\n1|A|", "Kundennummer|Firma|Suchbegriff\n1||A",
                                       "Kundennummer|Firma|Suchbegriff\n1|B|", "Kundennummer|Firma|Suchbegriff\n|A|\n1||",
                                       "Kundennummer|Firma|Bemerkung\n1|A|"};
    enum { ROWS = sizeof rows / sizeof *rows };
    char *found[2][ROWS];
    for (int planned = 0; planned < 2; planned++) {
        for (size_t i = 0; i < ROWS; i++) {
            crm_db *db = rows_open();
            apply(db, CRM_ROWS_FLAT, "Kundennummer|Firma\n1|Before");
            crm_sync *sync = rows_make(CRM_ROWS_FLAT, rows[i]);
            crm_plan *plan = NULL;
            crm_id run = 0;
            if (planned) cr_assert_eq(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &plan), CRM_OK, "%s", crm_error_text());
            cr_assert_eq(planned ? crm_plan_apply(plan, db, CRM_ACTOR_SYSTEM, &run) : crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK,
                         "%s", crm_error_text());
            crm_record *rec = receipt(db, planned ? run : crm_sync_run(sync));
            const char *text = crm_record_text(rec, CRM_IMPORT_RUN_FINGERPRINT);
            cr_assert(text && strlen(text) == 32, "%s", text);
            found[planned][i] = strdup(text);
            crm_record_free(rec);
            crm_plan_free(plan);
            crm_sync_free(sync);
            rows_close(db);
        }
    }
    for (size_t i = 0; i < ROWS; i++) {
        cr_expect_str_eq(found[0][i], found[1][i]);
        for (size_t j = 0; j < i; j++) cr_expect(strcmp(found[0][i], found[0][j]) != 0, "%zu %zu", i, j);
    }
    for (size_t i = 0; i < 2 * ROWS; i++) free(found[i / ROWS][i % ROWS]);
}

/* --- what stands against it --- */

static crm_id company;

static void change(crm_db *db, int what) {
    crm_txn *txn = test_write(db);
    crm_record *rec;
    crm_iter *iter;
    crm_id role, site;
    cr_assert_eq(crm_record_find(txn, CRM_ROLE_NUMBER, "customer", CRM_NTS, "1", CRM_NTS, &role), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_record_get(txn, role, &rec), CRM_OK);
    company = crm_record_id(rec, CRM_ROLE_PARTY);
    crm_record_free(rec);
    cr_assert_eq(crm_record_list(txn, company, CRM_KIND_ADDRESS, 0, NULL, &iter), CRM_OK);
    cr_assert_eq(crm_iter_next(iter, &site), CRM_ROW);
    crm_iter_free(iter);
    switch (what) {
    case 0: /* a field */
        cr_assert_eq(crm_record_get(txn, company, &rec), CRM_OK);
        cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NOTE, "by hand", CRM_NTS), CRM_OK);
        test_put(txn, rec);
        break;
    case 1: test_put(txn, test_record(CRM_KIND_CONTACT, company, CRM_CONTACT_NAME, "By hand", 0)); break;
    case 2: cr_assert_eq(crm_record_delete(txn, role, 0), CRM_OK, "%s", crm_error_text()); break;
    default:
        rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "organisation", CRM_PARTY_NAME, "Other", 0);
        cr_assert_eq(crm_record_set_id(rec, CRM_PARTY_REFERRER, company), CRM_OK);
        test_put(txn, rec);
    }
    test_commit(txn);
}

Test(run, what_was_changed_since_stands_against_it) {
    for (int what = 0; what < 4; what++) {
        crm_db *db = rows_open();
        crm_id run = apply(db, CRM_ROWS_FLAT, base), first = 0;
        change(db, what);
        char *before = test_dump(db);
        uint64_t sequence = rows_sequence(db);
        cr_expect_eq(blockers(db, run, &first), 1u, "%d", what);
        if (what == 0) cr_expect_eq(first, company);
        cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_E_STALE, "%d: %s", what, crm_error_text());
        char *after = test_dump(db);
        cr_expect_str_eq(after, before);
        cr_expect_eq(rows_sequence(db), sequence);
        free(before);
        free(after);
        rows_close(db);
    }
}

/* A site that the run added to a stored company, named by hand since. */
Test(run, use_of_what_it_created_stands_against_it) {
    crm_db *db = rows_open();
    apply(db, CRM_ROWS_FLAT, "Kundennummer|Firma\n1|A");
    crm_id run = apply(db, CRM_ROWS_SITE, "Kundennummer|Straße|PLZ|Ort\n1|Weg 7|7|Ulm");
    change(db, 1);
    cr_expect_eq(blockers(db, run, NULL), 0u, "a contact of the company is no matter");
    crm_txn *txn = test_write(db);
    crm_iter *iter;
    crm_id site;
    cr_assert_eq(crm_record_list(txn, company, CRM_KIND_ADDRESS, 0, NULL, &iter), CRM_OK);
    cr_assert_eq(crm_iter_next(iter, &site), CRM_ROW);
    crm_iter_free(iter);
    crm_record *rec = test_record(CRM_KIND_USAGE, company, CRM_USAGE_PURPOSE, "delivery", 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_USAGE_TARGET, site), CRM_OK);
    crm_id usage = test_put(txn, rec), first = 0;
    test_commit(txn);
    cr_expect_eq(blockers(db, run, &first), 1u);
    cr_expect_eq(first, usage);
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_E_STALE);
    rows_close(db);
}

/* By their ids, whichever way they were found. */
Test(run, blockers_in_their_order) {
    crm_db *db = rows_open();
    crm_id run = apply(db, CRM_ROWS_FLAT, "Kundennummer|Firma\n20|P\n21|Q"), first = 0, second = 0, role;
    crm_txn *txn = test_write(db);
    crm_record *rec;
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(crm_record_find(txn, CRM_ROLE_NUMBER, "customer", CRM_NTS, i ? "21" : "20", CRM_NTS, &role), CRM_OK);
        cr_assert_eq(crm_record_get(txn, role, &rec), CRM_OK);
        crm_id party = crm_record_id(rec, CRM_ROLE_PARTY);
        crm_record_free(rec);
        if (i == 0) { /* another one names it */
            rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "organisation", CRM_PARTY_NAME, "Other", 0);
            cr_assert_eq(crm_record_set_id(rec, CRM_PARTY_REFERRER, party), CRM_OK);
            second = test_put(txn, rec);
        } else { /* a change of its own */
            cr_assert_eq(crm_record_get(txn, party, &rec), CRM_OK);
            cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NOTE, "by hand", CRM_NTS), CRM_OK);
            first = test_put(txn, rec);
        }
    }
    test_commit(txn);
    txn = test_read(db);
    crm_iter *iter;
    crm_id ids[4];
    size_t count = 0;
    cr_assert_eq(crm_run_blockers(txn, run, 4, NULL, &iter), CRM_OK, "%s", crm_error_text());
    crm_iter_next_many(iter, ids, 4, &count);
    crm_iter_free(iter);
    crm_txn_free(txn);
    cr_expect(count == 2 && ids[0] == first && ids[1] == second, "%zu", count);
    rows_close(db);
}

/* A number that the run gave up has another owner by now. */
Test(run, unique_values_that_are_taken) {
    crm_db *db = rows_open();
    apply(db, CRM_ROWS_FLAT, "Externe ID|Kundennummer|Firma\nX|1|A");
    crm_id run = apply(db, CRM_ROWS_FLAT, "Externe ID|Kundennummer|Firma\nX|2|A");
    apply(db, CRM_ROWS_FLAT, "Externe ID|Kundennummer|Firma\nY|1|B");
    char *before = test_dump(db);
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_E_STALE, "%s", crm_error_text());
    cr_expect_eq(crm_error_field(), CRM_ROLE_NUMBER);
    char *after = test_dump(db);
    cr_expect_str_eq(after, before);
    free(before);
    free(after);
    rows_close(db);
}

/* The mark of the default account is another one's by now. */
Test(run, marks_that_are_taken) {
    crm_db *db = rows_open();
    apply(db, CRM_ROWS_FLAT, "Kundennummer|Firma|IBAN|Standardkonto\n1|A|DE89370400440532013000|ja");
    crm_id run = apply(db, CRM_ROWS_BANK, "Kundennummer|IBAN|Standardkonto\n1|DE89370400440532013000|nein");
    apply(db, CRM_ROWS_BANK, "Kundennummer|IBAN|Standardkonto\n1|FR1420041010050500013M02606|ja");
    char *before = test_dump(db);
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_E_STALE, "%s", crm_error_text());
    cr_expect_eq(crm_error_field(), CRM_BANK_IS_DEFAULT);
    char *after = test_dump(db);
    cr_expect_str_eq(after, before);
    free(before);
    free(after);
    rows_close(db);
}

/* Nobody is bound to an archived party; a membership in a group that was archived stays one. */
Test(run, bound_and_in_a_group_by_now) {
    crm_db *db = rows_open();
    apply(db, CRM_ROWS_FLAT, "Kundennummer|Firma|party.archived\n1|A|ja");
    crm_txn *txn = test_write(db);
    crm_id group = test_put(txn, test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, "G", CRM_GROUP_NAME, "G", 0)), role, party;
    test_commit(txn);
    crm_id run = apply(db, CRM_ROWS_FLAT, "Kundennummer|party.archived\n1|nein");
    apply(db, CRM_ROWS_MEMBERSHIP, "Kundennummer|Gruppe\n1|G");
    crm_id ended = apply(db, CRM_ROWS_MEMBERSHIP, "Kundennummer|Gruppe|Mitglied bis\n1|G|2020-01-01");
    txn = test_write(db);
    cr_assert_eq(crm_record_find(txn, CRM_ROLE_NUMBER, "customer", CRM_NTS, "1", CRM_NTS, &role), CRM_OK, "%s", crm_error_text());
    crm_record *rec = receipt(db, role);
    party = crm_record_id(rec, CRM_ROLE_PARTY);
    crm_record_free(rec);
    crm_id user = test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "u", CRM_USER_TYPE, "bound", 0));
    cr_assert_eq(crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_record_archive(txn, group, 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_E_STALE, "%s", crm_error_text());
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, ended), CRM_OK, "%s", crm_error_text());
    rows_close(db);
}

Test(run, number_ranges_go_on) {
    crm_db *db = rows_open();
    crm_id run = apply(db, CRM_ROWS_FLAT, "Firma\nA"), second = apply(db, CRM_ROWS_FLAT, "Firma\nB");
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, second), CRM_OK, "%s", crm_error_text());
    rows_close(db);
}

Test(run, forgotten_and_deleted) {
    crm_db *db = rows_open();
    crm_id runs[] = {apply(db, CRM_ROWS_FLAT, "Kundennummer|Firma\n1|A"), apply(db, CRM_ROWS_FLAT, "Kundennummer|Firma\n2|B")};
    crm_txn *txn = test_write(db);
    cr_expect_eq(crm_run_forget(txn, runs[0]), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_record_delete(txn, runs[1], 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    for (int i = 0; i < 2; i++) cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, runs[i]), CRM_E_NOTFOUND, "%d", i);
    rows_close(db);
}

Test(run, blockers_by_pages) {
    crm_db *db = rows_open();
    char text[ROWS_TEXT] = "Kundennummer|Firma";
    crm_iter *iter;
    crm_id id, last = 0;
    char *token = NULL;
    int pages = 0, found = 0;
    for (int i = 0; i < 25; i++) rows_say(text, "\n%d|Alt", i);
    crm_id run = apply(db, CRM_ROWS_FLAT, text);
    text[0] = '\0';
    rows_say(text, "Kundennummer|Firma");
    for (int i = 0; i < 25; i++) rows_say(text, "\n%d|Neu", i);
    apply(db, CRM_ROWS_FLAT, text);
    crm_txn *txn = test_read(db);
    do {
        cr_assert_eq(crm_run_blockers(txn, run, 10, token, &iter), CRM_OK, "%s", crm_error_text());
        free(token);
        for (; crm_iter_next(iter, &id) == CRM_ROW; found++) {
            cr_expect(id != last);
            last = id;
        }
        token = crm_iter_token(iter) ? strdup(crm_iter_token(iter)) : NULL;
        crm_iter_free(iter);
        pages++;
    } while (token);
    cr_expect_eq(pages, 3);
    cr_expect_eq(found, 25);
    cr_expect_eq(crm_run_blockers(txn, run, 10, "x", &iter), CRM_E_INVALID);
    crm_txn_free(txn);
    rows_close(db);
}

/* --- jobs --- */

static crm_sync *job(crm_db *db, uint32_t batch) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_FLAT, &sync), CRM_OK);
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    cr_assert_eq(crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "sum", batch), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_add_column(sync, "Kundennummer", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_sync_add_column(sync, "Firma", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_sync_add_column(sync, "Land", CRM_NTS), CRM_OK);
    return sync;
}

static void add(crm_sync *sync, int from, int until) {
    for (int i = from; i < until; i++) {
        char number[16], name[16];
        snprintf(number, sizeof number, "%d", i);
        snprintf(name, sizeof name, "F%d", i);
        const char *cells[] = {number, name, i % 7 == 3 ? "Nirgends" : "DE"};
        cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 3), CRM_OK, "%s", crm_error_text());
    }
}

static void expect_receipt(crm_db *db, crm_id run, int64_t created, int64_t failed, int64_t done, int64_t total) {
    crm_record *rec = receipt(db, run);
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_CREATED, 0), created, "%s", crm_record_json(rec, NULL));
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_FAILED, 0), failed, "%s", crm_record_json(rec, NULL));
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_DONE, 0), done, "%s", crm_record_json(rec, NULL));
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_TOTAL, 0), total, "%s", crm_record_json(rec, NULL));
    crm_record_free(rec);
}

Test(run, jobs_go_on) {
    crm_db *db = rows_open();
    char *empty = state(db);
    crm_sync *sync = job(db, 10);
    add(sync, 0, 35); /* three batches, and five rows that are lost */
    cr_expect_eq(crm_sync_error_count(sync), 4u);
    crm_id run = crm_sync_run(sync);
    crm_sync_free(sync);
    expect_receipt(db, run, 26, 4, 30, 0);
    sync = job(db, 10);
    add(sync, 0, 42);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_run(sync), run, "the same run");
    cr_expect_eq(crm_sync_count(sync, CRM_SYNC_CREATED), 10u);
    cr_expect_eq(crm_sync_count(sync, CRM_SYNC_FAILED), 2u);
    cr_expect_eq(crm_sync_error_row(sync, 0), 32u);
    crm_sync_free(sync);
    expect_receipt(db, run, 36, 6, 42, 42);
    sync = job(db, 10);
    add(sync, 0, 42);
    uint64_t sequence = rows_sequence(db);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_count(sync, CRM_SYNC_UNCHANGED), 36u, "a finished job is done anew");
    cr_expect_eq(crm_sync_run(sync), 0u);
    cr_expect_eq(rows_sequence(db), sequence);
    crm_sync_free(sync);
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_OK, "%s", crm_error_text());
    char *after = state(db);
    cr_expect_str_eq(after, empty);
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_E_EXISTS);
    free(empty);
    free(after);
    rows_close(db);
}

/* However often the same file was stored before. */
Test(run, jobs_go_on_behind_many_others) {
    crm_db *db = rows_open();
    crm_sync *sync;
    for (int i = 0; i < 70; i++) { /* each changes what the one before stored */
        sync = job(db, 10);
        const char *cells[] = {"1", i % 2 ? "A" : "B", "DE"};
        cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 3), CRM_OK);
        cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
        cr_assert(crm_sync_run(sync));
        crm_sync_free(sync);
    }
    sync = job(db, 10);
    add(sync, 100, 115); /* a batch, and five rows that are lost */
    crm_id run = crm_sync_run(sync);
    crm_sync_free(sync);
    sync = job(db, 10);
    add(sync, 100, 115);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect(run && crm_sync_run(sync) == run, "the same run");
    crm_sync_free(sync);
    rows_close(db);
}

/* Nobody knows what the rows of later batches say: nothing is taken away for them. */
Test(run, jobs_do_not_replace) {
    crm_db *db = rows_open();
    crm_sync *sync = job(db, 10);
    cr_assert_eq(crm_sync_set_policy(sync, CRM_KIND_CONTACT, CRM_SYNC_REPLACE, CRM_SYNC_CREATE), CRM_OK);
    add(sync, 0, 10);
    const char *cells[] = {"10", "F10", ""};
    cr_expect_eq(crm_sync_add_row(sync, 0, cells, NULL, 3), CRM_E_INVALID, "%s", crm_error_text());
    cr_expect_eq(crm_sync_run(sync), 0u);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "one batch may: %s", crm_error_text());
    crm_sync_free(sync);
    rows_close(db);
}

/* Each batch of a job goes back for itself: a record that was changed since stops at its batch, the later ones are back already. Then the
 * job does not go on, and taking it back does, once nothing stands against it. */
Test(run, jobs_taken_back_in_part) {
    crm_db *db = rows_open();
    crm_sync *sync = job(db, 10);
    add(sync, 0, 31); /* the batches 0 to 9, 10 to 19, 20 to 29 */
    crm_id run = crm_sync_run(sync), first = 0;
    crm_sync_free(sync);
    crm_id later = apply(db, CRM_ROWS_FLAT, "Kundennummer|Firma|Suchbegriff\n15|F15|X");
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_E_STALE, "%s", crm_error_text());
    crm_record *rec = receipt(db, run);
    cr_expect(crm_record_time(rec, CRM_IMPORT_RUN_REVERTED_AT, 0), "it was begun");
    crm_record_free(rec);
    cr_expect(!strstr(rows_store(db), "name=F25") && strstr(rows_store(db), "name=F15"), "%s", rows_store(db));
    cr_expect_eq(blockers(db, run, &first), 1u);
    sync = job(db, 10);
    add(sync, 0, 31);
    cr_expect_neq(crm_sync_run(sync), run, "another run");
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, crm_sync_run(sync)), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, later), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_OK, "%s", crm_error_text());
    cr_expect_str_empty(rows_store(db), "%s", rows_store(db));
    cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_E_EXISTS);
    rows_close(db);
}

/* A number that a row gives is not given away before to a company without one. */
Test(run, numbers_of_rows_go_before_ranges) {
    crm_db *db = rows_open();
    apply(db, CRM_ROWS_FLAT, "Firma\nA");
    const char *at = strstr(rows_store(db), "number=");
    cr_assert(at);
    unsigned long next = strtoul(at + 7, NULL, 10) + 1;
    char text[100];
    snprintf(text, sizeof text, "Kundennummer|Firma\n|B\n%lu|C", next);
    rows_apply(db, "both", CRM_ROWS_FLAT, text, "2 created", NULL);
    rows_close(db);
}

/* Unfinished ones of another source or fingerprint, and such as were taken back, are not gone on with. */
Test(run, jobs_of_their_own) {
    crm_db *db = rows_open();
    crm_sync *sync = job(db, 10);
    add(sync, 0, 15);
    crm_id run = crm_sync_run(sync);
    crm_sync_free(sync);
    static const char *const others[][2] = {{"crm", "sum"}, {"erp", "other"}};
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(crm_sync_new(others[i][0], CRM_ROWS_FLAT, &sync), CRM_OK);
        cr_assert_eq(crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, others[i][1], 10), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, others[i][1], 10), CRM_E_INVALID, "it is one");
        cr_assert(crm_sync_add_column(sync, "Kundennummer", CRM_NTS) == CRM_OK && crm_sync_add_column(sync, "Firma", CRM_NTS) == CRM_OK);
        const char *cells[] = {"7", "F7"};
        cr_assert_eq(crm_sync_add_row(sync, 0, cells, NULL, 2), CRM_OK);
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_sync_count(sync, CRM_SYNC_UNCHANGED), 1u, "it was not passed over");
        crm_sync_free(sync);
    }
    cr_assert_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_OK, "%s", crm_error_text());
    sync = job(db, 10);
    add(sync, 0, 15);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_sync_count(sync, CRM_SYNC_CREATED), 13u);
    cr_expect(crm_sync_run(sync) != run);
    crm_sync_free(sync);
    rows_close(db);
}

/* Batches that change nothing are in the receipt too. */
Test(run, jobs_with_batches_that_change_nothing) {
    crm_db *db = rows_open();
    crm_sync *sync = job(db, 10);
    add(sync, 10, 20);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    crm_sync_free(sync);
    sync = job(db, 10);
    add(sync, 0, 30);
    add(sync, 0, 10);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_record *rec = receipt(db, crm_sync_run(sync));
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_ROWS, 0), 40);
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_TOTAL, 0), 40);
    cr_expect_eq((uint64_t)crm_record_int(rec, CRM_IMPORT_RUN_UNCHANGED, 0), crm_sync_count(sync, CRM_SYNC_UNCHANGED));
    cr_expect_eq((uint64_t)crm_record_int(rec, CRM_IMPORT_RUN_CREATED, 0), crm_sync_count(sync, CRM_SYNC_CREATED));
    crm_record_free(rec);
    crm_sync_free(sync);
    rows_close(db);
}
