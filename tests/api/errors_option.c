/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: options. */
#include "support/errors.h"
#include "support/writing.h"
#include <stdio.h>
#include <stdlib.h>

TestSuite(errors_option, .init = begin, .fini = end);

#define NO_DAY INT64_C(2932897)
#define TEXT65 "01234567890123456789012345678901234567890123456789012345678901234"

static int answer;
static uint8_t answers[2];

static int check(crm_id customer, int64_t day, const char *code) {
    const char *codes[] = {"V8", code};
    return crm_option_check(txn, customer, day, codes, 2, answers, NULL);
}

static int check_too_many(crm_id customer) {
    const char **codes = calloc(100001, sizeof *codes);
    int rc = crm_option_check(txn, customer, CRM_TODAY, codes, 100001, answers, NULL);
    free(codes);
    return rc;
}

static crm_id member_of_many(void) {
    char code[8];
    crm_id member = test_party(txn, "x");
    for (int i = 0; i <= 1000; i++) {
        snprintf(code, sizeof code, "G%d", i);
        cr_assert_eq(crm_group_add(txn, test_group(txn, code, 0), member, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    }
    return member;
}

Test(errors_option, allowed) {
    crm_id party = test_party(txn, "Beispiel AG"), group = test_group(txn, "A", 0), many = member_of_many();
    REFUSES(CRM_E_NOTFOUND, crm_option_allowed, crm_option_allowed(txn, TEST_NO_ID, CRM_TODAY, "V8", 2, &answer));
    REFUSES(CRM_E_NOTFOUND, crm_option_allowed, crm_option_allowed(txn, group, CRM_TODAY, "V8", 2, &answer));
    REFUSES(CRM_E_RANGE, crm_option_allowed, crm_option_allowed(txn, party, NO_DAY, "V8", 2, &answer));
    REFUSES(CRM_E_INVALID, crm_option_allowed, crm_option_allowed(txn, party, CRM_TODAY, "", 0, &answer));
    REFUSES(CRM_E_UTF8, crm_option_allowed, crm_option_allowed(txn, party, CRM_TODAY, "V\xff", 2, &answer));
    REFUSES(CRM_E_TOO_BIG, crm_option_allowed, crm_option_allowed(txn, party, CRM_TODAY, TEXT65, 65, &answer));
    REFUSES(CRM_E_TOO_BIG, crm_option_allowed, crm_option_allowed(txn, many, CRM_TODAY, "V8", 2, &answer));
    KEEPS(crm_option_allowed, crm_option_allowed(txn, party, CRM_TODAY, TEXT65, 64, &answer));
    REFUSES(CRM_E_NOTFOUND, crm_option_check, check(TEST_NO_ID, CRM_TODAY, "V6"));
    REFUSES(CRM_E_RANGE, crm_option_check, check(party, NO_DAY, "V6"));
    REFUSES(CRM_E_INVALID, crm_option_check, check(party, CRM_TODAY, ""));
    cr_expect_eq(crm_error_row(), 2);
    REFUSES(CRM_E_TOO_BIG, crm_option_check, check(party, CRM_TODAY, TEXT65));
    cr_expect_eq(crm_error_row(), 2);
    REFUSES(CRM_E_UTF8, crm_option_check, check(party, CRM_TODAY, "V\xff"));
    REFUSES(CRM_E_TOO_BIG, crm_option_check, check_too_many(party));
    KEEPS(crm_option_check, check(party, CRM_TODAY, "V6"));
}
