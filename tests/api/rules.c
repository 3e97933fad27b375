/* SPDX-License-Identifier: MIT */
/* The rules of storing: what is required, codes, references, validity, revisions, limits, what is derived. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(rules, .init = begin, .fini = end);

/* Stores a record that is to be refused: status and field are right, and nothing has changed. */
static void refused(const char *what, crm_record *rec, int status, crm_field field) {
    char *before = test_dump_txn(txn);
    int rc = test_try(txn, rec);
    cr_expect_eq(rc, status, "%s: %d %s", what, rc, crm_error_text());
    cr_expect_eq(crm_error_field(), field, "%s: field %u", what, crm_error_field());
    char *after = test_dump_txn(txn);
    cr_expect_str_eq(after, before, "%s", what);
    free(before);
    free(after);
}

static crm_record *with_id(crm_record *rec, crm_field field, crm_id id) {
    cr_assert_eq(crm_record_set_id(rec, field, id), CRM_OK);
    return rec;
}

static crm_record *with_date(crm_record *rec, crm_field field, int64_t day) {
    cr_assert_eq(crm_record_set_date(rec, field, day), CRM_OK);
    return rec;
}

Test(rules, required) {
    crm_id p = test_party(txn, "x"), a = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm");
    struct required_case {
        crm_record *rec;
        crm_field field;
    } cases[] = {
        {test_record(CRM_KIND_PARTY, 0, 0), CRM_PARTY_TYPE},
        {test_record(CRM_KIND_PARTY, 0, CRM_PARTY_NAME, "x", 0), CRM_PARTY_TYPE},
        {test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", 0), CRM_PARTY_NAME},
        {test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "", 0), CRM_PARTY_NAME},
        {test_record(CRM_KIND_ROLE, p, 0), CRM_ROLE_ROLE},
        {test_record(CRM_KIND_ROLE, 0, CRM_ROLE_ROLE, "customer", 0), CRM_ROLE_PARTY},
        {with_id(test_record(CRM_KIND_USAGE, p, 0), CRM_USAGE_TARGET, a), CRM_USAGE_PURPOSE},
        {test_record(CRM_KIND_USAGE, p, CRM_USAGE_PURPOSE, "main", 0), CRM_USAGE_TARGET},
        {test_record(CRM_KIND_IDENTIFIER, p, CRM_IDENTIFIER_VALUE, "1", 0), CRM_IDENTIFIER_SCHEME},
        {test_record(CRM_KIND_IDENTIFIER, p, CRM_IDENTIFIER_SCHEME, "gln", 0), CRM_IDENTIFIER_VALUE},
        {test_record(CRM_KIND_IDENTIFIER, p, CRM_IDENTIFIER_SCHEME, "gln", CRM_IDENTIFIER_VALUE, "", 0), CRM_IDENTIFIER_VALUE},
        {test_record(CRM_KIND_ADDRESS, 0, CRM_ADDRESS_TOWN, "Ulm", 0), CRM_ADDRESS_PARTY},
        {test_record(CRM_KIND_CONTACT, 0, CRM_CONTACT_NAME, "x", 0), CRM_CONTACT_PARTY},
        {test_record(CRM_KIND_CHANNEL, p, CRM_CHANNEL_VALUE, "1", 0), CRM_CHANNEL_TYPE},
        {test_record(CRM_KIND_CHANNEL, p, CRM_CHANNEL_TYPE, "mail", 0), CRM_CHANNEL_VALUE},
        {test_record(CRM_KIND_CODE, 0, CRM_CODE_CODE, "x", 0), CRM_CODE_DOMAIN},
        {test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "x", 0), CRM_CODE_CODE},
        {test_record(CRM_KIND_SETTING, 0, CRM_SETTING_VALUE, "x", 0), CRM_SETTING_NAME},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char what[32];
        snprintf(what, sizeof what, "case %zu", i);
        refused(what, cases[i].rec, CRM_E_REQUIRED, cases[i].field);
    }
    cr_expect_eq(test_try(txn, test_record(CRM_KIND_QUOTE, 0, 0)), CRM_E_TYPE, "computed, never stored");
    crm_record *rec = test_get(txn, p); /* nor may it be taken away later */
    cr_assert_eq(crm_record_clear(rec, CRM_PARTY_NAME), CRM_OK);
    refused("cleared", rec, CRM_E_REQUIRED, CRM_PARTY_NAME);
}

