/* SPDX-License-Identifier: MIT */
/* The directory's entries: (1, archived, role, name) and the party's id; each party once under its roles and once under "", for the list of
 * all. 1 is below every field's number. The name is its collation key: the first part as a text, what decides between equal ones behind it.
 * Which collation a store has is told by a setting, and noted where the index need not be asked for it; when it changes, all is made anew.
 */
#include "index/directory.h"
#include "base/error.h"
#include "codec/walk.h"
#include "index/rebuild.h"
#include <string.h>

#define ROLES_MAX 16 /* different roles of one party: there are five */
#define ROLE_SIZE 32

typedef struct role_set {
    char role[ROLES_MAX][ROLE_SIZE];
    size_t count;
    crmi_packed except; /* the role record that is about to change */
} role_set;

/* --- keys --- */

static void directory_start(crmi_key *key, bool archived, const char *role, size_t role_size) {
    crmi_index_key_begin(key, CRMI_DIRECTORY);
    crmi_key_int(key, archived);
    crmi_index_add_role(key, role, role_size);
}

static int collate(crmi_txn *txn, const char *name, size_t size, crmi_buffer *out) {
    crmi_collation collation;
    int rc = crmi_txn_collation(txn, &collation);
    return rc == CRM_OK ? crmi_collate(name, size, collation, out) : rc;
}

/* What the keys of a party have in common. */
static int name_of(crmi_txn *txn, const crm_record *party, crmi_named *out) {
    const crmi_entry *name = crmi_object_find(party, CRMI_FIELD_NUMBER(CRM_PARTY_NAME));
    const char *text = name ? name->text : "";
    size_t size = name ? name->size : 0;
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer first = crmi_buffer_in(room, sizeof room);
    crmi_key key;
    crmi_tie tie;
    out->archived = crmi_object_integer(party, CRM_PARTY_ARCHIVED, 0);
    crmi_key_begin(&key);
    int rc = collate(txn, text, size, &first);
    if (rc == CRM_OK) {
        crmi_key_text(&key, (const char *)first.data, first.size);
        crmi_collate_tie(text, size, &tie);
        memcpy(out->bytes, key.bytes, key.size); /* a cut text leaves room for both */
        memcpy(out->bytes + key.size, tie.bytes, tie.size);
        out->size = key.size + tie.size;
    }
    crmi_buffer_free(&first);
    return rc;
}

static void directory_key(crmi_key *key, const crmi_named *name, const char *role, crmi_packed id) {
    directory_start(key, name->archived, role, strlen(role));
    crmi_key_bytes(key, name->bytes, name->size); /* a role's name leaves room for it */
    crmi_key_target(key, crmi_id_root(id), 0);
}

/* --- entries --- */

static void begin_roles(role_set *roles, crmi_packed except) {
    roles->count = 0; /* the texts need no clearing */
    roles->except = except;
}

static bool has_role(const role_set *roles, const char *role) {
    for (size_t i = 0; i < roles->count; i++)
        if (strcmp(roles->role[i], role) == 0) return true;
    return false;
}

static int add_role(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    role_set *roles = data;
    crmi_value value;
    char text[ROLE_SIZE];
    if (stored->id == roles->except) return CRM_OK;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_ROLE_ROLE), &value);
    if (rc != CRM_ROW || value.type != CRMI_VALUE_TEXT || value.size >= ROLE_SIZE) return rc < 0 ? rc : CRM_OK;
    memcpy(text, value.bytes, value.size);
    text[value.size] = 0;
    if (roles->count < ROLES_MAX && !has_role(roles, text)) strcpy(roles->role[roles->count++], text);
    return CRM_OK;
}

static int read_roles(crmi_txn *txn, uint32_t root, role_set *out) {
    crmi_want want = {crmi_id_pack(root, CRM_KIND_ROLE, 0), crmi_id_pack(root, CRM_KIND_ROLE + 1, 0), 0};
    return crmi_store_read_many(txn, &want, 1, add_role, out);
}

/* Either name may be NULL. */
static int move_entry(crmi_txn *txn, crmi_packed id, const crmi_named *old, const crmi_named *now, const char *role) {
    crmi_key before, after;
    crmi_key_begin(&before);
    crmi_key_begin(&after);
    if (old) directory_key(&before, old, role, id);
    if (now) directory_key(&after, now, role, id);
    if (before.size == after.size && memcmp(before.bytes, after.bytes, after.size) == 0) return CRM_OK;
    int rc = before.size ? crmi_index_del(txn, &before) : CRM_OK;
    return rc == CRM_OK && after.size ? crmi_index_put(txn, &after) : rc;
}

