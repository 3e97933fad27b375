/* SPDX-License-Identifier: MIT */
/* Lists: pages of every size, tokens, what changes between pages. */
#include "support/store.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static crm_db *db;
static crm_txn *txn;
static crm_id owner, group; /* a party with contacts and addresses; a group with members */

enum list_kind {
    DIRECTORY,
    ROLE,
    PREFIX,
    ARCHIVED,
    CONTACTS,
    SETTINGS,
    CODES,
    TOWN,
    VAT,
    NAME,
    GROUPS,
    MEMBERS,
    LONG_AGO,
    GROUP_ID,
    ADDRESSES,
    PEOPLE,
    LISTS
};
static const char *const list_names[] = {"directory", "role",  "prefix", "archived", "contacts", "settings",         "codes",
                                         "town",      "vat",   "name",   "groups",   "members",  "members long ago", "memberships by group",
                                         "addresses", "people"};

static int open_list(enum list_kind kind, uint32_t limit, const char *token, crm_iter **out) {
    switch (kind) {
    case DIRECTORY: return crm_party_list(txn, NULL, NULL, 0, 0, limit, token, out);
    case ROLE: return crm_party_list(txn, CRM_ROLE_CUSTOMER, NULL, 0, 0, limit, token, out);
    case PREFIX: return crm_party_list(txn, NULL, "SA", CRM_NTS, 0, limit, token, out);
    case ARCHIVED: return crm_party_list(txn, NULL, NULL, 0, CRM_PARTY_LIST_ARCHIVED, limit, token, out);
    case CONTACTS: return crm_record_list(txn, owner, CRM_KIND_CONTACT, limit, token, out);
    case SETTINGS: return crm_record_list(txn, 0, CRM_KIND_SETTING, limit, token, out);
    case CODES: return crm_code_list(txn, CRM_DOMAIN_PLANT, limit, token, out);
    case TOWN: return crm_record_search(txn, CRM_ADDRESS_TOWN, "KÖLN", CRM_NTS, limit, token, out);
    case VAT: return crm_record_search(txn, CRM_PARTY_VAT_ID, "DE1", CRM_NTS, limit, token, out);
    case GROUPS: return crm_group_list(txn, limit, token, out);
    case MEMBERS: return crm_group_members(txn, group, CRM_TODAY, limit, token, out);
    case LONG_AGO: return crm_group_members(txn, group, 0, limit, token, out);
    case GROUP_ID: return crm_record_search_id(txn, CRM_MEMBERSHIP_GROUP, group, limit, token, out);
    case ADDRESSES: return crm_address_list(txn, owner, "delivery", CRM_TODAY, limit, token, out);
    case PEOPLE: return crm_contact_list(txn, owner, "delivery", CRM_TODAY, limit, token, out);
    default: return crm_record_search(txn, CRM_PARTY_NAME, "same", CRM_NTS, limit, token, out);
    }
}

static crm_id add_party(const char *name, bool archived) {
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, name, CRM_PARTY_VAT_ID, "DE1", 0);
    if (archived) cr_assert_eq(crm_record_set_bool(rec, CRM_PARTY_ARCHIVED, 1), CRM_OK);
    return test_put(txn, rec);
}

static void add_usage(crm_id target) {
    crm_record *rec = test_record(CRM_KIND_USAGE, owner, CRM_USAGE_PURPOSE, "delivery", 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_USAGE_TARGET, target), CRM_OK);
    test_put(txn, rec);
}

