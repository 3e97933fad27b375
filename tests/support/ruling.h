/* SPDX-License-Identifier: MIT */
/* What the tests of mapping rules share: a store with sites, a contact, groups, terms and custom fields of every type, rules from text, and
 * proposals over them. Use it by TestSuite(name, .init = build, .fini = end). */
#ifndef CRM_TESTS_SUPPORT_RULING_H
#define CRM_TESTS_SUPPORT_RULING_H
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- a store: two sites, a contact, groups, terms, and custom fields of every type --- */

/* A byte more than a code can have. */
#define LONG_TEXT "12345678901234567890123456789012345678901234567890123456789012345"

static struct {
    crm_id party, site, other_site, contact, bare; /* bare: a customer with nothing */
    crm_id all, key, east;                         /* groups: key below all, east; all of the party */
    crm_id terms, area_terms;
} scene;

static const struct own_field {
    const char *kind, *name, *type, *domain;
} own_fields[] = {
    {"party", "machines", "int", NULL},     {"party", "budget", "amount", NULL}, {"party", "since", "date", NULL},
    {"party", "seen", "time", NULL},        {"party", "vip", "bool", NULL},      {"party", "tags", "texts", NULL},
    {"party", "picture", "bytes", NULL},    {"party", "names", "label", NULL},   {"party", "home", "text", "country"},
    {"address", "dock", "text", NULL},      {"group", "hall", "text", "plant"},  {"contact", "level", "int", NULL},
    {"quote", "machines", "int", NULL},     {"quote", "budget", "amount", NULL}, {"quote", "day", "date", NULL},
    {"quote", "valid_until", "date", NULL}, {"quote", "seen", "time", NULL},     {"quote", "vip", "bool", NULL},
    {"quote", "tags", "texts", NULL},       {"quote", "picture", "bytes", NULL}, {"quote", "names", "label", NULL},
    {"quote", "origin", "text", "country"}, {"quote", "remark", "text", NULL},   {"quote", "notes", "texts", NULL},
};

static inline crm_field field_of(const char *path) {
    crm_field field;
    cr_assert_eq(crm_custom_field_find(txn, path, &field), CRM_OK, "%s: %s", path, crm_error_text());
    return field;
}

static inline void define_fields(void) {
    for (size_t i = 0; i < sizeof own_fields / sizeof *own_fields; i++) {
        const struct own_field *own = &own_fields[i];
        test_put(txn, test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, own->kind, CRM_CUSTOM_FIELD_NAME, own->name,
                                  CRM_CUSTOM_FIELD_TYPE, own->type, own->domain ? CRM_CUSTOM_FIELD_DOMAIN : 0, own->domain, 0));
    }
}

static inline void good(int rc) { cr_assert_eq(rc, CRM_OK, "%s", crm_error_text()); }

static inline crm_record *new_record(uint32_t kind, crm_field owner, crm_id id) {
    crm_record *rec;
    good(crm_record_new_in(txn, kind, &rec));
    if (owner) good(crm_record_set_id(rec, owner, id));
    return rec;
}

/* 2024-01-31 is day 19753, 12:00 of it 1706702400 seconds. */
static inline crm_id put_party(void) {
    crm_record *rec = new_record(CRM_KIND_PARTY, 0, 0);
    good(crm_record_set_text(rec, CRM_PARTY_TYPE, "organisation", CRM_NTS));
    good(crm_record_set_text(rec, CRM_PARTY_NAME, "Muster", CRM_NTS));
    good(crm_record_set_text(rec, CRM_PARTY_CATEGORY, "B", CRM_NTS));
    good(crm_record_set_text(rec, CRM_PARTY_NOTE, "", CRM_NTS));
    good(crm_record_set_text(rec, CRM_PARTY_SPECIAL_WISHES, LONG_TEXT, CRM_NTS));
    good(crm_record_set_bool(rec, CRM_PARTY_ORDER_LOCK, 1));
    good(crm_record_set_amount(rec, CRM_PARTY_LOYALTY_DISCOUNT, 125000));
    good(crm_record_set_int(rec, field_of("party.machines"), 7));
    good(crm_record_set_amount(rec, field_of("party.budget"), 10005000));
    good(crm_record_set_date(rec, field_of("party.since"), 19753));
    good(crm_record_set_time(rec, field_of("party.seen"), INT64_C(1706702400000000)));
    good(crm_record_set_bool(rec, field_of("party.vip"), 0));
    good(crm_record_add_item(rec, field_of("party.tags"), "a", CRM_NTS));
    good(crm_record_add_item(rec, field_of("party.tags"), "b", CRM_NTS));
    good(crm_record_set_bytes(rec, field_of("party.picture"), "\1\0\2", 3));
    good(crm_record_set_label(rec, field_of("party.names"), "de", "Eins", CRM_NTS));
    good(crm_record_set_text(rec, field_of("party.home"), "AT", CRM_NTS));
    return test_put(txn, rec);
}

