/* SPDX-License-Identifier: MIT */
/* What a user sees and does today: from his record, the bindings to parties that are not archived, and his access roles. Whatever is amiss,
 * he sees nothing. Five round trips where he has no more than BATCH bindings or roles. */
#include "base/error.h"
#include "codec/walk.h"
#include "index/index.h"
#include "model/access_role.h"
#include <libcrm/codes.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 64 /* bindings, and roles, that are read at once */

typedef struct access_search {
    crmi_txn *txn;
    int64_t today;
    crmi_packed user;
    crm_record *record; /* the user's */
    crmi_buffer body;   /* and as it is stored */
    bool staff, needs_bindings;
    crmi_page bindings, given; /* entries of the indexes: his bindings, his roles */
    crmi_packed ids[2][BATCH];
    crmi_packed links[2 * BATCH]; /* parties and roles that those of the batch name */
    size_t link_count;
    uint32_t *roots;
    size_t root_count, root_capacity;
    crmi_access_rights rights;
} access_search;

static int nobody(void) { return crmi_error_set(CRM_E_NOTFOUND, 0, "no such actor"); }
static int damaged(void) { return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its body"); }

/* Whether every value of a record is of its field's type: one that is not would limit nothing. */
static bool is_sound(const crm_record *rec) {
    for (uint32_t i = 0; i < rec->count; i++)
        if (!rec->entries[i].type && crmi_schema_number(rec->kind, rec->entries[i].number)) return false;
    return true;
}

/* --- the user --- */

static int take_user(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    access_search *search = data;
    crmi_buffer_append(&search->body, stored->body.data, stored->body.size);
    return search->body.failed ? crmi_error_nomem() : crmi_object_decode(search->txn, stored->id, stored->body, &search->record);
}

static bool is_type(const crm_record *user, const char *wanted) {
    const crmi_entry *type = crmi_object_find(user, CRMI_FIELD_NUMBER(CRM_USER_TYPE));
    return type && strcmp(type->text, wanted) == 0;
}

static bool may_enter(const crm_record *user, int64_t today) {
    if (!is_type(user, CRM_USER_TYPE_BOUND) && !is_type(user, CRM_USER_TYPE_STAFF)) return false;
    if (crmi_object_integer(user, CRM_USER_DISABLED, 0)) return false;
    return today >= crmi_object_integer(user, CRM_USER_VALID_FROM, INT64_MIN) &&
           today < crmi_object_integer(user, CRM_USER_VALID_UNTIL, INT64_MAX);
}

static int read_user(access_search *search) {
    if (crmi_id_kind(search->user) != CRM_KIND_USER) return nobody();
    int rc = crmi_store_read(search->txn, search->user, take_user, search);
    if (rc < 0) return rc == CRM_E_NOTFOUND ? nobody() : rc;
    const crm_record *user = search->record;
    if (!is_sound(user)) return damaged();
    if (!may_enter(user, search->today)) return nobody();
    search->staff = !is_type(user, CRM_USER_TYPE_BOUND);
    search->needs_bindings =
        !search->staff || crmi_object_integer(user, CRM_USER_RESTRICTED, 0) || crmi_object_integer(user, CRM_USER_NO_FOREIGN_QUOTES, 0);
    return CRM_OK;
}

/* --- bindings and roles --- */

static int add_root(access_search *search, uint32_t root) {
    if (search->root_count == search->root_capacity) {
        size_t capacity = search->root_capacity ? search->root_capacity * 2 : 8;
        uint32_t *roots = realloc(search->roots, capacity * sizeof *roots);
        if (!roots) return crmi_error_nomem();
        search->roots = roots;
        search->root_capacity = capacity;
    }
    search->roots[search->root_count++] = root;
    return CRM_OK;
}

/* A binding that is valid today leads to its party, a user_role to the access role. */
static int take_link(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    access_search *search = data;
    crm_record *rec;
    int rc = crmi_object_decode(search->txn, stored->id, stored->body, &rec);
    if (rc < 0) return rc;
    bool binding = stored->kind == CRM_KIND_BINDING, sound = is_sound(rec);
    crm_id user = (crm_id)crmi_object_integer(rec, binding ? CRM_BINDING_USER : CRM_USER_ROLE_USER, 0);
    bool valid = crmi_store_packed(search->txn, user) == search->user;
    valid &= !binding || (search->today >= crmi_object_integer(rec, CRM_BINDING_VALID_FROM, INT64_MIN) &&
                          search->today < crmi_object_integer(rec, CRM_BINDING_VALID_UNTIL, INT64_MAX));
    crmi_packed link = binding ? crmi_id_pack(crmi_id_root(stored->id), CRM_KIND_PARTY, 0)
                               : crmi_store_packed(search->txn, (crm_id)crmi_object_integer(rec, CRM_USER_ROLE_ROLE, 0));
    crm_record_free(rec);
    if (!sound) return damaged();
    if (valid && link) search->links[search->link_count++] = link;
    return CRM_OK;
}

static int take_linked(void *data, size_t read, const crmi_stored *stored) {
    access_search *search = data;
    crmi_value archived;
    if (stored->id != search->links[read]) return CRM_OK; /* a party that became another one, with its bindings */
    if (stored->kind == CRM_KIND_ACCESS_ROLE) return crmi_access_rights_add(search->txn, stored, &search->rights);
    if (stored->kind != CRM_KIND_PARTY) return CRM_OK;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_PARTY_ARCHIVED), &archived);
    if (rc < 0) return damaged();
    return rc == CRM_ROW && (archived.type != CRMI_VALUE_BOOL || archived.integer) ? CRM_OK : add_root(search, crmi_id_root(stored->id));
}

