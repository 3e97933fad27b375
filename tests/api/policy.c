/* SPDX-License-Identifier: MIT */
/* Policies of the store's own: what they may be, that they are stored, changed and taken back, and seen by every transaction in its turn.
 * What they do to a proposal is in quote_levels.c. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(policy, .init = begin, .fini = end);

/* A policy's levels as "explicit site", with the id in front where it is stored ("*"). */
static const char *shown(crm_txn *in, crm_field field) {
    static char out[300];
    crm_record *policy;
    cr_assert_eq(crm_policy_get(in, field, &policy), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(crm_record_text(policy, CRM_POLICY_FIELD), crm_field_name(field));
    snprintf(out, sizeof out, "%s", crm_record_key(policy) ? "*" : "");
    for (size_t i = 0; i < crm_record_item_count(policy, CRM_POLICY_LEVELS); i++)
        snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", i ? " " : "", crm_record_item(policy, CRM_POLICY_LEVELS, i));
    crm_record_free(policy);
    return out;
}

static crm_record *policy_of(const char *field, const char *levels) {
    crm_record *policy = test_record(CRM_KIND_POLICY, 0, CRM_POLICY_FIELD, field, 0);
    for (const char *at = levels; *at;) {
        size_t size = strcspn(at, " ");
        cr_assert_eq(crm_record_add_item(policy, CRM_POLICY_LEVELS, at, size), CRM_OK);
        at += size + (at[size] == ' ');
    }
    return policy;
}

static const struct {
    const char *field, *levels;
} built_in[] = {
    {"price_list", "lock explicit customer group hierarchy country global"},
    {"discount_scheme", "lock explicit customer group hierarchy country global"},
    {"currency", "lock explicit price_list customer group hierarchy country global"},
    {"payment_terms", "explicit customer payer group hierarchy global"},
    {"payment_method", "explicit customer payer group hierarchy global"},
    {"delivery_terms", "explicit site customer group hierarchy global"},
    {"shipping_method", "explicit site customer group hierarchy global"},
    {"delivery_times", "explicit site customer group hierarchy global"},
    {"plant", "explicit site customer group hierarchy global"},
    {"tax_zone", "explicit site customer hierarchy global"},
    {"vat_id", "explicit site customer hierarchy"},
    {"language", "explicit contact site customer global"},
    {"salutation", "explicit contact customer"},
    {"channel", "explicit contact site customer global"},
    {"customer_reference", "explicit contact site customer"},
    {"sales_area", "explicit"},
};

/* Every field of the second stage has one, in the order of their numbers; no other has. */
Test(policy, built_in) {
    size_t i = 0;
    for (crm_field field = 0; (field = crm_field_next(CRM_KIND_QUOTE, field));) {
        crm_record *policy = (crm_record *)&i;
        if (crm_field_type(field) == CRM_TYPE_ID) {
            cr_expect_eq(crm_policy_get(txn, field, &policy), CRM_E_TYPE, "%s", crm_field_name(field));
            cr_expect(policy == NULL && crm_error_field() == field);
            continue;
        }
        cr_assert_lt(i, sizeof built_in / sizeof *built_in);
        cr_expect_str_eq(crm_field_name(field), built_in[i].field);
        cr_expect_str_eq(shown(txn, field), built_in[i].levels);
        i++;
    }
    cr_expect_eq(i, sizeof built_in / sizeof *built_in);
    for (crm_field field = 0; (field = crm_field_next(CRM_KIND_PARTY, field));)
        cr_expect_eq(crm_policy_get(txn, field, &(crm_record *){NULL}), CRM_E_TYPE, "%s", crm_field_name(field));
}

/* As a record: which field is refused, and what the message names. */
static const struct {
    const char *field, *levels;
    crm_field refused; /* 0: it is taken */
    const char *text;
} records[] = {
    {"price_list", "lock explicit site contact customer payer group hierarchy country global", 0, ""},
    {"price_list", "explicit global", 0, ""},
    {"price_list", "explicit", 0, ""},
    {"currency", "explicit customer price_list", 0, ""},
    {"plant", "explicit country global contact payer", 0, ""},
    {"vat_id", "explicit hierarchy customer site", 0, ""},
    {"sales_area", "explicit", 0, ""},
    {"customer", "explicit", CRM_POLICY_FIELD, "quote field"},
    {"ship_to", "explicit", CRM_POLICY_FIELD, "quote field"},
    {"plan", "explicit", CRM_POLICY_FIELD, "quote field"},
    {"quote.plant", "explicit", CRM_POLICY_FIELD, "quote field"},
    {"plant", "explicit shop", CRM_POLICY_LEVELS, "\"shop\""},
    {"plant", "explicit rule", CRM_POLICY_LEVELS, "rule"},
    {"plant", "explicit unset", CRM_POLICY_LEVELS, "unset"},
    {"plant", "Explicit", CRM_POLICY_LEVELS, "\"Explicit\""},
    {"plant", "explicit site customer site", CRM_POLICY_LEVELS, "site stands there twice"},
    {"plant", "explicit explicit", CRM_POLICY_LEVELS, "explicit stands there twice"},
    {"plant", "lock explicit", CRM_POLICY_LEVELS, "lock is none"},
    {"plant", "explicit price_list", CRM_POLICY_LEVELS, "price_list is none"},
    {"vat_id", "explicit group", CRM_POLICY_LEVELS, "group is none"},
    {"salutation", "explicit site", CRM_POLICY_LEVELS, "site is none"},
    {"sales_area", "explicit customer", CRM_POLICY_LEVELS, "customer is none"},
    {"price_list", "explicit lock customer", CRM_POLICY_LEVELS, "lock can only be the first"},
    {"price_list", "customer explicit", CRM_POLICY_LEVELS, "explicit has to be the first"},
    {"price_list", "lock customer explicit", CRM_POLICY_LEVELS, "explicit has to be the first"},
    {"price_list", "customer", CRM_POLICY_LEVELS, "explicit is missing"},
    {"price_list", "lock", CRM_POLICY_LEVELS, "explicit is missing"},
    {"price_list", "a a a a a a a a a a a a a a a a a a a a", CRM_POLICY_LEVELS, "\"a\""},
};

Test(policy, records) {
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        crm_record *policy = policy_of(records[i].field, records[i].levels);
        crm_id id = 0;
        int rc = crm_record_put(txn, policy, &id, NULL);
        if (records[i].refused) {
            cr_expect(rc == CRM_E_RANGE && crm_error_field() == records[i].refused, "%s: %s: %d", records[i].field, records[i].levels, rc);
            cr_expect(strstr(crm_error_text(), records[i].text), "%s: %s", records[i].levels, crm_error_text());
        } else {
            cr_assert_eq(rc, CRM_OK, "%s: %s: %s", records[i].field, records[i].levels, crm_error_text());
            cr_expect_eq(test_try(txn, policy_of(records[i].field, "explicit")), CRM_E_EXISTS, "one policy for a field");
            cr_assert_eq(crm_record_delete(txn, id, 0), CRM_OK);
        }
        crm_record_free(policy);
    }
    cr_expect_eq(test_try(txn, policy_of("plant", "")), CRM_E_REQUIRED);
}

