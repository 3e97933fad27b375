/* SPDX-License-Identifier: MIT */
/* Addresses and contacts by what they are for. The party's usages are read as one range, then what they name, in batches; an address that
 * has ended in a move is replaced by its successor, which is read in the next round. Whoever is named twice counts once, with the best of
 * what is said of him. Nothing is decided by the order in which usages were added. */
#include "model/usage.h"
#include "base/error.h"
#include "codec/walk.h"
#include <libcrm/codes.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 256 /* records read in one round trip */

enum standing { FOR_PURPOSE = 1, IS_DEFAULT = 2, IS_MAIN = 4 };

typedef struct candidate {
    crmi_packed id;
    uint32_t standing;
    uint32_t known; /* it was read and is good; 0: to be read, where it has an id */
} candidate;

typedef struct search {
    crmi_txn *txn;
    const crmi_usage_query *query;
    crmi_buffer found; /* candidates */
    size_t first;      /* of the batch that is being read */
} search;

static candidate *all(const search *finding) { return (candidate *)(void *)finding->found.data; }
static size_t count(const search *finding) { return finding->found.size / sizeof(candidate); }

static int damaged(void) { return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged"); }

static bool text_is(const crmi_value *value, const char *text, size_t size) {
    return value->type == CRMI_VALUE_TEXT && value->size == size && !memcmp(value->bytes, text, size);
}

/* --- usages --- */

static int take_usage(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    search *finding = data;
    const crmi_usage_query *query = finding->query;
    candidate named = {0};
    bool is_default = false;
    int64_t from = INT64_MIN, until = INT64_MAX;
    crmi_walk walk;
    crmi_value value;
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) switch (value.number) {
        case CRMI_FIELD_NUMBER(CRM_USAGE_TARGET): named.id = (crmi_packed)value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_PURPOSE):
            if (text_is(&value, query->purpose, query->purpose_size)) named.standing |= FOR_PURPOSE;
            if (text_is(&value, CRM_PURPOSE_MAIN, strlen(CRM_PURPOSE_MAIN))) named.standing |= IS_MAIN;
            break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_IS_DEFAULT): is_default = value.integer != 0; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_VALID_FROM): from = value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_VALID_UNTIL): until = value.integer; break;
        }
    if (rc < 0) return damaged();
    if (is_default && named.standing & FOR_PURPOSE) named.standing |= IS_DEFAULT;
    if (named.standing && crmi_id_kind(named.id) == query->kind && query->date >= from && query->date < until)
        crmi_buffer_append(&finding->found, &named, sizeof named);
    return CRM_OK;
}

static int read_usages(search *finding) {
    uint32_t root = finding->query->root;
    crmi_want want = {crmi_id_pack(root, CRM_KIND_USAGE, 0), crmi_id_pack(root, CRM_KIND_USAGE + 1, 0), 0};
    int rc = crmi_store_read_many(finding->txn, &want, 1, take_usage, finding);
    return rc == CRM_OK && finding->found.failed ? crmi_error_nomem() : rc;
}

/* --- what they name --- */

typedef struct state {
    int64_t from, until;
    bool archived;
    crmi_packed successor;
} state;

static void read_value(state *own, uint32_t kind, const crmi_value *value) {
    bool address = kind == CRM_KIND_ADDRESS;
    if (value->number == CRMI_FIELD_NUMBER(address ? CRM_ADDRESS_VALID_FROM : CRM_CONTACT_VALID_FROM)) own->from = value->integer;
    if (value->number == CRMI_FIELD_NUMBER(address ? CRM_ADDRESS_VALID_UNTIL : CRM_CONTACT_VALID_UNTIL)) own->until = value->integer;
    if (value->number == CRMI_FIELD_NUMBER(address ? CRM_ADDRESS_ARCHIVED : CRM_CONTACT_ARCHIVED)) own->archived = value->integer != 0;
    if (address && value->number == CRMI_FIELD_NUMBER(CRM_ADDRESS_SUCCESSOR)) own->successor = (crmi_packed)value->integer;
}

/* The candidate becomes good, or another one, or stays unknown with no id: nobody. */
static int take_object(void *data, size_t read, const crmi_stored *stored) {
    search *finding = data;
    const crmi_usage_query *query = finding->query;
    candidate *named = &all(finding)[finding->first + read];
    state own = {INT64_MIN, INT64_MAX, false, 0};
    crmi_walk walk;
    crmi_value value;
    if (stored->kind != query->kind || crmi_id_root(stored->id) != query->root) return CRM_OK;
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) read_value(&own, query->kind, &value);
    if (rc < 0) return damaged();
    if (query->date >= own.until)
        named->id = own.successor;
    else if (query->date >= own.from && !own.archived) {
        named->id = stored->id;
        named->known = 1;
    }
    return CRM_OK;
}

