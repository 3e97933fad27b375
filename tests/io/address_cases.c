/* SPDX-License-Identifier: MIT */
/* Addresses of 22 countries against the test cases of an open formatter: parts as a map of the world has them, and the lines that it
 * expects. It prints places, we print letters, so each case either agrees or stands in a table here with the reason.
 *
 * Lines agree where their words do: capitals, commas and full stops are the post's matter, and pinned in the unit tests. A country's line
 * agrees with any name of the country, ours is its English one. */
#include "support/data.h"
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define PARTS 32
#define LINES 600

static const struct difference {
    const char *country;
    int number; /* of the case in its file, from 1 */
    int line;   /* the first that differs */
    const char *reason;
} differences[] = {
    {"DE", 3, 2, "the case corrects a name of the map (Alt-Berlin)"},
    {"DE", 4, 2, "the case corrects a name of the map (Alt-Berlin)"},
    {"DE", 5, 2, "without a street the case names the region; the post reads the town"},
    {"DE", 6, 2, "without a street the case names the region; the post reads the town"},
    {"DE", 13, 1, "the case shortens the quarter's name and names the region"},
    {"DE", 14, 3, "the case takes the first of several postal codes; we print what the field holds"},
    {"DE", 20, 2, "without a street the case names the region; the post reads the town"},
    {"AT", 2, 2, "the case adds the district (Bezirk), which is no part of a letter's address"},
    {"US", 11, 2, "the case takes \"Town of\" off the name"},
    {"US", 14, 3, "the case knows a second name of the state; the code is the record's to hold"},
    {"US", 17, 1, "the case prints a township below the village; the post reads one place"},
    {"US", 18, 1, "the case prints village and county; the post reads one place"},
    {"GB", 2, 3, "the case adds London below the City of London; the post reads one post town"},
    {"GB", 4, 2, "without a street the case names the region; the post reads the town"},
    {"GB", 6, 3, "the case knows that Westminster's post town is London"},
    {"GB", 9, 2, "the case takes \"City of\" off the name"},
    {"GB", 13, 3, "the case prints hamlet, county and country of the kingdom; the post reads one post town"},
    {"GB", 15, 1, "the case corrects the name and prints district, county and country of the kingdom"},
    {"GB", 16, 2, "the case prints county and country of the kingdom, which Royal Mail does not need"},
    {"IE", 1, 3, "the case takes \"City\" off the name"},
    {"IE", 4, 5, "the case leaves out a county named like its town; ours differs by the word County"},
    {"IE", 5, 3, "the case takes \"The Metropolitan District of\" and \"City\" off the name, and leaves out the county named like it"},
    {"IE", 6, 3, "the case drops an electoral division, which nobody would store as a district"},
    {"FR", 2, 1, "the case drops several postal codes; we print what the field holds"},
    {"FR", 4, 4, "the map calls the territory France; a record has its own code (PF)"},
    {"FR", 5, 4, "the map calls the territory France; a record has its own code (YT)"},
    {"FR", 6, 3, "the map calls the territory France; a record has its own code (RE)"},
    {"FR", 8, 4, "the map calls the territory France; a record has its own code (NC)"},
    {"FR", 13, 2, "the case takes the arrondissement off the town; the code has it already"},
    {"NL", 3, 2, "the map calls the territory Netherlands; a record has its own code (CW)"},
    {"NL", 4, 4, "the map calls the territory Netherlands; a record has its own code (AW)"},
    {"ES", 1, 2, "without a street the case names the region; the post reads the town"},
    {"ES", 3, 1, "the case drops many postal codes, and names the region"},
    {"ES", 4, 2, "without a street the case names the region; the post reads the town"},
    {"PT", 3, 4, "the case names the archipelago; the postal code says it already"},
    {"PL", 2, 1, "the case drops a web address that stands for a name"},
    {"SK", 1, 2, "the case knows that the district is Bratislava's"},
    {"SK", 2, 2, "the case takes the city for the town; we take the smaller of the two"},
    {"HU", 1, 1, "the Hungarian form puts the town above the street, and the code on a line of its own"},
    {"HU", 2, 1, "the Hungarian form puts the code on a line of its own"},
};
#define DIFFERENCES (sizeof differences / sizeof *differences)

static char *province_codes, *state_codes;

/* --- the files: documents divided by "---", each with components and the lines expected --- */

typedef struct part {
    char name[40], value[300];
} part;

typedef struct spot {
    char description[120], expected[LINES], country[4];
    part parts[PARTS];
    size_t count;
} spot;

static char *trim(char *text) {
    char *end = text + strlen(text);
    while (end > text && strchr(" \t\r\n", end[-1])) *--end = '\0';
    return text + strspn(text, " \t");
}

/* "name: value", "name : 'value'". */
static void take_part(spot *place, char *line) {
    part *added = &place->parts[place->count++];
    char *colon = strchr(line, ':');
    cr_assert(place->count < PARTS && colon, "no part: %s", line);
    *colon = '\0';
    snprintf(added->name, sizeof added->name, "%s", trim(line));
    char *value = trim(colon + 1);
    size_t size = strlen(value);
    bool quoted = size > 1 && strchr("'\"", *value) && value[size - 1] == *value;
    snprintf(added->value, sizeof added->value, "%.*s", (int)(quoted ? size - 2 : size), value + quoted);
}

