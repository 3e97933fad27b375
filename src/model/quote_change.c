/* SPDX-License-Identifier: MIT */
/* A proposal computed again: what was given stays, but for what the caller changes or releases; then what differs is told. */
#include "base/error.h"
#include "model/access.h"
#include "model/quote_tell.h"
#include <libcrm/codes.h>
#include <stdlib.h>
#include <string.h>

/* --- what is given now --- */

typedef struct merging {
    const crm_quote *old;
    const crm_field *released;
    size_t count;
    bool other;                          /* customer */
    const crmi_definitions *definitions; /* NULL: no custom field was given */
} merging;

static bool is_customers(uint32_t number) {
    return number == CRMI_FIELD_NUMBER(CRM_QUOTE_CUSTOMER) || number == CRMI_FIELD_NUMBER(CRM_QUOTE_SHIP_TO) ||
           number == CRMI_FIELD_NUMBER(CRM_QUOTE_BILL_TO) || number == CRMI_FIELD_NUMBER(CRM_QUOTE_PAYER) ||
           number == CRMI_FIELD_NUMBER(CRM_QUOTE_CONTACT);
}

static bool is_released(const merging *merge, uint32_t number) {
    for (size_t i = 0; i < merge->count; i++)
        if (crmi_field_number_of(merge->released[i]) == number) return true;
    return false;
}

/* A custom field that is defined no more can't be given any more. */
static bool stays(const merging *merge, const crmi_entry *entry) {
    if (merge->other && is_customers(entry->number)) return false;
    if (entry->number < CRMI_CUSTOM_FIRST) return true;
    return crmi_definitions_number(merge->definitions, CRM_KIND_QUOTE, entry->number) != NULL;
}

/* Entries in the order of their numbers; of two with the same number the changed one. Texts stay where they are. */
static void merge_entries(const merging *merge, const crm_record *changes, crm_record *out) {
    const crm_record none = {0}, *given = merge->old->given ? merge->old->given : &none;
    if (!changes) changes = &none;
    for (uint32_t i = 0, j = 0; i < given->count || j < changes->count;) {
        const crmi_entry *kept = i < given->count ? &given->entries[i] : NULL;
        const crmi_entry *changed = j < changes->count ? &changes->entries[j] : NULL;
        bool is_changed = changed && (!kept || changed->number <= kept->number);
        const crmi_entry *entry = is_changed ? changed : kept;
        if (kept && kept->number == entry->number) i++;
        if (is_changed) j++;
        if (!is_released(merge, entry->number) && (is_changed || stays(merge, entry))) out->entries[out->count++] = *entry;
    }
}

static int check_released(crmi_txn *txn, const merging *merge) {
    for (size_t i = 0; i < merge->count; i++) {
        int status = CRM_OK;
        crm_field field = merge->released[i];
        if (crmi_quote_field(merge->old, field)) continue;
        const crmi_field *known = crmi_txn_field(txn, field, &status);
        if (status < 0) return status;
        if (!known || known->kind != CRM_KIND_QUOTE) return crmi_error_set(CRM_E_TYPE, field, "a released field is none of a quote");
    }
    return CRM_OK;
}

static bool same_customer(const crm_quote *old, crm_id customer) {
    return customer == 0 || customer == old->cells[CRMI_FIELD_NUMBER(CRM_QUOTE_CUSTOMER)].id ||
           crmi_id_internal(&old->key, customer) == old->asked;
}

/* The record that out becomes has its entries to be freed. */
static int merge_given(crmi_txn *txn, merging *merge, const crm_record *changes, crm_record *out) {
    const crm_record *given = merge->old->given;
    size_t most = (given ? given->count : 0) + (changes ? changes->count : 0);
    *out = (crm_record){.kind = CRM_KIND_QUOTE, .entries = malloc((most + 1) * sizeof *out->entries)};
    if (!out->entries) return crmi_error_nomem();
    bool custom = (given && crmi_object_has_custom(given)) || (changes && crmi_object_has_custom(changes));
    int rc = custom ? crmi_txn_definitions(txn, &out->definitions) : CRM_OK;
    merge->definitions = out->definitions;
    if (rc == CRM_OK) merge_entries(merge, changes, out);
    return rc;
}