Test(rules, codes) {
    crm_id p = test_party(txn, "x");
    char longest[66];
    memset(longest, 'c', 65);
    longest[65] = 0;
    struct code_case {
        crm_record *rec;
        int status;
        crm_field field;
    } cases[] = {
        {test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "robot", CRM_PARTY_NAME, "x", 0), CRM_E_CODE, CRM_PARTY_TYPE},
        {test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "x", CRM_PARTY_LANGUAGE, "xx", 0), CRM_E_CODE,
         CRM_PARTY_LANGUAGE},
        {test_record(CRM_KIND_ROLE, p, CRM_ROLE_ROLE, "Customer", 0), CRM_E_CODE, CRM_ROLE_ROLE},
        {test_record(CRM_KIND_ROLE, p, CRM_ROLE_ROLE, "kunde", 0), CRM_E_CODE, CRM_ROLE_ROLE},
        {test_record(CRM_KIND_ADDRESS, p, CRM_ADDRESS_COUNTRY, "Germany", 0), CRM_E_CODE, CRM_ADDRESS_COUNTRY},
        {test_record(CRM_KIND_ADDRESS, p, CRM_ADDRESS_COUNTRY, longest, 0), CRM_E_TOO_BIG, CRM_ADDRESS_COUNTRY},
        {test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "x", CRM_PARTY_CATEGORY, longest, 0), CRM_E_TOO_BIG,
         CRM_PARTY_CATEGORY},
        {test_record(CRM_KIND_IDENTIFIER, p, CRM_IDENTIFIER_SCHEME, longest, CRM_IDENTIFIER_VALUE, "1", 0), CRM_E_TOO_BIG,
         CRM_IDENTIFIER_SCHEME},
        {test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, longest, CRM_CODE_CODE, "x", 0), CRM_E_TOO_BIG, CRM_CODE_DOMAIN},
        {test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, longest, 0), CRM_E_TOO_BIG, CRM_CODE_CODE},
        {test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, "A", CRM_CODE_CURRENCY, "EURO", 0), CRM_E_CODE,
         CRM_CODE_CURRENCY},
        {test_record(CRM_KIND_CHANNEL, p, CRM_CHANNEL_TYPE, "pigeon", CRM_CHANNEL_VALUE, "1", 0), CRM_E_CODE, CRM_CHANNEL_TYPE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char what[32];
        snprintf(what, sizeof what, "case %zu", i);
        refused(what, cases[i].rec, cases[i].status, cases[i].field);
    }
    for (longest[64] = 0; longest[0]; longest[strlen(longest) - 1] = 0) { /* 64 bytes and fewer */
        if (strlen(longest) < 63) break;
        test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, longest, CRM_CODE_CODE, longest, 0));
        test_put(txn, test_record(CRM_KIND_IDENTIFIER, p, CRM_IDENTIFIER_SCHEME, longest, CRM_IDENTIFIER_VALUE, "1", 0));
        crm_id id;
        cr_expect_eq(crm_code_find(txn, longest, longest, CRM_NTS, &id), CRM_OK);
        cr_expect(crm_identifier_find(txn, longest, "1", CRM_NTS, &id) == CRM_OK && id == p);
    }
}

