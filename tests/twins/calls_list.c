/* SPDX-License-Identifier: MIT */
/* Calls that give a list. */
#include "twins.h"
#include <libcrm/codes.h>
#include <stdlib.h>

/* The arguments of a list, drawn once for all its pages. */
typedef struct list_arguments {
    crm_id id, party, named;
    crm_field field, reference;
    uint32_t kind, limit, flags;
    int64_t number, day;
    const char *text, *role, *purpose;
} list_arguments;

typedef int (*list_function)(twins_call *call, const list_arguments *a, const char *token, crm_iter **out);

/* Mostly what such a field may name. */
static crm_id named(twins_call *call, crm_field field) {
    const twins_pair *pair = call->pair;
    if (field == CRM_BINDING_USER || field == CRM_USER_ROLE_USER || field == CRM_CREDENTIAL_USER) return pair->user;
    if (field == CRM_MEMBERSHIP_GROUP || field == CRM_GROUP_PARENT) return pair->groups[twins_draw(&call->random, pair->group_count)];
    bool early = pair->early_count && twins_chance(&call->random, 4);
    return early ? pair->foreign_parties[twins_draw(&call->random, pair->early_count)] : twins_party(call);
}

static list_arguments draw(twins_call *call) {
    static char text[TWINS_SPACE];
    list_arguments a = {.id = twins_id(call), .party = twins_party(call), .field = twins_field(call), .kind = twins_kind(call)};
    bool valued = twins_draw(&call->random, 4) != 0;
    snprintf(text, sizeof text, "%s", valued ? twins_value(call, a.field) : twins_text(call));
    a.reference = twins_draw(&call->random, 8) ? twins_reference(call) : a.field;
    a.text = text;
    a.named = named(call, a.reference);
    a.limit = twins_limit(call);
    a.number = (int64_t)twins_draw(&call->random, 5);
    a.day = twins_day(call);
    a.flags = twins_draw(&call->random, 4) ? 0 : (uint32_t)twins_draw(&call->random, 3);
    a.role = twins_draw(&call->random, 3) ? TWINS_ONE_OF(call, CRM_ROLE_CUSTOMER, CRM_ROLE_CUSTOMER, CRM_ROLE_SUPPLIER, "none") : NULL;
    a.purpose = TWINS_ONE_OF(call, CRM_PURPOSE_DELIVERY, CRM_PURPOSE_QUOTE, CRM_PURPOSE_BILLING, CRM_PURPOSE_MAIN, "none");
    return a;
}

/* A page, and sometimes the one behind it. */
static void pages(twins_call *call, list_function function) {
    list_arguments a = draw(call);
    crm_iter *iter = NULL;
    int rc = function(call, &a, twins_token(call), &iter);
    twins_tell_list(call, rc, iter);
    if (!call->token || twins_chance(&call->random, 2)) return;
    iter = NULL;
    rc = function(call, &a, call->token, &iter);
    twins_tell_list(call, rc, iter);
}

/* Of the directory: some of all that can be asked for. */
static const crm_directory_query *query_of(const list_arguments *a) {
    static crm_directory_query query;
    query = (crm_directory_query){.size = sizeof query, .flags = a->flags, .role = a->number < 3 ? NULL : a->role, .day = a->day};
    if (a->number == 0) query.town = a->text;
    if (a->number == 1) query.postal_from = a->text;
    if (a->number == 2) query.country = "DE";
    if (a->number == 3) query.prefix = "M";
    if (a->number == 4 && a->limit % 2) query.group = a->named;
    return &query;
}

static void directory_count(twins_call *call) {
    list_arguments a = draw(call);
    uint64_t count = 0;
    int exact = 0, rc = crm_directory_count(call->txn, query_of(&a), &count, &exact);
    twins_tell_id(call, rc, count << 1 | (unsigned)exact);
}

#define LIST(name, ...)                                                                                                                    \
    static int get_##name(twins_call *call, const list_arguments *a, const char *token, crm_iter **out) {                                  \
        (void)token;                                                                                                                       \
        return crm_##name(call->txn, __VA_ARGS__, out);                                                                                    \
    }                                                                                                                                      \
    static void name(twins_call *call) { pages(call, get_##name); }

LIST(record_search, a->field, a->text, CRM_NTS, a->limit, token)
LIST(record_search_int, a->number < 4 ? call->pair->custom[2] : a->field, a->number, a->limit, token)
LIST(record_search_id, a->reference, a->number < 3 ? a->named : a->id, a->limit, token)
LIST(record_list, a->number == 0 ? 0 : a->number < 4 ? a->party : a->id, a->kind, a->limit, token)
LIST(party_list, a->role, a->number < 2 ? a->text : a->number < 4 ? "M" : NULL, CRM_NTS, a->flags, a->limit, token)
LIST(directory_list, query_of(a), a->limit, token)
LIST(group_list, a->limit, token)
LIST(group_members, a->number ? call->pair->groups[0] : a->id, a->day, a->limit, token)
LIST(party_groups, a->party, a->day)
LIST(code_list, a->number ? "price_list" : a->text, a->limit, token)
LIST(address_list, a->party, a->purpose, a->day, a->limit, token)
LIST(contact_list, a->party, a->purpose, a->day, a->limit, token)
LIST(user_list, a->limit, token)
LIST(access_list, (uint32_t)a->number, a->limit, token)

#define ROW(name)                                                                                                                          \
    { #name, name, TWINS_FINDS, false }
#define EMPTY(name)                                                                                                                        \
    { #name, name, TWINS_EMPTY, false }
static const twins_row rows[] = {
    ROW(record_search), ROW(record_search_int), ROW(record_search_id), ROW(record_list),    ROW(party_list),
    EMPTY(group_list),  EMPTY(group_members),   ROW(party_groups),     ROW(code_list),      ROW(address_list),
    ROW(contact_list),  ROW(user_list),         ROW(access_list),      ROW(directory_list), ROW(directory_count),
};
const twins_table twins_calls_list = {rows, sizeof rows / sizeof *rows};
