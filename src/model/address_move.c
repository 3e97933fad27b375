/* SPDX-License-Identifier: MIT */
/* A party moves on a day: the old address ends with it and names the new one, which begins with it. Whatever named the old one keeps naming
 * it, and means the new one from that day on (usage.c, and the objects of a proposal). */
#include "base/clock.h"
#include "base/error.h"
#include "codec/walk.h"
#include "model/address.h"
#include "model/record.h"
#include <stdlib.h>

/* --- the chain of moves --- */

typedef struct hop {
    crmi_packed id, next; /* the address as it is, and its successor */
    int moves;            /* from there to the end of a chain; 0: not on it */
} hop;

static int take_hop(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_value value;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_ADDRESS_SUCCESSOR), &value);
    if (rc < 0) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged");
    *(hop *)data = (hop){stored->id, rc == CRM_ROW ? (crmi_packed)value.integer : 0, 0};
    return CRM_OK;
}

/* How many moves go on from an address. CRM_E_CYCLE where one of them leads to id. */
static int count_ahead(crmi_txn *txn, crmi_packed from, crmi_packed id, int *moves) {
    hop at = {.next = from};
    for (*moves = 0; at.next && *moves <= CRMI_LIMIT_ADDRESS_MOVES; ++*moves) {
        int rc = crmi_store_read(txn, at.next, take_hop, &at);
        if (rc == CRM_E_NOTFOUND) return CRM_OK;
        if (rc < 0) return rc;
        if (at.id == id) return crmi_error_set(CRM_E_CYCLE, CRM_ADDRESS_SUCCESSOR, "the address would move to itself in the end");
    }
    return CRM_OK;
}

/* The addresses of a party that have moved, in the order of their ids. */
typedef struct hop_list {
    hop *hops;
    size_t count, capacity;
} hop_list;

static int take_moved(void *data, size_t read, const crmi_stored *stored) {
    hop_list *all = data;
    hop at;
    int rc = take_hop(&at, read, stored);
    if (rc < 0 || !at.next) return rc;
    if (all->count == all->capacity) {
        size_t capacity = all->capacity ? all->capacity * 2 : 16;
        hop *hops = realloc(all->hops, capacity * sizeof *hops);
        if (!hops) return crmi_error_nomem();
        all->hops = hops;
        all->capacity = capacity;
    }
    all->hops[all->count++] = at;
    return CRM_OK;
}

static int compare_hops(const void *id, const void *at) {
    crmi_packed x = *(const crmi_packed *)id, y = ((const hop *)at)->id;
    return (x > y) - (x < y);
}

/* Finds those who move to what the round before has found; the first round, to the address itself. */
static bool find_behind(hop_list *all, crmi_packed id, int round) {
    bool found = false;
    for (size_t i = 0; i < all->count; i++) {
        hop *at = &all->hops[i];
        const hop *next = round > 1 ? bsearch(&at->next, all->hops, all->count, sizeof *at, compare_hops) : NULL;
        if (at->moves || !(round > 1 ? next && next->moves == round - 1 : at->next == id)) continue;
        at->moves = round;
        found = true;
    }
    return found;
}

static int count_behind(crmi_txn *txn, crmi_packed id, int *moves) {
    hop_list all = {0};
    uint32_t root = crmi_id_root(id);
    crmi_want want = {crmi_id_pack(root, CRM_KIND_ADDRESS, 0), crmi_id_pack(root, CRM_KIND_ADDRESS + 1, 0), 0};
    int rc = crmi_store_read_many(txn, &want, 1, take_moved, &all);
    *moves = 0;
    while (rc == CRM_OK && *moves < CRMI_LIMIT_ADDRESS_MOVES && find_behind(&all, id, *moves + 1)) ++*moves;
    free(all.hops);
    return rc;
}