Test(rules, references) {
    crm_id p = test_party(txn, "p"), q = test_party(txn, "q");
    crm_id mine = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm"),
           its = test_child(txn, CRM_KIND_ADDRESS, q, CRM_ADDRESS_TOWN, "Ulm");
    crm_id contact = test_child(txn, CRM_KIND_CONTACT, p, CRM_CONTACT_NAME, "x"),
           gone = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm");
    cr_assert_eq(crm_record_delete(txn, gone, 0), CRM_OK);
#define USAGE test_record(CRM_KIND_USAGE, p, CRM_USAGE_PURPOSE, "main", 0)
#define DEFAULTS test_record(CRM_KIND_QUOTE_DEFAULTS, p, 0)
#define PARTY test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "x", 0)
    struct reference_case {
        const char *what;
        crm_record *rec;
        int status;
        crm_field field;
    } cases[] = {
        {"another party's address", with_id(USAGE, CRM_USAGE_TARGET, its), CRM_E_NOT_RELATED, CRM_USAGE_TARGET},
        {"a deleted address", with_id(USAGE, CRM_USAGE_TARGET, gone), CRM_E_NOTFOUND, CRM_USAGE_TARGET},
        {"a party as target", with_id(USAGE, CRM_USAGE_TARGET, p), CRM_E_NOTFOUND, CRM_USAGE_TARGET},
        {"no id", with_id(USAGE, CRM_USAGE_TARGET, UINT64_MAX), CRM_E_NOTFOUND, CRM_USAGE_TARGET},
        {"an invented id", with_id(USAGE, CRM_USAGE_TARGET, mine ^ 1), CRM_E_NOTFOUND, CRM_USAGE_TARGET},
        {"a contact as site", with_id(DEFAULTS, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, contact), CRM_E_NOTFOUND,
         CRM_QUOTE_DEFAULTS_PREFERRED_SITE},
        {"an address as contact", with_id(DEFAULTS, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, mine), CRM_E_NOTFOUND,
         CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT},
        {"another's site", with_id(DEFAULTS, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, its), CRM_E_NOT_RELATED, CRM_QUOTE_DEFAULTS_PREFERRED_SITE},
        {"another's scope", with_id(DEFAULTS, CRM_QUOTE_DEFAULTS_SCOPE, its), CRM_E_NOT_RELATED, CRM_QUOTE_DEFAULTS_SCOPE},
        {"an address as referrer", with_id(PARTY, CRM_PARTY_REFERRER, mine), CRM_E_NOTFOUND, CRM_PARTY_REFERRER},
        {"himself as referrer", with_id(test_get(txn, p), CRM_PARTY_REFERRER, p), CRM_E_RANGE, CRM_PARTY_REFERRER},
        {"an address as owner", test_record(CRM_KIND_CONTACT, mine, CRM_CONTACT_NAME, "x", 0), CRM_E_NOTFOUND, CRM_CONTACT_PARTY},
        {"nobody as owner", test_record(CRM_KIND_CONTACT, UINT64_MAX, CRM_CONTACT_NAME, "x", 0), CRM_E_NOTFOUND, CRM_CONTACT_PARTY},
        {"another owner later", with_id(test_get(txn, contact), CRM_CONTACT_PARTY, q), CRM_E_INVALID, CRM_CONTACT_PARTY},
        {"no owner later", with_id(test_get(txn, contact), CRM_CONTACT_PARTY, 0), CRM_E_INVALID, CRM_CONTACT_PARTY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) refused(cases[i].what, cases[i].rec, cases[i].status, cases[i].field);
    test_put(txn, with_id(USAGE, CRM_USAGE_TARGET, mine));
    test_put(txn, with_id(USAGE, CRM_USAGE_TARGET, contact));
    test_put(txn, with_id(PARTY, CRM_PARTY_REFERRER, q));
    test_put(txn, with_id(DEFAULTS, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, mine));
    refused("a scope of nobody", with_id(test_record(CRM_KIND_QUOTE_DEFAULTS, 0, 0), CRM_QUOTE_DEFAULTS_SCOPE, mine), CRM_E_INVALID,
            CRM_QUOTE_DEFAULTS_SCOPE);
}

Test(rules, validity) {
    static const struct validity_case {
        uint32_t kind;
        crm_field from, until;
    } cases[] = {
        {CRM_KIND_ADDRESS, CRM_ADDRESS_VALID_FROM, CRM_ADDRESS_VALID_UNTIL},
        {CRM_KIND_CONTACT, CRM_CONTACT_VALID_FROM, CRM_CONTACT_VALID_UNTIL},
        {CRM_KIND_USAGE, CRM_USAGE_VALID_FROM, CRM_USAGE_VALID_UNTIL},
    };
    crm_id p = test_party(txn, "x"), a = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int64_t until = 99; until <= 101; until++) {
            crm_record *rec = test_record(cases[i].kind, p, 0);
            if (cases[i].kind == CRM_KIND_USAGE) rec = with_id(rec, CRM_USAGE_TARGET, a);
            if (cases[i].kind == CRM_KIND_USAGE) cr_assert_eq(crm_record_set_text(rec, CRM_USAGE_PURPOSE, "main", CRM_NTS), CRM_OK);
            if (cases[i].kind == CRM_KIND_CONTACT) cr_assert_eq(crm_record_set_text(rec, CRM_CONTACT_NAME, "x", CRM_NTS), CRM_OK);
            rec = with_date(with_date(rec, cases[i].from, 100), cases[i].until, until);
            if (until > 100)
                test_put(txn, rec); /* one day */
            else
                refused("not after", rec, CRM_E_RANGE, cases[i].until);
        }
    }
}

