/* SPDX-License-Identifier: MIT */
/* Text of cells and headings in the forms that they are compared in. */
#include "base/ascii.h"
#include "base/error.h"
#include "base/utf8.h"
#include "index/index.h"
#include "sync/sync.h"
#include <stdio.h>
#include <string.h>

/* What counts as blank besides ASCII: no-break spaces (U+00A0, U+2007, U+202F) and the byte order mark. */
static const char *const blanks[] = {"\xc2\xa0", "\xe2\x80\x87", "\xe2\x80\xaf", "\xef\xbb\xbf"};

static bool ascii_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static size_t blank_at_start(const char *text, size_t size) {
    if (size && ascii_blank(text[0])) return 1;
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        size_t width = strlen(blanks[i]);
        if (size >= width && memcmp(text, blanks[i], width) == 0) return width;
    }
    return 0;
}

static size_t blank_at_end(const char *text, size_t size) {
    if (size && ascii_blank(text[size - 1])) return 1;
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        size_t width = strlen(blanks[i]);
        if (size >= width && memcmp(text + size - width, blanks[i], width) == 0) return width;
    }
    return 0;
}

void crmi_sync_trim(const char **text, size_t *size) {
    for (size_t width; (width = blank_at_start(*text, *size)) > 0;) {
        *text += width;
        *size -= width;
    }
    for (size_t width; (width = blank_at_end(*text, *size)) > 0;) *size -= width;
}

const char *crmi_sync_quote(const char *text, size_t size, char out[CRMI_SYNC_QUOTE_SIZE]) {
    const size_t room = CRMI_SYNC_QUOTE_SIZE - 4; /* for the dots and the NUL */
    size_t cut = size;
    if (cut > room) {
        cut = room;
        while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80) cut--;
    }
    snprintf(out, CRMI_SYNC_QUOTE_SIZE, "%.*s%s", (int)cut, text, cut < size ? "..." : "");
    for (char *at = out; *at; at++)
        if ((unsigned char)*at < ' ') *at = ' ';
    return out;
}

/* The two letters that stand for the umlaut at text, or NULL. */
static const char *umlaut(const char *text, size_t left) {
    if (left < 2 || (unsigned char)text[0] != 0xc3) return NULL;
    switch ((unsigned char)text[1]) {
    case 0xa4:
    case 0x84: return "ae";
    case 0xb6:
    case 0x96: return "oe";
    case 0xbc:
    case 0x9c: return "ue";
    default: return NULL;
    }
}

static int fold(const char *text, size_t size, bool expand, crmi_buffer *out) {
    if (!expand) return crmi_utf8_fold(text, size, out);
    crmi_buffer wide = {0};
    for (size_t i = 0; i < size; i++) {
        const char *letters = umlaut(text + i, size - i);
        if (letters)
            crmi_buffer_text(&wide, letters), i++;
        else
            crmi_buffer_byte(&wide, (uint8_t)text[i]);
    }
    int rc = wide.failed ? CRM_E_NOMEM : crmi_utf8_fold((const char *)wide.data, wide.size, out);
    crmi_buffer_free(&wide);
    return rc;
}

static bool is_letter(uint8_t c) { return (c >= 'a' && c <= 'z') || c >= 0x80; }

int crmi_sync_squeeze(const char *text, size_t size, bool expand, crmi_buffer *out) {
    crmi_buffer folded = {0};
    int rc = fold(text, size, expand, &folded);
    for (size_t i = 0; rc == CRM_OK && i < folded.size; i++)
        if (is_letter(folded.data[i]) || crmi_is_digit(folded.data[i])) crmi_buffer_byte(out, folded.data[i]);
    crmi_buffer_free(&folded);
    return rc < 0 || out->failed ? crmi_error_nomem() : CRM_OK;
}

int crmi_sync_compact(const char *text, size_t size, crmi_buffer *out) {
    crmi_index_compact(text, size, out);
    return out->failed ? CRM_E_NOMEM : CRM_OK;
}

int crmi_sync_equal(crmi_sync_folder fold_text, const char *a, const char *b, bool *same) {
    uint8_t first[128], second[128];
    crmi_buffer x = crmi_buffer_in(first, sizeof first), y = crmi_buffer_in(second, sizeof second);
    int rc = fold_text(a, strlen(a), &x);
    if (rc == CRM_OK) rc = fold_text(b, strlen(b), &y);
    *same = rc == CRM_OK && x.size == y.size && (x.size == 0 || memcmp(x.data, y.data, x.size) == 0);
    crmi_buffer_free(&x);
    crmi_buffer_free(&y);
    return rc < 0 ? crmi_error_nomem() : CRM_OK;
}

/* "strasse" at the end of a word, from start of this text on. */
static void shorten_street(crmi_buffer *out, size_t start) {
    if (out->size - start >= 7 && memcmp(out->data + out->size - 7, "strasse", 7) == 0) out->size -= 4;
}

int crmi_sync_normal_street(const char *text, size_t size, crmi_buffer *out) {
    if (size == 0) return CRM_OK;
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer folded = crmi_buffer_in(room, sizeof room);
    size_t start = out->size;
    int rc = crmi_utf8_fold(text, size, &folded);
    bool gap = false;
    for (size_t i = 0; rc == CRM_OK && i < folded.size; i++) {
        uint8_t c = folded.data[i];
        if (!is_letter(c)) shorten_street(out, start);
        if (!is_letter(c) && !crmi_is_digit(c)) {
            gap = true;
            continue;
        }
        if (gap && crmi_is_digit(c) && out->size > start && crmi_is_digit(out->data[out->size - 1])) crmi_buffer_byte(out, ' ');
        gap = false;
        crmi_buffer_byte(out, c);
    }
    shorten_street(out, start);
    crmi_buffer_free(&folded);
    return rc < 0 || out->failed ? crmi_error_nomem() : CRM_OK;
}