/* valid_until is the first day that is out: 2025-01-11 is the last one that is in. */
static inline crm_id put_site(const char *town) {
    crm_record *rec = new_record(CRM_KIND_ADDRESS, CRM_ADDRESS_PARTY, scene.party);
    good(crm_record_set_text(rec, CRM_ADDRESS_TOWN, town, CRM_NTS));
    good(crm_record_set_text(rec, CRM_ADDRESS_COUNTRY, "DE", CRM_NTS));
    good(crm_record_set_text(rec, field_of("address.dock"), town, CRM_NTS));
    good(crm_record_set_date(rec, CRM_ADDRESS_VALID_UNTIL, TEST_DAY + 100));
    return test_put(txn, rec);
}

static inline crm_id put_group(const char *code, crm_id parent, int64_t priority, const char *hall) {
    crm_record *rec = new_record(CRM_KIND_GROUP, 0, 0);
    good(crm_record_set_text(rec, CRM_GROUP_CODE, code, CRM_NTS));
    good(crm_record_set_text(rec, CRM_GROUP_NAME, code, CRM_NTS));
    good(crm_record_set_int(rec, CRM_GROUP_PRIORITY, priority));
    if (parent) good(crm_record_set_id(rec, CRM_GROUP_PARENT, parent));
    if (hall) good(crm_record_set_text(rec, field_of("group.hall"), hall, CRM_NTS));
    return test_put(txn, rec);
}

static inline crm_id put_terms(const char *area, crm_field field, const char *value, crm_field second, const char *other) {
    crm_record *rec = new_record(CRM_KIND_QUOTE_DEFAULTS, CRM_QUOTE_DEFAULTS_OWNER, scene.party);
    if (area) good(crm_record_set_text(rec, CRM_QUOTE_DEFAULTS_SALES_AREA, area, CRM_NTS));
    good(crm_record_set_text(rec, field, value, CRM_NTS));
    if (second) good(crm_record_set_text(rec, second, other, CRM_NTS));
    return test_put(txn, rec);
}

static inline void put_usage(crm_id target, int is_default) {
    crm_record *rec = test_record(CRM_KIND_USAGE, scene.party, CRM_USAGE_PURPOSE, "delivery", 0);
    good(crm_record_set_id(rec, CRM_USAGE_TARGET, target));
    good(crm_record_set_bool(rec, CRM_USAGE_IS_DEFAULT, is_default));
    test_put(txn, rec);
}

static inline void put_contact(void) {
    crm_record *rec = new_record(CRM_KIND_CONTACT, CRM_CONTACT_PARTY, scene.party);
    good(crm_record_set_text(rec, CRM_CONTACT_NAME, "Eva", CRM_NTS));
    good(crm_record_set_text(rec, CRM_CONTACT_FUNCTION, "Einkauf", CRM_NTS));
    good(crm_record_set_int(rec, field_of("contact.level"), -3));
    scene.contact = test_put(txn, rec);
}

