/* SPDX-License-Identifier: MIT */
/* Parties: found by number and identifier, the directory, whole files. */
#include "support/json.h"
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(party, .init = begin, .fini = end);

static crm_id find(const char *role, const char *number) {
    crm_id id = 0;
    int rc = crm_party_find(txn, role, number, CRM_NTS, &id);
    cr_expect(rc == CRM_OK || (rc == CRM_E_NOTFOUND && id == 0), "%s %s: %d", role, number, rc);
    return id;
}

Test(party, find) {
    crm_id one = test_party(txn, "One"), two = test_party(txn, "Two"), id = 77;
    test_role(txn, one, CRM_ROLE_CUSTOMER, "10001");
    test_role(txn, one, CRM_ROLE_SUPPLIER, "S-Ä 1");
    test_role(txn, two, CRM_ROLE_SUPPLIER, "10001");
    cr_expect_eq(find(CRM_ROLE_CUSTOMER, "10001"), one);
    cr_expect_eq(find(CRM_ROLE_SUPPLIER, "10001"), two, "each role has numbers of its own");
    cr_expect_eq(find(CRM_ROLE_SUPPLIER, "S-Ä 1"), one);
    cr_expect_eq(find(CRM_ROLE_SUPPLIER, "s-ä 1"), 0, "exactly");
    cr_expect_eq(find(CRM_ROLE_CUSTOMER, "1000"), 0);
    cr_expect_eq(find(CRM_ROLE_CUSTOMER, "100011"), 0);
    cr_expect_eq(find(CRM_ROLE_CUSTOMER, ""), 0);
    cr_expect_eq(find("", "10001"), 0);
    cr_expect_eq(find("dealer", "10001"), 0);
    cr_expect_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, "100019", 5, &id), CRM_OK, "by length");
    cr_expect_eq(id, one);
    crm_record *rec;
    cr_assert_eq(crm_party_get(txn, CRM_ROLE_CUSTOMER, "10001", CRM_NTS, &rec), CRM_OK);
    cr_expect_eq(crm_record_key(rec), one);
    crm_record_free(rec);
    cr_expect_eq(crm_party_get(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &rec), CRM_E_NOTFOUND);
    cr_expect_null(rec);
    test_put(txn, test_record(CRM_KIND_IDENTIFIER, two, CRM_IDENTIFIER_SCHEME, CRM_SCHEME_DUNS, CRM_IDENTIFIER_VALUE, "123456789", 0));
    test_put(txn, test_record(CRM_KIND_IDENTIFIER, one, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "123456789", 0));
    cr_expect(crm_identifier_find(txn, CRM_SCHEME_DUNS, "123456789", CRM_NTS, &id) == CRM_OK && id == two);
    cr_expect(crm_identifier_find(txn, "erp", "123456789", CRM_NTS, &id) == CRM_OK && id == one);
    cr_expect_eq(crm_identifier_find(txn, CRM_SCHEME_GLN, "123456789", CRM_NTS, &id), CRM_E_NOTFOUND);
    cr_expect_eq(id, one, "untouched");
}

/* A value as long as they get, and its neighbours that differ in the last byte. */
Test(party, long_numbers) {
    char number[4097];
    crm_id ids[3], id;
    memset(number, '7', 4096);
    number[4096] = 0;
    for (int i = 0; i < 3; i++) {
        number[4095] = (char)('1' + i);
        test_role(txn, ids[i] = test_party(txn, "x"), CRM_ROLE_CUSTOMER, number);
    }
    for (int i = 0; i < 3; i++) {
        number[4095] = (char)('1' + i);
        cr_expect(crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &id) == CRM_OK && id == ids[i], "%d", i);
    }
    number[4095] = '9';
    cr_expect_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &id), CRM_E_NOTFOUND);
}

