/* SPDX-License-Identifier: MIT */
/**
 * @file quote.h
 * The proposal that a quote starts from: who, where to, on which terms, and for every value where it comes from.
 *
 * The fields are those of CRM_KIND_QUOTE (CRM_QUOTE_SHIP_TO, CRM_QUOTE_PRICE_LIST ...). A proposal is computed from one snapshot and
 * the arguments alone: the same snapshot gives the same bytes. It is plain memory and outlives everything.
 *
 * Quote defaults are stored for a customer, for one of his addresses or contacts, or for the store itself (without a party), each of them
 * for all sales areas or for one. A proposal for a sales area (CRM_QUOTE_SALES_AREA in given) takes each field of a level from the record
 * of that area, and where it is not set there from the record of all areas; then the next level follows. Without a sales area only the
 * records of all areas count.
 */
#ifndef LIBCRM_QUOTE_H
#define LIBCRM_QUOTE_H
#include <libcrm/fields.h>
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/** Where a value comes from, most specific first. Numbers never move; gaps are for levels of later versions. */
enum crm_quote_level {
    CRM_LEVEL_UNSET = 0,       /**< nothing is known; never invented */
    CRM_LEVEL_LOCK = 10,       /**< fixed for the actor */
    CRM_LEVEL_EXPLICIT = 20,   /**< given by the caller */
    CRM_LEVEL_PRICE_LIST = 30, /**< the currency of the price list's code */
    CRM_LEVEL_SITE = 40,       /**< the ship-to site */
    CRM_LEVEL_CONTACT = 50,    /**< the chosen contact */
    CRM_LEVEL_CUSTOMER = 60,   /**< the customer */
    CRM_LEVEL_PAYER = 70,      /**< the payer */
    CRM_LEVEL_GROUP = 80,      /**< a group of customers */
    CRM_LEVEL_HIERARCHY = 90,  /**< a party above the customer */
    CRM_LEVEL_COUNTRY = 100,   /**< the country */
    CRM_LEVEL_GLOBAL = 110     /**< the store's own defaults */
};
/** What is special about a value. */
enum crm_quote_flag {
    CRM_QUOTE_FLAG_AMBIGUOUS = 1 << 0,  /**< several candidates of equal standing; none was taken */
    CRM_QUOTE_FLAG_REDIRECTED = 1 << 1, /**< the customer was merged into this one */
    CRM_QUOTE_FLAG_BLOCKED = 1 << 2,    /**< the customer has an order lock */
    CRM_QUOTE_FLAG_CONFLICT = 1 << 3    /**< another level says otherwise: the customer's currency is not the price list's */
};
/** Why an object of the first stage (ship-to, bill-to, payer, contact) was taken. */
enum crm_quote_reason {
    CRM_REASON_NONE = 0,
    CRM_REASON_EXPLICIT = 1,          /**< given by the caller */
    CRM_REASON_PREFERRED = 2,         /**< the customer's preferred site or contact */
    CRM_REASON_CONTACT_PREFERRED = 3, /**< the preferred site of the chosen or preferred contact */
    CRM_REASON_SITE_PREFERRED = 4,    /**< the preferred contact of the chosen site */
    CRM_REASON_DEFAULT = 5,           /**< marked as default for the purpose */
    CRM_REASON_ONLY_PURPOSE = 6,      /**< the only valid one for the purpose */
    CRM_REASON_ONLY = 7,              /**< the only valid one at all */
    CRM_REASON_MAIN = 8,              /**< the main address */
    CRM_REASON_BILL_TO = 9            /**< the bill-to party pays */
};

