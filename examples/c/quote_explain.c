/* SPDX-License-Identifier: MIT */
/* A proposal that explains itself: a customer in a group, terms of the group and of the country, a field of our own, a rule that reads it.
 * Then something changes in the store, the proposal is computed again, and says what is different now and why.
 *
 *   cc quote_explain.c $(pkg-config --cflags --libs libcrm) */
#include <dirent.h>
#include <libcrm/crm.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/crm-example-XXXXXX";

static void remove_folder(void) {
    DIR *list = opendir(folder);
    struct dirent *file;
    while (list && (file = readdir(list))) unlinkat(dirfd(list), file->d_name, 0);
    if (list) closedir(list);
    rmdir(folder);
}

static void check(int status) {
    if (status >= 0) return;
    fprintf(stderr, "%s: %s\n", crm_status_name(status), crm_error_text());
    exit(EXIT_FAILURE);
}

/* A field and its text. The list of a record ends with field 0. */
typedef struct text {
    crm_field field;
    const char *text;
} text;

static crm_record *make(crm_txn *txn, uint32_t kind, const text *texts) {
    crm_record *rec;
    check(crm_record_new_in(txn, kind, &rec));
    for (; texts->field; texts++) check(crm_record_set_text(rec, texts->field, texts->text, CRM_NTS));
    return rec;
}

/* Stores a record that names another one in a field (0: none), and frees it. */
static crm_id put(crm_txn *txn, crm_record *rec, crm_field field, crm_id named) {
    crm_id id;
    if (field) check(crm_record_set_id(rec, field, named));
    check(crm_record_put(txn, rec, &id, NULL));
    crm_record_free(rec);
    return id;
}

/* A field of our own: how many machines a customer has. Its number is good at once; programs find it again by its path. */
static crm_field define_machines(crm_txn *txn) {
    crm_field field;
    crm_record *rec = make(txn, CRM_KIND_CUSTOM_FIELD,
                           (const text[]){{CRM_CUSTOM_FIELD_RECORD_KIND, "party"},
                                          {CRM_CUSTOM_FIELD_NAME, "machine_count"},
                                          {CRM_CUSTOM_FIELD_TYPE, CRM_FIELD_TYPE_INT},
                                          {0, NULL}});
    check(crm_record_set_label(rec, CRM_CUSTOM_FIELD_LABEL, "en", "Machines", CRM_NTS));
    put(txn, rec, 0, 0);
    check(crm_custom_field_find(txn, "party.machine_count", &field));
    return field;
}

static crm_id put_customer(crm_txn *txn) {
    crm_record *party =
        make(txn, CRM_KIND_PARTY,
             (const text[]){{CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION}, {CRM_PARTY_NAME, "Quellberg Hydraulik GmbH"}, {0, NULL}});
    check(crm_record_set_int(party, define_machines(txn), 14));
    crm_id id = put(txn, party, 0, 0);
    put(txn, make(txn, CRM_KIND_ROLE, (const text[]){{CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER}, {CRM_ROLE_NUMBER, "10001"}, {0, NULL}}),
        CRM_ROLE_PARTY, id);
    crm_record *address = make(txn, CRM_KIND_ADDRESS,
                               (const text[]){{CRM_ADDRESS_STREET, "Ringstraße"},
                                              {CRM_ADDRESS_HOUSE_NUMBER, "7"},
                                              {CRM_ADDRESS_POSTAL_CODE, "8010"},
                                              {CRM_ADDRESS_TOWN, "Graz"},
                                              {CRM_ADDRESS_COUNTRY, "AT"},
                                              {0, NULL}});
    crm_id place = put(txn, address, CRM_ADDRESS_PARTY, id);
    crm_record *usage = make(txn, CRM_KIND_USAGE, (const text[]){{CRM_USAGE_PURPOSE, CRM_PURPOSE_MAIN}, {0, NULL}});
    check(crm_record_set_id(usage, CRM_USAGE_TARGET, place));
    put(txn, usage, CRM_USAGE_PARTY, id);
    put(txn, make(txn, CRM_KIND_QUOTE_DEFAULTS, (const text[]){{CRM_QUOTE_DEFAULTS_DELIVERY_TERMS, "EXW"}, {0, NULL}}),
        CRM_QUOTE_DEFAULTS_OWNER, id);
    return id;
}

/* Two groups, one above the other, with terms of their own. Returns the lower one. */
static crm_id put_groups(crm_txn *txn) {
    crm_id trade =
        put(txn, make(txn, CRM_KIND_GROUP, (const text[]){{CRM_GROUP_CODE, "TRADE"}, {CRM_GROUP_NAME, "Trade"}, {0, NULL}}), 0, 0);
    crm_id gold = put(txn, make(txn, CRM_KIND_GROUP, (const text[]){{CRM_GROUP_CODE, "GOLD"}, {CRM_GROUP_NAME, "Gold"}, {0, NULL}}),
                      CRM_GROUP_PARENT, trade);
    const text of_trade[] = {{CRM_QUOTE_DEFAULTS_DELIVERY_TERMS, "DAP"}, {CRM_QUOTE_DEFAULTS_SHIPPING_METHOD, "parcel"}, {0, NULL}};
    put(txn, make(txn, CRM_KIND_QUOTE_DEFAULTS, of_trade), CRM_QUOTE_DEFAULTS_OWNER, trade);
    put(txn, make(txn, CRM_KIND_QUOTE_DEFAULTS, (const text[]){{CRM_QUOTE_DEFAULTS_PAYMENT_TERMS, "30 days"}, {0, NULL}}),
        CRM_QUOTE_DEFAULTS_OWNER, gold);
    return gold;
}

