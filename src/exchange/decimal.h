/* SPDX-License-Identifier: MIT */
/* Numbers of a workbook, as Excel calculates and shows them: 15 decimal digits. They are kept as digits, so that nothing is lost on the way
 * from the file to the text, and no locale has a say. */
#ifndef CRMI_EXCHANGE_DECIMAL_H
#define CRMI_EXCHANGE_DECIMAL_H
#include "exchange/bytes.h"
#include <stdbool.h>
#include <stdint.h>

enum { CRMI_DECIMAL_DIGITS = 15 };

/* 0.d1d2d3... times ten to the power of point; the first and the last digit are none of 0. No digits: zero. */
typedef struct crmi_decimal {
    bool negative;
    int count, point;
    uint8_t digits[CRMI_DECIMAL_DIGITS + 1];
} crmi_decimal;

/* Takes a number as XML writes it. False where it is none, or beyond Excel's range. */
bool crmi_decimal_parse(crmi_decimal *out, const char *text, size_t size);
/* digits times ten to the power of exponent. */
crmi_decimal crmi_decimal_from(uint64_t digits, int exponent, bool negative);
double crmi_decimal_double(const crmi_decimal *number);
/* Keeps that many digits behind the point (or, below 0, before it); a half goes away from zero. */
void crmi_decimal_round(crmi_decimal *number, int places);
/* The digit at a place: 0 is the ones, 1 the tens, -1 the tenths. */
int crmi_decimal_digit(const crmi_decimal *number, int place);

/* As Excel shows it by the format General: at most 11 characters and a sign. */
void crmi_decimal_general(const crmi_decimal *number, crmi_bytes *out);
/* All of its digits, without an exponent where it has at most 21 digits before and 20 behind the point. */
void crmi_decimal_plain(const crmi_decimal *number, crmi_bytes *out);
#endif