/* Something for each list. */
static void fill(int count) {
    for (int i = 0; i < count; i++) {
        char text[32];
        snprintf(text, sizeof text, "Party %02d", i * 7 % count);
        crm_id id = add_party(text, false);
        test_role(txn, id, CRM_ROLE_CUSTOMER, NULL);
        add_party("Säme", false); /* folded as the other spelling is */
        add_party("SAME", true);
        test_child(txn, CRM_KIND_ADDRESS, id, CRM_ADDRESS_TOWN, i % 2 ? "Köln" : "koln");
        test_child(txn, CRM_KIND_ADDRESS, id, CRM_ADDRESS_TOWN, "Kölnisch");
        add_usage(test_child(txn, CRM_KIND_CONTACT, owner, CRM_CONTACT_NAME, text));
        add_usage(test_child(txn, CRM_KIND_ADDRESS, owner, CRM_ADDRESS_TOWN, text));
        test_group(txn, text, 0);
        cr_assert_eq(crm_group_add(txn, group, id, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
        test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, CRM_DOMAIN_PLANT, CRM_CODE_CODE, text, 0));
        test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plan", CRM_CODE_CODE, text, 0));
        cr_assert_eq(crm_setting_set(txn, text, "x", 1), CRM_OK);
    }
}

static void begin(void) {
    test_begin();
    db = test_open();
    txn = test_write(db);
    owner = add_party("Owner", false);
    group = test_group(txn, "Group", 0);
}

static void end(void) {
    crm_txn_free(txn);
    crm_db_close(db);
    test_end();
}

TestSuite(iter, .init = begin, .fini = end);

/* The whole list by pages of a size; between counts what happens between two pages. */
static void read_pages(enum list_kind kind, uint32_t limit, void (*between)(int page), test_ids *out) {
    char *token = NULL;
    int page = 0;
    out->count = 0;
    do {
        crm_iter *iter;
        size_t before = out->count;
        int rc = open_list(kind, limit, token, &iter);
        cr_assert_eq(rc, CRM_OK, "%s: %d %s", list_names[kind], rc, crm_error_text());
        free(token);
        token = test_page(iter, out);
        cr_expect(out->count - before <= limit && (!token || out->count - before == limit), "%s: a page of %u", list_names[kind], limit);
        if (token && between) between(page++);
    } while (token);
}

static bool same_ids(const test_ids *a, const test_ids *b) {
    return a->count == b->count && memcmp(a->id, b->id, a->count * sizeof *a->id) == 0;
}

Test(iter, every_page_size) {
    enum { COUNT = 11 };
    static const size_t counts[LISTS] = {2 * COUNT + 1, COUNT,     COUNT,     COUNT, COUNT, COUNT + 1, COUNT, COUNT,
                                         3 * COUNT + 1, 2 * COUNT, COUNT + 1, COUNT, COUNT, COUNT,     COUNT, COUNT};
    static test_ids whole, pages;
    fill(COUNT);
    for (int kind = 0; kind < LISTS; kind++) {
        read_pages(kind, 10000, NULL, &whole);
        cr_expect_eq(whole.count, counts[kind], "%s: %zu", list_names[kind], whole.count);
        for (size_t i = 0; i < whole.count; i++)
            for (size_t j = 0; j < i; j++) cr_assert_neq(whole.id[i], whole.id[j], "%s: one twice", list_names[kind]);
        for (uint32_t limit = 1; limit <= whole.count + 1; limit++) {
            read_pages(kind, limit, NULL, &pages);
            cr_expect(same_ids(&whole, &pages), "%s by %u", list_names[kind], limit);
        }
    }
}

/* Insertions before and behind, deletions of what was listed: what was there all the time is listed once. */
static test_ids original;

static void disturb(int page) {
    char name[32];
    snprintf(name, sizeof name, "A%d", page);
    test_role(txn, add_party(name, false), CRM_ROLE_CUSTOMER, NULL);
    snprintf(name, sizeof name, "Party %02dx", (page * 3 + 10) % 30);
    test_role(txn, add_party(name, false), CRM_ROLE_CUSTOMER, NULL);
    if (page < 2) cr_assert_eq(crm_record_delete(txn, original.id[page * 2], 0), CRM_OK);
}

Test(iter, changes_between_pages) {
    static test_ids pages;
    fill(30);
    read_pages(ROLE, 10000, NULL, &original);
    read_pages(ROLE, 3, disturb, &pages);
    size_t at = 0;
    for (size_t i = 0; i < original.count; i++) {
        while (at < pages.count && pages.id[at] != original.id[i]) at++;
        cr_expect(at < pages.count, "the one at %zu is missing, or out of order", i);
    }
    cr_expect(pages.count > original.count, "some of the new ones lie ahead");
}

