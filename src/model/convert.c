/* SPDX-License-Identifier: MIT */
/* From prospect to customer: the party stays the same record and gets another role. */
#include "model/convert.h"
#include "base/error.h"
#include "model/record.h"
#include <libcrm/codes.h>
#include <libcrm/party.h>
#include <stdlib.h>
#include <string.h>

/* What the party's roles say. */
typedef struct role_search {
    crmi_txn *txn;
    int64_t today;
    crmi_packed customer; /* the role that is valid today; 0: none */
    bool is_prospect;     /* today */
    int64_t from, until;  /* the time around today that other customer roles leave free */
    crmi_packed *prospects;
    size_t count;
} role_search;

static void note_customer(role_search *search, crmi_packed id, int64_t from, int64_t until) {
    if (from > search->today) {
        if (from < search->until) search->until = from;
    } else if (until <= search->today) {
        search->from = search->today;
    } else
        search->customer = id;
}

static int note_prospect(role_search *search, crmi_packed id, int64_t from, int64_t until) {
    crmi_packed *prospects = realloc(search->prospects, (search->count + 1) * sizeof *prospects);
    if (!prospects) return crmi_error_nomem();
    search->prospects = prospects;
    prospects[search->count++] = id;
    search->is_prospect |= from <= search->today && search->today < until;
    return CRM_OK;
}

static int take_role(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    role_search *search = data;
    crm_record *rec;
    int rc = crmi_object_decode(search->txn, stored->id, stored->body, &rec);
    if (rc < 0) return rc;
    const crmi_entry *role = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_ROLE_ROLE));
    int64_t from = crmi_object_integer(rec, CRM_ROLE_VALID_FROM, INT64_MIN),
            until = crmi_object_integer(rec, CRM_ROLE_VALID_UNTIL, INT64_MAX);
    if (role && strcmp(role->text, CRM_ROLE_CUSTOMER) == 0) note_customer(search, stored->id, from, until);
    if (role && strcmp(role->text, CRM_ROLE_PROSPECT) == 0) rc = note_prospect(search, stored->id, from, until);
    crm_record_free(rec);
    return rc;
}

static int check_party(crmi_txn *txn, crmi_packed party) {
    crm_record *rec;
    int rc = crmi_store_get(txn, party, &rec);
    if (rc < 0) return rc;
    if (crmi_object_integer(rec, CRM_PARTY_ARCHIVED, 0)) rc = crmi_error_set(CRM_E_ARCHIVED, 0, "the party is archived");
    crm_record_free(rec);
    return rc;
}

/* Fills the new role in; without a validity of its own it takes the time that is free. */
static int fill_role(const role_search *search, crmi_packed party, crm_record *role) {
    bool open =
        !crmi_object_find(role, CRMI_FIELD_NUMBER(CRM_ROLE_VALID_FROM)) && !crmi_object_find(role, CRMI_FIELD_NUMBER(CRM_ROLE_VALID_UNTIL));
    role->owner = crmi_store_public(search->txn, party);
    int rc = crmi_object_set_text(role, CRMI_FIELD_NUMBER(CRM_ROLE_ROLE), CRM_ROLE_CUSTOMER, strlen(CRM_ROLE_CUSTOMER));
    if (rc == CRM_OK) rc = crmi_object_set_integer(role, CRMI_FIELD_NUMBER(CRM_ROLE_CONVERTED_AT), crmi_db_now(crmi_txn_db(search->txn)));
    if (rc == CRM_OK && open && search->from != INT64_MIN)
        rc = crmi_object_set_integer(role, CRMI_FIELD_NUMBER(CRM_ROLE_VALID_FROM), search->from);
    if (rc == CRM_OK && open && search->until != INT64_MAX)
        rc = crmi_object_set_integer(role, CRMI_FIELD_NUMBER(CRM_ROLE_VALID_UNTIL), search->until);
    return rc;
}

static int put_role(role_search *search, crmi_packed party, const crm_record *given) {
    crm_record *role;
    int rc = given ? crm_record_copy(given, &role) : crm_record_new(CRM_KIND_ROLE, &role);
    if (rc < 0) return rc;
    rc = fill_role(search, party, role);
    if (rc == CRM_OK) rc = crmi_model_put(search->txn, role, &search->customer, NULL);
    crm_record_free(role);
    return rc;
}

static int convert(role_search *search, crmi_packed party, const crm_record *given, uint32_t flags) {
    int rc = check_party(search->txn, party);
    if (rc == CRM_OK && !search->is_prospect)
        rc = crmi_error_set(CRM_E_INVALID, CRM_ROLE_ROLE, "the party is neither prospect nor customer today");
    if (rc == CRM_OK) rc = put_role(search, party, given);
    if (rc < 0 || flags & CRM_CONVERT_KEEP_PROSPECT) return rc;
    for (size_t i = 0; rc == CRM_OK && i < search->count; i++) rc = crmi_model_delete(search->txn, search->prospects[i], 0);
    if (rc < 0) crmi_txn_fail(search->txn, rc);
    return rc;
}

int crmi_model_convert(crmi_txn *txn, crmi_packed party, const crm_record *given, uint32_t flags, crmi_packed *out) {
    role_search search = {.txn = txn, .today = crmi_db_today(crmi_txn_db(txn)), .from = INT64_MIN, .until = INT64_MAX};
    uint32_t root = crmi_id_root(party);
    crmi_want want = {crmi_id_pack(root, CRM_KIND_ROLE, 0), crmi_id_pack(root, CRM_KIND_ROLE + 1, 0), 0};
    int rc = crmi_store_read_many(txn, &want, 1, take_role, &search);
    if (rc == CRM_OK && !search.customer) rc = convert(&search, party, given, flags);
    *out = search.customer;
    free(search.prospects);
    return rc;
}
