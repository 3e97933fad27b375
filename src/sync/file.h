/* SPDX-License-Identifier: MIT */
/* The company that a group of rows is about, in memory, and what the rows do to it. */
#ifndef CRMI_SYNC_FILE_H
#define CRMI_SYNC_FILE_H
#include "sync/sync.h"

/* A record of the company that a group is about. */
typedef struct crmi_sync_entry {
    crm_record *rec;
    crm_record *before;             /* as it is stored, where it changed; NULL */
    uint32_t row;                   /* position of the row that changed it last */
    uint32_t target;                /* entry that its TARGET or SCOPE names, plus 1; 0 the party itself */
    uint32_t site, contact;         /* of quote defaults: entries that become the preferred ones, plus 1 */
    uint32_t site_row, contact_row; /* positions of the rows that say so */
    uint32_t *said;                 /* by field number: the group's first row, plus 1, that has a value for it; NULL: none has */
    const char *id;                 /* by which the rows know it; NULL: they have none */
    bool fresh;                     /* not stored */
    bool removed;
    bool written;     /* to the store, in this transaction */
    bool spoken;      /* a row is about it, or names it */
    uint32_t back;    /* under REPLACE: the first row, plus 1, that is about it */
    uint32_t claimed; /* an address that a row of this part (plus 1) without a site number means: no other row of it gives it one */
} crmi_sync_entry;

/* An empty cell under REPLACE. */
typedef struct crmi_sync_blank {
    uint32_t entry; /* plus 1 */
    uint32_t row;
    const crmi_sync_target *target;
} crmi_sync_blank;

/* How a record is looked for. What one is found by gets into the map when somebody looks so for the first time, mostly never; what is put
 * in later follows before one that was there changes. */
enum crmi_sync_way {
    CRMI_WAY_PLACE,  /* addresses */
    CRMI_WAY_PERSON, /* contacts, by their names and mail addresses */
    CRMI_WAY_CHANNEL,
    CRMI_WAY_USAGE,
    CRMI_WAYS
};

enum { CRMI_SYNC_SPARE = 32 };

typedef struct crmi_sync_file {
    crm_sync *sync;
    crmi_txn *txn; /* NULL: in a thread without one */
    uint32_t root;
    crmi_sync_entry *entries;
    size_t count, capacity;
    crm_record *spare[CRMI_SYNC_SPARE]; /* of companies before: the next new ones */
    size_t spare_count;
    uint64_t kinds;            /* a bit for each kind that there is a record of */
    size_t indexed[CRMI_WAYS]; /* entries that can be looked for so */
    uint32_t party, role;      /* entries plus 1; 0: none yet; role: the one that the rows are about */
    crmi_sync_map map;
    crmi_sync_map said;  /* which rows said yes or no of what */
    crmi_sync_map names; /* of contacts in the group's rows, once somebody asked */
    bool named;
    crmi_sync_map *written; /* records of all groups with values that may clash, by id: their rows plus 1 */
    crmi_buffer key;        /* scratch */
    const char *id;         /* of the record that is being looked for; NULL: none */
    uint32_t id_kind;       /* its kind */
    uint32_t only;          /* entry that the id means, plus 1; 0 none yet */
    int64_t today;
    int numbers;              /* what is to become of those that can't be right: see number.c; 0 not known yet */
    bool several;             /* rows in the group */
    uint32_t first;           /* of them, plus 1 */
    uint32_t head;            /* the first of them, plus 1, that may have the company's name */
    uint32_t sites, contacts; /* the first row, plus 1, that brings a site, a contact under REPLACE; 0 none */
    crmi_sync_blank *blanks;
    size_t blank_count, blank_capacity;
} crmi_sync_file;

/* beside.c: the companies of an apply, merged by a thread of their own. *out: NULL where they are too few; like: a file of the transaction;
 * groups: for as long as it lasts. */
typedef struct crmi_sync_beside crmi_sync_beside;
int crmi_sync_beside_begin(const crmi_sync_file *like, const crmi_sync_group *const *groups, size_t count, crmi_sync_beside **out);
/* One after the other. *out: the company merged, with what is said of it noted; until the next one is taken. NULL: it is to be merged. */
int crmi_sync_beside_take(crmi_sync_beside *beside, size_t index, crmi_txn *txn, crmi_sync_file **out);
void crmi_sync_beside_end(crmi_sync_beside *beside); /* NULL: nothing */
/* Before anything is looked for in the store: CRM_E_THREAD and the error where the thread may not. */
int crmi_sync_store(const crmi_sync_file *file);

