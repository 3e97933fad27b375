/* SPDX-License-Identifier: MIT */
/* Deleting: what keeps a record, and what goes with it. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(delete, .init = begin, .fini = end);

static crm_record *with_id(crm_record *rec, crm_field field, crm_id id) {
    cr_assert_eq(crm_record_set_id(rec, field, id), CRM_OK);
    return rec;
}

static int del(crm_id id) { return crm_record_delete(txn, id, 0); }
static bool there(crm_id id) {
    crm_record *rec;
    int rc = crm_record_get(txn, id, &rec);
    cr_expect(rc == CRM_OK || rc == CRM_E_NOTFOUND, "%d", rc);
    crm_record_free(rc == CRM_OK ? rec : NULL);
    return rc == CRM_OK;
}

Test(delete, child) {
    crm_id p = test_party(txn, "x"), a = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm"),
           b = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Bonn"),
           c = test_child(txn, CRM_KIND_CONTACT, p, CRM_CONTACT_NAME, "x");
    crm_id about[] = {
        test_put(txn, with_id(test_record(CRM_KIND_USAGE, p, CRM_USAGE_PURPOSE, "main", 0), CRM_USAGE_TARGET, a)),
        test_put(txn, with_id(test_record(CRM_KIND_CHANNEL, p, CRM_CHANNEL_TYPE, "fax", CRM_CHANNEL_VALUE, "1", 0), CRM_CHANNEL_TARGET, a)),
        test_put(txn, with_id(test_record(CRM_KIND_IDENTIFIER, p, CRM_IDENTIFIER_SCHEME, "gln", CRM_IDENTIFIER_VALUE, "1", 0),
                              CRM_IDENTIFIER_TARGET, a)),
        test_put(txn, with_id(test_record(CRM_KIND_QUOTE_DEFAULTS, p, 0), CRM_QUOTE_DEFAULTS_SCOPE, a)),
    };
    crm_id usage = test_put(txn, with_id(test_record(CRM_KIND_USAGE, p, CRM_USAGE_PURPOSE, "main", 0), CRM_USAGE_TARGET, b));
    crm_id channel = test_put(txn, test_record(CRM_KIND_CHANNEL, p, CRM_CHANNEL_TYPE, "fax", CRM_CHANNEL_VALUE, "1", 0));
    crm_record *rec = with_id(test_record(CRM_KIND_QUOTE_DEFAULTS, p, 0), CRM_QUOTE_DEFAULTS_PREFERRED_SITE, a);
    crm_id defaults = test_put(txn, with_id(rec, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, c));
    char *before = test_dump_txn(txn), *after;
    cr_expect_eq(del(a), CRM_E_IN_USE);
    cr_expect_eq(crm_error_field(), CRM_QUOTE_DEFAULTS_PREFERRED_SITE);
    cr_expect_eq(del(c), CRM_E_IN_USE);
    cr_expect_eq(crm_error_field(), CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT);
    cr_expect_str_eq(after = test_dump_txn(txn), before, "nothing is deleted");
    free(before);
    free(after);
    rec = test_get(txn, defaults);
    cr_assert_eq(crm_record_clear(rec, CRM_QUOTE_DEFAULTS_PREFERRED_SITE), CRM_OK);
    test_put(txn, rec);
    cr_expect_eq(del(a), CRM_OK);
    cr_expect(!there(a), "the address");
    for (size_t i = 0; i < sizeof about / sizeof *about; i++) cr_expect(!there(about[i]), "what is about it: %zu", i);
    cr_expect(there(p) && there(b) && there(c) && there(usage) && there(channel) && there(defaults), "all else stays");
    crm_id found;
    cr_expect_eq(crm_identifier_find(txn, "gln", "1", CRM_NTS, &found), CRM_E_NOTFOUND, "its identifier is free");
    cr_expect_eq(del(defaults), CRM_OK);
    cr_expect_eq(del(c), CRM_OK);
    cr_expect_eq(del(0), CRM_E_NOTFOUND);
    cr_expect_eq(del(UINT64_MAX), CRM_E_NOTFOUND);
}

/* What an address that has moved is used for, and its terms, are its successor's; its phone is not. */
Test(delete, address_that_has_moved) {
    crm_id p = test_party(txn, "P"), a = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm");
    crm_id usage = test_put(txn, with_id(test_record(CRM_KIND_USAGE, p, CRM_USAGE_PURPOSE, "main", 0), CRM_USAGE_TARGET, a));
    crm_id terms = test_put(txn, with_id(test_record(CRM_KIND_QUOTE_DEFAULTS, p, 0), CRM_QUOTE_DEFAULTS_SCOPE, a));
    crm_record *rec = test_record(CRM_KIND_CHANNEL, p, CRM_CHANNEL_TYPE, "phone", CRM_CHANNEL_VALUE, "1", 0);
    crm_id phone = test_put(txn, with_id(rec, CRM_CHANNEL_TARGET, a)), moved;
    rec = test_record(CRM_KIND_ADDRESS, 0, CRM_ADDRESS_TOWN, "Bonn", 0);
    cr_assert_eq(crm_address_move(txn, a, 100, rec, &moved), CRM_OK, "%s", crm_error_text());
    crm_record_free(rec);
    cr_expect_eq(del(a), CRM_E_IN_USE);
    cr_expect_eq(crm_error_field(), CRM_QUOTE_DEFAULTS_SCOPE);
    cr_assert_eq(del(terms), CRM_OK);
    cr_expect_eq(del(a), CRM_E_IN_USE);
    cr_expect_eq(crm_error_field(), CRM_USAGE_TARGET);
    cr_assert_eq(del(usage), CRM_OK);
    cr_expect_eq(del(a), CRM_OK, "%s", crm_error_text());
    cr_expect(!there(phone) && there(moved), "only what is about it alone goes");
}

