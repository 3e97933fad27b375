/* SPDX-License-Identifier: MIT */
/* Proposals: made, made again, saved and loaded. */
#include "twins.h"
#include <stdlib.h>
#include <string.h>

/* Some choices, which name what is his, what is another's and what is nowhere. NULL: none. */
static crm_record *draw_given(twins_call *call) {
    crm_record *given;
    if (twins_chance(&call->random, 3)) return NULL;
    twins_need(crm_record_new(CRM_KIND_QUOTE, &given) == CRM_OK, "new");
    for (int i = (int)twins_draw(&call->random, 3); i > 0; i--) {
        crm_field field = twins_field_of(call, CRM_KIND_QUOTE);
        if (field == CRM_QUOTE_CUSTOMER && !twins_chance(&call->random, 4)) continue;
        twins_fill_field(call, given, field);
    }
    return given;
}

static crm_id customer(twins_call *call) { return twins_chance(&call->random, 8) ? 0 : twins_party(call); }
static int64_t day(twins_call *call) { return twins_chance(&call->random, 4) ? twins_day(call) : CRM_TODAY; }

static void quote_resolve(twins_call *call) {
    crm_quote *quote = NULL;
    crm_record *given = draw_given(call);
    crm_id party = customer(call);
    int rc = crm_quote_resolve(call->txn, party, day(call), given, &quote);
    twins_tell_quote(call, rc, quote);
    crm_record_free(given);
}

static crm_quote *old_quote(twins_call *call) {
    const twins_pair *pair = call->pair;
    return pair->quote_count ? pair->quotes[twins_draw(&call->random, pair->quote_count)] : NULL;
}

static void resolve_again(twins_call *call, const crm_quote *old) {
    crm_quote *quote = NULL;
    crm_record *changes = draw_given(call);
    crm_id party = twins_chance(&call->random, 2) ? 0 : customer(call);
    crm_field released[2] = {twins_field_of(call, CRM_KIND_QUOTE), twins_field_of(call, CRM_KIND_QUOTE)};
    size_t count = (size_t)twins_draw(&call->random, 3);
    int rc = crm_quote_reresolve(call->txn, old, party, day(call), changes, released, count, &quote);
    twins_tell_quote(call, rc, quote);
    crm_record_free(changes);
}

static void quote_reresolve(twins_call *call) {
    const crm_quote *old = old_quote(call);
    if (old) resolve_again(call, old);
}

/* What was saved is whole, cut, or has a byte changed. */
static void quote_load(twins_call *call) {
    size_t size = 0;
    crm_quote *old = old_quote(call), *quote = NULL;
    const void *bytes = old ? crm_quote_save(old, &size) : NULL;
    if (!bytes) return;
    unsigned char *copy = malloc(size);
    twins_need(copy != NULL, "memory");
    memcpy(copy, bytes, size);
    if (twins_chance(&call->random, 4)) copy[twins_draw(&call->random, size)] ^= 1;
    if (twins_chance(&call->random, 6)) size = (size_t)twins_draw(&call->random, size);
    int rc = crm_quote_load(call->txn, copy, size, &quote);
    if (quote && twins_chance(&call->random, 2)) resolve_again(call, quote);
    twins_tell_quote(call, rc, quote);
    free(copy);
}

#define ROW(name)                                                                                                                          \
    { #name, name, TWINS_FINDS, false }
static const twins_row rows[] = {ROW(quote_resolve), ROW(quote_reresolve), ROW(quote_load)};
const twins_table twins_calls_quote = {rows, sizeof rows / sizeof *rows};
