/* SPDX-License-Identifier: MIT */
/* The libcrm side of the bench, on the public headers, but for how it is filled. */
#include "api/api.h"
#include "bench.h"
#include <libcrm/crm.h>
#include <stdio.h>
#include <string.h>

/* Two may be open at once, one of them is in use. */
typedef struct bench_store {
    crm_db *db;
    crm_db *under; /* db is a first load of it; NULL: it is none */
    crm_id groups[GROUPS + PARENTS];
} bench_store;
static bench_store stores[2], *store = stores;
static crm_txn *snapshot;
static crm_id current;

static void check(int rc, const char *what) {
    if (rc < 0) bench_fail(what, crm_error_text());
}

static void text(crm_record *rec, crm_field field, const char *value) {
    if (*value) check(crm_record_set_text(rec, field, value, CRM_NTS), "set");
}

static crm_record *make(uint32_t kind, crm_field owner, crm_id party) {
    crm_record *rec;
    check(crm_record_new(kind, &rec), "new");
    if (owner) check(crm_record_set_id(rec, owner, party), "owner");
    return rec;
}

static crm_id put(crm_txn *txn, crm_record *rec) {
    crm_id id;
    check(crm_record_put(txn, rec, &id, NULL), "put");
    crm_record_free(rec);
    return id;
}

static void put_channel(crm_txn *txn, crm_id party, crm_id target, const char *kind, const char *value) {
    crm_record *rec = make(CRM_KIND_CHANNEL, CRM_CHANNEL_PARTY, party);
    if (target) check(crm_record_set_id(rec, CRM_CHANNEL_TARGET, target), "target");
    text(rec, CRM_CHANNEL_TYPE, kind);
    text(rec, CRM_CHANNEL_VALUE, value);
    put(txn, rec);
}

static void put_usage(crm_txn *txn, crm_id party, crm_id target, const char *purpose, int is_default) {
    crm_record *rec = make(CRM_KIND_USAGE, CRM_USAGE_PARTY, party);
    check(crm_record_set_id(rec, CRM_USAGE_TARGET, target), "target");
    text(rec, CRM_USAGE_PURPOSE, purpose);
    if (is_default) check(crm_record_set_bool(rec, CRM_USAGE_IS_DEFAULT, 1), "default");
    put(txn, rec);
}

static crm_id put_site(crm_txn *txn, crm_id party, const site *at) {
    crm_record *rec = make(CRM_KIND_ADDRESS, CRM_ADDRESS_PARTY, party);
    text(rec, CRM_ADDRESS_STREET, at->street);
    text(rec, CRM_ADDRESS_HOUSE_NUMBER, at->house);
    text(rec, CRM_ADDRESS_POSTAL_CODE, at->postal_code);
    text(rec, CRM_ADDRESS_TOWN, at->town);
    text(rec, CRM_ADDRESS_COUNTRY, at->country);
    return put(txn, rec);
}

static crm_id put_contact(crm_txn *txn, crm_id party, const person *who) {
    crm_record *rec = make(CRM_KIND_CONTACT, CRM_CONTACT_PARTY, party);
    text(rec, CRM_CONTACT_NAME, who->name);
    text(rec, CRM_CONTACT_FIRST_NAME, who->first);
    text(rec, CRM_CONTACT_LAST_NAME, who->last);
    text(rec, CRM_CONTACT_FUNCTION, who->function);
    text(rec, CRM_CONTACT_SALUTATION, who->salutation);
    return put(txn, rec);
}

static void put_membership(crm_txn *txn, crm_id party, crm_id group_id) {
    crm_record *rec = make(CRM_KIND_MEMBERSHIP, CRM_MEMBERSHIP_PARTY, party);
    check(crm_record_set_id(rec, CRM_MEMBERSHIP_GROUP, group_id), "group");
    put(txn, rec);
}

static crm_id put_party(crm_txn *txn, const customer *c) {
    crm_record *rec = make(CRM_KIND_PARTY, 0, 0);
    text(rec, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION);
    text(rec, CRM_PARTY_NAME, c->name);
    text(rec, CRM_PARTY_SHORT_NAME, c->short_name);
    text(rec, CRM_PARTY_VAT_ID, c->vat_id);
    text(rec, CRM_PARTY_NOTE, c->note);
    text(rec, CRM_PARTY_CATEGORY, c->category);
    text(rec, CRM_PARTY_LANGUAGE, c->language);
    crm_id party = put(txn, rec);
    rec = make(CRM_KIND_ROLE, CRM_ROLE_PARTY, party);
    text(rec, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER);
    text(rec, CRM_ROLE_NUMBER, c->number);
    put(txn, rec);
    return party;
}

