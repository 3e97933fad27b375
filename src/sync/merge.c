/* SPDX-License-Identifier: MIT */
/* A group's rows into its company in memory, one after the other. Nothing here can be refused any more. */
#include "base/error.h"
#include "sync/file.h"
#include <string.h>

typedef struct merging {
    crmi_sync_file *file;
    const crmi_sync_plan *plan;
    const crmi_sync_row *row;
    uint32_t address, contact, record; /* entries plus 1, once they are there */
    bool changed, created;
} merging;

static crmi_sync_entry *entry_of(const merging *m, uint32_t number) { return crmi_sync_file_entry(m->file, number); }

static int set_text(merging *m, uint32_t number, crm_field field, const char *text) {
    return crmi_sync_assign_text(entry_of(m, number), m->plan->row, field, text, strlen(text), &m->changed);
}

static int assign(merging *m, uint32_t number, uint32_t kind) {
    return crmi_sync_assign(m->file, m->row, kind, entry_of(m, number), &m->changed);
}

static int add(merging *m, uint32_t kind, uint32_t target, uint32_t *out) {
    m->changed = true;
    return crmi_sync_file_add(m->file, kind, m->plan->row, target, out);
}

/* The name of a new party or contact that has none, from its first and last name. */
static int compose_name(merging *m, uint32_t number, uint32_t kind, crm_field field) {
    crmi_buffer name = {0};
    if (crmi_object_find(entry_of(m, number)->rec, CRMI_FIELD_NUMBER(field))) return CRM_OK;
    int rc = crmi_sync_row_name(m->file->sync, m->row, kind, &name);
    if (rc == CRM_OK && name.size) rc = set_text(m, number, field, (const char *)name.data);
    crmi_buffer_free(&name);
    return rc;
}

/* --- the company --- */

static int merge_party(merging *m) {
    int rc = CRM_OK;
    bool fresh = !m->file->party;
    if (fresh) {
        rc = add(m, CRM_KIND_PARTY, 0, &m->file->party);
        if (rc == CRM_OK) rc = set_text(m, m->file->party, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION);
        m->created = true;
    }
    if (rc == CRM_OK) rc = assign(m, m->file->party, CRM_KIND_PARTY);
    return rc == CRM_OK ? compose_name(m, m->file->party, CRM_KIND_PARTY, CRM_PARTY_NAME) : rc;
}

static int merge_role(merging *m) {
    int rc = CRM_OK;
    if (!m->file->role) {
        rc = add(m, CRM_KIND_ROLE, 0, &m->file->role);
        if (rc == CRM_OK) rc = set_text(m, m->file->role, CRM_ROLE_ROLE, m->file->sync->role);
    }
    return rc == CRM_OK ? assign(m, m->file->role, CRM_KIND_ROLE) : rc;
}

/* --- what belongs to the company, a site or a contact --- */

/* What a row brings once, to somebody it brings too, is not looked for. */
static int add_channel(merging *m, uint32_t target, const char *type, const char *value, bool once) {
    uint32_t number = 0;
    int rc = once ? CRM_OK : crmi_sync_find_channel(m->file, target, type, value, &number);
    if (rc < 0 || number) return rc;
    rc = add(m, CRM_KIND_CHANNEL, target, &number);
    if (rc == CRM_OK) rc = set_text(m, number, CRM_CHANNEL_TYPE, type);
    if (rc == CRM_OK) rc = set_text(m, number, CRM_CHANNEL_VALUE, value);
    return rc;
}

static int add_identifier(merging *m, uint32_t target, const char *scheme, const char *value) {
    uint32_t number;
    int rc = crmi_sync_find_identifier(m->file, scheme, value, &number);
    if (rc < 0 || number) return rc;
    rc = add(m, CRM_KIND_IDENTIFIER, target, &number);
    if (rc == CRM_OK) rc = set_text(m, number, CRM_IDENTIFIER_SCHEME, scheme);
    if (rc == CRM_OK) rc = set_text(m, number, CRM_IDENTIFIER_VALUE, value);
    return rc == CRM_OK ? crmi_sync_file_index(m->file, number) : rc;
}

/* Marks a usage as the default one. */
static int mark_default(merging *m, uint32_t number) {
    crmi_sync_entry *usage = entry_of(m, number);
    const crmi_entry *old = crmi_object_find(usage->rec, CRMI_FIELD_NUMBER(CRM_USAGE_IS_DEFAULT));
    if (old && old->integer) return CRM_OK;
    int rc = crmi_sync_file_touch(usage, m->plan->row);
    m->changed = true;
    return rc == CRM_OK ? crm_record_set_bool(usage->rec, CRM_USAGE_IS_DEFAULT, 1) : rc;
}

