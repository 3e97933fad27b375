/* SPDX-License-Identifier: MIT */
/* What is fixed for an actor in his proposals, and whose proposals he has. */
#include "support/proposal.h"
#include <criterion/criterion.h>

#define USER "x user name=Anna type=bound "
#define BOUND ";b binding user=x;"
#define TERMS "d quote_defaults price_list=C currency=EUR;w global price_list=W currency=GBP;"
#define CODES "k code domain=price_list code=L currency=CHF;l code domain=price_list code=M currency=USD;"
#define PARTY "p party name=Muster;q party name=Andere;"

/* Proposals of user x; wanted as in struct row. */
static const struct row rows[] = {
    {"nothing is fixed", USER BOUND TERMS CODES, NULL, "price_list=C customer d.price_list;currency=EUR customer d.currency"},
    {"a price list before all terms, with its currency", USER "price_list=L" BOUND TERMS CODES, NULL,
     "price_list=L lock x.price_list;currency=CHF price_list k.currency CONFLICT"},
    {"a price list without a code", USER "price_list=X" BOUND TERMS CODES, NULL,
     "price_list=X lock x.price_list;currency=EUR customer d.currency"},
    {"a currency", USER "currency=USD" BOUND TERMS CODES, NULL, "price_list=C customer d.price_list;currency=USD lock x.currency"},
    {"both, of one currency", USER "price_list=L currency=CHF" BOUND CODES, NULL,
     "price_list=L lock x.price_list;currency=CHF lock x.currency"},
    {"both, of two currencies", USER "price_list=L currency=USD" BOUND CODES, NULL,
     "price_list=L lock x.price_list;currency=USD lock x.currency CONFLICT"},
    {"a currency that is not that of the customer's price list", USER "currency=USD" BOUND CODES "d quote_defaults price_list=L", NULL,
     "price_list=L customer d.price_list;currency=USD lock x.currency CONFLICT"},
    {"a currency against the price list's and the customer's", USER "currency=CHF" BOUND CODES "d quote_defaults price_list=L currency=EUR",
     NULL, "currency=CHF lock x.currency CONFLICT"},
    {"none is fixed too", USER "price_list= currency=" BOUND TERMS CODES, NULL, "price_list= lock x.price_list;currency= lock x.currency"},
    {"no price list, the customer's currency", USER "price_list=" BOUND TERMS CODES, NULL,
     "price_list= lock x.price_list;currency=EUR customer d.currency"},
    {"no currency is at odds with none", USER "currency=" BOUND CODES "d quote_defaults price_list=L", NULL, "currency= lock x.currency"},
    {"a sales area", USER "price_list=L" BOUND TERMS CODES "e quote_defaults sales_area=N price_list=A", "sales_area=N",
     "price_list=L lock x.price_list;sales_area=N explicit"},
    {"that of another user", USER BOUND "y user name=Berta type=bound price_list=L currency=USD;c binding user=y;" TERMS CODES, NULL,
     "price_list=C customer d.price_list;currency=EUR customer d.currency"},
    {"nothing else is fixed", USER "price_list=L currency=CHF" BOUND "d quote_defaults discount_scheme=D plant=P", "plant=Q",
     "discount_scheme=D customer d.discount_scheme;plant=Q explicit"},

    {"the fixed price list given", USER "price_list=L" BOUND TERMS CODES, "price_list=L",
     "price_list=L lock x.price_list;currency=CHF price_list k.currency CONFLICT"},
    {"another price list given", USER "price_list=L" BOUND CODES, "price_list=M", "error LOCKED price_list"},
    {"a part of it given", USER "price_list=LL" BOUND CODES, "price_list=L", "error LOCKED price_list"},
    {"more than it given", USER "price_list=L" BOUND CODES, "price_list=LL", "error LOCKED price_list"},
    {"none given", USER "price_list=L" BOUND CODES, "price_list=", "error LOCKED price_list"},
    {"one given where none is fixed", USER "price_list=" BOUND CODES, "price_list=L", "error LOCKED price_list"},
    {"none given where none is fixed", USER "price_list=" BOUND TERMS CODES, "price_list=", "price_list= lock x.price_list"},
    {"the fixed currency given", USER "currency=USD" BOUND TERMS CODES, "currency=USD", "currency=USD lock x.currency"},
    {"another currency given", USER "currency=USD" BOUND CODES, "currency=EUR", "error LOCKED currency"},
    {"no currency given", USER "currency=USD" BOUND CODES, "currency=", "error LOCKED currency"},
    {"no currency where none is stored given", USER "currency=USD" BOUND CODES, "currency=Taler", "error LOCKED currency"},
    {"another currency than that of the fixed price list", USER "price_list=L" BOUND CODES, "currency=USD",
     "price_list=L lock x.price_list;currency=USD explicit CONFLICT"},
    {"a price list of another currency", USER "currency=USD" BOUND CODES, "price_list=L",
     "price_list=L explicit;currency=USD lock x.currency CONFLICT"},

    {"no rule replaces it",
     USER "price_list=L currency=CHF" BOUND CODES
          "r rule code=R target=quote.price_list value=M override=1;s rule code=S target=quote.currency value=USD override=1",
     NULL, "price_list=L lock x.price_list;currency=CHF lock x.currency"},
    {"no rule replaces a none", USER "price_list=" BOUND CODES "r rule code=R target=quote.price_list value=M override=1", NULL,
     "price_list= lock x.price_list"},
    {"a rule sets what is not fixed", USER "price_list=L" BOUND CODES "r rule code=R target=quote.currency value=USD", NULL,
     "price_list=L lock x.price_list;currency=USD rule"},
    {"a rule's price list, of the fixed currency", USER "currency=USD" BOUND CODES "r rule code=R target=quote.price_list value=M", NULL,
     "price_list=M rule;currency=USD lock x.currency"},
    {"a rule's price list, of another currency", USER "currency=USD" BOUND CODES "r rule code=R target=quote.price_list value=L", NULL,
     "price_list=L rule;currency=USD lock x.currency CONFLICT"},
    {"a rule reads it", USER "price_list=L" BOUND CODES "r rule code=R target=quote.plant source=quote.price_list", NULL,
     "plant=L rule x.price_list"},

    {"a policy leaves it out",
     USER "price_list=L currency=USD" BOUND TERMS CODES
          "o policy field=price_list levels=explicit,customer;n policy field=currency levels=explicit,customer,price_list",
     NULL, "price_list=L lock x.price_list;currency=USD lock x.currency CONFLICT"},
    {"a policy leaves it out, and another one is given",
     USER "price_list=L" BOUND CODES "o policy field=price_list levels=explicit,customer", "price_list=M", "error LOCKED price_list"},
    {"a policy has it", USER "price_list=L" BOUND TERMS CODES "o policy field=price_list levels=lock,explicit", NULL,
     "price_list=L lock x.price_list"},
    {"a policy of a field that has no lock",
     USER "price_list=L" BOUND "d quote_defaults plant=P;o policy field=plant levels=explicit,customer", NULL, "plant=P customer d.plant"},
};

