/* SPDX-License-Identifier: MIT */
/* Identity: the permutation of public ids, leased party numbers, local numbers that never come back. */
#include "api/api.h"
#include "store/db.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(store_ids, .init = test_begin, .fini = test_end);

#define SPACE (UINT64_C(1) << 52)

/* The transaction behind a token. */
static crmi_txn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

static crmi_packed packed(crm_txn *txn, crm_id id) { return crmi_store_packed(inside(txn), id); }

/* --- the permutation --- */

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static crmi_id_key key_of(uint8_t seed) {
    uint8_t secret[16];
    crmi_id_key key;
    memset(secret, seed, sizeof secret);
    crmi_id_key_make(&key, secret);
    return key;
}

static int compare_ids(const void *a, const void *b) {
    crm_id x = *(const crm_id *)a, y = *(const crm_id *)b;
    return x < y ? -1 : x > y;
}

static void check_value(const crmi_id_key *key, uint64_t value) {
    crm_id out = crmi_id_public(key, value);
    cr_assert(out < SPACE && (out == 0) == (value == 0), "%llx gives %llx", (unsigned long long)value, (unsigned long long)out);
    cr_assert_eq(crmi_id_internal(key, out), value, "and back");
    crmi_packed in = crmi_id_internal(key, value);
    cr_assert(in < SPACE && (in == 0) == (value == 0) && crmi_id_public(key, in) == value, "from outside");
}

Test(store_ids, permutation) {
    uint64_t random = 88172645463325252;
    for (uint8_t seed = 0; seed < 4; seed++) {
        crmi_id_key key = key_of(seed);
        check_value(&key, 0);
        check_value(&key, SPACE - 1);
        for (int bit = 0; bit < 52; bit++) check_value(&key, UINT64_C(1) << bit);
        for (int i = 0; i < 50000; i++) check_value(&key, next_random(&random) % SPACE);
        for (int bit = 52; bit < 64; bit++) cr_expect_eq(crmi_id_internal(&key, UINT64_C(1) << bit | 1), 0, "no id of 2^52 or more");
    }
}

/* Of 4,096 parties one after the other: what somebody sees who holds their ids. */
Test(store_ids, unrelated) {
    enum { COUNT = 4096 };
    static crm_id ids[COUNT];
    crmi_id_key key = key_of(7), other = key_of(8);
    int changed_bits = 0, ascending = 0, ones[52] = {0}, same = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        ids[i] = crmi_id_public(&key, crmi_id_pack(i + 1, CRM_KIND_PARTY, 0));
        same += crmi_id_public(&other, crmi_id_pack(i + 1, CRM_KIND_PARTY, 0)) == ids[i];
        for (int bit = 0; bit < 52; bit++) ones[bit] += (int)(ids[i] >> bit & 1);
        if (i == 0) continue;
        changed_bits += __builtin_popcountll(ids[i] ^ ids[i - 1]);
        ascending += ids[i] > ids[i - 1];
    }
    cr_expect_eq(same, 0, "another store's ids are others");
    cr_expect(changed_bits > 25 * COUNT && changed_bits < 27 * COUNT, "half of the bits change, not %d", changed_bits / COUNT);
    cr_expect(ascending > COUNT * 45 / 100 && ascending < COUNT * 55 / 100, "no order: %d of %d", ascending, COUNT);
    for (int bit = 0; bit < 52; bit++)
        cr_expect(ones[bit] > COUNT * 44 / 100 && ones[bit] < COUNT * 56 / 100, "bit %d: %d", bit, ones[bit]);
    qsort(ids, COUNT, sizeof *ids, compare_ids);
    for (int i = 1; i < COUNT; i++) cr_assert(ids[i - 1] < ids[i], "twice the same");
}

/* --- party numbers --- */

#define NUMBERS 32768
static bool given[NUMBERS];

/* Adds parties in a transaction; they count once it is committed. */
static void add_parties(crm_db *db, int count, bool commit) {
    uint32_t roots[64];
    crm_txn *txn = test_write(db);
    for (int i = 0; i < count; i++) {
        roots[i] = crmi_id_root(packed(txn, test_party(txn, "x")));
        cr_assert(roots[i] > 0 && roots[i] < NUMBERS && !given[roots[i]], "number %u a second time", roots[i]);
        for (int j = 0; j < i; j++) cr_assert_neq(roots[j], roots[i]);
    }
    if (commit) {
        test_commit(txn);
        for (int i = 0; i < count; i++) given[roots[i]] = true;
    } else {
        crm_txn_free(txn);
    }
}

Test(store_ids, leases) {
    uint64_t random = 42;
    crm_db *db[2] = {test_open(), test_open()};
    for (int round = 0; round < 200; round++) {
        uint64_t dice = next_random(&random);
        int handle = dice & 1;
        if (dice % 19 == 0) {
            crm_db_close(db[handle]);
            db[handle] = test_open();
        }
        add_parties(db[handle], (int)(dice >> 8) % 40, dice >> 32 & 1);
    }
    crm_db_close(db[0]);
    crm_db_close(db[1]);
    crm_db *again = test_open();
    add_parties(again, 40, true);
    crm_db_close(again);
}

