/* SPDX-License-Identifier: MIT */
/* Why a user has a right to a record, or has not. The decision is that of crmi_access_decide(), made with the user in the place of the
 * transaction's actor; the reason is told afterwards. Bindings, roles, and whether there is a record that the user does not see, are for
 * those to know who administer the store: to everybody else what he does not see is not there. */
#include "model/access_explain.h"
#include "base/error.h"
#include "model/access_role.h"
#include "model/user.h"
#include <libcrm/access.h>
#include <libcrm/codes.h>
#include <libcrm/record.h>
#include <stdlib.h>
#include <string.h>

typedef struct explanation {
    crmi_txn *txn;
    crm_id user, asked;
    uint32_t right;
    bool itself, wide;         /* the transaction's actor as he is; the one who asks administers the store */
    crmi_packed who, id;       /* the user; the record, where it is now */
    const crmi_actor *actor;   /* what the user has; NULL: no limits */
    crmi_actor *loaded;        /* it, where it was read for this */
    const char *reason;        /* NULL: not known yet */
    int status;                /* of the decision */
    bool archived, bound;      /* the party; the binding is valid today */
    crmi_packed binding, role; /* that decide; 0: none, or not for the one who asks */
} explanation;

static bool is_quotes(const explanation *e) { return e->right == CRM_RIGHT_QUOTE || e->right == CRM_RIGHT_SEE_QUOTES; }

/* --- what the user has --- */

/* Why no transaction can begin in his name. */
static int tell_why_not(explanation *e, int status) {
    crm_record *user;
    crmi_packed first;
    crmi_page page = {.limit = 1, .ids = &first};
    int rc = crmi_store_get(e->txn, e->who, &user);
    if (rc < 0) return rc;
    bool staff = strcmp(crm_record_text(user, CRM_USER_TYPE), CRM_USER_TYPE_STAFF) == 0;
    if (status == CRM_E_NOTFOUND)
        e->reason = crm_record_bool(user, CRM_USER_DISABLED, 0) ? CRM_ACCESS_REASON_DISABLED : CRM_ACCESS_REASON_NOT_VALID;
    crm_record_free(user);
    if (e->reason) return CRM_OK;
    crmi_index_id_range(&page, crmi_schema_field(CRM_USER_ROLE_USER), e->who);
    rc = staff ? crmi_index_page(e->txn, &page) : CRM_OK;
    if (rc == CRM_OK) e->reason = staff && !page.count ? CRM_ACCESS_REASON_NO_ROLE : CRM_ACCESS_REASON_NO_BINDING;
    return rc;
}

static int load(explanation *e) {
    crmi_gate_lift(e->txn);
    int rc = crmi_access_load(e->txn, e->user, &e->loaded);
    e->actor = e->loaded;
    if (rc == CRM_E_NOTFOUND || rc == CRM_E_NO_BINDING) rc = tell_why_not(e, rc);
    crmi_gate_drop(e->txn);
    return rc;
}

static int find_user(explanation *e, crm_id user) {
    crm_id self = crmi_access_actor(e->txn);
    e->actor = crmi_gate_actor(e->txn);
    e->wide = !e->actor || e->actor->administers;
    e->user = user ? user : self;
    e->itself = e->user == self && !e->wide;
    if (e->actor) e->who = e->actor->user;
    if (e->itself) return CRM_OK;
    if (!e->wide) return crmi_error_set(CRM_E_NOTFOUND, 0, "no such user");
    e->actor = NULL;
    if (e->user == CRM_ACTOR_SYSTEM) return CRM_OK;
    int rc = crmi_user_resolve(e->txn, e->user, &e->who);
    return rc == CRM_OK ? load(e) : rc;
}

/* --- what decides: for administrators --- */

static int take_binding(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    explanation *e = data;
    crm_record *rec;
    int64_t today = crmi_db_today(crmi_txn_db(e->txn));
    int rc = crmi_object_decode(e->txn, stored->id, stored->body, &rec);
    if (rc < 0) return rc;
    bool his = crm_record_id(rec, CRM_BINDING_USER) == e->user;
    bool valid =
        crm_record_date(rec, CRM_BINDING_VALID_FROM, today) <= today && crm_record_date(rec, CRM_BINDING_VALID_UNTIL, today + 1) > today;
    if (his && (valid || !e->bound)) e->binding = stored->id;
    e->bound |= his && valid;
    crm_record_free(rec);
    return CRM_OK;
}

/* His binding to the party whose file the record is in: that of today, or one that is over or begins later. */
static int find_binding(explanation *e) {
    uint32_t root = crmi_id_root(e->id);
    crmi_want want = {crmi_id_pack(root, CRM_KIND_BINDING, 0), crmi_id_pack(root, CRM_KIND_BINDING + 1, 0), 0};
    return crmi_store_read_many(e->txn, &want, 1, take_binding, e);
}

