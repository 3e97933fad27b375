/* SPDX-License-Identifier: MIT */
/* The system's clock, and the calendar by days: 400 years are 146,097 days, counted from 1 March so that a leap day comes last. */
#include "base/clock.h"
#include "base/ascii.h"
#include <time.h>

#define ERA_DAYS 146097
#define MARCH_0000 719468 /* days from 0000-03-01 to 1970-01-01 */

int64_t crmi_clock_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t crmi_clock_monotonic(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t floor_div(int64_t value, int64_t by) { return value / by - (value % by < 0); }

void crmi_clock_civil(int64_t days, int *year, int *month, int *day) {
    int64_t era = floor_div(days, ERA_DAYS);
    int64_t shifted = days - era * ERA_DAYS + MARCH_0000; /* the era's own start is added below: no overflow for any days */
    era += shifted / ERA_DAYS;
    int64_t day_of_era = shifted % ERA_DAYS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (ERA_DAYS - 1)) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

bool crmi_clock_days(int year, int month, int day, int64_t *days) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > lengths[month - 1] + (month == 2 && leap)) return false;
    int from_march = month > 2 ? year : year - 1;
    int era = from_march / 400;
    int year_of_era = from_march % 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    *days = (int64_t)era * ERA_DAYS + day_of_era - MARCH_0000;
    return true;
}

int64_t crmi_clock_day_of(int64_t microseconds) { return floor_div(microseconds, CRMI_US_A_DAY); }

/* --- from text --- */

/* The form's digits, given by '0', into numbers that are divided by its other signs: "0000-00-00". */
static bool read_form(const char *text, const char *form, int *numbers) {
    for (int number = 0; *form; text++, form++) {
        if (*form == '0' ? !crmi_is_digit(*text) : *text != *form) return false;
        if (*form != '0')
            *++numbers = number = 0;
        else
            *numbers = number = number * 10 + (*text - '0');
    }
    return true;
}

#define DATE_SIZE 10 /* 2026-01-31 */
#define TIME_SIZE 8  /* 12:00:00 */

bool crmi_clock_read_date(const char *text, size_t size, int64_t *out) {
    int parts[3];
    return size == DATE_SIZE && read_form(text, "0000-00-00", parts) && crmi_clock_days(parts[0], parts[1], parts[2], out);
}

/* What follows the seconds: at most six digits behind a point, then "Z". */
static bool read_fraction(const char *text, size_t size, int64_t *microseconds) {
    size_t digits = size > 2 && *text == '.' ? size - 2 : 0;
    *microseconds = 0;
    if (size == 0 || text[size - 1] != 'Z' || digits > 6 || (size > 1 && digits == 0)) return false;
    for (size_t i = 1; i <= 6; i++) {
        char digit = i <= digits ? text[i] : '0';
        if (!crmi_is_digit(digit)) return false;
        *microseconds = *microseconds * 10 + (digit - '0');
    }
    return true;
}

bool crmi_clock_read_time(const char *text, size_t size, int64_t *out) {
    int parts[3] = {0};
    int64_t day, fraction = 0;
    if (!crmi_clock_read_date(text, size < DATE_SIZE ? size : DATE_SIZE, &day)) return false;
    if (size > DATE_SIZE) {
        const char *time = text + DATE_SIZE + 1;
        if (size < DATE_SIZE + 1 + TIME_SIZE + 1 || time[-1] != 'T' || !read_form(time, "00:00:00", parts)) return false;
        if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return false;
        if (!read_fraction(time + TIME_SIZE, size - DATE_SIZE - 1 - TIME_SIZE, &fraction)) return false;
    }
    *out = day * CRMI_US_A_DAY + (parts[0] * 3600 + parts[1] * 60 + parts[2]) * INT64_C(1000000) + fraction;
    return true;
}