static void set_next_root(crm_txn *txn, uint64_t next) {
    uint8_t state[CRMI_STATE_SIZE];
    crmi_state_write(&(crmi_state){.sequence = 1, .next_root = next}, state);
    int rc = crmi_engine_put(crmi_txn_engine(inside(txn)), CRMI_TABLE_META, crmi_state_key, (crmi_slice){state, sizeof state});
    cr_assert_eq(rc, CRM_OK);
    inside(txn)->state.next_root = next;
    inside(txn)->changed = true;
}

/* The last number of all works as any other; behind it there is none. */
Test(store_ids, last_root) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    set_next_root(txn, CRMI_LIMIT_ROOTS);
    test_commit(txn);
    txn = test_write(db);
    crm_id last = test_party(txn, "last");
    cr_assert_eq(crmi_id_root(packed(txn, last)), CRMI_LIMIT_ROOTS);
    test_role(txn, last, CRM_ROLE_CUSTOMER, "1");
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "x", 0)), CRM_E_TOO_BIG);
    crm_file *file;
    cr_assert_eq(crm_file_get(txn, last, &file), CRM_OK);
    cr_expect_eq(crm_file_count(file), 2);
    crm_file_free(file);
    cr_expect_eq(crm_record_delete(txn, last, 0), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_file_get(txn, last, &file), CRM_E_NOTFOUND);
    test_commit(txn);
    crm_db_close(db);
}

/* --- local numbers --- */

static crmi_packed add_address(crm_txn *txn, crm_id party) {
    return packed(txn, test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm"));
}

static void del(crm_txn *txn, crmi_packed id) {
    int rc = crm_record_delete(txn, crmi_store_public(inside(txn), id), 0);
    cr_assert_eq(rc, CRM_OK, "%s", crm_error_text());
}

/* '+' adds an address, a digit deletes the one with that number, '|' commits and opens the store again. */
Test(store_ids, locals) {
    static const char *const scripts[] = {"+++3+", "+++|3|+|", "+++2+", "+++123+", "+++321+", "+1+2+3+4+", "+1|+2|+3|+", "++2+3+4+|5+1+"};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        crm_db *db = test_open();
        crm_txn *txn = test_write(db);
        crm_id party = test_party(txn, "x");
        uint32_t root = crmi_id_root(packed(txn, party)), last = 0;
        for (const char *at = scripts[i]; *at; at++) {
            if (*at == '+') {
                uint32_t local = crmi_id_local(add_address(txn, party));
                cr_expect_eq(local, ++last, "%s: number %u", scripts[i], local);
            } else if (*at == '|') {
                test_commit(txn);
                crm_db_close(db);
                db = test_open();
                txn = test_write(db);
            } else {
                del(txn, crmi_id_pack(root, CRM_KIND_ADDRESS, (uint32_t)(*at - '0')));
            }
        }
        test_commit(txn);
        crm_db_close(db);
    }
}

static int count_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    ++*(int *)data;
    return CRM_OK;
}

/* What keeps the count goes when it is no longer needed: adding and deleting for ever leaves one row. */
Test(store_ids, spent_stubs) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "x");
    uint32_t root = crmi_id_root(packed(txn, party));
    uint8_t from[8], until[8];
    int rows = 0;
    for (uint32_t i = 1; i <= 50; i++) {
        crmi_packed id = add_address(txn, party);
        cr_assert_eq(crmi_id_local(id), i);
        del(txn, id);
    }
    crmi_key_put64(from, crmi_id_pack(root, CRM_KIND_ADDRESS, 0));
    crmi_key_put64(until, crmi_id_pack(root, CRM_KIND_ADDRESS + 1, 0));
    crmi_read read = {CRMI_TABLE_FILE, CRMI_READ_RANGE, {from, 8}, {until, 8}, 0};
    cr_assert_eq(crmi_engine_range(crmi_txn_engine(inside(txn)), &read, count_row, &rows), CRM_OK);
    cr_expect_eq(rows, 1, "%d rows", rows);
    crm_txn_free(txn);
    crm_db_close(db);
}

Test(store_ids, last_local) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "x");
    crm_record *rec = test_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm", 0);
    crmi_packed before_last = crmi_id_pack(crmi_id_root(packed(txn, party)), CRM_KIND_ADDRESS, CRMI_LOCAL_MAX - 1);
    cr_assert_eq(crmi_store_put(inside(txn), before_last, rec, 1), CRM_OK);
    cr_expect_eq(crmi_id_local(add_address(txn, party)), CRMI_LOCAL_MAX);
    cr_expect_eq(test_try(txn, rec), CRM_E_TOO_BIG, "no number left");
    test_child(txn, CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "another kind has its own numbers");
    crm_file *file;
    cr_assert_eq(crm_file_get(txn, party, &file), CRM_OK);
    cr_expect_eq(crm_file_count(file), 4);
    crm_file_free(file);
    crm_iter *iter;
    static test_ids ids;
    cr_assert_eq(crm_record_list(txn, party, CRM_KIND_ADDRESS, 1, NULL, &iter), CRM_OK);
    char *token = test_page(iter, &ids);
    cr_assert_eq(crm_record_list(txn, party, CRM_KIND_ADDRESS, 1, token, &iter), CRM_OK);
    free(token);
    cr_expect_null(test_page(iter, &ids));
    cr_expect_eq(ids.count, 2);
    crm_txn_free(txn);
    crm_db_close(db);
}
