/* SPDX-License-Identifier: MIT */
/* The order of keys: bytes, then length. Eight bytes at a time; the last eight may overlap those before them, which are the same. */
#ifndef CRMI_ENGINE_ORDER_H
#define CRMI_ENGINE_ORDER_H
#include "codec/key.h"
#include "engine/engine.h"
#include <string.h>

enum { CRMI_KEY_WORD = 8 };

static inline int crmi_key_order(crmi_slice a, crmi_slice b) {
    const uint8_t *x = a.data, *y = b.data;
    size_t size = a.size < b.size ? a.size : b.size, at = 0;
    if (size < CRMI_KEY_WORD) {
        int order = size ? memcmp(x, y, size) : 0;
        return order ? order : (a.size > b.size) - (a.size < b.size);
    }
    for (;;) {
        uint64_t v = crmi_key_get64(x + at), w = crmi_key_get64(y + at);
        if (v != w) return v < w ? -1 : 1;
        if (at + CRMI_KEY_WORD == size) return (a.size > b.size) - (a.size < b.size);
        at = at + 2 * CRMI_KEY_WORD <= size ? at + CRMI_KEY_WORD : size - CRMI_KEY_WORD;
    }
}
#endif