/* Reads one batch of those that are to be read; what does not come back with an id is nobody. */
static int read_batch(search *finding, size_t size) {
    crmi_want wants[BATCH];
    candidate *named = all(finding) + finding->first;
    for (size_t i = 0; i < size; i++) {
        wants[i] = (crmi_want){named[i].id, 0, 0};
        named[i].id = 0;
    }
    return crmi_store_read_many(finding->txn, wants, size, take_object, finding);
}

/* Unknown ones first, then by id; nobody at the very beginning. */
static int by_id(const void *a, const void *b) {
    const candidate *left = a, *right = b;
    if (left->known != right->known) return left->known < right->known ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

/* Takes nobodies out and makes one of those that are the same. */
static void unite(search *finding) {
    candidate *named = all(finding);
    size_t size = count(finding), kept = 0;
    if (size) qsort(named, size, sizeof *named, by_id);
    for (size_t i = 0; i < size; i++) {
        if (!named[i].id) continue;
        if (kept && named[kept - 1].id == named[i].id && named[kept - 1].known == named[i].known)
            named[kept - 1].standing |= named[i].standing;
        else
            named[kept++] = named[i];
    }
    finding->found.size = kept * sizeof *named;
}

static size_t unknown(const search *finding) {
    size_t size = 0;
    while (size < count(finding) && !all(finding)[size].known) size++;
    return size;
}

static void drop_unknown(search *finding) {
    for (size_t i = unknown(finding); i > 0; i--) all(finding)[i - 1].id = 0;
    unite(finding);
}

static int read_objects(search *finding) {
    int rc = CRM_OK;
    unite(finding);
    for (int moves = 0; moves <= CRMI_LIMIT_ADDRESS_MOVES && rc == CRM_OK && unknown(finding); moves++) {
        size_t left = unknown(finding);
        for (finding->first = 0; rc == CRM_OK && finding->first < left; finding->first += BATCH)
            rc = read_batch(finding, left - finding->first < BATCH ? left - finding->first : BATCH);
        unite(finding);
    }
    drop_unknown(finding); /* a circle leads nowhere */
    return rc;
}

/* All good ones for the purpose, and the main ones, by id. */
static int find(search *finding) {
    int rc = read_usages(finding);
    return rc == CRM_OK ? read_objects(finding) : rc;
}

/* --- the list --- */

static void make_key(const crmi_page *page, const candidate *named, crmi_key *key) {
    key->size = page->from.size + 9;
    memcpy(key->bytes, page->from.bytes, page->from.size);
    key->bytes[page->from.size] = named->standing & IS_DEFAULT ? 0 : 1;
    crmi_key_put64(key->bytes + page->from.size + 1, named->id);
}

static bool is_behind(const crmi_page *page, const crmi_key *key) {
    return page->after_size != key->size || memcmp(key->bytes, page->after, key->size) > 0;
}

/* Adds those that are a default, or those that are none. */
static void fill_page(const search *finding, bool defaults, crmi_page *page) {
    crmi_key key;
    for (size_t i = 0; i < count(finding) && !page->more; i++) {
        const candidate *named = &all(finding)[i];
        if (!(named->standing & FOR_PURPOSE) || !(named->standing & IS_DEFAULT) == defaults) continue;
        make_key(page, named, &key);
        if (!is_behind(page, &key)) continue;
        if (page->count == page->limit) {
            page->more = true;
            return;
        }
        page->ids[page->count++] = named->id;
        page->after_size = key.size;
        memcpy(page->after, key.bytes, key.size);
    }
}

int crmi_usage_list(crmi_txn *txn, const crmi_usage_query *query, crmi_page *page) {
    search finding = {.txn = txn, .query = query};
    int rc = find(&finding);
    if (rc == CRM_OK) {
        fill_page(&finding, true, page);
        fill_page(&finding, false, page);
    }
    crmi_buffer_free(&finding.found);
    return rc;
}

/* --- the one --- */

/* CRM_ROW where nobody has the standing. */
static int only(const search *finding, uint32_t standing, crmi_packed *out) {
    size_t size = 0;
    for (size_t i = 0; i < count(finding); i++) {
        if (!(all(finding)[i].standing & standing)) continue;
        *out = all(finding)[i].id;
        size++;
    }
    if (size > 1) *out = 0;
    return size == 0 ? CRM_ROW : size == 1 ? CRM_OK : CRM_CHOOSE;
}

int crmi_usage_choose(crmi_txn *txn, const crmi_usage_query *query, crmi_packed *out) {
    static const uint32_t steps[] = {IS_DEFAULT, FOR_PURPOSE, IS_MAIN};
    search finding = {.txn = txn, .query = query};
    int rc = find(&finding);
    if (rc == CRM_OK) {
        rc = CRM_ROW;
        for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == CRM_ROW; i++) rc = only(&finding, steps[i], out);
        if (rc == CRM_ROW) rc = CRM_E_NOTFOUND;
    }
    crmi_buffer_free(&finding.found);
    return rc;
}
