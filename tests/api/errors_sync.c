/* SPDX-License-Identifier: MIT */
/* Every status that sync.h names, function by function. */
#include "support/errors.h"
#include <stdio.h>

Test(errors, sync_policy) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    REFUSES(CRM_E_INVALID, crm_sync_set_policy, crm_sync_set_policy(sync, 0, 0, CRM_SYNC_CREATE));
    REFUSES(CRM_E_INVALID, crm_sync_set_policy, crm_sync_set_policy(sync, 0, CRM_SYNC_CREATE, CRM_SYNC_CREATE));
    REFUSES(CRM_E_INVALID, crm_sync_set_policy, crm_sync_set_policy(sync, 0, CRM_SYNC_MERGE, CRM_SYNC_SKIP));
    REFUSES(CRM_E_INVALID, crm_sync_set_policy, crm_sync_set_policy(sync, CRM_KIND_POLICY, CRM_SYNC_MERGE, CRM_SYNC_CREATE));
    KEEPS(crm_sync_set_policy, crm_sync_set_policy(sync, CRM_KIND_BANK, CRM_SYNC_FAIL, CRM_SYNC_FAIL));
    KEEPS(crm_sync_add_column, crm_sync_add_column(sync, "Kundennummer", CRM_NTS));
    KEEPS(crm_sync_map, crm_sync_map(sync, "x", "party.name"));
    crm_sync_free(sync);
}

static int stop_at_once(void *data, uint64_t done, uint64_t total) { return (void)data, done > 0 && total > 0; }

Test(errors, sync_progress, .init = test_begin, .fini = test_end) {
    const char *cells[] = {"Alpha", "7"};
    crm_sync *sync;
    crm_db *db = test_open();
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    cr_assert(crm_sync_add_column(sync, "Firma", CRM_NTS) == CRM_OK && crm_sync_add_column(sync, "Kundennummer", CRM_NTS) == CRM_OK &&
              crm_sync_add_row(sync, 0, cells, NULL, 2) == CRM_OK);
    REFUSES(CRM_E_INVALID, crm_sync_set_progress, crm_sync_set_progress(NULL, NULL, NULL));
    KEEPS(crm_sync_set_progress, crm_sync_set_progress(sync, stop_at_once, NULL));
    REFUSES(CRM_E_ABORTED, crm_sync_apply, crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM));
    KEEPS(crm_sync_set_progress, crm_sync_set_progress(sync, NULL, NULL));
    KEEPS(crm_sync_apply, crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM)); /* it has asked for a number that is not there */
    crm_sync_free(sync);
    crm_db_close(db);
}

Test(errors, sync_sheets) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    REFUSES(CRM_E_INVALID, crm_sync_add_sheet, crm_sync_add_sheet(sync, "", CRM_ROWS_SITE));
    REFUSES(CRM_E_INVALID, crm_sync_add_sheet, crm_sync_add_sheet(sync, "Sites", 0));
    KEEPS(crm_sync_add_sheet, crm_sync_add_sheet(sync, "Sites", CRM_ROWS_SITE));
    cr_assert_eq(crm_sync_add_column(sync, "Ort", CRM_NTS), CRM_OK);
    REFUSES(CRM_E_EXISTS, crm_sync_add_sheet, crm_sync_add_sheet(sync, "Sites", CRM_ROWS_SITE));
    for (int i = 1; i < 64; i++) {
        char name[8];
        snprintf(name, sizeof name, "%d", i);
        cr_assert_eq(crm_sync_add_sheet(sync, name, CRM_ROWS_SITE), CRM_OK);
    }
    REFUSES(CRM_E_TOO_BIG, crm_sync_add_sheet, crm_sync_add_sheet(sync, "last", CRM_ROWS_SITE));
    crm_sync_free(sync);
}
