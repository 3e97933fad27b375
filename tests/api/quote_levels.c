/* SPDX-License-Identifier: MIT */
/* The levels of the quote proposal: each level of each field by the built-in policies, the order of groups, blocked inheritance, countries,
 * addresses that moved, flags, and policies of the store's own. */
#include "support/proposal.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define LEVELS 7

/* A site, a contact, a group and terms on all levels: what a field takes is decided by its policy. */
struct policy {
    const char *field, *levels;            /* x given, s site, c contact, p customer, g group, n country, w the store's own; in order */
    const char *values[LEVELS];            /* one a level, in the order x s c p g n w */
    const char *site, *contact, *customer; /* record that holds the value there, where it is not in quote defaults; "" nowhere */
};

static const struct policy policies[] = {
    {"price_list", "xpgnw", {"X", "S", "C", "P", "G", "N", "W"}, NULL, NULL, NULL},
    {"discount_scheme", "xpgnw", {"X", "S", "C", "P", "G", "N", "W"}, NULL, NULL, NULL},
    {"currency", "xpgnw", {"EUR", "CHF", "USD", "GBP", "SEK", "NOK", "DKK"}, NULL, NULL, NULL},
    {"payment_terms", "xpgw", {"X", "S", "C", "P", "G", "N", "W"}, NULL, NULL, NULL},
    {"payment_method", "xpgw", {"X", "S", "C", "P", "G", "N", "W"}, NULL, NULL, NULL},
    {"delivery_terms", "xspgw", {"X", "S", "C", "P", "G", "N", "W"}, NULL, NULL, NULL},
    {"shipping_method", "xspgw", {"X", "S", "C", "P", "G", "N", "W"}, NULL, NULL, NULL},
    {"delivery_times", "xspgw", {"X", "S", "C", "P", "G", "N", "W"}, NULL, NULL, NULL},
    {"plant", "xspgw", {"X", "S", "C", "P", "G", "N", "W"}, NULL, NULL, NULL},
    {"tax_zone", "xspw", {"X", "S", "C", "P", "G", "N", "W"}, NULL, NULL, NULL},
    {"vat_id", "xsp", {"X", "S", "C", "P", NULL, NULL, NULL}, "a1", "", "p"},
    {"language", "xcspw", {"de", "fr", "en", "it", "pl", "cs", "es"}, NULL, "c1", "p"},
    {"language", "xcspw", {"de", "fr", "en", "it", "pl", "cs", "es"}, NULL, NULL, NULL},
    {"salutation", "xcp", {"X", NULL, "C", "P", NULL, NULL, NULL}, "", "c1", "p"},
    {"channel", "xcspw", {"mail", "fax", "phone", "mobile", "web", "mail", "fax"}, NULL, NULL, NULL},
    {"customer_reference", "xcsp", {"X", "S", "C", "P", "G", "N", "W"}, NULL, NULL, NULL},
};

static const char order_of_levels[] = "xscpgnw";
static const char *const level_names[] = {"explicit", "site", "contact", "customer", "group", "country", "global"};

static const char *holder_of(const struct policy *policy, char level) {
    switch (level) {
    case 's': return policy->site ? policy->site : "ds";
    case 'c': return policy->contact ? policy->contact : "dc";
    case 'p': return policy->customer ? policy->customer : "dp";
    case 'g': return "dg";
    case 'n': return "dn";
    default: return "dw";
    }
}

/* A store with values[i] on level i (NULL: none). */
static void describe(const struct policy *policy, const char *const values[LEVELS], char *out, size_t size) {
    static const struct {
        const char *label, *text;
    } records[] = {{"p", "p party"},
                   {"a1", ";a1 address country=DE"},
                   {"c1", ";c1 contact"},
                   {"dp", ";dp quote_defaults preferred_site=a1 preferred_contact=c1"},
                   {"ds", ";ds quote_defaults scope=a1"},
                   {"dc", ";dc quote_defaults scope=c1"},
                   {"dg", ";dg quote_defaults owner=g1"},
                   {"dn", ";dn global country=DE"},
                   {"dw", ";dw global"}};
    snprintf(out, size, "u1 usage target=a1 purpose=delivery;g1 group code=G;m1 membership group=g1;");
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        snprintf(out + strlen(out), size - strlen(out), "%s", records[i].text);
        for (int level = 1; level < LEVELS; level++)
            if (values[level] && !strcmp(holder_of(policy, order_of_levels[level]), records[i].label))
                snprintf(out + strlen(out), size - strlen(out), " %s=%s", policy->field, values[level]);
    }
}

