/* SPDX-License-Identifier: MIT */
/* People and places: names put together, who names whom, coordinates, codes of closed domains, the arrays of a file's JSON. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(people, .init = begin, .fini = end);

/* A person without a name of his own is called "first last"; a name of blanks is none. */
Test(people, names) {
    static const struct name_case {
        const char *name, *first, *last, *stored; /* stored NULL: refused */
    } cases[] = {
        {NULL, "Ada", "Lovelace", "Ada Lovelace"},
        {NULL, NULL, "Lovelace", "Lovelace"},
        {NULL, "Ada", NULL, "Ada"},
        {"Countess", "Ada", "Lovelace", "Countess"},
        {NULL, NULL, NULL, NULL},
        {" \t", "Ada", "Lovelace", NULL},
        {"", "Ada", "Lovelace", NULL},
        {NULL, "", "", NULL},
    };
    static const crm_field fields[2][3] = {{CRM_PARTY_NAME, CRM_PARTY_FIRST_NAME, CRM_PARTY_LAST_NAME},
                                           {CRM_CONTACT_NAME, CRM_CONTACT_FIRST_NAME, CRM_CONTACT_LAST_NAME}};
    crm_id company = test_party(txn, "Company");
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        const struct name_case *c = &cases[i / 2];
        const crm_field *field = fields[i % 2];
        crm_record *rec = i % 2 ? test_record(CRM_KIND_CONTACT, company, 0) : test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", 0);
        crm_id id = 0;
        if (c->name) cr_assert_eq(crm_record_set_text(rec, field[0], c->name, CRM_NTS), CRM_OK);
        if (c->first) cr_assert_eq(crm_record_set_text(rec, field[1], c->first, CRM_NTS), CRM_OK);
        if (c->last) cr_assert_eq(crm_record_set_text(rec, field[2], c->last, CRM_NTS), CRM_OK);
        int rc = crm_record_put(txn, rec, &id, NULL);
        crm_record_free(rec);
        cr_expect_eq(rc, c->stored ? CRM_OK : CRM_E_REQUIRED, "%zu: %d %s", i, rc, crm_error_text());
        if (!c->stored) cr_expect_eq(crm_error_field(), field[0], "%zu", i);
        if (rc != CRM_OK) continue;
        rec = test_get(txn, id);
        cr_expect_str_eq(crm_record_text(rec, field[0]), c->stored, "%zu", i);
        crm_record_free(rec);
    }
}

/* A name that was put together follows its parts; one that was given stays. */
Test(people, names_follow) {
    static const struct follow_case {
        const char *name, *first, *last;             /* stored first */
        const char *set_name, *set_first, *set_last; /* then set; "" clears */
        const char *stored;
    } cases[] = {
        {NULL, "Eva", "Alt", NULL, NULL, "Neu", "Eva Neu"},      {NULL, "Eva", "Alt", NULL, "", NULL, "Alt"},
        {NULL, "Eva", "Alt", "Dr. Eva", NULL, "Neu", "Dr. Eva"}, {"Dr. Alt", "Eva", "Alt", NULL, NULL, "Neu", "Dr. Alt"},
        {NULL, "Eva", "Alt", NULL, "", "", "Eva Alt"},           {"Alt", NULL, NULL, NULL, "Eva", "Neu", "Alt"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct follow_case *c = &cases[i];
        const char *texts[2][3] = {{c->name, c->first, c->last}, {c->set_name, c->set_first, c->set_last}};
        static const crm_field fields[3] = {CRM_PARTY_NAME, CRM_PARTY_FIRST_NAME, CRM_PARTY_LAST_NAME};
        crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", 0);
        crm_id id;
        for (int step = 0; step < 2; step++) {
            for (int j = 0; j < 3; j++) {
                const char *text = texts[step][j];
                if (text)
                    cr_assert_eq(*text ? crm_record_set_text(rec, fields[j], text, CRM_NTS) : crm_record_clear(rec, fields[j]), CRM_OK);
            }
            cr_assert_eq(crm_record_put(txn, rec, &id, NULL), CRM_OK, "%zu: %s", i, crm_error_text());
            crm_record_free(rec);
            rec = test_get(txn, id);
        }
        cr_expect_str_eq(crm_record_text(rec, CRM_PARTY_NAME), c->stored, "%zu", i);
        crm_record_free(rec);
    }
}

/* Two names of the greatest length are too long for one. */
Test(people, names_too_long) {
    static char text[4097];
    memset(text, 'x', 4096);
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_FIRST_NAME, text, CRM_PARTY_LAST_NAME, text, 0);
    cr_expect_eq(test_try(txn, rec), CRM_E_TOO_BIG);
    cr_expect_eq(crm_error_field(), CRM_PARTY_NAME);
    text[2048] = 0; /* 2,048, a blank and 2,047 are 4,096 */
    rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_FIRST_NAME, text, CRM_PARTY_LAST_NAME, text + 1, 0);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
}

static size_t named(crm_field field, crm_id value, test_ids *out) {
    crm_iter *iter;
    out->count = 0;
    cr_assert_eq(crm_record_search_id(txn, field, value, 0, NULL, &iter), CRM_OK, "%s", crm_error_text());
    cr_expect_null(test_page(iter, out));
    return out->count;
}

