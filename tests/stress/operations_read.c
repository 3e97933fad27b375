/* SPDX-License-Identifier: MIT */
/* Operations that read a store. */
#include "stress/operations.h"

int stress_op_party_find(crm_txn *txn) {
    crm_id party;
    crm_record *rec = NULL;
    int rc = crm_identifier_find(txn, "erp", "P1", CRM_NTS, &party);
    if (rc == CRM_OK) rc = crm_record_find(txn, CRM_ROLE_NUMBER, CRM_ROLE_CUSTOMER, CRM_NTS, "1", CRM_NTS, &party);
    if (rc == CRM_OK) rc = crm_party_get(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &rec);
    if (rc == CRM_OK && !crm_record_json(rec, NULL)) rc = crm_error_status();
    crm_record_free(rec);
    return rc;
}

int stress_op_party_file(crm_txn *txn) {
    crm_id party;
    crm_file *file = NULL;
    int rc = stress_customer(txn, "1", &party);
    if (rc == CRM_OK) rc = crm_file_get(txn, party, &file);
    if (rc == CRM_OK && !crm_file_json(file, NULL)) rc = crm_error_status();
    crm_file_free(file);
    return rc;
}

int stress_op_party_pages(crm_txn *txn) {
    crm_iter *first = NULL, *second = NULL;
    int rc = crm_party_list(txn, CRM_ROLE_CUSTOMER, "P", CRM_NTS, 0, 2, NULL, &first);
    if (rc == CRM_OK) rc = crm_party_list(txn, CRM_ROLE_CUSTOMER, "P", CRM_NTS, 0, 2, crm_iter_token(first), &second);
    if (rc == CRM_OK) rc = stress_iter(CRM_OK, second);
    crm_iter_free(first);
    return rc;
}

int stress_op_record_search(crm_txn *txn) {
    crm_iter *iter;
    int rc = crm_record_search(txn, CRM_ADDRESS_TOWN, "ulm", CRM_NTS, 0, NULL, &iter);
    return stress_iter(rc, iter);
}

int stress_op_record_list(crm_txn *txn) {
    static const uint32_t kinds[] = {CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_CONTACT, CRM_KIND_CHANNEL, CRM_KIND_QUOTE_DEFAULTS};
    crm_id party;
    crm_iter *iter;
    int rc = stress_customer(txn, "1", &party);
    for (size_t i = 0; rc == CRM_OK && i < sizeof kinds / sizeof *kinds; i++) {
        rc = crm_record_list(txn, party, kinds[i], 0, NULL, &iter);
        rc = stress_iter(rc, iter);
    }
    return rc;
}

int stress_op_address_list(crm_txn *txn) {
    crm_id party;
    crm_iter *iter;
    int rc = stress_customer(txn, "1", &party);
    if (rc < 0) return rc;
    rc = crm_address_list(txn, party, CRM_PURPOSE_DELIVERY, CRM_TODAY, 0, NULL, &iter);
    return stress_iter(rc, iter);
}

int stress_op_address_print(crm_txn *txn) {
    char lines[2000];
    crm_id party, address;
    crm_record *rec = NULL;
    int rc = stress_customer(txn, "1", &party);
    if (rc == CRM_OK) rc = crm_address_choose(txn, party, CRM_PURPOSE_DELIVERY, CRM_TODAY, &address);
    if (rc == CRM_OK) rc = crm_record_get(txn, address, &rec);
    if (rc == CRM_OK) rc = crm_address_format(rec, NULL, "DE", 0, lines, sizeof lines, NULL);
    crm_record_free(rec);
    return rc;
}

int stress_op_contact_choose(crm_txn *txn) {
    crm_id party, contact;
    crm_iter *iter;
    int rc = stress_customer(txn, "1", &party);
    if (rc == CRM_OK) rc = crm_contact_choose(txn, party, CRM_PURPOSE_DELIVERY, CRM_TODAY, &contact);
    if (rc < 0) return rc;
    rc = crm_contact_list(txn, party, CRM_PURPOSE_DELIVERY, CRM_TODAY, 0, NULL, &iter);
    return stress_iter(rc, iter);
}

static int resolve(crm_txn *txn, crm_quote **out) {
    crm_id party;
    *out = NULL;
    int rc = stress_customer(txn, "1", &party);
    if (rc == CRM_OK) rc = crm_quote_resolve(txn, party, CRM_TODAY, NULL, out);
    return rc < 0 ? rc : CRM_OK; /* gaps in the proposal are none in the work */
}

int stress_op_quote(crm_txn *txn) {
    crm_quote *quote;
    int rc = resolve(txn, &quote);
    if (rc == CRM_OK && !crm_quote_json(quote, NULL)) rc = crm_error_status();
    crm_quote_free(quote);
    return rc;
}

int stress_op_quote_explain(crm_txn *txn) {
    crm_quote *quote;
    int rc = resolve(txn, &quote);
    if (rc == CRM_OK && !crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL)) rc = crm_error_status();
    if (rc == CRM_OK && !crm_quote_explain(quote, CRM_QUOTE_FORMAT_JSON, NULL)) rc = crm_error_status();
    crm_quote_free(quote);
    return rc;
}

