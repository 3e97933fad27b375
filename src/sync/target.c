/* SPDX-License-Identifier: MIT */
/* Targets of columns: what "address.street" or "contact.channel.mail" mean in rows of a shape. */
#include "base/error.h"
#include "sync/sync.h"
#include <stdio.h>
#include <string.h>

const uint32_t *crmi_sync_kinds(uint32_t shape) {
    static const uint32_t flat[] = {CRM_KIND_PARTY, CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_CONTACT, CRM_KIND_QUOTE_DEFAULTS, 0};
    static const uint32_t customer[] = {CRM_KIND_PARTY, CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_QUOTE_DEFAULTS, 0};
    static const uint32_t site[] = {CRM_KIND_ROLE, CRM_KIND_ADDRESS, CRM_KIND_QUOTE_DEFAULTS, 0};
    static const uint32_t contact[] = {CRM_KIND_ROLE, CRM_KIND_CONTACT, CRM_KIND_QUOTE_DEFAULTS, 0};
    static const uint32_t *const kinds[] = {
        [CRM_ROWS_FLAT] = flat, [CRM_ROWS_CUSTOMER] = customer, [CRM_ROWS_SITE] = site, [CRM_ROWS_CONTACT] = contact};
    return kinds[shape];
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

bool crmi_sync_settable(uint32_t shape, const crmi_field *field) {
    if (!holds(shape, field->kind) || field->flags & (CRM_FIELD_SYSTEM | CRM_FIELD_KEY)) return false;
    if (field->kind == CRM_KIND_ROLE && (shape == CRM_ROWS_SITE || shape == CRM_ROWS_CONTACT)) return field->field == CRM_ROLE_NUMBER;
    if (field->field == CRM_ROLE_ROLE) return false; /* the run's */
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
    case CRM_TYPE_ID: return is_preferred(shape, field);
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

static int parse_field(const crm_sync *sync, const char *path, crmi_sync_target *out) {
    crm_field number = crm_field_find(path);
    const crmi_field *field = number              ? crmi_schema_field(number)
                              : sync->definitions ? crmi_definitions_path(sync->definitions, path)
                                                  : NULL;
    if (!field) return no_target(path);
    if (!crmi_sync_settable(crmi_sync_last_part(sync)->shape, field)) return not_here(path, field->field);
    out->use = field->type == CRM_TYPE_ID ? CRMI_USE_PREFERRED : CRMI_USE_FIELD;
    out->object = field->kind;
    out->field = field;
    return CRM_OK;
}

/* One spelling for one target, so that two columns with the same are found. */
static void write_path(uint32_t shape, crmi_sync_target *target) {
    static const char *const parts[] = {
        [CRMI_USE_CHANNEL] = "channel", [CRMI_USE_USAGE] = "usage", [CRMI_USE_PURPOSE] = "usage", [CRMI_USE_IDENTIFIER] = "identifier"};
    if (target->use == CRMI_USE_FIELD || target->use == CRMI_USE_PREFERRED) {
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
    int rc = CRM_ROW;
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
    if (rc == CRM_ROW) rc = parse_part(shape, sync->source, path, path, out);
    if (rc == CRM_ROW) rc = parse_field(sync, path, out);
    if (rc < 0) return rc;
    if (!out->object) out->object = main_object(shape);
    write_path(shape, out);
    return CRM_OK;
}
