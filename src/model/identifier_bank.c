/* SPDX-License-Identifier: MIT */
/* Account numbers: IBAN (ISO 13616-1: structure by country, check digits ISO 7064 mod 97-10), BIC (ISO 9362), the German bank code and
 * account number, the French RIB, the SEPA creditor identifier (EPC262-08). */
#include "base/error.h"
#include "model/identifier.h"
#include "schema/schema.h"
#include <stdlib.h>
#include <string.h>

typedef struct structure {
    char country[3];
    const char *pattern;
} structure;
static const structure structures[] = {
#define IBAN(country, pattern) {#country, pattern},
#include "model/iban.def"
#undef IBAN
};

static const structure *structure_of(const char *country) {
    for (size_t i = 0; i < sizeof structures / sizeof *structures; i++)
        if (strncmp(structures[i].country, country, 2) == 0) return &structures[i];
    return NULL;
}

/* With the first four characters behind the others the rest by 97 is 1. */
static bool has_rest_1(const char *begin, const char *behind) {
    char turned[CRMI_IDENTIFIER_SIZE + 4];
    size_t size = strlen(behind);
    memcpy(turned, behind, size);
    memcpy(turned + size, begin, 4);
    return crmi_identifier_rest(turned, size + 4, 97) == 1;
}

int crmi_identifier_iban(const char *text) {
    const structure *known = strlen(text) > 4 ? structure_of(text) : NULL;
    if (!known) return crmi_error_set(CRM_E_FORMAT, 0, "an IBAN begins with the code of a country that has them");
    if (!crmi_identifier_fits("2n", (char[]){text[2], text[3], '\0'}) || !crmi_identifier_fits(known->pattern, text + 4))
        return crmi_error_set(CRM_E_FORMAT, 0, "an IBAN of %s has two check digits and then %s (n digits, a letters, c either)",
                              known->country, known->pattern);
    return has_rest_1(text, text + 4) ? CRM_OK : crmi_identifier_digits("IBAN");
}

int crmi_identifier_bic(const char *text) {
    if (!crmi_identifier_fits("4a2a2c", text) && !crmi_identifier_fits("4a2a2c3c", text))
        return crmi_identifier_form("a BIC", "8 or 11 letters and digits, the first six letters");
    const crmi_domain *countries = crmi_schema_domain(CRMI_DOMAIN_COUNTRY);
    if (crmi_schema_code(countries, text + 4, 2) || strncmp(text + 4, "XK", 2) == 0) return CRM_OK;
    return crmi_error_set(CRM_E_FORMAT, 0, "letters 5 and 6 of a BIC are a country's code");
}

/* Bank code (Bankleitzahl, eight digits, the first one 1 to 8) and account number (one to ten digits). The check digits of the account
 * number differ from bank to bank and are not judged. */
int crmi_identifier_german_account(const char *text) {
    size_t size = strspn(text, "0123456789");
    if (text[size] || size < 9 || size > 18 || *text == '0' || *text == '9')
        return crmi_identifier_form("a German account", "a bank code of 8 digits and an account number of 1 to 10");
    return CRM_OK;
}

/* Letters of a French account number count as the digits of a telephone keypad shifted by one: A J = 1, B K S = 2 ... I R Z = 9. */
static char rib_digit(char c) {
    if (c < 'A') return c;
    return (char)('1' + (c < 'J' ? c - 'A' : c < 'S' ? c - 'J' : c - 'S' + 1));
}

/* Bank (5), branch (code guichet, 5), account (11), key (2): 97 - (89 b + 15 g + 3 a) mod 97, that is, all of it is divisible by 97. */
int crmi_identifier_rib(const char *text) {
    char digits[CRMI_IDENTIFIER_SIZE];
    if (!crmi_identifier_fits("10n11c2n", text))
        return crmi_identifier_form("a RIB", "5 digits of the bank, 5 of the branch, 11 of the account and 2 of the key");
    for (size_t i = 0; i <= 23; i++) digits[i] = text[i] ? rib_digit(text[i]) : '\0';
    return crmi_identifier_rest(digits, 23, 97) == 0 ? CRM_OK : crmi_identifier_digits("RIB");
}

/* Characters 5 to 7, the creditor's own business code, do not count. */
int crmi_identifier_creditor(const char *text) {
    if (strlen(text) < 8 || strlen(text) > 35 || !crmi_identifier_fits("2a2n", (char[]){text[0], text[1], text[2], text[3], '\0'}))
        return crmi_identifier_form("a SEPA creditor identifier", "a country, 2 check digits, 3 characters and up to 28 more");
    return has_rest_1(text, text + 7) ? CRM_OK : crmi_identifier_digits("SEPA creditor identifier");
}