/**
 * Computes the proposal for a customer on a day.
 * @param customer  the sold-to party.
 * @param as_of     the day, in days since 1970-01-01, or CRM_TODAY.
 * @param given     what the caller has chosen: a record of CRM_KIND_QUOTE, or NULL. Empty text is an explicit "none". The sales area is
 *                  taken from here only.
 * @param[out] out  the proposal; NULL on failure.
 * @return CRM_OK, or CRM_CHOOSE where a field is ambiguous (its candidates are listed; out is set).
 * @errors CRM_E_NOTFOUND no such customer; CRM_E_ARCHIVED the customer, or a given address or contact, is archived; CRM_E_NOT_RELATED a
 *         given address, contact or payer is not the customer's; CRM_E_RANGE the day is not in the years 1 to 9999, or a given address or
 *         contact is not valid on it; CRM_E_INVALID given names another customer; CRM_E_TYPE given is of another kind; CRM_E_CODE a given
 *         code is none of its closed domain; CRM_E_TOO_BIG a given code has over 64 bytes. The error's field says which one it is.
 * @owner the caller, with crm_quote_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_quote_resolve(crm_txn *txn, crm_id customer, int64_t as_of, const crm_record *given, crm_quote **out);
/** Frees a proposal. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_quote_free(crm_quote *quote);

/**
 * The values, as a record of CRM_KIND_QUOTE; what is unset is absent.
 * @lifetime until quote is freed. @threads one at a time. @since 1.0
 */
CRM_API const crm_record *crm_quote_record(const crm_quote *quote);
/** The day that the proposal is for, in days since 1970-01-01. @threads one at a time. @since 1.0 */
CRM_API int64_t crm_quote_date(const crm_quote *quote);
/** Level that a value comes from (a crm_quote_level). @errors CRM_E_TYPE not a field of a quote. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_quote_level(const crm_quote *quote, crm_field field);
/** Why an object of the first stage was taken (a crm_quote_reason). @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_quote_reason(const crm_quote *quote, crm_field field);
/** Record that a value comes from, or 0 for an explicit or unset one. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API crm_id crm_quote_source(const crm_quote *quote, crm_field field);
/** Revision of that record, or 0. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API uint64_t crm_quote_source_revision(const crm_quote *quote, crm_field field);
/** Field of that record that the value was read from, or 0. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API crm_field crm_quote_source_field(const crm_quote *quote, crm_field field);
/** crm_quote_flag bits of a field; field 0: of all together. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_quote_flags(const crm_quote *quote, crm_field field);
/** How many candidates an ambiguous field has. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API size_t crm_quote_candidate_count(const crm_quote *quote, crm_field field);
/** One candidate, by position in ascending order of the ids, or 0. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API crm_id crm_quote_candidate(const crm_quote *quote, crm_field field, size_t index);
/**
 * Why the customer is blocked: his lock reason, "" without one, NULL where he is not.
 * @lifetime until quote is freed. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_quote_block_reason(const crm_quote *quote);
/**
 * Snapshot of an address by value: the record as it was.
 * @param field CRM_QUOTE_SHIP_TO or CRM_QUOTE_BILL_TO. @return NULL where unset. @lifetime until quote is freed. @errors CRM_E_TYPE.
 * @threads one at a time. @since 1.0
 */
CRM_API const crm_record *crm_quote_address(const crm_quote *quote, crm_field field);
/**
 * The same as lines to print, divided by '\n', in the order of its country. The last line is the country, in English capitals. It is left
 * out where it is the sender's: CRM_QUOTE_DEFAULTS_SENDER_COUNTRY of the store's own quote defaults, by sales area as any field.
 * @return NULL where unset. @lifetime until quote is freed. @errors CRM_E_TYPE. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_quote_address_text(const crm_quote *quote, crm_field field);
/**
 * The proposal with every source as one JSON object.
 * @return NULL on failure. @errors CRM_E_NOMEM. @lifetime until quote is freed. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_quote_json(crm_quote *quote, size_t *out_len);
/** Name of a level ("customer"), or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_quote_level_name(uint32_t level);
/** Name of a reason ("preferred"), or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_quote_reason_name(uint32_t reason);

#ifdef __cplusplus
}
#endif
#endif
