/* SPDX-License-Identifier: MIT */
/* Each status that dump.h names: stores record by record. */
#include "support/actors.h"
#include "support/errors.h"
#include "support/store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(errors_dump, .init = test_begin, .fini = test_end);

static char *folder;
static uint8_t identity[48];
static crm_id party, other, gone, custom, code, other_code, contact, channel;

static char *place(void) {
    static char path[600];
    snprintf(path, sizeof path, "%s/store", folder);
    return path;
}

static void fill(crm_db *db) {
    crm_txn *txn = test_write(db);
    custom = test_put(txn, test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "size",
                                       CRM_CUSTOM_FIELD_TYPE, "int", 0));
    code = test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "P", 0));
    other_code = test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "Q", 0));
    party = test_party(txn, "A");
    contact = test_put(txn, test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "Ada", 0));
    gone = test_put(txn, test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "Eve", 0));
    cr_assert_eq(crm_record_delete(txn, gone, 0), CRM_OK);
    other = test_party(txn, "B");
    channel = test_put(txn, test_record(CRM_KIND_CHANNEL, other, CRM_CHANNEL_TYPE, CRM_CHANNEL_WEB, CRM_CHANNEL_VALUE, "x", 0));
    test_commit(txn);
}

static crm_load *begin_load(void) {
    crm_load *load;
    cr_assert_eq(crm_load_begin(place(), identity, sizeof identity, &load), CRM_OK, "%s", crm_error_text());
    return load;
}

static crm_record *record(crm_load *load, uint32_t kind, crm_id id) {
    crm_record *rec;
    cr_assert_eq(crm_load_record(load, kind, id, 1, &rec), CRM_OK, "%s", crm_error_text());
    return rec;
}

static int put(crm_load *load, crm_record *rec) {
    test_mark();
    int rc = crm_load_put(load, rec);
    crm_record_free(rec);
    return rc;
}

static crm_record *party_of(crm_load *load) {
    crm_record *rec = record(load, CRM_KIND_PARTY, party);
    crm_record_set_text(rec, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_NTS);
    crm_record_set_text(rec, CRM_PARTY_NAME, "A", CRM_NTS);
    return rec;
}

static crm_record *contact_of(crm_load *load, crm_id owner) {
    crm_record *rec = record(load, CRM_KIND_CONTACT, contact);
    crm_record_set_text(rec, CRM_CONTACT_NAME, "Ada", CRM_NTS);
    if (owner) crm_record_set_id(rec, CRM_CONTACT_PARTY, owner);
    return rec;
}

static crm_record *code_of(crm_load *load, crm_id id, const char *value) {
    crm_record *rec = record(load, CRM_KIND_CODE, id);
    crm_record_set_text(rec, CRM_CODE_DOMAIN, "plant", CRM_NTS);
    crm_record_set_text(rec, CRM_CODE_CODE, value, CRM_NTS);
    return rec;
}

/* A record that is wrong, as a load's first; what is wrong with it by number. */
static int put_bad(int which) {
    crm_load *load = begin_load();
    crm_record *rec = which == 4 || which == 5 ? contact_of(load, which == 4 ? 0 : party) : party_of(load);
    if (which == 1) crm_record_clear(rec, CRM_PARTY_NAME);
    if (which == 2) crm_record_set_text(rec, CRM_PARTY_LANGUAGE, "xx", CRM_NTS);
    if (which == 3) crm_record_set_id(rec, CRM_PARTY_REFERRER, contact);
    if (which == 5) crm_record_set_date(rec, CRM_CONTACT_VALID_FROM, 5), crm_record_set_date(rec, CRM_CONTACT_VALID_UNTIL, 5);
    if (which == 6) {
        crm_record_free(rec);
        cr_assert_eq(crm_record_new(CRM_KIND_PARTY, &rec), CRM_OK);
    }
    if (which == 7) {
        static char text[100];
        memset(text, 'x', 99);
        crm_record_free(rec);
        rec = code_of(load, code, text);
    }
    if (which == 8) { /* the second party's channel names the contact of the first */
        cr_assert_eq(put(load, rec), CRM_OK);
        rec = record(load, CRM_KIND_CHANNEL, channel);
        crm_record_set_id(rec, CRM_CHANNEL_PARTY, other);
        crm_record_set_text(rec, CRM_CHANNEL_TYPE, CRM_CHANNEL_WEB, CRM_NTS);
        crm_record_set_text(rec, CRM_CHANNEL_VALUE, "x", CRM_NTS);
        crm_record_set_id(rec, CRM_CHANNEL_TARGET, contact);
    }
    int rc = put(load, rec);
    crm_load_free(load);
    return rc;
}