/* How: 1 yes, 2 the default one too. */
static int add_usage(merging *m, uint32_t target, const char *purpose, int64_t how) {
    uint32_t number = 0;
    int rc = crmi_sync_find_usage(m->file, target, purpose, &number);
    if (rc == CRM_OK && !number) {
        rc = add(m, CRM_KIND_USAGE, target, &number);
        if (rc == CRM_OK) rc = set_text(m, number, CRM_USAGE_PURPOSE, purpose);
    }
    return rc == CRM_OK && how == 2 ? mark_default(m, number) : rc;
}

static int remove_usage(merging *m, uint32_t target, const char *purpose) {
    uint32_t number;
    int rc = crmi_sync_find_usage(m->file, target, purpose, &number);
    if (rc < 0 || !number) return rc;
    crmi_sync_entry *usage = entry_of(m, number);
    usage->removed = true;
    usage->row = m->plan->row;
    m->changed = true;
    return CRM_OK;
}

typedef struct purpose_call {
    merging *m;
    uint32_t target;
} purpose_call;

static int add_purpose(void *data, const char *code, size_t size) {
    purpose_call *call = data;
    char purpose[CRMI_SYNC_CODE_SIZE];
    memcpy(purpose, code, size);
    purpose[size] = '\0';
    return add_usage(call->m, call->target, purpose, 1);
}

/* The row brings the one that a cell is of: the company (0), a site or contact. */
static bool brings(const merging *m, uint32_t owner) {
    if (!owner) return m->plan->new_party;
    return owner == m->address ? m->plan->new_address : m->plan->new_contact;
}

static int merge_cell(merging *m, const crmi_sync_cell *cell, const crmi_sync_target *target, uint32_t owner) {
    purpose_call call = {m, owner};
    switch (target->use) {
    case CRMI_USE_CHANNEL:
        return add_channel(m, owner, target->code, cell->text, brings(m, owner) && !m->file->sync->columns[cell->column].again);
    case CRMI_USE_IDENTIFIER: return add_identifier(m, owner, target->code, cell->text);
    case CRMI_USE_PURPOSE: return crmi_sync_purposes(cell->text, strlen(cell->text), add_purpose, &call);
    case CRMI_USE_USAGE: return cell->integer ? add_usage(m, owner, target->code, cell->integer) : remove_usage(m, owner, target->code);
    default: return CRM_OK;
    }
}

/* Channels, identifiers and usages of an object; owner: its entry, 0 the company itself. */
static int merge_parts(merging *m, uint32_t object, uint32_t owner) {
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < m->row->count; i++) {
        const crmi_sync_cell *cell = &m->file->sync->cells[m->row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(m->file->sync, cell);
        if (target->object == object) rc = merge_cell(m, cell, target, owner);
    }
    return rc;
}

/* --- sites and contacts --- */

/* A new company's first address is its main one, and the address of customer rows is: where no column says which is. */
static int make_main(merging *m, bool fresh) {
    const crm_sync *sync = m->file->sync;
    uint32_t main_one = 0;
    bool first = fresh && entry_of(m, m->file->party)->fresh;
    if (crmi_sync_shape_of(sync, m->row) == CRM_ROWS_SITE || (!first && crmi_sync_shape_of(sync, m->row) != CRM_ROWS_CUSTOMER))
        return CRM_OK;
    if (crmi_sync_has_column(sync, m->row, CRMI_USE_USAGE, CRM_KIND_ADDRESS, CRM_PURPOSE_MAIN)) return CRM_OK;
    int rc = crmi_sync_find_main(m->file, &main_one);
    if (rc == CRM_E_AMBIGUOUS || main_one) return CRM_OK;
    return rc == CRM_OK ? add_usage(m, m->address, CRM_PURPOSE_MAIN, 1) : rc;
}

