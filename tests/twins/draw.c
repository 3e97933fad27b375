/* SPDX-License-Identifier: MIT */
/* Arguments: mostly what is there, of his own and of others, and now and then what is nowhere or is none at all. */
#include "twins.h"
#include <string.h>

uint64_t twins_draw(uint64_t *random, uint64_t below) {
    *random += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    uint64_t bits = *random;
    bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
    return (bits ^ bits >> 31) % below;
}

bool twins_chance(uint64_t *random, int of) { return twins_draw(random, (uint64_t)of) == 0; }

const char *twins_one_of(twins_call *call, const char *const *texts, size_t count) { return texts[twins_draw(&call->random, count)]; }

/* Few names, so that those of others are like his own. */
const char *twins_name(uint64_t *random, char *space) {
    static const char *const words[] = {"Mill", "miller", "Mühle", "Acme", "Nord"};
    const char *word = words[twins_draw(random, sizeof words / sizeof *words)];
    snprintf(space, TWINS_SPACE, "%s %d", word, (int)twins_draw(random, 3));
    return space;
}

/* --- ids --- */

static crm_id strange_id(twins_call *call) {
    const twins_ids *own = &call->pair->own;
    switch (twins_draw(&call->random, 8)) {
    case 0: return 0;
    case 1: return UINT64_MAX;
    case 2: return CRM_ACTOR_SYSTEM;
    case 3: return UINT64_C(1) << 52;
    case 4: return call->pair->moved;
    default: return own->id[twins_draw(&call->random, own->count)] ^ (twins_draw(&call->random, 1023) + 1) << 20;
    }
}

crm_id twins_id(twins_call *call) {
    const twins_pair *pair = call->pair;
    uint64_t of = twins_draw(&call->random, 20);
    if (of < 10) return pair->own.id[twins_draw(&call->random, pair->own.count)];
    if (of < 17) return pair->foreign.id[twins_draw(&call->random, pair->foreign.count)];
    return strange_id(call);
}

crm_id twins_party(twins_call *call) {
    const twins_pair *pair = call->pair;
    uint64_t of = twins_draw(&call->random, 10);
    if (of < 6) return pair->parties[twins_draw(&call->random, pair->party_count)];
    if (of < 8 && pair->foreign_count) return pair->foreign_parties[twins_draw(&call->random, pair->foreign_count)];
    return twins_id(call);
}

/* --- texts, fields, kinds --- */

const char *twins_text(twins_call *call) {
    static _Thread_local char space[TWINS_SPACE];
    switch (twins_draw(&call->random, 6)) {
    case 0: return twins_name(&call->random, space);
    case 1:
        return TWINS_ONE_OF(call, "", "x", "none", "m", "MILL", "mü", "DE1", "de2", "30", "EUR", "V8", "DE", "a.b", "code.closed.plant");
    case 2: return TWINS_ONE_OF(call, "u", "u0", "u1", "v0", "w1", "G0", "G1", "G2", "H0", "I1", "R0", "R1", "A0", "A1", "N1", "N2");
    default: snprintf(space, sizeof space, "N%d", (int)twins_draw(&call->random, 90)); return space;
    }
}

/* A text that such a field may have. */
const char *twins_value(twins_call *call, crm_field field) {
    static _Thread_local char space[TWINS_SPACE];
    switch (field) {
    case CRM_PARTY_NAME:
    case CRM_PARTY_SHORT_NAME:
    case CRM_CONTACT_NAME:
    case CRM_ADDRESS_TOWN: return twins_name(&call->random, space);
    case CRM_PARTY_VAT_ID: return TWINS_ONE_OF(call, "DE1", "DE2", "de 1", "DE3");
    case CRM_ADDRESS_POSTAL_CODE: return TWINS_ONE_OF(call, "12345", "54321");
    case CRM_CHANNEL_NORMALISED: return "a@b.example";
    case CRM_USER_NAME: return TWINS_ONE_OF(call, "u", "v1", "w1", "v2", "w2", "v3", "w3", "v4", "w4");
    case CRM_GROUP_CODE:
    case CRM_GROUP_NAME: return TWINS_ONE_OF(call, "G0", "G1", "H1", "I1", "H2", "I2", "H3", "I3");
    case CRM_CODE_CODE: return TWINS_ONE_OF(call, "N1", "N2", "N3", "N4");
    case CRM_SETTING_NAME: return TWINS_ONE_OF(call, "a.b", "a.c", "x", "option.default", "code.closed.plant", "number.customer");
    default: return twins_text(call);
    }
}

uint32_t twins_kind(twins_call *call) {
    uint32_t kind = 0, at = (uint32_t)twins_draw(&call->random, 36);
    for (uint32_t i = 0; i < at; i++) kind = crm_kind_next(kind);
    return kind;
}

