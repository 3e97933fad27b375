/* SPDX-License-Identifier: MIT */
/* The thread's error detail: set where a failure is found, read through crm_error_*(). Never allocates. */
#ifndef CRMI_BASE_ERROR_H
#define CRMI_BASE_ERROR_H
#include <libcrm/status.h>
#include <libcrm/types.h>

typedef struct crmi_error {
    int status;
    crm_field field;
    uint64_t row;
    char text[256]; /* whole UTF-8 characters, NUL-ended */
} crmi_error;

/* Sets the detail and returns status, so that a caller can write: return crmi_error_set(CRM_E_TYPE, field, "...").
 * Texts are built from the caller's own arguments only. */
int crmi_error_set(int status, crm_field field, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with the row of an input. */
int crmi_error_set_row(int status, crm_field field, uint64_t row, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The usual one for a failed allocation. */
int crmi_error_nomem(void);
/* This thread's latest failure; status CRM_OK before the first. */
const crmi_error *crmi_error_last(void);
/* Makes a copy of an earlier one the latest again: what failed since then was no failure of the call. */
void crmi_error_restore(const crmi_error *before);
#endif
