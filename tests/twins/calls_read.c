/* SPDX-License-Identifier: MIT */
/* Calls that read one thing. */
#include "twins.h"
#include <libcrm/codes.h>
#include <stdlib.h>
#include <string.h>

/* A call whose last argument is what it gives. */
#define CALL(name, type, teller, ...)                                                                                                      \
    static void name(twins_call *call) {                                                                                                   \
        type value = 0;                                                                                                                    \
        int rc = crm_##name(call->txn, __VA_ARGS__, &value);                                                                               \
        teller(call, rc, value);                                                                                                           \
    }

static const char *role(twins_call *call) { return TWINS_ONE_OF(call, CRM_ROLE_CUSTOMER, CRM_ROLE_CUSTOMER, CRM_ROLE_SUPPLIER, "none"); }
static const char *scope(twins_call *call) {
    return TWINS_ONE_OF(call, CRM_ROLE_CUSTOMER, CRM_ROLE_SUPPLIER, "gln", "price_list", "party");
}
static const char *purpose(twins_call *call) {
    return TWINS_ONE_OF(call, CRM_PURPOSE_DELIVERY, CRM_PURPOSE_QUOTE, CRM_PURPOSE_BILLING, CRM_PURPOSE_MAIN, "none");
}

/* --- by id --- */

CALL(record_get, crm_record *, twins_tell_record, twins_id(call))
CALL(file_get, crm_file *, twins_tell_file, twins_party(call))
CALL(record_blockers, crm_blockers *, twins_tell_blockers, twins_id(call))

/* --- what changed --- */

static void change_now(twins_call *call) {
    crm_changes *changes = NULL;
    int rc = crm_change_now(call->txn, &changes);
    call->found = rc == CRM_OK;
    twins_tell_changes(call, rc, changes);
}

/* Of his own tokens one goes on in his feed, others are none of it. */
static void change_list(twins_call *call) {
    crm_changes *changes = NULL;
    uint32_t kind = twins_chance(&call->random, 3) ? twins_kind(call) : 0, limit = twins_limit(call);
    const char *since = twins_chance(&call->random, 3) ? twins_token(call) : call->pair->feed;
    int rc = crm_change_list(call->txn, kind, since, limit, &changes);
    twins_tell_changes(call, rc, changes);
}

static void change_values(twins_call *call) {
    crm_changes *changes = NULL;
    crm_id id = twins_chance(&call->random, 2) ? twins_id(call) : twins_party(call);
    crm_field field = twins_chance(&call->random, 4) ? twins_field(call) : 0;
    uint32_t limit = twins_limit(call);
    int rc = crm_change_values(call->txn, id, field, limit, twins_token(call), &changes);
    twins_tell_changes(call, rc, changes);
}

/* --- by a value --- */

static void record_find(twins_call *call) {
    static const crm_field unique[] = {CRM_ROLE_NUMBER, CRM_IDENTIFIER_VALUE,  CRM_CODE_CODE, CRM_SETTING_NAME, CRM_GROUP_CODE,
                                       CRM_USER_NAME,   CRM_CUSTOM_FIELD_NAME, CRM_RULE_CODE, CRM_POLICY_FIELD, CRM_ACCESS_ROLE_CODE};
    const twins_pair *pair = call->pair;
    crm_field field = unique[twins_draw(&call->random, sizeof unique / sizeof *unique)];
    if (twins_chance(&call->random, 4)) field = pair->custom[0];
    if (twins_chance(&call->random, 8)) field = twins_field(call);
    bool scoped = field == CRM_ROLE_NUMBER || field == CRM_IDENTIFIER_VALUE || field == CRM_CODE_CODE || twins_chance(&call->random, 8);
    const char *in = field == CRM_ROLE_NUMBER ? role(call) : scope(call);
    crm_id id = 0;
    int rc = crm_record_find(call->txn, field, scoped ? in : NULL, scoped ? CRM_NTS : 0, twins_value(call, field), CRM_NTS, &id);
    twins_tell_id(call, rc, id);
}

static void party_find(twins_call *call) {
    const char *in = role(call);
    crm_id id = 0;
    int rc = crm_party_find(call->txn, in, twins_text(call), CRM_NTS, &id);
    twins_tell_id(call, rc, id);
}

