/* SPDX-License-Identifier: MIT */
/* Addresses: coordinates in ten-millionths of a degree (WGS 84), north and east positive; a successor for one that ends. */
#include "model/address.h"
#include "base/error.h"
#include "model/rules.h"

#define DEGREE 10000000

static int check_degrees(const crm_record *rec, crm_field field, int64_t most) {
    const crmi_entry *entry = crmi_object_find(rec, CRMI_FIELD_NUMBER(field));
    if (!entry || (entry->integer >= -most * DEGREE && entry->integer <= most * DEGREE)) return CRM_OK;
    return crmi_error_set(CRM_E_RANGE, field, "%s is over %d degrees", crm_field_name(field), (int)most);
}

/* That it is the same party's is checked as for every reference. */
static int check_successor(const crmi_putting *put) {
    const crmi_entry *entry = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_ADDRESS_SUCCESSOR));
    const crmi_entry *before = put->old ? crmi_object_find(put->old, CRMI_FIELD_NUMBER(CRM_ADDRESS_SUCCESSOR)) : NULL;
    if (!entry) return CRM_OK;
    if (!crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_ADDRESS_VALID_UNTIL)))
        return crmi_error_set(CRM_E_REQUIRED, CRM_ADDRESS_VALID_UNTIL, "an address that has a successor ends on a day");
    if (!put->id || (before && before->integer == entry->integer)) return CRM_OK; /* nobody moves to one that is new */
    return crmi_address_check_moves(put->txn, crmi_store_packed(put->txn, (crm_id)entry->integer), put->id);
}

int crmi_address_check(const crmi_putting *put) {
    int rc = check_degrees(put->rec, CRM_ADDRESS_LATITUDE, 90);
    if (rc == CRM_OK) rc = check_degrees(put->rec, CRM_ADDRESS_LONGITUDE, 180);
    return rc == CRM_OK ? check_successor(put) : rc;
}
