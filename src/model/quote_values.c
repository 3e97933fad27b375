/* SPDX-License-Identifier: MIT */
/* Stage 2: the value of each field, from the first place of its policy's levels that has one. */
#include "base/error.h"
#include "model/quote.h"
#include <libcrm/codes.h>
#include <string.h>

/* --- values of any type --- */

int crmi_quote_value_of(const crmi_quote_source *source, uint32_t number, crmi_quote_slot *out) {
    crmi_value value;
    if (number <= source->numbers) {
        *out = source->slots[number];
        return out->set ? CRM_ROW : CRM_OK;
    }
    int rc = crmi_walk_find(source->body.data, source->body.size, number, &value);
    if (rc < 0) return crmi_quote_damaged("its body");
    if (rc != CRM_ROW || value.type == CRMI_VALUE_NIL) return CRM_OK;
    *out = (crmi_quote_slot){value.bytes, value.size, (uint16_t)value.type, true, value.integer};
    return CRM_ROW;
}

static int set_bytes(crmi_quote_work *work, crmi_quote_cell *cell, const void *bytes, uint32_t size) {
    char *copy = crmi_quote_take(&work->quote->memory, (size_t)size + 1);
    if (!copy) return CRM_E_NOMEM;
    if (size) memcpy(copy, bytes, size);
    copy[size] = '\0';
    cell->text = copy;
    cell->size = size;
    return CRM_OK;
}

/* The texts of a list, each ended by a NUL; each has a header of a byte or more, so that they fit where the list was. */
static int set_list(crmi_quote_work *work, crmi_quote_cell *cell, const crmi_quote_slot *slot) {
    const uint8_t *at = slot->bytes, *end = at + slot->size;
    const char *text;
    uint32_t size, joined = 0;
    char *copy = crmi_quote_take(&work->quote->memory, slot->size);
    if (!copy) return CRM_E_NOMEM;
    int rc;
    while ((rc = crmi_walk_item(&at, end, &text, &size)) == CRM_ROW) {
        memcpy(copy + joined, text, size);
        joined += size;
        copy[joined++] = '\0';
    }
    cell->text = copy;
    cell->size = joined;
    cell->items = (uint16_t)slot->integer;
    return rc < 0 ? crmi_quote_damaged("a list") : CRM_OK;
}

int crmi_quote_set_value(crmi_quote_work *work, crmi_quote_cell *cell, const crmi_field *field, const crmi_quote_slot *slot) {
    if (crmi_object_stored_as(field->type) != slot->type) return crmi_quote_damaged("the type of a value");
    cell->type = (uint8_t)field->type;
    switch (slot->type) {
    case CRMI_VALUE_TEXT:
    case CRMI_VALUE_BYTES: return set_bytes(work, cell, slot->bytes, slot->size);
    case CRMI_VALUE_ARRAY:
    case CRMI_VALUE_MAP: return set_list(work, cell, slot);
    default: break;
    }
    if (field->type == CRM_TYPE_ID)
        cell->id = crmi_id_public(&work->quote->key, (crmi_packed)slot->integer);
    else
        cell->integer = slot->integer;
    return CRM_OK;
}

/* --- the levels of one field --- */

/* Records of equal standing that say different things: none is taken. There is one such record unless a merge left two. */
static int set_ambiguous(crmi_quote_work *work, crmi_quote_source *list, crm_field from, crmi_quote_cell *cell) {
    size_t count = 0;
    for (crmi_quote_source *source = list; source; source = source->next) count += crmi_quote_text_of(source, from) != NULL;
    crm_id *ids = crmi_quote_take(&work->quote->memory, count * sizeof *ids);
    if (!ids) return CRM_E_NOMEM;
    count = 0;
    for (crmi_quote_source *source = list; source; source = source->next)
        if (crmi_quote_text_of(source, from)) ids[count++] = crmi_quote_public_id(work, source);
    crmi_quote_list_candidates(cell, ids, count);
    return CRM_OK;
}