Test(party, duplicates) {
    crm_id one = test_party(txn, "One"), two = test_party(txn, "Two");
    test_role(txn, one, CRM_ROLE_CUSTOMER, "Größe 1");
    test_put(txn, test_record(CRM_KIND_IDENTIFIER, one, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "1", 0));
    crm_id other = test_put(txn, test_record(CRM_KIND_IDENTIFIER, two, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "2", 0));
    test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "P", 0));
    test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "s", 0));
    crm_record *moved = test_get(txn, other);
    cr_assert_eq(crm_record_set_text(moved, CRM_IDENTIFIER_VALUE, "1", CRM_NTS), CRM_OK);
    struct duplicate_case {
        crm_record *rec;
        crm_field field;
    } cases[] = {
        {test_record(CRM_KIND_ROLE, two, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, CRM_ROLE_NUMBER, "Größe 1", 0), CRM_ROLE_NUMBER},
        {test_record(CRM_KIND_IDENTIFIER, two, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "1", 0), CRM_IDENTIFIER_VALUE},
        {test_record(CRM_KIND_IDENTIFIER, one, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "1", 0), CRM_IDENTIFIER_VALUE},
        {test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "P", 0), CRM_CODE_CODE},
        {test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "s", 0), CRM_SETTING_NAME},
        {moved, CRM_IDENTIFIER_VALUE},
    };
    char *before = test_dump_txn(txn);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(test_try(txn, cases[i].rec), CRM_E_EXISTS, "%zu", i);
        cr_expect_eq(crm_error_field(), cases[i].field, "%zu: field %u", i, crm_error_field());
    }
    char *after = test_dump_txn(txn);
    cr_expect_str_eq(after, before, "nothing was stored");
    free(before);
    free(after);
    for (size_t size = 90; size < 120; size++) { /* wherever a text is cut, its error is UTF-8 */
        char name[128] = "";
        for (size_t at = size % 2; at + 2 <= size; at += 2) strcat(name, "ä");
        if (size % 2) strcat(name, "x");
        test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, name, 0));
        cr_expect_eq(test_try(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, name, 0)), CRM_E_EXISTS);
        crm_record_free(test_record(CRM_KIND_SETTING, 0, CRM_SETTING_VALUE, crm_error_text(), 0));
    }
    cr_assert_eq(crm_record_delete(txn, other, 0), CRM_OK);
    test_put(txn, test_record(CRM_KIND_IDENTIFIER, two, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "2", 0)); /* free again */
}

/* --- directory --- */

/* Names of a page, divided by '|'. */
static char *names(crm_iter *iter) {
    static char text[8192];
    crm_id id;
    *text = 0;
    while (crm_iter_next(iter, &id) == CRM_ROW) {
        crm_record *rec = test_get(txn, id);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? "|" : "", crm_record_text(rec, CRM_PARTY_NAME));
        crm_record_free(rec);
    }
    crm_iter_free(iter);
    return text;
}

static char *list(const char *role, const char *prefix, uint32_t flags) {
    crm_iter *iter;
    int rc = crm_party_list(txn, role, prefix, CRM_NTS, flags, 0, NULL, &iter);
    cr_assert_eq(rc, CRM_OK, "%d %s", rc, crm_error_text());
    return names(iter);
}

static void set_archived(crm_id id, int archived) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_bool(rec, CRM_PARTY_ARCHIVED, archived), CRM_OK);
    test_put(txn, rec);
}

static void set_name(crm_id id, const char *name) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NAME, name, CRM_NTS), CRM_OK);
    test_put(txn, rec);
}

static int try_role(crm_id party, const char *role, int64_t from, int64_t until) {
    crm_record *rec = test_record(CRM_KIND_ROLE, party, CRM_ROLE_ROLE, role, 0);
    if (from) cr_assert_eq(crm_record_set_date(rec, CRM_ROLE_VALID_FROM, from), CRM_OK);
    if (until) cr_assert_eq(crm_record_set_date(rec, CRM_ROLE_VALID_UNTIL, until), CRM_OK);
    return test_try(txn, rec);
}

