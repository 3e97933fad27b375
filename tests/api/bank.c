/* SPDX-License-Identifier: MIT */
/* Bank accounts, and numbers that can be right. */
#include "support/store.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(bank, .init = test_begin, .fini = test_end);

/* Numbers that are published as examples, or made of nothing. */
Test(bank, numbers) {
    static const struct {
        const char *scheme, *text;
        int rc;
        const char *out;
    } cases[] = {
        {"iban", "DE89 3704 0044 0532 0130 00", CRM_OK, "DE89370400440532013000"},
        {"iban", "IBAN: gb29-NWBK-6016-1331-9268-19", CRM_OK, "GB29NWBK60161331926819"},
        {"iban", "DE88 3704 0044 0532 0130 00", CRM_E_CHECK_DIGIT, NULL},
        {"iban", "DE89 3704 0044 0532 0130 0", CRM_E_FORMAT, NULL},
        {"iban", "DEX9 3704 0044 0532 0130 00", CRM_E_FORMAT, NULL},
        {"iban", "ZZ89 3704 0044 0532 0130 00", CRM_E_FORMAT, NULL},
        {"iban", "DE89", CRM_E_FORMAT, NULL},
        {"iban", "", CRM_E_FORMAT, NULL},
        {"iban", "DE89370400440532013000DE89370400440532013000DE893704004405", CRM_E_FORMAT, NULL},
        {"iban",
         "DE89\xc2\xa0"
         "3704 0044 0532 0130 00",
         CRM_OK, "DE89370400440532013000"},
        {"iban", "DE89*37040044053201300", CRM_E_FORMAT, NULL},
        {"bic", "COBADEFFXXX", CRM_OK, "COBADEFFXXX"},
        {"bic", "cobadeff", CRM_OK, "COBADEFF"},
        {"bic", "RBKOXKPR", CRM_OK, "RBKOXKPR"},
        {"bic", "COBAZZFF", CRM_E_FORMAT, NULL},
        {"bic", "COBADEFFXX", CRM_E_FORMAT, NULL},
        {"bic", "C0BADEFF", CRM_E_FORMAT, NULL},
        {"de_account", "370 400 44 / 532013000", CRM_OK, "37040044532013000"},
        {"de_account", "07040044/532013000", CRM_E_FORMAT, NULL},
        {"de_account", "37040044", CRM_E_FORMAT, NULL},
        {"de_account", "37040044/12345678901", CRM_E_FORMAT, NULL},
        {"fr_rib", "20041 01005 0500013M026 06", CRM_OK, "20041010050500013M02606"},
        {"fr_rib", "20041 01005 0500013M026 07", CRM_E_CHECK_DIGIT, NULL},
        {"fr_rib", "20041 01005 0500013M026", CRM_E_FORMAT, NULL},
        {"sepa_creditor", "DE98 ZZZ 09999999999", CRM_OK, "DE98ZZZ09999999999"},
        {"sepa_creditor", "DE98ABC09999999999", CRM_OK, "DE98ABC09999999999"},
        {"sepa_creditor", "DE97ZZZ09999999999", CRM_E_CHECK_DIGIT, NULL},
        {"sepa_creditor", "DE98ZZZ", CRM_E_FORMAT, NULL},
        {"gln", "4012345000009", CRM_OK, "4012345000009"},
        {"gln", "4012345000008", CRM_E_CHECK_DIGIT, NULL},
        {"gln", "401234500000", CRM_E_FORMAT, NULL},
        {"lei", "5493001KJTIIGC8Y1R12", CRM_OK, "5493001KJTIIGC8Y1R12"},
        {"lei", "5493001KJTIIGC8Y1R21", CRM_E_CHECK_DIGIT, NULL},
        {"lei", "5493001KJTIIGC8Y1R1A", CRM_E_FORMAT, NULL},
        {"duns", "15-048-3782", CRM_OK, "150483782"},
        {"duns", "15048378", CRM_E_FORMAT, NULL},
        {"eori", "DE1234567", CRM_OK, "DE1234567"},
        {"eori", "D1234567", CRM_E_FORMAT, NULL},
        {"eori", "DE1234567890123456", CRM_E_FORMAT, NULL},
        {"leitweg_id", "04011000-1234512345-06", CRM_OK, "04011000-1234512345-06"},
        {"leitweg_id", "04011000-1234512345-07", CRM_E_CHECK_DIGIT, NULL},
        {"leitweg_id", "04011000-12345-12345-06", CRM_E_FORMAT, NULL},
        {"leitweg_id", "04011000", CRM_E_FORMAT, NULL},
        {"leitweg_id", "0-06", CRM_E_FORMAT, NULL},
        {"vat_id", "de 136 695 976", CRM_OK, "DE136695976"},
        {"vat_id", "DE136695977", CRM_E_CHECK_DIGIT, NULL},
        {"vat_id", "DE13669597", CRM_E_FORMAT, NULL},
        {"vat_id", "ZZ136695976", CRM_E_FORMAT, NULL},
        {"vat_id", "ATU12345675", CRM_OK, "ATU12345675"},
        {"vat_id", "CHE-123.456.788 MWST", CRM_OK, "CHE123456788MWST"},
        {"colour", "1", CRM_E_NOTFOUND, NULL},
        {"commercial_register", "HRB 1", CRM_E_NOTFOUND, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[48] = "before";
        int rc = crm_identifier_check(cases[i].scheme, cases[i].text, CRM_NTS, out, sizeof out);
        cr_expect_eq(rc, cases[i].rc, "%s %s: %d %s", cases[i].scheme, cases[i].text, rc, crm_error_text());
        cr_expect_str_eq(out, cases[i].out ? cases[i].out : "", "%s", cases[i].text);
        cr_expect_eq(crm_identifier_check(cases[i].scheme, cases[i].text, CRM_NTS, NULL, 0), cases[i].rc);
    }
    char small[9];
    cr_expect_eq(crm_identifier_check("bic", "COBADEFF", CRM_NTS, small, 8), CRM_E_TOO_BIG);
    cr_expect_eq(crm_identifier_check("bic", "COBADEFF", CRM_NTS, small, 9), CRM_OK);
    cr_expect_eq(crm_identifier_check("bic", "COBADEFF", CRM_NTS, NULL, 9), CRM_E_INVALID);
}

/* One account: fields and texts; days and flags by number. */
typedef struct account {
    const char *iban, *bic, *country, *bank, *branch, *number, *key, *reference;
    int64_t mandate, first, sepa, is_default, from, until; /* days from TEST_DAY, 0: none */
    int rc;
    crm_field field;
} account;

static void set_day(crm_record *rec, crm_field field, int64_t day) {
    if (day) cr_assert_eq(crm_record_set_date(rec, field, TEST_DAY + day), CRM_OK);
}

static crm_record *make(crm_id party, const account *a) {
    const crm_field fields[] = {
        CRM_BANK_IBAN,           CRM_BANK_BIC,     CRM_BANK_COUNTRY,          CRM_BANK_BANK_CODE, CRM_BANK_BRANCH_CODE,
        CRM_BANK_ACCOUNT_NUMBER, CRM_BANK_RIB_KEY, CRM_BANK_MANDATE_REFERENCE};
    const char *const texts[] = {a->iban, a->bic, a->country, a->bank, a->branch, a->number, a->key, a->reference};
    crm_record *rec = test_record(CRM_KIND_BANK, party, 0);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (texts[i]) cr_assert_eq(crm_record_set_text(rec, fields[i], texts[i], CRM_NTS), CRM_OK);
    set_day(rec, CRM_BANK_MANDATE_AT, a->mandate);
    set_day(rec, CRM_BANK_FIRST_DEBIT_AT, a->first);
    set_day(rec, CRM_BANK_VALID_FROM, a->from);
    set_day(rec, CRM_BANK_VALID_UNTIL, a->until);
    if (a->sepa) cr_assert_eq(crm_record_set_bool(rec, CRM_BANK_SEPA, 1), CRM_OK);
    if (a->is_default) cr_assert_eq(crm_record_set_bool(rec, CRM_BANK_IS_DEFAULT, 1), CRM_OK);
    return rec;
}

Test(bank, accounts) {
    static const account cases[] = {
        {.iban = "DE89370400440532013000"},
        {.iban = "DE89 3704 0044 0532 0130 00", .bic = "COBADEFFXXX"},
        {.iban = "DE88370400440532013000", .rc = CRM_E_CHECK_DIGIT, .field = CRM_BANK_IBAN},
        {.iban = "DE89370400440532013000", .bic = "COBA", .rc = CRM_E_FORMAT, .field = CRM_BANK_BIC},
        {.rc = CRM_E_REQUIRED, .field = CRM_BANK_IBAN},
        {.number = "12-3"},
        {.number = "12-3", .country = "US"},
        {.country = "DE", .bank = "37040044", .number = "532013000"},
        {.country = "DE", .bank = "370 400 44", .number = "532 013 000"},
        {.country = "DE", .bank = "3704004", .number = "532013000", .rc = CRM_E_FORMAT, .field = CRM_BANK_BANK_CODE},
        {.country = "FR",
         .bank = "2004",
         .branch = "101005",
         .number = "0500013M026",
         .key = "06",
         .rc = CRM_E_FORMAT,
         .field = CRM_BANK_BANK_CODE},
        {.country = "DE", .number = "532013000", .rc = CRM_E_REQUIRED, .field = CRM_BANK_BANK_CODE},
        {.country = "DE", .bank = "97040044", .number = "532013000", .rc = CRM_E_FORMAT, .field = CRM_BANK_ACCOUNT_NUMBER},
        {.country = "FR", .bank = "20041", .branch = "01005", .number = "0500013M026", .key = "06"},
        {.country = "FR",
         .bank = "20041",
         .branch = "01005",
         .number = "0500013M026",
         .key = "07",
         .rc = CRM_E_CHECK_DIGIT,
         .field = CRM_BANK_ACCOUNT_NUMBER},
        {.country = "FR", .bank = "20041", .number = "0500013M026", .key = "06", .rc = CRM_E_REQUIRED, .field = CRM_BANK_BRANCH_CODE},
        {.iban = "DE89370400440532013000", .sepa = 1, .rc = CRM_E_REQUIRED, .field = CRM_BANK_MANDATE_REFERENCE},
        {.iban = "DE89370400440532013000", .sepa = 1, .reference = "M1", .rc = CRM_E_REQUIRED, .field = CRM_BANK_MANDATE_AT},
        {.iban = "DE89370400440532013000", .sepa = 1, .reference = "M1", .mandate = -9},
        {.iban = "DE89370400440532013000", .sepa = 1, .reference = "M1", .mandate = -9, .first = -9},
        {.iban = "DE89370400440532013000",
         .reference = "M1",
         .mandate = -9,
         .first = -10,
         .rc = CRM_E_RANGE,
         .field = CRM_BANK_FIRST_DEBIT_AT},
        {.iban = "DE89370400440532013000",
         .reference = "123456789012345678901234567890123456",
         .rc = CRM_E_TOO_BIG,
         .field = CRM_BANK_MANDATE_REFERENCE},
        {.iban = "DE89370400440532013000", .is_default = 1, .until = 5},
        {.iban = "DE89370400440532013000", .is_default = 1, .from = 5},
        {.iban = "DE89370400440532013000", .is_default = 1, .from = 9, .rc = CRM_E_EXISTS, .field = CRM_BANK_IS_DEFAULT},
        {.iban = "DE89370400440532013000", .from = 9, .until = 9, .rc = CRM_E_RANGE, .field = CRM_BANK_VALID_UNTIL},
    };
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "a");
    size_t good = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int rc = test_try(txn, make(party, &cases[i]));
        cr_expect_eq(rc, cases[i].rc, "%zu: %d %s", i, rc, crm_error_text());
        if (rc < 0) cr_expect_eq(crm_error_field(), cases[i].field, "%zu: %s", i, crm_error_text());
        good += rc == CRM_OK;
    }
    crm_iter *iter;
    test_ids found = {.count = 0};
    cr_assert_eq(crm_record_search(txn, CRM_BANK_IBAN, "de89 3704 0044 0532 0130 00", CRM_NTS, 0, NULL, &iter), CRM_OK);
    cr_expect_null(test_page(iter, &found));
    cr_expect_eq(found.count, 6, "found by letters and digits: %zu of %zu", found.count, good);
    crm_txn_free(txn);
    crm_db_close(db);
}

