/* SPDX-License-Identifier: MIT */
/* Two stores that are equal in what a bound actor may see and different in everything else answer every reading call alike: results, codes,
 * fields, texts, orders, tokens. The second is a copy of the first one's folder, made before they are filled differently, so that both have
 * one key of ids. */
#include "api/api.h"
#include "model/access.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(access_twins, .init = test_begin, .fini = test_end);

#define CALLS 20000
#define IDS 512

typedef struct twins {
    crm_db *db[2];
    crm_txn *txn[2];
    crm_id ids[IDS]; /* arguments: own ones, such that only one of the stores has, and some that none has */
    size_t count;
    crm_id user;
    crm_field custom; /* unique, of parties */
    uint64_t seed;
    char *token;
    crm_quote *old[2]; /* proposals for his own customer, and for another one */
} twins;

static crm_id keep(twins *t, crm_id id) {
    cr_assert(t->count < IDS);
    return t->ids[t->count++] = id;
}

static uint64_t draw(twins *t, uint64_t below) {
    t->seed ^= t->seed << 13;
    t->seed ^= t->seed >> 7;
    t->seed ^= t->seed << 17;
    return t->seed % below;
}

/* --- what both have --- */

static crm_id put_naming(crm_txn *txn, crm_record *rec, crm_field field, crm_id id) {
    cr_assert_eq(crm_record_set_id(rec, field, id), CRM_OK);
    return test_put(txn, rec);
}

static void bind(crm_txn *txn, crm_id user, crm_id party) {
    put_naming(txn, test_record(CRM_KIND_BINDING, party, 0), CRM_BINDING_USER, user);
}

static crm_id add_user(crm_txn *txn, const char *name) {
    return test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, name, CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0));
}

static crm_id add_contact(crm_txn *txn, crm_id party, const char *name) {
    return test_put(txn, test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, name, 0));
}

/* A customer with some of everything; number tells his texts from those of others. */
static crm_id add_customer(twins *t, crm_txn *txn, int number, crm_id group) {
    char name[40], text[40];
    snprintf(name, sizeof name, "%s %d", number % 3 ? "Mill" : "miller", number % 7);
    snprintf(text, sizeof text, "N%d", number);
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, name,
                                  CRM_PARTY_SHORT_NAME, name, CRM_PARTY_VAT_ID, number % 2 ? "DE1" : "DE2", 0);
    cr_assert_eq(crm_record_set_text(rec, t->custom, text, CRM_NTS), CRM_OK, "%s", crm_error_text());
    crm_id party = keep(t, test_put(txn, rec));
    keep(t, test_role(txn, party, CRM_ROLE_CUSTOMER, text));
    if (number % 2) keep(t, test_role(txn, party, CRM_ROLE_SUPPLIER, text));
    keep(t, test_put(txn, test_record(CRM_KIND_IDENTIFIER, party, CRM_IDENTIFIER_SCHEME, "gln", CRM_IDENTIFIER_VALUE, text, 0)));
    crm_id address = keep(t, test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, name));
    crm_id contact = keep(t, add_contact(txn, party, name));
    keep(t, add_contact(txn, party, text));
    keep(t, put_naming(txn, test_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, CRM_PURPOSE_DELIVERY, 0), CRM_USAGE_TARGET, address));
    keep(t, put_naming(txn, test_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, CRM_PURPOSE_QUOTE, 0), CRM_USAGE_TARGET, contact));
    keep(t, test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_PRICE_LIST, text, 0)));
    keep(t, put_naming(txn, test_record(CRM_KIND_MEMBERSHIP, party, 0), CRM_MEMBERSHIP_GROUP, group));
    return party;
}

static crm_id parties[2], other, group; /* other: the first store's alone */

