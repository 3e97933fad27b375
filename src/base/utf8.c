/* SPDX-License-Identifier: MIT */
/* UTF-8: checking, eight ASCII bytes at a time, and folding character by character. A fold takes marks off while it decomposes, so that
 * nothing is left that would need canonical ordering: the time is linear in the text however many marks follow one letter. */
#include "base/utf8.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_BITS UINT64_C(0x0101010101010101)

/* How many bytes the sequence at text has (lead byte >= 0x80); 0 where it is malformed. */
static size_t sequence(const unsigned char *text, size_t left) {
    unsigned char lead = text[0];
    size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || size > left) return 0;
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;  /* below: overlong */
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf; /* above: surrogates, beyond U+10FFFF */
    if (text[1] < low || text[1] > high) return 0;
    for (size_t i = 2; i < size; i++)
        if ((text[i] & 0xc0) != 0x80) return 0;
    return size;
}

/* Whether eight bytes are ASCII without NUL. */
static bool is_plain(const unsigned char *at) {
    uint64_t word;
    memcpy(&word, at, 8);
    return ((word | (word - LOW_BITS)) & HIGH_BITS) == 0; /* a zero byte would borrow */
}

bool crmi_utf8_check(const char *text, size_t size) {
    const unsigned char *at = (const unsigned char *)text, *end = at + size;
    while (at < end) {
        while (end - at >= 8 && is_plain(at)) at += 8;
        if (size >= 8 && end - at < 8 && is_plain(end - 8)) return true;
        if (at == end) break;
        size_t step = *at < 0x80 ? *at != 0 : sequence(at, (size_t)(end - at));
        if (step == 0) return false;
        at += step;
    }
    return true;
}

size_t crmi_utf8_size(const char *text, size_t size) { return size == CRM_NTS ? strlen(text) : size; }

static bool is_space(int32_t c) {
    return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* Letters from U+00C0 to U+017F folded: without case and marks, and in the spelling that people use without them where Unicode gives no
 * decomposition (ae ligature, eth, o with stroke, thorn, and others). "": it has none of ASCII. */
static const char latin_letters[][3] = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",  /* U+00C0 */
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "ss", /* U+00D0 */
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",  /* U+00E0 */
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "y",  /* U+00F0 */
    "a", "a", "a",  "a",  "a", "a", "c",  "c", "c", "c", "c", "c", "c", "c", "d",  "d",  /* U+0100 */
    "d", "d", "e",  "e",  "e", "e", "e",  "e", "e", "e", "e", "e", "g", "g", "g",  "g",  /* U+0110 */
    "g", "g", "g",  "g",  "h", "h", "h",  "h", "i", "i", "i", "i", "i", "i", "i",  "i",  /* U+0120 */
    "i", "i", "ij", "ij", "j", "j", "k",  "k", "k", "l", "l", "l", "l", "l", "l",  "l",  /* U+0130 */
    "l", "l", "l",  "n",  "n", "n", "n",  "n", "n", "",  "n", "n", "o", "o", "o",  "o",  /* U+0140 */
    "o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r", "s", "s", "s", "s", "s",  "s",  /* U+0150 */
    "s", "s", "t",  "t",  "t", "t", "t",  "t", "u", "u", "u", "u", "u", "u", "u",  "u",  /* U+0160 */
    "u", "u", "u",  "u",  "w", "w", "y",  "y", "y", "z", "z", "z", "z", "z", "z",  "s",  /* U+0170 */
};

/* The same of any character; NULL: none. */
static const char *plain_letters(int32_t c) {
    const char *plain = c >= 0xc0 && c < 0x180 ? latin_letters[c - 0xc0] : "";
    return *plain ? plain : NULL;
}

/* True for marks that change places under normalisation (accents, points, nuktas), and enclosing ones. Vowel signs of Indic and other
 * scripts have class 0: they are letters to their readers, and stay. */
static bool is_mark(int32_t c) {
    const utf8proc_property_t *property = utf8proc_get_property(c);
    return property->combining_class != 0 || property->category == UTF8PROC_CATEGORY_ME;
}

