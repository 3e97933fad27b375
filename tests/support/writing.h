/* SPDX-License-Identifier: MIT */
/* The fixture of tests that write: a store of their own and a write transaction in it, db and txn, both ended with the test. Use it by
 * TestSuite(name, .init = begin, .fini = end). */
#ifndef CRM_TESTS_SUPPORT_WRITING_H
#define CRM_TESTS_SUPPORT_WRITING_H
#include "support/store.h"

static crm_db *db;
static crm_txn *txn;

static void begin(void) {
    test_begin();
    db = test_open();
    txn = test_write(db);
}

static void end(void) {
    crm_txn_free(txn);
    crm_db_close(db);
    test_end();
}
#endif
