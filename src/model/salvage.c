/* SPDX-License-Identifier: MIT */
/* What is left of a damaged store: every sound record that its pages give, the newest of each, is put as it is into a new store. Records
 * whose party is lost, or what they must name, stay out; other references to what is lost are taken away, and what lies above groups is
 * found again. At last the index is made. */
#include "model/salvage.h"
#include "base/error.h"
#include "codec/key.h"
#include "codec/walk.h"
#include "engine/salvage.h"
#include "index/directory.h"
#include "index/rebuild.h"
#include "model/group.h"
#include "model/place.h"
#include "model/record.h"
#include "model/transact.h"
#include "store/db.h"
#include "store/definitions_fields.h"
#include <stdlib.h>
#include <string.h>

enum { BATCH = 20000, REVISION_BITS = 60 };

typedef struct item {
    crmi_packed id;
    uint64_t rank; /* a crmi_salvage_page, and the revision below */
    uint64_t at;
    uint32_t size;
    bool dead, stub; /* dead: a stub of what was deleted */
} item;

typedef struct salvaging {
    crmi_salvage *from;
    crm_maintain_progress_fn fn;
    void *data;
    item *items;
    size_t count, capacity, next; /* next: to be written */
    bool known;                   /* who the store is */
    uint8_t identity[CRMI_IDENTITY_SIZE];
    crmi_state state;
    crmi_packed *loose; /* records that name what is lost */
    size_t loose_count, loose_capacity;
    crmi_salvaged *out;
} salvaging;

/* --- gathering --- */

static int grow(void **list, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) return CRM_OK;
    size_t more = *capacity ? *capacity * 2 : 1024;
    void *grown = realloc(*list, more * size);
    if (!grown) return crmi_error_nomem();
    *list = grown;
    *capacity = more;
    return CRM_OK;
}

static uint64_t age(crmi_slice key, crmi_slice value) {
    crmi_state state;
    return crmi_state_read(key, value, &state) ? state.sequence : 0;
}

static void take_meta(salvaging *s, crmi_slice key, crmi_slice value) {
    crmi_state state;
    if (crmi_identity_read(key, value, s->identity)) s->known = true;
    if (crmi_state_read(key, value, &state) && state.sequence >= s->state.sequence) s->state = state;
}

static int add(salvaging *s, int page, uint64_t at, const crmi_stored *stored, size_t size) {
    crmi_value revision = {0};
    bool stub = stored->kind == CRMI_KIND_STUB;
    if (!stub && crmi_walk_find(stored->body.data, stored->body.size, 0, &revision) != CRM_ROW) return CRM_OK;
    if (s->fn && s->count % 4096 == 4095 && s->fn(s->data, s->count)) return crmi_error_set(CRM_E_ABORTED, 0, "the caller ended it");
    int rc = grow((void **)&s->items, s->count, &s->capacity, sizeof *s->items);
    if (rc < 0) return rc;
    uint64_t newest = (uint64_t)revision.integer & ((UINT64_C(1) << REVISION_BITS) - 1);
    s->items[s->count++] = (item){.id = stored->id,
                                  .rank = (uint64_t)page << REVISION_BITS | newest,
                                  .at = at,
                                  .size = (uint32_t)size,
                                  .stub = stub,
                                  .dead = stub && !crmi_stored_target(stored)};
    return CRM_ROW;
}

static int take(void *data, int page, uint64_t at, crmi_slice key, crmi_slice value) {
    salvaging *s = data;
    crmi_stored stored;
    if (key.size != 8) {
        take_meta(s, key, value);
        return CRM_OK;
    }
    if (crmi_stored_open(key, value, &stored) != CRM_OK || crmi_walk_check(stored.body.data, stored.body.size) != CRM_OK) return CRM_OK;
    return crmi_model_is_place(crmi_id_kind(stored.id), stored.id) ? add(s, page, at, &stored, value.size) : CRM_OK;
}

/* --- choosing --- */

static int by_id(const void *a, const void *b) {
    const item *x = a, *y = b;
    if (x->id != y->id) return x->id < y->id ? -1 : 1;
    return x->rank > y->rank ? -1 : x->rank < y->rank;
}