int stress_op_quote_again(crm_txn *txn) {
    crm_quote *quote, *again = NULL;
    crm_record *changes = NULL, *given = NULL;
    int rc = resolve(txn, &quote);
    if (rc == CRM_OK) rc = crm_record_new(CRM_KIND_QUOTE, &changes);
    if (rc == CRM_OK) rc = crm_record_set_text(changes, CRM_QUOTE_PLANT, "P", CRM_NTS);
    if (rc == CRM_OK) rc = crm_quote_reresolve(txn, quote, 0, CRM_TODAY, changes, NULL, 0, &again);
    if (rc >= CRM_OK) rc = crm_quote_given(again, &given);
    crm_record_free(changes);
    crm_record_free(given);
    crm_quote_free(quote);
    crm_quote_free(again);
    return rc;
}

int stress_op_quote_keep(crm_txn *txn) {
    crm_quote *quote, *loaded = NULL;
    size_t size = 0;
    int rc = resolve(txn, &quote);
    const void *bytes = rc == CRM_OK ? crm_quote_save(quote, &size) : NULL;
    if (rc == CRM_OK) rc = bytes ? crm_quote_load(txn, bytes, size, &loaded) : crm_error_status();
    crm_quote_free(quote);
    crm_quote_free(loaded);
    return rc;
}

int stress_op_options_check(crm_txn *txn) {
    static const char *const codes[] = {"V8", "V6"};
    uint8_t answers[2];
    crm_id party, rules[2];
    int rc = stress_customer(txn, "1", &party);
    return rc == CRM_OK ? crm_option_check(txn, party, CRM_TODAY, codes, 2, answers, rules) : rc;
}

int stress_op_blockers(crm_txn *txn) {
    crm_id group;
    crm_blockers *blockers = NULL;
    int rc = crm_group_find(txn, "top", CRM_NTS, &group);
    if (rc == CRM_OK) rc = crm_record_blockers(txn, group, &blockers);
    if (rc == CRM_OK && !crm_blockers_json(blockers, NULL)) rc = crm_error_status();
    crm_blockers_free(blockers);
    return rc;
}

int stress_op_groups(crm_txn *txn) {
    crm_id group, party;
    crm_iter *iter;
    int rc = crm_group_find(txn, "top", CRM_NTS, &group);
    if (rc == CRM_OK) rc = stress_customer(txn, "1", &party);
    if (rc < 0) return rc;
    rc = crm_group_members(txn, group, CRM_TODAY, 0, NULL, &iter);
    rc = stress_iter(rc, iter);
    if (rc < 0) return rc;
    rc = crm_party_groups(txn, party, CRM_TODAY, &iter);
    return stress_iter(rc, iter);
}

int stress_op_users(crm_txn *txn) {
    char out[64];
    size_t size;
    crm_id user;
    crm_iter *iter;
    int rc = crm_user_find(txn, "bound", CRM_NTS, &user);
    if (rc == CRM_OK) rc = crm_user_verifier_get(txn, user, out, sizeof out, &size);
    if (rc < 0) return rc;
    rc = crm_user_list(txn, 0, NULL, &iter);
    return stress_iter(rc, iter);
}

int stress_op_access(crm_txn *txn) {
    crm_id user, party;
    crm_record *rec = NULL;
    crm_iter *iter;
    int rc = crm_user_find(txn, "bound", CRM_NTS, &user);
    if (rc == CRM_OK) rc = stress_customer(txn, "1", &party);
    if (rc == CRM_OK) rc = crm_access_explain(txn, user, party, CRM_RIGHT_READ, &rec);
    crm_record_free(rec);
    if (rc < 0) return rc;
    rc = crm_access_list(txn, CRM_RIGHT_QUOTE, 0, NULL, &iter);
    return stress_iter(rc, iter);
}

int stress_op_custom_fields(crm_txn *txn) {
    crm_field field = 0;
    crm_record *rec = NULL;
    int rc = crm_custom_field_next(txn, CRM_KIND_PARTY, 0, &field);
    if (rc == CRM_OK) rc = crm_custom_field_get(txn, field, &rec);
    crm_record_free(rec);
    return rc;
}

int stress_op_codes(crm_txn *txn) {
    crm_id id;
    crm_record *setting = NULL;
    crm_iter *iter;
    int rc = crm_code_find(txn, "price_list", "A", CRM_NTS, &id);
    if (rc == CRM_OK) rc = crm_setting_get(txn, "code.closed.price_list", &setting);
    crm_record_free(setting);
    if (rc < 0) return rc;
    rc = crm_code_list(txn, "price_list", 0, NULL, &iter);
    return stress_iter(rc, iter);
}

int stress_op_run_blockers(crm_txn *txn) {
    crm_id run;
    crm_iter *iter;
    int rc = stress_first(txn, 0, CRM_KIND_IMPORT_RUN, &run);
    if (rc < 0) return rc;
    rc = crm_run_blockers(txn, run, 0, NULL, &iter);
    return stress_iter(rc, iter);
}

int stress_op_dump(crm_txn *txn) {
    crm_dump *dump;
    crm_record *rec;
    crm_id id, to;
    int rc = crm_dump_begin(txn, &dump);
    if (rc < 0) return rc;
    while ((rc = crm_dump_next(dump, &rec, &id, &to)) == CRM_ROW) crm_record_free(rec);
    crm_dump_free(dump);
    return rc;
}
