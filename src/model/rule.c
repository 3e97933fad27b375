/* SPDX-License-Identifier: MIT */
/* Mapping rules when they are stored, and as a store's proposals run them. Both read the same texts: a rule that was let in can be run. */
#include "model/rule.h"
#include "base/error.h"
#include "model/rules.h"
#include <stdlib.h>
#include <string.h>

/* A rule as it is written, in a record or in a stored body. Without data: absent. */
typedef struct rule_texts {
    crmi_slice target, source, value, when[CRMI_LIMIT_RULE_CONDITIONS];
    size_t conditions; /* all, those that have no room here too */
} rule_texts;

/* What could not be read. */
typedef struct fault {
    const char *name;
    crm_field field;
    size_t position; /* of a condition, from 1 */
} fault;

static void add_condition(rule_texts *texts, const char *text, size_t size) {
    if (texts->conditions < CRMI_LIMIT_RULE_CONDITIONS) texts->when[texts->conditions] = (crmi_slice){text, size};
    texts->conditions++;
}

/* --- reading --- */

/* What is read must be what the target holds; a closed target takes codes of its own domain only. */
static int check_source(crmi_rule_reader *reader, crmi_slice path, const crmi_rule *rule) {
    const crmi_field *source = rule->source.field, *target = rule->target;
    if (rule->source.root == CRMI_RULE_QUOTE && source == target) return crmi_rule_refuse(reader, "quote.%s is the target", target->name);
    if (source->type != target->type)
        return crmi_rule_refuse(reader, "%.*s and quote.%s are of different types", (int)path.size, (const char *)path.data, target->name);
    const crmi_domain *domain = crmi_schema_domain_of(target);
    if (!domain || !domain->closed || crmi_schema_domain_of(source) == domain) return CRM_OK;
    return crmi_rule_refuse(reader, "%.*s holds other values than the codes of %s, which quote.%s takes alone", (int)path.size,
                            (const char *)path.data, domain->name, target->name);
}

static int read_source(crmi_rule_reader *reader, const rule_texts *texts, crmi_rule *rule, fault *at) {
    *at = (fault){"source", CRM_RULE_SOURCE, 0};
    if (!texts->source.data && !texts->value.data) return crmi_rule_refuse(reader, "a rule has a source or a value");
    if (texts->source.data) {
        int rc = crmi_rule_read_path(reader, texts->source.data, texts->source.size, &rule->source);
        if (rc == CRM_OK) rc = check_source(reader, texts->source, rule);
        if (rc < 0) return rc;
    }
    *at = (fault){"value", CRM_RULE_VALUE, 0};
    if (!texts->value.data) return CRM_OK;
    if (texts->source.data) return crmi_rule_refuse(reader, "a rule has a source or a value, not both");
    return crmi_rule_read_value(reader, rule->target, texts->value.data, texts->value.size, &rule->value);
}

/* conditions: room for all that there are. CRM_E_TOO_BIG with the reason: too many values. */
static int read_rule(crmi_rule_reader *reader, const rule_texts *texts, crmi_rule_condition *conditions, crmi_rule *rule, fault *at) {
    *at = (fault){"target", CRM_RULE_TARGET, 0};
    size_t values = 0;
    int rc = crmi_rule_read_target(reader, texts->target.data, texts->target.size, &rule->target);
    if (rc == CRM_OK) rc = read_source(reader, texts, rule, at);
    for (size_t i = 0; rc == CRM_OK && i < texts->conditions; i++) {
        *at = (fault){"when", CRM_RULE_WHEN, i + 1};
        rc = crmi_rule_read_condition(reader, texts->when[i].data, texts->when[i].size, &conditions[i]);
        values += conditions[i].count;
        if (rc < 0 || values <= CRMI_LIMIT_RULE_VALUES) continue;
        crmi_rule_refuse(reader, "a rule's conditions have at most %d values", CRMI_LIMIT_RULE_VALUES);
        rc = CRM_E_TOO_BIG;
    }
    return rc;
}

/* --- storing --- */

static crmi_slice text_of(const crm_record *rec, crm_field field) {
    const crmi_entry *entry = crmi_object_find(rec, CRMI_FIELD_NUMBER(field));
    return entry ? (crmi_slice){entry->text, entry->size} : (crmi_slice){NULL, 0};
}

