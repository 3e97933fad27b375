/* SPDX-License-Identifier: MIT */
/* Limits of records, lists and what a store has. */
#include "stress/bounds.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *text_of(size_t count) {
    static char text[1 << 17];
    stress_need(count < sizeof text, "room for a text");
    memset(text, 'x', count);
    text[count] = '\0';
    return text;
}

static int put(crm_txn *txn, crm_record *rec) {
    int rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

static crm_record *new_child(uint32_t kind) {
    crm_record *rec;
    stress_need(crm_record_new(kind, &rec) == CRM_OK && crm_record_set_id(rec, kind * 1000 + 1, bounds_party) == CRM_OK, "a record");
    return rec;
}

/* What fails of a record in memory, or storing it. */
static int end(crm_txn *txn, crm_record *rec, int rc) {
    if (rc == CRM_OK) return put(txn, rec);
    crm_record_free(rec);
    return rc;
}

/* --- values and records --- */

static int text_bytes(crm_txn *txn, size_t count) {
    crm_record *rec = new_child(CRM_KIND_ADDRESS);
    return end(txn, rec, crm_record_set_text(rec, CRM_ADDRESS_STREET, text_of(count), count));
}

static int code_bytes(crm_txn *txn, size_t count) {
    return stress_put(txn, CRM_KIND_CODE, 0, NULL, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, text_of(count), 0);
}

static int texts_items(crm_txn *txn, size_t count) {
    crm_record *rec = new_child(CRM_KIND_ADDRESS);
    int rc = crm_record_set_text(rec, CRM_ADDRESS_TOWN, "Ulm", CRM_NTS);
    for (size_t i = 0; rc == CRM_OK && i < count; i++) rc = crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, "x", 1);
    return end(txn, rec, rc);
}

static int label_languages(crm_txn *txn, size_t count) {
    crm_record *rec;
    size_t done = 0;
    int rc = crm_record_new(CRM_KIND_CODE, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_CODE_DOMAIN, "plant", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_CODE_CODE, "L", CRM_NTS);
    for (int i = 0; i < 26 * 26 && done < count && (rc == CRM_OK || rc == CRM_E_CODE); i++) {
        char language[] = {(char)('a' + i / 26), (char)('a' + i % 26), '\0'};
        rc = crm_record_set_label(rec, CRM_CODE_LABEL, language, "x", 1);
        done += rc == CRM_OK;
    }
    return end(txn, rec, rc);
}

/* Texts of 4,000 bytes and one that fills it up. */
static int record_bytes(crm_txn *txn, size_t count) {
    crm_record *rec = new_child(CRM_KIND_ADDRESS);
    int rc = crm_record_set_text(rec, CRM_ADDRESS_TOWN, "Ulm", CRM_NTS);
    for (size_t left = count; rc == CRM_OK && left; left -= left < 4000 ? left : 4000)
        rc = crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, text_of(left < 4000 ? left : 4000), CRM_NTS);
    return end(txn, rec, rc);
}

static int add_fields(crm_txn *txn, size_t from, size_t count) {
    int rc = CRM_OK;
    for (size_t i = from; rc == CRM_OK && i < from + count; i++) {
        char name[24];
        snprintf(name, sizeof name, "f%zu", i);
        rc = stress_put(txn, CRM_KIND_CUSTOM_FIELD, 0, NULL, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, name,
                        CRM_CUSTOM_FIELD_TYPE, "int", 0);
    }
    return rc;
}

/* One of them is there already. */
static int custom_fields(crm_txn *txn, size_t count) { return add_fields(txn, 0, count - 1); }

/* A new party has a type, a name, and when it was made. */
static int record_fields(crm_txn *txn, size_t count) {
    crm_field field = 0;
    crm_record *rec = NULL;
    int rc = add_fields(txn, 0, count);
    if (rc == CRM_OK) rc = crm_record_new_in(txn, CRM_KIND_PARTY, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_PARTY_NAME, "A", CRM_NTS);
    for (size_t i = 2; rc == CRM_OK && i < count; i++) {
        rc = crm_custom_field_next(txn, CRM_KIND_PARTY, field, &field);
        if (rc == CRM_OK) rc = crm_field_type(field) == CRM_TYPE_TEXT ? CRM_OK : crm_record_set_int(rec, field, 1);
    }
    return end(txn, rec, rc);
}

