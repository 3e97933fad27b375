/* SPDX-License-Identifier: MIT */
/* Operations that change a store. */
#include "stress/operations.h"
#include <stdio.h>
#include <string.h>

/* The record of the customer's that comes first among its kind. */
static int child(crm_txn *txn, const char *number, uint32_t kind, crm_id *out) {
    crm_id party;
    int rc = stress_customer(txn, number, &party);
    return rc == CRM_OK ? stress_first(txn, party, kind, out) : rc;
}

static int change_text(crm_txn *txn, crm_id id, crm_field field, const char *text) {
    crm_record *rec;
    int rc = crm_record_get(txn, id, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, field, text, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

/* Of a customer, all of whom have one. */
#define OF(number, ...)                                                                                                                    \
    crm_id party;                                                                                                                          \
    int rc = stress_customer(txn, number, &party);                                                                                         \
    return rc == CRM_OK ? (__VA_ARGS__) : rc
#define OF_GROUP(code, ...)                                                                                                                \
    crm_id group;                                                                                                                          \
    int rc = crm_group_find(txn, code, CRM_NTS, &group);                                                                                   \
    return rc == CRM_OK ? (__VA_ARGS__) : rc
#define OF_USER(name, ...)                                                                                                                 \
    crm_id user;                                                                                                                           \
    int rc = crm_user_find(txn, name, CRM_NTS, &user);                                                                                     \
    return rc == CRM_OK ? (__VA_ARGS__) : rc

int stress_op_party_create(crm_txn *txn) { return stress_add_party(txn, "New", "7"); }
int stress_op_party_change(crm_txn *txn) { OF("1", change_text(txn, party, CRM_PARTY_NAME, "Changed")); }
int stress_op_party_delete(crm_txn *txn) { OF("3", crm_record_delete(txn, party, 0)); }
int stress_op_party_archive(crm_txn *txn) { OF("3", crm_record_archive(txn, party, 0)); }
int stress_op_party_restore(crm_txn *txn) { OF("5", crm_record_restore(txn, party, 0)); }

int stress_op_party_convert(crm_txn *txn) {
    crm_id party;
    int rc = crm_party_find(txn, CRM_ROLE_PROSPECT, "90", CRM_NTS, &party);
    return rc == CRM_OK ? crm_party_convert(txn, party, NULL, 0, NULL) : rc;
}

int stress_op_role_numbered(crm_txn *txn) {
    OF("1", stress_put(txn, CRM_KIND_ROLE, party, NULL, CRM_ROLE_ROLE, CRM_ROLE_SUPPLIER, CRM_ROLE_NUMBER, "S1", 0));
}
int stress_op_role_from_range(crm_txn *txn) { OF("1", stress_put(txn, CRM_KIND_ROLE, party, NULL, CRM_ROLE_ROLE, CRM_ROLE_SUPPLIER, 0)); }
int stress_op_address_create(crm_txn *txn) {
    OF("1", stress_put(txn, CRM_KIND_ADDRESS, party, NULL, CRM_ADDRESS_TOWN, "Bonn", CRM_ADDRESS_POSTAL_CODE, "53111", 0));
}

int stress_op_address_change(crm_txn *txn) {
    crm_id address;
    int rc = child(txn, "1", CRM_KIND_ADDRESS, &address);
    return rc == CRM_OK ? change_text(txn, address, CRM_ADDRESS_TOWN, "Hof") : rc;
}

int stress_op_address_move(crm_txn *txn) {
    crm_id address;
    crm_record *to = NULL;
    int rc = child(txn, "1", CRM_KIND_ADDRESS, &address);
    if (rc == CRM_OK) rc = crm_record_new(CRM_KIND_ADDRESS, &to);
    if (rc == CRM_OK) rc = crm_record_set_text(to, CRM_ADDRESS_TOWN, "Jena", CRM_NTS);
    if (rc == CRM_OK) rc = crm_address_move(txn, address, CRM_TODAY, to, NULL);
    crm_record_free(to);
    return rc;
}

int stress_op_address_archive(crm_txn *txn) {
    crm_id address;
    int rc = child(txn, "1", CRM_KIND_ADDRESS, &address);
    return rc == CRM_OK ? crm_record_archive(txn, address, 0) : rc;
}

int stress_op_usage_create(crm_txn *txn) {
    crm_id party, address;
    int rc = stress_customer(txn, "2", &party);
    if (rc == CRM_OK) rc = stress_first(txn, party, CRM_KIND_ADDRESS, &address);
    return rc == CRM_OK ? stress_use(txn, party, address) : rc;
}

int stress_op_contact_create(crm_txn *txn) {
    OF("1", stress_put(txn, CRM_KIND_CONTACT, party, NULL, CRM_CONTACT_FIRST_NAME, "Ida", CRM_CONTACT_LAST_NAME, "Groß", 0));
}

int stress_op_contact_delete(crm_txn *txn) {
    crm_id contact;
    int rc = child(txn, "1", CRM_KIND_CONTACT, &contact);
    return rc == CRM_OK ? crm_record_delete(txn, contact, 0) : rc;
}

int stress_op_channel_create(crm_txn *txn) {
    OF("1", stress_put(txn, CRM_KIND_CHANNEL, party, NULL, CRM_CHANNEL_TYPE, CRM_CHANNEL_MAIL, CRM_CHANNEL_VALUE, "New@b.example", 0));
}
int stress_op_identifier_create(crm_txn *txn) {
    OF("1", stress_put(txn, CRM_KIND_IDENTIFIER, party, NULL, CRM_IDENTIFIER_SCHEME, "shop", CRM_IDENTIFIER_VALUE, "4711", 0));
}
int stress_op_bank_create(crm_txn *txn) {
    OF("1", stress_put(txn, CRM_KIND_BANK, party, NULL, CRM_BANK_HOLDER, "P1", CRM_BANK_IBAN, "DE89370400440532013000", 0));
}
int stress_op_terms_of_party(crm_txn *txn) {
    OF("1", stress_put(txn, CRM_KIND_QUOTE_DEFAULTS, party, NULL, CRM_QUOTE_DEFAULTS_PRICE_LIST, "C", 0));
}
int stress_op_terms_of_store(crm_txn *txn) {
    return stress_put(txn, CRM_KIND_QUOTE_DEFAULTS, 0, NULL, CRM_QUOTE_DEFAULTS_PRICE_LIST, "C", CRM_QUOTE_DEFAULTS_COUNTRY, "DE", 0);
}
int stress_op_terms_of_group(crm_txn *txn) {
    OF_GROUP("other", stress_put(txn, CRM_KIND_QUOTE_DEFAULTS, group, NULL, CRM_QUOTE_DEFAULTS_PRICE_LIST, "C", 0));
}
int stress_op_code_create(crm_txn *txn) {
    return stress_put(txn, CRM_KIND_CODE, 0, NULL, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, "D", 0);
}
int stress_op_setting_set(crm_txn *txn) { return crm_setting_set(txn, "option.default", "deny", CRM_NTS); }
int stress_op_setting_clear(crm_txn *txn) { return crm_setting_clear(txn, "code.closed.price_list"); }
int stress_op_group_create(crm_txn *txn) { OF_GROUP("group", stress_add_group(txn, "below", group, &(crm_id){0})); }

int stress_op_group_move(crm_txn *txn) {
    crm_id group, other;
    crm_record *rec = NULL;
    int rc = crm_group_find(txn, "group", CRM_NTS, &group);
    if (rc == CRM_OK) rc = crm_group_find(txn, "other", CRM_NTS, &other);
    if (rc == CRM_OK) rc = crm_record_get(txn, group, &rec);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_GROUP_PARENT, other);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

static int in_group(crm_txn *txn, bool add) {
    crm_id group, party;
    int rc = crm_group_find(txn, add ? "other" : "group", CRM_NTS, &group);
    if (rc == CRM_OK) rc = stress_customer(txn, add ? "2" : "1", &party);
    if (rc < 0) return rc;
    return add ? crm_group_add(txn, group, party, CRM_NO_DATE, CRM_NO_DATE, NULL) : crm_group_remove(txn, group, party, STRESS_DAY);
}

int stress_op_group_add(crm_txn *txn) { return in_group(txn, true); }
int stress_op_group_remove(crm_txn *txn) { return in_group(txn, false); }
int stress_op_group_archive(crm_txn *txn) { OF_GROUP("other", crm_record_archive(txn, group, 0)); }
int stress_op_option_rule_create(crm_txn *txn) {
    OF("1", stress_put(txn, CRM_KIND_OPTION_RULE, party, NULL, CRM_OPTION_RULE_CODE, "V6", 0));
}
int stress_op_custom_field_define(crm_txn *txn) {
    return stress_put(txn, CRM_KIND_CUSTOM_FIELD, 0, NULL, CRM_CUSTOM_FIELD_RECORD_KIND, "address", CRM_CUSTOM_FIELD_NAME, "gate",
                      CRM_CUSTOM_FIELD_TYPE, "text", 0);
}

int stress_op_custom_value_set(crm_txn *txn) {
    crm_id party;
    crm_field field;
    int rc = stress_customer(txn, "1", &party);
    if (rc == CRM_OK) rc = crm_custom_field_find(txn, "party.colour", &field);
    return rc == CRM_OK ? change_text(txn, party, field, "red") : rc;
}

int stress_op_rule_create(crm_txn *txn) {
    return stress_put(txn, CRM_KIND_RULE, 0, NULL, CRM_RULE_CODE, "S", CRM_RULE_TARGET, "quote.plant", CRM_RULE_VALUE, "S", 0);
}

int stress_op_policy_set(crm_txn *txn) {
    static const uint32_t levels[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_GLOBAL};
    return crm_policy_set(txn, CRM_QUOTE_PRICE_LIST, levels, 2);
}

int stress_op_policy_clear(crm_txn *txn) { return crm_policy_clear(txn, CRM_QUOTE_PLANT); }
int stress_op_user_create(crm_txn *txn) {
    return stress_put(txn, CRM_KIND_USER, 0, NULL, CRM_USER_NAME, "anna", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0);
}

static int of_bound(crm_txn *txn, bool bind) {
    crm_id user, party;
    int rc = crm_user_find(txn, "bound", CRM_NTS, &user);
    if (rc == CRM_OK) rc = stress_customer(txn, bind ? "2" : "1", &party);
    if (rc < 0) return rc;
    return bind ? crm_user_bind(txn, user, party, STRESS_DAY, CRM_NO_DATE, NULL) : crm_user_unbind(txn, user, party, STRESS_DAY);
}

int stress_op_user_bind(crm_txn *txn) { return of_bound(txn, true); }
int stress_op_user_unbind(crm_txn *txn) { return of_bound(txn, false); }
int stress_op_user_verifier(crm_txn *txn) { OF_USER("free", crm_user_verifier_set(txn, user, "abc", 3)); }
int stress_op_user_delete(crm_txn *txn) { OF_USER("free", crm_record_delete(txn, user, 0)); }

/* Values that have pages of their own. */
int stress_op_long_notes(crm_txn *txn) {
    static char text[3001];
    memset(text, 'x', sizeof text - 1);
    OF("1", change_text(txn, party, CRM_PARTY_NOTE, text));
}

int stress_op_many_parties(crm_txn *txn) {
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < 20; i++) {
        char name[20], number[20];
        snprintf(name, sizeof name, "Many %d", i);
        snprintf(number, sizeof number, "M%d", i);
        rc = stress_add_party(txn, name, number);
    }
    return rc;
}

int stress_op_run_forget(crm_txn *txn) {
    crm_id run;
    int rc = stress_first(txn, 0, CRM_KIND_IMPORT_RUN, &run);
    return rc == CRM_OK ? crm_run_forget(txn, run) : rc;
}
