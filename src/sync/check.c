/* SPDX-License-Identifier: MIT */
/* Everything that can be refused in a row, before it changes anything: what it means in its company, required values, codes of domains that
 * the store has closed, unique values, validity. */
#include "base/error.h"
#include "model/record.h"
#include "sync/file.h"
#include <libcrm/error.h>
#include <stdio.h>
#include <string.h>

typedef struct checking {
    crmi_sync_file *file;
    crmi_sync_plan *plan;
    const crmi_sync_row *row;
    bool refused;
} checking;

/* Notes an error; the checks go on, so that a row's errors come together. */
static int refuse(checking *check, const crmi_sync_cell *cell, int status, crm_field field, const char *reason) {
    int rc = crmi_sync_refuse(check->file->sync, check->plan->row, cell, status, field, "%s", reason);
    check->refused = true;
    return rc < 0 ? rc : CRM_OK;
}

/* What a finder or a rule of the model found out; errors of the store itself go through. */
static int refuse_last(checking *check, const crmi_sync_cell *cell, int status) {
    if (crm_status_class_of(status) != CRM_CLASS_DATA) return status;
    int rc = crmi_sync_refuse_last(check->file->sync, check->plan->row, cell);
    check->refused = true;
    return rc < 0 ? rc : CRM_OK;
}

static crmi_sync_cell *cell_of(const checking *check, crm_field field) { return crmi_sync_cell_of(check->file->sync, check->row, field); }

/* --- what the row means --- */

/* What the row says of its site or contact: */
enum {
    NOTHING,
    BESIDE, /* only how a contact is spoken to, which some sources say where there is none: "Anrede" is "Firma" */
    CLEARS, /* only what it has no more */
    ABOUT,  /* only what it is for */
    ITSELF  /* values, channels or identifiers of its own */
};

static bool is_beside(crm_field field) {
    return field == CRM_CONTACT_SALUTATION || field == CRM_CONTACT_TITLE || field == CRM_CONTACT_LANGUAGE;
}

static int cell_says(const crm_sync *sync, uint32_t shape, const crmi_sync_cell *cell, uint32_t kind) {
    const crmi_sync_target *target = crmi_sync_target_of(sync, cell);
    crm_field preferred = kind == CRM_KIND_ADDRESS ? CRM_QUOTE_DEFAULTS_PREFERRED_SITE : CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT;
    if (target->use == CRMI_USE_PREFERRED) return target->field->field == preferred && cell->integer ? ABOUT : NOTHING;
    if (target->object != kind) return NOTHING;
    if (target->use == CRMI_USE_USAGE) return cell->integer ? ABOUT : NOTHING;
    if (target->use == CRMI_USE_FIELD && is_beside(target->field->field) && shape == CRM_ROWS_FLAT) return BESIDE;
    if (cell->none) return CLEARS;
    return target->use == CRMI_USE_PURPOSE ? ABOUT : ITSELF;
}

/* *most: the first cell that says so; NULL. */
static int row_says(const crm_sync *sync, const crmi_sync_row *row, uint32_t kind, const crmi_sync_cell **most) {
    int says = NOTHING;
    *most = NULL;
    for (uint32_t i = 0; i < row->count; i++) {
        const crmi_sync_cell *cell = &sync->cells[row->first + i];
        int cell_is = cell_says(sync, crmi_sync_shape_of(sync, row), cell, kind);
        if (cell_is <= says) continue;
        says = cell_is;
        *most = cell;
    }
    return says;
}

bool crmi_sync_leans(const crm_sync *sync, const crmi_sync_row *row) {
    const crmi_sync_cell *cell;
    int says = crmi_sync_shape_of(sync, row) == CRM_ROWS_CUSTOMER ? row_says(sync, row, CRM_KIND_ADDRESS, &cell) : NOTHING;
    return says > BESIDE && says < ITSELF;
}