static int merge_address(merging *m) {
    bool fresh = m->plan->new_address, before = m->changed;
    int rc = fresh ? add(m, CRM_KIND_ADDRESS, 0, &m->address) : crmi_sync_file_look_all(m->file);
    if (fresh && crmi_sync_shape_of(m->file->sync, m->row) != CRM_ROWS_CUSTOMER) m->created = true;
    m->changed = fresh;
    if (rc == CRM_OK) rc = assign(m, m->address, CRM_KIND_ADDRESS);
    if (rc == CRM_OK && !crmi_sync_cell_of(m->file->sync, m->row, CRM_ADDRESS_SITE_NUMBER))
        entry_of(m, m->address)->claimed = m->row->part + 1;
    if (rc == CRM_OK && m->changed) rc = crmi_sync_file_index(m->file, m->address);
    m->changed |= before;
    if (rc == CRM_OK) rc = make_main(m, fresh);
    return rc == CRM_OK ? merge_parts(m, CRM_KIND_ADDRESS, m->address) : rc;
}

static int merge_contact(merging *m) {
    bool fresh = m->plan->new_contact, before = m->changed;
    int rc = fresh ? add(m, CRM_KIND_CONTACT, 0, &m->contact) : crmi_sync_file_look_all(m->file);
    if (fresh) m->created = true;
    m->changed = fresh;
    if (rc == CRM_OK) rc = assign(m, m->contact, CRM_KIND_CONTACT);
    if (rc == CRM_OK) rc = compose_name(m, m->contact, CRM_KIND_CONTACT, CRM_CONTACT_NAME);
    if (rc == CRM_OK && m->changed) rc = crmi_sync_file_index(m->file, m->contact);
    m->changed |= before;
    return rc == CRM_OK ? merge_parts(m, CRM_KIND_CONTACT, m->contact) : rc;
}

/* --- quote defaults --- */

static int find_or_add_defaults(merging *m, uint32_t scope, const char *area, uint32_t *out) {
    int rc = crmi_sync_find_defaults(m->file, scope, area, out);
    if (rc < 0 || *out) return rc;
    rc = add(m, CRM_KIND_QUOTE_DEFAULTS, scope, out);
    if (rc == CRM_OK && *area) rc = set_text(m, *out, CRM_QUOTE_DEFAULTS_SALES_AREA, area);
    return rc == CRM_OK ? crmi_sync_file_index(m->file, *out) : rc;
}

