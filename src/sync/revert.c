/* SPDX-License-Identifier: MIT */
/* Taking a run back, batch by batch from its latest one. First everything that the batch touched is compared with what it left, file by
 * file, and whatever else is in these files with what would be missed; then the notes are followed backwards. */
#include "base/error.h"
#include "codec/walk.h"
#include "model/access.h"
#include "model/blockers.h"
#include "model/record.h"
#include "model/transact.h"
#include "store/gate.h"
#include "store/undo.h"
#include "sync/run.h"
#include <libcrm/error.h>
#include <stdlib.h>
#include <string.h>

/* A record that the batch wrote; several writes are one. */
typedef struct touched {
    crmi_packed id;
    uint64_t revision; /* that the batch left; 0: deleted */
    uint32_t order;
    bool created;
    bool seen; /* while checking */
    bool kept; /* a number range that has gone on: it stays */
} touched;

typedef struct reverting {
    crmi_txn *txn;
    crmi_packed run;
    uint32_t batch, chunks;
    touched *list; /* by id */
    size_t count, capacity;
    crmi_packed *blockers;
    size_t blocker_count, blocker_capacity;
    crmi_buffer chunk;
} reverting;

static void end(reverting *r) {
    free(r->list);
    free(r->blockers);
    crmi_buffer_free(&r->chunk);
}

/* --- what the batch touched --- */

static int take(reverting *r, const crmi_undo_entry *entry) {
    int rc = crmi_sync_grow((void **)&r->list, r->count, &r->capacity, sizeof *r->list);
    if (rc < 0) return rc;
    r->list[r->count] =
        (touched){.id = entry->id, .revision = entry->revision, .order = (uint32_t)r->count, .created = entry->what == CRMI_UNDO_CREATED};
    r->count++;
    return CRM_OK;
}

static int by_id(const void *a, const void *b) {
    const touched *x = a, *y = b;
    if (x->id != y->id) return x->id < y->id ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Several notes of one record: the first says what it was, the last what the batch left. */
static void unite(reverting *r) {
    size_t count = 0;
    if (r->count) qsort(r->list, r->count, sizeof *r->list, by_id);
    for (size_t i = 0; i < r->count; i++) {
        if (count && r->list[count - 1].id == r->list[i].id)
            r->list[count - 1].revision = r->list[i].revision;
        else
            r->list[count++] = r->list[i];
    }
    r->count = count;
}

static int read_touched(reverting *r) {
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < r->chunks; i++) {
        rc = crmi_undo_chunk(r->txn, r->run, r->batch, i, &r->chunk);
        crmi_undo_reading reading = crmi_undo_read(&r->chunk);
        crmi_undo_entry entry;
        while (rc == CRM_OK && (rc = crmi_undo_next(&reading, &entry)) == CRM_ROW) rc = take(r, &entry);
    }
    if (rc == CRM_OK) unite(r);
    return rc;
}

static touched *find(const reverting *r, crmi_packed id) {
    const touched key = {.id = id};
    size_t from = 0, until = r->count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (r->list[middle].id < key.id)
            from = middle + 1;
        else
            until = middle;
    }
    return from < r->count && r->list[from].id == id ? &r->list[from] : NULL;
}

static bool is_root(crmi_packed id) { return crmi_id_root(id) && crmi_schema_kind(crmi_id_kind(id))->placement == CRMI_ROOT; }

static crmi_packed root_record(crmi_packed id) {
    uint32_t root = crmi_id_root(id);
    return crmi_id_pack(root, root & CRMI_ROOT_GROUP ? CRM_KIND_GROUP : CRM_KIND_PARTY, 0);
}

/* Whether the batch created the party or group that a record belongs to. */
static bool has_new_root(const reverting *r, crmi_packed id) {
    const touched *root = crmi_id_root(id) ? find(r, root_record(id)) : NULL;
    return root && root->created;
}

/* --- what stands against it --- */

static int block(reverting *r, crmi_packed id) {
    int rc = crmi_sync_grow((void **)&r->blockers, r->blocker_count, &r->blocker_capacity, sizeof *r->blockers);
    if (rc == CRM_OK) r->blockers[r->blocker_count++] = id;
    return rc;
}

static int check_touched(reverting *r, touched *record, const crmi_stored *stored) {
    crmi_value revision;
    uint64_t means;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, 0, &revision);
    if (rc != CRM_ROW) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its body");
    record->seen = true;
    if ((uint64_t)revision.integer == record->revision) return CRM_OK;
    rc = crmi_undo_meaning(r->txn, stored->id, (uint64_t)revision.integer, &means);
    if (rc < 0 || means == record->revision) return rc;
    record->kept = stored->kind == CRM_KIND_SETTING;
    return record->kept ? CRM_OK : block(r, stored->id);
}

