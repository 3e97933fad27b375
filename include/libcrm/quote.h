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
 * records of all areas count. The store's own defaults may be for a country, and for a region in it: they count for a ship-to address
 * (without one, a bill-to address) that lies there, before those of the whole store. CRM_QUOTE_DEFAULTS_BLOCKS_INHERITANCE in a customer's
 * defaults keeps the values of his groups and of the hierarchy from him, in a group's those of the groups above it.
 *
 * Which levels a field is looked for at is its policy (policy.h). After that the mapping rules run, records of CRM_KIND_RULE: each sets one
 * field (target) to the value of another (source) or to a fixed one (value) where all its conditions (when) hold, but leaves given values
 * alone unless it overrides. Of several rules for a field the first by priority (1 before 2, without one last), then code, decides. Rules
 * see the values as the levels have left them, never those of other rules. docs/quote.md has paths and conditions.
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
    CRM_LEVEL_LOCK = 10,       /**< fixed for the actor: price list and currency of his user */
    CRM_LEVEL_EXPLICIT = 20,   /**< given by the caller */
    CRM_LEVEL_RULE = 25,       /**< a mapping rule */
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
    CRM_QUOTE_FLAG_AMBIGUOUS = 1 << 0,      /**< several candidates of equal standing; none was taken */
    CRM_QUOTE_FLAG_REDIRECTED = 1 << 1,     /**< the customer was merged into this one; a given address has moved to this one */
    CRM_QUOTE_FLAG_BLOCKED = 1 << 2,        /**< the customer has an order lock */
    CRM_QUOTE_FLAG_CONFLICT = 1 << 3,       /**< another level says otherwise: the customer's currency is not the price list's */
    CRM_QUOTE_FLAG_UNSET = 1 << 4,          /**< nothing is known; of single fields only */
    CRM_QUOTE_FLAG_DELIVERY_LOCKED = 1 << 5 /**< the customer has a delivery lock */
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
/** How crm_quote_explain() writes. */
enum crm_quote_format {
    CRM_QUOTE_FORMAT_TEXT = 1, /**< lines for people, in English */
    CRM_QUOTE_FORMAT_JSON = 2  /**< what crm_quote_json() gives, with "losers" in each field and "changes" */
};

/**
 * Computes the proposal for a customer on a day.
 * @param customer  the sold-to party; 0: the only one that a bound user, or restricted staff, is bound to.
 * @param as_of     the day, in days since 1970-01-01, or CRM_TODAY.
 * @param given     what the caller has chosen: a record of CRM_KIND_QUOTE, or NULL. Empty text is an explicit "none". The sales area is
 *                  taken from here only.
 * @param[out] out  the proposal; NULL on failure.
 * @return CRM_OK, or CRM_CHOOSE where a field is ambiguous (its candidates are listed; out is set).
 * @errors CRM_E_NOTFOUND no such customer; CRM_E_ARCHIVED the customer, or a given address or contact, is archived; CRM_E_NOT_RELATED a
 *         given address, contact or payer is not the customer's; CRM_E_RANGE the day is not in the years 1 to 9999, or a given address or
 *         contact is not valid on it; CRM_E_INVALID given names another customer; CRM_E_TYPE given is of another kind, or has a
 *         field that the store has not; CRM_E_CODE a given code is none of its closed domain; CRM_E_TOO_BIG a given code has over 64 bytes,
 *         or the customer is in over 1,000 groups, those above them counted; CRM_E_LOCKED the actor is bound to other
 *         customers, or a given price list or currency is not the one that is fixed for him; CRM_E_DENIED he is staff and may not
 *         read quotes, personal data and price terms. The error's field says which one it is.
 * @owner the caller, with crm_quote_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_quote_resolve(crm_txn *txn, crm_id customer, int64_t as_of, const crm_record *given, crm_quote **out);
/**
 * Computes a proposal again: for another day, another customer or other choices, keeping what was given before.
 * @param old       the proposal so far. @param customer  the sold-to party, or 0 for the same. Where it is another one, given addresses,
 *                  contact and payer are dropped: they were the other's.
 * @param as_of     as for crm_quote_resolve().
 * @param changes   what is chosen now: it takes the place of what was given before, field by field; or NULL.
 * @param released, count  fields that were given before, or in changes, and are looked for again now; may be NULL where count is 0.
 * @param[out] out  the new proposal, which knows what changed and why (crm_quote_change()); NULL on failure. old stays as it is.
 * @errors as crm_quote_resolve(); CRM_E_TYPE a released field is none of a quote; CRM_E_INVALID old is of another store; CRM_E_LOCKED also
 *         where old is of another customer, and the actor sees no quotes of others. @owner the caller.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_quote_reresolve(crm_txn *txn, const crm_quote *old, crm_id customer, int64_t as_of, const crm_record *changes,
                                const crm_field *released, size_t count, crm_quote **out);
/**
 * A proposal as bytes, to be kept with the quote that was made of it: all that it tells, addresses by value, losers, changes and what was
 * given. The same proposal gives the same bytes.
 * @return NULL on failure. @errors CRM_E_NOMEM. @lifetime until quote is freed, or this is called again for it. @threads one at a time.
 * @since 1.0
 */
