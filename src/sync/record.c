/* SPDX-License-Identifier: MIT */
/* Rows about a channel, identifier, membership, bank account, usage, role or terms: which stored record they mean, whose it is (the
 * customer's, or his site's or contact's that the row names), and what can be refused in it. The bank account of flat and customer rows
 * too. */
#include "base/error.h"
#include "model/group.h"
#include "model/rules.h"
#include "sync/file.h"
#include <libcrm/error.h>
#include <string.h>

typedef struct seeking {
    crmi_sync_file *file;
    crmi_sync_plan *plan;
    const crmi_sync_row *row;
} seeking;

static const char *text_of(const seeking *s, crm_field field) { return crmi_sync_cell_text(s->file->sync, s->row, field); }

static int refuse(const seeking *s, const crmi_sync_cell *cell, int status, crm_field field, const char *reason) {
    return crmi_sync_refuse(s->file->sync, s->plan->row, cell, status, field, "%s", reason);
}

/* What was found out of a cell; errors of the store itself go through. */
static int refuse_last(const seeking *s, const crmi_sync_cell *cell, int status) {
    if (crm_status_class_of(status) != CRM_CLASS_DATA) return status;
    return crmi_sync_refuse_last(s->file->sync, s->plan->row, cell);
}

/* --- the site or contact that the row names --- */

static const crmi_sync_cell *cell_of_kind(const seeking *s, uint32_t kind) {
    for (uint32_t i = 0; i < s->row->count; i++) {
        const crmi_sync_cell *cell = &s->file->sync->cells[s->row->first + i];
        if (crmi_sync_target_of(s->file->sync, cell)->object == kind) return cell;
    }
    return NULL;
}

typedef int (*finder)(crmi_sync_file *file, const crmi_sync_row *row, uint32_t *out);

static int find_named(const seeking *s, uint32_t kind, finder find, uint32_t *out) {
    const crmi_sync_cell *cell = cell_of_kind(s, kind);
    if (!cell) return CRM_OK;
    int rc = find(s->file, s->row, out);
    if (rc < 0) return refuse_last(s, cell, rc);
    if (rc != CRM_OK || *out) return rc;
    return refuse(s, cell, CRM_E_NOTFOUND, crmi_sync_target_of(s->file->sync, cell)->field->field,
                  kind == CRM_KIND_ADDRESS ? "the customer has no such site" : "the customer has no such contact");
}

static int find_owner(const seeking *s) {
    crmi_sync_plan *plan = s->plan;
    int rc = find_named(s, CRM_KIND_ADDRESS, crmi_sync_find_address, &plan->address);
    if (rc == CRM_OK) rc = find_named(s, CRM_KIND_CONTACT, crmi_sync_find_contact, &plan->contact);
    if (rc != CRM_OK || !plan->address || !plan->contact) return rc;
    return refuse(s, cell_of_kind(s, CRM_KIND_CONTACT), CRM_E_AMBIGUOUS, CRM_CONTACT_NAME,
                  "the row names a site and a contact: whose is it?");
}

/* --- the record --- */

static int require(const seeking *s, crm_field first, crm_field second) {
    crm_field missing = !*text_of(s, first) ? first : !*text_of(s, second) ? second : 0;
    return missing ? refuse(s, NULL, CRM_E_REQUIRED, missing, "it is missing") : CRM_OK;
}

static int find_channel(const seeking *s) {
    uint32_t owner = s->plan->address ? s->plan->address : s->plan->contact;
    int rc = require(s, CRM_CHANNEL_TYPE, CRM_CHANNEL_VALUE);
    if (rc != CRM_OK) return rc;
    return crmi_sync_find_channel(s->file, owner, text_of(s, CRM_CHANNEL_TYPE), text_of(s, CRM_CHANNEL_VALUE), &s->plan->record);
}

static int find_identifier(const seeking *s) {
    int rc = require(s, CRM_IDENTIFIER_SCHEME, CRM_IDENTIFIER_VALUE);
    if (rc != CRM_OK) return rc;
    return crmi_sync_find_identifier(s->file, text_of(s, CRM_IDENTIFIER_SCHEME), text_of(s, CRM_IDENTIFIER_VALUE), &s->plan->record);
}

/* --- bank accounts: by the IBAN, else by account number and bank code, which may be those of a German IBAN --- */

