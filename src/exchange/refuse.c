/* SPDX-License-Identifier: MIT */
/* Errors of the readers. */
#include "exchange/refuse.h"
#include <libcrm/error.h>
#include <stdarg.h>
#include <stdio.h>

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

int crmi_exchange_nomem(void) { return crm_error_report(CRM_E_NOMEM, 0, 0, NULL); }