/* A row that has no site or contact, and a cell that needs one. */
static int refuse_nowhere(checking *check, uint32_t kind, int says, const crmi_sync_cell *cell) {
    bool address = kind == CRM_KIND_ADDRESS, flat = crmi_sync_shape_of(check->file->sync, check->row) == CRM_ROWS_FLAT;
    const char *reason = address ? "the row has no address" : "the row has no contact";
    if (says == CLEARS && address)
        reason = flat ? "#CLEAR does not say which address; use customer or site rows" : "#CLEAR does not say which address";
    if (says == CLEARS && !address) reason = "#CLEAR does not say which contact; give the name too";
    return refuse(check, cell, CRM_E_REQUIRED, address ? CRM_USAGE_TARGET : CRM_CONTACT_NAME, reason);
}

typedef int (*finder)(crmi_sync_file *file, const crmi_sync_row *row, uint32_t *out);

/* Only in customer rows the address may be left out: it is the main one. */
static int find_object(checking *check, uint32_t kind, finder find, bool *has, uint32_t *out) {
    const crmi_sync_cell *cell;
    int says = row_says(check->file->sync, check->row, kind, &cell);
    *has = says > BESIDE;
    if (!*has) return CRM_OK;
    int rc = says == ITSELF || crmi_sync_shape_of(check->file->sync, check->row) == CRM_ROWS_CUSTOMER ? find(check->file, check->row, out)
                                                                                                      : CRM_OK;
    check->refused |= rc == CRMI_SYNC_REFUSED;
    if (rc < 0) return refuse_last(check, NULL, rc);
    if (rc != CRM_OK || *out || says == ITSELF) return CRM_OK;
    *has = !(says == CLEARS && crmi_sync_shape_of(check->file->sync, check->row) == CRM_ROWS_CUSTOMER);
    return *has ? refuse_nowhere(check, kind, says, cell) : CRM_OK;
}

static int find_objects(checking *check) {
    crmi_sync_plan *plan = check->plan;
    bool own = crmi_sync_shape_of(check->file->sync, check->row) <= CRM_ROWS_CONTACT;
    int rc = own ? find_object(check, CRM_KIND_ADDRESS, crmi_sync_find_address, &plan->has_address, &plan->address) : CRM_OK;
    if (rc == CRM_OK && own) rc = find_object(check, CRM_KIND_CONTACT, crmi_sync_find_contact, &plan->has_contact, &plan->contact);
    plan->new_party = !check->file->party;
    plan->new_address = plan->has_address && !plan->address;
    plan->new_contact = plan->has_contact && !plan->contact;
    if (rc == CRM_OK) rc = crmi_sync_record_find(check->file, plan);
    check->refused |= rc == CRMI_SYNC_REFUSED;
    return rc < 0 ? rc : CRM_OK;
}

/* The name of a new party or contact. lacking: another line has it. */
static int check_name(checking *check, uint32_t kind, crm_field field, bool lacking, const char *reason) {
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer name = crmi_buffer_in(room, sizeof room);
    int rc = crmi_sync_row_name(check->file->sync, check->row, kind, &name);
    size_t size = name.size;
    crmi_buffer_free(&name);
    const crmi_sync_cell *asking = NULL; /* what the row has of it, where it is a contact */
    if (kind == CRM_KIND_CONTACT) row_says(check->file->sync, check->row, kind, &asking);
    if (rc == CRM_OK && size == 0 && !lacking) return refuse(check, asking ? asking : cell_of(check, field), CRM_E_REQUIRED, field, reason);
    if (rc == CRM_OK && size > CRMI_LIMIT_TEXT_BYTES) return refuse(check, NULL, CRM_E_TOO_BIG, field, "the name is too long");
    return rc;
}

static int check_required(checking *check) {
    int rc = CRM_OK;
    bool named = false;
    if (check->plan->new_party) rc = crmi_sync_file_named(check->file, &named);
    if (rc == CRM_OK && check->plan->new_party) rc = check_name(check, CRM_KIND_PARTY, CRM_PARTY_NAME, named, "a new company needs a name");
    if (rc == CRM_OK && check->plan->new_contact)
        rc = check_name(check, CRM_KIND_CONTACT, CRM_CONTACT_NAME, false, "a new contact needs a name");
    return rc;
}

/* --- codes --- */