Test(rules, quote_defaults_once) {
    crm_id p = test_party(txn, "x"), a = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm"),
           b = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm");
    struct scope_case {
        crm_id party, scope;
        const char *area;
    } cases[] = {{p, 0, ""}, {p, 0, "west"}, {p, a, ""}, {p, a, "west"}, {p, b, "west"}, {0, 0, ""}, {0, 0, "west"}};
    crm_id last = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int again = 0; again < 2; again++) {
            crm_record *rec = with_id(test_record(CRM_KIND_QUOTE_DEFAULTS, cases[i].party, 0), CRM_QUOTE_DEFAULTS_SCOPE, cases[i].scope);
            if (*cases[i].area) cr_assert_eq(crm_record_set_text(rec, CRM_QUOTE_DEFAULTS_SALES_AREA, cases[i].area, CRM_NTS), CRM_OK);
            if (again)
                refused("twice", rec, CRM_E_EXISTS, CRM_QUOTE_DEFAULTS_SCOPE);
            else
                last = test_put(txn, rec);
        }
    }
    crm_record *rec = test_get(txn, last); /* its own values are no twin's */
    cr_assert_eq(crm_record_set_text(rec, CRM_QUOTE_DEFAULTS_CURRENCY, "EUR", CRM_NTS), CRM_OK);
    test_put(txn, rec);
    rec = test_get(txn, last);
    cr_assert_eq(crm_record_clear(rec, CRM_QUOTE_DEFAULTS_SALES_AREA), CRM_OK);
    refused("becomes a twin", rec, CRM_E_EXISTS, CRM_QUOTE_DEFAULTS_SCOPE);
}

/* Who can say what: the store where letters are sent from, a party or group that inheritance is blocked. */
Test(rules, quote_defaults_owners) {
    crm_id p = test_party(txn, "x"), a = test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm"), g = test_group(txn, "G", 0);
    const struct owner_case {
        crm_id owner, scope;
        const char *country;
        bool sender, blocks;
    } cases[] = {
        {0, 0, "", true, false}, {0, 0, "DE", false, false}, {p, 0, "", false, true}, {p, a, "", false, true}, {g, 0, "", false, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int value = 0; value < 2; value++) {
            crm_record *sender = with_id(test_record(CRM_KIND_QUOTE_DEFAULTS, cases[i].owner, 0), CRM_QUOTE_DEFAULTS_SCOPE, cases[i].scope);
            if (*cases[i].country) cr_assert_eq(crm_record_set_text(sender, CRM_QUOTE_DEFAULTS_COUNTRY, cases[i].country, CRM_NTS), CRM_OK);
            crm_record *blocks;
            cr_assert_eq(crm_record_copy(sender, &blocks), CRM_OK);
            cr_assert_eq(crm_record_set_text(sender, CRM_QUOTE_DEFAULTS_SENDER_COUNTRY, value ? "DE" : "", CRM_NTS), CRM_OK);
            cr_assert_eq(crm_record_set_bool(blocks, CRM_QUOTE_DEFAULTS_BLOCKS_INHERITANCE, value), CRM_OK);
            if (cases[i].sender)
                cr_expect_eq(crm_record_delete(txn, test_put(txn, sender), 0), CRM_OK);
            else
                refused("sender", sender, CRM_E_INVALID, CRM_QUOTE_DEFAULTS_SENDER_COUNTRY);
            if (cases[i].blocks)
                cr_expect_eq(crm_record_delete(txn, test_put(txn, blocks), 0), CRM_OK);
            else
                refused("blocks", blocks, CRM_E_INVALID, CRM_QUOTE_DEFAULTS_BLOCKS_INHERITANCE);
        }
    }
}

/* --- revisions --- */