const crmi_sync_cell *crmi_sync_bank_cell(const crm_sync *sync, const crmi_sync_row *row) {
    for (uint32_t i = 0; i < row->count; i++) {
        const crmi_sync_cell *cell = &sync->cells[row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(sync, cell);
        bool no = target->field && target->field->type == CRM_TYPE_BOOL && !cell->integer;
        if (target->object == CRM_KIND_BANK && !no) return cell;
    }
    return NULL;
}

/* Takes the account that the key names. A row with an IBAN may mean one that is stored without. */
static int take_account(const seeking *s, bool without_iban, bool stored) {
    uint32_t cursor = 0, entry;
    while (crmi_sync_key_next(s->file, &cursor, &entry)) {
        if (without_iban && *crmi_sync_text_of(crmi_sync_file_entry(s->file, entry)->rec, CRM_BANK_IBAN)) continue;
        if (stored && crmi_sync_file_entry(s->file, entry)->fresh) continue;
        if (s->plan->record && s->plan->record != entry)
            return refuse(s, crmi_sync_cell_of(s->file->sync, s->row, CRM_BANK_ACCOUNT_NUMBER), CRM_E_AMBIGUOUS, CRM_BANK_ACCOUNT_NUMBER,
                          "several bank accounts of the company match");
        s->plan->record = entry;
    }
    return CRM_OK;
}

/* A German account is in its IBAN: a stored one alone is meant, since rows of an export that has both are two. */
static int find_german(const seeking *s, const char *iban, const char *account) {
    bool is = true;
    int rc = *iban ? crmi_sync_key_german(s->file, CRMI_KEY_ACCOUNT, iban, &is)
                   : crmi_sync_key_account(s->file, CRMI_KEY_GERMAN, account, text_of(s, CRM_BANK_BANK_CODE));
    return rc == CRM_OK && is ? take_account(s, *iban, true) : rc;
}

static int find_bank(const seeking *s) {
    const char *iban = text_of(s, CRM_BANK_IBAN), *account = text_of(s, CRM_BANK_ACCOUNT_NUMBER);
    const crmi_sync_cell *cell = crmi_sync_bank_cell(s->file->sync, s->row);
    uint32_t cursor = 0;
    if (!*iban && !*account && s->file->only) return CRM_OK;
    if (!*iban && !*account)
        return refuse(s, cell, CRM_E_REQUIRED, CRM_BANK_IBAN, "which account? the IBAN, or the account number, is missing");
    int rc = *iban ? crmi_sync_key_compact(s->file, CRMI_KEY_IBAN, iban, "") : CRM_OK;
    if (rc == CRM_OK && *iban) crmi_sync_key_next(s->file, &cursor, &s->plan->record);
    if (rc == CRM_OK && !s->plan->record && *account) {
        rc = crmi_sync_key_account(s->file, CRMI_KEY_ACCOUNT, account, text_of(s, CRM_BANK_BANK_CODE));
        if (rc == CRM_OK) rc = take_account(s, *iban, false);
    }
    return rc == CRM_OK && !s->plan->record ? find_german(s, iban, account) : rc;
}

/* The account as it will be, judged by the rules of the model; what it finds is said of the cell that has it. */
static int check_bank(const seeking *s) {
    crmi_sync_entry scratch = {.fresh = true};
    bool changed;
    const crmi_sync_cell *cell;
    int rc = s->plan->record ? crm_record_copy(crmi_sync_file_entry(s->file, s->plan->record)->rec, &scratch.rec)
                             : crm_record_new(CRM_KIND_BANK, &scratch.rec);
    if (rc == CRM_OK) rc = crmi_sync_assign(s->file, s->row, CRM_KIND_BANK, &scratch, &changed);
    if (rc == CRM_OK && (rc = crmi_bank_check_numbers(scratch.rec)) < 0) {
        cell = crmi_sync_cell_of(s->file->sync, s->row, crmi_error_last()->field);
        rc = refuse_last(s, cell ? cell : crmi_sync_bank_cell(s->file->sync, s->row), rc);
    }
    crm_record_free(scratch.rec);
    return rc;
}

/* --- memberships: by the group and the day that they begin, else the latest one at that time --- */

static int find_group(const seeking *s, crmi_sync_cell *cell) {
    crmi_sync_column *column = &s->file->sync->columns[cell->column];
    crmi_packed id;
    if (column->good_code && strcmp(column->good_code, cell->text) == 0) {
        cell->integer = column->good_id;
        return CRM_OK;
    }
    int rc = crmi_sync_store(s->file);
    if (rc == CRM_OK) rc = crmi_index_find(s->file->txn, crmi_schema_field(CRM_GROUP_CODE), NULL, 0, cell->text, strlen(cell->text), &id);
    if (rc == CRM_E_NOTFOUND) return refuse(s, cell, rc, CRM_MEMBERSHIP_GROUP, "there is no group of this code");
    if (rc < 0) return rc;
    cell->integer = (int64_t)crmi_store_public(s->file->txn, id);
    column->good_code = cell->text;
    column->good_id = cell->integer;
    return CRM_OK;
}

/* When the row's membership is, or the stored one that it means once the row is merged. */
static void find_period(const seeking *s, const crm_record *rec, int64_t *from, int64_t *until) {
    *from = crmi_sync_date_of(s->file->sync, s->row, rec, CRM_MEMBERSHIP_VALID_FROM, INT64_MIN);
    *until = crmi_sync_date_of(s->file->sync, s->row, rec, CRM_MEMBERSHIP_VALID_UNTIL, INT64_MAX);
}

static bool is_in(const crmi_sync_entry *entry, int64_t group) {
    return entry->rec->kind == CRM_KIND_MEMBERSHIP && !entry->removed && crmi_object_integer(entry->rec, CRM_MEMBERSHIP_GROUP, 0) == group;
}

static int find_membership(const seeking *s) {
    crmi_sync_cell *cell = crmi_sync_cell_of(s->file->sync, s->row, CRM_MEMBERSHIP_GROUP);
    int64_t from, until, best = 0;
    if (!cell) return refuse(s, NULL, CRM_E_REQUIRED, CRM_MEMBERSHIP_GROUP, "the code of the group is missing");
    find_period(s, NULL, &from, &until);
    int rc = find_group(s, cell);
    for (uint32_t i = 1; rc == CRM_OK && i <= s->file->count; i++) {
        const crmi_sync_entry *entry = crmi_sync_file_entry(s->file, i);
        if (!is_in(entry, cell->integer) || crmi_sync_is_other(s->file, i)) continue;
        int64_t begins = crmi_object_integer(entry->rec, CRM_MEMBERSHIP_VALID_FROM, INT64_MIN);
        bool same = begins == from;
        bool meets = begins < until && from < crmi_object_integer(entry->rec, CRM_MEMBERSHIP_VALID_UNTIL, INT64_MAX);
        if (!same && (!meets || (s->plan->record && begins <= best))) continue;
        s->plan->record = i;
        best = begins;
        if (same) break;
    }
    return rc;
}

/* Another one of the same group at a time of this one. */
static const crmi_sync_entry *overlapping(const seeking *s, int64_t group, int64_t from, int64_t until) {
    for (uint32_t i = 1; i <= s->file->count; i++) {
        const crmi_sync_entry *entry = crmi_sync_file_entry(s->file, i);
        if (i != s->plan->record && is_in(entry, group) && from < crmi_object_integer(entry->rec, CRM_MEMBERSHIP_VALID_UNTIL, INT64_MAX) &&
            crmi_object_integer(entry->rec, CRM_MEMBERSHIP_VALID_FROM, INT64_MIN) < until)
            return entry;
    }
    return NULL;
}

static int check_membership(const seeking *s) {
    const crmi_sync_cell *cell = crmi_sync_cell_of(s->file->sync, s->row, CRM_MEMBERSHIP_GROUP);
    const crm_record *rec = s->plan->record ? crmi_sync_file_entry(s->file, s->plan->record)->rec : NULL;
    int64_t from, until;
    crmi_group group;
    find_period(s, rec, &from, &until);
    const crmi_sync_entry *other = overlapping(s, cell->integer, from, until);
    if (other)
        return refuse(s, cell, other->fresh ? CRM_E_AMBIGUOUS : CRM_E_EXISTS, CRM_MEMBERSHIP_GROUP,
                      other->fresh ? "another row has this group at that time" : "there is this group at that time already");
    if (rec) return CRM_OK;
    int rc = crmi_sync_store(s->file);
    if (rc == CRM_OK) rc = crmi_group_read(s->file->txn, crmi_store_packed(s->file->txn, (crm_id)cell->integer), &group);
    if (rc == CRM_OK && group.archived) return refuse(s, cell, CRM_E_ARCHIVED, CRM_MEMBERSHIP_GROUP, "the group is archived");
    return rc;
}

/* --- terms --- */

/* A site by its number or the source's own key, a contact by that key or his name; both by their ids. */
static int find_preferred(const seeking *s, crmi_sync_cell *cell) {
    bool site = crmi_sync_target_of(s->file->sync, cell)->field->field == CRM_QUOTE_DEFAULTS_PREFERRED_SITE;
    uint32_t entry = 0, cursor = 0, found = 0, identifier;
    int rc = crmi_sync_find_identifier(s->file, s->file->sync->source, cell->text, &identifier);
    if (rc == CRM_OK && identifier) found = crmi_sync_file_entry(s->file, identifier)->target;
    if (found > s->file->count) found = 0;
    if (found && crmi_sync_file_entry(s->file, found)->rec->kind != (site ? CRM_KIND_ADDRESS : CRM_KIND_CONTACT)) found = 0;
    if (rc == CRM_OK && !found) rc = crmi_sync_file_look(s->file, site ? CRMI_WAY_PLACE : CRMI_WAY_PERSON);
    if (rc == CRM_OK && !found) rc = crmi_sync_key_folded(s->file, site ? CRMI_KEY_SITE : CRMI_KEY_NAME, cell->text);
    while (rc == CRM_OK && !identifier && crmi_sync_key_next(s->file, &cursor, &entry)) {
        if (found && found != entry)
            return refuse(s, cell, CRM_E_AMBIGUOUS, crmi_sync_target_of(s->file->sync, cell)->field->field, "several match");
        found = entry;
    }
    if (rc == CRM_OK && !found && (rc = crmi_sync_find_id(s->file, site ? CRM_KIND_ADDRESS : CRM_KIND_CONTACT, cell->text, &found)) < 0)
        return refuse_last(s, cell, rc);
    cell->integer = found;
    if (rc < 0 || found) return rc;
    return refuse(s, cell, CRM_E_NOTFOUND, crmi_sync_target_of(s->file->sync, cell)->field->field,
                  site ? "the customer has no such site" : "the customer has no such contact");
}

static int find_terms(const seeking *s) {
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < s->row->count; i++) {
        crmi_sync_cell *cell = &s->file->sync->cells[s->row->first + i];
        if (crmi_sync_target_of(s->file->sync, cell)->use == CRMI_USE_NAMES) rc = find_preferred(s, cell);
    }
    if (rc != CRM_OK) return rc;
    return crmi_sync_find_defaults(s->file, crmi_sync_scope(CRM_ROWS_QUOTE_DEFAULTS, s->plan->address, s->plan->contact),
                                   text_of(s, CRM_QUOTE_DEFAULTS_SALES_AREA), &s->plan->record);
}

