/* SPDX-License-Identifier: MIT */
/* Conditions of mapping rules: every operator over every type, true and false, and every path. */
#include "support/ruling.h"

TestSuite(rule, .init = build, .fini = end);

static const struct condition_case {
    const char *condition;
    bool holds;
} conditions[] = {
    /* text, byte by byte */
    {"customer.category = B", true},
    {"customer.category = A", false},
    {"customer.category = b", false},
    {"customer.category = BB", false},
    {"customer.category = ", false},
    {"customer.category != A", true},
    {"customer.category != B", false},
    {"customer.category != ", true},
    {"customer.category < C", true},
    {"customer.category < BA", true},
    {"customer.category < B", false},
    {"customer.category <= B", true},
    {"customer.category <= A", false},
    {"customer.category > A", true},
    {"customer.category > B", false},
    {"customer.category >= B", true},
    {"customer.category >= BA", false},
    {"customer.category in A|B|C", true},
    {"customer.category in A | B", true},
    {"customer.category in A|C", false},
    {"customer.category set", true},
    {"customer.category unset", false},
    {"customer.name=Muster", true},
    /* an empty text is a value */
    {"customer.note =", true},
    {"customer.note !=", false},
    {"customer.note != x", true},
    {"customer.note set", true},
    {"customer.note unset", false},
    {"customer.note < a", true},
    /* what is not set is nothing */
    {"customer.vat_id =", false},
    {"customer.vat_id !=", false},
    {"customer.vat_id != x", false},
    {"customer.vat_id < x", false},
    {"customer.vat_id >= a", false},
    {"customer.vat_id in a|b", false},
    {"customer.vat_id set", false},
    {"customer.vat_id unset", true},
    /* whole numbers */
    {"customer.machines = 7", true},
    {"customer.machines = 007", true},
    {"customer.machines = 8", false},
    {"customer.machines != 8", true},
    {"customer.machines != 7", false},
    {"customer.machines < 10", true},
    {"customer.machines < 7", false},
    {"customer.machines <= 7", true},
    {"customer.machines <= 6", false},
    {"customer.machines > -1", true},
    {"customer.machines > 7", false},
    {"customer.machines >= 7", true},
    {"customer.machines >= 8", false},
    {"customer.machines in 1|7", true},
    {"customer.machines in 1|2", false},
    {"customer.machines set", true},
    {"customer.machines unset", false},
    {"contact.level < 0", true},
    {"contact.level = -3", true},
    {"contact.level > -3", false},
    /* amounts, exact */
    {"customer.loyalty_discount = 12.5", true},
    {"customer.loyalty_discount = 12.5001", false},
    {"customer.loyalty_discount != 12.4999", true},
    {"customer.loyalty_discount != 12.50", false},
    {"customer.budget < 1000.5001", true},
    {"customer.budget < 1000.50", false},
    {"customer.budget <= 1000.50", true},
    {"customer.budget <= 1000.4999", false},
    {"customer.budget > 1000.4999", true},
    {"customer.budget > 1000.5", false},
    {"customer.budget >= 1000.5000", true},
    {"customer.budget >= 1000.5001", false},
    {"customer.budget in 1|1000.50", true},
    {"customer.budget in 1|1000", false},
    {"customer.budget set", true},
    {"customer.budget unset", false},
    /* days */
    {"customer.since = 2024-01-31", true},
    {"customer.since = 2024-02-01", false},
    {"customer.since != 2024-02-01", true},
    {"customer.since != 2024-01-31", false},
    {"customer.since < 2024-02-01", true},
    {"customer.since < 2024-01-31", false},
    {"customer.since <= 2024-01-31", true},
    {"customer.since <= 2024-01-30", false},
    {"customer.since > 2024-01-30", true},
    {"customer.since > 2024-01-31", false},
    {"customer.since >= 2024-01-31", true},
    {"customer.since >= 2024-02-01", false},
    {"customer.since in 2023-01-01|2024-01-31", true},
    {"customer.since in 2023-01-01|2024-01-30", false},
    {"customer.since set", true},
    {"customer.since unset", false},
    /* the last day that is in */
    {"site.valid_until = 2025-01-11", true},
    {"site.valid_until = 2025-01-12", false},
    {"site.valid_until < 2025-01-12", true},
    {"site.valid_until > 2025-01-11", false},
    {"site.valid_from unset", true},
    /* points in time */
    {"customer.seen = 2024-01-31T12:00:00Z", true},
    {"customer.seen = 2024-01-31", false},
    {"customer.seen != 2024-01-31T12:00:00.000001Z", true},
    {"customer.seen != 2024-01-31T12:00:00.000Z", false},
    {"customer.seen < 2024-01-31T12:00:01Z", true},
    {"customer.seen < 2024-01-31T12:00:00Z", false},
    {"customer.seen <= 2024-01-31T12:00:00Z", true},
    {"customer.seen <= 2024-01-31T11:59:59.999999Z", false},
    {"customer.seen > 2024-01-31", true},
    {"customer.seen > 2024-01-31T12:00:00Z", false},
    {"customer.seen >= 2024-01-31T12:00:00Z", true},
    {"customer.seen >= 2024-02-01", false},
    {"customer.seen in 2024-01-31|2024-01-31T12:00:00Z", true},
    {"customer.seen in 2024-01-31|2024-02-01", false},
    {"customer.seen set", true},
    {"customer.seen unset", false},
    {"customer.created_at = 2024-10-04T12:00:00Z", true},
    /* yes or no */
    {"customer.order_lock = yes", true},
    {"customer.order_lock = true", true},
    {"customer.order_lock = 1", true},
    {"customer.order_lock = no", false},
    {"customer.order_lock != no", true},
    {"customer.order_lock != yes", false},
    {"customer.vip = no", true},
    {"customer.vip = false", true},
    {"customer.vip != 0", false},
    {"customer.vip set", true},
    {"customer.tax_exempt = no", false},
    {"customer.tax_exempt != yes", false},
    {"customer.tax_exempt unset", true},
    /* the other types are there or not */
    {"customer.referrer set", false},
    {"customer.referrer unset", true},
    {"customer.tags set", true},
    {"customer.tags unset", false},
    {"customer.picture set", true},
    {"customer.names set", true},
    {"site.recipient set", false},
    {"site.successor unset", true},
    /* the chosen site and contact */
    {"site.town = Ulm", true},
    {"site.town = Bonn", false},
    {"site.dock = Ulm", true},
    {"site.country in AT|DE", true},
    {"contact.function = Einkauf", true},
    {"contact.language unset", true},
    /* the customer's groups, and those above them: one value a group */
    {"group.code = KEY", true},
    {"group.code = EAST", true},
    {"group.code = ALL", true},
    {"group.code = WEST", false},
    {"group.code != WEST", true},
    {"group.code != EAST", false},
    {"group.code != ALL", false},
    {"group.code in WEST|EAST", true},
    {"group.code in WEST|SOUTH", false},
    {"group.code < B", true},
    {"group.code < A", false},
    {"group.code > K", true},
    {"group.code > L", false},
    {"group.priority >= 9", true},
    {"group.priority <= 1", true},
    {"group.priority > 9", false},
    {"group.hall set", true},
    {"group.hall unset", false},
    {"group.hall = H-EAST", true},
    {"group.hall = H-WEST", false},
    {"group.note unset", true},
    {"group.ancestors set", true},
    /* the customer's own terms, not those of others */
    {"defaults.plant = P1", true},
    {"defaults.plant = P2", false},
    {"defaults.tax_zone unset", true},
    {"defaults.sender_country set", false},
    /* the proposal */
    {"quote.plant = P1", true},
    {"quote.payment_terms = 30", true},
    {"quote.tax_zone unset", true},
    {"quote.customer set", true},
    {"quote.ship_to set", true},
    {"quote.contact set", true},
    {"quote.bill_to unset", true},
    {"quote.sales_area unset", true},
    {"quote.machines unset", true},
};

