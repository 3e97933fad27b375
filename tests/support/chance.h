/* SPDX-License-Identifier: MIT */
/* Values by chance: texts of every kind, and what a field can hold. The same seed makes the same values. */
#ifndef CRM_TESTS_SUPPORT_CHANCE_H
#define CRM_TESTS_SUPPORT_CHANCE_H
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline uint64_t chance_number(const char *name, uint64_t usual) {
    const char *wanted = getenv(name);
    return wanted ? strtoull(wanted, NULL, 10) : usual;
}

static uint64_t chance_seed;
static inline void chance_begin(uint64_t seed) { chance_seed = seed; }
static inline uint32_t chance(uint32_t below) {
    chance_seed = chance_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(chance_seed >> 33) % below;
}

/* --- texts of every kind --- */

static const char *const chance_texts[] = {
    "=1+1",
    "+49 89 1",
    "-5",
    "@x",
    "'=x",
    "''@",
    "'plain",
    "'",
    "01067",
    "00042",
    "1e5",
    "1.10",
    "0x1f",
    "TRUE",
    "nein",
    "2024-01-02",
    "1.2.2024",
    "a;b,c",
    "a|b\tc",
    "say \"hi\"",
    "\"",
    "a\nb",
    "a\r\nb",
    "a\rb",
    "\xef\xbc\x9dx",
    "\xef\xbc\x8b\xef\xbc\x8d",
    "\xcc\x81",
    "e\xcc\x81",
    "\xf0\x9f\x98\x80",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80",
    "_x0041_",
    "_x005F_x0041_",
    "a\x01z",
    "\xef\xbf\xbez",
    "\xef\xbf\xbf.",
    "x\x7f",
    "<&>]]>",
    "#N/A",
    "1.234",
    "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7",
    "\xe2\x80\x8f\xd7\xa9",
    "\xe2\x80\xae"
    "abc\xe2\x80\xac",
    "\xf3\xa0\x80\x81x",
    "' =1",
    "'\xc2\xa0+1",
    "'\xef\xbc\xa0",
    "\xed\x9f\xbf\xee\x80\x80",
    "%s%n",
    "sep=;",
    "#CLEAR",
    "#TEXT:",
    "#TEXT:a",
    "'#CLEAR",
    " ",
    "\t",
    "\r\n",
    " a ",
    "\xc2\xa0nbsp\xc2\xa0",
    "\xe2\x80\xaf=1",
    "\xef\xbb\xbf"
    "bom\xef\xbb\xbf",
    "\n=1\n",
    "\xe3\x80\x80wide\xe3\x80\x80",
    "default",
    "Import error",
};
enum { CHANCE_TEXTS = sizeof chance_texts / sizeof *chance_texts, CHANCE_MOST = 4096 };

/* Of any plane, U+0000 and surrogates left out. */
static inline size_t chance_character(char *at, uint32_t code) {
    if (code >= 0xd800 && code < 0xe000) code = 0x301;
    if (code < 0x80) return *at = (char)code, 1;
    size_t width = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = width - 1; i > 0; i--, code >>= 6) at[i] = (char)(0x80 | (code & 63));
    at[0] = (char)((0xf00u >> width & 0xff) | code);
    return width;
}

static inline const char *chance_text(void) {
    static char text[CHANCE_MOST + 1];
    uint32_t kind = chance(20);
    size_t size = 0, most = kind == 0 ? CHANCE_MOST : 40;
    if (kind > 6) return chance_texts[chance(CHANCE_TEXTS)];
    while (size + 4 <= most && (kind == 0 || chance(8))) size += chance_character(text + size, 1 + chance(chance(3) ? 0x3000 : 0x10ffff));
    text[size] = '\0';
    return text;
}

/* --- records by chance --- */

static inline int64_t chance_whole(void) {
    static const int64_t edges[] = {0, 1, -1, INT64_MAX, INT64_MIN, 10000, -12340, 1234, 12345678};
    int64_t many = (int64_t)((uint64_t)chance(UINT32_MAX) << 32 | chance(UINT32_MAX));
    return chance(2) ? edges[chance(sizeof edges / sizeof *edges)] : many >> chance(60);
}

/* A built-in code, or the host's own where the domain is open. */
static inline void chance_code(crm_record *rec, crm_field field, const char *domain) {
    size_t count = 0;
    while (crm_domain_code(domain, count)) count++;
    const char *code = count ? crm_domain_code(domain, chance((uint32_t)count)) : NULL;
    static const char *const own[] = {"=own", "0042", "own ", "A;B", "#CLEAR", "\xc3\xa4"};
    if (!crm_domain_closed(domain) && (!code || chance(2))) code = own[chance(sizeof own / sizeof *own)];
    cr_assert_eq(crm_record_set_text(rec, field, code, CRM_NTS), CRM_OK, "%s", crm_error_text());
}

static inline void chance_set(crm_record *rec, crm_field field) {
    const char *domain = crm_field_domain(field);
    int rc = CRM_OK;
    switch (crm_field_type(field)) {
    case CRM_TYPE_TEXT:
        if (domain)
            chance_code(rec, field, domain);
        else
            rc = crm_record_set_text(rec, field, chance_text(), CRM_NTS);
        break;
    case CRM_TYPE_INT: rc = crm_record_set_int(rec, field, chance_whole()); break;
    case CRM_TYPE_BOOL: rc = crm_record_set_bool(rec, field, (int)chance(2)); break;
    case CRM_TYPE_DATE: rc = crm_record_set_date(rec, field, (int64_t)chance(3652058) - 719162); break;
    case CRM_TYPE_TIME: rc = crm_record_set_time(rec, field, (chance_whole() >> 6) % INT64_C(60000000000000000)); break;
    case CRM_TYPE_AMOUNT: rc = crm_record_set_amount(rec, field, chance_whole()); break;
    case CRM_TYPE_TEXTS:
        for (uint32_t i = chance(5); rc == CRM_OK && i > 0; i--) rc = crm_record_add_item(rec, field, chance_text(), CRM_NTS);
        break;
    default: break;
    }
    cr_assert_eq(rc, CRM_OK, "%s: %s", crm_field_name(field), crm_error_text());
}

/* Many stores are made in memory, where there is room for files: all of them are told to the disk. */
static inline void chance_in_memory(void) {
    if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 1);
}
#endif
