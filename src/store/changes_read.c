/* SPDX-License-Identifier: MIT */
/* Reading what changed: the feed, or a bound actor's logs. */
#include "base/error.h"
#include "codec/crc32c.h"
#include "codec/key.h"
#include "store/changes_table.h"
#include "store/db.h"
#include "store/gate.h"
#include <stdlib.h>

#define CHUNKS 64 /* of the feed that a page looks at: some 100,000 changes, whoever sees them */

static int stale(const char *why) { return crmi_error_set(CRM_E_STALE, 0, "%s: read everything again", why); }

static const crmi_actor *bound_actor(const crmi_txn *txn) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    return actor && !actor->staff ? actor : NULL;
}

/* --- places --- */

static uint32_t rights_of(const crmi_txn *txn, uint32_t epoch) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    uint32_t sum = crmi_crc32c(0, &epoch, sizeof epoch);
    if (!actor) return sum;
    const uint64_t what[] = {actor->user, actor->staff, actor->staff ? actor->reads : 0, actor->hidden, actor->administers};
    sum = crmi_crc32c(sum, what, sizeof what);
    return actor->staff ? sum : crmi_crc32c(sum, actor->roots, actor->root_count * sizeof *actor->roots);
}

/* The state, where the store keeps changes. */
static int open_state(crmi_txn *txn, crmi_changes_state *state) {
    crmi_definitions *definitions;
    uint64_t next_root;
    int rc = crmi_txn_definitions(txn, &definitions);
    if (rc == CRM_OK) rc = crmi_changes_read_state(txn, state);
    if (rc == CRM_OK && !state->stored) rc = crmi_txn_state(txn, &state->floor, &next_root); /* nothing was kept yet */
    if (rc < 0) return rc;
    if (definitions->tracking.keep_days && state->floor != CRMI_CHANGES_OFF) return CRM_OK;
    return stale("the store keeps no changes (setting changes.keep_days)");
}

/* How many places the logs of a bound actor have given out, together. */
static int count_places(crmi_txn *txn, const crmi_actor *actor, uint64_t *out) {
    uint64_t places;
    bool found;
    int rc = crmi_changes_own_head(txn, 0, out, &found);
    for (size_t i = 0; rc == CRM_OK && i < actor->root_count; i++) {
        rc = crmi_changes_own_head(txn, actor->roots[i], &places, &found);
        *out += places;
    }
    return rc;
}

static int place_now(crmi_txn *txn, const crmi_changes_state *state, crmi_changes_place *out) {
    const crmi_actor *actor = bound_actor(txn);
    uint64_t next_root;
    *out = (crmi_changes_place){.rights = rights_of(txn, state->epoch)};
    if (actor) return count_places(txn, actor, &out->commit);
    int rc = crmi_txn_state(txn, &out->commit, &next_root);
    out->commit++;
    return rc;
}

int crmi_changes_now(crmi_txn *txn, crmi_changes_place *out) {
    crmi_changes_state state;
    int rc = open_state(txn, &state);
    return rc == CRM_OK ? place_now(txn, &state, out) : rc;
}

int crmi_changes_first(crmi_txn *txn, crmi_changes_place *out) {
    crmi_changes_state state;
    int rc = open_state(txn, &state);
    if (rc == CRM_OK) rc = place_now(txn, &state, out);
    if (rc == CRM_OK && !bound_actor(txn)) out->commit = state.floor + 1;
    return rc;
}

/* --- a page --- */

typedef struct paging {
    crmi_txn *txn;
    crmi_changes_place *place;
    uint32_t kind;
    size_t limit, count;
    crmi_change *out;
    size_t chunks;
    bool full;
} paging;

/* Entries of a row, from the place's entry on. CRM_ROW where the page is full: then the place is in the row. */
static int take_entries(paging *page, crmi_slice value, uint32_t root, const crmi_change *of) {
    const uint8_t *at = (const uint8_t *)value.data + CRMI_CHANGES_HEAD, *end = (const uint8_t *)value.data + value.size;
    uint32_t number = 0;
    for (int rc;; number++) {
        crmi_change change = *of;
        rc = crmi_changes_next_entry(&at, end, &root, &change);
        if (rc != CRM_ROW) return rc;
        if (number < page->place->entry) continue;
        bool wanted = (!page->kind || crmi_id_kind(change.id) == page->kind) && crmi_gate_sees(page->txn, change.id);
        if (wanted && page->count == page->limit) {
            page->place->entry = number;
            page->full = true;
            return CRM_ROW;
        }
        if (wanted) page->out[page->count++] = change;
    }
}

static int take_chunk(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    paging *page = data;
    const uint8_t *bytes = value.data;
    if (!crmi_changes_sound(key, value, CRMI_CHANGES_HEAD)) return crmi_changes_damaged();
    uint64_t commit = crmi_changes_key_number(key), chunk = crmi_changes_key_second(key);
    if (chunk > UINT32_MAX - 1) return crmi_changes_damaged();
    if (commit != page->place->commit || chunk != page->place->chunk)
        *page->place = (crmi_changes_place){page->place->rights, commit, (uint32_t)chunk, 0};
    if (page->chunks++ == CHUNKS) {
        page->full = true;
        return CRM_ROW;
    }
    crmi_change of = {.commit = commit, .at = (int64_t)crmi_key_get64(bytes + 4), .by = crmi_key_get64(bytes + 12)};
    int rc = take_entries(page, value, 0, &of);
    if (rc == CRM_OK) *page->place = (crmi_changes_place){page->place->rights, commit, (uint32_t)chunk + 1, 0};
    return rc;
}

