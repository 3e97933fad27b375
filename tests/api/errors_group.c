/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: groups and their members, archive and restore, conversion, blockers. */
#include "support/errors.h"
#include "support/writing.h"

TestSuite(errors_group, .init = begin, .fini = end);

#define NONE CRM_NO_DATE
#define NO_DAY INT64_C(2932897)

static crm_id group, old, party, address, id;

static void fill(void) {
    group = test_group(txn, "A", 0);
    old = test_group(txn, "old", 0);
    party = test_party(txn, "Beispiel AG");
    address = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    cr_assert_eq(crm_record_archive(txn, old, 0), CRM_OK);
}

static int lists(uint32_t limit, const char *token) {
    crm_iter *iter;
    int rc = crm_group_list(txn, limit, token, &iter);
    crm_iter_free(iter);
    return rc;
}

static int members(crm_id of, int64_t day, uint32_t limit, const char *token) {
    crm_iter *iter;
    int rc = crm_group_members(txn, of, day, limit, token, &iter);
    crm_iter_free(iter);
    return rc;
}

static int groups(crm_id of, int64_t day) {
    crm_iter *iter;
    int rc = crm_party_groups(txn, of, day, &iter);
    crm_iter_free(iter);
    return rc;
}

static crm_id member_of_many(void) {
    char code[] = "G000";
    crm_id member = test_party(txn, "x");
    for (int i = 0; i <= 1000; i++) {
        for (int digit = 3, left = i; digit > 0; digit--, left /= 10) code[digit] = (char)('0' + left % 10);
        code[0] = i == 1000 ? 'H' : 'G';
        cr_assert_eq(crm_group_add(txn, test_group(txn, code, 0), member, NONE, NONE, NULL), CRM_OK);
    }
    return member;
}