/* The token behind two of a list, to be freed. */
static char *token_of(enum list_kind kind) {
    crm_iter *iter;
    cr_assert_eq(open_list(kind, 2, NULL, &iter), CRM_OK, "%s: %s", list_names[kind], crm_error_text());
    cr_assert_not_null(crm_iter_token(iter), "%s has but one page", list_names[kind]);
    char *token = strdup(crm_iter_token(iter));
    crm_iter_free(iter);
    return token;
}

static void expect_refused(enum list_kind kind, const char *token) {
    crm_iter *iter = (crm_iter *)&txn;
    int rc = open_list(kind, 3, token, &iter);
    cr_expect(rc == CRM_E_INVALID && !iter, "%s: %s: %d", list_names[kind], token, rc);
}

/* A token is for one list; the same place gives the same again. */
Test(iter, tokens) {
    fill(5);
    for (int kind = 0; kind < LISTS; kind++) {
        crm_iter *iter;
        char *token = token_of(kind), *again = token_of(kind);
        cr_expect_str_eq(token, again, "%s", list_names[kind]);
        for (const char *at = token; *at; at++) cr_expect(*at > ' ' && *at < 0x7f, "%s: text", list_names[kind]);
        for (int other = 0; other < LISTS; other++)
            if (other != kind) expect_refused(other, token);
        cr_expect_eq(open_list(kind, 3, token, &iter), CRM_OK, "%s: another limit", list_names[kind]);
        crm_iter_free(iter);
        free(token);
        free(again);
    }
}

/* Any bit changed, cut anywhere, or longer. */
Test(iter, changed_tokens) {
    fill(5);
    for (int kind = 0; kind < LISTS; kind++) {
        char text[1000] = {0}, *token = token_of(kind);
        size_t size = strlen(token);
        cr_assert_lt(size, 200u, "%s: %zu characters", list_names[kind], size);
        memcpy(text, token, size);
        free(token);
        for (size_t i = 0; i < size; i++) {
            char kept = text[i];
            for (int bit = 0; bit < 8; bit++) {
                text[i] = (char)(kept ^ 1 << bit);
                expect_refused(kind, text);
            }
            text[i] = '\0';
            if (i) expect_refused(kind, text);
            text[i] = kept;
        }
        while (size < 900) {
            text[size++] = 'A';
            expect_refused(kind, text);
        }
    }
}

/* What somebody makes up. */
Test(iter, no_tokens) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    static const char *const bad[] = {"A", "AAAA", "AAAAAA", "AAAAAAA", "====", "a b", "\xff", "ä", "AAAAAAAAAAAAAAAAAAAAAAAAAA"};
    uint64_t random = 88172645463325252;
    char *huge = malloc(100001), text[800];
    memset(huge, 'A', 100000);
    huge[100000] = 0;
    crm_iter *iter;
    for (int kind = 0; kind < LISTS; kind++) {
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) expect_refused(kind, bad[i]);
        for (size_t i = 1; i < sizeof text; i++) {
            for (size_t j = 0; j < i; j++) {
                random ^= random << 13, random ^= random >> 7, random ^= random << 17;
                text[j] = letters[random >> 20 & 63];
            }
            text[i] = '\0';
            expect_refused(kind, text);
        }
        expect_refused(kind, huge);
        cr_expect_eq(open_list(kind, 10001, NULL, &iter), CRM_E_TOO_BIG);
        cr_expect_eq(open_list(kind, UINT32_MAX, NULL, &iter), CRM_E_TOO_BIG);
        cr_expect_eq(open_list(kind, 0, "", &iter), CRM_OK, "none is the start");
        crm_iter_free(iter);
    }
    free(huge);
}

/* Two stores, filled alike. */
Test(iter, tokens_of_another_store) {
    char *token[LISTS];
    fill(5);
    for (int kind = 0; kind < LISTS; kind++) token[kind] = token_of(kind);
    end();
    begin();
    fill(5);
    for (int kind = 0; kind < LISTS; kind++) {
        expect_refused(kind, token[kind]);
        free(token[kind]);
    }
}

