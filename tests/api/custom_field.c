/* SPDX-License-Identifier: MIT */
/* Fields that the host defines: what may be defined, values of every type, how they are found, and what outlives a definition. Rows of
 * imports: sync_custom_field.c. */
#include "support/custom.h"
#include "support/errors.h"
#include "support/json.h"
#include <libcrm/crm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(custom_field, .init = begin, .fini = end);

/* How many records an indexed text finds; the first of them. */
static size_t found(crm_field field, const char *value, crm_id *first) {
    static test_ids ids;
    crm_iter *iter;
    ids.count = 0;
    cr_assert_eq(crm_record_search(txn, field, value, CRM_NTS, 0, NULL, &iter), CRM_OK, "%s", crm_error_text());
    free(test_page(iter, &ids));
    if (first) *first = ids.count ? ids.id[0] : 0;
    return ids.count;
}

/* --- defining --- */

/* Every type with every set of flags: what fits is what the header says. */
Test(custom_field, types_and_flags) {
    static const struct {
        const char *code;
        uint32_t type;
        int fits;
    } types[] = {
        {"text", CRM_TYPE_TEXT, INDEXED | UNIQUE | FOLDED | SEARCHABLE | PERSONAL},
        {"int", CRM_TYPE_INT, INDEXED | PERSONAL},
        {"bool", CRM_TYPE_BOOL, INDEXED | PERSONAL},
        {"date", CRM_TYPE_DATE, INDEXED | PERSONAL},
        {"time", CRM_TYPE_TIME, INDEXED | PERSONAL},
        {"amount", CRM_TYPE_AMOUNT, INDEXED | PERSONAL},
        {"bytes", CRM_TYPE_BYTES, PERSONAL},
        {"texts", CRM_TYPE_TEXTS, PERSONAL},
        {"label", CRM_TYPE_LABEL, PERSONAL},
    };
    int count = 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        for (int flags = 0; flags < 32; flags++) {
            char name[32];
            snprintf(name, sizeof name, "%s_%d", types[i].code, flags);
            bool fits = (flags & ~types[i].fits) == 0 && (!(flags & FOLDED) || (flags & INDEXED && !(flags & UNIQUE)));
            crm_record *rec = definition("address", name, types[i].code, flags);
            int rc = test_try(txn, rec);
            cr_expect_eq(rc, fits ? CRM_OK : CRM_E_INVALID, "%s: %d %s", name, rc, crm_error_text());
            if (rc < 0) continue;
            crm_field field, again = 0;
            char path[64];
            snprintf(path, sizeof path, "address.%s", name);
            cr_assert_eq(crm_custom_field_find(txn, path, &field), CRM_OK, "%s", path);
            cr_expect_eq(crm_field_kind(field), (uint32_t)CRM_KIND_ADDRESS);
            cr_expect_eq(crm_field_type(field), types[i].type, "%s", path);
            cr_assert_eq(crm_custom_field_get(txn, field, &rec), CRM_OK);
            again = (crm_field)crm_record_int(rec, CRM_CUSTOM_FIELD_FIELD, 0);
            cr_expect(again == field && strcmp(crm_record_text(rec, CRM_CUSTOM_FIELD_NAME), name) == 0, "%s", path);
            crm_record_free(rec);
            count++;
        }
    }
    crm_field field = 0;
    while (crm_custom_field_next(txn, CRM_KIND_ADDRESS, field, &field) == CRM_OK && field) count--;
    cr_expect_eq(count, 0, "each of them is listed: %d left", count);
}