static void put_option_rules(crm_txn *txn, crm_id owner_id, int owner) {
    for (int i = 0; i < bench_rules(owner); i++) {
        option_code code;
        int deny;
        bench_rule(owner, i, &code, &deny);
        crm_record *rec = make(CRM_KIND_OPTION_RULE, CRM_OPTION_RULE_OWNER, owner_id);
        text(rec, CRM_OPTION_RULE_CODE, code.text);
        check(crm_record_set_bool(rec, CRM_OPTION_RULE_DENY, deny), "deny");
        put(txn, rec);
    }
}

static void put_customer(crm_txn *txn, const customer *c) {
    crm_id party = put_party(txn, c), contact = 0, place = 0;
    for (size_t i = 0; i < 2; i++) put_membership(txn, party, store->groups[c->group[i]]);
    if (c->first) put_option_rules(txn, party, -1);
    for (size_t i = 0; i < c->sites; i++) {
        place = put_site(txn, party, &c->site[i]);
        if (i == 0) put_usage(txn, party, place, CRM_PURPOSE_MAIN, 1);
        if (c->site[i].delivery) put_usage(txn, party, place, CRM_PURPOSE_DELIVERY, 1);
        if (c->site[i].billing) put_usage(txn, party, place, CRM_PURPOSE_BILLING, 1);
    }
    for (size_t i = 0; i < c->contacts; i++) {
        contact = put_contact(txn, party, &c->contact[i]);
        put_channel(txn, party, contact, CRM_CHANNEL_MAIL, c->contact[i].mail);
        put_channel(txn, party, contact, CRM_CHANNEL_PHONE, c->contact[i].phone);
    }
    put_channel(txn, party, 0, CRM_CHANNEL_PHONE, c->phone);
    put_channel(txn, party, 0, CRM_CHANNEL_MAIL, c->mail);
    crm_record *rec = make(CRM_KIND_QUOTE_DEFAULTS, CRM_QUOTE_DEFAULTS_OWNER, party);
    text(rec, CRM_QUOTE_DEFAULTS_PRICE_LIST, c->price_list);
    text(rec, CRM_QUOTE_DEFAULTS_CURRENCY, c->currency);
    text(rec, CRM_QUOTE_DEFAULTS_PAYMENT_TERMS, c->payment_terms);
    text(rec, CRM_QUOTE_DEFAULTS_DELIVERY_TERMS, c->delivery_terms);
    if (c->preferred_contact) check(crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, contact), "preferred");
    put(txn, rec);
    if (!*c->site_times) return;
    rec = make(CRM_KIND_QUOTE_DEFAULTS, CRM_QUOTE_DEFAULTS_OWNER, party);
    check(crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_SCOPE, place), "scope");
    text(rec, CRM_QUOTE_DEFAULTS_DELIVERY_TIMES, c->site_times);
    put(txn, rec);
}

static void put_group(crm_txn *txn, int index) {
    group made;
    bench_group(index, &made);
    crm_record *rec = make(CRM_KIND_GROUP, 0, 0);
    text(rec, CRM_GROUP_CODE, made.code);
    text(rec, CRM_GROUP_NAME, made.name);
    check(crm_record_set_int(rec, CRM_GROUP_PRIORITY, made.priority), "priority");
    if (made.parent >= 0) check(crm_record_set_id(rec, CRM_GROUP_PARENT, store->groups[made.parent]), "parent");
    store->groups[index] = put(txn, rec);
    rec = make(CRM_KIND_QUOTE_DEFAULTS, CRM_QUOTE_DEFAULTS_OWNER, store->groups[index]);
    text(rec, CRM_QUOTE_DEFAULTS_DISCOUNT_SCHEME, made.discount_scheme);
    text(rec, CRM_QUOTE_DEFAULTS_PAYMENT_METHOD, made.payment_method);
    text(rec, CRM_QUOTE_DEFAULTS_DELIVERY_TIMES, made.delivery_times);
    put(txn, rec);
    put_option_rules(txn, store->groups[index], index);
}

/* Customers of category A are told by their reference; those of B get a plant of their own. */
static void put_rules(crm_txn *txn) {
    crm_record *rec = make(CRM_KIND_RULE, 0, 0);
    text(rec, CRM_RULE_CODE, "reference");
    text(rec, CRM_RULE_TARGET, "quote.customer_reference");
    text(rec, CRM_RULE_SOURCE, "customer.short_name");
    check(crm_record_add_item(rec, CRM_RULE_WHEN, "customer.category = A", CRM_NTS), "when");
    put(txn, rec);
    rec = make(CRM_KIND_RULE, 0, 0);
    text(rec, CRM_RULE_CODE, "plant");
    text(rec, CRM_RULE_TARGET, "quote.plant");
    text(rec, CRM_RULE_VALUE, "SOUTH");
    check(crm_record_add_item(rec, CRM_RULE_WHEN, "customer.category = B", CRM_NTS), "when");
    check(crm_record_add_item(rec, CRM_RULE_WHEN, "site.country = DE", CRM_NTS), "when");
    put(txn, rec);
}