static int add_contacts(crm_txn *txn, size_t count) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) rc = stress_put(txn, CRM_KIND_CONTACT, bounds_party, NULL, CRM_CONTACT_NAME, "x", 0);
    return rc;
}

/* Customer 1 has one contact. */
static int locals(crm_txn *txn, size_t count) { return add_contacts(txn, count - 1); }

static int file_records(crm_txn *txn, size_t count) {
    crm_file *file = NULL;
    int rc = crm_file_get(txn, bounds_party, &file);
    size_t there = crm_file_count(file);
    crm_file_free(file);
    if (rc == CRM_OK) rc = add_contacts(txn, count - there);
    if (rc == CRM_OK) rc = crm_file_get(txn, bounds_party, &file);
    if (rc == CRM_OK) crm_file_free(file);
    return rc;
}

/* --- lists --- */

static int list_max(crm_txn *txn, size_t count) {
    crm_iter *iter;
    int rc = crm_record_list(txn, bounds_party, CRM_KIND_CONTACT, (uint32_t)count, NULL, &iter);
    return stress_iter(rc, iter);
}

static int list_default(crm_txn *txn, size_t count) {
    crm_iter *iter = NULL;
    crm_id id;
    size_t listed = 0;
    int rc = add_contacts(txn, count + 50);
    if (rc == CRM_OK) rc = crm_record_list(txn, bounds_party, CRM_KIND_CONTACT, 0, NULL, &iter);
    while (rc == CRM_OK && crm_iter_next(iter, &id) == CRM_ROW) listed++;
    crm_iter_free(iter);
    return rc == CRM_OK && listed != count ? CRM_E_FORMAT : rc;
}

/* --- groups and addresses --- */

static int add_group(crm_txn *txn, size_t number, crm_id parent, crm_id *out) {
    char code[24];
    snprintf(code, sizeof code, "g%zu", number);
    return stress_add_group(txn, code, parent, out);
}

static int group_depth(crm_txn *txn, size_t count) {
    crm_id last = 0;
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i <= count; i++) rc = add_group(txn, i, last, &last);
    return rc;
}

static int group_descendants(crm_txn *txn, size_t count) {
    crm_id parent = 0, other = 0, id;
    crm_record *rec = NULL;
    int rc = add_group(txn, count, 0, &parent);
    if (rc == CRM_OK) rc = add_group(txn, count + 1, 0, &other);
    for (size_t i = 0; rc == CRM_OK && i < count; i++) rc = add_group(txn, i, parent, &id);
    if (rc == CRM_OK) rc = crm_record_get(txn, parent, &rec);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_GROUP_PARENT, other);
    return end(txn, rec, rc);
}

/* Customer 1 is in a group already, which has one above it. */
static int group_memberships(crm_txn *txn, size_t count) {
    crm_iter *iter;
    crm_id id = 0;
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < count - 2; i++) {
        rc = add_group(txn, i, 0, &id);
        if (rc == CRM_OK) rc = crm_group_add(txn, id, bounds_party, CRM_NO_DATE, CRM_NO_DATE, NULL);
    }
    if (rc == CRM_OK) rc = crm_party_groups(txn, bounds_party, CRM_TODAY, &iter);
    return stress_iter(rc, iter);
}

static int address_moves(crm_txn *txn, size_t count) {
    crm_id address;
    int rc = stress_first(txn, bounds_party, CRM_KIND_ADDRESS, &address);
    for (size_t i = 1; rc == CRM_OK && i <= count; i++) {
        crm_record *to = NULL;
        rc = crm_record_new(CRM_KIND_ADDRESS, &to);
        if (rc == CRM_OK) rc = crm_record_set_text(to, CRM_ADDRESS_TOWN, "Ulm", CRM_NTS);
        if (rc == CRM_OK) rc = crm_address_move(txn, address, STRESS_DAY + (int64_t)i, to, &address);
        crm_record_free(to);
    }
    return rc;
}

