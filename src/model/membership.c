/* SPDX-License-Identifier: MIT */
/* Memberships of parties in groups: their rules, adding and ending them, a group's members. */
#include "base/error.h"
#include "codec/walk.h"
#include "model/group.h"
#include "model/period.h"
#include "model/rules.h"
#include <stdlib.h>

/* --- rules --- */

static int64_t group_of(const crm_record *rec) {
    const crmi_entry *group = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_MEMBERSHIP_GROUP));
    return group ? group->integer : 0;
}

int crmi_membership_check(const crmi_putting *put) {
    crmi_group group = {0};
    int rc = CRM_OK;
    if (!put->old || group_of(put->old) != group_of(put->rec))
        rc = crmi_group_read(put->txn, crmi_store_packed(put->txn, (crm_id)group_of(put->rec)), &group);
    if (rc == CRM_OK && group.archived) rc = crmi_error_set(CRM_E_ARCHIVED, CRM_MEMBERSHIP_GROUP, "the group is archived");
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
        case CRMI_FIELD_NUMBER(CRM_MEMBERSHIP_GROUP): *group = (crmi_packed)value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_MEMBERSHIP_VALID_FROM): *valid &= day >= value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_MEMBERSHIP_VALID_UNTIL): *valid &= day < value.integer; break;
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
        if (value.number == CRMI_FIELD_NUMBER(CRM_PARTY_ARCHIVED)) archived = value.integer != 0;
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

/* --- adding and ending --- */

static const crmi_period membership = {CRM_KIND_MEMBERSHIP, CRM_MEMBERSHIP_PARTY, CRM_MEMBERSHIP_GROUP, CRM_MEMBERSHIP_VALID_FROM,
                                       CRM_MEMBERSHIP_VALID_UNTIL};

int crmi_membership_add(crmi_txn *txn, crmi_packed group, crmi_packed party, int64_t from, int64_t until, crmi_packed *out) {
    return crmi_period_add(txn, &membership, party, group, from, until, out);
}

int crmi_membership_end(crmi_txn *txn, crmi_packed group, crmi_packed party, int64_t day) {
    int rc = crmi_period_end(txn, &membership, party, group, day);
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, 0, "the party is no member of the group on that day or later") : rc;
}
