/* SPDX-License-Identifier: MIT */
/* What changed: the feed of all records, the logs of parties that users are bound to, and old and new values of tracked fields. All lie in
 * table changes, under keys of 16 bytes: what << 56 | number, and a second number. Numbers have the highest byte first, and each value
 * begins with a CRC-32C over key and rest, 4 bytes.
 *
 *   feed    commit, chunk  ->  time 8 | actor 8 | entries
 *   own     root, place    ->  commit 8 | time 8 | entries
 *   value   id, place      ->  commit 8 | time 8 | actor 8 | field 4 | bytes 4 | body before, of those bytes | body after
 *   valued  commit, chunk  ->  as in the feed: the records that got values
 *   log     root, 0        ->  places given out 8
 *   state   0, 0           ->  floor 8 | epoch 4
 *
 * An entry: action << 6 | kind, 1 byte; local << 1 | next, a varint; where next is 1 the step from the root before, a varint. Entries
 * ascend by id: a bulk of new records takes 2 to 3 bytes each.
 *
 * A bound actor's feed is made of the logs of his own parties alone, and of root 0's, which has the codes and the host's own fields: what
 * others change moves neither their places nor their ends. A log begins when a user is first bound to the party. Everybody else reads the
 * feed. It is kept for some days (setting changes.keep_days): what its oldest chunks had is gone up to the commit that is called floor. An
 * epoch ends when the feed is switched off, or the store is made from a dump. */
#ifndef CRMI_STORE_CHANGES_H
#define CRMI_STORE_CHANGES_H
#include "base/buffer.h"
#include "store/definitions.h"

enum crmi_change_action { CRMI_CHANGE_CREATED, CRMI_CHANGE_UPDATED, CRMI_CHANGE_DELETED, CRMI_CHANGE_MOVED };

typedef struct crmi_change {
    crmi_packed id;
    uint32_t action; /* a crmi_change_action */
    uint64_t commit; /* of a bound actor's: 0 */
    int64_t at;      /* of a bound actor's the beginning of the day */
    crmi_packed by;  /* 0: the system, or a bound actor asks */
} crmi_change;

#define CRMI_CHANGES_DAYS 90 /* kept unless a setting says another number */
#define CRMI_CHANGES_VALUES_DAYS 730
#define CRMI_CHANGES_MAX_DAYS 36500

/* Whether a stored setting is one of changes; the other records of definitions are not. */
bool crmi_changes_is_setting(const crmi_stored *stored);
/* Fills in the definitions' tracking from their records. CRM_OK, CRM_E_NOMEM. */
int crmi_changes_read_tracking(crmi_definitions *definitions);
/* The next field of a list such as "party.name, bank.iban" from *at on: CRM_ROW, CRM_OK at its end, CRM_E_NOTFOUND. */
int crmi_changes_next_field(const crmi_definitions *definitions, const char **at, const char *end, crm_field *out);

/* --- writing: called by the writes themselves --- */
typedef struct crmi_changes crmi_changes; /* what a transaction has noted */
/* After a setting or a custom field was written or deleted (rec NULL): what is tracked may be another from now on. */
void crmi_changes_touch(crmi_txn *txn, crmi_packed id, const crm_record *rec);
int crmi_changes_note(crmi_txn *txn, crmi_packed id, uint32_t action);
/* Before a record is stored or deleted (body empty): its tracked fields that get other values. */
int crmi_changes_values(crmi_txn *txn, crmi_packed id, uint64_t revision, crmi_slice body);
int crmi_changes_erase(crmi_txn *txn, uint32_t root); /* the values of a party or group that is deleted, and of all in its file */
int crmi_changes_write(crmi_txn *txn);                /* at the commit, which has its sequence already */
void crmi_changes_free(crmi_changes *changes);
int crmi_changes_restart(crmi_txn *txn); /* the store becomes another one's copy: nothing is kept, old places are of another epoch */

/* --- reading --- */
/* A place between two changes. Of the feed: the first commit that is not read yet, its chunk, its entry; of a bound actor: how many places
 * of his logs he has read, 0, and entries of the next one. */
typedef struct crmi_changes_place {
    uint32_t rights; /* checksum of what the actor sees, and of the epoch */
    uint64_t commit;
    uint32_t chunk, entry;
} crmi_changes_place;

/* Behind all that there is. CRM_E_STALE where the store keeps none. */
int crmi_changes_now(crmi_txn *txn, crmi_changes_place *out);
/* The oldest place that is kept; a bound actor's is that of now. */
int crmi_changes_first(crmi_txn *txn, crmi_changes_place *out);
/* Changes of a kind (0: all) that the actor sees, at most limit, from *place on, which moves behind them. *more: there is more, be it only
 * some that he does not see. CRM_E_STALE where what follows the place is not kept, or the actor has other rights now. */
int crmi_changes_page(crmi_txn *txn, crmi_changes_place *place, uint32_t kind, size_t limit, crmi_change *out, size_t *count, bool *more);

/* Old and new values of a record, the latest first, from place on downwards (0: the latest); fn gets each with bodies of that one field
 * beside their revision; CRM_ROW from it ends the reading. */
typedef struct crmi_changed_value {
    crmi_change change;
    uint64_t place;
    uint32_t number; /* of the field inside its kind */
    crmi_slice before, after;
} crmi_changed_value;
typedef int (*crmi_changed_value_fn)(void *data, const crmi_changed_value *value);
int crmi_changes_history(crmi_txn *txn, crmi_packed id, uint64_t place, crmi_changed_value_fn fn, void *data);

/* Looks at all of the table; fn gets what is wrong with a row, and whose it is (0: nobody's). *rows: how many there were. */
typedef int (*crmi_changes_damage_fn)(void *data, crmi_packed id, const char *reason);
int crmi_changes_check(crmi_txn *txn, crmi_changes_damage_fn fn, void *data, uint64_t *rows);
#endif