/* Only rules set the host's own fields of a quote, and only a proposal's caller gives them. */
Test(policy, custom_fields) {
    crm_field field;
    crm_record *policy;
    const uint32_t explicit = CRM_LEVEL_EXPLICIT;
    test_put(txn, test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "quote", CRM_CUSTOM_FIELD_NAME, "colour",
                              CRM_CUSTOM_FIELD_TYPE, "text", 0));
    cr_assert_eq(crm_custom_field_find(txn, "quote.colour", &field), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(test_try(txn, policy_of("colour", "explicit")), CRM_E_RANGE);
    cr_expect_eq(test_try(txn, policy_of("quote.colour", "explicit")), CRM_E_RANGE);
    cr_expect_eq(crm_policy_set(txn, field, &explicit, 1), CRM_E_TYPE);
    cr_expect_eq(crm_policy_get(txn, field, &policy), CRM_E_TYPE);
}

/* --- through the calls --- */

Test(policy, set_and_clear) {
    const uint32_t site[] = {CRM_LEVEL_LOCK, CRM_LEVEL_EXPLICIT, CRM_LEVEL_SITE}, group[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_GROUP};
    cr_expect_eq(crm_policy_clear(txn, CRM_QUOTE_PRICE_LIST), CRM_OK, "there is none");
    cr_assert_eq(crm_policy_set(txn, CRM_QUOTE_PRICE_LIST, site, 3), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(shown(txn, CRM_QUOTE_PRICE_LIST), "*lock explicit site");
    cr_assert_eq(crm_policy_set(txn, CRM_QUOTE_PRICE_LIST, group, 2), CRM_OK);
    cr_expect_str_eq(shown(txn, CRM_QUOTE_PRICE_LIST), "*explicit group");
    cr_expect_str_eq(shown(txn, CRM_QUOTE_DISCOUNT_SCHEME), built_in[1].levels);
    crm_txn *before = test_read(db);
    test_commit(txn);
    txn = test_write(db);
    crm_txn *after = test_read(db);
    cr_expect_str_eq(shown(before, CRM_QUOTE_PRICE_LIST), built_in[0].levels, "a snapshot from before");
    cr_expect_str_eq(shown(after, CRM_QUOTE_PRICE_LIST), "*explicit group");
    crm_txn_free(before);
    crm_txn_free(after);
    cr_assert_eq(crm_policy_clear(txn, CRM_QUOTE_PRICE_LIST), CRM_OK);
    cr_expect_str_eq(shown(txn, CRM_QUOTE_PRICE_LIST), built_in[0].levels);
}

Test(policy, refused) {
    const uint32_t twice[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_SITE, CRM_LEVEL_SITE}, unknown[] = {CRM_LEVEL_EXPLICIT, 41};
    uint32_t many[40] = {CRM_LEVEL_EXPLICIT};
    char *dump = test_dump_txn(txn);
    cr_expect_eq(crm_policy_set(txn, CRM_QUOTE_PLANT, twice, 3), CRM_E_RANGE);
    cr_expect(crm_error_field() == CRM_POLICY_LEVELS && strstr(crm_error_text(), "site"));
    cr_expect_eq(crm_policy_set(txn, CRM_QUOTE_PLANT, unknown, 2), CRM_E_RANGE);
    cr_expect(strstr(crm_error_text(), "41"));
    cr_expect_eq(crm_policy_set(txn, CRM_QUOTE_PLANT, many, 40), CRM_E_RANGE);
    cr_expect_eq(crm_policy_set(txn, CRM_QUOTE_PLANT, many, 0), CRM_E_RANGE);
    cr_expect_eq(crm_policy_set(txn, CRM_QUOTE_PLANT, NULL, 1), CRM_E_INVALID);
    cr_expect_eq(crm_policy_set(txn, CRM_QUOTE_CONTACT, twice, 1), CRM_E_TYPE);
    cr_expect_eq(crm_policy_set(txn, 5, twice, 1), CRM_E_TYPE);
    char *now = test_dump_txn(txn);
    cr_expect_str_eq(dump, now);
    free(dump);
    free(now);
}

/* A proposal sees the policies of its snapshot, the transaction's own changes included. */
static const char *plant_of(crm_txn *in, crm_id party) {
    static char plant[20];
    crm_quote *quote;
    cr_assert_eq(crm_quote_resolve(in, party, CRM_TODAY, NULL, &quote), CRM_OK, "%s", crm_error_text());
    const char *text = crm_record_text(crm_quote_record(quote), CRM_QUOTE_PLANT);
    snprintf(plant, sizeof plant, "%s", text ? text : "-");
    crm_quote_free(quote);
    return plant;
}

Test(policy, seen_by_proposals) {
    const uint32_t global[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_GLOBAL};
    crm_id party = test_party(txn, "Beispiel AG");
    test_child(txn, CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_PLANT, "P");
    test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "W", 0));
    test_commit(txn);
    txn = test_write(db);
    crm_txn *before = test_read(db);
    cr_expect_str_eq(plant_of(txn, party), "P");
    cr_assert_eq(crm_policy_set(txn, CRM_QUOTE_PLANT, global, 2), CRM_OK);
    cr_expect_str_eq(plant_of(txn, party), "W", "the transaction's own");
    cr_expect_str_eq(plant_of(before, party), "P");
    test_commit(txn);
    txn = test_write(db);
    cr_expect_str_eq(plant_of(before, party), "P");
    cr_expect_str_eq(plant_of(txn, party), "W");
    cr_assert_eq(crm_policy_clear(txn, CRM_QUOTE_PLANT), CRM_OK);
    cr_expect_str_eq(plant_of(txn, party), "P");
    crm_txn_abort(txn);
    crm_txn_free(txn);
    txn = test_write(db);
    cr_expect_str_eq(plant_of(txn, party), "W", "not stored");
    crm_txn_free(before);
}

