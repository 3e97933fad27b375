/* SPDX-License-Identifier: MIT */
/* CRC-32C (Castagnoli, RFC 3720 appendix B.4): by the processor's instruction where it has one, else by table. */
#ifndef CRMI_CODEC_CRC32C_H
#define CRMI_CODEC_CRC32C_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint32_t crmi_crc32c(uint32_t crc, const void *bytes, size_t size);       /* start with 0; chains */
uint32_t crmi_crc32c_table(uint32_t crc, const void *bytes, size_t size); /* the fallback, for tests */
bool crmi_crc32c_hardware(void);
#endif
