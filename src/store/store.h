/* SPDX-License-Identifier: MIT */
/* The store: open databases, transactions, and records by packed id. Knows values and revisions, not what they mean (that is model/) nor
 * how they are found (index/). */
#ifndef CRMI_STORE_STORE_H
#define CRMI_STORE_STORE_H
#include "base/collate.h"
#include "codec/key.h"
#include "engine/engine.h"
#include "store/id.h"
#include "store/object.h"
#include "store/token.h"
#include <libcrm/db.h>

typedef struct crmi_db crmi_db;   /* what a crm_db token names; shared by its transactions */
typedef struct crmi_txn crmi_txn; /* what a crm_txn token names */

int crmi_db_open(const char *path, const crm_db_options *options, crmi_db **out);
/* What index entries look like. It is raised with every change: a store that was written with another one is not opened, but by the second
 * of these, for who makes its index anew and notes it with the third. */
#define CRMI_INDEX_FORMAT 2
int crmi_db_open_any(const char *path, const crm_db_options *options, crmi_db **out);
int crmi_txn_index_made(crmi_txn *txn);
/* Whether a first load stored records and was interrupted before their index was made. crmi_db_open() opens such a store for writing only,
 * and for who makes its index at once: model/reindex.h. */
bool crmi_db_unfinished(const crmi_db *db);
int crmi_txn_unfinished(crmi_txn *txn, bool *out); /* whether it still is so */
/* A first load, for a store without parties or groups: *out is the store as it alone may use it, one transaction at a time (see
 * crmi_engine_bulk()). CRM_ROW: it can't be now, or there are some. bulk_end() publishes what was stored, and *out is gone, whatever it
 * returns. Where it fails, it is tried again by settle(), which is what every transaction of db begins with, and when db is closed. */
int crmi_db_bulk(crmi_db *db, crmi_db **out);
int crmi_db_bulk_end(crmi_db *db);
int crmi_db_settle(crmi_db *db);
/* Makes a store in an empty folder that is who another one was. */
#define CRMI_IDENTITY_SIZE 32 /* uuid 16, secret 16 */
int crmi_db_make(const char *path, const uint8_t identity[CRMI_IDENTITY_SIZE], crmi_db **out);
void crmi_db_retain(crmi_db *db);
void crmi_db_release(crmi_db *db); /* closes with the last reference */
/* A thread of the library's own begins its work in the store, and has a reference then, or ends it; closing waits until none is at work. */
void crmi_db_work(crmi_db *db, bool begins);
void crmi_db_wait(crmi_db *db);
const char *crmi_db_uuid(const crmi_db *db);
int64_t crmi_db_now(const crmi_db *db);   /* microseconds UTC */
int64_t crmi_db_today(const crmi_db *db); /* days, with the offset */
const crmi_id_key *crmi_db_key(const crmi_db *db);
const uint8_t *crmi_db_index_secret(const crmi_db *db); /* 16 bytes */
const crmi_token_key *crmi_db_token_key(const crmi_db *db);
int crmi_db_grow(crmi_db *db);
int crmi_db_backup(crmi_db *db, const char *path);
int crmi_db_compact(const char *path, const crm_db_options *options);

int crmi_txn_begin(crmi_db *db, uint32_t flags, crmi_txn **out); /* of the system; model/access.h binds it to others */
int crmi_txn_commit(crmi_txn *txn);                              /* the transaction is over; the object stays until crmi_txn_free() */
void crmi_txn_abort(crmi_txn *txn);
void crmi_txn_free(crmi_txn *txn);
int crmi_txn_check(crmi_txn *txn, bool write); /* CRM_OK, CRM_E_ENDED, CRM_E_READ_ONLY, CRM_E_THREAD; sets the error */
int crmi_txn_gather(crmi_txn *txn);            /* before many writes: see crmi_engine_gather() */
/* Lent to a callback of crm_transact(), which may not commit it. */
void crmi_txn_lend(crmi_txn *txn, bool lent);
bool crmi_txn_lent(const crmi_txn *txn);
crmi_db *crmi_txn_db(const crmi_txn *txn);
crmi_etxn *crmi_txn_engine(const crmi_txn *txn);
uint64_t crmi_txn_sequence(crmi_txn *txn);
/* Which collation the keys of the directory have; it is noted beside the index, which is made from it. */
int crmi_txn_collation(crmi_txn *txn, crmi_collation *out);
int crmi_txn_set_collation(crmi_txn *txn, crmi_collation collation);
/* What the directory knows of the party that a write transaction has written last; NULL without memory. */
typedef struct crmi_named {
    crmi_packed party; /* 0: none */
    bool archived;
    size_t size;
    uint8_t bytes[CRMI_KEY_MAX + 1]; /* the name's part of a key */
} crmi_named;
crmi_named *crmi_txn_named(crmi_txn *txn);
/* Who the store is, how often it has changed, and the first number of a party or group that was never leased; and for a copy, to be the
 * same with this commit. */
