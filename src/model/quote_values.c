/* SPDX-License-Identifier: MIT */
/* Stage 2: the value of each field, from the first level of quote_policy.def that has one. */
#include "base/error.h"
#include "model/quote.h"
#include <libcrm/codes.h>
#include <string.h>

/* Kind of a field's record, as a constant. */
#define KIND(field) ((field) / 1000)

typedef struct policy {
    crm_field field, from;
    uint32_t level;
} policy;

static const policy rules[] = {
#define CRM_POLICY(field, level, from) {field, from, CRM_LEVEL_##level},
#include "model/quote_policy.def"
#undef CRM_POLICY
};
#define RULES (sizeof rules / sizeof *rules)

static crmi_quote_source *source_of(const crmi_quote_object *object) { return object ? object->source : NULL; }

/* The price list's code; NULL where there is none, or it is archived. */
static crmi_quote_source *code_of(const crmi_quote_work *work) {
    crmi_quote_source *code = work->price_list ? work->price_list->source : NULL;
    return code && !crmi_quote_integer_of(code, CRM_CODE_ARCHIVED, 0) ? code : NULL;
}

static const crmi_quote_terms *terms_of(const crmi_quote_work *work, uint32_t level) {
    switch (level) {
    case CRM_LEVEL_SITE: return &work->site;
    case CRM_LEVEL_CONTACT: return &work->contact;
    case CRM_LEVEL_CUSTOMER: return &work->own;
    default: return &work->global;
    }
}

static const crmi_quote_slot *text_slot(const crmi_quote_source *source, crm_field field) {
    const crmi_quote_slot *slot = crmi_quote_slot_of(source, field);
    return slot && slot->type == CRMI_VALUE_TEXT ? slot : NULL;
}

static crm_id public_id(const crmi_quote_work *work, crmi_quote_source *source) {
    if (!source->public_id) source->public_id = crmi_store_public(work->txn, source->id);
    return source->public_id;
}

static int set_text(crmi_quote_work *work, crmi_quote_cell *cell, uint32_t level, const void *text, uint32_t size) {
    char *copy = crmi_quote_take(&work->quote->memory, (size_t)size + 1);
    if (!copy) return CRM_E_NOMEM;
    memcpy(copy, text, size);
    copy[size] = '\0';
    cell->level = level;
    cell->text = copy;
    cell->size = size;
    return CRM_OK;
}

/* Records of equal standing that say different things: none is taken. There is one such record unless a merge left two. */
static int set_ambiguous(crmi_quote_work *work, crmi_quote_source *list, crm_field from, crmi_quote_cell *cell) {
    size_t count = 0;
    for (crmi_quote_source *source = list; source; source = source->next) count += text_slot(source, from) != NULL;
    crm_id *ids = crmi_quote_take(&work->quote->memory, count * sizeof *ids);
    if (!ids) return CRM_E_NOMEM;
    count = 0;
    for (crmi_quote_source *source = list; source; source = source->next)
        if (text_slot(source, from)) ids[count++] = public_id(work, source);
    crmi_quote_list_candidates(cell, ids, count);
    return CRM_OK;
}

