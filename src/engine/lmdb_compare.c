/* SPDX-License-Identifier: MIT */
/* The order of keys: bytes, then length, as LMDB has it by itself. What is our own is the way to a page that the processor has not seen
 * lately: a search in it would wait for one cache line after the other, so the first comparison asks for lines all over the page at once.
 */
#include "engine/lmdb_types.h"
#include <string.h>

#define PAGE 4096
#define STRIDE 256

static void fetch_page(const void *key) {
    static _Thread_local uintptr_t latest;
    uintptr_t page = (uintptr_t)key & ~(uintptr_t)(PAGE - 1);
    if (page == latest) return;
    latest = page;
    for (uintptr_t at = page; at < page + PAGE; at += STRIDE) __builtin_prefetch((const void *)at);
}

static uint64_t big_endian(const void *bytes) {
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap64(value) : value;
}

int crmi_lmdb_compare(const MDB_val *key, const MDB_val *in_page) {
    fetch_page(in_page->mv_data);
    if (key->mv_size == 8 && in_page->mv_size == 8) {
        uint64_t a = big_endian(key->mv_data), b = big_endian(in_page->mv_data);
        return (a > b) - (a < b);
    }
    size_t size = key->mv_size < in_page->mv_size ? key->mv_size : in_page->mv_size;
    int order = memcmp(key->mv_data, in_page->mv_data, size);
    if (order != 0) return order;
    return (key->mv_size > in_page->mv_size) - (key->mv_size < in_page->mv_size);
}
