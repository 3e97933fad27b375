/* SPDX-License-Identifier: MIT */
/* An ordered key-value engine behind a few calls. Results are statuses of status.def: CRM_OK, CRM_E_NOTFOUND, CRM_E_CONFLICT (run the whole
 * transaction again), CRM_E_COMMIT_UNKNOWN, CRM_E_TOO_BIG, CRM_E_FULL, CRM_E_BUSY, CRM_E_CORRUPT, CRM_E_IO, CRM_E_NOMEM, CRM_E_VERSION.
 * Slices handed to a callback die when it returns. A write transaction belongs to its thread; a read transaction may move, one thread at a
 * time. */
#ifndef CRMI_ENGINE_ENGINE_H
#define CRMI_ENGINE_ENGINE_H
#include <libcrm/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct crmi_slice {
    const void *data;
    size_t size;
} crmi_slice;

enum crmi_table { CRMI_TABLE_META, CRMI_TABLE_FILE, CRMI_TABLE_INDEX, CRMI_TABLE_UNDO, CRMI_TABLE_CHANGES, CRMI_TABLES };

enum crmi_read_flag { CRMI_READ_RANGE = 1, CRMI_READ_REVERSE = 2, CRMI_READ_KEYS = 4 };
/* One read: a key, or with CRMI_READ_RANGE the keys from <= k < until (until empty: to the table's end), at most limit (0 = all). */
typedef struct crmi_read {
    uint32_t table;
    uint32_t flags;
    crmi_slice from, until;
    size_t limit;
} crmi_read;

/* Gets each result: which read it belongs to, key, value (empty with CRMI_READ_KEYS). A value other than CRM_OK ends the reading and is
 * returned as it is. */
typedef int (*crmi_row_fn)(void *data, size_t read, crmi_slice key, crmi_slice value);

typedef struct crmi_engine_options {
    uint64_t max_bytes;     /* upper bound of the file; 0: 64 GiB */
    uint32_t max_readers;   /* 0: 1,022 */
    uint32_t wait_ms;       /* how long opening, closing and growing wait for others; 0: 5,000 */
    bool create, read_only; /* read_only: on a read-only volume too, without lock files */
    bool check;             /* every page is read at the opening, whatever the file's size */
    bool previous;          /* where the latest commit is damaged, the one before takes its place */
    bool force;             /* on a volume over a network too */
    bool relaxed;           /* a commit does not wait for its last page: a power cut may take the latest one away */
} crmi_engine_options;

typedef struct crmi_engine crmi_engine; /* an open store, safe for threads */
typedef struct crmi_etxn crmi_etxn;     /* its transaction */

/* Opens path with LMDB, creates the folder (not its parents) and the store on request; read_only never creates. The map starts with
 * max_bytes, at most 64 GiB, or the bytes in the environment variable CRM_MAP_SIZE (tests). Registry by (device, inode): the same folder
 * again gives the same engine with one more reference; other max_bytes, max_readers, read_only or relaxed are CRM_E_BUSY, and so is a
 * second copy of the library (crm.lock). The first process that opens it walks over its pages before LMDB does. */
int crmi_engine_open(const char *path, const crmi_engine_options *options, crmi_engine **out);
void crmi_engine_close(crmi_engine *engine); /* drops a reference */

/* Begins a read snapshot or the write transaction; the latter waits at most wait_ms for another writer: CRM_E_BUSY, and at once where this
 * thread has one already. All calls: CRM_E_FORKED in a fork's child; those of a write transaction: CRM_E_THREAD in another thread than its
 * own, CRM_E_ENDED when that thread has ended. After any other failure of LMDB (CRM_E_NOTFOUND is none) the transaction can only be ended.
 */
int crmi_engine_begin(crmi_engine *engine, bool write, uint32_t wait_ms, crmi_etxn **out);
/* Reading. A callback may read in its transaction, but not write. A missing key's CRM_E_NOTFOUND sets no error: it is no failure yet.
 * One key; CRM_E_NOTFOUND where it is not there. One round trip. */
int crmi_engine_get(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_row_fn fn, void *data);
/* Several keys and ranges in one round trip, results in the order of the reads; keys that are not there are left out. */
int crmi_engine_get_many(crmi_etxn *txn, const crmi_read *reads, size_t count, crmi_row_fn fn, void *data);
/* One range. One round trip. */
int crmi_engine_range(crmi_etxn *txn, const crmi_read *read, crmi_row_fn fn, void *data);
int crmi_engine_put(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_slice value);
/* Pairs in the order of their keys: pages are found once for all that comes into them. append: their keys come behind all that the table
 * has, none twice; an eighth of each page stays free for what comes between them later. */
