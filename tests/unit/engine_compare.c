/* SPDX-License-Identifier: MIT */
/* The order of keys is that of bytes, then of length, whatever their length and place. */
#include "engine/lmdb_types.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static int sign(int value) { return (value > 0) - (value < 0); }

static int bytes_then_length(const MDB_val *a, const MDB_val *b) {
    int order = memcmp(a->mv_data, b->mv_data, a->mv_size < b->mv_size ? a->mv_size : b->mv_size);
    return order ? sign(order) : (a->mv_size > b->mv_size) - (a->mv_size < b->mv_size);
}

Test(engine_compare, order) {
    unsigned char a[16], b[16];
    srand(7);
    for (int i = 0; i < 200000; i++) {
        MDB_val x = {1 + (size_t)rand() % 12, a}, y = {i % 3 ? x.mv_size : 1 + (size_t)rand() % 12, b};
        if (i % 4 == 0) x.mv_size = y.mv_size = 8;
        for (size_t j = 0; j < sizeof a; j++) {
            a[j] = (unsigned char)rand();
            b[j] = rand() % 4 ? a[j] : (unsigned char)rand(); /* long common beginnings */
        }
        cr_assert_eq(sign(crmi_lmdb_compare(&x, &y)), bytes_then_length(&x, &y), "%d", i);
        cr_assert_eq(crmi_lmdb_compare(&x, &x), 0);
    }
}