static int put_store(crm_txn *txn, void *data) {
    static const char *const lists[] = {"A", "B", "C", "RETAIL", "EXPORT"};
    (void)data;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        crm_record *rec = make(CRM_KIND_CODE, 0, 0);
        text(rec, CRM_CODE_DOMAIN, CRM_DOMAIN_PRICE_LIST);
        text(rec, CRM_CODE_CODE, lists[i]);
        text(rec, CRM_CODE_CURRENCY, i == 4 ? "USD" : "EUR");
        put(txn, rec);
    }
    crm_record *rec = make(CRM_KIND_QUOTE_DEFAULTS, 0, 0);
    text(rec, CRM_QUOTE_DEFAULTS_SHIPPING_METHOD, "parcel");
    text(rec, CRM_QUOTE_DEFAULTS_CURRENCY, "EUR");
    text(rec, CRM_QUOTE_DEFAULTS_PLANT, "MAIN");
    put(txn, rec);
    rec = make(CRM_KIND_QUOTE_DEFAULTS, 0, 0);
    text(rec, CRM_QUOTE_DEFAULTS_COUNTRY, "DE");
    text(rec, CRM_QUOTE_DEFAULTS_DISCOUNT_SCHEME, "LIST");
    put(txn, rec);
    for (int i = GROUPS; i < GROUPS + PARENTS; i++) put_group(txn, i);
    for (int i = 0; i < GROUPS; i++) put_group(txn, i);
    put_rules(txn);
    return CRM_COMMIT;
}

static crmi_db *inside(crm_db *db) {
    int status;
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    check(status, "store");
    crmi_handle_unpin(db);
    return open;
}

/* From here on db is the store as a first load has it. */
static void begin_load(void) {
    crmi_db *load;
    store->under = store->db;
    if (crmi_db_bulk(inside(store->under), &load) != CRM_OK) bench_fail("a first load", crm_error_text());
    store->db = crmi_handle_new(CRMI_HANDLE_DB, load, NULL);
    if (!store->db) bench_fail("a first load", crm_error_text());
}

static void find_groups(void) {
    group made;
    bench_crm_begin_as(CRM_ACTOR_SYSTEM);
    for (int i = 0; i < GROUPS + PARENTS; i++) {
        bench_group(i, &made);
        check(crm_group_find(snapshot, made.code, CRM_NTS, &store->groups[i]), "group");
    }
    crm_txn_free(snapshot);
}

static void crm_open_side(const char *folder, int as) {
    crm_db_options options = {.size = sizeof options, .flags = as == BENCH_THERE ? 0 : CRM_DB_CREATE};
    check(crm_db_open(folder, &options, &store->db), "open");
    store->under = NULL;
    if (as == BENCH_LOAD) begin_load();
    if (as == BENCH_NEW || as == BENCH_LOAD) check(crm_transact(store->db, CRM_ACTOR_SYSTEM, put_store, NULL), "store");
    if (as == BENCH_THERE) find_groups();
}

static int put_setting(crm_txn *txn, void *data) {
    const char *const *setting = data;
    crm_record *rec = make(CRM_KIND_SETTING, 0, 0);
    text(rec, CRM_SETTING_NAME, setting[0]);
    text(rec, CRM_SETTING_VALUE, setting[1]);
    put(txn, rec);
    return CRM_COMMIT;
}

void bench_crm_set(const char *name, const char *value) {
    const char *setting[] = {name, value};
    check(crm_transact(store->db, CRM_ACTOR_SYSTEM, put_setting, setting), "setting");
}

typedef struct number_span {
    uint64_t from, until;
} number_span;

struct crmi_txn *bench_crm_inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    check(status, "transaction");
    crmi_api_leave(txn);
    return open;
}

/* As imports write: loading is no figure, and takes a third of the time so. */
static int put_span(crm_txn *txn, void *data) {
    number_span *span = data;
    customer made;
    check(crmi_txn_gather(bench_crm_inside(txn)), "gather");
    for (uint64_t i = span->from; i < span->until; i++) {
        bench_generate(i, &made);
        put_customer(txn, &made);
    }
    return CRM_COMMIT;
}

static void load_customers(uint64_t from, uint64_t until) {
    check(crm_transact(store->db, CRM_ACTOR_SYSTEM, put_span, &(number_span){from, until}), "load");
}