/* The store's own: for deliveries to Austria, and for all; and the rule. */
static void put_own(crm_txn *txn) {
    put(txn,
        make(txn, CRM_KIND_QUOTE_DEFAULTS,
             (const text[]){{CRM_QUOTE_DEFAULTS_COUNTRY, "AT"}, {CRM_QUOTE_DEFAULTS_PRICE_LIST, "EXPORT"}, {0, NULL}}),
        0, 0);
    put(txn,
        make(txn, CRM_KIND_QUOTE_DEFAULTS,
             (const text[]){{CRM_QUOTE_DEFAULTS_PRICE_LIST, "STANDARD"}, {CRM_QUOTE_DEFAULTS_PLANT, "Hamburg"}, {0, NULL}}),
        0, 0);
    crm_record *rule =
        make(txn, CRM_KIND_RULE,
             (const text[]){{CRM_RULE_CODE, "BIG"}, {CRM_RULE_TARGET, "quote.plant"}, {CRM_RULE_VALUE, "Dresden"}, {0, NULL}});
    check(crm_record_add_item(rule, CRM_RULE_WHEN, "customer.machine_count >= 10", CRM_NTS));
    check(crm_record_add_item(rule, CRM_RULE_WHEN, "site.country in AT|CH", CRM_NTS));
    put(txn, rule, 0, 0);
}

/* A write transaction of its own, and what came of it. */
static crm_id prepare(crm_db *db) {
    crm_txn *txn;
    check(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn));
    crm_id customer = put_customer(txn), group = put_groups(txn);
    check(crm_group_add(txn, group, customer, CRM_NO_DATE, CRM_NO_DATE, NULL));
    put_own(txn);
    check(crm_txn_commit(txn));
    crm_txn_free(txn);
    return customer;
}

static const char *text_of(const crm_record *rec, crm_field field) {
    const char *found = crm_record_text(rec, field);
    return found ? found : "-";
}

/* What a program shows beside a field: the value, where it comes from, and what it won against. */
static void print_value(crm_quote *quote, crm_field field) {
    printf("%s: %s, from the %s\n", crm_field_label(field, "en"), text_of(crm_quote_record(quote), field),
           crm_quote_level_name(crm_quote_level(quote, field)));
    for (size_t i = 0; i < crm_quote_loser_count(quote, field); i++) {
        const crm_record *loser = crm_quote_loser(quote, field, i);
        printf("  not %s of the %s: %s\n", text_of(loser, CRM_QUOTE_LOSER_VALUE), text_of(loser, CRM_QUOTE_LOSER_LEVEL),
               text_of(loser, CRM_QUOTE_LOSER_WHY));
    }
}

static crm_quote *propose(crm_db *db, crm_id customer) {
    crm_record *given;
    crm_quote *quote;
    crm_txn *txn;
    check(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn));
    check(crm_record_new(CRM_KIND_QUOTE, &given));
    check(crm_record_set_text(given, CRM_QUOTE_CUSTOMER_REFERENCE, "Anfrage 4711", CRM_NTS));
    check(crm_quote_resolve(txn, customer, CRM_TODAY, given, &quote));
    crm_record_free(given);
    crm_txn_free(txn);
    return quote;
}

/* Between the offer and the order the customer left the group. */
static void leave_group(crm_db *db, crm_id customer) {
    crm_txn *txn;
    crm_id group;
    check(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn));
    check(crm_group_find(txn, "GOLD", CRM_NTS, &group));
    check(crm_group_remove(txn, group, customer, CRM_TODAY));
    check(crm_txn_commit(txn));
    crm_txn_free(txn);
}

/* The same choices on today's data: what was given stays given. */
static void propose_again(crm_db *db, const crm_quote *old) {
    crm_quote *quote;
    crm_txn *txn;
    check(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn));
    check(crm_quote_reresolve(txn, old, 0, CRM_TODAY, NULL, NULL, 0, &quote));
    crm_txn_free(txn);
    printf("reference: %s\n", text_of(crm_quote_record(quote), CRM_QUOTE_CUSTOMER_REFERENCE));
    for (size_t i = 0; i < crm_quote_change_count(quote); i++) {
        const crm_record *change = crm_quote_change(quote, i);
        printf("%s: %s -> %s: %s\n", text_of(change, CRM_QUOTE_CHANGE_FIELD), text_of(change, CRM_QUOTE_CHANGE_OLD_VALUE),
               text_of(change, CRM_QUOTE_CHANGE_NEW_VALUE), text_of(change, CRM_QUOTE_CHANGE_WHY));
    }
    crm_quote_free(quote);
}

int main(void) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    crm_db *db;
    if (!mkdtemp(folder)) return EXIT_FAILURE;
    atexit(remove_folder);
    check(crm_db_open(folder, &options, &db));
    crm_id customer = prepare(db);
    crm_quote *quote = propose(db, customer);
    static const crm_field shown[] = {CRM_QUOTE_PRICE_LIST, CRM_QUOTE_PAYMENT_TERMS, CRM_QUOTE_DELIVERY_TERMS, CRM_QUOTE_PLANT};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) print_value(quote, shown[i]);
    printf("\n%s\n", crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL)); /* all of it, to read */
    leave_group(db, customer);
    propose_again(db, quote);
    crm_quote_free(quote);
    crm_db_close(db);
    return EXIT_SUCCESS;
}
