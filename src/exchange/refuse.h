/* SPDX-License-Identifier: MIT */
/* Errors of the readers, with what they are about. */
#ifndef CRMI_EXCHANGE_REFUSE_H
#define CRMI_EXCHANGE_REFUSE_H
#include <stdint.h>

/* Sets the thread's error and returns status. Bytes that are not ASCII may come in whole UTF-8 only; a text is cut at its room. */
__attribute__((format(printf, 3, 4))) int crmi_exchange_refuse(int status, uint64_t row, const char *format, ...);
/* Names a file, but for a path that is not UTF-8; errno: CRM_E_NOTFOUND, CRM_E_IO. */
int crmi_exchange_refuse_path(int status, const char *path, const char *reason);
int crmi_exchange_refuse_errno(const char *path);
int crmi_exchange_nomem(void);
#endif