static void check_policy(crm_db *db, const struct policy *policy, size_t first, bool none) {
    const char *values[LEVELS] = {NULL};
    char stored[1000], given[100], wanted[200], what[100];
    for (size_t i = first; policy->levels[i]; i++) {
        size_t level = (size_t)(strchr(order_of_levels, policy->levels[i]) - order_of_levels);
        values[level] = none && i == first ? "" : policy->values[level];
    }
    size_t level = (size_t)(strchr(order_of_levels, policy->levels[first]) - order_of_levels);
    describe(policy, values, stored, sizeof stored);
    snprintf(given, sizeof given, "%s=%s", policy->field, values[0] ? values[0] : "");
    snprintf(what, sizeof what, "%s from %s%s", policy->field, level_names[level], none ? ", none" : "");
    snprintf(wanted, sizeof wanted, "%s=%s %s", policy->field, values[level], level_names[level]);
    if (level)
        snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), " %s.%s", holder_of(policy, order_of_levels[level]),
                 policy->field);
    proposal_check(db, &(struct row){what, stored, values[0] ? given : NULL, wanted});
}

/* Values only on levels that don't count for the field. */
static void check_other_levels(crm_db *db, const struct policy *policy) {
    const char *values[LEVELS] = {NULL};
    char stored[1000], wanted[100], what[100];
    for (size_t level = 1; level < LEVELS; level++)
        if (!strchr(policy->levels, order_of_levels[level])) values[level] = policy->values[level];
    describe(policy, values, stored, sizeof stored);
    snprintf(what, sizeof what, "%s on other levels", policy->field);
    snprintf(wanted, sizeof wanted, "%s=-", policy->field);
    proposal_check(db, &(struct row){what, stored, NULL, wanted});
}

/* Each level of each field decides where the levels before it say nothing; and says "none" by an empty text. */
Test(quote_levels, fields) {
    crm_db *db = scene_open_store();
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        for (size_t first = 0; policies[i].levels[first]; first++) {
            check_policy(db, &policies[i], first, false);
            check_policy(db, &policies[i], first, true);
        }
        check_other_levels(db, &policies[i]);
    }
    scene_close_store(db);
}

/* --- groups --- */

/* Two groups that say the plant; what follows "group code=A" and "group code=B" is the row's. */
#define GROUPS(a, b)                                                                                                                       \
    "a group code=" a ";b group code=" b ";m membership group=a;n membership group=b;da quote_defaults owner=a plant=PA;"                  \
    "db quote_defaults owner=b plant=PB;"
#define FROM_A "plant=PA group da.plant"
#define FROM_B "plant=PB group db.plant"
#define CHAIN "a group code=A parent=t;t group code=T parent=u;u group code=U;m membership group=a;"

