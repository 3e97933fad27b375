/* SPDX-License-Identifier: MIT */
/* The record in memory, crm_record: read in one allocation, changed in place. Entries ascend by number. Ids in it are public ones: api/ and
 * model/ translate through crmi_object_decode() and crmi_object_encode(). */
#ifndef CRMI_STORE_OBJECT_H
#define CRMI_STORE_OBJECT_H
#include "base/buffer.h"
#include "engine/engine.h"
#include "schema/schema.h"
#include "store/id.h"
#include <libcrm/record.h>

typedef struct crmi_txn crmi_txn;
struct crmi_definitions;

typedef struct crmi_entry {
    uint32_t number;  /* of the field inside its kind */
    uint8_t type;     /* crm_type; 0: unknown to this library, kept raw: no field to callers, written back as it was */
    uint8_t owned;    /* text is an allocation of its own */
    uint16_t items;   /* of TEXTS and LABEL (languages) */
    uint32_t size;    /* bytes of text, bytes, raw; of lists: all with their NULs */
    int64_t integer;  /* INT BOOL DATE TIME AMOUNT; ID: the public id */
    const char *text; /* TEXT: NUL-ended; BYTES, raw: size bytes; TEXTS: NUL-ended one after the other; LABEL: language, text, language,
                         text ..., languages ascending */
} crmi_entry;

struct crm_record {
    uint32_t kind;
    uint32_t count, capacity; /* of entries */
    bool entries_owned;       /* entries is an allocation of its own (it grew) */
    bool restored;            /* of a copy of a store: callers set what else the library alone sets */
    bool prepared;            /* by crmi_model_prepare(), and nothing that it looks at was set since */
    bool embedded;            /* lies in a crm_file or crm_quote; crm_record_free() leaves its own memory alone */
    crm_id id;                /* public; 0: never stored */
    crm_id owner;             /* public id of the party (the K field); 0: none */
    uint64_t revision;
    crmi_entry *entries;
    char *room; /* of the block of a new record, for texts: the next one, as long as there is room */
    size_t room_left;
    struct crmi_definitions *definitions; /* whose custom fields it knows, retained; NULL: none */
    crmi_buffer json;                     /* what crm_record_json() gave last */
};

/* A new record; a copy with identity and revision; NULL and the thread's error without memory. Freeing leaves the memory of an embedded
 * record alone, but it has to be called for that too: it lets go of what the record holds besides. */
crm_record *crmi_object_new(uint32_t kind);
void crmi_object_renew(crm_record *rec);       /* one that crmi_object_new() made is as it was made, and may become of another kind */
void crmi_object_fetch(const crm_record *rec); /* such a one, that is read soon, into the cache: its head, its first entries and texts */
crm_record *crmi_object_copy(const crm_record *rec);
void crmi_object_free(crm_record *rec);

/* Decodes a body (see codec/walk.h; number 0 is the revision) into a detached record: one allocation, texts NUL-ended in place, lists
 * brought into the form above. Where it has custom fields, the transaction's definitions are asked. Fields that the
 * actor does not see (store/gate.h) are left out. CRM_E_CORRUPT; CRM_E_NOMEM; those of
 * reading the definitions. */
int crmi_object_decode(crmi_txn *txn, crmi_packed id, crmi_slice body, crm_record **out);
/* The same into memory of the caller's: need bytes by crmi_object_space() (a multiple of 8; 0 where the body is damaged; entries may be
 * NULL); at must be aligned to 8. Used for whole files. */
size_t crmi_object_space(crmi_slice body, size_t *entries);
int crmi_object_decode_at(crmi_txn *txn, crmi_packed id, crmi_slice body, void *at, size_t space, crm_record **out);
uint32_t crmi_object_stored_as(uint32_t type); /* the crmi_value_type in a body of a crm_type */
/* Encodes with a revision, appending. ids become internal (packed). The K field is not written. CRM_OK, CRM_E_NOMEM, CRM_E_TOO_BIG (all of
 * out is then over the limit of a stored record). */
int crmi_object_encode(const crmi_id_key *key, const crm_record *rec, uint64_t revision, crmi_buffer *out);

crmi_entry *crmi_object_find(const crm_record *rec, uint32_t number); /* NULL where absent */
/* A whole number, a date, an id, a yes or no; fallback where it is absent, or there is no record (NULL). */
int64_t crmi_object_integer(const crm_record *rec, crm_field field, int64_t fallback);
/* The descriptor of a field by its number inside the kind; NULL: not known to this library, or a custom field not known to the record. */
const crmi_field *crmi_object_field(const crm_record *rec, uint32_t number);
/* Whether it has numbers of custom fields. */
static inline bool crmi_object_has_custom(const crm_record *rec) {
    return rec->count && rec->entries[rec->count - 1].number >= CRMI_CUSTOM_FIRST;
}
/* Sets without regard to the SYSTEM flag, for the library itself; of integers the type is the descriptor's, or the one that is told. Limits
 * and UTF-8 are the caller's. CRM_E_NOMEM: the record is as it was. */
int crmi_object_set_text(crm_record *rec, uint32_t number, const char *text, size_t size);
int crmi_object_set_integer(crm_record *rec, uint32_t number, int64_t value);
int crmi_object_set_typed(crm_record *rec, uint32_t number, uint32_t type, int64_t value);
/* Any value that lies in memory: type as in crmi_entry, bytes are copied. */
int crmi_object_set_bytes(crm_record *rec, uint32_t number, uint8_t type, uint16_t items, const void *bytes, size_t size);
int crmi_object_set_entry(crm_record *rec, const crmi_entry *entry); /* a copy of another record's */
void crmi_object_clear(crm_record *rec, uint32_t number);
/* Writes the record's members (without braces' surroundings): used by crm_record_json() and crm_file_json(). */
void crmi_object_json(const crm_record *rec, crmi_buffer *out);
/* One value, without its name. */
void crmi_object_json_value(const crmi_field *field, const crmi_entry *entry, crmi_buffer *out);
#endif
