/* SPDX-License-Identifier: MIT */
/* The table of changes: what a chunk holds and costs, that damage is found, and that what is dropped is gone. */
#include "api/api.h"
#include "store/changes_table.h"
#include "support/actors.h"

TestSuite(change, .init = test_begin, .fini = test_end, .timeout = 60);

static crmi_txn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

static void set(crm_txn *txn, const char *name, const char *value) {
    test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, name, CRM_SETTING_VALUE, value, 0));
}

static crm_db *open_at(int64_t days) {
    crm_db_options options = test_options();
    crm_db *db;
    options.fixed_time = TEST_NOW + days * INT64_C(86400000000);
    cr_assert_eq(crm_db_open(test_folder, &options, &db), CRM_OK, "%s", crm_error_text());
    return db;
}

/* --- rows of the table --- */

typedef struct rows {
    size_t count, bytes, with; /* how many have the wanted bytes */
    const char *wanted;
    uint8_t key[CRMI_CHANGES_KEY], value[CRMI_CHANGES_CHUNK];
    size_t size;
} rows;

static int take_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    rows *found = data;
    found->count++;
    found->bytes += key.size + value.size;
    if (found->wanted && memmem(value.data, value.size, found->wanted, strlen(found->wanted))) found->with++;
    cr_assert(key.size == sizeof found->key && value.size <= sizeof found->value);
    memcpy(found->key, key.data, key.size);
    memcpy(found->value, value.data, value.size);
    found->size = value.size;
    return CRM_OK;
}

static rows rows_of(crm_txn *txn, uint32_t what, const char *wanted) {
    rows found = {.wanted = wanted};
    crmi_changes_span all = {0, 0, CRMI_CHANGES_ALL, 0};
    cr_assert_eq(crmi_changes_range(inside(txn), what, all, 0, 0, take_row, &found), CRM_OK);
    return found;
}

static size_t count_of(crm_db *db, uint32_t what, const char *wanted) {
    crm_txn *txn = test_read(db);
    rows found = rows_of(txn, what, wanted);
    crm_txn_free(txn);
    return wanted ? found.with : found.count;
}

static int take_damage(void *data, crmi_packed id, const char *reason) {
    (void)id, (void)reason;
    ++*(size_t *)data;
    return CRM_OK;
}

static size_t damage_of(crm_txn *txn) {
    size_t damages = 0;
    uint64_t count;
    cr_assert_eq(crmi_changes_check(inside(txn), take_damage, &damages, &count), CRM_OK);
    return damages;
}

/* --- entries --- */

Test(change, entries) {
    const crmi_packed ids[] = {crmi_id_pack(0, 33, 1),  crmi_id_pack(0, 33, CRMI_LOCAL_MAX),
                               crmi_id_pack(1, 1, 0),   crmi_id_pack(1, 63, 70),
                               crmi_id_pack(200, 1, 0), crmi_id_pack(CRMI_ROOT_MAX, 2, CRMI_LOCAL_MAX),
                               crmi_id_pack(0, 46, 1),  crmi_id_pack(7, 1, 0),
                               crmi_id_pack(6, 17, 2)};
    enum { COUNT = sizeof ids / sizeof *ids };
    crmi_buffer row = {0};
    uint32_t root = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        size_t before = row.size;
        crmi_id_list_add(&row, &root, ids[i], i & 3);
        cr_expect_leq(row.size - before, (size_t)CRMI_ID_LIST_ENTRY);
    }
    const uint8_t *at = row.data, *end = at + row.size;
    crmi_change change;
    root = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        cr_assert_eq(crmi_changes_next_entry(&at, end, &root, &change), CRM_ROW);
        cr_expect(change.id == ids[i] && change.action == (i & 3), "%u", i);
    }
    cr_expect_eq(crmi_changes_next_entry(&at, end, &root, &change), CRM_OK);
    for (size_t cut = 1; cut < row.size; cut++) { /* never behind the end */
        uint8_t *copy = malloc(cut);
        cr_assert(copy);
        memcpy(copy, row.data, cut);
        const uint8_t *from = copy;
        int rc;
        root = 0;
        while ((rc = crmi_changes_next_entry(&from, copy + cut, &root, &change)) == CRM_ROW) continue;
        cr_expect(rc == CRM_OK || rc == CRM_E_CORRUPT);
        free(copy);
    }
    static const char *const wrong[] = {"\x01\xff\xff\xff\xff\x10", "\x01\x80\x80\x80\x80\x80\x01", "\x01\x81\x80\x80\x04\x01",
                                        "\x01\x01\x80\x80\x80\x80\x02", "\x01\x01\x01"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        at = (const uint8_t *)wrong[i];
        root = 0;
        cr_expect_eq(crmi_changes_next_entry(&at, at + strlen(wrong[i]), &root, &change), CRM_E_CORRUPT, "%zu", i);
    }
    crmi_buffer_free(&row);
}

