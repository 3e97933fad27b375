/* SPDX-License-Identifier: MIT */
/* The index and the records: a sum over the entries that the records should have, and one over those that there are. Where they differ,
 * each record's entries are looked for, and each entry's record. */
#include "base/error.h"
#include "index/entries.h"
#include "model/verify.h"
#include <sodium.h>
#include <string.h>

/* --- the sums --- */

static int add_entry(void *data, crmi_slice key, crmi_slice value) {
    crmi_verify_sum *sum = data;
    static const unsigned char seed[crypto_shorthash_siphashx24_KEYBYTES] = "libcrm entries";
    unsigned char out[crypto_shorthash_siphashx24_BYTES], both[sizeof out];
    uint64_t halves[2];
    _Static_assert(sizeof both == sizeof halves && sizeof both == sizeof seed, "one hash is the key of the next");
    crypto_shorthash_siphashx24(out, key.data, key.size, seed);
    crypto_shorthash_siphashx24(both, value.data, value.size, out);
    memcpy(halves, both, sizeof both);
    sum->low += halves[0];
    sum->high += halves[1];
    return CRM_OK;
}

/* Where a record beside it is damaged, the sums differ anyhow. */
int crmi_verify_entries(crmi_verify *v, const crmi_stored *stored) {
    int rc = crmi_index_entries(v->txn, stored, add_entry, &v->entries);
    if (rc == CRM_E_CORRUPT || rc == CRM_E_VERSION) v->entries.low++;
    return rc == CRM_E_CORRUPT || rc == CRM_E_VERSION ? CRM_OK : rc;
}

typedef struct index_sum {
    crmi_verify *v;
    crmi_verify_sum sum;
} index_sum;

static int take_sum(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    index_sum *index = data;
    crmi_packed id;
    crm_field field;
    int rc = crmi_verify_step(index->v);
    if (rc < 0) return rc;
    rc = crmi_index_entry_of(index->v->txn, key, value, &id, &field);
    return rc == CRM_OK ? CRM_OK : add_entry(&index->sum, key, value);
}

static int read_index(crmi_verify *v, crmi_row_fn fn, void *data) {
    crmi_read read = {.table = CRMI_TABLE_INDEX, .flags = CRMI_READ_RANGE};
    return crmi_engine_range(crmi_txn_engine(v->txn), &read, fn, data);
}

/* --- entries that a record has not, or others --- */

typedef struct record_look {
    crmi_verify *v;
    crmi_packed id;
    crmi_slice value; /* that the entry should have */
    bool same, other; /* other: it is another record's */
} record_look;

static int compare_value(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    record_look *look = data;
    crmi_packed id;
    crm_field field;
    look->same = value.size == look->value.size && memcmp(value.data, look->value.data, value.size) == 0;
    look->other = crmi_index_entry_of(look->v->txn, key, value, &id, &field) == CRM_ROW && id != look->id;
    return CRM_OK;
}

static int look_for(void *data, crmi_slice key, crmi_slice value) {
    record_look *look = data;
    crmi_packed id;
    crm_field field = 0;
    look->value = value;
    int rc = crmi_engine_get(crmi_txn_engine(look->v->txn), CRMI_TABLE_INDEX, key, compare_value, look);
    if (rc < 0 && rc != CRM_E_NOTFOUND) return rc;
    if (rc == CRM_OK && look->same) return CRM_OK;
    (void)crmi_index_entry_of(look->v->txn, key, value, &id, &field);
    const char *reason = rc < 0 ? "its entry is missing" : look->other ? "its value is another record's" : "its entry is not as the record";
    return crmi_verify_add(look->v, "index", look->id, field, reason);
}

static int take_record(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_verify *v = data;
    crmi_stored stored;
    int rc = crmi_verify_step(v);
    if (rc < 0 || crmi_stored_open(key, value, &stored) != CRM_OK || stored.kind == CRMI_KIND_STUB) return rc;
    rc = crmi_index_entries(v->txn, &stored, look_for, &(record_look){.v = v, .id = stored.id});
    return rc == CRM_E_CORRUPT || rc == CRM_E_VERSION ? CRM_OK : rc;
}

static int look_for_entries(crmi_verify *v) {
    crmi_read read = {.table = CRMI_TABLE_FILE, .flags = CRMI_READ_RANGE};
    return crmi_engine_range(crmi_txn_engine(v->txn), &read, take_record, v);
}

/* --- entries that are too many --- */

typedef struct entry_look {
    crmi_verify *v;
    crmi_slice key;
    bool there, found;
} entry_look;

static int compare_key(void *data, crmi_slice key, crmi_slice value) {
    (void)value;
    entry_look *look = data;
    look->found |= key.size == look->key.size && memcmp(key.data, look->key.data, key.size) == 0;
    return CRM_OK;
}

static int take_named(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    entry_look *look = data;
    look->there = stored->kind != CRMI_KIND_STUB;
    return crmi_index_entries(look->v->txn, stored, compare_key, look);
}

static int take_entry(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_verify *v = data;
    entry_look look = {.v = v, .key = key};
    crmi_packed id = 0;
    crm_field field = 0;
    int rc = crmi_verify_step(v);
    if (rc < 0) return rc;
    rc = crmi_index_entry_of(v->txn, key, value, &id, &field);
    if (rc == CRM_OK) return CRM_OK;
    if (rc < 0) return crmi_verify_add(v, "index", 0, field, "an index entry is damaged");
    rc = crmi_store_scan(v->txn, id, id + 1, 1, take_named, &look);
    if (rc == CRM_E_NOMEM || rc == CRM_E_IO) return rc;
    if (rc < 0 || look.found) return CRM_OK;
    const char *reason = look.there ? "there is an entry that the record does not have" : "there is an entry of a record that is not there";
    return crmi_verify_add(v, "index", id, field, reason);
}

int crmi_verify_index(crmi_verify *v) {
    index_sum index = {.v = v};
    if (v->undefined) return crmi_verify_add(v, "index", 0, 0, "it was not looked at: what the store defines can't be read");
    int rc = read_index(v, take_sum, &index);
    if (rc < 0 || (index.sum.low == v->entries.low && index.sum.high == v->entries.high)) return rc;
    rc = look_for_entries(v);
    return rc == CRM_OK ? read_index(v, take_entry, v) : rc;
}
