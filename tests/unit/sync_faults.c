/* SPDX-License-Identifier: MIT */
/* Imports over an engine that fails: a conflict is tried again, whatever else fails stores nothing and blames no row. And the helpers of
 * imports that no public call shows by themselves. */
#include "engine/engine.h"
#include "support/plans.h"
#include "support/rows.h"
#include "sync/sync.h"

static const char rows[] = "Kundennummer|Firma|DUNS|Ort|Ansprechpartner|E-Mail Ansprechpartner|Preisliste|USt-IdNr.\n"
                           "1|A|9|Ulm|Ada|a@b.example|P|\n1|A||Bonn||||\n|B||Hof||||DE 1\n5|C||Rom||nobody@b.example||";
static const char wanted[] =
    "party name=A; role number=1; quote_defaults price_list=P; usage target=address1 purpose=main; identifier scheme=duns value=9; address "
    "town=Ulm; "
    "address town=Bonn; contact name=Ada; channel target=contact1 type=mail value=a@b.example + party name=B vat_id=DE 1; role "
    "number=10000; "
    "usage target=address1 purpose=main; address town=Hof";

static int apply_failing(crm_db *db, crm_sync *sync, uint64_t nth, int status) {
    crmi_counting_fail(nth, status);
    int rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    crmi_counting_fail(0, 0);
    return rc;
}

Test(sync_faults, every_call_of_the_engine) {
    static const int statuses[] = {CRM_E_CONFLICT, CRM_E_IO, CRM_E_CORRUPT};
    crmi_counting_enable(true);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        crm_db *db = rows_open();
        crm_sync *sync = rows_make(CRM_ROWS_FLAT, rows);
        uint64_t nth = 1;
        crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
        for (; nth < 5000; nth++) {
            int rc = apply_failing(db, sync, nth, statuses[i]);
            if (rc == CRM_OK) break;
            cr_expect_eq(rc, statuses[i], "call %u: %d %s", (unsigned)nth, rc, crm_error_text());
            cr_expect_str_eq(rows_store(db), "", "call %u: %s", (unsigned)nth, rows_store(db));
            cr_expect_eq(crm_sync_error_count(sync), 0u, "no row is to blame");
            cr_expect_str_eq(rows_counts(sync), "");
        }
        cr_expect(statuses[i] == CRM_E_CONFLICT ? nth == 1 : nth > 25, "status %d: call %u", statuses[i], (unsigned)nth);
        cr_expect_str_eq(rows_counts(sync), "3 created, 1 failed");
        cr_expect_str_eq(rows_errors(sync), "4.6 REQUIRED contact.name");
        cr_expect_str_eq(rows_store(db), wanted, "%s", rows_store(db));
        crm_sync_free(sync);
        rows_close(db);
    }
    crmi_counting_enable(false);
}

/* A conflict at any call: the transaction runs again, and the outcome is the same. */
Test(sync_faults, conflicts) {
    crmi_counting_enable(true);
    for (uint64_t nth = 1; nth < 100; nth += 7) {
        crm_db *db = rows_open();
        crm_sync *sync = rows_make(CRM_ROWS_FLAT, rows);
        crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
        cr_expect_eq(apply_failing(db, sync, nth, CRM_E_CONFLICT), CRM_OK, "call %u: %s", (unsigned)nth, crm_error_text());
        cr_expect_str_eq(rows_counts(sync), "3 created, 1 failed");
        cr_expect_str_eq(rows_errors(sync), "4.6 REQUIRED contact.name");
        cr_expect_str_eq(rows_store(db), wanted, "%s", rows_store(db));
        crm_sync_free(sync);
        rows_close(db);
    }
    crmi_counting_enable(false);
}

/* --- over what is stored: an import, a plan that is loaded and applied, and taking a run back --- */

static const char base[] = "Kundennummer|Firma|Ort|Ansprechpartner|Preisliste\n1|A|Ulm|Ada|P\n2|B|Bonn||";
static const char over[] = "Kundennummer|Firma|Ort|Ansprechpartner|Preisliste\n1|AA|Hof|Eva|Q\n3|C|Rom||\n2|B|Bonn||R";

static crm_id last_run;

static int import(crm_db *db, const char *text) {
    crm_sync *sync = rows_make(CRM_ROWS_FLAT, text);
    int rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    if (rc == CRM_OK) last_run = crm_sync_run(sync);
    crm_sync_free(sync);
    return rc;
}

static int run_import(crm_db *db) { return import(db, over); }
static int run_revert(crm_db *db) { return crm_run_revert(db, CRM_ACTOR_SYSTEM, last_run); }

static int run_plan(crm_db *db) {
    crm_plan *made = NULL, *loaded = NULL;
    crm_sync *sync = rows_make(CRM_ROWS_FLAT, over);
    int rc = crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &made);
    if (rc == CRM_OK) rc = plan_again(db, made, &loaded);
    if (rc == CRM_OK) rc = crm_plan_apply(loaded, db, CRM_ACTOR_SYSTEM, NULL);
    crm_plan_free(loaded);
    crm_plan_free(made);
    crm_sync_free(sync);
    return rc;
}

