/* SPDX-License-Identifier: MIT */
/* Errors of the readers. */
#include "exchange/refuse.h"
#include <errno.h>
#include <libcrm/error.h>
#include <libcrm/status.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int crmi_exchange_refuse(int status, uint64_t row, const char *format, ...) {
    char text[400];
    va_list values;
    va_start(values, format);
    int size = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (size >= (int)sizeof text) { /* never in the middle of a character */
        size_t end = sizeof text - 1;
        while (end > 0 && ((unsigned char)text[end - 1] & 0xc0) == 0x80) end--;
        if (end > 0 && (unsigned char)text[end - 1] >= 0xc0) end--;
        text[end] = '\0';
    }
    return crm_error_report(status, 0, row, text);
}

int crmi_exchange_refuse_path(int status, const char *path, const char *reason) {
    int rc = crmi_exchange_refuse(status, 0, "%.200s: %s", path, reason);
    return rc == status ? rc : crmi_exchange_refuse(status, 0, "%s", reason);
}

int crmi_exchange_refuse_errno(const char *path) {
    if (errno == ENOMEM) return crmi_exchange_nomem();
    int status = errno == ENOENT || errno == ENOTDIR ? CRM_E_NOTFOUND : CRM_E_IO;
    char reason[80];
    return crmi_exchange_refuse_path(status, path, strerror_r(errno, reason, sizeof reason));
}

int crmi_exchange_nomem(void) { return crm_error_report(CRM_E_NOMEM, 0, 0, NULL); }
