/* SPDX-License-Identifier: MIT */
/* Binding a transaction to a user: his record, his bindings that are valid today, their parties that are not archived. Whatever is amiss,
 * he sees nothing. */
#include "model/access.h"
#include "base/error.h"
#include "codec/walk.h"
#include "index/index.h"
#include <libcrm/codes.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 64 /* bindings that are read at once */

typedef struct access_search {
    crmi_txn *txn;
    int64_t today;
    crmi_packed user;
    crmi_actor *actor;
    size_t capacity;
    uint32_t roots[BATCH]; /* of the batch's bindings that are valid */
    size_t count;
} access_search;

static int nobody(void) { return crmi_error_set(CRM_E_NOTFOUND, 0, "no such actor"); }

/* --- the user --- */

static int64_t integer_of(const crm_record *rec, crm_field field, int64_t fallback) {
    const crmi_entry *entry = crmi_object_find(rec, field % 1000);
    return entry ? entry->integer : fallback;
}

static bool may_enter(const crm_record *user, int64_t today) {
    const crmi_entry *type = crmi_object_find(user, CRM_USER_TYPE % 1000);
    if (!type || strcmp(type->text, CRM_USER_TYPE_BOUND) != 0 || integer_of(user, CRM_USER_DISABLED, 0)) return false;
    return today >= integer_of(user, CRM_USER_VALID_FROM, INT64_MIN) && today < integer_of(user, CRM_USER_VALID_UNTIL, INT64_MAX);
}

static int check_user(const access_search *search) {
    crm_record *user;
    if (crmi_id_kind(search->user) != CRM_KIND_USER) return nobody();
    int rc = crmi_store_get(search->txn, search->user, &user);
    if (rc < 0) return rc == CRM_E_NOTFOUND ? nobody() : rc;
    if (!may_enter(user, search->today)) rc = nobody();
    crm_record_free(user);
    return rc;
}

/* --- his parties --- */

static int add_root(access_search *search, uint32_t root) {
    crmi_actor *actor = search->actor;
    if (actor->root_count == search->capacity) {
        size_t capacity = search->capacity ? search->capacity * 2 : 4;
        actor = realloc(actor, sizeof *actor + capacity * sizeof *actor->roots);
        if (!actor) return crmi_error_nomem();
        search->actor = actor;
        search->capacity = capacity;
    }
    actor->roots[actor->root_count++] = root;
    return CRM_OK;
}

static int take_binding(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    access_search *search = data;
    crmi_walk walk;
    crmi_value value;
    bool his = false, valid = true;
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) {
        if (value.number == CRM_BINDING_USER % 1000) his = (crmi_packed)value.integer == search->user;
        if (value.number == CRM_BINDING_VALID_FROM % 1000) valid &= search->today >= value.integer;
        if (value.number == CRM_BINDING_VALID_UNTIL % 1000) valid &= search->today < value.integer;
    }
    if (rc < 0) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its body");
    if (his && valid && stored->kind == CRM_KIND_BINDING) search->roots[search->count++] = crmi_id_root(stored->id);
    return CRM_OK;
}

static int take_party(void *data, size_t read, const crmi_stored *stored) {
    access_search *search = data;
    crmi_value archived;
    if (stored->id != crmi_id_pack(search->roots[read], CRM_KIND_PARTY, 0)) return CRM_OK; /* it became another one, with its bindings */
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRM_PARTY_ARCHIVED % 1000, &archived);
    if (rc < 0) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its body");
    return rc == CRM_ROW && archived.integer ? CRM_OK : add_root(search, search->roots[read]);
}

static int read_batch(access_search *search, const crmi_packed *bindings, size_t count) {
    crmi_want wants[BATCH];
    search->count = 0;
    for (size_t i = 0; i < count; i++) wants[i] = (crmi_want){bindings[i], 0, 0};
    int rc = crmi_store_read_many(search->txn, wants, count, take_binding, search);
    for (size_t i = 0; i < search->count; i++) wants[i] = (crmi_want){crmi_id_pack(search->roots[i], CRM_KIND_PARTY, 0), 0, 0};
    return rc == CRM_OK && search->count ? crmi_store_read_many(search->txn, wants, search->count, take_party, search) : rc;
}

