/* SPDX-License-Identifier: MIT */
/* The thread's error detail, set from outside: by libraries built on this one and by callbacks of the host. */
#include "base/error.h"
#include "base/utf8.h"
#include <libcrm/error.h>
#include <string.h>

int crm_error_report(int status, crm_field field, uint64_t row, const char *text) {
    const char *reason = text ? text : crm_status_text(status);
    if (status >= 0 || !crm_status_name(status)) return crmi_error_set(CRM_E_INVALID, 0, "%d is no error's status", status);
    if (!crmi_utf8_check(reason, strlen(reason))) return crmi_error_set(CRM_E_UTF8, field, "the text is not UTF-8");
    return crmi_error_set_row(status, field, row, "%s", reason);
}