/* Many new records take less than 3 bytes each; in any order. */
Test(change, bulk) {
    enum { PARTIES = 5000 };
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id *ids = calloc(PARTIES, sizeof *ids);
    cr_assert(ids);
    for (size_t i = 0; i < PARTIES; i++) {
        ids[i] = test_party(txn, "A");
        test_role(txn, ids[i], CRM_ROLE_CUSTOMER, NULL);
    }
    test_commit(txn);
    txn = test_write(db);
    rows found = rows_of(txn, CRMI_CHANGES_FEED, NULL);
    cr_expect_leq(found.bytes, (size_t)PARTIES * 2 * 3, "%zu bytes", found.bytes);
    for (size_t i = 0; i < PARTIES; i++) {
        crm_record *rec = test_get(txn, ids[i * 3637 % PARTIES]);
        cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NOTE, "x", CRM_NTS), CRM_OK);
        test_put(txn, rec);
    }
    test_commit(txn);
    txn = test_read(db);
    cr_expect_eq(damage_of(txn), 0);
    crmi_changes_place place = {0};
    crmi_change *changes = calloc(20000, sizeof *changes);
    size_t count;
    bool more;
    cr_assert_eq(crmi_changes_first(inside(txn), &place), CRM_OK);
    cr_assert_eq(crmi_changes_page(inside(txn), &place, CRM_KIND_PARTY, 20000, changes, &count, &more), CRM_OK);
    cr_expect(count == 2 * PARTIES && !more, "%zu", count);
    for (size_t i = 1; i < count; i++)
        cr_assert(changes[i].commit > changes[i - 1].commit ||
                      (changes[i].commit == changes[i - 1].commit && changes[i].id > changes[i - 1].id),
                  "%zu", i);
    free(changes);
    free(ids);
    crm_txn_free(txn);
    crm_db_close(db);
}

/* --- damage --- */

Test(change, damage) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    set(txn, "changes.fields", "party.name");
    crm_id a = test_party(txn, "A"), user = actor_bound(txn, "u", a, NULL);
    test_commit(txn);
    txn = test_as(db, user);
    crm_changes *now, *list;
    cr_assert_eq(crm_change_now(txn, &now), CRM_OK);
    crm_txn_free(txn);
    txn = test_write(db);
    crm_record *rec = test_get(txn, a);
    cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NAME, "B", CRM_NTS), CRM_OK);
    test_put(txn, rec);
    test_commit(txn);
    for (uint32_t what = CRMI_CHANGES_FEED; what <= CRMI_CHANGES_STATE; what++) {
        txn = test_write(db);
        rows found = rows_of(txn, what, NULL);
        cr_assert(found.count, "%u", what);
        for (size_t i = 0; i < found.size; i++) {
            found.value[i] ^= 0x10;
            cr_assert_eq(crmi_engine_put(crmi_txn_engine(inside(txn)), CRMI_TABLE_CHANGES, (crmi_slice){found.key, sizeof found.key},
                                         (crmi_slice){found.value, found.size}),
                         CRM_OK);
            cr_expect_eq(damage_of(txn), 1, "byte %zu of %u", i, what);
            found.value[i] ^= 0x10;
        }
        found.value[found.size - 1] ^= 1;
        cr_assert_eq(crmi_engine_put(crmi_txn_engine(inside(txn)), CRMI_TABLE_CHANGES, (crmi_slice){found.key, sizeof found.key},
                                     (crmi_slice){found.value, found.size}),
                     CRM_OK);
        int rc = crm_change_list(txn, 0, NULL, 0, &list);
        cr_expect_eq(rc, what == CRMI_CHANGES_FEED || what == CRMI_CHANGES_STATE ? CRM_E_CORRUPT : CRM_OK, "%u: %d", what, rc);
        crm_changes_free(list);
        rc = crm_change_values(txn, a, 0, 0, NULL, &list);
        cr_expect_eq(rc, what == CRMI_CHANGES_VALUE ? CRM_E_CORRUPT : CRM_OK, "%u: %d", what, rc);
        crm_changes_free(list);
        crm_txn_free(txn);
    }
    crm_changes_free(now);
    crm_db_close(db);
}

