/* SPDX-License-Identifier: MIT */
/* Whether everything in a store holds together: one pass over the records (verify_record.c, and what a party's or group's records are to
 * each other in verify_file.c), one over the index (verify_index.c), one over what runs wrote over (verify_undo.c). */
#ifndef CRMI_MODEL_VERIFY_H
#define CRMI_MODEL_VERIFY_H
#include "base/buffer.h"
#include "store/store.h"
#include <libcrm/maintain.h>

struct crm_damages {
    uint64_t found;
    size_t count, limit; /* of those that are listed */
    crm_record **list;
};

/* The records at one root. */
typedef struct crmi_verify_file {
    uint32_t root;
    bool owned, deserted; /* what owns them was there; it is a stub */
    crmi_packed first;    /* record that is no stub; 0: none yet */
    crmi_buffer ids, names, spans;
} crmi_verify_file;

/* A sum over entries that is the same in any order. */
typedef struct crmi_verify_sum {
    uint64_t low, high;
} crmi_verify_sum;

typedef struct crmi_verify {
    crmi_txn *txn;
    crm_damages *out;
    crm_maintain_progress_fn fn;
    void *data;
    uint64_t done;      /* rows */
    uint64_t next_root; /* 0: not known */
    bool undefined;     /* what the store defines can't be read: values of custom fields can't be told */
    crmi_verify_file file;
    crmi_verify_sum entries; /* that the records should have */
} crmi_verify;

/* Looks at one commit. CRM_OK whatever it found; CRM_E_ABORTED, CRM_E_BUSY, CRM_E_INVALID, CRM_E_IO, CRM_E_NOMEM. */
int crmi_verify_store(crmi_db *db, uint32_t flags, crm_maintain_progress_fn fn, void *data, crm_damages *out);

/* --- of the files verify*.c --- */

/* Lists a damage. CRM_OK, CRM_E_NOMEM. */
int crmi_verify_add(crmi_verify *v, const char *where, crmi_packed id, crm_field field, const char *reason);
/* Lists the thread's latest error where it tells of the store; otherwise the call can't go on: returns rc. */
int crmi_verify_take(crmi_verify *v, int rc, const char *where, crmi_packed id);
int crmi_verify_step(crmi_verify *v); /* one row more; CRM_E_ABORTED */
/* Whether a record is there, over stubs. CRM_OK, CRM_E_NOTFOUND; CRM_E_CORRUPT where it is damaged. */
int crmi_verify_there(crmi_verify *v, crmi_packed id);

int crmi_verify_record(crmi_verify *v, const crmi_stored *stored); /* no stub */
int crmi_verify_file_row(crmi_verify *v, const crmi_stored *stored);
int crmi_verify_file_name(crmi_verify *v, crmi_packed id, crm_field field, crmi_packed named); /* a record names another */
/* What a record has once at a time: same tells what, a hash. */
int crmi_verify_file_span(crmi_verify *v, crmi_packed id, crm_field field, uint64_t same, int64_t from, int64_t until);
int crmi_verify_file_end(crmi_verify *v);
int crmi_verify_group(crmi_verify *v, const crmi_stored *stored);

int crmi_verify_entries(crmi_verify *v, const crmi_stored *stored); /* into the sum */
int crmi_verify_index(crmi_verify *v);
int crmi_verify_undo(crmi_verify *v);
#endif
