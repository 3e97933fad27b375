/* SPDX-License-Identifier: MIT */
/* Memberships of parties in groups: their rules, adding and ending them, a group's members. */
#include "base/error.h"
#include "codec/walk.h"
#include "model/group.h"
#include "model/rules.h"
#include <stdlib.h>

/* --- rules --- */

static int64_t group_of(const crm_record *rec) {
    const crmi_entry *group = crmi_object_find(rec, CRM_MEMBERSHIP_GROUP % 1000);
    return group ? group->integer : 0;
}

int crmi_membership_check(const crmi_putting *put) {
    crmi_group group = {0};
    int rc = CRM_OK;
    if (!put->old || group_of(put->old) != group_of(put->rec))
        rc = crmi_group_read(put->txn, crmi_store_packed(put->txn, (crm_id)group_of(put->rec)), &group);
    if (rc == CRM_OK && group.archived)
        rc = crmi_error_set(CRM_E_ARCHIVED, CRM_MEMBERSHIP_GROUP, "group %.*s is archived", (int)group.code_size, group.code);
    return rc == CRM_OK ? crmi_period_check(put, CRM_MEMBERSHIP_GROUP, CRM_MEMBERSHIP_VALID_FROM, CRM_MEMBERSHIP_VALID_UNTIL) : rc;
}

/* --- reading --- */

int crmi_membership_open(const crmi_stored *stored, int64_t day, bool *valid, crmi_packed *group) {
    crmi_walk walk;
    crmi_value value;
    *valid = true;
    *group = 0;
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) switch (value.number) {
        case CRM_MEMBERSHIP_GROUP % 1000: *group = (crmi_packed)value.integer; break;
        case CRM_MEMBERSHIP_VALID_FROM % 1000: *valid &= day >= value.integer; break;
        case CRM_MEMBERSHIP_VALID_UNTIL % 1000: *valid &= day < value.integer; break;
        }
    if (rc < 0 || crmi_id_kind(*group) != CRM_KIND_GROUP) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored membership is damaged");
    return CRM_OK;
}

typedef struct member_search {
    int64_t day;
    crmi_page *page;
} member_search;

static int take_member(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    member_search *search = data;
    crmi_packed group;
    bool valid;
    int rc = crmi_membership_open(stored, search->day, &valid, &group);
    if (rc == CRM_OK && valid) search->page->ids[search->page->count++] = crmi_id_pack(crmi_id_root(stored->id), CRM_KIND_PARTY, 0);
    return rc;
}

static int take_party(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_page *page = data;
    bool archived = false;
    crmi_walk walk;
    crmi_value value;
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value))
        if (value.number == CRM_PARTY_ARCHIVED % 1000) archived = value.integer != 0;
    if (rc < 0) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored party is damaged");
    if (!archived) page->ids[page->count++] = stored->id;
    return CRM_OK;
}

/* Reads what the page's ids name, in one round trip; the page keeps the ids that take adds again. */
static int read_page(crmi_txn *txn, crmi_page *page, crmi_stored_fn take, void *data) {
    size_t count = page->count;
    page->count = 0;
    if (!count) return CRM_OK;
    crmi_want *wants = calloc(count, sizeof *wants);
    if (!wants) return crmi_error_nomem();
    for (size_t i = 0; i < count; i++) wants[i].from = page->ids[i];
    int rc = crmi_store_read_many(txn, wants, count, take, data);
    free(wants);
    return rc;
}

void crmi_membership_range(crmi_page *page, crmi_packed group) {
    crmi_index_id_range(page, crmi_schema_field(CRM_MEMBERSHIP_GROUP), group);
}

int crmi_membership_page(crmi_txn *txn, int64_t day, crmi_page *page) {
    int rc = crmi_index_page(txn, page);
    if (rc == CRM_OK) rc = read_page(txn, page, take_member, &(member_search){day, page});
    return rc == CRM_OK ? read_page(txn, page, take_party, page) : rc;
}

/* --- adding --- */

static int set_date(crm_record *rec, crm_field field, int64_t day) {
    return day == CRM_NO_DATE ? CRM_OK : crm_record_set_date(rec, field, day);
}

int crmi_membership_add(crmi_txn *txn, crmi_packed group, crmi_packed party, int64_t from, int64_t until, crmi_packed *out) {
    crm_record *rec;
    int rc = crm_record_new(CRM_KIND_MEMBERSHIP, &rec);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_MEMBERSHIP_PARTY, crmi_store_public(txn, party));
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_MEMBERSHIP_GROUP, crmi_store_public(txn, group));
    if (rc == CRM_OK) rc = set_date(rec, CRM_MEMBERSHIP_VALID_FROM, from);
    if (rc == CRM_OK) rc = set_date(rec, CRM_MEMBERSHIP_VALID_UNTIL, until);
    if (rc == CRM_OK) rc = crmi_model_put(txn, rec, out, NULL);
    crm_record_free(rec);
    return rc;
}

/* --- ending --- */

typedef struct membership_end {
    crmi_txn *txn;
    crm_id group;
    int64_t day;
    crm_record **records; /* those that last to the day or longer */
    size_t count;
} membership_end;

static int64_t date_of(const crm_record *rec, crm_field field, int64_t fallback) {
    const crmi_entry *entry = crmi_object_find(rec, field % 1000);
    return entry ? entry->integer : fallback;
}

static int take_lasting(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    membership_end *end = data;
    crm_record *rec;
    int rc = crmi_object_decode(end->txn, stored->id, stored->body, &rec);
    if (rc < 0) return rc;
    if ((crm_id)group_of(rec) != end->group || date_of(rec, CRM_MEMBERSHIP_VALID_UNTIL, INT64_MAX) <= end->day) {
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

static int end_one(crmi_txn *txn, crm_record *rec, int64_t day) {
    if (date_of(rec, CRM_MEMBERSHIP_VALID_FROM, INT64_MIN) >= day) return crmi_model_delete(txn, crmi_store_packed(txn, rec->id), 0);
    int rc = crm_record_set_date(rec, CRM_MEMBERSHIP_VALID_UNTIL, day);
    return rc == CRM_OK ? crmi_model_put(txn, rec, NULL, NULL) : rc;
}

int crmi_membership_end(crmi_txn *txn, crmi_packed group, crmi_packed party, int64_t day) {
    membership_end end = {.txn = txn, .group = crmi_store_public(txn, group), .day = day};
    uint32_t root = crmi_id_root(party);
    crmi_want want = {crmi_id_pack(root, CRM_KIND_MEMBERSHIP, 0), crmi_id_pack(root, CRM_KIND_MEMBERSHIP + 1, 0), 0};
    int rc = crmi_store_read_many(txn, &want, 1, take_lasting, &end);
    if (rc == CRM_OK && !end.count) rc = crmi_error_set(CRM_E_NOTFOUND, 0, "the party is no member of the group on that day or later");
    for (size_t i = 0; rc == CRM_OK && i < end.count; i++) {
        rc = end_one(txn, end.records[i], day);
        if (rc < 0 && i > 0) crmi_txn_fail(txn, rc);
    }
    for (size_t i = 0; i < end.count; i++) crm_record_free(end.records[i]);
    free(end.records);
    return rc;
}
