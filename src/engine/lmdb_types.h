/* SPDX-License-Identifier: MIT */
/* What the files lmdb*.c share: the engine over one LMDB environment, its transactions, and the calls between those files. */
#ifndef CRMI_ENGINE_LMDB_TYPES_H
#define CRMI_ENGINE_LMDB_TYPES_H
#include "engine/lmdb_read.h"
#include "engine/ops.h"
#include "engine/registry.h"
#include <lmdb.h>
#include <pthread.h>
#include <setjmp.h>

typedef struct crmi_lmdb crmi_lmdb;

typedef struct crmi_lmdb_txn {
    crmi_etxn base;
    crmi_lmdb *engine;
    MDB_txn *txn;
    crmi_lmdb_snapshot snapshot;      /* of a write transaction: of the commit before it */
    MDB_cursor *cursors[CRMI_TABLES]; /* of a write transaction */
    uint32_t changed;                 /* bits of tables that are not as in the snapshot; all: there is none */
    uint32_t busy;                    /* bits of tables whose cursor is in use */
    uint32_t depth;                   /* callbacks that run */
    uint32_t forks;
    int failed; /* the first failure: from then on the answer to everything */
    bool write;
    bool wrote;
    size_t sorted;              /* entries that were put in the order of their keys */
    bool tight;                 /* the volume has no room but what is kept for deletions */
    uint64_t entries;           /* of records and indexes, when it began; only where it is tight */
    bool abandoned;             /* aborted by a thread that may not: freed when its own thread gets to it */
    atomic_bool ended;          /* its thread ended */
    pthread_t thread;           /* of a write transaction */
    struct crmi_lmdb_txn *next; /* in the pool, in the thread's list, or among the forgotten */
} crmi_lmdb_txn;

typedef struct crmi_lmdb_file {
    char *path; /* absolute */
    dev_t device;
    ino_t inode;
} crmi_lmdb_file;

struct crmi_lmdb {
    crmi_engine base;
    crmi_registered entry;
    MDB_env *env;
    MDB_dbi tables[CRMI_TABLES];
    crmi_engine_options options; /* with the defaults filled in */
    char *path;                  /* of the folder, absolute */
    crmi_lmdb_file files[3];     /* what lay in it at the opening */
    uint32_t forks;
    _Atomic uint32_t commits;
    atomic_bool whole;                  /* every page was read since the first process opened the store */
    pthread_mutex_t look;               /* of the thread that reads them */
    _Atomic(crmi_lmdb_txn *) forgotten; /* a fork's child puts its inherited transactions here */

    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t changed;
    size_t active;    /* transactions that LMDB runs in this process */
    size_t txns;      /* the same and those whose thread ended, not yet freed */
    uint32_t maps;    /* how often the map was moved */
    bool moving;      /* somebody waits for active to be 0, to move the map */
    bool bulk;        /* a first load is going on */
    bool bad;         /* LMDB gave the environment up */
    bool damaged;     /* for what it found in the file */
    bool volume_full; /* the latest CRM_E_FULL came from the volume */
    bool writing;     /* writer holds the in-process writer lock */
    pthread_t writer;
    crmi_lmdb_txn *writer_txn;
    crmi_lmdb_txn *pool; /* read transactions to be renewed */
    uint32_t pooled, pool_max;
};

extern const crmi_engine_ops crmi_lmdb_ops, crmi_lmdb_read_ops; /* of the engine and its writers; of its readers */

/* lmdb_status.c: the only place where a code of LMDB or errno becomes a status; sets the error. */
int crmi_lmdb_status(int code);
int crmi_lmdb_forked(void);

/* lmdb_append.c: a code of LMDB. */
int crmi_lmdb_append(MDB_cursor *cursor, const crmi_pair *pairs, size_t count);

/* lmdb_compare.c */
int crmi_lmdb_compare(const MDB_val *key, const MDB_val *in_page);

/* lmdb_open.c */
void crmi_lmdb_close(crmi_engine *engine);
void crmi_lmdb_reap(crmi_lmdb *engine); /* closes it where neither a handle nor a transaction is left; engine may be gone already */
int crmi_lmdb_check_files(const crmi_lmdb *engine); /* CRM_E_IO where the store was removed or replaced under the process */

