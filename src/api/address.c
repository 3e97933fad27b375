/* SPDX-License-Identifier: MIT */
/* crm_address_*: addresses by what they are for, moves, and addresses as lines. */
#include "model/address.h"
#include "api/api.h"
#include "api/candidates.h"
#include "model/access.h"
#include "model/address_format.h"
#include <libcrm/address.h>
#include <string.h>

int crm_address_list(crm_txn *txn, crm_id party, const char *purpose, int64_t as_of, uint32_t limit, const char *token, crm_iter **out) {
    return crmi_api_candidates_list(txn, CRM_KIND_ADDRESS, party, purpose, as_of, limit, token, out);
}

int crm_address_choose(crm_txn *txn, crm_id party, const char *purpose, int64_t as_of, crm_id *out) {
    return crmi_api_candidates_choose(txn, CRM_KIND_ADDRESS, party, purpose, as_of, out);
}

int crm_address_move(crm_txn *txn, crm_id address, int64_t day, const crm_record *to, crm_id *out) {
    int status;
    crmi_packed id;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_ADDRESS, &status);
    if (!open) return status;
    if (day == CRM_TODAY) day = crmi_db_today(crmi_txn_db(open));
    status = crmi_access_fields(open, to);
    if (status == CRM_OK) status = crmi_address_move(open, crmi_store_packed(open, address), day, to, &id);
    if (status == CRM_OK && out) *out = crmi_store_public(open, id);
    crmi_api_leave(txn);
    return status;
}

/* --- lines --- */

static crmi_slice text_of(const crm_record *rec, crm_field field) {
    const crmi_entry *entry = rec ? crmi_object_find(rec, CRMI_FIELD_NUMBER(field)) : NULL;
    return entry && entry->type == CRM_TYPE_TEXT ? (crmi_slice){entry->text, entry->size} : (crmi_slice){NULL, 0};
}

static int check_letter(const crm_record *address, const crm_record *party, const char *sender_country, uint32_t flags,
                        crmi_letter *letter) {
    if (!address) return crmi_error_set(CRM_E_INVALID, 0, "address is NULL");
    if (address->kind != CRM_KIND_ADDRESS) return crmi_error_set(CRM_E_TYPE, 0, "address is a record of another kind");
    if (party && party->kind != CRM_KIND_PARTY) return crmi_error_set(CRM_E_TYPE, 0, "party is a record of another kind");
    if (flags & ~(uint32_t)CRM_ADDRESS_FOR_DELIVERY) return crmi_error_set(CRM_E_INVALID, 0, "flags has an unknown bit");
    *letter = (crmi_letter){.delivery = flags & CRM_ADDRESS_FOR_DELIVERY,
                            .name = text_of(party, CRM_PARTY_NAME),
                            .addition = text_of(party, CRM_PARTY_NAME_ADDITION)};
    letter->sender_country.data = sender_country;
    return sender_country ? crmi_api_text("sender_country", sender_country, CRM_NTS, &letter->sender_country.size) : CRM_OK;
}

static int copy_out(crmi_buffer *lines, char *out, size_t cap, size_t *out_size) {
    const char *text = crmi_buffer_string(lines);
    if (!text) return crmi_error_nomem();
    if (out_size) *out_size = lines->size;
    if (lines->size < cap) {
        memcpy(out, text, lines->size + 1);
        return CRM_OK;
    }
    if (cap) *out = '\0';
    return crmi_error_set(CRM_E_TOO_BIG, 0, "the address has %zu bytes, out has room for %zu with its NUL", lines->size, cap);
}

int crm_address_format(const crm_record *address, const crm_record *party, const char *sender_country, uint32_t flags, char *out,
                       size_t cap, size_t *out_size) {
    crmi_letter letter;
    crmi_buffer lines = {0};
    if (!out && cap) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    int rc = check_letter(address, party, sender_country, flags, &letter);
    if (rc < 0) return rc;
    crmi_address_format(address, &letter, &lines);
    rc = copy_out(&lines, out, cap, out_size);
    crmi_buffer_free(&lines);
    return rc;
}
