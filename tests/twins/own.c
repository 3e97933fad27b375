/* SPDX-License-Identifier: MIT */
/* What both stores have: the user and his parties, what decides of his proposals and options, and some others who were there before. */
#include "twins.h"
#include <libcrm/codes.h>
#include <stdarg.h>

crm_id twins_keep(twins_ids *ids, crm_id id) {
    twins_need(ids->count < TWINS_IDS, "too many ids");
    return ids->id[ids->count++] = id;
}

/* The owner's field is the first of every kind that has one. */
crm_record *twins_record(uint32_t kind, crm_id owner, ...) {
    crm_record *rec;
    va_list arguments;
    twins_need(crm_record_new(kind, &rec) == CRM_OK, "new");
    if (owner) twins_set_id(rec, kind * 1000 + 1, owner);
    va_start(arguments, owner);
    for (int field; (field = va_arg(arguments, int)) != 0;)
        twins_need(crm_record_set_text(rec, (crm_field)field, va_arg(arguments, const char *), CRM_NTS) == CRM_OK, "set");
    va_end(arguments);
    return rec;
}

void twins_set_id(crm_record *rec, crm_field field, crm_id id) { twins_need(crm_record_set_id(rec, field, id) == CRM_OK, "set id"); }

crm_id twins_put(crm_txn *txn, crm_record *rec, const char *what) {
    crm_id id = 0;
    twins_need(crm_record_put(txn, rec, &id, NULL) == CRM_OK, what);
    crm_record_free(rec);
    return id;
}

static bool chance(twins_pair *pair, int of) { return twins_chance(&pair->random, of); }
static int draw(twins_pair *pair, int below) { return (int)twins_draw(&pair->random, (uint64_t)below); }

/* --- a party with some of everything --- */

/* One of the others who were there before and still are, or one of the user's parties. */
static void name_other(twins_pair *pair, crm_txn *txn, crm_record *rec, crm_field field) {
    crm_record *other;
    bool own = pair->party_count && (!pair->early_count || chance(pair, 2));
    if (!own && !pair->early_count) return;
    crm_id id = own ? pair->parties[draw(pair, (int)pair->party_count)] : pair->foreign_parties[draw(pair, (int)pair->early_count)];
    if (crm_record_get(txn, id, &other) == CRM_OK) twins_set_id(rec, field, id);
    crm_record_free(other);
}

static void add_roles(twins_pair *pair, crm_txn *txn, twins_ids *ids, crm_id party, const char *number) {
    static const char *const roles[] = {CRM_ROLE_CUSTOMER, CRM_ROLE_SUPPLIER, CRM_ROLE_AGENT};
    for (int i = 0; i < 3; i++)
        if (i == 0 || chance(pair, 3))
            twins_keep(ids,
                       twins_put(txn, twins_record(CRM_KIND_ROLE, party, CRM_ROLE_ROLE, roles[i], CRM_ROLE_NUMBER, number, 0), "role"));
}

static void add_usage(twins_pair *pair, crm_txn *txn, twins_ids *ids, crm_id party, crm_id target) {
    static const char *const purposes[] = {CRM_PURPOSE_DELIVERY, CRM_PURPOSE_QUOTE, CRM_PURPOSE_BILLING, CRM_PURPOSE_MAIN};
    crm_record *rec = twins_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, purposes[draw(pair, 4)], 0);
    twins_set_id(rec, CRM_USAGE_TARGET, target);
    if (chance(pair, 3)) crm_record_set_bool(rec, CRM_USAGE_IS_DEFAULT, 1);
    twins_keep(ids, twins_put(txn, rec, "usage"));
}

static void add_places(twins_pair *pair, crm_txn *txn, twins_ids *ids, crm_id party) {
    char space[TWINS_SPACE];
    for (int i = draw(pair, 4); i > 0; i--) {
        crm_record *rec = twins_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, twins_name(&pair->random, space), CRM_ADDRESS_COUNTRY,
                                       chance(pair, 2) ? "DE" : "AT", CRM_ADDRESS_POSTAL_CODE, "12345", CRM_ADDRESS_STREET, space, 0);
        if (pair->custom_count > 2) crm_record_set_int(rec, pair->custom[2], draw(pair, 4));
        crm_id address = twins_keep(ids, twins_put(txn, rec, "address"));
        if (!chance(pair, 3)) add_usage(pair, txn, ids, party, address);
    }
    for (int i = draw(pair, 3); i > 0; i--) {
        crm_record *rec = twins_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, twins_name(&pair->random, space), 0);
        if (chance(pair, 2)) name_other(pair, txn, rec, CRM_CONTACT_PERSON);
        if (pair->custom_count > 2) crm_record_set_text(rec, pair->custom[1], chance(pair, 2) ? "N1" : "N2", CRM_NTS);
        crm_id contact = twins_keep(ids, twins_put(txn, rec, "contact"));
        if (chance(pair, 2)) add_usage(pair, txn, ids, party, contact);
        rec = twins_record(CRM_KIND_CHANNEL, party, CRM_CHANNEL_TYPE, CRM_CHANNEL_MAIL, CRM_CHANNEL_VALUE, "a@b.example", 0);
        twins_set_id(rec, CRM_CHANNEL_TARGET, contact);
        twins_keep(ids, twins_put(txn, rec, "channel"));
    }
}