static inline void build(void) {
    begin();
    define_fields();
    scene.bare = test_party(txn, "Bare");
    scene.party = put_party();
    scene.site = put_site("Ulm");
    scene.other_site = put_site("Bonn");
    put_usage(scene.site, 1);
    put_usage(scene.other_site, 0);
    put_contact();
    scene.all = put_group("ALL", 0, 9, "H-ALL");
    scene.key = put_group("KEY", scene.all, 1, NULL);
    scene.east = put_group("EAST", 0, 2, "H-EAST");
    crm_id id;
    good(crm_group_add(txn, scene.key, scene.party, CRM_NO_DATE, CRM_NO_DATE, &id));
    good(crm_group_add(txn, scene.east, scene.party, CRM_NO_DATE, CRM_NO_DATE, &id));
    put_group("WEST", 0, 3, "H-WEST");
    scene.terms = put_terms(NULL, CRM_QUOTE_DEFAULTS_PLANT, "P1", CRM_QUOTE_DEFAULTS_PAYMENT_TERMS, "30");
    scene.area_terms = put_terms("N", CRM_QUOTE_DEFAULTS_PLANT, "P2", CRM_QUOTE_DEFAULTS_TAX_ZONE, "");
}

/* --- rules from text: "code;target;source or =value;options;condition;condition ..." --- */

/* Options: o overrides, a archived, a number is the priority. */
static inline crm_record *make_rule(const char *text) {
    char copy[1000], *at = copy;
    snprintf(copy, sizeof copy, "%s", text);
    crm_record *rec = test_record(CRM_KIND_RULE, 0, CRM_RULE_CODE, strsep(&at, ";"), 0);
    const char *target = strsep(&at, ";"), *source = strsep(&at, ";"), *options = at ? strsep(&at, ";") : "";
    good(crm_record_set_text(rec, CRM_RULE_TARGET, target, CRM_NTS));
    if (source) good(crm_record_set_text(rec, *source == '=' ? CRM_RULE_VALUE : CRM_RULE_SOURCE, source + (*source == '='), CRM_NTS));
    if (strchr(options, 'o')) good(crm_record_set_bool(rec, CRM_RULE_OVERRIDE, 1));
    if (strchr(options, 'a')) good(crm_record_set_bool(rec, CRM_RULE_ARCHIVED, 1));
    if (strpbrk(options, "0123456789")) good(crm_record_set_int(rec, CRM_RULE_PRIORITY, atoi(options)));
    while (at) good(crm_record_add_item(rec, CRM_RULE_WHEN, strsep(&at, ";"), CRM_NTS));
    return rec;
}

/* Values of quote fields: "plant=X remark=Y"; any ship_to is the other site, dates are days, lists have one item. */
static inline crm_record *make_given(const char *text) {
    char copy[200], path[80], *at = copy;
    if (!text) return NULL;
    snprintf(copy, sizeof copy, "%s", text);
    crm_record *rec = new_record(CRM_KIND_QUOTE, 0, 0);
    while (at) {
        char *name = strsep(&at, " "), *value = strchr(name, '=');
        *value++ = '\0';
        snprintf(path, sizeof path, "quote.%s", name);
        if (!strcmp(name, "ship_to"))
            good(crm_record_set_id(rec, CRM_QUOTE_SHIP_TO, scene.other_site));
        else if (crm_field_type(field_of(path)) == CRM_TYPE_DATE)
            good(crm_record_set_date(rec, field_of(path), atoi(value)));
        else if (crm_field_type(field_of(path)) == CRM_TYPE_TEXTS)
            good(crm_record_add_item(rec, field_of(path), value, CRM_NTS));
        else
            good(crm_record_set_text(rec, field_of(path), value, CRM_NTS));
    }
    return rec;
}

static inline crm_quote *resolve(crm_id customer, const char *given_text) {
    crm_record *given = make_given(given_text);
    crm_quote *quote = NULL;
    int rc = crm_quote_resolve(txn, customer, CRM_TODAY, given, &quote);
    cr_assert(rc >= 0 && quote, "%s", crm_error_text());
    crm_record_free(given);
    return quote;
}
#endif