int crmi_address_check_moves(crmi_txn *txn, crmi_packed from, crmi_packed id) {
    int ahead = 0, behind = 0;
    int rc = count_ahead(txn, from, id, &ahead);
    if (rc == CRM_OK) rc = count_behind(txn, id, &behind);
    if (rc < 0 || behind + (ahead ? ahead : 1) <= CRMI_LIMIT_ADDRESS_MOVES) return rc;
    return crmi_error_set(CRM_E_TOO_BIG, CRM_ADDRESS_SUCCESSOR, "the address would move over %d times", (int)CRMI_LIMIT_ADDRESS_MOVES);
}

/* --- a move --- */

static int check_new(const crm_record *to) {
    if (!to) return crmi_error_set(CRM_E_INVALID, 0, "to is NULL");
    if (to->kind != CRM_KIND_ADDRESS) return crmi_error_set(CRM_E_TYPE, 0, "to is no address");
    return to->id ? crmi_error_set(CRM_E_INVALID, 0, "to is stored already") : CRM_OK;
}

static int check_old(const crm_record *old, int64_t day) {
    if (crmi_object_integer(old, CRM_ADDRESS_ARCHIVED, 0)) return crmi_error_set(CRM_E_ARCHIVED, 0, "the address is archived");
    if (crmi_object_find(old, CRMI_FIELD_NUMBER(CRM_ADDRESS_SUCCESSOR)))
        return crmi_error_set(CRM_E_EXISTS, CRM_ADDRESS_SUCCESSOR, "the address moves already");
    if (day <= crmi_object_integer(old, CRM_ADDRESS_VALID_FROM, INT64_MIN) ||
        day > crmi_object_integer(old, CRM_ADDRESS_VALID_UNTIL, INT64_MAX))
        return crmi_error_set(CRM_E_RANGE, CRM_ADDRESS_VALID_UNTIL, "the address is not valid on the day before");
    return CRM_OK;
}

/* It is the same site in the same country, unless the new address says otherwise. */
static int keep(const crm_record *old, crm_record *copy) {
    static const crm_field kept[] = {CRM_ADDRESS_SITE_NUMBER, CRM_ADDRESS_SITE_NAME, CRM_ADDRESS_COUNTRY};
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < sizeof kept / sizeof *kept; i++) {
        const crmi_entry *entry = crmi_object_find(old, CRMI_FIELD_NUMBER(kept[i]));
        if (entry && !crmi_object_find(copy, CRMI_FIELD_NUMBER(kept[i])))
            rc = crmi_object_set_text(copy, CRMI_FIELD_NUMBER(kept[i]), entry->text, entry->size);
    }
    return rc;
}

static int put_new(crmi_txn *txn, const crm_record *old, int64_t day, const crm_record *to, crmi_packed *out) {
    crm_record *copy;
    int rc = crm_record_copy(to, &copy);
    if (rc < 0) return rc;
    copy->owner = old->owner;
    crmi_object_clear(copy, CRMI_FIELD_NUMBER(CRM_ADDRESS_VALID_UNTIL));
    rc = crmi_object_set_integer(copy, CRMI_FIELD_NUMBER(CRM_ADDRESS_VALID_FROM), day);
    if (rc == CRM_OK) rc = keep(old, copy);
    if (rc == CRM_OK) rc = crmi_model_put(txn, copy, out, NULL);
    crm_record_free(copy);
    return rc;
}

static int put_old(crmi_txn *txn, crm_record *old, int64_t day, crmi_packed successor) {
    int rc = crmi_object_set_integer(old, CRMI_FIELD_NUMBER(CRM_ADDRESS_VALID_UNTIL), day);
    if (rc == CRM_OK)
        rc = crmi_object_set_integer(old, CRMI_FIELD_NUMBER(CRM_ADDRESS_SUCCESSOR), (int64_t)crmi_store_public(txn, successor));
    return rc == CRM_OK ? crmi_model_put(txn, old, NULL, NULL) : rc;
}

static int move(crmi_txn *txn, crm_record *old, int64_t day, const crm_record *to, crmi_packed *out) {
    crmi_packed successor;
    int rc = check_old(old, day);
    if (rc == CRM_OK) rc = crmi_address_check_moves(txn, 0, crmi_store_packed(txn, old->id));
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