Test(party, directory_order) {
    static const char *const given[] = {"zebra", "Äpfel", "apfel 2", "Straße", "STRASSE 1", "Zoe",
                                        "10",    "9",     "  Blank", "Éclair", "eclair b"};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) test_party(txn, given[i]);
    cr_expect_str_eq(list(NULL, NULL, 0), "Äpfel|apfel 2|  Blank|Éclair|eclair b|Straße|STRASSE 1|zebra|Zoe|10|9");
    static const struct prefix_case {
        const char *prefix, *names;
    } cases[] = {
        {"", "Äpfel|apfel 2|  Blank|Éclair|eclair b|Straße|STRASSE 1|zebra|Zoe|10|9"},
        {"APF", "Äpfel|apfel 2"},
        {"äpfel", "Äpfel|apfel 2"},
        {"äpfel ", "Äpfel|apfel 2"},
        {"apfel 2", "apfel 2"},
        {"strass", "Straße|STRASSE 1"},
        {"straß", "Straße|STRASSE 1"},
        {"bl", "  Blank"},
        {"z", "zebra|Zoe"},
        {"zz", ""},
        {"\xf4\x8f\xbf\xbf", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_str_eq(list(NULL, cases[i].prefix, 0), cases[i].names, "%s: %s", cases[i].prefix, list(NULL, cases[i].prefix, 0));
}

/* The setting makes all anew, names are found as they lie, and it goes with the setting. */
Test(party, directory_collation) {
    static const char *const given[] = {"Goldmann", "Götz", "Goethe", "Göthe", "Göbel", "Muller", "Müller", "Mueller"};
    const char *const first = "Göbel|Goethe|Goldmann|Göthe|Götz|Mueller|Muller|Müller";
    const char *const second = "Göbel|Goethe|Göthe|Götz|Goldmann|Mueller|Müller|Muller";
    crm_id old = test_party(txn, "Gödel");
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) test_role(txn, test_party(txn, given[i]), CRM_ROLE_CUSTOMER, NULL);
    set_archived(old, 1);
    cr_expect_str_eq(list(NULL, NULL, 0), first);
    cr_expect_str_eq(list(NULL, "mue", 0), "Mueller");
    cr_expect_str_eq(list(NULL, "mul", 0), "Muller|Müller");
    cr_assert_eq(crm_setting_set(txn, "directory.collation", "din5007-3", CRM_NTS), CRM_E_RANGE);
    cr_assert_eq(crm_setting_set(txn, "directory.order", "din5007-2", CRM_NTS), CRM_E_RANGE);
    cr_expect_str_eq(list(NULL, NULL, 0), first);
    for (int round = 0; round < 2; round++) {
        cr_assert_eq(crm_setting_set(txn, "directory.collation", "din5007-2", CRM_NTS), CRM_OK, "%s", crm_error_text());
        cr_expect_str_eq(list(NULL, NULL, 0), second);
        cr_expect_str_eq(list(CRM_ROLE_CUSTOMER, NULL, 0), second);
        cr_expect_str_eq(list(NULL, NULL, CRM_PARTY_LIST_ARCHIVED), round ? "Mühsam" : "Gödel");
        cr_expect_str_eq(list(NULL, "mue", 0), "Mueller|Müller");
        cr_expect_str_eq(list(NULL, "mü", 0), "Mueller|Müller");
        cr_expect_str_eq(list(NULL, "mul", 0), "Muller");
        set_name(old, "Mühsam");
        cr_expect_str_eq(list(NULL, "mueh", CRM_PARTY_LIST_ARCHIVED), "Mühsam");
        if (round)
            cr_assert_eq(crm_setting_clear(txn, "directory.collation"), CRM_OK);
        else
            cr_assert_eq(crm_setting_set(txn, "directory.collation", "din5007-1", CRM_NTS), CRM_OK);
        cr_expect_str_eq(list(NULL, NULL, 0), first);
        cr_expect_str_eq(list(NULL, "muh", CRM_PARTY_LIST_ARCHIVED), "Mühsam");
    }
    crm_record *gone;
    cr_expect_eq(crm_setting_get(txn, "directory.collation", &gone), CRM_E_NOTFOUND);
    test_commit(txn);
    test_sound(db, 0);
    txn = test_write(db);
}

