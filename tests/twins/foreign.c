/* SPDX-License-Identifier: MIT */
/* What each of the stores has by itself, and the user does not see: it is drawn anew for each of them, so that hardly anything is alike. It
 * touches what is his wherever records of others can: his parties, his groups, his names. */
#include "api/api.h"
#include "twins.h"
#include <libcrm/codes.h>
#include <string.h>

typedef struct foreign_world {
    twins_pair *pair;
    crm_db *db;
    int world, next; /* the next number of a party */
    crm_id parties[40];
    size_t count;
} foreign_world;

static bool chance(foreign_world *w, int of) { return twins_chance(&w->pair->random, of); }
static int draw(foreign_world *w, int below) { return (int)twins_draw(&w->pair->random, (uint64_t)below); }

static crm_id own_party(foreign_world *w) { return w->pair->parties[draw(w, (int)w->pair->party_count)]; }
static crm_id some_party(foreign_world *w) { return w->count ? w->parties[draw(w, (int)w->count)] : 0; }
static crm_id keep(foreign_world *w, crm_id id) { return twins_keep(&w->pair->foreign, id); }

static const char *named(foreign_world *w, const char *begin, char *space) {
    snprintf(space, TWINS_SPACE, "%s%d", begin, w->next++);
    return space;
}

/* --- parties --- */

static void add_party(foreign_world *w, crm_txn *txn) {
    if (w->count == sizeof w->parties / sizeof *w->parties) return;
    crm_id party = twins_add_party(w->pair, txn, &w->pair->foreign, 30 + 2 * w->next++ + w->world);
    w->parties[w->count++] = party;
    if (w->pair->foreign_count < 64) w->pair->foreign_parties[w->pair->foreign_count++] = party;
}

/* Records of others that name his parties. */
static void add_reference(foreign_world *w, crm_txn *txn) {
    crm_record *rec;
    crm_id party = some_party(w);
    if (!party) return;
    if (chance(w, 2)) {
        rec = twins_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "Mill 1", 0);
        twins_set_id(rec, CRM_CONTACT_PERSON, own_party(w));
    } else {
        twins_need(crm_record_get(txn, party, &rec) == CRM_OK, "party");
        twins_set_id(rec, CRM_PARTY_REFERRER, own_party(w));
    }
    keep(w, twins_put(txn, rec, "reference"));
}

static void change(foreign_world *w, crm_txn *txn, crm_id party) {
    char space[TWINS_SPACE];
    crm_record *rec;
    for (int i = draw(w, 4); party && i > 0; i--) {
        twins_need(crm_record_get(txn, party, &rec) == CRM_OK, "party");
        crm_record_set_text(rec, CRM_PARTY_NAME, twins_name(&w->pair->random, space), CRM_NTS);
        crm_record_set_text(rec, CRM_PARTY_NOTE, space, CRM_NTS);
        twins_put(txn, rec, "change");
    }
}

static void change_party(foreign_world *w, crm_txn *txn) { change(w, txn, some_party(w)); }

/* It may be refused where others name the party: nothing is lost then. */
static void delete_party(foreign_world *w, crm_txn *txn) {
    if (w->count < 2) return;
    size_t at = (size_t)draw(w, (int)w->count);
    if (crm_record_delete(txn, w->parties[at], 0) == CRM_OK) w->parties[at] = w->parties[--w->count];
}

static void archive_party(foreign_world *w, crm_txn *txn) {
    crm_id party = some_party(w);
    if (party) crm_record_archive(txn, party, 0);
}

/* --- who else works here --- */

static void add_user(foreign_world *w, crm_txn *txn) {
    char space[TWINS_SPACE];
    bool staff = chance(w, 3);
    crm_record *rec = twins_record(CRM_KIND_USER, 0, CRM_USER_NAME, named(w, w->world ? "w" : "v", space), CRM_USER_TYPE,
                                   staff ? CRM_USER_TYPE_STAFF : CRM_USER_TYPE_BOUND, 0);
    crm_id binding, user = keep(w, twins_put(txn, rec, "user")), party = chance(w, 2) ? own_party(w) : some_party(w);
    if (party && crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, &binding) == CRM_OK) keep(w, binding);
    if (chance(w, 2)) twins_need(crm_user_verifier_set(txn, user, space, strlen(space)) == CRM_OK, "verifier");
    if (chance(w, 60)) twins_need(crm_user_password_set(txn, user, "secret", CRM_NTS, 0) == CRM_OK, "password");
}

/* A binding of his that is over, or not yet. */
static void add_past(foreign_world *w, crm_txn *txn) {
    crm_id binding, party = some_party(w);
    if (!party) return;
    bool over = chance(w, 2);
    int rc = crm_user_bind(txn, w->pair->user, party, over ? CRM_NO_DATE : 20001, over ? 20000 : CRM_NO_DATE, &binding);
    if (rc == CRM_OK) keep(w, binding);
}

/* A binding of his that is good, to a party that was archived below the rules, as by a host of another version. */
static void add_archived(foreign_world *w, crm_txn *txn) {
    crm_record *rec;
    crm_id binding;
    int status;
    size_t at = w->count ? (size_t)draw(w, (int)w->count) : 0;
    if (w->count < 2 || crm_user_bind(txn, w->pair->user, w->parties[at], CRM_NO_DATE, CRM_NO_DATE, &binding) != CRM_OK) return;
    crm_id party = w->parties[at];
    w->parties[at] = w->parties[--w->count]; /* its indexes say otherwise now: it is left alone */
    keep(w, binding);
    crmi_txn *open = crmi_api_enter(txn, true, &status);
    twins_need(open && crm_record_new(CRM_KIND_PARTY, &rec) == CRM_OK, "enter");
    crm_record_free(rec);
    crmi_packed id = crmi_store_packed(open, party);
    twins_need(crmi_store_get(open, id, &rec) == CRM_OK && crm_record_set_bool(rec, CRM_PARTY_ARCHIVED, 1) == CRM_OK, "party");
    twins_need(crmi_store_put(open, id, rec, crm_record_revision(rec) + 1) == CRM_OK, "archive");
    crmi_api_leave(txn);
    crm_record_free(rec);
}

