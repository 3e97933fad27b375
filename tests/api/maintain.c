/* SPDX-License-Identifier: MIT */
/* crm_verify(): a sound store has no damages, beside a writer too; how far it is, and how it is ended. */
#include "support/errors.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>

TestSuite(maintain, .init = test_begin, .fini = test_end, .timeout = 60);

enum { PARTIES = 600 };

static void fill(crm_db *db) {
    crm_txn *txn = test_write(db);
    for (int i = 0; i < PARTIES; i++) {
        crm_id party = test_party(txn, "Company");
        test_role(txn, party, CRM_ROLE_CUSTOMER, NULL);
        test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    }
    test_commit(txn);
}

Test(maintain, sound) {
    crm_db *db = test_open();
    test_sound(db, 0);
    fill(db);
    test_sound(db, 1);
    crm_damages *damages;
    cr_assert_eq(crm_verify(db, CRM_VERIFY_PAGES, 1, NULL, NULL, &damages), CRM_OK);
    cr_expect(!crm_damages_count(damages) && !crm_damages_record(damages, 0));
    crm_damages_free(damages);
    crm_db_close(db);
}

typedef struct told {
    uint64_t calls, done, most;
} told;

static int count(void *data, uint64_t done) {
    told *seen = data;
    cr_expect_gt(done, seen->done);
    seen->done = done;
    return ++seen->calls == seen->most ? 1 : 0;
}

Test(maintain, progress) {
    crm_db *db = test_open();
    crm_damages *damages;
    told seen = {0};
    fill(db);
    cr_assert_eq(crm_verify(db, 0, 0, count, &seen, &damages), CRM_OK);
    cr_expect_geq(seen.calls, 1);
    cr_expect_geq(seen.done, 3 * PARTIES);
    crm_damages_free(damages);
    seen = (told){.most = 1};
    test_mark();
    test_refused("ended", crm_verify(db, 0, 0, count, &seen, &damages), CRM_E_ABORTED);
    cr_expect_null(damages);
    test_refused("flags", crm_verify(db, 2, 0, NULL, NULL, &damages), CRM_E_INVALID);
    crm_db_close(db);
}

static atomic_bool stop;

static void *write_on(void *data) {
    crm_db *db = data;
    crm_id party = 0;
    for (int i = 0; !atomic_load(&stop); i++) {
        crm_txn *txn = test_write(db);
        if (i % 10) cr_assert_eq(crm_record_delete(txn, party, 0), CRM_OK); /* so that there is no end of looking */
        party = test_party(txn, "Another");
        crm_id site = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Bonn");
        if (i % 3 == 0) cr_assert_eq(crm_record_delete(txn, site, 0), CRM_OK);
        test_commit(txn);
    }
    return NULL;
}

/* Commits follow each other all the time: the snapshot that is looked at is whole. */
Test(maintain, beside_a_writer) {
    crm_db *db = test_open();
    pthread_t writer;
    fill(db);
    cr_assert_eq(pthread_create(&writer, NULL, write_on, db), 0);
    for (uint64_t i = 0; i < 40; i++) test_sound(db, i);
    atomic_store(&stop, true);
    pthread_join(writer, NULL);
    test_sound(db, 40);
    crm_db_close(db);
}
