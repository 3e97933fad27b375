/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: libcrm-io. */
#include "support/errors.h"
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static crm_sync *rows;

static void begin(void) {
    test_begin();
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &rows), CRM_OK);
}

static void end(void) {
    crm_sync_free(rows);
    test_end();
}

TestSuite(errors, .init = begin, .fini = end);

static int read_file(const char *text, const crm_csv_options *options) {
    char path[4096];
    snprintf(path, sizeof path, "%s/rows.csv", test_folder);
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
    return crm_csv_read_file(rows, path, options);
}

Test(errors, csv) {
    crm_csv_options strange = {.size = sizeof strange, .delimiter = '|'};
    char *huge = malloc(1100000);
    memset(huge, 'x', 1099999);
    huge[1099999] = 0;
    memcpy(huge, "Firma\n", 6);
    REFUSES(CRM_E_NOTFOUND, crm_csv_read_file, crm_csv_read_file(rows, "/none", NULL));
    REFUSES(CRM_E_NOTFOUND, crm_csv_read_file, read_file("Hut\n", NULL));
    REFUSES(CRM_E_FORMAT, crm_csv_read_file, read_file("\n", NULL));
    REFUSES(CRM_E_INVALID, crm_csv_read_file, read_file("Hut\n", &strange));
    REFUSES(CRM_E_UTF8, crm_csv_read_file, read_file("\xff\n", NULL));
    REFUSES(CRM_E_TOO_BIG, crm_csv_read_file, read_file(huge, NULL));
    KEEPS(crm_csv_read_file, read_file("Kundennummer\n10001\n", NULL));
    crm_sync_free(rows);
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &rows), CRM_OK);
    KEEPS(crm_csv_read, crm_csv_read(rows, "Ort\nUlm\n", 8, NULL));
    free(huge);
}
