/* SPDX-License-Identifier: MIT */
/* What is to become of a record that is stored, and of one that is not, by its kind. What a row says beside its own record (channels,
 * identifiers, usages, terms, a bank account) belongs to that and has its policy. */
#include "base/error.h"
#include "sync/file.h"
#include <string.h>

static const uint32_t kinds[] = {CRM_KIND_PARTY,
                                 CRM_KIND_ADDRESS,
                                 CRM_KIND_CONTACT,
                                 CRM_KIND_CHANNEL,
                                 CRM_KIND_IDENTIFIER,
                                 CRM_KIND_MEMBERSHIP,
                                 CRM_KIND_BANK,
                                 CRM_KIND_QUOTE_DEFAULTS,
                                 CRM_KIND_USAGE,
                                 CRM_KIND_ROLE,
                                 0};

bool crmi_sync_set_policy(crm_sync *sync, uint32_t kind, uint32_t if_exists, uint32_t if_not_exists) {
    bool known = false;
    if (if_exists < CRM_SYNC_MERGE || if_exists > CRM_SYNC_FAIL) return false;
    if (if_not_exists != CRM_SYNC_CREATE && if_not_exists != CRM_SYNC_FAIL) return false;
    for (const uint32_t *at = kinds; *at; at++) {
        if (kind && kind != *at) continue;
        sync->policies[*at] = (crmi_sync_policy){(uint8_t)if_exists, (uint8_t)if_not_exists};
        known = true;
    }
    return known;
}

const crmi_sync_policy *crmi_sync_policy_of(const crm_sync *sync, const crmi_sync_row *row, uint32_t kind) {
    bool own = kind == CRM_KIND_PARTY || kind == CRM_KIND_ADDRESS || kind == CRM_KIND_CONTACT;
    return &sync->policies[own ? kind : crmi_sync_own_kind(crmi_sync_shape_of(sync, row))];
}

bool crmi_sync_replaces(const crm_sync *sync) {
    return sync->policies[CRM_KIND_ADDRESS].if_exists == CRM_SYNC_REPLACE || sync->policies[CRM_KIND_CONTACT].if_exists == CRM_SYNC_REPLACE;
}

/* --- records that are there, and that are not --- */

typedef struct policing {
    crmi_sync_file *file;
    const crmi_sync_plan *plan;
    const crmi_sync_row *row;
    bool refused;
} policing;

static const struct {
    uint32_t kind;
    crm_field field;
    const char *exists, *missing;
} texts[] = {
    {CRM_KIND_PARTY, CRM_PARTY_NAME, "the company exists", "there is no such company"},
    {CRM_KIND_ADDRESS, CRM_ADDRESS_PARTY, "the site exists", "there is no such site"},
    {CRM_KIND_CONTACT, CRM_CONTACT_PARTY, "the contact exists", "there is no such contact"},
    {CRM_KIND_CHANNEL, CRM_CHANNEL_PARTY, "the channel exists", "there is no such channel"},
    {CRM_KIND_IDENTIFIER, CRM_IDENTIFIER_PARTY, "the identifier exists", "there is no such identifier"},
    {CRM_KIND_MEMBERSHIP, CRM_MEMBERSHIP_PARTY, "the membership exists", "there is no such membership"},
    {CRM_KIND_BANK, CRM_BANK_PARTY, "the bank account exists", "there is no such bank account"},
    {CRM_KIND_QUOTE_DEFAULTS, CRM_QUOTE_DEFAULTS_OWNER, "the terms exist", "there are no such terms"},
    {CRM_KIND_USAGE, CRM_USAGE_PARTY, "the usage exists", "there is no such usage"},
    {CRM_KIND_ROLE, CRM_ROLE_PARTY, "the role exists", "there is no such role"},
};

static bool is_stored(const crmi_sync_file *file, uint32_t entry) { return entry && !crmi_sync_file_entry(file, entry)->fresh; }

