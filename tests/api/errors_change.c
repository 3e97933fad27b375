/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: what changed. */
#include "support/errors.h"
#include "support/writing.h"

TestSuite(errors_change, .init = begin, .fini = end, .timeout = 60);

static int list(uint32_t kind, const char *since, uint32_t limit) {
    crm_changes *out;
    int rc = crm_change_list(txn, kind, since, limit, &out);
    crm_changes_free(out);
    return rc;
}

static int now(void) {
    crm_changes *out;
    int rc = crm_change_now(txn, &out);
    crm_changes_free(out);
    return rc;
}

static int values(crm_id id, crm_field field, uint32_t limit, const char *token) {
    crm_changes *out;
    int rc = crm_change_values(txn, id, field, limit, token, &out);
    crm_changes_free(out);
    return rc;
}

Test(errors_change, feed) {
    crm_id party = test_party(txn, "A");
    KEEPS(crm_change_now, now());
    KEEPS(crm_change_list, list(0, NULL, 0));
    KEEPS(crm_change_values, values(party, 0, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_change_list, list(CRM_KIND_QUOTE, NULL, 0));
    REFUSES(CRM_E_INVALID, crm_change_list, list(30, NULL, 0));
    REFUSES(CRM_E_INVALID, crm_change_list, list(0, "none", 0));
    REFUSES(CRM_E_TOO_BIG, crm_change_list, list(0, NULL, 10001));
    REFUSES(CRM_E_NOTFOUND, crm_change_values, values(0, 0, 0, NULL));
    REFUSES(CRM_E_TYPE, crm_change_values, values(party, CRM_BANK_IBAN, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_change_values, values(party, 0, 0, "none"));
    REFUSES(CRM_E_TOO_BIG, crm_change_values, values(party, 0, 10001, NULL));
    test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "changes.keep_days", CRM_SETTING_VALUE, "0", 0));
    REFUSES(CRM_E_STALE, crm_change_list, list(0, NULL, 0));
    REFUSES(CRM_E_STALE, crm_change_now, now());
}