static bool holds(crm_id customer, const char *condition, const char *given) {
    char text[200];
    snprintf(text, sizeof text, "R;quote.customer_reference;=HELD;;%s", condition);
    crm_id id = test_put(txn, make_rule(text));
    crm_quote *quote = resolve(customer, given);
    const char *value = crm_record_text(crm_quote_record(quote), CRM_QUOTE_CUSTOMER_REFERENCE);
    cr_assert(!value || !strcmp(value, "HELD"), "%s", condition);
    cr_expect_eq(crm_quote_rule(quote, CRM_QUOTE_CUSTOMER_REFERENCE), value ? id : 0, "%s", condition);
    bool held = value != NULL;
    crm_quote_free(quote);
    good(crm_record_delete(txn, id, 0));
    return held;
}

Test(rule, conditions) {
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        cr_expect_eq(holds(scene.party, conditions[i].condition, NULL), conditions[i].holds, "%s", conditions[i].condition);
}

/* With other choices the same conditions are about other things. */
Test(rule, conditions_of_choices) {
    static const struct {
        const char *condition, *given;
        bool holds;
    } cases[] = {
        {"site.town = Bonn", "ship_to=2", true},       {"site.town = Ulm", "ship_to=2", false},
        {"defaults.plant = P2", "sales_area=N", true}, {"defaults.plant = P1", "sales_area=N", false},
        {"defaults.tax_zone =", "sales_area=N", true}, {"defaults.payment_terms = 30", "sales_area=N", true},
        {"defaults.plant = P1", "sales_area=S", true}, {"quote.sales_area = N", "sales_area=N", true},
        {"quote.plant = X", "plant=X", true},          {"quote.plant =", "plant=", true},
        {"quote.remark = x", "remark=x", true},        {"quote.origin != DE", "origin=AT", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(holds(scene.party, cases[i].condition, cases[i].given), cases[i].holds, "%s", cases[i].condition);
}

/* Where there is no site, contact, group or term at all. */
Test(rule, conditions_of_nothing) {
    static const char *const paths[] = {"site.town",  "contact.name",      "group.code",    "defaults.plant", "site.dock",
                                        "group.hall", "customer.machines", "quote.ship_to", "quote.plant",    "quote.remark"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char condition[100];
        snprintf(condition, sizeof condition, "%s set", paths[i]);
        cr_expect(!holds(scene.bare, condition, NULL), "%s", condition);
        snprintf(condition, sizeof condition, "%s unset", paths[i]);
        cr_expect(holds(scene.bare, condition, NULL), "%s", condition);
    }
    cr_expect(!holds(scene.bare, "group.code != KEY", NULL), "no group is no other group");
}