/* So is what the store's own terms say now. */
Test(policy, own_terms_seen) {
    crm_id party = test_party(txn, "Beispiel AG"),
           own = test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "W", 0));
    test_commit(txn);
    txn = test_write(db);
    cr_expect_str_eq(plant_of(txn, party), "W");
    crm_record *terms = test_get(txn, own);
    cr_assert_eq(crm_record_set_text(terms, CRM_QUOTE_DEFAULTS_PLANT, "V", CRM_NTS), CRM_OK);
    test_put(txn, terms);
    cr_expect_str_eq(plant_of(txn, party), "V", "the transaction's own");
    test_commit(txn);
    txn = test_write(db);
    cr_expect_str_eq(plant_of(txn, party), "V");
}

Test(policy, level_names) {
    for (uint32_t level = 1; level <= 200; level++) {
        const char *name = crm_quote_level_name(level);
        if (name) cr_expect_eq(crm_quote_level_find(name), level, "%s", name);
    }
    cr_expect_eq(crm_quote_level_find("customer"), CRM_LEVEL_CUSTOMER);
    cr_expect_eq(crm_quote_level_find("rule"), CRM_LEVEL_RULE);
    static const char *const none[] = {"unset", "", "custome", "customers", "CUSTOMER"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) cr_expect_eq(crm_quote_level_find(none[i]), 0, "%s", none[i]);
    cr_expect_eq(crm_quote_level_find(NULL), 0);
}