crm_field twins_field_of(twins_call *call, uint32_t kind) {
    const twins_pair *pair = call->pair;
    crm_field fields[64], field = 0;
    size_t count = 0;
    while ((field = crm_field_next(kind, field)) && count < 60) fields[count++] = field;
    for (size_t i = 0; i < pair->custom_count; i++)
        if ((pair->custom[i] & 0xffffff) / 1000 == kind) fields[count++] = pair->custom[i];
    return count ? fields[twins_draw(&call->random, count)] : 0;
}

crm_field twins_reference(twins_call *call) {
    static const crm_field references[] = {CRM_CONTACT_PERSON,    CRM_CONTACT_PERSON,   CRM_PARTY_REFERRER, CRM_PARTY_REFERRER,
                                           CRM_ROLE_CONVERTED_BY, CRM_MEMBERSHIP_GROUP, CRM_BINDING_USER,   CRM_USER_ROLE_USER,
                                           CRM_CREDENTIAL_USER,   CRM_GROUP_PARENT,     CRM_USER_ROLE_ROLE};
    return references[twins_draw(&call->random, sizeof references / sizeof *references)];
}

/* The fields that are found by their values come up most. */
crm_field twins_field(twins_call *call) {
    static const crm_field found[] = {
        CRM_PARTY_NAME,       CRM_PARTY_SHORT_NAME,   CRM_PARTY_VAT_ID,      CRM_PARTY_TAX_NUMBER,    CRM_PARTY_REFERRER,
        CRM_CONTACT_NAME,     CRM_CONTACT_PERSON,     CRM_ROLE_NUMBER,       CRM_ROLE_NUMBER,         CRM_ROLE_CONVERTED_BY,
        CRM_IDENTIFIER_VALUE, CRM_MEMBERSHIP_GROUP,   CRM_BINDING_USER,      CRM_USER_NAME,           CRM_SETTING_NAME,
        CRM_GROUP_CODE,       CRM_GROUP_NAME,         CRM_GROUP_PARENT,      CRM_RULE_CODE,           CRM_CODE_CODE,
        CRM_CREDENTIAL_USER,  CRM_POLICY_FIELD,       CRM_ADDRESS_TOWN,      CRM_ADDRESS_POSTAL_CODE, CRM_USER_ROLE_USER,
        CRM_ACCESS_ROLE_CODE, CRM_CHANNEL_NORMALISED, CRM_CUSTOM_FIELD_NAME, CRM_USER_ROLE_ROLE,      CRM_ADDRESS_SITE_NUMBER};
    const twins_pair *pair = call->pair;
    uint64_t of = twins_draw(&call->random, 8);
    if (of == 0) return twins_field_of(call, twins_kind(call));
    if (of < 3 && pair->custom_count) return pair->custom[twins_draw(&call->random, pair->custom_count)];
    return found[twins_draw(&call->random, sizeof found / sizeof *found)];
}

/* --- days, limits, tokens --- */

int64_t twins_day(twins_call *call) {
    static const int64_t days[] = {CRM_TODAY, CRM_TODAY, CRM_TODAY, 20000, 19990, 20010, 0, CRM_NO_DATE};
    return days[twins_draw(&call->random, sizeof days / sizeof *days)];
}

uint32_t twins_limit(twins_call *call) {
    static const uint32_t limits[] = {0, 1, 1, 2, 2, 3, 10, 10000, 10001};
    return limits[twins_draw(&call->random, sizeof limits / sizeof *limits)];
}

const char *twins_token(twins_call *call) {
    const twins_pair *pair = call->pair;
    uint64_t of = twins_draw(&call->random, 16);
    if (of < 3) return pair->strange[call->world][of];
    if (!pair->token_count || of < 12) return NULL;
    return pair->tokens[twins_draw(&call->random, pair->token_count)];
}

/* --- values --- */

void twins_fill_field(twins_call *call, crm_record *rec, crm_field field) {
    int64_t number = (int64_t)twins_draw(&call->random, 5);
    if (twins_chance(&call->random, 8)) {
        crm_record_clear(rec, field);
        return;
    }
    switch (field & UINT32_C(0x80000000) ? CRM_TYPE_TEXT : crm_field_type(field)) {
    case CRM_TYPE_TEXT: crm_record_set_text(rec, field, twins_text(call), CRM_NTS); return;
    case CRM_TYPE_INT: crm_record_set_int(rec, field, number); return;
    case CRM_TYPE_BOOL: crm_record_set_bool(rec, field, number > 2); return;
    case CRM_TYPE_DATE: crm_record_set_date(rec, field, 19998 + number); return;
    case CRM_TYPE_TIME: crm_record_set_time(rec, field, number); return;
    case CRM_TYPE_AMOUNT: crm_record_set_amount(rec, field, number); return;
    case CRM_TYPE_ID: crm_record_set_id(rec, field, twins_id(call)); return;
    case CRM_TYPE_BYTES: crm_record_set_bytes(rec, field, "abc", 3); return;
    case CRM_TYPE_TEXTS: crm_record_add_item(rec, field, twins_text(call), CRM_NTS); return;
    default: crm_record_set_label(rec, field, "de", twins_text(call), CRM_NTS); return;
    }
}
