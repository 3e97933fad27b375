/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: stores, transactions, records, lists. Quotes and rows are in errors_quote.c, what holds for
 * all handles and texts in tests/stress/api_abuse.c, what the disk does in the tests of the engine and store. */
#include "support/errors.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static crm_db *db;
static crm_txn *txn;
static crm_id party, other, address, contact;
static crm_record *rec, *read_party; /* rec: whatever a line makes */
static crm_iter *iter;
static crm_id id;
static char huge[4098];

static void begin(void) {
    test_begin();
    db = test_open();
    txn = test_write(db);
    party = test_party(txn, "Beispiel AG");
    other = test_party(txn, "Andere GmbH");
    test_role(txn, party, CRM_ROLE_CUSTOMER, "10001");
    address = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    contact = test_child(txn, CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "A. Muster");
    test_put(txn, test_record(CRM_KIND_IDENTIFIER, party, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "7", 0));
    test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "1", 0));
    crm_record *terms = test_record(CRM_KIND_QUOTE_DEFAULTS, party, 0);
    cr_assert_eq(crm_record_set_id(terms, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, address), CRM_OK);
    test_put(txn, terms);
    test_commit(txn);
    txn = test_write(db);
    read_party = test_get(txn, party);
    memset(huge, 'x', sizeof huge - 1);
}

static void end(void) {
    crm_record_free(read_party);
    crm_txn_free(txn);
    crm_db_close(db);
    test_end();
}

TestSuite(errors, .init = begin, .fini = end);

static int put(crm_record *given) { return test_try(txn, given); }

static crm_record *with_id(crm_record *given, crm_field field, crm_id value) {
    cr_assert_eq(crm_record_set_id(given, field, value), CRM_OK);
    return given;
}

/* --- stores and transactions --- */

static int open_with(crm_db_options options, const char *name) {
    char path[4096];
    crm_db *out;
    snprintf(path, sizeof path, "%s%s%s", test_folder, *name ? "/" : "", name);
    options.size = sizeof options;
    int rc = crm_db_open(path, &options, &out);
    crm_db_close(out);
    return rc;
}

static void make_empty_file(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", test_folder, folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    strcat(path, "/data.mdb");
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    cr_assert(file >= 0 && close(file) == 0);
}

Test(errors, db) {
    crm_db_options create = test_options();
    make_empty_file("empty");
    REFUSES(CRM_E_NOTFOUND, crm_db_open, open_with((crm_db_options){0}, "none"));
    REFUSES(CRM_E_INVALID, crm_db_open, open_with((crm_db_options){.flags = 3}, "none"));
    REFUSES(CRM_E_RANGE, crm_db_open, open_with((crm_db_options){.max_readers = 65537}, "none"));
    REFUSES(CRM_E_RANGE, crm_db_open, open_with((crm_db_options){.utc_offset = 1441}, "none"));
    REFUSES(CRM_E_RANGE, crm_db_open, open_with((crm_db_options){.fixed_time = INT64_MAX}, "none"));
    REFUSES(CRM_E_BUSY, crm_db_open, open_with((crm_db_options){.max_readers = 7}, ""));
    REFUSES(CRM_E_CORRUPT, crm_db_open, open_with((crm_db_options){0}, "empty"));
    KEEPS(crm_db_open, open_with(create, "new"));
    KEEPS(crm_db_open, open_with(create, "new"));
    KEEPS(crm_db_uuid, crm_db_uuid(db));
    KEEPS(crm_db_today, crm_db_today(db));
}

static const char *in_folder(const char *name) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", test_folder, name);
    return path;
}