/* --- quote defaults: what may be whose --- */

Test(policy, quote_defaults) {
    crm_id party = test_party(txn, "Beispiel AG"), group = test_group(txn, "G", 0);
    crm_id address = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    const crm_id owners[] = {0, party, group};
    for (size_t i = 0; i < 3; i++) {
        crm_record *scoped = test_record(CRM_KIND_QUOTE_DEFAULTS, owners[i], CRM_QUOTE_DEFAULTS_PLANT, "S", 0);
        crm_record_set_id(scoped, CRM_QUOTE_DEFAULTS_SCOPE, address);
        cr_expect_eq(test_try(txn, scoped), i == 1 ? CRM_OK : CRM_E_INVALID, "scope %zu", i);
        if (i != 1) cr_expect_eq(crm_error_field(), CRM_QUOTE_DEFAULTS_SCOPE);
        crm_record *country = test_record(CRM_KIND_QUOTE_DEFAULTS, owners[i], CRM_QUOTE_DEFAULTS_COUNTRY, "DE", 0);
        cr_expect_eq(test_try(txn, country), i == 0 ? CRM_OK : CRM_E_INVALID, "country %zu", i);
        if (i) cr_expect_eq(crm_error_field(), CRM_QUOTE_DEFAULTS_COUNTRY);
        crm_record *region = test_record(CRM_KIND_QUOTE_DEFAULTS, owners[i], CRM_QUOTE_DEFAULTS_REGION, "BY", 0);
        cr_expect_eq(test_try(txn, region), CRM_E_INVALID, "region %zu", i);
        cr_expect_eq(crm_error_field(), CRM_QUOTE_DEFAULTS_REGION);
    }
    static const struct {
        const char *area, *country, *region;
        int first, second;
    } twins[] = {{"", "", "", CRM_OK, CRM_E_EXISTS},         {"N", "", "", CRM_OK, CRM_E_EXISTS},
                 {"", "DE", "", CRM_E_EXISTS, CRM_E_EXISTS}, {"", "DE", "BY", CRM_OK, CRM_E_EXISTS},
                 {"N", "DE", "BY", CRM_OK, CRM_E_EXISTS},    {"", "AT", "", CRM_OK, CRM_E_EXISTS}};
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++)
        for (int again = 0; again < 2; again++) {
            crm_record *own = test_record(CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_SALES_AREA, twins[i].area,
                                          CRM_QUOTE_DEFAULTS_COUNTRY, twins[i].country, CRM_QUOTE_DEFAULTS_REGION, twins[i].region, 0);
            cr_expect_eq(test_try(txn, own), again ? twins[i].second : twins[i].first, "twin %zu %d: %s", i, again, crm_error_text());
        }
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, group, CRM_QUOTE_DEFAULTS_PLANT, "A", 0)), CRM_OK);
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, group, CRM_QUOTE_DEFAULTS_PLANT, "B", 0)), CRM_E_EXISTS);
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, group, CRM_QUOTE_DEFAULTS_SALES_AREA, "N", 0)), CRM_OK);
}
