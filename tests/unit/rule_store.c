/* SPDX-License-Identifier: MIT */
/* Mapping rules over what only other ways than storing leave behind: terms of equal standing, values of a wrong type, rules of later
 * versions, damaged ones. */
#include "api/api.h"
#include "codec/pack.h"
#include "model/rule.h"
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(rule_store, .init = begin, .fini = end);

static crmi_txn *inside(void) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, true, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

static void put_rule(const char *code, const char *target, const char *source, const char *value, const char *when) {
    crm_record *rec = test_record(CRM_KIND_RULE, 0, CRM_RULE_CODE, code, CRM_RULE_TARGET, target, source ? CRM_RULE_SOURCE : CRM_RULE_VALUE,
                                  source ? source : value, 0);
    if (when) cr_assert_eq(crm_record_add_item(rec, CRM_RULE_WHEN, when, CRM_NTS), CRM_OK);
    test_put(txn, rec);
}

static crm_id put_terms(crm_id party, const char *plant) {
    return test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_PLANT, plant, CRM_QUOTE_DEFAULTS_TAX_ZONE, "Z", 0));
}

/* A second record of terms beside the first, as a merge leaves it. */
static crm_id add_twin(crm_id terms, const char *plant) {
    crmi_txn *open = inside();
    uint32_t local, root = crmi_id_root(crmi_store_packed(open, terms));
    crm_record *rec = test_get(txn, terms);
    cr_assert_eq(crm_record_set_text(rec, CRM_QUOTE_DEFAULTS_PLANT, plant, CRM_NTS), CRM_OK);
    cr_assert_eq(crmi_store_new_local(open, root, CRM_KIND_QUOTE_DEFAULTS, &local), CRM_OK);
    crmi_packed id = crmi_id_pack(root, CRM_KIND_QUOTE_DEFAULTS, local);
    cr_assert_eq(crmi_store_put(open, id, rec, 1), CRM_OK);
    crm_record_free(rec);
    return crmi_store_public(open, id);
}

static crm_quote *resolve(crm_id party, int status) {
    crm_quote *quote;
    cr_assert_eq(crm_quote_resolve(txn, party, CRM_TODAY, NULL, &quote), status, "%s", crm_error_text());
    return quote;
}

static const char *text_of(const crm_quote *quote, crm_field field) {
    const char *text = crm_record_text(crm_quote_record(quote), field);
    return text ? text : "-";
}

/* Terms that disagree say nothing; those that agree are the one with the lower id. What a rule sets is not ambiguous any more. */
Test(rule_store, equal_standing) {
    crm_id party = test_party(txn, "x"), terms = put_terms(party, "A"), twin = add_twin(terms, "B");
    crm_quote *quote = resolve(party, CRM_CHOOSE);
    cr_expect_eq(crm_quote_flags(quote, CRM_QUOTE_PLANT), CRM_QUOTE_FLAG_AMBIGUOUS);
    crm_quote_free(quote);
    put_rule("A", "quote.delivery_times", "defaults.tax_zone", NULL, "quote.plant unset");
    put_rule("B", "quote.customer_reference", NULL, "held", "defaults.plant set");
    put_rule("C", "quote.vat_id", "defaults.plant", NULL, NULL);
    quote = resolve(party, CRM_CHOOSE);
    cr_expect_str_eq(text_of(quote, CRM_QUOTE_DELIVERY_TIMES), "Z");
    cr_expect_eq(crm_quote_source(quote, CRM_QUOTE_DELIVERY_TIMES), terms < twin ? terms : twin);
    cr_expect_str_eq(text_of(quote, CRM_QUOTE_CUSTOMER_REFERENCE), "-");
    cr_expect_str_eq(text_of(quote, CRM_QUOTE_VAT_ID), "-");
    crm_quote_free(quote);
    put_rule("D", "quote.plant", NULL, "r", NULL);
    quote = resolve(party, CRM_OK);
    cr_expect_str_eq(text_of(quote, CRM_QUOTE_PLANT), "r");
    cr_expect_eq(crm_quote_flags(quote, CRM_QUOTE_PLANT), 0);
    cr_expect_eq(crm_quote_flags(quote, 0), 0);
    cr_expect_eq(crm_quote_candidate_count(quote, CRM_QUOTE_PLANT), 0);
    cr_expect_str_eq(text_of(quote, CRM_QUOTE_DELIVERY_TIMES), "Z", "rules see it ambiguous all the same");
    crm_quote_free(quote);
}

