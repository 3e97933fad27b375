/* SPDX-License-Identifier: MIT */
/* Dates and times of a workbook: numbers of days since the end of 1899 (or since 1904) and fractions of a day. */
#include "exchange/xlsx_format.h"
#include <stdio.h>
#include <string.h>

enum { DAYS_TO_1904 = 1462, LAST_DAY = 2958465, LEAP_DAY = 60 };

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};
static const char *const weekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

/* Days since 1970-01-01 to a date, and back, by the Gregorian calendar. */
static void civil_from_days(int64_t days, int *year, int *month, int *day) {
    days += 719468;
    int64_t era = days / 146097, rest = days - era * 146097;
    int64_t y = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    int64_t yearday = rest - (365 * y + y / 4 - y / 100), m = (5 * yearday + 2) / 153;
    *day = (int)(yearday - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

static int64_t days_from_civil(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    int64_t era = year / 400, y = year - era * 400;
    int64_t yearday = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + y * 365 + y / 4 - y / 100 + yearday - 719468;
}

static void set_date(crmi_moment *out) {
    out->weekday = (int)((out->days + 6) % 7);
    if (out->days == 0) {
        out->year = 1900, out->month = 1, out->day = 0;
    } else if (out->days == LEAP_DAY) {
        out->year = 1900, out->month = 2, out->day = 29;
    } else {
        civil_from_days(out->days - 25569 + (out->days < LEAP_DAY), &out->year, &out->month, &out->day);
    }
}

bool crmi_moment_from(double serial, bool since_1904, int decimals, crmi_moment *out) {
    int64_t scale = decimals == 0 ? 1 : decimals == 1 ? 10 : decimals == 2 ? 100 : 1000;
    if (since_1904) serial += DAYS_TO_1904;
    if (!(serial >= 0 && serial < LAST_DAY + 1)) return false;
    out->days = (int64_t)serial;
    out->units = (int64_t)((serial - (double)out->days) * 86400 * (double)scale + 0.5);
    if (out->units == 86400 * scale) {
        out->units = 0;
        out->days++;
    }
    if (out->days > LAST_DAY) return false;
    set_date(out);
    return true;
}

void crmi_moment_iso(double serial, bool since_1904, crmi_bytes *out) {
    char text[48];
    crmi_moment moment;
    if (!crmi_moment_from(serial, since_1904, 3, &moment)) return;
    int64_t seconds = moment.units / 1000, thousandths = moment.units % 1000;
    int size = 0;
    if (moment.days) size = snprintf(text, sizeof text, "%04d-%02d-%02d", moment.year, moment.month, moment.day);
    crmi_bytes_add(out, text, (size_t)size);
    if (moment.days && !moment.units) return;
    if (moment.days) crmi_bytes_add_char(out, 'T');
    size = snprintf(text, sizeof text, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
    if (thousandths) size += snprintf(text + size, sizeof text - (size_t)size, ".%03d", (int)thousandths);
    crmi_bytes_add(out, text, (size_t)size);
}

/* --- ISO 8601, as strict workbooks have it --- */

typedef struct scanning {
    const char *at, *end;
} scanning;

/* A number of that many digits, or -1. */
static int take_number(scanning *scan, int digits) {
    int value = 0;
    if (scan->end - scan->at < digits) return -1;
    for (int i = 0; i < digits; i++, scan->at++) {
        if (*scan->at < '0' || *scan->at > '9') return -1;
        value = value * 10 + (*scan->at - '0');
    }
    return value;
}

static bool take_char(scanning *scan, char wanted) {
    if (scan->at == scan->end || *scan->at != wanted) return false;
    scan->at++;
    return true;
}

static bool take_date(scanning *scan, int64_t *days) {
    int year = take_number(scan, 4);
    if (year < 1900 || !take_char(scan, '-')) return false;
    int month = take_number(scan, 2);
    if (month < 1 || month > 12 || !take_char(scan, '-')) return false;
    int day = take_number(scan, 2), back_year, back_month, back_day;
    int64_t since_1970 = days_from_civil(year, month, day);
    civil_from_days(since_1970, &back_year, &back_month, &back_day);
    *days = since_1970 + 25569;
    if (*days <= LEAP_DAY) --*days;
    return day > 0 && back_day == day && back_month == month;
}

static bool take_time(scanning *scan, int64_t *thousandths) {
    int hours = take_number(scan, 2);
    if (hours < 0 || hours > 23 || !take_char(scan, ':')) return false;
    int minutes = take_number(scan, 2), seconds = 0, part = 0, scale = 100;
    if (minutes < 0 || minutes > 59) return false;
    if (take_char(scan, ':')) seconds = take_number(scan, 2);
    if (seconds < 0 || seconds > 59) return false;
    if (take_char(scan, '.'))
        for (; scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9'; scan->at++, scale /= 10) part += (*scan->at - '0') * scale;
    take_char(scan, 'Z');
    *thousandths = ((int64_t)(hours * 60 + minutes) * 60 + seconds) * 1000 + part;
    return true;
}

bool crmi_moment_parse(const char *text, size_t size, bool since_1904, crmi_decimal *serial) {
    scanning scan = {.at = text, .end = text + size};
    int64_t days = 0, thousandths = 0;
    bool date = size >= 5 && text[4] == '-';
    if (date && !take_date(&scan, &days)) return false;
    if (date && since_1904) days -= DAYS_TO_1904;
    if (!date || scan.at < scan.end) {
        if (scan.at < scan.end && (*scan.at == 'T' || *scan.at == ' ')) scan.at++;
        if (!take_time(&scan, &thousandths)) return false;
    }
    if (scan.at != scan.end || days < 0) return false;
    /* Nine digits of a day: a tenth of a thousandth of a second. */
    *serial = crmi_decimal_from((uint64_t)days * 1000000000u + (uint64_t)(thousandths * 1000000000 + 43200000) / 86400000u, -9, false);
    return true;
}

/* --- sections --- */

typedef struct showing {
    const crmi_format *format;
    const crmi_section *section;
    crmi_moment moment;
    int64_t scale; /* units of a second */
    crmi_bytes *out;
} showing;

static void add_number(showing *show, int width, int64_t value) {
    char text[32];
    int size = snprintf(text, sizeof text, "%0*lld", width > 20 ? 20 : width, (long long)value);
    crmi_bytes_add(show->out, text, (size_t)size);
}

static void add_text(showing *show, const char *text) { crmi_bytes_add(show->out, text, strlen(text)); }

static void add_month(showing *show, int letters) {
    const char *name = months[show->moment.month - 1];
    if (letters <= 2)
        add_number(show, letters, show->moment.month);
    else
        crmi_bytes_add(show->out, name, letters == 3 ? 3 : letters == 5 ? 1 : strlen(name));
}

static void add_day(showing *show, int letters) {
    const char *name = weekdays[show->moment.weekday];
    if (letters <= 2)
        add_number(show, letters, show->moment.day);
    else
        crmi_bytes_add(show->out, name, letters == 3 ? 3 : strlen(name));
}

static void add_hour(showing *show, int letters) {
    int64_t hour = show->moment.units / show->scale / 3600;
    if (show->section->noon) hour = hour % 12 ? hour % 12 : 12;
    add_number(show, letters, hour);
}

static void add_noon(showing *show, const crmi_token *token) {
    const char *word = show->format->code + token->from; /* A/P keeps its letters, AM/PM is large */
    bool late = show->moment.units / show->scale >= 43200;
    if (token->count == 1)
        crmi_bytes_add_char(show->out, word[late ? 2 : 0]);
    else
        add_text(show, late ? "PM" : "AM");
}

static void add_subseconds(showing *show, int digits) {
    int64_t part = show->moment.units % show->scale;
    for (int64_t scale = show->scale; scale < 1000; scale *= 10) part *= 10;
    crmi_bytes_add_char(show->out, '.');
    for (int i = 0, divisor = 100; i < digits; i++, divisor /= 10)
        crmi_bytes_add_char(show->out, divisor ? (char)('0' + part / divisor % 10) : '0');
}

static void add_year(showing *show, int letters, int year) { add_number(show, letters <= 2 ? 2 : 4, letters <= 2 ? year % 100 : year); }

static void add_token(showing *show, const crmi_token *token) {
    int64_t seconds = show->moment.units / show->scale, all = show->moment.days * 86400 + seconds;
    switch (token->kind) {
    case CRMI_TOKEN_ERA: add_year(show, token->count, show->moment.year + 543); break;
    case CRMI_TOKEN_YEAR: add_year(show, token->count, show->moment.year); break;
    case CRMI_TOKEN_MONTH: add_month(show, token->count); break;
    case CRMI_TOKEN_DAY: add_day(show, token->count); break;
    case CRMI_TOKEN_HOUR: add_hour(show, token->count); break;
    case CRMI_TOKEN_MINUTE: add_number(show, token->count, seconds / 60 % 60); break;
    case CRMI_TOKEN_SECOND: add_number(show, token->count, seconds % 60); break;
    case CRMI_TOKEN_SUBSECOND: add_subseconds(show, token->count); break;
    case CRMI_TOKEN_NOON: add_noon(show, token); break;
    case CRMI_TOKEN_HOURS: add_number(show, token->count, all / 3600); break;
    case CRMI_TOKEN_MINUTES: add_number(show, token->count, all / 60); break;
    case CRMI_TOKEN_SECONDS: add_number(show, token->count, all); break;
    case CRMI_TOKEN_LITERAL: crmi_format_add_literal(show->format, token, show->out); break;
    default: break;
    }
}

bool crmi_format_date(const crmi_format *format, const crmi_section *section, double serial, bool since_1904, crmi_bytes *out) {
    showing show = {.format = format, .section = section, .out = out, .scale = 1};
    bool before = serial < 0 && section->elapsed && !since_1904;
    if (before) serial = -serial; /* durations may be negative */
    /* A date without a time is not rounded up to the next day. */
    if (!section->clock && serial >= 0 && serial <= LAST_DAY) serial = (double)(int64_t)serial;
    for (int i = 0; i < section->subseconds; i++) show.scale *= 10;
    if (!crmi_moment_from(serial, since_1904, section->subseconds, &show.moment)) return false;
    if (before) {
        crmi_bytes_add_char(out, '-');
    }
    for (size_t i = 0; i < section->count; i++) add_token(&show, &section->tokens[i]);
    return true;
}