static const item *find(const salvaging *s, crmi_packed id) {
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->items[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->count && s->items[low].id == id ? &s->items[low] : NULL;
}

static bool is_there(const salvaging *s, crmi_packed id) {
    const item *found = find(s, id);
    return found && !found->dead;
}

/* The newest of each; those at a root without what owns them stay out. */
static void choose(salvaging *s) {
    size_t kept = 0, owned = 0;
    uint32_t root = 0;
    bool owner = true;
    if (s->count) qsort(s->items, s->count, sizeof *s->items, by_id);
    for (size_t i = 0; i < s->count; i++)
        if (!kept || s->items[i].id != s->items[kept - 1].id) s->items[kept++] = s->items[i];
    s->count = kept;
    for (size_t i = 0; i < s->count; i++) {
        const item one = s->items[i];
        uint32_t at = crmi_id_root(one.id);
        uint64_t number = at & ~CRMI_ROOT_GROUP;
        if (number >= s->state.next_root) s->state.next_root = number + 1;
        if (at != root) {
            const item *own = find(s, crmi_id_pack(at, at & CRMI_ROOT_GROUP ? CRM_KIND_GROUP : CRM_KIND_PARTY, 0));
            owner = own && !own->stub;
            root = at;
        }
        if (!owner) s->out->left += !one.stub;
        s->items[i].size = owner ? one.size : 0; /* 0: left out */
    }
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].size) s->items[owned++] = s->items[i];
    s->count = owned;
}

/* --- writing --- */

enum verdict { KEEP, LOOSE, LEAVE };

/* Whether a record names what is lost: it must name it, or can do without. */
static enum verdict judge(const salvaging *s, const crmi_stored *stored) {
    crmi_walk walk;
    crmi_value value;
    enum verdict worst = KEEP;
    if (crmi_walk_begin(&walk, stored->body.data, stored->body.size) != CRM_OK) return LEAVE;
    while (crmi_walk_next(&walk, &value) == CRM_ROW) {
        const crmi_field *field = crmi_schema_number(stored->kind, value.number);
        if (!field || field->type != CRM_TYPE_ID || value.type != CRMI_VALUE_INT || is_there(s, (crmi_packed)value.integer)) continue;
        if (field->flags & (CRM_FIELD_REQUIRED | CRM_FIELD_DEPENDENT)) return LEAVE;
        worst = LOOSE;
    }
    return worst;
}

static int write_value(salvaging *s, crmi_txn *txn, item *one, uint8_t *value) {
    uint8_t key[8];
    crmi_stored stored;
    crmi_key_put64(key, one->id);
    int rc = crmi_salvage_value(s->from, one->at, value, one->size);
    if (rc == CRM_OK) rc = crmi_stored_open((crmi_slice){key, 8}, (crmi_slice){value, one->size}, &stored);
    if (rc < 0) return rc;
    enum verdict verdict = one->stub ? (one->dead || is_there(s, crmi_stored_target(&stored)) ? KEEP : LEAVE) : judge(s, &stored);
    if (verdict == LOOSE) {
        rc = grow((void **)&s->loose, s->loose_count, &s->loose_capacity, sizeof *s->loose);
        if (rc == CRM_OK) s->loose[s->loose_count++] = one->id;
    }
    if (rc == CRM_OK && verdict != LEAVE)
        rc = crmi_engine_put(txn->engine, CRMI_TABLE_FILE, (crmi_slice){key, 8}, (crmi_slice){value, one->size});
    if (one->stub) return rc;
    s->out->left += verdict == LEAVE;
    s->out->records += verdict != LEAVE;
    s->out->old += verdict != LEAVE && one->rank >> REVISION_BITS == CRMI_SALVAGE_OLD;
    return rc;
}

static int write_batch(crmi_txn *txn, void *data) {
    salvaging *s = data;
    const crmi_salvaged before = *s->out;
    size_t first = s->next, loose = s->loose_count;
    uint8_t *value = malloc(CRMI_LIMIT_RECORD_BYTES * 2);
    int rc = value ? CRM_OK : crmi_error_nomem();
    txn->changed = true;
    for (; rc == CRM_OK && s->next < s->count && s->next < first + BATCH; s->next++)
        rc = s->items[s->next].size <= CRMI_LIMIT_RECORD_BYTES ? write_value(s, txn, &s->items[s->next], value) : CRM_OK;
    free(value);
    if (rc < 0) { /* it may be run again */
        *s->out = before;
        s->next = first;
        s->loose_count = loose;
    }
    return rc;
}

/* --- putting right --- */

static int clear_lost(const salvaging *s, crmi_txn *txn, crmi_packed id) {
    crm_record *rec;
    int rc = crmi_store_get(txn, id, &rec);
    if (rc < 0) return rc;
    for (uint32_t i = rec->count; i-- > 0;) {
        const crmi_entry *entry = &rec->entries[i];
        if (entry->type == CRM_TYPE_ID && !is_there(s, crmi_store_packed(txn, (crm_id)entry->integer)))
            crmi_object_clear(rec, entry->number);
    }
    rc = crmi_store_put(txn, id, rec, rec->revision + 1);
    crmi_object_free(rec);
    return rc;
}