static void party_get(twins_call *call) {
    const char *in = role(call);
    crm_record *rec = NULL;
    int rc = crm_party_get(call->txn, in, twins_text(call), CRM_NTS, &rec);
    twins_tell_record(call, rc, rec);
}

CALL(identifier_find, crm_id, twins_tell_id, "gln", twins_text(call), CRM_NTS)
CALL(group_find, crm_id, twins_tell_id, twins_value(call, CRM_GROUP_CODE), CRM_NTS)
CALL(user_find, crm_id, twins_tell_id, twins_value(call, CRM_USER_NAME), CRM_NTS)
CALL(code_find, crm_id, twins_tell_id, "price_list", twins_value(call, CRM_CODE_CODE), CRM_NTS)
CALL(setting_get, crm_record *, twins_tell_record, twins_value(call, CRM_SETTING_NAME))

static void party_opt_out(twins_call *call) {
    crm_id party = twins_party(call), group = 0;
    int rc = crm_party_opt_out(call->txn, party, twins_day(call), &group);
    twins_tell_id(call, rc, group);
}

static void address_choose(twins_call *call) {
    crm_id party = twins_party(call), address = 0;
    int rc = crm_address_choose(call->txn, party, purpose(call), CRM_TODAY, &address);
    twins_tell_id(call, rc, address);
}

static void contact_choose(twins_call *call) {
    crm_id party = twins_party(call), contact = 0;
    int rc = crm_contact_choose(call->txn, party, purpose(call), CRM_TODAY, &contact);
    twins_tell_id(call, rc, contact);
}

/* --- definitions --- */

CALL(policy_get, crm_record *, twins_tell_record, twins_field_of(call, CRM_KIND_QUOTE))
CALL(custom_field_find, crm_field, twins_tell_id, TWINS_ONE_OF(call, "party.matter", "contact.grade", "party.name", "party.none", "x", ""))
CALL(custom_field_get, crm_record *, twins_tell_record, twins_field(call))

static void custom_field_next(twins_call *call) {
    uint32_t kind = twins_chance(&call->random, 2) ? CRM_KIND_PARTY : twins_kind(call);
    crm_field after = twins_chance(&call->random, 2) ? 0 : twins_field(call), field = 0;
    int rc = crm_custom_field_next(call->txn, kind, after, &field);
    twins_tell_id(call, rc, field);
}

static void record_new_in(twins_call *call) {
    crm_record *rec = NULL;
    int rc = crm_record_new_in(call->txn, twins_kind(call), &rec);
    if (rec) fprintf(call->out, "%u %u\n", crm_record_field_find(rec, "matter"), crm_record_field_find(rec, "grade"));
    twins_tell_record(call, rc, rec);
}

static void dump_begin(twins_call *call) {
    crm_dump *dump;
    int rc = crm_dump_begin(call->txn, &dump);
    twins_tell(call, rc);
    if (rc == CRM_OK) crm_dump_free(dump);
}

static void sync_new_in(twins_call *call) {
    crm_sync *sync = NULL;
    int rc = crm_sync_new_in(call->txn, "erp", 1 + (uint32_t)twins_draw(&call->random, 4), &sync);
    if (!sync) return;
    crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN);
    twins_tell(call, crm_sync_map(sync, "number", "role.number"));
    for (int i = 0; i < 4; i++)
        twins_tell(call, crm_sync_add_column(sync, TWINS_ONE_OF(call, "matter", "grade", "floor", "number", "Firma", "none"), CRM_NTS));
    twins_tell_sync(call, rc, sync);
    call->found = true;
    crm_sync_free(sync);
}

/* --- users, rights, options --- */

static void user_verifier_get(twins_call *call) {
    char bytes[64] = "";
    size_t size = 0;
    crm_id user = twins_chance(&call->random, 3) ? call->pair->user : twins_id(call);
    twins_tell(call, crm_user_verifier_get(call->txn, user, bytes, sizeof bytes, &size));
    fprintf(call->out, "%zu %s\n", size, bytes);
    call->found = size || bytes[0];
}

