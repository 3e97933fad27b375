/* SPDX-License-Identifier: MIT */
/* Cells to values: words for yes and no, dates and amounts as Germans and others write them, codes by their labels. */
#include "base/ascii.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/utf8.h"
#include "sync/sync.h"
#include <string.h>

static int not_a(int status, const crmi_sync_target *target, const crmi_sync_cell *cell, const char *what) {
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    return crmi_error_set(status, target->field->field, "%s: \"%s\"", what, crmi_sync_quote(cell->text, cell->size, quoted));
}

/* --- words --- */

static const struct word {
    const char *text;
    int64_t value;
} words[] = {{"ja", 1},     {"nein", 0}, {"yes", 1}, {"no", 0}, {"true", 1},    {"false", 0},   {"wahr", 1},
             {"falsch", 0}, {"1", 1},    {"0", 0},   {"x", 1},  {"default", 2}, {"standard", 2}};

static int convert_word(const crmi_sync_target *target, crmi_sync_cell *cell) {
    crmi_buffer folded = {0};
    int rc = crmi_utf8_fold(cell->text, cell->size, &folded);
    if (rc < 0) return crmi_error_nomem();
    const int64_t last = target->use == CRMI_USE_USAGE ? 2 : 1;
    rc = CRM_E_FORMAT;
    for (size_t i = 0; rc < 0 && i < sizeof words / sizeof *words; i++) {
        if (words[i].value > last || strlen(words[i].text) != folded.size || memcmp(words[i].text, folded.data, folded.size) != 0) continue;
        cell->integer = words[i].value;
        rc = CRM_OK;
    }
    crmi_buffer_free(&folded);
    return rc < 0 ? not_a(rc, target, cell, "neither yes nor no") : CRM_OK;
}

/* --- numbers --- */

/* Digits at *text: how many; their value grows *number. */
static size_t take_digits(const char **text, const char *end, int *number) {
    size_t count = 0;
    *number = 0;
    while (*text < end && crmi_is_digit(**text) && count < 6) {
        *number = *number * 10 + (*(*text)++ - '0');
        count++;
    }
    return count;
}

int crmi_sync_value_date(const char *text, size_t size, int64_t *out) {
    const char *at = text, *end = text + size;
    int first, month, last;
    size_t wide = take_digits(&at, end, &first);
    if (at >= end || (*at != '-' && *at != '.')) return CRM_E_FORMAT;
    char divider = *at++;
    if (divider == '-' ? wide != 4 : wide < 1 || wide > 2) return CRM_E_FORMAT;
    size_t month_wide = take_digits(&at, end, &month);
    if (at >= end || *at++ != divider || month_wide < 1 || month_wide > 2) return CRM_E_FORMAT;
    size_t last_wide = take_digits(&at, end, &last);
    if (at != end || (divider == '-' ? month_wide != 2 || last_wide != 2 : last_wide != 4)) return CRM_E_FORMAT;
    return crmi_clock_days(divider == '-' ? first : last, month, divider == '-' ? last : first, out) ? CRM_OK : CRM_E_RANGE;
}

static int convert_date(const crmi_sync_target *target, crmi_sync_cell *cell) {
    int rc = crmi_sync_value_date(cell->text, cell->size, &cell->integer);
    if (rc == CRM_E_RANGE) return not_a(rc, target, cell, "no such day");
    if (rc < 0) return not_a(rc, target, cell, "not a date like 2026-01-31 or 31.01.2026");
    if (strcmp(target->field->name, "valid_until") != 0) return CRM_OK;
    cell->none = cell->integer == CRMI_DAY_MAX; /* 31.12.9999 */
    cell->integer++;                            /* the last day that is in, to the first that is out */
    return CRM_OK;
}

static int convert_time(const crmi_sync_target *target, crmi_sync_cell *cell) {
    int64_t day;
    if (crmi_clock_read_time(cell->text, cell->size, &cell->integer)) return CRM_OK;
    int rc = crmi_sync_value_date(cell->text, cell->size, &day);
    if (rc < 0) return not_a(rc, target, cell, "not a time like 2026-01-31T12:00:00Z, nor a day");
    cell->integer = day * CRMI_US_A_DAY;
    return CRM_OK;
}