static void fill_both(twins *t, crm_txn *txn) {
    crm_record *field = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "matter",
                                    CRM_CUSTOM_FIELD_TYPE, "text", 0);
    cr_assert_eq(crm_record_set_bool(field, CRM_CUSTOM_FIELD_UNIQUE, 1), CRM_OK);
    crm_id id = keep(t, test_put(txn, field));
    field = test_get(txn, id);
    t->custom = (crm_field)crm_record_int(field, CRM_CUSTOM_FIELD_FIELD, 0);
    crm_record_free(field);
    keep(t, test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, "N1", 0)));
    keep(t, test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_CURRENCY, "EUR", 0)));
    group = keep(t, test_group(txn, "G", 0));
    keep(t, test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, group, CRM_QUOTE_DEFAULTS_PAYMENT_TERMS, "30", 0)));
    keep(t, test_put(txn, test_record(CRM_KIND_RULE, 0, CRM_RULE_CODE, "R", CRM_RULE_TARGET, "quote.plant", CRM_RULE_VALUE, "7", 0)));
    t->user = keep(t, add_user(txn, "u"));
    for (int i = 0; i < 2; i++) bind(txn, t->user, parties[i] = add_customer(t, txn, i, group));
    put_naming(txn, test_record(CRM_KIND_CONTACT, parties[0], CRM_CONTACT_NAME, "known", 0), CRM_CONTACT_PERSON, parties[1]);
}

/* --- what differs --- */

static void fill_one(twins *t, crm_txn *txn, int world) {
    crm_id user = keep(t, add_user(txn, world ? "v" : "w"));
    crm_id groups = keep(t, test_group(txn, world ? "H" : "I", group));
    cr_assert_eq(crm_setting_set(txn, world ? "a.b" : "a.c", "1", CRM_NTS), CRM_OK, "%s", crm_error_text());
    for (int i = 0; i < 12 + world; i++) {
        crm_id party = add_customer(t, txn, 2 + i * 2 + world, i % 2 ? group : groups);
        if (i == 3) bind(txn, user, party);
        if (!i && !world) other = party;
        if (i == 4) cr_assert_eq(crm_record_archive(txn, party, 0), CRM_OK, "%s", crm_error_text());
        if (i == 5 + world) put_naming(txn, test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "x", 0), CRM_CONTACT_PERSON, parties[0]);
    }
    if (world) bind(txn, user, parties[0]);
    crm_id past = add_customer(t, txn, 90 + world, group); /* his once */
    crm_record *binding = test_record(CRM_KIND_BINDING, past, 0);
    cr_assert_eq(crm_record_set_date(binding, CRM_BINDING_VALID_UNTIL, TEST_DAY), CRM_OK);
    put_naming(txn, binding, CRM_BINDING_USER, t->user);
}

static crm_db *open_at(const char *path) {
    crm_db *db;
    crm_db_options options = test_options();
    cr_assert_eq(crm_db_open(path, &options, &db), CRM_OK, "%s", crm_error_text());
    return db;
}

static void open_twins(twins *t) {
    char command[600], paths[2][250];
    for (int i = 0; i < 2; i++) snprintf(paths[i], sizeof paths[i], "%s/%d", test_folder, i);
    t->db[0] = open_at(paths[0]);
    crm_txn *txn = test_write(t->db[0]);
    fill_both(t, txn);
    test_commit(txn);
    crm_db_close(t->db[0]);
    snprintf(command, sizeof command, "cp -r '%s' '%s'", paths[0], paths[1]);
    cr_assert_eq(system(command), 0);
    for (int i = 0; i < 2; i++) {
        t->db[i] = open_at(paths[i]);
        txn = test_write(t->db[i]);
        fill_one(t, txn, i);
        test_commit(txn);
        if (i) { /* one has changed more often */
            txn = test_write(t->db[i]);
            keep(t, test_party(txn, "late"));
            test_commit(txn);
        }
        t->txn[i] = test_as(t->db[i], t->user);
    }
    txn = test_read(t->db[0]);
    for (int i = 0; i < 2; i++)
        cr_assert_geq(crm_quote_resolve(txn, i ? other : parties[0], CRM_TODAY, NULL, &t->old[i]), CRM_OK, "%s", crm_error_text());
    crm_txn_free(txn);
    for (uint64_t i = 1; i < 8; i++) keep(t, t->ids[i] ^ i << 20);
    keep(t, 0);
    keep(t, UINT64_MAX);
}

/* --- what a call tells --- */

static void tell(FILE *out, int rc) {
    fprintf(out, "%d", rc);
    if (rc < 0) fprintf(out, " %u %s", crm_error_field(), crm_error_text());
    fputc('\n', out);
}

