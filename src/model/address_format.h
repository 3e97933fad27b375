/* SPDX-License-Identifier: MIT */
/* An address as lines to print, in the order that its country uses. */
#ifndef CRMI_MODEL_ADDRESS_FORMAT_H
#define CRMI_MODEL_ADDRESS_FORMAT_H
#include "base/buffer.h"
#include "store/object.h"

/* What is sent. delivery: goods are to arrive there, so the street goes before a PO box; else it is for letters, and a PO box with a postal
 * code of its own takes the street's place. The party's name and its addition stand above an address that names no recipient of its own.
 * All texts may be empty. */
typedef struct crmi_letter {
    bool delivery;
    crmi_slice name, addition;
    crmi_slice sender_country; /* its code */
} crmi_letter;

/* Appends the lines, divided by '\n'. Lines that would be empty are left out; the last line is the country, in English capitals, where the
 * address has one and it is not the sender's. A failed allocation shows in out. */
void crmi_address_format(const crm_record *address, const crmi_letter *letter, crmi_buffer *out);
#endif
