/* SPDX-License-Identifier: MIT */
/* Paths, targets and conditions of mapping rules, from their texts. Names are looked up among the built-in fields and the host's own. */
#include "model/rule.h"
#include <string.h>

static const struct root {
    const char *name;
    uint32_t kind;
} roots[] = {
    [CRMI_RULE_CUSTOMER] = {"customer", CRM_KIND_PARTY},          [CRMI_RULE_SITE] = {"site", CRM_KIND_ADDRESS},
    [CRMI_RULE_CONTACT] = {"contact", CRM_KIND_CONTACT},          [CRMI_RULE_GROUP] = {"group", CRM_KIND_GROUP},
    [CRMI_RULE_DEFAULTS] = {"defaults", CRM_KIND_QUOTE_DEFAULTS}, [CRMI_RULE_QUOTE] = {"quote", CRM_KIND_QUOTE},
};
#define ROOTS (sizeof roots / sizeof *roots)

static bool equals(const char *text, size_t size, const char *name) { return strlen(name) == size && memcmp(text, name, size) == 0; }

static const crmi_field *find_field(const crmi_definitions *definitions, uint32_t kind, const char *name, size_t size) {
    const crmi_kind *built_in = crmi_schema_kind(kind);
    for (uint32_t i = 0; i < built_in->fields; i++)
        if (equals(name, size, built_in->first[i].name)) return &built_in->first[i];
    size_t count;
    const crmi_field *own = crmi_definitions_of_kind(definitions, kind, &count);
    for (size_t i = 0; i < count; i++)
        if (equals(name, size, own[i].name)) return &own[i];
    return NULL;
}

int crmi_rule_read_path(crmi_rule_reader *reader, const char *text, size_t size, crmi_rule_path *out) {
    crmi_rule_quoted quoted;
    const char *dot = size ? memchr(text, '.', size) : NULL;
    uint32_t root = 0;
    *out = (crmi_rule_path){0};
    if (!dot) return crmi_rule_refuse(reader, "\"%s\" is no path like customer.category", crmi_rule_quote(text, size, &quoted));
    while (root < ROOTS && !equals(text, (size_t)(dot - text), roots[root].name)) root++;
    if (root == ROOTS)
        return crmi_rule_refuse(reader, "%s begins with none of customer, site, contact, group, defaults, quote",
                                crmi_rule_quote(text, size, &quoted));
    const crmi_field *field = find_field(reader->definitions, roots[root].kind, dot + 1, size - (size_t)(dot - text) - 1);
    if (!field) return crmi_rule_refuse(reader, "%s is no field", crmi_rule_quote(text, size, &quoted));
    if (field->flags & CRM_FIELD_KEY) return crmi_rule_refuse(reader, "%s.%s is the owner, no value", roots[root].name, field->name);
    *out = (crmi_rule_path){field, root};
    return CRM_OK;
}

/* Stage 1 has chosen the objects, and the sales area is the caller's: no rule changes them. */
int crmi_rule_read_target(crmi_rule_reader *reader, const char *text, size_t size, const crmi_field **out) {
    crmi_rule_quoted quoted;
    crmi_rule_path path;
    int rc = crmi_rule_read_path(reader, text, size, &path);
    if (rc < 0) return rc;
    if (path.root != CRMI_RULE_QUOTE) return crmi_rule_refuse(reader, "%s is no field of a quote", crmi_rule_quote(text, size, &quoted));
    if (path.field->type == CRM_TYPE_ID || path.field->field == CRM_QUOTE_SALES_AREA)
        return crmi_rule_refuse(reader, "quote.%s is chosen, not mapped", path.field->name);
    *out = path.field;
    return CRM_OK;
}

/* --- conditions --- */

typedef struct piece {
    const char *at, *end;
} piece;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
static bool is_sign(char c) { return c == '=' || c == '!' || c == '<' || c == '>'; }

static void trim(piece *text) {
    while (text->at < text->end && is_blank(*text->at)) text->at++;
    while (text->at < text->end && is_blank(text->end[-1])) text->end--;
}

/* Takes the path: all up to a blank or the sign of an operator. */
static piece take_path(piece *text) {
    piece path = {text->at, text->at};
    while (path.end < text->end && !is_blank(*path.end) && !is_sign(*path.end)) path.end++;
    text->at = path.end;
    trim(text);
    return path;
}

