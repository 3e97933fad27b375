/* SPDX-License-Identifier: MIT */
/* Stage 1 of the quote proposal: a row for each rule that chooses customer, addresses, payer and contact. */
#include "support/proposal.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Three addresses: a1 for deliveries by default, a2 for deliveries, a3 the main one. */
#define SITES                                                                                                                              \
    "a1 address town=A;a2 address town=B;a3 address town=C;u1 usage target=a1 purpose=delivery is_default=1;"                              \
    "u2 usage target=a2 purpose=delivery;u3 usage target=a3 purpose=main;"

static const struct row ship_to_rows[] = {
    {"explicit before all", SITES "d quote_defaults preferred_site=a2", "ship_to=a3", "ship_to=a3 explicit explicit"},
    {"explicit needs no usage", "a1 address town=A", "ship_to=a1", "ship_to=a1 explicit explicit"},
    {"preferred site of the customer", SITES "d quote_defaults preferred_site=a2", NULL, "ship_to=a2 customer preferred d.preferred_site"},
    {"preferred main address", SITES "d quote_defaults preferred_site=a3", NULL, "ship_to=a3 customer preferred d.preferred_site"},
    {"preferred site that takes no deliveries",
     SITES "a4 address town=D;u4 usage target=a4 purpose=billing;d quote_defaults preferred_site=a4", NULL,
     "ship_to=a1 customer default u1.target"},
    {"preferred site, archived", SITES "a4 address archived=1;u4 usage target=a4 purpose=delivery;d quote_defaults preferred_site=a4", NULL,
     "ship_to=a1 customer default u1.target"},
    {"preferred site, not valid yet",
     SITES "a4 address valid_from=1;u4 usage target=a4 purpose=delivery;d quote_defaults preferred_site=a4", NULL,
     "ship_to=a1 customer default u1.target"},
    {"preferred site, its usage over",
     SITES "a4 address;u4 usage target=a4 purpose=delivery valid_until=0;d quote_defaults preferred_site=a4", NULL,
     "ship_to=a1 customer default u1.target"},
    {"terms of a sales area don't count", SITES "d quote_defaults sales_area=N preferred_site=a2", NULL,
     "ship_to=a1 customer default u1.target"},
    {"preferred site of the preferred contact",
     SITES "c1 contact;d quote_defaults preferred_contact=c1;e quote_defaults scope=c1 preferred_site=a2", NULL,
     "ship_to=a2 contact contact_preferred e.preferred_site"},
    {"preferred site of the given contact", SITES "c1 contact;e quote_defaults scope=c1 preferred_site=a2", "contact=c1",
     "ship_to=a2 contact contact_preferred e.preferred_site"},
    {"the given contact in place of the preferred one",
     SITES "c1 contact;c2 contact;d quote_defaults preferred_contact=c1;e quote_defaults scope=c1 preferred_site=a2;f quote_defaults "
           "scope=c2 preferred_site=a3",
     "contact=c2", "ship_to=a3 contact contact_preferred f.preferred_site"},
    {"a contact who is neither", SITES "c1 contact;e quote_defaults scope=c1 preferred_site=a2", NULL,
     "ship_to=a1 customer default u1.target"},
    {"preferred contact, archived",
     SITES "c1 contact archived=1;d quote_defaults preferred_contact=c1;e quote_defaults scope=c1 preferred_site=a2", NULL,
     "ship_to=a1 customer default u1.target"},
    {"preferred contact's site, archived",
     SITES "a4 address archived=1;u4 usage target=a4 purpose=delivery;c1 contact;d quote_defaults preferred_contact=c1;e quote_defaults "
           "scope=c1 preferred_site=a4",
     NULL, "ship_to=a1 customer default u1.target"},
    {"the customer's preferred site before the contact's",
     SITES "c1 contact;d quote_defaults preferred_contact=c1 preferred_site=a3;e quote_defaults scope=c1 preferred_site=a2", NULL,
     "ship_to=a3 customer preferred d.preferred_site"},
    {"default", SITES, NULL, "ship_to=a1 customer default u1.target"},
    {"two defaults", SITES "u4 usage target=a2 purpose=delivery is_default=1", NULL, "ship_to=? a1 a2"},
    {"two defaults, one over", SITES "u4 usage target=a2 purpose=delivery is_default=1 valid_until=0", NULL,
     "ship_to=a1 customer default u1.target"},
    {"two defaults, one archived", SITES "a4 address archived=1;u4 usage target=a4 purpose=delivery is_default=1", NULL,
     "ship_to=a1 customer default u1.target"},
    {"default for another purpose",
     "a1 address;a2 address;u1 usage target=a1 purpose=billing is_default=1;u2 usage target=a2 purpose=delivery", NULL,
     "ship_to=a2 customer only_purpose u2.target"},
    {"the only one for deliveries", "a1 address;a2 address;u1 usage target=a1 purpose=delivery;u2 usage target=a2 purpose=main", NULL,
     "ship_to=a1 customer only_purpose u1.target"},
    {"two for deliveries: neither, nor the main one",
     "a1 address;a2 address;a3 address;u1 usage target=a1 purpose=delivery;u2 usage target=a2 purpose=delivery;"
     "u3 usage target=a3 purpose=main",
     NULL, "ship_to=? a1 a2"},
    {"two for deliveries, one archived",
     "a1 address;a2 address archived=1;u1 usage target=a1 purpose=delivery;u2 usage target=a2 purpose=delivery", NULL,
     "ship_to=a1 customer only_purpose u1.target"},
    {"one address for several purposes counts once",
     "a1 address;u1 usage target=a1 purpose=delivery valid_until=10;u2 usage target=a1 purpose=billing;"
     "u3 usage target=a1 purpose=main",
     NULL, "ship_to=a1 customer only_purpose u1.target;bill_to=a1 customer only_purpose u2.target"},
    {"a contact for deliveries is no address", "c1 contact;u1 usage target=c1 purpose=delivery;a1 address;u2 usage target=a1 purpose=main",
     NULL, "ship_to=a1 customer main u2.target"},
    {"main", "a1 address;a2 address;u1 usage target=a1 purpose=main;u2 usage target=a2 purpose=visit", NULL,
     "ship_to=a1 customer main u1.target"},
    {"two mains", "a1 address;a2 address;u1 usage target=a1 purpose=main;u2 usage target=a2 purpose=main", NULL,
     "ship_to=? a1 a2;bill_to=? a1 a2"},
    {"an address that is for nothing is not taken", "a1 address", NULL, "ship_to=-;bill_to=-"},
    {"nothing there", "", NULL, "ship_to=-;bill_to=-;contact=-"},
    {"valid from the day on", "a1 address valid_from=0;u1 usage target=a1 purpose=delivery valid_from=0", NULL,
     "ship_to=a1 customer only_purpose u1.target"},
    {"valid until the day after", "a1 address valid_until=1;u1 usage target=a1 purpose=delivery valid_until=1", NULL,
     "ship_to=a1 customer only_purpose u1.target"},
    {"usage from tomorrow", "a1 address;u1 usage target=a1 purpose=delivery valid_from=1", NULL, "ship_to=-"},
    {"usage until today", "a1 address;u1 usage target=a1 purpose=delivery valid_until=0", NULL, "ship_to=-"},
    {"address from tomorrow", "a1 address valid_from=1;u1 usage target=a1 purpose=delivery", NULL, "ship_to=-"},
    {"address until today", "a1 address valid_until=0;u1 usage target=a1 purpose=delivery", NULL, "ship_to=-"},
    {"explicit, another customer's", SITES "q party;b1 address party=q", "ship_to=b1", "error NOT_RELATED ship_to"},
    {"explicit, a contact", SITES "c1 contact", "ship_to=c1", "error NOT_RELATED ship_to"},
    {"explicit, archived", "a1 address archived=1", "ship_to=a1", "error ARCHIVED ship_to"},
    {"explicit, from tomorrow", "a1 address valid_from=1", "ship_to=a1", "error RANGE ship_to"},
    {"explicit, until today", "a1 address valid_until=0", "ship_to=a1", "error RANGE ship_to"},
};
Test(quote, ship_to) { CHECK_ROWS(ship_to_rows); }