static void take_record(const crm_record *rec, rule_texts *texts) {
    *texts = (rule_texts){
        .target = text_of(rec, CRM_RULE_TARGET), .source = text_of(rec, CRM_RULE_SOURCE), .value = text_of(rec, CRM_RULE_VALUE)};
    const crmi_entry *when = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_RULE_WHEN));
    const char *text = when ? when->text : NULL;
    for (uint32_t i = 0; when && i < when->items; i++) {
        size_t size = strlen(text);
        add_condition(texts, text, size);
        text += size + 1;
    }
}

static int check_limits(const crmi_putting *put, const crmi_definitions *definitions, const rule_texts *texts) {
    size_t rules = 0;
    if (texts->conditions > CRMI_LIMIT_RULE_CONDITIONS)
        return crmi_error_set(CRM_E_TOO_BIG, CRM_RULE_WHEN, "a rule has at most %d conditions", CRMI_LIMIT_RULE_CONDITIONS);
    for (size_t i = 0; i < definitions->record_count && !put->old; i++) rules += definitions->records[i].kind == CRM_KIND_RULE;
    if (rules < CRMI_LIMIT_RULES) return CRM_OK;
    return crmi_error_set(CRM_E_TOO_BIG, 0, "a store has at most %d rules", CRMI_LIMIT_RULES);
}

int crmi_rule_check(const crmi_putting *put) {
    crmi_definitions *definitions;
    rule_texts texts;
    crmi_rule rule = {0};
    crmi_rule_condition conditions[CRMI_LIMIT_RULE_CONDITIONS];
    fault at;
    take_record(put->rec, &texts);
    int rc = crmi_txn_definitions(put->txn, &definitions);
    if (rc == CRM_OK) rc = check_limits(put, definitions, &texts);
    if (rc < 0) return rc;
    crmi_rule_reader reader = {.definitions = definitions, .txn = put->txn};
    rc = read_rule(&reader, &texts, conditions, &rule, &at);
    if (rc != CRM_E_RANGE && rc != CRM_E_TOO_BIG) return rc;
    if (at.position) return crmi_error_set(rc, at.field, "%s %zu: %s", at.name, at.position, reader.reason);
    return crmi_error_set(rc, at.field, "%s: %s", at.name, reader.reason);
}

/* --- running --- */

static crmi_slice slice_of(const crmi_value *value) {
    return value->type == CRMI_VALUE_TEXT ? (crmi_slice){value->bytes, value->size} : (crmi_slice){NULL, 0};
}

static void take_conditions(const crmi_value *value, rule_texts *texts) {
    const uint8_t *at = value->bytes, *end = at + value->size;
    const char *text;
    uint32_t size;
    if (value->type != CRMI_VALUE_ARRAY) return;
    while (crmi_walk_item(&at, end, &text, &size) == CRM_ROW) add_condition(texts, text, size);
}

/* A stored rule: all but what its texts say. */
static int take_stored(const crmi_stored *stored, rule_texts *texts, crmi_rule *rule) {
    crmi_walk walk;
    crmi_value value;
    *texts = (rule_texts){.conditions = 0};
    *rule = (crmi_rule){.id = stored->id, .priority = INT64_MAX};
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) switch (value.number) {
        case 0: rule->revision = (uint64_t)value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_RULE_CODE): rule->code = slice_of(&value); break;
        case CRMI_FIELD_NUMBER(CRM_RULE_TARGET): texts->target = slice_of(&value); break;
        case CRMI_FIELD_NUMBER(CRM_RULE_SOURCE): texts->source = slice_of(&value); break;
        case CRMI_FIELD_NUMBER(CRM_RULE_VALUE): texts->value = slice_of(&value); break;
        case CRMI_FIELD_NUMBER(CRM_RULE_WHEN): take_conditions(&value, texts); break;
        case CRMI_FIELD_NUMBER(CRM_RULE_PRIORITY): rule->priority = value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_RULE_OVERRIDE): rule->override = value.integer != 0; break;
        case CRMI_FIELD_NUMBER(CRM_RULE_ARCHIVED): rule->archived = value.integer != 0; break;
        default: break;
        }
    return rc < 0 ? crmi_error_set(CRM_E_CORRUPT, 0, "a stored rule is damaged") : CRM_OK;
}

/* Conditions and the most values that they can have, in one allocation. */
static int make_room(const rule_texts *texts, crmi_rule_reader *reader, crmi_rule *rule) {
    size_t values = texts->conditions;
    if (texts->conditions == 0) return CRM_OK;
    for (size_t i = 0; i < texts->conditions; i++) {
        const char *text = texts->when[i].data;
        for (size_t j = 0; j < texts->when[i].size; j++) values += text[j] == '|';
    }
    rule->conditions = malloc(texts->conditions * sizeof *rule->conditions + values * sizeof *reader->values);
    if (!rule->conditions) return crmi_error_nomem();
    rule->count = (uint32_t)texts->conditions;
    reader->values = (crmi_rule_value *)(rule->conditions + texts->conditions);
    return CRM_OK;
}