static void add_rights(foreign_world *w, crm_txn *txn) {
    char space[TWINS_SPACE];
    keep(w, twins_put(txn, twins_record(CRM_KIND_ACCESS_ROLE, 0, CRM_ACCESS_ROLE_CODE, named(w, "B", space), 0), "access role"));
}

/* --- what is the store's --- */

static void add_group(foreign_world *w, crm_txn *txn) {
    char space[TWINS_SPACE];
    const twins_pair *pair = w->pair;
    crm_id membership, party = some_party(w);
    crm_record *rec = twins_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, named(w, w->world ? "I" : "H", space), CRM_GROUP_NAME, space, 0);
    if (chance(w, 2)) twins_set_id(rec, CRM_GROUP_PARENT, pair->groups[draw(w, (int)pair->group_count)]);
    crm_id group = keep(w, twins_put(txn, rec, "group"));
    rec = twins_record(CRM_KIND_QUOTE_DEFAULTS, group, CRM_QUOTE_DEFAULTS_PAYMENT_TERMS, space, 0);
    keep(w, twins_put(txn, rec, "terms"));
    keep(w, twins_put(txn, twins_record(CRM_KIND_OPTION_RULE, group, CRM_OPTION_RULE_CODE, "V*", 0), "option rule"));
    if (party && crm_group_add(txn, group, party, CRM_NO_DATE, CRM_NO_DATE, &membership) == CRM_OK) keep(w, membership);
}

static void add_setting(foreign_world *w, crm_txn *txn) {
    static const char *const names[] = {"a.b", "a.c", "x", "number.customer"};
    int at = draw(w, 4);
    crm_setting_set(txn, names[at], at == 3 ? (w->world ? "K-1000" : "4711") : w->world ? "1" : "2", CRM_NTS);
}

/* --- what is about him, and yet not his to see --- */

static crm_id put_again(crm_txn *txn, crm_id id) {
    crm_record *rec, *copy;
    twins_need(crm_record_get(txn, id, &rec) == CRM_OK && crm_record_new(crm_record_kind(rec), &copy) == CRM_OK, "hidden");
    crm_field field;
    for (size_t i = 0; (field = crm_record_field(rec, i)) != 0; i++) {
        if (crm_field_type(field) == CRM_TYPE_ID) crm_record_set_id(copy, field, crm_record_id(rec, field));
        if (crm_field_type(field) == CRM_TYPE_TEXT) crm_record_set_text(copy, field, crm_record_text(rec, field), CRM_NTS);
        if (crm_field_type(field) == CRM_TYPE_BOOL) crm_record_set_bool(copy, field, crm_record_bool(rec, field, 0));
    }
    twins_need(crm_record_delete(txn, id, 0) == CRM_OK, "delete hidden");
    crm_record_free(rec);
    return twins_put(txn, copy, "hidden again");
}

/* The same bindings, roles and option rules of groups, under other ids. */
static void put_hidden_again(foreign_world *w, crm_txn *txn) {
    for (size_t i = 0; i < w->pair->hidden.count; i++) {
        crm_id id = w->pair->hidden.id[i];
        for (int times = draw(w, 3); times > 0; times--) id = keep(w, put_again(txn, id));
    }
}

/* --- together --- */

static void do_something(foreign_world *w, crm_txn *txn) {
    void (*const deeds[])(foreign_world *, crm_txn *) = {add_party,    add_party,    add_party,    add_reference, add_reference,
                                                         change_party, change_party, delete_party, archive_party, add_user,
                                                         add_past,     add_archived, add_rights,   add_group,     add_setting};
    deeds[draw(w, (int)(sizeof deeds / sizeof *deeds))](w, txn);
}

/* In his file an id that leads to a record of another, which differs. */
static void lead_away(foreign_world *w, crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, true, &status);
    twins_need(open, "enter");
    uint32_t root = crmi_id_root(crmi_store_packed(open, w->pair->parties[0]));
    crmi_packed from = crmi_id_pack(root, CRM_KIND_CONTACT, 77), to = crmi_store_packed(open, some_party(w));
    twins_need(crmi_store_forward(open, from, to) == CRM_OK, "forward");
    w->pair->moved = crmi_store_public(open, from);
    crmi_api_leave(txn);
}

void twins_fill_foreign(twins_pair *pair, crm_db *db, int world) {
    foreign_world w = {.pair = pair, .db = db, .world = world};
    crm_txn *txn;
    for (; w.count < pair->early_count; w.count++) w.parties[w.count] = pair->foreign_parties[w.count];
    pair->random = pair->seed * 4 + 1 + (uint64_t)world;
    int commits = 1 + draw(&w, 3);
    for (int commit = 0; commit < commits; commit++) {
        twins_need(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "begin");
        if (!commit) {
            add_party(&w, txn);
            lead_away(&w, txn);
            put_hidden_again(&w, txn);
            for (size_t i = 0; i < pair->early_count; i++) change(&w, txn, pair->foreign_parties[i]);
        }
        for (int i = draw(&w, 14); i > 0; i--) do_something(&w, txn);
        twins_need(crm_txn_commit(txn) == CRM_OK, "commit");
        crm_txn_free(txn);
    }
}
