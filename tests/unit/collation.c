/* SPDX-License-Identifier: MIT */
/* German order of names: tables of what comes before what, and properties of the keys of names drawn at random. */
#include "base/collate.h"
#include "base/utf8.h"
#include "support/chance.h"
#include <criterion/criterion.h>
#include <string.h>
#include <utf8proc.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct sort_key {
    uint8_t bytes[8192];
    size_t size, first; /* of the first part, which 0 ends */
} sort_key;

static void make_key(const char *text, crmi_collation collation, sort_key *out) {
    crmi_buffer first = {0};
    crmi_tie tie;
    cr_assert_eq(crmi_collate(text, strlen(text), collation, &first), 0);
    crmi_collate_tie(text, strlen(text), &tie);
    cr_assert_leq(tie.size, sizeof tie.bytes);
    if (first.size) memcpy(out->bytes, first.data, first.size);
    out->first = first.size;
    out->bytes[first.size] = 0;
    memcpy(out->bytes + first.size + 1, tie.bytes, tie.size);
    out->size = first.size + 1 + tie.size;
    crmi_buffer_free(&first);
}

static int compare(const sort_key *a, const sort_key *b) {
    int order = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

static void expect_order(const char *const *names, size_t count, crmi_collation collation) {
    static sort_key keys[2];
    for (size_t i = 1; i < count; i++) {
        make_key(names[i - 1], collation, &keys[0]);
        make_key(names[i], collation, &keys[1]);
        cr_expect_lt(compare(&keys[0], &keys[1]), 0, "%d: \"%s\" is not before \"%s\"", (int)collation, names[i - 1], names[i]);
    }
}

Test(collation, tables) {
    static const char *const words[] = {"",        "  & Söhne", "(Bau)",   "{Bau}",   "„Bau“",  "@home",   "Ab",      "Äb",
                                        "Abb",     "Æb",        "ag",      "aG",      "Ag",     "AG",      "Bau",     "Bau & Co",
                                        "Bau Co",  "Bau-Co",    "Bau–Co",  "Bauer",   "Bäuer",  "Bauer 2", "Bauerin", "Bauer1",
                                        "Ďab",     "Oster",     "Østerby", "Strasse", "Straße", "Straßen", "Zz",      "Ωmega",
                                        "Яковлев", "0815",      "1 A",     "1A",      "10",     "2",       "3M"};
    static const char *const lexicon[] = {"Göbel", "Goethe", "Göthe", "Götz", "Hacker", "Häcker", "Hackmann", "Haecker", "Hafermann"};
    static const char *const telephone[] = {"Göbel",  "Goethe",   "Göthe",   "Götz",   "Goldmann",
                                            "Hacker", "Hackmann", "Haecker", "Häcker", "Hafermann"};
    static const char *const sizes[] = {"bau gmbh", "bau Gmbh", "bau GmbH", "Bau gmbh", "Bau gmbH", "Bau Gmbh",
                                        "Bau GmbH", "Bau GMbh", "BaU Gmbh", "BAu gmbh", "BAU GMBH"};
    static const char *const ties[] = {"Mu", "Mua", "Mue", "mü", "Mü", "Muf", "nai", "naï", "naid", "Noe", "Nö", "Nœ", "Nøf"};
    expect_order(words, COUNT(words), CRMI_DIN5007_1);
    expect_order(lexicon, COUNT(lexicon), CRMI_DIN5007_1);
    expect_order(telephone, COUNT(telephone), CRMI_DIN5007_2);
    expect_order(ties, COUNT(ties), CRMI_DIN5007_2);
    expect_order(sizes, COUNT(sizes), CRMI_DIN5007_1);
}

/* Beginnings and equal names are those of the fold. */
static void expect_as_fold(const char *a, const char *b, crmi_collation collation, const sort_key *left, const sort_key *right) {
    crmi_buffer folded[2] = {{0}, {0}};
    int (*fold)(const char *, size_t, crmi_buffer *) = collation == CRMI_DIN5007_2 ? crmi_utf8_fold_umlauts : crmi_utf8_fold;
    cr_assert_eq(fold(a, strlen(a), &folded[0]), 0);
    cr_assert_eq(fold(b, strlen(b), &folded[1]), 0);
    bool begins = folded[0].size <= folded[1].size && (!folded[0].size || memcmp(folded[0].data, folded[1].data, folded[0].size) == 0);
    bool key = left->first <= right->first && memcmp(left->bytes, right->bytes, left->first) == 0;
    if (begins != key) cr_expect_fail("%d: \"%s\" and \"%s\": %d, %d", (int)collation, a, b, begins, key);
    bool same = begins && folded[0].size == folded[1].size, same_key = key && left->first == right->first;
    if (same != same_key) cr_expect_fail("%d: \"%s\" and \"%s\" are equal: %d, %d", (int)collation, a, b, same, same_key);
    crmi_buffer_free(&folded[0]);
    crmi_buffer_free(&folded[1]);
}

static int rank(int32_t c) {
    utf8proc_category_t category = utf8proc_category(c);
    if (c == ' ') return 0;
    if (category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_SO) return c < 0x80 ? 1 : 2;
    return c >= '0' && c <= '9' ? 4 : 3;
}

/* The first parts of folded names, character by character: what is of another rank, then by its number. */
static int compare_folded(const char *a, const char *b) {
    const utf8proc_uint8_t *x = (const utf8proc_uint8_t *)a, *y = (const utf8proc_uint8_t *)b;
    utf8proc_int32_t c, d;
    while (*x && *y) {
        x += utf8proc_iterate(x, -1, &c);
        y += utf8proc_iterate(y, -1, &d);
        if (rank(c) != rank(d)) return rank(c) < rank(d) ? -1 : 1;
        if (rank(c) == 1 && strchr("{|}~", c) && !strchr("{|}~", d)) return strchr("[\\]^_`@:;<=>?", d) ? -1 : 1;
        if (rank(d) == 1 && strchr("{|}~", d) && !strchr("{|}~", c)) return strchr("[\\]^_`@:;<=>?", c) ? 1 : -1;
        if (c != d) return c < d ? -1 : 1;
    }
    return (*x != 0) - (*y != 0);
}

static const char *draw(char out[256]) {
    static const char *const parts[] = {"a", "Ä",         "a\xcc\x88", "A", "e", "ß", "ss",       "o",        "ö",       "Ö", "u",
                                        "ü", "U\xcc\x88", "ñ",         "ø", "æ", " ", "  ",       "-",        "&",       "|", "–",
                                        "„", "1",         "7",         "Ω", "я", "z", "\xc2\xad", "\xc2\xa0", "\xcc\x81"};
    out[0] = '\0';
    for (uint32_t i = chance(8); i > 0; i--) strcat(out, parts[chance(COUNT(parts))]);
    return out;
}

Test(collation, properties) {
    static sort_key keys[3];
    char names[3][256], composed[512];
    chance_begin(5007);
    for (int round = 0; round < 60000; round++) {
        crmi_collation collation = round % 2 ? CRMI_DIN5007_1 : CRMI_DIN5007_2;
        for (int i = 0; i < 3; i++) make_key(draw(names[i]), collation, &keys[i]);
        expect_as_fold(names[0], names[1], collation, &keys[0], &keys[1]);
        if (compare(&keys[0], &keys[1]) <= 0 && compare(&keys[1], &keys[2]) <= 0 && compare(&keys[0], &keys[2]) > 0)
            cr_expect_fail("\"%s\" \"%s\" \"%s\"", names[0], names[1], names[2]);
        crmi_buffer folded[2] = {{0}, {0}};
        for (int i = 0; i < 2; i++)
            cr_assert_eq((collation == CRMI_DIN5007_2 ? crmi_utf8_fold_umlauts : crmi_utf8_fold)(names[i], strlen(names[i]), &folded[i]),
                         0);
        int wanted = compare_folded(crmi_buffer_string(&folded[0]), crmi_buffer_string(&folded[1])), got = compare(&keys[0], &keys[1]);
        if (wanted && (wanted < 0) != (got < 0))
            cr_expect_fail("%d: \"%s\" \"%s\": %d, %d", (int)collation, names[0], names[1], wanted, got);
        for (int i = 0; i < 2; i++) crmi_buffer_free(&folded[i]);
        utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)names[0]);
        strcpy(composed, (const char *)nfc);
        free(nfc);
        make_key(composed, collation, &keys[2]);
        if (compare(&keys[0], &keys[2])) cr_expect_fail("%d: \"%s\" is another name when it is composed", (int)collation, names[0]);
    }
}