/* --- options, users, rules --- */

static int option_codes(crm_txn *txn, size_t count) {
    const char **codes = malloc(count * sizeof *codes);
    uint8_t *answers = malloc(count);
    crm_id *rules = malloc(count * sizeof *rules);
    stress_need(codes && answers && rules, "memory");
    for (size_t i = 0; i < count; i++) codes[i] = "V8";
    int rc = crm_option_check(txn, bounds_party, CRM_TODAY, codes, count, answers, rules);
    free(codes);
    free(answers);
    free(rules);
    return rc;
}

static int password_bytes(crm_txn *txn, size_t count) {
    crm_id user;
    int rc = crm_user_find(txn, "bound", CRM_NTS, &user);
    return rc == CRM_OK ? crm_user_password_set(txn, user, text_of(count), count, 0) : rc;
}

static int verifier_bytes(crm_txn *txn, size_t count) {
    crm_id user;
    int rc = crm_user_find(txn, "bound", CRM_NTS, &user);
    return rc == CRM_OK ? crm_user_verifier_set(txn, user, text_of(count), count) : rc;
}

static int user_name(crm_txn *txn, size_t count) {
    return stress_put(txn, CRM_KIND_USER, 0, NULL, CRM_USER_NAME, text_of(count), CRM_USER_TYPE, CRM_USER_TYPE_STAFF, 0);
}

/* One of them is there already. */
static int rules(crm_txn *txn, size_t count) {
    int rc = CRM_OK;
    for (size_t i = 1; rc == CRM_OK && i < count; i++) {
        char code[24];
        snprintf(code, sizeof code, "r%zu", i);
        rc = stress_put(txn, CRM_KIND_RULE, 0, NULL, CRM_RULE_CODE, code, CRM_RULE_TARGET, "quote.payment_terms", CRM_RULE_VALUE, "E", 0);
    }
    return rc;
}

/* So many conditions, of which the first has so many values. */
static int put_rule(crm_txn *txn, size_t conditions, size_t values) {
    static char text[8192] = "";
    crm_record *rec;
    size_t size = (size_t)snprintf(text, sizeof text, "quote.plant in ");
    for (size_t i = 0; i < values; i++) size += (size_t)snprintf(text + size, sizeof text - size, "%sP", i ? "|" : "");
    int rc = crm_record_new(CRM_KIND_RULE, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_RULE_CODE, "n", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_RULE_TARGET, "quote.payment_terms", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_RULE_VALUE, "E", CRM_NTS);
    for (size_t i = 0; rc == CRM_OK && i < conditions; i++)
        rc = crm_record_add_item(rec, CRM_RULE_WHEN, i ? "quote.sales_area = N" : text, CRM_NTS);
    return end(txn, rec, rc);
}

static int rule_conditions(crm_txn *txn, size_t count) { return put_rule(txn, count, 1); }
static int rule_values(crm_txn *txn, size_t count) { return put_rule(txn, 1, count); }

/* --- the store itself --- */

/* So many, and few more: their file has whole pages. */
static int readers(crm_txn *none, size_t count) {
    static crm_txn *open[2000];
    size_t i = 0;
    (void)none;
    int rc = CRM_OK;
    while (rc == CRM_OK && i < 2000 && (rc = crm_txn_begin(bounds_db, 0, CRM_ACTOR_SYSTEM, &open[i])) == CRM_OK) i++;
    for (size_t k = 0; k < i; k++) crm_txn_free(open[k]);
    return rc == CRM_E_BUSY && i >= count && i < count + 128 ? CRM_OK : CRM_E_FORMAT;
}