static void crm_options(const char *const *codes, uint8_t *out) {
    check(crm_option_check(snapshot, current, CRM_TODAY, codes, OPTIONS, out, NULL), "options");
}

static int put_one(crm_txn *txn, void *data) {
    put_customer(txn, data);
    return CRM_COMMIT;
}

static void crm_create(const customer *made) {
    check(crm_transact(store->db, CRM_ACTOR_SYSTEM, put_one, (void *)(uintptr_t)made), "create");
}

void bench_crm_begin_as(uint64_t actor) { check(crm_txn_begin(store->db, 0, actor, &snapshot), "begin"); }
crm_txn *bench_crm_snapshot(void) { return snapshot; }
void bench_crm_use_store(int which) { store = &stores[which]; }
crm_db *bench_crm_db(void) { return store->db; }

static void crm_begin(void) { bench_crm_begin_as(CRM_ACTOR_SYSTEM); }
static void crm_end(void) { crm_txn_free(snapshot); }

static uint64_t sum(const char *value) { return value ? strlen(value) + (unsigned char)*value : 0; }

/* Every field that a party of the generator may have, as a host reads what it shows. */
static uint64_t read_all(const crm_record *rec) {
    static const crm_field texts[] = {CRM_PARTY_TYPE,   CRM_PARTY_NAME,     CRM_PARTY_SHORT_NAME,  CRM_PARTY_LANGUAGE,
                                      CRM_PARTY_VAT_ID, CRM_PARTY_CATEGORY, CRM_PARTY_LOCK_REASON, CRM_PARTY_NOTE};
    uint64_t total = crm_record_revision(rec) + (uint64_t)crm_record_time(rec, CRM_PARTY_CREATED_AT, 0);
    total += (uint64_t)(crm_record_bool(rec, CRM_PARTY_ARCHIVED, 0) + crm_record_bool(rec, CRM_PARTY_ORDER_LOCK, 0));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) total += sum(crm_record_text(rec, texts[i]));
    return total + crm_record_key(rec);
}

static uint64_t crm_find(const char *number) {
    crm_id id;
    check(crm_party_find(snapshot, CRM_ROLE_CUSTOMER, number, CRM_NTS, &id), "find");
    return id;
}

static uint64_t crm_get(const char *number) {
    crm_record *rec;
    check(crm_party_get(snapshot, CRM_ROLE_CUSTOMER, number, CRM_NTS, &rec), "get");
    uint64_t total = read_all(rec);
    crm_record_free(rec);
    return total;
}

static void crm_use(uint64_t id) { current = id; }

static uint64_t crm_quote_one(const char *number) {
    crm_quote *quote;
    (void)number;
    check(crm_quote_resolve(snapshot, current, CRM_TODAY, NULL, &quote), "quote");
    const crm_record *values = crm_quote_record(quote);
    uint64_t total = sum(crm_record_text(values, CRM_QUOTE_PRICE_LIST)) + sum(crm_record_text(values, CRM_QUOTE_CURRENCY)) +
                     sum(crm_record_text(values, CRM_QUOTE_PAYMENT_TERMS)) + sum(crm_quote_address_text(quote, CRM_QUOTE_SHIP_TO)) +
                     sum(crm_record_text(values, CRM_QUOTE_DISCOUNT_SCHEME)) + sum(crm_record_text(values, CRM_QUOTE_PAYMENT_METHOD)) +
                     sum(crm_record_text(values, CRM_QUOTE_DELIVERY_TIMES)) + sum(crm_record_text(values, CRM_QUOTE_PLANT)) +
                     sum(crm_record_text(values, CRM_QUOTE_CUSTOMER_REFERENCE));
    crm_quote_free(quote);
    return total;
}

static uint64_t crm_file_one(const char *number) {
    crm_file *file;
    (void)number;
    check(crm_file_get(snapshot, current, &file), "file");
    uint64_t total = 0;
    for (size_t i = 0; i < crm_file_count(file); i++) { /* bindings are not for bound users to see */
        const crm_record *rec = crm_file_record(file, i);
        if (crm_record_kind(rec) != CRM_KIND_BINDING) total += crm_record_count(rec);
    }
    crm_file_free(file);
    return total;
}

static void crm_close_side(void) {
    crm_db_close(store->db);
    if (!store->under) return;
    check(crmi_db_bulk_end(inside(store->under)), "the end of the load");
    crm_db_close(store->under);
}

const side bench_crm = {"libcrm",     crm_open_side, load_customers, crm_begin, crm_end,     crm_get, crm_quote_one,
                        crm_file_one, crm_create,    crm_close_side, crm_find,  crm_options, crm_use};
