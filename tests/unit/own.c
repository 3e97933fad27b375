/* SPDX-License-Identifier: MIT */
/* What a bound actor's indexes give, which are read from his files: the same values in the same order as the shared ones give the system.
 */
#include "api/api.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(own, .init = test_begin, .fini = test_end);

#define PARTIES 40 /* more files than are read at once */
#define SITES 3

static void number_of(int index, char out[8]) { snprintf(out, 8, "K-%03d", index); }

static bool is_own(int index) { return index % 7 != 3; }

/* Sites of others are in another town, so that the system's list of a town is his. */
static crm_id put_party(crm_txn *txn, int index, crm_id user) {
    char number[8];
    number_of(index, number);
    crm_id party = test_party(txn, number);
    test_role(txn, party, CRM_ROLE_CUSTOMER, number);
    for (int i = 0; i < SITES; i++) test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, is_own(index) ? "Köln" : "Bonn");
    test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Kölnn");
    if (is_own(index)) cr_assert_eq(crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK, "%s", crm_error_text());
    return party;
}

/* Makes the shared entry of a number unreadable: who looks there gets CRM_E_CORRUPT. */
static void damage(crm_txn *txn, int index) {
    int status;
    char number[8];
    crmi_key key;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_ROLE, &status);
    cr_assert(open, "%s", crm_error_text());
    number_of(index, number);
    crmi_index_unique_key(crmi_schema_field(CRM_ROLE_NUMBER), CRM_ROLE_CUSTOMER, strlen(CRM_ROLE_CUSTOMER), number, strlen(number), &key);
    cr_assert_eq(crmi_engine_put(crmi_txn_engine(open), CRMI_TABLE_INDEX, (crmi_slice){key.bytes, key.size}, (crmi_slice){"x", 1}), CRM_OK);
    crmi_api_leave(txn);
}

static void all_pages(crm_txn *txn, uint32_t limit, test_ids *out) {
    char *token = NULL;
    out->count = 0;
    do {
        crm_iter *iter;
        cr_assert_eq(crm_record_search(txn, CRM_ADDRESS_TOWN, "KÖLN", CRM_NTS, limit, token, &iter), CRM_OK, "%s", crm_error_text());
        free(token);
        token = test_page(iter, out);
    } while (token);
}

Test(own, numbers_and_pages) {
    static crm_id parties[PARTIES];
    static test_ids own, all;
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id user = test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "u", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0)), found;
    for (int i = 0; i < PARTIES; i++) parties[i] = put_party(txn, i, user);
    damage(txn, 3);
    test_commit(txn);
    crm_txn *system = test_read(db);
    txn = test_as(db, user);
    for (int i = 0; i < PARTIES; i++) {
        char number[8];
        number_of(i, number);
        int rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &found);
        cr_expect(is_own(i) ? rc == CRM_OK && found == parties[i] : rc == CRM_E_NOTFOUND, "%d", i);
        cr_expect_eq(crm_party_find(txn, CRM_ROLE_SUPPLIER, number, CRM_NTS, &found), CRM_E_NOTFOUND, "%d", i);
        cr_expect_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, number, 4, &found), CRM_E_NOTFOUND, "%d", i);
    }
    cr_expect_eq(crm_party_find(system, CRM_ROLE_CUSTOMER, "K-003", CRM_NTS, &found), CRM_E_CORRUPT);
    cr_expect_eq(crm_user_find(txn, "u", CRM_NTS, &found), CRM_OK);
    cr_expect_eq(found, user);
    for (uint32_t limit = 1; limit < 110; limit += limit < 8 ? 1 : 10) {
        all_pages(txn, limit, &own);
        all_pages(system, limit, &all);
        cr_assert_eq(own.count, SITES * (PARTIES - 6), "%u: %zu", limit, own.count);
        cr_assert_eq(all.count, own.count);
        cr_expect_arr_eq(own.id, all.id, own.count * sizeof *own.id, "%u", limit);
    }
    crm_txn_free(system);
    crm_txn_free(txn);
    crm_db_close(db);
}

/* Who else is bound to his party is not read, be it only to be left out: what cannot be read there does not matter. */
Test(own, bindings_of_others) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id users[2], party, binding;
    for (int i = 0; i < 2; i++)
        users[i] = test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, i ? "a" : "b", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0));
    party = put_party(txn, 0, users[0]);
    test_child(txn, CRM_KIND_OPTION_RULE, party, CRM_OPTION_RULE_CODE, "behind bindings");
    cr_assert_eq(crm_user_bind(txn, users[1], party, CRM_NO_DATE, CRM_NO_DATE, &binding), CRM_OK);
    int status;
    uint8_t key[8];
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_BINDING, &status);
    crmi_key_put64(key, crmi_store_packed(open, binding));
    cr_assert_eq(crmi_engine_put(crmi_txn_engine(open), CRMI_TABLE_FILE, (crmi_slice){key, sizeof key}, (crmi_slice){"x", 1}), CRM_OK);
    crmi_api_leave(txn);
    test_commit(txn);
    for (int i = 0; i < 2; i++) {
        crm_file *file;
        crm_iter *iter;
        txn = i ? test_as(db, users[0]) : test_read(db);
        int rc = crm_file_get(txn, party, &file);
        cr_expect_eq(rc, i ? CRM_OK : CRM_E_CORRUPT, "%d: %d", i, rc);
        if (i) cr_expect_eq(crm_record_kind(crm_file_record(file, crm_file_count(file) - 1)), CRM_KIND_OPTION_RULE);
        crm_file_free(file);
        rc = crm_record_list(txn, party, CRM_KIND_BINDING, 0, NULL, &iter);
        cr_expect_eq(rc, i ? CRM_OK : CRM_E_CORRUPT, "%d: %d", i, rc);
        crm_iter_free(iter);
        crm_txn_free(txn);
    }
    crm_db_close(db);
}
