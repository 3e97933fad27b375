/* SPDX-License-Identifier: MIT */
/* The letters of Windows-1252 above 0x7f, and which languages of Western Europe write them: names of places and loans counted. */
#include "exchange/csv.h"

enum { DE = 1, FR = 2, IT = 4, ES = 8, PT = 16, DA = 32, SV = 64, IS = 128, NL = 256, FI = 512 };

/* Small letters from 0xe0; the capitals lie 0x20 before them. */
static const uint16_t letters[32] = {
    DE | FR | IT | ES | PT | SV | NL, /* a grave */
    ES | PT | DA | SV | IS | NL | IT, /* a acute */
    FR | PT | NL,                     /* a circumflex */
    PT,                               /* a tilde */
    DE | DA | SV | NL | FI,           /* a diaeresis */
    DA | SV | NL | FI,                /* a ring */
    FR | DA | SV | IS,                /* ae */
    FR | ES | PT | NL,                /* c cedilla */
    DE | FR | IT | ES | PT | NL,      /* e grave */
    DE | FR | IT | ES | PT | DA | SV | IS | NL,
    FR | PT | DA | NL,           /* e circumflex */
    FR | NL,                     /* e diaeresis */
    IT,                          /* i grave */
    IT | ES | PT | IS | NL,      /* i acute */
    FR | IT | NL,                /* i circumflex */
    FR | ES | NL,                /* i diaeresis */
    IS,                          /* eth */
    ES,                          /* n tilde */
    IT | ES | PT | DA,           /* o grave */
    IT | ES | PT | DA | IS | NL, /* o acute */
    FR | PT | DA | NL,           /* o circumflex */
    PT,                          /* o tilde */
    DE | DA | SV | IS | NL | FI, /* o diaeresis */
    0,
    DA | SV,                     /* o stroke */
    FR | IT | PT,                /* u grave */
    IT | ES | PT | IS | NL,      /* u acute */
    FR | NL,                     /* u circumflex */
    DE | FR | ES | PT | DA | NL, /* u diaeresis */
    IS,                          /* y acute */
    IS,                          /* thorn */
    FR,                          /* y diaeresis */
};

uint32_t crmi_csv_languages(uint8_t byte) {
    switch (byte) {
    case 0x8a:
    case 0x9a:
    case 0x8e:
    case 0x9e: return FI; /* s, z caron */
    case 0x8c:
    case 0x9c: /* oe */
    case 0x9f: return FR;
    case 0xaa: /* ordinals */
    case 0xba: return 0;
    case 0xdf: return DE;
    default: return byte >= 0xc0 ? letters[byte & 0x1f] : 0;
    }
}
