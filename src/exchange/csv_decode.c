/* SPDX-License-Identifier: MIT */
/* Windows-1252 as Unicode's mapping has it: Latin-1 but for 0x80 to 0x9f. Five of these mean nothing. */
#include "exchange/csv.h"

static const uint16_t upper[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

size_t crmi_exchange_decode_1252(uint8_t byte, char out[3]) {
    unsigned code = byte >= 0x80 && byte < 0xa0 ? upper[byte - 0x80] : byte;
    if (code == 0 && byte != 0) return 0;
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3f));
    out[2] = (char)(0x80 | (code & 0x3f));
    return 3;
}
