/* SPDX-License-Identifier: MIT */
/* Rows of table changes, for the files that write and read them: keys, checksums, entries. See store/changes.h. */
#ifndef CRMI_STORE_CHANGES_TABLE_H
#define CRMI_STORE_CHANGES_TABLE_H
#include "store/changes.h"
#include "store/id_list.h"

enum crmi_changes_what {
    CRMI_CHANGES_FEED,
    CRMI_CHANGES_OWN,
    CRMI_CHANGES_VALUE,
    CRMI_CHANGES_VALUED,
    CRMI_CHANGES_LOG,
    CRMI_CHANGES_STATE
};
#define CRMI_CHANGES_SUM 4
#define CRMI_CHANGES_KEY 16
#define CRMI_CHANGES_HEAD 20       /* of a chunk: checksum, and two numbers of 8 bytes */
#define CRMI_CHANGES_VALUE_HEAD 36 /* checksum, commit, time, actor, field, bytes */
#define CRMI_CHANGES_CHUNK 4064    /* bytes: a page of the store's file, with what the engine puts before it */
#define CRMI_CHANGES_OWN_MOST 1000 /* places that a log keeps */

typedef struct crmi_changes_key {
    uint8_t bytes[CRMI_CHANGES_KEY];
} crmi_changes_key;
crmi_slice crmi_changes_key_make(crmi_changes_key *key, uint32_t what, uint64_t number, uint64_t second);
uint64_t crmi_changes_key_number(crmi_slice key); /* without what */
uint64_t crmi_changes_key_second(crmi_slice key);
/* Keys of one what: from <= key < until. */
typedef struct crmi_changes_span {
    uint64_t from, from_second, until, until_second;
} crmi_changes_span;
int crmi_changes_range(crmi_txn *txn, uint32_t what, crmi_changes_span span, uint32_t flags, size_t limit, crmi_row_fn fn, void *data);
int crmi_changes_delete_range(crmi_txn *txn, uint32_t what, crmi_changes_span span);
int crmi_changes_delete(crmi_txn *txn, uint32_t what, uint64_t number, uint64_t second);
#define CRMI_CHANGES_ALL ((UINT64_C(1) << 56) - 1) /* behind every number */

void crmi_changes_begin(crmi_buffer *row); /* empties it, with room for the checksum */
void crmi_changes_add64(crmi_buffer *row, uint64_t number);
void crmi_changes_add32(crmi_buffer *row, uint32_t number);
int crmi_changes_put(crmi_txn *txn, uint32_t what, uint64_t number, uint64_t second, crmi_buffer *row); /* seals and stores it */
/* The key's size and the row's checksum, and that it has so many bytes. */
bool crmi_changes_sound(crmi_slice key, crmi_slice value, size_t least);
int crmi_changes_damaged(void); /* CRM_E_CORRUPT */

/* Entries are a list of ids, the action is the mark. */
int crmi_changes_next_entry(const uint8_t **at, const uint8_t *end, uint32_t *root, crmi_change *out); /* CRM_ROW, CRM_OK, CRM_E_CORRUPT */

/* How far back the feed goes. */
typedef struct crmi_changes_state {
    uint64_t floor; /* the latest commit that is not kept; CRMI_CHANGES_OFF */
    uint32_t epoch;
    bool stored;
} crmi_changes_state;
#define CRMI_CHANGES_OFF UINT64_MAX
#define CRMI_CHANGES_STATE_SIZE 16
int crmi_changes_read_state(crmi_txn *txn, crmi_changes_state *out);
int crmi_changes_write_state(crmi_txn *txn, const crmi_changes_state *state);

int64_t crmi_changes_before(const crmi_txn *txn, uint32_t days); /* what is older than this is older than so many days */

void crmi_changes_blur(crmi_change *change); /* as a bound actor is told: the day, and neither commit nor user */

/* --- changes_own.c --- */
/* Brings the logs of parties that users are bound to up to a commit: count entries as id << 2 | action, ascending by id. While the feed is
 * off, logs only begin. */
int crmi_changes_write_own(crmi_txn *txn, const uint64_t *entries, size_t count, bool on);
int crmi_changes_own_head(crmi_txn *txn, uint32_t root, uint64_t *places, bool *found); /* places that a log has given out */
bool crmi_changes_own_has(uint32_t root, crmi_packed id); /* whether the log of a root has entries for a record */
#endif