static void begin_as(struct scene *scene, const char *user) {
    crm_txn_free(scene->data.txn);
    crm_id actor = user ? scene_id(&scene->data, user) : CRM_ACTOR_SYSTEM;
    cr_assert(crm_txn_begin(scene->db, 0, actor, &scene->data.txn) == CRM_OK, "%s", crm_error_text());
}

/* Also made again, and saved. */
static void check(const struct row *row, struct scene *scene) {
    crm_quote *quote, *again;
    crm_record *given = scene_given(&scene->data, row->given);
    int rc = crm_quote_resolve(scene->data.txn, scene_id(&scene->data, "p"), CRM_TODAY, given, &quote);
    crm_record_free(given);
    if (rc < 0 || !strncmp(row->wanted, "error", 5)) {
        check_error(row, rc);
        crm_quote_free(quote);
        return;
    }
    check_lines(row, &scene->data, quote);
    saved_check(scene->data.txn, quote, row->what);
    cr_assert(crm_quote_reresolve(scene->data.txn, quote, 0, CRM_TODAY, NULL, NULL, 0, &again) >= 0, "%s: %s", row->what, crm_error_text());
    cr_expect(crm_quote_change_count(again) == 0, "%s", row->what);
    check_lines(row, &scene->data, again);
    crm_quote_free(again);
    crm_quote_free(quote);
}

Test(quote_lock, rows) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene scene;
        scene_begin(&scene, rows[i].stored);
        begin_as(&scene, "x");
        check(&rows[i], &scene);
        scene_end(&scene);
    }
}

/* The system is not bound by anybody's lock. */
Test(quote_lock, of_nobody) {
    const struct row row = {"the system", "", "price_list=M", "price_list=M explicit;currency=USD price_list l.currency CONFLICT"};
    struct scene scene;
    scene_begin(&scene, USER "price_list=L currency=CHF" BOUND TERMS CODES);
    check(&row, &scene);
    scene_end(&scene);
}