Test(errors, db_copies) {
    make_empty_file("empty");
    REFUSES(CRM_E_EXISTS, crm_db_backup, crm_db_backup(db, in_folder("empty")));
    REFUSES(CRM_E_NOTFOUND, crm_db_backup, crm_db_backup(db, in_folder("none/none")));
    REFUSES(CRM_E_INVALID, crm_db_backup, crm_db_backup(db, ""));
    REFUSES(CRM_E_INVALID, crm_db_backup, crm_db_backup(db, in_folder("empty/data.mdb")));
    cr_assert_eq(mkdir(in_folder("copy"), 0700) + mkdir(in_folder("copy/.crm-new"), 0700), 0);
    int busy = open(in_folder("copy/.crm-new"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(flock(busy, LOCK_EX), 0);
    REFUSES(CRM_E_BUSY, crm_db_backup, crm_db_backup(db, in_folder("copy")));
    close(busy);
    KEEPS(crm_db_backup, crm_db_backup(db, in_folder("copy")));
    REFUSES(CRM_E_BUSY, crm_db_compact, crm_db_compact(test_folder, &(crm_db_options){.size = sizeof(crm_db_options)}));
    REFUSES(CRM_E_INVALID, crm_db_compact,
            crm_db_compact(test_folder, &(crm_db_options){.size = sizeof(crm_db_options), .flags = CRM_DB_CREATE}));
    KEEPS(crm_db_compact, crm_db_compact(in_folder("copy"), NULL));
}

static int begin_with(crm_db *in, uint32_t flags, crm_id actor) {
    crm_txn *out;
    int rc = crm_txn_begin(in, flags, actor, &out);
    crm_txn_free(out);
    return rc;
}

static int nothing(crm_txn *in, void *data) { return (void)in, (void)data, CRM_OK; }
static int everything(crm_txn *in, void *data) { return (void)in, (void)data, CRM_COMMIT; }
static int early(crm_txn *in, void *data) {
    (void)data;
    REFUSES(CRM_E_INVALID, crm_txn_commit, crm_txn_commit(in));
    crm_txn_abort(in);
    return CRM_COMMIT;
}

/* While the fixture's thread writes. */
static void *in_thread(void *data) {
    REFUSES(CRM_E_BUSY, crm_txn_begin, begin_with(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM));
    REFUSES(CRM_E_BUSY, crm_transact, crm_transact(db, CRM_ACTOR_SYSTEM, everything, NULL));
    REFUSES(CRM_E_THREAD, crm_txn_commit, crm_txn_commit(txn));
    return data;
}

Test(errors, txn) {
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, in_thread, NULL), 0);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    REFUSES(CRM_E_INVALID, crm_txn_begin, begin_with(db, 0, 0));
    REFUSES(CRM_E_INVALID, crm_txn_begin, begin_with(db, 2, CRM_ACTOR_SYSTEM));
    REFUSES(CRM_E_INVALID, crm_txn_begin, begin_with(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM));
    REFUSES(CRM_E_NOTFOUND, crm_txn_begin, begin_with(db, 0, 2));
    REFUSES(CRM_E_INVALID, crm_transact, crm_transact(db, CRM_ACTOR_SYSTEM, everything, NULL));
    KEEPS(crm_txn_sequence, crm_txn_sequence(txn));
    KEEPS(crm_txn_begin, begin_with(db, 0, CRM_ACTOR_SYSTEM));
    KEEPS(crm_txn_commit, crm_txn_commit(txn));
    REFUSES(CRM_E_ABORTED, crm_transact, crm_transact(db, CRM_ACTOR_SYSTEM, nothing, NULL));
    REFUSES(CRM_E_ENDED, crm_transact, crm_transact(db, CRM_ACTOR_SYSTEM, early, NULL));
    KEEPS(crm_transact, crm_transact(db, CRM_ACTOR_SYSTEM, everything, NULL));
    crm_txn_free(txn);
    txn = test_read(db);
    REFUSES(CRM_E_READ_ONLY, crm_record_put, put(test_record(CRM_KIND_PARTY, 0, 0)));
    REFUSES(CRM_E_READ_ONLY, crm_record_delete, crm_record_delete(txn, party, 0));
    REFUSES(CRM_E_READ_ONLY, crm_setting_set, crm_setting_set(txn, "a", "b", 1));
    REFUSES(CRM_E_READ_ONLY, crm_setting_clear, crm_setting_clear(txn, "a"));
}

