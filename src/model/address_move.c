/* SPDX-License-Identifier: MIT */
/* A party moves on a day: the old address ends with it and names the new one, which begins with it. Whatever named the old one keeps naming
 * it, and means the new one from that day on (usage.c, and the objects of a proposal). */
#include "base/clock.h"
#include "base/error.h"
#include "codec/walk.h"
#include "model/address.h"
#include "model/record.h"

#define NUMBER(field) ((field) % 1000)

/* --- the chain of moves --- */

typedef struct hop {
    crmi_packed id, next; /* the address as it is, and its successor */
} hop;

static int take_hop(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_value value;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, NUMBER(CRM_ADDRESS_SUCCESSOR), &value);
    if (rc < 0) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged");
    *(hop *)data = (hop){stored->id, rc == CRM_ROW ? (crmi_packed)value.integer : 0};
    return CRM_OK;
}

int crmi_address_check_moves(crmi_txn *txn, crmi_packed from, crmi_packed id) {
    hop at = {.next = from};
    for (int moves = 0; at.next && moves < CRMI_LIMIT_ADDRESS_MOVES; moves++) {
        int rc = crmi_store_read(txn, at.next, take_hop, &at);
        if (rc == CRM_E_NOTFOUND) return CRM_OK;
        if (rc < 0) return rc;
        if (at.id == id) return crmi_error_set(CRM_E_CYCLE, CRM_ADDRESS_SUCCESSOR, "the address would move to itself in the end");
    }
    if (!at.next) return CRM_OK;
    return crmi_error_set(CRM_E_TOO_BIG, CRM_ADDRESS_SUCCESSOR, "the address would move over %d times", (int)CRMI_LIMIT_ADDRESS_MOVES);
}

/* --- a move --- */

static int64_t date_of(const crm_record *rec, crm_field field, int64_t fallback) {
    const crmi_entry *entry = crmi_object_find(rec, NUMBER(field));
    return entry ? entry->integer : fallback;
}

static int check_new(const crm_record *to) {
    if (!to) return crmi_error_set(CRM_E_INVALID, 0, "to is NULL");
    if (to->kind != CRM_KIND_ADDRESS) return crmi_error_set(CRM_E_TYPE, 0, "to is no address");
    return to->id ? crmi_error_set(CRM_E_INVALID, 0, "to is stored already") : CRM_OK;
}

static int check_old(const crm_record *old, int64_t day) {
    if (date_of(old, CRM_ADDRESS_ARCHIVED, 0)) return crmi_error_set(CRM_E_ARCHIVED, 0, "the address is archived");
    if (crmi_object_find(old, NUMBER(CRM_ADDRESS_SUCCESSOR)))
        return crmi_error_set(CRM_E_EXISTS, CRM_ADDRESS_SUCCESSOR, "the address moves already");
    if (day <= date_of(old, CRM_ADDRESS_VALID_FROM, INT64_MIN) || day > date_of(old, CRM_ADDRESS_VALID_UNTIL, INT64_MAX))
        return crmi_error_set(CRM_E_RANGE, CRM_ADDRESS_VALID_UNTIL, "the address is not valid on the day before");
    return CRM_OK;
}

/* It is the same site in the same country, unless the new address says otherwise. */
static int keep(const crm_record *old, crm_record *copy) {
    static const crm_field kept[] = {CRM_ADDRESS_SITE_NUMBER, CRM_ADDRESS_SITE_NAME, CRM_ADDRESS_COUNTRY};
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < sizeof kept / sizeof *kept; i++) {
        const crmi_entry *entry = crmi_object_find(old, NUMBER(kept[i]));
        if (entry && !crmi_object_find(copy, NUMBER(kept[i]))) rc = crmi_object_set_text(copy, NUMBER(kept[i]), entry->text, entry->size);
    }
    return rc;
}

static int put_new(crmi_txn *txn, const crm_record *old, int64_t day, const crm_record *to, crmi_packed *out) {
    crm_record *copy;
    int rc = crm_record_copy(to, &copy);
    if (rc < 0) return rc;
    copy->owner = old->owner;
    crmi_object_clear(copy, NUMBER(CRM_ADDRESS_VALID_UNTIL));
    rc = crmi_object_set_integer(copy, NUMBER(CRM_ADDRESS_VALID_FROM), day);
    if (rc == CRM_OK) rc = keep(old, copy);
    if (rc == CRM_OK) rc = crmi_model_put(txn, copy, out, NULL);
    crm_record_free(copy);
    return rc;
}

static int put_old(crmi_txn *txn, crm_record *old, int64_t day, crmi_packed successor) {
    int rc = crmi_object_set_integer(old, NUMBER(CRM_ADDRESS_VALID_UNTIL), day);
    if (rc == CRM_OK) rc = crmi_object_set_integer(old, NUMBER(CRM_ADDRESS_SUCCESSOR), (int64_t)crmi_store_public(txn, successor));
    return rc == CRM_OK ? crmi_model_put(txn, old, NULL, NULL) : rc;
}

static int move(crmi_txn *txn, crm_record *old, int64_t day, const crm_record *to, crmi_packed *out) {
    crmi_packed successor;
    int rc = check_old(old, day);
    if (rc == CRM_OK) rc = put_new(txn, old, day, to, &successor);
    if (rc < 0) return rc;
    rc = put_old(txn, old, day, successor);
    if (rc < 0) {
        crmi_txn_fail(txn, rc);
        return rc;
    }
    *out = successor;
    return CRM_OK;
}

int crmi_address_move(crmi_txn *txn, crmi_packed address, int64_t day, const crm_record *to, crmi_packed *out) {
    crm_record *old;
    int rc = check_new(to);
    if (rc < 0) return rc;
    if (day < CRMI_DAY_MIN || day > CRMI_DAY_MAX) return crmi_error_set(CRM_E_RANGE, 0, "the day is not in the years 1 to 9999");
    if (crmi_id_kind(address) != CRM_KIND_ADDRESS) return crmi_error_set(CRM_E_NOTFOUND, 0, "no such address");
    rc = crmi_store_get(txn, address, &old);
    if (rc == CRM_E_NOTFOUND) return crmi_error_set(rc, 0, "no such address");
    if (rc < 0) return rc;
    rc = move(txn, old, day, to, out);
    crm_record_free(old);
    return rc;
}
