/* SPDX-License-Identifier: MIT */
/* The order of keys: bytes, then length, as LMDB has it by itself. What is our own is the way to a page that the processor has not seen
 * lately: a search in it would wait for one cache line after the other, so the first comparison asks for lines all over the page at once.
 */
#include "engine/lmdb_types.h"

#define PAGE 4096
#define STRIDE 256

static void fetch_page(const void *key) {
    static _Thread_local uintptr_t latest;
    uintptr_t page = (uintptr_t)key & ~(uintptr_t)(PAGE - 1);
    if (page == latest) return;
    latest = page;
    for (uintptr_t at = page; at < page + PAGE; at += STRIDE) __builtin_prefetch((const void *)at);
}

int crmi_lmdb_compare(const MDB_val *key, const MDB_val *in_page) {
    fetch_page(in_page->mv_data);
    return crmi_key_order((crmi_slice){key->mv_data, key->mv_size}, (crmi_slice){in_page->mv_data, in_page->mv_size});
}
