/* SPDX-License-Identifier: MIT */
/* Indexes, driven by the flags of fields.def: unique values, plain values, and the directory (role, name). All lie in one table, keyed by
 * the field's number first. */
#ifndef CRMI_INDEX_INDEX_H
#define CRMI_INDEX_INDEX_H
#include "codec/key.h"
#include "store/store.h"

/* CRM_E_EXISTS with the field where another record than id (0: new) has a unique value of rec. An empty value is nobody's. */
int crmi_index_check(crmi_txn *txn, crmi_packed id, const crm_record *rec);
/* Brings the entries of a record that was checked from old (NULL: new) to rec (NULL: deleted). */
int crmi_index_update(crmi_txn *txn, crmi_packed id, const crm_record *old, const crm_record *rec);
/* Record with a unique value; CRM_E_NOTFOUND without an error text: not to find it may be what the caller wants. One round trip. */
int crmi_index_find(crmi_txn *txn, const crmi_field *field, const char *scope, size_t scope_size, const char *value, size_t size,
                    crmi_packed *out);
/* Records with exactly this value in an indexed field (folded where the field is), at most limit; out has room for limit. */
int crmi_index_list(crmi_txn *txn, const crmi_field *field, const char *value, size_t size, size_t limit, crmi_packed *out, size_t *count);
/* The beginning of the keys of a field's unique values: those of a scope (NULL: all). */
void crmi_index_scope_key(const crmi_field *field, const char *scope, size_t size, crmi_key *out);
/* The key of a unique value, and the id in its entry: for reads that go together with others in one round trip (table CRMI_TABLE_INDEX). */
void crmi_index_unique_key(const crmi_field *field, const char *scope, size_t scope_size, const char *value, size_t size, crmi_key *out);
crmi_packed crmi_index_unique_id(crmi_slice key, crmi_slice value); /* 0 and CRM_E_CORRUPT where the entry is damaged */
/* The same, with the record's body where the field's entries carry it (empty where not). */
int crmi_index_unique_open(crmi_slice key, crmi_slice value, crmi_stored *out);
/* The value of such an entry, appended; body: empty where none is carried. */
int crmi_index_unique_value(crmi_slice key, crmi_packed id, crmi_slice body, crmi_buffer *out);

/* A text as a field's plain index has it: folded, compact or as it is; a longer one hashed. CRM_OK, CRM_E_NOMEM. */
int crmi_index_add_text(const crmi_txn *txn, crmi_key *key, const crmi_field *field, const char *text, size_t size);
/* What CRM_FIELD_COMPACT compares: ASCII letters, in capitals, and digits; where there is none, the text as it is. */
void crmi_index_compact(const char *text, size_t size, crmi_buffer *out);

/* The setting that tells the directory's order, and its values; the first is that of a store without it. */
#define CRMI_COLLATION_SETTING "directory.collation"
#define CRMI_COLLATION_FIRST "din5007-1"
#define CRMI_COLLATION_SECOND "din5007-2"

/* A page of an index: the ids in a range of keys, and where it goes on. */
typedef struct crmi_page {
    crmi_key from, until;            /* the list's range */
    crmi_key also, also_until;       /* a second one that follows it; size 0: none */
    uint8_t after[CRMI_KEY_MAX + 1]; /* in: the key (without what all share) that the page before ended with; out: this page's */
    size_t after_size;               /* 0: from the start */
    bool dated;                      /* a token holds for day alone; where it is in from already: false */
    int64_t day;                     /* as it was asked for */
    uint32_t right;                  /* a token holds for the parties that somebody has this right to alone; 0: another list */
    uint8_t asked[16];               /* a token holds for a list with the same only; zeros: nothing else is asked for */
    size_t limit;
    crmi_packed *ids; /* limit of them */
    size_t count;
    bool more;
} crmi_page;
int crmi_index_page(crmi_txn *txn, crmi_page *page);
/* Sets from and until: the directory of a role (NULL: all parties), names beginning with prefix; a plain value; a record that is named, by
 * whomever or by records outside of root's file; the unique values of a scope (NULL: of a field without one). */
int crmi_index_directory_range(crmi_txn *txn, crmi_page *page, const char *role, const char *prefix, size_t prefix_size, bool archived);
int crmi_index_value_range(crmi_txn *txn, crmi_page *page, const crmi_field *field, const char *value, size_t size);
void crmi_index_integer_range(crmi_page *page, const crmi_field *field, int64_t value);
void crmi_index_id_range(crmi_page *page, const crmi_field *field, crmi_packed value);
void crmi_index_named_range(crmi_page *page, const crmi_field *field, crmi_packed value, uint32_t root);
void crmi_index_scope_range(crmi_page *page, const crmi_field *field, const char *scope, size_t scope_size);
#endif
