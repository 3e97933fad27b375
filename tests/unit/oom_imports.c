/* SPDX-License-Identifier: MIT */
/* Out of memory: imports, plans, workbooks, and jobs. */
#include "support/plans.h"
#include "support/rows.h"
#include "support/starving.h"
#include "support/workbook.h"

static int op_sync(void) {
    static const char csv[] = "Firma;Ort\n\"A\nB\";Ulm\nC;Bonn\n";
    crm_sync *sync;
    int rc = crm_sync_new("test", CRM_ROWS_FLAT, &sync);
    if (rc == CRM_OK) rc = crm_sync_map(sync, "Firma", "party.name");
    if (rc == CRM_OK) rc = crm_sync_map(sync, "Ort", "address.town");
    if (rc == CRM_OK) rc = crm_csv_read(sync, csv, strlen(csv), NULL);
    if (rc == CRM_OK) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    crm_sync_free(sync);
    return rc;
}

/* A customer that is stored, and a new one. */
static const char imported[] =
    "role.number;party.name;address.town;contact.name;quote_defaults.price_list\n1;P1 AG;Hof;Ida;B\n7;New;Bonn;Udo;A\n";

static int op_import(void) { return import(imported); }

static int op_revert(void) { return crm_run_revert(db, CRM_ACTOR_SYSTEM, import_run); }

static int list_run_blockers(void) {
    crm_txn *txn = NULL;
    crm_iter *iter = NULL;
    int rc = crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc == CRM_OK) rc = crm_run_blockers(txn, import_run, 10, NULL, &iter);
    if (rc == CRM_OK) crm_iter_free(iter);
    crm_txn_free(txn);
    return rc;
}

static int read_plan(crm_plan *plan) {
    crm_record *row = NULL, *changed = NULL;
    int rc = crm_plan_row(plan, 0, &row);
    if (rc == CRM_OK) rc = crm_plan_change(plan, 0, &changed);
    if (rc == CRM_OK && (!crm_plan_json(plan, NULL) || !crm_plan_explain(plan, NULL))) rc = crm_error_status();
    if (rc == CRM_OK && crm_plan_count(plan, NULL, CRM_SYNC_CREATED) + crm_plan_count(plan, NULL, CRM_SYNC_UPDATED) != 2)
        rc = CRM_E_CORRUPT;
    crm_record_free(row);
    crm_record_free(changed);
    return rc;
}

/* Made, read, saved, loaded and applied. */
static int op_plan(void) {
    crm_sync *sync = NULL;
    crm_plan *made = NULL, *loaded = NULL;
    int rc = make_import(imported, &sync);
    if (rc == CRM_OK) rc = crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &made);
    if (rc == CRM_OK) rc = read_plan(made);
    if (rc == CRM_OK) rc = plan_again(db, made, &loaded);
    if (rc == CRM_OK) rc = read_plan(loaded);
    if (rc == CRM_OK) rc = crm_plan_apply(loaded, db, CRM_ACTOR_SYSTEM, NULL);
    crm_plan_free(loaded);
    crm_plan_free(made);
    crm_sync_free(sync);
    return rc;
}

/* Of shared texts, styles and a row. */
static workbook made_workbook;

static void make_workbook(void) {
    made_workbook = workbook_make(&(workbook_text){.rows = "<row><c t='s' s='1'><v>0</v></c><c s='2'><v>45000</v></c></row>",
                                                   .strings = "<si><t>Ulm</t></si>",
                                                   .styles = "<numFmts><numFmt numFmtId='164' formatCode='(@)'/></numFmts><cellXfs>"
                                                             "<xf/><xf numFmtId='164'/><xf numFmtId='14'/></cellXfs>"});
}

static int op_xlsx(void) {
    crm_xlsx *book = NULL;
    int rc = crm_xlsx_open_bytes(made_workbook.bytes, made_workbook.size, &book);
    if (rc == CRM_OK) rc = crm_xlsx_choose(book, 0);
    while (rc == CRM_OK && (rc = crm_xlsx_next(book)) == CRM_ROW) rc = CRM_OK;
    crm_xlsx_close(book);
    return rc;
}