Test(errors, read_only) {
    char path[4096];
    crm_db *reader;
    crm_txn *open[512];
    size_t count = 0;
    crm_db_options options = test_options();
    options.max_readers = 1;
    cr_assert_eq(open_with(options, "new"), CRM_OK);
    options.flags = CRM_DB_READ_ONLY;
    snprintf(path, sizeof path, "%s/new", test_folder);
    cr_assert_eq(crm_db_open(path, &options, &reader), CRM_OK);
    REFUSES(CRM_E_READ_ONLY, crm_txn_begin, begin_with(reader, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM));
    while (count < 512 && crm_txn_begin(reader, 0, CRM_ACTOR_SYSTEM, &open[count]) == CRM_OK) count++;
    REFUSES(CRM_E_BUSY, crm_txn_begin, begin_with(reader, 0, CRM_ACTOR_SYSTEM));
    while (count > 0) crm_txn_free(open[--count]);
    crm_db_close(reader);
}

/* --- records in memory --- */

Test(errors, fields) {
    rec = read_party;
    REFUSES(CRM_E_INVALID, crm_record_new, crm_record_new(30, &rec));
    rec = read_party;
    FAILS(CRM_E_TYPE, crm_record_has, crm_record_has(rec, CRM_ROLE_ROLE));
    FAILS(CRM_E_TYPE, crm_record_text, crm_record_text(rec, CRM_PARTY_ARCHIVED));
    FAILS(CRM_E_TYPE, crm_record_int, crm_record_int(rec, CRM_PARTY_NAME, 0));
    FAILS(CRM_E_TYPE, crm_record_bool, crm_record_bool(rec, CRM_PARTY_NAME, 0));
    FAILS(CRM_E_TYPE, crm_record_date, crm_record_date(rec, CRM_PARTY_NAME, 0));
    FAILS(CRM_E_TYPE, crm_record_time, crm_record_time(rec, CRM_PARTY_NAME, 0));
    FAILS(CRM_E_TYPE, crm_record_amount, crm_record_amount(rec, CRM_PARTY_NAME, 0));
    FAILS(CRM_E_TYPE, crm_record_id, crm_record_id(rec, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_record_bytes, crm_record_bytes(rec, CRM_PARTY_NAME, NULL));
    FAILS(CRM_E_TYPE, crm_record_item_count, crm_record_item_count(rec, CRM_PARTY_NAME));
    FAILS(CRM_E_TYPE, crm_record_item, crm_record_item(rec, CRM_PARTY_NAME, 0));
    FAILS(CRM_E_TYPE, crm_record_label, crm_record_label(rec, CRM_PARTY_NAME, "de"));
    FAILS(CRM_E_TYPE, crm_record_label_language, crm_record_label_language(rec, CRM_PARTY_NAME, 0));
    KEEPS(crm_record_has, crm_record_has(rec, CRM_PARTY_NOTE));
    KEEPS(crm_record_text, crm_record_text(rec, CRM_PARTY_NOTE));
    KEEPS(crm_record_bool, crm_record_bool(rec, CRM_PARTY_ARCHIVED, 0));
    KEEPS(crm_record_time, crm_record_time(rec, CRM_PARTY_CREATED_AT, 0));
    KEEPS(crm_record_amount, crm_record_amount(rec, CRM_PARTY_CREDIT_BALANCE, 0));
    KEEPS(crm_record_id, crm_record_id(rec, CRM_PARTY_REFERRER));
    KEEPS(crm_record_json, crm_record_json(rec, NULL));
}

Test(errors, set) {
    crm_record *place, *role, *code;
    KEEPS(crm_record_new, crm_record_new(CRM_KIND_ADDRESS, &place));
    KEEPS(crm_record_new, crm_record_new(CRM_KIND_ROLE, &role));
    KEEPS(crm_record_new, crm_record_new(CRM_KIND_CODE, &code));
    REFUSES(CRM_E_TYPE, crm_record_set_text, crm_record_set_text(place, CRM_PARTY_NAME, "x", 1));
    REFUSES(CRM_E_UTF8, crm_record_set_text, crm_record_set_text(place, CRM_ADDRESS_TOWN, "\xff", 1));
    REFUSES(CRM_E_TOO_BIG, crm_record_set_text, crm_record_set_text(place, CRM_ADDRESS_TOWN, huge, 4097));
    REFUSES(CRM_E_TYPE, crm_record_set_int, crm_record_set_int(place, CRM_ADDRESS_TOWN, 1));
    REFUSES(CRM_E_TYPE, crm_record_set_bool, crm_record_set_bool(place, CRM_ADDRESS_TOWN, 1));
    REFUSES(CRM_E_TYPE, crm_record_set_date, crm_record_set_date(role, CRM_ROLE_NUMBER, 1));
    REFUSES(CRM_E_RANGE, crm_record_set_date, crm_record_set_date(role, CRM_ROLE_VALID_FROM, INT64_MAX));
    REFUSES(CRM_E_TYPE, crm_record_set_time, crm_record_set_time(read_party, CRM_PARTY_CREATED_AT, 1));
    REFUSES(CRM_E_TYPE, crm_record_set_amount, crm_record_set_amount(place, CRM_ADDRESS_TOWN, 1));
    REFUSES(CRM_E_TYPE, crm_record_set_id, crm_record_set_id(place, CRM_ADDRESS_TOWN, 1));
    REFUSES(CRM_E_TYPE, crm_record_set_bytes, crm_record_set_bytes(place, CRM_ADDRESS_TOWN, "x", 1));
    REFUSES(CRM_E_TYPE, crm_record_add_item, crm_record_add_item(place, CRM_ADDRESS_TOWN, "x", 1));
    REFUSES(CRM_E_UTF8, crm_record_add_item, crm_record_add_item(place, CRM_ADDRESS_RECIPIENT, "\xff", 1));
    REFUSES(CRM_E_TOO_BIG, crm_record_add_item, crm_record_add_item(place, CRM_ADDRESS_RECIPIENT, huge, 4097));
    REFUSES(CRM_E_TYPE, crm_record_set_label, crm_record_set_label(code, CRM_CODE_CODE, "de", "x", 1));
    REFUSES(CRM_E_INVALID, crm_record_set_label, crm_record_set_label(code, CRM_CODE_LABEL, "DE", "x", 1));
    REFUSES(CRM_E_UTF8, crm_record_set_label, crm_record_set_label(code, CRM_CODE_LABEL, "de", "\xff", 1));
    REFUSES(CRM_E_TOO_BIG, crm_record_set_label, crm_record_set_label(code, CRM_CODE_LABEL, "de", huge, 4097));
    REFUSES(CRM_E_TYPE, crm_record_clear, crm_record_clear(read_party, CRM_PARTY_CREATED_AT));
    KEEPS(crm_record_set_text, crm_record_set_text(place, CRM_ADDRESS_TOWN, huge, 4096));
    KEEPS(crm_record_set_int, crm_record_set_int(place, CRM_ADDRESS_LATITUDE, 1));
    KEEPS(crm_record_set_bool, crm_record_set_bool(place, CRM_ADDRESS_ARCHIVED, 1));
    KEEPS(crm_record_set_date, crm_record_set_date(role, CRM_ROLE_VALID_FROM, 1));
    KEEPS(crm_record_set_amount, crm_record_set_amount(read_party, CRM_PARTY_CREDIT_BALANCE, 1));
    KEEPS(crm_record_set_id, crm_record_set_id(place, CRM_ADDRESS_PARTY, 1));
    KEEPS(crm_record_add_item, crm_record_add_item(place, CRM_ADDRESS_RECIPIENT, "x", 1));
    KEEPS(crm_record_set_label, crm_record_set_label(code, CRM_CODE_LABEL, "de", "x", 1));
    KEEPS(crm_record_set_label, crm_record_set_label(code, CRM_CODE_LABEL, "en", NULL, 0));
    KEEPS(crm_record_clear, crm_record_clear(place, CRM_ADDRESS_TOWN));
    KEEPS(crm_record_int, crm_record_int(place, CRM_ADDRESS_LATITUDE, 0));
    KEEPS(crm_record_date, crm_record_date(role, CRM_ROLE_VALID_UNTIL, 0));
    KEEPS(crm_record_item_count, crm_record_item_count(place, CRM_ADDRESS_RECIPIENT));
    KEEPS(crm_record_item, crm_record_item(place, CRM_ADDRESS_RECIPIENT, 1));
    KEEPS(crm_record_label, crm_record_label(code, CRM_CODE_LABEL, "fr"));
    KEEPS(crm_record_label_language, crm_record_label_language(code, CRM_CODE_LABEL, 1));
    KEEPS(crm_record_copy, crm_record_copy(place, &rec));
    crm_record_free(rec);
    crm_record_free(place);
    crm_record_free(role);
    crm_record_free(code);
}

/* --- records in the store --- */

static int change_note(crm_record *given, const char *text) {
    cr_assert_eq(crm_record_set_text(given, CRM_PARTY_NOTE, text, CRM_NTS), CRM_OK);
    return crm_record_put(txn, given, NULL, NULL);
}

Test(errors, put) {
    REFUSES(CRM_E_NOTFOUND, crm_record_put,
            put(with_id(test_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, "main", 0), CRM_USAGE_TARGET, TEST_NO_ID)));
    REFUSES(CRM_E_NOT_RELATED, crm_record_put,
            put(with_id(test_record(CRM_KIND_USAGE, other, CRM_USAGE_PURPOSE, "main", 0), CRM_USAGE_TARGET, address)));
    REFUSES(CRM_E_EXISTS, crm_record_put, put(test_record(CRM_KIND_ROLE, other, CRM_ROLE_ROLE, "customer", CRM_ROLE_NUMBER, "10001", 0)));
    REFUSES(CRM_E_EXISTS, crm_record_put, put(test_record(CRM_KIND_ROLE, party, CRM_ROLE_ROLE, "customer", 0)));
    REFUSES(CRM_E_EXISTS, crm_record_put, put(test_record(CRM_KIND_QUOTE_DEFAULTS, party, 0)));
    REFUSES(CRM_E_REQUIRED, crm_record_put, put(test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", 0)));
    REFUSES(CRM_E_CODE, crm_record_put, put(test_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_COUNTRY, "Atlantis", 0)));
    REFUSES(CRM_E_RANGE, crm_record_put,
            put(test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "number.customer.next", CRM_SETTING_VALUE, "x", 0)));
    REFUSES(CRM_E_TYPE, crm_record_put, put(test_record(CRM_KIND_QUOTE, 0, 0)));
    REFUSES(CRM_E_TOO_BIG, crm_record_put,
            put(test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, huge + sizeof huge - 66, 0)));
    REFUSES(CRM_E_INVALID, crm_record_put, put(with_id(test_get(txn, address), CRM_ADDRESS_PARTY, other)));
    KEEPS(crm_record_put, put(test_record(CRM_KIND_ROLE, other, CRM_ROLE_ROLE, "supplier", 0)));
    KEEPS(crm_record_put, put(test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "organisation", CRM_PARTY_NAME, "x", 0)));
    KEEPS(crm_record_put, put(test_record(CRM_KIND_ADDRESS, other, CRM_ADDRESS_COUNTRY, "DE", 0)));
    KEEPS(crm_record_put, change_note(read_party, "first"));
    REFUSES(CRM_E_STALE, crm_record_put, change_note(read_party, "second"));
    REFUSES(CRM_E_STALE, crm_record_delete, crm_record_delete(txn, party, 1));
    REFUSES(CRM_E_IN_USE, crm_record_delete, crm_record_delete(txn, address, 0));
    REFUSES(CRM_E_NOTFOUND, crm_record_delete, crm_record_delete(txn, TEST_NO_ID, 0));
    KEEPS(crm_record_delete, crm_record_delete(txn, party, 2));
    REFUSES(CRM_E_NOTFOUND, crm_record_put, change_note(read_party, "third"));
}

