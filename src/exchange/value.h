/* SPDX-License-Identifier: MIT */
/* Values of records as the import reads them. */
#ifndef CRMI_EXCHANGE_VALUE_H
#define CRMI_EXCHANGE_VALUE_H
#include <libcrm/record.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct crmi_text {
    char *at;
    size_t size, capacity;
    bool failed; /* without memory */
} crmi_text;

void crmi_text_add(crmi_text *text, const char *bytes, size_t size);
void crmi_text_printf(crmi_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void crmi_text_free(crmi_text *text);

/* Adds a field's value: dates as 2026-01-31, the last day that is in; amounts so that thousands can't be meant; lists divided by "; ".
 * Nothing where there is none. */
void crmi_value_write(const crm_record *rec, crm_field field, bool german, crmi_text *out);
/* Days since 1970-01-01 of a day of the years 1 to 9999, and back: false for no such day. */
void crmi_value_date(int64_t days, int *year, int *month, int *day);
bool crmi_value_days(int year, int month, int day, int64_t *out);
#endif
