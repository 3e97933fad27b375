/* SPDX-License-Identifier: MIT */
/* UTF-8: what is well formed, and what folds to what. */
#include "base/utf8.h"
#include <criterion/criterion.h>
#include <libcrm/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Equal but for case and composition, and not but for accents. */
Test(base_utf8, folded_by_case) {
    static const struct {
        const char *text, *folded;
    } cases[] = {
        {"", ""},
        {" A  b\t", "a b"},
        {"M\xc3\x9cLLER", "mu\xcc\x88ller"},
        {"Mu\xcc\x88ller", "mu\xcc\x88ller"},
        {"Muller", "muller"},
        {"Stra\xc3\x9f"
         "e",
         "strasse"},
        {"\xe1\xba\xad", "a\xcc\xa3\xcc\x82"},                 /* a with dot below and circumflex, in one */
        {"a\xcc\x82\xcc\xa3\xc2\xa0z", "a\xcc\xa3\xcc\x82 z"}, /* the marks in the wrong order */
        {"x\xc2\xad"
         "y",
         "xy"},
        {"\xc5\x81", "\xc5\x82"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        crmi_buffer out = {0};
        cr_assert_eq(crmi_utf8_fold_case(cases[i].text, strlen(cases[i].text), &out), 0);
        cr_expect_str_eq(crmi_buffer_string(&out), cases[i].folded, "%s: %s", cases[i].text, (const char *)out.data);
        crmi_buffer_free(&out);
    }
}

Test(base_utf8, check) {
    static const char *const good[] = {"",
                                       "plain",
                                       "more than eight plain bytes",
                                       "Müller",
                                       "Straße und Größe",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xef\xbf\xbf",
                                       "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf",
                                       "\xc2\x80",
                                       "\xdf\xbf",
                                       "\xe0\xa0\x80"};
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xc2",
                                      "\xc2x",
                                      "\xe0\x9f\xbf",
                                      "\xe2\x82",
                                      "\xe2\x82x",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf0\x9f\x98",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xfe",
                                      "\xff",
                                      "Windows: M\xfcller"};
    char text[64];
    for (size_t i = 0; i < COUNT(good); i++) cr_expect(crmi_utf8_check(good[i], strlen(good[i])), "refused: %s", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        for (int before = 0; before < 18; before++) { /* at every place in the eight bytes that are read at once */
            int size = snprintf(text, sizeof text, "%.*s%s", before, "abcdefghijklmnopqr", bad[i]);
            if (crmi_utf8_check(text, (size_t)size)) cr_expect_fail("taken: case %zu after %d bytes", i, before);
            size = snprintf(text, sizeof text, "%.*s%s%s", before, "abcdefghijklmnopqr", bad[i], "0123456789");
            if (crmi_utf8_check(text, (size_t)size)) cr_expect_fail("taken: case %zu after %d bytes, before ten", i, before);
        }
    for (size_t at = 0; at < 20; at++) {
        memset(text, 'a', 20);
        text[at] = '\0';
        cr_expect(!crmi_utf8_check(text, 20), "U+0000 at %zu taken", at);
    }
    cr_expect_eq(crmi_utf8_size("four", CRM_NTS), 4u);
    cr_expect_eq(crmi_utf8_size("four", 2), 2u);
}

Test(base_utf8, fold) {
    static const char *const cases[][2] = {{"", ""},
                                           {"   ", ""},
                                           {"Hofmann  GmbH ", "hofmann gmbh"},
                                           {"\t A\r\nB\xc2\xa0\xe3\x80\x80"
                                            "C ",
                                            "a b c"},
                                           {"MÜLLER", "muller"},
                                           {"Mu\xcc\x88ller", "muller"},
                                           {"Straße", "strasse"},
                                           {"GROẞ", "gross"},
                                           {"Æsir Œuvre Øl Đorđe Łódź", "aesir oeuvre ol dorde lodz"},
                                           {"Diyarbakır İstanbul", "diyarbakir istanbul"},
                                           {"Þór Ðakki Ħal Ŧ Ŋ Ĳssel", "thor dakki hal t n ijssel"},
                                           {"Ångström \xe2\x84\xab", "angstrom a"},
                                           {"Citroën Škoda Çelik Ñandú Őrség", "citroen skoda celik nandu orseg"},
                                           {"ﬁn ﬅ", "fin st"},
                                           {"ΣΊΣΥΦΟΣ", "σισυφοσ"},
                                           {"ЁЛКА Й", "елка и"},
                                           {"So\xc2\xadnne\xe2\x80\x8b", "sonne"},
                                           {"日本 株式会社", "日本 株式会社"},
                                           {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        crmi_buffer out = {0};
        cr_expect_eq(crmi_utf8_fold(cases[i][0], strlen(cases[i][0]), &out), 0);
        const char *got = crmi_buffer_string(&out);
        cr_expect_str_eq(got, cases[i][1], "\"%s\" gives \"%s\", not \"%s\"", cases[i][0], got, cases[i][1]);
        crmi_buffer_free(&out);
    }
    crmi_buffer out = {0};
    crmi_buffer_text(&out, "before|");
    crmi_utf8_fold("  Ä B", 6, &out);
    cr_expect_str_eq(crmi_buffer_string(&out), "before|a b", "a fold appends");
    crmi_buffer_free(&out);
}

/* Character by character, as eight at once have to come out too; in memory of the caller's, which is too small for most. */
Test(base_utf8, fold_ascii) {
    static const char letters[] = "  aazAMZ@[`{09.\x1f\x7f\t";
    unsigned seed = 1;
    for (int round = 0; round < 20000; round++) {
        char text[32], wanted[32], room[16];
        size_t size = (size_t)round % sizeof text, count = 0;
        bool space = false;
        for (size_t i = 0; i < size; i++) {
            seed = seed * 1103515245 + 12345;
            char c = text[i] = letters[(seed >> 16) % (sizeof letters - 1 - (size_t)round % 3)];
            if (c == ' ' || c == '\t') {
                space = true;
                continue;
            }
            if (space && count) wanted[count++] = ' ';
            space = false;
            wanted[count++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        }
        crmi_buffer out = crmi_buffer_in(room, sizeof room);
        crmi_buffer_byte(&out, '|');
        cr_assert_eq(crmi_utf8_fold(text, size, &out), 0);
        cr_assert(out.size == count + 1 && *out.data == '|' && memcmp(out.data + 1, wanted, count) == 0, "\"%.*s\" gives \"%.*s\"",
                  (int)size, text, (int)out.size, (const char *)out.data);
        crmi_buffer_free(&out);
    }
}

static bool same(const crmi_buffer *a, const crmi_buffer *b) {
    return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

/* A fold changes nothing more when done again, and does not see how a character was composed. */
Test(base_utf8, every_character) {
    crmi_buffer once = {0}, twice = {0}, parts = {0};
    int wrong = 0;
    for (int c = 1; c < 0x110000; c++) {
        uint8_t text[5] = {0};
        if (c >= 0xd800 && c < 0xe000) continue;
        size_t size = (size_t)utf8proc_encode_char(c, text);
        wrong += !crmi_utf8_check((const char *)text, size);
        crmi_buffer_clear(&once);
        crmi_buffer_clear(&twice);
        crmi_buffer_clear(&parts);
        crmi_utf8_fold((const char *)text, size, &once);
        crmi_utf8_fold((const char *)once.data, once.size, &twice);
        wrong += !same(&once, &twice);
        if (utf8proc_get_property(c)->decomp_seqindex == UINT16_MAX) continue;
        utf8proc_uint8_t *apart = utf8proc_NFD(text);
        crmi_utf8_fold((const char *)apart, strlen((const char *)apart), &parts);
        wrong += !same(&once, &parts);
        free(apart);
    }
    cr_expect_eq(wrong, 0, "%d characters", wrong);
    crmi_buffer_free(&once);
    crmi_buffer_free(&twice);
    crmi_buffer_free(&parts);
}

/* Letters that are in a table come out as their parts do, one by one. */
Test(base_utf8, latin_letters) {
    for (int c = 0xc0; c < 0x180; c++) {
        char text[8] = "";
        utf8proc_int32_t parts[4];
        int boundary = 0;
        crmi_buffer whole = {0}, apart = {0};
        size_t size = (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)text);
        cr_assert_eq(crmi_utf8_fold(text, size, &whole), 0);
        long count = utf8proc_decompose_char(c, parts, 4, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, &boundary);
        for (long i = 0; i < count; i++) {
            if (utf8proc_get_property(parts[i])->combining_class) continue;
            size = (size_t)utf8proc_encode_char(parts[i], (utf8proc_uint8_t *)text);
            cr_assert_eq(crmi_utf8_fold(text, size, &apart), 0);
        }
        cr_expect(same(&whole, &apart), "U+%04X gives \"%s\", not \"%s\"", (unsigned)c, crmi_buffer_string(&whole),
                  crmi_buffer_string(&apart));
        crmi_buffer_free(&whole);
        crmi_buffer_free(&apart);
    }
}

/* A million marks after one letter: what sorts them takes minutes. */
Test(base_utf8, many_marks) {
    enum { MARKS = 1000000 };
    char *text = malloc(2 * MARKS + 2);
    crmi_buffer out = {0};
    cr_assert(text);
    text[0] = 'a';
    for (int i = 0; i < MARKS; i++) memcpy(text + 1 + 2 * i, i % 2 ? "\xcc\x81" : "\xcc\xa3", 2);
    text[2 * MARKS + 1] = 'b';
    clock_t before = clock();
    cr_expect_eq(crmi_utf8_fold(text, 2 * MARKS + 2, &out), 0);
    double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    cr_expect_str_eq(crmi_buffer_string(&out), "ab");
    cr_expect(seconds < 5, "%.1f seconds", seconds);
    crmi_buffer_free(&out);
    free(text);
}
