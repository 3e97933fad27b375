/* SPDX-License-Identifier: MIT */
/* One record by itself: its place, its fields by the schema, and what the library keeps in it. */
#include "base/clock.h"
#include "base/error.h"
#include "codec/walk.h"
#include "model/group.h"
#include "model/record.h"
#include "model/rules.h"
#include "model/verify.h"
#include <sodium.h>
#include <string.h>

static int add(crmi_verify *v, crmi_packed id, const crmi_field *field, const char *reason) {
    return crmi_verify_add(v, "file", id, field ? field->field : 0, reason);
}

/* --- one value --- */

/* What is wrong with it; NULL: nothing. */
static const char *wrong_value(const crmi_field *field, const crmi_entry *entry) {
    switch (entry->type) {
    case 0: return "its type is not the field's";
    case CRM_TYPE_TEXT:
        return entry->size > CRMI_LIMIT_TEXT_BYTES && !(field->flags & CRM_FIELD_SYSTEM) ? "it is longer than a text may be" : NULL;
    case CRM_TYPE_DATE: return entry->integer < CRMI_DAY_MIN || entry->integer > CRMI_DAY_MAX ? "it is not in the years 1 to 9999" : NULL;
    case CRM_TYPE_TIME: {
        int64_t day = crmi_clock_day_of(entry->integer);
        return day < CRMI_DAY_MIN || day > CRMI_DAY_MAX ? "it is not in the years 1 to 9999" : NULL;
    }
    case CRM_TYPE_BYTES: return entry->size > CRMI_LIMIT_BYTES_BYTES ? "it is longer than bytes may be" : NULL;
    case CRM_TYPE_TEXTS: return entry->items > CRMI_LIMIT_TEXTS_ITEMS ? "the list is longer than it may be" : NULL;
    case CRM_TYPE_LABEL: return entry->items > CRMI_LIMIT_LABEL_LANGUAGES ? "it has more languages than it may have" : NULL;
    default: return NULL;
    }
}

static int check_value(crmi_verify *v, const crm_record *rec, crmi_packed id, const crmi_entry *entry) {
    const crmi_field *field = crmi_object_field(rec, entry->number);
    if (!field) return CRM_OK; /* of a later version, or no longer defined */
    const char *wrong = wrong_value(field, entry);
    if (wrong) return add(v, id, field, wrong);
    if (field->type == CRM_TYPE_ID) return crmi_verify_file_name(v, id, field->field, crmi_store_packed(v->txn, (crm_id)entry->integer));
    int rc = entry->type == CRM_TYPE_TEXT ? crmi_model_code_look(field, entry->text, entry->size) : CRM_OK;
    return rc < 0 ? crmi_verify_take(v, rc, "file", id) : CRM_OK;
}

/* --- what there is once at a time --- */

/* Of a kind: the fields that are the same in two records of one owner, and those of the time, 0 where it is always. */
static const struct once {
    uint32_t kind;
    crm_field same[4], from, until;
} onces[] = {
    {CRM_KIND_ROLE, {CRM_ROLE_ROLE}, CRM_ROLE_VALID_FROM, CRM_ROLE_VALID_UNTIL},
    {CRM_KIND_MEMBERSHIP, {CRM_MEMBERSHIP_GROUP}, CRM_MEMBERSHIP_VALID_FROM, CRM_MEMBERSHIP_VALID_UNTIL},
    {CRM_KIND_BINDING, {CRM_BINDING_USER}, CRM_BINDING_VALID_FROM, CRM_BINDING_VALID_UNTIL},
    {CRM_KIND_OPTION_RULE, {CRM_OPTION_RULE_CODE}, CRM_OPTION_RULE_VALID_FROM, CRM_OPTION_RULE_VALID_UNTIL},
    {CRM_KIND_BANK, {CRM_BANK_IS_DEFAULT}, CRM_BANK_VALID_FROM, CRM_BANK_VALID_UNTIL},
    {CRM_KIND_QUOTE_DEFAULTS,
     {CRM_QUOTE_DEFAULTS_SCOPE, CRM_QUOTE_DEFAULTS_SALES_AREA, CRM_QUOTE_DEFAULTS_COUNTRY, CRM_QUOTE_DEFAULTS_REGION},
     0,
     0},
    {CRM_KIND_USER_ROLE, {CRM_USER_ROLE_USER, CRM_USER_ROLE_ROLE}, 0, 0},
    {CRM_KIND_CREDENTIAL, {CRM_CREDENTIAL_USER}, 0, 0},
};

static uint64_t hash(uint64_t seed, const void *bytes, size_t size) {
    uint64_t key[2] = {seed, 0}, out;
    _Static_assert(sizeof key == crypto_shorthash_KEYBYTES && sizeof out == crypto_shorthash_BYTES, "what the hash takes and gives");
    crypto_shorthash((unsigned char *)&out, bytes, size, (const unsigned char *)key);
    return out;
}