Test(party, directory_changes) {
    crm_id a = test_party(txn, "Alpha"), b = test_party(txn, "Beta"), c = test_party(txn, "Gamma");
    crm_id customer = test_role(txn, a, CRM_ROLE_CUSTOMER, NULL), supplier = test_role(txn, a, CRM_ROLE_SUPPLIER, NULL);
    test_role(txn, b, CRM_ROLE_CUSTOMER, NULL);
    cr_expect_str_eq(list(NULL, NULL, 0), "Alpha|Beta|Gamma");
    cr_expect_str_eq(list(CRM_ROLE_CUSTOMER, NULL, 0), "Alpha|Beta");
    cr_expect_str_eq(list(CRM_ROLE_SUPPLIER, NULL, 0), "Alpha");
    cr_expect_str_eq(list(CRM_ROLE_AGENT, NULL, 0), "");
    set_name(a, "Omega"); /* moves in every list */
    cr_expect_str_eq(list(NULL, NULL, 0), "Beta|Gamma|Omega");
    cr_expect_str_eq(list(CRM_ROLE_CUSTOMER, NULL, 0), "Beta|Omega");
    cr_expect_str_eq(list(CRM_ROLE_SUPPLIER, "o", 0), "Omega");
    cr_expect_str_eq(list(NULL, "alpha", 0), "");
    set_name(a, "OMEGA"); /* the same entry */
    cr_expect_str_eq(list(NULL, "omega", 0), "OMEGA");
    set_archived(b, 1);
    cr_expect_str_eq(list(NULL, NULL, 0), "Gamma|OMEGA");
    cr_expect_str_eq(list(CRM_ROLE_CUSTOMER, NULL, 0), "OMEGA");
    cr_expect_str_eq(list(NULL, NULL, CRM_PARTY_LIST_ARCHIVED), "Beta");
    cr_expect_str_eq(list(CRM_ROLE_CUSTOMER, "b", CRM_PARTY_LIST_ARCHIVED), "Beta");
    set_archived(b, 0);
    cr_expect_str_eq(list(NULL, NULL, CRM_PARTY_LIST_ARCHIVED), "");

    crm_record *rec = test_get(txn, customer); /* the same role at two times, then at one, then none */
    cr_assert_eq(crm_record_set_date(rec, CRM_ROLE_VALID_UNTIL, TEST_DAY), CRM_OK);
    test_put(txn, rec);
    cr_assert_eq(try_role(a, CRM_ROLE_CUSTOMER, TEST_DAY, 0), CRM_OK);
    cr_assert_eq(crm_record_delete(txn, customer, 0), CRM_OK);
    cr_expect_str_eq(list(CRM_ROLE_CUSTOMER, NULL, 0), "Beta|OMEGA", "still there by the other one");
    rec = test_get(txn, supplier);
    cr_assert_eq(crm_record_set_text(rec, CRM_ROLE_ROLE, CRM_ROLE_AGENT, CRM_NTS), CRM_OK);
    test_put(txn, rec);
    cr_expect_str_eq(list(CRM_ROLE_SUPPLIER, NULL, 0), "");
    cr_expect_str_eq(list(CRM_ROLE_AGENT, NULL, 0), "OMEGA");
    cr_assert_eq(crm_record_delete(txn, a, 0), CRM_OK);
    cr_assert_eq(crm_record_delete(txn, c, 0), CRM_OK);
    cr_expect_str_eq(list(NULL, NULL, 0), "Beta");
    cr_expect_str_eq(list(CRM_ROLE_CUSTOMER, NULL, 0), "Beta");
    cr_expect_str_eq(list(CRM_ROLE_AGENT, NULL, 0), "");
}

/* --- whole files --- */

