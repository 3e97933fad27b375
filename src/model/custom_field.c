/* SPDX-License-Identifier: MIT */
/* Definitions of the host's own fields: what they may be when they are stored, what is fixed from then on, and what keeps them. */
#include "model/custom_field.h"
#include "base/error.h"
#include "model/rule.h"
#include "model/rules.h"
#include "store/definitions.h"
#include "store/gate.h"
#include <libcrm/codes.h>
#include <stdlib.h>
#include <string.h>

static const crmi_entry *value_of(const crm_record *rec, crm_field field) { return crmi_object_find(rec, crmi_field_number_of(field)); }
static bool is_set(const crm_record *rec, crm_field field) {
    const crmi_entry *entry = value_of(rec, field);
    return entry && entry->integer;
}
static const char *text_of(const crm_record *rec, crm_field field) {
    const crmi_entry *entry = value_of(rec, field);
    return entry && entry->text ? entry->text : "";
}

static int refuse(crm_field field, const char *reason) {
    return crmi_error_set(CRM_E_INVALID, field, "custom_field.%s: %s", crmi_schema_field(field)->name, reason);
}

/* --- what it is called --- */

/* The kind of record that the field is for; 0: none that can have one. */
static uint32_t kind_of(const crm_record *rec) {
    uint32_t kind = crm_kind_find(text_of(rec, CRM_CUSTOM_FIELD_RECORD_KIND));
    switch (kind) {
    case 0:
    case CRM_KIND_SETTING:
    case CRM_KIND_CUSTOM_FIELD:
    case CRM_KIND_POLICY:
    case CRM_KIND_RULE: return 0;
    case CRM_KIND_QUOTE: return kind;
    default: return crmi_schema_kind(kind)->placement == CRMI_COMPUTED ? 0 : kind;
    }
}

/* Lower-case letters, digits and "_", beginning with a letter. */
static int check_identifier(const crm_record *rec, crm_field field) {
    const char *text = text_of(rec, field);
    size_t size = strlen(text);
    if (size > CRMI_LIMIT_CODE_BYTES)
        return crmi_error_set(CRM_E_TOO_BIG, field, "it has %zu bytes, over the limit of %d", size, (int)CRMI_LIMIT_CODE_BYTES);
    if (*text >= 'a' && *text <= 'z' && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == size) return CRM_OK;
    return refuse(field, "lower-case letters, digits and \"_\", beginning with a letter");
}

/* The members that every record has as JSON are taken too. */
static bool is_taken(uint32_t kind, const char *name) {
    const crmi_kind *known = crmi_schema_kind(kind);
    for (uint32_t i = 0; i < known->fields; i++)
        if (strcmp(known->first[i].name, name) == 0) return true;
    return strcmp(name, "kind") == 0 || strcmp(name, "id") == 0 || strcmp(name, "revision") == 0;
}

static int check_name(const crm_record *rec) {
    const char *name = text_of(rec, CRM_CUSTOM_FIELD_NAME);
    uint32_t kind = kind_of(rec);
    if (!kind) return refuse(CRM_CUSTOM_FIELD_RECORD_KIND, "no kind of record that can have custom fields");
    int rc = check_identifier(rec, CRM_CUSTOM_FIELD_NAME);
    if (rc == CRM_OK && is_taken(kind, name))
        rc = crmi_error_set(CRM_E_EXISTS, CRM_CUSTOM_FIELD_NAME, "%s.%s is built in", crm_kind_name(kind), name);
    return rc;
}

/* --- what it holds and how it is found --- */

static uint32_t type_of(const crm_record *rec) {
    const char *code = text_of(rec, CRM_CUSTOM_FIELD_TYPE);
    return crmi_definitions_type(code, strlen(code));
}

static int check_flags(const crm_record *rec) {
    static const struct {
        crm_field field;
        uint32_t flag;
    } flags[] = {{CRM_CUSTOM_FIELD_INDEXED, CRM_FIELD_INDEXED},
                 {CRM_CUSTOM_FIELD_UNIQUE, CRM_FIELD_UNIQUE},
                 {CRM_CUSTOM_FIELD_FOLDED, CRM_FIELD_FOLDED},
                 {CRM_CUSTOM_FIELD_SEARCHABLE, CRM_FIELD_SEARCHABLE}};
    uint32_t fitting = crmi_definitions_flags(type_of(rec));
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (!is_set(rec, flags[i].field)) continue;
        if (kind_of(rec) == CRM_KIND_QUOTE) return refuse(flags[i].field, "quotes are not stored, so that none is found by it");
        if (!(fitting & flags[i].flag)) return refuse(flags[i].field, "not of fields of this type");
    }
    if (!is_set(rec, CRM_CUSTOM_FIELD_FOLDED)) return CRM_OK;
    if (is_set(rec, CRM_CUSTOM_FIELD_UNIQUE)) return refuse(CRM_CUSTOM_FIELD_FOLDED, "a unique value is found as it is written");
    return is_set(rec, CRM_CUSTOM_FIELD_INDEXED) ? CRM_OK : refuse(CRM_CUSTOM_FIELD_FOLDED, "only what is indexed is found");
}

