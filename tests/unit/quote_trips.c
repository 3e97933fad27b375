/* SPDX-License-Identifier: MIT */
/* What a proposal costs and what it survives, seen by the counting engine: round trips, slices that die, reads that fail; and what only a
 * merge leaves behind: stubs that lead on, records of one level that disagree. */
#include "api/api.h"
#include "codec/key.h"
#include "model/quote.h"
#include "support/proposal.h"

#define TRIPS_MAX 4
#define DEFINITIONS_TRIPS 1 /* that a store's first proposal takes besides */

/* Everything: sites, contacts, terms on all levels, a price list with its currency. */
#define EVERYTHING                                                                                                                         \
    "p party vat_id=V language=de;a1 address town=A;a2 address town=B;c1 contact language=fr;c2 contact;"                                  \
    "u1 usage target=a1 purpose=delivery is_default=1;u2 usage target=a2 purpose=billing is_default=1;"                                    \
    "u3 usage target=c2 purpose=quote;"                                                                                                    \
    "d quote_defaults preferred_contact=c1 price_list=L plant=P;e quote_defaults scope=a1 plant=S;"                                        \
    "f quote_defaults scope=c1 channel=mail;g global payment_terms=30;k code domain=price_list code=L currency=CHF"

#define NO_LIST                                                                                                                            \
    "a1 address country=DE;u1 usage target=a1 purpose=delivery;d quote_defaults plant=P;k code domain=price_list code=L currency=CHF;"
#define GROUPS ";x group code=X;y group code=Y priority=1;m membership group=x;n membership group=y;w quote_defaults owner=y plant=Y;"
#define ABOVE ";z group code=Z;x group code=X parent=z;m membership group=x;"

struct cost {
    const char *what, *stored, *given;
    uint64_t trips;
};

static const struct cost costs[] = {
    {"nothing but the party", "", NULL, 2},
    {"everything", EVERYTHING, NULL, 2},
    {"everything, addresses and contact given", EVERYTHING, "ship_to=a2 bill_to=a1 contact=c2", 2},
    {"no price list", "a1 address;u1 usage target=a1 purpose=main;c1 contact", NULL, 2},
    {"a price list without a code", "a1 address;u1 usage target=a1 purpose=main;d quote_defaults price_list=X", NULL, 2},
    {"ambiguous", "a1 address;a2 address;u1 usage target=a1 purpose=main;u2 usage target=a2 purpose=main;c1 contact;c2 contact", NULL, 2},
    {"the first choice is archived",
     "a1 address archived=1;a2 address;u1 usage target=a1 purpose=delivery is_default=1;u2 usage target=a2 purpose=delivery;"
     "c1 contact;d quote_defaults price_list=L;k code domain=price_list code=L currency=CHF",
     NULL, 3},
    {"a closed code given", EVERYTHING, "currency=EUR language=it", 2},
    {"a sales area given, and the sender's country", EVERYTHING ";h global sales_area=N sender_country=DE;i quote_defaults sales_area=N",
     "sales_area=N", 2},
    {"open codes given", EVERYTHING, "price_list=L plant=X tax_zone=Y", 2},
    {"two groups", EVERYTHING GROUPS, NULL, 2},
    {"two groups, one of which says the price list", NO_LIST GROUPS "v quote_defaults owner=x price_list=L", NULL, 3},
    {"groups above", EVERYTHING ABOVE, NULL, 3},
    {"a group above says the price list", NO_LIST ABOVE "v quote_defaults owner=z price_list=L", NULL, 4},
    {"terms of a country say the price list", NO_LIST "n global country=DE price_list=L", NULL, 3},
    {"a moved address", EVERYTHING ";a3 address valid_until=0 successor=a1", "ship_to=a3", 3},
    {"policies of the store's own", EVERYTHING ";o policy field=price_list levels=explicit,site,customer", NULL, 3},
    {"codes of domains that settings close",
     EVERYTHING ";s setting name=code.closed.tax_zone value=1;t setting name=code.closed.price_list value=0;l code domain=tax_zone code=X",
     "price_list=L tax_zone=X", 2},
};

