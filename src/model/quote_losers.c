/* SPDX-License-Identifier: MIT */
/* Values that a field could have had: what rules offered, then what the levels say, each in the order in which it would have been taken.
 * They are looked for when somebody asks, in what was read for the proposal. */
#include "base/error.h"
#include "model/quote_tell.h"
#include "model/rule.h"
#include <libcrm/codes.h>
#include <stdlib.h>

typedef struct finding {
    crm_quote *quote;
    const crmi_field *field;
    crmi_quote_list *list;
} finding;

static int add(const finding *find, const crmi_quote_cell *cell, const char *why) {
    crmi_buffer value = {0};
    char space[CRMI_QUOTE_PATH];
    const char *path = crmi_quote_path(find->quote, cell->source_field, space);
    crmi_quote_making making = crmi_quote_make(CRM_KIND_QUOTE_LOSER);
    crmi_quote_make_text(&making, CRM_QUOTE_LOSER_FIELD, find->field->name);
    crmi_quote_make_text(&making, CRM_QUOTE_LOSER_WHY, why);
    crmi_quote_make_text(&making, CRM_QUOTE_LOSER_LEVEL, crmi_quote_level_name(cell->level));
    crmi_quote_value_text(find->field, cell, &value);
    crmi_quote_make_bytes(&making, CRM_QUOTE_LOSER_VALUE, &value);
    crmi_quote_make_integer(&making, CRM_QUOTE_LOSER_SOURCE, cell->source);
    crmi_quote_make_integer(&making, CRM_QUOTE_LOSER_SOURCE_REVISION, cell->revision);
    if (path) crmi_quote_make_text(&making, CRM_QUOTE_LOSER_SOURCE_FIELD, path);
    crmi_quote_make_integer(&making, CRM_QUOTE_LOSER_RULE, cell->rule);
    return crmi_quote_list_add(find->list, &making);
}

static int add_offers(const finding *find) {
    size_t at = 0;
    crmi_rule_offer offer;
    int rc;
    while ((rc = crmi_quote_next_offer(find->quote->work, find->field->field, &at, &offer)) == CRM_ROW) {
        rc = add(find, &offer.cell, offer.why);
        if (rc < 0) break;
    }
    return rc;
}

/* Records of one list are of equal standing. */
static int add_list(const finding *find, const crmi_quote_line *line, const crmi_quote_source *list, const char *why) {
    crm_quote *quote = find->quote;
    for (const crmi_quote_source *source = list; source; source = source->next) {
        const crmi_quote_slot *slot = crmi_quote_text_of(source, line->from);
        if (!slot) continue;
        crmi_quote_cell cell = {.level = line->level,
                                .type = CRM_TYPE_TEXT,
                                .text = (const char *)slot->bytes,
                                .size = slot->size,
                                .source = crmi_id_public(&quote->key, source->id),
                                .revision = source->revision,
                                .source_field = line->from};
        int rc = add(find, &cell, why);
        if (rc < 0) return rc;
    }
    return CRM_OK;
}

static bool says(const crmi_quote_source *list, crm_field from) {
    while (list && !crmi_quote_text_of(list, from)) list = list->next;
    return list;
}

/* The first list that says something and is not barred has decided for the levels, be it for one value or for none of several. Its values
 * have lost where a rule came after them. */
static int add_levels(const finding *find, const crmi_quote_line *line, const crmi_quote_line *end, bool decided) {
    const crmi_quote_work *work = find->quote->work;
    bool ruled = crmi_quote_cell_of(find->quote, find->field->field)->rule != 0;
    for (; line < end; line++) {
        const crmi_quote_places_of *level = &work->places[CRMI_LEVEL_SLOT(line->level)];
        for (size_t i = 0; i < level->count; i++) {
            const crmi_quote_place *place = &level->places[i];
            if (!says(place->list, line->from)) continue;
            const char *why = place->barred ? CRM_LOSER_BARRED : decided ? CRM_LOSER_LATER : ruled ? CRM_LOSER_OVERRIDDEN : NULL;
            decided |= !place->barred;
            int rc = why ? add_list(find, line, place->list, why) : CRM_OK;
            if (rc < 0) return rc;
        }
    }
    return CRM_OK;
}

static int find_losers(const finding *find) {
    const crmi_quote_cell *cell = crmi_quote_cell_of(find->quote, find->field->field);
    const crmi_quote_cell *found = cell->replaced ? cell->replaced : cell;
    const crmi_quote_book *book = find->quote->work->book;
    bool given = found->level == CRM_LEVEL_EXPLICIT;
    int rc = add_offers(find);
    if (rc == CRM_OK && given && found != cell) rc = add(find, found, CRM_LOSER_OVERRIDDEN);
    uint32_t number = find->field->number;
    if (rc < 0 || number > CRMI_QUOTE_LAST) return rc;
    return add_levels(find, book->lines + book->first[number], book->lines + book->first[number + 1], given);
}

int crmi_quote_losers(crm_quote *quote, size_t place, const crmi_quote_list **out) {
    if (!quote->losers) quote->losers = calloc(crmi_quote_places(quote) + 1, sizeof *quote->losers);
    if (!quote->losers) return crmi_error_nomem();
    crmi_quote_list *list = &quote->losers[place];
    finding find = {quote, crmi_quote_field_at(quote, place), list};
    if (!list->made) {
        int rc = find_losers(&find);
        if (rc < 0) {
            crmi_quote_list_free(list);
            return rc;
        }
        list->made = true;
    }
    *out = list;
    return CRM_OK;
}

int crmi_quote_all_losers(crm_quote *quote) {
    const crmi_quote_list *list;
    int rc = CRM_OK;
    for (size_t place = 1; rc == CRM_OK && place <= crmi_quote_places(quote); place++) rc = crmi_quote_losers(quote, place, &list);
    return rc;
}

void crmi_quote_free_lists(crm_quote *quote) {
    for (size_t place = 0; quote->losers && place <= crmi_quote_places(quote); place++) crmi_quote_list_free(&quote->losers[place]);
    free(quote->losers);
    crmi_quote_list_free(&quote->changes);
}