static const struct row group_rows[] = {
    {"priority", GROUPS("A priority=2", "B priority=1"), NULL, FROM_B},
    {"priority, the other way about", GROUPS("A priority=1", "B priority=2"), NULL, FROM_A},
    {"negative priority", GROUPS("A priority=1", "B priority=-1"), NULL, FROM_B},
    {"without priority last", GROUPS("A", "B priority=99"), NULL, FROM_B},
    {"of equal priority the code decides", GROUPS("A priority=1", "B priority=1"), NULL, FROM_A},
    {"both without priority", GROUPS("A", "B"), NULL, FROM_A},
    {"codes as bytes", GROUPS("c", "B"), NULL, FROM_B},
    {"the longer code last", GROUPS("AA", "A"), NULL, FROM_B},
    {"a group without terms is passed over",
     "a group code=A;b group code=B;m membership group=a;n membership group=b;"
     "db quote_defaults owner=b plant=PB",
     NULL, FROM_B},
    {"none is a value", GROUPS("A", "B") "t group code=0;o membership group=t;dt quote_defaults owner=t plant=", NULL,
     "plant= group dt.plant"},
    {"the group above", CHAIN "dt quote_defaults owner=t plant=T;du quote_defaults owner=u plant=U", NULL, "plant=T group dt.plant"},
    {"the group above that", CHAIN "du quote_defaults owner=u plant=U", NULL, "plant=U group du.plant"},
    {"what is above goes before the next group",
     "a group code=A parent=t;t group code=T priority=9;b group code=B;m membership group=a;n membership group=b;"
     "dt quote_defaults owner=t plant=T;db quote_defaults owner=b plant=PB",
     NULL, "plant=T group dt.plant"},
    {"a member of both: each once, the child's place first",
     "a group code=A parent=t priority=2;t group code=T priority=1;m membership group=a;n membership group=t;"
     "da quote_defaults owner=a plant=PA;dt quote_defaults owner=t plant=T",
     NULL, "plant=T group dt.plant"},
    {"not a member", "a group code=A;da quote_defaults owner=a plant=PA", NULL, "plant=-"},
    {"a member of the group above alone", "a group code=A parent=t;t group code=T;m membership group=t;da quote_defaults owner=a plant=PA",
     NULL, "plant=-"},
    {"a member from today", "a group code=A;m membership group=a valid_from=0 valid_until=1;da quote_defaults owner=a plant=PA", NULL,
     FROM_A},
    {"a member from tomorrow", "a group code=A;m membership group=a valid_from=1;da quote_defaults owner=a plant=PA", NULL, "plant=-"},
    {"a member until today", "a group code=A;m membership group=a valid_until=0;da quote_defaults owner=a plant=PA", NULL, "plant=-"},
    {"an archived group", GROUPS("A", "B") "x archive record=a", NULL, FROM_B},
    {"an archived group leads to nothing", CHAIN "du quote_defaults owner=u plant=U;x archive record=t", NULL, "plant=-"},
    {"an archived group of the customer's leads to nothing", CHAIN "du quote_defaults owner=u plant=U;x archive record=a", NULL, "plant=-"},
    {"an archived group ends one path alone",
     CHAIN "b group code=B parent=u;n membership group=b;du quote_defaults owner=u plant=U;x archive record=t", NULL,
     "plant=U group du.plant"},
    {"a group's price list and its currency",
     "k code domain=price_list code=L currency=CHF;a group code=A;m membership group=a;da quote_defaults owner=a price_list=L currency=EUR",
     NULL, "price_list=L group da.price_list;currency=CHF price_list k.currency"},
    {"the currency of a price list of a group above",
     CHAIN "k code domain=price_list code=L currency=CHF;du quote_defaults owner=u price_list=L", NULL,
     "price_list=L group du.price_list;currency=CHF price_list k.currency"},
    {"only the customer's own currency is in conflict",
     "k code domain=price_list code=L currency=CHF;a group code=A;m membership group=a;da quote_defaults owner=a currency=EUR;"
     "d quote_defaults price_list=L",
     NULL, "currency=CHF price_list k.currency"},
    {"terms of a group's sales area first", GROUPS("A", "B") "dn quote_defaults owner=a sales_area=N plant=N", "sales_area=N",
     "plant=N group dn.plant"},
    {"those of all areas before the next group's", GROUPS("A", "B") "dn quote_defaults owner=b sales_area=N plant=N", "sales_area=N",
     FROM_A},
    {"another area", GROUPS("A", "B") "dn quote_defaults owner=a sales_area=N plant=N", "sales_area=S", FROM_A},
};
Test(quote_levels, groups) { CHECK_ROWS(group_rows); }

