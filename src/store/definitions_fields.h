/* SPDX-License-Identifier: MIT */
/* Inside of the definitions, for the files of this layer. */
#ifndef CRMI_STORE_DEFINITIONS_FIELDS_H
#define CRMI_STORE_DEFINITIONS_FIELDS_H
#include "store/definitions.h"

/* Without records and fields, with one reference; NULL without memory. */
crmi_definitions *crmi_definitions_new(void);

/* The table of the host's own fields, in one allocation; bytes is the size of all bodies together. */
int crmi_definitions_read_fields(crmi_definitions *definitions, size_t bytes);

void crmi_definitions_touch(crmi_txn *txn);                                         /* the transaction writes one */
int crmi_definitions_write_counter(crmi_txn *txn);                                  /* at the commit, where it has written one */
void crmi_definitions_counter_read(crmi_txn *txn, crmi_read *read);                 /* asks for the counter together with others */
int crmi_definitions_take_counter(crmi_txn *txn, crmi_slice key, crmi_slice value); /* what came */
#endif
