/* SPDX-License-Identifier: MIT */
/* What a party or group has once at a time: a role, a membership in a group, a rule on an option. Times that touch do not overlap. */
#include "base/error.h"
#include "model/rules.h"
#include <string.h>

typedef struct overlap_search {
    const crmi_putting *put;
    crm_field same, from, until;
    bool found;
} overlap_search;

static int64_t date_of(const crm_record *rec, crm_field field, int64_t fallback) {
    const crmi_entry *entry = crmi_object_find(rec, field % 1000);
    return entry ? entry->integer : fallback;
}

static bool overlaps(const overlap_search *search, const crm_record *a, const crm_record *b) {
    return date_of(a, search->from, INT64_MIN) < date_of(b, search->until, INT64_MAX) &&
           date_of(b, search->from, INT64_MIN) < date_of(a, search->until, INT64_MAX);
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
    if (equal(crmi_object_find(rec, search->same % 1000), crmi_object_find(other, search->same % 1000)) && overlaps(search, rec, other))
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