static void take_line(spot *place, char *line, bool *expecting) {
    char *text = trim(line);
    if (!*text || *line == '#') return;
    if (!strncmp(line, "description", 11))
        snprintf(place->description, sizeof place->description, "%s", trim(strchr(line, ':') + 1));
    else if (!strncmp(line, "expected", 8))
        *expecting = true;
    else if (*expecting)
        sprintf(place->expected + strlen(place->expected), "%s%s", *place->expected ? "\n" : "", text);
    else if (*line == ' ')
        take_part(place, line);
}

/* The next document that expects something, or false. */
static bool next_place(char **at, spot *out) {
    *out = (spot){.count = 0};
    bool expecting = false;
    while (**at) {
        char line[1000];
        size_t size = strcspn(*at, "\n");
        snprintf(line, sizeof line, "%.*s", (int)size, *at);
        *at += size + ((*at)[size] == '\n');
        bool divider = !strncmp(line, "---", 3);
        if (divider && expecting) return true;
        if (!divider) take_line(out, line, &expecting);
    }
    return expecting;
}

static const char *value_of(const spot *place, const char *name) {
    for (size_t i = 0; i < place->count; i++)
        if (!strcmp(place->parts[i].name, name)) return place->parts[i].value;
    return NULL;
}

/* The first of some names that the place has; names divided by blanks. */
static const char *first_of(const spot *place, const char *names) {
    char copy[300], *save = NULL;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save))
        if (value_of(place, name)) return value_of(place, name);
    return NULL;
}

/* --- from a place to an address --- */

/* The code of a name in a list of codes: "IT:", then "    RM: Roma", or below the code "      default: Roma". */
static const char *code_of(const char *list, const char *country, const char *name) {
    static char code[8];
    char heading[8];
    snprintf(heading, sizeof heading, "\n%s:", country);
    const char *at = strstr(list, heading);
    for (at = at ? strchr(at + 1, '\n') : NULL; at && at[1] == ' '; at = strchr(at + 1, '\n')) {
        char line[200];
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
        char *text = trim(line), *colon = strchr(text, ':');
        if (*text == '#' || !colon) continue;
        *colon = '\0';
        if (at[5] != ' ') snprintf(code, sizeof code, "%s", text);
        if (!strcmp(trim(colon + 1), name)) return code;
    }
    return NULL;
}

/* Italy's provinces by their sign; the county of Ireland; of the United States the state, by its sign in a letter. */
static const char *region_of(const spot *place) {
    if (!strcmp(place->country, "IT")) {
        const char *county = value_of(place, "county"), *of = county ? strstr(county, " di ") : NULL;
        if (county && !of) of = strstr(county, " of ");
        const char *code = county ? code_of(province_codes, "IT", of ? of + 4 : county) : NULL;
        return code ? code : county;
    }
    if (!strcmp(place->country, "IE")) return value_of(place, "county");
    const char *state = value_of(place, "state");
    if (strcmp(place->country, "US") != 0 || !value_of(place, "postcode")) return state;
    const char *code = state ? code_of(state_codes, "US", state) : NULL;
    return code ? code : state;
}

#define STREETS "road street pedestrian road_reference road_reference_intl farmland residential"
#define TOWNS "postal_city village town city municipality local_administrative_area"

/* Where there is no street, a small place named beside the town stands for it. */
static const char *street_of(const spot *place) {
    const char *street = first_of(place, STREETS);
    return street || !first_of(place, TOWNS) ? street : value_of(place, "hamlet");
}

static const char *town_of(const spot *place) {
    const char *town = first_of(place, TOWNS " hamlet"), *state = value_of(place, "state");
    if (!town && !strcmp(place->country, "US")) town = first_of(place, "suburb state_district");
    if (!town) town = value_of(place, "county");
    return town || strcmp(place->country, "DE") != 0 ? town : state; /* Berlin is both */
}

/* The map says for every point which quarter it lies in. An address needs it where there is neither street nor village, and in Ireland,
 * where many streets have no names. */
static const char *district_of(const spot *place) {
    bool all = !(street_of(place) || value_of(place, "village")) || !strcmp(place->country, "IE");
    return first_of(place, all ? "quarter suburb city_district" : "quarter");
}

/* What the map names at the point, a shop or a museum: whatever is none of these. */
static const char *site_of(const spot *place) {
    static const char *const known =
        " " STREETS " " TOWNS " hamlet quarter suburb city_district house_number housenumber postcode partial_postcode county county_code"
        " state state_code state_district region country country_code continent neighbourhood locality archipelago ";
    for (size_t i = 0; i < place->count; i++) {
        char word[50];
        snprintf(word, sizeof word, " %s ", place->parts[i].name);
        if (!strstr(known, word)) return place->parts[i].value;
    }
    return NULL;
}