Test(rules, revisions) {
    crm_id id = test_party(txn, "x"), same = 0;
    uint64_t revision = 0;
    crm_record *first = test_get(txn, id), *second = test_get(txn, id);
    cr_expect_eq(crm_record_put(txn, first, &same, &revision), CRM_OK);
    cr_expect(same == id && revision == 1, "unchanged");
    cr_assert_eq(crm_record_set_text(first, CRM_PARTY_NOTE, "1", CRM_NTS), CRM_OK);
    cr_expect_eq(crm_record_put(txn, first, NULL, &revision), CRM_OK);
    cr_expect_eq(revision, 2);
    cr_expect_eq(crm_record_revision(first), 1, "the record in memory stays as it is");
    cr_assert_eq(crm_record_set_text(second, CRM_PARTY_NOTE, "2", CRM_NTS), CRM_OK);
    revision = 77;
    cr_expect_eq(crm_record_put(txn, second, &same, &revision), CRM_E_STALE);
    cr_expect(revision == 77 && same == id, "untouched");
    cr_expect_eq(crm_record_put(txn, first, NULL, NULL), CRM_E_STALE, "its own earlier state too");
    cr_expect_eq(crm_record_delete(txn, id, 1), CRM_E_STALE);
    cr_expect_eq(crm_record_delete(txn, id, 3), CRM_E_STALE);
    cr_expect_eq(crm_record_delete(txn, id, 2), CRM_OK);
    cr_expect_eq(crm_record_delete(txn, id, 2), CRM_E_NOTFOUND);
    cr_expect_eq(crm_record_put(txn, second, NULL, NULL), CRM_E_NOTFOUND, "deleted");
    crm_record_free(first);
    crm_record_free(second);
    crm_id p = test_party(txn, "y");
    crm_id channel = test_put(txn, test_record(CRM_KIND_CHANNEL, p, CRM_CHANNEL_TYPE, "mail", CRM_CHANNEL_VALUE, "A@B", 0));
    test_put(txn, test_get(txn, channel));
    first = test_get(txn, channel);
    cr_expect_eq(crm_record_revision(first), 1, "what the library derives is no change");
    crm_record_free(first);
}

/* --- limits --- */

/* A party with about so many bytes when stored. */
static crm_record *big_party(size_t size) {
    crm_record *rec;
    char text[4097];
    memset(text, 'b', 4096);
    text[4096] = 0;
    cr_assert_eq(crm_record_new(CRM_KIND_PARTY, &rec), CRM_OK);
    cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_TYPE, "person", CRM_NTS), CRM_OK);
    for (crm_field field = CRM_PARTY_NAME; size && field <= CRM_PARTY_NOTE; field++) {
        if (crm_field_type(field) != CRM_TYPE_TEXT || crm_field_domain(field)) continue;
        size_t part = size < 4096 ? size : 4096;
        cr_assert_eq(crm_record_set_text(rec, field, text, part), CRM_OK);
        size -= part;
    }
    return rec;
}

/* Contacts with labels do not exist: a code's labels are what can get over a record's limit. */
static crm_record *big_code(size_t bytes) {
    crm_record *rec = test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "x", 0);
    static char text[4097];
    memset(text, 'l', 4096);
    for (int i = 0; bytes; i++) {
        char language[] = {(char)('a' + i / 26), (char)('a' + i % 26), 0};
        size_t part = bytes < 4096 ? bytes : 4096;
        cr_assert_eq(crm_record_set_label(rec, CRM_CODE_LABEL, language, text, part), CRM_OK, "%s", crm_error_text());
        bytes -= part;
    }
    return rec;
}