/* True where the row has a cell beside the sales area, which only says whose value it is. *values: one that is not taken away. */
static bool has_defaults(const merging *m, bool *values) {
    bool any = false;
    *values = false;
    for (uint32_t i = 0; i < m->row->count; i++) {
        const crmi_sync_cell *cell = &m->file->sync->cells[m->row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(m->file->sync, cell);
        if (target->use != CRMI_USE_FIELD && target->use != CRMI_USE_NAMES) continue;
        if (target->field->kind != CRM_KIND_QUOTE_DEFAULTS || target->field->field == CRM_QUOTE_DEFAULTS_SALES_AREA) continue;
        any = true;
        *values |= !cell->none;
    }
    return any;
}

bool crmi_sync_prefers(const crmi_sync_file *file, const crmi_sync_entry *defaults, crm_field field, uint32_t entry) {
    const crmi_sync_entry *object = crmi_sync_file_entry(file, entry);
    uint32_t pending = field == CRM_QUOTE_DEFAULTS_PREFERRED_SITE ? defaults->site : defaults->contact;
    const crmi_entry *stored = crmi_object_find(defaults->rec, CRMI_FIELD_NUMBER(field));
    if (pending) return pending == entry;
    return stored && !object->fresh && (crm_id)stored->integer == object->rec->id;
}

static int set_preferred(merging *m, crmi_sync_entry *defaults, crm_field field, uint32_t entry) {
    bool site = field == CRM_QUOTE_DEFAULTS_PREFERRED_SITE;
    int rc = crmi_sync_file_touch(defaults, m->plan->row);
    m->changed = true;
    *(site ? &defaults->site : &defaults->contact) = entry;
    *(site ? &defaults->site_row : &defaults->contact_row) = m->plan->row;
    return rc == CRM_OK && !entry ? crm_record_clear(defaults->rec, field) : rc;
}

/* The preferred site and contact that a row of terms names. */
static int merge_named(merging *m, uint32_t number) {
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < m->row->count; i++) {
        const crmi_sync_cell *cell = &m->file->sync->cells[m->row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(m->file->sync, cell);
        uint32_t entry = (uint32_t)cell->integer;
        if (target->use != CRMI_USE_NAMES || crmi_sync_prefers(m->file, entry_of(m, number), target->field->field, entry)) continue;
        rc = set_preferred(m, entry_of(m, number), target->field->field, entry);
    }
    return rc;
}

/* In site and contact rows they are those of the site or contact. A row of terms may have none but whose they are. */
static int merge_defaults(merging *m) {
    const crm_sync *sync = m->file->sync;
    uint32_t shape = crmi_sync_shape_of(sync, m->row), scope = crmi_sync_scope(shape, m->address, m->contact), number;
    const char *area = crmi_sync_cell_text(sync, m->row, CRM_QUOTE_DEFAULTS_SALES_AREA);
    bool scoped = shape == CRM_ROWS_SITE || shape == CRM_ROWS_CONTACT, values, any = has_defaults(m, &values);
    bool bare = shape == CRM_ROWS_QUOTE_DEFAULTS && !any;
    if ((!any && !bare) || (scoped && !scope)) return CRM_OK;
    int rc = crmi_sync_find_defaults(m->file, scope, area, &number);
    if (shape == CRM_ROWS_QUOTE_DEFAULTS && m->record) number = m->record;
    if (rc == CRM_OK && !number && (values || bare)) rc = find_or_add_defaults(m, scope, area, &number);
    if (rc < 0 || !number) return rc;
    rc = assign(m, number, CRM_KIND_QUOTE_DEFAULTS);
    if (rc < 0 || shape != CRM_ROWS_QUOTE_DEFAULTS) return rc;
    m->record = number;
    m->created = !m->plan->record;
    return merge_named(m, number);
}

static int merge_preferred(merging *m, const crmi_sync_cell *cell, crm_field field) {
    uint32_t entry = field == CRM_QUOTE_DEFAULTS_PREFERRED_SITE ? m->address : m->contact, number;
    if (!entry) return CRM_OK;
    int rc = crmi_sync_find_defaults(m->file, 0, "", &number);
    if (rc < 0 || (!number && !cell->integer)) return rc;
    if (!number) rc = find_or_add_defaults(m, 0, "", &number);
    if (rc < 0 || crmi_sync_prefers(m->file, entry_of(m, number), field, entry) == (cell->integer != 0)) return rc;
    return set_preferred(m, entry_of(m, number), field, cell->integer ? entry : 0);
}

static int merge_all_preferred(merging *m) {
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < m->row->count; i++) {
        const crmi_sync_cell *cell = &m->file->sync->cells[m->row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(m->file->sync, cell);
        if (target->use == CRMI_USE_PREFERRED) rc = merge_preferred(m, cell, target->field->field);
    }
    return rc;
}

/* --- channels, identifiers, memberships and bank accounts in rows of their own, bank accounts in others --- */

static int set_group(merging *m, uint32_t number) {
    const crmi_sync_cell *cell = crmi_sync_cell_of(m->file->sync, m->row, CRM_MEMBERSHIP_GROUP);
    crmi_sync_entry *entry = entry_of(m, number);
    return cell && entry->fresh ? crm_record_set_id(entry->rec, CRM_MEMBERSHIP_GROUP, (crm_id)cell->integer) : CRM_OK;
}

static int merge_record(merging *m, uint32_t kind, uint32_t target) {
    bool before = m->changed;
    m->changed = false;
    int rc = m->record ? crmi_sync_file_look_all(m->file) : add(m, kind, target, &m->record);
    if (rc == CRM_OK) rc = assign(m, m->record, kind);
    if (rc == CRM_OK) rc = set_group(m, m->record);
    if (rc == CRM_OK && m->changed) rc = crmi_sync_file_index(m->file, m->record);
    m->changed |= before;
    return rc;
}

/* --- rows --- */

/* Nothing is said of a stored record whose policy is SKIP. */
static bool skips(const merging *m, uint32_t kind, uint32_t entry) {
    return entry && !entry_of(m, entry)->fresh && crmi_sync_policy_of(m->file->sync, m->row, kind)->if_exists == CRM_SYNC_SKIP;
}

static int merge_company(merging *m) {
    int rc = merge_party(m);
    if (rc == CRM_OK) rc = merge_role(m);
    return rc == CRM_OK ? merge_parts(m, CRM_KIND_PARTY, 0) : rc;
}

/* first: the first such row under REPLACE, plus 1. */
static void note_object(merging *m, uint32_t kind, uint32_t number, uint32_t *first) {
    uint32_t shape = crmi_sync_shape_of(m->file->sync, m->row);
    if (!number) return;
    crmi_sync_entry *entry = entry_of(m, number);
    entry->spoken = true;
    if (shape > CRM_ROWS_CONTACT || m->file->sync->policies[kind].if_exists != CRM_SYNC_REPLACE) return;
    if (!entry->back) entry->back = m->plan->row + 1;
    if (shape != CRM_ROWS_CUSTOMER && !*first) *first = m->plan->row + 1;
}

/* Which sites and contacts the rows have: those that they don't have may end, those that had ended begin again. */
static void note_spoken(merging *m) {
    note_object(m, CRM_KIND_ADDRESS, m->address, &m->file->sites);
    note_object(m, CRM_KIND_CONTACT, m->contact, &m->file->contacts);
}

static int merge_objects(merging *m, bool kept) {
    const crmi_sync_plan *plan = m->plan;
    bool company = crmi_sync_is_company(crmi_sync_shape_of(m->file->sync, m->row));
    int rc = company && !kept ? merge_company(m) : CRM_OK;
    if (rc == CRM_OK && plan->has_address && !skips(m, CRM_KIND_ADDRESS, plan->address)) rc = merge_address(m);
    if (rc == CRM_OK && plan->has_contact && !skips(m, CRM_KIND_CONTACT, plan->contact)) rc = merge_contact(m);
    if (rc == CRM_OK && !kept && company && plan->has_record) rc = merge_record(m, CRM_KIND_BANK, 0);
    if (rc == CRM_OK && !kept) rc = merge_defaults(m);
    return rc == CRM_OK && !kept ? merge_all_preferred(m) : rc;
}

/* A row about something else of its customer. */
static int merge_other(merging *m, uint32_t kind) {
    if (kind == CRM_KIND_QUOTE_DEFAULTS) return merge_defaults(m);
    m->created = !m->record;
    return merge_record(m, kind, m->address ? m->address : m->contact);
}

static uint32_t own_record(const crmi_sync_file *file, const crmi_sync_plan *plan, uint32_t kind) {
    if (kind == CRM_KIND_PARTY) return file->party;
    return kind == CRM_KIND_ADDRESS ? plan->address : kind == CRM_KIND_CONTACT ? plan->contact : plan->record;
}

static int merge_row(crmi_sync_file *file, const crmi_sync_plan *plan) {
    crmi_sync_row *row = &file->sync->rows[plan->row];
    merging m = {.file = file, .plan = plan, .row = row, .address = plan->address, .contact = plan->contact, .record = plan->record};
    uint32_t shape = crmi_sync_shape_of(file->sync, row), kind = crmi_sync_own_kind(shape);
    bool kept = skips(&m, kind, own_record(file, plan, kind)); /* the row's own record, and what is said beside it */
    int rc = shape <= CRM_ROWS_CONTACT ? merge_objects(&m, kept) : kept ? CRM_OK : merge_other(&m, kind);
    const crmi_sync_said said = {plan->row, m.address, m.contact, m.record};
    if (rc == CRM_OK) rc = crmi_sync_id_note(file, row, CRM_KIND_ADDRESS, m.address);
    if (rc == CRM_OK) rc = crmi_sync_id_note(file, row, CRM_KIND_CONTACT, m.contact);
    if (rc == CRM_OK && shape > CRM_ROWS_CONTACT) rc = crmi_sync_id_note(file, row, kind, m.record);
    if (rc == CRM_OK) rc = crmi_sync_said_note(file, &said);
    if (rc == CRM_OK) rc = crmi_sync_replace_note(file, &said);
    note_spoken(&m);
    row->main = crmi_sync_is_company(shape) ? file->party
                : kind == CRM_KIND_ADDRESS  ? m.address
                : kind == CRM_KIND_CONTACT  ? m.contact
                                            : m.record;
    row->action = m.created ? CRM_SYNC_CREATED : m.changed ? CRM_SYNC_UPDATED : CRM_SYNC_UNCHANGED;
    return rc;
}

/* A line without a name counted on another one that was refused in the end: then nothing of the company is good. */
static int require_name(crmi_sync_file *file, const crmi_sync_group *group) {
    const crmi_sync_entry *party = crmi_sync_file_entry(file, file->party);
    int rc = CRM_OK;
    if (!party || !party->fresh || crmi_object_find(party->rec, CRMI_FIELD_NUMBER(CRM_PARTY_NAME))) return CRM_OK;
    for (uint32_t i = group->first; rc >= 0 && i; i = file->sync->rows[i - 1].next)
        if (!file->sync->rows[i - 1].failed)
            rc = crmi_sync_refuse(file->sync, i - 1, NULL, CRM_E_REQUIRED, CRM_PARTY_NAME, "a new company needs a name");
    return rc < 0 ? rc : CRMI_SYNC_REFUSED;
}

/* *bad: a row of the company itself that was refused, plus 1; the rows of its sites, contacts ... stand behind. */
static int take_row(crmi_sync_file *file, uint32_t index, uint32_t *bad) {
    const crm_sync *sync = file->sync;
    crmi_sync_plan plan = {.row = index};
    bool company = crmi_sync_is_company(crmi_sync_shape_of(sync, &sync->rows[index]));
    if (!company && *bad) {
        const crmi_sync_cell *cell = crmi_sync_cell_of(sync, &sync->rows[index], CRM_ROLE_NUMBER);
        return crmi_sync_refuse_child(file->sync, index, cell, *bad - 1);
    }
    int rc = crmi_sync_check(file, &plan);
    if (rc == CRMI_SYNC_REFUSED && company) *bad = index + 1;
    return rc == CRM_OK ? merge_row(file, &plan) : rc;
}

/* --- sites and contacts that are archived --- */

/* One that has moved keeps what it is for: its successor is meant. */
static bool is_archived(const crm_record *rec) {
    if (rec->kind == CRM_KIND_CONTACT) return crmi_object_integer(rec, CRM_CONTACT_ARCHIVED, 0);
    if (rec->kind != CRM_KIND_ADDRESS || crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_ADDRESS_SUCCESSOR))) return false;
    return crmi_object_integer(rec, CRM_ADDRESS_ARCHIVED, 0);
}

