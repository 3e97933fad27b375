/* SPDX-License-Identifier: MIT */
/* Records in plain memory: every setter and accessor with good values, wrong fields, wrong types, limits and NULL. */
#include "support/json.h"
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static crm_record *new_record(uint32_t kind) {
    crm_record *rec = NULL;
    cr_assert_eq(crm_record_new(kind, &rec), CRM_OK, "%s", crm_error_text());
    return rec;
}

/* Whether the last call failed with this status about this field. */
static bool failed(int status, crm_field field) { return crm_error_status() == status && crm_error_field() == field && *crm_error_text(); }

Test(record, life) {
    crm_record *rec = (crm_record *)&failed, *copy;
    cr_expect_eq(crm_record_new(15, &rec), CRM_E_INVALID);
    cr_expect_null(rec, "an output of a failure is NULL");
    cr_expect_eq(crm_record_new(0, &rec), CRM_E_INVALID);
    cr_expect_eq(crm_record_new(UINT32_MAX, &rec), CRM_E_INVALID);
    cr_expect_eq(crm_record_new(CRM_KIND_PARTY, NULL), CRM_E_INVALID);
    for (uint32_t kind = crm_kind_next(0); kind; kind = crm_kind_next(kind)) {
        rec = new_record(kind);
        cr_expect(crm_record_kind(rec) == kind && crm_record_key(rec) == 0 && crm_record_revision(rec) == 0 && crm_record_count(rec) == 0);
        cr_expect_eq(crm_record_field(rec, 0), 0u);
        cr_expect(test_json_is(crm_record_json(rec, NULL), "kind", crm_kind_name(kind)));
        crm_record_free(rec);
    }
    rec = new_record(CRM_KIND_CONTACT);
    cr_assert_eq(crm_record_set_text(rec, CRM_CONTACT_NAME, "Ada", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_record_set_id(rec, CRM_CONTACT_PARTY, 77), CRM_OK);
    cr_expect_eq(crm_record_copy(rec, &copy), CRM_OK);
    cr_expect_eq(crm_record_set_text(rec, CRM_CONTACT_NAME, "Eve", CRM_NTS), CRM_OK);
    cr_expect_str_eq(crm_record_text(copy, CRM_CONTACT_NAME), "Ada", "a copy changes with its original");
    cr_expect(crm_record_kind(copy) == CRM_KIND_CONTACT && crm_record_id(copy, CRM_CONTACT_PARTY) == 77);
    crm_record_free(rec);
    cr_expect_str_eq(crm_record_text(copy, CRM_CONTACT_NAME), "Ada");
    crm_record_free(copy);
    crm_record_free(NULL);
}

Test(record, texts) {
    crm_record *rec = new_record(CRM_KIND_PARTY);
    char text[4098];
    memset(text, 'x', sizeof text);
    text[4097] = '\0';
    cr_expect_null(crm_record_text(rec, CRM_PARTY_NAME));
    cr_expect_eq(crm_error_status(), CRM_OK, "absent is no error");
    cr_expect_eq(crm_record_has(rec, CRM_PARTY_NAME), 0);
    cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_NAME, "Müller & Söhne", CRM_NTS), CRM_OK);
    cr_expect_str_eq(crm_record_text(rec, CRM_PARTY_NAME), "Müller & Söhne");
    cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_NAME, "abcdef", 3), CRM_OK);
    cr_expect_str_eq(crm_record_text(rec, CRM_PARTY_NAME), "abc", "a length cuts");
    cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_TITLE, "", 0), CRM_OK);
    cr_expect(crm_record_has(rec, CRM_PARTY_TITLE) && *crm_record_text(rec, CRM_PARTY_TITLE) == '\0', "empty is a value");
    static const struct {
        const char *text;
        size_t size;
        int status;
    } bad[] = {{"a\0b", 3, CRM_E_UTF8},
               {"M\xfcller", CRM_NTS, CRM_E_UTF8},
               {"\xed\xa0\x80", 3, CRM_E_UTF8},
               {"\xc3", 1, CRM_E_UTF8},
               {NULL, 0, CRM_E_INVALID}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_NAME, bad[i].text, bad[i].size), bad[i].status, "case %zu", i);
        cr_expect(failed(bad[i].status, CRM_PARTY_NAME));
    }
    cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_NAME, text, CRM_NTS), CRM_E_TOO_BIG);
    cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_NAME, text, 4097), CRM_E_TOO_BIG);
    cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_NAME, text, SIZE_MAX - 1), CRM_E_TOO_BIG);
    cr_expect_str_eq(crm_record_text(rec, CRM_PARTY_NAME), "abc", "a failure changes the record");
    cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_NAME, text, 4096), CRM_OK);
    cr_expect_eq(strlen(crm_record_text(rec, CRM_PARTY_NAME)), 4096u);
    cr_expect_eq(crm_record_set_text(rec, CRM_PARTY_NAME, crm_record_text(rec, CRM_PARTY_NAME), 5), CRM_OK, "out of its own value");
    cr_expect_str_eq(crm_record_text(rec, CRM_PARTY_NAME), "xxxxx");
    crm_record_free(rec);
}

