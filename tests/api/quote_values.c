/* SPDX-License-Identifier: MIT */
/* Stage 2 of the quote proposal: the currency that comes with a price list, sales areas, codes. Levels: quote_levels.c. */
#include "support/proposal.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Three addresses: a1 for deliveries by default, a2 for deliveries, a3 the main one. */
#define SITES                                                                                                                              \
    "a1 address town=A;a2 address town=B;a3 address town=C;u1 usage target=a1 purpose=delivery is_default=1;"                              \
    "u2 usage target=a2 purpose=delivery;u3 usage target=a3 purpose=main;"

#define LIST "k code domain=price_list code=L currency=CHF;"
static const struct row value_rows[] = {
    {"currency of the customer's price list", LIST "d quote_defaults price_list=L", NULL,
     "price_list=L customer d.price_list;currency=CHF price_list k.currency"},
    {"currency of the given price list", LIST "d quote_defaults currency=CHF", "price_list=L",
     "price_list=L explicit;currency=CHF price_list k.currency"},
    {"currency of the store's price list", LIST "g global price_list=L currency=EUR", NULL,
     "price_list=L global g.price_list;currency=CHF price_list k.currency"},
    {"the customer's currency is another", LIST "d quote_defaults price_list=L currency=EUR", NULL,
     "currency=CHF price_list k.currency CONFLICT"},
    {"the given currency is another", LIST "d quote_defaults price_list=L", "currency=EUR", "currency=EUR explicit CONFLICT"},
    {"the given currency is the same", LIST "d quote_defaults price_list=L", "currency=CHF", "currency=CHF explicit"},
    {"the customer's is another, the given one not", LIST "d quote_defaults price_list=L currency=EUR", "currency=CHF",
     "currency=CHF explicit CONFLICT"},
    {"no currency given is no other one", LIST "d quote_defaults price_list=L", "currency=", "currency= explicit"},
    {"a price list without a code", "d quote_defaults price_list=X currency=EUR", NULL,
     "price_list=X customer d.price_list;currency=EUR customer d.currency"},
    {"a code without a currency", "k code domain=price_list code=L;d quote_defaults price_list=L currency=EUR", NULL,
     "currency=EUR customer d.currency"},
    {"an archived code", "k code domain=price_list code=L currency=CHF archived=1;d quote_defaults price_list=L currency=EUR", NULL,
     "currency=EUR customer d.currency"},
    {"a code of another domain", "k code domain=plant code=L currency=CHF;d quote_defaults price_list=L currency=EUR", NULL,
     "currency=EUR customer d.currency"},
    {"no price list wanted", LIST "d quote_defaults price_list=L currency=EUR",
     "price_list=", "price_list= explicit;currency=EUR customer d.currency"},
    {"no price list is ever taken because it is there", LIST, NULL, "price_list=-;currency=-"},
    {"an ambiguous site has no level",
     "a1 address;a2 address;u1 usage target=a1 purpose=delivery;u2 usage target=a2 purpose=delivery;"
     "d quote_defaults scope=a1 plant=P1;e quote_defaults scope=a2 plant=P1;f quote_defaults plant=P2",
     NULL, "ship_to=? a1 a2;plant=P2 customer f.plant"},
    {"the given site has its level", SITES "d quote_defaults scope=a2 plant=P1", "ship_to=a2", "plant=P1 site d.plant"},
    {"another site has none", SITES "d quote_defaults scope=a2 plant=P1", NULL, "ship_to=a1 customer default u1.target;plant=-"},
    {"terms of a sales area", "d quote_defaults sales_area=N plant=P1;g global sales_area=N plant=P2", NULL, "plant=-"},
    {"the sales area is given or open", "d quote_defaults sales_area=N", NULL, "sales_area=-"},
    {"a sales area that nobody knows", "d quote_defaults plant=P1", "sales_area=anywhere",
     "sales_area=anywhere explicit;plant=P1 customer d.plant"},
    {"currency of the area's price list",
     LIST "l code domain=price_list code=M currency=EUR;d quote_defaults price_list=L;e quote_defaults sales_area=N price_list=M",
     "sales_area=N", "price_list=M customer e.price_list;currency=EUR price_list l.currency"},
    {"the area's currency is another", LIST "d quote_defaults price_list=L currency=CHF;e quote_defaults sales_area=N currency=EUR",
     "sales_area=N", "currency=CHF price_list k.currency CONFLICT"},
    {"the currency of all areas is another, the area's is not",
     LIST "d quote_defaults price_list=L currency=EUR;e quote_defaults sales_area=N currency=CHF", "sales_area=N",
     "currency=CHF price_list k.currency"},
    {"the area is written as it is stored", "d quote_defaults sales_area=NORTH plant=P1;e quote_defaults sales_area=N plant=P2",
     "sales_area=NO", "plant=-"},
    {"the party's language before its terms", "p party language=de;d quote_defaults language=fr", NULL, "language=de customer p.language"},
    {"the contact's language before its terms", "c1 contact language=de;d quote_defaults scope=c1 language=fr", NULL,
     "language=de contact c1.language"},
    {"a closed code that is none", "", "language=xx", "error CODE language"},
    {"a closed code that is none, currency", "", "currency=EURO", "error CODE currency"},
    {"an open code that nobody knows", "", "plant=anywhere", "plant=anywhere explicit"},
    {"a closed domain without the code", "s setting name=code.closed.plant value=1;k code domain=tax_zone code=X", "plant=X",
     "error CODE plant"},
    {"a closed domain with the code", "s setting name=code.closed.plant value=1;k code domain=plant code=X", "plant=X", "plant=X explicit"},
    {"a closed domain, none wanted", "s setting name=code.closed.plant value=1", "plant=", "plant= explicit"},
    {"a domain that is open again", "s setting name=code.closed.plant value=0", "plant=X", "plant=X explicit"},
    {"a sales area of a closed domain", "s setting name=code.closed.sales_area value=1", "sales_area=N", "error CODE sales_area"},
    {"the customer before the codes", "p party archived=1;s setting name=code.closed.plant value=1", "plant=X", "error ARCHIVED customer"},
};
Test(quote, values) { CHECK_ROWS(value_rows); }