Test(oom_imports, each_allocation) {
    static const operation operations[] = {
        {"sync", op_sync}, {"xlsx", op_xlsx}, {"import", op_import}, {"plan", op_plan}, {"revert", op_revert}, {"run", list_run_blockers},
    };
    make_workbook();
    run_all(operations, sizeof operations / sizeof *operations);
    workbook_free(&made_workbook);
}

/* --- jobs: whole batches are stored, and the next call goes on behind them --- */

enum { JOB_ROWS = 5, JOB_BATCH = 2 };
static const char *const job_lines[JOB_ROWS + 1] = {"role.number;party.name;address.town;contact.name;identifier.duns\n",
                                                    "1;P1 AG;Hof;Ida;\n",
                                                    "7;New;Bonn;Udo;1\n",
                                                    "8;;Rom;;\n", /* refused: it has no name */
                                                    "9;Newer;Rom;;2\n",
                                                    "7;New;Ulm;Udo;1\n"};
static int job_count; /* rows of the job */
static char job_fingerprint[20];

static int op_job(void) {
    char csv[400] = "";
    crm_sync *sync = NULL;
    for (int i = 0; i <= job_count; i++) strcat(csv, job_lines[i]);
    int rc = crm_sync_new("test", CRM_ROWS_FLAT, &sync);
    if (rc == CRM_OK) rc = crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    if (rc == CRM_OK) rc = crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, job_fingerprint, JOB_BATCH);
    if (rc == CRM_OK) rc = crm_csv_read(sync, csv, strlen(csv), NULL);
    if (rc == CRM_OK) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    if (rc == CRM_OK) import_run = crm_sync_run(sync);
    crm_sync_free(sync);
    return rc;
}

static void expect_done_job(const char *wanted, long allocation) {
    crm_txn *txn = test_read(db);
    crm_record *rec = test_get(txn, import_run);
    cr_expect_str_eq(rows_store(db), wanted, "%ld: %s", allocation, rows_store(db));
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_DONE, 0), JOB_ROWS, "%ld: %s", allocation, crm_record_json(rec, NULL));
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_TOTAL, 0), JOB_ROWS);
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_FAILED, 0), 1);
    cr_expect_eq(crm_record_int(rec, CRM_IMPORT_RUN_CREATED, 0), 4);
    crm_record_free(rec);
    crm_txn_free(txn);
}

Test(oom_imports, jobs_go_on) {
    static const operation job = {"job", op_job};
    char *states[JOB_ROWS + 1];
    for (job_count = 0; job_count <= JOB_ROWS; job_count++) {
        fresh_store();
        strcpy(job_fingerprint, "first");
        cr_assert_eq(op_job(), CRM_OK, "%s", crm_error_text());
        states[job_count] = strdup(rows_store(db));
        drop_store();
    }
    job_count = JOB_ROWS;
    fresh_store();
    failed = true;
    for (long i = 1; failed; i += 2) {
        snprintf(job_fingerprint, sizeof job_fingerprint, "job %ld", i);
        for_good = i / 2 % 2;
        long blocks = blocks_when_cold();
        int rc = run_failing(&job, i);
        cr_expect_eq(blocks_when_cold(), blocks, "%ld: blocks lost", i);
        const char *stored = rows_store(db);
        bool whole = !strcmp(stored, states[JOB_ROWS]);
        for (int rows = 0; rows < JOB_ROWS; rows += JOB_BATCH) whole |= !strcmp(stored, states[rows]);
        cr_expect(whole, "%ld: %s", i, stored);
        if (rc < 0) cr_assert_eq(op_job(), CRM_OK, "%ld: going on: %s", i, crm_error_text());
        expect_done_job(states[JOB_ROWS], i);
        cr_assert_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, import_run), CRM_OK, "%ld: %s", i, crm_error_text());
        cr_expect_str_eq(rows_store(db), states[0], "%ld", i);
        cr_assert_lt(i, 20000, "no end");
        cr_expect(failed || i > 200, "only %ld", i);
    }
    for (int i = 0; i <= JOB_ROWS; i++) free(states[i]);
    drop_store();
}