Test(record, numbers) {
    crm_record *party = new_record(CRM_KIND_PARTY), *address = new_record(CRM_KIND_ADDRESS);
    cr_expect_eq(crm_record_int(address, CRM_ADDRESS_LATITUDE, -7), -7);
    cr_expect_eq(crm_record_set_int(address, CRM_ADDRESS_LATITUDE, INT64_MIN), CRM_OK);
    cr_expect_eq(crm_record_int(address, CRM_ADDRESS_LATITUDE, 0), INT64_MIN);
    cr_expect_eq(crm_record_bool(party, CRM_PARTY_ORDER_LOCK, 5), 5);
    cr_expect_eq(crm_record_set_bool(party, CRM_PARTY_ORDER_LOCK, 256), CRM_OK);
    cr_expect_eq(crm_record_bool(party, CRM_PARTY_ORDER_LOCK, 5), 1);
    cr_expect_eq(crm_record_set_bool(party, CRM_PARTY_ORDER_LOCK, 0), CRM_OK);
    cr_expect_eq(crm_record_bool(party, CRM_PARTY_ORDER_LOCK, 5), 0);
    cr_expect_eq(crm_record_amount(party, CRM_PARTY_CREDIT_BALANCE, -1), -1);
    cr_expect_eq(crm_record_set_amount(party, CRM_PARTY_CREDIT_BALANCE, 199900), CRM_OK);
    cr_expect_eq(crm_record_amount(party, CRM_PARTY_CREDIT_BALANCE, -1), 199900);
    cr_expect_eq(crm_record_time(party, CRM_PARTY_CREATED_AT, 12), 12);
    cr_expect_eq(crm_record_set_id(party, CRM_PARTY_REFERRER, 123), CRM_OK);
    cr_expect_eq(crm_record_id(party, CRM_PARTY_REFERRER), 123u);
    cr_expect_eq(crm_record_set_id(party, CRM_PARTY_REFERRER, 0), CRM_OK);
    cr_expect_eq(crm_record_has(party, CRM_PARTY_REFERRER), 0, "id 0 clears");
    cr_expect_eq(crm_record_id(party, CRM_PARTY_REFERRER), 0u);
    static const int64_t dates[] = {-719162, 0, 20484, 2932896}, no_dates[] = {-719163, 2932897, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(crm_record_set_date(address, CRM_ADDRESS_VALID_FROM, dates[i]), CRM_OK);
        cr_expect_eq(crm_record_date(address, CRM_ADDRESS_VALID_FROM, 1), dates[i]);
        cr_expect_eq(crm_record_set_date(address, CRM_ADDRESS_VALID_FROM, no_dates[i]), CRM_E_RANGE);
        cr_expect(failed(CRM_E_RANGE, CRM_ADDRESS_VALID_FROM));
        cr_expect_eq(crm_record_date(address, CRM_ADDRESS_VALID_FROM, 1), dates[i], "a failure changes the record");
    }
    crm_record_free(party);
    crm_record_free(address);
}

