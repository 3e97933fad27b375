/* SPDX-License-Identifier: MIT */
/* Out of memory: records and what is made of them. Imports: oom_imports.c. */
#include "api/api.h"
#include "model/access.h"
#include "model/user.h"
#include "support/starving.h"

static int transact_add(crm_txn *txn, void *data) {
    (void)data;
    int rc = add_party(txn, "new", NULL);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int change(crm_txn *txn, crm_record *rec) {
    crm_record *copy = NULL;
    int rc = crm_record_set_text(rec, CRM_PARTY_NAME, "changed", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_PARTY_NOTE, long_text, CRM_NTS);
    for (crm_field field = CRM_PARTY_ORDER_LOCK; rc == CRM_OK && field <= CRM_PARTY_DUNNING_LOCK; field++)
        rc = crm_record_set_bool(rec, field, 1);
    if (rc == CRM_OK) rc = crm_record_copy(rec, &copy);
    if (rc == CRM_OK) rc = crm_record_put(txn, copy, NULL, NULL);
    crm_record_free(copy);
    return rc;
}

static int transact_change(crm_txn *txn, void *data) {
    crm_record *rec;
    (void)data;
    int rc = crm_party_get(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &rec);
    if (rc == CRM_OK) rc = change(txn, rec);
    crm_record_free(rec);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int transact_delete(crm_txn *txn, void *data) {
    crm_id party;
    (void)data;
    int rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &party);
    if (rc == CRM_OK) rc = crm_record_delete(txn, party, 0);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int transact_code(crm_txn *txn, void *data) {
    crm_record *rec;
    (void)data;
    int rc = crm_record_new(CRM_KIND_CODE, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_CODE_DOMAIN, "price_list", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_CODE_CODE, "A", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_label(rec, CRM_CODE_LABEL, "en", "list", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_label(rec, CRM_CODE_LABEL, "de", "Liste", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    if (rc == CRM_OK) rc = crm_setting_set(txn, "code.closed.price_list", "1", CRM_NTS);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int add_group(crm_txn *txn, const char *code, crm_id parent, crm_id *id) {
    crm_record *rec;
    int rc = crm_record_new(CRM_KIND_GROUP, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_GROUP_CODE, code, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_GROUP_NAME, code, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_GROUP_PARENT, parent);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, id, NULL);
    crm_record_free(rec);
    return rc;
}

static int move_group(crm_txn *txn, crm_id id, crm_id parent) {
    crm_record *rec;
    int rc = crm_record_get(txn, id, &rec);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_GROUP_PARENT, parent);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

static int look_at_groups(crm_txn *txn, crm_id group, crm_id party) {
    crm_iter *page[2] = {NULL};
    crm_blockers *blockers = NULL;
    crm_id out;
    int rc = crm_group_members(txn, group, CRM_TODAY, 0, NULL, &page[0]);
    if (rc == CRM_OK) rc = crm_party_groups(txn, party, CRM_TODAY, &page[1]);
    if (rc == CRM_OK) rc = crm_party_opt_out(txn, party, CRM_TODAY, &out);
    if (rc == CRM_OK) rc = crm_record_blockers(txn, group, &blockers);
    if (rc == CRM_OK && !crm_blockers_json(blockers, NULL)) rc = crm_error_status();
    crm_blockers_free(blockers);
    for (int i = 0; i < 2; i++) crm_iter_free(page[i]);
    return rc;
}

/* Rules of the customer, and of the group below and what is above it, that are stored and asked. */
static int ask_options(crm_txn *txn, const crm_id owners[3], crm_id party) {
    const char *codes[] = {"V8", "V6"};
    uint8_t answers[2];
    crm_id rules[2];
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < 3; i++) {
        crm_record *rec;
        rc = crm_record_new(CRM_KIND_OPTION_RULE, &rec);
        if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_OPTION_RULE_OWNER, owners[i]);
        if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_OPTION_RULE_CODE, "V8", CRM_NTS);
        if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
        crm_record_free(rec);
    }
    if (rc == CRM_OK) rc = crm_setting_set(txn, "option.default", "deny", CRM_NTS);
    return rc == CRM_OK ? crm_option_check(txn, party, CRM_TODAY, codes, 2, answers, rules) : rc;
}

/* A group with one above and one below, with a member and then without. */
static int transact_groups(crm_txn *txn, void *data) {
    crm_id top, group, below, party;
    (void)data;
    int rc = add_group(txn, "top", 0, &top);
    if (rc == CRM_OK) rc = add_group(txn, "group", 0, &group);
    if (rc == CRM_OK) rc = add_group(txn, "below", group, &below);
    if (rc == CRM_OK) rc = move_group(txn, group, top);
    if (rc == CRM_OK) rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &party);
    if (rc == CRM_OK) rc = crm_group_add(txn, below, party, CRM_NO_DATE, CRM_NO_DATE, NULL);
    if (rc == CRM_OK) rc = look_at_groups(txn, below, party);
    if (rc == CRM_OK) rc = ask_options(txn, (crm_id[]){party, below, top}, party);
    if (rc == CRM_OK) rc = crm_group_remove(txn, below, party, TEST_DAY);
    if (rc == CRM_OK) rc = crm_record_archive(txn, below, 0);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

/* A password at the least cost that fails once and is made anew at a greater one. */
static int check_passwords(crm_txn *txn, crm_id user) {
    static const crmi_password_cost costs[] = {{1, 8192}, {2, 8192}};
    int rc;
    crmi_txn *open = crmi_api_enter(txn, true, &rc);
    if (!open) return rc;
    crmi_packed id = crmi_store_packed(open, user);
    rc = crmi_user_password_set(open, id, "x", 1, true, &costs[0]);
    if (rc == CRM_OK) rc = crmi_user_password_check(open, id, "y", 1, &costs[0]);
    if (rc == CRM_E_DENIED) rc = crmi_user_password_check(open, id, "x", 1, &costs[1]);
    crmi_api_leave(txn);
    return rc;
}

static int look_at_users(crm_txn *txn, crm_id user) {
    crm_iter *page = NULL;
    crm_blockers *blockers = NULL;
    char out[256];
    size_t size;
    int rc = crm_user_list(txn, 0, NULL, &page);
    if (rc == CRM_OK) rc = crm_record_blockers(txn, user, &blockers);
    if (rc == CRM_OK) rc = crm_user_verifier_get(txn, user, out, sizeof out, &size);
    crm_iter_free(page);
    crm_blockers_free(blockers);
    return rc;
}

/* A user who is bound and then not, and deleted with his password. */
static int transact_users(crm_txn *txn, void *data) {
    crm_id user, party;
    crm_record *rec;
    (void)data;
    int rc = crm_record_new(CRM_KIND_USER, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_USER_NAME, "anna", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_USER_TYPE, CRM_USER_TYPE_BOUND, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, &user, NULL);
    crm_record_free(rec);
    if (rc == CRM_OK) rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &party);
    if (rc == CRM_OK) rc = crm_user_bind(txn, user, party, TEST_DAY, CRM_NO_DATE, NULL);
    if (rc == CRM_OK) rc = check_passwords(txn, user);
    if (rc == CRM_OK) rc = look_at_users(txn, user);
    if (rc == CRM_OK) rc = crm_user_unbind(txn, user, party, TEST_DAY);
    if (rc == CRM_OK) rc = crm_user_verifier_set(txn, user, NULL, 0);
    if (rc == CRM_OK) rc = crm_user_verifier_set(txn, user, "x", 1);
    if (rc == CRM_OK) rc = crm_record_delete(txn, user, 0);
    if (rc == CRM_OK) rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &party);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

/* From prospect to customer, whose main address is archived then. */
static int transact_life(crm_txn *txn, void *data) {
    crm_id party, id, address;
    (void)data;
    crm_record *rec = NULL;
    int rc = put(txn, CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "x", &party);
    if (rc == CRM_OK) rc = put(txn, CRM_KIND_ROLE, party, CRM_ROLE_ROLE, CRM_ROLE_PROSPECT, 0, NULL, &id);
    if (rc == CRM_OK) rc = crm_party_convert(txn, party, NULL, 0, &id);
    if (rc == CRM_OK) rc = put(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm", 0, NULL, &address);
    if (rc == CRM_OK) rc = crm_record_new(CRM_KIND_QUOTE_DEFAULTS, &rec);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_OWNER, party);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, address);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    if (rc == CRM_OK) rc = crm_record_archive(txn, address, 0);
    if (rc == CRM_OK) rc = crm_record_delete(txn, address, 0);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int find_address(crm_txn *txn, crm_id party, crm_id *out) {
    crm_iter *iter;
    int rc = crm_record_list(txn, party, CRM_KIND_ADDRESS, 1, NULL, &iter);
    if (rc == CRM_OK) rc = crm_iter_next(iter, out) == CRM_ROW ? CRM_OK : CRM_E_NOTFOUND;
    crm_iter_free(iter);
    return rc;
}

/* The customer's address is for deliveries, is listed and printed, and moves. */
static int move(crm_txn *txn, crm_id party, crm_id address) {
    char lines[8000];
    crm_record *old = NULL, *to = NULL, *usage = NULL;
    crm_iter *iter = NULL;
    int rc = crm_record_new(CRM_KIND_USAGE, &usage);
    if (rc == CRM_OK) rc = crm_record_set_id(usage, CRM_USAGE_PARTY, party);
    if (rc == CRM_OK) rc = crm_record_set_id(usage, CRM_USAGE_TARGET, address);
    if (rc == CRM_OK) rc = crm_record_set_text(usage, CRM_USAGE_PURPOSE, CRM_PURPOSE_DELIVERY, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, usage, NULL, NULL);
    if (rc == CRM_OK) rc = crm_address_list(txn, party, CRM_PURPOSE_DELIVERY, CRM_TODAY, 1, NULL, &iter);
    if (rc == CRM_OK) rc = crm_record_get(txn, address, &old);
    if (rc == CRM_OK) rc = crm_address_format(old, NULL, NULL, 0, lines, sizeof lines, NULL);
    if (rc == CRM_OK) rc = crm_record_new(CRM_KIND_ADDRESS, &to);
    if (rc == CRM_OK) rc = crm_address_move(txn, address, CRM_TODAY, to, NULL);
    if (rc == CRM_OK) rc = crm_address_choose(txn, party, CRM_PURPOSE_DELIVERY, CRM_TODAY, &address);
    crm_iter_free(iter);
    crm_record_free(usage);
    crm_record_free(old);
    crm_record_free(to);
    return rc;
}

static int transact_move(crm_txn *txn, void *data) {
    crm_id party, address;
    (void)data;
    int rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &party);
    if (rc == CRM_OK) rc = find_address(txn, party, &address);
    if (rc == CRM_OK) rc = move(txn, party, address);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int op_move(void) { return crm_transact(db, CRM_ACTOR_SYSTEM, transact_move, NULL); }
static int op_groups(void) { return crm_transact(db, CRM_ACTOR_SYSTEM, transact_groups, NULL); }
static int op_users(void) { return crm_transact(db, CRM_ACTOR_SYSTEM, transact_users, NULL); }
static int op_life(void) { return crm_transact(db, CRM_ACTOR_SYSTEM, transact_life, NULL); }
static int op_add(void) { return crm_transact(db, CRM_ACTOR_SYSTEM, transact_add, NULL); }
static int op_change(void) { return crm_transact(db, CRM_ACTOR_SYSTEM, transact_change, NULL); }
static int op_delete(void) { return crm_transact(db, CRM_ACTOR_SYSTEM, transact_delete, NULL); }
static int op_code(void) { return crm_transact(db, CRM_ACTOR_SYSTEM, transact_code, NULL); }

/* What a rule and an area's terms leave for the losers, a proposal made again, and one saved and loaded. */
static int explain(crm_quote *quote) {
    for (uint32_t format = CRM_QUOTE_FORMAT_TEXT; format <= CRM_QUOTE_FORMAT_JSON; format++)
        if (!crm_quote_explain(quote, format, NULL)) return crm_error_status();
    return crm_quote_loser(quote, CRM_QUOTE_PRICE_LIST, 0) ? CRM_OK : crm_error_status();
}

static int load_again(crm_txn *txn, crm_quote *quote) {
    size_t size;
    crm_quote *loaded = NULL;
    const void *bytes = crm_quote_save(quote, &size);
    int rc = bytes ? crm_quote_load(txn, bytes, size, &loaded) : crm_error_status();
    if (rc == CRM_OK) rc = explain(loaded);
    if (rc == CRM_OK && !crm_quote_save(loaded, NULL)) rc = crm_error_status();
    crm_quote_free(loaded);
    return rc;
}

static int explain_both(crm_txn *txn, crm_id party, const crm_record *given, const crm_record *changes) {
    crm_quote *quote = NULL, *again = NULL;
    crm_field released = CRM_QUOTE_PRICE_LIST;
    crm_record *read = NULL;
    int rc = crm_quote_resolve(txn, party, CRM_TODAY, given, &quote);
    if (rc >= 0) rc = explain(quote);
    if (rc >= 0) rc = crm_quote_reresolve(txn, quote, 0, CRM_TODAY, changes, &released, 1, &again);
    if (rc >= 0) rc = explain(again);
    if (rc >= 0) rc = crm_quote_given(again, &read);
    if (rc >= 0) rc = load_again(txn, again);
    crm_record_free(read);
    crm_quote_free(quote);
    crm_quote_free(again);
    return rc < 0 ? rc : CRM_OK;
}

static int put_rule(crm_txn *txn, crm_id *id) {
    crm_record *rec;
    int rc = crm_record_new(CRM_KIND_RULE, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_RULE_CODE, "R", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_RULE_TARGET, "quote.price_list", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_RULE_VALUE, "R", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_add_item(rec, CRM_RULE_WHEN, "customer.type in organisation|person", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, id, NULL);
    crm_record_free(rec);
    return rc;
}

static int put_terms(crm_txn *txn, crm_id owner, crm_field field, const char *text) {
    crm_record *rec;
    int rc = crm_record_new(CRM_KIND_QUOTE_DEFAULTS, &rec);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_OWNER, owner);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, field, text, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_QUOTE_DEFAULTS_PLANT, text, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

static int use_policy(crm_txn *txn) {
    static const uint32_t levels[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_COUNTRY, CRM_LEVEL_GROUP, CRM_LEVEL_GLOBAL};
    crm_record *policy = NULL;
    int rc = crm_policy_set(txn, CRM_QUOTE_PLANT, levels, 4);
    if (rc == CRM_OK) rc = crm_policy_set(txn, CRM_QUOTE_PLANT, levels, 3);
    if (rc == CRM_OK) rc = crm_policy_clear(txn, CRM_QUOTE_PLANT);
    if (rc == CRM_OK) rc = crm_policy_get(txn, CRM_QUOTE_PLANT, &policy);
    crm_record_free(policy);
    return rc == CRM_OK ? crm_policy_set(txn, CRM_QUOTE_PLANT, levels, 3) : rc;
}

/* A proposal in which groups, a country and a policy have their say. */
static int transact_levels(crm_txn *txn, void *data) {
    crm_id party, top, group;
    (void)data;
    int rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &party);
    if (rc == CRM_OK) rc = use_policy(txn);
    if (rc == CRM_OK) rc = add_group(txn, "top", 0, &top);
    if (rc == CRM_OK) rc = add_group(txn, "group", top, &group);
    if (rc == CRM_OK) rc = put_terms(txn, top, CRM_QUOTE_DEFAULTS_PRICE_LIST, "B");
    if (rc == CRM_OK) rc = put_terms(txn, group, CRM_QUOTE_DEFAULTS_PRICE_LIST, "A");
    if (rc == CRM_OK) rc = put_terms(txn, 0, CRM_QUOTE_DEFAULTS_COUNTRY, "DE");
    if (rc == CRM_OK) rc = crm_group_add(txn, group, party, CRM_NO_DATE, CRM_NO_DATE, NULL);
    if (rc == CRM_OK) rc = explain_both(txn, party, NULL, NULL);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int op_levels(void) { return crm_transact(db, CRM_ACTOR_SYSTEM, transact_levels, NULL); }

static int op_explain(void) {
    crm_txn *txn;
    crm_id party, id;
    crm_record *given = NULL, *changes = NULL;
    int rc = crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn);
    if (rc == CRM_OK) rc = put_rule(txn, &id);
    if (rc == CRM_OK) rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &party);
    if (rc == CRM_OK) rc = crm_record_new(CRM_KIND_QUOTE, &given);
    if (rc == CRM_OK) rc = crm_record_new(CRM_KIND_QUOTE, &changes);
    if (rc == CRM_OK) rc = crm_record_set_text(given, CRM_QUOTE_PRICE_LIST, "G", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(given, CRM_QUOTE_SALES_AREA, "N", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(changes, CRM_QUOTE_PLANT, "P", CRM_NTS);
    if (rc == CRM_OK) rc = explain_both(txn, party, given, changes);
    crm_record_free(given);
    crm_record_free(changes);
    crm_txn_free(txn);
    return rc;
}

static int put_user(crm_txn *txn, crm_id party, crm_id *user) {
    crm_record *rec;
    int rc = put(txn, CRM_KIND_USER, 0, CRM_USER_NAME, "u", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, user);
    if (rc < 0) return rc;
    rc = crm_record_new(CRM_KIND_BINDING, &rec);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_BINDING_PARTY, party);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_BINDING_USER, *user);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

/* Why a user may, and where. */
static int explain_access(crm_txn *txn, crm_id user, crm_id party) {
    crm_record *rec = NULL;
    crm_iter *iter;
    int rc = crm_access_explain(txn, user, party, CRM_RIGHT_READ, &rec);
    crm_record_free(rec);
    if (rc == CRM_OK) rc = crm_access_list(txn, CRM_RIGHT_QUOTE, 1, NULL, &iter);
    if (rc == CRM_OK) crm_iter_free(iter);
    return rc;
}

/* What a bound actor sees, his proposal and his options among it. */
static int op_access(void) {
    crm_txn *txn;
    crm_id party, user;
    int allowed, status, rc = crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn);
    if (rc == CRM_OK) rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &party);
    if (rc == CRM_OK) rc = put_user(txn, party, &user);
    if (rc == CRM_OK) rc = explain_access(txn, user, party);
    crmi_txn *open = rc == CRM_OK ? crmi_api_enter(txn, false, &status) : NULL;
    if (open) {
        rc = crmi_access_bind(open, user);
        crmi_api_leave(txn);
    }
    if (rc == CRM_OK) rc = look_at(txn);
    if (rc == CRM_OK) rc = list(txn);
    if (rc == CRM_OK) rc = crm_option_allowed(txn, party, CRM_TODAY, "V8", CRM_NTS, &allowed);
    if (rc == CRM_OK) rc = explain_access(txn, 0, party);
    crm_txn_free(txn);
    return rc;
}

