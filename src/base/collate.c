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
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer folded = crmi_buffer_in(room, sizeof room);
    int rc = (collation == CRMI_DIN5007_2 ? crmi_utf8_fold_umlauts : crmi_utf8_fold)(text, size, &folded);
    if (rc == CRM_OK && folded.size) place(folded.data, folded.size, out);
    crmi_buffer_free(&folded);
    return rc == CRM_OK && !out->failed ? CRM_OK : crmi_error_nomem();
}

/* --- what decides then --- */

/* Places of letters that have an accent come first, what accent behind each. One that comes earlier is the greater: without is less than
 * with. Then come places of letters that are not of the size that is usual, a capital at a word's beginning and small ones else: a capital
 * there is the greater the earlier it comes, a small one the less. So most names have a single byte. A place is told by the letters
 * between, of which a byte holds so many: */
enum { NEAR_ACCENT = 120, NEAR_SIZE = 60 };
enum { ACCENT = 0xfe, FAR_ACCENT = 0x80, CAPITAL = 0x7e, FAR_CAPITAL = 0x42, END = 0x40, FAR_SMALL = 0x3e, SMALL = 0x02 };

typedef struct places {
    uint8_t bytes[CRMI_TIE_PART];
    size_t size, last;
    bool full;
} places;

/* weight: what it has; 0 where that is one thing alone. */
static void note(places *list, size_t at, uint8_t first, uint8_t far, uint8_t near, uint8_t weight) {
    size_t gap = at - list->last, steps = gap / near;
    list->full |= steps + 1 + (weight != 0) > sizeof list->bytes - list->size;
    if (list->full) return;
    memset(list->bytes + list->size, far, steps);
    list->size += steps;
    list->bytes[list->size++] = (uint8_t)(first < far ? first + gap % near : first - gap % near);
    if (weight) list->bytes[list->size++] = weight;
    list->last = at;
}

typedef struct tie_walk {
    places accents, sizes;
    size_t at;   /* letters so far */
    bool inside; /* of a word */
} tie_walk;

static void note_accent(tie_walk *walk, size_t at, uint8_t weight) { note(&walk->accents, at, ACCENT, FAR_ACCENT, NEAR_ACCENT, weight); }

/* A letter or digit, or what is between words. */
static void note_size(tie_walk *walk, bool letter, bool capital, bool small) {
    if (capital && walk->inside) note(&walk->sizes, walk->at, CAPITAL, FAR_CAPITAL, NEAR_SIZE, 0);
    if (small && !walk->inside) note(&walk->sizes, walk->at, SMALL, FAR_SMALL, NEAR_SIZE, 0);
    walk->inside = letter;
}

static bool is_letter(int32_t c) {
    utf8proc_category_t category = utf8proc_category(c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

/* A letter without its marks, or a mark. Latin ones beyond ASCII are other letters in the first part. */
static void note_part(tie_walk *walk, int32_t c) {
    int32_t small = utf8proc_tolower(c);
    if (utf8proc_get_property(c)->combining_class) {
        note_accent(walk, walk->at ? walk->at - 1 : 0, (uint8_t)(0x40 | (c & 0x3f)));
        return;
    }
    if (small >= 0xc0 && small < 0x250) note_accent(walk, walk->at, (uint8_t)(0x80 | (small & 0x7f)));
    note_size(walk, is_letter(c), small != c, utf8proc_toupper(c) != c);
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
}

void crmi_collate_tie(const char *text, size_t size, crmi_tie *out) {
    const unsigned char *at = (const unsigned char *)text;
    tie_walk walk = {.at = 0};
    for (size_t i = 0; i < size && !(walk.accents.full && walk.sizes.full);) {
        if (at[i] >= 0x80) {
            i += note_character(&walk, at + i, size - i);
            continue;
        }
        bool capital = at[i] >= 'A' && at[i] <= 'Z', small = at[i] >= 'a' && at[i] <= 'z';
        note_size(&walk, capital || small || (at[i] >= '0' && at[i] <= '9'), capital, small);
        bool again = at[i] == ' ' && (i == 0 || at[i - 1] == ' ');
        walk.at += !again;
        i++;
    }
    out->size = 0;
    end_part(out, &walk.accents);
    end_part(out, &walk.sizes);
    out->bytes[out->size++] = END;
}
