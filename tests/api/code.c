/* SPDX-License-Identifier: MIT */
/* Code tables and settings. */
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(code, .init = begin, .fini = end);

static crm_id add_code(const char *domain, const char *code) {
    return test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, domain, CRM_CODE_CODE, code, 0));
}

static void check_setting(const char *name, const char *value) {
    crm_record *rec = NULL;
    int rc = crm_setting_get(txn, name, &rec);
    if (value) {
        cr_assert_eq(rc, CRM_OK, "%s: %d", name, rc);
        cr_expect_str_eq(crm_record_text(rec, CRM_SETTING_VALUE), value);
        cr_expect_str_eq(crm_record_text(rec, CRM_SETTING_NAME), name);
    } else {
        cr_expect(rc == CRM_E_NOTFOUND && !rec, "%s: %d", name, rc);
    }
    crm_record_free(rec);
}

Test(code, codes) {
    static const char *const codes[] = {"b", "B", "a", "ä", "10", "9"}, *const sorted[] = {"10", "9", "B", "a", "b", "ä"};
    crm_id ids[6], id;
    for (int i = 0; i < 6; i++) ids[i] = add_code(CRM_DOMAIN_PRICE_LIST, codes[i]);
    add_code("price", "a");
    add_code("price_list_2", "a");
    cr_expect(crm_code_find(txn, CRM_DOMAIN_PRICE_LIST, "B", CRM_NTS, &id) == CRM_OK && id == ids[1]);
    cr_expect(crm_code_find(txn, CRM_DOMAIN_PRICE_LIST, "9x", 1, &id) == CRM_OK && id == ids[5], "by length");
    id = 5;
    cr_expect_eq(crm_code_find(txn, CRM_DOMAIN_PRICE_LIST, "A", CRM_NTS, &id), CRM_E_NOTFOUND);
    cr_expect_eq(crm_code_find(txn, CRM_DOMAIN_PLANT, "a", CRM_NTS, &id), CRM_E_NOTFOUND);
    cr_expect_eq(crm_code_find(txn, CRM_DOMAIN_COUNTRY, "DE", CRM_NTS, &id), CRM_E_NOTFOUND, "a built-in code is not stored");
    cr_expect_eq(id, 5, "untouched");
    crm_iter *iter;
    cr_assert_eq(crm_code_list(txn, CRM_DOMAIN_PRICE_LIST, 0, NULL, &iter), CRM_OK);
    for (int i = 0; i < 6; i++) {
        cr_assert_eq(crm_iter_next(iter, &id), CRM_ROW);
        crm_record *rec = test_get(txn, id);
        cr_expect_str_eq(crm_record_text(rec, CRM_CODE_CODE), sorted[i]);
        crm_record_free(rec);
    }
    cr_expect_eq(crm_iter_next(iter, &id), CRM_OK, "no other domain's");
    crm_iter_free(iter);
    cr_assert_eq(crm_code_list(txn, "price_lis", 0, NULL, &iter), CRM_OK);
    cr_expect_eq(crm_iter_next(iter, &id), CRM_OK);
    crm_iter_free(iter);
}

static int try_plant(crm_id party, const char *plant) {
    int rc = test_try(
        txn, test_record(CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_SALES_AREA, plant, CRM_QUOTE_DEFAULTS_PLANT, plant, 0));
    if (rc == CRM_E_CODE) cr_expect_eq(crm_error_field(), CRM_QUOTE_DEFAULTS_PLANT);
    return rc;
}