Test(custom_field, refused) {
    static const struct {
        const char *kind, *name, *type;
        crm_field field;
        int status;
    } cases[] = {
        {"party", "good", "text", 0, CRM_OK},
        {"party", "good", "int", CRM_CUSTOM_FIELD_NAME, CRM_E_EXISTS},
        {"contact", "good", "int", 0, CRM_OK},
        {"quote", "good", "int", 0, CRM_OK},
        {"code", "good", "int", 0, CRM_OK},
        {"party", "a", "text", 0, CRM_OK},
        {"party", "a9_", "text", 0, CRM_OK},
        {"party", "name", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_EXISTS},
        {"party", "id", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_EXISTS},
        {"party", "kind", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_EXISTS},
        {"party", "revision", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_EXISTS},
        {"party", "Good", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_INVALID},
        {"party", "9a", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_INVALID},
        {"party", "_a", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_INVALID},
        {"party", "a b", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_INVALID},
        {"party", "grün", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_INVALID},
        {"party", "", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_REQUIRED},
        {"party", "ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo", "text", CRM_CUSTOM_FIELD_NAME, CRM_E_TOO_BIG},
        {"party", "b", "id", CRM_CUSTOM_FIELD_TYPE, CRM_E_CODE},
        {"party", "b", "Text", CRM_CUSTOM_FIELD_TYPE, CRM_E_CODE},
        {"", "b", "text", CRM_CUSTOM_FIELD_RECORD_KIND, CRM_E_REQUIRED},
        {"parties", "b", "text", CRM_CUSTOM_FIELD_RECORD_KIND, CRM_E_INVALID},
        {"custom_field", "b", "text", CRM_CUSTOM_FIELD_RECORD_KIND, CRM_E_INVALID},
        {"setting", "b", "text", CRM_CUSTOM_FIELD_RECORD_KIND, CRM_E_INVALID},
        {"policy", "b", "text", CRM_CUSTOM_FIELD_RECORD_KIND, CRM_E_INVALID},
        {"rule", "b", "text", CRM_CUSTOM_FIELD_RECORD_KIND, CRM_E_INVALID},
        {"blocker", "b", "text", CRM_CUSTOM_FIELD_RECORD_KIND, CRM_E_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int rc = test_try(txn, definition(cases[i].kind, cases[i].name, cases[i].type, 0));
        cr_expect_eq(rc, cases[i].status, "%s.%s %s: %d %s", cases[i].kind, cases[i].name, cases[i].type, rc, crm_error_text());
        if (rc < 0) cr_expect_eq(crm_error_field(), cases[i].field, "%s.%s: field %u", cases[i].kind, cases[i].name, crm_error_field());
    }
}

/* What quotes hold is not stored: nothing is found by it. */
Test(custom_field, of_quotes) {
    for (size_t i = 0; i < sizeof flag_fields / sizeof *flag_fields; i++) {
        int rc = test_try(txn, definition("quote", "x", "text", 1 << i));
        cr_expect_eq(rc, flag_fields[i] == CRM_CUSTOM_FIELD_PERSONAL ? CRM_OK : CRM_E_INVALID, "flag %zu: %d", i, rc);
        if (rc < 0) cr_expect(crm_error_field() == flag_fields[i] && strstr(crm_error_text(), "not stored"), "%s", crm_error_text());
    }
}

static int try_domain(const char *name, const char *type, const char *domain) {
    crm_record *rec = definition("party", name, type, 0);
    cr_assert_eq(crm_record_set_text(rec, CRM_CUSTOM_FIELD_DOMAIN, domain, CRM_NTS), CRM_OK);
    return test_try(txn, rec);
}

/* What values depend on stays; the rest can change. */
Test(custom_field, fixed) {
    crm_field field = define("party", "machines", "text", INDEXED);
    crm_id id = definition_of(field);
    static const struct {
        crm_field field;
        const char *text; /* NULL: a flag that turns */
        int status;
    } changes[] = {
        {CRM_CUSTOM_FIELD_RECORD_KIND, "address", CRM_E_INVALID},
        {CRM_CUSTOM_FIELD_NAME, "others", CRM_E_INVALID},
        {CRM_CUSTOM_FIELD_TYPE, "int", CRM_E_INVALID},
        {CRM_CUSTOM_FIELD_INDEXED, NULL, CRM_E_INVALID},
        {CRM_CUSTOM_FIELD_UNIQUE, NULL, CRM_E_INVALID},
        {CRM_CUSTOM_FIELD_FOLDED, NULL, CRM_E_INVALID},
        {CRM_CUSTOM_FIELD_SEARCHABLE, NULL, CRM_OK},
        {CRM_CUSTOM_FIELD_PERSONAL, NULL, CRM_OK},
        {CRM_CUSTOM_FIELD_DOMAIN, "machine", CRM_OK},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        crm_record *rec = test_get(txn, id);
        crm_field at = changes[i].field;
        int rc = changes[i].text ? crm_record_set_text(rec, at, changes[i].text, CRM_NTS)
                                 : crm_record_set_bool(rec, at, !crm_record_bool(rec, at, 0));
        cr_assert_eq(rc, CRM_OK, "%s", crm_error_text());
        cr_expect_eq(test_try(txn, rec), changes[i].status, "%s: %s", crm_field_name(at), crm_error_text());
        if (changes[i].status < 0) cr_expect_eq(crm_error_field(), at, "%s", crm_field_name(at));
    }
    crm_record *rec = test_get(txn, id);
    cr_expect_eq(crm_record_set_int(rec, CRM_CUSTOM_FIELD_FIELD, 5), CRM_E_TYPE, "the library's");
    cr_assert_eq(crm_record_set_label(rec, CRM_CUSTOM_FIELD_LABEL, "de", "Maschinen", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_record_add_item(rec, CRM_CUSTOM_FIELD_SYNONYMS, "Anlagen", CRM_NTS), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
    crm_field again;
    cr_assert_eq(crm_custom_field_find(txn, "party.machines", &again), CRM_OK);
    cr_expect_eq(again, field, "its number stays");
    cr_expect_eq(try_domain("d1", "int", "machine"), CRM_E_INVALID);
    cr_expect_eq(crm_error_field(), (crm_field)CRM_CUSTOM_FIELD_DOMAIN);
    cr_expect_eq(try_domain("d2", "text", "My Domain"), CRM_E_INVALID);
    cr_expect_eq(try_domain("d3", "text", "country"), CRM_OK, "a built-in table: %s", crm_error_text());
}

/* --- values --- */

static const char value_bytes[] = {0, 1, (char)0xff};

static void set_all(crm_record *rec, const crm_field f[9]) {
    cr_assert_eq(crm_record_set_text(rec, f[0], "Grün", CRM_NTS), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_record_set_int(rec, f[1], -7), CRM_OK);
    cr_assert_eq(crm_record_set_bool(rec, f[2], 1), CRM_OK);
    cr_assert_eq(crm_record_set_date(rec, f[3], 20000), CRM_OK);
    cr_assert_eq(crm_record_set_time(rec, f[4], TEST_NOW), CRM_OK);
    cr_assert_eq(crm_record_set_amount(rec, f[5], 199900), CRM_OK);
    cr_assert_eq(crm_record_set_bytes(rec, f[6], value_bytes, sizeof value_bytes), CRM_OK);
    cr_assert_eq(crm_record_add_item(rec, f[7], "one", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_record_add_item(rec, f[7], "two", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_record_set_label(rec, f[8], "de", "zwei", CRM_NTS), CRM_OK);
}

static void expect_all(const crm_record *rec, const crm_field f[9]) {
    size_t size;
    cr_expect_str_eq(crm_record_text(rec, f[0]), "Grün");
    cr_expect_eq(crm_record_int(rec, f[1], 0), -7);
    cr_expect_eq(crm_record_bool(rec, f[2], 0), 1);
    cr_expect_eq(crm_record_date(rec, f[3], 0), 20000);
    cr_expect_eq(crm_record_time(rec, f[4], 0), TEST_NOW);
    cr_expect_eq(crm_record_amount(rec, f[5], 0), 199900);
    const void *bytes = crm_record_bytes(rec, f[6], &size);
    cr_expect(bytes && size == sizeof value_bytes && memcmp(bytes, value_bytes, size) == 0);
    cr_expect(crm_record_item_count(rec, f[7]) == 2 && strcmp(crm_record_item(rec, f[7], 1), "two") == 0);
    cr_expect(crm_record_item_count(rec, f[8]) == 1 && strcmp(crm_record_label_language(rec, f[8], 0), "de") == 0);
    cr_expect_str_eq(crm_record_label(rec, f[8], "de"), "zwei");
    for (int i = 0; i < 9; i++) cr_expect_eq(crm_record_has(rec, f[i]), 1, "field %d", i);
}

static const char *const type_codes[] = {"text", "int", "bool", "date", "time", "amount", "bytes", "texts", "label"};

static void define_all(const char *kind, crm_field f[9]) {
    for (int i = 0; i < 9; i++) f[i] = define(kind, type_codes[i], type_codes[i], 0);
}

Test(custom_field, every_type) {
    crm_field f[9];
    crm_record *rec, *copy;
    define_all("contact", f);
    crm_id party = test_party(txn, "A");
    rec = test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "Eva", 0);
    set_all(rec, f);
    expect_all(rec, f);
    cr_assert_eq(crm_record_copy(rec, &copy), CRM_OK);
    expect_all(copy, f);
    crm_record_free(copy);
    crm_id id = test_put(txn, rec);
    go_on();
    rec = test_get(txn, id);
    expect_all(rec, f);
    cr_expect_eq(crm_record_count(rec), 11u);
    for (size_t i = 0; i < 9; i++) {
        cr_expect_eq(crm_record_field(rec, 2 + i), f[i]);
        cr_expect_str_eq(crm_record_field_name(rec, f[i]), type_codes[i]);
        cr_expect_eq(crm_record_field_find(rec, type_codes[i]), f[i]);
    }
    crm_file *file;
    cr_assert_eq(crm_file_get(txn, party, &file), CRM_OK, "%s", crm_error_text());
    expect_all(crm_file_record(file, 1), f);
    cr_expect(strstr(crm_file_json(file, NULL), "\"amount\":\"19.99\""), "%s", crm_file_json(file, NULL));
    crm_file_free(file);
    const char *json = crm_record_json(rec, NULL);
    cr_expect(test_json_valid(json), "%s", json);
    static const char *const parts[] = {"\"text\":\"Grün\"",    "\"int\":-7",         "\"bool\":true",     "\"date\":\"2024-10-04\"",
                                        "\"amount\":\"19.99\"", "\"bytes\":\"AAH/\"", "[\"one\",\"two\"]", "{\"de\":\"zwei\"}"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) cr_expect(strstr(json, parts[i]), "%s is not in %s", parts[i], json);
    for (int i = 0; i < 9; i++) cr_assert_eq(crm_record_clear(rec, f[i]), CRM_OK);
    cr_expect_eq(crm_record_count(rec), 2u);
    cr_expect_eq(test_try(txn, rec), CRM_OK);
}

/* A number says which kind and type it is for, also to a record that knows no definitions. */
Test(custom_field, numbers) {
    crm_record *party, *address, *known;
    crm_field text = define("party", "colour", "text", 0), number = define("party", "number", "int", 0);
    cr_assert_eq(crm_record_new(CRM_KIND_PARTY, &party), CRM_OK);
    cr_assert_eq(crm_record_new(CRM_KIND_ADDRESS, &address), CRM_OK);
    cr_assert_eq(crm_record_new_in(txn, CRM_KIND_PARTY, &known), CRM_OK);
    cr_expect_eq(crm_record_set_int(party, text, 1), CRM_E_TYPE);
    cr_expect_eq(crm_record_set_text(party, number, "x", 1), CRM_E_TYPE);
    cr_expect_eq(crm_record_set_text(address, text, "x", 1), CRM_E_TYPE, "of another kind");
    cr_expect_eq(crm_record_set_text(party, text | 7u << 24, "x", 1), CRM_E_TYPE, "of no type");
    cr_expect_eq(crm_record_set_id(party, UINT32_C(0x80000000) | CRM_TYPE_ID << 24 | 1128, 1), CRM_E_TYPE, "no references");
    cr_expect_eq(crm_record_set_text(party, UINT32_C(0x80000000) | CRM_TYPE_TEXT << 24 | 1002, "x", 1), CRM_E_TYPE, "a built-in number");
    cr_assert_eq(crm_record_set_text(party, text, "red", CRM_NTS), CRM_OK);
    cr_expect_null(crm_record_text(party, number));
    cr_expect_eq(crm_record_int(party, number, 5), 5);
    cr_expect_null(crm_record_field_name(party, text), "it knows no names");
    cr_expect_eq(crm_record_field_find(party, "colour"), 0u);
    char *json = test_json_get(crm_record_json(party, NULL), "colour");
    cr_expect_null(json, "nor in JSON");
    char name[16];
    snprintf(name, sizeof name, "%u", text);
    json = test_json_get(crm_record_json(party, NULL), name);
    cr_expect(json && strstr(json, "red"), "%s", crm_record_json(party, NULL));
    free(json);
    cr_expect_eq(crm_record_field_find(known, "colour"), text);
    cr_expect_eq(crm_record_field_find(known, "name"), (crm_field)CRM_PARTY_NAME);
    cr_expect_str_eq(crm_record_field_name(known, number), "number");
    cr_expect_str_eq(crm_record_field_name(known, CRM_PARTY_NAME), "name");
    cr_expect_null(crm_record_field_name(known, CRM_ADDRESS_TOWN));
    cr_expect_null(crm_field_name(text), "the name lies in the store");
    cr_expect(crm_field_kind(text) == CRM_KIND_PARTY && crm_field_type(number) == CRM_TYPE_INT && crm_field_flags(text) == 0);
    cr_expect(!crm_field_kind(text | 7u << 24) && !crm_field_type(UINT32_MAX));
    crm_record_free(party);
    crm_record_free(address);
    crm_record_free(known);
}

/* A value needs a definition of its kind and type. */
Test(custom_field, undefined) {
    crm_field field = define("party", "colour", "text", 0);
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "A", 0);
    cr_assert_eq(crm_record_set_text(rec, field + 1, "x", 1), CRM_OK, "the number alone is good");
    cr_expect_eq(test_try(txn, rec), CRM_E_TYPE);
    cr_expect_eq(crm_error_field(), field + 1);
    crm_field as_int = (field & ~(UINT32_C(127) << 24)) | CRM_TYPE_INT << 24;
    rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "A", 0);
    cr_assert_eq(crm_record_set_int(rec, as_int, 1), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_E_TYPE);
    crm_iter *iter;
    crm_id id;
    crm_record *none;
    cr_expect_eq(crm_record_search(txn, field, "x", 1, 0, NULL, &iter), CRM_E_TYPE, "not indexed");
    cr_expect_eq(crm_record_find(txn, field, NULL, 0, "x", 1, &id), CRM_E_TYPE, "not unique");
    cr_expect_eq(crm_record_search_int(txn, field, 1, 0, NULL, &iter), CRM_E_TYPE);
    cr_expect_eq(crm_custom_field_get(txn, as_int, &none), CRM_E_NOTFOUND);
    cr_expect_eq(crm_custom_field_get(txn, CRM_PARTY_NAME, &none), CRM_E_NOTFOUND, "built in");
    crm_field out;
    cr_expect_eq(crm_custom_field_find(txn, "party.color", &out), CRM_E_NOTFOUND);
    cr_expect_eq(crm_custom_field_find(txn, "contact.colour", &out), CRM_E_NOTFOUND);
    cr_expect(crm_custom_field_find(txn, "party.name", &out) == CRM_OK && out == CRM_PARTY_NAME);
    cr_expect_eq(crm_custom_field_next(txn, 30, 0, &out), CRM_E_INVALID);
}

/* --- found --- */

Test(custom_field, indexed) {
    crm_field plain = define("party", "plain", "text", INDEXED), folded = define("party", "folded", "text", INDEXED | FOLDED);
    crm_id first, a = party_with("A", plain, "Grün"), b = party_with("B", folded, "Grün"), c = party_with("C", folded, "GRUN");
    go_on();
    cr_expect(found(plain, "Grün", &first) == 1 && first == a);
    cr_expect_eq(found(plain, "grün", NULL), 0u);
    cr_expect(found(folded, "grün", &first) == 2 && first == b);
    cr_expect_eq(change_text(a, plain, "Rot"), CRM_OK);
    cr_expect(found(plain, "Grün", NULL) == 0 && found(plain, "Rot", NULL) == 1, "after a change");
    cr_expect_eq(change_text(b, folded, NULL), CRM_OK);
    cr_expect(found(folded, "grun", &first) == 1 && first == c, "after clearing");
    cr_expect_eq(crm_record_delete(txn, c, 0), CRM_OK);
    cr_expect_eq(found(folded, "grün", NULL), 0u, "after deleting the party");
    crm_id address = test_child(txn, CRM_KIND_ADDRESS, a, CRM_ADDRESS_TOWN, "Ulm");
    crm_field code = define("address", "route", "text", INDEXED);
    cr_expect_eq(change_text(address, code, "7"), CRM_OK);
    cr_expect(found(code, "7", &first) == 1 && first == address);
    cr_expect_eq(crm_record_delete(txn, address, 0), CRM_OK);
    cr_expect_eq(found(code, "7", NULL), 0u, "after deleting a child");
}

Test(custom_field, indexed_numbers) {
    static const char *const types[] = {"int", "bool", "date", "time", "amount"};
    for (size_t i = 0; i < 5; i++) {
        crm_field field = define("party", types[i], types[i], INDEXED);
        for (int64_t value = 0; value < 2; value++) {
            crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "A", 0);
            int rc = i == 0   ? crm_record_set_int(rec, field, value)
                     : i == 1 ? crm_record_set_bool(rec, field, (int)value)
                     : i == 2 ? crm_record_set_date(rec, field, value)
                     : i == 3 ? crm_record_set_time(rec, field, value)
                              : crm_record_set_amount(rec, field, value);
            cr_assert_eq(rc, CRM_OK, "%s", crm_error_text());
            test_put(txn, rec);
        }
        cr_expect(found_int(field, 0) == 1 && found_int(field, 1) == 1 && found_int(field, 2) == 0, "%s", types[i]);
        crm_iter *iter;
        cr_expect_eq(crm_record_search(txn, field, "1", 1, 0, NULL, &iter), CRM_E_TYPE, "%s is no text", types[i]);
    }
}

Test(custom_field, unique) {
    crm_id id, a;
    crm_field field = define("party", "key", "text", UNIQUE), other = define("contact", "key", "text", UNIQUE | INDEXED);
    a = party_with("A", field, "K1");
    crm_id b = party_with("B", field, "K2");
    party_with("C", field, "");
    party_with("D", field, ""); /* an empty one is nobody's */
    cr_expect_eq(change_text(b, field, "K1"), CRM_E_EXISTS);
    cr_expect_eq(crm_error_field(), field);
    cr_expect(crm_record_find(txn, field, NULL, 0, "K1", CRM_NTS, &id) == CRM_OK && id == a);
    cr_expect_eq(crm_record_find(txn, field, "scope", CRM_NTS, "K1", CRM_NTS, &id), CRM_E_INVALID);
    cr_expect_eq(crm_record_find(txn, field, NULL, 0, "K3", CRM_NTS, &id), CRM_E_NOTFOUND);
    crm_id contact = test_child(txn, CRM_KIND_CONTACT, a, CRM_CONTACT_NAME, "Eva");
    cr_expect_eq(change_text(contact, other, "K1"), CRM_OK, "of another kind: %s", crm_error_text());
    cr_expect(found(other, "K1", &id) == 1 && id == contact);
    cr_expect_eq(change_text(a, field, "K3"), CRM_OK);
    cr_expect_eq(change_text(b, field, "K1"), CRM_OK, "free again");
    cr_expect(crm_record_find(txn, field, NULL, 0, "K1", CRM_NTS, &id) == CRM_OK && id == b);
    cr_expect_eq(crm_record_delete(txn, b, 0), CRM_OK);
    cr_expect_eq(crm_record_find(txn, field, NULL, 0, "K1", CRM_NTS, &id), CRM_E_NOTFOUND);
}

/* --- code tables --- */

Test(custom_field, domains) {
    cr_assert_eq(try_domain("machine", "text", "machine"), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(try_domain("origin", "text", "country"), CRM_OK, "%s", crm_error_text());
    crm_field machine, origin;
    cr_assert_eq(crm_custom_field_find(txn, "party.machine", &machine), CRM_OK);
    cr_assert_eq(crm_custom_field_find(txn, "party.origin", &origin), CRM_OK);
    crm_id id = party_with("A", machine, "lathe");
    cr_expect_eq(change_text(id, origin, "XX"), CRM_E_CODE, "a closed built-in table");
    cr_expect_eq(crm_error_field(), origin);
    cr_expect_eq(change_text(id, origin, "DE"), CRM_OK);
    cr_expect_eq(crm_setting_set(txn, "code.closed.machines", "1", CRM_NTS), CRM_E_RANGE, "no such table");
    cr_expect_eq(crm_setting_set(txn, "code.closed.machine", "2", CRM_NTS), CRM_E_RANGE);
    cr_expect_eq(crm_setting_set(txn, "code.closed.machine", "1", CRM_NTS), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(change_text(id, machine, "mill"), CRM_E_CODE, "closed now");
    cr_expect_eq(crm_error_field(), machine);
    test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "machine", CRM_CODE_CODE, "mill", 0));
    cr_expect_eq(change_text(id, machine, "mill"), CRM_OK, "%s", crm_error_text());
    char big[66];
    memset(big, 'x', 65);
    big[65] = 0;
    cr_expect_eq(change_text(id, machine, big), CRM_E_TOO_BIG);
}

/* --- definitions come and go --- */

Test(custom_field, deleting) {
    crm_field used = define("party", "used", "text", INDEXED), loose = define("party", "loose", "text", 0);
    crm_id id = party_with("A", used, "x");
    cr_expect_eq(change_text(id, loose, "kept"), CRM_OK);
    cr_expect_eq(crm_record_delete(txn, definition_of(used), 0), CRM_E_IN_USE);
    cr_expect_eq(crm_error_field(), used);
    cr_expect_eq(crm_record_delete(txn, definition_of(loose), 0), CRM_OK, "%s", crm_error_text());
    go_on();
    crm_record *rec = test_get(txn, id);
    cr_expect(!crm_record_has(rec, loose) && !crm_record_field_name(rec, loose), "nobody knows what it is");
    cr_expect_null(strstr(crm_record_json(rec, NULL), "kept"));
    crm_record_free(rec);
    crm_field again = define("party", "loose", "text", 0);
    cr_expect_neq(again, loose, "a number is never given again");
    cr_expect_eq(change_text(id, again, "new"), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(change_text(id, loose, "changed"), CRM_E_TYPE);
    cr_expect_eq(change_text(id, used, NULL), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_record_delete(txn, definition_of(used), 0), CRM_OK, "%s", crm_error_text());
    rec = test_get(txn, id);
    cr_expect_eq(crm_record_clear(rec, loose), CRM_OK, "what is kept can be taken away");
    cr_expect_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
}

/* A rule's field is kept for it. */
Test(custom_field, named_by_a_rule) {
    crm_field field = define("party", "grade", "text", 0);
    crm_record *rule =
        test_record(CRM_KIND_RULE, 0, CRM_RULE_CODE, "r", CRM_RULE_TARGET, "quote.price_list", CRM_RULE_SOURCE, "customer.grade", 0);
    crm_id id = test_put(txn, rule);
    cr_expect_eq(crm_record_delete(txn, definition_of(field), 0), CRM_E_IN_USE);
    cr_expect_eq(crm_error_field(), (crm_field)CRM_RULE_CODE);
    crm_blockers *blockers;
    cr_assert_eq(crm_record_blockers(txn, definition_of(field), &blockers), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_blockers_count(blockers), 1u);
    cr_expect_eq(crm_blockers_sample(blockers, 0, 0), id);
    crm_blockers_free(blockers);
    cr_expect_eq(crm_record_delete(txn, id, 0), CRM_OK);
    cr_expect_eq(crm_record_delete(txn, definition_of(field), 0), CRM_OK, "%s", crm_error_text());
}

/* Values of a field that a handle does not know survive its change: it read the record when the definition was gone. */
Test(custom_field, unknown_is_kept) {
    crm_field f[9];
    define_all("party", f);
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "A", 0);
    set_all(rec, f);
    crm_id id = test_put(txn, rec);
    go_on();
    crm_txn *before = test_read(db); /* a snapshot that knows them */
    for (int i = 0; i < 9; i++) cr_assert_eq(crm_record_delete(txn, definition_of(f[i]), 0), CRM_OK, "%s", crm_error_text());
    go_on();
    cr_expect_eq(change_text(id, CRM_PARTY_NAME, "B"), CRM_OK, "%s", crm_error_text());
    go_on();
    rec = test_get(txn, id);
    cr_expect_eq(crm_record_count(rec), 3u, "type, name, created at");
    crm_record_free(rec);
    rec = test_get(before, id);
    expect_all(rec, f);
    cr_expect_str_eq(crm_record_field_name(rec, f[0]), "text", "an older snapshot has its own definitions");
    crm_record_free(rec);
    crm_txn_free(before);
}

Test(custom_field, aborted) {
    crm_field field = define("party", "colour", "text", 0), found_again;
    cr_expect_eq(crm_custom_field_find(txn, "party.colour", &found_again), CRM_OK, "its own transaction knows it");
    crm_txn *reading = test_read(db);
    cr_expect_eq(crm_custom_field_find(reading, "party.colour", &found_again), CRM_E_NOTFOUND, "others do not");
    crm_txn_free(reading);
    crm_txn_free(txn);
    txn = test_write(db);
    cr_expect_eq(crm_custom_field_find(txn, "party.colour", &found_again), CRM_E_NOTFOUND);
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "A", 0);
    cr_assert_eq(crm_record_set_text(rec, field, "x", 1), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_E_TYPE);
}