static int convert_int(const crmi_sync_target *target, crmi_sync_cell *cell) {
    const char *at = cell->text;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+') at++;
    if (!*at) return not_a(CRM_E_FORMAT, target, cell, "not a whole number");
    int64_t value = 0;
    for (; *at; at++) {
        if (!crmi_is_digit(*at)) return not_a(CRM_E_FORMAT, target, cell, "not a whole number");
        int digit = *at - '0';
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, digit, &value))
            return not_a(CRM_E_RANGE, target, cell, "too great a number");
    }
    if (!negative && value == INT64_MIN) return not_a(CRM_E_RANGE, target, cell, "too great a number");
    cell->integer = negative ? value : -value;
    return CRM_OK;
}

/* An amount taken apart. divider: where the decimals begin, or NULL. */
typedef struct number {
    const char *start, *end, *divider;
    char group; /* what divides thousands; 0 none */
    bool negative;
} number;

static bool is_group(char c) { return c == '.' || c == ',' || c == '\'' || c == ' '; }

/* Which of the signs is the decimal one: the last, where it comes once. One sign with three digits behind could be either. */
static int divide(number *n) {
    const char *last = NULL;
    size_t same = 0, others = 0;
    for (const char *at = n->end; at-- > n->start;) {
        if (!is_group(*at)) continue;
        if (!last) last = at;
        if (*at == *last)
            same++;
        else
            others++;
        if (*at != *last) n->group = *at;
    }
    if (!last) return CRM_OK;
    bool decimal = (*last == '.' || *last == ',') && same == 1;
    size_t before = (size_t)(last - n->start), behind = (size_t)(n->end - last) - 1;
    if (decimal && others == 0 && behind == 3 && before > 0 && before <= 3 && *n->start != '0') return CRM_E_AMBIGUOUS;
    if (decimal)
        n->divider = last;
    else if (others)
        return CRM_E_FORMAT;
    else
        n->group = *last;
    return CRM_OK;
}

/* Thousands: groups of three, the first of one to three. */
static int whole_part(const number *n, int64_t *out) {
    const char *end = n->divider ? n->divider : n->end;
    size_t digits = 0;
    bool grouped = false;
    *out = 0;
    for (const char *at = n->start; at < end; at++) {
        if (crmi_is_digit(*at)) {
            digits++;
            if (__builtin_mul_overflow(*out, 10, out) || __builtin_sub_overflow(*out, *at - '0', out)) return CRM_E_RANGE;
            continue;
        }
        if (*at != n->group || (grouped ? digits != 3 : digits < 1 || digits > 3)) return CRM_E_FORMAT;
        grouped = true;
        digits = 0;
    }
    if (grouped && digits != 3) return CRM_E_FORMAT;
    return __builtin_mul_overflow(*out, 10000, out) ? CRM_E_RANGE : CRM_OK;
}

/* Up to four decimals; more only if they are zeros. */
static int decimals(const number *n, int64_t *amount) {
    int64_t weight = 1000;
    for (const char *at = n->divider + 1; at < n->end; at++) {
        if (!crmi_is_digit(*at)) return CRM_E_FORMAT;
        if (weight == 0 && *at != '0') return CRM_E_RANGE;
        if (__builtin_sub_overflow(*amount, weight * (*at - '0'), amount)) return CRM_E_RANGE;
        weight /= 10;
    }
    return CRM_OK;
}

/* Sums up below zero, where there is one more number, and turns in the end. */
int crmi_sync_value_amount(const char *text, size_t size, int64_t *out) {
    number n = {.start = text, .end = text + size};
    if (size && (*text == '-' || *text == '+')) {
        n.negative = *text == '-';
        n.start++;
    }
    if (n.start == n.end || !crmi_is_digit(n.end[-1]) || (!crmi_is_digit(*n.start) && *n.start != '.' && *n.start != ','))
        return CRM_E_FORMAT;
    int64_t amount;
    int rc = divide(&n);
    if (rc == CRM_OK) rc = whole_part(&n, &amount);
    if (rc == CRM_OK && n.divider) rc = decimals(&n, &amount);
    if (rc < 0) return rc;
    if (!n.negative && amount == INT64_MIN) return CRM_E_RANGE;
    *out = n.negative ? amount : -amount;
    return CRM_OK;
}

