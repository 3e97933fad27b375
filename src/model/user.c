/* SPDX-License-Identifier: MIT */
/* Users and who they are bound to: rules, binding and unbinding, what keeps a party. */
#include "model/user.h"
#include "base/error.h"
#include "codec/walk.h"
#include "model/period.h"
#include "model/rules.h"
#include "store/gate.h"

int crmi_user_resolve(crmi_txn *txn, crm_id id, crmi_packed *out) {
    *out = crmi_gate_asked(txn, id);
    int rc = crmi_id_kind(*out) == CRM_KIND_USER ? crmi_store_resolve(txn, out) : CRM_E_NOTFOUND;
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, 0, "no such user") : rc;
}

/* --- rules --- */

int crmi_user_check(const crmi_putting *put) {
    const crmi_entry *name = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_USER_NAME));
    if (name->size <= CRMI_LIMIT_KEY_TEXT_BYTES) return CRM_OK;
    return crmi_error_set(CRM_E_TOO_BIG, CRM_USER_NAME, "name has %u bytes, over the limit of %d", name->size,
                          (int)CRMI_LIMIT_KEY_TEXT_BYTES);
}

static int read_archived(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_value value;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_PARTY_ARCHIVED), &value);
    if (rc < 0) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored party is damaged");
    *(bool *)data = rc == CRM_ROW && value.integer != 0;
    return CRM_OK;
}

/* Whether a binding goes on today or begins later. */
static bool lasts(const crmi_txn *txn, const crm_record *binding) {
    const crmi_entry *until = crmi_object_find(binding, CRMI_FIELD_NUMBER(CRM_BINDING_VALID_UNTIL));
    return !until || until->integer > crmi_db_today(crmi_txn_db(txn));
}

/* An archived party is bound to nobody anew, nor does a binding that is over go on. */
int crmi_binding_check(const crmi_putting *put) {
    bool archived = false;
    int rc = CRM_OK;
    if (!put->old || lasts(put->txn, put->rec))
        rc = crmi_store_read(put->txn, crmi_id_pack(put->root, CRM_KIND_PARTY, 0), read_archived, &archived);
    if (rc == CRM_OK && archived) rc = crmi_error_set(CRM_E_ARCHIVED, CRM_BINDING_PARTY, "the party is archived");
    return rc == CRM_OK ? crmi_period_check(put, CRM_BINDING_USER, CRM_BINDING_VALID_FROM, CRM_BINDING_VALID_UNTIL) : rc;
}

/* --- binding --- */

static const crmi_period binding = {CRM_KIND_BINDING, CRM_BINDING_PARTY, CRM_BINDING_USER, CRM_BINDING_VALID_FROM, CRM_BINDING_VALID_UNTIL};

int crmi_user_bind(crmi_txn *txn, crmi_packed user, crmi_packed party, int64_t from, int64_t until, crmi_packed *out) {
    return crmi_period_add(txn, &binding, party, user, from, until, out);
}

int crmi_user_unbind(crmi_txn *txn, crmi_packed user, crmi_packed party, int64_t day) {
    int rc = crmi_period_end(txn, &binding, party, user, day);
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, 0, "the user is not bound to the party on that day or later") : rc;
}

/* --- what keeps a party --- */

typedef struct lasting_search {
    int64_t today;
    size_t most;
    crmi_blockers *out;
} lasting_search;

static int take_lasting(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    const lasting_search *search = data;
    crmi_value until;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_BINDING_VALID_UNTIL), &until);
    if (rc < 0) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored binding is damaged");
    if (rc == CRM_ROW && until.integer <= search->today) return CRM_OK;
    return crmi_blockers_add(search->out, crmi_schema_field(CRM_BINDING_PARTY), search->most, stored->id);
}

int crmi_binding_blockers(crmi_txn *txn, crmi_packed party, size_t most, crmi_blockers *out) {
    lasting_search search = {crmi_db_today(crmi_txn_db(txn)), most, out};
    uint32_t root = crmi_id_root(party);
    crmi_want want = {crmi_id_pack(root, CRM_KIND_BINDING, 0), crmi_id_pack(root, CRM_KIND_BINDING + 1, 0), 0};
    return crmi_store_read_many(txn, &want, 1, take_lasting, &search);
}

int crmi_binding_none(crmi_txn *txn, uint32_t root) {
    crmi_blockers found = {0};
    int rc = crmi_binding_blockers(txn, crmi_id_pack(root, CRM_KIND_PARTY, 0), 1, &found);
    if (rc == CRM_OK && found.count) rc = crmi_error_set(CRM_E_IN_USE, CRM_BINDING_PARTY, "users are bound to the party");
    crmi_blockers_free(&found);
    return rc;
}
