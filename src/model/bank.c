/* SPDX-License-Identifier: MIT */
/* Bank accounts: numbers that can be right, one default account at a time, and direct debits only with a mandate (SEPA Core Direct Debit
 * Scheme Rulebook, EPC016-06). And numbers in other records, which are judged where the store's setting wants it. */
#include "base/error.h"
#include "model/identifier.h"
#include "model/rules.h"
#include <libcrm/codes.h>
#include <string.h>

static const crmi_entry *text_of(const crm_record *rec, crm_field field) {
    const crmi_entry *entry = crmi_object_find(rec, CRMI_FIELD_NUMBER(field));
    return entry && entry->size ? entry : NULL;
}

/* Gives the latest error to a field. */
static int of_field(int rc, crm_field field) {
    char text[256];
    if (rc == CRM_OK) return rc;
    strcpy(text, crmi_error_last()->text);
    return crmi_error_set(rc, field, "%s.%s: %s", crm_kind_name(field / 1000), crm_field_name(field), text);
}

static int check(const char *scheme, const crmi_entry *entry, crm_field field) {
    return entry ? of_field(crmi_identifier_check(scheme, entry->text, entry->size, NULL), field) : CRM_OK;
}

/* --- an account without IBAN --- */

typedef struct part {
    crm_field field;
    size_t size; /* digits and letters; 0: any */
} part;

static size_t count_characters(const crmi_entry *entry) {
    size_t count = 0;
    for (uint32_t i = 0; i < entry->size; i++) count += !strchr(" .-/", entry->text[i]);
    return count;
}

static int join(const crm_record *rec, const part *parts, char out[CRMI_IDENTIFIER_SIZE]) {
    size_t size = 0;
    for (; parts->field; parts++) {
        const crmi_entry *entry = text_of(rec, parts->field);
        const char *name = crm_field_name(parts->field);
        if (!entry) return crmi_error_set(CRM_E_REQUIRED, parts->field, "bank.%s is required where there is no IBAN", name);
        if (parts->size && count_characters(entry) != parts->size)
            return crmi_error_set(CRM_E_FORMAT, parts->field, "bank.%s has %zu characters", name, parts->size);
        if (entry->size >= CRMI_IDENTIFIER_SIZE - size) return crmi_error_set(CRM_E_FORMAT, parts->field, "bank.%s is too long", name);
        memcpy(out + size, entry->text, entry->size + 1);
        size += entry->size;
    }
    return CRM_OK;
}

/* Germany and France have accounts that bank, branch and number tell; others are only required to have a number. */
static int check_national(const crm_record *rec) {
    static const part german[] = {{CRM_BANK_BANK_CODE, 8}, {CRM_BANK_ACCOUNT_NUMBER, 0}, {0, 0}};
    static const part french[] = {
        {CRM_BANK_BANK_CODE, 5}, {CRM_BANK_BRANCH_CODE, 5}, {CRM_BANK_ACCOUNT_NUMBER, 11}, {CRM_BANK_RIB_KEY, 2}, {0, 0}};
    const crmi_entry *country = text_of(rec, CRM_BANK_COUNTRY);
    const char *code = country ? country->text : "";
    char number[CRMI_IDENTIFIER_SIZE];
    bool of_germany = strcmp(code, "DE") == 0;
    if (!text_of(rec, CRM_BANK_ACCOUNT_NUMBER))
        return crmi_error_set(CRM_E_REQUIRED, CRM_BANK_IBAN, "bank.iban, or bank.account_number, is required");
    if (!of_germany && strcmp(code, "FR") != 0) return CRM_OK;
    int rc = join(rec, of_germany ? german : french, number);
    if (rc < 0) return rc;
    rc = crmi_identifier_check(of_germany ? "de_account" : "fr_rib", number, strlen(number), NULL);
    return of_field(rc, CRM_BANK_ACCOUNT_NUMBER);
}

/* --- direct debits --- */

static int check_mandate(const crm_record *rec) {
    int64_t mandate = crmi_object_integer(rec, CRM_BANK_MANDATE_AT, INT64_MIN);
    int64_t first = crmi_object_integer(rec, CRM_BANK_FIRST_DEBIT_AT, INT64_MAX);
    if (crmi_object_integer(rec, CRM_BANK_SEPA, 0)) {
        if (!text_of(rec, CRM_BANK_MANDATE_REFERENCE))
            return crmi_error_set(CRM_E_REQUIRED, CRM_BANK_MANDATE_REFERENCE, "a direct debit needs a mandate: its reference is missing");
        if (mandate == INT64_MIN)
            return crmi_error_set(CRM_E_REQUIRED, CRM_BANK_MANDATE_AT, "a direct debit needs a mandate: the day of receipt is missing");
    }
    if (first >= mandate) return CRM_OK;
    return crmi_error_set(CRM_E_RANGE, CRM_BANK_FIRST_DEBIT_AT, "the first direct debit is before the mandate");
}

int crmi_bank_check_numbers(const crm_record *rec) {
    const crmi_entry *iban = text_of(rec, CRM_BANK_IBAN), *reference = text_of(rec, CRM_BANK_MANDATE_REFERENCE);
    int rc = iban ? check("iban", iban, CRM_BANK_IBAN) : check_national(rec);
    if (rc == CRM_OK) rc = check("bic", text_of(rec, CRM_BANK_BIC), CRM_BANK_BIC);
    if (rc == CRM_OK && reference && reference->size > 35)
        rc = crmi_error_set(CRM_E_TOO_BIG, CRM_BANK_MANDATE_REFERENCE, "a mandate reference has at most 35 characters");
    return rc == CRM_OK ? check_mandate(rec) : rc;
}

int crmi_bank_check(const crmi_putting *put) {
    int rc = crmi_bank_check_numbers(put->rec);
    if (rc < 0 || !crmi_object_integer(put->rec, CRM_BANK_IS_DEFAULT, 0)) return rc;
    return crmi_period_check(put, CRM_BANK_IS_DEFAULT, CRM_BANK_VALID_FROM, CRM_BANK_VALID_UNTIL);
}

/* --- numbers in other records --- */

const char *crmi_number_scheme(crm_field field, const char *scheme) {
    if (field == CRM_PARTY_VAT_ID || field == CRM_ADDRESS_VAT_ID) return "vat_id";
    if (field == CRM_ADDRESS_GLN) return CRM_SCHEME_GLN;
    return field == CRM_IDENTIFIER_VALUE && scheme && crmi_identifier_has_check(scheme) ? scheme : NULL;
}

int crmi_number_refused(crmi_txn *txn, bool *out) {
    char setting[8];
    int rc = crmi_setting_read(txn, "identifier.check", setting, sizeof setting);
    *out = rc == CRM_OK && strcmp(setting, "refuse") == 0;
    return rc;
}

int crmi_number_check(const crmi_putting *put, const crmi_field *field, const crmi_entry *entry) {
    bool refused = false;
    if (entry->type != CRM_TYPE_TEXT || !entry->size) return CRM_OK;
    const crmi_entry *of = field->field == CRM_IDENTIFIER_VALUE ? text_of(put->rec, CRM_IDENTIFIER_SCHEME) : NULL;
    const char *scheme = crmi_number_scheme(field->field, of ? of->text : NULL);
    int rc = scheme ? crmi_number_refused(put->txn, &refused) : CRM_OK;
    return rc == CRM_OK && refused ? check(scheme, entry, field->field) : rc;
}
