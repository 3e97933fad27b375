/* SPDX-License-Identifier: MIT */
/* A whole store, record by record: see libcrm/dump.h. */
#ifndef CRMI_MODEL_DUMP_H
#define CRMI_MODEL_DUMP_H
#include "store/store.h"
#include <libcrm/dump.h>

/* Before its uuid and secret: how often it has changed, and its next number, 8 bytes each. */
#define CRMI_DUMP_IDENTITY (16 + CRMI_IDENTITY_SIZE)

/* Reads some records, at most 64: those of a kind of the store's own records that come first, then all others. */
typedef struct crmi_dump_item {
    crm_record *rec; /* NULL: a stub */
    crmi_packed id, to;
} crmi_dump_item;
enum { CRMI_DUMP_ITEMS = 64 };
typedef struct crmi_dump_place {
    crmi_packed next;
    bool first_over; /* the definitions of custom fields were read */
    crmi_dump_item items[CRMI_DUMP_ITEMS];
    size_t count;
} crmi_dump_place;

int crmi_dump_begin(crmi_txn *txn, crmi_dump_place *place, uint8_t identity[CRMI_DUMP_IDENTITY]);
int crmi_dump_read(crmi_txn *txn, crmi_dump_place *place); /* count 0: there are no more */

int crmi_load_begin(const char *path, const uint8_t identity[CRMI_DUMP_IDENTITY], crm_load **out);
int crmi_load_record(crm_load *load, uint32_t kind, crm_id id, uint64_t revision, crm_record **out);
int crmi_load_put(crm_load *load, const crm_record *rec);
int crmi_load_stub(crm_load *load, crm_id id, crm_id to);
int crmi_load_finish(crm_load *load);
void crmi_load_free(crm_load *load);
#endif
