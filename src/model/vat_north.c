/* SPDX-License-Identifier: MIT */
/* Check digits of VAT ids: Germany and its neighbours, the British Isles, Scandinavia, the Baltic states. See vat.h. */
#include "model/vat.h"
#include <string.h>

#define DIGIT crmi_vat_digit
#define SUM(number, ...) crmi_identifier_sum(number, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

/* Umsatzsteuer-Identifikationsnummer, U and 8 digits: the digits' sum, every second one doubled, and 4. */
bool crmi_vat_at(const char *number) {
    uint32_t sum = 4;
    for (size_t i = 1; i < 8; i++) {
        uint32_t digit = DIGIT(number, i) << (i % 2 == 0);
        sum += digit / 10 + digit % 10;
    }
    return (10 - sum % 10) % 10 == DIGIT(number, 8);
}

/* Ondernemingsnummer: 97 less the rest of the first digits; nine digits are the older form without the 0 in front. */
bool crmi_vat_be(const char *number) {
    size_t size = strlen(number);
    uint32_t first = crmi_identifier_number(number, size - 2);
    bool given_out = size == 9 || *number == '1' || (*number == '0' && number[1] != '0');
    return given_out && first && 97 - first % 97 == crmi_identifier_number(number + size - 2, 2);
}

/* Unternehmens-Identifikationsnummer (eCH-0097), E and 9 digits. */
bool crmi_vat_ch(const char *number) {
    uint32_t check = 11 - SUM(number + 1, 5, 4, 3, 2, 7, 6, 5, 4) % 11;
    return check != 10 && check % 11 == DIGIT(number, 9);
}

bool crmi_vat_de(const char *number) { return *number != '0' && crmi_identifier_mod11_10(number, 9); }

/* CVR-nummer. */
bool crmi_vat_dk(const char *number) { return *number != '0' && SUM(number, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0; }

/* KMKR number: 10 in front. */
bool crmi_vat_ee(const char *number) { return strncmp(number, "10", 2) == 0 && SUM(number, 3, 7, 1, 3, 7, 1, 3, 7, 1) % 10 == 0; }

/* Y-tunnus. */
bool crmi_vat_fi(const char *number) {
    uint32_t rest = SUM(number, 7, 9, 10, 5, 8, 4, 2) % 11;
    return (rest ? 11 - rest : 0) == DIGIT(number, 7);
}

/* The last two of nine digits: 97 less the sum, or since 2010 55 less than that; each in ranges of its own. */
bool crmi_vat_gb(const char *number) {
    uint32_t first = crmi_identifier_number(number, 7), sum = SUM(number, 8, 7, 6, 5, 4, 3, 2);
    uint32_t all = sum + crmi_identifier_number(number + 7, 2);
    bool old = first && first < 9990001 && (first < 100000 || first > 999999) && (first < 9490001 || first > 9700000);
    return (old && all % 97 == 0) || (first > 1000000 && (all + 55) % 97 == 0);
}

/* Government departments have GD and less than 500, health authorities HA and 500 or more. */
bool crmi_vat_gb_office(const char *number) {
    uint32_t office = crmi_identifier_number(number + 2, 3);
    return (strncmp(number, "GD", 2) == 0 && office < 500) || (strncmp(number, "HA", 2) == 0 && office >= 500);
}

static char letter_of_23(uint32_t sum) { return "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23]; }

/* Seven digits, a check letter, maybe a second letter that counts nine times: A = 1 to I = 9, W = 0. */
bool crmi_vat_ie(const char *number) {
    uint32_t sum = SUM(number, 8, 7, 6, 5, 4, 3, 2);
    char second = number[8];
    if (second && second != 'W' && (second < 'A' || second > 'I')) return false;
    if (second && second != 'W') sum += 9 * (uint32_t)(second - 'A' + 1);
    return number[7] == letter_of_23(sum);
}

/* The form before 2013: the second character, a letter, was a digit that every number has lost: 8Z49289F is 0492898F. */
bool crmi_vat_ie_old(const char *number) {
    char modern[] = {'0', number[2], number[3], number[4], number[5], number[6], number[0], number[7], '\0'};
    return crmi_vat_ie(modern);
}

static uint32_t lithuanian(const char *number, size_t size, uint32_t first) {
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < size; i++) sum += DIGIT(number, i) * (1 + (uint32_t)(i + first) % 9);
    return sum % 11;
}

/* PVM kodas: 9 digits of companies, 12 of others; the last but one is 1. */
bool crmi_vat_lt(const char *number) {
    size_t size = strlen(number);
    uint32_t check = lithuanian(number, size, 0);
    if (check == 10) check = lithuanian(number, size, 2) % 10;
    return number[size - 2] == '1' && check == DIGIT(number, size - 1);
}

bool crmi_vat_lu(const char *number) { return crmi_identifier_number(number, 6) % 89 == crmi_identifier_number(number + 6, 2); }

/* Days of birth stand in front: day, month, year. */
static bool is_day(const char *number) {
    uint32_t day = crmi_identifier_number(number, 2), month = crmi_identifier_number(number + 2, 2);
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/* PVN: companies begin with 4 to 9. Persons have their personal code: a day of birth, or 32 since 2017. */
bool crmi_vat_lv(const char *number) {
    if (*number > '3') return SUM(number, 9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1) % 11 == 3;
    if (strncmp(number, "32", 2) != 0 && !is_day(number)) return false;
    return (1 + SUM(number, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9)) % 11 % 10 == DIGIT(number, 10);
}

/* Btw-identificatienummer: of companies the RSIN, 9 digits by 11; of sole traders since 2020 all of it with the country's letters by 97. */
bool crmi_vat_nl(const char *number) {
    char whole[] = "NLdddddddddBdd";
    memcpy(whole + 2, number, 12);
    uint32_t rest = SUM(number, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    bool sole = crmi_identifier_rest(whole, 14, 97) == 1;
    return crmi_identifier_number(number + 10, 2) && (sole || (rest == DIGIT(number, 8) && crmi_identifier_number(number, 9)));
}

/* Organisasjonsnummer, maybe with MVA. */
bool crmi_vat_no(const char *number) {
    uint32_t rest = SUM(number, 3, 2, 7, 6, 5, 4, 3, 2) % 11;
    return (rest ? 11 - rest : 0) == DIGIT(number, 8);
}

/* NIP. */
bool crmi_vat_pl(const char *number) { return SUM(number, 6, 5, 7, 2, 3, 4, 5, 6, 7) % 11 == DIGIT(number, 9); }

/* Organisationsnummer and 01. */
bool crmi_vat_se(const char *number) { return crmi_identifier_luhn(number, 10) && strcmp(number + 10, "01") == 0; }