static int check(crmi_txn *txn, const merging *merge, const crm_record *changes) {
    if (memcmp(&merge->old->key, crmi_db_key(crmi_txn_db(txn)), sizeof merge->old->key) != 0)
        return crmi_error_set(CRM_E_INVALID, 0, "old is a proposal of another store");
    if (changes && changes->kind != CRM_KIND_QUOTE) return crmi_error_set(CRM_E_TYPE, 0, "changes is not a record of kind quote");
    return check_released(txn, merge);
}

int crmi_quote_reresolve(crmi_txn *txn, const crm_quote *old, crm_id customer, int64_t date, const crm_record *changes,
                         const crm_field *released, size_t count, crm_quote **out) {
    merging merge = {.old = old, .released = released, .count = count, .other = !same_customer(old, customer)};
    crm_record given;
    *out = NULL;
    crmi_packed asked;
    int rc = check(txn, &merge, changes);
    if (rc == CRM_OK) rc = crmi_access_made(txn, old->cells[CRMI_FIELD_NUMBER(CRM_QUOTE_CUSTOMER)].id);
    if (rc == CRM_OK) rc = crmi_access_customer(txn, customer ? customer : crmi_id_public(&old->key, old->asked), &asked);
    if (rc < 0) return rc;
    rc = merge_given(txn, &merge, changes, &given);
    if (rc == CRM_OK) rc = crmi_quote_resolve(txn, asked, date, given.count ? &given : NULL, out);
    free(given.entries);
    if (rc < 0) return rc;
    int found = crmi_quote_find_changes(*out, old);
    if (found == CRM_OK) return rc;
    crmi_quote_free(*out);
    *out = NULL;
    return found;
}

/* --- what differs --- */

static bool same_entry(const crmi_entry *a, const crmi_entry *b) {
    if (a->type != b->type || a->integer != b->integer || a->items != b->items || a->size != b->size) return false;
    return a->size == 0 || memcmp(a->text, b->text, a->size) == 0;
}

/* One field of both; a field that one of them has not is an empty cell there. */
typedef struct compared {
    const crm_quote *quote, *old;
    const crmi_field *field;
    const crmi_quote_cell *now, *before;
    const crm_record *address, *old_address; /* of ship_to and bill_to, where they are set */
} compared;

static bool is_ambiguous(const crmi_quote_cell *cell) { return cell->count > 0; }

static bool same_value(const compared *pair) {
    crmi_entry now = crmi_quote_entry(pair->now), before = crmi_quote_entry(pair->before);
    return crmi_quote_is_set(pair->now) == crmi_quote_is_set(pair->before) && is_ambiguous(pair->now) == is_ambiguous(pair->before) &&
           same_entry(&now, &before);
}

static bool is_edited_address(const compared *pair) {
    return pair->address && pair->old_address && pair->address->id == pair->old_address->id &&
           pair->address->revision != pair->old_address->revision;
}

static const crmi_entry *given_of(const crm_quote *quote, const crmi_field *field) {
    return quote->given ? crmi_object_find(quote->given, field->number) : NULL;
}

/* Whether the caller himself has changed, added or taken back the value. He has not where the field is defined no more. */
static bool is_given(const compared *pair) {
    if (!crmi_quote_field(pair->quote, pair->field->field)) return false;
    if (pair->field->field == CRM_QUOTE_CUSTOMER) return pair->quote->asked != pair->old->asked;
    if (pair->now->level != CRM_LEVEL_EXPLICIT && pair->before->level != CRM_LEVEL_EXPLICIT) return false;
    const crmi_entry *now = given_of(pair->quote, pair->field), *before = given_of(pair->old, pair->field);
    return !now || !before ? now != before : !same_entry(now, before);
}

