/* SPDX-License-Identifier: MIT */
/* Proposals of customers with very many records of a kind: the time grows with their number, and no faster. Each of these takes some
 * hundredths of a second, and took many seconds where everything was looked for in everything. */
#include "support/writing.h"
#include <criterion/criterion.h>

TestSuite(quote_bounds, .init = begin, .fini = end, .timeout = 10);

static crm_quote *resolve(crm_id party) {
    crm_quote *quote;
    int rc = crm_quote_resolve(txn, party, CRM_TODAY, NULL, &quote);
    cr_assert(rc >= 0, "%d %s", rc, crm_error_text());
    return quote;
}

/* The only contact is behind all that are archived. */
Test(quote_bounds, contacts) {
    crm_id party = test_party(txn, "A"), last = 0;
    for (int i = 0; i <= 40000; i++) {
        crm_record *contact = test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "x", 0);
        cr_assert_eq(crm_record_set_bool(contact, CRM_CONTACT_ARCHIVED, i < 40000), CRM_OK);
        last = test_put(txn, contact);
    }
    crm_quote *quote = resolve(party);
    cr_expect_eq(crm_record_id(crm_quote_record(quote), CRM_QUOTE_CONTACT), last);
    crm_quote_free(quote);
}

static void put_named(uint32_t kind, crm_id party, crm_field text, const char *value, crm_field named, crm_id id) {
    crm_record *rec = test_record(kind, party, text, value, 0);
    cr_assert_eq(crm_record_set_id(rec, named, id), CRM_OK);
    test_put(txn, rec);
}

/* Terms of every site, the one that goods go to has moved. */
Test(quote_bounds, sites) {
    crm_id party = test_party(txn, "A"), site = 0;
    for (int i = 0; i < 2000; i++) {
        site = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
        put_named(CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_PLANT, i < 1999 ? "other" : "own", CRM_QUOTE_DEFAULTS_SCOPE, site);
    }
    put_named(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, CRM_PURPOSE_MAIN, CRM_USAGE_TARGET, site);
    crm_record *to = test_record(CRM_KIND_ADDRESS, 0, CRM_ADDRESS_TOWN, "Bonn", 0);
    cr_assert_eq(crm_address_move(txn, site, TEST_DAY, to, &site), CRM_OK, "%s", crm_error_text());
    crm_record_free(to);
    for (int i = 0; i < 5; i++) {
        crm_quote *quote = resolve(party);
        cr_expect_eq(crm_record_id(crm_quote_record(quote), CRM_QUOTE_SHIP_TO), site);
        cr_expect_str_eq(crm_record_text(crm_quote_record(quote), CRM_QUOTE_PLANT), "own");
        crm_quote_free(quote);
    }
}
