/* SPDX-License-Identifier: MIT */
/* The .def files as arrays, and questions that several writers ask of them. */
#include "tables.h"
#include <ctype.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The letters of fields.def; the bits are those of crm_field_flag in libcrm/schema.h. */
enum {
    R = 1 << 0,
    U = 1 << 1,
    I = 1 << 2,
    F = 1 << 3,
    S = 1 << 4,
    P = 1 << 5,
    Y = 1 << 6,
    K = 1 << 7,
    C = 1 << 8,
    D = 1 << 9,
    T = 1 << 10,
    W = 0,
    O = 0
};

const struct status statuses[] = {
#define CRM_STATUS(NAME, number, class_name, text) {#NAME, number, #class_name, text},
#include "base/status.def"
#undef CRM_STATUS
};
const size_t status_count = COUNT(statuses);

const struct status_class status_classes[] = {
    {"DONE", 0, "done"},
    {"OUTCOME", 1, "done, and the number says how it came out"},
    {"RETRY", 2, "nothing was done; the same call may succeed when it is tried again"},
    {"BUG", 3, "the caller's mistake"},
    {"DENIED", 4, "the actor may not do this"},
    {"DATA", 5, "the data was refused, or is not there"},
    {"STORAGE", 6, "the store, the volume or the memory failed"},
};
const size_t status_class_count = COUNT(status_classes);

enum {
#define CRM_KIND(NAME, number, name, placement, since, english, german) KIND_##NAME = (number),
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms)
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};

const struct kind kinds[] = {
#define CRM_KIND(NAME, number, name, placement, since, english, german) {#NAME, number, #name, #placement, since, english, german},
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms)
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};
const size_t kind_count = COUNT(kinds);

const struct field fields[] = {
#define CRM_KIND(NAME, number, name, placement, since, english, german)
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms)                                          \
    {KIND_##KIND, n, #KIND, #NAME, #name, #TYPE, flags, #ref, since, english, german, synonyms},
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};
const size_t field_count = COUNT(fields);

const struct domain domains[] = {
#define CRM_DOMAIN(NAME, name, closed, english, german) {#NAME, #name, closed, english, german},
#define CRM_CODE(DOMAIN, CONSTANT, code, english, german, synonyms)
#include "schema/codes.def"
#undef CRM_DOMAIN
#undef CRM_CODE
};
const size_t domain_count = COUNT(domains);

const struct code codes[] = {
#define CRM_DOMAIN(NAME, name, closed, english, german)
#define CRM_CODE(DOMAIN, CONSTANT, code, english, german, synonyms) {#DOMAIN, #CONSTANT, code, english, german, synonyms},
#include "schema/codes.def"
#undef CRM_DOMAIN
#undef CRM_CODE
};
const size_t code_count = COUNT(codes);

const struct limit limits[] = {
#define CRM_LIMIT(NAME, value, text) {#NAME, value, text},
#include "schema/limits.def"
#undef CRM_LIMIT
};
const size_t limit_count = COUNT(limits);

const struct domain *field_domain(const struct field *field) {
    if (strncmp(field->reference, "DOM_", 4) != 0) return NULL;
    for (size_t i = 0; i < domain_count; i++)
        if (strcmp(domains[i].constant, field->reference + 4) == 0) return &domains[i];
    return NULL;
}

/* "REF_ADDRESS | REF_CONTACT" to "address or contact". */
static void describe_targets(const char *reference, char *out, size_t size) {
    size_t used = 0;
    while (*reference && used + 5 < size) {
        if (strncmp(reference, "REF_", 4) == 0) reference += 4;
        if (strncmp(reference, " | ", 3) == 0) {
            memcpy(out + used, " or ", 4);
            used += 4;
            reference += 3;
        } else {
            out[used++] = (char)tolower((unsigned char)*reference++);
        }
    }
    out[used] = 0;
}

void describe_type(const struct field *field, char *out, size_t size) {
    char type[16] = "", targets[128];
    for (size_t i = 0; field->type[i] && i + 1 < sizeof type; i++) type[i] = (char)tolower((unsigned char)field->type[i]);
    const struct domain *domain = field_domain(field);
    if (domain) {
        snprintf(out, size, "%s, code of %s", type, domain->name);
    } else if (strncmp(field->reference, "REF_", 4) == 0) {
        describe_targets(field->reference, targets, sizeof targets);
        snprintf(out, size, "%s of %s", type, targets);
    } else {
        snprintf(out, size, "%s", type);
    }
}

int domain_has_constants(const struct domain *domain) {
    for (size_t i = 0; i < code_count; i++)
        if (strcmp(codes[i].domain, domain->constant) == 0 && strcmp(codes[i].constant, "0") != 0) return 1;
    return 0;
}

int domain_is_empty(const struct domain *domain) {
    for (size_t i = 0; i < code_count; i++)
        if (strcmp(codes[i].domain, domain->constant) == 0) return 0;
    return 1;
}
