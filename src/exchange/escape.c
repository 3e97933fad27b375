/* SPDX-License-Identifier: MIT */
/* What a spreadsheet would take for a formula. */
#include "exchange/escape.h"
#include <stdint.h>
#include <string.h>

/* White space of any kind and what is not seen at all. */
static size_t blank_at(const char *text, size_t size) {
    static const char *const blanks[] = {"\xc2\xa0",     "\xc2\x85",     "\xe2\x80\xaf", "\xe3\x80\x80", "\xef\xbb\xbf", "\xe2\x80\x8b",
                                         "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x81\xa0", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x81\x9f"};
    if (size && (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r'))) return 1;
    if (size >= 3 && memcmp(text, "\xe2\x80", 2) == 0 && (unsigned char)text[2] >= 0x80 && (unsigned char)text[2] <= 0x8a) return 3;
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        size_t width = strlen(blanks[i]);
        if (size >= width && memcmp(text, blanks[i], width) == 0) return width;
    }
    return 0;
}

/* The four signs, and their full-width forms, which some programs take for them. */
static bool begins_formula(const char *text, size_t size) {
    if (size && memchr("=+-@", text[0], 4)) return true;
    if (size < 3 || memcmp(text, "\xef\xbc", 2) != 0) return false;
    unsigned char last = (unsigned char)text[2];
    return last == 0x9d || last == 0x8b || last == 0x8d || last == 0xa0;
}

static bool is_dangerous(const char *text, size_t size) {
    if (size && (text[0] == '\t' || text[0] == '\r' || text[0] == '\n')) return true;
    for (size_t width; (width = blank_at(text, size)) > 0;) {
        text += width;
        size -= width;
    }
    return begins_formula(text, size);
}

/* Behind any number of apostrophes. */
static bool is_dangerous_behind(const char *text, size_t size) {
    while (size && *text == '\'') {
        text++;
        size--;
    }
    return is_dangerous(text, size);
}

bool crmi_escape_needed(const char *text, size_t size, bool workbook) {
    return (!workbook || (size && *text == '\'')) && is_dangerous_behind(text, size);
}

size_t crmi_escape_skip(const char *text, size_t size) { return size > 1 && *text == '\'' && is_dangerous_behind(text + 1, size - 1); }

/* --- customer sheets --- */

bool crmi_escape_literal(const char *text, size_t size) {
    static const char literal[] = "#TEXT:", clear[] = "#CLEAR";
    size_t last = size ? size - 1 : 0;
    while (last > 0 && ((unsigned char)text[last] & 0xc0) == 0x80) last--;
    if (size == 0 || blank_at(text, size) || blank_at(text + last, size - last)) return true;
    return strncmp(text, literal, strlen(literal)) == 0 || strcmp(text, clear) == 0;
}

/* --- UTF-8 --- */

/* Bytes of the character at text, 0 where there is none. */
static size_t width_at(const unsigned char *text, size_t size) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t width = text[0] < 0x80 ? 1 : text[0] >> 5 == 6 ? 2 : text[0] >> 4 == 14 ? 3 : text[0] >> 3 == 30 ? 4 : 0;
    if (width <= 1 || width > size) return width > size ? 0 : width;
    uint32_t code = text[0] & (0xffu >> (width + 1));
    for (size_t i = 1; i < width; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
        code = code << 6 | (text[i] & 0x3fu);
    }
    return code >= least[width] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? width : 0;
}

bool crmi_escape_utf8(const char *text, size_t size) {
    while (size) {
        size_t width = *text ? width_at((const unsigned char *)text, size) : 0;
        if (!width) return false;
        text += width;
        size -= width;
    }
    return true;
}
