/* SPDX-License-Identifier: MIT */
/* Knocks at every function that writes. Some fields of his own files the user may change: what became of that is read back. Whatever is
 * done is undone but for some of these changes, which are made in both stores. */
#include "twins.h"
#include <libcrm/codes.h>
#include <string.h>

static void tell_refused(twins_call *call, int rc) {
    crm_record *rec = NULL;
    twins_tell(call, rc);
    call->found = rc >= 0;
    int read = crm_record_get(call->txn, call->pair->parties[0], &rec); /* the transaction goes on */
    twins_tell(call, read);
    crm_record_free(rec);
}

/* --- records --- */

/* The field of a kind whose values others have too. */
static crm_field unique_of(const twins_call *call, uint32_t kind, crm_field field) {
    if (kind == CRM_KIND_PARTY) return call->pair->custom[0];
    return kind == CRM_KIND_ROLE ? CRM_ROLE_NUMBER : kind == CRM_KIND_IDENTIFIER ? CRM_IDENTIFIER_VALUE : field;
}

/* The fields that his access role may name come up most. */
static void change(twins_call *call, crm_record *rec) {
    static const crm_field allowed[] = {CRM_PARTY_NOTE,     CRM_PARTY_SPECIAL_WISHES, CRM_CONTACT_NAME, CRM_CONTACT_NOTE,
                                        CRM_CONTACT_PERSON, CRM_ADDRESS_STREET,       CRM_ADDRESS_TOWN, CRM_CHANNEL_VALUE,
                                        CRM_USAGE_TARGET,   CRM_USAGE_PURPOSE};
    uint32_t kind = crm_record_kind(rec);
    crm_field field = twins_field_of(call, kind);
    for (int i = 0; i < 12 && !twins_chance(&call->random, 12); i++) {
        crm_field drawn = allowed[twins_draw(&call->random, sizeof allowed / sizeof *allowed)];
        if (drawn / 1000 == kind) field = drawn;
    }
    if (twins_chance(&call->random, 6)) field = unique_of(call, kind, field);
    if (field == CRM_USAGE_PURPOSE)
        crm_record_set_text(rec, field, TWINS_ONE_OF(call, CRM_PURPOSE_DELIVERY, CRM_PURPOSE_BILLING, "none"), CRM_NTS);
    else
        twins_fill_field(call, rec, field);
}

/* One of his own mostly, of another, or none: then the error is told. */
static crm_record *draw_stored(twins_call *call) {
    const twins_pair *pair = call->pair;
    crm_record *rec = NULL;
    int rc = CRM_OK;
    if (pair->stranger_count && twins_chance(&call->random, 5))
        rc = crm_record_copy(pair->strangers[twins_draw(&call->random, pair->stranger_count)], &rec);
    else
        rc = crm_record_get(call->txn, twins_id(call), &rec);
    if (!rec) twins_tell(call, rc);
    return rec;
}

/* Of a kind that has required fields, with these. */
static crm_record *draw_new(twins_call *call) {
    static const uint32_t kinds[] = {CRM_KIND_CONTACT, CRM_KIND_CONTACT, CRM_KIND_ADDRESS, CRM_KIND_CHANNEL, CRM_KIND_USAGE};
    uint32_t kind = twins_draw(&call->random, 4) ? kinds[twins_draw(&call->random, 5)] : twins_kind(call);
    crm_record *rec = NULL;
    if (crm_record_new_in(call->txn, kind, &rec) != CRM_OK) return NULL;
    for (crm_field field = 0; (field = crm_field_next(kind, field)) != 0;) {
        uint32_t flags = crm_field_flags(field);
        if (flags & CRM_FIELD_KEY)
            crm_record_set_id(rec, field, twins_party(call));
        else if (field == CRM_CHANNEL_TYPE)
            crm_record_set_text(rec, field, CRM_CHANNEL_MAIL, CRM_NTS);
        else if (field == CRM_USAGE_PURPOSE)
            crm_record_set_text(rec, field, CRM_PURPOSE_DELIVERY, CRM_NTS);
        else if (flags & CRM_FIELD_REQUIRED)
            twins_fill_field(call, rec, field);
    }
    return rec;
}

