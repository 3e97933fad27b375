/* SPDX-License-Identifier: MIT */
/* The quote proposal: memory, what was read, and the two stages. Stage 1 chooses the objects (ship-to, bill-to, contact), stage 2 takes
 * each value from the first level that has one. Both are pure functions of what was read: nothing depends on the order of calls or of
 * insertion.
 *
 * Reading goes in rounds. The head of the customer's file comes in the first, and with it whether the known definitions still hold. Then
 * stage 1 runs over what is known and takes every object that was not read yet for a good one; all that it asked for this way is read in
 * one round together with the customer's groups, with what the check of given codes needs, and with the code of the price list as soon as
 * that is known; stage 1 runs again, until nothing more is asked for. Groups above others are read one round later. So where the first
 * choice is good there are two rounds in all, three where a group says the price list or has others above it, four where one of these says
 * the price list. */
#ifndef CRMI_MODEL_QUOTE_H
#define CRMI_MODEL_QUOTE_H
#include "base/buffer.h"
#include "codec/walk.h"
#include "index/index.h"
#include "store/definitions.h"
#include <libcrm/quote.h>

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
    uint8_t type;     /* crm_type of the value; 0: unset */
    uint16_t items;   /* of TEXTS and LABEL */
    uint32_t size;    /* of text */
    const char *text; /* of TEXT, BYTES, TEXTS, LABEL, as in crmi_entry */
    crm_id id;        /* the value of a field of type ID */
    int64_t integer;  /* of INT, BOOL, DATE, TIME, AMOUNT */
    crm_id source;    /* 0: explicit or unset */
    uint64_t revision;
    crm_field source_field;
    crm_id rule; /* that has set the value; 0: none */
    uint64_t rule_revision;
    const struct crmi_quote_cell *replaced; /* what the levels had found before the rule; NULL without one */
    uint32_t count;
    const crm_id *candidates;
} crmi_quote_cell;

enum { CRMI_QUOTE_SHIP, CRMI_QUOTE_BILL, CRMI_QUOTE_ADDRESSES };

/* What a record that values come from is called in an explanation; data NULL: nothing. */
typedef struct crmi_quote_name {
    crm_id id;                        /* of the rule, or of the record that a value comes from */
    crmi_slice name;                  /* of the group, or the rule's code */
    crmi_slice country, region, area; /* that the terms are for */
} crmi_quote_name;

/* Losers of a field, and how a proposal differs from the one before it: records of computed kinds. */
typedef struct crmi_quote_list {
    crm_record **records;
    size_t count;
    bool made;
} crmi_quote_list;

struct crm_quote {
    crmi_quote_memory memory; /* holds the quote itself, the work and everything below but JSON, text, given and definitions */
    char store[33];           /* uuid */
    int64_t date;
    crmi_packed asked; /* the customer as he was asked for */
    uint32_t flags;    /* of all fields, without UNSET */
    const char *block_reason;
    crmi_slice customer_name, contact_name; /* data NULL where there is none */
    uint64_t contact_revision;
    crm_record *values;
    crm_record *addresses[CRMI_QUOTE_ADDRESSES]; /* the two may be one record */
    const char *lines[CRMI_QUOTE_ADDRESSES];
    crmi_quote_cell cells[CRMI_QUOTE_LAST + 1]; /* of the built-in fields, by number */
    const crmi_field *host_fields;              /* the host's own fields of kind quote, in the order of their numbers */
    crmi_quote_cell *host_cells;                /* of these */
    size_t host_count;
    struct crmi_quote_work *work; /* what was read, kept for the losers; its transaction may be over. NULL: the proposal was loaded */
    const crmi_quote_name *names; /* of a loaded one, in the order of the ids */
    size_t name_count;
    crmi_definitions *definitions; /* retained: sources and policies point into them */
    crm_record *given;             /* a copy; NULL: nothing was given */
    crmi_id_key key;               /* for ids that are asked for later */
    crmi_quote_list *losers;       /* by place: the built-in fields by number, then the host's; NULL until asked for */
    crmi_quote_list changes;
    crmi_buffer json, explained, saved;
};
/* Flags as callers see them. */
static inline uint32_t crmi_quote_flags_of(const crmi_quote_cell *cell) {
    return cell->flags | (cell->level == CRM_LEVEL_UNSET && !cell->count ? (uint32_t)CRM_QUOTE_FLAG_UNSET : 0);
}
/* The cell and descriptor of a built-in or host's field; NULL where it is none of a quote. */
crmi_quote_cell *crmi_quote_cell_of(const crm_quote *quote, crm_field field);
const crmi_field *crmi_quote_field(const crm_quote *quote, crm_field field);
/* All fields in order: from place 1 to crmi_quote_places(), each place's descriptor and cell. */
size_t crmi_quote_places(const crm_quote *quote);
const crmi_field *crmi_quote_field_at(const crm_quote *quote, size_t place);
crmi_quote_cell *crmi_quote_cell_at(const crm_quote *quote, size_t place);

