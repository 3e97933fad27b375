/* SPDX-License-Identifier: MIT */
/* What a party or group has once at a time: a role, a membership in a group, a rule on an option, a user who is bound to it. Times that
 * touch do not overlap. */
#include "model/period.h"
#include "base/error.h"
#include "model/rules.h"
#include <stdlib.h>
#include <string.h>

typedef struct overlap_search {
    const crmi_putting *put;
    crm_field same, from, until;
    bool found;
} overlap_search;

static bool overlaps(const overlap_search *search, const crm_record *a, const crm_record *b) {
    return crmi_object_integer(a, search->from, INT64_MIN) < crmi_object_integer(b, search->until, INT64_MAX) &&
           crmi_object_integer(b, search->from, INT64_MIN) < crmi_object_integer(a, search->until, INT64_MAX);
}

static bool equal(const crmi_entry *a, const crmi_entry *b) {
    return a && b && a->integer == b->integer && a->size == b->size && (!a->size || memcmp(a->text, b->text, a->size) == 0);
}

static int look(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    overlap_search *search = data;
    crm_record *other;
    if (stored->id == search->put->id) return CRM_OK;
    int rc = crmi_object_decode(search->put->txn, stored->id, stored->body, &other);
    if (rc < 0) return rc;
    const crm_record *rec = search->put->rec;
    if (equal(crmi_object_find(rec, CRMI_FIELD_NUMBER(search->same)), crmi_object_find(other, CRMI_FIELD_NUMBER(search->same))) &&
        overlaps(search, rec, other))
        search->found = true;
    crm_record_free(other);
    return CRM_OK;
}

int crmi_period_check(const crmi_putting *put, crm_field same, crm_field from, crm_field until) {
    overlap_search search = {put, same, from, until, false};
    uint32_t kind = put->rec->kind;
    crmi_want want = {crmi_id_pack(put->root, kind, 0), crmi_id_pack(put->root, kind + 1, 0), 0};
    int rc = crmi_store_read_many(put->txn, &want, 1, look, &search);
    if (rc < 0 || !search.found) return rc;
    return crmi_error_set(CRM_E_EXISTS, same, "there is this %s at that time already", crm_field_name(same));
}

/* --- adding --- */

static int set_date(crm_record *rec, crm_field field, int64_t day) {
    return day == CRM_NO_DATE ? CRM_OK : crm_record_set_date(rec, field, day);
}

int crmi_period_add(crmi_txn *txn, const crmi_period *period, crmi_packed party, crmi_packed named, int64_t from, int64_t until,
                    crmi_packed *out) {
    crm_record *rec;
    int rc = crm_record_new(period->kind, &rec);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, period->party, crmi_store_public(txn, party));
    if (rc == CRM_OK) rc = crm_record_set_id(rec, period->named, crmi_store_public(txn, named));
    if (rc == CRM_OK) rc = set_date(rec, period->from, from);
    if (rc == CRM_OK) rc = set_date(rec, period->until, until);
    if (rc == CRM_OK) rc = crmi_model_put(txn, rec, out, NULL);
    crm_record_free(rec);
    return rc;
}

/* --- ending --- */

typedef struct period_end {
    crmi_txn *txn;
    const crmi_period *period;
    crm_id named;
    int64_t day;
    crm_record **records; /* those that last to the day or longer */
    size_t count;
} period_end;

static int take_lasting(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    period_end *end = data;
    crm_record *rec;
    int rc = crmi_object_decode(end->txn, stored->id, stored->body, &rec);
    if (rc < 0) return rc;
    const crmi_entry *named = crmi_object_find(rec, CRMI_FIELD_NUMBER(end->period->named));
    if (!named || (crm_id)named->integer != end->named || crmi_object_integer(rec, end->period->until, INT64_MAX) <= end->day) {
        crm_record_free(rec);
        return CRM_OK;
    }
    crm_record **records = realloc(end->records, (end->count + 1) * sizeof *records);
    if (!records) {
        crm_record_free(rec);
        return crmi_error_nomem();
    }
    end->records = records;
    records[end->count++] = rec;
    return CRM_OK;
}

static int end_one(const period_end *end, crm_record *rec) {
    if (crmi_object_integer(rec, end->period->from, INT64_MIN) >= end->day)
        return crmi_model_delete(end->txn, crmi_store_packed(end->txn, rec->id), 0);
    int rc = crm_record_set_date(rec, end->period->until, end->day);
    return rc == CRM_OK ? crmi_model_put(end->txn, rec, NULL, NULL) : rc;
}

int crmi_period_end(crmi_txn *txn, const crmi_period *period, crmi_packed party, crmi_packed named, int64_t day) {
    period_end end = {.txn = txn, .period = period, .named = crmi_store_public(txn, named), .day = day};
    uint32_t root = crmi_id_root(party);
    crmi_want want = {crmi_id_pack(root, period->kind, 0), crmi_id_pack(root, period->kind + 1, 0), 0};
    int rc = crmi_store_read_many(txn, &want, 1, take_lasting, &end);
    if (rc == CRM_OK && !end.count) rc = CRM_E_NOTFOUND;
    for (size_t i = 0; rc == CRM_OK && i < end.count; i++) {
        rc = end_one(&end, end.records[i]);
        if (rc < 0 && i > 0) crmi_txn_fail(txn, rc);
    }
    for (size_t i = 0; i < end.count; i++) crm_record_free(end.records[i]);
    free(end.records);
    return rc;
}