/* Preferences of a sales area, in front of those of all areas on the same level. */
#define OWN_SITES SITES "d quote_defaults preferred_site=a2;e quote_defaults sales_area=N preferred_site=a3;"
#define OWN_CONTACTS SITES "c1 contact;c2 contact;d quote_defaults preferred_contact=c1;e quote_defaults sales_area=N preferred_contact=c2;"
static const struct row area_rows[] = {
    {"site of the given area", OWN_SITES, "sales_area=N", "ship_to=a3 customer preferred e.preferred_site;sales_area=N explicit"},
    {"site, no area given", OWN_SITES, NULL, "ship_to=a2 customer preferred d.preferred_site;sales_area=-"},
    {"site, another area given", OWN_SITES, "sales_area=S", "ship_to=a2 customer preferred d.preferred_site"},
    {"site, no area wanted", OWN_SITES, "sales_area=", "ship_to=a2 customer preferred d.preferred_site;sales_area= explicit"},
    {"site, the area's terms name none", SITES "d quote_defaults preferred_site=a2;e quote_defaults sales_area=N plant=P", "sales_area=N",
     "ship_to=a2 customer preferred d.preferred_site"},
    {"site of the area, archived",
     SITES "a4 address archived=1;u4 usage target=a4 purpose=delivery;d quote_defaults preferred_site=a2;"
           "e quote_defaults sales_area=N preferred_site=a4",
     "sales_area=N", "ship_to=a2 customer preferred d.preferred_site"},
    {"the area's site of the contact",
     SITES "c1 contact;d quote_defaults preferred_contact=c1;e quote_defaults scope=c1 preferred_site=a2;"
           "f quote_defaults scope=c1 sales_area=N preferred_site=a3",
     "sales_area=N", "ship_to=a3 contact contact_preferred f.preferred_site"},
    {"the area's contact, his site of all areas",
     OWN_CONTACTS "f quote_defaults scope=c1 preferred_site=a2;g quote_defaults scope=c2 preferred_site=a3", "sales_area=N",
     "ship_to=a3 contact contact_preferred g.preferred_site"},
    {"the area's contact, who prefers no site", OWN_CONTACTS "f quote_defaults scope=c1 sales_area=N preferred_site=a2", "sales_area=N",
     "ship_to=a1 customer default u1.target"},
    {"the area's contact, archived",
     SITES "c1 contact;c2 contact archived=1;d quote_defaults preferred_contact=c1;e quote_defaults sales_area=N preferred_contact=c2;"
           "f quote_defaults scope=c1 preferred_site=a2;g quote_defaults scope=c2 preferred_site=a3",
     "sales_area=N", "ship_to=a2 contact contact_preferred f.preferred_site;contact=c1 customer preferred d.preferred_contact"},
    {"the given contact's site of the area",
     OWN_CONTACTS "f quote_defaults scope=c1 preferred_site=a2;g quote_defaults scope=c1 sales_area=N preferred_site=a3",
     "sales_area=N contact=c1", "ship_to=a3 contact contact_preferred g.preferred_site"},
    {"the customer's site of all areas before the contact's of the area",
     SITES "c1 contact;d quote_defaults preferred_contact=c1 preferred_site=a2;e quote_defaults scope=c1 sales_area=N preferred_site=a3",
     "sales_area=N", "ship_to=a2 customer preferred d.preferred_site"},
    {"contact of the given area", OWN_CONTACTS, "sales_area=N", "contact=c2 customer preferred e.preferred_contact"},
    {"contact, no area given", OWN_CONTACTS, NULL, "contact=c1 customer preferred d.preferred_contact"},
    {"the area's contact of the site", OWN_CONTACTS "f quote_defaults scope=a1 sales_area=N preferred_contact=c1", "sales_area=N",
     "contact=c1 site site_preferred f.preferred_contact"},
    {"the site's contact of all areas before the customer's of the area", OWN_CONTACTS "f quote_defaults scope=a1 preferred_contact=c1",
     "sales_area=N", "contact=c1 site site_preferred f.preferred_contact"},
    {"the site's contact of another area", OWN_CONTACTS "f quote_defaults scope=a1 sales_area=S preferred_contact=c1", "sales_area=N",
     "contact=c2 customer preferred e.preferred_contact"},
};
Test(quote, preferences_of_area) { CHECK_ROWS(area_rows); }

