/* SPDX-License-Identifier: MIT */
/* The code domains: order, spellings that belong to one code only, and what is recognised. */
#include "base/utf8.h"
#include "schema/schema.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(codes, domains) {
    for (uint32_t number = 1; number < CRMI_DOMAIN_END; number++) {
        const crmi_domain *domain = crmi_schema_domain(number);
        cr_assert(domain && domain->name[0] && domain->english[0] && domain->german[0], "domain %u", number);
        cr_expect_eq(crmi_schema_domain_find(domain->name), domain, "%s by name", domain->name);
        cr_expect(!domain->closed || domain->count > 0, "%s is closed and empty", domain->name);
        cr_expect_null(domain->codes[domain->count].code, "%s: count", domain->name);
        for (size_t i = 0; i < domain->count; i++) {
            const crmi_code *code = &domain->codes[i];
            cr_expect(code->code[0] && code->english[0] && code->german[0] && code->synonyms, "%s %zu", domain->name, i);
            cr_expect(i == 0 || strcmp(code[-1].code, code->code) < 0, "%s %s is not in its place", domain->name, code->code);
            cr_expect_eq(crmi_schema_code(domain, code->code, strlen(code->code)), code, "%s %s", domain->name, code->code);
        }
    }
}

Test(codes, counts) {
    static const struct {
        uint32_t domain;
        size_t count;
        bool closed;
    } cases[] = {{CRMI_DOMAIN_COUNTRY, 249, true},        {CRMI_DOMAIN_CURRENCY, 165, true},
                 {CRMI_DOMAIN_LANGUAGE, 183, true},       {CRMI_DOMAIN_ROLE, 5, true},
                 {CRMI_DOMAIN_PARTY_TYPE, 2, true},       {CRMI_DOMAIN_CHANNEL_TYPE, 6, true},
                 {CRMI_DOMAIN_PROSPECT_KIND, 3, true},    {CRMI_DOMAIN_PURPOSE, 12, false},
                 {CRMI_DOMAIN_DELIVERY_TERMS, 11, false}, {CRMI_DOMAIN_PAYMENT_METHOD, 6, false},
                 {CRMI_DOMAIN_PRICE_LIST, 0, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const crmi_domain *domain = crmi_schema_domain(cases[i].domain);
        cr_expect_eq(domain->count, cases[i].count, "%s has %zu codes", domain->name, domain->count);
        cr_expect_eq(domain->closed, cases[i].closed, "%s", domain->name);
    }
}

struct spelling {
    char *text;
    const crmi_code *code;
};

static size_t add_spellings(struct spelling *spellings, size_t count, const crmi_code *code, const char *list) {
    while (*list) {
        size_t size = strcspn(list, "|");
        crmi_buffer folded = {0};
        cr_assert(crmi_utf8_check(list, size), "%s", list);
        cr_assert_eq(crmi_utf8_fold(list, size, &folded), 0);
        cr_expect(folded.size > 0, "an empty spelling of %s", code->code);
        cr_expect(list[0] != ' ' && list[size - 1] != ' ' && !memmem(list, size, "  ", 2), "blanks in a spelling of %s", code->code);
        spellings[count++] = (struct spelling){strdup(crmi_buffer_string(&folded)), code};
        crmi_buffer_free(&folded);
        list += size + (list[size] == '|');
    }
    return count;
}

static int by_text(const void *a, const void *b) { return strcmp(((const struct spelling *)a)->text, ((const struct spelling *)b)->text); }

/* No spelling belongs to two codes, and each one listed is recognised. */
Test(codes, spellings) {
    static struct spelling spellings[4096];
    for (uint32_t number = 1; number < CRMI_DOMAIN_END; number++) {
        const crmi_domain *domain = crmi_schema_domain(number);
        size_t count = 0;
        for (size_t i = 0; i < domain->count; i++) {
            const crmi_code *code = &domain->codes[i];
            count = add_spellings(spellings, count, code, code->code);
            count = add_spellings(spellings, count, code, code->english);
            count = add_spellings(spellings, count, code, code->german);
            count = add_spellings(spellings, count, code, code->synonyms);
            cr_assert(count < 4000);
        }
        qsort(spellings, count, sizeof spellings[0], by_text);
        for (size_t i = 0; i < count; i++) {
            cr_expect(i == 0 || spellings[i - 1].code == spellings[i].code || strcmp(spellings[i - 1].text, spellings[i].text) != 0,
                      "%s: '%s' is %s and %s", domain->name, spellings[i].text, spellings[i ? i - 1 : 0].code->code,
                      spellings[i].code->code);
            cr_expect_eq(crmi_schema_code_recognise(domain, spellings[i].text, strlen(spellings[i].text)), spellings[i].code, "%s: '%s'",
                         domain->name, spellings[i].text);
        }
        for (size_t i = 0; i < count; i++) free(spellings[i].text);
    }
}

Test(codes, recognise) {
    static const struct {
        const char *domain, *text, *code; /* code NULL: not recognised */
    } cases[] = {
        {"country", "DE", "DE"},
        {"country", "de", "DE"},
        {"country", "DEU", "DE"},
        {"country", "D", "DE"},
        {"country", "deutschland", "DE"},
        {"country", "  GERMANY ", "DE"},
        {"country", "UK", "GB"},
        {"country", "GBR", "GB"},
        {"country", "Großbritannien", "GB"},
        {"country", "GROSSBRITANNIEN", "GB"},
        {"country", "England", "GB"},
        {"country", "Schweiz", "CH"},
        {"country", "suisse", "CH"},
        {"country", "USA", "US"},
        {"country", "U.S.A.", "US"},
        {"country", "Vereinigte Staaten", "US"},
        {"country", "united  states of\tamerica", "US"},
        {"country", "Österreich", "AT"},
        {"country", "Osterreich", "AT"},
        {"country", "Oesterreich", "AT"},
        {"country", "OESTERREICH", "AT"},
        {"country", "Tuerkei", "TR"},
        {"country", "Rumaenien", "RO"},
        {"country", "A\xCC\x88gypten", "EG"}, /* decomposed */
        {"country", "Aegypten", "EG"},
        {"country", "Åland", "AX"},
        {"country", "Holland", "NL"},
        {"country", "Mexico", "MX"},
        {"country", "México", "MX"},
        {"country", "Venezuela", "VE"},
        {"country", "Cote d'Ivoire", "CI"},
        {"country", "Korea", "KR"},
        {"country", "EL", "GR"},
        {"country", "FL", "LI"},
        {"country", "", NULL},
        {"country", " ", NULL},
        {"country", "XX", NULL},
        {"country", "Deutschlan", NULL},
        {"country", "Deutschlands", NULL},
        {"country", "|", NULL},
        {"country", "AUT|A", NULL},
        {"currency", "eur", "EUR"},
        {"currency", "€", "EUR"},
        {"currency", "Schweizer Franken", "CHF"},
        {"currency", "$", "USD"},
        {"currency", "DEM", NULL},
        {"language", "Deutsch", "de"},
        {"language", "DE", "de"},
        {"language", "ger", "de"},
        {"language", "Französisch", "fr"},
        {"language", "Franzoesisch", "fr"},
        {"salutation", "Herr", "mr"},
        {"salutation", "Hr.", "mr"},
        {"salutation", "Frau", "ms"},
        {"salutation", "Mrs", "ms"},
        {"salutation", "Mrs.", "ms"},
        {"salutation", "Dr.", NULL},
        {"role", "Kunde", "customer"},
        {"role", "Lieferant", "supplier"},
        {"channel_type", "E-Mail", "mail"},
        {"channel_type", "Handy", "mobile"},
        {"purpose", "Lieferadresse", "delivery"},
        {"purpose", "Rechnung", "billing"},
        {"delivery_terms", "dap", "DAP"},
        {"delivery_terms", "Frei laengsseits Schiff", "FAS"},
        {"payment_method", "Lastschrift", "sepa_direct_debit"},
        {"tax_zone", "Drittland", "third_country"},
        {"price_list", "A", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const crmi_domain *domain = crmi_schema_domain_find(cases[i].domain);
        const crmi_code *code = crmi_schema_code_recognise(domain, cases[i].text, strlen(cases[i].text));
        const char *got = code ? code->code : "nothing", *wanted = cases[i].code ? cases[i].code : "nothing";
        cr_expect_str_eq(got, wanted, "%s '%s': %s", cases[i].domain, cases[i].text, got);
    }
    const crmi_domain *country = crmi_schema_domain(CRMI_DOMAIN_COUNTRY);
    cr_expect_null(crmi_schema_code(country, "DEU", 3), "only exact codes");
    cr_expect_null(crmi_schema_code(country, "D", 1), "a prefix is no code");
    cr_expect_null(crmi_schema_code(country, "de", 2), "case counts");
    cr_expect_str_eq(crmi_schema_code(country, "DEU", 2)->code, "DE", "the length counts");
}
