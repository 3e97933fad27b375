/* SPDX-License-Identifier: MIT */
/* Values to texts: what the import makes the same value of. */
#include "exchange/value.h"
#include <libcrm/schema.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- texts that grow --- */

void crmi_text_add(crmi_text *text, const char *bytes, size_t size) {
    if (text->size + size + 1 > text->capacity) {
        size_t capacity = (text->size + size + 1) * 2;
        char *grown = realloc(text->at, capacity);
        if (!grown) {
            text->failed = true;
            return;
        }
        text->at = grown;
        text->capacity = capacity;
    }
    memcpy(text->at + text->size, bytes, size);
    text->size += size;
    text->at[text->size] = '\0';
}

void crmi_text_printf(crmi_text *text, const char *format, ...) {
    char buffer[160];
    va_list values;
    va_start(values, format);
    int size = vsnprintf(buffer, sizeof buffer, format, values);
    va_end(values);
    if (size > 0) crmi_text_add(text, buffer, (size_t)size < sizeof buffer ? (size_t)size : sizeof buffer - 1);
}

void crmi_text_free(crmi_text *text) {
    free(text->at);
    *text = (crmi_text){0};
}

/* --- dates --- */

/* Howard Hinnant's days_from_civil and its inverse, over eras of 400 years that begin in March. */
bool crmi_value_days(int year, int month, int day, int64_t *out) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
    if (day > lengths[month - 1] + (leap && month == 2)) return false;
    int y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    *out = (int64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
    return true;
}

void crmi_value_date(int64_t days, int *year, int *month, int *day) {
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

static void write_day(int64_t days, crmi_text *out) {
    int year, month, day;
    crmi_value_date(days, &year, &month, &day);
    crmi_text_printf(out, "%04d-%02d-%02d", year, month, day);
}

static void write_time(int64_t time, crmi_text *out) {
    const int64_t a_day = INT64_C(86400000000);
    int64_t days = time / a_day - (time % a_day < 0), rest = time - days * a_day, seconds = rest / 1000000;
    write_day(days, out);
    crmi_text_printf(out, "T%02d:%02d:%02d.%06dZ", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60),
                     (int)(rest % 1000000));
}

/* --- the others --- */

/* Three decimals alone could be thousands: then there are four. */
static void write_amount(int64_t amount, crmi_text *out) {
    uint64_t size = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    unsigned decimals = (unsigned)(size % 10000);
    crmi_text_printf(out, "%s%llu", amount < 0 ? "-" : "", (unsigned long long)(size / 10000));
    if (decimals % 100)
        crmi_text_printf(out, ".%04u", decimals);
    else if (decimals)
        crmi_text_printf(out, ".%02u", decimals / 100);
}

static void write_items(const crm_record *rec, crm_field field, crmi_text *out) {
    for (size_t i = 0; i < crm_record_item_count(rec, field); i++) {
        const char *item = crm_record_item(rec, field, i);
        if (i) crmi_text_add(out, "; ", 2);
        crmi_text_add(out, item, strlen(item));
    }
}

static void write_label(const crm_record *rec, crm_field field, crmi_text *out) {
    for (size_t i = 0; i < crm_record_item_count(rec, field); i++) {
        const char *language = crm_record_label_language(rec, field, i), *label = crm_record_label(rec, field, language);
        crmi_text_printf(out, "%s%s: ", i ? "; " : "", language);
        crmi_text_add(out, label, strlen(label));
    }
}

static void write_bytes(const crm_record *rec, crm_field field, crmi_text *out) {
    size_t size;
    const uint8_t *bytes = crm_record_bytes(rec, field, &size);
    for (size_t i = 0; i < size; i++) crmi_text_printf(out, "%02x", bytes[i]);
}

static bool is_end(const crm_record *rec, crm_field field) {
    const char *name = crm_record_field_name(rec, field);
    return name && strcmp(name, "valid_until") == 0;
}

static void write_text(const crm_record *rec, crm_field field, crmi_text *out) {
    const char *text = crm_record_text(rec, field);
    if (text) crmi_text_add(out, text, strlen(text));
}

void crmi_value_write(const crm_record *rec, crm_field field, bool german, crmi_text *out) {
    if (crm_field_kind(field) != crm_record_kind(rec) || !crm_record_has(rec, field)) return;
    switch (crm_field_type(field)) {
    case CRM_TYPE_TEXT: write_text(rec, field, out); break;
    case CRM_TYPE_INT: crmi_text_printf(out, "%lld", (long long)crm_record_int(rec, field, 0)); break;
    case CRM_TYPE_BOOL:
        crmi_text_printf(out, "%s", crm_record_bool(rec, field, 0) ? (german ? "ja" : "yes") : (german ? "nein" : "no"));
        break;
    case CRM_TYPE_DATE: write_day(crm_record_date(rec, field, 0) - is_end(rec, field), out); break;
    case CRM_TYPE_TIME: write_time(crm_record_time(rec, field, 0), out); break;
    case CRM_TYPE_AMOUNT: write_amount(crm_record_amount(rec, field, 0), out); break;
    case CRM_TYPE_ID: crmi_text_printf(out, "%llu", (unsigned long long)crm_record_id(rec, field)); break;
    case CRM_TYPE_TEXTS: write_items(rec, field, out); break;
    case CRM_TYPE_LABEL: write_label(rec, field, out); break;
    default: write_bytes(rec, field, out);
    }
}
