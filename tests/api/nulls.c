/* SPDX-License-Identifier: MIT */
/* Plain memory that is not there: every function that takes a record, a file, a quote or rows to import takes NULL without harm. */
#include <criterion/criterion.h>
#include <libcrm/crm.h>

Test(nulls, record) {
    crm_record *rec = (crm_record *)&rec;
    size_t size = 7;
    cr_expect_eq(crm_record_copy(NULL, &rec), CRM_E_INVALID);
    cr_expect_null(rec);
    cr_expect(crm_record_kind(NULL) == 0 && crm_record_key(NULL) == 0 && crm_record_revision(NULL) == 0 && crm_record_count(NULL) == 0);
    cr_expect(crm_record_field(NULL, 0) == 0 && crm_record_has(NULL, CRM_PARTY_NAME) == 0 && !crm_record_text(NULL, CRM_PARTY_NAME));
    cr_expect(crm_record_int(NULL, CRM_ADDRESS_LATITUDE, 5) == 5 && crm_record_bool(NULL, CRM_PARTY_ARCHIVED, 5) == 5);
    cr_expect(crm_record_date(NULL, CRM_ROLE_VALID_FROM, 5) == 5 && crm_record_time(NULL, CRM_PARTY_CREATED_AT, 5) == 5);
    cr_expect(crm_record_amount(NULL, CRM_PARTY_CREDIT_BALANCE, 5) == 5 && crm_record_id(NULL, CRM_PARTY_REFERRER) == 0);
    cr_expect(!crm_record_bytes(NULL, CRM_PARTY_NAME, &size) && size == 0 && !crm_record_item(NULL, CRM_ADDRESS_RECIPIENT, 0));
    cr_expect(crm_record_item_count(NULL, CRM_ADDRESS_RECIPIENT) == 0 && !crm_record_label(NULL, CRM_CODE_LABEL, "de"));
    cr_expect(!crm_record_label_language(NULL, CRM_CODE_LABEL, 0) && !crm_record_json(NULL, NULL));
    cr_expect_eq(crm_error_status(), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_text(NULL, CRM_PARTY_NAME, "x", 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_int(NULL, CRM_ADDRESS_LATITUDE, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_bool(NULL, CRM_PARTY_ARCHIVED, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_date(NULL, CRM_ROLE_VALID_FROM, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_time(NULL, CRM_PARTY_CREATED_AT, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_amount(NULL, CRM_PARTY_CREDIT_BALANCE, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_id(NULL, CRM_PARTY_REFERRER, 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_bytes(NULL, CRM_PARTY_NAME, "x", 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_add_item(NULL, CRM_ADDRESS_RECIPIENT, "x", 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_set_label(NULL, CRM_CODE_LABEL, "de", "x", 1), CRM_E_INVALID);
    cr_expect_eq(crm_record_clear(NULL, CRM_PARTY_NAME), CRM_E_INVALID);
    cr_expect(crm_record_field_find(NULL, "name") == 0 && !crm_record_field_name(NULL, CRM_PARTY_NAME));
    crm_record_free(NULL);
    cr_expect(crm_file_count(NULL) == 0 && !crm_file_record(NULL, 0) && !crm_file_json(NULL, NULL));
    crm_file_free(NULL);
    cr_expect(crm_blockers_count(NULL) == 0 && !crm_blockers_record(NULL, 0) && crm_blockers_sample(NULL, 0, 0) == 0);
    cr_expect(!crm_blockers_json(NULL, NULL));
    crm_blockers_free(NULL);
    cr_expect(crm_changes_count(NULL) == 0 && !crm_changes_record(NULL, 0) && !crm_changes_token(NULL) && !crm_changes_more(NULL));
    crm_changes_free(NULL);
    cr_expect(crm_damages_count(NULL) == 0 && !crm_damages_record(NULL, 0));
    crm_damages_free(NULL);
    cr_expect_eq(crm_reindex(NULL, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_salvage(NULL, "x", NULL, NULL, NULL, NULL, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_salvage("x", NULL, NULL, NULL, NULL, NULL, NULL), CRM_E_INVALID);
}

Test(nulls, quote) {
    cr_expect(!crm_quote_record(NULL) && crm_quote_date(NULL) == 0 && crm_quote_level(NULL, CRM_QUOTE_PLANT) == 0);
    cr_expect(crm_quote_reason(NULL, CRM_QUOTE_PAYER) == 0 && crm_quote_source(NULL, CRM_QUOTE_PLANT) == 0);
    cr_expect(crm_quote_source_revision(NULL, CRM_QUOTE_PLANT) == 0 && crm_quote_source_field(NULL, CRM_QUOTE_PLANT) == 0);
    cr_expect(crm_quote_flags(NULL, 0) == 0 && crm_quote_candidate_count(NULL, CRM_QUOTE_PLANT) == 0);
    cr_expect(crm_quote_candidate(NULL, CRM_QUOTE_PLANT, 0) == 0 && !crm_quote_block_reason(NULL) &&
              !crm_quote_address(NULL, CRM_QUOTE_SHIP_TO));
    cr_expect(!crm_quote_address_text(NULL, CRM_QUOTE_SHIP_TO) && !crm_quote_json(NULL, NULL));
    cr_expect(crm_quote_loser_count(NULL, CRM_QUOTE_PLANT) == 0 && !crm_quote_loser(NULL, CRM_QUOTE_PLANT, 0));
    cr_expect(crm_quote_change_count(NULL) == 0 && !crm_quote_change(NULL, 0) && !crm_quote_explain(NULL, CRM_QUOTE_FORMAT_TEXT, NULL));
    crm_record *given = NULL;
    cr_expect(crm_quote_given(NULL, &given) == CRM_E_INVALID && !given && crm_quote_given(NULL, NULL) == CRM_E_INVALID);
    cr_expect(!crm_quote_save(NULL, NULL) && crm_error_status() == CRM_E_INVALID);
    cr_expect(!crm_quote_level_name(UINT32_MAX) && !crm_quote_reason_name(UINT32_MAX));
    crm_quote_free(NULL);
}

Test(nulls, sync) {
    const char *cells[] = {"x"};
    cr_expect_eq(crm_sync_set_policy(NULL, 0, CRM_SYNC_MERGE, CRM_SYNC_CREATE), CRM_E_INVALID);
    cr_expect_eq(crm_sync_set_role(NULL, CRM_ROLE_CUSTOMER), CRM_E_INVALID);
    cr_expect_eq(crm_sync_set_flags(NULL, 0), CRM_E_INVALID);
    cr_expect_eq(crm_sync_ignore(NULL, "x"), CRM_E_INVALID);
    cr_expect_eq(crm_sync_set_progress(NULL, NULL, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_sync_map(NULL, "a", "ignore"), CRM_E_INVALID);
    cr_expect_eq(crm_sync_add_column(NULL, "Name", CRM_NTS), CRM_E_INVALID);
    cr_expect_eq(crm_sync_add_row(NULL, 0, cells, NULL, 1), CRM_E_INVALID);
    cr_expect(!crm_sync_target(NULL, 0) && crm_sync_count(NULL, CRM_SYNC_CREATED) == 0 && crm_sync_error_count(NULL) == 0);
    cr_expect(crm_sync_error_row(NULL, 0) == 0 && crm_sync_error_column(NULL, 0) == 0 && crm_sync_error_field(NULL, 0) == 0);
    cr_expect(!crm_sync_error_text(NULL, 0) && crm_sync_run(NULL) == 0);
    cr_expect_eq(crm_sync_job(NULL, NULL, CRM_ACTOR_SYSTEM, "x", 0), CRM_E_INVALID);
    crm_sync_error_status(NULL, 0);
    cr_expect_eq(crm_sync_add_sheet(NULL, "Sites", CRM_ROWS_SITE), CRM_E_INVALID);
    cr_expect(crm_sync_sheet_count(NULL) == 0 && crm_sync_sheet_shape(NULL, 0) == 0 && crm_sync_error_sheet(NULL, 0) == 0);
    cr_expect(crm_sync_warning_count(NULL) == 0 && crm_sync_warning_sheet(NULL, 0) == 0 && crm_sync_warning_row(NULL, 0) == 0);
    cr_expect(crm_sync_warning_column(NULL, 0) == 0 && !crm_sync_warning_text(NULL, 0));
    cr_expect(!crm_sync_sheet_name(NULL, 0) && !crm_sync_sheet_target(NULL, 0, 0) && !crm_sync_sheet_heading(NULL, 0, 0));
    crm_sync_free(NULL);
}

Test(nulls, plan) {
    crm_record *rec = NULL;
    crm_plan *plan;
    cr_expect(crm_plan_count(NULL, NULL, CRM_SYNC_CREATED) == 0 && crm_plan_row_count(NULL) == 0 && crm_plan_change_count(NULL) == 0);
    cr_expect(crm_plan_row(NULL, 0, &rec) == CRM_E_INVALID && crm_plan_change(NULL, 0, &rec) == CRM_E_INVALID && !rec);
    cr_expect(crm_plan_row(NULL, 0, NULL) == CRM_E_INVALID && crm_plan_change(NULL, 0, NULL) == CRM_E_INVALID);
    cr_expect(crm_plan_cell_count(NULL, 0) == 0 && !crm_plan_heading(NULL, 0, 0) && !crm_plan_cell(NULL, 0, 0));
    cr_expect(!crm_plan_json(NULL, NULL) && !crm_plan_explain(NULL, NULL) && !crm_plan_save(NULL, NULL));
    cr_expect_eq(crm_sync_plan(NULL, NULL, CRM_ACTOR_SYSTEM, &plan), CRM_E_INVALID);
    cr_expect_eq(crm_plan_load(NULL, NULL, 0, &plan), CRM_E_INVALID);
    cr_expect_eq(crm_plan_set_progress(NULL, NULL, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_plan_apply(NULL, NULL, CRM_ACTOR_SYSTEM, NULL), CRM_E_INVALID);
    crm_plan_free(NULL);
}