/* A fixed price list is good, though its domain was closed since; no other one is. */
Test(quote_lock, of_a_domain_that_is_closed) {
    const struct row same = {"the fixed one", "", "price_list=X", "price_list=X lock x.price_list"},
                     other = {"another one", "", "price_list=Y", "error LOCKED price_list"},
                     area = {"another field", "", "tax_zone=Z", "error CODE tax_zone"};
    struct scene scene;
    scene_begin(&scene, USER "price_list=X" BOUND);
    begin_as(&scene, NULL);
    crm_txn_free(scene.data.txn);
    cr_assert(crm_txn_begin(scene.db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &scene.data.txn) == CRM_OK);
    cr_assert(crm_setting_set(scene.data.txn, "code.closed.price_list", "1", CRM_NTS) == CRM_OK, "%s", crm_error_text());
    cr_assert(crm_setting_set(scene.data.txn, "code.closed.tax_zone", "1", CRM_NTS) == CRM_OK, "%s", crm_error_text());
    cr_assert(crm_txn_commit(scene.data.txn) == CRM_OK);
    begin_as(&scene, "x");
    check(&same, &scene);
    check(&other, &scene);
    check(&area, &scene);
    scene_end(&scene);
}

static void expect_told(crm_quote *quote, uint32_t format, const char *wanted, crm_id id) {
    char text[200];
    snprintf(text, sizeof text, wanted, (unsigned long long)id);
    const char *told = crm_quote_explain(quote, format, NULL);
    cr_expect(told && strstr(told, text), "%s is not in\n%s", text, told);
}

Test(quote_lock, is_told) {
    static const char *const why[] = {CRM_LOSER_PROTECTED, CRM_LOSER_LATER, CRM_LOSER_LATER};
    static const char *const values[] = {"M", "C", "W"};
    struct scene scene;
    crm_quote *quote;
    scene_begin(&scene, USER "price_list=L currency=USD" BOUND TERMS CODES "r rule code=R target=quote.price_list value=M override=1");
    begin_as(&scene, "x");
    crm_record *given = scene_given(&scene.data, "price_list=L");
    crm_id user = scene_id(&scene.data, "x");
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), CRM_TODAY, given, &quote) == CRM_OK, "%s", crm_error_text());
    crm_record_free(given);
    cr_assert(crm_quote_loser_count(quote, CRM_QUOTE_PRICE_LIST) == 3, "neither the lock nor what equals it has lost");
    for (size_t i = 0; i < 3; i++) {
        const crm_record *loser = crm_quote_loser(quote, CRM_QUOTE_PRICE_LIST, i);
        cr_expect_str_eq(crm_record_text(loser, CRM_QUOTE_LOSER_WHY), why[i]);
        cr_expect_str_eq(crm_record_text(loser, CRM_QUOTE_LOSER_VALUE), values[i]);
    }
    cr_expect(crm_quote_loser_count(quote, CRM_QUOTE_CURRENCY) == 3, "of the price list, the customer, the store");
    expect_told(quote, CRM_QUOTE_FORMAT_TEXT, "  lock                          user.price_list of %llu, revision 1\n", user);
    expect_told(quote, CRM_QUOTE_FORMAT_TEXT, "another currency than what is fixed, given or the customer's", 0);
    expect_told(quote, CRM_QUOTE_FORMAT_JSON,
                "\"currency\":{\"value\":\"USD\",\"level\":\"lock\",\"source\":%llu,\"source_field\":\"user.currency\",\"revision\":1",
                user);
    saved_check(scene.data.txn, quote, "told");
    crm_quote_free(quote);
    scene_end(&scene);
}

/* --- again --- */

static crm_quote *made(struct scene *scene, const char *user, const char *customer, const char *given_text) {
    crm_quote *quote;
    begin_as(scene, user);
    crm_record *given = scene_given(&scene->data, given_text);
    cr_assert(crm_quote_resolve(scene->data.txn, scene_id(&scene->data, customer), CRM_TODAY, given, &quote) >= 0, "%s", crm_error_text());
    crm_record_free(given);
    return quote;
}

