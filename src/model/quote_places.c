/* SPDX-License-Identifier: MIT */
/* Where each level looks for values: lists of records, put together as soon as all that a level needs is known. Field by field, what the
 * terms of the given sales area leave open is looked for in those of all areas, so these are two places. */
#include "base/error.h"
#include "model/quote.h"
#include <libcrm/codes.h>
#include <string.h>

#define BIT(level) (1u << CRMI_LEVEL_SLOT(level))

static void add_place(crmi_quote_work *work, uint32_t level, crmi_quote_source *list) {
    crmi_quote_places_of *places = &work->places[CRMI_LEVEL_SLOT(level)];
    if (list) places->places[places->count++] = (crmi_quote_place){list, false};
}

/* Room for the places of a level, which becomes known. */
static bool begin(crmi_quote_work *work, uint32_t level, size_t most) {
    work->known |= BIT(level);
    work->places[CRMI_LEVEL_SLOT(level)].places = crmi_quote_take(&work->quote->memory, most * sizeof(crmi_quote_place));
    return work->places[CRMI_LEVEL_SLOT(level)].places;
}

/* The user himself. */
static int place_lock(crmi_quote_work *work) {
    if (!work->lock) return CRM_OK;
    if (!begin(work, CRM_LEVEL_LOCK, 1)) return CRM_E_NOMEM;
    add_place(work, CRM_LEVEL_LOCK, work->lock);
    return CRM_OK;
}

/* The customer himself, and his terms. */
static int place_customer(crmi_quote_work *work) {
    if (!begin(work, CRM_LEVEL_CUSTOMER, 1 + CRMI_AREAS)) return CRM_E_NOMEM;
    add_place(work, CRM_LEVEL_CUSTOMER, work->party);
    for (size_t area = 0; area < CRMI_AREAS; area++) add_place(work, CRM_LEVEL_CUSTOMER, work->own.of[area]);
    return CRM_OK;
}

/* --- site and contact: when stage 1 is done --- */

static crmi_quote_source *source_of(const crmi_quote_object *object) { return object ? object->source : NULL; }

static bool is_scope(crmi_quote_work *work, const crmi_quote_source *scoped, const crmi_quote_object *object) {
    return object && crmi_quote_known(work, (crmi_packed)crmi_quote_integer_of(scoped, CRM_QUOTE_DEFAULTS_SCOPE, 0)) == object;
}

/* Takes out of the scoped terms those that hold for an object after so many moves. */
static crmi_quote_source *take_scoped(crmi_quote_work *work, size_t area, const crmi_quote_object *object, uint32_t moves) {
    crmi_quote_source **at = &work->scoped.of[area], *list = NULL;
    while (*at) {
        crmi_quote_source *scoped = *at;
        crmi_packed scope = (crmi_packed)crmi_quote_integer_of(scoped, CRM_QUOTE_DEFAULTS_SCOPE, 0);
        if (!is_scope(work, scoped, object) || crmi_quote_moves(work, scope) != moves) {
            at = &scoped->next;
            continue;
        }
        *at = scoped->next;
        scoped->next = list;
        list = scoped;
    }
    return list;
}

static size_t count_scoped(crmi_quote_work *work, size_t area, const crmi_quote_object *object) {
    size_t count = 0;
    for (const crmi_quote_source *scoped = work->scoped.of[area]; scoped; scoped = scoped->next) count += is_scope(work, scoped, object);
    return count;
}

/* What is said of an address itself goes before what was said of the one that it has succeeded. */
static int place_object(crmi_quote_work *work, uint32_t level, const crmi_quote_object *object) {
    size_t counts[CRMI_AREAS], most = 1;
    for (size_t area = 0; area < CRMI_AREAS; area++) most += counts[area] = count_scoped(work, area, object);
    if (!begin(work, level, most)) return CRM_E_NOMEM;
    add_place(work, level, source_of(object));
    for (size_t area = 0; area < CRMI_AREAS; area++)
        for (uint32_t moves = 0; counts[area] && moves <= CRMI_QUOTE_HOPS; moves++)
            add_place(work, level, take_scoped(work, area, object, moves));
    return CRM_OK;
}

/* --- the store's own terms: of the country when the addresses are chosen, the others at once --- */

static bool is_text(const crmi_quote_source *source, crm_field field, const crmi_quote_slot *wanted) {
    const crmi_quote_slot *slot = crmi_quote_text_of(source, field);
    uint32_t size = slot ? slot->size : 0;
    return size == (wanted ? wanted->size : 0) && (size == 0 || memcmp(slot->bytes, wanted->bytes, size) == 0);
}

/* Those of a country and region (NULL: none), by area. */
static void add_own(crmi_quote_work *work, uint32_t level, const crmi_quote_slot *country, const crmi_quote_slot *region) {
    for (size_t area = 0; area < CRMI_AREAS; area++)
        for (size_t i = 0; i < work->book->own_count; i++) {
            crmi_quote_source *own = work->book->own[i];
            if (crmi_quote_area_of(work, own) == area && is_text(own, CRM_QUOTE_DEFAULTS_COUNTRY, country) &&
                is_text(own, CRM_QUOTE_DEFAULTS_REGION, region))
                add_place(work, level, own);
        }
}

static bool has_countries(const crmi_quote_work *work) {
    for (size_t i = 0; i < work->book->own_count; i++)
        if (crmi_quote_text_of(work->book->own[i], CRM_QUOTE_DEFAULTS_COUNTRY)) return true;
    return false;
}