/* Whether a record that the run did not write names one that it created. */
static int uses_created(const reverting *r, const crmi_stored *stored, bool *out) {
    crmi_walk walk;
    crmi_value value;
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    *out = false;
    while (rc == CRM_OK && (rc = crmi_walk_next(&walk, &value)) == CRM_ROW) {
        const crmi_field *field = crmi_schema_number(stored->kind, value.number);
        rc = CRM_OK;
        if (!field || field->type != CRM_TYPE_ID || value.type != CRMI_VALUE_INT) continue;
        const touched *named = find(r, (crmi_packed)value.integer);
        *out |= named && named->created;
    }
    return rc < 0 ? crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its body") : CRM_OK;
}

static int look(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    reverting *r = data;
    touched *record = find(r, stored->id);
    bool used = true;
    if (record) return check_touched(r, record, stored);
    int rc = has_new_root(r, stored->id) ? CRM_OK : uses_created(r, stored, &used);
    return rc == CRM_OK && used ? block(r, stored->id) : rc;
}

/* Records of other files that name a party or group of the batch. */
static int look_outside(reverting *r, crmi_packed id) {
    crmi_blockers found;
    int rc = crmi_blockers_find(r->txn, id, CRMI_BLOCKER_SAMPLES, &found);
    for (size_t i = 0; rc == CRM_OK && i < found.count; i++) {
        const crmi_blocker *blocker = &found.list[i];
        for (size_t j = 0; rc == CRM_OK && j < CRMI_BLOCKER_SAMPLES && j < blocker->count; j++)
            if (!has_new_root(r, blocker->samples[j]) && !find(r, blocker->samples[j])) rc = block(r, blocker->samples[j]);
    }
    crmi_blockers_free(&found);
    return rc;
}

/* All that the batch touched in one file, or one record of the store's own. */
static int check_file(reverting *r, size_t from, size_t until) {
    crmi_packed first = r->list[from].id;
    uint32_t root = crmi_id_root(first);
    crmi_want want = {root ? crmi_id_pack(root, 0, 0) : first, root ? (crmi_packed)(root + 1) << 24 : first + 1, 0};
    int rc = crmi_store_read_many(r->txn, &want, 1, look, r);
    for (size_t i = from; rc == CRM_OK && i < until; i++) {
        touched *record = &r->list[i];
        if (!record->seen && record->revision) rc = block(r, record->id);
        if (rc == CRM_OK && record->created && is_root(record->id)) rc = look_outside(r, record->id);
    }
    return rc;
}

static int compare_ids(const void *a, const void *b) {
    const crmi_packed *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void sort_blockers(reverting *r) {
    size_t count = 0;
    if (r->blocker_count) qsort(r->blockers, r->blocker_count, sizeof *r->blockers, compare_ids);
    for (size_t i = 0; i < r->blocker_count; i++)
        if (!count || r->blockers[count - 1] != r->blockers[i]) r->blockers[count++] = r->blockers[i];
    r->blocker_count = count;
}

static int check(reverting *r) {
    int rc = read_touched(r);
    for (size_t i = 0, next; rc == CRM_OK && i < r->count; i = next) {
        uint32_t root = crmi_id_root(r->list[i].id);
        for (next = i + 1; root && next < r->count && crmi_id_root(r->list[next].id) == root;) next++;
        rc = check_file(r, i, next);
    }
    sort_blockers(r);
    return rc;
}

/* CRM_OK: its latest batch, to be taken back. */
static int begin(crmi_txn *txn, crmi_packed run, reverting *r) {
    crm_record *rec;
    *r = (reverting){.txn = txn, .run = run};
    int rc = crmi_run_open(txn, run, &rec);
    if (rc < 0) return rc;
    bool reverted = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_IMPORT_RUN_REVERTED_AT)) != NULL;
    crm_record_free(rec);
    rc = crmi_undo_last(txn, run, &r->batch, &r->chunks);
    if (rc == CRM_ROW) return CRM_OK;
    if (rc < 0) return rc;
    return reverted ? crmi_error_set(CRM_E_EXISTS, 0, "the run was taken back already")
                    : crmi_error_set(CRM_E_NOTFOUND, 0, "what the run wrote over was forgotten");
}

int crmi_run_blockers(crmi_txn *txn, crmi_packed run, crmi_packed **out, size_t *count) {
    reverting r;
    int rc = begin(txn, run, &r);
    if (rc == CRM_OK) rc = check(&r);
    *out = r.blockers;
    *count = r.blocker_count;
    r.blockers = NULL;
    end(&r);
    return rc;
}