static int update_party(crmi_txn *txn, crmi_packed id, const crm_record *old, const crm_record *rec) {
    role_set roles;
    crmi_named before, *after = crmi_txn_named(txn);
    if (!after) return CRM_E_NOMEM;
    after->party = 0;
    begin_roles(&roles, 0);
    int rc = old ? name_of(txn, old, &before) : CRM_OK;
    if (rc == CRM_OK && rec) rc = name_of(txn, rec, after);
    if (rc == CRM_OK) rc = move_entry(txn, id, old ? &before : NULL, rec ? after : NULL, "");
    if (rc == CRM_OK && old) rc = read_roles(txn, crmi_id_root(id), &roles);
    for (size_t i = 0; rc == CRM_OK && i < roles.count; i++)
        rc = move_entry(txn, id, old ? &before : NULL, rec ? after : NULL, roles.role[i]);
    if (rc == CRM_OK && rec) after->party = id;
    return rc;
}

/* A party that was written last is not read again. */
static int find_name(crmi_txn *txn, crmi_packed party, const crmi_named **out) {
    crm_record *rec;
    crmi_named *name = crmi_txn_named(txn);
    *out = name;
    if (!name) return CRM_E_NOMEM;
    if (name->party == party) return CRM_OK;
    name->party = 0;
    int rc = crmi_store_get(txn, party, &rec);
    if (rc == CRM_OK) rc = name_of(txn, rec, name);
    if (rc == CRM_OK) name->party = party;
    crm_record_free(rec);
    return rc;
}

static const char *role_of(const crm_record *rec) {
    const crmi_entry *role = rec ? crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_ROLE_ROLE)) : NULL;
    return role ? role->text : NULL;
}

/* A party may have a role twice, at different times: it stays listed until the last of them goes. */
static int update_role(crmi_txn *txn, crmi_packed id, const crm_record *old, const crm_record *rec) {
    const char *before = role_of(old), *after = role_of(rec);
    if (before && after && strcmp(before, after) == 0) return CRM_OK;
    role_set others;
    const crmi_named *name = NULL;
    bool first = !old && !rec->id && crmi_id_local(id) == 1; /* the party's first one ever */
    begin_roles(&others, id);
    int rc = first ? CRM_OK : read_roles(txn, crmi_id_root(id), &others);
    if (rc == CRM_OK) rc = find_name(txn, crmi_id_pack(crmi_id_root(id), CRM_KIND_PARTY, 0), &name);
    if (rc < 0) return rc;
    if (before && !has_role(&others, before)) rc = move_entry(txn, id, name, NULL, before);
    if (rc == CRM_OK && after && !has_role(&others, after)) rc = move_entry(txn, id, NULL, name, after);
    return rc;
}

int crmi_directory_keys(crmi_txn *txn, uint32_t root, int (*fn)(void *data, const crmi_key *key, crmi_packed id), void *data) {
    role_set roles;
    crmi_packed id = crmi_id_pack(root, CRM_KIND_PARTY, 0);
    crm_record *party;
    crmi_named name;
    crmi_key key;
    begin_roles(&roles, 0);
    int rc = crmi_store_get(txn, id, &party);
    if (rc < 0) return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
    rc = read_roles(txn, root, &roles);
    if (rc == CRM_OK) rc = name_of(txn, party, &name);
    for (size_t i = 0; rc == CRM_OK && i <= roles.count; i++) {
        directory_key(&key, &name, i ? roles.role[i - 1] : "", id);
        rc = fn(data, &key, id);
    }
    crm_record_free(party);
    return rc;
}

/* --- another collation --- */

/* What a record says of it; without the setting it is the first. */
static crmi_collation collation_of(const crm_record *rec) {
    const crmi_entry *name = rec ? crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_SETTING_NAME)) : NULL;
    const crmi_entry *value = rec ? crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_SETTING_VALUE)) : NULL;
    bool second = name && value && strcmp(name->text, CRMI_COLLATION_SETTING) == 0 && strcmp(value->text, CRMI_COLLATION_SECOND) == 0;
    return second ? CRMI_DIN5007_2 : CRMI_DIN5007_1;
}

