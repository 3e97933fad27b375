/* SPDX-License-Identifier: MIT */
/* Mapping rules that are refused when they are stored: with the field and a text that says why. Nothing of them is stored. */
#include "support/ruling.h"

TestSuite(rule_refused, .init = build, .fini = end);

static const struct refused_case {
    const char *rule;
    int status;
    crm_field field;
    const char *text;
} refused_cases[] = {
    /* targets */
    {"R;plant;=x", CRM_E_RANGE, CRM_RULE_TARGET, "target: \"plant\" is no path like customer.category"},
    {"R;quote.colour;=x", CRM_E_RANGE, CRM_RULE_TARGET, "target: quote.colour is no field"},
    {"R;customer.category;=x", CRM_E_RANGE, CRM_RULE_TARGET, "target: customer.category is no field of a quote"},
    {"R;quote.customer;=x", CRM_E_RANGE, CRM_RULE_TARGET, "target: quote.customer is chosen, not mapped"},
    {"R;quote.ship_to;=x", CRM_E_RANGE, CRM_RULE_TARGET, "target: quote.ship_to is chosen, not mapped"},
    {"R;quote.bill_to;=x", CRM_E_RANGE, CRM_RULE_TARGET, "target: quote.bill_to is chosen, not mapped"},
    {"R;quote.payer;=x", CRM_E_RANGE, CRM_RULE_TARGET, "target: quote.payer is chosen, not mapped"},
    {"R;quote.contact;=x", CRM_E_RANGE, CRM_RULE_TARGET, "target: quote.contact is chosen, not mapped"},
    {"R;quote.sales_area;=x", CRM_E_RANGE, CRM_RULE_TARGET, "target: quote.sales_area is chosen, not mapped"},
    {"R; ;=x", CRM_E_REQUIRED, CRM_RULE_TARGET, "rule.target is required"},
    {";quote.plant;=x", CRM_E_REQUIRED, CRM_RULE_CODE, "rule.code is required"},
    /* sources */
    {"R;quote.plant", CRM_E_RANGE, CRM_RULE_SOURCE, "source: a rule has a source or a value"},
    {"R;quote.plant;", CRM_E_RANGE, CRM_RULE_SOURCE, "source: \"\" is no path like customer.category"},
    {"R;quote.plant;party.category", CRM_E_RANGE, CRM_RULE_SOURCE,
     "source: party.category begins with none of customer, site, contact, group, defaults, quote"},
    {"R;quote.plant;customer.colour", CRM_E_RANGE, CRM_RULE_SOURCE, "source: customer.colour is no field"},
    {"R;quote.plant;site.party", CRM_E_RANGE, CRM_RULE_SOURCE, "source: site.party is the owner, no value"},
    {"R;quote.plant;quote.plant", CRM_E_RANGE, CRM_RULE_SOURCE, "source: quote.plant is the target"},
    {"R;quote.plant;customer.order_lock", CRM_E_RANGE, CRM_RULE_SOURCE,
     "source: customer.order_lock and quote.plant are of different types"},
    {"R;quote.plant;quote.ship_to", CRM_E_RANGE, CRM_RULE_SOURCE, "source: quote.ship_to and quote.plant are of different types"},
    {"R;quote.machines;customer.budget", CRM_E_RANGE, CRM_RULE_SOURCE, "source: customer.budget and quote.machines are of different types"},
    {"R;quote.tags;customer.names", CRM_E_RANGE, CRM_RULE_SOURCE, "source: customer.names and quote.tags are of different types"},
    {"R;quote.currency;customer.category", CRM_E_RANGE, CRM_RULE_SOURCE,
     "source: customer.category holds other values than the codes of currency, which quote.currency takes alone"},
    {"R;quote.currency;customer.name", CRM_E_RANGE, CRM_RULE_SOURCE,
     "source: customer.name holds other values than the codes of currency, which quote.currency takes alone"},
    {"R;quote.language;site.country", CRM_E_RANGE, CRM_RULE_SOURCE,
     "source: site.country holds other values than the codes of language, which quote.language takes alone"},
    {"R;quote.origin;site.town", CRM_E_RANGE, CRM_RULE_SOURCE,
     "source: site.town holds other values than the codes of country, which quote.origin takes alone"},
    /* fixed values */
    {"R;quote.currency;=EURO", CRM_E_RANGE, CRM_RULE_VALUE, "value: \"EURO\" is no currency"},
    {"R;quote.origin;=XX", CRM_E_RANGE, CRM_RULE_VALUE, "value: \"XX\" is no country"},
    {"R;quote.plant;=12345678901234567890123456789012345678901234567890123456789012345", CRM_E_RANGE, CRM_RULE_VALUE,
     "value: \"12345678901234567890123456789012345678901234567890123456789012345\" is no plant"},
    {"R;quote.machines;=many", CRM_E_RANGE, CRM_RULE_VALUE, "value: \"many\" is no whole number"},
    {"R;quote.machines;=", CRM_E_RANGE, CRM_RULE_VALUE, "value: \"\" is no whole number"},
    {"R;quote.budget;=1,50", CRM_E_RANGE, CRM_RULE_VALUE, "value: \"1,50\" is no amount like 1000.50"},
    {"R;quote.day;=tomorrow", CRM_E_RANGE, CRM_RULE_VALUE, "value: \"tomorrow\" is no day like 2026-01-31"},
    {"R;quote.seen;=noon", CRM_E_RANGE, CRM_RULE_VALUE, "value: \"noon\" is no time like 2026-01-31T12:00:00Z"},
    {"R;quote.vip;=maybe", CRM_E_RANGE, CRM_RULE_VALUE, "value: \"maybe\" is no yes or no"},
    {"R;quote.tags;=a", CRM_E_RANGE, CRM_RULE_VALUE, "value: no value can be written for quote.tags"},
    {"R;quote.picture;=a", CRM_E_RANGE, CRM_RULE_VALUE, "value: no value can be written for quote.picture"},
    {"R;quote.names;=a", CRM_E_RANGE, CRM_RULE_VALUE, "value: no value can be written for quote.names"},
    /* conditions: which of them */
    {"R;quote.plant;=x;;customer.colour = red", CRM_E_RANGE, CRM_RULE_WHEN, "when 1: customer.colour is no field"},
    {"R;quote.plant;=x;;customer.category = A;customer.colour = red", CRM_E_RANGE, CRM_RULE_WHEN, "when 2: customer.colour is no field"},
    {"R;quote.plant;=x;;site.country = XX", CRM_E_RANGE, CRM_RULE_WHEN, "when 1: \"XX\" is no country"},
    {"R;quote.plant;=x;;site.country in DE|XX", CRM_E_RANGE, CRM_RULE_WHEN, "when 1: \"XX\" is no country"},
    {"R;quote.plant;=x;;customer.home != xx", CRM_E_RANGE, CRM_RULE_WHEN, "when 1: \"xx\" is no country"},
    {"R;quote.plant;=x;;group.party set", CRM_E_RANGE, CRM_RULE_WHEN, "when 1: group.party is no field"},
    {"R;quote.plant;=x;;customer.machines < a few", CRM_E_RANGE, CRM_RULE_WHEN, "when 1: \"a few\" is no whole number"},
    {"R;quote.plant;=x;;defaults.owner set", CRM_E_RANGE, CRM_RULE_WHEN, "when 1: defaults.owner is the owner, no value"},
    {"R;quote.plant;=x;;customer.category ~ A", CRM_E_RANGE, CRM_RULE_WHEN,
     "when 1: \"~\" is no operator: = != < <= > >= in set unset are"},
    {"R;quote.plant;=x;;", CRM_E_RANGE, CRM_RULE_WHEN, "when 1: \"\" is no path like customer.category"},
};

