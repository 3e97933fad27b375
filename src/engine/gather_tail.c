/* SPDX-License-Identifier: MIT */
/* New records of table file: those that come between two neighbouring keys of the table, mostly its last one and the end. They are kept in
 * order, so that reads of the records before them need nothing of the table, and are put into it a few thousand at a time. */
#include "base/error.h"
#include "codec/key.h"
#include "engine/gather.h"
#include <string.h>

#define SIZE 8                 /* of a key */
#define MOST ((size_t)4 << 20) /* bytes that are kept */

static bool inside(const crmi_gather_tail *tail, uint64_t key) { return key > tail->low && key < tail->high; }

bool crmi_gather_tail_has(const crmi_gather *gather, crmi_slice key) {
    return key.size == SIZE && inside(&gather->tail, crmi_key_get64(key.data));
}

/* The first one that is not below key. */
static size_t position(const crmi_gather_tail *tail, uint64_t key) {
    size_t from = 0, until = tail->count;
    if (until && tail->keys[until - 1] < key) return until;
    while (from < until) {
        size_t middle = (from + until) / 2;
        if (tail->keys[middle] < key)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

static bool is_at(const crmi_gather_tail *tail, size_t at, uint64_t key) { return at < tail->count && tail->keys[at] == key; }

int crmi_gather_tail_get(crmi_gather *gather, crmi_slice key, crmi_row_fn fn, void *data) {
    const crmi_gather_tail *tail = &gather->tail;
    uint64_t number = crmi_key_get64(key.data);
    size_t at = position(tail, number);
    return is_at(tail, at, number) ? fn(data, 0, key, crmi_kept_value(tail->kept[at])) : CRM_E_NOTFOUND;
}

/* The table's records behind a run, where they are few: those of groups. LMDB halves a page that is full, but where the new record is the
 * table's last: with others behind it every page of a run would stay half full. So they make way, and come back with the run. */
#define LONG_RUN 256
#define FEW CRMI_GATHER_TAIL

typedef struct records_behind {
    crmi_keep keep;
    crmi_kept *kept[FEW];
    size_t count;
    bool many;
} records_behind;

static int take_behind(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    records_behind *to = data;
    to->many = to->count == FEW;
    crmi_kept *kept = to->many ? NULL : crmi_keep_add(&to->keep, key, value);
    if (kept) to->kept[to->count++] = kept;
    return kept || to->many ? CRM_OK : CRM_E_NOMEM;
}

static int make_way(crmi_gather *gather, records_behind *out) {
    uint8_t high[SIZE];
    crmi_key_put64(high, gather->tail.high);
    crmi_read read = {CRMI_TABLE_FILE, CRMI_READ_RANGE, {high, SIZE}, {NULL, 0}, FEW + 1};
    int rc = crmi_engine_range(gather->inner, &read, take_behind, out);
    if (out->many) out->count = 0;
    if (rc == CRM_OK && out->count) rc = crmi_engine_del_range(gather->inner, CRMI_TABLE_FILE, read.from, read.until);
    return rc;
}

static size_t add_pairs(crmi_pair *pairs, crmi_kept *const *kept, size_t count) {
    for (size_t i = 0; i < count; i++) pairs[i] = (crmi_pair){crmi_kept_key(kept[i]), crmi_kept_value(kept[i])};
    return count;
}

int crmi_gather_tail_flush(crmi_gather *gather) {
    crmi_gather_tail *tail = &gather->tail;
    crmi_pair pairs[CRMI_GATHER_TAIL + FEW];
    records_behind back = {.count = 0};
    size_t count = add_pairs(pairs, tail->kept, tail->count);
    int rc = tail->count >= LONG_RUN && tail->high != UINT64_MAX ? make_way(gather, &back) : CRM_OK;
    count += add_pairs(pairs + count, back.kept, back.count);
    if (rc == CRM_OK && count) rc = crmi_engine_put_sorted(gather->inner, CRMI_TABLE_FILE, pairs, count, false);
    if (rc < 0) gather->failed = rc;
    if (tail->count) tail->low = tail->keys[tail->count - 1];
    tail->count = 0;
    crmi_keep_free(&tail->keep);
    crmi_keep_free(&back.keep);
    return rc;
}

void crmi_gather_tail_free(crmi_gather *gather) { crmi_keep_free(&gather->tail.keep); }

static int take_key(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)value;
    if (key.size != SIZE) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its key");
    *(uint64_t *)data = crmi_key_get64(key.data);
    return CRM_OK;
}

/* Moves to where a key would come in; nothing where it is there. */
static int move(crmi_gather *gather, crmi_slice key) {
    crmi_gather_tail *tail = &gather->tail;
    uint64_t low = 0, high = UINT64_MAX;
    crmi_read above = {CRMI_TABLE_FILE, CRMI_READ_RANGE | CRMI_READ_KEYS, key, {NULL, 0}, 1};
    crmi_read below = {CRMI_TABLE_FILE, CRMI_READ_RANGE | CRMI_READ_KEYS | CRMI_READ_REVERSE, {NULL, 0}, key, 1};
    int rc = crmi_gather_tail_flush(gather);
    if (rc == CRM_OK) rc = crmi_engine_range(gather->inner, &above, take_key, &high);
    if (rc < 0 || high == crmi_key_get64(key.data)) return rc;
    rc = crmi_engine_range(gather->inner, &below, take_key, &low);
    if (rc < 0) return rc;
    tail->low = low;
    tail->high = high;
    return CRM_OK;
}

int crmi_gather_tail_put(crmi_gather *gather, crmi_slice key, crmi_slice value) {
    crmi_gather_tail *tail = &gather->tail;
    bool full = tail->count == CRMI_GATHER_TAIL || tail->keep.bytes > MOST;
    int rc = full ? crmi_gather_tail_flush(gather) : CRM_OK;
    if (rc == CRM_OK && key.size == SIZE && !crmi_gather_tail_has(gather, key)) rc = move(gather, key);
    if (rc < 0) return rc;
    if (!crmi_gather_tail_has(gather, key)) return crmi_engine_put(gather->inner, CRMI_TABLE_FILE, key, value);
    crmi_kept *kept = crmi_keep_add(&tail->keep, key, value);
    if (!kept) return CRM_E_NOMEM;
    uint64_t number = crmi_key_get64(key.data);
    size_t at = position(tail, number), behind = tail->count - at;
    if (!is_at(tail, at, number)) {
        memmove(tail->keys + at + 1, tail->keys + at, behind * sizeof *tail->keys);
        memmove(tail->kept + at + 1, tail->kept + at, behind * sizeof *tail->kept);
        tail->keys[at] = number;
        tail->count++;
    }
    tail->kept[at] = kept;
    return CRM_OK;
}

int crmi_gather_tail_del(crmi_gather *gather, crmi_slice key) {
    crmi_gather_tail *tail = &gather->tail;
    uint64_t number = crmi_key_get64(key.data);
    size_t at = position(tail, number);
    if (!is_at(tail, at, number)) return CRM_E_NOTFOUND;
    tail->count--;
    memmove(tail->keys + at, tail->keys + at + 1, (tail->count - at) * sizeof *tail->keys);
    memmove(tail->kept + at, tail->kept + at + 1, (tail->count - at) * sizeof *tail->kept);
    return CRM_OK;
}

/* --- ranges --- */

typedef struct range_call {
    crmi_row_fn fn;
    void *data;
    size_t number, left;
} range_call;

static int pass(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    range_call *call = data;
    call->left--;
    return call->fn(call->data, call->number, key, value);
}

static int read_kept(const crmi_gather_tail *tail, size_t first, size_t end, const crmi_read *read, range_call *call) {
    bool reverse = read->flags & CRMI_READ_REVERSE;
    int rc = CRM_OK;
    for (size_t i = first; rc == CRM_OK && call->left && i < end; i++) {
        const crmi_kept *kept = tail->kept[reverse ? first + end - 1 - i : i];
        rc = pass(call, 0, crmi_kept_key(kept), read->flags & CRMI_READ_KEYS ? (crmi_slice){"", 0} : crmi_kept_value(kept));
    }
    return rc;
}

static int read_table(crmi_gather *gather, const crmi_read *read, range_call *call) {
    crmi_read rest = *read;
    rest.limit = read->limit ? call->left : 0;
    return call->left ? crmi_engine_range(gather->inner, &rest, pass, call) : CRM_OK;
}

/* A range that reaches over an end of what is kept here is read in up to three parts. */
static int read_parts(crmi_gather *gather, const crmi_read *read, uint64_t from, uint64_t until, range_call *call) {
    const crmi_gather_tail *tail = &gather->tail;
    bool reverse = read->flags & CRMI_READ_REVERSE;
    size_t first = position(tail, from), end = read->until.size ? position(tail, until) : tail->count;
    uint8_t bytes[2][SIZE];
    crmi_read below = *read, above = *read;
    crmi_key_put64(bytes[0], tail->low + 1);
    crmi_key_put64(bytes[1], tail->high);
    below.until = (crmi_slice){bytes[0], SIZE};
    above.from = (crmi_slice){bytes[1], SIZE};
    bool low = from <= tail->low, high = tail->high < UINT64_MAX && until > tail->high;
    int rc = (reverse ? high : low) ? read_table(gather, reverse ? &above : &below, call) : CRM_OK;
    if (rc == CRM_OK && first < end) rc = read_kept(tail, first, end, read, call);
    if (rc == CRM_OK && (reverse ? low : high)) rc = read_table(gather, reverse ? &below : &above, call);
    return rc;
}

int crmi_gather_tail_range(crmi_gather *gather, const crmi_read *read, size_t number, crmi_row_fn fn, void *data) {
    const crmi_gather_tail *tail = &gather->tail;
    range_call call = {fn, data, number, read->limit ? read->limit : SIZE_MAX};
    uint64_t from = read->from.size == SIZE ? crmi_key_get64(read->from.data) : 0;
    uint64_t until = read->until.size == SIZE ? crmi_key_get64(read->until.data) : UINT64_MAX;
    bool apart = !tail->high || (read->until.size && until <= tail->low + 1) || from >= tail->high;
    return apart ? read_table(gather, read, &call) : read_parts(gather, read, from, until, &call);
}