/* --- another process --- */

/* In a child, once it is told: defines a field and stores a value in it. */
static int define_in_child(int from) {
    char told;
    if (read(from, &told, 1) != 1) return 1;
    db = test_open();
    txn = test_write(db);
    crm_field field = define("party", "colour", "text", INDEXED);
    party_with("A", field, "red");
    test_commit(txn);
    crm_db_close(db);
    return 0;
}

/* The next transaction here knows what another process defined; one that runs does not. */
Test(custom_field_processes, defined_elsewhere, .init = test_begin, .fini = test_end) {
    int pipes[2], status;
    crm_field field;
    cr_assert_eq(pipe(pipes), 0);
    pid_t child = fork(); /* before anything is open */
    if (child == 0) _exit(define_in_child(pipes[0]));
    db = test_open();
    txn = test_read(db);
    cr_expect_eq(crm_custom_field_find(txn, "party.colour", &field), CRM_E_NOTFOUND);
    cr_assert_eq(write(pipes[1], "g", 1), 1);
    cr_assert(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    cr_expect_eq(crm_custom_field_find(txn, "party.colour", &field), CRM_E_NOTFOUND, "the snapshot stays as it is");
    crm_txn_free(txn);
    txn = test_read(db);
    crm_id id;
    cr_assert_eq(crm_custom_field_find(txn, "party.colour", &field), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(found(field, "red", &id), 1u);
    crm_record *rec = test_get(txn, id);
    cr_expect_str_eq(crm_record_text(rec, field), "red");
    cr_expect_str_eq(crm_record_field_name(rec, field), "colour");
    crm_record_free(rec);
    crm_txn_free(txn);
    crm_db_close(db);
    close(pipes[0]);
    close(pipes[1]);
}

/* --- what the headers say of errors --- */

Test(custom_field, errors) {
    crm_record *rec;
    crm_iter *iter;
    crm_sync *sync;
    crm_field number = define("party", "number", "int", INDEXED), field;
    REFUSES(CRM_E_INVALID, crm_record_new_in, crm_record_new_in(txn, 30, &rec));
    KEEPS(crm_record_new_in, crm_record_new_in(txn, CRM_KIND_PARTY, &rec));
    KEEPS(crm_record_field_find, crm_record_field_find(rec, "none"));
    KEEPS(crm_record_field_name, crm_record_field_name(rec, CRM_ADDRESS_TOWN));
    crm_record_free(rec);
    REFUSES(CRM_E_NOTFOUND, crm_custom_field_find, crm_custom_field_find(txn, "party.none", &field));
    KEEPS(crm_custom_field_find, crm_custom_field_find(txn, "party.number", &field));
    REFUSES(CRM_E_NOTFOUND, crm_custom_field_get, crm_custom_field_get(txn, CRM_PARTY_NAME, &rec));
    KEEPS(crm_custom_field_get, crm_custom_field_get(txn, number, &rec));
    crm_record_free(rec);
    REFUSES(CRM_E_INVALID, crm_custom_field_next, crm_custom_field_next(txn, 30, 0, &field));
    KEEPS(crm_custom_field_next, crm_custom_field_next(txn, CRM_KIND_PARTY, number, &field));
    REFUSES(CRM_E_TYPE, crm_record_search_int, crm_record_search_int(txn, CRM_PARTY_NAME, 1, 0, NULL, &iter));
    REFUSES(CRM_E_INVALID, crm_record_search_int, crm_record_search_int(txn, number, 1, 0, "x", &iter));
    REFUSES(CRM_E_TOO_BIG, crm_record_search_int, crm_record_search_int(txn, number, 1, 10001, NULL, &iter));
    KEEPS(crm_record_search_int, crm_record_search_int(txn, number, 1, 0, NULL, &iter));
    crm_iter_free(iter);
    REFUSES(CRM_E_INVALID, crm_sync_new_in, crm_sync_new_in(txn, "", CRM_ROWS_FLAT, &sync));
    REFUSES(CRM_E_INVALID, crm_sync_new_in, crm_sync_new_in(txn, "erp", 99, &sync));
    KEEPS(crm_sync_new_in, crm_sync_new_in(txn, "erp", CRM_ROWS_FLAT, &sync));
    crm_sync_free(sync);
}

/* The last number that a store gives out, and that deleted ones count. */
Test(custom_field, limit, .timeout = 60) {
    char name[16];
    crm_id last = 0;
    for (int i = 1; i <= 800; i++) {
        snprintf(name, sizeof name, "f%d", i);
        last = test_put(txn, definition("party", name, "int", 0));
    }
    cr_expect_eq(test_try(txn, definition("party", "more", "int", 0)), CRM_E_TOO_BIG);
    cr_assert_eq(crm_record_delete(txn, last, 0), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(test_try(txn, definition("party", "more", "int", 0)), CRM_E_TOO_BIG, "after one was deleted");
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "A", 0);
    crm_field field = 0;
    for (int i = 0; i < 500; i++) {
        cr_assert_eq(crm_custom_field_next(txn, CRM_KIND_PARTY, field, &field), CRM_OK);
        cr_assert_eq(crm_record_set_int(rec, field, i), CRM_OK);
    }
    crm_id id = test_put(txn, rec);
    rec = test_get(txn, id);
    cr_expect_eq(crm_record_count(rec), 503u);
    cr_expect_eq(crm_record_int(rec, field, 0), 499);
    crm_record_free(rec);
}
