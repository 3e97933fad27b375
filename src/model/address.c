/* SPDX-License-Identifier: MIT */
/* Addresses: coordinates in ten-millionths of a degree (WGS 84), north and east positive. */
#include "base/error.h"
#include "model/rules.h"

#define DEGREE 10000000

static int check_degrees(const crm_record *rec, crm_field field, int64_t most) {
    const crmi_entry *entry = crmi_object_find(rec, field % 1000);
    if (!entry || (entry->integer >= -most * DEGREE && entry->integer <= most * DEGREE)) return CRM_OK;
    return crmi_error_set(CRM_E_RANGE, field, "%s is over %d degrees", crm_field_name(field), (int)most);
}

int crmi_address_check(const crmi_putting *put) {
    int rc = check_degrees(put->rec, CRM_ADDRESS_LATITUDE, 90);
    return rc == CRM_OK ? check_degrees(put->rec, CRM_ADDRESS_LONGITUDE, 180) : rc;
}