static int finish_of(int which) {
    crm_load *load = begin_load();
    if (which == 1) cr_assert_eq(put(load, contact_of(load, party)), CRM_OK, "%s", crm_error_text());
    if (which == 2) {
        cr_assert_eq(put(load, code_of(load, code, "P")), CRM_OK);
        cr_assert_eq(put(load, code_of(load, other_code, "P")), CRM_OK);
    }
    test_mark();
    int rc = crm_load_finish(load);
    crm_error_report(crm_error_status(), crm_error_field(), crm_error_row(), NULL);
    crm_load_free(load);
    return rc;
}

Test(errors_dump, dump) {
    crm_db *db = test_open();
    fill(db);
    crm_txn *txn = test_write(db);
    crm_id clerk = actor_staff(txn, "clerk", "*", "*", 0);
    test_commit(txn);
    txn = test_as(db, clerk);
    crm_dump *dump;
    crm_record *rec;
    crm_id id, to;
    size_t size;
    REFUSES(CRM_E_DENIED, crm_dump_begin, crm_dump_begin(txn, &dump));
    crm_txn_free(txn);
    txn = test_read(db);
    REFUSES(CRM_E_INVALID, crm_dump_begin, crm_dump_begin(txn, NULL));
    KEEPS(crm_dump_begin, crm_dump_begin(txn, &dump));
    KEEPS(crm_dump_identity, crm_dump_identity(dump, &size));
    cr_expect_eq(size, 48);
    KEEPS(crm_dump_next, crm_dump_next(dump, &rec, &id, &to));
    cr_expect(rec && id == custom, "definitions come first");
    crm_record_free(rec);
    cr_expect_null(crm_dump_identity(NULL, &size));
    REFUSES(CRM_E_INVALID, crm_dump_next, crm_dump_next(NULL, &rec, &id, &to));
    crm_txn_free(txn);
    REFUSES(CRM_E_ENDED, crm_dump_next, crm_dump_next(dump, &rec, &id, &to));
    crm_dump_free(dump);
    crm_dump_free(NULL);
    crm_db_close(db);
}