/* What was given before stays given: where it is not the fixed one, it has to be released. */
Test(quote_lock, takes_the_place_of_what_was_given) {
    static const crm_field released[] = {CRM_QUOTE_PRICE_LIST};
    struct scene scene;
    crm_quote *again;
    scene_begin(&scene, USER "price_list=L" BOUND CODES);
    crm_quote *old = made(&scene, NULL, "p", "price_list=M");
    begin_as(&scene, "x");
    cr_expect(crm_quote_reresolve(scene.data.txn, old, 0, CRM_TODAY, NULL, NULL, 0, &again) == CRM_E_LOCKED && !again);
    cr_expect(crm_error_field() == CRM_QUOTE_PRICE_LIST);
    cr_assert(crm_quote_reresolve(scene.data.txn, old, 0, CRM_TODAY, NULL, released, 1, &again) == CRM_OK, "%s", crm_error_text());
    cr_assert(crm_quote_change_count(again) == 2);
    const crm_record *change = crm_quote_change(again, 0);
    cr_expect_str_eq(crm_record_text(change, CRM_QUOTE_CHANGE_FIELD), "price_list");
    cr_expect_str_eq(crm_record_text(change, CRM_QUOTE_CHANGE_NEW_LEVEL), "lock");
    cr_expect(crm_record_id(change, CRM_QUOTE_CHANGE_NEW_SOURCE) == scene_id(&scene.data, "x"));
    crm_quote_free(again);
    crm_quote_free(old);
    scene_end(&scene);
}

/* --- whose proposals --- */

static int load(struct scene *scene, crm_quote *quote) {
    size_t size;
    crm_quote *loaded;
    const void *bytes = crm_quote_save(quote, &size);
    int rc = crm_quote_load(scene->data.txn, bytes, size, &loaded);
    cr_expect((rc == CRM_OK) == (loaded != NULL));
    crm_quote_free(loaded);
    return rc;
}

static int ask_again(struct scene *scene, const crm_quote *old, crm_id customer) {
    crm_quote *again;
    int rc = crm_quote_reresolve(scene->data.txn, old, customer, CRM_TODAY, NULL, NULL, 0, &again);
    cr_expect((rc >= 0) == (again != NULL));
    crm_quote_free(again);
    return rc;
}

static void expect_locked(int rc, const char *what) {
    cr_expect(rc == CRM_E_LOCKED && crm_error_field() == CRM_QUOTE_CUSTOMER, "%s: %d %s", what, rc, crm_error_text());
}

