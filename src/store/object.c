/* SPDX-License-Identifier: MIT */
/* Stored bodies to records and back. A decoded record is one block: the record, its entries with room for a few more, and a copy of the
 * body in which texts are ended by a NUL over the byte behind them, which is the number of the next pair and was read from the body itself.
 */
#include "store/object.h"
#include "base/error.h"
#include "base/utf8.h"
#include "codec/pack.h"
#include "codec/walk.h"
#include "codec/words.h"
#include "store/db.h"
#include "store/definitions.h"
#include "store/gate.h"
#include <stdlib.h>
#include <string.h>

_Static_assert(CRMI_WALK_BYTES == CRMI_LIMIT_RECORD_BYTES, "the reader takes what may be stored");
_Static_assert(CRMI_WALK_PAIRS == CRMI_LIMIT_RECORD_FIELDS + 1, "the reader takes what may be stored, and the revision");
_Static_assert(CRMI_WALK_DEPTH == CRMI_LIMIT_RECORD_DEPTH, "the reader takes what may be stored");

#define SPARE_ENTRIES 4u
#define NEW_ENTRIES 8 /* of a new record, and bytes of its texts */
#define NEW_ROOM 200
#define ID_LIMIT (UINT64_C(1) << 52)

static int damaged(void) { return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged"); }

static size_t entries_space(size_t entries) { return sizeof(crm_record) + (entries + SPARE_ENTRIES) * sizeof(crmi_entry); }

/* An empty record whose entries lie behind it. Member by member: a literal of this size is cleared by a string instruction, which takes
 * longer to start than all these. */
static void begin_record(crm_record *rec, uint32_t kind, size_t capacity, bool embedded) {
    rec->kind = kind;
    rec->count = 0;
    rec->capacity = (uint32_t)capacity;
    rec->entries_owned = false;
    rec->embedded = embedded;
    rec->restored = false;
    rec->prepared = false;
    rec->id = rec->owner = 0;
    rec->revision = 0;
    rec->entries = (crmi_entry *)(rec + 1);
    rec->room = NULL;
    rec->room_left = 0;
    rec->definitions = NULL;
    rec->json = (crmi_buffer){0};
}

/* A block for a record with entries, followed by blob bytes. */
static crm_record *new_record(uint32_t kind, size_t entries, size_t blob) {
    crm_record *rec = malloc(entries_space(entries) + blob);
    if (rec) begin_record(rec, kind, entries + SPARE_ENTRIES, false);
    return rec;
}

/* Of a new one. */
static crm_record *give_room(crm_record *rec) {
    rec->room = (char *)(rec->entries + rec->capacity);
    rec->room_left = NEW_ROOM;
    return rec;
}

crm_record *crmi_object_new(uint32_t kind) {
    crm_record *rec = new_record(kind, NEW_ENTRIES, NEW_ROOM);
    if (rec) return give_room(rec);
    crmi_error_nomem();
    return NULL;
}

/* What lies outside its block. */
static void let_go(crm_record *rec) {
    crmi_buffer_free(&rec->json);
    if (rec->definitions) crmi_definitions_release(rec->definitions);
    if (rec->embedded) return;
    for (uint32_t i = 0; i < rec->count; i++)
        if (rec->entries[i].owned) free((void *)(uintptr_t)rec->entries[i].text);
    if (rec->entries_owned) free(rec->entries);
}

void crmi_object_free(crm_record *rec) {
    if (!rec) return;
    let_go(rec);
    if (!rec->embedded) free(rec);
}

void crmi_object_renew(crm_record *rec) {
    let_go(rec);
    begin_record(rec, rec->kind, NEW_ENTRIES + SPARE_ENTRIES, false);
    give_room(rec);
}

void crmi_object_fetch(const crm_record *rec) {
    enum { LINE = 64, MOSTLY = 5 }; /* lines of its head and entries */
    const char *at = (const char *)rec, *texts = at + entries_space(NEW_ENTRIES);
    for (size_t line = 0; line < MOSTLY; line++) __builtin_prefetch(at + line * LINE);
    for (size_t line = 0; line < 2; line++) __builtin_prefetch(texts + line * LINE);
}

/* Copies entries and what they point to, NUL-ended, to blob. */
static void copy_entries(const crm_record *rec, crm_record *copy, char *blob) {
    for (uint32_t i = 0; i < rec->count; i++) {
        crmi_entry *entry = &copy->entries[i];
        *entry = rec->entries[i];
        entry->owned = 0;
        if (!entry->text) continue;
        memcpy(blob, entry->text, entry->size);
        blob[entry->size] = '\0';
        entry->text = blob;
        blob += (size_t)entry->size + 1;
    }
}

crm_record *crmi_object_copy(const crm_record *rec) {
    size_t blob = 0;
    for (uint32_t i = 0; i < rec->count; i++)
        if (rec->entries[i].text) blob += (size_t)rec->entries[i].size + 1;
    crm_record *copy = new_record(rec->kind, rec->count, blob);
    if (!copy) {
        crmi_error_nomem();
        return NULL;
    }
    copy->count = rec->count;
    copy->id = rec->id;
    copy->owner = rec->owner;
    copy->revision = rec->revision;
    copy->restored = rec->restored;
    copy->definitions = rec->definitions;
    if (copy->definitions) crmi_definitions_retain(copy->definitions);
    copy_entries(rec, copy, (char *)(copy->entries + copy->capacity));
    return copy;
}

/* Whether a list has nothing but texts. */
static bool is_texts(const crmi_value *value) {
    const uint8_t *at = value->bytes, *end = at + value->size;
    const char *text;
    uint32_t size;
    int status;
    do status = crmi_walk_item(&at, end, &text, &size);
    while (status == CRM_ROW);
    return status == CRM_OK;
}

/* Brings the texts of a list to `to`, NUL-ended one after the other (each has a header of a byte or more, so that they fit where the list
 * was). False where one is not UTF-8. */
static bool join_texts(const crmi_value *value, char *to, crmi_entry *entry) {
    const uint8_t *at = value->bytes, *end = at + value->size;
    const char *text;
    uint32_t size, joined = 0;
    while (crmi_walk_item(&at, end, &text, &size) == CRM_ROW) {
        if (!crmi_utf8_check(text, size)) return false;
        memcpy(to + joined, text, size);
        joined += size;
        to[joined++] = '\0';
    }
    entry->size = joined;
    entry->items = (uint16_t)value->integer;
    return true;
}

/* Type of value in a stored body for each type of field. */
static const uint8_t stored_as[] = {
    [CRM_TYPE_TEXT] = CRMI_VALUE_TEXT, [CRM_TYPE_INT] = CRMI_VALUE_INT,     [CRM_TYPE_BOOL] = CRMI_VALUE_BOOL,
    [CRM_TYPE_DATE] = CRMI_VALUE_INT,  [CRM_TYPE_TIME] = CRMI_VALUE_INT,    [CRM_TYPE_AMOUNT] = CRMI_VALUE_INT,
    [CRM_TYPE_ID] = CRMI_VALUE_INT,    [CRM_TYPE_BYTES] = CRMI_VALUE_BYTES, [CRM_TYPE_TEXTS] = CRMI_VALUE_ARRAY,
    [CRM_TYPE_LABEL] = CRMI_VALUE_MAP,
};

uint32_t crmi_object_stored_as(uint32_t type) { return stored_as[type]; }

const crmi_field *crmi_object_field(const crm_record *rec, uint32_t number) {
    if (number < CRMI_CUSTOM_FIRST) return crmi_schema_number(rec->kind, number);
    return rec->definitions ? crmi_definitions_number(rec->definitions, rec->kind, number) : NULL;
}

/* The crm_type of a value; 0 where it has to stay raw. */
static uint8_t type_of(const crmi_field *field, const crmi_value *value) {
    if (!field || stored_as[field->type] != value->type || (field->flags & CRM_FIELD_KEY)) return 0;
    if (field->type == CRM_TYPE_ID && (value->integer <= 0 || (uint64_t)value->integer >= ID_LIMIT)) return 0;
    if ((field->type == CRM_TYPE_TEXTS || field->type == CRM_TYPE_LABEL) && !is_texts(value)) return 0;
    return (uint8_t)field->type;
}

/* One value to an entry; blob is the body's copy. False where a text is not UTF-8. */
static bool decode_value(const crmi_id_key *key, const crmi_value *value, const uint8_t *body, char *blob, crmi_entry *entry) {
    if (entry->type == CRM_TYPE_TEXT && *value->raw >= CRMI_WORD_FIRST) {
        entry->size = value->size;
        entry->text = (const char *)value->bytes;
        return true;
    }
    if (entry->type == CRM_TYPE_TEXT) {
        char *text = blob + (value->bytes - body);
        entry->size = value->size;
        entry->text = text;
        text[value->size] = '\0';
        return crmi_utf8_check(text, value->size);
    }
    if (entry->type == 0) {
        entry->size = value->raw_size;
        entry->text = blob + (value->raw - body);
    } else if (entry->type == CRM_TYPE_BYTES) {
        entry->size = value->size;
        entry->text = blob + (value->bytes - body);
    } else if (entry->type == CRM_TYPE_TEXTS || entry->type == CRM_TYPE_LABEL) {
        entry->text = blob + (value->bytes - body);
        return join_texts(value, blob + (value->bytes - body), entry);
    } else {
        entry->integer = entry->type == CRM_TYPE_ID ? (int64_t)crmi_id_public(key, (uint64_t)value->integer) : value->integer;
    }
    return true;
}

size_t crmi_object_space(crmi_slice body, size_t *entries) {
    crmi_walk walk;
    if (crmi_walk_begin(&walk, body.data, body.size) != CRM_OK) return 0;
    if (entries) *entries = walk.left;
    return (entries_space(walk.left) + body.size + 1 + 7) & ~(size_t)7;
}

/* Reads the revision, which comes first. */
static bool decode_revision(crmi_walk *walk, crm_record *rec) {
    crmi_value value;
    if (crmi_walk_next(walk, &value) != CRM_ROW || value.number != 0 || value.type != CRMI_VALUE_INT || value.integer < 0) return false;
    rec->revision = (uint64_t)value.integer;
    return true;
}

/* The first custom field of a record makes it know those of the store. */
__attribute__((noinline, cold)) static int find_custom(crmi_txn *txn, uint32_t number, crm_record *rec, const crmi_field **out) {
    if (!rec->definitions) {
        int rc = crmi_txn_definitions(txn, &rec->definitions);
        if (rc < 0) return rc;
        crmi_definitions_retain(rec->definitions);
    }
    *out = crmi_object_field(rec, number);
    return CRM_OK;
}

static int decode_entries(crmi_txn *txn, crmi_walk *walk, crmi_slice body, crm_record *rec) {
    const crmi_id_key *key = &txn->db->key;
    char *blob = (char *)(rec->entries + rec->capacity);
    memcpy(blob, body.data, body.size);
    blob[body.size] = '\0';
    crmi_value value;
    int status;
    uint32_t hidden = crmi_gate_hides(txn);
    while ((status = crmi_walk_next(walk, &value)) == CRM_ROW) {
        const crmi_field *field = crmi_schema_number(rec->kind, value.number);
        int rc = value.number < CRMI_CUSTOM_FIRST ? CRM_OK : find_custom(txn, value.number, rec, &field);
        if (rc < 0) return rc;
        if (field && field->flags & hidden) continue;
        crmi_entry *entry = &rec->entries[rec->count++];
        *entry = (crmi_entry){.number = value.number, .type = type_of(field, &value)};
        if (!decode_value(key, &value, body.data, blob, entry)) return damaged();
    }
    return status == CRM_OK ? CRM_OK : damaged();
}

static void decode_identity(const crmi_id_key *key, crmi_packed id, crm_record *rec) {
    const crmi_kind *kind = crmi_schema_kind(rec->kind);
    uint32_t root = crmi_id_root(id);
    rec->id = crmi_id_public(key, id);
    uint32_t owner = root & CRMI_ROOT_GROUP ? CRM_KIND_GROUP : CRM_KIND_PARTY;
    rec->owner = kind && kind->owner && root ? crmi_id_public(key, crmi_id_pack(root, owner, 0)) : 0;
}

int crmi_object_decode_at(crmi_txn *txn, crmi_packed id, crmi_slice body, void *at, size_t space, crm_record **out) {
    crmi_walk walk;
    crm_record *rec = at;
    if (crmi_walk_begin(&walk, body.data, body.size) != CRM_OK) return damaged();
    if (entries_space(walk.left) + body.size + 1 > space) return damaged();
    begin_record(rec, crmi_id_kind(id), walk.left + SPARE_ENTRIES, true);
    int rc = decode_revision(&walk, rec) ? decode_entries(txn, &walk, body, rec) : damaged();
    if (rc < 0) {
        crmi_definitions_release(rec->definitions);
        return rc;
    }
    decode_identity(&txn->db->key, id, rec);
    *out = rec;
    return CRM_OK;
}

int crmi_object_decode(crmi_txn *txn, crmi_packed id, crmi_slice body, crm_record **out) {
    *out = NULL;
    size_t space = crmi_object_space(body, NULL);
    if (space == 0) return damaged();
    void *at = malloc(space);
    if (!at) return crmi_error_nomem();
    int status = crmi_object_decode_at(txn, id, body, at, space, out);
    if (status == CRM_OK)
        (*out)->embedded = false;
    else
        free(at);
    return status;
}

/* The texts of a list, one item or two (LABEL: language and text) for each of items. */
static void encode_texts(const crmi_entry *entry, uint32_t texts, crmi_buffer *out) {
    const char *at = entry->text;
    for (uint32_t i = 0; i < texts; i++) {
        size_t size = strlen(at);
        crmi_pack_text(out, at, size);
        at += size + 1;
    }
}

/* Mail addresses mostly are as they are when normalised. */
static bool same_text(const crmi_entry *entry, const crmi_entry *before) {
    return before && before->type == CRM_TYPE_TEXT && before->size == entry->size && memcmp(before->text, entry->text, entry->size) == 0;
}

static void encode_text(const crmi_entry *entry, const crmi_entry *before, crmi_buffer *out) {
    int word = crmi_word_find(entry->text, entry->size);
    if (word >= 0)
        crmi_buffer_byte(out, (uint8_t)word);
    else if (same_text(entry, before))
        crmi_pack_nil(out);
    else
        crmi_pack_text(out, entry->text, entry->size);
}

static void encode_entry(const crmi_id_key *key, const crmi_entry *entry, const crmi_entry *before, crmi_buffer *out) {
    crmi_pack_number(out, entry->number);
    switch (entry->type) {
    case 0: crmi_pack_raw(out, entry->text, entry->size); break;
    case CRM_TYPE_TEXT: encode_text(entry, before, out); break;
    case CRM_TYPE_BYTES: crmi_pack_bytes(out, entry->text, entry->size); break;
    case CRM_TYPE_BOOL: crmi_pack_bool(out, entry->integer != 0); break;
    case CRM_TYPE_ID: crmi_pack_int(out, (int64_t)crmi_id_internal(key, (crm_id)entry->integer)); break;
    case CRM_TYPE_TEXTS:
        crmi_pack_array(out, entry->items);
        encode_texts(entry, entry->items, out);
        break;
    case CRM_TYPE_LABEL:
        crmi_pack_map(out, entry->items);
        encode_texts(entry, entry->items * 2u, out);
        break;
    default: crmi_pack_value_int(out, entry->integer);
    }
}

int crmi_object_encode(const crmi_id_key *key, const crm_record *rec, uint64_t revision, crmi_buffer *out) {
    if (rec->count > CRMI_LIMIT_RECORD_FIELDS)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "a record has at most %d fields", CRMI_LIMIT_RECORD_FIELDS);
    crmi_pack_map(out, rec->count + (revision != 1));
    if (revision != 1) {
        crmi_pack_number(out, 0);
        crmi_pack_int(out, (int64_t)revision);
    }
    for (uint32_t i = 0; i < rec->count; i++) encode_entry(key, &rec->entries[i], i ? &rec->entries[i - 1] : NULL, out);
    if (out->failed) return crmi_error_nomem();
    if (out->size > CRMI_LIMIT_RECORD_BYTES)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "a stored record has at most %d bytes", CRMI_LIMIT_RECORD_BYTES);
    return CRM_OK;
}