static bool same_source(const crmi_quote_cell *a, const crmi_quote_cell *b) {
    return a->source == b->source && a->source_field == b->source_field && a->rule == b->rule && (a->source || a->rule);
}

static const char *why(const compared *pair) {
    if (same_value(pair)) return CRM_CHANGE_EDITED;
    if (is_given(pair)) return CRM_CHANGE_GIVEN;
    if (is_ambiguous(pair->now)) return CRM_CHANGE_AMBIGUOUS;
    if (!crmi_quote_is_set(pair->now)) return CRM_CHANGE_GONE;
    if (!crmi_quote_is_set(pair->before)) return CRM_CHANGE_SET;
    if (pair->now->level != pair->before->level) return CRM_CHANGE_OTHER_LEVEL;
    return same_source(pair->now, pair->before) ? CRM_CHANGE_EDITED : CRM_CHANGE_OTHER_SOURCE;
}

/* The four fields of one side lie one behind the other. Of an edited address source and revision are its own. */
static void make_side(crmi_quote_making *making, const compared *pair, crm_field value, const crmi_quote_cell *cell,
                      const crm_record *edited) {
    crm_field level = value + 1, source = value + 2, revision = value + 3;
    crmi_buffer text = {0};
    crmi_quote_value_text(pair->field, cell, &text);
    if (crmi_quote_is_set(cell)) crmi_quote_make_bytes(making, value, &text);
    crmi_quote_make_text(making, level, crmi_quote_level_name(cell->level));
    crmi_quote_make_integer(making, source, edited ? edited->id : cell->source);
    crmi_quote_make_integer(making, revision, edited ? edited->revision : cell->revision);
}

static int compare(const compared *pair, crmi_quote_list *list) {
    bool edited = same_value(pair);
    if (edited && !is_edited_address(pair)) return CRM_OK;
    crmi_quote_making making = crmi_quote_make(CRM_KIND_QUOTE_CHANGE);
    crmi_quote_make_text(&making, CRM_QUOTE_CHANGE_FIELD, pair->field->name);
    crmi_quote_make_text(&making, CRM_QUOTE_CHANGE_WHY, why(pair));
    make_side(&making, pair, CRM_QUOTE_CHANGE_OLD_VALUE, pair->before, edited ? pair->old_address : NULL);
    make_side(&making, pair, CRM_QUOTE_CHANGE_NEW_VALUE, pair->now, edited ? pair->address : NULL);
    return crmi_quote_list_add(list, &making);
}

static const crm_record *address_of(const crm_quote *quote, const crmi_field *field) {
    if (field->field == CRM_QUOTE_SHIP_TO) return quote->addresses[CRMI_QUOTE_SHIP];
    return field->field == CRM_QUOTE_BILL_TO ? quote->addresses[CRMI_QUOTE_BILL] : NULL;
}

/* The fields of both in the order of their numbers: custom fields may have come and gone between. */
int crmi_quote_find_changes(crm_quote *quote, const crm_quote *old) {
    static const crmi_quote_cell none;
    int rc = CRM_OK;
    for (size_t i = 1, j = 1; rc == CRM_OK && (i <= crmi_quote_places(quote) || j <= crmi_quote_places(old));) {
        const crmi_field *a = i <= crmi_quote_places(quote) ? crmi_quote_field_at(quote, i) : NULL;
        const crmi_field *b = j <= crmi_quote_places(old) ? crmi_quote_field_at(old, j) : NULL;
        bool in_new = a && (!b || a->number <= b->number), in_old = b && (!a || b->number <= a->number);
        compared pair = {.quote = quote, .old = old, .field = in_new ? a : b};
        pair.now = in_new ? crmi_quote_cell_at(quote, i++) : &none;
        pair.before = in_old ? crmi_quote_cell_at(old, j++) : &none;
        pair.address = address_of(quote, pair.field);
        pair.old_address = address_of(old, pair.field);
        rc = compare(&pair, &quote->changes);
    }
    quote->changes.made = true;
    return rc;
}
