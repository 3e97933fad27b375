/* SPDX-License-Identifier: MIT */
/* What a store defines for itself and every reader needs: the host's own fields, quote policies, mapping rules, and the store's own quote
 * defaults; and which changes are kept. They are read once and shared by all transactions of an open store; a counter in table meta, raised
 * by each commit that writes one of them, tells other processes at their next transaction to read again. */
#ifndef CRMI_STORE_DEFINITIONS_H
#define CRMI_STORE_DEFINITIONS_H
#include "store/store.h"
#include <pthread.h>
#include <stdatomic.h>

/* What the settings changes.* and the flag tracked of custom fields say: see store/changes.h. */
typedef struct crmi_tracking {
    uint32_t keep_days, values_days;
    uint64_t kinds; /* 1 << kind that has tracked fields */
    const crm_field *fields;
    size_t count;
    crmi_packed settings[3]; /* that it was made from; 0: none */
} crmi_tracking;

/* Never changed once made, but for what is compiled from it. */
typedef struct crmi_definitions {
    atomic_uint references;
    uint64_t sequence;        /* the commit that wrote the latest of them; 0: there are none */
    const crmi_field *fields; /* the host's own, by kind and number */
    size_t field_count;
    const crmi_stored *records; /* all of them, checked copies in the order of their ids */
    size_t record_count;
    crmi_tracking tracking;
    pthread_mutex_t lock; /* over what follows */
    void *compiled;
    void (*free_compiled)(void *compiled);
} crmi_definitions;

/* Whether a kind of the store's own records is one. */
bool crmi_is_definition(crmi_packed id);

/* Those of the transaction's snapshot, its own changes included. Borrowed until the transaction ends or writes one: retain to keep them. At
 * most one round trip where nothing changed, none where crmi_store_read_head() has asked already. */
int crmi_txn_definitions(crmi_txn *txn, crmi_definitions **out);
void crmi_definitions_retain(crmi_definitions *definitions);
void crmi_definitions_release(crmi_definitions *definitions); /* NULL does nothing */

/* A host's field: by its public number, or by kind and number; NULL: none. */
const crmi_field *crmi_definitions_field(const crmi_definitions *definitions, crm_field field);
/* By "kind.name"; NULL: none. */
const crmi_field *crmi_definitions_path(const crmi_definitions *definitions, const char *path);
const crmi_field *crmi_definitions_number(const crmi_definitions *definitions, uint32_t kind, uint32_t number);
/* Those of a kind, in the order of their numbers. */
const crmi_field *crmi_definitions_of_kind(const crmi_definitions *definitions, uint32_t kind, size_t *count);

/* What a higher layer makes of the records: made once by make, kept with them. */
int crmi_definitions_compile(crmi_txn *txn, crmi_definitions *definitions,
                             int (*make)(crmi_txn *txn, const crmi_definitions *definitions, void **out), void (*destroy)(void *compiled),
                             void **out);

/* Definitions of no store: custom fields alone, as somebody has known them, in the order of kind and number. Fields and names are copied;
 * their names are all that is told of them besides their numbers. */
int crmi_definitions_of_fields(const crmi_field *fields, size_t count, crmi_definitions **out);

/* The crm_type that a code of the domain of field types means; 0: none. */
uint32_t crmi_definitions_type(const char *code, size_t size);
/* Which crm_field_flag bits a host's field of a type can have. */
uint32_t crmi_definitions_flags(uint32_t type);

/* Built-in or the host's; NULL where there is none, or the definitions could not be read: then *status is the error. */
const crmi_field *crmi_txn_field(crmi_txn *txn, crm_field field, int *status);

/* As crmi_store_read_many(), and in the same round trip learns whether the known definitions still hold. */
int crmi_store_read_head(crmi_txn *txn, const crmi_want *wants, size_t count, crmi_stored_fn fn, void *data);
#endif
