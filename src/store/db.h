/* SPDX-License-Identifier: MIT */
/* Inside of an open store, for the files of this layer. */
#ifndef CRMI_STORE_DB_H
#define CRMI_STORE_DB_H
#include "store/memo.h"
#include "store/store.h"
#include <pthread.h>
#include <stdatomic.h>

/* Party numbers are leased in blocks, so that creating a party does not write the counter each time: 16 at first, doubled to 4,096. */
typedef struct crmi_lease {
    uint32_t next, end, block;
} crmi_lease;

struct crmi_db {
    atomic_uint references;
    crmi_engine *engine;
    crm_db_options options;
    crmi_id_key key;
    crmi_token_key token_key;
    uint8_t index_secret[16];
    const uint8_t *given; /* while it is made as a copy: its identity; NULL: a new one */
    enum { CRMI_INDEX_WHOLE, CRMI_INDEX_UNFINISHED_TOO, CRMI_INDEX_ANY } may; /* what its index may be; whoever opens it makes it anew */
    bool unfinished;                                                          /* the index is */
    bool bulk;                                                                /* it is a first load's */
    char uuid[33];
    pthread_mutex_t lease_lock;
    crmi_lease lease; /* what no write transaction has taken */
    pthread_mutex_t work_lock;
    pthread_cond_t work_over;
    unsigned at_work; /* threads of the library's own */
    pthread_mutex_t load_lock;
    crmi_db *load;         /* a first load's view; NULL: there is none */
    atomic_bool load_left; /* its job has ended, and it could not be published */
    pthread_mutex_t definitions_lock;
    struct crmi_definitions *definitions; /* the latest that a transaction has read; NULL: none yet */
};

crmi_db *crmi_db_new(void); /* NULL without memory */
void crmi_db_bulk_close(crmi_db *db);

/* What every commit writes: how many commits there were, and the first party number that nobody has leased. */
typedef struct crmi_state {
    uint64_t sequence, next_root;
} crmi_state;
#define CRMI_STATE_SIZE 20
extern const crmi_slice crmi_state_key;
/* A row of table meta; false where it is not this one, or damaged. */
bool crmi_state_read(crmi_slice key, crmi_slice value, crmi_state *out);
bool crmi_identity_read(crmi_slice key, crmi_slice value, uint8_t out[CRMI_IDENTITY_SIZE]);
void crmi_state_write(const crmi_state *state, uint8_t out[CRMI_STATE_SIZE]);

/* The record "index" says which format the index has. */
#define CRMI_INDEX_UNFINISHED UINT64_MAX /* no format: a first load has stored records without one */
#define CRMI_INDEX_SIZE 12
extern const crmi_slice crmi_index_key;
void crmi_index_write(uint64_t format, uint8_t out[CRMI_INDEX_SIZE]);
int crmi_index_note(crmi_etxn *txn, uint64_t format);
int crmi_index_format(crmi_etxn *txn, uint64_t *out); /* 0: there is no such record */

/* Checksum of a meta record over its key and the size bytes before it. */
void crmi_meta_seal(crmi_slice key, uint8_t *value, size_t size);

struct crmi_txn {
    crmi_db *db;
    crmi_etxn *engine; /* NULL: over */
    bool write, changed, state_read, lent;
    pthread_t thread;  /* of a write transaction */
    int failed;        /* status of what was left half written */
    crmi_packed spent; /* a deleted record's stub that the next new record of its kind makes needless; 0: none */
    crmi_packed owner; /* of a write transaction: a root that is there, the latest that was asked for; 0: none */
    crmi_buffer value; /* of the record that is put: memory that is used again */
    crmi_named *named; /* NULL: none yet */
    crmi_memo *memo;   /* of one that gathers; NULL: of others */
    crmi_state state;
    struct crmi_actor *actor;             /* NULL: the system */
    unsigned lifted;                      /* how often the actor's gate is */
    struct crmi_definitions *definitions; /* of this snapshot; NULL: not asked for yet */
    uint64_t definitions_sequence;        /* known where definitions_asked */
    bool definitions_asked, definitions_written;
    crmi_collation collation;     /* of the directory; 0: not asked for yet */
    struct crmi_changes *changes; /* what it has written; NULL: nothing yet */
    struct crmi_undo *undo;       /* notes what it writes over; NULL: it does not */
    crmi_lease lease, begun;      /* the store's lease, taken for as long as the transaction runs; as it was at the beginning */
};
#endif