static void access_check(twins_call *call) {
    crm_id id = twins_chance(&call->random, 2) ? twins_party(call) : twins_id(call);
    int rc = crm_access_check(call->txn, id, (uint32_t)twins_draw(&call->random, 6));
    twins_tell(call, rc);
    call->found = rc == CRM_OK;
}

static void access_explain(twins_call *call) {
    crm_id id = twins_chance(&call->random, 2) ? twins_party(call) : twins_id(call);
    crm_id user = twins_chance(&call->random, 2) ? 0 : twins_chance(&call->random, 2) ? call->pair->user : twins_id(call);
    crm_record *rec = NULL;
    int rc = crm_access_explain(call->txn, user, id, (uint32_t)twins_draw(&call->random, 6), &rec);
    twins_tell_record(call, rc, rec);
}

static const char *option(twins_call *call) { return TWINS_ONE_OF(call, "V8", "V6", "SEAT-L", "X", "", "N1"); }

static void option_allowed(twins_call *call) {
    int allowed = 7;
    crm_id party = twins_party(call);
    int rc = crm_option_allowed(call->txn, party, CRM_TODAY, option(call), CRM_NTS, &allowed);
    twins_tell(call, rc);
    fprintf(call->out, "%d\n", allowed);
    call->found = rc == CRM_OK;
}

static void option_check(twins_call *call) {
    uint8_t allowed[3] = {7, 7, 7};
    crm_id rules[3] = {7, 7, 7}, party = twins_party(call);
    const char *codes[3];
    for (int i = 0; i < 3; i++) codes[i] = option(call);
    int rc = crm_option_check(call->txn, party, twins_day(call), codes, 3, allowed, rules);
    twins_tell(call, rc);
    for (int i = 0; i < 3; i++) fprintf(call->out, "%d %llu\n", allowed[i], (unsigned long long)rules[i]);
    call->found = rc == CRM_OK;
}

/* --- transactions --- */

static void txn_sequence(twins_call *call) {
    uint64_t sequence = crm_txn_sequence(call->txn);
    twins_tell(call, sequence ? CRM_OK : crm_error_status());
    fprintf(call->out, "%llu\n", (unsigned long long)sequence);
    call->found = sequence != 0;
}

static void txn_actor(twins_call *call) { twins_tell_id(call, CRM_OK, crm_txn_actor(call->txn)); }

/* As whom one may begin says something of who there is: the host knows its users, so only his own name counts here, and what is none's. */
static void txn_begin(twins_call *call) {
    crm_txn *txn = NULL;
    crm_id actor = twins_chance(&call->random, 2) ? call->pair->user : call->pair->parties[0];
    twins_tell(call, crm_txn_begin(call->db, (uint32_t)twins_draw(&call->random, 4), actor, &txn));
    call->found = txn != NULL;
    if (txn) fprintf(call->out, "%llu\n", (unsigned long long)crm_txn_actor(txn));
    if (txn && twins_chance(&call->random, 2)) twins_tell(call, crm_txn_commit(txn));
    crm_txn_abort(txn);
    crm_txn_free(txn);
}

#define ROW(name)                                                                                                                          \
    { #name, name, TWINS_FINDS, false }
#define EMPTY(name)                                                                                                                        \
    { #name, name, TWINS_EMPTY, false }
static const twins_row rows[] = {
    ROW(record_get),          ROW(file_get),         ROW(record_blockers),   ROW(change_now),      ROW(change_list),    ROW(change_values),
    ROW(record_find),         ROW(party_find),       ROW(party_get),         ROW(identifier_find), EMPTY(group_find),   ROW(user_find),
    ROW(code_find),           EMPTY(setting_get),    ROW(party_opt_out),     ROW(address_choose),  ROW(contact_choose), ROW(policy_get),
    ROW(custom_field_find),   ROW(custom_field_get), ROW(custom_field_next), ROW(record_new_in),   ROW(sync_new_in),    EMPTY(dump_begin),
    EMPTY(user_verifier_get), ROW(access_check),     ROW(access_explain),    ROW(option_allowed),  ROW(option_check),   EMPTY(txn_sequence),
    ROW(txn_actor),           ROW(txn_begin),
};
const twins_table twins_calls_read = {rows, sizeof rows / sizeof *rows};
