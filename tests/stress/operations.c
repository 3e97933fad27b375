/* SPDX-License-Identifier: MIT */
/* The table of operations, and the store that they work on: customers 1 to 5 with all kinds of children, groups, users, a custom field, a
 * rule, a policy, and an import that can be taken back. */
#include "stress/operations.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char stress_store[STRESS_PATH], stress_aside[STRESS_PATH];

#define WRITE(name) {#name, stress_op_##name, NULL, false, 0},
#define READ(name) {#name, stress_op_##name, NULL, true, 0},
#define RUN(name, flags) {#name, NULL, stress_op_##name, false, flags},
const stress_operation stress_operations[] = {
#include "stress/operations.def"
};
#undef WRITE
#undef READ
#undef RUN
const size_t stress_operation_count = sizeof stress_operations / sizeof *stress_operations;

static int transact(crm_txn *txn, void *data) {
    const stress_operation *op = data;
    int rc = op->in(txn);
    return rc < 0 ? rc : CRM_COMMIT;
}

static int snapshot(crm_db *db, const stress_operation *op) {
    crm_txn *txn;
    int rc = crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc < 0) return rc;
    rc = op->in(txn);
    crm_txn_free(txn);
    return rc;
}

int stress_do(const stress_operation *op, crm_db **db) {
    if (op->run) return op->run(db);
    return op->reads ? snapshot(*db, op) : crm_transact(*db, CRM_ACTOR_SYSTEM, transact, (void *)(uintptr_t)op);
}

/* --- short ways --- */

int stress_put(crm_txn *txn, uint32_t kind, crm_id owner, crm_id *out, ...) {
    crm_record *rec;
    int field, rc = crm_record_new_in(txn, kind, &rec);
    va_list arguments;
    if (rc == CRM_OK && owner) rc = crm_record_set_id(rec, kind * 1000 + 1, owner);
    va_start(arguments, out);
    while (rc == CRM_OK && (field = va_arg(arguments, int)) != 0)
        rc = crm_record_set_text(rec, (crm_field)field, va_arg(arguments, const char *), CRM_NTS);
    va_end(arguments);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, out, NULL);
    crm_record_free(rec);
    return rc;
}

int stress_customer(crm_txn *txn, const char *number, crm_id *out) { return crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, out); }

int stress_use(crm_txn *txn, crm_id party, crm_id target) {
    crm_record *rec;
    int rc = crm_record_new(CRM_KIND_USAGE, &rec);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_USAGE_PARTY, party);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_USAGE_TARGET, target);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_USAGE_PURPOSE, CRM_PURPOSE_DELIVERY, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

int stress_iter(int rc, crm_iter *iter) {
    crm_id id;
    if (rc < 0) return rc;
    while ((rc = crm_iter_next(iter, &id)) == CRM_ROW) continue;
    crm_iter_free(iter);
    return rc;
}

int stress_first(crm_txn *txn, crm_id owner, uint32_t kind, crm_id *out) {
    crm_iter *iter;
    int rc = crm_record_list(txn, owner, kind, 1, NULL, &iter);
    if (rc < 0) return rc;
    rc = crm_iter_next(iter, out);
    crm_iter_free(iter);
    return rc == CRM_ROW ? CRM_OK : rc < 0 ? rc : crm_error_report(CRM_E_NOTFOUND, 0, 0, "the store has none of these records");
}

int stress_add_party(crm_txn *txn, const char *name, const char *number) {
    crm_id id;
    int rc = stress_put(txn, CRM_KIND_PARTY, 0, &id, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, name, 0);
    if (rc == CRM_OK) rc = stress_put(txn, CRM_KIND_ROLE, id, NULL, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, CRM_ROLE_NUMBER, number, 0);
    if (rc == CRM_OK) rc = stress_put(txn, CRM_KIND_ADDRESS, id, NULL, CRM_ADDRESS_TOWN, "Ulm", CRM_ADDRESS_STREET, "Weg 1", 0);
    if (rc == CRM_OK) rc = stress_put(txn, CRM_KIND_CONTACT, id, NULL, CRM_CONTACT_FIRST_NAME, "Eva", CRM_CONTACT_LAST_NAME, "Müller", 0);
    if (rc == CRM_OK)
        rc = stress_put(txn, CRM_KIND_CHANNEL, id, NULL, CRM_CHANNEL_TYPE, CRM_CHANNEL_MAIL, CRM_CHANNEL_VALUE, "a@b.example", 0);
    if (rc == CRM_OK) rc = stress_put(txn, CRM_KIND_IDENTIFIER, id, NULL, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, name, 0);
    if (rc == CRM_OK)
        rc = stress_put(txn, CRM_KIND_QUOTE_DEFAULTS, id, NULL, CRM_QUOTE_DEFAULTS_PRICE_LIST, "A", CRM_QUOTE_DEFAULTS_SALES_AREA, "N", 0);
    return rc;
}

