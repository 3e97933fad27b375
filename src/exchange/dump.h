/* SPDX-License-Identifier: MIT */
/* Whole stores as JSON Lines:
 *   {"format":"libcrm dump","version":1,"identity":"..."}     who the store is
 *   {"kind":"party","id":...,"revision":...,...}              a record, as crm_record_json() gives it
 *   {"stub":ID} or {"stub":ID,"to":ID}                        one that is no longer there, and what took its place
 *   {"end":true,"lines":N}                                    behind N lines of records
 * dump_write.c writes, dump_read.c reads, dump_record.c makes a record of its JSON. */
#ifndef CRMI_EXCHANGE_DUMP_H
#define CRMI_EXCHANGE_DUMP_H
#include <jansson.h>
#include <libcrm/crm.h>

#define CRMI_DUMP_FORMAT "libcrm dump"
enum { CRMI_DUMP_VERSION = 1 };

/* The host's own fields, as their definitions tell them. */
typedef struct crmi_custom_name {
    crm_field field;
    char name[72];
} crmi_custom_name;
typedef struct crmi_custom_names {
    crmi_custom_name *names;
    size_t count;
} crmi_custom_names;

/* Learns the name of a field from its definition, which was made of JSON. CRM_OK, CRM_E_NOMEM. */
int crmi_custom_learn(crmi_custom_names *custom, const crm_record *rec);
/* Sets the members of a JSON object in a record of its kind. Errors have no row. */
int crmi_dump_fill(const crmi_custom_names *custom, const json_t *object, crm_record *rec);
/* A member that is a whole number from 0; false where it is none. */
bool crmi_dump_number(const json_t *object, const char *name, uint64_t *out);
#endif
