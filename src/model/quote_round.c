/* SPDX-License-Identifier: MIT */
/* The later rounds of a proposal (see quote.h): addresses, contacts and groups, and records that are looked up by a unique value. A round
 * asks the engine itself, because it mixes records with index keys; the party was seen through the store by then, and only records of that
 * party, of its groups and of the store itself are used. */
#include "base/error.h"
#include "model/quote.h"
#include "store/gate.h"
#include <string.h>

#define KEY_SIZE 8
#define SCAN_PAGE CRMI_LIMIT_QUOTE_CANDIDATES

static crmi_quote_object **bucket_of(crmi_quote_work *work, crmi_packed id) {
    return &work->buckets[(id ^ id >> 16 ^ id >> 24) & work->bucket_mask];
}

static crmi_quote_object *find_exactly(crmi_quote_work *work, crmi_packed id) {
    crmi_quote_object *object = *bucket_of(work, id);
    while (object && object->id != id) object = object->next_hashed;
    return object;
}

static void hash_object(crmi_quote_work *work, crmi_quote_object *object) {
    crmi_quote_object **bucket = bucket_of(work, object->id);
    object->next_hashed = *bucket;
    *bucket = object;
}

/* Four times the buckets, as soon as there are twice as many objects: a file may have any number of contacts and scoped terms. */
static bool grow_buckets(crmi_quote_work *work) {
    uint32_t count = work->bucket_mask + 1;
    crmi_quote_object **old = work->buckets, **buckets;
    if (work->object_count < count * 2) return true;
    buckets = crmi_quote_take_cleared(&work->quote->memory, count * 4 * sizeof *buckets);
    if (!buckets) return false;
    work->buckets = buckets;
    work->bucket_mask = count * 4 - 1;
    for (uint32_t i = 0; i < count; i++)
        for (crmi_quote_object *object = old[i], *next; object; object = next) {
            next = object->next_hashed;
            hash_object(work, object);
        }
    return true;
}

static crmi_quote_object *add_object(crmi_quote_work *work, crmi_packed id) {
    crmi_quote_object *object = grow_buckets(work) ? crmi_quote_take_cleared(&work->quote->memory, sizeof *object) : NULL;
    if (!object) return NULL;
    object->id = id;
    hash_object(work, object);
    work->object_count++;
    return object;
}

crmi_quote_object *crmi_quote_known(crmi_quote_work *work, crmi_packed id) {
    crmi_quote_object *object = find_exactly(work, id);
    for (int hops = 0; object && object->state == CRMI_OBJECT_MOVED; hops++) {
        if (hops == CRMI_QUOTE_HOPS) { /* a circle leads nowhere */
            object->state = CRMI_OBJECT_ABSENT;
            break;
        }
        crmi_quote_object *next = find_exactly(work, object->moved_to);
        if (!next) break;
        object = next;
    }
    return object;
}

crmi_quote_object *crmi_quote_ask(crmi_quote_work *work, crmi_packed id) {
    crmi_quote_object *object = crmi_quote_known(work, id);
    if (object && object->state != CRMI_OBJECT_MOVED) return object;
    object = add_object(work, object ? object->moved_to : id);
    if (!object) return NULL;
    object->next_wanted = work->wanted;
    work->wanted = object;
    work->wanted_count++;
    return object;
}

uint32_t crmi_quote_moves(crmi_quote_work *work, crmi_packed id) {
    const crmi_quote_object *object = find_exactly(work, id);
    uint32_t moves = 0;
    for (int hops = 0; hops < CRMI_QUOTE_HOPS && object && object->state == CRMI_OBJECT_MOVED; hops++) {
        moves += object->source != NULL;
        object = find_exactly(work, object->moved_to);
    }
    return moves;
}

bool crmi_quote_usable(const crmi_quote_work *work, const crmi_quote_object *object) {
    if (object->state == CRMI_OBJECT_WANTED) return true;
    return object->state == CRMI_OBJECT_PRESENT && crmi_id_root(object->id) == work->root && !object->archived && !object->outside;
}

crmi_quote_lookup *crmi_quote_look_up(crmi_quote_work *work, crm_field field, const char *scope, const char *value, size_t size) {
    crmi_quote_lookup *lookup = crmi_quote_take(&work->quote->memory, sizeof *lookup);
    if (!lookup) return NULL;
    lookup->field = crmi_schema_field(field);
    lookup->done = false;
    lookup->source = NULL;
    lookup->next = work->lookups;
    crmi_index_unique_key(lookup->field, scope, scope ? strlen(scope) : 0, value, size, &lookup->key);
    work->lookups = lookup;
    work->lookup_count++;
    return lookup;
}

