/* SPDX-License-Identifier: MIT */
/* Passwords: a user's credential holds an Argon2id verifier, or one of the host's own, and how often a check has failed since the last that
 * did not. */
#include "base/error.h"
#include "model/record.h"
#include "model/user.h"
#include <errno.h>
#include <sodium.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define VERIFIER_SIZE crypto_pwhash_STRBYTES

const crmi_password_cost crmi_password_cost_usual = {crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE};

/* Of 32 random bytes that nobody has: checked where there is no other, so that this takes as long. */
static const char nobodys[] = "$argon2id$v=19$m=65536,t=2,p=1$N+LWTCcjSw4+uIt++9JoEQ$oW6RBPfRyzvdtDgMGqoWcBeJhoJzod7KtVDSJDe1CoA";

/* --- the credential --- */

/* The user's credential; NULL: he has none. */
static int find(crmi_txn *txn, crmi_packed user, crm_record **out) {
    crmi_packed id;
    crmi_page page = {.ids = &id, .limit = 1};
    *out = NULL;
    crmi_index_id_range(&page, crmi_schema_field(CRM_CREDENTIAL_USER), user);
    int rc = crmi_index_page(txn, &page);
    return rc == CRM_OK && page.count ? crmi_store_get(txn, id, out) : rc;
}

/* The same, a new one where he has none. */
static int take(crmi_txn *txn, crmi_packed user, crm_record **out) {
    int rc = find(txn, user, out);
    if (rc < 0 || *out) return rc;
    rc = crm_record_new(CRM_KIND_CREDENTIAL, out);
    return rc == CRM_OK ? crmi_object_set_integer(*out, CRMI_FIELD_NUMBER(CRM_CREDENTIAL_USER), (int64_t)crmi_store_public(txn, user)) : rc;
}

static void forget_failures(crm_record *credential) {
    crmi_object_clear(credential, CRMI_FIELD_NUMBER(CRM_CREDENTIAL_FAILURES));
    crmi_object_clear(credential, CRMI_FIELD_NUMBER(CRM_CREDENTIAL_FAILED_AT));
}

static int set_verifier(crm_record *credential, const void *verifier, size_t size, bool host_made) {
    int rc = crmi_object_set_bytes(credential, CRMI_FIELD_NUMBER(CRM_CREDENTIAL_VERIFIER), CRM_TYPE_BYTES, 0, verifier, size);
    if (rc == CRM_OK && host_made) rc = crmi_object_set_integer(credential, CRMI_FIELD_NUMBER(CRM_CREDENTIAL_HOST_MADE), 1);
    if (!host_made) crmi_object_clear(credential, CRMI_FIELD_NUMBER(CRM_CREDENTIAL_HOST_MADE));
    forget_failures(credential);
    return rc;
}

static int make_verifier(const char *password, size_t size, const crmi_password_cost *cost, char out[VERIFIER_SIZE]) {
    return crypto_pwhash_str(out, password, size, cost->passes, cost->memory) == 0 ? CRM_OK : crmi_error_nomem();
}

/* --- setting --- */

/* The user with the time of his new password. */
static int touch_user(crmi_txn *txn, crmi_packed user, const bool *must_change) {
    crm_record *rec;
    int rc = crmi_store_get(txn, user, &rec);
    if (rc < 0) return rc;
    rc = crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(CRM_USER_PASSWORD_AT), crmi_db_now(crmi_txn_db(txn)));
    if (must_change && !*must_change) crmi_object_clear(rec, CRMI_FIELD_NUMBER(CRM_USER_MUST_CHANGE));
    if (rc == CRM_OK && must_change && *must_change) rc = crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(CRM_USER_MUST_CHANGE), 1);
    if (rc == CRM_OK) rc = crmi_model_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