/* A token is good in another transaction, and for another opening of the store. */
Test(iter, token_lasts) {
    static test_ids whole, parts;
    fill(5);
    read_pages(DIRECTORY, 10000, NULL, &whole);
    crm_iter *iter;
    cr_assert_eq(open_list(DIRECTORY, 4, NULL, &iter), CRM_OK);
    char *token = test_page(iter, &parts);
    test_commit(txn);
    crm_db_close(db);
    db = test_open();
    txn = test_read(db);
    cr_assert_eq(open_list(DIRECTORY, 0, token, &iter), CRM_OK);
    free(token);
    cr_expect_null(test_page(iter, &parts));
    cr_expect(same_ids(&whole, &parts));
}

Test(iter, next) {
    crm_iter *iter;
    crm_id ids[64], id = 7;
    size_t count = 99;
    fill(60);
    cr_assert_eq(open_list(CONTACTS, 0, NULL, &iter), CRM_OK);
    cr_assert_eq(crm_iter_next(iter, &id), CRM_ROW);
    cr_expect_eq(crm_iter_next_many(iter, ids, 40, &count), CRM_ROW);
    cr_expect_eq(count, 40);
    cr_expect_eq(crm_iter_next_many(iter, ids + 40, 24, &count), CRM_ROW);
    cr_expect_eq(count, 19, "what is left");
    cr_expect_eq(crm_iter_next_many(iter, ids, 40, &count), CRM_OK);
    cr_expect_eq(count, 0);
    crm_id last = id;
    cr_expect_eq(crm_iter_next(iter, &id), CRM_OK);
    cr_expect_eq(id, last, "untouched behind the last");
    cr_expect_null(crm_iter_token(iter), "the list ends with the page");
    cr_expect_eq(crm_iter_next_many(iter, ids, 0, &count), CRM_E_INVALID);
    crm_iter_free(iter);
    cr_expect_eq(crm_iter_next(iter, &id), CRM_E_ENDED);
    crm_iter_free(iter);
    cr_assert_eq(open_list(VAT, 0, NULL, &iter), CRM_OK);
    static test_ids page;
    char *token = test_page(iter, &page);
    cr_expect(token && page.count == 100, "a limit of 0 is 100");
    free(token);
    cr_assert_eq(open_list(CONTACTS, 1, NULL, &iter), CRM_OK);
    const char *kept = crm_iter_token(iter);
    crm_txn_abort(txn);
    cr_expect_eq(crm_iter_next(iter, &id), CRM_E_ENDED);
    cr_expect_str_eq(crm_iter_token(iter), kept, "the token lives as long as its iterator");
    crm_iter_free(iter);
}

/* --- search and lists by kind --- */

