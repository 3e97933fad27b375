/* SPDX-License-Identifier: MIT */
/* The rules of single nouns, called by crmi_model_put() in this order: prepare (derived values), then check. */
#ifndef CRMI_MODEL_RULES_H
#define CRMI_MODEL_RULES_H
#include "model/record.h"

/* What is being stored: rec with its derived values, over old (NULL: new), under root. */
typedef struct crmi_putting {
    crmi_txn *txn;
    const crm_record *old;
    crm_record *rec; /* a copy where prepare changes it */
    uint32_t root;
    crmi_packed id;       /* 0 while new */
    uint64_t next_number; /* of a role that took a number: where its range goes on; 0: it took none */
} crmi_putting;

int crmi_channel_prepare(crmi_putting *put); /* the normalised value */
int crmi_party_prepare(crmi_putting *put);   /* created_at, a person's name */
int crmi_contact_prepare(crmi_putting *put); /* the name */
int crmi_role_prepare(crmi_putting *put);    /* a number from the role's range */

int crmi_party_check(const crmi_putting *put);          /* nobody refers himself */
int crmi_address_check(const crmi_putting *put);        /* a place on earth */
int crmi_code_check(const crmi_putting *put);           /* no codes in a closed domain */
int crmi_role_check(const crmi_putting *put);           /* a role once at a time */
int crmi_quote_defaults_check(const crmi_putting *put); /* one record for a scope and sales area */
int crmi_setting_check(const crmi_putting *put);        /* values of the settings that the library knows */
int crmi_custom_field_check(const crmi_putting *put);   /* a kind, name and flags that fit; what is fixed stays */
int crmi_rule_check(const crmi_putting *put);           /* paths, types and values that can hold */

int crmi_role_keep_number(const crmi_putting *put); /* the range goes on behind the number, once the role is stored */

/* Sets the number of a custom field that is about to be written. CRM_E_TOO_BIG where the store has no more. */
int crmi_custom_field_number(const crmi_putting *put);

/* A setting's value into out (cap bytes, NUL-ended), "" where there is none. CRM_OK, CRM_E_... */
int crmi_setting_read(crmi_txn *txn, const char *name, char *out, size_t cap);
int crmi_setting_write(crmi_txn *txn, const char *name, const char *value, size_t size);
int crmi_setting_clear(crmi_txn *txn, const char *name); /* CRM_OK also where there is none */
#endif