static const struct row bill_to_rows[] = {
    {"explicit", SITES "u4 usage target=a1 purpose=billing is_default=1", "bill_to=a2", "bill_to=a2 explicit explicit"},
    {"default", SITES "u4 usage target=a1 purpose=billing is_default=1;u5 usage target=a2 purpose=billing", NULL,
     "bill_to=a1 customer default u4.target"},
    {"two defaults", SITES "u4 usage target=a1 purpose=billing is_default=1;u5 usage target=a2 purpose=billing is_default=1", NULL,
     "bill_to=? a1 a2"},
    {"the only one", SITES "u4 usage target=a1 purpose=billing", NULL, "bill_to=a1 customer only_purpose u4.target"},
    {"two", SITES "u4 usage target=a1 purpose=billing;u5 usage target=a2 purpose=billing", NULL, "bill_to=? a1 a2"},
    {"main", SITES, NULL, "bill_to=a3 customer main u3.target"},
    {"preferred site and deliveries say nothing",
     "a1 address;u1 usage target=a1 purpose=delivery is_default=1;d quote_defaults preferred_site=a1", NULL, "bill_to=-"},
    {"explicit, another customer's", "q party;b1 address party=q", "bill_to=b1", "error NOT_RELATED bill_to"},
    {"explicit, archived", "a1 address archived=1", "bill_to=a1", "error ARCHIVED bill_to"},
    {"explicit, until today", "a1 address valid_until=0", "bill_to=a1", "error RANGE bill_to"},
};
Test(quote, bill_to) { CHECK_ROWS(bill_to_rows); }