/* Each call of the engine fails in turn; how many there were. What fails leaves the store as it was, and what does not is done. */
static uint64_t fail_each(const char *name, int (*run)(crm_db *db), bool imported, int status) {
    crm_db *db = rows_open();
    static char before[ROWS_TEXT];
    uint64_t nth = 1;
    cr_assert_eq(import(db, base), CRM_OK, "%s", crm_error_text());
    if (imported) cr_assert_eq(import(db, over), CRM_OK, "%s", crm_error_text());
    snprintf(before, sizeof before, "%s", rows_store(db));
    uint64_t sequence = rows_sequence(db);
    for (int rc = status; nth < 5000; nth++) {
        crmi_counting_fail(nth, status);
        rc = run(db);
        crmi_counting_fail(0, 0);
        if (rc == CRM_OK) break;
        cr_expect_eq(rc, status, "%s, call %u: %d %s", name, (unsigned)nth, rc, crm_error_text());
        cr_expect_str_eq(rows_store(db), before, "%s, call %u", name, (unsigned)nth);
        cr_expect_eq(rows_sequence(db), sequence, "%s, call %u", name, (unsigned)nth);
    }
    cr_expect(rows_sequence(db) == sequence + 1 && strcmp(rows_store(db), before) != 0, "%s: done at last", name);
    rows_close(db);
    return nth;
}

Test(sync_faults, plans_and_runs) {
    static const struct {
        const char *name;
        int (*run)(crm_db *db);
        bool imported;
    } cases[] = {{"import", run_import, false}, {"plan", run_plan, false}, {"revert", run_revert, true}};
    static const int statuses[] = {CRM_E_IO, CRM_E_CORRUPT, CRM_E_NOMEM};
    crmi_counting_enable(true);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t j = 0; j < sizeof statuses / sizeof *statuses; j++) {
            uint64_t calls = fail_each(cases[i].name, cases[i].run, cases[i].imported, statuses[j]);
            cr_expect(calls > 20, "%s: %u calls", cases[i].name, (unsigned)calls);
        }
    crmi_counting_enable(false);
}

/* A job of batches of one row; a run that goes on is found by its fingerprint. What is stored after so many rows. */
enum { JOB_ROWS = 3 };
static char job_states[JOB_ROWS + 1][ROWS_TEXT];
static int job_rows;

static int run_job(crm_db *db) {
    char text[sizeof over] = "";
    const char *end = strchr(over, '\n');
    for (int i = 0; i < job_rows; i++) end += 1 + strcspn(end + 1, "\n");
    memcpy(text, over, (size_t)(end - over));
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("test", CRM_ROWS_FLAT, &sync), CRM_OK);
    int rc = crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "fingerprint", 1);
    if (rc == CRM_OK) rc = rows_add(sync, text);
    if (rc == CRM_OK) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    if (rc == CRM_OK) last_run = crm_sync_run(sync);
    crm_sync_free(sync);
    return rc;
}

/* Fails once, at the nth call of the engine, which leaves whole batches, and goes on. Whether it failed. */
static bool fail_and_go_on(crm_db *db, int (*run)(crm_db *db), uint64_t nth, int status, const char *after) {
    crmi_counting_fail(nth, status);
    int rc = run(db);
    crmi_counting_fail(0, 0);
    cr_expect(rc == CRM_OK || rc == status, "call %u: %d %s", (unsigned)nth, rc, crm_error_text());
    bool whole = false;
    for (int i = 0; i <= JOB_ROWS; i++) whole |= strcmp(rows_store(db), job_states[i]) == 0;
    cr_expect(whole, "call %u: %s", (unsigned)nth, rows_store(db));
    if (rc < 0) cr_expect_eq(run(db), CRM_OK, "call %u: going on: %s", (unsigned)nth, crm_error_text());
    cr_expect_str_eq(rows_store(db), after, "call %u: %s", (unsigned)nth, rows_store(db));
    return rc < 0;
}

static crm_db *open_base(void) {
    crm_db *db = rows_open();
    cr_assert_eq(import(db, base), CRM_OK, "%s", crm_error_text());
    return db;
}

Test(sync_faults, jobs_go_on) {
    bool failed = true;
    for (job_rows = 0; job_rows <= JOB_ROWS; job_rows++) {
        crm_db *db = open_base();
        cr_assert_eq(run_job(db), CRM_OK, "%s", crm_error_text());
        snprintf(job_states[job_rows], ROWS_TEXT, "%s", rows_store(db));
        rows_close(db);
    }
    job_rows = JOB_ROWS;
    crmi_counting_enable(true);
    for (uint64_t nth = 1; failed; nth += 3) {
        crm_db *db = open_base();
        failed = fail_and_go_on(db, run_job, nth, CRM_E_IO, job_states[JOB_ROWS]);
        failed |= fail_and_go_on(db, run_revert, nth, CRM_E_IO, job_states[0]);
        cr_assert_lt(nth, 5000u, "no end");
        cr_expect(failed || nth > 50, "only %u calls", (unsigned)nth);
        rows_close(db);
    }
    crmi_counting_enable(false);
}

