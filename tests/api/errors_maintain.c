/* SPDX-License-Identifier: MIT */
/* Each status that maintain.h names. */
#include "support/errors.h"
#include "support/store.h"

TestSuite(errors_maintain, .init = test_begin, .fini = test_end);

static int end(void *data, uint64_t done) {
    (void)data;
    return done > 0;
}

Test(errors_maintain, reindex) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE}, usual = test_options();
    REFUSES(CRM_E_INVALID, crm_reindex, crm_reindex(test_folder, &options));
    REFUSES(CRM_E_NOTFOUND, crm_reindex, crm_reindex(test_folder, NULL));
    crm_db_close(test_open());
    REFUSES(CRM_E_INVALID, crm_reindex, crm_reindex(test_folder, &options));
    options.flags = CRM_DB_READ_ONLY;
    REFUSES(CRM_E_INVALID, crm_reindex, crm_reindex(test_folder, &options));
    usual.flags = 0;
    KEEPS(crm_reindex, crm_reindex(test_folder, &usual));
}

Test(errors_maintain, verify) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_damages *damages;
    for (int i = 0; i < 5000; i++) test_party(txn, "A");
    test_commit(txn);
    REFUSES(CRM_E_INVALID, crm_verify, crm_verify(db, 2, 0, NULL, NULL, &damages));
    REFUSES(CRM_E_INVALID, crm_verify, crm_verify(db, 0, 0, NULL, NULL, NULL));
    REFUSES(CRM_E_ABORTED, crm_verify, crm_verify(db, 0, 0, end, NULL, &damages));
    KEEPS(crm_verify, crm_verify(db, 0, 0, NULL, NULL, &damages));
    crm_damages_free(damages);
    crm_db_close(db);
}
