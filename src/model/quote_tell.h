/* SPDX-License-Identifier: MIT */
/* What a finished proposal tells about itself: its losers, what changed, and both as text and JSON. Nothing here needs a transaction. */
#ifndef CRMI_MODEL_QUOTE_TELL_H
#define CRMI_MODEL_QUOTE_TELL_H
#include "model/quote.h"

/* --- values --- */

bool crmi_quote_is_set(const crmi_quote_cell *cell);
/* The value as in a record. */
crmi_entry crmi_quote_entry(const crmi_quote_cell *cell);
/* The value as text, appended: ids in decimal, days as 2026-01-31, amounts as 19.99, lists as JSON; nothing where it is unset or "none". */
void crmi_quote_value_text(const crmi_field *field, const crmi_quote_cell *cell, crmi_buffer *out);
/* The name of a record's field, "quote_defaults.price_list"; NULL where it is none, or known no more. */
#define CRMI_QUOTE_PATH 160
const char *crmi_quote_path(const crm_quote *quote, crm_field field, char out[CRMI_QUOTE_PATH]);

/* --- lists of records --- */

/* A record that is being made. The first failure stays, and nothing is set after it. */
typedef struct crmi_quote_making {
    crm_record *record;
    int rc;
} crmi_quote_making;
crmi_quote_making crmi_quote_make(uint32_t kind);
void crmi_quote_make_text(crmi_quote_making *making, crm_field field, const char *text);
void crmi_quote_make_bytes(crmi_quote_making *making, crm_field field, crmi_buffer *text); /* frees text */
void crmi_quote_make_integer(crmi_quote_making *making, crm_field field, uint64_t value);  /* 0 is left out */
/* Takes the record over, also on failure. */
int crmi_quote_list_add(crmi_quote_list *list, crmi_quote_making *making);
void crmi_quote_list_free(crmi_quote_list *list);

/* --- quote_losers.c --- */

/* Of all fields, so that those who write need not fail between. */
int crmi_quote_all_losers(crm_quote *quote);

/* --- quote_change.c: see crm_quote_reresolve() --- */

int crmi_quote_reresolve(crmi_txn *txn, const crm_quote *old, crm_id customer, int64_t date, const crm_record *changes,
                         const crm_field *released, size_t count, crm_quote **out);

/* --- quote_names.c --- */

/* What a value of a level comes from is called; nothing of it where it has no name. */
crmi_quote_name crmi_quote_name_of(const crm_quote *quote, const char *level, crm_id source, crm_id rule);
bool crmi_quote_is_named(const crmi_quote_name *name);

/* --- quote_save.c, quote_load.c: see crm_quote_save() and crm_quote_load() --- */

int crmi_quote_save(crm_quote *quote); /* into quote->saved */
int crmi_quote_load(crmi_txn *txn, const void *bytes, size_t size, crm_quote **out);

/* --- quote_json.c --- */

/* The proposal, appended; whole: with losers, which have been looked for, and changes. */
void crmi_quote_json(const crm_quote *quote, bool whole, crmi_buffer *out);
/* Name of a single flag, "AMBIGUOUS"; NULL of UNSET, which the level says, and of what is no flag. */
const char *crmi_quote_flag_name(uint32_t flag);
#endif