static uint64_t count_trips(struct data *data, crm_record *given, int *rc) {
    crm_quote *quote;
    crmi_counting_reset();
    *rc = crm_quote_resolve(data->txn, scene_id(data, "p"), SCENE_DAY, given, &quote);
    uint64_t trips = crmi_counting_trips();
    crm_quote_free(quote);
    return trips;
}

/* A transaction of its own, in which nothing was read yet. */
static void begin_again(struct scene *scene) {
    crm_txn_free(scene->data.txn);
    cr_assert(crm_txn_begin(scene->db, 0, CRM_ACTOR_SYSTEM, &scene->data.txn) == CRM_OK);
}

/* The store's definitions are read once, by the writer already where he wrote none of them himself; later proposals, of any transaction,
 * ask in their first round whether they still hold. */
Test(quote_trips, costs) {
    crmi_counting_enable(true);
    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
        struct scene scene;
        int rc;
        scene_begin(&scene, costs[i].stored);
        crm_record *given = scene_given(&scene.data, costs[i].given);
        uint64_t first = count_trips(&scene.data, given, &rc);
        begin_again(&scene);
        uint64_t trips = count_trips(&scene.data, given, &rc);
        cr_expect(first >= trips && first <= trips + DEFINITIONS_TRIPS, "%s: %u round trips at first", costs[i].what, (unsigned)first);
        cr_expect(rc >= 0, "%s: %s", costs[i].what, crm_error_text());
        cr_expect(trips == costs[i].trips && trips <= TRIPS_MAX, "%s: %u round trips", costs[i].what, (unsigned)trips);
        crm_record_free(given);
        scene_end(&scene);
    }
}

#define ACTOR ";l binding user=j;j user name=Anna type=bound "

/* What is fixed for an actor is read when his transaction begins, and his price list's code with the addresses. */
static const struct cost actor_costs[] = {
    {"nothing is fixed", EVERYTHING ACTOR, NULL, 2},
    {"a price list, where a group says another one", NO_LIST GROUPS "v quote_defaults owner=x price_list=M" ACTOR "price_list=L", NULL, 2},
    {"a price list that is given too", EVERYTHING ACTOR "price_list=L", "price_list=L", 2},
    {"a currency", EVERYTHING ACTOR "currency=EUR", NULL, 2},
};

Test(quote_trips, actors) {
    crmi_counting_enable(true);
    for (size_t i = 0; i < sizeof actor_costs / sizeof *actor_costs; i++) {
        struct scene scene;
        int rc;
        scene_begin(&scene, actor_costs[i].stored);
        crm_record *given = scene_given(&scene.data, actor_costs[i].given);
        count_trips(&scene.data, given, &rc);
        crm_txn_free(scene.data.txn);
        cr_assert(crm_txn_begin(scene.db, 0, scene_id(&scene.data, "j"), &scene.data.txn) == CRM_OK, "%s", crm_error_text());
        uint64_t trips = count_trips(&scene.data, given, &rc);
        cr_expect(rc >= 0 && trips == actor_costs[i].trips, "%s: %u round trips, %d", actor_costs[i].what, (unsigned)trips, rc);
        crm_record_free(given);
        scene_end(&scene);
    }
}

/* Slices are poisoned as soon as they die: values are right all the same. */
static const struct row poisoned_rows[] = {
    {"everything", EVERYTHING, NULL,
     "customer=p explicit explicit;ship_to=a1 customer default u1.target;bill_to=a2 customer default u2.target;"
     "contact=c1 customer preferred d.preferred_contact;price_list=L customer d.price_list;currency=CHF price_list k.currency;"
     "payment_terms=30 global g.payment_terms;plant=S site e.plant;vat_id=V customer p.vat_id;language=fr contact c1.language;"
     "channel=mail contact f.channel"},
    {"scan", "c1 contact;c2 contact", NULL, "contact=? c1 c2"},
};
Test(quote_trips, poisoned) {
    crmi_counting_enable(true);
    CHECK_ROWS(poisoned_rows);
}

