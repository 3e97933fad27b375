/* SPDX-License-Identifier: MIT */
/* The words: all 32 there can be. Stores have their places; a change of one is a change of STORE_FORMAT. */
#include "codec/words.h"
#include <string.h>

/* By size, in which they are found. */
static const char words[][13] = {
    "AT",      "CH",      "DE",      "de",       "en",       "mr",       "ms",       "EUR",      "USD",          "fax",          "web",
    "mail",    "main",    "agent",   "order",    "other",    "phone",    "quote",    "sales",    "visit",        "mobile",       "person",
    "billing", "dunning", "invoice", "customer", "delivery", "employee", "prospect", "supplier", "invoice_mail", "organisation",
};
enum { COUNT = sizeof words / sizeof *words, LONGEST = 12 };
_Static_assert(CRMI_WORD_FIRST + COUNT == 256, "each byte has a word");

/* Where those of a size begin. */
static const uint8_t begins[LONGEST + 2] = {0, 0, 0, 7, 11, 13, 20, 22, 25, 30, 30, 30, 30, 32};

int crmi_word_find(const char *text, size_t size) {
    if (size > LONGEST) return -1;
    for (unsigned i = begins[size]; i < begins[size + 1]; i++)
        if (*words[i] == *text && memcmp(words[i], text, size) == 0) return (int)(CRMI_WORD_FIRST + i);
    return -1;
}

const char *crmi_word_at(uint8_t byte, size_t *size) {
    const char *word = words[byte - CRMI_WORD_FIRST];
    *size = strlen(word);
    return word;
}
