/* SPDX-License-Identifier: MIT */
/**
 * @file schema.h
 * What there is: kinds of records, their fields, and the built-in code tables, with English and German labels. For hosts that show,
 * map or bind fields without naming each in their code.
 *
 * What is here is built in and needs no store. Fields that a host defines (custom_field.h) have numbers that tell their kind and type, so
 * crm_field_kind() and crm_field_type() know them too; their names and labels lie in the store.
 */
#ifndef LIBCRM_SCHEMA_H
#define LIBCRM_SCHEMA_H
#include <libcrm/fields.h>
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/** Type of a field's value; it decides the accessor. */
enum crm_type {
    CRM_TYPE_TEXT = 1,
    CRM_TYPE_INT = 2,
    CRM_TYPE_BOOL = 3,
    CRM_TYPE_DATE = 4,
    CRM_TYPE_TIME = 5,
    CRM_TYPE_AMOUNT = 6,
    CRM_TYPE_ID = 7,
    CRM_TYPE_BYTES = 8,
    CRM_TYPE_TEXTS = 9,
    CRM_TYPE_LABEL = 10
};
/** What holds for a field. */
enum crm_field_flag {
    CRM_FIELD_REQUIRED = 1 << 0,   /**< a stored record has a value */
    CRM_FIELD_UNIQUE = 1 << 1,     /**< no two records have the same value, inside the field's scope */
    CRM_FIELD_INDEXED = 1 << 2,    /**< crm_record_search() finds it; of references crm_record_search_id() */
    CRM_FIELD_FOLDED = 1 << 3,     /**< found without regard to case and accents */
    CRM_FIELD_SEARCHABLE = 1 << 4, /**< its words are for the search */
    CRM_FIELD_PERSONAL = 1 << 5,   /**< personal data (GDPR article 4) */
    CRM_FIELD_SYSTEM = 1 << 6,     /**< set by the library only */
    CRM_FIELD_KEY = 1 << 7,        /**< the owner: part of the record's identity, fixed when it is stored first */
    CRM_FIELD_COMPACT = 1 << 8,    /**< found by its letters and digits alone, in capitals: "de 123.456" is "DE123456" */
    CRM_FIELD_DEPENDENT = 1 << 9,  /**< the record is about the one that it names here, and is deleted with it */
    CRM_FIELD_PRICE = 1 << 10      /**< price terms: lists, discounts, balances */
};

/** The kind after this one (0: the first), or 0 behind the last. @threads any. @since 1.0 */
CRM_API uint32_t crm_kind_next(uint32_t kind);
/** Number of a kind by its name ("contact"), or 0. @threads any. @since 1.0 */
CRM_API uint32_t crm_kind_find(const char *name);
/** Name of a kind, or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_kind_name(uint32_t kind);
/** Label of a kind in a language ("de", else English), or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_kind_label(uint32_t kind, const char *language);

/** The field of a kind after this one (0: the first), or 0 behind the last. @threads any. @since 1.0 */
CRM_API crm_field crm_field_next(uint32_t kind, crm_field field);
/** Number of a field by its path ("party.vat_id"), or 0. @threads any. @since 1.0 */
CRM_API crm_field crm_field_find(const char *path);
/** Name of a field inside its kind, or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_field_name(crm_field field);
/** Kind that a field belongs to, or 0. @threads any. @since 1.0 */
CRM_API uint32_t crm_field_kind(crm_field field);
/** Type of a field (a crm_type), or 0. @threads any. @since 1.0 */
CRM_API uint32_t crm_field_type(crm_field field);
/** crm_field_flag bits of a field. @threads any. @since 1.0 */
CRM_API uint32_t crm_field_flags(crm_field field);
/** Label of a field in a language ("de", else English), or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_field_label(crm_field field, const char *language);
/** Code domain of a text field ("country"), or NULL where any text is good. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_field_domain(crm_field field);
/** Version that brought the field ("1.0"), or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_field_since(crm_field field);

/** How many code domains there are. @threads any. @since 1.0 */
CRM_API size_t crm_domain_count(void);
/** Name of a code domain by position, or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_domain_name(size_t index);
/**
 * 1 where the domain takes its built-in codes only (country, currency ...), 0 where stored codes or any text will do.
 * @threads any. @since 1.0
 */
CRM_API int crm_domain_closed(const char *domain);
/** Built-in code of a domain by position, or NULL beyond the last. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_domain_code(const char *domain, size_t index);
/** Label of a built-in code in a language ("de", else English), or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_domain_label(const char *domain, const char *code, const char *language);

#ifdef __cplusplus
}
#endif
#endif