/* A read that fails ends the proposal with its status, whichever read it is: at first the second one is of the definitions. */
Test(quote_trips, failing_reads) {
    struct scene scene;
    crm_quote *quote;
    crmi_counting_enable(true);
    scene_begin(&scene, NO_LIST ABOVE "v quote_defaults owner=z price_list=L");
    static const int statuses[] = {CRM_E_IO, CRM_E_CORRUPT, CRM_E_CONFLICT, CRM_E_NOMEM};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        for (uint64_t nth = 1; nth <= TRIPS_MAX; nth++) {
            quote = (crm_quote *)&scene;
            begin_again(&scene);
            crmi_counting_fail(nth, statuses[i]);
            int rc = crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), SCENE_DAY, NULL, &quote);
            cr_expect(rc == statuses[i] && quote == NULL, "read %u: %s", (unsigned)nth, crm_status_name(rc));
        }
    crmi_counting_fail(0, CRM_OK);
    cr_expect(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), SCENE_DAY, NULL, &quote) == CRM_OK);
    crm_quote_free(quote);
    scene_end(&scene);
}

/* --- what a merge leaves --- */

static void begin_write(struct scene *scene, const char *stored) {
    scene->db = scene_open_store();
    scene_parse(&scene->data, stored);
    cr_assert(crm_txn_begin(scene->db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &scene->data.txn) == CRM_OK);
    scene_build(&scene->data, 0);
}

static void forward(struct scene *scene, const char *from, const char *to) {
    int status;
    crmi_txn *txn = crmi_api_enter(scene->data.txn, true, &status);
    cr_assert(txn);
    crmi_packed target = to ? crmi_store_packed(txn, scene_id(&scene->data, to)) : 0;
    cr_assert(crmi_store_forward(txn, crmi_store_packed(txn, scene_id(&scene->data, from)), target) == CRM_OK);
    crmi_api_leave(scene->data.txn);
}

static void expect(struct scene *scene, const char *customer, const char *given_fields, int wanted, const char *lines) {
    crm_quote *quote;
    crm_record *given = scene_given(&scene->data, given_fields);
    int rc = crm_quote_resolve(scene->data.txn, scene_id(&scene->data, customer), SCENE_DAY, given, &quote);
    cr_expect(rc == wanted, "%s: %s, %s", lines, crm_status_name(rc), crm_error_text());
    if (quote) check_lines(&(struct row){lines, "", NULL, lines}, &scene->data, quote);
    crm_quote_free(quote);
    crm_record_free(given);
}

Test(quote_trips, redirected) {
    struct scene scene;
    crmi_counting_enable(true);
    begin_write(&scene, "q party vat_id=Q;a1 address party=q;u1 usage party=q target=a1 purpose=main;d quote_defaults owner=q plant=Q;"
                        "p party vat_id=P;b1 address;e quote_defaults plant=P;v usage target=b1 purpose=main;r party");
    forward(&scene, "p", "q");
    expect(
        &scene, "p", NULL, CRM_OK,
        "customer=q explicit explicit REDIRECTED;ship_to=a1 customer main u1.target;plant=Q customer d.plant;vat_id=Q customer q.vat_id");
    expect(&scene, "q", NULL, CRM_OK, "customer=q explicit explicit;payer=q customer bill_to q");
    expect(&scene, "p", "payer=p", CRM_OK, "payer=q explicit explicit");
    expect(&scene, "p", "payer=q customer=p", CRM_OK, "payer=q explicit explicit");
    expect(&scene, "p", "customer=q", CRM_E_INVALID, "customer");
    expect(&scene, "p", "ship_to=b1", CRM_E_NOT_RELATED, "an address that stayed behind");
    forward(&scene, "b1", "a1");
    expect(&scene, "p", "ship_to=b1", CRM_OK, "ship_to=a1 explicit explicit");
    forward(&scene, "r", "p");
    expect(&scene, "r", NULL, CRM_OK, "customer=q explicit explicit REDIRECTED;plant=Q customer d.plant");
    forward(&scene, "q", NULL);
    expect(&scene, "p", NULL, CRM_E_NOTFOUND, "merged into one that was deleted");
    scene_end(&scene);
}