Test(errors_group, groups) {
    fill();
    REFUSES(CRM_E_NOTFOUND, crm_group_find, crm_group_find(txn, "B", 1, &id));
    REFUSES(CRM_E_INVALID, crm_group_list, lists(0, "x"));
    REFUSES(CRM_E_TOO_BIG, crm_group_list, lists(10001, NULL));
    REFUSES(CRM_E_ARCHIVED, crm_group_add, crm_group_add(txn, old, party, NONE, NONE, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_group_add, crm_group_add(txn, TEST_NO_ID, party, NONE, NONE, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_group_add, crm_group_add(txn, group, address, NONE, NONE, NULL));
    REFUSES(CRM_E_RANGE, crm_group_add, crm_group_add(txn, group, party, 2, 2, NULL));
    REFUSES(CRM_E_RANGE, crm_group_add, crm_group_add(txn, group, party, NO_DAY, NONE, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_group_remove, crm_group_remove(txn, group, party, CRM_TODAY));
    REFUSES(CRM_E_NOTFOUND, crm_group_remove, crm_group_remove(txn, TEST_NO_ID, party, CRM_TODAY));
    REFUSES(CRM_E_NOTFOUND, crm_group_remove, crm_group_remove(txn, group, TEST_NO_ID, CRM_TODAY));
    KEEPS(crm_group_find, crm_group_find(txn, "A", 1, &id));
    KEEPS(crm_group_list, lists(1, NULL));
    KEEPS(crm_group_add, crm_group_add(txn, group, party, NONE, NONE, &id));
    REFUSES(CRM_E_EXISTS, crm_group_add, crm_group_add(txn, group, party, 1, 2, NULL));
    REFUSES(CRM_E_RANGE, crm_group_remove, crm_group_remove(txn, group, party, NO_DAY));
    KEEPS(crm_group_remove, crm_group_remove(txn, group, party, CRM_TODAY));
    REFUSES(CRM_E_NOTFOUND, crm_group_members, members(party, CRM_TODAY, 0, NULL));
    REFUSES(CRM_E_RANGE, crm_group_members, members(group, NO_DAY, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_group_members, members(group, CRM_TODAY, 0, "x"));
    REFUSES(CRM_E_TOO_BIG, crm_group_members, members(group, CRM_TODAY, 10001, NULL));
    KEEPS(crm_group_members, members(group, CRM_TODAY, 0, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_party_groups, groups(group, CRM_TODAY));
    REFUSES(CRM_E_RANGE, crm_party_groups, groups(party, NO_DAY));
    KEEPS(crm_party_groups, groups(party, CRM_TODAY));
    REFUSES(CRM_E_NOTFOUND, crm_party_opt_out, crm_party_opt_out(txn, address, CRM_TODAY, &id));
    REFUSES(CRM_E_RANGE, crm_party_opt_out, crm_party_opt_out(txn, party, NO_DAY, &id));
    KEEPS(crm_party_opt_out, crm_party_opt_out(txn, party, 0, &id));
    crm_id many = member_of_many();
    REFUSES(CRM_E_TOO_BIG, crm_party_groups, groups(many, CRM_TODAY));
    REFUSES(CRM_E_TOO_BIG, crm_party_opt_out, crm_party_opt_out(txn, many, CRM_TODAY, &id));
}

static int put_parent(crm_id of, crm_id parent) {
    crm_record *rec = test_get(txn, of);
    cr_assert_eq(crm_record_set_id(rec, CRM_GROUP_PARENT, parent), CRM_OK);
    return test_try(txn, rec);
}

Test(errors_group, records) {
    fill();
    crm_id role = test_role(txn, party, CRM_ROLE_SUPPLIER, "1");
    REFUSES(CRM_E_CYCLE, crm_record_put, put_parent(group, group));
    REFUSES(CRM_E_ARCHIVED, crm_record_put, put_parent(group, old));
    REFUSES(CRM_E_NOTFOUND, crm_record_archive, crm_record_archive(txn, TEST_NO_ID, 0));
    REFUSES(CRM_E_STALE, crm_record_archive, crm_record_archive(txn, party, 2));
    REFUSES(CRM_E_TYPE, crm_record_archive, crm_record_archive(txn, role, 0));
    KEEPS(crm_record_archive, crm_record_archive(txn, party, 1));
    REFUSES(CRM_E_STALE, crm_record_restore, crm_record_restore(txn, party, 1));
    KEEPS(crm_record_restore, crm_record_restore(txn, party, 2));
}

Test(errors_group, blockers) {
    fill();
    crm_blockers *blockers;
    cr_assert_eq(crm_group_add(txn, group, party, NONE, NONE, NULL), CRM_OK);
    REFUSES(CRM_E_NOTFOUND, crm_record_blockers, crm_record_blockers(txn, TEST_NO_ID, &blockers));
    KEEPS(crm_record_blockers, crm_record_blockers(txn, group, &blockers));
    KEEPS(crm_blockers_json, crm_blockers_json(blockers, NULL));
    KEEPS(crm_blockers_record, crm_blockers_record(blockers, 1));
    KEEPS(crm_blockers_sample, crm_blockers_sample(blockers, 0, 10));
    crm_blockers_free(blockers);
}

static int convert(crm_id whom, crm_record *role, uint32_t flags) {
    int rc = crm_party_convert(txn, whom, role, flags, NULL);
    crm_record_free(role);
    return rc;
}

Test(errors_group, convert) {
    fill();
    crm_id other = test_party(txn, "x"), role = test_role(txn, party, CRM_ROLE_PROSPECT, NULL);
    test_role(txn, test_party(txn, "y"), CRM_ROLE_CUSTOMER, "1");
    REFUSES(CRM_E_NOTFOUND, crm_party_convert, convert(group, NULL, 0));
    REFUSES(CRM_E_INVALID, crm_party_convert, convert(other, NULL, 0));
    REFUSES(CRM_E_INVALID, crm_party_convert, convert(party, NULL, 2));
    REFUSES(CRM_E_INVALID, crm_party_convert, convert(party, test_get(txn, role), 0));
    REFUSES(CRM_E_TYPE, crm_party_convert, convert(party, test_record(CRM_KIND_USAGE, 0, 0), 0));
    REFUSES(CRM_E_EXISTS, crm_party_convert, convert(party, test_record(CRM_KIND_ROLE, 0, CRM_ROLE_NUMBER, "1", 0), 0));
    cr_assert_eq(crm_record_archive(txn, party, 0), CRM_OK);
    REFUSES(CRM_E_ARCHIVED, crm_party_convert, convert(party, NULL, 0));
    cr_assert_eq(crm_record_restore(txn, party, 0), CRM_OK);
    KEEPS(crm_party_convert, convert(party, NULL, CRM_CONVERT_KEEP_PROSPECT));
    KEEPS(crm_party_convert, convert(party, NULL, 0));
}