static void set(crm_record *address, crm_field field, const char *value) {
    if (value) cr_assert_eq(crm_record_set_text(address, field, value, CRM_NTS), CRM_OK, "%s: %s", value, crm_error_text());
}

static void format(const spot *place, char out[LINES]) {
    crm_record *address;
    cr_assert_eq(crm_record_new(CRM_KIND_ADDRESS, &address), CRM_OK);
    set(address, CRM_ADDRESS_SITE_NAME, site_of(place));
    set(address, CRM_ADDRESS_STREET, street_of(place));
    set(address, CRM_ADDRESS_HOUSE_NUMBER, first_of(place, "house_number housenumber"));
    set(address, CRM_ADDRESS_DISTRICT, district_of(place));
    set(address, CRM_ADDRESS_POSTAL_CODE, first_of(place, "postcode partial_postcode"));
    set(address, CRM_ADDRESS_TOWN, town_of(place));
    set(address, CRM_ADDRESS_REGION, region_of(place));
    set(address, CRM_ADDRESS_COUNTRY, place->country);
    cr_assert_eq(crm_address_format(address, NULL, NULL, 0, out, LINES, NULL), CRM_OK, "%s", crm_error_text());
    crm_record_free(address);
}

/* --- comparing --- */

/* The words of lines: in capitals, without commas and full stops. */
static void words_of(const char *lines, wchar_t out[LINES]) {
    static wchar_t wide[LINES];
    size_t size = 0;
    cr_assert_neq(mbstowcs(wide, lines, LINES), (size_t)-1);
    for (const wchar_t *at = wide; *at; at++)
        if (*at != L',' && *at != L'.') out[size++] = (wchar_t)towupper((wint_t)*at);
    out[size] = L'\0';
}

static bool names_country(const spot *place, const char *name) {
    static const char *const others[][2] = {{"US", "United States of America"}, {"NL", "Nederland"}};
    if (value_of(place, "country") && !strcmp(value_of(place, "country"), name)) return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(others[i][0], place->country) && !strcmp(others[i][1], name)) return true;
    return false;
}

/* What is expected, with our name for the country. */
static void expected_lines(const spot *place, char out[LINES]) {
    const char *last = strrchr(place->expected, '\n');
    last = last ? last + 1 : place->expected;
    const char *country = names_country(place, last) ? crm_domain_label("country", place->country, "en") : last;
    int size = snprintf(out, LINES, "%.*s%s", (int)(last - place->expected), place->expected, country);
    cr_assert(size < LINES);
}

/* The number of the first line that differs, or 0. */
static int first_difference(const spot *place, const char *lines) {
    static wchar_t ours[LINES], theirs[LINES];
    char expected[LINES];
    int line = 1;
    size_t at = 0;
    expected_lines(place, expected);
    words_of(lines, ours);
    words_of(expected, theirs);
    for (; ours[at] && ours[at] == theirs[at]; at++) line += ours[at] == L'\n';
    return ours[at] == theirs[at] ? 0 : line;
}

static const struct difference *difference_of(const spot *place, int number) {
    for (size_t i = 0; i < DIFFERENCES; i++)
        if (!strcmp(differences[i].country, place->country) && differences[i].number == number) return &differences[i];
    return NULL;
}

static bool check(const spot *place, int number) {
    char lines[LINES];
    format(place, lines);
    const struct difference *listed = difference_of(place, number);
    int line = first_difference(place, lines);
    cr_expect_eq(line, listed ? listed->line : 0, "%s %d, %s: line %d differs, listed is %d; got\n%s\nexpected\n%s", place->country, number,
                 place->description, line, listed ? listed->line : 0, lines, place->expected);
    return line == 0;
}

static bool read_codes(void) {
    size_t size;
    province_codes = test_data_read("address-format/conf/county_codes.yaml", &size);
    state_codes = test_data_read("address-format/conf/state_codes.yaml", &size);
    return province_codes && state_codes;
}

Test(address_cases, all) {
    static const char *const countries[] = {"DE", "AT", "CH", "LI", "US", "GB", "IE", "FR", "NL", "BE", "LU",
                                            "IT", "ES", "PT", "PL", "CZ", "SK", "HU", "DK", "SE", "NO", "FI"};
    static spot place;
    int cases = 0, same = 0, wanted = 0;
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
    if (!read_codes()) return;
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        char path[80];
        size_t size;
        snprintf(path, sizeof path, "address-format/testcases/countries/%c%c.yaml", countries[i][0] | 32, countries[i][1] | 32);
        char *text = test_data_read(path, &size), *at = text;
        for (int number = 1; next_place(&at, &place); number++, cases++) {
            strcpy(place.country, countries[i]);
            same += check(&place, number);
        }
        for (at = text; (at = strstr(at, "\nexpected:")); at++) wanted++;
        free(text);
    }
    fprintf(stderr, "%d cases: %d agree, %d listed differences\n", cases, same, cases - same);
    cr_expect_eq((size_t)(cases - same), DIFFERENCES, "each difference is of a case");
    cr_expect_eq(cases, wanted, "%d cases were read, the files have %d", cases, wanted);
    free(province_codes);
    free(state_codes);
}
