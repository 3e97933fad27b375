/* SPDX-License-Identifier: MIT */
/* What a proposal reads, in rounds (see quote.h). Values stay where the body's copy has them; usages that are not valid on the day, and
 * purposes that no quote asks for, are dropped here.
 *
 * The first round goes through the store's own reading. A later one asks the engine itself, because it mixes records with an index key; the
 * party was seen through the store by then, and only records of that party are used. */
#include "base/error.h"
#include "index/index.h"
#include "model/quote.h"
#include <libcrm/codes.h>
#include <string.h>

#define KEY_SIZE 8
#define STUB_HOPS 16 /* stubs followed at most */
#define SCAN_PAGE CRMI_LIMIT_QUOTE_CANDIDATES
#define BUCKETS_MIN 16

static int damaged(const char *what) { return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: %s", what); }

/* Copies a record and opens it by number. */
static int open_source(crmi_quote_work *work, const crmi_stored *stored, crmi_quote_source **out) {
    const crmi_kind *kind = crmi_schema_kind(stored->kind);
    if (!kind || !kind->fields) return damaged("its kind");
    uint32_t numbers = kind->first[kind->fields - 1].number;
    crmi_quote_source *source = crmi_quote_take(&work->scratch, sizeof *source + (numbers + 1) * sizeof *source->slots + stored->body.size);
    if (!source) return CRM_E_NOMEM;
    uint8_t *body = (uint8_t *)&source->slots[numbers + 1];
    memset(source, 0, (size_t)(body - (uint8_t *)source));
    memcpy(body, stored->body.data, stored->body.size);
    source->id = stored->id;
    source->kind = stored->kind;
    source->numbers = numbers;
    source->body = (crmi_slice){body, stored->body.size};
    crmi_walk walk;
    crmi_value value;
    int rc = crmi_walk_begin(&walk, body, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value))
        if (value.number <= numbers)
            source->slots[value.number] =
                (crmi_quote_slot){value.bytes, value.size, (uint16_t)value.type, value.type != CRMI_VALUE_NIL, value.integer};
    if (rc < 0) return damaged("its body");
    source->revision = (uint64_t)source->slots[0].integer;
    *out = source;
    return CRM_OK;
}

static bool text_is(const crmi_value *value, const char *text) {
    return value->type == CRMI_VALUE_TEXT && value->size == strlen(text) && !memcmp(value->bytes, text, value->size);
}

static uint32_t purpose_of(const crmi_value *value) {
    if (text_is(value, CRM_PURPOSE_DELIVERY)) return CRMI_PURPOSE_DELIVERY;
    if (text_is(value, CRM_PURPOSE_BILLING)) return CRMI_PURPOSE_BILLING;
    if (text_is(value, CRM_PURPOSE_MAIN)) return CRMI_PURPOSE_MAIN;
    return text_is(value, CRM_PURPOSE_QUOTE) ? CRMI_PURPOSE_QUOTE : CRMI_PURPOSE_NONE;
}

static int take_usage(crmi_quote_work *work, const crmi_stored *stored) {
    crmi_quote_usage usage = {.id = stored->id};
    int64_t from = INT64_MIN, until = INT64_MAX;
    crmi_walk walk;
    crmi_value value;
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) switch (value.number) {
        case 0: usage.revision = (uint64_t)value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_TARGET): usage.target = (crmi_packed)value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_PURPOSE): usage.purpose = purpose_of(&value); break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_IS_DEFAULT): usage.is_default = value.integer != 0; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_VALID_FROM): from = value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_USAGE_VALID_UNTIL): until = value.integer; break;
        }
    if (rc < 0) return damaged("its body");
    if (usage.purpose == CRMI_PURPOSE_NONE || work->date < from || work->date >= until) return CRM_OK;
    crmi_quote_usage *kept = crmi_quote_take(&work->scratch, sizeof *kept);
    if (!kept) return CRM_E_NOMEM;
    *kept = usage;
    *work->usages_end = kept;
    work->usages_end = &kept->next;
    work->usage_count++;
    return CRM_OK;
}

