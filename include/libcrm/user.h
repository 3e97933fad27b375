/* SPDX-License-Identifier: MIT */
/**
 * @file user.h
 * Users: who works with the store, which customers they are bound to, and their passwords.
 *
 * A user is a record of CRM_KIND_USER: the host's name for him, staff or a customer's own user, validity, and what is fixed for his quotes.
 * A binding is a record of CRM_KIND_BINDING in the customer's file. Both are stored, changed and deleted as any record. A party that users
 * are bound to on the day or later is neither deleted nor archived (CRM_E_IN_USE).
 *
 * Passwords are never stored: what is kept is an Argon2id verifier (RFC 9106; libsodium's crypto_pwhash_str), or one that the host makes
 * and checks itself. It lies in a record of CRM_KIND_CREDENTIAL, beside the user, which only these calls write.
 */
#ifndef LIBCRM_USER_H
#define LIBCRM_USER_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/** The user that has a name. @errors CRM_E_NOTFOUND. @threads one at a time. @since 1.0 */
CRM_API int crm_user_find(crm_txn *txn, const char *name, size_t len, crm_id *out);
/**
 * All users, in the order of their names.
 * @param limit, token see iter.h. @errors CRM_E_INVALID the token; CRM_E_TOO_BIG the limit. @owner the caller. @threads one at a time.
 * @since 1.0
 */
CRM_API int crm_user_list(crm_txn *txn, uint32_t limit, const char *token, crm_iter **out);
/**
 * Binds a user to a customer.
 * @param from, until days since 1970-01-01, the second one being the first that is out; CRM_NO_DATE for no bound.
 * @param[out] out the binding; may be NULL.
 * @errors CRM_E_NOTFOUND no such user or party; CRM_E_EXISTS bound already at that time; CRM_E_ARCHIVED the party; CRM_E_RANGE until is not
 *         after from, or a day is not in the years 1 to 9999. @threads creator only. @since 1.0
 */
CRM_API int crm_user_bind(crm_txn *txn, crm_id user, crm_id party, int64_t from, int64_t until, crm_id *out);
/**
 * Ends a user's binding to a customer with a day: that day he is bound no more. A binding that would begin later is deleted.
 * @param day in days since 1970-01-01, or CRM_TODAY. @errors CRM_E_NOTFOUND no such user or party, or no binding on that day or later;
 *         CRM_E_RANGE the day. @threads creator only. @since 1.0
 */
CRM_API int crm_user_unbind(crm_txn *txn, crm_id user, crm_id party, int64_t day);

/**
 * Sets a user's password: its Argon2id verifier takes the place of the one before, failed checks are forgotten.
 * @param password any bytes, 1 to 1,024; len bytes, or CRM_NTS. It is not kept. @param must_change not 0: the user is to change it himself.
 * @errors CRM_E_NOTFOUND no such user; CRM_E_INVALID it is empty; CRM_E_TOO_BIG. @threads creator only. @since 1.0
 */
CRM_API int crm_user_password_set(crm_txn *txn, crm_id user, const char *password, size_t len, int must_change);
/**
 * Checks a user's password, in a write transaction: after five failed checks in a row further ones have to wait a minute since the last,
 * and that is noted. The caller commits whatever this returns. It takes about as long for a wrong one, for a user without a password, and
 * for one that does not exist.
 * @return CRM_OK the password is his.
 * @errors CRM_E_DENIED it is not, he has none, he does not exist, is disabled or not valid today: which one is not told; CRM_E_BUSY too
 * many failed checks; CRM_E_TOO_BIG. @threads creator only. @since 1.0
 */
CRM_API int crm_user_password_check(crm_txn *txn, crm_id user, const char *password, size_t len);
/**
 * Sets a verifier of the host's own making; crm_user_password_check() denies then. NULL takes the user's credential away.
 * @errors CRM_E_NOTFOUND no such user; CRM_E_INVALID it is empty; CRM_E_TOO_BIG over 1,024 bytes. @threads creator only. @since 1.0
 */
CRM_API int crm_user_verifier_set(crm_txn *txn, crm_id user, const void *verifier, size_t size);
/**
 * The verifier of a user, for a host that checks it itself.
 * @param[out] out cap bytes; may be NULL where cap is 0. @param[out] out_size bytes that it has, be there room for it or not.
 * @errors CRM_E_NOTFOUND no such user, or he has none; CRM_E_TOO_BIG cap is too small. @threads one at a time. @since 1.0
 */
CRM_API int crm_user_verifier_get(crm_txn *txn, crm_id user, void *out, size_t cap, size_t *out_size);

#ifdef __cplusplus
}
#endif
#endif
