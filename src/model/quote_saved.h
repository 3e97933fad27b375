/* SPDX-License-Identifier: MIT */
/* The saved form of a proposal: 12 bytes, then a sequence of MessagePack values, which quote_save.c writes and quote_load.c reads. Ids in
 * it are public ones.
 *
 *   magic        4 bytes
 *   version      4 bytes, the highest first; a change that an older library would misread raises it
 *   checksum     4 bytes, the highest first: CRC-32C of the version and of all that follows
 *   store        its uuid
 *   fields       list of number, name: those of the host that the proposal names, by kind and number; and so all of a quote
 *   head         customer that was asked for, date, block reason, his name, the contact's name and its revision; nil: none
 *   cells        how many built-in fields there are, then for each place its cell and the list of its losers (records)
 *   names        list of id, name, country, region, area (nil: none): of groups and rules that the explanation names, and what terms are
 *                for, by id
 *   addresses    ship-to, then bill-to: id, owner, revision, record, lines; nil: none; true, lines: the same as the ship-to
 *   given        record; nil: nothing was
 *   changes      list of records; nil: it was not computed again
 *
 * A cell is nil where there is nothing to tell, or level, reason, flags, value, source, revision, field of the source, rule, its revision,
 * and the list of candidates. A value is type and integer; of texts, bytes and lists, and of what is raw, items and bytes come behind. A
 * record is the list of its entries: number, value. */
#ifndef CRMI_MODEL_QUOTE_SAVED_H
#define CRMI_MODEL_QUOTE_SAVED_H
#include "model/quote_tell.h"

#define CRMI_SAVED_MAGIC "CRMQ"
#define CRMI_SAVED_VERSION 1u
enum { CRMI_SAVED_AT_VERSION = 4, CRMI_SAVED_AT_CHECKSUM = 8, CRMI_SAVED_HEAD = 12 };

/* Of the version and what lies behind the head. */
uint32_t crmi_saved_checksum(const uint8_t *bytes, size_t size);
/* Whether bytes come behind a value of the type. */
bool crmi_saved_has_bytes(uint32_t type);
#endif
