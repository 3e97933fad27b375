/* SPDX-License-Identifier: MIT */
/* Gathering transactions without memory: what could not be put for a read is missed by the commit. */
#include "engine_support.h"
#include "support/allocations.h"

static int see(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    ++*(int *)data;
    return CRM_OK;
}

static int rows_in(crmi_etxn *txn, uint32_t table) {
    int rows = 0;
    int rc = crmi_engine_range(txn, &(crmi_read){.table = table, .flags = CRMI_READ_RANGE}, see, &rows);
    return rc < 0 ? rc : rows;
}

static void fill(crmi_etxn *txn, uint32_t table) {
    char name[] = "key0....";
    for (; name[3] < '5'; name[3]++) cr_assert_eq(crmi_engine_put(txn, table, (crmi_slice){name, 8}, (crmi_slice){"", 0}), CRM_OK);
}

Test(gather_faults, a_read_that_fails) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 0);
    for (uint32_t table = CRMI_TABLE_FILE; table <= CRMI_TABLE_INDEX; table++) {
        crmi_etxn *txn = txn_begin(engine, true);
        cr_assert_eq(crmi_engine_gather(&txn), CRM_OK);
        fill(txn, table);
        failed = for_good = false;
        left = 1;
        armed = table == CRMI_TABLE_INDEX;
        int rows = rows_in(txn, table);
        armed = false;
        cr_expect_eq(rows, failed ? CRM_E_NOMEM : 5);
        cr_expect_eq(failed, table == CRMI_TABLE_INDEX, "records need none");
        cr_expect_eq(crmi_engine_commit(txn), failed ? CRM_E_NOMEM : CRM_OK);
        txn = txn_begin(engine, false);
        cr_expect_eq(rows_in(txn, table), failed ? 0 : 5, "all or nothing");
        crmi_engine_abort(txn);
    }
    crmi_engine_close(engine);
    folder_remove(&at);
}