Test(quote_trips, stubs) {
    struct scene scene;
    crmi_counting_enable(true);
    begin_write(
        &scene,
        "q party;b1 address party=q;a1 address;a2 address;a3 address;u1 usage target=a1 purpose=delivery;u2 usage target=a2 "
        "purpose=delivery;"
        "u3 usage target=a3 purpose=main;d quote_defaults scope=a1 plant=P;c1 contact;c2 contact;e quote_defaults preferred_contact=c1");
    forward(&scene, "a1", "a2");
    forward(&scene, "c1", "c2");
    expect(&scene, "p", NULL, CRM_OK,
           "ship_to=a2 customer only_purpose u1.target;plant=P site d.plant;contact=c2 customer preferred e.preferred_contact");
    forward(&scene, "a2", "a1");
    expect(&scene, "p", NULL, CRM_OK, "ship_to=a3 customer main u3.target"); /* a circle leads nowhere */
    forward(&scene, "a1", "c2");
    expect(&scene, "p", NULL, CRM_OK, "ship_to=a3 customer main u3.target"); /* nor does a stub to another kind */
    forward(&scene, "a1", "b1");
    expect(&scene, "p", NULL, CRM_OK, "ship_to=a3 customer main u3.target"); /* nor one to another party's */
    forward(&scene, "a3", NULL);
    expect(&scene, "p", NULL, CRM_OK, "ship_to=-;bill_to=-");
    expect(&scene, "p", "ship_to=a3", CRM_E_NOT_RELATED, "deleted");
    scene_end(&scene);
}

/* Writes a record below all rules. */
static void put_raw(struct scene *scene, const char *label, const crm_record *record) {
    int status;
    crmi_txn *txn = crmi_api_enter(scene->data.txn, true, &status);
    cr_assert(txn && crmi_store_put(txn, crmi_store_packed(txn, scene_id(&scene->data, label)), record, 1) == CRM_OK);
    crmi_api_leave(scene->data.txn);
}

static crm_record *get(struct scene *scene, const char *label) {
    crm_record *record;
    cr_assert_eq(crm_record_get(scene->data.txn, scene_id(&scene->data, label), &record), CRM_OK);
    return record;
}

/* Addresses that have each other as successors lead nowhere. */
Test(quote_trips, successors_in_a_circle) {
    struct scene scene;
    crmi_counting_enable(true);
    begin_write(&scene, "a1 address valid_until=0;a2 address valid_until=0 successor=a1;a3 address;u1 usage target=a1 purpose=delivery;"
                        "u2 usage target=a3 purpose=main;d quote_defaults scope=a1 plant=P");
    crm_record *first = get(&scene, "a1");
    cr_assert_eq(crm_record_set_id(first, CRM_ADDRESS_SUCCESSOR, scene_id(&scene.data, "a2")), CRM_OK);
    put_raw(&scene, "a1", first);
    expect(&scene, "p", NULL, CRM_OK, "ship_to=a3 customer main u2.target;plant=-");
    expect(&scene, "p", "ship_to=a2", CRM_E_NOT_RELATED, "given");
    crm_record_set_id(first, CRM_ADDRESS_SUCCESSOR, scene_id(&scene.data, "a1"));
    put_raw(&scene, "a1", first);
    expect(&scene, "p", NULL, CRM_OK, "ship_to=a3 customer main u2.target;plant=-");
    crm_record_free(first);
    scene_end(&scene);
}

