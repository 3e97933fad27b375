/* SPDX-License-Identifier: MIT */
/* The calendar, against itself over all days and against the system's. */
#include "base/clock.h"
#include "base/random.h"
#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

Test(base_clock, every_day) {
    int64_t wrong = 0;
    int year = 1, month = 1, day = 1;
    for (int64_t days = CRMI_DAY_MIN; days <= CRMI_DAY_MAX; days++) {
        int y, m, d;
        int64_t back = 0;
        crmi_clock_civil(days, &y, &m, &d);
        wrong += y != year || m != month || d != day || !crmi_clock_days(y, m, d, &back) || back != days;
        if (crmi_clock_days(year, month, day + 1, &back))
            day++;
        else if (day = 1, ++month > 12)
            month = 1, year++;
    }
    cr_expect_eq(wrong, 0, "%ld days", (long)wrong);
    cr_expect(year == 10000 && month == 1 && day == 1, "ends at %d-%d-%d", year, month, day);
}

Test(base_clock, against_the_system) {
    for (int64_t days = CRMI_DAY_MIN; days <= CRMI_DAY_MAX; days += 997) {
        int y, m, d;
        time_t seconds = (time_t)days * 86400;
        struct tm tm;
        gmtime_r(&seconds, &tm);
        crmi_clock_civil(days, &y, &m, &d);
        if (y != tm.tm_year + 1900 || m != tm.tm_mon + 1 || d != tm.tm_mday) cr_expect_fail("day %ld", (long)days);
    }
    int64_t before = time(NULL), now = crmi_clock_now() / 1000000;
    cr_expect(now >= before && now <= before + 60, "now is %ld, not %ld", (long)now, (long)before);
    int64_t tick = crmi_clock_monotonic();
    cr_expect(crmi_clock_monotonic() >= tick);
}

Test(base_clock, no_such_day) {
    static const int cases[][3] = {{0, 12, 31},   {10000, 1, 1}, {2026, 0, 1},  {2026, 13, 1}, {2026, 1, 0},  {2026, 1, 32},
                                   {2026, 2, 29}, {1900, 2, 29}, {2100, 2, 29}, {2024, 2, 30}, {2026, 4, 31}, {-1, 1, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t days = 77;
        cr_expect(!crmi_clock_days(cases[i][0], cases[i][1], cases[i][2], &days), "%d-%d-%d", cases[i][0], cases[i][1], cases[i][2]);
        cr_expect_eq(days, 77, "the result is touched");
    }
    int64_t days;
    cr_expect(crmi_clock_days(2000, 2, 29, &days) && days == 11016);
}

Test(base_clock, day_of) {
    static const int64_t cases[][2] = {
        {0, 0}, {1, 0}, {-1, -1}, {CRMI_US_A_DAY - 1, 0}, {CRMI_US_A_DAY, 1}, {-CRMI_US_A_DAY, -1}, {-CRMI_US_A_DAY - 1, -2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) cr_expect_eq(crmi_clock_day_of(cases[i][0]), cases[i][1], "case %zu", i);
    cr_expect_eq(crmi_clock_day_of(INT64_MIN), -106751992);
    cr_expect_eq(crmi_clock_day_of(INT64_MAX), 106751991);
}

Test(base_clock, random) {
    unsigned char a[64] = {0}, b[64] = {0};
    cr_expect_eq(crmi_random_bytes(a, sizeof a), 0);
    cr_expect_eq(crmi_random_bytes(b, sizeof b), 0);
    cr_expect(memcmp(a, b, sizeof a) != 0, "the same bytes twice");
    cr_expect_eq(crmi_random_bytes(a, 0), 0);
}
