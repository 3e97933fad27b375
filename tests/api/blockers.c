/* SPDX-License-Identifier: MIT */
/* What stands against a deletion: counted, with samples, and the same that the deletion is refused for. */
#include "support/json.h"
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(blockers, .init = begin, .fini = end, .timeout = 60);

static crm_record *with_id(crm_record *rec, crm_field field, crm_id id) {
    cr_assert_eq(crm_record_set_id(rec, field, id), CRM_OK);
    return rec;
}

static crm_blockers *blockers_of(crm_id id) {
    crm_blockers *out;
    cr_assert_eq(crm_record_blockers(txn, id, &out), CRM_OK, "%s", crm_error_text());
    return out;
}

/* All blockers as "party.referrer 2, contact.person 1"; a deletion is refused where there is any, and done where there is none. */
static void check(const char *what, crm_id id, const char *wanted) {
    char got[300] = "";
    crm_blockers *blockers = blockers_of(id);
    for (size_t i = 0; i < crm_blockers_count(blockers); i++) {
        const crm_record *rec = crm_blockers_record(blockers, i);
        cr_expect_eq(crm_record_kind(rec), CRM_KIND_BLOCKER);
        sprintf(got + strlen(got), "%s%s %lld%s", i ? ", " : "", crm_record_text(rec, CRM_BLOCKER_FIELD),
                (long long)crm_record_int(rec, CRM_BLOCKER_COUNT, -1), crm_record_bool(rec, CRM_BLOCKER_MORE, 0) ? "+" : "");
    }
    cr_expect_str_eq(got, wanted, "%s: %s", what, got);
    crm_blockers_free(blockers);
    int rc = crm_record_delete(txn, id, 0);
    cr_expect_eq(rc, *wanted ? CRM_E_IN_USE : CRM_OK, "%s: %d %s", what, rc, crm_error_text());
    if (rc == CRM_E_IN_USE) {
        char first[100];
        snprintf(first, sizeof first, "%s.%s ", crm_kind_name(crm_field_kind(crm_error_field())), crm_field_name(crm_error_field()));
        cr_expect_eq(strncmp(first, wanted, strlen(first)), 0, "%s: refused for %s", what, first);
    }
}