Test(iter, indexed_fields) {
    static const struct field_case {
        uint32_t kind;
        crm_field field;
        const char *stored, *found, *not_found;
    } cases[] = {
        {CRM_KIND_PARTY, CRM_PARTY_NAME, "Müller GmbH", "MULLER  gmbh", "Müller"},
        {CRM_KIND_PARTY, CRM_PARTY_SHORT_NAME, "Straße", "STRASSE", "Strase"},
        {CRM_KIND_PARTY, CRM_PARTY_VAT_ID, "DE123", "de 123", "DE12"},
        {CRM_KIND_PARTY, CRM_PARTY_TAX_NUMBER, "12/34", "1234", "123"},
        {CRM_KIND_ADDRESS, CRM_ADDRESS_SITE_NUMBER, "S1", "S1", "s1"},
        {CRM_KIND_ADDRESS, CRM_ADDRESS_POSTAL_CODE, "01067", "01067", "1067"},
        {CRM_KIND_ADDRESS, CRM_ADDRESS_TOWN, "Łódź", "łodz", "Lodz "},
        {CRM_KIND_ADDRESS, CRM_ADDRESS_GLN, "4012345000009", "4012345000009", "401234500000"},
        {CRM_KIND_PARTY, CRM_PARTY_SHORT_NAME, "", "", "x"},
        {CRM_KIND_ADDRESS, CRM_ADDRESS_TOWN, " ", "", "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool party = cases[i].kind == CRM_KIND_PARTY;
        crm_record *rec = test_record(cases[i].kind, party ? 0 : owner, 0);
        if (party) cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_TYPE, "person", CRM_NTS), CRM_OK);
        if (party) cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NAME, "x", CRM_NTS), CRM_OK);
        cr_assert_eq(crm_record_set_text(rec, cases[i].field, cases[i].stored, CRM_NTS), CRM_OK);
        crm_id id = test_put(txn, rec), got = 0;
        crm_iter *iter;
        cr_assert_eq(crm_record_search(txn, cases[i].field, cases[i].found, CRM_NTS, 0, NULL, &iter), CRM_OK);
        cr_expect(crm_iter_next(iter, &got) == CRM_ROW && got == id, "%s", cases[i].stored);
        crm_iter_free(iter);
        bool same = i == 6; /* white space at the end does not count */
        if (!same) {
            cr_assert_eq(crm_record_search(txn, cases[i].field, cases[i].not_found, CRM_NTS, 0, NULL, &iter), CRM_OK);
            cr_expect_eq(crm_iter_next(iter, &got), CRM_OK, "%s", cases[i].not_found);
            crm_iter_free(iter);
        }
        rec = test_get(txn, id); /* without the value the entry goes */
        cr_assert_eq(crm_record_set_text(rec, cases[i].field, "elsewhere", CRM_NTS), CRM_OK);
        test_put(txn, rec);
        cr_assert_eq(crm_record_search(txn, cases[i].field, cases[i].found, CRM_NTS, 0, NULL, &iter), CRM_OK);
        cr_expect_eq(crm_iter_next(iter, &got), CRM_OK, "%s", cases[i].stored);
        crm_iter_free(iter);
    }
    test_put(txn, test_record(CRM_KIND_CHANNEL, owner, CRM_CHANNEL_TYPE, "phone", CRM_CHANNEL_VALUE, "0049 (30) 12-34", 0));
    crm_iter *iter;
    crm_id id;
    cr_assert_eq(crm_record_search(txn, CRM_CHANNEL_NORMALISED, "+49301234", CRM_NTS, 0, NULL, &iter), CRM_OK);
    cr_expect_eq(crm_iter_next(iter, &id), CRM_ROW, "by the normalised value");
    crm_iter_free(iter);
    static const crm_field none[] = {CRM_PARTY_NOTE, CRM_ROLE_NUMBER, CRM_PARTY_REFERRER, CRM_PARTY_ARCHIVED, 0, 999999};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect_eq(crm_record_search(txn, none[i], "x", CRM_NTS, 0, NULL, &iter), CRM_E_TYPE, "%u", none[i]);
}