/* A record that makes a stored one, which is archived, a default does so no more, where one of the two changes. */
static int take_default(crmi_sync_file *file, uint32_t archived, crmi_sync_entry *entry) {
    const crmi_sync_entry *of = crmi_sync_file_entry(file, archived);
    bool site = of->rec->kind == CRM_KIND_ADDRESS, now = of->before && !is_archived(of->before), changed;
    uint32_t row = now ? of->row : entry->row;
    crm_field preferred = site ? CRM_QUOTE_DEFAULTS_PREFERRED_SITE : CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT;
    if (of->fresh || (!now && !entry->fresh && !entry->before)) return CRM_OK;
    if (entry->rec->kind == CRM_KIND_USAGE && entry->target == archived) return crmi_sync_unset(entry, row, CRM_USAGE_IS_DEFAULT, &changed);
    if (entry->rec->kind != CRM_KIND_QUOTE_DEFAULTS || !crmi_sync_prefers(file, entry, preferred, archived)) return CRM_OK;
    *(site ? &entry->site : &entry->contact) = 0;
    return crmi_sync_unset(entry, row, preferred, &changed);
}

/* What the model takes away when a site or contact is archived, so that a plan has it too. */
static int take_defaults(crmi_sync_file *file) {
    int rc = CRM_OK;
    for (uint32_t i = 1; rc == CRM_OK && i <= file->count; i++)
        for (uint32_t j = 1; is_archived(crmi_sync_file_entry(file, i)->rec) && rc == CRM_OK && j <= file->count; j++)
            rc = take_default(file, i, crmi_sync_file_entry(file, j));
    return rc;
}

