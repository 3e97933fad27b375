/* SPDX-License-Identifier: MIT */
/* Customers out of a number: the same number gives the same customer. Names, streets and towns are put together from short lists of our
 * own, or from the words of words.c. */
#include "bench.h"
#include <stdio.h>
#include <string.h>

typedef struct random_state {
    uint64_t state;
} random_state;

uint64_t bench_roll(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t roll(random_state *dice) { return bench_roll(&dice->state); }

static size_t below(random_state *dice, size_t count) { return (size_t)(roll(dice) % count); }
#define PICK(dice, list) (list)[below(dice, sizeof(list) / sizeof *(list))]

static const char *const beginnings[] = {"Nord",  "Süd",  "West", "Ost",    "Berg",   "Tal",    "See",   "Wald", "Stein",
                                         "Feld",  "Hoch", "Alt",  "Neu",    "Rot",    "Blau",   "Grün",  "Gold", "Silber",
                                         "Eisen", "Holz", "Korn", "Linden", "Eichen", "Tannen", "Birken"};
static const char *const trades[] = {"bau",    "werk",    "technik",   "handel",      "logistik", "metall", "möbel",
                                     "druck",  "elektro", "maschinen", "glas",        "farben",   "textil", "garten",
                                     "pumpen", "ventile", "optik",     "messtechnik", "fenster",  "küchen"};
static const char *const forms[] = {"GmbH", "GmbH & Co. KG", "AG", "KG", "OHG", "e.K."};
static const char *const firsts[] = {"Anna",  "Bernd", "Clara", "Dieter", "Eva",  "Frank", "Greta", "Hans",   "Ines",  "Jörg",
                                     "Karin", "Lars",  "Maria", "Nils",   "Olga", "Peter", "Ruth",  "Stefan", "Tanja", "Uwe"};
static const char *const lasts[] = {"Ahrens", "Brandt",  "Claasen", "Dörfler", "Ebert",  "Fuchs", "Grothe", "Huber",
                                    "Iven",   "Jansen",  "Krüger",  "Lehmann", "Maurer", "Noll",  "Ott",    "Pfeiffer",
                                    "Reuter", "Schäfer", "Thiel",   "Ullrich", "Vogt",   "Wirth", "Zander"};
static const char *const towns[] = {"Adorf",   "Bergheim", "Celle",  "Dornbach", "Eschwege", "Freital", "Goslar",  "Husum",
                                    "Ilmenau", "Jena",     "Kamen",  "Lahr",     "Meppen",   "Nagold",  "Oschatz", "Pirna",
                                    "Rastatt", "Soest",    "Torgau", "Ulm",      "Verden",   "Weiden",  "Xanten",  "Zeitz"};
static const char *const streets[] = {"Hauptstraße", "Bahnhofstraße", "Gartenweg",   "Industriestraße",
                                      "Am Markt",    "Lindenallee",   "Schulstraße", "Ringstraße"};
static const char *const functions[] = {"Einkauf", "Geschäftsführung", "Technik", "Buchhaltung", "Lager"};
static const char *const terms[] = {"30 days", "14 days 2 %", "60 days", "prepayment"};
static const char *const lists[] = {"A", "B", "C", "RETAIL", "EXPORT"};

/* --- names --- */

enum { COMPANY, SURNAME, FIRST_NAME, TOWN, STREET };
static int zipf;

void bench_names(const char *which) {
    zipf = strcmp(which, "zipf") == 0;
    if (!zipf && strcmp(which, "short") != 0) bench_fail("names", "short or zipf");
}

/* The frequent town of the short lists is one like any other. */
const char *bench_town(void) {
    static char town[WORD_SIZE] = "Celle";
    if (zipf) bench_word(TOWN, 0, town);
    return town;
}

/* One of a short list, or a word for this purpose. */
static void pick(random_state *dice, uint32_t purpose, const char *const *list, size_t count, char out[WORD_SIZE]) {
    if (zipf)
        bench_word(purpose, bench_zipf(roll(dice)), out);
    else
        snprintf(out, WORD_SIZE, "%s", list[below(dice, count)]);
}
#define NAME(dice, purpose, list, out) pick(dice, purpose, list, sizeof(list) / sizeof *(list), out)

static void make_name(random_state *dice, customer *out) {
    char first[WORD_SIZE], last[WORD_SIZE];
    if (zipf)
        NAME(dice, COMPANY, beginnings, first);
    else
        snprintf(first, sizeof first, "%s%s", PICK(dice, beginnings), PICK(dice, trades));
    NAME(dice, SURNAME, lasts, last);
    snprintf(out->name, sizeof out->name, "%s %s %s", first, last, PICK(dice, forms));
}

/* Phone numbers of the short lists are few, too. */
static void make_phone(random_state *dice, char out[24]) {
    if (zipf)
        snprintf(out, 24, "+49 30 2%07zu", below(dice, 10000000));
    else
        snprintf(out, 24, "+49 30 23125 %03zu", below(dice, 1000));
}

/* With its check digit (ISO 7064, modulus 11, 10): an import says nothing about it. */
static void make_vat_id(random_state *dice, char out[16]) {
    unsigned digits = 10000000 + (unsigned)below(dice, 90000000), product = 10;
    for (unsigned part = 10000000; part; part /= 10) {
        unsigned sum = (digits / part % 10 + product) % 10;
        product = 2 * (sum ? sum : 10) % 11;
    }
    snprintf(out, 16, "DE%u%u", digits, (11 - product) % 10);
}

static void make_site(random_state *dice, site *out) {
    char word[WORD_SIZE];
    NAME(dice, STREET, streets, word);
    snprintf(out->street, sizeof out->street, "%s%s", word, zipf ? "straße" : "");
    snprintf(out->house, sizeof out->house, "%zu", 1 + below(dice, 199));
    snprintf(out->postal_code, sizeof out->postal_code, "%05zu", 1067 + below(dice, 98000));
    NAME(dice, TOWN, towns, out->town);
    strcpy(out->country, "DE");
}

static void make_person(random_state *dice, uint64_t index, size_t nth, person *out) {
    NAME(dice, FIRST_NAME, firsts, out->first);
    NAME(dice, SURNAME, lasts, out->last);
    snprintf(out->name, sizeof out->name, "%s %s", out->first, out->last);
    snprintf(out->function, sizeof out->function, "%s", PICK(dice, functions));
    snprintf(out->mail, sizeof out->mail, "contact%zu@customer%llu.example", nth, (unsigned long long)index);
    make_phone(dice, out->phone);
    out->salutation = below(dice, 2) ? "mr" : "ms";
}

/* No two of a company have the same name, by which an import would tell them apart. */
static void make_people(random_state *dice, uint64_t index, customer *out) {
    for (size_t i = 0; i < out->contacts; i++) do
            make_person(dice, index, i, &out->contact[i]);
        while (i > 0 && strcmp(out->contact[i].name, out->contact[0].name) == 0);
}

void bench_generate(uint64_t index, customer *out) {
    random_state dice = {index * 2 + 1};
    memset(out, 0, sizeof *out);
    snprintf(out->number, sizeof out->number, "%llu", (unsigned long long)(100000 + index));
    make_name(&dice, out);
    snprintf(out->short_name, sizeof out->short_name, "K%llu", (unsigned long long)index);
    make_vat_id(&dice, out->vat_id);
    snprintf(out->note, sizeof out->note, "delivery at gate %zu, call before", 1 + below(&dice, 9));
    snprintf(out->category, sizeof out->category, "%c", "ABC"[below(&dice, 3)]);
    make_phone(&dice, out->phone);
    snprintf(out->mail, sizeof out->mail, "office@customer%llu.example", (unsigned long long)index);
    out->language = "de";
    out->price_list = PICK(&dice, lists);
    out->currency = below(&dice, 20) ? "" : "CHF"; /* most have the currency of their price list */
    out->payment_terms = PICK(&dice, terms);
    out->delivery_terms = below(&dice, 2) ? "DAP" : "EXW";
    out->sites = 1 + below(&dice, MAX_SITES); /* 2 in the mean */
    out->contacts = 1 + below(&dice, MAX_CONTACTS);
    for (size_t i = 0; i < out->sites; i++) make_site(&dice, &out->site[i]);
    out->site[out->sites - 1].delivery = 1;
    out->site[0].billing = out->sites > 1;
    make_people(&dice, index, out);
    out->preferred_contact = out->contacts > 1;
    out->group[0] = (int)below(&dice, GROUPS);
    out->group[1] = (out->group[0] + 1 + (int)below(&dice, GROUPS - 1)) % GROUPS;
    out->first = index == 0;
    out->site_times = below(&dice, 3) ? "" : "Mo-Fr 7-15";
}

/* Terms are spread over the levels, so that some are found at the first group, some far above it, and some not in groups at all. */
void bench_group(int index, group *out) {
    memset(out, 0, sizeof *out);
    snprintf(out->code, sizeof out->code, "G%02d", index);
    snprintf(out->name, sizeof out->name, "Gruppe %d", index);
    out->priority = 1 + index % 5;
    out->parent = index < GROUPS ? GROUPS + index % PARENTS : index > GROUPS ? GROUPS : -1;
    out->discount_scheme = index < GROUPS && index % 2 ? "STEPS" : "";
    out->payment_method = index > GROUPS ? "invoice" : "";
    out->delivery_times = index == GROUPS ? "Mo-Do 8-16" : "";
}

int bench_rules(int owner) { return owner < 0 ? OWN_RULES : owner < GROUPS ? GROUP_RULES : PARENT_RULES; }

/* Single options, small families of them and large ones, a third each. */
void bench_rule(int owner, int index, option_code *code, int *deny) {
    int family = (index * 7 + (owner + 1) * 13) % 50, line = (index * 11 + owner + 1) % 20, item = index % 10;
    if (index % 3 == 0) snprintf(code->text, sizeof code->text, "F%02d-*", family);
    if (index % 3 == 1) snprintf(code->text, sizeof code->text, "F%02d-L%02d-*", family, line);
    if (index % 3 == 2) snprintf(code->text, sizeof code->text, "F%02d-L%02d-%d", family, line, item);
    *deny = (index + owner) % 2 != 0;
}

void bench_option(int index, option_code *out) {
    snprintf(out->text, sizeof out->text, "F%02d-L%02d-%d", index / 200 % 50, index / 10 % 20, index % 10);
}
