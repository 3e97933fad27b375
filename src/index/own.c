/* SPDX-License-Identifier: MIT */
/* Indexes as an actor has them: see own.h. */
#include "index/own.h"
#include "base/error.h"
#include "index/directory.h"
#include "store/definitions.h"
#include "store/gate.h"
#include <stdlib.h>
#include <string.h>

#define FILES 16 /* of his files that are read at once */

typedef struct own_entry {
    crmi_packed id;
    size_t size;
    uint8_t key[CRMI_KEY_MAX + 1];
} own_entry;

/* Entries in the ranges of a page, behind the key that the page before ended with. */
typedef struct own_search {
    crmi_txn *txn;
    const crmi_field *field; /* NULL: the directory */
    const crmi_page *page;
    const uint32_t *roots; /* of the directory: the parties */
    size_t root_count;
    crmi_page *filling; /* where nothing has to be sorted */
    own_entry *entries;
    size_t count, capacity;
} own_search;

static int compare(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size) {
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

static bool lies_in(const crmi_key *key, const crmi_key *from, const crmi_key *until) {
    return from->size && compare(key->bytes, key->size, from->bytes, from->size) >= 0 &&
           compare(key->bytes, key->size, until->bytes, until->size) < 0;
}

static bool is_wanted(const crmi_page *page, const crmi_key *key) {
    if (!lies_in(key, &page->from, &page->until) && !lies_in(key, &page->also, &page->also_until)) return false;
    return !page->after_size || compare(key->bytes, key->size, page->after, page->after_size) > 0;
}

/* --- collecting --- */

static int add(void *data, const crmi_key *key, crmi_packed id) {
    own_search *search = data;
    if (!key->size || !is_wanted(search->page, key)) return CRM_OK;
    if (search->count == search->capacity) {
        size_t capacity = search->capacity ? search->capacity * 2 : 16;
        own_entry *entries = realloc(search->entries, capacity * sizeof *entries);
        if (!entries) return crmi_error_nomem();
        search->entries = entries;
        search->capacity = capacity;
    }
    own_entry *entry = &search->entries[search->count++];
    entry->id = id;
    entry->size = key->size;
    memcpy(entry->key, key->bytes, key->size);
    return CRM_OK;
}

static int take_record(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    own_search *search = data;
    crmi_key key;
    int rc = crmi_index_stored_key(search->txn, search->field, stored, &key);
    return rc == CRM_OK ? add(search, &key, stored->id) : rc;
}

/* His records of the field's kind, from one on; several files in one round trip. */
static int read_files(crmi_txn *txn, uint32_t kind, crmi_packed after, crmi_stored_fn fn, void *data) {
    const crmi_actor *actor = crmi_gate_bound(txn);
    crmi_want wants[FILES];
    if (kind == CRM_KIND_USER) return crmi_store_read_many(txn, &(crmi_want){actor->user, 0, 0}, after < actor->user, fn, data);
    int rc = CRM_OK;
    if (actor->staff) return CRM_OK;
    for (size_t i = 0, count = 0; rc == CRM_OK && i < actor->root_count; i++) {
        crmi_packed from = crmi_id_pack(actor->roots[i], kind, 0), until = crmi_id_pack(actor->roots[i], kind + 1, 0);
        if (after >= from) from = after + 1;
        if (from < until) wants[count++] = (crmi_want){from, until, 0};
        if (count < FILES && i + 1 < actor->root_count) continue;
        rc = crmi_store_read_many(txn, wants, count, fn, data);
        count = 0;
    }
    return rc;
}

static int collect(own_search *search) {
    int rc = CRM_OK;
    if (search->field) return read_files(search->txn, search->field->kind, 0, take_record, search);
    for (size_t i = 0; rc == CRM_OK && i < search->root_count; i++) rc = crmi_directory_keys(search->txn, search->roots[i], add, search);
    return rc;
}

/* --- which index --- */

typedef struct own_index {
    const crmi_field *field; /* NULL: the directory */
    bool by_role, by_value;  /* the directory's parties of one role; what has, or begins with, a value */
} own_index;

static int open_directory(const uint8_t *at, const uint8_t *end, own_index *out) {
    int64_t archived;
    bool by_role;
    if (crmi_key_read_int(&at, end, &archived) < 0 || crmi_index_read_role(&at, end, &by_role) < 0)
        return crmi_error_set(CRM_E_INVALID, 0, "the index has no such key");
    *out = (own_index){NULL, by_role, at < end};
    return CRM_OK;
}

static int open_key(crmi_txn *txn, const crmi_key *key, own_index *out) {
    const uint8_t *at = key->bytes, *end = at + key->size;
    int64_t number;
    int status = CRM_OK;
    *out = (own_index){NULL, false, false};
    if (crmi_key_read_int(&at, end, &number) < 0) return crmi_error_set(CRM_E_INVALID, 0, "the index has no such key");
    if (number == CRMI_DIRECTORY) return open_directory(at, end, out);
    out->field = crmi_txn_field(txn, (crm_field)number, &status);
    out->by_value = at < end;
    if (out->field || status < 0) return status;
    return crmi_error_set(CRM_E_NOTFOUND, 0, "no such field");
}

/* Some of a kind's records, at least: administrators read the store's own terms. */
static bool reads(const crmi_actor *actor, uint32_t kind) {
    return actor->reads >> kind & 1 || (actor->administers && kind == CRM_KIND_QUOTE_DEFAULTS);
}

/* Staff reads the entries of all, but finds nothing by what it does not see. */
static int staff_shared(const crmi_actor *actor, const own_index *index, bool *out) {
    const crmi_field *field = index->field ? index->field : crmi_schema_field(CRM_PARTY_NAME);
    if (field->flags & actor->hidden && index->by_value)
        return crmi_error_set(CRM_E_DENIED, field->field, "the actor does not see %s.%s", crm_kind_name(field->kind), field->name);
    *out = reads(actor, field->kind) && (!index->by_role || reads(actor, CRM_KIND_ROLE));
    return CRM_OK;
}

static int actor_shared(const crmi_actor *actor, const own_index *index, bool *out) {
    if (actor->staff) return staff_shared(actor, index, out);
    *out = index->field && (index->field->kind == CRM_KIND_CODE || index->field->kind == CRM_KIND_CUSTOM_FIELD);
    return CRM_OK;
}

int crmi_own_shared(crmi_txn *txn, const crmi_key *key, bool *out) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    own_index index;
    *out = true;
    if (!actor) return CRM_OK;
    int rc = open_key(txn, key, &index);
    return rc == CRM_OK ? actor_shared(actor, &index, out) : rc;
}