int crmi_txn_identity(crmi_txn *txn, uint8_t out[CRMI_IDENTITY_SIZE]);
int crmi_txn_state(crmi_txn *txn, uint64_t *sequence, uint64_t *next_root);
int crmi_txn_restore(crmi_txn *txn, uint64_t sequence, uint64_t next_root);
void crmi_txn_fail(crmi_txn *txn, int status); /* something was half written: the transaction can only be aborted */

/* Whether a record of table meta has the checksum, its last four bytes, of its key and the size bytes before. */
bool crmi_meta_sound(crmi_slice key, crmi_slice value, size_t size);

/* A stored value, checked: header, kind and checksum are right for its key. */
typedef struct crmi_stored {
    crmi_packed id;
    uint32_t kind;   /* 63: a stub */
    crmi_slice body; /* MessagePack map; number 0 is the revision */
} crmi_stored;
#define CRMI_KIND_STUB 63 /* number 1: the id that took its place; without it the record was deleted */

/* Checks and opens a value of table file. CRM_OK or CRM_E_CORRUPT. */
int crmi_stored_open(crmi_slice key, crmi_slice value, crmi_stored *out);
/* Where a stub leads: a packed id, or 0 for a deleted record. */
crmi_packed crmi_stored_target(const crmi_stored *stored);

/* Reading: fn gets each record that the actor sees (store/gate.h), checked, inside the snapshot; stubs are left out, but where reads name
 * them by key: then they are followed (one more round trip) and fn gets the record that took their place. A value other than CRM_OK from fn
 * ends the reading and is returned.
 */
typedef int (*crmi_stored_fn)(void *data, size_t read, const crmi_stored *stored);
typedef struct crmi_want {
    crmi_packed from;  /* one record, or with until the range from <= id < until */
    crmi_packed until; /* 0: one record */
    size_t limit;      /* of a range; 0 = all */
} crmi_want;
int crmi_store_read(crmi_txn *txn, crmi_packed id, crmi_stored_fn fn, void *data);                            /* CRM_E_NOTFOUND */
int crmi_store_read_many(crmi_txn *txn, const crmi_want *wants, size_t count, crmi_stored_fn fn, void *data); /* one round trip */
int crmi_store_get(crmi_txn *txn, crmi_packed id, crm_record **out);                                          /* detached; CRM_E_NOTFOUND */

/* Appends the body of what is stored under an id; nothing where that is a stub, or nothing. Whatever the actor sees. */
int crmi_store_body(crmi_txn *txn, crmi_packed id, crmi_buffer *out);
/* All that is stored with from <= id < until (0: to the end), stubs too, at most limit: whatever the actor sees. fn's read is 0. */
int crmi_store_scan(crmi_txn *txn, crmi_packed from, crmi_packed until, size_t limit, crmi_stored_fn fn, void *data);

/* Brings an id to the record that it leads to now. CRM_E_NOTFOUND without an error text. */
int crmi_store_resolve(crmi_txn *txn, crmi_packed *id);

/* Writing, below all rules: the value is written as it is told. */
int crmi_store_put(crmi_txn *txn, crmi_packed id, const crm_record *rec, uint64_t revision);
int crmi_store_delete(crmi_txn *txn, crmi_packed id);                    /* leaves a stub where a local number could be given again */
int crmi_store_forward(crmi_txn *txn, crmi_packed from, crmi_packed to); /* a stub that leads on */
int crmi_store_new_root(crmi_txn *txn, uint32_t kind, uint32_t *root);   /* of a party or a group */
int crmi_store_new_local(crmi_txn *txn, uint32_t root, uint32_t kind, uint32_t *local);

/* Public id <-> packed, through the store's key; 0 where there is none. */
crm_id crmi_store_public(const crmi_txn *txn, crmi_packed id);
crmi_packed crmi_store_packed(const crmi_txn *txn, crm_id id);
#endif
