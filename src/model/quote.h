/* SPDX-License-Identifier: MIT */
/* The quote proposal: memory, what was read, and the two stages. Stage 1 chooses the objects (ship-to, bill-to, contact), stage 2 takes
 * each value from the first level that has one. Both are pure functions of what was read: nothing depends on the order of calls or of
 * insertion.
 *
 * Reading goes in rounds. The head of the customer's file and the store's own defaults come in the first. Then stage 1 runs over what is
 * known and takes every object that was not read yet for a good one; all that it asked for this way is read in one round together with what
 * the price list's code and the check of given codes need, and stage 1 runs again, until nothing more is asked for. An index entry and the
 * record that it names are two rounds, so where the first choice is good there are three in all. */
#ifndef CRMI_MODEL_QUOTE_H
#define CRMI_MODEL_QUOTE_H
#include "base/buffer.h"
#include "codec/walk.h"
#include "index/index.h"
#include <libcrm/quote.h>

#define CRMI_FIELD_NUMBER(field) ((field) % 1000)
#define CRMI_QUOTE_LAST CRMI_FIELD_NUMBER(CRM_QUOTE_SALES_AREA)

/* Memory that is freed at once. */
typedef struct crmi_quote_chunk crmi_quote_chunk;
typedef struct crmi_quote_memory {
    uint8_t *at;
    size_t left;
    crmi_quote_chunk *chunks;
} crmi_quote_memory;
void *crmi_quote_take(crmi_quote_memory *memory, size_t size); /* aligned to 8, not cleared; NULL and the error out of memory */
void *crmi_quote_take_cleared(crmi_quote_memory *memory, size_t size);
void crmi_quote_release(crmi_quote_memory *memory);

/* One field of a proposal. */
typedef struct crmi_quote_cell {
    uint32_t level, reason, flags;
    uint32_t size; /* of text */
    const char *text;
    crm_id id;     /* the value of a field of type ID */
    crm_id source; /* 0: explicit or unset */
    uint64_t revision;
    crm_field source_field;
    uint32_t count;
    const crm_id *candidates;
} crmi_quote_cell;

enum { CRMI_QUOTE_SHIP, CRMI_QUOTE_BILL, CRMI_QUOTE_ADDRESSES };

struct crm_quote {
    crmi_quote_memory memory; /* holds the quote itself and everything below but json */
    int64_t date;
    uint32_t flags; /* of all fields */
    const char *block_reason;
    crm_record *values;
    crm_record *addresses[CRMI_QUOTE_ADDRESSES]; /* the two may be one record */
    const char *lines[CRMI_QUOTE_ADDRESSES];
    crmi_quote_cell cells[CRMI_QUOTE_LAST + 1]; /* by number */
    crmi_buffer json;
};

/* A value of a stored record, in the copy of its body. */
typedef struct crmi_quote_slot {
    const uint8_t *bytes;
    uint32_t size;
    uint16_t type; /* crmi_value_type */
    uint16_t set;
    int64_t integer;
} crmi_quote_slot;

/* A stored record that values come from. */
typedef struct crmi_quote_source {
    crmi_packed id;
    crm_id public_id; /* 0: not asked for yet */
    uint64_t revision;
    crmi_slice body;                /* a copy */
    struct crmi_quote_source *next; /* of the same list */
    uint32_t kind, numbers;
    crmi_quote_slot slots[]; /* by number, up to numbers */
} crmi_quote_source;

static inline const crmi_quote_slot *crmi_quote_slot_of(const crmi_quote_source *source, crm_field field) {
    const crmi_quote_slot *slot = &source->slots[CRMI_FIELD_NUMBER(field)];
    return CRMI_FIELD_NUMBER(field) <= source->numbers && slot->set ? slot : NULL;
}
static inline int64_t crmi_quote_integer_of(const crmi_quote_source *source, crm_field field, int64_t fallback) {
    const crmi_quote_slot *slot = crmi_quote_slot_of(source, field);
    return slot ? slot->integer : fallback;
}

/* Quote defaults of one level, as lists: those of the given sales area (none without one), and those of all areas, which stand behind them.
 */
enum { CRMI_AREA_GIVEN, CRMI_AREA_ALL, CRMI_AREAS };
typedef struct crmi_quote_terms {
    crmi_quote_source *of[CRMI_AREAS];
} crmi_quote_terms;

/* A usage that is valid on the day, for a purpose that a quote asks for. */
enum crmi_quote_purpose { CRMI_PURPOSE_NONE, CRMI_PURPOSE_DELIVERY, CRMI_PURPOSE_BILLING, CRMI_PURPOSE_MAIN, CRMI_PURPOSE_QUOTE };
typedef struct crmi_quote_usage {
    crmi_packed id, target;
    uint64_t revision;
    uint32_t purpose;
    bool is_default;
    struct crmi_quote_usage *next;
} crmi_quote_usage;

/* An address or a contact that was asked for. */
enum crmi_quote_state { CRMI_OBJECT_WANTED, CRMI_OBJECT_ABSENT, CRMI_OBJECT_PRESENT, CRMI_OBJECT_MOVED };
typedef struct crmi_quote_object {
    crmi_packed id, moved_to;
    crmi_quote_source *source; /* of one that is PRESENT */
    uint32_t state, mark;
    bool archived, outside; /* not valid on the day */
    struct crmi_quote_object *next_hashed, *next_wanted, *next_scanned;
} crmi_quote_object;