static const struct row contact_rows[] = {
    {"explicit", SITES "c1 contact;c2 contact;d quote_defaults preferred_contact=c1", "contact=c2", "contact=c2 explicit explicit"},
    {"preferred contact of the site",
     SITES "c1 contact;c2 contact;c3 contact;d quote_defaults preferred_contact=c1;e quote_defaults scope=a1 preferred_contact=c2;"
           "f quote_defaults scope=a2 preferred_contact=c3",
     NULL, "contact=c2 site site_preferred e.preferred_contact"},
    {"preferred contact of the given site",
     SITES "c1 contact;c2 contact;e quote_defaults scope=a1 preferred_contact=c1;f quote_defaults scope=a2 preferred_contact=c2",
     "ship_to=a2", "contact=c2 site site_preferred f.preferred_contact"},
    {"preferred contact of the site, archived",
     SITES "c1 contact;c2 contact archived=1;d quote_defaults preferred_contact=c1;e quote_defaults scope=a1 preferred_contact=c2", NULL,
     "contact=c1 customer preferred d.preferred_contact"},
    {"no site, so none of a site",
     "a1 address;c1 contact;c2 contact;d quote_defaults preferred_contact=c1;e quote_defaults scope=a1 preferred_contact=c2", NULL,
     "contact=c1 customer preferred d.preferred_contact"},
    {"preferred contact of the customer", "c1 contact;c2 contact;d quote_defaults preferred_contact=c1;u1 usage target=c2 purpose=quote",
     NULL, "contact=c1 customer preferred d.preferred_contact"},
    {"preferred contact of the customer, left",
     "c1 contact valid_until=0;c2 contact;c3 contact;d quote_defaults preferred_contact=c1;u1 usage target=c2 purpose=quote", NULL,
     "contact=c2 customer only_purpose u1.target"},
    {"the only one for quotes", "c1 contact;c2 contact;u1 usage target=c2 purpose=quote;u2 usage target=c1 purpose=order", NULL,
     "contact=c2 customer only_purpose u1.target"},
    {"two for quotes", "c1 contact;c2 contact;c3 contact;u1 usage target=c2 purpose=quote;u2 usage target=c1 purpose=quote", NULL,
     "contact=? c1 c2"},
    {"two for quotes, one archived",
     "c1 contact;c2 contact archived=1;c3 contact;u1 usage target=c2 purpose=quote;u2 usage target=c1 purpose=quote", NULL,
     "contact=c1 customer only_purpose u2.target"},
    {"an address for quotes is no contact", "a1 address;u1 usage target=a1 purpose=quote;c1 contact", NULL, "contact=c1 customer only c1"},
    {"the only one", "c1 contact", NULL, "contact=c1 customer only c1"},
    {"the only one that is left", "c1 contact;c2 contact archived=1;c3 contact valid_until=0;c4 contact valid_from=1", NULL,
     "contact=c1 customer only c1"},
    {"valid on its first and last day", "c1 contact valid_from=0 valid_until=1", NULL, "contact=c1 customer only c1"},
    {"the only one, whom an archived usage names too", "c1 contact;c2 contact archived=1;u1 usage target=c2 purpose=quote", NULL,
     "contact=c1 customer only c1"},
    {"two", "c1 contact;c2 contact", NULL, "contact=? c1 c2"},
    {"four and an archived one", "c1 contact;c2 contact;c3 contact;c4 contact;c5 contact archived=1", NULL, "contact=? c1 c2 c3 c4"},
    {"none", "c1 contact archived=1", NULL, "contact=-"},
    {"another customer's", "q party;b1 contact party=q", "contact=b1", "error NOT_RELATED contact"},
    {"explicit, an address", "a1 address", "contact=a1", "error NOT_RELATED contact"},
    {"explicit, archived", "c1 contact archived=1", "contact=c1", "error ARCHIVED contact"},
    {"explicit, from tomorrow", "c1 contact valid_from=1", "contact=c1", "error RANGE contact"},
};
Test(quote, contact) { CHECK_ROWS(contact_rows); }

static const struct row party_rows[] = {
    {"customer and payer", "", NULL, "customer=p explicit explicit;payer=p customer bill_to p"},
    {"customer given as he is", "", "customer=p", "customer=p explicit explicit"},
    {"customer given otherwise", "q party", "customer=q", "error INVALID customer"},
    {"payer given as he is", "", "payer=p", "payer=p explicit explicit"},
    {"payer given otherwise", "q party", "payer=q", "error NOT_RELATED payer"},
    {"order lock", "p party order_lock=1 lock_reason=unpaid", NULL, "customer=p explicit explicit BLOCKED"},
    {"other locks", "p party order_lock=0 delivery_lock=1 dunning_lock=1 lock_reason=x", NULL, "customer=p explicit explicit"},
    {"archived", "p party archived=1", NULL, "error ARCHIVED customer"},
};
Test(quote, parties) { CHECK_ROWS(party_rows); }
