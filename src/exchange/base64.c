/* SPDX-License-Identifier: MIT */
/* Base64: strict where it is read, so that bytes have one text alone. */
#include "exchange/base64.h"
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void crmi_base64_write(const void *bytes, size_t size, char *out) {
    const uint8_t *at = bytes;
    for (size_t left = size; left > 0;) {
        size_t taken = left < 3 ? left : 3;
        uint32_t bits = (uint32_t)at[0] << 16 | (taken > 1 ? (uint32_t)at[1] << 8 : 0) | (taken > 2 ? at[2] : 0u);
        for (size_t i = 0; i < 4; i++) *out++ = i <= taken ? digits[bits >> (18 - 6 * i) & 63] : '=';
        at += taken;
        left -= taken;
    }
    *out = '\0';
}

bool crmi_base64_read(const char *text, size_t size, uint8_t *out, size_t *out_size) {
    *out_size = 0;
    if (size % 4) return false;
    for (size_t i = 0; i < size; i += 4) {
        uint32_t bits = 0;
        size_t padding = 0;
        for (size_t k = 0; k < 4; k++) {
            char c = text[i + k];
            const char *found = c ? strchr(digits, c) : NULL;
            if (!found && (c != '=' || i + 4 != size || k < 2)) return false;
            if (found && padding) return false;
            padding += !found;
            bits = bits << 6 | (found ? (uint32_t)(found - digits) : 0);
        }
        if (bits & (padding == 2 ? 0xffffu : padding == 1 ? 0xffu : 0u)) return false;
        for (size_t k = 0; k < 3 - padding; k++) out[(*out_size)++] = (uint8_t)(bits >> (16 - 8 * k));
    }
    return true;
}