static int take_setting(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    static const char setting[] = CRMI_COLLATION_SETTING, second[] = CRMI_COLLATION_SECOND;
    crmi_value name, value;
    if (stored->kind != CRM_KIND_SETTING) return CRM_OK; /* a stub */
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_SETTING_NAME), &name);
    if (rc != CRM_ROW || name.size != sizeof setting - 1 || memcmp(name.bytes, setting, name.size) != 0) return CRM_OK;
    rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_SETTING_VALUE), &value);
    if (rc == CRM_ROW && value.size == sizeof second - 1 && memcmp(value.bytes, second, value.size) == 0)
        *(crmi_collation *)data = CRMI_DIN5007_2;
    return CRM_OK;
}

int crmi_directory_collate(crmi_txn *txn) {
    crmi_collation collation = CRMI_DIN5007_1, noted;
    int rc =
        crmi_store_scan(txn, crmi_id_pack(0, CRM_KIND_SETTING, 0), crmi_id_pack(0, CRM_KIND_SETTING + 1, 0), 0, take_setting, &collation);
    if (rc == CRM_OK && crmi_txn_collation(txn, &noted) == CRM_OK && noted == collation) return CRM_OK;
    return rc == CRM_OK ? crmi_txn_set_collation(txn, collation) : rc; /* what is noted may be damaged */
}

static int take_any(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    *(bool *)data = true;
    return CRM_OK;
}

static int has_entries(crmi_txn *txn, bool *out) {
    crmi_key from, until;
    crmi_index_key_begin(&from, CRMI_DIRECTORY);
    until = from;
    crmi_key_after(&until);
    crmi_read read = {CRMI_TABLE_INDEX, CRMI_READ_RANGE | CRMI_READ_KEYS, {from.bytes, from.size}, {until.bytes, until.size}, 1};
    *out = false;
    return crmi_engine_range(crmi_txn_engine(txn), &read, take_any, out);
}

static int update_setting(crmi_txn *txn, const crm_record *old, const crm_record *rec) {
    bool any;
    if (collation_of(old) == collation_of(rec)) return CRM_OK;
    int rc = crmi_txn_set_collation(txn, collation_of(rec));
    if (rc == CRM_OK) rc = has_entries(txn, &any);
    return rc == CRM_OK && any ? crmi_index_rebuild(txn, 0) : rc;
}

int crmi_directory_update(crmi_txn *txn, crmi_packed id, const crm_record *old, const crm_record *rec) {
    uint32_t kind = rec ? rec->kind : old->kind;
    if (kind == CRM_KIND_PARTY) return update_party(txn, id, old, rec);
    if (kind == CRM_KIND_ROLE) return update_role(txn, id, old, rec);
    return kind == CRM_KIND_SETTING ? update_setting(txn, old, rec) : CRM_OK;
}

/* --- ranges --- */

/* Sets a range of names, by what is compared first: those that begin with it, or exactly one. */
static void name_range(crmi_key *from, crmi_key *until, const char *role, const crmi_buffer *first, bool archived, bool exact) {
    directory_start(from, archived, role ? role : "", role ? strlen(role) : 0);
    if (exact)
        crmi_key_text(from, first->data ? (const char *)first->data : "", first->size);
    else if (first->size)
        crmi_key_text_prefix(from, (const char *)first->data, first->size);
    until->size = from->size;
    memcpy(until->bytes, from->bytes, from->size);
    crmi_key_after(until);
}

int crmi_index_directory_range(crmi_txn *txn, crmi_page *page, const char *role, const char *prefix, size_t prefix_size, bool archived) {
    crmi_buffer first = {0};
    int rc = prefix_size ? collate(txn, prefix, prefix_size, &first) : CRM_OK;
    name_range(&page->from, &page->until, role, &first, archived, false);
    crmi_buffer_free(&first);
    return rc;
}

int crmi_directory_name(crmi_txn *txn, crmi_page *page, const char *name, size_t size) {
    crmi_buffer first = {0};
    int rc = collate(txn, name, size, &first);
    name_range(&page->from, &page->until, NULL, &first, false, true);
    name_range(&page->also, &page->also_until, NULL, &first, true, true);
    crmi_buffer_free(&first);
    return rc;
}
