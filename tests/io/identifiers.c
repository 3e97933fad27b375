/* SPDX-License-Identifier: MIT */
/* IBANs and VAT ids that others have collected, with the answer that they expect. Each agrees or stands here with the reason.
 * python3-stdnum gives our answer for all of these but the last. */
#include "support/data.h"
#include <criterion/criterion.h>
#include <dirent.h>
#include <libcrm/crm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct difference {
    const char *number, *reason;
    bool seen;
} difference;

static difference vat_ids[] = {
    {"ADA000000A", "Andorra gives companies 700000 to 799999", false},
    {"ADL000000L", "Andorra gives companies 700000 to 799999", false},
    {"BE1602602623", "Belgium gives numbers that begin with 1 since 2023", false},
    {"BE1400521335", "Belgium gives numbers that begin with 1 since 2023", false},
    {"BE1400004463", "Belgium gives numbers that begin with 1 since 2023", false},
    {"FRA0123456789", "a key with a letter has a check too, and it fails", false},
    {"FR0A012345678", "a key with a letter has a check too, and it fails", false},
    {"FRAB012345678", "a key with a letter has a check too, and it fails", false},
};
static difference ibans[] = {
    {"NI92BAMC000000000000000003123123", "Nicaragua's had 32 characters before it joined the registry with 28", false},
};

static difference *find(difference *list, size_t count, const char *number) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].number, number) == 0) return &list[i];
    return NULL;
}

static void expect(difference *list, size_t count, const char *number, bool agrees) {
    difference *known = find(list, count, number);
    if (known) known->seen = true;
    cr_expect_eq(!agrees, known != NULL, "%s %s", number, known ? "agrees now: take it off the list" : crm_error_text());
}

static void all_seen(const difference *list, size_t count) {
    for (size_t i = 0; i < count; i++) cr_expect(list[i].seen, "%s is not among them", list[i].number);
}

/* country,number,answer: valid, invalid, or format-only: the form is right and the check digits are wrong. */
static bool agrees(const char *country, const char *number, const char *answer) {
    char whole[64], out[48];
    snprintf(whole, sizeof whole, "%s%s", strcmp(country, "brazil") == 0 ? "BR" : "", number);
    int rc = crm_identifier_check("vat_id", whole, CRM_NTS, out, sizeof out);
    if (strcmp(answer, "valid") == 0) return rc == CRM_OK;
    return strcmp(answer, "invalid") == 0 ? rc < 0 : rc == CRM_E_CHECK_DIGIT;
}

Test(identifiers, vat_ids) {
    size_t size;
    char *text = test_data_read("iban-vat/jsvat/vat_numbers.csv", &size), *rest = text, *line;
    size_t count = 0;
    if (!text) return;
    strsep(&rest, "\n");
    while ((line = strsep(&rest, "\n")) && *line) {
        const char *country = strsep(&line, ","), *number = strsep(&line, ",");
        line[strcspn(line, "\r")] = '\0';
        expect(vat_ids, sizeof vat_ids / sizeof *vat_ids, number, agrees(country, number, line));
        count++;
    }
    free(text);
    cr_expect_eq(count, 2327);
    all_seen(vat_ids, sizeof vat_ids / sizeof *vat_ids);
}

static size_t check_ibans(const char *file) {
    char path[300];
    snprintf(path, sizeof path, "iban-vat/php-iban/utils/example-ibans/%s", file);
    size_t size;
    char *text = test_data_read(path, &size), *rest = text, *line;
    size_t count = 0;
    while ((line = strsep(&rest, "\n"))) {
        line[strcspn(line, "\r")] = '\0';
        if (!*line) continue;
        expect(ibans, sizeof ibans / sizeof *ibans, line, crm_identifier_check("iban", line, CRM_NTS, NULL, 0) == CRM_OK);
        count++;
        size_t last = strlen(line) - 1; /* a wrong digit is found out */
        if (line[last] < '0' || line[last] > '9' || find(ibans, sizeof ibans / sizeof *ibans, line)) continue;
        line[last] = line[last] == '9' ? '0' : (char)(line[last] + 1);
        cr_expect_eq(crm_identifier_check("iban", line, CRM_NTS, NULL, 0), CRM_E_CHECK_DIGIT, "%s", line);
    }
    free(text);
    return count;
}

Test(identifiers, ibans) {
    char path[4096];
    size_t count = 0;
    size_t size;
    char *source = test_data_read("iban-vat/SOURCE.txt", &size);
    if (!source) return;
    free(source);
    snprintf(path, sizeof path, "%s/iban-vat/php-iban/utils/example-ibans", getenv("CRM_TEST_DATA"));
    DIR *folder = opendir(path);
    cr_assert(folder);
    for (const struct dirent *entry; (entry = readdir(folder));)
        if (strstr(entry->d_name, "-ibans")) count += check_ibans(entry->d_name);
    closedir(folder);
    cr_expect_eq(count, 1219);
    all_seen(ibans, sizeof ibans / sizeof *ibans);
}