/* A number that another customer may have. */
static crm_record *draw_role(twins_call *call) {
    crm_record *rec = twins_record(CRM_KIND_ROLE, twins_party(call), CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, 0);
    crm_record_set_text(rec, CRM_ROLE_NUMBER, twins_text(call), CRM_NTS);
    return rec;
}

static void tell_put(twins_call *call, const crm_record *rec) {
    crm_id id = 0;
    uint64_t revision = 0;
    crm_record *stored = NULL;
    crm_file *file = NULL;
    int rc = crm_record_put(call->txn, rec, &id, &revision);
    twins_tell(call, rc);
    fprintf(call->out, "%llu %llu\n", (unsigned long long)id, (unsigned long long)revision);
    bool found = rc == CRM_OK;
    rc = crm_record_get(call->txn, id, &stored);
    twins_tell_record(call, rc, stored);
    rc = crm_file_get(call->txn, call->pair->parties[0], &file);
    twins_tell_file(call, rc, file);
    call->found = found;
    call->commit = found && twins_chance(&call->random, 4);
}

static void record_put(twins_call *call) {
    crm_record *rec = twins_chance(&call->random, 6)   ? draw_role(call)
                      : twins_chance(&call->random, 3) ? draw_new(call)
                                                       : draw_stored(call);
    if (!rec) return;
    for (int i = (int)twins_draw(&call->random, 3); i > 0; i--) change(call, rec);
    tell_put(call, rec);
    crm_record_free(rec);
}

static uint64_t revision(twins_call *call) { return twins_draw(&call->random, 3); }

static void record_delete(twins_call *call) { tell_refused(call, crm_record_delete(call->txn, twins_id(call), revision(call))); }
static void record_archive(twins_call *call) { tell_refused(call, crm_record_archive(call->txn, twins_id(call), revision(call))); }
static void record_restore(twins_call *call) { tell_refused(call, crm_record_restore(call->txn, twins_id(call), revision(call))); }

static void address_move(twins_call *call) {
    crm_record *to;
    crm_id id = 0;
    twins_need(crm_record_new(CRM_KIND_ADDRESS, &to) == CRM_OK, "new");
    tell_refused(call, crm_address_move(call->txn, twins_id(call), twins_day(call), to, &id));
    crm_record_free(to);
}

static void party_convert(twins_call *call) { tell_refused(call, crm_party_convert(call->txn, twins_party(call), NULL, 0, NULL)); }

/* --- groups, definitions, settings --- */

static crm_id group(twins_call *call) { return twins_chance(&call->random, 2) ? call->pair->groups[0] : twins_id(call); }

static void group_add(twins_call *call) {
    tell_refused(call, crm_group_add(call->txn, group(call), twins_party(call), twins_day(call), CRM_NO_DATE, NULL));
}
static void group_remove(twins_call *call) {
    tell_refused(call, crm_group_remove(call->txn, group(call), twins_party(call), twins_day(call)));
}
static void policy_set(twins_call *call) {
    const uint32_t levels[] = {CRM_LEVEL_EXPLICIT, (uint32_t)twins_draw(&call->random, 12) * 10};
    tell_refused(call, crm_policy_set(call->txn, twins_field_of(call, CRM_KIND_QUOTE), levels, 2));
}
static void policy_clear(twins_call *call) { tell_refused(call, crm_policy_clear(call->txn, twins_field_of(call, CRM_KIND_QUOTE))); }
static void setting_set(twins_call *call) { tell_refused(call, crm_setting_set(call->txn, twins_text(call), "1", CRM_NTS)); }
static void setting_clear(twins_call *call) { tell_refused(call, crm_setting_clear(call->txn, twins_text(call))); }

/* --- users --- */

static void user_bind(twins_call *call) {
    tell_refused(call, crm_user_bind(call->txn, twins_id(call), twins_party(call), twins_day(call), CRM_NO_DATE, NULL));
}
static void user_unbind(twins_call *call) {
    tell_refused(call, crm_user_unbind(call->txn, twins_id(call), twins_party(call), twins_day(call)));
}
static void user_password_set(twins_call *call) {
    tell_refused(call, crm_user_password_set(call->txn, twins_id(call), twins_text(call), CRM_NTS, 0));
}
static void user_password_check(twins_call *call) {
    tell_refused(call, crm_user_password_check(call->txn, twins_id(call), twins_text(call), CRM_NTS));
}
static void user_verifier_set(twins_call *call) { tell_refused(call, crm_user_verifier_set(call->txn, twins_id(call), "abc", 3)); }

