/* SPDX-License-Identifier: MIT */
/* The rules of single nouns, called by crmi_model_put() in this order: prepare (derived values), check, and once the record is
 * stored after (what changes with it). */
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
    crmi_packed *below;   /* groups below a group that gets another parent; to be freed */
    size_t below_count;
} crmi_putting;

int crmi_channel_prepare(crm_record *rec);          /* the normalised value */
int crmi_quote_defaults_prepare(crmi_putting *put); /* nothing that such an owner does not say */
int crmi_party_prepare(crmi_putting *put);          /* created_at, a person's name */
int crmi_contact_prepare(crmi_putting *put);        /* the name */
int crmi_role_prepare(crmi_putting *put);           /* a number from the role's range */
int crmi_group_prepare(crmi_putting *put);          /* what is above; no cycle, not too deep */

int crmi_party_check(const crmi_putting *put);          /* nobody refers himself; none is archived while users are bound */
int crmi_address_check(const crmi_putting *put);        /* a place on earth */
int crmi_code_check(const crmi_putting *put);           /* no codes in a closed domain */
int crmi_role_check(const crmi_putting *put);           /* a role once at a time */
int crmi_quote_defaults_check(const crmi_putting *put); /* one record for a scope and sales area */
int crmi_setting_check(const crmi_putting *put);        /* values of the settings that the library knows */
int crmi_policy_check(const crmi_putting *put);         /* levels that the field has, each where it can be */
int crmi_custom_field_check(const crmi_putting *put);   /* a kind, name and flags that fit; what is fixed stays */
int crmi_option_rule_check(const crmi_putting *put);    /* a code; once at a time */
int crmi_rule_check(const crmi_putting *put);           /* paths, types and values that can hold */
int crmi_user_check(const crmi_putting *put);           /* a name that fits into a list */
int crmi_access_role_check(const crmi_putting *put);    /* kinds and fields that can be named */
int crmi_user_role_check(const crmi_putting *put);      /* a role once */
/* The check for values of a field, NULL where nobody judges them; scheme: of an identifier's value its own, or NULL. And whether the
 * setting identifier.check has numbers refused that can't be right. */
const char *crmi_number_scheme(crm_field field, const char *scheme);
int crmi_number_refused(crmi_txn *txn, bool *out);
/* CRM_E_FORMAT, CRM_E_CHECK_DIGIT of a number that can't be right, where the setting identifier.check refuses such numbers. */
int crmi_number_check(const crmi_putting *put, const crmi_field *field, const crmi_entry *entry);
int crmi_bank_check(const crmi_putting *put);       /* numbers that can be right, a mandate where one is needed */
int crmi_bank_check_numbers(const crm_record *rec); /* the same of one account alone */
int crmi_binding_check(const crmi_putting *put);    /* a user once at a time, and no archived party */

int crmi_group_check(const crmi_putting *put);      /* a short code */
int crmi_membership_check(const crmi_putting *put); /* a group once at a time, and no archived one */
/* CRM_E_EXISTS where another of the owner's records of the kind has the same value in a field at an overlapping time. */
int crmi_period_check(const crmi_putting *put, crm_field same, crm_field from, crm_field until);

int crmi_role_has_range(crmi_txn *txn, const char *role, bool *out);
int crmi_role_after(const crmi_putting *put);    /* the range goes on behind the number */
int crmi_group_after(const crmi_putting *put);   /* what is above the groups below */
int crmi_archive_after(const crmi_putting *put); /* an archived address or contact is no default any more */

/* Sets the number of a custom field that is about to be written. CRM_E_TOO_BIG where the store has no more. */
int crmi_custom_field_number(const crmi_putting *put);

/* A setting's value into out (cap bytes, NUL-ended), "" where there is none. CRM_OK, CRM_E_... */
int crmi_setting_read(crmi_txn *txn, const char *name, char *out, size_t cap);
int crmi_setting_write(crmi_txn *txn, const char *name, const char *value, size_t size);
int crmi_setting_clear(crmi_txn *txn, const char *name); /* CRM_OK also where there is none */
#endif
