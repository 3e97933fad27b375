/* SPDX-License-Identifier: MIT */
/* Code domains and their built-in codes (codes.def): looked up by their exact text, or recognised in what a person wrote. */
#include "base/utf8.h"
#include "schema/schema.h"
#include <libcrm/status.h>
#include <string.h>

/* The codes of each domain, an array each with an empty entry at its end: CRM_DOMAIN ends the array before it and begins its own. */
static const crmi_code codes_of_none[] __attribute__((unused)) = {
#define CRM_DOMAIN(NAME, name, closed, english, german)                                                                                    \
    { NULL, NULL, NULL, NULL }                                                                                                             \
    }                                                                                                                                      \
    ;                                                                                                                                      \
    static const crmi_code codes_of_##NAME[] = {
#define CRM_CODE(DOMAIN, CONSTANT, code, english, german, synonyms) {code, english, german, synonyms},
#include "schema/codes.def"
#undef CRM_DOMAIN
#undef CRM_CODE
    {NULL, NULL, NULL, NULL}};

static const crmi_domain domains[] = {
#define CRM_DOMAIN(NAME, name, closed, english, german)                                                                                    \
    {#name, english, german, closed, codes_of_##NAME, sizeof codes_of_##NAME / sizeof codes_of_##NAME[0] - 1},
#define CRM_CODE(DOMAIN, CONSTANT, code, english, german, synonyms)
#include "schema/codes.def"
#undef CRM_DOMAIN
#undef CRM_CODE
};

const crmi_domain *crmi_schema_domain(uint32_t number) {
    return number != CRMI_DOMAIN_NONE && number < CRMI_DOMAIN_END ? &domains[number - 1] : NULL;
}

const crmi_domain *crmi_schema_domain_find(const char *name) {
    for (uint32_t i = 1; i < CRMI_DOMAIN_END; i++)
        if (strcmp(domains[i - 1].name, name) == 0) return &domains[i - 1];
    return NULL;
}

/* The order of bytes of a text with a length and one that ends at its NUL. Most differ at once. */
static int compare(const char *text, size_t size, const char *code) {
    size_t i = 0;
    while (i < size && text[i] == code[i] && code[i]) i++;
    if (i == size) return code[i] ? -1 : 0;
    return code[i] ? (uint8_t)text[i] - (uint8_t)code[i] : 1;
}

const crmi_code *crmi_schema_code(const crmi_domain *domain, const char *code, size_t size) {
    size_t low = 0, high = domain->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(code, size, domain->codes[middle].code);
        if (order == 0) return &domain->codes[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* Appends a spelling with ae, oe, ue for the umlauts. */
static void spell_umlauts(const char *text, size_t size, crmi_buffer *out) {
    static const struct {
        char umlaut[3], spelled[3];
    } pairs[] = {{"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"Ä", "Ae"}, {"Ö", "Oe"}, {"Ü", "Ue"}};
    for (size_t i = 0; i < size; i++) {
        size_t pair = 0;
        while (pair < 6 && (i + 1 >= size || memcmp(text + i, pairs[pair].umlaut, 2) != 0)) pair++;
        if (pair == 6) {
            crmi_buffer_byte(out, (uint8_t)text[i]);
        } else {
            crmi_buffer_text(out, pairs[pair].spelled);
            i++;
        }
    }
}

/* What was written, folded, and two buffers to fold the spellings of the table into. */
struct search {
    crmi_buffer wanted, spelled, folded;
};

static bool same_folded(struct search *search, const char *text, size_t size) {
    crmi_buffer_clear(&search->folded);
    if (crmi_utf8_fold(text, size, &search->folded) != CRM_OK || search->folded.failed) return false;
    return search->folded.size == search->wanted.size && memcmp(search->folded.data, search->wanted.data, search->wanted.size) == 0;
}

/* A spelling with letters beyond ASCII: as it stands, or with its umlauts spelled out. */
static bool same_beyond_ascii(struct search *search, const char *text, size_t size) {
    if (same_folded(search, text, size)) return true;
    crmi_buffer_clear(&search->spelled);
    spell_umlauts(text, size, &search->spelled);
    return !search->spelled.failed && same_folded(search, (const char *)search->spelled.data, search->spelled.size);
}

/* Whether a spelling of the table is what was written. The spellings are trimmed, so that ASCII folds by its case alone. */
static bool same_spelling(struct search *search, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80) return same_beyond_ascii(search, text, size);
        if (c >= 'A' && c <= 'Z') c = (unsigned char)(c - 'A' + 'a');
        if (i >= search->wanted.size || c != search->wanted.data[i]) return false;
    }
    return size == search->wanted.size;
}

static bool same_synonym(struct search *search, const char *synonyms) {
    while (*synonyms) {
        size_t size = strcspn(synonyms, "|");
        if (same_spelling(search, synonyms, size)) return true;
        synonyms += size + (synonyms[size] == '|');
    }
    return false;
}

static bool same_code(struct search *search, const crmi_code *code) {
    return same_spelling(search, code->code, strlen(code->code)) || same_spelling(search, code->english, strlen(code->english)) ||
           same_spelling(search, code->german, strlen(code->german)) || same_synonym(search, code->synonyms);
}

const crmi_code *crmi_schema_code_recognise(const crmi_domain *domain, const char *text, size_t size) {
    const crmi_code *found = crmi_schema_code(domain, text, size);
    if (found) return found;
    struct search search = {0};
    if (crmi_utf8_fold(text, size, &search.wanted) == CRM_OK && !search.wanted.failed && search.wanted.size > 0)
        for (size_t i = 0; i < domain->count && !found; i++)
            if (same_code(&search, &domain->codes[i])) found = &domain->codes[i];
    crmi_buffer_free(&search.wanted);
    crmi_buffer_free(&search.spelled);
    crmi_buffer_free(&search.folded);
    return found;
}