static uint64_t hash_fields(const crm_record *rec, const struct once *once) {
    uint64_t out = once->kind;
    for (size_t i = 0; i < 4 && once->same[i]; i++) {
        const crmi_entry *entry = crmi_object_find(rec, CRMI_FIELD_NUMBER(once->same[i]));
        bool text = entry && entry->text;
        int64_t integer = entry ? entry->integer : 0;
        out = text ? hash(out, entry->text, entry->size) : hash(out, &integer, entry && entry->type != CRM_TYPE_TEXT ? sizeof integer : 0);
    }
    return out;
}

static int check_once(crmi_verify *v, const crm_record *rec, crmi_packed id) {
    for (size_t i = 0; i < sizeof onces / sizeof *onces; i++) {
        const struct once *once = &onces[i];
        if (once->kind != rec->kind || (rec->kind == CRM_KIND_BANK && !crmi_object_integer(rec, CRM_BANK_IS_DEFAULT, 0))) continue;
        int64_t from = once->from ? crmi_object_integer(rec, once->from, INT64_MIN) : INT64_MIN;
        int64_t until = once->until ? crmi_object_integer(rec, once->until, INT64_MAX) : INT64_MAX;
        return crmi_verify_file_span(v, id, once->same[0], hash_fields(rec, once), from, until);
    }
    return CRM_OK;
}

/* --- the record --- */

static int check_custom(crmi_verify *v, const crm_record *rec, crmi_packed id) {
    crmi_putting put = {.txn = v->txn, .id = id, .rec = crmi_object_copy(rec)};
    if (!put.rec) return CRM_E_NOMEM;
    int rc = crmi_custom_field_check(&put);
    if (rc == CRM_OK) rc = crmi_custom_field_number(&put);
    bool same =
        rc == CRM_OK && crmi_object_integer(rec, CRM_CUSTOM_FIELD_FIELD, 0) == crmi_object_integer(put.rec, CRM_CUSTOM_FIELD_FIELD, 0);
    crmi_object_free(put.rec);
    if (rc < 0) return crmi_verify_take(v, rc, "file", id);
    return same ? CRM_OK : add(v, id, crmi_schema_field(CRM_CUSTOM_FIELD_FIELD), "it is not the number of this field");
}

/* The directory is in the order that the setting tells. */
static int check_order(crmi_verify *v, const crm_record *rec, crmi_packed id) {
    const crmi_entry *name = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_SETTING_NAME));
    const crmi_entry *value = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_SETTING_VALUE));
    crmi_collation collation;
    if (!name || !value || strcmp(name->text, CRMI_COLLATION_SETTING) != 0) return CRM_OK;
    int rc = crmi_txn_collation(v->txn, &collation);
    if (rc < 0) return crmi_verify_take(v, rc, "meta", id);
    if ((collation == CRMI_DIN5007_2) == (strcmp(value->text, CRMI_COLLATION_SECOND) == 0)) return CRM_OK;
    return crmi_verify_add(v, "index", id, CRM_SETTING_VALUE, "the directory is in another order");
}

static int check_fields(crmi_verify *v, const crm_record *rec, crmi_packed id) {
    int rc = rec->revision ? CRM_OK : add(v, id, NULL, "its revision is 0");
    for (uint32_t i = 0; rc == CRM_OK && i < rec->count; i++) rc = check_value(v, rec, id, &rec->entries[i]);
    if (rc == CRM_OK && crmi_model_check_alone(rec) < 0) rc = crmi_verify_take(v, CRM_E_CORRUPT, "file", id);
    if (rc == CRM_OK && rec->kind == CRM_KIND_CUSTOM_FIELD) rc = check_custom(v, rec, id);
    if (rc == CRM_OK && rec->kind == CRM_KIND_SETTING) rc = check_order(v, rec, id);
    return rc == CRM_OK ? check_once(v, rec, id) : rc;
}

int crmi_verify_record(crmi_verify *v, const crmi_stored *stored) {
    crm_record *rec;
    if (!crmi_model_is_place(stored->kind, stored->id)) return add(v, stored->id, NULL, "no record of its kind has such an id");
    if (crmi_walk_check(stored->body.data, stored->body.size) != CRM_OK)
        return add(v, stored->id, NULL, "a stored record is damaged: its body");
    if (v->undefined) return CRM_OK;
    int rc = crmi_object_decode(v->txn, stored->id, stored->body, &rec);
    if (rc < 0) return crmi_verify_take(v, rc, "file", stored->id);
    rc = check_fields(v, rec, stored->id);
    crmi_object_free(rec);
    if (rc == CRM_OK && stored->kind == CRM_KIND_GROUP) rc = crmi_verify_group(v, stored);
    return rc == CRM_OK ? crmi_verify_entries(v, stored) : rc;
}