/* Lists: a limit, a token, and that one that works is freed. */
static int list(uint32_t kind, crm_id of, uint32_t limit, const char *token) {
    int rc = crm_record_list(txn, of, kind, limit, token, &iter);
    crm_iter_free(iter);
    return rc;
}
static int search(crm_field field, uint32_t limit, const char *token) {
    int rc = crm_record_search(txn, field, "ulm", 3, limit, token, &iter);
    crm_iter_free(iter);
    return rc;
}
static int search_id(crm_field field, crm_id named, uint32_t limit, const char *token) {
    int rc = crm_record_search_id(txn, field, named, limit, token, &iter);
    crm_iter_free(iter);
    return rc;
}
static int parties(const char *role, uint32_t flags, uint32_t limit, const char *token) {
    int rc = crm_party_list(txn, role, NULL, 0, flags, limit, token, &iter);
    crm_iter_free(iter);
    return rc;
}
static int codes(uint32_t limit, const char *token) {
    int rc = crm_code_list(txn, "plant", limit, token, &iter);
    crm_iter_free(iter);
    return rc;
}

Test(errors, read) {
    REFUSES(CRM_E_NOTFOUND, crm_record_get, crm_record_get(txn, TEST_NO_ID, &rec));
    REFUSES(CRM_E_NOTFOUND, crm_record_find, crm_record_find(txn, CRM_ROLE_NUMBER, "customer", CRM_NTS, "9", 1, &id));
    REFUSES(CRM_E_TYPE, crm_record_find, crm_record_find(txn, CRM_PARTY_NAME, NULL, 0, "9", 1, &id));
    REFUSES(CRM_E_INVALID, crm_record_find, crm_record_find(txn, CRM_SETTING_NAME, "x", 1, "9", 1, &id));
    REFUSES(CRM_E_TYPE, crm_record_search, search(CRM_PARTY_NOTE, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_record_search, search(CRM_ADDRESS_TOWN, 0, "x"));
    REFUSES(CRM_E_TOO_BIG, crm_record_search, search(CRM_ADDRESS_TOWN, 10001, NULL));
    REFUSES(CRM_E_TYPE, crm_record_search_id, search_id(CRM_QUOTE_DEFAULTS_SCOPE, party, 0, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_record_search_id, search_id(CRM_PARTY_REFERRER, TEST_NO_ID, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_record_search_id, search_id(CRM_PARTY_REFERRER, party, 0, "x"));
    REFUSES(CRM_E_TOO_BIG, crm_record_search_id, search_id(CRM_PARTY_REFERRER, party, 10001, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_record_list, list(CRM_KIND_ROLE, TEST_NO_ID, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_record_list, list(CRM_KIND_PARTY, 0, 0, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_record_list, list(CRM_KIND_ROLE, address, 0, NULL));
    REFUSES(CRM_E_TOO_BIG, crm_record_list, list(CRM_KIND_ROLE, party, 10001, NULL));
    KEEPS(crm_record_get, crm_record_get(txn, contact, &rec));
    crm_record_free(rec);
    KEEPS(crm_record_find, crm_record_find(txn, CRM_IDENTIFIER_VALUE, "erp", 3, "7", 1, &id));
    KEEPS(crm_record_search, search(CRM_ADDRESS_TOWN, 0, NULL));
    KEEPS(crm_record_search_id, search_id(CRM_PARTY_REFERRER, party, 0, NULL));
    KEEPS(crm_record_list, list(CRM_KIND_CHANNEL, party, 0, NULL));
    KEEPS(crm_record_list, list(CRM_KIND_SETTING, 0, 0, NULL));
}

static char huge_name[4098];
static int directory(const crm_directory_query *query, uint32_t limit, const char *token) {
    int rc = crm_directory_list(txn, query, limit, token, &iter);
    crm_iter_free(iter);
    return rc;
}
static int count_of(const crm_directory_query *query) {
    uint64_t count;
    return crm_directory_count(txn, query, &count, NULL);
}
#define QUERY(...)                                                                                                                         \
    &(crm_directory_query) { .size = sizeof(crm_directory_query), __VA_ARGS__ }

Test(errors, directory) {
    memset(huge_name, 'x', sizeof huge_name - 1);
    const struct refused {
        int status;
        const crm_directory_query *query;
    } refused[] = {
        {CRM_E_INVALID, QUERY(.flags = 2)},          {CRM_E_INVALID, &(crm_directory_query){.size = 8}},
        {CRM_E_CODE, QUERY(.role = "friend")},       {CRM_E_CODE, QUERY(.role = "")},
        {CRM_E_CODE, QUERY(.country = "Germany")},   {CRM_E_NOTFOUND, QUERY(.group = TEST_NO_ID)},
        {CRM_E_NOTFOUND, QUERY(.group = party)},     {CRM_E_RANGE, QUERY(.day = 99999999)},
        {CRM_E_UTF8, QUERY(.town = "M\xfcnchen")},   {CRM_E_UTF8, QUERY(.postal_until = "\xff")},
        {CRM_E_TOO_BIG, QUERY(.prefix = huge_name)},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        cr_expect_eq(directory(refused[i].query, 0, NULL), refused[i].status, "%zu: %s", i, crm_error_text());
        cr_expect_eq(count_of(refused[i].query), refused[i].status, "%zu: %s", i, crm_error_text());
    }
    const struct {
        crm_directory_query query;
        uint64_t more;
    } newer = {{.size = sizeof newer}, 1};
    REFUSES(CRM_E_INVALID, crm_directory_list, directory(&newer.query, 0, NULL));
    REFUSES(CRM_E_CODE, crm_directory_list, directory(refused[2].query, 0, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_directory_list, directory(refused[5].query, 0, NULL));
    REFUSES(CRM_E_RANGE, crm_directory_list, directory(refused[7].query, 0, NULL));
    REFUSES(CRM_E_UTF8, crm_directory_list, directory(refused[8].query, 0, NULL));
    REFUSES(CRM_E_TOO_BIG, crm_directory_list, directory(refused[10].query, 0, NULL));
    REFUSES(CRM_E_TOO_BIG, crm_directory_list, directory(NULL, 10001, NULL));
    REFUSES(CRM_E_INVALID, crm_directory_list, directory(NULL, 0, "x"));
    REFUSES(CRM_E_INVALID, crm_directory_count, count_of(&newer.query));
    REFUSES(CRM_E_CODE, crm_directory_count, count_of(refused[2].query));
    REFUSES(CRM_E_NOTFOUND, crm_directory_count, count_of(refused[5].query));
    REFUSES(CRM_E_RANGE, crm_directory_count, count_of(refused[7].query));
    REFUSES(CRM_E_UTF8, crm_directory_count, count_of(refused[8].query));
    REFUSES(CRM_E_TOO_BIG, crm_directory_count, count_of(refused[10].query));
    KEEPS(crm_directory_list, directory(QUERY(.role = "customer", .town = "ulm"), 0, NULL));
    KEEPS(crm_directory_count, count_of(NULL));
}

Test(errors, party) {
    crm_file *file;
    crm_id ids[2];
    size_t count;
    REFUSES(CRM_E_NOTFOUND, crm_party_find, crm_party_find(txn, "customer", "9", 1, &id));
    REFUSES(CRM_E_NOTFOUND, crm_party_get, crm_party_get(txn, "customer", "9", 1, &rec));
    REFUSES(CRM_E_CODE, crm_party_list, parties("friend", 0, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_party_list, parties(NULL, 2, 0, NULL));
    REFUSES(CRM_E_TOO_BIG, crm_party_list, parties(NULL, 0, 10001, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_file_get, crm_file_get(txn, address, &file));
    REFUSES(CRM_E_NOTFOUND, crm_file_get, crm_file_get(txn, 0, &file));
    REFUSES(CRM_E_NOTFOUND, crm_identifier_find, crm_identifier_find(txn, "erp", "9", 1, &id));
    KEEPS(crm_party_find, crm_party_find(txn, "customer", "10001", CRM_NTS, &id));
    KEEPS(crm_party_get, crm_party_get(txn, "customer", "10001", CRM_NTS, &rec));
    crm_record_free(rec);
    KEEPS(crm_identifier_find, crm_identifier_find(txn, "erp", "7", 1, &id));
    char compact[4];
    REFUSES(CRM_E_FORMAT, crm_identifier_check, crm_identifier_check("bic", "1", 1, NULL, 0));
    REFUSES(CRM_E_CHECK_DIGIT, crm_identifier_check, crm_identifier_check("gln", "4012345000008", CRM_NTS, NULL, 0));
    REFUSES(CRM_E_NOTFOUND, crm_identifier_check, crm_identifier_check("erp", "1", 1, NULL, 0));
    REFUSES(CRM_E_TOO_BIG, crm_identifier_check, crm_identifier_check("duns", "123456789", CRM_NTS, compact, sizeof compact));
    KEEPS(crm_identifier_check, crm_identifier_check("duns", "123456789", CRM_NTS, NULL, 0));
    KEEPS(crm_file_get, crm_file_get(txn, party, &file));
    KEEPS(crm_file_json, crm_file_json(file, NULL));
    crm_file_free(file);
    KEEPS(crm_party_list, parties("customer", CRM_PARTY_LIST_ARCHIVED, 0, NULL));
    KEEPS(crm_party_list, crm_party_list(txn, NULL, NULL, 0, 0, 0, NULL, &iter));
    KEEPS(crm_iter_next, crm_iter_next(iter, &id));
    KEEPS(crm_iter_next_many, crm_iter_next_many(iter, ids, 2, &count));
    KEEPS(crm_iter_next, crm_iter_next(iter, &id));
    KEEPS(crm_iter_token, crm_iter_token(iter));
    REFUSES(CRM_E_INVALID, crm_iter_next_many, crm_iter_next_many(iter, ids, 0, &count));
    crm_txn_abort(txn);
    REFUSES(CRM_E_ENDED, crm_iter_next, crm_iter_next(iter, &id));
    REFUSES(CRM_E_ENDED, crm_iter_next_many, crm_iter_next_many(iter, ids, 2, &count));
    crm_iter_free(iter);
}

Test(errors, code) {
    REFUSES(CRM_E_NOTFOUND, crm_code_find, crm_code_find(txn, "plant", "9", 1, &id));
    REFUSES(CRM_E_INVALID, crm_code_list, codes(0, "x"));
    REFUSES(CRM_E_TOO_BIG, crm_code_list, codes(10001, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_setting_get, crm_setting_get(txn, "a", &rec));
    REFUSES(CRM_E_REQUIRED, crm_setting_set, crm_setting_set(txn, "", "b", 1));
    REFUSES(CRM_E_RANGE, crm_setting_set, crm_setting_set(txn, "code.closed.plant", "2", 1));
    REFUSES(CRM_E_RANGE, crm_setting_set, crm_setting_set(txn, "number.customer.first", "2", 1));
    KEEPS(crm_code_find, crm_code_find(txn, "plant", "1", 1, &id));
    KEEPS(crm_code_list, codes(0, NULL));
    KEEPS(crm_setting_clear, crm_setting_clear(txn, "a"));
    KEEPS(crm_setting_set, crm_setting_set(txn, "a", "b", 1));
    KEEPS(crm_setting_set, crm_setting_set(txn, "a", "", 0));
    KEEPS(crm_setting_get, crm_setting_get(txn, "a", &rec));
    crm_record_free(rec);
    KEEPS(crm_setting_clear, crm_setting_clear(txn, "a"));
}

Test(errors, report) {
    REFUSES(CRM_E_INVALID, crm_error_report, crm_error_report(CRM_ROW, 0, 0, NULL));
    REFUSES(CRM_E_UTF8, crm_error_report, crm_error_report(CRM_E_STALE, 0, 0, "\xff"));
}
