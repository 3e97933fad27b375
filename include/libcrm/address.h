/* SPDX-License-Identifier: MIT */
/**
 * @file address.h
 * Addresses by what they are for, moves to a new address on a day, and addresses as lines to print.
 *
 * An address is a candidate for a purpose on a day where a usage says so that is valid on it, and the address is valid and not archived.
 * One that has moved (CRM_ADDRESS_SUCCESSOR) stands for its successor from the day it ends on, over 16 moves at most.
 */
#ifndef LIBCRM_ADDRESS_H
#define LIBCRM_ADDRESS_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/** How an address is printed. */
enum crm_address_flag {
    CRM_ADDRESS_FOR_DELIVERY = 1 << 0 /**< goods are to arrive: the street, not the PO box */
};

/**
 * The addresses of a party that are offered for a purpose on a day: the defaults first, then in the order in which they were added.
 * @param purpose "delivery", "billing" ... (CRM_PURPOSE_DELIVERY). @param as_of in days since 1970-01-01, or CRM_TODAY.
 * @param limit, token see iter.h.
 * @errors CRM_E_NOTFOUND no such party; CRM_E_RANGE the day; CRM_E_INVALID the token; CRM_E_TOO_BIG the limit. @owner the caller.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_address_list(crm_txn *txn, crm_id party, const char *purpose, int64_t as_of, uint32_t limit, const char *token,
                             crm_iter **out);
/**
 * The address to propose for a purpose: the only default, else the only candidate, else the main address.
 * @param[out] out the address, or 0. @return CRM_OK, or CRM_CHOOSE where several are of equal standing (out is 0).
 * @errors CRM_E_NOTFOUND no such party, or no address for the purpose; CRM_E_RANGE the day. @threads one at a time. @since 1.0
 */
CRM_API int crm_address_choose(crm_txn *txn, crm_id party, const char *purpose, int64_t as_of, crm_id *out);
/**
 * Notes that a party moves: `to` is stored as a new address of the same party that is valid from the day on; the old one ends with it and
 * names its successor. Usages, preferences and terms of the old address hold for the new one from that day.
 * @param day in days since 1970-01-01, or CRM_TODAY. @param to a record of CRM_KIND_ADDRESS that was never stored; party and validity are
 * set by the call; site number, site name and country are the old one's where it has none of its own. @param[out] out the new address; may
 * be NULL.
 * @errors CRM_E_NOTFOUND no such address; CRM_E_TYPE to is of another kind; CRM_E_INVALID to is stored already; CRM_E_EXISTS the address
 *         moves already; CRM_E_TOO_BIG after 16 moves; CRM_E_RANGE the address is not valid on the day before, or the day is not in the
 * years 1 to 9999; CRM_E_ARCHIVED; those of crm_record_put().
 * @threads creator only. @since 1.0
 */
CRM_API int crm_address_move(crm_txn *txn, crm_id address, int64_t day, const crm_record *to, crm_id *out);
/**
 * An address as lines to print, divided by '\n', in the order and the capitals that its country's post asks for (Universal Postal Union).
 * The record may be one that is never stored: an address for one letter.
 * @param address a record of CRM_KIND_ADDRESS. @param party whose name stands above it where it has no recipient, or NULL.
 * @param sender_country code of the country that it is sent from: then that country's line is left out; or NULL.
 * @param flags crm_address_flag bits. @param[out] out cap bytes, NUL-ended; may be NULL where cap is 0.
 * @param[out] out_size bytes that the text has without its NUL, be there room for it or not; may be NULL.
 * @errors CRM_E_TYPE another kind; CRM_E_INVALID an unknown flag, or out is NULL; CRM_E_TOO_BIG cap is too small: out is then "" .
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_address_format(const crm_record *address, const crm_record *party, const char *sender_country, uint32_t flags, char *out,
                               size_t cap, size_t *out_size);

#ifdef __cplusplus
}
#endif
#endif
