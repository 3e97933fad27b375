/* SPDX-License-Identifier: MIT */
/* UTF-8 checked, and blocks of other bytes to UTF-8: UTF-16, and the single bytes of Windows-1252 and ISO-8859-15 as Unicode's mappings
 * have them. */
#include "exchange/csv.h"
#include <string.h>

/* Windows-1252 is Latin-1 but for these; five of them mean nothing. */
static const uint16_t upper_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_BITS UINT64_C(0x0101010101010101)

void crmi_csv_utf8_take(crmi_csv_utf8 *utf8, uint8_t byte) {
    if (utf8->open > 0) {
        utf8->bad |= byte < utf8->low || byte > utf8->high;
        utf8->low = 0x80;
        utf8->high = 0xbf;
        utf8->sequences += --utf8->open == 0;
    } else if (byte >= 0x80) {
        utf8->bad |= byte < 0xc2 || byte > 0xf4;
        utf8->open = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
        utf8->low = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;  /* below: overlong */
        utf8->high = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf; /* above: surrogates, beyond U+10FFFF */
    }
}

bool crmi_csv_utf8_more(crmi_csv_utf8 *utf8, const char *text, size_t size) {
    for (size_t i = 0; i < size && !utf8->bad;) {
        uint64_t word = HIGH_BITS;
        if (size - i >= 8 && utf8->open == 0) memcpy(&word, text + i, 8);
        if (((word | (word - LOW_BITS)) & HIGH_BITS) == 0) {
            i += 8;
            continue;
        }
        utf8->bad = text[i] == 0;
        crmi_csv_utf8_take(utf8, (uint8_t)text[i++]);
    }
    return !utf8->bad;
}

bool crmi_csv_is_utf8(const char *text, size_t size) {
    crmi_csv_utf8 utf8 = {0};
    return crmi_csv_utf8_more(&utf8, text, size) && utf8.open == 0;
}

static size_t write_code(unsigned code, char *out) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(leads[size] | code);
    return size;
}

/* 0: the byte means nothing, or is a control character that no text has. */
static unsigned code_of(uint32_t encoding, uint8_t byte) {
    if (byte >= 0x80 && byte < 0xa0) return encoding == CRM_CSV_WINDOWS_1252 ? upper_1252[byte - 0x80] : 0;
    if (encoding == CRM_CSV_WINDOWS_1252) return byte;
    switch (byte) {
    case 0xa4: return 0x20ac;
    case 0xa6: return 0x0160;
    case 0xa8: return 0x0161;
    case 0xb4: return 0x017d;
    case 0xb8: return 0x017e;
    case 0xbc: return 0x0152;
    case 0xbd: return 0x0153;
    case 0xbe: return 0x0178;
    default: return byte;
    }
}

static size_t decode_bytes(uint32_t encoding, const char *bytes, size_t size, char *out, size_t *used, const char **broken) {
    size_t written = 0;
    for (*used = 0; *used < size; ++*used) {
        uint8_t byte = (uint8_t)bytes[*used];
        unsigned code = code_of(encoding, byte);
        if (code == 0 && byte != 0) {
            *broken = encoding == CRM_CSV_WINDOWS_1252 ? "a byte that means nothing in Windows-1252" : "a control character of ISO-8859-15";
            break;
        }
        written += write_code(code, out + written);
    }
    return written;
}

static unsigned unit_at(uint32_t encoding, const char *bytes) {
    unsigned first = (uint8_t)bytes[0], second = (uint8_t)bytes[1];
    return encoding == CRM_CSV_UTF16LE ? first | second << 8 : first << 8 | second;
}

/* A pair of surrogates may be cut by the end of the block: what is left then is for the next call. */
static size_t decode_16(uint32_t encoding, const char *bytes, size_t size, char *out, size_t *used, const char **broken) {
    size_t written = 0;
    for (*used = 0; size - *used >= 2;) {
        unsigned unit = unit_at(encoding, bytes + *used), low = 0;
        bool pair = unit >= 0xd800 && unit < 0xdc00;
        if (pair && size - *used < 4) break;
        if (pair) low = unit_at(encoding, bytes + *used + 2);
        if ((unit & 0xfc00) == 0xdc00 || (pair && (low & 0xfc00) != 0xdc00)) {
            *broken = "half of a pair in UTF-16";
            break;
        }
        written += write_code(pair ? 0x10000 + ((unit & 0x3ff) << 10 | (low & 0x3ff)) : unit, out + written);
        *used += pair ? 4 : 2;
    }
    return written;
}

size_t crmi_csv_decode(uint32_t encoding, const char *bytes, size_t size, char *out, size_t *used, const char **broken) {
    if (encoding == CRM_CSV_UTF16LE || encoding == CRM_CSV_UTF16BE) return decode_16(encoding, bytes, size, out, used, broken);
    return decode_bytes(encoding, bytes, size, out, used, broken);
}
