/* SPDX-License-Identifier: MIT */
/* How far an apply is, and stopping it. */
#include "support/rows.h"

typedef struct progress {
    uint64_t calls, done, total, stop; /* stop: at so many rows; 0: never */
} progress;

static int note(void *data, uint64_t done, uint64_t total) {
    progress *seen = data;
    cr_expect(done > seen->done && done <= total, "%llu of %llu", (unsigned long long)done, (unsigned long long)total);
    seen->calls++;
    seen->done = done;
    seen->total = total;
    return seen->stop && done >= seen->stop;
}

static crm_sync *make(unsigned rows) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    cr_assert_eq(crm_sync_add_column(sync, "Firma", CRM_NTS), CRM_OK);
    for (unsigned i = 0; i < rows; i++) {
        char name[20];
        const char *cell = name;
        snprintf(name, sizeof name, "Firma %u", i);
        cr_assert_eq(crm_sync_add_row(sync, 0, &cell, NULL, 1), CRM_OK);
    }
    return sync;
}

Test(sync_progress, told_and_stopped) {
    crm_db *db = rows_open();
    crm_sync *sync = make(1000);
    progress seen = {.stop = 500};
    uint64_t sequence = rows_sequence(db);
    cr_assert_eq(crm_sync_set_progress(sync, note, &seen), CRM_OK);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_ABORTED);
    cr_expect_str_eq(crm_error_text(), "cancelled");
    cr_expect(seen.done == 512 && seen.total == 1000, "%llu", (unsigned long long)seen.done);
    cr_expect_eq(rows_sequence(db), sequence, "nothing is stored");
    cr_expect_str_eq(rows_counts(sync), "");
    seen = (progress){0};
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect(seen.calls == 4 && seen.done == 1000, "%llu calls", (unsigned long long)seen.calls);
    cr_expect_str_eq(rows_counts(sync), "1000 created");
    cr_assert_eq(crm_sync_set_progress(sync, NULL, NULL), CRM_OK);
    seen = (progress){0};
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK);
    cr_expect_eq(seen.calls, 0);
    crm_sync_free(sync);
    rows_close(db);
}

Test(sync_progress, plans_and_jobs) {
    crm_db *db = rows_open();
    crm_sync *sync = make(1000), *job;
    crm_plan *plan;
    progress seen = {.stop = 500};
    uint64_t sequence = rows_sequence(db);
    cr_assert_eq(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &plan), CRM_OK);
    cr_assert_eq(crm_plan_set_progress(plan, note, &seen), CRM_OK);
    cr_expect_eq(crm_plan_apply(plan, db, CRM_ACTOR_SYSTEM, NULL), CRM_E_ABORTED);
    cr_expect(seen.done == 512 && rows_sequence(db) == sequence, "nothing is stored");
    seen = (progress){0};
    cr_expect_eq(crm_plan_apply(plan, db, CRM_ACTOR_SYSTEM, NULL), CRM_OK, "%s", crm_error_text());
    cr_expect(seen.done == 1000 && seen.total == 1000);
    crm_plan_free(plan);
    crm_sync_free(sync);
    seen = (progress){0};
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &job), CRM_OK);
    cr_assert(crm_sync_job(job, db, CRM_ACTOR_SYSTEM, "a", 400) == CRM_OK && crm_sync_add_column(job, "Firma", CRM_NTS) == CRM_OK);
    crm_sync_set_progress(job, note, &seen);
    for (int i = 0; i < 1000; i++) {
        const char *cell = "Firma 1";
        cr_assert_eq(crm_sync_add_row(job, 0, &cell, NULL, 1), CRM_OK);
        cr_expect(seen.done == (i < 400 ? 0 : i < 800 ? 400 : 800) && seen.total == seen.done, "a batch at row %d", i);
    }
    cr_expect_eq(crm_sync_apply(job, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect(seen.done == 1000 && seen.total == 1000, "of all that were added");
    crm_sync_free(job);
    rows_close(db);
}