/* Numbers in other records are judged where the setting wants it, and only when they are new. */
Test(bank, setting) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "a");
    const struct {
        uint32_t kind;
        crm_field field, second;
        const char *text, *other;
        int rc;
    } cases[] = {
        {CRM_KIND_PARTY, CRM_PARTY_VAT_ID, CRM_PARTY_NAME, "DE1", "b", CRM_E_FORMAT},
        {CRM_KIND_PARTY, CRM_PARTY_VAT_ID, CRM_PARTY_NAME, "DE136695977", "b", CRM_E_CHECK_DIGIT},
        {CRM_KIND_PARTY, CRM_PARTY_VAT_ID, CRM_PARTY_NAME, "DE136695976", "b", CRM_OK},
        {CRM_KIND_PARTY, CRM_PARTY_VAT_ID, CRM_PARTY_NAME, "", "b", CRM_OK},
        {CRM_KIND_ADDRESS, CRM_ADDRESS_VAT_ID, CRM_ADDRESS_TOWN, "DE1", "b", CRM_E_FORMAT},
        {CRM_KIND_ADDRESS, CRM_ADDRESS_GLN, CRM_ADDRESS_TOWN, "4012345000008", "b", CRM_E_CHECK_DIGIT},
        {CRM_KIND_IDENTIFIER, CRM_IDENTIFIER_VALUE, CRM_IDENTIFIER_SCHEME, "4012345000008", "gln", CRM_E_CHECK_DIGIT},
        {CRM_KIND_IDENTIFIER, CRM_IDENTIFIER_VALUE, CRM_IDENTIFIER_SCHEME, "x", "erp", CRM_OK},
        {CRM_KIND_IDENTIFIER, CRM_IDENTIFIER_VALUE, CRM_IDENTIFIER_SCHEME, "HRB 1", "commercial_register", CRM_OK},
    };
    crm_id kept = test_put(
        txn, test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "k", CRM_PARTY_VAT_ID, "DE1", 0));
    for (int refuse = 0; refuse < 2; refuse++) {
        cr_assert_eq(crm_setting_set(txn, "identifier.check", refuse ? "refuse" : "accept", CRM_NTS), CRM_OK, "%s", crm_error_text());
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            crm_record *rec = test_record(cases[i].kind, cases[i].kind == CRM_KIND_PARTY ? 0 : party, cases[i].field, cases[i].text,
                                          cases[i].second, cases[i].other, 0);
            if (cases[i].kind == CRM_KIND_PARTY)
                cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_NTS), CRM_OK);
            crm_id id = 0;
            int rc = crm_record_put(txn, rec, &id, NULL);
            crm_record_free(rec);
            cr_expect_eq(rc, refuse ? cases[i].rc : CRM_OK, "%d, %zu: %d %s", refuse, i, rc, crm_error_text());
            if (rc < 0) cr_expect_eq(crm_error_field(), cases[i].field, "%zu", i);
            if (rc == CRM_OK) cr_assert_eq(crm_record_delete(txn, id, 0), CRM_OK);
        }
    }
    crm_record *rec = test_get(txn, kept);
    cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_NOTE, "n", CRM_NTS), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "what was stored before stays: %s", crm_error_text());
    cr_expect_eq(crm_setting_set(txn, "identifier.check", "maybe", CRM_NTS), CRM_E_RANGE);
    cr_expect_eq(crm_setting_set(txn, "identifier.colour", "accept", CRM_NTS), CRM_E_RANGE);
    crm_txn_free(txn);
    crm_db_close(db);
}
