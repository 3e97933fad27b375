/* SPDX-License-Identifier: MIT */
/* Number formats of a workbook: taken apart once, then applied to cells. */
#ifndef CRMI_EXCHANGE_XLSX_FORMAT_H
#define CRMI_EXCHANGE_XLSX_FORMAT_H
#include "exchange/bytes.h"
#include "exchange/decimal.h"

enum crmi_token_kind {
    CRMI_TOKEN_LITERAL,  /* from, size: of the code; size 0 and symbol ' ': a blank */
    CRMI_TOKEN_DIGIT,    /* symbol: 0 # ? */
    CRMI_TOKEN_POINT,    /* of a number */
    CRMI_TOKEN_COMMA,    /* while the code is taken apart */
    CRMI_TOKEN_PERCENT,  /* */
    CRMI_TOKEN_EXPONENT, /* symbol + or -, count digits */
    CRMI_TOKEN_SLASH,    /* of a fraction: count places of the denominator, or fixed */
    CRMI_TOKEN_GENERAL,
    CRMI_TOKEN_TEXT,  /* @ */
    CRMI_TOKEN_ERA,   /* count letters b: the Buddhist year */
    CRMI_TOKEN_YEAR,  /* count letters, here and below */
    CRMI_TOKEN_MONTH, /* */
    CRMI_TOKEN_DAY,
    CRMI_TOKEN_HOUR,
    CRMI_TOKEN_MINUTE,
    CRMI_TOKEN_SECOND,
    CRMI_TOKEN_SUBSECOND, /* .000 */
    CRMI_TOKEN_NOON,      /* AM/PM; count 1: A/P */
    CRMI_TOKEN_HOURS,     /* [h]: all hours */
    CRMI_TOKEN_MINUTES,
    CRMI_TOKEN_SECONDS
};

typedef struct crmi_token {
    uint8_t kind;
    char symbol;
    uint16_t count, from, size;
    uint32_t fixed;
} crmi_token;

enum crmi_section_kind { CRMI_SECTION_NUMBER, CRMI_SECTION_DATE, CRMI_SECTION_TEXT };
enum crmi_condition { CRMI_IF_NONE, CRMI_IF_LESS, CRMI_IF_MOST, CRMI_IF_EQUAL, CRMI_IF_OTHER, CRMI_IF_LEAST, CRMI_IF_MORE };

/* What stands between two semicolons. */
typedef struct crmi_section {
    const crmi_token *tokens;
    size_t count;
    uint8_t kind, condition;
    bool thousands; /* separated */
    bool elapsed;   /* [h] [m] [s]: a duration */
    bool clock;     /* hours, minutes or seconds are shown */
    bool noon;
    double operand;     /* of the condition */
    int shift;          /* of the point: percents and commas behind the digits */
    int before, behind; /* places of digits around the point; before counts the whole part of a fraction only */
    size_t numerator;   /* first token of a fraction's numerator; 0 = no fraction */
    int subseconds;
} crmi_section;

typedef struct crmi_format {
    char *code;
    crmi_token *tokens;
    crmi_section sections[4];
    int count;
    bool general; /* nothing but General */
} crmi_format;

/* Takes a code apart. CRM_OK, CRM_E_NOMEM; there is no wrong code: what means nothing is shown as it is. */
int crmi_format_parse(crmi_format *format, const char *code);
void crmi_format_free(crmi_format *format);
/* Code of a built-in number format; General where there is none. */
const char *crmi_format_builtin(unsigned id);

/* The section that shows a number, or NULL: as General. own_sign: the section stands for negative numbers and writes its own sign. */
const crmi_section *crmi_format_section(const crmi_format *format, const crmi_decimal *number, bool *own_sign);
/* What Excel shows. */
void crmi_format_number(const crmi_format *format, const crmi_decimal *number, bool since_1904, crmi_bytes *out);
/* The same for a text. False where it is shown as it is: nothing is added then. */
bool crmi_format_text(const crmi_format *format, const char *text, size_t size, crmi_bytes *out);

void crmi_format_add_literal(const crmi_format *format, const crmi_token *token, crmi_bytes *out);

/* --- dates --- */

/* A moment of Excel's calendar, which has a February 29th 1900 and a January 0th 1900. */
typedef struct crmi_moment {
    int year, month, day, weekday; /* 0 = Sunday */
    int64_t days;                  /* of 1900's calendar */
    int64_t units;                 /* of the day: seconds, or the decimals of them that were asked for */
} crmi_moment;

/* Splits a serial number, rounded to decimals of a second. False outside 1900 to 9999. */
bool crmi_moment_from(double serial, bool since_1904, int decimals, crmi_moment *out);
/* ISO 8601: date, date and time, or time where there is no day. */
void crmi_moment_iso(double serial, bool since_1904, crmi_bytes *out);
/* Takes an ISO 8601 date, time or both. */
bool crmi_moment_parse(const char *text, size_t size, bool since_1904, crmi_decimal *serial);
/* Shows a serial number by a section of dates. False where it is none of Excel's calendar. */
bool crmi_format_date(const crmi_format *format, const crmi_section *section, double serial, bool since_1904, crmi_bytes *out);
#endif
