/* SPDX-License-Identifier: MIT */
/* Values that mapping rules name, read by the type of the field that they are for. Numbers are exact: what can't be held is refused. */
#include "base/ascii.h"
#include "base/clock.h"
#include "model/record.h"
#include "model/rule.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int crmi_rule_refuse(crmi_rule_reader *reader, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->reason, sizeof reader->reason, format, arguments);
    va_end(arguments);
    return CRM_E_RANGE;
}

const char *crmi_rule_quote(const char *text, size_t size, crmi_rule_quoted *out) {
    size_t most = sizeof out->text - sizeof "...", kept = size < sizeof out->text ? size : most;
    while (kept < size && kept > 0 && ((unsigned char)text[kept] & 0xc0) == 0x80) kept--;
    if (kept) memcpy(out->text, text, kept);
    strcpy(out->text + kept, kept < size ? "..." : "");
    return out->text;
}

bool crmi_rule_is_until(const crmi_field *field) { return field->type == CRM_TYPE_DATE && strcmp(field->name, "valid_until") == 0; }

/* --- numbers --- */

/* Counted downwards: there is one negative number more. */
static bool add_digit(int64_t *value, char digit) {
    return !__builtin_mul_overflow(*value, 10, value) && !__builtin_sub_overflow(*value, digit - '0', value);
}

/* A number with so many decimals at most, times ten to their power. */
static bool read_decimal(const char *text, size_t size, size_t decimals, int64_t *out) {
    const char *at = text, *end = text + size;
    bool negative = at < end && *at == '-';
    size_t before = 0, behind = 0;
    int64_t value = 0;
    if (at < end && (*at == '-' || *at == '+')) at++;
    for (; at < end && crmi_is_digit(*at); at++, before++)
        if (!add_digit(&value, *at)) return false;
    if (decimals && at + 1 < end && *at == '.')
        for (at++; at < end && crmi_is_digit(*at) && behind < decimals; at++, behind++)
            if (!add_digit(&value, *at)) return false;
    for (; behind < decimals; behind++)
        if (!add_digit(&value, '0')) return false;
    if (!before || at != end || (!negative && value == INT64_MIN)) return false;
    *out = negative ? value : -value;
    return true;
}

/* --- words --- */

static bool read_word(const char *text, size_t size, int64_t *out) {
    static const char *const words[] = {"no", "yes", "false", "true", "0", "1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) != size || memcmp(words[i], text, size) != 0) continue;
        *out = i % 2;
        return true;
    }
    return false;
}

static int check_code(crmi_rule_reader *reader, const crmi_field *field, const char *text, size_t size) {
    const crmi_domain *domain = crmi_schema_domain_of(field);
    if (!reader->txn || !domain) return CRM_OK;
    int rc = crmi_model_code_check(reader->txn, field, text, size);
    crmi_rule_quoted quoted;
    if (rc != CRM_E_CODE && rc != CRM_E_TOO_BIG) return rc;
    return crmi_rule_refuse(reader, "\"%s\" is no %s", crmi_rule_quote(text, size, &quoted), domain->name);
}

static bool read_number(const crmi_field *field, const char *text, size_t size, int64_t *out) {
    switch (field->type) {
    case CRM_TYPE_INT: return read_decimal(text, size, 0, out);
    case CRM_TYPE_AMOUNT: return read_decimal(text, size, 4, out);
    case CRM_TYPE_BOOL: return read_word(text, size, out);
    case CRM_TYPE_DATE: return crmi_clock_read_date(text, size, out);
    case CRM_TYPE_TIME: return crmi_clock_read_time(text, size, out);
    default: return false;
    }
}

static const char *form_of(uint32_t type) {
    switch (type) {
    case CRM_TYPE_INT: return "whole number";
    case CRM_TYPE_AMOUNT: return "amount like 1000.50";
    case CRM_TYPE_BOOL: return "yes or no";
    case CRM_TYPE_DATE: return "day like 2026-01-31";
    case CRM_TYPE_TIME: return "time like 2026-01-31T12:00:00Z";
    default: return NULL;
    }
}

int crmi_rule_read_value(crmi_rule_reader *reader, const crmi_field *field, const char *text, size_t size, crmi_rule_value *out) {
    *out = (crmi_rule_value){.text = text, .size = (uint32_t)size};
    if (field->type == CRM_TYPE_TEXT) return check_code(reader, field, text, size);
    const char *form = form_of(field->type);
    crmi_rule_quoted quoted;
    if (!form) return crmi_rule_refuse(reader, "no value can be written for %s.%s", crmi_schema_kind(field->kind)->name, field->name);
    if (read_number(field, text, size, &out->integer)) return CRM_OK;
    return crmi_rule_refuse(reader, "\"%s\" is no %s", crmi_rule_quote(text, size, &quoted), form);
}