static int find_archived(explanation *e) {
    crm_record *party = NULL;
    int rc = crmi_store_get(e->txn, crmi_id_pack(crmi_id_root(e->id), CRM_KIND_PARTY, 0), &party);
    if (rc == CRM_OK) e->archived = crm_record_bool(party, CRM_PARTY_ARCHIVED, 0);
    crm_record_free(party);
    return rc;
}

static bool gives(const explanation *e, const crmi_access_rights *rights) {
    uint32_t kind = is_quotes(e) ? CRM_KIND_QUOTE : crmi_id_kind(e->id);
    if (e->actor->staff && kind == CRM_KIND_QUOTE_DEFAULTS && !crmi_id_root(e->id)) return rights->administers;
    if (e->actor->staff) return (e->right == CRM_RIGHT_WRITE ? rights->writes : rights->reads | rights->writes) >> kind & 1;
    for (size_t i = 0; i < rights->field_count; i++)
        if (crmi_field_kind_of(rights->fields[i]) == kind) return true;
    return false;
}

static int take_role(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    explanation *e = data;
    crmi_access_rights rights = {0};
    int rc = stored->kind == CRM_KIND_ACCESS_ROLE ? crmi_access_rights_add(e->txn, stored, &rights) : CRM_OK;
    if (rc == CRM_OK && gives(e, &rights)) e->role = stored->id;
    crmi_access_rights_free(&rights);
    return rc;
}

static int try_role(explanation *e, crmi_packed link) {
    crm_record *rec;
    int rc = crmi_store_get(e->txn, link, &rec);
    if (rc < 0) return rc;
    crmi_packed role = crmi_store_packed(e->txn, crm_record_id(rec, CRM_USER_ROLE_ROLE));
    crm_record_free(rec);
    return crmi_store_read(e->txn, role, take_role, e);
}

/* The first of his roles that gives the right. */
static int find_role(explanation *e) {
    crmi_packed ids[16];
    crmi_page page = {.ids = ids, .limit = 16};
    crmi_index_id_range(&page, crmi_schema_field(CRM_USER_ROLE_USER), e->who);
    int rc;
    do {
        rc = crmi_index_page(e->txn, &page);
        for (size_t i = 0; rc == CRM_OK && !e->role && i < page.count; i++) rc = try_role(e, ids[i]);
    } while (rc == CRM_OK && !e->role && page.more);
    return rc;
}

/* --- the reason --- */

static const char *why_allowed(const explanation *e) {
    bool reads = e->right == CRM_RIGHT_READ, quote = e->right == CRM_RIGHT_QUOTE;
    uint32_t kind = crmi_id_kind(e->id);
    if (!e->actor) return CRM_ACCESS_REASON_SYSTEM;
    if (reads && (kind == CRM_KIND_CODE || kind == CRM_KIND_CUSTOM_FIELD)) return CRM_ACCESS_REASON_SHARED;
    if (reads && e->id == e->who) return CRM_ACCESS_REASON_OWN;
    if (!e->actor->staff) return e->right == CRM_RIGHT_WRITE ? CRM_ACCESS_REASON_ROLE : CRM_ACCESS_REASON_BOUND;
    bool limited = is_quotes(e) && (quote ? e->actor->restricted : e->actor->no_foreign_quotes);
    return limited ? CRM_ACCESS_REASON_BOUND : CRM_ACCESS_REASON_ROLE;
}

/* To one who is not told more than the call itself would tell him. */
static const char *why_refused(const explanation *e) {
    if (e->status == CRM_E_DENIED) return CRM_ACCESS_REASON_NO_ROLE;
    if (e->status == CRM_E_LOCKED) return CRM_ACCESS_REASON_NOT_BOUND;
    return e->status == CRM_E_TYPE ? CRM_ACCESS_REASON_NO_PARTY : CRM_ACCESS_REASON_NOT_THERE;
}

/* With the gate lifted: what decides is looked for where the one who asks may see it. */
static int tell_allowed(explanation *e) {
    int rc = CRM_OK;
    e->reason = why_allowed(e);
    if (!e->wide || !e->actor) return CRM_OK;
    bool bound = strcmp(e->reason, CRM_ACCESS_REASON_BOUND) == 0, role = strcmp(e->reason, CRM_ACCESS_REASON_ROLE) == 0;
    if (bound || (role && !e->actor->staff)) rc = find_binding(e);
    return rc == CRM_OK && (role || (bound && e->actor->staff)) ? find_role(e) : rc;
}