/* Takes the operator: signs, or a word. */
static piece take_operator(piece *text) {
    piece name = {text->at, text->at};
    bool signs = name.at < text->end && is_sign(*name.at);
    while (name.end < text->end && !is_blank(*name.end) && is_sign(*name.end) == signs) name.end++;
    text->at = name.end;
    trim(text);
    return name;
}

#define OPERATORS "= != < <= > >= in set unset"

static bool find_operator(piece name, uint32_t *out) {
    static const char *const names[] = {[CRMI_RULE_EQUAL] = "=",    [CRMI_RULE_UNEQUAL] = "!=", [CRMI_RULE_LESS] = "<",
                                        [CRMI_RULE_AT_MOST] = "<=", [CRMI_RULE_GREATER] = ">",  [CRMI_RULE_AT_LEAST] = ">=",
                                        [CRMI_RULE_IN] = "in",      [CRMI_RULE_SET] = "set",    [CRMI_RULE_UNSET] = "unset"};
    for (*out = 0; *out < sizeof names / sizeof *names; ++*out)
        if (equals(name.at, (size_t)(name.end - name.at), names[*out])) return true;
    return false;
}

/* Why a field can't be asked so; NULL where it can. */
static const char *unfit(const crmi_field *field, uint32_t operation) {
    if (operation == CRMI_RULE_SET || operation == CRMI_RULE_UNSET) return NULL;
    switch (field->type) {
    case CRM_TYPE_ID:
    case CRM_TYPE_BYTES:
    case CRM_TYPE_TEXTS:
    case CRM_TYPE_LABEL: return "can be asked for set and unset only";
    case CRM_TYPE_BOOL:
        return operation == CRMI_RULE_EQUAL || operation == CRMI_RULE_UNEQUAL ? NULL : "is yes or no: only = and != ask for it";
    default: return NULL;
    }
}

static int read_one(crmi_rule_reader *reader, piece text, crmi_rule_condition *out) {
    crmi_rule_value value;
    trim(&text);
    if (text.at == text.end && out->operation != CRMI_RULE_EQUAL && out->operation != CRMI_RULE_UNEQUAL)
        return crmi_rule_refuse(reader, "a value is missing");
    int rc = crmi_rule_read_value(reader, out->path.field, text.at, (size_t)(text.end - text.at), &value);
    if (rc < 0) return rc;
    if (reader->values) *reader->values++ = value;
    out->count++;
    return CRM_OK;
}

/* The values of "in" are divided by '|'. */
static int read_values(crmi_rule_reader *reader, piece text, crmi_rule_condition *out) {
    out->values = reader->values;
    if (out->operation != CRMI_RULE_IN) return read_one(reader, text, out);
    for (;;) {
        const char *bar = memchr(text.at, '|', (size_t)(text.end - text.at));
        int rc = read_one(reader, (piece){text.at, bar ? bar : text.end}, out);
        if (rc < 0 || !bar) return rc;
        text.at = bar + 1;
    }
}

int crmi_rule_read_condition(crmi_rule_reader *reader, const char *text, size_t size, crmi_rule_condition *out) {
    piece rest = {text, text + size};
    crmi_rule_quoted quoted;
    *out = (crmi_rule_condition){.count = 0};
    trim(&rest);
    piece path = take_path(&rest), name = take_operator(&rest);
    int rc = crmi_rule_read_path(reader, path.at, (size_t)(path.end - path.at), &out->path);
    if (rc < 0) return rc;
    if (name.at == name.end)
        return crmi_rule_refuse(reader, "an operator is missing behind %s.%s: " OPERATORS, roots[out->path.root].name,
                                out->path.field->name);
    if (!find_operator(name, &out->operation))
        return crmi_rule_refuse(reader, "\"%s\" is no operator: " OPERATORS " are",
                                crmi_rule_quote(name.at, (size_t)(name.end - name.at), &quoted));
    const crmi_field *field = out->path.field;
    const char *why = unfit(field, out->operation);
    if (why) return crmi_rule_refuse(reader, "%s.%s %s", roots[out->path.root].name, field->name, why);
    if (out->operation != CRMI_RULE_SET && out->operation != CRMI_RULE_UNSET) return read_values(reader, rest, out);
    return rest.at == rest.end ? CRM_OK : crmi_rule_refuse(reader, "nothing follows set and unset");
}
