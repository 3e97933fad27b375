/* SPDX-License-Identifier: MIT */
/* Which check is for which scheme, and what several checks have in common: see identifier.h. */
#include "model/identifier.h"
#include "base/ascii.h"
#include "base/error.h"
#include <libcrm/codes.h>
#include <string.h>

static const struct {
    const char *scheme;
    int (*check)(const char *text);
    bool hyphens; /* they are part of the number */
} checks[] = {
    {"iban", crmi_identifier_iban, false},
    {"bic", crmi_identifier_bic, false},
    {"vat_id", crmi_identifier_vat, false},
    {"de_account", crmi_identifier_german_account, false},
    {"fr_rib", crmi_identifier_rib, false},
    {"sepa_creditor", crmi_identifier_creditor, false},
    {CRM_SCHEME_GLN, crmi_identifier_gln, false},
    {CRM_SCHEME_LEI, crmi_identifier_lei, false},
    {CRM_SCHEME_DUNS, crmi_identifier_duns, false},
    {CRM_SCHEME_EORI, crmi_identifier_eori, false},
    {CRM_SCHEME_LEITWEG_ID, crmi_identifier_leitweg, true},
};
enum { NO_CHECK = sizeof checks / sizeof *checks };

static size_t find(const char *scheme) {
    size_t i = 0;
    while (i < NO_CHECK && strcmp(checks[i].scheme, scheme) != 0) i++;
    return i;
}

bool crmi_identifier_has_check(const char *scheme) { return find(scheme) < NO_CHECK; }

/* --- the compact form --- */

static bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/* Bytes of what people put between the parts of a number: punctuation, no-break space, narrow no-break space, dashes. */
static size_t divider(const char *text, size_t left) {
    static const char *const wide[] = {"\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x91", "\xe2\x80\x93"};
    if (strchr(" .,:;()-/\t", *text)) return 1;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (left >= strlen(wide[i]) && memcmp(text, wide[i], strlen(wide[i])) == 0) return strlen(wide[i]);
    return 0;
}

static int compact(const char *text, size_t size, bool hyphens, char out[CRMI_IDENTIFIER_SIZE]) {
    size_t used = 0, skip;
    for (size_t i = 0; i < size; i += skip) {
        char c = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 32) : text[i];
        bool part = crmi_is_digit(c) || is_capital(c) || (hyphens && c == '-');
        skip = part ? 1 : divider(text + i, size - i);
        if (!skip) return crmi_error_set(CRM_E_FORMAT, 0, "it has letters A to Z and digits only");
        if (!part) continue;
        if (used == CRMI_IDENTIFIER_SIZE - 1) return crmi_error_set(CRM_E_FORMAT, 0, "it is too long");
        out[used++] = c;
    }
    out[used] = '\0';
    if (used > 4 && memcmp(out, "IBAN", 4) == 0) memmove(out, out + 4, used - 3); /* people write it before the number */
    return used ? CRM_OK : crmi_error_set(CRM_E_FORMAT, 0, "it is empty");
}

int crmi_identifier_check(const char *scheme, const char *text, size_t size, char out[CRMI_IDENTIFIER_SIZE]) {
    char own[CRMI_IDENTIFIER_SIZE];
    size_t at = find(scheme);
    if (at == NO_CHECK) return crmi_error_set(CRM_E_NOTFOUND, 0, "there is no check for this scheme");
    if (!out) out = own;
    int rc = compact(text, size, checks[at].hyphens, out);
    return rc == CRM_OK ? checks[at].check(out) : rc;
}

/* --- what checks have in common --- */

int crmi_identifier_form(const char *what, const char *form) { return crmi_error_set(CRM_E_FORMAT, 0, "%s is made of %s", what, form); }
int crmi_identifier_digits(const char *what) { return crmi_error_set(CRM_E_CHECK_DIGIT, 0, "the check digits of the %s are wrong", what); }

static bool is_of(char kind, char c) {
    if (kind == 'n') return crmi_is_digit(c);
    if (kind == 'a') return is_capital(c);
    return crmi_is_digit(c) || is_capital(c);
}

bool crmi_identifier_fits(const char *pattern, const char *text) {
    while (*pattern) {
        size_t count = 0;
        if (!crmi_is_digit(*pattern)) {
            if (*pattern++ != *text++) return false;
            continue;
        }
        while (crmi_is_digit(*pattern)) count = count * 10 + (size_t)(*pattern++ - '0');
        for (; count; count--)
            if (!is_of(*pattern, *text++)) return false;
        pattern++;
    }
    return !*text;
}

uint32_t crmi_identifier_rest(const char *text, size_t size, uint32_t by) {
    uint32_t rest = 0;
    for (size_t i = 0; i < size; i++)
        rest = crmi_is_digit(text[i]) ? (rest * 10 + (uint32_t)(text[i] - '0')) % by : (rest * 100 + (uint32_t)(text[i] - 'A' + 10)) % by;
    return rest;
}

uint32_t crmi_identifier_sum(const char *digits, const uint8_t *weights, size_t count) {
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += (uint32_t)(digits[i] - '0') * weights[i];
    return sum;
}

bool crmi_identifier_luhn(const char *digits, size_t size) {
    uint32_t sum = 0;
    for (size_t i = 0; i < size; i++) {
        uint32_t digit = (uint32_t)(digits[size - 1 - i] - '0') << (i & 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

bool crmi_identifier_mod11_10(const char *digits, size_t size) {
    uint32_t product = 10;
    for (size_t i = 0; i + 1 < size; i++) {
        uint32_t sum = (product + (uint32_t)(digits[i] - '0')) % 10;
        product = (sum ? sum : 10) * 2 % 11;
    }
    return (product + (uint32_t)(digits[size - 1] - '0')) % 10 == 1;
}

uint32_t crmi_identifier_number(const char *digits, size_t size) {
    uint32_t number = 0;
    for (size_t i = 0; i < size; i++) number = number * 10 + (uint32_t)(digits[i] - '0');
    return number;
}