static int store_verifier(crmi_txn *txn, crmi_packed user, const void *verifier, size_t size, const bool *must_change) {
    crm_record *credential;
    int rc = take(txn, user, &credential);
    if (rc == CRM_OK) rc = set_verifier(credential, verifier, size, !must_change);
    if (rc == CRM_OK) rc = touch_user(txn, user, must_change);
    if (rc == CRM_OK) {
        rc = crmi_model_put(txn, credential, NULL, NULL);
        if (rc < 0) crmi_txn_fail(txn, rc);
    }
    crm_record_free(credential);
    return rc;
}

int crmi_user_password_set(crmi_txn *txn, crmi_packed user, const char *password, size_t size, bool must_change,
                           const crmi_password_cost *cost) {
    char verifier[VERIFIER_SIZE];
    int rc = make_verifier(password, size, cost, verifier);
    if (rc == CRM_OK) rc = store_verifier(txn, user, verifier, strlen(verifier), &must_change);
    sodium_memzero(verifier, sizeof verifier);
    return rc;
}

/* Takes the credential away, and with it the time of the password. */
static int remove_credential(crmi_txn *txn, crmi_packed user, crmi_packed credential) {
    crm_record *rec;
    int rc = crmi_store_get(txn, user, &rec);
    if (rc < 0) return rc;
    crmi_object_clear(rec, CRMI_FIELD_NUMBER(CRM_USER_PASSWORD_AT));
    rc = crmi_model_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    if (rc < 0) return rc;
    rc = crmi_model_delete(txn, credential, 0);
    if (rc < 0) crmi_txn_fail(txn, rc);
    return rc;
}

int crmi_user_verifier_set(crmi_txn *txn, crmi_packed user, const void *verifier, size_t size) {
    crm_record *credential;
    if (verifier) return store_verifier(txn, user, verifier, size, NULL);
    int rc = find(txn, user, &credential);
    if (rc < 0 || !credential) return rc;
    rc = remove_credential(txn, user, crmi_store_packed(txn, credential->id));
    crm_record_free(credential);
    return rc;
}

/* --- reading --- */

int crmi_user_verifier_get(crmi_txn *txn, crmi_packed user, void *out, size_t cap, size_t *out_size) {
    crm_record *credential;
    int rc = find(txn, user, &credential);
    if (rc < 0) return rc;
    const crmi_entry *verifier = credential ? crmi_object_find(credential, CRMI_FIELD_NUMBER(CRM_CREDENTIAL_VERIFIER)) : NULL;
    if (!verifier) {
        rc = crmi_error_set(CRM_E_NOTFOUND, 0, "the user has no verifier");
    } else {
        *out_size = verifier->size;
        if (verifier->size > cap)
            rc = crmi_error_set(CRM_E_TOO_BIG, 0, "the verifier has more bytes than cap");
        else
            memcpy(out, verifier->text, verifier->size);
    }
    crm_record_free(credential);
    return rc;
}

/* --- checking --- */

/* Whether a user may work today. */
static int is_active(crmi_txn *txn, crmi_packed user, bool *out) {
    crm_record *rec;
    int64_t today = crmi_db_today(crmi_txn_db(txn));
    int rc = crmi_store_get(txn, user, &rec);
    if (rc < 0) return rc;
    *out = !crmi_object_integer(rec, CRM_USER_DISABLED, 0) && crmi_object_integer(rec, CRM_USER_VALID_FROM, INT64_MIN) <= today &&
           today < crmi_object_integer(rec, CRM_USER_VALID_UNTIL, INT64_MAX);
    crm_record_free(rec);
    return CRM_OK;
}

/* A last failure that lies in the future, by a clock that was put right since, does not count. */
static bool has_to_wait(const crmi_txn *txn, const crm_record *credential) {
    int64_t now = crmi_db_now(crmi_txn_db(txn)), failed_at = crmi_object_integer(credential, CRM_CREDENTIAL_FAILED_AT, INT64_MAX);
    return crmi_object_integer(credential, CRM_CREDENTIAL_FAILURES, 0) >= CRMI_LIMIT_PASSWORD_FAILURES && failed_at <= now &&
           failed_at > now - CRMI_LIMIT_PASSWORD_WAIT_S * SECOND;
}