/* Lines of one new company may still merge. */
static int check_record(policing *p, uint32_t kind, uint32_t entry) {
    const crmi_sync_policy *policy = &p->file->sync->policies[kind];
    bool exists = is_stored(p->file, entry) && policy->if_exists == CRM_SYNC_FAIL;
    bool missing = !entry && policy->if_not_exists == CRM_SYNC_FAIL;
    size_t at = 0;
    if (p->refused || (!exists && !missing)) return CRM_OK;
    while (texts[at].kind != kind) at++;
    p->refused = true;
    int rc = crmi_sync_refuse(p->file->sync, p->plan->row, NULL, exists ? CRM_E_EXISTS : CRM_E_NOTFOUND, texts[at].field, "%s",
                              exists ? texts[at].exists : texts[at].missing);
    return rc < 0 ? rc : CRM_OK;
}

/* Sites and contacts that the row is about, not those that it only names. */
static int check_records(policing *p) {
    const crmi_sync_plan *plan = p->plan;
    uint32_t shape = crmi_sync_shape_of(p->file->sync, p->row), kind = crmi_sync_own_kind(shape);
    bool own = kind == CRM_KIND_PARTY || kind == CRM_KIND_ADDRESS || kind == CRM_KIND_CONTACT;
    int rc = kind == CRM_KIND_PARTY ? check_record(p, kind, p->file->party) : CRM_OK;
    if (rc == CRM_OK && own && plan->has_address) rc = check_record(p, CRM_KIND_ADDRESS, plan->address);
    if (rc == CRM_OK && own && plan->has_contact) rc = check_record(p, CRM_KIND_CONTACT, plan->contact);
    return rc == CRM_OK && !own ? check_record(p, kind, plan->record) : rc;
}

/* --- what the store has is what the row says --- */

static int differs(policing *p, const crmi_sync_cell *cell, const char *reason) {
    p->refused = true;
    int rc = crmi_sync_refuse(p->file->sync, p->plan->row, cell, CRM_E_EXISTS, crmi_sync_target_of(p->file->sync, cell)->field->field, "%s",
                              reason);
    return rc < 0 ? rc : CRM_OK;
}

static int assert_field(policing *p, const crmi_sync_cell *cell, uint32_t entry) {
    crmi_sync_entry scratch = {.fresh = true};
    bool changed = false;
    if (!entry) return cell->none ? CRM_OK : differs(p, cell, "it is not stored");
    int rc = crm_record_copy(crmi_sync_file_entry(p->file, entry)->rec, &scratch.rec);
    if (rc == CRM_OK) rc = crmi_sync_assign_cell(p->file, p->row, cell, &scratch, &changed);
    crm_record_free(scratch.rec);
    return rc == CRM_OK && changed ? differs(p, cell, "another value is stored") : rc;
}

typedef struct purpose_call {
    policing *p;
    const crmi_sync_cell *cell;
    uint32_t owner;
} purpose_call;

static int assert_purpose(void *data, const char *code, size_t size) {
    purpose_call *call = data;
    char purpose[CRMI_SYNC_CODE_SIZE];
    uint32_t usage;
    memcpy(purpose, code, size);
    purpose[size] = '\0';
    int rc = crmi_sync_find_usage(call->p->file, call->owner, purpose, &usage);
    return rc == CRM_OK && !usage ? differs(call->p, call->cell, "it is not stored") : rc;
}

static int assert_usage(policing *p, const crmi_sync_cell *cell, uint32_t owner) {
    uint32_t usage;
    int rc = crmi_sync_find_usage(p->file, owner, crmi_sync_target_of(p->file->sync, cell)->code, &usage);
    const crmi_entry *mark =
        usage ? crmi_object_find(crmi_sync_file_entry(p->file, usage)->rec, CRMI_FIELD_NUMBER(CRM_USAGE_IS_DEFAULT)) : NULL;
    bool same = cell->integer ? usage && (cell->integer == 1 || (mark && mark->integer)) : !usage;
    return rc == CRM_OK && !same ? differs(p, cell, "the store says otherwise") : rc;
}