static int define(crm_txn *txn, crm_field *out) {
    crm_record *rec;
    int rc = crm_record_new(CRM_KIND_CUSTOM_FIELD, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_CUSTOM_FIELD_NAME, "colour", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_CUSTOM_FIELD_TYPE, "text", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_CUSTOM_FIELD_DOMAIN, "paint", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_bool(rec, CRM_CUSTOM_FIELD_INDEXED, 1);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc == CRM_OK ? crm_custom_field_find(txn, "party.colour", out) : rc;
}

static int use_custom(crm_txn *txn, crm_field field) {
    crm_record *rec = NULL, *copy = NULL, *definition = NULL;
    crm_iter *page = NULL;
    int rc = crm_party_get(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, field, "red", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_id id = crm_record_key(rec);
    crm_record_free(rec);
    rec = NULL;
    if (rc == CRM_OK) rc = crm_record_get(txn, id, &rec);
    if (rc == CRM_OK) rc = crm_record_copy(rec, &copy);
    if (rc == CRM_OK && !crm_record_json(copy, NULL)) rc = crm_error_status();
    if (rc == CRM_OK) rc = crm_record_search(txn, field, "red", CRM_NTS, 0, NULL, &page);
    if (rc == CRM_OK) rc = crm_setting_set(txn, "code.closed.paint", "1", CRM_NTS);
    if (rc == CRM_OK) rc = crm_custom_field_get(txn, field, &definition);
    crm_iter_free(page);
    crm_record_free(definition);
    crm_record_free(copy);
    crm_record_free(rec);
    return rc;
}

static int map_custom(crm_txn *txn) {
    crm_record *rec = NULL;
    crm_sync *sync = NULL;
    int rc = crm_record_new_in(txn, CRM_KIND_PARTY, &rec);
    if (rc == CRM_OK) rc = crm_sync_new_in(txn, "test", CRM_ROWS_FLAT, &sync);
    if (rc == CRM_OK) rc = crm_sync_map(sync, "Farbe", "party.colour");
    if (rc == CRM_OK) rc = crm_sync_add_column(sync, "Farbe", CRM_NTS);
    crm_sync_free(sync);
    crm_record_free(rec);
    return rc;
}

static int transact_custom(crm_txn *txn, void *data) {
    crm_field field;
    (void)data;
    int rc = define(txn, &field);
    if (rc == CRM_OK) rc = use_custom(txn, field);
    if (rc == CRM_OK) rc = map_custom(txn);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int op_custom(void) { return crm_transact(db, CRM_ACTOR_SYSTEM, transact_custom, NULL); }

/* --- what changed --- */

/* The feed in two pages, and the values of a name that an import has changed. */
static int read_changes(crm_txn *txn) {
    crm_changes *lists[4] = {NULL};
    crm_id party;
    int rc = crm_party_find(txn, CRM_ROLE_CUSTOMER, "2", CRM_NTS, &party);
    if (rc == CRM_OK) rc = crm_change_list(txn, 0, NULL, 2, &lists[0]);
    if (rc == CRM_OK) rc = crm_change_list(txn, 0, crm_changes_token(lists[0]), 0, &lists[1]);
    if (rc == CRM_OK) rc = crm_change_now(txn, &lists[2]);
    if (rc == CRM_OK) rc = crm_change_values(txn, party, CRM_PARTY_NAME, 0, NULL, &lists[3]);
    if (rc == CRM_OK && !crm_changes_count(lists[3])) rc = CRM_E_CORRUPT;
    if (rc == CRM_OK && !crm_record_json(crm_changes_record(lists[3], 0), NULL)) rc = crm_error_status();
    for (int i = 0; i < 4; i++) crm_changes_free(lists[i]);
    return rc;
}

static int op_feed(void) {
    crm_txn *txn;
    int rc = crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc == CRM_OK) rc = read_changes(txn);
    crm_txn_free(txn);
    return rc;
}

Test(oom, each_allocation) {
    static const operation operations[] = {
        {"add", op_add},       {"change", op_change}, {"delete", op_delete}, {"move", op_move},   {"code", op_code},
        {"read", op_read},     {"open", reopen},      {"groups", op_groups}, {"life", op_life},   {"explain", op_explain},
        {"levels", op_levels}, {"custom", op_custom}, {"access", op_access}, {"users", op_users}, {"feed", op_feed},
    };
    run_all(operations, sizeof operations / sizeof *operations);
}
