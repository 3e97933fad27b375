/* SPDX-License-Identifier: MIT */
/* A vocabulary as large as that of a real million of customers, put together from syllables, no word of it stored: few words are frequent,
 * most are rare (Zipf). Short lists alone flatter an index: they have a few hundred values where a real one has hundreds of thousands. */
#include "bench.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof *(list)))

static const char *const onsets[] = {"b", "br", "d", "f", "fr", "g", "gr",  "h",  "k", "kl",
                                     "l", "m",  "n", "p", "r",  "s", "sch", "st", "t", "w"};
static const char *const vowels[] = {"a", "e", "i", "o", "u", "au", "ei", "ä", "ö", "ü"};
static const char *const endings[] = {"n",   "r",    "l",    "s",   "t",  "nd",  "rt",   "ler",   "mann", "ner",
                                      "sen", "berg", "feld", "ing", "ke", "mer", "rich", "stein", "tz"};

/* Each number below WORDS has its own letters: two syllables and an ending. Frequent words are spread over the alphabet, and each purpose
 * has others. */
void bench_word(uint32_t purpose, uint32_t rank, char out[WORD_SIZE]) {
    const uint32_t syllables = COUNT(onsets) * COUNT(vowels);
    uint32_t n = (uint32_t)(((uint64_t)rank * 382999 + (uint64_t)purpose * 150011) % WORDS);
    uint32_t first = n % syllables, second = n / syllables % syllables, ending = n / syllables / syllables;
    snprintf(out, WORD_SIZE, "%s%s%s%s%s", onsets[first % COUNT(onsets)], vowels[first / COUNT(onsets)], onsets[second % COUNT(onsets)],
             vowels[second / COUNT(onsets)], endings[ending]);
    *out = (char)toupper((unsigned char)*out);
}

uint32_t bench_zipf(uint64_t dice) {
    double share = (double)(dice >> 11) * 0x1p-53; /* 0 <= share < 1 */
    uint32_t rank = (uint32_t)(exp(share * log(WORDS + 1.0)) - 1.0);
    return rank < WORDS ? rank : WORDS - 1;
}
