/* SPDX-License-Identifier: MIT */
/* Numbers of companies and places: GLN (GS1 General Specifications, 7.9), LEI (ISO 17442), D-U-N-S, EORI (Regulation (EU) 2015/2446),
 * Leitweg-ID (KoSIT, Formatspezifikation Leitweg-ID). */
#include "base/error.h"
#include "model/identifier.h"
#include <string.h>

int crmi_identifier_gln(const char *text) {
    static const uint8_t weights[] = {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
    if (!crmi_identifier_fits("13n", text)) return crmi_identifier_form("a GLN", "13 digits");
    return crmi_identifier_sum(text, weights, 13) % 10 == 0 ? CRM_OK : crmi_identifier_digits("GLN");
}

int crmi_identifier_lei(const char *text) {
    if (!crmi_identifier_fits("18c2n", text)) return crmi_identifier_form("an LEI", "18 letters and digits and 2 check digits");
    return crmi_identifier_rest(text, 20, 97) == 1 ? CRM_OK : crmi_identifier_digits("LEI");
}

/* Its last digit has been no check digit since 2006. */
int crmi_identifier_duns(const char *text) {
    return crmi_identifier_fits("9n", text) ? CRM_OK : crmi_identifier_form("a D-U-N-S number", "9 digits");
}

int crmi_identifier_eori(const char *text) {
    size_t size = strlen(text);
    bool country = size > 2 && crmi_identifier_fits("2a", (char[]){text[0], text[1], '\0'});
    return country && size <= 17 ? CRM_OK : crmi_identifier_form("an EORI number", "a country and up to 15 letters and digits");
}

/* Digits, then maybe a hyphen with letters and digits, then a hyphen with two check digits. */
int crmi_identifier_leitweg(const char *text) {
    char bare[CRMI_IDENTIFIER_SIZE];
    size_t size = 0, coarse = strspn(text, "0123456789");
    const char *fine = text + coarse, *last = strrchr(text, '-');
    size_t fine_size = last > fine ? (size_t)(last - fine) - 1 : 0;
    bool good = coarse >= 2 && coarse <= 12 && last && crmi_identifier_fits("2n", last + 1) && fine_size <= 30;
    if (good && last > fine) good = *fine == '-' && fine_size && !memchr(fine + 1, '-', fine_size);
    if (!good)
        return crmi_identifier_form("a Leitweg-ID", "2 to 12 digits, up to 30 letters and digits, and 2 check digits, divided by hyphens");
    for (; *text; text++)
        if (*text != '-') bare[size++] = *text;
    return crmi_identifier_rest(bare, size, 97) == 1 ? CRM_OK : crmi_identifier_digits("Leitweg-ID");
}
