/* SPDX-License-Identifier: MIT */
/**
 * @file record.h
 * Records of every kind: party, address, contact ... in plain memory, and their way into and out of the store.
 *
 * A record is a detached copy: it belongs to the caller, outlives its transaction and the store, and changes nothing until
 * crm_record_put(). Its fields are reached by number through one accessor a value type; nothing is converted. A field of another type, or
 * of another kind than the record, gives the fallback and CRM_E_TYPE; crm_record_has() tells absent from wrong. Text is UTF-8 without
 * U+0000; empty text and an absent field differ. A record may be used by one thread at a time; const calls by any number at once.
 */
#ifndef LIBCRM_RECORD_H
#define LIBCRM_RECORD_H
#include <libcrm/fields.h>
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/** A new, empty record of a kind. @errors CRM_E_INVALID no such kind. @owner the caller. @threads any. @since 1.0 */
CRM_API int crm_record_new(uint32_t kind, crm_record **out);
/**
 * The same for a store: the record knows the store's custom fields by name.
 * @errors CRM_E_INVALID no such kind. @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_new_in(crm_txn *txn, uint32_t kind, crm_record **out);
/**
 * A copy of a record, with its identity and revision.
 * @errors those of any call. @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_copy(const crm_record *rec, crm_record **out);
/** Frees a record. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_record_free(crm_record *rec);

/** Kind of the record (a crm_kind); 0 for NULL. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_record_kind(const crm_record *rec);
/** Identity in the store, or 0 for a record that was never stored. @threads one at a time. @since 1.0 */
CRM_API crm_id crm_record_key(const crm_record *rec);
/** Revision that was read: 1 when stored first, one more with every change; 0 for a new record. @threads one at a time. @since 1.0 */
CRM_API uint64_t crm_record_revision(const crm_record *rec);

/**
 * 1 where the record has a value there, 0 where not.
 * @errors CRM_E_TYPE the field is not of the record's kind. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_has(const crm_record *rec, crm_field field);
/** How many fields have a value. @threads one at a time. @since 1.0 */
CRM_API size_t crm_record_count(const crm_record *rec);
/** The field at a position below crm_record_count(), in ascending order; 0 beyond. @threads one at a time. @since 1.0 */
CRM_API crm_field crm_record_field(const crm_record *rec, size_t index);

/**
 * Number of a field of the record's kind by its name, custom fields that the record knows included; 0 where there is none.
 * @threads one at a time. @since 1.0
 */
CRM_API crm_field crm_record_field_find(const crm_record *rec, const char *name);
/**
 * Name of a field of the record's kind, or NULL where the record does not know it.
 * @lifetime until rec is freed. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_record_field_name(const crm_record *rec, crm_field field);

/** The text, or NULL. @lifetime until rec changes or is freed. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API const char *crm_record_text(const crm_record *rec, crm_field field);
/** The integer, or fallback. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API int64_t crm_record_int(const crm_record *rec, crm_field field, int64_t fallback);
/** 1, 0, or fallback. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API int crm_record_bool(const crm_record *rec, crm_field field, int fallback);
/**
 * The date in days since 1970-01-01, or fallback. An "until" is the first day that is out.
 * @errors CRM_E_TYPE. @threads one at a time. @since 1.0
 */
CRM_API int64_t crm_record_date(const crm_record *rec, crm_field field, int64_t fallback);
/** The time in microseconds since 1970 UTC, or fallback. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API int64_t crm_record_time(const crm_record *rec, crm_field field, int64_t fallback);
/** Amount in ten-thousandths (19.99 is 199900), or fallback. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API int64_t crm_record_amount(const crm_record *rec, crm_field field, int64_t fallback);
/** Identity of another record, or 0. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API crm_id crm_record_id(const crm_record *rec, crm_field field);
/**
 * The bytes, their number in out_size; or NULL.
 * @lifetime until rec changes or is freed. @errors CRM_E_TYPE. @threads one at a time. @since 1.0
 */