/* What a newer version, or damage, has written: no proposal is better than one by half a policy. */
Test(quote_trips, unknown_policies) {
    static const struct {
        const char *field, *level;
    } unknown[] = {{"plant", "shop"}, {"plant", "explicit"}, {"plant", "price_list"}, {"ship_to", "site"}, {"new", "site"}};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        struct scene scene;
        begin_write(&scene, "d quote_defaults plant=P;x policy field=plant levels=explicit,customer");
        expect(&scene, "p", NULL, CRM_OK, "plant=P customer d.plant");
        crm_record *policy = get(&scene, "x");
        cr_assert_eq(crm_record_set_text(policy, CRM_POLICY_FIELD, unknown[i].field, CRM_NTS), CRM_OK);
        cr_assert_eq(crm_record_add_item(policy, CRM_POLICY_LEVELS, unknown[i].level, CRM_NTS), CRM_OK);
        put_raw(&scene, "x", policy);
        expect(&scene, "p", NULL, CRM_E_CORRUPT, unknown[i].level);
        crm_record_free(policy);
        scene_end(&scene);
    }
}

static void join_group(struct scene *scene, int number) {
    crm_record *group, *membership;
    crm_id id;
    char code[16];
    snprintf(code, sizeof code, "G%d", number);
    cr_assert(crm_record_new(CRM_KIND_GROUP, &group) == CRM_OK && crm_record_new(CRM_KIND_MEMBERSHIP, &membership) == CRM_OK);
    crm_record_set_text(group, CRM_GROUP_CODE, code, CRM_NTS);
    crm_record_set_text(group, CRM_GROUP_NAME, code, CRM_NTS);
    cr_assert(crm_record_put(scene->data.txn, group, &id, NULL) == CRM_OK, "%s", crm_error_text());
    crm_record_set_id(membership, CRM_MEMBERSHIP_PARTY, scene_id(&scene->data, "p"));
    crm_record_set_id(membership, CRM_MEMBERSHIP_GROUP, id);
    cr_assert(crm_record_put(scene->data.txn, membership, &id, NULL) == CRM_OK, "%s", crm_error_text());
    crm_record_free(group);
    crm_record_free(membership);
}

/* The most groups that a customer can be in, and one more. */
Test(quote_trips, many_groups) {
    struct scene scene;
    begin_write(&scene, "g global plant=P");
    for (int i = 0; i < CRMI_LIMIT_GROUP_MEMBERSHIPS; i++) join_group(&scene, i);
    expect(&scene, "p", NULL, CRM_OK, "plant=P global g.plant");
    join_group(&scene, CRMI_LIMIT_GROUP_MEMBERSHIPS);
    expect(&scene, "p", NULL, CRM_E_TOO_BIG, "one group more");
    scene_end(&scene);
}

/* Terms of one scope twice: put refuses that, a merge may leave it. */
Test(quote_trips, terms_that_disagree) {
    struct scene scene;
    crm_record *twin;
    int status;
    begin_write(&scene, "d quote_defaults plant=A tax_zone=Z;e quote_defaults sales_area=N plant=B tax_zone=Z");
    cr_assert(crm_record_get(scene.data.txn, scene_id(&scene.data, "e"), &twin) == CRM_OK &&
              crm_record_clear(twin, CRM_QUOTE_DEFAULTS_SALES_AREA) == CRM_OK);
    crmi_txn *txn = crmi_api_enter(scene.data.txn, true, &status);
    cr_assert(txn && crmi_store_put(txn, crmi_store_packed(txn, scene_id(&scene.data, "e")), twin, 1) == CRM_OK);
    crmi_api_leave(scene.data.txn);
    bool first = scene_id(&scene.data, "d") < scene_id(&scene.data, "e");
    expect(&scene, "p", NULL, CRM_CHOOSE,
           first ? "plant=? d e;tax_zone=Z customer d.tax_zone" : "plant=? d e;tax_zone=Z customer e.tax_zone");
    crm_record_free(twin);
    scene_end(&scene);
}

/* --- many contacts: they come in pages --- */