typedef struct fold {
    crmi_buffer *out;
    size_t begin; /* of what is appended */
    bool space;   /* one is due before the next letter */
    bool umlauts; /* are written with an e */
    bool latin;   /* letters of Latin script need nothing but the table */
} fold;

static void put(fold *f, const void *bytes, size_t size) {
    if (f->space && f->out->size > f->begin) crmi_buffer_byte(f->out, ' ');
    f->space = false;
    crmi_buffer_append(f->out, bytes, size);
}

/* Two points over the a, o or u that was put last. */
static bool is_umlaut(const fold *f, int32_t c) {
    const crmi_buffer *out = f->out;
    return f->umlauts && c == 0x0308 && !f->space && out->size > f->begin && strchr("aou", out->data[out->size - 1]);
}

static void put_character(fold *f, int32_t c) {
    if (is_space(c)) {
        f->space = true;
        return;
    }
    if (is_umlaut(f, c)) put(f, "e", 1);
    if (is_mark(c)) return;
    const char *plain = plain_letters(c);
    uint8_t bytes[4];
    if (plain)
        put(f, plain, strlen(plain));
    else
        put(f, bytes, (size_t)utf8proc_encode_char(c, bytes));
}

/* One character that is not ASCII; gives how many bytes it had. */
static size_t fold_character(fold *f, const unsigned char *text, size_t left) {
    utf8proc_int32_t c, parts[16];
    int boundary = 0;
    utf8proc_ssize_t step = utf8proc_iterate(text, (utf8proc_ssize_t)left, &c);
    if (step < 1) return 1;
    utf8proc_ssize_t count = utf8proc_decompose_char(c, parts, 16, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < 16; i++) put_character(f, parts[i]);
    return (size_t)step;
}

/* The two bytes at text, where they are a letter of the table that may lose its marks. */
static const char *latin_letter(const fold *f, const unsigned char *text) {
    return f->latin && *text >= 0xc3 && *text <= 0xc5 ? plain_letters((text[0] & 0x1f) << 6 | (text[1] & 0x3f)) : NULL;
}

/* Eight ASCII characters at once, where they are letters and the like, with single spaces between them alone: false where not. */
static bool fold_eight(const unsigned char *text, uint8_t *to) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
    if (word & HIGH_BITS) return false;
    uint64_t from_space = word + LOW_BITS * (0x80 - ' '), behind_space = word + LOW_BITS * (0x7f - ' ');
    uint64_t from_a = word + LOW_BITS * (0x80 - 'A'), behind_z = word + LOW_BITS * (0x7f - 'Z');
    uint64_t spaces = from_space & ~behind_space & HIGH_BITS, ends = UINT64_C(0x8000000000000080);
    if ((from_space & HIGH_BITS) != HIGH_BITS || spaces & (spaces >> 8 | ends)) return false;
    word |= (from_a & ~behind_z & HIGH_BITS) >> 2; /* what a small letter has more */
    memcpy(to, &word, sizeof word);
    return true;
}

/* ASCII characters, eight by eight, the last eight again with what is left; where they don't allow that, those to the end of the word.
 * Gives how many. */
static size_t fold_ascii(const unsigned char *text, size_t left, uint8_t *to) {
    size_t i = 0;
    while (left - i >= 8 && fold_eight(text + i, to + i)) i += 8;
    if (i && left - i < 8 && fold_eight(text + left - 8, to + left - 8)) return left;
    if (i) return i;
    do to[i] = (uint8_t)(text[i] + (text[i] >= 'A' && text[i] <= 'Z' ? 'a' - 'A' : 0));
    while (++i < left && text[i] > ' ' && text[i] < 0x80);
    return i;
}

/* The characters that come next, as long as they are of ASCII, or in the table where letters may lose their marks; gives how many bytes
 * they have. None becomes more than it has. */