static bool same_text(const crmi_quote_slot *a, const crmi_quote_slot *b) {
    return a->size == b->size && (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

/* A value out of records of equal standing: CRM_ROW where they decide the field, CRM_OK where others have to. */
static int apply_list(crmi_quote_work *work, crmi_quote_source *list, const policy *rule, crmi_quote_cell *cell) {
    crmi_quote_source *taken = NULL;
    const crmi_quote_slot *value = NULL;
    for (crmi_quote_source *source = list; source; source = source->next) {
        const crmi_quote_slot *slot = text_slot(source, rule->from);
        if (!slot) continue;
        if (value && !same_text(value, slot)) {
            int rc = set_ambiguous(work, list, rule->from, cell);
            return rc < 0 ? rc : CRM_ROW;
        }
        if (!value || public_id(work, source) < public_id(work, taken)) taken = source;
        value = slot;
    }
    if (!value) return CRM_OK;
    cell->source = public_id(work, taken);
    cell->revision = taken->revision;
    cell->source_field = rule->from;
    int rc = set_text(work, cell, rule->level, value->bytes, value->size);
    return rc < 0 ? rc : CRM_ROW;
}

/* Field by field: what the given area's terms leave open is looked for in those of all areas. */
static int apply_stored(crmi_quote_work *work, const policy *rule, crmi_quote_cell *cell) {
    switch (KIND(rule->from)) {
    case CRM_KIND_PARTY: return apply_list(work, work->party, rule, cell);
    case CRM_KIND_ADDRESS: return apply_list(work, source_of(work->ship_to.object), rule, cell);
    case CRM_KIND_CONTACT: return apply_list(work, source_of(work->contact_choice.object), rule, cell);
    case CRM_KIND_CODE: return apply_list(work, code_of(work), rule, cell);
    default: break;
    }
    const crmi_quote_terms *terms = terms_of(work, rule->level);
    int rc = CRM_OK;
    for (size_t area = 0; area < CRMI_AREAS && rc == CRM_OK; area++) rc = apply_list(work, terms->of[area], rule, cell);
    return rc;
}

/* CRM_ROW where the rule decides the field, as apply_stored(). */
static int apply_given(crmi_quote_work *work, const policy *rule, crmi_quote_cell *cell) {
    const crmi_entry *entry = crmi_quote_given(work, rule->from);
    if (!entry || entry->type != CRM_TYPE_TEXT) return CRM_OK;
    int rc = set_text(work, cell, rule->level, entry->text, entry->size);
    return rc < 0 ? rc : CRM_ROW;
}

/* The rules of one field are neighbours: from the first of them to the one that decides; returns behind the last of them. */
static int apply_rules(crmi_quote_work *work, size_t *at) {
    crm_field field = rules[*at].field;
    crmi_quote_cell *cell = &work->quote->cells[CRMI_FIELD_NUMBER(field)];
    int rc = CRM_OK;
    bool decided = cell->level != CRM_LEVEL_UNSET || cell->count;
    for (; *at < RULES && rules[*at].field == field; ++*at) {
        if (decided) continue;
        const policy *rule = &rules[*at];
        rc = rule->level == CRM_LEVEL_EXPLICIT ? apply_given(work, rule, cell) : apply_stored(work, rule, cell);
        if (rc < 0) return rc;
        decided = rc == CRM_ROW;
    }
    return CRM_OK;
}

/* The levels of the price list need nothing of stage 1, so its code can be read together with the addresses. */
int crmi_quote_price_list(crmi_quote_work *work) {
    size_t at = 0;
    while (rules[at].field != CRM_QUOTE_PRICE_LIST) at++;
    int rc = apply_rules(work, &at);
    const crmi_quote_cell *cell = &work->quote->cells[CRMI_FIELD_NUMBER(CRM_QUOTE_PRICE_LIST)];
    if (rc < 0 || cell->size == 0) return rc;
    work->price_list = crmi_quote_look_up(work, CRM_CODE_CODE, CRM_DOMAIN_PRICE_LIST, cell->text, cell->size);
    return work->price_list ? CRM_OK : CRM_E_NOMEM;
}

static bool differs(const char *text, size_t size, const crmi_quote_slot *currency) {
    return size && (size != currency->size || memcmp(text, currency->bytes, size) != 0);
}

/* The price list's currency against what the caller or the customer's own terms say. A "none" says nothing. */
static void find_conflict(crmi_quote_work *work) {
    const crmi_quote_source *code = code_of(work);
    const crmi_quote_slot *currency = code ? text_slot(code, CRM_CODE_CURRENCY) : NULL;
    if (!currency || !currency->size) return;
    const crmi_entry *given = crmi_quote_given(work, CRM_QUOTE_CURRENCY);
    bool conflict = given && differs(given->text, given->size, currency), said = false;
    for (size_t area = 0; area < CRMI_AREAS && !said; area++)
        for (const crmi_quote_source *own = work->own.of[area]; own; own = own->next) {
            const crmi_quote_slot *slot = text_slot(own, CRM_QUOTE_DEFAULTS_CURRENCY);
            if (slot && differs((const char *)slot->bytes, slot->size, currency)) conflict = true;
            if (slot) said = true;
        }
    if (conflict) work->quote->cells[CRMI_FIELD_NUMBER(CRM_QUOTE_CURRENCY)].flags |= CRM_QUOTE_FLAG_CONFLICT;
}

/* Terms that are scoped to the chosen site or contact; the others are not needed any more. */
static void sort_scoped(crmi_quote_work *work, size_t area) {
    const crmi_quote_object *site = work->ship_to.object, *contact = work->contact_choice.object;
    crmi_quote_source *next;
    for (crmi_quote_source *source = work->scoped.of[area]; source; source = next) {
        next = source->next;
        crmi_packed scope = (crmi_packed)crmi_quote_integer_of(source, CRM_QUOTE_DEFAULTS_SCOPE, 0);
        const crmi_quote_object *object = crmi_quote_known(work, scope);
        crmi_quote_terms *terms = !object ? NULL : object == site ? &work->site : object == contact ? &work->contact : NULL;
        if (!terms) continue;
        source->next = terms->of[area];
        terms->of[area] = source;
    }
    work->scoped.of[area] = NULL;
}

int crmi_quote_values(crmi_quote_work *work) {
    for (size_t area = 0; area < CRMI_AREAS; area++) sort_scoped(work, area);
    for (size_t at = 0; at < RULES;) {
        int rc = apply_rules(work, &at);
        if (rc < 0) return rc;
    }
    find_conflict(work);
    return CRM_OK;
}