/* The verifier to check: the credential's, or nobody's where there is none that the library checks. */
static bool checked_verifier(const crm_record *credential, bool active, char out[VERIFIER_SIZE]) {
    const crmi_entry *verifier = credential ? crmi_object_find(credential, CRMI_FIELD_NUMBER(CRM_CREDENTIAL_VERIFIER)) : NULL;
    bool usable = active && verifier && verifier->size && verifier->size < VERIFIER_SIZE &&
                  !crmi_object_integer(credential, CRM_CREDENTIAL_HOST_MADE, 0);
    memset(out, 0, VERIFIER_SIZE);
    memcpy(out, usable ? verifier->text : nobodys, usable ? verifier->size : sizeof nobodys);
    return usable;
}

/* libsodium tells a wrong password from missing memory by errno only. */
static int verify(const char verifier[VERIFIER_SIZE], const char *password, size_t size, bool *right) {
    errno = 0;
    *right = crypto_pwhash_str_verify(verifier, password, size) == 0;
    return !*right && errno == ENOMEM ? crmi_error_nomem() : CRM_OK;
}

static int note_failure(crmi_txn *txn, crm_record *credential) {
    int64_t failures = crmi_object_integer(credential, CRM_CREDENTIAL_FAILURES, 0);
    failures = failures < 0 ? 1 : failures < CRMI_LIMIT_PASSWORD_FAILURES ? failures + 1 : CRMI_LIMIT_PASSWORD_FAILURES;
    int rc = crmi_object_set_integer(credential, CRMI_FIELD_NUMBER(CRM_CREDENTIAL_FAILURES), failures);
    if (rc == CRM_OK) rc = crmi_object_set_integer(credential, CRMI_FIELD_NUMBER(CRM_CREDENTIAL_FAILED_AT), crmi_db_now(crmi_txn_db(txn)));
    return rc == CRM_OK ? crmi_model_put(txn, credential, NULL, NULL) : rc;
}

/* What was counted is forgotten; a verifier that was made at another cost is made anew. */
static int note_success(crmi_txn *txn, crm_record *credential, char verifier[VERIFIER_SIZE], const char *password, size_t size,
                        const crmi_password_cost *cost) {
    int rc = CRM_OK;
    forget_failures(credential);
    if (crypto_pwhash_str_needs_rehash(verifier, cost->passes, cost->memory) != 0) {
        rc = make_verifier(password, size, cost, verifier);
        if (rc == CRM_OK) rc = set_verifier(credential, verifier, strlen(verifier), false);
    }
    return rc == CRM_OK ? crmi_model_put(txn, credential, NULL, NULL) : rc; /* nothing is written where nothing changed */
}

static int check(crmi_txn *txn, crm_record *credential, bool active, const char *password, size_t size, const crmi_password_cost *cost) {
    char verifier[VERIFIER_SIZE];
    bool right = false, usable = checked_verifier(credential, active, verifier);
    int rc = verify(verifier, password, size, &right);
    right &= usable;
    if (rc == CRM_OK && right) rc = note_success(txn, credential, verifier, password, size, cost);
    if (rc == CRM_OK && !right && credential) rc = note_failure(txn, credential);
    sodium_memzero(verifier, sizeof verifier);
    return rc == CRM_OK && !right ? crmi_error_set(CRM_E_DENIED, 0, "the password is not the user's") : rc;
}

int crmi_user_password_check(crmi_txn *txn, crmi_packed user, const char *password, size_t size, const crmi_password_cost *cost) {
    crm_record *credential = NULL;
    bool active = false;
    int rc = user ? is_active(txn, user, &active) : CRM_OK;
    if (rc == CRM_OK && user) rc = find(txn, user, &credential);
    if (rc == CRM_OK && credential && has_to_wait(txn, credential))
        rc = crmi_error_set(CRM_E_BUSY, 0, "too many failed checks; the next one has to wait");
    else if (rc == CRM_OK)
        rc = check(txn, credential, active, password, size, cost);
    crm_record_free(credential);
    return rc;
}
