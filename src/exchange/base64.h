/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648) with padding. */
#ifndef CRMI_EXCHANGE_BASE64_H
#define CRMI_EXCHANGE_BASE64_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* out has room for size / 3 * 4 + 5 bytes, NUL included; for size / 4 * 3 bytes. */
void crmi_base64_write(const void *bytes, size_t size, char *out);
bool crmi_base64_read(const char *text, size_t size, uint8_t *out, size_t *out_size);
#endif