static int page_feed(paging *page, const crmi_changes_state *state) {
    crmi_changes_place *place = page->place;
    uint64_t sequence, next_root;
    int rc = crmi_txn_state(page->txn, &sequence, &next_root);
    if (rc < 0) return rc;
    if (place->commit <= state->floor || place->commit > sequence + 1) return stale("what changed since is not kept");
    crmi_changes_span span = {place->commit, place->chunk, CRMI_CHANGES_ALL, 0};
    rc = crmi_changes_range(page->txn, CRMI_CHANGES_FEED, span, 0, 0, take_chunk, page);
    if (rc == CRM_OK) *place = (crmi_changes_place){place->rights, sequence + 1, 0, 0};
    return rc == CRM_ROW ? CRM_OK : rc;
}

/* --- a bound actor's --- */

typedef struct own_place {
    uint64_t commit, place;
    uint32_t root;
} own_place;

typedef struct own_places {
    own_place *list;
    size_t count, capacity;
    uint32_t root;
    int64_t before;
} own_places;

static int take_place(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    own_places *places = data;
    const uint8_t *bytes = value.data;
    if (!crmi_changes_sound(key, value, CRMI_CHANGES_HEAD)) return crmi_changes_damaged();
    if ((int64_t)crmi_key_get64(bytes + 12) < places->before) return CRM_ROW; /* too old, and so are those before it */
    if (places->count == places->capacity) {
        size_t capacity = places->capacity ? places->capacity * 2 : 32;
        own_place *list = realloc(places->list, capacity * sizeof *list);
        if (!list) return crmi_error_nomem();
        places->list = list;
        places->capacity = capacity;
    }
    places->list[places->count++] = (own_place){crmi_key_get64(bytes + 4), crmi_changes_key_second(key), places->root};
    return CRM_OK;
}

/* The latest places of a log, at most so many. */
static int read_places(crmi_txn *txn, own_places *places, uint32_t root, uint64_t most) {
    crmi_changes_span span = {root, 0, (uint64_t)root + 1, 0};
    size_t limit = most < CRMI_CHANGES_OWN_MOST ? (size_t)most : CRMI_CHANGES_OWN_MOST;
    places->root = root;
    int rc = crmi_changes_range(txn, CRMI_CHANGES_OWN, span, CRMI_READ_REVERSE, limit, take_place, places);
    return rc == CRM_ROW ? CRM_OK : rc;
}

static int by_commit(const void *a, const void *b) {
    const own_place *x = a, *y = b;
    if (x->commit != y->commit) return x->commit < y->commit ? -1 : 1;
    if (x->root != y->root) return x->root < y->root ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

typedef struct own_row {
    paging *page;
    uint32_t root;
} own_row;

static int take_own(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    const own_row *row = data;
    if (!crmi_changes_sound(key, value, CRMI_CHANGES_HEAD)) return crmi_changes_damaged();
    crmi_change of = {.at = (int64_t)crmi_key_get64((const uint8_t *)value.data + 12)};
    crmi_changes_blur(&of);
    return take_entries(row->page, value, row->root, &of);
}

static int page_places(paging *page, own_places *places, uint64_t behind) {
    int rc = CRM_OK;
    if (places->count > 1) qsort(places->list, places->count, sizeof *places->list, by_commit);
    for (size_t i = places->count - (size_t)behind; rc == CRM_OK && i < places->count; i++) {
        own_row row = {page, places->list[i].root};
        crmi_changes_key key;
        rc = crmi_engine_get(page->txn->engine, CRMI_TABLE_CHANGES,
                             crmi_changes_key_make(&key, CRMI_CHANGES_OWN, places->list[i].root, places->list[i].place), take_own, &row);
        if (rc == CRM_OK) *page->place = (crmi_changes_place){page->place->rights, page->place->commit + 1, 0, 0};
    }
    return rc == CRM_ROW ? CRM_OK : rc;
}

static int page_own(paging *page, const crmi_actor *actor) {
    crmi_definitions *definitions;
    own_places places = {0};
    uint64_t now;
    int rc = crmi_txn_definitions(page->txn, &definitions);
    if (rc == CRM_OK) rc = count_places(page->txn, actor, &now);
    if (rc < 0 || page->place->commit == now) return rc;
    uint64_t behind = now - page->place->commit;
    if (page->place->commit > now) return stale("the token is of another time");
    places.before = crmi_changes_before(page->txn, definitions->tracking.keep_days);
    rc = read_places(page->txn, &places, 0, behind);
    for (size_t i = 0; rc == CRM_OK && i < actor->root_count; i++) rc = read_places(page->txn, &places, actor->roots[i], behind);
    if (rc == CRM_OK && places.count < behind) rc = stale("what changed since is not kept");
    if (rc == CRM_OK) rc = page_places(page, &places, behind);
    free(places.list);
    return rc;
}

int crmi_changes_page(crmi_txn *txn, crmi_changes_place *place, uint32_t kind, size_t limit, crmi_change *out, size_t *count, bool *more) {
    crmi_changes_state state;
    const crmi_actor *actor = bound_actor(txn);
    paging page = {.txn = txn, .place = place, .kind = kind, .limit = limit, .out = out};
    *count = 0;
    *more = false;
    int rc = open_state(txn, &state);
    if (rc == CRM_OK && place->rights != rights_of(txn, state.epoch)) rc = stale("what the actor sees, or what is kept, is another now");
    if (rc == CRM_OK) rc = actor ? page_own(&page, actor) : page_feed(&page, &state);
    if (rc < 0) return rc;
    *count = page.count;
    *more = page.full;
    return CRM_OK;
}