CRM_API const void *crm_record_bytes(const crm_record *rec, crm_field field, size_t *out_size);
/** How many texts a list has, or languages a label. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API size_t crm_record_item_count(const crm_record *rec, crm_field field);
/**
 * One text of a list, or NULL beyond its end.
 * @lifetime until rec changes or is freed. @errors CRM_E_TYPE. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_record_item(const crm_record *rec, crm_field field, size_t index);
/**
 * The label in a language (ISO 639-1), or NULL where it has none.
 * @lifetime until rec changes or is freed. @errors CRM_E_TYPE. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_record_label(const crm_record *rec, crm_field field, const char *language);
/**
 * The language of a label at a position, or NULL beyond its end.
 * @lifetime until rec changes or is freed. @errors CRM_E_TYPE. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_record_label_language(const crm_record *rec, crm_field field, size_t index);

/**
 * Sets a text. Here and below: where it fails, the record is unchanged.
 * @param len bytes, or CRM_NTS.
 * @errors CRM_E_TYPE no text, of another kind, or a field that only the library sets; CRM_E_UTF8; CRM_E_TOO_BIG over 4,096 bytes.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_record_set_text(crm_record *rec, crm_field field, const char *text, size_t len);
/** Sets an integer. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API int crm_record_set_int(crm_record *rec, crm_field field, int64_t value);
/** Sets yes (not 0) or no (0). @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API int crm_record_set_bool(crm_record *rec, crm_field field, int value);
/**
 * Sets a date, in days since 1970-01-01: years 1 to 9999.
 * @errors CRM_E_TYPE; CRM_E_RANGE; CRM_E_NOMEM. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_set_date(crm_record *rec, crm_field field, int64_t days);
/**
 * Sets a time, in microseconds since 1970 UTC: years 1 to 9999.
 * @errors CRM_E_TYPE; CRM_E_RANGE; CRM_E_NOMEM. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_set_time(crm_record *rec, crm_field field, int64_t microseconds);
/** Sets an amount, in ten-thousandths. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API int crm_record_set_amount(crm_record *rec, crm_field field, int64_t amount);
/**
 * Sets a reference to another record; 0 clears it. Whether that record exists is checked when rec is stored.
 * @errors CRM_E_TYPE. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_set_id(crm_record *rec, crm_field field, crm_id id);
/** Sets bytes. @errors CRM_E_TYPE; CRM_E_TOO_BIG over 32,768. @threads one at a time. @since 1.0 */
CRM_API int crm_record_set_bytes(crm_record *rec, crm_field field, const void *bytes, size_t size);
/**
 * Adds a text to the end of a list.
 * @errors CRM_E_TYPE; CRM_E_UTF8; CRM_E_TOO_BIG over 64 items or 4,096 bytes. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_add_item(crm_record *rec, crm_field field, const char *text, size_t len);
/**
 * Sets the label in one language (two or three lower-case letters); NULL text removes it.
 * @errors CRM_E_TYPE; CRM_E_INVALID the language; CRM_E_UTF8; CRM_E_TOO_BIG over 64 languages or 4,096 bytes. @threads one at a time.
 * @since 1.0
 */
CRM_API int crm_record_set_label(crm_record *rec, crm_field field, const char *language, const char *text, size_t len);
/** Takes a field's value away, where it has one. @errors CRM_E_TYPE. @threads one at a time. @since 1.0 */
CRM_API int crm_record_clear(crm_record *rec, crm_field field);

/**
 * The whole record as one JSON object (RFC 8259): "kind", "id", "revision", then its fields by name; dates "2026-01-31", times
 * RFC 3339 in UTC, amounts as decimal texts, ids as numbers. An exclusive "until" is shown as the last day that is in.
 * @param[out] out_len may be NULL. @return the text; NULL on failure.
 * @lifetime until rec changes or is freed, or this is called again for it. @threads one at a time, for a const record of a file or quote
 * too.
 * @since 1.0
 */
CRM_API const char *crm_record_json(const crm_record *rec, size_t *out_len);

/**
 * Reads a record. An id of a record that was moved gives the record that took its place.
 * @errors CRM_E_NOTFOUND also where the actor may not see it.
 * @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_get(crm_txn *txn, crm_id id, crm_record **out);
/**
 * Stores a record as new, or over the one that it was read from; where nothing differs, nothing is written and the revision stays. The
 * record in memory stays as it is: to change it again, read it again.
 * @param[out] out_id, out_revision may be NULL; untouched on failure. An id counts only after the commit.
 * @errors crm_error_field() says which field. CRM_E_STALE changed since it was read; CRM_E_NOTFOUND deleted, or a reference to no record;
 *         CRM_E_EXISTS a unique value is taken, the party has the role or user at that time already, or quote defaults for this scope and
 * sales area, or a number range is used up, or a custom field has the name of a built-in one; CRM_E_REQUIRED no value, or a blank one;
 *         CRM_E_CODE; CRM_E_RANGE a date until that is not after the date from, a place that is not on earth, a party that refers itself,
 *         the value of a known setting; CRM_E_NOT_RELATED a reference into another party's file; CRM_E_INVALID another party than the
 *         stored record has, a scope of the store's own quote defaults or of a group's, a country or a sender's country of any others than
 *         the store's own, blocked inheritance of these, a custom field's definition whose name, kind or flags don't fit, or change where
 *         they are fixed; CRM_E_CYCLE a group would lie above itself, or an address would move to itself; CRM_E_ARCHIVED a group that
 *         becomes a parent, or gets a member, is archived, or a party that a user is bound to; CRM_E_IN_USE a party would be archived that
 *         users are bound to; CRM_E_TYPE a computed kind, a credential (see user.h), a custom field that the store does not define;
 *         CRM_E_TOO_BIG a limit of docs/limits.md; CRM_E_DENIED the actor may not write the kind, or the field that
 *         crm_error_field() says. Nothing is half done. What the actor does not see of a stored record is kept.
 * @threads creator only. @since 1.0
 */