/* lmdb_first.c: with crm.lock's open byte held. The first process that opens a store looks at its pages, and notes that it is in use; the
 * last one that closes it takes the note away. */
int crmi_lmdb_first(crmi_lmdb *engine, int folder);
void crmi_lmdb_last(crmi_lmdb *engine);
int crmi_lmdb_whole(crmi_lmdb *engine); /* before LMDB follows any leaf: every page is read, if none has done so yet */

/* lmdb_make.c: a new store comes into its folder whole, or not at all. */
typedef struct crmi_lmdb_making {
    crmi_lmdb *engine;
    const char *path; /* of the folder, which is open */
    int folder;
    /* Makes data.mdb in a folder of its own and has it on the disk. */
    int (*fill)(const struct crmi_lmdb_making *to, int inner, const char *path);
    crmi_check_fn check;
    bool replaces; /* what is there; else nothing may be, and nothing is where it fails */
} crmi_lmdb_making;
int crmi_lmdb_bring(const crmi_lmdb_making *to);
int crmi_lmdb_make(crmi_lmdb *engine, int folder);
void crmi_lmdb_sweep(int folder); /* what a process left there that was killed meanwhile */

/* lmdb_copy.c */
int crmi_lmdb_copy(crmi_engine *engine, const char *path, crmi_check_fn check);
int crmi_lmdb_compact(crmi_engine *engine, crmi_check_fn check);

/* lmdb_env.c */
int crmi_lmdb_lock_allocate(int folder, uint32_t readers, bool *used);    /* gives lock.mdb its blocks; used: LMDB has it open; an errno */
int crmi_lmdb_env_start(crmi_lmdb *engine, const char *path);             /* a code of LMDB */
int crmi_lmdb_tables_in(crmi_lmdb *engine, MDB_txn *txn, unsigned flags); /* opens the tables and ends txn; a code of LMDB */
int crmi_lmdb_env_open(crmi_lmdb *engine, int folder);
int crmi_lmdb_keep_from_children(MDB_env *env); /* its file is not for programs that are executed; a code of LMDB */
void crmi_lmdb_env_close(crmi_lmdb *engine);
int crmi_lmdb_env_again(crmi_lmdb *engine); /* closes and opens it */

/* lmdb_net.c: the last net. LMDB ends the process where a page is not what it must be; the opening has seen to most of that, but not to all
 * leaves of a large store. Inside of CRMI_LMDB_NET(call) the call of LMDB ends instead, and the thread goes on behind it with
 * MDB_CORRUPTED; the environment can only be closed then. */
extern _Thread_local jmp_buf *crmi_lmdb_net;
void crmi_lmdb_net_caught(MDB_env *env, const char *what); /* for mdb_env_set_assert() */
#define CRMI_LMDB_NET(status, call, caught)                                                                                                \
    do {                                                                                                                                   \
        jmp_buf net_, *const outer_ = crmi_lmdb_net;                                                                                       \
        if (_setjmp(net_) == 0) {                                                                                                          \
            crmi_lmdb_net = &net_;                                                                                                         \
            status = (call);                                                                                                               \
        } else {                                                                                                                           \
            status = (caught);                                                                                                             \
        }                                                                                                                                  \
        crmi_lmdb_net = outer_;                                                                                                            \
    } while (0)

/* lmdb_writeback.c: around a commit. */
typedef struct crmi_lmdb_writeback {
    int fd;
    bool begun;
    atomic_bool over;
    pthread_t thread;
} crmi_lmdb_writeback;
void crmi_lmdb_writeback_begin(const crmi_lmdb_txn *txn, crmi_lmdb_writeback *out);
void crmi_lmdb_writeback_end(crmi_lmdb_writeback *back);

/* lmdb_map.c */
uint64_t crmi_lmdb_file_limit(uint64_t bytes); /* at most bytes, less where the process may write less: past that a signal ends it */
uint64_t crmi_lmdb_map_limit(const crmi_lmdb *engine); /* the most bytes that the map may get here */
uint64_t crmi_lmdb_map_start(const crmi_lmdb *engine);
int crmi_lmdb_grow(crmi_engine *engine);
int crmi_lmdb_adopt(crmi_lmdb *engine, uint32_t maps); /* takes over the size that another process gave the store */
/* Where only one transaction of this process runs, that of the caller, who holds both writer locks: opens the environment again, which LMDB
 * gave up. */
