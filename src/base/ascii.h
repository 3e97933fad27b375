/* SPDX-License-Identifier: MIT */
/* What a byte of a text is, whatever the locale. */
#ifndef CRMI_BASE_ASCII_H
#define CRMI_BASE_ASCII_H
#include <stdbool.h>

static inline bool crmi_is_digit(int c) { return c >= '0' && c <= '9'; }
#endif
