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

/* Letters that Unicode gives no decomposition, in the spelling that people use without them; NULL for all others. */
static const char *plain_letters(int32_t c) {
    switch (c) {
    case 0x00e6: return "ae"; /* ae ligature */
    case 0x00f0: return "d";  /* eth */
    case 0x00f8: return "o";  /* o with stroke */
    case 0x00fe: return "th"; /* thorn */
    case 0x0111: return "d";  /* d with stroke */
    case 0x0127: return "h";  /* h with stroke */
    case 0x0131: return "i";  /* dotless i */
    case 0x0133: return "ij"; /* ij ligature */
    case 0x0138: return "k";  /* kra */
    case 0x0140: return "l";  /* l with middle dot */
    case 0x0142: return "l";  /* l with stroke */
    case 0x014b: return "n";  /* eng */
    case 0x0153: return "oe"; /* oe ligature */
    case 0x0167: return "t";  /* t with stroke */
    default: return NULL;
    }
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

/* The ASCII characters that come next; gives how many. */
static size_t fold_ascii(fold *f, const unsigned char *text, size_t left) {
    uint8_t *begin = crmi_buffer_reserve(f->out, left + 1); /* a space that is due, and the letters */
    if (!begin) return left;
    uint8_t *to = begin;
    size_t i = 0;
    bool first = f->out->size == f->begin, space = f->space;
    while (i < left && text[i] < 0x80) {
        if (text[i] == ' ' || (text[i] >= 0x09 && text[i] <= 0x0d)) {
            space = true;
            i++;
            continue;
        }
        if (space && !first) *to++ = ' ';
        space = first = false;
        if (left - i >= 8 && fold_eight(text + i, to)) {
            i += 8;
            to += 8;
            continue;
        }
        do *to++ = (uint8_t)(text[i] + (text[i] >= 'A' && text[i] <= 'Z' ? 'a' - 'A' : 0));
        while (++i < left && text[i] > ' ' && text[i] < 0x80);
    }
    f->space = space;
    f->out->size += (size_t)(to - begin);
    return i;
}

static int fold_text(const char *text, size_t size, bool umlauts, crmi_buffer *out) {
    const unsigned char *at = (const unsigned char *)text;
    fold f = {.out = out, .begin = out->size, .umlauts = umlauts};
    for (size_t i = 0; i < size && !out->failed;)
        i += at[i] < 0x80 ? fold_ascii(&f, at + i, size - i) : fold_character(&f, at + i, size - i);
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
            end = i + fold_ascii(&f, at + i, size - i);
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
