/* SPDX-License-Identifier: MIT */
/* The order of keys: bytes, then length. Most keys that are compared have eight bytes. */
#ifndef CRMI_ENGINE_ORDER_H
#define CRMI_ENGINE_ORDER_H
#include "engine/engine.h"
#include <string.h>

static inline int crmi_key_order(crmi_slice a, crmi_slice b) {
    if (a.size == 8 && b.size == 8) {
        uint64_t x, y;
        memcpy(&x, a.data, sizeof x);
        memcpy(&y, b.data, sizeof y);
        if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
            x = __builtin_bswap64(x);
            y = __builtin_bswap64(y);
        }
        return (x > y) - (x < y);
    }
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size ? memcmp(a.data, b.data, size) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}
#endif
