/* SPDX-License-Identifier: MIT */
/* crm_option_*: which options of a product a customer may have. */
#include "model/option.h"
#include "api/api.h"
#include "model/group.h"
#include <libcrm/option.h>
#include <string.h>

/* row: of the code among many; 0 where there is one. */
static int check_code(const char *code, size_t len, uint64_t row, size_t *size) {
    if (!code) return crmi_error_set_row(CRM_E_INVALID, 0, row, "code is NULL");
    *size = len == CRM_NTS ? strnlen(code, CRMI_LIMIT_CODE_BYTES + 1) : len;
    if (!*size) return crmi_error_set_row(CRM_E_INVALID, 0, row, "the code is empty");
    if (*size > CRMI_LIMIT_CODE_BYTES)
        return crmi_error_set_row(CRM_E_TOO_BIG, 0, row, "the code is longer than %d bytes", (int)CRMI_LIMIT_CODE_BYTES);
    return crmi_utf8_check(code, *size) ? CRM_OK : crmi_error_set_row(CRM_E_UTF8, 0, row, "the code is not UTF-8 without U+0000");
}

static int check_codes(const char *const *codes, size_t count, const uint8_t *out) {
    size_t size;
    int rc = CRM_OK;
    if (count > CRMI_LIMIT_OPTION_CODES)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "%zu options, over the limit of %d", count, (int)CRMI_LIMIT_OPTION_CODES);
    if (count && !codes) return crmi_error_set(CRM_E_INVALID, 0, "codes is NULL");
    if (count && !out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    for (size_t i = 0; rc == CRM_OK && i < count; i++) rc = check_code(codes[i], CRM_NTS, i + 1, &size);
    return rc;
}

/* The customer's rules; *options is to be freed in any case. */
static int read_options(crmi_txn *txn, crm_id customer, int64_t day, crmi_options **options) {
    crmi_packed id;
    int rc = crmi_api_day(txn, &day);
    if (rc == CRM_OK) rc = crmi_party_resolve(txn, customer, &id);
    return rc == CRM_OK ? crmi_options_read(txn, id, day, options) : rc;
}

int crm_option_allowed(crm_txn *txn, crm_id customer, int64_t as_of, const char *code, size_t len, int *out) {
    int status;
    size_t size;
    bool allowed;
    crm_id rule;
    crmi_options *options = NULL;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = check_code(code, len, 0, &size);
    if (status == CRM_OK) status = read_options(open, customer, as_of, &options);
    if (status == CRM_OK) status = crmi_options_answer(options, code, size, &allowed, &rule);
    if (status == CRM_OK) *out = allowed;
    crmi_options_free(options);
    crmi_api_leave(txn);
    return status;
}

int crm_option_check(crm_txn *txn, crm_id customer, int64_t as_of, const char *const *codes, size_t count, uint8_t *out,
                     crm_id *out_rules) {
    int status;
    crmi_options *options = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = check_codes(codes, count, out);
    if (status == CRM_OK) status = read_options(open, customer, as_of, &options);
    for (size_t i = 0; status == CRM_OK && i < count; i++) {
        bool allowed = false;
        crm_id rule = 0;
        status = crmi_options_answer(options, codes[i], strlen(codes[i]), &allowed, &rule);
        if (status < 0) break;
        out[i] = allowed;
        if (out_rules) out_rules[i] = rule;
    }
    crmi_options_free(options);
    crmi_api_leave(txn);
    return status;
}