/* The terms of the given sales area and those of all areas: on every level, field by field. */
#define AREAS                                                                                                                              \
    "a1 address;u1 usage target=a1 purpose=delivery;c1 contact;s quote_defaults scope=a1 plant=A;sn quote_defaults scope=a1 sales_area=N"  \
    " plant=B;t quote_defaults scope=c1 channel=fax;tn quote_defaults scope=c1 sales_area=N channel=mail;d quote_defaults "                \
    "payment_terms=30;dn quote_defaults sales_area=N payment_terms=60;g global payment_method=x;gn global sales_area=N payment_method=y;"
static const struct row area_rows[] = {
    {"given", AREAS, "sales_area=N",
     "sales_area=N explicit;plant=B site sn.plant;channel=mail contact tn.channel;payment_terms=60 customer dn.payment_terms;"
     "payment_method=y global gn.payment_method"},
    {"none given", AREAS, NULL,
     "sales_area=-;plant=A site s.plant;channel=fax contact t.channel;payment_terms=30 customer d.payment_terms;"
     "payment_method=x global g.payment_method"},
    {"an explicit none", AREAS, "sales_area=",
     "sales_area= explicit;plant=A site s.plant;channel=fax contact t.channel;payment_terms=30 customer d.payment_terms;"
     "payment_method=x global g.payment_method"},
    {"another one given", AREAS, "sales_area=S",
     "sales_area=S explicit;plant=A site s.plant;channel=fax contact t.channel;payment_terms=30 customer d.payment_terms;"
     "payment_method=x global g.payment_method"},
    {"field by field, all areas of a level before the next level",
     "a1 address;u1 usage target=a1 purpose=delivery;c1 contact;s quote_defaults scope=a1 plant=A;sn quote_defaults scope=a1 sales_area=N "
     "tax_zone=Z;d quote_defaults tax_zone=Y price_list=L discount_scheme=R;dn quote_defaults sales_area=N plant=C discount_scheme=Q;"
     "gn global sales_area=N price_list=M",
     "sales_area=N",
     "plant=A site s.plant;tax_zone=Z site sn.tax_zone;price_list=L customer d.price_list;discount_scheme=Q customer dn.discount_scheme"},
    {"none in the area's terms is a value", "d quote_defaults plant=A;dn quote_defaults sales_area=N plant=", "sales_area=N",
     "plant= customer dn.plant"},
    {"only the area's terms", "dn quote_defaults sales_area=N plant=A", "sales_area=N", "plant=A customer dn.plant"},
    {"only another area's terms", "dn quote_defaults sales_area=N plant=A", "sales_area=S", "plant=-"},
    {"given values before all", AREAS, "sales_area=N plant=G", "plant=G explicit"},
};
Test(quote, sales_areas) { CHECK_ROWS(area_rows); }
