/* SPDX-License-Identifier: MIT */
/* The thread's error detail in a fixed buffer, so that it is there when memory is not. */
#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local crmi_error last;

/* Takes off what a cut at the buffer's end left of a character. */
static void trim_character(char *text, size_t size) {
    size_t at = size;
    while (at > 0 && ((unsigned char)text[at - 1] & 0xc0) == 0x80) at--;
    if (at > 0 && (unsigned char)text[at - 1] >= 0xc0) text[at - 1] = '\0';
}

static void set(int status, crm_field field, uint64_t row, const char *format, va_list arguments) {
    crmi_error made = {.status = status, .field = field, .row = row};
    int size = vsnprintf(made.text, sizeof made.text, format, arguments);
    if (size < 0) made.text[0] = '\0';
    if (size >= (int)sizeof made.text) trim_character(made.text, sizeof made.text - 1);
    last = made; /* last, since an argument may be the text that was there before */
}

int crmi_error_set(int status, crm_field field, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    set(status, field, 0, format, arguments);
    va_end(arguments);
    return status;
}

int crmi_error_set_row(int status, crm_field field, uint64_t row, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    set(status, field, row, format, arguments);
    va_end(arguments);
    return status;
}

int crmi_error_nomem(void) { return crmi_error_set(CRM_E_NOMEM, 0, "out of memory"); }

const crmi_error *crmi_error_last(void) { return &last; }
void crmi_error_restore(const crmi_error *before) { last = *before; }