int stress_add_group(crm_txn *txn, const char *code, crm_id parent, crm_id *out) {
    crm_record *rec;
    int rc = crm_record_new(CRM_KIND_GROUP, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_GROUP_CODE, code, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_GROUP_NAME, code, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_GROUP_PARENT, parent);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, out, NULL);
    crm_record_free(rec);
    return rc;
}

int stress_import(crm_db *db, const char *csv, uint32_t batch) {
    crm_sync *sync;
    int rc = crm_sync_new("test", CRM_ROWS_FLAT, &sync);
    if (rc == CRM_OK && batch) rc = crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, csv, batch);
    if (rc == CRM_OK) rc = crm_csv_read(sync, csv, strlen(csv), NULL);
    if (rc == CRM_OK) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    crm_sync_free(sync);
    return rc;
}

/* --- the store --- */

static int fill_parties(crm_txn *txn) {
    static const char *const numbers[] = {"1", "2", "3", "4", "5"};
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < 5; i++) rc = stress_add_party(txn, (char[]){'P', numbers[i][0], 0}, numbers[i]);
    crm_id party, address, contact;
    if (rc == CRM_OK) rc = stress_customer(txn, "1", &party);
    if (rc == CRM_OK) rc = stress_first(txn, party, CRM_KIND_ADDRESS, &address);
    if (rc == CRM_OK) rc = stress_use(txn, party, address);
    if (rc == CRM_OK) rc = stress_first(txn, party, CRM_KIND_CONTACT, &contact);
    if (rc == CRM_OK) rc = stress_use(txn, party, contact);
    if (rc == CRM_OK) rc = stress_customer(txn, "5", &party);
    if (rc == CRM_OK) rc = crm_record_archive(txn, party, 0);
    if (rc == CRM_OK)
        rc = stress_put(txn, CRM_KIND_PARTY, 0, &party, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "Prospect", 0);
    if (rc == CRM_OK) rc = stress_put(txn, CRM_KIND_ROLE, party, NULL, CRM_ROLE_ROLE, CRM_ROLE_PROSPECT, CRM_ROLE_NUMBER, "90", 0);
    return rc;
}

static int fill_groups(crm_txn *txn) {
    crm_id top, group, other, party;
    int rc = stress_add_group(txn, "top", 0, &top);
    if (rc == CRM_OK) rc = stress_add_group(txn, "group", top, &group);
    if (rc == CRM_OK) rc = stress_add_group(txn, "other", 0, &other);
    if (rc == CRM_OK) rc = stress_customer(txn, "1", &party);
    if (rc == CRM_OK) rc = crm_group_add(txn, group, party, CRM_NO_DATE, CRM_NO_DATE, NULL);
    if (rc == CRM_OK)
        rc = stress_put(txn, CRM_KIND_QUOTE_DEFAULTS, top, NULL, CRM_QUOTE_DEFAULTS_PRICE_LIST, "B", CRM_QUOTE_DEFAULTS_PLANT, "B", 0);
    if (rc == CRM_OK) rc = stress_put(txn, CRM_KIND_OPTION_RULE, top, NULL, CRM_OPTION_RULE_CODE, "V8", 0);
    return rc;
}

static int fill_users(crm_txn *txn) {
    crm_id user, party;
    int rc = stress_put(txn, CRM_KIND_USER, 0, NULL, CRM_USER_NAME, "free", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0);
    if (rc == CRM_OK) rc = stress_put(txn, CRM_KIND_USER, 0, &user, CRM_USER_NAME, "bound", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0);
    if (rc == CRM_OK) rc = stress_customer(txn, "1", &party);
    if (rc == CRM_OK) rc = crm_user_bind(txn, user, party, STRESS_DAY, CRM_NO_DATE, NULL);
    if (rc == CRM_OK) rc = crm_user_verifier_set(txn, user, "x", 1);
    return rc;
}