/* Whose terms they are: CRMI_AREA_GIVEN, CRMI_AREA_ALL, or CRMI_AREAS where they are another area's. */
static size_t area_of(const crmi_quote_work *work, const crmi_quote_source *source) {
    const crmi_quote_slot *area = crmi_quote_slot_of(source, CRM_QUOTE_DEFAULTS_SALES_AREA);
    if (!area || area->size == 0) return CRMI_AREA_ALL;
    const crmi_entry *given = crmi_quote_given(work, CRM_QUOTE_SALES_AREA);
    return given && given->size == area->size && !memcmp(given->text, area->bytes, area->size) ? CRMI_AREA_GIVEN : CRMI_AREAS;
}

/* Terms of other sales areas are passed over. */
static int take_defaults(crmi_quote_work *work, const crmi_stored *stored, bool global) {
    crmi_quote_source *source;
    int rc = open_source(work, stored, &source);
    if (rc < 0) return rc;
    size_t area = area_of(work, source);
    bool scoped = crmi_quote_integer_of(source, CRM_QUOTE_DEFAULTS_SCOPE, 0) != 0;
    if (area == CRMI_AREAS || (global && scoped)) return CRM_OK;
    crmi_quote_terms *terms = global ? &work->global : scoped ? &work->scoped : &work->own;
    source->next = terms->of[area];
    terms->of[area] = source;
    return CRM_OK;
}

enum { HEAD, GLOBAL, HEAD_READS };

static int take_head(void *data, size_t read, const crmi_stored *stored) {
    crmi_quote_work *work = data;
    if (read == GLOBAL) return take_defaults(work, stored, true);
    switch (stored->kind) {
    case CRM_KIND_PARTY: return open_source(work, stored, &work->party);
    case CRM_KIND_QUOTE_DEFAULTS: return take_defaults(work, stored, false);
    case CRM_KIND_USAGE: return take_usage(work, stored);
    default: return CRM_OK;
    }
}

static int read_file_head(crmi_quote_work *work, bool with_global) {
    crmi_want wants[HEAD_READS] = {
        [HEAD] = {crmi_id_pack(work->root, CRM_KIND_PARTY, 0), crmi_id_pack(work->root, CRM_KIND_USAGE + 1, 0), 0},
        [GLOBAL] = {crmi_id_pack(0, CRM_KIND_QUOTE_DEFAULTS, 0), crmi_id_pack(0, CRM_KIND_QUOTE_DEFAULTS + 1, 0), 0},
    };
    return crmi_store_read_many(work->txn, wants, with_global ? HEAD_READS : HEAD_READS - 1, take_head, work);
}

static int take_survivor(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    *(crmi_packed *)data = stored->id;
    return CRM_OK;
}

static int no_customer(void) { return crmi_error_set(CRM_E_NOTFOUND, CRM_QUOTE_CUSTOMER, "no such customer"); }

/* The range leaves a merged party's stub out, so a file without a party is read again by key: that follows the stub. */
int crmi_quote_read_head(crmi_quote_work *work) {
    if (crmi_id_kind(work->asked) != CRM_KIND_PARTY || crmi_id_root(work->asked) == 0) return no_customer();
    work->root = crmi_id_root(work->asked);
    work->usages_end = &work->usages;
    int rc = read_file_head(work, true);
    if (rc == CRM_OK && !work->party) {
        crmi_packed survivor = 0;
        rc = crmi_store_read(work->txn, work->asked, take_survivor, &survivor);
        if (rc == CRM_E_NOTFOUND || (rc == CRM_OK && crmi_id_kind(survivor) != CRM_KIND_PARTY)) return no_customer();
        work->root = crmi_id_root(survivor);
        work->own = work->scoped = (crmi_quote_terms){{NULL}};
        work->usages = NULL;
        work->usages_end = &work->usages;
        work->usage_count = 0;
        if (rc == CRM_OK) rc = read_file_head(work, false);
        if (rc == CRM_OK && !work->party) return no_customer();
    } else if (rc == CRM_OK && work->party->id != work->asked)
        return no_customer();
    if (rc < 0) return rc;
    uint32_t buckets = BUCKETS_MIN;
    while (buckets < work->usage_count) buckets *= 2;
    work->buckets = crmi_quote_take_cleared(&work->scratch, buckets * sizeof(crmi_quote_object *));
    work->bucket_mask = buckets - 1;
    return work->buckets ? CRM_OK : CRM_E_NOMEM;
}