/* What stage 1 has chosen for a role. */
typedef struct crmi_quote_candidate {
    crmi_quote_object *object;
    struct crmi_quote_candidate *next;
} crmi_quote_candidate;
typedef struct crmi_quote_choice {
    crmi_quote_object *object;        /* NULL: unset */
    crmi_quote_candidate *candidates; /* of an ambiguous one */
    uint32_t count, level, reason;
    crm_field source_field;
    crmi_packed source;
    uint64_t revision;
} crmi_quote_choice;

enum crmi_quote_progress { CRMI_READ_NOT, CRMI_READ_WANTED, CRMI_READ_DONE };

/* A record that is asked for by a unique value: a round for the index entry, the next one for the record. */
typedef struct crmi_quote_lookup {
    const crmi_field *field;
    uint32_t index, record; /* crmi_quote_progress */
    crmi_packed id;         /* 0: no record has the value */
    crmi_quote_source *source;
    struct crmi_quote_lookup *next;
    crmi_key key;
} crmi_quote_lookup;

/* A given code that has to be stored, should the setting close its domain. */
typedef struct crmi_quote_given_code {
    const crmi_field *field;
    const crmi_entry *entry;
    crmi_quote_lookup *setting, *code;
    struct crmi_quote_given_code *next;
} crmi_quote_given_code;

typedef struct crmi_quote_work {
    crmi_txn *txn;
    crm_quote *quote;
    const crm_record *given;
    int64_t date;
    crmi_packed asked; /* the customer as he was asked for */
    uint32_t root;     /* of the customer as he is */
    crmi_quote_memory scratch;
    crmi_quote_source *party;
    crmi_quote_terms own, scoped, global;   /* of the customer, of his sites and contacts, of the store */
    crmi_quote_terms site, contact;         /* of the chosen site and contact */
    crmi_quote_usage *usages, **usages_end; /* in the order of their keys */
    uint32_t usage_count;
    crmi_quote_object **buckets; /* objects by id */
    uint32_t bucket_mask, mark;
    crmi_quote_object *wanted;
    uint32_t wanted_count;
    uint32_t scan; /* of the contacts: crmi_quote_progress */
    crmi_packed scan_from;
    crmi_quote_object *scanned;
    uint32_t scanned_usable;
    crmi_quote_lookup *lookups;
    uint32_t lookup_count;
    crmi_quote_lookup *price_list; /* its code; NULL without a price list */
    crmi_quote_given_code *given_codes;
    crmi_quote_choice ship_to, bill_to, contact_choice;
} crmi_quote_work;

/* What the caller has given for a field, or NULL. */
static inline const crmi_entry *crmi_quote_given(const crmi_quote_work *work, crm_field field) {
    return work->given ? crmi_object_find(work->given, CRMI_FIELD_NUMBER(field)) : NULL;
}

/* quote_read.c */
int crmi_quote_read_head(crmi_quote_work *work); /* the first round */
int crmi_quote_open(crmi_quote_work *work, const crmi_stored *stored, crmi_quote_source **out);
int crmi_quote_damaged(const char *what); /* sets and returns CRM_E_CORRUPT */

/* quote_round.c */
bool crmi_quote_asks(const crmi_quote_work *work);                          /* is another round needed? */
int crmi_quote_read_round(crmi_quote_work *work);                           /* reads all that was asked for */
crmi_quote_object *crmi_quote_known(crmi_quote_work *work, crmi_packed id); /* over stubs, as far as they are read; NULL: never asked for */
crmi_quote_object *crmi_quote_ask(crmi_quote_work *work, crmi_packed id);   /* the same; asks for it. NULL out of memory */
bool crmi_quote_usable(const crmi_quote_work *work, const crmi_quote_object *object); /* what was not read yet is taken for usable */
crmi_quote_lookup *crmi_quote_look_up(crmi_quote_work *work, crm_field field, const char *scope, const char *value, size_t size); /* asks */

/* quote_given.c */
int crmi_quote_check_given(crmi_quote_work *work);       /* as far as it needs no reading; asks for the rest */
int crmi_quote_check_given_codes(crmi_quote_work *work); /* the rest, when all is read */

/* quote_choose.c */
int crmi_quote_choose(crmi_quote_work *work); /* stage 1 over what is known */

/* quote_values.c */
int crmi_quote_price_list(crmi_quote_work *work); /* the price list alone, and asks for its code, which says the currency */
int crmi_quote_values(crmi_quote_work *work);     /* stage 2 */

/* quote_finish.c: what was chosen and found becomes the proposal. CRM_OK, CRM_CHOOSE or an error. */
int crmi_quote_finish(crmi_quote_work *work);
/* Ids in ascending order, at most as many as a proposal lists. */
void crmi_quote_list_candidates(crmi_quote_cell *cell, crm_id *ids, size_t count);

/* quote_json.c */
int crmi_quote_write_json(crm_quote *quote); /* into quote->json */
uint32_t crmi_quote_level_find(const char *name); /* 0: none */
const char *crmi_quote_level_name(uint32_t level);
const char *crmi_quote_reason_name(uint32_t reason);

/* quote.c: the whole; see crm_quote_resolve(). date is a day, not CRM_TODAY. */
int crmi_quote_resolve(crmi_txn *txn, crmi_packed customer, int64_t date, const crm_record *given, crm_quote **out);
void crmi_quote_free(crm_quote *quote);
#endif