static int fill_definitions(crm_txn *txn) {
    static const uint32_t levels[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_COUNTRY, CRM_LEVEL_GROUP, CRM_LEVEL_GLOBAL};
    int rc = stress_put(txn, CRM_KIND_CUSTOM_FIELD, 0, NULL, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "colour",
                        CRM_CUSTOM_FIELD_TYPE, "text", 0);
    if (rc == CRM_OK)
        rc = stress_put(txn, CRM_KIND_RULE, 0, NULL, CRM_RULE_CODE, "R", CRM_RULE_TARGET, "quote.payment_terms", CRM_RULE_VALUE, "EXW", 0);
    if (rc == CRM_OK) rc = crm_policy_set(txn, CRM_QUOTE_PLANT, levels, 4);
    if (rc == CRM_OK) rc = crm_setting_set(txn, "code.closed.price_list", "1", CRM_NTS);
    for (char code[] = "A"; rc == CRM_OK && *code < 'D'; ++*code)
        rc = stress_put(txn, CRM_KIND_CODE, 0, NULL, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, code, 0);
    return rc;
}

static int fill(crm_txn *txn, void *data) {
    (void)data;
    int rc = fill_parties(txn);
    if (rc == CRM_OK) rc = fill_definitions(txn);
    if (rc == CRM_OK) rc = fill_groups(txn);
    if (rc == CRM_OK) rc = fill_users(txn);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int write_files(crm_db *db) {
    char path[STRESS_PATH];
    crm_txn *txn;
    stress_need(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "a snapshot");
    int rc = crm_export_dump(txn, stress_place("dump.jsonl", path));
    static const uint32_t formats[] = {CRM_EXPORT_XLSX, CRM_EXPORT_JSON_LINES};
    for (int i = 0; rc == CRM_OK && i < 2; i++) {
        crm_export *out = NULL;
        crm_export_options options = {.size = sizeof options, .format = formats[i], .sheets = CRM_EXPORT_CUSTOMERS};
        rc = crm_export_new(stress_place(i ? "rows.jsonl" : "rows.xlsx", path), &options, &out);
        if (rc == CRM_OK) rc = crm_export_customers(out, txn);
        if (rc == CRM_OK) rc = crm_export_finish(out);
        crm_export_free(out);
    }
    crm_txn_free(txn);
    return rc;
}

void stress_make(const char *path) {
    crm_db *db;
    stress_place("work", stress_store);
    stress_place("aside", stress_aside);
    stress_need(stress_open(path, CRM_DB_CREATE, &db) == CRM_OK, "open");
    stress_need(crm_transact(db, CRM_ACTOR_SYSTEM, fill, NULL) == CRM_OK, "fill");
    stress_need(write_files(db) == CRM_OK, "files");
    stress_need(stress_import(db, "role.number;party.name;address.town\n2;P2 AG;Jena\n6;P6;Rom\n", 0) == CRM_OK, "import");
    crm_db_close(db);
}

/* --- what they begin with --- */

static char full[STRESS_PATH], empty[STRESS_PATH], half[STRESS_PATH];

static int fill_nothing(crm_txn *txn, void *data) {
    (void)data;
    int rc = fill_definitions(txn);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

void stress_bases(const char *path) {
    crm_db *db;
    strcpy(full, path);
    stress_make(full);
    stress_need(stress_open(stress_place("empty", empty), CRM_DB_CREATE, &db) == CRM_OK, "open");
    stress_need(crm_transact(db, CRM_ACTOR_SYSTEM, fill_nothing, NULL) == CRM_OK, "fill");
    crm_db_close(db);
    stress_half_load(empty, stress_place("half", half));
}

const char *stress_base(const stress_operation *op) { return op->flags & STRESS_EMPTY ? empty : op->flags & STRESS_HALF ? half : full; }

void stress_ready(const stress_operation *op, crm_db **db) {
    *db = NULL;
    if (op->flags & (STRESS_CLOSED | STRESS_HALF)) return;
    stress_need(stress_open(stress_store, 0, db) == CRM_OK, "open");
}

void stress_begin_with(const stress_operation *op, crm_db **db) {
    stress_drop(stress_aside);
    stress_copy(stress_base(op), stress_store);
    stress_ready(op, db);
}
