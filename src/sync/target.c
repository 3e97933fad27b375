/* SPDX-License-Identifier: MIT */
/* Targets of columns: what "address.street" or "contact.channel.mail" mean in rows of a shape. */
#include "base/error.h"
#include "sync/sync.h"
#include <stdio.h>
#include <string.h>

const uint32_t *crmi_sync_kinds(uint32_t shape) {
    static const uint32_t kinds[][8] = {
        [CRM_ROWS_FLAT] = {CRM_KIND_PARTY, CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_CONTACT, CRM_KIND_BANK, CRM_KIND_QUOTE_DEFAULTS},
        [CRM_ROWS_CUSTOMER] = {CRM_KIND_PARTY, CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_BANK, CRM_KIND_QUOTE_DEFAULTS},
        [CRM_ROWS_SITE] = {CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_QUOTE_DEFAULTS},
        [CRM_ROWS_CONTACT] = {CRM_KIND_ROLE, CRM_KIND_CONTACT, CRM_KIND_QUOTE_DEFAULTS},
        [CRM_ROWS_CHANNEL] = {CRM_KIND_CHANNEL, CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_CONTACT},
        [CRM_ROWS_IDENTIFIER] = {CRM_KIND_IDENTIFIER, CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_CONTACT},
        [CRM_ROWS_MEMBERSHIP] = {CRM_KIND_MEMBERSHIP, CRM_KIND_ROLE},
        [CRM_ROWS_BANK] = {CRM_KIND_BANK, CRM_KIND_ROLE},
        [CRM_ROWS_QUOTE_DEFAULTS] = {CRM_KIND_QUOTE_DEFAULTS, CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_CONTACT},
        [CRM_ROWS_USAGE] = {CRM_KIND_USAGE, CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_CONTACT},
        [CRM_ROWS_ROLE] = {CRM_KIND_ROLE}};
    return kinds[shape];
}

uint32_t crmi_sync_own_kind(uint32_t shape) {
    switch (shape) {
    case CRM_ROWS_SITE: return CRM_KIND_ADDRESS;
    case CRM_ROWS_CONTACT: return CRM_KIND_CONTACT;
    case CRM_ROWS_FLAT:
    case CRM_ROWS_CUSTOMER: return CRM_KIND_PARTY;
    default: return *crmi_sync_kinds(shape);
    }
}

bool crmi_sync_only_names(uint32_t shape, uint32_t kind) {
    if (kind == CRM_KIND_ROLE && shape == CRM_ROWS_ROLE) return false;
    if (kind == CRM_KIND_PARTY || kind == CRM_KIND_ROLE) return !crmi_sync_is_company(shape);
    return shape > CRM_ROWS_CONTACT && (kind == CRM_KIND_ADDRESS || kind == CRM_KIND_CONTACT);
}

/* What such a record is known by. */
static bool is_name(crm_field field) {
    static const crm_field names[] = {CRM_ROLE_NUMBER,          CRM_ADDRESS_SITE_NUMBER, CRM_ADDRESS_SITE_NAME,   CRM_ADDRESS_STREET,
                                      CRM_ADDRESS_HOUSE_NUMBER, CRM_ADDRESS_PO_BOX,      CRM_ADDRESS_POSTAL_CODE, CRM_ADDRESS_TOWN,
                                      CRM_ADDRESS_COUNTRY,      CRM_ADDRESS_GLN,         CRM_CONTACT_NAME,        CRM_CONTACT_FIRST_NAME,
                                      CRM_CONTACT_LAST_NAME};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i] == field) return true;
    return false;
}

static bool holds(uint32_t shape, uint32_t kind) {
    const uint32_t *kinds = crmi_sync_kinds(shape);
    while (*kinds && *kinds != kind) kinds++;
    return *kinds != 0;
}

