/* SPDX-License-Identifier: MIT */
/* Which encoding a text has, from all of its bytes: UTF-8 where they are strictly that; else UTF-16 by the place of zero bytes; else
 * Windows-1252 or ISO-8859-15, by the bytes that differ between them. Texts of other scripts, or of Eastern Europe, in encodings of their
 * own are told by words: the letters of a word must be of one language of Western Europe. */
#include "exchange/csv.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_BITS UINT64_C(0x0101010101010101)

const char *crmi_csv_encoding_name(uint32_t encoding) {
    static const char *const names[] = {"", "UTF-8", "UTF-16LE", "UTF-16BE", "Windows-1252", "ISO-8859-15"};
    return encoding <= CRM_CSV_ISO_8859_15 ? names[encoding] : "";
}

uint32_t crmi_csv_mark(const char *bytes, size_t size, size_t *mark, const char **name) {
    static const struct {
        const char *bytes;
        size_t size;
        uint32_t encoding;
        const char *name;
    } marks[] = {{"\xff\xfe\0\0", 4, 0, "UTF-32LE"},
                 {"\0\0\xfe\xff", 4, 0, "UTF-32BE"},
                 {"\xef\xbb\xbf", 3, CRM_CSV_UTF8, "UTF-8"},
                 {"\xff\xfe", 2, CRM_CSV_UTF16LE, "UTF-16LE"},
                 {"\xfe\xff", 2, CRM_CSV_UTF16BE, "UTF-16BE"}};
    *mark = 0;
    *name = NULL;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (size < marks[i].size || memcmp(bytes, marks[i].bytes, marks[i].size) != 0) continue;
        *mark = marks[i].size;
        *name = marks[i].name;
        return marks[i].encoding;
    }
    return 0;
}

/* --- the scan, byte by byte --- */

static bool is_ascii_letter(uint8_t byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }

/* A letter in Windows-1252 or in most other encodings of one byte. */
static bool is_letter(uint8_t byte) {
    return is_ascii_letter(byte) || (byte >= 0xc0 && byte != 0xd7 && byte != 0xf7) || (byte >= 0x80 && crmi_csv_languages(byte) != 0);
}

/* Signs that stand between two letters in no text of Western Europe: inside of a word they are letters of another encoding. Others do stand
 * there: no-break space, soft hyphen, quotes, apostrophes, the point of Catalan. */
static bool is_no_inner_sign(uint8_t byte) { return byte > 0xa0 && !is_letter(byte) && !strchr("\xab\xad\xb0\xb4\xb7\xbb\xa9\xae", byte); }

/* Bytes that ISO-8859-15 has changed. Letters stand beside letters; an acute accent serves many as an apostrophe. */
static void weigh(crmi_csv_scan *scan, uint8_t before, uint8_t byte, uint8_t after) {
    if (byte >= 0x80 && byte < 0xa0) scan->latin_1++;
    if (byte == 0xa4) scan->latin_9++;
    if (byte < 0xa6 || !strchr("\xa6\xa8\xb4\xb8\xbc\xbd\xbe", byte)) return;
    bool inside = byte != 0xb4 && is_ascii_letter(after) && (is_ascii_letter(before) || strchr(" \n\r\t;,|\"'", before));
    if (inside)
        scan->latin_9++;
    else
        scan->latin_1++;
}

static void end_word(crmi_csv_scan *scan) {
    if (scan->in_word) scan->words++;
    if (scan->in_word && scan->languages == 0) scan->strange++;
    scan->in_word = false;
    scan->languages = UINT32_MAX;
}

/* The byte before the newest one, whose neighbours are known now. */
static void take_word(crmi_csv_scan *scan, uint8_t before, uint8_t byte, uint8_t after) {
    weigh(scan, before, byte, after);
    bool inner = is_no_inner_sign(byte) && is_letter(before) && is_letter(after);
    if (!is_letter(byte) && !inner) {
        end_word(scan);
    } else if (byte >= 0x80) {
        scan->languages = (scan->in_word ? scan->languages : UINT32_MAX) & (inner ? 0 : crmi_csv_languages(byte));
        scan->in_word = true;
    }
}

