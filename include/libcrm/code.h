/* SPDX-License-Identifier: MIT */
/**
 * @file code.h
 * Code tables (price lists, payment terms, categories ...) and settings of the store.
 *
 * Codes and settings are records of the kinds CRM_KIND_CODE and CRM_KIND_SETTING; what is here finds them by their names. A domain
 * that is not built in closed takes any text up to 64 bytes, until the setting "code.closed.DOMAIN" is "1": then only built-in and stored
 * codes are good.
 */
#ifndef LIBCRM_CODE_H
#define LIBCRM_CODE_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/** The stored code of a domain. @errors CRM_E_NOTFOUND. @threads one at a time. @since 1.0 */
CRM_API int crm_code_find(crm_txn *txn, const char *domain, const char *code, size_t len, crm_id *out);
/**
 * The stored codes of a domain, in the order of the codes.
 * @param limit, token see iter.h. @errors CRM_E_INVALID the token; CRM_E_TOO_BIG the limit. @owner the caller. @threads one at a time.
 * @since 1.0
 */
CRM_API int crm_code_list(crm_txn *txn, const char *domain, uint32_t limit, const char *token, crm_iter **out);

/**
 * Reads a setting as a record of kind CRM_KIND_SETTING.
 * @errors CRM_E_NOTFOUND. @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_setting_get(crm_txn *txn, const char *name, crm_record **out);
/**
 * Sets a setting. Names that begin with "number.", "code.", "directory.", "option." and
 * "identifier." are the library's own (see docs/data-model.md); any other is the host's.
 * @errors CRM_E_REQUIRED the name is blank; CRM_E_RANGE not a value of a setting that the library knows, or an unknown one among its own
 *         names.
 * @threads creator only. @since 1.0
 */
CRM_API int crm_setting_set(crm_txn *txn, const char *name, const char *value, size_t len);
/** Takes a setting away; where there is none it does nothing. @errors those of any call. @threads creator only. @since 1.0 */
CRM_API int crm_setting_clear(crm_txn *txn, const char *name);

#ifdef __cplusplus
}
#endif
#endif
