/* SPDX-License-Identifier: MIT */
/* Records that are prepared before they are put: what is set in them since is looked at as ever. */
#include "api/api.h"
#include "model/rules.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <string.h>

static crm_record *channel(const char *type, const char *value) {
    crm_record *rec;
    cr_assert_eq(crm_record_new(CRM_KIND_CHANNEL, &rec), CRM_OK);
    cr_assert_eq(crm_record_set_text(rec, CRM_CHANNEL_TYPE, type, CRM_NTS), CRM_OK);
    cr_assert_eq(crm_record_set_text(rec, CRM_CHANNEL_VALUE, value, CRM_NTS), CRM_OK);
    return rec;
}

static const char *normal_of(const crm_record *rec) {
    const crmi_entry *entry = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_CHANNEL_NORMALISED));
    return entry ? entry->text : "";
}

Test(prepare, as_long_as_nothing_is_set) {
    crm_record *rec = channel("phone", "030 1-2"), *copy;
    cr_expect(!rec->prepared);
    crmi_model_prepare(rec);
    cr_expect(rec->prepared);
    cr_expect_str_eq(normal_of(rec), "03012");
    crm_record_set_id(rec, CRM_CHANNEL_PARTY, 5);
    crm_record_set_id(rec, CRM_CHANNEL_TARGET, 6);
    cr_expect(rec->prepared, "ids are looked at when it is put");
    cr_assert_eq(crm_record_copy(rec, &copy), CRM_OK);
    cr_expect(!copy->prepared, "a copy is another one");
    crm_record_free(copy);
    crm_record_set_text(rec, CRM_CHANNEL_VALUE, "030 3", CRM_NTS);
    cr_expect(!rec->prepared, "another value");
    crmi_model_prepare(rec);
    cr_expect(rec->prepared);
    cr_expect_str_eq(normal_of(rec), "0303");
    crmi_object_clear(rec, CRMI_FIELD_NUMBER(CRM_CHANNEL_VALUE));
    cr_expect(!rec->prepared, "nothing any more");
    crm_record_free(rec);
}

Test(prepare, what_is_left_for_the_store) {
    crm_record *code = channel("nope", "030 1"), *blank = channel("phone", " "), *custom = channel("phone", "030 1"), *usage;
    cr_assert_eq(crm_record_new(CRM_KIND_USAGE, &usage), CRM_OK);
    cr_assert_eq(crm_record_set_text(usage, CRM_USAGE_PURPOSE, "main", CRM_NTS), CRM_OK);
    cr_assert_eq(crmi_object_set_bytes(custom, CRMI_CUSTOM_FIRST, CRM_TYPE_TEXT, 0, "x", 1), CRM_OK);
    crm_record *all[] = {code, blank, custom, usage};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        crmi_model_prepare(all[i]);
        cr_expect(!all[i]->prepared, "%zu", i);
        crm_record_free(all[i]);
    }
}

Test(prepare, putting, .init = test_begin, .fini = test_end) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open);
    crmi_api_leave(txn);
    crm_id party = test_party(txn, "x");
    crm_record *good = channel("phone", "030 1"), *changed = channel("phone", "030 1"), *bad = channel("phone", "030 1");
    crm_record *all[] = {good, changed, bad};
    for (size_t i = 0; i < 3; i++) {
        crm_record_set_id(all[i], CRM_CHANNEL_PARTY, party);
        crmi_model_prepare(all[i]);
    }
    crm_record_set_text(changed, CRM_CHANNEL_VALUE, "030 2", CRM_NTS);
    crm_record_set_text(bad, CRM_CHANNEL_TYPE, "nope", CRM_NTS);
    cr_expect_eq(crmi_model_put_own(open, good, NULL, NULL), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crmi_model_put_own(open, changed, NULL, NULL), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(normal_of(good), "0301");
    cr_expect_str_eq(normal_of(changed), "0302");
    cr_expect_eq(crmi_model_put_own(open, bad, NULL, NULL), CRM_E_CODE);
    for (size_t i = 0; i < 3; i++) crm_record_free(all[i]);
    cr_assert_eq(crmi_setting_write(open, "identifier.check", "refuse", 6), CRM_OK);
    for (size_t i = 0; i < 2; i++) {
        crm_record *rec;
        crm_record_new(i ? CRM_KIND_IDENTIFIER : CRM_KIND_PARTY, &rec);
        if (i) crm_record_set_id(rec, CRM_IDENTIFIER_PARTY, party);
        crm_record_set_text(rec, i ? CRM_IDENTIFIER_SCHEME : CRM_PARTY_TYPE, i ? CRM_SCHEME_GLN : CRM_PARTY_TYPE_ORGANISATION, CRM_NTS);
        crm_record_set_text(rec, i ? CRM_IDENTIFIER_VALUE : CRM_PARTY_NAME, "4012345678900", CRM_NTS);
        if (!i) crm_record_set_text(rec, CRM_PARTY_VAT_ID, "DE123456789", CRM_NTS);
        crmi_model_prepare(rec);
        cr_expect(rec->prepared);
        cr_expect_eq(crmi_model_put_own(open, rec, NULL, NULL), CRM_E_CHECK_DIGIT, "%zu: %s", i, crm_error_text());
        crm_record_free(rec);
    }
    crm_txn_free(txn);
    crm_db_close(db);
}
