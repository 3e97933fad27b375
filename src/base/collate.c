/* SPDX-License-Identifier: MIT */
/* The rules, and where they are from:
 * - An umlaut as its letter (DIN 5007-1:2005, 6.1.1.4.1) or as its letter and e (6.1.1.4.2, for lists of names), sharp s as ss, letters
 * with other marks as those without, ligatures as two letters: the folds of utf8.h.
 * - Blank before all else, word by word: "Bau Zander" before "Bauer". Letters before digits, digits one by one; letters of other scripts
 *   between them (EN 13710, whose order DIN 5007-1:2005 took over; CLDR has it as "eor").
 * - Names that are equal in this: letters without marks first, then small letters first, each at the first place where two differ (the
 *   second and third level of ISO/IEC 14651, as CLDR orders them).
 * Other than in the standard, marks of punctuation are not left out: each has a place of its own between blank and letters. So a name's
 * beginning is its key's, and "A & B" is not "AB". */
#include "base/collate.h"
#include "base/error.h"
#include "base/utf8.h"
#include <string.h>
#include <utf8proc.h>

#define DIGIT_ZERO 0xf5  /* digits go where no byte of UTF-8 is, behind all letters */
#define PUNCTUATION 0x39 /* goes before a mark that is not ASCII; the digits' places are free */

/* --- what is compared first --- */

static uint8_t place_of(uint8_t c) {
    if (c >= '0' && c <= '9') return (uint8_t)(DIGIT_ZERO + (c - '0'));
    return c >= '{' && c < 0x80 ? (uint8_t)('0' + (c - '{')) : c; /* the others of ASCII lie before the letters anyhow */
}

static bool is_punctuation(int32_t c) {
    utf8proc_category_t category = utf8proc_category(c);
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_SO;
}

static void place(const uint8_t *text, size_t size, crmi_buffer *out) {
    uint8_t *begin = crmi_buffer_reserve(out, size + size / 2), *to = begin; /* a mark has two bytes or more */
    if (!begin) return;
    for (size_t i = 0; i < size;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t step = text[i] < 0x80 ? 1 : utf8proc_iterate(text + i, (utf8proc_ssize_t)(size - i), &c);
        if (step > 1 && is_punctuation(c)) *to++ = PUNCTUATION;
        for (utf8proc_ssize_t j = 0; j < (step < 1 ? 1 : step); j++) *to++ = place_of(text[i++]);
    }
    out->size += (size_t)(to - begin);
}

int crmi_collate(const char *text, size_t size, crmi_collation collation, crmi_buffer *out) {
    crmi_buffer folded = {0};
    int rc = (collation == CRMI_DIN5007_2 ? crmi_utf8_fold_umlauts : crmi_utf8_fold)(text, size, &folded);
    if (rc == CRM_OK && folded.size) place(folded.data, folded.size, out);
    crmi_buffer_free(&folded);
    return rc == CRM_OK && !out->failed ? CRM_OK : crmi_error_nomem();
}

/* --- what decides then --- */

#define FAR 0x02 /* FAR_LETTERS further on; below 0xff - FAR_LETTERS, above the byte that ends a part */
#define FAR_LETTERS 250

/* Places of letters that have something, in their order. One that comes earlier is the greater: without is less than with. */
typedef struct places {
    uint8_t bytes[CRMI_TIE_PART];
    size_t size, last;
    bool full;
} places;

/* weight: what it has; 0 where that is one thing alone. */
static void note(places *list, size_t at, uint8_t weight) {
    size_t gap = at - list->last, far = gap / FAR_LETTERS, need = far + 1 + (weight != 0);
    list->full |= need > sizeof list->bytes - list->size;
    if (list->full) return;
    memset(list->bytes + list->size, FAR, far);
    list->size += far;
    list->bytes[list->size++] = (uint8_t)(0xff - gap % FAR_LETTERS);
    if (weight) list->bytes[list->size++] = weight;
    list->last = at;
}

typedef struct tie_walk {
    places accents, capitals;
    size_t at; /* letters so far */
} tie_walk;

/* A letter without its marks, or a mark. Latin ones beyond ASCII are other letters in the first part. */
static void note_part(tie_walk *walk, int32_t c) {
    int32_t small = utf8proc_tolower(c);
    if (utf8proc_get_property(c)->combining_class) {
        note(&walk->accents, walk->at ? walk->at - 1 : 0, (uint8_t)(0x40 | (c & 0x3f)));
        return;
    }
    if (small >= 0xc0 && small < 0x250) note(&walk->accents, walk->at, (uint8_t)(0x80 | (small & 0x7f)));
    if (small != c) note(&walk->capitals, walk->at, 0);
    walk->at++;
}

static size_t note_character(tie_walk *walk, const unsigned char *text, size_t left) {
    utf8proc_int32_t c, parts[16];
    int boundary = 0;
    utf8proc_ssize_t step = utf8proc_iterate(text, (utf8proc_ssize_t)left, &c);
    if (step < 1) return 1;
    utf8proc_ssize_t count = utf8proc_decompose_char(c, parts, 16, UTF8PROC_DECOMPOSE | UTF8PROC_IGNORE, &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < 16; i++) note_part(walk, parts[i]);
    return (size_t)step;
}

static void end_part(crmi_tie *out, const places *list) {
    memcpy(out->bytes + out->size, list->bytes, list->size);
    out->size += list->size;
    out->bytes[out->size++] = 0x01;
}

void crmi_collate_tie(const char *text, size_t size, crmi_tie *out) {
    const unsigned char *at = (const unsigned char *)text;
    tie_walk walk = {.at = 0};
    for (size_t i = 0; i < size && !(walk.accents.full && walk.capitals.full);) {
        if (at[i] >= 0x80) {
            i += note_character(&walk, at + i, size - i);
            continue;
        }
        if (at[i] >= 'A' && at[i] <= 'Z') note(&walk.capitals, walk.at, 0);
        bool again = at[i] == ' ' && (i == 0 || at[i - 1] == ' ');
        walk.at += !again;
        i++;
    }
    out->size = 0;
    end_part(out, &walk.accents);
    end_part(out, &walk.capitals);
}