/* What is above a group by its parents; a circle ends where it began. */
static int find_above(crmi_txn *txn, const crm_record *rec, crmi_buffer *out) {
    crm_id next = (crm_id)crmi_object_integer(rec, CRM_GROUP_PARENT, 0);
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && next && next != rec->id && i < CRMI_LIMIT_GROUP_DEPTH; i++) {
        uint8_t bytes[8];
        crm_record *above;
        crmi_key_put64(bytes, next);
        crmi_buffer_append(out, bytes, sizeof bytes);
        rc = crmi_store_get(txn, crmi_store_packed(txn, next), &above);
        next = rc == CRM_OK ? (crm_id)crmi_object_integer(above, CRM_GROUP_PARENT, 0) : 0;
        if (rc == CRM_OK) crmi_object_free(above);
    }
    return out->failed ? crmi_error_nomem() : rc;
}

static int set_above(crmi_txn *txn, crmi_packed id) {
    const uint32_t number = CRMI_FIELD_NUMBER(CRM_GROUP_ANCESTORS);
    crmi_buffer above = {0};
    crm_record *rec;
    int rc = crmi_store_get(txn, id, &rec);
    if (rc < 0) return rc;
    rc = find_above(txn, rec, &above);
    const crmi_entry *now = crmi_object_find(rec, number);
    bool same = now ? now->size == above.size && (!above.size || memcmp(now->text, above.data, above.size) == 0) : !above.size;
    if (rc == CRM_OK && !same) {
        if (above.size)
            rc = crmi_object_set_bytes(rec, number, CRM_TYPE_BYTES, 0, above.data, above.size);
        else
            crmi_object_clear(rec, number);
        if (rc == CRM_OK) rc = crmi_store_put(txn, id, rec, rec->revision + 1);
    }
    crmi_buffer_free(&above);
    crmi_object_free(rec);
    return rc;
}

/* The setting of the directory's order is noted before the index is made. */
static int note_setting(crmi_txn *txn, crmi_packed id) {
    crm_record *rec;
    int rc = crmi_store_get(txn, id, &rec);
    if (rc == CRM_OK) rc = crmi_directory_update(txn, id, NULL, rec);
    crmi_object_free(rec);
    return rc;
}

static int put_right(crmi_txn *txn, const item *one) {
    if (one->stub || one->size > CRMI_LIMIT_RECORD_BYTES) return CRM_OK;
    if (crmi_id_kind(one->id) == CRM_KIND_SETTING) return note_setting(txn, one->id);
    return crmi_id_kind(one->id) == CRM_KIND_GROUP ? set_above(txn, one->id) : CRM_OK;
}

static int finish(crmi_txn *txn, void *data) {
    const salvaging *s = data;
    int rc = CRM_OK;
    crmi_definitions_touch(txn);
    for (size_t i = 0; rc == CRM_OK && i < s->loose_count; i++) rc = clear_lost(s, txn, s->loose[i]);
    for (size_t i = 0; rc == CRM_OK && i < s->count; i++) rc = put_right(txn, &s->items[i]);
    if (rc == CRM_OK) rc = crmi_index_rebuild(txn, 0);
    return rc == CRM_OK ? crmi_txn_restore(txn, s->state.sequence + 1, s->state.next_root) : rc;
}

/* --- all --- */

static int write_all(salvaging *s, const char *folder) {
    crmi_db *db;
    int rc = crmi_db_make(folder, s->identity, &db);
    if (rc < 0) return rc;
    while (rc == CRM_OK && s->next < s->count) rc = crmi_model_transact(db, CRM_ACTOR_SYSTEM, write_batch, s);
    if (rc == CRM_OK) rc = crmi_model_transact(db, CRM_ACTOR_SYSTEM, finish, s);
    crmi_db_release(db);
    return rc;
}

static int make(salvaging *s, const char *to) {
    crmi_store_place place = {0};
    int rc = crmi_store_place_begin(&place, to);
    if (rc == CRM_OK) rc = crmi_salvage_rows(s->from, age, take, s);
    if (rc == CRM_OK && !s->known) rc = crmi_error_set(CRM_E_CORRUPT, 0, "nothing of the file tells who the store is");
    if (rc == CRM_OK) choose(s);
    if (rc == CRM_OK) rc = write_all(s, place.work);
    if (rc == CRM_OK) rc = crmi_store_place_move(&place);
    const crmi_error last = *crmi_error_last();
    crmi_store_place_end(&place);
    crmi_error_restore(&last);
    return rc;
}

int crmi_salvage_store(const char *from, const char *to, crm_maintain_progress_fn fn, void *data, crmi_salvaged *out) {
    salvaging s = {.fn = fn, .data = data, .state = {.next_root = 1}, .out = out};
    *out = (crmi_salvaged){0};
    int rc = crmi_salvage_open(from, &s.from);
    if (rc == CRM_OK) rc = make(&s, to);
    crmi_salvage_close(s.from);
    free(s.items);
    free(s.loose);
    return rc;
}