bool crmi_quote_asks(const crmi_quote_work *work) {
    for (const crmi_quote_lookup *lookup = work->lookups; lookup; lookup = lookup->next)
        if (!lookup->done) return true;
    return work->wanted || work->groups_wanted || work->scan == CRMI_READ_WANTED;
}

/* An address that has ended stands for its successor, as a stub does. */
static bool is_succeeded(const crmi_quote_work *work, crmi_quote_object *object, int64_t until) {
    crmi_packed successor = (crmi_packed)crmi_quote_integer_of(object->source, CRM_ADDRESS_SUCCESSOR, 0);
    if (work->date < until || crmi_id_kind(successor) != CRM_KIND_ADDRESS) return false;
    object->state = CRMI_OBJECT_MOVED;
    object->moved_to = successor;
    return true;
}

static int open_object(crmi_quote_work *work, crmi_quote_object *object, const crmi_stored *stored) {
    int rc = crmi_quote_open(&work->quote->memory, stored, &object->source);
    if (rc < 0) return rc;
    bool address = stored->kind == CRM_KIND_ADDRESS;
    int64_t from = crmi_quote_integer_of(object->source, address ? CRM_ADDRESS_VALID_FROM : CRM_CONTACT_VALID_FROM, INT64_MIN);
    int64_t until = crmi_quote_integer_of(object->source, address ? CRM_ADDRESS_VALID_UNTIL : CRM_CONTACT_VALID_UNTIL, INT64_MAX);
    if (address && is_succeeded(work, object, until)) return CRM_OK;
    object->state = CRMI_OBJECT_PRESENT;
    object->outside = work->date < from || work->date >= until;
    object->archived = crmi_quote_integer_of(object->source, address ? CRM_ADDRESS_ARCHIVED : CRM_CONTACT_ARCHIVED, 0) != 0;
    return CRM_OK;
}

static int take_wanted(crmi_quote_work *work, crmi_quote_object *object, const crmi_stored *stored) {
    if (object->state == CRMI_OBJECT_PRESENT) return CRM_OK; /* the scan had it */
    if (stored->kind != CRMI_KIND_STUB) return open_object(work, object, stored);
    crmi_value target;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, 1, &target);
    if (rc < 0) return crmi_quote_damaged("a stub");
    if (rc != CRM_ROW || crmi_id_kind((crmi_packed)target.integer) != crmi_id_kind(object->id)) return CRM_OK; /* deleted */
    object->state = CRMI_OBJECT_MOVED;
    object->moved_to = (crmi_packed)target.integer;
    return CRM_OK;
}

/* Contacts come in the order of their keys; the list is turned about, which nobody sees. */
static int take_scanned(crmi_quote_work *work, const crmi_stored *stored) {
    work->scan_from = stored->id + 1;
    if (stored->kind == CRMI_KIND_STUB) return CRM_OK;
    crmi_quote_object *object = find_exactly(work, stored->id);
    if (!object) object = add_object(work, stored->id);
    if (!object) return CRM_E_NOMEM;
    if (object->state != CRMI_OBJECT_PRESENT) {
        int rc = open_object(work, object, stored);
        if (rc < 0) return rc;
    }
    object->next_scanned = work->scanned;
    work->scanned = object;
    if (crmi_quote_usable(work, object)) work->scanned_usable++;
    return CRM_OK;
}

static int take_looked_up(crmi_quote_work *work, crmi_quote_lookup *lookup, crmi_slice key, crmi_slice value) {
    crmi_stored stored;
    int rc = crmi_index_unique_open(key, value, &stored);
    if (rc == CRM_OK && stored.kind != lookup->field->kind) rc = crmi_quote_damaged("a unique index entry");
    return rc < 0 ? rc : crmi_quote_open(&work->quote->memory, &stored, &lookup->source);
}

/* Reads of one round: the wanted objects, the groups' files, the contacts, then what is looked up; all as far as it is asked for. */
typedef struct batch {
    crmi_quote_work *work;
    crmi_quote_object **objects; /* of the first reads */
    crmi_quote_group **groups;   /* of those behind them */
    crmi_quote_lookup **lookups; /* of those behind all others */
    crmi_read *reads;
    uint8_t (*keys)[2][KEY_SIZE];
    size_t count, objects_count;
    size_t first_group, scan, first_lookup; /* which reads they are */
    size_t rows_scanned;
} batch;