static int code_check(const crmi_sync_file *file, const crmi_field *field, const char *code, size_t size) {
    int rc = crmi_model_code_look(field, code, size);
    if (rc != CRM_ROW) return rc;
    rc = crmi_sync_store(file);
    return rc == CRM_OK ? crmi_model_code_check(file->txn, field, code, size) : rc;
}

/* --- unique values --- */

/* The record that has the value of a cell already; 0 none. */
static int find_owner(const checking *check, const crmi_field *field, const char *scope, const crmi_sync_cell *cell, crmi_packed *id) {
    int rc = crmi_sync_store(check->file);
    if (rc == CRM_OK) rc = crmi_index_find(check->file->txn, field, scope, strlen(scope), cell->text, strlen(cell->text), id);
    if (rc == CRM_E_NOTFOUND) *id = 0;
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

static int check_number(checking *check) {
    crmi_sync_file *file = check->file;
    const crmi_sync_cell *cell = cell_of(check, CRM_ROLE_NUMBER);
    crmi_packed id;
    char quoted[CRMI_SYNC_QUOTE_SIZE], reason[CRMI_SYNC_QUOTE_SIZE + 50];
    const crmi_entry *number =
        file->role ? crmi_object_find(crmi_sync_file_entry(file, file->role)->rec, CRMI_FIELD_NUMBER(CRM_ROLE_NUMBER)) : NULL;
    if (!cell || !crmi_sync_is_company(crmi_sync_shape_of(file->sync, check->row)) || (number && strcmp(number->text, cell->text) == 0))
        return CRM_OK;
    if (number) snprintf(reason, sizeof reason, "the company has the number \"%s\"", crmi_sync_quote(number->text, number->size, quoted));
    if (number && crmi_sync_file_entry(file, file->role)->fresh)
        return refuse(check, cell, CRM_E_AMBIGUOUS, CRM_ROLE_NUMBER, strcat(reason, " in another row"));
    if (number && !check->row->by_key) return refuse(check, cell, CRM_E_EXISTS, CRM_ROLE_NUMBER, reason);
    if (!file->root) return CRM_OK; /* its rows were not matched by it with anybody stored: nobody has it */
    int rc = find_owner(check, crmi_schema_field(CRM_ROLE_NUMBER), file->sync->role, cell, &id);
    if (rc == CRM_OK && id && crmi_id_root(id) != file->root)
        return refuse(check, cell, CRM_E_EXISTS, CRM_ROLE_NUMBER, "another company has this number");
    return rc;
}

/* The entry that a row's identifiers belong to; UINT32_MAX where it is new. */
static uint32_t holder(const crmi_sync_plan *plan, uint32_t object) {
    uint32_t entry = object == CRM_KIND_ADDRESS ? plan->address : object == CRM_KIND_CONTACT ? plan->contact : 0;
    return object != CRM_KIND_PARTY && !entry ? UINT32_MAX : entry;
}

/* An identifier of another company; it may have got it from a row of this run. */
static int refuse_taken(checking *check, const crmi_sync_cell *cell, crmi_packed id) {
    int rc = crmi_sync_written(check->file, id, CRM_IDENTIFIER_VALUE);
    if (rc == CRM_E_AMBIGUOUS) return refuse_last(check, cell, rc);
    return refuse(check, cell, CRM_E_EXISTS, CRM_IDENTIFIER_VALUE, "another company has it");
}

/* What the file itself says twice is AMBIGUOUS, what the store has is EXISTS. */
static int check_identifier(checking *check, const crmi_sync_cell *cell, const char *scheme, uint32_t of) {
    uint32_t entry;
    crmi_packed id;
    int rc = crmi_sync_find_identifier(check->file, scheme, cell->text, &entry);
    if (rc < 0) return rc;
    const crmi_sync_entry *found = crmi_sync_file_entry(check->file, entry);
    if (found && found->target == of) return CRM_OK;
    if (found && found->fresh)
        return refuse(check, cell, CRM_E_AMBIGUOUS, CRM_IDENTIFIER_VALUE, "another row says that it is of something else in this company");
    if (found) return refuse(check, cell, CRM_E_EXISTS, CRM_IDENTIFIER_VALUE, "it is of something else in this company");
    rc = code_check(check->file, crmi_schema_field(CRM_IDENTIFIER_SCHEME), scheme, strlen(scheme));
    if (rc < 0) return refuse_last(check, cell, rc);
    rc = find_owner(check, crmi_schema_field(CRM_IDENTIFIER_VALUE), scheme, cell, &id);
    return rc == CRM_OK && id ? refuse_taken(check, cell, id) : rc;
}

/* --- single cells --- */

typedef struct purpose_check {
    checking *check;
    const crmi_sync_cell *cell;
} purpose_check;

static int check_purpose(void *data, const char *code, size_t size) {
    purpose_check *purpose = data;
    int rc = code_check(purpose->check->file, crmi_schema_field(CRM_USAGE_PURPOSE), code, size);
    return rc < 0 ? refuse_last(purpose->check, purpose->cell, rc) : CRM_OK;
}

/* A code in a domain that the store may have closed. The same code as in the row above is not looked up again. */
static int check_code(checking *check, const crmi_sync_cell *cell, const crmi_sync_target *target) {
    crmi_sync_column *column = &check->file->sync->columns[cell->column];
    if (!crmi_schema_domain_of(target->field) || (column->good_code && strcmp(column->good_code, cell->text) == 0)) return CRM_OK;
    int rc = code_check(check->file, target->field, cell->text, strlen(cell->text));
    if (rc < 0) return refuse_last(check, cell, rc);
    column->good_code = cell->text;
    return CRM_OK;
}

/* In rows of sites, contacts ... an identifier of the company only says whose they are. */
static int check_part_identifier(checking *check, const crmi_sync_cell *cell, const crmi_sync_target *target) {
    if (crmi_sync_only_names(crmi_sync_shape_of(check->file->sync, check->row), target->object)) return CRM_OK;
    return check_identifier(check, cell, target->code, holder(check->plan, target->object));
}

/* In a row of identifiers. */
static int check_own_identifier(checking *check, const crmi_sync_cell *cell) {
    const char *scheme = crmi_sync_cell_text(check->file->sync, check->row, CRM_IDENTIFIER_SCHEME);
    return check_identifier(check, cell, scheme, check->plan->address ? check->plan->address : check->plan->contact);
}

/* What the store has where a cell will be. */
static int stored_text(checking *check, const crmi_sync_cell *cell, const crmi_sync_target *target, const char **out) {
    const crmi_sync_said said = {check->plan->row, check->plan->address, check->plan->contact, check->plan->record};
    const char *scheme =
        target->use == CRMI_USE_IDENTIFIER ? target->code : crmi_sync_cell_text(check->file->sync, check->row, CRM_IDENTIFIER_SCHEME);
    bool identifier = target->use == CRMI_USE_IDENTIFIER || target->field->field == CRM_IDENTIFIER_VALUE;
    uint32_t entry;
    *out = "";
    int rc = identifier ? crmi_sync_find_identifier(check->file, scheme, cell->text, &entry)
                        : crmi_sync_said_entry(check->file, &said, target, &entry);
    if (rc < 0 || !entry) return rc;
    *out = identifier ? cell->text : crmi_sync_text_of(crmi_sync_file_entry(check->file, entry)->rec, target->field->field);
    return CRM_OK;
}

static int check_number_cell(checking *check, const crmi_sync_cell *cell) {
    const char *scheme = crmi_sync_number_scheme(check->file->sync, check->row, cell), *now;
    int rc = scheme ? stored_text(check, cell, crmi_sync_target_of(check->file->sync, cell), &now) : CRM_OK;
    if (rc < 0 || !scheme) return rc;
    rc = crmi_sync_number_check(check->file, check->plan->row, cell, scheme, now);
    check->refused |= rc == CRMI_SYNC_REFUSED;
    return rc < 0 ? rc : CRM_OK;
}

static int check_cell(checking *check, const crmi_sync_cell *cell) {
    const crmi_sync_target *target = crmi_sync_target_of(check->file->sync, cell);
    purpose_check purpose = {check, cell};
    switch (target->use) {
    case CRMI_USE_FIELD:
        if (target->field->field == CRM_IDENTIFIER_VALUE) return check_own_identifier(check, cell);
        return target->field->type == CRM_TYPE_TEXT && !cell->none ? check_code(check, cell, target) : CRM_OK;
    case CRMI_USE_PURPOSE: return crmi_sync_purposes(cell->text, strlen(cell->text), check_purpose, &purpose);
    case CRMI_USE_IDENTIFIER: return check_part_identifier(check, cell, target);
    default: return CRM_OK;
    }
}

/* --- validity and lists --- */

static int check_dates(checking *check, uint32_t entry, crm_field from, crm_field until) {
    const crm_record *rec = entry ? crmi_sync_file_entry(check->file, entry)->rec : NULL;
    const crmi_sync_cell *cell = cell_of(check, until) ? cell_of(check, until) : cell_of(check, from);
    int64_t begin = crmi_sync_date_of(check->file->sync, check->row, rec, from, INT64_MIN);
    if (!cell || begin < crmi_sync_date_of(check->file->sync, check->row, rec, until, INT64_MAX)) return CRM_OK;
    return refuse(check, cell, CRM_E_RANGE, until, "it ends before it begins");
}

static int check_validity(checking *check) {
    bool other = crmi_sync_shape_of(check->file->sync, check->row) == CRM_ROWS_ROLE;
    int rc = check_dates(check, other ? check->plan->record : check->file->role, CRM_ROLE_VALID_FROM, CRM_ROLE_VALID_UNTIL);
    if (rc == CRM_OK) rc = check_dates(check, check->plan->address, CRM_ADDRESS_VALID_FROM, CRM_ADDRESS_VALID_UNTIL);
    if (rc == CRM_OK) rc = check_dates(check, check->plan->record, CRM_MEMBERSHIP_VALID_FROM, CRM_MEMBERSHIP_VALID_UNTIL);
    if (rc == CRM_OK) rc = check_dates(check, check->plan->record, CRM_BANK_VALID_FROM, CRM_BANK_VALID_UNTIL);
    if (rc == CRM_OK) rc = check_dates(check, check->plan->record, CRM_USAGE_VALID_FROM, CRM_USAGE_VALID_UNTIL);
    return rc == CRM_OK ? check_dates(check, check->plan->contact, CRM_CONTACT_VALID_FROM, CRM_CONTACT_VALID_UNTIL) : rc;
}

static int check_lists(checking *check) {
    size_t items = 0;
    for (uint32_t i = 0; i < check->row->count; i++) {
        const crmi_sync_cell *cell = &check->file->sync->cells[check->row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(check->file->sync, cell);
        if (target->use != CRMI_USE_FIELD || target->field->type != CRM_TYPE_TEXTS || ++items <= CRMI_LIMIT_TEXTS_ITEMS) continue;
        return refuse(check, cell, CRM_E_TOO_BIG, target->field->field, "too many items of a list");
    }
    return CRM_OK;
}

int crmi_sync_check(crmi_sync_file *file, crmi_sync_plan *plan) {
    checking check = {.file = file, .plan = plan, .row = &file->sync->rows[plan->row]};
    int rc = find_objects(&check);
    if (check.refused) return rc < 0 ? rc : CRMI_SYNC_REFUSED; /* the rest would say the same again */
    if (rc == CRM_OK) rc = crmi_sync_policy_check(file, plan);
    if (rc == CRM_OK) rc = check_required(&check);
    if (rc == CRM_OK) rc = check_number(&check);
    for (uint32_t i = 0; rc == CRM_OK && i < check.row->count; i++) {
        rc = check_cell(&check, &file->sync->cells[check.row->first + i]);
        if (rc == CRM_OK) rc = check_number_cell(&check, &file->sync->cells[check.row->first + i]);
    }
    if (rc == CRM_OK) rc = check_validity(&check);
    if (rc == CRM_OK) rc = check_lists(&check);
    if (rc == CRM_OK && !check.refused) rc = crmi_sync_record_check(file, plan);
    if (rc == CRM_OK && !check.refused)
        rc = crmi_sync_said_check(file, &(crmi_sync_said){plan->row, plan->address, plan->contact, plan->record});
    if (rc != CRM_OK) return rc;
    return check.refused ? CRMI_SYNC_REFUSED : CRM_OK;
}
