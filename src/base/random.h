/* SPDX-License-Identifier: MIT */
/* Random bytes from the system (getrandom). */
#ifndef CRMI_BASE_RANDOM_H
#define CRMI_BASE_RANDOM_H
#include <stddef.h>
int crmi_random_bytes(void *out, size_t size); /* CRM_OK or CRM_E_IO */
#endif