Test(record, lists) {
    crm_record *rec = new_record(CRM_KIND_ADDRESS);
    char text[32], big[4097];
    memset(big, 'x', sizeof big);
    cr_expect_eq(crm_record_item_count(rec, CRM_ADDRESS_RECIPIENT), 0u);
    cr_expect_null(crm_record_item(rec, CRM_ADDRESS_RECIPIENT, 0));
    for (int i = 0; i < 64; i++) {
        snprintf(text, sizeof text, "line %d", i);
        if (i % 3 == 0) *text = '\0';
        cr_expect_eq(crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, text, CRM_NTS), CRM_OK);
        cr_expect_eq(crm_record_item_count(rec, CRM_ADDRESS_RECIPIENT), (size_t)i + 1);
    }
    cr_expect_eq(crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, "one too many", CRM_NTS), CRM_E_TOO_BIG);
    cr_expect_str_eq(crm_record_item(rec, CRM_ADDRESS_RECIPIENT, 0), "");
    cr_expect_str_eq(crm_record_item(rec, CRM_ADDRESS_RECIPIENT, 1), "line 1");
    cr_expect_str_eq(crm_record_item(rec, CRM_ADDRESS_RECIPIENT, 62), "line 62");
    cr_expect_null(crm_record_item(rec, CRM_ADDRESS_RECIPIENT, 64));
    cr_expect_null(crm_record_item(rec, CRM_ADDRESS_RECIPIENT, SIZE_MAX));
    cr_expect_eq(crm_record_clear(rec, CRM_ADDRESS_RECIPIENT), CRM_OK);
    cr_expect_eq(crm_record_item_count(rec, CRM_ADDRESS_RECIPIENT), 0u);
    cr_expect_eq(crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, big, sizeof big), CRM_E_TOO_BIG);
    cr_expect_eq(crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, "\xff", 1), CRM_E_UTF8);
    cr_expect_eq(crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, NULL, 0), CRM_E_INVALID);
    cr_expect_eq(crm_record_has(rec, CRM_ADDRESS_RECIPIENT), 0);
    crm_record_free(rec);
}

