/* SPDX-License-Identifier: MIT */
/* Each status that maintain.h names. */
#include "support/errors.h"
#include "support/store.h"
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

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

Test(errors_maintain, salvage) {
    char to[600], file[620];
    uint64_t records;
    snprintf(to, sizeof to, "%s/saved", test_folder);
    snprintf(file, sizeof file, "%s/data.mdb", test_folder);
    REFUSES(CRM_E_NOTFOUND, crm_salvage, crm_salvage(test_folder, to, NULL, NULL, NULL, NULL, NULL));
    REFUSES(CRM_E_INVALID, crm_salvage, crm_salvage("", to, NULL, NULL, NULL, NULL, NULL));
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    for (int i = 0; i < 5000; i++) test_party(txn, "A");
    test_commit(txn);
    pid_t child = fork(); /* the store is open in another process */
    if (child == 0) {
        int rc = crm_salvage(test_folder, to, NULL, NULL, NULL, NULL, NULL);
        _exit(rc == CRM_E_BUSY && crm_error_status() == rc ? 0 : 1);
    }
    int status;
    cr_assert(waitpid(child, &status, 0) == child && WIFEXITED(status));
    cr_expect_eq(WEXITSTATUS(status), 0, "open in another process");
    REFUSES(CRM_E_BUSY, crm_salvage, crm_salvage(test_folder, to, NULL, NULL, NULL, NULL, NULL));
    crm_db_close(db);
    REFUSES(CRM_E_ABORTED, crm_salvage, crm_salvage(test_folder, to, end, NULL, NULL, NULL, NULL));
    REFUSES(CRM_E_EXISTS, crm_salvage, crm_salvage(test_folder, test_folder, NULL, NULL, NULL, NULL, NULL));
    KEEPS(crm_salvage, crm_salvage(test_folder, to, NULL, NULL, &records, NULL, NULL));
    cr_expect_eq(records, 5000);
    test_folder_remove(to);
    cr_assert_eq(truncate(file, 4096), 0);
    REFUSES(CRM_E_CORRUPT, crm_salvage, crm_salvage(test_folder, to, NULL, NULL, NULL, NULL, NULL));
    cr_expect_neq(access(to, F_OK), 0, "nothing is left of a store that was not made");
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