/* A value of a stored record, in the copy of its body. */
typedef struct crmi_quote_slot {
    const uint8_t *bytes;
    uint32_t size;
    uint16_t type; /* crmi_value_type */
    uint16_t set;
    int64_t integer;
} crmi_quote_slot;

/* A stored record that values come from. Those of the store's own defaults are shared by all proposals: nothing in them changes. */
typedef struct crmi_quote_source {
    crmi_packed id;
    crm_id public_id; /* 0: not asked for yet */
    uint64_t revision;
    crmi_slice body;                /* a copy */
    struct crmi_quote_source *next; /* of the same list */
    uint32_t kind, numbers;
    crmi_quote_slot slots[]; /* by number, up to numbers */
} crmi_quote_source;

/* NULL also where the source is of another kind. */
static inline const crmi_quote_slot *crmi_quote_slot_of(const crmi_quote_source *source, crm_field field) {
    const crmi_quote_slot *slot = &source->slots[CRMI_FIELD_NUMBER(field)];
    return field / 1000 == source->kind && CRMI_FIELD_NUMBER(field) <= source->numbers && slot->set ? slot : NULL;
}
static inline const crmi_quote_slot *crmi_quote_text_of(const crmi_quote_source *source, crm_field field) {
    const crmi_quote_slot *slot = crmi_quote_slot_of(source, field);
    return slot && slot->type == CRMI_VALUE_TEXT ? slot : NULL;
}
static inline int64_t crmi_quote_integer_of(const crmi_quote_source *source, crm_field field, int64_t fallback) {
    const crmi_quote_slot *slot = crmi_quote_slot_of(source, field);
    return slot ? slot->integer : fallback;
}

/* Any value of a source, the host's fields included, which are looked for in the body. CRM_ROW, CRM_OK where there is none, CRM_E_CORRUPT.
 */
int crmi_quote_value_of(const crmi_quote_source *source, uint32_t number, crmi_quote_slot *out);

/* Quote defaults of one level, as lists: those of the given sales area (none without one), and those of all areas, which stand behind them.
 */
enum { CRMI_AREA_GIVEN, CRMI_AREA_ALL, CRMI_AREAS };
typedef struct crmi_quote_terms {
    crmi_quote_source *of[CRMI_AREAS];
} crmi_quote_terms;

/* Where a level looks for values, in order: lists of records of equal standing, of any kind (only those of the kind of a line's field can
 * have it). A barred one is passed over (the inheritance is blocked) and is only named as a loser. */
typedef struct crmi_quote_place {
    crmi_quote_source *list;
    bool barred;
} crmi_quote_place;
typedef struct crmi_quote_places_of {
    crmi_quote_place *places;
    size_t count;
} crmi_quote_places_of;
enum { CRMI_LEVEL_SLOTS = CRM_LEVEL_GLOBAL / 10 + 1 };
#define CRMI_LEVEL_SLOT(level) ((level) / 10) /* of the levels that have places: PRICE_LIST and later; the others' are empty */

/* A group that the customer belongs to, or one above it. */
typedef struct crmi_quote_group {
    crmi_packed id;
    crmi_quote_source *record; /* NULL: not there, archived, or not read yet */
    crmi_quote_terms terms;
    bool read, member;    /* member: the customer's own, not one above */
    bool reached, placed; /* not barred on some path; in the order already */
    struct crmi_quote_group *next;
} crmi_quote_group;

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
    uint32_t moves; /* over how many addresses that have ended it was named */
} crmi_quote_choice;

/* A record that is asked for by a unique value whose index entry carries it: one round. */
typedef struct crmi_quote_lookup {
    const crmi_field *field;
    bool done;
    crmi_quote_source *source; /* NULL: no record has the value */
    struct crmi_quote_lookup *next;
    crmi_key key;
} crmi_quote_lookup;