/* The fields that say which site or contact is the customer's preferred one: yes or no in the row of that site or contact. */
static bool is_preferred(uint32_t shape, const crmi_field *field) {
    if (field->field == CRM_QUOTE_DEFAULTS_PREFERRED_SITE) return shape == CRM_ROWS_FLAT || shape == CRM_ROWS_SITE;
    if (field->field == CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT) return shape == CRM_ROWS_FLAT || shape == CRM_ROWS_CONTACT;
    return false;
}

/* The fields that name something in rows of their own. */
static bool is_reference(uint32_t shape, crm_field field) {
    if (field == CRM_MEMBERSHIP_GROUP) return true;
    return shape == CRM_ROWS_QUOTE_DEFAULTS &&
           (field == CRM_QUOTE_DEFAULTS_PREFERRED_SITE || field == CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT);
}

bool crmi_sync_settable(uint32_t shape, const crmi_field *field) {
    if (!holds(shape, field->kind) || field->flags & (CRM_FIELD_SYSTEM | CRM_FIELD_KEY)) return false;
    if (crmi_sync_only_names(shape, field->kind)) return is_name(field->field);
    if (field->field == CRM_ROLE_ROLE) return shape == CRM_ROWS_ROLE; /* of all others the run's */
    if (field->field == CRM_QUOTE_DEFAULTS_SENDER_COUNTRY || field->field == CRM_QUOTE_DEFAULTS_COUNTRY ||
        field->field == CRM_QUOTE_DEFAULTS_REGION)
        return false; /* of the store's own quote defaults */
    switch (field->type) {
    case CRM_TYPE_TEXT:
    case CRM_TYPE_INT:
    case CRM_TYPE_BOOL:
    case CRM_TYPE_DATE:
    case CRM_TYPE_TIME:
    case CRM_TYPE_AMOUNT:
    case CRM_TYPE_TEXTS: return true;
    case CRM_TYPE_ID: return is_preferred(shape, field) || is_reference(shape, field->field);
    default: return false;
    }
}

bool crmi_sync_target_repeats(const crmi_sync_target *target) {
    return target->use == CRMI_USE_IGNORE || target->use == CRMI_USE_CHANNEL ||
           (target->use == CRMI_USE_FIELD && target->field->type == CRM_TYPE_TEXTS);
}

/* The object that a channel or identifier belongs to where the path names none, and a usage. */
static uint32_t main_object(uint32_t shape) {
    return shape == CRM_ROWS_SITE ? CRM_KIND_ADDRESS : shape == CRM_ROWS_CONTACT ? CRM_KIND_CONTACT : CRM_KIND_PARTY;
}
static uint32_t usage_object(uint32_t shape) { return shape == CRM_ROWS_CONTACT ? CRM_KIND_CONTACT : CRM_KIND_ADDRESS; }

static int no_target(const char *path) {
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    return crmi_error_set(CRM_E_NOTFOUND, 0, "no such target: \"%s\"", crmi_sync_quote(path, strlen(path), quoted));
}
static int not_here(const char *path, crm_field field) {
    return crmi_error_set(CRM_E_TYPE, field, "\"%.*s\" can't be set by these rows", CRMI_SYNC_PATH_SIZE, path);
}

static int parse_code(const char *path, const char *code, crm_field field, uint32_t use, crmi_sync_target *out) {
    const crmi_field *holder = crmi_schema_field(field);
    const crmi_field *named = use == CRMI_USE_CHANNEL ? crmi_schema_field(CRM_CHANNEL_TYPE)
                              : use == CRMI_USE_USAGE ? holder
                                                      : crmi_schema_field(CRM_IDENTIFIER_SCHEME);
    const crmi_domain *domain = crmi_schema_domain(named->domain);
    size_t size = strlen(code);
    if (size == 0 || size >= sizeof out->code || size > CRMI_LIMIT_CODE_BYTES) return no_target(path);
    if (use != CRMI_USE_IDENTIFIER && !crmi_schema_code(domain, code, size)) return no_target(path);
    out->use = use;
    out->field = holder;
    memcpy(out->code, code, size + 1);
    return CRM_OK;
}