Test(sync_faults, streets) {
    static const struct {
        const char *text, *normal;
    } cases[] = {
        {"Hauptstraße 5", "hauptstr5"},
        {"Haupt-Str. 5", "hauptstr5"},
        {"HAUPTSTRASSE 5", "hauptstr5"},
        {"Haupt Strasse 5", "hauptstr5"},
        {"Straße 1 2", "str1 2"},
        {"Straße 12", "str12"},
        {"Weg 5 a", "weg5a"},
        {"Straßenweg 1", "strassenweg1"},
        {"", ""},
        {" ", ""},
        {"Rue de l'Église", "ruedeleglise"},
        {"Улица 5", "улица5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crmi_buffer out = {0};
        cr_assert_eq(crmi_sync_normal_street(cases[i].text, strlen(cases[i].text), &out), CRM_OK);
        cr_expect_str_eq(crmi_buffer_string(&out), cases[i].normal, "%s: %s", cases[i].text, (const char *)out.data);
        crmi_buffer_free(&out);
    }
}

Test(sync_faults, quotes_are_cut_at_characters) {
    char text[200], out[CRMI_SYNC_QUOTE_SIZE];
    for (size_t offset = 0; offset < 3; offset++) {
        size_t size = 0;
        while (size < offset) text[size++] = 'x';
        while (size < 150) {
            memcpy(text + size, "€", 3);
            size += 3;
        }
        crmi_sync_quote(text, size, out);
        cr_expect(strlen(out) < sizeof out && !memcmp(out + strlen(out) - 3, "...", 3), "%s", out);
        cr_expect((strlen(out) - 3 - offset) % 3 == 0, "%zu: %s", offset, out);
    }
    cr_expect_str_eq(crmi_sync_quote("a\nb", 3, out), "a b");
}

Test(sync_faults, map) {
    uint8_t secret[CRMI_SYNC_MAP_SECRET] = {1};
    crmi_sync_map map = {.secret = secret};
    uint32_t cursor = 0, value;
    cr_expect_not(crmi_sync_map_next(&map, "a", 1, &cursor, &value));
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 5000; i++) cr_assert_eq(crmi_sync_map_add(&map, &i, sizeof i, i), CRM_OK);
        cr_assert_eq(crmi_sync_map_add(&map, "", 0, 7), CRM_OK);
        uint32_t key = 77;
        cr_assert_eq(crmi_sync_map_add(&map, &key, sizeof key, 1000), CRM_OK);
        cursor = 0;
        cr_expect(crmi_sync_map_next(&map, &key, sizeof key, &cursor, &value) && value == 1000, "latest first");
        cr_expect(crmi_sync_map_next(&map, &key, sizeof key, &cursor, &value) && value == 77);
        cr_expect_not(crmi_sync_map_next(&map, &key, sizeof key, &cursor, &value));
        for (uint32_t i = 0; i < 5000; i++) {
            cursor = 0;
            cr_assert(crmi_sync_map_next(&map, &i, sizeof i, &cursor, &value) && (value == i || i == 77));
        }
        cursor = 0;
        cr_expect(crmi_sync_map_next(&map, "", 0, &cursor, &value) && value == 7);
        crmi_sync_map_clear(&map);
        cursor = 0;
        cr_expect_not(crmi_sync_map_next(&map, &key, sizeof key, &cursor, &value));
    }
    crmi_sync_map_free(&map);
}

/* Rows that an interrupted run has already are seen again, and counted: a job has so many rows in all. */
Test(sync_faults, rows_of_a_job) {
    crm_db *db = rows_open();
    crm_sync *sync;
    const char *cells[] = {"1"};
    const size_t lens[] = {1};
    cr_assert_eq(crm_sync_new("x", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    cr_assert_eq(crm_sync_add_column(sync, "Kundennummer", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "sum", 0), CRM_OK, "%s", crm_error_text());
    sync->job.skip = UINT64_MAX;
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < 4000000; i++) rc = crm_sync_add_row(sync, 0, cells, lens, 1);
    cr_expect_eq(rc, CRM_OK, "%s", crm_error_text());
    cr_expect_eq(sync->row_count, 0u);
    cr_expect_eq(crm_sync_add_row(sync, 4000001, cells, lens, 1), CRM_E_TOO_BIG);
    cr_expect_eq(crm_error_row(), 4000001u);
    cr_expect(strstr(crm_error_text(), "over 4000000 rows"), "%s", crm_error_text());
    crm_sync_free(sync);
    rows_close(db);
}