static const struct row block_rows[] = {
    {"a group's terms bar what is above", CHAIN "da quote_defaults owner=a blocks_inheritance=1;du quote_defaults owner=u plant=U", NULL,
     "plant=-"},
    {"and what it says itself counts", CHAIN "da quote_defaults owner=a plant=PA blocks_inheritance=1", NULL, FROM_A},
    {"further up", CHAIN "dt quote_defaults owner=t plant=T blocks_inheritance=1;du quote_defaults owner=u plant=U tax_zone=Z", NULL,
     "plant=T group dt.plant;tax_zone=-"},
    {"an explicit no", CHAIN "da quote_defaults owner=a blocks_inheritance=0;du quote_defaults owner=u plant=U", NULL,
     "plant=U group du.plant"},
    {"another path leads there",
     CHAIN "da quote_defaults owner=a blocks_inheritance=1;b group code=B parent=u;n membership group=b;"
           "du quote_defaults owner=u plant=U;dt quote_defaults owner=t tax_zone=T payment_terms=T",
     NULL, "plant=U group du.plant;payment_terms=-"},
    {"at that path's place",
     CHAIN "da quote_defaults owner=a blocks_inheritance=1;b group code=B parent=u;n membership group=b;"
           "du quote_defaults owner=u plant=U;db quote_defaults owner=b plant=PB",
     NULL, FROM_B},
    {"another path leads there before",
     "a group code=A parent=u;b group code=B parent=u;u group code=U;m membership group=a;n membership group=b;"
     "db quote_defaults owner=b blocks_inheritance=1;du quote_defaults owner=u plant=U",
     NULL, "plant=U group du.plant"},
    {"a membership of its own leads there",
     CHAIN "da quote_defaults owner=a blocks_inheritance=1;n membership group=t;dt quote_defaults owner=t plant=T", NULL,
     "plant=T group dt.plant"},
    {"the customer's terms bar all groups", GROUPS("A", "B") "d quote_defaults blocks_inheritance=1;w global plant=W", NULL,
     "plant=W global w.plant"},
    {"the area's terms say no",
     GROUPS("A", "B") "d quote_defaults blocks_inheritance=1;dn quote_defaults sales_area=N blocks_inheritance=0", "sales_area=N", FROM_A},
    {"the area's terms say yes",
     GROUPS("A", "B") "d quote_defaults blocks_inheritance=0;dn quote_defaults sales_area=N blocks_inheritance=1", "sales_area=N",
     "plant=-"},
    {"the area's terms say nothing", GROUPS("A", "B") "d quote_defaults blocks_inheritance=1;dn quote_defaults sales_area=N tax_zone=Z",
     "sales_area=N", "plant=-"},
    {"terms of a site bar nothing",
     GROUPS("A", "B") "a1 address;u usage target=a1 purpose=delivery;d quote_defaults scope=a1 blocks_inheritance=1", NULL, FROM_A},
};
Test(quote_levels, blocked) { CHECK_ROWS(block_rows); }

/* --- countries --- */

#define SHIP(fields) "a1 address " fields ";u1 usage target=a1 purpose=delivery;"
#define BILL(fields) "a2 address " fields ";u2 usage target=a2 purpose=billing;"
#define OWN                                                                                                                                \
    "w global price_list=W;de global country=DE price_list=DE;by global country=DE region=BY price_list=BY;at global country=AT "          \
    "price_list=AT;"

static const struct row country_rows[] = {
    {"the ship-to address's", SHIP("country=DE") BILL("country=AT") OWN, NULL, "price_list=DE country de.price_list"},
    {"its region's first", SHIP("country=DE region=BY") OWN, NULL, "price_list=BY country by.price_list"},
    {"a region of another name", SHIP("country=DE region=By") OWN, NULL, "price_list=DE country de.price_list"},
    {"a region of another country", SHIP("country=AT region=BY") OWN, NULL, "price_list=AT country at.price_list"},
    {"the region is passed over for what it does not say",
     SHIP("country=DE region=BY") OWN "n global country=DE sales_area=N discount_scheme=D", "sales_area=N",
     "price_list=BY country by.price_list;discount_scheme=D country n.discount_scheme"},
    {"several ship-to addresses, so no country",
     "a1 address country=AT;a2 address country=CH;a3 address country=AT;u usage target=a1 purpose=delivery;v usage target=a2 "
     "purpose=delivery;w usage target=a3 purpose=billing;" OWN,
     NULL, "ship_to=? a1 a2;price_list=W global w.price_list"},
    {"without a ship-to address the bill-to address's", BILL("country=AT") OWN, NULL, "price_list=AT country at.price_list"},
    {"a ship-to address without a country", SHIP("town=A") BILL("country=AT") OWN, NULL, "price_list=W global w.price_list"},
    {"another country", SHIP("country=FR") OWN, NULL, "price_list=W global w.price_list"},
    {"no address", OWN, NULL, "price_list=W global w.price_list"},
    {"none is a value", SHIP("country=FR") OWN "fr global country=FR price_list=", NULL, "price_list= country fr.price_list"},
    {"the given area's terms of a country first", SHIP("country=DE") OWN "n global country=DE sales_area=N price_list=N", "sales_area=N",
     "price_list=N country n.price_list"},
    {"the region of all areas before the country of the area",
     SHIP("country=DE region=BY") OWN "n global country=DE sales_area=N price_list=N", "sales_area=N",
     "price_list=BY country by.price_list"},
    {"the currency of a country's price list", SHIP("country=DE") OWN "k code domain=price_list code=DE currency=CHF", NULL,
     "price_list=DE country de.price_list;currency=CHF price_list k.currency"},
    {"terms of a country are none of the whole store", SHIP("country=DE") "de global country=DE plant=P payment_terms=30", NULL,
     "plant=-;payment_terms=-"},
};
Test(quote_levels, countries) { CHECK_ROWS(country_rows); }