/* file.c */
int crmi_sync_file_load(crmi_sync_file *file, const crmi_sync_group *group);
void crmi_sync_file_free(crmi_sync_file *file);
int crmi_sync_file_add(crmi_sync_file *file, uint32_t kind, uint32_t row, uint32_t target, uint32_t *out); /* a new record; entry plus 1 */
int crmi_sync_file_touch(crmi_sync_entry *entry, uint32_t row);                                            /* before it changes */
/* Whether one of the group's rows that were not refused has the company's name. CRM_OK, CRM_E_NOMEM. */
int crmi_sync_file_named(crmi_sync_file *file, bool *out);
static inline bool crmi_sync_file_has(const crmi_sync_file *file, uint32_t kind) { return file->kinds >> kind & 1; }
int crmi_sync_file_look(crmi_sync_file *file, enum crmi_sync_way way); /* before something is looked for so */
int crmi_sync_file_look_all(crmi_sync_file *file);                     /* before a record changes that was there */
int crmi_sync_file_index(crmi_sync_file *file, uint32_t entry);        /* its keys, which are new ones; entry plus 1 */
/* Whether a row of the group has a contact of this name. */
int crmi_sync_file_names(crmi_sync_file *file, const char *name, bool *out);
bool crmi_sync_same(const crm_record *a, const crm_record *b);
crm_field crmi_sync_target_field(uint32_t kind); /* which field of it names what it belongs to; 0 none */
/* A text of a record, "" where it has none. */
static inline const char *crmi_sync_text_of(const crm_record *rec, crm_field field) {
    const crmi_entry *entry = crmi_object_find(rec, CRMI_FIELD_NUMBER(field));
    return entry && entry->type == CRM_TYPE_TEXT ? entry->text : "";
}
static inline crmi_sync_entry *crmi_sync_file_entry(const crmi_sync_file *file, uint32_t plus1) {
    return plus1 ? &file->entries[plus1 - 1] : NULL;
}

/* A date as it will be once the row is merged: the row's, else that of rec (NULL: none), else fallback. */
static inline int64_t crmi_sync_date_of(const crm_sync *sync, const crmi_sync_row *row, const crm_record *rec, crm_field field,
                                        int64_t fallback) {
    const crmi_sync_cell *cell = crmi_sync_cell_of(sync, row, field);
    if (cell) return cell->none ? fallback : cell->integer;
    return rec ? crmi_object_integer(rec, field, fallback) : fallback;
}

/* The group's first row, plus 1, that has a value for a field of the record; 0: none, or there is no column for it. */
static inline uint32_t crmi_sync_said_by(const crm_sync *sync, const crmi_sync_entry *entry, uint32_t number) {
    return entry->said && number < sync->numbers ? entry->said[number] : 0;
}

/* Whose terms a row has, of its site and contact: in rows of these, and of terms that name one. 0: the company's. */
static inline uint32_t crmi_sync_scope(uint32_t shape, uint32_t address, uint32_t contact) {
    if (shape == CRM_ROWS_SITE) return address;
    if (shape == CRM_ROWS_CONTACT) return contact;
    return shape == CRM_ROWS_QUOTE_DEFAULTS ? (address ? address : contact) : 0;
}

/* id.c. Entries plus 1, 0 none. */
int crmi_sync_find_id(crmi_sync_file *file, uint32_t kind, const char *text, uint32_t *out); /* CRM_E_EXISTS: not the customer's */
/* By the row's id of a kind: CRM_OK, CRMI_SYNC_REFUSED. Until crmi_sync_id_end() all that is found is that record, where there is none yet
 * those without an id. */
int crmi_sync_id_begin(crmi_sync_file *file, const crmi_sync_row *row, uint32_t kind, uint32_t *out);
void crmi_sync_id_end(crmi_sync_file *file);
bool crmi_sync_is_other(const crmi_sync_file *file, uint32_t entry); /* it is not what is being looked for */
int crmi_sync_id_note(crmi_sync_file *file, const crmi_sync_row *row, uint32_t kind, uint32_t entry); /* of a merged row */
/* find.c: entries plus 1, 0 none. Those that return int: CRM_OK, CRM_E_AMBIGUOUS with the error, CRM_E_NOMEM; those that take a row look by
 * its id first, and may be CRMI_SYNC_REFUSED. */
