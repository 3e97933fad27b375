/* SPDX-License-Identifier: MIT */
/* crm_group_*, crm_party_groups(), crm_party_opt_out(): groups by code, and who is in them. */
#include "model/group.h"
#include "api/api.h"
#include "store/gate.h"
#include <libcrm/group.h>
#include <libcrm/record.h>
#include <stdlib.h>

int crm_group_find(crm_txn *txn, const char *code, size_t len, crm_id *out) {
    return crm_record_find(txn, CRM_GROUP_CODE, NULL, 0, code, len, out);
}

int crm_group_list(crm_txn *txn, uint32_t limit, const char *token, crm_iter **out) {
    return crmi_api_list_unique(txn, CRM_GROUP_CODE, NULL, 0, limit, token, out);
}

/* --- changing --- */

static int resolve_both(crmi_txn *txn, crm_id group, crm_id party, crmi_packed *to_group, crmi_packed *to_party) {
    int rc = crmi_group_resolve(txn, group, to_group);
    return rc == CRM_OK ? crmi_party_resolve(txn, party, to_party) : rc;
}

int crm_group_add(crm_txn *txn, crm_id group, crm_id party, int64_t from, int64_t until, crm_id *out) {
    int status;
    crmi_packed to_group, to_party, added;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_MEMBERSHIP, &status);
    if (!open) return status;
    status = resolve_both(open, group, party, &to_group, &to_party);
    if (status == CRM_OK) status = crmi_membership_add(open, to_group, to_party, from, until, &added);
    if (status == CRM_OK && out) *out = crmi_store_public(open, added);
    crmi_api_leave(txn);
    return status;
}

int crm_group_remove(crm_txn *txn, crm_id group, crm_id party, int64_t day) {
    int status;
    crmi_packed to_group, to_party;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_MEMBERSHIP, &status);
    if (!open) return status;
    status = crmi_api_day(open, &day);
    if (status == CRM_OK) status = resolve_both(open, group, party, &to_group, &to_party);
    if (status == CRM_OK) status = crmi_membership_end(open, to_group, to_party, day);
    crmi_api_leave(txn);
    return status;
}

/* --- reading --- */

static int list_members(crm_txn *token, crmi_txn *txn, crmi_packed group, int64_t as_of, uint32_t limit, const char *continuation,
                        crm_iter **out) {
    crmi_page page = {.dated = true, .day = as_of};
    int64_t day = as_of;
    crmi_membership_range(&page, group);
    int rc = crmi_api_day(txn, &day);
    if (rc == CRM_OK) rc = crmi_api_page_begin(txn, &page, limit, continuation);
    if (rc == CRM_OK) rc = crmi_membership_page(txn, day, &page);
    if (rc == CRM_OK) rc = crmi_api_page_end(token, txn, &page, out);
    free(page.ids);
    return rc;
}

int crm_group_members(crm_txn *txn, crm_id group, int64_t as_of, uint32_t limit, const char *token, crm_iter **out) {
    int status;
    crmi_packed id;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = crmi_group_resolve(open, group, &id);
    if (status == CRM_OK) status = list_members(txn, open, id, as_of, limit, token, out);
    crmi_api_leave(txn);
    return status;
}

/* Whose groups they are is for those who see the party to know, of staff for those who see groups and memberships. */
static bool sees_groups(const crmi_txn *txn) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    return !actor || !actor->staff || (actor->reads >> CRM_KIND_GROUP & actor->reads >> CRM_KIND_MEMBERSHIP & 1);
}

/* The groups of a party; *groups is to be freed. */
static int read_groups(crmi_txn *txn, crm_id party, int64_t day, bool archived, crmi_group **groups, size_t *count) {
    crmi_packed id;
    *groups = NULL;
    *count = 0;
    int rc = crmi_api_day(txn, &day);
    if (rc == CRM_OK) rc = crmi_party_resolve(txn, party, &id);
    if (rc < 0 || !sees_groups(txn)) return rc;
    crmi_gate_lift(txn); /* by id alone */
    rc = crmi_group_of_party(txn, id, day, archived, NULL, groups, count);
    crmi_gate_drop(txn);
    return rc;
}

int crm_party_groups(crm_txn *txn, crm_id party, int64_t as_of, crm_iter **out) {
    int status;
    crmi_group *groups;
    crmi_page page = {0};
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = read_groups(open, party, as_of, false, &groups, &page.count);
    if (status == CRM_OK) page.ids = malloc((page.count + 1) * sizeof *page.ids);
    if (status == CRM_OK && !page.ids) status = crmi_error_nomem();
    for (size_t i = 0; status == CRM_OK && i < page.count; i++) page.ids[i] = groups[i].id;
    if (status == CRM_OK) status = crmi_api_page_end(txn, open, &page, out);
    free(page.ids);
    free(groups);
    crmi_api_leave(txn);
    return status;
}

int crm_party_opt_out(crm_txn *txn, crm_id party, int64_t as_of, crm_id *out_group) {
    int status;
    size_t count;
    crmi_group *groups;
    if (!out_group) return crmi_error_set(CRM_E_INVALID, 0, "out_group is NULL");
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = read_groups(open, party, as_of, true, &groups, &count);
    if (status == CRM_OK) *out_group = 0;
    for (size_t i = 0; status == CRM_OK && *out_group == 0 && i < count; i++)
        if (groups[i].opt_out) *out_group = crmi_store_public(open, groups[i].id);
    free(groups);
    crmi_api_leave(txn);
    return status;
}
