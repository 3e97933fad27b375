/* SPDX-License-Identifier: MIT */
/* Ids one after the other, with a mark of two bits each: two bytes where an id is of the same root as the one before, three where it is of
 * a near one. The list begins at root 0. */
#ifndef CRMI_STORE_ID_LIST_H
#define CRMI_STORE_ID_LIST_H
#include "base/buffer.h"
#include "store/id.h"

#define CRMI_ID_LIST_ENTRY 9 /* bytes of an entry at most */

/* *root: of the entry before. */
void crmi_id_list_add(crmi_buffer *out, uint32_t *root, crmi_packed id, uint32_t mark);
int crmi_id_list_next(const uint8_t **at, const uint8_t *end, uint32_t *root, crmi_packed *id, uint32_t *mark); /* CRM_ROW, CRM_OK at the
 end, CRM_E_CORRUPT without an error text */
#endif
