/* SPDX-License-Identifier: MIT */
/* German order of names. A key has two parts: what the standard compares first, as bytes that keep the order of letters and in which a
 * name's beginning is the beginning of its key; and what decides between names that are equal in this. */
#ifndef CRMI_BASE_COLLATE_H
#define CRMI_BASE_COLLATE_H
#include "base/buffer.h"

typedef enum crmi_collation {
    CRMI_DIN5007_1 = 1, /* an umlaut is its letter: words, and names where nothing else is said */
    CRMI_DIN5007_2      /* an umlaut is its letter and an e: directories of names */
} crmi_collation;

/* Names that are equal otherwise: by accents, then by capitals. No tie is the beginning of another. */
#define CRMI_TIE_PART 12
typedef struct crmi_tie {
    uint8_t bytes[2 * CRMI_TIE_PART + 1];
    size_t size;
} crmi_tie;

/* Appends the first part to out. Two names have the same one just where crmi_utf8_fold() (DIN5007_2: crmi_utf8_fold_umlauts()) gives the
 * same, and one's begins with the other's just where that does. text must have passed crmi_utf8_check(). CRM_OK or CRM_E_NOMEM. */
int crmi_collate(const char *text, size_t size, crmi_collation collation, crmi_buffer *out);
/* The second part. */
void crmi_collate_tie(const char *text, size_t size, crmi_tie *out);
#endif
