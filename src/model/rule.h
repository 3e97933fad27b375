/* SPDX-License-Identifier: MIT */
/* Mapping rules (see libcrm/quote.h): a record of kind rule is read into a form that proposals run without parsing anything. Paths and
 * values are checked when a rule is stored; one that this version can't read all the same is left out. */
#ifndef CRMI_MODEL_RULE_H
#define CRMI_MODEL_RULE_H
#include "model/quote.h"
#include "store/definitions.h"

/* What a path begins with. */
enum crmi_rule_root {
    CRMI_RULE_CUSTOMER, /* the party */
    CRMI_RULE_SITE,     /* the ship-to address */
    CRMI_RULE_CONTACT,  /* the chosen contact */
    CRMI_RULE_GROUP,    /* the customer's groups and those above them, in the order in which proposals ask them */
    CRMI_RULE_DEFAULTS, /* the customer's own quote defaults: the given sales area's, then those of all areas */
    CRMI_RULE_QUOTE     /* the proposal, as the levels left it */
};

typedef struct crmi_rule_path {
    const crmi_field *field; /* NULL: no path */
    uint32_t root;           /* crmi_rule_root */
} crmi_rule_path;

/* A value that a rule names: text, or a number as the field's type has it; of "valid_until" the last day that is in. */
typedef struct crmi_rule_value {
    const char *text;
    int64_t integer;
    uint32_t size; /* of text */
} crmi_rule_value;

enum crmi_rule_operator {
    CRMI_RULE_EQUAL,
    CRMI_RULE_UNEQUAL,
    CRMI_RULE_LESS,
    CRMI_RULE_AT_MOST,
    CRMI_RULE_GREATER,
    CRMI_RULE_AT_LEAST,
    CRMI_RULE_IN,
    CRMI_RULE_SET,
    CRMI_RULE_UNSET
};

typedef struct crmi_rule_condition {
    crmi_rule_path path;
    uint32_t operation; /* crmi_rule_operator */
    uint32_t count;     /* of values: 0 of set and unset, several of in */
    const crmi_rule_value *values;
} crmi_rule_condition;

/* Texts and descriptors are those of the definitions that it was made from. */
typedef struct crmi_rule {
    crmi_packed id;
    uint64_t revision;
    int64_t priority;         /* INT64_MAX without one */
    crmi_slice code;          /* decides between equal priorities */
    const crmi_field *target; /* of kind quote */
    crmi_rule_path source;    /* without a field: value is set */
    crmi_rule_value value;
    crmi_rule_condition *conditions; /* one allocation with their values */
    uint32_t count;
    bool override, archived;
} crmi_rule;

/* All that are not archived, sorted by target, priority and code. Freed by crmi_rules_free(). CRM_OK, CRM_E_NOMEM, CRM_E_CORRUPT. */
int crmi_rule_compile_all(const crmi_definitions *definitions, struct crmi_rule **out, size_t *count);
void crmi_rules_free(struct crmi_rule *rules, size_t count);
/* The next rule behind *rule (0: the first), archived or not, that has a custom field in a path: CRM_ROW; CRM_OK behind the last; or an
 * error. */
int crmi_rule_names_field(crmi_txn *txn, const crmi_field *field, crmi_packed *rule);

/* What a rule offered for a field and was not taken: its conditions hold and its source has a value. */
typedef struct crmi_rule_offer {
    crmi_quote_cell cell; /* the value as it would have been set, with source and rule */
    const char *why;      /* CRM_LOSER_LATER, _PROTECTED or _UNFIT */
} crmi_rule_offer;
/* The next one of a finished proposal, in the order of the rules: CRM_ROW, CRM_OK behind the last, or an error. *at is 0 first. Needs no
 * transaction; what it copies is the quote's. */
int crmi_quote_next_offer(crmi_quote_work *work, crm_field target, size_t *at, crmi_rule_offer *out);

/* --- rule_path.c and rule_value.c: from text --- */

/* Reads one rule's texts. What can't be read leaves its reason here. */
typedef struct crmi_rule_reader {
    const crmi_definitions *definitions;
    crmi_txn *txn;           /* codes are looked up in it; NULL: the rule is stored already, any code will do */
    crmi_rule_value *values; /* where those of conditions are put, one after the other; NULL: they are checked only */
    char reason[240];
} crmi_rule_reader;

/* CRM_OK, CRM_E_RANGE with the reason, or another error as it is. */
int crmi_rule_read_path(crmi_rule_reader *reader, const char *text, size_t size, crmi_rule_path *out);
int crmi_rule_read_target(crmi_rule_reader *reader, const char *text, size_t size, const crmi_field **out);
/* The path is set as soon as it was read, whatever comes after it. */
int crmi_rule_read_condition(crmi_rule_reader *reader, const char *text, size_t size, crmi_rule_condition *out);
int crmi_rule_read_value(crmi_rule_reader *reader, const crmi_field *field, const char *text, size_t size, crmi_rule_value *out);

int crmi_rule_refuse(crmi_rule_reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3))); /* CRM_E_RANGE */
/* A text for a reason: cut between characters where it is long. */
typedef struct crmi_rule_quoted {
    char text[68];
} crmi_rule_quoted;
const char *crmi_rule_quote(const char *text, size_t size, crmi_rule_quoted *out);
/* Whether a date is the first day that is out, which people are shown as the last one that is in. */
bool crmi_rule_is_until(const crmi_field *field);
#endif