static size_t fold_plain(fold *f, const unsigned char *text, size_t left) {
    uint8_t *begin = crmi_buffer_reserve(f->out, left + 1); /* a space that is due, and the letters */
    if (!begin) return left;
    uint8_t *to = begin;
    size_t i = 0;
    bool first = f->out->size == f->begin;
    while (i < left) {
        const char *latin = text[i] < 0x80 || left - i < 2 ? NULL : latin_letter(f, text + i);
        if (text[i] >= 0x80 && !latin) break;
        if (text[i] <= ' ' && (text[i] == ' ' || (text[i] >= 0x09 && text[i] <= 0x0d))) {
            f->space = true;
            i++;
            continue;
        }
        if (f->space && !first) *to++ = ' ';
        f->space = first = false;
        size_t size = latin ? 1 + (latin[1] != 0) : fold_ascii(text + i, left - i, to);
        if (latin) memcpy(to, latin, 2);
        to += size;
        i += latin ? 2 : size;
    }
    f->out->size += (size_t)(to - begin);
    return i;
}

static int fold_text(const char *text, size_t size, bool umlauts, crmi_buffer *out) {
    const unsigned char *at = (const unsigned char *)text;
    fold f = {.out = out, .begin = out->size, .umlauts = umlauts, .latin = !umlauts};
    for (size_t i = 0; i < size && !out->failed;) {
        i += fold_plain(&f, at + i, size - i);
        if (i < size) i += fold_character(&f, at + i, size - i);
    }
    return out->failed ? crmi_error_nomem() : CRM_OK;
}

int crmi_utf8_fold(const char *text, size_t size, crmi_buffer *out) { return fold_text(text, size, false, out); }

int crmi_utf8_fold_umlauts(const char *text, size_t size, crmi_buffer *out) { return fold_text(text, size, true, out); }

/* --- case alone: the characters are kept with their combining class and place, so that the marks of a letter can be put in order --- */

static uint64_t unit_of(int32_t c, size_t place) {
    return (uint64_t)utf8proc_get_property(c)->combining_class << 56 | (uint64_t)place << 21 | (uint64_t)c;
}

/* The units of characters that are not ASCII. */
static void add_units(const char *text, size_t size, crmi_buffer *units) {
    utf8proc_int32_t c, parts[16];
    crmi_buffer_clear(units);
    for (size_t i = 0; i < size;) {
        int boundary = 0;
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(size - i), &c);
        i += step < 1 ? 1 : (size_t)step;
        if (step < 1) continue;
        utf8proc_ssize_t count = utf8proc_decompose_char(c, parts, 16, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, &boundary);
        for (utf8proc_ssize_t part = 0; part < count && part < 16; part++) {
            uint64_t unit = unit_of(parts[part], units->size / sizeof unit);
            crmi_buffer_append(units, &unit, sizeof unit);
        }
    }
}

static int compare_units(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Marks in the order of their classes, those of one class as they stand. */
static void order_marks(uint64_t *units, size_t count) {
    for (size_t i = 0; i < count;) {
        size_t begin = i++;
        if (units[begin] >> 56 == 0) continue;
        while (i < count && units[i] >> 56) i++;
        if (i - begin > 1) qsort(units + begin, i - begin, sizeof *units, compare_units);
    }
}

static void put_units(fold *f, const uint64_t *units, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int32_t c = (int32_t)(units[i] & 0x1fffff);
        uint8_t bytes[4];
        if (is_space(c))
            f->space = true;
        else
            put(f, bytes, (size_t)utf8proc_encode_char(c, bytes));
    }
}

/* ASCII has no marks: what lies between two such characters is put in order by itself. */
int crmi_utf8_fold_case(const char *text, size_t size, crmi_buffer *out) {
    const unsigned char *at = (const unsigned char *)text;
    crmi_buffer units = {0};
    fold f = {.out = out, .begin = out->size};
    for (size_t i = 0, end; i < size && !out->failed && !units.failed; i = end) {
        if (at[i] < 0x80) {
            end = i + fold_plain(&f, at + i, size - i);
            continue;
        }
        for (end = i; end < size && at[end] >= 0x80;) end++;
        add_units(text + i, end - i, &units);
        order_marks((uint64_t *)(void *)units.data, units.size / sizeof(uint64_t));
        put_units(&f, (const uint64_t *)(const void *)units.data, units.size / sizeof(uint64_t));
    }
    bool failed = units.failed || out->failed;
    crmi_buffer_free(&units);
    return failed ? crmi_error_nomem() : CRM_OK;
}