/* --- addresses that moved, and flags --- */

#define MOVED "a1 address valid_until=0 successor=a2;a2 address town=B valid_from=0;"

static const struct row moved_rows[] = {
    {"a usage of the old address", MOVED "u usage target=a1 purpose=delivery", NULL, "ship_to=a2 customer only_purpose u.target"},
    {"the day before", "a1 address valid_until=1 successor=a2;a2 address town=B;u usage target=a1 purpose=delivery", NULL,
     "ship_to=a1 customer only_purpose u.target"},
    {"usages of both", MOVED "u usage target=a1 purpose=delivery;v usage target=a2 purpose=billing", NULL,
     "ship_to=a2 customer only_purpose u.target;bill_to=a2 customer only_purpose v.target"},
    {"usages of both for one purpose: one site, and the usage of it itself is told",
     MOVED "u usage target=a1 purpose=delivery;v usage target=a2 purpose=delivery", NULL, "ship_to=a2 customer only_purpose v.target"},
    {"terms of the old address", MOVED "u usage target=a2 purpose=delivery;d quote_defaults scope=a1 plant=P", NULL,
     "plant=P site d.plant"},
    {"the contact of the old address",
     MOVED "u usage target=a2 purpose=delivery;d quote_defaults scope=a1 preferred_contact=c1;c1 contact;c2 contact", NULL,
     "contact=c1 site site_preferred d.preferred_contact"},
    {"terms of both", MOVED "u usage target=a2 purpose=delivery;d quote_defaults scope=a1 plant=P;e quote_defaults scope=a2 tax_zone=Z",
     NULL, "plant=P site d.plant;tax_zone=Z site e.tax_zone"},
    {"terms of both that differ",
     MOVED "u usage target=a2 purpose=delivery;d quote_defaults scope=a1 plant=P preferred_contact=c1;"
           "e quote_defaults scope=a2 plant=Q preferred_contact=c2;c1 contact;c2 contact",
     NULL, "plant=Q site e.plant;contact=c2 site site_preferred e.preferred_contact"},
    {"terms of the one before and the one before that",
     "a1 address valid_until=-5 successor=a2;a2 address valid_until=0 successor=a3;a3 address;u usage target=a1 purpose=delivery;"
     "d quote_defaults scope=a1 plant=P tax_zone=Z;e quote_defaults scope=a2 plant=Q",
     NULL, "ship_to=a3 customer only_purpose u.target;plant=Q site e.plant;tax_zone=Z site d.tax_zone"},
    {"into a site that was there: its terms are its own",
     "a1 address valid_until=0 successor=a2;a2 address;u usage target=a2 purpose=delivery;d quote_defaults scope=a1 plant=P;"
     "e quote_defaults scope=a2 tax_zone=Z",
     NULL, "plant=-;tax_zone=Z site e.tax_zone"},
    {"preferred", MOVED "u usage target=a1 purpose=main;d quote_defaults preferred_site=a1", NULL,
     "ship_to=a2 customer preferred d.preferred_site"},
    {"given", MOVED, "ship_to=a1", "ship_to=a2 explicit explicit REDIRECTED"},
    {"given for the invoice", MOVED, "bill_to=a1", "bill_to=a2 explicit explicit REDIRECTED"},
    {"the new one given", MOVED, "ship_to=a2", "ship_to=a2 explicit explicit"},
    {"twice", "a1 address valid_until=-5 successor=a2;a2 address valid_from=-5 valid_until=0 successor=a3;a3 address valid_from=0",
     "ship_to=a1", "ship_to=a3 explicit explicit REDIRECTED"},
    {"to one that is not valid yet", "a1 address valid_until=0 successor=a2;a2 address valid_from=3;u usage target=a1 purpose=delivery",
     NULL, "ship_to=-"},
    {"ended, and no successor", "a1 address valid_until=0", "ship_to=a1", "error RANGE ship_to"},
    {"not begun, and a successor", "a1 address valid_from=1 valid_until=9 successor=a2;a2 address", "ship_to=a1", "error RANGE ship_to"},
    {"to an archived one", MOVED "x archive record=a2", "ship_to=a1", "error ARCHIVED ship_to"},
};
Test(quote_levels, moved) { CHECK_ROWS(moved_rows); }