static int take_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    batch *round = data;
    crmi_quote_work *work = round->work;
    if (read >= round->first_lookup) return take_looked_up(work, round->lookups[read - round->first_lookup], key, value);
    crmi_stored stored;
    int rc = crmi_stored_open(key, value, &stored);
    if (rc < 0) return rc;
    if (read == round->scan) {
        round->rows_scanned++;
        return take_scanned(work, &stored);
    }
    if (read >= round->first_group) return crmi_quote_take_group(work, round->groups[read - round->first_group], &stored);
    return take_wanted(work, round->objects[read], &stored);
}

static crmi_read *add_key(batch *round, crmi_packed id) {
    uint8_t *key = round->keys[round->count][0];
    crmi_read *read = &round->reads[round->count++];
    crmi_key_put64(key, id);
    *read = (crmi_read){.table = CRMI_TABLE_FILE, .from = {key, KEY_SIZE}};
    return read;
}

static void add_range(batch *round, crmi_packed from, crmi_packed until, size_t limit) {
    uint8_t *end = round->keys[round->count][1];
    crmi_read *read = add_key(round, from);
    crmi_key_put64(end, until);
    read->flags = CRMI_READ_RANGE;
    read->until = (crmi_slice){end, KEY_SIZE};
    read->limit = limit;
}

/* Quote defaults and the group itself. */
static void add_groups(batch *round) {
    round->first_group = round->count;
    for (crmi_quote_group *group = round->work->groups; group; group = group->next) {
        uint32_t root = crmi_id_root(group->id);
        if (group->read) continue;
        group->read = true;
        round->groups[round->count - round->first_group] = group;
        add_range(round, crmi_id_pack(root, CRM_KIND_QUOTE_DEFAULTS, 0), crmi_id_pack(root, CRM_KIND_GROUP + 1, 0), 0);
    }
    round->work->groups_wanted = 0;
}

static void add_reads(batch *round) {
    crmi_quote_work *work = round->work;
    for (; work->wanted; work->wanted = work->wanted->next_wanted) { /* what the actor does not see: a read of key 0, where nothing is */
        round->objects[round->count] = work->wanted;
        add_key(round, crmi_gate_sees(work->txn, work->wanted->id) ? work->wanted->id : 0);
    }
    work->wanted_count = 0;
    round->objects_count = round->count;
    add_groups(round);
    round->scan = SIZE_MAX;
    if (work->scan == CRMI_READ_WANTED) {
        round->scan = round->count;
        add_range(round, work->scan_from, crmi_id_pack(work->root, CRM_KIND_CONTACT, 0) + CRMI_LOCAL_MAX + 1, SCAN_PAGE);
    }
    round->first_lookup = round->count;
    for (crmi_quote_lookup *lookup = work->lookups; lookup; lookup = lookup->next) {
        if (lookup->done) continue;
        round->lookups[round->count - round->first_lookup] = lookup;
        round->reads[round->count++] = (crmi_read){.table = CRMI_TABLE_INDEX, .from = {lookup->key.bytes, lookup->key.size}};
    }
}

/* What came is in the objects; what did not come is not there. */
static void end_round(batch *round) {
    crmi_quote_work *work = round->work;
    for (size_t i = 0; i < round->objects_count; i++)
        if (round->objects[i]->state == CRMI_OBJECT_WANTED) round->objects[i]->state = CRMI_OBJECT_ABSENT;
    if (work->scan == CRMI_READ_WANTED && (round->rows_scanned < SCAN_PAGE || work->scanned_usable >= SCAN_PAGE))
        work->scan = CRMI_READ_DONE;
    for (crmi_quote_lookup *lookup = work->lookups; lookup; lookup = lookup->next) lookup->done = true;
}

int crmi_quote_read_round(crmi_quote_work *work) {
    size_t most = work->wanted_count + work->groups_wanted + 1 + work->lookup_count;
    batch round;
    round.work = work;
    round.count = round.rows_scanned = 0;
    round.objects = crmi_quote_take(&work->quote->memory, work->wanted_count * sizeof *round.objects);
    round.groups = crmi_quote_take(&work->quote->memory, work->groups_wanted * sizeof *round.groups);
    round.lookups = crmi_quote_take(&work->quote->memory, work->lookup_count * sizeof *round.lookups);
    round.reads = crmi_quote_take(&work->quote->memory, most * sizeof *round.reads);
    round.keys = crmi_quote_take(&work->quote->memory, most * sizeof *round.keys);
    if (!round.objects || !round.groups || !round.lookups || !round.reads || !round.keys) return CRM_E_NOMEM;
    add_reads(&round);
    int rc = crmi_engine_get_many(crmi_txn_engine(work->txn), round.reads, round.count, take_row, &round);
    if (rc == CRM_OK) end_round(&round);
    return rc;
}