/* Two bytes as a character of ASCII in UTF-16: 0 little, 1 big end first. */
static void take_wide(crmi_csv_scan *scan, int order, uint8_t low) {
    bool line_end = low == '\n' || low == '\r';
    scan->wide_ends[order] += line_end;
    scan->wide[order] += line_end || low == '\t' || (low >= ' ' && low < 0x7f);
}

static void take_byte(crmi_csv_scan *scan, uint8_t byte) {
    if (scan->size < 4) scan->first[scan->size] = byte;
    if (byte == 0) scan->zeros[scan->size & 3]++;
    if ((scan->size & 1) == 1 && byte == 0) take_wide(scan, 0, scan->last);
    if ((scan->size & 1) == 1 && scan->last == 0) take_wide(scan, 1, byte);
    if (byte >= 0x80) scan->counts[byte]++;
    if (!scan->utf8.bad) crmi_csv_utf8_take(&scan->utf8, byte);
    take_word(scan, scan->last_two, scan->last, byte);
    scan->last_two = scan->last;
    scan->last = byte;
    scan->size++;
}

/* Whether eight bytes are ASCII without NUL, behind others that are. */
static bool is_plain(const crmi_csv_scan *scan, const char *at) {
    uint64_t word;
    memcpy(&word, at, 8);
    return ((word | (word - LOW_BITS)) & HIGH_BITS) == 0 && scan->utf8.open == 0 && !scan->in_word && scan->last < 0x80 && scan->size >= 4;
}

void crmi_csv_scan_bytes(crmi_csv_scan *scan, const char *bytes, size_t size) {
    for (size_t i = 0; i < size;) {
        if (size - i >= 8 && is_plain(scan, bytes + i)) {
            scan->last_two = (uint8_t)bytes[i + 6];
            scan->last = (uint8_t)bytes[i + 7];
            scan->size += 8;
            i += 8;
        } else
            take_byte(scan, (uint8_t)bytes[i++]);
    }
}

static uint64_t zeros(const crmi_csv_scan *scan) { return scan->zeros[0] + scan->zeros[1] + scan->zeros[2] + scan->zeros[3]; }

bool crmi_csv_scan_settled(const crmi_csv_scan *scan) { return zeros(scan) > 0; }

/* --- the judgement --- */

__attribute__((format(printf, 4, 5))) static void guess(crmi_csv_guess *out, uint32_t encoding, uint32_t confidence, const char *format,
                                                        ...) {
    va_list values;
    va_start(values, format);
    *out = (crmi_csv_guess){.encoding = encoding, .confidence = confidence};
    vsnprintf(out->reason, sizeof out->reason, format, values);
    va_end(values);
}

/* In UTF-16 what is ASCII has its zero on one side, and line ends are among it; a text without any has more of it. */
static uint32_t find_utf16(const crmi_csv_scan *scan) {
    for (int i = 0; i < 2; i++) {
        uint64_t least = scan->wide_ends[i] > scan->wide_ends[1 - i] ? 50 : 10;
        if (scan->wide[i] * least > scan->size && scan->wide[i] > scan->wide[1 - i] * 4) return i == 0 ? CRM_CSV_UTF16LE : CRM_CSV_UTF16BE;
    }
    return 0;
}

static void judge_zeros(const crmi_csv_scan *scan, crmi_csv_guess *out) {
    uint32_t encoding = find_utf16(scan);
    const uint64_t *at = scan->zeros;
    bool big = at[0] == at[1] && at[3] == 0 && at[0] * 5 > scan->size; /* 00 00 00 x */
    bool little = at[2] == at[3] && at[0] == 0 && at[2] * 5 > scan->size;
    if (big || little)
        guess(out, 0, 0, "the file is in UTF-32; save it as \"CSV UTF-8\"");
    else if (encoding)
        guess(out, encoding, 95, "%" PRIu64 " characters have a zero on the side where %s has it", scan->wide[encoding == CRM_CSV_UTF16BE],
              crmi_csv_encoding_name(encoding));
    else
        guess(out, CRM_CSV_UTF8, 10, "there are bytes 0 in it, which no text has");
}