static const struct row flag_rows[] = {
    {"nothing is known", "", NULL, "customer=p explicit explicit;payer=p customer bill_to p;ship_to=-;plant=-;currency=-"},
    {"ambiguous", "a1 address;a2 address;u usage target=a1 purpose=delivery;v usage target=a2 purpose=delivery", NULL, "ship_to=? a1 a2"},
    {"an order lock", "p party order_lock=1", NULL, "customer=p explicit explicit BLOCKED;ship_to=-"},
    {"a delivery lock", "p party delivery_lock=1;a1 address;u usage target=a1 purpose=delivery;v usage target=a1 purpose=billing", NULL,
     "customer=p explicit explicit;ship_to=a1 customer only_purpose u.target DELIVERY_LOCKED;bill_to=a1 customer only_purpose v.target"},
    {"a delivery lock and nowhere to deliver", "p party delivery_lock=1", NULL, "ship_to=- DELIVERY_LOCKED"},
    {"a dunning lock", "p party dunning_lock=1", NULL, "customer=p explicit explicit;ship_to=-"},
    {"conflict", "k code domain=price_list code=L currency=CHF;d quote_defaults price_list=L currency=EUR", NULL,
     "currency=CHF price_list k.currency CONFLICT"},
};
Test(quote_levels, flags) { CHECK_ROWS(flag_rows); }

/* --- policies of the store's own --- */

#define EVERYWHERE                                                                                                                         \
    "a1 address country=DE vat_id=VA;c1 contact language=fr;p party language=it vat_id=VP;u usage target=a1 purpose=delivery;"             \
    "g group code=G;m membership group=g;ds quote_defaults scope=a1 price_list=S;dc quote_defaults scope=c1 price_list=C;"                 \
    "d quote_defaults price_list=P currency=EUR;dg quote_defaults owner=g price_list=G plant=PG;"                                          \
    "w global price_list=W plant=PW;n global country=DE price_list=N plant=PN;k code domain=price_list code=S currency=CHF;"

static const struct row policy_rows[] = {
    {"built in", EVERYWHERE, NULL, "price_list=P customer d.price_list"},
    {"the site first, and its list's currency", EVERYWHERE "x policy field=price_list levels=lock,explicit,site,customer", NULL,
     "price_list=S site ds.price_list;currency=CHF price_list k.currency CONFLICT"},
    {"the contact", EVERYWHERE "x policy field=price_list levels=explicit,contact,customer", NULL, "price_list=C contact dc.price_list"},
    {"the group before the customer", EVERYWHERE "x policy field=price_list levels=explicit,group,customer", NULL,
     "price_list=G group dg.price_list"},
    {"the country", EVERYWHERE "x policy field=price_list levels=explicit,country,customer", NULL, "price_list=N country n.price_list"},
    {"the whole store", EVERYWHERE "x policy field=price_list levels=explicit,global,country,customer", NULL,
     "price_list=W global w.price_list"},
    {"levels that give nothing yet", EVERYWHERE "x policy field=price_list levels=lock,explicit,hierarchy,payer,global", NULL,
     "price_list=W global w.price_list"},
    {"given alone", EVERYWHERE "x policy field=price_list levels=explicit", NULL, "price_list=-;currency=EUR customer d.currency"},
    {"given all the same", EVERYWHERE "x policy field=price_list levels=explicit", "price_list=S",
     "price_list=S explicit;currency=CHF price_list k.currency CONFLICT"},
    {"no currency of the price list", EVERYWHERE "x policy field=currency levels=explicit,customer", "price_list=S",
     "currency=EUR customer d.currency CONFLICT"},
    {"the currency of the price list last", EVERYWHERE "x policy field=currency levels=explicit,customer,price_list", "price_list=S",
     "currency=EUR customer d.currency CONFLICT"},
    {"other fields keep theirs", EVERYWHERE "x policy field=price_list levels=explicit,site", NULL, "plant=PG group dg.plant"},
    {"a level that the field has not by itself", EVERYWHERE "x policy field=plant levels=explicit,country,group", NULL,
     "plant=PN country n.plant"},
    {"the party's language before the contact's", EVERYWHERE "x policy field=language levels=explicit,customer,contact", NULL,
     "language=it customer p.language"},
    {"the party's VAT id alone", EVERYWHERE "x policy field=vat_id levels=explicit,customer", NULL, "vat_id=VP customer p.vat_id"},
};
Test(quote_levels, policies) { CHECK_ROWS(policy_rows); }
