/* SPDX-License-Identifier: MIT */
/* Memory does not grow with a workbook: not that of the writer, nor of the reader, nor of an import in batches. CRM_TEST_ROWS tells how
 * many rows the larger one has. */
#include "support/chance.h"
#include "support/measured.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <libcrm/io.h>
#include <stdio.h>

#ifdef __SANITIZE_ADDRESS__
enum { MANY = 4000, MORE_KB = 1 << 30 }; /* that keeps what is freed */
#else
enum { MANY = 80000, MORE_KB = 1024 };
#endif

TestSuite(bounded, .init = test_begin, .fini = test_end);

typedef struct book {
    char path[4200];
    int rows;
} book;

/* A hundred customers, again and again. */
static int write_book(void *data) {
    const book *to = data;
    static const char *const headings[] = {"Kundennummer", "Firma", "Ort", "Notiz"};
    crm_export_options options = {.size = sizeof options, .format = CRM_EXPORT_XLSX};
    crm_export *out;
    int rc = crm_export_new(to->path, &options, &out);
    if (rc == CRM_OK) rc = crm_export_table(out, "Kunden", headings, 4);
    for (int i = 0; rc == CRM_OK && i < to->rows; i++) {
        char number[16], name[32];
        snprintf(number, sizeof number, "%d", 10000 + i % 100);
        snprintf(name, sizeof name, "Firma %d", i % 100);
        rc = crm_export_row(out, (const char *const[]){number, name, "Ulm", "eine Notiz"}, NULL, 4);
    }
    if (rc == CRM_OK) rc = crm_export_finish(out);
    crm_export_free(out);
    return rc;
}

static int read_book(void *data) {
    const book *from = data;
    crm_xlsx *open;
    int rc = crm_xlsx_open(from->path, &open), rows = 0;
    if (rc == CRM_OK) rc = crm_xlsx_choose(open, 0);
    while (rc == CRM_OK && (rc = crm_xlsx_next(open)) == CRM_ROW) rc = crm_xlsx_cell_count(open) == 4 ? CRM_OK : CRM_E_FORMAT, rows++;
    crm_xlsx_close(open);
    return rc == CRM_OK && rows != from->rows + 1 ? CRM_E_FORMAT : rc;
}

static int import_book(void *data) {
    const book *from = data;
    crm_sync *sync;
    crm_db *db = test_open();
    int rc = crm_sync_new("x", CRM_ROWS_CUSTOMER, &sync);
    if (rc == CRM_OK) rc = crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, from->path, 2000);
    if (rc == CRM_OK) rc = crm_xlsx_read_file(sync, from->path, NULL);
    if (rc == CRM_OK) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    crm_sync_free(sync);
    crm_db_close(db);
    return rc;
}

Test(bounded, workbooks) {
    static const struct step {
        const char *name;
        int (*work)(void *data);
    } steps[] = {{"writing", write_book}, {"reading", read_book}, {"importing", import_book}};
    book many = {.rows = (int)chance_number("CRM_TEST_ROWS", MANY)}, few = {.rows = many.rows / 4};
    snprintf(few.path, sizeof few.path, "%s/few.xlsx", test_folder);
    snprintf(many.path, sizeof many.path, "%s/many.xlsx", test_folder);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        measured less = measure(steps[i].work, &few), more = measure(steps[i].work, &many);
        cr_assert_eq(less.status, CRM_OK, "%s: %d %s", steps[i].name, less.status, less.text);
        cr_assert_eq(more.status, CRM_OK, "%s: %d %s", steps[i].name, more.status, more.text);
        fprintf(stderr, "%s %d and %d rows: %ld and %ld KiB, %.2f and %.2f s\n", steps[i].name, few.rows, many.rows, less.kb, more.kb,
                less.seconds, more.seconds);
        cr_expect(more.kb - less.kb < MORE_KB, "%s: %ld KiB more", steps[i].name, more.kb - less.kb);
    }
}