static void add_terms(twins_pair *pair, crm_txn *txn, twins_ids *ids, crm_id party, const char *number) {
    static const char *const codes[] = {"V8", "V*", "SEAT-*"};
    if (chance(pair, 2))
        twins_keep(ids, twins_put(txn,
                                  twins_record(CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_PRICE_LIST, chance(pair, 2) ? "N1" : "N2",
                                               CRM_QUOTE_DEFAULTS_CUSTOMER_REFERENCE, number, 0),
                                  "terms"));
    if (pair->group_count && !chance(pair, 3)) {
        crm_record *rec = twins_record(CRM_KIND_MEMBERSHIP, party, 0);
        twins_set_id(rec, CRM_MEMBERSHIP_GROUP, pair->groups[draw(pair, (int)pair->group_count)]);
        twins_keep(ids, twins_put(txn, rec, "membership"));
    }
    for (int i = 0; i < 3; i++) {
        if (!chance(pair, 3)) continue;
        crm_record *rec = twins_record(CRM_KIND_OPTION_RULE, party, CRM_OPTION_RULE_CODE, codes[i], 0);
        crm_record_set_bool(rec, CRM_OPTION_RULE_DENY, chance(pair, 2));
        twins_keep(ids, twins_put(txn, rec, "option rule"));
    }
}

/* number: no two parties of a store have one. */
crm_id twins_add_party(twins_pair *pair, crm_txn *txn, twins_ids *ids, int number) {
    char name[TWINS_SPACE], text[TWINS_SPACE];
    snprintf(text, sizeof text, "N%d", number);
    twins_name(&pair->random, name);
    crm_record *rec = twins_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, name,
                                   CRM_PARTY_SHORT_NAME, name, CRM_PARTY_VAT_ID, chance(pair, 2) ? "DE1" : "DE2", 0);
    if (pair->custom_count) twins_need(crm_record_set_text(rec, pair->custom[0], text, CRM_NTS) == CRM_OK, "custom");
    if (chance(pair, 3)) name_other(pair, txn, rec, CRM_PARTY_REFERRER);
    if (chance(pair, 8)) crm_record_set_bool(rec, CRM_PARTY_ORDER_LOCK, 1);
    crm_id party = twins_keep(ids, twins_put(txn, rec, "party"));
    add_roles(pair, txn, ids, party, text);
    if (chance(pair, 2))
        twins_keep(ids,
                   twins_put(txn, twins_record(CRM_KIND_IDENTIFIER, party, CRM_IDENTIFIER_SCHEME, "gln", CRM_IDENTIFIER_VALUE, text, 0),
                             "identifier"));
    add_places(pair, txn, ids, party);
    add_terms(pair, txn, ids, party, text);
    return party;
}

/* --- what is the store's --- */

static void add_custom(twins_pair *pair, crm_txn *txn, const char *kind, const char *name, const char *type, crm_field flag) {
    crm_record *rec = twins_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, kind, CRM_CUSTOM_FIELD_NAME, name,
                                   CRM_CUSTOM_FIELD_TYPE, type, 0);
    crm_record_set_bool(rec, flag, 1);
    crm_id id = twins_keep(&pair->own, twins_put(txn, rec, "custom field"));
    twins_need(crm_record_get(txn, id, &rec) == CRM_OK, "custom field");
    pair->custom[pair->custom_count++] = (crm_field)crm_record_int(rec, CRM_CUSTOM_FIELD_FIELD, 0);
    crm_record_free(rec);
}

static void add_groups(twins_pair *pair, crm_txn *txn) {
    for (int i = 0; i < 3; i++) {
        char code[] = "G0";
        code[1] = (char)('0' + i);
        crm_record *rec = twins_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, code, CRM_GROUP_NAME, code, 0);
        if (i) twins_set_id(rec, CRM_GROUP_PARENT, pair->groups[draw(pair, i)]);
        crm_record_set_bool(rec, CRM_GROUP_OPT_OUT, chance(pair, 4));
        pair->groups[pair->group_count++] = twins_keep(&pair->own, twins_put(txn, rec, "group"));
        twins_keep(
            &pair->foreign,
            twins_put(txn, twins_record(CRM_KIND_QUOTE_DEFAULTS, pair->groups[i], CRM_QUOTE_DEFAULTS_PAYMENT_TERMS, "30", 0), "terms"));
        rec = twins_record(CRM_KIND_OPTION_RULE, pair->groups[i], CRM_OPTION_RULE_CODE, chance(pair, 2) ? "V8" : "SEAT-*", 0);
        crm_record_set_bool(rec, CRM_OPTION_RULE_DENY, 1);
        twins_keep(&pair->hidden, twins_put(txn, rec, "option rule"));
    }
}

