/* SPDX-License-Identifier: MIT */
/* Introspection as a host uses it: walk over everything there is, and find it again by its name. */
#include <criterion/criterion.h>
#include <libcrm/codes.h>
#include <libcrm/schema.h>
#include <stdio.h>
#include <string.h>

static void check_field(uint32_t kind, crm_field field) {
    char path[128];
    snprintf(path, sizeof path, "%s.%s", crm_kind_name(kind), crm_field_name(field));
    cr_expect_eq(crm_field_find(path), field, "%s", path);
    cr_expect_eq(crm_field_kind(field), kind, "%s", path);
    cr_expect(crm_field_type(field) >= CRM_TYPE_TEXT && crm_field_type(field) <= CRM_TYPE_LABEL, "%s", path);
    cr_expect(crm_field_label(field, "de") && crm_field_label(field, "en") && crm_field_since(field), "%s", path);
    const char *domain = crm_field_domain(field);
    cr_expect(!domain || crm_field_type(field) == CRM_TYPE_TEXT, "%s", path);
    size_t index = 0;
    while (domain && crm_domain_name(index) && strcmp(crm_domain_name(index), domain) != 0) index++;
    cr_expect(!domain || index < crm_domain_count(), "%s: no domain %s", path, domain);
}

Test(schema, round_trip) {
    int kinds = 0, fields = 0;
    for (uint32_t kind = crm_kind_next(0), last = 0; kind; last = kind, kind = crm_kind_next(kind)) {
        kinds++;
        cr_assert(kind > last, "kind %u behind %u", kind, last);
        cr_expect_eq(crm_kind_find(crm_kind_name(kind)), kind);
        cr_expect(crm_kind_label(kind, "de") && crm_kind_label(kind, "en"));
        for (crm_field field = crm_field_next(kind, 0), before = 0; field; before = field, field = crm_field_next(kind, field)) {
            fields++;
            cr_assert(field > before, "field %u behind %u", field, before);
            check_field(kind, field);
        }
    }
    cr_expect_eq(kinds, 32);
    cr_expect(fields > 120, "%d fields", fields);
}

Test(schema, known) {
    cr_expect_eq(crm_kind_find("contact"), CRM_KIND_CONTACT);
    cr_expect_eq(crm_field_find("party.vat_id"), CRM_PARTY_VAT_ID);
    cr_expect_eq(crm_field_find("quote.price_list"), CRM_QUOTE_PRICE_LIST);
    cr_expect_str_eq(crm_field_label(CRM_PARTY_NAME, "de"), "Firma");
    cr_expect_str_eq(crm_field_label(CRM_PARTY_NAME, "de-AT"), "Firma");
    cr_expect_str_eq(crm_field_label(CRM_PARTY_NAME, "en"), "Company");
    cr_expect_str_eq(crm_field_label(CRM_PARTY_NAME, "fr"), "Company");
    cr_expect_str_eq(crm_field_label(CRM_PARTY_NAME, "den"), "Company");
    cr_expect_str_eq(crm_field_label(CRM_PARTY_NAME, NULL), "Company");
    cr_expect_str_eq(crm_kind_label(CRM_KIND_CONTACT, "de"), "Ansprechpartner");
    cr_expect_str_eq(crm_field_domain(CRM_ADDRESS_COUNTRY), CRM_DOMAIN_COUNTRY);
    cr_expect_null(crm_field_domain(CRM_PARTY_NAME));
    cr_expect_eq(crm_field_type(CRM_ADDRESS_LATITUDE), CRM_TYPE_INT);
    cr_expect_eq(crm_field_flags(CRM_ADDRESS_PARTY), CRM_FIELD_REQUIRED | CRM_FIELD_KEY);
    cr_expect_str_eq(crm_field_since(CRM_PARTY_NAME), "1.0");
}

Test(schema, unknown) {
    static const crm_field none[] = {0, 1, 999, 1000, 1127, 30001, 64001, 0x80000001, UINT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        cr_expect(!crm_field_name(none[i]) && !crm_field_label(none[i], "de") && !crm_field_domain(none[i]), "%u", none[i]);
        cr_expect(!crm_field_kind(none[i]) && !crm_field_type(none[i]) && !crm_field_flags(none[i]) && !crm_field_since(none[i]), "%u",
                  none[i]);
    }
    static const char *const paths[] = {NULL,          "",          ".",          "party",       "party.", ".name", "party.nam",
                                        "party.name ", "part.name", "partyname.", "party.name.x"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        cr_expect_eq(crm_field_find(paths[i]), 0, "%s", paths[i] ? paths[i] : "NULL");
    cr_expect(!crm_kind_find(NULL) && !crm_kind_find("") && !crm_kind_find("parties"));
    cr_expect(!crm_kind_name(0) && !crm_kind_name(30) && !crm_kind_name(UINT32_MAX) && !crm_kind_label(64, "de"));
    cr_expect(!crm_kind_next(UINT32_MAX) && !crm_kind_next(63) && crm_kind_next(30) == CRM_KIND_CODE, "from a number that is no kind");
    cr_expect(!crm_field_next(30, 0) && !crm_field_next(UINT32_MAX, 0), "of a kind that is none");
    cr_expect(!crm_field_next(CRM_KIND_PARTY, CRM_ADDRESS_TOWN), "behind a field of another kind");
    cr_expect(!crm_field_next(CRM_KIND_PARTY, UINT32_MAX));
}

Test(schema, domains) {
    for (size_t i = 0; i < crm_domain_count(); i++) {
        const char *name = crm_domain_name(i);
        size_t count = 0;
        for (const char *code; (code = crm_domain_code(name, count)); count++)
            cr_expect(crm_domain_label(name, code, "de") && crm_domain_label(name, code, "en"), "%s %s", name, code);
        cr_expect(count > 0 || !crm_domain_closed(name), "%s is closed and empty", name);
    }
    cr_expect_null(crm_domain_name(crm_domain_count()));
    cr_expect(crm_domain_closed(CRM_DOMAIN_COUNTRY) == 1 && crm_domain_closed(CRM_DOMAIN_PRICE_LIST) == 0);
    cr_expect_str_eq(crm_domain_label(CRM_DOMAIN_COUNTRY, "AT", "de"), "Österreich");
    cr_expect_str_eq(crm_domain_label(CRM_DOMAIN_COUNTRY, "AT", "en"), "Austria");
    cr_expect_str_eq(crm_domain_label(CRM_DOMAIN_ROLE, CRM_ROLE_CUSTOMER, "de"), "Kunde");
    cr_expect_str_eq(crm_domain_code(CRM_DOMAIN_COUNTRY, 0), "AD");
    cr_expect_null(crm_domain_code(CRM_DOMAIN_COUNTRY, 249));
    cr_expect_null(crm_domain_label(CRM_DOMAIN_COUNTRY, "at", "de"), "codes are exact");
    cr_expect(!crm_domain_label(CRM_DOMAIN_COUNTRY, NULL, "de") && !crm_domain_label("colour", "AT", "de") &&
              !crm_domain_label(NULL, "AT", "de"));
    cr_expect(!crm_domain_code("colour", 0) && !crm_domain_code(NULL, 0) && !crm_domain_closed("colour") && !crm_domain_closed(NULL));
}