static int convert_amount(const crmi_sync_target *target, crmi_sync_cell *cell) {
    int rc = crmi_sync_value_amount(cell->text, cell->size, &cell->integer);
    if (rc == CRM_E_AMBIGUOUS) return not_a(rc, target, cell, "thousands or decimals? write all decimals, or none and no divider");
    if (rc == CRM_E_RANGE) return not_a(rc, target, cell, "too great, or over four decimals");
    return rc < 0 ? not_a(rc, target, cell, "not an amount") : CRM_OK;
}

/* --- texts and codes --- */

static int check_size(const crmi_sync_target *target, const crmi_sync_cell *cell, size_t limit) {
    if (cell->size <= limit) return CRM_OK;
    return crmi_error_set(CRM_E_TOO_BIG, target->field->field, "%u bytes, over the limit of %zu", cell->size, limit);
}

static int convert_code(const crmi_sync_target *target, const crmi_domain *domain, crmi_sync_cell *cell) {
    const crmi_code *code = crmi_schema_code_recognise(domain, cell->text, cell->size);
    if (code && !cell->literal) {
        cell->text = code->code;
        return CRM_OK;
    }
    if (!domain->closed || crmi_schema_code(domain, cell->text, cell->size)) return check_size(target, cell, CRMI_LIMIT_CODE_BYTES);
    char quoted[CRMI_SYNC_QUOTE_SIZE];
    return crmi_error_set(CRM_E_CODE, target->field->field, "no such %s: \"%s\"", domain->name,
                          crmi_sync_quote(cell->text, cell->size, quoted));
}

static int convert_text(const crmi_sync_target *target, crmi_sync_cell *cell) {
    const crmi_domain *domain = crmi_schema_domain_of(target->field);
    return domain ? convert_code(target, domain, cell) : check_size(target, cell, CRMI_LIMIT_TEXT_BYTES);
}

int crmi_sync_purposes(const char *text, size_t size, int (*fn)(void *data, const char *code, size_t size), void *data) {
    const crmi_domain *domain = crmi_schema_domain(CRMI_DOMAIN_PURPOSE);
    const char *end = text + size;
    int rc = CRM_OK;
    while (text < end && rc == CRM_OK) {
        const char *next = text;
        while (next < end && *next != ',' && *next != ';' && *next != '|') next++;
        const char *part = text;
        size_t part_size = (size_t)(next - text);
        crmi_sync_trim(&part, &part_size);
        const crmi_code *code = part_size ? crmi_schema_code_recognise(domain, part, part_size) : NULL;
        if (part_size) rc = code ? fn(data, code->code, strlen(code->code)) : fn(data, part, part_size);
        text = next < end ? next + 1 : end;
    }
    return rc;
}

/* The purposes are an open domain: a text that is none of the built-in ones is the host's own. */
static int check_purpose(void *data, const char *code, size_t size) {
    (void)code;
    const crmi_sync_target *target = data;
    if (size < CRMI_SYNC_CODE_SIZE) return CRM_OK;
    return crmi_error_set(CRM_E_TOO_BIG, target->field->field, "a purpose of %zu bytes, over the limit of %d", size,
                          CRMI_SYNC_CODE_SIZE - 1);
}

static int convert_field(const crmi_sync_target *target, crmi_sync_cell *cell) {
    switch (target->field->type) {
    case CRM_TYPE_BOOL: return convert_word(target, cell);
    case CRM_TYPE_DATE: return convert_date(target, cell);
    case CRM_TYPE_TIME: return convert_time(target, cell);
    case CRM_TYPE_INT: return convert_int(target, cell);
    case CRM_TYPE_AMOUNT: return convert_amount(target, cell);
    default: return convert_text(target, cell);
    }
}

int crmi_sync_value(const crmi_sync_target *target, crmi_sync_cell *cell) {
    switch (target->use) {
    case CRMI_USE_FIELD: return convert_field(target, cell);
    case CRMI_USE_PREFERRED:
    case CRMI_USE_USAGE: return convert_word(target, cell);
    case CRMI_USE_PURPOSE: return crmi_sync_purposes(cell->text, cell->size, check_purpose, (void *)(uintptr_t)target);
    default: return check_size(target, cell, CRMI_LIMIT_TEXT_BYTES);
    }
}