static void check_refused(const char *what, crm_record *rec, int status, crm_field field, const char *text) {
    char *before = test_dump_txn(txn);
    int rc = test_try(txn, rec);
    cr_expect_eq(rc, status, "%s: %d %s", what, rc, crm_error_text());
    cr_expect_eq(crm_error_field(), field, "%s: field %u", what, crm_error_field());
    if (text) cr_expect_str_eq(crm_error_text(), text, "%s: %s", what, crm_error_text());
    char *after = test_dump_txn(txn);
    cr_expect_str_eq(after, before, "%s", what);
    free(before);
    free(after);
}

Test(rule_refused, texts) {
    for (size_t i = 0; i < sizeof refused_cases / sizeof *refused_cases; i++) {
        const struct refused_case *c = &refused_cases[i];
        check_refused(c->rule, make_rule(c->rule), c->status, c->field, c->text);
    }
}

Test(rule_refused, both_source_and_value) {
    crm_record *rec = make_rule("R;quote.plant;=x");
    good(crm_record_set_text(rec, CRM_RULE_SOURCE, "customer.category", CRM_NTS));
    check_refused("both", rec, CRM_E_RANGE, CRM_RULE_VALUE, "value: a rule has a source or a value, not both");
}

/* An archived rule is checked too: it may come back. So is a stored one that changes. */
Test(rule_refused, archived_and_changed) {
    check_refused("archived", make_rule("R;quote.plant;customer.colour;a"), CRM_E_RANGE, CRM_RULE_SOURCE, NULL);
    crm_id id = test_put(txn, make_rule("R;quote.plant;=x"));
    crm_record *rec = test_get(txn, id);
    good(crm_record_set_text(rec, CRM_RULE_TARGET, "quote.ship_to", CRM_NTS));
    check_refused("changed", rec, CRM_E_RANGE, CRM_RULE_TARGET, NULL);
    check_refused("the code again", make_rule("R;quote.plant;=y"), CRM_E_EXISTS, CRM_RULE_CODE, NULL);
}