/* Behind the object's name: "channel.phone", "usage.delivery", "identifier.duns". CRM_ROW: nothing of that. */
static int parse_part(uint32_t shape, const char *source, const char *path, const char *rest, crmi_sync_target *out) {
    if (strncmp(rest, "channel.", 8) == 0) return parse_code(path, rest + 8, CRM_CHANNEL_VALUE, CRMI_USE_CHANNEL, out);
    if (strcmp(rest, "identifier.key") == 0) return parse_code(path, source, CRM_IDENTIFIER_VALUE, CRMI_USE_IDENTIFIER, out);
    if (strncmp(rest, "identifier.", 11) == 0 && crm_field_find(rest)) return not_here(path, crm_field_find(rest));
    if (strncmp(rest, "identifier.", 11) == 0) return parse_code(path, rest + 11, CRM_IDENTIFIER_VALUE, CRMI_USE_IDENTIFIER, out);
    if (strncmp(rest, "usage.", 6) != 0) return CRM_ROW;
    if (!out->object) out->object = usage_object(shape);
    if (out->object == CRM_KIND_PARTY) return not_here(path, CRM_USAGE_PURPOSE);
    if (strcmp(rest, "usage.purpose") == 0) {
        out->use = CRMI_USE_PURPOSE;
        out->field = crmi_schema_field(CRM_USAGE_PURPOSE);
        return CRM_OK;
    }
    return parse_code(path, rest + 6, CRM_USAGE_PURPOSE, CRMI_USE_USAGE, out);
}

static const crmi_field *find_field(const crm_sync *sync, const char *path) {
    crm_field number = crm_field_find(path);
    if (number) return crmi_schema_field(number);
    return sync->definitions ? crmi_definitions_path(sync->definitions, path) : NULL;
}

/* "channel.type" in rows of channels, "usage.purpose" in rows of usages: a field, and no channel of this type. */
static bool is_own_field(const crm_sync *sync, const char *path) {
    uint32_t own = crmi_sync_own_kind(crmi_sync_last_part(sync)->shape);
    bool either = own == CRM_KIND_CHANNEL || own == CRM_KIND_IDENTIFIER || own == CRM_KIND_USAGE;
    const crmi_field *field = either ? find_field(sync, path) : NULL;
    return field && field->kind == own;
}

/* "address.id": of the record that a row is about, or of its customer, site or contact. CRM_ROW: it is no id. */
static int parse_id(uint32_t shape, const char *path, crmi_sync_target *out) {
    static const crmi_field id = {.name = "id", .type = CRM_TYPE_TEXT};
    const char *dot = strchr(path, '.');
    uint32_t kind = dot && strcmp(dot, ".id") == 0 ? crmi_schema_kind_find(path, (size_t)(dot - path)) : 0;
    if (!kind) return CRM_ROW;
    bool named = kind == CRM_KIND_PARTY || (crmi_sync_only_names(shape, kind) && holds(shape, kind) && kind != CRM_KIND_ROLE);
    if (shape == CRM_ROWS_FLAT || (!named && kind != crmi_sync_own_kind(shape))) return not_here(path, 0);
    *out = (crmi_sync_target){.use = CRMI_USE_ID, .object = kind, .field = &id};
    strcpy(out->path, path);
    return CRM_OK;
}

static int parse_field(const crm_sync *sync, const char *path, crmi_sync_target *out) {
    const crmi_field *field = find_field(sync, path);
    if (!field) return no_target(path);
    if (!crmi_sync_settable(crmi_sync_last_part(sync)->shape, field)) return not_here(path, field->field);
    bool named = field->type == CRM_TYPE_ID && is_reference(crmi_sync_last_part(sync)->shape, field->field);
    out->use = named ? CRMI_USE_NAMES : field->type == CRM_TYPE_ID ? CRMI_USE_PREFERRED : CRMI_USE_FIELD;
    out->object = field->kind;
    out->field = field;
    out->number = field->field == CRM_ROLE_NUMBER && crmi_sync_last_part(sync)->shape != CRM_ROWS_ROLE;
    return CRM_OK;
}