enum crmi_quote_progress { CRMI_READ_NOT, CRMI_READ_WANTED, CRMI_READ_DONE };

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
    uint32_t root; /* of the customer as he is */
    crmi_quote_source *party;
    crmi_quote_source *lock;                       /* the actor's user; NULL: the system asks */
    const struct crmi_quote_book *book;            /* policies, rules and the store's own defaults */
    crmi_quote_terms own, scoped;                  /* of the customer, of his sites and contacts */
    crmi_quote_places_of places[CRMI_LEVEL_SLOTS]; /* by CRMI_LEVEL_SLOT(), once all is read */
    uint32_t known;                                /* bit 1 << slot: the level's places are complete */
    bool chosen;                                   /* stage 1 is done */
    crmi_quote_group *groups;                      /* all that are known, in no order */
    crmi_quote_group **group_order; /* as proposals ask them: priority, code, each followed by those above; once all are read */
    size_t group_count, groups_known, groups_wanted; /* in the order; of groups; not read yet */
    bool groups_above;                               /* those above the customer's own are known */
    crmi_quote_usage *usages, **usages_end;          /* in the order of their keys */
    uint32_t usage_count;
    crmi_quote_object **buckets; /* objects by id */
    uint32_t bucket_mask, object_count, mark;
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

/* A source's public id, made when it is asked for first. */
static inline crm_id crmi_quote_public_id(const crmi_quote_work *work, crmi_quote_source *source) {
    if (!source->public_id) source->public_id = crmi_id_public(&work->quote->key, source->id);
    return source->public_id;
}

/* What the caller has given for a field, or NULL. */
static inline const crmi_entry *crmi_quote_given(const crmi_quote_work *work, crm_field field) {
    return work->given ? crmi_object_find(work->given, CRMI_FIELD_NUMBER(field)) : NULL;
}

/* quote_book.c: what is compiled once from the definitions. */
typedef struct crmi_quote_line {
    crm_field field, from; /* of the quote; of the record that is read at the level */
    uint32_t level;
} crmi_quote_line;
typedef struct crmi_quote_book {
    crmi_quote_line *lines; /* all policies: the lines of one field are neighbours, in the order in which they are looked at */
    size_t line_count;
    uint16_t first[CRMI_QUOTE_LAST + 2]; /* by number of the quote's field: its first line; the next one's is its end */
    crmi_quote_source **own;             /* the store's own defaults: lists of equal standing (area, country and region) */
    size_t own_count;
    struct crmi_rule *rules; /* archived ones left out; by target, priority, code */
    size_t rule_count;
    crmi_quote_memory memory; /* of the book itself, lines and sources */
} crmi_quote_book;
int crmi_quote_book_of(crmi_txn *txn, crmi_definitions *definitions, const crmi_quote_book **out);

/* rule_apply.c: after the levels */
int crmi_quote_apply_rules(crmi_quote_work *work);
/* Puts a value into a cell: text and lists are copied into the quote's memory. */
int crmi_quote_set_value(crmi_quote_work *work, crmi_quote_cell *cell, const crmi_field *field, const crmi_quote_slot *slot);

/* quote_losers.c, quote_change.c, quote_explain.c: of a finished proposal */
int crmi_quote_losers(crm_quote *quote, size_t place, const crmi_quote_list **out);
void crmi_quote_free_lists(crm_quote *quote);
int crmi_quote_find_changes(crm_quote *quote, const crm_quote *old);
int crmi_quote_write_explanation(crm_quote *quote, uint32_t format); /* into quote->explained */

/* quote_lock.c */
int crmi_quote_read_lock(crmi_quote_work *work); /* without a read: the transaction knows him */
/* What a field is fixed to for the actor; NULL: it is not. */
const crmi_quote_slot *crmi_quote_locked(const crmi_quote_work *work, crm_field field);
/* CRM_ROW where a given value is the fixed one, CRM_OK where nothing is fixed, CRM_E_LOCKED. */
int crmi_quote_check_lock(const crmi_quote_work *work, const crmi_field *field, const crmi_entry *entry);