static crm_id add_contact(struct scene *scene, bool archived) {
    crm_record *contact;
    crm_id id;
    cr_assert(crm_record_new(CRM_KIND_CONTACT, &contact) == CRM_OK);
    cr_assert(crm_record_set_text(contact, CRM_CONTACT_NAME, "N", 1) == CRM_OK);
    cr_assert(crm_record_set_id(contact, CRM_CONTACT_PARTY, scene_id(&scene->data, "p")) == CRM_OK);
    if (archived) cr_assert(crm_record_set_bool(contact, CRM_CONTACT_ARCHIVED, 1) == CRM_OK);
    cr_assert(crm_record_put(scene->data.txn, contact, &id, NULL) == CRM_OK, "%s", crm_error_text());
    crm_record_free(contact);
    return id;
}

static size_t candidates(struct scene *scene, crm_id *taken) {
    crm_quote *quote;
    cr_assert(crm_quote_resolve(scene->data.txn, scene_id(&scene->data, "p"), SCENE_DAY, NULL, &quote) >= 0);
    *taken = crm_record_id(crm_quote_record(quote), CRM_QUOTE_CONTACT);
    size_t count = crm_quote_candidate_count(quote, CRM_QUOTE_CONTACT);
    for (size_t i = 1; i < count; i++)
        cr_assert(crm_quote_candidate(quote, CRM_QUOTE_CONTACT, i - 1) < crm_quote_candidate(quote, CRM_QUOTE_CONTACT, i));
    crm_quote_free(quote);
    return count;
}

Test(quote_trips, many_contacts) {
    struct scene scene;
    crm_id taken, only;
    begin_write(&scene, "");
    for (int i = 0; i < CRMI_LIMIT_QUOTE_CANDIDATES + 10; i++) add_contact(&scene, true);
    cr_expect(candidates(&scene, &taken) == 0 && taken == 0);
    only = add_contact(&scene, false);
    cr_expect(candidates(&scene, &taken) == 0 && taken == only, "the only one, on the second page");
    for (int i = 0; i < CRMI_LIMIT_QUOTE_CANDIDATES - 1; i++) add_contact(&scene, false);
    cr_expect(candidates(&scene, &taken) == CRMI_LIMIT_QUOTE_CANDIDATES && taken == 0, "all of them, over three pages");
    for (int i = 0; i < 20; i++) add_contact(&scene, false);
    cr_expect(candidates(&scene, &taken) == CRMI_LIMIT_QUOTE_CANDIDATES && taken == 0, "no more than the limit");
    scene_end(&scene);
}

/* A chain: many sites, each for deliveries. */
Test(quote_trips, many_sites) {
    struct scene scene;
    crm_quote *quote;
    crm_record *usage;
    begin_write(&scene, "a0 address");
    for (int i = 0; i < 1200; i++) {
        crm_record *address;
        crm_id id;
        cr_assert(crm_record_new(CRM_KIND_ADDRESS, &address) == CRM_OK && crm_record_new(CRM_KIND_USAGE, &usage) == CRM_OK);
        crm_record_set_id(address, CRM_ADDRESS_PARTY, scene_id(&scene.data, "p"));
        cr_assert(crm_record_put(scene.data.txn, address, &id, NULL) == CRM_OK);
        crm_record_set_id(usage, CRM_USAGE_PARTY, scene_id(&scene.data, "p"));
        crm_record_set_id(usage, CRM_USAGE_TARGET, id);
        crm_record_set_text(usage, CRM_USAGE_PURPOSE, CRM_PURPOSE_DELIVERY, CRM_NTS);
        cr_assert(crm_record_put(scene.data.txn, usage, NULL, NULL) == CRM_OK, "%s", crm_error_text());
        crm_record_free(address);
        crm_record_free(usage);
    }
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), SCENE_DAY, NULL, &quote) == CRM_CHOOSE);
    cr_expect(crm_quote_candidate_count(quote, CRM_QUOTE_SHIP_TO) == CRMI_LIMIT_QUOTE_CANDIDATES);
    crm_quote_free(quote);
    scene_end(&scene);
}