static int check_domain(const crm_record *rec) {
    if (!value_of(rec, CRM_CUSTOM_FIELD_DOMAIN)) return CRM_OK;
    if (type_of(rec) != CRM_TYPE_TEXT) return refuse(CRM_CUSTOM_FIELD_DOMAIN, "codes are texts");
    return check_identifier(rec, CRM_CUSTOM_FIELD_DOMAIN);
}

/* What values and index entries that are stored already depend on. */
static int check_fixed(const crm_record *old, const crm_record *rec) {
    static const crm_field texts[] = {CRM_CUSTOM_FIELD_RECORD_KIND, CRM_CUSTOM_FIELD_NAME, CRM_CUSTOM_FIELD_TYPE};
    static const crm_field flags[] = {CRM_CUSTOM_FIELD_INDEXED, CRM_CUSTOM_FIELD_UNIQUE, CRM_CUSTOM_FIELD_FOLDED};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(text_of(old, texts[i]), text_of(rec, texts[i])) != 0) return refuse(texts[i], "it is fixed once the field is stored");
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (is_set(old, flags[i]) != is_set(rec, flags[i])) return refuse(flags[i], "it is fixed once the field is stored");
    return CRM_OK;
}

int crmi_custom_field_check(const crmi_putting *put) {
    int rc = put->old ? check_fixed(put->old, put->rec) : check_name(put->rec);
    if (rc == CRM_OK) rc = check_flags(put->rec);
    return rc == CRM_OK ? check_domain(put->rec) : rc;
}

/* --- its number --- */

int crmi_custom_field_number(const crmi_putting *put) {
    uint32_t local = crmi_id_local(put->id);
    if (local > CRMI_LIMIT_CUSTOM_FIELDS)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "a store has at most %d custom fields, deleted ones counted",
                              (int)CRMI_LIMIT_CUSTOM_FIELDS);
    crm_field field = crmi_custom_field(kind_of(put->rec), CRMI_CUSTOM_FIRST - 1 + local, type_of(put->rec));
    return crmi_object_set_integer(put->rec, crmi_field_number_of(CRM_CUSTOM_FIELD_FIELD), field);
}

/* --- what keeps it --- */

static int find_values(crmi_txn *txn, const crmi_field *field, size_t most, crmi_blockers *out) {
    crmi_page page = {.limit = most, .ids = malloc(most * sizeof *page.ids)};
    crmi_index_scope_range(&page, field, NULL, 0);
    int rc = page.ids ? crmi_index_page(txn, &page) : crmi_error_nomem();
    for (size_t i = 0; rc == CRM_OK && i < page.count; i++) rc = crmi_blockers_add(out, field, most, page.ids[i]);
    if (rc == CRM_OK && page.more) rc = crmi_blockers_add(out, field, most, 0);
    free(page.ids);
    return rc;
}

int crmi_custom_field_blockers(crmi_txn *txn, crmi_packed id, size_t most, crmi_blockers *out) {
    crmi_definitions *definitions;
    crmi_packed rule = 0;
    const crmi_field *field = NULL;
    int rc = crmi_txn_definitions(txn, &definitions);
    for (size_t i = 0; rc == CRM_OK && i < definitions->field_count; i++)
        if (definitions->fields[i].number == CRMI_CUSTOM_FIRST - 1 + crmi_id_local(id)) field = &definitions->fields[i];
    if (!field) return rc;
    rc = find_values(txn, field, most, out);
    if (!crmi_gate_sees(txn, crmi_id_pack(0, CRM_KIND_RULE, 1))) return rc; /* who does not see rules */
    while (rc == CRM_OK && (rc = crmi_rule_names_field(txn, field, &rule)) == CRM_ROW)
        rc = crmi_blockers_add(out, crmi_schema_field(CRM_RULE_CODE), most, rule);
    return rc;
}
