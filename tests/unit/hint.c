/* SPDX-License-Identifier: MIT */
/* Where unique values were found: what the table keeps, and that a look-up believes it nothing. */
#include "store/hint.h"
#include "api/api.h"
#include "codec/key.h"
#include "index/index.h"
#include "support/errors.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

TestSuite(hint, .init = test_begin, .fini = test_end);

/* --- the table --- */

static crmi_slice name_of(uint32_t number, char out[16]) { return (crmi_slice){out, (size_t)snprintf(out, 16, "K%u", number)}; }

static crmi_packed id_of(uint32_t number) { return crmi_id_pack(number + 1, CRM_KIND_ROLE, number % 7); }

static uint32_t count_found(crmi_hints *hints, uint32_t count) {
    char text[16];
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) found += crmi_hints_find(hints, name_of(i, text)) == id_of(i);
    return found;
}

static void note_all(crmi_hints *hints, uint32_t count) {
    char text[16];
    for (uint32_t i = 0; i < count; i++) crmi_hints_note(hints, name_of(i, text), id_of(i));
}

/* As many as it has room for are known when they are noted again: after some rounds the table has its size. */
Test(hint, keeps) {
    static const struct {
        uint32_t count, rounds, least; /* of a hundred */
    } cases[] = {{0, 1, 0}, {1, 1, 100}, {100, 4, 95}, {10000, 4, 95}, {100000, 4, 95}, {3000000, 1, 45}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crmi_hints *hints = crmi_hints_new();
        cr_assert(hints);
        cr_expect_eq(count_found(hints, cases[i].count), 0);
        for (uint32_t round = 0; round < cases[i].rounds; round++) note_all(hints, cases[i].count);
        uint32_t found = count_found(hints, cases[i].count);
        cr_expect(found >= (uint64_t)cases[i].count * cases[i].least / 100, "%u of %u", found, cases[i].count);
        char text[16];
        for (uint32_t new = cases[i].count; new < cases[i].count + 100; new ++) { /* however full it is */
            crmi_hints_note(hints, name_of(new, text), id_of(new));
            cr_expect_eq(crmi_hints_find(hints, name_of(new, text)), id_of(new));
        }
        crmi_hints_free(hints);
    }
}

Test(hint, the_latest) {
    char text[16];
    crmi_hints *hints = crmi_hints_new();
    for (uint32_t i = 0; i < 100; i++) crmi_hints_note(hints, name_of(5, text), id_of(i));
    cr_expect_eq(crmi_hints_find(hints, name_of(5, text)), id_of(99));
    for (uint32_t i = 0; i < 50; i++) crmi_hints_note(hints, name_of(10 + i, text), id_of(10 + i)); /* it took one place alone */
    cr_expect_eq(crmi_hints_find(hints, name_of(5, text)), id_of(99));
    crmi_hints_free(hints);
}

static void *note_beside(void *data) {
    note_all(data, 50000);
    count_found(data, 50000);
    return NULL;
}

Test(hint, threads) {
    pthread_t all[4];
    crmi_hints *hints = crmi_hints_new();
    for (int i = 0; i < 4; i++) cr_assert_eq(pthread_create(&all[i], NULL, note_beside, hints), 0);
    for (int i = 0; i < 4; i++) pthread_join(all[i], NULL);
    for (int round = 0; round < 4; round++) note_all(hints, 50000);
    cr_expect(count_found(hints, 50000) > 47500);
    crmi_hints_free(hints);
}

/* --- look-ups --- */

static crm_id find(crm_txn *txn, const char *role, const char *number) {
    crm_id id = 0;
    int rc = crm_party_find(txn, role, number, CRM_NTS, &id);
    cr_assert(rc == CRM_OK || rc == CRM_E_NOTFOUND, "%d %s", rc, crm_error_text());
    return id;
}

static crmi_packed hinted(crm_txn *txn, const char *number, crmi_packed note) {
    crmi_key key;
    int rc;
    crmi_txn *open = crmi_api_enter(txn, 0, &rc);
    crmi_index_unique_key(crmi_schema_field(CRM_ROLE_NUMBER), CRM_ROLE_CUSTOMER, strlen(CRM_ROLE_CUSTOMER), number, strlen(number), &key);
    crmi_hints *hints = crmi_txn_hints(open);
    crmi_slice bytes = {key.bytes, key.size};
    if (note) crmi_hints_note(hints, bytes, note);
    crmi_packed found = hints ? crmi_hints_find(hints, bytes) : 0;
    crmi_api_leave(txn);
    return found;
}