/* One spelling for one target, so that two columns with the same are found. */
static void write_path(uint32_t shape, crmi_sync_target *target) {
    static const char *const parts[] = {
        [CRMI_USE_CHANNEL] = "channel", [CRMI_USE_USAGE] = "usage", [CRMI_USE_PURPOSE] = "usage", [CRMI_USE_IDENTIFIER] = "identifier"};
    if (target->use == CRMI_USE_FIELD || target->use == CRMI_USE_PREFERRED || target->use == CRMI_USE_NAMES) {
        snprintf(target->path, sizeof target->path, "%s.%s", crmi_schema_kind(target->field->kind)->name, target->field->name);
        return;
    }
    bool usage = target->use == CRMI_USE_USAGE || target->use == CRMI_USE_PURPOSE;
    bool named = target->object != (usage ? usage_object(shape) : main_object(shape));
    snprintf(target->path, sizeof target->path, "%s%s%s.%s", named ? crmi_schema_kind(target->object)->name : "", named ? "." : "",
             parts[target->use], target->use == CRMI_USE_PURPOSE ? "purpose" : target->code);
}

int crmi_sync_target_parse(const crm_sync *sync, const char *path, crmi_sync_target *out) {
    static const uint32_t objects[] = {CRM_KIND_PARTY, CRM_KIND_ADDRESS, CRM_KIND_CONTACT};
    *out = (crmi_sync_target){0};
    if (strcmp(path, "ignore") == 0) {
        strcpy(out->path, "ignore");
        return CRM_OK;
    }
    uint32_t shape = crmi_sync_last_part(sync)->shape;
    if (shape == CRM_ROWS_ROLE && strcmp(path, "party.number") == 0) {
        *out = (crmi_sync_target){.use = CRMI_USE_NUMBER,
                                  .number = true,
                                  .object = CRM_KIND_PARTY,
                                  .field = crmi_schema_field(CRM_ROLE_NUMBER),
                                  .path = "party.number"};
        return CRM_OK;
    }
    int rc = parse_id(shape, path, out);
    if (rc != CRM_ROW) return rc;
    for (size_t i = 0; rc == CRM_ROW && i < 3; i++) {
        const char *name = crmi_schema_kind(objects[i])->name;
        size_t size = strlen(name);
        if (strncmp(path, name, size) != 0 || path[size] != '.') continue;
        out->object = objects[i];
        rc = parse_part(shape, sync->source, path, path + size + 1, out);
        if (rc == CRM_OK && objects[i] != CRM_KIND_PARTY && !holds(shape, objects[i])) return not_here(path, out->field->field);
        bool names = out->use == CRMI_USE_IDENTIFIER; /* whose site or contact the row is */
        if (rc == CRM_OK && objects[i] == CRM_KIND_PARTY && main_object(shape) != CRM_KIND_PARTY && !names)
            return not_here(path, out->field->field);
        if (rc == CRM_ROW) out->object = 0;
    }
    if (rc == CRM_ROW && !is_own_field(sync, path)) rc = parse_part(shape, sync->source, path, path, out);
    if (rc == CRM_ROW) rc = parse_field(sync, path, out);
    if (rc < 0) return rc;
    bool part = out->use == CRMI_USE_CHANNEL || out->use == CRMI_USE_USAGE || out->use == CRMI_USE_PURPOSE;
    if (part && shape > CRM_ROWS_CONTACT) return not_here(path, out->field->field);
    if (!out->object) out->object = main_object(shape);
    write_path(shape, out);
    return CRM_OK;
}