/* quote_read.c */
int crmi_quote_read_head(crmi_quote_work *work); /* the first round */
int crmi_quote_open(crmi_quote_memory *memory, const crmi_stored *stored, crmi_quote_source **out);
/* Whose terms they are: CRMI_AREA_GIVEN, CRMI_AREA_ALL, or CRMI_AREAS where they are another area's. */
size_t crmi_quote_area_of(const crmi_quote_work *work, const crmi_quote_source *source);
int crmi_quote_damaged(const char *what); /* sets and returns CRM_E_CORRUPT */

/* quote_round.c */
bool crmi_quote_asks(const crmi_quote_work *work);                          /* is another round needed? */
int crmi_quote_read_round(crmi_quote_work *work);                           /* reads all that was asked for */
crmi_quote_object *crmi_quote_known(crmi_quote_work *work, crmi_packed id); /* over stubs, as far as they are read; NULL: never asked for */
crmi_quote_object *crmi_quote_ask(crmi_quote_work *work, crmi_packed id);   /* the same; asks for it. NULL out of memory */
bool crmi_quote_usable(const crmi_quote_work *work, const crmi_quote_object *object); /* what was not read yet is taken for usable */
crmi_quote_lookup *crmi_quote_look_up(crmi_quote_work *work, crm_field field, const char *scope, const char *value, size_t size); /* asks */

/* Over how many addresses that have ended an id leads to the one that has succeeded them. */
uint32_t crmi_quote_moves(crmi_quote_work *work, crmi_packed id);
#define CRMI_QUOTE_HOPS CRMI_LIMIT_ADDRESS_MOVES /* stubs and successors followed at most */

/* quote_groups.c */
int crmi_quote_add_group(crmi_quote_work *work, crmi_packed id, bool member);                         /* once; asks for it */
int crmi_quote_take_group(crmi_quote_work *work, crmi_quote_group *group, const crmi_stored *stored); /* a record of its file */
int crmi_quote_groups(crmi_quote_work *work); /* asks for those above, puts all in order once they are read */

/* quote_places.c: fills places as far as all that they need is known, finds the price list as soon as it can be and asks for its code. */
int crmi_quote_find_places(crmi_quote_work *work);
int crmi_quote_follow_price_list(
    crmi_quote_work *work); /* after the rules: of one that a rule has set, the currency follows (a round more) */

/* quote_given.c */
int crmi_quote_check_given(crmi_quote_work *work);       /* built-in fields, as far as it needs no reading; asks for the rest */
int crmi_quote_check_given_host(crmi_quote_work *work);  /* the host's own fields the same, once the definitions are known */
int crmi_quote_check_given_codes(crmi_quote_work *work); /* the rest, when all is read */

/* quote_choose.c */
int crmi_quote_choose(crmi_quote_work *work); /* stage 1 over what is known */

/* quote_values.c: stage 2, of one field (CRM_ROW where it is settled, CRM_OK where a level is not known yet), and of all */
int crmi_quote_value(crmi_quote_work *work, uint32_t number);
int crmi_quote_values(crmi_quote_work *work);
int crmi_quote_currency(crmi_quote_work *work); /* again, for another price list; one that a rule has set stays */

/* quote_finish.c: what was chosen and found becomes the proposal. CRM_OK, CRM_CHOOSE or an error. */
int crmi_quote_finish(crmi_quote_work *work);
/* The cells as a record, and their flags together. */
int crmi_quote_sum_up(crm_quote *quote);
/* Ids in ascending order, at most as many as a proposal lists. */
void crmi_quote_list_candidates(crmi_quote_cell *cell, crm_id *ids, size_t count);

/* quote_json.c */
int crmi_quote_write_json(crm_quote *quote); /* into quote->json */
const char *crmi_quote_level_name(uint32_t level);
uint32_t crmi_quote_level_find(const char *name, size_t size); /* in policy.c; 0: none */
const char *crmi_quote_reason_name(uint32_t reason);

/* quote.c: the cells of the host's own fields, once the definitions are known */
int crmi_quote_take_host_fields(crm_quote *quote);
/* the whole; see crm_quote_resolve(). date is a day, not CRM_TODAY. */
crm_quote *crmi_quote_new(crmi_txn *txn); /* an empty one, in its own memory, without work; NULL and the error */
int crmi_quote_resolve(crmi_txn *txn, crmi_packed customer, int64_t date, const crm_record *given, crm_quote **out);
void crmi_quote_free(crm_quote *quote);
#endif
