/* SPDX-License-Identifier: MIT */
/* Decimal numbers of 15 digits. */
#include "exchange/decimal.h"
#include <stdio.h>

enum { GENERAL_CHARS = 11, MOST_EXPONENT = 308 };

/* --- from text --- */

static void trim(crmi_decimal *number) {
    while (number->count > 0 && number->digits[number->count - 1] == 0) number->count--;
    if (number->count == 0) number->point = 0;
}

/* Adds one to the last of the digits. */
static void carry(crmi_decimal *number) {
    int at = number->count - 1;
    while (at >= 0 && number->digits[at] == 9) number->digits[at--] = 0;
    if (at >= 0) {
        number->digits[at]++;
        return;
    }
    number->digits[0] = 1;
    number->count = 1;
    number->point++;
}

static void keep_digits(crmi_decimal *number, int count) {
    if (count >= number->count) return;
    bool up = number->digits[count] >= 5;
    number->count = count;
    if (up) carry(number);
    trim(number);
}

typedef struct scanning {
    const char *at, *end;
    bool any;
} scanning;

static bool is_digit(const scanning *scan) { return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9'; }

static void take_digits(scanning *scan, crmi_decimal *out, bool behind) {
    for (; is_digit(scan); scan->at++) {
        uint8_t digit = (uint8_t)(*scan->at - '0');
        scan->any = true;
        if (out->count == 0 && digit == 0)
            out->point -= behind; /* a leading zero */
        else {
            out->point += !behind;
            if (out->count <= CRMI_DECIMAL_DIGITS) out->digits[out->count++] = digit;
        }
    }
}

static bool take_exponent(scanning *scan, int *exponent) {
    *exponent = 0;
    if (scan->at == scan->end) return true;
    if (*scan->at != 'e' && *scan->at != 'E') return false;
    scan->at++;
    bool negative = scan->at < scan->end && *scan->at == '-';
    if (scan->at < scan->end && (*scan->at == '-' || *scan->at == '+')) scan->at++;
    if (!is_digit(scan)) return false;
    for (; is_digit(scan); scan->at++)
        if (*exponent < 100000) *exponent = *exponent * 10 + (*scan->at - '0');
    if (negative) *exponent = -*exponent;
    return scan->at == scan->end;
}

bool crmi_decimal_parse(crmi_decimal *out, const char *text, size_t size) {
    scanning scan = {.at = text, .end = text + size};
    int exponent;
    *out = (crmi_decimal){0};
    if (size > 1000) return false;
    while (scan.at < scan.end && (*scan.at == ' ' || *scan.at == '\n' || *scan.at == '\t')) scan.at++;
    while (scan.end > scan.at && (scan.end[-1] == ' ' || scan.end[-1] == '\n' || scan.end[-1] == '\t')) scan.end--;
    if (scan.at < scan.end && (*scan.at == '-' || *scan.at == '+')) out->negative = *scan.at++ == '-';
    take_digits(&scan, out, false);
    if (scan.at < scan.end && *scan.at == '.') {
        scan.at++;
        take_digits(&scan, out, true);
    }
    if (!scan.any || !take_exponent(&scan, &exponent)) return false;
    out->point += exponent;
    keep_digits(out, CRMI_DECIMAL_DIGITS);
    trim(out);
    if (out->point > MOST_EXPONENT + 1) return false;
    if (out->point < -MOST_EXPONENT) out->count = out->point = 0; /* as good as nothing */
    if (out->count == 0) out->negative = false;
    return true;
}

crmi_decimal crmi_decimal_from(uint64_t digits, int exponent, bool negative) {
    crmi_decimal number = {.negative = negative && digits};
    uint8_t all[20];
    int count = 0;
    for (; digits; digits /= 10) all[count++] = (uint8_t)(digits % 10);
    number.point = count + exponent;
    for (int i = 0; i < count && i <= CRMI_DECIMAL_DIGITS; i++) number.digits[number.count++] = all[count - 1 - i];
    keep_digits(&number, CRMI_DECIMAL_DIGITS);
    trim(&number);
    return number;
}

double crmi_decimal_double(const crmi_decimal *number) {
    uint64_t digits = 0;
    long double value;
    for (int i = 0; i < number->count; i++) digits = digits * 10 + number->digits[i];
    value = (long double)digits;
    int exponent = number->point - number->count;
    long double scale = 1;
    for (int i = exponent < 0 ? -exponent : exponent; i > 0; i--) scale *= 10;
    value = exponent < 0 ? value / scale : value * scale;
    return (double)(number->negative ? -value : value);
}

void crmi_decimal_round(crmi_decimal *number, int places) {
    int count = number->point + places;
    if (count >= number->count) return;
    if (count < 0) {
        number->count = number->point = 0;
    } else if (count == 0) { /* all of it is behind the last place */
        bool up = number->digits[0] >= 5;
        number->count = up;
        number->digits[0] = 1;
        number->point = up ? number->point + 1 : 0;
    } else {
        keep_digits(number, count);
    }
}

int crmi_decimal_digit(const crmi_decimal *number, int place) {
    int index = number->point - 1 - place;
    return index >= 0 && index < number->count ? number->digits[index] : 0;
}

/* --- to text --- */

static void add_fixed(const crmi_decimal *number, crmi_bytes *out) {
    int places = number->count - number->point;
    for (int place = number->point > 0 ? number->point - 1 : 0; place >= 0; place--)
        crmi_bytes_add_char(out, (char)('0' + crmi_decimal_digit(number, place)));
    if (places > 0) crmi_bytes_add_char(out, '.');
    for (int place = 1; place <= places; place++) crmi_bytes_add_char(out, (char)('0' + crmi_decimal_digit(number, -place)));
}

static void add_scientific(const crmi_decimal *number, crmi_bytes *out) {
    char exponent[16];
    crmi_bytes_add_char(out, (char)('0' + number->digits[0]));
    if (number->count > 1) crmi_bytes_add_char(out, '.');
    for (int i = 1; i < number->count; i++) crmi_bytes_add_char(out, (char)('0' + number->digits[i]));
    int size = snprintf(exponent, sizeof exponent, "E%c%02d", number->point > 0 ? '+' : '-',
                        number->point > 0 ? number->point - 1 : 1 - number->point);
    crmi_bytes_add(out, exponent, (size_t)size);
}

/* Characters of the number without an exponent. */
static int fixed_chars(const crmi_decimal *number) {
    int before = number->point > 0 ? number->point : 1, behind = number->count - number->point;
    return behind > 0 ? before + 1 + behind : before;
}

void crmi_decimal_general(const crmi_decimal *number, crmi_bytes *out) {
    crmi_decimal rounded = *number;
    if (number->negative) crmi_bytes_add_char(out, '-');
    if (number->count == 0) {
        crmi_bytes_add_char(out, '0');
        return;
    }
    if (number->point >= -3 && number->point <= GENERAL_CHARS) /* 0.0001 and above */
        crmi_decimal_round(&rounded, number->point >= GENERAL_CHARS - 1 ? 0 : number->point > 0 ? GENERAL_CHARS - 1 - number->point : 9);
    bool fits = rounded.point >= -8 && rounded.point <= GENERAL_CHARS && fixed_chars(&rounded) <= GENERAL_CHARS;
    if (!fits) {
        rounded = *number;
        keep_digits(&rounded, 6);
        add_scientific(&rounded, out);
    } else {
        add_fixed(&rounded, out);
    }
}

void crmi_decimal_plain(const crmi_decimal *number, crmi_bytes *out) {
    if (number->negative) crmi_bytes_add_char(out, '-');
    if (number->count == 0)
        crmi_bytes_add_char(out, '0');
    else if (number->point > 21 || number->count - number->point > 20)
        add_scientific(number, out);
    else
        add_fixed(number, out);
}