Test(errors_dump, load) {
    crm_load *load;
    crm_record *rec;
    crm_dump *dump;
    size_t size;
    folder = test_folder_new();
    crm_db *db = test_open();
    fill(db);
    crm_txn *txn = test_read(db);
    cr_assert_eq(crm_dump_begin(txn, &dump), CRM_OK);
    memcpy(identity, crm_dump_identity(dump, &size), sizeof identity);
    crm_dump_free(dump);
    crm_txn_free(txn);

    REFUSES(CRM_E_EXISTS, crm_load_begin, crm_load_begin(test_folder, identity, sizeof identity, &load));
    REFUSES(CRM_E_FORMAT, crm_load_begin, crm_load_begin(place(), identity, 47, &load));
    REFUSES(CRM_E_FORMAT, crm_load_begin, crm_load_begin(place(), (uint8_t[48]){0}, 48, &load));
    REFUSES(CRM_E_INVALID, crm_load_begin, crm_load_begin("", identity, sizeof identity, &load));
    KEEPS(crm_load_begin, crm_load_begin(place(), identity, sizeof identity, &load));
    REFUSES(CRM_E_FORMAT, crm_load_record, crm_load_record(load, CRM_KIND_CONTACT, party, 1, &rec));
    crm_load_free(load);
    load = begin_load();
    KEEPS(crm_load_record, crm_load_record(load, CRM_KIND_PARTY, party, 3, &rec));
    cr_expect(crm_record_key(rec) == party && crm_record_revision(rec) == 3);
    cr_expect_eq(crm_record_set_time(rec, CRM_PARTY_CREATED_AT, 1), CRM_OK, "what the library sets can be set");
    txn = test_write(db);
    cr_expect_eq(crm_record_put(txn, rec, NULL, NULL), CRM_E_INVALID, "but not stored in a store that is there");
    crm_txn_free(txn);
    crm_record_free(rec);
    crm_load_free(load);

    REFUSES(CRM_E_REQUIRED, crm_load_put, put_bad(1));
    REFUSES(CRM_E_CODE, crm_load_put, put_bad(2));
    REFUSES(CRM_E_NOTFOUND, crm_load_put, put_bad(3));
    REFUSES(CRM_E_FORMAT, crm_load_put, put_bad(4));
    REFUSES(CRM_E_RANGE, crm_load_put, put_bad(5));
    REFUSES(CRM_E_FORMAT, crm_load_put, put_bad(6));
    REFUSES(CRM_E_TOO_BIG, crm_load_put, put_bad(7));
    REFUSES(CRM_E_NOT_RELATED, crm_load_put, put_bad(8));
    cr_expect_eq(finish_of(2), CRM_E_EXISTS);
    REFUSES(CRM_E_EXISTS, crm_load_put, finish_of(2));
    cr_expect_eq(crm_error_row(), 2);
    REFUSES(CRM_E_FORMAT, crm_load_finish, finish_of(1));

    for (crm_id id = 1; id < 100; id++) { /* ids of computed kinds among them */
        load = begin_load();
        int rc = crm_load_stub(load, id, 0);
        cr_expect(rc == CRM_OK || rc == CRM_E_FORMAT, "%d", rc);
        crm_load_free(load);
    }
    load = begin_load();
    cr_expect_eq(put(load, party_of(load)), CRM_OK, "%s", crm_error_text());
    KEEPS(crm_load_put, put(load, contact_of(load, party)));
    KEEPS(crm_load_stub, crm_load_stub(load, gone, 0));
    REFUSES(CRM_E_FORMAT, crm_load_stub, crm_load_stub(load, gone, 0));
    REFUSES(CRM_E_FORMAT, crm_load_finish, crm_load_finish(load));
    crm_load_free(load);

    load = begin_load();
    cr_expect_eq(put(load, party_of(load)), CRM_OK);
    crm_load *second = begin_load();
    cr_expect_eq(put(second, party_of(second)), CRM_OK);
    KEEPS(crm_load_finish, crm_load_finish(load));
    REFUSES(CRM_E_EXISTS, crm_load_finish, crm_load_finish(second));
    REFUSES(CRM_E_ENDED, crm_load_finish, crm_load_finish(load));
    crm_load_free(second);
    crm_load_free(load);
    crm_load_free(NULL);
    REFUSES(CRM_E_INVALID, crm_load_finish, crm_load_finish(NULL));
    REFUSES(CRM_E_INVALID, crm_load_stub, crm_load_stub(NULL, 1, 0));
    REFUSES(CRM_E_INVALID, crm_load_put, crm_load_put(NULL, NULL));
    REFUSES(CRM_E_INVALID, crm_load_record, crm_load_record(NULL, CRM_KIND_PARTY, 1, 1, &rec));
    crm_db_close(db);
    test_folder_remove(place());
    test_folder_remove(folder);
    free(folder);
}