static int read_bindings(access_search *search) {
    crmi_packed ids[BATCH];
    crmi_page page = {.ids = ids, .limit = BATCH};
    crmi_index_id_range(&page, crmi_schema_field(CRM_BINDING_USER), search->user);
    int rc;
    do {
        rc = crmi_index_page(search->txn, &page);
        if (rc == CRM_OK && page.count) rc = read_batch(search, ids, page.count);
    } while (rc == CRM_OK && page.more);
    return rc;
}

static int by_root(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* --- what his record says, behind the roots --- */

static int take_body(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    access_search *search = data;
    size_t roots = search->actor->root_count * sizeof *search->actor->roots;
    crmi_actor *actor = realloc(search->actor, sizeof *actor + roots + stored->body.size);
    crmi_value revision;
    if (!actor) return crmi_error_nomem();
    search->actor = actor;
    actor->body = (crmi_slice){memcpy((char *)actor->roots + roots, stored->body.data, stored->body.size), stored->body.size};
    int rc = crmi_walk_find(stored->body.data, stored->body.size, 0, &revision);
    if (rc != CRM_ROW) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its body");
    actor->revision = (uint64_t)revision.integer;
    return CRM_OK;
}

/* --- together --- */

static int search_all(access_search *search) {
    int rc = check_user(search);
    if (rc == CRM_OK) rc = read_bindings(search);
    if (rc < 0) return rc;
    crmi_actor *actor = search->actor;
    if (!actor->root_count) return crmi_error_set(CRM_E_NO_BINDING, 0, "the actor is bound to no party today");
    qsort(actor->roots, actor->root_count, sizeof *actor->roots, by_root);
    return crmi_store_read(search->txn, search->user, take_body, search);
}

int crmi_access_load(crmi_txn *txn, crm_id actor, crmi_actor **out) {
    access_search search = {.txn = txn, .today = crmi_db_today(crmi_txn_db(txn)), .user = crmi_store_packed(txn, actor)};
    *out = NULL;
    search.actor = calloc(1, sizeof *search.actor);
    if (!search.actor) return crmi_error_nomem();
    search.actor->user = search.user;
    int rc = search_all(&search);
    if (rc == CRM_OK)
        *out = search.actor;
    else
        free(search.actor);
    return rc;
}

int crmi_access_bind(crmi_txn *txn, crm_id actor) {
    crmi_actor *loaded;
    int rc = crmi_access_load(txn, actor, &loaded);
    if (rc == CRM_OK) crmi_gate_bind(txn, loaded);
    return rc;
}

int crmi_access_begin(crmi_db *db, uint32_t flags, crm_id actor, crmi_txn **out) {
    *out = NULL;
    if (!actor) return crmi_error_set(CRM_E_INVALID, 0, "actor is 0: say in whose name, or CRM_ACTOR_SYSTEM");
    int rc = crmi_txn_begin(db, flags, out);
    if (rc == CRM_OK && actor != CRM_ACTOR_SYSTEM) rc = crmi_access_bind(*out, actor);
    if (rc == CRM_OK || !*out) return rc;
    crmi_txn_free(*out);
    *out = NULL;
    return rc;
}

crm_id crmi_access_actor(const crmi_txn *txn) {
    const crmi_actor *actor = crmi_gate_bound(txn);
    return actor ? crmi_store_public(txn, actor->user) : CRM_ACTOR_SYSTEM;
}

int crmi_access_write(const crmi_txn *txn) {
    return crmi_gate_bound(txn) ? crmi_error_set(CRM_E_DENIED, 0, "the actor may not change the store") : CRM_OK;
}

int crmi_access_import(const crmi_txn *txn) {
    return crmi_gate_bound(txn) ? crmi_error_set(CRM_E_DENIED, 0, "the actor may not import") : CRM_OK;
}