/* Letters that come with another one wherever they are usual: many of them without it are letters of another encoding. */
static bool lacks_company(const crmi_csv_scan *scan) {
    static const struct {
        const char *letters, *company;
    } usual[] = {
        {"\xf5\xd5", "\xe3\xc3"},                     /* o with tilde: Portuguese has a with tilde; Hungarian has double acutes there */
        {"\xf0\xd0\xfe\xde\xfd\xdd", "\xe1\xc1\xed"}, /* eth, thorn, y with acute: Icelandic; Turkish and others have theirs there */
        {"\x8a\x9a\x8e\x9e", "\xe4\xc4\xe5"}};        /* s and z with caron: Finnish; Slavic languages have them in every line */
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        uint64_t letters = 0, company = 0;
        for (const char *at = usual[i].letters; *at; at++) letters += scan->counts[(uint8_t)*at];
        for (const char *at = usual[i].company; *at; at++) company += scan->counts[(uint8_t)*at];
        if (letters >= 3 && company * 20 < letters && letters * 20 > scan->words) return true;
    }
    return false;
}

static void judge_bytes(const crmi_csv_scan *scan, crmi_csv_guess *out) {
    uint64_t nothing = 0;
    for (const char *at = "\x81\x8d\x8f\x90\x9d"; *at; at++) nothing += scan->counts[(uint8_t)*at];
    if (nothing)
        guess(out, 0, 0, "%" PRIu64 " bytes mean nothing in Windows-1252 and ISO-8859-15, and the file is not UTF-8", nothing);
    else if (scan->strange >= 2 && scan->strange * 20 > scan->words)
        guess(out, 0, 0, "neither UTF-8 nor of Western Europe: %" PRIu64 " of %" PRIu64 " words have letters of no one language",
              scan->strange, scan->words);
    else if (lacks_company(scan))
        guess(out, 0, 0, "neither UTF-8 nor of Western Europe: some letters are too many");
    else if (scan->latin_9 > scan->latin_1)
        guess(out, CRM_CSV_ISO_8859_15, scan->latin_1 ? 50 : 75, "no UTF-8; %" PRIu64 " bytes are euro signs or letters in ISO-8859-15",
              scan->latin_9);
    else if (scan->latin_1)
        guess(out, CRM_CSV_WINDOWS_1252, scan->strange ? 50 : 90, "no UTF-8; %" PRIu64 " bytes are signs in Windows-1252", scan->latin_1);
    else
        guess(out, CRM_CSV_WINDOWS_1252, scan->strange ? 50 : 80, "no UTF-8; ISO-8859-15 would read the same");
}

void crmi_csv_scan_judge(const crmi_csv_scan *given, bool whole, crmi_csv_guess *out) {
    crmi_csv_scan scan = *given;
    const char *name;
    size_t mark;
    uint32_t marked = crmi_csv_mark((const char *)scan.first, scan.size < 4 ? (size_t)scan.size : 4, &mark, &name);
    take_word(&scan, scan.last_two, scan.last, 0);
    end_word(&scan);
    if (marked)
        guess(out, marked, 100, "it begins with the byte order mark of %s", name);
    else if (name)
        guess(out, 0, 0, "the file is in %s; save it as \"CSV UTF-8\"", name);
    else if (zeros(&scan))
        judge_zeros(&scan, out);
    else if (scan.utf8.bad || (whole && scan.utf8.open))
        judge_bytes(&scan, out);
    else if (scan.utf8.sequences == 0)
        guess(out, CRM_CSV_UTF8, 100, "ASCII alone: all encodings would read the same");
    else
        guess(out, CRM_CSV_UTF8, scan.utf8.sequences > 2 ? 99 : 90, "strictly UTF-8, with %" PRIu64 " characters that are not ASCII",
              scan.utf8.sequences);
}