/* CRM_ROW, or CRM_OK where the rule is archived or of a later version, which knows more. */
static int compile(const crmi_definitions *definitions, const crmi_stored *stored, crmi_rule *rule) {
    rule_texts texts;
    crmi_rule_reader reader = {.definitions = definitions};
    fault at;
    int rc = take_stored(stored, &texts, rule);
    if (rc < 0 || rule->archived || !rule->code.data || !texts.target.data || texts.conditions > CRMI_LIMIT_RULE_CONDITIONS) return rc;
    rc = make_room(&texts, &reader, rule);
    if (rc == CRM_OK) rc = read_rule(&reader, &texts, rule->conditions, rule, &at);
    if (rc == CRM_OK) return CRM_ROW;
    free(rule->conditions);
    return rc == CRM_E_RANGE || rc == CRM_E_TOO_BIG ? CRM_OK : rc;
}

static int compare(const void *a, const void *b) {
    const crmi_rule *x = a, *y = b;
    if (x->target != y->target) return x->target->field < y->target->field ? -1 : 1;
    if (x->priority != y->priority) return x->priority < y->priority ? -1 : 1;
    int order = memcmp(x->code.data, y->code.data, x->code.size < y->code.size ? x->code.size : y->code.size);
    return order ? order : (x->code.size > y->code.size) - (x->code.size < y->code.size);
}

int crmi_rule_compile_all(const crmi_definitions *definitions, struct crmi_rule **out, size_t *count) {
    size_t stored = 0, made = 0;
    *out = NULL;
    *count = 0;
    for (size_t i = 0; i < definitions->record_count; i++) stored += definitions->records[i].kind == CRM_KIND_RULE;
    if (stored == 0) return CRM_OK;
    crmi_rule *rules = malloc(stored * sizeof *rules);
    if (!rules) return crmi_error_nomem();
    for (size_t i = 0; i < definitions->record_count; i++) {
        if (definitions->records[i].kind != CRM_KIND_RULE) continue;
        int rc = compile(definitions, &definitions->records[i], &rules[made]);
        made += rc == CRM_ROW;
        if (rc >= 0) continue;
        crmi_rules_free(rules, made);
        return rc;
    }
    qsort(rules, made, sizeof *rules, compare);
    *out = rules;
    *count = made;
    return CRM_OK;
}

void crmi_rules_free(struct crmi_rule *rules, size_t count) {
    for (size_t i = 0; i < count; i++) free(rules[i].conditions);
    free(rules);
}

/* --- what names a field --- */

static bool path_names(crmi_rule_reader *reader, crmi_slice text, const crmi_field *field) {
    crmi_rule_path path;
    return text.data && crmi_rule_read_path(reader, text.data, text.size, &path) == CRM_OK && path.field->field == field->field;
}

static bool texts_name(crmi_rule_reader *reader, const rule_texts *texts, const crmi_field *field) {
    if (path_names(reader, texts->target, field) || path_names(reader, texts->source, field)) return true;
    for (size_t i = 0; i < texts->conditions && i < CRMI_LIMIT_RULE_CONDITIONS; i++) {
        crmi_rule_condition condition;
        crmi_rule_read_condition(reader, texts->when[i].data, texts->when[i].size, &condition);
        if (condition.path.field && condition.path.field->field == field->field) return true;
    }
    return false;
}

int crmi_rule_names_field(crmi_txn *txn, const crmi_field *field, crmi_packed *rule) {
    crmi_definitions *definitions;
    rule_texts texts;
    crmi_rule read;
    int rc = crmi_txn_definitions(txn, &definitions);
    if (rc < 0) return rc;
    crmi_rule_reader reader = {.definitions = definitions};
    for (size_t i = 0; i < definitions->record_count; i++) {
        const crmi_stored *stored = &definitions->records[i];
        if (stored->kind != CRM_KIND_RULE || stored->id <= *rule) continue;
        rc = take_stored(stored, &texts, &read);
        if (rc < 0) return rc;
        if (!texts_name(&reader, &texts, field)) continue;
        *rule = stored->id;
        return CRM_ROW;
    }
    return CRM_OK;
}