int crmi_lmdb_renew(crmi_lmdb *engine);
/* The gate: no transaction runs while the map is moved, and but those of a first load (bulk) none while there is one. enter gives a pooled
 * read transaction where pooled is asked for and there is one. */
int crmi_lmdb_enter(crmi_lmdb *engine, bool bulk, crmi_lmdb_txn **pooled, uint32_t *maps);
/* The end of a read transaction, or of a begin that failed. back, where given, goes into the pool; false: it has no room, and nothing was
 * done. */
bool crmi_lmdb_leave(crmi_lmdb *engine, crmi_lmdb_txn *back);
void crmi_lmdb_drop_dead(crmi_lmdb *engine); /* the slots of readers whose process is gone */
void crmi_lmdb_set_bad(crmi_lmdb *engine);
void crmi_lmdb_set_damaged(crmi_lmdb *engine);
void crmi_lmdb_note_full(crmi_lmdb *engine, int code); /* what is full, the map or the volume: a bigger map helps only the first */
/* Monotonic time from now, for pthread_cond_timedwait(). */
struct timespec crmi_lmdb_deadline(uint32_t wait_ms);

/* lmdb_txn.c */
int crmi_lmdb_begin(crmi_engine *engine, bool write, uint32_t wait_ms, crmi_etxn **out);
int crmi_lmdb_begin_as(crmi_lmdb *engine, bool bulk, bool write, uint32_t wait_ms, crmi_etxn **out);
int crmi_lmdb_commit(crmi_etxn *txn);
void crmi_lmdb_abort(crmi_etxn *txn);
void crmi_lmdb_txn_discard(crmi_lmdb_txn *txn);                               /* a read transaction, with its reader slot */
void crmi_lmdb_txn_forget(crmi_lmdb_txn *txn);                                /* in a fork's child */
int crmi_lmdb_recover(crmi_lmdb *engine, int code, uint32_t maps, int tries); /* after a begin's failure; CRM_OK: try again */

/* lmdb.c: CRM_OK, or why nothing can be done in a transaction. */
int crmi_lmdb_refuse(const crmi_lmdb_txn *txn);

/* lmdb_reader.c */
int crmi_lmdb_get(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_row_fn fn, void *data);
int crmi_lmdb_get_many(crmi_etxn *txn, const crmi_read *reads, size_t count, crmi_row_fn fn, void *data);
int crmi_lmdb_range(crmi_etxn *txn, const crmi_read *read, crmi_row_fn fn, void *data);
int crmi_lmdb_read_one(crmi_lmdb_txn *txn, crmi_lmdb_reading *r, const crmi_read *read, size_t number, crmi_row_fn fn, void *data);

/* lmdb_snapshot.c: where the tables of txn's commit are in the map; false: the map has another commit by now, or it is damaged. */
bool crmi_lmdb_snapshot_load(crmi_lmdb_snapshot *snapshot, MDB_txn *txn, uint64_t commit, uint32_t maps);

/* lmdb_bulk.c */
int crmi_lmdb_bulk(crmi_engine *engine, crmi_engine **out);

/* lmdb_look.c */
int crmi_lmdb_look(crmi_etxn *txn);

/* lmdb_reserve.c */
void crmi_lmdb_reserve(crmi_lmdb_txn *txn); /* when it begins: makes the file longer, or notes that there is no room */
bool crmi_lmdb_has_room(const crmi_lmdb_txn *txn);

/* lmdb_writer.c */
int crmi_lmdb_writer_start(void); /* before the first open; CRM_OK or CRM_E_NOMEM */
int crmi_lmdb_writer_begin(crmi_lmdb *engine, bool bulk, uint32_t wait_ms, crmi_lmdb_txn **out);
int crmi_lmdb_writer_commit(crmi_lmdb_txn *txn);
void crmi_lmdb_writer_abort(crmi_lmdb_txn *txn);
int crmi_lmdb_writer_check(const crmi_lmdb_txn *txn); /* CRM_OK, CRM_E_ENDED, CRM_E_THREAD */
int crmi_lmdb_meaning(MDB_env *env, int code);        /* of a failed commit */
#endif