Test(people, who_names_whom) {
    static test_ids found;
    crm_iter *iter;
    crm_id host = test_party(txn, "Host"), guest = test_party(txn, "Guest"), other = test_party(txn, "Other");
    for (int i = 0; i < 3; i++) {
        crm_record *rec = test_get(txn, i == 0 ? guest : other);
        cr_assert_eq(crm_record_set_id(rec, CRM_PARTY_REFERRER, i < 2 ? host : guest), CRM_OK);
        cr_assert_eq(crm_record_put(txn, rec, NULL, NULL), CRM_OK);
        crm_record_free(rec);
        cr_expect_eq(named(CRM_PARTY_REFERRER, host, &found), i == 1 ? 2u : 1u, "%d", i);
    }
    cr_expect(found.id[0] == guest);
    cr_expect(named(CRM_PARTY_REFERRER, guest, &found) == 1 && found.id[0] == other);
    cr_expect_eq(named(CRM_PARTY_REFERRER, other, &found), 0u);
    cr_expect_eq(named(CRM_CONTACT_PERSON, host, &found), 0u);
    cr_expect_eq(crm_record_search_id(txn, CRM_USAGE_TARGET, host, 0, NULL, &iter), CRM_E_TYPE, "not indexed");
    cr_expect_eq(crm_record_search_id(txn, CRM_PARTY_VAT_ID, host, 0, NULL, &iter), CRM_E_TYPE, "a text");
    cr_expect_eq(crm_record_search_id(txn, CRM_PARTY_REFERRER, 0, 0, NULL, &iter), CRM_E_NOTFOUND);
    cr_expect_eq(crm_record_search_id(txn, CRM_PARTY_REFERRER, 12345, 0, NULL, &iter), CRM_E_NOTFOUND);
    cr_expect_null(iter);
}

Test(people, places) {
    static const struct place {
        crm_field field;
        int64_t degrees;
        int status;
    } cases[] = {
        {CRM_ADDRESS_LATITUDE, 900000000, CRM_OK},       {CRM_ADDRESS_LATITUDE, 900000001, CRM_E_RANGE},
        {CRM_ADDRESS_LATITUDE, -900000000, CRM_OK},      {CRM_ADDRESS_LATITUDE, -900000001, CRM_E_RANGE},
        {CRM_ADDRESS_LONGITUDE, 1800000000, CRM_OK},     {CRM_ADDRESS_LONGITUDE, 1800000001, CRM_E_RANGE},
        {CRM_ADDRESS_LONGITUDE, -1800000000, CRM_OK},    {CRM_ADDRESS_LONGITUDE, -1800000001, CRM_E_RANGE},
        {CRM_ADDRESS_LONGITUDE, INT64_MIN, CRM_E_RANGE}, {CRM_ADDRESS_LATITUDE, INT64_MAX, CRM_E_RANGE},
    };
    crm_id company = test_party(txn, "Company");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_record *rec = test_record(CRM_KIND_ADDRESS, company, CRM_ADDRESS_TOWN, "Ulm", 0);
        cr_assert_eq(crm_record_set_int(rec, cases[i].field, cases[i].degrees), CRM_OK);
        cr_expect_eq(test_try(txn, rec), cases[i].status, "%zu", i);
        if (cases[i].status < 0) cr_expect_eq(crm_error_field(), cases[i].field, "%zu", i);
    }
}

Test(people, closed_domains_have_no_codes_of_the_host) {
    static const struct code_case {
        const char *domain;
        int status;
    } cases[] = {{"country", CRM_E_CODE}, {"role", CRM_E_CODE}, {"currency", CRM_E_CODE}, {"price_list", CRM_OK}, {"of the host", CRM_OK}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_record *rec = test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, cases[i].domain, CRM_CODE_CODE, "XX", 0);
        cr_expect_eq(test_try(txn, rec), cases[i].status, "%s", cases[i].domain);
    }
}

Test(people, file_json_has_every_array) {
    crm_file *file;
    cr_assert_eq(crm_file_get(txn, test_party(txn, "Company"), &file), CRM_OK);
    const char *json = crm_file_json(file, NULL);
    static const char *const arrays[] = {"roles", "quote_defaults", "usages", "identifiers", "addresses", "contacts", "channels"};
    cr_assert_not_null(json);
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        char member[64];
        snprintf(member, sizeof member, "\"%s\":[]", arrays[i]);
        cr_expect_not_null(strstr(json, member), "%s in %s", member, json);
    }
    const char *party = crm_record_json(crm_file_record(file, 0), NULL); /* const, as part of the file */
    cr_assert_not_null(party);
    cr_expect_not_null(strstr(json, party), "%s in %s", party, json);
    crm_file_free(file);
}

/* What is looked for inside and not found is no failure of a call that succeeds. */
Test(people, success_leaves_the_error_alone) {
    crm_error_report(CRM_E_LOCKED, CRM_PARTY_NAME, 7, "mark");
    cr_assert_eq(crm_setting_set(txn, "number.customer.next", "500", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_setting_clear(txn, "host.nothing"), CRM_OK);
    crm_id company = test_party(txn, "Company");
    test_role(txn, company, CRM_ROLE_CUSTOMER, NULL);
    test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, company, CRM_QUOTE_DEFAULTS_PLANT, "any", 0));
    cr_expect(crm_error_status() == CRM_E_LOCKED && crm_error_field() == CRM_PARTY_NAME && crm_error_row() == 7);
    cr_expect_str_eq(crm_error_text(), "mark");
}