uint32_t crmi_sync_find_role(const crmi_sync_file *file, const char *number);
int crmi_sync_find_address(crmi_sync_file *file, const crmi_sync_row *row, uint32_t *out);
int crmi_sync_find_contact(crmi_sync_file *file, const crmi_sync_row *row, uint32_t *out);
int crmi_sync_find_defaults(crmi_sync_file *file, uint32_t scope, const char *area, uint32_t *out);
int crmi_sync_find_usage(crmi_sync_file *file, uint32_t target, const char *purpose, uint32_t *out);
int crmi_sync_find_main(crmi_sync_file *file, uint32_t *address); /* the address that is the main one */
int crmi_sync_find_channel(crmi_sync_file *file, uint32_t target, const char *type, const char *value, uint32_t *out);
int crmi_sync_find_identifier(crmi_sync_file *file, const char *scheme, const char *value, uint32_t *out);

/* number.c: what a cell's number is judged by; NULL: it is none that is. Whether it can be right. now: what is stored in its field, ""
 * nothing. CRM_OK, also where it warns; CRMI_SYNC_REFUSED. */
int crmi_sync_number_begin(crmi_sync_file *file); /* reads what is to become of them */
const char *crmi_sync_number_scheme(const crm_sync *sync, const crmi_sync_row *row, const crmi_sync_cell *cell);
int crmi_sync_number_check(crmi_sync_file *file, uint32_t row, const crmi_sync_cell *cell, const char *scheme, const char *now);

/* keys.c: the keys that the map of a file knows its records by, into file->key. */
enum crmi_sync_letter {
    CRMI_KEY_ID = 'i',
    CRMI_KEY_ROW_ID = 'x', /* kind and id as rows have it */
    CRMI_KEY_SITE = 'n',   /* site number */
    CRMI_KEY_GLN = 'g',
    CRMI_KEY_PLACE = 'a',      /* street, house number, PO box and postal code */
    CRMI_KEY_STREET = 'b',     /* without the postal code */
    CRMI_KEY_FREE_PLACE = 'A', /* the same two of addresses without a site number */
    CRMI_KEY_FREE_STREET = 'B',
    CRMI_KEY_NAME = 'p',   /* of a contact */
    CRMI_KEY_MAIL = 'm',   /* of a contact */
    CRMI_KEY_PERSON = 'q', /* mail address and name of a contact */
    CRMI_KEY_CHANNEL = 'c',
    CRMI_KEY_USAGE = 'u', /* of a target, that has not ended */
    CRMI_KEY_MAIN = 'v',  /* the usages for which an address is the main one */
    CRMI_KEY_IDENTIFIER = 'k',
    CRMI_KEY_DEFAULTS = 'd',
    CRMI_KEY_IBAN = 'I',
    CRMI_KEY_ACCOUNT = 'j', /* account number and bank code */
    CRMI_KEY_GERMAN = 'J',  /* the same two of a German IBAN */
    CRMI_KEY_SAID = 's'     /* a record and a usage that a row said yes or no of */
};
/* An address as it is compared; every text is "" where there is none. */
typedef struct crmi_sync_place {
    const char *number, *name, *street, *house, *box, *code, *town, *country;
} crmi_sync_place;
bool crmi_sync_place_bare(const crmi_sync_place *place); /* neither street nor PO box, postal code or town */
void crmi_sync_place_of(const crm_record *address, crmi_sync_place *out);
int crmi_sync_key_id(crmi_sync_file *file, crm_id id);
/* The keys of a place are one: with its postal code, as CRMI_KEY_PLACE; its first *without bytes are the key without that. */
int crmi_sync_key_place(crmi_sync_file *file, const crmi_sync_place *place, size_t *without);
int crmi_sync_key_channel(crmi_sync_file *file, uint32_t target, const char *type, const char *value, size_t size);
int crmi_sync_key_mail(crmi_sync_file *file, const char *value, size_t size, const char *name); /* name: NULL without */
int crmi_sync_key_text(crmi_sync_file *file, char letter, uint32_t target, const char *first, const char *second);
int crmi_sync_key_compact(crmi_sync_file *file, char letter, const char *first, const char *second);
int crmi_sync_key_account(crmi_sync_file *file, char letter, const char *account, const char *bank_code);
int crmi_sync_key_german(crmi_sync_file *file, char letter, const char *iban, bool *is); /* the account in an IBAN, where that is German */
int crmi_sync_key_folded(crmi_sync_file *file, char letter, const char *text);
int crmi_sync_key_add(crmi_sync_file *file, uint32_t entry);                      /* the key in file->key names this entry */
bool crmi_sync_key_next(crmi_sync_file *file, uint32_t *cursor, uint32_t *entry); /* entries that it names; one may come twice */

