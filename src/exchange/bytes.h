/* SPDX-License-Identifier: MIT */
/* A text that grows, up to a limit. The first failure is kept: what is added after it is lost, and the status tells in the end. */
#ifndef CRMI_EXCHANGE_BYTES_H
#define CRMI_EXCHANGE_BYTES_H
#include <stddef.h>

typedef struct crmi_bytes {
    char *at;
    size_t size, capacity;
    size_t limit; /* 0 = none */
    int status;   /* CRM_OK, CRM_E_NOMEM or CRM_E_TOO_BIG */
} crmi_bytes;

void crmi_bytes_add(crmi_bytes *bytes, const void *from, size_t size);
void crmi_bytes_add_char(crmi_bytes *bytes, char one);
/* One code point as UTF-8. */
void crmi_bytes_add_code(crmi_bytes *bytes, unsigned code);
void crmi_bytes_free(crmi_bytes *bytes);
#endif
