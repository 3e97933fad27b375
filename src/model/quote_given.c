/* SPDX-License-Identifier: MIT */
/* What the caller has given for a proposal: is it of the right kind, for the right customer, and are its codes good? Whether a host's own
 * code will do depends on a setting and on the codes that are stored; both are read in the rounds, so that the check costs none of its own.
 */
#include "base/error.h"
#include "model/quote.h"
#include "model/record.h"
#include <string.h>

static int ask_for_code(crmi_quote_work *work, const crmi_field *field, const crmi_entry *entry) {
    char name[CRMI_CLOSING_SETTING];
    const crmi_domain *domain = crmi_schema_domain_of(field);
    crmi_quote_given_code *given = crmi_quote_take(&work->quote->memory, sizeof *given);
    if (!given) return CRM_E_NOMEM;
    crmi_model_closing_setting(domain, name);
    given->field = field;
    given->entry = entry;
    given->setting = crmi_quote_look_up(work, CRM_SETTING_NAME, NULL, name, strlen(name));
    given->code = crmi_quote_look_up(work, CRM_CODE_CODE, domain->name, entry->text, entry->size);
    given->next = work->given_codes;
    work->given_codes = given;
    return given->setting && given->code ? CRM_OK : CRM_E_NOMEM;
}

static int check_entry(crmi_quote_work *work, const crmi_field *field, const crmi_entry *entry) {
    if (!field || field->type != entry->type)
        return crmi_error_set(CRM_E_TYPE, field ? field->field : 0, "given has a value that is none of a quote");
    if (field->field == CRM_QUOTE_CUSTOMER && crmi_store_packed(work->txn, (crm_id)entry->integer) != work->quote->asked)
        return crmi_error_set(CRM_E_INVALID, CRM_QUOTE_CUSTOMER, "given names another customer than the argument");
    int rc = crmi_quote_check_lock(work, field, entry);
    if (rc != CRM_OK) return rc < 0 ? rc : CRM_OK;
    if (entry->type == CRM_TYPE_TEXT && crmi_schema_domain_of(field)) rc = crmi_model_code_look(field, entry->text, entry->size);
    return rc == CRM_ROW ? ask_for_code(work, field, entry) : rc;
}

int crmi_quote_check_given(crmi_quote_work *work) {
    const crm_record *given = work->given;
    if (!given) return CRM_OK;
    if (given->kind != CRM_KIND_QUOTE) return crmi_error_set(CRM_E_TYPE, 0, "given is not a record of kind quote");
    for (uint32_t i = 0; i < given->count && given->entries[i].number < CRMI_CUSTOM_FIRST; i++) {
        int rc = check_entry(work, crmi_schema_number(CRM_KIND_QUOTE, given->entries[i].number), &given->entries[i]);
        if (rc < 0) return rc;
    }
    return CRM_OK;
}

int crmi_quote_check_given_host(crmi_quote_work *work) {
    const crm_record *given = work->given;
    for (uint32_t i = 0; given && i < given->count; i++) {
        const crmi_entry *entry = &given->entries[i];
        if (entry->number < CRMI_CUSTOM_FIRST) continue;
        int rc = check_entry(work, crmi_definitions_number(work->quote->definitions, CRM_KIND_QUOTE, entry->number), entry);
        if (rc < 0) return rc;
    }
    return CRM_OK;
}

int crmi_quote_check_given_codes(crmi_quote_work *work) {
    for (const crmi_quote_given_code *given = work->given_codes; given; given = given->next) {
        const crmi_quote_slot *closed = given->setting->source ? crmi_quote_text_of(given->setting->source, CRM_SETTING_VALUE) : NULL;
        if (closed && closed->size == 1 && *closed->bytes == '1' && !given->code->source)
            return crmi_model_code_unknown(given->field, given->entry->text, given->entry->size);
    }
    return CRM_OK;
}