CRM_API const void *crm_quote_save(crm_quote *quote, size_t *out_size);
/**
 * Reads it back, in the same store: the proposal tells what it told when it was saved, whatever was changed or deleted since, the host's
 * own fields and their names too, and can be computed again. Nothing of the store is read.
 * @param[out] out  the proposal; NULL on failure.
 * @errors CRM_E_FORMAT no saved proposal, or it is cut or damaged; CRM_E_VERSION a later version of the library has saved it; CRM_E_INVALID
 * it is of another store, or bytes is NULL; CRM_E_NOMEM; CRM_E_LOCKED it is of another customer, and the actor sees no quotes of others;
 * CRM_E_DENIED he is staff and may not read quotes, personal data and price terms. @owner the caller, with crm_quote_free(). @threads one
 * at a time. @since 1.0
 */
CRM_API int crm_quote_load(crm_txn *txn, const void *bytes, size_t size, crm_quote **out);
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
/** Rule that has set a value, or 0. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API crm_id crm_quote_rule(const crm_quote *quote, crm_field field);
/** crm_quote_flag bits of a field; field 0: of all together, without UNSET. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_quote_flags(const crm_quote *quote, crm_field field);
/** How many candidates an ambiguous field has. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API size_t crm_quote_candidate_count(const crm_quote *quote, crm_field field);
/** One candidate, by position in ascending order of the ids, or 0. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API crm_id crm_quote_candidate(const crm_quote *quote, crm_field field, size_t index);
/**
 * How many values a field could have had from other levels and rules. Addresses, contact and parties have none: what later steps would have
 * found is not read. @errors CRM_E_TYPE; CRM_E_NOMEM. @threads one at a time. @since 1.0
 */
CRM_API size_t crm_quote_loser_count(crm_quote *quote, crm_field field);
/**
 * One of them, in the order in which they would have been taken: those of rules, a given one, those of the levels by the field's policy. A
 * record of CRM_KIND_QUOTE_LOSER with level, value (as text), source and why it was not taken. NULL beyond the last. @lifetime until quote
 * is freed. @errors CRM_E_TYPE; CRM_E_NOMEM. @threads one at a time. @since 1.0
 */
CRM_API const crm_record *crm_quote_loser(crm_quote *quote, crm_field field, size_t index);
/** How many fields differ from the proposal that this one was computed again from; 0 for a first one. @threads one at a time. @since 1.0 */
CRM_API size_t crm_quote_change_count(const crm_quote *quote);
/**
 * One of them, in the order of the fields: a record of CRM_KIND_QUOTE_CHANGE with the values, levels and sources before and now, and why.
 * Values are texts, ids in decimal. Of an address a new revision counts too: source and revision are its own then. NULL beyond the last.
 * @lifetime until quote is freed. @threads one at a time. @since 1.0
 */
CRM_API const crm_record *crm_quote_change(const crm_quote *quote, size_t index);
/**
 * What was given for the proposal: a record of CRM_KIND_QUOTE, empty where nothing was.
 * @errors those of any call. @owner the caller, with crm_record_free(). @threads one at a time. @since 1.0
 */
CRM_API int crm_quote_given(const crm_quote *quote, crm_record **out);
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
/**
 * The proposal explained: for each field the value, where it comes from, what it won against, and flags; then what changed.
 * @param format a crm_quote_format. @return NULL on failure. @errors CRM_E_INVALID the format; CRM_E_NOMEM.
 * @lifetime until quote is freed, or this is called again for it. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_quote_explain(crm_quote *quote, uint32_t format, size_t *out_len);
/** Number of a level by its name ("customer"), or 0. @threads any. @since 1.0 */
CRM_API uint32_t crm_quote_level_find(const char *name);
/** Name of a level ("customer"), or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_quote_level_name(uint32_t level);
/** Name of a reason ("preferred"), or NULL. @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_quote_reason_name(uint32_t reason);

#ifdef __cplusplus
}
#endif
#endif
