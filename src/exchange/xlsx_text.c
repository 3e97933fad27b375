/* SPDX-License-Identifier: MIT */
/* Texts of a workbook: runs joined, phonetic ones left out, escapes taken for what they stand for. */
#include "exchange/xlsx.h"
#include "schema/limits.h"
#include <string.h>

void crmi_rich_begin(crmi_rich *rich, int depth) { *rich = (crmi_rich){.depth = depth}; }

void crmi_rich_start(crmi_rich *rich, int depth, const char *name, const char **attributes, const crmi_bytes *out) {
    if (rich->phonetic) return;
    if (strcmp(name, "rPh") == 0) {
        rich->phonetic = depth;
    } else if (strcmp(name, "t") == 0) {
        const char *space = crmi_xml_attribute(attributes, "space");
        rich->inside = true;
        rich->preserve = space && strcmp(space, "preserve") == 0;
        rich->from = out->size;
    }
}

void crmi_rich_text(crmi_rich *rich, const char *text, size_t size, crmi_bytes *out) {
    if (rich->inside) crmi_bytes_add(out, text, size);
}

static bool is_space(char one) { return one == ' ' || one == '\t' || one == '\n' || one == '\r'; }

/* White space around a plain text is XML's unless it says that it is to be preserved; runs are joined as they are. */
static void trim(crmi_bytes *out, size_t from) {
    size_t start = from;
    while (out->size > from && is_space(out->at[out->size - 1])) out->size--;
    while (start < out->size && is_space(out->at[start])) start++;
    if (start == from) return;
    memmove(out->at + from, out->at + start, out->size - start);
    out->size -= start - from;
}

void crmi_rich_end(crmi_rich *rich, int depth, const char *name, crmi_bytes *out) {
    if (rich->phonetic == depth) rich->phonetic = 0;
    if (!rich->inside || strcmp(name, "t") != 0) return;
    rich->inside = false;
    if (!rich->preserve && depth == rich->depth + 1) trim(out, rich->from);
}

/* --- escapes --- */

/* The code of _xHHHH_, or -1. */
static int escape_at(const char *at, size_t size) {
    int code = 0;
    if (size < 7 || at[0] != '_' || at[1] != 'x' || at[6] != '_') return -1;
    for (int i = 2; i < 6; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *found = at[i] ? strchr(digits, at[i] >= 'A' && at[i] <= 'F' ? at[i] | 32 : at[i]) : NULL;
        if (!found) return -1;
        code = code * 16 + (int)(found - digits);
    }
    return code;
}

/* Two escapes may be one character. What is none in UTF-8 (half a pair, U+0000) is U+FFFD. */
static unsigned read_escape(const char *at, size_t size, size_t *used) {
    int code = escape_at(at, size), second = escape_at(at + 7, size - 7);
    *used = 7;
    if (code >= 0xd800 && code < 0xdc00 && second >= 0xdc00 && second < 0xe000) {
        *used = 14;
        return 0x10000u + (unsigned)(code - 0xd800) * 0x400u + (unsigned)(second - 0xdc00);
    }
    return code == 0 || (code >= 0xd800 && code < 0xe000) ? 0xfffdu : (unsigned)code;
}

static bool fits(const char *at, size_t size) {
    size_t units = 0;
    if (size <= CRMI_LIMIT_XLSX_CELL_CHARS) return true;
    for (size_t i = 0; i < size; i++) units += ((unsigned char)at[i] & 0xc0) != 0x80 ? ((unsigned char)at[i] >= 0xf0 ? 2u : 1u) : 0u;
    return units <= CRMI_LIMIT_XLSX_CELL_CHARS;
}

bool crmi_xlsx_unescape(crmi_bytes *out, size_t from) {
    size_t size = out->size - from, done = 0;
    if (size == 0) return true;
    char *text = out->at + from;
    const char *first = memchr(text, '_', size);
    if (!first) return fits(text, size);
    /* The text gets shorter only: it is written over itself. */
    crmi_bytes shorter = {.at = text, .size = (size_t)(first - text), .capacity = size};
    for (done = shorter.size; done < size;) {
        size_t used = 1;
        if (escape_at(text + done, size - done) >= 0)
            crmi_bytes_add_code(&shorter, read_escape(text + done, size - done, &used));
        else
            text[shorter.size++] = text[done];
        done += used;
    }
    out->size = from + shorter.size;
    return fits(text, shorter.size);
}
