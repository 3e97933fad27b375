/* SPDX-License-Identifier: MIT */
/* An address as lines to print, in the order that its country uses. */
#ifndef CRMI_MODEL_ADDRESS_FORMAT_H
#define CRMI_MODEL_ADDRESS_FORMAT_H
#include "base/buffer.h"
#include "store/object.h"

/* Who stands above an address that names no recipient of its own: the party. NULL for what there is not. */
typedef struct crmi_addressee {
    const char *name, *addition;
    size_t name_size, addition_size;
} crmi_addressee;

/* Appends the lines, divided by '\n'. delivery: goods are to arrive there, so the street goes before a PO box; else it is for letters,
 * and a PO box with a postal code of its own takes the street's place. Lines that would be empty are left out; the last line is always
 * the country, in English capitals, where the address has one. A failed allocation shows in out. */
void crmi_address_format(const crm_record *address, const crmi_addressee *party, bool delivery, crmi_buffer *out);
#endif