/* --- dropping --- */

Test(change, pruning) {
    crm_db *db = test_open();
    crm_txn *txn;
    for (int i = 0; i < 20; i++) {
        txn = test_write(db);
        if (!i) set(txn, "changes.keep_days", "10");
        if (!i) set(txn, "changes.values_days", "10");
        if (!i) set(txn, "changes.fields", "party.name");
        test_party(txn, "Secret");
        test_commit(txn);
    }
    cr_expect_eq(count_of(db, CRMI_CHANGES_FEED, NULL), 20);
    cr_expect_eq(count_of(db, CRMI_CHANGES_VALUE, "Secret"), 20);
    crm_db_close(db);
    db = open_at(11);
    for (int i = 0; i < 10; i++) {
        txn = test_write(db);
        test_party(txn, "B");
        test_commit(txn);
    }
    cr_expect_eq(count_of(db, CRMI_CHANGES_FEED, NULL), 10, "three of the old with each that is new");
    cr_expect_eq(count_of(db, CRMI_CHANGES_VALUE, "Secret"), 0);
    cr_expect_eq(count_of(db, CRMI_CHANGES_VALUED, NULL), 10);
    txn = test_write(db);
    set(txn, "x", "y");
    rows before = rows_of(txn, CRMI_CHANGES_FEED, NULL);
    crm_id id;
    cr_assert_eq(crm_record_find(txn, CRM_SETTING_NAME, NULL, 0, "changes.keep_days", CRM_NTS, &id), CRM_OK);
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_text(rec, CRM_SETTING_VALUE, "0", 1), CRM_OK);
    test_put(txn, rec);
    test_commit(txn);
    cr_expect(before.count && count_of(db, CRMI_CHANGES_FEED, NULL) == 0, "switched off");
    crm_db_close(db);
}

/* The values of a deleted customer, and of all in his file, are gone with him. */
Test(change, erased) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    set(txn, "changes.fields", "party.name, contact.last_name");
    crm_id a = test_party(txn, "Zaphod"), other = test_party(txn, "Other");
    crm_id contact = test_child(txn, CRM_KIND_CONTACT, a, CRM_CONTACT_LAST_NAME, "Zaphod");
    test_child(txn, CRM_KIND_CONTACT, other, CRM_CONTACT_LAST_NAME, "Kept");
    test_commit(txn);
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, contact, 0), CRM_OK);
    test_commit(txn);
    cr_expect_eq(count_of(db, CRMI_CHANGES_VALUE, "Zaphod"), 3);
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, a, 0), CRM_OK);
    test_commit(txn);
    for (uint32_t what = CRMI_CHANGES_FEED; what <= CRMI_CHANGES_STATE; what++) cr_expect_eq(count_of(db, what, "Zaphod"), 0, "%u", what);
    cr_expect_eq(count_of(db, CRMI_CHANGES_VALUE, "Kept"), 1);
    crm_db_close(db);
}