/* --- usages: by the purpose and the day that they begin; without such a column the one that has not ended --- */

static bool has_field(const seeking *s, crm_field field) {
    const crmi_sync_part *part = &s->file->sync->parts[s->row->part];
    for (size_t i = 0; i < part->column_count; i++) {
        const crmi_sync_target *target = &s->file->sync->columns[part->first_column + i].target;
        if (target->use == CRMI_USE_FIELD && target->field->field == field) return true;
    }
    return false;
}

static int find_usage(const seeking *s) {
    uint32_t owner = s->plan->address ? s->plan->address : s->plan->contact;
    const char *purpose = text_of(s, CRM_USAGE_PURPOSE);
    if (!owner) return refuse(s, NULL, CRM_E_REQUIRED, CRM_USAGE_TARGET, "the row names neither a site nor a contact");
    if (!*purpose) return refuse(s, NULL, CRM_E_REQUIRED, CRM_USAGE_PURPOSE, "it is missing");
    const int64_t from = crmi_sync_date_of(s->file->sync, s->row, NULL, CRM_USAGE_VALID_FROM, INT64_MIN);
    if (!has_field(s, CRM_USAGE_VALID_FROM)) return crmi_sync_find_usage(s->file, owner, purpose, &s->plan->record);
    for (uint32_t i = 1; i <= s->file->count; i++) {
        const crmi_sync_entry *entry = crmi_sync_file_entry(s->file, i);
        if (entry->rec->kind == CRM_KIND_USAGE && entry->target == owner && !entry->removed && !crmi_sync_is_other(s->file, i) &&
            strcmp(crmi_sync_text_of(entry->rec, CRM_USAGE_PURPOSE), purpose) == 0 &&
            crmi_object_integer(entry->rec, CRM_USAGE_VALID_FROM, INT64_MIN) == from)
            s->plan->record = i;
    }
    return CRM_OK;
}