static void tell_id(FILE *out, int rc, crm_id id) {
    tell(out, rc);
    if (rc >= 0) fprintf(out, "%llu\n", (unsigned long long)id);
}

static void tell_record(FILE *out, int rc, crm_record *rec) {
    tell(out, rc);
    if (rc >= 0) fprintf(out, "%s\n", crm_record_json(rec, NULL));
    crm_record_free(rec);
}

static void tell_list(FILE *out, int rc, crm_iter *iter) {
    test_ids ids = {.count = 0};
    tell(out, rc);
    if (rc < 0) return;
    char *token = test_page(iter, &ids);
    for (size_t i = 0; i < ids.count; i++) fprintf(out, "%llu ", (unsigned long long)ids.id[i]);
    fprintf(out, "\ntoken %s\n", token ? token : "none");
    free(token);
}

static void tell_quote(FILE *out, int rc, crm_quote *quote) {
    tell(out, rc);
    if (rc >= 0) fprintf(out, "%s\n%s\n", crm_quote_json(quote, NULL), crm_quote_explain(quote, 0, NULL));
    crm_quote_free(quote);
}

/* --- the calls --- */

/* Arguments of one call, the same for both stores. */
typedef struct arguments {
    crm_id id, second;
    crm_field field, custom;
    const char *text, *purpose, *role, *token;
    uint32_t kind, limit;
    int64_t number;
    const crm_quote *old;
} arguments;

typedef void (*reading_call)(crm_txn *txn, const arguments *a, FILE *out);

#define CALL(name, result, teller, ...)                                                                                                    \
    static void name(crm_txn *txn, const arguments *a, FILE *out) {                                                                        \
        result = 0;                                                                                                                        \
        (void)a;                                                                                                                           \
        int rc = crm_##name(__VA_ARGS__, &value);                                                                                          \
        teller(out, rc, value);                                                                                                            \
    }

CALL(record_get, crm_record *value, tell_record, txn, a->id)
CALL(record_find, crm_id value, tell_id, txn, a->number % 3 ? CRM_ROLE_NUMBER : a->field, a->role, CRM_NTS, a->text, CRM_NTS)
CALL(record_search, crm_iter *value, tell_list, txn, a->field, a->text, CRM_NTS, a->limit, a->token)
CALL(record_search_int, crm_iter *value, tell_list, txn, a->field, a->number, a->limit, a->token)
CALL(record_search_id, crm_iter *value, tell_list, txn, a->field, a->id, a->limit, a->token)
CALL(record_list, crm_iter *value, tell_list, txn, a->id, a->kind, a->limit, a->token)
CALL(party_find, crm_id value, tell_id, txn, a->role, a->text, CRM_NTS)
CALL(party_get, crm_record *value, tell_record, txn, a->role, a->text, CRM_NTS)
CALL(party_list, crm_iter *value, tell_list, txn, a->number % 2 ? a->role : NULL, a->number % 3 ? "mil" : "", CRM_NTS,
     (uint32_t)(a->number % 5 == 0), a->limit, a->token)
CALL(identifier_find, crm_id value, tell_id, txn, "gln", a->text, CRM_NTS)
CALL(group_find, crm_id value, tell_id, txn, a->text, CRM_NTS)
CALL(group_list, crm_iter *value, tell_list, txn, a->limit, a->token)
CALL(group_members, crm_iter *value, tell_list, txn, a->id, CRM_TODAY, a->limit, a->token)
CALL(party_groups, crm_iter *value, tell_list, txn, a->id, CRM_TODAY)
CALL(party_opt_out, crm_id value, tell_id, txn, a->id, CRM_TODAY)
CALL(code_find, crm_id value, tell_id, txn, "price_list", a->text, CRM_NTS)
CALL(code_list, crm_iter *value, tell_list, txn, "price_list", a->limit, a->token)
CALL(setting_get, crm_record *value, tell_record, txn, a->text)
CALL(address_list, crm_iter *value, tell_list, txn, a->id, a->purpose, CRM_TODAY, a->limit, a->token)
CALL(address_choose, crm_id value, tell_id, txn, a->id, a->purpose, CRM_TODAY)
CALL(contact_list, crm_iter *value, tell_list, txn, a->id, a->purpose, CRM_TODAY, a->limit, a->token)
CALL(contact_choose, crm_id value, tell_id, txn, a->id, a->purpose, CRM_TODAY)
CALL(policy_get, crm_record *value, tell_record, txn, a->field)
CALL(custom_field_find, crm_field value, tell_id, txn, a->number % 2 ? "party.matter" : "party.other")
CALL(custom_field_get, crm_record *value, tell_record, txn, a->number % 2 ? a->custom : a->field)
CALL(custom_field_next, crm_field value, tell_id, txn, a->kind, a->number % 2 ? a->custom : 0)

