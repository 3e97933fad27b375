/* SPDX-License-Identifier: MIT */
/* The descriptor tables: kinds and fields (fields.def), code domains and built-in codes (codes.def), limits (limits.def). */
#ifndef CRMI_SCHEMA_SCHEMA_H
#define CRMI_SCHEMA_SCHEMA_H
#include "schema/limits.h"
#include <libcrm/codes.h>
#include <libcrm/fields.h>
#include <libcrm/schema.h>
#include <stdbool.h>

#define CRMI_KIND_MAX 63    /* highest number that a kind can have: a field's targets are one bit each */
#define CRMI_NUMBER_MAX 127 /* highest number of a built-in field inside its kind */

/* A host's own fields. The public number has everything that a record needs to hold a value: bit 31, the type (bits 24-30), and kind * 1000
 * + number. Numbers begin at 128 and are given out once a store, over all kinds, by the local number of the definition's record. */
#define CRMI_CUSTOM_BIT UINT32_C(0x80000000)
#define CRMI_CUSTOM_FIRST 128u
#define CRMI_CUSTOM_LAST 999u
static inline crm_field crmi_custom_field(uint32_t kind, uint32_t number, uint32_t type) {
    return CRMI_CUSTOM_BIT | type << 24 | (kind * 1000 + number);
}
static inline bool crmi_field_is_custom(crm_field field) { return (field & CRMI_CUSTOM_BIT) != 0; }
static inline uint32_t crmi_field_type_of(crm_field field) { return field >> 24 & 127; } /* of custom ones only */
static inline uint32_t crmi_field_kind_of(crm_field field) { return (field & 0xffffff) / 1000; }
static inline uint32_t crmi_field_number_of(crm_field field) { return (field & 0xffffff) % 1000; }

#define CRMI_FIELD_NUMBER(field) ((field) % 1000) /* of built-in ones */
#define CRMI_FIELD_CARRIED (1u << 16)             /* internal flag W of fields.def */
#define CRMI_FIELD_TRACKED (1u << 17)             /* internal, of custom fields: old and new values are kept */
#define CRMI_FIELD_ORDERED (1u << 18)             /* internal flag O of fields.def */

enum crmi_placement { CRMI_ROOT = 1, CRMI_CHILD = 2, CRMI_STORE = 3, CRMI_COMPUTED = 4 };

/* The domains in the order of codes.def. */
enum crmi_domain_number {
    CRMI_DOMAIN_NONE = 0,
#define CRM_DOMAIN(NAME, name, closed, english, german) CRMI_DOMAIN_##NAME,
#define CRM_CODE(DOMAIN, CONSTANT, code, english, german, synonyms)
#include "schema/codes.def"
#undef CRM_DOMAIN
#undef CRM_CODE
    CRMI_DOMAIN_END /* one more than the last */
};

typedef struct crmi_kind {
    uint32_t number;
    uint32_t placement;
    const char *name, *since, *english, *german;
    uint32_t owner;  /* number (n) of the K field, or 0 */
    uint32_t fields; /* how many */
    const struct crmi_field *first;
    uint64_t required, indexed, scopes; /* bits by number: the R fields but for K; the U and I fields; what values are unique in */
} crmi_kind;

typedef struct crmi_field {
    crm_field field; /* kind * 1000 + n */
    uint32_t kind, number, type, flags;
    uint32_t domain;                                        /* of TEXT: enum crmi_domain_number, 0 none */
    const struct crmi_domain *host_domain;                  /* of a custom field: a code table of the host's own, or NULL */
    uint64_t targets;                                       /* of ID: bit 1 << kind for each kind that it may name */
    uint32_t scope;                                         /* number (n) of the field that a unique value is unique in, or 0 */
    const char *name, *since, *english, *german, *synonyms; /* synonyms divided by '|' */
} crmi_field;

/* One built-in code. */
typedef struct crmi_code {
    const char *code, *english, *german, *synonyms;
} crmi_code;
typedef struct crmi_domain {
    const char *name, *english, *german;
    bool closed;
    const crmi_code *codes; /* sorted by code */
    size_t count;
} crmi_domain;

const crmi_kind *crmi_schema_kind(uint32_t kind);                     /* NULL: none; O(1) */
uint32_t crmi_schema_kind_find(const char *name, size_t size);        /* its number; 0: none */
const crmi_field *crmi_schema_field(crm_field field);                 /* NULL: none; O(1) */
const crmi_field *crmi_schema_number(uint32_t kind, uint32_t number); /* by n inside a kind; NULL: none; O(1) */
/* What the number of a custom field tells: all but what the store knows of it (name, flags, domain). False: no such number. */
bool crmi_schema_custom(crm_field field, crmi_field *out);
const crmi_domain *crmi_schema_domain(uint32_t number); /* NULL: none */
static inline const crmi_domain *crmi_schema_domain_of(const crmi_field *field) {
    return field->host_domain ? field->host_domain : crmi_schema_domain(field->domain);
}
const crmi_domain *crmi_schema_domain_find(const char *name);
/* The built-in code with exactly this text, or NULL. Binary search. */
const crmi_code *crmi_schema_code(const crmi_domain *domain, const char *code, size_t size);
/* What a person may have written: code, label or synonym, German or English, without regard to case and accents. NULL: none, or no
 * memory. text must have passed crmi_utf8_check(). */
const crmi_code *crmi_schema_code_recognise(const crmi_domain *domain, const char *text, size_t size);
#endif
