/* SPDX-License-Identifier: MIT */
/* Pairs behind all others of a table. LMDB fills the pages of appended keys to the last byte, so that nearly every key that comes between
 * them later splits one: a tenth more keys made an index twice as large. Here a page that is seven eighths full is ended by a filler, which
 * is deleted once the next page has begun. */
#include "engine/lmdb_types.h"
#include <string.h>

#define NODE 10   /* bytes that a pair takes besides its own: header 8, place in the page 2 */
#define HEADER 16 /* of a page */

typedef struct appending {
    MDB_cursor *cursor;
    size_t room, spare; /* of a page for pairs; of it what stays free */
    size_t used;
    uint8_t filler[CRMI_KEY_MAX];
    size_t filler_size; /* 0: there is none */
} appending;

/* Pairs of more than a page's quarter are no matter for fillers: LMDB may have them in pages of their own. */
static size_t size_of(const crmi_pair *pair) { return (NODE + pair->key.size + pair->value.size + 1) / 2 * 2; }

static int drop_filler(appending *to) {
    MDB_val key = {to->filler_size, to->filler};
    if (!to->filler_size) return MDB_SUCCESS;
    to->filler_size = 0;
    return mdb_del(mdb_cursor_txn(to->cursor), mdb_cursor_dbi(to->cursor), &key, NULL);
}

/* Its key comes directly behind the latest one. */
static int put_filler(appending *to, const crmi_pair *last) {
    static const uint8_t zeros[512];
    size_t key_size = last->key.size + 1, left = to->room - to->used;
    if (key_size > CRMI_KEY_MAX || left < NODE + key_size || left - NODE - key_size > sizeof zeros) return MDB_SUCCESS;
    memcpy(to->filler, last->key.data, last->key.size);
    to->filler[last->key.size] = 0;
    to->filler_size = key_size;
    MDB_val key = {key_size, to->filler}, value = {left - NODE - key_size, (void *)(uintptr_t)zeros};
    return mdb_cursor_put(to->cursor, &key, &value, MDB_APPEND);
}

static int append(appending *to, const crmi_pair *pair, const crmi_pair *last) {
    size_t size = size_of(pair);
    int code = MDB_SUCCESS;
    bool ends = last && to->used + size > to->room - to->spare;
    bool behind = ends && (pair->key.size <= last->key.size || memcmp(pair->key.data, last->key.data, last->key.size) != 0);
    if (behind && to->used <= to->room) code = put_filler(to, last);
    MDB_val key = {pair->key.size, (void *)(uintptr_t)pair->key.data};
    MDB_val value = {pair->value.size, (void *)(uintptr_t)(pair->value.size ? pair->value.data : "")};
    if (code == MDB_SUCCESS) code = mdb_cursor_put(to->cursor, &key, &value, MDB_APPEND);
    if (code == MDB_SUCCESS) code = drop_filler(to);
    to->used = ends ? size : to->used + size;
    return code;
}

int crmi_lmdb_append(MDB_cursor *cursor, const crmi_pair *pairs, size_t count) {
    MDB_stat stat;
    int code = mdb_stat(mdb_cursor_txn(cursor), mdb_cursor_dbi(cursor), &stat);
    appending to = {.cursor = cursor};
    if (code != MDB_SUCCESS) return code;
    to.room = stat.ms_psize - HEADER;
    to.spare = to.room / 8;
    for (size_t i = 0; i < count && code == MDB_SUCCESS; i++) code = append(&to, &pairs[i], i ? &pairs[i - 1] : NULL);
    return code;
}