/* However long a name is, and whatever is in it: what decides between equal ones is bounded, and nothing is read beyond. */
Test(collation, any_text) {
    static sort_key keys[2];
    chance_begin(1);
    for (int round = 0; round < 20000; round++) {
        const char *text = chance_text();
        for (int i = 0; i < 2; i++) make_key(text, round % 2 ? CRMI_DIN5007_1 : CRMI_DIN5007_2, &keys[i]);
        cr_assert_eq(compare(&keys[0], &keys[1]), 0);
    }
    char many[601];
    crmi_tie tie;
    memset(many, 'a', 600);
    many[600] = '\0';
    many[599] = 'A';
    crmi_collate_tie(many, 600, &tie);
    const uint8_t wanted[] = {0x02, 0x42, 0x42, 0x42, 0x42, 0x42, 0x42, 0x42, 0x42, 0x42, 0x7e - 59, 0x40};
    cr_assert_eq(tie.size, sizeof wanted);
    cr_expect_arr_eq(tie.bytes, wanted, sizeof wanted);
    memset(many, 'A', 600);
    crmi_collate_tie(many, 600, &tie);
    cr_expect_eq(tie.size, CRMI_TIE_PART + 1u);
    crmi_collate_tie("Bau & Söhne GmbH", strlen("Bau & Söhne GmbH"), &tie);
    cr_expect_eq(tie.size, 2u + 1 + 1, "an umlaut and a capital inside of a word: %zu", tie.size);
}