int crmi_own_shared_value(const crmi_txn *txn, const crmi_field *field, bool *out) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    *out = true;
    return actor ? actor_shared(actor, &(own_index){field, false, true}, out) : CRM_OK;
}

/* --- pages --- */

static int by_key(const void *a, const void *b) {
    const own_entry *left = a, *right = b;
    return compare(left->key, left->size, right->key, right->size);
}

static void fill(crmi_page *page, const own_search *search) {
    page->count = search->count < page->limit ? search->count : page->limit;
    page->more = search->count > page->limit;
    for (size_t i = 0; i < page->count; i++) page->ids[i] = search->entries[i].id;
    if (!page->count) return;
    const own_entry *last = &search->entries[page->count - 1];
    page->after_size = last->size;
    memcpy(page->after, last->key, last->size);
}

static int page_sorted(own_search *search, crmi_page *page) {
    int rc = collect(search);
    if (rc == CRM_OK && search->count > 1) qsort(search->entries, search->count, sizeof *search->entries, by_key);
    if (rc == CRM_OK) fill(page, search);
    free(search->entries);
    return rc;
}

int crmi_own_some(crmi_txn *txn, const uint32_t *roots, size_t count, crmi_page *page) {
    own_search search = {.txn = txn, .page = page, .roots = roots, .root_count = count};
    page->count = 0;
    page->more = false;
    return page_sorted(&search, page);
}

static int take_value(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    own_search *search = data;
    crmi_page *page = search->filling;
    crmi_key key;
    int rc = crmi_index_stored_key(search->txn, search->field, stored, &key);
    if (rc < 0 || !key.size || !is_wanted(page, &key)) return rc;
    page->more = page->count == page->limit;
    if (page->more) return CRM_ROW; /* enough */
    page->ids[page->count++] = stored->id;
    page->after_size = key.size;
    memcpy(page->after, key.bytes, key.size);
    return CRM_OK;
}

/* Those with one value lie in the order of their ids, as his files do. */
static int page_value(crmi_txn *txn, const crmi_field *field, crmi_page *page) {
    crmi_packed after = crmi_index_key_id((crmi_slice){page->after, page->after_size}); /* 0: from the start */
    own_search search = {.txn = txn, .field = field, .page = page, .filling = page};
    int rc = read_files(txn, field->kind, after, take_value, &search);
    return rc == CRM_ROW ? CRM_OK : rc;
}

int crmi_own_page(crmi_txn *txn, crmi_page *page) {
    own_index index;
    int rc = open_key(txn, &page->from, &index);
    const crmi_field *field = index.field;
    page->count = 0;
    page->more = false;
    if (rc < 0 || (field ? !crmi_index_has(field) : crmi_gate_bound(txn)->staff)) return rc; /* nothing is there */
    const crmi_actor *actor = crmi_gate_bound(txn);
    if (!field) return crmi_own_some(txn, actor->roots, actor->root_count, page);
    if (!(field->flags & CRM_FIELD_UNIQUE)) return page_value(txn, field, page);
    return page_sorted(&(own_search){.txn = txn, .field = field, .page = page}, page);
}

/* Names are read with the gate lifted: staff who do not see them are told the order all the same. */
int crmi_own_parties(crmi_txn *txn, crmi_page *page) {
    const crmi_actor *actor = crmi_gate_bound(txn);
    crmi_gate_lift(txn);
    int rc = crmi_own_some(txn, actor->roots, actor->root_count, page);
    crmi_gate_drop(txn);
    return rc;
}

typedef struct own_find {
    const crmi_txn *txn;
    const crmi_field *field;
    const crmi_key *key;
    crmi_packed found;
} own_find;

static int take_found(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    own_find *finding = data;
    crmi_key key;
    int rc = crmi_index_stored_key(finding->txn, finding->field, stored, &key);
    if (rc < 0 || key.size != finding->key->size || memcmp(key.bytes, finding->key->bytes, key.size) != 0) return rc;
    finding->found = stored->id;
    return CRM_ROW; /* there is one at most */
}

int crmi_own_find(crmi_txn *txn, const crmi_field *field, const crmi_key *key, crmi_packed *out) {
    own_find finding = {.txn = txn, .field = field, .key = key};
    int rc = read_files(txn, field->kind, 0, take_found, &finding);
    *out = finding.found;
    return rc < 0 ? rc : finding.found ? CRM_OK : CRM_E_NOTFOUND;
}