static void add_definitions(twins_pair *pair, crm_txn *txn) {
    add_custom(pair, txn, "party", "matter", "text", CRM_CUSTOM_FIELD_UNIQUE);
    add_custom(pair, txn, "contact", "grade", "text", CRM_CUSTOM_FIELD_INDEXED);
    add_custom(pair, txn, "address", "floor", "int", CRM_CUSTOM_FIELD_INDEXED);
    for (int i = 1; i < 4; i++) {
        char code[] = "N0";
        code[1] = (char)('0' + i);
        twins_keep(&pair->own,
                   twins_put(txn, twins_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, code, 0), "code"));
    }
    twins_keep(&pair->foreign, twins_put(txn, twins_record(CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_CURRENCY, "EUR", 0), "terms"));
    if (chance(pair, 2))
        twins_keep(&pair->foreign,
                   twins_put(txn,
                             twins_record(CRM_KIND_RULE, 0, CRM_RULE_CODE, "R0", CRM_RULE_TARGET, "quote.plant", CRM_RULE_VALUE, "7", 0),
                             "rule"));
    if (chance(pair, 2)) {
        const uint32_t levels[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_GROUP, CRM_LEVEL_CUSTOMER};
        twins_need(crm_policy_set(txn, CRM_QUOTE_PAYMENT_TERMS, levels, 3) == CRM_OK, "policy");
    }
    if (chance(pair, 3)) twins_need(crm_setting_set(txn, "option.default", "deny", CRM_NTS) == CRM_OK, "setting");
    if (chance(pair, 3)) twins_need(crm_setting_set(txn, "code.closed.plant", "1", CRM_NTS) == CRM_OK, "setting");
}

/* --- the user --- */

/* Fields that bound users may change, some of them. */
static crm_id add_access_role(twins_pair *pair, crm_txn *txn) {
    static const char *const fields[] = {"party.note",           "contact.name",  "contact.person", "address.street", "address.town",
                                         "channel.value",        "channel.type",  "usage.target",   "usage.purpose",  "contact.grade",
                                         "party.special_wishes", "address.floor", "contact.note"};
    crm_record *rec = twins_record(CRM_KIND_ACCESS_ROLE, 0, CRM_ACCESS_ROLE_CODE, "A0", 0);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!chance(pair, 4)) crm_record_add_item(rec, CRM_ACCESS_ROLE_FIELDS, fields[i], CRM_NTS);
    return twins_keep(&pair->foreign, twins_put(txn, rec, "access role"));
}

static void add_user(twins_pair *pair, crm_txn *txn) {
    crm_record *rec = twins_record(CRM_KIND_USER, 0, CRM_USER_NAME, "u", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0);
    if (chance(pair, 3)) crm_record_set_text(rec, CRM_USER_PRICE_LIST, "N1", CRM_NTS);
    if (chance(pair, 3)) crm_record_set_text(rec, CRM_USER_CURRENCY, "CHF", CRM_NTS);
    pair->user = twins_keep(&pair->own, twins_put(txn, rec, "user"));
    if (chance(pair, 3)) return;
    rec = twins_record(CRM_KIND_USER_ROLE, 0, 0);
    twins_set_id(rec, CRM_USER_ROLE_USER, pair->user);
    twins_set_id(rec, CRM_USER_ROLE_ROLE, add_access_role(pair, txn));
    twins_keep(&pair->hidden, twins_put(txn, rec, "user role"));
}

static void add_early(twins_pair *pair, crm_txn *txn, int count) {
    for (; count > 0; count--) {
        crm_id party = twins_add_party(pair, txn, &pair->foreign, 20 + (int)pair->early_count);
        pair->foreign_parties[pair->early_count++] = party;
    }
    pair->foreign_count = pair->early_count;
}

/* Others are there before his own parties and behind them, so that theirs are next to his on both sides. */
void twins_fill_own(twins_pair *pair, crm_txn *txn) {
    add_definitions(pair, txn);
    add_groups(pair, txn);
    twins_put(txn, twins_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "changes.fields", CRM_SETTING_VALUE, "party.note, party.name", 0),
              "fields");
    add_early(pair, txn, draw(pair, 3));
    add_user(pair, txn);
    for (int i = 1 + draw(pair, TWINS_PARTIES); i > 0; i--) {
        crm_id party = twins_add_party(pair, txn, &pair->own, i), binding;
        pair->parties[pair->party_count++] = party;
        twins_need(crm_user_bind(txn, pair->user, party, CRM_NO_DATE, CRM_NO_DATE, &binding) == CRM_OK, "bind");
        twins_keep(&pair->hidden, binding);
    }
    add_early(pair, txn, draw(pair, 3));
    crm_record *known = twins_record(CRM_KIND_CONTACT, pair->parties[0], CRM_CONTACT_NAME, "known", 0);
    twins_set_id(known, CRM_CONTACT_PERSON, pair->parties[pair->party_count - 1]);
    twins_keep(&pair->own, twins_put(txn, known, "contact"));
    for (size_t i = 0; i < pair->hidden.count; i++) twins_keep(&pair->foreign, pair->hidden.id[i]);
}