/* A log keeps so many places; the feed of a user who was away for longer is stale. */
Test(change, log_is_bounded) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id a = test_party(txn, "A"), user = actor_bound(txn, "u", a, NULL);
    test_commit(txn);
    crm_changes *now, *list;
    txn = test_as(db, user);
    cr_assert_eq(crm_change_now(txn, &now), CRM_OK);
    crm_txn_free(txn);
    for (int i = 0; i <= CRMI_CHANGES_OWN_MOST; i++) {
        if (i == CRMI_CHANGES_OWN_MOST) {
            txn = test_as(db, user);
            cr_expect_eq(crm_change_list(txn, 0, crm_changes_token(now), 10000, &list), CRM_OK, "%s", crm_error_text());
            cr_expect_eq(crm_changes_count(list), (size_t)CRMI_CHANGES_OWN_MOST);
            crm_changes_free(list);
            crm_txn_free(txn);
        }
        txn = test_write(db);
        crm_record *rec = test_get(txn, a);
        cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NOTE, i % 2 ? "x" : "y", CRM_NTS), CRM_OK);
        test_put(txn, rec);
        test_commit(txn);
    }
    txn = test_as(db, user);
    cr_expect_eq(crm_change_list(txn, 0, crm_changes_token(now), 10000, &list), CRM_E_STALE);
    crm_txn_free(txn);
    cr_expect_eq(count_of(db, CRMI_CHANGES_OWN, NULL), (size_t)CRMI_CHANGES_OWN_MOST);
    crm_changes_free(now);
    crm_db_close(db);
}

/* --- a failure at each call of the engine --- */

/* How many changes and values there are; a failure leaves no list behind. */
static int count_all(crm_txn *txn, crm_id party, size_t *count) {
    crm_changes *lists[3] = {NULL};
    int rc = crm_change_list(txn, 0, NULL, 0, &lists[0]);
    if (rc == CRM_OK) rc = crm_change_now(txn, &lists[1]);
    if (rc == CRM_OK) rc = crm_change_values(txn, party, CRM_PARTY_NAME, 0, NULL, &lists[2]);
    *count = rc == CRM_OK ? crm_changes_count(lists[0]) * 100 + crm_changes_count(lists[2]) : 0;
    cr_expect(rc == CRM_OK || !lists[2], "a list after %d", rc);
    for (int i = 0; i < 3; i++) crm_changes_free(lists[i]);
    return rc;
}

static size_t count_again(crm_db *db, crm_id party) {
    crm_txn *txn = test_read(db);
    size_t count;
    cr_assert_eq(count_all(txn, party, &count), CRM_OK, "%s", crm_error_text());
    crm_txn_free(txn);
    return count;
}

/* A name is changed, and the nth call of the commit fails. */
static int rename_failing(crm_db *db, crm_id party, uint64_t nth) {
    crm_txn *txn = test_write(db);
    crm_record *rec = test_get(txn, party);
    cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NAME, "B", CRM_NTS), CRM_OK);
    test_put(txn, rec);
    crmi_counting_fail(nth, CRM_E_IO);
    int rc = crm_txn_commit(txn);
    crmi_counting_fail(0, CRM_OK);
    crm_txn_free(txn);
    return rc;
}

Test(change, faults) {
    size_t count = 0, whole;
    crmi_counting_enable(true);
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    set(txn, "changes.fields", "party.name");
    crm_id party = test_party(txn, "A");
    test_commit(txn);
    whole = count_again(db, party);
    uint64_t nth = 1;
    for (int rc; (rc = rename_failing(db, party, nth)) != CRM_OK; nth++) {
        cr_assert(rc == CRM_E_IO && nth < 100, "%d at %d: %s", rc, (int)nth, crm_error_text());
        cr_expect_eq(count_again(db, party), whole, "call %d", (int)nth);
    }
    cr_expect(nth > 3 && count_again(db, party) == whole + 101, "%d calls", (int)nth);
    txn = test_read(db);
    for (nth = 1; !count; nth++) {
        crmi_counting_fail(nth, CRM_E_IO);
        int rc = count_all(txn, party, &count);
        cr_assert(rc == CRM_OK || (rc == CRM_E_IO && nth < 100), "%d at %d: %s", rc, (int)nth, crm_error_text());
    }
    crmi_counting_fail(0, CRM_OK);
    cr_expect(nth > 3 && count == whole + 101, "%d calls", (int)nth);
    crm_txn_free(txn);
    crm_db_close(db);
}