Test(quote_lock, proposals_of_others) {
    struct scene scene;
    scene_begin(&scene, PARTY USER BOUND);
    crm_quote *own = made(&scene, NULL, "p", NULL), *other = made(&scene, NULL, "q", NULL);
    crm_id p = scene_id(&scene.data, "p"), q = scene_id(&scene.data, "q"), nobody = scene_id(&scene.data, "b");
    begin_as(&scene, "x");
    cr_expect_eq(load(&scene, own), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(ask_again(&scene, own, 0), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(ask_again(&scene, own, p), CRM_OK, "%s", crm_error_text());
    expect_locked(load(&scene, other), "kept");
    expect_locked(ask_again(&scene, other, 0), "another one's");
    expect_locked(ask_again(&scene, other, p), "another one's, for his own");
    expect_locked(ask_again(&scene, own, q), "for another one");
    expect_locked(ask_again(&scene, own, nobody), "for none");
    begin_as(&scene, NULL);
    cr_expect_eq(load(&scene, other), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(ask_again(&scene, other, p), CRM_OK, "%s", crm_error_text());
    crm_quote_free(own);
    crm_quote_free(other);
    scene_end(&scene);
}

/* --- staff --- */

#define STAFF "x user name=Anna type=staff "
#define HAS_ROLE ";e user_role user=x role=v;"
#define SELLS HAS_ROLE "v access_role code=V read=quote personal=1 prices=1;"

static const struct row staff_rows[] = {
    {"nothing is fixed", STAFF SELLS TERMS CODES, "price_list=M", "price_list=M explicit;currency=USD price_list l.currency CONFLICT"},
    {"what is fixed", STAFF "price_list=L currency=USD" SELLS TERMS CODES, NULL,
     "price_list=L lock x.price_list;currency=USD lock x.currency CONFLICT"},
    {"another one is given", STAFF "price_list=L" SELLS CODES, "price_list=M", "error LOCKED price_list"},
    {"of all kinds", STAFF HAS_ROLE "v access_role code=V read=* personal=1 prices=1;", NULL, "customer=p explicit explicit"},
    {"of two roles", STAFF HAS_ROLE "f user_role user=x role=w;v access_role code=V read=quote;w access_role code=W personal=1 prices=1",
     NULL, "customer=p explicit explicit"},
};

Test(quote_lock, rows_of_staff) {
    for (size_t i = 0; i < sizeof staff_rows / sizeof *staff_rows; i++) {
        struct scene scene;
        scene_begin(&scene, staff_rows[i].stored);
        begin_as(&scene, "x");
        check(&staff_rows[i], &scene);
        scene_end(&scene);
    }
}

/* What else it may read changes nothing: it may read no party, address, group or setting here. */
Test(quote_lock, staff_has_what_the_system_has) {
    struct scene scene;
    scene_begin(&scene,
                STAFF SELLS TERMS CODES "a address town=A country=DE;c contact;u usage target=a purpose=delivery;"
                                        "g group code=G;m membership group=g;h quote_defaults owner=g plant=P;"
                                        "i global country=DE plant=D;r rule code=R target=quote.customer_reference source=site.town;"
                                        "s setting name=code.closed.tax_zone value=1;t code domain=tax_zone code=T");
    crm_quote *wanted = made(&scene, NULL, "p", "tax_zone=T"), *quote = made(&scene, "x", "p", "tax_zone=T");
    saved_same(quote, wanted, "staff");
    crm_quote_free(quote);
    crm_quote_free(wanted);
    scene_end(&scene);
}

Test(quote_lock, staff_without_the_rights) {
    static const char *const roles[] = {"read=party personal=1 prices=1",
                                        "read=quote prices=1",
                                        "read=quote personal=1",
                                        "read=* personal=1",
                                        "administration=1",
                                        "write=* prices=1"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        struct scene scene;
        char stored[300];
        snprintf(stored, sizeof stored, PARTY STAFF HAS_ROLE "v access_role code=V %s", roles[i]);
        scene_begin(&scene, stored);
        crm_quote *old = made(&scene, NULL, "p", NULL), *quote;
        crm_id p = scene_id(&scene.data, "p");
        begin_as(&scene, "x");
        cr_expect_eq(crm_quote_resolve(scene.data.txn, p, CRM_TODAY, NULL, &quote), CRM_E_DENIED, "%s", roles[i]);
        cr_expect_eq(crm_quote_resolve(scene.data.txn, p + 1, CRM_TODAY, NULL, &quote), CRM_E_DENIED, "%s", roles[i]);
        cr_expect_eq(ask_again(&scene, old, 0), CRM_E_DENIED, "%s", roles[i]);
        cr_expect_eq(load(&scene, old), CRM_E_DENIED, "%s", roles[i]);
        crm_quote_free(old);
        scene_end(&scene);
    }
}

/* For whom it makes proposals and whose old ones it sees are two things. */
Test(quote_lock, staff_of_some_customers) {
    for (int limits = 0; limits < 4; limits++) {
        bool restricted = limits & 1, own = limits & 2;
        struct scene scene;
        char stored[400];
        snprintf(stored, sizeof stored, PARTY STAFF "restricted=%d no_foreign_quotes=%d" BOUND SELLS, restricted, own);
        scene_begin(&scene, stored);
        crm_quote *old = made(&scene, NULL, "p", NULL), *other = made(&scene, NULL, "q", NULL), *quote;
        crm_id p = scene_id(&scene.data, "p"), q = scene_id(&scene.data, "q"), contact = scene_id(&scene.data, "b");
        begin_as(&scene, "x");
        cr_expect_eq(load(&scene, old), CRM_OK);
        cr_expect_eq(ask_again(&scene, old, 0), CRM_OK);
        cr_expect_eq(load(&scene, other), own ? CRM_E_LOCKED : CRM_OK, "%d", limits);
        cr_expect_eq(ask_again(&scene, other, p), own ? CRM_E_LOCKED : CRM_OK, "%d", limits);
        cr_expect_eq(ask_again(&scene, old, q), restricted ? CRM_E_LOCKED : CRM_OK, "%d", limits);
        cr_expect_eq(ask_again(&scene, other, 0), limits ? CRM_E_LOCKED : CRM_OK, "%d", limits);
        cr_expect_eq(ask_again(&scene, old, contact), restricted ? CRM_E_LOCKED : CRM_E_NOTFOUND, "%d", limits);
        int rc = crm_quote_resolve(scene.data.txn, 0, CRM_TODAY, NULL, &quote);
        cr_expect_eq(rc, restricted ? CRM_OK : CRM_E_NOTFOUND, "%d: %d", limits, rc);
        if (quote) cr_expect_eq(crm_record_id(crm_quote_record(quote), CRM_QUOTE_CUSTOMER), p);
        crm_quote_free(quote);
        crm_quote_free(other);
        crm_quote_free(old);
        scene_end(&scene);
    }
}