static int assert_preferred(policing *p, const crmi_sync_cell *cell, uint32_t object) {
    crm_field field = crmi_sync_target_of(p->file->sync, cell)->field->field;
    uint32_t defaults;
    int rc = crmi_sync_find_defaults(p->file, 0, "", &defaults);
    bool is = rc == CRM_OK && defaults && object && crmi_sync_prefers(p->file, crmi_sync_file_entry(p->file, defaults), field, object);
    return rc == CRM_OK && is != (cell->integer != 0) ? differs(p, cell, "the store says otherwise") : rc;
}

/* The group that a membership was found by is its own. */
static int assert_named(policing *p, const crmi_sync_cell *cell, uint32_t entry) {
    crm_field field = crmi_sync_target_of(p->file->sync, cell)->field->field;
    bool same = field == CRM_MEMBERSHIP_GROUP ||
                (entry && crmi_sync_prefers(p->file, crmi_sync_file_entry(p->file, entry), field, (uint32_t)cell->integer));
    return same ? CRM_OK : differs(p, cell, "another one is stored");
}

static int assert_part(policing *p, const crmi_sync_cell *cell, const crmi_sync_target *target, uint32_t owner) {
    purpose_call call = {p, cell, owner};
    uint32_t found = 1;
    int rc = CRM_OK;
    switch (target->use) {
    case CRMI_USE_USAGE: return assert_usage(p, cell, owner);
    case CRMI_USE_PURPOSE: return crmi_sync_purposes(cell->text, strlen(cell->text), assert_purpose, &call);
    case CRMI_USE_CHANNEL: rc = crmi_sync_find_channel(p->file, owner, target->code, cell->text, &found); break;
    case CRMI_USE_IDENTIFIER: rc = crmi_sync_find_identifier(p->file, target->code, cell->text, &found); break;
    default: break;
    }
    return rc == CRM_OK && !found ? differs(p, cell, "it is not stored") : rc;
}

/* A new site or contact of a row has nothing to be compared with. */
static bool is_new(const policing *p, uint32_t kind) {
    return (kind == CRM_KIND_ADDRESS && !is_stored(p->file, p->plan->address)) ||
           (kind == CRM_KIND_CONTACT && !is_stored(p->file, p->plan->contact)) || !is_stored(p->file, p->file->party) ||
           (crmi_sync_shape_of(p->file->sync, p->row) > CRM_ROWS_CONTACT && !is_stored(p->file, p->plan->record));
}

static int assert_cell(policing *p, const crmi_sync_cell *cell) {
    const crmi_sync_target *target = crmi_sync_target_of(p->file->sync, cell);
    const crmi_sync_said said = {p->plan->row, p->plan->address, p->plan->contact, p->plan->record};
    uint32_t entry, shape = crmi_sync_shape_of(p->file->sync, p->row);
    uint32_t kind = target->object == CRM_KIND_PARTY || target->object == CRM_KIND_ADDRESS || target->object == CRM_KIND_CONTACT
                        ? target->object
                        : crmi_sync_own_kind(shape);
    if (crmi_sync_policy_of(p->file->sync, p->row, target->object)->if_exists != CRM_SYNC_ASSERT_EQUAL || is_new(p, kind)) return CRM_OK;
    if (crmi_sync_only_names(shape, target->object)) return CRM_OK;
    int rc = crmi_sync_said_entry(p->file, &said, target, &entry);
    if (rc < 0) return rc;
    if (target->use == CRMI_USE_FIELD) return assert_field(p, cell, entry);
    if (target->use == CRMI_USE_NAMES) return assert_named(p, cell, entry);
    if (target->use == CRMI_USE_PREFERRED) return assert_preferred(p, cell, entry);
    return assert_part(p, cell, target, target->object == CRM_KIND_PARTY ? 0 : entry);
}

int crmi_sync_policy_check(crmi_sync_file *file, const crmi_sync_plan *plan) {
    policing p = {.file = file, .plan = plan, .row = &file->sync->rows[plan->row]};
    int rc = check_records(&p);
    uint32_t cells = p.refused ? 0 : p.row->count;
    for (uint32_t i = 0; rc == CRM_OK && i < cells; i++) rc = assert_cell(&p, &file->sync->cells[p.row->first + i]);
    return rc < 0 ? rc : p.refused ? CRMI_SYNC_REFUSED : CRM_OK;
}