CRM_API int crm_record_put(crm_txn *txn, const crm_record *rec, crm_id *out_id, uint64_t *out_revision);
/**
 * Deletes a record; of a party, its whole file with it, of a user his credential and the access roles that he has.
 * @param revision what was read, or 0 for whatever is stored.
 * @errors CRM_E_STALE; CRM_E_NOTFOUND; CRM_E_IN_USE other records refer to it (crm_error_field() is theirs; crm_record_blockers() lists
 *         them); CRM_E_TYPE a credential (see user.h); CRM_E_DENIED the actor may not.
 * @threads creator only. @since 1.0
 */
CRM_API int crm_record_delete(crm_txn *txn, crm_id id, uint64_t revision);
/**
 * Archives a record of a kind that has the field "archived" (party, address, contact, group, code, rule): it is kept and can be read, but
 * left out of lists, new proposals and candidates. What preferred it as a default does so no more. Nothing is done where it is archived
 * already.
 * @param revision what was read, or 0 for whatever is stored.
 * @errors CRM_E_STALE; CRM_E_NOTFOUND; CRM_E_TYPE a kind without the field; CRM_E_IN_USE users are bound to the party; CRM_E_DENIED
 *         the actor may not. @threads creator only. @since 1.0
 */
CRM_API int crm_record_archive(crm_txn *txn, crm_id id, uint64_t revision);
/** Takes a record out of the archive; defaults that were lost do not come back. @errors as crm_record_archive(). @threads creator only.
 * @since 1.0 */
CRM_API int crm_record_restore(crm_txn *txn, crm_id id, uint64_t revision);

/**
 * The record that has a value in a unique field: a role number, an identifier, a code, a setting.
 * @param scope what the value is unique in (the role of a number, the scheme of an identifier, the domain of a code), or NULL where the
 * field has none.
 * @errors CRM_E_NOTFOUND; CRM_E_TYPE the field is not unique; CRM_E_INVALID a scope where the field has none;
 *         CRM_E_DENIED the actor does not see the field.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_record_find(crm_txn *txn, crm_field field, const char *scope, size_t scope_len, const char *value, size_t len, crm_id *out);
/**
 * Records that have a value in an indexed field, in order of their identity inside the store.
 * @param limit, token see iter.h. @errors CRM_E_TYPE the field is no indexed text; CRM_E_INVALID the token; CRM_E_TOO_BIG the limit;
 *         CRM_E_DENIED the actor does not see the field.
 * @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_search(crm_txn *txn, crm_field field, const char *value, size_t len, uint32_t limit, const char *token,
                              crm_iter **out);
/**
 * The same for an indexed custom field of whole numbers, yes or no, dates, times or amounts: the value is what its accessor gives.
 * @param limit, token see iter.h. @errors CRM_E_TYPE the field is none of these, or not indexed; CRM_E_INVALID the token; CRM_E_TOO_BIG the
 *         limit; CRM_E_DENIED the actor does not see the field.
 * @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_search_int(crm_txn *txn, crm_field field, int64_t value, uint32_t limit, const char *token, crm_iter **out);
/**
 * Records that name a record in an indexed reference: whom a customer referred (CRM_PARTY_REFERRER), where a person is contact
 * (CRM_CONTACT_PERSON).
 * @param value  the record that is named. @param limit, token see iter.h.
 * @errors CRM_E_TYPE the field is no indexed reference; CRM_E_NOTFOUND no such record; CRM_E_INVALID the token; CRM_E_TOO_BIG the limit.
 * @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_search_id(crm_txn *txn, crm_field field, crm_id value, uint32_t limit, const char *token, crm_iter **out);
/**
 * A party's records of one kind, or a group's quote defaults, in the order in which they were added; with party 0 the store's own: codes,
 * settings, quote defaults.
 * @param limit, token see iter.h.
 * @errors CRM_E_NOTFOUND no such party or group; CRM_E_INVALID a kind that is not listed so, or the token; CRM_E_TOO_BIG the
 *         limit.
 * @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_record_list(crm_txn *txn, crm_id party, uint32_t kind, uint32_t limit, const char *token, crm_iter **out);

#ifdef __cplusplus
}
#endif
#endif
