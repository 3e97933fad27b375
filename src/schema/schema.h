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
#define CRMI_NUMBER_MAX 127 /* highest number of a field inside its kind */

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
} crmi_kind;

typedef struct crmi_field {
    crm_field field; /* kind * 1000 + n */
    uint32_t kind, number, type, flags;
    uint32_t domain;                                        /* of TEXT: enum crmi_domain_number, 0 none */
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
const crmi_field *crmi_schema_field(crm_field field);                 /* NULL: none; O(1) */
const crmi_field *crmi_schema_number(uint32_t kind, uint32_t number); /* by n inside a kind; NULL: none; O(1) */
const crmi_domain *crmi_schema_domain(uint32_t number);               /* NULL: none */
const crmi_domain *crmi_schema_domain_find(const char *name);
/* The built-in code with exactly this text, or NULL. Binary search. */
const crmi_code *crmi_schema_code(const crmi_domain *domain, const char *code, size_t size);
/* What a person may have written: code, label or synonym, German or English, without regard to case and accents. NULL: none, or no
 * memory. text must have passed crmi_utf8_check(). */
const crmi_code *crmi_schema_code_recognise(const crmi_domain *domain, const char *text, size_t size);
#endif