Test(record, labels) {
    crm_record *rec = new_record(CRM_KIND_CODE);
    cr_expect_null(crm_record_label(rec, CRM_CODE_LABEL, "de"));
    cr_expect_eq(crm_record_set_label(rec, CRM_CODE_LABEL, "de", NULL, 0), CRM_OK, "nothing to remove");
    cr_expect_eq(crm_record_has(rec, CRM_CODE_LABEL), 0);
    static const char *const languages[] = {"fr", "de", "zza", "en", "deu"}, *const sorted[] = {"de", "deu", "en", "fr", "zza"};
    for (size_t i = 0; i < 5; i++) cr_expect_eq(crm_record_set_label(rec, CRM_CODE_LABEL, languages[i], languages[i], CRM_NTS), CRM_OK);
    cr_expect_eq(crm_record_item_count(rec, CRM_CODE_LABEL), 5u);
    for (size_t i = 0; i < 5; i++) {
        cr_expect_str_eq(crm_record_label_language(rec, CRM_CODE_LABEL, i), sorted[i]);
        cr_expect_str_eq(crm_record_label(rec, CRM_CODE_LABEL, sorted[i]), sorted[i]);
    }
    cr_expect_null(crm_record_label_language(rec, CRM_CODE_LABEL, 5));
    cr_expect_null(crm_record_label(rec, CRM_CODE_LABEL, "it"));
    cr_expect_eq(crm_record_set_label(rec, CRM_CODE_LABEL, "en", "Standard", CRM_NTS), CRM_OK);
    cr_expect_str_eq(crm_record_label(rec, CRM_CODE_LABEL, "en"), "Standard");
    cr_expect_eq(crm_record_set_label(rec, CRM_CODE_LABEL, "de", NULL, 0), CRM_OK);
    cr_expect(crm_record_item_count(rec, CRM_CODE_LABEL) == 4 && !crm_record_label(rec, CRM_CODE_LABEL, "de"));
    static const char *const bad[] = {NULL, "", "d", "DE", "d3", "deut", "d\xc3", "de-AT"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_eq(crm_record_set_label(rec, CRM_CODE_LABEL, bad[i], "x", 1), CRM_E_INVALID, "case %zu", i);
    cr_expect_eq(crm_record_set_label(rec, CRM_CODE_LABEL, "de", "\xff", 1), CRM_E_UTF8);
    cr_expect_eq(crm_record_item_count(rec, CRM_CODE_LABEL), 4u);
    for (char c = 'a'; c <= 'z'; c++)
        for (char d = 'a'; d <= 'c'; d++) crm_record_set_label(rec, CRM_CODE_LABEL, (char[]){c, d, 0}, "x", 1);
    cr_expect_eq(crm_record_item_count(rec, CRM_CODE_LABEL), 64u, "at most 64 languages");
    cr_expect(failed(CRM_E_TOO_BIG, CRM_CODE_LABEL));
    crm_record_free(rec);
}

/* The owner is a field to callers, wherever it is kept. */
Test(record, owner) {
    crm_record *rec = new_record(CRM_KIND_ADDRESS);
    cr_assert_eq(crm_record_set_text(rec, CRM_ADDRESS_TOWN, "Ulm", CRM_NTS), CRM_OK);
    cr_expect_eq(crm_record_has(rec, CRM_ADDRESS_PARTY), 0);
    cr_expect(crm_record_count(rec) == 1 && crm_record_field(rec, 0) == CRM_ADDRESS_TOWN);
    cr_expect_eq(crm_record_set_id(rec, CRM_ADDRESS_PARTY, 4711), CRM_OK);
    cr_expect(crm_record_has(rec, CRM_ADDRESS_PARTY) && crm_record_id(rec, CRM_ADDRESS_PARTY) == 4711);
    cr_expect(crm_record_count(rec) == 2 && crm_record_field(rec, 0) == CRM_ADDRESS_PARTY && crm_record_field(rec, 1) == CRM_ADDRESS_TOWN);
    cr_expect_eq(crm_record_field(rec, 2), 0u);
    cr_expect(test_json_is(crm_record_json(rec, NULL), "party", "4711"));
    cr_expect_null(crm_record_text(rec, CRM_ADDRESS_PARTY));
    cr_expect(failed(CRM_E_TYPE, CRM_ADDRESS_PARTY));
    cr_expect_eq(crm_record_clear(rec, CRM_ADDRESS_PARTY), CRM_OK);
    cr_expect(!crm_record_has(rec, CRM_ADDRESS_PARTY) && crm_record_count(rec) == 1);
    cr_expect_eq(crm_record_clear(rec, CRM_ADDRESS_TOWN), CRM_OK);
    cr_expect_eq(crm_record_set_id(rec, CRM_ADDRESS_PARTY, 1), CRM_OK);
    cr_expect(crm_record_count(rec) == 1 && crm_record_field(rec, 0) == CRM_ADDRESS_PARTY && crm_record_field(rec, 1) == 0);
    crm_record_free(rec);
}

/* Every field of a kind, set from the last to the first: they come in ascending order, and each keeps its value. */
Test(record, every_field) {
    for (uint32_t kind = crm_kind_next(0); kind; kind = crm_kind_next(kind)) {
        crm_record *rec = new_record(kind);
        crm_field fields[128];
        size_t all = 0, set = 0;
        for (crm_field field = crm_field_next(kind, 0); field; field = crm_field_next(kind, field)) fields[all++] = field;
        for (size_t i = all; i-- > 0;) {
            int status = CRM_OK, denied = (crm_field_flags(fields[i]) & CRM_FIELD_SYSTEM) != 0;
            switch (crm_field_type(fields[i])) {
            case CRM_TYPE_TEXT: status = crm_record_set_text(rec, fields[i], crm_field_name(fields[i]), CRM_NTS); break;
            case CRM_TYPE_INT: status = crm_record_set_int(rec, fields[i], fields[i]); break;
            case CRM_TYPE_BOOL: status = crm_record_set_bool(rec, fields[i], 1); break;
            case CRM_TYPE_DATE: status = crm_record_set_date(rec, fields[i], fields[i]); break;
            case CRM_TYPE_TIME: status = crm_record_set_time(rec, fields[i], fields[i]); break;
            case CRM_TYPE_AMOUNT: status = crm_record_set_amount(rec, fields[i], fields[i]); break;
            case CRM_TYPE_ID: status = crm_record_set_id(rec, fields[i], fields[i]); break;
            case CRM_TYPE_BYTES: status = crm_record_set_bytes(rec, fields[i], "bytes", 5); break;
            case CRM_TYPE_TEXTS: status = crm_record_add_item(rec, fields[i], "item", 4); break;
            case CRM_TYPE_LABEL: status = crm_record_set_label(rec, fields[i], "en", "label", 5); break;
            default: cr_expect_fail("field %u is of type %u", fields[i], crm_field_type(fields[i]));
            }
            cr_expect_eq(status, denied ? CRM_E_TYPE : CRM_OK, "%s: %s", crm_field_name(fields[i]), crm_error_text());
            cr_expect_eq(crm_record_has(rec, fields[i]), !denied);
            set += !denied;
        }
        cr_expect_eq(crm_record_count(rec), set);
        for (size_t i = 0; i + 1 < set; i++) cr_expect(crm_record_field(rec, i) < crm_record_field(rec, i + 1), "fields out of order");
        for (size_t i = 0; i < all; i++)
            if (crm_field_type(fields[i]) == CRM_TYPE_TEXT && crm_record_has(rec, fields[i]))
                cr_expect_str_eq(crm_record_text(rec, fields[i]), crm_field_name(fields[i]));
        const char *json = crm_record_json(rec, NULL);
        cr_expect(test_json_valid(json), "%s", json);
        for (size_t i = 0; i < set; i++) {
            char *value = test_json_get(json, crm_field_name(crm_record_field(rec, i)));
            cr_expect(value, "%s is not in the JSON", crm_field_name(crm_record_field(rec, i)));
            free(value);
        }
        while (crm_record_count(rec) > 0) cr_assert_eq(crm_record_clear(rec, crm_record_field(rec, crm_record_count(rec) / 2)), CRM_OK);
        crm_record_free(rec);
    }
}

Test(record, set_by_the_library) {
    crm_record *party = new_record(CRM_KIND_PARTY), *channel = new_record(CRM_KIND_CHANNEL);
    cr_expect_eq(crm_record_set_time(party, CRM_PARTY_CREATED_AT, 0), CRM_E_TYPE);
    cr_expect(failed(CRM_E_TYPE, CRM_PARTY_CREATED_AT));
    cr_expect_eq(crm_record_clear(party, CRM_PARTY_CREATED_AT), CRM_E_TYPE);
    cr_expect_eq(crm_record_set_text(channel, CRM_CHANNEL_NORMALISED, "x", 1), CRM_E_TYPE);
    cr_expect_eq(crm_record_count(party) + crm_record_count(channel), 0u);
    crm_record_free(party);
    crm_record_free(channel);
}

/* Makes another error the latest. */
static bool reset_error(void) { return crm_record_new(0, &(crm_record *){NULL}) == CRM_E_INVALID; }

/* Calls an accessor or setter of each type on a field; gives how many of them said CRM_E_TYPE. The type that fits is left out. */
static int count_type_errors(crm_record *rec, crm_field field) {
    uint32_t type = crm_field_type(field);
    size_t size = 5;
    int errors = 0;
#define REFUSES(skip, holds) errors += type != (skip) && reset_error() && (holds) && failed(CRM_E_TYPE, field)
#define SAYS(skip, call) errors += type != (skip) && (call) == CRM_E_TYPE && failed(CRM_E_TYPE, field)
    REFUSES(CRM_TYPE_TEXT, !crm_record_text(rec, field));
    REFUSES(CRM_TYPE_INT, crm_record_int(rec, field, 7) == 7);
    REFUSES(CRM_TYPE_BOOL, crm_record_bool(rec, field, 7) == 7);
    REFUSES(CRM_TYPE_DATE, crm_record_date(rec, field, 7) == 7);
    REFUSES(CRM_TYPE_TIME, crm_record_time(rec, field, 7) == 7);
    REFUSES(CRM_TYPE_AMOUNT, crm_record_amount(rec, field, 7) == 7);
    REFUSES(CRM_TYPE_ID, crm_record_id(rec, field) == 0);
    REFUSES(CRM_TYPE_BYTES, !crm_record_bytes(rec, field, &size) && size == 0);
    REFUSES(CRM_TYPE_TEXTS, !crm_record_item(rec, field, 0));
    REFUSES(CRM_TYPE_LABEL, !crm_record_label(rec, field, "de"));
    REFUSES(CRM_TYPE_LABEL, !crm_record_label_language(rec, field, 0));
    SAYS(CRM_TYPE_TEXT, crm_record_set_text(rec, field, "x", 1));
    SAYS(CRM_TYPE_INT, crm_record_set_int(rec, field, 1));
    SAYS(CRM_TYPE_BOOL, crm_record_set_bool(rec, field, 1));
    SAYS(CRM_TYPE_DATE, crm_record_set_date(rec, field, 1));
    SAYS(CRM_TYPE_TIME, crm_record_set_time(rec, field, 1));
    SAYS(CRM_TYPE_AMOUNT, crm_record_set_amount(rec, field, 1));
    SAYS(CRM_TYPE_ID, crm_record_set_id(rec, field, 1));
    SAYS(CRM_TYPE_BYTES, crm_record_set_bytes(rec, field, "x", 1));
    SAYS(CRM_TYPE_TEXTS, crm_record_add_item(rec, field, "x", 1));
    SAYS(CRM_TYPE_LABEL, crm_record_set_label(rec, field, "de", "x", 1));
    return errors;
#undef REFUSES
#undef SAYS
}

Test(record, wrong_types) {
    crm_record *party = new_record(CRM_KIND_PARTY), *address = new_record(CRM_KIND_ADDRESS), *code = new_record(CRM_KIND_CODE);
    cr_assert_eq(crm_record_set_text(party, CRM_PARTY_NAME, "x", 1), CRM_OK);
    cr_expect_eq(count_type_errors(party, CRM_PARTY_NAME), 19, "text");
    cr_expect_eq(count_type_errors(address, CRM_ADDRESS_LATITUDE), 19, "int");
    cr_expect_eq(count_type_errors(party, CRM_PARTY_ORDER_LOCK), 19, "bool");
    cr_expect_eq(count_type_errors(address, CRM_ADDRESS_VALID_UNTIL), 19, "date");
    cr_expect_eq(count_type_errors(party, CRM_PARTY_LOYALTY_DISCOUNT), 19, "amount");
    cr_expect_eq(count_type_errors(party, CRM_PARTY_REFERRER), 19, "id");
    cr_expect_eq(count_type_errors(address, CRM_ADDRESS_PARTY), 19, "the owner");
    cr_expect_eq(count_type_errors(address, CRM_ADDRESS_RECIPIENT), 19, "texts");
    cr_expect_eq(count_type_errors(code, CRM_CODE_LABEL), 18, "label");
    cr_expect(crm_record_count(party) == 1 && crm_record_count(address) == 0 && crm_record_count(code) == 0);
    cr_expect_eq(crm_record_item_count(party, CRM_PARTY_NAME), 0u);
    cr_expect(failed(CRM_E_TYPE, CRM_PARTY_NAME));

    static const crm_field strangers[] = {CRM_ADDRESS_TOWN, CRM_KIND_PARTY * 1000 + 99, 1000, 0, 99, UINT32_MAX, UINT32_C(0x80000001)};
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        cr_expect_eq(crm_record_set_text(party, strangers[i], "x", 1), CRM_E_TYPE, "field %u", strangers[i]);
        cr_expect(failed(CRM_E_TYPE, strangers[i]));
        reset_error();
        cr_expect(!crm_record_has(party, strangers[i]) && failed(CRM_E_TYPE, strangers[i]), "field %u", strangers[i]);
        cr_expect(!crm_record_text(party, strangers[i]) && crm_record_id(party, strangers[i]) == 0);
        cr_expect_eq(crm_record_clear(party, strangers[i]), CRM_E_TYPE);
    }
    crm_record_free(party);
    crm_record_free(address);
    crm_record_free(code);
}

