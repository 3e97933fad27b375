/* SPDX-License-Identifier: MIT */
/**
 * @file custom_field.h
 * Fields that the host defines: typed, stored, found, imported and mapped into quotes as those that are built in.
 *
 * A definition is a record of CRM_KIND_CUSTOM_FIELD: record_kind ("party"), name (lower-case letters, digits and "_", beginning with a
 * letter; new in its kind), type ("text", "int" ...), labels, and what it is to be found by. Storing it gives the field its number,
 * CRM_CUSTOM_FIELD_FIELD, which is good at once in the same transaction and for other processes at their next one. Kind, name, type and how
 * it is found are fixed then; labels, column headings and whether it is personal data can change. Deleting a definition is refused as long
 * as its index or a rule names it; values that records still have are kept and come back with nothing else.
 *
 * crm_record_text() and its like take these numbers for records of their kind. A record that was read knows its custom fields by name; a
 * new one does where it comes from crm_record_new_in().
 */
#ifndef LIBCRM_CUSTOM_FIELD_H
#define LIBCRM_CUSTOM_FIELD_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/**
 * Number of a field by its path ("party.machine_count"), custom or built in.
 * @errors CRM_E_NOTFOUND. @threads one at a time. @since 1.0
 */
CRM_API int crm_custom_field_find(crm_txn *txn, const char *path, crm_field *out);
/**
 * The definition of a custom field, by its number.
 * @errors CRM_E_NOTFOUND no such custom field. @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_custom_field_get(crm_txn *txn, crm_field field, crm_record **out);
/**
 * The custom field of a kind after this one (0: the first), in *out; 0 behind the last.
 * @errors CRM_E_INVALID no such kind. @threads one at a time. @since 1.0
 */
CRM_API int crm_custom_field_next(crm_txn *txn, uint32_t kind, crm_field field, crm_field *out);

#ifdef __cplusplus
}
#endif
#endif