static crmi_quote_object **bucket_of(crmi_quote_work *work, crmi_packed id) {
    return &work->buckets[(id ^ id >> 16 ^ id >> 24) & work->bucket_mask];
}

static crmi_quote_object *find_exactly(crmi_quote_work *work, crmi_packed id) {
    crmi_quote_object *object = *bucket_of(work, id);
    while (object && object->id != id) object = object->next_hashed;
    return object;
}

static crmi_quote_object *add_object(crmi_quote_work *work, crmi_packed id) {
    crmi_quote_object *object = crmi_quote_take_cleared(&work->scratch, sizeof *object);
    if (!object) return NULL;
    crmi_quote_object **bucket = bucket_of(work, id);
    object->id = id;
    object->next_hashed = *bucket;
    *bucket = object;
    return object;
}

crmi_quote_object *crmi_quote_known(crmi_quote_work *work, crmi_packed id) {
    crmi_quote_object *object = find_exactly(work, id);
    for (int hops = 0; object && object->state == CRMI_OBJECT_MOVED; hops++) {
        if (hops == STUB_HOPS) { /* a circle leads nowhere */
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

bool crmi_quote_usable(const crmi_quote_work *work, const crmi_quote_object *object) {
    if (object->state == CRMI_OBJECT_WANTED) return true;
    return object->state == CRMI_OBJECT_PRESENT && crmi_id_root(object->id) == work->root && !object->archived && !object->outside;
}

bool crmi_quote_asks(const crmi_quote_work *work) {
    return work->wanted || work->scan == CRMI_READ_WANTED || work->code_index == CRMI_READ_WANTED || work->code_record == CRMI_READ_WANTED;
}

static int open_object(crmi_quote_work *work, crmi_quote_object *object, const crmi_stored *stored) {
    int rc = open_source(work, stored, &object->source);
    if (rc < 0) return rc;
    bool address = stored->kind == CRM_KIND_ADDRESS;
    int64_t from = crmi_quote_integer_of(object->source, address ? CRM_ADDRESS_VALID_FROM : CRM_CONTACT_VALID_FROM, INT64_MIN);
    int64_t until = crmi_quote_integer_of(object->source, address ? CRM_ADDRESS_VALID_UNTIL : CRM_CONTACT_VALID_UNTIL, INT64_MAX);
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
    if (rc < 0) return damaged("a stub");
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

static int take_code(crmi_quote_work *work, const crmi_stored *stored) {
    crmi_quote_source *source;
    int rc = open_source(work, stored, &source);
    if (rc < 0) return rc;
    if (!crmi_quote_integer_of(source, CRM_CODE_ARCHIVED, 0)) work->code_source = source;
    return CRM_OK;
}

/* Reads of one round: the wanted objects first, then the others, as far as they are asked for. */
enum { OTHERS = 3 };
typedef struct batch {
    crmi_quote_work *work;
    crmi_quote_object **objects; /* of the first reads */
    crmi_read *reads;
    uint8_t (*keys)[2][KEY_SIZE];
    size_t count, objects_count;
    size_t scan, index, code; /* which read they are */
    size_t rows_scanned;
    crmi_key index_key;
} batch;

static int take_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    batch *round = data;
    crmi_quote_work *work = round->work;
    if (read == round->index) {
        work->code_id = crmi_index_unique_id(value);
        return CRM_OK;
    }
    crmi_stored stored;
    int rc = crmi_stored_open(key, value, &stored);
    if (rc < 0) return rc;
    if (read == round->scan) {
        round->rows_scanned++;
        return take_scanned(work, &stored);
    }
    if (read == round->code) return stored.kind == CRM_KIND_CODE ? take_code(work, &stored) : CRM_OK;
    return take_wanted(work, round->objects[read], &stored);
}

static crmi_read *add_key(batch *round, crmi_packed id) {
    uint8_t *key = round->keys[round->count][0];
    crmi_read *read = &round->reads[round->count++];
    crmi_key_put64(key, id);
    *read = (crmi_read){.table = CRMI_TABLE_FILE, .from = {key, KEY_SIZE}};
    return read;
}

static void add_scan(batch *round) {
    round->scan = round->count;
    uint8_t *until = round->keys[round->count][1];
    crmi_read *read = add_key(round, round->work->scan_from);
    crmi_key_put64(until, crmi_id_pack(round->work->root, CRM_KIND_CONTACT, 0) + CRMI_LOCAL_MAX + 1);
    read->flags = CRMI_READ_RANGE;
    read->until = (crmi_slice){until, KEY_SIZE};
    read->limit = SCAN_PAGE;
}

static void add_index(batch *round) {
    const crmi_quote_work *work = round->work;
    crmi_index_unique_key(crmi_schema_field(CRM_CODE_CODE), CRM_DOMAIN_PRICE_LIST, strlen(CRM_DOMAIN_PRICE_LIST), work->code,
                          work->code_size, &round->index_key);
    round->index = round->count;
    round->reads[round->count++] = (crmi_read){.table = CRMI_TABLE_INDEX, .from = {round->index_key.bytes, round->index_key.size}};
}

static void add_reads(batch *round) {
    crmi_quote_work *work = round->work;
    for (; work->wanted; work->wanted = work->wanted->next_wanted) {
        round->objects[round->count] = work->wanted;
        add_key(round, work->wanted->id);
    }
    work->wanted_count = 0;
    round->objects_count = round->count;
    round->scan = round->index = round->code = SIZE_MAX;
    if (work->scan == CRMI_READ_WANTED) add_scan(round);
    if (work->code_index == CRMI_READ_WANTED) add_index(round);
    if (work->code_record == CRMI_READ_WANTED) {
        round->code = round->count;
        add_key(round, work->code_id);
    }
}

/* What came is in the objects; what did not come is not there. */
static void end_round(batch *round) {
    crmi_quote_work *work = round->work;
    for (size_t i = 0; i < round->objects_count; i++)
        if (round->objects[i]->state == CRMI_OBJECT_WANTED) round->objects[i]->state = CRMI_OBJECT_ABSENT;
    if (work->scan == CRMI_READ_WANTED && (round->rows_scanned < SCAN_PAGE || work->scanned_usable >= SCAN_PAGE))
        work->scan = CRMI_READ_DONE;
    if (work->code_record == CRMI_READ_WANTED) work->code_record = CRMI_READ_DONE;
    if (work->code_index == CRMI_READ_WANTED) {
        work->code_index = CRMI_READ_DONE;
        if (work->code_id) work->code_record = CRMI_READ_WANTED;
    }
}

int crmi_quote_read_round(crmi_quote_work *work) {
    size_t most = work->wanted_count + OTHERS;
    batch round;
    round.work = work;
    round.count = round.rows_scanned = 0;
    round.objects = crmi_quote_take(&work->scratch, most * sizeof *round.objects);
    round.reads = crmi_quote_take(&work->scratch, most * sizeof *round.reads);
    round.keys = crmi_quote_take(&work->scratch, most * sizeof *round.keys);
    if (!round.objects || !round.reads || !round.keys) return CRM_E_NOMEM;
    add_reads(&round);
    int rc = crmi_engine_get_many(crmi_txn_engine(work->txn), round.reads, round.count, take_row, &round);
    if (rc == CRM_OK) end_round(&round);
    return rc;
}