static bool same_text(const crmi_quote_slot *a, const crmi_quote_slot *b) {
    return a->size == b->size && (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

static int set_text(crmi_quote_work *work, crmi_quote_cell *cell, uint32_t level, const void *text, uint32_t size) {
    cell->level = level;
    cell->type = CRM_TYPE_TEXT;
    return set_bytes(work, cell, text, size);
}

/* A value out of records of equal standing: CRM_ROW where they decide the field, CRM_OK where others have to. */
static int apply_list(crmi_quote_work *work, crmi_quote_source *list, const crmi_quote_line *line, crmi_quote_cell *cell) {
    crmi_quote_source *taken = NULL;
    const crmi_quote_slot *value = NULL;
    for (crmi_quote_source *source = list; source; source = source->next) {
        const crmi_quote_slot *slot = crmi_quote_text_of(source, line->from);
        if (!slot) continue;
        if (value && !same_text(value, slot)) {
            int rc = set_ambiguous(work, list, line->from, cell);
            return rc < 0 ? rc : CRM_ROW;
        }
        if (!value || crmi_quote_public_id(work, source) < crmi_quote_public_id(work, taken)) taken = source;
        value = slot;
    }
    if (!value) return CRM_OK;
    cell->source = crmi_quote_public_id(work, taken);
    cell->revision = taken->revision;
    cell->source_field = line->from;
    int rc = set_text(work, cell, line->level, value->bytes, value->size);
    return rc < 0 ? rc : CRM_ROW;
}

/* CRM_ROW where the line decides the field, as apply_list(). */
static int apply_given(crmi_quote_work *work, const crmi_quote_line *line, crmi_quote_cell *cell) {
    const crmi_entry *entry = crmi_quote_given(work, line->from);
    if (!entry) return CRM_OK;
    int rc = set_text(work, cell, line->level, entry->text, entry->size);
    return rc < 0 ? rc : CRM_ROW;
}

static int apply_line(crmi_quote_work *work, const crmi_quote_line *line, crmi_quote_cell *cell) {
    const crmi_quote_places_of *places = &work->places[CRMI_LEVEL_SLOT(line->level)];
    int rc = line->level == CRM_LEVEL_EXPLICIT ? apply_given(work, line, cell) : CRM_OK;
    for (size_t i = 0; i < places->count && rc == CRM_OK; i++)
        if (!places->places[i].barred) rc = apply_list(work, places->places[i].list, line, cell);
    return rc;
}

int crmi_quote_value(crmi_quote_work *work, uint32_t number) {
    const crmi_quote_book *book = work->book;
    crmi_quote_cell *cell = &work->quote->cells[number];
    if (cell->level != CRM_LEVEL_UNSET || cell->count) return CRM_ROW;
    for (size_t i = book->first[number]; i < book->first[number + 1]; i++) {
        const crmi_quote_line *line = &book->lines[i];
        if (!(work->known >> CRMI_LEVEL_SLOT(line->level) & 1)) return CRM_OK;
        int rc = apply_line(work, line, cell);
        if (rc != CRM_OK) return rc;
    }
    return CRM_ROW;
}

/* --- all fields --- */

static bool differs(const void *text, size_t size, const crmi_quote_slot *currency) {
    return size && (size != currency->size || memcmp(text, currency->bytes, size) != 0);
}

/* The price list's currency against what is fixed for the actor, and what the caller or the customer's own terms say. A "none" says
 * nothing. */
static void find_conflict(crmi_quote_work *work) {
    const crmi_quote_places_of *code = &work->places[CRMI_LEVEL_SLOT(CRM_LEVEL_PRICE_LIST)];
    const crmi_quote_slot *currency = code->count ? crmi_quote_text_of(code->places[0].list, CRM_CODE_CURRENCY) : NULL;
    if (!currency || !currency->size) return;
    const crmi_entry *given = crmi_quote_given(work, CRM_QUOTE_CURRENCY);
    const crmi_quote_slot *lock = crmi_quote_locked(work, CRM_QUOTE_CURRENCY);
    bool conflict = given && differs(given->text, given->size, currency), said = false;
    if (lock && differs(lock->bytes, lock->size, currency)) conflict = true;
    for (size_t area = 0; area < CRMI_AREAS && !said; area++)
        for (const crmi_quote_source *own = work->own.of[area]; own; own = own->next) {
            const crmi_quote_slot *slot = crmi_quote_text_of(own, CRM_QUOTE_DEFAULTS_CURRENCY);
            if (slot && differs(slot->bytes, slot->size, currency)) conflict = true;
            if (slot) said = true;
        }
    if (conflict) work->quote->cells[CRMI_FIELD_NUMBER(CRM_QUOTE_CURRENCY)].flags |= CRM_QUOTE_FLAG_CONFLICT;
}

int crmi_quote_currency(crmi_quote_work *work) {
    crmi_quote_cell *cell = &work->quote->cells[CRMI_FIELD_NUMBER(CRM_QUOTE_CURRENCY)];
    int rc = CRM_OK;
    if (cell->rule)
        cell->flags &= ~(uint32_t)CRM_QUOTE_FLAG_CONFLICT;
    else {
        *cell = (crmi_quote_cell){0};
        rc = crmi_quote_value(work, CRMI_FIELD_NUMBER(CRM_QUOTE_CURRENCY));
    }
    if (rc >= 0) find_conflict(work);
    return rc < 0 ? rc : CRM_OK;
}

/* The host's own fields have no levels: they are given, or a rule sets them. */
static int set_host_cell(crmi_quote_work *work, const crmi_field *field, crmi_quote_cell *cell) {
    const crmi_entry *entry = work->given ? crmi_object_find(work->given, field->number) : NULL;
    if (!entry) return CRM_OK;
    cell->level = CRM_LEVEL_EXPLICIT;
    cell->type = entry->type;
    cell->items = entry->items;
    cell->integer = entry->integer;
    return entry->text ? set_bytes(work, cell, entry->text, entry->size) : CRM_OK;
}

int crmi_quote_values(crmi_quote_work *work) {
    const crm_quote *quote = work->quote;
    for (uint32_t number = 1; number <= CRMI_QUOTE_LAST; number++) {
        int rc = crmi_quote_value(work, number);
        if (rc < 0) return rc;
    }
    find_conflict(work);
    for (size_t i = 0; i < quote->host_count; i++) {
        int rc = set_host_cell(work, &quote->host_fields[i], &quote->host_cells[i]);
        if (rc < 0) return rc;
    }
    return CRM_OK;
}