/* --- roles: by the role's own number, else by the day that they begin --- */

static int find_role(const seeking *s) {
    const char *role = text_of(s, CRM_ROLE_ROLE), *number = text_of(s, CRM_ROLE_NUMBER);
    const int64_t from = crmi_sync_date_of(s->file->sync, s->row, NULL, CRM_ROLE_VALID_FROM, INT64_MIN);
    if (!*role) return refuse(s, NULL, CRM_E_REQUIRED, CRM_ROLE_ROLE, "it is missing");
    for (uint32_t i = 1; i <= s->file->count; i++) {
        const crm_record *rec = crmi_sync_file_entry(s->file, i)->rec;
        const char *stored = crmi_sync_text_of(rec, CRM_ROLE_NUMBER);
        if (rec->kind != CRM_KIND_ROLE || crmi_sync_is_other(s->file, i) || strcmp(crmi_sync_text_of(rec, CRM_ROLE_ROLE), role) != 0)
            continue;
        bool begins = crmi_object_integer(rec, CRM_ROLE_VALID_FROM, INT64_MIN) == from;
        bool same = *number && strcmp(stored, number) == 0;
        if (same || (begins && (!*number || !*stored))) s->plan->record = i;
        if (same) break;
    }
    return CRM_OK;
}

/* --- by the shape of the row --- */

