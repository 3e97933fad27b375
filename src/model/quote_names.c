/* SPDX-License-Identifier: MIT */
/* What an explanation calls the records that values come from: the name of a group, the code of a rule, and of terms the country, region
 * and sales area that they are for. A loaded proposal has them with it. */
#include "model/quote_tell.h"
#include "model/rule.h"
#include <string.h>

/* --- in what was read for the proposal --- */

static crmi_slice group_name(const crm_quote *quote, crmi_packed source) {
    const crmi_quote_group *group = quote->work->groups;
    while (group && (!group->record || crmi_id_root(group->id) != crmi_id_root(source))) group = group->next;
    const crmi_quote_slot *name = group ? crmi_quote_text_of(group->record, CRM_GROUP_NAME) : NULL;
    return name ? (crmi_slice){name->bytes, name->size} : (crmi_slice){NULL, 0};
}

static crmi_slice rule_code(const crm_quote *quote, crmi_packed id) {
    const crmi_quote_book *book = quote->work->book;
    for (size_t i = 0; i < book->rule_count; i++)
        if (book->rules[i].id == id) return book->rules[i].code;
    return (crmi_slice){NULL, 0};
}

/* The store's own, of any country. */
static const crmi_quote_source *own_terms(const crm_quote *quote, crmi_packed id) {
    const crmi_quote_book *book = quote->work->book;
    for (size_t i = 0; i < book->own_count; i++)
        if (book->own[i]->id == id) return book->own[i];
    return NULL;
}

static const crmi_quote_source *find_terms(const crm_quote *quote, crmi_packed id) {
    if (crmi_id_kind(id) != CRM_KIND_QUOTE_DEFAULTS) return NULL;
    if (!crmi_id_root(id)) return own_terms(quote, id);
    for (size_t slot = 0; slot < CRMI_LEVEL_SLOTS; slot++) {
        const crmi_quote_places_of *level = &quote->work->places[slot];
        for (size_t i = 0; i < level->count; i++)
            for (const crmi_quote_source *source = level->places[i].list; source; source = source->next)
                if (source->id == id) return source;
    }
    return NULL;
}

static crmi_slice text_of(const crmi_quote_source *terms, crm_field field) {
    const crmi_quote_slot *slot = terms ? crmi_quote_text_of(terms, field) : NULL;
    return slot && slot->size ? (crmi_slice){slot->bytes, slot->size} : (crmi_slice){NULL, 0};
}

static crmi_quote_name read_name(const crm_quote *quote, crm_id id, bool rule) {
    crmi_packed record = crmi_id_internal(&quote->key, id);
    if (rule) return (crmi_quote_name){.id = id, .name = rule_code(quote, record)};
    const crmi_quote_source *terms = find_terms(quote, record);
    return (crmi_quote_name){.id = id,
                             .name = group_name(quote, record),
                             .country = text_of(terms, CRM_QUOTE_DEFAULTS_COUNTRY),
                             .region = text_of(terms, CRM_QUOTE_DEFAULTS_REGION),
                             .area = text_of(terms, CRM_QUOTE_DEFAULTS_SALES_AREA)};
}

/* --- in a loaded one --- */

static crmi_quote_name saved_name(const crm_quote *quote, crm_id id) {
    size_t low = 0, high = quote->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (quote->names[middle].id == id) return quote->names[middle];
        if (quote->names[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return (crmi_quote_name){.id = id};
}

crmi_quote_name crmi_quote_name_of(const crm_quote *quote, const char *level, crm_id source, crm_id rule) {
    crm_id id = rule ? rule : source;
    if (!id || (!rule && strcmp(level, crmi_quote_level_name(CRM_LEVEL_RULE)) == 0)) return (crmi_quote_name){.id = 0};
    crmi_quote_name name = quote->work ? read_name(quote, id, rule) : saved_name(quote, id);
    if (!rule && strcmp(level, crmi_quote_level_name(CRM_LEVEL_GROUP)) != 0) name.name = (crmi_slice){NULL, 0};
    return name;
}

bool crmi_quote_is_named(const crmi_quote_name *name) {
    return name->name.data || name->country.data || name->region.data || name->area.data;
}