/* --- transactions of their own --- */

static int work(crm_txn *txn, void *data) {
    twins_call *call = data;
    crm_txn *snapshot = call->txn;
    call->txn = txn;
    record_put(call);
    call->txn = snapshot;
    bool good = call->found;
    call->commit = false;
    return good && twins_chance(&call->random, 2) ? CRM_COMMIT : CRM_OK;
}

static void transact(twins_call *call) {
    crm_txn *snapshot = call->txn;
    call->txn = NULL;
    twins_tell(call, crm_transact(call->db, call->pair->user, work, call));
    call->txn = snapshot;
}

static void sync_job(twins_call *call) {
    crm_sync *sync;
    twins_need(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync) == CRM_OK, "sync");
    int rc = crm_sync_job(sync, call->db, call->pair->user, twins_text(call), 0);
    twins_tell(call, rc);
    call->found = rc >= 0;
    crm_sync_free(sync);
}

static void sync_plan(twins_call *call) {
    crm_sync *sync;
    crm_plan *plan = NULL;
    twins_need(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync) == CRM_OK, "sync");
    int rc = crm_sync_plan(sync, call->db, call->pair->user, &plan);
    twins_tell(call, rc);
    call->found = plan != NULL;
    crm_sync_free(sync);
}

static void run_revert(twins_call *call) {
    int rc = crm_run_revert(call->db, call->pair->user, twins_id(call));
    twins_tell(call, rc);
    call->found = rc >= 0;
}

static void run_blockers(twins_call *call) {
    crm_iter *iter = NULL;
    int rc = crm_run_blockers(call->txn, twins_id(call), 0, NULL, &iter);
    twins_tell_list(call, rc, iter);
}

static void run_forget(twins_call *call) { tell_refused(call, crm_run_forget(call->txn, twins_id(call))); }

static void sync_apply(twins_call *call) {
    crm_sync *sync;
    const char *cells[2] = {twins_text(call), "Mill 9"};
    twins_need(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync) == CRM_OK, "sync");
    twins_need(crm_sync_map(sync, "a", "role.number") == CRM_OK && crm_sync_map(sync, "b", "party.name") == CRM_OK, "map");
    twins_need(crm_sync_add_column(sync, "a", CRM_NTS) == CRM_OK && crm_sync_add_column(sync, "b", CRM_NTS) == CRM_OK, "column");
    twins_need(crm_sync_add_row(sync, 0, cells, NULL, 2) == CRM_OK, "row");
    int rc = crm_sync_apply(sync, call->db, call->pair->user);
    twins_tell_sync(call, rc, sync);
    call->found = rc >= 0;
    crm_sync_free(sync);
}

#define REFUSED(name)                                                                                                                      \
    { #name, name, TWINS_EMPTY, true }
static const twins_row rows[] = {
    {"record_put", record_put, TWINS_FINDS, true},
    {"transact", transact, TWINS_FINDS, false},
    {"sync_apply", sync_apply, TWINS_EMPTY, false},
    {"sync_job", sync_job, TWINS_EMPTY, false},
    {"sync_plan", sync_plan, TWINS_EMPTY, false},
    {"run_revert", run_revert, TWINS_EMPTY, false},
    {"run_blockers", run_blockers, TWINS_EMPTY, false},
    REFUSED(run_forget),
    REFUSED(record_delete),
    REFUSED(record_archive),
    REFUSED(record_restore),
    REFUSED(address_move),
    REFUSED(party_convert),
    REFUSED(group_add),
    REFUSED(group_remove),
    REFUSED(policy_set),
    REFUSED(policy_clear),
    REFUSED(setting_set),
    REFUSED(setting_clear),
    REFUSED(user_bind),
    REFUSED(user_unbind),
    REFUSED(user_password_set),
    REFUSED(user_password_check),
    REFUSED(user_verifier_set),
};
const twins_table twins_calls_write = {rows, sizeof rows / sizeof *rows};