Test(party, file) {
    static const uint32_t order[] = {CRM_KIND_PARTY,      CRM_KIND_ROLE,    CRM_KIND_ROLE,    CRM_KIND_QUOTE_DEFAULTS, CRM_KIND_USAGE,
                                     CRM_KIND_IDENTIFIER, CRM_KIND_ADDRESS, CRM_KIND_ADDRESS, CRM_KIND_CONTACT,        CRM_KIND_CHANNEL};
    crm_id before = test_party(txn, "before"), id = test_party(txn, "Müller & \"Söhne\""), behind = test_party(txn, "behind");
    test_child(txn, CRM_KIND_CONTACT, before, CRM_CONTACT_NAME, "not his");
    test_put(txn, test_record(CRM_KIND_CHANNEL, id, CRM_CHANNEL_TYPE, "mail", CRM_CHANNEL_VALUE, "A@B.de", 0));
    crm_id contact = test_child(txn, CRM_KIND_CONTACT, id, CRM_CONTACT_NAME, "Ada");
    crm_id ulm = test_child(txn, CRM_KIND_ADDRESS, id, CRM_ADDRESS_TOWN, "Ulm");
    test_child(txn, CRM_KIND_ADDRESS, id, CRM_ADDRESS_TOWN, "Bonn");
    test_put(txn, test_record(CRM_KIND_IDENTIFIER, id, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "1", 0));
    crm_record *usage = test_record(CRM_KIND_USAGE, id, CRM_USAGE_PURPOSE, CRM_PURPOSE_DELIVERY, 0);
    cr_assert_eq(crm_record_set_id(usage, CRM_USAGE_TARGET, ulm), CRM_OK);
    cr_assert_eq(crm_record_set_date(usage, CRM_USAGE_VALID_UNTIL, 19724), CRM_OK);
    test_put(txn, usage);
    test_child(txn, CRM_KIND_QUOTE_DEFAULTS, id, CRM_QUOTE_DEFAULTS_PRICE_LIST, "A");
    test_role(txn, id, CRM_ROLE_CUSTOMER, NULL);
    test_role(txn, id, CRM_ROLE_SUPPLIER, NULL);
    test_child(txn, CRM_KIND_CONTACT, behind, CRM_CONTACT_NAME, "not his either");
    crm_file *file;
    cr_assert_eq(crm_file_get(txn, id, &file), CRM_OK);
    cr_assert_eq(crm_file_count(file), sizeof order / sizeof *order);
    for (size_t i = 0; i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        cr_expect_eq(crm_record_kind(rec), order[i], "%zu: kind %u", i, crm_record_kind(rec));
        cr_expect_eq(crm_record_revision(rec), 1);
        cr_expect_eq(i == 0 ? crm_record_key(rec) : crm_record_id(rec, order[i] * 1000 + 1), id, "%zu", i);
    }
    cr_expect_str_eq(crm_record_text(crm_file_record(file, 6), CRM_ADDRESS_TOWN), "Ulm", "in the order in which they were added");
    cr_expect_eq(crm_record_time(crm_file_record(file, 0), CRM_PARTY_CREATED_AT, 0), TEST_NOW);
    cr_expect_null(crm_file_record(file, 10));
    cr_expect_null(crm_file_record(file, SIZE_MAX));
    test_commit(txn);
    txn = NULL;
    size_t size;
    const char *json = crm_file_json(file, &size); /* outlives the transaction */
    cr_assert(json && strlen(json) == size && test_json_valid(json), "%s", json);
    cr_expect(test_json_is(json, "party.kind", "party") && test_json_is(json, "party.name", "Müller & \"Söhne\""), "%s", json);
    cr_expect(test_json_is(json, "roles.1.number", "70000") && test_json_is(json, "addresses.1.town", "Bonn"), "%s", json);
    cr_expect(test_json_is(json, "usages.0.valid_until", "2024-01-01"), "the last day that is in: %s", json);
    cr_expect(test_json_is(json, "contacts.0.name", "Ada") && test_json_is(json, "channels.0.normalised", "a@b.de"), "%s", json);
    cr_expect(test_json_is(json, "quote_defaults.0.price_list", "A") && test_json_is(json, "identifiers.0.value", "1"), "%s", json);
    cr_expect_str_eq(crm_file_json(file, NULL), json);
    crm_file_free(file);
    txn = test_write(db);
    cr_expect_eq(crm_file_get(txn, contact, &file), CRM_E_NOTFOUND);
    cr_expect_null(file);
    cr_expect_eq(crm_file_get(txn, 0, &file), CRM_E_NOTFOUND);
    cr_assert_eq(crm_record_delete(txn, id, 0), CRM_OK);
    cr_expect_eq(crm_file_get(txn, id, &file), CRM_E_NOTFOUND);
    cr_assert_eq(crm_file_get(txn, behind, &file), CRM_OK);
    cr_expect_eq(crm_file_count(file), 2, "the neighbours' files are whole");
    crm_file_free(file);
}

/* More than one block of memory, records larger than a block, json twice. */
Test(party, large_file) {
    crm_id id = test_party(txn, "x");
    char text[4097];
    memset(text, 'n', 4096);
    text[4096] = 0;
    for (int i = 0; i < 300; i++) {
        crm_record *rec = test_record(CRM_KIND_CONTACT, id, CRM_CONTACT_NAME, i % 7 ? "Ada" : text, 0);
        if (i % 50 == 0) cr_assert_eq(crm_record_set_text(rec, CRM_CONTACT_NOTE, text, CRM_NTS), CRM_OK);
        test_put(txn, rec);
    }
    crm_file *file;
    cr_assert_eq(crm_file_get(txn, id, &file), CRM_OK);
    cr_assert_eq(crm_file_count(file), 301);
    for (size_t i = 0; i < 300; i++)
        cr_expect_str_eq(crm_record_text(crm_file_record(file, i + 1), CRM_CONTACT_NAME), i % 7 ? "Ada" : text);
    cr_expect(test_json_valid(crm_file_json(file, NULL)));
    crm_record *copy;
    cr_assert_eq(crm_record_copy(crm_file_record(file, 300), &copy), CRM_OK);
    crm_file_free(file);
    cr_assert_eq(crm_record_set_text(copy, CRM_CONTACT_NAME, "Eve", CRM_NTS), CRM_OK);
    uint64_t revision;
    cr_expect_eq(crm_record_put(txn, copy, NULL, &revision), CRM_OK, "a record of a file, stored again");
    cr_expect_eq(revision, 2);
    crm_record_free(copy);
}
