/* SPDX-License-Identifier: MIT */
/* Mapping rules over a proposal whose levels are done. What a rule has set keeps what was there before, and all rules read that: none sees
 * what another one did, and what they offered can be told again later. */
#include "model/rule.h"
#include <libcrm/codes.h>
#include <string.h>

/* A value that a rule may set: of a stored record, of the proposal, or the rule's own. */
typedef struct found {
    crmi_quote_source *source;   /* NULL: of no record */
    const crmi_quote_cell *cell; /* NULL: not of the proposal */
    crmi_quote_slot slot;        /* a cell's lists are in its own form, all else as stored */
} found;

/* As the levels left it. */
static const crmi_quote_cell *cell_before(const crmi_quote_work *work, crm_field field) {
    const crmi_quote_cell *cell = crmi_quote_cell_of(work->quote, field);
    return cell->replaced ? cell->replaced : cell;
}

/* --- paths --- */

/* CRM_ROW and a value, CRM_OK where there is none. */
static int find_stored(crmi_quote_source *source, const crmi_field *field, found *out) {
    if (!source) return CRM_OK;
    int rc = crmi_quote_value_of(source, field->number, &out->slot);
    if (rc == CRM_ROW && out->slot.type != crmi_object_stored_as(field->type)) return CRM_OK;
    out->source = source;
    return rc;
}