Test(delete, owner_of_what_comes) {
    for (int i = 0; i < 2; i++) {
        crm_id p = test_party(txn, "x");
        crm_iter *iter;
        if (i) test_child(txn, CRM_KIND_CONTACT, p, CRM_CONTACT_NAME, "y");
        cr_assert_eq(crm_record_list(txn, p, CRM_KIND_ADDRESS, 0, NULL, &iter), CRM_OK); /* it was there a moment ago */
        crm_iter_free(iter);
        cr_assert_eq(del(p), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(test_try(txn, test_record(CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Hof", 0)), CRM_E_NOTFOUND);
        cr_expect_eq(crm_record_list(txn, p, CRM_KIND_ADDRESS, 0, NULL, &iter), CRM_E_NOTFOUND);
    }
}

Test(delete, party) {
    crm_id p = test_party(txn, "P"), q = test_party(txn, "Q"), r = test_party(txn, "R");
    test_role(txn, p, CRM_ROLE_CUSTOMER, "1");
    test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm");
    test_put(txn, test_record(CRM_KIND_CHANNEL, p, CRM_CHANNEL_TYPE, "mail", CRM_CHANNEL_VALUE, "a@b", 0));
    test_put(txn, test_record(CRM_KIND_IDENTIFIER, p, CRM_IDENTIFIER_SCHEME, "gln", CRM_IDENTIFIER_VALUE, "1", 0));
    crm_id group = test_group(txn, "A", 0), membership;
    cr_assert_eq(crm_group_add(txn, group, p, CRM_NO_DATE, CRM_NO_DATE, &membership), CRM_OK);
    for (int i = 0; i < 3; i++) /* his own contacts don't hold him, however many */
        test_put(txn, with_id(test_record(CRM_KIND_CONTACT, p, CRM_CONTACT_NAME, "x", 0), CRM_CONTACT_PERSON, p));
    test_put(txn, with_id(test_get(txn, q), CRM_PARTY_REFERRER, p));
    cr_expect_eq(del(p), CRM_E_IN_USE);
    cr_expect_eq(crm_error_field(), CRM_PARTY_REFERRER);
    test_put(txn, with_id(test_get(txn, q), CRM_PARTY_REFERRER, 0));
    crm_id contact = test_put(txn, with_id(test_record(CRM_KIND_CONTACT, r, CRM_CONTACT_NAME, "x", 0), CRM_CONTACT_PERSON, p));
    cr_expect_eq(del(p), CRM_E_IN_USE);
    cr_expect_eq(crm_error_field(), CRM_CONTACT_PERSON);
    cr_expect(there(p), "nothing is deleted");
    cr_assert_eq(del(contact), CRM_OK);
    cr_expect_eq(del(p), CRM_OK, "%s", crm_error_text());
    crm_id id;
    crm_iter *iter;
    cr_expect_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &id), CRM_E_NOTFOUND);
    cr_expect_eq(crm_identifier_find(txn, "gln", "1", CRM_NTS, &id), CRM_E_NOTFOUND);
    static const struct entry_case {
        crm_field field;
        const char *value;
    } entries[] = {{CRM_ADDRESS_TOWN, "Ulm"}, {CRM_CHANNEL_NORMALISED, "a@b"}, {CRM_PARTY_NAME, "P"}};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(crm_record_search(txn, entries[i].field, entries[i].value, CRM_NTS, 0, NULL, &iter), CRM_OK);
        cr_expect_eq(crm_iter_next(iter, &id), CRM_OK, "%s is still in an index", entries[i].value);
        crm_iter_free(iter);
    }
    cr_assert_eq(crm_group_members(txn, group, CRM_TODAY, 0, NULL, &iter), CRM_OK);
    cr_expect(crm_iter_next(iter, &id) == CRM_OK && !there(membership) && there(group), "he is no member any more");
    crm_iter_free(iter);
    test_role(txn, q, CRM_ROLE_CUSTOMER, "1"); /* his number is free again */
    cr_expect(there(q) && there(r));
    cr_expect_neq(test_party(txn, "new"), p, "his id is not");
}