/* Customers before what they have, and those whose rows only say what their main address is for, or has no more, behind those that have
 * one: whether it is stored already makes no difference then. */
enum { WITH_ADDRESS, LEANING, CHILD, TURNS };

static int turn_of(const crm_sync *sync, const crmi_sync_row *row) {
    if (!crmi_sync_is_company(crmi_sync_shape_of(sync, row))) return CHILD;
    return crmi_sync_leans(sync, row) ? LEANING : WITH_ADDRESS;
}

static int take_rows(crmi_sync_file *file, const crmi_sync_group *group) {
    const crm_sync *sync = file->sync;
    uint32_t bad = 0;
    int rc = CRM_OK;
    for (int turn = WITH_ADDRESS; turn < TURNS; turn++)
        for (uint32_t i = group->first; rc >= 0 && i; i = sync->rows[i - 1].next)
            if (!sync->rows[i - 1].failed && turn_of(sync, &sync->rows[i - 1]) == turn) rc = take_row(file, i - 1, &bad);
    return rc < 0 ? rc : CRM_OK;
}

int crmi_sync_merge(crmi_sync_file *file, const crmi_sync_group *group) {
    int rc = take_rows(file, group);
    if (rc == CRM_OK) rc = crmi_sync_replace(file, group);
    if (rc == CRM_OK) rc = take_defaults(file);
    return rc == CRM_OK ? require_name(file, group) : rc;
}