static const crmi_quote_slot *text_of(const crmi_quote_source *source, crm_field field) {
    const crmi_quote_slot *slot = source ? crmi_quote_text_of(source, field) : NULL;
    return slot && slot->size ? slot : NULL;
}

/* The address whose country counts: the ship-to address, else the bill-to address. Where it is open which of several the ship-to address
 * is, so is the country. */
static const crmi_quote_source *country_address(const crmi_quote_work *work) {
    if (work->ship_to.count > 1) return NULL;
    return source_of(work->ship_to.object ? work->ship_to.object : work->bill_to.object);
}

/* The terms of the region come before those of the country. */
static int place_country(crmi_quote_work *work) {
    const crmi_quote_source *address = country_address(work);
    const crmi_quote_slot *country = text_of(address, CRM_ADDRESS_COUNTRY), *region = text_of(address, CRM_ADDRESS_REGION);
    if (!begin(work, CRM_LEVEL_COUNTRY, 2 * CRMI_AREAS)) return CRM_E_NOMEM;
    if (country && region) add_own(work, CRM_LEVEL_COUNTRY, country, region);
    if (country) add_own(work, CRM_LEVEL_COUNTRY, country, NULL);
    return CRM_OK;
}

static int place_global(crmi_quote_work *work) {
    if (!begin(work, CRM_LEVEL_GLOBAL, CRMI_AREAS)) return CRM_E_NOMEM;
    add_own(work, CRM_LEVEL_GLOBAL, NULL, NULL);
    return CRM_OK;
}

/* --- the price list's code --- */

/* An archived code says nothing. */
static int place_code(crmi_quote_work *work) {
    crmi_quote_source *code = work->price_list ? work->price_list->source : NULL;
    if (!begin(work, CRM_LEVEL_PRICE_LIST, 1)) return CRM_E_NOMEM;
    if (code && !crmi_quote_integer_of(code, CRM_CODE_ARCHIVED, 0)) add_place(work, CRM_LEVEL_PRICE_LIST, code);
    return CRM_OK;
}

static int find_price_list(crmi_quote_work *work) {
    const crmi_quote_cell *cell = &work->quote->cells[CRMI_FIELD_NUMBER(CRM_QUOTE_PRICE_LIST)];
    int rc = crmi_quote_value(work, CRMI_FIELD_NUMBER(CRM_QUOTE_PRICE_LIST));
    if (rc < 0) return rc;
    if (!work->price_list && cell->size) {
        work->price_list = crmi_quote_look_up(work, CRM_CODE_CODE, CRM_DOMAIN_PRICE_LIST, cell->text, cell->size);
        return work->price_list ? CRM_OK : CRM_E_NOMEM;
    }
    bool known = work->price_list ? work->price_list->done : rc == CRM_ROW;
    return known ? place_code(work) : CRM_OK;
}

int crmi_quote_follow_price_list(crmi_quote_work *work) {
    const crmi_quote_cell *list = &work->quote->cells[CRMI_FIELD_NUMBER(CRM_QUOTE_PRICE_LIST)];
    if (!list->rule) return CRM_OK;
    work->price_list = NULL;
    if (list->size) {
        work->price_list = crmi_quote_look_up(work, CRM_CODE_CODE, CRM_DOMAIN_PRICE_LIST, list->text, list->size);
        int rc = work->price_list ? crmi_quote_read_round(work) : CRM_E_NOMEM;
        if (rc < 0) return rc;
    }
    work->places[CRMI_LEVEL_SLOT(CRM_LEVEL_PRICE_LIST)].count = 0;
    int rc = place_code(work);
    return rc < 0 ? rc : crmi_quote_currency(work);
}

/* --- all --- */

/* What the first round has brought. */
static int place_first(crmi_quote_work *work) {
    work->known = BIT(CRM_LEVEL_LOCK) | BIT(CRM_LEVEL_EXPLICIT) | BIT(CRM_LEVEL_PAYER) | BIT(CRM_LEVEL_HIERARCHY);
    if (!work->groups) work->known |= BIT(CRM_LEVEL_GROUP);
    if (!has_countries(work)) work->known |= BIT(CRM_LEVEL_COUNTRY);
    int rc = place_lock(work);
    if (rc == CRM_OK) rc = place_customer(work);
    return rc < 0 ? rc : place_global(work);
}

static bool is_known(const crmi_quote_work *work, uint32_t level) { return work->known & BIT(level); }

int crmi_quote_find_places(crmi_quote_work *work) {
    int rc = work->known ? CRM_OK : place_first(work);
    if (rc == CRM_OK && work->chosen && !is_known(work, CRM_LEVEL_SITE)) {
        rc = place_object(work, CRM_LEVEL_SITE, work->ship_to.object);
        if (rc == CRM_OK) rc = place_object(work, CRM_LEVEL_CONTACT, work->contact_choice.object);
    }
    if (rc == CRM_OK && work->chosen && !is_known(work, CRM_LEVEL_COUNTRY)) rc = place_country(work);
    if (rc == CRM_OK && !is_known(work, CRM_LEVEL_GROUP)) rc = crmi_quote_groups(work);
    if (rc == CRM_OK && !is_known(work, CRM_LEVEL_PRICE_LIST)) rc = find_price_list(work);
    return rc;
}