static void file_get(crm_txn *txn, const arguments *a, FILE *out) {
    crm_file *file = NULL;
    tell(out, crm_file_get(txn, a->id, &file));
    if (file) fprintf(out, "%zu %s\n", crm_file_count(file), crm_file_json(file, NULL));
    crm_file_free(file);
}

static void record_blockers(crm_txn *txn, const arguments *a, FILE *out) {
    crm_blockers *blockers = NULL;
    tell(out, crm_record_blockers(txn, a->id, &blockers));
    if (blockers) fprintf(out, "%s\n", crm_blockers_json(blockers, NULL));
    crm_blockers_free(blockers);
}

static void quote_resolve(crm_txn *txn, const arguments *a, FILE *out) {
    static const crm_field places[] = {CRM_QUOTE_SHIP_TO, CRM_QUOTE_BILL_TO, CRM_QUOTE_CONTACT};
    crm_record *given = NULL;
    crm_quote *quote = NULL;
    cr_assert_eq(crm_record_new(CRM_KIND_QUOTE, &given), CRM_OK);
    int rc = a->number % 3 ? crm_record_set_id(given, places[a->number % 4 % 3], a->second) : CRM_OK;
    if (rc == CRM_OK) rc = crm_quote_resolve(txn, a->id, CRM_TODAY, given, &quote);
    tell_quote(out, rc, quote);
    crm_record_free(given);
}

static void option_allowed(crm_txn *txn, const arguments *a, FILE *out) {
    int allowed = 0;
    tell(out, crm_option_allowed(txn, a->id, CRM_TODAY, a->number % 2 ? "V8" : "V6", CRM_NTS, &allowed));
    fprintf(out, "%d\n", allowed);
}

static void quote_reresolve(crm_txn *txn, const arguments *a, FILE *out) {
    crm_quote *quote = NULL;
    int rc = crm_quote_reresolve(txn, a->old, a->number % 2 ? a->id : 0, CRM_TODAY, NULL, NULL, 0, &quote);
    tell_quote(out, rc, quote);
}

static void txn_sequence(crm_txn *txn, const arguments *a, FILE *out) {
    (void)a;
    fprintf(out, "%llu\n", (unsigned long long)crm_txn_sequence(txn));
}