static bool same(const crmi_quote_slot *a, const crmi_quote_slot *b) {
    return a->integer == b->integer && a->size == b->size && (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

/* The area's terms before those of all. Records of equal standing that say different things say nothing. */
static int find_default(const crmi_quote_work *work, const crmi_field *field, found *out) {
    bool any = false;
    for (size_t area = 0; area < CRMI_AREAS && !any; area++)
        for (crmi_quote_source *source = work->own.of[area]; source; source = source->next) {
            found one = {0};
            int rc = find_stored(source, field, &one);
            if (rc < 0) return rc;
            if (rc == CRM_OK) continue;
            if (any && !same(&out->slot, &one.slot)) return CRM_OK;
            if (!any || crmi_quote_public_id(work, source) < crmi_quote_public_id(work, out->source)) *out = one;
            any = true;
        }
    return any ? CRM_ROW : CRM_OK;
}

static int find_cell(const crmi_quote_work *work, const crmi_field *field, found *out) {
    const crmi_quote_cell *cell = cell_before(work, field->field);
    if (cell->level == CRM_LEVEL_UNSET) return CRM_OK;
    out->cell = cell;
    out->slot = (crmi_quote_slot){.bytes = (const uint8_t *)cell->text, .size = cell->size, .integer = cell->integer};
    return CRM_ROW;
}

static crmi_quote_source *source_of(const crmi_quote_object *object) { return object ? object->source : NULL; }

/* Where a path leads; place counts the groups. */
static int find(const crmi_quote_work *work, const crmi_rule_path *path, size_t place, found *out) {
    int rc;
    *out = (found){0};
    switch (path->root) {
    case CRMI_RULE_CUSTOMER: rc = find_stored(work->party, path->field, out); break;
    case CRMI_RULE_SITE: rc = find_stored(source_of(work->ship_to.object), path->field, out); break;
    case CRMI_RULE_CONTACT: rc = find_stored(source_of(work->contact_choice.object), path->field, out); break;
    case CRMI_RULE_GROUP: rc = find_stored(work->group_order[place]->record, path->field, out); break;
    case CRMI_RULE_DEFAULTS: rc = find_default(work, path->field, out); break;
    default: rc = find_cell(work, path->field, out);
    }
    if (rc == CRM_ROW && crmi_rule_is_until(path->field) && out->slot.integer > INT64_MIN) out->slot.integer--;
    return rc;
}

static size_t places_of(const crmi_quote_work *work, const crmi_rule_path *path) {
    return path->root == CRMI_RULE_GROUP ? work->group_count : 1;
}

/* --- conditions --- */

static int compare(const crmi_field *field, const crmi_quote_slot *slot, const crmi_rule_value *value) {
    if (field->type != CRM_TYPE_TEXT) return (slot->integer > value->integer) - (slot->integer < value->integer);
    uint32_t common = slot->size < value->size ? slot->size : value->size;
    int order = common ? memcmp(slot->bytes, value->text, common) : 0;
    return order ? order : (slot->size > value->size) - (slot->size < value->size);
}

static bool matches(const crmi_rule_condition *condition, const crmi_quote_slot *slot) {
    for (uint32_t i = 0; i < condition->count; i++) {
        int order = compare(condition->path.field, slot, &condition->values[i]);
        bool match;
        switch (condition->operation) {
        case CRMI_RULE_LESS: match = order < 0; break;
        case CRMI_RULE_AT_MOST: match = order <= 0; break;
        case CRMI_RULE_GREATER: match = order > 0; break;
        case CRMI_RULE_AT_LEAST: match = order >= 0; break;
        default: match = order == 0;
        }
        if (match) return true;
    }
    return false;
}

/* CRM_ROW where it holds. */
static int holds(const crmi_quote_work *work, const crmi_rule_condition *condition) {
    bool any = false, match = false;
    for (size_t place = 0, places = places_of(work, &condition->path); place < places; place++) {
        found value;
        int rc = find(work, &condition->path, place, &value);
        if (rc < 0) return rc;
        any = any || rc == CRM_ROW;
        match = match || (rc == CRM_ROW && matches(condition, &value.slot));
    }
    switch (condition->operation) {
    case CRMI_RULE_SET: return any ? CRM_ROW : CRM_OK;
    case CRMI_RULE_UNSET: return any ? CRM_OK : CRM_ROW;
    case CRMI_RULE_UNEQUAL: return any && !match ? CRM_ROW : CRM_OK;
    default: return match ? CRM_ROW : CRM_OK;
    }
}

/* --- values --- */

/* A group that may not hand its values down is a group all the same, but no source. */
static bool is_barred(const crmi_quote_work *work, const crmi_rule_path *path, size_t place) {
    return path->root == CRMI_RULE_GROUP && !work->group_order[place]->reached;
}

static int find_source(const crmi_quote_work *work, const crmi_rule *rule, found *out) {
    int rc = CRM_OK;
    for (size_t place = 0, places = places_of(work, &rule->source); place < places && rc == CRM_OK; place++)
        if (!is_barred(work, &rule->source, place)) rc = find(work, &rule->source, place, out);
    return rc;
}

/* The value of a rule whose conditions hold: CRM_ROW, CRM_OK where there is none. */
static int offered(const crmi_quote_work *work, const crmi_rule *rule, found *out) {
    int rc = CRM_ROW;
    for (uint32_t i = 0; rc == CRM_ROW && i < rule->count; i++) rc = holds(work, &rule->conditions[i]);
    if (rc != CRM_ROW) return rc;
    if (rule->source.field) return find_source(work, rule, out);
    *out = (found){.slot = {(const uint8_t *)rule->value.text, rule->value.size, (uint16_t)crmi_object_stored_as(rule->target->type), 1,
                            rule->value.integer}};
    return CRM_ROW;
}

static bool is_protected(const crmi_rule *rule, const crmi_quote_cell *cell) {
    return cell->level == CRM_LEVEL_LOCK || (cell->level == CRM_LEVEL_EXPLICIT && !rule->override);
}

/* A code has so many bytes at most. */
static bool is_unfit(const crmi_rule *rule, const found *value) {
    return crmi_schema_domain_of(rule->target) && value->slot.size > CRMI_LIMIT_CODE_BYTES;
}

/* What was taken from the proposal has its source there. */
static void copy_cell(const crmi_quote_cell *from, crmi_quote_cell *cell) {
    cell->source = from->source;
    cell->revision = from->revision;
    cell->source_field = from->source_field;
    cell->type = from->type;
    cell->items = from->items;
    cell->size = from->size;
    cell->text = from->text;
}

static int fill_cell(crmi_quote_work *work, const crmi_rule *rule, const found *value, crmi_quote_cell *cell) {
    int rc = CRM_OK;
    cell->level = CRM_LEVEL_RULE;
    cell->rule = crmi_id_public(&work->quote->key, rule->id);
    cell->rule_revision = rule->revision;
    if (value->source) {
        cell->source = crmi_quote_public_id(work, value->source);
        cell->revision = value->source->revision;
        cell->source_field = rule->source.field->field;
    }
    if (value->cell)
        copy_cell(value->cell, cell);
    else
        rc = crmi_quote_set_value(work, cell, rule->target, &value->slot);
    cell->integer = value->slot.integer;
    if (crmi_rule_is_until(rule->target) && cell->integer < INT64_MAX) cell->integer++;
    return rc;
}

/* --- deciding --- */

static int replace(crmi_quote_work *work, const crmi_rule *rule, const found *value, crmi_quote_cell *cell) {
    crmi_quote_cell *before = crmi_quote_take(&work->quote->memory, sizeof *before);
    if (!before) return CRM_E_NOMEM;
    *before = *cell;
    *cell = (crmi_quote_cell){.flags = before->flags & ~(uint32_t)CRM_QUOTE_FLAG_AMBIGUOUS, .replaced = before};
    return fill_cell(work, rule, value, cell);
}

/* The rules of one field: the first that may set it and has a fitting value decides. */
static int decide(crmi_quote_work *work, const crmi_rule *rule, const crmi_rule *end) {
    crmi_quote_cell *cell = crmi_quote_cell_of(work->quote, rule->target->field);
    for (; rule < end; rule++) {
        found value;
        if (is_protected(rule, cell)) continue;
        int rc = offered(work, rule, &value);
        if (rc < 0) return rc;
        if (rc == CRM_ROW && !is_unfit(rule, &value)) return replace(work, rule, &value, cell);
    }
    return CRM_OK;
}

int crmi_quote_apply_rules(crmi_quote_work *work) {
    const crmi_rule *rules = work->book->rules;
    for (size_t first = 0, end; first < work->book->rule_count; first = end) {
        for (end = first + 1; end < work->book->rule_count && rules[end].target == rules[first].target;) end++;
        int rc = decide(work, &rules[first], &rules[end]);
        if (rc < 0) return rc;
    }
    return CRM_OK;
}

int crmi_quote_next_offer(crmi_quote_work *work, crm_field target, size_t *at, crmi_rule_offer *out) {
    const crmi_quote_cell *cell = crmi_quote_cell_of(work->quote, target), *before = cell_before(work, target);
    while (*at < work->book->rule_count) {
        const crmi_rule *rule = &work->book->rules[(*at)++];
        found value;
        if (rule->target->field != target || cell->rule == crmi_id_public(&work->quote->key, rule->id)) continue;
        int rc = offered(work, rule, &value);
        if (rc < 0) return rc;
        if (rc == CRM_OK) continue;
        *out = (crmi_rule_offer){.why = is_protected(rule, before) ? CRM_LOSER_PROTECTED : CRM_LOSER_LATER};
        if (is_unfit(rule, &value)) out->why = CRM_LOSER_UNFIT;
        rc = fill_cell(work, rule, &value, &out->cell);
        return rc < 0 ? rc : CRM_ROW;
    }
    return CRM_OK;
}
