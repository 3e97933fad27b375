/* SPDX-License-Identifier: MIT */
/* Check digits of VAT ids: southern and eastern Europe, the union's own, Brazil, Russia. See vat.h. */
#include "model/vat.h"
#include <string.h>

#define DIGIT crmi_vat_digit
#define SUM(number, ...) crmi_identifier_sum(number, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

/* NRT: the first letter says what sort of holder; residents have up to 699999, companies 700000 to 799999. No check digit. */
bool crmi_vat_ad(const char *number) {
    bool resident = *number == 'F', company = *number == 'A' || *number == 'L', of_700000 = number[1] == '7';
    if (!strchr("ACDEFGLOPU", *number)) return false;
    return resident ? number[1] < '7' : !company || of_700000;
}

/* EIK of companies: weights from 1, where that gives 10 from 3. */
bool crmi_vat_bg(const char *number) {
    uint32_t check = SUM(number, 1, 2, 3, 4, 5, 6, 7, 8) % 11;
    if (check == 10) check = SUM(number, 3, 4, 5, 6, 7, 8, 9, 10) % 11 % 10;
    return check == DIGIT(number, 8);
}

/* The month of a birth: plus 20 before 1900, plus 40 from 2000 on. */
static bool is_bulgarian_birth(const char *number) {
    uint32_t month = crmi_identifier_number(number + 2, 2) % 20, day = crmi_identifier_number(number + 4, 2);
    return number[2] < '6' && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Ten digits: a person's EGN, a foreigner's PNF, or another number. */
bool crmi_vat_bg_person(const char *number) {
    uint32_t last = DIGIT(number, 9), other = 11 - SUM(number, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11;
    if (is_bulgarian_birth(number) && SUM(number, 2, 4, 8, 5, 10, 9, 7, 3, 6) % 11 % 10 == last) return true;
    return SUM(number, 21, 19, 17, 13, 11, 9, 7, 3, 1) % 10 == last || (other != 10 && other % 11 == last);
}

static uint32_t of_11(uint32_t sum) { return sum % 11 < 2 ? 0 : 11 - sum % 11; }

/* CNPJ. The same digit fourteen times fits and is never given out. */
bool crmi_vat_br(const char *number) {
    if (strspn(number, (char[]){*number, '\0'}) == 14) return false;
    return of_11(SUM(number, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == DIGIT(number, 12) &&
           of_11(SUM(number, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == DIGIT(number, 13);
}

bool crmi_vat_cy(const char *number) {
    static const uint8_t odd[] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21};
    uint32_t sum = 0;
    for (size_t i = 0; i < 8; i++) sum += i % 2 ? DIGIT(number, i) : odd[DIGIT(number, i)];
    bool given_out = (*number <= '5' || *number == '9') && strncmp(number, "12", 2) != 0;
    return given_out && number[8] == (char)('A' + sum % 26);
}

/* IČO of companies. */
bool crmi_vat_cz(const char *number) { return *number != '9' && (11 - SUM(number, 8, 7, 6, 5, 4, 3, 2) % 11) % 10 == DIGIT(number, 7); }

/* Month and day of a birth: months of women plus 50, where a day was full plus 20 more. */
static bool is_czech_birth(const char *number) {
    uint32_t month = crmi_identifier_number(number + 2, 2) % 50 % 20, day = crmi_identifier_number(number + 4, 2);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Nine digits: of persons born before 1954, without a check digit; or 6 in front of a number of the tax office's own. */
bool crmi_vat_cz_special(const char *number) {
    if (*number != '6') return *number <= '5' && is_czech_birth(number);
    uint32_t step = 11 - SUM(number + 1, 8, 7, 6, 5, 4, 3, 2) % 11;
    return (step <= 9 ? 9 - step : 19 - step) == DIGIT(number, 8);
}

/* Rodné číslo: divisible by 11; where the rest of nine digits is 10 the tenth is 0. */
bool crmi_vat_cz_person(const char *number) {
    uint32_t rest = crmi_identifier_number(number, 9) % 11;
    return is_czech_birth(number) && rest % 10 == DIGIT(number, 9);
}

/* AFM. */
bool crmi_vat_el(const char *number) {
    uint32_t rest = 0;
    for (size_t i = 0; i < 8; i++) rest = rest * 2 + DIGIT(number, i);
    return rest && rest * 2 % 11 % 10 == DIGIT(number, 8);
}

static char spanish_letter(uint32_t number) { return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]; }

/* DNI. */
bool crmi_vat_es_person(const char *number) { return number[8] == spanish_letter(crmi_identifier_number(number, 8)); }

/* NIE of foreigners, X, Y or Z for 0, 1 or 2; K, L and M of persons without DNI; else the NIF of companies, its check digit in Luhn's way,
 * as a digit or a letter. */
bool crmi_vat_es(const char *number) {
    uint32_t middle = crmi_identifier_number(number + 1, 7);
    char digits[9] = {0};
    if (*number >= 'X') return number[8] == spanish_letter((uint32_t)(*number - 'X') * 10000000 + middle);
    if (strchr("KLM", *number)) return number[8] == spanish_letter(middle);
    if (!strchr("ABCDEFGHJNPQRSUVW", *number)) return false;
    memcpy(digits, number + 1, 7);
    for (digits[7] = '0'; !crmi_identifier_luhn(digits, 8); digits[7]++) continue;
    return number[8] == digits[7] || number[8] == "JABCDEFGHI"[digits[7] - '0'];
}

/* The union's own, for those outside of it (Regulation (EU) 904/2010): ISO 3166-1 numeric code of the state that gave it, without a known
 * check digit. */
bool crmi_vat_eu(const char *number) {
    static const uint16_t states[] = {40,  56,  100, 191, 196, 203, 208, 233, 246, 250, 276, 300, 348, 372,
                                      380, 428, 440, 442, 470, 528, 616, 620, 642, 703, 705, 724, 752, 826};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (crmi_identifier_number(number, 3) == states[i]) return true;
    return false;
}

/* The SIREN behind two characters; those of Monaco begin with 000 and have no check of their own. Two digits are the rest of the SIREN by
 * 97, times 3 and plus 12; with a letter among them, never I or O, a sum of their places among all. */
bool crmi_vat_fr(const char *number) {
    static const char all[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    uint32_t siren = crmi_identifier_number(number + 2, 9);
    if (strncmp(number + 2, "000", 3) != 0 && !crmi_identifier_luhn(number + 2, 9)) return false;
    if (crmi_identifier_fits("11n", number)) return (12 + 3 * (siren % 97)) % 97 == crmi_identifier_number(number, 2);
    const char *first = strchr(all, number[0]), *second = strchr(all, number[1]);
    if (!first || !second) return false;
    bool digit = *first < 'A';
    uint32_t place = (uint32_t)(first - all) * (digit ? 24 : 34) + (uint32_t)(second - all) - (digit ? 10 : 100);
    return (siren + 1 + place / 11) % 11 == place % 11;
}

/* OIB. */
bool crmi_vat_hr(const char *number) { return crmi_identifier_mod11_10(number, 11); }

/* The first eight digits of the adószám. */
bool crmi_vat_hu(const char *number) { return crmi_identifier_number(number, 8) && SUM(number, 9, 7, 3, 1, 9, 7, 3, 1) % 10 == 0; }

/* Partita IVA: seven digits of the holder, three of the province's office, one in Luhn's way. */
bool crmi_vat_it(const char *number) {
    uint32_t office = crmi_identifier_number(number + 7, 3);
    bool known = (office >= 1 && office <= 100) || office == 120 || office == 121 || office == 888 || office == 999;
    return known && crmi_identifier_number(number, 7) && crmi_identifier_luhn(number, 11);
}

bool crmi_vat_mt(const char *number) { return *number != '0' && SUM(number, 3, 4, 6, 7, 8, 9, 10, 1) % 37 == 0; }

/* NIF. */
bool crmi_vat_pt(const char *number) { return *number != '0' && of_11(SUM(number, 9, 8, 7, 6, 5, 4, 3, 2)) == DIGIT(number, 8); }

/* CUI, two to ten digits. */
bool crmi_vat_ro(const char *number) {
    static const uint8_t weights[] = {7, 5, 3, 2, 1, 7, 5, 3, 2};
    size_t size = strlen(number) - 1;
    return *number != '0' && crmi_identifier_sum(number, weights + 9 - size, size) * 10 % 11 % 10 == DIGIT(number, size);
}

/* PIB. */
bool crmi_vat_rs(const char *number) { return *number != '0' && crmi_identifier_mod11_10(number, 9); }

/* INN of companies, and of persons with two check digits. */
bool crmi_vat_ru(const char *number) { return SUM(number, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == DIGIT(number, 9); }
bool crmi_vat_ru_person(const char *number) {
    return SUM(number, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == DIGIT(number, 10) &&
           SUM(number, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == DIGIT(number, 11);
}

bool crmi_vat_si(const char *number) {
    uint32_t rest = SUM(number, 8, 7, 6, 5, 4, 3, 2) % 11;
    return *number != '0' && rest && (11 - rest) % 10 == DIGIT(number, 7);
}

/* IČ DPH: divisible by 11; the third digit is one of a taxpayer's. */
bool crmi_vat_sk(const char *number) {
    uint32_t rest = 0;
    for (size_t i = 0; i < 10; i++) rest = (rest * 10 + DIGIT(number, i)) % 11;
    return *number != '0' && strchr("234789", number[2]) && rest == 0;
}