const bound bounds_of_store[] = {
    {"TEXT_BYTES", text_bytes, CRM_ADDRESS_STREET, 0, NULL, NULL},
    {"CODE_BYTES", code_bytes, CRM_CODE_CODE, 0, NULL, NULL},
    {"TEXTS_ITEMS", texts_items, CRM_ADDRESS_RECIPIENT, 0, NULL, NULL},
    {"LABEL_LANGUAGES", label_languages, CRM_CODE_LABEL, 0, NULL, NULL},
    {"RECORD_BYTES", record_bytes, 0, BOUND_LARGEST, NULL, NULL},
    {"RECORD_FIELDS", record_fields, 0, BOUND_LARGEST, NULL, NULL},
    {"CUSTOM_FIELDS", custom_fields, 0, 0, NULL, NULL},
    {"LOCALS", locals, 0, 0, NULL, NULL},
    {"FILE_RECORDS", file_records, 0, 0, NULL, NULL},
    {"LIST_MAX", list_max, 0, BOUND_READS, NULL, NULL},
    {"LIST_DEFAULT", list_default, 0, BOUND_EXACT, NULL, NULL},
    {"GROUP_DEPTH", group_depth, CRM_GROUP_PARENT, 0, NULL, NULL},
    {"GROUP_DESCENDANTS", group_descendants, CRM_GROUP_PARENT, 0, NULL, NULL},
    {"GROUP_MEMBERSHIPS", group_memberships, 0, 0, NULL, NULL},
    {"ADDRESS_MOVES", address_moves, CRM_ADDRESS_SUCCESSOR, 0, NULL, NULL},
    {"OPTION_CODES", option_codes, 0, BOUND_READS, NULL, NULL},
    {"PASSWORD_BYTES", password_bytes, 0, 0, NULL, NULL},
    {"PASSWORD_BYTES", verifier_bytes, 0, 0, NULL, NULL},
    {"KEY_TEXT_BYTES", user_name, CRM_USER_NAME, 0, NULL, NULL},
    {"RULES", rules, 0, 0, NULL, NULL},
    {"RULE_CONDITIONS", rule_conditions, CRM_RULE_WHEN, 0, NULL, NULL},
    {"RULE_VALUES", rule_values, CRM_RULE_WHEN, 0, NULL, NULL},
    {"READERS", readers, 0, BOUND_OWN | BOUND_EXACT, NULL, NULL},
    /* only the library itself sets fields of bytes */
    {"BYTES_BYTES", NULL, 0, 0, "entry->size > CRMI_LIMIT_BYTES_BYTES", "src/model/verify_record.c"},
    {"RECORD_DEPTH", NULL, 0, 0, "CRMI_WALK_DEPTH == CRMI_LIMIT_RECORD_DEPTH", "src/store/object.c"},
    {"ROOTS", NULL, 0, 0, "set_next_root(txn, CRMI_LIMIT_ROOTS)", "tests/unit/store_ids.c"},
    {"KEY_BYTES", NULL, 0, 0, "CRMI_KEY_MAX == CRMI_LIMIT_KEY_BYTES", "tests/unit/codec_key.c"},
    {"PASSWORD_FAILURES", NULL, 0, 0, "failures_and_wait", "tests/unit/password.c"},
    {"PASSWORD_WAIT_S", NULL, 0, 0, "failures_and_wait", "tests/unit/password.c"},
    {"DIRECTORY_LOOKS", NULL, 0, 0, "Test(directory, many", "tests/api/directory.c"},
    {"DIRECTORY_ROWS", NULL, 0, 0, "Test(directory, many", "tests/api/directory.c"},
    {"DIRECTORY_FEW", NULL, 0, 0, "/* more than few */", "tests/api/directory.c"},
    {"DIRECTORY_SAMPLE", NULL, 0, 0, "Test(directory, many", "tests/api/directory.c"},
    {"QUOTE_CANDIDATES", NULL, 0, 0, "CRMI_LIMIT_QUOTE_CANDIDATES - 1", "tests/unit/quote_trips.c"},
    {"TRANSACT_TRIES", NULL, 0, 0, "CRMI_LIMIT_TRANSACT_TRIES", "tests/unit/store_faults.c"},
    {"WRITER_WAIT_MS", NULL, 0, 0, "out->wait_ms = CRMI_LIMIT_WRITER_WAIT_MS", "src/store/db.c"},
    {"MAP_GIB", NULL, 0, 0, "(uint64_t)CRMI_LIMIT_MAP_GIB << 30", "src/store/db.c"},
    {0},
};