Test(blockers, party) {
    crm_id p = test_party(txn, "P"), q = test_party(txn, "Q"), r = test_party(txn, "R"), group = test_group(txn, "A", 0);
    test_put(txn, with_id(test_record(CRM_KIND_CONTACT, p, CRM_CONTACT_NAME, "x", 0), CRM_CONTACT_PERSON, p));
    cr_assert_eq(crm_group_add(txn, group, p, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    crm_id named[] = {
        test_put(txn, with_id(test_get(txn, q), CRM_PARTY_REFERRER, p)),
        test_put(txn, with_id(test_get(txn, r), CRM_PARTY_REFERRER, p)),
        test_put(txn, with_id(test_record(CRM_KIND_ROLE, q, CRM_ROLE_ROLE, "prospect", 0), CRM_ROLE_CONVERTED_BY, p)),
        test_put(txn, with_id(test_record(CRM_KIND_CONTACT, q, CRM_CONTACT_NAME, "x", 0), CRM_CONTACT_PERSON, p)),
        test_put(txn, with_id(test_record(CRM_KIND_CONTACT, q, CRM_CONTACT_NAME, "y", 0), CRM_CONTACT_PERSON, p)),
    };
    crm_blockers *blockers = blockers_of(p);
    cr_expect(crm_blockers_sample(blockers, 0, 0) == named[0] && crm_blockers_sample(blockers, 0, 1) == named[1]);
    cr_expect(crm_blockers_sample(blockers, 0, 2) == 0 && crm_blockers_sample(blockers, 0, 10) == 0);
    cr_expect(crm_blockers_sample(blockers, 1, 0) == named[2] && crm_blockers_sample(blockers, 3, 0) == 0);
    cr_expect_null(crm_blockers_record(blockers, 3));
    const char *json = crm_blockers_json(blockers, NULL);
    cr_expect(test_json_valid(json) && test_json_is(json, "0.field", "party.referrer") && test_json_is(json, "0.count", "2"), "%s", json);
    cr_expect(test_json_is(json, "2.field", "contact.person") && test_json_is(json, "0.more", "false"), "%s", json);
    char id[32];
    snprintf(id, sizeof id, "%llu", (unsigned long long)named[4]);
    cr_expect(test_json_is(json, "2.samples.1", id), "%s", json);
    crm_record *copy;
    cr_assert_eq(crm_record_copy(crm_blockers_record(blockers, 0), &copy), CRM_OK);
    crm_record_free((crm_record *)(uintptr_t)crm_blockers_record(blockers, 0)); /* it is the list's */
    cr_expect_str_eq(crm_record_text(crm_blockers_record(blockers, 0), CRM_BLOCKER_FIELD), "party.referrer");
    cr_expect_eq(crm_record_put(txn, copy, NULL, NULL), CRM_E_TYPE);
    crm_record_free(copy);
    crm_blockers_free(blockers);
    check("all", p, "party.referrer 2, role.converted_by 1, contact.person 2");
    cr_assert_eq(crm_record_delete(txn, q, 0), CRM_OK);
    check("one", p, "party.referrer 1");
    cr_assert_eq(crm_record_delete(txn, r, 0), CRM_OK);
    check("none", p, "");
    cr_expect_eq(crm_record_blockers(txn, p, &blockers), CRM_E_NOTFOUND);
    cr_expect_null(blockers);
    check("without a member", group, "");
}

Test(blockers, group) {
    crm_id a = test_group(txn, "A", 0), b = test_group(txn, "B", a), p = test_party(txn, "P"), membership;
    crm_id defaults = test_child(txn, CRM_KIND_QUOTE_DEFAULTS, a, CRM_QUOTE_DEFAULTS_PRICE_LIST, "P1"), out;
    cr_assert_eq(crm_group_add(txn, a, p, 1, 2, &membership), CRM_OK);
    check("group", a, "group.parent 1, membership.group 1");
    check("its child", b, "");
    check("a member that was", a, "membership.group 1");
    cr_assert_eq(crm_record_delete(txn, membership, 0), CRM_OK);
    check("an empty one", a, "");
    cr_expect_eq(crm_record_get(txn, defaults, &(crm_record *){NULL}), CRM_E_NOTFOUND, "its quote defaults go with it");
    cr_expect_eq(crm_group_find(txn, "A", CRM_NTS, &out), CRM_E_NOTFOUND);
    cr_expect_neq(test_group(txn, "A", 0), a, "the code is free, the id is not");
}

Test(blockers, children) {
    crm_id p = test_party(txn, "P"), a = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm");
    crm_record *rec = with_id(test_record(CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Bonn", 0), CRM_ADDRESS_SUCCESSOR, a);
    cr_assert_eq(crm_record_set_date(rec, CRM_ADDRESS_VALID_UNTIL, 100), CRM_OK);
    crm_id b = test_put(txn, rec), c = test_child(txn, CRM_KIND_CONTACT, p, CRM_CONTACT_NAME, "x");
    rec = with_id(test_record(CRM_KIND_QUOTE_DEFAULTS, p, 0), CRM_QUOTE_DEFAULTS_PREFERRED_SITE, a);
    crm_id defaults = test_put(txn, with_id(rec, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, c));
    rec = with_id(test_record(CRM_KIND_QUOTE_DEFAULTS, p, 0), CRM_QUOTE_DEFAULTS_SCOPE, a);
    test_put(txn, with_id(rec, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, a)); /* goes with it, and so keeps nothing */
    test_put(txn, with_id(test_record(CRM_KIND_USAGE, p, CRM_USAGE_PURPOSE, "main", 0), CRM_USAGE_TARGET, a));
    crm_blockers *blockers = blockers_of(a);
    cr_expect(crm_blockers_sample(blockers, 0, 0) == defaults && crm_blockers_sample(blockers, 1, 0) == b);
    cr_expect(crm_blockers_sample(blockers, 0, 1) == 0);
    crm_blockers_free(blockers);
    check("address", a, "quote_defaults.preferred_site 1, address.successor 1");
    check("contact", c, "quote_defaults.preferred_contact 1");
    check("what names", b, "");
    check("defaults", defaults, "");
    check("contact that nobody prefers", c, "");
    check("address that nobody names", a, "");
    check("party", p, "");
}

/* Adds a party that has a value of the host's own field and is a member. */
static void add_member(crm_id group, crm_field mark) {
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_PERSON, CRM_PARTY_NAME, "x", 0);
    cr_assert_eq(crm_record_set_text(rec, mark, "x", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_group_add(txn, group, test_put(txn, rec), CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
}

/* More than are counted: of a group's members, and of a definition's values. */
Test(blockers, many) {
    enum { MOST = 10000 };
    crm_id group = test_group(txn, "A", 0);
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "mark",
                                  CRM_CUSTOM_FIELD_TYPE, "text", 0);
    cr_assert_eq(crm_record_set_bool(rec, CRM_CUSTOM_FIELD_INDEXED, 1), CRM_OK);
    crm_id definition = test_put(txn, rec);
    rec = test_get(txn, definition);
    crm_field mark = (crm_field)crm_record_int(rec, CRM_CUSTOM_FIELD_FIELD, 0);
    crm_record_free(rec);
    for (int i = 0; i < MOST; i++) add_member(group, mark);
    check("all counted", group, "membership.group 10000");
    add_member(group, mark);
    check("one more", group, "membership.group 10000+");
    crm_blockers *blockers = blockers_of(definition);
    cr_expect_eq(crm_record_int(crm_blockers_record(blockers, 0), CRM_BLOCKER_COUNT, 0), MOST);
    cr_expect_eq(crm_record_bool(crm_blockers_record(blockers, 0), CRM_BLOCKER_MORE, 0), 1);
    crm_blockers_free(blockers);
    blockers = blockers_of(group);
    cr_expect(crm_blockers_sample(blockers, 0, 9) && !crm_blockers_sample(blockers, 0, 10));
    cr_expect(test_json_is(crm_blockers_json(blockers, NULL), "0.more", "true"));
    crm_blockers_free(blockers);
}
