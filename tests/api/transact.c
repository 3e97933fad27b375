/* SPDX-License-Identifier: MIT */
/* crm_transact(): what a callback may return and do, and stores that grow meanwhile. */
#include "support/store.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(transact, .init = test_begin, .fini = test_end);

typedef struct work {
    int result, runs;
    crm_txn *kept;
    int inner; /* what a commit inside says */
    enum { PLAIN, COMMIT_INSIDE, ABORT_INSIDE, FREE_INSIDE, NESTED, CAUGHT } how;
    crm_db *db;
} work;

static int do_work(crm_txn *txn, void *data) {
    work *w = data;
    crm_txn *second;
    w->runs++;
    w->kept = txn;
    test_party(txn, "worked");
    if (w->how == COMMIT_INSIDE) w->inner = crm_txn_commit(txn);
    if (w->how == ABORT_INSIDE) crm_txn_abort(txn);
    if (w->how == FREE_INSIDE) crm_txn_free(txn);
    if (w->how == NESTED) w->inner = crm_txn_begin(w->db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &second);
    if (w->how == CAUGHT) w->inner = test_try(txn, test_record(CRM_KIND_PARTY, 0, 0));
    return w->result;
}

Test(transact, results) {
    static const struct result_case {
        int result, status;
        bool stored;
    } cases[] = {
        {CRM_COMMIT, CRM_OK, true},
        {0, CRM_E_ABORTED, false},
        {1, CRM_E_ABORTED, false},
        {3, CRM_E_ABORTED, false},
        {72515583, CRM_E_ABORTED, false},
        {-72515583, CRM_E_ABORTED, false},
        {-CRM_COMMIT, CRM_E_ABORTED, false},
        {CRM_COMMIT + 1, CRM_E_ABORTED, false},
        {INT32_MIN, CRM_E_ABORTED, false},
        {INT32_MAX, CRM_E_ABORTED, false},
        {-5, CRM_E_TYPE, false},
        {CRM_E_NOTFOUND, CRM_E_NOTFOUND, false},
        {CRM_E_ABORTED, CRM_E_ABORTED, false},
    };
    crm_db *db = test_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        work w = {.result = cases[i].result};
        crm_record *rec;
        uint64_t before = test_sequence(db);
        int rc = crm_transact(db, CRM_ACTOR_SYSTEM, do_work, &w);
        cr_expect_eq(rc, cases[i].status, "%d: %d", cases[i].result, rc);
        cr_expect(rc == CRM_OK || (crm_error_status() == rc && *crm_error_text()), "%d: the error", cases[i].result);
        cr_expect_eq(w.runs, 1);
        cr_expect_eq(test_sequence(db) - before, cases[i].stored, "%d", cases[i].result);
        cr_expect_eq(crm_record_get(w.kept, 1, &rec), CRM_E_ENDED, "a kept handle has ended");
        crm_txn_free(w.kept);
    }
    crm_db_close(db);
}

Test(transact, inside) {
    static const struct inside_case {
        int how, status, inner;
        bool stored;
    } cases[] = {
        {COMMIT_INSIDE, CRM_OK, CRM_E_INVALID, true}, {ABORT_INSIDE, CRM_E_ENDED, 0, false},  {FREE_INSIDE, CRM_OK, 0, true},
        {NESTED, CRM_OK, CRM_E_INVALID, true},        {CAUGHT, CRM_OK, CRM_E_REQUIRED, true},
    };
    crm_db *db = test_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        work w = {.result = CRM_COMMIT, .how = (unsigned)cases[i].how, .db = db};
        uint64_t before = test_sequence(db);
        int rc = crm_transact(db, CRM_ACTOR_SYSTEM, do_work, &w);
        cr_expect_eq(rc, cases[i].status, "%zu: %d %s", i, rc, crm_error_text());
        cr_expect_eq(w.inner, cases[i].inner, "%zu: %d", i, w.inner);
        cr_expect_eq(test_sequence(db) - before, cases[i].stored, "%zu", i);
    }
    work w = {.result = CRM_COMMIT};
    cr_expect_eq(crm_transact(db, 0, do_work, &w), CRM_E_INVALID);
    cr_expect_eq(crm_transact(db, 7, do_work, &w), CRM_E_NOTFOUND);
    cr_expect_eq(crm_transact(db, CRM_ACTOR_SYSTEM, NULL, &w), CRM_E_INVALID);
    crm_txn *txn = test_write(db);
    cr_expect_eq(crm_transact(db, CRM_ACTOR_SYSTEM, do_work, &w), CRM_E_INVALID);
    crm_txn_free(txn);
    crm_db_close(db);
    cr_expect_eq(crm_transact(db, CRM_ACTOR_SYSTEM, do_work, &w), CRM_E_ENDED);
    cr_expect_eq(w.runs, 0);
}

/* --- growth --- */

typedef struct load {
    int parties, runs;
    crm_db *db;
} load;

static int do_load(crm_txn *txn, void *data) {
    load *l = data;
    char note[3001];
    memset(note, 'n', 3000);
    note[3000] = 0;
    l->runs++;
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < l->parties; i++)
        rc = test_try(txn, test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "x", CRM_PARTY_NOTE, note, 0));
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

Test(transact, growth) {
    crm_db_options options = test_options();
    options.max_bytes = 8 << 20;
    setenv("CRM_MAP_SIZE", "262144", 1);
    load l = {.parties = 500};
    cr_assert_eq(crm_db_open(test_folder, &options, &l.db), CRM_OK);
    cr_expect_eq(crm_transact(l.db, CRM_ACTOR_SYSTEM, do_load, &l), CRM_OK, "%s", crm_error_text());
    cr_expect(l.runs > 2 && l.runs < 8, "256 KiB to 4 MiB: %d runs", l.runs);
    cr_expect_eq(test_sequence(l.db), 1);

    l = (load){.parties = 3000, .db = l.db};
    cr_expect_eq(crm_transact(l.db, CRM_ACTOR_SYSTEM, do_load, &l), CRM_E_FULL, "over the bound");
    cr_expect_eq(test_sequence(l.db), 1);
    l = (load){.parties = 1, .db = l.db};
    cr_expect_eq(crm_transact(l.db, CRM_ACTOR_SYSTEM, do_load, &l), CRM_OK, "what fits is stored: %s", crm_error_text());
    crm_db_close(l.db);
}

/* While a snapshot is open the map can't be moved: that is another error than a full store. */
Test(transact, growth_waits) {
    crm_db_options options = test_options();
    options.max_bytes = 8 << 20;
    setenv("CRM_MAP_SIZE", "262144", 1);
    load l = {.parties = 200};
    cr_assert_eq(crm_db_open(test_folder, &options, &l.db), CRM_OK);
    crm_txn *snapshot = test_read(l.db);
    int rc = crm_transact(l.db, CRM_ACTOR_SYSTEM, do_load, &l);
    cr_expect_eq(rc, CRM_E_BUSY, "%d %s", rc, crm_error_text());
    cr_expect_eq(l.runs, 1, "no use to try again: %d runs", l.runs);
    crm_txn_free(snapshot);
    cr_expect_eq(crm_transact(l.db, CRM_ACTOR_SYSTEM, do_load, &l), CRM_OK);
    crm_db_close(l.db);
}