/* check.c: what could be refused, before anything changes. */
typedef struct crmi_sync_plan {
    uint32_t row;                      /* position */
    uint32_t address, contact, record; /* entries plus 1; 0: new, or not in the row; record: see said */
    bool has_address, has_contact, has_record;
    bool new_party, new_address, new_contact;
} crmi_sync_plan;
int crmi_sync_check(crmi_sync_file *file, crmi_sync_plan *plan); /* fills plan; CRM_OK, CRMI_SYNC_REFUSED */
/* A customer's row that says something of his main address, and has no address that tells which it is. */
bool crmi_sync_leans(const crm_sync *sync, const crmi_sync_row *row);
/* record.c: the record that a row is about, in rows of channels, identifiers, memberships, bank accounts and terms, and the bank account in
 * flat and customer rows. Found and checked; CRM_OK, CRMI_SYNC_REFUSED. */
int crmi_sync_record_find(crmi_sync_file *file, crmi_sync_plan *plan);
int crmi_sync_record_check(crmi_sync_file *file, const crmi_sync_plan *plan);
/* Whether a row has a cell that says something of a bank account. */
const crmi_sync_cell *crmi_sync_bank_cell(const crm_sync *sync, const crmi_sync_row *row);

/* said.c: a row's values against what the rows before it said of the same records. CRM_OK, CRMI_SYNC_REFUSED; noted once it is merged. */
typedef struct crmi_sync_said {
    uint32_t row, address, contact; /* row: position; entries plus 1; 0: none, or not known */
    uint32_t record;                /* the bank account, or what a row of its own kind is about */
} crmi_sync_said;
int crmi_sync_said_check(crmi_sync_file *file, const crmi_sync_said *said);
int crmi_sync_said_note(crmi_sync_file *file, const crmi_sync_said *said);
/* The record that a target speaks of in this row, entry plus 1; 0: not there. */
int crmi_sync_said_entry(crmi_sync_file *file, const crmi_sync_said *said, const crmi_sync_target *target, uint32_t *out);
/* Whether a row said a value of this target of an entry. */
int crmi_sync_said_any(crmi_sync_file *file, uint32_t entry, const crmi_sync_target *target, bool *out);
/* policy.c: what the policies refuse. CRM_OK, CRMI_SYNC_REFUSED. */
int crmi_sync_policy_check(crmi_sync_file *file, const crmi_sync_plan *plan);
/* replace.c: notes a merged row's empty cells; once all rows are merged, takes away what no row said. */
int crmi_sync_replace_note(crmi_sync_file *file, const crmi_sync_said *said);
int crmi_sync_replace(crmi_sync_file *file, const crmi_sync_group *group);
/* merge.c */
int crmi_sync_merge(crmi_sync_file *file, const crmi_sync_group *group);
/* Whether an entry is the one that a field of the defaults names. */
bool crmi_sync_prefers(const crmi_sync_file *file, const crmi_sync_entry *defaults, crm_field field, uint32_t entry);
/* assign.c: sets what a row has in one record. *changed is set where it differs. */
int crmi_sync_assign(crmi_sync_file *file, const crmi_sync_row *row, uint32_t kind, crmi_sync_entry *entry, bool *changed);
int crmi_sync_assign_cell(crmi_sync_file *file, const crmi_sync_row *row, const crmi_sync_cell *cell, crmi_sync_entry *entry,
                          bool *changed);
int crmi_sync_unset(crmi_sync_entry *entry, uint32_t row, crm_field field, bool *changed);
int crmi_sync_assign_text(crmi_sync_entry *entry, uint32_t row, crm_field field, const char *text, size_t size, bool *changed);
/* write.c. refuse is told of each row whose record the store refused, this thread's latest error; CRM_ROW where there was one. */
typedef int (*crmi_sync_refuser)(void *data, size_t row);
int crmi_sync_write(crmi_sync_file *file, crmi_sync_refuser refuse, void *data, bool *changed);
/* Whether a record that has a unique value has it by a row of this run: CRM_E_AMBIGUOUS and the error, else CRM_OK. */
int crmi_sync_written(const crmi_sync_file *file, crmi_packed id, crm_field field);
#endif