Test(rules, limits) {
    crm_id p = test_party(txn, "x");
    char text[4098];
    memset(text, 't', 4097);
    text[4097] = 0;
    for (size_t size = 4095; size <= 4097; size++) {
        crm_record *rec = test_record(CRM_KIND_CONTACT, p, CRM_CONTACT_NAME, "x", 0);
        int rc = crm_record_set_text(rec, CRM_CONTACT_NOTE, text, size);
        cr_expect_eq(rc, size > 4096 ? CRM_E_TOO_BIG : CRM_OK, "a text of %zu bytes: %d", size, rc);
        rec = test_get(txn, test_put(txn, rec));
        const char *note = crm_record_text(rec, CRM_CONTACT_NOTE);
        cr_expect_eq(note ? strlen(note) : 0, size > 4096 ? 0 : size);
        crm_record_free(rec);
    }
    crm_record *rec = test_record(CRM_KIND_ADDRESS, p, 0);
    for (int i = 1; i <= 65; i++)
        cr_expect_eq(crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, "x", 1), i > 64 ? CRM_E_TOO_BIG : CRM_OK, "item %d", i);
    rec = test_get(txn, test_put(txn, rec));
    cr_expect_eq(crm_record_item_count(rec, CRM_ADDRESS_RECIPIENT), 64);
    crm_record_free(rec);
    rec = test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "many", 0);
    for (int i = 1; i <= 65; i++) {
        char language[] = {(char)('a' + i / 26), (char)('a' + i % 26), 0};
        cr_expect_eq(crm_record_set_label(rec, CRM_CODE_LABEL, language, "x", 1), i > 64 ? CRM_E_TOO_BIG : CRM_OK, "language %d", i);
    }
    rec = test_get(txn, test_put(txn, rec));
    cr_expect_eq(crm_record_item_count(rec, CRM_CODE_LABEL), 64);
    crm_record_free(rec);
    test_put(txn, big_party(40000));
}

/* The largest record that is stored, and one byte more: refused without a trace, and the transaction goes on. */
Test(rules, record_bytes) {
    size_t low = 60000, high = 70000; /* what fits, what does not */
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        crm_record *rec = big_code(middle);
        int rc = crm_record_put(txn, rec, NULL, NULL);
        crm_record_free(rec);
        cr_assert(rc == CRM_OK || rc == CRM_E_TOO_BIG, "%zu: %d", middle, rc);
        crm_id id;
        cr_assert_eq(crm_code_find(txn, "plant", "x", CRM_NTS, &id), rc == CRM_OK ? CRM_OK : CRM_E_NOTFOUND, "%zu bytes of labels", middle);
        if (rc == CRM_OK) cr_assert_eq(crm_record_delete(txn, id, 0), CRM_OK);
        *(rc == CRM_OK ? &low : &high) = middle;
    }
    cr_expect(low > 65300 && low < 65536, "%zu bytes of labels", low);
    crm_id id = test_put(txn, big_code(low));
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_text(rec, CRM_CODE_CODE, "renamed", CRM_NTS), CRM_OK);
    refused("a change beyond the limit", rec, CRM_E_TOO_BIG, 0);
    test_commit(txn);
    txn = test_write(db);
    rec = test_get(txn, id);
    cr_expect_str_eq(crm_record_text(rec, CRM_CODE_CODE), "x");
    crm_record_free(rec);
}

/* --- what is derived --- */

Test(rules, channels) {
    static const struct channel_case {
        const char *kind, *value, *normalised;
    } cases[] = {
        {"mail", " Ada@Example.COM ", "ada@example.com"},
        {"phone", "+49 (0)30 12-34", "+49301234"},
        {"phone", "0049 30/1234", "+49301234"},
        {"phone", "030 1234", "0301234"},
        {"mobile", "+49 171 1", "+491711"},
        {"fax", "(030) 12", "03012"},
        {"phone", "ask Ada", "ask ada"},
        {"phone", "00", "00"},
        {"web", "HTTP://X.de", "http://x.de"},
        {"other", "Ä", "a"},
        {"phone", "+", "+"},
    };
    crm_id p = test_party(txn, "x");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_id id = test_put(txn, test_record(CRM_KIND_CHANNEL, p, CRM_CHANNEL_TYPE, cases[i].kind, CRM_CHANNEL_VALUE, cases[i].value, 0));
        crm_record *rec = test_get(txn, id);
        cr_expect_str_eq(crm_record_text(rec, CRM_CHANNEL_NORMALISED), cases[i].normalised, "%s", cases[i].value);
        cr_expect_str_eq(crm_record_text(rec, CRM_CHANNEL_VALUE), cases[i].value, "as it was written");
        crm_record_free(rec);
    }
    crm_record *rec = test_record(CRM_KIND_CHANNEL, p, 0);
    cr_expect_eq(crm_record_set_text(rec, CRM_CHANNEL_NORMALISED, "x", 1), CRM_E_TYPE);
    crm_record_free(rec);
}