/* A value that is not of its field's type is none. */
Test(rule_store, wrong_type) {
    crm_id party = test_party(txn, "x");
    crm_record *rec = test_get(txn, party);
    cr_assert_eq(crmi_object_set_bytes(rec, CRM_PARTY_CATEGORY % 1000, CRM_TYPE_BYTES, 0, "B", 1), CRM_OK);
    cr_assert_eq(crmi_store_put(inside(), crmi_store_packed(inside(), party), rec, 2), CRM_OK);
    crm_record_free(rec);
    put_rule("A", "quote.plant", "customer.category", NULL, NULL);
    put_rule("B", "quote.tax_zone", NULL, "set", "customer.category set");
    put_rule("C", "quote.delivery_times", NULL, "unset", "customer.category unset");
    crm_quote *quote = resolve(party, CRM_OK);
    cr_expect_str_eq(text_of(quote, CRM_QUOTE_PLANT), "-");
    cr_expect_str_eq(text_of(quote, CRM_QUOTE_TAX_ZONE), "-");
    cr_expect_str_eq(text_of(quote, CRM_QUOTE_DELIVERY_TIMES), "unset");
    crm_quote_free(quote);
}

/* --- stored bodies --- */

static uint64_t state = 88172645463325252u;
static uint32_t next_random(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % below;
}

static void pack_text(crmi_buffer *body, crm_field field, const char *text) {
    crmi_pack_number(body, field % 1000);
    crmi_pack_text(body, text, strlen(text));
}

/* A good rule; when: how many conditions; list: every second one. */
static void pack_rule(crmi_buffer *body, const char *code, const char *target, uint32_t when, const char *list, int64_t priority) {
    crmi_pack_map(body, when ? 6 : 5);
    crmi_pack_number(body, 0);
    crmi_pack_int(body, 1);
    pack_text(body, CRM_RULE_CODE, code);
    pack_text(body, CRM_RULE_TARGET, target);
    pack_text(body, CRM_RULE_SOURCE, "customer.category");
    if (when) {
        crmi_pack_number(body, CRM_RULE_WHEN % 1000);
        crmi_pack_array(body, when);
        for (uint32_t i = 0; i < when; i++) {
            const char *text = i % 2 ? list : "customer.order_lock = yes";
            crmi_pack_text(body, text, strlen(text));
        }
    }
    crmi_pack_number(body, CRM_RULE_PRIORITY % 1000);
    crmi_pack_int(body, priority);
    cr_assert(!body->failed);
}

static int compile(const crmi_buffer *body, size_t size, size_t *count) {
    uint8_t *copy = malloc(size ? size : 1);
    cr_assert(copy);
    memcpy(copy, body->data, size);
    crmi_stored record = {crmi_id_pack(0, CRM_KIND_RULE, 1), CRM_KIND_RULE, {copy, size}};
    crmi_definitions definitions = {.records = &record, .record_count = 1};
    struct crmi_rule *rules;
    int rc = crmi_rule_compile_all(&definitions, &rules, count);
    crmi_rules_free(rules, *count);
    free(copy);
    return rc;
}

/* Rules that this version can't read are left out: fields, operators, more conditions and more values than it knows. */
Test(rule_store, later_versions) {
    static const struct {
        const char *target;
        uint32_t when, values;
        size_t wanted;
    } cases[] = {{"quote.plant", 0, 3, 1}, {"quote.plant", 16, 3, 1},  {"quote.plant", 17, 3, 0},  {"quote.colour", 1, 3, 0},
                 {"order.plant", 1, 3, 0}, {"quote.plant", 2, 999, 1}, {"quote.plant", 2, 1000, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crmi_buffer body = {0};
        size_t count;
        char list[2100] = "group.code in a";
        for (uint32_t j = 1; j < cases[i].values; j++) strcat(list, "|a");
        pack_rule(&body, "R", cases[i].target, cases[i].when, list, 1);
        cr_expect_eq(compile(&body, body.size, &count), CRM_OK);
        cr_expect_eq(count, cases[i].wanted, "%s %u", cases[i].target, cases[i].when);
        crmi_buffer_free(&body);
    }
}

/* Every cut and many changes: a rule, none, or CRM_E_CORRUPT. */
Test(rule_store, damaged) {
    crmi_buffer body = {0};
    size_t count, good = 0, corrupt = 0;
    pack_rule(&body, "R", "quote.plant", 3, "group.code in a|b|c", -1);
    for (size_t size = 0; size < body.size; size++) {
        cr_assert_eq(compile(&body, size, &count), CRM_E_CORRUPT, "%zu bytes", size);
        cr_assert_eq(count, 0);
    }
    for (int i = 0; i < 20000; i++) {
        uint8_t kept[2];
        size_t at[2] = {next_random((uint32_t)body.size), next_random((uint32_t)body.size)};
        for (size_t j = 0; j < 2; j++) {
            kept[j] = body.data[at[j]];
            body.data[at[j]] = (uint8_t)next_random(256);
        }
        int rc = compile(&body, body.size, &count);
        cr_assert(rc == CRM_OK || rc == CRM_E_CORRUPT, "%d", rc);
        cr_assert(count <= 1 && (rc == CRM_OK || count == 0));
        good += count;
        corrupt += rc == CRM_E_CORRUPT;
        for (size_t j = 2; j-- > 0;) body.data[at[j]] = kept[j];
    }
    cr_assert(good > 100 && corrupt > 100, "%zu good, %zu corrupt", good, corrupt);
    crmi_buffer_free(&body);
}