/* --- taking back --- */

static int put_back(reverting *r, const crmi_undo_entry *entry) {
    crm_record *rec;
    uint64_t revision, means;
    int rc = crmi_object_decode(r->txn, entry->id, entry->body, &rec);
    if (rc < 0) return rc;
    rc = crmi_undo_meaning(r->txn, entry->id, rec->revision, &means);
    if (rc == CRM_OK) rc = crmi_model_put_back(r->txn, rec, &revision);
    if (rc == CRM_OK) rc = crmi_undo_mean(r->txn, entry->id, revision, means);
    crm_record_free(rec);
    return rc;
}

static int undo_entry(reverting *r, const crmi_undo_entry *entry) {
    const touched *record = find(r, entry->id);
    if (record && record->kept) return CRM_OK;
    if (has_new_root(r, entry->id) && !(entry->what == CRMI_UNDO_CREATED && is_root(entry->id))) return CRM_OK; /* its file goes */
    return entry->what == CRMI_UNDO_CREATED ? crmi_model_remove(r->txn, entry->id) : put_back(r, entry);
}

/* The entries of a chunk, last to first. */
static int undo_chunk(reverting *r, uint32_t sequence) {
    crmi_undo_entry *entries = NULL;
    size_t count = 0, capacity = 0;
    int rc = crmi_undo_chunk(r->txn, r->run, r->batch, sequence, &r->chunk);
    crmi_undo_reading reading = crmi_undo_read(&r->chunk);
    while (rc == CRM_OK) {
        rc = crmi_sync_grow((void **)&entries, count, &capacity, sizeof *entries);
        if (rc == CRM_OK) rc = crmi_undo_next(&reading, &entries[count]);
        if (rc != CRM_ROW) break;
        count++;
        rc = CRM_OK;
    }
    while (rc == CRM_OK && count-- > 0) rc = undo_entry(r, &entries[count]);
    free(entries);
    return rc;
}

/* A record that was put back may not fit to what others have become. */
static int check_back(reverting *r) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < r->count; i++)
        if (!r->list[i].created && !r->list[i].kept && !has_new_root(r, r->list[i].id)) rc = crmi_model_check_back(r->txn, r->list[i].id);
    return rc;
}

static int undo_batch(reverting *r) {
    int rc = CRM_OK;
    for (uint32_t i = r->chunks; rc == CRM_OK && i-- > 0;) rc = undo_chunk(r, i);
    if (rc == CRM_OK) rc = check_back(r);
    if (rc < 0 && crm_status_class_of(rc) == CRM_CLASS_DATA) {
        const crmi_error last = *crmi_error_last();
        return crmi_error_set(CRM_E_STALE, last.field, "a record can't be put back: %s", last.text);
    }
    return rc == CRM_OK ? crmi_undo_drop_batch(r->txn, r->run, r->batch) : rc;
}

static int note_reverted(crmi_txn *txn, crmi_packed run) {
    crm_record *rec;
    int rc = crmi_run_open(txn, run, &rec);
    if (rc == CRM_OK) rc = crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(CRM_IMPORT_RUN_REVERTED_AT), crmi_db_now(crmi_txn_db(txn)));
    if (rc == CRM_OK) rc = crmi_model_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

typedef struct revert_call {
    crm_id run;
    bool more;
} revert_call;

static int refuse(const reverting *r) {
    return crmi_error_set(CRM_E_STALE, 0, "record %llu was changed since, or uses what the run created; records like it: %zu",
                          (unsigned long long)crmi_store_public(r->txn, r->blockers[0]), r->blocker_count);
}

static int revert_batch(crmi_txn *txn, void *data) {
    revert_call *call = data;
    reverting r = {0};
    int rc = crmi_access_import(txn);
    crmi_gate_lift(txn);
    if (rc == CRM_OK) rc = begin(txn, crmi_store_packed(txn, call->run), &r);
    if (rc == CRM_OK) rc = check(&r);
    if (rc == CRM_OK && r.blocker_count) rc = refuse(&r);
    if (rc == CRM_OK) rc = undo_batch(&r);
    if (rc == CRM_OK) rc = note_reverted(txn, r.run);
    call->more = r.batch > 0;
    end(&r);
    return rc;
}

int crmi_run_revert(crmi_db *db, crm_id actor, crm_id run) {
    revert_call call = {.run = run};
    int rc;
    do rc = crmi_model_transact(db, actor, revert_batch, &call);
    while (rc == CRM_OK && call.more);
    return rc;
}