Test(code, closed_by_setting) {
    crm_id party = test_party(txn, "x");
    crm_id known = add_code(CRM_DOMAIN_PLANT, "known");
    add_code("sales_area", "plant");
    cr_expect_eq(try_plant(party, "free"), CRM_OK, "any text, as long as the domain is open");
    cr_assert_eq(crm_setting_set(txn, "code.closed.plant", "1", CRM_NTS), CRM_OK);
    cr_expect_eq(try_plant(party, "unknown"), CRM_E_CODE);
    cr_expect_eq(try_plant(party, "plant"), CRM_E_CODE, "a code of another domain");
    cr_expect_eq(try_plant(party, "known"), CRM_OK);
    cr_expect_eq(try_plant(party, ""), CRM_OK, "an explicit none");
    cr_assert_eq(crm_record_delete(txn, known, 0), CRM_OK);
    cr_expect_eq(try_plant(test_party(txn, "y"), "known"), CRM_E_CODE);
    crm_iter *iter;
    crm_id id;
    cr_assert_eq(crm_record_list(txn, party, CRM_KIND_QUOTE_DEFAULTS, 1, NULL, &iter), CRM_OK);
    cr_assert_eq(crm_iter_next(iter, &id), CRM_ROW);
    crm_iter_free(iter);
    crm_record *rec = test_get(txn, id); /* what was stored before is not checked again, until it changes */
    cr_assert_eq(crm_record_set_text(rec, CRM_QUOTE_DEFAULTS_PRICE_LIST, "A", CRM_NTS), CRM_OK);
    cr_expect_eq(test_try(txn, rec), CRM_OK);
    cr_assert_eq(crm_setting_set(txn, "code.closed.plant", "0", CRM_NTS), CRM_OK);
    cr_expect_eq(try_plant(party, "unknown"), CRM_OK);
    cr_assert_eq(crm_setting_clear(txn, "code.closed.plant"), CRM_OK);
    cr_expect_eq(try_plant(party, "unknown 2"), CRM_OK);
    cr_assert_eq(crm_setting_set(txn, "code.closed.salutation", "1", CRM_NTS), CRM_OK);
    rec = test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "x", CRM_CONTACT_SALUTATION, CRM_SALUTATION_MS, 0);
    cr_expect_eq(test_try(txn, rec), CRM_OK, "built-in codes are good in a closed domain");
    rec = test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "x", CRM_CONTACT_SALUTATION, "dr", 0);
    cr_expect_eq(test_try(txn, rec), CRM_E_CODE);
    cr_expect_eq(crm_error_field(), CRM_CONTACT_SALUTATION);
}

Test(code, settings) {
    check_setting("a", NULL);
    cr_expect_eq(crm_setting_clear(txn, "a"), CRM_OK, "removing what is not there");
    cr_assert_eq(crm_setting_set(txn, "a", "1", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_setting_set(txn, "b.c", "zwölf!", 6), CRM_OK, "by length");
    check_setting("a", "1");
    check_setting("b.c", "zwölf");
    cr_assert_eq(crm_setting_set(txn, "a", "", 0), CRM_OK);
    check_setting("a", "");
    check_setting("A", NULL);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(crm_setting_clear(txn, "a"), CRM_OK);
        check_setting("a", NULL);
        cr_assert_eq(crm_setting_set(txn, "a", "again", CRM_NTS), CRM_OK);
        check_setting("a", "again");
    }
    static const struct setting_case {
        const char *name, *value;
        int status;
    } cases[] = {
        {"code.closed.plant", "2", CRM_E_RANGE},
        {"code.closed.plant", "", CRM_E_RANGE},
        {"code.closed.plant", "01", CRM_E_RANGE},
        {"number.customer.next", "", CRM_E_RANGE},
        {"number.customer.next", "-1", CRM_E_RANGE},
        {"number.customer.next", "1 ", CRM_E_RANGE},
        {"number.customer.next", "0", CRM_OK},
        {"number.customer.next", "999999999999999999", CRM_OK},
        {"number.customer.next", "1000000000000000000", CRM_E_RANGE},
        {"number.agent.width", "0", CRM_OK},
        {"number.agent.width", "9", CRM_OK},
        {"number.agent.width", "18", CRM_OK},
        {"number.agent.width", "19", CRM_E_RANGE},
        {"number.agent.width", "99", CRM_E_RANGE},
        {"number.agent.width", "x", CRM_E_RANGE},
        {"number.agent.prefix", "", CRM_OK},
        {"number.agent.prefix", "12345678901234567890123456789012", CRM_OK},
        {"number.agent.prefix", "123456789012345678901234567890123", CRM_E_RANGE},
        {"number.agent.other", "anything", CRM_E_RANGE},
        {"number.agent", "1", CRM_E_RANGE},
        {"number.custommer.next", "5", CRM_E_RANGE},
        {"code.closed.pricelist", "1", CRM_E_RANGE},
        {"code.closed.country", "0", CRM_E_RANGE},
        {"code.open.plant", "1", CRM_E_RANGE},
        {"", "x", CRM_E_REQUIRED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *before = test_dump_txn(txn);
        int rc = crm_setting_set(txn, cases[i].name, cases[i].value, CRM_NTS);
        cr_expect_eq(rc, cases[i].status, "%s = %s: %d", cases[i].name, cases[i].value, rc);
        char *after = test_dump_txn(txn);
        if (rc < 0) cr_expect_str_eq(after, before);
        free(before);
        free(after);
    }
}