static int read_each(access_search *search, const crmi_packed *ids, size_t count, crmi_stored_fn fn) {
    crmi_want wants[2 * BATCH];
    for (size_t i = 0; i < count; i++) wants[i] = (crmi_want){ids[i], 0, 0};
    return count ? crmi_store_read_many(search->txn, wants, count, fn, search) : CRM_OK;
}

static int read_batch(access_search *search) {
    crmi_packed ids[2 * BATCH];
    size_t bindings = search->bindings.count, given = search->given.count;
    memcpy(ids, search->ids[0], bindings * sizeof *ids);
    memcpy(ids + bindings, search->ids[1], given * sizeof *ids);
    search->link_count = 0;
    int rc = read_each(search, ids, bindings + given, take_link);
    return rc == CRM_OK ? read_each(search, search->links, search->link_count, take_linked) : rc;
}

/* The next page of an index, an empty one behind its end. */
static int read_page(access_search *search, crmi_page *page) {
    bool more = page->more;
    page->more = false;
    page->count = 0;
    return more ? crmi_index_page(search->txn, page) : CRM_OK;
}

static int read_links(access_search *search) {
    search->bindings = (crmi_page){.ids = search->ids[0], .limit = BATCH, .more = search->needs_bindings};
    search->given = (crmi_page){.ids = search->ids[1], .limit = BATCH, .more = true};
    crmi_index_id_range(&search->bindings, crmi_schema_field(CRM_BINDING_USER), search->user);
    crmi_index_id_range(&search->given, crmi_schema_field(CRM_USER_ROLE_USER), search->user);
    int rc;
    do {
        rc = read_page(search, &search->bindings);
        if (rc == CRM_OK) rc = read_page(search, &search->given);
        if (rc == CRM_OK) rc = read_batch(search);
    } while (rc == CRM_OK && (search->bindings.more || search->given.more));
    return rc;
}

/* --- together --- */

static int by_number(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static int check_enough(const access_search *search) {
    bool bound = !search->staff || crmi_object_integer(search->record, CRM_USER_RESTRICTED, 0);
    if (search->staff && !search->rights.count) return crmi_error_set(CRM_E_NO_BINDING, 0, "the actor has no access role");
    if (bound && !search->root_count) return crmi_error_set(CRM_E_NO_BINDING, 0, "the actor is bound to no party today");
    return CRM_OK;
}

static void fill_staff(const access_search *search, crmi_actor *actor) {
    const crmi_access_rights *rights = &search->rights;
    actor->staff = true;
    actor->restricted = crmi_object_integer(search->record, CRM_USER_RESTRICTED, 0) != 0;
    actor->no_foreign_quotes = crmi_object_integer(search->record, CRM_USER_NO_FOREIGN_QUOTES, 0) != 0;
    actor->administers = rights->administers;
    actor->hidden = (CRM_FIELD_PERSONAL | CRM_FIELD_PRICE) & ~rights->shown;
    actor->writes = rights->writes;
    actor->reads = rights->reads | rights->writes;
}

/* Roots, fields and body lie behind one another. The index has given his bindings in the order of their parties. */
static int make(access_search *search, crmi_actor **out) {
    size_t roots = search->root_count, fields = search->staff ? 0 : search->rights.field_count;
    crmi_actor *actor = calloc(1, sizeof *actor + (roots + fields) * sizeof *actor->roots + search->body.size);
    if (!actor) return crmi_error_nomem();
    actor->user = search->user;
    actor->revision = search->record->revision;
    actor->restricted = actor->no_foreign_quotes = true;
    actor->root_count = roots;
    actor->field_count = fields;
    if (search->staff) fill_staff(search, actor);
    if (roots) memcpy(actor->roots, search->roots, roots * sizeof *actor->roots);
    if (fields) memcpy(actor->roots + roots, search->rights.fields, fields * sizeof *actor->roots);
    if (fields) qsort(actor->roots + roots, fields, sizeof *actor->roots, by_number);
    actor->fields = actor->roots + roots;
    actor->body = (crmi_slice){memcpy(actor->roots + roots + fields, search->body.data, search->body.size), search->body.size};
    *out = actor;
    return CRM_OK;
}

int crmi_access_load(crmi_txn *txn, crm_id user, crmi_actor **out) {
    access_search search = {.txn = txn, .today = crmi_db_today(crmi_txn_db(txn)), .user = crmi_store_packed(txn, user)};
    *out = NULL;
    crmi_gate_lift(txn); /* whoever asks: it is what the user has */
    int rc = read_user(&search);
    if (rc == CRM_OK) rc = read_links(&search);
    if (rc == CRM_OK) rc = check_enough(&search);
    if (rc == CRM_OK) rc = make(&search, out);
    crmi_gate_drop(txn);
    crm_record_free(search.record);
    crmi_buffer_free(&search.body);
    crmi_access_rights_free(&search.rights);
    free(search.roots);
    return rc;
}