static const struct {
    const char *name;
    reading_call call;
    bool empty; /* there is nothing that he sees */
} calls[] = {
#define ROW(name)                                                                                                                          \
    { #name, name, false }
#define EMPTY(name)                                                                                                                        \
    { #name, name, true }
    ROW(record_get),        ROW(record_find),     ROW(record_search),   EMPTY(record_search_int), ROW(record_search_id),
    ROW(record_list),       ROW(party_find),      ROW(party_get),       ROW(party_list),          ROW(identifier_find),
    EMPTY(group_find),      EMPTY(group_list),    EMPTY(group_members), ROW(party_groups),        EMPTY(party_opt_out),
    ROW(code_find),         ROW(code_list),       EMPTY(setting_get),   ROW(address_list),        ROW(address_choose),
    ROW(contact_list),      ROW(contact_choose),  ROW(policy_get),      ROW(custom_field_find),   ROW(custom_field_get),
    ROW(custom_field_next), ROW(file_get),        ROW(record_blockers), ROW(quote_resolve),       ROW(txn_sequence),
    ROW(option_allowed),    ROW(quote_reresolve),
#undef ROW
#undef EMPTY
};
#define CALLS_COUNT (sizeof calls / sizeof *calls)

static arguments draw_arguments(twins *t) {
    static const crm_field fields[] = {CRM_PARTY_NAME,      CRM_PARTY_SHORT_NAME, CRM_PARTY_VAT_ID,     CRM_CONTACT_NAME,
                                       CRM_CONTACT_PERSON,  CRM_ROLE_NUMBER,      CRM_IDENTIFIER_VALUE, CRM_MEMBERSHIP_GROUP,
                                       CRM_BINDING_USER,    CRM_USER_NAME,        CRM_SETTING_NAME,     CRM_GROUP_CODE,
                                       CRM_RULE_CODE,       CRM_QUOTE_PRICE_LIST, CRM_CODE_CODE,        CRM_GROUP_PARENT,
                                       CRM_CREDENTIAL_USER, CRM_PARTY_REFERRER,   CRM_POLICY_FIELD,     CRM_ADDRESS_TOWN};
    static const char *const texts[] = {"N0", "N1", "N2", "N3", "N5",  "N90", "N91", "mill 1", "miller 0", "Mill 2", "G", "H",
                                        "I",  "u",  "v",  "w",  "a.b", "a.c", "R",   "DE1",    "DE2",      "",       "x", "none"};
    static const char *const roles[] = {CRM_ROLE_CUSTOMER, CRM_ROLE_SUPPLIER, "gln", "price_list"};
    static const char *const purposes[] = {CRM_PURPOSE_DELIVERY, CRM_PURPOSE_QUOTE, CRM_PURPOSE_BILLING};
    static const uint32_t kinds[] = {CRM_KIND_PARTY, CRM_KIND_ROLE,  CRM_KIND_CONTACT, CRM_KIND_BINDING,    CRM_KIND_USER,
                                     CRM_KIND_CODE,  CRM_KIND_GROUP, CRM_KIND_SETTING, CRM_KIND_MEMBERSHIP, 45};
    arguments a = {
        .id = draw(t, 4) ? t->ids[draw(t, t->count)] : parties[draw(t, 2)], .second = t->ids[draw(t, t->count)], .custom = t->custom};
    a.field = draw(t, 6) ? fields[draw(t, sizeof fields / sizeof *fields)] : t->custom;
    a.text = texts[draw(t, sizeof texts / sizeof *texts)];
    a.role = draw(t, 3) ? roles[draw(t, 4)] : NULL;
    a.purpose = purposes[draw(t, 3)];
    a.kind = kinds[draw(t, sizeof kinds / sizeof *kinds)];
    a.old = t->old[draw(t, 2)];
    a.limit = (uint32_t)draw(t, 4);
    a.number = (int64_t)draw(t, 100);
    a.token = t->token && draw(t, 2) ? t->token : NULL;
    return a;
}

static void run(crm_txn *txn, size_t call, const arguments *a, char **text) {
    size_t size;
    FILE *out = open_memstream(text, &size);
    cr_assert(out);
    calls[call].call(txn, a, out);
    fclose(out);
}

static void keep_token(twins *t, const char *answer) {
    const char *token = strstr(answer, "\ntoken ");
    if (!token || strstr(token, "none")) return;
    free(t->token);
    t->token = strndup(token + 7, strcspn(token + 7, "\n"));
}

Test(access_twins, answer_alike) {
    twins t = {.seed = 88172645463325252u};
    size_t good[CALLS_COUNT] = {0};
    open_twins(&t);
    for (int i = 0; i < CALLS; i++) {
        size_t call = draw(&t, CALLS_COUNT);
        arguments a = draw_arguments(&t);
        char *answers[2];
        for (int world = 0; world < 2; world++) run(t.txn[world], call, &a, &answers[world]);
        cr_expect_str_eq(answers[0], answers[1], "%s(%llu, %u, %s)", calls[call].name, (unsigned long long)a.id, a.field, a.text);
        good[call] += answers[0][0] != '-';
        keep_token(&t, answers[0]);
        free(answers[0]);
        free(answers[1]);
    }
    for (size_t i = 0; i < CALLS_COUNT; i++) cr_expect(good[i] || calls[i].empty, "%s never found anything", calls[i].name);
    for (int i = 0; i < 2; i++) {
        crm_txn_free(t.txn[i]);
        crm_db_close(t.db[i]);
    }
    for (int i = 0; i < 2; i++) crm_quote_free(t.old[i]);
    free(t.token);
}
