/* SPDX-License-Identifier: MIT */
/* The host's own fields of kind quote in a proposal: given with any type, checked, and told behind the built-in ones. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(quote_custom, .init = begin, .fini = end);

static crm_field define(const char *name, const char *type, const char *domain) {
    crm_record *definition = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "quote", CRM_CUSTOM_FIELD_NAME, name,
                                         CRM_CUSTOM_FIELD_TYPE, type, 0);
    char path[64] = "quote.";
    crm_field field;
    if (domain) cr_assert_eq(crm_record_set_text(definition, CRM_CUSTOM_FIELD_DOMAIN, domain, CRM_NTS), CRM_OK);
    test_put(txn, definition);
    cr_assert_eq(crm_custom_field_find(txn, strcat(path, name), &field), CRM_OK, "%s", crm_error_text());
    return field;
}

static crm_record *new_given(void) {
    crm_record *given;
    cr_assert_eq(crm_record_new_in(txn, CRM_KIND_QUOTE, &given), CRM_OK);
    return given;
}

/* Frees given. */
static int resolve(crm_id party, crm_record *given, crm_quote **out) {
    int rc = crm_quote_resolve(txn, party, CRM_TODAY, given, out);
    crm_record_free(given);
    return rc;
}

Test(quote_custom, given) {
    crm_field colour = define("colour", "text", NULL), count = define("count", "int", NULL), tags = define("tags", "texts", NULL);
    crm_field name = define("title", "label", NULL), blob = define("blob", "bytes", NULL), open = define("open", "date", NULL);
    crm_id party = test_party(txn, "Beispiel AG");
    crm_quote *quote;
    crm_record *given = new_given();
    cr_assert_eq(crm_record_set_text(given, colour, "red", CRM_NTS), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_record_set_int(given, count, -7), CRM_OK);
    cr_assert(crm_record_add_item(given, tags, "a", 1) == CRM_OK && crm_record_add_item(given, tags, "", 0) == CRM_OK);
    cr_assert_eq(crm_record_set_label(given, name, "de", "Rot", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_record_set_bytes(given, blob, "\0\1", 2), CRM_OK);
    cr_assert_eq(crm_record_set_text(given, CRM_QUOTE_PLANT, "P", 1), CRM_OK);
    cr_assert_eq(resolve(party, given, &quote), CRM_OK, "%s", crm_error_text());

    const crm_record *values = crm_quote_record(quote);
    size_t size;
    cr_expect_str_eq(crm_record_text(values, colour), "red");
    cr_expect_eq(crm_record_int(values, count, 0), -7);
    cr_expect(crm_record_item_count(values, tags) == 2 && !strcmp(crm_record_item(values, tags, 0), "a") &&
              !*crm_record_item(values, tags, 1));
    cr_expect_str_eq(crm_record_label(values, name, "de"), "Rot");
    cr_expect(!memcmp(crm_record_bytes(values, blob, &size), "\0\1", 2) && size == 2);
    cr_expect(crm_quote_level(quote, colour) == CRM_LEVEL_EXPLICIT && crm_quote_level(quote, open) == CRM_LEVEL_UNSET);
    cr_expect(crm_quote_flags(quote, open) == CRM_QUOTE_FLAG_UNSET && crm_quote_flags(quote, colour) == 0 && !crm_record_has(values, open));
    cr_expect_eq(crm_record_field(values, crm_record_count(values) - 1), blob, "behind the built-in ones, in order");
    const char *json = crm_quote_json(quote, NULL);
    cr_expect(json && strstr(json, "\"colour\":{\"value\":\"red\",\"level\":\"explicit\"}"), "%s", json);
    cr_expect(json && strstr(json, "\"open\":{\"value\":null,\"level\":\"unset\"}"), "%s", json);
    cr_expect(strstr(crm_record_json(values, NULL), "\"count\":-7"), "%s", crm_record_json(values, NULL));

    crm_txn_abort(txn); /* a proposal outlives what it was made from */
    cr_expect_str_eq(crm_record_text(crm_quote_record(quote), colour), "red");
    cr_expect(strstr(crm_quote_json(quote, NULL), "\"tags\""));
    crm_quote_free(quote);
}

Test(quote_custom, checked) {
    crm_field colour = define("colour", "text", "colour"), language = define("tongue", "text", CRM_DOMAIN_LANGUAGE);
    crm_id party = test_party(txn, "Beispiel AG");
    crm_quote *quote;
    crm_record *given = new_given();
    crm_record_set_text(given, language, "xx", CRM_NTS);
    cr_expect_eq(resolve(party, given, &quote), CRM_E_CODE, "a closed domain");
    cr_expect(quote == NULL && crm_error_field() == language);
    given = new_given();
    crm_record_set_text(given, language, "de", CRM_NTS);
    cr_expect_eq(resolve(party, given, &quote), CRM_OK);
    crm_quote_free(quote);
    given = new_given();
    crm_record_set_text(given, colour, "red", CRM_NTS);
    cr_expect_eq(resolve(party, given, &quote), CRM_OK, "%s", crm_error_text());
    crm_quote_free(quote);

    crm_field party_field;
    test_put(txn, test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "machines",
                              CRM_CUSTOM_FIELD_TYPE, "int", 0));
    cr_assert_eq(crm_custom_field_find(txn, "party.machines", &party_field), CRM_OK);
    cr_assert_eq(resolve(party, NULL, &quote), CRM_OK);
    cr_expect(crm_quote_level(quote, party_field) == 0 && crm_error_status() == CRM_E_TYPE && crm_error_field() == party_field);
    crm_quote_free(quote);

    given = new_given();
    crm_record_set_text(given, colour, "red", CRM_NTS);
    crm_txn_abort(txn);
    crm_txn_free(txn);
    txn = test_write(db);
    party = test_party(txn, "Beispiel AG");
    cr_expect_eq(resolve(party, given, &quote), CRM_E_TYPE, "a field that the store does not have");
}
