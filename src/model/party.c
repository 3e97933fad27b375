/* SPDX-License-Identifier: MIT */
/* Parties: what the library itself notes about them. */
#include "model/rules.h"

int crmi_party_prepare(crmi_putting *put) {
    if (put->old) return CRM_OK;
    return crmi_object_set_integer(put->rec, CRM_PARTY_CREATED_AT % 1000, crmi_db_now(crmi_txn_db(put->txn)));
}
