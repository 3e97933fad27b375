/* SPDX-License-Identifier: MIT */
/* crm_user_*: users by name, who they are bound to, their passwords. */
#include "model/user.h"
#include "api/api.h"
#include "model/group.h"
#include <libcrm/record.h>
#include <libcrm/user.h>
#include <string.h>

int crm_user_find(crm_txn *txn, const char *name, size_t len, crm_id *out) {
    return crm_record_find(txn, CRM_USER_NAME, NULL, 0, name, len, out);
}

int crm_user_list(crm_txn *txn, uint32_t limit, const char *token, crm_iter **out) {
    return crmi_api_list_unique(txn, CRM_USER_NAME, NULL, 0, limit, token, out);
}

/* --- bindings --- */

static int resolve_both(crmi_txn *txn, crm_id user, crm_id party, crmi_packed *to_user, crmi_packed *to_party) {
    int rc = crmi_user_resolve(txn, user, to_user);
    return rc == CRM_OK ? crmi_party_resolve(txn, party, to_party) : rc;
}

int crm_user_bind(crm_txn *txn, crm_id user, crm_id party, int64_t from, int64_t until, crm_id *out) {
    int status;
    crmi_packed to_user, to_party, bound;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_BINDING, &status);
    if (!open) return status;
    status = resolve_both(open, user, party, &to_user, &to_party);
    if (status == CRM_OK) status = crmi_user_bind(open, to_user, to_party, from, until, &bound);
    if (status == CRM_OK && out) *out = crmi_store_public(open, bound);
    crmi_api_leave(txn);
    return status;
}

int crm_user_unbind(crm_txn *txn, crm_id user, crm_id party, int64_t day) {
    int status;
    crmi_packed to_user, to_party;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_BINDING, &status);
    if (!open) return status;
    status = crmi_api_day(open, &day);
    if (status == CRM_OK) status = resolve_both(open, user, party, &to_user, &to_party);
    if (status == CRM_OK) status = crmi_user_unbind(open, to_user, to_party, day);
    crmi_api_leave(txn);
    return status;
}

/* --- passwords --- */

static int password_size(const char *password, size_t len, size_t *size) {
    if (!password) return crmi_error_set(CRM_E_INVALID, 0, "password is NULL");
    *size = len == CRM_NTS ? strnlen(password, CRMI_LIMIT_PASSWORD_BYTES + 1) : len;
    if (*size <= CRMI_LIMIT_PASSWORD_BYTES) return CRM_OK;
    return crmi_error_set(CRM_E_TOO_BIG, 0, "the password has more than %d bytes", (int)CRMI_LIMIT_PASSWORD_BYTES);
}

int crm_user_password_set(crm_txn *txn, crm_id user, const char *password, size_t len, int must_change) {
    int status;
    size_t size;
    crmi_packed id;
    int rc = password_size(password, len, &size);
    if (rc == CRM_OK && !size) rc = crmi_error_set(CRM_E_INVALID, 0, "the password is empty");
    if (rc < 0) return rc;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_CREDENTIAL, &status);
    if (!open) return status;
    status = crmi_user_resolve(open, user, &id);
    if (status == CRM_OK) status = crmi_user_password_set(open, id, password, size, must_change != 0, &crmi_password_cost_usual);
    crmi_api_leave(txn);
    return status;
}

int crm_user_password_check(crm_txn *txn, crm_id user, const char *password, size_t len) {
    int status;
    size_t size;
    crmi_packed id;
    int rc = password_size(password, len, &size);
    if (rc < 0) return rc;
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_CREDENTIAL, &status);
    if (!open) return status;
    status = crmi_user_resolve(open, user, &id);
    if (status == CRM_E_NOTFOUND) id = 0; /* he does not exist: that takes as long */
    if (status == CRM_OK || status == CRM_E_NOTFOUND)
        status = crmi_user_password_check(open, id, password, size, &crmi_password_cost_usual);
    crmi_api_leave(txn);
    return status;
}

int crm_user_verifier_set(crm_txn *txn, crm_id user, const void *verifier, size_t size) {
    int status;
    crmi_packed id;
    if (verifier && !size) return crmi_error_set(CRM_E_INVALID, 0, "the verifier is empty");
    if (verifier && size > CRMI_LIMIT_PASSWORD_BYTES)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "the verifier has more than %d bytes", (int)CRMI_LIMIT_PASSWORD_BYTES);
    crmi_txn *open = crmi_api_enter(txn, CRM_KIND_CREDENTIAL, &status);
    if (!open) return status;
    status = crmi_user_resolve(open, user, &id);
    if (status == CRM_OK) status = crmi_user_verifier_set(open, id, verifier, size);
    crmi_api_leave(txn);
    return status;
}

int crm_user_verifier_get(crm_txn *txn, crm_id user, void *out, size_t cap, size_t *out_size) {
    int status;
    crmi_packed id;
    if (!out_size || (!out && cap)) return crmi_error_set(CRM_E_INVALID, 0, "%s is NULL", out_size ? "out" : "out_size");
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = crmi_user_resolve(open, user, &id);
    if (status == CRM_OK) status = crmi_user_verifier_get(open, id, out, cap, out_size);
    crmi_api_leave(txn);
    return status;
}