static int find_by_shape(const seeking *s, uint32_t shape) {
    switch (shape) {
    case CRM_ROWS_CHANNEL: return find_channel(s);
    case CRM_ROWS_IDENTIFIER: return find_identifier(s);
    case CRM_ROWS_MEMBERSHIP: return find_membership(s);
    case CRM_ROWS_QUOTE_DEFAULTS: return find_terms(s);
    case CRM_ROWS_USAGE: return find_usage(s);
    case CRM_ROWS_ROLE: return find_role(s);
    default: return find_bank(s);
    }
}

/* A record that the row's id means: whose it is, and in which group, rows do not change. */
static int check_known(const seeking *s) {
    const crmi_sync_entry *entry = crmi_sync_file_entry(s->file, s->plan->record);
    const crmi_sync_cell *group = crmi_sync_cell_of(s->file->sync, s->row, CRM_MEMBERSHIP_GROUP);
    bool same = entry->target == (s->plan->address ? s->plan->address : s->plan->contact) && (!group || is_in(entry, group->integer));
    return same ? CRM_OK
                : refuse(s, crmi_sync_id_cell(s->file->sync, s->row, entry->rec->kind), CRM_E_EXISTS, 0,
                         "the record with this id is of another site, contact or group");
}

int crmi_sync_record_find(crmi_sync_file *file, crmi_sync_plan *plan) {
    const seeking s = {file, plan, &file->sync->rows[plan->row]};
    uint32_t shape = crmi_sync_shape_of(file->sync, s.row);
    plan->has_record = shape > CRM_ROWS_CONTACT || (crmi_sync_is_company(shape) && crmi_sync_bank_cell(file->sync, s.row));
    if (!plan->has_record) return CRM_OK;
    int rc = shape > CRM_ROWS_CONTACT ? find_owner(&s) : CRM_OK;
    uint32_t known = 0;
    if (rc == CRM_OK) rc = crmi_sync_id_begin(file, s.row, crmi_sync_own_kind(shape), &known);
    if (rc == CRM_OK) rc = find_by_shape(&s, shape);
    crmi_sync_id_end(file);
    if (rc != CRM_OK || !known) return rc;
    plan->record = known;
    return check_known(&s);
}

int crmi_sync_record_check(crmi_sync_file *file, const crmi_sync_plan *plan) {
    crmi_sync_plan copy = *plan;
    const seeking s = {file, &copy, &file->sync->rows[plan->row]};
    uint32_t shape = crmi_sync_shape_of(file->sync, s.row);
    if (!plan->has_record) return CRM_OK;
    if (shape == CRM_ROWS_MEMBERSHIP) return check_membership(&s);
    return shape == CRM_ROWS_BANK || crmi_sync_is_company(shape) ? check_bank(&s) : CRM_OK;
}