/* Of a record that is there for the one who asks, and not for the user. */
static int tell_hidden(explanation *e) {
    uint32_t root = crmi_id_root(e->id), kind = crmi_id_kind(e->id);
    bool quotes = is_quotes(e), in_file = root && !(root & CRMI_ROOT_GROUP) && kind != CRM_KIND_BINDING;
    e->reason = CRM_ACCESS_REASON_NO_PARTY;
    if (quotes && kind != CRM_KIND_PARTY) return CRM_OK;
    e->reason = e->actor->staff ? CRM_ACCESS_REASON_NO_ROLE : CRM_ACCESS_REASON_NOT_FOR_BOUND;
    if (e->status == CRM_E_NOTFOUND && (e->actor->staff || !in_file)) return CRM_OK;
    int rc = find_binding(e);
    if (rc == CRM_OK) rc = find_archived(e);
    e->reason = e->binding && e->archived ? CRM_ACCESS_REASON_ARCHIVED : CRM_ACCESS_REASON_NOT_BOUND;
    return rc;
}

static int tell_refused(explanation *e, bool there) {
    bool hidden = e->status == CRM_E_NOTFOUND || e->status == CRM_E_LOCKED;
    e->reason = why_refused(e);
    if (!hidden || !e->wide || !e->actor) return CRM_OK;
    e->reason = CRM_ACCESS_REASON_NOT_THERE;
    return there ? tell_hidden(e) : CRM_OK;
}

/* --- together --- */

static bool is_answer(int status) {
    return status == CRM_OK || status == CRM_E_NOTFOUND || status == CRM_E_DENIED || status == CRM_E_LOCKED || status == CRM_E_TYPE;
}

static int decide(explanation *e) {
    crmi_actor *asks = e->itself ? NULL : crmi_gate_swap(e->txn, e->loaded);
    e->status = crmi_access_decide(e->txn, e->asked, e->right);
    if (!e->itself) crmi_gate_swap(e->txn, asks);
    return is_answer(e->status) ? CRM_OK : e->status;
}

static int tell(explanation *e) {
    e->id = crmi_store_packed(e->txn, e->asked);
    int rc = e->wide ? crmi_store_resolve(e->txn, &e->id) : CRM_OK; /* others are told by the id alone */
    if (rc < 0 && rc != CRM_E_NOTFOUND) return rc;
    crmi_gate_lift(e->txn);
    rc = e->status == CRM_OK ? tell_allowed(e) : tell_refused(e, rc == CRM_OK);
    crmi_gate_drop(e->txn);
    return rc;
}

static int fill(const explanation *e, crm_record *rec) {
    static const char *const rights[] = {[CRM_RIGHT_READ] = CRM_ACCESS_RIGHT_READ,
                                         [CRM_RIGHT_WRITE] = CRM_ACCESS_RIGHT_WRITE,
                                         [CRM_RIGHT_QUOTE] = CRM_ACCESS_RIGHT_QUOTE,
                                         [CRM_RIGHT_SEE_QUOTES] = CRM_ACCESS_RIGHT_SEE_QUOTES};
    const struct {
        crm_field field;
        const char *text;
    } texts[] = {{CRM_ACCESS_RIGHT, rights[e->right]}, {CRM_ACCESS_REASON, e->reason}};
    const struct {
        crm_field field;
        crm_id id; /* 0: none */
    } ids[] = {{CRM_ACCESS_USER, e->user},
               {CRM_ACCESS_RECORD, e->asked},
               {CRM_ACCESS_BINDING, crmi_store_public(e->txn, e->binding)},
               {CRM_ACCESS_ROLE, crmi_store_public(e->txn, e->role)}};
    int rc = crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(CRM_ACCESS_ALLOWED), e->status == CRM_OK);
    for (size_t i = 0; rc == CRM_OK && i < sizeof texts / sizeof *texts; i++)
        rc = crmi_object_set_text(rec, CRMI_FIELD_NUMBER(texts[i].field), texts[i].text, strlen(texts[i].text));
    for (size_t i = 0; rc == CRM_OK && i < sizeof ids / sizeof *ids; i++)
        if (ids[i].id) rc = crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(ids[i].field), (int64_t)ids[i].id);
    return rc;
}

int crmi_access_explain(crmi_txn *txn, crm_id user, crm_id asked, uint32_t right, crm_record **out) {
    const crmi_error before = *crmi_error_last();
    explanation e = {.txn = txn, .asked = asked, .right = right, .status = CRM_E_DENIED};
    int rc = find_user(&e, user);
    if (rc == CRM_OK && !e.reason) {
        rc = decide(&e);
        if (rc == CRM_OK) rc = tell(&e);
    }
    crm_record *rec = rc == CRM_OK ? crmi_object_new(CRM_KIND_ACCESS) : NULL;
    if (rc == CRM_OK) rc = rec ? fill(&e, rec) : CRM_E_NOMEM;
    free(e.loaded);
    if (rc == CRM_OK) {
        crmi_error_restore(&before);
        *out = rec;
        return rc;
    }
    crm_record_free(rec);
    return rc;
}
