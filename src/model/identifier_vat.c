/* SPDX-License-Identifier: MIT */
/* VAT ids: the forms of each country's (Directive 2006/112/EC article 215, and the list of the European Commission's VIES), and which check
 * is for which form. A country may have several forms; one that fits and whose check digits are right is enough. */
#include "base/error.h"
#include "model/vat.h"
#include <string.h>

/* n a digit, a a letter, c either, with a count before them; other characters for themselves. NULL: the form has no check digits. */
static const struct {
    const char *country, *form;
    crmi_vat_check check;
} forms[] = {
    {"AD", "1a6n1a", crmi_vat_ad},       {"AT", "U8n", crmi_vat_at},         {"BE", "10n", crmi_vat_be},
    {"BE", "9n", crmi_vat_be},           {"BG", "9n", crmi_vat_bg},          {"BG", "10n", crmi_vat_bg_person},
    {"BR", "14n", crmi_vat_br},          {"CH", "E9n", crmi_vat_ch},         {"CH", "E9nMWST", crmi_vat_ch},
    {"CH", "E9nTVA", crmi_vat_ch},       {"CH", "E9nIVA", crmi_vat_ch},      {"CH", "E9nTPV", crmi_vat_ch},
    {"CY", "8n1a", crmi_vat_cy},         {"CZ", "8n", crmi_vat_cz},          {"CZ", "9n", crmi_vat_cz_special},
    {"CZ", "10n", crmi_vat_cz_person},   {"DE", "9n", crmi_vat_de},          {"DK", "8n", crmi_vat_dk},
    {"EE", "9n", crmi_vat_ee},           {"EL", "9n", crmi_vat_el},          {"GR", "9n", crmi_vat_el},
    {"ES", "1a7n1c", crmi_vat_es},       {"ES", "8n1a", crmi_vat_es_person}, {"EU", "9n", crmi_vat_eu},
    {"FI", "8n", crmi_vat_fi},           {"FR", "2c9n", crmi_vat_fr},        {"GB", "9n", crmi_vat_gb},
    {"GB", "12n", crmi_vat_gb},          {"GB", "2a3n", crmi_vat_gb_office}, {"HR", "11n", crmi_vat_hr},
    {"HU", "8n", crmi_vat_hu},           {"IE", "7n1a", crmi_vat_ie},        {"IE", "7n2a", crmi_vat_ie},
    {"IE", "1n1a5n1a", crmi_vat_ie_old}, {"IT", "11n", crmi_vat_it},         {"LT", "9n", crmi_vat_lt},
    {"LT", "12n", crmi_vat_lt},          {"LU", "8n", crmi_vat_lu},          {"LV", "11n", crmi_vat_lv},
    {"MT", "8n", crmi_vat_mt},           {"NL", "9nB2n", crmi_vat_nl},       {"NO", "9n", crmi_vat_no},
    {"NO", "9nMVA", crmi_vat_no},        {"PL", "10n", crmi_vat_pl},         {"PT", "9n", crmi_vat_pt},
    {"RO", "2n", crmi_vat_ro},           {"RO", "3n", crmi_vat_ro},          {"RO", "4n", crmi_vat_ro},
    {"RO", "5n", crmi_vat_ro},           {"RO", "6n", crmi_vat_ro},          {"RO", "7n", crmi_vat_ro},
    {"RO", "8n", crmi_vat_ro},           {"RO", "9n", crmi_vat_ro},          {"RO", "10n", crmi_vat_ro},
    {"RS", "9n", crmi_vat_rs},           {"RU", "10n", crmi_vat_ru},         {"RU", "12n", crmi_vat_ru_person},
    {"SE", "12n", crmi_vat_se},          {"SI", "8n", crmi_vat_si},          {"SK", "10n", crmi_vat_sk},
    {"XI", "9n", crmi_vat_gb},           {"XI", "12n", crmi_vat_gb},         {"XI", "2a3n", crmi_vat_gb_office},
};

int crmi_identifier_vat(const char *text) {
    bool country = false, form = false;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (*forms[i].country != *text || strncmp(forms[i].country, text, 2) != 0) continue;
        country = true;
        if (!crmi_identifier_fits(forms[i].form, text + 2)) continue;
        form = true;
        if (forms[i].check(text + 2)) return CRM_OK;
    }
    if (form) return crmi_identifier_digits("VAT ID");
    if (country) return crmi_error_set(CRM_E_FORMAT, 0, "a VAT ID of %.2s has not this form", text);
    return crmi_error_set(CRM_E_FORMAT, 0, "a VAT ID begins with the letters of a country whose form is known");
}
