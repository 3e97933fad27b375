/* SPDX-License-Identifier: MIT */
/* Codes: the built-in domains that are closed (country, currency ...) take no codes of the host's. */
#include "base/error.h"
#include "model/rules.h"

int crmi_code_check(const crmi_putting *put) {
    const crmi_domain *domain = crmi_schema_domain_find(crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_CODE_DOMAIN))->text);
    if (!domain || !domain->closed) return CRM_OK;
    return crmi_error_set(CRM_E_CODE, CRM_CODE_DOMAIN, "domain %s has its built-in codes only", domain->name);
}
