/* SPDX-License-Identifier: MIT */
/* The tables of the build tool: status.def, fields.def, codes.def and limits.def as plain arrays, and what each writer writes. */
#ifndef TOOLS_TABLES_H
#define TOOLS_TABLES_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NOTICE "Generated from %s by tools/generate.c; do not edit."

struct status {
    const char *constant;
    int number;
    const char *class_name, *text;
};
struct status_class {
    const char *constant;
    int number;
    const char *text;
};
struct kind {
    const char *constant;
    unsigned number;
    const char *name, *placement, *since, *english, *german;
};
struct field {
    unsigned kind, number; /* number inside the kind */
    const char *kind_constant, *constant, *name, *type;
    unsigned flags;        /* crm_field_flag bits */
    const char *reference; /* "DOM_COUNTRY", "REF_ADDRESS | REF_CONTACT" or "0" */
    const char *since, *english, *german, *synonyms;
};
struct domain {
    const char *constant, *name;
    int closed;
    const char *english, *german;
};
struct code {
    const char *domain, *constant, *code, *english, *german, *synonyms; /* constant "0": none */
};
struct limit {
    const char *constant;
    int64_t value;
    const char *text;
};

extern const struct status statuses[];
extern const struct status_class status_classes[];
extern const struct kind kinds[];
extern const struct field fields[];
extern const struct domain domains[];
extern const struct code codes[];
extern const struct limit limits[];
extern const size_t status_count, status_class_count, kind_count, field_count, domain_count, code_count, limit_count;

/* The domain that a field's reference names, or NULL. */
const struct domain *field_domain(const struct field *field);
/* A field's type in small letters, and what it holds or names: "text, code of country", "id of address or contact". */
void describe_type(const struct field *field, char *out, size_t size);
/* 1 where the codes of the domain have constants: long lists of a standard have none. */
int domain_has_constants(const struct domain *domain);
int domain_is_empty(const struct domain *domain);

/* The writers: one file each. */
void write_status_header(FILE *out);
void write_fields_header(FILE *out);
void write_codes_header(FILE *out);
void write_limits_header(FILE *out);
void write_fields_page(FILE *out);
void write_codes_page(FILE *out);
void write_errors_page(FILE *out);
void write_limits_page(FILE *out);
void write_python_tables(FILE *out);
#endif