typedef struct crmi_pair {
    crmi_slice key, value;
} crmi_pair;
int crmi_engine_put_sorted(crmi_etxn *txn, uint32_t table, const crmi_pair *pairs, size_t count, bool append);
int crmi_engine_del(crmi_etxn *txn, uint32_t table, crmi_slice key);                          /* CRM_E_NOTFOUND */
int crmi_engine_del_range(crmi_etxn *txn, uint32_t table, crmi_slice from, crmi_slice until); /* until empty: to the end */
/* Reads every page of a read snapshot's commit from the file, beside whoever writes. CRM_E_CORRUPT says which is damaged; CRM_E_CONFLICT:
 * two commits have followed it since, so that where its pages are is written down no more: a new snapshot is needed. */
int crmi_engine_walk(crmi_etxn *txn);
/* Frees txn, whatever this returns but CRM_E_THREAD: then nothing was done. Where the head could not be written, the store is opened anew
 * to see, which waits for other transactions of the process (options.wait_ms); where that fails, it is CRM_E_COMMIT_UNKNOWN, and every
 * begin CRM_E_IO until all handles are closed and the store is opened again. CRM_E_CONFLICT, CRM_E_FULL, CRM_E_IO: nothing was stored. */
int crmi_engine_commit(crmi_etxn *txn);
void crmi_engine_abort(crmi_etxn *txn); /* frees txn; in another thread: as soon as the right one gets to it */
/* For many writes: puts a transaction around the write transaction *txn, to be used in its place, that keeps entries of table index, and
 * new records of table file, in memory, and puts them in the order of their keys: the records a few thousand at a time, the entries at the
 * commit, or as soon as a range of that index is read. Otherwise it is like any other. */
int crmi_engine_gather(crmi_etxn **txn);
/* A first load: *out is an engine over the store, for one transaction at a time. Entries of table index are kept outside of the store,
 * where reads of its transactions find them, and are put into the table by bulk_end(), in several commits; the last of them puts the record
 * in table meta too. Closing *out ends the load. As long as it lasts, nobody else gets at the store: every begin, and every opening by
 * another process, is CRM_E_BUSY. Where it ends with something stored and no bulk_end() that was CRM_OK, every begin is CRM_E_IO until all
 * handles are closed: whoever opens the store then has to see that the record is missing. CRM_ROW: it can't be, since a transaction runs in
 * this process, or another process has the store open. */
int crmi_engine_bulk(crmi_engine *engine, crmi_engine **out);
int crmi_engine_bulk_end(crmi_engine *load, crmi_slice key, crmi_slice value);
/* Doubles the map after CRM_E_FULL, up to max_bytes, when no transaction of this process runs. CRM_OK, CRM_E_FULL at the bound or where it
 * is the volume that was full, CRM_E_BUSY where transactions ran too long (options.wait_ms). */
int crmi_engine_grow(crmi_engine *engine);
/* The store as it is now, whatever is written meanwhile, into another folder (made where it is not there): without free pages, and whole or
 * not there. Every page of the copy is read again, and check gets every row of it, in the order of table and key: what it returns but
 * CRM_OK ends the copying. CRM_E_EXISTS where a store is in that folder. */
typedef int (*crmi_check_fn)(uint32_t table, crmi_slice key, crmi_slice value);
int crmi_engine_copy(crmi_engine *engine, const char *path, crmi_check_fn check);
/* The same in its own place, for the only handle in any process (else CRM_E_BUSY). Afterwards the engine can only be closed. */
int crmi_engine_compact(crmi_engine *engine, crmi_check_fn check);
/* After a fork, in the child: forget without touching the store. */
void crmi_engine_forget(crmi_engine *engine);

/* The counting engine, for tests: wraps every engine opened while it is on. It counts round trips (each get, get_many, range and commit is
 * one), copies slices and poisons the copies when the callback returns, and fails calls on request. */
void crmi_counting_enable(bool on);
uint64_t crmi_counting_trips(void);
void crmi_counting_reset(void);
/* The nth (1 = next) call from now of any kind that can fail returns status, once; 0 switches it off. A commit that fails so is not done,
 * but with CRM_E_COMMIT_UNKNOWN it is. */
void crmi_counting_fail(uint64_t nth, int status);
/* So many walks from now find that two commits have followed theirs. */
void crmi_counting_conflicts(uint64_t walks);
#endif