Test(record, null) {
    crm_record *copy;
    size_t size = 5;
    const crm_field name = CRM_PARTY_NAME;
    cr_expect(crm_record_kind(NULL) == 0 && crm_record_key(NULL) == 0 && crm_record_revision(NULL) == 0);
    cr_expect(crm_record_count(NULL) == 0 && crm_record_field(NULL, 0) == 0);
    cr_expect_eq(crm_record_has(NULL, name), 0);
    cr_expect(failed(CRM_E_INVALID, name));
    cr_expect(!crm_record_text(NULL, name) && crm_record_int(NULL, name, 3) == 3 && crm_record_bool(NULL, name, 3) == 3);
    cr_expect(crm_record_date(NULL, name, 3) == 3 && crm_record_time(NULL, name, 3) == 3 && crm_record_amount(NULL, name, 3) == 3);
    cr_expect(crm_record_id(NULL, name) == 0 && crm_record_id(NULL, CRM_ADDRESS_PARTY) == 0);
    cr_expect(!crm_record_bytes(NULL, name, NULL) && !crm_record_bytes(NULL, name, &size) && size == 0);
    cr_expect(crm_record_item_count(NULL, name) == 0 && !crm_record_item(NULL, name, 0) && !crm_record_label(NULL, name, "de"));
    cr_expect_null(crm_record_label_language(NULL, name, 0));
    cr_expect_null(crm_record_json(NULL, &size));
    cr_expect_eq(crm_record_copy(NULL, &copy), CRM_E_INVALID);
    cr_expect_null(copy);
    cr_expect_eq(crm_record_set_text(NULL, name, "x", 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_int(NULL, name, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_bool(NULL, name, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_date(NULL, name, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_time(NULL, name, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_amount(NULL, name, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_id(NULL, name, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_bytes(NULL, name, "x", 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_add_item(NULL, name, "x", 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_label(NULL, name, "de", "x", 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_clear(NULL, name), CRM_E_INVALID);
    crm_record *code = new_record(CRM_KIND_CODE);
    cr_expect_eq(crm_record_copy(code, NULL), CRM_E_INVALID);
    cr_expect_null(crm_record_label(code, CRM_CODE_LABEL, NULL));
    cr_expect(failed(CRM_E_INVALID, CRM_CODE_LABEL));
    crm_record_free(code);
}

Test(record, json) {
    crm_record *rec = new_record(CRM_KIND_ADDRESS), *code = new_record(CRM_KIND_CODE), *party = new_record(CRM_KIND_PARTY);
    size_t size = 0;
    crm_record_set_id(rec, CRM_ADDRESS_PARTY, 4503599627370495);
    crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, "Werk \"Süd\"", CRM_NTS);
    crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, "Tor\t2\\3\n", CRM_NTS);
    crm_record_set_int(rec, CRM_ADDRESS_LATITUDE, -483984000);
    crm_record_set_date(rec, CRM_ADDRESS_VALID_FROM, 20454);
    crm_record_set_date(rec, CRM_ADDRESS_VALID_UNTIL, 20454 + 31);
    crm_record_set_bool(rec, CRM_ADDRESS_ARCHIVED, 0);
    const char *json = crm_record_json(rec, &size);
    cr_assert(json);
    cr_expect_eq(strlen(json), size);
    cr_expect(strncmp(json, "{\"kind\":\"address\",\"id\":0,\"revision\":0,\"party\":4503599627370495,\"recipient\":[", 73) == 0, "%s",
              json);
    cr_expect(test_json_is(json, "recipient.0", "Werk \"Süd\"") && test_json_is(json, "recipient.1", "Tor\t2\\3\n"));
    cr_expect(test_json_is(json, "latitude", "-483984000") && test_json_is(json, "archived", "false"));
    cr_expect(test_json_is(json, "valid_from", "2026-01-01") && test_json_is(json, "valid_until", "2026-01-31"), "the last day that is in");
    crm_record_set_label(code, CRM_CODE_LABEL, "en", "Net 30 days", CRM_NTS);
    crm_record_set_label(code, CRM_CODE_LABEL, "de", "30 Tage netto", CRM_NTS);
    json = crm_record_json(code, NULL);
    cr_expect(test_json_is(json, "label.de", "30 Tage netto") && test_json_is(json, "label.en", "Net 30 days"));
    crm_record_set_amount(party, CRM_PARTY_CREDIT_BALANCE, -12500);
    crm_record_set_text(party, CRM_PARTY_NOTE, "a\x01z", CRM_NTS);
    json = crm_record_json(party, NULL);
    cr_expect(test_json_is(json, "credit_balance", "-1.25") && test_json_is(json, "note", "a\x01z"), "%s", json);
    crm_record_clear(party, CRM_PARTY_NOTE);
    cr_expect_null(test_json_get(crm_record_json(party, NULL), "note"), "written anew with each call");
    crm_record_free(rec);
    crm_record_free(code);
    crm_record_free(party);
}
