/* SPDX-License-Identifier: MIT */
/* The check digits of VAT ids, a function a country: number is what stands behind the country's letters, in the form that identifier_vat.c
 * has checked. The rules are those of the national tax offices, as the European Commission's VIES applies them. */
#ifndef CRMI_MODEL_VAT_H
#define CRMI_MODEL_VAT_H
#include "model/identifier.h"

typedef bool (*crmi_vat_check)(const char *number);
static inline uint32_t crmi_vat_digit(const char *number, size_t at) { return (uint32_t)(number[at] - '0'); }

/* vat_north.c: Germany and its neighbours, the British Isles, Scandinavia, the Baltic states */
bool crmi_vat_at(const char *number), crmi_vat_be(const char *number), crmi_vat_ch(const char *number), crmi_vat_de(const char *number),
    crmi_vat_dk(const char *number), crmi_vat_ee(const char *number), crmi_vat_fi(const char *number), crmi_vat_gb(const char *number),
    crmi_vat_gb_office(const char *number), crmi_vat_ie(const char *number), crmi_vat_ie_old(const char *number),
    crmi_vat_lt(const char *number), crmi_vat_lu(const char *number), crmi_vat_lv(const char *number), crmi_vat_nl(const char *number),
    crmi_vat_no(const char *number), crmi_vat_pl(const char *number), crmi_vat_se(const char *number);
/* vat_south.c: the others */
bool crmi_vat_ad(const char *number), crmi_vat_bg(const char *number), crmi_vat_bg_person(const char *number),
    crmi_vat_br(const char *number), crmi_vat_cy(const char *number), crmi_vat_cz(const char *number),
    crmi_vat_cz_special(const char *number), crmi_vat_cz_person(const char *number), crmi_vat_el(const char *number),
    crmi_vat_es(const char *number), crmi_vat_es_person(const char *number), crmi_vat_eu(const char *number),
    crmi_vat_fr(const char *number), crmi_vat_hr(const char *number), crmi_vat_hu(const char *number), crmi_vat_it(const char *number),
    crmi_vat_mt(const char *number), crmi_vat_pt(const char *number), crmi_vat_ro(const char *number), crmi_vat_rs(const char *number),
    crmi_vat_ru(const char *number), crmi_vat_ru_person(const char *number), crmi_vat_si(const char *number),
    crmi_vat_sk(const char *number);
#endif
