/* SPDX-License-Identifier: MIT */
/* Time and calendar: proleptic Gregorian, days and microseconds since 1970-01-01 UTC. No time zones. */
#ifndef CRMI_BASE_CLOCK_H
#define CRMI_BASE_CLOCK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRMI_DAY_MIN (-719162) /* 0001-01-01 */
#define CRMI_DAY_MAX 2932896   /* 9999-12-31 */
#define CRMI_US_A_DAY INT64_C(86400000000)

int64_t crmi_clock_now(void);       /* microseconds since 1970 UTC */
int64_t crmi_clock_monotonic(void); /* milliseconds, for waits */
void crmi_clock_civil(int64_t days, int *year, int *month, int *day);
/* False where there is no such day between years 1 and 9999. */
bool crmi_clock_days(int year, int month, int day, int64_t *days);
/* Floor division: the day that a time in microseconds falls on. */
int64_t crmi_clock_day_of(int64_t microseconds);
/* From "2026-01-31"; from RFC 3339 in UTC, or a day alone: its begin. False where the text is nothing of that. */
bool crmi_clock_read_date(const char *text, size_t size, int64_t *days);
bool crmi_clock_read_time(const char *text, size_t size, int64_t *microseconds);
#endif