/* Domains that the store closes: their codes alone are values, as long as they are closed. */
Test(rule_refused, closed_by_setting) {
    test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "code.closed.plant", CRM_SETTING_VALUE, "1", 0));
    test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "P1", 0));
    check_refused("value", make_rule("R;quote.plant;=P7"), CRM_E_RANGE, CRM_RULE_VALUE, "value: \"P7\" is no plant");
    check_refused("when", make_rule("R;quote.tax_zone;=x;;quote.plant = P7"), CRM_E_RANGE, CRM_RULE_WHEN, "when 1: \"P7\" is no plant");
    test_put(txn, make_rule("R;quote.plant;=P1;;defaults.plant = P1"));
    test_put(txn, make_rule("S;quote.plant;=;;defaults.plant ="));
}

Test(rule_refused, too_many_conditions) {
    char text[1000] = "R;quote.plant;=x;";
    for (int i = 0; i < 16; i++) strcat(text, ";customer.name set");
    test_put(txn, make_rule(text));
    text[0] = 'S';
    strcat(text, ";customer.name set");
    check_refused("17 conditions", make_rule(text), CRM_E_TOO_BIG, CRM_RULE_WHEN, "a rule has at most 16 conditions");
}

static void add_list(crm_record *rec, int values) {
    char text[2100] = "customer.category in A";
    for (int i = 1; i < values; i++) strcat(text, "|A");
    good(crm_record_add_item(rec, CRM_RULE_WHEN, text, CRM_NTS));
}

/* Those of all conditions are counted together. */
Test(rule_refused, too_many_values) {
    static const struct {
        int values[2];
        const char *last, *text;
    } cases[] = {
        {{1000, 0}, "customer.name set", NULL},
        {{600, 399}, "customer.name = x", NULL},
        {{1001, 0}, NULL, "when 1: a rule's conditions have at most 1000 values"},
        {{600, 401}, NULL, "when 2: a rule's conditions have at most 1000 values"},
        {{500, 500}, "customer.name = x", "when 3: a rule's conditions have at most 1000 values"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[40];
        snprintf(text, sizeof text, "V%zu;quote.plant;=x", i);
        crm_record *rec = make_rule(text);
        for (int j = 0; j < 2; j++)
            if (cases[i].values[j]) add_list(rec, cases[i].values[j]);
        if (cases[i].last) good(crm_record_add_item(rec, CRM_RULE_WHEN, cases[i].last, CRM_NTS));
        if (cases[i].text)
            check_refused(text, rec, CRM_E_TOO_BIG, CRM_RULE_WHEN, cases[i].text);
        else
            test_put(txn, rec);
    }
}

/* Archived ones are counted; a stored one can still change. */
Test(rule_refused, too_many_rules) {
    char text[100];
    crm_id last = 0;
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "R%d;quote.plant;=x;a", i);
        last = test_put(txn, make_rule(text));
    }
    int rc = test_try(txn, make_rule("S;quote.plant;=x"));
    cr_assert_eq(rc, CRM_E_TOO_BIG, "%d", rc);
    cr_assert_str_eq(crm_error_text(), "a store has at most 1000 rules");
    crm_record *rec = test_get(txn, last);
    good(crm_record_set_text(rec, CRM_RULE_NOTE, "changed", CRM_NTS));
    test_put(txn, rec);
    good(crm_record_delete(txn, last, 0));
    test_put(txn, make_rule("S;quote.plant;=x"));
}

/* A field that a rule names stays, whichever part names it and whether or not the rule is archived. */
Test(rule_refused, fields_in_use) {
    static const char *const rules[] = {"R;quote.remark;=x", "R;quote.delivery_times;quote.remark", "R;quote.plant;=x;;quote.remark set",
                                        "R;quote.plant;=x;a;customer.name set;quote.remark = a"};
    crm_record *field;
    good(crm_custom_field_get(txn, field_of("quote.remark"), &field));
    crm_id definition = crm_record_key(field);
    crm_record_free(field);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        crm_id id = test_put(txn, make_rule(rules[i]));
        int rc = crm_record_delete(txn, definition, 0);
        cr_expect_eq(rc, CRM_E_IN_USE, "%s: %d", rules[i], rc);
        good(crm_record_delete(txn, id, 0));
    }
    test_put(txn, make_rule("R;quote.plant;=quote.remark;;customer.name = quote.remark"));
    good(crm_record_delete(txn, definition, 0));
    cr_assert_eq(test_try(txn, make_rule("S;quote.remark;=x")), CRM_E_RANGE, "the field is gone");
}