Test(iter, by_kind) {
    static const struct kind_case {
        bool owned;
        uint32_t kind;
        int status;
    } cases[] = {
        {true, CRM_KIND_ROLE, CRM_OK},
        {true, CRM_KIND_CONTACT, CRM_OK},
        {true, CRM_KIND_CHANNEL, CRM_OK},
        {true, CRM_KIND_USAGE, CRM_OK},
        {true, CRM_KIND_IDENTIFIER, CRM_OK},
        {true, CRM_KIND_ADDRESS, CRM_OK},
        {true, CRM_KIND_QUOTE_DEFAULTS, CRM_OK},
        {false, CRM_KIND_QUOTE_DEFAULTS, CRM_OK},
        {false, CRM_KIND_CODE, CRM_OK},
        {false, CRM_KIND_SETTING, CRM_OK},
        {false, CRM_KIND_ADDRESS, CRM_E_INVALID},
        {true, CRM_KIND_CODE, CRM_E_INVALID},
        {true, CRM_KIND_PARTY, CRM_E_INVALID},
        {false, CRM_KIND_PARTY, CRM_E_INVALID},
        {true, CRM_KIND_QUOTE, CRM_E_INVALID},
        {true, 0, CRM_E_INVALID},
        {true, 5, CRM_E_INVALID},
        {true, 63, CRM_E_INVALID},
        {true, UINT32_MAX, CRM_E_INVALID},
    };
    crm_iter *iter;
    crm_id id;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int rc = crm_record_list(txn, cases[i].owned ? owner : 0, cases[i].kind, 0, NULL, &iter);
        cr_expect_eq(rc, cases[i].status, "%zu: %d", i, rc);
        if (rc == CRM_OK) cr_expect_eq(crm_iter_next(iter, &id), CRM_OK);
        crm_iter_free(iter);
    }
    crm_id contact = test_child(txn, CRM_KIND_CONTACT, owner, CRM_CONTACT_NAME, "Ada");
    cr_expect_eq(crm_record_list(txn, contact, CRM_KIND_CONTACT, 0, NULL, &iter), CRM_E_NOTFOUND, "no party's id");
    cr_expect_eq(crm_record_list(txn, contact ^ 1, CRM_KIND_CONTACT, 0, NULL, &iter), CRM_E_NOTFOUND);
    cr_assert_eq(crm_record_delete(txn, owner, 0), CRM_OK);
    cr_expect_eq(crm_record_list(txn, owner, CRM_KIND_CONTACT, 0, NULL, &iter), CRM_E_NOTFOUND);
}

static int found(crm_field field, const char *value) {
    crm_iter *iter;
    crm_id id;
    int count = 0;
    cr_assert_eq(crm_record_search(txn, field, value, CRM_NTS, 0, NULL, &iter), CRM_OK, "%s", crm_error_text());
    while (crm_iter_next(iter, &id) == CRM_ROW) count++;
    crm_iter_free(iter);
    return count;
}

/* Numbers that people write with blanks and signs are found by their letters and digits. */
Test(iter, compact_values) {
    static const struct {
        crm_field field;
        const char *stored, *wanted;
        int found;
    } cases[] = {
        {CRM_PARTY_VAT_ID, "DE 123 456 789", "DE123456789", 1},
        {CRM_PARTY_VAT_ID, "CHE-111.222.333", "che 111222333", 1},
        {CRM_PARTY_VAT_ID, "ATU777", "ATU7777", 0},
        {CRM_PARTY_VAT_ID, "ATU888", "ATU88", 0},
        {CRM_PARTY_VAT_ID, "ΕΛ 99", "99", 1}, /* only ASCII counts */
        {CRM_PARTY_VAT_ID, "ÄÖ", "Ä Ö", 0},   /* and where there is none, all of it */
        {CRM_PARTY_VAT_ID, "Ü-", "Ü-", 1},
        {CRM_PARTY_VAT_ID, "--", "-", 0},
        {CRM_PARTY_TAX_NUMBER, "12/345/67890", "1234567890", 1},
        {CRM_ADDRESS_GLN, "40 12345 00000 9", "4012345000009", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t flags = crm_field_flags(cases[i].field);
        cr_expect(flags & CRM_FIELD_COMPACT && flags & CRM_FIELD_INDEXED, "flags of %s", crm_field_name(cases[i].field));
        crm_record *rec = cases[i].field == CRM_ADDRESS_GLN
                              ? test_record(CRM_KIND_ADDRESS, owner, 0)
                              : test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "compact", 0);
        cr_assert_eq(crm_record_set_text(rec, cases[i].field, cases[i].stored, CRM_NTS), CRM_OK);
        crm_id id = test_put(txn, rec);
        cr_expect_eq(found(cases[i].field, cases[i].wanted), cases[i].found, "%s for %s", cases[i].wanted, cases[i].stored);
        cr_expect_eq(found(cases[i].field, cases[i].stored), 1, "%s", cases[i].stored);
        cr_assert_eq(crm_record_delete(txn, id, 0), CRM_OK);
        cr_expect_eq(found(cases[i].field, cases[i].stored), 0, "%s is deleted", cases[i].stored);
    }
}
