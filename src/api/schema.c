/* SPDX-License-Identifier: MIT */
/* What there is, asked by programs: kinds, fields and built-in codes. All of it is constant; an unknown number or name is answered by 0 or
 * NULL and is no error. */
#include "schema/schema.h"
#include <string.h>

/* German for "de" and its regions ("de-AT"), else English. */
static const char *choose_label(const char *language, const char *english, const char *german) {
    bool is_german = language && strncmp(language, "de", 2) == 0 && (!language[2] || language[2] == '-' || language[2] == '_');
    return is_german ? german : english;
}

uint32_t crm_kind_next(uint32_t kind) {
    while (kind++ < CRMI_KIND_MAX)
        if (crmi_schema_kind(kind)) return kind;
    return 0;
}

uint32_t crm_kind_find(const char *name) { return name ? crmi_schema_kind_find(name, strlen(name)) : 0; }

const char *crm_kind_name(uint32_t kind) {
    const crmi_kind *found = crmi_schema_kind(kind);
    return found ? found->name : NULL;
}

const char *crm_kind_label(uint32_t kind, const char *language) {
    const crmi_kind *found = crmi_schema_kind(kind);
    return found ? choose_label(language, found->english, found->german) : NULL;
}

crm_field crm_field_next(uint32_t kind, crm_field field) {
    if (field && field / 1000 != kind) return 0;
    for (uint32_t number = field % 1000 + 1; number <= CRMI_NUMBER_MAX; number++) {
        const crmi_field *found = crmi_schema_number(kind, number);
        if (found) return found->field;
    }
    return 0;
}

crm_field crm_field_find(const char *path) {
    const char *dot = path ? strchr(path, '.') : NULL;
    const crmi_kind *kind = dot ? crmi_schema_kind(crmi_schema_kind_find(path, (size_t)(dot - path))) : NULL;
    for (uint32_t i = 0; kind && i < kind->fields; i++)
        if (strcmp(kind->first[i].name, dot + 1) == 0) return kind->first[i].field;
    return 0;
}

const char *crm_field_name(crm_field field) {
    const crmi_field *found = crmi_schema_field(field);
    return found ? found->name : NULL;
}

uint32_t crm_field_kind(crm_field field) {
    crmi_field custom;
    const crmi_field *found = crmi_schema_custom(field, &custom) ? &custom : crmi_schema_field(field);
    return found ? found->kind : 0;
}

uint32_t crm_field_type(crm_field field) {
    crmi_field custom;
    const crmi_field *found = crmi_schema_custom(field, &custom) ? &custom : crmi_schema_field(field);
    return found ? found->type : 0;
}

uint32_t crm_field_flags(crm_field field) {
    const crmi_field *found = crmi_schema_field(field);
    return found ? found->flags & ~(CRMI_FIELD_CARRIED | CRMI_FIELD_ORDERED) : 0;
}

const char *crm_field_label(crm_field field, const char *language) {
    const crmi_field *found = crmi_schema_field(field);
    return found ? choose_label(language, found->english, found->german) : NULL;
}

const char *crm_field_domain(crm_field field) {
    const crmi_field *found = crmi_schema_field(field);
    const crmi_domain *domain = found ? crmi_schema_domain(found->domain) : NULL;
    return domain ? domain->name : NULL;
}

const char *crm_field_since(crm_field field) {
    const crmi_field *found = crmi_schema_field(field);
    return found ? found->since : NULL;
}

size_t crm_domain_count(void) { return CRMI_DOMAIN_END - 1; }

const char *crm_domain_name(size_t index) { return index < CRMI_DOMAIN_END - 1 ? crmi_schema_domain((uint32_t)index + 1)->name : NULL; }

int crm_domain_closed(const char *domain) {
    const crmi_domain *found = domain ? crmi_schema_domain_find(domain) : NULL;
    return found && found->closed;
}

const char *crm_domain_code(const char *domain, size_t index) {
    const crmi_domain *found = domain ? crmi_schema_domain_find(domain) : NULL;
    return found && index < found->count ? found->codes[index].code : NULL;
}

const char *crm_domain_label(const char *domain, const char *code, const char *language) {
    const crmi_domain *found = domain ? crmi_schema_domain_find(domain) : NULL;
    const crmi_code *built_in = found && code ? crmi_schema_code(found, code, strlen(code)) : NULL;
    return built_in ? choose_label(language, built_in->english, built_in->german) : NULL;
}
