/* SPDX-License-Identifier: MIT */
/* Kinds and fields: fields.def itself, expanded several times, all of it constant data. A field's place among those of its kind comes from
 * an enum that the same file fills, so that nothing is counted by hand and nothing is built at run time. */
#include "schema/schema.h"
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { ROOT = CRMI_ROOT, CHILD = CRMI_CHILD, STORE = CRMI_STORE, COMPUTED = CRMI_COMPUTED };

/* The letters of fields.def. */
enum {
    R = CRM_FIELD_REQUIRED,
    U = CRM_FIELD_UNIQUE,
    I = CRM_FIELD_INDEXED,
    F = CRM_FIELD_FOLDED,
    S = CRM_FIELD_SEARCHABLE,
    P = CRM_FIELD_PERSONAL,
    Y = CRM_FIELD_SYSTEM,
    K = CRM_FIELD_KEY,
    C = CRM_FIELD_COMPACT,
    D = CRM_FIELD_DEPENDENT,
    T = CRM_FIELD_PRICE,
    W = CRMI_FIELD_CARRIED,
    O = CRMI_FIELD_ORDERED
};

enum {
#define CRM_DOMAIN(NAME, name, closed, english, german) DOM_##NAME = CRMI_DOMAIN_##NAME,
#define CRM_CODE(DOMAIN, CONSTANT, code, english, german, synonyms)
#include "schema/codes.def"
#undef CRM_DOMAIN
#undef CRM_CODE
};

/* REF_<KIND>: the bit of a kind among a field's targets. */
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms)
enum {
#define CRM_KIND(NAME, number, name, placement, since, english, german) REF_##NAME = UINT64_C(1) << (number),
#include "schema/fields.def"
#undef CRM_KIND
};
#undef CRM_FIELD

/* Any kind there is. */
enum {
    REF_ANY = 0
#define CRM_KIND(NAME, number, name, placement, since, english, german) | UINT64_C(1) << (number)
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms)
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};

/* PLACE_<KIND>_<NAME>: a field's place among those of its kind, from 0. */
enum {
#define CRM_KIND(NAME, number, name, placement, since, english, german) BEFORE_##NAME = -1,
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms) PLACE_##KIND##_##NAME,
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};

/* The fields of each kind, an array each: CRM_KIND ends the array before it and begins its own. */
static const crmi_field fields_of_none[] __attribute__((unused)) = {
    {0},
#define CRM_KIND(NAME, number, name, placement, since, english, german)                                                                    \
    }                                                                                                                                      \
    ;                                                                                                                                      \
    static const crmi_field fields_of_##NAME[] = {
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms)                                          \
    {CRM_KIND_##KIND * 1000 + (n),                                                                                                         \
     CRM_KIND_##KIND,                                                                                                                      \
     n,                                                                                                                                    \
     CRM_TYPE_##TYPE,                                                                                                                      \
     flags,                                                                                                                                \
     CRM_TYPE_##TYPE == CRM_TYPE_TEXT ? (uint32_t)(ref) : 0,                                                                               \
     NULL,                                                                                                                                 \
     CRM_TYPE_##TYPE == CRM_TYPE_ID ? (uint64_t)(ref) : 0,                                                                                 \
     scope,                                                                                                                                \
     #name,                                                                                                                                \
     since,                                                                                                                                \
     english,                                                                                                                              \
     german,                                                                                                                               \
     synonyms},
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};

/* Bits by number of a kind's fields. */
enum {
    REQUIRED_NONE
#define CRM_KIND(NAME, number, name, placement, since, english, german) , REQUIRED_##NAME = 0
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms)                                          \
    | (((flags) & (R | K)) == R ? UINT64_C(1) << (n) : 0)
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};
enum {
    INDEXED_NONE
#define CRM_KIND(NAME, number, name, placement, since, english, german) , INDEXED_##NAME = 0
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms)                                          \
    | ((flags) & (U | I) ? UINT64_C(1) << (n) : 0)
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};
enum {
    SCOPES_NONE
#define CRM_KIND(NAME, number, name, placement, since, english, german) , SCOPES_##NAME = 0
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms) | ((scope) ? UINT64_C(1) << (scope) : 0)
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};

/* By number; a child's owner is its first field. */
static const crmi_kind kinds[CRMI_KIND_MAX + 1] = {
#define CRM_KIND(NAME, number, name, placement, since, english, german)                                                                    \
    [number] = {                                                                                                                           \
        number,           placement,       #name,          since,        english, german, (placement) == CHILD, COUNT(fields_of_##NAME),   \
        fields_of_##NAME, REQUIRED_##NAME, INDEXED_##NAME, SCOPES_##NAME},
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms)
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};

/* For a kind and a number inside it the place of the field, counted from 1; 0 none. */
static const uint8_t places[CRMI_KIND_MAX + 1][CRMI_NUMBER_MAX + 1] = {
#define CRM_KIND(NAME, number, name, placement, since, english, german)
#define CRM_FIELD(KIND, n, NAME, name, TYPE, flags, ref, scope, since, english, german, synonyms)                                          \
    [CRM_KIND_##KIND][n] = PLACE_##KIND##_##NAME + 1,
#include "schema/fields.def"
#undef CRM_KIND
#undef CRM_FIELD
};

const crmi_kind *crmi_schema_kind(uint32_t kind) { return kind <= CRMI_KIND_MAX && kinds[kind].number ? &kinds[kind] : NULL; }

uint32_t crmi_schema_kind_find(const char *name, size_t size) {
    for (uint32_t kind = 1; kind <= CRMI_KIND_MAX; kind++)
        if (kinds[kind].number && strlen(kinds[kind].name) == size && memcmp(kinds[kind].name, name, size) == 0) return kind;
    return 0;
}

const crmi_field *crmi_schema_number(uint32_t kind, uint32_t number) {
    if (kind > CRMI_KIND_MAX || number > CRMI_NUMBER_MAX) return NULL;
    uint32_t place = places[kind][number];
    return place ? &kinds[kind].first[place - 1] : NULL;
}

bool crmi_schema_custom(crm_field field, crmi_field *out) {
    uint32_t kind = crmi_field_kind_of(field), number = crmi_field_number_of(field), type = crmi_field_type_of(field);
    if (!crmi_field_is_custom(field) || !crmi_schema_kind(kind) || number < CRMI_CUSTOM_FIRST) return false;
    if (type < CRM_TYPE_TEXT || type > CRM_TYPE_LABEL || type == CRM_TYPE_ID) return false;
    *out = (crmi_field){.field = field, .kind = kind, .number = number, .type = type, .name = "custom", .since = "", .synonyms = ""};
    return true;
}

const crmi_field *crmi_schema_field(crm_field field) {
    return crmi_field_is_custom(field) ? NULL : crmi_schema_number(field / 1000, field % 1000);
}