static crmi_packed packed(crm_txn *txn, crm_id id) {
    int rc;
    crmi_packed out = crmi_store_packed(crmi_api_enter(txn, 0, &rc), id);
    crmi_api_leave(txn);
    return out;
}

/* A number goes from one customer to another, and away: each snapshot finds what it holds, whatever was found in others. */
Test(hint, each_snapshot_its_own) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id a = test_party(txn, "A"), b = test_party(txn, "B"), first = test_role(txn, a, CRM_ROLE_CUSTOMER, "1");
    test_role(txn, a, CRM_ROLE_SUPPLIER, "1");
    cr_expect_eq(find(txn, CRM_ROLE_CUSTOMER, "1"), a);
    cr_expect_eq(hinted(txn, "1", 0), 0, "a write transaction notes none");
    test_commit(txn);
    crm_txn *before = test_read(db);
    cr_expect_eq(find(before, CRM_ROLE_CUSTOMER, "1"), a);
    cr_expect_eq(hinted(before, "1", 0), packed(before, first));
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, first, 0), CRM_OK, "%s", crm_error_text());
    crm_id second = test_role(txn, b, CRM_ROLE_CUSTOMER, "1");
    test_commit(txn);
    crm_txn *after = test_read(db);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(find(after, CRM_ROLE_CUSTOMER, "1"), b);
        cr_expect_eq(hinted(after, "1", 0), packed(after, second));
        cr_expect_eq(find(before, CRM_ROLE_CUSTOMER, "1"), a);
        cr_expect_eq(hinted(after, "1", 0), packed(before, first));
    }
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, second, 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    crm_txn *last = test_read(db);
    cr_expect_eq(find(last, CRM_ROLE_CUSTOMER, "1"), 0);
    cr_expect_eq(find(after, CRM_ROLE_CUSTOMER, "1"), b);
    cr_expect_eq(find(after, CRM_ROLE_SUPPLIER, "1"), a);
    crm_txn_free(before);
    crm_txn_free(after);
    crm_txn_free(last);
    crm_db_close(db);
}

/* A hint that leads astray: to a party, to other roles, to an identifier that has scheme and value where a role has role and number, to a
 * stub, to nothing at all. */
Test(hint, is_not_believed) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "scheme", CRM_CODE_CODE, CRM_ROLE_CUSTOMER, 0));
    crm_id a = test_party(txn, "A"), b = test_party(txn, "B"), role = test_role(txn, a, CRM_ROLE_CUSTOMER, "1");
    crm_id wrong[] = {
        b, test_role(txn, b, CRM_ROLE_CUSTOMER, "2"), test_role(txn, b, CRM_ROLE_SUPPLIER, "1"),
        test_put(txn, test_record(CRM_KIND_IDENTIFIER, b, CRM_IDENTIFIER_SCHEME, CRM_ROLE_CUSTOMER, CRM_IDENTIFIER_VALUE, "1", 0)),
        test_role(txn, b, CRM_ROLE_AGENT, "3")};
    cr_assert_eq(crm_record_delete(txn, wrong[4], 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    txn = test_read(db);
    for (size_t i = 0; i <= sizeof wrong / sizeof *wrong; i++) {
        crmi_packed to = i < sizeof wrong / sizeof *wrong ? packed(txn, wrong[i]) : crmi_id_pack(77, CRM_KIND_ROLE, 1);
        cr_assert_eq(hinted(txn, "1", to), to);
        cr_expect_eq(find(txn, CRM_ROLE_CUSTOMER, "1"), a, "%zu", i);
        cr_expect_eq(hinted(txn, "1", 0), packed(txn, role), "%zu", i);
        cr_assert_eq(hinted(txn, "9", to), to);
        cr_expect_eq(find(txn, CRM_ROLE_CUSTOMER, "9"), 0, "%zu", i);
    }
    crm_txn_free(txn);
    crm_db_close(db);
}

/* What others found is nothing that a user could tell from his own calls. */
Test(hint, not_for_users) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id user = test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "u", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0));
    crm_id party = test_party(txn, "A"), role = test_role(txn, party, CRM_ROLE_CUSTOMER, "1");
    cr_assert_eq(crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    crm_txn *his = test_as(db, user);
    txn = test_read(db);
    cr_expect_eq(find(his, CRM_ROLE_CUSTOMER, "1"), party);
    cr_expect_eq(hinted(txn, "1", 0), 0);
    cr_expect_eq(find(txn, CRM_ROLE_CUSTOMER, "1"), party);
    cr_expect_eq(hinted(txn, "1", 0), packed(txn, role));
    cr_expect_eq(hinted(his, "1", 0), 0);
    crm_txn_free(his);
    crm_txn_free(txn);
    crm_db_close(db);
}
