/* SPDX-License-Identifier: MIT */
/* Parties: what the library itself notes about them, and the rules of their own. */
#include "base/error.h"
#include "model/contact.h"
#include "model/group.h"
#include "model/rules.h"
#include "model/user.h"
#include "store/gate.h"

int crmi_party_prepare(crmi_putting *put) {
    int rc = crmi_contact_compose(put->rec, put->old, CRM_PARTY_NAME, CRM_PARTY_FIRST_NAME, CRM_PARTY_LAST_NAME);
    if (rc < 0 || put->old) return rc;
    return crmi_object_set_integer(put->rec, CRMI_FIELD_NUMBER(CRM_PARTY_CREATED_AT), crmi_db_now(crmi_txn_db(put->txn)));
}

int crmi_party_check(const crmi_putting *put) {
    if (put->old && crmi_object_integer(put->rec, CRM_PARTY_ARCHIVED, 0) && !crmi_object_integer(put->old, CRM_PARTY_ARCHIVED, 0)) {
        int rc = crmi_binding_none(put->txn, put->root);
        if (rc < 0) return rc;
    }
    const crmi_entry *referrer = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_PARTY_REFERRER));
    if (!put->old || !referrer || crmi_store_packed(put->txn, (crm_id)referrer->integer) != put->id) return CRM_OK;
    return crmi_error_set(CRM_E_RANGE, CRM_PARTY_REFERRER, "a party is not its own referrer");
}

int crmi_party_resolve(crmi_txn *txn, crm_id id, crmi_packed *out) {
    *out = crmi_gate_asked(txn, id);
    int rc = crmi_id_kind(*out) == CRM_KIND_PARTY ? crmi_store_resolve(txn, out) : CRM_E_NOTFOUND;
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, 0, "no such party") : rc;
}
